//! Our octets against the operator's and the router's own, cycle by cycle: what explains the difference, and what is left.
//!
//! Parts are taken in a fixed order: dates that we have no night of, exports that were lost, units of 2^30, and then two
//! allowances of which no more is taken than there is difference: headers of the link layer, which a router's counter
//! has and IP octets have not, and an operator's habit of rounding each session up.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::input::MobileUsage;
use crate::month::LinkDay;

/// Octets by which an operator may have rounded up one itemised row: half a megabyte.
const ROUND_UP: u64 = 500_000;
/// Headers of the link layer, of all IP octets, in thousandths: 14 octets on packets of 700 on average.
const LAYER_2_PER_MILLE: u64 = 20;
/// A gigabyte and a megabyte of powers of two, in octets of their decimal namesakes' 10^9.
const BINARY: [u128; 2] = [1_073_741_824, 1_048_576_000];
/// How near to such a factor two figures must be, as a part of ours.
const BINARY_NEAR: u64 = 200;

/// Who else counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Witness {
    /// The operator, in its itemised usage.
    Operator,
    /// The router, with counters of its own.
    Counters,
}

/// What explains a part of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The witness counted on dates of which we have no night.
    DaysMissing,
    /// Export records were lost, by their sequence numbers.
    LostExports,
    /// The witness's units are powers of two.
    BinaryUnits,
    /// Headers of the link layer; an allowance.
    Layer2,
    /// Sessions rounded up; an allowance.
    RoundedUp,
}

/// One link's cycle against one witness. `witness - ours` = the sum of `parts` + `rest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// Id of the link.
    pub link: String,
    /// First day.
    pub cycle_start: Date,
    /// Last day.
    pub cycle_end: Date,
    /// Who else counted.
    pub witness: Witness,
    /// Octets that we counted.
    pub ours: u64,
    /// Octets that the witness counted.
    pub theirs: u64,
    /// What explains the difference, and how much of it.
    pub parts: Vec<(Reason, i128)>,
    /// What nothing explains.
    pub rest: i128,
}

/// Octets that a router's own counter saw on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterDay {
    /// Id of the link.
    pub link: String,
    /// The router's local date.
    pub date: Date,
    /// Octets received.
    pub bytes_in: u64,
    /// Octets sent.
    pub bytes_out: u64,
}

/// What a reconciliation goes by. Figures of other links are passed over.
#[derive(Debug, Clone, Copy)]
pub struct Counts<'a> {
    /// Ours, by link and date.
    pub days: &'a [LinkDay],
    /// Dates that have a night.
    pub nights: &'a [Date],
    /// The operator's.
    pub itemised: &'a [MobileUsage],
    /// The router's.
    pub counters: &'a [CounterDay],
}

impl Witness {
    /// The word in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Counters => "counters",
        }
    }
}

impl Reason {
    /// The word in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DaysMissing => "days_missing",
            Self::LostExports => "lost_exports",
            Self::BinaryUnits => "binary_units",
            Self::Layer2 => "layer_2",
            Self::RoundedUp => "rounded_up",
        }
    }
}

/// Holds a link's octets from one date to another to each witness that counted then.
pub fn reconcile(counts: &Counts<'_>, link: &str, start: Date, end: Date) -> Vec<Reconciliation> {
    let within = |date: Date| start <= date && date <= end;
    let items = || counts.itemised.iter().filter(|u| u.link == link && within(u.date));
    let operator: Vec<(Date, u64)> = items().map(|u| (u.date, u.bytes)).collect();
    let counters = counts.counters.iter().filter(|c| c.link == link && within(c.date));
    let counters: Vec<(Date, u64)> = counters.map(|c| (c.date, c.bytes_in.saturating_add(c.bytes_out))).collect();
    let rows = operator.len() as u64;
    let round_up = rows.saturating_mul(ROUND_UP);
    let mut found = Vec::new();
    for (witness, days) in [(Witness::Operator, operator), (Witness::Counters, counters)] {
        if !days.is_empty() {
            found.push(against(counts, (link, start, end), witness, &days, round_up));
        }
    }
    found
}

fn sum(octets: impl Iterator<Item = u64>) -> u64 {
    octets.fold(0, u64::saturating_add)
}

fn against(
    counts: &Counts<'_>,
    (link, start, end): (&str, Date, Date),
    witness: Witness,
    theirs: &[(Date, u64)],
    round_up: u64,
) -> Reconciliation {
    let own: Vec<&LinkDay> =
        counts.days.iter().filter(|d| d.link == link && start <= d.date && d.date <= end).collect();
    let nights: BTreeSet<Date> = counts.nights.iter().copied().collect();
    let ours = sum(own.iter().map(|d| d.octets));
    let total = sum(theirs.iter().map(|(_, n)| *n));
    let missing = sum(theirs.iter().filter(|(d, _)| !nights.contains(d)).map(|(_, n)| *n));
    let lost = sum(own.iter().map(|d| lost_octets(d)));
    let mut rest = i128::from(total) - i128::from(ours);
    let mut parts = Vec::new();
    let mut take = |reason, octets: i128| {
        if octets != 0 {
            parts.push((reason, octets));
            rest -= octets;
        }
        rest
    };
    take(Reason::DaysMissing, i128::from(missing));
    let left = take(Reason::LostExports, i128::from(lost));
    let base = ours.saturating_add(lost);
    let left = match binary(base, left) {
        Some(octets) => take(Reason::BinaryUnits, octets),
        None => left,
    };
    let (reason, allowance) = match witness {
        Witness::Operator => (Reason::RoundedUp, i128::from(round_up)),
        Witness::Counters => (Reason::Layer2, i128::from(base) * i128::from(LAYER_2_PER_MILLE) / 1_000),
    };
    let rest = take(reason, left.clamp(0, allowance));
    Reconciliation {
        link: link.to_owned(),
        cycle_start: start,
        cycle_end: end,
        witness,
        ours,
        theirs: total,
        parts,
        rest,
    }
}

/// Octets that a date's lost records had: as many as the date's mean.
fn lost_octets(day: &LinkDay) -> u64 {
    let lost = u128::from(day.octets) * u128::from(day.records_lost) / u128::from(day.records.max(1));
    u64::try_from(lost).unwrap_or(u64::MAX)
}

/// The difference that a unit of 2^30 or 2^20 makes, where what is left lies near it.
fn binary(base: u64, left: i128) -> Option<i128> {
    let near = i128::from(base / BINARY_NEAR);
    let more = |factor: u128| (u128::from(base) * (factor - 1_000_000_000) / 1_000_000_000) as i128;
    BINARY.into_iter().map(more).find(|more| base > 0 && (left - more).abs() <= near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    const FIRST: Date = date(2026, 4, 1);
    const LAST: Date = date(2026, 4, 30);

    /// 30 dates of 1 GB and 1,000 records each; the witness's octets by date; nights as told.
    fn check(
        lost: u64,
        without: &[Date],
        theirs: &[(Date, u64)],
        witness: Witness,
        parts: &[(Reason, i128)],
        rest: i128,
    ) {
        let dates: Vec<Date> = FIRST.series(1.day()).take(30).filter(|d| !without.contains(d)).collect();
        let day = |date: &Date| LinkDay {
            link: "d".to_owned(),
            date: *date,
            octets: 1_000_000_000,
            records: 1_000,
            records_lost: if *date == LAST { lost } else { 0 },
            lookups: 0,
            servfail: 0,
            nxdomain: 0,
            unanswered: 0,
        };
        let days: Vec<LinkDay> = dates.iter().map(day).collect();
        let item = |(date, bytes): &(Date, u64)| MobileUsage {
            date: *date,
            link: "d".to_owned(),
            country: *b"GB",
            bytes: *bytes,
            pence: None,
            line: 0,
        };
        let counter = |(date, bytes): &(Date, u64)| CounterDay {
            link: "d".to_owned(),
            date: *date,
            bytes_in: bytes - 1,
            bytes_out: 1,
        };
        let (itemised, counters): (Vec<_>, Vec<_>) = match witness {
            Witness::Operator => (theirs.iter().map(item).collect(), vec![]),
            Witness::Counters => (vec![], theirs.iter().map(counter).collect()),
        };
        let counts = Counts { days: &days, nights: &dates, itemised: &itemised, counters: &counters };
        let found = reconcile(&counts, "d", FIRST, LAST);
        let [one] = found.as_slice() else { panic!("one witness") };
        assert_eq!((one.witness, one.parts.as_slice(), one.rest), (witness, parts, rest));
        let explained: i128 = one.parts.iter().map(|(_, n)| n).sum();
        assert_eq!(explained + one.rest, i128::from(one.theirs) - i128::from(one.ours));
        assert!(reconcile(&counts, "other", FIRST, LAST).is_empty());
    }

    fn daily(octets: u64) -> Vec<(Date, u64)> {
        FIRST.series(1.day()).take(30).map(|d| (d, octets)).collect()
    }

    #[test]
    fn each_part_by_hand() {
        use Reason::{BinaryUnits, DaysMissing, Layer2, LostExports, RoundedUp};
        let (operator, counters) = (Witness::Operator, Witness::Counters);
        let same = daily(1_000_000_000);
        check(0, &[], &same, operator, &[], 0);
        // A missing night: its 1 GB by the operator.
        check(0, &[LAST], &same, operator, &[(DaysMissing, 1_000_000_000)], 0);
        // 100 of 1,000 records of 1 GB were lost on one date: 0.1 GB that nobody else misses.
        check(100, &[], &same, operator, &[(LostExports, 100_000_000)], -100_000_000);
        // 30 rows, each rounded up by 0.2 MB: 6 MB, within 15.
        check(0, &[], &daily(1_000_200_000), operator, &[(RoundedUp, 6_000_000)], 0);
        // 30 MB more: 15 are allowed, 15 are left.
        check(0, &[], &daily(1_001_000_000), operator, &[(RoundedUp, 15_000_000)], 15_000_000);
        // A counter has 1.8 % more: 540 MB within the allowance of 2 %. 3 %: 600 of 900 MB.
        check(0, &[], &daily(1_018_000_000), counters, &[(Layer2, 540_000_000)], 0);
        check(0, &[], &daily(1_030_000_000), counters, &[(Layer2, 600_000_000)], 300_000_000);
        // 30 GB that were 30 GiB: 30 x 73,741,824 more.
        check(0, &[], &daily(1_073_741_824), operator, &[(BinaryUnits, 2_212_254_720)], 0);
        // The operator saw less: nothing explains that.
        check(0, &[], &daily(900_000_000), operator, &[], -3_000_000_000);
    }
}
