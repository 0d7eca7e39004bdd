//! What exporters announced, kept from night to night: an exporter may send its templates once a day, and records that
//! came before are read with those of the night before.
//!
//! A night that needs them names their hash among its inputs. They hold layouts, sampling rates and boot times of
//! exporters, and nothing of anybody's traffic.

use std::fs;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::StoreError;
use crate::atomic::{make_folder, remove, write_atomic};
use crate::folder::Store;
use crate::hash::sha256;
use crate::manifest::parse_date;
use crate::{InputId, Limits};
use model::Month;

const FOLDER: &str = "templates";
const EXTENSION: &str = ".txt";

impl Store {
    /// Keeps what is known of the exporters' templates as of a night. Equal bytes are not written again.
    pub fn keep_templates(&self, date: Date, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.templates_path(date);
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        make_folder(&self.folder.join(FOLDER))?;
        write_atomic(&path, bytes)
    }

    /// The templates kept with the latest night before a date, and the id under which a night names them.
    pub fn templates_before(&self, date: Date) -> Result<Option<(InputId, Vec<u8>)>, StoreError> {
        let Some(latest) = self.template_dates()?.into_iter().rfind(|d| *d < date) else { return Ok(None) };
        let path = self.templates_path(latest);
        let bytes = fs::read(&path).map_err(|e| StoreError::io("read", &path, e))?;
        Ok(Some((InputId { sha256: sha256(&bytes), length: bytes.len() as u64 }, bytes)))
    }

    /// Deletes templates of closed months, whose nights are never made again; the latest stay.
    pub(crate) fn retire_templates(&self, today: Date, limits: Limits) -> Result<(), StoreError> {
        let dates = self.template_dates()?;
        let mut old = dates.iter().rev().skip(1).filter(|d| limits.closes(Month::of(**d)) <= today);
        old.try_for_each(|d| remove(&self.templates_path(*d)).map(|_| ()))
    }

    fn templates_path(&self, date: Date) -> PathBuf {
        self.folder.join(FOLDER).join(format!("{date}{EXTENSION}"))
    }

    /// Dates with templates, in order; other names are none of ours.
    fn template_dates(&self) -> Result<Vec<Date>, StoreError> {
        let folder = self.folder.join(FOLDER);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(StoreError::io("list", &folder, e)),
        };
        let mut dates = Vec::new();
        for entry in entries {
            let name = entry.map_err(|e| StoreError::io("list", &folder, e))?.file_name();
            dates.extend(name.to_str().and_then(|n| parse_date(n.strip_suffix(EXTENSION)?)));
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
    fn the_latest_before_a_night_stand_and_closed_months_go() {
        let temp = tempfile::tempdir().unwrap();
        let store = Store::open(temp.path(), "ashby").unwrap();
        assert_eq!(store.templates_before(date(2026, 3, 2)).unwrap(), None);
        for (day, text) in [(date(2026, 1, 5), "a"), (date(2026, 3, 1), "b"), (date(2026, 3, 2), "c")] {
            store.keep_templates(day, text.as_bytes()).unwrap();
            store.keep_templates(day, text.as_bytes()).unwrap();
        }
        let (id, bytes) = store.templates_before(date(2026, 3, 2)).unwrap().unwrap();
        assert_eq!((id.sha256, id.length, bytes.as_slice()), (sha256(b"b"), 1, b"b".as_slice()));
        assert_eq!(store.templates_before(date(2026, 4, 1)).unwrap().unwrap().1, b"c");
        let limits = Limits { usage_days: 31, links_days: 400 };
        store.retire_templates(date(2026, 3, 10), limits).unwrap();
        assert_eq!(store.template_dates().unwrap(), [date(2026, 3, 1), date(2026, 3, 2)]);
        store.retire_templates(date(2027, 3, 10), limits).unwrap();
        assert_eq!(store.template_dates().unwrap(), [date(2026, 3, 2)]);
    }
}
