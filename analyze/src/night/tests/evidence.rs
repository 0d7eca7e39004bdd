//! Who asked, who sent, and what a connection keeps.

use super::*;

#[test]
fn lookups_of_the_unmeasured_help_nobody() {
    let w = || world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
    check(&w().lookup("09:59:58", "192.168.1.12", "news.example", CDN, 60), &["B other n/a none 50/0 1"]);
    check(&w().lookup("09:59:58", "192.168.1.77", "news.example", CDN, 60), &["B other n/a none 50/0 1"]);
    check(&w().lookup("09:59:58", "192.168.1.10", "news.example", CDN, 60), &["B news n/a council 50/0 1"]);
}

#[test]
fn a_resolver_behind_a_forwarder() {
    for client in ["", "192.168.1.1"] {
        let w = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
        let w = w.lookup("09:59:58", client, "news.example", CDN, 60);
        let out = check(&w, &[]);
        assert_eq!((out.account.hidden_lookups, out.forwarded, out.account.kept), (1, true, 50));
        check(&World { shared_resolver: true, ..w }, &["B news n/a council 50/0 1"]);
    }
    // Half of the lookups are not most of them.
    let w = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
    let w = w.lookup("09:59:58", "", "news.example", CDN, 60).lookup("09:59:58", "192.168.1.11", "a.example", CDN, 60);
    assert!(!check(&w, &["B other n/a exact 50/0 1"]).forwarded);
}

#[test]
fn a_forwarder_that_nobody_told_of() {
    let asked = |client: &'static str, many: usize| {
        let w = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
        (0..many).fold(w, |w, _| w.lookup("09:59:58", client, "news.example", CDN, 60))
    };
    // An address without lease or register asks for everybody.
    let out = check(&asked("192.168.1.254", 100), &[]);
    assert_eq!((out.account.hidden_lookups, out.forwarded), (100, true));
    // It may be a guest: what it was answered explains nothing, whatever the assessment allows.
    let out = check(&World { shared_resolver: true, ..asked("192.168.1.254", 100) }, &[]);
    assert!(out.forwarded && out.guessed);
    // So few say nothing, a guest with a lease is no forwarder, and neither is a device of the register.
    assert!(!check(&asked("192.168.1.254", 99), &["B other n/a none 50/0 1"]).forwarded);
    let guest = asked("192.168.1.77", 100).lease(7, "192.168.1.77", "08:00:00", "20:00:00");
    assert!(!check(&guest, &["B other n/a none 50/0 1"]).forwarded);
    assert!(!check(&asked("192.168.1.11", 100), &["B news n/a exact 50/0 1"]).forwarded);
    // One device that asks for itself shows that nobody is hidden, however much a guest asks.
    for shared_resolver in [false, true] {
        let guest = (0..30).fold(asked("192.168.1.77", 150), |w, _| {
            w.lookup("09:00:00", "192.168.1.10", "social.example", "203.0.113.9", 60)
        });
        let out = check(&World { shared_resolver, ..guest }, &["B other n/a none 50/0 1"]);
        assert_eq!((out.account.hidden_lookups, out.forwarded, out.guessed), (0, false, false));
        // C is of the register, though its holder is not measured: it asks, and helps nobody.
        let one = asked("192.168.1.254", 150).lookup("09:00:00", "192.168.1.12", "social.example", CDN, 60);
        assert!(!check(&World { shared_resolver, ..one }, &["B other n/a none 50/0 1"]).forwarded);
    }
    // Where a resolver that the council told of hides most, that is what counts, and the guest's answers still say nothing.
    let both = |name: &'static str| {
        (0..200).fold(asked("192.168.1.254", 100), |w, _| w.lookup("09:00:00", "192.168.1.1", name, "203.0.113.9", 60))
    };
    let out = check(&World { shared_resolver: true, ..both("social.example") }, &["B other n/a none 50/0 1"]);
    assert_eq!((out.account.hidden_lookups, out.forwarded, out.guessed), (300, true, false));
    // A busy television beside devices that ask for themselves.
    let busy = (0..30)
        .fold(asked("192.168.1.254", 100), |w, _| w.lookup("09:59:59", "192.168.1.11", "social.example", CDN, 60));
    assert!(!check(&busy, &["B social n/a exact 50/0 1"]).forwarded);
}

#[test]
fn a_relay_is_one_whoever_asked() {
    let w = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
    check(&w.lookup("02:00:00", "192.168.1.10", "mask.icloud.com", CDN, 60), &["B other n/a encrypted 50/0 1"]);
}

#[test]
fn a_device_is_known_by_its_link_layer_address() {
    let server = "2001:db8:f::7";
    // The council wrote down its IPv4 network alone; the reply comes first in the export.
    let reply = flow(server, "2001:db8:2::9abc:def0:1:2", "10:00:00", 10, 70);
    let mut sent = flow("2001:db8:2::9abc:def0:1:2", server, "10:00:00", 10, 50);
    (sent.src_port, sent.dst_port, sent.in_if, sent.out_if) = (Some(50_000), Some(443), Some(1), Some(2));
    sent.src_mac = Some(mac(11));
    let w = world(vec![reply, sent]).lookup("09:59:58", "192.168.1.11", "news.example", server, 60);
    let out = check(&w, &["B news n/a exact 50/70 2"]);
    assert_eq!(out.account.hit_rate().map(|h| (h.bytes_per_10k, h.flows)), Some((10_000, 2)));
    // An end device that the register does not know sits on B's address.
    let mut guest = flow("192.168.1.11", CDN, "10:00:00", 1, 50);
    guest.src_mac = Some(mac(77));
    check(&world(vec![guest]).lease(77, "192.168.1.77", "08:00:00", "09:00:00"), &[]);
    // One that nobody ever gave an address to is a router on the way.
    check(&world(vec![guest]), &["B other n/a none 50/0 1"]);
}

#[test]
fn a_silent_connection_goes_on() {
    let records = |starts: &[&str]| -> Vec<Flow> {
        starts.iter().zip(1..).map(|(t, bytes)| flow("192.168.1.11", CDN, t, 60, bytes)).collect()
    };
    // Half an hour of silence each time, long after the answer was forgotten.
    let w = world(records(&["09:00:00", "09:30:00", "10:00:00", "10:30:00", "11:00:00"]));
    let w = w.lookup("08:59:58", "192.168.1.11", "news.example", CDN, 60);
    check(&w, &["B news n/a exact 15/0 5"]);
    // What the device asked since comes first: the ports may be used anew.
    check(
        &w.lookup("10:59:59", "192.168.1.11", "social.example", CDN, 60),
        &["B news n/a exact 10/0 4", "B social n/a exact 5/0 1"],
    );
}

#[test]
fn both_sides_of_address_translation_are_counted_once() {
    let inner = flow("192.168.1.11", CDN, "10:00:00", 10, 5_000);
    let outer = Flow { src: addr("198.51.100.1"), start: inner.start + 40_000, bytes: 5_040, ..inner };
    let reply = flow(CDN, "192.168.1.11", "10:00:00", 10, 90_000);
    // The router chose another port: so many octets tell it all the same.
    let outer_reply = Flow { dst: addr("198.51.100.1"), dst_port: Some(61_000), ..reply };
    for flows in [[inner, outer, reply, outer_reply], [outer_reply, outer, reply, inner]] {
        let out = check(&world(flows.to_vec()), &["B other n/a none 5000/90000 2"]);
        assert_eq!(out.account.excluded, BTreeMap::from([(Excluded::Duplicate, 95_040)]));
        assert_eq!((out.account.counted, out.account.flows), (190_040, 4));
    }
    // The router's own traffic to the same server at the same time stays.
    let own = Flow { src_port: Some(40_000), bytes: 5_000, ..outer };
    let out = check(&world(vec![inner, own]), &["B other n/a none 5000/0 1"]);
    assert_eq!((out.account.excluded.len(), out.account.kept, out.account.unmonitored), (0, 10_000, 5_000));
}

#[test]
fn what_two_links_share_is_counted_on_both() {
    let one = flow("192.168.1.11", CDN, "10:00:00", 10, 5_000);
    let other = Flow { out_if: Some(9), ..one };
    let out = check(&world(vec![one, other]), &["B other n/a none 5000/0 1"]);
    assert_eq!((out.account.kept, out.account.excluded.len()), (10_000, 0));
}

#[test]
fn two_exporters_that_count_and_time_differently() {
    let router = Flow { packets: Some(10), ..flow("192.168.1.11", CDN, "10:00:00", 600, 10_000) };
    let bridge = Flow {
        exporter: Some(addr("192.0.2.77")),
        start: router.start + 1_500_000,
        bytes: 10_140,
        in_if: Some(4),
        out_if: Some(5),
        ..router
    };
    let out = check(&world(vec![router, bridge]), &["B other n/a none 10000/0 1"]);
    assert_eq!(out.account.excluded, BTreeMap::from([(Excluded::Duplicate, 10_140)]));
}

#[test]
fn devices_of_which_nothing_flowed() {
    // C's holder has no notice, so nobody asks what it does.
    let silent = |flows: Vec<Flow>| world(flows).night().silent;
    let all = |assets: &[&str]| Some(assets.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>());
    assert_eq!(silent(vec![]), all(&["A", "B", "S", "X", "Y"]));
    let two = vec![flow("192.168.1.10", CDN, "10:00:00", 1, 50), flow(CDN, "192.168.1.13", "23:00:00", 1, 50)];
    assert_eq!(silent(two), all(&["B", "X", "Y"]));
    // The evening before is another day.
    assert_eq!(silent(vec![flow("192.168.1.10", CDN, "-22:00:00", 1, 50)]), all(&["A", "B", "S", "X", "Y"]));
}

#[test]
fn what_an_issued_link_carries_is_its_holders() {
    // The stick gives out addresses of its own, which no register knows.
    let stick = Flow { out_if: Some(9), ..flow("192.168.1.200", CDN, "10:00:00", 1, 8) };
    let out = check(&world(vec![stick]), &[]);
    assert_eq!((out.account.kept, out.account.unmonitored), (8, 0));
    let office = flow("192.168.1.200", CDN, "10:00:00", 1, 8);
    let out = check(&world(vec![office]), &[]);
    assert_eq!((out.account.kept, out.account.unmonitored), (8, 8));
}
