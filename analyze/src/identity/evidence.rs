//! What sources say of who had an address, and how far each is believed.
//!
//! - A lease with both ends holds between them.
//! - An acknowledgement holds one lease length, unless before that the address is given to another device, the device is
//!   given another one, or gives this one back.
//! - A line of a lease file says when a lease runs out and not when it began. It holds one lease length back from there at
//!   most, no further than the last word of another device at that address, and not at all once dated evidence shows the
//!   device elsewhere: a file written on Tuesday says nothing about Monday's guest.
//! - A sighting, of a neighbor table or in a flow record, holds an hour; an IPv6 address that a device made up by itself
//!   is nobody else's before and after, so that one holds a day both ways.
//! - Clients keep using a lease that ran out for some seconds, and clocks differ: for [`GRACE`] after an address changed
//!   hands both devices claim it, and nobody is named.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::{Addr, Lease, MICROS_PER_S, Mac, Micros};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Identities, Interval, flatten};
use crate::calendar::Calendar;
use crate::register::Register;

/// Leases and sightings that one night may hold; more are counted as over the limit and not used.
const CLAIMS_MAX: usize = 1 << 20;
/// Seconds of a lease where nothing else says so: the default of Pi-hole and of many routers; RFC 2131 names none.
pub const LEASE_S_DEFAULT: u32 = 86_400;
/// For so long a client may go on with a lease that ran out (PacketFence allows the same).
pub(super) const GRACE: Micros = 30 * MICROS_PER_S;
/// The lease server's clock and the exporter's may differ by so much.
const SLACK: Micros = 2 * MICROS_PER_S;
/// An address stays with the device that was seen using it for so long.
const SEEN: Micros = 3_600 * MICROS_PER_S;
/// An IPv6 address that a device made up by itself stays its own for so long before and after.
const SEEN_OWN: Micros = 24 * 3_600 * MICROS_PER_S;
/// Sightings of one device at one address are remembered by stretches of so long.
const STRETCH: Micros = 900 * MICROS_PER_S;
/// A link-layer address that is seen with more IPv4 addresses than this is a router's, and says nothing of a device.
const ADDRESSES_OF_A_DEVICE: usize = 4;

/// A lease as a source tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    address: Addr,
    mac: Mac,
    start: Option<Micros>,
    end: Option<Micros>,
}

/// Where a device was seen, in which stretch of time.
type Seen = BTreeMap<(Addr, Mac, i64), (Micros, Micros)>;

/// Collects leases and sightings and builds [`Identities`].
#[derive(Debug)]
pub(crate) struct IdentityBuilder {
    by_mac: FxHashMap<Mac, Vec<Interval>>,
    by_address: BTreeMap<Addr, Vec<Interval>>,
    told: Vec<Told>,
    seen: Seen,
    /// Link-layer addresses that a neighbor table told: those of end devices.
    neighbors: BTreeSet<Mac>,
    lease: Micros,
    over_limit: u64,
}

impl IdentityBuilder {
    /// Starts with what the register fixes; `lease_s` is the length of a lease where nothing else says so.
    pub(crate) fn new(register: &Register, calendar: &Calendar, lease_s: u32) -> Self {
        let mut by_mac: FxHashMap<Mac, Vec<Interval>> = FxHashMap::default();
        let mut by_address: BTreeMap<Addr, Vec<Interval>> = BTreeMap::new();
        for (asset, row) in register.indexed() {
            let start = calendar.bounds(row.from).0;
            let end = row.until.map_or(Micros::MAX, |u: Date| calendar.bounds(u).1);
            let interval = Interval { start, end, owner: Some(asset) };
            if let Some(mac) = row.mac {
                by_mac.entry(mac).or_default().push(interval);
            }
            if let Some(address) = row.address {
                by_address.entry(address).or_default().push(interval);
            }
        }
        by_mac.values_mut().for_each(|list| list.sort_unstable());
        let lease = i64::from(lease_s) * MICROS_PER_S;
        Self {
            by_mac,
            by_address,
            told: Vec::new(),
            seen: Seen::new(),
            neighbors: BTreeSet::new(),
            lease,
            over_limit: 0,
        }
    }

    /// Takes a lease. One that ends when it begins was given back or refused at that moment. Without a link-layer address
    /// it says nothing about a device of the register.
    pub(crate) fn lease(&mut self, lease: &Lease) {
        let Some(mac) = lease.mac else { return };
        if self.room() {
            self.told.push(Told { address: lease.address, mac, start: lease.start, end: lease.end });
        }
    }

    /// Takes a line of a neighbor table: at this time a device with this link-layer address used this address.
    pub(crate) fn neighbor(&mut self, time: Micros, mac: Mac, address: Addr) {
        self.neighbors.insert(mac);
        self.sighting(time, mac, address);
    }

    /// Takes what a flow record shows: at this time a sender with this link-layer address used this address. It says
    /// something of end devices alone, those that the register, a lease or a neighbor table names: a router on the way puts
    /// its own link-layer address on everything.
    pub(crate) fn sighting(&mut self, time: Micros, mac: Mac, address: Addr) {
        let key = (address, mac, time.div_euclid(STRETCH));
        if let Some((first, last)) = self.seen.get_mut(&key) {
            (*first, *last) = ((*first).min(time), (*last).max(time));
        } else if self.room() {
            self.seen.insert(key, (time, time));
        }
    }

    /// Whether the register knows a link-layer address at all.
    pub(crate) fn knows(&self, mac: Mac) -> bool {
        self.by_mac.contains_key(&mac)
    }

    fn room(&mut self) -> bool {
        let room = self.told.len() + self.seen.len() < CLAIMS_MAX;
        self.over_limit += u64::from(!room);
        room
    }

    /// Takes over what another one took. Both began with the same register: what it fixes counts once.
    pub(crate) fn absorb(&mut self, other: IdentityBuilder) {
        for told in other.told {
            if self.room() {
                self.told.push(told);
            }
        }
        for ((address, mac, _), (first, last)) in other.seen {
            self.sighting(first, mac, address);
            self.sighting(last, mac, address);
        }
        self.neighbors.extend(other.neighbors);
        self.over_limit += other.over_limit;
    }

    /// Leases and sightings that were not taken.
    pub(crate) fn over_limit(&self) -> u64 {
        self.over_limit
    }

    /// Writes down that a device had an address from `start` to `end`, under whoever held the device meanwhile.
    fn hold(&mut self, address: Addr, mac: Mac, start: Micros, end: Micros) {
        let list = self.by_address.entry(address).or_default();
        let mut from = start;
        for k in self.by_mac.get(&mac).into_iter().flatten().filter(|k| k.start < end && k.end > start) {
            if k.start > from {
                list.push(Interval { start: from, end: k.start, owner: None });
            }
            list.push(Interval { start: k.start.max(start), end: k.end.min(end), owner: k.owner });
            from = from.max(k.end);
        }
        if from < end {
            list.push(Interval { start: from, end, owner: None });
        }
    }

    /// Judges all evidence and flattens what overlaps, so that each instant of an address has one owner or a conflict.
    pub(crate) fn seal(mut self) -> Identities {
        let mut told = std::mem::take(&mut self.told);
        told.sort_unstable();
        told.dedup();
        let mut clients: FxHashSet<Mac> = told.iter().map(|t| t.mac).collect();
        clients.extend(&self.neighbors);
        let mut seen = without_routers(std::mem::take(&mut self.seen));
        seen.retain(|(_, mac, _), _| clients.contains(mac) || self.by_mac.contains_key(mac));
        let events = Events::new(&told, &seen);
        let mut claims: Vec<(Addr, Mac, Micros, Micros)> = Vec::with_capacity(told.len() + seen.len());
        let leases = told.iter().filter_map(|t| events.lease(t, self.lease).map(|(a, b)| (t.address, t.mac, a, b)));
        claims.extend(leases);
        claims.extend(seen.iter().map(|((address, mac, _), span)| {
            let (start, end) = events.seen(*address, *mac, *span);
            (*address, *mac, start, end)
        }));
        claims.into_iter().filter(|c| c.2 < c.3).for_each(|(address, mac, a, b)| self.hold(address, mac, a, b));
        let addresses = self.by_address.into_iter().map(|(a, list)| (a, flatten(list))).collect();
        Identities { by_mac: self.by_mac, addresses, clients }
    }
}

/// Leaves out link-layer addresses that stand for many devices.
fn without_routers(seen: Seen) -> Seen {
    let mut addresses: BTreeMap<Mac, Vec<Addr>> = BTreeMap::new();
    for (address, mac, _) in seen.keys().filter(|k| k.0.is_v4()) {
        let list = addresses.entry(*mac).or_default();
        if list.last() != Some(address) {
            list.push(*address);
        }
    }
    let one = |mac: &Mac| addresses.get(mac).is_none_or(|list| list.len() <= ADDRESSES_OF_A_DEVICE);
    seen.into_iter().filter(|((_, mac, _), _)| one(mac)).collect()
}

/// Moments in order, each with what it was about. Stretches about the same thing are found at once, so that a long list of
/// renewals costs no more than sorting it.
#[derive(Debug)]
struct Line<T> {
    moments: Vec<(Micros, T)>,
    /// For each moment, where the stretch about the same thing begins and where it ends.
    stretch: Vec<(u32, u32)>,
}

impl<T: Copy + Ord> Line<T> {
    fn new(mut moments: Vec<(Micros, T)>) -> Self {
        moments.sort_unstable();
        let mut stretch = Vec::with_capacity(moments.len());
        for run in moments.chunk_by(|a, b| a.1 == b.1) {
            let from = stretch.len() as u32;
            stretch.resize(stretch.len() + run.len(), (from, from + run.len() as u32));
        }
        Self { moments, stretch }
    }

    fn after(&self, at: Micros) -> usize {
        self.moments.partition_point(|(t, _)| *t <= at)
    }

    /// The first moment after `at` that is about another thing.
    fn next_other(&self, what: T, at: Micros) -> Option<Micros> {
        let next = self.after(at);
        let (time, found) = *self.moments.get(next)?;
        if found != what {
            return Some(time);
        }
        self.moments.get(self.stretch.get(next)?.1 as usize).map(|m| m.0)
    }

    /// The last moment up to `at` that is about another thing.
    fn last_other(&self, what: T, at: Micros) -> Option<Micros> {
        let last = self.after(at).checked_sub(1)?;
        let (time, found) = *self.moments.get(last)?;
        if found != what {
            return Some(time);
        }
        self.moments.get((self.stretch.get(last)?.0 as usize).checked_sub(1)?).map(|m| m.0)
    }

    /// The last moment up to `at`, where it is about this thing.
    fn last_own(&self, what: T, at: Micros) -> Option<Micros> {
        let last = self.after(at).checked_sub(1)?;
        self.moments.get(last).filter(|m| m.1 == what).map(|m| m.0)
    }
}

/// Dated evidence in the order of time: what ends or limits a claim.
struct Events {
    /// Devices that were given an address or seen using it, by address.
    arrivals: BTreeMap<Addr, Line<Mac>>,
    /// The IPv4 addresses of a device.
    places: BTreeMap<Mac, Line<Addr>>,
    /// When a device gave an address back, in order.
    departures: BTreeMap<(Addr, Mac), Vec<Micros>>,
}

impl Events {
    fn new(told: &[Told], seen: &Seen) -> Self {
        let mut departures: BTreeMap<(Addr, Mac), Vec<Micros>> = BTreeMap::new();
        let mut arrivals: BTreeMap<Addr, Vec<(Micros, Mac)>> = BTreeMap::new();
        let mut places: BTreeMap<Mac, Vec<(Micros, Addr)>> = BTreeMap::new();
        let mut arrive = |address: Addr, mac: Mac, at: Micros| {
            arrivals.entry(address).or_default().push((at, mac));
            if address.is_v4() {
                places.entry(mac).or_default().push((at, address));
            }
        };
        for t in told {
            match (t.start, t.end) {
                (Some(start), end) if end == Some(start) => {
                    departures.entry((t.address, t.mac)).or_default().push(start);
                }
                (Some(start), _) => arrive(t.address, t.mac, start),
                (None, _) => {}
            }
        }
        for ((address, mac, _), (first, last)) in seen {
            arrive(*address, *mac, *first);
            arrive(*address, *mac, *last);
        }
        departures.values_mut().for_each(|list| list.sort_unstable());
        Self {
            arrivals: arrivals.into_iter().map(|(a, list)| (a, Line::new(list))).collect(),
            places: places.into_iter().map(|(m, list)| (m, Line::new(list))).collect(),
            departures,
        }
    }

    /// When, after `at`, another device is first known at an address.
    fn next_other(&self, address: Addr, mac: Mac, at: Micros) -> Option<Micros> {
        self.arrivals.get(&address)?.next_other(mac, at)
    }

    /// When, after `at`, the device is first known at another IPv4 address.
    fn moved(&self, address: Addr, mac: Mac, at: Micros) -> Option<Micros> {
        self.places.get(&mac).filter(|_| address.is_v4())?.next_other(address, at)
    }

    /// When, from `at` on, the device gave the address back.
    fn departed(&self, address: Addr, mac: Mac, at: Micros) -> Option<Micros> {
        let list = self.departures.get(&(address, mac))?;
        list.get(list.partition_point(|t| *t < at)).copied()
    }

    /// From when to when a lease is believed.
    fn lease(&self, told: &Told, length: Micros) -> Option<(Micros, Micros)> {
        let Told { address, mac, .. } = *told;
        match (told.start, told.end) {
            (Some(start), Some(end)) if start == end => None,
            (Some(start), Some(end)) => {
                let end = self.departed(address, mac, start).map_or(end + GRACE, |d| d.min(end + GRACE));
                Some((start.saturating_sub(SLACK), end))
            }
            (Some(start), None) => {
                let ends = [
                    Some(start.saturating_add(length + GRACE)),
                    self.next_other(address, mac, start).map(|t| t + GRACE),
                    self.departed(address, mac, start),
                    self.moved(address, mac, start),
                ];
                let end = ends.into_iter().flatten().min().unwrap_or(Micros::MAX);
                Some((start.saturating_sub(SLACK), end))
            }
            (None, Some(end)) => self.undated(address, mac, end, length),
            (None, None) => Some((Micros::MIN, Micros::MAX)),
        }
    }

    /// What a line of a lease file is worth: it may have been written any time before `end`. Where the device was given this
    /// address before, and nobody else since, it holds from there; else one lease length back.
    fn undated(&self, address: Addr, mac: Mac, end: Micros, length: Micros) -> Option<(Micros, Micros)> {
        let line = self.arrivals.get(&address);
        let earliest = end.saturating_sub(length);
        let start = match line.and_then(|l| l.last_own(mac, end)) {
            Some(given) => given,
            None => line.and_then(|l| l.last_other(mac, end)).map_or(earliest, |t| t.max(earliest)),
        };
        if self.moved(address, mac, start).is_some_and(|t| t <= end) {
            return None;
        }
        Some((start, self.departed(address, mac, start).map_or(end, |d| d.min(end))))
    }

    /// From when to when a sighting is believed.
    fn seen(&self, address: Addr, mac: Mac, (first, last): (Micros, Micros)) -> (Micros, Micros) {
        let next = self.next_other(address, mac, last).unwrap_or(Micros::MAX);
        if !made_up(address) {
            return (first.saturating_sub(SLACK), next.min(last.saturating_add(SEEN)));
        }
        let before = self.arrivals.get(&address).and_then(|l| l.last_other(mac, first)).unwrap_or(Micros::MIN);
        (before.max(first.saturating_sub(SEEN_OWN)), next.min(last.saturating_add(SEEN_OWN)))
    }
}

/// Whether a device chose the host part of its IPv6 address by itself (RFC 4862, RFC 8981): servers and address pools
/// count from small numbers.
fn made_up(address: Addr) -> bool {
    !address.is_v4() && (address.bits() as u64) >> 32 != 0
}
