//! One authority's night: lookups and leases stream in, are sealed, and explain the flows that stream through after them.
//!
//! The night of a date is a function of its inputs and settings alone. Evidence is sorted before any flow is seen; flows
//! are dealt to a fixed number of shards by the device's address, each shard keeps their order, and sums are exact.

mod devices;
mod dns;
mod echo;
mod found;
mod prepare;
mod settings;
mod shard;
mod totals;
mod watch;

use std::fmt;
use std::ops::Range;

use arrow::array::RecordBatch;
use model::{Addr, Excluded, Flow, FlowView, Lease, LookupView, MICROS_PER_S, Mac, Micros, Reason, Sighting, Tally};
use rayon::prelude::*;

use crate::apportion::{Spread, share_into};
use crate::attribute::{AnswerBuilder, Explainer, HIDDEN, Labels, take_answers};
use crate::identity::{Identities, IdentityBuilder, Owner};
use crate::links::{Lan, Link, LinkKind, LinkMatcher};
use crate::register::AssetIx;
use devices::{Devices, Span};
use dns::Resolver;
use echo::Echoes;
pub use settings::{NightOutput, NightSettings, Pseudonyms};
use shard::{LinkCell, Shard};
use totals::Totals;
use watch::{SealedWatch, Watch};

/// Before the date, lookups and flows count as evidence for so long.
const LOOK_BACK: Micros = 24 * 3_600 * MICROS_PER_S;
/// After the date, leases and sightings count for so long. A night depends on nothing later: what comes on the next day
/// may stand in a file that is not there yet.
const AFTER: Micros = 2 * 3_600 * MICROS_PER_S;
/// After the date, answers within the clocks' slack may still be evidence.
const LOOK_AHEAD: Micros = 2 * MICROS_PER_S;
/// Batches prepared at once: what lies between the passes stays within some tens of megabytes.
const BATCHES_AT_ONCE: usize = 32;

/// Flows that wait before the shards take them: a shard's connections and answers come into the cache once for many flows.
const FLOWS_AT_ONCE: usize = 1 << 18;

/// What every part of a night reads and none changes.
struct Frame<'a> {
    settings: NightSettings<'a>,
    span: Span,
    /// Flows that ended before this moment say nothing.
    horizon: Micros,
    lan: Lan,
    matcher: LinkMatcher,
    /// Octets a second of each link.
    speeds: Vec<Option<u64>>,
    /// Of each link: whether the device that it is issued to is measured; none where it is issued to nobody.
    issued: Vec<Option<bool>>,
    devices: Devices,
    identities: Identities,
    explainer: Explainer<'a>,
    /// What the night is watched for, where the assessment allows that.
    watch: Option<SealedWatch<'a>>,
}

impl Frame<'_> {
    /// Whether anything of a flow lies in the date.
    fn overlaps(&self, start: Micros, end: Micros) -> bool {
        start < self.span.end && (end > self.span.start || start >= self.span.start)
    }

    /// The part of something inside one bucket that lies in the date: octets, beginning, end.
    fn clip(&self, octets: u64, from: Micros, until: Micros) -> Option<(u64, Micros, Micros)> {
        let until = until.max(from);
        if !self.overlaps(from, until) {
            return None;
        }
        if self.span.start <= from && until <= self.span.end {
            return Some((octets, from, until));
        }
        let part = shard::cut(octets, from, until, self.span.start, self.span.end);
        Some((part, from.max(self.span.start), until.min(self.span.end)))
    }

    /// A flow's octets that flowed on the date.
    #[inline]
    fn octets_on_date(&self, octets: u64, start: Micros, end: Micros) -> u64 {
        if !self.overlaps(start, end) {
            return 0;
        }
        if self.span.start <= start && end <= self.span.end {
            return octets;
        }
        let spread = Spread::new(octets, start, end);
        let (first, last) = spread.buckets();
        let bucket = |b: i64| {
            let (from, until) = (start.max(b * crate::apportion::BUCKET), end.min((b + 1) * crate::apportion::BUCKET));
            self.clip(spread.part(b), from, until).map_or(0, |(octets, _, _)| octets)
        };
        (first.max(self.span.first)..=last.min(self.span.last)).map(bucket).sum()
    }

    /// The link to which lookups are counted: the first that all share, or else the first.
    fn primary_link(&self) -> Option<usize> {
        let shared = |l: &Link| !l.issued() && matches!(l.kind, LinkKind::Broadband | LinkKind::Router);
        let links = self.settings.links;
        links.iter().position(shared).or_else(|| (!links.is_empty()).then_some(0))
    }
}

/// A night that takes evidence: lookups and leases, in any order.
pub struct Night<'a> {
    settings: NightSettings<'a>,
    span: Span,
    labels: Labels<'a>,
    answers: AnswerBuilder,
    identities: IdentityBuilder,
    resolver: Resolver,
    watch: Option<Watch<'a>>,
}

impl fmt::Debug for Night<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Night({})", self.settings.date)
    }
}

impl<'a> Night<'a> {
    /// An empty night.
    pub fn new(settings: &NightSettings<'a>) -> Self {
        let span = Span::new(settings.calendar.bounds(settings.date));
        Self {
            settings: *settings,
            labels: Labels::new(settings.categories, false),
            answers: AnswerBuilder::default(),
            identities: IdentityBuilder::new(settings.register, settings.calendar, settings.lease_s),
            resolver: Resolver::new(&span),
            watch: settings.security.map(|w| Watch::new(w, Lan::new(settings.lan), settings.hold_s)),
            span,
        }
    }

    /// Takes lookups. What lies outside the day before and the date is left out; a batch of another schema holds none.
    /// Where the assessment allows no kinds of site, lookups are not looked at.
    pub fn lookups(&mut self, batch: &RecordBatch) {
        let Ok(view) = LookupView::new(batch) else { return };
        if !self.settings.categories_allowed {
            return;
        }
        let window = self.span.start.saturating_sub(LOOK_BACK)..self.span.end.saturating_add(LOOK_AHEAD);
        for row in 0..view.len() {
            let head = view.head(row);
            if !window.contains(&head.time) {
                continue;
            }
            let hidden = head.client.is_none_or(|c| self.settings.resolvers.contains(&c));
            self.resolver.take(&self.span, &head, view.answers(row).next().is_some(), hidden);
            if let Some(watch) = self.watch.as_mut().filter(|_| !hidden) {
                let given = view.answers(row).filter_map(|a| Some((a.address?, a.ttl)));
                watch.take(&head, self.span.contains(head.time), given);
            }
            if !hidden || self.settings.shared_resolver {
                take_answers(&mut self.labels, &mut self.answers, &view, row);
            }
        }
    }

    /// The instants of which leases and sightings may speak.
    fn reach(&self) -> Range<Micros> {
        self.span.start.saturating_sub(LOOK_BACK)..self.span.end.saturating_add(AFTER)
    }

    /// Takes a lease that began before the end of the night's reach and ran out after its beginning. One of which nobody
    /// says when it ran out, an acknowledgement, must itself lie in it.
    pub fn lease(&mut self, lease: &Lease) {
        let reach = self.reach();
        let begun = lease.start.is_none_or(|s| s < reach.end);
        let lasts = lease.end.or(lease.start).is_none_or(|e| e >= reach.start);
        if begun && lasts {
            self.identities.lease(lease);
        }
    }

    /// Takes a sighting of a neighbor table.
    pub fn sighting(&mut self, sighting: &Sighting) {
        if self.reach().contains(&sighting.time) {
            self.identities.neighbor(sighting.time, sighting.mac, sighting.address);
        }
    }

    /// Takes from flow records who sent from which address, where they name the sender's link-layer address. They are read
    /// once for this before any flow is counted, so that a reply is known by what its device sends later.
    pub fn witness(&mut self, batches: &[RecordBatch]) {
        let lan = Lan::new(self.settings.lan);
        let reach = self.reach();
        for view in batches.iter().filter_map(|b| FlowView::new(b).ok()) {
            let shown = |flow: &Flow| flow.start < self.span.end && flow.end >= reach.start;
            for flow in view.rows().filter(shown) {
                // IPv6 networks are rarely written down: there a registered sender is inside.
                let inside = |m: &Mac| lan.contains(flow.src) || (!flow.src.is_v4() && self.identities.knows(*m));
                let Some(mac) = flow.src_mac.filter(inside) else { continue };
                let within = |t: Micros| t.clamp(reach.start, reach.end.saturating_sub(1));
                self.identities.sighting(within(flow.start), mac, flow.src);
                self.identities.sighting(within(flow.end.max(flow.start)), mac, flow.src);
            }
        }
    }

    /// Takes over the evidence of another night of the same settings: what several files say can be gathered apart.
    pub fn absorb(&mut self, other: Self) {
        let labels = self.labels.absorb(&other.labels);
        self.answers.absorb(other.answers, &labels);
        self.identities.absorb(other.identities);
        self.resolver.absorb(other.resolver);
        if let (Some(watch), Some(other)) = (&mut self.watch, other.watch) {
            watch.absorb(other);
        }
    }

    /// Sorts the evidence. Lookups of devices that were not to be measured when they asked are dropped here.
    pub fn seal(mut self) -> SealedNight<'a> {
        let mut settings = self.settings;
        let over_limit = self.answers.over_limit() + self.identities.over_limit();
        let devices = Devices::new(&settings, &self.span);
        let identities = self.identities.seal();
        self.labels.seal();
        // What nobody told of may take kinds of site from a night, and never explains anything: it may be a guest.
        let told = self.resolver.mostly_hidden();
        let guess = self.resolver.forwarder(|client| identities.knows(client), |client| identities.registers(client));
        let forwarded = self.resolver.mostly_hidden();
        settings.categories_allowed &= !forwarded || (told && settings.shared_resolver);
        let answers = self.answers.seal(|client, at| {
            let Some(client) = client.filter(|c| !settings.resolvers.contains(c)) else {
                return settings.shared_resolver.then_some(HIDDEN);
            };
            match identities.owner(client, at) {
                Owner::Asset(asset) if devices.measured_at(asset, at) => Some(asset.0),
                _ => None,
            }
        });
        let watch = self.watch.map(|watch| {
            watch.seal(|client, at| match identities.owner(client, at) {
                Owner::Asset(asset) => Some(asset).filter(|a| devices.of(*a).is_some() && devices.measured_at(*a, at)),
                _ => None,
            })
        });
        let explainer =
            Explainer { answers, labels: self.labels, networks: settings.networks, hold_s: settings.hold_s };
        let names = settings.register.asset_names();
        let issued = |l: &Link| {
            let place = names.iter().position(|n| Some(n) == l.issued_to.as_ref());
            l.issued_to.as_ref().map(|_| place.is_some_and(|p| devices.of(AssetIx(p as u32)).is_some()))
        };
        let speed = |l: &Link| l.speed_mbit.map(|m| u64::from(m) * 125_000);
        let frame = Frame {
            horizon: self.span.start.saturating_sub(LOOK_BACK),
            lan: Lan::new(settings.lan).and(&identities.networks()),
            matcher: LinkMatcher::new(settings.links),
            speeds: settings.links.iter().map(speed).collect(),
            issued: settings.links.iter().map(issued).collect(),
            span: self.span,
            devices,
            identities,
            explainer,
            watch,
            settings,
        };
        let mut problems = Tally::default();
        if over_limit > 0 {
            problems.add_many(Reason::OverLimit, 0, over_limit, 0);
        }
        SealedNight {
            shards: (0..prepare::SHARDS).map(|_| Shard::new(&frame)).collect(),
            waiting: Vec::new(),
            waiting_flows: 0,
            echoes: Echoes::default(),
            totals: Totals::default(),
            resolver: self.resolver,
            losses: Vec::new(),
            undecodable: 0,
            problems,
            forwarded,
            guessed: guess.filter(|_| forwarded && !told).is_some(),
            frame,
        }
    }
}

/// A night whose evidence is complete, and that takes flows.
pub struct SealedNight<'a> {
    frame: Frame<'a>,
    shards: Vec<Shard>,
    /// Flows dealt and not yet taken by the shards.
    waiting: Vec<prepare::Dealt>,
    waiting_flows: usize,
    /// Flows with the router's outer address, until all others were taken.
    echoes: Echoes,
    totals: Totals,
    resolver: Resolver,
    losses: Vec<(Option<Addr>, u64, u64)>,
    undecodable: u64,
    problems: Tally,
    /// Whether a forwarder hides most clients.
    forwarded: bool,
    /// Whether that is one which nobody told of.
    guessed: bool,
}

impl fmt::Debug for SealedNight<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedNight({})", self.frame.settings.date)
    }
}

impl SealedNight<'_> {
    /// Takes flows, on all cores. Only what flowed on the date is counted; flows of the day before are remembered as
    /// beginnings of connections.
    ///
    /// Records of one connection must come in their order; how they are cut into batches and groups does not matter.
    pub fn flows(&mut self, batches: &[RecordBatch]) {
        for group in batches.chunks(BATCHES_AT_ONCE) {
            let frame = &self.frame;
            let mut dealt: Vec<prepare::Dealt> = group.par_iter().map(|b| prepare::deal(frame, b)).collect();
            for part in &mut dealt {
                self.totals.add(&part.totals);
                let mut outside = std::mem::take(&mut part.outside);
                self.echoes.wait(&mut outside);
                outside.into_iter().for_each(|flow| part.put(flow));
            }
            self.waiting_flows += dealt.iter().map(prepare::Dealt::len).sum::<usize>();
            self.waiting.extend(dealt);
            if self.waiting_flows >= FLOWS_AT_ONCE {
                self.settle();
            }
        }
    }

    /// Whether the flows should be shown once more ([`Self::second_look`]): some were seen with the router's outer address, and
    /// may be the same as others. To be asked when all flows were taken.
    pub fn wants_second_look(&mut self) -> bool {
        self.settle();
        let mut counted = self.totals.counted();
        self.shards.iter().for_each(|s| counted += s.totals.counted());
        self.echoes.worth_a_look(counted)
    }

    /// Looks at the same flows again, in the same order, for devices' records that stand there twice.
    pub fn second_look(&mut self, batches: &[RecordBatch]) {
        for batch in batches {
            let dealt = prepare::deal(&self.frame, batch);
            let devices = dealt.shards.iter().flatten().filter(|f| f.inside && f.link.is_some());
            devices.for_each(|flow| self.echoes.compare(flow));
        }
    }

    /// What waited is an echo, which was counted already, or the router's own.
    fn settle_echoes(&mut self) {
        let mut own = prepare::Dealt::default();
        for (flow, echo) in std::mem::take(&mut self.echoes).take() {
            if echo {
                let on_date = self.frame.octets_on_date(flow.octets, flow.start, flow.end);
                self.totals.exclude(Excluded::Duplicate, on_date);
            } else {
                own.put(flow);
            }
        }
        self.waiting.push(own);
        self.settle();
    }

    /// Lets each shard take what waits for it.
    fn settle(&mut self) {
        let (frame, waiting) = (&self.frame, std::mem::take(&mut self.waiting));
        self.waiting_flows = 0;
        self.shards.par_iter_mut().enumerate().for_each(|(n, shard)| {
            waiting.iter().filter_map(|d| d.shards.get(n)).for_each(|flows| shard.take_all(frame, flows));
        });
    }

    /// Says that an exporter's records were lost on this date: how many by sequence numbers, and what they carried by
    /// estimate.
    pub fn lost(&mut self, exporter: Option<Addr>, records: u64, octets: u64) {
        self.losses.push((exporter, records, octets));
    }

    /// Says that records of this date were unusable though their octets could be read.
    pub fn undecodable(&mut self, octets: u64) {
        self.undecodable = self.undecodable.saturating_add(octets);
    }

    /// Adds problems met while reading.
    pub fn problems(&mut self, problems: &Tally) {
        self.problems.merge(problems);
    }

    /// The rows and the account.
    pub fn finish(mut self) -> NightOutput {
        self.settle();
        self.settle_echoes();
        let frame = &self.frame;
        self.shards.iter().for_each(|s| self.totals.add(&s.totals));
        let rows: Vec<Vec<_>> = self.shards.par_iter().map(|s| s.rows(frame)).collect();
        let mut usage = rows.concat();
        usage.sort_unstable();
        let cells = shard::sum_links(frame, &self.shards);
        let lost = lost_records(frame, &cells, &self.losses);
        let links = shard::link_rows(frame, &cells, &lost, &mut self.resolver);
        let mut account = self.totals.account(self.undecodable);
        account.lost_estimate = self.losses.iter().fold(0, |sum, l| sum.saturating_add(l.2));
        account.lookups = self.resolver.lookups;
        account.problems = self.problems.iter().map(|p| (p.reason.code().to_owned(), p.count)).collect();
        account.hidden_lookups = self.resolver.hidden;
        let working = frame.settings.calendar.is_working_day(frame.settings.date);
        let silent = working.then(|| silent(frame, &self.shards));
        let found: Vec<_> = self.shards.iter().map(|s| &s.found).collect();
        let security = frame.watch.as_ref().map(|watch| found::findings(frame, watch, &found));
        NightOutput { usage, links, account, forwarded: self.forwarded, guessed: self.guessed, silent, security }
    }
}

/// Assets of which nothing flowed, though they are measured on the date and have no link of their own, in order.
fn silent(frame: &Frame<'_>, shards: &[Shard]) -> Vec<String> {
    let register = frame.settings.register;
    let quiet = |asset| frame.devices.of(asset).is_some() && !shards.iter().any(|s| s.heard(asset));
    let mut assets: Vec<&str> = register
        .indexed()
        .filter(|(asset, row)| row.link.is_none() && quiet(*asset))
        .map(|(_, row)| row.asset.as_str())
        .collect();
    assets.dedup();
    assets.into_iter().map(str::to_owned).collect()
}

/// Spreads each exporter's lost records over its links' buckets in proportion to the records that were seen there.
fn lost_records(frame: &Frame<'_>, cells: &[LinkCell], losses: &[(Option<Addr>, u64, u64)]) -> Vec<i64> {
    let mut lost = vec![0_i64; cells.len()];
    let buckets = frame.span.buckets();
    for (exporter, records, _) in losses.iter().filter(|l| l.1 > 0) {
        let places: Vec<usize> = frame
            .matcher
            .of_exporter(*exporter)
            .into_iter()
            .flat_map(|link| usize::from(link) * buckets..(usize::from(link) + 1) * buckets)
            .collect();
        let weights: Vec<u64> = places.iter().map(|p| cells.get(*p).map_or(0, |c| c.records as u64)).collect();
        let mut parts = vec![0; weights.len()];
        share_into(*records, &weights, &mut parts);
        for (place, part) in places.into_iter().zip(parts) {
            if let Some(sum) = lost.get_mut(place) {
                *sum = sum.saturating_add(shard::signed(part));
            }
        }
    }
    lost
}

#[cfg(test)]
mod tests;
