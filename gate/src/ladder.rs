//! What an assessment allows on a date: everything, totals, or nothing. It fails closed.

use jiff::civil::Date;

use crate::assessment::{Assessment, Retention};

/// A rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// Nothing is read.
    Nothing,
    /// Link totals; DNS sources stay closed.
    Totals,
    /// Kinds of site.
    Categories,
}

impl Mode {
    /// The word for people and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Totals => "totals",
            Self::Categories => "categories",
        }
    }
}

/// One requirement, met or not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requirement {
    /// The stable code, such as `signed_on`.
    pub code: &'static str,
    /// Whether it is met.
    pub met: bool,
    /// The highest rung that is left without it.
    pub without: Mode,
    /// What was found, in plain words.
    pub what: String,
    /// Where the requirement comes from.
    pub source: &'static str,
    /// What to do; empty when met.
    pub next: &'static str,
}

/// What an assessment allows on a date, and why not more.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ladder {
    /// What may be done: the lower of what is allowed and what the council asks for.
    pub mode: Mode,
    /// The most that the assessment allows.
    pub allowed: Mode,
    /// What the council asks for; categories where it does not say.
    pub asked: Mode,
    /// Every requirement, in order.
    pub requirements: Vec<Requirement>,
    /// What will soon not be met, in plain sentences.
    pub warnings: Vec<String>,
}

impl Ladder {
    /// Whether less is done than the council's own mode asks for (exit code 3).
    pub fn lowered(&self) -> bool {
        self.mode < self.asked
    }

    /// The requirements that are not met.
    pub fn unmet(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(|r| !r.met)
    }
}

/// Days before the review is due from which it is warned of.
pub const REVIEW_WARNING_DAYS: i32 = 60;

/// Judges an assessment (none: there is no file) on a date.
///
/// Categories need everything valid and `signed_on <= date < review_due`. No file, no valid signature by that date, no
/// retention or a high residual risk leave nothing; anything else missing, bad or past leaves totals.
pub fn judge(assessment: Option<&Assessment>, date: Date) -> Ladder {
    let mut list = List { items: Vec::new() };
    let Some(a) = assessment else {
        list.add(
            "file",
            Mode::Nothing,
            Err("there is no assessment.toml".to_owned()),
            "UK GDPR article 35",
            "run `tithing init` and fill in the sample",
        );
        return Ladder {
            mode: Mode::Nothing,
            allowed: Mode::Nothing,
            asked: Mode::Categories,
            requirements: list.items,
            warnings: Vec::new(),
        };
    };
    signature(a, date, &mut list);
    review(a, date, &mut list);
    law(a, &mut list);
    scope(a, &mut list);
    notice(a, date, &mut list);
    retention(a.retention(), &mut list);
    people(a, &mut list);
    let allowed = list.items.iter().filter(|r| !r.met).map(|r| r.without).min().unwrap_or(Mode::Categories);
    let asked = a.mode_asked().unwrap_or(Mode::Categories);
    Ladder { mode: allowed.min(asked), allowed, asked, requirements: list.items, warnings: warnings(a, date) }
}

struct List {
    items: Vec<Requirement>,
}

type Found = Result<String, String>;

impl List {
    fn add(&mut self, code: &'static str, without: Mode, found: Found, source: &'static str, next: &'static str) {
        let met = found.is_ok();
        let what = match found {
            Ok(what) | Err(what) => what,
        };
        self.items.push(Requirement { code, met, without, what, source, next: if met { "" } else { next } });
    }
}

fn present(value: Option<&str>, name: &str) -> Found {
    match value.map(str::trim) {
        Some("") => Err(format!("`{name}` is empty")),
        Some(_) => Ok(format!("`{name}` is given")),
        None => Err(format!("`{name}` is missing")),
    }
}

fn signature(a: &Assessment, date: Date, list: &mut List) {
    let f = &a.fields;
    let source = "UK GDPR article 35; the regulator's seven steps of an assessment, step 7";
    let next = "have the assessment signed: fill in `signed_by` and `signed_on`";
    list.add("signed_by", Mode::Nothing, present(f.signed_by.as_deref(), "signed_by"), source, next);
    let found = match f.signed_on.as_ref().map(|d| d.date()) {
        None => Err("`signed_on` is missing".to_owned()),
        Some(None) => Err("`signed_on` is not a date".to_owned()),
        Some(Some(on)) if on > date => Err(format!("it is signed only from {on}, and the date judged is {date}")),
        Some(Some(on)) => Ok(format!("signed on {on}")),
    };
    list.add("signed_on", Mode::Nothing, found, source, next);
    let found = present(f.version.as_ref().map(|t| t.0.as_str()), "version");
    list.add("version", Mode::Totals, found, "UK GDPR article 5(2)", "give the assessment a version");
}

fn review(a: &Assessment, date: Date, list: &mut List) {
    let found = match a.fields.review_due.as_ref().map(|d| d.date()) {
        None => Err("`review_due` is missing".to_owned()),
        Some(None) => Err("`review_due` is not a date".to_owned()),
        Some(Some(due)) if due <= date => Err(format!("the review was due on {due}")),
        Some(Some(due)) => Ok(format!("the review is due on {due}")),
    };
    let source = "UK GDPR article 35(11): the assessment is kept under review";
    list.add("review_due", Mode::Totals, found, source, "review the assessment and set a new `review_due`");
}

fn warnings(a: &Assessment, date: Date) -> Vec<String> {
    let days = a.review_due().and_then(|due| due.since(date).ok().map(|span| (due, span.get_days())));
    match days {
        Some((due, days)) if (1..=REVIEW_WARNING_DAYS).contains(&days) => {
            vec![format!("The assessment must be reviewed by {due}, in {days} days: after that only totals are made.")]
        }
        _ => Vec::new(),
    }
}

fn words_given(words: &[String], name: &str) -> Found {
    if words.is_empty() {
        Err(format!("`{name}` is missing or empty"))
    } else if words.iter().any(|w| w.trim().is_empty()) {
        Err(format!("`{name}` has an empty entry"))
    } else {
        Ok(format!("`{name}`: {}", words.join(", ")))
    }
}

/// Like [`words_given`], and the list must hold a word without which no kinds of site may be worked out.
fn words_with(words: &[String], name: &str, needed: &str) -> Found {
    let found = words_given(words, name)?;
    if words.iter().any(|w| w.trim() == needed) {
        Ok(found)
    } else {
        Err(format!("`{name}` does not list \"{needed}\""))
    }
}

fn law(a: &Assessment, list: &mut List) {
    let f = &a.fields;
    let source = "UK GDPR article 5(1)(b): purposes are fixed before the start";
    list.add("purposes", Mode::Totals, words_with(a.purposes(), "purposes", "policy"), source, "list the purposes");
    let basis = basis(f.basis.as_deref());
    let interests = matches!(basis, Ok(Basis::LegitimateInterests));
    let found = basis.map(|b| format!("the lawful basis is {}", b.as_str()));
    let next =
        "set `basis`, for most councils to \"legitimate-interests\"; consent is no basis between employer and staff";
    list.add("basis", Mode::Totals, found, "UK GDPR article 6; Data Protection Act 2018 section 7(3)", next);
    let test = present(f.balancing_test.as_ref().map(|t| t.0.as_str()), "balancing_test");
    let found = match test {
        Err(_) if !interests => Ok("no balancing test is needed for this basis".to_owned()),
        other => other,
    };
    let next = "write the balancing test and name it in `balancing_test`";
    list.add("balancing_test", Mode::Totals, found, "UK GDPR article 6(1)(f)", next);
    let found = present(f.consultation.as_ref().map(|t| t.0.as_str()), "consultation");
    let next = "say how people were consulted, or why not";
    list.add("consultation", Mode::Totals, found, "UK GDPR article 35(9)", next);
    risk(f.residual_risk.as_deref(), list);
}

fn risk(risk: Option<&str>, list: &mut List) {
    let source = "UK GDPR article 36: a high risk that is left goes to the Information Commission first";
    let next = "reduce the risk, or consult the Information Commission, before anything is read";
    let word = risk.map(|r| r.trim().to_ascii_lowercase());
    let (without, found) = match word.as_deref() {
        Some("low" | "medium") => (Mode::Nothing, Ok("the residual risk is low or medium".to_owned())),
        Some("high") => (Mode::Nothing, Err("the residual risk is high".to_owned())),
        Some(_) => (Mode::Totals, Err("`residual_risk` is not low, medium or high".to_owned())),
        None => (Mode::Totals, Err("`residual_risk` is missing".to_owned())),
    };
    list.add("residual_risk", without, found, source, next);
}

#[derive(Clone, Copy)]
enum Basis {
    LegitimateInterests,
    Other(&'static str),
}

impl Basis {
    const fn as_str(self) -> &'static str {
        match self {
            Self::LegitimateInterests => "legitimate interests",
            Self::Other(name) => name,
        }
    }
}

fn basis(text: Option<&str>) -> Result<Basis, String> {
    let Some(text) = text else { return Err("`basis` is missing".to_owned()) };
    let word = text.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    match word.as_str() {
        "legitimate-interests" | "legitimate-interest" | "6(1)(f)" => Ok(Basis::LegitimateInterests),
        "public-task" | "6(1)(e)" => Ok(Basis::Other("public task")),
        "legal-obligation" | "6(1)(c)" => Ok(Basis::Other("legal obligation")),
        "contract" | "6(1)(b)" => Ok(Basis::Other("contract")),
        "consent" | "6(1)(a)" => Err("consent is no valid basis here: people at work cannot freely refuse".to_owned()),
        _ => Err("`basis` is not a lawful basis that is known".to_owned()),
    }
}

fn scope(a: &Assessment, list: &mut List) {
    let f = &a.fields;
    let sources = f.sources.as_ref().map(|w| w.0.as_slice()).unwrap_or_default();
    let minimal = "UK GDPR article 5(1)(c): only what is needed";
    list.add("sources", Mode::Totals, words_with(sources, "sources", "dns"), minimal, "list what is read");
    let outputs = f.outputs.as_ref().map(|w| w.0.as_slice()).unwrap_or_default();
    list.add("outputs", Mode::Totals, words_with(outputs, "outputs", "summary"), minimal, "list what is made");
    let found = match (f.mode.as_deref(), a.mode_asked()) {
        (None, _) => Err("`mode` is missing".to_owned()),
        (Some(_), None) => Err("`mode` is neither totals nor categories".to_owned()),
        (Some(_), Some(mode)) => Ok(format!("the council asks for {}", mode.as_str())),
    };
    let next = "set `mode` to \"totals\" or \"categories\"";
    list.add("mode", Mode::Totals, found, "the council's own decision", next);
}

fn notice(a: &Assessment, date: Date, list: &mut List) {
    let source = "UK GDPR articles 13 and 14; SI 2018/356 regulation 3: all reasonable efforts to inform everyone who may use the system";
    let next = "give people the notice and fill in [notice] version, date and web";
    let Some(n) = a.fields.notice.as_ref() else {
        list.add("notice", Mode::Totals, Err("[notice] is missing".to_owned()), source, next);
        return;
    };
    let found = present(n.version.as_ref().map(|t| t.0.as_str()), "notice.version");
    list.add("notice_version", Mode::Totals, found, source, next);
    let found = match n.date.as_ref().map(|d| d.date()) {
        None => Err("`notice.date` is missing".to_owned()),
        Some(None) => Err("`notice.date` is not a date".to_owned()),
        Some(Some(on)) if on > date => Err(format!("the notice is given only on {on}, and the date judged is {date}")),
        Some(Some(on)) => Ok(format!("the notice was given on {on}")),
    };
    list.add("notice_date", Mode::Totals, found, source, next);
    let found = match n.web {
        Some(true) => Ok("the notice covers use of the web".to_owned()),
        Some(false) => {
            Err("the notice that people were given does not cover use of the web, so no kinds of site are worked out"
                .to_owned())
        }
        None => Err("`notice.web` is missing".to_owned()),
    };
    let next =
        "amend the policy and the notice to cover use of the web, give it to everyone, then set `notice.web = true`";
    list.add("notice_web", Mode::Totals, found, source, next);
}

fn retention(retention: Option<&Retention>, list: &mut List) {
    let source = "UK GDPR article 5(1)(e): kept no longer than needed";
    let next = "fill in [retention]: usage_days (at most 62), links_days, raw_days (3 to 7), security_days (at most 30), reports_months";
    let Some(r) = retention.filter(|r| **r != Retention::default()) else {
        list.add("retention", Mode::Nothing, Err("[retention] is missing or empty".to_owned()), source, next);
        return;
    };
    let limits: [(&'static str, Option<i64>, i64, i64); 5] = [
        ("usage_days", r.usage_days, 1, 62),
        ("links_days", r.links_days, 1, 3_660),
        ("raw_days", r.raw_days, 3, 7),
        ("security_days", r.security_days, 1, 30),
        ("reports_months", r.reports_months, 1, 120),
    ];
    for (code, value, low, high) in limits {
        let found = match value {
            None => Err(format!("`retention.{code}` is missing")),
            Some(v) if (low..=high).contains(&v) => Ok(format!("`retention.{code}` is {v}")),
            Some(v) => Err(format!("`retention.{code}` is {v}, outside {low} to {high}")),
        };
        list.add(code, Mode::Totals, found, source, next);
    }
}

const DOCUMENTS: [&str; 4] = ["summary", "schedule", "security", "case"];

fn people(a: &Assessment, list: &mut List) {
    let source = "UK GDPR article 13(1)(e): recipients are named";
    let next = "add [[recipients]] with role and document, at least one for the summary";
    let all = a.recipients();
    let found = if all.is_empty() {
        Err("[[recipients]] is missing".to_owned())
    } else if all.iter().any(|r| r.role.trim().is_empty()) {
        Err("a recipient has no role".to_owned())
    } else if all.iter().any(|r| !DOCUMENTS.contains(&r.document.trim())) {
        Err("a recipient's document is not summary, schedule, security or case".to_owned())
    } else if !all.iter().any(|r| r.document.trim() == "summary") {
        Err("nobody is named to receive the summary".to_owned())
    } else {
        Ok(format!("{} recipients by role", all.len()))
    };
    list.add("recipients", Mode::Totals, found, source, next);
    let found = present(a.fields.complaints.as_ref().map(|t| t.0.as_str()), "complaints");
    let source = "Data Protection Act 2018 section 164A: complaints are made easy and acknowledged";
    list.add("complaints", Mode::Totals, found, source, "say how to complain and to whom");
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
version = "3"
signed_by = "Chair of the council"
signed_on = 2026-02-01
review_due = 2027-02-01
purposes = ["policy", "operations", "cost"]
basis = "legitimate-interests"
balancing_test = "minute 12/2026"
consultation = "all staff and councillors, January 2026"
residual_risk = "low"
sources = ["flows", "dns", "leases"]
outputs = ["summary"]
mode = "categories"
complaints = "the clerk, clerk@parish.example"
[notice]
version = "2"
date = 2026-02-10
web = true
[retention]
usage_days = 62
links_days = 400
raw_days = 7
security_days = 30
reports_months = 24
[[recipients]]
role = "clerk"
document = "summary"
"#;

    fn judged(text: &str, date: &str) -> Ladder {
        judge(Some(&Assessment::parse(text).unwrap()), date.parse().unwrap())
    }

    /// The whole assessment with one line replaced (or removed).
    fn with(line: &str, by: &str) -> String {
        assert!(WHOLE.contains(line), "{line}");
        WHOLE.replacen(line, by, 1)
    }

    fn check(text: &str, date: &str, mode: Mode, unmet: &[&str]) {
        let ladder = judged(text, date);
        let codes: Vec<&str> = ladder.unmet().map(|r| r.code).collect();
        assert_eq!((ladder.mode, codes.as_slice()), (mode, unmet), "{text}");
        assert!(ladder.unmet().all(|r| !r.next.is_empty() && !r.what.is_empty() && !r.source.is_empty()));
    }

    const DAY: &str = "2026-03-15";

    #[test]
    fn guarantee_1_whole_and_in_date_allows_categories() {
        check(WHOLE, DAY, Mode::Categories, &[]);
        let ladder = judged(WHOLE, DAY);
        assert!(!ladder.lowered() && ladder.warnings.is_empty());
        assert_eq!(ladder.requirements.len(), 22);
    }

    #[test]
    fn guarantee_1_no_file_no_signature_no_retention_high_risk_allow_nothing() {
        let none = judge(None, DAY.parse().unwrap());
        assert_eq!((none.mode, none.requirements[0].met, none.lowered()), (Mode::Nothing, false, true));
        check(&with("signed_by = \"Chair of the council\"\n", ""), DAY, Mode::Nothing, &["signed_by"]);
        check(
            &with("signed_by = \"Chair of the council\"\n", "signed_by = \" \"\n"),
            DAY,
            Mode::Nothing,
            &["signed_by"],
        );
        check(&with("signed_on = 2026-02-01\n", ""), DAY, Mode::Nothing, &["signed_on"]);
        check(&with("signed_on = 2026-02-01", "signed_on = \"soon\""), DAY, Mode::Nothing, &["signed_on"]);
        check(&with("\"low\"", "\"High\""), DAY, Mode::Nothing, &["residual_risk"]);
        let (start, end) = (WHOLE.find("[retention]").unwrap(), WHOLE.find("[[recipients]]").unwrap());
        let gone = format!("{}{}", &WHOLE[..start], &WHOLE[end..]);
        check(&gone, DAY, Mode::Nothing, &["retention"]);
        let empty = format!("{}[retention]\n{}", &WHOLE[..start], &WHOLE[end..]);
        check(&empty, DAY, Mode::Nothing, &["retention"]);
    }

    #[test]
    fn guarantee_1_any_line_removed_never_yields_categories() {
        for line in WHOLE.lines().filter(|l| l.contains('=')) {
            let ladder = judged(&WHOLE.replacen(line, "", 1), DAY);
            assert!(ladder.mode < Mode::Categories, "{line}");
            assert!(ladder.lowered(), "{line}");
            assert!(ladder.unmet().count() >= 1, "{line}");
        }
        for table in ["[notice]\n", "[[recipients]]\n"] {
            let start = WHOLE.find(table).unwrap();
            let rest = &WHOLE[start + 1..];
            let end = rest.find("\n[").map_or(WHOLE.len(), |i| start + 1 + i);
            assert!(judged(&format!("{}{}", &WHOLE[..start], &WHOLE[end..]), DAY).mode < Mode::Categories, "{table}");
        }
    }

    #[test]
    fn guarantee_1_any_value_emptied_never_yields_categories() {
        for line in WHOLE.lines().filter(|l| l.contains(" = \"") || l.contains(" = [")) {
            let key = line.split(" = ").next().unwrap();
            let empty = if line.contains('[') { "[]" } else { "\"\"" };
            let ladder = judged(&WHOLE.replacen(line, &format!("{key} = {empty}"), 1), DAY);
            assert!(ladder.mode < Mode::Categories, "{line}");
        }
    }

    #[test]
    fn guarantee_1_bad_values_leave_totals() {
        for (line, by, code) in [
            ("\"legitimate-interests\"", "\"consent\"", "basis"),
            ("\"legitimate-interests\"", "\"because\"", "basis"),
            ("\"low\"", "\"some\"", "residual_risk"),
            ("\"categories\"", "\"everything\"", "mode"),
            ("usage_days = 62", "usage_days = 63", "usage_days"),
            ("usage_days = 62", "usage_days = 0", "usage_days"),
            ("raw_days = 7", "raw_days = 8", "raw_days"),
            ("raw_days = 7", "raw_days = 2", "raw_days"),
            ("security_days = 30", "security_days = 31", "security_days"),
            ("links_days = 400", "links_days = -1", "links_days"),
            ("reports_months = 24", "reports_months = 0", "reports_months"),
            ("document = \"summary\"", "document = \"everything\"", "recipients"),
            ("document = \"summary\"", "document = \"case\"", "recipients"),
            ("role = \"clerk\"", "role = \"\"", "recipients"),
            ("date = 2026-02-10", "date = 2026-03-16", "notice_date"),
            ("date = 2026-02-10", "date = \"2026-02-30\"", "notice_date"),
            ("web = true", "web = false", "notice_web"),
            ("\"policy\", ", "\"\", ", "purposes"),
        ] {
            check(&with(line, by), DAY, Mode::Totals, &[code]);
        }
    }

    #[test]
    fn guarantee_2_a_notice_without_the_web_says_so_in_plain_words() {
        let ladder = judged(&with("web = true", "web = false"), DAY);
        let why = ladder.unmet().next().unwrap();
        assert!(why.what.contains("does not cover use of the web"), "{}", why.what);
    }

    #[test]
    fn dates_bound_the_signature_and_the_review() {
        for (date, mode) in [
            ("2026-01-31", Mode::Nothing),
            ("2026-02-01", Mode::Totals), // Signed, but the notice is given on the 10th.
            ("2026-02-09", Mode::Totals),
            ("2026-02-10", Mode::Categories),
            ("2027-01-31", Mode::Categories),
            ("2027-02-01", Mode::Totals),
            ("2030-01-01", Mode::Totals),
        ] {
            assert_eq!(judged(WHOLE, date).mode, mode, "{date}");
        }
    }

    #[test]
    fn the_review_is_warned_of_sixty_days_before() {
        // 2026-12-03 is 28 + 31 + 1 = 60 days before 2027-02-01.
        for (date, warned) in
            [("2026-12-02", 0), ("2026-12-03", 1), ("2027-01-31", 1), ("2027-02-01", 0), ("2026-02-15", 0)]
        {
            assert_eq!(judged(WHOLE, date).warnings.len(), warned, "{date}");
        }
        assert!(judged(WHOLE, "2026-12-03").warnings[0].contains("60 days"));
    }

    #[test]
    fn a_council_may_ask_for_less() {
        let ladder = judged(&with("\"categories\"", "\"totals\""), DAY);
        assert_eq!((ladder.mode, ladder.allowed, ladder.lowered()), (Mode::Totals, Mode::Categories, false));
        // Asked for totals and left with nothing: that is lowered.
        let text = with("\"categories\"", "\"totals\"").replace("\"low\"", "\"high\"");
        assert!(judged(&text, DAY).lowered());
    }

    #[test]
    fn a_basis_other_than_interests_needs_no_balancing_test() {
        let text =
            with("\"legitimate-interests\"", "\"public task\"").replace("balancing_test = \"minute 12/2026\"\n", "");
        check(&text, DAY, Mode::Categories, &[]);
    }

    #[test]
    fn sources_and_outputs_are_listed_by_name() {
        let text =
            with("[\"summary\"]", "[\"summary\", \"device-volumes\"]").replace("\"leases\"]", "\"packet-capture\"]");
        let a = Assessment::parse(&text).unwrap();
        assert!(a.lists_output("device-volumes") && a.lists_source("packet-capture"));
        assert!(!a.lists_source("shared-resolver") && !a.lists_output("schedule"));
    }
}
