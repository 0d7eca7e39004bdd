//! The file of one case, for its one reviewer, and the notice to the person it is about.
//!
//! Neither is a report: they are written for one reader each, say nothing of anybody else and of no other kind of site,
//! and name no site. A file is made from [`gate::Evidence`] alone, or read back from its own JSON when a case is closed.

use askama::Template;
use gate::Threshold;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::html::{Rich, Stack};
use crate::page::table::head;
use crate::words;

/// The schema of the JSON.
pub const CASE_SCHEMA: &str = "tithing.case/1";

/// What such figures can and cannot say; stands in every file and every notice, with a sentence about what was counted.
const KNOWN_ERROR: &str = "Kinds of site are told from the names that the device itself looked up. Pages load parts of other \
     sites by themselves, a page left open goes on talking, and a site used for work may be of the same kind.";
const MINUTES_ERROR: &str = "Minutes are minutes in which the device exchanged data, not minutes of attention.";
const VOLUME_ERROR: &str = "Data are what the device exchanged, whether or not anybody looked at it.";
const MISSING_ERROR: &str = "Dates on which records were missing count for less.";

/// All of it, for a rule about minutes or about data.
fn known_error(threshold: Option<Threshold>) -> String {
    let counted = match threshold {
        Some(Threshold::Octets(_)) => VOLUME_ERROR,
        Some(Threshold::Minutes(_)) | None => MINUTES_ERROR,
    };
    [KNOWN_ERROR, counted, MISSING_ERROR].join(" ")
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

    /// The page for the reviewer.
    pub fn html(&self) -> String {
        Page { file: self, month: words_of(&self.facts.month), days: self.table() }.render().unwrap_or_default()
    }

    /// The notice to the person it is about; none where it is about nobody.
    pub fn notice(&self) -> Option<String> {
        let days = self.table()?;
        Some(Notice { file: self, month: words_of(&self.facts.month), days }.render().unwrap_or_default())
    }

    /// Ends the case.
    pub fn end(&mut self, end: CaseEnd) {
        self.ended = Some(end);
    }

    /// The dates; none where nobody met the rule.
    fn table(&self) -> Option<Stack> {
        let first = self.days.first()?;
        let whole = |n: u64| words::thousands(i64::try_from(n).unwrap_or(i64::MAX));
        let row = |d: &CaseDay| {
            let amount = d.minutes.or(d.megabytes).map_or_else(|| "not told".to_owned(), whole);
            [words::date(d.date), amount, whole(u64::from(d.coverage_percent))].map(|t| Rich::plain(&t)).to_vec()
        };
        let amount = if first.minutes.is_some() { "Minutes, rounded down" } else { "Data, rounded down (MB)" };
        let heads = vec![head("Date", false), head(amount, true), head("Records received (%)", true)];
        let caption = Rich::plain("Dates on which the rule was met");
        Some(Stack::plain("days", caption, heads, self.days.iter().map(row).collect()))
    }

    fn reviewer(&self) -> &str {
        words::office(&self.facts.reviewer)
    }

    fn clock(&self) -> Option<String> {
        self.facts.test_clock.as_deref().map(words::instant)
    }

    fn opened(&self) -> String {
        words::date(self.facts.opened)
    }

    fn disclosed(&self) -> String {
        words::date(self.facts.disclosed)
    }

    fn kept_until(&self) -> String {
        words::date(self.facts.kept_until)
    }
}

impl CaseUnlock {
    fn office(&self) -> &str {
        words::office(&self.office)
    }

    fn day(&self) -> String {
        words::date(self.date)
    }
}

impl CaseEnd {
    /// How it ended, in words.
    fn outcome(&self) -> &str {
        match self.outcome.as_str() {
            "mistaken" => "the figures were mistaken",
            "no-action" => "no action",
            "advice" => "advice was given",
            "rule-change" => "the rule is to be changed",
            "procedure" => "it goes on in the council’s staff procedure",
            other => other,
        }
    }

    fn day(&self) -> String {
        words::date(self.date)
    }
}

fn words_of(month: &str) -> String {
    month.parse().map(words::month).unwrap_or_else(|_| month.to_owned())
}

#[derive(Template)]
#[template(path = "case.html")]
struct Page<'a> {
    file: &'a CaseFile,
    month: String,
    days: Option<Stack>,
}

#[derive(Template)]
#[template(path = "case-notice.html")]
struct Notice<'a> {
    file: &'a CaseFile,
    month: String,
    days: Stack,
}
