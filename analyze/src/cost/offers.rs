//! What other tariffs would have cost for the same use, and what a year of them would cost.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::forecast::student;
use super::input::{MobileUsage, TopUp};
use super::tariff::{Billing, PriceKind, Tariff};
use super::{Books, DayBytes, cycles, lines, usage};
use crate::links::Link;

/// Cycles below which a range for the year would be a guess.
const CYCLES_MIN: usize = 2;
/// Packs that one date may need: beyond it the pack is too small to be an offer.
const PACKS_MAX: u64 = 10_000;
/// Days of a year, by which offers with different cycles are compared.
const YEAR_DAYS: i64 = 365;

/// A tariff that could be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is called.
    pub name: String,
    /// Its terms; link and first day are the link's that it is tried on.
    pub tariff: Tariff,
    /// Octets and pence of what is bought when a balance runs out.
    pub pack: Option<(u64, Decimal)>,
}

/// What an offer would have cost, in pence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The offer.
    pub name: String,
    /// First day of the first whole cycle.
    pub first: Date,
    /// Last day of the last.
    pub last: Date,
    /// Total of each whole cycle, in order.
    pub cycles: Vec<i64>,
    /// Days in these cycles without a night: their use is not known.
    pub days_unknown: u64,
    /// Octets abroad that the offer has no zone for: they are in no figure.
    pub unpriced_abroad: u64,
    /// A year at the mean of the days tried.
    pub year: i64,
    /// The range in which nine years in ten should fall; none below two cycles.
    pub year_range: Option<(i64, i64)>,
    /// Whether use abroad may have cost less: passes of 24 hours are counted by date.
    pub at_most: bool,
}

impl Trial {
    /// What all cycles would have cost.
    pub fn total(&self) -> i64 {
        super::money::saturating(&self.cycles)
    }
}

/// Tries offers on a link's known use, cheapest year first. Those that no whole cycle was known for are left out.
pub fn compare(offers: &[Offer], books: &Books<'_>, link: &Link) -> Vec<Trial> {
    let mut trials: Vec<Trial> = offers.iter().filter_map(|o| attempt(o, books, link)).collect();
    trials.sort_by(|a, b| (a.year, &a.name).cmp(&(b.year, &b.name)));
    trials
}

fn attempt(offer: &Offer, books: &Books<'_>, link: &Link) -> Option<Trial> {
    let (first, last) = (*books.nights.first()?, *books.nights.last()?);
    let from = first_day(offer.tariff.billing, first)?;
    let tariff = Tariff { link: link.id.clone(), from, ..offer.tariff.clone() };
    let (itemised, unpriced_abroad) = unstated(books.itemised, &tariff, from, last);
    let tariffs = [tariff];
    let whole: Vec<(Date, Date)> =
        cycles(&[&tariffs[0]], last).iter().filter(|c| c.end <= last).map(|c| (c.start, c.end)).collect();
    let end = whole.last()?.1;
    let link_days: Vec<&DayBytes> = books.usage.iter().filter(|d| d.link == link.id).collect();
    let top_ups = packs(offer, &tariffs[0], &link_days, &itemised, end);
    let trial_books = Books {
        links: std::slice::from_ref(link),
        tariffs: &tariffs,
        itemised: &itemised,
        top_ups: &top_ups,
        claims: &[],
        settled: &[],
        ..*books
    };
    let done = lines(&trial_books, end);
    let totals: Vec<i64> = done.iter().filter(|l| l.cycle_start >= from && !l.forecast).map(|l| l.total).collect();
    let days = i64::from((end - from).get_days()) + 1;
    let known = books.nights.iter().filter(|d| from <= **d && **d <= end).count() as u64;
    let total = super::money::saturating(&totals);
    Some(Trial {
        name: offer.name.clone(),
        first: from,
        last: end,
        year: per_year(total, days),
        year_range: range(&totals, days),
        cycles: totals,
        days_unknown: days.unsigned_abs().saturating_sub(known),
        unpriced_abroad,
        at_most: done.iter().any(|l| l.at_most),
    })
}

/// The first date on or after another on which a cycle can begin.
fn first_day(billing: Billing, from: Date) -> Option<Date> {
    match billing {
        Billing::Every(_) => Some(from),
        Billing::Day(day) => from.series(1.day()).take(62).find(|d| {
            let day = i8::try_from(day).unwrap_or(1);
            d.day() == day.min(d.days_in_month())
        }),
    }
}

/// The operator's rows without their prices; and octets abroad that the offer has no zone for.
fn unstated(items: &[MobileUsage], tariff: &Tariff, from: Date, last: Date) -> (Vec<MobileUsage>, u64) {
    let own = items.iter().filter(|u| u.link == tariff.link && from <= u.date && u.date <= last);
    let plain: Vec<MobileUsage> = own.map(|u| MobileUsage { pence: None, ..u.clone() }).collect();
    let open = plain.iter().filter(|u| u.abroad() && tariff.zone(u.country).is_none());
    let octets = open.fold(0_u64, |a, u| a.saturating_add(u.bytes));
    (plain, octets)
}

/// What would have been bought: on each date on which the balance falls short, as many packs as it takes.
fn packs(offer: &Offer, tariff: &Tariff, days: &[&DayBytes], items: &[MobileUsage], end: Date) -> Vec<TopUp> {
    let (PriceKind::Prepaid { data }, Some((octets, pence))) = (tariff.kind, offer.pack) else { return vec![] };
    if octets == 0 {
        return vec![];
    }
    let items: Vec<&MobileUsage> = items.iter().collect();
    let mut home: BTreeMap<Date, u64> = BTreeMap::new();
    for cycle in cycles(&[tariff], end) {
        home.extend(usage::used(&cycle, days, &items, cycle.end.min(end)).home);
    }
    let mut balance = data.octets;
    let mut bought = Vec::new();
    for (date, used) in home {
        let short = used.saturating_sub(balance).div_ceil(octets).min(PACKS_MAX);
        if short > 0 {
            let bytes = octets.saturating_mul(short);
            balance = balance.saturating_add(bytes);
            let pence = pence.saturating_mul(Decimal::from(short));
            bought.push(TopUp { date, link: tariff.link.clone(), bytes, pence });
        }
        balance = balance.saturating_sub(used);
    }
    bought
}

/// Pence of some days carried on to a year, half up.
fn per_year(total: i64, days: i64) -> i64 {
    let days = i128::from(days.max(1));
    let year = (i128::from(total) * i128::from(YEAR_DAYS) * 2 + days).div_euclid(2 * days);
    i64::try_from(year).unwrap_or(i64::MAX)
}

/// The range of a year of as many cycles as it holds, from how the cycles tried differ.
fn range(totals: &[i64], days: i64) -> Option<(i64, i64)> {
    if totals.len() < CYCLES_MIN {
        return None;
    }
    let n = totals.len() as i128;
    let sum: i128 = totals.iter().map(|t| i128::from(*t)).sum();
    // n times each deviation, so that nothing is rounded before the root: n^2 s^2 = sum of squares / (n - 1).
    let squares = totals.iter().fold(0_i128, |a, t| {
        let e = i128::from(*t) * n - sum;
        a.saturating_add(e.saturating_mul(e))
    });
    let per_cycle = i128::from(days.max(1));
    // Cycles of a year in thousandths: n cycles took `days`.
    let year_cycles = i128::from(YEAR_DAYS) * n * 1_000 / per_cycle;
    let variance = squares / (n - 1) / (n * n);
    let spread = variance.saturating_mul(year_cycles * (n * 1_000 + year_cycles)) / (n * 1_000_000);
    let half = spread.unsigned_abs().isqrt().saturating_mul(student(totals.len() - 1)) / 1_000;
    let half = i64::try_from(half).unwrap_or(i64::MAX);
    let year = per_year(i64::try_from(sum).unwrap_or(i64::MAX), days);
    Some((year.saturating_sub(half).max(0), year.saturating_add(half)))
}
