//! What is remembered of live connections: the name of the first record, for the records that follow it, and the last
//! record in each direction, against which duplicates are told.

use model::{Addr, MICROS_PER_S, Micros};
use rustc_hash::FxHashMap;

/// A connection without a record for this long is over; its ports may be used again.
pub(crate) const IDLE: i64 = 900 * MICROS_PER_S;
/// Connections remembered before those that are over are forgotten.
const SWEEP_MIN: usize = 1 << 11;
/// Connections remembered at most; beyond, all are forgotten and records that follow stand for themselves.
const PINS_MAX: usize = 1 << 21;
/// Times of the same traffic seen twice differ by no more than this.
const TWIN_SLACK: i64 = MICROS_PER_S;

/// Both ends of a connection, the device's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Connection {
    pub(crate) device: Addr,
    pub(crate) server: Addr,
    pub(crate) ports: u32,
    pub(crate) protocol: u8,
}

/// A record as far as duplicates are told by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) start: Micros,
    pub(crate) end: Micros,
    pub(crate) bytes: u64,
    /// Who made the record and at which interfaces.
    pub(crate) place: u64,
}

impl Seen {
    /// Whether both are the same traffic: equal in everything, or at another place equal in volume and nearly in time.
    fn twin(&self, other: &Self) -> bool {
        let near = |a: Micros, b: Micros| a.abs_diff(b) <= TWIN_SLACK as u64;
        let elsewhere = self.place != other.place && near(self.start, other.start) && near(self.end, other.end);
        self.bytes == other.bytes && (elsewhere || (self.start == other.start && self.end == other.end))
    }
}

/// What is remembered of one connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pin<T> {
    /// When the first record began: the evidence is asked for that moment.
    pub(crate) first: Micros,
    end: Micros,
    last: [Option<(Seen, bool)>; 2],
    /// What the first record was found to be; none until something asks.
    pub(crate) value: Option<T>,
}

/// What a record is to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kin {
    /// Traffic not seen before.
    New,
    /// Traffic that was counted already.
    Twin,
    /// Traffic that was seen already in this record, where no link claimed it.
    TwinOfUnclaimed(Seen),
}

/// Live connections.
#[derive(Debug)]
pub(crate) struct Pins<T> {
    map: FxHashMap<Connection, Pin<T>>,
    newest: Micros,
    sweep_at: usize,
}

impl<T> Default for Pins<T> {
    fn default() -> Self {
        Self { map: FxHashMap::default(), newest: Micros::MIN, sweep_at: SWEEP_MIN }
    }
}

impl<T: Copy> Pins<T> {
    /// Whether a connection is remembered. Asked for several records before they are entered, so that the processor waits
    /// for their places in memory at once and not for one after another.
    #[inline]
    pub(crate) fn touch(&self, key: &Connection) -> bool {
        self.map.get(key).is_some_and(|pin| pin.end <= self.newest)
    }

    /// Enters a record and says what it is to those before it; `claimed` tells whether a link takes it.
    #[inline]
    pub(crate) fn enter(&mut self, key: Connection, seen: Seen, sends: bool, claimed: bool) -> (Kin, &mut Pin<T>) {
        self.newest = self.newest.max(seen.start);
        if self.map.len() >= self.sweep_at {
            self.sweep();
        }
        let fresh = Pin { first: seen.start, end: seen.end, last: [None; 2], value: None };
        let pin = self.map.entry(key).or_insert(fresh);
        if seen.start.saturating_sub(pin.end) > IDLE {
            *pin = fresh;
        }
        pin.end = pin.end.max(seen.end);
        let slot = &mut pin.last[usize::from(sends)];
        let kin = match slot {
            Some((last, was_claimed)) if last.twin(&seen) => {
                let kin = if *was_claimed { Kin::Twin } else { Kin::TwinOfUnclaimed(*last) };
                *was_claimed |= claimed;
                kin
            }
            _ => {
                *slot = Some((seen, claimed));
                Kin::New
            }
        };
        (kin, pin)
    }

    /// Forgets connections that are over. When hardly any is, the next sweep waits, so that sweeping stays cheap.
    fn sweep(&mut self) {
        let alive = self.newest.saturating_sub(IDLE);
        self.map.retain(|_, pin| pin.end >= alive);
        if self.map.len() > PINS_MAX {
            self.map.clear();
        }
        self.sweep_at = (self.map.len() * 2).max(SWEEP_MIN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = MICROS_PER_S;

    fn key(port: u32) -> Connection {
        Connection {
            device: Addr::from_v4([192, 168, 1, 5]),
            server: Addr::from_v4([203, 0, 113, 1]),
            ports: port,
            protocol: 6,
        }
    }

    fn seen(start_s: i64, bytes: u64, place: u64) -> Seen {
        Seen { start: start_s * S, end: (start_s + 5) * S, bytes, place }
    }

    fn check(second: Seen, sends: bool, first_claimed: bool, expected: Kin) {
        let mut pins: Pins<u8> = Pins::default();
        assert_eq!(pins.enter(key(1), seen(100, 7, 1), true, first_claimed).0, Kin::New);
        assert_eq!(pins.enter(key(1), second, sends, true).0, expected, "{second:?}");
    }

    #[test]
    fn twins() {
        check(seen(100, 7, 1), true, true, Kin::Twin);
        check(seen(101, 7, 1), true, true, Kin::New);
        check(seen(101, 7, 2), true, true, Kin::Twin);
        check(seen(102, 7, 2), true, true, Kin::New);
        check(seen(100, 8, 2), true, true, Kin::New);
        check(seen(100, 7, 1), false, true, Kin::New);
        check(seen(100, 7, 2), true, false, Kin::TwinOfUnclaimed(seen(100, 7, 1)));
    }

    #[test]
    fn a_connection_keeps_its_name_until_it_is_idle() {
        let mut pins: Pins<u8> = Pins::default();
        pins.enter(key(1), seen(0, 1, 1), true, true).1.value = Some(9);
        assert_eq!(pins.enter(key(1), seen(900, 2, 1), true, true).1.value, Some(9));
        assert_eq!(pins.enter(key(1), seen(906 + 900, 3, 1), true, true).1.value, None);
        assert_eq!(pins.enter(key(2), seen(0, 1, 1), true, true).1.value, None);
    }

    #[test]
    fn memory_is_bounded_by_what_is_live() {
        let mut pins: Pins<u8> = Pins::default();
        for i in 0..200_000_u32 {
            pins.enter(key(i), seen(i64::from(i), 1, 1), true, true);
        }
        assert!(pins.map.len() <= 2 * SWEEP_MIN, "{}", pins.map.len());
    }
}
