//! How lookups went, against the council's own usual level.

use jiff::civil::Date;

use super::Quarter;

/// Lookups of a day below which its share of failures says nothing.
const ASKED_MIN: u64 = 50;
/// Failures in ten-thousandths from which on a day may be out of the ordinary: one in twenty.
const FAILED_MIN: u64 = 500;
/// And so many times the usual.
const TIMES_USUAL: u64 = 3;

/// Lookups over some dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolver {
    /// Lookups.
    pub asked: u64,
    /// Answered SERVFAIL or not at all.
    pub failed: u64,
    /// For names that do not exist.
    pub unknown: u64,
    /// The middle of the quarters' middle delays, in milliseconds; none where the source carries none.
    pub delay_ms: Option<u64>,
    /// Dates on which at least one lookup in twenty failed, and three times the share of the council's middle day.
    pub unusual: Vec<Date>,
}

/// A day's failures in ten-thousandths; none where there are too few lookups to say.
fn share(quarters: &[&Quarter]) -> Option<u64> {
    let asked: u64 = quarters.iter().map(|q| q.asked).sum();
    let failed: u64 = quarters.iter().map(|q| q.failed).sum();
    if asked >= ASKED_MIN { failed.saturating_mul(10_000).checked_div(asked) } else { None }
}

/// The lower of the two in the middle.
fn middle(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}

/// Lookups of `nights`; the usual level is that of all `known` nights. None where nobody asked anything.
pub(super) fn resolver<'a>(nights: &[Date], of: impl Fn(Date) -> Vec<&'a Quarter>, known: &[Date]) -> Option<Resolver> {
    let usual = middle(known.iter().filter_map(|d| share(&of(*d))).collect()).unwrap_or(0);
    let mut out = Resolver { asked: 0, failed: 0, unknown: 0, delay_ms: None, unusual: Vec::new() };
    let mut delays = Vec::new();
    for date in nights {
        let quarters = of(*date);
        for quarter in &quarters {
            out.asked += quarter.asked;
            out.failed += quarter.failed;
            out.unknown += quarter.unknown;
            delays.extend(quarter.delay_ms);
        }
        if share(&quarters).is_some_and(|s| s >= FAILED_MIN && s >= usual * TIMES_USUAL) {
            out.unusual.push(*date);
        }
    }
    out.delay_ms = middle(delays);
    (out.asked > 0).then_some(out)
}
