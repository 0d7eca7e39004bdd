//! Guarantee 8: who is in no register, or only with a device of their own, leaves nothing but bytes of a link.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::Ipv4Addr;

use super::leaves::{Leaves, MONTH, bytes, leaves, rows};
use crate::common::{Folder, folder};

/// A device of the guests' network: its address and its link-layer address.
type Stranger = (Ipv4Addr, String);

/// Everybody to whom an address of the guests' network was given.
fn strangers(f: &Folder) -> Vec<Stranger> {
    let mut found = BTreeSet::new();
    for log in f.inbox(".log") {
        for line in fs::read_to_string(log).unwrap().lines().filter(|l| l.contains("DHCPACK(br-guest)")) {
            let mut words = line.split(' ').skip_while(|w| !w.starts_with("DHCPACK"));
            let (address, mac) = (words.nth(1).unwrap(), words.next().unwrap());
            found.insert((address.parse().unwrap(), mac.to_owned()));
        }
    }
    assert!(found.len() >= 3, "a registered telephone and two guests: {found:?}");
    found.into_iter().collect()
}

/// A text with every word that is one of `names` under its other name; a client identifier is `01:` and a word.
fn other_words(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        let (kind, bare) =
            word.strip_prefix("01:").filter(|b| names.contains_key(*b)).map_or(("", word.as_str()), |b| ("01:", b));
        out.push_str(kind);
        out.push_str(names.get(bare).map_or(bare, String::as_str));
        word.clear();
    };
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | ':') {
            word.push(c);
        } else {
            flush(&mut word, &mut out);
            out.push(c);
        }
    }
    flush(&mut word, &mut out);
    out
}

fn replace(octets: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    let mut at = 0;
    while at < octets.len() {
        if octets[at..].starts_with(from) {
            out.extend_from_slice(to);
            at += from.len();
        } else {
            out.push(octets[at]);
            at += 1;
        }
    }
    out
}

/// Gives strangers others' addresses and link-layer addresses, in the logs, the leases, the captures and the register.
fn swap(f: &Folder, pairs: &[(Stranger, Stranger)]) {
    let mut names = BTreeMap::new();
    for (from, to) in pairs {
        names.insert(from.0.to_string(), to.0.to_string());
        names.insert(from.1.clone(), to.1.clone());
    }
    let register = f.council("register.csv");
    for path in f.inbox(".log").into_iter().chain(f.inbox(".leases")).chain([register]) {
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, other_words(&text, &names)).unwrap();
    }
    for capture in f.inbox(".pcap") {
        let mut whole = fs::read(&capture).unwrap();
        // By way of addresses that nobody has, so that none is taken for another's.
        let aside = |i: usize| [10, 99, 0, i as u8];
        for (i, (from, _)) in pairs.iter().enumerate() {
            whole = replace(&whole, &from.0.octets(), &aside(i));
        }
        for (i, (_, to)) in pairs.iter().enumerate() {
            whole = replace(&whole, &aside(i), &to.0.octets());
        }
        fs::write(capture, whole).unwrap();
    }
}

fn month(change: impl Fn(&Folder)) -> (Folder, Leaves) {
    let f = folder();
    change(&f);
    let made = leaves(&f.root, &MONTH);
    assert_eq!(made.said[0].0, 0, "{}", made.said[0].2);
    (f, made)
}

/// Strangers change places, the telephone among them that the register knows as somebody's own.
fn permuted(f: &Folder) {
    let all = strangers(f);
    let next = all.iter().cycle().skip(1).cloned();
    swap(f, &all.iter().cloned().zip(next).collect::<Vec<_>>());
}

/// Strangers with addresses that nobody had before: one of them in the office's own network.
fn renamed(f: &Folder) {
    let new =
        |i: usize| if i == 1 { Ipv4Addr::new(192, 168, 1, 233) } else { Ipv4Addr::new(192, 168, 2, 150 + i as u8) };
    let pair = |(i, s): (usize, Stranger)| (s, (new(i), format!("02:00:5e:10:77:{i:02x}")));
    swap(f, &strangers(f).into_iter().enumerate().map(pair).collect::<Vec<_>>());
}

/// What the strangers look up under other names.
fn other_names(f: &Folder) {
    let theirs: Vec<String> = strangers(f).into_iter().map(|(address, _)| format!(" {address}/")).collect();
    let mut changed = 0;
    for log in f.inbox(".log") {
        let mut out = String::new();
        for line in fs::read_to_string(&log).unwrap().lines() {
            let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let verb =
                words.iter().position(|w| w.starts_with("query[") || w == "forwarded" || w == "reply" || w == "cached");
            if let Some(verb) = verb.filter(|_| theirs.iter().any(|a| line.contains(a))) {
                let name = &mut words[verb + 1];
                *name = format!("{}.example", "q".repeat(name.len() - ".example".len()));
                changed += 1;
            }
            out += &(words.join(" ") + "\n");
        }
        fs::write(&log, out).unwrap();
    }
    assert!(changed > 10, "{changed} lines of strangers");
}

#[test]
fn guarantee_8_strangers_leave_nothing_but_the_total_of_their_link() {
    let (f, plain) = month(|_| {});
    let line: serde_json::Value = serde_json::from_str(plain.said[0].1.lines().next().unwrap()).unwrap();
    assert!(line["unmonitored"].as_u64() > Some(0), "strangers sent something: {line}");
    let total = |f: &Folder| rows(&f.root, &f.id, "links").iter().map(bytes).sum::<i64>();
    for (what, change) in [("permuted", permuted as fn(&Folder)), ("renamed", renamed), ("other names", other_names)] {
        let (g, changed) = month(change);
        assert_ne!(plain.files, changed.files, "{what}: the inputs are others, and the footers say so");
        assert_eq!(total(&f), total(&g), "{what}");
        assert_eq!(rows(&f.root, &f.id, "usage"), rows(&g.root, &g.id, "usage"), "{what}");
        assert_eq!(rows(&f.root, &f.id, "links"), rows(&g.root, &g.id, "links"), "{what}");
        if what == "permuted" {
            plain.masked().assert_same(&changed.masked(), what);
        }
        let outputs = |l: &Leaves| {
            let mut report = l.report(&f.id);
            report["checkpoint"] = serde_json::Value::Null;
            report
        };
        assert_eq!(outputs(&plain), outputs(&changed), "{what}");
    }
}
