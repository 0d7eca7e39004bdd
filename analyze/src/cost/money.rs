//! Money: exact decimals until a line is done, then whole pence.

use rust_decimal::{Decimal, RoundingStrategy};

/// Decimals that an amount in pence may have: operators price megabytes in fractions of a penny.
pub const MICROPENCE_DIGITS: u32 = 6;

/// Largest amount that any one price or cost may have: ten million pounds, in pence.
pub(crate) const PENCE_MAX: i64 = 1_000_000_000;

/// Reads an amount in pounds (`4.99`, `12`, `0.0125`) as pence, exactly.
///
/// Digits with at most one point; no sign, no currency, no separators, nothing that a spreadsheet could mean otherwise.
pub fn pounds(text: &str) -> Option<Decimal> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) || whole.len() > 10 || part.len() > MICROPENCE_DIGITS as usize + 2 {
        return None;
    }
    let pence = text.parse::<Decimal>().ok()?.checked_mul(Decimal::ONE_HUNDRED)?;
    (pence <= Decimal::from(PENCE_MAX)).then_some(pence)
}

/// Whole pence of a line's parts: their sum is rounded once, half up; the parts are those that add up to it and lie less
/// than a penny from their exact value.
pub(crate) fn pence<const N: usize>(parts: [Decimal; N]) -> [i64; N] {
    let total: Decimal = parts.iter().sum();
    let total = total.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    let floors = parts.map(|p| p.floor());
    // The pennies that rounding down left over go to the parts with the largest fractions, the first among equals.
    let left = total - floors.iter().sum::<Decimal>();
    let mut order: Vec<usize> = (0..N).collect();
    let fraction = |i: usize| parts.get(i).map_or(Decimal::ZERO, |p| p - p.floor());
    order.sort_by(|a, b| fraction(*b).cmp(&fraction(*a)).then(a.cmp(b)));
    let mut out = floors;
    let mut given = Decimal::ZERO;
    for i in order {
        if let Some(part) = out.get_mut(i)
            && given < left
        {
            *part += Decimal::ONE;
            given += Decimal::ONE;
        }
    }
    out.map(whole)
}

/// A sum of pence; beyond 64 bits, the end of their range.
pub(crate) fn saturating(pence: &[i64]) -> i64 {
    pence.iter().fold(0, |a, b| a.saturating_add(*b))
}

/// An integer of a decimal without fraction; beyond 64 bits, the end of their range.
fn whole(amount: Decimal) -> i64 {
    i64::try_from(amount).unwrap_or(if amount.is_sign_negative() { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn pounds_are_exact() {
        let check = |text: &str, pence: Option<&str>| assert_eq!(pounds(text), pence.map(d), "{text}");
        check("4.99", Some("499"));
        check("12", Some("1200"));
        check("0.0125", Some("1.25"));
        check("0.1", Some("10"));
        check("0.00000001", Some("0.000001"));
        check("10000000", Some("1000000000"));
        for bad in ["", ".", "4.", ".99", "-4.99", "+4", "£4.99", "4,99", "1e3", " 4", "10000000.01", "0.000000001"] {
            check(bad, None);
        }
    }

    #[test]
    fn lines_are_rounded_once_half_up() {
        let check = |parts: [&str; 3], expected: [i64; 3]| assert_eq!(pence(parts.map(d)), expected, "{parts:?}");
        check(["1500", "250", "0"], [1500, 250, 0]);
        check(["0", "2.5", "0"], [0, 3, 0]);
        check(["0", "2.499999", "0"], [0, 2, 0]);
        // 1798.8 + 0.4 + 0.4 = 1799.6 is 1800; rounding each part would give 1799.
        check(["1798.8", "0.4", "0.4"], [1799, 1, 0]);
        // 0.5 + 0.5 is 1, not 2.
        check(["0", "0.5", "0.5"], [0, 1, 0]);
    }
}
