//! What a night is watched for, from headers of flows; and the findings that both come to.
//!
//! For a flow of a measured device this costs one octet of a table of ports, and a look at the few addresses that the watch
//! has. What is kept is small and by device: sums, and different other ends up to the number that a rule asks for.

use std::collections::BTreeMap;

use model::{Addr, MICROS_PER_S, Micros, Program, SecurityRule};
use rustc_hash::FxHashMap;
use store::SecurityRow;

use super::Frame;
use super::prepare::Prepared;
use super::watch::{Looked, SealedWatch, Subject};
use crate::register::AssetIx;
use crate::security::ports::{self, Trace};
use crate::security::{
    Findings, MINING_MINUTES_MIN, NAME_LOOKUPS_MIN, PEER_ENDS_MIN, REMOTE_OCTETS_MIN, SWARM_ENDS_MIN,
};

/// Sums that one shard keeps; beyond, new ones are counted and not made.
const SUMS_MAX: usize = 1 << 14;
const MINUTE: Micros = 60 * MICROS_PER_S;

/// What a sum is of, for one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum What {
    /// Flows to addresses that a looked-up name stood for.
    Subject(u32),
    /// Flows to addresses that an entry of a list of addresses covers.
    Listed(u32),
    /// Flows at a port of a program.
    Port(Trace),
    /// Flows at a mining port of one other end.
    Mining(Addr),
    /// Datagrams of one port of the device in one hour.
    Swarm(u16, i64),
}

#[derive(Debug, Clone)]
struct Sum {
    first: Micros,
    last: Micros,
    flows: i64,
    octets: u64,
    /// Different other ends, as many as any rule asks for.
    ends: Vec<Addr>,
    /// Time active, sent and received: the records of the two directions say the same.
    active: [Micros; 2],
}

impl Default for Sum {
    fn default() -> Self {
        Self { first: Micros::MAX, last: Micros::MIN, flows: 0, octets: 0, ends: Vec::new(), active: [0; 2] }
    }
}

impl Sum {
    fn add(&mut self, other: &Sum) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.flows += other.flows;
        self.octets = self.octets.saturating_add(other.octets);
        other.ends.iter().for_each(|end| self.meet(*end));
        self.active = [0, 1].map(|i| self.active[i] + other.active[i]);
    }

    fn meet(&mut self, end: Addr) {
        if self.ends.len() < SWARM_ENDS_MIN && !self.ends.contains(&end) {
            self.ends.push(end);
        }
    }
}

/// What one shard found.
#[derive(Debug, Default)]
pub(super) struct Found {
    sums: FxHashMap<(u32, What), Sum>,
    over_limit: u64,
}

impl Found {
    /// Takes a flow of a measured device, of which some octets flowed on the date.
    #[inline]
    pub(super) fn take(
        &mut self,
        frame: &Frame<'_>,
        watch: &SealedWatch<'_>,
        asset: AssetIx,
        flow: &Prepared,
        octets: u64,
    ) {
        for subject in watch.reached(asset, flow.server, flow.start) {
            self.add(frame, asset, What::Subject(subject), flow, octets, None);
        }
        if let Some(entry) = watch.watching.addresses.filter(|_| flow.sends).and_then(|a| a.find(flow.server)) {
            self.add(frame, asset, What::Listed(entry), flow, octets, None);
        }
        let (Some(own), Some(other)) = (flow.device_port, flow.server_port) else { return };
        if let Some(trace) =
            ports::other_end(flow.protocol, other).or_else(|| ports::own_end(flow.protocol, own, other))
        {
            let (what, end) = match trace.rule {
                SecurityRule::MiningPort => (What::Mining(flow.server), None),
                SecurityRule::PeerPorts => (What::Port(trace), Some(flow.server)),
                _ => (What::Port(trace), None),
            };
            self.add(frame, asset, what, flow, octets, end);
        }
        if ports::swarms(flow.protocol, own, other) {
            let hour = flow.start.max(frame.span.start).div_euclid(60 * MINUTE);
            self.add(frame, asset, What::Swarm(own, hour), flow, octets, Some(flow.server));
        }
    }

    fn add(&mut self, frame: &Frame<'_>, asset: AssetIx, what: What, flow: &Prepared, octets: u64, end: Option<Addr>) {
        let key = (asset.0, what);
        if self.sums.len() >= SUMS_MAX && !self.sums.contains_key(&key) {
            self.over_limit += 1;
            return;
        }
        let first = flow.start.max(frame.span.start);
        let last = flow.end.clamp(first, frame.span.end - 1);
        let mut active = [0; 2];
        active[usize::from(flow.sends)] = last - first;
        let flows = i64::from(frame.span.contains(flow.start));
        let ends = end.into_iter().collect();
        self.sums.entry(key).or_default().add(&Sum { first, last, flows, octets, ends, active });
    }
}

/// One finding before it is a row.
#[derive(Debug, Clone, Copy)]
struct Finding {
    first: Micros,
    last: Micros,
    lookups: i64,
    flows: i64,
    octets: u64,
    blocked: bool,
}

impl Finding {
    fn of(looked: Option<&Looked>, sum: Option<&Sum>) -> Option<Self> {
        let first = [looked.map(|l| l.first), sum.map(|s| s.first)].into_iter().flatten().min()?;
        let last = [looked.map(|l| l.last), sum.map(|s| s.last)].into_iter().flatten().max()?;
        let flows = sum.map_or(0, |s| s.flows);
        Some(Self {
            first,
            last,
            lookups: looked.map_or(0, |l| l.count),
            flows,
            octets: sum.map_or(0, |s| s.octets),
            blocked: sum.is_none() && looked.is_some_and(|l| l.refused && !l.reached),
        })
    }

    fn add(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.lookups += other.lookups;
        self.flows += other.flows;
        self.octets = self.octets.saturating_add(other.octets);
        self.blocked &= other.blocked;
    }
}

/// Puts what all shards found beside what was looked up, and keeps what a rule speaks of.
pub(super) fn findings(frame: &Frame<'_>, watch: &SealedWatch<'_>, shards: &[&Found]) -> Findings {
    let mut sums: BTreeMap<(u32, What), Sum> = BTreeMap::new();
    for found in shards {
        let mut parts: Vec<_> = found.sums.iter().collect();
        parts.sort_unstable_by_key(|(key, _)| **key);
        parts.into_iter().for_each(|(key, sum)| sums.entry(*key).or_default().add(sum));
    }
    let mut all: BTreeMap<(u32, Subject), Finding> = BTreeMap::new();
    let mut put = |asset: u32, subject: Subject, finding: Option<Finding>| {
        let Some(finding) = finding else { return };
        all.entry((asset, subject)).and_modify(|f| f.add(&finding)).or_insert(finding);
    };
    for ((asset, place), looked) in &watch.looked {
        let Some(subject) = watch.subject(*place) else { continue };
        let least = if subject.program.is_some() { NAME_LOOKUPS_MIN } else { 1 };
        if looked.count >= least {
            put(*asset, subject.clone(), Finding::of(Some(looked), sums.get(&(*asset, What::Subject(*place)))));
        }
    }
    for ((asset, what), sum) in &sums {
        if let Some(subject) = spoken(watch, *asset, *what, sum) {
            put(*asset, subject, Finding::of(None, Some(sum)));
        }
    }
    rows(frame, all, watch.over_limit + shards.iter().map(|f| f.over_limit).sum::<u64>())
}

/// What the flows of a sum are a finding of, where they reach the rule's threshold.
fn spoken(watch: &SealedWatch<'_>, asset: u32, what: What, sum: &Sum) -> Option<Subject> {
    let program = |rule, program| Subject { rule, program: Some(program), list: None, entry: String::new() };
    match what {
        // With a lookup on the date they stand beside it; without, the lookup was the evening before.
        What::Subject(place) if !watch.looked.contains_key(&(asset, place)) => {
            watch.subject(place).filter(|s| s.program.is_none()).cloned()
        }
        What::Subject(_) => None,
        What::Listed(place) => {
            let (entry, list) = watch.watching.addresses?.entry(place)?;
            let rule = SecurityRule::ThreatAddress;
            Some(Subject { rule, program: None, list: Some(list), entry: entry.to_owned() })
        }
        What::Port(trace) => {
            let enough = match trace.rule {
                SecurityRule::PeerPorts => sum.ends.len() >= PEER_ENDS_MIN,
                _ => sum.octets >= REMOTE_OCTETS_MIN && !watch.watching.remote_allowed.contains(&trace.program),
            };
            enough.then(|| program(trace.rule, trace.program))
        }
        What::Mining(_) => {
            let lasted = sum.active.into_iter().max().unwrap_or(0) >= MINING_MINUTES_MIN * MINUTE;
            lasted.then(|| program(SecurityRule::MiningPort, Program::Mining))
        }
        What::Swarm(..) => {
            (sum.ends.len() >= SWARM_ENDS_MIN).then(|| program(SecurityRule::PeerSwarm, Program::BitTorrent))
        }
    }
}

fn rows(frame: &Frame<'_>, all: BTreeMap<(u32, Subject), Finding>, over_limit: u64) -> Findings {
    let mut entries: Vec<String> = all.keys().map(|(_, s)| s.entry.clone()).collect();
    entries.sort();
    entries.dedup();
    // Rows index entries by 16 bits: what is beyond is counted like what found no room.
    let beyond = entries.split_off(entries.len().min(usize::from(u16::MAX)));
    let minute = |t: Micros| t.div_euclid(MINUTE) * MINUTE;
    let row = |((asset, subject), f): (&(u32, Subject), &Finding)| {
        Some(SecurityRow {
            local_date: frame.settings.date,
            device: frame.devices.of(AssetIx(*asset))?.device,
            rule: subject.rule,
            program: subject.program,
            list: subject.list,
            entry: entries.binary_search(&subject.entry).ok()? as u16,
            first: minute(f.first),
            last: minute(f.last),
            lookups: f.lookups,
            flows: f.flows,
            bytes: super::shard::signed(f.octets),
            blocked: f.blocked && f.flows == 0,
        })
    };
    let mut rows: Vec<SecurityRow> = all.iter().filter_map(row).collect();
    rows.sort_unstable();
    Findings { rows, over_limit: over_limit + beyond.len() as u64, entries }
}
