//! The link totals, their coverage, and the accounting of every byte.

use std::collections::BTreeMap;

use crate::candidate::{AccountingFacts, Candidate, LinkFacts, Shares, add};
use crate::cell::{Share, Verdict, base, figure, shares, sum, verdict};
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
    let rest = total.saturating_sub(sum(&parts));
    let unmonitored = candidate.facts.people.unmonitored;
    if rest > 0 && (1..PEOPLE_MIN).contains(&unmonitored) {
        // Less what the use tables show, this would be the use of those few.
        return false;
    }
    let mut all = shares(&parts, &candidate.units);
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

/// The link table. `untested`: link totals of few people, which are personal data and restricted.
pub(crate) fn table(candidate: &Candidate, untested: bool) -> LinkTable {
    let (issued, ordinary): (Vec<&LinkFacts>, Vec<_>) = candidate.facts.links.iter().partition(|l| l.holder.is_some());
    let open: Vec<bool> = ordinary.iter().map(|l| untested || shared_passes(candidate, &[l])).collect();
    let together = open.iter().all(|o| !o) && !ordinary.is_empty() && shared_passes(candidate, &ordinary);
    let issued_open = issued_passes(candidate, &issued);
    let all_octets = |links: &[&LinkFacts]| links.iter().map(|l| octets(candidate, l)).sum::<u128>();
    let mut shown: u128 = ordinary.iter().zip(&open).filter(|(_, o)| **o).map(|(l, _)| octets(candidate, l)).sum();
    shown += if together { all_octets(&ordinary) } else { 0 } + if issued_open { all_octets(&issued) } else { 0 };
    let base = base(Measure::Volume, all_octets(&ordinary) + all_octets(&issued));
    let shown_cell = |octets| figure(Measure::Volume, octets, base, false);
    let cell = |open: bool, octets| if open { shown_cell(octets) } else { Cell::Symbol(Symbol::C) };
    let mut rows: Vec<Row> = Vec::new();
    for (link, open) in ordinary.iter().zip(&open) {
        let cell = if no_data(candidate, link) { Cell::Symbol(Symbol::X) } else { cell(*open, octets(candidate, link)) };
        rows.push(row(&link.id, &link.label, vec![cell]));
    }
    if !issued.is_empty() {
        rows.push(row("issued", "Links issued to one person each, together", vec![cell(issued_open, all_octets(&issued))]));
    }
    let any = together || issued_open || open.contains(&true);
    let label = if together { "All shared links together" } else { "Total of the figures above" };
    rows.push(row("total", label, vec![cell(any, shown)]));
    rows.extend(missing(candidate));
    let hidden = (!together && open.contains(&false)) || (!issued.is_empty() && !issued_open);
    LinkTable { table: link_table(base, rows), shown, hidden }
}

fn link_table(base: i64, rows: Vec<Row>) -> Table {
    Table {
        id: "links",
        title: "Data used on each link",
        measure: Measure::Volume,
        unit: Measure::Volume.unit(),
        base,
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
    let base = base(Measure::Volume, u128::from(facts.counted));
    let cell = |octets| figure(Measure::Volume, octets, base, false);
    let unless_hidden = |octets| if hidden { Cell::Symbol(Symbol::C) } else { cell(octets) };
    Accounting {
        shown: cell(shown),
        withheld: unless_hidden(u128::from(facts.kept).saturating_sub(shown)),
        excluded: cell(u128::from(facts.excluded)),
        undecodable: cell(u128::from(facts.undecodable)),
        counted: unless_hidden(u128::from(facts.counted)),
        unit: Measure::Volume.unit(),
        base,
    }
}
