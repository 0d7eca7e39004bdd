//! `tithing status` and `report --show`: where councils stand, and a published month on a terminal.

use std::fs;

use serde_json::{Value, json};

use crate::common::{expect, folder, run, snapshot};

fn status(f: &crate::common::Folder, now: &str, code: i32) -> (Value, String) {
    let (line, _) = expect(&f.root, &["status", "--format", "json", "--now", now], code);
    let (table, _) = expect(&f.root, &["status", "--now", now], code);
    (serde_json::from_str(&line).unwrap(), table)
}

#[test]
fn a_council_from_its_first_night_to_its_report() {
    let f = folder();
    let (found, table) = status(&f, "2026-03-04T09:00:00Z", 2);
    assert_eq!((&found["last_night"], &found["last_month"]["state"]), (&Value::Null, &json!("no records")));
    assert!(table.contains("last night      none"), "{table}");
    f.nightly(&[]);
    // On the morning after the second night everything is there: the nights before the first are nobody's fault.
    let before = snapshot(&f.root);
    let (found, table) = status(&f, "2026-03-04T09:00:00Z", 0);
    assert_eq!(found["last_night"]["date"], "2026-03-03");
    assert_eq!(found["last_night"]["state"], "complete");
    assert_eq!((&found["month"], &found["missing_nights"]), (&json!("2026-03"), &json!([])));
    assert_eq!(found["last_month"], json!({ "month": "2026-02", "state": "before recording began" }));
    assert_eq!(found["next_report"], json!({ "month": "2026-03", "from": "2026-04-01" }));
    assert_eq!((&found["undelivered"], &found["review_overdue"]), (&json!(0), &json!(false)));
    assert!(table.contains("missing nights  none in 2026-03"), "{table}");
    let (found, table) = status(&f, "2026-03-06T09:00:00Z", 2);
    assert_eq!(found["missing_nights"], json!(["2026-03-04", "2026-03-05"]));
    assert!(table.contains("2 in 2026-03: 2026-03-04, 2026-03-05"), "{table}");
    let (found, _) = status(&f, "2026-04-03T09:00:00Z", 2);
    assert_eq!(found["last_month"], json!({ "month": "2026-03", "state": "not reported yet" }));
    assert_eq!(found["next_report"], json!({ "month": "2026-03", "from": "2026-04-01" }));
    assert_eq!(before, snapshot(&f.root), "it writes nothing");
    run(&f.root, &["report", "--month", "2026-03"]);
    let (found, _) = status(&f, "2026-04-03T09:00:00Z", 2);
    assert_eq!(found["last_month"], json!({ "month": "2026-03", "state": "published, with gaps" }));
    assert_eq!(found["next_report"], json!({ "month": "2026-04", "from": "2026-05-01" }));
}

#[test]
fn a_review_that_is_past_is_a_gap() {
    let f = folder();
    f.nightly(&[]);
    let (found, table) = status(&f, "2026-03-04T09:00:00Z", 0);
    let due = found["review_due"].as_str().unwrap().to_owned();
    assert!(table.contains(&format!("next review     {due}\n")), "{table}");
    f.edit("assessment.toml", &format!("review_due = \"{due}\""), "review_due = \"2026-03-04\"");
    let (found, table) = status(&f, "2026-03-04T09:00:00Z", 2);
    assert_eq!(found["review_overdue"], json!(true));
    assert!(table.contains("next review     2026-03-04, overdue"), "{table}");
}

#[test]
fn shared_bundles_are_told_and_issued_ones_are_not() {
    let f = folder();
    let flat = "kind = \"flat\", price_pence = 2900, billing_day = 1";
    f.edit(
        "authority.toml",
        flat,
        "kind = \"bundle\", bundle_gb = 1, overage_pence_per_gb = 100, price_pence = 2900, billing_day = 1",
    );
    f.nightly(&[]);
    let (found, table) = status(&f, "2026-03-04T09:00:00Z", 0);
    let bundles = found["bundles"].as_array().unwrap();
    assert_eq!(bundles.len(), 1, "{found}");
    // What the two nights carried on the link, of a gigabyte: `costs` has the octets.
    let costs =
        ["costs", "--month", "2026-03", "--link", "office", "--format", "json", "--now", "2026-03-04T09:00:00Z"];
    let (lines, _) = expect(&f.root, &costs, 0);
    let line = lines
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap())
        .find(|v| v["row"] == "cost" && v["forecast"] == true)
        .unwrap();
    let percent = line["home_bytes"].as_u64().unwrap() * 100 / 1_000_000_000;
    assert!(percent > 0);
    assert_eq!(bundles[0], json!({ "link": "office", "cycle_end": "2026-03-31", "percent": percent }));
    assert!(table.contains(&format!("office: {percent} % of the cycle to 2026-03-31")), "{table}");
    assert_eq!(found["issued_links_left_out"], json!(true));
    assert!(!table.contains("dongle") && !found.to_string().contains("dongle"), "{table}{found}");
}

#[test]
fn a_published_month_is_shown_as_it_was_recorded() {
    let f = folder();
    f.nightly(&[]);
    let show = ["report", "--month", "2026-03", "--show"];
    let (_, said) = expect(&f.root, &show, 1);
    assert!(said.contains("not published"), "{said}");
    run(&f.root, &["report", "--month", "2026-03"]);
    let before = snapshot(&f.root);
    let (text, _) = expect(&f.root, &show, 0);
    assert_eq!(before, snapshot(&f.root), "it writes nothing");
    assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
    let path = f.root.join("reports").join(&f.id).join("2026-03/report.json");
    let json = fs::read_to_string(&path).unwrap();
    let document: Value = serde_json::from_str(&json).unwrap();
    for part in
        ["Internet use in March 2026", document["name"].as_str().unwrap(), "SOME RECORDS ARE MISSING", "What it cost"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    fs::write(&path, json.replacen("\"gaps\"", "\"complete\"", 1)).unwrap();
    let (_, said) = expect(&f.root, &show, 1);
    assert!(said.contains("not there as the ledger recorded it"), "{said}");
    expect(&f.root, &["report", "--month", "2026-03", "--show", "--erratum", "x"], 1);
}
