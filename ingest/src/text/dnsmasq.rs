//! The grammar of dnsmasq's log lines: `log-queries`, `log-queries=extra`, and the acknowledgements of its DHCP part.
//!
//! A message is `[UDP |TCP ][SERIAL CLIENT/PORT ]SOURCE NAME VERB DEST` (dnsmasq, `log_query`). The serial part stands only
//! with `log-queries=extra`, the protocol word only in the newest versions.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use memchr::memmem;
use model::{Addr, rr};

use crate::dns::names::type_number;
use crate::text::stamps::{self, Prefix};

/// The name that dnsmasq prints for one with unprintable octets.
pub(crate) const UNPRINTABLE: &str = "<name unprintable>";

/// Which part of dnsmasq wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// Name service.
    Dns,
    /// Address service.
    Dhcp,
    /// Any other program, or dnsmasq's TFTP part.
    Other,
}

/// The program's part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Body<'a> {
    pub(crate) program: Program,
    /// Process id; 0 where not written.
    pub(crate) pid: u32,
    pub(crate) message: &'a str,
}

/// Whether a line is dnsmasq's.
pub(crate) fn looks_like(line: &[u8]) -> bool {
    let Some(prefix) = stamps::prefix(line) else { return false };
    let Some(Ok(rest)) = line.get(prefix.length..).map(std::str::from_utf8) else { return false };
    body(rest, &prefix).program != Program::Other
}

/// Finds the program in what follows a stamp.
pub(crate) fn body<'a>(rest: &'a str, prefix: &Prefix) -> Body<'a> {
    if prefix.rfc5424
        && let Some(found) = rfc5424(rest)
    {
        return found;
    }
    let other = Body { program: Program::Other, pid: 0, message: rest };
    if let Some(found) = rest.strip_prefix("dnsmasq").and_then(tag) {
        return found;
    }
    let mut at = 0;
    while let Some(tail) = rest.get(at..) {
        let Some(hit) = memmem::find(tail.as_bytes(), b" dnsmasq") else { return other };
        at += hit + " dnsmasq".len();
        if let Some(found) = rest.get(at..).and_then(tag) {
            return found;
        }
    }
    other
}

/// What follows `dnsmasq` in `dnsmasq[12]: ` or `dnsmasq-dhcp: `.
fn tag(after: &str) -> Option<Body<'_>> {
    let (program, rest) = match after.strip_prefix("-dhcp") {
        Some(rest) => (Program::Dhcp, rest),
        None => (Program::Dns, after),
    };
    let (pid, rest) = match rest.strip_prefix('[') {
        Some(inner) => {
            let (digits, rest) = cut(inner, b']')?;
            (digits.parse().ok()?, rest)
        }
        None => (0, rest),
    };
    let message = rest.strip_prefix(": ")?;
    Some(Body { program, pid, message })
}

/// `HOST APP-NAME PROCID MSGID STRUCTURED-DATA MSG` (RFC 5424 section 6).
fn rfc5424(rest: &str) -> Option<Body<'_>> {
    let mut parts = rest.splitn(5, ' ');
    let (_host, app, procid, _msgid) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let program = match app {
        "dnsmasq" => Program::Dns,
        "dnsmasq-dhcp" => Program::Dhcp,
        _ => return None,
    };
    let data = parts.next()?;
    let message = match data.strip_prefix('-') {
        Some(after) => after,
        None => structured(data)?,
    };
    let message = message.strip_prefix(' ').unwrap_or(message);
    let message = message.strip_prefix('\u{feff}').unwrap_or(message);
    Some(Body { program, pid: procid.parse().unwrap_or(0), message })
}

/// What follows the structured data: elements in brackets, whose quoted values may hold an escaped `]` (section 6.3.3).
fn structured(data: &str) -> Option<&str> {
    let (mut open, mut quoted, mut escaped) = (false, false, false);
    for (i, b) in data.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if open => quoted = !quoted,
            _ if quoted => {}
            b'[' if !open => open = true,
            b']' if open => open = false,
            b' ' if !open && i > 0 => return data.get(i..),
            _ if !open => return None,
            _ => {}
        }
    }
    None
}

/// One message of the name service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Message<'a> {
    /// The question's number and who asked from which port, with `log-queries=extra`.
    pub(crate) serial: Option<Serial>,
    pub(crate) event: Event<'a>,
}

/// What joins the lines of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Serial {
    pub(crate) number: u32,
    pub(crate) client: Addr,
    pub(crate) port: u16,
    pub(crate) tcp: bool,
}

/// What a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// A question came in.
    Query {
        /// As asked.
        name: &'a str,
        qtype: u16,
        client: Addr,
    },
    /// A question was sent on.
    Forwarded,
    /// Part of an answer.
    Answer {
        /// The owner name; `error` where dnsmasq has none.
        name: &'a str,
        outcome: Outcome,
        /// Whether the source is one of dnsmasq's own words.
        known: bool,
    },
    /// A client had asked the same before the answer came: it got that answer.
    Duplicate,
    /// The answer was cut by its sender.
    Truncated,
    /// Nothing about a lookup.
    Other,
    /// Looks like a lookup's line, and is none.
    Broken,
}

/// What stands behind `is`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An address.
    Address(Addr),
    /// The name is an alias; the next line has the next name.
    Cname,
    /// A failure, by response code.
    Rcode(u16),
    /// The name exists without data; of this type, where said.
    NoData(Option<u16>),
    /// Other data: a record of another type, a host's name.
    Data,
}

/// Reads one message of the name service.
pub(crate) fn message(text: &str) -> Message<'_> {
    let (tcp, rest) = match text.as_bytes() {
        [b'T', b'C', b'P', b' ', ..] => (true, text.get(4..).unwrap_or_default()),
        [b'U', b'D', b'P', b' ', ..] => (false, text.get(4..).unwrap_or_default()),
        _ => (false, text),
    };
    if !rest.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return Message { serial: None, event: event(rest) };
    }
    let other = |event| Message { serial: None, event };
    let Some((number, rest)) = cut(rest, b' ') else { return other(Event::Broken) };
    let Ok(number) = number.parse() else { return other(Event::Broken) };
    let Some((from, rest)) = cut(rest, b' ') else { return other(Event::Broken) };
    let Some((client, port)) = client(from) else { return other(Event::Other) };
    Message { serial: Some(Serial { number, client, port, tcp }), event: event(rest) }
}

/// What stands before and after the first of an ASCII octet, which is near: faster than the general search.
fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|b| b == at)?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// `192.168.1.5/41234`; a zone after `%` is dropped.
fn client(text: &str) -> Option<(Addr, u16)> {
    let (address, port) = cut(text, b'/')?;
    Some((address_of(address)?, port.parse().ok()?))
}

/// An address without a round trip through the general parser for the common family.
fn address_of(text: &str) -> Option<Addr> {
    if let Some(v4) = v4(text.as_bytes()) {
        return Some(v4);
    }
    if !text.contains(':') {
        return None;
    }
    let bare = text.split_once('%').map_or(text, |(a, _)| a);
    bare.parse::<Ipv6Addr>().ok().map(|a| Addr::from(IpAddr::V6(a)))
}

fn v4(text: &[u8]) -> Option<Addr> {
    let mut octets = [0_u8; 4];
    let (mut part, mut value, mut digits) = (0, 0_u16, 0);
    for &b in text {
        match b {
            b'0'..=b'9' => {
                value = value * 10 + u16::from(b - b'0');
                digits += 1;
                if digits > 3 || value > 255 {
                    return None;
                }
            }
            b'.' if digits > 0 => {
                *octets.get_mut(part)? = value as u8;
                (part, value, digits) = (part + 1, 0, 0);
            }
            _ => return None,
        }
    }
    if part != 3 || digits == 0 {
        return None;
    }
    octets[3] = value as u8;
    Some(Addr::from(IpAddr::V4(Ipv4Addr::from(octets))))
}

fn event(text: &str) -> Event<'_> {
    if let Some(rest) = text.strip_prefix("query[") {
        return query(rest).unwrap_or(Event::Broken);
    }
    if text.starts_with("forwarded ") {
        return Event::Forwarded;
    }
    let source = cut(text, b' ').map_or(text, |(source, _)| source);
    let known = match source {
        "reply" | "cached" | "config" | "cached-stale" | "auth" | "DHCP" => true,
        "validation" | "ipset" | "nftset" | "read" | "started," | "using" => return Event::Other,
        _ => source.starts_with('/'),
    };
    if known {
        let rest = text.get(source.len() + 1..).unwrap_or_default();
        if rest == "is truncated" {
            return Event::Truncated;
        }
        return answer(rest, true).unwrap_or(Event::Broken);
    }
    blocked(text).unwrap_or(Event::Other)
}

/// `A] www.example.com from 192.168.1.5`.
fn query(rest: &str) -> Option<Event<'_>> {
    let (qtype, rest) = cut(rest, b']')?;
    let rest = rest.strip_prefix(' ')?;
    let (name, rest) = name(rest)?;
    let client = address_of(rest.strip_prefix("from ")?)?;
    Some(Event::Query { name, qtype: type_number(qtype)?, client })
}

/// The name at the beginning, and what follows the space after it.
fn name(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix(UNPRINTABLE) {
        return Some((UNPRINTABLE, rest.strip_prefix(' ')?));
    }
    let at = memchr::memchr(b' ', text.as_bytes())?;
    let (name, rest) = (text.get(..at)?, text.get(at + 1..)?);
    (!name.is_empty()).then_some((name, rest))
}

fn answer(rest: &str, known: bool) -> Option<Event<'_>> {
    let (name, rest) = name(rest)?;
    let dest = rest.strip_prefix("is ")?;
    if name == "query" && dest == "duplicate" {
        return Some(Event::Duplicate);
    }
    Some(Event::Answer { name, outcome: outcome(dest)?, known })
}

/// Words of several programs that stand before the name where a blocker answered (`gravity blocked`, `special domain`).
fn blocked(text: &str) -> Option<Event<'_>> {
    let at = memmem::find(text.as_bytes(), b" is ")?;
    let (before, after) = (text.get(..at)?, text.get(at + 4..)?);
    let name = match before.strip_suffix(UNPRINTABLE) {
        Some(_) => UNPRINTABLE,
        None => before.rsplit_once(' ')?.1,
    };
    Some(Event::Answer { name, outcome: outcome(after)?, known: false })
}

fn outcome(dest: &str) -> Option<Outcome> {
    if let Some(address) = v4(dest.as_bytes()) {
        return Some(Outcome::Address(address));
    }
    let dest = dest.strip_suffix(" (DNSSEC signed)").unwrap_or(dest);
    let dest = match dest.split_once(" (EDE: ") {
        Some((bare, _)) => bare,
        None => dest,
    };
    Some(match dest {
        "" => return None,
        "<CNAME>" => Outcome::Cname,
        "NODATA" => Outcome::NoData(None),
        "NODATA-IPv4" => Outcome::NoData(Some(rr::A)),
        "NODATA-IPv6" => Outcome::NoData(Some(rr::AAAA)),
        "NXDOMAIN" => Outcome::Rcode(3),
        "SERVFAIL" => Outcome::Rcode(2),
        "REFUSED" => Outcome::Rcode(5),
        "FORMERR" => Outcome::Rcode(1),
        "not implemented" => Outcome::Rcode(4),
        _ => match address_of(dest) {
            Some(address) => Outcome::Address(address),
            None => dest.parse().ok().filter(|n| (6..4_096).contains(n)).map_or(Outcome::Data, Outcome::Rcode),
        },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn addr(text: &str) -> Addr {
        Addr::from(text.parse::<IpAddr>().unwrap())
    }

    fn split(line: &str) -> (Program, u32, &str) {
        let prefix = stamps::prefix(line.as_bytes()).unwrap();
        let b = body(&line[prefix.length..], &prefix);
        (b.program, b.pid, b.message)
    }

    #[test]
    fn programs() {
        let check = |line: &str, want: (Program, u32, &str)| assert_eq!(split(line), want, "{line}");
        check("May 24 13:30:01 dnsmasq[7]: started", (Program::Dns, 7, "started"));
        check("May 24 13:30:01 dnsmasq: started", (Program::Dns, 0, "started"));
        check("May 24 13:30:01 dnsmasq01 dnsmasq[7]: started", (Program::Dns, 7, "started"));
        check("May 24 13:30:01 box dnsmasq-dhcp[7]: DHCP, x", (Program::Dhcp, 7, "DHCP, x"));
        check("<30>May 24 13:30:01 box dnsmasq[7]: a: b", (Program::Dns, 7, "a: b"));
        check("Sun May 24 13:30:01 2026 daemon.info dnsmasq[1]: x", (Program::Dns, 1, "x"));
        check("2026-05-24T13:30:01+01:00 box may May 24 13:30:01 dnsmasq[4]: x", (Program::Dns, 4, "x"));
        check("<30>1 2026-05-24T13:30:01.5+01:00 box dnsmasq 12 - - x y", (Program::Dns, 12, "x y"));
        check("<30>1 2026-05-24T13:30:01Z box dnsmasq-dhcp - - - \u{feff}x", (Program::Dhcp, 0, "x"));
        let sd = r#"<30>1 2026-05-24T13:30:01Z box dnsmasq 3 - [a b="c\"] d"][e f="g"] x y"#;
        check(sd, (Program::Dns, 3, "x y"));
        assert_eq!(split("May 24 13:30:01 box kernel: no dnsmasq here").0, Program::Other);
        assert_eq!(split("May 24 13:30:01 box dnsmasq-tftp[1]: x").0, Program::Other);
        assert_eq!(split("<30>1 2026-05-24T13:30:01Z box sshd 3 - - dnsmasq").0, Program::Other);
    }

    fn check(text: &str, serial: Option<(u32, &str, u16, bool)>, want: Event<'_>) {
        let m = message(text);
        let serial = serial.map(|(number, c, port, tcp)| Serial { number, client: addr(c), port, tcp });
        assert_eq!(m, Message { serial, event: want }, "{text}");
    }

    #[test]
    fn questions() {
        let q = |name, qtype| Event::Query { name, qtype, client: addr("192.168.1.5") };
        let s = Some((12, "192.168.1.5", 40_001, false));
        check("query[A] www.example.com from 192.168.1.5", None, q("www.example.com", 1));
        check("12 192.168.1.5/40001 query[HTTPS] www.example.com from 192.168.1.5", s, q("www.example.com", 65));
        check("12 192.168.1.5/40001 query[type=65] a from 192.168.1.5", s, q("a", 65));
        check("UDP 12 192.168.1.5/40001 query[AAAA] a from 192.168.1.5", s, q("a", 28));
        let t = Some((12, "192.168.1.5", 40_001, true));
        check("TCP 12 192.168.1.5/40001 query[A] a from 192.168.1.5", t, q("a", 1));
        check("12 192.168.1.5/40001 query[A] <name unprintable> from 192.168.1.5", s, q(UNPRINTABLE, 1));
        check("12 192.168.1.5/40001 query[NS] . from 192.168.1.5", s, q(".", 2));
        let v6 = Event::Query { name: "a", qtype: 1, client: addr("fe80::1") };
        check("3 fe80::1%br0/53000 query[A] a from fe80::1%br0", Some((3, "fe80::1", 53_000, false)), v6);
        check("query[A] www.example.com", None, Event::Broken);
        check("query[A] www.example.com from", None, Event::Broken);
        check("query[Q7] www.example.com from 192.168.1.5", None, Event::Broken);
        check("12", None, Event::Broken);
        check("99999999999 192.168.1.5/1 query[A] a from 192.168.1.5", None, Event::Broken);
    }

    #[test]
    fn answers() {
        let s = Some((12, "192.168.1.5", 40_001, false));
        let with = |text: &str, name: &'static str, outcome, known| {
            check(text, None, Event::Answer { name, outcome, known });
            check(&format!("12 192.168.1.5/40001 {text}"), s, Event::Answer { name, outcome, known });
        };
        use Outcome::{Address, Cname, Data, NoData, Rcode};
        for word in ["reply", "cached", "cached-stale", "config", "auth", "DHCP", "/etc/hosts", "/tmp/hosts/dhcp.cfg01"]
        {
            with(&format!("{word} a.example is 192.0.2.1"), "a.example", Address(addr("192.0.2.1")), true);
        }
        with("reply a.example is 2001:db8::1", "a.example", Address(addr("2001:db8::1")), true);
        with("reply a.example is 192.0.2.1 (DNSSEC signed)", "a.example", Address(addr("192.0.2.1")), true);
        with("reply a.example is <CNAME>", "a.example", Cname, true);
        with("reply a.example is <HTTPS>", "a.example", Data, true);
        with("reply a.example is NODATA-IPv6", "a.example", NoData(Some(28)), true);
        with("cached a.example is NODATA-IPv4", "a.example", NoData(Some(1)), true);
        with("config a.example is NODATA", "a.example", NoData(None), true);
        with("reply a.example is NXDOMAIN", "a.example", Rcode(3), true);
        with("reply error is SERVFAIL (EDE: DNSSEC bogus)", "error", Rcode(2), true);
        with("config error is REFUSED (EDE: not ready)", "error", Rcode(5), true);
        with("reply error is not implemented", "error", Rcode(4), true);
        with("reply error is 9", "error", Rcode(9), true);
        with("cached 192.0.2.1 is www.example.com", "192.0.2.1", Data, true);
        with("config <name unprintable> is NXDOMAIN", UNPRINTABLE, Rcode(3), true);
        with("gravity blocked a.example is 0.0.0.0", "a.example", Address(addr("0.0.0.0")), false);
        with("special domain mask.example is NXDOMAIN", "mask.example", Rcode(3), false);
        with("Rate-limiting a.example is REFUSED (EDE: blocked)", "a.example", Rcode(5), false);
        check("12 192.168.1.5/40001 reply query is duplicate", s, Event::Duplicate);
        check("reply is truncated", None, Event::Truncated);
        check("forwarded a.example to 192.0.2.53", None, Event::Forwarded);
        check("reply a.example", None, Event::Broken);
        check("reply a.example is ", None, Event::Broken);
        for other in [
            "started, version 2.90 cachesize 150",
            "compile time options: IPv6",
            "using nameserver 192.0.2.53#53",
            "read /etc/hosts - 8 names",
            "validation a.example is SECURE",
            "ipset add web 192.0.2.1 a.example",
            "dnssec-query[DS] example to 192.0.2.53",
            "exiting on receipt of SIGTERM",
            "",
        ] {
            check(other, None, Event::Other);
        }
        check("12 dnssec-query[DS] example to 192.0.2.53", None, Event::Other);
    }

    proptest! {
        #[test]
        fn no_message_panics(text in "(TCP |UDP )?[0-9]{0,11}( [0-9a-f:.%]{0,20}/[0-9]{0,6} )?(query\\[|reply |cached |/x )?\\PC{0,40}( is | from )?\\PC{0,20}") {
            let _ = message(&text);
            let _ = looks_like(text.as_bytes());
        }

        #[test]
        fn v4_agrees_with_the_standard_library(text in "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}\\.?") {
            let theirs = text.parse::<Ipv4Addr>().ok().map(|a| Addr::from(IpAddr::V4(a)));
            // The standard library refuses leading zeros, which dnsmasq never writes.
            if theirs.is_some() {
                prop_assert_eq!(v4(text.as_bytes()), theirs);
            }
        }
    }
}
