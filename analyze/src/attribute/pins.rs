//! What is remembered of live connections: the name of the first record, for the records that follow it, and the last
//! records in each direction, against which duplicates are told.

use std::ops::RangeInclusive;

use model::{Addr, MICROS_PER_S, Micros};
use rustc_hash::FxHashMap;

/// A connection without a record for this long may be over: its next record may be another's that uses the same ports.
pub(crate) const IDLE: i64 = 900 * MICROS_PER_S;
/// A TCP connection may be silent for so long and go on (RFC 5382, REQ-5: address translators keep it for 2 h 4 min).
const QUIET: i64 = 7_440 * MICROS_PER_S;
/// Connections remembered before those that are over are forgotten.
const SWEEP_MIN: usize = 1 << 11;
/// With more connections than this after a sweep, silent ones are forgotten like others: a night that busy has no room for
/// two hours of them.
const QUIET_MAX: usize = 1 << 14;
/// Connections remembered at most; beyond, all are forgotten and records that follow stand for themselves.
const PINS_MAX: usize = 1 << 21;
/// Times of the same traffic seen twice differ by no more than this.
const TWIN_SLACK: i64 = 2 * MICROS_PER_S;
/// Some exporters count frames: Ethernet's header, a VLAN tag and the check sequence (IEEE 802.3).
const FRAME_OCTETS: u64 = 22;
/// Volumes of the same traffic seen twice differ by no more than one part in so many, where packets are not counted.
const VOLUME_SHARE: u64 = 50;
const TCP: u8 = 6;
/// In the place of packets: the record is one sampled packet, as sFlow tells them, and two alike are two packets.
pub(crate) const SAMPLE: u32 = u32::MAX;

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
    /// Packets; 0 where the exporter does not count them, [`SAMPLE`] where the record is one packet of many.
    pub(crate) packets: u32,
    /// Who made the record and at which interfaces.
    pub(crate) place: u32,
    /// The link that takes it.
    pub(crate) link: Option<u16>,
}

impl Seen {
    /// Whether both are the same traffic: equal in everything, or made at another place, nearly equal in volume and at
    /// nearly the same time. What two links carry is never the same: they share the load.
    pub(crate) fn twin(&self, other: &Self) -> bool {
        if self.place == other.place {
            let equal = self.bytes == other.bytes && self.start == other.start && self.end == other.end;
            return equal && self.packets != SAMPLE;
        }
        let apart = self.link.is_some() && other.link.is_some() && self.link != other.link;
        !apart && self.same_traffic(other)
    }

    /// Whether volume and time are nearly equal.
    pub(crate) fn same_traffic(&self, other: &Self) -> bool {
        let samples = self.packets == SAMPLE || other.packets == SAMPLE;
        !samples && self.same_volume(other) && self.same_time(other)
    }

    /// The beginnings that a record of the same traffic may have: where nine tenths of the longer are shared, it is no longer
    /// than ten ninths of this one, and begins at most a tenth of itself away.
    pub(crate) fn same_beginnings(&self) -> RangeInclusive<Micros> {
        let away = TWIN_SLACK.max(self.end.saturating_sub(self.start).max(0) / 9 + 9);
        self.start.saturating_sub(away)..=self.start.saturating_add(away)
    }

    fn same_volume(&self, other: &Self) -> bool {
        let difference = self.bytes.abs_diff(other.bytes);
        if self.packets > 0 && other.packets > 0 {
            return self.packets == other.packets && difference <= FRAME_OCTETS * u64::from(self.packets);
        }
        difference <= self.bytes.max(other.bytes) / VOLUME_SHARE
    }

    /// Whether both ends nearly meet, or nine tenths of the longer are shared.
    fn same_time(&self, other: &Self) -> bool {
        let near = |a: Micros, b: Micros| a.abs_diff(b) <= TWIN_SLACK as u64;
        if near(self.start, other.start) && near(self.end, other.end) {
            return true;
        }
        let shared = self.end.min(other.end).saturating_sub(self.start.max(other.start)).max(0) as u64;
        let longer = self.end.abs_diff(self.start).max(other.end.abs_diff(other.start));
        longer > 0 && shared >= longer / 10 * 9
    }
}

/// What is remembered of one connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pin<T> {
    /// When the first record began: the evidence is asked for that moment.
    pub(crate) first: Micros,
    end: Micros,
    /// The last two records of each direction, the latest first.
    last: [[Option<Seen>; 2]; 2],
    /// What the first record was found to be; none until something asks.
    pub(crate) value: Option<T>,
    /// Whether the record goes on after a silence: evidence of its own comes before what is remembered.
    pub(crate) resumed: bool,
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
    now: Micros,
    sweep_at: usize,
}

impl<T> Default for Pins<T> {
    fn default() -> Self {
        Self { map: FxHashMap::default(), now: Micros::MIN, sweep_at: SWEEP_MIN }
    }
}

impl<T: Copy> Pins<T> {
    /// Whether a connection is remembered. Asked for several records before they are entered, so that the processor waits
    /// for their places in memory at once and not for one after another.
    #[inline]
    pub(crate) fn touch(&self, key: &Connection) -> bool {
        self.map.get(key).is_some_and(|pin| pin.end <= self.now)
    }

    /// Enters a record and says what it is to those before it.
    #[inline]
    pub(crate) fn enter(&mut self, key: Connection, seen: Seen, sends: bool) -> (Kin, &mut Pin<T>) {
        self.now = seen.start;
        if self.map.len() >= self.sweep_at {
            self.sweep();
        }
        let fresh = Pin { first: seen.start, end: seen.end, last: [[None; 2]; 2], value: None, resumed: false };
        let pin = self.map.entry(key).or_insert(fresh);
        let silence = seen.start.saturating_sub(pin.end);
        if silence > patience(&key) {
            *pin = fresh;
        } else if silence > IDLE {
            pin.resumed = true;
        }
        pin.end = pin.end.max(seen.end);
        let slots = &mut pin.last[usize::from(sends)];
        let twin = slots.iter_mut().flatten().find(|last| last.twin(&seen));
        let kin = match twin {
            Some(last) => {
                let kin = if last.link.is_some() { Kin::Twin } else { Kin::TwinOfUnclaimed(*last) };
                last.link = last.link.or(seen.link);
                kin
            }
            None => {
                *slots = [Some(seen), slots[0]];
                Kin::New
            }
        };
        (kin, pin)
    }

    /// Forgets connections that are over. When hardly any is, the next sweep waits, so that sweeping stays cheap.
    fn sweep(&mut self) {
        let now = self.now;
        self.map.retain(|key, pin| now.saturating_sub(pin.end) <= patience(key));
        if self.map.len() > QUIET_MAX {
            self.map.retain(|_, pin| now.saturating_sub(pin.end) <= IDLE);
        }
        if self.map.len() > PINS_MAX {
            self.map.clear();
        }
        self.sweep_at = (self.map.len() * 2).max(SWEEP_MIN);
    }
}

/// After how long a silence a connection is over for certain.
fn patience(key: &Connection) -> i64 {
    if key.protocol == TCP { QUIET } else { IDLE }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = MICROS_PER_S;

    fn key(port: u32, protocol: u8) -> Connection {
        Connection {
            device: Addr::from_v4([192, 168, 1, 5]),
            server: Addr::from_v4([203, 0, 113, 1]),
            ports: port,
            protocol,
        }
    }

    fn seen(start_s: i64, bytes: u64, place: u32) -> Seen {
        Seen { start: start_s * S, end: (start_s + 5) * S, bytes, packets: 0, place, link: Some(0) }
    }

    fn check(first: Seen, second: Seen, sends: bool, expected: Kin) {
        let mut pins: Pins<u8> = Pins::default();
        assert_eq!(pins.enter(key(1, 6), first, true).0, Kin::New);
        assert_eq!(pins.enter(key(1, 6), second, sends).0, expected, "{first:?} {second:?}");
    }

    #[test]
    fn twins() {
        let first = seen(100, 7, 1);
        check(first, seen(100, 7, 1), true, Kin::Twin);
        check(first, seen(101, 7, 1), true, Kin::New);
        check(first, seen(101, 7, 2), true, Kin::Twin);
        check(first, seen(102, 7, 2), true, Kin::Twin);
        check(first, seen(103, 7, 2), true, Kin::New);
        check(first, seen(100, 8, 2), true, Kin::New);
        check(first, seen(100, 7, 1), false, Kin::New);
        let unclaimed = Seen { link: None, ..first };
        check(unclaimed, seen(100, 7, 2), true, Kin::TwinOfUnclaimed(unclaimed));
        check(first, Seen { link: Some(1), ..seen(100, 7, 2) }, true, Kin::New);
    }

    #[test]
    fn nearly_equal_volumes() {
        let with = |bytes, packets, place| Seen { packets, ..seen(100, bytes, place) };
        // Ten packets of 1,000 octets, counted as frames elsewhere: 14 octets more each.
        check(with(10_000, 10, 1), with(10_140, 10, 2), true, Kin::Twin);
        check(with(10_000, 10, 1), with(10_221, 10, 2), true, Kin::New);
        check(with(10_000, 10, 1), with(10_000, 11, 2), true, Kin::New);
        check(with(10_000, 0, 1), with(10_200, 10, 2), true, Kin::Twin);
        check(with(10_000, 0, 1), with(10_210, 0, 2), true, Kin::New);
        // At one place nothing but a record sent twice is a twin.
        check(with(10_000, 10, 1), with(10_140, 10, 1), true, Kin::New);
    }

    #[test]
    fn sampled_packets_are_never_twins() {
        let sample = |place| Seen { packets: SAMPLE, ..seen(100, 1_500, place) };
        check(sample(1), sample(1), true, Kin::New);
        check(sample(1), sample(2), true, Kin::New);
    }

    #[test]
    fn nearly_equal_times() {
        let long = |start: i64, end: i64, place| Seen { end: end * S, ..seen(start, 5_000, place) };
        check(long(0, 1_000, 1), long(30, 1_020, 2), true, Kin::Twin);
        check(long(0, 1_000, 1), long(200, 1_200, 2), true, Kin::New);
        check(long(0, 1_000, 1), long(1_000, 2_000, 2), true, Kin::New);
    }

    #[test]
    fn records_of_two_places_may_come_in_turns_or_two_by_two() {
        let mut pins: Pins<u8> = Pins::default();
        let kinds: Vec<Kin> = [seen(0, 7, 1), seen(60, 8, 1), seen(0, 7, 2), seen(60, 8, 2), seen(120, 9, 2)]
            .into_iter()
            .map(|s| pins.enter(key(1, 6), s, true).0)
            .collect();
        assert_eq!(kinds, [Kin::New, Kin::New, Kin::Twin, Kin::Twin, Kin::New]);
    }

    #[test]
    fn a_connection_keeps_its_name_until_it_is_idle() {
        let mut pins: Pins<u8> = Pins::default();
        let mut at = |port, protocol, start, value: Option<u8>| {
            let pin = pins.enter(key(port, protocol), seen(start, start as u64 + 1, 1), true).1;
            pin.value = value.or(pin.value);
            (pin.value, pin.resumed)
        };
        assert_eq!(at(1, 17, 0, Some(9)), (Some(9), false));
        assert_eq!(at(1, 17, 905, None), (Some(9), false));
        assert_eq!(at(1, 17, 910 + 901, None), (None, false), "other ports' turn");
        assert_eq!(at(2, 6, 0, Some(9)), (Some(9), false));
        assert_eq!(at(2, 6, 5 + 901, None), (Some(9), true), "TCP may be silent for 2 h 4 min");
        assert_eq!(at(2, 6, 911 + 7_441, None), (None, false));
        assert_eq!(at(3, 6, 0, None), (None, false));
    }

    #[test]
    fn memory_is_bounded_by_what_is_live() {
        let mut pins: Pins<u8> = Pins::default();
        for i in 0..200_000_u32 {
            pins.enter(key(i, 17), seen(i64::from(i), 1, 1), true);
        }
        assert!(pins.map.len() <= 2 * SWEEP_MIN, "{}", pins.map.len());
    }

    #[test]
    fn a_busy_night_has_no_room_for_silent_connections() {
        // Ten connections a second: 74,400 in 2 h 4 min, 9,000 in a quarter of an hour.
        let mut pins: Pins<u8> = Pins::default();
        for i in 0..200_000_u32 {
            pins.enter(key(i, 6), seen(i64::from(i) / 10, 1, 1), true);
        }
        assert!(pins.map.len() <= 2 * QUIET_MAX, "{}", pins.map.len());
    }
}
