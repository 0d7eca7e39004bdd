//! Faults of one council's links, from the stored table `links` alone.

use analyze::{FaultSettings, LinkFaults};
use gate::{BusyFacts, FaultFacts, ResolverFacts};
use jiff::ToSpan;
use jiff::civil::Date;
use model::{Month, PersonKey};
use store::Table;

use crate::council::Council;
use crate::outcome::Failure;

/// Days before the first date that tell what a usual day is: five of each weekday.
const HISTORY_DAYS: i64 = 35;

/// The faults between two dates, both inclusive.
pub(crate) fn faults(council: &Council<'_>, first: Date, last: Date) -> Result<Vec<LinkFaults>, Failure> {
    let from = first.checked_sub(HISTORY_DAYS.days())?;
    let mut nights = Vec::new();
    let mut month = Month::of(from);
    while month.first() <= last {
        nights.extend(council.store.dates(Table::Links, month)?);
        month = month.next();
    }
    nights.retain(|d| (from..=last).contains(d));
    let paths = council.store.paths(Table::Links, from, last)?;
    let quarters = analyze::quarters(&paths).map_err(|e| Failure::new(e.to_string()))?;
    let settings = FaultSettings {
        links: &council.authority.links,
        calendar: &council.authority.calendar,
        nights: &nights,
        coverage_min_per_10k: council.provider.limits.coverage_min_per_10k,
    };
    Ok(analyze::faults(&quarters, &settings, first, last))
}

/// What the gate is told: counts, and the fullest quarters within opening hours.
pub(crate) fn facts(council: &Council<'_>, faults: &LinkFaults) -> FaultFacts {
    let minutes = |o: &&analyze::Outage| (o.end - o.start) / (60 * model::MICROS_PER_S);
    let (sure, suspected): (Vec<_>, Vec<_>) = faults.outages.iter().partition(|o| o.confirmed);
    let all =
        |outages: &[&analyze::Outage]| u32::try_from(outages.iter().map(minutes).sum::<i64>()).unwrap_or(u32::MAX);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let busy = |b: &analyze::Busy| {
        let local = council.authority.calendar.local(b.start);
        BusyFacts { date: local.date(), start: local.time(), percent: b.percent }
    };
    FaultFacts {
        link: faults.link.clone(),
        outages: count(sure.len()),
        outage_minutes: all(&sure),
        suspected: count(suspected.len()),
        suspected_minutes: all(&suspected),
        gaps: count(faults.gaps.len()),
        lost_export_days: count(faults.lost_exports.len()),
        busiest: faults.busiest_open.iter().map(busy).collect(),
        resolver: faults.resolver.as_ref().map(|r| ResolverFacts {
            asked: r.asked,
            failed: r.failed,
            unknown: r.unknown,
            delay_ms: r.delay_ms,
            unusual_days: count(r.unusual.len()),
        }),
    }
}

/// Whether an outage goes into a log: one that silence alone tells of only where enough people are monitored that month
/// that it is not one person's absence.
fn is_told(council: &Council<'_>, outage: &analyze::Outage) -> bool {
    let authority = &council.authority;
    let month = Month::of(outage.date);
    let people = || analyze::people(&authority.register, &authority.calendar, month, |_| PersonKey(0)).counts;
    outage.confirmed || people().full_month >= gate::PEOPLE_MIN
}

/// What is new on some dates, one line each, for the provider's eyes. A missing night is told elsewhere.
pub(crate) fn news(council: &Council<'_>, dates: &[Date]) -> Result<Vec<String>, Failure> {
    let (Some(first), Some(last)) = (dates.iter().min(), dates.iter().max()) else { return Ok(Vec::new()) };
    let mut lines: Vec<(Date, String)> = Vec::new();
    for found in faults(council, *first, *last)? {
        let link = &found.link;
        for outage in found.outages.iter().filter(|o| is_told(council, o)) {
            lines.push((outage.date, outage_line(council, link, outage)));
        }
        for date in &found.lost_exports {
            let text = format!(
                "{date}: records of link '{link}' were lost on their way, so the day is not whole; hint: look at the exporter and the collector"
            );
            lines.push((*date, text));
        }
        for date in found.resolver.iter().flat_map(|r| &r.unusual) {
            let text =
                format!("{date}: far more lookups failed than usual; hint: look at the resolver and its forwarders");
            lines.push((*date, text));
        }
    }
    lines.retain(|(date, _)| dates.contains(date));
    lines.sort();
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

fn outage_line(council: &Council<'_>, link: &str, outage: &analyze::Outage) -> String {
    let clock = |at| {
        let t = council.authority.calendar.local(at).time();
        format!("{:02}:{:02}", t.hour(), t.minute())
    };
    let how = if outage.confirmed { "was down" } else { "was silent, down it seems," };
    format!("{}: link '{link}' {how} from {} to {}", outage.date, clock(outage.start), clock(outage.end))
}
