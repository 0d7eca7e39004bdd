//! The lines that `inspect --records` prints: one JSON object for each flow, lookup, lease or problem.
//!
//! These are the only functions that put a name or an address into text.

use std::fmt::Write as _;

use jiff::Timestamp;
use model::{Addr, CounterDay, Flow, Lease, Lookup, Micros, Problem, Sighting};

use crate::dns::names::{rcode_word, type_word};

/// Writes one object: keys in the order of the calls, absent values left out.
struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Object<'a> {
    fn open(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, first: true }
    }

    fn key(&mut self, key: &str) {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        let _ = write!(self.out, "\"{key}\":");
    }

    fn number(&mut self, key: &str, value: impl Into<Option<u64>>) {
        if let Some(n) = value.into() {
            self.key(key);
            let _ = write!(self.out, "{n}");
        }
    }

    /// A value that needs no escape: words, times, addresses.
    fn plain(&mut self, key: &str, value: impl std::fmt::Display) {
        self.key(key);
        let _ = write!(self.out, "\"{value}\"");
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        push_text(self.out, value);
    }

    fn time(&mut self, key: &str, value: Option<Micros>) {
        if let Some(t) = value.and_then(|t| Timestamp::from_microsecond(t).ok()) {
            self.plain(key, format_args!("{t:.prec$}", prec = if t.as_microsecond() % 1_000 == 0 { 3 } else { 6 }));
        }
    }

    fn address(&mut self, key: &str, value: Option<Addr>) {
        if let Some(a) = value {
            self.plain(key, a.to_ip());
        }
    }

    fn close(self) {
        self.out.push('}');
    }
}

/// Writes a JSON string (RFC 8259 section 7).
fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Appends the fields of a flow, without the closing brace, so that a caller may add its own.
pub fn flow_fields(f: &Flow, out: &mut String) {
    let mut o = Object::open(out);
    o.plain("kind", "flow");
    o.time("start", Some(f.start));
    o.time("end", Some(f.end));
    o.address("src", Some(f.src));
    o.address("dst", Some(f.dst));
    o.number("src_port", f.src_port.map(u64::from));
    o.number("dst_port", f.dst_port.map(u64::from));
    o.number("protocol", f.protocol.map(u64::from));
    o.number("packets", f.packets);
    o.number("bytes", f.bytes);
    o.address("exporter", f.exporter);
    o.number("domain", f.domain.map(u64::from));
    o.number("in_if", f.in_if.map(u64::from));
    o.number("out_if", f.out_if.map(u64::from));
    o.number("sampling", u64::from(f.sampling));
    if let Some(mac) = f.src_mac {
        o.plain("src_mac", mac.to_text());
    }
    o.address("post_nat_dst", f.post_nat_dst);
    o.key("reverse");
    out.push_str(if f.reverse { "true" } else { "false" });
}

/// Appends the line of a flow, without a line feed.
pub fn flow_line(f: &Flow, out: &mut String) {
    flow_fields(f, out);
    out.push('}');
}

/// Appends the line of a lookup, without a line feed.
pub fn lookup_line(l: &Lookup<'_>, out: &mut String) {
    let mut o = Object::open(out);
    o.plain("kind", "dns");
    o.time("time", Some(l.time));
    o.address("client", l.client);
    o.text("name", l.name);
    o.plain("type", type_word(l.qtype));
    if let Some(rcode) = l.rcode {
        o.plain("rcode", rcode_word(rcode));
    }
    o.key("answers");
    o.out.push('[');
    for (i, a) in l.answers.iter().enumerate() {
        if i > 0 {
            o.out.push(',');
        }
        let mut answer = Object::open(o.out);
        answer.text("name", a.name);
        answer.plain("type", type_word(a.rtype));
        answer.number("ttl", a.ttl.map(u64::from));
        answer.address("address", a.address);
        if let Some(target) = a.target {
            answer.text("target", target);
        }
        answer.close();
    }
    o.out.push(']');
    o.close();
}

/// Appends the line of a lease, without a line feed.
pub fn lease_line(l: &Lease, out: &mut String) {
    let mut o = Object::open(out);
    o.plain("kind", "lease");
    o.time("start", l.start);
    o.time("end", l.end);
    if let Some(mac) = l.mac {
        o.plain("mac", mac.to_text());
    }
    o.address("address", Some(l.address));
    if let Some(name) = &l.hostname {
        o.text("hostname", name);
    }
    o.close();
}

/// Appends the line of a sighting, without a line feed.
pub fn sighting_line(s: &Sighting, out: &mut String) {
    let mut o = Object::open(out);
    o.plain("kind", "neighbour");
    o.time("time", Some(s.time));
    o.plain("mac", s.mac.to_text());
    o.address("address", Some(s.address));
    o.close();
}

/// Appends the line of a router's counts on one date, without a line feed.
pub fn counter_line(c: &CounterDay, out: &mut String) {
    let mut o = Object::open(out);
    o.plain("kind", "counter");
    o.plain("date", c.date);
    if let Some(interface) = &c.interface {
        o.text("interface", interface);
    }
    o.number("bytes_in", c.bytes_in);
    o.number("bytes_out", c.bytes_out);
    o.key("complete");
    o.out.push_str(if c.complete { "true" } else { "false" });
    o.close();
}

/// Appends the line of a problem in `file`, without a line feed.
pub fn problem_line(file: &str, p: &Problem, out: &mut String) {
    let mut o = Object::open(out);
    o.plain("kind", "problem");
    o.text("file", file);
    o.number("offset", p.first.offset);
    o.plain("reason", p.reason.code());
    o.number("count", p.count);
    o.number("bytes", p.bytes);
    o.close();
}

#[cfg(test)]
mod tests {
    use model::{Answer, Mac, Place, Reason, rr};

    use super::*;

    fn addr(text: &str) -> Addr {
        Addr::from(text.parse::<std::net::IpAddr>().unwrap())
    }

    fn check(write: impl FnOnce(&mut String), expected: &str) {
        let mut out = String::new();
        write(&mut out);
        assert_eq!(out, expected);
        serde_json::from_str::<serde_json::Value>(&out).unwrap();
    }

    #[test]
    fn flows() {
        let flow = Flow {
            start: 1_700_000_000_123_000,
            end: 1_700_000_000_123_456,
            src: addr("192.0.2.1"),
            dst: addr("2001:db8::1"),
            src_port: Some(0),
            dst_port: None,
            protocol: Some(6),
            packets: None,
            bytes: u64::MAX,
            exporter: None,
            domain: Some(0),
            in_if: None,
            out_if: None,
            sampling: 1,
            src_mac: Some(Mac([2, 0, 0x5e, 0, 0, 1])),
            post_nat_dst: Some(addr("192.168.1.9")),
            reverse: true,
            offset: 0,
        };
        check(
            |out| flow_line(&flow, out),
            r#"{"kind":"flow","start":"2023-11-14T22:13:20.123Z","end":"2023-11-14T22:13:20.123456Z","src":"192.0.2.1","dst":"2001:db8::1","src_port":0,"protocol":6,"bytes":18446744073709551615,"domain":0,"sampling":1,"src_mac":"02:00:5e:00:00:01","post_nat_dst":"192.168.1.9","reverse":true}"#,
        );
    }

    #[test]
    fn lookups() {
        let answers = vec![
            Answer {
                name: "www.example.com",
                rtype: rr::CNAME,
                ttl: Some(60),
                address: None,
                target: Some("a\"b\\.example"),
            },
            Answer { name: "x.example", rtype: rr::A, ttl: None, address: Some(addr("192.0.2.1")), target: None },
        ];
        let lookup = Lookup {
            time: 0,
            client: Some(addr("192.168.1.2")),
            name: "www.example.com",
            qtype: rr::A,
            rcode: Some(0),
            delay_ms: None,
            answers,
            offset: 0,
        };
        check(
            |out| lookup_line(&lookup, out),
            r#"{"kind":"dns","time":"1970-01-01T00:00:00.000Z","client":"192.168.1.2","name":"www.example.com","type":"A","rcode":"NOERROR","answers":[{"name":"www.example.com","type":"CNAME","ttl":60,"target":"a\"b\\.example"},{"name":"x.example","type":"A","address":"192.0.2.1"}]}"#,
        );
    }

    #[test]
    fn leases_and_problems() {
        let lease = Lease {
            start: None,
            end: Some(1_000_000),
            mac: None,
            address: addr("192.168.1.2"),
            hostname: Some("tab\there".into()),
            offset: 0,
        };
        check(
            |out| lease_line(&lease, out),
            r#"{"kind":"lease","end":"1970-01-01T00:00:01.000Z","address":"192.168.1.2","hostname":"tab\u0009here"}"#,
        );
        let sighting =
            Sighting { time: 1_000_000, mac: Mac([0, 0, 0x5e, 0, 0x53, 1]), address: addr("192.168.1.2"), offset: 0 };
        check(
            |out| sighting_line(&sighting, out),
            r#"{"kind":"neighbour","time":"1970-01-01T00:00:01.000Z","mac":"00:00:5e:00:53:01","address":"192.168.1.2"}"#,
        );
        let day = CounterDay {
            interface: Some("eth0".into()),
            date: jiff::civil::date(2026, 3, 1),
            bytes_in: 5,
            bytes_out: 7,
            complete: true,
            offset: 0,
        };
        check(
            |out| counter_line(&day, out),
            r#"{"kind":"counter","date":"2026-03-01","interface":"eth0","bytes_in":5,"bytes_out":7,"complete":true}"#,
        );
        let problem = Problem { reason: Reason::TemplateUnknown, first: Place { offset: 7 }, count: 2, bytes: 0 };
        check(
            |out| problem_line("a \"b\".pcap", &problem, out),
            r#"{"kind":"problem","file":"a \"b\".pcap","offset":7,"reason":"template_unknown","count":2,"bytes":0}"#,
        );
    }
}
