//! What the summary may say about faults: counts of links that several people share, and moments only where enough people
//! stand behind the link.
//!
//! A fault is a fact about a line. But in an office of one, when the line was busy is when that person worked, so below
//! eight people there is no date and no time of day, and the fullest quarter of an hour is one of three classes. From
//! eight people on, the fullest quarters within opening hours are named, of links whose total is printed: a total that is
//! one person's in all but name is not, and then its busiest moment would be theirs as well. A line that never was half full
//! needs nobody's attention: its moments are not named. Outages are never dated here,
//! and below eight people an outage that silence alone tells of is not counted: it may be one person's lunch.

use jiff::civil::{Date, Time};

use crate::candidate::Candidate;
use crate::released::{PeopleTier, Table};

/// Faults of one link over the month, before the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultFacts {
    /// The link.
    pub link: String,
    /// Times in which it carried nothing and should have, as failing lookups or another link bear out.
    pub outages: u32,
    /// Their length together.
    pub outage_minutes: u32,
    /// Such times that its silence alone tells of.
    pub suspected: u32,
    /// Their length together.
    pub suspected_minutes: u32,
    /// Days without a night.
    pub gaps: u32,
    /// Days on which records were lost on their way.
    pub lost_export_days: u32,
    /// The fullest quarters within opening hours, fullest first.
    pub busiest: Vec<BusyFacts>,
    /// How lookups went, at the link at which they are counted.
    pub resolver: Option<ResolverFacts>,
}

/// A quarter of an hour by the wall clock, and how full the link was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusyFacts {
    /// Local date.
    pub date: Date,
    /// Its beginning.
    pub start: Time,
    /// Of the link's speed, 0 to 100.
    pub percent: u32,
}

/// Lookups over the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolverFacts {
    /// Lookups.
    pub asked: u64,
    /// Without a good answer.
    pub failed: u64,
    /// For names that do not exist.
    pub unknown: u64,
    /// The middle delay in milliseconds.
    pub delay_ms: Option<u64>,
    /// Days out of the ordinary.
    pub unusual_days: u32,
}

/// How full a link was at its fullest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Load {
    /// Under half of its speed.
    Light,
    /// From half to under nine tenths.
    Busy,
    /// Nine tenths or more.
    Full,
}

impl Load {
    /// The word in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Busy => "busy",
            Self::Full => "full",
        }
    }

    const fn of(percent: u32) -> Self {
        match percent {
            0..50 => Self::Light,
            50..90 => Self::Busy,
            _ => Self::Full,
        }
    }
}

/// One line of `faults[]`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The link.
    pub link: String,
    /// Times in which it carried nothing and should have; below eight people those alone that something else bears out.
    pub outages: u32,
    /// Their length together, rounded up to half hours.
    pub outage_minutes: u32,
    /// Days without a night.
    pub gaps: u32,
    /// Days on which records were lost on their way.
    pub lost_export_days: u32,
    /// How full it was at its fullest; none where its speed is not known.
    pub peak: Option<Load>,
    /// The fullest quarters, percent in steps of ten; empty below eight people, and where the line never was half full.
    pub busiest: Vec<BusyFacts>,
    /// How lookups went.
    pub resolver: Option<Resolver>,
}

/// Lookups over the month, rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolver {
    /// Without a good answer: whole percent, half up.
    pub failed_percent: u32,
    /// For names that do not exist: whole percent, half up.
    pub unknown_percent: u32,
    /// The middle delay in steps of five milliseconds, at least five.
    pub delay_ms: Option<u32>,
    /// Days out of the ordinary.
    pub unusual_days: u32,
}

/// Minutes of a step of outages.
const HALF_HOUR: u32 = 30;

/// The lines of `faults[]`, in the order of the links. `links` is the printed table of totals.
pub(crate) fn faults(candidate: &Candidate, tier: PeopleTier, links: &Table) -> Vec<Fault> {
    let shared = candidate.facts.links.iter().filter(|l| l.holder.is_none() && !candidate.unmeasured.contains(&l.id));
    let of = |id: &str| candidate.faults.iter().find(|f| f.link == id);
    shared
        .filter_map(|l| of(&l.id))
        .map(|facts| {
            let printed = links.row(&facts.link).and_then(|r| r.cells.first()).is_some_and(|c| c.value().is_some());
            let many = tier >= PeopleTier::OneWay;
            let peak = facts.busiest.iter().map(|b| Load::of(b.percent)).max();
            let moments = many && printed && peak > Some(Load::Light);
            let suspected = if many { (facts.suspected, facts.suspected_minutes) } else { (0, 0) };
            let minutes = facts.outage_minutes.saturating_add(suspected.1);
            Fault {
                link: facts.link.clone(),
                outages: facts.outages.saturating_add(suspected.0),
                outage_minutes: minutes.div_ceil(HALF_HOUR).saturating_mul(HALF_HOUR),
                gaps: facts.gaps,
                lost_export_days: facts.lost_export_days,
                peak,
                busiest: if moments { facts.busiest.iter().map(stepped).collect() } else { Vec::new() },
                resolver: facts.resolver.as_ref().map(resolver),
            }
        })
        .collect()
}

const fn stepped(busy: &BusyFacts) -> BusyFacts {
    BusyFacts { percent: (busy.percent + 5) / 10 * 10, ..*busy }
}

fn resolver(facts: &ResolverFacts) -> Resolver {
    let percent = |part: u64| {
        let (part, all) = (u128::from(part), u128::from(facts.asked));
        (part * 200 + all).checked_div(all * 2).map_or(0, |p| u32::try_from(p).unwrap_or(u32::MAX))
    };
    let stepped = |ms: u64| u32::try_from((ms.saturating_add(2) / 5 * 5).max(5)).unwrap_or(u32::MAX);
    Resolver {
        failed_percent: percent(facts.failed),
        unknown_percent: percent(facts.unknown),
        delay_ms: facts.delay_ms.map(stepped),
        unusual_days: facts.unusual_days,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{LinkFacts, MonthFacts, People, TaxonomyId};
    use crate::released::{Cell, Symbol};
    use crate::tables::{column, row};
    use crate::{Measure, Policy};

    fn candidate() -> Candidate {
        let link = |id: &str, holder: Option<&str>| LinkFacts {
            id: id.to_owned(),
            label: id.to_owned(),
            holder: holder.map(str::to_owned),
        };
        let mut candidate = Candidate::new(MonthFacts {
            authority: "example".to_owned(),
            name: "Example".to_owned(),
            month: "2026-03".parse().unwrap(),
            people: People::default(),
            links: vec![link("office", None), link("dongle-1", Some("P1"))],
            missing_nights: Vec::new(),
            coverage_min_per_10k: 9_500,
            taxonomy: TaxonomyId { version: "1".to_owned(), sha256: String::new() },
            policy: Policy::default(),
        });
        let busy = |day: i8, percent| BusyFacts {
            date: jiff::civil::date(2026, 3, day),
            start: jiff::civil::time(11, 15, 0, 0),
            percent,
        };
        let facts = |link: &str| FaultFacts {
            link: link.to_owned(),
            outages: 2,
            outage_minutes: 91,
            suspected: 1,
            suspected_minutes: 60,
            gaps: 1,
            lost_export_days: 3,
            busiest: vec![busy(3, 94), busy(9, 85), busy(4, 44)],
            resolver: Some(ResolverFacts {
                asked: 1_000,
                failed: 15,
                unknown: 14,
                delay_ms: Some(23),
                unusual_days: 1,
            }),
        };
        candidate.fault(facts("office"));
        candidate.fault(facts("dongle-1"));
        candidate
    }

    fn links(cell: Cell) -> Table {
        Table {
            id: "links",
            title: "",
            measure: Measure::Volume,
            unit: "GB",
            base: 1,
            laid_down: false,
            columns: vec![column("volume", "Data")],
            rows: vec![row("office", "office", vec![cell])],
        }
    }

    #[test]
    fn moments_need_people_and_a_printed_total() {
        for (tier, cell, moments) in [
            (PeopleTier::Totals, Cell::plain(9), 0),
            (PeopleTier::Neutral, Cell::plain(9), 0),
            (PeopleTier::OneWay, Cell::Symbol(Symbol::C), 0),
            (PeopleTier::OneWay, Cell::plain(9), 3),
            (PeopleTier::Crossed, Cell::plain(9), 3),
        ] {
            let out = faults(&candidate(), tier, &links(cell));
            assert_eq!(out.len(), 1, "of a link issued to one holder nothing is said");
            assert_eq!(out[0].busiest.len(), moments, "{tier:?}");
            assert_eq!(out[0].peak, Some(Load::Full), "a class says when nobody worked");
        }
    }

    #[test]
    fn a_line_that_was_never_half_full_has_no_moments() {
        for (percent, moments) in [(49, 0), (50, 3), (94, 3)] {
            let mut candidate = candidate();
            candidate.faults.iter_mut().for_each(|f| f.busiest[0].percent = percent);
            candidate.faults.iter_mut().flat_map(|f| &mut f.busiest[1..]).for_each(|b| b.percent = 44);
            let out = faults(&candidate, PeopleTier::Crossed, &links(Cell::plain(9))).remove(0);
            assert_eq!((out.busiest.len(), out.peak), (moments, Some(Load::of(percent))), "{percent}");
        }
    }

    #[test]
    fn silence_of_few_is_no_outage() {
        let check = |tier, expected: (u32, u32)| {
            let out = faults(&candidate(), tier, &links(Cell::plain(9))).remove(0);
            assert_eq!((out.outages, out.outage_minutes), expected, "{tier:?}");
        };
        // 91 minutes are four half hours begun, with the hour of silence six.
        check(PeopleTier::Totals, (2, 120));
        check(PeopleTier::Neutral, (2, 120));
        check(PeopleTier::OneWay, (3, 180));
        check(PeopleTier::Crossed, (3, 180));
    }

    #[test]
    fn figures_are_rounded() {
        let out = faults(&candidate(), PeopleTier::OneWay, &links(Cell::plain(9))).remove(0);
        // 91 and 60 minutes are six half hours; 94, 85 and 44 in steps of ten; 1.5 % and 1.4 %; 23 ms in steps of five.
        assert_eq!((out.outages, out.outage_minutes, out.gaps, out.lost_export_days), (3, 180, 1, 3));
        assert_eq!(out.busiest.iter().map(|b| b.percent).collect::<Vec<_>>(), [90, 90, 40]);
        let resolver = out.resolver.unwrap();
        assert_eq!((resolver.failed_percent, resolver.unknown_percent), (2, 1));
        assert_eq!((resolver.delay_ms, resolver.unusual_days), (Some(25), 1));
        assert_eq!([49, 50, 89, 90].map(Load::of), [Load::Light, Load::Busy, Load::Busy, Load::Full]);
    }
}
