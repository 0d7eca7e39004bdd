//! Laws that hold for any flows, on so many that a rare exception would show.

use super::*;
use crate::dice::Dice;

/// Moments at which something changes: midnight, edges of buckets, of declared hours and of lunch, and the one hour that
/// the clock skipped; seconds of three days around the last Sunday of March.
const EDGES: [i64; 10] = [0, 900, 3_600, 7_200, 32_400, 43_200, 46_800, 61_500, 86_400, 2 * 86_400 - 3_600];

fn any_flow(dice: &mut Dice, base: &Flow, n: u32) -> Flow {
    let sends = dice.below(2) == 0;
    let device = Addr::from_v4([192, 168, 1, 9 + dice.below(6) as u8]);
    let server =
        Addr::from_v4(if dice.below(50) == 0 { [192, 168, 1, 200] } else { [203, 0, 113, dice.below(9) as u8] });
    let edge = EDGES[dice.below(10) as usize] * S;
    let start = match dice.below(4) {
        0 => edge,
        1 => edge - dice.below(3 * S as u64) as i64,
        _ => dice.below(3 * 86_400 * S as u64) as i64,
    };
    let length = match dice.below(8) {
        0 => 0,
        1 => 1,
        2 => dice.below(36 * 3_600) as i64 * S,
        3 => (EDGES[dice.below(10) as usize] * S - start).max(0),
        _ => dice.below(120 * S as u64) as i64,
    };
    let bytes = match dice.below(16) {
        0 => 0,
        1 => 1 + dice.below(3),
        2 => (1 << 44) + dice.below(1 << 30),
        // More than any council's record can hold: counted, and excluded as impossible.
        3 if n.is_multiple_of(1_000) => (1 << 53) + dice.below(1 << 30),
        _ => dice.below(3_000_000),
    };
    let midnight = at("00:00:00");
    Flow {
        start: midnight + start,
        end: midnight + start + length,
        src: if sends { device } else { server },
        dst: if sends { server } else { device },
        // No two are records of one connection.
        src_port: Some((n % 60_000) as u16),
        dst_port: Some((n / 60_000) as u16),
        in_if: Some(if sends { 1 } else { 2 }),
        out_if: Some(if sends { 2 } else { 1 }),
        bytes,
        ..*base
    }
}

/// A million flows over the days around the change to summer time: every octet is on exactly one date, once in `links`,
/// and once in `usage` where a measured device sent or received it.
#[test]
fn a_million_flows_lose_no_octet_in_a_night() {
    let mut dice = Dice(0x6e69_6768_7473);
    let base = flow("192.168.1.10", CDN, "00:00:00", 0, 0);
    // From Saturday to Monday: on Sunday the clock goes forward.
    let shift = 26 * 86_400 * S;
    let flows: Vec<Flow> = (0..1_000_000)
        .map(|n| any_flow(&mut dice, &base, n))
        .map(|f| Flow { start: f.start + shift, end: f.end + shift, ..f })
        .collect();
    let all: u128 = flows.iter().map(|f| u128::from(f.bytes)).sum();
    let w = world(flows).lookup("09:00:00", "192.168.1.10", "social.example", CDN, 60);
    let (mut counted, mut measured, mut begun) = (0_u128, 0_u128, 0_u64);
    for date in ["2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31", "2026-04-01"] {
        let out = w.on("Europe/London", date.parse().unwrap(), 8_192);
        assert!(out.account.balances(), "{date}: {:?}", out.account);
        let kept: i64 = out.links.iter().map(|l| l.bytes_up + l.bytes_down).sum();
        assert_eq!(out.account.kept, kept as u64, "links of {date}");
        let usage: i64 = out.usage.iter().map(|u| u.bytes_up + u.bytes_down).sum();
        assert_eq!(out.account.kept - out.account.unmonitored, usage as u64, "usage of {date}");
        assert_eq!(out.account.attributed.values().sum::<u64>(), usage as u64, "evidence of {date}");
        counted += u128::from(out.account.counted);
        measured += usage as u128;
        begun += out.account.flows;
    }
    assert_eq!(counted, all);
    assert_eq!(begun, 1_000_000);
    assert!(measured > all / 4, "too little is measured to say anything: {measured} of {all}");
}

const CHANGING: [&str; 3] = ["192.168.1.50", "192.168.1.51", "2001:db8:1::9abc:def0:1:2"];

/// A moment from two days before the date to two days after it, often near an edge of what the night reads.
fn any_moment(dice: &mut Dice) -> Micros {
    let hours = [-24, 0, 24, 26][dice.below(4) as usize] * 3_600 * S;
    let near = match dice.below(3) {
        0 => dice.below(10 * S as u64) as i64 - 5 * S,
        1 => dice.below(7_200 * S as u64) as i64 - 3_600 * S,
        _ => dice.below(48 * 3_600 * S as u64) as i64 - 24 * 3_600 * S,
    };
    at("00:00:00") + hours + near
}

/// Leases and sightings that stand in files of any cut: what a file says that ends before the night's reach or begins after
/// it, a day before the date to two hours after it, changes no row. Only lines without a beginning are always read.
#[test]
fn files_of_other_days_say_nothing_of_a_night() {
    let mut dice = Dice(0x6375_7473);
    let reach = at("-00:00:00")..at("+02:00:00");
    let mut named = 0;
    for round in 0..400 {
        let pick =
            |dice: &mut Dice| (addr(CHANGING[dice.below(3) as usize]), mac([10, 101, 102, 77][dice.below(4) as usize]));
        let flows = (0..12).map(|n| Flow {
            src: pick(&mut dice).0,
            src_port: Some(40_000 + n),
            start: at("00:00:00") + dice.below(86_400 * S as u64) as i64,
            ..flow("192.168.1.50", CDN, "00:00:00", 0, 1 << n)
        });
        let mut whole = world(flows.map(|f| Flow { end: f.start + S, ..f }).collect());
        for _ in 0..dice.below(12) {
            let ((address, mac), time) = (pick(&mut dice), any_moment(&mut dice));
            let lease = Lease { start: Some(time), end: None, mac: Some(mac), address, hostname: None, offset: 0 };
            match dice.below(4) {
                0 => whole.leases.push(lease),
                1 => whole.leases.push(Lease { end: Some(time), ..lease }),
                2 => whole.leases.push(Lease { start: None, end: Some(time), ..lease }),
                _ => whole.sightings.push(Sighting { time, mac, address, offset: 0 }),
            }
        }
        let mut cut = world(whole.flows.clone());
        let read = |t: Micros| reach.contains(&t);
        cut.leases = whole.leases.iter().filter(|l| l.start.is_none_or(read)).cloned().collect();
        cut.sightings = whole.sightings.iter().filter(|s| read(s.time)).copied().collect();
        let (whole, cut) = (whole.night(), cut.night());
        assert_eq!((&whole.usage, &whole.account), (&cut.usage, &cut.account), "round {round}");
        named += whole.usage.len();
    }
    assert!(named > 400, "too little is named to say anything: {named}");
}
