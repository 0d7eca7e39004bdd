//! The rules while they are gathered: one arena of names, one array of records, one open-addressed index.
//!
//! A folder of imported lists can hold millions of names. A record costs 12 octets, its index entry 4 to 8, its name its
//! own length; nothing is allocated per rule. What is looked up is the sealed form of the same arrays, [`super::index`].

use model::{CategoryId, Treatment};

/// An index entry that holds no rule.
pub(super) const EMPTY: u32 = u32::MAX;

/// The most rules, so that twice their number of slots is still counted in 32 bits.
pub(super) const RULES_MAX: usize = 1 << 30;

/// One rule. `source` orders rules of equal length: the lower comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) hash: u32,
    pub(super) start: u32,
    pub(super) length: u8,
    pub(super) exact: bool,
    pub(super) category: CategoryId,
    pub(super) source: u8,
}

/// What an exception of a list leaves out of that list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The name itself.
    Name,
    /// What is below it.
    Below,
    /// Both.
    Both,
}

impl Reach {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Name => 1,
            Self::Below => 2,
            Self::Both => 3,
        }
    }

    pub(super) const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Name),
            2 => Some(Self::Below),
            3 => Some(Self::Both),
            _ => None,
        }
    }
}

/// An exception: the rules of `source` that are no longer than this name say nothing about what it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) start: u32,
    pub(super) length: u8,
    pub(super) reach: Reach,
    pub(super) source: u8,
}

/// What became of a rule offered to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inserted {
    /// No rule had this name.
    New,
    /// An earlier rule with this name stands.
    Covered,
    /// It protects a name that an earlier rule did not, and replaced that one.
    Protects,
    /// The table is full: names take more than 4 GiB, or there are more than 2^30 rules.
    Full,
}

/// Rules by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    slots: Vec<u32>,
    rules: Vec<Rule>,
    holes: Vec<Hole>,
    names: String,
}

/// Whether a kind pools with uncategorised use.
pub(super) fn protected(category: CategoryId) -> bool {
    category.category().treatment == Treatment::Pooled
}

/// Of two rules with the same number of labels: protected kinds first, then the earlier source, then the exact rule.
pub(super) fn rank(category: CategoryId, source: u8, exact: bool) -> (bool, u8, bool) {
    (!protected(category), source, !exact)
}

/// Start of [`mix`] (FNV-1a).
pub(super) const HASH_START: u64 = 0xcbf2_9ce4_8422_2325;

/// Takes one more octet of a name into its hash, from the last octet to the first: so one pass over a name gives the hash
/// of each of its suffixes. Capital letters count as small ones.
pub(super) const fn mix(hash: u64, octet: u8) -> u64 {
    (hash ^ octet.to_ascii_lowercase() as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The hash under which a rule stands. Part of the form of the sealed index: a change needs a new version of it.
pub(super) const fn finish(hash: u64, exact: bool) -> u32 {
    let wide = (hash ^ exact as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (wide >> 32) as u32
}

fn hash(name: &str, exact: bool) -> u32 {
    finish(name.bytes().rev().fold(HASH_START, mix), exact)
}

impl Table {
    /// Adds a rule whose name has been checked. Sources must come in their order of precedence.
    pub(super) fn insert(&mut self, name: &str, exact: bool, category: CategoryId, source: u8) -> Inserted {
        if (self.rules.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = hash(name, exact);
        let slot = self.slot(hash, name, exact);
        match self.slots.get(slot).and_then(|&i| self.rules.get_mut(i as usize)) {
            Some(rule) if protected(category) && !protected(rule.category) => {
                (rule.category, rule.source) = (category, source);
                Inserted::Protects
            }
            Some(_) => Inserted::Covered,
            None => self.append(slot, hash, name, exact, category, source),
        }
    }

    /// Adds an exception; says whether there was room for it.
    pub(super) fn except(&mut self, name: &str, reach: Reach, source: u8) -> bool {
        let (Ok(start), Ok(length)) = (u32::try_from(self.names.len()), u8::try_from(name.len())) else {
            return false;
        };
        if self.holes.len() >= RULES_MAX {
            return false;
        }
        self.names.push_str(name);
        self.holes.push(Hole { start, length, reach, source });
        true
    }

    fn append(
        &mut self,
        slot: usize,
        hash: u32,
        name: &str,
        exact: bool,
        category: CategoryId,
        source: u8,
    ) -> Inserted {
        let (Ok(start), Ok(length), Ok(index)) =
            (u32::try_from(self.names.len()), u8::try_from(name.len()), u32::try_from(self.rules.len()))
        else {
            return Inserted::Full;
        };
        if self.rules.len() >= RULES_MAX {
            return Inserted::Full;
        }
        self.names.push_str(name);
        self.rules.push(Rule { hash, start, length, exact, category, source });
        if let Some(entry) = self.slots.get_mut(slot) {
            *entry = index;
        }
        Inserted::New
    }

    /// The slot that holds this name, or the free one where it belongs. There is always a free slot: at most half are used.
    fn slot(&self, hash: u32, name: &str, exact: bool) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots.get(slot).and_then(|&i| self.rules.get(i as usize)) {
                Some(rule) if rule.hash != hash || rule.exact != exact || self.name(rule) != name => {
                    slot = (slot + 1) & mask;
                }
                _ => return slot,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1024);
        self.slots = vec![EMPTY; size];
        for (index, rule) in self.rules.iter().enumerate() {
            let mut slot = rule.hash as usize & (size - 1);
            while self.slots[slot] != EMPTY {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = index as u32;
        }
    }

    /// A rule's name.
    pub(super) fn name(&self, rule: &Rule) -> &str {
        self.text(rule.start, rule.length)
    }

    /// A name of the arena.
    pub(super) fn text(&self, start: u32, length: u8) -> &str {
        self.names.get(start as usize..start as usize + usize::from(length)).unwrap_or_default()
    }

    /// Every rule, in the order of its first insertion.
    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Every exception, in the order of names, reaches and sources, each once.
    pub(super) fn holes(&self) -> Vec<Hole> {
        let key = |h: &Hole| (self.text(h.start, h.length), h.reach, h.source);
        let mut holes = self.holes.clone();
        holes.sort_by(|a, b| key(a).cmp(&key(b)));
        holes.dedup_by(|a, b| key(a) == key(b));
        holes
    }

    /// The index entries.
    pub(super) fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// The arena of names.
    pub(super) fn names(&self) -> &str {
        &self.names
    }
}
