//! The night's books, summed in 128 bits and written as the account.

use std::collections::BTreeMap;

use model::{Account, Evidence, Excluded};

const REASONS: [Excluded; 4] = [Excluded::Duplicate, Excluded::Internal, Excluded::Quarantined, Excluded::NoLink];

/// Sums of one batch, one shard, or the night.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    counted: u128,
    unmonitored: u128,
    excluded: [u128; 4],
    attributed: [u128; 7],
    attributed_flows: [u64; 7],
    flows: u64,
}

impl Totals {
    /// One flow record; it counts on the date on which it begins.
    pub(super) fn records(&mut self, begins: bool) {
        self.flows += u64::from(begins);
    }

    /// Octets counted so far.
    pub(super) fn counted(&self) -> u128 {
        self.counted
    }

    /// Octets that no row takes.
    pub(super) fn exclude(&mut self, reason: Excluded, octets: u64) {
        self.counted += u128::from(octets);
        self.excluded[reason as usize] += u128::from(octets);
    }

    /// Octets once excluded for one reason are excluded for another.
    pub(super) fn rename(&mut self, from: Excluded, to: Excluded, octets: u64) {
        let octets = u128::from(octets).min(self.excluded[from as usize]);
        self.excluded[from as usize] -= octets;
        self.excluded[to as usize] += octets;
    }

    /// Octets that rows take.
    pub(super) fn keep(&mut self, octets: u64, monitored: bool) {
        self.counted += u128::from(octets);
        self.unmonitored += if monitored { 0 } else { u128::from(octets) };
    }

    /// Octets of `usage` by evidence, of a flow record that begins on the date or not.
    pub(super) fn attribute(&mut self, evidence: Evidence, octets: u64, begins: bool) {
        self.attributed[evidence as usize] += u128::from(octets);
        self.attributed_flows[evidence as usize] += u64::from(begins);
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.counted += other.counted;
        self.unmonitored += other.unmonitored;
        self.flows += other.flows;
        self.excluded.iter_mut().zip(other.excluded).for_each(|(a, b)| *a += b);
        self.attributed.iter_mut().zip(other.attributed).for_each(|(a, b)| *a += b);
        self.attributed_flows.iter_mut().zip(other.attributed_flows).for_each(|(a, b)| *a += b);
    }

    /// Writes the account. Figures beyond 64 bits, which no real night has, are cut so that the books still balance.
    pub(super) fn account(&self, undecodable: u64) -> Account {
        let small = |n: u128| u64::try_from(n).unwrap_or(u64::MAX);
        let mut room = u64::MAX - undecodable;
        let mut fit = |n: u128| {
            let n = small(n).min(room);
            room -= n;
            n
        };
        let all: u128 = self.excluded.iter().sum();
        let kept = fit(self.counted.saturating_sub(all));
        let mut excluded = BTreeMap::new();
        for reason in REASONS {
            let octets = fit(self.excluded[reason as usize]);
            if octets > 0 {
                excluded.insert(reason, octets);
            }
        }
        let attributed = Evidence::ALL.iter().map(|e| (e.as_str().to_owned(), small(self.attributed[*e as usize])));
        let flows = Evidence::ALL.iter().map(|e| (e.as_str().to_owned(), self.attributed_flows[*e as usize]));
        Account {
            counted: kept + excluded.values().sum::<u64>() + undecodable,
            kept,
            unmonitored: small(self.unmonitored).min(kept),
            excluded,
            undecodable,
            flows: self.flows,
            attributed: attributed.filter(|(_, octets)| *octets > 0).collect(),
            attributed_flows: flows.filter(|(_, n)| *n > 0).collect(),
            ..Account::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_books_balance_even_beyond_64_bits() {
        let mut t = Totals::default();
        t.keep(10, true);
        t.keep(5, false);
        t.exclude(Excluded::NoLink, 7);
        t.rename(Excluded::NoLink, Excluded::Duplicate, 3);
        let a = t.account(2);
        assert!(a.balances());
        assert_eq!((a.counted, a.kept, a.unmonitored), (24, 15, 5));
        assert_eq!(a.excluded, BTreeMap::from([(Excluded::Duplicate, 3), (Excluded::NoLink, 4)]));
        for _ in 0..3 {
            t.exclude(Excluded::Quarantined, u64::MAX);
        }
        let a = t.account(2);
        assert!(a.balances());
        assert_eq!((a.counted, a.kept), (u64::MAX, 15));
    }
}
