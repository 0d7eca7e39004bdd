//! Plain types that the stages share. Nothing here reads a file, a clock or an argument.
//!
//! A type lives here only when two stages need it and it has no behavior beyond its own validity: a flow, a lookup, a
//! lease, the Arrow schemas that carry them, a tally of problems, the taxonomy, one row of each stored table.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod account;
mod address;
mod batch;
mod lookup;
mod month;
mod problem;
mod rows;
mod taxonomy;
mod witness;
mod words;

pub use account::{Account, Excluded, HitRate};
pub use address::{Addr, Mac, ParseMacError};
pub use batch::{BatchError, FLOWS_PER_BATCH, Flow, FlowBuilder, FlowView, flow_schema};
pub use lookup::{Answer, LOOKUPS_PER_BATCH, Lease, Lookup, LookupBuilder, LookupView, lookup_schema, rr};
pub use month::{Month, MonthError, financial_year};
pub use problem::{Place, Problem, Reason, Tally};
pub use rows::{DeviceKey, LinkRow, PersonKey, UsageRow};
pub use taxonomy::{Category, CategoryId, TAXONOMY_VERSION, Taxonomy, Treatment};
pub use witness::{CounterDay, Sighting};
pub use words::{Evidence, Program, SecurityRule, TimeClass, Unit};

/// Microseconds since 1970-01-01T00:00:00Z: the one unit of time inside.
pub type Micros = i64;

/// Microseconds in a second.
pub const MICROS_PER_S: i64 = 1_000_000;
/// Seconds in one bucket of the stored tables (15 minutes).
pub const BUCKET_S: i64 = 900;
