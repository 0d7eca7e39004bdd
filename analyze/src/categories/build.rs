//! Gathers rules from their sources, in the order of precedence, and seals them.

use model::{CategoryId, TAXONOMY_VERSION, Taxonomy};
use sha2::{Digest, Sha256};

use super::facts::SourceFacts;
use super::index::{Description, Index, hex};
use super::lists::{ListSource, Receive, Reject, usable_name};
use super::table::{Inserted, Reach, Table};
use super::{FIRST_LIST, LISTS_MAX, OVERRIDES, Override, TABLE, builtin};

/// Rules on their way into an index.
#[derive(Default)]
pub(super) struct Builder {
    table: Table,
    pub(super) sources: Vec<SourceFacts>,
}

impl Builder {
    /// The council's own rules, which come first.
    pub(super) fn overrides(&mut self, overrides: &[Override]) {
        let facts = SourceFacts::new("The council's own rules", "", "overrides", None);
        let mut taking = Taking { table: &mut self.table, source: OVERRIDES, category: CategoryId::OTHER, facts };
        let mut hasher = Sha256::new();
        for (number, rule) in (1..).zip(overrides) {
            taking.category = rule.category;
            taking.name(&rule.name, false, None, number);
            hasher.update(format!("{},{}\n", rule.name, rule.category.as_str()));
        }
        taking.facts.sha256 = hasher.finalize().into();
        self.sources.push(taking.facts);
    }

    /// Our table.
    pub(super) fn builtin(&mut self) {
        let facts = SourceFacts::new(builtin::NAME, builtin::LICENCE, "table", None);
        let mut taking = Taking { table: &mut self.table, source: TABLE, category: CategoryId::OTHER, facts };
        let mut hasher = Sha256::new();
        for (name, category) in builtin::rules() {
            taking.category = category;
            taking.facts.entries += 1;
            taking.insert(name, false, None, 0);
            hasher.update(format!("{name},{}\n", category.as_str()));
        }
        taking.facts.sha256 = hasher.finalize().into();
        self.sources.push(taking.facts);
    }

    /// Imported lists, in the order given. What is over [`LISTS_MAX`] counts as one rejected entry each.
    pub(super) fn lists(&mut self, lists: &[ListSource]) {
        for (place, list) in lists.iter().enumerate() {
            self.list(u8::try_from(place).ok().filter(|p| usize::from(*p) < LISTS_MAX), list);
        }
    }

    fn list(&mut self, place: Option<u8>, list: &ListSource) {
        let mut facts = SourceFacts::new(&list.name, &list.licence, list.kind.as_str(), Some(list.category));
        facts.sha256 = list.sha256();
        let Some(source) = place.map(|p| FIRST_LIST + p) else {
            facts.entries = 1;
            facts.rejected.add(Reject::Full, None, 1);
            return self.sources.push(facts);
        };
        facts.ignored = list.ignored();
        let mut taking = Taking { table: &mut self.table, source, category: list.category, facts };
        list.read(&mut taking);
        self.sources.push(taking.facts);
    }

    /// Entries that could not be used, over all sources.
    pub(super) fn rejected(&self) -> u64 {
        self.sources.iter().map(|s| s.rejected.total()).sum()
    }

    /// Puts everything into its final form.
    pub(super) fn seal(self, purpose: &str, networks: &[(u32, CategoryId)]) -> Index {
        let description = Description {
            purpose: purpose.to_owned(),
            version: TAXONOMY_VERSION.to_owned(),
            rules_sha256: hex(&rules_sha256(&self.table, purpose, networks)),
            words: Taxonomy::ALL.iter().map(|c| c.id.to_owned()).collect(),
            networks: networks.iter().map(|(asn, c)| (*asn, c.as_str().to_owned())).collect(),
            sources: self.sources.iter().map(SourceFacts::to_json).collect(),
            body_sha256: String::new(),
        };
        Index::seal(&self.table, description)
    }
}

/// The SHA-256 of what the matcher does: the taxonomy's version, every rule in force, every exception and every network.
///
/// Which source a rule is from matters only where that source has exceptions, so it counts only there.
fn rules_sha256(table: &Table, purpose: &str, networks: &[(u32, CategoryId)]) -> [u8; 32] {
    let holes = table.holes();
    let source = |s: u8| if holes.iter().any(|h| h.source == s) { format!("\t{s}") } else { String::new() };
    let marks: Vec<String> = (0..=u8::MAX).map(source).collect();
    let mut rules: Vec<_> = table.rules().iter().map(|r| (table.name(r), r.exact, r.category, r.source)).collect();
    rules.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(format!("tithing.{purpose}/1\n{TAXONOMY_VERSION}\n"));
    for (name, exact, category, source) in rules {
        let kind = if exact { "exact" } else { "suffix" };
        hasher.update(format!("{kind}\t{name}\t{}{}\n", category.as_str(), marks[usize::from(source)]));
    }
    for hole in &holes {
        let name = table.text(hole.start, hole.length);
        hasher.update(format!("except\t{name}\t{}\t{}\n", hole.reach.code(), hole.source));
    }
    for (asn, category) in networks {
        hasher.update(format!("network\t{asn}\t{}\n", category.as_str()));
    }
    hasher.finalize().into()
}

/// One source on its way into the table.
struct Taking<'a> {
    table: &'a mut Table,
    source: u8,
    category: CategoryId,
    facts: SourceFacts,
}

impl Taking<'_> {
    fn insert(&mut self, name: &str, exact: bool, file: Option<&str>, line: u64) {
        match self.table.insert(name, exact, self.category, self.source) {
            Inserted::New => self.facts.rules += 1,
            Inserted::Covered => self.facts.covered += 1,
            Inserted::Protects => self.facts.protects += 1,
            Inserted::Full => self.facts.rejected.add(Reject::Full, file, line),
        }
    }
}

impl Receive for Taking<'_> {
    fn name(&mut self, name: &str, exact: bool, file: Option<&str>, line: u64) {
        self.facts.entries += 1;
        match usable_name(name) {
            Ok(name) => self.insert(&name, exact, file, line),
            Err(why) => self.facts.rejected.add(why, file, line),
        }
    }

    fn except(&mut self, name: &str, reach: Reach, line: u64) {
        self.facts.entries += 1;
        match usable_name(name) {
            Ok(name) if self.table.except(&name, reach, self.source) => self.facts.exceptions += 1,
            Ok(_) => self.facts.rejected.add(Reject::Full, None, line),
            Err(why) => self.facts.rejected.add(why, None, line),
        }
    }

    fn spare(&mut self, name: &str) {
        if let Ok(name) = usable_name(name)
            && !self.table.except(&name, Reach::Name, self.source)
        {
            self.facts.rejected.add(Reject::Full, None, 0);
        }
    }

    fn again(&mut self) {
        self.facts.entries += 1;
        self.facts.covered += 1;
    }

    fn reject(&mut self, why: Reject, file: Option<&str>, line: u64) {
        self.facts.entries += 1;
        self.facts.rejected.add(why, file, line);
    }
}
