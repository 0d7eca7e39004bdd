//! Network and transport headers of a packet. Payload is let through for UDP, which may be an export stream, and for DNS.

use etherparse::{Ipv4HeaderSlice, Ipv6HeaderSlice};
use model::{Addr, Mac, Reason};

use super::Frame;
use super::link::inner;

/// A fragment of an IP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// What its other fragments share.
    pub(crate) id: u32,
    /// Whether it is the first, which alone carries the ports.
    pub(crate) first: bool,
}

/// The headers of one IP packet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packet<'a> {
    pub(crate) src: Addr,
    pub(crate) dst: Addr,
    pub(crate) protocol: u8,
    /// Source and destination, where the protocol has ports and they were captured.
    pub(crate) ports: Option<(u16, u16)>,
    /// IP octets, header and payload.
    pub(crate) octets: u64,
    pub(crate) src_mac: Option<Mac>,
    pub(crate) fragment: Option<Fragment>,
    /// What was captured of a UDP payload, or of a TCP payload to or from port 53, and where it begins in the frame.
    pub(crate) payload: Option<(usize, &'a [u8])>,
}

impl Packet<'_> {
    /// Whether this is UDP.
    pub(crate) fn is_udp(&self) -> bool {
        self.protocol == UDP
    }
}

const TCP: u8 = 6;
const UDP: u8 = 17;
const DCCP: u8 = 33;
const SCTP: u8 = 132;
const UDP_LITE: u8 = 136;
const UDP_HEADER: usize = 8;
const DNS: u16 = 53;
const IPV6_HEADER: usize = 40;
const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTHENTICATION: u8 = 51;
const DESTINATION: u8 = 60;
const MOBILITY: u8 = 135;
/// Extension headers that a packet may stack; RFC 8200 section 4.1 allows each once, destination options twice.
const EXTENSIONS_MAX: usize = 16;

/// What a network header says.
struct Network<'a> {
    src: Addr,
    dst: Addr,
    protocol: u8,
    /// IP octets by the header's own account; 0 where segmentation is left to the network card.
    octets: u64,
    fragment: Option<Fragment>,
    /// What was captured of the payload, and where it begins.
    payload: &'a [u8],
    at: usize,
}

/// Reads the headers of the packet in a frame.
pub(crate) fn packet<'a>(frame: &Frame<'a>) -> Result<Packet<'a>, Reason> {
    let inner = inner(frame.link, frame.data)?;
    let ip = match inner.data.first().map(|b| b >> 4) {
        Some(4) => ipv4(inner.data),
        Some(6) => ipv6(inner.data),
        _ => None,
    }
    .ok_or(Reason::PacketBroken)?;
    let on_wire = (frame.wire as usize).saturating_sub(inner.header) as u64;
    let has_ports = matches!(ip.protocol, TCP | UDP | DCCP | SCTP | UDP_LITE) && ip.fragment.is_none_or(|f| f.first);
    let ports = if has_ports { ports(ip.payload) } else { None };
    let before = inner.header + ip.at;
    let payload = match (ip.protocol, ports) {
        (UDP, Some(_)) => udp(ip.payload).map(|p| (before + UDP_HEADER, p)),
        (TCP, Some((DNS, _) | (_, DNS))) => tcp(ip.payload).map(|(header, p)| (before + header, p)),
        _ => None,
    };
    Ok(Packet {
        src: ip.src,
        dst: ip.dst,
        protocol: ip.protocol,
        ports,
        octets: if ip.octets == 0 { on_wire } else { ip.octets },
        src_mac: inner.src_mac,
        fragment: ip.fragment,
        payload,
    })
}

/// RFC 791 section 3.1.
fn ipv4(data: &[u8]) -> Option<Network<'_>> {
    let header = Ipv4HeaderSlice::from_slice(data).ok()?;
    let at = header.slice().len();
    let total = usize::from(header.total_len());
    let end = if total < at { data.len() } else { total.min(data.len()) };
    let fragment = header
        .is_fragmenting_payload()
        .then(|| Fragment { id: u32::from(header.identification()), first: header.fragments_offset().value() == 0 });
    Some(Network {
        src: Addr::from_v4(header.source()),
        dst: Addr::from_v4(header.destination()),
        protocol: header.protocol().0,
        octets: total as u64,
        fragment,
        payload: data.get(at..end)?,
        at,
    })
}

/// RFC 8200 sections 3 and 4. The extension headers are walked here: etherparse 0.21 reads past the end of a cut one.
fn ipv6(data: &[u8]) -> Option<Network<'_>> {
    let header = Ipv6HeaderSlice::from_slice(data).ok()?;
    let length = usize::from(header.payload_length());
    let end = if length == 0 { data.len() } else { (IPV6_HEADER + length).min(data.len()) };
    let (mut protocol, mut at, mut fragment) = (header.next_header().0, IPV6_HEADER, None);
    for _ in 0..EXTENSIONS_MAX {
        let Some(extension) = data.get(at..end).and_then(|d| d.first_chunk::<8>()) else {
            break;
        };
        let octets = match protocol {
            HOP_BY_HOP | ROUTING | DESTINATION | MOBILITY => (usize::from(extension[1]) + 1) * 8,
            AUTHENTICATION => (usize::from(extension[1]) + 2) * 4,
            FRAGMENT if fragment.is_none() => {
                let [_, _, a, b, id @ ..] = *extension;
                let place = u16::from_be_bytes([a, b]);
                if place & !0b110 != 0 {
                    fragment = Some(Fragment { id: u32::from_be_bytes(id), first: place >> 3 == 0 });
                }
                8
            }
            _ => break,
        };
        protocol = extension[0];
        at += octets;
        if fragment.is_some_and(|f| !f.first) {
            break;
        }
    }
    Some(Network {
        src: Addr::from_octets(header.source()),
        dst: Addr::from_octets(header.destination()),
        protocol,
        octets: if length == 0 { 0 } else { (IPV6_HEADER + length) as u64 },
        fragment,
        payload: data.get(at.min(end)..end)?,
        at,
    })
}

fn ports(payload: &[u8]) -> Option<(u16, u16)> {
    match payload {
        [a, b, c, d, ..] => Some((u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]))),
        _ => None,
    }
}

/// The payload of a UDP datagram: no longer than its header says, which is 0 in a jumbogram (RFC 2675 section 4).
fn udp(payload: &[u8]) -> Option<&[u8]> {
    let length = match payload.get(4..6)? {
        [0, 0] => payload.len(),
        [a, b] => usize::from(u16::from_be_bytes([*a, *b])).min(payload.len()),
        _ => return None,
    };
    payload.get(UDP_HEADER..length)
}

/// The header length and the payload of a TCP segment.
fn tcp(segment: &[u8]) -> Option<(usize, &[u8])> {
    let header = usize::from(segment.get(12)? >> 4) * 4;
    Some((header, segment.get(header.max(20)..)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(data: &[u8]) -> Result<Packet<'_>, Reason> {
        packet(&Frame { at: 0, link: 101, data, wire: data.len() as u32, offset: 0 })
    }

    fn v6(next: u8, rest: &[u8]) -> Vec<u8> {
        let mut p = vec![0x60, 0, 0, 0];
        p.extend((rest.len() as u16).to_be_bytes());
        p.extend([next, 64]);
        p.extend([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        p.extend([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        p.extend(rest);
        p
    }

    const UDP_DATA: [u8; 10] = [0, 9, 0, 53, 0, 10, 0, 0, 7, 7];

    #[test]
    fn extension_headers_are_walked() {
        let options = [[60, 0, 1, 4, 0, 0, 0, 0], [17, 0, 1, 4, 0, 0, 0, 0]].concat();
        let whole = v6(0, &[&options[..], &UDP_DATA].concat());
        let p = read(&whole).unwrap();
        assert_eq!((p.protocol, p.ports, p.octets), (17, Some((9, 53)), 66));
        assert_eq!(p.payload, Some((64, &[7, 7][..])));
        for n in 40..whole.len() {
            assert!(read(&whole[..n]).is_ok(), "cut at {n}");
        }
    }

    #[test]
    fn fragments_know_which_is_first() {
        let first = v6(44, &[&[17, 0, 0, 1, 0, 0, 0, 9][..], &UDP_DATA].concat());
        let p = read(&first).unwrap();
        assert_eq!((p.fragment, p.ports), (Some(Fragment { id: 9, first: true }), Some((9, 53))));
        let later = v6(44, &[&[17, 0, 0, 8, 0, 0, 0, 9][..], &UDP_DATA].concat());
        let p = read(&later).unwrap();
        assert_eq!((p.fragment, p.ports), (Some(Fragment { id: 9, first: false }), None));
        let atomic = v6(44, &[&[17, 0, 0, 0, 0, 0, 0, 9][..], &UDP_DATA].concat());
        assert_eq!(read(&atomic).unwrap().fragment, None);
    }

    #[test]
    fn a_length_of_zero_means_what_was_on_the_wire() {
        let mut p = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
        p.extend([0, 80, 1, 187]);
        let read = read(&p).unwrap();
        assert_eq!((read.octets, read.ports), (24, Some((80, 443))));
    }

    proptest! {
        #[test]
        fn no_frame_panics(link in prop::sample::select(vec![0_u32, 1, 101, 108, 113, 276]), data in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = packet(&Frame { at: 0, link, data: &data, wire: 60, offset: 0 });
        }

        #[test]
        fn no_extension_chain_panics(next in prop::sample::select(vec![0_u8, 43, 44, 51, 60, 135]), rest in prop::collection::vec(prop::sample::select(vec![0_u8, 1, 17, 43, 44, 51, 60, 135, 255]), 0..80)) {
            let whole = v6(next, &rest);
            for n in 0..whole.len() {
                let _ = read(&whole[..n]);
            }
        }
    }
}
