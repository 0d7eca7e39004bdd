//! A datagram's samples as flows.

use model::{Addr, Flow, Micros, Reason, Tally};

use super::datagram::{FlowSample, Header, Reader, Record, Sample, SampledIp, samples};
use crate::capture::{Frame, Packet, packet};

/// Header protocols (sFlow version 5, `header_protocol`) and the link types that read them.
const ETHERNET: u32 = 1;
const IPV4: u32 = 11;
const IPV6: u32 = 12;
const LINK_ETHERNET: u32 = 1;
const LINK_RAW: u32 = 101;

/// Hands on the flows of one datagram, which stands at `offset`. What is wrong with its framing is the survey's to say.
pub(crate) fn decode(
    arrival: Option<Micros>,
    data: &[u8],
    offset: u64,
    tally: &mut Tally,
    mut push: impl FnMut(&Flow),
) {
    let mut reader = Reader::new(data);
    let Ok(header) = Header::parse(&mut reader) else { return };
    let at = arrival.unwrap_or_else(|| i64::from(header.uptime_ms) * 1_000);
    // The reason was counted in pass one.
    let _whole = samples(&mut reader, header.samples, |sample, place| {
        let offset = offset + place as u64;
        let Sample::Flow(sample) = sample else {
            return tally.add(Reason::RecordNotFlow, offset);
        };
        if arrival.is_none() {
            tally.add(Reason::TimeUnanchored, offset);
        }
        if let Some(flow) = flow(&header, &sample, at, offset, tally) {
            push(&flow);
        }
    });
}

/// What a sample's records say.
#[derive(Default)]
struct Found<'a> {
    packet: Option<Result<Packet<'a>, Reason>>,
    ip: Option<SampledIp>,
    nat: Option<Addr>,
}

fn read<'a>(sample: &FlowSample<'a>, at: Micros, tally: &mut Tally, offset: u64) -> Found<'a> {
    let mut found = Found::default();
    let whole = sample.records(|record| match record {
        Record::Header { protocol, wire, data, at: place } => {
            found.packet = Some(sampled(protocol, wire, data, at, place as u64));
        }
        Record::Ip(ip) => found.ip = Some(ip),
        Record::Nat { dst } => found.nat = Some(dst),
    });
    if !whole {
        tally.add(Reason::LengthWrong, offset);
    }
    found
}

fn sampled(protocol: u32, wire: u32, data: &[u8], at: Micros, offset: u64) -> Result<Packet<'_>, Reason> {
    let link = match protocol {
        ETHERNET => LINK_ETHERNET,
        IPV4 | IPV6 => LINK_RAW,
        _ => return Err(Reason::LinkTypeUnknown),
    };
    packet(&Frame { at, link, data, wire, offset })
}

/// The flow of one sample: a packet, of which the sampling rate says how many it stands for.
fn flow(header: &Header, sample: &FlowSample<'_>, at: Micros, offset: u64, tally: &mut Tally) -> Option<Flow> {
    let found = read(sample, at, tally, offset);
    let sampling = if sample.rate == 0 {
        tally.add(Reason::SamplingZero, offset);
        1
    } else {
        sample.rate
    };
    let bare = Flow {
        start: at,
        end: at,
        src: Addr::from_octets([0; 16]),
        dst: Addr::from_octets([0; 16]),
        src_port: None,
        dst_port: None,
        protocol: None,
        packets: Some(1),
        bytes: 0,
        exporter: Some(header.agent),
        domain: Some(header.sub_agent),
        in_if: sample.input,
        out_if: sample.output,
        sampling,
        src_mac: None,
        post_nat_dst: None,
        reverse: false,
        offset,
    };
    let translated = |dst: Addr| found.nat.filter(|nat| *nat != dst && !nat.is_unspecified());
    match (found.packet, found.ip) {
        (Some(Ok(p)), _) => Some(Flow {
            src: p.src,
            dst: p.dst,
            src_port: p.ports.map(|p| p.0),
            dst_port: p.ports.map(|p| p.1),
            protocol: Some(p.protocol),
            bytes: p.octets,
            src_mac: p.src_mac,
            post_nat_dst: translated(p.dst),
            ..bare
        }),
        (_, Some(ip)) => Some(Flow {
            src: ip.src,
            dst: ip.dst,
            src_port: u16::try_from(ip.src_port).ok(),
            dst_port: u16::try_from(ip.dst_port).ok(),
            protocol: u8::try_from(ip.protocol).ok(),
            bytes: u64::from(ip.octets),
            post_nat_dst: translated(ip.dst),
            ..bare
        }),
        (Some(Err(reason)), None) => {
            tally.add(reason, offset);
            None
        }
        (None, None) => {
            tally.add(Reason::RecordNotFlow, offset);
            None
        }
    }
}

/// Octets that one sample stands for, where it is of an IP packet.
pub(super) fn octets(sample: &FlowSample<'_>, header: &Header) -> Option<u64> {
    let flow = flow(header, sample, 0, 0, &mut Tally::default())?;
    Some(flow.bytes.saturating_mul(u64::from(flow.sampling)))
}
