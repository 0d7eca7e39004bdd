//! The first pass over a batch of flows: link, direction, plausibility. It needs no memory of other flows, so batches are
//! prepared on all cores, and what comes out is dealt to shards by the device's address.

use arrow::array::RecordBatch;
use model::{Addr, Excluded, Flow, FlowView, Mac, Micros};

use super::Frame;
use super::totals::Totals;
use crate::attribute::{Connection, SAMPLE, Seen};
use crate::links::{Side, side};

/// Into so many shards the devices are dealt. Fixed, so that no result depends on the number of cores.
pub(super) const SHARDS: usize = 16;
/// Octets of a record beyond which it is impossible for any council: 2^47.
const OCTETS_MAX: u64 = 1 << 47;
/// A record may exceed its link's contracted speed so many times over, and by this time, before it is impossible: speeds
/// in the register grow old, and exporters round times.
const SPEED_FACTOR: u128 = 2;
/// Seconds of the link's speed that a record may carry at once.
const SPEED_SLACK_S: u128 = 60;
/// A flow longer than this was exported without an active timeout: its bytes are assumed to have flowed evenly.
const EVENNESS_ASSUMED: Micros = 1_800 * model::MICROS_PER_S;

/// A flow as the shards need it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared {
    pub(super) start: Micros,
    pub(super) end: Micros,
    pub(super) device: Addr,
    pub(super) server: Addr,
    /// Octets times sampling.
    pub(super) octets: u64,
    pub(super) place: u32,
    /// As counted by the exporter, times sampling; 0 where it does not say, [`SAMPLE`] for one sampled packet.
    pub(super) packets: u32,
    pub(super) mac: Option<Mac>,
    pub(super) device_port: Option<u16>,
    pub(super) server_port: Option<u16>,
    pub(super) protocol: Option<u8>,
    pub(super) link: Option<u16>,
    /// Whether the council's side sends.
    pub(super) sends: bool,
    /// Whether a device of the council's network is one end.
    pub(super) inside: bool,
    pub(super) estimated: bool,
    pub(super) reverse: bool,
}

impl Prepared {
    pub(super) fn connection(&self) -> Connection {
        let ports = u32::from(self.device_port.unwrap_or(0)) << 16 | u32::from(self.server_port.unwrap_or(0));
        let protocol = self.protocol.unwrap_or(0);
        Connection { device: self.device, server: self.server, ports, protocol }
    }

    pub(super) fn seen(&self) -> Seen {
        Seen {
            start: self.start,
            end: self.end,
            bytes: self.octets,
            packets: self.packets,
            place: self.place,
            link: self.link,
        }
    }

    /// Whether the record names both ports, so that a connection can be told by them.
    pub(super) fn has_ports(&self) -> bool {
        self.device_port.is_some() && self.server_port.is_some()
    }
}

/// One batch, dealt.
#[derive(Debug, Default)]
pub(super) struct Dealt {
    pub(super) shards: [Vec<Prepared>; SHARDS],
    /// Counted on a link with neither end inside: the router's own, or echoes of what devices sent.
    pub(super) outside: Vec<Prepared>,
    pub(super) totals: Totals,
}

impl Dealt {
    /// Gives a flow to the shard of its device.
    pub(super) fn put(&mut self, flow: Prepared) {
        self.shards[shard(flow.device)].push(flow);
    }

    /// Flows of all shards.
    pub(super) fn len(&self) -> usize {
        self.outside.len() + self.shards.iter().map(Vec::len).sum::<usize>()
    }
}

fn shard(device: Addr) -> usize {
    let bits = device.bits();
    let mixed = ((bits >> 64) as u64 ^ bits as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 60) as usize % SHARDS
}

/// Prepares a batch. One of another schema holds no flows.
pub(super) fn deal(frame: &Frame<'_>, batch: &RecordBatch) -> Dealt {
    let mut dealt = Dealt::default();
    let Ok(view) = FlowView::new(batch) else { return dealt };
    dealt.shards.iter_mut().for_each(|s| s.reserve(view.len() / SHARDS));
    let mut last = (None, None, None, None);
    for row in 0..view.len() {
        let flow = view.row(row);
        if flow.start >= frame.span.end || flow.end < frame.horizon {
            continue;
        }
        let key = (flow.exporter, flow.in_if, flow.out_if);
        if row == 0 || (last.0, last.1, last.2) != key {
            last = (key.0, key.1, key.2, frame.matcher.find(key.0, key.1, key.2));
        }
        one(frame, &flow, last.3, &mut dealt);
    }
    dealt
}

fn one(frame: &Frame<'_>, flow: &Flow, link: Option<u16>, dealt: &mut Dealt) {
    let octets = flow.bytes.saturating_mul(u64::from(flow.sampling.max(1)));
    let (end, start) = (flow.end.max(flow.start), flow.start);
    let begins = frame.span.contains(start);
    let (side, inner) = side(&frame.lan, flow);
    let excluded = match side {
        Side::Internal => Some(Excluded::Internal),
        _ if impossible(frame, flow, octets, link) => Some(Excluded::Quarantined),
        _ => None,
    };
    dealt.totals.records(begins);
    if let Some(reason) = excluded {
        dealt.totals.exclude(reason, frame.octets_on_date(octets, start, end));
        return;
    }
    let sends = match side {
        Side::Neither => outwards(frame, flow, link),
        _ => side == Side::Sends,
    };
    // With neither end inside, the router's outer address stands for the device.
    let from_device = if side == Side::Neither { sends } else { side != Side::Receives };
    let device = if side == Side::Neither && !sends { flow.dst } else { inner };
    let prepared = Prepared {
        start,
        end,
        device,
        server: if from_device { flow.dst } else { flow.src },
        octets,
        place: place(flow),
        packets: packets(flow),
        mac: flow.src_mac.filter(|_| side == Side::Sends),
        device_port: if from_device { flow.src_port } else { flow.dst_port },
        server_port: if from_device { flow.dst_port } else { flow.src_port },
        protocol: flow.protocol,
        link,
        sends,
        inside: side != Side::Neither,
        estimated: flow.sampling > 1 || end - start > EVENNESS_ASSUMED,
        reverse: flow.reverse,
    };
    if side == Side::Neither && link.is_some() && prepared.has_ports() {
        dealt.outside.push(prepared);
    } else {
        dealt.put(prepared);
    }
}

/// Whether the router's own traffic leaves: by the interface it goes out at, else by who the sender is.
fn outwards(frame: &Frame<'_>, flow: &Flow, link: Option<u16>) -> bool {
    let interface = link.and_then(|l| frame.settings.links.get(usize::from(l))).and_then(|l| l.interface);
    match interface {
        Some(i) if flow.out_if == Some(i) => true,
        Some(i) if flow.in_if == Some(i) => false,
        _ => flow.exporter == Some(flow.src),
    }
}

/// Exporter and interfaces in one number, to tell whether two records were made at the same place.
fn place(flow: &Flow) -> u32 {
    let exporter = flow.exporter.map_or(0, |e| (e.bits() >> 64) as u64 ^ e.bits() as u64);
    let interfaces = u64::from(flow.in_if.unwrap_or(0)) << 32 | u64::from(flow.out_if.unwrap_or(0));
    let mixed = (exporter.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ interfaces).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

fn packets(flow: &Flow) -> u32 {
    if flow.sampling > 1 && flow.packets == Some(1) {
        return SAMPLE;
    }
    let scaled = flow.packets.unwrap_or(0).saturating_mul(u64::from(flow.sampling.max(1)));
    u32::try_from(scaled).unwrap_or(SAMPLE).min(SAMPLE - 1)
}

/// Whether a record's figures cannot be true: fewer octets in a packet than an IP header has (RFC 791), more than a packet
/// can have, more than the link could carry in the time. A packet count of 0 is one that the exporter does not keep.
fn impossible(frame: &Frame<'_>, flow: &Flow, octets: u64, link: Option<u16>) -> bool {
    if octets > OCTETS_MAX {
        return true;
    }
    if let Some(packets) = flow.packets.filter(|p| *p > 0) {
        let (packets, bytes) = (u128::from(packets), u128::from(flow.bytes));
        if bytes < 20 * packets || bytes > 65_535 * packets {
            return true;
        }
    }
    let Some(per_second) = link.and_then(|l| frame.speeds.get(usize::from(l)).copied().flatten()) else { return false };
    let micros = flow.end.abs_diff(flow.start);
    let seconds = SPEED_SLACK_S + u128::from(micros).div_ceil(model::MICROS_PER_S as u128);
    u128::from(octets) > u128::from(per_second) * SPEED_FACTOR * seconds
}
