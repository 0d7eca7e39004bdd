//! Pass two.

use arrow::array::RecordBatch;
use model::{FLOWS_PER_BATCH, FlowBuilder, Tally};
use rayon::prelude::*;

use super::route::{Routed, route};
use super::{FlowsRead, Scan, bare};
use crate::capture::Frames;
use crate::detect::Detected;
use crate::limits::{CHUNK_OCTETS, CHUNKS_PER_CORE};
use crate::netflow::{Chunk, Decoder, Totals};
use crate::packets::Connections;
use crate::source::open;
use crate::{FileError, Options, Sink, Templates};

pub(super) fn flows(
    scan: &Scan,
    templates: &Templates,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<FlowsRead, FileError> {
    let mut totals = Totals::default();
    if scan.has_flows() {
        let decoder = Decoder::new(templates, &scan.clocks, options.exporter_clock);
        let mut groups = Groups::new(&decoder, sink);
        match scan.detected {
            Detected::Export => {
                let mut source = open(&scan.path)?;
                let mut counted = Tally::default();
                bare::datagrams(&mut source, &mut counted, &mut |data, offset| {
                    groups.datagram(None, None, data, offset);
                })?;
            }
            Detected::Sflow => {
                let mut source = open(&scan.path)?;
                let mut counted = Tally::default();
                bare::samples(&mut source, &mut counted, &mut |data, offset| {
                    groups.datagram(None, None, data, offset);
                })?;
            }
            Detected::Pcap | Detected::PcapNg => capture(scan, options, &mut groups)?,
            _ => {}
        }
        totals = groups.finish();
    }
    Ok(FlowsRead {
        records: totals.records,
        octets: totals.octets,
        first: totals.first,
        last: totals.last,
        problems: totals.tally,
    })
}

fn capture(scan: &Scan, options: &Options, groups: &mut Groups<'_>) -> Result<(), FileError> {
    let mut frames = Frames::open(&scan.path, open(&scan.path)?, scan.detected)?;
    let mut counted = Tally::default();
    let mut connections = Connections::default();
    while let Some(frame) = frames.next(&mut counted)? {
        match route(&frame, options) {
            Routed::Export { exporter, payload, offset } => {
                groups.datagram(Some(frame.at), Some(exporter), payload, offset);
            }
            Routed::Dns { packet, .. } | Routed::User { packet } if options.user_traffic => {
                let Groups { made, totals, .. } = groups;
                connections.packet(&packet, frame.at, frame.offset, &mut totals.tally, &mut |f| made.push(f));
                groups.pass_made(false);
            }
            _ => {}
        }
    }
    let made = &mut groups.made;
    connections.finish(&mut |f| made.push(f));
    Ok(())
}

/// Flows made from packets, on their way to the sink.
#[derive(Default)]
struct Made {
    builder: FlowBuilder,
    batches: Vec<RecordBatch>,
    totals: Totals,
}

impl Made {
    fn push(&mut self, flow: &model::Flow) {
        self.totals.flow(flow);
        self.builder.push(flow);
        if self.builder.len() >= FLOWS_PER_BATCH {
            self.batches.push(self.builder.finish());
        }
    }
}

/// Collects datagrams into chunks and decodes a group of them at a time on all cores; batches leave in their order.
struct Groups<'a> {
    decoder: &'a Decoder,
    sink: &'a mut dyn Sink,
    chunks: Vec<Chunk>,
    filling: usize,
    totals: Totals,
    made: Made,
}

impl<'a> Groups<'a> {
    fn new(decoder: &'a Decoder, sink: &'a mut dyn Sink) -> Self {
        let count = rayon::current_num_threads().max(1) * CHUNKS_PER_CORE;
        let chunks = (0..count).map(|_| Chunk::default()).collect();
        Groups { decoder, sink, chunks, filling: 0, totals: Totals::default(), made: Made::default() }
    }

    fn datagram(&mut self, arrival: Option<model::Micros>, exporter: Option<model::Addr>, payload: &[u8], offset: u64) {
        if self.chunks[self.filling].len() + payload.len() > CHUNK_OCTETS {
            self.filling += 1;
            if self.filling == self.chunks.len() {
                self.decode();
            }
        }
        self.chunks[self.filling].push(arrival, exporter, payload, offset);
    }

    fn decode(&mut self) {
        self.filling = 0;
        let decoder = self.decoder;
        let decoded: Vec<_> = self.chunks.par_iter().filter(|c| !c.is_empty()).map(|c| decoder.decode(c)).collect();
        self.chunks.iter_mut().for_each(Chunk::clear);
        let mut batches = Vec::with_capacity(decoded.len() + 1);
        for d in decoded {
            self.totals.merge(&d.totals);
            batches.extend(d.batches);
        }
        if !batches.is_empty() {
            self.sink.flows(&batches);
        }
    }

    /// Hands on full batches of flows made from packets, or with `all` every one.
    fn pass_made(&mut self, all: bool) {
        if all && !self.made.builder.is_empty() {
            let batch = self.made.builder.finish();
            self.made.batches.push(batch);
        }
        if !self.made.batches.is_empty() {
            self.sink.flows(&self.made.batches);
            self.made.batches.clear();
        }
    }

    fn finish(mut self) -> Totals {
        self.decode();
        self.pass_made(true);
        self.totals.merge(&self.made.totals);
        self.totals
    }
}
