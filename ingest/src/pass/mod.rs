//! The two passes over a file.

mod bare;
mod decoding;
mod route;
mod scanning;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use model::{CounterDay, Lease, Micros, Tally};

use crate::detect::Detected;
use crate::{ExporterClock, FileError, Format, Options, Sink, StreamLoss, Templates};

/// What pass one learned about a file.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The file.
    pub path: PathBuf,
    /// SHA-256 of the decompressed content: what an input is known by.
    pub sha256: [u8; 32],
    /// Octets of the decompressed content.
    pub length: u64,
    /// Records by format: flow records as far as their templates are known from this file alone, packets of user
    /// traffic, DNS messages, lookups, leases. A format stands here as soon as one datagram of it was seen.
    pub formats: BTreeMap<Format, u64>,
    /// Lookups handed to the sink.
    pub lookups: u64,
    /// Leases handed to the sink.
    pub leases: u64,
    /// Sightings handed to the sink.
    pub sightings: u64,
    /// Days of counters handed to the sink.
    pub counters: u64,
    /// Flow records counted: v5, v9, IPFIX and sFlow.
    pub flow_records: u64,
    /// Earliest arrival of a datagram or packet, earliest lookup or lease.
    pub first: Option<Micros>,
    /// Latest.
    pub last: Option<Micros>,
    /// What the file's export streams announced.
    pub templates: Templates,
    /// What its export streams lost.
    pub sequence: Vec<StreamLoss>,
    /// How far its exporters' clocks were from the collector's, where arrival is known.
    pub clocks: Vec<ExporterClock>,
    /// What went wrong. A file of which nothing is known has no `formats` and says here why.
    pub problems: Tally,
    pub(crate) detected: Detected,
}

impl Scan {
    /// Whether [`flows`] would find anything to decode.
    pub fn has_flows(&self) -> bool {
        self.formats.keys().any(|f| f.is_flows())
    }

    pub(crate) fn span(&mut self, first: Option<Micros>, last: Option<Micros>) {
        self.first = [self.first, first].into_iter().flatten().min();
        self.last = [self.last, last].into_iter().flatten().max();
    }
}

/// What pass two delivered.
#[derive(Debug, Clone, Default)]
pub struct FlowsRead {
    /// Flows, each direction of a biflow by itself.
    pub records: u64,
    /// Their octets, unscaled.
    pub octets: u64,
    /// Earliest start.
    pub first: Option<Micros>,
    /// Latest end.
    pub last: Option<Micros>,
    /// What went wrong with records; what pass one tallied is not repeated.
    pub problems: Tally,
}

/// Pass one. Reads the whole file once: recognizes the format by content, hashes the decompressed content, collects
/// templates with their positions, and hands lookups and leases to the sink straight away. Flows are counted, not built.
///
/// # Errors
/// Where the file cannot be opened or read. What is wrong with its content is tallied in [`Scan::problems`].
pub fn scan(path: &Path, options: &Options, sink: &mut dyn Sink) -> Result<Scan, FileError> {
    scanning::scan(path, options, sink)
}

/// Pass two. Delivers the file's flows in their order (those made from packets: by start), decoded on all cores in
/// groups of chunks. Memory is bounded whatever the file's size.
///
/// # Errors
/// Where the file cannot be opened or read any more.
pub fn flows(
    scan: &Scan,
    templates: &Templates,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<FlowsRead, FileError> {
    decoding::flows(scan, templates, options, sink)
}

/// The days that a file of a router's own counters holds, in the order of the file, and what went wrong with the rest.
/// Dates are the router's own where the file has them, else those of [`Options::zone`].
///
/// # Errors
/// Where the file cannot be opened or read.
pub fn counters(path: &Path, options: &Options) -> Result<(Vec<CounterDay>, Tally), FileError> {
    let mut kept = Days::default();
    let scan = scan(path, options, &mut kept)?;
    Ok((kept.0, scan.problems))
}

#[derive(Default)]
struct Days(Vec<CounterDay>);

impl Sink for Days {
    fn flows(&mut self, _: &[RecordBatch]) {}
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
    fn counter(&mut self, day: &CounterDay) {
        self.0.push(day.clone());
    }
}
