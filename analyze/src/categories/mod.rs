//! Which kind of site a name belongs to.
//!
//! The council's own rules, our table and the provider's lists are compiled into one matcher. A rule stands for a name and
//! everything below it, on label boundaries: `facebook.com` covers `www.facebook.com` and not `notfacebook.com`. The name
//! matched is always the one that was *asked for*; the delivery network that served it never matters. [`PRECEDENCE`] says
//! which rule wins, in the words that the report prints.

mod abp;
mod build;
mod builtin;
mod defaults;
mod definitions;
mod facts;
mod index;
mod lists;
mod load;
mod normal;
mod rpz;
mod table;
#[cfg(test)]
mod tests;
mod threats;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use model::{CategoryId, Taxonomy};

pub use defaults::{DefaultList, default_lists};
pub use definitions::{Definition, definitions};
pub use facts::SourceFacts;
pub use index::IndexError;
pub use lists::{LineAt, ListKind, ListSource, Reject, Rejected, Rejections};
pub use load::{LoadError, UT1_LICENCE, V2FLY_LICENCE, check_list, load_lists};
pub use threats::{Threat, Threats};

use build::Builder;
use index::{Found, Index};

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

/// A rule that covers a name, for explaining an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The rule's name.
    pub rule: String,
    /// Whether it stands for that name alone, and not for what is below it.
    pub exact: bool,
    /// Its kind.
    pub category: CategoryId,
    /// Where it came from.
    pub origin: Origin,
    /// Whether its own list takes it back for the name in question.
    pub taken_back: bool,
}

/// The compiled matcher.
///
/// Holds names of lists only, never a name that anybody looked up; its `Debug` shows no name at all. A clone shares the
/// rules.
#[derive(Clone)]
pub struct Categories {
    index: Arc<Index>,
    networks: Vec<(u32, CategoryId)>,
    sources: Vec<SourceFacts>,
}

impl std::fmt::Debug for Categories {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Categories").field("rules", &self.len()).field("networks", &self.networks.len()).finish()
    }
}

/// What an index of kinds of site says it is for.
const PURPOSE: &str = "categories";

impl Categories {
    /// Our table alone.
    pub fn builtin() -> Self {
        Self::with_lists(&[]).0
    }

    /// Our table and imported lists, in the order of [`PRECEDENCE`], with the number of entries that could not be used.
    ///
    /// Which entries those were, and why, is in [`Categories::sources`]; they stop nothing.
    pub fn with_lists(lists: &[ListSource]) -> (Self, u64) {
        let mut builder = Builder::default();
        builder.overrides(&[]);
        builder.builtin();
        builder.lists(lists);
        let rejected = builder.rejected();
        (Self::sealed(builder), rejected)
    }

    /// The council's own rules, our table and imported lists, in the order of [`PRECEDENCE`].
    ///
    /// # Errors
    /// A council's own rule that cannot be used: a fault of configuration. Lines of lists are counted instead.
    pub fn with_overrides(overrides: &[Override], lists: &[ListSource]) -> Result<Self, CategoriesError> {
        let mut builder = Builder::default();
        builder.overrides(overrides);
        if let Some((why, rejected)) = builder.sources.iter().flat_map(|s| s.rejected.iter()).next() {
            let number = rejected.places.first().map_or(0, |p| p.line);
            return Err(CategoriesError::OverrideUnusable { number, why });
        }
        builder.builtin();
        builder.lists(lists);
        Ok(Self::sealed(builder))
    }

    /// One list alone, for explaining what each list says: no table and no networks.
    pub fn of_list(list: &ListSource) -> Self {
        let mut builder = Builder::default();
        builder.lists(std::slice::from_ref(list));
        let sources = builder.sources.clone();
        Self { index: Arc::new(builder.seal(PURPOSE, &[])), networks: Vec::new(), sources }
    }

    fn sealed(builder: Builder) -> Self {
        let (sources, networks) = (builder.sources.clone(), builtin::networks());
        Self { index: Arc::new(builder.seal(PURPOSE, &networks)), networks, sources }
    }

    /// Maps a compiled index. Only its header is read, so this takes no longer for millions of names; see
    /// [`Categories::verify`].
    ///
    /// # Errors
    /// [`IndexError`]: the file does not open, is damaged in its header, or holds something else.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let index = Index::open(path)?;
        let about = index.description();
        if about.purpose != PURPOSE {
            return Err(IndexError::Purpose { found: about.purpose.clone(), wanted: PURPOSE });
        }
        let kind =
            |word: &String| Taxonomy::find(word).ok_or_else(|| IndexError::CategoryUnknown { word: word.clone() });
        let network = |(asn, word): &(u32, String)| kind(word).map(|k| (*asn, k));
        let networks = about.networks.iter().map(network).collect::<Result<_, _>>()?;
        let sources: Option<Vec<_>> = about.sources.iter().map(facts::SourceJson::to_facts).collect();
        let sources = sources.ok_or(IndexError::Damaged { rule: "a source has a form that is never written" })?;
        Ok(Self { index: Arc::new(index), networks, sources })
    }

    /// Holds every octet of the rules to the hash in the header.
    ///
    /// # Errors
    /// [`IndexError::Damaged`].
    pub fn verify(&self) -> Result<(), IndexError> {
        self.index.verify()
    }

    /// The compiled index, as [`Categories::open`] reads it. Equal lists in equal order give equal octets.
    pub fn octets(&self) -> &[u8] {
        self.index.octets()
    }

    /// The hash that names the compiled index with all it says of its sources.
    pub fn id(&self) -> [u8; 32] {
        self.index.id()
    }

    /// The kind of the name that was asked for. Case and a final dot do not matter.
    ///
    /// A name that DNS would not allow, or an address, is "All other use" like any name that no rule covers.
    pub fn lookup(&self, name: &str) -> Match {
        match self.index.find(bare(name)) {
            None => Match { category: CategoryId::OTHER, origin: Origin::None, labels: 0 },
            Some(found) => Match {
                category: found.category,
                origin: origin(&found),
                labels: u8::try_from(found.labels).unwrap_or(u8::MAX),
            },
        }
    }

    /// Every rule in force that covers a name, the deciding one first. Rules that an earlier one of the same name kept out
    /// are not among them; [`Categories::of_list`] shows those.
    pub fn hits(&self, name: &str) -> Vec<Hit> {
        let ranked = self.index.ranked(bare(name)).into_iter();
        let mut hits: Vec<Hit> = ranked.map(|(found, taken_back)| self.hit(&found, taken_back)).collect();
        hits.sort_by_key(|h| h.taken_back);
        hits
    }

    fn hit(&self, found: &Found, taken_back: bool) -> Hit {
        Hit {
            rule: self.index.name(found).to_owned(),
            exact: found.exact,
            category: found.category,
            origin: origin(found),
            taken_back,
        }
    }

    /// The one kind that a network serves, by its number (ASN); `None` for every network that serves several.
    pub fn network(&self, asn: u32) -> Option<CategoryId> {
        let at = self.networks.binary_search_by_key(&asn, |n| n.0).ok()?;
        self.networks.get(at).map(|n| n.1)
    }

    /// The taxonomy's version when the rules were compiled.
    pub fn version(&self) -> &str {
        &self.index.description().version
    }

    /// The SHA-256 of what the matcher does: the taxonomy's version, every rule in force, every exception and every
    /// network, in order.
    ///
    /// Two matchers without exceptions that answer alike for every name have the same hash, however their lists were named
    /// or ordered.
    pub fn sha256(&self) -> [u8; 32] {
        store::from_hex(&self.index.description().rules_sha256).unwrap_or_default()
    }

    /// Every source in the order of precedence: the council's own rules, our table, then the lists.
    pub fn sources(&self) -> &[SourceFacts] {
        &self.sources
    }

    /// Rules in force.
    pub fn len(&self) -> usize {
        self.index.len()
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

fn bare(name: &str) -> &[u8] {
    name.strip_suffix('.').unwrap_or(name).as_bytes()
}

fn origin(found: &Found) -> Origin {
    match found.source {
        OVERRIDES => Origin::Override,
        TABLE => Origin::Builtin,
        list => Origin::List(list - FIRST_LIST),
    }
}
