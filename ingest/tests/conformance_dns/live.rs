//! The real dnsmasq on loopback: what we decode from its log equals what was asked of it and what it answered.

use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ingest::Options;
use jiff::tz::TimeZone;

use crate::ours;

/// Ends dnsmasq when the test ends, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn question(id: u16, name: &str, qtype: u16) -> Vec<u8> {
    let mut m = [&id.to_be_bytes()[..], &[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]].concat();
    for label in name.split('.') {
        m.push(label.len() as u8);
        m.extend(label.as_bytes());
    }
    m.push(0);
    m.extend(qtype.to_be_bytes());
    m.extend([0, 1]);
    m
}

/// Name, type; then the response code and the answers we must find.
type Case<'a> = (&'a str, u16, u16, &'a [(&'a str, u16, &'a str)]);

const CASES: &[Case<'_>] = &[
    ("www.example.com", 1, 0, &[("www.example.com", 1, "192.0.2.1")]),
    ("WWW.Example.COM", 28, 0, &[("www.example.com", 28, "2001:db8::1")]),
    ("alias.example.com", 1, 0, &[("alias.example.com", 5, "www.example.com"), ("www.example.com", 1, "192.0.2.1")]),
    ("text.example.com", 16, 0, &[]),
    ("www.example.com", 65, 0, &[]),
    ("nothing.example.com", 1, 3, &[]),
    ("x.blocked.example", 1, 0, &[("x.blocked.example", 1, "0.0.0.0")]),
    ("x.blocked.example", 28, 3, &[]),
    ("www.example.org", 1, 5, &[]),
    ("1.2.0.192.in-addr.arpa", 12, 0, &[]),
    ("www.example.com", 999, 0, &[]),
    ("www.example.com", 255, 0, &[("www.example.com", 1, "192.0.2.1"), ("www.example.com", 28, "2001:db8::1")]),
];

fn start(port: u16, log: &std::path::Path, extra: bool) -> Option<Running> {
    let mut command = Command::new("dnsmasq");
    command
        .args(["--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file="])
        .args([
            "--listen-address=127.0.0.1",
            "--bind-interfaces",
            "--user=root",
            "--local=/example/",
            "--local=/example.com/",
        ])
        .args(["--address=/blocked.example/0.0.0.0", "--host-record=www.example.com,192.0.2.1,2001:db8::1"])
        .args(["--cname=alias.example.com,www.example.com", "--txt-record=text.example.com,hello"])
        .arg(if extra { "--log-queries=extra" } else { "--log-queries" })
        .arg(format!("--port={port}"))
        .arg(format!("--log-facility={}", log.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().ok().map(Running)
}

/// Asks until dnsmasq answers, so that a slow start is no failure.
fn ask(socket: &UdpSocket, m: &[u8]) -> bool {
    let mut buf = [0; 1_500];
    for _ in 0..100 {
        let sent = socket.send(m).is_ok();
        if sent && socket.recv(&mut buf).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

fn check(extra: bool) {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("queries");
    // The system picks a free port; dnsmasq takes it over.
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let Some(running) = start(port, &log, extra) else {
        println!("skipped: no dnsmasq here");
        return;
    };
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(("127.0.0.1", port)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let before = jiff::Timestamp::now().as_microsecond() - 1_000_000;
    for (i, (name, qtype, ..)) in CASES.iter().enumerate() {
        if !ask(&socket, &question(i as u16, name, *qtype)) {
            println!("skipped: dnsmasq does not answer on 127.0.0.1:{port}");
            return;
        }
    }
    drop(running);
    let zone = TimeZone::try_system().unwrap_or(TimeZone::UTC);
    let night = Some(jiff::Timestamp::now().to_zoned(zone.clone()).date());
    let ours = ours::read(&log, &Options { zone, night, ..Options::default() });
    assert_eq!(ours.formats, "dnsmasq");
    let got: Vec<_> = ours.lookups.iter().map(|l| (l.name.clone(), l.qtype, l.rcode, l.answers.clone())).collect();
    let want: Vec<_> = CASES
        .iter()
        .map(|(name, qtype, rcode, answers)| {
            let answers = answers.iter().map(|(n, t, d)| ((*n).to_owned(), *t, None, (*d).to_owned())).collect();
            (name.to_ascii_lowercase(), *qtype, Some(*rcode), answers)
        })
        .collect();
    assert_eq!(got, want, "extra: {extra}");
    assert!(ours.lookups.iter().all(|l| l.client == "127.0.0.1"));
    let now = jiff::Timestamp::now().as_microsecond();
    assert!(ours.lookups.iter().all(|l| (before..=now).contains(&l.time)));
    assert!(!ours.problems.contains("line_unknown"), "{}", ours.problems);
}

#[test]
fn the_real_dnsmasq_with_extra() {
    check(true);
}

#[test]
fn the_real_dnsmasq_without_extra() {
    check(false);
}
