//! What shared links carried in each billing cycle, where their bills depend on use.
//!
//! A cycle seldom is a calendar month, so its volume beside the month's would tell of the days between. Each part that a
//! month and a cycle share is therefore held to the cell test by itself, as if it were printed alone: any sum of parts that
//! each may be seen tells no more than they do. Of a link all parts of the month are printed, or none.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::candidate::{Candidate, CostLine, CyclePart, add};
use crate::cell::{Share, base, figure, rounded};
use crate::error::History;
use crate::links::{Rule, mixed_passes};
use crate::released::{Cell, Symbol, Table};
use crate::tables::{column, row};
use crate::{Audience, Measure, Who};

/// The table's id.
pub(crate) const ID: &str = "cycles";
/// More parts than this are not printed: the attacker tells stretches apart by the bits of a number.
const PARTS_MAX: usize = 40;

/// A row's id: the link and the last day of the cycle.
pub(crate) fn row_id(link: &str, cycle_end: Date) -> String {
    format!("{link}:{cycle_end}")
}

/// The link of a row.
pub(crate) fn link_of(row: &str) -> &str {
    row.rsplit_once(':').map_or(row, |(link, _)| link)
}

/// The parts of the reported month, in the order given; none where there are too many to attack together.
pub(crate) fn parts(candidate: &Candidate) -> Vec<&CyclePart> {
    let month = candidate.facts.month;
    let shared = |link: &str| {
        let known = candidate.facts.links.iter().any(|l| l.id == link && l.holder.is_none());
        known && !candidate.unmeasured.contains(link)
    };
    let within = |p: &&CyclePart| month.first() <= p.first && p.last <= month.last();
    let all: Vec<&CyclePart> = candidate.parts.iter().filter(within).filter(|p| shared(&p.link)).collect();
    if all.len() > PARTS_MAX { Vec::new() } else { all }
}

/// Octets of one unit in a part.
pub(crate) fn share_of(part: &CyclePart, who: &Who) -> u64 {
    part.shares.iter().filter(|(c, _)| c.who == *who).fold(0, |sum, (_, octets)| sum.saturating_add(*octets))
}

/// Whether a part may be seen by itself.
fn passes(candidate: &Candidate, part: &CyclePart) -> bool {
    let mut units: BTreeMap<Who, u64> = BTreeMap::new();
    let mut counts: BTreeMap<Who, bool> = BTreeMap::new();
    for (contributor, octets) in &part.shares {
        add(&mut units, contributor.who, *octets);
        let person = matches!(contributor.who, Who::Person(_));
        *counts.entry(contributor.who).or_insert(true) &= person && contributor.full_month;
    }
    let share = |(who, amount): (&Who, &u64)| Share { amount: *amount, counts: counts.get(who) == Some(&true) };
    mixed_passes(candidate, u128::from(part.octets), units.iter().map(share).collect())
}

/// Whether the links' table has a figure for a link's own volume.
fn prints(links: &Table, link: &str) -> bool {
    let cell = links.row(link).and_then(|r| r.cells.first());
    cell.is_some_and(|c| c.value().is_some() || *c == Cell::Symbol(Symbol::Low))
}

/// Whether the parts of a link's month are printed.
fn is_open(candidate: &Candidate, links: &Table, rule: &Rule, link: &str) -> bool {
    match rule {
        Rule::Restricted => true,
        Rule::Closed => false,
        Rule::Tested(closed) => {
            let own: Vec<&CyclePart> = parts(candidate).into_iter().filter(|p| p.link == link).collect();
            !closed.contains(&key(link))
                && prints(links, link)
                && !own.is_empty()
                && own.iter().all(|p| passes(candidate, p))
        }
    }
}

/// What a rule calls the parts of a link through which the attacker got in.
pub(crate) fn key(link: &str) -> String {
    format!("{ID}/{link}")
}

/// The table: for each cycle of each shared link whose bills depend on use, the volume of its days in the month, and of the
/// cycle up to the month's end. The latter is the sum of what was printed for the same readers, in the table's step, so it
/// tells nothing new.
pub(crate) fn table(candidate: &Candidate, links: &Table, rule: &Rule, history: &History) -> Option<Table> {
    let all = parts(candidate);
    let month = candidate.facts.month;
    let open = |p: &CyclePart| is_open(candidate, links, rule, &p.link);
    let audience = if *rule == Rule::Restricted { Audience::Restricted } else { Audience::Public };
    let shown: u128 = all.iter().filter(|p| open(p)).map(|p| u128::from(p.octets)).sum();
    let base = base(Measure::Volume, shown);
    let line = |p: &&CyclePart| {
        let id = row_id(&p.link, p.cycle_end);
        let own =
            if open(p) { figure(Measure::Volume, u128::from(p.octets), base, false) } else { Cell::Symbol(Symbol::C) };
        let before = if p.cycle_start < month.first() { history.cycle(&id, audience) } else { Some(0) };
        let label = candidate.facts.links.iter().find(|l| l.id == p.link).map_or(p.link.as_str(), |l| l.label.as_str());
        let cycle = so_far(&own, before, base);
        row(&id, &format!("{label}, cycle to {}", p.cycle_end.strftime("%-d %B %Y")), vec![own, cycle])
    };
    let rows: Vec<_> = all.iter().map(line).collect();
    (!rows.is_empty()).then(|| Table {
        id: ID,
        title: "Data in each billing cycle",
        measure: Measure::Volume,
        unit: Measure::Volume.unit(),
        base,
        laid_down: false,
        columns: vec![column("month", "This month (GB)"), column("cycle", "In the cycle so far (GB)")],
        rows,
    })
}

/// Gigabytes of a cycle up to the month's end: what was printed before and what is printed now.
fn so_far(own: &Cell, before: Option<i64>, base: i64) -> Cell {
    let now = match own {
        Cell::Shown { value, .. } => *value,
        Cell::Symbol(Symbol::Low) => 0,
        Cell::Symbol(other) => return Cell::Symbol(*other),
    };
    let Some(before) = before else { return Cell::Symbol(Symbol::X) };
    const GB: u128 = 1_000_000_000;
    let sum = u128::from(before.max(0).saturating_add(now).unsigned_abs()) * GB;
    match rounded(Measure::Volume, sum, base) {
        0 => Cell::Symbol(Symbol::Low),
        value => Cell::plain(value),
    }
}

/// Whether what a line says of use follows from parts that may be seen: every day of its cycle up to the month's end stands
/// in one, of this month in one that is printed.
pub(crate) fn tells_seen(candidate: &Candidate, links: &Table, rule: &Rule, line: &CostLine) -> bool {
    let month = candidate.facts.month;
    let of_line = |p: &&CyclePart| p.link == line.link && p.cycle_end == line.cycle_end;
    let earlier = candidate.parts.iter().filter(|p| p.last < month.first());
    let seen = earlier.filter(|p| passes(candidate, p)).chain(parts(candidate)).filter(of_line);
    let days: i64 = seen.map(|p| days(p.first, p.last)).sum();
    is_open(candidate, links, rule, &line.link) && days >= days_of(line, month.last())
}

fn days_of(line: &CostLine, upto: Date) -> i64 {
    days(line.cycle_start, line.cycle_end.min(upto))
}

/// Days from one to another, both inclusive.
fn days(first: Date, last: Date) -> i64 {
    last.since(first).map_or(0, |span| i64::from(span.get_days()) + 1).max(0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use model::PersonKey;

    use super::*;
    use crate::attacker::Finding;
    use crate::siege::{besiege, truth};
    use crate::{
        AccountingFacts, Amount, CellKey, Contributor, CostSource, LinkFacts, MonthFacts, People, Policy, TaxonomyId,
    };

    const GB: u64 = 1_000_000_000;

    /// What each of some people used of a link, in GB.
    type Use<'a> = &'a [u64];

    /// A council of twelve on one shared link whose cycle ends on the 14th: gigabytes of the people before the month, in its
    /// first fourteen days and after.
    fn council(before: Option<Use<'_>>, first: Use<'_>, second: Use<'_>) -> Candidate {
        let all = |u: Use<'_>| u.iter().sum::<u64>() * GB;
        let used = all(first) + all(second);
        let mut c = Candidate::new(MonthFacts {
            authority: "example".to_owned(),
            name: "Example".to_owned(),
            month: "2026-03".parse().unwrap(),
            people: People { full_month: 12, with_hours: 0, unmonitored: 0 },
            links: vec![LinkFacts { id: "hall".to_owned(), label: "Mobile router: hall".to_owned(), holder: None }],
            missing_nights: Vec::new(),
            coverage_min_per_10k: 0,
            taxonomy: TaxonomyId { version: "1".to_owned(), sha256: String::new() },
            policy: Policy::default(),
        });
        c.clerk(PersonKey(0));
        let person = |i: usize| Contributor::person(PersonKey(i as i64), true, false);
        for i in 0..12 {
            let octets = (first.get(i).unwrap_or(&0) + second.get(i).unwrap_or(&0)) * GB;
            let cell = CellKey { category: Some(model::CategoryId::OTHER), class: None, measure: Measure::Volume };
            c.contribute(cell, person(i), Amount(octets));
            c.contribute_link("hall", person(i), octets);
        }
        c.link_total("hall", used);
        c.accounting(AccountingFacts { counted: used, kept: used, ..AccountingFacts::default() });
        let (feb, mar) = (|d| date(2026, 2, d), |d| date(2026, 3, d));
        let mut part = |start: Date, end: Date, days: (Date, Date), shares: Use<'_>| {
            let share = |(i, gb): (usize, &u64)| (person(i), gb * GB);
            c.cycle_part(CyclePart {
                link: "hall".to_owned(),
                cycle_start: start,
                cycle_end: end,
                first: days.0,
                last: days.1,
                octets: all(shares),
                shares: shares.iter().enumerate().map(share).collect(),
            });
        };
        if let Some(before) = before {
            part(feb(15), mar(14), (feb(15), feb(28)), before);
        }
        part(feb(15), mar(14), (mar(1), mar(14)), first);
        part(mar(15), date(2026, 4, 14), (mar(15), mar(31)), second);
        let line = |start, end, forecast| CostLine {
            link: "hall".to_owned(),
            kind: "router".to_owned(),
            holder: None,
            cycle_start: start,
            cycle_end: end,
            fixed: 1_500,
            usage: 250,
            abroad: 0,
            budget: None,
            source: CostSource::Tariff,
            forecast,
        };
        c.cost(line(feb(15), mar(14), false));
        c.cost(line(mar(15), date(2026, 4, 14), true));
        c
    }

    /// The printed cells of the table, row by row, and the totals of the bills in pence.
    fn check(candidate: Candidate, history: &History, rows: &str, bills: [Option<i64>; 2]) {
        let assessment = crate::Assessment::parse(crate::schedule::tests::ASSESSMENT).unwrap();
        let released = crate::release(candidate, Some(&assessment), date(2026, 4, 3), history).unwrap();
        let table = released.tables().iter().find(|t| t.id == ID).unwrap();
        let cell = |c: &Cell| match c {
            Cell::Shown { value, .. } => value.to_string(),
            Cell::Symbol(s) => format!("[{}]", s.as_str()),
        };
        let row = |r: &crate::Row| format!("{}: {}", r.id, r.cells.iter().map(cell).collect::<Vec<_>>().join(" "));
        assert_eq!(table.rows.iter().map(row).collect::<Vec<_>>().join("; "), rows);
        let totals: Vec<Option<i64>> = released.costs().iter().map(|c| c.total.value()).collect();
        assert_eq!(totals, bills);
    }

    const EVEN: Use<'static> = &[2; 12];
    const ALONE: Use<'static> = &[24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    #[test]
    fn a_part_of_a_cycle_is_printed_where_it_passes_by_itself() {
        let none = History::default();
        // 12 people of 2 GB each are 24 GB. What the first cycle had before March no report has said.
        let rows = "hall:2026-03-14: 24 [x]; hall:2026-04-14: 24 24";
        check(council(Some(EVEN), EVEN, EVEN), &none, rows, [Some(1_750), Some(1_750)]);
        // February's report printed 9 GB of it.
        let told = none.clone().with_cycle("hall:2026-03-14", 9, Audience::Public);
        let rows = "hall:2026-03-14: 24 33; hall:2026-04-14: 24 24";
        check(council(Some(EVEN), EVEN, EVEN), &told, rows, [Some(1_750), Some(1_750)]);
        // A report that was not for publication says nothing to one that is.
        let restricted = none.clone().with_cycle("hall:2026-03-14", 9, Audience::Restricted);
        let rows = "hall:2026-03-14: 24 [x]; hall:2026-04-14: 24 24";
        check(council(Some(EVEN), EVEN, EVEN), &restricted, rows, [Some(1_750), Some(1_750)]);
        // In the second half one person used everything. The month still passes (26 GB of 48 at most, and 22 of others are
        // more than a fifth of it), but beside it the first half would tell the second: neither stands.
        let rows = "hall:2026-03-14: [c] [c]; hall:2026-04-14: [c] [c]";
        check(council(Some(EVEN), EVEN, ALONE), &told, rows, [None, None]);
    }

    #[test]
    fn a_bill_tells_no_use_that_may_not_be_seen() {
        let none = History::default();
        let rows = "hall:2026-03-14: 24 [x]; hall:2026-04-14: 24 24";
        // Its price for use is of February's days too: one person's, or of rows that are gone.
        check(council(Some(ALONE), EVEN, EVEN), &none, rows, [None, Some(1_750)]);
        check(council(None, EVEN, EVEN), &none, rows, [None, Some(1_750)]);
    }

    #[test]
    fn without_the_test_of_parts_the_attacker_gets_in() {
        let candidate = council(Some(EVEN), EVEN, ALONE);
        let books = crate::books::Books::new(&candidate);
        let truth = truth(&candidate, &books);
        let links = crate::links::table(&candidate, &Rule::Tested(std::collections::BTreeSet::new())).table;
        let besiege = |table: &Table| besiege(&truth, [&links, table]);
        let kept = table(&candidate, &links, &Rule::Tested(std::collections::BTreeSet::new()), &History::default());
        assert_eq!(besiege(&kept.unwrap()), []);
        let open = table(&candidate, &links, &Rule::Restricted, &History::default()).unwrap();
        let found = besiege(&open);
        let row = |b: &crate::Breach| (b.table.clone(), b.row.clone(), b.finding);
        let expected = ("cycles".to_owned(), "hall:2026-04-14".to_owned(), Finding::FewPeople);
        assert_eq!(found.iter().map(row).collect::<Vec<_>>(), [expected]);
        // The first half alone gives the second by subtraction.
        let mut half = open;
        half.rows[1].cells = vec![Cell::Symbol(Symbol::C); 2];
        assert_eq!(
            besiege(&half).iter().map(|b| (b.row.as_str(), b.printed)).collect::<Vec<_>>(),
            [("hall:2026-04-14", false)]
        );
    }
}
