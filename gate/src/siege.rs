//! Hands the printed tables and the true contributions to the attacker.

use std::collections::BTreeMap;

use model::{CategoryId, Taxonomy, TimeClass, Treatment};

use crate::attacker::{Breach, Known, Part, Printed, Sheet, Truth, Unit, attack_sheets};
use crate::books::Books;
use crate::candidate::Candidate;
use crate::cell::per_unit;
use crate::released::{Accounting, Cell, Symbol, Table};
use crate::{CellKey, Measure, Who, cycles};

impl Truth {
    /// What is true of a candidate's month, to hold findings against. The candidate is used up, and nothing can be read back.
    pub fn of(candidate: Candidate) -> Self {
        truth(&candidate, &Books::new(&candidate))
    }
}

/// What is true of a month.
pub(crate) fn truth(candidate: &Candidate, books: &Books<'_>) -> Truth {
    let facts = &candidate.facts;
    let octets = |id: &String| candidate.link_totals.get(id).copied().unwrap_or(0);
    let shared = facts.links.iter().filter(|l| l.holder.is_none());
    let mut issued: BTreeMap<&str, u64> = BTreeMap::new();
    for link in &facts.links {
        if let Some(holder) = link.holder.as_deref() {
            let sum = issued.entry(holder).or_default();
            *sum = sum.saturating_add(octets(&link.id));
        }
    }
    let links: Vec<(String, u64)> = shared.map(|l| (l.id.clone(), octets(&l.id))).collect();
    let part = |p: &crate::CyclePart| {
        let link = links.iter().position(|(id, _)| *id == p.link)?;
        Some(Part { link, row: cycles::row_id(&p.link, p.cycle_end), octets: p.octets })
    };
    Truth {
        month: facts.month.to_string(),
        days: facts.month.days().count() as u64,
        units: candidate.units.keys().map(|who| known(candidate, books, who)).collect(),
        parts: cycles::parts(candidate).into_iter().filter_map(part).collect(),
        links,
        issued: issued.into_values().collect(),
        unmonitored: facts.people.unmonitored as usize,
    }
}

/// One unit's amounts, place by place.
fn known(candidate: &Candidate, books: &Books<'_>, who: &Who) -> Known {
    let of = |category, class, measure| {
        candidate.cells.get(&CellKey { category, class, measure }).and_then(|s| s.get(who)).copied().unwrap_or(0)
    };
    let kinds: Vec<CategoryId> = Taxonomy::ids().filter(|k| k.category().treatment != Treatment::Pooled).collect();
    let timed = books.is_timed(who);
    let octets = kinds.iter().flat_map(|k| {
        let class = |class| if timed { of(Some(*k), Some(class), Measure::Volume) } else { 0 };
        let untimed = if timed { 0 } else { of(Some(*k), None, Measure::Volume) };
        [class(TimeClass::Core), class(TimeClass::Lunch), class(TimeClass::Outside), untimed]
    });
    let by_kind = |measure| (kinds.iter().map(|k| of(Some(*k), None, measure)).collect(), of(None, None, measure));
    let shared = candidate.facts.links.iter().filter(|l| l.holder.is_none());
    let on_link = |id: &String| candidate.link_shares.get(id).and_then(|s| s.get(who)).copied().unwrap_or(0);
    Known {
        octets: octets.collect(),
        minutes: by_kind(Measure::Time),
        days: by_kind(Measure::Days),
        links: shared.map(|l| on_link(&l.id)).collect(),
        parts: cycles::parts(candidate).into_iter().map(|p| cycles::share_of(p, who)).collect(),
        counts: candidate.units.get(who).is_some_and(|u| u.full_month),
        clerk: candidate.clerks.contains(who),
        timed,
        devices: devices(
            candidate,
            who,
            candidate.cells.iter().filter_map(|(key, shares)| {
                let volume = key.measure == Measure::Volume && key.class.is_none() && key.category.is_some();
                volume.then(|| shares.get(who).copied().unwrap_or(0))
            }),
        ),
    }
}

/// The devices of a unit with whether it alone held each; something unnamed where they do not account for all of its use.
fn devices(candidate: &Candidate, who: &Who, volumes: impl Iterator<Item = u64>) -> Vec<(String, bool)> {
    let measured = || candidate.devices.iter().filter_map(|(asset, shares)| Some((asset, shares.as_ref()?)));
    let own = || measured().filter(|(_, shares)| shares.get(who).is_some_and(|octets| *octets > 0));
    let used = volumes.fold(0_u64, u64::saturating_add);
    let told = own().filter_map(|(_, shares)| shares.get(who)).fold(0_u64, |s, x| s.saturating_add(*x));
    let alone = |shares: &BTreeMap<Who, u64>| shares.values().filter(|octets| **octets > 0).count() == 1;
    let mut all: Vec<(String, bool)> = own().map(|(asset, shares)| (asset.clone(), alone(shares))).collect();
    all.extend((told < used).then(|| (String::new(), false)));
    all
}

/// Whether nobody gets in by the bands of devices beside the tables as they are printed.
pub(crate) fn bands_hold<'a>(truth: &Truth, tables: impl IntoIterator<Item = &'a Table>, bands: Vec<Bounds>) -> bool {
    attack_sheets(truth, tables.into_iter().map(sheet).collect(), bands).is_empty()
}

/// A device's asset, and the least and the most octets that its band names.
pub(crate) type Bounds = (String, u64, u64);

/// Attacks tables as they would be printed.
pub(crate) fn besiege<'a>(truth: &Truth, tables: impl IntoIterator<Item = &'a Table>) -> Vec<Breach> {
    attack_sheets(truth, tables.into_iter().map(sheet).collect(), Vec::new())
}

/// Attacks everything of a month together: tables and the account of every byte.
pub(crate) fn besiege_all<'a>(
    truth: &Truth,
    tables: impl IntoIterator<Item = &'a Table>,
    books: &Accounting,
) -> Vec<Breach> {
    let sheets = tables.into_iter().map(sheet).chain([accounting(books)]).collect();
    attack_sheets(truth, sheets, Vec::new())
}

fn print(cell: &Cell) -> Printed {
    match cell {
        Cell::Shown { value, .. } => Printed::Figure(value.unsigned_abs()),
        Cell::Symbol(Symbol::Low) => Printed::Low,
        Cell::Symbol(Symbol::C) => Printed::Hidden,
        Cell::Symbol(Symbol::X | Symbol::Z) => Printed::Other,
    }
}

fn step(measure: Measure, base: i64) -> u64 {
    base.unsigned_abs().saturating_mul(per_unit(measure) as u64)
}

fn sheet(table: &Table) -> Sheet {
    Sheet {
        id: table.id.to_owned(),
        unit: match table.measure {
            Measure::Volume => Unit::Octets,
            Measure::Time => Unit::Minutes,
            Measure::Days => Unit::Days,
        },
        step: step(table.measure, table.base),
        mandated: table.laid_down,
        columns: table.columns.iter().map(|c| c.id.clone()).collect(),
        rows: table.rows.iter().map(|r| (r.id.clone(), r.cells.iter().map(print).collect())).collect(),
    }
}

fn accounting(books: &Accounting) -> Sheet {
    let rows = [
        ("shown", &books.shown),
        ("withheld", &books.withheld),
        ("excluded", &books.excluded),
        ("undecodable", &books.undecodable),
        ("counted", &books.counted),
    ];
    Sheet {
        id: "accounting".to_owned(),
        unit: Unit::Octets,
        step: step(Measure::Volume, books.base),
        mandated: false,
        columns: vec!["volume".to_owned()],
        rows: rows.iter().map(|(id, cell)| ((*id).to_owned(), vec![print(cell)])).collect(),
    }
}
