//! Which places a printed cell covers, as a reader of the page understands it.
//!
//! A place of the volume tables is a kind of site in one class of time: of people with declared hours three classes, of all
//! others one. Bit `4 x kind + class`.

use model::{CategoryId, Taxonomy, Treatment};

use super::bounds::{Figure, Mask};
use super::read::{Print, Sheet};

/// Classes of a kind: working hours, lunch, outside, and everything of people without declared hours.
pub(crate) const CORE: Mask = 0b0001;
pub(crate) const LUNCH: Mask = 0b0010;
pub(crate) const OUTSIDE: Mask = 0b0100;
pub(crate) const UNTIMED: Mask = 0b1000;
pub(crate) const NOT_CORE: Mask = LUNCH | OUTSIDE;
pub(crate) const TIMED: Mask = CORE | NOT_CORE;
pub(crate) const EVERY: Mask = TIMED | UNTIMED;
/// Bits of a kind.
pub(crate) const CLASSES: usize = 4;

/// What is attacked: a set of places, and where it is printed or what it is short of.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) mask: Mask,
    /// Whether a figure over exactly these places is printed.
    pub(crate) printed: bool,
    pub(crate) table: String,
    pub(crate) row: String,
    /// A column, or in words which part of it.
    pub(crate) part: String,
}

/// The kinds that are stored, in taxonomy order; their places are numbered so.
pub(crate) fn kinds() -> Vec<CategoryId> {
    Taxonomy::ids().filter(|k| k.category().treatment != Treatment::Pooled).collect()
}

/// The classes of one kind.
pub(crate) fn place(kind: usize, classes: Mask) -> Mask {
    classes << (CLASSES * kind)
}

/// A set of kinds as a number, bit i for the i-th.
pub(crate) type Kinds = u32;

pub(crate) fn places(kinds: Kinds, classes: Mask) -> Mask {
    (0..Kinds::BITS as usize).filter(|k| kinds >> k & 1 == 1).fold(0, |m, k| m | place(k, classes))
}

/// The kinds that a row is about by its name.
fn named(sheet: &Sheet, row: &str) -> Kinds {
    let neutral = sheet.rows.iter().any(|(id, _)| id == "work-services");
    if row == "total" {
        return all_kinds();
    }
    let is = |kind: CategoryId| match (neutral, kind.category().treatment) {
        (true, Treatment::Work) => row == "work-services",
        (true, Treatment::Background) => row == "updates",
        (true, _) => row == CategoryId::OTHER.as_str(),
        (false, _) => kind.as_str() == row,
    };
    kinds().into_iter().enumerate().filter(|(_, k)| is(*k)).fold(0, |m, (i, _)| m | 1 << i)
}

fn all_kinds() -> Kinds {
    kinds().iter().enumerate().fold(0, |m, (i, _)| m | 1 << i)
}

fn hidden(cells: &[Print]) -> bool {
    cells.contains(&Print::Hidden)
}

/// The kinds behind a row: the last row takes every kind without a figure of its own.
pub(crate) fn kinds_of(sheet: &Sheet, row: usize) -> Kinds {
    let Some((id, _)) = sheet.rows.get(row) else { return 0 };
    if sheet.mandated || id != CategoryId::OTHER.as_str() {
        return named(sheet, id);
    }
    let others = sheet.rows.iter().enumerate().filter(|(i, (_, cells))| *i != row && !hidden(cells));
    all_kinds() & !others.fold(0, |m, (_, (id, _))| m | named(sheet, id))
}

fn classes_of(id: &str) -> Mask {
    match id {
        "core" => CORE,
        "lunch" => LUNCH,
        "outside" => OUTSIDE,
        "not-core" => NOT_CORE,
        // A row's sum over the people in the time tables, as a layout that is laid down may print it.
        "all-classes" => TIMED,
        _ => 0,
    }
}

/// The classes behind a row of `times`: the last takes those without a figure.
fn times_of(sheet: &Sheet, row: usize) -> Mask {
    let Some((id, _)) = sheet.rows.get(row) else { return 0 };
    let last = row + 1 == sheet.rows.len() && !sheet.mandated;
    let folded = sheet.rows.iter().filter(|(_, cells)| last && hidden(cells));
    folded.fold(classes_of(id), |m, (id, _)| m | classes_of(id))
}

/// The places of one cell of a volume table by kind or time.
pub(crate) fn mask_of(sheet: &Sheet, row: usize, column: usize) -> Mask {
    match sheet.id.as_str() {
        "use" => places(kinds_of(sheet, row), EVERY),
        "times" => places(all_kinds(), times_of(sheet, row)),
        "crossed" => {
            let classes = sheet.columns.get(column).map_or(0, |c| classes_of(c));
            places(kinds_of(sheet, row), classes)
        }
        _ => 0,
    }
}

/// Every figure of some volume tables.
pub(crate) fn figures(sheets: &[&Sheet]) -> Vec<Figure> {
    let mut out = Vec::new();
    for sheet in sheets {
        for (r, (_, cells)) in sheet.rows.iter().enumerate() {
            for (c, cell) in cells.iter().enumerate() {
                let figure = |(low, high)| Figure { mask: mask_of(sheet, r, c), low, high };
                out.extend(sheet.interval(*cell).map(figure).filter(|f| f.mask != 0));
            }
        }
    }
    out
}

/// Every sum that a reader might try: each row's kinds, each hidden kind and all kinds, in every class and group that a
/// table tells apart.
pub(crate) fn targets(sheets: &[&Sheet]) -> Vec<Target> {
    let mut out: Vec<Target> = Vec::new();
    let mut add = |target: Target| {
        if target.mask != 0 && !out.iter().any(|t| t.mask == target.mask) {
            out.push(target);
        }
    };
    for sheet in sheets {
        for (r, (row, cells)) in sheet.rows.iter().enumerate() {
            for c in (0..cells.len()).filter(|c| sheet.interval(cells[*c]).is_some()) {
                let (mask, table) = (mask_of(sheet, r, c), sheet.id.clone());
                let part = sheet.columns.get(c).cloned().unwrap_or_default();
                add(Target { mask, printed: true, table, row: row.clone(), part });
            }
        }
    }
    let parts = [
        (EVERY, ""),
        (TIMED, "of people with declared hours"),
        (UNTIMED, "of people without declared hours"),
        (CORE, "core"),
        (NOT_CORE, "not-core"),
        (LUNCH, "lunch"),
        (OUTSIDE, "outside"),
    ];
    for (table, row, kinds) in row_sets(sheets) {
        for (classes, part) in parts {
            let (table, row, part) = (table.clone(), row.clone(), part.to_owned());
            add(Target { mask: places(kinds, classes), printed: false, table, row, part });
        }
    }
    out
}

/// Sets of kinds worth trying, with the finest table that tells them apart.
fn row_sets(sheets: &[&Sheet]) -> Vec<(String, String, Kinds)> {
    let finest = sheets.last().map(|s| s.id.clone()).unwrap_or_default();
    let by_kind = sheets.iter().filter(|s| s.id != "times");
    let mut out: Vec<(String, String, Kinds)> = by_kind
        .flat_map(|s| (0..s.rows.len()).map(|r| (finest.clone(), s.rows[r].0.clone(), kinds_of(s, r))))
        .collect();
    for (i, kind) in kinds().iter().enumerate() {
        out.push((finest.clone(), kind.as_str().to_owned(), 1 << i));
    }
    out.push((finest, "all".to_owned(), all_kinds()));
    out
}
