//! Everything that is held about one person, gathered and written into a folder that can be handed over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use analyze::Ownership;
use gate::Own;
use model::Month;
use reports::subject::{Column, HeldMonth, Pack, Shared, Table};
use store::{Event, KeySource, Right};

use super::tables::{self, Devices};
use super::{Subject, rows};
use crate::outcome::Failure;

/// The page's file, where a reader begins.
const PAGE: &str = "index.html";
/// The check sums, in the form that `sha256sum -c` reads.
const SUMS: &str = "SHA256SUMS";

/// A pack, and how many rows of use it has.
pub(super) struct Gathered {
    pub(super) pack: Pack,
    pub(super) rows: u64,
}

/// Gathers the pack.
pub(super) fn gather(subject: &Subject<'_>) -> Result<Gathered, Failure> {
    let council = &subject.council;
    let register = &council.authority.register;
    let mut own = Own::default();
    let mut devices = Devices::new();
    let mut counts: BTreeMap<Month, u64> = BTreeMap::new();
    for month in subject.open_months()? {
        let key = council.keys.month(month, KeySource::Existing)?;
        let person = key.person(subject.person);
        let assets = tables::assets_of(register, subject.person);
        devices.extend(assets.into_iter().map(|a| ((month, key.device(a)), a.to_owned())));
        let before = own.rows().len();
        for date in council.store.dates(store::Table::Usage, month)? {
            council.store.each_usage(date, &mut |row, link| {
                own.take(person, row, link);
            })?;
        }
        counts.insert(month, (own.rows().len() - before) as u64);
    }
    let months = held_months(subject, &counts)?;
    let tables = all_tables(subject, &own, &devices, &months)?;
    let rows = own.rows().len() as u64;
    Ok(Gathered { pack: facts(subject, months, tables), rows })
}

fn held_months(subject: &Subject<'_>, counts: &BTreeMap<Month, u64>) -> Result<Vec<HeldMonth>, Failure> {
    let limits = crate::retention::limits(&subject.council.authority);
    let published = rows::published(&subject.council)?;
    let held = |(month, rows): (&Month, &u64)| HeldMonth {
        month: *month,
        goes: limits.closes(*month),
        published: published.contains(month),
        rows: *rows,
    };
    Ok(counts.iter().map(held).collect())
}

fn all_tables(
    subject: &Subject<'_>,
    own: &Own,
    devices: &Devices,
    months: &[HeldMonth],
) -> Result<Vec<Table>, Failure> {
    let (council, person) = (&subject.council, subject.person);
    let register = &council.authority.register;
    let mut all = vec![tables::summary(own), tables::usage(own, devices, council.authority.calendar.zone())];
    all.extend(tables::schedule(subject)?);
    all.push(tables::lines(subject.text("people.csv"), "person", &|sheet, r| sheet.get(r, "person") == person));
    all.push(tables::lines(subject.text("register.csv"), "devices", &|sheet, r| sheet.get(r, "holder") == person));
    all.push(tables::lines(subject.text("paid-wifi.csv"), "claims", &|sheet, r| {
        let date = sheet.get(r, "date").parse();
        date.is_ok_and(|d| tables::holder(register, &sheet.get(r, "asset"), d) == Some(person))
    }));
    let (kept, numbers) = super::kept::tables(subject)?;
    all.extend(kept);
    all.push(tables::ledger(council, &subject.hash, &numbers)?);
    all.push(retention(subject, months));
    Ok(all)
}

fn retention(subject: &Subject<'_>, months: &[HeldMonth]) -> Table {
    let mut rows: Vec<Vec<String>> =
        months.iter().map(|m| vec![format!("rows of use of {}", m.month), format!("deleted on {}", m.goes)]).collect();
    if let Some(r) = subject.council.authority.assessment.as_ref().and_then(|a| a.retention()) {
        let mut days = |what: &str, days: Option<i64>, unit: &str| {
            rows.extend(days.map(|d| vec![what.to_owned(), format!("deleted after {d} {unit}")]));
        };
        days("bytes of a link, by day", r.links_days, "days");
        days("raw records of routers and resolvers", r.raw_days, "days");
        days("security notices", r.security_days, "days");
        days("published reports, which name nobody", r.reports_months, "months");
    }
    rows.push(vec!["ledger entries, which name nobody".to_owned(), "kept".to_owned()]);
    Table { name: "retention", columns: vec![Column::text("what"), Column::text("until")], rows, ..Table::default() }
}

fn facts(subject: &Subject<'_>, months: Vec<HeldMonth>, tables: Vec<Table>) -> Pack {
    let (council, authority) = (&subject.council, &subject.council.authority);
    let assessment = authority.assessment.as_ref();
    let mut sources: Vec<String> = authority.sources.iter().map(|s| s.kind.as_str().to_owned()).collect();
    sources.sort();
    sources.dedup();
    let recipients = assessment.map(|a| a.recipients()).unwrap_or_default();
    Pack {
        council: authority.name.clone(),
        person: subject.person.to_owned(),
        made: council.clock.now.to_string(),
        zone: authority.calendar.zone().iana_name().unwrap_or_default().to_owned(),
        test_clock: council.clock.fixed,
        months,
        notice: assessment.and_then(|a| a.notice()).map(|(version, date)| (version.to_owned(), date)),
        basis: assessment.and_then(|a| a.basis()).map(str::to_owned),
        purposes: assessment.map(|a| a.purposes().to_vec()).unwrap_or_default(),
        sources,
        recipients: recipients.iter().map(|r| (r.role.clone(), r.document.clone())).collect(),
        raw_days: assessment.and_then(|a| a.retention()).and_then(|r| r.raw_days),
        contact: assessment.and_then(|a| a.complaints()).map(str::to_owned),
        shared: shared(subject),
        tables,
    }
}

/// Shared devices in the register today: those that nobody, or the person, answers for, and how many others there are.
fn shared(subject: &Subject<'_>) -> Shared {
    let today = subject.council.today();
    let covers = |r: &&analyze::RegisterRow| r.from <= today && r.until.is_none_or(|u| today <= u);
    let mut all: BTreeMap<&str, bool> = BTreeMap::new();
    let rows = subject.council.authority.register.rows().iter().filter(|r| r.ownership == Ownership::Shared);
    for row in rows.filter(covers) {
        let open = row.holder.as_deref().is_none_or(|h| h == subject.person);
        *all.entry(row.asset.as_str()).or_insert(true) &= open;
    }
    let assets: Vec<String> = all.iter().filter(|(_, open)| **open).map(|(a, _)| (*a).to_owned()).collect();
    Shared { others: (all.len() - assets.len()) as u64, assets }
}

/// Writes a pack so that only the owner of the folder may read it, and enters it in the ledger; returns the page's path.
pub(super) fn write(subject: &Subject<'_>, folder: &Path, gathered: &Gathered) -> Result<PathBuf, Failure> {
    private_folder(folder)?;
    let mut files: Vec<(String, String)> =
        gathered.pack.tables.iter().map(|t| (format!("{}.csv", t.name), t.csv())).collect();
    files.push((PAGE.to_owned(), reports::subject::html(&gathered.pack)));
    files.sort();
    let mut sums = String::new();
    for (name, text) in &files {
        store::write_atomic_private(&folder.join(name), text.as_bytes())?;
        sums.push_str(&format!("{}  {name}\n", store::to_hex(&store::sha256(text.as_bytes()))));
    }
    store::write_atomic_private(&folder.join(SUMS), sums.as_bytes())?;
    subject.record(Right::Export, gathered.rows)?;
    Ok(folder.join(PAGE))
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|e| Failure::at(folder, format!("cannot be made: {e}")))
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|e| Failure::at(folder, format!("cannot be made: {e}")))
}

/// Where a pack goes unless told: its name holds the date and a piece of the hash that stands for the person.
pub(super) fn default_folder(subject: &Subject<'_>) -> PathBuf {
    let (council, hash) = (&subject.council, store::to_hex(&subject.hash));
    let name = format!("{}-{}", council.today(), hash.get(..8).unwrap_or_default());
    council.provider.root.join("exports").join(&council.authority.id).join(name)
}

/// Whether a pack was written since the last night was made: then it has every row that there is.
pub(super) fn is_fresh(subject: &Subject<'_>) -> Result<bool, Failure> {
    let mut fresh = false;
    subject.council.ledger.entries(&mut |entry| match &entry.event {
        Event::Night { .. } => fresh = false,
        Event::Subject { right: Right::Export, subject: hash, .. } if *hash == subject.hash => fresh = true,
        _ => {}
    })?;
    Ok(fresh)
}
