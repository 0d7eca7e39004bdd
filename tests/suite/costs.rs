//! Bills through the command: cycles that outlive their rows, what `costs` prints, what a wrong file stops.

use std::fs;

use serde_json::Value;

use crate::common::{Folder, expect, folder, run, snapshot};

/// The rows that `costs --format json` prints.
fn rows(f: &Folder, more: &[&str]) -> Vec<Value> {
    let (stdout, _) = expect(&f.root, &[&["costs", "--format", "json"], more].concat(), 0);
    stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn of<'a>(rows: &'a [Value], row: &str, link: &str) -> Vec<&'a Value> {
    rows.iter().filter(|r| r["row"] == row && (link.is_empty() || r["link"] == link)).collect()
}

#[test]
fn a_cycle_that_is_over_is_committed_once() {
    let f = folder();
    f.nightly(&["--now", "2026-03-05T09:00:00Z"]);
    let cycles = || snapshot(&f.root.join("store").join(&f.id).join("cycles"));
    // The nights are 2 and 3 March: no cycle of March is over on the 5th.
    assert!(cycles().is_empty());
    let later = ["--now", "2026-04-02T09:00:00Z"];
    f.nightly(&later);
    let before = cycles();
    let names: Vec<_> = before.keys().map(|p| p.file_name().unwrap().to_string_lossy().into_owned()).collect();
    // The office's calendar month, and the dongle's cycle from 15 February.
    assert_eq!(names, ["2026-03-14.parquet", "2026-03-31.parquet"]);
    f.nightly(&later);
    assert_eq!(cycles(), before, "nothing changed, so no byte does");
    let read = |now: &str| {
        let rows = rows(&f, &["--month", "2026-03", "--now", now]);
        let line = of(&rows, "cost", "office")[0].clone();
        assert_eq!((line["nights"].as_u64(), line["forecast"].as_bool()), (Some(2), Some(false)));
        assert!(line["bytes"].as_u64().unwrap() > 0);
        line
    };
    let line = read("2026-04-02T09:00:00Z");
    // 400 days later the rows are gone, and the bill still stands.
    f.nightly(&["--now", "2027-08-01T09:00:00Z"]);
    assert!(snapshot(&f.root.join("store").join(&f.id).join("links")).is_empty());
    let after = read("2027-08-01T09:00:00Z");
    for key in ["bytes", "fixed", "usage", "total", "cycle_start", "cycle_end", "source"] {
        assert_eq!(line[key], after[key], "{key}");
    }
}

#[test]
fn costs_show_the_provider_what_no_report_does_and_say_so() {
    let f = folder();
    f.nightly(&[]);
    let april = rows(&f, &["--now", "2026-04-03T09:00:00Z"]);
    let office = of(&april, "cost", "office");
    let [line] = office.as_slice() else { panic!("{april:?}") };
    // A flat price: whatever is still to come changes nothing. Two nights are too few for a range.
    assert_eq!((line["forecast"].as_bool(), &line["low"]), (Some(true), &Value::Null));
    assert_eq!(line["total"], line["so_far"]);
    let shown = rows(&f, &["--month", "2026-03"]);
    assert!(!of(&shown, "cost", "dongle-1").is_empty(), "issued links stand here");
    let against = of(&shown, "reconciliation", "dongle-1");
    let [found] = against.as_slice() else { panic!("{shown:?}") };
    let parts: i64 = found["parts"].as_object().unwrap().values().map(|n| n.as_i64().unwrap()).sum();
    let number = |key: &str| found[key].as_i64().unwrap();
    assert_eq!(number("theirs") - number("ours"), parts + number("rest"));
    let ledger = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    assert!(ledger.lines().last().unwrap().contains("\"reading\":\"costs\""), "{ledger}");
    let (stdout, _) = expect(&f.root, &["costs", "--link", "office"], 0);
    assert!(stdout.contains("office") && !stdout.contains("dongle"), "{stdout}");
    let (code, _, stderr) = run(&f.root, &["costs", "--link", "offcie"]);
    assert!(code == 1 && stderr.contains("links are: "), "{stderr}");
}

#[test]
fn other_tariffs_are_tried_only_where_a_cycle_is_known() {
    let f = folder();
    f.nightly(&[]);
    let offers = std::path::absolute("docs/samples/offers.toml").unwrap();
    let offers = offers.to_str().unwrap();
    let args = ["costs", "--offers", offers, "--link", "office"];
    let (stdout, stderr) = expect(&f.root, &args, 0);
    assert!(stdout.is_empty() && stderr.contains("no whole cycle"), "{stdout}{stderr}");
    let (code, _, stderr) = run(&f.root, &["costs", "--offers", "nowhere.toml"]);
    assert!(code == 1 && stderr.contains("cannot be read"), "{stderr}");
}

#[test]
fn wrong_money_stops_before_any_work() {
    let check = |file: &str, text: &str, expected: &str| {
        let f = folder();
        let path = f.council(file);
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&path, format!("{before}{text}")).unwrap();
        let (code, stdout, stderr) = run(&f.root, &["nightly", "--format", "json"]);
        assert!(code == 1 && stdout.is_empty(), "{stdout}{stderr}");
        assert!(stderr.contains(file) && stderr.contains(expected) && stderr.contains("hint: "), "{stderr}");
        assert!(!f.root.join("store").join(&f.id).join("links").exists());
    };
    check(
        "mobile-usage.csv",
        "2026-03-02,dongle-1,FR,5,\n",
        "use abroad without a cost; no roaming zone of the tariff",
    );
    check("top-ups.csv", "date,link,gb,cost\n2026-03-02,office,5,10\n", "is not prepaid and no bundle");
    check("top-ups.csv", "date,link,gb,cost\n2026-03-02,nowhere,5,10\n", "no link 'nowhere'");
}

#[test]
fn claims_that_the_register_does_not_bear_out_are_listed() {
    let f = folder();
    let head = "date,asset,venue,minutes,cost,reason\n";
    let claim = "2026-03-02,A-001,Example Inn,60,5.00,Training\n";
    fs::write(
        f.council("paid-wifi.csv"),
        format!("{head}{claim}{claim}2026-03-03,A-999,Example Inn,60,5.00,Training\n"),
    )
    .unwrap();
    let (stdout, _) = expect(&f.root, &["check"], 0);
    assert!(stdout.contains("2026-03-02 for A-001: doubled; next: "), "{stdout}");
    assert!(stdout.contains("2026-03-03 for A-999: asset unknown; next: "), "{stdout}");
    f.nightly(&[]);
    let doubts: Vec<Value> = rows(&f, &["--month", "2026-03"]).into_iter().filter(|r| r["row"] == "claim").collect();
    let told: Vec<_> = doubts.iter().map(|d| (d["asset"].as_str().unwrap(), d["doubt"].as_str().unwrap())).collect();
    assert_eq!(told, [("A-001", "doubled"), ("A-999", "asset_unknown")]);
    let report = ["report", "--month", "2026-03", "--now", "2026-04-03T09:00:00Z"];
    let (_, _, stderr) = run(&f.root, &report);
    assert!(stderr.contains("paid-wifi.csv: line 3: doubled; hint: "), "{stderr}");
    assert!(!stderr.contains("A-001") && !stderr.contains("A-999"), "{stderr}");
    let json = fs::read_to_string(f.root.join("reports").join(&f.id).join("2026-03/report.json")).unwrap();
    assert!(!json.contains("claims_to_check") && !json.contains("A-999"), "{json}");
}
