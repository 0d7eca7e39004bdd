//! Nights through the public door: bytes, crashes, damage and refusals.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use model::{Account, CategoryId, DeviceKey, Evidence, LinkRow, Month, PersonKey, Taxonomy, TimeClass, Unit, UsageRow};
use proptest::prelude::*;
use store::{Commit, CycleRow, Footer, InputId, KeySource, Keys, Limits, Store, StoreError, Table};

const DAY: Date = date(2026, 3, 2);
/// 2026-03-02T00:00:00Z in microseconds.
const MIDNIGHT: i64 = 1_772_409_600_000_000;
const BUCKET: i64 = 900_000_000;

fn ids() -> Vec<String> {
    vec!["office".to_owned(), "dongle-1".to_owned()]
}

fn usage(bucket: i64, device: i64, up: i64) -> UsageRow {
    UsageRow {
        local_date: DAY,
        bucket_start: MIDNIGHT + bucket * BUCKET,
        person: Some(PersonKey(device * 10)),
        device: DeviceKey(device),
        unit: Unit::Councillor,
        link: (device % 2) as u16,
        category: Taxonomy::find("news").unwrap(),
        time_class: TimeClass::NotApplicable,
        evidence: Evidence::Exact,
        bytes_up: up,
        bytes_down: 0,
        flows: 1,
        minute_mask: 1,
        estimated: false,
    }
}

fn link_row(bucket: i64, link: u16, up: i64) -> LinkRow {
    LinkRow {
        local_date: DAY,
        bucket_start: MIDNIGHT + bucket * BUCKET,
        link,
        bytes_up: up,
        bytes_down: 0,
        flows: 1,
        records: 1,
        records_lost: 0,
        lookups: 0,
        servfail: 0,
        nxdomain: 0,
        unanswered: 0,
        delay_ms_median: None,
    }
}

fn input(n: u8) -> InputId {
    InputId { sha256: [n; 32], length: 100 }
}

/// A footer whose books fit the rows.
fn footer(inputs: &[u8], usage: &[UsageRow], links: &[LinkRow]) -> Footer {
    let kept = links.iter().map(|r| (r.bytes_up + r.bytes_down) as u64).sum();
    let mut account = Account { counted: kept, kept, ..Account::default() };
    for row in usage {
        *account.attributed.entry(row.evidence.as_str().to_owned()).or_default() +=
            (row.bytes_up + row.bytes_down) as u64;
    }
    let config = vec![("register".to_owned(), [5; 32])];
    Footer { inputs: inputs.iter().map(|n| input(*n)).collect(), grown: Vec::new(), config, account }
}

fn commit(store: &Store, inputs: &[u8], usage: &[UsageRow], links: &[LinkRow]) -> Result<Commit, StoreError> {
    store.commit(DAY, &ids(), usage, links, &footer(inputs, usage, links))
}

fn three() -> (Vec<UsageRow>, Vec<LinkRow>) {
    (vec![usage(4, 1, 10), usage(4, 2, 20), usage(5, 1, 30)], vec![link_row(4, 0, 60), link_row(4, 1, 7)])
}

fn file(root: &Path, table: &str) -> PathBuf {
    root.join("ashby").join(table).join("2026-03-02.parquet")
}

fn march() -> Month {
    Month::of(DAY)
}

/// Every file below a folder with its bytes and the time it was changed.
fn snapshot(folder: &Path) -> Vec<(PathBuf, Vec<u8>, std::time::SystemTime)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let modified = fs::metadata(&path).unwrap().modified().unwrap();
                all.push((path.clone(), fs::read(&path).unwrap(), modified));
            }
        }
    }
    all.sort();
    all
}

#[test]
fn a_night_comes_back_row_by_row() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "ashby").unwrap();
    let (mut rows, mut links) = three();
    rows.push(UsageRow { person: None, unit: Unit::Shared, category: CategoryId::OTHER, ..usage(6, 4, 5) });
    links.push(LinkRow { delay_ms_median: Some(12), ..link_row(5, 1, 1) });
    assert_eq!(commit(&store, &[1], &rows, &links).unwrap(), Commit::Written);
    let mut back = Vec::new();
    store.each_usage(DAY, &mut |r, link| back.push((UsageRow { link: 0, ..*r }, link.to_owned()))).unwrap();
    let mut expected: Vec<_> =
        rows.iter().map(|r| (UsageRow { link: 0, ..*r }, ids()[usize::from(r.link)].clone())).collect();
    back.sort();
    expected.sort();
    assert_eq!(back, expected);
    let mut delays = Vec::new();
    store.each_link(DAY, &mut |r, link| delays.push((link.to_owned(), r.delay_ms_median))).unwrap();
    assert!(delays.contains(&("dongle-1".to_owned(), Some(12))));
    let read = store.footer(DAY).unwrap().unwrap();
    assert_eq!(read.account.kept, 68);
    assert_eq!(read.inputs, [input(1)]);
    assert_eq!(store.dates(Table::Usage, march()).unwrap(), [DAY]);
    assert_eq!(store.usage_paths(march()).unwrap(), [file(dir.path(), "usage")]);
    assert_eq!(store.link_paths(march()).unwrap(), [file(dir.path(), "links")]);
    assert_eq!(store.footer(date(2026, 3, 3)).unwrap(), None);
}

#[test]
fn equal_nights_touch_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (rows, links) = three();
    let store = Store::open(dir.path(), "ashby").unwrap();
    commit(&store, &[1, 2], &rows, &links).unwrap();
    let before = snapshot(dir.path());
    let reversed: Vec<_> = rows.iter().rev().copied().collect();
    let again = Store::open(dir.path(), "ashby").unwrap();
    assert_eq!(commit(&again, &[2, 1, 1], &reversed, &links).unwrap(), Commit::Unchanged);
    assert_eq!(snapshot(dir.path()), before);
}

#[test]
fn order_of_links_in_the_configuration_changes_no_byte() {
    let bytes = |swap: bool| {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), "ashby").unwrap();
        let (mut rows, mut links) = three();
        let mut names = ids();
        if swap {
            names.reverse();
            rows.iter_mut().for_each(|r| r.link = 1 - r.link);
            links.iter_mut().for_each(|r| r.link = 1 - r.link);
        }
        store.commit(DAY, &names, &rows, &links, &footer(&[1], &rows, &links)).unwrap();
        (fs::read(file(dir.path(), "usage")).unwrap(), fs::read(file(dir.path(), "links")).unwrap())
    };
    assert!(bytes(false) == bytes(true));
}

#[test]
fn inputs_are_never_lost() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "ashby").unwrap();
    let (rows, links) = three();
    commit(&store, &[1, 2], &rows, &links).unwrap();
    let before = snapshot(dir.path());
    let refused = commit(&store, &[2, 3], &rows[..1], &links).unwrap();
    assert_eq!(refused, Commit::Refused { missing: vec![input(1)] });
    assert_eq!(snapshot(dir.path()), before);
    // A longer file that begins with input 1 stands for it.
    let mut grown = footer(&[2, 3], &rows, &links);
    grown.grown = vec![input(1)];
    assert_eq!(store.commit(DAY, &ids(), &rows, &links, &grown).unwrap(), Commit::Written);
    assert_eq!(commit(&store, &[2, 3], &rows, &links).unwrap(), Commit::Unchanged);
}

#[test]
fn a_crash_between_the_renames_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let (rows, links) = three();
    let store = Store::open(dir.path(), "ashby").unwrap();
    commit(&store, &[1], &rows, &links).unwrap();
    let old_links = fs::read(file(dir.path(), "links")).unwrap();
    commit(&store, &[1, 2], &rows[..2], &links).unwrap();
    let new_links = fs::read(file(dir.path(), "links")).unwrap();
    // As it stood after the first rename: new usage, old links, the new links still waiting.
    let torn = || {
        fs::write(file(dir.path(), "links"), &old_links).unwrap();
        fs::write(file(dir.path(), "links").with_extension("next"), &new_links).unwrap();
    };
    torn();
    assert_eq!(store.link_paths(march()).unwrap_err().code(), "partition_changed");
    assert_eq!(store.footer(DAY).unwrap_err().code(), "partition_torn");
    let repaired = Store::open(dir.path(), "ashby").unwrap();
    assert_eq!(repaired.footer(DAY).unwrap().unwrap().inputs.len(), 2);
    assert!(fs::read(file(dir.path(), "links")).unwrap() == new_links);
    assert!(!file(dir.path(), "links").with_extension("next").exists());
    // The same without the manifest: the night id of the footers tells the halves.
    torn();
    fs::remove_file(dir.path().join("ashby/manifest.json")).unwrap();
    let rebuilt = Store::open(dir.path(), "ashby").unwrap();
    assert!(fs::read(file(dir.path(), "links")).unwrap() == new_links);
    assert_eq!(rebuilt.link_paths(march()).unwrap().len(), 1);
}

#[test]
fn a_crash_before_the_manifest_leaves_the_old_night() {
    let dir = tempfile::tempdir().unwrap();
    let (rows, links) = three();
    let store = Store::open(dir.path(), "ashby").unwrap();
    commit(&store, &[1], &rows, &links).unwrap();
    let old = fs::read(file(dir.path(), "usage")).unwrap();
    fs::write(file(dir.path(), "usage").with_extension("next"), b"half a file").unwrap();
    let reopened = Store::open(dir.path(), "ashby").unwrap();
    assert!(!file(dir.path(), "usage").with_extension("next").exists());
    assert!(fs::read(file(dir.path(), "usage")).unwrap() == old);
    assert_eq!(reopened.usage_paths(march()).unwrap().len(), 1);
}

#[test]
fn a_night_mixed_from_two_runs_is_found_without_a_manifest_and_can_be_redone() {
    let dir = tempfile::tempdir().unwrap();
    let (rows, links) = three();
    let store = Store::open(dir.path(), "ashby").unwrap();
    commit(&store, &[1], &rows, &links).unwrap();
    let old = fs::read(file(dir.path(), "links")).unwrap();
    commit(&store, &[1, 2], &rows, &links).unwrap();
    fs::write(file(dir.path(), "links"), old).unwrap();
    assert_eq!(commit(&store, &[1, 2], &rows, &links).unwrap(), Commit::Written);
    assert_eq!(store.footer(DAY).unwrap().unwrap().inputs.len(), 2);
    let old = fs::read(file(dir.path(), "links")).unwrap();
    commit(&store, &[1, 2, 3], &rows, &links).unwrap();
    fs::write(file(dir.path(), "links"), old).unwrap();
    fs::remove_file(dir.path().join("ashby/manifest.json")).unwrap();
    assert_eq!(Store::open(dir.path(), "ashby").unwrap_err().code(), "partition_torn");
}

#[test]
fn a_lost_manifest_is_made_again_to_the_byte() {
    let dir = tempfile::tempdir().unwrap();
    let (rows, links) = three();
    commit(&Store::open(dir.path(), "ashby").unwrap(), &[1], &rows, &links).unwrap();
    let path = dir.path().join("ashby/manifest.json");
    let manifest = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    Store::open(dir.path(), "ashby").unwrap();
    assert_eq!(fs::read(&path).unwrap(), manifest);
}

#[test]
fn damage_names_the_partition() {
    let check = |damage: &dyn Fn(&Path), code: &str| {
        let dir = tempfile::tempdir().unwrap();
        let (rows, links) = three();
        let store = Store::open(dir.path(), "ashby").unwrap();
        commit(&store, &[1], &rows, &links).unwrap();
        damage(dir.path());
        let error = store.usage_paths(march()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains("2026-03-0") && error.to_string().contains("usage"), "{error}");
        assert!(store.link_paths(march()).is_ok());
    };
    check(&|root| fs::remove_file(file(root, "usage")).unwrap(), "partition_missing");
    check(&|root| fs::write(file(root, "usage"), b"PAR1").unwrap(), "partition_unreadable");
    check(
        &|root| {
            // A bit of the first page: the metadata still reads.
            let mut bytes = fs::read(file(root, "usage")).unwrap();
            bytes[40] ^= 1;
            fs::write(file(root, "usage"), bytes).unwrap();
        },
        "partition_changed",
    );
    check(
        &|root| {
            fs::copy(file(root, "usage"), file(root, "usage").with_file_name("2026-03-09.parquet")).unwrap();
        },
        "partition_unlisted",
    );
}

#[test]
fn a_partition_of_another_authority_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (rows, links) = three();
    let store = Store::open(dir.path(), "ashby").unwrap();
    commit(&store, &[1], &rows, &links).unwrap();
    fs::create_dir_all(dir.path().join("barton/usage")).unwrap();
    fs::copy(file(dir.path(), "usage"), dir.path().join("barton/usage/2026-03-02.parquet")).unwrap();
    let error = Store::open(dir.path(), "barton").unwrap_err();
    assert_eq!(error.code(), "partition_unreadable");
    assert!(error.to_string().contains("another authority"), "{error}");
}

#[test]
fn rows_that_break_a_rule_are_refused() {
    let check = |change: &dyn Fn(&mut UsageRow), rule: &str| {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), "ashby").unwrap();
        let (mut rows, links) = three();
        change(&mut rows[1]);
        let error = store.commit(DAY, &ids(), &rows, &links, &Footer::default()).unwrap_err();
        assert_eq!(error.code(), "row_invalid");
        assert!(error.to_string().contains("row 1") && error.to_string().contains(rule), "{error}");
        assert!(!file(dir.path(), "usage").exists());
    };
    check(&|r| r.local_date = date(2026, 3, 3), "date");
    check(&|r| r.bucket_start += 1, "quarter");
    check(&|r| r.bytes_down = -1, "negative");
    check(&|r| r.minute_mask = 1 << 15, "mask");
    check(&|r| r.person = None, "person");
    check(&|r| r.unit = Unit::Shared, "person");
    check(&|r| r.category = Taxonomy::find("health").unwrap(), "pooled");
    check(&|r| r.time_class = TimeClass::Core, "employees");
    check(&|r| r.link = 2, "link");
}

#[test]
fn ids_that_could_be_names_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for id in ["www.example.com", "192.0.2.1", "192-0-2-1", "../ashby"] {
        assert_eq!(Store::open(dir.path(), id).unwrap_err().code(), "id_invalid");
        let store = Store::open(dir.path(), "ashby").unwrap();
        let (rows, links) = three();
        let error = store.commit(DAY, &["office".to_owned(), id.to_owned()], &rows, &links, &Footer::default());
        let error = error.unwrap_err();
        assert_eq!(error.code(), "id_invalid");
        assert!(!error.to_string().contains(id), "{error}");
    }
}

#[test]
fn books_that_do_not_balance_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "ashby").unwrap();
    let (rows, links) = three();
    let check = |change: &dyn Fn(&mut Account), rule: &str| {
        let mut f = footer(&[1], &rows, &links);
        change(&mut f.account);
        let error = store.commit(DAY, &ids(), &rows, &links, &f).unwrap_err();
        assert_eq!(error.code(), "books_unbalanced");
        assert!(error.to_string().contains(rule), "{error}");
    };
    check(&|a| a.counted += 1, "counted is not");
    check(
        &|a| {
            a.kept += 1;
            a.counted += 1;
        },
        "kept is not",
    );
    check(
        &|a| {
            a.attributed.insert("exact".to_owned(), 61);
        },
        "attributed",
    );
}

#[test]
fn retention_takes_rows_and_key_together() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("store"), "ashby").unwrap();
    let keys = Keys::open(&dir.path().join("keys"), "ashby").unwrap();
    keys.month(march(), KeySource::Seed(b"7")).unwrap();
    keys.ledger(KeySource::Seed(b"7")).unwrap();
    let (rows, links) = three();
    commit(&store, &[1], &rows, &links).unwrap();
    let limits = Limits { usage_days: 31, links_days: 90, security_days: 30 };
    assert!(store.retain(date(2026, 4, 30), limits, &keys).unwrap().is_empty());
    let retired = store.retain(date(2026, 5, 1), limits, &keys).unwrap();
    assert_eq!((retired.usage_months, retired.usage_partitions), (vec![march()], 1));
    assert_eq!((retired.keys, retired.link_dates), (vec![march()], vec![]));
    assert!(!dir.path().join("store/ashby/usage/2026-03-02.parquet").exists());
    assert!(store.usage_paths(march()).unwrap().is_empty());
    assert_eq!(store.footer(DAY).unwrap().unwrap().inputs, [input(1)]);
    let retired = store.retain(date(2026, 5, 31), limits, &keys).unwrap();
    assert_eq!(retired.link_dates, [DAY]);
    assert_eq!(store.footer(DAY).unwrap(), None);
    assert!(keys.ledger(KeySource::Existing).is_ok());
    Store::open(&dir.path().join("store"), "ashby").unwrap();
}

#[test]
fn cycles_outlive_the_rows() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "ashby").unwrap();
    let row = CycleRow {
        link: 1,
        cycle_start: date(2026, 2, 15),
        cycle_end: date(2026, 3, 14),
        bytes: 21_000_000_000,
        abroad_bytes: 0,
        fixed_pence: 1500,
        usage_pence: 250,
        abroad_pence: 0,
        total_pence: 1750,
        rolled_bytes: 0,
        balance_bytes: 3_000_000_000,
        nights: 28,
        operator: true,
    };
    let end = row.cycle_end;
    assert_eq!(store.commit_cycles(end, &ids(), &[row], &Footer::default()).unwrap(), Commit::Written);
    assert_eq!(store.commit_cycles(end, &ids(), &[row], &Footer::default()).unwrap(), Commit::Unchanged);
    let mut back = Vec::new();
    store.each_cycle(end, &mut |r, link| back.push((*r, link.to_owned()))).unwrap();
    assert_eq!(back, [(CycleRow { link: 0, ..row }, "dongle-1".to_owned())]);
    let wrong = store.commit_cycles(date(2026, 3, 15), &ids(), &[row], &Footer::default()).unwrap_err();
    assert_eq!(wrong.code(), "row_invalid");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the order of rows and inputs, the same night has the same bytes; other rows have others.
    #[test]
    fn bytes_are_a_function_of_the_night(
        seeds in prop::collection::vec((0_i64..96, 1_i64..6, 0_i64..1_000), 0..60),
        turn in 0_usize..60,
        inputs in prop::collection::vec(0_u8..9, 1..5),
    ) {
        let rows: Vec<UsageRow> = seeds.iter().map(|(b, d, up)| usage(*b, *d, *up)).collect();
        let links: Vec<LinkRow> = rows.iter().map(|r| link_row(0, r.link, r.bytes_up)).collect();
        let bytes = |rows: &[UsageRow], links: &[LinkRow], inputs: &[u8]| {
            let dir = tempfile::tempdir().unwrap();
            let store = Store::open(dir.path(), "ashby").unwrap();
            commit(&store, inputs, rows, links).unwrap();
            (fs::read(file(dir.path(), "usage")).unwrap(), fs::read(file(dir.path(), "links")).unwrap())
        };
        let mut turned = (rows.clone(), links.clone(), inputs.clone());
        turned.0.rotate_left(turn % rows.len().max(1));
        turned.1.reverse();
        turned.2.reverse();
        let one = bytes(&rows, &links, &inputs);
        prop_assert!(one == bytes(&turned.0, &turned.1, &turned.2));
        if let Some(first) = turned.0.first_mut() {
            first.flows += 1;
            prop_assert!(one.0 != bytes(&turned.0, &turned.1, &turned.2).0);
        }
    }
}
