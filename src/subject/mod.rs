//! A person's rights over what is held about them: found, given, stopped, put right, erased.
//!
//! Rows of people live in open months alone: those whose key exists and whose retention is not over. Each right is a change
//! of the council's own tables by date, so that a night that is made again follows it, and a rewriting of the open months'
//! rows, so that nothing waits for a night. Published months stay as they are, and `links` keep every byte.

mod council;
mod kept;
mod pack;
mod rights;
mod rows;
mod sheet;
mod tables;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use model::Month;
use store::{Event, Reading, Right};

pub(crate) use rights::{Wanted, erase, export, object, rectify, restrict};

use crate::clock::Clock;
use crate::config::{Provider, read_text_if_any};
use crate::council::{Council, Shared};
use crate::outcome::Failure;
use sheet::Sheet;

/// One person of one council, with the council to oneself.
pub(crate) struct Subject<'a> {
    council: Council<'a>,
    person: &'a str,
    /// What stands for the person in the ledger.
    hash: [u8; 32],
    _alone: std::fs::File,
}

impl<'a> Subject<'a> {
    /// Finds the person: in the authority named, or in the one whose list has them.
    ///
    /// # Errors
    /// Where no list has the id, or several have it. No id of anybody is repeated.
    pub(crate) fn find(
        provider: &'a Provider,
        shared: &'a Shared<'a>,
        clock: Clock,
        person: &'a str,
        authority: Option<&str>,
    ) -> Result<Self, Failure> {
        let named: Vec<String> = authority.map(str::to_owned).into_iter().collect();
        let mut found = Vec::new();
        for id in crate::commands::chosen(provider, &named)? {
            let text = read_text_if_any(&provider.authority_dir(id).join("people.csv"))?.unwrap_or_default();
            if in_list(&text, person) {
                found.push(id.as_str());
            }
        }
        let id = match found[..] {
            [id] => id,
            [] => {
                let where_ =
                    authority.map_or("no authority's people.csv has", |_| "people.csv of this authority lacks");
                return Err(Failure::new(format!("{where_} the person asked for"))
                    .hint("check the id; who left before the open months has nothing held"));
            }
            _ => {
                let what = format!("several authorities have a person with this id: {}", found.join(", "));
                return Err(Failure::new(what).hint("say which with --authority"));
            }
        };
        let (alone, council) = Council::open_alone(provider, shared, id, clock)?;
        let hash = council.ledger_key()?.person(person);
        Ok(Self { council, person, hash, _alone: alone })
    }

    /// The months of which rows may be held: not over their retention, with a key, in order.
    fn open_months(&self) -> Result<Vec<Month>, Failure> {
        let (day, limits) = (self.council.retention_day()?, crate::retention::limits(&self.council.authority));
        Ok(self.council.keys.months()?.into_iter().filter(|m| day < limits.closes(*m)).collect())
    }

    /// The first day of which a night may still be made.
    fn first_open(&self) -> Result<Date, Failure> {
        let (day, limits) = (self.council.retention_day()?, crate::retention::limits(&self.council.authority));
        let mut month = Month::of(day);
        while let Some(before) = month.first().yesterday().ok().map(Month::of).filter(|m| day < limits.closes(*m)) {
            month = before;
        }
        Ok(month.first())
    }

    /// Enters a use of a right in the ledger.
    fn record(&self, right: Right, count: u64) -> Result<(), Failure> {
        if right == Right::Export {
            self.council.ledger.append(&Event::Read { reading: Reading::Subject, count }, self.council.now())?;
        }
        self.council.ledger.append(&Event::Subject { right, subject: self.hash, count }, self.council.now())?;
        Ok(())
    }

    /// Where a table of the council stands.
    fn path(&self, name: &str) -> PathBuf {
        self.council.authority.dir.join(name)
    }

    /// A table of the council as it was read; empty where there is none.
    fn text(&self, name: &str) -> &str {
        self.council.authority.files.iter().find(|(n, _)| n == name).map_or("", |(_, text)| text.as_str())
    }
}

/// Whether a list of people has an id.
fn in_list(text: &str, person: &str) -> bool {
    let sheet = Sheet::new(text);
    !person.is_empty() && sheet.records().iter().any(|r| sheet.get(r, "person") == person)
}

/// Replaces a file of the council, which stays as private as it was.
fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    if is_private(path) {
        store::write_atomic_private(path, text.as_bytes())?;
    } else {
        store::write_atomic(path, text.as_bytes())?;
    }
    Ok(())
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(_path: &Path) -> bool {
    false
}
