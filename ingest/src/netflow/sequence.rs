//! What was lost on the way, by the sequence numbers of each export stream.
//!
//! v5 counts flows, v9 datagrams (RFC 3954 section 5.1), IPFIX data records (RFC 7011 section 3.1): the number in a
//! datagram is that of its first unit for v5 and IPFIX, and goes up by one a datagram in v9.

use model::Addr;

use super::header::Header;
use crate::Format;

/// Gaps remembered, so that a datagram that comes late fills the one it left.
const GAPS_MAX: usize = 16;
/// Units further from the expected number than this are no loss and no delay: the exporter started counting anew.
const JUMP_MAX: i32 = 1 << 20;
/// Milliseconds by which uptime may run backward between datagrams that changed places.
const UPTIME_BACK_MS: i32 = 60_000;

/// What one export stream lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamLoss {
    /// Who exported it.
    pub exporter: Option<Addr>,
    /// Its source id, observation domain or sub-agent.
    pub domain: Option<u32>,
    /// v5, v9, IPFIX or sFlow.
    pub format: Format,
    /// Flow records seen.
    pub records: u64,
    /// IP octets of the records seen, times sampling as far as the scan knows it: for a mean.
    pub octets: u64,
    /// Flow records missing by sequence number; of v9, missing datagrams times the mean records of those seen; of sFlow,
    /// with the samples that the agent itself dropped.
    pub lost_records: u64,
    /// How often the exporter started anew.
    pub restarts: u64,
}

/// What a datagram told about its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It came in order, late, or twice.
    Fine,
    /// This many units before it are missing so far.
    Gap(u32),
    /// The exporter started anew.
    Restart,
}

/// Follows the sequence numbers of one stream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sequence {
    next: Option<u32>,
    uptime_ms: u32,
    gaps: Vec<(u32, u32)>,
    lost: u64,
    restarts: u64,
    datagrams: u64,
    pub(crate) records: u64,
    pub(crate) octets: u64,
}

impl Sequence {
    /// Follows one datagram of `units`; none where they cannot be counted, since a set's template is unknown.
    pub(super) fn step(&mut self, header: &Header, units: Option<u32>) -> Step {
        self.advance(header.sequence, header.uptime_ms.unwrap_or(0), units)
    }

    /// Follows `units` that begin at a sequence number, sent at an uptime in milliseconds.
    pub(crate) fn advance(&mut self, sequence: u32, uptime: u32, units: Option<u32>) -> Step {
        self.datagrams += 1;
        let next = units.map(|n| sequence.wrapping_add(n));
        let back = (uptime.wrapping_sub(self.uptime_ms)) as i32;
        let Some(expected) = self.next else {
            self.next = next;
            self.uptime_ms = uptime;
            return Step::Fine;
        };
        let ahead = sequence.wrapping_sub(expected) as i32;
        if back < -UPTIME_BACK_MS || ahead.unsigned_abs() > JUMP_MAX.unsigned_abs() {
            self.restart(next, uptime);
            return Step::Restart;
        }
        if ahead < 0 {
            self.fill(sequence, units.unwrap_or(0));
            return Step::Fine;
        }
        self.next = next;
        self.uptime_ms = uptime;
        if ahead == 0 {
            return Step::Fine;
        }
        self.lost += u64::from(ahead as u32);
        if self.gaps.len() == GAPS_MAX {
            self.gaps.remove(0);
        }
        self.gaps.push((expected, ahead as u32));
        Step::Gap(ahead as u32)
    }

    fn restart(&mut self, next: Option<u32>, uptime: u32) {
        self.next = next;
        self.uptime_ms = uptime;
        self.gaps.clear();
        self.restarts += 1;
    }

    /// A datagram that comes late fills the gap it left; one that fills none came twice.
    fn fill(&mut self, sequence: u32, units: u32) {
        let holds = |&(from, n): &(u32, u32)| sequence.wrapping_sub(from) < n;
        let Some(index) = self.gaps.iter().position(holds) else {
            return;
        };
        let (from, n) = self.gaps.remove(index);
        let before = sequence.wrapping_sub(from);
        let filled = units.min(n - before);
        let after = n - before - filled;
        self.lost -= u64::from(filled);
        for gap in [(from, before), (sequence.wrapping_add(filled), after)] {
            if gap.1 > 0 {
                self.gaps.push(gap);
            }
        }
    }

    /// Units missing so far.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }

    /// The stream's line.
    pub(crate) fn loss(&self, exporter: Option<Addr>, domain: u32, format: Format) -> StreamLoss {
        let lost_records = if format == Format::NetflowV9 && self.datagrams > 0 {
            let product = u128::from(self.lost) * u128::from(self.records);
            u64::try_from(product.div_ceil(u128::from(self.datagrams))).unwrap_or(u64::MAX)
        } else {
            self.lost
        };
        StreamLoss {
            exporter,
            domain: Some(domain),
            format,
            records: self.records,
            octets: self.octets,
            lost_records,
            restarts: self.restarts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v5(sequence: u32, uptime_ms: u32) -> Header {
        Header {
            version: 5,
            count: 30,
            uptime_ms: Some(uptime_ms),
            export: 0,
            sequence,
            domain: 0,
            sampling: 0,
            size: 24,
            length: None,
        }
    }

    fn run(numbers: impl IntoIterator<Item = (u32, u32)>) -> Sequence {
        let mut s = Sequence::default();
        for (sequence, uptime) in numbers {
            s.step(&v5(sequence, uptime), Some(30));
            s.records += 30;
        }
        s
    }

    #[test]
    fn seven_of_a_hundred_datagrams_missing() {
        let missing = [3, 4, 20, 50, 51, 52, 98];
        let s = run((0..100).filter(|i| !missing.contains(i)).map(|i| (i * 30, i * 1_000)));
        assert_eq!((s.lost(), s.restarts), (210, 0));
    }

    #[test]
    fn three_that_change_places_are_not_lost() {
        let s = run([0, 1, 2, 5, 4, 3, 6, 7].map(|i| (i * 30, i * 1_000)));
        assert_eq!((s.lost(), s.restarts), (0, 0));
    }

    #[test]
    fn a_second_copy_changes_nothing() {
        let s = run([0, 1, 1, 0, 2].map(|i| (i * 30, i * 1_000)));
        assert_eq!((s.lost(), s.restarts), (0, 0));
    }

    #[test]
    fn a_reboot_is_a_restart_and_the_counter_may_wrap() {
        let s = run([(9_000, 50_000_000), (9_030, 50_001_000), (0, 500), (30, 1_000)]);
        assert_eq!((s.lost(), s.restarts), (0, 1));
        let s = run([(u32::MAX - 29, 1), (0, 2), (30, 3)]);
        assert_eq!((s.lost(), s.restarts), (0, 0));
    }

    #[test]
    fn v9_loses_datagrams_at_the_mean_of_records() {
        let mut s = Sequence::default();
        for sequence in [1, 2, 5] {
            s.step(&Header { version: 9, ..v5(sequence, 0) }, Some(1));
            s.records += 12;
        }
        assert_eq!(s.loss(None, 0, Format::NetflowV9).lost_records, 24);
    }

    #[test]
    fn units_unknown_leave_no_gap() {
        let mut s = Sequence::default();
        s.step(&v5(0, 0), None);
        assert_eq!(s.step(&v5(500, 0), Some(30)), Step::Fine);
        assert_eq!(s.lost(), 0);
    }
}
