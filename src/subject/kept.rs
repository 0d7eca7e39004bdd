//! Holds that keep a copy of a person's rows beyond their time: named, so that whoever erases knows what stays.

use std::collections::BTreeMap;

use jiff::civil::Date;
use store::{Event, HoldStep};

use super::Subject;
use crate::outcome::Failure;

/// Holds about the person that are in force, by number: their last day, and the rows that they copy.
pub(super) fn holds(subject: &Subject<'_>) -> Result<BTreeMap<u64, (Date, u64)>, Failure> {
    let mut open = BTreeMap::new();
    let day = subject.council.retention_day()?;
    subject.council.ledger.entries(&mut |entry| {
        if let Event::Hold { hold, step, subject: hash, until, count, .. } = &entry.event
            && *hash == subject.hash
        {
            if *step == HoldStep::Placed && day <= *until {
                open.insert(*hold, (*until, *count));
            } else {
                open.remove(hold);
            }
        }
    })?;
    Ok(open)
}
