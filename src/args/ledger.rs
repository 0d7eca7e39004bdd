//! The arguments of `tithing ledger`.

use std::path::PathBuf;

use clap::Subcommand;

/// What to do with the ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerAction {
    /// Look for anything that was inserted, removed, moved, changed, cut off, put back or signed again.
    Verify {
        /// A published report.json, or a text with its checkpoint, from a mail or copied from the page. All reports below
        /// `reports` unless told.
        #[arg(long, value_name = "FILE")]
        checkpoint: Vec<PathBuf>,
        /// The output of `tithing ledger list`, to be checked in place of the ledger itself.
        #[arg(long, value_name = "FILE")]
        listing: Option<PathBuf>,
        /// Only these authorities.
        #[arg(long, value_name = "ID")]
        authority: Vec<String>,
    },
    /// Show every entry with its number, then the count and the head.
    List {
        /// Only these authorities.
        #[arg(long, value_name = "ID")]
        authority: Vec<String>,
    },
    /// Make a new signing key, handed over to by the old one.
    ChangeKey {
        /// The authority.
        #[arg(long, value_name = "ID")]
        authority: String,
    },
}
