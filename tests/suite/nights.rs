//! The nights through the command: every byte accounted for, repeats change nothing, order and names of files neither.

use std::fs;

use crate::common::{expect, folder, snapshot};

fn truth(f: &crate::common::Folder) -> serde_json::Value {
    let all: serde_json::Value = serde_json::from_str(&fs::read_to_string(f.root.join("truth.json")).unwrap()).unwrap();
    all["authorities"][&f.id].clone()
}

#[test]
fn every_byte_is_accounted_for() {
    let f = folder();
    let truth = truth(&f);
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(lines.len(), 2);
    for line in &lines {
        let n = |key: &str| line[key].as_u64().unwrap();
        let sum = |key: &str| line[key].as_object().unwrap().values().map(|v| v.as_u64().unwrap()).sum::<u64>();
        assert_eq!(n("counted"), n("kept") + sum("excluded") + n("undecodable"), "{line}");
        let night = &truth["nights"][line["date"].as_str().unwrap()];
        assert_eq!(line["counted"], night["counted"], "counted of {}", line["date"]);
        assert_eq!(line["flows"], night["flows"], "flows of {}", line["date"]);
        assert_eq!(line["lookups"], night["lookups"], "lookups of {}", line["date"]);
        assert_eq!(line["coverage"], 1.0);
    }
}

#[test]
fn a_repeated_night_changes_no_byte() {
    let f = folder();
    f.nightly(&[]);
    let before = snapshot(&f.root.join("store"));
    let (code, lines, _) = f.nightly(&[]);
    assert_eq!(code, 0);
    assert!(lines.iter().all(|l| l["state"] == "unchanged"), "{lines:?}");
    assert_eq!(before, snapshot(&f.root.join("store")));
}

fn partitions(f: &crate::common::Folder) -> Vec<(String, Vec<u8>)> {
    let store = f.root.join("store");
    let all = snapshot(&store).into_iter();
    all.map(|(p, b)| (p.strip_prefix(&store).unwrap().display().to_string(), b)).collect()
}

#[test]
fn names_order_and_compression_of_inputs_change_no_byte() {
    let a = folder();
    a.nightly(&[]);
    let b = folder();
    for (i, path) in b.inbox(".pcap").into_iter().rev().enumerate() {
        fs::rename(&path, path.with_file_name(format!("flows-{i}-renamed.pcap"))).unwrap();
    }
    for path in b.inbox(".log") {
        let packed = zstd::encode_all(&fs::read(&path).unwrap()[..], 1).unwrap();
        fs::write(path.with_file_name(format!("dns-z{}", path.file_name().unwrap().to_string_lossy())), packed)
            .unwrap();
        fs::remove_file(path).unwrap();
    }
    // The same capture under a second name counts once.
    let first = b.inbox(".pcap").remove(0);
    fs::copy(&first, first.with_file_name("flows-copy-of.pcap")).unwrap();
    let (code, _, stderr) = b.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(partitions(&a), partitions(&b));
}

#[test]
fn one_night_at_a_time_gives_the_same_store() {
    let a = folder();
    a.nightly(&[]);
    let b = folder();
    b.nightly(&["--date", "2026-03-03"]);
    b.nightly(&["--date", "2026-03-02"]);
    assert_eq!(partitions(&a), partitions(&b));
}

#[test]
fn a_log_that_grew_redoes_its_night() {
    let f = folder();
    let log = f.inbox(".log").remove(0);
    let whole = fs::read(&log).unwrap();
    let cut = whole[..whole.len() / 2].iter().rposition(|b| *b == b'\n').unwrap() + 1;
    fs::write(&log, &whole[..cut]).unwrap();
    let (_, before, _) = f.nightly(&[]);
    fs::write(&log, &whole).unwrap();
    let (code, after, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(after[0]["state"], "built", "{}", after[0]);
    assert!(after[0]["lookups"].as_u64() > before[0]["lookups"].as_u64());
    let fresh = folder();
    fresh.nightly(&[]);
    assert_eq!(partitions(&f), partitions(&fresh));
}

#[test]
fn a_night_whose_inputs_went_stays_as_it_is() {
    let f = folder();
    f.nightly(&[]);
    let before = partitions(&f);
    fs::remove_file(f.inbox(".log").remove(0)).unwrap();
    let capture = f.inbox(".pcap").remove(0);
    let mut bytes = fs::read(&capture).unwrap();
    bytes.truncate(bytes.len() - 200);
    fs::write(&capture, bytes).unwrap();
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 2, "{stderr}");
    assert_eq!(lines[0]["state"], "refused");
    assert_eq!(before, partitions(&f));
}

#[test]
fn two_councils_with_the_same_network_never_mix() {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out p --seed 11 --councils 2 --people 6 --start 2026-03-02 --days 1 --flows-per-day 2000 --lookups-per-day 500";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("p");
    let (both, _) = expect(&root, &["nightly", "--format", "json"], 0);
    let ids: Vec<String> = both
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["authority"].as_str().unwrap().to_owned())
        .collect();
    let together = snapshot(&root.join("store").join(&ids[0]));
    fs::remove_dir_all(root.join("store")).unwrap();
    fs::remove_dir_all(root.join("authorities").join(&ids[1])).unwrap();
    expect(&root, &["nightly", "--authority", &ids[0]], 0);
    assert_eq!(together, snapshot(&root.join("store").join(&ids[0])));
}
