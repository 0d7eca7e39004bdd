//! The night that is being committed and is not yet in the ledger: one date, kept from before the commit until after the
//! entry, so that a run that is cut off in between can be told from a ledger that was put back.

use std::fs;
use std::io;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::StoreError;
use crate::atomic::{remove, write_atomic};
use crate::folder::Store;
use crate::manifest::parse_date;

impl Store {
    /// Notes the night whose commit comes next.
    pub fn begin_entry(&self, date: Date) -> Result<(), StoreError> {
        write_atomic(&self.unentered_path(), format!("{date}\n").as_bytes())
    }

    /// The ledger has it, or nothing was committed.
    pub fn entered(&self) -> Result<(), StoreError> {
        remove(&self.unentered_path()).map(drop)
    }

    /// The night that a run noted and did not finish.
    pub fn unentered(&self) -> Result<Option<Date>, StoreError> {
        let path = self.unentered_path();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(parse_date(text.trim_end())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StoreError::io("read", &path, e)),
        }
    }

    fn unentered_path(&self) -> PathBuf {
        self.folder.join("unentered")
    }
}
