//! The join alone, without register or calendar: what `inspect --attribute` shows of files taken as one night.

use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

use arrow::array::RecordBatch;
use model::{Addr, CategoryId, Evidence, Flow, Lease, LookupView};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{AnswerBuilder, Asked, Classify, Connection, Explainer, Labels, Pinned, Pins, Seen, Verdict, take_answers};
use crate::categories::Categories;
use crate::links::{Lan, Prefix};
use crate::networks::Networks;
use crate::suffix::registrable_domain;

static BUILTIN: LazyLock<Categories> = LazyLock::new(Categories::builtin);

/// Collects lookups, and then tells the site of each flow.
pub struct Attributor<'a> {
    labels: Labels<'a>,
    answers: AnswerBuilder,
    leases: FxHashMap<Addr, u32>,
    macs: FxHashMap<model::Mac, u32>,
    networks: Option<&'a Networks>,
    lan: Lan,
    hold_s: u32,
}

/// What the join says of one flow.
#[derive(Clone, PartialEq, Eq)]
pub struct Attribution<'a> {
    /// The side inside a private or configured range.
    pub device: Option<Addr>,
    /// The latest name that explains the flow, also where it is ambiguous.
    pub name: Option<&'a str>,
    /// The name's registrable domain.
    pub site: Option<&'a str>,
    /// The kind under which it would be stored.
    pub category: CategoryId,
    /// How well it is known.
    pub evidence: Evidence,
}

impl fmt::Debug for Attribution<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attribution({})", self.evidence)
    }
}

impl fmt::Debug for Attributor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attributor(..)")
    }
}

impl Attributor<'static> {
    /// With our own table of names, no database of networks, and every private network as the inside.
    pub fn new(hold_s: u32) -> Self {
        Attributor::with(hold_s, &*BUILTIN, None, &[])
    }
}

impl<'a> Attributor<'a> {
    /// With the caller's names, networks and inside; private networks always belong to the inside.
    pub fn with(
        hold_s: u32,
        categories: &'a dyn Classify,
        networks: Option<&'a Networks>,
        lan: &[Prefix],
    ) -> Attributor<'a> {
        Attributor {
            labels: Labels::new(categories, true),
            answers: AnswerBuilder::default(),
            leases: FxHashMap::default(),
            macs: FxHashMap::default(),
            networks,
            lan: Lan::with_private(lan),
            hold_s,
        }
    }

    /// Takes a batch of lookups. A batch of another schema holds none.
    pub fn lookups(&mut self, batch: &RecordBatch) -> &mut Self {
        if let Ok(view) = LookupView::new(batch) {
            (0..view.len()).for_each(|row| take_answers(&mut self.labels, &mut self.answers, &view, row));
        }
        self
    }

    /// Takes a lease: addresses with one link-layer address are one device here, whenever they had it.
    pub fn lease(&mut self, lease: &Lease) -> &mut Self {
        if let Some(mac) = lease.mac {
            let next = self.macs.len() as u32;
            let device = *self.macs.entry(mac).or_insert(next);
            self.leases.insert(lease.address, device);
        }
        self
    }

    /// Sorts the evidence.
    pub fn seal(self) -> SealedAttributor<'a> {
        let mut ids = self.leases;
        let mut next = self.macs.len() as u32;
        let clients: FxHashSet<Addr> = self.answers.clients().iter().copied().collect();
        let answers = self.answers.seal(|client, _| {
            let client = client?;
            let id = *ids.entry(client).or_insert_with(|| {
                next += 1;
                next - 1
            });
            Some(id)
        });
        let explainer = Explainer { answers, labels: self.labels, networks: self.networks, hold_s: self.hold_s };
        SealedAttributor { explainer, ids, macs: self.macs, clients, lan: self.lan, pins: Mutex::default() }
    }
}

/// Tells the site of each flow, in the order of the file: records of one connection share the name of its first.
pub struct SealedAttributor<'a> {
    explainer: Explainer<'a>,
    ids: FxHashMap<Addr, u32>,
    macs: FxHashMap<model::Mac, u32>,
    clients: FxHashSet<Addr>,
    lan: Lan,
    pins: Mutex<Pins<Pinned>>,
}

impl fmt::Debug for SealedAttributor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedAttributor(..)")
    }
}

/// An address that no lookup came from.
const NOBODY: u32 = u32::MAX - 1;

impl SealedAttributor<'_> {
    /// What the evidence says of a flow.
    ///
    /// The device is the side inside; where both or neither is, the side that asked the resolver anything is taken for the
    /// join (the source where both did), and `device` is told only for a side inside.
    pub fn attribute(&self, flow: &Flow) -> Attribution<'_> {
        let behind = flow.post_nat_dst.filter(|a| self.lan.contains(*a)).unwrap_or(flow.dst);
        let inside = (self.lan.contains(flow.src), self.lan.contains(behind));
        let asked = (self.clients.contains(&flow.src), self.clients.contains(&behind));
        let sends = match (inside, asked) {
            ((true, false), _) => true,
            ((false, true), _) => false,
            (_, (false, true)) => false,
            _ => true,
        };
        let (device, server) = if sends { (flow.src, flow.dst) } else { (behind, flow.src) };
        let verdict = self.verdict(flow, sends, device, server);
        let name = verdict.label.and_then(|l| self.explainer.labels.name(l));
        Attribution {
            device: self.lan.contains(device).then_some(device),
            name,
            site: name.and_then(registrable_domain),
            category: verdict.category,
            evidence: verdict.evidence,
        }
    }

    fn verdict(&self, flow: &Flow, sends: bool, device: Addr, server: Addr) -> Verdict {
        let (own_port, port) = if sends { (flow.src_port, flow.dst_port) } else { (flow.dst_port, flow.src_port) };
        let mac = flow.src_mac.filter(|_| sends).and_then(|m| self.macs.get(&m));
        let who = self.ids.get(&device).or(mac).copied().unwrap_or(NOBODY);
        let asked = Asked { who, server, port, protocol: flow.protocol, at: flow.start };
        let (Some(own_port), Some(port)) = (own_port, port) else { return self.explainer.explain(&asked) };
        let ports = u32::from(own_port) << 16 | u32::from(port);
        let key = Connection { device, server, ports, protocol: flow.protocol.unwrap_or(0) };
        let seen = Seen { start: flow.start, end: flow.end, bytes: flow.bytes, packets: 0, place: 0, link: None };
        let mut pins = self.pins.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, pin) = pins.enter(key, seen, sends);
        self.explainer.pinned(pin, &asked)
    }
}
