//! The tables by kind of site and by working time, folded until every printed cell and every difference passes.

use std::collections::BTreeSet;

use model::CategoryId;

use crate::books::{Books, CORE, NOT_CORE};
use crate::candidate::Shares;
use crate::cell::{base, figure, rounded, sum};
use crate::fold::fold;
use crate::laid_down;
use crate::released::{Cell, Column, Row, Symbol, Table};
use crate::rows::{RowSpec, TIMES, rows};
use crate::{CROSSED_PEOPLE_MIN, Measure, ONE_WAY_PEOPLE_MIN, PEOPLE_MIN, People, PeopleTier};

/// How far the folding goes beyond the cell test, where the attacker got in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Harder {
    /// Rows by kind that fold, in every table.
    pub(crate) rows: BTreeSet<String>,
    /// Rows that fold in the crossed table alone.
    pub(crate) crossed_rows: BTreeSet<String>,
    /// So many more rows by kind, the smallest first.
    pub(crate) more: usize,
    /// So many more crossed rows.
    pub(crate) more_crossed: usize,
    pub(crate) no_times: bool,
    pub(crate) no_crossed: bool,
}

/// The tables by kind and time of one month, and sentences for what is not there.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) tables: Vec<Table>,
    pub(crate) reasons: Vec<String>,
}

/// Why no kinds of site are shown.
const NO_KINDS: &str =
    "No kinds of site are shown: even all use together rests too much on one or two people this month.";

pub(crate) fn make(books: &Books<'_>, tier: PeopleTier, people: People, harder: &Harder) -> Made {
    let specs = rows(tier);
    let mut made = Made::default();
    let Some(remainder) = specs.len().checked_sub(1) else { return made };
    if books.laid_down() {
        match laid_down::tables(books, &specs, harder) {
            Some(tables) => made.tables = tables,
            None => made.reasons.push(NO_KINDS.to_owned()),
        }
        made.reasons
            .push("Every row stands for itself, as the council's layout asks, so more rows are hidden.".to_owned());
        return made;
    }
    let Some(folded) = fold_use(books, &specs, remainder, harder) else {
        made.reasons.push(NO_KINDS.to_owned());
        return made;
    };
    made.tables.extend(Measure::ALL.map(|measure| use_table(books, &specs, &folded, measure)));
    if tier >= PeopleTier::OneWay {
        let times = if harder.no_times { None } else { times(books, people) };
        push(
            &mut made,
            times,
            "Working time is not shown apart: too few people have set hours, or its figures would come too close to one person.",
        );
    }
    if tier == PeopleTier::Crossed {
        let crossed = if harder.no_crossed { None } else { crossed(books, &specs, &folded, people, harder) };
        push(
            &mut made,
            crossed,
            "Kinds of site are not divided by working time: fewer than twelve people have set hours, or the figures would come too close to one person.",
        );
    }
    made
}

fn push(made: &mut Made, table: Option<Table>, reason: &str) {
    match table {
        Some(table) => made.tables.push(table),
        None => made.reasons.push(reason.to_owned()),
    }
}

/// The kinds of a set of rows.
pub(crate) fn kinds(specs: &[RowSpec], set: &[usize]) -> Vec<CategoryId> {
    set.iter().filter_map(|row| specs.get(*row)).flat_map(|spec| spec.kinds.iter().copied()).collect()
}

/// The rows that print under `row`: itself, and for the remainder everything folded.
fn members(row: usize, folded: &[bool]) -> Vec<usize> {
    if row < folded.len() { vec![row] } else { (0..folded.len()).filter(|r| folded[*r]).chain([row]).collect() }
}

fn fold_use(books: &Books<'_>, specs: &[RowSpec], remainder: usize, harder: &Harder) -> Option<Vec<bool>> {
    let total = total(books, specs, Measure::Volume);
    let passes = |set: &[usize]| {
        if set.contains(&remainder) && !books.rules().remainder {
            return true;
        }
        let kinds = kinds(specs, set);
        Measure::ALL.iter().all(|m| books.passes(*m, &books.by_kind(&kinds, *m)))
    };
    let size = |row| {
        let volume = sum(&books.by_kind(&kinds(specs, &[row]), Measure::Volume));
        rounded(Measure::Volume, volume, base(Measure::Volume, total))
    };
    let forced: Vec<bool> = specs.iter().map(|s| harder.rows.contains(s.id)).collect();
    fold(remainder, harder.more, &forced, passes, size)
}

fn total(books: &Books<'_>, specs: &[RowSpec], measure: Measure) -> u128 {
    specs.iter().map(|spec| sum(&books.by_kind(&spec.kinds, measure))).sum()
}

fn use_table(books: &Books<'_>, specs: &[RowSpec], folded: &[bool], measure: Measure) -> Table {
    let base = base(measure, total(books, specs, measure));
    let cell = |row: usize| {
        if folded.get(row).copied().unwrap_or(false) {
            return Cell::Symbol(Symbol::C);
        }
        let kinds = kinds(specs, &members(row, folded));
        let estimated = measure != Measure::Volume && kinds.len() > 1;
        figure(measure, sum(&books.by_kind(&kinds, measure)), base, estimated)
    };
    let (id, title, heading) = use_names(measure);
    let rows = specs.iter().enumerate().map(|(i, s)| row(s.id, s.label, vec![cell(i)])).collect();
    let columns = vec![column(measure.as_str(), heading)];
    Table { id, title, measure, unit: measure.unit(), base, laid_down: false, columns, rows }
}

/// Id, title and heading of a table by kind of site.
pub(crate) const fn use_names(measure: Measure) -> (&'static str, &'static str, &'static str) {
    match measure {
        Measure::Volume => ("use", "Data used by kind of site", "Data (GB)"),
        Measure::Time => ("use-time", "Active time by kind of site", "Active time (hours)"),
        Measure::Days => ("use-days", "Days of use by kind of site", "Days of use (person-days)"),
    }
}

pub(crate) fn row(id: &str, label: &str, cells: Vec<Cell>) -> Row {
    Row { id: id.to_owned(), label: label.to_owned(), cells }
}

pub(crate) fn column(id: &str, label: &str) -> Column {
    Column { id: id.to_owned(), label: label.to_owned() }
}

/// Whether enough people have declared hours, and those without are none or enough to hide one another.
fn enough(books: &Books<'_>, people: People, least: u32) -> bool {
    let with = people.with_hours.saturating_sub(books.left_out());
    let without = people.full_month.saturating_sub(with);
    with >= least && (without == 0 || without >= PEOPLE_MIN || !books.rules().differences)
}

pub(crate) fn every_kind(specs: &[RowSpec]) -> Vec<CategoryId> {
    specs.iter().flat_map(|s| s.kinds.iter().copied()).collect()
}

fn times(books: &Books<'_>, people: People) -> Option<Table> {
    let columns = vec![column("volume", "Data (GB)")];
    if people.with_hours == 0 {
        return Some(times_table(columns, 1, |_| Cell::Symbol(Symbol::Z)));
    }
    let left = books.untimed(&every_kind(&rows(PeopleTier::OneWay)));
    if !enough(books, people, ONE_WAY_PEOPLE_MIN) || !books.difference_passes(&left) {
        return None;
    }
    let shares = |set: &[usize]| {
        let classes: Vec<_> = set.iter().filter_map(|i| TIMES.get(*i)).map(|(class, _)| *class).collect();
        books.timed(&classes)
    };
    let base = base(Measure::Volume, sum(&shares(&[0, 1, 2])));
    let size = |i| rounded(Measure::Volume, sum(&shares(&[i])), base);
    let folded = fold(2, 0, &[], |set| books.passes(Measure::Volume, &shares(set)), size)?;
    // Working hours joined with the rest would be the total under a wrong name.
    if folded.first().copied().unwrap_or(true) {
        return None;
    }
    Some(times_table(columns, base, |i| match folded.get(i) {
        Some(true) => Cell::Symbol(Symbol::C),
        _ => figure(Measure::Volume, sum(&shares(&members(i, &folded))), base, false),
    }))
}

fn times_table(columns: Vec<Column>, base: i64, cell: impl Fn(usize) -> Cell) -> Table {
    let title = "Data used by working time, of people with declared hours";
    let rows = TIMES.iter().enumerate().map(|(i, (class, label))| row(class.as_str(), label, vec![cell(i)])).collect();
    Table {
        id: "times",
        title,
        measure: Measure::Volume,
        unit: Measure::Volume.unit(),
        base,
        laid_down: false,
        columns,
        rows,
    }
}

/// Both cells of a crossed row and what the one-way row has beyond them.
struct Crossed {
    core: Shares,
    rest: Shares,
    left: Shares,
}

fn crossed(
    books: &Books<'_>,
    specs: &[RowSpec],
    folded_use: &[bool],
    people: People,
    harder: &Harder,
) -> Option<Table> {
    if people.with_hours == 0 {
        let cell = |_: usize| vec![Cell::Symbol(Symbol::Z), Cell::Symbol(Symbol::Z)];
        return Some(crossed_table(specs, 1, cell));
    }
    if !enough(books, people, CROSSED_PEOPLE_MIN) {
        return None;
    }
    let parts = |set: &[usize]| {
        let kinds = kinds(specs, set);
        Crossed {
            core: books.crossed(&kinds, CORE),
            rest: books.crossed(&kinds, NOT_CORE),
            left: books.untimed(&kinds),
        }
    };
    let passes = |set: &[usize]| {
        let Crossed { core, rest, left } = parts(set);
        [&core, &rest].iter().all(|c| books.passes(Measure::Volume, c)) && books.difference_passes(&left)
    };
    let all: Vec<usize> = (0..specs.len()).collect();
    let whole = parts(&all);
    let base = base(Measure::Volume, sum(&whole.core) + sum(&whole.rest));
    let size = |i: usize| {
        let Crossed { core, rest, .. } = parts(&[i]);
        rounded(Measure::Volume, sum(&core) + sum(&rest), base)
    };
    // What is folded in the one-way table is folded here, so that each remainder here holds that remainder whole.
    let forced = |(row, is_folded): (usize, &bool)| *is_folded || harder.crossed_rows.contains(specs[row].id);
    let forced: Vec<bool> = folded_use.iter().enumerate().map(forced).collect();
    let folded = fold(specs.len().checked_sub(1)?, harder.more_crossed, &forced, passes, size)?;
    Some(crossed_table(specs, base, |i| {
        if folded.get(i).copied().unwrap_or(false) {
            return vec![Cell::Symbol(Symbol::C), Cell::Symbol(Symbol::C)];
        }
        let Crossed { core, rest, .. } = parts(&members(i, &folded));
        [core, rest].iter().map(|c| figure(Measure::Volume, sum(c), base, false)).collect()
    }))
}

fn crossed_table(specs: &[RowSpec], base: i64, cells: impl Fn(usize) -> Vec<Cell>) -> Table {
    Table {
        id: "crossed",
        title: "Data used by kind of site and working time, of people with declared hours",
        measure: Measure::Volume,
        unit: Measure::Volume.unit(),
        base,
        laid_down: false,
        columns: vec![column("core", "Working hours (GB)"), column("not-core", "Lunch and outside working hours (GB)")],
        rows: specs.iter().enumerate().map(|(i, s)| row(s.id, s.label, cells(i))).collect(),
    }
}
