//! What exporters announced, kept from night to night: an exporter may send its templates once a day, and records that
//! came before are read with those of the nights before.
//!
//! - `DATE.txt`: what is known as of a night. Replaced when the night is made again.
//! - `DATE.used.txt`: what a night was read with beside its own. Its hash stands in the night's footer; it is the night's
//!   own copy, so that no other night made again changes it.
//!
//! They hold layouts and sampling rates of exporters by address, and no times.

use std::fs;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::Limits;
use crate::StoreError;
use crate::atomic::{remove, write_atomic};
use crate::folder::Store;
use crate::manifest::parse_date;
use model::Month;

const FOLDER: &str = "templates";
const KNOWN: &str = ".txt";
const USED: &str = ".used.txt";

impl Store {
    /// Keeps what is known of the exporters' templates as of a night, and what the night was read with beside its own, if
    /// anything. Equal bytes are not written again. For a night that stands: call it after the commit.
    pub fn keep_templates(&self, date: Date, known: &[u8], used: Option<&[u8]>) -> Result<(), StoreError> {
        match used {
            Some(bytes) => self.keep(date, USED, bytes)?,
            None => drop(remove(&self.templates_path(date, USED))?),
        }
        self.keep(date, KNOWN, known)
    }

    fn keep(&self, date: Date, kind: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.templates_path(date, kind);
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        write_atomic(&path, bytes)
    }

    /// What the nights before a date knew, the latest first.
    pub fn templates_before(&self, date: Date) -> Result<Vec<Vec<u8>>, StoreError> {
        let before = self.template_dates(KNOWN)?.into_iter().rev().filter(|d| *d < date);
        let read = |path: PathBuf| fs::read(&path).map_err(|e| StoreError::io("read", &path, e));
        before.map(|d| read(self.templates_path(d, KNOWN))).collect()
    }

    /// What a night was read with beside its own.
    pub fn templates_used(&self, date: Date) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.templates_path(date, USED);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StoreError::io("read", &path, e)),
        }
    }

    /// Deletes templates of closed months, whose nights are never made again; the latest that are known stay.
    pub(crate) fn retire_templates(&self, today: Date, limits: Limits) -> Result<(), StoreError> {
        let closed = |d: &Date| limits.closes(Month::of(*d)) <= today;
        for date in self.template_dates(KNOWN)?.into_iter().rev().skip(1).filter(closed) {
            remove(&self.templates_path(date, KNOWN))?;
        }
        for date in self.template_dates(USED)?.into_iter().filter(closed) {
            remove(&self.templates_path(date, USED))?;
        }
        Ok(())
    }

    fn templates_path(&self, date: Date, kind: &str) -> PathBuf {
        self.folder.join(FOLDER).join(format!("{date}{kind}"))
    }

    /// Dates with templates of a kind, in order; other names are none of ours.
    fn template_dates(&self, kind: &str) -> Result<Vec<Date>, StoreError> {
        let folder = self.folder.join(FOLDER);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(StoreError::io("list", &folder, e)),
        };
        let mut dates = Vec::new();
        for entry in entries {
            let name = entry.map_err(|e| StoreError::io("list", &folder, e))?.file_name();
            dates.extend(name.to_str().and_then(|n| parse_date(n.strip_suffix(kind)?)));
        }
        dates.sort_unstable();
        Ok(dates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn those_before_a_night_stand_and_closed_months_go() {
        let temp = tempfile::tempdir().unwrap();
        let store = Store::open(temp.path(), "ashby").unwrap();
        assert!(store.templates_before(date(2026, 3, 2)).unwrap().is_empty());
        for (day, text) in [(date(2026, 1, 5), "a"), (date(2026, 3, 1), "b"), (date(2026, 3, 2), "c")] {
            store.keep_templates(day, text.as_bytes(), Some(b"used")).unwrap();
            store.keep_templates(day, text.as_bytes(), Some(b"used")).unwrap();
        }
        assert_eq!(store.templates_before(date(2026, 3, 2)).unwrap(), [b"b", b"a"]);
        assert_eq!(store.templates_before(date(2026, 4, 1)).unwrap(), [b"c", b"b", b"a"]);
        assert_eq!(store.templates_used(date(2026, 3, 1)).unwrap().unwrap(), b"used");
        store.keep_templates(date(2026, 3, 1), b"b", None).unwrap();
        assert_eq!(store.templates_used(date(2026, 3, 1)).unwrap(), None);
        let limits = Limits { usage_days: 31, links_days: 400, security_days: 30 };
        store.retire_templates(date(2026, 3, 10), limits).unwrap();
        assert_eq!(store.template_dates(KNOWN).unwrap(), [date(2026, 3, 1), date(2026, 3, 2)]);
        assert_eq!(store.template_dates(USED).unwrap(), [date(2026, 3, 2)]);
        store.retire_templates(date(2027, 3, 10), limits).unwrap();
        assert_eq!(store.template_dates(KNOWN).unwrap(), [date(2026, 3, 2)]);
        assert!(store.template_dates(USED).unwrap().is_empty());
    }
}
