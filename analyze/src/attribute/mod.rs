//! Which kind of site a flow was with, and how well that is known.

mod answers;
mod attributor;
mod encrypted;
mod pins;

use std::borrow::Borrow;
use std::fmt;

use model::{Addr, CategoryId, Evidence, LookupView, Micros};
use rustc_hash::FxHashMap;

pub(crate) use answers::{AnswerBuilder, Answers, HIDDEN, LabelIx};
pub use attributor::{Attribution, Attributor, SealedAttributor};
pub(crate) use pins::{Connection, Kin, Pin, Pins, SAMPLE, Seen};

use crate::networks::Networks;

/// Seconds for which an answer explains flows after its TTL, or without one, unless the configuration says otherwise.
pub const HOLD_S_DEFAULT: u32 = 3_600;

/// Says what a name or a network is. A name's kind is that of the question; no target of a chain stands in for it.
pub trait Classify: Sync {
    /// The kind of a name: lower case, no final dot.
    fn classify(&self, name: &str) -> CategoryId;
    /// The one kind that a network serves, where it serves one.
    fn network(&self, asn: u32) -> Option<CategoryId>;
}

/// What a name means here: its stored kind, and whether it hides further names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) category: CategoryId,
    pub(crate) hides: bool,
}

/// The meanings of names. Pooled kinds are "other" from here on, so two protected names never differ.
pub(crate) struct Labels<'a> {
    classify: &'a dyn Classify,
    list: Vec<Label>,
    ids: FxHashMap<Box<str>, LabelIx>,
    /// Every distinct name keeps its own label, and can be asked for; otherwise one label stands for each meaning.
    names: Option<Vec<Box<str>>>,
}

impl fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Labels({})", self.list.len())
    }
}

/// Names whose meaning is remembered while lookups stream in; beyond, all are forgotten and looked up anew.
const NAMES_REMEMBERED_MAX: usize = 1 << 18;

impl<'a> Labels<'a> {
    pub(crate) fn new(classify: &'a dyn Classify, keep_names: bool) -> Self {
        Self { classify, list: Vec::new(), ids: FxHashMap::default(), names: keep_names.then(Vec::new) }
    }

    fn label(&mut self, name: &str) -> LabelIx {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let hides = encrypted::is_hiding_name(name);
        let label = Label { category: self.classify.classify(name).stored(), hides };
        let id = self.enter(label, name);
        if self.names.is_none() && self.ids.len() >= NAMES_REMEMBERED_MAX {
            self.ids.clear();
        }
        self.ids.insert(name.into(), id);
        id
    }

    fn enter(&mut self, label: Label, name: &str) -> LabelIx {
        let known = self.list.iter().position(|l| *l == label).filter(|_| self.names.is_none());
        let id = known.unwrap_or(self.list.len());
        if id == self.list.len() {
            self.list.push(label);
            self.names.iter_mut().for_each(|n| n.push(name.into()));
        }
        id as LabelIx
    }

    /// Takes over another's meanings; says what each of its labels is here.
    pub(crate) fn absorb(&mut self, other: &Labels<'_>) -> Vec<LabelIx> {
        let ids = 0..other.list.len() as LabelIx;
        ids.map(|id| self.enter(other.get(id), other.name(id).unwrap_or_default())).collect()
    }

    /// Forgets the names and keeps what they mean.
    pub(crate) fn seal(&mut self) {
        self.ids = FxHashMap::default();
    }

    fn get(&self, id: LabelIx) -> Label {
        self.list.get(id as usize).copied().unwrap_or(Label { category: CategoryId::OTHER, hides: false })
    }

    fn name(&self, id: LabelIx) -> Option<&str> {
        self.names.as_ref()?.get(id as usize).map(Borrow::borrow)
    }
}

/// Takes one lookup's addresses as evidence. Hints of HTTPS and SVCB are answers like others; an answer that points
/// nowhere (a blocked name) explains nothing.
pub(crate) fn take_answers(labels: &mut Labels<'_>, answers: &mut AnswerBuilder, view: &LookupView<'_>, row: usize) {
    let head = view.head(row);
    let mut label = None;
    for answer in view.answers(row) {
        let Some(server) = answer.address.filter(|a| !a.is_unspecified()) else { continue };
        let label = *label.get_or_insert_with(|| labels.label(head.name));
        answers.push(head.client, server, head.time, answer.ttl, label);
    }
}

/// One end of a question put to the evidence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) who: u32,
    pub(crate) server: Addr,
    pub(crate) port: Option<u16>,
    pub(crate) protocol: Option<u8>,
    pub(crate) at: Micros,
}

/// What is known of a flow's site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) category: CategoryId,
    pub(crate) evidence: Evidence,
    pub(crate) label: Option<LabelIx>,
}

/// What a connection was found to be, and whose it was then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pinned {
    who: u32,
    verdict: Verdict,
}

/// Everything that explains a flow, sealed.
#[derive(Debug)]
pub(crate) struct Explainer<'a> {
    pub(crate) answers: Answers,
    pub(crate) labels: Labels<'a>,
    pub(crate) networks: Option<&'a Networks>,
    pub(crate) hold_s: u32,
}

impl Explainer<'_> {
    /// Decides the kind and the evidence of a flow.
    ///
    /// What hides its names is `encrypted` whatever was looked up for it; then lookups; then an address that stood for
    /// nothing but relays and encrypted resolvers; then the owner of the address.
    /// `encrypted`, `ambiguous` and `none` are "other", and so is a network that serves more than one kind.
    pub(crate) fn explain(&self, asked: &Asked) -> Verdict {
        let same = |a, b| self.labels.get(a).category == self.labels.get(b).category;
        let found = self.answers.find(asked.who, asked.server, asked.at, self.hold_s, same);
        let label = found.map(|f| f.label);
        let other = |evidence| Verdict { category: CategoryId::OTHER, evidence, label };
        if encrypted::is_hiding_flow(asked.protocol, asked.port, asked.server) {
            return other(Evidence::Encrypted);
        }
        match found {
            Some(f) if f.evidence == Evidence::Ambiguous => other(Evidence::Ambiguous),
            Some(f) if self.labels.get(f.label).hides => other(Evidence::Encrypted),
            Some(f) => Verdict { category: self.labels.get(f.label).category, evidence: f.evidence, label },
            None if self.only_hides(asked.server) => Verdict { label: None, ..other(Evidence::Encrypted) },
            None => self.network(asked.server),
        }
    }

    /// Whether every answer that named an address was for a name that hides others: a relay is one whoever asked, and when.
    fn only_hides(&self, server: Addr) -> bool {
        self.answers.every(server, |label| self.labels.get(label).hides)
    }

    /// What a record of a connection is: what its first record was, for the same device. A record that goes on after a
    /// silence stands for itself where the device's own answers say something else of it.
    pub(crate) fn pinned(&self, pin: &mut Pin<Pinned>, asked: &Asked) -> Verdict {
        use Evidence::{Ambiguous, Device, Encrypted, Exact};
        if pin.value.is_some_and(|known| known.who != asked.who) {
            (pin.first, pin.value, pin.resumed) = (asked.at, None, false);
        }
        let known = pin.value.map(|known| known.verdict);
        let mut verdict = known.unwrap_or_else(|| self.explain(&Asked { at: pin.first, ..*asked }));
        if std::mem::take(&mut pin.resumed) {
            let now = self.explain(asked);
            let own = matches!(now.evidence, Exact | Device | Ambiguous | Encrypted);
            if own && now.category != verdict.category {
                verdict = now;
            }
        }
        pin.value = Some(Pinned { who: asked.who, verdict });
        verdict
    }

    fn network(&self, server: Addr) -> Verdict {
        let asn = self.networks.and_then(|n| n.asn(server));
        let evidence = if asn.is_some() { Evidence::Network } else { Evidence::None };
        let category = asn.and_then(|a| self.labels.classify.network(a)).map_or(CategoryId::OTHER, CategoryId::stored);
        Verdict { category, evidence, label: None }
    }
}
