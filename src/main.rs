//! The command: parse, run, exit. Everything else is in the library beside it.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = match tithing::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(1) } else { ExitCode::SUCCESS };
        }
    };
    ExitCode::from(tithing::run(&args))
}
