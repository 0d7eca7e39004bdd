//! Remembers the layouts that each exporter has announced.
//!
//! A v9 or IPFIX data set carries no field names: it can be read only with the template that the same exporter sent.
//! Template ids repeat across exporters, so they are kept by (exporter, domain, version).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use model::{Addr, Reason, Tally};

use super::header::u16_at;
use super::layout::{Field, Layout, read_fields};
use super::sampling::Announced;
use super::timeline::{Position, Timeline};
use crate::Format;
use crate::limits::{DEFINITIONS_PER_TEMPLATE_MAX, STREAMS_MAX, TEMPLATES_MAX, WAITING_OCTETS_MAX, WAITING_SETS_MAX};

/// Stands for the scope types of v9, which share numbers with elements but not their meaning (RFC 3954 section 6.1).
pub(super) const V9_SCOPE: u32 = u32::MAX;

/// One export stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct StreamKey {
    pub(super) exporter: Option<Addr>,
    pub(super) domain: u32,
    pub(super) version: u16,
}

impl StreamKey {
    /// The format that the version names.
    pub(super) const fn format(&self) -> Format {
        match self.version {
            5 => Format::NetflowV5,
            9 => Format::NetflowV9,
            _ => Format::Ipfix,
        }
    }
}

/// A data set that came before its template: perhaps option data. Never leaves memory.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Waiting {
    pub(super) position: Position,
    pub(super) template: u16,
    pub(super) body: Vec<u8>,
}

/// What one stream announced.
#[derive(Clone, Default)]
pub(super) struct Stream {
    pub(super) layouts: BTreeMap<u16, Timeline<Layout>>,
    pub(super) announced: Announced,
    pub(super) waiting: Vec<Waiting>,
    /// Templates of which a set came before they did, the first [`WAITING_SETS_MAX`].
    early: BTreeSet<u16>,
}

impl Stream {
    /// The templates that sets name and nobody announced.
    fn lacking(&self) -> impl Iterator<Item = u16> {
        self.early.iter().filter(|id| !self.layouts.contains_key(id)).copied()
    }
}

/// The templates, sampling rates and boot times of any number of scans, with when they were announced.
///
/// - Merging is a union: its order does not matter.
/// - A data set is read with the layout in force when it arrived, else with the next whose length fits.
/// - Nothing is shared between exporters, domains or versions.
#[derive(Clone, Default)]
pub struct Templates {
    pub(super) streams: BTreeMap<StreamKey, Stream>,
    count: usize,
    waiting_sets: usize,
    waiting_octets: usize,
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Templates").field("streams", &self.streams.len()).field("count", &self.count).finish()
    }
}

impl Templates {
    /// Adds another scan's templates. The order of merges does not matter.
    pub fn merge(&mut self, other: &Templates) {
        for (key, theirs) in &other.streams {
            let ours = self.streams.entry(*key).or_default();
            for (id, timeline) in &theirs.layouts {
                ours.layouts.entry(*id).or_default().merge(timeline);
            }
            ours.announced.merge(&theirs.announced);
            ours.waiting.extend(theirs.waiting.iter().cloned());
            ours.waiting.sort();
            ours.waiting.dedup();
            ours.early.extend(&theirs.early);
        }
        self.count = self.streams.values().map(|s| s.layouts.len()).sum();
    }

    /// Adds what was announced earlier and is not announced here: what an exporter announced itself stands alone, and past
    /// the limits it alone stands. Sampling rates are taken, scope by scope, for streams that announced no template here
    /// or of which some set has none: the announcement of a rate is such a set.
    pub fn fill(&mut self, earlier: &Templates) {
        for (key, theirs) in &earlier.streams {
            self.take(*key, theirs);
        }
    }

    /// [`Templates::fill`] for those streams alone that have a set whose template nobody announced here and somebody did
    /// earlier. Gives what was added: all that the records are read with beside their own.
    pub fn complete(&mut self, earlier: &Templates) -> Templates {
        let mut added = Templates::default();
        for (key, theirs) in &earlier.streams {
            let helps = |ours: &Stream| ours.lacking().any(|id| theirs.layouts.contains_key(&id));
            if self.streams.get(key).is_some_and(helps) {
                let taken = self.take(*key, theirs);
                added.count += taken.layouts.len();
                added.streams.insert(*key, taken);
            }
        }
        added
    }

    /// Adds to one stream what it has not; gives what was added.
    fn take(&mut self, key: StreamKey, theirs: &Stream) -> Stream {
        let mut taken = Stream::default();
        let room = TEMPLATES_MAX.saturating_sub(self.count);
        let Some(ours) = self.stream(key) else { return taken };
        let rates = ours.layouts.is_empty() || ours.lacking().next().is_some();
        for (id, timeline) in &theirs.layouts {
            if taken.layouts.len() == room {
                break;
            }
            if let Entry::Vacant(place) = ours.layouts.entry(*id) {
                place.insert(timeline.clone());
                taken.layouts.insert(*id, timeline.clone());
            }
        }
        if rates {
            taken.announced = ours.announced.fill(&theirs.announced);
        }
        self.count += taken.layouts.len();
        taken
    }

    /// Whether sets came whose template nobody announced.
    pub fn lack_some(&self) -> bool {
        self.streams.values().any(|s| s.lacking().next().is_some())
    }

    /// Whether some layout of data records names the link-layer source (element 56).
    pub fn names_link_layer(&self) -> bool {
        const SOURCE_MAC: u16 = 56;
        let named = |f: &Field| f.enterprise == 0 && f.id == SOURCE_MAC;
        let layouts = self.streams.values().flat_map(|s| s.layouts.values()).flat_map(|t| t.entries());
        layouts.filter(|e| !e.value.options).any(|e| e.value.fields.iter().any(named))
    }

    /// Whether no template was announced.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many templates there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// The stream of a key, made if there is room.
    pub(super) fn stream(&mut self, key: StreamKey) -> Option<&mut Stream> {
        if self.streams.len() >= STREAMS_MAX && !self.streams.contains_key(&key) {
            return None;
        }
        Some(self.streams.entry(key).or_default())
    }

    /// Takes note of one definition.
    pub(super) fn define(
        &mut self,
        key: StreamKey,
        id: u16,
        position: Position,
        layout: &Layout,
    ) -> Result<(), Reason> {
        let full = self.count >= TEMPLATES_MAX;
        let stream = self.stream(key).ok_or(Reason::TemplateLimit)?;
        let fresh = !stream.layouts.contains_key(&id);
        if fresh && full {
            return Err(Reason::TemplateLimit);
        }
        let timeline = stream.layouts.entry(id).or_default();
        let noted = timeline.observe(position, layout, DEFINITIONS_PER_TEMPLATE_MAX);
        self.count += usize::from(fresh);
        if noted { Ok(()) } else { Err(Reason::TemplateLimit) }
    }

    /// Takes note that templates were withdrawn: one, or with id 2 or 3 all (RFC 7011 section 8.1).
    pub(super) fn withdraw(&mut self, key: StreamKey, id: u16, position: Position) {
        let Some(stream) = self.streams.get_mut(&key) else {
            return;
        };
        let gone = |layout: &Layout| Layout { options: layout.options, ..Layout::default() };
        for (known, timeline) in &mut stream.layouts {
            let options = timeline.latest().is_some_and(|l| l.options);
            let meant = *known == id || (id == 2 && !options) || (id == 3 && options);
            if let Some(layout) = timeline.latest().filter(|_| meant).map(gone) {
                timeline.observe(position, &layout, DEFINITIONS_PER_TEMPLATE_MAX);
            }
        }
    }

    /// Keeps a set until its template is known, if there is room.
    pub(super) fn keep_waiting(&mut self, key: StreamKey, template: u16, position: Position, body: &[u8]) {
        let octets = self.waiting_octets + body.len();
        if let Some(stream) = self.stream(key)
            && stream.early.len() < WAITING_SETS_MAX
        {
            stream.early.insert(template);
        }
        if self.waiting_sets >= WAITING_SETS_MAX || octets > WAITING_OCTETS_MAX {
            return;
        }
        if let Some(stream) = self.stream(key) {
            stream.waiting.push(Waiting { position, template, body: body.to_vec() });
            self.waiting_sets += 1;
            self.waiting_octets = octets;
        }
    }
}

/// What a template set says, record by record.
pub(super) enum Definition {
    Layout(u16, Layout),
    Withdrawn(u16),
}

/// Reads the definitions of one template set; problems are tallied and the rest of the set left.
pub(super) fn definitions(body: &[u8], version: u16, options: bool, offset: u64, tally: &mut Tally) -> Vec<Definition> {
    let mut at = 0;
    let mut found = Vec::new();
    while body.len() - at >= 4 {
        let place = offset + at as u64;
        match definition(body, &mut at, version, options) {
            Ok(Some(d)) => found.push(d),
            Ok(None) => break,
            Err(reason) => {
                tally.add(reason, place);
                break;
            }
        }
    }
    found
}

fn definition(body: &[u8], at: &mut usize, version: u16, options: bool) -> Result<Option<Definition>, Reason> {
    let broken = || Reason::TemplateBroken;
    let id = u16_at(body, *at).ok_or_else(broken)?;
    let count = u16_at(body, *at + 2).ok_or_else(broken)?;
    if id == 0 && count == 0 {
        return Ok(None);
    }
    let withdrawal = version == 10 && count == 0;
    if id < 256 && !(withdrawal && (id == 2 || id == 3)) {
        return Err(Reason::TemplateBroken);
    }
    *at += 4;
    if withdrawal {
        return Ok(Some(Definition::Withdrawn(id)));
    }
    let layout = match (version, options) {
        (_, false) => {
            Layout { options: false, scopes: 0, fields: read_fields(body, at, usize::from(count), version == 10)? }
        }
        (9, true) => v9_options(body, at, count)?,
        (_, true) => {
            let scopes = u16_at(body, *at).ok_or_else(broken)?;
            *at += 2;
            if scopes > count {
                return Err(Reason::TemplateBroken);
            }
            Layout { options: true, scopes, fields: read_fields(body, at, usize::from(count), true)? }
        }
    };
    Ok(Some(Definition::Layout(id, layout)))
}

/// Options template of v9: octets of scopes, octets of options, then both (RFC 3954 section 6.1).
fn v9_options(body: &[u8], at: &mut usize, scope_octets: u16) -> Result<Layout, Reason> {
    let option_octets = u16_at(body, *at).ok_or(Reason::TemplateBroken)?;
    *at += 2;
    if !scope_octets.is_multiple_of(4) || !option_octets.is_multiple_of(4) {
        return Err(Reason::TemplateBroken);
    }
    let scopes = read_fields(body, at, usize::from(scope_octets / 4), false)?;
    let options = read_fields(body, at, usize::from(option_octets / 4), false)?;
    let scope = |f: Field| Field { enterprise: V9_SCOPE, ..f };
    let count = scope_octets / 4;
    let fields = scopes.into_iter().map(scope).chain(options).collect();
    Ok(Layout { options: true, scopes: count, fields })
}

#[cfg(test)]
mod tests {
    use super::super::sampling::Scope;
    use super::*;

    fn read(body: &[u8], version: u16, options: bool) -> (Vec<Definition>, Tally) {
        let mut tally = Tally::default();
        let found = definitions(body, version, options, 0, &mut tally);
        (found, tally)
    }

    fn layout(d: &Definition) -> (u16, &Layout) {
        match d {
            Definition::Layout(id, l) => (*id, l),
            Definition::Withdrawn(_) => panic!("a layout was expected"),
        }
    }

    #[test]
    fn two_templates_in_a_set_and_padding() {
        let body = [1, 0, 0, 1, 0, 8, 0, 4, 1, 1, 0, 2, 0, 12, 0, 4, 0, 1, 0, 4, 0, 0];
        let (found, tally) = read(&body, 9, false);
        assert!(tally.is_empty());
        assert_eq!(found.len(), 2);
        assert_eq!(layout(&found[1]).0, 257);
        assert_eq!(layout(&found[1]).1.fields[1], Field { enterprise: 0, id: 1, length: 4 });
    }

    #[test]
    fn enterprise_fields_are_longer() {
        let body = [1, 0, 0, 2, 0x80, 1, 0, 8, 0, 0, 0x72, 0x79, 0, 4, 0, 1];
        let (found, _) = read(&body, 10, false);
        let fields = &layout(&found[0]).1.fields;
        assert_eq!(fields[0], Field { enterprise: 29_305, id: 1, length: 8 });
        assert_eq!(fields[1], Field { enterprise: 0, id: 4, length: 1 });
    }

    #[test]
    fn v9_scopes_are_not_elements() {
        let body = [1, 0, 0, 4, 0, 4, 0, 2, 0, 4, 0, 34, 0, 4];
        let (found, _) = read(&body, 9, true);
        let l = layout(&found[0]).1;
        assert!(l.options);
        assert_eq!((l.scopes, l.fields[0].enterprise, l.fields[1].enterprise), (1, V9_SCOPE, 0));
    }

    #[test]
    fn withdrawals_and_broken_sets() {
        assert!(matches!(read(&[1, 4, 0, 0], 10, false).0[..], [Definition::Withdrawn(260)]));
        assert!(matches!(read(&[0, 2, 0, 0], 10, false).0[..], [Definition::Withdrawn(2)]));
        for (body, reason) in [
            (&[1, 0, 0, 2, 0, 8, 0, 4][..], Reason::TemplateBroken),
            (&[0, 9, 0, 1, 0, 8, 0, 4][..], Reason::TemplateBroken),
            (&[1, 0, 0x7f, 0, 0, 8, 0, 4][..], Reason::TemplateLimit),
        ] {
            let (found, tally) = read(body, 10, false);
            assert!(found.is_empty());
            assert_eq!(tally.count(reason), 1);
        }
    }

    fn key(domain: u32) -> StreamKey {
        StreamKey { exporter: None, domain, version: 9 }
    }

    fn one_field(id: u16) -> Layout {
        Layout { options: false, scopes: 0, fields: vec![Field { enterprise: 0, id, length: 6 }] }
    }

    #[test]
    fn earlier_templates_fill_gaps_and_replace_nothing() {
        let at = Position::default();
        let mut now = Templates::default();
        now.define(key(1), 256, at, &one_field(1)).unwrap();
        let mut earlier = Templates::default();
        earlier.define(key(1), 256, at, &one_field(2)).unwrap();
        earlier.define(key(1), 257, at, &one_field(56)).unwrap();
        earlier.define(key(2), 256, at, &one_field(3)).unwrap();
        assert!(now.clone().complete(&earlier).is_empty(), "no set lacks a template");
        assert!(!now.names_link_layer());
        now.fill(&earlier);
        assert!(now.names_link_layer());
        assert_eq!(now.len(), 3);
        assert_eq!(now.streams[&key(1)].layouts[&256].latest(), Some(&one_field(1)), "its own word stands alone");
    }

    #[test]
    fn a_stream_without_its_template_gets_the_earlier_one_and_its_rate() {
        let at = Position { at: 5, offset: 5 };
        let mut earlier = Templates::default();
        for domain in [1, 2, 3] {
            earlier.define(key(domain), 256, at, &one_field(1)).unwrap();
            earlier.stream(key(domain)).unwrap().announced.rate_entry(Scope::Domain).observe(at, &100, 9);
        }
        let mut now = Templates::default();
        now.keep_waiting(key(1), 256, at, &[0; 6]);
        now.define(key(2), 256, at, &one_field(1)).unwrap();
        assert!(now.lack_some());
        let used = now.complete(&earlier);
        assert!(!now.lack_some());
        assert_eq!((used.len(), now.len()), (1, 2), "of domain 1 alone");
        let rate = |t: &Templates, domain| {
            t.streams[&key(domain)].announced.rates().next().and_then(|(_, timeline)| timeline.latest().copied())
        };
        assert_eq!((rate(&now, 1), rate(&used, 1)), (Some(100), Some(100)));
        assert_eq!(rate(&now, 2), None, "an exporter that announces its template and no rate does not sample");
        assert!(now.complete(&earlier).is_empty(), "nothing is left to add");
    }

    #[test]
    fn what_waits_longest_does_not_hide_what_else_lacks() {
        let at = Position::default();
        let mut now = Templates::default();
        (0..=WAITING_SETS_MAX).for_each(|_| now.keep_waiting(key(1), 256, at, &[0; 6]));
        now.define(key(1), 256, at, &one_field(1)).unwrap();
        assert!(!now.lack_some());
        now.keep_waiting(key(2), 300, at, &[0; 6]);
        assert!(now.lack_some());
    }

    #[test]
    fn earlier_templates_are_taken_up_to_the_limits() {
        let at = Position::default();
        let count = u32::try_from(STREAMS_MAX).unwrap();
        let mut earlier = Templates::default();
        (0..count).for_each(|d| earlier.define(key(d), 256, at, &one_field(1)).unwrap());
        let mut now = Templates::default();
        now.define(key(count), 256, at, &one_field(2)).unwrap();
        now.fill(&earlier);
        assert_eq!((now.streams.len(), now.len()), (STREAMS_MAX, STREAMS_MAX));
        assert_eq!(now.streams[&key(count)].layouts[&256].latest(), Some(&one_field(2)), "the newest stays");
        let mut ids = Templates::default();
        (0..=u16::MAX).for_each(|id| ids.define(key(0), id, at, &one_field(1)).unwrap());
        assert_eq!(ids.len(), TEMPLATES_MAX);
        ids.fill(&earlier);
        assert_eq!(ids.len(), TEMPLATES_MAX);
    }

    #[test]
    fn merging_is_a_union_in_any_order() {
        let one = Layout { options: false, scopes: 0, fields: vec![Field { enterprise: 0, id: 1, length: 4 }] };
        let mut a = Templates::default();
        a.define(key(1), 256, Position { at: 1, offset: 0 }, &one).unwrap();
        let mut b = Templates::default();
        b.define(key(2), 256, Position { at: 2, offset: 0 }, &one).unwrap();
        let (mut ab, mut ba) = (a.clone(), b.clone());
        ab.merge(&b);
        ba.merge(&a);
        assert_eq!(ab.to_bytes(), ba.to_bytes());
        assert_eq!(ab.len(), 2);
    }
}
