//! The table of security notices: a commit, a retention and a text of its own.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use model::{DeviceKey, MICROS_PER_S, Program, SecurityRule};
use store::{Commit, Deleted, Footer, InputId, KeySource, Keys, Limits, SecurityRow, Store, Table};

const DAY: Date = date(2026, 3, 2);
const MINUTE: i64 = 60 * MICROS_PER_S;

fn input(n: u8) -> InputId {
    InputId { sha256: [n; 32], length: u64::from(n) }
}

fn footer(inputs: &[u8]) -> Footer {
    Footer { inputs: inputs.iter().map(|n| input(*n)).collect(), ..Footer::default() }
}

fn row(device: i64, rule: SecurityRule, entry: u16) -> SecurityRow {
    let threat = matches!(rule, SecurityRule::ThreatName | SecurityRule::ThreatAddress);
    SecurityRow {
        local_date: DAY,
        device: DeviceKey(device),
        rule,
        program: (!threat).then_some(Program::Rdp),
        list: threat.then_some(7),
        entry,
        first: 10 * MINUTE,
        last: 20 * MINUTE,
        lookups: 3,
        flows: 1,
        bytes: 1_000,
        blocked: false,
    }
}

fn entries() -> Vec<String> {
    ["", "worse.example", "192.0.2.0/24"].map(str::to_owned).to_vec()
}

fn rows() -> Vec<SecurityRow> {
    vec![
        row(2, SecurityRule::ThreatName, 1),
        row(1, SecurityRule::RemotePort, 0),
        row(1, SecurityRule::ThreatAddress, 2),
    ]
}

fn commit(root: &Path, rows: &[SecurityRow], inputs: &[u8]) -> Result<Commit, store::StoreError> {
    Store::open(root, "ashby").unwrap().commit_security(DAY, &entries(), rows, &footer(inputs))
}

fn octets(root: &Path) -> Vec<u8> {
    std::fs::read(root.join("ashby/security/2026-03-02.parquet")).unwrap()
}

#[test]
fn findings_come_back_with_their_entries_whatever_their_order() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(commit(one.path(), &rows(), &[1, 2]).unwrap(), Commit::Written);
    let mut turned = rows();
    turned.rotate_left(1);
    assert_eq!(commit(two.path(), &turned, &[2, 1]).unwrap(), Commit::Written);
    assert!(octets(one.path()) == octets(two.path()));
    assert_eq!(commit(one.path(), &turned, &[1, 2]).unwrap(), Commit::Unchanged);
    let store = Store::open(one.path(), "ashby").unwrap();
    let mut back = Vec::new();
    store.each_security(DAY, &mut |r, entry| back.push((r.device.0, r.rule.as_str(), entry.to_owned()))).unwrap();
    let wanted =
        [(1, "threat-address", "192.0.2.0/24"), (1, "remote-control-port", ""), (2, "threat-name", "worse.example")];
    assert_eq!(back, wanted.map(|(device, rule, entry)| (device, rule, entry.to_owned())));
    // An empty night is a night that was watched.
    assert_eq!(commit(one.path(), &[], &[1, 2]).unwrap(), Commit::Written);
    assert_eq!(store.all_dates(Table::Security).unwrap(), [DAY]);
    // Without its manifest it is known again.
    std::fs::remove_file(one.path().join("ashby/manifest.json")).unwrap();
    assert_eq!(Store::open(one.path(), "ashby").unwrap().all_dates(Table::Security).unwrap(), [DAY]);
}

#[test]
fn inputs_are_never_lost() {
    let dir = tempfile::tempdir().unwrap();
    commit(dir.path(), &rows(), &[1, 2]).unwrap();
    let before = octets(dir.path());
    assert_eq!(commit(dir.path(), &[], &[2]).unwrap(), Commit::Refused { missing: vec![input(1)] });
    assert!(octets(dir.path()) == before);
}

#[test]
fn rows_and_texts_that_break_a_rule_are_refused() {
    let check = |change: &dyn Fn(&mut SecurityRow), rule: &str| {
        let dir = tempfile::tempdir().unwrap();
        let mut rows = rows();
        change(&mut rows[0]);
        let error = commit(dir.path(), &rows, &[1]).unwrap_err();
        assert_eq!(error.code(), "row_invalid");
        assert!(error.to_string().contains(rule), "{error}");
    };
    check(&|r| r.local_date = date(2026, 3, 3), "date");
    check(&|r| r.first += 1, "minutes");
    check(&|r| r.first = r.last + MINUTE, "minutes");
    check(&|r| r.bytes = -1, "negative");
    check(&|r| r.list = None, "list");
    check(&|r| r.program = Some(Program::Vnc), "list");
    check(&|r| r.blocked = true, "blocked");
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "ashby").unwrap();
    for bad in ["somebody", "A person <p@example.org>", "a.example\nb.example"] {
        let error = store.commit_security(DAY, &[bad.to_owned()], &[], &footer(&[1])).unwrap_err();
        assert_eq!(error.code(), "id_invalid");
        assert!(!error.to_string().contains(bad), "{error}");
    }
}

/// At no clock time is a row older than its limit, whatever the limit says and however late the run comes.
#[test]
fn guarantee_34_security_rows_live_thirty_days_at_most() {
    for (days, first_day_gone) in [(7, date(2026, 3, 9)), (30, date(2026, 4, 1)), (365, date(2026, 4, 1))] {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(&dir.path().join("keys"), "ashby").unwrap();
        keys.month("2026-03".parse().unwrap(), KeySource::Seed(b"7")).unwrap();
        commit(dir.path(), &rows(), &[1]).unwrap();
        let store = Store::open(dir.path(), "ashby").unwrap();
        let limits = Limits { usage_days: 62, links_days: 400, security_days: days, ..Limits::MAX };
        let retain = |day| store.retain(day, limits, &keys, vec![]).unwrap().gone;
        let eve = first_day_gone.checked_sub(1.day()).unwrap();
        assert!(retain(eve).is_empty(), "{days}");
        assert_eq!(retain(first_day_gone), BTreeMap::from([(Deleted::Security, BTreeSet::from([DAY]))]), "{days}");
        store.recorded().unwrap();
        assert!(store.all_dates(Table::Security).unwrap().is_empty());
        assert!(!dir.path().join("ashby/security/2026-03-02.parquet").exists());
        assert!(retain(first_day_gone).is_empty());
    }
}

/// A limit that is made shorter counts for what is there already.
#[test]
fn guarantee_34_a_shorter_limit_is_retroactive() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::open(&dir.path().join("keys"), "ashby").unwrap();
    commit(dir.path(), &rows(), &[1]).unwrap();
    let store = Store::open(dir.path(), "ashby").unwrap();
    let at = |security_days| {
        let limits = Limits { usage_days: 62, links_days: 400, security_days, ..Limits::MAX };
        store.retain(date(2026, 3, 20), limits, &keys, vec![]).unwrap().gone
    };
    assert!(at(30).is_empty());
    assert_eq!(at(10), BTreeMap::from([(Deleted::Security, BTreeSet::from([DAY]))]));
}
