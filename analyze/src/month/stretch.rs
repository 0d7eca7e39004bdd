//! What shared links carried in each billing cycle: the days that a cycle and a month share, by person.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gate::{Contributor, CyclePart};
use jiff::civil::Date;
use model::{Month, PersonKey};

use super::{PersonMonth, contributor, link_days, link_shares};
use crate::cost::CycleDays;
use crate::rollup::{self, RollupError};

/// Days of one month that billing cycles cut out, with the partitions of these days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// The cycles that have exactly these days in the month.
    pub cycles: Vec<CycleDays>,
    /// Paths of `usage`, as the store has verified them.
    pub usage: Vec<PathBuf>,
    /// Paths of `links`.
    pub links: Vec<PathBuf>,
    /// The people of the month in which the days lie, under its key.
    pub people: BTreeMap<PersonKey, PersonMonth>,
}

/// The stretches that some cycles cut out of their months up to `month`, without partitions and people: in order of their
/// days, and within one of the cycles as given.
pub fn stretches(cycles: &[CycleDays], month: Month) -> Vec<Stretch> {
    let mut by_days: BTreeMap<(Date, Date), Vec<CycleDays>> = BTreeMap::new();
    for cycle in cycles {
        let mut first = cycle.start;
        while first <= cycle.end.min(month.last()) {
            let within = Month::of(first);
            by_days.entry((first, cycle.end.min(within.last()))).or_default().push(cycle.clone());
            first = within.next().first();
        }
    }
    let stretch = |((first, last), cycles)| Stretch {
        first,
        last,
        cycles,
        usage: Vec::new(),
        links: Vec::new(),
        people: BTreeMap::new(),
    };
    by_days.into_iter().map(stretch).collect()
}

/// The parts of cycles in some stretches, by link in the order of `order` and then by date.
pub(super) fn parts(stretches: &[Stretch], order: &[gate::LinkFacts]) -> Result<Vec<CyclePart>, RollupError> {
    let mut all = Vec::new();
    for stretch in stretches {
        let shares = link_shares(&rollup::run(rollup::LINK_USE, &stretch.usage)?)?;
        let days = link_days(&stretch.links)?;
        for cycle in &stretch.cycles {
            let own = shares.iter().filter(|(link, _, _)| *link == cycle.link);
            let shares: Vec<(Contributor, u64)> =
                own.map(|(_, who, octets)| (contributor(*who, &stretch.people), *octets)).collect();
            let octets = days.iter().filter(|d| d.link == cycle.link);
            all.push(CyclePart {
                link: cycle.link.clone(),
                cycle_start: cycle.start,
                cycle_end: cycle.end,
                first: stretch.first,
                last: stretch.last,
                octets: octets.fold(0, |sum, d| sum.saturating_add(d.octets)),
                shares,
            });
        }
    }
    let place = |p: &CyclePart| order.iter().position(|l| l.id == p.link);
    all.sort_by_key(|p| (place(p), p.first));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check(cycles: &[(&str, Date, Date)], expected: &[(Date, Date, &str)]) {
        let cycles: Vec<CycleDays> = cycles
            .iter()
            .map(|(link, start, end)| CycleDays { link: (*link).to_owned(), start: *start, end: *end })
            .collect();
        let found = stretches(&cycles, "2026-03".parse().unwrap());
        let links = |s: &Stretch| s.cycles.iter().map(|c| c.link.as_str()).collect::<Vec<_>>().join(" ");
        let found: Vec<(Date, Date, String)> = found.iter().map(|s| (s.first, s.last, links(s))).collect();
        let expected: Vec<(Date, Date, String)> = expected.iter().map(|(a, b, l)| (*a, *b, (*l).to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_cycle_is_cut_at_the_ends_of_months() {
        let (feb, mar) = (|d| date(2026, 2, d), |d| date(2026, 3, d));
        check(&[], &[]);
        check(&[("hall", mar(1), mar(31))], &[(mar(1), mar(31), "hall")]);
        check(
            &[("hall", feb(15), mar(14)), ("hall", mar(15), date(2026, 4, 14)), ("van", feb(15), mar(14))],
            &[(feb(15), feb(28), "hall van"), (mar(1), mar(14), "hall van"), (mar(15), mar(31), "hall")],
        );
        // A pack of a hundred days stands in four months; what lies after the month is not known yet.
        check(
            &[("van", date(2026, 1, 20), date(2026, 4, 29))],
            &[(date(2026, 1, 20), date(2026, 1, 31), "van"), (feb(1), feb(28), "van"), (mar(1), mar(31), "van")],
        );
    }
}
