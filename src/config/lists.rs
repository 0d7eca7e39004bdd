//! The provider's lists of categories and of threats, and databases of networks.

use std::path::{Path, PathBuf};

use analyze::{Categories, ListSource, Networks, Threats};

use super::ADDRESSES;
use super::provider::{Provider, ThreatSpec};
use crate::outcome::Failure;

/// The folder of imported lists, compiled indexes and the record of what is in force.
pub(crate) fn lists_dir(provider: &Provider) -> PathBuf {
    provider.root.join("categories")
}

/// The lists that the configuration names, read.
pub(crate) fn read_lists(provider: &Provider) -> Result<Vec<ListSource>, Failure> {
    let mut lists = Vec::new();
    for spec in &provider.lists {
        let path: &Path = &spec.path;
        let found = analyze::load_lists(path, &spec.kind, spec.category.as_deref(), spec.licence.as_deref());
        lists.extend(found.map_err(Failure::from_list)?);
    }
    Ok(lists)
}

/// Our own table and the provider's lists as they are now, compiled.
pub(crate) fn load_categories(provider: &Provider) -> Result<Categories, Failure> {
    let (categories, rejected) = Categories::with_lists(&read_lists(provider)?);
    if rejected > 0 {
        tracing::warn!(
            "{rejected} lines of the imported category lists could not be used; hint: `tithing categories compile` says which"
        );
    }
    Ok(categories)
}

/// The threat lists of names that the configuration names.
fn named(provider: &Provider) -> impl Iterator<Item = &ThreatSpec> {
    provider.threats.iter().filter(|t| t.kind != ADDRESSES)
}

/// The threat lists of names that the configuration names, read. Their kinds of site do not matter.
pub(crate) fn read_threats(provider: &Provider) -> Result<Vec<ListSource>, Failure> {
    let mut lists = Vec::new();
    for spec in named(provider) {
        let other = Some(model::CategoryId::OTHER.as_str());
        let found = analyze::load_lists(&spec.path, &spec.kind, other, spec.licence.as_deref());
        lists.extend(found.map_err(Failure::from_list)?);
    }
    Ok(lists)
}

/// Where the compiled threat lists stand.
pub(crate) fn threats_path(provider: &Provider) -> PathBuf {
    lists_dir(provider).join("threats.index")
}

/// The threat lists: the compiled index where it is of these lists, else compiled in memory. None where none is configured.
pub(crate) fn load_threats(provider: &Provider) -> Result<Option<Threats>, Failure> {
    if named(provider).next().is_none() {
        return Ok(None);
    }
    let lists = read_threats(provider)?;
    let of = |t: &Threats| t.sources().iter().map(|s| s.sha256).eq(lists.iter().map(ListSource::sha256));
    match Threats::open(&threats_path(provider)) {
        Ok(compiled) if of(&compiled) => Ok(Some(compiled)),
        _ => Ok(Some(Threats::with_lists(&lists).0)),
    }
}

/// Refuses lists that cannot be read later, before any work starts: unknown words, and paths where nothing is.
pub(crate) fn check_lists(provider: &Provider) -> Result<(), Failure> {
    let specs = provider.lists.iter().map(|l| (&l.path, &l.kind, l.category.as_deref()));
    for (path, kind, category) in specs.chain(named(provider).map(|l| (&l.path, &l.kind, None))) {
        analyze::check_list(path, kind, category).map_err(Failure::from_list)?;
    }
    if let Some(lost) = provider.threats.iter().find(|t| t.kind == ADDRESSES && !t.path.is_file()) {
        return Err(Failure::at(&lost.path, "a threat list of addresses is wanted here, and there is no such file")
            .hint("give the path of a readable file, or take the list out of `threats`"));
    }
    Ok(())
}

/// The databases that name the network of an address; none where the provider has none.
pub(crate) fn load_networks(provider: &Provider) -> Result<Option<Networks>, Failure> {
    if provider.geo.is_empty() {
        return Ok(None);
    }
    Networks::open(&provider.geo).map(Some).map_err(|e| Failure::new(e.to_string()))
}
