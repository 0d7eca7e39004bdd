//! The slips on which reasons stand: one private file for each unlock, held to the ledger's keyed hash of the reason. The
//! tables have no column for a text, so a reason lives in the case's own folder and goes with it.

use gate::Office;
use jiff::civil::Date;
use reports::CaseUnlock;
use store::{CaseRow, CaseStep, Event};

use crate::council::Council;
use crate::outcome::Failure;

/// Writes the slip of one unlock.
pub(super) fn write(council: &Council<'_>, case: i64, office: Office, reason: &str) -> Result<(), Failure> {
    let slip = CaseUnlock { office: office.as_str().to_owned(), date: council.today(), reason: reason.to_owned() };
    save(council, case, &format!("unlock-{office}.json"), &slip)
}

/// Writes the slip of a hold or its release.
pub(super) fn write_hold(
    council: &Council<'_>,
    case: i64,
    name: &str,
    until: Date,
    offices: &[Office],
    reason: &str,
) -> Result<(), Failure> {
    let offices: Vec<&str> = offices.iter().map(|o| o.as_str()).collect();
    let slip = serde_json::json!({
        "date": council.today().to_string(), "until": until.to_string(), "approved": offices, "reason": reason,
    });
    save(council, case, name, &slip)
}

fn save(council: &Council<'_>, case: i64, name: &str, slip: &impl serde::Serialize) -> Result<(), Failure> {
    let path = super::folder(council, case).join(name);
    let text = serde_json::to_string_pretty(slip).map_err(|e| Failure::at(&path, e))?;
    Ok(store::write_atomic_private(&path, (text + "\n").as_bytes())?)
}

/// The unlocks of a case with their reasons, in the order of the offices.
///
/// # Errors
/// Where a slip is gone or is not the one that was recorded.
pub(super) fn read(council: &Council<'_>, row: &CaseRow) -> Result<Vec<CaseUnlock>, Failure> {
    let recorded = reasons(council, row.case)?;
    let mut all = Vec::new();
    for office in super::offices(row) {
        let path = super::folder(council, row.case).join(format!("unlock-{office}.json"));
        let text = crate::config::read_text(&path)?;
        let slip: CaseUnlock = serde_json::from_str(&text).map_err(|e| Failure::at(&path, e))?;
        if !recorded.contains(&super::reason_hash(council, row.case, &slip.reason)?) {
            return Err(Failure::at(&path, "its reason is not the one that the ledger recorded")
                .hint("restore the slip; a case is not disclosed on another reason"));
        }
        all.push(slip);
    }
    Ok(all)
}

/// The keyed hashes of the reasons for which a case was unlocked.
pub(super) fn reasons(council: &Council<'_>, number: i64) -> Result<Vec<[u8; 32]>, Failure> {
    let mut found = Vec::new();
    council.ledger.entries(&mut |entry| {
        if let Event::Case { case, step: CaseStep::Unlocked, reason: Some(hash), .. } = entry.event
            && i64::try_from(case) == Ok(number)
        {
            found.push(hash);
        }
    })?;
    Ok(found)
}
