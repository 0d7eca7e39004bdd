//! Guarantee 9: what people do at home is nobody's business here. No router but those of the council's links is listened to,
//! and what goes through a tunnel has no kind of site; its time class is that of a registered device of the council alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::leaves::{bytes, rows};
use crate::common::{expect, folder};

const ID: &str = "example-001";

/// A council whose laptops all spend part of the day in a tunnel.
fn tunnels() -> (tempfile::TempDir, PathBuf, Vec<Value>) {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out p --seed 9 --councils 1 --people 10 --start 2026-03-02 --days 1 --adversity vpn=100 --formats netflow-v9,dnsmasq,leases";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("p");
    let truth: Value = serde_json::from_str(&fs::read_to_string(root.join("truth.json")).unwrap()).unwrap();
    let rows = truth["authorities"][ID]["rows"].as_array().unwrap().clone();
    (temp, root, rows)
}

#[test]
fn guarantee_9_a_tunnel_has_no_kind_of_site_and_a_time_class_of_registered_devices_alone() {
    let (_temp, root, truth) = tunnels();
    let inside = |r: &&Value| r["site"] == "vpn.example" && r["link"] == "office";
    let mut wanted: BTreeMap<String, i64> = BTreeMap::new();
    for row in truth.iter().filter(inside) {
        let sum = row["up"].as_i64().unwrap() + row["down"].as_i64().unwrap();
        *wanted.entry(row["time_class"].as_str().unwrap().to_owned()).or_default() += sum;
    }
    assert!(wanted.values().sum::<i64>() > 10_000_000, "laptops spend time in a tunnel: {wanted:?}");
    expect(&root, &["nightly"], 0);
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows(&root, ID, "usage").iter().filter(|r| r["evidence"] == "encrypted") {
        assert_eq!(row["category"], "other", "{row:?}");
        *found.entry(row["time_class"].clone()).or_default() += bytes(row);
    }
    // One telephone asks an encrypted resolver besides, which hides what it does as well.
    for (class, sum) in &wanted {
        assert!(found.get(class) >= Some(sum), "{class}: {found:?}, and {wanted:?} in tunnels");
    }
    // The same laptops as their holders' own: no row at all, whatever they tunnel.
    let register = root.join("authorities").join(ID).join("register.csv");
    let text = fs::read_to_string(&register).unwrap();
    assert!(text.contains(",council,"));
    fs::write(&register, text.replace(",council,", ",personal,")).unwrap();
    for place in ["store", "ledger"] {
        fs::remove_dir_all(root.join(place)).unwrap();
    }
    expect(&root, &["nightly"], 0);
    let left: Vec<_> = rows(&root, ID, "usage").into_iter().filter(|r| r["unit"] != "shared").collect();
    assert!(left.is_empty(), "{:?}", left.first());
}

/// A router that is no link's is somebody's at home, or somebody else's: its flows are counted as excluded and dropped.
#[test]
fn guarantee_9_nothing_is_collected_from_a_router_that_is_no_links() {
    let f = folder();
    f.edit("authority.toml", "exporter = \"192.0.2.1\"", "exporter = \"192.0.2.199\"");
    let (_, lines, stderr) = f.nightly(&[]);
    let sum = |line: &Value, key: &str| line["excluded"][key].as_u64().unwrap_or_default();
    for line in &lines {
        assert!(sum(line, "no_link") > 1_000_000, "{line}\n{stderr}");
        assert_eq!(line["unmonitored"], 0, "{line}");
        assert!(line["attributed"].as_object().unwrap().is_empty(), "{line}");
    }
    assert!(rows(&f.root, &f.id, "usage").is_empty());
    let office: i64 = rows(&f.root, &f.id, "links").iter().filter(|r| r["link"] == "office").map(bytes).sum();
    assert_eq!(office, 0);
}
