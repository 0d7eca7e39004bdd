//! Pass one over an export stream: templates, announcements, sequence numbers and counts. No flow is built.

use std::collections::BTreeMap;

use model::{Addr, Micros, Reason, Tally};
use rustc_hash::FxHashMap;

use super::clock::{Estimate, ExporterClock};
use super::element::Slot;
use super::header::{Header, V5_HEADER, V5_RECORD, u32_at};
use super::layout::Plan;
use super::record::Raw;
use super::sequence::{Sequence, Step, StreamLoss};
use super::sets::{Kind, Sets};
use super::template::{Definition, StreamKey, Templates, definitions};
use super::timeline::Position;
use crate::Format;
use crate::limits::STREAMS_MAX;

/// The plan of the layout announced last, for counting.
struct Current {
    plan: Option<Plan>,
    options: bool,
}

/// What pass one learns from the export datagrams of one file.
#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) templates: Templates,
    pub(crate) tally: Tally,
    pub(crate) formats: BTreeMap<Format, u64>,
    pub(crate) records: u64,
    pub(crate) first: Option<Micros>,
    pub(crate) last: Option<Micros>,
    sequences: BTreeMap<StreamKey, Sequence>,
    clocks: BTreeMap<StreamKey, Estimate>,
    current: FxHashMap<(StreamKey, u16), Current>,
    raw: Raw,
}

/// What the data sets of one datagram hold.
#[derive(Default)]
struct Counts {
    flows: u64,
    /// Flows and option data; none once a set could not be counted.
    units: Option<u64>,
    octets: u64,
}

impl Survey {
    /// Takes one datagram. `offset` is where it begins in the decompressed file.
    pub(crate) fn datagram(&mut self, arrival: Option<Micros>, exporter: Option<Addr>, data: &[u8], offset: u64) {
        let header = match Header::parse(data) {
            Ok(header) => header,
            Err(reason) => return self.tally.add(reason, offset),
        };
        let at = arrival.unwrap_or(header.export);
        self.first = Some(self.first.map_or(at, |f| f.min(at)));
        self.last = Some(self.last.map_or(at, |l| l.max(at)));
        let key = StreamKey { exporter, domain: header.domain, version: header.version };
        if header.length.is_some_and(|n| n != data.len()) {
            self.tally.add(Reason::LengthWrong, offset);
        }
        let counts = if header.version == 5 {
            count_v5(&header, data)
        } else {
            self.sets(&header, key, Position { at, offset }, data)
        };
        *self.formats.entry(header.format()).or_default() += counts.flows;
        self.records += counts.flows;
        let restarted = self.follow(&header, key, &counts, offset);
        if let (Some(arrival), true) = (arrival, self.sequences.contains_key(&key)) {
            self.clocks.entry(key).or_default().see(&header, arrival, offset, restarted);
        }
    }

    /// Follows the stream's numbers; true where its exporter started anew.
    fn follow(&mut self, header: &Header, key: StreamKey, counts: &Counts, offset: u64) -> bool {
        if self.sequences.len() >= STREAMS_MAX && !self.sequences.contains_key(&key) {
            return false;
        }
        let sequence = self.sequences.entry(key).or_default();
        sequence.records += counts.flows;
        sequence.octets = sequence.octets.saturating_add(counts.octets);
        let units = match header.version {
            5 => Some(u32::from(header.count)),
            9 => Some(1),
            _ => counts.units.and_then(|n| u32::try_from(n).ok()),
        };
        let restarted = sequence.step(header, units) == Step::Restart;
        if restarted {
            self.tally.add(Reason::ExporterRestart, offset);
        }
        restarted
    }

    fn sets(&mut self, header: &Header, key: StreamKey, position: Position, data: &[u8]) -> Counts {
        let mut counts = Counts { units: Some(0), ..Counts::default() };
        let mut sets = Sets::new(header, data);
        while let Some(set) = sets.next(position.offset, &mut self.tally) {
            let place = position.offset + set.at as u64;
            match set.kind {
                Kind::Templates { options } => self.define(key, options, position.at, place, set.body),
                Kind::Data(id) => self.data(key, id, Position { offset: place, ..position }, set.body, &mut counts),
            }
        }
        counts
    }

    fn define(&mut self, key: StreamKey, options: bool, at: Micros, place: u64, body: &[u8]) {
        let position = Position { at, offset: place };
        for definition in definitions(body, key.version, options, place, &mut self.tally) {
            match definition {
                Definition::Layout(id, layout) => {
                    if let Err(reason) = self.templates.define(key, id, position, &layout) {
                        self.tally.add(reason, place);
                        continue;
                    }
                    let current = Current { plan: Plan::compile(&layout), options: layout.options };
                    self.current.insert((key, id), current);
                }
                Definition::Withdrawn(id) => {
                    self.templates.withdraw(key, id, position);
                    self.current.retain(|(k, known), c| {
                        *k != key || !(*known == id || (id == 2 && !c.options) || (id == 3 && c.options))
                    });
                }
            }
        }
    }

    fn data(&mut self, key: StreamKey, id: u16, position: Position, body: &[u8], counts: &mut Counts) {
        let Some(current) = self.current.get(&(key, id)) else {
            self.templates.keep_waiting(key, id, position, body);
            counts.units = None;
            return;
        };
        let Some(plan) = &current.plan else {
            counts.units = None;
            return;
        };
        if current.options {
            let Some(stream) = self.templates.stream(key) else {
                return;
            };
            let (records, within) = announce(plan, body, position, &mut self.raw, &mut stream.announced);
            counts.units = counts.units.map(|n| n + records);
            if !within {
                self.tally.add(Reason::TemplateLimit, position.offset);
            }
            return;
        }
        let (records, octets) = octets(plan, body, &mut self.raw);
        counts.flows += records;
        counts.units = counts.units.map(|n| n + records);
        counts.octets = counts.octets.saturating_add(octets);
    }

    /// What each stream lost, in the order of exporter and domain; gaps are tallied here, once late datagrams are known.
    pub(crate) fn losses(&mut self) -> Vec<StreamLoss> {
        let mut all = Vec::with_capacity(self.sequences.len());
        for (key, sequence) in &self.sequences {
            let format = key.format();
            if sequence.lost() > 0 {
                self.tally.add_many(Reason::SequenceGap, 0, sequence.lost(), 0);
            }
            all.push(sequence.loss(key.exporter, key.domain, format));
        }
        all
    }

    /// How far each stream's clock was off, in the order of exporter, domain and file.
    pub(crate) fn clocks(&self) -> Vec<ExporterClock> {
        self.clocks.iter().flat_map(|(key, estimate)| estimate.clocks(*key, key.format())).collect()
    }
}

/// Reads the records of a set of option data; returns how many there are, and false where a limit was met.
pub(super) fn announce(
    plan: &Plan,
    body: &[u8],
    position: Position,
    raw: &mut Raw,
    announced: &mut super::sampling::Announced,
) -> (u64, bool) {
    let (mut rest, mut records, mut within) = (body, 0, true);
    while rest.len() >= plan.shortest() {
        let Some(n) = plan.read(rest, raw).filter(|n| *n > 0) else {
            break;
        };
        within &= announced.observe(raw, position);
        rest = &rest[n..];
        records += 1;
    }
    (records, within)
}

fn octets(plan: &Plan, body: &[u8], raw: &mut Raw) -> (u64, u64) {
    let (mut rest, mut records, mut octets) = (body, 0, 0_u64);
    while rest.len() >= plan.shortest() {
        let Some(n) = plan.read(rest, raw).filter(|n| *n > 0) else {
            break;
        };
        let rate = raw.get(Slot::SamplingInterval).unwrap_or(1).max(1);
        octets = octets.saturating_add(raw.octets().saturating_mul(rate));
        rest = &rest[n..];
        records += 1;
    }
    (records, octets)
}

fn count_v5(header: &Header, data: &[u8]) -> Counts {
    let body = data.get(V5_HEADER..).unwrap_or_default();
    let records = body.chunks_exact(V5_RECORD).take(usize::from(header.count));
    let rate = u64::from(header.sampling & 0x3fff).max(1);
    let flows = records.len() as u64;
    let octets: u64 = records.filter_map(|r| u32_at(r, 20)).map(u64::from).sum();
    Counts { flows, units: Some(flows), octets: octets.saturating_mul(rate) }
}
