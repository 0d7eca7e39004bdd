//! Whose address it was, at the time: leases, the register's fixed addresses, and link-layer addresses.
//!
//! Where two sources disagree, nobody is named: an octet without a holder is a gap, one with the wrong holder is a wrong.
//! A device that the register does not know is a device of nobody: its bytes stand in the link's totals and are never
//! profiled. Randomised link-layer addresses are of that kind unless the register names them.

mod evidence;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use model::{Addr, Mac, Micros};
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use evidence::IdentityBuilder;
pub use evidence::LEASE_S_DEFAULT;

use crate::register::AssetIx;

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
    /// Link-layer addresses that were given an address: those of end devices, never a router's on the way.
    clients: FxHashSet<Mac>,
}

impl Identities {
    /// Who had an address at a time. An IPv6 address that is made from a link-layer address (RFC 4291 appendix A) tells its
    /// device by itself, where no source says more.
    #[inline]
    pub(crate) fn owner(&self, address: Addr, at: Micros) -> Owner {
        let line = self.addresses.get(&address).map_or(&[] as &[_], Vec::as_slice);
        let after = line.partition_point(|(start, _)| *start <= at);
        let told = if after == 0 { Owner::Unknown } else { line[after - 1].1 };
        if told != Owner::Unknown || address.is_v4() {
            return told;
        }
        link_layer_inside(address).and_then(|mac| self.by_mac(mac, at)).map_or(Owner::Unknown, Owner::Asset)
    }

    /// Whether any source says anything of an address.
    pub(crate) fn knows(&self, address: Addr) -> bool {
        let made_of = link_layer_inside(address).filter(|_| !address.is_v4());
        self.addresses.contains_key(&address) || made_of.is_some_and(|mac| self.by_mac.contains_key(&mac))
    }

    /// Whether an address was ever a registered device's.
    pub(crate) fn registers(&self, address: Addr) -> bool {
        let line = self.addresses.get(&address).map_or(&[] as &[_], Vec::as_slice);
        let made_of = link_layer_inside(address).filter(|_| !address.is_v4());
        line.iter().any(|(_, owner)| matches!(owner, Owner::Asset(_)))
            || made_of.is_some_and(|mac| self.by_mac.contains_key(&mac))
    }

    /// The registered device with a link-layer address at a time.
    #[inline]
    pub(crate) fn by_mac(&self, mac: Mac, at: Micros) -> Option<AssetIx> {
        let list = self.by_mac.get(&mac)?;
        list.iter().find(|i| i.start <= at && at < i.end).and_then(|i| i.owner)
    }

    /// The /64 networks in which registered devices used IPv6 addresses that others may route: they are the council's own,
    /// whoever wrote down which networks it has. In order.
    pub(crate) fn networks(&self) -> Vec<Addr> {
        let ours = |line: &Timeline| line.iter().any(|(_, owner)| matches!(owner, Owner::Asset(_)));
        let used = self.addresses.iter().filter(|(a, line)| a.bits() >> 125 == 0b001 && ours(line));
        let mut networks: Vec<Addr> =
            used.map(|(a, _)| Addr::from_octets((a.bits() >> 64 << 64).to_be_bytes())).collect();
        networks.sort_unstable();
        networks.dedup();
        networks
    }

    /// Whether a link-layer address is that of an end device which the register does not know at that time.
    pub(crate) fn is_stranger(&self, mac: Mac, at: Micros) -> bool {
        self.clients.contains(&mac) && self.by_mac(mac, at).is_none()
    }
}

/// The link-layer address inside a modified EUI-64 interface identifier, where an address has one.
fn link_layer_inside(address: Addr) -> Option<Mac> {
    let [.., a, b, c, 0xff, 0xfe, d, e, f] = address.octets() else { return None };
    Some(Mac([a ^ 0x02, b, c, d, e, f]))
}
