//! What the tests over real samples share.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests, which are exempt themselves")]

use std::path::PathBuf;

use arrow::array::RecordBatch;
use ingest::{FlowsRead, Options, Scan, Sink, Templates};
use model::{CounterDay, Flow, FlowView, Lease, LookupView, Sighting};

/// Where the shared samples are, or none where this machine has none.
pub(crate) fn shared() -> Option<PathBuf> {
    let path =
        std::env::var_os("TITHING_SHARED_DATA").map_or_else(|| PathBuf::from("../../shared/data"), PathBuf::from);
    if path.is_dir() {
        Some(path)
    } else {
        println!("skipped: no shared samples at {} (set TITHING_SHARED_DATA)", path.display());
        None
    }
}

/// Keeps flows, writes lookups and leases as lines.
#[derive(Default)]
pub(crate) struct Keep {
    pub(crate) flows: Vec<Flow>,
    pub(crate) lines: u64,
    text: String,
}

impl Sink for Keep {
    fn flows(&mut self, batches: &[RecordBatch]) {
        for batch in batches {
            for flow in FlowView::new(batch).unwrap().rows() {
                self.text.clear();
                ingest::inspect::flow_line(&flow, &mut self.text);
                assert!(!self.text.contains('\n'));
                self.flows.push(flow);
            }
        }
    }

    fn lookups(&mut self, batch: &RecordBatch) {
        for lookup in LookupView::new(batch).unwrap().rows() {
            self.text.clear();
            ingest::inspect::lookup_line(&lookup, &mut self.text);
            assert!(!self.text.contains('\n'));
            self.lines += 1;
        }
    }

    fn lease(&mut self, lease: &Lease) {
        self.text.clear();
        ingest::inspect::lease_line(lease, &mut self.text);
        assert!(!self.text.contains('\n'));
        self.lines += 1;
    }

    fn sighting(&mut self, sighting: &Sighting) {
        self.text.clear();
        ingest::inspect::sighting_line(sighting, &mut self.text);
        assert!(!self.text.contains('\n'));
        self.lines += 1;
    }

    fn counter(&mut self, day: &CounterDay) {
        self.text.clear();
        ingest::inspect::counter_line(day, &mut self.text);
        assert!(!self.text.contains('\n'));
        self.lines += 1;
    }
}

/// Both passes over several files as one night.
pub(crate) fn read(paths: &[PathBuf], options: &Options) -> (Keep, Vec<(Scan, FlowsRead)>) {
    let mut keep = Keep::default();
    let mut templates = Templates::default();
    let scans: Vec<Scan> = paths.iter().map(|p| ingest::scan(p, options, &mut keep).unwrap()).collect();
    scans.iter().for_each(|s| templates.merge(&s.templates));
    let read: Vec<FlowsRead> =
        scans.iter().map(|s| ingest::flows(s, &templates, options, &mut keep).unwrap()).collect();
    (keep, scans.into_iter().zip(read).collect())
}
