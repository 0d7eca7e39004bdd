//! Nothing outlives its limit: shortened limits, missed nights, clocks put back, backups brought back, runs cut off; and
//! what is gone cannot be made again from what is left.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use model::Month;
use serde_json::Value;
use store::{KeySource, Keys, Store, Table};

use crate::common::{Folder, copy, expect, folder, run, snapshot};

fn store(f: &Folder) -> PathBuf {
    f.root.join("store").join(&f.id)
}

fn key(f: &Folder, month: &str) -> PathBuf {
    f.root.join("keys").join(&f.id).join(month)
}

/// Dates of a table's partitions as they stand on the disk.
fn dates(f: &Folder, table: &str) -> Vec<String> {
    let all = snapshot(&store(f).join(table));
    let name = |p: &PathBuf| p.file_stem().unwrap().to_str().unwrap().to_owned();
    all.keys().filter(|p| p.extension().is_some_and(|e| e == "parquet")).map(name).collect()
}

/// The ledger's records of deletions.
fn records(f: &Folder) -> Vec<Value> {
    let text = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    let all = text.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    all.filter(|v| v["kind"] == "deletion").collect()
}

fn said(record: &Value) -> String {
    let r = |k: &str| record[k].as_str().map_or_else(|| record[k].to_string(), str::to_owned);
    format!(
        "{} {} {}..{} {} left {} overdue {}",
        r("deleted"),
        r("limit"),
        r("first"),
        r("last"),
        r("count"),
        r("left"),
        r("overdue")
    )
}

/// A night at noon of a day. Raw files that still stand are told by then, and the review of the assessment may be due: the
/// exit code is of no matter.
fn night(f: &Folder, day: &str) {
    let (code, _, stderr) = run(&f.root, &["nightly", "--now", &format!("{day}T12:00:00Z")]);
    assert_ne!(code, 1, "{stderr}");
}

#[test]
fn guarantee_34_each_class_goes_on_its_day_and_its_record_says_so() {
    let f = folder();
    f.nightly(&[]);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    let reports = f.root.join("reports").join(&f.id).join("2026-03");
    night(&f, "2026-05-31");
    assert_eq!((dates(&f, "usage").len(), dates(&f, "links").len()), (2, 2));
    assert!(key(&f, "2026-03").is_file() && records(&f).is_empty());
    night(&f, "2026-06-01");
    assert_eq!((dates(&f, "usage").len(), dates(&f, "links").len()), (0, 2));
    assert!(!key(&f, "2026-03").exists());
    let first: Vec<String> = records(&f).iter().map(said).collect();
    assert!(first[0].starts_with("usage {\"days_after_month\":62} 2026-03-02..2026-03-03 2 left {"), "{first:?}");
    assert!(first[0].contains("\"links\":\"2026-03-02\"") && first[0].ends_with("overdue 0"), "{first:?}");
    assert!(
        first.iter().any(|r| r.starts_with("key {\"days_after_month\":62} 2026-03-01..2026-03-31 1 ")),
        "{first:?}"
    );
    // 400 days after 3 March 2026 is 7 April 2027.
    night(&f, "2027-04-06");
    assert_eq!(dates(&f, "links"), ["2026-03-03"]);
    night(&f, "2027-04-07");
    assert_eq!(dates(&f, "links").len(), 0);
    // 24 months after the end of March 2026.
    night(&f, "2028-03-30");
    assert!(reports.join("report.json").is_file());
    night(&f, "2028-03-31");
    assert!(!reports.exists() && dates(&f, "cycles").iter().all(|d| d.as_str() > "2026-03-31"));
    let last = records(&f);
    assert!(last.iter().any(|r| said(r).starts_with("reports {\"months\":24} 2026-03-01..2026-03-31 1 ")), "{last:?}");
    let (verified, _) = expect(&f.root, &["ledger", "verify"], 0);
    assert!(verified.contains("no report to hold it to"), "{verified}");
    let (_, stderr) = expect(&f.root, &["report", "--month", "2026-03"], 1);
    assert!(stderr.contains("a published month is never computed again"), "{stderr}");
}

#[test]
fn guarantee_34_a_shortened_limit_counts_for_what_is_there() {
    let f = folder();
    f.nightly(&[]);
    night(&f, "2026-04-20");
    assert_eq!((dates(&f, "usage").len(), dates(&f, "links").len()), (2, 2));
    f.edit("assessment.toml", "usage_days = 62", "usage_days = 10");
    f.edit("assessment.toml", "links_days = 400", "links_days = 48");
    night(&f, "2026-04-20");
    // 48 days after 3 March is 20 April; 10 days after the month's end is 10 April.
    assert_eq!((dates(&f, "usage").len(), dates(&f, "links").len()), (0, 0));
    assert!(!key(&f, "2026-03").exists());
    assert!(records(&f).iter().any(|r| said(r).starts_with("links {\"days\":48} 2026-03-02..2026-03-03 2 ")));
}

#[test]
fn guarantee_34_missed_nights_and_a_clock_put_back_keep_nothing() {
    let f = folder();
    f.nightly(&[]);
    let backup = f.temp.path().join("backup");
    copy(&store(&f), &backup);
    night(&f, "2026-09-15");
    assert_eq!(dates(&f, "usage").len(), 0);
    // The clock goes back to before the close, and the store is brought back: the ledger knows what day it was.
    fs::remove_dir_all(store(&f)).unwrap();
    copy(&backup, &store(&f));
    assert_eq!(dates(&f, "usage").len(), 2);
    night(&f, "2026-04-10");
    assert_eq!(dates(&f, "usage").len(), 0, "retention goes by the later of the clock and the newest entry");
    assert!(!key(&f, "2026-03").exists());
}

#[test]
fn guarantee_34_a_backup_brought_back_goes_at_the_next_night_and_gets_no_key() {
    let f = folder();
    f.nightly(&[]);
    let backup = f.temp.path().join("backup");
    copy(&store(&f), &backup);
    night(&f, "2026-06-01");
    let recorded = records(&f).len();
    for with_manifest in [true, false] {
        copy(&backup, &store(&f));
        if !with_manifest {
            fs::remove_file(store(&f).join("manifest.json")).unwrap();
        }
        fs::copy(store(&f).join("usage/2026-03-02.parquet"), store(&f).join("usage/2026-03-02.parquet.bak")).unwrap();
        fs::write(store(&f).join("usage/.2026-03-03.parquet.99-0.tmp"), "cut off").unwrap();
        night(&f, "2026-06-02");
        assert!(snapshot(&store(&f).join("usage")).is_empty(), "{:?}", snapshot(&store(&f).join("usage")).keys());
        assert!(!fs::read_to_string(store(&f).join("manifest.json")).unwrap().contains("usage/"));
        assert!(!key(&f, "2026-03").exists());
    }
    assert!(records(&f).len() >= recorded + 2, "each deletion is recorded");
    expect(&f.root, &["ledger", "verify"], 0);
}

const DUE: &str = "{\"schema\":\"tithing.retiring/1\",\"due\":{\"usage\":[\"2026-03-02\",\"2026-03-03\"],\"key\":[\"2026-03-01\"]}}\n";

#[test]
fn guarantee_34_rows_and_key_go_together_though_a_run_is_cut_off() {
    let f = folder();
    f.nightly(&[]);
    let ledger = f.root.join("ledger").join(format!("{}.jsonl", f.id));
    let before = fs::read(&ledger).unwrap();
    // Where it cannot be written down what goes, nothing goes.
    let journal = store(&f).join("retiring.json");
    fs::create_dir_all(&journal).unwrap();
    let (code, _, stderr) = run(&f.root, &["nightly", "--now", "2026-06-01T12:00:00Z"]);
    assert_eq!((code, dates(&f, "usage").len()), (1, 2), "{stderr}");
    assert!(key(&f, "2026-03").is_file());
    fs::remove_dir(&journal).unwrap();
    // Cut off as soon as it was written down: everything else as it was.
    let check = |what: &str| {
        night(&f, "2026-06-01");
        assert!(dates(&f, "usage").is_empty() && !key(&f, "2026-03").exists() && !journal.exists(), "{what}");
        let all: Vec<String> = records(&f).iter().map(said).collect();
        let has = |start: &str| all.iter().filter(|r| r.starts_with(start)).count();
        assert_eq!(has("usage {\"days_after_month\":62} 2026-03-02..2026-03-03 2 "), 1, "{what}: {all:?}");
        assert_eq!(has("key {\"days_after_month\":62} 2026-03-01..2026-03-31 1 "), 1, "{what}: {all:?}");
        assert!(all.iter().all(|r| r.ends_with("overdue 0")), "{what}: {all:?}");
        expect(&f.root, &["ledger", "verify"], 0);
    };
    fs::write(&journal, DUE).unwrap();
    check("after it was written down");
    // Cut off after everything, before the ledger knew: all is gone, and the next run records it.
    fs::write(&ledger, &before).unwrap();
    fs::write(&journal, DUE).unwrap();
    check("before the ledger");
    // Cut off after the ledger knew some of it: that is said twice rather than never.
    fs::write(&journal, DUE).unwrap();
    night(&f, "2026-06-01");
    assert_eq!(records(&f).iter().filter(|r| r["deleted"] == "usage").count(), 2);
}

#[test]
fn guarantee_34_old_raw_files_are_told_or_deleted() {
    let f = folder();
    f.nightly(&["--now", "2026-03-04T12:00:00Z"]);
    let raw = |f: &Folder| f.inbox(".pcap").len() + f.inbox(".log").len();
    let before = raw(&f);
    assert_eq!(before, 4);
    // The first files' records are of 2 March: 7 days on they are due.
    expect(&f.root, &["nightly", "--now", "2026-03-08T12:00:00Z"], 0);
    let (_, stderr) = expect(&f.root, &["nightly", "--now", "2026-03-12T12:00:00Z"], 2);
    assert!(stderr.contains("files of the inbox are older than the assessment's raw_days"), "{stderr}");
    assert_eq!(raw(&f), before, "they are the provider's own");
    let path = f.council("authority.toml");
    let toml = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("delete_raw = true\n{toml}")).unwrap();
    expect(&f.root, &["nightly", "--now", "2026-03-12T12:00:00Z"], 0);
    assert_eq!(raw(&f), 0);
    assert!(f.council("inbox/dnsmasq.leases").is_file(), "what is so now has no age");
    let all = records(&f);
    assert!(all.iter().any(|r| said(r).starts_with("raw {\"days\":7} 2026-03-0")), "{all:?}");
    // The nights stand without them.
    let (code, lines, stderr) = f.nightly(&["--now", "2026-03-12T13:00:00Z"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(lines.iter().all(|l| l["state"] == "unchanged"), "{lines:?}");
    assert_eq!(dates(&f, "usage").len(), 2);
}

#[test]
fn guarantee_34_raw_files_that_no_night_was_made_from_are_not_deleted() {
    let f = folder();
    let path = f.council("authority.toml");
    let toml = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("delete_raw = true\n{toml}")).unwrap();
    f.nightly(&["--date", "2026-03-02", "--now", "2026-03-13T12:00:00Z"]);
    assert_eq!(f.inbox(".pcap").len() + f.inbox(".log").len(), 4, "the night of 3 March looks back on all of them");
    f.nightly(&["--now", "2026-03-13T12:00:00Z"]);
    assert_eq!(dates(&f, "usage"), ["2026-03-02", "2026-03-03"]);
}

// ---- pseudonyms ----------------------------------------------------------------------------------------------------

/// A council with nights in two months, whose keys are drawn at random as a true one's are.
fn two_months() -> Folder {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out provider --seed 11 --councils 1 --people 6 --start 2026-03-30 --days 4 --flows-per-day 600 --lookups-per-day 200";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("provider");
    fs::remove_file(root.join("keys/seed")).unwrap();
    let id = fs::read_dir(root.join("authorities")).unwrap().next().unwrap().unwrap().file_name();
    let f = Folder { temp, root, id: id.into_string().unwrap() };
    f.nightly(&["--now", "2026-04-04T12:00:00Z"]);
    f
}

/// People and devices of a month's rows, each as it is stored.
fn pseudonyms(root: &Path, id: &str, month: Month) -> BTreeSet<i64> {
    let store = Store::open(root, id).unwrap();
    let mut all = BTreeSet::new();
    for date in store.dates(Table::Usage, month).unwrap() {
        store
            .each_usage(date, &mut |row, _| {
                all.insert(row.device.0);
                all.extend(row.person.map(|p| p.0));
            })
            .unwrap();
    }
    all
}

fn names(f: &Folder) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (file, column) in
        [("people.csv", 0), ("register.csv", 0), ("register.csv", 2), ("register.csv", 4), ("register.csv", 5)]
    {
        let text = fs::read_to_string(f.council(file)).unwrap();
        all.extend(text.lines().skip(1).filter_map(|l| l.split(',').nth(column).map(str::to_owned)));
    }
    all.retain(|n| !n.is_empty());
    all
}

/// Everything of 32 octets that a file holds and that could be a key: as hex, and as it is.
fn candidates(files: &BTreeMap<PathBuf, Vec<u8>>) -> BTreeSet<[u8; 32]> {
    let mut found = BTreeSet::new();
    for (path, octets) in files {
        let text = String::from_utf8_lossy(octets);
        let runs = text.split(|c: char| !c.is_ascii_hexdigit()).filter(|r| r.len() >= 64);
        for run in runs {
            found.extend((0..=run.len() - 64).filter_map(|i| store::from_hex(&run[i..i + 64].to_lowercase())));
        }
        let inside_keys = path.components().any(|c| c.as_os_str() == "keys");
        if inside_keys {
            found.extend(octets.windows(32).map(|w| <[u8; 32]>::try_from(w).unwrap()));
        }
    }
    found
}

/// Which of the pseudonyms a key makes of the names.
fn made(secret: [u8; 32], names: &BTreeSet<String>, among: &BTreeSet<i64>) -> usize {
    let key = store::MonthKey::from_secret(secret);
    let all = names.iter().flat_map(|n| [key.person(n).0, key.device(n).0]);
    all.filter(|p| among.contains(p)).count()
}

#[test]
fn guarantee_32_after_close_nothing_links_two_months_or_an_address() {
    let f = two_months();
    let month = |m: &str| m.parse::<Month>().unwrap();
    let (march, april) = (month("2026-03"), month("2026-04"));
    let root = f.root.join("store");
    let (first, second) = (pseudonyms(&root, &f.id, march), pseudonyms(&root, &f.id, april));
    assert!(first.len() >= 6 && second.len() >= 6, "{} {}", first.len(), second.len());
    assert!(first.is_disjoint(&second), "no pseudonym stands in both months");
    let names = names(&f);
    // While the month is open its key makes its pseudonyms: this test can see.
    let keys = Keys::open(&f.root.join("keys"), &f.id).unwrap();
    let open = keys.month(march, KeySource::Existing).unwrap();
    let people: BTreeSet<i64> = names.iter().map(|n| open.person(n).0).filter(|p| first.contains(p)).collect();
    assert!(people.len() >= 3, "{people:?}");
    let there = candidates(&snapshot(&f.root));
    assert!(there.iter().any(|c| made(*c, &names, &first) >= 6), "the key is found where it stands");
    let backup = f.temp.path().join("backup");
    copy(&root, &backup);
    // March closes on 1 June, April on 1 July.
    night(&f, "2026-06-01");
    assert!(!key(&f, "2026-03").exists() && key(&f, "2026-04").is_file());
    assert!(pseudonyms(&root, &f.id, march).is_empty());
    // Even with March's rows from a backup at hand, nothing on the provider's disk makes a pseudonym of theirs.
    let rows = pseudonyms(&backup, &f.id, march);
    assert_eq!(rows, first);
    let left = snapshot(&f.root);
    let all = candidates(&left);
    assert!(all.len() > 50, "{}", all.len());
    let working = all.iter().filter(|c| made(**c, &names, &second) >= 6).count();
    assert_eq!(working, 1, "April's key is there, and this is how one looks");
    for candidate in &all {
        assert_eq!(made(*candidate, &names, &first), 0, "a key of March is left");
    }
    // No file holds a pseudonym of March as a number, either.
    for (path, octets) in &left {
        let text = String::from_utf8_lossy(octets);
        assert!(!first.iter().any(|p| text.contains(&p.to_string())), "{}", path.display());
    }
    let closes: Date = "2026-07-01".parse().unwrap();
    night(&f, &closes.to_string());
    assert!(!key(&f, "2026-04").exists() && pseudonyms(&root, &f.id, april).is_empty());
}
