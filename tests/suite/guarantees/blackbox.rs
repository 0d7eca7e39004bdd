//! Guarantee 23 from outside: the whole way from inputs to outputs with a council, and with the same council less one
//! person, for every person. What may differ is listed here; anything else that differs is a leak.
//!
//! *Less one person*: the same inputs without that person's flows, lookups, leases, rows of the tables and issued links;
//! everything of everybody else is the same to the byte (`fixtures` leaves a person out where it writes, after all is drawn).
//!
//! May differ:
//! - `usage`: that person's rows, which are gone. Of others only rows that a colleague's lookup told or left open (`council`,
//!   `ambiguous`): without that lookup the same bytes stand in the same bucket, told by another colleague, their network or
//!   nothing.
//! - `links`: by exactly what that person's devices carried, bucket by bucket; issued links of theirs are gone.
//! - the nightly account: by what the inputs hold less.
//! - the released document: figures, symbols, the rows of `costs`, `coverage` and `faults` about links issued to them; whether
//!   a table stands up to the gate, and with it the queries and the sentences that name it; the tier by the number of people,
//!   and with it the list of tables and the sentences that the tier explains itself with.
//! - hashes, lengths and times of the ledger's lines; figures in what is said.
//!
//! Must not: number and names of files; any other row of others, with their pseudonyms; bytes of strangers other than theirs; every other key
//! of the document; ids, titles, labels, columns and order of a table's rows; the kinds and number of the ledger's entries;
//! the words of what is said; and no name or asset of the person stands in any of it.
//!
//! Once a month is published, the inputs without the person give the same published bytes.
//!
//! `TITHING_BLACKBOX=N` takes N councils (2 unless told) of 3 people and more; `scripts/blackbox` runs twenty.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use store::{KeySource, Keys};

use super::leaves::{Leaves, Row, bytes, files, leaves, number, rows, skeleton, without_figures};

const COMMANDS: [&[&str]; 5] = [
    &["check"],
    &["nightly", "--format", "json"],
    &["report", "--month", "2026-03"],
    &["faults", "--month", "2026-03"],
    &["ledger", "verify"],
];

/// Sizes of the councils in turn: on both sides of every tier's edge.
const SIZES: [u16; 20] = [5, 8, 3, 4, 6, 7, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 5, 8, 12, 10];

/// A council's month, run through the pipeline.
struct Run {
    _temp: tempfile::TempDir,
    root: PathBuf,
    id: String,
    leaves: Leaves,
    usage: Vec<Row>,
    links: Vec<Row>,
    nights: Vec<Value>,
    truth: Value,
    report: Value,
}

fn generate(number: usize, without: Option<u16>, out: &Path) -> String {
    let request = fixtures::Request {
        councils: Some(1),
        people: Some(SIZES[number % SIZES.len()]),
        start: Some(jiff::civil::date(2026, 3, 2)),
        days: Some(2),
        flows_per_day: Some(1_200),
        lookups_per_day: Some(350),
        ..fixtures::Request::default()
    };
    let mut plan = fixtures::Plan::new(2_300 + number as u64, &request).unwrap();
    plan.councils[0].without = without;
    fixtures::generate(&plan, out, &mut |_, _| {}).unwrap();
    // The equipment schedule is about single holders, for named readers: what it may say has tests of its own.
    for entry in fs::read_dir(out.join("authorities")).unwrap() {
        let path = entry.unwrap().path().join("assessment.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("\"summary\", \"schedule\"", "\"summary\"").replace(", \"device-volumes\"", ""))
            .unwrap();
    }
    plan.councils[0].id.clone()
}

impl Run {
    fn new(number: usize, without: Option<u16>) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("p");
        let id = generate(number, without, &root);
        let leaves = leaves(&root, &COMMANDS);
        let truth: Value = serde_json::from_str(&fs::read_to_string(root.join("truth.json")).unwrap()).unwrap();
        Self {
            usage: rows(&root, &id, "usage"),
            links: rows(&root, &id, "links"),
            nights: leaves.said[1].1.lines().map(|l| serde_json::from_str(l).unwrap()).collect(),
            truth: truth["authorities"][&id].clone(),
            report: leaves.report(&id),
            leaves,
            _temp: temp,
            root,
            id,
        }
    }

    fn pseudonym(&self, person: &str) -> String {
        let keys = Keys::open(&self.root.join("keys"), &self.id).unwrap();
        keys.month("2026-03".parse().unwrap(), KeySource::Existing).unwrap().person(person).0.to_string()
    }
}

/// Somebody who is left out, with what names them.
struct Person {
    id: String,
    assets: Vec<String>,
    links: Vec<String>,
    /// From a day of the two on nothing of theirs is measured.
    objected: bool,
}

impl Person {
    fn new(all: &Run, place: u16) -> Self {
        let council = all.root.join("authorities").join(&all.id);
        let table = |name: &str| fs::read_to_string(council.join(name)).unwrap();
        let people = table("people.csv");
        let line: Vec<&str> = people.lines().nth(usize::from(place) + 1).unwrap().split(',').collect();
        let (id, objected) = (line[0].to_owned(), !line[3].is_empty());
        let register = table("register.csv");
        let rows = register.lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>());
        let assets: BTreeSet<String> = rows.filter(|r| r[2] == id).map(|r| r[0].to_owned()).collect();
        let authority: toml::Table = table("authority.toml").parse().unwrap();
        let issued = |l: &&toml::Value| l.get("issued_to").and_then(|a| a.as_str()).is_some_and(|a| assets.contains(a));
        let links = authority["links"].as_array().unwrap().iter().filter(issued);
        let links = links.map(|l| l["id"].as_str().unwrap().to_owned()).collect();
        Self { id, links, objected, assets: assets.into_iter().collect() }
    }

    /// Whether a line is about a link or a device of theirs.
    fn named_in(&self, text: &str) -> bool {
        self.links.iter().chain(&self.assets).chain([&self.id]).any(|word| text.contains(word.as_str()))
    }
}

/// What a comparison went through.
#[derive(Debug, Default)]
struct Looked {
    rows: usize,
    /// Rows of others that a colleague's lookup had told.
    retold: usize,
    files: usize,
    figures: usize,
    same_structure: usize,
}

/// Where a row stands, whatever told its kind of site.
fn place(row: &Row) -> Vec<String> {
    ["local_date", "bucket_start", "person", "device", "unit", "link", "time_class"].map(|c| row[c].clone()).to_vec()
}

/// A row told by what another's lookup may change.
fn by_others(row: &Row) -> bool {
    matches!(row["evidence"].as_str(), "council" | "ambiguous" | "network" | "none")
}

/// Octets up and down, flows and minutes of what stands in a place, whoever told it.
fn sums(rows: &[&Row]) -> BTreeMap<Vec<String>, [i64; 4]> {
    let mut found: BTreeMap<Vec<String>, [i64; 4]> = BTreeMap::new();
    for row in rows.iter().filter(|r| by_others(r)) {
        let sum = found.entry(place(row)).or_default();
        sum[0] += number(row, "bytes_up");
        sum[1] += number(row, "bytes_down");
        sum[2] += number(row, "flows");
        sum[3] |= number(row, "minute_mask");
    }
    found
}

fn others_rows_stand(all: &Run, less: &Run, person: &Person, looked: &mut Looked) {
    let key = all.pseudonym(&person.id);
    let others: Vec<&Row> = all.usage.iter().filter(|r| r["person"] != key).collect();
    let left: Vec<&Row> = less.usage.iter().collect();
    assert!(left.iter().all(|r| r["person"] != key), "rows of somebody who is not there");
    let own = |rows: &[&Row]| rows.iter().filter(|r| !by_others(r)).map(|r| (*r).clone()).collect::<Vec<Row>>();
    assert_eq!(own(&others), own(&left), "rows of others, told by their own lookups");
    assert_eq!(sums(&others), sums(&left), "bytes of others in their places");
    let told = |rows: &[&Row]| rows.iter().filter(|r| r["evidence"] == "council").map(|r| bytes(r)).sum::<i64>();
    assert!(told(&left) <= told(&others), "less was looked up, and more is told");
    looked.rows += others.len();
    let same: BTreeSet<&Row> = left.iter().copied().collect();
    looked.retold += others.iter().filter(|r| !same.contains(**r)).count();
}

/// Bytes by bucket and link.
fn by_bucket<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeMap<(String, String), i64> {
    let mut found = BTreeMap::new();
    for row in rows {
        *found.entry((row["bucket_start"].clone(), row["link"].clone())).or_default() += bytes(row);
    }
    found
}

fn links_differ_by_the_persons_bytes(all: &Run, less: &Run, person: &Person) {
    let key = all.pseudonym(&person.id);
    let own = by_bucket(all.usage.iter().filter(|r| r["person"] == key));
    // A telephone of their own has no row, nor has anything after an objection: both are part of what nobody measures.
    let strangers = |run: &Run| run.nights.iter().map(|n| n["unmonitored"].as_i64().unwrap()).sum::<i64>();
    let unmeasured = strangers(all) - strangers(less);
    let (with, without) = (by_bucket(all.links.iter()), by_bucket(less.links.iter()));
    let mut more = 0;
    for (place, bytes) in &with {
        if person.links.contains(&place.1) {
            assert!(!without.contains_key(place), "an issued link of somebody who is not there");
            continue;
        }
        let difference = bytes - without.get(place).copied().unwrap_or_default();
        let rest = difference - own.get(place).copied().unwrap_or_default();
        assert!(rest >= 0, "{place:?}: others' bytes grew");
        more += rest;
    }
    assert!(without.keys().all(|place| with.contains_key(place)), "buckets that nobody filled");
    assert_eq!(more, unmeasured, "bytes that are neither the person's rows nor their own telephone's");
    let telephone = person.assets.iter().any(|a| a.starts_with('B'));
    assert!(telephone || person.objected || unmeasured == 0, "bytes of strangers changed");
}

fn accounts_follow_the_inputs(run: &Run) {
    for night in &run.nights {
        let truth = &run.truth["nights"][night["date"].as_str().unwrap()];
        for figure in ["counted", "flows", "lookups"] {
            assert_eq!(night[figure], truth[figure], "{figure} of {}", night["date"]);
        }
    }
}

/// Keys of the released document that may differ whatever the tier.
const FIGURES: [&str; 8] =
    ["tables", "costs", "coverage", "accounting", "checkpoint", "faults", "attack", "security_notices"];
/// Those that a tier explains itself with.
const OF_THE_TIER: [&str; 9] = [
    "people_tier",
    "audience",
    "symbols",
    "definitions",
    "measured",
    "not_measured",
    "reasons",
    "claims_to_check",
    "requirements",
];

/// Those that say which tables there are, and why one is not: a table that fails the gate is not printed.
const OF_THE_TABLES: [&str; 3] = ["measured", "queries", "reasons"];

/// A table without its figures.
fn frame(table: &Value) -> Value {
    let mut table = table.clone();
    // Steps go by the table's total.
    table["base"] = Value::Null;
    for row in table["rows"].as_array_mut().unwrap() {
        row["cells"] = Value::from(row["cells"].as_array().unwrap().len());
    }
    table
}

/// Which cells show a figure.
fn shown(report: &Value) -> Vec<bool> {
    let tables = report["tables"].as_array().unwrap().iter();
    let rows = tables.flat_map(|t| t["rows"].as_array().unwrap());
    rows.flat_map(|r| r["cells"].as_array().unwrap()).map(|c| c.get("shown").is_some()).collect()
}

/// Leaves out what is said of the links of the person, and all figures.
fn of_links(list: &Value, person: &Person) -> Vec<String> {
    let of_theirs = |v: &&Value| v["link"].as_str().is_none_or(|l| !person.links.iter().any(|own| own == l));
    let all = list.as_array().into_iter().flatten();
    all.filter(of_theirs).map(|v| v["link"].to_string()).collect()
}

/// The tables that are printed.
fn ids(report: &Value) -> Vec<&Value> {
    report["tables"].as_array().unwrap().iter().map(|t| &t["id"]).collect()
}

fn documents_have_one_frame(all: &Run, less: &Run, person: &Person, looked: &mut Looked) {
    let (with, without) = (all.report.as_object().unwrap(), less.report.as_object().unwrap());
    let same_tier = with["people_tier"] == without["people_tier"];
    for key in with.keys().chain(without.keys()) {
        let (a, b) = (with.get(key), without.get(key));
        let tier_decides = OF_THE_TIER.contains(&key.as_str());
        let tables_decide = OF_THE_TABLES.contains(&key.as_str()) && ids(&all.report) != ids(&less.report);
        if FIGURES.contains(&key.as_str()) || tier_decides && !same_tier || tables_decide || key == "symbols" {
            continue;
        }
        let text = |v: Option<&Value>| v.map(|v| without_figures(&v.to_string()));
        assert_eq!(text(a), text(b), "'{key}' of the document");
    }
    for key in ["coverage", "faults"] {
        let of = |run: &Run| of_links(&run.report[key], person);
        assert_eq!(of(all), of(less), "links of '{key}'");
    }
    if same_tier {
        let frames = |run: &Run| {
            let tables = run.report["tables"].as_array().unwrap().iter().filter(|t| t["id"] != "links");
            tables.map(|t| (t["id"].as_str().unwrap().to_owned(), frame(t))).collect::<BTreeMap<_, _>>()
        };
        let (a, b) = (frames(all), frames(less));
        // A table that fails the gate is not printed; one that is printed has all its rows.
        for (id, table) in a.iter().filter(|(id, _)| b.contains_key(*id)) {
            assert_eq!(table, &b[id], "table '{id}'");
        }
    }
    looked.figures += shown(&all.report).len();
    let page = |run: &Run| skeleton(run.leaves.text(&format!("reports/{}/2026-03/summary.html", run.id)));
    let alike = same_tier && person.links.is_empty() && shown(&all.report) == shown(&less.report);
    let alike = alike && all.report["faults"].to_string().len() == less.report["faults"].to_string().len();
    if alike && all.report["symbols"] == less.report["symbols"] {
        assert_eq!(page(all), page(less), "elements of the page, where the same cells are shown");
        looked.same_structure += 1;
    }
}

/// Names of files without those of the person's own links and devices, and without bills where a link was issued to them:
/// a file of bills stands for each day on which the cycle of some link ends.
fn file_names(run: &Run, person: &Person) -> Vec<String> {
    let bills = |path: &str| path.contains("/cycles/") && !person.links.is_empty();
    run.leaves.files.keys().filter(|p| !person.named_in(p) && !bills(p)).cloned().collect()
}

/// What is said, without figures and hashes, and without lines about the person's own links and devices.
fn words(run: &Run, person: &Person) -> Vec<(i32, BTreeSet<String>)> {
    let lines = |text: &str| {
        let about_schedule = |l: &&str| !l.contains("equipment schedule");
        let all = text.lines().filter(about_schedule).filter(|l| !person.named_in(l) && !l.starts_with('{'));
        all.map(without_figures).collect::<BTreeSet<_>>()
    };
    // `check` prints the tables of links and tariffs as they are, and is compared by what it refuses.
    run.leaves.masked().said.iter().skip(1).map(|(code, _, err)| (*code, lines(err))).collect()
}

/// The kinds of the ledger's entries, in order.
fn events(run: &Run) -> Vec<Vec<String>> {
    let text = run.leaves.text(&format!("ledger/{}.jsonl", run.id));
    let keys = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let mut found = Vec::new();
        keys_of(&value, &mut found);
        found.extend(value["event"].as_str().map(str::to_owned));
        found
    };
    text.lines().map(keys).collect()
}

/// Every key but those of the counts by reason and evidence, which stand only where there is something to count.
fn keys_of(value: &Value, found: &mut Vec<String>) {
    if let Value::Object(map) = value {
        for (key, below) in map {
            found.push(key.clone());
            if !matches!(key.as_str(), "attributed" | "attributed_flows" | "problems" | "excluded") {
                keys_of(below, found);
            }
        }
    }
}

/// The person's id and assets stand in nothing that was written or said, but for `check`, which shows the configuration.
fn nobody_is_named(run: &Run, person: &Person) {
    let holds = |octets: &[u8], word: &str| octets.windows(word.len()).any(|w| w == word.as_bytes());
    for word in person.assets.iter().chain([&person.id]) {
        for (path, octets) in run.leaves.files.iter().filter(|(p, _)| !p.contains("schedule")) {
            assert!(!holds(octets, word), "{word} stands in {path}");
        }
        for (_, out, err) in run.leaves.said.iter().skip(1) {
            assert!(!out.contains(word.as_str()) && !err.contains(word.as_str()), "{word} is said");
        }
    }
}

/// Every difference that may not be, each check by itself, so that one finding hides no other.
fn compare(all: &Run, less: &Run, person: &Person, looked: &mut Looked) -> usize {
    looked.files += all.leaves.files.len();
    let checks: [(&str, &mut dyn FnMut()); 3] = [
        ("files", &mut || assert_eq!(file_names(all, person), file_names(less, person), "files")),
        ("ledger", &mut || assert_eq!(events(all), events(less), "entries of the ledger")),
        ("words", &mut || assert_eq!(words(all, person), words(less, person), "what is said")),
    ];
    let mut leaks = checks.into_iter().map(|(what, check)| leak(what, &person.id, check)).sum::<usize>();
    leaks += leak("rows of others", &person.id, &mut || others_rows_stand(all, less, person, looked));
    leaks += leak("links", &person.id, &mut || links_differ_by_the_persons_bytes(all, less, person));
    leaks += leak("accounts", &person.id, &mut || accounts_follow_the_inputs(less));
    leaks += leak("documents", &person.id, &mut || documents_have_one_frame(all, less, person, looked));
    leaks += leak("names", &person.id, &mut || nobody_is_named(all, person));
    leaks + leak("names", &person.id, &mut || nobody_is_named(less, person))
}

/// 1 where a check fails, which says on standard error what it found.
fn leak(what: &str, person: &str, check: &mut dyn FnMut()) -> usize {
    let held = std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).is_ok();
    if !held {
        println!("leak in {what}, without {person}");
    }
    usize::from(!held)
}

/// The person is taken out of a council whose month is published: nothing published changes, whatever is run again.
fn a_published_month_stands(number: usize, place: u16, all: &Run) {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().join("p");
    generate(number, Some(place), &root);
    for (path, octets) in &all.leaves.files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, octets).unwrap();
    }
    let before: BTreeMap<_, _> = files(&root).into_iter().filter(|(p, _)| p.starts_with("reports/")).collect();
    leaves(&root, &[&["nightly"], &["report", "--month", "2026-03"]]);
    let after: BTreeMap<_, _> = files(&root).into_iter().filter(|(p, _)| p.starts_with("reports/")).collect();
    assert_eq!(before, after, "what was published");
}

#[test]
fn guarantee_23_a_council_less_one_person_differs_in_that_person_alone() {
    let councils = std::env::var("TITHING_BLACKBOX").ok().map_or(2, |n| n.parse().expect("a number of councils"));
    let mut found = 0;
    for number in 0..councils {
        let all = Run::new(number, None);
        accounts_follow_the_inputs(&all);
        let (mut looked, mut leaks) = (Looked::default(), 0);
        let people = SIZES[number % SIZES.len()];
        for place in 0..people {
            let person = Person::new(&all, place);
            let less = Run::new(number, Some(place));
            leaks += compare(&all, &less, &person, &mut looked);
            leaks += leak("what was published", &person.id, &mut || a_published_month_stands(number, place, &all));
        }
        let tier = all.report["people_tier"].as_str().unwrap();
        println!(
            "council {number}: {people} people ({tier}), {} rows of others, {} told anew, {} figures, {} files, {} pages alike: leaks {leaks}",
            looked.rows, looked.retold, looked.figures, looked.files, looked.same_structure
        );
        found += leaks;
    }
    assert_eq!(found, 0, "leaks");
}
