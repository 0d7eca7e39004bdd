//! How long things live: the assessment says, the store deletes, the ledger records.

use model::{Micros, Month};
use store::{Deleted, Event, Limits};

use crate::config::Authority;
use crate::council::Council;
use crate::outcome::Failure;

/// The assessment's limits for the tables; none where it names none.
pub(crate) fn limits(authority: &Authority) -> Option<Limits> {
    let retention = authority.assessment.as_ref()?.retention()?;
    let days = |d: Option<i64>| d.and_then(|d| u16::try_from(d).ok());
    Some(Limits { usage_days: days(retention.usage_days)?, links_days: days(retention.links_days)? })
}

/// Deletes what is due and writes it to the ledger.
pub(crate) fn apply(council: &Council<'_>) -> Result<(), Failure> {
    let Some(limits) = limits(&council.authority) else { return Ok(()) };
    let day = council.retention_day()?;
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
    if !retired.is_empty() {
        tracing::info!("{}: what was past its time was deleted and recorded", council.authority.id);
    }
    Ok(())
}
