//! Tariffs as they are written: each key typed, each kind held to the keys that it has.

use std::path::Path;

use analyze::cost::{
    Billing, Data, DataUnit, PassDay, Price, PriceKind, RunOut, Tariff, Vat, Zone, ZoneKind, gigabytes, parse_country,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::outcome::Failure;

/// One tariff of `authority.toml`, or of a file of offers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TypedTariff {
    /// Of which link; none in an offer.
    pub link: Option<String>,
    /// From which date on; none in an offer.
    pub from: Option<String>,
    kind: Option<String>,
    price_pence: Option<Exact>,
    billing_day: Option<u8>,
    cycle_days: Option<u8>,
    bundle_gb: Option<Exact>,
    rollover: Option<bool>,
    fair_use_gb: Option<Exact>,
    run_out: Option<String>,
    overage_pence_per_gb: Option<Exact>,
    overage_pence_per_mb: Option<Exact>,
    pence_per_mb: Option<Exact>,
    pence_per_day: Option<Exact>,
    units: Option<String>,
    vat: Option<String>,
    roaming: Vec<TypedZone>,
}

/// One zone abroad.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedZone {
    zone: String,
    #[serde(default)]
    countries: Option<Vec<String>>,
    #[serde(default)]
    rest_of_world: bool,
    kind: String,
    fair_use_gb: Option<Exact>,
    run_out: Option<String>,
    overage_pence_per_gb: Option<Exact>,
    overage_pence_per_mb: Option<Exact>,
    pence_per_mb: Option<Exact>,
    pence_per_day: Option<Exact>,
    day: Option<String>,
    units: Option<String>,
}

/// An exact number: a whole one, or a decimal in quotes. Money is never a float.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a whole number is wanted, or a decimal in quotes")]
enum Exact {
    Whole(i64),
    Text(String),
}

/// Whose keys are read, for the messages.
struct Keys<'a> {
    path: &'a Path,
    of: String,
}

impl Keys<'_> {
    fn fail(&self, what: impl std::fmt::Display) -> Failure {
        Failure::at(self.path, format!("tariffs of '{}': {what}", self.of))
            .hint("docs/costs.md has every key of every kind")
    }

    fn exact(&self, key: &str, value: &Option<Exact>) -> Result<Option<Decimal>, Failure> {
        match value {
            None => Ok(None),
            Some(Exact::Whole(n)) => Ok(Some(Decimal::from(*n))),
            Some(Exact::Text(text)) => text.parse().map(Some).map_err(|_| {
                self.fail(format!("{key}: '{text}' is not a number; write a whole one, or a decimal in quotes"))
            }),
        }
    }

    fn need(&self, kind: &str, key: &str, value: &Option<Exact>) -> Result<Decimal, Failure> {
        self.exact(key, value)?.ok_or_else(|| self.fail(format!("kind '{kind}' needs {key}")))
    }

    /// Octets of a number of gigabytes.
    fn octets(&self, key: &str, value: &Option<Exact>) -> Result<Option<u64>, Failure> {
        let Some(gb) = self.exact(key, value)? else { return Ok(None) };
        let fits = !gb.is_sign_negative() && gb <= Decimal::from(1_000_000_000) && gb.normalize().scale() <= 6;
        let octets = gigabytes(gb).filter(|_| fits);
        let rule = "gigabytes from 0 to 1,000,000,000 with at most six decimals";
        octets.map(Some).ok_or_else(|| self.fail(format!("{key}: {rule}")))
    }

    /// Refuses keys that a kind does not have.
    fn only(&self, kind: &str, given: &[(&str, bool)], allowed: &[&str]) -> Result<(), Failure> {
        match given.iter().find(|(key, there)| *there && !allowed.contains(key)) {
            Some((key, _)) => Err(self.fail(format!("kind '{kind}' has no {key}"))),
            None => Ok(()),
        }
    }

    fn started(&self, units: &Option<String>) -> Result<bool, Failure> {
        match units.as_deref() {
            None | Some("exact") => Ok(false),
            Some("started") => Ok(true),
            Some(other) => Err(self.fail(format!("units '{other}' is not exact or started"))),
        }
    }

    /// What happens beyond the data, from the keys that say so.
    fn run_out(&self, typed: &Beyond<'_>, otherwise: &str) -> Result<RunOut, Failure> {
        let started = self.started(typed.units)?;
        let price = |pence, unit| Price { pence, unit, started };
        let per_gb = self.exact("overage_pence_per_gb", typed.per_gb)?.map(|p| price(p, DataUnit::Gb));
        let per_mb = self.exact("overage_pence_per_mb", typed.per_mb)?.map(|p| price(p, DataUnit::Mb));
        if per_gb.is_some() && per_mb.is_some() {
            return Err(self.fail("overage_pence_per_gb and overage_pence_per_mb: only one of them can be true"));
        }
        let rate = per_gb.or(per_mb);
        let word = typed.word.as_deref().unwrap_or(if rate.is_some() { "rate" } else { otherwise });
        match (word, rate) {
            ("rate", rate) => Ok(RunOut::Rate(rate.unwrap_or(price(Decimal::ZERO, DataUnit::Gb)))),
            ("slow", None) => Ok(RunOut::Slow),
            ("stop", None) => Ok(RunOut::Stop),
            ("slow" | "stop", Some(_)) => {
                Err(self.fail(format!("run_out '{word}' costs nothing beyond the data, so it has no overage price")))
            }
            _ => Err(self.fail(format!("run_out '{word}' is not rate, slow or stop"))),
        }
    }
}

/// The keys that say what happens beyond the data.
struct Beyond<'a> {
    word: &'a Option<String>,
    per_gb: &'a Option<Exact>,
    per_mb: &'a Option<Exact>,
    units: &'a Option<String>,
}

/// Keys of what happens beyond data.
const BEYOND: [&str; 4] = ["run_out", "overage_pence_per_gb", "overage_pence_per_mb", "units"];

impl TypedTariff {
    /// The tariff of a link from a date on.
    ///
    /// # Errors
    /// The first key that is missing, not of the kind, or out of range.
    pub(crate) fn resolve(&self, path: &Path, link: &str, from: Date) -> Result<Tariff, Failure> {
        let keys = Keys { path, of: link.to_owned() };
        let billing = match (self.billing_day, self.cycle_days) {
            (day, None) => Billing::Day(day.unwrap_or(1)),
            (None, Some(days)) => Billing::Every(days),
            _ => return Err(keys.fail("billing_day and cycle_days: only one of them can be true")),
        };
        let vat = match self.vat.as_deref() {
            None | Some("included") => Vat::Included,
            Some("excluded") => Vat::Excluded,
            Some(other) => return Err(keys.fail(format!("vat '{other}' is not included or excluded"))),
        };
        let tariff = Tariff {
            link: link.to_owned(),
            from,
            price_pence: keys.exact("price_pence", &self.price_pence)?.unwrap_or(Decimal::ZERO),
            billing,
            kind: self.kind(&keys)?,
            vat,
            zones: self.roaming.iter().map(|z| z.resolve(&keys)).collect::<Result<_, _>>()?,
        };
        tariff.check().map_err(|e| keys.fail(e))
    }

    fn kind(&self, keys: &Keys<'_>) -> Result<PriceKind, Failure> {
        let kind = self.kind.as_deref().ok_or_else(|| keys.fail("kind is missing"))?;
        let beyond = Beyond {
            word: &self.run_out,
            per_gb: &self.overage_pence_per_gb,
            per_mb: &self.overage_pence_per_mb,
            units: &self.units,
        };
        let only = |allowed: &[&str]| keys.only(kind, &self.given(), allowed);
        let with = |own: &[&'static str]| [own, &BEYOND[..]].concat();
        Ok(match kind {
            "flat" => {
                only(&if self.fair_use_gb.is_some() { with(&["fair_use_gb"]) } else { vec![] })?;
                PriceKind::Flat { fair_use: self.fair_use(keys, &beyond)? }
            }
            "bundle" => {
                only(&with(&["bundle_gb", "rollover"]))?;
                let octets = keys.octets("bundle_gb", &self.bundle_gb)?;
                let octets = octets.ok_or_else(|| keys.fail("kind 'bundle' needs bundle_gb"))?;
                let data = Data { octets, run_out: keys.run_out(&beyond, "rate")? };
                PriceKind::Bundle { data, rollover: self.rollover.unwrap_or(false) }
            }
            "prepaid" => {
                only(&with(&["bundle_gb"]))?;
                let octets = keys.octets("bundle_gb", &self.bundle_gb)?.unwrap_or(0);
                PriceKind::Prepaid { data: Data { octets, run_out: keys.run_out(&beyond, "stop")? } }
            }
            "per-mb" => {
                only(&["pence_per_mb", "units"])?;
                let pence = keys.need(kind, "pence_per_mb", &self.pence_per_mb)?;
                PriceKind::PerMb(Price { pence, unit: DataUnit::Mb, started: keys.started(&self.units)? })
            }
            "per-day" => {
                let own = ["pence_per_day", "fair_use_gb"];
                only(&if self.fair_use_gb.is_some() { with(&own) } else { own.to_vec() })?;
                let pence = keys.need(kind, "pence_per_day", &self.pence_per_day)?;
                PriceKind::PerDay { pence, fair_use: self.fair_use(keys, &beyond)? }
            }
            other => {
                let kinds = "flat, bundle, prepaid, per-mb or per-day";
                return Err(keys.fail(format!("kind '{other}' is not {kinds}")));
            }
        })
    }

    fn fair_use(&self, keys: &Keys<'_>, beyond: &Beyond<'_>) -> Result<Option<Data>, Failure> {
        let octets = keys.octets("fair_use_gb", &self.fair_use_gb)?;
        let run_out = keys.run_out(beyond, "slow")?;
        Ok(octets.map(|octets| Data { octets, run_out }))
    }

    /// Keys that only some kinds have, and whether each is there.
    fn given(&self) -> [(&'static str, bool); 9] {
        [
            ("bundle_gb", self.bundle_gb.is_some()),
            ("rollover", self.rollover.is_some()),
            ("fair_use_gb", self.fair_use_gb.is_some()),
            ("run_out", self.run_out.is_some()),
            ("overage_pence_per_gb", self.overage_pence_per_gb.is_some()),
            ("overage_pence_per_mb", self.overage_pence_per_mb.is_some()),
            ("pence_per_mb", self.pence_per_mb.is_some()),
            ("pence_per_day", self.pence_per_day.is_some()),
            ("units", self.units.is_some()),
        ]
    }
}

impl TypedZone {
    fn resolve(&self, keys: &Keys<'_>) -> Result<Zone, Failure> {
        let fail = |what: String| keys.fail(format!("roaming zone '{}': {what}", self.zone));
        let countries = match (&self.countries, self.rest_of_world) {
            (Some(_), true) => return Err(fail("has countries and rest_of_world; one of them is wanted".to_owned())),
            (None, false) => return Err(fail("countries is missing, or rest_of_world = true".to_owned())),
            (None, true) => None,
            (Some(all), false) => {
                let code = |c: &String| parse_country(c).map_err(|e| fail(format!("'{c}': {e}")));
                Some(all.iter().map(code).collect::<Result<Vec<_>, _>>()?)
            }
        };
        Ok(Zone { name: self.zone.clone(), countries, kind: self.kind(keys)? })
    }

    fn kind(&self, keys: &Keys<'_>) -> Result<ZoneKind, Failure> {
        let kind = self.kind.as_str();
        let given = [
            ("fair_use_gb", self.fair_use_gb.is_some()),
            ("run_out", self.run_out.is_some()),
            ("overage_pence_per_gb", self.overage_pence_per_gb.is_some()),
            ("overage_pence_per_mb", self.overage_pence_per_mb.is_some()),
            ("pence_per_mb", self.pence_per_mb.is_some()),
            ("pence_per_day", self.pence_per_day.is_some()),
            ("day", self.day.is_some()),
            ("units", self.units.is_some()),
        ];
        Ok(match kind {
            "inclusive" => {
                let all = [&["fair_use_gb"], &BEYOND[..]].concat();
                keys.only(kind, &given, if self.fair_use_gb.is_some() { &all } else { &[] })?;
                let beyond = Beyond {
                    word: &self.run_out,
                    per_gb: &self.overage_pence_per_gb,
                    per_mb: &self.overage_pence_per_mb,
                    units: &self.units,
                };
                let octets = keys.octets("fair_use_gb", &self.fair_use_gb)?;
                let run_out = keys.run_out(&beyond, "slow")?;
                ZoneKind::Inclusive { fair_use: octets.map(|octets| Data { octets, run_out }) }
            }
            "daily-pass" => {
                keys.only(kind, &given, &["pence_per_day", "day"])?;
                let day = match self.day.as_deref() {
                    Some("uk-midnight") => PassDay::UkMidnight,
                    Some("24h") => PassDay::Hours24,
                    Some(other) => return Err(keys.fail(format!("day '{other}' is not uk-midnight or 24h"))),
                    None => return Err(keys.fail("kind 'daily-pass' needs day = \"uk-midnight\" or \"24h\"")),
                };
                ZoneKind::DailyPass { pence: keys.need(kind, "pence_per_day", &self.pence_per_day)?, day }
            }
            "per-mb" => {
                keys.only(kind, &given, &["pence_per_mb", "units"])?;
                let pence = keys.need(kind, "pence_per_mb", &self.pence_per_mb)?;
                ZoneKind::PerMb(Price { pence, unit: DataUnit::Mb, started: keys.started(&self.units)? })
            }
            other => return Err(keys.fail(format!("zone kind '{other}' is not inclusive, daily-pass or per-mb"))),
        })
    }
}

/// Shares to warn at, in percent: above 0, at most 10, two decimals at most.
pub(crate) fn warn_at(path: &Path, link: &str, typed: &[toml::Value]) -> Result<Vec<u16>, Failure> {
    let fail = || {
        Failure::at(
            path,
            format!("links: warn_at of '{link}': shares above 0 and at most 10 with at most two decimals"),
        )
        .hint("warn_at = [0.5, 0.8, 1.0]")
    };
    let percent = |value: &toml::Value| {
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(_) | toml::Value::Float(_) => value.to_string(),
            _ => return Err(fail()),
        };
        let percent = text.parse::<Decimal>().ok().and_then(|d| d.checked_mul(Decimal::ONE_HUNDRED));
        let whole = percent.filter(|p| p.fract().is_zero()).and_then(|p| u16::try_from(p).ok());
        whole.filter(|p| (1..=1_000).contains(p)).ok_or_else(fail)
    };
    let mut shares = typed.iter().map(percent).collect::<Result<Vec<_>, _>>()?;
    shares.sort_unstable();
    shares.dedup();
    Ok(shares)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message of a tariff that is refused, without its hint; or "fine".
    fn check(keys: &str, expected: &str) {
        let path = Path::new("authority.toml");
        let typed = crate::config::parse_toml::<TypedTariff>(path, keys);
        let resolved = typed.and_then(|t| t.resolve(path, "d", jiff::civil::date(2026, 4, 1)));
        let text = resolved.map_or_else(|e| e.to_string(), |_| "fine".to_owned());
        assert!(text.contains(expected), "{keys}: {text}");
    }

    #[test]
    fn each_kind_has_its_own_keys() {
        check("kind = 'flat'", "fine");
        check("kind = 'flat'\nfair_use_gb = 100\nrun_out = 'stop'", "fine");
        check("kind = 'flat'\nrun_out = 'stop'", "kind 'flat' has no run_out");
        check("kind = 'flat'\nbundle_gb = 5", "kind 'flat' has no bundle_gb");
        check("kind = 'bundle'", "kind 'bundle' needs bundle_gb");
        check("kind = 'bundle'\nbundle_gb = '0.5'\noverage_pence_per_mb = '0.3'\nrollover = true", "fine");
        check("kind = 'bundle'\nbundle_gb = 5\npence_per_mb = 1", "kind 'bundle' has no pence_per_mb");
        check("kind = 'prepaid'\nrun_out = 'rate'\noverage_pence_per_mb = 5", "fine");
        check("kind = 'per-mb'", "kind 'per-mb' needs pence_per_mb");
        check("kind = 'per-day'\npence_per_day = 200", "fine");
        check("kind = 'per-day'\npence_per_day = 200\nunits = 'started'", "has no units");
        check("kind = 'unlimited'", "is not flat, bundle, prepaid, per-mb or per-day");
        check("price_pence = 5", "kind is missing");
    }

    #[test]
    fn bad_values_name_their_key() {
        check("kind = 'bundle'\nbundel_gb = 5", "did you mean `bundle_gb`?");
        check("kind = 'flat'\nprice_pence = 1.5", "line 2: a whole number is wanted, or a decimal in quotes");
        check("kind = 'flat'\nprice_pence = '1.5.0'", "price_pence: '1.5.0' is not a number");
        check("kind = 'flat'\nprice_pence = -1", "price_pence: from 0 to 1,000,000,000");
        check("kind = 'flat'\nbilling_day = 32", "billing_day: a day of the month");
        check("kind = 'flat'\ncycle_days = 40", "cycle_days: from 7 to 31");
        check("kind = 'flat'\ncycle_days = 30\nbilling_day = 2", "only one of them");
        check("kind = 'bundle'\nbundle_gb = '0.0000001'", "bundle_gb: gigabytes from 0");
        check("kind = 'bundle'\nbundle_gb = -1", "bundle_gb: gigabytes from 0");
        check("kind = 'bundle'\nbundle_gb = 1\nrun_out = 'slow'\noverage_pence_per_gb = 1", "has no overage price");
        check("kind = 'bundle'\nbundle_gb = 1\noverage_pence_per_mb = 1\noverage_pence_per_gb = 1", "only one");
        check("kind = 'bundle'\nbundle_gb = 1\nunits = 'half'", "units 'half'");
        check("kind = 'flat'\nvat = 'yes'", "vat 'yes'");
    }

    #[test]
    fn zones() {
        let zone = |keys: &str, expected: &str| check(&format!("kind = 'flat'\nroaming = [{{ {keys} }}]"), expected);
        zone("zone = 'eu', countries = ['FR', 'IE'], kind = 'inclusive', fair_use_gb = 12", "fine");
        zone("zone = 'us', countries = ['US'], kind = 'daily-pass', pence_per_day = 600, day = '24h'", "fine");
        zone("zone = 'all', rest_of_world = true, kind = 'per-mb', pence_per_mb = 720, units = 'started'", "fine");
        zone("zone = 'us', countries = ['US'], kind = 'daily-pass', pence_per_day = 600", "needs day");
        zone("zone = 'us', countries = ['USA'], kind = 'inclusive'", "'USA': country");
        zone("zone = 'uk', countries = ['UK'], kind = 'inclusive'", "(not UK)");
        zone("zone = 'x', kind = 'inclusive'", "countries is missing");
        zone("zone = 'x', countries = ['FR'], kind = 'inclusive', pence_per_mb = 1", "has no pence_per_mb");
        zone("zone = 'x', countries = ['GB'], kind = 'inclusive'", "has GB");
        zone("zone = 'x', contries = ['FR'], kind = 'inclusive'", "did you mean `countries`?");
    }

    #[test]
    fn shares() {
        let shares = |text: &str| {
            let table: toml::Table = text.parse().unwrap();
            warn_at(Path::new("a"), "d", table["w"].as_array().unwrap()).ok()
        };
        assert_eq!(shares("w = [1.0, 0.5, '0.85', 1]"), Some(vec![50, 85, 100]));
        for bad in ["w = [0]", "w = [0.555]", "w = [-1]", "w = [11]", "w = [true]"] {
            assert_eq!(shares(bad), None, "{bad}");
        }
    }
}
