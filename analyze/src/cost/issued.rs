//! What a metered link that is issued to one holder costs, by holder: a cycle in which it changed hands is divided.

use jiff::civil::Date;
use model::Month;

use super::line::LinkBooks;
use super::tariff::{PriceKind, Tariff};
use super::{Books, CostLine, Cycle, costs};
use crate::links::Link;
use crate::register::Register;

/// One holder's part of one cycle of one link. The parts of a cycle add up to its bill.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedPart {
    /// The asset that the link is issued to.
    pub asset: String,
    /// Who held it; none where the register names nobody.
    pub holder: Option<String>,
    /// Id of the link.
    pub link: String,
    /// First day of the cycle, or of the holder's part of it.
    pub start: Date,
    /// Last day of the cycle, or of the holder's part of it.
    pub end: Date,
    /// Octets at home so far; none where nothing measured them.
    pub home: Option<u64>,
    /// Octets abroad so far.
    pub away: Option<u64>,
    /// Pence of the contract and of use at home so far.
    pub home_pence: i64,
    /// Pence of use abroad.
    pub abroad_pence: i64,
    /// Octets of data that the whole cycle has, where it has a limit.
    pub data: Option<u64>,
    /// Pence of contract and use at home at the end of a cycle that still runs.
    pub forecast: Option<i64>,
}

impl std::fmt::Debug for IssuedPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IssuedPart(..)")
    }
}

/// Days on which one person, or nobody, held a link; both inclusive.
type Period = (Option<String>, Date, Date);

/// The cycles of a month by holder: those that end in it, and as forecasts those that still run.
///
/// A link is metered where its cost depends on use: by its tariff at home or abroad, or by what the operator itemises. Of
/// others nothing is told: nobody's use is needed to pay a flat price.
///
/// A cycle in which the register names one holder is one part, the bill as it is. Where the link changed hands, each day's
/// use is its holder's; the contract is divided by days, what depends on use by octets at home and abroad (by days where
/// there are none), to the penny. What is still to come is for who holds it last.
pub fn issued(books: &Books<'_>, register: &Register, month: Month, today: Date) -> Vec<IssuedPart> {
    let lines = costs(books, month, today);
    let mut parts = Vec::new();
    for link in books.links {
        let Some(asset) = link.issued_to.as_deref().filter(|_| metered(books, link)) else { continue };
        for line in lines.iter().filter(|l| l.link == link.id) {
            let periods = periods(register, asset, line, month.last());
            parts.extend(divided(books, link, asset, line, periods, month.last()));
        }
    }
    parts
}

/// Whether a link's bill depends on use: by its tariff at home or abroad, or by what the operator itemises.
pub(crate) fn metered(books: &Books<'_>, link: &Link) -> bool {
    let plain = |t: &Tariff| matches!(t.kind, PriceKind::Flat { fair_use: None }) && t.zones.is_empty();
    books.tariffs.iter().any(|t| t.link == link.id && !plain(t)) || books.itemised.iter().any(|u| u.link == link.id)
}

/// Who held an asset in a cycle, in order: periods without a hole, from its first day to its last. Of a cycle that runs,
/// nothing is known after `through`: its last holder then stands for the rest.
fn periods(register: &Register, asset: &str, line: &CostLine, through: Date) -> Vec<Period> {
    let holder = |date: Date| {
        let mut rows = register.rows().iter().filter(|r| r.asset == asset && r.covers(date));
        rows.find_map(|r| r.holder.clone())
    };
    let mut periods: Vec<Period> = Vec::new();
    let mut date = line.cycle_start;
    while date <= line.cycle_end.min(through.max(line.cycle_start)) {
        let now = holder(date);
        match periods.last_mut() {
            Some((before, _, end)) if *before == now => *end = date,
            _ => periods.push((now, date, date)),
        }
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    if let Some((_, _, end)) = periods.last_mut() {
        *end = line.cycle_end;
    }
    periods
}

fn divided(
    books: &Books<'_>,
    link: &Link,
    asset: &str,
    line: &CostLine,
    periods: Vec<Period>,
    through: Date,
) -> Vec<IssuedPart> {
    let known = measured(books, link, line);
    let (home, away) = octets(books, link, line, &periods, through).map_or((None, None), |(h, a)| (Some(h), Some(a)));
    let days: Vec<u64> = periods.iter().map(|(_, start, end)| days_between(*start, *end)).collect();
    let by = |octets: &Option<Vec<u64>>| match octets {
        Some(octets) if octets.iter().any(|n| *n > 0) => octets.clone(),
        _ => days.clone(),
    };
    let so_far = line.so_far.saturating_sub(line.abroad);
    let contract = split(line.fixed, &days);
    let usage = split(so_far.saturating_sub(line.fixed), &by(&home));
    let abroad = split(line.abroad, &by(&away));
    let ahead = line.total.saturating_sub(line.abroad).saturating_sub(so_far);
    let last = periods.len().saturating_sub(1);
    let at = |octets: &Option<Vec<u64>>, i: usize| octets.as_ref().filter(|_| known).and_then(|o| o.get(i)).copied();
    let part = |(i, (holder, start, end)): (usize, Period)| {
        let pence = |parts: &[i64]| parts.get(i).copied().unwrap_or(0);
        let home_pence = pence(&contract).saturating_add(pence(&usage));
        let to_come = home_pence.saturating_add(if i == last { ahead } else { 0 });
        IssuedPart {
            asset: asset.to_owned(),
            holder,
            link: link.id.clone(),
            start,
            end,
            home: at(&home, i),
            away: at(&away, i),
            home_pence,
            abroad_pence: pence(&abroad),
            data: line.data,
            forecast: line.forecast.then_some(to_come),
        }
    };
    periods.into_iter().enumerate().map(part).collect()
}

/// Whether anything counts a link's octets: an exporter of its own, or the operator's rows in that cycle.
fn measured(books: &Books<'_>, link: &Link, line: &CostLine) -> bool {
    let exported = (link.exporter.is_some() || link.interface.is_some()) && line.nights > 0;
    let within = |d: Date| line.cycle_start <= d && d <= line.cycle_end;
    exported
        || line.home_bytes > 0
        || line.abroad_bytes > 0
        || books.itemised.iter().any(|u| u.link == link.id && within(u.date))
}

/// Octets at home and abroad of each period; none where rows of the cycle are gone and it has several holders.
fn octets(
    books: &Books<'_>,
    link: &Link,
    line: &CostLine,
    periods: &[Period],
    through: Date,
) -> Option<(Vec<u64>, Vec<u64>)> {
    if periods.len() < 2 {
        return Some((vec![line.home_bytes], vec![line.abroad_bytes]));
    }
    let cycle = Cycle { start: line.cycle_start, end: line.cycle_end, tariff: None, opens: false };
    let used = LinkBooks::new(books, link).used_in(&cycle, line.cycle_end.min(through));
    let of = |days: &[(Date, u64)]| -> Vec<u64> {
        let within = |start: Date, end: Date| days.iter().filter(move |(d, _)| start <= *d && *d <= end);
        let sum = |start, end| within(start, end).fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
        periods.iter().map(|(_, start, end)| sum(*start, *end)).collect()
    };
    let whole = (used.home_bytes(), used.abroad_bytes) == (line.home_bytes, line.abroad_bytes);
    whole.then(|| (of(&used.home), of(&used.away)))
}

fn days_between(start: Date, end: Date) -> u64 {
    let days = end.since(start).map_or(0, |span| span.get_days());
    u64::try_from(days).unwrap_or(0) + 1
}

/// Divides pence by weights, of which one is above 0. The parts add up; the pennies that rounding down leaves over go to the
/// largest fractions, the first among equals.
fn split(pence: i64, weights: &[u64]) -> Vec<i64> {
    let whole: i128 = weights.iter().map(|w| i128::from(*w)).sum::<i128>().max(1);
    let exact = |w: &u64| i128::from(pence) * i128::from(*w);
    let mut parts: Vec<i128> = weights.iter().map(|w| exact(w).div_euclid(whole)).collect();
    let left = i128::from(pence) - parts.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let fraction = |i: &usize| weights.get(*i).map_or(0, |w| exact(w).rem_euclid(whole));
    order.sort_by_key(|i| (std::cmp::Reverse(fraction(i)), *i));
    for i in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(i) {
            *part += 1;
        }
    }
    // Each lies between 0 and the whole, which has 64 bits.
    parts.into_iter().map(|p| i64::try_from(p).unwrap_or(pence)).collect()
}

#[cfg(test)]
mod tests;
