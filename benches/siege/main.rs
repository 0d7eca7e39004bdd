//! Drawn councils through the gate, everything released under attack together; the whole answer asserted.
//!
//! Without arguments 1,000 councils of 3 to 40 people, six months each; with `TITHING_BENCH=short` 50 of them.
//! `--councils N` and `--seed N` ask for others; `--dump FILE` leaves what was drawn and released as JSON lines for
//! `benches/peers`; `--raw FILE` leaves the figures.
#![expect(clippy::print_stdout, reason = "figures are a bench's output")]

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

use model::Taxonomy;
use rayon::prelude::*;
use serde_json::json;

use council::Outcome;
use primary::Recovered;
use tally::{GROUPS, Group, MonthFigures, group, percent};

mod council;
mod fill;
mod primary;
mod speed;
mod tally;
mod wall;
mod weak;

/// Unprotected pages that are left for the linear programs.
const WEAK_PAGES: u64 = 40;

struct Options {
    councils: u64,
    seed: u64,
    dump: Option<String>,
    raw: Option<String>,
}

fn options() -> Options {
    let short = std::env::var("TITHING_BENCH").is_ok_and(|v| v == "short");
    let mut options = Options { councils: if short { 50 } else { 1_000 }, seed: 1, dump: None, raw: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("{word} wants a value"));
        match word.as_str() {
            "--councils" => options.councils = value().parse().expect("--councils wants a number"),
            "--seed" => options.seed = value().parse().expect("--seed wants a number"),
            "--dump" => options.dump = Some(value()),
            "--raw" => options.raw = Some(value()),
            // What cargo hands to every bench.
            "--bench" => (),
            other => panic!("{other} is no argument of this bench"),
        }
    }
    options
}

fn main() {
    let options = options();
    let began = Instant::now();
    let outcomes: Vec<Outcome> = (0..options.councils)
        .into_par_iter()
        .map(|number| council::run(options.seed, number, options.dump.is_some()))
        .collect();
    let took = began.elapsed().as_secs_f64();
    let months: Vec<MonthFigures> = outcomes.iter().flat_map(|o| o.months.iter().cloned()).collect();
    let groups: Vec<Group> = GROUPS.map(|g| group(g, &months)).into_iter().collect();
    println!(
        "{} councils, seed {}, {} months, {} texts released, {took:.1} s",
        options.councils,
        options.seed,
        months.len(),
        outcomes.iter().map(|o| o.written.len()).sum::<usize>()
    );
    print_groups(&groups);
    let changes = changes(&outcomes);
    print_changes(&changes);
    let primary = primary_groups(&outcomes);
    print_primary(&primary);
    let breaches: usize = outcomes.iter().map(|o| o.siege.breaches.len()).sum();
    let sums: u64 = outcomes.iter().map(|o| o.siege.sums).sum();
    let attacked: u32 = outcomes.iter().map(|o| o.siege.attacked).sum();
    let profiles = outcomes.first().map(|o| o.siege.profiles.clone()).unwrap_or_default();
    println!("\n### The attacker\n");
    println!(
        "Profiles: {}. Months attacked: {attacked}. Sums tried: {sums}. **Breaches: {breaches}.**",
        profiles.join(", ")
    );
    let (years, seconds) = speed::two_years(options.seed);
    println!("\nThe attack alone over 40 people and {years} months, every profile: {seconds:.2} s of one core.");
    if let Some(path) = &options.dump {
        dump(path, options.seed, &outcomes).unwrap_or_else(|e| panic!("{path}: {e}"));
    }
    if let Some(path) = &options.raw {
        let raw = json!({
            "councils": options.councils, "seed": options.seed, "seconds": took, "groups": groups, "changes": changes,
            "primary": primary, "profiles": profiles, "months_attacked": attacked, "sums": sums, "breaches": breaches,
            "attack_40_people_24_months_s": seconds,
        });
        std::fs::write(path, format!("{raw:#}\n")).unwrap_or_else(|e| panic!("{path}: {e}"));
    }
    check(&outcomes, &primary);
}

/// The whole answer: nobody gets in, every correction was refused and would have shown, and without the gate's rules a
/// reader does get in.
fn check(outcomes: &[Outcome], primary: &[Primary]) {
    for (number, outcome) in outcomes.iter().enumerate() {
        let breaches = &outcome.siege.breaches;
        assert!(breaches.is_empty(), "council {number}: {:?}", breaches.first());
        assert!(outcome.siege.profiles.len() >= 4, "profiles: {:?}", outcome.siege.profiles);
        assert_eq!(outcome.siege.attacked as usize, outcome.months.len(), "council {number}: a month was not attacked");
    }
    let every: u64 = changes(outcomes).values().map(|c| c.1).sum();
    assert!(every > 0, "no correction would have changed a page: the refusal is not tried");
    // The first five groups hold every number of people once.
    let mut sum = [Recovered::default(); 3];
    primary.iter().take(5).for_each(|(_, both)| sum.iter_mut().zip(both).for_each(|(s, one)| s.add(*one)));
    let [_, fine, ten] = sum;
    for found in [fine, ten] {
        assert!(found.hidden > 0 && found.closely * 50 > found.hidden, "the attacker is blind: {found:?}");
    }
}

fn print_groups(groups: &[Group]) {
    println!("\n### What is shown\n");
    println!(
        "| people | council-months | with kinds of site | bytes under a name | of those that could be | all together | cells shown |"
    );
    println!("|---|---:|---:|---:|---:|---:|---|");
    for g in groups {
        let cells: Vec<String> = g.cells.iter().map(|(id, (a, b))| format!("{id} {a} of {b}")).collect();
        println!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            g.people,
            g.months,
            g.printed,
            percent(g.named),
            percent(g.named_of_nameable),
            percent(g.named_together),
            cells.join(", ")
        );
    }
}

type Primary = (&'static str, [Recovered; 3]);

/// Primary suppression alone, by number of people with hours.
fn primary_groups(outcomes: &[Outcome]) -> Vec<Primary> {
    let all = || outcomes.iter().flat_map(|o| &o.primary);
    let sum = |(name, least, most): (&'static str, u32, u32)| {
        let mut sum = [Recovered::default(); 3];
        for (_, both) in all().filter(|(people, _)| (least..=most).contains(people)) {
            sum.iter_mut().zip(both).for_each(|(s, one)| s.add(*one));
        }
        (name, sum)
    };
    GROUPS.map(sum).into_iter().collect()
}

fn print_primary(groups: &[Primary]) {
    println!("\n### Primary suppression alone\n");
    println!(
        "Every row's sum printed, inner cells that fail the test hidden: what an outsider gets back of the hidden ones. \
         Exactly: to what the rounding of two figures leaves.\n"
    );
    println!(
        "| people with hours | months | hidden cells, all kinds | recovered exactly, printed to 1 MB | within a fifth, to 1 MB | within a fifth, to 1 GB | hidden cells, ten kinds | recovered exactly, to 1 MB | within a fifth, to 1 MB |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    let share = |part: u64, whole: u64| percent((part * 10_000).checked_div(whole).unwrap_or(0));
    for (name, [coarse, fine, ten]) in groups {
        println!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} |",
            fine.months,
            fine.hidden,
            share(fine.exactly, fine.hidden),
            share(fine.closely, fine.hidden),
            share(coarse.closely, coarse.hidden),
            ten.hidden,
            share(ten.exactly, ten.hidden),
            share(ten.closely, ten.hidden)
        );
    }
}

const SORTS: [&str; 4] = ["late", "objection", "recategorised", "rectified"];

fn changes(outcomes: &[Outcome]) -> BTreeMap<&'static str, (u64, u64)> {
    let mut sum: BTreeMap<&'static str, (u64, u64)> = BTreeMap::new();
    for (sort, (count, differ)) in outcomes.iter().flat_map(|o| SORTS.iter().zip(o.changes)) {
        let entry = sum.entry(sort).or_default();
        *entry = (entry.0 + count, entry.1 + differ);
    }
    sum
}

fn print_changes(changes: &BTreeMap<&'static str, (u64, u64)>) {
    println!("\n### After publication\n");
    println!("| known after publication | changes | refused | would have changed the page |");
    println!("|---|---:|---:|---:|");
    for (sort, (count, differ)) in changes {
        println!("| {sort} | {count} | {count} | {differ} |");
    }
}

fn dump(path: &str, seed: u64, outcomes: &[Outcome]) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let taxonomy: Vec<_> = Taxonomy::ALL
        .iter()
        .map(|c| json!({ "id": c.id, "treatment": format!("{:?}", c.treatment).to_lowercase() }))
        .collect();
    writeln!(file, "{}", json!({ "seed": seed, "taxonomy": taxonomy }))?;
    for line in outcomes.iter().filter_map(|o| o.line.as_ref()) {
        writeln!(file, "{line}")?;
    }
    for number in 0..WEAK_PAGES {
        writeln!(file, "{}", weak::page(seed, number))?;
    }
    file.flush()
}
