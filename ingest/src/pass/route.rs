//! Which way a captured frame goes: export stream, DNS, or user traffic.

use model::{Addr, Reason};

use crate::Options;
use crate::capture::{Frame, Packet, packet};
use crate::netflow::is_export_datagram;
use crate::sflow::is_sflow;

const DNS: u16 = 53;

/// What a frame is.
pub(super) enum Routed<'a> {
    /// An export datagram and who sent it; the payload stands at `offset`.
    Export { exporter: Addr, payload: &'a [u8], offset: u64 },
    /// DNS, which is also a packet of user traffic.
    Dns { packet: Packet<'a>, payload: &'a [u8], offset: u64 },
    /// A packet of user traffic.
    User { packet: Packet<'a> },
    /// Nothing to be read.
    Broken(Reason),
}

/// Decides about one frame. DNS is let through only where DNS sources are open.
pub(super) fn route<'a>(frame: &Frame<'a>, options: &Options) -> Routed<'a> {
    let packet = match packet(frame) {
        Ok(packet) => packet,
        Err(reason) => return Routed::Broken(reason),
    };
    let (Some((at, payload)), Some(ports)) = (packet.payload, packet.ports) else {
        return Routed::User { packet };
    };
    let offset = frame.offset.saturating_add(at as u64);
    if ports.0 == DNS || ports.1 == DNS {
        return if options.dns && !payload.is_empty() {
            Routed::Dns { packet, payload, offset }
        } else {
            Routed::User { packet }
        };
    }
    if packet.is_udp() && (is_export_datagram(payload, ports) || is_sflow(payload, ports)) {
        return Routed::Export { exporter: packet.src, payload, offset };
    }
    Routed::User { packet }
}
