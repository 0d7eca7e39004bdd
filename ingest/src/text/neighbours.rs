//! Neighbor tables of Linux routers: `ip neigh` under stamp lines, and `ip monitor neigh` with `-ts`, a stamp on each line, or
//! with `-t`, a stamp before it.
//!
//! A table carries no time, so whoever keeps it writes a line `# 2026-03-01T00:10:00Z` before each: the entries below belong
//! to that time. Entries are as iproute2 and BusyBox print them: the address, then words in pairs, then the state.

use std::net::IpAddr;

use model::{Addr, Mac};

use super::stamps::{self, Stamp};

/// What one line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An address at a link-layer address.
    Seen(Addr, Mac),
    /// An entry without a device behind it: failed, incomplete, deleted, a group's, or the router's own promise (proxy).
    Nothing,
}

/// One line of a table or of the monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// A stamp for what follows.
    Stamp(Stamp),
    /// An entry, with its own stamp where the monitor wrote one.
    Entry(Option<Stamp>, Entry),
}

/// Words that stand before a value.
const PAIRS: [&str; 5] = ["ref", "probes", "nud", "vrf", "protocol"];
/// Words that stand alone and change nothing.
const MARKS: [&str; 5] = ["router", "extern_learn", "offload", "managed", "extern_valid"];
/// States in which the link-layer address was heard from the neighbor, now or before, or set by hand.
const KNOWN: [&str; 5] = ["REACHABLE", "STALE", "DELAY", "PROBE", "PERMANENT"];
const UNKNOWN: [&str; 4] = ["FAILED", "INCOMPLETE", "NOARP", "NONE"];

/// Whether a line can stand in a neighbor table; a stamp alone can stand anywhere.
pub(crate) fn looks_like(line: &[u8]) -> bool {
    std::str::from_utf8(line).is_ok_and(|l| matches!(parse(l), Some(Line::Entry(..))))
}

/// Reads one line.
pub(crate) fn parse(line: &str) -> Option<Line> {
    if let Some(rest) = line.strip_prefix('#') {
        return whole_stamp(rest.trim()).map(Line::Stamp);
    }
    if let Some(rest) = line.strip_prefix("Timestamp: ") {
        return monitor_stamp(rest.trim()).map(Line::Stamp);
    }
    let (stamp, rest) = match line.strip_prefix('[') {
        Some(rest) if !rest.starts_with("NEIGH]") => {
            let (stamp, rest) = rest.split_once(']')?;
            (Some(whole_stamp(stamp)?), rest.trim_start())
        }
        _ => (None, line),
    };
    let rest = rest.strip_prefix("[NEIGH]").unwrap_or(rest);
    entry(rest.trim()).map(|e| Line::Entry(stamp, e))
}

fn whole_stamp(text: &str) -> Option<Stamp> {
    let prefix = stamps::prefix(text.as_bytes())?;
    (prefix.length == text.len()).then_some(prefix.stamp)
}

/// `Sun Nov 22 08:00:00 2026 123456 usec`, as `ip -t monitor` writes before each entry; whole seconds are taken.
fn monitor_stamp(text: &str) -> Option<Stamp> {
    let prefix = stamps::prefix(text.as_bytes())?;
    let micros = text.get(prefix.length..)?.strip_suffix(" usec")?;
    (!micros.is_empty() && micros.bytes().all(|b| b.is_ascii_digit())).then_some(prefix.stamp)
}

fn entry(text: &str) -> Option<Entry> {
    let mut words = text.split_ascii_whitespace();
    let mut first = words.next()?;
    let gone = first == "Deleted" || first == "deleted";
    if gone {
        first = words.next()?;
    }
    let address: IpAddr = first.parse().ok()?;
    let (mut mac, mut state, mut named, mut proxy) = (None, None, false, false);
    while let Some(word) = words.next() {
        match word {
            "lladdr" => {
                let text = words.next()?;
                // InfiniBand and tunnels have addresses of other lengths: none of them is a device's.
                mac = text.parse::<Mac>().ok();
                named = true;
            }
            "dev" => {
                words.next()?;
                named = true;
            }
            "proxy" => proxy = true,
            // iproute2 5.x forgets the space before the next word: `used 0/60/0probes 0`.
            "used" => {
                if words.next()?.ends_with("probes") {
                    words.next()?;
                }
            }
            _ if PAIRS.contains(&word) => {
                words.next()?;
            }
            _ if MARKS.contains(&word) => {}
            _ if KNOWN.contains(&word) => state = Some(true),
            _ if UNKNOWN.contains(&word) => state = Some(false),
            _ => return None,
        }
    }
    if !named || (state.is_none() && !proxy && !gone) {
        return None;
    }
    let usable = |m: &Mac| m.0[0] & 1 == 0 && m.0 != [0; 6];
    match mac.filter(usable) {
        Some(mac) if state == Some(true) && !gone && !proxy => Some(Entry::Seen(Addr::from(address), mac)),
        _ => Some(Entry::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(address: &str, mac: &str) -> Option<Line> {
        Some(Line::Entry(None, Entry::Seen(Addr::from(address.parse::<IpAddr>().unwrap()), mac.parse().unwrap())))
    }

    #[test]
    fn entries_of_iproute2() {
        let check = |line: &str, want: Option<Line>| assert_eq!(parse(line), want, "{line}");
        let mac = "00:00:5e:00:53:01";
        for state in KNOWN {
            check(&format!("192.168.1.5 dev eth0 lladdr {mac} {state}"), seen("192.168.1.5", mac));
        }
        check("fe80::5 dev br-lan lladdr 00:00:5e:00:53:01 router STALE ", seen("fe80::5", mac));
        check("192.168.1.5 lladdr 00:00:5e:00:53:01 REACHABLE", seen("192.168.1.5", mac));
        check("2001:db8::9 dev eth0 lladdr 00:00:5e:00:53:01 used 12/34/56 probes 4 STALE", seen("2001:db8::9", mac));
        check(
            "192.168.1.5 dev eth0 lladdr 00:00:5e:00:53:01 ref 1 used 0/0/0 probes 1 extern_learn DELAY",
            seen("192.168.1.5", mac),
        );
        check("[NEIGH]192.168.1.5 dev eth0 lladdr 00:00:5e:00:53:01 REACHABLE", seen("192.168.1.5", mac));
        let nothing = Some(Line::Entry(None, Entry::Nothing));
        for line in [
            "192.168.1.9 dev eth0 FAILED",
            "192.168.1.9 dev eth0  INCOMPLETE",
            "192.168.1.9 dev eth0 lladdr 00:00:5e:00:53:01 FAILED",
            "Deleted 192.168.1.9 dev eth0 lladdr 00:00:5e:00:53:01 STALE",
            "ff02::16 dev eth0 lladdr 33:33:00:00:00:16 NOARP",
            "192.168.1.9 dev lo lladdr 00:00:00:00:00:00 PERMANENT",
            "192.168.1.255 dev eth0 lladdr ff:ff:ff:ff:ff:ff PERMANENT",
            "192.168.1.9 dev eth0 proxy",
            "192.168.1.9 dev tun0 lladdr 80:00:02:08:fe:80:00:00:00:00:00:00 STALE",
        ] {
            check(line, nothing);
        }
        for line in [
            "",
            "192.168.1.9",
            "192.168.1.9 REACHABLE",
            "192.168.1.9 dev eth0",
            "192.168.1.9 dev eth0 lladdr",
            "192.168.1.0/24 dev eth0 scope link",
            "192.168.1.9 dev eth0 lladdr 00:00:5e:00:53:01 SLEEPING",
            "# words",
            "1779629401 02:00:5e:10:00:01 192.168.1.50 laptop *",
        ] {
            check(line, None);
        }
    }

    #[test]
    fn stamps_before_and_on_lines() {
        assert!(matches!(parse("# 2026-03-01T00:10:00Z"), Some(Line::Stamp(_))));
        assert!(matches!(parse("#2026-03-01 00:10:00+01:00"), Some(Line::Stamp(_))));
        let line = "[2026-11-22T08:00:00.123456] 192.168.1.5 dev eth0 lladdr 00:00:5e:00:53:01 REACHABLE";
        assert!(matches!(parse(line), Some(Line::Entry(Some(s), Entry::Seen(..))) if s.fine));
        assert!(matches!(parse("Timestamp: Sun Nov 22 08:57:47 2026 687002 usec"), Some(Line::Stamp(_))));
        assert_eq!(parse("Timestamp: Sun Nov 22 08:57:47 2026"), None);
        assert_eq!(parse("[2026-11-22T08:00:00] words"), None);
        assert!(looks_like(line.as_bytes()) && !looks_like(b"# 2026-03-01T00:10:00Z"));
    }

    proptest! {
        #[test]
        fn no_line_panics(line in "(\\[?[0-9T:. #-]{0,30}\\]?)?[0-9a-f:. ]{0,20}( (dev|lladdr|[A-Z]{4,9}|[0-9a-f:]{2,20})){0,6}|\\PC{0,60}") {
            let _ = parse(&line);
        }
    }
}
