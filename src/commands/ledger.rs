//! `tithing ledger verify`: recomputes every authority's chain.

use crate::clock::Clock;
use crate::config::Provider;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Checks the chains and prints their heads.
pub(crate) fn run(provider: &Provider, _clock: Clock) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Done;
    for id in &provider.authorities {
        let ledger = store::Ledger::open(&provider.root.join("ledger"), id)?;
        match ledger.verify(None) {
            Ok(v) => messages::data(&format!("{id}: {} entries, head {}\n", v.entries, store::to_hex(&v.head)))?,
            Err(error) => {
                tracing::error!("{id}: {error}");
                outcome = Outcome::Failed;
            }
        }
    }
    Ok(outcome)
}
