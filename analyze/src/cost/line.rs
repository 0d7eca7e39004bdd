//! The lines of one link: its cycles in order, each with what the one before handed on.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Month;
use rust_decimal::Decimal;

use super::bill::{Brought, Charge, ToCome, charge};
use super::cycle::{Cycle, cycles};
use super::forecast::{Outlook, Past, outlook};
use super::input::{MobileUsage, TopUp};
use super::money::{self, saturating};
use super::tariff::Tariff;
use super::usage::{Used, used};
use super::warning::warnings;
use super::{Books, CostLine, CostSource, DayBytes, Lasts, Settled};
use crate::links::Link;

/// One link's share of the books.
pub(crate) struct LinkBooks<'a> {
    link: &'a Link,
    days: Vec<&'a DayBytes>,
    items: Vec<&'a MobileUsage>,
    top_ups: Vec<&'a TopUp>,
    settled: Vec<&'a Settled>,
    nights: &'a [Date],
    shares: &'a [u16],
}

/// A cycle with all that its line is made from.
struct Open<'a, 'b> {
    cycle: &'b Cycle<'a>,
    used: &'b Used,
    top_ups: &'b [&'b TopUp],
    brought: Brought,
    now: Charge,
    nights: u64,
    /// Pence of the link's earlier bills of the financial year.
    before: i64,
}

/// The cycles of a link up to the one that holds `through`: of its tariffs, and before the first of them the calendar
/// months in which the operator's file knows the link.
pub(crate) fn link_cycles<'a>(tariffs: &[&'a Tariff], items: &[&MobileUsage], through: Date) -> Vec<Cycle<'a>> {
    let first = tariffs.iter().map(|t| t.from).min();
    let mut months: Vec<Month> = items
        .iter()
        .filter(|u| u.date <= through && first.is_none_or(|f| u.date < f))
        .map(|u| Month::of(u.date))
        .collect();
    months.sort_unstable();
    months.dedup();
    let before = first.and_then(|f| f.yesterday().ok()).unwrap_or(Date::MAX);
    let plain = |m: Month| Cycle { start: m.first(), end: m.last().min(before), tariff: None, opens: false };
    let mut all: Vec<Cycle<'a>> = months.into_iter().map(plain).collect();
    all.extend(cycles(tariffs, through));
    all
}

impl<'a> LinkBooks<'a> {
    pub(crate) fn new(books: &Books<'a>, link: &'a Link) -> Self {
        Self {
            link,
            days: books.usage.iter().filter(|d| d.link == link.id).collect(),
            items: books.itemised.iter().filter(|u| u.link == link.id).collect(),
            top_ups: books.top_ups.iter().filter(|t| t.link == link.id).collect(),
            settled: books.settled.iter().filter(|s| s.link == link.id).collect(),
            nights: books.nights,
            shares: books.warn_at.get(&link.id).map_or(&[], Vec::as_slice),
        }
    }

    /// Use in one cycle, as [`LinkBooks::lines`] counts it.
    pub(crate) fn used_in(&self, cycle: &Cycle<'_>, upto: Date) -> Used {
        used(cycle, &self.days, &self.items, upto)
    }

    /// Every line from the first cycle to the one that holds `through`, the last date known.
    pub(crate) fn lines(&self, tariffs: &[&'a Tariff], through: Date) -> Vec<CostLine> {
        let mut lines = Vec::new();
        let mut brought = Brought::default();
        let mut home: BTreeMap<Date, u64> = BTreeMap::new();
        for cycle in link_cycles(tariffs, &self.items, through) {
            let upto = cycle.end.min(through);
            let used = used(&cycle, &self.days, &self.items, upto);
            home.extend(used.home.iter().copied());
            let nights = self.nights.iter().filter(|d| cycle.start <= **d && **d <= upto).count() as u64;
            let within = |t: &&&TopUp| cycle.start <= t.date && t.date <= upto;
            let top_ups: Vec<&TopUp> = self.top_ups.iter().filter(within).copied().collect();
            let now = charge(&cycle, &used, &top_ups, brought, ToCome::default());
            let stands = |s: &&&Settled| s.is_of(&cycle) && s.nights > nights;
            if let Some(settled) = self.settled.iter().find(stands) {
                // What data the cycle had follows from the tariff and what came before, whatever was used of it.
                lines.push(CostLine { data: now.data, ..settled.line(self.link, &cycle) });
                brought = Brought { rolled: settled.rolled_bytes, balance: settled.balance_bytes };
                continue;
            }
            let year = model::financial_year(cycle.end);
            let before = lines.iter().filter(|l: &&CostLine| model::financial_year(l.cycle_end) == year);
            let before = before.fold(0_i64, |sum, l| sum.saturating_add(l.total));
            let open = Open { cycle: &cycle, used: &used, top_ups: &top_ups, brought, now, nights, before };
            lines.push(self.line(&open, &home, upto));
            let known = nights > 0 || self.items.iter().any(|u| cycle.holds(u.date));
            brought = Brought { rolled: if known { now.hands_on.rolled } else { 0 }, ..now.hands_on };
        }
        lines
    }

    fn line(&self, open: &Open<'_, '_>, home: &BTreeMap<Date, u64>, upto: Date) -> CostLine {
        let (cycle, used) = (open.cycle, open.used);
        let ahead = match upto < cycle.end {
            true => outlook(&Past { home, known: self.nights }, cycle.start, upto, cycle.end),
            false => Outlook { expected: ToCome::default(), range: None },
        };
        let parts = |to_come| money::pence(open.parts(to_come));
        let total = |to_come| saturating(&parts(to_come));
        let [fixed, usage, abroad] = parts(ahead.expected);
        let data = open.now.data;
        let mut line = CostLine {
            link: self.link.id.clone(),
            kind: self.link.kind.as_str(),
            cycle_start: cycle.start,
            cycle_end: cycle.end,
            bytes: used.bytes.saturating_add(ahead.expected.octets),
            abroad_bytes: used.abroad_bytes,
            fixed,
            usage,
            abroad,
            total: saturating(&[fixed, usage, abroad]),
            budget: self.link.budget_pence,
            source: if used.stated { CostSource::Operator } else { CostSource::Tariff },
            forecast: upto < cycle.end,
            so_far: total(ToCome::default()),
            range: ahead.range.map(|(low, high)| (total(low), total(high))),
            data,
            home_bytes: used.home_bytes(),
            rolled_bytes: open.now.hands_on.rolled,
            balance_bytes: open.now.hands_on.balance,
            nights: open.nights,
            at_most: cycle.tariff.is_some_and(Tariff::has_hour_passes) && used.abroad > Decimal::ZERO,
            warnings: vec![],
            bundle: cycle.tariff.and_then(Tariff::bundle),
            lasts: lasts(used.home_bytes(), data, &ahead),
        };
        line.warnings = warnings(&line, open.before, self.shares);
        line
    }
}

impl Open<'_, '_> {
    /// Exact pence of the line's parts, with use still to come.
    fn parts(&self, to_come: ToCome) -> [Decimal; 3] {
        let charged = charge(self.cycle, self.used, self.top_ups, self.brought, to_come).pence;
        let bought: Decimal = self.top_ups.iter().map(|t| t.pence).sum();
        let usage = match (self.used.stated_home, self.cycle.tariff) {
            (None, _) => charged,
            (Some(stated), Some(_)) => stated.saturating_add(charged - self.now.pence),
            (Some(stated), None) => in_proportion(stated, self.used.home_bytes(), to_come.octets),
        };
        let fixed = self.cycle.tariff.map_or(Decimal::ZERO, Tariff::fixed_pence);
        [fixed, usage.saturating_add(bought), self.used.abroad]
    }
}

/// Whether data will last, by what was used and the range of what is to come; none where the cycle is over or has no limit, or
/// too little is known for a range.
fn lasts(used: u64, data: Option<u64>, ahead: &Outlook) -> Option<Lasts> {
    let ((low, high), data) = (ahead.range?, data?);
    let within = |to_come: ToCome| used.saturating_add(to_come.octets) <= data;
    Some(if within(high) {
        Lasts::Yes
    } else if within(low) {
        Lasts::Perhaps
    } else {
        Lasts::No
    })
}

/// An amount for some octets carried on to more of them.
fn in_proportion(pence: Decimal, octets: u64, more: u64) -> Decimal {
    let all = Decimal::from(octets) + Decimal::from(more);
    let scaled = pence.checked_mul(all).and_then(|p| p.checked_div(Decimal::from(octets)));
    scaled.unwrap_or(pence)
}

impl Settled {
    fn is_of(&self, cycle: &Cycle<'_>) -> bool {
        (self.cycle_start, self.cycle_end) == (cycle.start, cycle.end)
    }

    /// The line as it was committed.
    fn line(&self, link: &Link, cycle: &Cycle<'_>) -> CostLine {
        CostLine {
            link: link.id.clone(),
            kind: link.kind.as_str(),
            cycle_start: cycle.start,
            cycle_end: cycle.end,
            bytes: self.bytes,
            abroad_bytes: self.abroad_bytes,
            fixed: self.fixed,
            usage: self.usage,
            abroad: self.abroad,
            total: saturating(&[self.fixed, self.usage, self.abroad]),
            budget: link.budget_pence,
            source: if self.operator { CostSource::Operator } else { CostSource::Tariff },
            forecast: false,
            so_far: saturating(&[self.fixed, self.usage, self.abroad]),
            range: None,
            data: None,
            home_bytes: self.bytes.saturating_sub(self.abroad_bytes),
            rolled_bytes: self.rolled_bytes,
            balance_bytes: self.balance_bytes,
            nights: self.nights,
            at_most: false,
            warnings: vec![],
            bundle: cycle.tariff.and_then(Tariff::bundle),
            lasts: None,
        }
    }
}
