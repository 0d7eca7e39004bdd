//! Everything ever released for a council, and what is true of it, for the attacker.

use std::path::{Path, PathBuf};

use gate::{Artefact, Siege, Truth};
use model::Month;
use store::Table;

use crate::council::Council;
use crate::outcome::Failure;

/// Names of the written files that the attacker reads.
const READ: [&str; 2] = ["report.json", "schedule.json"];

/// The written files of every published month, oldest first.
///
/// # Errors
/// Where a folder or a file is there and cannot be read.
pub(crate) fn artefacts(council: &Council<'_>) -> Result<Vec<Artefact>, Failure> {
    let folder = council.provider.root.join("reports").join(&council.authority.id);
    let mut months: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.filter_map(Result::ok).map(|e| e.path()).collect(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(e) => return Err(Failure::at(&folder, format!("cannot be read: {e}"))),
    };
    months.retain(|p| p.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.parse::<Month>().is_ok()));
    months.sort();
    let mut found = Vec::new();
    for path in months.iter().flat_map(|m| READ.map(|name| m.join(name))) {
        match std::fs::read_to_string(&path) {
            Ok(text) => found.push(artefact(&path, text)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Failure::at(&path, format!("cannot be read: {e}"))),
        }
    }
    Ok(found)
}

/// A file's text as the attacker takes it.
pub(crate) fn artefact(path: &Path, text: String) -> Artefact {
    Artefact { name: path.display().to_string(), text }
}

/// What is true of each published month whose rows are still there.
///
/// # Errors
/// Where a month's rows cannot be read.
pub(crate) fn truths(council: &Council<'_>, published: &[Month]) -> Result<Vec<Truth>, Failure> {
    let mut all = Vec::new();
    for month in published {
        if !council.store.dates(Table::Usage, *month)?.is_empty() {
            all.push(Truth::of(crate::month::candidate(council, *month)?));
        }
    }
    Ok(all)
}

/// One breach in plain words: where, who, how. It names nobody.
pub(crate) fn explain(breach: &gate::Breach) -> String {
    let part = if breach.part.is_empty() { String::new() } else { format!(", {}", breach.part) };
    let figure = if breach.printed { "the printed figure" } else { "what follows from the printed figures for" };
    format!(
        "{}: {figure} {}, {}{part}: {} gets in: {}",
        breach.month,
        breach.table,
        breach.row,
        reader(breach.profile),
        breach.finding.as_str()
    )
}

/// A profile in plain words.
fn reader(profile: &str) -> &'static str {
    match profile {
        "outsider" => "anybody",
        "contributor" => "somebody who knows their own use",
        "clerk" => "the clerk, who knows their own use,",
        "clerk-and-one" => "the clerk with one other, who know their own use,",
        _ => "a reader of the equipment schedule",
    }
}

/// Fails where the attacker gets in by files that are about to be handed out.
///
/// # Errors
/// The breaches, explained; nothing may then be written.
pub(crate) fn hold(council: &Council<'_>, truth: &Truth, new: Vec<Artefact>) -> Result<(), Failure> {
    let mut all = artefacts(council)?;
    all.extend(new);
    let siege: Siege = gate::attack(std::slice::from_ref(truth), &all);
    let month_breaches: Vec<String> = siege.breaches.iter().map(explain).collect();
    if month_breaches.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("nothing is released, since a reader could work out too much: {}", month_breaches.join("; ")))
        .hint("this is a fault of the program, or a published file was changed: `tithing attack` and `tithing ledger verify` say more"))
}
