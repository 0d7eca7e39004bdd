//! What was made of each source of rules, and how that stands in an index.

use std::collections::BTreeMap;

use model::{CategoryId, Taxonomy};
use serde::{Deserialize, Serialize};

use super::lists::{Reject, Rejections};

/// What was made of one source of rules, for the report and for `check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFacts {
    /// What the report calls it.
    pub name: String,
    /// Its licence.
    pub licence: String,
    /// Its format: `overrides`, `table`, `v2fly`, `ut1`, `hosts`, `plain`, `abp`, `rpz` or `list`.
    pub kind: &'static str,
    /// The one kind of its names; `None` where each rule has its own.
    pub category: Option<CategoryId>,
    /// SHA-256 of what was read: of the list as its maker gives it, also where it was imported.
    pub sha256: [u8; 32],
    /// Names met. `entries` = `rules` + `covered` + `protects` + `exceptions` + those rejected.
    pub entries: u64,
    /// Names that became rules.
    pub rules: u64,
    /// Names for which this or an earlier source already had a rule.
    pub covered: u64,
    /// Names that an earlier source left unprotected and this one protects.
    pub protects: u64,
    /// Names that the list itself leaves out of it.
    pub exceptions: u64,
    /// Lines of companion files that say nothing about whole names (`urls` and `expressions` of UT1).
    pub ignored: u64,
    /// What could not be used.
    pub rejected: Rejections,
}

/// Every word of [`SourceFacts::kind`].
const KINDS: &[&str] = &["overrides", "table", "v2fly", "ut1", "hosts", "plain", "abp", "rpz", "list"];

/// [`SourceFacts`] as an index holds them. Line numbers of rejected entries stay behind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SourceJson {
    name: String,
    licence: String,
    kind: String,
    category: Option<String>,
    sha256: String,
    entries: u64,
    rules: u64,
    covered: u64,
    protects: u64,
    exceptions: u64,
    ignored: u64,
    rejected: BTreeMap<String, u64>,
}

impl SourceFacts {
    pub(super) fn new(name: &str, licence: &str, kind: &'static str, category: Option<CategoryId>) -> Self {
        Self {
            name: name.to_owned(),
            licence: licence.to_owned(),
            kind,
            category,
            sha256: [0; 32],
            entries: 0,
            rules: 0,
            covered: 0,
            protects: 0,
            exceptions: 0,
            ignored: 0,
            rejected: Rejections::default(),
        }
    }

    pub(super) fn to_json(&self) -> SourceJson {
        SourceJson {
            name: self.name.clone(),
            licence: self.licence.clone(),
            kind: self.kind.to_owned(),
            category: self.category.map(|c| c.as_str().to_owned()),
            sha256: store::to_hex(&self.sha256),
            entries: self.entries,
            rules: self.rules,
            covered: self.covered,
            protects: self.protects,
            exceptions: self.exceptions,
            ignored: self.ignored,
            rejected: self.rejected.iter().map(|(why, r)| (why.as_str().to_owned(), r.count)).collect(),
        }
    }
}

impl SourceJson {
    /// The facts again; none where a word is not one of ours.
    pub(super) fn to_facts(&self) -> Option<SourceFacts> {
        let mut rejected = Rejections::default();
        for (word, count) in &self.rejected {
            rejected.add_count(Reject::from_word(word)?, *count);
        }
        let category = match &self.category {
            Some(word) => Some(Taxonomy::find(word)?),
            None => None,
        };
        Some(SourceFacts {
            sha256: store::from_hex(&self.sha256)?,
            entries: self.entries,
            rules: self.rules,
            covered: self.covered,
            protects: self.protects,
            exceptions: self.exceptions,
            ignored: self.ignored,
            rejected,
            ..SourceFacts::new(&self.name, &self.licence, KINDS.iter().find(|k| **k == self.kind)?, category)
        })
    }
}
