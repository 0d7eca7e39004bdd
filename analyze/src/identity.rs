//! Whose address it was, at the time: leases, the register's fixed addresses, and link-layer addresses.
//!
//! Where two sources disagree, nobody is named. A device that the register does not know, and one with a randomised
//! link-layer address, is a device of nobody: its bytes stand in the link's totals and are never profiled.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::{Addr, Lease, Mac, Micros};
use rustc_hash::FxHashMap;

use crate::calendar::Calendar;
use crate::register::{AssetIx, Register};

/// Leases that one night may hold; more are counted as over the limit and not used.
pub(crate) const LEASES_MAX: usize = 1 << 20;

/// Who has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A device of the register.
    Asset(AssetIx),
    /// A device that the register does not know.
    Stranger,
    /// Sources disagree.
    Conflict,
    /// No source says anything.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Interval {
    start: Micros,
    end: Micros,
    owner: Option<AssetIx>,
}

/// Collects leases and builds [`Identities`].
#[derive(Debug)]
pub(crate) struct IdentityBuilder {
    by_mac: FxHashMap<Mac, Vec<Interval>>,
    by_address: BTreeMap<Addr, Vec<Interval>>,
    /// Beginnings of leases, by address.
    begun: BTreeMap<Addr, Vec<(Micros, Mac)>>,
    /// Leases with a beginning and no end, as a log's acknowledgements are.
    open: Vec<(Addr, Micros, Mac)>,
    taken: usize,
    over_limit: u64,
}

impl IdentityBuilder {
    /// Starts with what the register fixes.
    pub(crate) fn new(register: &Register, calendar: &Calendar) -> Self {
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
        Self { by_mac, by_address, begun: BTreeMap::new(), open: Vec::new(), taken: 0, over_limit: 0 }
    }

    /// Takes a lease. Without a beginning it holds from ever; without an end until the address is given to another device;
    /// without a link-layer address it says nothing about a device of the register.
    pub(crate) fn lease(&mut self, lease: &Lease) {
        let Some(mac) = lease.mac else { return };
        if self.taken >= LEASES_MAX {
            self.over_limit += 1;
            return;
        }
        self.taken += 1;
        if let Some(start) = lease.start {
            self.begun.entry(lease.address).or_default().push((start, mac));
        }
        match (lease.start, lease.end) {
            (Some(start), None) => self.open.push((lease.address, start, mac)),
            (start, end) => self.hold(lease.address, mac, start.unwrap_or(Micros::MIN), end.unwrap_or(Micros::MAX)),
        }
    }

    /// Writes down that a device had an address from `start` to `end`.
    fn hold(&mut self, address: Addr, mac: Mac, start: Micros, end: Micros) {
        let list = self.by_address.entry(address).or_default();
        let mut from = start;
        let mut known: Vec<Interval> = self.by_mac.get(&mac).cloned().unwrap_or_default();
        known.sort_unstable();
        for k in known.iter().filter(|k| k.start < end && k.end > start) {
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

    /// Takes over the leases that another one took. Both began with the same register: what it fixes counts once.
    pub(crate) fn absorb(&mut self, other: IdentityBuilder) {
        for (address, list) in other.by_address {
            self.by_address.entry(address).or_default().extend(list);
        }
        for (address, list) in other.begun {
            self.begun.entry(address).or_default().extend(list);
        }
        self.open.extend(other.open);
        self.taken += other.taken;
        self.over_limit += other.over_limit + self.taken.saturating_sub(LEASES_MAX) as u64;
        self.taken = self.taken.min(LEASES_MAX);
    }

    /// Leases that were not taken.
    pub(crate) fn over_limit(&self) -> u64 {
        self.over_limit
    }

    /// Flattens overlapping intervals, so that each instant of an address has one owner or a conflict.
    pub(crate) fn seal(mut self) -> Identities {
        let mut open = std::mem::take(&mut self.open);
        open.sort_unstable();
        open.dedup();
        for (address, start, mac) in open {
            let begun = self.begun.get(&address).into_iter().flatten();
            let next = begun.filter(|(at, other)| *at > start && *other != mac).map(|(at, _)| *at).min();
            self.hold(address, mac, start, next.unwrap_or(Micros::MAX));
        }
        let addresses = self.by_address.into_iter().map(|(a, list)| (a, flatten(list))).collect();
        Identities { by_mac: self.by_mac, addresses }
    }
}

/// Stretches of time from their first instant, each with its owner, up to the next one's.
type Timeline = Vec<(Micros, Owner)>;

/// Sweeps over the beginnings and ends of all intervals and keeps count of who claims the address: a long list of renewals
/// costs no more than sorting it.
fn flatten(mut list: Vec<Interval>) -> Timeline {
    list.sort_unstable();
    list.dedup();
    let mut events: Vec<(Micros, i64, Option<AssetIx>)> = Vec::with_capacity(list.len() * 2);
    for i in &list {
        events.push((i.start, 1, i.owner));
        events.push((i.end, -1, i.owner));
    }
    events.sort_unstable();
    let mut claims: BTreeMap<Option<AssetIx>, i64> = BTreeMap::new();
    let mut line: Timeline = Vec::new();
    for moment in events.chunk_by(|a, b| a.0 == b.0) {
        for (_, change, owner) in moment {
            let count = claims.entry(*owner).or_default();
            *count += change;
            if *count == 0 {
                claims.remove(owner);
            }
        }
        let mut owners = claims.keys();
        let owner = match (owners.next(), owners.next()) {
            (None, _) => Owner::Unknown,
            (Some(None), None) => Owner::Stranger,
            (Some(Some(asset)), None) => Owner::Asset(*asset),
            _ => Owner::Conflict,
        };
        if line.last().is_none_or(|l| l.1 != owner) {
            line.push((moment[0].0, owner));
        }
    }
    line
}

/// Who had which address when. Nothing changes any more.
#[derive(Debug)]
pub(crate) struct Identities {
    by_mac: FxHashMap<Mac, Vec<Interval>>,
    addresses: FxHashMap<Addr, Timeline>,
}

impl Identities {
    /// Who had an address at a time.
    #[inline]
    pub(crate) fn owner(&self, address: Addr, at: Micros) -> Owner {
        let Some(line) = self.addresses.get(&address) else { return Owner::Unknown };
        let after = line.partition_point(|(start, _)| *start <= at);
        if after == 0 { Owner::Unknown } else { line[after - 1].1 }
    }

    /// The registered device with a link-layer address at a time.
    #[inline]
    pub(crate) fn by_mac(&self, mac: Mac, at: Micros) -> Option<AssetIx> {
        let list = self.by_mac.get(&mac)?;
        list.iter().find(|i| i.start <= at && at < i.end).and_then(|i| i.owner)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::register::{Ownership, RegisterRow};

    fn mac(n: u8) -> Mac {
        Mac([0, 0, 0x5e, 0x10, 0, n])
    }

    fn addr(n: u8) -> Addr {
        Addr::from_v4([192, 168, 1, n])
    }

    fn at(hour: i64, minute: i64) -> Micros {
        let day: jiff::Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
        day.as_microsecond() + (hour * 60 + minute) * 60_000_000
    }

    fn row(asset: &str, mac: Option<Mac>, address: Option<Addr>, from: &str, until: Option<&str>) -> RegisterRow {
        RegisterRow {
            asset: asset.to_owned(),
            kind: String::new(),
            holder: None,
            ownership: Ownership::Council,
            mac,
            address,
            link: None,
            from: from.parse().unwrap(),
            until: until.map(|u| u.parse().unwrap()),
        }
    }

    fn builder() -> IdentityBuilder {
        let rows = vec![
            row("A", Some(mac(1)), None, "2026-01-01", None),
            row("B", Some(mac(2)), None, "2026-01-01", None),
            row("C", None, Some(addr(9)), "2026-03-02", Some("2026-03-02")),
        ];
        let register = Register::new(rows, vec![]).unwrap();
        let calendar = Calendar::new(TimeZone::UTC, "england", &BTreeMap::new(), None, vec![]).unwrap();
        IdentityBuilder::new(&register, &calendar)
    }

    /// Leases as (device's number, address, from hour, until hour), all of 2 March 2026.
    fn check(leases: &[(u8, u8, Option<i64>, Option<i64>)], address: u8, time: Micros, expected: Owner) {
        let mut b = builder();
        for (m, a, start, end) in leases {
            let hour = |h: &Option<i64>| h.map(|h| at(h, 0));
            let (start, end) = (hour(start), hour(end));
            b.lease(&Lease { start, end, mac: Some(mac(*m)), address: addr(*a), hostname: None, offset: 0 });
        }
        assert_eq!(b.seal().owner(addr(address), time), expected, "{leases:?}");
    }

    const A: Owner = Owner::Asset(AssetIx(0));
    const B: Owner = Owner::Asset(AssetIx(1));
    const C: Owner = Owner::Asset(AssetIx(2));

    #[test]
    fn a_lease_handed_over() {
        let over = [(1, 5, Some(8), Some(10)), (2, 5, Some(10), Some(14))];
        check(&over, 5, at(9, 59), A);
        check(&over, 5, at(10, 0), B);
        check(&over, 5, at(10, 1), B);
        check(&over, 5, at(14, 0), Owner::Unknown);
        check(&over, 5, at(7, 59), Owner::Unknown);
    }

    #[test]
    fn an_overlap_names_nobody() {
        let overlap = [(1, 5, Some(8), Some(12)), (2, 5, Some(10), Some(14))];
        check(&overlap, 5, at(9, 0), A);
        check(&overlap, 5, at(11, 0), Owner::Conflict);
        check(&overlap, 5, at(13, 0), B);
        check(&[(1, 5, None, Some(12)), (2, 5, None, Some(14))], 5, at(11, 0), Owner::Conflict);
        check(&[(1, 5, None, Some(12)), (2, 5, None, Some(14))], 5, at(13, 0), B);
        check(&[(1, 5, Some(8), Some(12)), (7, 5, Some(10), Some(14))], 5, at(11, 0), Owner::Conflict);
        check(&[(1, 9, None, None)], 9, at(11, 0), Owner::Conflict);
    }

    #[test]
    fn an_acknowledgement_without_an_end_lasts_until_the_address_is_given_away() {
        let acks = [(7, 5, Some(0), None), (1, 5, Some(8), None), (1, 5, Some(9), None), (2, 5, Some(12), None)];
        check(&acks, 5, at(7, 59), Owner::Stranger);
        check(&acks, 5, at(8, 0), A);
        check(&acks, 5, at(11, 59), A);
        check(&acks, 5, at(12, 0), B);
        check(&acks, 5, at(23, 59), B);
        // Given back later: each stretch has its own holder.
        check(&[(1, 5, Some(8), None), (2, 5, Some(10), None), (1, 5, Some(12), None)], 5, at(11, 0), B);
        check(&[(1, 5, Some(8), None), (2, 5, Some(10), None), (1, 5, Some(12), None)], 5, at(13, 0), A);
        // Two at the same instant contradict each other.
        check(&[(1, 5, Some(8), None), (2, 5, Some(8), None)], 5, at(9, 0), Owner::Conflict);
    }

    #[test]
    fn renewals_strangers_and_fixed_addresses() {
        check(&[(1, 5, Some(8), Some(10)), (1, 5, Some(9), Some(11))], 5, at(9, 30), A);
        check(&[(1, 5, Some(8), Some(10)), (1, 5, Some(8), Some(10))], 5, at(10, 30), Owner::Unknown);
        check(&[(7, 5, None, None)], 5, at(9, 0), Owner::Stranger);
        check(&[], 9, at(9, 0), C);
        check(&[], 9, at(24, 0), Owner::Unknown);
        check(&[], 9, at(-1, 0), Owner::Unknown);
    }

    #[test]
    fn a_lease_outlives_the_register() {
        let rows = vec![row("A", Some(mac(1)), None, "2026-01-01", Some("2026-03-02"))];
        let register = Register::new(rows, vec![]).unwrap();
        let calendar = Calendar::new(TimeZone::UTC, "england", &BTreeMap::new(), None, vec![]).unwrap();
        let mut b = IdentityBuilder::new(&register, &calendar);
        b.lease(&Lease { start: None, end: None, mac: Some(mac(1)), address: addr(5), hostname: None, offset: 0 });
        let ids = b.seal();
        assert_eq!(ids.owner(addr(5), at(23, 59)), A);
        assert_eq!(ids.owner(addr(5), at(24, 0)), Owner::Stranger);
        assert_eq!((ids.by_mac(mac(1), at(1, 0)), ids.by_mac(mac(1), at(24, 0))), (Some(AssetIx(0)), None));
    }
}
