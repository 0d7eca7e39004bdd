//! A month's contributions, from stored partitions to the gate's candidate.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gate::{AccountingFacts, Amount, Candidate, CellKey, Contributor, CoverageFacts, Measure, MonthFacts, Who};
use jiff::civil::Date;
use model::{DeviceKey, PersonKey, Taxonomy, TimeClass};

use crate::cost::CostLine;
use crate::links::{Link, LinkKind};
use crate::rollup::{self, Query, RollupError, Rows};

mod people;
mod stretch;
#[cfg(test)]
mod tests;

pub use people::{MonthPeople, people};
pub use stretch::{Stretch, stretches};

/// What the register says of a person's month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PersonMonth {
    /// Monitored on every working day: a council-owned device in the register, notice given, no objection.
    pub full_month: bool,
    /// An employee with declared hours on every date on which they were measured.
    pub declared_hours: bool,
}

/// What a month's candidate needs beside the stored rows.
#[derive(Debug, Clone)]
pub struct MonthContext {
    /// What the gate knows of the month: authority, links, people, policy.
    pub facts: MonthFacts,
    /// The register's people under the month's key. A person with rows who is not here counts as one who was there for
    /// a part of the month.
    pub people: BTreeMap<PersonKey, PersonMonth>,
    /// The costs that stand in the month, and forecasts.
    pub costs: Vec<CostLine>,
    /// Pence of the month's claims by who holds the asset; those whose holder is not known under an empty name.
    pub claims: BTreeMap<String, i64>,
    /// Nights of the month that have a `links` partition.
    pub nights: Vec<Date>,
    /// Days that the billing cycles of shared links cut out, where their bills depend on use; those of earlier months too.
    pub stretches: Vec<Stretch>,
    /// Links that nothing measures, as [`unmeasured`] tells them.
    pub unmeasured: Vec<String>,
    /// The nightly accounts, added up.
    pub accounting: AccountingFacts,
}

/// One link's figures on one date; everybody's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkDay {
    /// Id of the link.
    pub link: String,
    /// Local date.
    pub date: Date,
    /// Octets in both directions.
    pub octets: u64,
    /// Export records.
    pub records: u64,
    /// Export records lost, by sequence numbers.
    pub records_lost: u64,
    /// DNS lookups.
    pub lookups: u64,
    /// Answers SERVFAIL.
    pub servfail: u64,
    /// Answers NXDOMAIN.
    pub nxdomain: u64,
    /// Questions without an answer.
    pub unanswered: u64,
}

/// Every contribution of a month.
#[derive(Default, PartialEq, Eq)]
pub(crate) struct Contributions {
    /// Octets, minutes or days by cell and unit.
    pub(crate) cells: Vec<(CellKey, Who, u64)>,
    /// Octets by link and unit.
    pub(crate) link_shares: Vec<(String, Who, u64)>,
    /// Everybody's octets by link and date.
    pub(crate) link_days: Vec<LinkDay>,
}

/// Which columns a roll-up of cells ends in beside the unit.
struct Shape {
    query: Query,
    category: bool,
    class: bool,
    amount: &'static str,
    measure: Measure,
}

const fn shape(query: Query, category: bool, class: bool, amount: &'static str, measure: Measure) -> Shape {
    Shape { query, category, class, amount, measure }
}

/// The roll-ups of cells.
const CELLS: &[Shape] = &[
    shape(rollup::USE, true, false, "octets", Measure::Volume),
    shape(rollup::USE_TIME, true, false, "minutes", Measure::Time),
    shape(rollup::USE_DAYS, true, false, "days", Measure::Days),
    shape(rollup::ANY_TIME, false, false, "minutes", Measure::Time),
    shape(rollup::ANY_DAYS, false, false, "days", Measure::Days),
    shape(rollup::TIMES, false, true, "octets", Measure::Volume),
    shape(rollup::CROSSED, true, true, "octets", Measure::Volume),
];

/// Rolls up a month's partitions and fills the gate's candidate: contributions by person, never a total of people.
///
/// Adding, testing and rounding are the gate's. `usage` and `links` are the paths that the store has verified.
pub fn month(usage: &[PathBuf], links: &[PathBuf], context: &MonthContext) -> Result<Candidate, RollupError> {
    let contributions = contributions(usage, links)?;
    let facts = &context.facts;
    let mut candidate = Candidate::new(facts.clone());
    let contributor = |who: Who| contributor(who, &context.people);
    for (cell, who, amount) in &contributions.cells {
        candidate.contribute(*cell, contributor(*who), Amount(*amount));
    }
    for (link, who, octets) in &contributions.link_shares {
        candidate.contribute_link(link, contributor(*who), *octets);
    }
    for day in &contributions.link_days {
        candidate.link_total(&day.link, day.octets);
    }
    for line in &context.costs {
        gate_lines(line, facts, &context.claims).into_iter().for_each(|l| candidate.cost(l));
        candidate.outlook(gate::CostOutlook {
            link: line.link.clone(),
            cycle_end: line.cycle_end,
            range: line.range,
            // What the year has cost is added up from what was published.
            warnings: line.warnings.iter().filter(|w| w.of == gate::Share::Data).copied().collect(),
            bundle: line.bundle,
            lasts: line.lasts,
        });
    }
    stretch::parts(&context.stretches, &facts.links)?.into_iter().for_each(|p| candidate.cycle_part(p));
    for link in facts.links.iter().filter(|l| l.holder.is_none() && !context.unmeasured.contains(&l.id)) {
        candidate.coverage(coverage(&link.id, facts, &context.nights, &contributions.link_days));
    }
    for link in &context.unmeasured {
        candidate.unmeasured(link);
    }
    candidate.accounting(context.accounting);
    Ok(candidate)
}

/// Who stands behind an amount, with what the register says of them.
fn contributor(who: Who, people: &BTreeMap<PersonKey, PersonMonth>) -> Contributor {
    match who {
        Who::Person(key) => {
            let person = people.get(&key).copied().unwrap_or_default();
            Contributor::person(key, person.full_month, person.declared_hours)
        }
        Who::Shared(key) => Contributor::shared(key),
    }
}

/// Octets by link and unit.
fn link_shares(rows: &Rows) -> Result<Vec<(String, Who, u64)>, RollupError> {
    let shares = rows.words("link")?.into_iter().zip(units(rows)?).zip(rows.amounts("octets")?);
    Ok(shares.map(|((link, who), octets)| (link, who, octets)).collect())
}

/// Ids of the links that nothing measures, by the configuration alone: neither an exporter nor an interface is theirs,
/// and they are not the first shared line, which takes what no other link claims.
pub fn unmeasured(links: &[Link]) -> Vec<String> {
    let takes_rest = |l: &&Link| !l.issued() && matches!(l.kind, LinkKind::Broadband | LinkKind::Router);
    let silent = || links.iter().filter(|l| l.exporter.is_none() && l.interface.is_none());
    let rest = silent().find(takes_rest).map(|l| &l.id);
    silent().filter(|l| Some(&l.id) != rest).map(|l| l.id.clone()).collect()
}

/// Every link's figures by date, for costs: cycles reach into the month before, so the paths may cover several months.
pub fn link_days(links: &[PathBuf]) -> Result<Vec<LinkDay>, RollupError> {
    let rows = rollup::run(rollup::LINKS, links)?;
    let (link, date) = (rows.words("link")?, rows.dates("local_date")?);
    let (octets, records, lost) = (rows.amounts("octets")?, rows.amounts("records")?, rows.amounts("records_lost")?);
    let (lookups, servfail) = (rows.amounts("lookups")?, rows.amounts("servfail")?);
    let (nxdomain, unanswered) = (rows.amounts("nxdomain")?, rows.amounts("unanswered")?);
    // Columns of one result are equally long.
    let day = |(i, (link, date)): (usize, (String, Date))| LinkDay {
        link,
        date,
        octets: octets[i],
        records: records[i],
        records_lost: lost[i],
        lookups: lookups[i],
        servfail: servfail[i],
        nxdomain: nxdomain[i],
        unanswered: unanswered[i],
    };
    let mut days: Vec<LinkDay> = link.into_iter().zip(date).enumerate().map(day).collect();
    days.sort();
    Ok(days)
}

/// Runs every SQL file.
pub(crate) fn contributions(usage: &[PathBuf], links: &[PathBuf]) -> Result<Contributions, RollupError> {
    let mut out = Contributions::default();
    for shape in CELLS {
        cells(shape, &rollup::run(shape.query, usage)?, &mut out.cells)?;
    }
    out.link_shares = link_shares(&rollup::run(rollup::LINK_USE, usage)?)?;
    out.link_days = link_days(links)?;
    out.cells.sort_unstable();
    out.link_shares.sort();
    Ok(out)
}

/// Turns a roll-up's rows into contributions.
fn cells(shape: &Shape, rows: &Rows, out: &mut Vec<(CellKey, Who, u64)>) -> Result<(), RollupError> {
    let mut keys = vec![CellKey { category: None, class: None, measure: shape.measure }; rows.len()];
    if shape.category {
        for (key, word) in keys.iter_mut().zip(rows.words("category")?) {
            key.category = Some(Taxonomy::find(&word).ok_or_else(|| rows.bad("category"))?);
        }
    }
    if shape.class {
        for (key, word) in keys.iter_mut().zip(rows.words("time_class")?) {
            key.class = Some(TimeClass::from_word(&word).ok_or_else(|| rows.bad("time_class"))?);
        }
    }
    let amounts = rows.amounts(shape.amount)?;
    let units = units(rows)?;
    out.extend(keys.into_iter().zip(units).zip(amounts).map(|((key, who), amount)| (key, who, amount)));
    Ok(())
}

/// Who stands behind each row: a person, or else a shared device. Files about employees alone name no device.
fn units(rows: &Rows) -> Result<Vec<Who>, RollupError> {
    let people = rows.keys("person")?;
    let shared = match people.iter().all(Option::is_some) {
        true => vec![None; people.len()],
        false => rows.keys("shared_device")?,
    };
    let unit = |(person, device): (Option<i64>, Option<i64>)| match (person, device) {
        (Some(person), None) => Ok(Who::Person(PersonKey(person))),
        (None, Some(device)) => Ok(Who::Shared(DeviceKey(device))),
        _ => Err(rows.bad("person")),
    };
    people.into_iter().zip(shared).map(unit).collect()
}

/// A cost line with the holder that the gate knows for its link.
fn gate_line(line: &CostLine, facts: &MonthFacts) -> gate::CostLine {
    let link = facts.links.iter().find(|l| l.id == line.link);
    gate::CostLine {
        link: line.link.clone(),
        kind: line.kind.to_owned(),
        holder: link.and_then(|l| l.holder.clone()),
        cycle_start: line.cycle_start,
        cycle_end: line.cycle_end,
        fixed: line.fixed,
        usage: line.usage,
        abroad: line.abroad,
        budget: line.budget,
        source: line.source,
        forecast: line.forecast,
    }
}

/// A cost line, of claims one for each holder: the gate counts them.
fn gate_lines(line: &CostLine, facts: &MonthFacts, claims: &BTreeMap<String, i64>) -> Vec<gate::CostLine> {
    let plain = gate_line(line, facts);
    if line.source != gate::CostSource::Claims || claims.is_empty() {
        return vec![plain];
    }
    let of_holder = |(holder, pence): (&String, &i64)| gate::CostLine {
        holder: (!holder.is_empty()).then(|| holder.clone()),
        usage: *pence,
        ..plain.clone()
    };
    claims.iter().map(of_holder).collect()
}

/// Coverage of a link over the month: a night that was made and lost too little of it is complete, and so is one on
/// which the link carried nothing; a missing night is not.
fn coverage(link: &str, facts: &MonthFacts, nights: &[Date], days: &[LinkDay]) -> CoverageFacts {
    let of_link = || days.iter().filter(|d| d.link == link);
    let poor = of_link().filter(|d| per_10k(d.records, d.records_lost) < facts.coverage_min_per_10k);
    let made = facts.month.days().filter(|d| nights.contains(d)).count();
    let (seen, lost) = of_link().fold((0_u128, 0_u128), |(seen, lost), d| {
        // Octets lost: as many records at the day's mean.
        let mean_lost = u128::from(d.octets) * u128::from(d.records_lost) / u128::from(d.records.max(1));
        (seen + u128::from(d.octets), lost + mean_lost)
    });
    CoverageFacts {
        link: link.to_owned(),
        days: facts.month.days().count() as u32,
        days_complete: made.saturating_sub(poor.count()) as u32,
        per_10k: share(seen, lost),
    }
}

/// Records seen of all, in ten-thousandths.
fn per_10k(seen: u64, lost: u64) -> u16 {
    share(u128::from(seen), u128::from(lost))
}

/// `seen / (seen + lost)` in ten-thousandths, rounded down; all where there is nothing.
fn share(seen: u128, lost: u128) -> u16 {
    (seen * 10_000).checked_div(seen + lost).map_or(10_000, |n| n as u16)
}
