//! Which kinds of site nights are made by, from which date on: fixed for a financial year, kept with the compiled index.
//!
//! `ROOT/taxonomy.json` holds one entry for each financial year's beginning and for each explicit change within one;
//! `ROOT/HASH.index` holds the rules of an entry, under the hash that the index gives itself. Lists may change on any day;
//! nights keep the rules of their entry, so that the months of a year can be compared.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use model::financial_year;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::atomic::{make_folder, write_atomic};
use crate::footer::json;
use crate::hash::{Hex, to_hex};
use crate::manifest::parse_date;

/// The file's form.
const SCHEMA: &str = "tithing.taxonomy/1";

/// Rules that are in force from a date on, within that date's financial year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The first date: 1 April, unless somebody decided otherwise and said why.
    pub from: Date,
    /// The taxonomy's version.
    pub version: String,
    /// SHA-256 of the rules.
    pub sha256: [u8; 32],
    /// The hash that names the compiled index.
    pub index: [u8; 32],
    /// Why it changed within the year; none at its beginning.
    pub reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryJson {
    from: String,
    version: String,
    sha256: Hex,
    index: Hex,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileJson {
    schema: String,
    entries: Vec<EntryJson>,
}

/// The entries of a provider, in the order of their dates.
#[derive(Debug)]
pub struct Taxonomies {
    folder: PathBuf,
}

impl Taxonomies {
    /// The entries kept in a folder, which is made with the first of them.
    pub fn open(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Every entry, the earliest first.
    pub fn all(&self) -> Result<Vec<InForce>, StoreError> {
        let path = self.path();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(StoreError::io("read", &path, e)),
        };
        let broken = |rule: String| StoreError::TaxonomyBroken { path: path.clone(), rule };
        let file: FileJson = serde_json::from_slice(&text).map_err(|e| broken(e.to_string()))?;
        if file.schema != SCHEMA {
            return Err(broken(format!("its schema is not {SCHEMA}")));
        }
        let entry = |e: EntryJson| {
            let from = parse_date(&e.from)?;
            Some(InForce { from, version: e.version, sha256: e.sha256.0, index: e.index.0, reason: e.reason })
        };
        let entries: Option<Vec<_>> = file.entries.into_iter().map(entry).collect();
        let entries = entries.ok_or_else(|| broken("a date is not in the form 2026-04-01".to_owned()))?;
        if !entries.windows(2).all(|w| matches!(w, [a, b] if a.from < b.from)) {
            return Err(broken("its entries are not in the order of their dates".to_owned()));
        }
        Ok(entries)
    }

    /// The entry by which the night of a date is made; none in a financial year that has none before that date.
    pub fn of(&self, date: Date) -> Result<Option<InForce>, StoreError> {
        let year = financial_year(date);
        Ok(self.all()?.into_iter().rfind(|e| e.from <= date && e.from >= year))
    }

    /// Adds an entry with its compiled index. One that has the date of another changes nothing: whoever came first stands,
    /// and is handed back.
    ///
    /// The index is written before the entry that names it, each whole or not at all.
    pub fn add(&self, entry: &InForce, index: &[u8]) -> Result<InForce, StoreError> {
        let _lock = self.lock()?;
        let mut entries = self.all()?;
        if let Some(standing) = entries.iter().find(|e| e.from == entry.from) {
            return Ok(standing.clone());
        }
        self.keep(&entry.index, index)?;
        entries.push(entry.clone());
        entries.sort_by_key(|e| e.from);
        let entries = entries.into_iter().map(|e| EntryJson {
            from: e.from.to_string(),
            version: e.version,
            sha256: Hex(e.sha256),
            index: Hex(e.index),
            reason: e.reason,
        });
        let mut text = json(&FileJson { schema: SCHEMA.to_owned(), entries: entries.collect() });
        text.push(b'\n');
        write_atomic(&self.path(), &text)?;
        Ok(entry.clone())
    }

    /// Writes a compiled index under its hash, where it is not there. Such a file is never written to again: it may be
    /// mapped by another run.
    pub fn keep(&self, id: &[u8; 32], index: &[u8]) -> Result<(), StoreError> {
        let path = self.index(id);
        let same = fs::metadata(&path).is_ok_and(|m| m.len() == index.len() as u64)
            && fs::read(&path).is_ok_and(|there| there == index);
        if same { Ok(()) } else { write_atomic(&path, index) }
    }

    /// Where the compiled index of a hash stands.
    pub fn index(&self, id: &[u8; 32]) -> PathBuf {
        self.folder.join(format!("{}.index", to_hex(id)))
    }

    fn path(&self) -> PathBuf {
        self.folder.join("taxonomy.json")
    }

    fn lock(&self) -> Result<File, StoreError> {
        let path = self.folder.join("lock");
        make_folder(&path)?;
        let opened = OpenOptions::new().create(true).append(true).open(&path);
        let file = opened.map_err(|e| StoreError::io("open", &path, e))?;
        file.lock().map_err(|e| StoreError::io("lock", &path, e))?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn entry(from: Date, id: u8, reason: Option<&str>) -> InForce {
        let reason = reason.map(str::to_owned);
        InForce { from, version: "2026-27.1".to_owned(), sha256: [id; 32], index: [id; 32], reason }
    }

    #[test]
    fn the_last_entry_of_the_year_counts() {
        let dir = tempfile::tempdir().unwrap();
        let book = Taxonomies::open(&dir.path().join("categories"));
        assert_eq!(book.of(date(2026, 5, 1)).unwrap(), None);
        book.add(&entry(date(2026, 7, 9), 2, Some("a list was wrong")), b"two").unwrap();
        book.add(&entry(date(2026, 4, 1), 1, None), b"one").unwrap();
        let of = |day| book.of(day).unwrap().map(|e| e.sha256[0]);
        assert_eq!(of(date(2026, 4, 1)), Some(1));
        assert_eq!(of(date(2026, 7, 8)), Some(1));
        assert_eq!(of(date(2026, 7, 9)), Some(2));
        assert_eq!(of(date(2027, 3, 31)), Some(2));
        assert_eq!(of(date(2027, 4, 1)), None, "a new year has rules of its own");
        assert_eq!(of(date(2026, 3, 31)), None);
        assert_eq!(fs::read(book.index(&[2; 32])).unwrap(), b"two");
    }

    #[test]
    fn whoever_came_first_stands() {
        let dir = tempfile::tempdir().unwrap();
        let book = Taxonomies::open(dir.path());
        let first = entry(date(2026, 4, 1), 1, None);
        assert_eq!(book.add(&first, b"one").unwrap(), first);
        assert_eq!(book.add(&entry(date(2026, 4, 1), 2, None), b"two").unwrap(), first);
        assert!(!book.index(&[2; 32]).exists());
        assert_eq!(book.all().unwrap(), [first]);
    }

    #[test]
    fn a_damaged_file_is_no_taxonomy() {
        let dir = tempfile::tempdir().unwrap();
        let book = Taxonomies::open(dir.path());
        for text in ["", "{}", "{\"schema\":\"tithing.taxonomy/2\",\"entries\":[]}"] {
            fs::write(dir.path().join("taxonomy.json"), text).unwrap();
            assert_eq!(book.all().unwrap_err().code(), "taxonomy_broken", "{text}");
        }
    }
}
