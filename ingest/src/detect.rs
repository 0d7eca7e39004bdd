//! Recognizes a format by content. Names of files are never looked at.

use crate::Format;
use crate::sflow::looks_like_sflow;
use crate::text::{adguard, counters, dnsmasq, leases, neighbours};

/// What the beginning of an input looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detected {
    /// Nothing at all.
    Empty,
    /// A libpcap capture, any byte order and resolution.
    Pcap,
    /// A pcapng capture.
    PcapNg,
    /// A bare export datagram, or several end to end: NetFlow v5, v9 or IPFIX.
    Export,
    /// A bare sFlow datagram, or several end to end.
    Sflow,
    /// dnsmasq's log, bare or inside a syslog.
    Dnsmasq,
    /// AdGuard Home's `querylog.json`.
    AdguardHome,
    /// dnsmasq's lease file.
    DnsmasqLeases,
    /// A neighbor table, under stamp lines or from the monitor.
    Neighbours,
    /// A router's own counters.
    Counters(Format),
    /// None of these.
    Unknown,
}

/// Lines that are tried before a text counts as unknown.
const LINES: usize = 2_000;

/// Recognizes the first octets of an input: magic numbers first (the pcap and pcapng file formats, the version field of
/// export datagrams), then the shape of the first text lines.
pub(crate) fn detect(head: &[u8]) -> Detected {
    match head {
        [] => Detected::Empty,
        [0xa1, 0xb2, 0xc3, 0xd4, ..]
        | [0xd4, 0xc3, 0xb2, 0xa1, ..]
        | [0xa1, 0xb2, 0x3c, 0x4d, ..]
        | [0x4d, 0x3c, 0xb2, 0xa1, ..]
        | [0xa1, 0xb2, 0xcd, 0x34, ..]
        | [0x34, 0xcd, 0xb2, 0xa1, ..] => Detected::Pcap,
        [0x0a, 0x0d, 0x0d, 0x0a, ..] => Detected::PcapNg,
        [0, 0, 0, 5, ..] if looks_like_sflow(head) => Detected::Sflow,
        [0, 5 | 9 | 10, rest @ ..] if rest.len() >= 14 => Detected::Export,
        _ => text(head),
    }
}

fn text(head: &[u8]) -> Detected {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let lines = head.split(|b| matches!(b, b'\n' | 0)).map(|l| l.strip_suffix(b"\r").unwrap_or(l));
    for line in lines.filter(|l| !l.is_empty()).take(LINES) {
        if adguard::looks_like(line) {
            return Detected::AdguardHome;
        }
        if dnsmasq::looks_like(line) {
            return Detected::Dnsmasq;
        }
        if leases::looks_like(line) {
            return Detected::DnsmasqLeases;
        }
        if neighbours::looks_like(line) {
            return Detected::Neighbours;
        }
        if let Some(format) = counters::looks_like(line) {
            return Detected::Counters(format);
        }
    }
    Detected::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_content() {
        let check = |head: &[u8], want| assert_eq!(detect(head), want, "{:?}", String::from_utf8_lossy(head));
        check(b"", Detected::Empty);
        check(b"\xd4\xc3\xb2\xa1\x02\0\x04\0", Detected::Pcap);
        check(b"\x0a\x0d\x0d\x0a\x1c\0\0\0", Detected::PcapNg);
        check(&[0, 9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Detected::Export);
        check(&[0, 9, 0, 1], Detected::Unknown);
        check(&[0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Detected::Unknown);
        check(b"May 24 13:30:01 dnsmasq[1]: started, version 2.90 cachesize 150\n", Detected::Dnsmasq);
        check(b"May 24 13:29:59 router kernel: up\nMay 24 13:30:01 router dnsmasq[1]: query[A] a", Detected::Dnsmasq);
        check(b"\0\0\0\nMay 24 13:30:01 dnsmasq-dhcp[1]: DHCPACK(br0) 192.168.1.9 02:", Detected::Dnsmasq);
        check(b"Sun May 24 13:30:01 2026 daemon.info dnsmasq[1]: reading", Detected::Dnsmasq);
        check(b"<30>1 2026-05-24T13:30:01Z router dnsmasq 12 - - started", Detected::Dnsmasq);
        check(b"<30>1 2026-05-24T13:30:01Z router kernel 12 - - started", Detected::Unknown);
        check(b"the dnsmasq manual", Detected::Unknown);
        check(br#"{"T":"2026-05-24T13:30:01Z","QH":"www.example.com","QT":"A"}"#, Detected::AdguardHome);
        check(br#"{"data":[{"question":{"name":"www.example.com"}}]}"#, Detected::Unknown);
        check(b"1779629401 02:00:5e:10:00:01 192.168.1.50 laptop *\n", Detected::DnsmasqLeases);
        check(b"duid 00:01:00:01:2c:00:00:00:02:00:5e:10:00:01\n", Detected::DnsmasqLeases);
        check(b"# 2026-03-01T00:10:00Z\n192.168.1.9 dev eth0 FAILED\n", Detected::Neighbours);
        check(b"# 2026-03-01T00:10:00Z\n", Detected::Unknown);
        check(b"{\"vnstatversion\":\"2.6\",\"jsonversion\":\"2\"", Detected::Counters(Format::Vnstat));
        check(b"mac\tip\trx_bytes\ttx_bytes\n", Detected::Counters(Format::Nlbwmon));
        check(b"# 2026-03-01T00:10:00Z\n[{\"ifname\":\"lo\",\"stats64\":{}}]", Detected::Counters(Format::IpLink));
        check(
            &[
                0, 0, 0, 5, 0, 0, 0, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0,
                0, 0,
            ],
            Detected::Sflow,
        );
        check(b"asset,kind,holder\n", Detected::Unknown);
        check(b"\xff\xfe\0m\0", Detected::Unknown);
    }
}
