//! The link totals, their coverage, and the accounting of every byte.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidate::{AccountingFacts, Candidate, LinkFacts, Shares, add};
use crate::cell::{Share, Verdict, base, figure, shares, verdict};
use crate::released::{Accounting, Cell, Coverage, Row, Symbol, Table};
use crate::tables::{column, row};
use crate::{Measure, PEOPLE_MIN};

/// The link totals as they are printed.
pub(crate) struct LinkTable {
    pub(crate) table: Table,
    /// Octets in printed totals.
    pub(crate) shown: u128,
    /// Whether the total of some link, used or not, stands in no printed figure.
    pub(crate) hidden: bool,
}

/// What the test of one shared link says.
fn shared_passes(candidate: &Candidate, links: &[&LinkFacts]) -> bool {
    let mut parts = Shares::new();
    let mut total = 0_u128;
    for link in links {
        total += octets(candidate, link);
        for (who, amount) in candidate.link_shares.get(&link.id).into_iter().flatten() {
            add(&mut parts, *who, *amount);
        }
    }
    mixed_passes(candidate, total, shares(&parts, &candidate.units))
}

/// What the test says of a volume that measured units and everybody else share.
pub(crate) fn mixed_passes(candidate: &Candidate, total: u128, mut all: Vec<Share>) -> bool {
    let rest = total.saturating_sub(all.iter().map(|s| u128::from(s.amount)).sum());
    let unmonitored = candidate.facts.people.unmonitored;
    if rest > 0 && (1..PEOPLE_MIN).contains(&unmonitored) && candidate.facts.policy.rules.unmonitored {
        // Less what the use tables show, this would be the use of those few.
        return false;
    }
    // Everyone unmonitored is one unit: how many they are is not known, and any may be a single person.
    all.push(Share { amount: u64::try_from(rest).unwrap_or(u64::MAX), counts: false });
    verdict(&candidate.facts.policy, Measure::Volume, &all) == Verdict::Pass
}

fn octets(candidate: &Candidate, link: &LinkFacts) -> u128 {
    candidate.link_totals.get(&link.id).copied().map_or(0, u128::from)
}

/// Links issued to one holder, by holder: one figure over all of them, or none.
fn issued_passes(candidate: &Candidate, issued: &[&LinkFacts]) -> bool {
    let mut holders: BTreeMap<&str, u64> = BTreeMap::new();
    for link in issued {
        let amount = candidate.link_totals.get(&link.id).copied().unwrap_or(0);
        let sum = holders.entry(link.holder.as_deref().unwrap_or_default()).or_default();
        *sum = sum.saturating_add(amount);
    }
    let all: Vec<Share> = holders.values().map(|amount| Share { amount: *amount, counts: true }).collect();
    verdict(&candidate.facts.policy, Measure::Volume, &all) == Verdict::Pass
}

/// The row of all links that are issued to one holder each.
const ISSUED: &str = "issued";

/// How the links are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rule {
    /// By the cell test, but for rows and cycles through which the attacker got in: those are closed.
    Tested(BTreeSet<String>),
    /// Not at all: totals of few people, which are personal data and restricted.
    Restricted,
    /// None is printed: the attacker got in.
    Closed,
}

/// The link table.
pub(crate) fn table(candidate: &Candidate, rule: &Rule) -> LinkTable {
    let measured = |l: &&LinkFacts| !candidate.unmeasured.contains(&l.id);
    let (issued, ordinary): (Vec<&LinkFacts>, Vec<_>) =
        candidate.facts.links.iter().filter(measured).partition(|l| l.holder.is_some());
    let passes = |links: &[&LinkFacts]| match rule {
        Rule::Tested(closed) => !links.iter().any(|l| closed.contains(&l.id)) && shared_passes(candidate, links),
        Rule::Restricted => true,
        Rule::Closed => false,
    };
    let issued_may = match rule {
        Rule::Tested(closed) => !closed.contains(ISSUED),
        Rule::Restricted => true,
        Rule::Closed => false,
    };
    let open: Vec<&LinkFacts> = ordinary.iter().copied().filter(|l| passes(&[l])).collect();
    let together = open.is_empty() && !ordinary.is_empty() && passes(&ordinary);
    let issued_open = issued_may && !issued.is_empty() && issued_passes(candidate, &issued);
    let all = |links: &[&LinkFacts]| links.iter().map(|l| octets(candidate, l)).sum::<u128>();
    let shown = all(if together { &ordinary } else { &open }) + if issued_open { all(&issued) } else { 0 };
    // The step goes by what is printed: by more, it would tell of the rest.
    let base = base(Measure::Volume, shown);
    let cell = |is_open: bool, octets| match is_open {
        true => figure(Measure::Volume, octets, base, false),
        false => Cell::Symbol(Symbol::C),
    };
    let link_cell = |l: &LinkFacts| {
        if !measured(&l) {
            Cell::Symbol(Symbol::Z)
        } else if no_data(candidate, l) {
            Cell::Symbol(Symbol::X)
        } else {
            cell(open.iter().any(|o| o.id == l.id), octets(candidate, l))
        }
    };
    let links = &candidate.facts.links;
    let shared = links.iter().filter(|l| l.holder.is_none());
    let mut rows: Vec<Row> = shared.map(|l| row(&l.id, &l.label, vec![link_cell(l)])).collect();
    if links.iter().any(|l| l.holder.is_some()) {
        let cell = if issued.is_empty() { Cell::Symbol(Symbol::Z) } else { cell(issued_open, all(&issued)) };
        rows.push(row(ISSUED, "Links issued to one person each, together", vec![cell]));
    }
    let label = if together { "All shared links together" } else { "Total of the figures above" };
    rows.push(row("total", label, vec![cell(together || issued_open || !open.is_empty(), shown)]));
    rows.extend(missing(candidate));
    let hidden = (!together && open.len() < ordinary.len()) || (!issued.is_empty() && !issued_open);
    LinkTable { table: link_table(base, rows), shown, hidden }
}

fn link_table(base: i64, rows: Vec<Row>) -> Table {
    Table {
        id: "links",
        title: "Data used on each link",
        measure: Measure::Volume,
        unit: Measure::Volume.unit(),
        base,
        laid_down: false,
        columns: vec![column("volume", "Data (GB)")],
        rows,
    }
}

/// A link of which no day has whole data and no byte was seen.
fn no_data(candidate: &Candidate, link: &LinkFacts) -> bool {
    let covered = |c: &&crate::CoverageFacts| c.link == link.id;
    octets(candidate, link) == 0
        && candidate.coverage.iter().find(covered).is_some_and(|c| c.days > 0 && c.days_complete == 0)
}

/// One row for the nights without data.
fn missing(candidate: &Candidate) -> Option<Row> {
    let nights = &candidate.facts.missing_nights;
    if nights.is_empty() {
        return None;
    }
    let dates: Vec<String> = nights.iter().map(|d| d.to_string()).collect();
    let label = format!("Not in these figures: nights without data ({})", dates.join(", "));
    Some(row("missing-nights", &label, vec![Cell::Symbol(Symbol::X)]))
}

/// Coverage of shared links; of a link issued to one holder there is none.
pub(crate) fn coverage(candidate: &Candidate) -> Vec<Coverage> {
    let shared = candidate.facts.links.iter().filter(|l| l.holder.is_none());
    let of = |id: &str| candidate.coverage.iter().find(|c| c.link == id);
    shared
        .filter_map(|l| of(&l.id))
        .map(|c| Coverage {
            link: c.link.clone(),
            days: c.days,
            days_complete: c.days_complete,
            percent: u32::from(c.per_10k.min(10_000)) / 100,
        })
        .collect()
}

/// Whether a night is missing or a shared link's coverage is below the minimum.
pub(crate) fn has_gaps(candidate: &Candidate) -> bool {
    let shared = |id: &str| candidate.facts.links.iter().any(|l| l.id == id && l.holder.is_none());
    let least = candidate.facts.coverage_min_per_10k;
    !candidate.facts.missing_nights.is_empty()
        || candidate.coverage.iter().any(|c| shared(&c.link) && (c.days_complete < c.days || c.per_10k < least))
}

/// The accounting. Where a link stands in no printed figure, what is withheld and the sum are both `[c]`: each would
/// give the other away.
pub(crate) fn accounting(facts: AccountingFacts, shown: u128, hidden: bool) -> Accounting {
    let base = base(Measure::Volume, if hidden { shown } else { u128::from(facts.counted) });
    // These two say nothing about a person, so a true zero is printed as one.
    let cell = |octets| if octets == 0 { Cell::plain(0) } else { figure(Measure::Volume, octets, base, false) };
    let unless_hidden =
        |octets| if hidden { Cell::Symbol(Symbol::C) } else { figure(Measure::Volume, octets, base, false) };
    Accounting {
        shown: figure(Measure::Volume, shown, base, false),
        withheld: unless_hidden(u128::from(facts.kept).saturating_sub(shown)),
        excluded: cell(u128::from(facts.excluded)),
        undecodable: cell(u128::from(facts.undecodable)),
        counted: unless_hidden(u128::from(facts.counted)),
        unit: Measure::Volume.unit(),
        base,
    }
}
