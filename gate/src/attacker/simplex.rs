//! A small linear program: sums of non-negative amounts between bounds, and the most that some sum can be.
//!
//! The attacker's programs have at most some hundred rows and columns with coefficients of one, so the plain tableau in two
//! phases (Dantzig 1963, chapters 5 and 6) does: the steepest column enters, and after a while the first one (Bland 1977), so
//! that it ends.

/// What is known of one sum.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Which amounts are added.
    pub(crate) terms: Vec<usize>,
    pub(crate) low: f64,
    /// Infinite where nothing bounds it.
    pub(crate) high: f64,
}

/// The most that a sum can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Best {
    At(f64),
    Unbounded,
    /// No amounts keep to all bounds.
    Contradiction,
}

/// Nearer to zero than this is zero.
const ZERO: f64 = 1e-9;
/// Amounts that miss the bounds together by more than this contradict them.
const MISS: f64 = 1e-6;
/// Steps after which the first column enters instead of the steepest.
const STEEP_MAX: usize = 500;
/// Steps after which it is given up as a contradiction; no program of this kind comes near.
const STEPS_MAX: usize = 20_000;

/// The most that the sum of amounts with their costs can be. `cost` has one entry for every amount.
pub(crate) fn maximum(cost: &[f64], rows: &[Row]) -> Best {
    let mut tableau = Tableau::new(cost.len(), rows);
    let artificial = |c: usize| c >= tableau.real;
    let miss: Vec<f64> = (0..tableau.width).map(|c| if artificial(c) { -1.0 } else { 0.0 }).collect();
    match tableau.improve(&miss, tableau.width) {
        Some(value) if value > -MISS => {}
        _ => return Best::Contradiction,
    }
    tableau.drive_out();
    let mut wide = vec![0.0; tableau.width];
    wide[..cost.len()].copy_from_slice(cost);
    tableau.improve(&wide, tableau.real).map_or(Best::Unbounded, Best::At)
}

struct Tableau {
    /// Each row's coefficients, its right-hand side last.
    rows: Vec<Vec<f64>>,
    /// Which column each row stands for.
    basis: Vec<usize>,
    /// Columns without artificial ones.
    real: usize,
    width: usize,
}

impl Tableau {
    fn new(amounts: usize, rows: &[Row]) -> Self {
        let upper = rows.iter().filter(|r| r.high.is_finite()).count();
        let lower = rows.iter().filter(|r| r.low > 0.0).count();
        let (real, width) = (amounts + upper + lower, amounts + upper + 2 * lower);
        let mut tableau = Self { rows: Vec::new(), basis: Vec::new(), real, width };
        let (mut slack, mut artificial) = (amounts, real);
        for row in rows {
            if row.high.is_finite() {
                let line = tableau.line(&row.terms, &[(slack, 1.0)], row.high.max(0.0));
                tableau.push(line, slack);
                slack += 1;
            }
            if row.low > 0.0 {
                let line = tableau.line(&row.terms, &[(slack, -1.0), (artificial, 1.0)], row.low);
                tableau.push(line, artificial);
                (slack, artificial) = (slack + 1, artificial + 1);
            }
        }
        tableau
    }

    fn line(&self, terms: &[usize], own: &[(usize, f64)], right: f64) -> Vec<f64> {
        let mut line = vec![0.0; self.width + 1];
        terms.iter().for_each(|t| line[*t] += 1.0);
        own.iter().for_each(|(c, x)| line[*c] = *x);
        line[self.width] = right;
        line
    }

    fn push(&mut self, line: Vec<f64>, basic: usize) {
        self.rows.push(line);
        self.basis.push(basic);
    }

    /// Moves to the best corner, with columns below `allowed` alone; its value, or none where there is no end to it.
    fn improve(&mut self, cost: &[f64], allowed: usize) -> Option<f64> {
        let mut z: Vec<f64> = cost.iter().copied().chain([0.0]).collect();
        for (row, basic) in self.rows.iter().zip(&self.basis) {
            let price = cost[*basic];
            if price != 0.0 {
                z.iter_mut().zip(row).for_each(|(z, x)| *z -= price * x);
            }
        }
        for step in 0..STEPS_MAX {
            let better = (0..allowed).filter(|c| z[*c] > ZERO);
            let enters = match step < STEEP_MAX {
                true => better.max_by(|a, b| z[*a].total_cmp(&z[*b]).then(b.cmp(a))),
                false => better.min(),
            };
            let Some(column) = enters else { return Some(-z[self.width]) };
            let row = self.leaves(column)?;
            self.pivot(row, column);
            let factor = z[column];
            z.iter_mut().zip(&self.rows[row]).for_each(|(z, x)| *z -= factor * x);
        }
        None
    }

    /// The row that bounds a column most tightly; of equals the first basic column.
    fn leaves(&self, column: usize) -> Option<usize> {
        let bounds = (0..self.rows.len()).filter(|r| self.rows[*r][column] > ZERO);
        let ratio = |r: usize| self.rows[r][self.width] / self.rows[r][column];
        bounds.min_by(|a, b| ratio(*a).total_cmp(&ratio(*b)).then(self.basis[*a].cmp(&self.basis[*b])))
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let by = self.rows[row][column];
        self.rows[row].iter_mut().for_each(|x| *x /= by);
        let line = self.rows[row].clone();
        for (_, other) in self.rows.iter_mut().enumerate().filter(|(r, _)| *r != row) {
            let factor = other[column];
            if factor.abs() > 0.0 {
                other.iter_mut().zip(&line).for_each(|(x, y)| *x -= factor * y);
            }
        }
        self.basis[row] = column;
    }

    /// Takes artificial columns, which are zero now, out of the basis. A row without any other column says nothing.
    fn drive_out(&mut self) {
        for row in 0..self.rows.len() {
            if self.basis[row] >= self.real
                && let Some(column) = (0..self.real).find(|c| self.rows[row][*c].abs() > ZERO)
            {
                self.pivot(row, column);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(amounts: usize, cost: &[usize], rows: &[(&[usize], f64, f64)], want: Best) {
        let costs: Vec<f64> = (0..amounts).map(|i| if cost.contains(&i) { 1.0 } else { 0.0 }).collect();
        let rows: Vec<Row> =
            rows.iter().map(|(terms, low, high)| Row { terms: terms.to_vec(), low: *low, high: *high }).collect();
        match (maximum(&costs, &rows), want) {
            (Best::At(a), Best::At(b)) => assert!((a - b).abs() < 1e-9, "{a} {b}"),
            (got, want) => assert_eq!(got, want),
        }
    }

    #[test]
    fn by_hand() {
        const OPEN: f64 = f64::INFINITY;
        check(2, &[0], &[(&[0, 1], 9.0, 11.0)], Best::At(11.0));
        check(2, &[0], &[(&[0, 1], 9.0, 11.0), (&[1], 4.0, 5.0)], Best::At(7.0));
        check(2, &[0], &[(&[1], 4.0, 5.0)], Best::Unbounded);
        check(2, &[0], &[(&[0], 6.0, OPEN), (&[0, 1], 0.0, 5.0)], Best::Contradiction);
        check(1, &[0], &[(&[0], 3.0, 3.0), (&[0], 3.0, 3.0)], Best::At(3.0));
        // Rows {0, 1} = 10 and {2, 3} = 10, columns {0, 2} = 5 and {1, 3} = 15: place 1 from 5 to 10.
        let table: &[(&[usize], f64, f64)] =
            &[(&[0, 1], 10.0, 10.0), (&[2, 3], 10.0, 10.0), (&[0, 2], 5.0, 5.0), (&[1, 3], 15.0, 15.0)];
        check(4, &[1], table, Best::At(10.0));
        check(4, &[0], table, Best::At(5.0));
        check(4, &[0, 1, 2, 3], table, Best::At(20.0));
    }
}
