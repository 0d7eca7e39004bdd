//! Spans of dates in which somebody is not measured, as the list of people writes them.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

/// Dates from one to another, both inclusive; without an end it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
}

/// Why a text is no list of periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "periods such as 2026-03-01/2026-04-14 are wanted, joined by semicolons; one without an end, 2026-03-01/, lasts"
)]
pub struct PeriodError;

impl Period {
    /// Whether a date lies in it.
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && self.until.is_none_or(|u| date <= u)
    }

    /// A list as it stands in a cell.
    ///
    /// # Errors
    /// A part that is not two dates joined by a slash, or that ends before it begins.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, PeriodError> {
        let parts = text.split(';').map(str::trim).filter(|p| !p.is_empty());
        parts.map(Self::parse).collect::<Option<_>>().ok_or(PeriodError)
    }

    fn parse(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('/')?;
        let from = from.trim().parse().ok()?;
        let until = Some(until.trim()).filter(|u| !u.is_empty()).map(|u| u.parse::<Date>().ok());
        let until = match until {
            Some(date) => Some(date?),
            None => None,
        };
        until.is_none_or(|u| from <= u).then_some(Self { from, until })
    }

    /// The same dates in as few periods as there can be, in order.
    #[must_use]
    pub fn union(mut periods: Vec<Self>) -> Vec<Self> {
        periods.sort_unstable_by_key(|p| p.from);
        let mut joined: Vec<Self> = Vec::new();
        for next in periods {
            match joined.last_mut() {
                Some(last) if last.until.is_none_or(|u| next.from <= u.saturating_add(1.day())) => {
                    last.until = last.until.zip(next.until).map(|(a, b)| a.max(b));
                }
                _ => joined.push(next),
            }
        }
        joined
    }

    /// The cell that says a list.
    pub fn write_list(periods: &[Self]) -> String {
        periods.iter().map(Self::to_string).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = self.until.map_or_else(String::new, |u| u.to_string());
        write!(f, "{}/{until}", self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let joined = Period::parse_list(text).map(|p| Period::write_list(&Period::union(p)));
        assert_eq!(joined.unwrap_or_else(|_| "wrong".to_owned()), expected, "{text}");
    }

    #[test]
    fn lists_are_joined_where_they_touch() {
        check("", "");
        check("2026-03-01/", "2026-03-01/");
        check("2026-03-01/2026-03-01", "2026-03-01/2026-03-01");
        check("2026-04-01/2026-04-10;2026-03-01/2026-03-31", "2026-03-01/2026-04-10");
        check("2026-04-02/2026-04-10; 2026-03-01/2026-03-31", "2026-03-01/2026-03-31; 2026-04-02/2026-04-10");
        check("2026-03-01/2026-03-31; 2026-03-05/2026-03-06", "2026-03-01/2026-03-31");
        check("2026-03-01/; 2026-05-01/2026-05-02", "2026-03-01/");
        check("2026-03-01/2026-03-05; 2026-03-04/", "2026-03-01/");
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in ["2026-03-01", "2026-03-05/2026-03-01", "/2026-03-01", "2026-03-01/x", "a"] {
            check(text, "wrong");
        }
    }

    #[test]
    fn both_ends_are_inside() {
        let period = Period::parse_list("2026-03-05/2026-03-07").unwrap()[0];
        let day = |d| jiff::civil::date(2026, 3, d);
        assert_eq!([4, 5, 7, 8].map(|d| period.covers(day(d))), [false, true, true, false]);
    }
}
