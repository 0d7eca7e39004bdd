//! What was used in a cycle: at home by date, abroad by zone, and what the operator says of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::DayBytes;
use super::cycle::Cycle;
use super::input::MobileUsage;
use super::tariff::{Tariff, Zone, ZoneKind};

/// Use in a cycle, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Used {
    /// Octets, at home and abroad.
    pub(crate) bytes: u64,
    /// The part of them abroad.
    pub(crate) abroad_bytes: u64,
    /// Octets at home by date, in order; only dates with some.
    pub(crate) home: Vec<(Date, u64)>,
    /// Octets abroad by date, in order; only dates with some.
    pub(crate) away: Vec<(Date, u64)>,
    /// What the operator charges for use at home, where it says so.
    pub(crate) stated_home: Option<Decimal>,
    /// What use abroad costs.
    pub(crate) abroad: Decimal,
    /// Whether any row states a cost.
    pub(crate) stated: bool,
}

impl Used {
    /// Octets at home.
    pub(crate) fn home_bytes(&self) -> u64 {
        self.home.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n))
    }
}

/// Looks at one link's figures from a cycle's first day to `through`. `days` are the router's, `items` the operator's.
pub(crate) fn used(cycle: &Cycle<'_>, days: &[&DayBytes], items: &[&MobileUsage], through: Date) -> Used {
    let within = |date: Date| cycle.holds(date) && date <= through;
    let router = by_date(days.iter().filter(|d| within(d.date)).map(|d| (d.date, d.bytes)));
    let items: Vec<&MobileUsage> = items.iter().copied().filter(|u| within(u.date)).collect();
    let (abroad, home): (Vec<&MobileUsage>, Vec<&MobileUsage>) = items.iter().copied().partition(|u| u.abroad());
    let of = |rows: &[&MobileUsage]| by_date(rows.iter().map(|u| (u.date, u.bytes)));
    let (away, itemised) = (of(&abroad), of(&home));
    let sum = |days: &BTreeMap<Date, u64>| days.values().fold(0_u64, |a, b| a.saturating_add(*b));
    let (seen, billed) = (sum(&router), sum(&away).saturating_add(sum(&itemised)));
    let abroad_bytes = sum(&away);
    let home_days = if seen >= billed { less(router, &away) } else { itemised };
    let stated = |rows: &[&MobileUsage]| rows.iter().any(|u| u.pence.is_some());
    let stated_sum = |rows: &[&MobileUsage]| rows.iter().filter_map(|u| u.pence).sum::<Decimal>();
    Used {
        bytes: seen.max(billed),
        abroad_bytes,
        home: some(home_days),
        away: some(away),
        stated_home: stated(&home).then(|| stated_sum(&home)),
        abroad: stated_sum(&abroad) + cycle.tariff.map_or(Decimal::ZERO, |t| unstated(t, &abroad)),
        stated: stated(&items),
    }
}

fn some(days: BTreeMap<Date, u64>) -> Vec<(Date, u64)> {
    days.into_iter().filter(|(_, n)| *n > 0).collect()
}

fn by_date(rows: impl Iterator<Item = (Date, u64)>) -> BTreeMap<Date, u64> {
    let mut days: BTreeMap<Date, u64> = BTreeMap::new();
    for (date, bytes) in rows {
        let sum = days.entry(date).or_default();
        *sum = sum.saturating_add(bytes);
    }
    days
}

/// The router's octets less what was abroad: from the same date as far as it goes, the rest from the first dates on.
/// The operator's dates and the router's differ, a total does not.
fn less(mut router: BTreeMap<Date, u64>, away: &BTreeMap<Date, u64>) -> BTreeMap<Date, u64> {
    let mut rest = 0_u64;
    for (date, abroad) in away {
        let left = router.get_mut(date);
        let taken = left.as_ref().map_or(0, |n| (**n).min(*abroad));
        if let Some(n) = left {
            *n -= taken;
        }
        rest = rest.saturating_add(abroad - taken);
    }
    for n in router.values_mut() {
        let taken = (*n).min(rest);
        *n -= taken;
        rest -= taken;
    }
    router
}

/// What use abroad costs by the tariff's zones, of rows that state no cost.
fn unstated(tariff: &Tariff, abroad: &[&MobileUsage]) -> Decimal {
    let open: Vec<&MobileUsage> = abroad.iter().copied().filter(|u| u.pence.is_none()).collect();
    let in_zone = |zone: &Zone| -> BTreeMap<Date, u64> {
        let here = |u: &&&MobileUsage| tariff.zone(u.country).is_some_and(|z| z.name == zone.name);
        by_date(open.iter().filter(here).map(|u| (u.date, u.bytes)))
    };
    tariff.zones.iter().map(|zone| charge(zone, &in_zone(zone))).sum()
}

/// What one zone costs in a cycle, by octets on each date.
fn charge(zone: &Zone, days: &BTreeMap<Date, u64>) -> Decimal {
    let octets = days.values().fold(0_u64, |a, b| a.saturating_add(*b));
    match zone.kind {
        ZoneKind::Inclusive { fair_use } => fair_use.map_or(Decimal::ZERO, |d| d.beyond(octets, d.octets)),
        ZoneKind::DailyPass { pence, .. } => pence * Decimal::from(days.values().filter(|n| **n > 0).count()),
        ZoneKind::PerMb(price) => price.of(octets),
    }
}
