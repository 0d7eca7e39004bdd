//! dnsmasq's lease file, and what its log says of addresses given and given back.
//!
//! A lease line is `expiry link-address address name client-id`; after a `duid` line, `expiry IAID address name DUID`,
//! with `T` before the IAID of a temporary address (dnsmasq, `lease_update_file`).

use std::net::{IpAddr, Ipv6Addr};

use model::{Addr, Lease, MICROS_PER_S, Mac, Micros};

/// Expiry times below this are lengths of leases: dnsmasq built for boxes without a clock writes those.
const EPOCH_MIN: i64 = 100_000_000;

/// What one line of the lease file holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LeaseLine {
    /// A lease.
    Lease(Lease),
    /// The server's own identifier, which opens the DHCPv6 part.
    Duid,
}

/// Whether a line can stand in a lease file.
pub(crate) fn looks_like(line: &[u8]) -> bool {
    std::str::from_utf8(line).is_ok_and(|l| parse(l, 0).is_some())
}

/// Reads one line of the lease file, which begins at `offset`.
pub(crate) fn parse(line: &str, offset: u64) -> Option<LeaseLine> {
    let mut words = line.split(' ');
    let first = words.next()?;
    if first == "duid" {
        let duid = words.next()?;
        return (is_hex_pairs(duid) && words.next().is_none()).then_some(LeaseLine::Duid);
    }
    if first.is_empty() || !first.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let expiry: i64 = first.parse().ok()?;
    let hardware = words.next()?;
    let ip: IpAddr = words.next()?.parse().ok()?;
    let hostname = words.next()?;
    let client = words.next()?;
    if client.is_empty() || words.next().is_some() {
        return None;
    }
    let mac = match ip {
        IpAddr::V4(_) => Some(hardware_address(hardware)?),
        IpAddr::V6(_) => {
            let iaid = hardware.strip_prefix('T').unwrap_or(hardware);
            iaid.parse::<u32>().ok()?;
            None
        }
    };
    let end = if expiry >= EPOCH_MIN { Some(expiry.checked_mul(MICROS_PER_S)?) } else { None };
    let hostname = (hostname != "*").then(|| hostname.to_owned());
    Some(LeaseLine::Lease(Lease { start: None, end, mac, address: Addr::from(ip), hostname, offset }))
}

/// A link-layer address; one that is not Ethernet has its hardware type and a dash before it, as in `06-02:00:...`.
fn hardware_address(text: &str) -> Option<Mac> {
    let bare = match text.split_once('-') {
        Some((kind, rest)) if kind.len() == 2 && rest.contains(':') => rest,
        _ => text,
    };
    if !bare.contains(':') {
        return None;
    }
    bare.parse().ok()
}

fn is_hex_pairs(text: &str) -> bool {
    text.contains(':') && text.split(':').all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// What a message of dnsmasq's DHCP part says of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// An address was given or renewed.
    Given {
        /// DHCPv6, where the line carries a DUID.
        v6: bool,
    },
    /// A client gave its address back, found it in use, or was refused it: from that moment it has it no more.
    Over,
}

fn said(verb: &str) -> Option<Said> {
    Some(match verb.split_once('(')?.0 {
        "DHCPACK" => Said::Given { v6: false },
        "DHCPREPLY" => Said::Given { v6: true },
        "DHCPRELEASE" | "DHCPDECLINE" | "DHCPNAK" => Said::Over,
        _ => return None,
    })
}

/// The verb of a message, the transaction id before it left out where `log-dhcp` is on, and what follows.
fn verb(message: &str) -> Option<(&str, std::str::Split<'_, char>)> {
    let mut words = message.split(' ');
    let verb = words.next()?;
    let verb = if verb.bytes().all(|b| b.is_ascii_digit()) { words.next()? } else { verb };
    Some((verb, words))
}

/// `DHCPACK(br0) 192.168.1.50 02:00:5e:10:00:01 name`: a lease without end. `DHCPRELEASE`, `DHCPDECLINE` and `DHCPNAK` of the
/// same form: a lease that ends when it begins.
pub(crate) fn acknowledgement(message: &str, time: Micros, offset: u64) -> Option<Lease> {
    let (verb, mut words) = verb(message)?;
    let said = said(verb)?;
    let ip: IpAddr = words.next()?.parse().ok()?;
    let hardware = words.next()?;
    let mac = match (said, ip) {
        (Said::Given { v6: true }, IpAddr::V6(_)) => is_hex_pairs(hardware).then_some(None)?,
        (Said::Given { v6: false } | Said::Over, IpAddr::V4(_)) => Some(hardware_address(hardware)?),
        _ => return None,
    };
    let (end, hostname) = match said {
        Said::Given { .. } => (None, words.next().filter(|h| !h.is_empty()).map(str::to_owned)),
        Said::Over => (Some(time), None),
    };
    Some(Lease { start: Some(time), end, mac, address: Addr::from(ip), hostname, offset })
}

/// Whether a message of dnsmasq's DHCP part gives an address or ends that, readable or not. DHCPv6 ends leases by DUID, and
/// its lines name no link-layer address: nothing is known of them that could end.
pub(crate) fn is_acknowledgement(message: &str) -> bool {
    verb(message).is_some_and(|(verb, mut rest)| match said(verb) {
        Some(Said::Over) => rest.next().is_none_or(|ip| ip.parse::<Ipv6Addr>().is_err()),
        said => said.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lease(end: Option<i64>, mac: Option<&str>, address: &str, hostname: Option<&str>) -> LeaseLine {
        LeaseLine::Lease(Lease {
            start: None,
            end: end.map(|s| s * MICROS_PER_S),
            mac: mac.map(|m| m.parse().unwrap()),
            address: Addr::from(address.parse::<IpAddr>().unwrap()),
            hostname: hostname.map(str::to_owned),
            offset: 9,
        })
    }

    #[test]
    fn lines_of_the_lease_file() {
        let check = |line: &str, want: Option<LeaseLine>| assert_eq!(parse(line, 9), want, "{line}");
        let mac = Some("02:00:5e:10:00:01");
        check(
            "1779629401 02:00:5e:10:00:01 192.168.1.50 laptop 01:02:00:5e:10:00:01",
            Some(lease(Some(1_779_629_401), mac, "192.168.1.50", Some("laptop"))),
        );
        check("0 02:00:5e:10:00:01 192.168.1.50 * *", Some(lease(None, mac, "192.168.1.50", None)));
        check("43200 02:00:5e:10:00:01 192.168.1.50 * *", Some(lease(None, mac, "192.168.1.50", None)));
        check("0 06-02:00:5e:10:00:01 192.168.1.50 * *", Some(lease(None, mac, "192.168.1.50", None)));
        check("duid 00:01:00:01:2c:00:00:00:02:00:5e:10:00:01", Some(LeaseLine::Duid));
        let v6 = Some(lease(Some(1_779_629_401), None, "2001:db8::50", Some("laptop")));
        check("1779629401 6160385 2001:db8::50 laptop 00:01:00:01:2c:00", v6);
        let v6 = Some(lease(Some(1_779_629_401), None, "2001:db8::51", None));
        check("1779629401 T6160385 2001:db8::51 * 00:01:00:01:2c:00", v6);
        for bad in [
            "",
            "1779629401",
            "1779629401 02:00:5e:10:00:01 192.168.1.50 laptop",
            "1779629401 02:00:5e:10:00:01 192.168.1.50 laptop * *",
            "1779629401 02:00:5e:10:00 192.168.1.50 laptop *",
            "1779629401 02:00:5e:10:00:01 192.168.1.500 laptop *",
            "-5 02:00:5e:10:00:01 192.168.1.50 laptop *",
            "99999999999999999999 02:00:5e:10:00:01 192.168.1.50 laptop *",
            "9223372036854775807 02:00:5e:10:00:01 192.168.1.50 laptop *",
            "1779629401 02:00:5e:10:00:01 2001:db8::50 laptop *",
            "duid",
            "duid xyz",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn acknowledgements_in_the_log() {
        let check = |m: &str, want: Option<(&str, &str, Option<&str>)>| {
            let got = acknowledgement(m, 5, 9);
            let want = want.map(|(mac, ip, host)| Lease {
                start: Some(5),
                end: None,
                mac: (!mac.is_empty()).then(|| mac.parse().unwrap()),
                address: Addr::from(ip.parse::<IpAddr>().unwrap()),
                hostname: host.map(str::to_owned),
                offset: 9,
            });
            assert_eq!(got, want, "{m}");
        };
        let mac = "02:00:5e:10:00:01";
        check("DHCPACK(br0) 192.168.1.50 02:00:5e:10:00:01 laptop", Some((mac, "192.168.1.50", Some("laptop"))));
        check("DHCPACK(br0) 192.168.1.50 02:00:5e:10:00:01", Some((mac, "192.168.1.50", None)));
        check("981237 DHCPACK(br0) 192.168.1.50 02:00:5e:10:00:01 ", Some((mac, "192.168.1.50", None)));
        check("DHCPREPLY(br0) 2001:db8::50 00:03:00:01:02:00 laptop", Some(("", "2001:db8::50", Some("laptop"))));
        for other in ["DHCPDISCOVER(br0) 02:00:5e:10:00:01", "DHCPOFFER(br0) 192.168.1.50 02:00:5e:10:00:01", "12", ""]
        {
            check(other, None);
            assert!(!is_acknowledgement(other), "{other}");
        }
        assert!(is_acknowledgement("77 DHCPACK(br0) cut"));
        for over in ["DHCPRELEASE(br0)", "981237 DHCPRELEASE(br0)", "DHCPDECLINE(br0)", "DHCPNAK(br0)"] {
            let message = format!("{over} 192.168.1.50 {mac} wrong network");
            let lease = acknowledgement(&message, 5, 9).unwrap();
            assert_eq!((lease.start, lease.end, lease.hostname), (Some(5), Some(5), None), "{message}");
            assert_eq!(lease.mac, Some(mac.parse().unwrap()));
            assert!(is_acknowledgement(&message));
        }
        assert!(!is_acknowledgement("DHCPRELEASE(br0) 2001:db8::50 00:03:00:01:02:00"));
        check("77 DHCPACK(br0) cut", None);
    }

    proptest! {
        #[test]
        fn no_line_panics(line in "[0-9a-fT:.* -]{0,60}|\\PC{0,60}") {
            let _ = parse(&line, 0);
            let _ = acknowledgement(&line, 0, 0);
        }
    }
}
