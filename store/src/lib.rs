//! The only code that knows paths and columns: atomic commits, manifest, retention, keys and the ledger.
//!
//! What is promised here is a wall as much as a place: no column of any table can hold a site name or an address,
//! because the writer takes typed rows and the only words it knows are the closed lists of `model` and the ids of links.
//! (The one exception has a table of its own: `security` names the entry of a threat list that a device contacted.)
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod atomic;
mod books;
mod cases;
mod decode;
mod encode;
mod error;
mod folder;
mod footer;
mod hash;
mod keys;
mod ledger;
mod manifest;
mod note;
mod rebuild;
mod retention;
mod revise;
mod schema;
mod security;
mod taxonomy;
mod templates;
mod unentered;
mod words;

pub use atomic::{write_atomic, write_atomic_private};
pub use books::{Books, MonthBooks};
pub use cases::{CaseOutcome, CaseRow, CaseState, HoldRow, RetiredCases};
pub use error::StoreError;
pub use folder::{Commit, Store};
pub use footer::{Footer, InputId, SCHEMA_VERSION};
pub use hash::{from_hex, sha256, to_hex};
pub use keys::{KeySource, Keys, LedgerKey, MonthKey};
pub use ledger::{
    Audited, CaseStep, Deleted, Delivery, DeliveryStep, Entry, Event, Finding, Handed, HoldStep, Ledger, Limit,
    Listing, Printed, Reading, Right, Role, Signed, Signing, Verified, Way, Witness, audit, listing,
};
pub use note::{Checkpoint, CheckpointKey, PublicKey, SignedCheckpoint};
pub use retention::{
    Item, LINKS_DAYS_MAX, Limits, RAW_DAYS_MAX, REPORTS_MONTHS_MAX, Retired, SECURITY_DAYS_MAX, Search, USAGE_DAYS_MAX,
};
pub use revise::{Fate, Revised, Revision};
pub use schema::{Column, CycleRow, Kind, Table};
pub use security::{ENTRY_MAX, SecurityRow, valid_entry};
pub use taxonomy::{InForce, Taxonomies};
pub use words::valid_id;
