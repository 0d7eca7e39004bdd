//! How long things live: the assessment says, the store deletes, the ledger records.

use model::{Micros, Month};
use store::{Deleted, Event, Limits};

use crate::config::Authority;
use crate::council::Council;
use crate::outcome::Failure;

/// The assessment's limits for the tables. Where it names none, or none that can be read, rows about people live no longer
/// than the most that any assessment may say; `links`, which names nobody, waits for one that does.
pub(crate) fn limits(authority: &Authority) -> Limits {
    let retention = authority.assessment.as_ref().and_then(|a| a.retention());
    let days = |d: Option<i64>| d.and_then(|d| u16::try_from(d).ok());
    Limits {
        usage_days: retention.and_then(|r| days(r.usage_days)).unwrap_or(store::USAGE_DAYS_MAX),
        links_days: retention.and_then(|r| days(r.links_days)).unwrap_or(u16::MAX),
    }
}

/// Deletes what is due and writes it to the ledger.
pub(crate) fn apply(council: &Council<'_>) -> Result<(), Failure> {
    let limits = limits(&council.authority);
    let day = council.retention_day()?;
    let cases = crate::cases::retire(council, day, limits)?;
    let retired = council.store.retain(day, limits, &council.keys)?;
    let now: Micros = council.now();
    let record = |deleted, first, last, count| -> Result<(), Failure> {
        council.ledger.append(&Event::Retention { deleted, first, last, count }, now)?;
        Ok(())
    };
    let whole = |months: &[Month]| Some((months.first()?.first(), months.last()?.last()));
    if let Some((first, last)) = whole(&retired.usage_months) {
        record(Deleted::Usage, first, last, retired.usage_partitions)?;
    }
    if let Some((first, last)) = whole(&retired.keys) {
        record(Deleted::Key, first, last, retired.keys.len() as u64)?;
    }
    if let (Some(first), Some(last)) = (retired.link_dates.first(), retired.link_dates.last()) {
        record(Deleted::Links, *first, *last, retired.link_dates.len() as u64)?;
    }
    if cases || !retired.is_empty() {
        tracing::info!("{}: what was past its time was deleted and recorded", council.authority.id);
    }
    Ok(())
}
