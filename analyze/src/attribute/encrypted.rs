//! What hides its names: encrypted DNS, relays and tunnels, told by port, address or name.
//!
//! A match is a hint that lookups may be hidden, never an accusation; it says why bytes could not be attributed.

use std::sync::LazyLock;

use model::Addr;
use rustc_hash::FxHashSet;

const UDP: u8 = 17;
const TCP: u8 = 6;
/// Encapsulating security payload, authentication header, generic routing encapsulation (IANA protocol numbers).
const TUNNEL_PROTOCOLS: [u8; 3] = [50, 51, 47];
/// DNS over TLS and over QUIC (RFC 7858, RFC 9250).
const DNS_OVER_TLS: u16 = 853;
/// IKE and its NAT traversal (RFC 7296), OpenVPN, L2TP (RFC 2661), WireGuard: defaults.
const TUNNEL_UDP: [u16; 5] = [500, 4_500, 1_194, 1_701, 51_820];
/// OpenVPN, PPTP (RFC 2637): defaults.
const TUNNEL_TCP: [u16; 2] = [1_194, 1_723];
/// Plain DNS: readable, whoever answers it.
const DNS: u16 = 53;

/// Resolvers that offer encrypted DNS at these addresses, from their operators' pages.
const RESOLVERS: &[&str] = &[
    "1.1.1.1",
    "1.0.0.1",
    "2606:4700:4700::1111",
    "2606:4700:4700::1001",
    "1.1.1.2",
    "1.0.0.2",
    "2606:4700:4700::1112",
    "2606:4700:4700::1002",
    "1.1.1.3",
    "1.0.0.3",
    "2606:4700:4700::1113",
    "2606:4700:4700::1003",
    "8.8.8.8",
    "8.8.4.4",
    "2001:4860:4860::8888",
    "2001:4860:4860::8844",
    "9.9.9.9",
    "149.112.112.112",
    "2620:fe::fe",
    "2620:fe::9",
    "9.9.9.10",
    "149.112.112.10",
    "9.9.9.11",
    "149.112.112.11",
    "208.67.222.222",
    "208.67.220.220",
    "208.67.222.123",
    "208.67.220.123",
    "146.112.41.2",
    "146.112.41.3",
    "94.140.14.14",
    "94.140.15.15",
    "94.140.14.15",
    "94.140.15.16",
    "94.140.14.140",
    "94.140.14.141",
    "2a10:50c0::ad1:ff",
    "2a10:50c0::ad2:ff",
    "45.90.28.0",
    "45.90.30.0",
];

/// Names of encrypted resolvers and relays; each stands for itself and everything below it.
const NAMES: &[&str] = &[
    "cloudflare-dns.com",
    "one.one.one.one",
    "dns.google",
    "8888.google",
    "dns.quad9.net",
    "dns9.quad9.net",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "doh.opendns.com",
    "dns.opendns.com",
    "doh.familyshield.opendns.com",
    "doh.umbrella.com",
    "dns.adguard-dns.com",
    "family.adguard-dns.com",
    "unfiltered.adguard-dns.com",
    "dns.adguard.com",
    "dns.nextdns.io",
    "mask.icloud.com",
    "mask-h2.icloud.com",
    "mask-api.icloud.com",
    "mask-canary.icloud.com",
    "doh.dns.apple.com",
];

static ADDRESSES: LazyLock<FxHashSet<Addr>> =
    LazyLock::new(|| RESOLVERS.iter().filter_map(|t| t.parse::<std::net::IpAddr>().ok()).map(Addr::from).collect());

/// Whether a name belongs to an encrypted resolver or a relay.
pub(crate) fn is_hiding_name(name: &str) -> bool {
    NAMES.iter().any(|n| name.strip_suffix(n).is_some_and(|above| above.is_empty() || above.ends_with('.')))
}

/// Whether a flow to this server hides its names, by its protocol, the server's port or the server's address.
#[inline]
pub(crate) fn is_hiding_flow(protocol: Option<u8>, port: Option<u16>, server: Addr) -> bool {
    let by_port = match (protocol, port) {
        (Some(p), _) if TUNNEL_PROTOCOLS.contains(&p) => true,
        (Some(UDP | TCP), Some(DNS_OVER_TLS)) => true,
        (Some(UDP), Some(p)) => TUNNEL_UDP.contains(&p),
        (Some(TCP), Some(p)) => TUNNEL_TCP.contains(&p),
        _ => false,
    };
    by_port || (matches!(protocol, Some(UDP | TCP)) && port.is_some_and(|p| p != DNS) && ADDRESSES.contains(&server))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addr(text: &str) -> Addr {
        Addr::from(text.parse::<std::net::IpAddr>().unwrap())
    }

    #[test]
    fn every_listed_address_is_one() {
        assert_eq!(ADDRESSES.len(), RESOLVERS.len());
    }

    #[test]
    fn names_match_at_labels() {
        for (name, expected) in [
            ("mask.icloud.com", true),
            ("a1b2.dns.nextdns.io", true),
            ("mozilla.cloudflare-dns.com", true),
            ("notcloudflare-dns.com", false),
            ("www.icloud.com", false),
            ("dns64.dns.google", true),
        ] {
            assert_eq!(is_hiding_name(name), expected, "{name}");
        }
    }

    #[test]
    fn ports_protocols_and_addresses() {
        let other = addr("192.0.2.1");
        for (protocol, port, server, expected) in [
            (Some(6), Some(853), other, true),
            (Some(17), Some(853), other, true),
            (Some(17), Some(4_500), other, true),
            (Some(6), Some(4_500), other, false),
            (Some(50), None, other, true),
            (Some(6), Some(443), other, false),
            (Some(6), Some(443), addr("1.1.1.1"), true),
            (Some(17), Some(53), addr("8.8.8.8"), false),
            (Some(1), None, addr("8.8.8.8"), false),
        ] {
            assert_eq!(is_hiding_flow(protocol, port, server), expected, "{protocol:?} {port:?}");
        }
    }
}
