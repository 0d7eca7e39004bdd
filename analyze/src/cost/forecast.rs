//! Use still to come in an unfinished cycle: what is expected, and the range in which nine cycles in ten should fall.
//!
//! The days of a small council follow the week, and a busy day is often followed by another. So the days to come are
//! expected to be like earlier days of their weekday, and the range widens with what such days differ among themselves,
//! with how few of them are known, with how much they come in runs, and with how much whole weeks differ. Integers alone, nothing at random: the same
//! figures give the same range.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::bill::ToCome;

/// Dates that a forecast looks back on.
const WINDOW_DAYS: i64 = 56;
/// Known dates below which there is no range.
const KNOWN_MIN: usize = 7;
/// Whole weeks below which they say nothing of their own.
const WEEKS_MIN: usize = 4;
/// Greatest share, in thousandths, by which a day is taken to resemble the one before.
const RHO_MAX: i128 = 600;
/// What a date with use counts, so that means of such dates keep three decimals.
const DAY: u64 = 1_000;
/// The 95th percentile of Student's distribution in thousandths, from one degree of freedom on.
const STUDENT: [u128; 30] = [
    6314, 2920, 2353, 2132, 2015, 1943, 1895, 1860, 1833, 1812, 1796, 1782, 1771, 1761, 1753, 1746, 1740, 1734, 1729,
    1725, 1721, 1717, 1714, 1711, 1708, 1706, 1703, 1701, 1699, 1697,
];
/// The same from 40 degrees on.
const STUDENT_40: u128 = 1684;

/// What is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// Expected.
    pub(crate) expected: ToCome,
    /// Least and most; none where too little is known.
    pub(crate) range: Option<(ToCome, ToCome)>,
}

/// What a forecast goes by.
pub(crate) struct Past<'a> {
    /// Octets at home by date, of whichever cycle; a known date without an entry had none.
    pub(crate) home: &'a BTreeMap<Date, u64>,
    /// Dates that are known, in order.
    pub(crate) known: &'a [Date],
}

/// The use to come from the day after `through` to `end`, in a cycle that began on `start`.
pub(crate) fn outlook(past: &Past<'_>, start: Date, through: Date, end: Date) -> Outlook {
    let coming: Vec<Date> = days(through, end);
    let first = through.checked_sub((WINDOW_DAYS - 1).days()).unwrap_or(through);
    let window: Vec<Date> = past.known.iter().copied().filter(|d| first <= *d && *d <= through).collect();
    let octets = |d: Date| past.home.get(&d).copied().unwrap_or(0);
    let used = |d: Date| if octets(d) > 0 { DAY } else { 0 };
    if window.len() < KNOWN_MIN {
        let mine: Vec<Date> = window.into_iter().filter(|d| start <= *d).collect();
        let mean = |of: &dyn Fn(Date) -> u64| {
            let sum: u128 = mine.iter().map(|d| u128::from(of(*d))).sum();
            (sum * coming.len() as u128).checked_div(mine.len() as u128).unwrap_or(0)
        };
        let days = up(narrow(mean(&used)), coming.len());
        return Outlook { expected: ToCome { octets: narrow(mean(&octets)), days }, range: None };
    }
    let (low, mid, high) = predict(&window, &octets, &coming);
    let (fewest, expected, most) = predict(&window, &used, &coming);
    let n = coming.len();
    let fewest = (fewest / DAY).min(n as u64);
    Outlook {
        expected: ToCome { octets: mid, days: up(expected, n) },
        range: Some((ToCome { octets: low, days: fewest }, ToCome { octets: high, days: up(most, n) })),
    }
}

/// Whole dates, rounded up, and no more than there are.
fn up(thousandths: u64, most: usize) -> u64 {
    thousandths.div_ceil(DAY).min(most as u64)
}

fn narrow(n: u128) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// The dates after one date up to another.
fn days(after: Date, end: Date) -> Vec<Date> {
    let first = after.tomorrow().unwrap_or(end);
    if first > end { vec![] } else { first.series(1.day()).take_while(|d| *d <= end).collect() }
}

/// How dates are told apart: the largest number of classes that each have enough known dates.
fn classes(window: &[Date]) -> fn(Date) -> usize {
    let by_weekday = |d: Date| usize::from(d.weekday().to_monday_zero_offset().unsigned_abs());
    let by_half = |d: Date| usize::from(d.weekday().to_monday_zero_offset() >= 5);
    let least = |class: fn(Date) -> usize, n: usize| {
        (0..n).map(|c| window.iter().filter(|d| class(**d) == c).count()).min().unwrap_or(0)
    };
    if least(by_weekday, 7) >= 3 {
        by_weekday
    } else if least(by_half, 2) >= 2 {
        by_half
    } else {
        |_| 0
    }
}

/// Low, expected and high sum over the coming dates.
fn predict(window: &[Date], value: &dyn Fn(Date) -> u64, coming: &[Date]) -> (u64, u64, u64) {
    let class = classes(window);
    let mut known: BTreeMap<usize, (u128, u128)> = BTreeMap::new();
    for d in window {
        let (count, sum) = known.entry(class(*d)).or_default();
        *count += 1;
        *sum += u128::from(value(*d));
    }
    let mean = |d: Date| known.get(&class(d)).map_or(0, |(count, sum)| sum / (*count).max(1));
    let expected: u128 = coming.iter().map(|d| mean(*d)).sum();
    let residual = |d: Date| i128::from(value(d)) - i128::try_from(mean(d)).unwrap_or(i128::MAX);
    let residuals: Vec<(Date, i128)> = window.iter().map(|d| (*d, residual(*d))).collect();
    let squares = residuals.iter().fold(0_i128, |a, (_, e)| a.saturating_add(e.saturating_mul(*e)));
    let degrees = window.len().saturating_sub(known.len()).max(1);
    let variance = squares.unsigned_abs() / degrees as u128;
    let mut spread = 0_u128;
    for (c, (count, _)) in &known {
        let r = coming.iter().filter(|d| class(**d) == *c).count() as u128;
        spread = spread.saturating_add(variance.saturating_mul(r * count + r * r) / count);
    }
    let rho = resemblance(&residuals, squares);
    let spread = spread.saturating_mul(1_000 + rho) / (1_000 - rho);
    let by_day = spread.isqrt().saturating_mul(student(degrees)) / 1_000;
    let half = by_day.max(by_week(&residuals, coming.len() as u128));
    (narrow(expected.saturating_sub(half)), narrow(expected), narrow(expected.saturating_add(half)))
}

/// Half the width that whole weeks call for: some are busy from end to end, which single days hardly show.
fn by_week(residuals: &[(Date, i128)], coming: u128) -> u128 {
    let week = |days: &[(Date, i128)]| days.iter().fold(0_i128, |a, (_, e)| a.saturating_add(*e));
    let weeks: Vec<i128> = residuals.rchunks_exact(7).map(week).collect();
    if weeks.len() < WEEKS_MIN {
        return 0;
    }
    let squares = weeks.iter().fold(0_i128, |a, e| a.saturating_add(e.saturating_mul(*e))).unsigned_abs();
    let (degrees, known) = (weeks.len() - 1, residuals.len() as u128);
    let variance = squares / degrees as u128;
    let spread = variance.saturating_mul(coming * (known + coming)) / (7 * known);
    spread.isqrt().saturating_mul(student(degrees)) / 1_000
}

/// How much a day resembles the one before, in thousandths from 0 to [`RHO_MAX`].
fn resemblance(residuals: &[(Date, i128)], squares: i128) -> u128 {
    let follows = |w: &&[(Date, i128)]| matches!(w, [a, b] if a.0.tomorrow().is_ok_and(|t| t == b.0));
    let product = |w: &[(Date, i128)]| match w {
        [a, b] => a.1.saturating_mul(b.1),
        _ => 0,
    };
    let pairs = residuals.windows(2).filter(follows).fold(0_i128, |a, w| a.saturating_add(product(w)));
    pairs.saturating_mul(1_000).checked_div(squares).unwrap_or(0).clamp(0, RHO_MAX).unsigned_abs()
}

pub(crate) fn student(degrees: usize) -> u128 {
    match degrees {
        40.. => STUDENT_40,
        _ => STUDENT[degrees.clamp(1, STUDENT.len()) - 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const MONDAY: Date = date(2026, 3, 2);

    /// Octets by date from Monday 2 March 2026 on, every date known.
    fn past(values: &[u64]) -> (BTreeMap<Date, u64>, Vec<Date>) {
        let dates: Vec<Date> = MONDAY.series(1.day()).take(values.len()).collect();
        (dates.iter().copied().zip(values.iter().copied()).collect(), dates)
    }

    /// The outlook over `r` days after the values, as (low, expected, high) octets.
    fn check(values: &[u64], r: i64, expected: (Option<(u64, u64)>, u64)) {
        let (home, known) = past(values);
        let through = *known.last().unwrap();
        let end = through.checked_add(r.days()).unwrap();
        let out = outlook(&Past { home: &home, known: &known }, MONDAY, through, end);
        let range = out.range.map(|(low, high)| (low.octets, high.octets));
        assert_eq!((range, out.expected.octets), expected);
    }

    #[test]
    fn by_hand() {
        // Too few days: the mean of 100 and 201 over three days, 451.5, rounded down; no range.
        check(&[100, 201], 3, (None, 451));
        // Seven equal days leave no doubt.
        check(&[50; 7], 4, (Some((200, 200)), 200));
        // Monday to Sunday: 10 20 30 40 50, 0 4. Means 30 and 2; squares 400+100+0+100+400 + 4+4 = 1008 over 5 degrees:
        // 201. Pairs 200+0+0+200+(20*-2)+(-2*2) = 356, of 1008: 353 thousandths. The next two days are a Monday and a
        // Tuesday: 201 * (2*5 + 2*2) / 5 = 562; times 1353 / 647 = 1175; root 34; times 2.015 = 68.
        check(&[10, 20, 30, 40, 50, 0, 4], 2, (Some((0, 128)), 60));
    }

    #[test]
    fn weekdays_are_told_apart_after_three_weeks() {
        let week = [10, 20, 30, 40, 50, 0, 5];
        let weeks: Vec<u64> = week.iter().copied().cycle().take(21).collect();
        // Every week alike: no doubt. Monday and Tuesday come next.
        check(&weeks, 2, (Some((30, 30)), 30));
        check(&weeks, 7, (Some((155, 155)), 155));
    }

    #[test]
    fn days_with_use_are_counted() {
        let (home, known) = past(&[1, 1, 0, 1, 1, 0, 0]);
        let through = *known.last().unwrap();
        let end = through.checked_add(5.days()).unwrap();
        let out = outlook(&Past { home: &home, known: &known }, MONDAY, through, end);
        // Four of five working days: 800 thousandths each, 4 of the next five.
        assert_eq!(out.expected.days, 4);
        let (low, high) = out.range.unwrap();
        assert!(low.days <= 4 && high.days == 5, "{low:?} {high:?}");
    }

    #[test]
    fn an_unknown_day_is_not_a_day_without_use() {
        let (home, mut known) = past(&[70; 14]);
        known.remove(3);
        let end = date(2026, 3, 20);
        let out = outlook(&Past { home: &home, known: &known }, MONDAY, date(2026, 3, 15), end);
        assert_eq!(out.expected.octets, 5 * 70);
    }

    /// A year of a small office, made by a rule that knows nothing of the forecast: quiet weekends, a meeting every
    /// other Tuesday, weeks that are busy as a whole, and noise from a multiplicative sequence.
    fn year() -> Vec<u64> {
        let mut state = 12_345_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 40
        };
        let busy: Vec<u64> = (0..53).map(|_| 60 + next() % 80).collect();
        let day = |i: usize| {
            let meeting = if i % 14 == 1 { 900 } else { 0 };
            let base = if i % 7 < 5 { 600 } else { 40 };
            (base + meeting) * busy[i / 7] / 100 * (50 + next() % 100) / 100
        };
        (0..365).map(day).collect()
    }

    #[test]
    fn nine_in_ten_fall_within_the_range() {
        let values = year();
        let (home, known) = past(&values);
        let (mut within, mut all) = (0_u32, 0_u32);
        for through in 56..values.len() - 31 {
            for ahead in [5, 12, 20] {
                let upto = &known[..=through];
                let end = known[through + ahead];
                let out = outlook(&Past { home: &home, known: upto }, known[through - 8], known[through], end);
                let truth: u64 = values[through + 1..=through + ahead].iter().sum();
                let (low, high) = out.range.unwrap();
                all += 1;
                within += u32::from((low.octets..=high.octets).contains(&truth));
                assert!(low.octets <= out.expected.octets && out.expected.octets <= high.octets);
            }
        }
        let share = within * 100 / all;
        assert!((85..=97).contains(&share), "{within} of {all}");
    }
}
