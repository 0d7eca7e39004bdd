//! What is held about a person beside the rows of use: security notices, cases and holds, each from its own table.
//!
//! A sealed case is nobody's here: until two office holders have unlocked it nobody knows about whom it is, and whoever
//! writes a pack must not learn it.

use std::collections::{BTreeMap, BTreeSet};

use gate::Own;
use jiff::civil::Date;
use model::{DeviceKey, Month};
use reports::subject::{Column, Table};
use store::{CaseRow, CaseState, KeySource};

use super::Subject;
use super::tables::{self, Devices};
use crate::outcome::Failure;

/// What was found, by number, for the entries of the ledger.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) cases: BTreeSet<u64>,
    pub(super) holds: BTreeSet<u64>,
}

/// The tables of all three, and the numbers of cases and holds.
pub(super) fn tables(subject: &Subject<'_>) -> Result<(Vec<Table>, Numbers), Failure> {
    let holds = holds(subject)?;
    let cases = cases(subject, &holds)?;
    let whole = |n: i64| u64::try_from(n).unwrap_or_default();
    let numbers = Numbers {
        cases: cases.iter().map(|c| whole(c.case)).collect(),
        holds: holds.keys().map(|n| whole(*n)).collect(),
    };
    Ok((vec![notices(subject)?, case_table(&cases), held_rows(subject)?], numbers))
}

/// Holds that copy rows of the person, by number: their last day, and how many rows.
pub(super) fn holds(subject: &Subject<'_>) -> Result<BTreeMap<i64, (Date, u64)>, Failure> {
    let mut own = BTreeMap::new();
    for (hold, (until, _)) in subject.council.store.holds()? {
        let person = subject.council.keys.hold(hold, KeySource::Existing)?.person(subject.person);
        let mut count = 0;
        subject.council.store.each_hold(until, &mut |row, _| {
            count += u64::from(row.hold == hold && row.row.person == Some(person));
        })?;
        if count > 0 {
            own.insert(hold, (until, count));
        }
    }
    Ok(own)
}

/// Cases about the person that were given to their reviewer.
fn cases(subject: &Subject<'_>, holds: &BTreeMap<i64, (Date, u64)>) -> Result<Vec<CaseRow>, Failure> {
    let months = subject.council.keys.months()?;
    let mut own = Vec::new();
    for row in subject.council.store.cases()?.into_iter().filter(|r| r.state != CaseState::Sealed) {
        let named = months.contains(&row.month())
            && subject.council.keys.month(row.month(), KeySource::Existing)?.person(subject.person) == row.subject;
        if named || row.hold.is_some_and(|h| holds.contains_key(&h)) {
            own.push(row);
        }
    }
    Ok(own)
}

fn case_table(cases: &[CaseRow]) -> Table {
    let date = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
    let row = |c: &CaseRow| {
        vec![
            c.case.to_string(),
            c.month().to_string(),
            c.state.as_str().to_owned(),
            c.opened.to_string(),
            date(c.disclosed),
            c.reviewer.map_or_else(String::new, |r| r.as_str().to_owned()),
            date(c.closed),
            c.outcome.map_or_else(String::new, |o| o.as_str().to_owned()),
            c.hold.map_or_else(String::new, |h| h.to_string()),
        ]
    };
    let mut columns = vec![Column::number("case")];
    columns.extend(["month", "state", "opened", "disclosed", "reviewer", "closed", "outcome"].map(Column::text));
    columns.push(Column::number("hold"));
    Table { name: "cases", columns, rows: cases.iter().map(row).collect(), on_page: true, in_file: &[] }
}

/// The rows that holds keep of the person, as rows of use are given.
fn held_rows(subject: &Subject<'_>) -> Result<Table, Failure> {
    let council = &subject.council;
    let mut own = Own::default();
    let mut devices = Devices::new();
    for (hold, (until, _)) in holds(subject)? {
        let key = council.keys.hold(hold, KeySource::Existing)?;
        let person = key.person(subject.person);
        let assets = tables::assets_of(&council.authority.register, subject.person);
        council.store.each_hold(until, &mut |row, link| {
            if row.hold == hold && own.take(person, &row.row, link) {
                let month = Month::of(row.row.local_date);
                devices.extend(assets.iter().map(|a| ((month, key.device(a)), (*a).to_owned())));
            }
        })?;
    }
    Ok(Table { name: "holds", ..tables::usage(&own, &devices, council.authority.calendar.zone()) })
}

/// Security notices about devices on days on which the person held them.
fn notices(subject: &Subject<'_>) -> Result<Table, Failure> {
    let (council, register) = (&subject.council, &subject.council.authority.register);
    let (months, zone) = (council.keys.months()?, council.authority.calendar.zone());
    let mut rows = Vec::new();
    for date in council.store.all_dates(store::Table::Security)? {
        if !months.contains(&Month::of(date)) {
            continue;
        }
        let key = council.keys.month(Month::of(date), KeySource::Existing)?;
        let mut own: BTreeMap<DeviceKey, &str> = BTreeMap::new();
        for asset in tables::assets_of(register, subject.person) {
            if tables::holder(register, asset, date) == Some(subject.person) {
                own.insert(key.device(asset), asset);
            }
        }
        council.store.each_security(date, &mut |row, entry| {
            let Some(asset) = own.get(&row.device) else { return };
            let program = row.program.map_or_else(String::new, |p| p.as_str().to_owned());
            let mut line = vec![date.to_string(), (*asset).to_owned(), row.rule.as_str().to_owned(), program];
            line.extend([entry.to_owned(), tables::utc(row.first), tables::local(row.first, zone)]);
            line.extend([tables::utc(row.last), tables::local(row.last, zone)]);
            line.extend([row.lookups, row.flows, row.bytes].map(|n| n.to_string()));
            line.push(tables::yes(row.blocked).to_owned());
            rows.push(line);
        })?;
    }
    let text = ["date", "asset", "rule", "program", "entry", "first_utc", "first_local", "last_utc", "last_local"];
    let mut columns: Vec<Column> = text.map(Column::text).into();
    columns.extend(["lookups", "connections", "bytes"].map(Column::number));
    columns.push(Column::text("blocked"));
    Ok(Table {
        name: "notices",
        columns,
        rows,
        on_page: true,
        in_file: &["first_utc", "first_local", "last_utc", "last_local", "bytes", "blocked"],
    })
}
