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

/// A NetFlow v5 export (Cisco's record of 48 octets) in a capture: flows from a device to a server, each with its first and
/// last instant and its octets, in one datagram sent at `sent`.
fn export(sent: &str, flows: &[(&str, &str, u32)]) -> Vec<u8> {
    let second = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    let boot = second("2026-03-01T00:00:00Z");
    let up = |text: &str| ((second(text) - boot) as u32 * 1_000).to_be_bytes();
    let now = second(sent) as u32;
    let mut v5 = [[0, 5, 0, flows.len() as u8], up(sent), now.to_be_bytes(), [0; 4], [0; 4], [0; 4]].concat();
    for (first, last, octets) in flows {
        let ends = [[192, 168, 1, 21], [203, 0, 113, 9], [0; 4], [0, 1, 0, 2]].concat();
        let counts = [12_u32.to_be_bytes(), octets.to_be_bytes(), up(first), up(last)].concat();
        v5.extend([ends, counts, vec![0xc3, 0x50, 1, 0xbb, 0, 0, 6, 0], vec![0; 8]].concat());
    }
    let length = |more: usize| ((v5.len() + more) as u16).to_be_bytes();
    let ip =
        [vec![0x45, 0], length(28).to_vec(), vec![0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 200]].concat();
    let udp = [[0x9c, 0x40], 2_055_u16.to_be_bytes(), length(8), [0, 0]].concat();
    let ethernet = vec![0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2, 8, 0];
    let frame = [ethernet, ip, udp, v5].concat();
    let head = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1, now, 0, frame.len() as u32, frame.len() as u32];
    [head.iter().flat_map(|n| n.to_le_bytes()).collect(), frame].concat()
}

#[test]
fn what_runs_past_the_last_midnight_makes_no_night() {
    let add = |flows: &[(&str, &str, u32)]| {
        let f = folder();
        if !flows.is_empty() {
            fs::write(f.council("inbox/flows-over-midnight.pcap"), export("2026-03-04T00:10:05Z", flows)).unwrap();
        }
        let (code, lines, stderr) = f.nightly(&[]);
        assert!(code != 1, "{stderr}");
        lines
            .iter()
            .map(|l| (l["date"].as_str().unwrap().to_owned(), l["counted"].as_u64().unwrap()))
            .collect::<Vec<_>>()
    };
    let plain = add(&[]);
    let over = ("2026-03-03T23:50:00Z", "2026-03-04T00:10:00Z", 1_200);
    // Ten of its twenty minutes lie before midnight.
    let dates = |lines: &[(String, u64)]| lines.iter().map(|l| l.0.clone()).collect::<Vec<_>>();
    let lines = add(&[over]);
    assert_eq!(dates(&lines), ["2026-03-02", "2026-03-03"]);
    assert_eq!(lines[1].1, plain[1].1 + 600);
    // One flow that begins on the next day makes it one, with its share of the other.
    let lines = add(&[over, ("2026-03-04T00:05:00Z", "2026-03-04T00:06:00Z", 500)]);
    assert_eq!(dates(&lines), ["2026-03-02", "2026-03-03", "2026-03-04"]);
    assert_eq!(lines[2].1, 600 + 500);
}
