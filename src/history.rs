//! The history of a council's configuration, as the ledger's nights tell it: since when each part is as it is now.
//!
//! A night's entry holds a hash of each part under the ledger's own key. Whoever has the key can say whether a part is what
//! it was on a night; nobody can guess from the ledger what it held.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use store::{Event, KeySource, Keys, Ledger, StoreError};

use crate::config::{Authority, Provider};
use crate::outcome::Failure;

/// One part of the configuration over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Which: `register`, `people`, `assessment`, `authority`, `categories` and so on.
    pub name: String,
    /// The first night of the run of nights that ends with the newest, all made with the same content.
    pub since: Date,
    /// The newest night that had the part.
    pub until: Date,
    /// How often it changed from one night to the next, in the order in which they were made.
    pub changes: u64,
    /// Whether the file is still what it was on that night; none where no file says so, or the ledger's key is gone.
    pub now: Option<bool>,
}

/// Every part that a night up to the clock was made with, in the order of their names.
///
/// # Errors
/// Where the ledger is broken or cannot be read.
pub(crate) fn parts(provider: &Provider, authority: &Authority, until: Timestamp) -> Result<Vec<Part>, Failure> {
    let ledger = Ledger::open(&provider.root.join("ledger"), &authority.id)?;
    let mut found: BTreeMap<String, (Part, [u8; 32])> = BTreeMap::new();
    ledger.entries(&mut |entry| {
        let past = entry.time <= until.as_microsecond();
        if let Event::Night { date, config, .. } = &entry.event
            && past
        {
            for (name, hash) in config {
                take(&mut found, name, *date, *hash);
            }
        }
    })?;
    let keys = Keys::open(&provider.root.join("keys"), &authority.id)?;
    let key = match keys.ledger(KeySource::Existing) {
        Ok(key) => Some(key),
        Err(StoreError::KeyMissing { .. }) => None,
        Err(other) => return Err(other.into()),
    };
    let same = |name: &str, hash: &[u8; 32]| {
        let stem = |file: &str| file.split('.').next().unwrap_or(file).to_owned();
        let (_, text) = authority.files.iter().find(|(file, _)| stem(file) == name)?;
        Some(key.as_ref()?.hash(name, &store::sha256(text.as_bytes())) == *hash)
    };
    let part = |(part, hash): (Part, [u8; 32])| Part { now: same(&part.name, &hash), ..part };
    Ok(found.into_values().map(part).collect())
}

fn take(found: &mut BTreeMap<String, (Part, [u8; 32])>, name: &str, date: Date, hash: [u8; 32]) {
    let first = Part { name: name.to_owned(), since: date, until: date, changes: 0, now: None };
    let (part, before) = found.entry(name.to_owned()).or_insert((first, hash));
    if *before != hash {
        part.changes += 1;
        part.since = date;
        part.until = date;
        *before = hash;
    }
    // Nights may be made in any order: the run reaches from its earliest to its latest date.
    part.since = part.since.min(date);
    part.until = part.until.max(date);
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Nights of March as `day, hash`, in the order in which they were made, and what they come to.
    fn check(nights: &[(i8, u8)], since: i8, until: i8, changes: u64) {
        let mut found = BTreeMap::new();
        for (day, hash) in nights {
            take(&mut found, "register", date(2026, 3, *day), [*hash; 32]);
        }
        let (part, _) = found.remove("register").unwrap();
        assert_eq!((part.since.day(), part.until.day(), part.changes), (since, until, changes), "{nights:?}");
    }

    #[test]
    fn a_part_stands_since_the_first_night_of_its_last_run() {
        check(&[(1, 7)], 1, 1, 0);
        check(&[(1, 7), (2, 7), (3, 7)], 1, 3, 0);
        check(&[(1, 7), (2, 8), (3, 8)], 2, 3, 1);
        check(&[(1, 7), (2, 8), (3, 7)], 3, 3, 2);
        // Made out of order, and made again.
        check(&[(3, 7), (1, 7), (2, 7)], 1, 3, 0);
        check(&[(1, 7), (2, 7), (1, 8)], 1, 1, 1);
    }
}
