//! The released month as data: `report.json`, from which every format is drawn.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::civil::Date;
use model::Month;
use serde::{Deserialize, Serialize};

mod cost;
mod fault;

pub use cost::{Cost, CostSource, Lasts, Money};
pub use fault::{Busy, Fault, Load, Resolver};

/// The `schema` of every document written and read here.
pub const SCHEMA: &str = "tithing.report/1";

/// One authority's released month. Its fields stand in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: String,
    /// Name and version of the program that wrote the document.
    pub software: String,
    /// The authority's id.
    pub authority: String,
    /// The authority's name.
    pub name: String,
    /// The month, `2026-03`.
    pub month: String,
    /// Whether the month is whole.
    pub status: Status,
    /// Who may read it.
    pub audience: Audience,
    /// The fixed clock the document was made with, RFC 3339; null for the true one.
    pub test_clock: Option<String>,
    /// The impact assessment under which the figures were made; null where there was none that could be read.
    pub assessment: Option<AssessmentRef>,
    /// How finely the figures may be divided, by the number of people.
    pub people_tier: Tier,
    /// The tables, each of one measure.
    pub tables: Vec<Table>,
    /// One line per link and billing cycle that ends in the month, and forecasts of those that do not.
    pub costs: Vec<Cost>,
    /// Claims that the register does not bear out; none unless many people stand behind them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims_to_check: Option<i64>,
    /// Security notices that went to the clerk in the month; absent where nothing is looked for, or fewer than five people
    /// are monitored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_notices: Option<i64>,
    /// How much of the month each link's records cover.
    pub coverage: Vec<Coverage>,
    /// Where every byte went; null where the status is withheld.
    pub accounting: Option<Accounting>,
    /// The meaning of each symbol and mark used in the document, each once.
    pub symbols: Vec<SignMeaning>,
    /// The list of kinds of site.
    pub taxonomy: TaxonomyRef,
    /// The ledger just before this release: a signed note of its length and its head. Documents of earlier versions have
    /// the head alone, in hex.
    pub checkpoint: String,
    /// The key that checks the signature; empty in documents of earlier versions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub checkpoint_key: String,
    /// The attack on the figures before they were written.
    pub attack: Attack,

    /// What the kinds of site in the tables mean.
    #[serde(default)]
    pub definitions: Vec<Definition>,
    /// What was measured, one sentence each.
    #[serde(default)]
    pub measured: Vec<String>,
    /// What was not measured, one sentence each.
    #[serde(default)]
    pub not_measured: Vec<String>,
    /// Why something is not shown, one sentence each.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// What the impact assessment must fulfill, met or not.
    #[serde(default)]
    pub requirements: Vec<Requirement>,
    /// Nights without data.
    #[serde(default)]
    pub missing_nights: Vec<Date>,
    /// How well the links worked; absent where nothing was looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// The kinds of record read.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// The queries that the tables come from, for the reviewer; none in documents of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<Query>,
    /// Who receives which document.
    #[serde(default)]
    pub recipients: Vec<Recipient>,
    /// Whom to ask.
    #[serde(default)]
    pub contact: String,
    /// How to object or complain.
    #[serde(default)]
    pub complaints: String,
    /// Dated notes added after publication: the figures themselves never change.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// Whether the month is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Every night is there.
    Complete,
    /// A night is missing or its records are below the least coverage.
    Gaps,
    /// Totals where the council's own setting asks for kinds of site.
    Lowered,
    /// No figure is printed.
    Withheld,
}

/// Who may read the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Anybody.
    Public,
    /// The recipients named in it.
    Restricted,
}

/// How finely the figures may be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Link totals only.
    Totals,
    /// Neutral rows: work services, device services, all other use.
    Neutral,
    /// Kinds of site, and times of day, each on its own.
    OneWay,
    /// Kinds of site by time of day.
    Crossed,
}

/// The impact assessment's version and next review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessmentRef {
    /// As signed.
    pub version: String,
    /// The day from which it no longer allows more than totals.
    pub review_due: Option<Date>,
}

/// One table of one measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// `links`, `cycles`, `use`, `use-time`, `use-days`, `times` or `crossed`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What is measured.
    pub measure: Measure,
    /// The unit of every figure in it.
    pub unit: Unit,
    /// The step to which its figures are rounded, in `unit`.
    pub base: i64,
    /// Where the layout is laid down: a hidden cell hides itself alone, and no row takes its place. Else absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Its columns; cell i of a row belongs to column i.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// How a table is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Every row stands for itself.
    Mandated,
}

/// What a table measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// IP bytes.
    Volume,
    /// Active time.
    Time,
    /// Days on which a person was active, added over people.
    Days,
}

/// The unit of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// 10^9 bytes.
    #[serde(rename = "GB")]
    Gigabyte,
    /// Hours.
    #[serde(rename = "hour")]
    Hour,
    /// One person on one day.
    #[serde(rename = "person-day")]
    PersonDay,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The stable word.
    pub id: String,
    /// Its heading, without the unit.
    pub label: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The stable word.
    pub id: String,
    /// Its heading.
    pub label: String,
    /// One cell per column.
    pub cells: Vec<Cell>,
}

/// A figure, or the symbol that stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// A rounded figure.
    Shown(Shown),
    /// No figure.
    Symbol(Hidden),
}

/// A rounded figure with its marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// In the table's unit, a multiple of its base.
    pub shown: i64,
    /// Marks that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
}

/// The symbol in place of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    /// Why there is no figure.
    pub symbol: Symbol,
}

impl Cell {
    /// A figure without marks.
    pub const fn shown(value: i64) -> Self {
        Self::Shown(Shown { shown: value, marks: Vec::new() })
    }

    /// A symbol.
    pub const fn symbol(symbol: Symbol) -> Self {
        Self::Symbol(Hidden { symbol })
    }

    /// The figure, where there is one.
    pub const fn value(&self) -> Option<i64> {
        match self {
            Self::Shown(s) => Some(s.shown),
            Self::Symbol(_) => None,
        }
    }
}

/// Why there is no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Symbol {
    /// Too few people to show, or none.
    C,
    /// Not available.
    X,
    /// Does not apply.
    Z,
    /// Rounds to zero but is not zero.
    Low,
}

/// A mark on a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Estimated.
    E,
    /// Revised.
    R,
}

/// A symbol or a mark, as the list of meanings names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// [`Symbol::C`].
    C,
    /// [`Symbol::X`].
    X,
    /// [`Symbol::Z`].
    Z,
    /// [`Symbol::Low`].
    Low,
    /// [`Mark::E`].
    E,
    /// [`Mark::R`].
    R,
}

impl From<Symbol> for Sign {
    fn from(symbol: Symbol) -> Self {
        match symbol {
            Symbol::C => Self::C,
            Symbol::X => Self::X,
            Symbol::Z => Self::Z,
            Symbol::Low => Self::Low,
        }
    }
}

impl From<Mark> for Sign {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::E => Self::E,
            Mark::R => Self::R,
        }
    }
}

impl Sign {
    /// As printed, in square brackets.
    pub const fn printed(self) -> &'static str {
        match self {
            Self::C => "[c]",
            Self::X => "[x]",
            Self::Z => "[z]",
            Self::Low => "[low]",
            Self::E => "[e]",
            Self::R => "[r]",
        }
    }
}

/// The meaning of one symbol or mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignMeaning {
    /// The symbol or mark.
    pub symbol: Sign,
    /// What it means, in plain words.
    pub meaning: String,
}

/// How much of the month a link's records cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The link's id.
    pub link: String,
    /// Days of the month.
    pub days: i64,
    /// Days whose records are complete.
    pub days_complete: i64,
    /// Bytes counted, of those counted or estimated lost: whole percent, rounded down.
    pub percent: i64,
}

/// Where every byte of the month went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounting {
    /// In a row of the tables.
    pub shown: Cell,
    /// In no row, by the rules.
    pub withheld: Cell,
    /// Counted twice, internal, impossible or of no link.
    pub excluded: Cell,
    /// Of records that could not be read.
    pub undecodable: Cell,
    /// All of it.
    pub counted: Cell,
    /// The unit.
    pub unit: Unit,
    /// The step to which each figure is rounded on its own, so that the parts may miss the sum by two steps.
    #[serde(default = "one")]
    pub base: i64,
}

const fn one() -> i64 {
    1
}

/// Version and content of the list of kinds of site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxonomyRef {
    /// Frozen for a financial year.
    pub version: String,
    /// Hex of the SHA-256 of the list that was used.
    pub sha256: String,
    /// The lists that it was made of, in the order of precedence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<ListRef>,
    /// Which rule wins where several cover a name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub precedence: String,
    /// Changes within the month, each with the date of its first night.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<TaxonomyChange>,
}

/// A list of names that kinds of site were told by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRef {
    /// What it is called.
    pub name: String,
    /// The licence under which its maker gives it, with whom to name.
    pub licence: String,
    /// Hex of the SHA-256 of the list as its maker gives it.
    pub sha256: String,
}

/// A change of the list of kinds of site within a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxonomyChange {
    /// The first night made by it.
    pub from: Date,
    /// Hex of the SHA-256 of the list from then on.
    pub sha256: String,
}

/// What the attacker tried and how often it got in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// Whom it played.
    pub profiles: Vec<String>,
    /// How often it learnt too much: 0 in every document that is written.
    pub breaches: i64,
    /// Tables or rows that were folded because a profile got in.
    #[serde(default)]
    pub folded: i64,
}

/// What one kind of site means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The stable word.
    pub id: String,
    /// The heading.
    pub label: String,
    /// One sentence or two.
    pub meaning: String,
}

/// One thing that the impact assessment must fulfill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The stable code.
    pub code: String,
    /// Whether it is fulfilled.
    pub met: bool,
    /// What it is.
    pub what: String,
    /// The rule that asks for it.
    pub source: String,
    /// What to do where it is not met.
    pub next: String,
}

/// A kind of record that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The word in the configuration: flows, dns, leases, ...
    pub kind: String,
    /// What it tells.
    pub meaning: String,
}

/// A query of a table, word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Its file's name without the ending.
    pub name: String,
    /// The text of the file.
    pub sql: String,
}

/// Who receives a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The post, not a name.
    pub role: String,
    /// Which document.
    pub document: String,
}

/// A dated note added after publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// When.
    pub date: Date,
    /// What is known to be wrong, and what is right, in words.
    pub text: String,
}

#[cfg(test)]
impl Document {
    /// A month of which nothing is known.
    pub(crate) fn empty() -> Self {
        let text = r#"{"schema":"tithing.report/1","software":"","authority":"","name":"","month":"2026-03","status":"complete",
            "audience":"public","test_clock":null,"assessment":null,"people_tier":"totals","tables":[],"costs":[],"coverage":[],
            "accounting":null,"symbols":[],"taxonomy":{"version":"","sha256":""},"checkpoint":"",
            "attack":{"profiles":[],"breaches":0}}"#;
        crate::from_json(text).unwrap()
    }
}

impl Document {
    /// The month as a date; the first month of the calendar where the text is none, which [`from_json`] refuses.
    pub fn month(&self) -> Month {
        Month::from_str(&self.month).unwrap_or_else(|_| Month::of(Date::MIN))
    }

    /// The table with this id.
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.id == id)
    }

    /// Whether figures of an earlier document may stand in this one: those of a month that was not for publication stand in
    /// none that is.
    pub(crate) fn may_show(&self, earlier: &Self) -> bool {
        self.audience == Audience::Restricted || earlier.audience == Audience::Public
    }

    /// Adds up each link's bills of the financial year, from those in `earlier` documents and its own, and says which of the
    /// shares of its budget, in percent by link, they reached. It is done once, before the document is published.
    pub fn add_up_year(&mut self, earlier: &[Self], shares: &BTreeMap<String, Vec<u16>>) {
        let before = earlier.iter().filter(|d| d.month < self.month && d.authority == self.authority);
        let bills = |d: &Self| {
            let open = self.may_show(d);
            let bill = |c: &Cost| if open { c.clone() } else { c.clone().for_publication() };
            d.costs.iter().map(bill).collect::<Vec<_>>()
        };
        let before: Vec<&Self> = before.collect();
        let reported = |month: Month| before.iter().any(|d| d.month() == month);
        let months = std::iter::successors(Some(self.month()), |m| {
            m.first().yesterday().ok().map(Month::of).filter(|m| reported(*m))
        });
        let since = months.last().unwrap_or(self.month()).first();
        let before: Vec<Cost> = before.into_iter().flat_map(bills).collect();
        let same = self.costs.clone();
        for cost in &mut self.costs {
            cost.add_up(&before, &same, since);
            cost.reach(shares.get(&cost.link).map_or(&[], Vec::as_slice));
        }
    }

    /// Every symbol and mark used, each once, in the order of [`Sign`].
    pub fn signs(&self) -> Vec<Sign> {
        let mut signs: Vec<Sign> = self.tables.iter().flat_map(Table::signs).collect();
        for cost in &self.costs {
            signs.extend([&cost.usage, &cost.abroad, &cost.total].into_iter().filter_map(Money::sign));
        }
        signs.extend(self.accounting.iter().flat_map(Accounting::parts).flat_map(|(_, cell)| cell.signs()));
        signs.sort_unstable();
        signs.dedup();
        signs
    }
}

impl Table {
    /// The symbols and marks of its cells, each as often as it stands there.
    pub fn signs(&self) -> Vec<Sign> {
        self.rows.iter().flat_map(|r| &r.cells).flat_map(Cell::signs).collect()
    }
}

impl Cell {
    /// Its symbol, or its marks.
    pub fn signs(&self) -> Vec<Sign> {
        match self {
            Self::Shown(s) => s.marks.iter().map(|m| Sign::from(*m)).collect(),
            Self::Symbol(h) => vec![h.symbol.into()],
        }
    }
}

impl Accounting {
    /// Its figures by name, in the order in which they add up.
    pub const fn parts(&self) -> [(&'static str, &Cell); 5] {
        [
            ("shown", &self.shown),
            ("withheld", &self.withheld),
            ("excluded", &self.excluded),
            ("undecodable", &self.undecodable),
            ("counted", &self.counted),
        ]
    }
}
