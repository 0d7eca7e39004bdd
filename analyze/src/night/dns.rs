//! How the resolver did, by bucket: for faults, never for people.

use std::collections::BTreeSet;

use model::{Addr, Lookup, Micros};
use rustc_hash::FxHashMap;

use super::devices::Span;
use crate::apportion::BUCKET;

/// Response codes (RFC 1035 section 4.1.1).
const SERVFAIL: u16 = 2;
const NXDOMAIN: u16 = 3;

/// An address without a device is taken for a forwarder from so many lookups on; an office makes thousands.
const FORWARDED_MIN: u64 = 100;

/// One bucket's lookups.
#[derive(Debug, Clone, Default)]
pub(super) struct Bucket {
    pub(super) lookups: i64,
    pub(super) servfail: i64,
    pub(super) nxdomain: i64,
    pub(super) unanswered: i64,
    delays: Vec<u32>,
}

impl Bucket {
    /// The middle delay in milliseconds; of two in the middle the smaller.
    pub(super) fn delay_median(&mut self) -> Option<i64> {
        let middle = self.delays.len().checked_sub(1)? / 2;
        Some(i64::from(*self.delays.select_nth_unstable(middle).1))
    }
}

/// All buckets of the date.
#[derive(Debug)]
pub(super) struct Resolver {
    pub(super) buckets: Vec<Bucket>,
    pub(super) lookups: u64,
    pub(super) hidden: u64,
    /// Lookups of the date by the address that asked, where that is no resolver's.
    by_client: FxHashMap<Addr, u64>,
}

impl Resolver {
    pub(super) fn new(span: &Span) -> Self {
        Self {
            buckets: vec![Bucket::default(); span.buckets()],
            lookups: 0,
            hidden: 0,
            by_client: FxHashMap::default(),
        }
    }

    /// Adds another's lookups of the same date.
    pub(super) fn absorb(&mut self, other: Resolver) {
        self.lookups += other.lookups;
        self.hidden += other.hidden;
        for client in other.by_client.keys().copied().collect::<BTreeSet<_>>() {
            *self.by_client.entry(client).or_default() += other.by_client[&client];
        }
        for (sum, bucket) in self.buckets.iter_mut().zip(other.buckets) {
            sum.lookups += bucket.lookups;
            sum.servfail += bucket.servfail;
            sum.nxdomain += bucket.nxdomain;
            sum.unanswered += bucket.unanswered;
            sum.delays.extend(bucket.delays);
        }
    }

    /// Looks for a forwarder that nobody told of: one address with no device behind it from which nearly every lookup comes,
    /// on a date on which no device of the register asked anything by itself. Its lookups are hidden ones. One device that
    /// asks for itself shows that the others could: then such an address is a guest's or a machine's that asks much.
    pub(super) fn forwarder(
        &mut self,
        known: impl Fn(Addr) -> bool,
        registered: impl Fn(Addr) -> bool,
    ) -> Option<Addr> {
        if self.by_client.keys().any(|c| registered(*c)) {
            return None;
        }
        let own = self.lookups - self.hidden;
        let most = self.by_client.iter().max_by_key(|(client, n)| (**n, **client)).map(|(c, n)| (*c, *n));
        let (client, count) = most.filter(|(c, n)| !known(*c) && *n * 5 > own * 4 && *n >= FORWARDED_MIN)?;
        self.hidden += count;
        Some(client)
    }

    /// Whether a forwarder hides most clients of the date.
    pub(super) fn mostly_hidden(&self) -> bool {
        self.hidden * 2 > self.lookups
    }

    /// Takes one lookup without its answers.
    pub(super) fn take(&mut self, span: &Span, lookup: &Lookup<'_>, answered: bool, hidden: bool) {
        let at: Micros = lookup.time;
        if !span.contains(at) {
            return;
        }
        self.lookups += 1;
        self.hidden += u64::from(hidden);
        if let Some(client) = lookup.client.filter(|_| !hidden) {
            *self.by_client.entry(client).or_default() += 1;
        }
        let index = (at.div_euclid(BUCKET) - span.first) as usize;
        let Some(bucket) = self.buckets.get_mut(index) else { return };
        bucket.lookups += 1;
        bucket.servfail += i64::from(lookup.rcode == Some(SERVFAIL));
        bucket.nxdomain += i64::from(lookup.rcode == Some(NXDOMAIN));
        bucket.unanswered += i64::from(lookup.rcode.is_none() && !answered);
        bucket.delays.extend(lookup.delay_ms);
    }
}
