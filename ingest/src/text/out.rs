//! Where decoded lookups and leases leave: in batches, with their figures.

use model::{Answer, LOOKUPS_PER_BATCH, Lease, Lookup, LookupBuilder, Micros};

use crate::Sink;

/// Collects lookups and hands them on in batches.
pub(crate) struct Out<'a> {
    builder: LookupBuilder,
    sink: &'a mut dyn Sink,
    pub(crate) lookups: u64,
    pub(crate) leases: u64,
    pub(crate) first: Option<Micros>,
    pub(crate) last: Option<Micros>,
}

impl<'a> Out<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink) -> Self {
        Self { builder: LookupBuilder::default(), sink, lookups: 0, leases: 0, first: None, last: None }
    }

    pub(crate) fn lookup(&mut self, lookup: &Lookup<'_>, answers: &[Answer<'_>]) {
        self.builder.push_row(lookup, answers);
        self.lookups += 1;
        self.seen(lookup.time);
        if self.builder.len() >= LOOKUPS_PER_BATCH {
            self.flush();
        }
    }

    pub(crate) fn lease(&mut self, lease: &Lease) {
        self.sink.lease(lease);
        self.leases += 1;
        if let Some(start) = lease.start {
            self.seen(start);
        }
    }

    fn seen(&mut self, time: Micros) {
        self.first = Some(self.first.map_or(time, |f| f.min(time)));
        self.last = Some(self.last.map_or(time, |l| l.max(time)));
    }

    /// Hands on what is left.
    pub(crate) fn flush(&mut self) {
        if !self.builder.is_empty() {
            let batch = self.builder.finish();
            self.sink.lookups(&batch);
        }
    }
}
