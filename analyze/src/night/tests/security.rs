//! What a watched night finds, each case worked out by hand; and that nothing else of the night depends on the watch.

use model::Program;

use super::*;
use crate::categories::{ListKind, ListSource, Threats};
use crate::security::{AddressList, Findings, ThreatAddresses, Watching};

/// What a night is watched for.
pub(super) struct Lists {
    threats: Threats,
    addresses: ThreatAddresses,
    allowed: Vec<Program>,
}

impl Lists {
    fn new(allowed: &[Program]) -> Self {
        let names = ListSource {
            name: "threats".to_owned(),
            licence: "CC0".to_owned(),
            category: CategoryId::OTHER,
            kind: ListKind::Plain,
            text: "bad.example\nworse.example\nnx.gone.example\n".to_owned(),
        };
        let addresses = AddressList {
            name: "addresses".to_owned(),
            licence: "CC0".to_owned(),
            text: "198.51.100.0/25\n2001:db8:bad::/48\n".to_owned(),
        };
        Self {
            threats: Threats::with_lists(&[names]).0,
            addresses: ThreatAddresses::new(&[addresses]),
            allowed: allowed.to_vec(),
        }
    }

    pub(super) fn watching(&self) -> Watching<'_> {
        Watching { threats: Some(&self.threats), addresses: Some(&self.addresses), remote_allowed: &self.allowed }
    }
}

/// `device rule what lookups/flows octets first-last`, times as minutes of the day, `blocked` at the end.
fn lines(found: &Findings) -> Vec<String> {
    let line = |r: &store::SecurityRow| {
        let entry = found.entries[usize::from(r.entry)].as_str();
        let minute = |t: Micros| {
            let minutes = (t - at("00:00:00")) / (60 * S);
            assert_eq!(t % (60 * S), 0, "times are whole minutes");
            format!("{:02}:{:02}", minutes / 60, minutes % 60)
        };
        assert!(store::valid_entry(entry));
        assert_eq!(r.list.is_some(), !entry.is_empty());
        format!(
            "{} {} {} {}/{} {} {}-{}{}",
            char::from(r.device.0 as u8),
            r.rule,
            r.program.map_or(entry, |p| p.as_str()),
            r.lookups,
            r.flows,
            r.bytes,
            minute(r.first),
            minute(r.last),
            if r.blocked { " blocked" } else { "" }
        )
    };
    found.rows.iter().map(line).collect()
}

/// What is found, however the inputs are cut; and the same rows and books as without the watch.
fn found_with(allowed: &[Program], mut world: World, expected: &[&str]) {
    let plain = world.night();
    assert_eq!(plain.security, None);
    world.watched = Some(Lists::new(allowed));
    let whole = world.night();
    assert_eq!((&plain.usage, &plain.links, &plain.account), (&whole.usage, &whole.links, &whole.account));
    let found = whole.security.unwrap();
    assert_eq!(lines(&found), expected);
    assert_eq!(found.over_limit, 0);
    for size in [1, 7] {
        let cut = world.on("Europe/London", DAY.parse().unwrap(), size).security.unwrap();
        assert!(cut == found, "in batches of {size}: {:?} {:?}", lines(&cut), lines(&found));
    }
}

fn found(world: World, expected: &[&str]) {
    found_with(&[], world, expected);
}

const A: &str = "192.168.1.10";
const B: &str = "192.168.1.11";
const C: &str = "192.168.1.12";
const SHARED: &str = "192.168.1.13";
const GUEST: &str = "192.168.1.50";

/// A flow of device A at chosen ports and protocol.
fn at_ports(dst: &str, start: &str, seconds: i64, bytes: u64, protocol: u8, ports: (u16, u16)) -> Flow {
    Flow {
        src_port: Some(ports.0),
        dst_port: Some(ports.1),
        protocol: Some(protocol),
        ..flow(A, dst, start, seconds, bytes)
    }
}

#[test]
fn a_name_below_an_entry_and_what_was_exchanged_with_its_address() {
    let flows = vec![flow(A, CDN, "10:00:05", 30, 700), flow(CDN, A, "10:00:05", 90, 2_000_000)];
    let w = world(flows).lookup("10:00:00", A, "x.bad.example", CDN, 60);
    found(w, &["A threat-name bad.example 1/2 2000700 10:00-10:01"]);
    // Another device at the same address never asked for that name.
    let w = world(vec![flow(B, CDN, "10:00:05", 30, 700)]).lookup("10:00:00", A, "x.bad.example", CDN, 60);
    found(w, &["A threat-name bad.example 1/0 0 10:00-10:00"]);
}

#[test]
fn names_of_one_entry_are_one_finding_and_two_entries_are_two() {
    let w = world(vec![flow(B, CDN, "12:00:00", 1, 10)])
        .lookup("09:10:59", A, "a.bad.example", CDN, 60)
        .lookup("16:20:01", A, "b.bad.example", CDN, 60)
        .lookup("11:00:00", A, "worse.example", CDN, 60)
        .lookup("12:00:00", SHARED, "worse.example", CDN, 60)
        .lookup("12:00:00", A, "good.example", CDN, 60);
    found(
        w,
        &[
            "A threat-name bad.example 2/0 0 09:10-16:20",
            "A threat-name worse.example 1/0 0 11:00-11:00",
            "S threat-name worse.example 1/0 0 12:00-12:00",
        ],
    );
}

#[test]
fn blocked_is_what_was_given_no_address() {
    let w = |name, server| world(vec![flow(B, CDN, "12:00:00", 1, 10)]).lookup("10:00:00", A, name, server, 60);
    found(w("bad.example", "0.0.0.0"), &["A threat-name bad.example 1/0 0 10:00-10:00 blocked"]);
    found(w("bad.example", "::"), &["A threat-name bad.example 1/0 0 10:00-10:00 blocked"]);
    found(w("bad.example", "127.0.0.1"), &["A threat-name bad.example 1/0 0 10:00-10:00 blocked"]);
    found(w("bad.example", "192.168.1.1"), &["A threat-name bad.example 1/0 0 10:00-10:00 blocked"]);
    found(w("bad.example", CDN), &["A threat-name bad.example 1/0 0 10:00-10:00"]);
    let mut gone = world(vec![flow(B, CDN, "12:00:00", 1, 10)]);
    gone.lookups.push((at("10:00:00"), Some(A), "nx.gone.example", vec![]));
    found(gone, &["A threat-name nx.gone.example 1/0 0 10:00-10:00 blocked"]);
    // One of two lookups was given an address: not blocked.
    let w = w("bad.example", "0.0.0.0").lookup("10:05:00", A, "bad.example", CDN, 60);
    found(w, &["A threat-name bad.example 2/0 0 10:00-10:05"]);
}

#[test]
fn guests_people_without_notice_and_hidden_clients_are_not_looked_at() {
    let flows = vec![flow(C, "198.51.100.7", "10:00:00", 1, 10), flow(GUEST, "198.51.100.7", "10:00:00", 1, 10)];
    let w = world(flows)
        .lookup("10:00:00", C, "bad.example", CDN, 60)
        .lookup("10:00:00", GUEST, "bad.example", CDN, 60)
        .lookup("10:00:00", "192.168.1.1", "bad.example", CDN, 60)
        .lookup("10:00:00", "", "bad.example", CDN, 60);
    found(w, &[]);
}

#[test]
fn an_answer_explains_until_its_time_and_the_hold_are_over() {
    // 60 s of life, an hour's hold, 2 s of slack: until 11:01:02.
    let w = |start| world(vec![flow(A, CDN, start, 1, 700)]).lookup("10:00:00", A, "bad.example", CDN, 60);
    found(w("11:01:02"), &["A threat-name bad.example 1/1 700 10:00-11:01"]);
    found(w("11:01:03"), &["A threat-name bad.example 1/0 0 10:00-10:00"]);
    found(w("09:59:58"), &["A threat-name bad.example 1/1 700 09:59-10:00"]);
    found(w("09:59:57"), &["A threat-name bad.example 1/0 0 10:00-10:00"]);
    // Looked up the evening before: the night has the flow and no lookup.
    let w = world(vec![flow(A, CDN, "00:00:05", 1, 700)]).lookup("-23:59:50", A, "bad.example", CDN, 60);
    found(w, &["A threat-name bad.example 0/1 700 00:00-00:00"]);
    let w = world(vec![flow(A, CDN, "12:00:00", 1, 700)]).lookup("-23:59:50", A, "bad.example", CDN, 60);
    found(w, &[]);
}

#[test]
fn addresses_on_a_list_count_where_the_device_sends() {
    let listed = "198.51.100.7";
    found(world(vec![flow(A, listed, "10:00:00", 60, 700)]), &["A threat-address 198.51.100.0/25 0/1 700 10:00-10:01"]);
    found(world(vec![flow(listed, A, "10:00:00", 60, 700)]), &[]);
    found(world(vec![flow(A, "198.51.100.200", "10:00:00", 60, 700)]), &[]);
    // Twice the same record, from two places: counted once.
    let twice = vec![flow(A, listed, "10:00:00", 60, 700), flow(A, listed, "10:00:00", 60, 700)];
    found(world(twice), &["A threat-address 198.51.100.0/25 0/1 700 10:00-10:01"]);
}

fn many(count: usize, make: impl Fn(usize, &str) -> Flow) -> World {
    world((0..count).map(|n| make(n, &format!("203.0.113.{}", n + 1))).collect())
}

#[test]
fn ten_other_ends_at_the_ports_of_bittorrent() {
    let peers = |count| many(count, |n, peer| at_ports(peer, "10:00:00", 1, 100, 6, (50_000, 6_881 + n as u16 % 9)));
    found(peers(9), &[]);
    found(peers(10), &["A peer-to-peer-ports bittorrent 0/10 1000 10:00-10:00"]);
    found(many(20, |n, _| at_ports(CDN, "10:00:00", 1, 100, 6, (50_000 + n as u16, 6_881))), &[]);
    found(many(20, |_, peer| at_ports(peer, "10:00:00", 1, 100, 6, (50_000, 6_890))), &[]);
}

#[test]
fn a_hundred_other_ends_of_one_port_in_one_hour() {
    let swarm = |count, hour: fn(usize) -> &'static str, own: fn(usize) -> u16, protocol| {
        many(count, move |n, peer| at_ports(peer, hour(n), 1, 100, protocol, (own(n), 20_000 + n as u16)))
    };
    let ten: fn(usize) -> &'static str = |_| "10:00:00";
    let one: fn(usize) -> u16 = |_| 51_413;
    found(swarm(99, ten, one, 17), &[]);
    found(swarm(100, ten, one, 17), &["A peer-to-peer-swarm bittorrent 0/100 10000 10:00-10:00"]);
    found(swarm(150, |n| if n % 2 == 0 { "10:59:00" } else { "11:00:00" }, one, 17), &[]);
    found(swarm(150, ten, |n| 50_000 + n as u16, 17), &[]);
    found(swarm(150, ten, one, 6), &[]);
}

#[test]
fn remote_control_by_port_unless_it_is_allowed() {
    let w = |bytes, protocol, ports| world(vec![at_ports(CDN, "10:00:00", 60, bytes, protocol, ports)]);
    found(w(99_999, 6, (50_000, 3_389)), &[]);
    let rdp = ["A remote-control-port rdp 0/1 100000 10:00-10:01"];
    found(w(100_000, 6, (50_000, 3_389)), &rdp);
    found_with(&[Program::Rdp], w(100_000, 6, (50_000, 3_389)), &[]);
    found_with(&[Program::Vnc], w(100_000, 6, (50_000, 3_389)), &rdp);
    found(w(100_000, 17, (50_000, 5_938)), &["A remote-control-port teamviewer 0/1 100000 10:00-10:01"]);
    found(w(100_000, 6, (50_000, 21_116)), &["A remote-control-port rustdesk 0/1 100000 10:00-10:01"]);
    // Two records at one program's ports add up.
    let two = [50_001, 50_002].map(|own| at_ports(CDN, "10:00:00", 60, 50_000, 6, (own, 5_900)));
    found(world(two.to_vec()), &["A remote-control-port vnc 0/2 100000 10:00-10:01"]);
    // An outside machine at the device's own port.
    found(w(100_000, 6, (3_389, 50_000)), &["A remote-control-open rdp 0/1 100000 10:00-10:01"]);
    found(w(100_000, 6, (5_901, 443)), &[]);
}

#[test]
fn an_hour_at_a_mining_port_of_one_other_end() {
    let w = |parts: &[(&'static str, &'static str, i64)]| {
        let flows = parts.iter().map(|(server, start, s)| at_ports(server, start, *s, 1_000, 6, (50_000, 3_333)));
        world(flows.collect())
    };
    let mining = ["A mining-port mining 0/2 2000 10:00-11:00"];
    found(w(&[(CDN, "10:00:00", 1_800), (CDN, "10:30:00", 1_800)]), &mining);
    found(w(&[(CDN, "10:00:00", 1_800), (CDN, "10:30:00", 1_799)]), &[]);
    found(w(&[(CDN, "10:00:00", 1_800), ("203.0.113.8", "10:30:00", 1_800)]), &[]);
    // The replies last as long and count no second time.
    let reply = Flow { src_port: Some(3_333), ..flow(CDN, A, "10:00:00", 1_800, 1_000) };
    let mut both = w(&[(CDN, "10:00:00", 1_800)]);
    both.flows.push(reply);
    found(both, &[]);
}

#[test]
fn three_lookups_of_a_programs_names() {
    let w = |names: &[&'static str]| {
        let quiet = world(vec![flow(B, CDN, "12:00:00", 1, 10)]);
        names.iter().fold(quiet, |w, name| w.lookup("10:00:00", A, name, CDN, 60))
    };
    found(w(&["router1.teamviewer.com", "router2.teamviewer.com"]), &[]);
    let three = ["router1.teamviewer.com", "router2.teamviewer.com", "udp.ping.teamviewer.com"];
    found(w(&three), &["A remote-control-name teamviewer 3/0 0 10:00-10:00"]);
    found_with(&[Program::TeamViewer], w(&three), &[]);
    found(w(&["www.teamviewer.com"; 9]), &[]);
    found(w(&["router.bittorrent.com"; 3]), &["A peer-to-peer-name bittorrent 3/0 0 10:00-10:00"]);
    found(w(&["xmr-eu1.nanopool.org"; 3]), &["A mining-name mining 3/0 0 10:00-10:00"]);
}

#[test]
fn totals_read_no_names_and_still_see_ports() {
    let flows = vec![at_ports(CDN, "10:00:00", 60, 100_000, 6, (50_000, 3_389))];
    let mut w = world(flows).lookup("10:00:00", A, "bad.example", CDN, 60);
    w.allowed = false;
    found(w, &["A remote-control-port rdp 0/1 100000 10:00-10:01"]);
}
