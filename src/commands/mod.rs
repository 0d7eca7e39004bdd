//! One file per subcommand.

mod attack;
mod case;
mod categories;
mod check;
mod costs;
mod demo;
mod faults;
mod generate;
mod init;
mod inspect;
mod ledger;
pub(crate) mod nightly;
mod notice;
pub(crate) mod report;
mod status;
mod subject;

use crate::args::{Args, Command};
use crate::clock::Clock;
use crate::config::Provider;
use crate::outcome::{Failure, Outcome};

/// Runs the chosen subcommand.
pub(crate) fn dispatch(args: &Args) -> Result<Outcome, Failure> {
    match &args.command {
        Command::Demo { out } => demo::run(out),
        Command::Generate(what) => generate::run(what),
        Command::Init { id } => init::run(&args.config, id),
        Command::Inspect(what) => inspect::run(what, &args.config, args.now),
        Command::Check => with_provider(args, check::run),
        Command::Nightly { authority, date, format } => {
            with_provider(args, |p, c| nightly::run(p, c, authority, *date, *format))
        }
        Command::Report { month, authority, show: true, .. } => {
            with_provider(args, |p, c| report::show(p, c, *month, authority))
        }
        Command::Report { month, authority, out, erratum, show: false } => {
            with_provider(args, |p, c| report::run(p, c, *month, authority, out.as_deref(), erratum.as_deref()))
        }
        Command::Status { authority, format } => with_provider(args, |p, c| status::run(p, c, authority, *format)),
        Command::Attack { authority, format } => with_provider(args, |p, c| attack::run(p, c, authority, *format)),
        Command::Categories { action } => with_provider(args, |p, c| categories::run(p, c, action)),
        Command::Faults { authority, month, date, format } => {
            let when = match (date, month) {
                (Some(date), _) => faults::When::Date(*date),
                (None, Some(month)) => faults::When::Month(*month),
                (None, None) => faults::When::Latest,
            };
            with_provider(args, |p, c| faults::run(p, c, authority, when, *format))
        }
        Command::Costs(what) => with_provider(args, |p, c| costs::run(p, c, what)),
        Command::Ledger { action } => with_provider(args, |p, c| ledger::run(p, c, action)),
        Command::Case { action } => with_provider(args, |p, c| case::run(p, c, action)),
        Command::Subject { action } => with_provider(args, |p, c| subject::run(p, c, action)),
        Command::Notice { authority, out } => with_provider(args, |p, c| notice::run(p, c, authority, out.as_deref())),
    }
}

fn with_provider(
    args: &Args,
    run: impl FnOnce(&Provider, Clock) -> Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    let provider = Provider::load(&args.config)?;
    let clock = Clock::choose(args.now, provider.now);
    run(&provider, clock)
}

/// The authorities asked for, or all; an unknown one is an error that names those there are.
pub(crate) fn chosen<'a>(provider: &'a Provider, asked: &'a [String]) -> Result<&'a [String], Failure> {
    for id in asked {
        if !provider.authorities.contains(id) {
            let known = provider.authorities.join(", ");
            return Err(Failure::new(format!("no authority '{id}'")).hint(format!("there are: {known}")));
        }
    }
    Ok(if asked.is_empty() { &provider.authorities } else { asked })
}
