//! Which way a captured frame goes: export stream, DNS, or user traffic.

use model::{Addr, Reason};

use crate::Options;
use crate::capture::{Frame, Packet, packet};
use crate::netflow::is_export_datagram;

const DNS: u16 = 53;

/// What a frame is.
pub(super) enum Routed<'a> {
    /// An export datagram and who sent it; the payload stands at `offset`.
    Export { exporter: Addr, payload: &'a [u8], offset: u64 },
    /// A DNS message to or from a resolver that counts, which is also a packet of user traffic.
    Dns { packet: Packet<'a>, payload: &'a [u8], offset: u64 },
    /// A packet of user traffic; with a reason where it is DNS that does not count.
    User { packet: Packet<'a>, problem: Option<Reason> },
    /// Nothing to be read.
    Broken(Reason),
}

/// Decides about one frame.
pub(super) fn route<'a>(frame: &Frame<'a>, options: &Options) -> Routed<'a> {
    let packet = match packet(frame) {
        Ok(packet) => packet,
        Err(reason) => return Routed::Broken(reason),
    };
    let (Some(payload), Some(ports)) = (packet.udp, packet.ports) else {
        return Routed::User { packet, problem: None };
    };
    let offset = frame.offset.saturating_add(packet.udp_at as u64);
    if ports.0 == DNS || ports.1 == DNS {
        if !options.dns {
            return Routed::User { packet, problem: None };
        }
        let resolver = if ports.1 == DNS { packet.dst } else { packet.src };
        let other = if ports.1 == DNS { packet.src } else { packet.dst };
        let counts = |a: &Addr| options.resolvers.contains(a);
        let both = ports.0 == DNS && ports.1 == DNS;
        if options.resolvers.is_empty() || counts(&resolver) || (both && counts(&other)) {
            return Routed::Dns { packet, payload, offset };
        }
        return Routed::User { packet, problem: Some(Reason::DnsOtherResolver) };
    }
    if packet.fragment.is_none_or(|f| f.first) && is_export_datagram(payload, ports) {
        return Routed::Export { exporter: packet.src, payload, offset };
    }
    Routed::User { packet, problem: None }
}
