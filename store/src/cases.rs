//! The tables `cases` and `holds`: what a case is without whom, and the rows that a hold copies.
//!
//! A case's row holds numbers, dates and words of closed lists. Whom it is about and who unlocked it are pseudonyms under
//! the month's key, which goes with the month; of a rule there is a number made from its text. A partition of `cases` is
//! named by the last day of its month, one of `holds` by the last day of the hold, so that each goes as a whole.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, RecordBatch, StringArray};
use jiff::civil::Date;
use model::{Month, PersonKey, Unit, UsageRow};
use sha2::Sha256;

use crate::decode::{Columns, Readable, date_of, maybe};
use crate::encode::{Row, dates, days, feed, integers, maybe_integers};
use crate::footer::{Content, Footer, night_id};
use crate::schema::{Column, Kind, Table, may, must};
use crate::{Limits, Role, Store, StoreError, atomic};

/// Columns of `cases`.
pub(crate) const CASES: &[Column] = &[
    must("case_number", Kind::Integer),
    must("month_end", Kind::Date),
    must("rule", Kind::Integer),
    must("subject", Kind::Integer),
    must("opened", Kind::Date),
    must("state", Kind::Word),
    may("clerk", Kind::Integer),
    may("deputy", Kind::Integer),
    may("chair", Kind::Integer),
    may("hr_adviser", Kind::Integer),
    may("reviewer", Kind::Word),
    may("disclosed", Kind::Date),
    may("outcome", Kind::Word),
    may("closed", Kind::Date),
    may("hold", Kind::Integer),
];

/// Columns of `holds`: those of `usage`, with the hold's number and its last day.
pub(crate) const HOLDS: &[Column] = &[
    must("hold", Kind::Integer),
    must("until", Kind::Date),
    must("local_date", Kind::Date),
    must("bucket_start", Kind::Time),
    must("person", Kind::Integer),
    must("device", Kind::Integer),
    must("unit", Kind::Word),
    must("link", Kind::Link),
    must("category", Kind::Word),
    must("time_class", Kind::Word),
    must("evidence", Kind::Word),
    must("bytes_up", Kind::Integer),
    must("bytes_down", Kind::Integer),
    must("flows", Kind::Integer),
    must("minute_mask", Kind::Integer),
    must("estimated", Kind::Flag),
];

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word that is stored and printed.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The value that a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.as_str() == word)
            }
        }
    };
}

words! {
    /// How far a case is.
    CaseState {
        /// Opened, and nobody knows about whom, or whether about anybody.
        Sealed = "sealed",
        /// Given to its reviewer, and its subject was told.
        Review = "review",
        /// Ended.
        Closed = "closed",
    }
}

words! {
    /// How a case ended.
    CaseOutcome {
        /// Nobody met the rule.
        Nobody = "nobody",
        /// What the subject said explains it.
        Explained = "explained",
        /// The figures or the kind of site were wrong.
        Mistaken = "mistaken",
        /// Nothing needs to be done.
        NoAction = "no-action",
        /// Advice or a reminder was given.
        Advice = "advice",
        /// The rule or the policy is to be changed.
        RuleChange = "rule-change",
        /// It goes on under the council's own procedure, outside this program.
        Procedure = "procedure",
    }
}

/// A row of `cases`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseRow {
    /// Its number, from 1, never used twice.
    pub case: i64,
    /// The last day of its month.
    pub month_end: Date,
    /// Made from the rule's text, so that a changed rule is another rule.
    pub rule: i64,
    /// Whom it is about, under the month's key: always filled, also where nobody met the rule.
    pub subject: PersonKey,
    /// When it was opened.
    pub opened: Date,
    /// How far it is.
    pub state: CaseState,
    /// Who unlocked it as the clerk.
    pub clerk: Option<PersonKey>,
    /// Who unlocked it as the deputy.
    pub deputy: Option<PersonKey>,
    /// Who unlocked it as the chair.
    pub chair: Option<PersonKey>,
    /// Who unlocked it as the adviser from outside.
    pub hr_adviser: Option<PersonKey>,
    /// Whose office it was given to.
    pub reviewer: Option<Role>,
    /// When.
    pub disclosed: Option<Date>,
    /// How it ended.
    pub outcome: Option<CaseOutcome>,
    /// When.
    pub closed: Option<Date>,
    /// The hold that keeps it, where there is one.
    pub hold: Option<i64>,
}

impl CaseRow {
    /// Its month.
    pub fn month(&self) -> Month {
        Month::of(self.month_end)
    }
}

/// A row of `holds`: one row of `usage` of the hold's one person, under the hold's own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HoldRow {
    /// The hold's number.
    pub hold: i64,
    /// Its last day.
    pub until: Date,
    /// The copied row.
    pub row: UsageRow,
}

impl Role {
    /// The word in a column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Deputy => "deputy",
            Self::Chair => "chair",
            Self::HrAdviser => "hr-adviser",
            Self::Provider => "provider",
            Self::Subject => "subject",
        }
    }

    /// The office that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Clerk, Self::Deputy, Self::Chair, Self::HrAdviser, Self::Provider, Self::Subject];
        all.into_iter().find(|r| r.as_str() == word)
    }
}

fn maybe_dates<R>(rows: &[R], get: impl Fn(&R) -> Option<Date>) -> ArrayRef {
    Arc::new(rows.iter().map(|r| get(r).map(days)).collect::<Date32Array>())
}

fn maybe_words<R>(rows: &[R], get: impl Fn(&R) -> Option<&'static str>) -> ArrayRef {
    Arc::new(rows.iter().map(get).collect::<StringArray>())
}

impl Row for CaseRow {
    const TABLE: Table = Table::Cases;

    fn link(&self) -> u16 {
        0
    }

    fn set_link(&mut self, _: u16) {}

    fn bytes(&self) -> Option<i64> {
        Some(0)
    }

    fn broken_rule(&self, date: Date) -> Option<&'static str> {
        let given = self.reviewer.is_some() && self.disclosed.is_some();
        let ended = self.outcome.is_some() && self.closed.is_some();
        if self.month_end != date || date.last_of_month() != date {
            Some("its month does not end on the partition's date")
        } else if self.case < 1 || self.hold.is_some_and(|h| h < 1) {
            Some("numbers of cases and holds begin with 1")
        } else if self.opened <= self.month_end {
            Some("a case is opened after its month")
        } else if self.reviewer.is_some() != self.disclosed.is_some()
            || self.outcome.is_some() != self.closed.is_some()
            || (self.state == CaseState::Sealed && (given || ended))
            || (self.state == CaseState::Review && (!given || ended))
            || (self.state == CaseState::Closed && !ended)
        {
            Some("its state is not what its dates say")
        } else if self.hold.is_some() && !given {
            Some("nothing is held for a sealed case")
        } else {
            None
        }
    }

    fn hash(&self, _: &str, hasher: &mut Sha256) {
        let some = |n: Option<i64>| [i64::from(n.is_some()), n.unwrap_or(0)];
        let key = |p: Option<PersonKey>| some(p.map(|p| p.0));
        let date = |d: Option<Date>| some(d.map(|d| i64::from(days(d))));
        let mut numbers =
            vec![self.case, i64::from(days(self.month_end)), self.rule, self.subject.0, i64::from(days(self.opened))];
        for pair in [
            key(self.clerk),
            key(self.deputy),
            key(self.chair),
            key(self.hr_adviser),
            date(self.disclosed),
            date(self.closed),
            some(self.hold),
        ] {
            numbers.extend(pair);
        }
        let words =
            [self.state.as_str(), self.reviewer.map_or("", Role::as_str), self.outcome.map_or("", CaseOutcome::as_str)];
        feed(hasher, &numbers, &words);
    }

    fn columns(rows: &[Self], _: &[&str]) -> Vec<ArrayRef> {
        vec![
            integers(rows, |r| r.case),
            dates(rows, |r| r.month_end),
            integers(rows, |r| r.rule),
            integers(rows, |r| r.subject.0),
            dates(rows, |r| r.opened),
            maybe_words(rows, |r| Some(r.state.as_str())),
            maybe_integers(rows, |r| r.clerk.map(|p| p.0)),
            maybe_integers(rows, |r| r.deputy.map(|p| p.0)),
            maybe_integers(rows, |r| r.chair.map(|p| p.0)),
            maybe_integers(rows, |r| r.hr_adviser.map(|p| p.0)),
            maybe_words(rows, |r| r.reviewer.map(Role::as_str)),
            maybe_dates(rows, |r| r.disclosed),
            maybe_words(rows, |r| r.outcome.map(CaseOutcome::as_str)),
            maybe_dates(rows, |r| r.closed),
            maybe_integers(rows, |r| r.hold),
        ]
    }
}

/// A word of a column; none where the row lacks it. An unknown word is none of the outer kind.
fn word<T>(column: &StringArray, i: usize, find: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if column.is_valid(i) { find(column.value(i)).map(Some) } else { Some(None) }
}

fn day(column: &Date32Array, i: usize) -> Option<Option<Date>> {
    if column.is_valid(i) { date_of(column.value(i)).map(Some) } else { Some(None) }
}

impl Readable for CaseRow {
    fn read(batch: &RecordBatch, each: &mut dyn FnMut(&Self, &str)) -> Option<()> {
        let c = Columns(batch);
        let (case, month_end, rule) = (c.integers("case_number")?, c.dates("month_end")?, c.integers("rule")?);
        let (subject, opened, state) = (c.integers("subject")?, c.dates("opened")?, c.words("state")?);
        let (clerk, deputy) = (c.integers("clerk")?, c.integers("deputy")?);
        let (chair, adviser) = (c.integers("chair")?, c.integers("hr_adviser")?);
        let (reviewer, disclosed) = (c.words("reviewer")?, c.dates("disclosed")?);
        let (outcome, closed, hold) = (c.words("outcome")?, c.dates("closed")?, c.integers("hold")?);
        for i in 0..batch.num_rows() {
            let row = Self {
                case: case.value(i),
                month_end: date_of(month_end.value(i))?,
                rule: rule.value(i),
                subject: PersonKey(subject.value(i)),
                opened: date_of(opened.value(i))?,
                state: CaseState::from_word(state.value(i))?,
                clerk: maybe(clerk, i).map(PersonKey),
                deputy: maybe(deputy, i).map(PersonKey),
                chair: maybe(chair, i).map(PersonKey),
                hr_adviser: maybe(adviser, i).map(PersonKey),
                reviewer: word(reviewer, i, Role::from_word)?,
                disclosed: day(disclosed, i)?,
                outcome: word(outcome, i, CaseOutcome::from_word)?,
                closed: day(closed, i)?,
                hold: maybe(hold, i),
            };
            each(&row, "");
        }
        Some(())
    }
}

impl Row for HoldRow {
    const TABLE: Table = Table::Holds;

    fn link(&self) -> u16 {
        self.row.link
    }

    fn set_link(&mut self, rank: u16) {
        self.row.link = rank;
    }

    fn bytes(&self) -> Option<i64> {
        self.row.bytes()
    }

    fn broken_rule(&self, date: Date) -> Option<&'static str> {
        if self.until != date {
            Some("its hold does not end on the partition's date")
        } else if self.hold < 1 {
            Some("numbers of cases and holds begin with 1")
        } else if self.row.person.is_none() || self.row.unit == Unit::Shared {
            Some("a hold is of one person, never of a shared device")
        } else {
            self.row.broken_rule(self.row.local_date)
        }
    }

    fn hash(&self, link: &str, hasher: &mut Sha256) {
        feed(hasher, &[self.hold, i64::from(days(self.until))], &[]);
        self.row.hash(link, hasher);
    }

    fn columns(rows: &[Self], links: &[&str]) -> Vec<ArrayRef> {
        let copied: Vec<UsageRow> = rows.iter().map(|r| r.row).collect();
        let mut columns = vec![integers(rows, |r| r.hold), dates(rows, |r| r.until)];
        columns.extend(UsageRow::columns(&copied, links));
        columns
    }
}

impl Readable for HoldRow {
    fn read(batch: &RecordBatch, each: &mut dyn FnMut(&Self, &str)) -> Option<()> {
        let c = Columns(batch);
        let (hold, until) = (c.integers("hold")?, c.dates("until")?);
        let mut i = 0;
        let mut whole = true;
        UsageRow::read(batch, &mut |row, link| {
            match date_of(until.value(i)) {
                Some(until) => each(&Self { hold: hold.value(i), until, row: *row }, link),
                None => whole = false,
            }
            i += 1;
        })?;
        whole.then_some(())
    }
}

impl Store {
    /// Replaces the cases of a month; with none the partition goes.
    pub fn commit_cases(&self, month: Month, rows: &[CaseRow]) -> Result<(), StoreError> {
        self.put_rows(month.last(), &["case".to_owned()], rows)
    }

    /// Replaces the rows of the holds that end on a date; with none the partition goes.
    pub fn commit_holds(&self, until: Date, links: &[String], rows: &[HoldRow]) -> Result<(), StoreError> {
        self.put_rows(until, links, rows)
    }

    /// Every case that is kept, in order of number.
    pub fn cases(&self) -> Result<Vec<CaseRow>, StoreError> {
        let mut all = Vec::new();
        for date in self.all_dates(Table::Cases)? {
            self.each_case(date, &mut |row| all.push(*row))?;
        }
        all.sort_unstable();
        Ok(all)
    }

    /// Hands over the rows of the holds that end on a date with their link ids.
    pub fn each_hold(&self, until: Date, each: &mut dyn FnMut(&HoldRow, &str)) -> Result<(), StoreError> {
        self.each(until, each)
    }

    fn each_case(&self, date: Date, each: &mut dyn FnMut(&CaseRow)) -> Result<(), StoreError> {
        self.each(date, &mut |row: &CaseRow, _| each(row))
    }

    fn put_rows<R: Row>(&self, date: Date, links: &[String], rows: &[R]) -> Result<(), StoreError> {
        let footer = Footer::default().canonical()?;
        let sorted = crate::encode::sort(date, links, rows)?;
        let none = Content { rows: 0, bytes: 0, sha256: [0; 32] };
        let night = night_id(&self.authority, date, &footer, &sorted.content, &none);
        let lock = self.lock()?;
        if rows.is_empty() {
            let mut manifest = self.manifest()?;
            if manifest.partitions.remove(&(R::TABLE, date)).is_some() {
                manifest.write(&self.manifest_path())?;
            }
            atomic::remove(&self.path(R::TABLE, date))?;
            return Ok(());
        }
        let ready = [self.ready(date, night, &footer, &sorted)?];
        self.put(&lock, date, &ready)
    }
}

/// What went because its time was over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RetiredCases {
    /// Cases, in order.
    pub cases: Vec<CaseRow>,
    /// Holds with their last day and how many rows they had, in order.
    pub holds: Vec<(i64, Date, u64)>,
}

impl Limits {
    /// The last day on which a case is kept: the day before its month closes, or the last day of its hold.
    pub fn case_ends(&self, case: &CaseRow, hold_until: Option<Date>) -> Date {
        let closes = self.closes(case.month());
        let last = closes.yesterday().unwrap_or(closes);
        hold_until.map_or(last, |until| last.max(until))
    }
}

impl Store {
    /// The last day of each hold that has rows, by number.
    pub fn holds(&self) -> Result<std::collections::BTreeMap<i64, (Date, u64)>, StoreError> {
        let mut all = std::collections::BTreeMap::new();
        for until in self.all_dates(Table::Holds)? {
            self.each_hold(until, &mut |row, _| all.entry(row.hold).or_insert((until, 0_u64)).1 += 1)?;
        }
        Ok(all)
    }

    /// Deletes the holds whose last day is over, and the cases whose month has closed and that no hold keeps. A hold keeps
    /// nothing but its own copy and its own case: rows and key of the month go on their day.
    pub fn retain_cases(&self, today: Date, limits: Limits) -> Result<RetiredCases, StoreError> {
        let mut retired = RetiredCases::default();
        let mut holds = self.holds()?;
        for (hold, (until, count)) in &holds {
            if *until < today {
                retired.holds.push((*hold, *until, *count));
            }
        }
        for until in self.all_dates(Table::Holds)?.into_iter().filter(|u| *u < today) {
            self.put_rows::<HoldRow>(until, &["hold".to_owned()], &[])?;
        }
        holds.retain(|_, (until, _)| *until >= today);
        for date in self.all_dates(Table::Cases)? {
            let (mut kept, mut before) = (Vec::new(), 0);
            self.each_case(date, &mut |row| {
                before += 1;
                let until = row.hold.and_then(|h| holds.get(&h)).map(|(until, _)| *until);
                if limits.case_ends(row, until) < today { retired.cases.push(*row) } else { kept.push(*row) }
            })?;
            if kept.len() != before {
                self.put_rows(date, &["case".to_owned()], &kept)?;
            }
        }
        retired.cases.sort_unstable();
        Ok(retired)
    }
}

#[cfg(test)]
#[path = "cases/tests.rs"]
mod tests;
