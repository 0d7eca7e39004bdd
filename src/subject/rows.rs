//! The open months' rows of a person: counted, taken out, keyed anew; and their nights made again where that can be.

use std::collections::BTreeSet;

use analyze::{Register, Standing};
use jiff::civil::Date;
use model::{Month, UsageRow};
use store::{Fate, KeySource, MonthKey, Revised, Revision, Table};

use super::Subject;
use crate::config::Authority;
use crate::council::Council;
use crate::inputs;
use crate::night::Maker;
use crate::outcome::Failure;

/// What becomes of a row under the key of its month.
pub(super) type Rule<'r> = &'r dyn Fn(&UsageRow, &MonthKey) -> Fate;

/// Rows touched, and the nights in which they lie.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) rows: u64,
    pub(super) nights: BTreeSet<Date>,
}

impl Done {
    fn add(&mut self, date: Date, revised: Revised) {
        self.rows += revised.rows();
        if revised.rows() > 0 {
            self.nights.insert(date);
        }
    }
}

/// Takes out every row of a person.
pub(super) fn gone<'r>(person: &'r str) -> impl Fn(&UsageRow, &MonthKey) -> Fate + 'r {
    move |row, key| if row.person == Some(key.person(person)) { Fate::Goes } else { Fate::Stays }
}

/// Hands over every date of the open months that has rows, with its month's key.
fn each_night(
    subject: &Subject<'_>,
    each: &mut dyn FnMut(Date, &MonthKey) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for month in subject.open_months()? {
        let key = subject.council.keys.month(month, KeySource::Existing)?;
        for date in subject.council.store.dates(Table::Usage, month)? {
            each(date, &key)?;
        }
    }
    Ok(())
}

/// What a rule would touch.
pub(super) fn preview(subject: &Subject<'_>, rule: Rule<'_>) -> Result<Done, Failure> {
    let mut done = Done::default();
    each_night(subject, &mut |date, key| {
        done.add(date, subject.council.store.preview(date, &|row| rule(row, key))?);
        Ok(())
    })?;
    Ok(done)
}

/// Rewrites the open months. `council` has the register as it is now; links issued to one of `holders` are counted anew.
pub(super) fn revise(
    subject: &Subject<'_>,
    council: &Council<'_>,
    holders: &[&str],
    rule: Rule<'_>,
) -> Result<Done, Failure> {
    let mut done = Done::default();
    each_night(subject, &mut |date, key| {
        let revision = Revision {
            fate: &|row| rule(row, key),
            issued: &issued(&council.authority, date),
            recount: concerns(&council.authority, date, holders),
        };
        done.add(date, council.store.revise(date, &revision)?);
        Ok(())
    })?;
    Ok(done)
}

/// Links issued to one holder who is measured on a date.
fn issued(authority: &Authority, date: Date) -> Vec<String> {
    let measured = |asset: &String| authority.register.standing(asset, date) != Standing::Unmonitored;
    authority.links.iter().filter(|l| l.issued_to.as_ref().is_some_and(measured)).map(|l| l.id.clone()).collect()
}

/// Whether a link is issued on a date to one of some people.
fn concerns(authority: &Authority, date: Date, holders: &[&str]) -> bool {
    let held =
        |asset: &str| super::tables::holder(&authority.register, asset, date).is_some_and(|h| holders.contains(&h));
    authority.links.iter().any(|l| l.issued_to.as_deref().is_some_and(held))
}

/// Dates of the open months on which some device stands otherwise in one register than in the other: then lookups that
/// explain other devices' traffic may count otherwise too.
pub(super) fn differing(subject: &Subject<'_>, before: &Register, after: &Register) -> Result<BTreeSet<Date>, Failure> {
    let assets: BTreeSet<&str> = before.rows().iter().chain(after.rows()).map(|r| r.asset.as_str()).collect();
    let whose = |register: &Register, asset: &str, date: Date| match register.standing(asset, date) {
        Standing::Person(p) => Some(Some(p.person.clone())),
        Standing::Shared => Some(None),
        Standing::Unmonitored => None,
    };
    let mut dates = BTreeSet::new();
    each_night(subject, &mut |date, _| {
        if assets.iter().any(|a| whose(before, a, date) != whose(after, a, date)) {
            dates.insert(date);
        }
        Ok(())
    })?;
    Ok(dates)
}

/// Makes nights again from the inbox, where their inputs are all there and nothing but the files in `was` changed. Says how
/// many stand anew.
pub(super) fn again(council: &Council<'_>, dates: &BTreeSet<Date>, was: &[(String, [u8; 32])]) -> Result<u64, Failure> {
    let mut count = 0;
    let Some(near) = dates.last() else { return Ok(count) };
    let ladder = gate::judge(council.authority.assessment.as_ref(), *near);
    if ladder.mode != gate::Mode::Categories {
        return Ok(count);
    }
    let found = inputs::find(&council.authority, crate::commands::nightly::allowed(council, &ladder))?;
    if found.is_empty() {
        return Ok(count);
    }
    let mut survey = inputs::survey(&council.authority, found, *near, None);
    let mut maker = Maker { council, survey: &mut survey };
    for date in dates {
        count += u64::from(maker.again(*date, was)?);
    }
    Ok(count)
}

/// Months that the ledger says are published.
pub(super) fn published(council: &Council<'_>) -> Result<BTreeSet<Month>, Failure> {
    let mut months = BTreeSet::new();
    council.ledger.entries(&mut |entry| {
        if let store::Event::Release { month, .. } = entry.event {
            months.insert(month);
        }
    })?;
    Ok(months)
}
