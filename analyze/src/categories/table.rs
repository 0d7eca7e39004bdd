//! The compiled rules: one arena of names, one array of records, one open-addressed index.
//!
//! A folder of imported lists can hold millions of names. A record costs 12 octets, its index entry 4 to 8, its name its
//! own length; nothing is allocated per rule, and a lookup hashes at most `labels_max` suffixes of the name.

use std::hash::Hasher;

use model::{CategoryId, Treatment};
use rustc_hash::FxHasher;

/// An index entry that holds no rule.
const EMPTY: u32 = u32::MAX;

/// One rule. `source` orders rules of equal length: the lower comes first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    hash: u32,
    start: u32,
    length: u8,
    pub(super) exact: bool,
    pub(super) category: CategoryId,
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
    /// The table is full: names take more than 4 GiB.
    Full,
}

/// Rules by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    slots: Vec<u32>,
    rules: Vec<Rule>,
    names: String,
    labels_max: usize,
    exact_rules: usize,
}

/// Whether a kind pools with uncategorised use.
pub(super) fn protected(category: CategoryId) -> bool {
    category.category().treatment == Treatment::Pooled
}

/// Of two rules with the same number of labels: protected kinds first, then the earlier source, then the exact rule.
fn rank(rule: &Rule) -> (bool, u8, bool) {
    (!protected(rule.category), rule.source, !rule.exact)
}

fn hash(name: &str, exact: bool) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    hasher.write_u8(u8::from(exact));
    let wide = hasher.finish();
    (wide ^ (wide >> 32)) as u32
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
        if index == EMPTY {
            return Inserted::Full;
        }
        self.names.push_str(name);
        self.rules.push(Rule { hash, start, length, exact, category, source });
        if let Some(entry) = self.slots.get_mut(slot) {
            *entry = index;
        }
        self.labels_max = self.labels_max.max(labels(name));
        self.exact_rules += usize::from(exact);
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

    fn get(&self, name: &str, exact: bool) -> Option<&Rule> {
        if self.slots.is_empty() {
            return None;
        }
        self.slots.get(self.slot(hash(name, exact), name, exact)).and_then(|&i| self.rules.get(i as usize))
    }

    /// The rule for a lower-case name without a final dot, and its number of labels: the longest suffix on a label boundary.
    pub(super) fn find(&self, name: &str) -> Option<(&Rule, usize)> {
        let mut labels = labels(name);
        if self.exact_rules > 0
            && let Some(exact) = self.get(name, true)
        {
            let suffix = self.get(name, false);
            return Some((suffix.filter(|s| rank(s) < rank(exact)).unwrap_or(exact), labels));
        }
        let mut rest = name;
        loop {
            if labels <= self.labels_max
                && let Some(rule) = self.get(rest, false)
            {
                return Some((rule, labels));
            }
            let dot = rest.bytes().position(|b| b == b'.')?;
            rest = rest.get(dot + 1..)?;
            labels -= 1;
        }
    }

    /// A rule's name.
    pub(super) fn name(&self, rule: &Rule) -> &str {
        let start = rule.start as usize;
        self.names.get(start..start + usize::from(rule.length)).unwrap_or_default()
    }

    /// Every rule, in the order of its first insertion.
    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

/// Labels of a name.
fn labels(name: &str) -> usize {
    1 + name.bytes().filter(|&b| b == b'.').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Taxonomy;
    use proptest::prelude::*;

    fn id(word: &str) -> CategoryId {
        Taxonomy::find(word).unwrap()
    }

    #[test]
    fn an_empty_table_finds_nothing() {
        assert!(Table::default().find("www.example.com").is_none());
    }

    #[test]
    fn growing_keeps_every_rule() {
        let mut table = Table::default();
        for i in 0..5000 {
            assert_eq!(table.insert(&format!("n{i}.example"), false, id("news"), 0), Inserted::New);
        }
        for i in 0..5000 {
            let (rule, labels) = table.find(&format!("www.n{i}.example")).unwrap();
            assert_eq!((table.name(rule), labels), (format!("n{i}.example").as_str(), 2));
        }
        assert!(table.find("n5000.example").is_none());
    }

    proptest! {
        /// The table agrees with trying every suffix against a plain sorted map, longest first.
        #[test]
        fn equals_the_plain_search(
            rules in prop::collection::vec(("([ab]{1,2}\\.){0,3}[ab]", 0u8..5), 0..40),
            names in prop::collection::vec("([ab]{1,2}\\.){0,5}[ab]", 1..40),
        ) {
            let words = ["news", "social", "health", "video", "faith"];
            let (mut table, mut plain) = (Table::default(), std::collections::BTreeMap::new());
            for (name, word) in &rules {
                let category = id(words[usize::from(*word)]);
                table.insert(name, false, category, 0);
                let kept = plain.entry(name.clone()).or_insert(category);
                if protected(category) && !protected(*kept) {
                    *kept = category;
                }
            }
            for name in &names {
                let suffixes = std::iter::successors(Some(name.as_str()), |n| n.split_once('.').map(|(_, rest)| rest));
                let expected = suffixes.filter_map(|s| plain.get(s)).next().copied();
                prop_assert_eq!(table.find(name).map(|(rule, _)| rule.category), expected);
            }
        }
    }
}
