//! What comes out: rounded figures and symbols. Read-only: nothing outside this crate can make one.

use jiff::civil::Date;
use model::Month;

use crate::attacker::Truth;
use crate::faults::Fault;
use crate::ladder::Requirement;
use crate::schedule::ReleasedSchedule;
use crate::{CostSource, CostWarning, Lasts, Measure, Mode, TaxonomyId};

/// What stands in a cell without a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbol {
    /// Too few people to show, or none.
    C,
    /// Not available: a night or its data are missing.
    X,
    /// Not applicable.
    Z,
    /// Rounds to zero.
    Low,
}

impl Symbol {
    /// The word in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::C => "c",
            Self::X => "x",
            Self::Z => "z",
            Self::Low => "low",
        }
    }

    /// What it means, for the page.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::C => "too few people to show, or none",
            Self::X => "not available: a night or its data are missing",
            Self::Z => "not applicable",
            Self::Low => "rounds to zero",
        }
    }
}

/// A remark beside a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// Estimated.
    Estimated,
    /// Revised.
    Revised,
}

impl Mark {
    /// The letter in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Estimated => "e",
            Self::Revised => "r",
        }
    }
}

/// One cell: a figure in the table's unit and a multiple of its base, or a symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A figure.
    Shown {
        /// In the unit of its table.
        value: i64,
        /// Remarks, in order.
        marks: Vec<Mark>,
    },
    /// No figure.
    Symbol(Symbol),
}

impl Cell {
    /// The figure, if there is one.
    pub const fn value(&self) -> Option<i64> {
        match self {
            Self::Shown { value, .. } => Some(*value),
            Self::Symbol(_) => None,
        }
    }

    pub(crate) const fn plain(value: i64) -> Self {
        Self::Shown { value, marks: Vec::new() }
    }
}

/// A column's heading.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// The stable word.
    pub id: String,
    /// The heading.
    pub label: String,
}

/// A row: cell i belongs to column i.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The stable word.
    pub id: String,
    /// The heading.
    pub label: String,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// A table of one measure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table {
    /// `links`, `cycles`, `use`, `use-time`, `use-days`, `times` or `crossed`.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// What is measured.
    pub measure: Measure,
    /// The unit: GB, hour or person-day.
    pub unit: &'static str,
    /// Every figure is a multiple of this.
    pub base: i64,
    /// Whether the layout is laid down: a hidden cell hides itself alone, and no row takes its place.
    pub laid_down: bool,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, in fixed order.
    pub rows: Vec<Row>,
}

impl Table {
    /// The row with this id.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|r| r.id == id)
    }
}

/// How whole the month is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Everything asked for, every night.
    Complete,
    /// A night is missing or coverage is below the minimum.
    Gaps,
    /// Totals where the council's mode asks for categories.
    Lowered,
    /// The assessment allows nothing.
    Withheld,
}

impl Status {
    /// The word in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Gaps => "gaps",
            Self::Lowered => "lowered",
            Self::Withheld => "withheld",
        }
    }
}

/// Who may see the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// Anyone.
    Public,
    /// The recipients that the assessment names: not for publication.
    Restricted,
}

impl Audience {
    /// The word in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Restricted => "restricted",
        }
    }
}

/// What the number of people allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PeopleTier {
    /// Fewer than 5 people, or no use by person: link totals, restricted.
    Totals,
    /// 5 to 7: rows that judge nobody.
    Neutral,
    /// 8 to 11: kinds of site.
    OneWay,
    /// 12 or more: kinds of site by time.
    Crossed,
}

impl PeopleTier {
    /// The word in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totals => "totals",
            Self::Neutral => "neutral",
            Self::OneWay => "one-way",
            Self::Crossed => "crossed",
        }
    }
}

/// One line of `costs[]`, in pence including VAT.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// The link; `issued` for the one figure over links issued to one holder each.
    pub link: String,
    /// Broadband, router, dongle, paid-wifi or issued.
    pub kind: String,
    /// First day of the cycle.
    pub cycle_start: Date,
    /// Last day of the cycle.
    pub cycle_end: Date,
    /// What the contract costs whatever the use.
    pub fixed: i64,
    /// What depends on use, at home.
    pub usage: Cell,
    /// What depends on use, abroad.
    pub abroad: Cell,
    /// The sum.
    pub total: Cell,
    /// The council's budget for the link in a financial year.
    pub budget: Option<i64>,
    /// Where it is known from.
    pub source: CostSource,
    /// Whether the cycle is unfinished.
    pub forecast: bool,
    /// Least and most total of a forecast, of a shared link.
    pub range: Option<(i64, i64)>,
    /// Shares of data reached, of a shared link.
    pub warnings: Vec<CostWarning>,
    /// Octets of the contract's bundle, of a shared link.
    pub bundle: Option<u64>,
    /// Whether the data of a cycle that runs will last, of a shared link.
    pub lasts: Option<Lasts>,
}

/// One line of `coverage[]`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// The link.
    pub link: String,
    /// Days that should have data.
    pub days: u32,
    /// Days whose coverage reached the minimum.
    pub days_complete: u32,
    /// Whole percent, rounded down.
    pub percent: u32,
}

/// Every byte accounted for, each figure rounded on its own: the parts may miss the sum by two steps.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accounting {
    /// In a printed link total.
    pub shown: Cell,
    /// Kept, but in no printed link total.
    pub withheld: Cell,
    /// Duplicate, internal, quarantined, without a link.
    pub excluded: Cell,
    /// Read from unusable records.
    pub undecodable: Cell,
    /// The sum.
    pub counted: Cell,
    /// `GB`.
    pub unit: &'static str,
    /// Every figure is a multiple of this.
    pub base: i64,
}

/// What the attacker tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attack {
    /// The profiles that were really run.
    pub profiles: Vec<&'static str>,
    /// Breaches left: 0, or nothing would have been released.
    pub breaches: u32,
    /// Tables or rows that were folded because a profile got in.
    pub folded: u32,
}

/// Which assessment the release stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssessmentId {
    /// Its version.
    pub version: String,
    /// When it must be reviewed.
    pub review_due: Option<Date>,
}

/// A month that may be seen. Every figure in it is rounded, every cell has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    pub(crate) authority: String,
    pub(crate) name: String,
    pub(crate) month: Month,
    pub(crate) status: Status,
    pub(crate) audience: Audience,
    pub(crate) people_tier: PeopleTier,
    pub(crate) mode: Mode,
    pub(crate) tables: Vec<Table>,
    pub(crate) costs: Vec<Cost>,
    pub(crate) claims_to_check: Option<u64>,
    pub(crate) security_notices: Option<u64>,
    pub(crate) coverage: Vec<Coverage>,
    pub(crate) accounting: Option<Accounting>,
    pub(crate) taxonomy: TaxonomyId,
    pub(crate) attack: Attack,
    pub(crate) assessment: Option<AssessmentId>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) reasons: Vec<String>,
    pub(crate) missing_nights: Vec<Date>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) truth: Truth,
    pub(crate) schedule: Option<ReleasedSchedule>,
}

impl Released {
    /// The authority's id.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The authority's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The month.
    pub const fn month(&self) -> Month {
        self.month
    }

    /// How whole it is.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Who may see it.
    pub const fn audience(&self) -> Audience {
        self.audience
    }

    /// What the number of people allowed.
    pub const fn people_tier(&self) -> PeopleTier {
        self.people_tier
    }

    /// What the assessment allowed on the day of the release.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The printed tables, in order: links, use, use-time, use-days, times, crossed.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The table with this id.
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.id == id)
    }

    /// How many claims the register does not bear out; none where too few people stand behind them, or none is.
    pub fn claims_to_check(&self) -> Option<u64> {
        self.claims_to_check
    }

    /// How many security notices went to the clerk; none where fewer than five people are monitored, since a notice of few
    /// devices is about somebody.
    pub fn security_notices(&self) -> Option<u64> {
        self.security_notices
    }

    /// The costs.
    pub fn costs(&self) -> &[Cost] {
        &self.costs
    }

    /// The coverage of shared links.
    pub fn coverage(&self) -> &[Coverage] {
        &self.coverage
    }

    /// The accounting; none where the status is withheld.
    pub const fn accounting(&self) -> Option<&Accounting> {
        self.accounting.as_ref()
    }

    /// Every symbol that stands in some cell, in order, with what it means.
    pub fn symbols(&self) -> Vec<Symbol> {
        let mut all: Vec<Symbol> =
            self.cells().filter_map(|c| if let Cell::Symbol(s) = c { Some(*s) } else { None }).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The taxonomy.
    pub const fn taxonomy(&self) -> &TaxonomyId {
        &self.taxonomy
    }

    /// What the attacker tried.
    pub const fn attack(&self) -> &Attack {
        &self.attack
    }

    /// The assessment; none where there is no file.
    pub const fn assessment(&self) -> Option<&AssessmentId> {
        self.assessment.as_ref()
    }

    /// Every requirement of the assessment, met or not.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// Why something is not shown, in plain sentences.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// Nights without data.
    pub fn missing_nights(&self) -> &[Date] {
        &self.missing_nights
    }

    /// What the written files are attacked against before they are handed out; it cannot be looked into.
    pub const fn truth(&self) -> &Truth {
        &self.truth
    }

    /// The faults of shared links.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The equipment schedule, a document of its own for the recipients that the assessment names; nothing of it may
    /// stand in the summary. None where the assessment does not allow it or there is nothing to put in.
    pub const fn schedule(&self) -> Option<&ReleasedSchedule> {
        self.schedule.as_ref()
    }

    fn cells(&self) -> impl Iterator<Item = &Cell> {
        let tables = self.tables.iter().flat_map(|t| t.rows.iter().flat_map(|r| r.cells.iter()));
        let costs = self.costs.iter().flat_map(|c| [&c.usage, &c.abroad, &c.total]);
        let books = self.accounting.iter();
        let books = books.flat_map(|a| [&a.shown, &a.withheld, &a.excluded, &a.undecodable, &a.counted]);
        tables.chain(costs).chain(books)
    }
}
