//! What the assessment says that people must be told. The fields are taken apart one by one: a field that is added to the
//! assessment does not compile until somebody has decided whether people are told of it.

use jiff::civil::Date;

use crate::Mode;
use crate::assessment::{
    Assessment, Day, Fields, Interception, Notice, Recipient, Regulator, Retention, Text, Words, words,
};

/// Everything in an assessment that the notice to people repeats.
///
/// Only what is written for people is here. `signed_by` and `consent_by` may be somebody's name and stay in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<'a> {
    /// Its version.
    pub version: Option<&'a str>,
    /// From when it is signed.
    pub signed_on: Option<Date>,
    /// When it must be reviewed.
    pub review_due: Option<Date>,
    /// What it is for, each with the letter of the Regulations' list where one is given.
    pub purposes: Vec<(&'a str, Option<&'a str>)>,
    /// The lawful basis, as written.
    pub basis: Option<&'a str>,
    /// What may be read.
    pub sources: Vec<&'a str>,
    /// What may be made.
    pub outputs: Vec<&'a str>,
    /// What the council asks for.
    pub mode: Option<Mode>,
    /// How to object and complain.
    pub complaints: Option<&'a str>,
    /// The notice's version.
    pub notice_version: Option<&'a str>,
    /// When the notice was given.
    pub notice_date: Option<Date>,
    /// For how long each class of data is kept.
    pub retention: Retention,
    /// Who receives which document, in order.
    pub recipients: &'a [Recipient],
    /// Each question of article 8 that is answered, by key.
    pub proportionality: Vec<(&'static str, &'a str)>,
    /// The less intrusive way that was considered for each source.
    pub alternatives: Vec<(&'a str, &'a str)>,
    /// Who runs the measurement for the council.
    pub operator: Option<&'a str>,
    /// How visitors and users of guest Wi-Fi are told.
    pub visitors: Option<&'a str>,
    /// The regulator's name, how to reach it, and on which date that was looked up.
    pub regulator: Option<(&'a str, Option<&'a str>, Option<Date>)>,
    /// Whether the council must answer requests under the law on freedom of information, where it says so.
    pub foi: Option<bool>,
}

impl Assessment {
    /// What people must be told.
    pub fn told(&self) -> Told<'_> {
        let Fields {
            version,
            signed_by: _,
            signed_on,
            review_due,
            purposes,
            basis,
            // Where the test, the consultation and the risk are recorded is for the reviewer: `tithing check` lists them.
            balancing_test: _,
            consultation: _,
            residual_risk: _,
            sources,
            outputs,
            mode: _,
            // How rows are laid out changes nothing about anybody.
            layout: _,
            complaints,
            notice,
            retention,
            recipients: _,
            // Who unlocks a case is in `docs/cases.md`; the rules themselves are read by `exception_rules` and told one by one.
            hr_adviser: _,
            exceptions: _,
            foi,
            proportionality,
            alternatives,
            interception,
            regulator,
        } = &self.fields;
        let Notice { version: notice_version, date: notice_date, web: _, annex_sha256: _ } =
            notice.as_ref().unwrap_or(const { &NO_NOTICE });
        let Interception { consent_by: _, consent_on: _, operator, own_system: _, visitors, letters } =
            interception.as_ref().unwrap_or(const { &NO_INTERCEPTION });
        let letter = |purpose: &str| letters.as_ref()?.get(purpose).map(|l| l.trim());
        let date = |day: &Option<Day>| day.as_ref().and_then(Day::date);
        Told {
            version: words(version),
            signed_on: date(signed_on),
            review_due: date(review_due),
            purposes: list(purposes).into_iter().map(|p| (p, letter(p))).collect(),
            basis: basis.as_deref().map(str::trim).filter(|b| !b.is_empty()),
            sources: list(sources),
            outputs: list(outputs),
            mode: self.mode_asked(),
            complaints: words(complaints),
            notice_version: words(notice_version),
            notice_date: date(notice_date),
            retention: retention.unwrap_or_default(),
            recipients: self.recipients(),
            proportionality: proportionality
                .iter()
                .flat_map(|p| p.answers())
                .filter_map(|(key, answer)| Some((key, answer?)))
                .collect(),
            alternatives: alternatives.iter().flatten().filter_map(pair).collect(),
            operator: words(operator),
            visitors: words(visitors),
            regulator: regulator.as_ref().and_then(named),
            foi: *foi,
        }
    }
}

const NO_NOTICE: Notice = Notice { version: None, date: None, web: None, annex_sha256: None };
const NO_INTERCEPTION: Interception = Interception {
    consent_by: None,
    consent_on: None,
    operator: None,
    own_system: None,
    visitors: None,
    letters: None,
};

fn list(all: &Option<Words>) -> Vec<&str> {
    all.iter().flat_map(|w| &w.0).map(|w| w.trim()).filter(|w| !w.is_empty()).collect()
}

fn pair<'a>((source, way): (&'a String, &'a Text)) -> Option<(&'a str, &'a str)> {
    Some((source.trim(), way.0.trim())).filter(|(_, way)| !way.is_empty())
}

fn named(regulator: &Regulator) -> Option<(&str, Option<&str>, Option<Date>)> {
    let Regulator { name, contact, as_of } = regulator;
    Some((words(name)?, words(contact), as_of.as_ref().and_then(Day::date)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarantee_29_everything_but_names_and_the_reviewers_notes_is_told() {
        let text = r#"
version = "3"
signed_by = "A Person"
signed_on = 2026-02-01
review_due = 2027-02-01
purposes = ["policy", "cost"]
basis = "legitimate-interests"
sources = ["flows", " dns "]
outputs = ["summary"]
mode = "categories"
complaints = "the clerk"
foi = true
[notice]
version = "2"
date = 2026-02-10
web = true
annex_sha256 = "00"
[retention]
usage_days = 30
[[recipients]]
role = "clerk"
document = "summary"
[proportionality]
extent = "few"
[alternatives]
dns = "blocking"
leases = " "
[interception]
consent_by = "Another Person"
operator = "Example IT"
visitors = "a sign"
[interception.letters]
policy = "f"
[regulator]
name = "Example Regulator"
as_of = 2026-11-01
"#;
        let a = Assessment::parse(text).unwrap();
        let told = a.told();
        assert_eq!(told.purposes, [("policy", Some("f")), ("cost", None)]);
        assert_eq!((told.sources.as_slice(), told.mode), (["flows", "dns"].as_slice(), Some(Mode::Categories)));
        assert_eq!(told.proportionality, [("extent", "few")]);
        assert_eq!(told.alternatives, [("dns", "blocking")]);
        assert_eq!((told.operator, told.visitors, told.foi), (Some("Example IT"), Some("a sign"), Some(true)));
        assert_eq!(told.regulator, Some(("Example Regulator", None, Some(jiff::civil::date(2026, 11, 1)))));
        assert_eq!((told.recipients.len(), told.retention.usage_days), (1, Some(30)));
        assert!(!format!("{told:?}").contains("Person"));
        assert_eq!(a.annex_given(), Some("00"));
    }
}
