//! What primary suppression alone is worth: a layout in which every row's sum is printed and only the inner cells that fail
//! the test are hidden, and how many of them the attacker gets back.
//!
//! The page is made here, not by the gate, which prints no such layout. It covers the people with declared hours, so that
//! its margins are sums of its cells: kinds by working time, and each kind's sum. The sums of its columns are left out: with them an
//! outsider gets back more still, but only by a linear program a cell.

use std::collections::BTreeMap;

use fixtures::contributions::{Drawn, DrawnMonth, DrawnUnit, Use};
use gate::Artefact;
use model::Taxonomy;
use reports::document::{Audience, Cell, Column, Document, Layout as Laid, Measure, Row, Symbol, Table, Tier, Unit};
use serde::Serialize;

use crate::{fill, wall};

/// Octets in one unit of the page's tables.
const GB: u64 = 1_000_000_000;
/// Octets from which a contribution says something of a person.
const LITTLE: u64 = 1_000_000;

/// How many hidden cells were recovered.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Recovered {
    pub(crate) months: u64,
    /// Inner cells hidden, somebody's use behind them.
    pub(crate) hidden: u64,
    /// Of these, known to two steps of rounding.
    pub(crate) exactly: u64,
    /// Of these, known within a fifth either way.
    pub(crate) closely: u64,
}

impl Recovered {
    pub(crate) fn add(&mut self, other: Self) {
        self.months += other.months;
        self.hidden += other.hidden;
        self.exactly += other.exactly;
        self.closely += other.closely;
    }
}

/// The people of a month who stand in the time tables, as a month of their own.
pub(crate) fn timed(month: &DrawnMonth) -> DrawnMonth {
    let mut out = month.clone();
    out.units.retain(|u| u.hours && u.full_month);
    out.full_month = out.units.len() as u32;
    out.with_hours = out.full_month;
    out.unmonitored = 0;
    out.unmeasured.iter_mut().for_each(|(_, octets)| *octets = 0);
    out.excluded = 0;
    out
}

/// The same month a thousand times as large: printed to 1 GB it is what the month would be printed to 1 MB.
fn finer(month: &DrawnMonth) -> DrawnMonth {
    let mut out = month.clone();
    for part in out.units.iter_mut().flat_map(|u| &mut u.uses) {
        for octets in [&mut part.octets, &mut part.core, &mut part.lunch, &mut part.outside] {
            *octets *= 1_000;
        }
    }
    out
}

/// The layout's cells: by kind, what each person used in working hours and outside them.
struct Layout {
    kinds: Vec<&'static str>,
    cells: BTreeMap<(&'static str, usize), Vec<u64>>,
    /// From how many octets a contribution counts.
    little: u64,
}

impl Layout {
    fn of(month: &DrawnMonth, kinds: Vec<&'static str>, little: u64) -> Self {
        let mut cells: BTreeMap<(&'static str, usize), Vec<u64>> = BTreeMap::new();
        for kind in &kinds {
            let of = |pick: fn(&Use) -> u64| {
                let used = |u: &DrawnUnit| u.uses.iter().find(|p| p.kind == *kind).map_or(0, pick);
                month.units.iter().map(used).collect()
            };
            cells.insert((kind, 0), of(|u| u.core));
            cells.insert((kind, 1), of(|u| u.lunch + u.outside));
        }
        Self { kinds, cells, little }
    }

    fn sum(&self, kind: &'static str, column: usize) -> u64 {
        self.cells[&(kind, column)].iter().sum()
    }

    /// The cell test, written once more: five people who matter, and their sum less the two largest a fifth of the largest.
    fn shown(&self, kind: &'static str, column: usize) -> bool {
        let parts = &self.cells[&(kind, column)];
        let total: u64 = parts.iter().sum();
        let mut material: Vec<u64> = parts.iter().copied().filter(|p| *p >= self.little && p * 100 >= total).collect();
        material.sort_unstable_by(|a, b| b.cmp(a));
        material.len() >= 5 && material.iter().skip(2).sum::<u64>() * 5 >= material[0]
    }
}

fn figure(octets: u64) -> Cell {
    match (octets + GB / 2) / GB {
        0 => Cell::symbol(Symbol::Low),
        value => Cell::shown(value as i64),
    }
}

fn table(id: &str, columns: &[&str], rows: Vec<Row>) -> Table {
    let column = |id: &&str| Column { id: (*id).to_owned(), label: (*id).to_owned() };
    Table {
        id: id.to_owned(),
        title: id.to_owned(),
        measure: Measure::Volume,
        unit: Unit::Gigabyte,
        base: 1,
        layout: Some(Laid::Mandated),
        columns: columns.iter().map(column).collect(),
        rows,
    }
}

fn row(id: &str, cells: Vec<Cell>) -> Row {
    Row { id: id.to_owned(), label: id.to_owned(), cells }
}

/// The page as written: each of its tables says that its layout is laid down, so that `[c]` hides that cell alone.
fn page(layout: &Layout, mut document: Document) -> String {
    let inner = |kind: &'static str, column| match layout.shown(kind, column) {
        true => figure(layout.sum(kind, column)),
        false => Cell::symbol(Symbol::C),
    };
    let kinds = || layout.kinds.iter().copied();
    document.people_tier = Tier::Crossed;
    document.audience = Audience::Public;
    document.accounting = None;
    let all = |kind| figure(layout.sum(kind, 0) + layout.sum(kind, 1));
    let rows = kinds().map(|k| row(k, vec![inner(k, 0), inner(k, 1), all(k)])).collect();
    document.tables = vec![table("crossed", &["core", "not-core", "all-classes"], rows)];
    reports::json(&document)
}

/// Ten kinds that most people use: as many rows as a form would have.
const TEN: [&str; 10] =
    ["government", "office", "updates", "search", "news", "social", "video", "audio", "shopping", "personal-cloud"];

/// What the attacker gets back of one month: of every kind printed to 1 GB and to 1 MB, and of ten kinds to 1 MB.
pub(crate) fn each(council: &Drawn, month: &DrawnMonth) -> [Recovered; 3] {
    let all = || Taxonomy::ids().filter(|k| k.stored() == *k).map(|k| k.as_str()).collect();
    let large = finer(month);
    [
        recovered(council, month, &Layout::of(month, all(), LITTLE)),
        recovered(council, &large, &Layout::of(&large, all(), LITTLE * 1_000)),
        recovered(council, &large, &Layout::of(&large, TEN.to_vec(), LITTLE * 1_000)),
    ]
}

fn recovered(council: &Drawn, month: &DrawnMonth, layout: &Layout) -> Recovered {
    let released = fill::released(council, month, &wall::history(&[], &[])).expect("a month of people with hours");
    let text = page(layout, fill::document(&released));
    let written = Artefact { name: "mandated.json".to_owned(), text };
    let siege = wall::attack(vec![fill::candidate(council, month)], &[written]);
    assert_eq!(siege.attacked, 1, "{} {}: the page and the truth disagree", council.id, month.month);
    let found = siege.recovered;
    Recovered { months: 1, hidden: found.hidden, exactly: found.exact, closely: found.near }
}
