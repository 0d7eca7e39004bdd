//! The arguments of `tithing subject`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

/// Which right a person uses.
#[derive(Debug, Subcommand)]
pub enum SubjectAction {
    /// Write everything that is held about the person into a folder, to be handed over.
    Export {
        /// About whom.
        #[command(flatten)]
        who: Who,
        /// The folder; one under `exports` unless told.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// The person objects: not measured from a date on, and rows of open months go.
    Object {
        /// Who.
        #[command(flatten)]
        who: Who,
        /// From when on; today unless told.
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// Do not write a copy of the rows before they go.
        #[arg(long)]
        without_export: bool,
    },
    /// The person is not measured for now, and rows of open months go.
    Restrict {
        /// Who.
        #[command(flatten)]
        who: Who,
        /// From when on; today unless told.
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// The last day; until further notice unless told.
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
        /// Do not write a copy of the rows before they go.
        #[arg(long)]
        without_export: bool,
    },
    /// Put right whose a device was: the register by date, and the rows of open months. Without --asset, rows are keyed
    /// anew by the register as it stands.
    Rectify {
        /// Whose data are wrong.
        #[command(flatten)]
        who: Who,
        /// The correction.
        #[command(flatten)]
        correction: Correction,
    },
    /// Rows of open months go.
    Erase {
        /// Whose.
        #[command(flatten)]
        who: Who,
        /// Do not write a copy of the rows before they go.
        #[arg(long)]
        without_export: bool,
    },
}

/// About whom.
#[derive(Debug, Args)]
pub struct Who {
    /// The person's id in people.csv.
    #[arg(long, value_name = "ID")]
    pub person: String,
    /// The authority; the one whose list has the person unless told.
    #[arg(long, value_name = "ID")]
    pub authority: Option<String>,
}

/// Whose a device was.
#[derive(Debug, Args)]
pub struct Correction {
    /// The device.
    #[arg(long, value_name = "ASSET", requires = "from")]
    pub asset: Option<String>,
    /// First day on which it was somebody else's.
    #[arg(long, value_name = "DATE", requires = "asset")]
    pub from: Option<Date>,
    /// Last such day; it still is unless told.
    #[arg(long, value_name = "DATE", requires = "asset")]
    pub until: Option<Date>,
    /// Whose it was on those days; the person's own unless told.
    #[arg(long, value_name = "ID", requires = "asset")]
    pub holder: Option<String>,
}
