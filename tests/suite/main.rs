//! End to end, through the command. One binary, since each links the whole batch.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says on standard output what it skipped"
)]

mod archive;
mod assess;
mod attribution;
mod bad_input;
mod bundles;
mod canary;
mod cases;
mod categories;
mod clocks;
mod common;
mod costs;
mod delivery;
mod evidence;
mod faults;
mod guarantees;
mod guesses;
mod index;
mod inputs;
mod judgement;
mod law;
mod ledger;
mod lifecycle;
mod mailserver;
mod nights;
mod packets;
mod retention;
mod samples;
mod schedule;
mod security;
mod status;
mod subject;
mod truth;
