//! The equipment schedule through the command: what it says, for whom, and that nothing of it stands elsewhere.
//!
//! Expected volumes and costs are the generator's own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use arrow::array::AsArray;
use arrow::datatypes::{Date32Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::common::{Folder, expect, run, snapshot};

const REPORT: [&str; 3] = ["report", "--month", "2026-03"];

fn month(f: &Folder) -> PathBuf {
    f.root.join("reports").join(&f.id).join("2026-03")
}

fn read(f: &Folder, name: &str) -> String {
    fs::read_to_string(month(f).join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn schedule(f: &Folder) -> Value {
    serde_json::from_str(&read(f, "schedule.json")).unwrap()
}

fn truth(f: &Folder) -> Value {
    let all: Value = serde_json::from_str(&fs::read_to_string(f.root.join("truth.json")).unwrap()).unwrap();
    all["authorities"][&f.id].clone()
}

/// A month of two nights, reported: gaps, so exit code 2.
/// A council whose dongle is used on both days.
fn folder() -> Folder {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out provider --seed 10 --councils 1 --people 8 --start 2026-03-02 --days 2 --flows-per-day 3000 --lookups-per-day 800";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("provider");
    Folder { temp, root, id: "example-001".to_owned() }
}

fn reported(change: impl Fn(&Folder)) -> Folder {
    let f = folder();
    change(&f);
    let (_, _, stderr) = f.nightly(&[]);
    let (code, _, said) = run(&f.root, &REPORT);
    assert_eq!(code, 2, "{stderr}{said}");
    f
}

/// True octets by what the rows' `key` says, of the rows that count.
fn octets(f: &Folder, key: impl Fn(&Value) -> String, counts: impl Fn(&Value) -> bool) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for row in truth(f)["rows"].as_array().unwrap().iter().filter(|r| counts(r)) {
        *sums.entry(key(row)).or_default() += row["up"].as_u64().unwrap() + row["down"].as_u64().unwrap();
    }
    sums
}

fn word(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

fn on_dongle(row: &Value) -> bool {
    word(row, "link") == "dongle-1"
}

const STEP: u64 = 100_000_000;

/// Rounded up to 100 MB.
fn up(octets: u64) -> u64 {
    octets.div_ceil(STEP) * STEP
}

#[test]
fn the_lines_are_the_bill_of_the_dongle() {
    let f = reported(|_| ());
    // The operator counts a twentieth more on each date than the flows show, and a trip abroad on the second.
    let by_date = octets(&f, |r| word(r, "date"), on_dongle);
    assert_eq!(by_date.len(), 2, "the dongle was used on both days");
    let home = by_date.values().map(|n| n + n / 20).sum::<u64>();
    let percent = (up(home) * 100).div_ceil(20_000_000_000);
    let z = json!({ "symbol": "z" });
    let x = json!({ "symbol": "x" });
    let first = json!({ "asset": "A-901", "cycle_start": "2026-02-15", "cycle_end": "2026-03-14" });
    let next = json!({ "asset": "A-901", "cycle_start": "2026-03-15", "cycle_end": "2026-04-14" });
    let line = |cycle: &Value, more: Value| {
        let mut line = cycle.clone();
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line
    };
    // 1500 a month for 20 GB; 310 and 42 MB abroad for 4.99 and 2.49. Of the cycle that runs no night is known.
    let expected = [
        line(
            &first,
            json!({ "bytes": up(home), "cost": 1_500, "allowance_used": percent, "place": "uk", "forecast": z }),
        ),
        line(
            &first,
            json!({ "bytes": 400_000_000, "cost": 748, "allowance_used": z, "place": "abroad", "forecast": z }),
        ),
        line(&next, json!({ "bytes": x, "cost": 1_500, "allowance_used": x, "place": "uk", "forecast": 1_500 })),
    ];
    let found = schedule(&f);
    assert_eq!(found["lines"], json!(expected));
    assert_eq!(found["pages"], json!([{ "file": "schedule-A-901.html", "lines": [0, 1, 2] }]));
    assert_eq!(found["device_volumes"], json!([]), "the assessment does not list them");
    assert_eq!((&found["audience"], &found["recipients"]), (&json!("restricted"), &json!(["clerk"])));
    // What `costs` tells the provider is the same money.
    let (stdout, _) = expect(&f.root, &["costs", "--month", "2026-03", "--link", "dongle-1", "--format", "json"], 0);
    let rows: Vec<Value> = stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let sum = |end: &str| {
        let of_cycle = expected.iter().filter(|l| l["cycle_end"] == end);
        of_cycle.map(|l| l["cost"].as_i64().unwrap()).sum::<i64>()
    };
    let so_far = |end: &str| {
        let row = rows.iter().find(|r| r["row"] == "cost" && r["cycle_end"] == end).unwrap();
        row["so_far"].as_i64().unwrap()
    };
    assert_eq!(sum("2026-03-14"), so_far("2026-03-14"));
    assert_eq!(sum("2026-04-14"), so_far("2026-04-14"));
}

/// A council whose dongle has a bundle of 1 GB and whose holder was abroad, over the end of a billing cycle.
#[test]
fn the_lines_are_the_true_bill() {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out provider --seed 11 --councils 1 --people 8 --start 2026-03-11 --days 5 --flows-per-day \
                3000 --lookups-per-day 800 --adversity roaming=100";
    expect(temp.path(), &args.split_whitespace().collect::<Vec<_>>(), 0);
    let root = temp.path().join("provider");
    let id = fs::read_dir(root.join("authorities")).unwrap().next().unwrap().unwrap().file_name();
    let f = Folder { root, id: id.into_string().unwrap(), temp };
    f.nightly(&[]);
    let (code, _, stderr) = run(&f.root, &REPORT);
    assert_eq!(code, 2, "{stderr}");
    let bills = truth(&f)["costs"].as_array().unwrap().clone();
    let issued: Vec<&Value> = bills.iter().filter(|b| word(b, "link").starts_with("dongle-")).collect();
    assert!(!issued.is_empty(), "a cycle ends within the plan");
    let found = schedule(&f);
    for bill in issued {
        let lines = found["lines"].as_array().unwrap().iter();
        let of = |place: &str| {
            let mut own = lines.clone().filter(|l| l["cycle_end"] == bill["cycle_end"] && l["place"] == place);
            own.next().map_or(0, |l| l["cost"].as_i64().unwrap())
        };
        let pence = |part: &str| bill[part].as_i64().unwrap();
        assert_eq!((of("uk"), of("abroad")), (pence("fixed") + pence("usage"), pence("abroad")), "{bill}");
    }
}

#[test]
fn every_file_is_for_its_reader_alone() {
    use std::os::unix::fs::PermissionsExt;
    let f = reported(|_| ());
    let files = ["schedule.json", "schedule.html", "holders/schedule-A-901.html"];
    for name in files {
        let mode = fs::metadata(month(&f).join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
        let text = read(&f, name);
        assert!(text.contains("A-901"), "{name}");
        for person in (1..=8).map(|n| format!("P-{n:03}")) {
            assert!(!text.contains(&person), "{name} names a person");
        }
    }
    for name in &files[1..] {
        let text = read(&f, name);
        assert!(text.contains("Not for publication.") && text.contains("For ") && text.contains("clerk"), "{name}");
    }
    // And nobody else's file has anything of it.
    let lines = schedule(&f)["lines"].clone();
    let told: BTreeSet<String> =
        lines.as_array().unwrap().iter().filter_map(|l| l["bytes"].as_u64()).map(|n| n.to_string()).collect();
    assert!(!told.is_empty());
    for name in ["report.json", "summary.html"] {
        let text = read(&f, name);
        assert!(!text.contains("A-901") && !text.contains("device_volumes"), "{name}");
        assert!(!told.iter().any(|n| text.contains(n)), "{name}");
    }
    let report: Value = serde_json::from_str(&read(&f, "report.json")).unwrap();
    let costs = report["costs"].as_array().unwrap();
    let issued: Vec<&Value> = costs.iter().filter(|c| c["link"] == "dongle-1" || c["link"] == "issued").collect();
    assert!(!issued.is_empty());
    for cost in issued {
        assert_eq!((&cost["total"], &cost["forecast"]), (&json!({ "symbol": "c" }), &json!(false)), "{cost}");
    }
}

/// The dongle's row of the register, in two hands from the second day on.
fn handed_over(f: &Folder) -> [String; 2] {
    let register = fs::read_to_string(f.council("register.csv")).unwrap();
    let row = register.lines().find(|l| l.starts_with("A-901,")).unwrap().to_owned();
    let fields: Vec<&str> = row.split(',').collect();
    let other = if fields[2] == "P-001" { "P-002" } else { "P-001" };
    let first = format!("{}2026-03-02", row);
    let mut second: Vec<&str> = fields.clone();
    (second[2], second[7]) = (other, "2026-03-03");
    f.edit("register.csv", &row, &format!("{first}\n{}", second.join(",")));
    [fields[2].to_owned(), other.to_owned()]
}

#[test]
fn a_dongle_handed_over_has_a_page_for_each_holder() {
    let f = reported(|f| drop(handed_over(f)));
    let found = schedule(&f);
    let by_date = octets(&f, |r| word(r, "date"), on_dongle);
    let volume = |date: &str| up(by_date[date] + by_date[date] / 20);
    let text =
        |l: &Value| format!("{}..{} {} {}", word(l, "cycle_start"), word(l, "cycle_end"), word(l, "place"), l["bytes"]);
    let lines: Vec<String> = found["lines"].as_array().unwrap().iter().map(text).collect();
    let expected = [
        format!("2026-02-15..2026-03-02 uk {}", volume("2026-03-02")),
        format!("2026-03-03..2026-03-14 uk {}", volume("2026-03-03")),
        "2026-03-03..2026-03-14 abroad 400000000".to_owned(),
        "2026-03-15..2026-04-14 uk {\"symbol\":\"x\"}".to_owned(),
    ];
    assert_eq!(lines, expected);
    // 16 and 12 days of 28: 857.14 and 642.86 pence.
    let costs: Vec<i64> = found["lines"].as_array().unwrap().iter().map(|l| l["cost"].as_i64().unwrap()).collect();
    assert_eq!(costs, [857, 643, 748, 1_500]);
    let pages = json!([
        { "file": "schedule-A-901.html", "lines": [0] },
        { "file": "schedule-A-901-from-2026-03-03.html", "lines": [1, 2, 3] },
    ]);
    assert_eq!(found["pages"], pages);
    let (first, second) =
        (read(&f, "holders/schedule-A-901.html"), read(&f, "holders/schedule-A-901-from-2026-03-03.html"));
    assert!(first.contains("8.57") && !first.contains("6.43") && !first.contains("7.48"));
    let days = [first.contains("2 Mar 2026"), first.contains("14 Mar"), second.contains("14 Mar 2026")];
    assert_eq!(days, [true, false, true], "each has their own days");
    assert!(!second.contains(">2 Mar") && second.contains("6.43"));
    let all = read(&f, "schedule.html");
    assert!(["8.57", "6.43", "7.48"].iter().all(|p| all.contains(p)));
}

#[test]
fn guarantee_26_without_leave_there_is_no_file() {
    let recipient = "\n[[recipients]]\nrole = \"clerk\"\ndocument = \"schedule\"\n";
    for (from, to, why) in [
        ("outputs = [\"summary\", \"schedule\"]", "outputs = [\"summary\"]", "`outputs` does not list \"schedule\""),
        (", \"cost\"]", "]", "`purposes` does not list \"cost\""),
        (recipient, "", "nobody is named in [[recipients]] for the document \"schedule\""),
    ] {
        let f = folder();
        f.edit("assessment.toml", from, to);
        f.nightly(&[]);
        let (_, _, stderr) = run(&f.root, &REPORT);
        assert!(stderr.contains("no equipment schedule: ") && stderr.contains(why), "{stderr}");
        let names: Vec<_> =
            fs::read_dir(month(&f)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        assert!(!names.iter().any(|n| n.contains("schedule") || n == "holders"), "{names:?}");
        let ledger = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
        assert!(!ledger.contains("\"schedule\":"), "{ledger}");
        let (stdout, _) = expect(&f.root, &["check"], 0);
        assert!(stdout.contains(&format!("schedule          no: {why}")), "{stdout}");
    }
    let f = folder();
    let (stdout, _) = expect(&f.root, &["check"], 0);
    assert!(stdout.contains("schedule          yes"), "{stdout}");
    assert!(stdout.contains("device volumes    no: `outputs` does not list \"device-volumes\""), "{stdout}");
}

#[test]
fn a_published_schedule_is_drawn_again_as_it_stands() {
    let f = reported(|_| ());
    let before = snapshot(&month(&f));
    let hash = store::to_hex(&store::sha256(read(&f, "schedule.json").as_bytes()));
    let ledger = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    let release = ledger.lines().find(|l| l.contains("\"kind\":\"release\"")).unwrap();
    assert!(release.contains(&format!("\"schedule\":\"{hash}\"")), "{release}");
    // Whatever is configured since, and whatever of its pages was lost.
    handed_over(&f);
    f.edit("assessment.toml", "outputs = [\"summary\", \"schedule\"]", "outputs = [\"summary\"]");
    fs::remove_file(month(&f).join("schedule.html")).unwrap();
    fs::remove_file(month(&f).join("holders/schedule-A-901.html")).unwrap();
    expect(&f.root, &[&REPORT[..], &["--out", "elsewhere"]].concat(), 2);
    assert_eq!(snapshot(&month(&f)), before);
    let copy = f.root.join("elsewhere").join(&f.id).join("2026-03/schedule.json");
    assert_eq!(fs::read_to_string(&copy).unwrap(), read(&f, "schedule.json"));
    // Changed by hand, it is restored from the copy that the ledger knows, and without one nothing is computed again.
    let changed = read(&f, "schedule.json").replace("748", "747");
    fs::write(month(&f).join("schedule.json"), &changed).unwrap();
    expect(&f.root, &[&REPORT[..], &["--out", "elsewhere"]].concat(), 2);
    assert_eq!(snapshot(&month(&f)), before);
    fs::write(month(&f).join("schedule.json"), &changed).unwrap();
    let (_, stderr) = expect(&f.root, &REPORT, 1);
    assert!(stderr.contains("schedule.json") && stderr.contains("never computed again"), "{stderr}");
}

#[test]
fn bands_of_devices_are_the_true_ones() {
    let f = reported(|f| f.edit("assessment.toml", "\"schedule\"]", "\"schedule\", \"device-volumes\"]"));
    let found = schedule(&f);
    let register = fs::read_to_string(f.council("register.csv")).unwrap();
    let fields = register.lines().map(|l| l.split(',').collect::<Vec<_>>());
    let owned: BTreeSet<&str> = fields.filter(|r| r[3] == "council" && r[1] != "dongle").map(|r| r[0]).collect();
    let true_octets = octets(&f, |r| word(r, "asset"), |r| !on_dongle(r));
    let band = |asset: &str| match true_octets.get(asset).copied().unwrap_or(0) {
        n if n < 1_000_000_000 => "0-1",
        n if n < 10_000_000_000 => "1-10",
        n if n < 50_000_000_000 => "10-50",
        n if n <= 200_000_000_000 => "50-200",
        _ => "200-",
    };
    let expected: Vec<Value> = owned.iter().map(|a| json!({ "asset": a, "band": band(a) })).collect();
    assert!(expected.len() >= 8, "{expected:?}");
    assert_eq!(found["device_volumes"], json!(expected));
    let all = read(&f, "schedule.html");
    assert!(all.contains("Council devices on shared links"));
    assert!(
        !read(&f, "holders/schedule-A-901.html").contains("Council devices"),
        "a holder's page has its lines alone"
    );
}

/// Octets of a stored table by date, and of `links` by link too.
fn stored(f: &Folder, table: &str) -> BTreeMap<(i32, String), u64> {
    let mut sums = BTreeMap::new();
    for entry in fs::read_dir(f.root.join("store").join(&f.id).join(table)).unwrap() {
        let file = fs::File::open(entry.unwrap().path()).unwrap();
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().map(Result::unwrap) {
            let column = |name: &str| batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().clone();
            let (sent, received) = (column("bytes_up"), column("bytes_down"));
            let dates = batch.column_by_name("local_date").unwrap().as_primitive::<Date32Type>().clone();
            let links = batch.column_by_name("link").unwrap().as_string::<i32>().clone();
            for i in 0..batch.num_rows() {
                let octets = u64::try_from(sent.value(i) + received.value(i)).unwrap();
                *sums.entry((dates.value(i), links.value(i).to_owned())).or_default() += octets;
            }
        }
    }
    sums
}

/// Every kept octet is in a category cell's rows, on an issued link, or of somebody who is not measured: in one of them.
#[test]
fn guarantee_25_kept_is_usage_and_issued_links_and_the_unmonitored() {
    let f = folder();
    let (_, nights, _) = f.nightly(&[]);
    let (usage, links) = (stored(&f, "usage"), stored(&f, "links"));
    let dongle = |key: &(i32, String)| key.1.starts_with("dongle-");
    assert!(!usage.keys().any(dongle), "no row by kind is of an issued link");
    let dates: BTreeSet<i32> = links.keys().map(|k| k.0).collect();
    assert_eq!(dates.len(), nights.len());
    for (date, night) in dates.iter().zip(&nights) {
        let sum = |table: &BTreeMap<(i32, String), u64>, counts: &dyn Fn(&(i32, String)) -> bool| {
            table.iter().filter(|(k, _)| k.0 == *date && counts(k)).map(|(_, n)| n).sum::<u64>()
        };
        let (all, issued) = (sum(&links, &|_| true), sum(&links, &dongle));
        let number = |key: &str| night[key].as_u64().unwrap();
        assert!(issued > 0 && sum(&usage, &|_| true) > 0);
        assert_eq!(all, number("kept"));
        assert_eq!(sum(&usage, &|_| true) + issued + number("unmonitored"), all, "{night}");
        let attributed: u64 = night["attributed"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        assert_eq!(attributed, sum(&usage, &|_| true));
    }
}

/// The second month is released while the first one stands beside it with its bands.
#[test]
fn a_month_with_bands_follows_a_month_with_bands() {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out provider --seed 10 --councils 1 --people 14 --start 2026-02-27 --days 4 --flows-per-day 1500 --lookups-per-day 400";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("provider");
    let f = Folder { temp, root, id: "example-001".to_owned() };
    f.nightly(&[]);
    for month in ["2026-02", "2026-03"] {
        let (code, _, said) = run(&f.root, &["report", "--month", month]);
        assert_eq!(code, 2, "{month}: {said}");
        assert!(f.root.join("reports").join(&f.id).join(month).join("schedule.json").is_file(), "{month}");
    }
    let (found, _) = expect(&f.root, &["attack"], 0);
    assert!(found.contains("4 files, 2 months with their rows, 0 without") && found.contains("breaches: 0"), "{found}");
}
