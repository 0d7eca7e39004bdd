//! One cycle's bill: what the tariff charges for use at home, and what data the cycle hands on to the next.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::cycle::Cycle;
use super::input::TopUp;
use super::tariff::{Data, PriceKind};
use super::usage::Used;

/// Use still to come in an unfinished cycle; none of a finished one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ToCome {
    /// Octets at home.
    pub(crate) octets: u64,
    /// Dates with use.
    pub(crate) days: u64,
}

/// What a cycle starts with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Brought {
    /// Octets of a bundle that rolled over.
    pub(crate) rolled: u64,
    /// Octets of a balance without end.
    pub(crate) balance: u64,
}

/// What use at home comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Charge {
    /// Exact pence, with VAT, without top-ups.
    pub(crate) pence: Decimal,
    /// Octets of data that the cycle has, where it has a limit: with what rolled over and what was bought.
    pub(crate) data: Option<u64>,
    /// What it hands on.
    pub(crate) hands_on: Brought,
}

/// What a cycle's tariff charges for its use at home and for use still to come. Nothing without a tariff.
pub(crate) fn charge(cycle: &Cycle<'_>, used: &Used, top_ups: &[&TopUp], brought: Brought, to_come: ToCome) -> Charge {
    let Some(tariff) = cycle.tariff else { return Charge::default() };
    let home = used.home_bytes().saturating_add(to_come.octets);
    let bought = top_ups.iter().fold(0_u64, |a, t| a.saturating_add(t.bytes));
    let limited = |fair_use: Option<Data>| fair_use.map_or(Decimal::ZERO, |d| d.beyond(home, d.octets));
    let plain = |net: Decimal, data: Option<u64>| Charge { pence: tariff.gross(net), data, ..Charge::default() };
    match tariff.kind {
        PriceKind::Flat { fair_use } => plain(limited(fair_use), fair_use.map(|d| d.octets)),
        PriceKind::PerMb(price) => plain(price.of(home), None),
        PriceKind::PerDay { pence, fair_use } => {
            let days = (used.home.len() as u64).saturating_add(to_come.days);
            let passes = pence.checked_mul(Decimal::from(days)).unwrap_or(Decimal::MAX);
            plain(passes.saturating_add(limited(fair_use)), fair_use.map(|d| d.octets))
        }
        PriceKind::Bundle { data, rollover } => {
            let rolled = if rollover { brought.rolled } else { 0 };
            let all = data.octets.saturating_add(rolled).saturating_add(bought);
            let own = data.octets.min(home.saturating_sub(rolled));
            let hands_on = Brought { rolled: if rollover { data.octets - own } else { 0 }, balance: 0 };
            Charge { hands_on, ..plain(data.beyond(home, all), Some(all)) }
        }
        PriceKind::Prepaid { data } => {
            let opening = brought.balance.saturating_add(if cycle.opens { data.octets } else { 0 });
            let (balance, beyond) = draw(cycle.start, opening, used, top_ups, to_come.octets);
            let hands_on = Brought { rolled: 0, balance };
            Charge { hands_on, ..plain(data.beyond(beyond, 0), Some(opening.saturating_add(bought))) }
        }
    }
}

/// Takes use from a balance date by date, each date's top-ups first: what is left, and what went beyond it.
fn draw(start: Date, opening: u64, used: &Used, top_ups: &[&TopUp], to_come: u64) -> (u64, u64) {
    let (mut balance, mut beyond) = (opening, 0_u64);
    let mut filled = start;
    let fill = |balance: &mut u64, from: Date, through: Date| {
        let new = top_ups.iter().filter(|t| from <= t.date && t.date <= through);
        *balance = new.fold(*balance, |a, t| a.saturating_add(t.bytes));
    };
    for (date, octets) in &used.home {
        fill(&mut balance, filled, *date);
        filled = date.tomorrow().unwrap_or(*date);
        beyond = beyond.saturating_add(octets.saturating_sub(balance));
        balance = balance.saturating_sub(*octets);
    }
    fill(&mut balance, filled, Date::MAX);
    (balance.saturating_sub(to_come), beyond.saturating_add(to_come.saturating_sub(balance)))
}
