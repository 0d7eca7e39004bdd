//! Which kind of site a name belongs to.
//!
//! The council's own rules, our table and the provider's lists are compiled into one matcher. A rule stands for a name and
//! everything below it, on label boundaries: `facebook.com` covers `www.facebook.com` and not `notfacebook.com`. The name
//! matched is always the one that was *asked for*; the delivery network that served it never matters. [`PRECEDENCE`] says
//! which rule wins, in the words that the report prints.

mod builtin;
mod defaults;
mod lists;
mod load;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use model::{CategoryId, TAXONOMY_VERSION};
use sha2::{Digest, Sha256};

pub use defaults::{DefaultList, default_lists};
pub use lists::{LineAt, ListKind, ListSource, Reject, Rejected, Rejections};
pub use load::{LoadError, UT1_LICENCE, V2FLY_LICENCE, load_lists};

use lists::{Receive, usable_name};
use table::{Inserted, Table};

/// Which rule wins, as the report prints it.
pub const PRECEDENCE: &str = "The rule with the most labels wins. Among rules of equal length a protected kind wins; then the council's own \
     rules, then the built-in table, then the provider's lists in the order given.";

/// The most lists that are imported: a rule remembers its source in one octet. What is over counts as one rejected entry each.
pub const LISTS_MAX: usize = 250;

/// Place of the council's own rules in the order of precedence.
const OVERRIDES: u8 = 0;

/// Place of our table.
const TABLE: u8 = 1;

/// Place of the first imported list.
const FIRST_LIST: u8 = 2;

/// A council's own rule: a name, with everything below it, and its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The name.
    pub name: String,
    /// Its kind.
    pub category: CategoryId,
}

/// Where the rule that matched came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// No rule matched.
    None,
    /// The council's own rules.
    Override,
    /// Our table.
    Builtin,
    /// An imported list: its place among the lists given, from 0.
    List(u8),
}

/// What a name was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Match {
    /// The kind; "All other use" where no rule matched. See [`CategoryId::stored`] before anything is written.
    pub category: CategoryId,
    /// Where the rule came from.
    pub origin: Origin,
    /// How many labels, from the right, the rule covers; 0 where none matched.
    pub labels: u8,
}

/// What was made of one source of rules, for the report and for `check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFacts {
    /// What the report calls it.
    pub name: String,
    /// Its licence.
    pub licence: String,
    /// Its format: `overrides`, `table`, `v2fly`, `ut1`, `hosts` or `plain`.
    pub kind: &'static str,
    /// The one kind of its names; `None` where each rule has its own.
    pub category: Option<CategoryId>,
    /// Names met. `entries` = `rules` + `covered` + `protects` + those rejected.
    pub entries: u64,
    /// Names that became rules.
    pub rules: u64,
    /// Names for which this or an earlier source already had a rule.
    pub covered: u64,
    /// Names that an earlier source left unprotected and this one protects.
    pub protects: u64,
    /// Lines of companion files that say nothing about whole names (`urls` and `expressions` of UT1).
    pub ignored: u64,
    /// What could not be used.
    pub rejected: Rejections,
}

/// Rules that cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CategoriesError {
    /// A council's own rule that is not one.
    #[error("the council's category rule number {number} cannot be used: {why}; write a site's name such as example.com", why = .why.as_str())]
    OverrideUnusable {
        /// Which, from 1.
        number: u64,
        /// Why.
        why: Reject,
    },
}

impl CategoriesError {
    /// The stable word.
    pub fn code(&self) -> &'static str {
        match self {
            CategoriesError::OverrideUnusable { .. } => "override_unusable",
        }
    }
}

/// The compiled matcher.
///
/// Holds names of lists only, never a name that anybody looked up; its `Debug` shows no name at all.
#[derive(Clone)]
pub struct Categories {
    table: Table,
    networks: Vec<(u32, CategoryId)>,
    sources: Vec<SourceFacts>,
}

impl std::fmt::Debug for Categories {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Categories").field("rules", &self.len()).field("networks", &self.networks.len()).finish()
    }
}

impl Categories {
    /// Our table alone.
    pub fn builtin() -> Self {
        let mut made = Self { table: Table::default(), networks: builtin::networks(), sources: Vec::new() };
        made.take_overrides(&[]);
        made.take_table();
        made
    }

    /// Our table and imported lists, in the order of [`PRECEDENCE`], with the number of entries that could not be used.
    ///
    /// Which entries those were, and why, is in [`Categories::sources`]; they stop nothing.
    pub fn with_lists(lists: &[ListSource]) -> (Self, u64) {
        let mut made = Self { table: Table::default(), networks: builtin::networks(), sources: Vec::new() };
        made.take_overrides(&[]);
        let rejected = made.take_rest(lists);
        (made, rejected)
    }

    /// The council's own rules, our table and imported lists, in the order of [`PRECEDENCE`].
    ///
    /// # Errors
    /// A council's own rule that cannot be used: a fault of configuration. Lines of lists are counted instead.
    pub fn with_overrides(overrides: &[Override], lists: &[ListSource]) -> Result<Self, CategoriesError> {
        let mut made = Self { table: Table::default(), networks: builtin::networks(), sources: Vec::new() };
        made.take_overrides(overrides);
        if let Some((why, rejected)) = made.sources.iter().flat_map(|s| s.rejected.iter()).next() {
            let number = rejected.places.first().map_or(0, |p| p.line);
            return Err(CategoriesError::OverrideUnusable { number, why });
        }
        made.take_rest(lists);
        Ok(made)
    }

    fn take_rest(&mut self, lists: &[ListSource]) -> u64 {
        self.take_table();
        for (place, list) in lists.iter().enumerate() {
            self.take_list(u8::try_from(place).ok().filter(|p| usize::from(*p) < LISTS_MAX), list);
        }
        self.sources.iter().map(|s| s.rejected.total()).sum()
    }

    fn take_overrides(&mut self, overrides: &[Override]) {
        let facts = facts("The council's own rules", "", "overrides", None);
        let mut taking = Taking { table: &mut self.table, source: OVERRIDES, category: CategoryId::OTHER, facts };
        for (number, rule) in (1..).zip(overrides) {
            taking.category = rule.category;
            taking.name(&rule.name, false, None, number);
        }
        self.sources.push(taking.facts);
    }

    fn take_table(&mut self) {
        let facts = facts(builtin::NAME, builtin::LICENCE, "table", None);
        let mut taking = Taking { table: &mut self.table, source: TABLE, category: CategoryId::OTHER, facts };
        for (name, category) in builtin::rules() {
            taking.category = category;
            taking.facts.entries += 1;
            taking.insert(name, false, None, 0);
        }
        self.sources.push(taking.facts);
    }

    fn take_list(&mut self, place: Option<u8>, list: &ListSource) {
        let mut facts = facts(&list.name, &list.licence, list.kind.as_str(), Some(list.category));
        let Some(source) = place.map(|p| FIRST_LIST + p) else {
            facts.entries = 1;
            facts.rejected.add(Reject::Full, None, 1);
            return self.sources.push(facts);
        };
        let mut taking = Taking { table: &mut self.table, source, category: list.category, facts };
        if let ListKind::Ut1 { ignored } = list.kind {
            taking.facts.ignored = ignored;
        }
        list.read(&mut taking);
        self.sources.push(taking.facts);
    }

    /// The kind of the name that was asked for. Case and a final dot do not matter.
    ///
    /// A name that DNS would not allow, or an address, is "All other use" like any name that no rule covers.
    pub fn lookup(&self, name: &str) -> Match {
        let bare = name.strip_suffix('.').unwrap_or(name);
        if bare.bytes().any(|b| b.is_ascii_uppercase()) {
            self.find(&bare.to_ascii_lowercase())
        } else {
            self.find(bare)
        }
    }

    fn find(&self, name: &str) -> Match {
        match self.table.find(name) {
            None => Match { category: CategoryId::OTHER, origin: Origin::None, labels: 0 },
            Some((rule, labels)) => Match {
                category: rule.category,
                origin: match rule.source {
                    OVERRIDES => Origin::Override,
                    TABLE => Origin::Builtin,
                    list => Origin::List(list - FIRST_LIST),
                },
                labels: u8::try_from(labels).unwrap_or(u8::MAX),
            },
        }
    }

    /// The one kind that a network serves, by its number (ASN); `None` for every network that serves several.
    pub fn network(&self, asn: u32) -> Option<CategoryId> {
        let at = self.networks.binary_search_by_key(&asn, |n| n.0).ok()?;
        self.networks.get(at).map(|n| n.1)
    }

    /// The SHA-256 of what the matcher does: the taxonomy's version, every rule in force and every network, in order.
    ///
    /// Two matchers that answer alike for every name have the same hash, however their lists were named or ordered.
    pub fn sha256(&self) -> [u8; 32] {
        let mut rules: Vec<_> =
            self.table.rules().iter().map(|r| (self.table.name(r), r.exact, r.category.as_str())).collect();
        rules.sort_unstable();
        let mut hasher = Sha256::new();
        hasher.update(format!("tithing.categories/1\n{TAXONOMY_VERSION}\n"));
        for (name, exact, category) in rules {
            hasher.update(format!("{}\t{name}\t{category}\n", if exact { "exact" } else { "suffix" }));
        }
        for (asn, category) in &self.networks {
            hasher.update(format!("network\t{asn}\t{}\n", category.as_str()));
        }
        hasher.finalize().into()
    }

    /// Every source in the order of precedence: the council's own rules, our table, then the lists.
    pub fn sources(&self) -> &[SourceFacts] {
        &self.sources
    }

    /// Rules in force.
    pub fn len(&self) -> usize {
        self.table.rules().len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The registrable domains, each once, of those names that no rule covers, in order of their first appearance.
    ///
    /// For public rankings only: a list of sites is never made from what a council looked up.
    pub fn gaps<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut seen = BTreeSet::new();
        names
            .filter(|name| self.lookup(name).origin == Origin::None)
            .map(|name| crate::suffix::registrable_domain(name).unwrap_or(name))
            .filter(|site| seen.insert(*site))
            .collect()
    }
}

fn facts(name: &str, licence: &str, kind: &'static str, category: Option<CategoryId>) -> SourceFacts {
    SourceFacts {
        name: name.to_owned(),
        licence: licence.to_owned(),
        kind,
        category,
        entries: 0,
        rules: 0,
        covered: 0,
        protects: 0,
        ignored: 0,
        rejected: Rejections::default(),
    }
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

    fn reject(&mut self, why: Reject, file: Option<&str>, line: u64) {
        self.facts.entries += 1;
        self.facts.rejected.add(why, file, line);
    }
}
