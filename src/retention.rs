//! How long things live: the assessment says, the store deletes, the ledger records, and a search proves it.

use jiff::civil::Date;
use model::Month;
use store::{Deleted, Event, Item, Limits};

use crate::config::Authority;
use crate::council::Council;
use crate::inputs::Survey;
use crate::outcome::{Failure, Outcome};
use crate::raw;

/// The assessment's limits. Where it names none, or none that can be read, nothing lives longer than the most that any
/// assessment may say.
pub(crate) fn limits(authority: &Authority) -> Limits {
    let retention = authority.assessment.as_ref().and_then(|a| a.retention());
    let of = |pick: fn(&gate::Retention) -> Option<i64>, most: u16| {
        let value = retention.and_then(pick).and_then(|d| u16::try_from(d).ok());
        value.unwrap_or(most).min(most)
    };
    Limits {
        usage_days: of(|r| r.usage_days, store::USAGE_DAYS_MAX),
        links_days: of(|r| r.links_days, store::LINKS_DAYS_MAX),
        raw_days: of(|r| r.raw_days, store::RAW_DAYS_MAX),
        security_days: of(|r| r.security_days, store::SECURITY_DAYS_MAX),
        reports_months: of(|r| r.reports_months, store::REPORTS_MONTHS_MAX),
    }
}

/// The limits in force, for people.
pub(crate) fn said(authority: &Authority) -> String {
    let l = limits(authority);
    let raw = if authority.delete_raw { "then deleted" } else { "then told" };
    format!(
        "rows about people and their key {} days after the month, links {} days, reports and cycles {} months, security {} days, raw \
         files {} days, {raw}",
        l.usage_days, l.links_days, l.reports_months, l.security_days, l.raw_days
    )
}

/// Deletes what is due, writes it to the ledger, and searches for anything that is older than its limit.
///
/// # Errors
/// Where something due could not be deleted: the next night finishes it.
pub(crate) fn apply(council: &Council<'_>, survey: Option<&Survey<'_>>) -> Result<Outcome, Failure> {
    let limits = limits(&council.authority);
    let day = council.retention_day()?;
    let cases = crate::cases::retire(council, day, limits)?;
    let inputs = raw::items(council, limits, survey)?;
    let elsewhere = || -> Result<Vec<Item>, Failure> {
        let mut all = reports(council, limits)?;
        all.extend(crate::security::items(council, limits)?);
        all.extend(crate::delivery::outbox(council, limits)?);
        Ok(all)
    };
    let mut others = elsewhere()?;
    if council.authority.delete_raw {
        others.extend(raw::read_through(council, &inputs, day)?);
    }
    let retired = council.store.retain(day, limits, &council.keys, others)?;
    let mut standing = elsewhere()?;
    let inputs: Vec<Item> = inputs.into_iter().filter(|i| i.path.exists()).collect();
    if council.authority.delete_raw {
        standing.extend(inputs.iter().cloned());
    }
    let found = council.store.search(day, limits, &council.keys, &standing)?;
    for (class, dates) in &retired.gone {
        let (Some(first), Some(last)) = (dates.first(), dates.last()) else { continue };
        let event = Event::Deletion {
            deleted: *class,
            limit: limits.of(*class),
            first: *first,
            last: end_of(*class, *last),
            count: dates.len() as u64,
            left: found.left.clone(),
            overdue: found.overdue.len() as u64,
        };
        council.ledger.append(&event, council.now())?;
    }
    council.store.recorded()?;
    if cases || !retired.is_empty() {
        tracing::info!("{}: what was past its time was deleted and recorded", council.authority.id);
    }
    let stuck = overdue(council, &found.overdue);
    Ok(stuck.max(raw::warn(council, &inputs, day)))
}

/// Keys and reports are of whole months.
fn end_of(class: Deleted, date: Date) -> Date {
    match class {
        Deleted::Key | Deleted::Reports => Month::of(date).last(),
        _ => date,
    }
}

/// The published reports, by month.
fn reports(council: &Council<'_>, limits: Limits) -> Result<Vec<Item>, Failure> {
    let folder = council.provider.root.join("reports").join(&council.authority.id);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Failure::at(&folder, format!("cannot be listed: {e}"))),
    };
    let mut items = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| Failure::at(&folder, format!("cannot be listed: {e}")))?;
        let Some(month) = entry.file_name().to_str().and_then(|n| n.parse::<Month>().ok()) else { continue };
        items.push(Item {
            class: Deleted::Reports,
            date: month.first(),
            end: limits.end(Deleted::Reports, month.first()),
            path: entry.path(),
        });
    }
    Ok(items)
}

/// What the search found although it should be gone. Nothing that was to be deleted is here: that is an error before.
fn overdue(council: &Council<'_>, items: &[Item]) -> Outcome {
    for item in items {
        tracing::warn!(
            "{}: {}: it is of {} and should have gone on {}; it came while the night ran, or cannot be deleted; hint: run \
             `tithing nightly` again, and look who may write there",
            council.authority.id,
            item.path.display(),
            item.date,
            item.end
        );
    }
    if items.is_empty() { Outcome::Done } else { Outcome::Gaps }
}
