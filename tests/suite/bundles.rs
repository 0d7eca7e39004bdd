//! Plans with a set amount of data on a link that many share: what each billing cycle carried, held to the store's own sums.

use std::fs;

use serde_json::Value;

use crate::common::{Folder, expect};
use crate::guarantees::leaves::rows;

const GB: u64 = 1_000_000_000;

/// A town of 14 over two months, whose office is on a plan of 150 GB from the 15th of each month.
fn two_months() -> Folder {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out p --seed 3 --councils 1 --people 14 --start 2026-02-01 --days 59 --flows-per-day 1500 --lookups-per-day 400";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let f = Folder { root: temp.path().join("p"), temp, id: "example-001".to_owned() };
    let toml = fs::read_to_string(f.council("authority.toml")).unwrap();
    let flat = toml.lines().find(|l| l.contains("link = \"office\"")).unwrap();
    let plan = "  { link = \"office\", from = \"2025-02-01\", kind = \"bundle\", price_pence = 2500, billing_day = 15, bundle_gb = 150, overage_pence_per_gb = 50, vat = \"included\" },";
    f.edit("authority.toml", flat, plan);
    f
}

fn report(f: &Folder, month: &str) -> Value {
    let path = f.root.join("reports").join(&f.id).join(month).join("report.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What a report prints of a cycle of the office: its days in the month, and so far.
fn cycle(report: &Value, end: &str) -> [Value; 2] {
    let tables = report["tables"].as_array().unwrap();
    let table = tables.iter().find(|t| t["id"] == "cycles").unwrap();
    let row = table["rows"].as_array().unwrap().iter().find(|r| r["id"] == format!("office:{end}")).unwrap();
    [row["cells"][0].clone(), row["cells"][1].clone()]
}

fn cost<'a>(report: &'a Value, end: &str) -> &'a Value {
    report["costs"].as_array().unwrap().iter().find(|c| c["link"] == "office" && c["cycle_end"] == end).unwrap()
}

#[test]
fn a_cycle_is_what_its_days_carried_and_its_sum_what_was_printed() {
    let f = two_months();
    expect(&f.root, &["nightly"], 0);
    let links = rows(&f.root, &f.id, "links");
    // Octets of the office from one date to another, as the store has them.
    let octets = |from: &str, to: &str| -> u64 {
        let of = links.iter().filter(|r| r["link"] == "office" && from <= &*r["local_date"] && &*r["local_date"] <= to);
        of.flat_map(|r| [&r["bytes_up"], &r["bytes_down"]]).map(|n| n.parse::<u64>().unwrap()).sum()
    };
    for month in ["2026-02", "2026-03"] {
        expect(&f.root, &["report", "--month", month], 0);
    }
    let (feb, mar) = (report(&f, "2026-02"), report(&f, "2026-03"));
    let shown = |n: u64| serde_json::json!({ "shown": n });
    let unknown = serde_json::json!({ "symbol": "x" });
    // Gigabytes half up, in steps of 1 up to 250 in the table, then of 5.
    let step = |table: u64| if table <= 250 * GB { 1 } else { 5 };
    let rounded = |octets: u64, step: u64| (2 * octets + step * GB) / (2 * step * GB) * step;
    let [a, b] = [octets("2026-02-01", "2026-02-14"), octets("2026-02-15", "2026-02-28")];
    let [c, d] = [octets("2026-03-01", "2026-03-14"), octets("2026-03-15", "2026-03-31")];
    let [first, second] = [a, b].map(|x| rounded(x, step(a + b)));
    let [third, fourth] = [c, d].map(|x| rounded(x, step(c + d)));
    assert!([first, second, third, fourth].iter().all(|gb| *gb > 0), "{first} {second} {third} {fourth}");
    // January was not measured: of the cycle to 14 February nobody can say what it had before.
    assert_eq!(cycle(&feb, "2026-02-14"), [shown(first), unknown]);
    assert_eq!(cycle(&feb, "2026-03-14"), [shown(second), shown(second)]);
    assert_eq!(cycle(&mar, "2026-03-14"), [shown(third), shown(rounded((second + third) * GB, step(c + d)))]);
    assert_eq!(cycle(&mar, "2026-04-14"), [shown(fourth), shown(fourth)]);
    // 25.00 a cycle, and beyond 150 GB 50 pence for each; the bill that ended in February is of the same financial year.
    let (bill, running) = (cost(&mar, "2026-03-14"), cost(&mar, "2026-04-14"));
    assert!(a < 150 * GB && b + c > 150 * GB && d > 150 * GB, "{a} {b} {c} {d}");
    let total = 2_500 + (2 * 50 * (b + c - 150 * GB) + GB) / (2 * GB);
    assert_eq!((&bill["total"], &bill["spent"]), (&total.into(), &(2_500 + total).into()));
    assert_eq!((&bill["spent_since"], &bill["bundle_gb"]), (&"2026-01-15".into(), &150.into()));
    // More than the plan has is used already.
    assert_eq!((&running["lasts"], running.get("spent")), (&"no".into(), None));
    let (stdout, _) = expect(&f.root, &["attack"], 0);
    assert!(stdout.ends_with("breaches: 0\n"), "{stdout}");
}

/// The rows of the month before are what a cycle that began in it is tested with: once they are gone, nothing that depends on
/// its use goes out. Its price is of the contract, whatever was used.
#[test]
fn without_the_rows_of_its_first_days_a_bill_tells_no_use() {
    let f = two_months();
    f.edit("authority.toml", "bundle_gb = 150", "bundle_gb = 1");
    expect(&f.root, &["nightly"], 0);
    let other = two_months();
    other.edit("authority.toml", "bundle_gb = 150", "bundle_gb = 1");
    other.edit("assessment.toml", "usage_days = 62", "usage_days = 10");
    // February closes ten days after its end; March is reported on 3 April.
    expect(&other.root, &["nightly"], 2);
    for f in [&f, &other] {
        expect(&f.root, &["report", "--month", "2026-03"], 0);
    }
    let hidden = serde_json::json!({ "symbol": "c" });
    let (whole, less) = (report(&f, "2026-03"), report(&other, "2026-03"));
    let bill = cost(&whole, "2026-03-14");
    assert!(bill["usage"].as_i64().unwrap() > 0 && bill["fixed"] == 2_500, "{bill}");
    let bill = cost(&less, "2026-03-14");
    assert_eq!((&bill["usage"], &bill["total"], &bill["fixed"]), (&hidden, &hidden, &2_500.into()));
    // The cycle that began in March is whole in both.
    for report in [&whole, &less] {
        assert!(cost(report, "2026-04-14")["usage"].as_i64().is_some_and(|p| p > 0), "{report}");
    }
}
