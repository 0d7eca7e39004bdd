//! Network and transport headers of a packet. Payload other than of UDP is never looked at.

use etherparse::{Ipv6ExtensionSlice, LaxIpSlice};
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
    /// What was captured of a UDP payload.
    pub(crate) udp: Option<&'a [u8]>,
    /// Octets from the frame's beginning to the UDP payload.
    pub(crate) udp_at: usize,
}

const TCP: u8 = 6;
const UDP: u8 = 17;
const DCCP: u8 = 33;
const SCTP: u8 = 132;
const UDP_LITE: u8 = 136;
const UDP_HEADER: usize = 8;

/// Reads the headers of the packet in a frame.
pub(crate) fn packet<'a>(frame: &Frame<'a>) -> Result<Packet<'a>, Reason> {
    let inner = inner(frame.link, frame.data)?;
    let (ip, _) = LaxIpSlice::from_slice(inner.data).map_err(|_| Reason::PacketBroken)?;
    let on_wire = (frame.wire as usize).saturating_sub(inner.header) as u64;
    let (octets, fragment) = match &ip {
        LaxIpSlice::Ipv4(v4) => {
            let h = v4.header();
            let id = u32::from(h.identification());
            let fragment = h.is_fragmenting_payload().then(|| Fragment { id, first: h.fragments_offset().value() == 0 });
            (u64::from(h.total_len()), fragment)
        }
        LaxIpSlice::Ipv6(v6) => {
            let octets = u64::from(v6.header().payload_length());
            let fragment = v6.extensions().clone().into_iter().find_map(|e| match e {
                Ipv6ExtensionSlice::Fragment(f) if f.is_fragmenting_payload() => {
                    Some(Fragment { id: f.identification(), first: f.fragment_offset().value() == 0 })
                }
                _ => None,
            });
            (if octets == 0 { 0 } else { octets + 40 }, fragment)
        }
    };
    let payload: &'a [u8] = ip.payload().payload;
    let protocol = ip.payload_ip_number().0;
    let has_ports = matches!(protocol, TCP | UDP | DCCP | SCTP | UDP_LITE) && fragment.is_none_or(|f| f.first);
    let ports = if has_ports { ports(payload) } else { None };
    let udp = if protocol == UDP && ports.is_some() { udp(payload) } else { None };
    let udp_at = (payload.as_ptr() as usize).wrapping_sub(frame.data.as_ptr() as usize).wrapping_add(UDP_HEADER);
    Ok(Packet {
        src: Addr::from(ip.source_addr()),
        dst: Addr::from(ip.destination_addr()),
        protocol,
        ports,
        octets: if octets == 0 { on_wire } else { octets },
        src_mac: inner.src_mac,
        fragment,
        udp,
        udp_at,
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
