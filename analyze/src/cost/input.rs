//! Tariffs, the operator's itemised usage and expense claims.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::money::{MICROPENCE_DIGITS, PENCE_MAX, pounds};
use super::{GB, MB};

/// The standard rate of VAT in percent (facts 7): on prices of use in the United Kingdom alone.
const VAT_PERCENT: i64 = 20;

/// Whether a tariff's prices hold VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vat {
    /// Prices are gross.
    Included,
    /// Prices are net; the standard rate is added.
    Excluded,
}

/// How use is priced, beside the fixed price of a cycle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PriceKind {
    /// Not at all.
    Flat,
    /// Free up to a bundle, then by the octet at a price for a gigabyte (10^9): not by started gigabytes.
    Bundle {
        /// Gigabytes in the bundle of one cycle.
        gb: Decimal,
        /// Pence for each gigabyte beyond.
        overage_pence_per_gb: Decimal,
    },
    /// From the first octet, at a price for a megabyte (10^6).
    PerMb {
        /// Pence for each megabyte.
        pence_per_mb: Decimal,
    },
}

/// A link's tariff from a date on, until the next one of the link.
#[derive(Debug, Clone, PartialEq)]
pub struct Tariff {
    /// Id of the link.
    pub link: String,
    /// First day.
    pub from: Date,
    /// Price of a cycle in pence, whatever the use.
    pub price_pence: Decimal,
    /// Day of the month on which a cycle begins, 1 to 31.
    pub billing_day: u8,
    /// How use is priced.
    pub kind: PriceKind,
    /// Whether the prices hold VAT.
    pub vat: Vat,
}

/// A line of the operator's itemised usage. Its cost is gross, as the bill states it.
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
    /// Exact pence.
    pub pence: Decimal,
}

/// A claim for paid Wi-Fi. Venue and reason are the claimant's words and are not taken over.
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
    #[error("country: two capital letters of ISO 3166 are wanted, as in GB or FR")]
    Country,
    /// A tariff's kind is unknown or lacks or has a key.
    #[error("tariff kind '{kind}': {rule}")]
    Kind {
        /// The kind.
        kind: &'static str,
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
            Self::Kind { .. } => "cost_tariff",
        }
    }
}

impl Tariff {
    /// Checks a tariff: billing day 1 to 31, no negative price, a bundle of at least nothing.
    pub fn check(self) -> Result<Self, CostError> {
        let price = |field, pence: Decimal| {
            let fits = !pence.is_sign_negative()
                && pence <= Decimal::from(PENCE_MAX)
                && pence.normalize().scale() <= MICROPENCE_DIGITS;
            let rule = "from 0 to 1,000,000,000 with at most six decimals";
            if fits { Ok(()) } else { Err(CostError::Number { field, rule }) }
        };
        if !(1..=31).contains(&self.billing_day) {
            return Err(CostError::Number { field: "billing_day", rule: "a day of the month, 1 to 31" });
        }
        price("price_pence", self.price_pence)?;
        match self.kind {
            PriceKind::Flat => {}
            PriceKind::Bundle { gb, overage_pence_per_gb } => {
                price("bundle_gb", gb)?;
                price("overage_pence_per_gb", overage_pence_per_gb)?;
            }
            PriceKind::PerMb { pence_per_mb } => price("pence_per_mb", pence_per_mb)?,
        }
        Ok(self)
    }

    /// The price of a cycle in exact pence, with VAT.
    pub(crate) fn fixed_pence(&self) -> Decimal {
        self.gross(self.price_pence)
    }

    /// The price of octets used at home in a cycle, in exact pence with VAT.
    pub(crate) fn usage_pence(&self, bytes: u64) -> Decimal {
        let priced = |bytes: Decimal, pence: Decimal, unit: u64| {
            bytes.checked_mul(pence).map_or(Decimal::MAX, |p| p / Decimal::from(unit))
        };
        let net = match self.kind {
            PriceKind::Flat => Decimal::ZERO,
            PriceKind::Bundle { gb, overage_pence_per_gb } => {
                let beyond = Decimal::from(bytes) - gb.saturating_mul(Decimal::from(GB));
                priced(beyond.max(Decimal::ZERO), overage_pence_per_gb, GB)
            }
            PriceKind::PerMb { pence_per_mb } => priced(Decimal::from(bytes), pence_per_mb, MB),
        };
        self.gross(net)
    }

    fn gross(&self, price: Decimal) -> Decimal {
        match self.vat {
            Vat::Included => price,
            Vat::Excluded => price.saturating_mul(Decimal::new(100 + VAT_PERCENT, 2)),
        }
    }
}

impl MobileUsage {
    /// Reads the fields of a row of `mobile-usage.csv`: date, link, country, bytes, cost in pounds.
    pub fn parse(date: &str, link: &str, country: &str, bytes: &str, cost: &str) -> Result<Self, CostError> {
        let bytes = digits(bytes).ok_or(CostError::Number { field: "bytes", rule: "a whole number of octets" })?;
        let country = match country.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => [*a, *b],
            _ => return Err(CostError::Country),
        };
        let pence = pounds(cost).ok_or(CostError::Money { field: "cost" })?;
        Ok(Self { date: day(date)?, link: link.to_owned(), country, bytes, pence })
    }

    /// Whether it was used outside the United Kingdom.
    pub fn abroad(&self) -> bool {
        &self.country != b"GB"
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
        Ok(Self { date: day(date)?, asset: asset.to_owned(), minutes, pence })
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
        assert_eq!((u.date, u.bytes, u.pence, u.abroad()), (date(2026, 4, 1), 1_500_000, Decimal::from(499), true));
        assert!(!MobileUsage::parse("2026-04-01", "dongle-1", "GB", "0", "0").unwrap().abroad());
        let check = |row: [&str; 4], code: &str| {
            let [d, country, bytes, cost] = row;
            assert_eq!(MobileUsage::parse(d, "dongle-1", country, bytes, cost).unwrap_err().code(), code, "{row:?}");
        };
        check(["1/4/2026", "GB", "1", "1"], "cost_date");
        check(["2026-02-30", "GB", "1", "1"], "cost_date");
        check(["2026-04-01", "gb", "1", "1"], "cost_country");
        check(["2026-04-01", "GBR", "1", "1"], "cost_country");
        check(["2026-04-01", "GB", "1.5", "1"], "cost_number");
        check(["2026-04-01", "GB", "-1", "1"], "cost_number");
        check(["2026-04-01", "GB", "1", "£1"], "cost_money");
        let c = Claim::parse("2026-04-01", "A-014", "", "6").unwrap();
        assert_eq!((c.minutes, c.pence), (None, Decimal::from(600)));
        assert_eq!(Claim::parse("2026-04-01", "A-014", "90", "6").unwrap().minutes, Some(90));
        assert_eq!(Claim::parse("2026-04-01", "A-014", "long", "6").unwrap_err().code(), "cost_number");
    }

    #[test]
    fn tariffs_are_checked() {
        let tariff = |billing_day, price: i64| Tariff {
            link: "d".to_owned(),
            from: date(2026, 4, 1),
            price_pence: Decimal::from(price),
            billing_day,
            kind: PriceKind::Flat,
            vat: Vat::Included,
        };
        assert!(tariff(31, 0).check().is_ok());
        for bad in [tariff(0, 1), tariff(32, 1), tariff(1, -1), tariff(1, 2_000_000_000)] {
            assert_eq!(bad.check().unwrap_err().code(), "cost_number");
        }
        let fine = Tariff { kind: PriceKind::PerMb { pence_per_mb: Decimal::new(5, 7) }, ..tariff(1, 0) };
        assert_eq!(fine.check().unwrap_err().code(), "cost_number");
    }
}
