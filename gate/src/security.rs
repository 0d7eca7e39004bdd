//! Whether security notices may be made: a purpose of its own, which the assessment lists or which does not exist.

use jiff::civil::Date;

use crate::assessment::Assessment;
use crate::ladder::{Mode, Requirement, judge};

/// The word for it among purposes, outputs and recipients' documents.
const SECURITY: &str = "security";

/// Most days for which notices and the rows behind them are kept.
const DAYS_MAX: i64 = 30;

/// What an assessment says about security notices on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Security {
    /// Every requirement, in order.
    pub requirements: Vec<Requirement>,
    /// Days for which notices are kept; 0 where they may not be made.
    pub days: u16,
    /// The roles that receive them, in the order of the assessment.
    pub recipients: Vec<String>,
}

impl Security {
    /// Whether notices may be made.
    pub fn allowed(&self) -> bool {
        self.requirements.iter().all(|r| r.met)
    }
}

/// Judges an assessment (none: there is no file) on a date. It fails closed: everything else that an assessment needs must be
/// met, and purpose, output and a recipient must be named. The council's own `mode` may ask for totals: then names are not
/// read, and only rules on records of connections are left.
pub fn security(assessment: Option<&Assessment>, date: Date) -> Security {
    let ladder = judge(assessment, date);
    let whole = ladder.allowed == Mode::Categories;
    let lists = |words: &[String]| words.iter().any(|w| w.trim() == SECURITY);
    let purpose = assessment.is_some_and(|a| lists(a.purposes()));
    let output = assessment.is_some_and(|a| a.lists_output(SECURITY));
    let recipients: Vec<String> = assessment
        .map(|a| a.recipients().iter().filter(|r| r.document.trim() == SECURITY).map(|r| r.role.trim().to_owned()))
        .into_iter()
        .flatten()
        .collect();
    let one = |code, met, yes: &str, no: &str, source, next| Requirement {
        code,
        laws: &[12, 30],
        met,
        without: Mode::Categories,
        what: if met { yes } else { no }.to_owned(),
        source,
        next: if met { "" } else { next },
    };
    let requirements = vec![
        one(
            "security_assessed",
            whole,
            "everything else that the assessment needs is there",
            "the assessment is not whole or not valid on this date",
            "UK GDPR article 35",
            "see to the requirements that are not met",
        ),
        one(
            "security_purpose",
            purpose,
            "`purposes` lists \"security\"",
            "`purposes` does not list \"security\"",
            "UK GDPR article 5(1)(b): purposes are fixed before the start",
            "assess security as a purpose of its own and add it to `purposes`, or leave it",
        ),
        one(
            "security_output",
            output,
            "`outputs` lists \"security\"",
            "`outputs` does not list \"security\"",
            "UK GDPR article 5(1)(c): only what is needed",
            "add \"security\" to `outputs`, or leave it",
        ),
        one(
            "security_recipient",
            !recipients.is_empty(),
            "somebody is named to receive security notices",
            "nobody is named to receive security notices",
            "UK GDPR article 13(1)(e): recipients are named",
            "add [[recipients]] with role = \"clerk\" and document = \"security\"",
        ),
    ];
    let days = assessment.and_then(|a| a.retention()).and_then(|r| r.security_days).unwrap_or(0);
    let days = u16::try_from(days.clamp(0, DAYS_MAX)).unwrap_or(0);
    let mut security = Security { requirements, days, recipients };
    security.days = if security.allowed() { days } else { 0 };
    security
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
version = "3"
signed_by = "Chair of the council"
signed_on = 2026-02-01
review_due = 2027-02-01
purposes = ["policy", "operations", "cost", "security"]
basis = "legitimate-interests"
balancing_test = "minute 12/2026"
consultation = "staff meeting"
residual_risk = "low"
sources = ["flows", "dns", "leases"]
outputs = ["summary", "security"]
mode = "categories"
complaints = "the clerk"
[notice]
version = "2"
date = 2026-02-01
web = true
[retention]
usage_days = 62
links_days = 400
raw_days = 7
security_days = 14
reports_months = 72
[[recipients]]
role = "clerk"
document = "summary"
[[recipients]]
role = "clerk"
document = "security"
[[recipients]]
role = "deputy"
document = "security"
"#;

    /// Replaces a text and says which requirements are then not met.
    fn check(from: &str, to: &str, date: &str, unmet: &[&str]) -> Security {
        assert!(WHOLE.contains(from), "{from}");
        let assessment = Assessment::parse(&WHOLE.replace(from, to)).unwrap();
        let found = security(Some(&assessment), date.parse().unwrap());
        let codes: Vec<&str> = found.requirements.iter().filter(|r| !r.met).map(|r| r.code).collect();
        assert_eq!(codes, unmet, "{from} -> {to}");
        assert_eq!((found.allowed(), found.days > 0), (unmet.is_empty(), unmet.is_empty()));
        found
    }

    const DAY: &str = "2026-03-02";

    #[test]
    fn purpose_output_and_recipient_must_be_named() {
        let whole = check("", "", DAY, &[]);
        assert_eq!((whole.days, whole.recipients), (14, vec!["clerk".to_owned(), "deputy".to_owned()]));
        check(", \"security\"]\nbasis", "]\nbasis", DAY, &["security_purpose"]);
        check(", \"security\"]\nmode", "]\nmode", DAY, &["security_output"]);
        check("document = \"security\"", "document = \"schedule\"", DAY, &["security_recipient"]);
        assert!(!security(None, DAY.parse().unwrap()).allowed());
    }

    #[test]
    fn the_rest_of_the_assessment_must_hold_on_the_date() {
        check("", "", "2026-01-31", &["security_assessed"]);
        check("", "", "2027-02-01", &["security_assessed"]);
        check("residual_risk = \"low\"", "residual_risk = \"high\"", DAY, &["security_assessed"]);
        check("security_days = 14", "security_days = 31", DAY, &["security_assessed"]);
        check("web = true", "web = false", DAY, &["security_assessed"]);
        check("mode = \"categories\"", "mode = \"totals\"", DAY, &[]);
    }
}
