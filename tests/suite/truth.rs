//! The store of a small synthetic council against its ground truth: every byte in its link, device, time class and kind.
//!
//! The expected values are the generator's, which shares only the plain types of `model` with the analysis.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type, TimestampMicrosecondType};
use model::Taxonomy;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use store::{KeySource, Keys, MonthKey};

use crate::common::{Folder, expect, folder};

/// Night, device, link, time class.
type Place = (String, i64, String, String);

/// One row of `usage`, or of the truth in the same terms.
#[derive(Debug, Clone)]
struct Row {
    place: Place,
    kind: String,
    /// Evidence, or what the inputs contain.
    known: String,
    site: String,
    up: u64,
    down: u64,
    flows: u64,
    minutes: u64,
    bucket: i64,
    mask: u64,
}

impl Row {
    fn bytes(&self) -> u64 {
        self.up + self.down
    }

    fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.known.as_str())
    }
}

/// Both books of the council, after its nights.
struct Books {
    f: Folder,
    usage: Vec<Row>,
    /// Rows that `usage` must hold: links issued to one holder are in `links` alone.
    truth: Vec<Row>,
    /// Bytes by night and link of links issued to one holder.
    issued: BTreeMap<(String, String), u64>,
    all: Value,
}

const NAMED: [&str; 3] = ["exact", "device", "council"];
const ATTRIBUTABLE: [&str; 2] = ["live", "expired"];

fn paths(f: &Folder, table: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(f.root.join("store").join(&f.id).join(table)).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths
}

fn batches(f: &Folder, table: &str) -> Vec<RecordBatch> {
    let read = |p: PathBuf| {
        let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(p).unwrap()).unwrap().build().unwrap();
        reader.map(Result::unwrap).collect::<Vec<_>>()
    };
    paths(f, table).into_iter().flat_map(read).collect()
}

fn word(batch: &RecordBatch, column: &str, row: usize) -> String {
    batch.column_by_name(column).unwrap().as_string::<i32>().value(row).to_owned()
}

fn number(batch: &RecordBatch, column: &str, row: usize) -> i64 {
    batch.column_by_name(column).unwrap().as_primitive::<Int64Type>().value(row)
}

fn octets(batch: &RecordBatch, column: &str, row: usize) -> u64 {
    u64::try_from(number(batch, column, row)).unwrap()
}

fn date(batch: &RecordBatch, row: usize) -> String {
    let days = batch.column_by_name("local_date").unwrap().as_primitive::<Date32Type>().value(row);
    (jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(days)).to_string()
}

fn usage(f: &Folder) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in batches(f, "usage") {
        let buckets = batch.column_by_name("bucket_start").unwrap().as_primitive::<TimestampMicrosecondType>().clone();
        rows.extend((0..batch.num_rows()).map(|i| Row {
            place: (
                date(&batch, i),
                number(&batch, "device", i),
                word(&batch, "link", i),
                word(&batch, "time_class", i),
            ),
            kind: word(&batch, "category", i),
            known: word(&batch, "evidence", i),
            site: String::new(),
            up: octets(&batch, "bytes_up", i),
            down: octets(&batch, "bytes_down", i),
            flows: octets(&batch, "flows", i),
            minutes: 0,
            bucket: buckets.value(i),
            mask: octets(&batch, "minute_mask", i),
        }));
    }
    rows
}

fn truth(all: &Value, key: &MonthKey) -> Vec<Row> {
    let text = |r: &Value, k: &str| r[k].as_str().unwrap().to_owned();
    let count = |r: &Value, k: &str| r[k].as_u64().unwrap();
    let rows = all["rows"].as_array().unwrap().iter().map(|r| Row {
        place: (text(r, "date"), key.device(&text(r, "asset")).0, text(r, "link"), text(r, "time_class")),
        kind: Taxonomy::find(&text(r, "category")).unwrap().stored().as_str().to_owned(),
        known: text(r, "lookup"),
        site: text(r, "site"),
        up: count(r, "up"),
        down: count(r, "down"),
        flows: count(r, "flows"),
        minutes: count(r, "minutes"),
        bucket: 0,
        mask: 0,
    });
    rows.collect()
}

impl Books {
    fn of(f: Folder) -> Self {
        let (code, _, stderr) = f.nightly(&[]);
        assert_eq!(code, 0, "{stderr}");
        let all: Value = serde_json::from_str(&fs::read_to_string(f.root.join("truth.json")).unwrap()).unwrap();
        let all = all["authorities"][&f.id].clone();
        let keys = Keys::open(&f.root.join("keys"), &f.id).unwrap();
        let key = keys.month("2026-03".parse().unwrap(), KeySource::Existing).unwrap();
        let (own, issued): (Vec<Row>, Vec<Row>) =
            truth(&all, &key).into_iter().partition(|r| !r.place.2.starts_with("dongle-"));
        let issued = sums(&issued, |r| (r.place.0.clone(), r.place.2.clone()), Row::bytes);
        Self { usage: usage(&f), truth: own, issued, all, f }
    }
}

fn sums<K: Ord>(rows: &[Row], key: impl Fn(&Row) -> K, amount: impl Fn(&Row) -> u64) -> BTreeMap<K, u64> {
    let mut sums = BTreeMap::new();
    for row in rows.iter().filter(|r| amount(r) > 0) {
        *sums.entry(key(row)).or_default() += amount(row);
    }
    sums
}

/// What two books have in common, key by key.
fn overlap<K: Ord>(a: &BTreeMap<K, u64>, b: &BTreeMap<K, u64>) -> u64 {
    a.iter().map(|(key, n)| *n.min(b.get(key).unwrap_or(&0))).sum()
}

fn place_and_kind(row: &Row) -> (Place, String) {
    (row.place.clone(), row.kind.clone())
}

#[track_caller]
fn at_least(part: u64, whole: u64, per_mille: u64, what: &str) {
    assert!(whole > 0, "{what}: nothing to compare");
    assert!(part * 1_000 >= whole * per_mille, "{what}: {part} of {whole} is less than {per_mille} in a thousand");
}

#[test]
fn usage_holds_every_byte_in_its_place() {
    let b = Books::of(folder());
    assert!(!b.truth.is_empty() && !b.issued.is_empty(), "the council has use on its own and on issued links");
    // Equal to the byte: both apportion by time with whole octets, ties to the earlier part.
    assert_eq!(sums(&b.usage, |r| r.place.clone(), |r| r.up), sums(&b.truth, |r| r.place.clone(), |r| r.up));
    assert_eq!(sums(&b.usage, |r| r.place.clone(), |r| r.down), sums(&b.truth, |r| r.place.clone(), |r| r.down));
    assert_eq!(sums(&b.usage, |r| r.place.clone(), |r| r.flows), sums(&b.truth, |r| r.place.clone(), |r| r.flows));
    let class = |r: &Row| r.place.3.clone();
    let classes = sums(&b.usage, class, Row::bytes);
    assert_eq!(classes, sums(&b.truth, class, Row::bytes));
    for class in ["core", "lunch", "outside"] {
        assert!(classes.contains_key(class), "the council has no {class} use: {:?}", classes.keys());
    }
}

#[test]
fn links_hold_every_byte_of_their_nights() {
    let b = Books::of(folder());
    let mut links: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut nights: BTreeMap<String, u64> = BTreeMap::new();
    for batch in batches(&b.f, "links") {
        for i in 0..batch.num_rows() {
            let bytes = octets(&batch, "bytes_up", i) + octets(&batch, "bytes_down", i);
            *links.entry((date(&batch, i), word(&batch, "link", i))).or_default() += bytes;
            *nights.entry(date(&batch, i)).or_default() += bytes;
        }
    }
    let kept = |n: &Value| n["counted"].as_u64().unwrap() - n["excluded"].as_u64().unwrap();
    let want: BTreeMap<String, u64> =
        b.all["nights"].as_object().unwrap().iter().map(|(d, n)| (d.clone(), kept(n))).collect();
    assert_eq!(nights, want);
    links.retain(|(_, link), bytes| link.starts_with("dongle-") && *bytes > 0);
    assert_eq!(links, b.issued);
}

#[test]
fn kinds_are_right_where_the_table_knows_the_site() {
    let b = Books::of(folder());
    let table = analyze::Categories::builtin();
    let known = |r: &Row| !r.site.is_empty() && table.lookup(&r.site).category != model::CategoryId::OTHER;
    let attributable: Vec<Row> = b.truth.iter().filter(|r| r.is(&ATTRIBUTABLE)).cloned().collect();
    let named: Vec<Row> = b.usage.iter().filter(|r| r.is(&NAMED)).cloned().collect();
    let total = |rows: &[Row]| rows.iter().map(Row::bytes).sum::<u64>();
    // A lookup that the inputs contain explains its flow: all but a few bytes have evidence.
    let by_place = |rows: &[Row]| sums(rows, |r| r.place.clone(), Row::bytes);
    at_least(overlap(&by_place(&named), &by_place(&attributable)), total(&attributable), 995, "attributed");
    // Sites of the table are found under the kind that was set by hand.
    let ours = sums(&b.usage, place_and_kind, Row::bytes);
    let in_table: Vec<Row> = attributable.into_iter().filter(|r| known(r) && r.kind != "other").collect();
    at_least(overlap(&ours, &sums(&in_table, place_and_kind, Row::bytes)), total(&in_table), 990, "found");
    // And nothing stands under a kind that was not used: only unknown sites may be missing from theirs.
    let shown: Vec<Row> = b.usage.iter().filter(|r| r.kind != "other").cloned().collect();
    let hand = sums(&b.truth, place_and_kind, Row::bytes);
    at_least(overlap(&sums(&shown, place_and_kind, Row::bytes), &hand), total(&shown), 998, "right");
}

/// A council whose lookups were captured, so that answers carry their TTLs; dnsmasq's log has none.
fn with_ttls() -> Folder {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out provider --seed 7 --councils 1 --people 8 --start 2026-03-02 --days 2 --flows-per-day 3000 \
                --lookups-per-day 800 --formats netflow-v9,dns-pcap,leases";
    expect(temp.path(), &args.split_whitespace().collect::<Vec<_>>(), 0);
    let root = temp.path().join("provider");
    let id = fs::read_dir(root.join("authorities")).unwrap().next().unwrap().unwrap().file_name();
    Folder { root, id: id.into_string().unwrap(), temp }
}

/// A list of the provider's names the invented sites too; then the whole of the use has its kind, and a shared address
/// whose two names differ is ambiguous.
#[test]
fn a_providers_list_completes_the_kinds() {
    let f = with_ttls();
    let all: Value = serde_json::from_str(&fs::read_to_string(f.root.join("truth.json")).unwrap()).unwrap();
    let table = analyze::Categories::builtin();
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in all["authorities"][&f.id]["rows"].as_array().unwrap() {
        let (site, kind) = (row["site"].as_str().unwrap(), row["category"].as_str().unwrap());
        let missing = !site.is_empty() && kind != "other" && table.lookup(site).category == model::CategoryId::OTHER;
        let names = lists.entry(kind.to_owned()).or_default();
        if missing && !names.contains(&site.to_owned()) {
            names.push(site.to_owned());
        }
    }
    let mut settings = fs::read_to_string(f.root.join("tithing.toml")).unwrap();
    for (kind, names) in lists.iter().filter(|(_, names)| !names.is_empty()) {
        fs::write(f.root.join(format!("{kind}.txt")), names.join("\n") + "\n").unwrap();
        settings += &format!("\n[[categories]]\npath = \"{kind}.txt\"\nkind = \"plain\"\ncategory = \"{kind}\"\n");
    }
    fs::write(f.root.join("tithing.toml"), settings).unwrap();
    let b = Books::of(f);
    let attributable: Vec<Row> = b.truth.iter().filter(|r| r.is(&ATTRIBUTABLE)).cloned().collect();
    let want = sums(&attributable, place_and_kind, Row::bytes);
    let total: u64 = want.values().sum();
    let ours = sums(&b.usage, place_and_kind, Row::bytes);
    at_least(overlap(&ours, &want), total, 985, "right with a complete list");
    assert!(b.truth.iter().any(|r| r.is(&["shared-address"])), "the council has no shared address");
    let ambiguous: Vec<&Row> = b.usage.iter().filter(|r| r.is(&["ambiguous"])).collect();
    assert!(b.usage.iter().any(|r| r.is(&["exact"])), "answers with TTLs are exact");
    assert!(!ambiguous.is_empty(), "two live names of different kinds are ambiguous");
    assert!(ambiguous.iter().all(|r| r.kind == "other"), "what is ambiguous is all other use");
}

#[test]
fn minutes_are_unions() {
    let b = Books::of(folder());
    let mut masks: BTreeMap<(Place, i64), u64> = BTreeMap::new();
    for row in &b.usage {
        assert!(row.mask < 1 << 15, "a row has 15 minutes");
        *masks.entry((row.place.clone(), row.bucket)).or_default() |= row.mask;
    }
    let mut ours: BTreeMap<Place, u64> = BTreeMap::new();
    for ((place, _), mask) in masks {
        *ours.entry(place).or_default() += u64::from(mask.count_ones());
    }
    let mut truth: BTreeMap<Place, Vec<u64>> = BTreeMap::new();
    b.truth.iter().for_each(|r| truth.entry(r.place.clone()).or_default().push(r.minutes));
    assert_eq!(ours.len(), truth.len());
    let mut alone = 0;
    for (place, rows) in &truth {
        let (minutes, most, sum) = (ours[place], rows.iter().max().unwrap(), rows.iter().sum::<u64>());
        // The truth has unions by site: together they last as long as the longest at least, as their sum at most.
        assert!((*most..=sum).contains(&minutes), "{minutes} minutes, {most} to {sum} in truth");
        alone += usize::from(rows.len() == 1);
    }
    println!("{} places, {alone} of them with one site", truth.len());
}
