//! The table `security`: what a security notice is written from. A purpose, a struct and a commit of its own: no row of it
//! ever meets a row of `usage`, and no roll-up reads it.
//!
//! It holds the one text that comes from outside the program: the entry of a threat list that a device contacted, without
//! which nobody could mend the device. An entry is the list's own text, never the name that was looked up.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, StringArray};
use jiff::civil::Date;
use model::{DeviceKey, MICROS_PER_S, Micros, Program, SecurityRule};
use sha2::Sha256;

use crate::StoreError;
use crate::decode::{Columns, Readable, date_of, maybe};
use crate::encode::{Row, dates, days, feed, integers, maybe_integers, sort, times, words};
use crate::folder::{Commit, Store};
use crate::footer::{Content, Footer, night_id};
use crate::schema::{Column, Kind, Table, may, must};

/// Longest entry: a name of DNS (RFC 1035 section 2.3.4).
pub const ENTRY_MAX: usize = 253;

const MINUTE: Micros = 60 * MICROS_PER_S;

pub(crate) const SECURITY: &[Column] = &[
    must("local_date", Kind::Date),
    must("first", Kind::Time),
    must("last", Kind::Time),
    must("device", Kind::Integer),
    must("rule", Kind::Word),
    may("program", Kind::Word),
    may("list", Kind::Integer),
    may("entry", Kind::Entry),
    must("lookups", Kind::Integer),
    must("flows", Kind::Integer),
    must("bytes", Kind::Integer),
    must("blocked", Kind::Flag),
];

/// One finding: what one device did on one date under one rule, with one program or one entry of a threat list.
///
/// There is no person in it and no asset: the device stands under the month's key, and whoever writes the notice finds it
/// in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecurityRow {
    /// The authority's local date.
    pub local_date: Date,
    /// The device.
    pub device: DeviceKey,
    /// The rule.
    pub rule: SecurityRule,
    /// The program, where the rule is about one.
    pub program: Option<Program>,
    /// The first 8 octets of the threat list's SHA-256, where the rule is about one.
    pub list: Option<i64>,
    /// Index of the entry among the texts given with the rows; the empty text stands for none.
    pub entry: u16,
    /// The minute in which it was first seen, UTC.
    pub first: Micros,
    /// The minute in which it was last seen.
    pub last: Micros,
    /// Lookups.
    pub lookups: i64,
    /// Flow records that begin on the date.
    pub flows: i64,
    /// Octets in both directions.
    pub bytes: i64,
    /// Whether names were looked up and no lookup was given an address to reach: blocked by the resolver, or no such name.
    pub blocked: bool,
}

/// Whether a text may stand as the entry of a threat list: a name or an address, in small letters, with no room for
/// anything else. The empty text stands for no entry.
pub fn valid_entry(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.' | b':' | b'/');
    let dotted = text.contains(['.', ':']) || text.is_empty();
    text.len() <= ENTRY_MAX && dotted && text.bytes().all(plain)
}

impl Row for SecurityRow {
    const TABLE: Table = Table::Security;
    const TEXT: fn(&str) -> bool = valid_entry;

    fn link(&self) -> u16 {
        self.entry
    }

    fn set_link(&mut self, rank: u16) {
        self.entry = rank;
    }

    fn bytes(&self) -> Option<i64> {
        Some(self.bytes)
    }

    fn broken_rule(&self, date: Date) -> Option<&'static str> {
        let threat = matches!(self.rule, SecurityRule::ThreatName | SecurityRule::ThreatAddress);
        if self.local_date != date {
            Some("its date is not the partition's")
        } else if self.first % MINUTE != 0 || self.last % MINUTE != 0 || self.first > self.last {
            Some("its times are whole minutes, the first before the last")
        } else if self.lookups < 0 || self.flows < 0 || self.bytes < 0 {
            Some("a count is negative")
        } else if self.list.is_some() != threat || self.program.is_some() == threat {
            Some("a contact with a threat has a list and every other finding a program")
        } else if self.blocked && (self.lookups == 0 || self.flows > 0) {
            Some("only what was looked up and not reached is blocked")
        } else {
            None
        }
    }

    fn hash(&self, entry: &str, hasher: &mut Sha256) {
        let numbers = [
            i64::from(days(self.local_date)),
            self.first,
            self.last,
            self.device.0,
            i64::from(self.list.is_some()),
            self.list.unwrap_or(0),
            self.lookups,
            self.flows,
            self.bytes,
            i64::from(self.blocked),
        ];
        feed(hasher, &numbers, &[self.rule.as_str(), self.program.map_or("", Program::as_str), entry]);
    }

    fn columns(rows: &[Self], entries: &[&str]) -> Vec<ArrayRef> {
        let entry = |r: &Self| entries.get(usize::from(r.entry)).copied().filter(|e| !e.is_empty());
        vec![
            dates(rows, |r| r.local_date),
            times(rows, |r| r.first),
            times(rows, |r| r.last),
            integers(rows, |r| r.device.0),
            words(rows, |r| r.rule.as_str()),
            Arc::new(rows.iter().map(|r| r.program.map(Program::as_str)).collect::<StringArray>()),
            maybe_integers(rows, |r| r.list),
            Arc::new(rows.iter().map(entry).collect::<StringArray>()),
            integers(rows, |r| r.lookups),
            integers(rows, |r| r.flows),
            integers(rows, |r| r.bytes),
            Arc::new(rows.iter().map(|r| Some(r.blocked)).collect::<BooleanArray>()),
        ]
    }
}

impl Readable for SecurityRow {
    fn read(batch: &RecordBatch, each: &mut dyn FnMut(&Self, &str)) -> Option<()> {
        let c = Columns(batch);
        let (local_date, device) = (c.dates("local_date")?, c.integers("device")?);
        let (first, last) = (c.times("first")?, c.times("last")?);
        let (rule, program) = (c.words("rule")?, c.words("program")?);
        let (list, entry) = (c.integers("list")?, c.words("entry")?);
        let (lookups, flows, bytes) = (c.integers("lookups")?, c.integers("flows")?, c.integers("bytes")?);
        let blocked = c.flags("blocked")?;
        for i in 0..batch.num_rows() {
            let program = match program.is_valid(i) {
                true => Some(Program::from_word(program.value(i))?),
                false => None,
            };
            let text = if entry.is_valid(i) { entry.value(i) } else { "" };
            if !valid_entry(text) {
                return None;
            }
            let row = SecurityRow {
                local_date: date_of(local_date.value(i))?,
                device: DeviceKey(device.value(i)),
                rule: SecurityRule::from_word(rule.value(i))?,
                program,
                list: maybe(list, i),
                entry: 0,
                first: first.value(i),
                last: last.value(i),
                lookups: lookups.value(i),
                flows: flows.value(i),
                bytes: bytes.value(i),
                blocked: blocked.value(i),
            };
            each(&row, text);
        }
        Some(())
    }
}

impl Store {
    /// Commits what a night has for security, apart from the night itself; `entries` are the texts that the rows index.
    ///
    /// Like a night, it is never replaced from inputs that lack one which its footer names.
    pub fn commit_security(
        &self,
        date: Date,
        entries: &[String],
        rows: &[SecurityRow],
        footer: &Footer,
    ) -> Result<Commit, StoreError> {
        let grown = &footer.grown;
        let footer = footer.canonical()?;
        let sorted = sort(date, entries, rows)?;
        let none = Content { rows: 0, bytes: 0, sha256: [0; 32] };
        let night = night_id(&self.authority, date, &footer, &sorted.content, &none);
        let lock = self.lock()?;
        self.recover(&lock)?;
        let listed = self.manifest()?.partitions.get(&(Table::Security, date)).copied();
        if listed.is_some_and(|l| l.night.0 == night) && self.verified(Table::Security, date).is_ok() {
            return Ok(Commit::Unchanged);
        }
        let missing = self.missing_inputs(&[Table::Security], date, &footer, grown)?;
        if !missing.is_empty() {
            return Ok(Commit::Refused { missing });
        }
        let ready = [self.ready(date, night, &footer, &sorted)?];
        self.put(&lock, date, &ready)?;
        Ok(Commit::Written)
    }

    /// Hands over the `security` rows of a date with their entries; the empty text stands for none.
    pub fn each_security(&self, date: Date, each: &mut dyn FnMut(&SecurityRow, &str)) -> Result<(), StoreError> {
        self.each(date, each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_the_form_of_names_and_addresses() {
        for good in ["", "bad.example", "xn--bad-0ma.example", "_a.bad.example", "192.0.2.0/24", "2001:db8::/32"] {
            assert!(valid_entry(good), "{good}");
        }
        let long = format!("{}.example", "a".repeat(ENTRY_MAX));
        for bad in ["alone", "Bad.example", "a b.example", "bad.example\n", "<b>.example", "b\u{e9}.example", &long] {
            assert!(!valid_entry(bad), "{bad}");
        }
    }
}
