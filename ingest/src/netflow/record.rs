//! One record between its octets and a flow: values by slot, then times, volumes, addresses and sampling.

use model::{Addr, Flow, Mac, Micros, Reason, Tally};

use super::element::Slot;
use super::sampling::Announced;
use super::time::{Clock, Span, Stamp};

/// The values of one record, by slot. Cleared, not made anew, for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Raw {
    have: u64,
    narrow: Narrow,
    wide: [u128; Slot::WIDE_COUNT],
}

#[derive(Debug, Clone)]
struct Narrow([u64; Slot::WIDE]);

impl Default for Narrow {
    fn default() -> Self {
        Self([0; Slot::WIDE])
    }
}

fn number(octets: &[u8]) -> u64 {
    match octets {
        [a] => u64::from(*a),
        [a, b] => u64::from(u16::from_be_bytes([*a, *b])),
        [a, b, c, d] => u64::from(u32::from_be_bytes([*a, *b, *c, *d])),
        _ => match <[u8; 8]>::try_from(octets) {
            Ok(eight) => u64::from_be_bytes(eight),
            Err(_) => octets.iter().fold(0, |n, b| n << 8 | u64::from(*b)),
        },
    }
}

impl Raw {
    #[inline]
    pub(super) fn clear(&mut self) {
        self.have = 0;
    }

    /// Stores a value whose length [`Slot::takes`] accepts.
    #[inline]
    pub(super) fn set(&mut self, slot: Slot, octets: &[u8]) {
        let index = slot as usize;
        match index.checked_sub(Slot::WIDE) {
            None => self.narrow.0[index] = number(octets),
            Some(wide) => match <[u8; 16]>::try_from(octets) {
                Ok(sixteen) => self.wide[wide] = u128::from_be_bytes(sixteen),
                Err(_) => return,
            },
        }
        self.have |= 1 << index;
    }

    #[inline]
    fn has(&self, slot: Slot) -> bool {
        self.have & (1 << slot as usize) != 0
    }

    #[inline]
    fn any(&self, slots: u64) -> bool {
        self.have & slots != 0
    }

    /// The number in a slot of up to 64 bits.
    #[inline]
    pub(super) fn get(&self, slot: Slot) -> Option<u64> {
        self.has(slot).then(|| self.narrow.0[slot as usize])
    }

    #[inline]
    fn first(&self, slots: &[Slot]) -> Option<u64> {
        slots.iter().find_map(|s| self.get(*s))
    }

    #[inline]
    fn v4(&self, slot: Slot) -> Option<Addr> {
        self.get(slot).map(|n| Addr::from_v4((n as u32).to_be_bytes()))
    }

    #[inline]
    fn v6(&self, slot: Slot) -> Option<Addr> {
        self.has(slot).then(|| Addr::from_octets(self.wide[slot as usize - Slot::WIDE].to_be_bytes()))
    }

    #[inline]
    fn short<T: TryFrom<u64>>(&self, slots: &[Slot]) -> Option<T> {
        self.first(slots).and_then(|n| T::try_from(n).ok())
    }

    /// Both ends, from the family that the record is about: exporters that announce both leave the other at zero.
    fn ends(&self) -> Option<(Addr, Addr)> {
        const NONE: Addr = Addr::from_octets([0; 16]);
        let v4 = (self.v4(Slot::Src4), self.v4(Slot::Dst4));
        let v6 = (self.v6(Slot::Src6), self.v6(Slot::Dst6));
        let told =
            |pair: (Option<Addr>, Option<Addr>)| [pair.0, pair.1].into_iter().flatten().any(|a| !a.is_unspecified());
        let has = |pair: (Option<Addr>, Option<Addr>)| pair.0.is_some() || pair.1.is_some();
        let pair = match (has(v4), has(v6)) {
            (false, false) => return None,
            (true, false) => v4,
            (false, true) => v6,
            (true, true) => match self.get(Slot::IpVersion) {
                Some(6) => v6,
                Some(4) => v4,
                _ if told(v6) && !told(v4) => v6,
                _ => v4,
            },
        };
        Some((pair.0.unwrap_or(NONE), pair.1.unwrap_or(NONE)))
    }

    fn span(&self) -> Span {
        Span {
            start: self.stamp(&START),
            end: self.stamp(&END),
            duration: self
                .get(Slot::DurationMs)
                .map(|ms| ms.saturating_mul(1_000))
                .or(self.get(Slot::DurationUs))
                .map(|us| i64::try_from(us).unwrap_or(i64::MAX)),
            boot_ms: self.get(Slot::Boot),
        }
    }

    fn reverse_span(&self) -> Span {
        let forward = self.span();
        Span {
            start: self.stamp(&REVERSE_START).or(forward.start),
            end: self.stamp(&REVERSE_END).or(forward.end),
            ..forward
        }
    }

    fn stamp(&self, slots: &[Source]) -> Option<Stamp> {
        slots.iter().find_map(|(slot, make)| self.get(*slot).map(make))
    }

    /// The sampling rate that the record itself carries, 0 where it carries a 0.
    pub(super) fn inline_sampling(&self) -> Option<u64> {
        const ANY: u64 = bits(&[
            Slot::SamplingInterval,
            Slot::RandomInterval,
            Slot::SampledPackets,
            Slot::SkippedPackets,
            Slot::SamplingSize,
            Slot::SamplingPopulation,
        ]);
        if !self.any(ANY) {
            return None;
        }
        if let (Some(size), Some(population)) = (self.get(Slot::SamplingSize), self.get(Slot::SamplingPopulation)) {
            return Some(population.saturating_add(size / 2).checked_div(size).unwrap_or(0));
        }
        if let Some(sampled) = self.get(Slot::SampledPackets) {
            return Some(match self.get(Slot::SkippedPackets) {
                Some(_) if sampled == 0 => 0,
                Some(skipped) => sampled.saturating_add(skipped).saturating_add(sampled / 2) / sampled,
                None => sampled,
            });
        }
        self.first(&[Slot::SamplingInterval, Slot::RandomInterval])
    }

    /// The sampler that the record names.
    pub(super) fn sampler(&self) -> Option<u64> {
        self.first(&[Slot::SamplerId, Slot::SelectorId])
    }

    /// When the exporter started, in milliseconds since 1970.
    pub(super) fn boot_ms(&self) -> Option<u64> {
        self.get(Slot::Boot)
    }
}

const fn bits(slots: &[Slot]) -> u64 {
    let (mut mask, mut i) = (0, 0);
    while i < slots.len() {
        mask |= 1 << slots[i] as usize;
        i += 1;
    }
    mask
}

type Source = (Slot, fn(u64) -> Stamp);
const START: [Source; 6] = [
    (Slot::StartMs, Stamp::Millis),
    (Slot::StartUptime, Stamp::Uptime),
    (Slot::StartUs, Stamp::NtpMicros),
    (Slot::StartNs, Stamp::NtpNanos),
    (Slot::StartDelta, Stamp::BeforeExport),
    (Slot::StartS, Stamp::Seconds),
];
const END: [Source; 6] = [
    (Slot::EndMs, Stamp::Millis),
    (Slot::EndUptime, Stamp::Uptime),
    (Slot::EndUs, Stamp::NtpMicros),
    (Slot::EndNs, Stamp::NtpNanos),
    (Slot::EndDelta, Stamp::BeforeExport),
    (Slot::EndS, Stamp::Seconds),
];
const REVERSE_START: [Source; 3] = [
    (Slot::ReverseStartMs, Stamp::Millis),
    (Slot::ReverseStartUptime, Stamp::Uptime),
    (Slot::ReverseStartS, Stamp::Seconds),
];
const REVERSE_END: [Source; 3] =
    [(Slot::ReverseEndMs, Stamp::Millis), (Slot::ReverseEndUptime, Stamp::Uptime), (Slot::ReverseEndS, Stamp::Seconds)];

/// What every record of a datagram shares.
pub(super) struct Shared<'a> {
    /// Who exported it.
    pub(super) exporter: Option<Addr>,
    /// Its source id or observation domain.
    pub(super) domain: u32,
    /// Its clocks.
    pub(super) clock: Clock,
    /// What its stream announced about sampling and boot time.
    pub(super) announced: &'a Announced,
    /// When it arrived.
    pub(super) arrival: Micros,
}

/// The volume of one direction, as exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Volume {
    bytes: u64,
    packets: Option<u64>,
}

impl Raw {
    /// Octets of both directions: what is lost where the record cannot be used.
    pub(super) fn octets(&self) -> u64 {
        let reverse = self.reverse_volume().map_or(0, |v| v.bytes);
        self.volume().map_or(0, |v| v.bytes).saturating_add(reverse)
    }

    fn volume(&self) -> Option<Volume> {
        const COUNTS: u64 = bits(&[
            Slot::Octets,
            Slot::OctetTotal,
            Slot::PostOctets,
            Slot::InitiatorOctets,
            Slot::ResponderOctets,
            Slot::ReverseOctets,
            Slot::ReverseOctetTotal,
        ]);
        if !self.any(COUNTS) {
            return None;
        }
        let bytes = self.first(&[Slot::Octets, Slot::OctetTotal, Slot::InitiatorOctets, Slot::PostOctets]);
        let packets = self.first(&[Slot::Packets, Slot::PacketTotal, Slot::InitiatorPackets, Slot::PostPackets]);
        Some(Volume { bytes: bytes.unwrap_or(0), packets })
    }

    fn reverse_volume(&self) -> Option<Volume> {
        const COUNTS: u64 = bits(&[Slot::ReverseOctets, Slot::ReverseOctetTotal, Slot::ResponderOctets]);
        if !self.any(COUNTS) {
            return None;
        }
        if let Some(bytes) = self.first(&[Slot::ReverseOctets, Slot::ReverseOctetTotal]) {
            let packets = self.first(&[Slot::ReversePackets, Slot::ReversePacketTotal]);
            return (bytes > 0 || packets.unwrap_or(0) > 0).then_some(Volume { bytes, packets });
        }
        if self.any(bits(&[Slot::Octets, Slot::OctetTotal])) {
            return None;
        }
        let bytes = self.get(Slot::ResponderOctets)?;
        let packets = self.get(Slot::ResponderPackets);
        (bytes > 0 || packets.unwrap_or(0) > 0).then_some(Volume { bytes, packets })
    }

    /// Makes the record's flows, one or two, and hands them to `push`.
    #[inline]
    pub(super) fn flows(&self, shared: &Shared<'_>, offset: u64, tally: &mut Tally, mut push: impl FnMut(&Flow)) {
        let Some(volume) = self.volume() else {
            tally.add(Reason::RecordNotFlow, offset);
            return;
        };
        let in_if: Option<u32> = self.short(&[Slot::InIf]);
        let out_if: Option<u32> = self.short(&[Slot::OutIf]);
        let Some((src, dst)) = self.ends().or_else(|| link_only(in_if, out_if)) else {
            tally.add_many(Reason::RecordNoAddress, offset, 1, self.octets());
            return;
        };
        let (start, end) = shared.clock.resolve(&self.span(), shared.announced, shared.arrival, offset, tally);
        let sampling = shared.announced.rate(self, shared.arrival, offset, tally);
        let flow = Flow {
            start,
            end,
            src,
            dst,
            src_port: self.short(&[Slot::SrcPort, Slot::SrcPortAlt]),
            dst_port: self.short(&[Slot::DstPort, Slot::DstPortAlt]),
            protocol: self.short(&[Slot::Protocol]),
            packets: volume.packets,
            bytes: volume.bytes,
            exporter: shared.exporter,
            domain: Some(shared.domain),
            in_if,
            out_if,
            sampling,
            src_mac: self.get(Slot::SrcMac).filter(|n| *n != 0).map(mac),
            post_nat_dst: self.v4(Slot::PostNat4).or_else(|| self.v6(Slot::PostNat6)).filter(|a| !a.is_unspecified()),
            reverse: false,
            offset,
        };
        push(&flow);
        if let Some(volume) = self.reverse_volume() {
            let span = self.reverse_span();
            let (start, end) = shared.clock.resolve(&span, shared.announced, shared.arrival, offset, tally);
            push(&reversed(&flow, volume, start, end));
        }
    }
}

/// A record that names a link but no address still counts for the link.
fn link_only(in_if: Option<u32>, out_if: Option<u32>) -> Option<(Addr, Addr)> {
    const NONE: Addr = Addr::from_octets([0; 16]);
    [in_if, out_if].iter().flatten().any(|n| *n != 0).then_some((NONE, NONE))
}

fn mac(number: u64) -> Mac {
    let [_, _, a, b, c, d, e, f] = number.to_be_bytes();
    Mac([a, b, c, d, e, f])
}

/// The other direction of a biflow: what went from destination to source (RFC 5103 section 5).
fn reversed(flow: &Flow, volume: Volume, start: Micros, end: Micros) -> Flow {
    Flow {
        start,
        end,
        src: flow.dst,
        dst: flow.src,
        src_port: flow.dst_port,
        dst_port: flow.src_port,
        packets: volume.packets,
        bytes: volume.bytes,
        in_if: flow.out_if,
        out_if: flow.in_if,
        src_mac: None,
        post_nat_dst: None,
        reverse: true,
        ..*flow
    }
}
