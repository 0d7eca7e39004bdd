//! Guarantees 6, 7 and 18: protected subjects and private communications leave the bytes of a site that no list knows.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::leaves::{Leaves, MONTH, bytes, leaves, rows, skeleton};
use crate::common::{Folder, folder};

/// The hosts that the generated councils visit, with the kind that each stands for here. The first two share an address.
const HOSTS: [(&str, &str); 14] = [
    ("www.shop.example", "health"),
    ("www.arcade.example", "messaging"),
    ("www.nhs.uk", "health"),
    ("www.clinic.example", "health"),
    ("www.churchofengland.org", "faith"),
    ("www.hustings.example", "politics"),
    ("www.unison.org.uk", "union"),
    ("www.hearts.example", "sexuality"),
    ("www.citizensadvice.org.uk", "legal-advice"),
    ("www.speakup.example", "whistleblowing"),
    ("mail.proton.me", "webmail"),
    ("mail.letterbox.example", "webmail"),
    ("g.whatsapp.net", "messaging"),
    ("chat.confidant.example", "messaging"),
];
/// What stands behind the addresses of the first two besides.
const TWINS: [&str; 2] = ["www.village-news.example", "learn.courses.example"];

/// A reserved name as long as `host`, so that logs keep their lengths: one for each host and first letter.
fn alias(first: char, place: usize, host: &str) -> String {
    let letter = char::from(b'a' + place as u8);
    let filled = "z".repeat(host.len() - ".example".len() - 2);
    format!("{first}{letter}{filled}.example")
}

/// The provider's lists: each kind's names, one file a kind, and names that stand for a party and an LGBT group.
fn lists(root: &Path) {
    fs::create_dir_all(root.join("lists")).unwrap();
    let mut toml = fs::read_to_string(root.join("tithing.toml")).unwrap();
    let mut kinds: Vec<&str> = HOSTS.iter().map(|(_, kind)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 9, "every pooled kind but \"other\" itself");
    for kind in kinds {
        let of = HOSTS.iter().enumerate().filter(|(_, (_, k))| *k == kind);
        let names: String = of.map(|(i, (host, _))| format!("{}\n", alias('p', i, host))).collect();
        fs::write(root.join("lists").join(format!("{kind}.txt")), names).unwrap();
        toml += &format!("\n[[categories]]\npath = \"lists/{kind}.txt\"\nkind = \"plain\"\ncategory = \"{kind}\"\n");
    }
    let shown: String = HOSTS.iter().enumerate().map(|(i, (host, _))| format!("{}\n", alias('v', i, host))).collect();
    fs::write(root.join("lists/leisure.txt"), shown).unwrap();
    toml += "\n[[categories]]\npath = \"lists/leisure.txt\"\nkind = \"plain\"\ncategory = \"leisure\"\n";
    fs::write(root.join("tithing.toml"), toml).unwrap();
}

/// Replaces names in the resolver's logs; each must stand there.
fn rename(f: &Folder, names: &[(&str, String)]) {
    let mut seen = vec![false; names.len()];
    for log in f.inbox(".log") {
        let mut text = fs::read_to_string(&log).unwrap();
        for (i, (from, to)) in names.iter().enumerate() {
            seen[i] |= text.contains(from);
            text = text.replace(from, to);
        }
        fs::write(&log, text).unwrap();
    }
    let missing: Vec<&str> = names.iter().zip(&seen).filter(|(_, s)| !**s).map(|((n, _), _)| *n).collect();
    assert!(missing.is_empty(), "nobody looked up {missing:?}");
}

/// A month in which the twins are unknown sites, and each host has the name that `name` gives it.
fn month(name: impl Fn(usize, &'static str) -> String) -> (Folder, Leaves) {
    let f = folder();
    lists(&f.root);
    let mut names: Vec<(&str, String)> =
        HOSTS.iter().enumerate().map(|(i, (host, _))| (*host, name(i, host))).collect();
    names.extend(TWINS.iter().enumerate().map(|(i, host)| (*host, alias('t', i, host))));
    rename(&f, &names);
    let made = leaves(&f.root, &MONTH);
    assert_eq!(made.said[0].0, 0, "{}", made.said[0].2);
    (f, made)
}

/// Every protected name swapped for one that no list knows, all at once and kind by kind: not one byte differs, but for
/// the hashes that name the inputs.
#[test]
fn guarantee_6_and_7_a_protected_site_and_an_unknown_one_leave_the_same_bytes() {
    let unknown = month(|i, host| alias('u', i, host));
    let protected = month(|i, host| alias('p', i, host));
    unknown.1.masked().assert_same(&protected.1.masked(), "all of the provider's lists");
    for kind in
        ["health", "faith", "politics", "union", "sexuality", "legal-advice", "whistleblowing", "webmail", "messaging"]
    {
        let one = month(|i, host| alias(if HOSTS[i].1 == kind { 'u' } else { 'p' }, i, host));
        protected.1.masked().assert_same(&one.1.masked(), kind);
    }
    // Those that our own table protects keep their own names; the two invented neighbors are left unknown.
    let own = month(|i, host| if i < 2 { alias('u', i, host) } else { host.to_owned() });
    unknown.1.masked().assert_same(&own.1.masked(), "the built-in table");
    // The swap reaches the store: the same names in the list of a kind that is not pooled move bytes there.
    let shown = month(|i, host| alias('v', i, host));
    let leisure = |f: &Folder| {
        let all = rows(&f.root, &f.id, "usage");
        all.iter().filter(|r| r["category"] == "leisure").map(bytes).sum::<i64>()
    };
    assert!(leisure(&shown.0) > leisure(&unknown.0) + 1_000_000);
}

/// Hosts of our own table of which the generated councils know one a kind.
const ALONE: [(&str, &str); 6] = [
    ("gambling", "www.national-lottery.co.uk"),
    ("property-jobs", "www.rightmove.co.uk"),
    ("ai", "chatgpt.com"),
    ("personal-cloud", "www.dropbox.com"),
    ("games", "store.steampowered.com"),
    ("learning", "www.open.ac.uk"),
];

/// A month with hosts under other names: its document, its page, and the bytes of each kind.
fn printed(hosts: &[(&str, String)]) -> (Value, String, BTreeMap<String, i64>) {
    let f = folder();
    rename(&f, hosts);
    let made = leaves(&f.root, &MONTH);
    let page = made.text(&format!("reports/{}/2026-03/summary.html", f.id)).to_owned();
    let mut used = BTreeMap::new();
    for row in rows(&f.root, &f.id, "usage") {
        *used.entry(row["category"].clone()).or_default() += bytes(&row);
    }
    (made.report(&f.id), page, used)
}

fn row(report: &Value, kind: &str) -> Value {
    let tables = report["tables"].as_array().unwrap().iter().filter(|t| t["id"] == "use");
    let rows: Vec<Value> = tables.flat_map(|t| t["rows"].as_array().unwrap().clone()).collect();
    rows.into_iter().find(|r| r["id"] == kind).expect("all rows of a tier are printed")
}

/// A kind that is withheld prints the same whether nobody used it or few did, and no element of the page comes or goes.
#[test]
fn guarantee_18_and_20_a_withheld_kind_prints_the_same_whether_few_used_it_or_nobody() {
    let (few, few_page, few_bytes) = printed(&[]);
    let withheld = serde_json::json!([{"symbol": "c"}]);
    let used = |kind: &str| few_bytes.get(kind).is_some_and(|b| *b > 0) && row(&few, kind)["cells"] == withheld;
    let kinds: Vec<_> = ALONE.iter().filter(|(kind, _)| used(kind)).collect();
    assert!(kinds.len() >= 2, "kinds that few use and that are withheld: {kinds:?} of {few_bytes:?}");
    for (place, (kind, host)) in kinds.into_iter().enumerate() {
        let (nobody, page, bytes) = printed(&[(*host, alias('u', 20 + place, host))]);
        assert_eq!(bytes.get(*kind), None, "{kind}: nobody uses it now");
        assert_eq!(row(&few, kind), row(&nobody, kind));
        assert_eq!(skeleton(&few_page), skeleton(&page), "{kind}");
    }
}
