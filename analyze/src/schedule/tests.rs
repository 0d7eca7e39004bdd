//! Whose device is measured, and what a month's rows come to by device.

use jiff::civil::date;
use model::{Account, Addr, CategoryId, Evidence, LinkRow, TimeClass, Unit, UsageRow};
use store::{Footer, InputId, Store};

use super::*;
use crate::links::LinkKind;
use crate::register::PersonRow;

const GB: i64 = 1_000_000_000;

fn row(asset: &str, holder: &str, last: u8) -> RegisterRow {
    RegisterRow {
        asset: asset.to_owned(),
        kind: "laptop".to_owned(),
        holder: (!holder.is_empty()).then(|| holder.to_owned()),
        ownership: Ownership::Council,
        mac: None,
        address: Some(Addr::from_v4([192, 168, 1, last])),
        link: None,
        from: date(2026, 1, 1),
        until: None,
    }
}

fn person(person: &str) -> PersonRow {
    PersonRow {
        person: person.to_owned(),
        role: Unit::Employee,
        notice_date: Some(date(2026, 1, 1)),
        objection: None,
        restricted: Vec::new(),
        from: date(2025, 1, 1),
        until: None,
        hours: None,
        duty: None,
    }
}

fn link(id: &str, issued_to: Option<&str>) -> Link {
    Link {
        id: id.to_owned(),
        kind: LinkKind::Broadband,
        exporter: None,
        interface: None,
        issued_to: issued_to.map(str::to_owned),
        speed_mbit: None,
        budget_pence: None,
    }
}

/// Keys that show what they were made of.
fn key(text: &str) -> i64 {
    text.bytes().fold(0, |n, b| n * 256 + i64::from(b))
}

fn found(rows: Vec<RegisterRow>, people: Vec<PersonRow>) -> MonthDevices {
    let register = Register::new(rows, people).unwrap();
    let links = [link("office", None), link("dongle", Some("D1"))];
    let (device, person) = (|a: &str| DeviceKey(key(a)), |p: &str| PersonKey(key(p)));
    devices(&register, &links, "2026-03".parse().unwrap(), device, person)
}

/// Whether A1 is listed, and whose it was, with one thing changed.
fn check(change: impl Fn(&mut RegisterRow, &mut PersonRow), listed: bool, whose: Option<&str>) {
    let (mut device, mut holder) = (row("A1", "p1", 1), person("p1"));
    change(&mut device, &mut holder);
    let devices = found(vec![device], vec![holder]);
    assert_eq!(devices.contains_key("A1"), listed);
    let keys = devices.get("A1").copied().flatten();
    assert_eq!(keys, whose.map(|p| (DeviceKey(key("A1")), PersonKey(key(p)))));
}

#[test]
fn council_owned_devices_of_one_holder_are_listed() {
    check(|_, _| (), true, Some("p1"));
    check(|r, _| r.address = None, true, None);
    check(|_, p| p.notice_date = None, true, None);
    check(|_, p| p.objection = Some(date(2026, 3, 20)), true, None);
    check(|_, p| p.objection = Some(date(2026, 4, 1)), true, Some("p1"));
    check(|_, p| p.until = Some(date(2026, 3, 15)), true, None);
    check(|r, _| r.holder = None, true, None);
    // Handed in on the day its holder left.
    let left = |r: &mut RegisterRow, p: &mut PersonRow| {
        (r.until, p.until) = (Some(date(2026, 3, 15)), Some(date(2026, 3, 15)));
    };
    check(left, true, Some("p1"));
    check(|r, _| r.until = Some(date(2026, 2, 28)), false, None);
    check(|r, _| r.from = date(2026, 4, 1), false, None);
    check(|r, _| r.ownership = Ownership::Personal, false, None);
    check(|r, _| r.ownership = Ownership::Shared, false, None);
    check(|r, _| r.asset = "D1".to_owned(), false, None);
}

#[test]
fn the_last_holder_stands_for_a_device() {
    let first = RegisterRow { until: Some(date(2026, 3, 10)), ..row("A1", "p1", 1) };
    let second = RegisterRow { from: date(2026, 3, 11), ..row("A1", "p2", 1) };
    let unheard = RegisterRow { address: None, ..second.clone() };
    let devices = found(vec![unheard, second, first], vec![person("p1"), person("p2")]);
    assert_eq!(devices["A1"], Some((DeviceKey(key("A1")), PersonKey(key("p2")))));
}

/// A row of a device, of a person (0: shared), over a link, with so many octets.
fn usage(device: &str, person: &str, link: u16, octets: i64) -> UsageRow {
    UsageRow {
        local_date: date(2026, 3, 2),
        // 2026-03-02T00:00:00Z.
        bucket_start: 1_772_409_600_000_000,
        person: (!person.is_empty()).then(|| PersonKey(key(person))),
        device: DeviceKey(key(device)),
        unit: if person.is_empty() { Unit::Shared } else { Unit::Councillor },
        link,
        category: CategoryId::OTHER,
        time_class: TimeClass::NotApplicable,
        evidence: Evidence::None,
        bytes_up: octets / 4,
        bytes_down: octets - octets / 4,
        flows: 1,
        minute_mask: 1,
        estimated: false,
    }
}

#[test]
fn volumes_are_of_shared_links_and_of_one_holder_each() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), "ashby").unwrap();
    // A row on a link that was issued since stands for one of an earlier configuration: no night writes such rows.
    let rows = [
        usage("A1", "p1", 0, 3 * GB),
        usage("A1", "p2", 0, 8 * GB),
        usage("A1", "p1", 1, 100 * GB),
        usage("A2", "p1", 0, 1),
        usage("K1", "", 0, 70 * GB),
    ];
    let kept: i64 = rows.iter().map(|r| r.bytes_up + r.bytes_down).sum();
    let everybody = LinkRow {
        local_date: date(2026, 3, 2),
        bucket_start: 1_772_409_600_000_000,
        link: 0,
        bytes_up: 0,
        bytes_down: kept,
        flows: 5,
        records: 5,
        records_lost: 0,
        lookups: 0,
        servfail: 0,
        nxdomain: 0,
        unanswered: 0,
        delay_ms_median: None,
    };
    let octets = kept.unsigned_abs();
    let mut account = Account { counted: octets, kept: octets, ..Account::default() };
    account.attributed.insert("none".to_owned(), octets);
    let inputs = vec![InputId { sha256: [1; 32], length: 1 }];
    let footer = Footer { inputs, account, ..Footer::default() };
    let names = ["office".to_owned(), "dongle".to_owned()];
    store.commit(date(2026, 3, 2), &names, &rows, &[everybody], &footer).unwrap();
    let paths = store.usage_paths("2026-03".parse().unwrap()).unwrap();
    let mut found = volumes(&paths, &[link("office", None), link("dongle", Some("D1"))]).unwrap();
    found.sort_unstable();
    let of = |device: &str, person: &str, octets| (DeviceKey(key(device)), PersonKey(key(person)), octets);
    assert_eq!(found, [of("A1", "p1", 3_000_000_000), of("A1", "p2", 8_000_000_000), of("A2", "p1", 1)]);
    assert_eq!(volumes(&[], &[link("office", None)]).unwrap(), []);
}
