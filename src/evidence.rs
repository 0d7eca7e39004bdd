//! The evidence sheet of one council: what the ledger and the configuration show, by financial year.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use model::{Micros, Month};
use reports::Annex;
use reports::evidence::{ConfigPart, Deletion, Evidence, Gate, LedgerState, Release, SCHEMA, Year};
use store::{Deleted, Entry, Event, Ledger};

use crate::annex::Given;
use crate::clock::Clock;
use crate::config::{Authority, Provider};
use crate::history;
use crate::outcome::Failure;

/// Financial years on the sheet: the one that runs and the one before, which the yearly review is about.
const YEARS: usize = 2;

/// The sheet as of the clock.
///
/// # Errors
/// Where the ledger or a released month cannot be read. A chain that does not hold is no error: the sheet says so.
pub(crate) fn evidence(
    provider: &Provider,
    authority: &Authority,
    clock: Clock,
    annex: &Annex,
    given: &Given,
) -> Result<Evidence, Failure> {
    let date = annex.date;
    let ladder = gate::judge(authority.assessment.as_ref(), date);
    let ledger = Ledger::open(&provider.root.join("ledger"), &authority.id)?;
    let state = ledger.verify(None);
    let (years, configuration) = match &state {
        Ok(_) => {
            (years(provider, authority, &ledger, clock.now, date)?, configuration(provider, authority, clock.now)?)
        }
        Err(_) => (Vec::new(), Vec::new()),
    };
    let gates = ladder.requirements.iter().map(|r| Gate { code: r.code.to_owned(), met: r.met, what: r.what.clone() });
    Ok(Evidence {
        schema: SCHEMA.to_owned(),
        software: annex.software.clone(),
        authority: authority.id.clone(),
        name: authority.name.clone(),
        date,
        test_clock: annex.test_clock.clone(),
        allowed: ladder.allowed.as_str().to_owned(),
        asked: ladder.asked.as_str().to_owned(),
        assessment: annex.assessment.clone(),
        notice: annex.notice.clone(),
        annex_sha256: annex.sha256.clone(),
        annex_given: match given {
            Given::NotRecorded | Given::Malformed => None,
            Given::Same => Some(true),
            Given::Other(_) => Some(false),
        },
        gates: gates.collect(),
        configuration,
        ledger: LedgerState {
            holds: state.is_ok(),
            entries: state.as_ref().map_or(0, |v| v.entries),
            head: state.as_ref().map(|v| store::to_hex(&v.head)).unwrap_or_default(),
        },
        years,
    })
}

fn configuration(provider: &Provider, authority: &Authority, now: Timestamp) -> Result<Vec<ConfigPart>, Failure> {
    let part = |p: history::Part| ConfigPart {
        part: p.name,
        since: (p.now != Some(false)).then_some(p.since),
        changes: p.changes,
    };
    Ok(history::parts(provider, authority, now)?.into_iter().map(part).collect())
}

/// A year while it is filled.
#[derive(Default)]
struct Filling {
    nights: BTreeSet<Date>,
    releases: BTreeMap<Month, Published>,
    withheld: BTreeSet<Month>,
    deleted: BTreeMap<Deleted, Deletion>,
}

/// A month as the ledger has it.
struct Published {
    on: Date,
    first: [u8; 32],
    newest: [u8; 32],
    errata: u64,
}

fn years(
    provider: &Provider,
    authority: &Authority,
    ledger: &Ledger,
    now: Timestamp,
    today: Date,
) -> Result<Vec<Year>, Failure> {
    let mut found: BTreeMap<Date, Filling> = BTreeMap::new();
    found.entry(model::financial_year(today)).or_default();
    ledger.entries(&mut |entry| {
        if entry.time <= now.as_microsecond() {
            fill(&mut found, entry, &|time| local(authority, time, today));
        }
    })?;
    let reports = provider.root.join("reports").join(&authority.id);
    found.into_iter().rev().take(YEARS).map(|(first, filling)| year(&reports, first, filling)).collect()
}

fn local(authority: &Authority, time: Micros, otherwise: Date) -> Date {
    let at = Timestamp::from_microsecond(time).ok();
    at.map_or(otherwise, |t| t.to_zoned(authority.calendar.zone().clone()).date())
}

/// The financial year of a date.
fn of(found: &mut BTreeMap<Date, Filling>, date: Date) -> &mut Filling {
    found.entry(model::financial_year(date)).or_default()
}

/// What an entry adds. A night and a month belong to the year they lie in, a deletion to the year it was made in.
fn fill(found: &mut BTreeMap<Date, Filling>, entry: &Entry, date_of: &dyn Fn(Micros) -> Date) {
    let on = date_of(entry.time);
    match &entry.event {
        Event::Night { date, .. } => {
            of(found, *date).nights.insert(*date);
        }
        Event::Release { month, report, .. } => {
            let made = Published { on, first: *report, newest: *report, errata: 0 };
            of(found, month.first()).releases.insert(*month, made);
        }
        Event::Erratum { month, report } => {
            if let Some(published) = of(found, month.first()).releases.get_mut(month) {
                published.errata += 1;
                published.newest = *report;
            }
        }
        Event::Withheld { month } => {
            of(found, month.first()).withheld.insert(*month);
        }
        Event::Retention { deleted, last, .. } => {
            let none = Deletion { class: class(*deleted).to_owned(), runs: 0, last_run: on, through: *last };
            let deletion = of(found, on).deleted.entry(*deleted).or_insert(none);
            deletion.runs += 1;
            deletion.last_run = deletion.last_run.max(on);
            deletion.through = deletion.through.max(*last);
        }
        // Who used a right, who is in a case and what was looked at is about people, or none of this sheet's business.
        _ => {}
    }
}

/// What a class of data is called.
const fn class(deleted: Deleted) -> &'static str {
    match deleted {
        Deleted::Usage => "rows about people",
        Deleted::Links => "rows about links",
        Deleted::Cycles => "billing cycles",
        Deleted::Templates => "layouts of export records",
        Deleted::Key => "keys of months",
        Deleted::Raw => "logs and captures",
        Deleted::Reports => "reports",
        Deleted::Security => "security notices",
        Deleted::Cases => "cases",
        Deleted::Holds => "holds",
    }
}

fn year(reports: &Path, first: Date, filling: Filling) -> Result<Year, Failure> {
    let last = Date::new(first.year() + 1, 3, 31)?;
    let released: Vec<Month> = filling.releases.keys().copied().collect();
    let releases = filling.releases.into_iter().map(|(month, published)| release(reports, month, &published));
    Ok(Year {
        first,
        last,
        nights: filling.nights.len() as u64,
        night_first: filling.nights.first().copied(),
        night_last: filling.nights.last().copied(),
        releases: releases.collect::<Result<_, _>>()?,
        withheld: filling.withheld.iter().filter(|m| !released.contains(m)).map(Month::to_string).collect(),
        retention: filling.deleted.into_values().collect(),
    })
}

/// A released month with the attack that it passed, read from its own file where that is what the ledger recorded.
fn release(reports: &Path, month: Month, published: &Published) -> Result<Release, Failure> {
    let text = crate::config::read_text_if_any(&reports.join(month.to_string()).join("report.json"))?;
    let text = text.filter(|t| store::sha256(t.as_bytes()) == published.newest);
    let document = text.as_deref().and_then(|t| reports::from_json(t).ok());
    let word = |value: Option<serde_json::Value>| value.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    let status = document.as_ref().and_then(|d| serde_json::to_value(d.status).ok());
    let audience = document.as_ref().and_then(|d| serde_json::to_value(d.audience).ok());
    Ok(Release {
        month: month.to_string(),
        on: published.on,
        sha256: store::to_hex(&published.first),
        errata: published.errata,
        found: document.is_some(),
        status: word(status),
        audience: word(audience),
        profiles: document.as_ref().map(|d| d.attack.profiles.clone()).unwrap_or_default(),
        breaches: document.as_ref().map_or(0, |d| d.attack.breaches),
    })
}
