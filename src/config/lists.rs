//! The provider's lists of categories and databases of networks.

use std::path::Path;

use analyze::{Categories, Networks};

use super::provider::Provider;
use crate::outcome::Failure;

/// Our own table and the provider's lists, compiled.
pub(crate) fn load_categories(provider: &Provider) -> Result<Categories, Failure> {
    let mut lists = Vec::new();
    for spec in &provider.lists {
        let path: &Path = &spec.path;
        let found = analyze::load_lists(path, &spec.kind, spec.category.as_deref(), spec.licence.as_deref());
        lists.extend(found.map_err(|e| Failure::at(path, e))?);
    }
    if lists.is_empty() {
        return Ok(Categories::builtin());
    }
    let (categories, rejected) = Categories::with_lists(&lists);
    if rejected > 0 {
        tracing::warn!("{rejected} lines of the imported category lists could not be used");
    }
    Ok(categories)
}

/// The databases that name the network of an address; none where the provider has none.
pub(crate) fn load_networks(provider: &Provider) -> Result<Option<Networks>, Failure> {
    if provider.geo.is_empty() {
        return Ok(None);
    }
    Networks::open(&provider.geo).map(Some).map_err(|e| Failure::new(e.to_string()))
}
