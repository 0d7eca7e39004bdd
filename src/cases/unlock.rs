//! An unlock is taken from whoever holds the office, and what it is worth is decided later and in the dark.
//!
//! The subject of a case may ask to unlock it like anybody in office: to refuse would tell. Their unlock is recorded and
//! counts for nothing, and since what is asked for is enough whoever the case is about, that shows nowhere.

use store::{CaseState, CaseStep};

use super::Officer;
use crate::council::Council;
use crate::outcome::Failure;

/// Records one unlock and says whether another is needed.
pub(crate) fn unlock(council: &Council<'_>, number: i64, officer: &Officer<'_>, why: &str) -> Result<String, Failure> {
    let mut row = super::find(council, number)?;
    if row.state != CaseState::Sealed {
        return Err(Failure::new(format!("case {number} is unlocked already")));
    }
    super::rule_of(council, &row)?;
    let key = super::month_key(council, row.month())?;
    let why = super::reason(why)?;
    super::prove(council, &row, officer)?;
    let mut unlocks = super::unlocks(council, &row, &key)?;
    let unlock = officer.unlock(&council.authority, &key);
    if let Err(error) = unlocks.add(unlock) {
        super::record(council, &row, CaseStep::Refused, Some(super::role(officer.office)), None)?;
        return Err(Failure::new(error.to_string()));
    }
    if super::slips::reasons(council, number)?.contains(&super::reason_hash(council, number, why)?) {
        return Err(Failure::new("this reason was given before").hint("each gives a reason of their own"));
    }
    match officer.office {
        gate::Office::Clerk => row.clerk = Some(unlock.person),
        gate::Office::Deputy => row.deputy = Some(unlock.person),
        gate::Office::Chair => row.chair = Some(unlock.person),
        gate::Office::HrAdviser => row.hr_adviser = Some(unlock.person),
    }
    super::slips::write(council, number, officer.office, why)?;
    super::put(council, row)?;
    super::record(council, &row, CaseStep::Unlocked, Some(super::role(officer.office)), Some(why))?;
    let office = officer.office;
    Ok(match unlocks.enough() {
        true => format!(
            "case {number}: unlocked by the {office}; enough whoever it is about: `tithing case disclose --case {number}`\n"
        ),
        false => format!("case {number}: unlocked by the {office}; not enough yet: {}\n", gate::StillSealed),
    })
}
