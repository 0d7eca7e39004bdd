//! End to end, through the command. One binary, since each links the whole batch.

mod attribution;
mod bad_input;
mod common;
mod nights;
mod samples;
