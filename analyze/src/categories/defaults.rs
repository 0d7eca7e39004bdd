//! Which lists of v2fly and of UT1 belong to which kind, where a provider does not say otherwise.

use model::{CategoryId, Taxonomy};

use super::builtin::rows;

const DEFAULTS: &str = include_str!("../../categories/import-defaults.csv");

/// One list and its usual kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultList {
    /// `v2fly` or `ut1`.
    pub collection: &'static str,
    /// The file of v2fly's `data` folder, or the folder of UT1.
    pub list: &'static str,
    /// The kind.
    pub category: CategoryId,
}

/// The usual kinds, in the order in which the lists should be given: narrower lists before the wide ones that hold them.
pub fn default_lists() -> Vec<DefaultList> {
    rows(DEFAULTS)
        .filter_map(|row| match row.as_slice() {
            [collection, list, word] => Some(DefaultList { collection, list, category: Taxonomy::find(word)? }),
            _ => None,
        })
        .collect()
}
