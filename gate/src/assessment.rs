//! `assessment.toml`: the council's impact assessment, read field by field.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, Error as _};

use crate::Mode;

/// Why an assessment cannot be read at all. A value that is merely missing, bad or past is a requirement not met instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssessmentError {
    /// Not TOML, or a value of the wrong type.
    #[error(
        "assessment.toml, line {line}: {message}; hint: compare with the commented sample that `tithing init` writes"
    )]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A key that does not exist.
    #[error("assessment.toml, line {line}: unknown key `{key}`; hint: {}", nearest_hint(.nearest))]
    UnknownKey {
        /// The line, from 1.
        line: usize,
        /// The key.
        key: String,
        /// The known key that is spelt most like it.
        nearest: Option<String>,
    },
}

fn nearest_hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(|| "remove it".to_owned(), |k| format!("did you mean `{k}`?"))
}

impl AssessmentError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "assessment_syntax",
            Self::UnknownKey { .. } => "assessment_unknown_key",
        }
    }
}

/// What the notice to people says.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    pub(crate) version: Option<Text>,
    pub(crate) date: Option<Day>,
    pub(crate) web: Option<bool>,
    pub(crate) annex_sha256: Option<String>,
}

/// The six questions of article 8 of the Convention, each answered in a sentence or by where the answer stands.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proportionality {
    pub(crate) notice: Option<Text>,
    pub(crate) extent: Option<Text>,
    pub(crate) reasons: Option<Text>,
    pub(crate) alternatives: Option<Text>,
    pub(crate) consequences: Option<Text>,
    pub(crate) safeguards: Option<Text>,
}

impl Proportionality {
    /// Each question's key with its answer, in order.
    pub(crate) fn answers(&self) -> [(&'static str, Option<&str>); 6] {
        let Self { notice, extent, reasons, alternatives, consequences, safeguards } = self;
        [
            ("notice", words(notice)),
            ("extent", words(extent)),
            ("reasons", words(reasons)),
            ("alternatives", words(alternatives)),
            ("consequences", words(consequences)),
            ("safeguards", words(safeguards)),
        ]
    }
}

/// On what footing communications are looked at, as the Regulations of 2018 ask.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Interception {
    pub(crate) consent_by: Option<String>,
    pub(crate) consent_on: Option<Day>,
    pub(crate) operator: Option<Text>,
    pub(crate) own_system: Option<bool>,
    pub(crate) visitors: Option<Text>,
    pub(crate) letters: Option<BTreeMap<String, String>>,
}

/// Who watches over data protection, as of a date: offices are renamed, so no program knows it by heart.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Regulator {
    pub(crate) name: Option<Text>,
    pub(crate) contact: Option<Text>,
    pub(crate) as_of: Option<Day>,
}

/// For how long each class of data is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Rows of `usage`, in days after the month's end; at most 62.
    pub usage_days: Option<i64>,
    /// Rows of `links`, in days.
    pub links_days: Option<i64>,
    /// Raw inputs, in days; 3 to 7.
    pub raw_days: Option<i64>,
    /// Security notices, in days; at most 30.
    pub security_days: Option<i64>,
    /// Published reports, in months.
    pub reports_months: Option<i64>,
}

/// Somebody, by role, who receives a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recipient {
    /// The role: clerk, chair and so on.
    pub role: String,
    /// `summary`, `schedule`, `security` or `case`.
    pub document: String,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    pub(crate) version: Option<Text>,
    pub(crate) signed_by: Option<String>,
    pub(crate) signed_on: Option<Day>,
    pub(crate) review_due: Option<Day>,
    pub(crate) purposes: Option<Words>,
    pub(crate) basis: Option<String>,
    pub(crate) balancing_test: Option<Text>,
    pub(crate) consultation: Option<Text>,
    pub(crate) residual_risk: Option<String>,
    pub(crate) sources: Option<Words>,
    pub(crate) outputs: Option<Words>,
    pub(crate) mode: Option<String>,
    pub(crate) layout: Option<String>,
    pub(crate) complaints: Option<Text>,
    pub(crate) notice: Option<Notice>,
    pub(crate) retention: Option<Retention>,
    pub(crate) recipients: Option<Vec<Recipient>>,
    pub(crate) hr_adviser: Option<Text>,
    pub(crate) exceptions: Option<Vec<crate::exceptions::Typed>>,
    pub(crate) foi: Option<bool>,
    pub(crate) proportionality: Option<Proportionality>,
    pub(crate) alternatives: Option<BTreeMap<String, Text>>,
    pub(crate) interception: Option<Interception>,
    pub(crate) regulator: Option<Regulator>,
}

/// The council's impact assessment as it was written. [`crate::judge`] says what it allows on a date.
#[derive(Clone)]
pub struct Assessment {
    pub(crate) fields: Fields,
}

impl fmt::Debug for Assessment {
    /// Shows the version alone: `signed_by` is a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assessment").field("version", &self.version()).finish_non_exhaustive()
    }
}

impl Assessment {
    /// Reads the text of `assessment.toml`.
    ///
    /// # Errors
    /// Text that is not TOML, a value of the wrong type, or an unknown key (with the nearest known one). Each stops work.
    pub fn parse(text: &str) -> Result<Self, AssessmentError> {
        toml::from_str(text).map(|fields| Self { fields }).map_err(|error| explain(text, &error))
    }

    /// Its version.
    pub fn version(&self) -> Option<&str> {
        words(&self.fields.version)
    }

    /// From when it is signed.
    pub fn signed_on(&self) -> Option<Date> {
        self.fields.signed_on.as_ref().and_then(Day::date)
    }

    /// When it must be reviewed.
    pub fn review_due(&self) -> Option<Date> {
        self.fields.review_due.as_ref().and_then(|d| d.date())
    }

    /// What the council asks for; none where `mode` is missing or not a mode.
    pub fn mode_asked(&self) -> Option<Mode> {
        match self.fields.mode.as_deref().map(str::trim) {
            Some("categories") => Some(Mode::Categories),
            Some("totals") => Some(Mode::Totals),
            _ => None,
        }
    }

    /// How to complain, in the council's words.
    pub fn complaints(&self) -> Option<&str> {
        words(&self.fields.complaints)
    }

    /// The retention, where the table is there.
    pub const fn retention(&self) -> Option<&Retention> {
        self.fields.retention.as_ref()
    }

    /// Who receives which document.
    pub fn recipients(&self) -> &[Recipient] {
        self.fields.recipients.as_deref().unwrap_or_default()
    }

    /// The purposes.
    pub fn purposes(&self) -> &[String] {
        self.fields.purposes.as_ref().map(|w| w.0.as_slice()).unwrap_or_default()
    }

    /// The lawful basis as it was written.
    pub fn basis(&self) -> Option<&str> {
        self.fields.basis.as_deref().map(str::trim).filter(|b| !b.is_empty())
    }

    /// The notice's version and date, where given.
    pub fn notice(&self) -> Option<(&str, Option<Date>)> {
        let notice = self.fields.notice.as_ref()?;
        Some((notice.version.as_ref()?.0.as_str(), notice.date.as_ref().and_then(|d| d.date())))
    }

    /// Whether a source is listed, for instance `packet-capture` or `shared-resolver`.
    pub fn lists_source(&self, source: &str) -> bool {
        lists(self.fields.sources.as_ref(), source)
    }

    /// Whether a source may be opened. Flows, names and packets need to be listed in `sources`. Leases, neighbor tables and
    /// counters need to be listed there or answered in `[alternatives]`; assessments without that table are older, and
    /// leave them to the council's configuration.
    pub fn opens(&self, source: &str) -> bool {
        if matches!(source, "flows" | "dns" | "packet-capture") {
            return self.lists_source(source);
        }
        let answered = self.fields.alternatives.as_ref().is_none_or(|t| t.contains_key(source));
        answered || self.lists_source(source)
    }

    /// The fingerprint of the notice annex that people were given, where it is written down.
    pub fn annex_given(&self) -> Option<&str> {
        self.fields.notice.as_ref()?.annex_sha256.as_deref().map(str::trim).filter(|t| !t.is_empty())
    }

    /// Whether the council asks for tables in which every row stands for itself (`layout = "laid-down"`).
    pub fn laid_down(&self) -> bool {
        self.fields.layout.as_deref().map(str::trim) == Some("laid-down")
    }

    /// Whether an output is listed, for instance `device-volumes`.
    pub fn lists_output(&self, output: &str) -> bool {
        lists(self.fields.outputs.as_ref(), output)
    }
}

/// A text that says something.
pub(crate) fn words(text: &Option<Text>) -> Option<&str> {
    text.as_ref().map(|t| t.0.trim()).filter(|t| !t.is_empty())
}

fn lists(words: Option<&Words>, word: &str) -> bool {
    words.is_some_and(|w| w.0.iter().any(|x| x.trim().eq_ignore_ascii_case(word)))
}

/// A text, or a number standing for one.
#[derive(Debug, Clone)]
pub(crate) struct Text(pub(crate) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => Ok(Self(text)),
            toml::Value::Integer(number) => Ok(Self(number.to_string())),
            toml::Value::Float(number) => Ok(Self(number.to_string())),
            toml::Value::Datetime(date) => Ok(Self(date.to_string())),
            other => Err(D::Error::custom(format!("a text is wanted, not {}", other.type_str()))),
        }
    }
}

/// One word or several.
#[derive(Debug, Clone)]
pub(crate) struct Words(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wanted = "a list of words is wanted, as in [\"policy\", \"cost\"]";
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => Ok(Self(vec![text])),
            toml::Value::Array(items) => items
                .into_iter()
                .map(|item| if let toml::Value::String(text) = item { Ok(text) } else { Err(D::Error::custom(wanted)) })
                .collect::<Result<_, _>>()
                .map(Self),
            _ => Err(D::Error::custom(wanted)),
        }
    }
}

/// A date, bare or in quotes. A text that is no date is kept: it is a requirement not met.
#[derive(Debug, Clone)]
pub(crate) struct Day(String);

impl Day {
    pub(crate) fn date(&self) -> Option<Date> {
        self.0.trim().parse().ok()
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => Ok(Self(text)),
            toml::Value::Datetime(date) => Ok(Self(date.to_string())),
            other => Err(D::Error::custom(format!("a date is wanted, as in 2026-04-01, not {}", other.type_str()))),
        }
    }
}

fn explain(text: &str, error: &toml::de::Error) -> AssessmentError {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes().iter().take(start).filter(|b| **b == b'\n').count() + 1;
    let message = error.message().trim_end();
    match unknown_field(message) {
        Some((key, known)) => {
            let nearest = known.iter().max_by(|a, b| similarity(&key, a).total_cmp(&similarity(&key, b))).cloned();
            AssessmentError::UnknownKey { line, key, nearest }
        }
        None => AssessmentError::Syntax { line, message: message.to_owned() },
    }
}

fn similarity(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}

/// The key and the known ones, from serde's "unknown field `x`, expected one of `a`, `b`".
fn unknown_field(message: &str) -> Option<(String, Vec<String>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.split_once('`')?;
    let known = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some((key.to_owned(), known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> AssessmentError {
        Assessment::parse(text).unwrap_err()
    }

    #[test]
    fn unknown_keys_name_the_nearest() {
        let cases = [
            ("version = 1\nreveiw_due = 2027-01-01\n", 2, "reveiw_due", "review_due"),
            ("[retention]\nusage_day = 62\n", 2, "usage_day", "usage_days"),
            ("[notice]\nversion = \"1\"\nwebb = true\n", 3, "webb", "web"),
            ("[[recipients]]\nroles = \"clerk\"\n", 2, "roles", "role"),
            ("[proportionality]\nreason = \"x\"\n", 2, "reason", "reasons"),
            ("[interception]\nvisitor = \"x\"\n", 2, "visitor", "visitors"),
            ("[regulator]\nnames = \"x\"\n", 2, "names", "name"),
        ];
        for (text, line, key, nearest) in cases {
            let want = AssessmentError::UnknownKey { line, key: key.to_owned(), nearest: Some(nearest.to_owned()) };
            assert_eq!(refused(text), want, "{text}");
            assert!(refused(text).to_string().contains(&format!("did you mean `{nearest}`")));
        }
    }

    #[test]
    fn wrong_types_and_syntax_name_the_line() {
        for (text, want) in [
            ("version = 1\nsigned_on = 7\n", 2),
            ("\n\npurposes = [1]\n", 3),
            ("[notice]\nweb = \"yes\"\n", 2),
            ("version = \n", 1),
            ("version = 1\nversion = 2\n", 2),
        ] {
            match refused(text) {
                AssessmentError::Syntax { line, .. } => assert_eq!(line, want, "{text}"),
                other => panic!("{other}"),
            }
        }
    }

    #[test]
    fn bad_values_are_read_and_left_to_the_judge() {
        let a = Assessment::parse("signed_on = \"soon\"\nmode = \"all\"\nversion = 3\n").unwrap();
        assert!(a.fields.signed_on.unwrap().date().is_none());
        assert_eq!(a.fields.mode.as_deref(), Some("all"));
        assert_eq!(a.fields.version.unwrap().0, "3");
    }

    #[test]
    fn debug_names_nobody() {
        let a = Assessment::parse("version = \"2\"\nsigned_by = \"A Person\"\n").unwrap();
        assert!(!format!("{a:?}").contains("Person"));
    }
}
