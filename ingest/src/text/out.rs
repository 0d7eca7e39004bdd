//! Where decoded lookups, leases, sightings and counters leave: in batches or one by one, with their figures.

use model::{Answer, CounterDay, LOOKUPS_PER_BATCH, Lease, Lookup, LookupBuilder, Micros, Sighting};

use crate::Sink;

/// Collects lookups and hands them on in batches.
pub(crate) struct Out<'a> {
    builder: LookupBuilder,
    sink: &'a mut dyn Sink,
    pub(crate) lookups: u64,
    pub(crate) leases: u64,
    pub(crate) sightings: u64,
    pub(crate) counters: u64,
    pub(crate) first: Option<Micros>,
    pub(crate) last: Option<Micros>,
}

impl<'a> Out<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink) -> Self {
        Self {
            builder: LookupBuilder::default(),
            sink,
            lookups: 0,
            leases: 0,
            sightings: 0,
            counters: 0,
            first: None,
            last: None,
        }
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

    pub(crate) fn sighting(&mut self, sighting: &Sighting) {
        self.sink.sighting(sighting);
        self.sightings += 1;
        self.seen(sighting.time);
    }

    /// A day, and a time that stands for it.
    pub(crate) fn counter(&mut self, day: &CounterDay, time: Option<Micros>) {
        self.sink.counter(day);
        self.counters += 1;
        if let Some(time) = time {
            self.seen(time);
        }
    }

    /// Records of every kind.
    pub(crate) fn records(&self) -> u64 {
        self.lookups + self.leases + self.sightings + self.counters
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
