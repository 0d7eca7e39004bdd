//! The gate's attacker and history, as the harness calls them.

use gate::{Artefact, Candidate, History, Siege, Truth};
use model::Month;

/// What was released before.
pub(crate) fn history(months: &[Month], _written: &[Artefact]) -> History {
    History::new(months.to_vec())
}

/// Everything written about some months, against what truly happened in them.
pub(crate) fn attack(months: Vec<Candidate>, written: &[Artefact]) -> Siege {
    let months: Vec<Truth> = months.into_iter().map(Truth::of).collect();
    let siege = gate::attack(&months, written);
    assert!(siege.unread.is_empty(), "files that the attacker cannot read: {:?}", siege.unread);
    siege
}
