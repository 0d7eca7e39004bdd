//! A case is opened blind: its number, rule, month and end are all that anybody learns.

use gate::{ExceptionRule, Watch};
use model::Month;
use store::{CaseOutcome, CaseRow, CaseState, CaseStep, Event, Role};

use crate::council::Council;
use crate::outcome::Failure;

/// Opens a case on a rule and a month, and says so in one sentence.
pub(crate) fn open(council: &Council<'_>, rule_id: &str, month: Month) -> Result<String, Failure> {
    let rule = rule(council, rule_id, month)?;
    if council.today() <= month.last() {
        let what = format!("{month} is not over by the clock: a case is about a whole month");
        return Err(Failure::new(what).hint(format!("open it from {} on", month.next().first())));
    }
    let key = super::month_key(council, month)?;
    super::reviewer(council)?;
    let print = super::fingerprint(&rule);
    let cases = council.store.cases()?;
    let same = || cases.iter().filter(|c| c.month() == month && c.rule == print);
    if let Some(sealed) = same().find(|c| c.state == CaseState::Sealed) {
        let what = format!("case {} about this rule and month is still sealed", sealed.case);
        return Err(Failure::new(what).hint("unlock that one, or let it expire"));
    }
    if same().any(|c| c.outcome == Some(CaseOutcome::Nobody)) {
        return Err(Failure::new("the last case about this rule and month ended with nobody: there is nothing more"));
    }
    let taken: Vec<_> = same().map(|c| c.subject).collect();
    let number = next_number(council, &cases)?;
    let paths = council.store.usage_paths(month)?;
    let sealed = analyze::exceptions(&paths, Watch::new(rule, month)).map_err(|e| Failure::new(e.to_string()))?;
    // Nobody's pseudonym is made from the case's number, so that two cases about nobody have not the same.
    let nobody = key.person(&format!("\0nobody {number}"));
    let row = CaseRow {
        case: number,
        month_end: month.last(),
        rule: print,
        subject: sealed.subject(&taken, nobody).stored(),
        opened: council.today(),
        state: CaseState::Sealed,
        clerk: None,
        deputy: None,
        chair: None,
        hr_adviser: None,
        reviewer: None,
        disclosed: None,
        outcome: None,
        closed: None,
        hold: None,
    };
    super::put(council, row)?;
    super::record(council, &row, CaseStep::Opened, Some(Role::Provider), None)?;
    let until = super::kept_until(council, &row, &super::Holds::new());
    Ok(format!(
        "case {number}: rule {rule_id}, {month}, sealed, kept until {until}; nobody is told whether anybody met the rule \
         before people in office have unlocked it\n"
    ))
}

/// The rule, where it is in force today and was fixed before the month began.
fn rule(council: &Council<'_>, id: &str, month: Month) -> Result<ExceptionRule, Failure> {
    let all = gate::exception_rules(council.authority.assessment.as_ref(), council.today());
    let Some(found) = all.iter().find(|v| v.id == id) else {
        let known: Vec<&str> = all.iter().map(|v| v.id.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Failure::new(format!("the assessment has no rule '{id}'")).hint(format!("it lists: {known}")));
    };
    let Some(rule) = &found.rule else {
        let what = format!("rule '{id}' is not in force: {}", found.unmet.join("; "));
        return Err(Failure::new(what).hint(gate::BLOCK_INSTEAD));
    };
    if !rule.covers(month) {
        let what = format!("rule '{id}' stands in an assessment signed on {}, after {month} began", rule.since());
        return Err(Failure::new(what).hint("a rule counts for months that begin after it was signed"));
    }
    Ok(rule.clone())
}

/// One more than any number that the ledger or the store knows: no number is used twice.
fn next_number(council: &Council<'_>, cases: &[CaseRow]) -> Result<i64, Failure> {
    let mut last = cases.iter().map(|c| c.case).max().unwrap_or(0);
    council.ledger.entries(&mut |entry| {
        if let Event::Case { case, .. } = entry.event {
            last = last.max(i64::try_from(case).unwrap_or(i64::MAX));
        }
    })?;
    Ok(last.saturating_add(1))
}
