//! Cases and holds of one council: who may act, what is written where, and what the ledger keeps of it.
//!
//! Before enough unlocks nothing here depends on whom a case is about: what is printed, refused and recorded is a function
//! of the offices, the dates and the rules alone.

mod disclose;
mod hold;
mod list;
mod open;
mod retire;
mod slips;
mod unlock;

use std::path::PathBuf;

use analyze::{Duty, PersonRow};
use gate::{ExceptionRule, Office, Unlock, Unlocks};
use jiff::civil::Date;
use model::{Month, PersonKey, Unit};
use store::{CaseRow, CaseStep, Event, KeySource, MonthKey, Role};

use crate::config::Authority;
use crate::council::Council;
use crate::outcome::Failure;

pub(crate) use disclose::{End, close, disclose};
pub(crate) use hold::{place, release};
pub(crate) use list::list;
pub(crate) use open::open;
pub(crate) use retire::apply as retire;
pub(crate) use unlock::unlock;

/// Shortest reason that counts as one.
const REASON_CHARS_MIN: usize = 20;
/// Fewest words of a reason.
const REASON_WORDS_MIN: usize = 4;

/// Somebody who says that they hold an office.
pub(crate) struct Officer<'a> {
    /// The office.
    pub office: Office,
    /// Who, as in people.csv or, for the adviser, in assessment.toml.
    pub person: &'a str,
}

impl<'a> Officer<'a> {
    /// From the words typed.
    pub(crate) fn new(office: &str, person: &'a str) -> Result<Self, Failure> {
        let office = Office::from_word(office).ok_or_else(|| {
            Failure::new(format!("'{office}' is no office that may act on cases"))
                .hint("clerk, deputy, chair or hr-adviser")
        })?;
        Ok(Self { office, person })
    }

    /// From `OFFICE:PERSON`.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Failure> {
        let (office, person) = text
            .split_once(':')
            .ok_or_else(|| Failure::new("an approval is OFFICE:PERSON").hint("for example chair:P-02"))?;
        Self::new(office, person)
    }

    /// Whether they hold the office on a day. The adviser is from outside: whoever is in people.csv is not.
    pub(crate) fn holds(&self, authority: &Authority, day: Date) -> bool {
        let people = authority.register.people();
        match duty(self.office) {
            Some(duty) => people.iter().any(|p| p.person == self.person && p.duty == Some(duty) && p.present(day)),
            None => {
                let named = authority.assessment.as_ref().and_then(|a| a.hr_adviser());
                named == Some(self.person) && !people.iter().any(|p| p.person == self.person)
            }
        }
    }

    /// The unlock that they give, under a key.
    fn unlock(&self, authority: &Authority, key: &MonthKey) -> Unlock {
        let may_be_subject = may_be_subject(authority, self.person);
        Unlock { office: self.office, person: key.person(self.person), may_be_subject }
    }
}

const fn duty(office: Office) -> Option<Duty> {
    match office {
        Office::Clerk => Some(Duty::Clerk),
        Office::Deputy => Some(Duty::Deputy),
        Office::Chair => Some(Duty::Chair),
        Office::HrAdviser => None,
    }
}

/// The ledger's word for an office.
const fn role(office: Office) -> Role {
    match office {
        Office::Clerk => Role::Clerk,
        Office::Deputy => Role::Deputy,
        Office::Chair => Role::Chair,
        Office::HrAdviser => Role::HrAdviser,
    }
}

/// Whether a case could be about somebody, by the list of people alone: core time is declared for employees, so whoever
/// is or was listed as one could be.
fn may_be_subject(authority: &Authority, person: &str) -> bool {
    authority.register.people().iter().any(|p| p.person == person && p.role == Unit::Employee)
}

/// Whose office reviews cases today: the first named one that somebody holds of whom no case can be.
fn reviewer(council: &Council<'_>) -> Result<Office, Failure> {
    let (authority, today) = (&council.authority, council.today());
    let holders = |office: Office| -> Vec<&str> {
        match duty(office) {
            Some(duty) => {
                let holds = |p: &&PersonRow| p.duty == Some(duty) && p.present(today);
                authority.register.people().iter().filter(holds).map(|p| p.person.as_str()).collect()
            }
            None => authority.assessment.iter().filter_map(|a| a.hr_adviser()).collect(),
        }
    };
    let safe = |office| {
        let holders = holders(office);
        !holders.is_empty() && !holders.iter().any(|p| may_be_subject(authority, p))
    };
    authority.assessment.as_ref().and_then(|a| a.reviewer(safe)).ok_or_else(|| {
        Failure::new("nobody can review a case: each office that receives cases is vacant, or held by an employee, of whom a case could be")
            .hint("name the chair or hr-adviser in [[recipients]] with document = \"case\"")
    })
}

/// A number made from a rule's text.
fn fingerprint(rule: &ExceptionRule) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = store::sha256(rule.canonical().as_bytes());
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// The rule of a case, where it is in force as it was when the case was opened.
fn rule_of(council: &Council<'_>, row: &CaseRow) -> Result<ExceptionRule, Failure> {
    let all = gate::exception_rules(council.authority.assessment.as_ref(), council.today());
    let rule = all.into_iter().filter_map(|v| v.rule).find(|r| fingerprint(r) == row.rule);
    rule.ok_or_else(|| {
        Failure::new(format!("case {}: its rule is not in force, or was changed since it was opened", row.case))
            .hint("`tithing check` says why; a case is not carried over to another rule")
    })
}

/// A case that is kept; whatever else a number stands for, nothing is held.
fn find(council: &Council<'_>, number: i64) -> Result<CaseRow, Failure> {
    let found = council.store.cases()?.into_iter().find(|row| row.case == number);
    let today = council.retention_day()?;
    let holds = council.store.holds()?;
    found.filter(|row| kept_until(council, row, &holds) >= today).ok_or_else(|| {
        Failure::new(format!("nothing is held of case {number}: there is none, or its time is over"))
            .hint("`tithing case list` shows those that are kept")
    })
}

type Holds = std::collections::BTreeMap<i64, (Date, u64)>;

/// The last day on which a case is kept.
fn kept_until(council: &Council<'_>, row: &CaseRow, holds: &Holds) -> Date {
    let until = row.hold.and_then(|h| holds.get(&h)).map(|(until, _)| *until);
    crate::retention::limits(&council.authority).case_ends(row, until)
}

/// Whether the month is closed by the clock: its rows and its key are gone or go tonight.
fn closed(council: &Council<'_>, month: Month) -> Result<bool, Failure> {
    Ok(crate::retention::limits(&council.authority).closes(month) <= council.retention_day()?)
}

/// The key of a month that is still held; never made here.
fn month_key(council: &Council<'_>, month: Month) -> Result<MonthKey, Failure> {
    if closed(council, month)? {
        return Err(Failure::new(format!("nothing is held of {month}: the month is closed")));
    }
    council.keys.month(month, KeySource::Existing).map_err(|e| match e.code() {
        "key_missing" => Failure::new(format!("nothing is held of {month}")).hint("run `tithing nightly` first"),
        _ => Failure::from(e),
    })
}

/// The unlocks that a case has.
fn unlocks(council: &Council<'_>, row: &CaseRow, key: &MonthKey) -> Result<Unlocks, Failure> {
    let mut all = Unlocks::new();
    let given = [
        (Office::Clerk, row.clerk),
        (Office::Deputy, row.deputy),
        (Office::Chair, row.chair),
        (Office::HrAdviser, row.hr_adviser),
    ];
    for (office, person) in given {
        let Some(person) = person else { continue };
        let mut rows = council.authority.register.people().iter().filter(|p| key.person(&p.person) == person);
        let may_be_subject = rows.any(|p| p.role == Unit::Employee);
        all.add(Unlock { office, person, may_be_subject }).map_err(|e| Failure::new(e.to_string()))?;
    }
    Ok(all)
}

/// The offices that have unlocked a case.
fn offices(row: &CaseRow) -> Vec<Office> {
    let given = [row.clerk, row.deputy, row.chair, row.hr_adviser];
    Office::ALL.into_iter().zip(given).filter_map(|(office, person)| person.map(|_| office)).collect()
}

/// Replaces one case among those of its month.
fn put(council: &Council<'_>, row: CaseRow) -> Result<(), Failure> {
    let mut all = council.store.cases()?;
    all.retain(|r| r.month_end == row.month_end && r.case != row.case);
    all.push(row);
    Ok(council.store.commit_cases(row.month(), &all)?)
}

/// A reason as somebody would give one: a sentence of their own.
fn reason(text: &str) -> Result<&str, Failure> {
    let text = text.trim();
    let words = text.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).count();
    if text.chars().count() < REASON_CHARS_MIN || words < REASON_WORDS_MIN {
        return Err(Failure::new("the reason is no sentence")
            .hint("say in at least four words of your own why it is needed; it stands in the file"));
    }
    Ok(text)
}

/// What stands for the subject in the ledger: hashed with the case's number, so that no two cases and no other line about
/// the same person can be put together, and under the ledger's key, so that nobody can test guesses. Made from the
/// month's pseudonym, it is nobody's once the month is closed.
pub(crate) fn subject_hash(council: &Council<'_>, case: i64, subject: PersonKey) -> Result<[u8; 32], Failure> {
    let message = [case.to_be_bytes(), subject.0.to_be_bytes()].concat();
    Ok(council.ledger_key()?.hash("case-subject", &message))
}

/// A reason under the ledger's key.
fn reason_hash(council: &Council<'_>, case: i64, text: &str) -> Result<[u8; 32], Failure> {
    let message = [&case.to_be_bytes()[..], text.as_bytes()].concat();
    Ok(council.ledger_key()?.hash("case-reason", &message))
}

/// Enters a step of a case.
fn record(
    council: &Council<'_>,
    row: &CaseRow,
    step: CaseStep,
    by: Option<Role>,
    why: Option<&str>,
) -> Result<(), Failure> {
    let subject = subject_hash(council, row.case, row.subject)?;
    let reason = why.map(|text| reason_hash(council, row.case, text)).transpose()?;
    let case = u64::try_from(row.case).unwrap_or_default();
    council.ledger.append(&Event::Case { case, step, subject, by, reason }, council.now())?;
    Ok(())
}

/// Checks that an officer holds the office today. One who does not is refused and that is recorded: trying tells only
/// what the list of people says.
fn prove(council: &Council<'_>, row: &CaseRow, officer: &Officer<'_>) -> Result<(), Failure> {
    if officer.holds(&council.authority, council.today()) {
        return Ok(());
    }
    record(council, row, CaseStep::Refused, Some(role(officer.office)), None)?;
    let office = officer.office;
    let place = match duty(office) {
        Some(_) => "people.csv names nobody of that id with this duty today",
        None => "assessment.toml names another hr_adviser, or people.csv lists them: the adviser is from outside",
    };
    Err(Failure::new(format!("not taken as the {office}: {place}")).hint("the attempt is recorded"))
}

/// Where the documents of a case are.
fn folder(council: &Council<'_>, case: i64) -> PathBuf {
    council.provider.root.join("reports").join(&council.authority.id).join("cases").join(case.to_string())
}

/// Every rule with why it is or is not in force, for `tithing check`; beside each, what is better than any rule.
pub(crate) fn rule_lines(authority: &Authority, day: Date) -> Vec<String> {
    let mut lines = Vec::new();
    for verdict in gate::exception_rules(authority.assessment.as_ref(), day) {
        lines.push(match &verdict.rule {
            Some(rule) => format!("{}: in force, signed {}: {}", verdict.id, rule.since(), rule.sentence()),
            None => format!("{}: NOT IN FORCE: {}", verdict.id, verdict.unmet.join("; ")),
        });
        lines.push(format!("{}: advice: {}", verdict.id, gate::BLOCK_INSTEAD));
    }
    lines
}
