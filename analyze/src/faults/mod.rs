//! Faults of links, told from the table `links` alone: outages, records that were lost on the way to us, how full a link
//! was, and how the resolver did. No person, device or kind of site is read.
//!
//! Silence is no fault by itself. A quarter of an hour is *expected* to carry traffic where it did so on three in four of
//! the other days of the same weekday and sort (working day or not), of which there must be three at least. An expected
//! quarter without an octet is *silent*; two or more in a row are a spell, and a spell is one of three things:
//!
//! | seen in the spell | told as |
//! |---|---|
//! | lookups, half of them or more without a good answer | outage |
//! | lookups, and most were answered | lost exports: the internet worked, our records did not |
//! | another link of the same exporter carried traffic | outage |
//! | other links of the same exporter are silent too, or sequence numbers show losses that day | lost exports |
//! | none of these, and traffic before and after on the same date | outage |
//! | none of these | nothing: an office in which nobody is looks the same |
//!
//! Links issued to one holder are left out: when they are silent is when their holder does not use them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::ToSpan;
use jiff::civil::Date;
use model::Micros;

use crate::apportion::BUCKET;
use crate::calendar::Calendar;
use crate::links::Link;
use crate::rollup::{self, RollupError};

mod resolver;
#[cfg(test)]
mod tests;

pub use resolver::Resolver;

/// Other days of the same sort that must be known before a quarter of an hour is expected to carry anything.
const DAYS_MIN: usize = 3;
/// Silent quarters in a row that make a spell.
const SPELL_MIN: usize = 2;
/// Lookups in a spell that tell something.
const LOOKUPS_MIN: u64 = 5;
/// Busiest quarters named.
const BUSIEST: usize = 3;
/// Quarters of a local day; the repeated hour of October counts with its first pass.
const QUARTERS: usize = 96;

/// A quarter of an hour of one link, as `faults.sql` gives it. Octets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    /// Id of the link.
    pub link: String,
    /// Local date.
    pub date: Date,
    /// Its beginning.
    pub start: Micros,
    /// Sent from the council.
    pub up: u64,
    /// Received by the council.
    pub down: u64,
    /// Export records.
    pub seen: u64,
    /// Export records lost, by sequence numbers.
    pub lost: u64,
    /// Lookups, counted at one link of the council.
    pub asked: u64,
    /// Lookups answered SERVFAIL or not at all.
    pub failed: u64,
    /// Lookups of names that do not exist.
    pub unknown: u64,
    /// The middle delay of answers, in milliseconds.
    pub delay_ms: Option<u64>,
}

/// A time in which a link should have carried traffic and did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// Local date.
    pub date: Date,
    /// First instant.
    pub start: Micros,
    /// First instant after it.
    pub end: Micros,
    /// Whether lookups failed meanwhile, or another link of the exporter worked; else it is suspected.
    pub confirmed: bool,
}

/// A quarter of an hour in which a link was full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy {
    /// Local date.
    pub date: Date,
    /// Its beginning.
    pub start: Micros,
    /// The fuller direction against the link's speed, in whole percent, 100 at most.
    pub percent: u32,
}

/// The faults of one link over some dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkFaults {
    /// Id of the link.
    pub link: String,
    /// By time.
    pub outages: Vec<Outage>,
    /// Dates on which records were lost on their way to us.
    pub lost_exports: Vec<Date>,
    /// Dates without a night.
    pub gaps: Vec<Date>,
    /// The fullest quarters, fullest first; none where the link's speed is not known.
    pub busiest: Vec<Busy>,
    /// The fullest within the office's opening hours.
    pub busiest_open: Vec<Busy>,
    /// How lookups went, at the link at which they are counted.
    pub resolver: Option<Resolver>,
}

/// What faults are told from, beside the quarters.
#[derive(Debug, Clone, Copy)]
pub struct FaultSettings<'a> {
    /// The links.
    pub links: &'a [Link],
    /// Zone, working days and opening hours.
    pub calendar: &'a Calendar,
    /// Dates that have a night, in order; those before the first date asked for are history.
    pub nights: &'a [Date],
    /// Coverage in ten-thousandths under which a day's records count as lost.
    pub coverage_min_per_10k: u16,
}

/// Reads every link's quarters from `links` partitions.
///
/// # Errors
/// Partitions that this program did not write.
pub fn quarters(links: &[PathBuf]) -> Result<Vec<Quarter>, RollupError> {
    let rows = rollup::run(rollup::FAULTS, links)?;
    let (link, date, start) = (rows.words("link")?, rows.dates("local_date")?, rows.instants("bucket_start")?);
    let (up, down, seen) = (rows.amounts("up")?, rows.amounts("down")?, rows.amounts("seen")?);
    let (lost, asked, failed) = (rows.amounts("lost")?, rows.amounts("asked")?, rows.amounts("failed")?);
    let (unknown, delay) = (rows.amounts("unknown")?, rows.keys("delay")?);
    // Columns of one result are equally long.
    let quarter = |(i, (link, date)): (usize, (String, Date))| Quarter {
        link,
        date,
        start: start[i],
        up: up[i],
        down: down[i],
        seen: seen[i],
        lost: lost[i],
        asked: asked[i],
        failed: failed[i],
        unknown: unknown[i],
        delay_ms: delay[i].and_then(|d| u64::try_from(d).ok()),
    };
    let mut all: Vec<Quarter> = link.into_iter().zip(date).enumerate().map(quarter).collect();
    all.sort();
    Ok(all)
}

/// One link's days.
struct Days<'a> {
    /// By date, then beginning.
    quarters: BTreeMap<Date, BTreeMap<Micros, &'a Quarter>>,
    /// By date: which quarters of the local day carried anything.
    carried: BTreeMap<Date, [bool; QUARTERS]>,
}

impl<'a> Days<'a> {
    fn new(link: &str, all: &'a [Quarter], settings: &FaultSettings<'_>) -> Self {
        let mut days = Self {
            quarters: BTreeMap::new(),
            carried: settings.nights.iter().map(|d| (*d, [false; QUARTERS])).collect(),
        };
        for quarter in all.iter().filter(|q| q.link == link) {
            days.quarters.entry(quarter.date).or_default().insert(quarter.start, quarter);
            let place = settings.calendar.quarter_of_day(quarter.start);
            if let Some(day) = days.carried.get_mut(&quarter.date)
                && let Some(cell) = day.get_mut(place)
            {
                *cell |= carries(quarter);
            }
        }
        days
    }

    /// Whether other days of the same sort carried traffic at this time of day.
    fn expects(&self, calendar: &Calendar, date: Date, place: usize) -> bool {
        let sort = |d: Date| (d.weekday(), calendar.is_working_day(d));
        let others = self.carried.iter().filter(|(d, _)| **d != date && sort(**d) == sort(date));
        let (mut days, mut with) = (0, 0);
        for (_, carried) in others {
            days += 1;
            with += usize::from(carried.get(place).copied().unwrap_or(false));
        }
        days >= DAYS_MIN && with * 4 >= days * 3
    }

    fn at(&self, date: Date, start: Micros) -> Option<&'a Quarter> {
        self.quarters.get(&date).and_then(|d| d.get(&start)).copied()
    }

    fn of(&self, date: Date) -> impl Iterator<Item = &'a Quarter> + '_ {
        self.quarters.get(&date).into_iter().flat_map(|d| d.values().copied())
    }

    /// Whether too many of a date's records were lost.
    fn poor(&self, date: Date, least_per_10k: u16) -> bool {
        let (seen, lost) =
            self.of(date).fold((0_u128, 0_u128), |(s, l), q| (s + u128::from(q.seen), l + u128::from(q.lost)));
        lost > 0 && seen * 10_000 < (seen + lost) * u128::from(least_per_10k)
    }
}

const fn carries(quarter: &Quarter) -> bool {
    quarter.up > 0 || quarter.down > 0
}

/// What a spell of silence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spell {
    Outage { confirmed: bool },
    LostExports,
    Nothing,
}

/// Everything that one look at the links needs.
struct Look<'a> {
    settings: &'a FaultSettings<'a>,
    days: BTreeMap<&'a str, Days<'a>>,
}

/// The faults of each link that several people share, between two dates, both inclusive. `quarters` and the nights of
/// the settings may begin earlier: what lies before is what a usual day is told by.
pub fn faults(quarters: &[Quarter], settings: &FaultSettings<'_>, first: Date, last: Date) -> Vec<LinkFaults> {
    let silent = crate::month::unmeasured(settings.links);
    let shared = || settings.links.iter().filter(|l| !l.issued() && !silent.contains(&l.id));
    let days = shared().map(|l| (l.id.as_str(), Days::new(&l.id, quarters, settings))).collect();
    let look = Look { settings, days };
    let range = || first.series(1.day()).take_while(|d| *d <= last);
    let gaps: Vec<Date> = range().filter(|d| settings.nights.binary_search(d).is_err()).collect();
    let nights: Vec<Date> = settings.nights.iter().copied().filter(|d| (first..=last).contains(d)).collect();
    shared().map(|link| look.link(link, &nights, gaps.clone())).collect()
}

impl Look<'_> {
    fn link(&self, link: &Link, nights: &[Date], gaps: Vec<Date>) -> LinkFaults {
        let mut out = LinkFaults {
            link: link.id.clone(),
            outages: Vec::new(),
            lost_exports: Vec::new(),
            gaps,
            busiest: Vec::new(),
            busiest_open: Vec::new(),
            resolver: None,
        };
        let Some(days) = self.days.get(link.id.as_str()) else { return out };
        let mut lost: BTreeSet<Date> = BTreeSet::new();
        for date in nights {
            if days.poor(*date, self.settings.coverage_min_per_10k) {
                lost.insert(*date);
            }
            for (start, end) in self.spells(days, *date) {
                match self.judge(link, days, *date, (start, end)) {
                    Spell::Outage { confirmed } => out.outages.push(Outage { date: *date, start, end, confirmed }),
                    Spell::LostExports => drop(lost.insert(*date)),
                    Spell::Nothing => {}
                }
            }
        }
        out.lost_exports = lost.into_iter().collect();
        let open = |q: &Quarter| self.settings.calendar.is_open(q.start);
        out.busiest = busiest(link, nights.iter().flat_map(|d| days.of(*d)));
        out.busiest_open = busiest(link, nights.iter().flat_map(|d| days.of(*d)).filter(|q| open(q)));
        out.resolver = resolver::resolver(nights, |date| days.of(date).collect(), self.settings.nights);
        out
    }

    /// Spells of expected quarters without an octet, first instant and first instant after.
    fn spells(&self, days: &Days<'_>, date: Date) -> Vec<(Micros, Micros)> {
        let calendar = self.settings.calendar;
        let (start, end) = calendar.bounds(date);
        let mut spells = Vec::new();
        let mut open: Option<(Micros, usize)> = None;
        let mut close = |open: &mut Option<(Micros, usize)>, at: Micros| {
            if let Some((from, quarters)) = open.take()
                && quarters >= SPELL_MIN
            {
                spells.push((from, at));
            }
        };
        for at in (start..end).step_by(BUCKET as usize) {
            let silent =
                !days.at(date, at).is_some_and(carries) && days.expects(calendar, date, calendar.quarter_of_day(at));
            if silent {
                open.get_or_insert((at, 0)).1 += 1;
            } else {
                close(&mut open, at);
            }
        }
        close(&mut open, end);
        spells
    }

    fn judge(&self, link: &Link, days: &Days<'_>, date: Date, (start, end): (Micros, Micros)) -> Spell {
        let inside = |q: &&Quarter| (start..end).contains(&q.start);
        let all = || self.days.values().flat_map(|d| d.of(date));
        let (asked, failed) = all().filter(inside).fold((0, 0), |(a, f), q| (a + q.asked, f + q.failed));
        if asked >= LOOKUPS_MIN {
            return if failed * 2 >= asked { Spell::Outage { confirmed: true } } else { Spell::LostExports };
        }
        let same = |l: &&Link| l.id != link.id && l.exporter.is_some() && l.exporter == link.exporter;
        let peers: Vec<_> =
            self.settings.links.iter().filter(same).filter_map(|l| self.days.get(l.id.as_str())).collect();
        if peers.iter().any(|d| d.of(date).filter(inside).any(carries)) {
            return Spell::Outage { confirmed: true };
        }
        if !peers.is_empty() || days.of(date).any(|q| q.lost > 0) {
            return Spell::LostExports;
        }
        let before = days.of(date).any(|q| q.start < start && carries(q));
        let after = days.of(date).any(|q| q.start >= end && carries(q));
        if before && after { Spell::Outage { confirmed: false } } else { Spell::Nothing }
    }
}

/// The fullest quarters, fullest first, the earlier of equals.
fn busiest<'a>(link: &Link, quarters: impl Iterator<Item = &'a Quarter>) -> Vec<Busy> {
    let Some(speed) = link.speed_mbit.filter(|s| *s > 0) else { return Vec::new() };
    let quarter_octets = u128::from(speed) * 125_000 * (BUCKET / model::MICROS_PER_S) as u128;
    let mut all: Vec<Busy> = quarters
        .filter(|q| carries(q))
        .map(|q| {
            let percent = (u128::from(q.up.max(q.down)) * 100 / quarter_octets).min(100) as u32;
            Busy { date: q.date, start: q.start, percent }
        })
        .collect();
    all.sort_by_key(|b| (std::cmp::Reverse(b.percent), b.start));
    all.truncate(BUSIEST);
    all
}
