//! A committed night rewritten for a person's right: rows go or move, and nothing else changes by a byte.
#![cfg(test)]

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use model::{Account, DeviceKey, Evidence, Excluded, LinkRow, PersonKey, Taxonomy, TimeClass, Unit, UsageRow};
use proptest::prelude::*;
use store::{Fate, Footer, InputId, Revised, Revision, Store, Table};

const DAY: Date = date(2026, 3, 2);
/// 2026-03-02T00:00:00Z in microseconds.
const MIDNIGHT: i64 = 1_772_409_600_000_000;
const BUCKET: i64 = 900_000_000;

fn ids() -> Vec<String> {
    vec!["office".to_owned(), "dongle-1".to_owned()]
}

fn row(bucket: i64, person: Option<i64>, bytes: i64) -> UsageRow {
    UsageRow {
        local_date: DAY,
        bucket_start: MIDNIGHT + bucket * BUCKET,
        person: person.map(PersonKey),
        device: DeviceKey(person.unwrap_or(99) * 10),
        unit: if person.is_some() { Unit::Employee } else { Unit::Shared },
        link: 0,
        category: Taxonomy::find("news").unwrap(),
        time_class: if person.is_some() { TimeClass::Core } else { TimeClass::NotApplicable },
        evidence: if bucket % 2 == 0 { Evidence::Exact } else { Evidence::Council },
        bytes_up: bytes,
        bytes_down: 1,
        flows: 2,
        minute_mask: 5,
        estimated: false,
    }
}

fn link_row(bucket: i64, link: u16, bytes: i64) -> LinkRow {
    LinkRow {
        local_date: DAY,
        bucket_start: MIDNIGHT + bucket * BUCKET,
        link,
        bytes_up: bytes,
        bytes_down: 0,
        flows: 1,
        records: 1,
        records_lost: 0,
        lookups: 3,
        servfail: 0,
        nxdomain: 0,
        unanswered: 0,
        delay_ms_median: Some(4),
    }
}

/// A night whose office link carries every row and 50 bytes of guests, whose dongle carries 7 of a measured holder, and of
/// which 3 bytes were excluded and 2 could not be read.
struct Night {
    dir: tempfile::TempDir,
    store: Store,
    kept: u64,
}

fn night(rows: &[UsageRow]) -> Night {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "ashby").unwrap();
    let used: u64 = rows.iter().map(|r| (r.bytes_up + r.bytes_down) as u64).sum();
    let links = [link_row(4, 0, used as i64 + 50), link_row(4, 1, 7)];
    let kept = used + 57;
    let mut account = Account {
        counted: kept + 5,
        kept,
        unmonitored: 50,
        excluded: BTreeMap::from([(Excluded::Internal, 3)]),
        undecodable: 2,
        flows: 9,
        lookups: 6,
        ..Account::default()
    };
    for r in rows {
        *account.attributed.entry(r.evidence.as_str().to_owned()).or_default() += (r.bytes_up + r.bytes_down) as u64;
        *account.attributed_flows.entry(r.evidence.as_str().to_owned()).or_default() += r.flows as u64;
    }
    let inputs = vec![InputId { sha256: [1; 32], length: 100 }];
    let config = vec![("people".to_owned(), [5; 32])];
    let footer = Footer { inputs, grown: Vec::new(), config, account };
    store.commit(DAY, &ids(), rows, &links, &footer).unwrap();
    Night { dir, store, kept }
}

fn held(store: &Store) -> Vec<(UsageRow, String)> {
    let mut rows = Vec::new();
    store.each_usage(DAY, &mut |row, link| rows.push((UsageRow { link: 0, ..*row }, link.to_owned()))).unwrap();
    rows
}

fn links(store: &Store) -> Vec<(LinkRow, String)> {
    let mut rows = Vec::new();
    store.each_link(DAY, &mut |row, link| rows.push((LinkRow { link: 0, ..*row }, link.to_owned()))).unwrap();
    rows
}

fn revise(night: &Night, fate: &dyn Fn(&UsageRow) -> Fate) -> Revised {
    let issued = ["dongle-1".to_owned()];
    let revised = night.store.revise(DAY, &Revision { fate, issued: &issued, recount: false }).unwrap();
    assert_eq!(Store::open(night.dir.path(), "ashby").unwrap().usage_paths(model::Month::of(DAY)).unwrap().len(), 1);
    revised
}

fn without(person: i64) -> impl Fn(&UsageRow) -> Fate {
    move |r| if r.person == Some(PersonKey(person)) { Fate::Goes } else { Fate::Stays }
}

#[test]
fn rows_of_one_person_go_and_their_bytes_are_unmonitored() {
    let rows = [row(4, Some(1), 10), row(5, Some(1), 20), row(4, Some(2), 40), row(4, None, 80)];
    let n = night(&rows);
    let (links_before, before) = (links(&n.store), n.store.footer(DAY).unwrap().unwrap());
    let fate = without(1);
    assert_eq!(n.store.preview(DAY, &fate).unwrap(), Revised { gone: 2, moved: 0 });
    assert_eq!(revise(&n, &fate), Revised { gone: 2, moved: 0 });
    assert_eq!(links(&n.store), links_before);
    let left: Vec<i64> = held(&n.store).iter().map(|(r, _)| r.bytes_up).collect();
    assert_eq!(left, [80, 40]);
    let a = n.store.footer(DAY).unwrap().unwrap().account;
    let b = &before.account;
    assert_eq!((a.counted, a.kept, &a.excluded, a.undecodable), (b.counted, b.kept, &b.excluded, b.undecodable));
    // The person's 11 and 21 bytes beside the guests' 50; the measured holder's dongle is not among them.
    assert_eq!((a.kept, a.unmonitored), (n.kept, 50 + 32));
    assert_eq!(a.attributed, BTreeMap::from([("exact".to_owned(), 41 + 81)]));
    assert_eq!(a.attributed_flows, BTreeMap::from([("exact".to_owned(), 4)]));
    assert!(a.balances());
}

#[test]
fn a_second_time_touches_no_byte() {
    let n = night(&[row(4, Some(1), 10), row(4, Some(2), 40)]);
    revise(&n, &without(1));
    let read = |table: &str| std::fs::read(n.dir.path().join("ashby").join(table).join("2026-03-02.parquet")).unwrap();
    let before = (read("usage"), read("links"));
    assert_eq!(revise(&n, &without(1)), Revised::default());
    assert_eq!(revise(&n, &|_| Fate::Stays), Revised::default());
    assert_eq!((read("usage"), read("links")), before);
    assert_eq!(
        n.store.revise(date(2026, 3, 9), &Revision { fate: &without(1), issued: &[], recount: true }).unwrap(),
        Revised::default()
    );
}

#[test]
fn the_footer_says_that_rows_were_rewritten() {
    let n = night(&[row(4, Some(1), 10), row(4, Some(2), 40)]);
    revise(&n, &without(1));
    let footer = n.store.footer(DAY).unwrap().unwrap();
    let parts: Vec<&str> = footer.config.iter().map(|(part, _)| part.as_str()).collect();
    assert_eq!(parts, ["people", "rights"]);
    assert_eq!(footer.inputs, [InputId { sha256: [1; 32], length: 100 }]);
    revise(&n, &without(2));
    assert_eq!(n.store.footer(DAY).unwrap().unwrap().config.len(), 2);
    assert!(held(&n.store).is_empty());
}

#[test]
fn a_link_issued_to_somebody_no_longer_measured_is_unmonitored() {
    let n = night(&[row(4, Some(2), 40)]);
    let none: [String; 0] = [];
    let again = || n.store.revise(DAY, &Revision { fate: &|_| Fate::Stays, issued: &none, recount: true }).unwrap();
    assert_eq!(again(), Revised::default());
    assert_eq!(n.store.footer(DAY).unwrap().unwrap().account.unmonitored, 57);
    let before = n.store.usage_paths(model::Month::of(DAY)).map(|p| std::fs::read(&p[0]).unwrap()).unwrap();
    again();
    assert_eq!(n.store.usage_paths(model::Month::of(DAY)).map(|p| std::fs::read(&p[0]).unwrap()).unwrap(), before);
}

#[test]
fn rows_that_become_alike_are_joined() {
    let outside = |r: UsageRow| UsageRow { time_class: TimeClass::Outside, minute_mask: 0b1100, ..r };
    let n = night(&[row(4, Some(1), 10), outside(row(4, Some(1), 20)), row(6, Some(1), 5)]);
    let to_two = |r: &UsageRow| match r.bucket_start == MIDNIGHT + 4 * BUCKET {
        true => {
            Fate::Moves { person: Some(PersonKey(2)), unit: Unit::Councillor, time_class: TimeClass::NotApplicable }
        }
        false => Fate::Stays,
    };
    assert_eq!(revise(&n, &to_two), Revised { gone: 0, moved: 2 });
    let rows = held(&n.store);
    assert_eq!(rows.len(), 2);
    let moved = rows.iter().find(|(r, _)| r.person == Some(PersonKey(2))).unwrap().0;
    assert_eq!((moved.bytes_up, moved.bytes_down, moved.flows, moved.minute_mask), (30, 2, 4, 0b1101));
    assert_eq!((moved.unit, moved.device), (Unit::Councillor, DeviceKey(10)));
    assert_eq!(n.store.footer(DAY).unwrap().unwrap().account.unmonitored, 50);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A night less one person's rows is the night that was committed without them, but for what its footer says of it.
    #[test]
    fn guarantee_22_taking_a_person_out_is_never_having_had_them(
        drawn in prop::collection::vec((0_i64..8, prop::option::of(1_i64..4), 0_i64..1_000), 1..40),
        who in 1_i64..4,
    ) {
        let mut rows: Vec<UsageRow> = drawn.iter().map(|(b, p, n)| row(*b, *p, *n)).collect();
        rows.sort_unstable();
        rows.dedup_by_key(|r| (r.bucket_start, r.person));
        let n = night(&rows);
        revise(&n, &without(who));
        let left: Vec<UsageRow> = rows.iter().filter(|r| r.person != Some(PersonKey(who))).copied().collect();
        let other = night(&left);
        prop_assert_eq!(held(&n.store), held(&other.store));
        let (a, b) = (n.store.footer(DAY).unwrap().unwrap().account, other.store.footer(DAY).unwrap().unwrap().account);
        prop_assert_eq!(&a.attributed, &b.attributed);
        prop_assert_eq!(&a.attributed_flows, &b.attributed_flows);
        let gone: i64 = rows.iter().filter(|r| r.person == Some(PersonKey(who))).map(|r| r.bytes_up + r.bytes_down).sum();
        prop_assert_eq!(a.unmonitored, b.unmonitored + gone as u64);
        prop_assert!(a.balances());
        prop_assert_eq!(n.store.dates(Table::Usage, model::Month::of(DAY)).unwrap(), [DAY]);
    }
}
