//! What the links cost: contracts, use beyond them, use abroad, and claims, in decimal pence and never a float.
//!
//! A line is one billing cycle of one link; it stands in the month in which the cycle ends. Each part comes from the
//! source that deserves most trust: the operator's itemised usage, then the tariff and the octets measured, then
//! expense claims. What the operator or a claim says is gross and is never multiplied; VAT is added only to prices of a
//! tariff that excludes it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Month;
use rust_decimal::Decimal;

use crate::links::{Link, LinkKind};

mod cycle;
mod input;
mod money;

pub use cycle::{Cycle, cycles};
pub use gate::CostSource;
pub use input::{Claim, CostError, MobileUsage, PriceKind, Tariff, Vat};
pub use money::{MICROPENCE_DIGITS, pounds};

/// Octets in a gigabyte of a tariff.
const GB: u64 = 1_000_000_000;
/// Octets in a megabyte of a tariff.
const MB: u64 = 1_000_000;

/// Octets of one link on one local date, in both directions; everybody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayBytes {
    /// Id of the link.
    pub link: String,
    /// Local date.
    pub date: Date,
    /// Octets.
    pub bytes: u64,
}

/// One cycle's cost of one link, in pence including VAT. `fixed + usage + abroad = total`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// Id of the link; for claims where no single paid Wi-Fi link is configured, `paid-wifi`.
    pub link: String,
    /// Broadband, router, dongle or paid-wifi.
    pub kind: &'static str,
    /// First day of the cycle.
    pub cycle_start: Date,
    /// Last day of the cycle.
    pub cycle_end: Date,
    /// Octets that the line is about; of an unfinished cycle, those expected at its end.
    pub bytes: u64,
    /// The part of them used abroad.
    pub abroad_bytes: u64,
    /// What the contract costs whatever the use.
    pub fixed: i64,
    /// What depends on use at home.
    pub usage: i64,
    /// What depends on use abroad.
    pub abroad: i64,
    /// The line's total, rounded once.
    pub total: i64,
    /// The council's budget for the link.
    pub budget: Option<i64>,
    /// Where the part that depends on use is known from.
    pub source: CostSource,
    /// Whether the cycle is unfinished: its use so far was carried on evenly.
    pub forecast: bool,
}

/// Exact parts of a line before it is rounded.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    fixed: Decimal,
    usage: Decimal,
    abroad: Decimal,
}

/// What was used in a cycle, as far as `through`.
struct Used<'a> {
    bytes: u64,
    itemised: Vec<&'a MobileUsage>,
}

/// The lines of a month: every cycle that ends in it, and as a forecast every cycle that is running at its end and is
/// not over on `today`. In order of the links as given, then of cycles; claims last.
///
/// `usage` must reach back to the first day of the cycles that end in the month. A forecast goes by the month's own
/// figures, so that a report drawn later says the same.
pub fn costs(
    links: &[Link],
    tariffs: &[Tariff],
    usage: &[DayBytes],
    itemised: &[MobileUsage],
    claims: &[Claim],
    month: Month,
    today: Date,
) -> Vec<CostLine> {
    let mut lines = Vec::new();
    for link in links {
        let own: Vec<&Tariff> = tariffs.iter().filter(|t| t.link == link.id).collect();
        let bytes: Vec<&DayBytes> = usage.iter().filter(|d| d.link == link.id).collect();
        let items: Vec<&MobileUsage> = itemised.iter().filter(|u| u.link == link.id).collect();
        for cycle in link_cycles(&own, &items, month) {
            let forecast = cycle.end > month.last();
            if forecast && cycle.end < today {
                continue;
            }
            let through = cycle.end.min(month.last());
            let used = Used {
                bytes: bytes.iter().filter(|d| cycle.start <= d.date && d.date <= through).map(|d| d.bytes).sum(),
                itemised: items.iter().copied().filter(|u| cycle.start <= u.date && u.date <= through).collect(),
            };
            lines.push(line(link, &cycle, &used, through));
        }
    }
    lines.extend(claimed(links, claims, month, today));
    lines
}

/// The cycles to list: of the link's tariffs, or calendar months where only the operator's file knows the link.
fn link_cycles<'a>(tariffs: &[&'a Tariff], items: &[&MobileUsage], month: Month) -> Vec<Cycle<'a>> {
    let listed = |c: &Cycle<'_>| c.start <= month.last() && c.end >= month.first();
    let by_tariff: Vec<Cycle<'a>> = cycles(tariffs, month.last()).into_iter().filter(listed).collect();
    let itemised = items.iter().any(|u| Month::of(u.date) == month);
    if by_tariff.is_empty() && itemised {
        return vec![Cycle { start: month.first(), end: month.last(), tariff: None }];
    }
    by_tariff
}

/// One cycle's line.
fn line(link: &Link, cycle: &Cycle<'_>, used: &Used<'_>, through: Date) -> CostLine {
    let (abroad, home): (Vec<&MobileUsage>, Vec<&MobileUsage>) =
        used.itemised.iter().copied().partition(|u| u.abroad());
    let scale = |n: u64| cycle.whole(n, through);
    let abroad_bytes = scale(abroad.iter().map(|u| u.bytes).sum());
    let itemised_bytes = scale(used.itemised.iter().map(|u| u.bytes).sum());
    // A router sees what went abroad as well: it went over the same link. Without a router the operator's figure stands.
    let bytes = scale(used.bytes).max(itemised_bytes);
    let mut parts = Parts { abroad: cycle.whole_pence(sum(&abroad), through), ..Parts::default() };
    parts.usage = if home.is_empty() {
        cycle.tariff.map_or(Decimal::ZERO, |t| t.usage_pence(bytes.saturating_sub(abroad_bytes)))
    } else {
        cycle.whole_pence(sum(&home), through)
    };
    parts.fixed = cycle.tariff.map_or(Decimal::ZERO, Tariff::fixed_pence);
    let [fixed, usage, abroad] = money::pence([parts.fixed, parts.usage, parts.abroad]);
    CostLine {
        link: link.id.clone(),
        kind: link.kind.as_str(),
        cycle_start: cycle.start,
        cycle_end: cycle.end,
        bytes,
        abroad_bytes,
        fixed,
        usage,
        abroad,
        total: fixed + usage + abroad,
        budget: link.budget_pence,
        source: if used.itemised.is_empty() { CostSource::Tariff } else { CostSource::Operator },
        forecast: through < cycle.end,
    }
}

fn sum(items: &[&MobileUsage]) -> Decimal {
    items.iter().map(|u| u.pence).sum()
}

/// Claims for paid Wi-Fi, one line for the calendar month.
fn claimed(links: &[Link], claims: &[Claim], month: Month, today: Date) -> Option<CostLine> {
    let pence: Vec<Decimal> = claims.iter().filter(|c| Month::of(c.date) == month).map(|c| c.pence).collect();
    if pence.is_empty() {
        return None;
    }
    let paid: Vec<&Link> = links.iter().filter(|l| l.kind == LinkKind::PaidWifi).collect();
    let link = match paid.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let [_, usage, _] = money::pence([Decimal::ZERO, pence.iter().sum(), Decimal::ZERO]);
    Some(CostLine {
        link: link.map_or_else(|| LinkKind::PaidWifi.as_str().to_owned(), |l| l.id.clone()),
        kind: LinkKind::PaidWifi.as_str(),
        cycle_start: month.first(),
        cycle_end: month.last(),
        bytes: 0,
        abroad_bytes: 0,
        fixed: 0,
        usage,
        abroad: 0,
        total: usage,
        budget: link.and_then(|l| l.budget_pence),
        source: CostSource::Claims,
        forecast: today <= month.last(),
    })
}

/// Octets by link and date of a month's roll-up, as [`costs`] wants them.
pub fn day_bytes(days: &[crate::month::LinkDay]) -> Vec<DayBytes> {
    let mut sums: BTreeMap<(&str, Date), u64> = BTreeMap::new();
    for day in days {
        let sum = sums.entry((day.link.as_str(), day.date)).or_default();
        *sum = sum.saturating_add(day.octets);
    }
    let day = |((link, date), bytes): ((&str, Date), u64)| DayBytes { link: link.to_owned(), date, bytes };
    sums.into_iter().map(day).collect()
}

#[cfg(test)]
mod tests;
