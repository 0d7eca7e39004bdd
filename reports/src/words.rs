//! Numbers, dates and fixed words as a reader in Britain expects them.

use jiff::civil::Date;
use model::Month;

use crate::document::Sign;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A whole number with commas between thousands: `1,234,567`.
pub(crate) fn thousands(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Pence as pounds with two decimals and without the pound sign: `1,234.05`.
pub(crate) fn pounds(pence: i64) -> String {
    let whole = pence.unsigned_abs() / 100;
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", thousands(i64::try_from(whole).unwrap_or(i64::MAX)), pence.unsigned_abs() % 100)
}

fn month_word(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or("January")
}

/// A date: `14 March 2026`.
pub(crate) fn date(date: Date) -> String {
    format!("{} {} {}", date.day(), month_word(date.month()), date.year())
}

fn month_short(month: i8) -> &'static str {
    month_word(month).get(..3).unwrap_or_default()
}

/// A date in short, for tables: `14 Mar 2026`.
pub(crate) fn date_short(date: Date) -> String {
    format!("{} {} {}", date.day(), month_short(date.month()), date.year())
}

/// The first and the last of some days in short, the year once where it is the same: `15 Feb`, `14 Mar 2026`.
pub(crate) fn days_short(first: Date, last: Date) -> [String; 2] {
    let start = match first.year() == last.year() {
        true => format!("{} {}", first.day(), month_short(first.month())),
        false => date_short(first),
    };
    [start, date_short(last)]
}

/// A month: `March 2026`.
pub(crate) fn month(month: Month) -> String {
    format!("{} {}", month_word(month.first().month()), month.first().year())
}

/// An instant as RFC 3339 writes it, as `3 April 2026, 00:00 UTC`; other text as it stands.
pub(crate) fn instant(text: &str) -> String {
    let Ok(instant) = text.parse::<jiff::Timestamp>() else { return text.to_owned() };
    let utc = instant.to_zoned(jiff::tz::TimeZone::UTC);
    format!("{}, {:02}:{:02} UTC", date(utc.date()), utc.hour(), utc.minute())
}

/// What a symbol or mark means.
pub(crate) const fn sign_meaning(sign: Sign) -> &'static str {
    match sign {
        Sign::C => "too few people to show, or none",
        Sign::X => "not available: records are missing",
        Sign::Z => "does not apply",
        Sign::Low => "rounds to zero, but is not zero",
        Sign::E => "estimated",
        Sign::R => "revised",
    }
}

/// The text with its first letter in upper case.
pub(crate) fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Whom the attacker played, in words that a clerk reads.
pub(crate) fn readers(profiles: &[String]) -> String {
    let reader = |word: &String| match word.as_str() {
        "outsider" => "somebody from outside".to_owned(),
        "contributor" => "each person measured".to_owned(),
        "clerk" => "the clerk".to_owned(),
        "clerk-and-one" => "the clerk with each other person".to_owned(),
        "schedule-reader" => "readers of the equipment schedule".to_owned(),
        _ => word.clone(),
    };
    listed(&profiles.iter().map(reader).collect::<Vec<_>>())
}

/// Words in a row: `A, B and C`.
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// An office as the assessment names it, in words.
pub(crate) fn office(word: &str) -> &str {
    match word {
        "hr-adviser" => "adviser on staff matters",
        other => other,
    }
}

/// Offices with their article: `the clerk and the chair`.
pub(crate) fn posts(offices: &[String]) -> String {
    let post = |word: &String| match office(word.trim()) {
        word if word.starts_with("the ") => word.to_owned(),
        word => format!("the {word}"),
    };
    listed(&offices.iter().map(post).collect::<Vec<_>>())
}

/// A document by its word in the assessment.
pub(crate) fn paper(word: &str) -> &str {
    match word {
        "summary" => "monthly report",
        "schedule" => "equipment schedule",
        "security" => "security notices",
        "case" => "a case, once two people unlocked it",
        other => other,
    }
}

/// Octets as gigabytes with one decimal: `12.3`. The rest is dropped; the gate rounded to tenths.
pub(crate) fn tenths(octets: i64) -> String {
    let tenths = octets / 100_000_000;
    format!("{}.{}", thousands(tenths / 10), tenths.unsigned_abs() % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_with_commas_and_leading_zero() {
        let cases = [(0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567")];
        for (value, text) in cases {
            assert_eq!(thousands(value), text);
        }
        assert_eq!(thousands(-1_000), "-1,000");
        assert_eq!(thousands(i64::MIN), "-9,223,372,036,854,775,808");
        for (pence, text) in [(0, "0.00"), (5, "0.05"), (1_500, "15.00"), (123_456, "1,234.56"), (-5, "-0.05")] {
            assert_eq!(pounds(pence), text);
        }
    }

    #[test]
    fn gigabytes_have_one_decimal() {
        for (octets, text) in [(0, "0.0"), (100_000_000, "0.1"), (2_100_000_000, "2.1"), (1_234_500_000_000, "1,234.5")]
        {
            assert_eq!(tenths(octets), text);
        }
    }

    #[test]
    fn offices_are_people_with_an_article() {
        let said = |all: &[&str]| posts(&all.iter().map(|o| (*o).to_owned()).collect::<Vec<_>>());
        assert_eq!(said(&["clerk"]), "the clerk");
        assert_eq!(
            said(&["clerk", "hr-adviser", "the mayor"]),
            "the clerk, the adviser on staff matters and the mayor"
        );
        assert_eq!(said(&[]), "");
    }

    #[test]
    fn dates_are_written_out() {
        assert_eq!(date(jiff::civil::date(2026, 3, 1)), "1 March 2026");
        let days = |a: &str, b: &str| days_short(a.parse().unwrap(), b.parse().unwrap()).join(" to ");
        assert_eq!(days("2026-02-15", "2026-03-14"), "15 Feb to 14 Mar 2026");
        assert_eq!(days("2025-12-15", "2026-01-14"), "15 Dec 2025 to 14 Jan 2026");
        assert_eq!(instant("2026-04-03T01:05:00+01:00"), "3 April 2026, 00:05 UTC");
        assert_eq!(instant("soon"), "soon");
        assert_eq!(month("2026-12".parse().unwrap()), "December 2026");
    }
}
