//! The evidence sheet for the annual governance review of a council in England: what was done, when, under which version.
//! It holds dates, versions and counts of runs, and no figure about people.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The form of `evidence.json`.
pub const SCHEMA: &str = "tithing.evidence/1";

/// What the sheet says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// [`SCHEMA`].
    pub schema: String,
    /// Name and version of the program.
    pub software: String,
    /// The authority's id.
    pub authority: String,
    /// Its name.
    pub name: String,
    /// The date for which it was made.
    pub date: Date,
    /// The fixed clock, RFC 3339; none for the true one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_clock: Option<String>,
    /// What the assessment allows on that date, and what the council asks for.
    pub allowed: String,
    /// See [`Evidence::allowed`].
    pub asked: String,
    /// The impact assessment.
    pub assessment: Option<super::annex::AnnexAssessment>,
    /// The notice.
    pub notice: Option<super::annex::AnnexNotice>,
    /// The fingerprint of the annex as it is now, and whether people were given that one; none where nothing is recorded.
    pub annex_sha256: String,
    /// See [`Evidence::annex_sha256`].
    pub annex_given: Option<bool>,
    /// What the assessment must fulfill.
    pub gates: Vec<Gate>,
    /// Since when each part of the configuration is as it is now.
    pub configuration: Vec<ConfigPart>,
    /// The ledger.
    pub ledger: LedgerState,
    /// Financial years, the newest first.
    pub years: Vec<Year>,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Its stable code.
    pub code: String,
    /// Whether it is met.
    pub met: bool,
    /// What was found.
    pub what: String,
}

/// One part of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigPart {
    /// Which.
    pub part: String,
    /// The first night from which on it stood as it is now; none where no night was made with it yet.
    pub since: Option<Date>,
    /// How often it changed from one night to the next.
    pub changes: u64,
}

/// The ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerState {
    /// Whether the chain holds.
    pub holds: bool,
    /// Its entries.
    pub entries: u64,
    /// Its head, in hex.
    pub head: String,
}

/// A financial year, from 1 April to 31 March.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
    /// Dates with a night.
    pub nights: u64,
    /// The first and the last of them.
    pub night_first: Option<Date>,
    /// See [`Year::night_first`].
    pub night_last: Option<Date>,
    /// Months released.
    pub releases: Vec<Release>,
    /// Months withheld.
    pub withheld: Vec<String>,
    /// What was deleted because its time was over.
    pub retention: Vec<Deletion>,
}

/// A released month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The month.
    pub month: String,
    /// When it was released.
    pub on: Date,
    /// SHA-256 of its `report.json` as released.
    pub sha256: String,
    /// Corrections added since.
    pub errata: u64,
    /// Whether its `report.json` is there as the ledger recorded it.
    pub found: bool,
    /// Its status and who may read it.
    pub status: String,
    /// See [`Release::status`].
    pub audience: String,
    /// By whom it was attacked before release.
    pub profiles: Vec<String>,
    /// What they found.
    pub breaches: i64,
}

/// Deletions of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// What.
    pub class: String,
    /// Runs that deleted something.
    pub runs: u64,
    /// The last of them.
    pub last_run: Date,
    /// The newest date that was deleted.
    pub through: Date,
}

/// The page of an evidence sheet. Equal sheets give equal bytes.
pub fn evidence_html(evidence: &Evidence) -> String {
    crate::html::drawn(&crate::page::evidence::page(evidence))
}

impl Evidence {
    /// As JSON, for machines.
    pub fn json(&self) -> String {
        super::json::pretty(self)
    }
}
