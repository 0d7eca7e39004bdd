//! What an unlocked case says, to whom, and how it ends.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gate::{Evidence, ExceptionRule, Office, Watch};
use jiff::civil::Date;
use model::{DeviceKey, PersonKey, TimeClass, UsageRow};
use reports::{CaseEnd, CaseFacts, CaseFile};
use store::{CaseOutcome, CaseRow, CaseState, CaseStep, Event, KeySource, MonthKey, Reading, Table};

use super::Officer;
use crate::council::Council;
use crate::outcome::Failure;

/// Where the rows of a case are: those of its month, or the copy that its hold keeps.
struct Source {
    paths: Vec<PathBuf>,
    key: MonthKey,
    subject: PersonKey,
    hold: Option<(i64, Date)>,
}

/// Writes the file of a case for its reviewer and the notice to the person it is about; says where they are.
///
/// A case in review is drawn again, from the month's rows or, once the month is closed, from those that its hold keeps.
pub(crate) fn disclose(council: &Council<'_>, number: i64) -> Result<String, Failure> {
    let row = super::find(council, number)?;
    if row.state == CaseState::Closed {
        return Err(Failure::new(format!("case {number} is closed: its file stands as it is")));
    }
    let rule = super::rule_of(council, &row)?;
    let source = source(council, &row)?;
    let unlocks = super::unlocks(council, &row, &source.key)?;
    let sealed = analyze::exceptions(&source.paths, Watch::new(rule.clone(), row.month()));
    let sealed = sealed.map_err(|e| Failure::new(e.to_string()))?;
    let evidence = sealed.disclose(source.subject, &unlocks).map_err(|e| Failure::new(e.to_string()))?;
    let given = row.reviewer.and_then(|r| Office::from_word(r.as_str()));
    let reviewer = given.map_or_else(|| super::reviewer(council), Ok)?;
    not_the_subject(council, reviewer, &source)?;
    let row = CaseRow {
        state: CaseState::Review,
        reviewer: Some(super::role(reviewer)),
        disclosed: row.disclosed.or(Some(council.today())),
        ..row
    };
    let facts = facts(council, &row, &rule)?;
    let assets = evidence.as_ref().map(|e| assets(council, &source, e)).transpose()?.unwrap_or_default();
    let coverage = coverage(council, evidence.as_ref())?;
    let share = |date: Date| coverage.iter().find(|(d, _)| *d == date).map_or(10_000, |(_, per_10k)| *per_10k);
    let file = CaseFile::new(facts, evidence.as_ref(), assets, share);
    let mut said = write(council, number, &file)?;
    if let Some(notice) = file.notice() {
        let path = super::folder(council, number).join("notice.html");
        store::write_atomic_private(&path, notice.as_bytes())?;
        said += &format!("{}\n", path.display());
    }
    enter(council, row, evidence.is_some())?;
    Ok(said)
}

/// Enters that a case was given to its reviewer; one about nobody ends with that.
fn enter(council: &Council<'_>, row: CaseRow, somebody: bool) -> Result<(), Failure> {
    let known = super::find(council, row.case)?;
    if known.state == CaseState::Review {
        council.ledger.append(&Event::Read { reading: Reading::Case, count: 1 }, council.now())?;
        return Ok(());
    }
    let row = match somebody {
        true => row,
        false => CaseRow {
            state: CaseState::Closed,
            outcome: Some(CaseOutcome::Nobody),
            closed: Some(council.today()),
            ..row
        },
    };
    super::put(council, row)?;
    super::record(council, &row, CaseStep::Disclosed, row.reviewer, None)?;
    if !somebody {
        super::record(council, &row, CaseStep::Closed, None, None)?;
    }
    Ok(())
}

/// The office that reviews is chosen by the list of people; should it be wrong, nothing leaves all the same.
fn not_the_subject(council: &Council<'_>, reviewer: Office, source: &Source) -> Result<(), Failure> {
    let duty = super::duty(reviewer);
    let people = council.authority.register.people().iter();
    let mut holders = people.filter(|p| duty.is_some() && p.duty == duty && p.present(council.today()));
    match holders.any(|p| source.key.person(&p.person) == source.subject) {
        true => Err(Failure::new(gate::StillSealed.to_string())),
        false => Ok(()),
    }
}

fn source(council: &Council<'_>, row: &CaseRow) -> Result<Source, Failure> {
    let month = row.month();
    let until = row.hold.and_then(|h| Some((h, council.store.holds().ok()?.get(&h)?.0)));
    match until.filter(|_| super::closed(council, month).unwrap_or(false)) {
        None => Ok(Source {
            key: super::month_key(council, month)?,
            paths: council.store.usage_paths(month)?,
            subject: row.subject,
            hold: None,
        }),
        Some((hold, until)) => {
            // The partition of a last day may hold the copies of several holds, each under its own key.
            let key = council.keys.hold(hold, KeySource::Existing)?;
            let mut subject = None;
            council.store.each_hold(until, &mut |r, _| {
                if r.hold == hold {
                    subject = r.row.person;
                }
            })?;
            let subject = subject.ok_or_else(|| Failure::new("nothing is held"))?;
            Ok(Source {
                key,
                paths: council.store.paths(Table::Holds, until, until)?,
                subject,
                hold: Some((hold, until)),
            })
        }
    }
}

/// The asset numbers through which it happened.
fn assets(council: &Council<'_>, source: &Source, evidence: &Evidence) -> Result<Vec<String>, Failure> {
    let mut devices: BTreeSet<DeviceKey> = BTreeSet::new();
    let category = evidence.rule().category();
    let mut take = |row: &UsageRow| {
        let ours = row.person == Some(source.subject) && row.category == category && row.time_class == TimeClass::Core;
        if ours && evidence.days().iter().any(|(date, _)| *date == row.local_date) {
            devices.insert(row.device);
        }
    };
    match source.hold {
        Some((hold, until)) => council.store.each_hold(until, &mut |r, _| {
            if r.hold == hold {
                take(&r.row);
            }
        })?,
        None => {
            for (date, _) in evidence.days() {
                council.store.each_usage(*date, &mut |r, _| take(r))?;
            }
        }
    }
    let all = council.authority.register.rows().iter().map(|r| r.asset.as_str()).collect::<BTreeSet<_>>();
    let found: Vec<String> =
        all.into_iter().filter(|a| devices.contains(&source.key.device(a))).map(str::to_owned).collect();
    match found.len() == devices.len() {
        true => Ok(found),
        false => Err(Failure::new("an asset that the case is about is not in register.csv any more")
            .hint("restore its row with `until` set; rows of the register are ended, not removed")),
    }
}

/// The coverage of each date in ten-thousandths.
fn coverage(council: &Council<'_>, evidence: Option<&Evidence>) -> Result<Vec<(Date, u16)>, Failure> {
    let mut all = Vec::new();
    for (date, _) in evidence.iter().flat_map(|e| e.days()) {
        let footer = council.store.footer(*date)?;
        all.push((*date, footer.map_or(10_000, |f| f.account.coverage_per_10k())));
    }
    Ok(all)
}

fn facts(council: &Council<'_>, row: &CaseRow, rule: &ExceptionRule) -> Result<CaseFacts, Failure> {
    let authority = &council.authority;
    let assessment = authority.assessment.as_ref();
    let holds = council.store.holds()?;
    Ok(CaseFacts {
        authority: authority.id.clone(),
        name: authority.name.clone(),
        software: format!("tithing {}", env!("CARGO_PKG_VERSION")),
        case: row.case,
        month: row.month().to_string(),
        opened: row.opened,
        disclosed: row.disclosed.unwrap_or(council.today()),
        kept_until: super::kept_until(council, row, &holds),
        reviewer: row.reviewer.map_or("", store::Role::as_str).to_owned(),
        rule: rule.id().to_owned(),
        rule_text: rule.sentence(),
        assessment: assessment.and_then(|a| a.version()).map(str::to_owned),
        complaints: assessment.and_then(|a| a.complaints()).unwrap_or_default().to_owned(),
        unlocks: super::slips::read(council, row)?,
        test_clock: council.clock.fixed.then(|| council.clock.now.to_string()),
    })
}

/// Writes the file, readable by its owner alone; says where its page is.
fn write(council: &Council<'_>, number: i64, file: &CaseFile) -> Result<String, Failure> {
    let folder = super::folder(council, number);
    store::write_atomic_private(&folder.join("case.json"), file.json().as_bytes())?;
    let page = folder.join("case.html");
    store::write_atomic_private(&page, file.html().as_bytes())?;
    Ok(format!("{}\n", page.display()))
}

/// What a case is closed with.
pub(crate) struct End<'a> {
    /// The outcome's word.
    pub outcome: &'a str,
    /// Why.
    pub reason: &'a str,
    /// What the person said.
    pub account: &'a str,
}

/// Closes a reviewed case: by its reviewer, with an outcome, a reason and what the person said.
pub(crate) fn close(
    council: &Council<'_>,
    number: i64,
    officer: &Officer<'_>,
    end: &End<'_>,
) -> Result<String, Failure> {
    let row = super::find(council, number)?;
    if row.state != CaseState::Review {
        let what = format!("case {number} is not in review: it is {}", row.state.as_str());
        return Err(Failure::new(what).hint("only what its reviewer was given can be closed"));
    }
    let outcome = CaseOutcome::from_word(end.outcome).filter(|o| *o != CaseOutcome::Nobody).ok_or_else(|| {
        let words: Vec<&str> = CaseOutcome::ALL.iter().skip(1).map(|o| o.as_str()).collect();
        Failure::new(format!("'{}' is no outcome", end.outcome)).hint(words.join(", "))
    })?;
    let why = super::reason(end.reason)?;
    let account = super::reason(end.account).map_err(|_| {
        Failure::new("what the person said is missing: nobody is judged unheard")
            .hint("write down what they said, or that they were asked and said nothing")
    })?;
    if row.reviewer != Some(super::role(officer.office)) {
        let office = row.reviewer.map_or("", store::Role::as_str);
        return Err(Failure::new(format!("case {number} was given to the {office}, who alone closes it")));
    }
    super::prove(council, &row, officer)?;
    let path = super::folder(council, number).join("case.json");
    let text = crate::config::read_text(&path)?;
    let mut file = CaseFile::from_json(&text).map_err(|e| Failure::at(&path, e))?;
    file.end(CaseEnd {
        date: council.today(),
        outcome: outcome.as_str().to_owned(),
        reason: why.to_owned(),
        account: account.to_owned(),
    });
    let said = write(council, number, &file)?;
    let row = CaseRow { state: CaseState::Closed, outcome: Some(outcome), closed: Some(council.today()), ..row };
    super::put(council, row)?;
    super::record(council, &row, CaseStep::Closed, row.reviewer, Some(why))?;
    Ok(said)
}
