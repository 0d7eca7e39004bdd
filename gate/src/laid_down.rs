//! A layout that is laid down: every row stands for itself and the total is printed, so a row that fails cannot join another.
//!
//! It is hidden, and more rows with it: a total less the rows shown gives the hidden ones' sum (an implicit aggregate), which
//! must pass as a cell would. Where the attacker still gets in, more are hidden, and it tries again
//! (suppress, attack, repeat). Less is shown than by folding, so folding is what is done unless the council asks for this.

use crate::Measure;
use crate::books::Books;
use crate::cell::{base, figure, rounded, sum};
use crate::released::{Cell, Column, Row, Symbol, Table};
use crate::rows::RowSpec;
use crate::tables::{Harder, column, every_kind, kinds, row, use_names};

/// Hides rows until the sum of the hidden ones passes, then `extra` more, the smallest first. None where that leaves nothing.
pub(crate) fn hide(
    count: usize,
    forced: &[bool],
    extra: usize,
    passes: impl Fn(&[usize]) -> bool,
    size: impl Fn(usize) -> i64,
) -> Option<Vec<bool>> {
    let mut hidden: Vec<bool> = (0..count).map(|r| forced.get(r).copied().unwrap_or(false) || !passes(&[r])).collect();
    let mut left = extra;
    loop {
        let together: Vec<usize> = (0..count).filter(|r| hidden[*r]).collect();
        let safe = together.is_empty() || passes(&together);
        if safe && left == 0 {
            return Some(hidden);
        }
        left -= usize::from(safe);
        let next = (0..count).filter(|r| !hidden[*r]).min_by_key(|r| (size(*r), *r))?;
        hidden[next] = true;
    }
}

/// The three tables by kind of site, every row for itself, the volume with its total.
pub(crate) fn tables(books: &Books<'_>, specs: &[RowSpec], harder: &Harder) -> Option<Vec<Table>> {
    let passes = |set: &[usize]| {
        let kinds = kinds(specs, set);
        Measure::ALL.iter().all(|m| books.passes(*m, &books.by_kind(&kinds, *m)))
    };
    let everything = books.by_kind(&every_kind(specs), Measure::Volume);
    if !books.passes(Measure::Volume, &everything) {
        return None;
    }
    let step = base(Measure::Volume, sum(&everything));
    let size = |r: usize| rounded(Measure::Volume, sum(&books.by_kind(&specs[r].kinds, Measure::Volume)), step);
    let forced: Vec<bool> = specs.iter().map(|s| harder.rows.contains(s.id)).collect();
    let hidden = hide(specs.len(), &forced, harder.more, passes, size)?;
    Some(Measure::ALL.iter().map(|m| table(books, specs, &hidden, *m)).collect())
}

fn table(books: &Books<'_>, specs: &[RowSpec], hidden: &[bool], measure: Measure) -> Table {
    let total: u128 = specs.iter().map(|s| sum(&books.by_kind(&s.kinds, measure))).sum();
    let base = base(measure, total);
    let cell = |(i, spec): (usize, &RowSpec)| match hidden.get(i) {
        Some(false) => {
            let estimated = measure != Measure::Volume && spec.kinds.len() > 1;
            figure(measure, sum(&books.by_kind(&spec.kinds, measure)), base, estimated)
        }
        _ => Cell::Symbol(Symbol::C),
    };
    let mut rows: Vec<Row> = specs.iter().enumerate().map(|(i, s)| row(s.id, s.label, vec![cell((i, s))])).collect();
    if measure == Measure::Volume {
        rows.push(row("total", "All use together", vec![figure(measure, total, base, false)]));
    }
    let (id, title, heading) = use_names(measure);
    let columns: Vec<Column> = vec![column(measure.as_str(), heading)];
    Table { id, title, measure, unit: measure.unit(), base, laid_down: true, columns, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows by size; a set passes when its sum reaches 5.
    fn check(sizes: &[i64], extra: usize, want: Option<&[bool]>) {
        let passes = |rows: &[usize]| rows.iter().map(|r| sizes[*r]).sum::<i64>() >= 5;
        assert_eq!(hide(sizes.len(), &[], extra, passes, |r| sizes[r]).as_deref(), want, "{sizes:?}");
    }

    #[test]
    fn guarantee_15_what_is_hidden_passes_together() {
        check(&[9, 9, 9], 0, Some(&[false, false, false]));
        // One fails; alone it is the total less the others, so the smallest of these hides with it.
        check(&[1, 9, 7], 0, Some(&[true, false, true]));
        // Two that fail pass together.
        check(&[4, 9, 3], 0, Some(&[true, false, true]));
        check(&[9, 8, 7], 1, Some(&[false, false, true]));
        check(&[1, 2, 1], 0, None);
    }
}
