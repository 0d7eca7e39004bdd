//! Billing cycles: from one billing day to the day before the next.

use jiff::civil::Date;
use model::Month;
use rust_decimal::Decimal;

use super::input::Tariff;

/// A billing cycle, both days inclusive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cycle<'a> {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// The tariff in force on the first day, which prices the whole cycle.
    pub tariff: Option<&'a Tariff>,
}

/// Every cycle of a link from its first tariff to the one that holds `through`, in order and without a hole.
///
/// A billing day that a month lacks (29 to 31) is that month's last day. The first cycle begins where the first tariff
/// does and may be short; so may one after a change of billing day. A short cycle has the whole price and the whole
/// bundle: how an operator divides them is not in the configuration.
pub fn cycles<'a>(tariffs: &[&'a Tariff], through: Date) -> Vec<Cycle<'a>> {
    let mut cycles = Vec::new();
    let mut next = tariffs.iter().map(|t| t.from).min();
    while let Some(start) = next.filter(|d| *d <= through) {
        let tariff = tariffs.iter().copied().filter(|t| t.from <= start).max_by_key(|t| t.from);
        let end = tariff.and_then(|t| billing_day_after(start, t.billing_day).yesterday().ok()).unwrap_or(start);
        cycles.push(Cycle { start, end, tariff });
        next = end.tomorrow().ok();
    }
    cycles
}

/// The first billing day after a date.
fn billing_day_after(date: Date, billing_day: u8) -> Date {
    let month = Month::of(date);
    let in_month = billing_date(month, billing_day);
    if in_month > date { in_month } else { billing_date(month.next(), billing_day) }
}

/// The billing day in a month, or the month's last day where it is shorter.
fn billing_date(month: Month, billing_day: u8) -> Date {
    let first = month.first();
    let day = i8::try_from(billing_day).unwrap_or(1).clamp(1, first.days_in_month());
    Date::new(first.year(), first.month(), day).unwrap_or(first)
}

impl Cycle<'_> {
    /// Days of the cycle up to and with a date.
    fn days(&self, through: Date) -> u64 {
        u64::try_from((through.min(self.end) - self.start).get_days() + 1).unwrap_or(1).max(1)
    }

    /// Octets of the whole cycle when those up to `through` go on evenly, rounded up.
    pub(crate) fn whole(&self, bytes: u64, through: Date) -> u64 {
        let (all, gone) = (self.days(self.end), self.days(through));
        let scaled = (u128::from(bytes) * u128::from(all)).div_ceil(u128::from(gone));
        u64::try_from(scaled).unwrap_or(u64::MAX)
    }

    /// Pence of the whole cycle when those up to `through` go on evenly.
    pub(crate) fn whole_pence(&self, pence: Decimal, through: Date) -> Decimal {
        let (all, gone) = (self.days(self.end), self.days(through));
        if all == gone { pence } else { pence * Decimal::from(all) / Decimal::from(gone) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::{PriceKind, Vat};
    use super::*;
    use jiff::civil::date;

    fn tariff(from: Date, billing_day: u8) -> Tariff {
        let price_pence = Decimal::from(1_500);
        Tariff { link: "d".to_owned(), from, price_pence, billing_day, kind: PriceKind::Flat, vat: Vat::Included }
    }

    /// The cycles of one tariff as `start..end` up to a date.
    fn check(tariffs: &[Tariff], through: Date, expected: &[&str]) {
        let tariffs: Vec<&Tariff> = tariffs.iter().collect();
        let found: Vec<String> = cycles(&tariffs, through).iter().map(|c| format!("{}..{}", c.start, c.end)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn billing_days() {
        check(
            &[tariff(date(2026, 3, 15), 15)],
            date(2026, 4, 15),
            &["2026-03-15..2026-04-14", "2026-04-15..2026-05-14"],
        );
        check(&[tariff(date(2026, 1, 1), 1)], date(2026, 2, 28), &["2026-01-01..2026-01-31", "2026-02-01..2026-02-28"]);
    }

    #[test]
    fn days_that_a_month_lacks() {
        check(
            &[tariff(date(2027, 12, 31), 31)],
            date(2028, 4, 1),
            &["2027-12-31..2028-01-30", "2028-01-31..2028-02-28", "2028-02-29..2028-03-30", "2028-03-31..2028-04-29"],
        );
        check(
            &[tariff(date(2026, 1, 29), 29)],
            date(2026, 3, 1),
            &["2026-01-29..2026-02-27", "2026-02-28..2026-03-28"],
        );
        check(
            &[tariff(date(2026, 1, 30), 30)],
            date(2026, 3, 1),
            &["2026-01-30..2026-02-27", "2026-02-28..2026-03-29"],
        );
    }

    #[test]
    fn changes_leave_no_hole() {
        // The first tariff begins in the middle; the second moves the billing day.
        check(
            &[tariff(date(2026, 4, 1), 15), tariff(date(2026, 5, 20), 5)],
            date(2026, 7, 1),
            &["2026-04-01..2026-04-14", "2026-04-15..2026-05-14", "2026-05-15..2026-06-14", "2026-06-15..2026-07-04"],
        );
        check(&[], date(2026, 7, 1), &[]);
        check(&[tariff(date(2026, 4, 1), 15)], date(2026, 3, 31), &[]);
    }

    #[test]
    fn forecasts_go_on_evenly() {
        let cycle = Cycle { start: date(2026, 3, 15), end: date(2026, 4, 14), tariff: None };
        // 17 of 31 days are gone.
        assert_eq!(cycle.whole(17_000, date(2026, 3, 31)), 31_000);
        assert_eq!(cycle.whole(1, date(2026, 3, 31)), 2);
        assert_eq!(cycle.whole(17_000, cycle.end), 17_000);
        assert_eq!(cycle.whole_pence(Decimal::from(17), date(2026, 3, 31)), Decimal::from(31));
    }
}
