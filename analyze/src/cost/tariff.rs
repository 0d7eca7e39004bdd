//! Tariffs: what a cycle costs whatever the use, what data it holds, and what use beyond them or abroad costs.
//!
//! `docs/costs.md` has the rules, section by section.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::input::CostError;
use super::money::{MICROPENCE_DIGITS, PENCE_MAX};
use super::{GB, MB};

/// The standard rate of VAT in percent: on prices of use in the United Kingdom alone.
const VAT_PERCENT: i64 = 20;
/// Zones of one tariff; operators have a handful.
const ZONES_MAX: usize = 64;

/// Whether a tariff's own prices hold VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vat {
    /// Prices are gross.
    Included,
    /// Prices are net; the standard rate is added.
    Excluded,
}

/// What a price for data is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataUnit {
    /// A megabyte, 10^6 octets.
    Mb,
    /// A gigabyte, 10^9 octets.
    Gb,
}

/// A price for data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Pence for one unit.
    pub pence: Decimal,
    /// The unit.
    pub unit: DataUnit,
    /// Whether a unit begun is charged whole, counted once over a cycle.
    pub started: bool,
}

/// What happens beyond the data of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunOut {
    /// It is charged.
    Rate(Price),
    /// It goes on slowly, at no cost.
    Slow,
    /// There is none.
    Stop,
}

/// Data, and what happens beyond them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Data {
    /// Octets.
    pub octets: u64,
    /// Beyond them.
    pub run_out: RunOut,
}

/// How use at home is priced, beside the fixed price of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceKind {
    /// Not at all, up to fair use where there is a limit.
    Flat {
        /// Fair use in one cycle.
        fair_use: Option<Data>,
    },
    /// Free up to a bundle.
    Bundle {
        /// The bundle of one cycle.
        data: Data,
        /// Whether what is left of it lives on for one more cycle.
        rollover: bool,
    },
    /// From a balance that never ends and is filled by hand.
    Prepaid {
        /// What came with the card.
        data: Data,
    },
    /// From the first octet.
    PerMb(Price),
    /// By the date with any use.
    PerDay {
        /// Pence for each.
        pence: Decimal,
        /// Fair use in one cycle.
        fair_use: Option<Data>,
    },
}

/// When a cycle ends and the next one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Billing {
    /// On a day of the month, 1 to 31, or the month's last where it is shorter.
    Day(u8),
    /// After so many days.
    Every(u8),
}

/// What ends a day's pass abroad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassDay {
    /// Midnight in the United Kingdom: a date is a pass.
    UkMidnight,
    /// 24 hours from its first use. Itemised rows have dates alone, so a pass for each date is the most that it can be.
    Hours24,
}

/// How use in a zone is priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneKind {
    /// As at home, up to a fair use of its own where there is a limit.
    Inclusive {
        /// Fair use in one cycle, in all countries of the zone together.
        fair_use: Option<Data>,
    },
    /// A pass for each day with use.
    DailyPass {
        /// Pence for each.
        pence: Decimal,
        /// When a pass ends.
        day: PassDay,
    },
    /// From the first octet.
    PerMb(Price),
}

/// Countries that are priced alike. Prices are what is paid: VAT is never added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// Its countries; none stands for the rest of the world.
    pub countries: Option<Vec<[u8; 2]>>,
    /// How use is priced.
    pub kind: ZoneKind,
}

/// A link's tariff from a date on, until the next one of the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tariff {
    /// Id of the link.
    pub link: String,
    /// First day.
    pub from: Date,
    /// Price of a cycle in pence, whatever the use.
    pub price_pence: Decimal,
    /// When cycles begin.
    pub billing: Billing,
    /// How use at home is priced.
    pub kind: PriceKind,
    /// Whether the prices hold VAT.
    pub vat: Vat,
    /// Zones abroad.
    pub zones: Vec<Zone>,
}

impl PriceKind {
    /// The word in `authority.toml`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Flat { .. } => "flat",
            Self::Bundle { .. } => "bundle",
            Self::Prepaid { .. } => "prepaid",
            Self::PerMb(_) => "per-mb",
            Self::PerDay { .. } => "per-day",
        }
    }
}

impl DataUnit {
    /// Octets of one.
    pub const fn octets(self) -> u64 {
        match self {
            Self::Mb => MB,
            Self::Gb => GB,
        }
    }
}

impl Price {
    /// What octets cost, exactly.
    pub(crate) fn of(&self, octets: u64) -> Decimal {
        let unit = self.unit.octets();
        let product = |n: u64| self.pence.checked_mul(Decimal::from(n)).unwrap_or(Decimal::MAX);
        if self.started { product(octets.div_ceil(unit)) } else { product(octets) / Decimal::from(unit) }
    }
}

impl Data {
    /// What use of `octets` costs beyond `data` octets.
    pub(crate) fn beyond(&self, octets: u64, data: u64) -> Decimal {
        match self.run_out {
            RunOut::Rate(price) => price.of(octets.saturating_sub(data)),
            RunOut::Slow | RunOut::Stop => Decimal::ZERO,
        }
    }

    fn prices(&self) -> Option<Price> {
        match self.run_out {
            RunOut::Rate(price) => Some(price),
            RunOut::Slow | RunOut::Stop => None,
        }
    }
}

/// Octets of gigabytes with at most six decimals, exactly.
pub fn gigabytes(gb: Decimal) -> Option<u64> {
    let octets = gb.checked_mul(Decimal::from(GB))?;
    if octets.fract().is_zero() { u64::try_from(octets).ok() } else { None }
}

impl Tariff {
    /// Checks a tariff: days in range, no negative price, zones that do not overlap.
    ///
    /// # Errors
    /// The first key that breaks its rule.
    pub fn check(self) -> Result<Self, CostError> {
        match self.billing {
            Billing::Day(1..=31) | Billing::Every(7..=31) => {}
            Billing::Day(_) => {
                return Err(CostError::Number { field: "billing_day", rule: "a day of the month, 1 to 31" });
            }
            Billing::Every(_) => return Err(CostError::Number { field: "cycle_days", rule: "from 7 to 31 days" }),
        }
        amount("price_pence", self.price_pence)?;
        match self.kind {
            PriceKind::Flat { fair_use } => limit(fair_use)?,
            PriceKind::Bundle { data, .. } | PriceKind::Prepaid { data } => limit(Some(data))?,
            PriceKind::PerMb(price) => amount("pence_per_mb", price.pence)?,
            PriceKind::PerDay { pence, fair_use } => {
                amount("pence_per_day", pence)?;
                limit(fair_use)?;
            }
        }
        check_zones(&self.zones)?;
        Ok(self)
    }

    /// The price of a cycle in exact pence, with VAT.
    pub(crate) fn fixed_pence(&self) -> Decimal {
        self.gross(self.price_pence)
    }

    /// A price of the tariff itself with VAT.
    pub(crate) fn gross(&self, price: Decimal) -> Decimal {
        match self.vat {
            Vat::Included => price,
            Vat::Excluded => price.saturating_mul(Decimal::new(100 + VAT_PERCENT, 2)),
        }
    }

    /// The zone of a country, if any.
    pub fn zone(&self, country: [u8; 2]) -> Option<&Zone> {
        let named = self.zones.iter().find(|z| z.countries.as_ref().is_some_and(|c| c.contains(&country)));
        named.or_else(|| self.zones.iter().find(|z| z.countries.is_none()))
    }

    /// Octets that every cycle has by contract; none where there is no such limit, or what is left of one lives on.
    pub const fn bundle(&self) -> Option<u64> {
        match self.kind {
            PriceKind::Bundle { data, rollover: false } => Some(data.octets),
            _ => None,
        }
    }

    /// Whether data can be bought by hand.
    pub const fn takes_top_ups(&self) -> bool {
        matches!(self.kind, PriceKind::Bundle { .. } | PriceKind::Prepaid { .. })
    }

    /// Whether a charge abroad may be less than what is worked out.
    pub fn has_hour_passes(&self) -> bool {
        self.zones.iter().any(|z| matches!(z.kind, ZoneKind::DailyPass { day: PassDay::Hours24, .. }))
    }
}

/// Whether a number of money or data is one that a tariff may have.
pub(crate) fn amount(field: &'static str, number: Decimal) -> Result<(), CostError> {
    let fits = !number.is_sign_negative()
        && number <= Decimal::from(PENCE_MAX)
        && number.normalize().scale() <= MICROPENCE_DIGITS;
    let rule = "from 0 to 1,000,000,000 with at most six decimals";
    if fits { Ok(()) } else { Err(CostError::Number { field, rule }) }
}

fn limit(data: Option<Data>) -> Result<(), CostError> {
    data.and_then(|d| d.prices()).map_or(Ok(()), |p| match p.unit {
        DataUnit::Mb => amount("overage_pence_per_mb", p.pence),
        DataUnit::Gb => amount("overage_pence_per_gb", p.pence),
    })
}

fn check_zones(zones: &[Zone]) -> Result<(), CostError> {
    let zone = |name: &str, rule| Err(CostError::Zone { zone: name.to_owned(), rule });
    let mut seen: Vec<[u8; 2]> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for z in zones {
        if names.contains(&z.name.as_str()) {
            return zone(&z.name, "stands twice");
        }
        names.push(&z.name);
        match z.kind {
            ZoneKind::Inclusive { fair_use } => limit(fair_use)?,
            ZoneKind::DailyPass { pence, .. } => amount("pence_per_day", pence)?,
            ZoneKind::PerMb(price) => amount("pence_per_mb", price.pence)?,
        }
        for country in z.countries.iter().flatten() {
            if country == b"GB" {
                return zone(&z.name, "has GB: use at home is priced by the tariff itself");
            }
            if seen.contains(country) {
                return zone(&z.name, "has a country twice, or one that another zone has");
            }
            seen.push(*country);
        }
        if z.countries.as_ref().is_some_and(Vec::is_empty) {
            return zone(&z.name, "has no country; list some, or set rest_of_world = true");
        }
    }
    if zones.iter().filter(|z| z.countries.is_none()).count() > 1 {
        return zone("rest of the world", "only one zone may stand for it");
    }
    if zones.len() > ZONES_MAX {
        return Err(CostError::Number { field: "roaming", rule: "at most 64 zones" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn tariff(billing: Billing, price: i64) -> Tariff {
        Tariff {
            link: "d".to_owned(),
            from: date(2026, 4, 1),
            price_pence: Decimal::from(price),
            billing,
            kind: PriceKind::Flat { fair_use: None },
            vat: Vat::Included,
            zones: vec![],
        }
    }

    fn zone(name: &str, countries: Option<&[&[u8; 2]]>) -> Zone {
        let countries = countries.map(|all| all.iter().map(|c| **c).collect());
        Zone { name: name.to_owned(), countries, kind: ZoneKind::Inclusive { fair_use: None } }
    }

    #[test]
    fn tariffs_are_checked() {
        let day = Billing::Day;
        assert!(tariff(day(31), 0).check().is_ok() && tariff(Billing::Every(30), 0).check().is_ok());
        let bad = [tariff(day(0), 1), tariff(day(32), 1), tariff(day(1), -1), tariff(day(1), 2_000_000_000)];
        for bad in bad.into_iter().chain([tariff(Billing::Every(6), 1), tariff(Billing::Every(32), 1)]) {
            assert_eq!(bad.check().unwrap_err().code(), "cost_number");
        }
        let price = Price { pence: Decimal::new(5, 7), unit: DataUnit::Mb, started: false };
        let fine = Tariff { kind: PriceKind::PerMb(price), ..tariff(day(1), 0) };
        assert_eq!(fine.check().unwrap_err().code(), "cost_number");
    }

    #[test]
    fn zones_do_not_overlap() {
        let check = |zones: Vec<Zone>, fine: bool| {
            let checked = Tariff { zones, ..tariff(Billing::Day(1), 0) }.check();
            assert_eq!(checked.map_err(|e| e.code()).err(), if fine { None } else { Some("cost_zone") });
        };
        check(vec![zone("eu", Some(&[b"FR", b"IE"])), zone("world", None)], true);
        check(vec![zone("eu", Some(&[b"FR"])), zone("near", Some(&[b"FR"]))], false);
        check(vec![zone("eu", Some(&[b"FR", b"FR"]))], false);
        check(vec![zone("eu", Some(&[b"GB"]))], false);
        check(vec![zone("eu", Some(&[]))], false);
        check(vec![zone("eu", Some(&[b"FR"])), zone("eu", Some(&[b"IE"]))], false);
        check(vec![zone("a", None), zone("b", None)], false);
    }

    #[test]
    fn a_country_has_the_zone_that_names_it_or_the_rest() {
        let zones = vec![zone("world", None), zone("eu", Some(&[b"FR"]))];
        let with_rest = Tariff { zones, ..tariff(Billing::Day(1), 0) };
        let name = |t: &Tariff, c: &[u8; 2]| t.zone(*c).map(|z| z.name.clone());
        assert_eq!(name(&with_rest, b"FR").as_deref(), Some("eu"));
        assert_eq!(name(&with_rest, b"US").as_deref(), Some("world"));
        assert_eq!(name(&tariff(Billing::Day(1), 0), b"FR"), None);
    }

    #[test]
    fn units_begun_and_exact() {
        let price = |unit, started| Price { pence: Decimal::from(250), unit, started };
        let check = |p: Price, octets: u64, pence: &str| assert_eq!(p.of(octets), pence.parse::<Decimal>().unwrap());
        check(price(DataUnit::Gb, false), 1_500_000_000, "375");
        check(price(DataUnit::Gb, true), 1_500_000_000, "500");
        check(price(DataUnit::Gb, true), 1_000_000_000, "250");
        check(price(DataUnit::Gb, true), 1, "250");
        check(price(DataUnit::Gb, true), 0, "0");
        check(price(DataUnit::Mb, false), 1, "0.00025");
        assert_eq!(gigabytes("0.000001".parse().unwrap()), Some(1_000));
        assert_eq!(gigabytes("0.0000000001".parse().unwrap()), None);
    }
}
