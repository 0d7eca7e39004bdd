//! The operator's itemised usage, data bought by hand, and expense claims.

use jiff::civil::Date;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::countries::is_country;
use super::money::pounds;
use super::tariff::{amount, gigabytes};

/// Octets on one line that no link of a council can carry: 2^47, as of a flow record.
const OCTETS_MAX: u64 = 1 << 47;

/// A line of the operator's itemised usage.
#[derive(Debug, Clone, PartialEq)]
pub struct MobileUsage {
    /// Local date.
    pub date: Date,
    /// Id of the link.
    pub link: String,
    /// ISO 3166 alpha-2 country in which it was used.
    pub country: [u8; 2],
    /// Octets.
    pub bytes: u64,
    /// Exact pence, gross, as the bill states them; none where it states the use alone.
    pub pence: Option<Decimal>,
    /// Line of the file, from 1: what a message may say of it, for date and country are its holder's. 0 where there is none.
    pub line: u64,
}

/// Data bought by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct TopUp {
    /// From which date on it can be used.
    pub date: Date,
    /// Id of the link.
    pub link: String,
    /// Octets.
    pub bytes: u64,
    /// Exact pence, as paid.
    pub pence: Decimal,
}

/// A claim for paid Wi-Fi. Venue and reason are the claimant's words: of the venue only a hash is taken over, to find
/// claims that are alike, and nothing of the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Day of use.
    pub date: Date,
    /// Asset number.
    pub asset: String,
    /// Minutes of use, where the claim says.
    pub minutes: Option<u32>,
    /// Exact pence.
    pub pence: Decimal,
    /// Hash of the venue, in small letters and without spaces.
    pub venue: [u8; 32],
    /// Line of the file, from 1: what a log may say of it. 0 where there is none.
    pub line: u64,
}

/// Why a tariff or a row cannot be used. `field` is the column or key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CostError {
    /// A date is no date.
    #[error("{field}: not a date; write it as 2026-04-01")]
    Date {
        /// The field.
        field: &'static str,
    },
    /// An amount of money is not one.
    #[error("{field}: not an amount in pounds; write digits with at most one point, as in 4.99")]
    Money {
        /// The field.
        field: &'static str,
    },
    /// A number is not one, or out of range.
    #[error("{field}: {rule}")]
    Number {
        /// The field.
        field: &'static str,
        /// What is allowed.
        rule: &'static str,
    },
    /// A country is no code.
    #[error("country: two capital letters of ISO 3166-1 are wanted, as in GB (not UK) or FR")]
    Country,
    /// A zone breaks a rule.
    #[error("roaming zone '{zone}': {rule}")]
    Zone {
        /// The zone.
        zone: String,
        /// What is wanted.
        rule: &'static str,
    },
}

impl CostError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Date { .. } => "cost_date",
            Self::Money { .. } => "cost_money",
            Self::Number { .. } => "cost_number",
            Self::Country => "cost_country",
            Self::Zone { .. } => "cost_zone",
        }
    }
}

impl MobileUsage {
    /// Reads the fields of a row of `mobile-usage.csv`: date, link, country, bytes, cost in pounds or empty.
    pub fn parse(date: &str, link: &str, country: &str, bytes: &str, cost: &str) -> Result<Self, CostError> {
        let rule = "a whole number of octets, less than 2^47 (141 terabytes) on one line";
        let bytes = digits(bytes).filter(|n| *n < OCTETS_MAX).ok_or(CostError::Number { field: "bytes", rule })?;
        let country = parse_country(country)?;
        let pence = match cost {
            "" => None,
            text => Some(pounds(text).ok_or(CostError::Money { field: "cost" })?),
        };
        Ok(Self { date: day(date)?, link: link.to_owned(), country, bytes, pence, line: 0 })
    }

    /// Whether it was used outside the United Kingdom.
    pub fn abroad(&self) -> bool {
        &self.country != b"GB"
    }
}

impl TopUp {
    /// Reads the fields of a row of `top-ups.csv`: date, link, gigabytes, cost in pounds.
    pub fn parse(date: &str, link: &str, gb: &str, cost: &str) -> Result<Self, CostError> {
        let rule = "gigabytes from 0 to 1,000,000,000 with at most six decimals, as in 12 or 0.5";
        let plain = gb.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let octets = |n: Decimal| amount("gb", n).ok().and_then(|()| gigabytes(n));
        let bytes = if plain { gb.parse().ok().and_then(octets) } else { None };
        let bytes = bytes.ok_or(CostError::Number { field: "gb", rule })?;
        let pence = pounds(cost).ok_or(CostError::Money { field: "cost" })?;
        Ok(Self { date: day(date)?, link: link.to_owned(), bytes, pence })
    }
}

/// A country of the list, by its two capital letters.
pub fn parse_country(text: &str) -> Result<[u8; 2], CostError> {
    match text.as_bytes() {
        [a, b] if is_country([*a, *b]) => Ok([*a, *b]),
        _ => Err(CostError::Country),
    }
}

impl Claim {
    /// Reads the fields of a row of `paid-wifi.csv` that count: date, asset, minutes (or empty), cost in pounds.
    pub fn parse(date: &str, asset: &str, minutes: &str, cost: &str) -> Result<Self, CostError> {
        let bad = CostError::Number { field: "minutes", rule: "a whole number of minutes, or nothing" };
        let minutes = match minutes {
            "" => None,
            text => Some(digits(text).and_then(|n| u32::try_from(n).ok()).ok_or(bad)?),
        };
        let pence = pounds(cost).ok_or(CostError::Money { field: "cost" })?;
        Ok(Self { date: day(date)?, asset: asset.to_owned(), minutes, pence, venue: [0; 32], line: 0 })
    }

    /// The claim with its venue.
    #[must_use]
    pub fn at(self, venue: &str) -> Self {
        let plain: String = venue.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        Self { venue: Sha256::digest(plain.as_bytes()).into(), ..self }
    }
}

/// Digits alone, as a number.
fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A date in exactly the form `2026-04-01`.
fn day(text: &str) -> Result<Date, CostError> {
    let date = text.parse::<Date>().ok().filter(|d| d.to_string() == text);
    date.ok_or(CostError::Date { field: "date" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn rows() {
        let u = MobileUsage::parse("2026-04-01", "dongle-1", "FR", "1500000", "4.99").unwrap();
        assert_eq!(
            (u.date, u.bytes, u.pence, u.abroad()),
            (date(2026, 4, 1), 1_500_000, Some(Decimal::from(499)), true)
        );
        assert!(!MobileUsage::parse("2026-04-01", "dongle-1", "GB", "0", "0").unwrap().abroad());
        let check = |row: [&str; 4], code: &str| {
            let [d, country, bytes, cost] = row;
            assert_eq!(MobileUsage::parse(d, "dongle-1", country, bytes, cost).unwrap_err().code(), code, "{row:?}");
        };
        check(["1/4/2026", "GB", "1", "1"], "cost_date");
        check(["2026-02-30", "GB", "1", "1"], "cost_date");
        check(["2026-04-01", "gb", "1", "1"], "cost_country");
        check(["2026-04-01", "GBR", "1", "1"], "cost_country");
        check(["2026-04-01", "UK", "1", "1"], "cost_country");
        check(["2026-04-01", "ZZ", "1", "1"], "cost_country");
        check(["2026-04-01", "GB", "1.5", "1"], "cost_number");
        check(["2026-04-01", "GB", "-1", "1"], "cost_number");
        check(["2026-04-01", "GB", "18446744073709551615", "1"], "cost_number");
        // 2^47 is 140,737,488,355,328.
        check(["2026-04-01", "GB", "140737488355328", "1"], "cost_number");
        assert!(MobileUsage::parse("2026-04-01", "dongle-1", "GB", "140737488355327", "1").is_ok());
        check(["2026-04-01", "GB", "1", "£1"], "cost_money");
        let c = Claim::parse("2026-04-01", "A-014", "", "6").unwrap();
        assert_eq!((c.minutes, c.pence), (None, Decimal::from(600)));
        assert_eq!(Claim::parse("2026-04-01", "A-014", "90", "6").unwrap().minutes, Some(90));
        assert_eq!(Claim::parse("2026-04-01", "A-014", "long", "6").unwrap_err().code(), "cost_number");
    }

    #[test]
    fn an_empty_cost_is_no_cost_of_nothing() {
        let pence = |cost| MobileUsage::parse("2026-04-01", "dongle-1", "FR", "1", cost).unwrap().pence;
        assert_eq!((pence(""), pence("0")), (None, Some(Decimal::ZERO)));
    }

    #[test]
    fn top_ups() {
        let t = TopUp::parse("2026-04-01", "dongle-1", "12.5", "25.00").unwrap();
        assert_eq!((t.bytes, t.pence), (12_500_000_000, Decimal::from(2_500)));
        let code = |gb, cost| TopUp::parse("2026-04-01", "dongle-1", gb, cost).unwrap_err().code();
        for bad in ["", "-1", "1e3", "0.0000001", "twelve", "+1", "1000000001"] {
            assert_eq!(code(bad, "1"), "cost_number", "{bad}");
        }
        assert_eq!(code("1", ""), "cost_money");
    }
}
