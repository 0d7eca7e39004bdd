//! The only code that decides whether a number may be seen.
//!
//! A [`Candidate`] is write-only, a [`Released`] is read-only, and [`release`] is the only door between them. What goes in
//! are people's contributions; what comes out are rounded figures, each of which rests on at least five people of whom none
//! stands out. [`judge`] says what the council's own assessment allows at all.
//!
//! A candidate cannot be looked into:
//! ```compile_fail
//! fn look(candidate: &gate::Candidate) -> usize { candidate.cells.len() }
//! ```
//! nor printed:
//! ```compile_fail
//! fn print(candidate: &gate::Candidate) -> String { format!("{candidate:?}") }
//! ```
//! nor copied before it goes through the door:
//! ```compile_fail
//! fn copy(candidate: &gate::Candidate) -> gate::Candidate { candidate.clone() }
//! ```
//! and it is used up there:
//! ```compile_fail
//! fn twice(c: gate::Candidate, at: jiff::civil::Date, h: &gate::History) {
//!     let _ = gate::release(c, None, at, h);
//!     let _ = gate::release(c, None, at, h);
//! }
//! ```
//! A release cannot be made by hand:
//! ```compile_fail
//! fn forge(r: gate::Released) -> gate::Released { gate::Released { tables: Vec::new(), ..r } }
//! ```
//! nor changed:
//! ```compile_fail
//! fn change(r: &mut gate::Released) { r.tables.clear(); }
//! ```
//! nor can a table be made outside:
//! ```compile_fail
//! fn table(t: gate::Row) -> gate::Row { gate::Row { id: String::new(), ..t } }
//! ```
//! The floors cannot be lowered from outside:
//! ```compile_fail
//! fn lower() -> gate::Policy { gate::Policy::weakened(1, 0, 0, false) }
//! ```
//! What may be done, is done so:
//! ```
//! fn read(r: &gate::Released) -> Option<&gate::Cell> { r.table("links")?.row("total")?.cells.first() }
//! fn write(c: &mut gate::Candidate, who: gate::Contributor) {
//!     let cell = gate::CellKey { category: Some(model::CategoryId::OTHER), class: None, measure: gate::Measure::Days };
//!     c.contribute(cell, who, gate::Amount(1));
//! }
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod assessment;
mod attacker;
mod books;
mod candidate;
mod cell;
mod costs;
mod cycles;
mod error;
mod exceptions;
mod faults;
mod fold;
mod ladder;
mod laid_down;
mod links;
#[cfg(test)]
mod mutations;
mod outlook;
mod own;
mod policy;
mod release;
mod released;
mod rows;
mod schedule;
mod security;
mod siege;
mod tables;
mod told;
mod unlock;

pub use assessment::{Assessment, AssessmentError, Recipient, Retention};
pub use attacker::{Artefact, Breach, Finding, Recovered, Siege, Truth, attack};
pub use candidate::{
    AccountingFacts, Amount, Candidate, CellKey, Contributor, CostLine, CostSource, CoverageFacts, CyclePart,
    LinkFacts, Measure, MonthFacts, People, TaxonomyId, Who,
};
pub use error::{History, Withheld};
pub use exceptions::{
    BLOCK_INSTEAD, EXCEPTION_DAYS_MIN, EXCEPTION_MINUTES_MIN, EXCEPTION_OCTETS_MIN, EXCEPTION_WINDOW_MAX, Evidence,
    ExceptionRule, RuleVerdict, Sealed, SealedSubject, Threshold, Watch, exception_rules,
};
pub use faults::{BusyFacts, Fault, FaultFacts, Load, Resolver, ResolverFacts};
pub use ladder::{
    Ladder, Mode, REGULATIONS_2018, REGULATIONS_NUMBER, REVIEW_WARNING_DAYS, Requirement, TABLES_BY, TABLES_FROM, judge,
};
pub use outlook::{CostOutlook, CostWarning, Lasts, Share};
pub use own::{Own, OwnRow};
pub use policy::{
    CROSSED_PEOPLE_MIN, DOMINANCE_PERCENT_MIN, MATERIAL_DAYS_MIN, MATERIAL_MINUTES_MIN, MATERIAL_OCTETS_MIN,
    MATERIAL_PERCENT_MIN, ONE_WAY_PEOPLE_MIN, PEOPLE_MIN, Policy, PolicyError,
};
pub use release::release;
pub use released::{
    Accounting, AssessmentId, Attack, Audience, Cell, Column, Cost, Coverage, Mark, PeopleTier, Released, Row, Status,
    Symbol, Table,
};
pub use schedule::{
    Allowance, Band, BandState, DeviceVolume, IssuedFacts, Place, ReleasedSchedule, SCHEDULE_STEP_OCTETS, ScheduleLine,
    SchedulePage, ScheduleScope, schedule_scope,
};
pub use security::{Security, security};
pub use told::Told;
pub use unlock::{Office, StillSealed, Unlock, UnlockError, Unlocks};
