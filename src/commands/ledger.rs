//! `tithing ledger`: looks at every authority's ledger from all sides, shows it, changes its key.
//!
//! Whoever runs this holds the ledger, so the ledger alone proves little. What it is held to was printed: the checkpoints
//! of reports, whose readers are the witnesses, and the nights that the store holds.

use std::path::{Path, PathBuf};

use store::{Audited, Listing, Printed, SignedCheckpoint, Store, Table, Witness, audit};

use crate::args::LedgerAction;
use crate::clock::Clock;
use crate::commands::chosen;
use crate::config::{Provider, read_text};
use crate::council::Shared;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Does what was asked.
pub(crate) fn run(provider: &Provider, clock: Clock, action: &LedgerAction) -> Result<Outcome, Failure> {
    match action {
        LedgerAction::Verify { checkpoint, listing: Some(path), .. } => shown(path, &read_all(checkpoint)?),
        LedgerAction::Verify { checkpoint, listing: None, authority } => {
            verify(provider, chosen(provider, authority)?, &read_all(checkpoint)?)
        }
        LedgerAction::List { authority } => list(provider, chosen(provider, authority)?),
        LedgerAction::ChangeKey { authority } => change_key(provider, clock, authority),
    }
}

/// A checkpoint that somebody handed in, with whose it is.
struct Given {
    authority: String,
    witness: Witness,
}

fn verify(provider: &Provider, ids: &[String], given: &[Given]) -> Result<Outcome, Failure> {
    if let Some(of) = given.iter().map(|g| &g.authority).find(|a| !provider.authorities.contains(a)) {
        return Err(Failure::new(format!("the checkpoint is of '{of}', which is not an authority of this folder")));
    }
    let mut outcome = Outcome::Done;
    for id in ids {
        let mine: Vec<Witness> = given.iter().filter(|g| g.authority == *id).map(|g| g.witness.clone()).collect();
        let told = !mine.is_empty();
        let witnesses = if given.is_empty() { standing(provider, id)? } else { mine };
        let octets = ledger(provider, id)?.octets()?.unwrap_or_default();
        let store = Store::open(&provider.store, id)?;
        let mut nights = Vec::new();
        for date in store.all_dates(Table::Links)? {
            // A night whose footer cannot be read is the store's matter, and told by whoever reads it.
            nights.push((date, store.footer(date).ok().flatten().map(|f| (&f.account).into())));
        }
        let found = audit(id, &octets, &witnesses, &nights);
        let held = match (told, witnesses.len()) {
            (true, _) => ", holds the checkpoint".to_owned(),
            (false, 0) => ", no report to hold it to".to_owned(),
            (false, n) => format!(", held to the checkpoints of {n} reports and to {} nights", nights.len()),
        };
        outcome = outcome.max(say(id, &found, &held)?);
    }
    Ok(outcome)
}

/// Prints what was found of one ledger: the findings on standard error, the head where there are none.
fn say(id: &str, found: &Audited, held: &str) -> Result<Outcome, Failure> {
    for finding in &found.findings {
        let entry = finding.entry.map_or_else(String::new, |n| format!("entry {n}: "));
        tracing::error!("{id}: {}: {entry}{}", finding.code, finding.what);
    }
    if !found.findings.is_empty() {
        tracing::error!(
            "{id}: hint: keep the ledger as it is, tell the clerk, and compare with an older copy (docs/ledger.md)"
        );
        return Ok(Outcome::Failed);
    }
    let key = found.key.as_ref().map_or_else(|| "not signed".to_owned(), |k| format!("key {}", k.vkey()));
    messages::data(&format!("{id}: {} entries, head {}, {key}{held}\n", found.entries, store::to_hex(&found.head)))?;
    Ok(Outcome::Done)
}

/// A listing, checked by itself and against the checkpoints that were handed in.
fn shown(path: &Path, given: &[Given]) -> Result<Outcome, Failure> {
    let read = Listing::read(&read_text(path)?).map_err(|e| Failure::at(path, e))?;
    let witnesses: Vec<Witness> =
        given.iter().filter(|g| g.authority == read.authority).map(|g| g.witness.clone()).collect();
    if witnesses.len() < given.len() {
        return Err(Failure::at(path, format!("the listing is of '{}', and the checkpoint is not", read.authority)));
    }
    let mut found = audit(&read.authority, &read.octets, &witnesses, &[]);
    if let Some(line) = read.differs {
        found.findings.push(store::Finding {
            code: "display",
            entry: None,
            what: format!(
                "{}, line {line}: it is not what the entries shown make: a line was left out, added or changed",
                path.display()
            ),
        });
    }
    say(&read.authority, &found, if given.is_empty() { "" } else { ", holds the checkpoint" })
}

fn list(provider: &Provider, ids: &[String]) -> Result<Outcome, Failure> {
    for id in ids {
        let octets = ledger(provider, id)?.octets()?.unwrap_or_default();
        messages::data(&store::listing(id, &octets))?;
    }
    Ok(Outcome::Done)
}

fn change_key(provider: &Provider, clock: Clock, id: &str) -> Result<Outcome, Failure> {
    chosen(provider, &[id.to_owned()])?;
    let vkey = Shared::load(provider)?.ledger(id)?.change_key(clock.now.as_microsecond())?;
    messages::data(&format!("{vkey}\n"))?;
    Ok(Outcome::Done)
}

fn ledger(provider: &Provider, id: &str) -> Result<store::Ledger, Failure> {
    Ok(store::Ledger::open(&provider.root.join("ledger"), id)?)
}

/// The reports of an authority that stand below `reports`.
fn standing(provider: &Provider, id: &str) -> Result<Vec<Witness>, Failure> {
    let folder = provider.root.join("reports").join(id);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Failure::at(&folder, format!("cannot be listed: {e}"))),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path().join("report.json"))).collect();
    paths.retain(|p| p.is_file());
    paths.sort();
    let of = |path: &PathBuf| report(path, &read_text(path)?, true);
    let given: Vec<Given> = paths.iter().map(of).collect::<Result<_, Failure>>()?;
    if let Some(other) = given.iter().find(|g| g.authority != id) {
        return Err(Failure::at(&folder, format!("a report of '{}' stands there", other.authority)));
    }
    Ok(given.into_iter().map(|g| g.witness).collect())
}

fn read_all(paths: &[PathBuf]) -> Result<Vec<Given>, Failure> {
    paths.iter().map(|p| read(p)).collect()
}

/// A report.json, a page, or any text with a signed note.
fn read(path: &Path) -> Result<Given, Failure> {
    let text = read_text(path)?;
    if text.trim_start().starts_with('{') {
        return report(path, &text, false);
    }
    let text = if text.trim_start().starts_with('<') { without_tags(&text) } else { text };
    let signed = SignedCheckpoint::find(&text).map_err(|e| Failure::at(path, e).hint(WANTED))?;
    let authority = signed.checkpoint.authority.clone();
    let printed = Some(Printed::Signed(signed));
    Ok(Given { authority, witness: Witness { from: path.display().to_string(), printed, report: None } })
}

const WANTED: &str = "a published report.json is wanted, or a text with the five lines of its checkpoint";

/// The checkpoint and the hash of a published report.
fn report(path: &Path, text: &str, standing: bool) -> Result<Given, Failure> {
    let document = reports::from_json(text).map_err(|e| Failure::at(path, e))?;
    let printed = match store::from_hex(&document.checkpoint) {
        Some(head) => Printed::Head(head),
        None => {
            let note = format!("{}\n{}\n", document.checkpoint, document.checkpoint_key);
            let signed = SignedCheckpoint::find(&note).map_err(|e| Failure::at(path, e).hint(WANTED))?;
            if signed.checkpoint.authority != document.authority {
                return Err(Failure::at(path, "its checkpoint is of another authority than the report"));
            }
            Printed::Signed(signed)
        }
    };
    let report = Some((document.month(), store::sha256(text.as_bytes()), standing));
    let from = path.display().to_string();
    Ok(Given { authority: document.authority, witness: Witness { from, printed: Some(printed), report } })
}

/// A page's text: tags left out.
fn without_tags(page: &str) -> String {
    let mut text = String::new();
    for piece in page.split('<') {
        text.push(' ');
        text.push_str(piece.split_once('>').map_or(piece, |(_, rest)| rest));
    }
    text
}
