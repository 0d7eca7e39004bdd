//! Whether a night's hit rate fell against the nights before: something between devices, resolver and us has changed.

use jiff::civil::Date;
use model::{Account, HitRate};
use store::{Store, Table};

use crate::outcome::Failure;

/// Nights before that are compared with.
const NIGHTS: usize = 10;
/// With fewer nights before, nothing is said.
const NIGHTS_MIN: usize = 5;
/// A fall of more than this, in ten-thousandths, of bytes and of flows alike.
const FALL: u16 = 1_500;
/// A night with fewer flows that should have a lookup says nothing, and neither does one with less than half as many as
/// usual: on a weekend machines are by themselves, and ask for little.
const FLOWS_MIN: u64 = 100;

/// A fall of the hit rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fall {
    /// The night's.
    pub now: HitRate,
    /// The middle of the nights before: bytes and flows, in ten-thousandths.
    pub median: (u16, u16),
}

/// Whether a night's hit rate fell against the nights before it that stand in the store.
///
/// # Errors
/// Where a footer cannot be read.
pub(crate) fn fall(store: &Store, date: Date, account: &Account) -> Result<Option<Fall>, Failure> {
    let Some(now) = account.hit_rate().filter(|h| h.flows >= FLOWS_MIN) else { return Ok(None) };
    let mut before = Vec::with_capacity(NIGHTS);
    for earlier in store.all_dates(Table::Usage)?.into_iter().rev().filter(|d| *d < date) {
        if before.len() == NIGHTS {
            break;
        }
        let rate = store.footer(earlier)?.and_then(|f| f.account.hit_rate());
        before.extend(rate.filter(|h| h.flows >= FLOWS_MIN));
    }
    Ok(judge(now, &before))
}

fn judge(now: HitRate, before: &[HitRate]) -> Option<Fall> {
    if before.len() < NIGHTS_MIN {
        return None;
    }
    let middle = |of: fn(&HitRate) -> u64| {
        let mut all: Vec<u64> = before.iter().map(of).collect();
        all.sort_unstable();
        all.get((all.len() - 1) / 2).copied().unwrap_or_default()
    };
    if now.flows < middle(|h| h.flows).div_ceil(2) {
        return None;
    }
    let share = |of| u16::try_from(middle(of)).unwrap_or(u16::MAX);
    let median = (share(|h| h.bytes_per_10k.into()), share(|h| h.flows_per_10k.into()));
    let fell = now.bytes_per_10k + FALL < median.0 && now.flows_per_10k + FALL < median.1;
    fell.then_some(Fall { now, median })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_fall_of_both_against_enough_nights_is_one() {
        let rate = |bytes_per_10k, flows_per_10k| HitRate { bytes_per_10k, flows_per_10k, flows: 500 };
        let before = [rate(9_000, 8_000), rate(9_500, 8_200), rate(100, 100), rate(9_200, 8_100), rate(9_900, 8_900)];
        let check = |now: HitRate, nights: usize, expected: bool| {
            let fall = judge(now, &before[..nights]);
            assert_eq!(fall.is_some(), expected, "{now:?}");
            assert!(fall.is_none_or(|f| f.median == (9_200, 8_100)));
        };
        check(rate(7_699, 6_599), 5, true);
        check(rate(7_700, 6_599), 5, false);
        check(rate(7_699, 6_600), 5, false);
        check(rate(0, 0), 4, false);
        check(HitRate { flows: 250, ..rate(0, 0) }, 5, true);
        check(HitRate { flows: 249, ..rate(0, 0) }, 5, false);
    }
}
