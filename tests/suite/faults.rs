//! Faults and the books of the ledger, through the command.

use serde_json::Value;

use crate::common::{expect, folder, run};

#[test]
fn faults_are_told_from_stored_nights() {
    let f = folder();
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(lines.len(), 2);
    let ask = |more: &[&str]| -> Vec<Value> {
        let (out, _) = expect(&f.root, &[&["faults", "--format", "json"], more].concat(), 0);
        out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    };
    // Two nights are no history, so nothing is missed; the rest of March has no night.
    let month = ask(&["--month", "2026-03"]);
    assert!(!month.is_empty());
    let expected: Vec<String> = (1..=31).filter(|d| ![2, 3].contains(d)).map(|d| format!("2026-03-{d:02}")).collect();
    for line in &month {
        assert_eq!(line["gaps"], serde_json::json!(expected));
        assert_eq!((&line["outages"], &line["lost_exports"]), (&serde_json::json!([]), &serde_json::json!([])));
        assert!(!line["link"].as_str().unwrap().starts_with("dongle-"), "links of one holder are left out: {line}");
    }
    let lookups: u64 = month.iter().filter_map(|l| l["resolver"]["lookups"].as_u64()).sum();
    assert_eq!(lookups, lines.iter().map(|l| l["lookups"].as_u64().unwrap()).sum::<u64>());
    let night = ask(&["--date", "2026-03-02"]);
    assert!(night.iter().all(|l| l["gaps"] == serde_json::json!([])));
    // A night that is not over has no faults yet; the table says the same in words.
    let (code, _, stderr) = run(&f.root, &["faults", "--date", "2026-05-01"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("is not over by the clock"), "{stderr}");
    let (table, _) = expect(&f.root, &["faults", "--month", "2026-03"], 0);
    assert!(table.contains("  no night      2026-03-01\n"), "{table}");
    // Each of the three readings that were answered is in the ledger.
    let ledger = std::fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    let read = ledger.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()).filter(|e| e["kind"] == "read");
    let read: Vec<Value> = read.collect();
    assert_eq!(read.len(), 3);
    assert!(read.iter().all(|e| e["reading"] == "faults" && e["count"] == month.len()), "{read:?}");
}

#[test]
fn the_ledger_holds_each_nights_books_and_the_months() {
    let f = folder();
    let (_, lines, _) = f.nightly(&[]);
    let (code, _, stderr) = run(&f.root, &["report", "--month", "2026-03"]);
    assert_eq!(code, 2, "nights are missing: {stderr}");
    let text = std::fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    let entries: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let of = |kind: &str| entries.iter().filter(|e| e["kind"] == kind).cloned().collect::<Vec<_>>();
    let number = |v: &Value| v.as_u64().unwrap();
    let nights = of("night");
    assert_eq!(nights.len(), lines.len());
    for (entry, line) in nights.iter().zip(&lines) {
        for name in ["counted", "kept", "excluded", "undecodable", "lost_estimate"] {
            assert_eq!(entry["account"][name], line[name], "{name}");
        }
        assert!(entry["account"].get("unmonitored").is_none(), "what may be one guest's does not outlive its rows");
    }
    let released = &of("release")[0]["account"];
    assert_eq!(number(&released["nights"]), 2);
    for name in ["counted", "kept", "undecodable", "lost_estimate"] {
        let sum: u64 = lines.iter().map(|l| number(&l[name])).sum();
        assert_eq!(number(&released["sum"][name]), sum, "{name}");
    }
    let report = f.root.join("reports").join(&f.id).join("2026-03/report.json");
    let report: Value = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
    for name in ["shown", "withheld"] {
        let printed = &report["accounting"][name]["shown"];
        assert_eq!(released.get(format!("{name}_gb")).unwrap_or(&Value::Null), printed, "{name}");
    }
    expect(&f.root, &["ledger", "verify"], 0);
}
