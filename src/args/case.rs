//! The arguments of `tithing case`.

use jiff::civil::Date;
use model::Month;

use super::DataFormat;

/// Exceptions and cases: what may be known of one person, after people in office have unlocked it.
#[derive(Debug, clap::Subcommand)]
pub enum CaseAction {
    /// Open a case on a rule and a month. Nobody is told whether anybody met the rule.
    Open {
        /// The authority; may be left out where there is one.
        #[arg(long, value_name = "ID")]
        authority: Option<String>,
        /// The rule's id in assessment.toml.
        #[arg(long, value_name = "ID")]
        rule: String,
        /// The month; it must be over and not closed.
        #[arg(long, value_name = "YYYY-MM")]
        month: Month,
    },
    /// Unlock a case in an office, for a reason. It takes two, and a third where one of them could be its subject.
    Unlock {
        /// Which case.
        #[command(flatten)]
        which: WhichCase,
        /// The office: clerk, deputy, chair or hr-adviser.
        #[arg(long, value_name = "OFFICE")]
        role: String,
        /// Who holds it today, as in people.csv; for hr-adviser as in assessment.toml.
        #[arg(long, value_name = "PERSON")]
        by: String,
        /// Why, in a sentence of their own.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Write the file of an unlocked case for its reviewer, and the notice to the person it is about.
    Disclose {
        /// Which case.
        #[command(flatten)]
        which: WhichCase,
    },
    /// Close a case that was reviewed: by its reviewer, after the person was heard.
    Close {
        /// Which case.
        #[command(flatten)]
        which: WhichCase,
        /// The reviewer's office.
        #[arg(long, value_name = "OFFICE")]
        role: String,
        /// Who holds it today.
        #[arg(long, value_name = "PERSON")]
        by: String,
        /// How it ended: explained, mistaken, no-action, advice, rule-change or procedure.
        #[arg(long, value_name = "WORD")]
        outcome: String,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// What the person said, or that they were asked and said nothing.
        #[arg(long, value_name = "TEXT")]
        account: String,
    },
    /// Keep one person's rows of a case's month beyond the month's close, until a day.
    Hold {
        /// Which case.
        #[command(flatten)]
        which: WhichCase,
        /// Its last day, at most 183 days from today.
        #[arg(long, value_name = "DATE")]
        until: Date,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who approves it, as OFFICE:PERSON; at least twice.
        #[arg(long, required = true, value_name = "OFFICE:PERSON")]
        approve: Vec<String>,
    },
    /// End a hold before its last day: its rows and its key are deleted at once.
    Release {
        /// Which case.
        #[command(flatten)]
        which: WhichCase,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who approves it, as OFFICE:PERSON; at least twice.
        #[arg(long, required = true, value_name = "OFFICE:PERSON")]
        approve: Vec<String>,
    },
    /// List the cases by number, rule, month and state. It names nobody and counts nobody.
    List {
        /// Only these authorities.
        #[arg(long, value_name = "ID")]
        authority: Vec<String>,
        /// How they are listed.
        #[arg(long, value_enum, default_value_t = DataFormat::Table)]
        format: DataFormat,
    },
}

/// A case of an authority.
#[derive(Debug, Clone, clap::Args)]
pub struct WhichCase {
    /// The authority; may be left out where there is one.
    #[arg(long, value_name = "ID")]
    pub authority: Option<String>,
    /// The case's number.
    #[arg(long, value_name = "N")]
    pub case: i64,
}
