//! The only code that knows paths and columns: atomic commits, manifest, retention, keys and the ledger.
//!
//! What is promised here is a wall as much as a place: no column of any table can hold a site name or an address,
//! because the writer takes typed rows and the only words it knows are the closed lists of `model` and the ids of links.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod atomic;
mod books;
mod decode;
mod encode;
mod error;
mod folder;
mod footer;
mod hash;
mod keys;
mod ledger;
mod manifest;
mod rebuild;
mod retention;
mod revise;
mod schema;
mod taxonomy;
mod templates;
mod words;

pub use atomic::{write_atomic, write_atomic_private};
pub use books::{Books, MonthBooks};
pub use error::StoreError;
pub use folder::{Commit, Store};
pub use footer::{Footer, InputId, SCHEMA_VERSION};
pub use hash::{from_hex, sha256, to_hex};
pub use keys::{KeySource, Keys, LedgerKey, MonthKey};
pub use ledger::{CaseStep, Deleted, Entry, Event, HoldStep, Ledger, Reading, Right, Role, Verified};
pub use retention::{Limits, Retired, USAGE_DAYS_MAX};
pub use revise::{Fate, Revised, Revision};
pub use schema::{Column, CycleRow, Kind, Table};
pub use taxonomy::{InForce, Taxonomies, financial_year};
pub use words::valid_id;
