//! How far an exporter's clock is from the collector's, by the datagrams of a file.
//!
//! A header is stamped when its datagram is sent, and a datagram arrives within moments, so arrival less export is the
//! exporter's error plus a delay that is never negative. The least of a run of datagrams is the estimate: it holds the
//! smallest delay, and in whole-second headers (v9, IPFIX) the smallest part of a second cut off. A clock that is set, or
//! comes up wrong after a restart, begins a new run.

use model::{Addr, MICROS_PER_S, Micros};

use super::header::Header;
use super::template::StreamKey;
use crate::Format;
use crate::limits::ANNOUNCEMENTS_MAX;

/// Errors up to here are left alone: joining flows with lookups allows for as much, and a datagram that was filled for a
/// moment before it left shows no less.
const SLACK: Micros = 2 * MICROS_PER_S;
/// How far datagrams of one run may lie apart: the slack, and the second that headers of v9 and IPFIX cut off.
const SPREAD: Micros = SLACK + MICROS_PER_S;
/// Datagrams in a row that show a set clock; fewer are datagrams that were held up on the way.
const CONFIRM: u64 = 3;

/// How far one export stream's clock was from the collector's through one run of its datagrams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExporterClock {
    /// Who exported it.
    pub exporter: Option<Addr>,
    /// Its source id or observation domain.
    pub domain: u32,
    /// v5, v9 or IPFIX.
    pub format: Format,
    /// What must be added to the exporter's times; positive where its clock is behind.
    pub offset: Micros,
    /// Datagrams of the run.
    pub datagrams: u64,
    /// Arrival of the first.
    pub first: Micros,
    /// Arrival of the last.
    pub last: Micros,
    /// Where the run begins in the file.
    pub(super) from: u64,
    pub(super) version: u16,
}

impl ExporterClock {
    /// Whether flow times are corrected by it: an error of up to two seconds is left alone.
    pub const fn is_off(&self) -> bool {
        self.offset.unsigned_abs() > SLACK.unsigned_abs()
    }

    pub(super) const fn key(&self) -> StreamKey {
        StreamKey { exporter: self.exporter, domain: self.domain, version: self.version }
    }
}

/// A run of datagrams whose clock errors lie close together.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The first error: how far the least may sink, so that a clock that drifts begins a new run now and then.
    begun: Micros,
    least: Micros,
    datagrams: u64,
    first: Micros,
    last: Micros,
    from: u64,
}

impl Run {
    fn new(error: Micros, arrival: Micros, offset: u64) -> Self {
        Self { begun: error, least: error, datagrams: 1, first: arrival, last: arrival, from: offset }
    }

    fn takes(&self, error: Micros) -> bool {
        error >= self.begun.saturating_sub(SPREAD) && error <= self.least.saturating_add(SPREAD)
    }

    fn add(&mut self, error: Micros, arrival: Micros) {
        self.least = self.least.min(error);
        self.datagrams += 1;
        self.first = self.first.min(arrival);
        self.last = self.last.max(arrival);
    }
}

/// The clock of one stream, datagram by datagram.
#[derive(Debug, Clone, Default)]
pub(super) struct Estimate {
    runs: Vec<Run>,
    /// The beginning of what may be a new run.
    doubt: Option<Run>,
}

impl Estimate {
    /// Takes one datagram that arrived at `arrival` and begins at `offset`. After a restart nothing needs confirming.
    pub(super) fn see(&mut self, header: &Header, arrival: Micros, offset: u64, restarted: bool) {
        let error = arrival.saturating_sub(header.export);
        let full = self.runs.len() >= ANNOUNCEMENTS_MAX;
        let Some(now) = self.runs.last_mut() else {
            self.runs.push(Run::new(error, arrival, offset));
            return;
        };
        if now.takes(error) {
            now.add(error, arrival);
            self.doubt = None;
            return;
        }
        let doubt = match self.doubt.take() {
            Some(mut run) if run.takes(error) => {
                run.add(error, arrival);
                run
            }
            _ => Run::new(error, arrival, offset),
        };
        if (doubt.datagrams >= CONFIRM || restarted) && !full {
            self.runs.push(doubt);
        } else {
            self.doubt = Some(doubt);
        }
    }

    /// The runs in the order of the file.
    pub(super) fn clocks(&self, key: StreamKey, format: Format) -> impl Iterator<Item = ExporterClock> {
        self.runs.iter().map(move |run| ExporterClock {
            exporter: key.exporter,
            domain: key.domain,
            format,
            offset: run.least,
            datagrams: run.datagrams,
            first: run.first,
            last: run.last,
            from: run.from,
            version: key.version,
        })
    }
}

/// What to add to the times of one stream, by place in the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Shifts(Vec<(u64, Micros)>);

impl Shifts {
    /// Adds a run that begins after those added before.
    pub(super) fn push(&mut self, clock: &ExporterClock) {
        self.0.push((clock.from, if clock.is_off() { clock.offset } else { 0 }));
    }

    /// What to add to the times of the datagram at `offset`.
    pub(super) fn at(&self, offset: u64) -> Micros {
        let after = self.0.partition_point(|(from, _)| *from <= offset);
        after.checked_sub(1).and_then(|i| self.0.get(i)).map_or(0, |(_, shift)| *shift)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: StreamKey = StreamKey { exporter: None, domain: 0, version: 9 };

    fn header(export: Micros) -> Header {
        Header {
            version: 9,
            count: 0,
            uptime_ms: None,
            export,
            sequence: 0,
            domain: 0,
            sampling: 0,
            size: 20,
            length: None,
        }
    }

    /// Runs of (offset in seconds, datagrams) from errors in milliseconds; a datagram a second.
    fn check(errors: &[i64], restarts: &[usize], expected: &[(i64, u64)]) {
        let mut estimate = Estimate::default();
        for (i, error) in errors.iter().enumerate() {
            let arrival = 1_700_000_000 * MICROS_PER_S + i as i64 * MICROS_PER_S;
            estimate.see(&header(arrival - error * 1_000), arrival, i as u64, restarts.contains(&i));
        }
        let seen: Vec<_> =
            estimate.clocks(KEY, Format::NetflowV9).map(|c| (c.offset / MICROS_PER_S, c.datagrams)).collect();
        assert_eq!(seen, expected, "{errors:?}");
    }

    #[test]
    fn the_least_error_of_a_run() {
        check(&[], &[], &[]);
        check(&[400, 900, 20, 700], &[], &[(0, 4)]);
        check(&[30_900, 30_400, 31_000, 30_020], &[], &[(30, 4)]);
        check(&[-1_199_100, -1_200_000, -1_198_500], &[], &[(-1_200, 3)]);
    }

    #[test]
    fn a_datagram_held_up_changes_nothing() {
        check(&[100, 100, 60_000, 100, 45_000, 20_000, 100], &[], &[(0, 4)]);
    }

    #[test]
    fn a_clock_that_is_set_begins_a_run() {
        check(&[900_000, 900_100, 100, 200, 300, 100], &[], &[(900, 2), (0, 4)]);
        check(&[100, 200, 7_200_000, 7_200_100], &[2], &[(0, 2), (7_200, 2)]);
        check(&[100, 200, 7_200_000, 7_200_100], &[], &[(0, 2)]);
    }

    #[test]
    fn a_clock_that_stands_still_is_followed() {
        let errors: Vec<i64> = (0..20).map(|s| s * 1_000).collect();
        check(&errors, &[], &[(0, 4), (4, 4), (8, 4), (12, 4), (16, 4)]);
    }

    #[test]
    fn shifts_begin_where_their_runs_do() {
        let mut estimate = Estimate::default();
        for (i, error) in [0, 0, 0, 600, 600, 600, 1, 1, 1].into_iter().enumerate() {
            estimate.see(&header(-error * MICROS_PER_S), 0, 100 * i as u64, false);
        }
        let mut shifts = Shifts::default();
        estimate.clocks(KEY, Format::NetflowV9).for_each(|c| shifts.push(&c));
        let seen: Vec<_> = [0, 299, 300, 599, 600, u64::MAX].map(|at| shifts.at(at) / MICROS_PER_S).into();
        assert_eq!(seen, [0, 0, 600, 600, 0, 0]);
        assert_eq!(Shifts::default().at(7), 0);
    }

    proptest! {
        /// Whatever the constant error, what is left of it is less than the delays.
        #[test]
        fn a_constant_error_is_found(
            error in -400_000_000_000_i64..400_000_000_000,
            delays in prop::collection::vec(0_i64..2_000_000, 1..200),
        ) {
            let mut estimate = Estimate::default();
            for (i, delay) in delays.iter().enumerate() {
                let sent = 1_700_000_000_000_000 + i as i64 * 777_777;
                estimate.see(&header(sent - error), sent + delay, i as u64, false);
            }
            let clocks: Vec<_> = estimate.clocks(KEY, Format::NetflowV9).collect();
            prop_assert_eq!(clocks.len(), 1);
            prop_assert_eq!(clocks[0].offset, error + delays.iter().min().unwrap());
        }

        #[test]
        fn no_clock_panics(steps in prop::collection::vec((any::<i64>(), any::<i64>(), any::<bool>()), 0..50)) {
            let mut estimate = Estimate::default();
            for (i, (export, arrival, restarted)) in steps.iter().enumerate() {
                estimate.see(&header(*export), *arrival, i as u64, *restarted);
            }
            prop_assert!(estimate.clocks(KEY, Format::Ipfix).all(|c| c.first <= c.last && c.datagrams > 0));
        }
    }
}
