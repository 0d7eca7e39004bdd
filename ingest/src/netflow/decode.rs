//! Pass two over an export stream: chunks of datagrams in, batches of flows out. Chunks are independent of one another.

use arrow::array::RecordBatch;
use model::{Addr, FLOWS_PER_BATCH, Flow, FlowBuilder, Mac, Micros, Reason, Tally};
use rustc_hash::FxHashMap;

use super::clock::{ExporterClock, Shifts};
use super::header::{Header, V5_HEADER, V5_RECORD};
use super::layout::Plan;
use super::record::{Raw, Shared};
use super::sampling::Announced;
use super::sets::{Kind, Sets};
use super::survey::announce;
use super::template::{Stream, StreamKey, Templates};
use super::time::{Clock, Span, Stamp, apart};
use super::timeline::{Position, Timeline};
use crate::sflow;

/// One datagram of a chunk.
#[derive(Debug, Clone, Copy)]
struct Datagram {
    arrival: Option<Micros>,
    exporter: Option<Addr>,
    offset: u64,
    from: usize,
    to: usize,
}

/// Export datagrams of a file in their order, copied together: one unit of work.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    data: Vec<u8>,
    datagrams: Vec<Datagram>,
}

impl Chunk {
    /// Adds one datagram.
    pub(crate) fn push(&mut self, arrival: Option<Micros>, exporter: Option<Addr>, payload: &[u8], offset: u64) {
        let from = self.data.len();
        self.data.extend_from_slice(payload);
        self.datagrams.push(Datagram { arrival, exporter, offset, from, to: self.data.len() });
    }

    /// Octets so far.
    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }

    /// Empties it and keeps its room.
    pub(crate) fn clear(&mut self) {
        self.data.clear();
        self.datagrams.clear();
    }

    /// Whether it holds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.datagrams.is_empty()
    }
}

/// What came of a chunk.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    pub(crate) batches: Vec<RecordBatch>,
    pub(crate) totals: Totals,
}

/// Counts of flows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Totals {
    pub(crate) records: u64,
    pub(crate) octets: u64,
    pub(crate) first: Option<Micros>,
    pub(crate) last: Option<Micros>,
    pub(crate) tally: Tally,
}

impl Totals {
    /// Counts one flow.
    #[inline]
    pub(crate) fn flow(&mut self, f: &Flow) {
        self.records += 1;
        self.octets = self.octets.saturating_add(f.bytes);
        self.first = Some(self.first.map_or(f.start, |t| t.min(f.start)));
        self.last = Some(self.last.map_or(f.end, |t| t.max(f.end)));
    }

    /// Adds another's.
    pub(crate) fn merge(&mut self, other: &Totals) {
        self.records += other.records;
        self.octets = self.octets.saturating_add(other.octets);
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
        self.tally.merge(&other.tally);
    }
}

/// One compiled definition.
struct Compiled {
    plan: Option<Plan>,
    options: bool,
}

struct StreamPlans {
    plans: FxHashMap<u16, Plans>,
    announced: Announced,
}

/// Compiled definitions over time; the timeline holds their indices.
struct Plans {
    timeline: Timeline<usize>,
    compiled: Vec<Compiled>,
}

/// The templates of every scan, compiled once.
#[derive(Default)]
pub(crate) struct Decoder {
    streams: FxHashMap<StreamKey, StreamPlans>,
    none: Announced,
    shifts: FxHashMap<StreamKey, Shifts>,
    exporter_clock: bool,
}

fn compile(stream: &Stream) -> StreamPlans {
    let mut plans = FxHashMap::default();
    for (id, layouts) in &stream.layouts {
        let mut compiled = Vec::with_capacity(layouts.len());
        let timeline = layouts.map(|layout| {
            compiled.push(Compiled { plan: Plan::compile(layout), options: layout.options });
            compiled.len() - 1
        });
        plans.insert(*id, Plans { timeline, compiled });
    }
    let mut plans = StreamPlans { plans, announced: stream.announced.clone() };
    let mut late = Announced::default();
    let mut raw = Raw::default();
    for set in &stream.waiting {
        if let Some((plan, true)) = plans.choose(set.template, set.position, &set.body) {
            announce(plan, &set.body, set.position, &mut raw, &mut late);
        }
    }
    plans.announced.merge(&late);
    plans
}

impl StreamPlans {
    /// The plan in force, or else the next into whose records the body divides; and whether it reads option data.
    fn choose(&self, id: u16, position: Position, body: &[u8]) -> Option<(&Plan, bool)> {
        let known = self.plans.get(&id)?;
        let at = |i: usize| {
            let compiled = known.compiled.get(*known.timeline.value(i))?;
            compiled.plan.as_ref().map(|p| (p, compiled.options))
        };
        if let Some(found) = known.timeline.in_force(position).and_then(at) {
            return Some(found);
        }
        known.timeline.after(position).filter_map(at).find(|(plan, _)| plan.divides(body))
    }
}

impl Decoder {
    /// Compiles the templates and reads the option data that came before its template.
    pub(crate) fn new(templates: &Templates, clocks: &[ExporterClock], exporter_clock: bool) -> Self {
        let streams = templates.streams.iter().map(|(key, stream)| (*key, compile(stream))).collect();
        let mut shifts: FxHashMap<StreamKey, Shifts> = FxHashMap::default();
        if clocks.iter().any(ExporterClock::is_off) {
            clocks.iter().for_each(|c| shifts.entry(c.key()).or_default().push(c));
        }
        Self { streams, none: Announced::default(), shifts, exporter_clock }
    }

    /// The clocks of a datagram: held against its arrival, or as exported where the caller wants that.
    fn clock(&self, header: &Header, d: &Datagram, tally: &mut Tally) -> Clock {
        let arrival = d.arrival.unwrap_or(header.export);
        if !self.exporter_clock {
            let key = StreamKey { exporter: d.exporter, domain: header.domain, version: header.version };
            let shift = if self.shifts.is_empty() { 0 } else { self.shifts.get(&key).map_or(0, |s| s.at(d.offset)) };
            if shift != 0 {
                tally.add(Reason::ClockOff, d.offset);
            }
            return Clock::new(header, arrival, shift);
        }
        if apart(header.export, arrival) {
            tally.add(Reason::TimeFarOff, d.offset);
        }
        Clock::as_exported(header)
    }

    /// Decodes a chunk.
    pub(crate) fn decode(&self, chunk: &Chunk) -> Decoded {
        let mut out = Output { builder: FlowBuilder::with_room(), ..Output::default() };
        let mut raw = Raw::default();
        for d in &chunk.datagrams {
            let data = chunk.data.get(d.from..d.to).unwrap_or_default();
            if sflow::is_export(data) {
                let Output { builder, batches, totals } = &mut out;
                let Totals { tally, .. } = totals;
                let mut flows = Vec::new();
                sflow::decode(d.arrival, data, d.offset, tally, |f| flows.push(*f));
                for f in &flows {
                    totals.flow(f);
                    builder.push(f);
                }
                if builder.len() >= FLOWS_PER_BATCH {
                    batches.push(builder.finish());
                }
                continue;
            }
            match Header::parse(data) {
                Ok(header) if header.version == 5 => {
                    let clock = self.clock(&header, d, &mut out.totals.tally);
                    v5(&header, d, clock, data, &mut out);
                }
                Ok(header) => self.sets(&header, d, data, &mut raw, &mut out),
                // Counted in pass one.
                Err(_) => {}
            }
        }
        out.finish()
    }

    fn sets(&self, header: &Header, d: &Datagram, data: &[u8], raw: &mut Raw, out: &mut Output) {
        let arrival = d.arrival.unwrap_or(header.export);
        let clock = self.clock(header, d, &mut out.totals.tally);
        let key = StreamKey { exporter: d.exporter, domain: header.domain, version: header.version };
        let stream = self.streams.get(&key);
        let shared = Shared {
            exporter: d.exporter,
            domain: header.domain,
            clock,
            announced: stream.map_or(&self.none, |s| &s.announced),
            arrival,
        };
        let mut ignored = Tally::default();
        let mut sets = Sets::new(header, data);
        while let Some(set) = sets.next(d.offset, &mut ignored) {
            let Kind::Data(id) = set.kind else {
                continue;
            };
            let offset = d.offset + set.at as u64;
            match stream.and_then(|s| s.choose(id, Position { at: arrival, offset }, set.body)) {
                Some((_, true)) => {}
                Some((plan, false)) => records(plan, set.body, &shared, offset, raw, out),
                None => out.totals.tally.add(Reason::TemplateUnknown, offset),
            }
        }
    }
}

fn records(plan: &Plan, body: &[u8], shared: &Shared<'_>, offset: u64, raw: &mut Raw, out: &mut Output) {
    let mut at = 0;
    while body.len() - at >= plan.shortest() {
        let place = offset + at as u64;
        let Some(n) = plan.read(&body[at..], raw).filter(|n| *n > 0) else {
            out.totals.tally.add(Reason::LengthWrong, place);
            return;
        };
        let Output { builder, totals, batches } = out;
        let Totals { tally, .. } = totals;
        let mut made: [Option<Flow>; 2] = [None, None];
        let mut count = 0;
        raw.flows(shared, place, tally, |f| {
            if let Some(slot) = made.get_mut(count) {
                *slot = Some(*f);
                count += 1;
            }
        });
        for f in made.iter().flatten() {
            totals.flow(f);
            builder.push(f);
        }
        if builder.len() >= FLOWS_PER_BATCH {
            batches.push(builder.finish());
        }
        at += n;
    }
    if at == 0 && !body.is_empty() {
        out.totals.tally.add(Reason::LengthWrong, offset);
    }
}

#[derive(Default)]
struct Output {
    builder: FlowBuilder,
    batches: Vec<RecordBatch>,
    totals: Totals,
}

impl Output {
    fn finish(mut self) -> Decoded {
        if !self.builder.is_empty() {
            self.batches.push(self.builder.finish());
        }
        Decoded { batches: self.batches, totals: self.totals }
    }
}

/// The records of a v5 datagram. Offsets are those of Cisco's version 5 format; sampling is the low 14 bits of its
/// field, the mode the upper two.
fn v5(header: &Header, d: &Datagram, clock: Clock, data: &[u8], out: &mut Output) {
    let arrival = d.arrival.unwrap_or(header.export);
    let sampling = u32::from(header.sampling & 0x3fff).max(1);
    let none = Announced::default();
    let (records, _) = data.get(V5_HEADER..).unwrap_or_default().as_chunks::<V5_RECORD>();
    for (i, r) in records.iter().take(usize::from(header.count)).enumerate() {
        let offset = d.offset + (V5_HEADER + V5_RECORD * i) as u64;
        let four = |at: usize| [r[at], r[at + 1], r[at + 2], r[at + 3]];
        let two = |at: usize| u16::from_be_bytes([r[at], r[at + 1]]);
        let number = |at: usize| u32::from_be_bytes(four(at));
        let span = Span {
            start: Some(Stamp::Uptime(u64::from(number(24)))),
            end: Some(Stamp::Uptime(u64::from(number(28)))),
            duration: None,
            boot_ms: None,
        };
        let (start, end) = clock.resolve(&span, &none, arrival, offset, &mut out.totals.tally);
        let flow = Flow {
            start,
            end,
            src: Addr::from_v4(four(0)),
            dst: Addr::from_v4(four(4)),
            src_port: Some(two(32)),
            dst_port: Some(two(34)),
            protocol: Some(r[38]),
            packets: Some(u64::from(number(16))),
            bytes: u64::from(number(20)),
            exporter: d.exporter,
            domain: Some(header.domain),
            in_if: Some(u32::from(two(12))),
            out_if: Some(u32::from(two(14))),
            sampling,
            src_mac: None::<Mac>,
            post_nat_dst: None,
            reverse: false,
            offset,
        };
        out.totals.flow(&flow);
        out.builder.push(&flow);
        if out.builder.len() >= FLOWS_PER_BATCH {
            let batch = out.builder.finish();
            out.batches.push(batch);
        }
    }
}
