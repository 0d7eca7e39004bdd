//! Guarantee 39: what is reported, withheld and excluded adds up to what the router counted, and no hour of the two days on
//! which the clocks change, and no bank holiday, stands in a wrong time class.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::leaves::{bytes, number, rows};
use crate::common::{expect, run};

const ID: &str = "example-001";

/// A council of ten, whose employees all have hours, over some nights; with what the generator knows of it.
fn council(start: &str, days: u16) -> (tempfile::TempDir, PathBuf, Value) {
    let temp = tempfile::tempdir().unwrap();
    let args = format!(
        "generate --out p --seed 39 --councils 1 --people 10 --start {start} --days {days} --flows-per-day 900 --lookups-per-day 300"
    );
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("p");
    let truth: Value = serde_json::from_str(&fs::read_to_string(root.join("truth.json")).unwrap()).unwrap();
    (temp, root, truth["authorities"][ID].clone())
}

fn figure(night: &Value, key: &str) -> u64 {
    night[key].as_u64().unwrap()
}

/// What the router's own accounting (nlbwmon, IP octets by device) shows at each local midnight: totals that only grow.
fn counters(truth: &Value) -> String {
    let mut total = 1_000_000_000;
    let mut text = String::new();
    let mut look = |date: &jiff::civil::Date, total: u64| {
        let at = date.in_tz("Europe/London").unwrap().timestamp();
        let received = total - total / 10;
        let (one, two) = (received / 3, received - received / 3);
        let _ = writeln!(text, "# {at}");
        let _ = writeln!(
            text,
            "{{\"columns\":[\"family\",\"mac\",\"rx_bytes\",\"tx_bytes\"],\"data\":[[4,\"00:00:5e:00:53:01\",{one},{}],[4,\"00:00:5e:00:53:02\",{two},0]]}}",
            total / 10
        );
    };
    for (date, night) in truth["nights"].as_object().unwrap() {
        let date: jiff::civil::Date = date.parse().unwrap();
        look(&date, total);
        total += figure(night, "kept") - figure(night, "issued");
        look(&date.tomorrow().unwrap(), total);
    }
    text
}

/// Whether two figures are within one hundredth of each other.
fn near(a: u64, b: u64) -> bool {
    a.abs_diff(b) <= a.max(b) / 100
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn guarantee_39_reported_withheld_and_excluded_are_what_the_router_counted() {
    let (_temp, root, truth) = council("2026-03-28", 4);
    let folder = root.join("authorities").join(ID);
    fs::write(folder.join("inbox/wan.txt"), counters(&truth)).unwrap();
    edit(
        &folder.join("authority.toml"),
        "sources = [",
        "sources = [\n  { kind = \"counters\", glob = \"inbox/wan.txt\", link = \"office\" },",
    );
    let (stdout, _) = expect(&root, &["nightly", "--format", "json"], 0);
    let lines: Vec<Value> = stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    let mut office: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows(&root, ID, "links").iter().filter(|r| r["link"] == "office") {
        *office.entry(row["local_date"].clone()).or_default() += bytes(row) as u64;
    }
    let (mut counted, mut routers) = (0, 0);
    for line in &lines {
        let night = &truth["nights"][line["date"].as_str().unwrap()];
        let router = figure(night, "kept") - figure(night, "issued");
        assert!(near(office[line["date"].as_str().unwrap()], router), "{line}: the router counted {router}");
        let excluded: u64 = line["excluded"].as_object().unwrap().values().map(|v| v.as_u64().unwrap()).sum();
        assert_eq!(figure(line, "counted"), figure(line, "kept") + excluded + figure(line, "undecodable"), "{line}");
        counted += figure(line, "counted");
        routers += figure(night, "counted");
    }
    assert!(near(counted, routers), "{counted} and {routers}");
    // The command's own comparison finds nothing that it cannot explain.
    let (stdout, _) = expect(&root, &["costs", "--month", "2026-03", "--format", "json"], 0);
    let found: Vec<Value> = stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let of = |r: &&Value| r["row"] == "reconciliation" && r["witness"] == "counters" && r["link"] == "office";
    let row = found.iter().find(of).unwrap_or_else(|| panic!("no comparison with the counters: {stdout}"));
    assert!(near(figure(row, "ours"), figure(row, "theirs")), "{row}");
    // And the page's own account, in whole steps, is the sum of its parts.
    let (code, _, said) = run(&root, &["report", "--month", "2026-03"]);
    assert!(code == 0 || code == 2, "{said}");
    let report = fs::read_to_string(root.join("reports").join(ID).join("2026-03/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let cell = |key: &str| report["accounting"][key]["shown"].as_u64();
    let parts: Vec<Option<u64>> = ["shown", "withheld", "excluded", "undecodable"].map(cell).to_vec();
    if let (Some(all), true) = (cell("counted"), parts.iter().all(Option::is_some)) {
        let sum: u64 = parts.iter().flatten().sum();
        assert!(all.abs_diff(sum) <= 2, "{}", report["accounting"]);
        let gigabytes = routers / 1_000_000_000;
        assert!(all.abs_diff(gigabytes) <= 1 + gigabytes / 100, "{gigabytes} GB: {}", report["accounting"]);
    } else {
        assert!(report["accounting"].to_string().contains("\"symbol\""), "{}", report["accounting"]);
    }
}

/// Bytes by local date and time class.
type Classes = BTreeMap<(String, String), u64>;

/// The days on which the clocks change, Christmas with its substitute day, and Good Friday, with working days beside them.
#[test]
fn guarantee_39_changes_of_the_clock_and_bank_holidays_stand_in_their_time_class() {
    for (start, days, closed) in [
        ("2026-03-28", 3, &["2026-03-28", "2026-03-29"][..]),
        ("2026-10-24", 3, &["2026-10-24", "2026-10-25"]),
        ("2026-12-24", 5, &["2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28"]),
        ("2026-04-02", 2, &["2026-04-03"]),
    ] {
        let (_temp, root, truth) = council(start, days);
        expect(&root, &["nightly"], 0);
        let mut wanted = Classes::new();
        for row in truth["rows"].as_array().unwrap().iter().filter(|r| r["link"] == "office") {
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            *wanted.entry((text("date"), text("time_class"))).or_default() += figure(row, "up") + figure(row, "down");
        }
        let mut found = Classes::new();
        for row in rows(&root, ID, "usage") {
            *found.entry((row["local_date"].clone(), row["time_class"].clone())).or_default() += bytes(&row) as u64;
            assert!(number(&row, "minute_mask") < 1 << 15);
        }
        assert_eq!(found, wanted, "from {start}");
        let core: Vec<&str> =
            found.keys().filter(|(_, class)| class == "core").map(|(date, _)| date.as_str()).collect();
        assert!(!core.is_empty() && core.iter().all(|date| !closed.contains(date)), "from {start}: {core:?}");
    }
}
