//! Cases of a whole night, each small enough to work out by hand.

mod evidence;

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{
    Answer, CategoryId, DeviceKey, Excluded, Flow, FlowBuilder, Lookup, LookupBuilder, Mac, PersonKey, Taxonomy,
    TimeClass, Unit, rr,
};
use proptest::prelude::*;

use super::*;
use crate::attribute::Classify;
use crate::calendar::{Calendar, WeekHours};
use crate::register::{Ownership, PersonRow, Register, RegisterRow};

mod laws;
mod security;

const S: i64 = MICROS_PER_S;
const DAY: &str = "2026-03-02";

struct Names;

impl Classify for Names {
    fn classify(&self, name: &str) -> CategoryId {
        let kind = match name {
            "social.example" | "blog.example" => "social",
            "news.example" => "news",
            "clinic.example" => "health",
            "mail.example" => "webmail",
            _ => "other",
        };
        Taxonomy::find(kind).unwrap()
    }

    fn network(&self, _: u32) -> Option<CategoryId> {
        None
    }
}

struct Plain;

impl Pseudonyms for Plain {
    fn person(&self, id: &str) -> PersonKey {
        PersonKey(i64::from(id.as_bytes()[1]))
    }

    fn device(&self, asset: &str) -> DeviceKey {
        DeviceKey(i64::from(asset.as_bytes()[0]))
    }
}

fn addr(text: &str) -> Addr {
    Addr::from(text.parse::<IpAddr>().unwrap())
}

/// `09:00:05` of the day, UTC; a minus before it is the day before, a plus the day after.
fn at(text: &str) -> Micros {
    let (shift, clock) = match text.as_bytes()[0] {
        b'-' => (-86_400, &text[1..]),
        b'+' => (86_400, &text[1..]),
        _ => (0, text),
    };
    let parts: Vec<i64> = clock.split(':').map(|p| p.parse().unwrap()).collect();
    let day: jiff::Timestamp = format!("{DAY}T00:00:00Z").parse().unwrap();
    day.as_microsecond() + (shift + parts[0] * 3_600 + parts[1] * 60 + parts[2]) * S
}

fn mac(n: u8) -> Mac {
    Mac([0, 0, 0x5e, 0x10, 0, n])
}

fn flow(src: &str, dst: &str, start: &str, seconds: i64, bytes: u64) -> Flow {
    let sends = src.starts_with("192.168.") || src.starts_with("2001:db8:1:");
    Flow {
        start: at(start),
        end: at(start) + seconds * S,
        src: addr(src),
        dst: addr(dst),
        src_port: Some(if sends { 50_000 } else { 443 }),
        dst_port: Some(if sends { 443 } else { 50_000 }),
        protocol: Some(6),
        packets: None,
        bytes,
        exporter: Some(addr("192.0.2.1")),
        domain: None,
        in_if: Some(if sends { 1 } else { 2 }),
        out_if: Some(if sends { 2 } else { 1 }),
        sampling: 1,
        src_mac: None,
        post_nat_dst: None,
        reverse: false,
        offset: 0,
    }
}

/// When, by whom, for which name, and the addresses answered with their TTL.
type Asked = (Micros, Option<&'static str>, &'static str, Vec<(&'static str, Option<u32>)>);

/// One council's night: A (P1, employee, 09:00-12:00 and 13:00-17:05 on Mondays), B (P2, councillor), C (P3, no notice),
/// S (shared), at 192.168.1.10, .11, .12 and .13; office on interface 2, a dongle issued to A on interface 9.
struct World {
    flows: Vec<Flow>,
    lookups: Vec<Asked>,
    leases: Vec<Lease>,
    sightings: Vec<Sighting>,
    allowed: bool,
    shared_resolver: bool,
    speed_mbit: Option<u32>,
    watched: Option<security::Lists>,
}

fn world(flows: Vec<Flow>) -> World {
    let (lookups, leases, sightings) = (vec![], vec![], vec![]);
    World { flows, lookups, leases, sightings, allowed: true, shared_resolver: false, speed_mbit: None, watched: None }
}

fn row(asset: &str, holder: Option<&str>, ownership: Ownership, n: u8) -> RegisterRow {
    RegisterRow {
        asset: asset.to_owned(),
        kind: String::new(),
        holder: holder.map(str::to_owned),
        ownership,
        mac: Some(mac(n)),
        address: (n < 100).then(|| Addr::from_v4([192, 168, 1, n])),
        link: None,
        from: "2026-01-01".parse().unwrap(),
        until: None,
    }
}

fn register() -> Register {
    let person = |id: &str, role, notice: Option<&str>, hours: Option<&str>| PersonRow {
        person: id.to_owned(),
        role,
        notice_date: notice.map(|n| n.parse().unwrap()),
        objection: None,
        restricted: Vec::new(),
        from: "2026-01-01".parse().unwrap(),
        until: None,
        hours: hours.map(|h| WeekHours::parse_line(h).unwrap()),
        duty: None,
    };
    let people = vec![
        person("P1", Unit::Employee, Some("2026-02-01"), Some("mon 09:00-12:00,13:00-17:05")),
        person("P2", Unit::Councillor, Some("2026-02-01"), Some("mon 09:00-17:00")),
        person("P3", Unit::Employee, None, None),
    ];
    let rows = vec![
        row("A", Some("P1"), Ownership::Council, 10),
        row("B", Some("P2"), Ownership::Council, 11),
        row("C", Some("P3"), Ownership::Council, 12),
        row("S", None, Ownership::Shared, 13),
        row("X", Some("P1"), Ownership::Council, 101),
        row("Y", Some("P2"), Ownership::Council, 102),
    ];
    Register::new(rows, people).unwrap()
}

fn links(speed_mbit: Option<u32>) -> Vec<Link> {
    let link = |id: &str, kind, interface, issued: Option<&str>| Link {
        id: id.to_owned(),
        kind,
        exporter: Some(addr("192.0.2.1")),
        interface: Some(interface),
        issued_to: issued.map(str::to_owned),
        speed_mbit,
        budget_pence: None,
    };
    vec![link("office", LinkKind::Broadband, 2, None), link("dongle", LinkKind::Dongle, 9, Some("A"))]
}

fn lookup_batch(list: &[Asked]) -> RecordBatch {
    let mut builder = LookupBuilder::default();
    for (time, client, name, answers) in list {
        let answers = answers.iter().map(|(server, ttl)| Answer {
            name,
            rtype: if addr(server).is_v4() { rr::A } else { rr::AAAA },
            ttl: *ttl,
            address: Some(addr(server)),
            target: None,
        });
        builder.push(&Lookup {
            time: *time,
            client: client.map(addr),
            name,
            qtype: rr::A,
            rcode: Some(if name.starts_with("nx.") { 3 } else { 0 }),
            delay_ms: Some(7),
            answers: answers.collect(),
            offset: 0,
        });
    }
    builder.finish()
}

fn batches(flows: &[Flow], size: usize) -> Vec<RecordBatch> {
    let one = |part: &[Flow]| {
        let mut builder = FlowBuilder::default();
        part.iter().for_each(|f| builder.push(f));
        builder.finish()
    };
    flows.chunks(size.max(1)).map(one).collect()
}

impl World {
    fn lookup(mut self, time: &str, client: &'static str, name: &'static str, server: &'static str, ttl: u32) -> Self {
        let client = (!client.is_empty()).then_some(client);
        self.lookups.push((at(time), client, name, vec![(server, Some(ttl))]));
        self
    }

    fn lease(mut self, device: u8, address: &str, start: &str, end: &str) -> Self {
        let (start, end) = (Some(at(start)), Some(at(end)));
        self.leases.push(Lease {
            start,
            end,
            mac: Some(mac(device)),
            address: addr(address),
            hostname: None,
            offset: 0,
        });
        self
    }

    fn on(&self, zone: &str, date: Date, size: usize) -> NightOutput {
        let zone = TimeZone::get(zone).unwrap();
        let calendar = Calendar::new(zone, "england", &BTreeMap::new(), Some("12:00-13:00"), vec![]).unwrap();
        let (register, links) = (register(), links(self.speed_mbit));
        let lan = ["192.168.1.0/24".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()];
        let resolvers = [addr("192.168.1.1")];
        let settings = NightSettings {
            date,
            calendar: &calendar,
            register: &register,
            links: &links,
            lan: &lan,
            resolvers: &resolvers,
            categories: &Names,
            networks: None,
            key: &Plain,
            hold_s: 3_600,
            lease_s: 86_400,
            categories_allowed: self.allowed,
            shared_resolver: self.shared_resolver,
            security: self.watched.as_ref().map(security::Lists::watching),
        };
        let mut night = Night::new(&settings);
        for (n, part) in self.lookups.chunks(size.max(1)).enumerate() {
            let mut apart = Night::new(&settings);
            apart.lookups(&lookup_batch(part));
            self.leases.iter().skip(n).take(1).for_each(|l| apart.lease(l));
            night.absorb(apart);
        }
        self.leases.iter().skip(self.lookups.chunks(size.max(1)).len()).for_each(|l| night.lease(l));
        self.sightings.iter().for_each(|s| night.sighting(s));
        night.witness(&batches(&self.flows, size));
        let mut night = night.seal();
        night.flows(&batches(&self.flows, size));
        if night.wants_second_look() {
            night.second_look(&batches(&self.flows, size));
        }
        night.finish()
    }

    fn night(&self) -> NightOutput {
        let out = self.on("Europe/London", DAY.parse().unwrap(), 8_192);
        assert!(out.account.balances(), "{:?}", out.account);
        let kept: i64 = out.links.iter().map(|l| l.bytes_up + l.bytes_down).sum();
        assert_eq!(out.account.kept, kept as u64);
        let usage: i64 = out.usage.iter().map(|u| u.bytes_up + u.bytes_down).sum();
        assert_eq!(out.account.attributed.values().sum::<u64>(), usage as u64);
        out
    }
}

/// Rows of `usage` as `device category class evidence up/down flows`, summed over the date.
fn summary(out: &NightOutput) -> Vec<String> {
    let mut sums: BTreeMap<String, (i64, i64, i64)> = BTreeMap::new();
    for u in &out.usage {
        let device = char::from(u.device.0 as u8);
        let key = format!("{device} {} {} {}", u.category.as_str(), u.time_class, u.evidence);
        let sum = sums.entry(key).or_default();
        *sum = (sum.0 + u.bytes_up, sum.1 + u.bytes_down, sum.2 + u.flows);
    }
    sums.into_iter().map(|(k, (up, down, flows))| format!("{k} {up}/{down} {flows}")).collect()
}

fn check(world: &World, expected: &[&str]) -> NightOutput {
    let out = world.night();
    assert_eq!(summary(&out), expected);
    out
}

const CDN: &str = "203.0.113.7";

#[test]
fn one_answer_explains_both_directions() {
    let w = world(vec![flow("192.168.1.10", CDN, "10:00:00", 10, 100), flow(CDN, "192.168.1.10", "10:00:00", 10, 900)]);
    let out =
        check(&w.lookup("09:59:59", "192.168.1.10", "social.example", CDN, 60), &["A social core exact 100/900 2"]);
    assert_eq!((out.account.counted, out.account.flows, out.account.lookups), (1_000, 2, 1));
    let row = out.usage[0];
    assert_eq!((row.bucket_start, row.minute_mask), (at("10:00:00"), 1));
    assert_eq!((row.person, row.unit, row.estimated), (Some(PersonKey(i64::from(b'1'))), Unit::Employee, false));
    let link = out.links.iter().find(|l| l.bytes_up > 0).unwrap();
    assert_eq!((link.bytes_up, link.bytes_down, link.flows, link.records, link.link), (100, 900, 2, 2, 0));
    let asked = out.links.iter().find(|l| l.lookups > 0).unwrap();
    assert_eq!((asked.bucket_start, asked.delay_ms_median), (at("09:45:00"), Some(7)));
}

#[test]
fn two_names_on_one_address() {
    let w = || world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
    let two = |first: &'static str, second: &'static str| {
        let client = "192.168.1.11";
        w().lookup("09:59:50", client, first, CDN, 60).lookup("09:59:55", client, second, CDN, 60)
    };
    check(&two("social.example", "news.example"), &["B other n/a ambiguous 50/0 1"]);
    check(&two("social.example", "blog.example"), &["B social n/a exact 50/0 1"]);
    check(&two("clinic.example", "mail.example"), &["B other n/a exact 50/0 1"]);
    check(&two("clinic.example", "unknown.example"), &["B other n/a exact 50/0 1"]);
}

#[test]
fn evidence_over_midnight_and_never_afterwards() {
    let w = world(vec![flow("192.168.1.11", CDN, "00:00:05", 1, 50)]);
    check(&w.lookup("-23:59:50", "192.168.1.11", "news.example", CDN, 60), &["B news n/a exact 50/0 1"]);
    let w = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
    check(&w.lookup("10:00:03", "192.168.1.11", "news.example", CDN, 60), &["B other n/a none 50/0 1"]);
}

#[test]
fn an_answer_of_one_family_explains_the_other() {
    let server = "2001:db8:f::7";
    let mut f = flow("2001:db8:1::99", server, "10:00:00", 1, 50);
    f.src_mac = Some(mac(11));
    let mut down = flow(server, "2001:db8:1::99", "10:00:00", 1, 70);
    down.reverse = true;
    let w = world(vec![f, down]).lookup("09:59:58", "192.168.1.11", "news.example", server, 60);
    let out = check(&w, &["B news n/a exact 50/70 2"]);
    assert_eq!(out.links.iter().map(|l| (l.flows, l.records)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)), (2, 1));
}

#[test]
fn a_lease_handed_over() {
    let w = |end: &str, minute: &str| {
        let w = world(vec![flow("192.168.1.50", CDN, minute, 1, 50)]);
        w.lease(101, "192.168.1.50", "08:00:00", end).lease(102, "192.168.1.50", "10:00:00", "14:00:00")
    };
    check(&w("10:00:00", "09:59:00"), &["X other core none 50/0 1"]);
    check(&w("10:00:00", "10:01:00"), &["Y other n/a none 50/0 1"]);
    let out = check(&w("12:00:00", "11:00:00"), &[]);
    assert_eq!((out.account.kept, out.account.unmonitored), (50, 50));
}

#[test]
fn a_reply_addressed_to_the_router_belongs_to_the_host_behind() {
    let mut reply = flow(CDN, "198.51.100.1", "10:00:00", 1, 70);
    reply.post_nat_dst = Some(addr("192.168.1.11"));
    let w = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50), reply]);
    check(&w.lookup("09:59:58", "192.168.1.11", "news.example", CDN, 60), &["B news n/a exact 50/70 2"]);
}

#[test]
fn the_same_flow_at_two_interfaces_is_counted_once() {
    let wan = flow("192.168.1.11", CDN, "10:00:00", 1, 50);
    let lan = Flow { in_if: Some(1), out_if: Some(0), ..wan };
    let again = Flow { start: wan.start + 300_000, end: wan.end + 300_000, in_if: Some(2), out_if: Some(0), ..wan };
    for flows in [vec![wan, lan], vec![lan, wan], vec![wan, again], vec![wan, wan]] {
        let out = check(&world(flows), &["B other n/a none 50/0 1"]);
        assert_eq!(out.account.excluded, BTreeMap::from([(Excluded::Duplicate, 50)]));
        assert_eq!(out.account.counted, 100);
    }
    let out = check(&world(vec![lan]), &[]);
    assert_eq!(out.account.excluded, BTreeMap::from([(Excluded::NoLink, 50)]));
    let lan_only = Flow { in_if: Some(4), out_if: Some(1), ..wan };
    let out = check(&world(vec![lan, lan_only]), &[]);
    assert_eq!(out.account.excluded, BTreeMap::from([(Excluded::NoLink, 50), (Excluded::Duplicate, 50)]));
}

#[test]
fn what_is_not_measured_stands_in_the_links_alone() {
    let dongle = Flow { out_if: Some(9), ..flow("192.168.1.10", CDN, "10:00:00", 1, 8) };
    let w = world(vec![
        flow("192.168.1.12", CDN, "10:00:00", 1, 1),
        flow("192.168.1.77", CDN, "10:00:00", 1, 2),
        flow("192.168.1.13", CDN, "10:00:00", 1, 4),
        dongle,
        flow("198.51.100.1", "203.0.113.9", "10:00:00", 1, 16),
        flow("192.168.1.11", "192.168.1.12", "10:00:00", 1, 32),
        flow("192.168.1.11", "224.0.0.251", "10:00:00", 1, 64),
    ]);
    let out = check(&w, &["S other n/a none 4/0 1"]);
    assert_eq!((out.account.kept, out.account.unmonitored), (31, 19));
    assert_eq!(out.account.excluded, BTreeMap::from([(Excluded::Internal, 96)]));
    assert_eq!(out.usage[0].person, None);
    let totals = World { allowed: false, ..w };
    let out = check(&totals, &[]);
    assert_eq!((out.account.kept, out.account.unmonitored, out.account.lookups), (31, 19, 0));
}

#[test]
fn tunnels_and_hidden_names() {
    let dot = Flow { dst_port: Some(853), ..flow("192.168.1.11", CDN, "10:00:00", 1, 50) };
    let w = world(vec![dot]).lookup("09:59:58", "192.168.1.11", "news.example", CDN, 60);
    check(&w, &["B other n/a encrypted 50/0 1"]);
    let w = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
    check(&w.lookup("09:59:58", "192.168.1.11", "mask.icloud.com", CDN, 60), &["B other n/a encrypted 50/0 1"]);
}

#[test]
fn records_of_one_connection_share_the_name_of_its_first() {
    let records = |starts: &[&str]| -> Vec<Flow> {
        starts.iter().zip(1..).map(|(t, bytes)| flow("192.168.1.11", CDN, t, 600, bytes)).collect()
    };
    let w = world(records(&["10:00:00", "10:10:00", "10:20:00"]));
    let w = w.lookup("09:59:58", "192.168.1.11", "news.example", CDN, 60);
    check(&w.lookup("10:15:00", "192.168.1.11", "social.example", CDN, 9), &["B news n/a exact 6/0 3"]);
    let w = world(records(&["-23:49:00", "-23:59:00"]));
    let out = check(&w.lookup("-23:48:59", "192.168.1.11", "news.example", CDN, 60), &["B news n/a exact 2/0 0"]);
    assert_eq!((out.account.counted, out.account.flows), (2, 0));
}

#[test]
fn a_class_edge_inside_a_bucket_gives_two_rows() {
    // 17:00 to 17:10; the day ends at 17:05.
    let out = check(
        &world(vec![flow("192.168.1.10", CDN, "17:00:00", 600, 6_000_001)]),
        &["A other core none 3000001/0 1", "A other outside none 3000000/0 0"],
    );
    let masks: Vec<_> = out.usage.iter().map(|u| (u.time_class, u.minute_mask)).collect();
    assert_eq!(masks, [(TimeClass::Core, 0b11111), (TimeClass::Outside, 0b11111_00000)]);
    assert!(out.usage.iter().all(|u| u.bucket_start == at("17:00:00")));
    check(
        &world(vec![flow("192.168.1.10", CDN, "11:50:00", 1_200, 1_200)]),
        &["A other core none 600/0 1", "A other lunch none 600/0 0"],
    );
}

#[test]
fn long_flows_are_spread_and_marked() {
    let out = check(
        &world(vec![flow("192.168.1.11", CDN, "10:10:00", 2_400, 24_000_000)]),
        &["B other n/a none 24000000/0 1"],
    );
    let rows: Vec<_> =
        out.usage.iter().map(|u| (u.bytes_up, u.flows, u.minute_mask.count_ones(), u.estimated)).collect();
    let [short, long] = [3_000_000, 9_000_000];
    assert_eq!(rows, [(short, 1, 5, true), (long, 0, 15, true), (long, 0, 15, true), (short, 0, 5, true)]);
}

#[test]
fn only_what_flowed_on_the_date_is_counted() {
    let w = world(vec![
        flow("192.168.1.11", CDN, "-23:59:00", 120, 121),
        flow("192.168.1.11", "203.0.113.8", "23:59:00", 120, 121),
    ]);
    let out = w.night();
    assert_eq!((out.account.counted, out.account.flows), (60 + 61, 1));
    let before = w.on("Europe/London", "2026-03-01".parse().unwrap(), 1);
    assert_eq!((before.account.counted, before.account.flows), (61, 1));
    let after = w.on("Europe/London", "2026-03-03".parse().unwrap(), 1);
    assert_eq!((after.account.counted, after.account.flows), (60, 0));
}

#[test]
fn sampling_and_impossible_figures() {
    let sampled = Flow { sampling: 100, ..flow("192.168.1.11", CDN, "10:00:00", 1, 50) };
    let out = check(&world(vec![sampled]), &["B other n/a none 5000/0 1"]);
    assert!(out.usage[0].estimated);
    let packets = Flow { packets: Some(10), ..flow("192.168.1.11", CDN, "10:00:00", 1, 100) };
    let huge = flow("192.168.1.11", CDN, "10:00:00", 1, u64::MAX);
    let fast = flow("192.168.1.11", CDN, "10:00:00", 1, 16_000_000);
    // 1 Mbit/s is 125,000 octets a second; two times that for 61 s is 15,250,000.
    let w = World { speed_mbit: Some(1), ..world(vec![packets, huge, fast]) };
    let out = check(&w, &[]);
    let expected = (100_u128 + u128::from(u64::MAX) + 16_000_000).min(u128::from(u64::MAX)) as u64;
    assert_eq!(out.account.excluded, BTreeMap::from([(Excluded::Quarantined, expected)]));
}

#[test]
fn losses_and_the_undecodable_are_in_the_books() {
    let w = world(vec![]);
    let calendar = Calendar::new(TimeZone::UTC, "england", &BTreeMap::new(), None, vec![]).unwrap();
    let (register, links) = (register(), links(None));
    let settings = NightSettings {
        date: DAY.parse().unwrap(),
        calendar: &calendar,
        register: &register,
        links: &links,
        lan: &[],
        resolvers: &[],
        categories: &Names,
        networks: None,
        key: &Plain,
        hold_s: 3_600,
        lease_s: 86_400,
        categories_allowed: w.allowed,
        shared_resolver: false,
        security: None,
    };
    let mut night = Night::new(&settings).seal();
    let early = flow("192.168.1.11", CDN, "10:00:00", 1, 100);
    let late = [flow("192.168.1.11", CDN, "11:00:00", 1, 100), flow("192.168.1.11", "203.0.113.9", "11:00:00", 1, 100)];
    night.flows(&batches(&[early, late[0], late[1]], 2));
    night.lost(Some(addr("192.0.2.1")), 7, 700);
    night.undecodable(5);
    let out = night.finish();
    assert!(out.account.balances());
    assert_eq!((out.account.counted, out.account.undecodable, out.account.lost_estimate), (305, 5, 700));
    let lost: Vec<_> = out.links.iter().map(|l| (l.bucket_start, l.records_lost)).collect();
    assert_eq!(lost, [(at("10:00:00"), 2), (at("11:00:00"), 5)]);
}

#[test]
fn two_councils_with_the_same_addresses_never_mix() {
    let one = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
    let two = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 70)]);
    let one = one.lookup("09:59:58", "192.168.1.11", "news.example", CDN, 60);
    check(&one, &["B news n/a exact 50/0 1"]);
    check(&two, &["B other n/a none 70/0 1"]);
}

mod time;

fn any_flow() -> impl Strategy<Value = Flow> {
    let ends = (0_u8..6, 0_u8..4, any::<bool>(), 0_u16..3);
    let times = (-90_000_i64..180_000, prop_oneof![Just(0_i64), 0_i64..100, 0_i64..100_000]);
    (ends, times, prop_oneof![0_u64..3_000, 0_u64..(1 << 40)], 1_u32..3).prop_map(
        |((d, s, up, port), (start, len), bytes, sampling)| {
            let (device, server) = (format!("192.168.1.{}", 9 + d), format!("203.0.113.{s}"));
            let mut f = if up {
                flow(&device, &server, "00:00:00", 0, bytes)
            } else {
                flow(&server, &device, "00:00:00", 0, bytes)
            };
            *if up { &mut f.src_port } else { &mut f.dst_port } = Some(50_000 + port);
            (f.start, f.end, f.sampling) = (at("00:00:00") + start * S, at("00:00:00") + (start + len) * S, sampling);
            f
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn every_octet_is_on_one_date_and_the_books_balance(flows in prop::collection::vec(any_flow(), 0..40)) {
        let w = world(flows.clone());
        let mut counted = 0_u128;
        for date in ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"] {
            let out = w.on("Europe/London", date.parse().unwrap(), 7);
            prop_assert!(out.account.balances());
            let kept: i64 = out.links.iter().map(|l| l.bytes_up + l.bytes_down).sum();
            prop_assert_eq!(out.account.kept, kept as u64);
            counted += u128::from(out.account.counted);
        }
        let all: u128 = flows.iter().map(|f| u128::from(f.bytes) * u128::from(f.sampling)).sum();
        prop_assert_eq!(counted, all);
    }

    #[test]
    fn batches_and_the_order_of_lookups_do_not_matter(
        flows in prop::collection::vec(any_flow(), 0..60),
        asked in prop::collection::vec((0_i64..86_400, 0_usize..4, 0_usize..4, 0_usize..4, 0_u32..600), 0..40),
        size in 1_usize..20,
    ) {
        const CLIENTS: [&str; 4] = ["192.168.1.10", "192.168.1.11", "192.168.1.12", "192.168.1.13"];
        const NAMES: [&str; 4] = ["social.example", "news.example", "clinic.example", "unknown.example"];
        const SERVERS: [&str; 4] = ["203.0.113.0", "203.0.113.1", "203.0.113.2", "203.0.113.3"];
        let mut w = world(flows);
        for (t, c, n, s, ttl) in asked {
            w.lookups.push((at("00:00:00") + t * S, Some(CLIENTS[c]), NAMES[n], vec![(SERVERS[s], Some(ttl))]));
        }
        let date = DAY.parse().unwrap();
        let once = w.on("Europe/London", date, 8_192);
        w.lookups.reverse();
        prop_assert_eq!(once, w.on("Europe/London", date, size));
    }
}
