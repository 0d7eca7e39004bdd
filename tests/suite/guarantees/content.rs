//! Guarantees 4 and 5: user traffic is opened only where the assessment lists it, and a thousand names that pass through a
//! night are found nowhere afterwards, nor anything that could be guessed back into one of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::leaves::rows;
use crate::canary::{Needle, capture, found, run, written};
use crate::common::{Folder, folder, snapshot};

/// What makes each of the names a canary; the number behind it makes it unique.
const STEM: &str = "kq7vcanaryx";
const CANARIES: usize = 1_000;

/// Every other one below a name of our own table, so that its flows leave under a kind of their own.
fn canary(number: usize) -> String {
    let site = if number.is_multiple_of(2) { "bbc.co.uk" } else { "example" };
    format!("{STEM}{number:04}.{site}")
}

/// Gives a canary to every question of the logs in turn, by its serial number.
fn plant(f: &Folder) -> BTreeSet<String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for log in f.inbox(".log") {
        let text = fs::read_to_string(&log).unwrap();
        let mut out = String::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let verb =
                words.iter().position(|w| w.starts_with("query[") || matches!(*w, "forwarded" | "reply" | "cached"));
            let Some(verb) = verb.filter(|v| *v >= 2) else {
                out += &format!("{line}\n");
                continue;
            };
            let next = canary(names.len() % CANARIES);
            let name = names.entry(format!("{} {}", log.display(), words[verb - 2])).or_insert(next).clone();
            // A chain's later owners are the delivery network's; the first is what was asked for.
            let owner = if words[verb + 1].contains(".cdn.") { format!("cdn-{name}") } else { name };
            let line: Vec<&str> =
                words.iter().enumerate().map(|(i, w)| if i == verb + 1 { &owner } else { *w }).collect();
            out += &(line.join(" ") + "\n");
        }
        fs::write(&log, out).unwrap();
    }
    names.into_values().collect()
}

/// Files in which the digest of a name stands, as octets or as hex digits; the first half of one is enough.
fn digests_found(names: &BTreeSet<String>, files: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
    let mut wanted: HashSet<[u8; 16]> = HashSet::new();
    for name in names {
        for text in [name.clone(), format!("{name}."), format!("www.{name}")] {
            let digest = Sha256::digest(text.as_bytes());
            let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
            for form in [&digest[..16], &hex.as_bytes()[..16], &hex.to_uppercase().as_bytes()[..16]] {
                wanted.insert(form.try_into().unwrap());
            }
        }
    }
    let holds = |octets: &[u8]| octets.windows(16).any(|w| wanted.contains(w));
    files.iter().filter(|(_, octets)| holds(octets)).map(|(path, _)| path.display().to_string()).collect()
}

#[test]
fn guarantee_5_a_thousand_names_are_found_nowhere_afterwards() {
    let f = folder();
    let names = plant(&f);
    assert_eq!(names.len(), CANARIES, "each of them is asked for");
    let before = snapshot(f.temp.path());
    let (code, stdout) = run(&f, "nightly", &["nightly", "--format", "json", "--log", "json"]);
    assert_eq!(code, 0, "{stdout}");
    let night: serde_json::Value = serde_json::from_str(stdout.lines().next().unwrap()).unwrap();
    assert!(night["attributed"]["device"].as_u64() > Some(0), "flows were told by the canaries: {night}");
    for (name, args) in [
        ("report", &["report", "--month", "2026-03"][..]),
        ("verify", &["ledger", "verify"]),
        ("faults", &["faults", "--month", "2026-03"]),
        ("costs", &["costs"]),
        ("check", &["check"]),
    ] {
        run(&f, name, args);
    }
    let files = written(&f, &before);
    for part in ["/usage/", "/links/", "/ledger/", "/keys/", "report.json", "summary.html", "/said/"] {
        assert!(files.keys().any(|p| p.to_string_lossy().contains(part)), "nothing was written to {part}");
    }
    let hits = found(&[Needle::new(STEM)], &files);
    assert!(hits.is_empty(), "{}", hits.join("\n"));
    assert_eq!(digests_found(&names, &files), Vec::<String>::new(), "a digest of a name");
    // The search can find: the inputs hold the names, and a digest that is written is met.
    let inbox: BTreeMap<_, _> = snapshot(&f.council("inbox")).into_iter().collect();
    assert!(!found(&[Needle::new(STEM)], &inbox).is_empty());
    let digest = Sha256::digest(canary(7)).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let planted = BTreeMap::from([("a line".into(), format!("seen {digest}").into_bytes())]);
    assert_eq!(digests_found(&names, &planted), ["a line"]);
}

/// A capture of user traffic beside a night's exports: left alone where only the configuration names it, opened where the
/// assessment lists it too.
#[test]
fn guarantee_4_user_traffic_is_opened_only_where_the_assessment_lists_it() {
    let night = |f: &Folder| {
        let (_, lines, stderr) = f.nightly(&[]);
        let sum = |key: &str| lines.iter().map(|l| l[key].as_u64().unwrap()).sum::<u64>();
        (sum("counted"), sum("flows"), stderr)
    };
    let source = "sources = [\n  { kind = \"packet-capture\", glob = \"inbox/traffic-*.pcap\" },";
    let configured = || {
        let f = folder();
        f.edit("authority.toml", "sources = [", source);
        fs::write(f.council("inbox/traffic-canary.pcap"), capture(&f)).unwrap();
        f
    };
    let (counted, flows, _) = night(&folder());
    let closed = configured();
    let (same_counted, same_flows, said) = night(&closed);
    assert_eq!((same_counted, same_flows), (counted, flows), "{said}");
    let open = configured();
    open.edit("assessment.toml", "sources = [", "sources = [\"packet-capture\", ");
    let (more_counted, more_flows, said) = night(&open);
    assert!(more_counted > counted && more_flows > flows, "{said}");
    assert_eq!(rows(&closed.root, &closed.id, "links"), rows_of_a_plain_night(), "not a row differs");
}

fn rows_of_a_plain_night() -> Vec<super::leaves::Row> {
    let f = folder();
    f.nightly(&[]);
    rows(&f.root, &f.id, "links")
}
