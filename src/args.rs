//! The arguments of the command, as `contracts` fixes them.

use std::path::PathBuf;

mod case;

pub(crate) use case::{CaseAction, WhichCase};
use clap::{Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use model::Month;

mod ledger;
mod subject;

pub(crate) use ledger::LedgerAction;
pub(crate) use subject::SubjectAction;

/// Monthly network usage reports for small councils: proportionate, aggregate, and made without reading anybody's content.
#[derive(Debug, Parser)]
#[command(name = "tithing", version, propagate_version = true)]
pub struct Args {
    /// The provider's configuration.
    #[arg(long, global = true, value_name = "FILE", default_value = "tithing.toml")]
    pub config: PathBuf,

    /// The only clock, as RFC 3339; the system's unless told. Review dates, retention and month close go by it.
    #[arg(long, global = true, value_name = "TIME", value_parser = time)]
    pub now: Option<Timestamp>,

    /// How messages are written to standard error.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log: LogFormat,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// An instant as RFC 3339, or a date: its beginning in UTC.
fn time(text: &str) -> Result<Timestamp, String> {
    let date = text.parse::<Date>().ok().filter(|d| d.to_string() == text);
    let begins = date.and_then(|d| d.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|z| z.timestamp());
    text.parse().ok().or(begins).ok_or_else(|| "a time such as 2026-04-03T09:00:00Z, or a date, is wanted".to_owned())
}

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// How data are written to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DataFormat {
    /// Aligned columns for people.
    Table,
    /// One JSON object a line.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Generate the demo councils, run their nights and monthly reports, and leave a provider's folder.
    Demo {
        /// Where the folder goes.
        #[arg(long, value_name = "DIR", default_value = "demo")]
        out: PathBuf,
    },
    /// Write synthetic councils with their ground truth.
    Generate(GenerateArgs),
    /// Write a new authority's folder with commented samples.
    Init {
        /// The authority's id: lower-case letters, digits and hyphens.
        id: String,
    },
    /// Validate everything, print the effective configuration and what the assessment allows.
    Check,
    /// Decode inputs and show what is in them. Writes nothing.
    Inspect(InspectArgs),
    /// Ingest what is new, commit usage, apply retention. Safe to repeat.
    Nightly {
        /// Only these authorities.
        #[arg(long, value_name = "ID")]
        authority: Vec<String>,
        /// Only this night (a local date).
        #[arg(long, value_name = "DATE")]
        date: Option<Date>,
        /// How the nights are listed.
        #[arg(long, value_enum, default_value_t = DataFormat::Table)]
        format: DataFormat,
    },
    /// Roll up a month, pass the gate, render, record the release.
    Report {
        /// The month.
        #[arg(long, value_name = "YYYY-MM")]
        month: Month,
        /// Only these authorities.
        #[arg(long, value_name = "ID")]
        authority: Vec<String>,
        /// Put ID/YYYY-MM/ under this folder instead of `reports`.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Add a dated note to a month already published.
        #[arg(long, value_name = "TEXT")]
        erratum: Option<String>,
        /// Print the one page of a month already published as plain text, and do nothing else.
        #[arg(long, conflicts_with_all = ["out", "erratum"])]
        show: bool,
    },
    /// Where each council stands: last night, missing nights, data of shared links, next report and review, undelivered messages.
    Status {
        /// Only these authorities.
        #[arg(long, value_name = "ID")]
        authority: Vec<String>,
        /// How the councils are listed.
        #[arg(long, value_enum, default_value_t = DataFormat::Table)]
        format: DataFormat,
    },
    /// Try everything ever released as each reader would; explain where one gets in. Writes nothing.
    Attack {
        /// Only these authorities.
        #[arg(long, value_name = "ID")]
        authority: Vec<String>,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = DataFormat::Table)]
        format: DataFormat,
    },
    /// Lists of kinds of site: import them, look names up, fix them for the year, find what is missing.
    Categories {
        /// What to do with them.
        #[command(subcommand)]
        action: CategoriesAction,
    },
    /// Tell outages, lost records, full lines and failing lookups of the links that several people share.
    Faults {
        /// Only these authorities.
        #[arg(long, value_name = "ID")]
        authority: Vec<String>,
        /// The month; the month of yesterday unless told.
        #[arg(long, value_name = "YYYY-MM", conflicts_with = "date")]
        month: Option<Month>,
        /// Only this night (a local date).
        #[arg(long, value_name = "DATE")]
        date: Option<Date>,
        /// How the faults are listed.
        #[arg(long, value_enum, default_value_t = DataFormat::Table)]
        format: DataFormat,
    },
    /// Print bills, forecasts, warnings and the reconciliation with the operator's figures; or try other tariffs.
    Costs(CostsArgs),
    /// Exceptions and cases: what may be known of one person, after people in office have unlocked it.
    Case {
        /// What to do with them.
        #[command(subcommand)]
        action: CaseAction,
    },
    /// A person's rights: a copy of what is held, an objection, a restriction, a correction, erasure.
    Subject {
        /// Which right.
        #[command(subcommand)]
        action: SubjectAction,
    },
    /// Write the annex to the notice, from the configuration that runs, and the evidence sheet of an English council.
    Notice {
        /// Only these authorities.
        #[arg(long, value_name = "ID")]
        authority: Vec<String>,
        /// Put ID/notice/ under this folder instead of `reports`.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Check the chain of every release, access and deletion.
    Ledger {
        /// What to do with it.
        #[command(subcommand)]
        action: LedgerAction,
    },
}

/// What to do with the lists of kinds of site.
#[derive(Debug, Subcommand)]
pub enum CategoriesAction {
    /// Copy a list into the provider's folder, with its source and licence at its head.
    Import(ImportArgs),
    /// Say of each name which rule of which list decides, and which others lose. Writes nothing.
    Lookup {
        /// The names.
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// Compile the lists as they are now, say what became of each, and what is in force.
    Compile {
        /// Put the lists into force from today on, within the financial year, for this reason.
        #[arg(long, value_name = "REASON")]
        adopt: Option<String>,
    },
    /// Which names of a public ranking the lists leave uncategorised.
    Gaps {
        /// The ranking: `rank,name` or a name a line, or JSON with `rank` and `rootDomain`.
        #[arg(long, value_name = "FILE")]
        list: PathBuf,
        /// Only so many names from its top.
        #[arg(long, value_name = "N")]
        top: Option<usize>,
    },
}

/// What to import.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// A file, or a folder of v2fly or UT1.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// Its form: v2fly, ut1, hosts, plain, abp or rpz.
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    /// The kind of site of its names; v2fly and UT1 collections have a mapping of their own.
    #[arg(long, value_name = "CATEGORY", conflicts_with = "threats")]
    pub category: Option<String>,
    /// A list of threats, for security notices alone.
    #[arg(long)]
    pub threats: bool,
    /// The licence under which its maker gives it, with whom to name.
    #[arg(long, value_name = "TEXT")]
    pub licence: String,
    /// Where it came from; the path unless told.
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
    /// What the report calls it, and the name of its file: lower-case letters, digits and hyphens.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// Which costs to print.
#[derive(Debug, clap::Args)]
pub struct CostsArgs {
    /// Only these authorities.
    #[arg(long, value_name = "ID")]
    pub authority: Vec<String>,
    /// The month in which the cycles end; the running one unless told.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<Month>,
    /// Try the tariffs of this file on the use that is known.
    #[arg(long, value_name = "FILE", conflicts_with = "month")]
    pub offers: Option<PathBuf>,
    /// Only this link.
    #[arg(long, value_name = "ID")]
    pub link: Option<String>,
    /// How they are listed.
    #[arg(long, value_enum, default_value_t = DataFormat::Table)]
    pub format: DataFormat,
}

/// What to generate.
#[derive(Debug, clap::Args)]
pub struct GenerateArgs {
    /// Where the folder goes.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Same seed, same bytes on any machine.
    #[arg(long, value_name = "N")]
    pub seed: u64,
    /// How many councils; the three of the demo's kind unless told.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub councils: u16,
    /// People in each council.
    #[arg(long, value_name = "N")]
    pub people: Option<u16>,
    /// Devices in each council.
    #[arg(long, value_name = "N")]
    pub devices: Option<u16>,
    /// Days; the rest of the first month unless told.
    #[arg(long, value_name = "N")]
    pub days: Option<u16>,
    /// The first day.
    #[arg(long, value_name = "DATE", default_value = "2026-03-01")]
    pub start: Date,
    /// Flow records a day in each council.
    #[arg(long, value_name = "N")]
    pub flows_per_day: Option<u64>,
    /// Lookups a day in each council.
    #[arg(long, value_name = "N")]
    pub lookups_per_day: Option<u64>,
    /// Input formats, joined by commas: netflow-v5 netflow-v9 ipfix sflow pcap dnsmasq adguard dns-pcap leases.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub formats: Vec<String>,
    /// The hard month: every adversity at its usual share, every format in turn.
    #[arg(long)]
    pub hard: bool,
    /// Single adversities, each NAME=PERCENT, joined by commas; 0 is off.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub adversity: Vec<String>,
}

/// What to inspect.
#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// The inputs.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// One JSON object a record.
    #[arg(long)]
    pub records: bool,
    /// Join flows to lookups, all files as one night.
    #[arg(long)]
    pub attribute: bool,
    /// The zone of local stamps.
    #[arg(long, value_name = "ZONE", default_value = "Europe/London")]
    pub zone: String,
    /// The year of stamps that have none.
    #[arg(long, value_name = "YYYY")]
    pub year: Option<i16>,
    /// How the files are listed.
    #[arg(long, value_enum, default_value_t = DataFormat::Table)]
    pub format: DataFormat,
}
