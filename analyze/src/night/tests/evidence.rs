//! Who asked, who sent, and what a connection keeps.

use super::*;

#[test]
fn a_forwarder_that_nobody_told_of() {
    let asked = |client: &'static str, many: usize| {
        let w = world(vec![flow("192.168.1.11", CDN, "10:00:00", 1, 50)]);
        (0..many).fold(w, |w, _| w.lookup("09:59:58", client, "news.example", CDN, 60))
    };
    // An address without lease or register asks for everybody.
    let out = check(&asked("192.168.1.254", 100), &[]);
    assert_eq!((out.account.hidden_lookups, out.forwarded), (100, true));
    check(&World { shared_resolver: true, ..asked("192.168.1.254", 100) }, &["B news n/a council 50/0 1"]);
    // So few say nothing, a guest with a lease is no forwarder, and neither is a device of the register.
    assert!(!check(&asked("192.168.1.254", 99), &["B other n/a none 50/0 1"]).forwarded);
    let guest = asked("192.168.1.77", 100).lease(7, "192.168.1.77", "08:00:00", "20:00:00");
    assert!(!check(&guest, &["B other n/a none 50/0 1"]).forwarded);
    assert!(!check(&asked("192.168.1.11", 100), &["B news n/a exact 50/0 1"]).forwarded);
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
