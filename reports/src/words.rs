//! Numbers as a reader in Britain expects them, and what symbols mean.

use crate::document::Sign;

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
}
