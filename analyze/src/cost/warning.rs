//! Warnings at the shares of data and budget that the council sets.

use super::CostLine;
pub use gate::{CostWarning, Share};

/// The highest share reached of a line's data, and by it and the `before` pence of the year's earlier bills of the budget.
/// `shares` are in percent.
pub(crate) fn warnings(line: &CostLine, before: i64, shares: &[u16]) -> Vec<CostWarning> {
    let reached = |used: u128, whole: u128| {
        let met = |percent: &u16| used.saturating_mul(100) >= whole.saturating_mul(u128::from(*percent));
        shares.iter().copied().filter(met).max().filter(|_| whole > 0)
    };
    let data = line.data.and_then(|data| reached(u128::from(line.home_bytes), u128::from(data)));
    let cost = u128::from(line.so_far.saturating_add(before).max(0).unsigned_abs());
    let budget = line.budget.and_then(|b| reached(cost, u128::from(b.max(0).unsigned_abs())));
    let warning = |of: Share| move |percent: u16| CostWarning { of, percent };
    data.map(warning(Share::Data)).into_iter().chain(budget.map(warning(Share::Budget))).collect()
}
