//! The council's links, and which of them a flow crossed in which direction.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use model::{Addr, Flow};

/// What a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkKind {
    /// A fixed line.
    Broadband,
    /// A router with a SIM that all share.
    Router,
    /// A SIM or stick issued to one holder.
    Dongle,
    /// Hotspots paid for by use.
    PaidWifi,
}

impl LinkKind {
    /// The word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Broadband => "broadband",
            Self::Router => "router",
            Self::Dongle => "dongle",
            Self::PaidWifi => "paid-wifi",
        }
    }

    /// The kind that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Broadband, Self::Router, Self::Dongle, Self::PaidWifi].into_iter().find(|k| k.as_str() == word)
    }
}

/// A way out of the council's network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: LinkKind,
    /// Who exports its flows.
    pub exporter: Option<Addr>,
    /// The SNMP index of the interface that faces outwards. It alone is authoritative for volume.
    pub interface: Option<u32>,
    /// The asset to whose holder it is issued.
    pub issued_to: Option<String>,
    /// Contracted speed in megabits a second.
    pub speed_mbit: Option<u32>,
    /// Budget for a month in pence.
    pub budget_pence: Option<i64>,
}

impl Link {
    /// Whether one person holds it: its bytes stand in `links` and never in `usage`.
    pub fn issued(&self) -> bool {
        self.issued_to.is_some()
    }

    /// Whether any flow that no other link claims may be counted on it.
    fn catches_all(&self) -> bool {
        self.exporter.is_none()
            && self.interface.is_none()
            && !self.issued()
            && matches!(self.kind, LinkKind::Broadband | LinkKind::Router)
    }
}

/// An address prefix, of either family.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    address: Addr,
    bits: u8,
}

/// Why a text is not a prefix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a network: an address and a length are wanted, as in 192.168.1.0/24 or 2001:db8::/32")]
pub struct PrefixError {
    text: String,
}

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || PrefixError { text: text.to_owned() };
        let (address, length) = text.split_once('/').ok_or_else(bad)?;
        let address: IpAddr = address.trim().parse().map_err(|_| bad())?;
        let length: u8 = length.trim().parse().map_err(|_| bad())?;
        Self::new(address, length).ok_or_else(bad)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prefix(../{})", self.bits)
    }
}

impl Prefix {
    /// A prefix of `length` bits counted in the address's own family; none where the length exceeds it.
    pub fn new(address: IpAddr, length: u8) -> Option<Self> {
        let (width, offset) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        (length <= width).then(|| Self { address: Addr::from(address), bits: offset + length })
    }

    const fn v4(octets: [u8; 4], length: u8) -> Self {
        Self { address: Addr::from_v4(octets), bits: 96 + length }
    }

    const fn v6(first: u16, length: u8) -> Self {
        Self { address: Addr::from_octets(((first as u128) << 112).to_be_bytes()), bits: length }
    }

    /// Whether an address is inside.
    #[inline]
    pub fn contains(&self, address: Addr) -> bool {
        address.within(self.address, self.bits)
    }
}

/// Networks that are private by their standards: RFC 1918, RFC 6598, RFC 4193.
pub(crate) const PRIVATE: [Prefix; 5] = [
    Prefix::v4([10, 0, 0, 0], 8),
    Prefix::v4([172, 16, 0, 0], 12),
    Prefix::v4([192, 168, 0, 0], 16),
    Prefix::v4([100, 64, 0, 0], 10),
    Prefix::v6(0xfc00, 7),
];

/// Destinations that no router forwards to the outside: link-local (RFC 3927, RFC 4291), multicast (RFC 5771, RFC 4291),
/// limited broadcast and "this host" (RFC 6890).
const LOCAL: [Prefix; 6] = [
    Prefix::v4([169, 254, 0, 0], 16),
    Prefix::v4([224, 0, 0, 0], 4),
    Prefix::v4([255, 255, 255, 255], 32),
    Prefix::v4([0, 0, 0, 0], 8),
    Prefix::v6(0xfe80, 10),
    Prefix::v6(0xff00, 8),
];

/// Networks beside the configured ones, at most: an office has one or two.
const NETWORKS_MAX: usize = 16;

/// Which addresses are the council's own.
#[derive(Debug, Clone)]
pub(crate) struct Lan {
    own: Vec<Prefix>,
}

impl Lan {
    /// The configured networks; where none is, every private network.
    pub(crate) fn new(configured: &[Prefix]) -> Self {
        Self { own: if configured.is_empty() { PRIVATE.to_vec() } else { configured.to_vec() } }
    }

    /// The same with further IPv6 networks of 64 bits.
    pub(crate) fn and(mut self, networks: &[Addr]) -> Self {
        let more = networks.iter().map(|address| Prefix { address: *address, bits: 64 });
        self.own.extend(more.take(NETWORKS_MAX));
        self
    }

    /// The configured networks and every private network.
    pub(crate) fn with_private(configured: &[Prefix]) -> Self {
        Self { own: [configured, &PRIVATE].concat() }
    }

    #[inline]
    pub(crate) fn contains(&self, address: Addr) -> bool {
        self.own.iter().any(|p| p.contains(address))
    }
}

/// Whether traffic to or from an address stays on its own network.
pub(crate) fn stays_local(address: Addr) -> bool {
    address.bits() == 0 || LOCAL.iter().any(|p| p.contains(address))
}

/// Which end of a flow is the council's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The source: the device sends.
    Sends,
    /// The destination, after address translation where the record says so: the device receives.
    Receives,
    /// Both ends are inside.
    Internal,
    /// Neither: the router's own traffic, or traffic seen after address translation.
    Neither,
}

/// Decides the council's side of a flow; the address is the device's, or the source's where there is none.
#[inline]
pub(crate) fn side(lan: &Lan, flow: &Flow) -> (Side, Addr) {
    let from_inside = lan.contains(flow.src);
    let target = match flow.post_nat_dst {
        Some(behind) if lan.contains(behind) => Some(behind),
        _ => lan.contains(flow.dst).then_some(flow.dst),
    };
    match (from_inside, target) {
        (true, Some(_)) => (Side::Internal, flow.src),
        (true, None) if stays_local(flow.dst) => (Side::Internal, flow.src),
        (false, Some(behind)) if stays_local(flow.src) => (Side::Internal, behind),
        (true, None) => (Side::Sends, flow.src),
        (false, Some(behind)) => (Side::Receives, behind),
        (false, None) => (Side::Neither, flow.src),
    }
}

/// Finds the link of a flow.
///
/// The link's own interface is authoritative: a record belongs to it where `in_if` or `out_if` is that interface, whichever
/// interface of the router the record was made at. Then, in order: a record that names no interface belongs to its
/// exporter's only link; a link without exporter takes its interface from any exporter; a link with exporter and no
/// interface takes all of its exporter's records; a link with neither takes what is left. Links issued to one holder
/// take nothing but what their own exporter or interface names. A record without exporter (bare datagrams, packets) is
/// matched by interface alone.
#[derive(Debug, Clone)]
pub(crate) struct LinkMatcher {
    links: Vec<LinkEnd>,
    rest: Option<u16>,
}

#[derive(Debug, Clone, Copy)]
struct LinkEnd {
    index: u16,
    exporter: Option<Addr>,
    interface: Option<u32>,
    issued: bool,
}

impl LinkMatcher {
    pub(crate) fn new(links: &[Link]) -> Self {
        let numbered = || links.iter().zip(0..u16::MAX);
        let ends = numbered()
            .filter(|(l, _)| l.exporter.is_some() || l.interface.is_some())
            .map(|(l, index)| LinkEnd { index, exporter: l.exporter, interface: l.interface, issued: l.issued() });
        let mut ends: Vec<LinkEnd> = ends.collect();
        ends.sort_by_key(|e| (e.exporter.is_none(), e.interface.is_none(), e.index));
        Self { links: ends, rest: numbered().find(|(l, _)| l.catches_all()).map(|(_, i)| i) }
    }

    /// Index of the link, and of the interface that is its outward side where the record names it.
    #[inline]
    pub(crate) fn find(&self, exporter: Option<Addr>, in_if: Option<u32>, out_if: Option<u32>) -> Option<u16> {
        let fits = |l: &&LinkEnd| l.exporter.is_none() || exporter.is_none() || l.exporter == exporter;
        let at = |l: &&LinkEnd| l.interface.is_some_and(|i| in_if == Some(i) || out_if == Some(i));
        let exact = self.links.iter().filter(fits).find(at);
        let silent = in_if.unwrap_or(0) == 0 && out_if.unwrap_or(0) == 0;
        let by_interface = exact.map(|l| l.index).or_else(|| silent.then(|| self.only(exporter)).flatten());
        let takes_whole = |l: &&LinkEnd| l.interface.is_none() && (exporter.is_some() || !l.issued);
        let whole = || self.links.iter().filter(fits).find(takes_whole).map(|l| l.index);
        by_interface.or_else(whole).or(self.rest)
    }

    /// The only link that an exporter has; where no exporter is known, the only one that is not issued to one holder.
    fn only(&self, exporter: Option<Addr>) -> Option<u16> {
        let mut own = self.links.iter().filter(|l| if exporter.is_some() { l.exporter == exporter } else { !l.issued });
        match (own.next(), own.next()) {
            (Some(link), None) => Some(link.index),
            _ => None,
        }
    }

    /// The links that an exporter's losses concern.
    pub(crate) fn of_exporter(&self, exporter: Option<Addr>) -> Vec<u16> {
        let own = |l: &&LinkEnd| exporter.is_none() || l.exporter.is_none() || l.exporter == exporter;
        let mut found: Vec<u16> = self.links.iter().filter(own).map(|l| l.index).collect();
        if found.is_empty() {
            found.extend(self.rest);
        }
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addr(text: &str) -> Addr {
        Addr::from(text.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn prefixes_of_both_families() {
        for (prefix, inside, outside) in [
            ("192.168.1.0/24", "192.168.1.255", "192.168.2.0"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("0.0.0.0/0", "203.0.113.1", "2001:db8::1"),
        ] {
            let p: Prefix = prefix.parse().unwrap();
            assert!(p.contains(addr(inside)) && !p.contains(addr(outside)), "{prefix}");
        }
        for bad in ["192.168.1.0", "192.168.1.0/33", "2001:db8::/129", "x/8", "192.168.1.0/-1", ""] {
            assert!(bad.parse::<Prefix>().is_err(), "{bad}");
        }
    }

    fn link(id: &str, exporter: Option<&str>, interface: Option<u32>, issued: bool) -> Link {
        Link {
            id: id.to_owned(),
            kind: if issued { LinkKind::Dongle } else { LinkKind::Broadband },
            exporter: exporter.map(addr),
            interface,
            issued_to: issued.then(|| "A-014".to_owned()),
            speed_mbit: None,
            budget_pence: None,
        }
    }

    fn check(links: &[Link], flow: (Option<&str>, Option<u32>, Option<u32>), expected: Option<&str>) {
        let found = LinkMatcher::new(links).find(flow.0.map(addr), flow.1, flow.2);
        assert_eq!(found.map(|i| links[usize::from(i)].id.as_str()), expected, "{flow:?}");
    }

    #[test]
    fn the_link_of_a_record() {
        let r1 = Some("192.0.2.1");
        let two = [link("a", r1, Some(2), false), link("b", r1, Some(3), false)];
        check(&two, (r1, Some(1), Some(2)), Some("a"));
        check(&two, (r1, Some(3), Some(1)), Some("b"));
        check(&two, (r1, Some(1), Some(9)), None);
        check(&two, (r1, None, None), None);
        check(&two, (Some("192.0.2.9"), Some(1), Some(2)), None);
        check(&two, (None, Some(1), Some(2)), Some("a"));
        check(&two[..1], (r1, Some(0), Some(0)), Some("a"));
        let open = [link("x", None, None, false), link("d", None, None, true), link("y", None, Some(7), false)];
        check(&open, (r1, Some(1), Some(2)), Some("x"));
        check(&open, (r1, Some(7), Some(2)), Some("y"));
        check(&open[1..2], (r1, Some(1), Some(2)), None);
        let whole = [link("w", r1, None, false)];
        check(&whole, (r1, Some(1), Some(2)), Some("w"));
        check(&whole, (Some("192.0.2.9"), Some(1), Some(2)), None);
    }

    #[test]
    fn packets_are_never_counted_on_an_issued_link() {
        let office = |exporter, interface| link("office", exporter, interface, false);
        let dongle = |interface| link("dongle", Some("192.0.2.128"), interface, true);
        check(&[office(Some("192.0.2.1"), Some(2)), dongle(Some(2))], (None, None, None), Some("office"));
        check(&[office(None, None), dongle(Some(2))], (None, None, None), Some("office"));
        check(&[office(None, None), dongle(None)], (None, None, None), Some("office"));
        check(&[dongle(Some(2))], (None, None, None), None);
        check(&[dongle(None)], (None, None, None), None);
        check(&[dongle(None)], (Some("192.0.2.128"), None, None), Some("dongle"));
    }

    #[test]
    fn the_councils_side() {
        let lan = Lan::new(&["192.168.1.0/24".parse().unwrap()]);
        let flow = |src: &str, dst: &str, behind: Option<&str>| Flow {
            start: 0,
            end: 0,
            src: addr(src),
            dst: addr(dst),
            src_port: None,
            dst_port: None,
            protocol: None,
            packets: None,
            bytes: 1,
            exporter: None,
            domain: None,
            in_if: None,
            out_if: None,
            sampling: 1,
            src_mac: None,
            post_nat_dst: behind.map(addr),
            reverse: false,
            offset: 0,
        };
        let check = |src, dst, behind, expected, device: &str| {
            assert_eq!(side(&lan, &flow(src, dst, behind)), (expected, addr(device)), "{src} {dst}");
        };
        check("192.168.1.5", "203.0.113.1", None, Side::Sends, "192.168.1.5");
        check("203.0.113.1", "192.168.1.5", None, Side::Receives, "192.168.1.5");
        check("203.0.113.1", "198.51.100.1", Some("192.168.1.5"), Side::Receives, "192.168.1.5");
        check("192.168.1.5", "192.168.1.6", None, Side::Internal, "192.168.1.5");
        check("192.168.1.5", "224.0.0.251", None, Side::Internal, "192.168.1.5");
        check("198.51.100.1", "203.0.113.1", None, Side::Neither, "198.51.100.1");
        check("192.168.2.5", "203.0.113.1", None, Side::Neither, "192.168.2.5");
    }
}
