//! What is past its time: cases go with their month, holds on the day after their last, and the ledger says so.

use jiff::civil::Date;
use store::{CaseStep, Deleted, Event, HoldStep, Limits};

use crate::council::Council;
use crate::outcome::Failure;

/// Deletes the cases and holds that are due, with their documents and keys. Says whether any was.
pub(crate) fn apply(council: &Council<'_>, day: Date, limits: Limits) -> Result<bool, Failure> {
    let before = council.store.cases()?;
    let retired = council.store.retain_cases(day, limits)?;
    for (hold, until, count) in &retired.holds {
        council.keys.destroy_hold(*hold)?;
        if let Some(row) = before.iter().find(|row| row.hold == Some(*hold)) {
            super::hold::enter(council, row, HoldStep::Expired, (*hold, *until, *count), &[], None)?;
        }
        let gone = Event::Retention { deleted: Deleted::Holds, first: *until, last: *until, count: *count };
        council.ledger.append(&gone, council.now())?;
    }
    for row in &retired.cases {
        remove_documents(council, row.case)?;
        super::record(council, row, CaseStep::Expired, None, None)?;
    }
    let ends = retired.cases.iter().map(|row| row.month_end);
    if let (Some(first), Some(last)) = (ends.clone().min(), ends.max()) {
        let count = retired.cases.len() as u64;
        let first = first.first_of_month();
        council.ledger.append(&Event::Retention { deleted: Deleted::Cases, first, last, count }, council.now())?;
    }
    Ok(!retired.cases.is_empty() || !retired.holds.is_empty())
}

fn remove_documents(council: &Council<'_>, case: i64) -> Result<(), Failure> {
    let folder = super::folder(council, case);
    match std::fs::remove_dir_all(&folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::at(&folder, format!("cannot be removed, though its time is over: {e}")))
        }
        _ => Ok(()),
    }
}
