//! End to end, through the command. One binary, since each links the whole batch.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says on standard output what it skipped"
)]

mod attribution;
mod bad_input;
mod canary;
mod categories;
mod clocks;
mod common;
mod costs;
mod evidence;
mod faults;
mod guarantees;
mod index;
mod inputs;
mod lifecycle;
mod nights;
mod packets;
mod samples;
mod truth;
