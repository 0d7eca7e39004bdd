//! The file of one case, for its one reviewer, and the notice to the person it is about.
//!
//! Neither is a report: they are written for one reader each, say nothing of anybody else and of no other kind of site,
//! and name no site. A file is made from [`gate::Evidence`] alone, or read back from its own JSON when a case is closed.

use gate::Threshold;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::render::Language;
use crate::say::Say;

/// The schema of the JSON.
pub const CASE_SCHEMA: &str = "tithing.case/1";

/// What such figures can and cannot say, for a rule about minutes or about data.
fn known_error(threshold: Option<Threshold>) -> String {
    let say = Say::new(Language::English);
    let counted = match threshold {
        Some(Threshold::Octets(_)) => "case-error-data",
        Some(Threshold::Minutes(_)) | None => "case-error-minutes",
    };
    ["case-error", counted, "case-error-missing"].map(|m| say.text(m)).join(" ")
}

/// A case without its figures: what is known of it from the office and the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// The authority's id.
    pub authority: String,
    /// Its name.
    pub name: String,
    /// The program.
    pub software: String,
    /// The case's number.
    pub case: i64,
    /// The month, as `2026-03`.
    pub month: String,
    /// When it was opened.
    pub opened: Date,
    /// When it was given to its reviewer.
    pub disclosed: Date,
    /// The last day on which it is kept.
    pub kept_until: Date,
    /// The reviewer's office.
    pub reviewer: String,
    /// The rule's id in the assessment.
    pub rule: String,
    /// The rule as a sentence.
    pub rule_text: String,
    /// The assessment's version.
    pub assessment: Option<String>,
    /// How to complain.
    pub complaints: String,
    /// Who unlocked it, when and why.
    pub unlocks: Vec<CaseUnlock>,
    /// The time by a fixed clock, where one was set.
    pub test_clock: Option<String>,
}

/// One unlock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseUnlock {
    /// The office.
    pub office: String,
    /// When.
    pub date: Date,
    /// The reason as it was given.
    pub reason: String,
}

/// One date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseDay {
    /// The local date.
    pub date: Date,
    /// Minutes, down to a quarter of an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u64>,
    /// Megabytes, down to a hundred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub megabytes: Option<u64>,
    /// The share of that date's data that was seen, in whole percent, rounded down.
    pub coverage_percent: u16,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseEnd {
    /// When.
    pub date: Date,
    /// The outcome, a word of a closed list.
    pub outcome: String,
    /// The reason as it was given.
    pub reason: String,
    /// What the person said, in their words or a summary that they know.
    pub account: String,
}

/// The file of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    schema: String,
    #[serde(flatten)]
    facts: CaseFacts,
    assets: Vec<String>,
    days: Vec<CaseDay>,
    known_error: String,
    ended: Option<CaseEnd>,
}

impl CaseFile {
    /// A file from what the gate gave out, with the assets through which it happened and the coverage of each date in
    /// ten-thousandths. None of evidence: nobody met the rule.
    pub fn new(
        facts: CaseFacts,
        evidence: Option<&gate::Evidence>,
        assets: Vec<String>,
        coverage: impl Fn(Date) -> u16,
    ) -> Self {
        let day = |threshold: Threshold, (date, n): &(Date, u64)| CaseDay {
            date: *date,
            minutes: matches!(threshold, Threshold::Minutes(_)).then_some(*n),
            megabytes: matches!(threshold, Threshold::Octets(_)).then_some(*n / 1_000_000),
            coverage_percent: coverage(*date) / 100,
        };
        let days = evidence.map(|e| e.days().iter().map(|d| day(e.rule().threshold(), d)).collect());
        let known_error = known_error(evidence.map(|e| e.rule().threshold()));
        let days = days.unwrap_or_default();
        Self { schema: CASE_SCHEMA.to_owned(), facts, assets, days, known_error, ended: None }
    }

    /// Reads a file back.
    ///
    /// # Errors
    /// Where the text is no such file.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        let file: Self = serde_json::from_str(text)?;
        match file.schema == CASE_SCHEMA {
            true => Ok(file),
            false => Err(serde::de::Error::custom(format!("its schema is not {CASE_SCHEMA}"))),
        }
    }

    /// The JSON. Equal files give equal bytes.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).map(|t| t + "\n").unwrap_or_default()
    }

    /// The page for the reviewer. Equal files give equal bytes.
    pub fn html(&self) -> String {
        crate::html::drawn(&crate::page::case::file(self))
    }

    /// The notice to the person it is about; none where it is about nobody.
    pub fn notice(&self) -> Option<String> {
        crate::page::case::notice(self).map(|page| crate::html::drawn(&page))
    }

    /// What is known of the case from the office and the files.
    pub(crate) const fn facts(&self) -> &CaseFacts {
        &self.facts
    }

    /// The assets through which it happened.
    pub(crate) fn assets(&self) -> &[String] {
        &self.assets
    }

    /// The dates; none where nobody met the rule.
    pub(crate) fn days(&self) -> &[CaseDay] {
        &self.days
    }

    /// What such figures can and cannot say.
    pub(crate) fn known_error(&self) -> &str {
        &self.known_error
    }

    /// How it ended.
    pub(crate) const fn ended(&self) -> Option<&CaseEnd> {
        self.ended.as_ref()
    }

    /// Ends the case.
    pub fn end(&mut self, end: CaseEnd) {
        self.ended = Some(end);
    }
}
