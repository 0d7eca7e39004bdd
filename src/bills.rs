//! What bills are worked out from, gathered from the store and the council's files; cycles that are over, committed.

use std::collections::{BTreeMap, BTreeSet};

use analyze::LinkDay;
use analyze::cost::{
    Books, CostLine, CostSource, CycleDays, DayBytes, IssuedPart, Settled, Share, Tariff, costs, cycles, cycles_of,
    day_bytes, doubtful, issued, lines,
};
use jiff::ToSpan;
use jiff::civil::Date;
use model::Month;
use store::{CycleRow, Deleted, Footer, Table};

use crate::council::Council;
use crate::outcome::Failure;

/// Dates before the last that are always read: a forecast looks back on 56.
const BACK_DAYS: i64 = 62;

/// The stored part of the books, up to a date.
pub(crate) struct Gathered {
    /// Figures by link and date.
    pub days: Vec<LinkDay>,
    /// Octets by link and date.
    pub usage: Vec<DayBytes>,
    /// Dates that have a night.
    pub nights: Vec<Date>,
    /// Committed cycles.
    pub settled: Vec<Settled>,
}

impl Gathered {
    /// The nights from `first` to `through`, earlier ones too where a cycle was not committed yet, and every committed
    /// cycle.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(crate) fn read(council: &Council<'_>, first: Date, through: Date) -> Result<Self, Failure> {
        let settled = settled(council)?;
        let held: Vec<Date> = council.store.all_dates(Table::Links)?.into_iter().filter(|d| *d <= through).collect();
        let first = open_since(&council.authority.tariffs, &held, &settled, through).map_or(first, |d| d.min(first));
        let paths = council.store.paths(Table::Links, first, through)?;
        let days = analyze::link_days(&paths).map_err(|e| Failure::new(e.to_string()))?;
        let nights = held.into_iter().filter(|d| first <= *d).collect();
        Ok(Self { usage: day_bytes(&days), days, nights, settled })
    }

    /// The books of a council.
    pub(crate) fn books<'a>(&'a self, council: &'a Council<'_>) -> Books<'a> {
        let authority = &council.authority;
        Books {
            links: &authority.links,
            tariffs: &authority.tariffs,
            usage: &self.usage,
            nights: &self.nights,
            itemised: &authority.mobile_usage,
            top_ups: &authority.top_ups,
            claims: &authority.claims,
            settled: &self.settled,
            warn_at: &authority.warn_at,
        }
    }
}

/// The first day of the earliest cycle that has nights and is not committed.
fn open_since(tariffs: &[Tariff], held: &[Date], settled: &[Settled], through: Date) -> Option<Date> {
    let links: BTreeSet<&str> = tariffs.iter().map(|t| t.link.as_str()).collect();
    let of_link = |link: &str| {
        let own: Vec<&Tariff> = tariffs.iter().filter(|t| t.link == link).collect();
        let done = |start| settled.iter().any(|s| s.link == link && s.cycle_start == start);
        let open = |c: &analyze::cost::Cycle<'_>| held.iter().any(|d| c.holds(*d)) && !done(c.start);
        cycles(&own, through).iter().find(|c| open(c)).map(|c| c.start)
    };
    links.into_iter().filter_map(of_link).min()
}

/// Every committed cycle.
fn settled(council: &Council<'_>) -> Result<Vec<Settled>, Failure> {
    let mut all = Vec::new();
    for date in council.store.all_dates(Table::Cycles)? {
        council.store.each_cycle(date, &mut |row, link| all.push(to_settled(row, link)))?;
    }
    Ok(all)
}

fn to_settled(row: &CycleRow, link: &str) -> Settled {
    let unsigned = |n: i64| u64::try_from(n).unwrap_or(0);
    Settled {
        link: link.to_owned(),
        cycle_start: row.cycle_start,
        cycle_end: row.cycle_end,
        bytes: unsigned(row.bytes),
        abroad_bytes: unsigned(row.abroad_bytes),
        fixed: row.fixed_pence,
        usage: row.usage_pence,
        abroad: row.abroad_pence,
        rolled_bytes: unsigned(row.rolled_bytes),
        balance_bytes: unsigned(row.balance_bytes),
        nights: unsigned(row.nights),
        operator: row.operator,
    }
}

fn to_row(line: &CostLine) -> CycleRow {
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    CycleRow {
        link: 0,
        cycle_start: line.cycle_start,
        cycle_end: line.cycle_end,
        bytes: signed(line.bytes),
        abroad_bytes: signed(line.abroad_bytes),
        fixed_pence: line.fixed,
        usage_pence: line.usage,
        abroad_pence: line.abroad,
        total_pence: line.total,
        rolled_bytes: signed(line.rolled_bytes),
        balance_bytes: signed(line.balance_bytes),
        nights: signed(line.nights),
        operator: line.source == CostSource::Operator,
    }
}

/// What a month's costs are reported from.
pub(crate) struct MonthBills {
    /// The lines.
    pub lines: Vec<CostLine>,
    /// Those of issued links by holder.
    pub issued: Vec<IssuedPart>,
    /// The cycles of shared links whose bills depend on use.
    pub cycles: Vec<CycleDays>,
}

/// The month's cost lines, and those of issued links by holder. A cycle reaches into the month before, so that month's
/// nights are read too.
pub(crate) fn of_month(council: &Council<'_>, month: Month) -> Result<MonthBills, Failure> {
    let before = month.first().yesterday().map(Month::of).unwrap_or(month);
    let gathered = Gathered::read(council, before.first(), month.last())?;
    let books = gathered.books(council);
    let parts = issued(&books, &council.authority.register, month, council.today());
    Ok(MonthBills { lines: costs(&books, month, council.today()), issued: parts, cycles: cycles_of(&books, month) })
}

/// After the nights: commits every cycle that is over, where the assessment lists its purpose, and warns of shares reached in those that run.
///
/// # Errors
/// Where the store cannot be read or written.
pub(crate) fn after_nights(council: &Council<'_>) -> Result<(), Failure> {
    let authority = &council.authority;
    if authority.tariffs.is_empty() && authority.mobile_usage.is_empty() {
        return Ok(());
    }
    let Ok(through) = council.today().yesterday() else { return Ok(()) };
    let first = through.checked_sub(BACK_DAYS.days()).unwrap_or(through);
    let gathered = Gathered::read(council, first, through)?;
    let lines = lines(&gathered.books(council), through);
    if crate::purposes::listed(authority.assessment.as_ref(), Table::Cycles) {
        commit(council, &gathered.settled, &lines)?;
    }
    warn(council, &lines);
    Ok(())
}

/// Commits the finished cycles about which something is known, by the date on which they end. What is committed of links
/// that are no longer configured stays.
fn commit(council: &Council<'_>, settled: &[Settled], lines: &[CostLine]) -> Result<(), Failure> {
    let known = |l: &&CostLine| !l.forecast && (l.nights > 0 || l.bytes > 0 || l.source == CostSource::Operator);
    let mut by_end: BTreeMap<Date, Vec<(String, CycleRow)>> = BTreeMap::new();
    for line in lines.iter().filter(known) {
        by_end.entry(line.cycle_end).or_default().push((line.link.clone(), to_row(line)));
    }
    // What retention has deleted, or would tonight, is not made again.
    let (limits, day) = (crate::retention::limits(&council.authority), council.retention_day()?);
    by_end.retain(|end, _| limits.end(Deleted::Cycles, *end) > day);
    for (end, mut rows) in by_end {
        let gone = |s: &&Settled| s.cycle_end == end && !rows.iter().any(|(link, _)| *link == s.link);
        let kept: Vec<&Settled> = settled.iter().filter(gone).collect();
        if !kept.is_empty() {
            council.store.each_cycle(end, &mut |row, link| {
                if kept.iter().any(|s| s.link == link) {
                    rows.push((link.to_owned(), *row));
                }
            })?;
        }
        let links: Vec<String> = rows.iter().map(|(link, _)| link.clone()).collect();
        let numbered = rows.iter().enumerate();
        let rows: Vec<CycleRow> =
            numbered.map(|(i, (_, row))| CycleRow { link: u16::try_from(i).unwrap_or(u16::MAX), ..*row }).collect();
        council.store.commit_cycles(end, &links, &rows, &Footer::default())?;
    }
    Ok(())
}

/// Tells the provider which claims of a month the register does not bear out. By their lines alone: who
/// was where on which day is for those who may open the file.
pub(crate) fn doubts(council: &Council<'_>, month: Month) {
    let authority = &council.authority;
    for found in doubtful(&authority.claims, &authority.register) {
        let Some(claim) = authority.claims.get(found.index).filter(|c| Month::of(c.date) == month) else { continue };
        tracing::warn!(
            "{}: paid-wifi.csv: line {}: {}; hint: {}",
            authority.id,
            claim.line,
            found.doubt.as_str().replace('_', " "),
            found.doubt.next()
        );
    }
}

/// Tells the provider which running cycles reached a share that the council set.
fn warn(council: &Council<'_>, lines: &[CostLine]) {
    for line in lines.iter().filter(|l| l.forecast) {
        for warning in &line.warnings {
            let of = match warning.of {
                Share::Data => "its data",
                Share::Budget => "the year's budget",
            };
            tracing::warn!(
                "{}: {}: {} % of {of} for the cycle to {} is reached; hint: `tithing costs` has the forecast",
                council.authority.id,
                line.link,
                warning.percent,
                line.cycle_end
            );
        }
    }
}
