//! The command behind `tithing`: arguments, configuration, one file per subcommand, exit codes.
//!
//! This crate is the only one that reads arguments, the environment and the clock, and the only one that names every
//! stage. It decides nothing that a stage decides: it hands settings down, carries batches from `ingest` to `analyze`,
//! rows to `store`, a candidate to `gate` and what was released to `reports`.
#![forbid(unsafe_code)]

mod annex;
mod archive;
mod args;
mod bills;
mod cases;
mod clock;
mod commands;
mod config;
mod council;
mod counters;
mod delivery;
mod edition;
mod evidence;
mod faults;
mod history;
mod hits;
mod inputs;
mod messages;
mod month;
mod night;
mod outcome;
mod policy;
mod progress;
mod purposes;
mod raw;
mod retention;
mod schedule;
mod security;
mod siege;
mod subject;
mod taxonomy;
mod templates;
mod unentered;

pub use args::Args;

/// Runs a command to its exit code.
pub fn run(args: &Args) -> u8 {
    messages::start(args.log);
    match commands::dispatch(args) {
        Ok(outcome) => outcome.code(),
        Err(failure) => {
            tracing::error!("{failure}");
            outcome::Outcome::Failed.code()
        }
    }
}
