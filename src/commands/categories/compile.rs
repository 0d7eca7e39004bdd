//! `tithing categories compile`: the lists as they are now, compiled; what is in force; a change within the year.

use analyze::{Categories, SourceFacts, Threats};
use jiff::civil::Date;
use store::InForce;

use super::left_out;
use crate::clock::Clock;
use crate::config::{Provider, read_threats, threats_path};
use crate::council::{Council, Shared};
use crate::messages;
use crate::outcome::{Failure, Outcome};
use crate::taxonomy::short;

/// Compiles, prints what became of each list, and fixes or adopts what is asked.
pub(crate) fn run(provider: &Provider, clock: Clock, adopt: Option<&str>) -> Result<Outcome, Failure> {
    if adopt.is_some_and(|r| r.trim().is_empty()) {
        let rule = "--adopt: a change within the financial year needs a reason";
        return Err(Failure::new(rule).hint("say in a sentence why it cannot wait until 1 April"));
    }
    let shared = Shared::load(provider)?;
    let current = shared.taxonomies.current()?;
    let mut text = String::new();
    current.sources().iter().filter(|s| s.entries > 0).for_each(|s| text += &source(s));
    text += &format!(
        "kinds of site\n  version           {}\n  sha256            {}\n  rules             {}\n  index             {} octets\n",
        current.version(),
        store::to_hex(&current.sha256()),
        current.len(),
        current.octets().len()
    );
    messages::data(&text)?;
    threats(provider)?;
    let today = clock.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let standing = shared.taxonomies.book().of(today)?;
    if let Some(entry) = &standing {
        // An index that was lost is made again here, while the lists still come to the same rules.
        if adopt.is_none() {
            shared.taxonomies.of_night(today)?.verify()?;
        }
        if entry.sha256 == current.sha256() {
            return said(&format!("{}; the lists are still these", in_force(entry)));
        }
    }
    match (standing, adopt) {
        (None, None) => {
            let entry = shared.taxonomies.adopt(model::financial_year(today), None)?;
            said(&in_force(&entry))
        }
        (None, Some(_)) => {
            let rule = "--adopt: nothing is in force yet in this financial year, so nothing changes within it";
            Err(Failure::new(rule).hint("run it without --adopt"))
        }
        (Some(entry), None) => said(&later(&entry, today, current)),
        (Some(entry), Some(reason)) => adopted(provider, &shared, clock, &entry, today, reason.trim()),
    }
}

fn said(what: &str) -> Result<Outcome, Failure> {
    messages::data(&format!("in force\n  {what}\n"))?;
    Ok(Outcome::Done)
}

fn in_force(entry: &InForce) -> String {
    let reason = entry.reason.as_ref().map(|r| format!(", adopted: {r}")).unwrap_or_default();
    format!("since {} ({}, {}){reason}", entry.from, entry.version, short(&entry.sha256))
}

fn later(entry: &InForce, today: Date, current: &Categories) -> String {
    let year = model::financial_year(today);
    let next = Date::new(year.year() + 1, year.month(), 1).unwrap_or(year);
    format!(
        "{}; the lists as they are now ({}) count from {next} on, or from today on with --adopt REASON",
        in_force(entry),
        short(&current.sha256())
    )
}

/// A change within the year: from today's night on, entered in every council's ledger, and said by the month's report.
fn adopted(
    provider: &Provider,
    shared: &Shared<'_>,
    clock: Clock,
    before: &InForce,
    today: Date,
    reason: &str,
) -> Result<Outcome, Failure> {
    if before.from == today {
        let rule = format!("--adopt: {today} has its kinds of site already ({})", short(&before.sha256));
        return Err(Failure::new(rule).hint("adopt another change from tomorrow on"));
    }
    let mut councils = Vec::new();
    for id in &provider.authorities {
        let council = Council::open(provider, shared, id, clock)?;
        if let Some(night) = council.store.all_dates(store::Table::Links)?.last().filter(|d| **d >= today) {
            let rule = format!("{id}: the night {night} is made already, by the kinds of site before the change");
            return Err(Failure::new(rule).hint("adopt the change from a later day on"));
        }
        councils.push(council);
    }
    let entry = shared.taxonomies.adopt(today, Some(reason))?;
    for council in &councils {
        crate::taxonomy::record(council, today)?;
    }
    tracing::warn!(
        "kinds of site change within the financial year from {today}: the reports of this month and later say so"
    );
    said(&in_force(&entry))
}

fn source(facts: &SourceFacts) -> String {
    format!(
        "{}\n  licence           {}\n  sha256            {}\n  entries           {}\n  rules             {}\n  \
         covered           {}\n  protects          {}\n  exceptions        {}\n{}",
        facts.name,
        facts.licence,
        store::to_hex(&facts.sha256),
        facts.entries,
        facts.rules,
        facts.covered,
        facts.protects,
        facts.exceptions,
        left_out(facts)
    )
}

/// The threat lists, compiled into their own index: they are of every day, not of a year.
fn threats(provider: &Provider) -> Result<(), Failure> {
    if provider.threats.is_empty() {
        return Ok(());
    }
    let (threats, _) = Threats::with_lists(&read_threats(provider)?);
    let path = threats_path(provider);
    store::write_atomic(&path, threats.octets())?;
    let mut text: String = threats.sources().iter().map(source).collect();
    text += &format!("threats\n  entries           {}\n  index             {}\n", threats.len(), path.display());
    messages::data(&text)
}
