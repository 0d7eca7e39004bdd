//! Bank holidays: the announced days as data, and the usual rules for years that are not announced yet.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// A nation of the United Kingdom, for its holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nation {
    /// England.
    England,
    /// Wales: the same days as England.
    Wales,
    /// Scotland. Councils there add their local holidays as closures.
    Scotland,
    /// Northern Ireland.
    NorthernIreland,
}

impl Nation {
    /// The nation that a word of the configuration stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "england" => Some(Self::England),
            "wales" => Some(Self::Wales),
            "scotland" => Some(Self::Scotland),
            "northern-ireland" => Some(Self::NorthernIreland),
            _ => None,
        }
    }

    /// The word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::England => "england",
            Self::Wales => "wales",
            Self::Scotland => "scotland",
            Self::NorthernIreland => "northern-ireland",
        }
    }
}

/// First year of the announced days.
const FIRST: i16 = 2025;
/// Last year of the announced days.
const LAST: i16 = 2028;

/// (month, day) of a year.
type Days = &'static [(i8, i8)];

/// England and Wales, 2025 to 2028: the published list of the UK government.
const ENGLAND: [Days; 4] = [
    &[(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)],
    &[(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)],
    &[(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)],
    &[(1, 3), (4, 14), (4, 17), (5, 1), (5, 29), (8, 28), (12, 25), (12, 26)],
];

/// Scotland, with the single holiday of 15 June 2026.
const SCOTLAND: [Days; 4] = [
    &[(1, 1), (1, 2), (4, 18), (5, 5), (5, 26), (8, 4), (12, 1), (12, 25), (12, 26)],
    &[(1, 1), (1, 2), (4, 3), (5, 4), (5, 25), (6, 15), (8, 3), (11, 30), (12, 25), (12, 28)],
    &[(1, 1), (1, 4), (3, 26), (5, 3), (5, 31), (8, 2), (11, 30), (12, 27), (12, 28)],
    &[(1, 3), (1, 4), (4, 14), (5, 1), (5, 29), (8, 7), (11, 30), (12, 25), (12, 26)],
];

/// What Northern Ireland has besides the days of England and Wales.
const NORTHERN_IRELAND_ALSO: [Days; 4] =
    [&[(3, 17), (7, 14)], &[(3, 17), (7, 13)], &[(3, 17), (7, 12)], &[(3, 17), (7, 12)]];

/// Whether a date's holidays are announced (true) or worked out by rule and may change (false).
pub(crate) fn announced(day: Date) -> bool {
    (FIRST..=LAST).contains(&day.year())
}

/// Whether a date is a bank holiday in a nation.
pub(crate) fn is_holiday(nation: Nation, day: Date) -> bool {
    let at = (day.month(), day.day());
    match usize::try_from(day.year() - FIRST).ok().filter(|_| announced(day)) {
        Some(year) => match nation {
            Nation::England | Nation::Wales => ENGLAND[year].contains(&at),
            Nation::Scotland => SCOTLAND[year].contains(&at),
            Nation::NorthernIreland => ENGLAND[year].contains(&at) || NORTHERN_IRELAND_ALSO[year].contains(&at),
        },
        None => computed(nation, day.year()).contains(&day),
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm, as in Meeus, Astronomical Algorithms, chapter 8).
fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, (n / 31) as i8, (n % 31 + 1) as i8).unwrap_or(Date::MAX)
}

fn shift(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

fn weekday_in(year: i16, month: i8, nth: i8) -> Date {
    let first = date(year, month, 1);
    first.nth_weekday_of_month(nth, Weekday::Monday).unwrap_or(first)
}

/// Moves days at a weekend to the next weekday that is not a holiday already.
fn substituted(fixed: &[(i8, i8)], year: i16) -> Vec<Date> {
    let mut days: Vec<Date> = Vec::new();
    let weekend = |d: Date| matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday);
    let all: Vec<Date> = fixed.iter().map(|(m, d)| date(year, *m, *d)).collect();
    days.extend(all.iter().copied().filter(|d| !weekend(*d)));
    for moved in all.into_iter().filter(|d| weekend(*d)) {
        let mut to = moved;
        while weekend(to) || days.contains(&to) {
            to = shift(to, 1);
        }
        days.push(to);
    }
    days
}

/// The days by the usual rules. Proclaimed exceptions are not known to them.
fn computed(nation: Nation, year: i16) -> Vec<Date> {
    let sunday = easter(year);
    let mut days = vec![shift(sunday, -2), weekday_in(year, 5, 1), weekday_in(year, 5, -1)];
    match nation {
        Nation::Scotland => {
            days.push(weekday_in(year, 8, 1));
            days.extend(substituted(&[(1, 1), (1, 2)], year));
            days.extend(substituted(&[(11, 30)], year));
        }
        Nation::England | Nation::Wales | Nation::NorthernIreland => {
            days.push(shift(sunday, 1));
            days.push(weekday_in(year, 8, -1));
            days.extend(substituted(&[(1, 1)], year));
        }
    }
    if nation == Nation::NorthernIreland {
        days.extend(substituted(&[(3, 17)], year));
        days.extend(substituted(&[(7, 12)], year));
    }
    days.extend(substituted(&[(12, 25), (12, 26)], year));
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_give_the_announced_days_but_for_the_proclaimed_one() {
        for nation in [Nation::England, Nation::Wales, Nation::Scotland, Nation::NorthernIreland] {
            for year in FIRST..=LAST {
                let rule = computed(nation, year);
                for day in date(year, 1, 1).series(1.day()).take_while(|d| d.year() == year) {
                    let proclaimed = nation == Nation::Scotland && day == date(2026, 6, 15);
                    assert_eq!(is_holiday(nation, day), rule.contains(&day) || proclaimed, "{nation:?} {day}");
                }
            }
        }
    }

    #[test]
    fn easter_by_the_almanac() {
        for (y, m, d) in [(2024, 3, 31), (2029, 4, 1), (2030, 4, 21), (2031, 4, 13), (2038, 4, 25)] {
            assert_eq!(easter(y), date(y, m, d));
        }
    }

    #[test]
    fn beyond_the_list_is_provisional() {
        assert!(announced(date(2028, 12, 31)) && !announced(date(2029, 1, 1)) && !announced(date(2024, 12, 31)));
        assert!(is_holiday(Nation::England, date(2029, 3, 30)));
    }

    #[test]
    fn words() {
        for word in ["england", "wales", "scotland", "northern-ireland"] {
            assert_eq!(Nation::from_word(word).unwrap().as_str(), word);
        }
        assert_eq!(Nation::from_word("cornwall"), None);
    }
}
