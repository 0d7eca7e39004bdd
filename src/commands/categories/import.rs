//! `tithing categories import`: a list copied into the provider's folder, with its source and licence at its head.

use std::path::{Path, PathBuf};

use analyze::{ListSource, SourceFacts};

use super::left_out;
use crate::args::ImportArgs;
use crate::clock::Clock;
use crate::config::{Provider, lists_dir};
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Forms that an import reads. What an import wrote needs no other.
const KINDS: [&str; 6] = ["v2fly", "ut1", "hosts", "plain", "abp", "rpz"];

/// Imports each path; prints what became of it and what to write into `tithing.toml`.
pub(crate) fn run(provider: &Provider, clock: Clock, what: &ImportArgs) -> Result<Outcome, Failure> {
    if !KINDS.contains(&what.kind.as_str()) {
        let rule = format!("--kind {}: not a form of lists", what.kind);
        return Err(Failure::new(rule).hint(format!("write one of {}", KINDS.join(", "))));
    }
    if what.licence.trim().is_empty() {
        let rule = "--licence: a list without a licence cannot be named in a report";
        return Err(Failure::new(rule).hint("write it as its maker does, with whom to name"));
    }
    if let Some(name) = what.name.as_deref().filter(|n| !is_file_name(n)) {
        let rule = format!("--name {name}: not the name of a list's file");
        return Err(Failure::new(rule).hint("lower-case letters, digits and hyphens, at most 64"));
    }
    if what.name.is_some() && what.paths.len() > 1 {
        return Err(Failure::new("--name: several lists cannot have one name").hint("import them one by one"));
    }
    let mut entries = String::new();
    for path in &what.paths {
        entries += &import(provider, clock, what, path)?;
    }
    let key = if what.threats { "threats" } else { "categories" };
    messages::data(&format!("\nwrite into tithing.toml, in the order of precedence:\n{key} = [\n{entries}]\n"))?;
    if !what.threats {
        tracing::info!(
            "the kinds of site of this financial year stay as they are; hint: `tithing categories compile` says from when a list counts"
        );
    }
    Ok(Outcome::Done)
}

/// Imports one path: one list, or every usual list of a collection. Gives the lines of the configuration.
fn import(provider: &Provider, clock: Clock, what: &ImportArgs, path: &Path) -> Result<String, Failure> {
    let other = model::CategoryId::OTHER.as_str();
    let category = if what.threats { Some(other) } else { what.category.as_deref() };
    let mut lists =
        analyze::load_lists(path, &what.kind, category, Some(what.licence.trim())).map_err(Failure::from_list)?;
    let dir = lists_dir(provider);
    let name = what.name.clone().unwrap_or_else(|| file_name(path, &what.kind));
    let source = what.source.clone().unwrap_or_else(|| path.display().to_string());
    if lists.len() == 1 {
        let mut list = lists.remove(0);
        list.name = what.name.clone().unwrap_or(list.name);
        let target = dir.join(format!("{name}.list"));
        write(&target, &list, &source, clock, what.threats)?;
        return Ok(entry(provider, &target));
    }
    let folder = dir.join(&name);
    for (place, list) in (1..).zip(&lists) {
        let target = folder.join(format!("{place:03}-{}.list", file_name(Path::new(&list.name), "")));
        write(&target, list, &source, clock, what.threats)?;
    }
    Ok(entry(provider, &folder))
}

fn write(target: &Path, list: &ListSource, source: &str, clock: Clock, threats: bool) -> Result<(), Failure> {
    let day = clock.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (text, facts) = list.normalized(source, day, threats);
    store::write_atomic(target, text.as_bytes())?;
    messages::data(&said(target, list, &facts, threats))
}

fn said(target: &Path, list: &ListSource, facts: &SourceFacts, threats: bool) -> String {
    let category = if threats { "threats" } else { list.category.as_str() };
    format!(
        "{}\n  name              {}\n  category          {category}\n  licence           {}\n  sha256            {}\n  \
         entries           {}\n  kept              {}\n  said twice        {}\n  exceptions        {}\n{}",
        target.display(),
        list.name,
        list.licence,
        store::to_hex(&facts.sha256),
        facts.entries,
        facts.rules,
        facts.covered,
        facts.exceptions,
        left_out(facts)
    )
}

fn entry(provider: &Provider, target: &Path) -> String {
    let path = target.strip_prefix(&provider.root).unwrap_or(target);
    format!("  {{ path = \"{}\" }},\n", path.display())
}

/// A name for a list's file, made of the last part of a path.
fn file_name(path: &Path, kind: &str) -> String {
    let stem = PathBuf::from(path.file_name().unwrap_or_default());
    let stem = stem.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let word: String =
        stem.chars().map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' }).collect();
    let word = word.trim_matches('-').to_owned();
    let joined = if kind.is_empty() || word == kind { word } else { format!("{kind}-{word}") };
    joined.chars().take(64).collect()
}

fn is_file_name(name: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !name.is_empty() && name.len() <= 64 && name.bytes().all(good) && !name.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_plain_words() {
        let check = |path: &str, kind, expected| assert_eq!(file_name(Path::new(path), kind), expected, "{path}");
        check("lists/easylist.txt", "abp", "abp-easylist");
        check("blacklists/social_networks", "ut1", "ut1-social-networks");
        check("a/Zone File.db", "rpz", "rpz-zone-file");
        check("lists/hosts", "hosts", "hosts");
        check("v2fly category-games-!cn", "", "v2fly-category-games--cn");
        assert!(is_file_name("own-words-2") && !is_file_name("../up") && !is_file_name("") && !is_file_name("A"));
    }
}
