//! What goes in: contributions by person. Write-only: nothing outside this crate can read one back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use model::{CategoryId, DeviceKey, Month, PersonKey, TimeClass};

use crate::faults::FaultFacts;
use crate::schedule::IssuedFacts;
use crate::{CostOutlook, Policy};

/// What is added up. A table has one measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// IP octets; shown in GB (10^9).
    Volume,
    /// Active minutes; shown in hours.
    Time,
    /// Days with use, per person; shown in person-days.
    Days,
}

impl Measure {
    /// Every measure, in order.
    pub const ALL: [Measure; 3] = [Self::Volume, Self::Time, Self::Days];

    /// The word in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Time => "time",
            Self::Days => "days",
        }
    }

    /// The unit in `report.json`.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Volume => "GB",
            Self::Time => "hour",
            Self::Days => "person-day",
        }
    }
}

/// Which cell a contribution belongs to. The two optional parts name the table:
///
/// | category | class | table |
/// |---|---|---|
/// | some | none | `use` (volume), `use-time`, `use-days` |
/// | none | some | `times` (volume only) |
/// | some | some | `crossed` (volume only) |
/// | none | none | the person's minutes or days of any kind: an upper bound for rows that join several kinds |
///
/// The same octets are contributed to each table that shows them; a person whose `crossed` and `times` do not add up to
/// their `use` is left out of the time tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellKey {
    /// Kind of site. Pooled kinds count as "All other use".
    pub category: Option<CategoryId>,
    /// Time class; `n/a` is in no time table.
    pub class: Option<TimeClass>,
    /// What the amount measures.
    pub measure: Measure,
}

/// An amount in the measure's own unit: octets, minutes or days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub u64);

/// Who stands behind an amount.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    /// A monitored person, with all their devices.
    Person(PersonKey),
    /// A device of several people: one unit for dominance, none for the count.
    Shared(DeviceKey),
}

impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person(_) => "Person(..)",
            Self::Shared(_) => "Shared(..)",
        })
    }
}

/// A person or shared device, with what the count needs to know.
///
/// Flags of one unit that differ between calls are joined by "and": the careful reading wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contributor {
    /// Who.
    pub who: Who,
    /// Monitored on every working day of the month: counts for the number of people. Never so for a shared device.
    pub full_month: bool,
    /// An employee with declared hours for the whole month: may stand in the time tables.
    pub declared_hours: bool,
}

impl Contributor {
    /// A person.
    pub const fn person(key: PersonKey, full_month: bool, declared_hours: bool) -> Self {
        Self { who: Who::Person(key), full_month, declared_hours }
    }

    /// A shared device.
    pub const fn shared(key: DeviceKey) -> Self {
        Self { who: Who::Shared(key), full_month: false, declared_hours: false }
    }
}

/// How many people stand behind the month, by the register alone (people without any traffic count too).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct People {
    /// Monitored on every working day: P.
    pub full_month: u32,
    /// Of these, employees with declared hours for the whole month.
    pub with_hours: u32,
    /// Known people with a council-owned device who were not monitored at all (no notice, objection). From 1 to 4 of
    /// them, the volumes of shared links are withheld: less the use tables they would be those people's own.
    pub unmonitored: u32,
}

/// One link of the council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkFacts {
    /// Its id in `authority.toml`.
    pub id: String,
    /// What the page calls it.
    pub label: String,
    /// Who alone holds it, by any word that is the same for the same person; never printed. None: shared.
    pub holder: Option<String>,
}

/// Coverage of one link over the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageFacts {
    /// The link.
    pub link: String,
    /// Days of the month on which it should have data.
    pub days: u32,
    /// Days on which its coverage reached the minimum.
    pub days_complete: u32,
    /// Octets counted over octets counted and lost, in ten-thousandths.
    pub per_10k: u16,
}

/// Where a cost is known from, in order of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CostSource {
    /// The operator's itemised usage.
    Operator,
    /// The tariff in the configuration and the octets measured.
    Tariff,
    /// Expense claims.
    Claims,
}

impl CostSource {
    /// The word in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Tariff => "tariff",
            Self::Claims => "claims",
        }
    }
}

/// One cycle's cost of one link, in pence including VAT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// The link (or, for claims, what the page calls the line).
    pub link: String,
    /// Broadband, router, dongle or paid-wifi.
    pub kind: String,
    /// Who alone holds it, by any word that is the same for the same person; never printed. None: shared.
    pub holder: Option<String>,
    /// First day of the cycle.
    pub cycle_start: Date,
    /// Last day of the cycle.
    pub cycle_end: Date,
    /// What the contract costs whatever the use.
    pub fixed: i64,
    /// What depends on use, at home.
    pub usage: i64,
    /// What depends on use, abroad.
    pub abroad: i64,
    /// The council's budget for the link in a financial year.
    pub budget: Option<i64>,
    /// Where it is known from.
    pub source: CostSource,
    /// Whether the cycle is unfinished.
    pub forecast: bool,
}

/// What a shared link carried on the days that a billing cycle has in one month: of the month that is reported, or, where the
/// cycle began before it, of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CyclePart {
    /// The link.
    pub link: String,
    /// First day of the cycle.
    pub cycle_start: Date,
    /// Last day of the cycle.
    pub cycle_end: Date,
    /// First day of the part.
    pub first: Date,
    /// Last day of the part.
    pub last: Date,
    /// Everybody's octets on these days.
    pub octets: u64,
    /// Octets of each measured person and shared device, each once.
    pub shares: Vec<(Contributor, u64)>,
}

/// The month's bytes by fate, over all its nights. `counted = kept + excluded + undecodable`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountingFacts {
    /// Octets of all decoded flow records.
    pub counted: u64,
    /// The sum of `links`.
    pub kept: u64,
    /// Duplicate, internal, quarantined and without a link.
    pub excluded: u64,
    /// Read from records that were otherwise unusable.
    pub undecodable: u64,
}

/// The taxonomy that the month was categorised with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxonomyId {
    /// Its version, frozen for a financial year.
    pub version: String,
    /// SHA-256 over the definitions and lists, in hex.
    pub sha256: String,
}

/// What is known of the month apart from anybody's use.
#[derive(Debug, Clone)]
pub struct MonthFacts {
    /// The authority's id.
    pub authority: String,
    /// Its name.
    pub name: String,
    /// The month.
    pub month: Month,
    /// How many people.
    pub people: People,
    /// The links, in the order in which they are printed.
    pub links: Vec<LinkFacts>,
    /// Nights of the month without data, in order.
    pub missing_nights: Vec<Date>,
    /// Coverage in ten-thousandths under which the month has gaps (`limits.coverage_min`).
    pub coverage_min_per_10k: u16,
    /// The taxonomy.
    pub taxonomy: TaxonomyId,
    /// The cell test's parameters.
    pub policy: Policy,
}

/// Flags of one unit.
#[derive(Clone, Copy)]
pub(crate) struct UnitFacts {
    pub(crate) full_month: bool,
    pub(crate) declared_hours: bool,
}

/// Contributions by unit.
pub(crate) type Shares = BTreeMap<Who, u64>;

/// A month before the gate: write-only.
///
/// It has no getter and no `Debug`, cannot be cloned, and only [`crate::release`] takes it apart.
pub struct Candidate {
    pub(crate) facts: MonthFacts,
    pub(crate) units: BTreeMap<Who, UnitFacts>,
    pub(crate) cells: BTreeMap<CellKey, Shares>,
    pub(crate) link_totals: BTreeMap<String, u64>,
    pub(crate) link_shares: BTreeMap<String, Shares>,
    pub(crate) costs: Vec<CostLine>,
    pub(crate) outlooks: Vec<CostOutlook>,
    pub(crate) parts: Vec<CyclePart>,
    pub(crate) doubtful_claims: BTreeMap<String, u64>,
    pub(crate) security_notices: Option<u64>,
    pub(crate) coverage: Vec<CoverageFacts>,
    pub(crate) unmeasured: BTreeSet<String>,
    pub(crate) accounting: AccountingFacts,
    pub(crate) faults: Vec<FaultFacts>,
    pub(crate) clerks: BTreeSet<Who>,
    pub(crate) laid_down: bool,
    pub(crate) issued: Vec<IssuedFacts>,
    /// Octets of council-owned devices on shared links by asset and person; none of those not measured.
    pub(crate) devices: BTreeMap<String, Option<Shares>>,
}

impl Candidate {
    /// An empty candidate for a month.
    pub fn new(facts: MonthFacts) -> Self {
        Self {
            facts,
            units: BTreeMap::new(),
            cells: BTreeMap::new(),
            link_totals: BTreeMap::new(),
            link_shares: BTreeMap::new(),
            costs: Vec::new(),
            outlooks: Vec::new(),
            parts: Vec::new(),
            doubtful_claims: BTreeMap::new(),
            security_notices: None,
            coverage: Vec::new(),
            unmeasured: BTreeSet::new(),
            accounting: AccountingFacts::default(),
            faults: Vec::new(),
            clerks: BTreeSet::new(),
            laid_down: false,
            issued: Vec::new(),
            devices: BTreeMap::new(),
        }
    }

    /// Adds to what one person or shared device contributes to a cell. Any order, any number of calls.
    pub fn contribute(&mut self, cell: CellKey, who: Contributor, amount: Amount) {
        self.register(who);
        let cell = CellKey { category: cell.category.map(CategoryId::stored), ..cell };
        add(self.cells.entry(cell).or_default(), who.who, amount.0);
    }

    /// Adds octets of one person or shared device on one link: what the link totals' own test needs.
    pub fn contribute_link(&mut self, link: &str, who: Contributor, octets: u64) {
        self.register(who);
        add(self.link_shares.entry(link.to_owned()).or_default(), who.who, octets);
    }

    /// Adds everybody's octets on a link: the sum of `links`, people not monitored included.
    pub fn link_total(&mut self, link: &str, octets: u64) {
        let total = self.link_totals.entry(link.to_owned()).or_default();
        *total = total.saturating_add(octets);
    }

    /// Says that no exporter measures a link (paid Wi-Fi, a dongle away from the office): its volume is `[z]`, and nothing
    /// of it can be hidden in the accounting. By the configuration alone, never by what was seen.
    pub fn unmeasured(&mut self, link: &str) {
        self.unmeasured.insert(link.to_owned());
    }

    /// Adds one cycle's cost.
    pub fn cost(&mut self, line: CostLine) {
        self.costs.push(line);
    }

    /// Adds what is said of a cost beyond its figures. It goes out for shared links alone.
    pub fn outlook(&mut self, outlook: CostOutlook) {
        self.outlooks.push(outlook);
    }

    /// Adds what a shared link carried in a part of one of its billing cycles. A link whose bills depend on use needs every part
    /// of a cycle up to the month's end: without, nothing of the cycle that depends on use goes out.
    pub fn cycle_part(&mut self, part: CyclePart) {
        self.parts.push(part);
    }

    /// Adds one claim that the register does not bear out, by its holder; all whose holder is not known count as one.
    pub fn doubtful_claim(&mut self, holder: Option<&str>) {
        *self.doubtful_claims.entry(holder.unwrap_or_default().to_owned()).or_default() += 1;
    }

    /// Says how many security notices went to the clerk. What they say has no way in here.
    pub fn security_notices(&mut self, count: u64) {
        self.security_notices = Some(count);
    }

    /// Adds one link's coverage.
    pub fn coverage(&mut self, coverage: CoverageFacts) {
        self.coverage.push(coverage);
    }

    /// Says who is the clerk, who reads every report, the equipment schedule with it, and perhaps with one other. Where nobody
    /// is, anybody may be: the attacker then pairs everybody with everybody.
    pub fn clerk(&mut self, key: PersonKey) {
        self.clerks.insert(Who::Person(key));
    }

    /// Asks for tables in which every row stands for itself and the total is printed. Rows that fail are then hidden, with as
    /// many more as it takes, instead of joining "All other use".
    pub fn lay_down(&mut self) {
        self.laid_down = true;
    }

    /// Adds one link's faults: an operations fact, told from bytes of everybody alone.
    pub fn fault(&mut self, faults: FaultFacts) {
        self.faults.push(faults);
    }

    /// Adds bytes by fate: once for the month, or once a night.
    pub fn accounting(&mut self, facts: AccountingFacts) {
        let sum = &mut self.accounting;
        sum.counted = sum.counted.saturating_add(facts.counted);
        sum.kept = sum.kept.saturating_add(facts.kept);
        sum.excluded = sum.excluded.saturating_add(facts.excluded);
        sum.undecodable = sum.undecodable.saturating_add(facts.undecodable);
    }

    fn register(&mut self, who: Contributor) {
        let person = matches!(who.who, Who::Person(_));
        let new = UnitFacts { full_month: person && who.full_month, declared_hours: person && who.declared_hours };
        let unit = self.units.entry(who.who).or_insert(new);
        unit.full_month &= new.full_month;
        unit.declared_hours &= new.declared_hours;
    }
}

pub(crate) fn add(shares: &mut Shares, who: Who, amount: u64) {
    let share = shares.entry(who).or_default();
    *share = share.saturating_add(amount);
}
