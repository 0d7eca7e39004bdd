//! `tithing attack`: the attacker alone, over everything that was ever released. It writes nothing but its entry in the ledger.

use crate::args::DataFormat;
use crate::clock::Clock;
use crate::commands::{chosen, report};
use crate::config::Provider;
use crate::council::{Council, Shared};
use crate::messages;
use crate::outcome::{Failure, Outcome};
use crate::siege;

/// Attacks the authorities asked for; fails where somebody gets in, and says how.
pub(crate) fn run(provider: &Provider, clock: Clock, asked: &[String], format: DataFormat) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let mut outcome = Outcome::Done;
    for id in chosen(provider, asked)? {
        match council(provider, &shared, id, clock, format) {
            Ok(found) => outcome = outcome.max(found),
            Err(failure) => {
                tracing::error!("{id}: {failure}");
                outcome = Outcome::Failed;
            }
        }
    }
    Ok(outcome)
}

fn council(
    provider: &Provider,
    shared: &Shared<'_>,
    id: &str,
    clock: Clock,
    format: DataFormat,
) -> Result<Outcome, Failure> {
    let council = Council::open(provider, shared, id, clock)?;
    let artefacts = siege::artefacts(&council)?;
    let truths = siege::truths(&council, &report::published_months(&council)?)?;
    let found = gate::attack(&truths, &artefacts);
    let event = store::Event::Read { reading: store::Reading::Attack, count: artefacts.len() as u64 };
    council.ledger.append(&event, council.now())?;
    messages::data(&match format {
        DataFormat::Json => json(id, artefacts.len(), &found),
        DataFormat::Table => text(id, artefacts.len(), &found),
    })?;
    for file in &found.unread {
        tracing::warn!("{id}: {file} is no file of ours, so it was not attacked; hint: restore it from a copy");
    }
    for breach in &found.breaches {
        tracing::error!("{id}: {}", siege::explain(breach));
    }
    Ok(match (found.breaches.is_empty(), found.unread.is_empty()) {
        (true, true) => Outcome::Done,
        (true, false) => Outcome::Gaps,
        (false, _) => Outcome::Failed,
    })
}

fn text(id: &str, files: usize, found: &gate::Siege) -> String {
    format!(
        "{id}: {files} files, {} months with their rows, {} without; {} sums tried as {}; breaches: {}\n",
        found.attacked,
        found.closed,
        found.sums,
        found.profiles.join(", "),
        found.breaches.len()
    )
}

fn json(id: &str, files: usize, found: &gate::Siege) -> String {
    let breach = |b: &gate::Breach| {
        serde_json::json!({
            "month": b.month, "table": b.table, "row": b.row, "part": b.part, "printed": b.printed,
            "profile": b.profile, "finding": b.finding.as_str(),
        })
    };
    let breaches: Vec<_> = found.breaches.iter().map(breach).collect();
    let line = serde_json::json!({
        "authority": id, "files": files, "attacked": found.attacked, "closed": found.closed, "sums": found.sums,
        "profiles": found.profiles, "breaches": breaches, "unread": found.unread.len(),
    });
    format!("{line}\n")
}
