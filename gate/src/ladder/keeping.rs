//! For how long things are kept, who receives them, and how to complain.

use super::{Found, List, Rule, nothing, present, sources, totals};
use crate::assessment::{Assessment, Retention};

const FILL: &str = "fill in [retention]: usage_days (at most 62), links_days, raw_days (3 to 7), security_days (at most 30), reports_months";

const TABLE: Rule = nothing("retention", &[15], sources::RETENTION, FILL);
const RECIPIENTS: Rule = totals(
    "recipients",
    &[10, 16, 21],
    sources::RECIPIENTS,
    "add [[recipients]] with role and document, at least one for the summary",
);
const COMPLAINTS: Rule = totals("complaints", &[20], sources::COMPLAINTS, "say how to complain and to whom");

pub(super) fn retention(retention: Option<&Retention>, list: &mut List) {
    let Some(r) = retention.filter(|r| **r != Retention::default()) else {
        list.add(&TABLE, Err("[retention] is missing or empty".to_owned()));
        return;
    };
    let Retention { usage_days, links_days, raw_days, security_days, reports_months } = *r;
    let limits: [(&'static str, Option<i64>, i64, i64); 5] = [
        ("usage_days", usage_days, 1, 62),
        ("links_days", links_days, 1, 3_660),
        ("raw_days", raw_days, 3, 7),
        ("security_days", security_days, 1, 30),
        ("reports_months", reports_months, 1, 120),
    ];
    for (code, value, low, high) in limits {
        let found = match value {
            None => Err(format!("`retention.{code}` is missing")),
            Some(v) if (low..=high).contains(&v) => Ok(format!("`retention.{code}` is {v}")),
            Some(v) => Err(format!("`retention.{code}` is {v}, outside {low} to {high}")),
        };
        list.add(&totals(code, &[15], sources::RETENTION, FILL), found);
    }
}

const DOCUMENTS: [&str; 4] = ["summary", "schedule", "security", "case"];

fn receivers(a: &Assessment) -> Found {
    let all = a.recipients();
    if all.is_empty() {
        Err("[[recipients]] is missing".to_owned())
    } else if all.iter().any(|r| r.role.trim().is_empty()) {
        Err("a recipient has no role".to_owned())
    } else if all.iter().any(|r| !DOCUMENTS.contains(&r.document.trim())) {
        Err("a recipient's document is not summary, schedule, security or case".to_owned())
    } else if !all.iter().any(|r| r.document.trim() == "summary") {
        Err("nobody is named to receive the summary".to_owned())
    } else {
        Ok(format!("{} recipients by role", all.len()))
    }
}

pub(super) fn people(a: &Assessment, list: &mut List) {
    list.add(&RECIPIENTS, receivers(a));
    list.add(&COMPLAINTS, present(a.fields.complaints.as_ref().map(|t| t.0.as_str()), "complaints"));
}
