//! Signature, review, purposes, basis, consultation, risk: what the assessment stands on.

use jiff::civil::Date;

use super::scope::words_with;
use super::{List, Mode, Rule, nothing, present, sources, totals};
use crate::assessment::Assessment;

const SIGN: &str = "have the assessment signed: fill in `signed_by` and `signed_on`";

pub(super) const FILE: Rule = nothing("file", &[8], sources::ASSESSMENT, "run `tithing init` and fill in the sample");
const SIGNED_BY: Rule = nothing("signed_by", &[1, 8], sources::ASSESSMENT, SIGN);
const SIGNED_ON: Rule = nothing("signed_on", &[1, 8], sources::ASSESSMENT, SIGN);
const VERSION: Rule = totals("version", &[2, 8], sources::ASSESSMENT, "give the assessment a version");
const REVIEW: Rule = totals("review_due", &[9], sources::REVIEW, "review the assessment and set a new `review_due`");
const PURPOSES: Rule = totals("purposes", &[1, 2], sources::PURPOSES, "list the purposes");
const BASIS: Rule = totals(
    "basis",
    &[3],
    sources::BASIS,
    "set `basis`, for most councils to \"legitimate-interests\"; consent is no basis between employer and staff",
);
const BALANCE: Rule =
    totals("balancing_test", &[3], sources::BALANCE, "write the balancing test and name it in `balancing_test`");
const CONSULTATION: Rule =
    totals("consultation", &[8], sources::CONSULTATION, "say how people were consulted, or why not");
const RISK_NEXT: &str = "reduce the risk, or consult the regulator, before anything is read";

pub(super) fn signature(a: &Assessment, date: Date, list: &mut List) {
    let f = &a.fields;
    list.add(&SIGNED_BY, present(f.signed_by.as_deref(), "signed_by"));
    let found = match f.signed_on.as_ref().map(|d| d.date()) {
        None => Err("`signed_on` is missing".to_owned()),
        Some(None) => Err("`signed_on` is not a date".to_owned()),
        Some(Some(on)) if on > date => Err(format!("it is signed only from {on}, and the date judged is {date}")),
        Some(Some(on)) => Ok(format!("signed on {on}")),
    };
    list.add(&SIGNED_ON, found);
    list.add(&VERSION, present(f.version.as_ref().map(|t| t.0.as_str()), "version"));
}

pub(super) fn review(a: &Assessment, date: Date, list: &mut List) {
    let found = match a.fields.review_due.as_ref().map(|d| d.date()) {
        None => Err("`review_due` is missing".to_owned()),
        Some(None) => Err("`review_due` is not a date".to_owned()),
        Some(Some(due)) if due <= date => Err(format!("the review was due on {due}")),
        Some(Some(due)) => Ok(format!("the review is due on {due}")),
    };
    list.add(&REVIEW, found);
}

pub(super) fn law(a: &Assessment, list: &mut List) {
    let f = &a.fields;
    list.add(&PURPOSES, words_with(a.purposes(), "purposes", "policy"));
    let basis = basis(f.basis.as_deref());
    let interests = matches!(basis, Ok(Basis::LegitimateInterests));
    list.add(&BASIS, basis.map(|b| format!("the lawful basis is {}", b.as_str())));
    let found = match present(f.balancing_test.as_ref().map(|t| t.0.as_str()), "balancing_test") {
        Err(_) if !interests => Ok("no balancing test is needed for this basis".to_owned()),
        other => other,
    };
    list.add(&BALANCE, found);
    list.add(&CONSULTATION, present(f.consultation.as_ref().map(|t| t.0.as_str()), "consultation"));
    risk(f.residual_risk.as_deref(), list);
}

fn risk(risk: Option<&str>, list: &mut List) {
    let word = risk.map(|r| r.trim().to_ascii_lowercase());
    let (without, found) = match word.as_deref() {
        Some("low" | "medium") => (Mode::Nothing, Ok("the residual risk is low or medium".to_owned())),
        Some("high") => (Mode::Nothing, Err("the residual risk is high".to_owned())),
        Some(_) => (Mode::Totals, Err("`residual_risk` is not low, medium or high".to_owned())),
        None => (Mode::Totals, Err("`residual_risk` is missing".to_owned())),
    };
    let rule = Rule { code: "residual_risk", laws: &[8], without, source: sources::RISK, next: RISK_NEXT };
    list.add(&rule, found);
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
        "recognised-legitimate-interests" | "recognised-legitimate-interest" | "6(1)(ea)" => Err(
            "recognised legitimate interests are for crime, safeguarding, emergencies and the like, not for how the internet is used"
                .to_owned(),
        ),
        _ => Err("`basis` is not a lawful basis that is known".to_owned()),
    }
}
