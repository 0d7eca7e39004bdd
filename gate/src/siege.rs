//! Hands the printed tables and the true contributions to the attacker.

use std::collections::BTreeSet;

use model::{CategoryId, Taxonomy, TimeClass, Treatment};

use crate::attacker::{Atom, Breach, Figure, Scale, Unit, attack};
use crate::candidate::Candidate;
use crate::released::{Cell, Row, Symbol, Table};
use crate::{CellKey, Measure, Who};

/// Time-class index of an atom: `TimeClass` in order, for the people in the time tables; 0 for the others.
fn class_index(class: TimeClass) -> u8 {
    class as u8
}

/// Attacks the tables by kind and time as they are printed.
pub(crate) fn besiege(candidate: &Candidate, timed: &dyn Fn(&Who) -> bool, tables: &[Table]) -> Vec<Breach> {
    Measure::ALL
        .iter()
        .flat_map(|measure| {
            let units = units(candidate, timed, *measure);
            let figures: Vec<Figure> =
                tables.iter().filter(|t| t.measure == *measure && t.id != "links").flat_map(figures).collect();
            attack(&figures, &units, scale(*measure))
        })
        .collect()
}

/// Attacks the totals of shared links as they are printed.
pub(crate) fn besiege_links(candidate: &Candidate, table: &Table) -> Vec<Breach> {
    let shared: Vec<&str> =
        candidate.facts.links.iter().filter(|l| l.holder.is_none()).map(|l| l.id.as_str()).collect();
    let place = |index: usize| -> Atom { (0, u16::try_from(index).unwrap_or(u16::MAX), 0) };
    let mut units: Vec<Unit> = candidate
        .units
        .iter()
        .map(|(who, facts)| {
            let part = |link: &&str| candidate.link_shares.get(*link).and_then(|s| s.get(who)).copied().unwrap_or(0);
            let atoms = shared.iter().enumerate().map(|(i, link)| (place(i), part(link))).collect();
            Unit { atoms, most: None, person: facts.full_month }
        })
        .collect();
    // Everyone unmonitored: perhaps one person, perhaps nobody.
    let known = |i: usize| units.iter().filter_map(|u| u.atoms.get(&place(i))).fold(0_u64, |s, x| s.saturating_add(*x));
    let all = |link: &str| candidate.link_totals.get(link).copied().unwrap_or(0);
    let rest = shared.iter().enumerate().map(|(i, link)| (place(i), all(link).saturating_sub(known(i)))).collect();
    units.push(Unit { atoms: rest, most: None, person: false });
    let printed: Vec<usize> = (0..shared.len()).filter(|i| table.row(shared[*i]).is_some_and(has_figure)).collect();
    let rows = printed.iter().filter_map(|i| Some((table.row(shared[*i])?, BTreeSet::from([place(*i)]))));
    let total = table.row("total").filter(|_| printed.is_empty()).map(|r| (r, (0..shared.len()).map(place).collect()));
    let figures: Vec<Figure> =
        rows.chain(total).filter_map(|(row, set)| figure(table, row.cells.first()?, set)).collect();
    attack(&figures, &units, scale(Measure::Volume))
}

fn has_figure(row: &Row) -> bool {
    row.cells.iter().any(|c| matches!(c, Cell::Shown { .. } | Cell::Symbol(Symbol::Low)))
}

fn scale(measure: Measure) -> Scale {
    match measure {
        Measure::Volume => Scale { little: 1_000_000, most_known: 1_000_000_000 },
        Measure::Time => Scale { little: 5, most_known: u64::MAX },
        Measure::Days => Scale { little: 1, most_known: u64::MAX },
    }
}

fn units(candidate: &Candidate, timed: &dyn Fn(&Who) -> bool, measure: Measure) -> Vec<Unit> {
    let of = |who: &Who, category, class| {
        candidate.cells.get(&CellKey { category, class, measure }).and_then(|s| s.get(who)).copied().unwrap_or(0)
    };
    candidate
        .units
        .iter()
        .map(|(who, facts)| {
            let mut unit = Unit { person: facts.full_month, ..Unit::default() };
            let in_time = timed(who) && measure == Measure::Volume;
            let group = u8::from(!timed(who));
            for kind in Taxonomy::ids() {
                if in_time {
                    for class in [TimeClass::Core, TimeClass::Lunch, TimeClass::Outside] {
                        let amount = of(who, Some(kind), Some(class));
                        unit.atoms.insert((group, kind.index() as u16, class_index(class)), amount);
                    }
                } else {
                    unit.atoms.insert((group, kind.index() as u16, 0), of(who, Some(kind), None));
                }
            }
            unit.most = (measure != Measure::Volume).then(|| of(who, None, None));
            unit
        })
        .collect()
}

/// The figures of a table, each with the places it covers.
fn figures(table: &Table) -> Vec<Figure> {
    let mut out = Vec::new();
    for (r, row) in table.rows.iter().enumerate() {
        for (c, cell) in row.cells.iter().enumerate() {
            out.extend(figure(table, cell, places(table, r, c)));
        }
    }
    out
}

/// The interval that a printed cell's rounding leaves.
fn figure(table: &Table, cell: &Cell, set: BTreeSet<Atom>) -> Option<Figure> {
    let value = match cell {
        Cell::Shown { value, .. } => value.unsigned_abs(),
        Cell::Symbol(Symbol::Low) => 0,
        Cell::Symbol(_) => return None,
    };
    let unit: u64 = match table.measure {
        Measure::Volume => 1_000_000_000,
        Measure::Time => 60,
        Measure::Days => 1,
    };
    let half = table.base.unsigned_abs().saturating_mul(unit) / 2;
    let middle = value.saturating_mul(unit);
    Some(Figure { table: table.id, low: middle.saturating_sub(half), high: middle.saturating_add(half), set })
}

/// Which places a cell covers, as a reader of the page understands it.
fn places(table: &Table, row: usize, column: usize) -> BTreeSet<Atom> {
    let classes: &[TimeClass] = match (table.id, column) {
        ("crossed", 0) => &[TimeClass::Core],
        ("crossed", _) => &[TimeClass::Lunch, TimeClass::Outside],
        ("times", _) => return classes_of(table, row),
        _ => &[TimeClass::Core, TimeClass::Lunch, TimeClass::Outside],
    };
    let mut set = BTreeSet::new();
    for kind in kinds_of(table, row) {
        set.extend(classes.iter().map(|c| (0, kind, class_index(*c))));
        if table.id != "crossed" {
            // Group 1 has one place a kind; so has group 0 where the measure has no time classes.
            set.extend([(1, kind, 0), (0, kind, 0)]);
        }
    }
    set
}

/// Every kind, in the classes of a row of `times`: the last row takes those without a figure.
fn classes_of(table: &Table, row: usize) -> BTreeSet<Atom> {
    let class = |r: usize| table.rows.get(r).and_then(|row| TimeClass::from_word(&row.id));
    let last = row + 1 == table.rows.len();
    let folded = (0..table.rows.len()).filter(|r| last && hidden(table, *r));
    let classes: Vec<TimeClass> = folded.chain([row]).filter_map(class).collect();
    let kinds = Taxonomy::ids().map(|k| k.index() as u16);
    kinds.flat_map(|k| classes.iter().map(move |c| (0, k, class_index(*c)))).collect()
}

fn hidden(table: &Table, row: usize) -> bool {
    table.rows.get(row).is_some_and(|r| r.cells.contains(&Cell::Symbol(Symbol::C)))
}

/// The kinds behind a row: "All other use" takes every kind without a figure of its own.
fn kinds_of(table: &Table, row: usize) -> BTreeSet<u16> {
    let named = |id: &str| -> BTreeSet<u16> {
        let neutral = table.rows.iter().any(|r| r.id == "work-services");
        Taxonomy::ids()
            .filter(|k| match (neutral, k.category().treatment) {
                (true, Treatment::Work) => id == "work-services",
                (true, Treatment::Background) => id == "updates",
                (true, _) => false,
                (false, _) => *k != CategoryId::OTHER && k.as_str() == id,
            })
            .map(|k| k.index() as u16)
            .collect()
    };
    let Some(this) = table.rows.get(row) else { return BTreeSet::new() };
    if this.id != CategoryId::OTHER.as_str() {
        return named(&this.id);
    }
    let shown: BTreeSet<u16> = (0..table.rows.len())
        .filter(|r| *r != row && !hidden(table, *r))
        .flat_map(|r| named(&table.rows[r].id))
        .collect();
    Taxonomy::ids().map(|k| k.index() as u16).filter(|k| !shown.contains(k)).collect()
}
