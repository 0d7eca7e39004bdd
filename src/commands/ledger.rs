//! `tithing ledger verify`: recomputes every authority's chain, and holds it to a checkpoint that a report printed.

use std::path::Path;

use crate::config::Provider;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Checks the chains and prints their heads.
pub(crate) fn run(provider: &Provider, checkpoint: Option<&Path>) -> Result<Outcome, Failure> {
    let printed = checkpoint.map(read).transpose()?;
    let mut outcome = Outcome::Done;
    for id in &provider.authorities {
        let ledger = store::Ledger::open(&provider.root.join("ledger"), id)?;
        let held = printed.as_ref().filter(|(authority, _)| authority == id).map(|(_, head)| *head);
        match ledger.verify(held) {
            Ok(v) => {
                let also = if held.is_some() { ", holds the checkpoint" } else { "" };
                messages::data(&format!("{id}: {} entries, head {}{also}\n", v.entries, store::to_hex(&v.head)))?;
            }
            Err(error) => {
                tracing::error!("{id}: {error}");
                outcome = Outcome::Failed;
            }
        }
    }
    if let Some((authority, _)) = printed.filter(|(a, _)| !provider.authorities.contains(a)) {
        return Err(Failure::new(format!(
            "the checkpoint is of '{authority}', which is not an authority of this folder"
        )));
    }
    Ok(outcome)
}

/// The authority and the checkpoint of a published report.
fn read(path: &Path) -> Result<(String, [u8; 32]), Failure> {
    let text = crate::config::read_text(path)?;
    let document = reports::from_json(&text).map_err(|e| Failure::at(path, e))?;
    let head = store::from_hex(&document.checkpoint)
        .ok_or_else(|| Failure::at(path, "its checkpoint is not 64 hex digits; a report.json is wanted"))?;
    Ok((document.authority, head))
}
