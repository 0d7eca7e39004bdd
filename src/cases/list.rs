//! The cases that are kept, by number: whom they are about, or how many met a rule, is told nowhere.

use std::fmt::Write as _;

use serde_json::{Value, json};
use store::CaseRow;

use crate::args::DataFormat;
use crate::council::Council;
use crate::outcome::Failure;

/// One line or JSON object a case.
pub(crate) fn list(council: &Council<'_>, format: DataFormat) -> Result<String, Failure> {
    let holds = council.store.holds()?;
    let today = council.retention_day()?;
    let rules = gate::exception_rules(council.authority.assessment.as_ref(), council.today());
    let name = |row: &CaseRow| {
        let same = |r: &&gate::ExceptionRule| super::fingerprint(r) == row.rule;
        rules.iter().filter_map(|v| v.rule.as_ref()).find(same).map_or("changed", |r| r.id()).to_owned()
    };
    let mut text = String::new();
    for row in council.store.cases()? {
        let until = super::kept_until(council, &row, &holds);
        if until < today {
            continue;
        }
        let held = row.hold.and_then(|h| holds.get(&h).map(|(until, _)| (h, *until)));
        let offices: Vec<&str> = super::offices(&row).iter().map(|o| o.as_str()).collect();
        let object = json!({
            "authority": council.authority.id, "case": row.case, "rule": name(&row),
            "month": row.month().to_string(), "state": row.state.as_str(), "opened": row.opened.to_string(),
            "unlocked_by": offices, "reviewer": row.reviewer.map(store::Role::as_str),
            "outcome": row.outcome.map(store::CaseOutcome::as_str), "kept_until": until.to_string(),
            "hold": held.map(|(hold, until)| json!({"hold": hold, "until": until.to_string()})),
        });
        match format {
            DataFormat::Json => text += &format!("{object}\n"),
            DataFormat::Table => line(&mut text, &object),
        }
    }
    Ok(text)
}

fn line(text: &mut String, o: &Value) {
    let word = |key: &str| o[key].as_str().unwrap_or_default().to_owned();
    let unlocked: Vec<&str> = o["unlocked_by"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let by = if unlocked.is_empty() { "nobody".to_owned() } else { unlocked.join(", ") };
    write!(
        text,
        "{}: case {}: rule {}, {}, {}, unlocked by {by}, kept until {}",
        word("authority"),
        o["case"],
        word("rule"),
        word("month"),
        word("state"),
        word("kept_until")
    )
    .unwrap_or(());
    if let Some(outcome) = o["outcome"].as_str() {
        write!(text, ", outcome {outcome}").unwrap_or(());
    }
    if let Some(until) = o["hold"]["until"].as_str() {
        write!(text, ", hold {} until {until}", o["hold"]["hold"]).unwrap_or(());
    }
    text.push('\n');
}
