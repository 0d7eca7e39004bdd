//! `tithing costs`: bills, forecasts, warnings and reconciliation for the provider's eyes, and other tariffs tried.
//!
//! It shows what links issued to one person cost, which no report does; so it prints to the terminal alone and is
//! entered in the ledger.

use std::path::Path;

use analyze::cost::{CostLine, Counts, Reconciliation, Share, Trial, compare, costs, doubtful, reconcile};
use jiff::civil::Date;
use model::Month;
use serde_json::{Value, json};
use store::{Event, Reading, Table};

use crate::args::{CostsArgs, DataFormat};
use crate::bills::Gathered;
use crate::clock::Clock;
use crate::commands::chosen;
use crate::config::{Provider, offers};
use crate::council::{Council, Shared};
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Prints the costs of the authorities asked for. One council's failure never touches another.
pub(crate) fn run(provider: &Provider, clock: Clock, what: &CostsArgs) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let mut worst = Outcome::Done;
    for id in chosen(provider, &what.authority)? {
        let done = Council::open(provider, &shared, id, clock).and_then(|council| {
            let rows = match &what.offers {
                Some(file) => trials(&council, file, what)?,
                None => bills(&council, what)?,
            };
            council.ledger.append(&Event::Read { reading: Reading::Costs, count: rows.len() as u64 }, council.now())?;
            rows.iter().try_for_each(|row| messages::data(&row.text(what.format)))
        });
        if let Err(failure) = done {
            tracing::error!("{id}: {failure}");
            worst = Outcome::Failed;
        }
    }
    Ok(worst)
}

/// One row of data, and how it reads.
struct Row {
    json: Value,
    words: String,
}

impl Row {
    fn text(&self, format: DataFormat) -> String {
        match format {
            DataFormat::Json => format!("{}\n", self.json),
            DataFormat::Table => format!("{}\n", self.words),
        }
    }
}

fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", pence.unsigned_abs() / 100, pence.unsigned_abs() % 100)
}

/// Megabytes with one decimal, rounded down.
fn megabytes(octets: i128) -> String {
    let tenths = octets.unsigned_abs() / 100_000;
    format!("{}{}.{}", if octets < 0 { "-" } else { "" }, tenths / 10, tenths % 10)
}

fn asked(what: &CostsArgs, link: &str) -> bool {
    what.link.as_ref().is_none_or(|l| l == link)
}

fn known_link(council: &Council<'_>, what: &CostsArgs) -> Result<(), Failure> {
    let ids = council.authority.link_ids();
    match &what.link {
        Some(link) if !ids.contains(link) => {
            Err(Failure::new(format!("no link '{link}'")).hint(format!("links are: {}", ids.join(", "))))
        }
        _ => Ok(()),
    }
}

/// The month's lines, their reconciliation, and the claims that somebody should look at.
fn bills(council: &Council<'_>, what: &CostsArgs) -> Result<Vec<Row>, Failure> {
    known_link(council, what)?;
    let today = council.today();
    let yesterday = today.yesterday().unwrap_or(today);
    let month = what.month.unwrap_or(Month::of(yesterday));
    let before = month.first().yesterday().map(Month::of).unwrap_or(month);
    let through = month.last().min(yesterday);
    let gathered = Gathered::read(council, before.first(), through)?;
    let books = gathered.books(council);
    let lines = if through < month.last() { running(&books, month, through) } else { costs(&books, month, today) };
    let counters = crate::counters::read(council);
    let counts = Counts {
        days: &gathered.days,
        nights: &gathered.nights,
        itemised: &council.authority.mobile_usage,
        counters: &counters,
    };
    let mut rows = Vec::new();
    for line in lines.iter().filter(|l| asked(what, &l.link)) {
        rows.push(line_row(council, line));
        let upto = line.cycle_end.min(through);
        for found in reconcile(&counts, &line.link, line.cycle_start, upto) {
            rows.push(reconciled(council, &found));
        }
    }
    if what.link.is_none() {
        rows.extend(claims(council, month));
    }
    Ok(rows)
}

/// The lines of a month that still runs: every cycle that ends in it or is running now.
fn running(books: &analyze::cost::Books<'_>, month: Month, through: Date) -> Vec<CostLine> {
    let all = analyze::cost::lines(books, through);
    all.into_iter().filter(|l| l.cycle_end >= month.first()).collect()
}

fn line_row(council: &Council<'_>, line: &CostLine) -> Row {
    let warnings: Vec<Value> =
        line.warnings.iter().map(|w| json!({ "of": w.of.as_str(), "percent": w.percent })).collect();
    let json = json!({
        "row": "cost", "authority": council.authority.id, "link": line.link, "kind": line.kind,
        "cycle_start": line.cycle_start.to_string(), "cycle_end": line.cycle_end.to_string(),
        "bytes": line.bytes, "abroad_bytes": line.abroad_bytes, "fixed": line.fixed, "usage": line.usage,
        "abroad": line.abroad, "total": line.total, "budget": line.budget, "source": line.source.as_str(),
        "forecast": line.forecast, "so_far": line.so_far, "low": line.range.map(|r| r.0),
        "high": line.range.map(|r| r.1), "data_bytes": line.data, "home_bytes": line.home_bytes,
        "rolled_bytes": line.rolled_bytes, "balance_bytes": line.balance_bytes, "nights": line.nights,
        "at_most": line.at_most, "warnings": warnings,
    });
    let mut words = format!(
        "{}  {:<14} {} to {}  {:>9}  (contract {}, use {}, abroad {}; {})",
        council.authority.id,
        line.link,
        line.cycle_start,
        line.cycle_end,
        pounds(line.total),
        pounds(line.fixed),
        pounds(line.usage),
        pounds(line.abroad),
        line.source.as_str()
    );
    if line.forecast {
        words += &format!("; forecast, {} so far", pounds(line.so_far));
        match line.range {
            Some((low, high)) => words += &format!(", {} to {} in nine of ten", pounds(low), pounds(high)),
            None => words += ", no range: fewer than seven nights are known",
        }
    }
    for warning in &line.warnings {
        let of = if warning.of == Share::Data { "data" } else { "budget" };
        words += &format!("; {} % of {of} reached", warning.percent);
    }
    if line.at_most {
        words += "; at most: a pass of 24 hours is counted for each date, since rows carry no times";
    }
    Row { json, words }
}

fn reconciled(council: &Council<'_>, found: &Reconciliation) -> Row {
    let parts: serde_json::Map<String, Value> =
        found.parts.iter().map(|(reason, n)| (reason.as_str().to_owned(), json!(narrow(*n)))).collect();
    let json = json!({
        "row": "reconciliation", "authority": council.authority.id, "link": found.link,
        "cycle_start": found.cycle_start.to_string(), "cycle_end": found.cycle_end.to_string(),
        "witness": found.witness.as_str(), "ours": found.ours, "theirs": found.theirs, "parts": parts,
        "rest": narrow(found.rest),
    });
    let mut words = format!(
        "{}  {:<14} {} to {}  ours {} MB, {} {} MB",
        council.authority.id,
        found.link,
        found.cycle_start,
        found.cycle_end,
        megabytes(found.ours.into()),
        found.witness.as_str(),
        megabytes(found.theirs.into())
    );
    for (reason, octets) in &found.parts {
        words += &format!(", {} {} MB", reason.as_str().replace('_', " "), megabytes(*octets));
    }
    words += &format!(", unexplained {} MB", megabytes(found.rest));
    Row { json, words }
}

fn narrow(n: i128) -> i64 {
    i64::try_from(n).unwrap_or(if n < 0 { i64::MIN } else { i64::MAX })
}

/// Claims of the month that the register does not bear out.
fn claims(council: &Council<'_>, month: Month) -> Vec<Row> {
    let all = &council.authority.claims;
    let row = |d: &analyze::cost::DoubtfulClaim| {
        let claim = all.get(d.index).filter(|c| Month::of(c.date) == month)?;
        let json = json!({
            "row": "claim", "authority": council.authority.id, "date": claim.date.to_string(),
            "asset": claim.asset, "doubt": d.doubt.as_str(),
        });
        let (date, asset) = (claim.date, &claim.asset);
        let (doubt, next) = (d.doubt.as_str().replace('_', " "), d.doubt.next());
        Some(Row { json, words: format!("{}  claim of {date} for {asset}: {doubt}; {next}", council.authority.id) })
    };
    doubtful(all, &council.authority.register).iter().filter_map(row).collect()
}

/// Other tariffs on the links' own use, cheapest year first.
fn trials(council: &Council<'_>, file: &Path, what: &CostsArgs) -> Result<Vec<Row>, Failure> {
    known_link(council, what)?;
    let offers = offers::load(file)?;
    let today = council.today();
    let through = today.yesterday().unwrap_or(today);
    let first = council.store.all_dates(Table::Links)?.first().copied().unwrap_or(through);
    let gathered = Gathered::read(council, first, through)?;
    let books = gathered.books(council);
    let mut rows = Vec::new();
    for link in council.authority.links.iter().filter(|l| asked(what, &l.id)) {
        let trials = compare(&offers, &books, link);
        if trials.is_empty() {
            tracing::warn!("{}: {}: no whole cycle of any offer is known yet", council.authority.id, link.id);
        }
        rows.extend(trials.iter().map(|t| trial_row(council, &link.id, t)));
    }
    Ok(rows)
}

fn trial_row(council: &Council<'_>, link: &str, trial: &Trial) -> Row {
    let (least, most) = (trial.cycles.iter().min(), trial.cycles.iter().max());
    let json = json!({
        "row": "offer", "authority": council.authority.id, "link": link, "name": trial.name,
        "first": trial.first.to_string(), "last": trial.last.to_string(), "cycles": trial.cycles,
        "total": trial.total(), "min": least, "max": most, "year": trial.year,
        "year_low": trial.year_range.map(|r| r.0), "year_high": trial.year_range.map(|r| r.1),
        "days_unknown": trial.days_unknown, "unpriced_abroad_bytes": trial.unpriced_abroad, "at_most": trial.at_most,
    });
    let mut words = format!("{}  {link:<14} {}: a year {}", council.authority.id, trial.name, pounds(trial.year));
    match trial.year_range {
        Some((low, high)) => words += &format!(", {} to {} in nine of ten", pounds(low), pounds(high)),
        None => words += ", no range: only one whole cycle is known, which is too little to choose by",
    }
    let cycles = trial.cycles.len();
    words += &format!("; {} over {cycles} cycles from {} to {}", pounds(trial.total()), trial.first, trial.last);
    if let (Some(least), Some(most)) = (least, most) {
        words += &format!(", each {} to {}", pounds(*least), pounds(*most));
    }
    if trial.days_unknown > 0 {
        words += &format!("; {} days have no night and count as no use", trial.days_unknown);
    }
    if trial.unpriced_abroad > 0 {
        words += &format!("; {} MB abroad have no zone and no price here", megabytes(trial.unpriced_abroad.into()));
    }
    Row { json, words }
}
