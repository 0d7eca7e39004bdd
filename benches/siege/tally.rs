//! What was shown of what could have been, by number of people.

use std::collections::BTreeMap;

use fixtures::contributions::{DrawnMonth, DrawnUnit};
use gate::{Cell, PeopleTier, Released, Symbol, Table};
use model::{CategoryId, Taxonomy, Treatment};
use serde::Serialize;

/// One council-month.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MonthFigures {
    /// People monitored on every working day.
    pub(crate) people: u32,
    /// Cells with a figure and cells of the layout, by table.
    pub(crate) cells: BTreeMap<&'static str, (u64, u64)>,
    /// Octets of use that stand in a printed row other than "All other use".
    pub(crate) named: u64,
    /// Octets of kinds that have a row of their own in this tier.
    pub(crate) nameable: u64,
    /// All octets of use.
    pub(crate) used: u64,
}

fn has_figure(cell: &Cell) -> bool {
    matches!(cell, Cell::Shown { .. } | Cell::Symbol(Symbol::Low))
}

/// The row that a kind belongs to in a tier; none: it is part of "All other use" whatever happens.
fn home(tier: PeopleTier, kind: CategoryId) -> Option<&'static str> {
    match (tier, kind.category().treatment) {
        (PeopleTier::Totals, _) | (_, Treatment::Pooled | Treatment::Other) => None,
        (PeopleTier::Neutral, Treatment::Work) => Some("work-services"),
        (PeopleTier::Neutral, Treatment::Background) => Some("updates"),
        (PeopleTier::Neutral, Treatment::Judgement) => None,
        (PeopleTier::OneWay | PeopleTier::Crossed, _) => Some(kind.as_str()),
    }
}

/// The tier that the number of people gives, whatever became of it.
fn tier(people: u32) -> PeopleTier {
    match people {
        0..5 => PeopleTier::Totals,
        5..8 => PeopleTier::Neutral,
        8..12 => PeopleTier::OneWay,
        _ => PeopleTier::Crossed,
    }
}

/// Cells of each table in a tier's layout. Where nobody has declared hours the time tables do not apply.
fn layout(tier: PeopleTier, with_hours: u32) -> Vec<(&'static str, u64)> {
    let mut homes: Vec<&str> = Taxonomy::ids().filter_map(|kind| home(tier, kind)).collect();
    homes.dedup();
    let rows = homes.len() as u64 + 1;
    let mut out = Vec::new();
    if tier >= PeopleTier::Neutral {
        out.extend([("use", rows), ("use-time", rows), ("use-days", rows)]);
    }
    if tier >= PeopleTier::OneWay && with_hours > 0 {
        out.push(("times", 3));
    }
    if tier == PeopleTier::Crossed && with_hours > 0 {
        out.push(("crossed", rows * 2));
    }
    out
}

/// Counts one released month.
pub(crate) fn figures(month: &DrawnMonth, released: &Released) -> MonthFigures {
    let tier = tier(month.full_month);
    let shown = |table: &Table| table.rows.iter().flat_map(|r| &r.cells).filter(|c| has_figure(c)).count() as u64;
    let cells = layout(tier, month.with_hours)
        .into_iter()
        .map(|(id, possible)| (id, (released.table(id).map_or(0, shown), possible)))
        .collect();
    let printed = |row: &str| {
        let row = released.table("use").and_then(|t| t.row(row));
        row.is_some_and(|r| r.cells.iter().any(has_figure))
    };
    let mut out = MonthFigures { people: month.full_month, cells, named: 0, nameable: 0, used: 0 };
    for part in month.units.iter().flat_map(|unit| &unit.uses) {
        let home = Taxonomy::find(part.kind).and_then(|kind| home(tier, kind));
        out.used += part.octets;
        out.nameable += home.map_or(0, |_| part.octets);
        out.named += home.filter(|row| printed(row)).map_or(0, |_| part.octets);
    }
    assert_eq!(out.used, month.units.iter().map(DrawnUnit::octets).sum::<u64>());
    out
}

/// The groups by number of people that are printed: a name, the least, the most.
pub(crate) const GROUPS: [(&str, u32, u32); 9] = [
    ("5-7", 5, 7),
    ("8-11", 8, 11),
    ("12-19", 12, 19),
    ("20-29", 20, 29),
    ("30-40", 30, 40),
    ("8", 8, 8),
    ("12", 12, 12),
    ("20", 20, 20),
    ("40", 40, 40),
];

/// A group's figures in hundredths of a percent.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Group {
    /// By number of people.
    pub(crate) people: &'static str,
    /// Council-months.
    pub(crate) months: u64,
    /// Of these, with a table of kinds of site.
    pub(crate) printed: u64,
    /// Mean over the months of the share of octets under a name.
    pub(crate) named: u64,
    /// The same of the octets that could stand under one.
    pub(crate) named_of_nameable: u64,
    /// All octets under a name of all octets.
    pub(crate) named_together: u64,
    /// Cells with a figure and cells of the layout, by table.
    pub(crate) cells: BTreeMap<&'static str, (u64, u64)>,
}

fn share(part: u64, whole: u64) -> u64 {
    if whole == 0 { 0 } else { (u128::from(part) * 10_000 / u128::from(whole)) as u64 }
}

/// One group of all months.
pub(crate) fn group((people, least, most): (&'static str, u32, u32), all: &[MonthFigures]) -> Group {
    let of: Vec<&MonthFigures> = all.iter().filter(|m| (least..=most).contains(&m.people) && m.used > 0).collect();
    let months = of.len() as u64;
    let mean = |pick: fn(&MonthFigures) -> u64| of.iter().map(|m| pick(m)).sum::<u64>() / months.max(1);
    let sum = |pick: fn(&MonthFigures) -> u64| of.iter().map(|m| pick(m)).sum::<u64>();
    let mut cells: BTreeMap<&'static str, (u64, u64)> = BTreeMap::new();
    for (id, (shown, possible)) in of.iter().flat_map(|m| &m.cells) {
        let cell = cells.entry(id).or_default();
        *cell = (cell.0 + shown, cell.1 + possible);
    }
    Group {
        people,
        months,
        printed: of.iter().filter(|m| m.cells.get("use").is_some_and(|c| c.0 > 0)).count() as u64,
        named: mean(|m| share(m.named, m.used)),
        named_of_nameable: mean(|m| share(m.named, m.nameable)),
        named_together: share(sum(|m| m.named), sum(|m| m.used)),
        cells,
    }
}

/// A share in hundredths of a percent as text.
pub(crate) fn percent(hundredths: u64) -> String {
    format!("{}.{} %", hundredths / 100, hundredths % 100 / 10)
}
