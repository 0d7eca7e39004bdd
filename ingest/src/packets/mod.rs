//! Flows from captures of user traffic: one record a direction, from headers alone.
//!
//! A record ends after [`IDLE`] without a packet or [`ACTIVE`] after its first, as exporters do it. Records leave in
//! order of their first packet: one waits until no open record is older.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use model::{Addr, Flow, MICROS_PER_S, Mac, Micros, Reason, Tally};
use rustc_hash::FxHashMap;

use crate::capture::Packet;
use crate::limits::{CONNECTIONS_MAX, FRAGMENTS_MAX};

/// Silence that ends a record: a minute, as is usual for exporters.
const IDLE: Micros = 60 * MICROS_PER_S;
/// The longest record: half an hour, the usual active timeout.
const ACTIVE: Micros = 1_800 * MICROS_PER_S;
/// How often idle records are looked for, in capture time.
const SWEEP: Micros = 10 * MICROS_PER_S;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    src: Addr,
    dst: Addr,
    ports: Option<(u16, u16)>,
    protocol: u8,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    key: Key,
    start: Micros,
    last: Micros,
    packets: u64,
    bytes: u64,
    src_mac: Option<Mac>,
    offset: u64,
}

impl Open {
    fn flow(&self) -> Flow {
        Flow {
            start: self.start,
            end: self.last,
            src: self.key.src,
            dst: self.key.dst,
            src_port: self.key.ports.map(|p| p.0),
            dst_port: self.key.ports.map(|p| p.1),
            protocol: Some(self.key.protocol),
            packets: Some(self.packets),
            bytes: self.bytes,
            exporter: None,
            domain: None,
            in_if: None,
            out_if: None,
            sampling: 1,
            src_mac: self.src_mac,
            post_nat_dst: None,
            reverse: false,
            offset: self.offset,
        }
    }
}

/// A record that has ended and waits for older ones; ordered by first packet, then place.
struct Ended(Open);

impl Ended {
    fn rank(&self) -> (Micros, u64) {
        (self.0.start, self.0.offset)
    }
}

impl PartialEq for Ended {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}
impl Eq for Ended {}
impl PartialOrd for Ended {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ended {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

type FragmentKey = (Addr, Addr, u8, u32);

/// The records that are open in a capture.
#[derive(Default)]
pub(crate) struct Connections {
    index: FxHashMap<Key, usize>,
    slots: Vec<Option<Open>>,
    free: Vec<usize>,
    ended: BinaryHeap<Reverse<Ended>>,
    fragments: FxHashMap<FragmentKey, (u16, u16)>,
    now: Micros,
    swept: Micros,
}

impl Connections {
    /// Counts one packet captured at `at`; what is ready goes to `push`.
    pub(crate) fn packet(
        &mut self,
        packet: &Packet<'_>,
        at: Micros,
        offset: u64,
        tally: &mut Tally,
        push: &mut dyn FnMut(&Flow),
    ) {
        if self.slots.is_empty() {
            (self.now, self.swept) = (at, at);
        }
        self.now = self.now.max(at);
        if self.now - self.swept >= SWEEP {
            self.sweep(push);
        }
        let ports = self.ports(packet, offset, tally);
        let key = Key { src: packet.src, dst: packet.dst, ports, protocol: packet.protocol };
        if let Some(&slot) = self.index.get(&key)
            && let Some(open) = self.slots.get_mut(slot).and_then(Option::as_mut)
        {
            if at - open.last < IDLE && at - open.start < ACTIVE {
                open.last = open.last.max(at);
                open.start = open.start.min(at);
                open.packets += 1;
                open.bytes = open.bytes.saturating_add(packet.octets);
                return;
            }
            self.close(slot);
        }
        if self.index.len() >= CONNECTIONS_MAX {
            tally.add(Reason::OverLimit, offset);
            self.close_all();
            self.release(Micros::MAX, push);
        }
        self.open(Open { key, start: at, last: at, packets: 1, bytes: packet.octets, src_mac: packet.src_mac, offset });
    }

    /// The ports of a packet; those of a later fragment are the first one's.
    fn ports(&mut self, packet: &Packet<'_>, offset: u64, tally: &mut Tally) -> Option<(u16, u16)> {
        let Some(fragment) = packet.fragment else {
            return packet.ports;
        };
        let key = (packet.src, packet.dst, packet.protocol, fragment.id);
        if !fragment.first {
            let known = self.fragments.get(&key).copied();
            if known.is_none() {
                tally.add(Reason::Fragment, offset);
            }
            return known;
        }
        if self.fragments.len() >= FRAGMENTS_MAX {
            self.fragments.clear();
        }
        if let Some(ports) = packet.ports {
            self.fragments.insert(key, ports);
        }
        packet.ports
    }

    fn open(&mut self, open: Open) {
        let slot = self.free.pop().unwrap_or(self.slots.len());
        if slot == self.slots.len() {
            self.slots.push(None);
        }
        self.index.insert(open.key, slot);
        self.slots[slot] = Some(open);
    }

    fn close(&mut self, slot: usize) {
        if let Some(open) = self.slots.get_mut(slot).and_then(Option::take) {
            self.index.remove(&open.key);
            self.free.push(slot);
            self.ended.push(Reverse(Ended(open)));
        }
    }

    fn close_all(&mut self) {
        for slot in 0..self.slots.len() {
            self.close(slot);
        }
    }

    fn sweep(&mut self, push: &mut dyn FnMut(&Flow)) {
        self.swept = self.now;
        let mut oldest = Micros::MAX;
        for slot in 0..self.slots.len() {
            let Some(open) = self.slots[slot] else {
                continue;
            };
            if self.now - open.last >= IDLE || self.now - open.start >= ACTIVE {
                self.close(slot);
            } else {
                oldest = oldest.min(open.start);
            }
        }
        self.release(oldest.min(self.now), push);
    }

    /// Hands on every ended record that began before `before`.
    fn release(&mut self, before: Micros, push: &mut dyn FnMut(&Flow)) {
        while let Some(Reverse(Ended(first))) = self.ended.peek()
            && (first.start < before || before == Micros::MAX)
        {
            push(&first.flow());
            self.ended.pop();
        }
    }

    /// Ends every record and hands on what is left.
    pub(crate) fn finish(&mut self, push: &mut dyn FnMut(&Flow)) {
        self.close_all();
        self.release(Micros::MAX, push);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::capture::Fragment;

    fn packet(src: u8, dst: u8, octets: u64) -> Packet<'static> {
        Packet {
            src: Addr::from_v4([192, 0, 2, src]),
            dst: Addr::from_v4([198, 51, 100, dst]),
            protocol: 6,
            ports: Some((u16::from(src), 443)),
            octets,
            src_mac: None,
            fragment: None,
            payload: None,
        }
    }

    fn run(packets: &[(Packet<'static>, Micros)]) -> (Vec<Flow>, Tally) {
        let (mut flows, mut tally) = (Vec::new(), Tally::default());
        let mut c = Connections::default();
        for (i, (p, at)) in packets.iter().enumerate() {
            c.packet(p, *at, i as u64, &mut tally, &mut |f| flows.push(*f));
        }
        c.finish(&mut |f| flows.push(*f));
        (flows, tally)
    }

    #[test]
    fn one_record_a_direction_in_order_of_start() {
        let s = MICROS_PER_S;
        let back = Packet {
            src: Addr::from_v4([198, 51, 100, 9]),
            dst: Addr::from_v4([192, 0, 2, 1]),
            ports: Some((443, 1)),
            ..packet(1, 9, 1_500)
        };
        let (flows, _) = run(&[(packet(1, 9, 60), 0), (back, 5), (packet(1, 9, 40), 10), (packet(2, 9, 7), 90 * s)]);
        let seen: Vec<_> = flows.iter().map(|f| (f.start, f.end, f.packets, f.bytes)).collect();
        assert_eq!(seen, [(0, 10, Some(2), 100), (5, 5, Some(1), 1_500), (90 * s, 90 * s, Some(1), 7)]);
    }

    #[test]
    fn silence_and_age_end_a_record() {
        let gap = run(&[(packet(1, 9, 1), 0), (packet(1, 9, 2), IDLE)]).0;
        assert_eq!(gap.iter().map(|f| f.bytes).collect::<Vec<_>>(), [1, 2]);
        let steady: Vec<_> = (0..=ACTIVE / MICROS_PER_S).map(|t| (packet(1, 9, 1), t * MICROS_PER_S)).collect();
        let flows = run(&steady).0;
        assert_eq!(flows.iter().map(|f| f.bytes).collect::<Vec<_>>(), [1_800, 1]);
    }

    #[test]
    fn later_fragments_join_the_first() {
        let part = |first, octets| Packet {
            fragment: Some(Fragment { id: 7, first }),
            ports: first.then_some((1, 443)),
            ..packet(1, 9, octets)
        };
        let (flows, tally) = run(&[(part(true, 1_500), 0), (part(false, 500), 1)]);
        assert_eq!(flows.iter().map(|f| f.bytes).collect::<Vec<_>>(), [2_000]);
        assert!(tally.is_empty());
        let (_, tally) = run(&[(part(false, 500), 1)]);
        assert_eq!(tally.count(Reason::Fragment), 1);
    }

    proptest! {
        #[test]
        fn bytes_are_conserved_and_starts_ascend(
            steps in prop::collection::vec((0_u8..6, 0_u8..3, 1_u64..3_000, 0_i64..40_000_000), 1..300)
        ) {
            let mut at = 0;
            let packets: Vec<_> = steps
                .iter()
                .map(|&(src, dst, octets, wait)| {
                    at += wait;
                    (packet(src, dst, octets), at)
                })
                .collect();
            let (flows, _) = run(&packets);
            prop_assert_eq!(flows.iter().map(|f| f.bytes).sum::<u64>(), packets.iter().map(|p| p.0.octets).sum::<u64>());
            prop_assert!(flows.is_sorted_by_key(|f| (f.start, f.offset)));
            prop_assert!(flows.iter().all(|f| f.start <= f.end && f.end - f.start <= ACTIVE));
        }
    }
}
