//! Billing cycles: from one billing day to the day before the next.

use jiff::ToSpan;
use jiff::civil::Date;
use model::Month;

use super::tariff::{Billing, Tariff};

/// A billing cycle, both days inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle<'a> {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// The tariff in force on the first day, which prices the whole cycle.
    pub tariff: Option<&'a Tariff>,
    /// Whether it is the first cycle that this tariff prices.
    pub opens: bool,
}

/// Every cycle of a link from its first tariff to the one that holds `through`, in order and without a hole.
///
/// A billing day that a month lacks (29 to 31) is that month's last day. The first cycle begins where the first tariff
/// does and may be short; so may one after a change of billing day. A short cycle has the whole price and the whole
/// bundle: how an operator divides them is not in the configuration.
pub fn cycles<'a>(tariffs: &[&'a Tariff], through: Date) -> Vec<Cycle<'a>> {
    let mut cycles: Vec<Cycle<'a>> = Vec::new();
    let mut next = tariffs.iter().map(|t| t.from).min();
    while let Some(start) = next.filter(|d| *d <= through) {
        let tariff = tariffs.iter().copied().filter(|t| t.from <= start).max_by_key(|t| t.from);
        let end = tariff.and_then(|t| last_day(start, t.billing)).unwrap_or(start);
        let opens = cycles.last().is_none_or(|c| c.tariff.map(|t| t.from) != tariff.map(|t| t.from));
        cycles.push(Cycle { start, end, tariff, opens });
        next = end.tomorrow().ok();
    }
    cycles
}

/// The last day of a cycle that begins on a date.
fn last_day(start: Date, billing: Billing) -> Option<Date> {
    match billing {
        Billing::Day(day) => billing_day_after(start, day).yesterday().ok(),
        Billing::Every(days) => start.checked_add((i64::from(days) - 1).days()).ok(),
    }
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
    /// Whether a date is in it.
    pub fn holds(&self, date: Date) -> bool {
        self.start <= date && date <= self.end
    }
}

#[cfg(test)]
mod tests {
    use super::super::tariff::{PriceKind, Vat};
    use super::*;
    use jiff::civil::date;
    use rust_decimal::Decimal;

    fn tariff(from: Date, billing_day: u8) -> Tariff {
        billed(from, Billing::Day(billing_day))
    }

    fn billed(from: Date, billing: Billing) -> Tariff {
        let (link, kind) = ("d".to_owned(), PriceKind::Flat { fair_use: None });
        Tariff { link, from, price_pence: Decimal::from(1_500), billing, kind, vat: Vat::Included, zones: vec![] }
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
    fn thirty_days_whatever_the_month() {
        // A 30-day pack from 31 January of a leap year: 1 March is its first new day, then 31 March.
        check(
            &[billed(date(2028, 1, 31), Billing::Every(30))],
            date(2028, 3, 31),
            &["2028-01-31..2028-02-29", "2028-03-01..2028-03-30", "2028-03-31..2028-04-29"],
        );
    }

    #[test]
    fn a_tariff_opens_once() {
        let tariffs = [tariff(date(2026, 4, 1), 1), tariff(date(2026, 5, 20), 1)];
        let all: Vec<&Tariff> = tariffs.iter().collect();
        let opens: Vec<bool> = cycles(&all, date(2026, 7, 1)).iter().map(|c| c.opens).collect();
        // April and May are the first's: May has begun when the second comes. June opens it.
        assert_eq!(opens, [true, false, true, false]);
    }
}
