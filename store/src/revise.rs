//! A committed night rewritten because a person used a right: rows go, or move to another person; nothing else changes.
//!
//! What can be said of a row is a [`Fate`], and a fate has no way to touch its bytes, its time, its kind of site or its
//! link. `links` keep every row, so that no total of the council changes by a byte: what leaves `usage` is unmonitored.
//! The night is put in place as a commit is: whole or not at all.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::{Account, LinkRow, PersonKey, TimeClass, Unit, UsageRow};

use crate::StoreError;
use crate::encode::sort;
use crate::folder::Store;
use crate::footer::{Footer, night_id};
use crate::schema::Table;

/// The part of a footer's configuration that says that rows were rewritten since the night was made; a hash of what the
/// night was before. A night that is made again from its inputs has no such part.
const PART: &str = "rights";

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stays as it is.
    Stays,
    /// It goes; its bytes stay in `links`.
    Goes,
    /// It is another person's.
    Moves {
        /// Whose; none for a device of several people.
        person: Option<PersonKey>,
        /// What that person is to the council.
        unit: Unit,
        /// When the bytes flowed by that person's hours.
        time_class: TimeClass,
    },
}

/// How many rows a revision touched, or would touch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Revised {
    /// Rows that went.
    pub gone: u64,
    /// Rows that moved.
    pub moved: u64,
}

impl Revised {
    /// All of them.
    pub const fn rows(self) -> u64 {
        self.gone + self.moved
    }
}

/// A rule for the rows of one night.
pub struct Revision<'a> {
    /// What becomes of each row.
    pub fate: &'a dyn Fn(&UsageRow) -> Fate,
    /// Links issued to one holder who is measured on the date, as the register has it now: their bytes are in `links`
    /// alone and are not unmonitored.
    pub issued: &'a [String],
    /// Whether the part that is unmonitored is to be worked out anew even where no row changes: a link was issued to
    /// somebody who is now measured otherwise.
    pub recount: bool,
}

impl Store {
    /// Counts what [`Store::revise`] would do to a night; none where the date has no `usage`.
    pub fn preview(&self, date: Date, fate: &dyn Fn(&UsageRow) -> Fate) -> Result<Revised, StoreError> {
        let mut revised = Revised::default();
        if self.manifest()?.partitions.contains_key(&(Table::Usage, date)) {
            self.each_usage(date, &mut |row, _| revised.count(row, fate(row)))?;
        }
        Ok(revised)
    }

    /// Rewrites the `usage` of a date, and both footers: inputs stay, the account is worked out anew from the rows.
    ///
    /// Nothing is touched where nothing changes, so that it can be repeated. A date without `usage` has nothing to
    /// rewrite. Rows that become alike are joined: bytes and flows add up, minutes are united.
    pub fn revise(&self, date: Date, revision: &Revision<'_>) -> Result<Revised, StoreError> {
        let lock = self.lock()?;
        self.recover(&lock)?;
        let Some(stored) = self.stored(date)? else { return Ok(Revised::default()) };
        if !self.manifest()?.partitions.contains_key(&(Table::Usage, date)) {
            return Ok(Revised::default());
        }
        let (mut links, mut rows, mut link_rows) = (Vec::new(), Vec::new(), Vec::new());
        let mut revised = Revised::default();
        let mut before = 0_i64;
        self.each_usage(date, &mut |row, link| {
            let fate = (revision.fate)(row);
            revised.count(row, fate);
            before = before.saturating_add(bytes(row));
            rows.extend(apply(row, fate).map(|r| UsageRow { link: place(&mut links, link), ..r }));
        })?;
        self.each_link(date, &mut |row, link| link_rows.push(LinkRow { link: place(&mut links, link), ..*row }))?;
        let rows = joined(rows);
        let mut footer = stored.footer;
        let account = account(&footer.account, &rows, before, revision, &link_rows, &links);
        if revised.rows() == 0 && (!revision.recount || account == footer.account) {
            return Ok(revised);
        }
        footer.account = account;
        footer.config.retain(|(part, _)| part != PART);
        footer.config.push((PART.to_owned(), stored.night));
        self.replace(&lock, date, &links, (&rows, &link_rows), &footer)?;
        Ok(revised)
    }

    fn replace(
        &self,
        lock: &crate::folder::Lock,
        date: Date,
        links: &[String],
        (usage, link_rows): (&[UsageRow], &[LinkRow]),
        footer: &Footer,
    ) -> Result<(), StoreError> {
        let footer = footer.canonical()?;
        let usage = sort(date, links, usage)?;
        let link_rows = sort(date, links, link_rows)?;
        crate::folder::check_books(date, &footer, &usage.content, &link_rows.content)?;
        let night = night_id(&self.authority, date, &footer, &usage.content, &link_rows.content);
        let ready = [self.ready(date, night, &footer, &usage)?, self.ready(date, night, &footer, &link_rows)?];
        self.put(lock, date, &ready)
    }
}

impl Revised {
    fn count(&mut self, row: &UsageRow, fate: Fate) {
        match apply(row, fate) {
            None => self.gone += 1,
            Some(after) => self.moved += u64::from(after != *row),
        }
    }
}

fn apply(row: &UsageRow, fate: Fate) -> Option<UsageRow> {
    match fate {
        Fate::Stays => Some(*row),
        Fate::Goes => None,
        Fate::Moves { person, unit, time_class } => Some(UsageRow { person, unit, time_class, ..*row }),
    }
}

const fn bytes(row: &UsageRow) -> i64 {
    row.bytes_up.saturating_add(row.bytes_down)
}

/// Index of an id among those met so far.
fn place(links: &mut Vec<String>, link: &str) -> u16 {
    let at = links.iter().position(|l| l == link).unwrap_or_else(|| {
        links.push(link.to_owned());
        links.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Rows that differ in nothing but their figures are one row.
fn joined(mut rows: Vec<UsageRow>) -> Vec<UsageRow> {
    rows.sort_unstable();
    rows.dedup_by(|next, row| {
        let figures =
            |r: &UsageRow| UsageRow { bytes_up: 0, bytes_down: 0, flows: 0, minute_mask: 0, estimated: false, ..*r };
        let alike = figures(next) == figures(row);
        if alike {
            row.bytes_up = row.bytes_up.saturating_add(next.bytes_up);
            row.bytes_down = row.bytes_down.saturating_add(next.bytes_down);
            row.flows = row.flows.saturating_add(next.flows);
            row.minute_mask |= next.minute_mask;
            row.estimated |= next.estimated;
        }
        alike
    });
    rows
}

/// The account of the night with these rows. What is kept and is neither in `usage` nor on a measured holder's link is
/// unmonitored. A night that never had kinds of site has no rows to say so, and keeps its figure.
fn account(
    was: &Account,
    rows: &[UsageRow],
    before: i64,
    revision: &Revision<'_>,
    link_rows: &[LinkRow],
    links: &[String],
) -> Account {
    let mut account = was.clone();
    let unsigned = |n: i64| u64::try_from(n).unwrap_or(0);
    let (mut octets, mut flows) = (BTreeMap::new(), BTreeMap::new());
    for row in rows {
        *octets.entry(row.evidence.as_str().to_owned()).or_insert(0_u64) += unsigned(bytes(row));
        *flows.entry(row.evidence.as_str().to_owned()).or_insert(0_u64) += unsigned(row.flows);
    }
    octets.retain(|_, n| *n > 0);
    flows.retain(|_, n| *n > 0);
    let used: u64 = octets.values().sum();
    account.attributed = octets;
    // Footers of before flows were counted by evidence have none, and get none.
    if !was.attributed_flows.is_empty() {
        account.attributed_flows = flows;
    }
    if before > 0 {
        let of_holder = |r: &&LinkRow| links.get(usize::from(r.link)).is_some_and(|l| revision.issued.contains(l));
        let held: u64 = link_rows.iter().filter(of_holder).map(|r| unsigned(r.bytes_up) + unsigned(r.bytes_down)).sum();
        account.unmonitored = was.kept.saturating_sub(used).saturating_sub(held);
    }
    account
}
