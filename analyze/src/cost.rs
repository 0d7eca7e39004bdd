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

mod bill;
mod claims;
mod countries;
mod cycle;
mod forecast;
mod input;
mod issued;
mod line;
mod money;
mod offers;
mod reconcile;
mod tariff;
mod usage;
mod warning;

pub use claims::{ClaimDoubt, DoubtfulClaim, claims_by_holder, doubtful, holder_of};
pub use cycle::{Cycle, cycles};
pub use gate::{CostSource, Lasts};
pub use input::{Claim, CostError, MobileUsage, TopUp, parse_country};
pub use issued::{IssuedPart, issued};
pub use money::{MICROPENCE_DIGITS, pounds};
pub use offers::{Offer, Trial, compare};
pub use reconcile::{CounterDay, Counts, Reason, Reconciliation, Witness, reconcile};
pub use tariff::{Billing, Data, DataUnit, PassDay, Price, PriceKind, RunOut, Tariff, Vat, Zone, ZoneKind, gigabytes};
pub use warning::{CostWarning, Share};

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
    /// The council's budget for the link in a financial year.
    pub budget: Option<i64>,
    /// Where the part that depends on use is known from.
    pub source: CostSource,
    /// Whether the cycle is unfinished: its use was carried on to the end.
    pub forecast: bool,
    /// The total without what is still to come.
    pub so_far: i64,
    /// Least and most total of a forecast: nine in ten should fall between. None where too little is known.
    pub range: Option<(i64, i64)>,
    /// Octets of data in the cycle, where there is a limit: with what rolled over and what was bought.
    pub data: Option<u64>,
    /// Octets used at home so far.
    pub home_bytes: u64,
    /// Octets of the bundle that roll over to the next cycle.
    pub rolled_bytes: u64,
    /// Octets of a balance without end that are left.
    pub balance_bytes: u64,
    /// Nights of the cycle that its figures come from.
    pub nights: u64,
    /// Whether use abroad may have cost less: passes of 24 hours are counted by date.
    pub at_most: bool,
    /// Shares of data and budget that were reached.
    pub warnings: Vec<CostWarning>,
    /// Octets of the contract's bundle; none where it has none, or earlier use can add to it.
    pub bundle: Option<u64>,
    /// Whether the data of an unfinished cycle will last; none where it has no limit or too little is known.
    pub lasts: Option<Lasts>,
}

/// A finished cycle as it was committed: it stands where rows behind it are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Id of the link.
    pub link: String,
    /// First day.
    pub cycle_start: Date,
    /// Last day.
    pub cycle_end: Date,
    /// Octets.
    pub bytes: u64,
    /// The part of them used abroad.
    pub abroad_bytes: u64,
    /// Pence of the contract.
    pub fixed: i64,
    /// Pence of use at home.
    pub usage: i64,
    /// Pence of use abroad.
    pub abroad: i64,
    /// Octets that rolled over to the next cycle.
    pub rolled_bytes: u64,
    /// Octets of balance left.
    pub balance_bytes: u64,
    /// Nights that it was made from.
    pub nights: u64,
    /// Whether the operator stated a cost.
    pub operator: bool,
}

/// Everything that bills are worked out from. Order never matters but of `links`.
#[derive(Debug, Clone, Copy)]
pub struct Books<'a> {
    /// The links, in the order in which lines are wanted.
    pub links: &'a [Link],
    /// Their tariffs.
    pub tariffs: &'a [Tariff],
    /// Octets by link and date, of every night in `nights`.
    pub usage: &'a [DayBytes],
    /// Dates that have a night, in order.
    pub nights: &'a [Date],
    /// The operator's itemised usage.
    pub itemised: &'a [MobileUsage],
    /// Data bought by hand.
    pub top_ups: &'a [TopUp],
    /// Claims for paid Wi-Fi.
    pub claims: &'a [Claim],
    /// Cycles committed before.
    pub settled: &'a [Settled],
    /// Shares in percent at which to warn, by link.
    pub warn_at: &'a BTreeMap<String, Vec<u16>>,
}

/// The lines of a month: every cycle that ends in it, and as a forecast every cycle that is running at its end and is
/// not over on `today`. In order of the links as given, then of cycles; claims last.
///
/// A forecast goes by what is known up to the month's end, so that a report drawn later says the same.
pub fn costs(books: &Books<'_>, month: Month, today: Date) -> Vec<CostLine> {
    // A cycle that was committed since stands in the month in which it ended, not in this one.
    let in_time = |l: &CostLine| if l.forecast { l.cycle_end >= today } else { l.cycle_end <= month.last() };
    let listed = |l: &CostLine| l.cycle_end >= month.first() && in_time(l);
    let mut lines: Vec<CostLine> = lines(books, month.last()).into_iter().filter(listed).collect();
    lines.extend(claimed(books.links, books.claims, month, today));
    lines
}

/// Every line of every link from its first cycle to the one that holds `through`, the last date known.
pub fn lines(books: &Books<'_>, through: Date) -> Vec<CostLine> {
    let mut lines = Vec::new();
    for link in books.links {
        let own: Vec<&Tariff> = books.tariffs.iter().filter(|t| t.link == link.id).collect();
        lines.extend(line::LinkBooks::new(books, link).lines(&own, through));
    }
    lines
}

/// The days of a link's billing cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleDays {
    /// Id of the link.
    pub link: String,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// The cycles that have days in a month, of shared links whose bills depend on use, in order of the links as given.
pub fn cycles_of(books: &Books<'_>, month: Month) -> Vec<CycleDays> {
    let mut all = Vec::new();
    for link in books.links.iter().filter(|l| !l.issued() && issued::metered(books, l)) {
        let own: Vec<&Tariff> = books.tariffs.iter().filter(|t| t.link == link.id).collect();
        let items: Vec<&MobileUsage> = books.itemised.iter().filter(|u| u.link == link.id).collect();
        let cycles = line::link_cycles(&own, &items, month.last());
        let within = cycles.iter().filter(|c| c.start <= month.last() && c.end >= month.first());
        all.extend(within.map(|c| CycleDays { link: link.id.clone(), start: c.start, end: c.end }));
    }
    all
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
        so_far: usage,
        range: None,
        data: None,
        home_bytes: 0,
        rolled_bytes: 0,
        balance_bytes: 0,
        nights: 0,
        at_most: false,
        warnings: vec![],
        bundle: None,
        lasts: None,
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
