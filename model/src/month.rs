//! A calendar month.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// The month in which a financial year of a local council begins, on its first day (Accounts and Audit Regulations 2015:
/// the year that ends on 31 March).
const FIRST_MONTH: i8 = 4;

/// The first day of the financial year in which a date lies: 1 April.
pub fn financial_year(date: Date) -> Date {
    let year = if date.month() < FIRST_MONTH { date.year() - 1 } else { date.year() };
    Date::new(year, FIRST_MONTH, 1).unwrap_or(date)
}

/// A month of the Gregorian calendar, written `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    first: Date,
}

/// Why a text is not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a month: YYYY-MM is wanted, as in 2026-03")]
pub struct MonthError(String);

impl Month {
    /// The month that a date lies in.
    pub fn of(date: Date) -> Self {
        Self { first: date.first_of_month() }
    }

    /// Its first day.
    pub const fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> Date {
        self.first.last_of_month()
    }

    /// The month after. At the end of the calendar (9999-12) it stays.
    pub fn next(self) -> Self {
        self.last().tomorrow().map_or(self, Self::of)
    }

    /// Its days in order.
    pub fn days(self) -> impl Iterator<Item = Date> {
        self.first.series(jiff::Span::new().days(1)).take_while(move |d| d.month() == self.first.month())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || MonthError(text.to_owned());
        let (year, month) = text.split_once('-').ok_or_else(bad)?;
        let digits = |s: &str, n| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(bad());
        }
        let year = year.parse().map_err(|_| bad())?;
        let month = month.parse().map_err(|_| bad())?;
        Date::new(year, month, 1).map(Self::of).map_err(|_| bad())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_financial_year_begins_on_the_first_of_april() {
        let check = |day, first| assert_eq!(financial_year(day), first, "{day}");
        check(date(2026, 3, 31), date(2025, 4, 1));
        check(date(2026, 4, 1), date(2026, 4, 1));
        check(date(2026, 12, 31), date(2026, 4, 1));
        check(date(2027, 1, 1), date(2026, 4, 1));
    }

    #[test]
    fn text_and_days() {
        let m: Month = "2028-02".parse().unwrap();
        assert_eq!(m.to_string(), "2028-02");
        assert_eq!(m.days().count(), 29);
        assert_eq!(m.next().to_string(), "2028-03");
        assert_eq!("2026-12".parse::<Month>().unwrap().next().to_string(), "2027-01");
        for bad in ["2026", "2026-13", "26-03", "2026-3", "2026-03-01", "+026-03"] {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
    }
}
