//! A hold copies one person's rows of one month and ends on a day. The month closes on its own day all the same.

use gate::{Office, Unlocks};
use jiff::ToSpan;
use jiff::civil::Date;
use model::{DeviceKey, PersonKey, UsageRow};
use store::{CaseRow, CaseState, CaseStep, Deleted, Event, HoldRow, HoldStep, KeySource, MonthKey, Table};

use super::Officer;
use crate::council::Council;
use crate::outcome::Failure;

/// No hold ends later than this many days after the day on which it is placed.
const HOLD_DAYS_MAX: i64 = 183;

/// Places a hold for a case that was disclosed.
pub(crate) fn place(
    council: &Council<'_>,
    number: i64,
    until: Date,
    why: &str,
    approvals: &[Officer<'_>],
) -> Result<String, Failure> {
    let row = super::find(council, number)?;
    let today = council.today();
    let latest = today.checked_add(HOLD_DAYS_MAX.days())?;
    if !(today..=latest).contains(&until) {
        let what = format!("a hold ends between today and {HOLD_DAYS_MAX} days from today, not on {until}");
        return Err(Failure::new(what).hint(format!("at the latest on {latest}")));
    }
    if row.state == CaseState::Sealed || row.outcome == Some(store::CaseOutcome::Nobody) {
        return Err(Failure::new(format!("case {number} names nobody, so nobody's rows can be held"))
            .hint("a hold is for a case that was given to its reviewer"));
    }
    if row.hold.is_some_and(|h| council.store.holds().is_ok_and(|all| all.contains_key(&h))) {
        return Err(Failure::new(format!("case {number} has a hold already, and no hold is drawn out")));
    }
    let why = super::reason(why)?;
    let key = super::month_key(council, row.month())?;
    approved(council, &row, &key, approvals)?;
    let hold = next_number(council)?;
    let count = copy(council, &row, &key, hold, until)?;
    let offices: Vec<Office> = approvals.iter().map(|a| a.office).collect();
    super::slips::write_hold(council, number, &format!("hold-{hold}.json"), until, &offices, why)?;
    let row = CaseRow { hold: Some(hold), ..row };
    super::put(council, row)?;
    enter(council, &row, HoldStep::Placed, (hold, until, count), &offices, Some(why))?;
    Ok(format!("hold {hold}: {count} rows of one person of {}, kept for case {number} until {until}\n", row.month()))
}

/// Whether the approvals are enough whoever the case is about: the same rule as for unlocks, and for the same reason.
fn approved(council: &Council<'_>, row: &CaseRow, key: &MonthKey, approvals: &[Officer<'_>]) -> Result<(), Failure> {
    let mut all = Unlocks::new();
    for officer in approvals {
        super::prove(council, row, officer)?;
        if let Err(error) = all.add(officer.unlock(&council.authority, key)) {
            super::record(council, row, CaseStep::Refused, Some(super::role(officer.office)), None)?;
            return Err(Failure::new(error.to_string()));
        }
    }
    match all.enough() {
        true => Ok(()),
        false => Err(Failure::new(
            "not approved: two people in two offices must approve, and a third where one of the two could be the person \
             whose rows are held",
        )),
    }
}

/// Copies the rows of the case's person under a key of their own; says how many.
fn copy(council: &Council<'_>, row: &CaseRow, key: &MonthKey, hold: i64, until: Date) -> Result<u64, Failure> {
    let register = &council.authority.register;
    let person = register.people().iter().map(|p| p.person.as_str()).find(|id| key.person(id) == row.subject);
    let person = person.ok_or_else(|| {
        Failure::new("the person whom the case is about is not in people.csv any more")
            .hint("restore the row with `until` set; rows are ended, not removed")
    })?;
    let new = council.hold_key(hold)?;
    let under = New { old: key, new: &new, person: new.person(person) };
    let (mut links, mut rows) = held_already(council, until)?;
    let before = rows.len();
    let mut lost = false;
    for date in council.store.dates(Table::Usage, row.month())? {
        council.store.each_usage(date, &mut |r, link| {
            if r.person == Some(row.subject) {
                let link = place_of(&mut links, link);
                match under.row(r, council) {
                    Some(row) => rows.push(HoldRow { hold, until, row: UsageRow { link, ..row } }),
                    None => lost = true,
                }
            }
        })?;
    }
    let count = rows.len() - before;
    if lost || count == 0 {
        council.keys.destroy_hold(hold)?;
        return Err(Failure::new(
            "nothing was held: the person's rows are gone, or one of their assets left register.csv",
        )
        .hint("restore the asset's row with `until` set; rows of the register are ended, not removed"));
    }
    council.store.commit_holds(until, &links, &rows)?;
    Ok(count as u64)
}

/// From the month's pseudonyms to the hold's.
struct New<'a> {
    old: &'a MonthKey,
    new: &'a MonthKey,
    person: PersonKey,
}

impl New<'_> {
    fn row(&self, row: &UsageRow, council: &Council<'_>) -> Option<UsageRow> {
        Some(UsageRow { person: Some(self.person), device: self.device(row.device, council)?, ..*row })
    }

    fn device(&self, device: DeviceKey, council: &Council<'_>) -> Option<DeviceKey> {
        let mut assets = council.authority.register.rows().iter().map(|r| r.asset.as_str());
        assets.find(|a| self.old.device(a) == device).map(|a| self.new.device(a))
    }
}

/// What other holds that end on the same day have copied.
fn held_already(council: &Council<'_>, until: Date) -> Result<(Vec<String>, Vec<HoldRow>), Failure> {
    let (mut links, mut rows) = (Vec::new(), Vec::new());
    if council.store.all_dates(Table::Holds)?.contains(&until) {
        council.store.each_hold(until, &mut |r, link| {
            let link = place_of(&mut links, link);
            rows.push(HoldRow { row: UsageRow { link, ..r.row }, ..*r });
        })?;
    }
    Ok((links, rows))
}

fn place_of(links: &mut Vec<String>, link: &str) -> u16 {
    let at = links.iter().position(|l| l == link).unwrap_or_else(|| {
        links.push(link.to_owned());
        links.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Ends a case's hold before its day: rows and key go at once.
pub(crate) fn release(
    council: &Council<'_>,
    number: i64,
    why: &str,
    approvals: &[Officer<'_>],
) -> Result<String, Failure> {
    let row = super::find(council, number)?;
    let held = row.hold.and_then(|h| council.store.holds().ok()?.get(&h).map(|(until, count)| (h, *until, *count)));
    let Some((hold, until, count)) = held else {
        return Err(Failure::new(format!("case {number} has no hold")));
    };
    let why = super::reason(why)?;
    let key = council.keys.hold(hold, KeySource::Existing)?;
    approved(council, &row, &key, approvals)?;
    let (links, mut rows) = held_already(council, until)?;
    rows.retain(|r| r.hold != hold);
    let links = if links.is_empty() { vec!["none".to_owned()] } else { links };
    council.store.commit_holds(until, &links, &rows)?;
    council.keys.destroy_hold(hold)?;
    let offices: Vec<Office> = approvals.iter().map(|a| a.office).collect();
    super::slips::write_hold(council, number, &format!("hold-{hold}-released.json"), until, &offices, why)?;
    super::put(council, CaseRow { hold: None, ..row })?;
    enter(council, &row, HoldStep::Released, (hold, until, count), &offices, Some(why))?;
    let gone = Event::Retention { deleted: Deleted::Holds, first: until, last: until, count };
    council.ledger.append(&gone, council.now())?;
    Ok(format!("hold {hold} of case {number} is ended: its {count} rows and its key are deleted\n"))
}

/// Enters a step of a hold.
pub(super) fn enter(
    council: &Council<'_>,
    row: &CaseRow,
    step: HoldStep,
    (hold, until, count): (i64, Date, u64),
    offices: &[Office],
    why: Option<&str>,
) -> Result<(), Failure> {
    let subject = super::subject_hash(council, row.case, row.subject)?;
    let reason = why.map(|text| super::reason_hash(council, row.case, text)).transpose()?;
    let by = offices.iter().map(|o| super::role(*o)).collect();
    let hold = u64::try_from(hold).unwrap_or_default();
    council.ledger.append(&Event::Hold { hold, step, subject, until, count, by, reason }, council.now())?;
    Ok(())
}

/// One more than any hold that the ledger or the store knows.
fn next_number(council: &Council<'_>) -> Result<i64, Failure> {
    let mut last = council.store.holds()?.keys().max().copied().unwrap_or(0);
    council.ledger.entries(&mut |entry| {
        if let Event::Hold { hold, .. } = entry.event {
            last = last.max(i64::try_from(hold).unwrap_or(i64::MAX));
        }
    })?;
    Ok(last.saturating_add(1))
}
