//! Whose address it was: cases worked out by hand.

use jiff::tz::TimeZone;
use model::{Lease, MICROS_PER_S};

use super::evidence::LEASE_S_DEFAULT;
use super::*;
use crate::calendar::Calendar;
use crate::register::{Ownership, Register, RegisterRow};

/// Devices by letter: A, B and E stand in the register, others do not.
fn mac(letter: &str) -> Mac {
    Mac([0, 0, 0x5e, 0, 0x53, letter.as_bytes()[0]])
}

/// The last part of an IPv4 address, or an IPv6 address.
fn addr(text: &str) -> Addr {
    let whole = if text.contains(':') { text.to_owned() } else { format!("192.168.1.{text}") };
    Addr::from(whole.parse::<std::net::IpAddr>().unwrap())
}

/// `10:00` or `10:00:05` of 2 March 2026, UTC; a minus before it is the day before, a plus the day after.
fn at(text: &str) -> Micros {
    let (day, clock) = match text.split_at(1) {
        ("-", clock) => ("2026-03-01", clock),
        ("+", clock) => ("2026-03-03", clock),
        _ => ("2026-03-02", text),
    };
    let seconds = if clock.len() > 5 { "" } else { ":00" };
    format!("{day}T{clock}{seconds}Z").parse::<jiff::Timestamp>().unwrap().as_microsecond()
}

fn builder() -> IdentityBuilder {
    let row = |asset: &str, mac: Option<Mac>, address: Option<Addr>, from: &str, until: Option<&str>| RegisterRow {
        asset: asset.to_owned(),
        kind: String::new(),
        holder: None,
        ownership: Ownership::Council,
        mac,
        address,
        link: None,
        from: from.parse().unwrap(),
        until: until.map(|u| u.parse().unwrap()),
    };
    let rows = vec![
        row("A", Some(mac("A")), None, "2026-01-01", None),
        row("B", Some(mac("B")), None, "2026-01-01", None),
        row("C", None, Some(addr("9")), "2026-03-02", Some("2026-03-02")),
        row("E", Some(mac("E")), None, "2026-01-01", Some("2026-03-02")),
    ];
    let register = Register::new(rows, vec![]).unwrap();
    let calendar = Calendar::new(TimeZone::UTC, "england", &BTreeMap::new(), None, vec![]).unwrap();
    IdentityBuilder::new(&register, &calendar, LEASE_S_DEFAULT)
}

/// One piece of evidence: `ack A 5 08:00`, `free A 5 09:00` (given back), `file A 5 12:00` (runs out), `file A 5 -` (never
/// does), `lease A 5 08:00 10:00`, `seen A 5 08:00` (in a neighbor table), `sent A 5 08:00` (in a flow record).
fn tell(b: &mut IdentityBuilder, piece: &str) {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let (mac, address) = (mac(words[1]), addr(words[2]));
    let time = Some(words[3]).filter(|t| *t != "-").map(at);
    let (start, end) = match words[0] {
        "ack" => (time, None),
        "free" => (time, time),
        "file" => (None, time),
        "lease" => (time, Some(at(words[4]))),
        "seen" => return b.neighbor(time.unwrap(), mac, address),
        _ => return b.sighting(time.unwrap(), mac, address),
    };
    b.lease(&Lease { start, end, mac: Some(mac), address, hostname: None, offset: 0 });
}

/// Who had address 5 (or the one named before a slash) at each moment: a letter of the register, `s` for a stranger, `!`
/// where sources disagree, `?` where none says anything. The order in which evidence comes in never matters.
fn check(story: &str, expected: &str) {
    let pieces: Vec<&str> = story.split(';').map(str::trim).filter(|p| !p.is_empty()).collect();
    for turn in 0..pieces.len().max(1) {
        let (mut b, mut apart) = (builder(), builder());
        let (tail, head) = pieces.split_at(turn.min(pieces.len()));
        head.iter().for_each(|p| tell(&mut b, p));
        tail.iter().rev().for_each(|p| tell(&mut apart, p));
        b.absorb(apart);
        let identities = b.seal();
        for moment in expected.split(';').map(str::trim) {
            let (when, who) = moment.split_once(' ').unwrap();
            let (address, when) = when.split_once('/').unwrap_or(("5", when));
            let found = match identities.owner(addr(address), at(when)) {
                Owner::Asset(asset) => char::from(b"ABCE"[asset.0 as usize]).to_string(),
                Owner::Stranger => "s".to_owned(),
                Owner::Conflict => "!".to_owned(),
                Owner::Unknown => "?".to_owned(),
            };
            assert_eq!(found, who, "{story}: {when}");
        }
    }
}

#[test]
fn a_lease_handed_over() {
    let over = "lease A 5 08:00 10:00; lease B 5 10:00 14:00";
    // For 30 s after, and 2 s before, both claim it.
    check(over, "07:59 ?; 08:00 A; 09:59 A; 10:00 !; 10:00:29 !; 10:00:30 B; 10:01 B; 14:00 B; 14:00:30 ?");
    check("ack A 5 08:00; ack B 5 10:00", "09:59 A; 09:59:58 !; 10:00:29 !; 10:00:30 B; 10:01 B");
    check("ack A 5 08:00; free A 5 09:30; ack B 5 10:00", "09:29 A; 09:30 ?; 09:59:57 ?; 10:00 B");
}

#[test]
fn an_overlap_names_nobody() {
    check("lease A 5 08:00 12:00; lease B 5 10:00 14:00", "09:00 A; 11:00 !; 13:00 B");
    check("lease A 5 08:00 12:00; lease G 5 10:00 14:00", "11:00 !; 13:00 s");
    check("file A 9 -", "9/11:00 !");
    check("ack A 5 08:00; ack B 5 08:00", "09:00 !");
    // Two interfaces of one device never contradict each other, nor do two strangers.
    check("lease G 5 08:00 12:00; lease H 5 10:00 14:00", "11:00 s");
}

#[test]
fn an_acknowledgement_lasts_one_lease_or_until_the_address_is_given_away() {
    let acks = "ack G 5 00:00; ack A 5 08:00; ack A 5 09:00; ack B 5 12:00";
    check(acks, "07:59 s; 08:00 !; 08:00:30 A; 11:59 A; 12:00 !; 12:01 B; 23:59 B; +11:59 B; +12:01 ?");
    check("ack A 5 08:00; ack B 5 10:00; ack A 5 12:00", "09:00 A; 11:00 B; 13:00 A");
    // Renewed in time, it goes on.
    check("ack A 5 -20:00; ack A 5 08:00", "-21:00 A; 07:59 A; 20:01 A; +08:01 ?");
    check("ack A 5 -08:00", "07:59 A; 08:00:29 A; 08:00:30 ?");
}

#[test]
fn a_device_that_left_has_left() {
    check("ack A 5 08:00; free A 5 09:00", "08:59 A; 09:00 ?; 12:00 ?");
    check("ack A 5 08:00; free A 5 09:00; ack A 5 09:30", "09:15 ?; 10:00 A");
    check("ack A 5 08:00; ack A 6 09:00", "08:59 A; 09:00 ?; 6/09:01 A");
    check("ack A 5 08:00; seen A 6 09:00", "08:59 A; 09:00 ?; 6/09:01 A");
    check("ack A 5 08:00; ack A 6 09:00; ack A 5 10:00", "08:30 A; 09:30 ?; 10:30 A; 6/09:30 A; 6/10:30 ?");
    // An IPv6 address beside it is no move.
    check("ack A 5 08:00; seen A 2001:db8::8:1:2:3 09:00", "10:00 A");
    // What another device gives back is not ours.
    check("ack A 5 08:00; free B 5 09:00", "10:00 A");
}

#[test]
fn a_lease_file_is_not_believed_from_ever() {
    // A file says that B's lease runs out tomorrow at 17:00: nothing of yesterday, one lease length at most.
    check("file B 5 +17:00", "-12:00 ?; 16:59 ?; 17:00 B; +16:59 B; +17:00 ?");
    // Yesterday's guest is not today's holder.
    check("ack G 5 -09:00; file B 5 +05:00", "-10:00 s; 04:00 s; 06:00 !; 10:00 B");
    // Known to have been given it, and nobody else since: from there on, whatever the length.
    check("ack B 5 -08:00; file B 5 +20:00", "-07:59 ?; -08:01 B; 12:00 B; +19:59 B");
    // Another device was given the address in between: both claim it, until the other's lease is over.
    check("ack B 5 08:00; ack A 5 10:00; file B 5 23:00", "09:00 B; 10:01 !; 22:59 !; 23:01 A");
    // The device was given another address, or gave it back.
    check("ack B 6 10:00; file B 5 20:00", "09:00 ?; 12:00 ?; 6/12:00 B");
    check("free B 5 10:00; file B 5 20:00", "09:59 B; 10:00 ?");
    // Two files.
    check("file A 5 12:00; file B 5 14:00", "11:00 !; 13:00 B");
    // A lease without end is a fixed address.
    check("file A 5 -", "-00:00 A; +23:00 A");
    check("file G 5 -", "09:00 s");
}

#[test]
fn sightings() {
    check("seen A 5 08:00", "07:59 ?; 07:59:58 A; 08:59 A; 09:00 ?");
    check("seen A 5 08:00; seen A 5 08:50", "09:30 A; 09:50 ?");
    check("seen A 5 08:00; seen B 5 08:30", "08:29 A; 08:31 B");
    // A stranger with a fixed address sits on a leased one.
    check("ack A 5 08:00; seen G 5 10:00", "09:59 A; 10:00 !; 10:01 s; 11:30 ?");
    // What a flow record shows counts for end devices alone: a router on the way is none.
    check("sent A 5 08:00", "08:30 A");
    check("sent G 5 08:00", "08:30 ?");
    check("ack A 5 08:00; sent G 5 10:00", "10:30 A");
    check("ack A 5 08:00; ack G 6 09:00; sent G 5 10:00", "10:30 s");
    // Seen with many addresses: a router.
    let router: String = (20..25).map(|n| format!("seen A {n} 08:00;")).collect();
    check(&router, "20/08:00 ?; 24/08:00 ?");
}

#[test]
fn addresses_that_devices_make_up() {
    let own = "2001:db8::1234:5678:9abc:def0";
    check(&format!("seen A {own} 08:00"), &format!("{own}/-08:01 A; {own}/23:00 A; {own}/-07:59 ?; {own}/+08:01 ?"));
    check(&format!("seen A {own} 08:00; seen B {own} 10:00"), &format!("{own}/07:00 A; {own}/09:00 !; {own}/11:00 B"));
    // From a pool, it may be anybody's an hour later.
    check("seen A 2001:db8::5 08:00", "2001:db8::5/07:00 ?; 2001:db8::5/08:30 A; 2001:db8::5/09:30 ?");
    // Made from the link-layer address 00:00:5e:00:53:41 of A, and from one that the register does not know.
    check("", "2001:db8::200:5eff:fe00:5341/10:00 A; 2001:db8::200:5eff:fe00:5347/10:00 ?");
}

#[test]
fn renewals_strangers_and_fixed_addresses() {
    check("lease A 5 08:00 10:00; lease A 5 09:00 11:00", "09:30 A; 10:45 A; 11:01 ?");
    check("", "9/09:00 C; 9/+00:00 ?; 9/-23:59 ?");
}

#[test]
fn a_lease_outlives_the_register() {
    check("file E 5 -", "23:59 E; +00:00 s");
    let mut b = builder();
    tell(&mut b, "ack G 6 08:00");
    let ids = b.seal();
    assert_eq!((ids.by_mac(mac("E"), at("01:00")), ids.by_mac(mac("E"), at("+00:00"))), (Some(AssetIx(3)), None));
    assert!(ids.is_stranger(mac("G"), at("09:00")) && !ids.is_stranger(mac("A"), at("09:00")));
    assert!(!ids.is_stranger(mac("H"), at("09:00")), "never given an address: a router, for all we know");
}

#[test]
fn a_long_list_of_renewals_is_no_burden() {
    let mut b = builder();
    for n in 0..100_000 {
        let (start, end) = (Some(at("00:00") + n * MICROS_PER_S / 2), None);
        let mac = Some(mac(if n % 2 == 0 || n < 50_000 { "A" } else { "B" }));
        b.lease(&Lease { start, end, mac, address: addr("5"), hostname: None, offset: 0 });
    }
    assert_eq!(b.seal().owner(addr("5"), at("05:00")), Owner::Asset(AssetIx(0)));
}
