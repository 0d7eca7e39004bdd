//! The second pass: each shard has some of the devices and handles their flows in order, so that what a connection or a
//! duplicate is told by never depends on threads.

use model::{Evidence, Excluded, LinkRow, Micros, UsageRow};
use rustc_hash::FxHashMap;

use super::Frame;
use super::devices::Use;
use super::found::Found;
use super::prepare::Prepared;
use super::totals::Totals;
use crate::apportion::{BUCKET, Lasting, Spread, minutes, share, share_into};
use crate::attribute::{Asked, Kin, Pinned, Pins, Verdict};
use crate::identity::Owner;
use crate::register::AssetIx;

/// Flows whose connections are looked for at once.
const TOUCHED: usize = 16;

/// What a row of `usage` stands for, in one word: bucket of the date, device, link, category, class, evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct UsageKey(u64);

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    up: u64,
    down: u64,
    flows: i64,
    mask: i64,
    estimated: bool,
}

/// One bucket of one link.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LinkCell {
    pub(super) up: u64,
    pub(super) down: u64,
    pub(super) flows: i64,
    pub(super) records: i64,
}

/// A part of a flow inside one bucket of the date.
#[derive(Debug, Clone, Copy)]
struct Piece {
    bucket: i64,
    from: Micros,
    until: Micros,
    octets: u64,
    /// Until when the whole flow was active; none where no minute of it counts.
    active: Option<Micros>,
}

impl Piece {
    /// The minutes of its bucket in which it was active.
    fn mask(&self) -> i64 {
        let counts = |until: &Micros| self.from < *until || self.from == self.until;
        self.active.filter(counts).map_or(0, |until| minutes(self.bucket, self.from, self.until.min(until)))
    }
}

/// Whose rows a flow goes to, under what, and for how long it was use.
#[derive(Debug, Clone, Copy)]
struct Measured<'u> {
    asset: AssetIx,
    usage: &'u Use,
    verdict: Verdict,
    active: Option<Micros>,
}

/// Some of the devices.
#[derive(Debug)]
pub(super) struct Shard {
    pins: Pins<Pinned>,
    usage: FxHashMap<UsageKey, Cell>,
    /// By link, then bucket of the date.
    links: Vec<LinkCell>,
    /// Whether anything of a device flowed on the date, by asset.
    heard: Vec<bool>,
    /// What was found for security.
    pub(super) found: Found,
    pub(super) totals: Totals,
}

impl Shard {
    pub(super) fn new(frame: &Frame<'_>) -> Self {
        let cells = frame.settings.links.len() * frame.span.buckets();
        Self {
            pins: Pins::default(),
            usage: FxHashMap::default(),
            links: vec![LinkCell::default(); cells],
            heard: vec![false; frame.settings.register.asset_names().len()],
            found: Found::default(),
            totals: Totals::default(),
        }
    }

    /// Takes flows in their order.
    pub(super) fn take_all(&mut self, frame: &Frame<'_>, flows: &[Prepared]) {
        for group in flows.chunks(TOUCHED) {
            std::hint::black_box(group.iter().filter(|f| self.pins.touch(&f.connection())).count());
            group.iter().for_each(|f| self.take(frame, f));
        }
    }

    /// Takes one flow. One that ended before the date leaves only its connection's memory.
    fn take(&mut self, frame: &Frame<'_>, flow: &Prepared) {
        let asset = if flow.inside { Self::device(frame, flow) } else { None };
        let on_date = frame.octets_on_date(flow.octets, flow.start, flow.end);
        let (kin, pin) = self.pins.enter(flow.connection(), flow.seen(), flow.sends);
        match (kin, flow.link) {
            (Kin::TwinOfUnclaimed(first), Some(_)) => {
                let moved = frame.octets_on_date(first.bytes, first.start, first.end);
                self.totals.rename(Excluded::NoLink, Excluded::Duplicate, moved);
            }
            (Kin::Twin | Kin::TwinOfUnclaimed(_), _) => return self.totals.exclude(Excluded::Duplicate, on_date),
            (Kin::New, None) => return self.totals.exclude(Excluded::NoLink, on_date),
            (Kin::New, Some(_)) => {}
        }
        if !frame.overlaps(flow.start, flow.end) {
            return;
        }
        if let Some(heard) = asset.and_then(|a| self.heard.get_mut(a.0 as usize)) {
            *heard = true;
        }
        let Some(link) = flow.link else { return };
        let device = asset.and_then(|a| Some((a, frame.devices.of(a)?)));
        if let (Some(watch), Some((asset, _))) = (&frame.watch, device) {
            self.found.take(frame, watch, asset, flow, on_date);
        }
        // A link issued to one holder is the holder's, whatever address stands behind it.
        let issued = frame.issued.get(usize::from(link)).copied().flatten();
        self.totals.keep(on_date, issued.unwrap_or(device.is_some()));
        let measured =
            device.filter(|_| frame.settings.categories_allowed && issued.is_none()).map(|(asset, usage)| {
                let asked = Asked {
                    who: asset.0,
                    server: flow.server,
                    port: flow.server_port,
                    protocol: flow.protocol,
                    at: flow.start,
                };
                let explainer = &frame.explainer;
                let verdict = if flow.has_ports() { explainer.pinned(pin, &asked) } else { explainer.explain(&asked) };
                let Prepared { octets, start, end, protocol, .. } = *flow;
                let first = if flow.has_ports() { pin.first } else { start };
                let lasting = Lasting { octets, start, end, first, protocol };
                Measured { asset, usage, verdict, active: lasting.active_until() }
            });
        if let Some(measured) = measured {
            self.totals.attribute(measured.verdict.evidence, on_date, frame.span.contains(flow.start));
        }
        self.spread(frame, flow, link, measured);
    }

    /// Whose device it is: by lease, register or sighting, and by link-layer address where the record has one. A registered
    /// device behind another's lease is nobody's, and so is an end device that the register does not know; the link-layer
    /// address of a device that is not measured (a router on the way) says nothing.
    fn device(frame: &Frame<'_>, flow: &Prepared) -> Option<AssetIx> {
        let (identities, at) = (&frame.identities, flow.start);
        let owner = identities.owner(flow.device, at);
        let Some(mac) = flow.mac else {
            return if let Owner::Asset(asset) = owner { Some(asset) } else { None };
        };
        let by_mac = identities.by_mac(mac, at).filter(|a| frame.devices.measured_at(*a, at));
        match (owner, by_mac) {
            (Owner::Asset(asset), None) => (!identities.is_stranger(mac, at)).then_some(asset),
            (Owner::Asset(asset), Some(mac)) => (asset == mac).then_some(asset),
            (Owner::Unknown, found) => found,
            _ => None,
        }
    }

    /// Writes a flow's octets into the rows of each bucket of the date that it touches.
    fn spread(&mut self, frame: &Frame<'_>, flow: &Prepared, link: u16, measured: Option<Measured<'_>>) {
        let span = &frame.span;
        let spread = Spread::new(flow.octets, flow.start, flow.end);
        let (first, last) = spread.buckets();
        for bucket in first.max(span.first)..=last.min(span.last) {
            let piece = Piece {
                bucket,
                from: flow.start.max(bucket * BUCKET),
                until: flow.end.min((bucket + 1) * BUCKET),
                octets: spread.part(bucket),
                active: measured.and_then(|m| m.active),
            };
            let Some(piece) = frame.clip(piece.octets, piece.from, piece.until).map(|(octets, from, until)| Piece {
                octets,
                from,
                until,
                ..piece
            }) else {
                continue;
            };
            let offset = (bucket - span.first) as usize;
            let begins = i64::from(piece.from == flow.start);
            if let Some(cell) = self.links.get_mut(usize::from(link) * span.buckets() + offset) {
                *if flow.sends { &mut cell.up } else { &mut cell.down } += piece.octets;
                cell.flows += begins;
                cell.records += if flow.reverse { 0 } else { begins };
            }
            if let Some(measured) = measured {
                self.classes(frame, flow, link, &piece, measured);
            }
        }
    }

    /// Cuts a piece at the edges of the time classes and adds each part to its row.
    fn classes(&mut self, frame: &Frame<'_>, flow: &Prepared, link: u16, piece: &Piece, measured: Measured<'_>) {
        let Measured { asset, usage, verdict, .. } = measured;
        let offset = (piece.bucket - frame.span.first) as u64;
        let Some(profile) = frame.devices.profiles.get(usage.profile) else { return };
        let key = |class: model::TimeClass| {
            UsageKey(
                offset << 56
                    | u64::from(asset.0) << 32
                    | u64::from(link) << 16
                    | (verdict.category.index() as u64) << 8
                    | (class as u64) << 4
                    | verdict.evidence as u64,
            )
        };
        if let Some(Some(class)) = profile.whole.get(offset as usize) {
            return add(self.usage.entry(key(*class)).or_default(), flow, piece);
        }
        let inside = |s: &&crate::calendar::Segment| s.start < piece.until.max(piece.from + 1) && s.end > piece.from;
        let parts: Vec<_> = profile.segments.iter().filter(inside).collect();
        let bounds = |s: &crate::calendar::Segment| (s.start.max(piece.from), s.end.min(piece.until).max(piece.from));
        let weights: Vec<u64> = parts.iter().map(|s| (bounds(s).1 - bounds(s).0) as u64).collect();
        let mut octets = vec![0; weights.len()];
        share_into(piece.octets, &weights, &mut octets);
        for (segment, octets) in parts.into_iter().zip(octets) {
            let (from, until) = bounds(segment);
            add(self.usage.entry(key(segment.class)).or_default(), flow, &Piece { octets, from, until, ..*piece });
        }
    }

    /// Whether anything of a device flowed on the date.
    pub(super) fn heard(&self, asset: AssetIx) -> bool {
        self.heard.get(asset.0 as usize) == Some(&true)
    }

    pub(super) fn link_cells(&self) -> &[LinkCell] {
        &self.links
    }

    /// The rows of the shard's devices, in no order.
    pub(super) fn rows(&self, frame: &Frame<'_>) -> Vec<UsageRow> {
        let categories: Vec<_> = model::Taxonomy::ids().collect();
        let mut rows: Vec<UsageRow> = self
            .usage
            .iter()
            .filter_map(|(key, cell)| {
                let usage = frame.devices.of(AssetIx((key.0 >> 32) as u32 & 0xff_ffff))?;
                Some(UsageRow {
                    local_date: frame.settings.date,
                    bucket_start: (frame.span.first + (key.0 >> 56) as i64) * BUCKET,
                    person: usage.person,
                    device: usage.device,
                    unit: usage.unit,
                    link: (key.0 >> 16) as u16,
                    category: *categories.get((key.0 >> 8) as usize & 0xff)?,
                    time_class: *model::TimeClass::ALL.get((key.0 >> 4) as usize & 0xf)?,
                    evidence: *Evidence::ALL.get(key.0 as usize & 0xf)?,
                    bytes_up: signed(cell.up),
                    bytes_down: signed(cell.down),
                    flows: cell.flows,
                    minute_mask: cell.mask,
                    estimated: cell.estimated,
                })
            })
            .collect();
        rows.sort_unstable();
        rows
    }
}

fn add(cell: &mut Cell, flow: &Prepared, piece: &Piece) {
    let bytes = if flow.sends { &mut cell.up } else { &mut cell.down };
    *bytes = bytes.saturating_add(piece.octets);
    cell.flows += i64::from(piece.from == flow.start);
    cell.mask |= piece.mask();
    cell.estimated |= flow.estimated;
}

/// Octets as the tables hold them.
pub(super) fn signed(octets: u64) -> i64 {
    i64::try_from(octets).unwrap_or(i64::MAX)
}

/// Adds up one link's cells over all shards.
pub(super) fn sum_links(frame: &Frame<'_>, shards: &[Shard]) -> Vec<LinkCell> {
    let mut all = vec![LinkCell::default(); frame.settings.links.len() * frame.span.buckets()];
    for shard in shards {
        for (sum, cell) in all.iter_mut().zip(shard.link_cells()) {
            sum.up = sum.up.saturating_add(cell.up);
            sum.down = sum.down.saturating_add(cell.down);
            sum.flows += cell.flows;
            sum.records += cell.records;
        }
    }
    all
}

/// The rows of `links`: buckets in which anything flowed, was asked or was lost.
pub(super) fn link_rows(
    frame: &Frame<'_>,
    cells: &[LinkCell],
    lost: &[i64],
    resolver: &mut super::dns::Resolver,
) -> Vec<LinkRow> {
    let buckets = frame.span.buckets();
    let primary = frame.primary_link();
    let mut rows = Vec::new();
    for (link, (cells, lost)) in cells.chunks(buckets).zip(lost.chunks(buckets)).enumerate() {
        for (offset, (cell, lost)) in cells.iter().zip(lost).enumerate() {
            let asked = resolver.buckets.get_mut(offset).filter(|_| Some(link) == primary);
            let mut row = LinkRow {
                local_date: frame.settings.date,
                bucket_start: (frame.span.first + offset as i64) * BUCKET,
                link: link as u16,
                bytes_up: signed(cell.up),
                bytes_down: signed(cell.down),
                flows: cell.flows,
                records: cell.records,
                records_lost: *lost,
                lookups: 0,
                servfail: 0,
                nxdomain: 0,
                unanswered: 0,
                delay_ms_median: None,
            };
            if let Some(asked) = asked {
                (row.lookups, row.servfail) = (asked.lookups, asked.servfail);
                (row.nxdomain, row.unanswered) = (asked.nxdomain, asked.unanswered);
                row.delay_ms_median = asked.delay_median();
            }
            let active = [row.bytes_up, row.bytes_down, row.flows, row.records_lost, row.lookups];
            if active.iter().any(|n| *n != 0) {
                rows.push(row);
            }
        }
    }
    rows.sort_unstable();
    rows
}

/// The part of some octets that flowed between two instants, where `from` to `until` may stick out on both sides.
pub(super) fn cut(octets: u64, from: Micros, until: Micros, start: Micros, end: Micros) -> u64 {
    let length = |a: Micros, b: Micros| (b - a).max(0) as u64;
    let inside = length(from.max(start), until.min(end));
    share(octets, [length(from, until.min(start)), inside, length(from.max(end), until)])[1]
}
