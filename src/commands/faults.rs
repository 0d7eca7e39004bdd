//! `tithing faults`: outages, lost records, full lines and failing lookups of each link that several people share.

use std::fmt::Write as _;

use analyze::{Busy, LinkFaults};
use jiff::civil::Date;
use model::Month;
use serde_json::{Value, json};
use store::{Event, Reading};

use crate::args::DataFormat;
use crate::clock::Clock;
use crate::commands::chosen;
use crate::config::Provider;
use crate::council::{Council, Shared};
use crate::faults;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Which dates to look at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    /// One night.
    Date(Date),
    /// A month, as far as it is over.
    Month(Month),
    /// The month of yesterday.
    Latest,
}

/// Prints the faults of the authorities asked for. It reads no person's rows; that it was read is entered in the
/// ledger, for in a small office it tells when nobody was there.
pub(crate) fn run(
    provider: &Provider,
    clock: Clock,
    asked: &[String],
    when: When,
    format: DataFormat,
) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let mut outcome = Outcome::Done;
    for id in chosen(provider, asked)? {
        match council(provider, &shared, id, clock, when, format) {
            Ok(text) => messages::data(&text)?,
            Err(failure) => {
                tracing::error!("{id}: {failure}");
                outcome = Outcome::Failed;
            }
        }
    }
    Ok(outcome)
}

fn council(
    provider: &Provider,
    shared: &Shared<'_>,
    id: &str,
    clock: Clock,
    when: When,
    format: DataFormat,
) -> Result<String, Failure> {
    let council = Council::open(provider, shared, id, clock)?;
    let yesterday = council.today().yesterday()?;
    let (first, last) = match when {
        When::Date(date) => (date, date),
        When::Month(month) => (month.first(), month.last().min(yesterday)),
        When::Latest => (Month::of(yesterday).first(), yesterday),
    };
    if last > yesterday || first > last {
        let what = format!("{id}: {first} is not over by the clock ({})", council.today());
        return Err(Failure::new(what).hint("faults are told from the day after on"));
    }
    let mut text = String::new();
    let all = faults::faults(&council, first, last)?;
    council.ledger.append(&Event::Read { reading: Reading::Faults, count: all.len() as u64 }, council.now())?;
    for found in all {
        match format {
            DataFormat::Json => text += &format!("{}\n", object(&council, &found, first, last)),
            DataFormat::Table => text += &table(&council, &found, first, last),
        }
    }
    Ok(text)
}

/// `2026-03-02 09:30` by the wall clock.
fn local(council: &Council<'_>, at: model::Micros) -> String {
    let t = council.authority.calendar.local(at);
    format!("{} {:02}:{:02}", t.date(), t.hour(), t.minute())
}

fn object(council: &Council<'_>, found: &LinkFaults, first: Date, last: Date) -> Value {
    let outage = |o: &analyze::Outage| json!({"start": local(council, o.start), "end": local(council, o.end), "confirmed": o.confirmed});
    let busy = |b: &Busy| json!({"start": local(council, b.start), "percent": b.percent});
    let days = |all: &[Date]| all.iter().map(Date::to_string).collect::<Vec<_>>();
    let resolver = found.resolver.as_ref().map(|r| {
        json!({
            "lookups": r.asked, "failed": r.failed, "nxdomain": r.unknown, "delay_ms_median": r.delay_ms,
            "unusual_days": days(&r.unusual),
        })
    });
    json!({
        "authority": council.authority.id, "first": first.to_string(), "last": last.to_string(), "link": found.link,
        "outages": found.outages.iter().map(outage).collect::<Vec<_>>(),
        "lost_exports": days(&found.lost_exports), "gaps": days(&found.gaps),
        "busiest": found.busiest.iter().map(busy).collect::<Vec<_>>(), "resolver": resolver,
    })
}

fn table(council: &Council<'_>, found: &LinkFaults, first: Date, last: Date) -> String {
    let mut text = format!("{}: {} from {first} to {last}\n", council.authority.id, found.link);
    let mut line = |key: &str, value: &str| writeln!(text, "  {key:<14}{value}").unwrap_or(());
    for outage in &found.outages {
        let sure = if outage.confirmed { "confirmed" } else { "suspected" };
        line("outage", &format!("{} to {} ({sure})", local(council, outage.start), local(council, outage.end)));
    }
    found.lost_exports.iter().for_each(|d| line("lost records", &d.to_string()));
    found.gaps.iter().for_each(|d| line("no night", &d.to_string()));
    for busy in &found.busiest {
        line("busiest", &format!("{} at {} % of its speed", local(council, busy.start), busy.percent));
    }
    if let Some(r) = &found.resolver {
        let delay = r.delay_ms.map(|d| format!(", answers after {d} ms")).unwrap_or_default();
        let value = format!("{} asked, {} failed, {} of unknown names{delay}", r.asked, r.failed, r.unknown);
        line("lookups", &value);
        r.unusual.iter().for_each(|d| line("lookups failed", &d.to_string()));
    }
    text
}
