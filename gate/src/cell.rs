//! The cell test: enough people, none of whom dominates. And the rounding of what passed.

use std::collections::BTreeMap;

use crate::candidate::{Shares, UnitFacts};
use crate::released::{Cell, Mark, Symbol};
use crate::{Measure, Policy, Who};

/// One unit's part of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) amount: u64,
    /// A person who was there all month; others dominate but do not count.
    pub(crate) counts: bool,
}

/// Whether a cell may be seen, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    /// Fewer people than the minimum contribute materially; none at all where the cell is zero.
    TooFew,
    /// One contribution stands out: somebody who knows their own could reckon it closely.
    Dominated,
}

/// Judges one cell.
///
/// Contributions that are not material are left out of the dominance test as well, so that no padding with small ones,
/// however many, turns a failing cell into a passing one: it only raises the bar of materiality for the rest.
pub(crate) fn verdict(policy: &Policy, measure: Measure, shares: &[Share]) -> Verdict {
    let total: u128 = shares.iter().map(|s| u128::from(s.amount)).sum();
    let material = || shares.iter().filter(|s| policy.material(measure, s.amount, total));
    if material().filter(|s| s.counts).count() < policy.people_min() as usize {
        return Verdict::TooFew;
    }
    let (mut first, mut second, mut rest) = (0_u128, 0_u128, 0_u128);
    for amount in material().map(|s| u128::from(s.amount)) {
        if amount > first {
            (rest, second, first) = (rest + second, first, amount);
        } else if amount > second {
            (rest, second) = (rest + second, amount);
        } else {
            rest += amount;
        }
    }
    if rest * 100 >= first * u128::from(policy.dominance_percent_min()) { Verdict::Pass } else { Verdict::Dominated }
}

/// The shares of a cell, with who counts.
pub(crate) fn shares(parts: &Shares, units: &BTreeMap<Who, UnitFacts>) -> Vec<Share> {
    let counts = |who: &Who| units.get(who).is_some_and(|u| u.full_month);
    parts.iter().map(|(who, amount)| Share { amount: *amount, counts: counts(who) }).collect()
}

/// The sum of a cell's shares.
pub(crate) fn sum(parts: &Shares) -> u128 {
    parts.values().map(|a| u128::from(*a)).sum()
}

/// Octets, minutes or days in one unit of a table (GB, hour, person-day).
pub(crate) const fn per_unit(measure: Measure) -> u128 {
    match measure {
        Measure::Volume => 1_000_000_000,
        Measure::Time => 60,
        Measure::Days => 1,
    }
}

/// The step of a table by its total: 1 GB or hour up to 250 of them, then 5; days always 5.
pub(crate) const fn base(measure: Measure, total: u128) -> i64 {
    match measure {
        Measure::Days => 5,
        Measure::Volume | Measure::Time => {
            if total <= 250 * per_unit(measure) {
                1
            } else {
                5
            }
        }
    }
}

/// An amount in the table's unit, rounded half up to a multiple of the base.
pub(crate) fn rounded(measure: Measure, amount: u128, base: i64) -> i64 {
    let base = base.max(1);
    let step = per_unit(measure) * base.unsigned_abs() as u128;
    let steps = (amount * 2 + step) / (step * 2);
    i64::try_from(steps).unwrap_or(i64::MAX / base).saturating_mul(base)
}

/// A rounded figure; `[low]` where it rounds to zero.
pub(crate) fn figure(measure: Measure, amount: u128, base: i64, estimated: bool) -> Cell {
    match rounded(measure, amount, base) {
        0 => Cell::Symbol(Symbol::Low),
        value if estimated => Cell::Shown { value, marks: vec![Mark::Estimated] },
        value => Cell::plain(value),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MB: u64 = 1_000_000;

    /// People's amounts in MB; then those of units that do not count.
    fn check(people: &[u64], others: &[u64], want: Verdict) {
        let share = |counts| move |mb: &u64| Share { amount: mb * MB, counts };
        let all: Vec<Share> = people.iter().map(share(true)).chain(others.iter().map(share(false))).collect();
        assert_eq!(verdict(&Policy::default(), Measure::Volume, &all), want, "{people:?} {others:?}");
    }

    #[test]
    fn guarantee_11_five_people_or_nothing() {
        check(&[], &[], Verdict::TooFew);
        check(&[0; 9], &[], Verdict::TooFew);
        check(&[100; 4], &[], Verdict::TooFew);
        check(&[100; 5], &[], Verdict::Pass);
        // A shared device, or somebody there for part of the month, is no fifth person.
        check(&[100; 4], &[100; 3], Verdict::TooFew);
        // The fifth has 1 % of 400 + 4 (4.04) less a little: not material.
        check(&[100, 100, 100, 100, 4], &[], Verdict::TooFew);
        // 1 % of 405 is 4.05; 5 is more.
        check(&[100, 100, 100, 100, 5], &[], Verdict::Pass);
    }

    #[test]
    fn guarantee_13_nobody_dominates() {
        // 95 % one person's: 100 - 95 - 2 = 3, and 20 % of 95 is 19.
        check(&[950, 20, 10, 10, 10], &[], Verdict::Dominated);
        // 100 + 50 + 7 + 7 + 6: the last three make 20 = 20 % of 100 to the octet.
        check(&[100, 50, 7, 7, 6], &[], Verdict::Pass);
        check(&[100, 50, 7, 7, 5], &[], Verdict::Dominated);
        // A shared device dominates five people, and five people hide a shared device.
        check(&[10, 10, 10, 10, 10], &[500], Verdict::Dominated);
        check(&[10, 10, 10, 10, 10], &[100], Verdict::Pass);
        // Somebody there for part of the month helps to hide the largest.
        check(&[100, 50, 7, 7, 5], &[2], Verdict::Pass);
    }

    #[test]
    fn each_measure_has_its_own_floor() {
        let five = |amount| vec![Share { amount, counts: true }; 5];
        for (measure, floor) in [(Measure::Volume, MB), (Measure::Time, 5), (Measure::Days, 1)] {
            assert_eq!(verdict(&Policy::default(), measure, &five(floor)), Verdict::Pass);
            assert_eq!(verdict(&Policy::default(), measure, &five(floor - 1)), Verdict::TooFew);
        }
    }

    #[test]
    fn rounding_is_half_up_to_the_base() {
        const GB: u128 = 1_000_000_000;
        assert_eq!(rounded(Measure::Volume, GB / 2, 1), 1);
        assert_eq!(rounded(Measure::Volume, GB / 2 - 1, 1), 0);
        assert_eq!(rounded(Measure::Volume, 252 * GB + GB / 2, 5), 255);
        assert_eq!(rounded(Measure::Volume, 252 * GB + GB / 2 - 1, 5), 250);
        assert_eq!(rounded(Measure::Time, 89, 1), 1);
        assert_eq!(rounded(Measure::Time, 90, 1), 2);
        assert_eq!(rounded(Measure::Days, 2, 5), 0);
        assert_eq!(rounded(Measure::Days, 3, 5), 5);
        assert_eq!(base(Measure::Volume, 250 * GB), 1);
        assert_eq!(base(Measure::Volume, 250 * GB + 1), 5);
        assert_eq!(base(Measure::Time, 250 * 60), 1);
        assert_eq!(base(Measure::Days, 1), 5);
        assert_eq!(figure(Measure::Volume, 1, 1, false), Cell::Symbol(Symbol::Low));
        assert_eq!(rounded(Measure::Volume, u128::from(u64::MAX) * 40, 5) % 5, 0);
    }

    fn arbitrary_shares() -> impl Strategy<Value = Vec<Share>> {
        let amount = prop_oneof![0..3 * MB, 0..100 * MB, 0..50_000 * MB];
        prop::collection::vec((amount, any::<bool>()).prop_map(|(amount, counts)| Share { amount, counts }), 0..20)
    }

    proptest! {
        #[test]
        fn guarantee_12_padding_never_opens_a_cell(cell in arbitrary_shares(), pads in 1..400_usize, size in 0..100_u64) {
            let before = verdict(&Policy::default(), Measure::Volume, &cell);
            let mut padded = cell.clone();
            for i in 0..pads {
                // Under 1 MB, or under 1 % of the cell as it then stands.
                let total: u64 = padded.iter().map(|s| s.amount).sum();
                let amount = if i % 2 == 0 { MB * size / 100 } else { (total / 100).saturating_sub(1) * size / 100 };
                padded.push(Share { amount, counts: true });
            }
            let after = verdict(&Policy::default(), Measure::Volume, &padded);
            prop_assert!(before == Verdict::Pass || after != Verdict::Pass);
        }

        #[test]
        fn order_does_not_matter(cell in arbitrary_shares(), turn in 0..20_usize) {
            let mut other = cell.clone();
            other.rotate_left(turn % cell.len().max(1));
            other.reverse();
            let judge = |c: &[Share]| verdict(&Policy::default(), Measure::Volume, c);
            prop_assert_eq!(judge(&cell), judge(&other));
        }

        #[test]
        fn what_passes_rests_on_five_and_is_not_dominated(cell in arbitrary_shares()) {
            if verdict(&Policy::default(), Measure::Volume, &cell) == Verdict::Pass {
                // A recount in floating point over a sorted list.
                let total: f64 = cell.iter().map(|s| s.amount as f64).sum();
                let people = cell.iter().filter(|s| s.counts && s.amount >= MB && s.amount as f64 >= total * 0.01 - 1.0);
                prop_assert!(people.count() >= 5);
                let mut sizes: Vec<f64> = cell.iter().map(|s| s.amount as f64).collect();
                sizes.sort_by(|a, b| b.total_cmp(a));
                prop_assert!(total - sizes[0] - sizes[1] >= 0.2 * sizes[0] - 1.0);
            }
        }
    }
}
