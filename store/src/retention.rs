//! What is kept no longer than the impact assessment says, and the search that proves it.
//!
//! Everything that ends is an [`Item`]: a class, its own date, the day it is due, and where it stands. The store finds its
//! own by walking its folders and the keys', so that a file that somebody put back is found like any other; the caller adds
//! what stands elsewhere. What is due is written down, deleted, and written to the ledger, in that order: a run that is
//! cut off anywhere is finished by the next, and no deletion goes unrecorded.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use model::Month;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::atomic::{remove, sync_folder, write_atomic};
use crate::folder::Store;
use crate::footer::json;
use crate::keys::Keys;
use crate::ledger::{Deleted, Limit};
use crate::manifest::parse_date;
use crate::schema::Table;

/// No setting keeps `usage` rows longer than this many days after the end of their month.
pub const USAGE_DAYS_MAX: u16 = 62;
/// No setting keeps a `links` partition longer than this many days, some ten years: the most that an assessment may say.
pub const LINKS_DAYS_MAX: u16 = 3_660;
/// No setting keeps raw inputs longer than this many days.
pub const RAW_DAYS_MAX: u16 = 7;
/// No setting keeps security notices longer than this many days.
pub const SECURITY_DAYS_MAX: u16 = 30;
/// No setting keeps published reports longer than this many months.
pub const REPORTS_MONTHS_MAX: u16 = 120;

/// How long each class is kept. A value above its greatest counts as that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Days after the end of a month for which its `usage` rows and its key live.
    pub usage_days: u16,
    /// Days after its own date for which a `links` partition lives.
    pub links_days: u16,
    /// Days after its last record for which a raw input may stand.
    pub raw_days: u16,
    /// Days after its own date for which a security notice lives.
    pub security_days: u16,
    /// Months after the end of its month for which a published report lives.
    pub reports_months: u16,
}

/// Something that ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// What it is.
    pub class: Deleted,
    /// Its own date.
    pub date: Date,
    /// The day from which on it is deleted.
    pub end: Date,
    /// The file, or the folder with all that is in it.
    pub path: PathBuf,
}

/// What was deleted: the dates of each class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retired {
    /// Dates of partitions and files; first days of months for keys and reports.
    pub gone: BTreeMap<Deleted, BTreeSet<Date>>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// The date of the oldest thing left in each class.
    pub left: BTreeMap<Deleted, Date>,
    /// What is older than its limit: nothing, unless it could not be deleted or was put back meanwhile.
    pub overdue: Vec<Item>,
}

impl Retired {
    /// Whether nothing was due.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty()
    }

    fn add(&mut self, class: Deleted, date: Date) {
        self.gone.entry(class).or_default().insert(date);
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::MAX
    }
}

impl Limits {
    /// The longest that anything may be kept.
    pub const MAX: Self = Self {
        usage_days: USAGE_DAYS_MAX,
        links_days: LINKS_DAYS_MAX,
        raw_days: RAW_DAYS_MAX,
        security_days: SECURITY_DAYS_MAX,
        reports_months: REPORTS_MONTHS_MAX,
    };

    /// The day on which a month closes: its `usage` rows and its key are deleted from this day on.
    pub fn closes(&self, month: Month) -> Date {
        month.last().saturating_add(i64::from(self.usage_days.min(USAGE_DAYS_MAX)).days())
    }

    /// The day from which on the `security` partition of a date is deleted. It never outlives the key of its month, without
    /// which nobody could say whose a notice was.
    pub fn security_end(&self, date: Date) -> Date {
        let days = i64::from(self.security_days.min(SECURITY_DAYS_MAX));
        date.saturating_add(days.days()).min(self.closes(Month::of(date)))
    }

    /// The day from which on the `links` partition of a date is deleted. It never goes before the `usage` of its month,
    /// whose nights are known by it.
    fn links_end(&self, date: Date) -> Date {
        after(date, self.links_days.min(LINKS_DAYS_MAX)).max(self.closes(Month::of(date)))
    }

    /// The day from which on the published report of a month is deleted.
    pub fn reports_end(&self, month: Month) -> Date {
        month.last().saturating_add(Span::new().months(i64::from(self.reports_months.min(REPORTS_MONTHS_MAX))))
    }

    /// The day from which on something of a class and date is deleted: one line for each class.
    pub fn end(&self, class: Deleted, date: Date) -> Date {
        match class {
            Deleted::Usage | Deleted::Key | Deleted::Templates => self.closes(Month::of(date)),
            Deleted::Links => self.links_end(date),
            Deleted::Raw => after(date, self.raw_days.min(RAW_DAYS_MAX)),
            Deleted::Security => self.security_end(date),
            Deleted::Reports => self.reports_end(Month::of(date)),
            // A year's bills can be worked out as long as its reports stand; never before the rows behind them.
            Deleted::Cycles => self.reports_end(Month::of(date)).max(self.links_end(date)),
            // A case is worked on within its month's retention, and a hold is filed under its last day.
            Deleted::Cases => self.closes(Month::of(date)),
            Deleted::Holds => after(date, 1),
        }
    }

    /// The limit of a class, as its record says it.
    pub fn of(&self, class: Deleted) -> Limit {
        match class {
            Deleted::Usage | Deleted::Key | Deleted::Templates | Deleted::Cases => {
                Limit::DaysAfterMonth(self.usage_days.min(USAGE_DAYS_MAX).into())
            }
            Deleted::Links => Limit::Days(self.links_days.min(LINKS_DAYS_MAX).into()),
            Deleted::Raw => Limit::Days(self.raw_days.min(RAW_DAYS_MAX).into()),
            Deleted::Security => Limit::Days(self.security_days.min(SECURITY_DAYS_MAX).into()),
            Deleted::Reports | Deleted::Cycles => Limit::Months(self.reports_months.min(REPORTS_MONTHS_MAX).into()),
            Deleted::Holds => Limit::Days(1),
        }
    }
}

fn after(date: Date, days: u16) -> Date {
    date.saturating_add(i64::from(days).days())
}

/// Folders below an authority's whose files end by their own date, each with its class.
const FOLDERS: [(&str, Deleted); 5] = [
    (Table::Usage.as_str(), Deleted::Usage),
    (Table::Links.as_str(), Deleted::Links),
    (Table::Cycles.as_str(), Deleted::Cycles),
    (crate::templates::FOLDER, Deleted::Templates),
    (Table::Security.as_str(), Deleted::Security),
];

/// Folders whose files end by a rule of their own, which whoever keeps them hands over as items.
const OWN: [&str; 2] = [Table::Cases.as_str(), Table::Holds.as_str()];

impl Table {
    /// Whether its partitions end by a rule of their own: a case with its month, a hold on its last day.
    const fn ends_by_itself(self) -> bool {
        matches!(self, Self::Cases | Self::Holds)
    }

    /// The class by which its partitions end.
    pub(crate) const fn class(self) -> Deleted {
        match self {
            Self::Usage => Deleted::Usage,
            Self::Links => Deleted::Links,
            Self::Cycles => Deleted::Cycles,
            Self::Security => Deleted::Security,
            Self::Cases => Deleted::Cases,
            Self::Holds => Deleted::Holds,
        }
    }
}

/// What was due and is not yet in the ledger.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Journal {
    schema: String,
    due: BTreeMap<Deleted, BTreeSet<String>>,
}

const JOURNAL: &str = "tithing.retiring/1";

impl Store {
    /// Deletes what is due on `today`, with `others` that stand elsewhere. Call [`Store::recorded`] once the ledger holds it.
    ///
    /// First the list of what is due, then the manifest, the files, the keys. What a run did that was cut off is handed over
    /// again, with what it left.
    pub fn retain(&self, today: Date, limits: Limits, keys: &Keys, others: Vec<Item>) -> Result<Retired, StoreError> {
        let _lock = self.lock()?;
        let mut items = self.items(limits, keys)?;
        items.extend(others);
        items.retain(|i| i.end <= today);
        items.sort();
        let mut manifest = self.manifest()?;
        let due = |table: Table, date: Date| !table.ends_by_itself() && limits.end(table.class(), date) <= today;
        let mut retired = self.unrecorded()?;
        items.iter().for_each(|i| retired.add(i.class, i.date));
        manifest.partitions.keys().filter(|(t, d)| due(*t, *d)).for_each(|(t, d)| retired.add(t.class(), *d));
        if retired.is_empty() {
            return Ok(retired);
        }
        self.write_journal(&retired)?;
        let before = manifest.partitions.len();
        manifest.partitions.retain(|(table, date), _| !due(*table, *date));
        if manifest.partitions.len() != before {
            manifest.write(&self.manifest_path())?;
        }
        for item in &items {
            delete(&item.path)?;
        }
        Ok(retired)
    }

    /// The ledger holds what [`Store::retain`] handed over.
    pub fn recorded(&self) -> Result<(), StoreError> {
        remove(&self.journal_path()).map(drop)
    }

    /// Walks everything that ends and says what is left, and what is older than its limit on `today`.
    pub fn search(&self, today: Date, limits: Limits, keys: &Keys, others: &[Item]) -> Result<Search, StoreError> {
        let mut items = self.items(limits, keys)?;
        items.extend_from_slice(others);
        for (table, date) in self.manifest()?.partitions.into_keys().filter(|(t, _)| !t.ends_by_itself()) {
            items.push(Item {
                class: table.class(),
                date,
                end: limits.end(table.class(), date),
                path: self.manifest_path(),
            });
        }
        let mut search = Search::default();
        for item in items {
            if item.end <= today {
                search.overdue.push(item);
            } else {
                let oldest = search.left.entry(item.class).or_insert(item.date);
                *oldest = item.date.min(*oldest);
            }
        }
        search.overdue.sort();
        Ok(search)
    }

    /// Every file below the authority's folders that has a date in its name, temporary ones and those that somebody put
    /// there included. A dated file outside the known folders ends as rows about people do.
    fn items(&self, limits: Limits, keys: &Keys) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        for path in files(&self.folder)? {
            let inside = path.strip_prefix(&self.folder).unwrap_or(&path);
            let folder = inside.iter().next().and_then(|c| c.to_str()).unwrap_or_default();
            let class = FOLDERS.iter().find(|(name, _)| *name == folder).map_or(Deleted::Usage, |(_, class)| *class);
            let Some(date) = dated(&path).filter(|_| !OWN.contains(&folder)) else { continue };
            items.push(Item { class, date, end: limits.end(class, date), path });
        }
        // The latest that is known of the exporters' templates stays: it holds no time and nobody's record.
        let latest = self.latest_templates()?;
        items.retain(|i| latest.as_ref() != Some(&i.path));
        for path in files(keys.folder())? {
            let Some(date) = dated(&path) else { continue };
            items.push(Item { class: Deleted::Key, date, end: limits.end(Deleted::Key, date), path });
        }
        Ok(items)
    }

    fn journal_path(&self) -> PathBuf {
        self.folder.join("retiring.json")
    }

    fn write_journal(&self, retired: &Retired) -> Result<(), StoreError> {
        let texts = |dates: &BTreeSet<Date>| dates.iter().map(Date::to_string).collect();
        let due = retired.gone.iter().map(|(class, dates)| (*class, texts(dates))).collect();
        let mut text = json(&Journal { schema: JOURNAL.to_owned(), due });
        text.push(b'\n');
        write_atomic(&self.journal_path(), &text)
    }

    /// What an earlier run deleted, or was about to, and did not write to the ledger.
    fn unrecorded(&self) -> Result<Retired, StoreError> {
        let path = self.journal_path();
        let mut retired = Retired::default();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(retired),
            Err(e) => return Err(StoreError::io("read", &path, e)),
        };
        // One that cannot be read names nothing: what is still due is found again.
        let journal = serde_json::from_slice::<Journal>(&text).ok().filter(|j| j.schema == JOURNAL);
        for (class, dates) in journal.into_iter().flat_map(|j| j.due) {
            dates.iter().filter_map(|d| parse_date(d)).for_each(|d| retired.add(class, d));
        }
        Ok(retired)
    }
}

/// Removes a file, or a folder with all that is in it, durably.
fn delete(path: &Path) -> Result<(), StoreError> {
    if !path.is_dir() {
        return remove(path).map(drop);
    }
    fs::remove_dir_all(path).map_err(|e| StoreError::io("remove", path, e))?;
    sync_folder(path)
}

/// The date at the beginning of a file's name, a temporary file's dot left out; the first day where it is a month.
fn dated(path: &Path) -> Option<Date> {
    let name = path.file_name()?.to_str()?.trim_start_matches('.');
    let month = || Some(name.get(..7)?.parse::<Month>().ok()?.first());
    name.get(..10).and_then(parse_date).or_else(month)
}

/// Every file below a folder, in order; none where there is no folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(StoreError::io("list", &folder, e)),
        };
        for entry in entries {
            let entry = entry.map_err(|e| StoreError::io("list", &folder, e))?;
            // A link to a folder is not followed: what it points to is not ours.
            let is_folder = entry.file_type().map_err(|e| StoreError::io("list", &folder, e))?.is_dir();
            if is_folder { open.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort_unstable();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_closes_its_days_after_its_end() {
        let closes = |usage_days| Limits { usage_days, ..Limits::MAX }.closes(month("2026-03"));
        assert_eq!(closes(31), date(2026, 5, 1));
        assert_eq!(closes(62), date(2026, 6, 1));
        assert_eq!(closes(365), date(2026, 6, 1));
    }

    #[test]
    fn guarantee_34_no_value_is_without_end() {
        let endless = Limits {
            usage_days: u16::MAX,
            links_days: u16::MAX,
            raw_days: u16::MAX,
            security_days: u16::MAX,
            reports_months: u16::MAX,
        };
        let day = date(2026, 3, 10);
        let check = |class, end| assert_eq!(endless.end(class, day), end, "{class:?}");
        check(Deleted::Usage, date(2026, 6, 1));
        check(Deleted::Key, date(2026, 6, 1));
        check(Deleted::Templates, date(2026, 6, 1));
        check(Deleted::Cases, date(2026, 6, 1));
        check(Deleted::Raw, date(2026, 3, 17));
        check(Deleted::Security, date(2026, 4, 9));
        check(Deleted::Links, date(2036, 3, 17));
        check(Deleted::Reports, date(2036, 3, 31));
        check(Deleted::Cycles, date(2036, 3, 31));
        check(Deleted::Holds, date(2026, 3, 11));
    }

    #[test]
    fn a_name_says_its_date() {
        let check = |name: &str, expected| assert_eq!(dated(Path::new(name)), expected, "{name}");
        check("usage/2026-03-02.parquet", Some(date(2026, 3, 2)));
        check("usage/2026-03-02.next", Some(date(2026, 3, 2)));
        check("usage/2026-03-02.parquet.bak", Some(date(2026, 3, 2)));
        check("templates/.2026-03-02.txt.17-0.tmp", Some(date(2026, 3, 2)));
        check("keys/2026-03", Some(date(2026, 3, 1)));
        check("keys/.2026-03.17-0.tmp", Some(date(2026, 3, 1)));
        check("manifest.json", None);
        check("ledger", None);
        check("sign", None);
    }

    fn folder() -> (tempfile::TempDir, Store, Keys) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("store"), "ashby").unwrap();
        let keys = Keys::open(&dir.path().join("keys"), "ashby").unwrap();
        for name in
            ["usage/2026-03-02.next", "usage/.2026-03-02.parquet.9-0.tmp", "links/2026-03-02.copy", "2026-03.csv"]
        {
            write_atomic(&dir.path().join("store/ashby").join(name), b"left behind").unwrap();
        }
        for name in ["2026-03", ".2026-03.9-0.tmp", "2026-04", "ledger"] {
            write_atomic(&dir.path().join("keys/ashby").join(name), b"left behind").unwrap();
        }
        (dir, store, keys)
    }

    #[test]
    fn guarantee_34_the_search_walks_temporary_and_foreign_files() {
        let (_dir, store, keys) = folder();
        let limits = Limits { usage_days: 31, links_days: 90, ..Limits::MAX };
        let found = store.search(date(2026, 5, 1), limits, &keys, &[]).unwrap();
        let names: Vec<_> = found.overdue.iter().map(|i| i.path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(
            names,
            ["2026-03.csv", ".2026-03-02.parquet.9-0.tmp", "2026-03-02.next", ".2026-03.9-0.tmp", "2026-03"]
        );
        assert_eq!(found.left, BTreeMap::from([(Deleted::Links, date(2026, 3, 2)), (Deleted::Key, date(2026, 4, 1))]));
        store.retain(date(2026, 5, 1), limits, &keys, vec![]).unwrap();
        let found = store.search(date(2026, 5, 1), limits, &keys, &[]).unwrap();
        assert!(found.overdue.is_empty(), "{found:?}");
        let found = store.search(date(2026, 5, 31), limits, &keys, &[]).unwrap();
        assert_eq!(found.overdue.len(), 2, "the links of March, and the key of April: {found:?}");
    }

    #[test]
    fn guarantee_34_a_run_that_is_cut_off_is_finished_and_recorded() {
        let (dir, store, keys) = folder();
        let limits = Limits { usage_days: 31, links_days: 90, ..Limits::MAX };
        // Something in the way: a folder whose content may not be removed stands where the last thing due is.
        let stuck = Item {
            class: Deleted::Holds,
            date: date(2026, 3, 1),
            end: date(2026, 4, 1),
            path: dir.path().join("store/ashby/manifest.json/never"),
        };
        fs::write(
            dir.path().join("store/ashby/manifest.json"),
            "{\"schema\":\"tithing.manifest/1\",\"partitions\":{}}\n",
        )
        .unwrap();
        let failed = store.retain(date(2026, 5, 1), limits, &keys, vec![stuck]).unwrap_err();
        assert_eq!(failed.code(), "store_io");
        assert!(!dir.path().join("keys/ashby/2026-03").exists(), "what came before it is gone");
        // The next run has nothing left to delete, and still hands over what was deleted.
        let retired = store.retain(date(2026, 5, 1), limits, &keys, vec![]).unwrap();
        assert_eq!(retired.gone.keys().copied().collect::<Vec<_>>(), [Deleted::Usage, Deleted::Key, Deleted::Holds]);
        store.recorded().unwrap();
        assert!(store.retain(date(2026, 5, 1), limits, &keys, vec![]).unwrap().is_empty());
    }
}
