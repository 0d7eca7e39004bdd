//! Pass one over sFlow: counts, and what was lost by sequence number.
//!
//! Each data source of an agent numbers its flow samples, so a gap is a number of samples lost, wherever datagrams went
//! missing. A source also counts the packets that it was to sample and had no room for; those are lost as well.

use std::collections::BTreeMap;

use model::{Addr, Micros, Reason, Tally};

use super::datagram::{FlowSample, Header, Reader, Sample, samples};
use super::decode::octets;
use crate::limits::STREAMS_MAX;
use crate::netflow::{Sequence, Step};
use crate::{Format, StreamLoss};

/// A jump of the drop counter beyond this is a counter set anew.
const DROPS_MAX: u32 = 1 << 20;

/// One data source of an agent.
type SourceKey = (Addr, u32, (u32, u32));

#[derive(Default)]
struct DataSource {
    sequence: Sequence,
    drops: Option<u32>,
    dropped: u64,
}

/// What pass one learns from the sFlow datagrams of one file.
#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) tally: Tally,
    /// Samples of IP packets.
    pub(crate) records: u64,
    /// Whether any datagram of version 5 was seen.
    pub(crate) any: bool,
    pub(crate) first: Option<Micros>,
    pub(crate) last: Option<Micros>,
    sources: BTreeMap<SourceKey, DataSource>,
}

impl Survey {
    /// Takes one datagram. `offset` is where it begins in the decompressed file.
    pub(crate) fn datagram(&mut self, arrival: Option<Micros>, data: &[u8], offset: u64) {
        let mut reader = Reader::new(data);
        let header = match Header::parse(&mut reader) {
            Ok(header) => header,
            Err(reason) => return self.tally.add(reason, offset),
        };
        self.any = true;
        self.first = [self.first, arrival].into_iter().flatten().min();
        self.last = [self.last, arrival].into_iter().flatten().max();
        let count = header.samples;
        let read = samples(&mut reader, count, |sample, place| {
            if let Sample::Flow(sample) = sample {
                self.flow(&header, &sample, offset + place as u64);
            }
        });
        if let Err(reason) = read {
            self.tally.add(reason, offset);
        } else if reader.rest() > 0 {
            self.tally.add(Reason::LengthWrong, offset + reader.at as u64);
        }
    }

    fn flow(&mut self, header: &Header, sample: &FlowSample<'_>, offset: u64) {
        let octets = octets(sample, header);
        self.records += u64::from(octets.is_some());
        let key = (header.agent, header.sub_agent, sample.source);
        if self.sources.len() >= STREAMS_MAX && !self.sources.contains_key(&key) {
            return;
        }
        let source = self.sources.entry(key).or_default();
        source.sequence.records += u64::from(octets.is_some());
        source.sequence.octets = source.sequence.octets.saturating_add(octets.unwrap_or(0));
        if source.sequence.advance(sample.sequence, header.uptime_ms, Some(1)) == Step::Restart {
            self.tally.add(Reason::ExporterRestart, offset);
            source.drops = None;
        }
        let more = source.drops.map_or(0, |before| sample.drops.wrapping_sub(before));
        if (1..DROPS_MAX).contains(&more) {
            source.dropped += u64::from(more);
            self.tally.add_many(Reason::SampleDropped, offset, u64::from(more), 0);
        }
        // A datagram that comes late does not set the counter back.
        if more < 1 << 31 {
            source.drops = Some(sample.drops);
        }
    }

    /// What each agent and sub-agent lost, in their order.
    pub(crate) fn losses(&mut self) -> Vec<StreamLoss> {
        let mut all: BTreeMap<(Addr, u32), StreamLoss> = BTreeMap::new();
        for ((agent, sub_agent, _), source) in &self.sources {
            let one = source.sequence.loss(Some(*agent), *sub_agent, Format::Sflow);
            if one.lost_records > 0 {
                self.tally.add_many(Reason::SequenceGap, 0, one.lost_records, 0);
            }
            let lost = one.lost_records + source.dropped;
            let sum = all.entry((*agent, *sub_agent)).or_insert(StreamLoss {
                records: 0,
                octets: 0,
                lost_records: 0,
                restarts: 0,
                ..one.clone()
            });
            sum.records += one.records;
            sum.octets = sum.octets.saturating_add(one.octets);
            sum.lost_records += lost;
            sum.restarts += one.restarts;
        }
        all.into_values().collect()
    }
}
