//! `tithing nightly`: ingest what is new, commit, apply retention. Safe to repeat.

use std::io::IsTerminal;

use jiff::civil::Date;
use model::Account;

use crate::args::DataFormat;
use crate::clock::Clock;
use crate::commands::chosen;
use crate::config::Provider;
use crate::council::{Council, Shared};
use crate::inputs::{self, Allowed};
use crate::messages;
use crate::night::{Line, Maker, State, Terms};
use crate::outcome::{Failure, Outcome};
use crate::{progress, retention};

/// Runs the nights of the authorities asked for. One council's failure never touches another.
pub(crate) fn run(
    provider: &Provider,
    clock: Clock,
    asked: &[String],
    date: Option<Date>,
    format: DataFormat,
) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let mut worst = Outcome::Done;
    if format == DataFormat::Table {
        messages::data(&header())?;
    }
    for id in chosen(provider, asked)? {
        let done = council(provider, &shared, id, clock, date, &mut |line| {
            messages::data(&match format {
                DataFormat::Json => format!("{}\n", line.json()),
                DataFormat::Table => row(line),
            })
        });
        match done {
            Ok(outcome) => worst = worst.max(outcome),
            Err(failure) => {
                tracing::error!("{id}: {failure}");
                worst = Outcome::Failed;
            }
        }
    }
    crate::archive::refresh(provider, &shared, clock)?;
    Ok(worst)
}

/// The nights of one council, each handed over as it is done.
pub(crate) fn council(
    provider: &Provider,
    shared: &Shared<'_>,
    id: &str,
    clock: Clock,
    date: Option<Date>,
    each: &mut dyn FnMut(&Line) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let (_alone, council) = Council::open_alone(provider, shared, id, clock)?;
    crate::unentered::catch_up(&council)?;
    let today = council.today();
    let near = date.unwrap_or(today);
    let ladder = gate::judge(council.authority.assessment.as_ref(), near);
    if let Some(date) = date.filter(|d| *d >= today) {
        let what = format!("the night {date} is not over by the clock ({today})");
        return Err(Failure::new(what).hint("a night is made from the day after it on"));
    }
    if ladder.mode == gate::Mode::Nothing {
        let retained = retention::apply(&council, None)?;
        return Ok(retained.max(refused(&council, &ladder, date, today, each)?));
    }
    let mut outcome = if ladder.lowered() { lowered(&council, &ladder) } else { Outcome::Done };
    let found = inputs::find(&council.authority, allowed(&council, &ladder))?;
    let certain = date.filter(|d| *d < today);
    let terms = match certain {
        Some(date) if council.store.footer(date)?.is_none() => Some(Terms::new(&council, date, &ladder)?),
        _ => None,
    };
    let settings = terms.as_ref().map(|t| t.settings(&council));
    let mut survey = inputs::survey(&council.authority, found, near, settings.as_ref());
    if survey.bad > 0 {
        outcome = Outcome::Gaps;
    }
    let dates = match date {
        Some(date) => vec![date],
        None => survey.dates(council.authority.calendar.zone()),
    };
    let dates: Vec<Date> = dates.into_iter().filter(|d| *d < today).collect();
    let bar = progress::bar(dates.len() as u64, "nights");
    let mut maker = Maker { council: &council, survey: &mut survey };
    let mut built = Vec::new();
    let mut silences = Silences::default();
    for night in dates {
        match maker.make(night)? {
            Some(line) => {
                built.extend((line.state == State::Built).then_some(night));
                outcome = outcome.max(line.outcome);
                silences.take(&line);
                each(&line)?;
            }
            None if date.is_some() => {
                tracing::warn!(
                    "{id}: nothing in the inbox speaks for the night {night}; hint: look at it with `tithing inspect`"
                );
                outcome = outcome.max(Outcome::Gaps);
            }
            None => {}
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    silences.tell(id);
    // New faults are told at once, so that the provider hears of them before the clerk rings; they change no exit code.
    for line in crate::faults::news(&council, &built)? {
        tracing::warn!("{id}: {line}");
    }
    crate::bills::after_nights(&council)?;
    outcome = outcome.max(retention::apply(&council, Some(&survey))?);
    Ok(outcome.max(crate::delivery::again(&council)?))
}

/// Fewest working days of one run that tell of silent devices: of fewer it would tell who had a day off.
const SILENT_DAYS_MIN: u32 = 3;

/// Devices of which nothing flowed on any of the working days made in one run. They go to the terminal only: a silence may
/// be a fault, or somebody's leave.
#[derive(Debug, Default)]
struct Silences {
    days: u32,
    assets: Vec<String>,
}

impl Silences {
    fn take(&mut self, line: &Line) {
        let Some(silent) = &line.silent else { return };
        if self.days == 0 {
            self.assets.clone_from(silent);
        }
        self.assets.retain(|a| silent.contains(a));
        self.days += 1;
    }

    fn tell(&self, authority: &str) {
        if let Some(text) = self.text().filter(|_| std::io::stderr().is_terminal()) {
            messages::note(&format!("tithing: {authority}: {text}\n"));
        }
    }

    fn text(&self) -> Option<String> {
        let (days, assets) = (self.days, self.assets.join(", "));
        (days >= SILENT_DAYS_MIN && !assets.is_empty()).then(|| {
            format!("nothing came from these devices on any of {days} working days: {assets}; a fault, or leave")
        })
    }
}

/// Nothing may be read: one line says so, and which requirements are not met.
fn refused(
    council: &Council<'_>,
    ladder: &gate::Ladder,
    date: Option<Date>,
    today: Date,
    each: &mut dyn FnMut(&Line) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let outcome = lowered(council, ladder);
    let date = date.or_else(|| today.yesterday().ok()).unwrap_or(today);
    let id = council.authority.id.clone();
    each(&Line { authority: id, date, state: State::Refused, account: Account::default(), outcome, silent: None })?;
    Ok(outcome)
}

/// Says which requirements keep an output back that the council's own mode asks for.
fn lowered(council: &Council<'_>, ladder: &gate::Ladder) -> Outcome {
    for requirement in ladder.unmet() {
        tracing::warn!(
            "{}: assessment: {}; without it: {} ({}); hint: {}",
            council.authority.id,
            requirement.what,
            requirement.without.as_str(),
            requirement.source,
            requirement.next
        );
    }
    Outcome::Withheld
}

/// What may be opened: DNS only where categories are allowed, packets only where the assessment lists them.
pub(crate) fn allowed(council: &Council<'_>, ladder: &gate::Ladder) -> Allowed {
    for warning in &ladder.warnings {
        tracing::warn!("{}: {warning}", council.authority.id);
    }
    let categories = ladder.mode == gate::Mode::Categories;
    let lists = |source| council.authority.assessment.as_ref().is_some_and(|a| a.lists_source(source));
    Allowed {
        flows: lists("flows"),
        dns: categories && lists("dns"),
        packet_capture: categories && lists("packet-capture"),
    }
}

fn header() -> String {
    format!(
        "{:<20} {:<10} {:<9} {:>14} {:>14} {:>13} {:>12} {:>9} {:>9} {:>8} {:>9} {:>9}\n",
        "authority",
        "night",
        "state",
        "counted",
        "kept",
        "unmonitored",
        "excluded",
        "flows",
        "lookups",
        "coverage",
        "hit bytes",
        "hit flows"
    )
}

/// A share with four decimals; a dash where there is none.
fn share(value: &serde_json::Value) -> String {
    value.as_f64().map_or_else(|| "-".to_owned(), |v| format!("{v:.4}"))
}

fn row(line: &Line) -> String {
    let a = &line.account;
    let v = line.json();
    format!(
        "{:<20} {:<10} {:<9} {:>14} {:>14} {:>13} {:>12} {:>9} {:>9} {:>8.4} {:>9} {:>9}\n",
        line.authority,
        line.date.to_string(),
        v["state"].as_str().unwrap_or_default(),
        a.counted,
        a.kept,
        a.unmonitored,
        a.excluded.values().sum::<u64>(),
        a.flows,
        a.lookups,
        v["coverage"].as_f64().unwrap_or_default(),
        share(&v["hit_rate"]["bytes"]),
        share(&v["hit_rate"]["flows"]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_silent_on_every_working_day() {
        let mut silences = Silences::default();
        let mut check = |silent: Option<&[&str]>, expected: Option<&str>| {
            silences.take(&Line {
                authority: "example".to_owned(),
                date: jiff::civil::date(2026, 3, 2),
                state: State::Built,
                account: Account::default(),
                outcome: Outcome::Done,
                silent: silent.map(|list| list.iter().map(|a| (*a).to_owned()).collect()),
            });
            assert_eq!(silences.text().as_deref(), expected);
        };
        check(None, None);
        check(Some(&["A-1", "A-2", "A-4"]), None);
        check(None, None);
        check(Some(&["A-1", "A-2", "A-3"]), None);
        let told = "nothing came from these devices on any of 3 working days: A-2; a fault, or leave";
        check(Some(&["A-2", "A-3"]), Some(told));
        check(None, Some(told));
        check(Some(&[]), None);
    }
}
