//! Raw inputs: the provider's own files, which stay where they are under a limit of their own. Old ones are told, and
//! deleted where the authority's configuration says that they may be.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{MICROS_PER_S, Micros};
use store::{Deleted, Item, Limits, Table};

use crate::council::Council;
use crate::inputs::{self, Allowed, Survey};
use crate::outcome::{Failure, Outcome};

/// Files named in one warning.
const NAMED_MAX: usize = 3;
/// Records of a day are exported up to two hours into the next.
const AFTER_MIDNIGHT: Micros = 2 * 3_600 * MICROS_PER_S;

/// The files of the inbox, each with the date of its last record; where it was not read, of its last change. Lease files
/// that hold no more than what is so now have no age.
pub(crate) fn items(council: &Council<'_>, limits: Limits, survey: Option<&Survey<'_>>) -> Result<Vec<Item>, Failure> {
    let zone = council.authority.calendar.zone();
    let mut known: BTreeMap<&Path, Option<Date>> = BTreeMap::new();
    for file in survey.iter().flat_map(|s| &s.files) {
        let last = file.scan.last.filter(|_| !file.is_snapshot());
        known.insert(&file.input.path, last.and_then(|t| local(t - AFTER_MIDNIGHT, zone)));
    }
    let all = Allowed { flows: true, dns: true, packet_capture: true };
    let mut items = Vec::new();
    for input in inputs::find(&council.authority, all)? {
        let date = known.get(input.path.as_path()).copied().unwrap_or_else(|| changed(&input.path, zone));
        let Some(date) = date else { continue };
        items.push(Item { class: Deleted::Raw, date, end: limits.end(Deleted::Raw, date), path: input.path });
    }
    Ok(items)
}

/// Those that may be deleted once they are due: the nights that look back on them are made, or there is no later file that
/// one could be made from. A file that no night was made from stays, and is told.
pub(crate) fn read_through(council: &Council<'_>, items: &[Item], day: Date) -> Result<Vec<Item>, Failure> {
    let Some(made) = council.store.all_dates(Table::Links)?.pop() else { return Ok(Vec::new()) };
    let newest = items.iter().map(|i| i.date).filter(|d| *d <= day).max();
    let through = |i: &&Item| i.date < made || (i.date == made && newest == Some(made));
    Ok(items.iter().filter(through).cloned().collect())
}

/// Tells of files that are past their limit. In a folder whose clock stands still they are no gap: a month of inputs that
/// is there at once cannot be within days of it.
pub(crate) fn warn(council: &Council<'_>, items: &[Item], day: Date) -> Outcome {
    let old: Vec<&Item> = items.iter().filter(|i| i.end <= day).collect();
    let Some(oldest) = old.iter().map(|i| i.date).min() else { return Outcome::Done };
    if council.provider.now == Some(council.clock.now) {
        return Outcome::Done;
    }
    let named: Vec<String> = old.iter().take(NAMED_MAX).map(|i| i.path.display().to_string()).collect();
    let more = if old.len() > NAMED_MAX { ", .." } else { "" };
    tracing::warn!(
        "{}: {} files of the inbox are older than the assessment's raw_days (the oldest is of {oldest}): {}{more}; hint: delete \
         them and rotate logs daily, or set delete_raw = true in authority.toml to have them deleted and recorded",
        council.authority.id,
        old.len(),
        named.join(", ")
    );
    Outcome::Gaps
}

fn local(time: Micros, zone: &TimeZone) -> Option<Date> {
    Some(Timestamp::from_microsecond(time).ok()?.to_zoned(zone.clone()).date())
}

/// The date of a file's last change.
fn changed(path: &Path, zone: &TimeZone) -> Option<Date> {
    let time = std::fs::metadata(path).and_then(|m| m.modified()).ok()?;
    Some(Timestamp::try_from(time).ok()?.to_zoned(zone.clone()).date())
}
