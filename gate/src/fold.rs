//! Folding: a row that fails joins the remainder, and the remainder must pass too.

/// Folds the rows `0..remainder` of a table into the row `remainder` until every printed row passes.
///
/// `passes` judges a set of rows as one; `size` is a row's rounded volume. Rows that fail alone fold first; then, while
/// the remainder fails, the shown row of the smallest size (of equals, the first). `extra` more rows fold after that.
/// Gives which rows are folded, or nothing when none is left to fold and the table must not be printed.
pub(crate) fn fold(
    remainder: usize,
    extra: usize,
    forced: &[bool],
    passes: impl Fn(&[usize]) -> bool,
    size: impl Fn(usize) -> i64,
) -> Option<Vec<bool>> {
    let mut folded: Vec<bool> =
        (0..remainder).map(|row| forced.get(row).copied().unwrap_or(false) || !passes(&[row])).collect();
    let mut left = extra;
    loop {
        let joined: Vec<usize> = (0..remainder).filter(|r| folded[*r]).chain([remainder]).collect();
        let passed = passes(&joined);
        if passed && left == 0 {
            return Some(folded);
        }
        if passed {
            left -= 1;
        }
        let next = (0..remainder).filter(|r| !folded[*r]).min_by_key(|r| (size(*r), *r))?;
        folded[next] = true;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rows by size; a set passes when its sum reaches `bar`. The last is the remainder.
    fn check(sizes: &[i64], bar: i64, extra: usize, want: Option<&[bool]>) {
        let total = |rows: &[usize]| rows.iter().map(|r| sizes[*r]).sum::<i64>();
        let got = fold(sizes.len() - 1, extra, &[], |rows| total(rows) >= bar, |r| sizes[r]);
        assert_eq!(got.as_deref(), want, "{sizes:?} {bar}");
    }

    #[test]
    fn rows_fold_smallest_first() {
        check(&[9, 9, 9], 5, 0, Some(&[false, false]));
        // The first fails alone and joins.
        check(&[1, 9, 5], 5, 0, Some(&[true, false]));
        // The remainder fails: the smaller of the shown rows joins it.
        check(&[9, 6, 7, 1], 5, 0, Some(&[false, true, false]));
        // Of equals, the first.
        check(&[6, 6, 1], 5, 0, Some(&[true, false]));
        // Everything together fails.
        check(&[2, 1, 1], 5, 0, None);
        check(&[0, 0], 5, 0, None);
        // One more on demand; more than there are leaves nothing.
        check(&[9, 6, 7, 6], 5, 1, Some(&[false, true, false]));
        check(&[9, 9], 5, 2, None);
    }

    proptest! {
        #[test]
        fn it_ends_and_what_is_left_passes(sizes in prop::collection::vec(0..50_i64, 1..30), bar in 0..200_i64) {
            let total = |rows: &[usize]| rows.iter().map(|r| sizes[*r]).sum::<i64>();
            let last = sizes.len() - 1;
            match fold(last, 0, &[], |rows| total(rows) >= bar, |r| sizes[r]) {
                None => prop_assert!(sizes.iter().sum::<i64>() < bar || last > 0),
                Some(folded) => {
                    let joined: Vec<usize> = (0..last).filter(|r| folded[*r]).chain([last]).collect();
                    prop_assert!(total(&joined) >= bar);
                    for row in (0..last).filter(|r| !folded[*r]) {
                        prop_assert!(sizes[row] >= bar);
                    }
                }
            }
        }
    }
}
