//! The equipment schedule beside the summary: written for its recipients alone, recorded by hash, drawn again as it stands.

use std::path::Path;

use model::Month;
use reports::{Facts, Schedule};

use crate::council::Council;
use crate::outcome::Failure;

/// The data, from which the pages are drawn.
pub(crate) const FILE: &str = "schedule.json";

/// A released month's schedule with its text; none where none was released, and then why is said.
pub(crate) fn made(council: &Council<'_>, released: &gate::Released, facts: &Facts) -> Option<(Schedule, String)> {
    let schedule = Schedule::new(released, facts);
    if schedule.is_none() {
        why_not(council);
    }
    schedule.map(|schedule| {
        let json = reports::schedule_json(&schedule);
        (schedule, json)
    })
}

/// Writes a schedule into the folders and gives its hash for the ledger.
///
/// # Errors
/// Where a file cannot be written.
pub(crate) fn first(
    council: &Council<'_>,
    made: Option<&(Schedule, String)>,
    folders: [&Path; 2],
) -> Result<Option<[u8; 32]>, Failure> {
    let Some((schedule, json)) = made else { return Ok(None) };
    write(folders, schedule, json)?;
    tracing::info!(
        "{}: equipment schedule, not for publication: {}",
        council.authority.id,
        folders[1].join("schedule.html").display()
    );
    Ok(Some(store::sha256(json.as_bytes())))
}

/// Says why no schedule was made, where one could be expected: some link is issued to one person.
fn why_not(council: &Council<'_>) {
    let authority = &council.authority;
    let ladder = gate::judge(authority.assessment.as_ref(), council.today());
    let scope = gate::schedule_scope(authority.assessment.as_ref(), &ladder);
    if let Err(why) = scope.lines
        && authority.links.iter().any(analyze::Link::issued)
    {
        tracing::info!(
            "{}: no equipment schedule: {why}; hint: amend the assessment where the schedule is needed",
            authority.id
        );
    }
}

/// A published month's schedule, drawn again from what was published.
///
/// # Errors
/// Where its file is not there as the ledger recorded it, or cannot be written.
pub(crate) fn again(month: Month, sha256: Option<[u8; 32]>, folders: [&Path; 2]) -> Result<(), Failure> {
    let Some(wanted) = sha256 else { return Ok(()) };
    let read = |folder: &&Path| std::fs::read_to_string(folder.join(FILE)).ok();
    let found = folders.iter().filter_map(read).find(|text| store::sha256(text.as_bytes()) == wanted);
    let path = folders[0].join(FILE);
    let text = found.ok_or_else(|| {
        Failure::at(
            &path,
            format!("{month} is published, but its schedule.json is not there as the ledger recorded it"),
        )
        .hint("restore it from a copy: a published month is never computed again")
    })?;
    let schedule = reports::schedule_from_json(&text).map_err(|e| Failure::at(&path, e))?;
    write(folders, &schedule, &text)
}

/// Readable by their owner alone.
fn write(folders: [&Path; 2], schedule: &Schedule, json: &str) -> Result<(), Failure> {
    let pages = reports::schedule_pages(schedule);
    for folder in folders {
        store::write_atomic_private(&folder.join("schedule.html"), pages.all.as_bytes())?;
        for (file, page) in &pages.holders {
            store::write_atomic_private(&folder.join("holders").join(file), page.as_bytes())?;
        }
        store::write_atomic_private(&folder.join(FILE), json.as_bytes())?;
    }
    Ok(())
}
