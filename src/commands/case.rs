//! `tithing case`: exceptions and cases.

use crate::args::{CaseAction, WhichCase};
use crate::cases::{self, Officer};
use crate::clock::Clock;
use crate::commands::chosen;
use crate::config::Provider;
use crate::council::alone;
use crate::council::{Council, Shared};
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Does one step of a case, or lists them.
pub(crate) fn run(provider: &Provider, clock: Clock, action: &CaseAction) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let desk = |authority: &Option<String>| one(provider, authority.as_deref());
    let at = |which: &WhichCase| desk(&which.authority);
    let id = match action {
        CaseAction::List { authority, format } => {
            for id in chosen(provider, authority)? {
                let council = Council::open(provider, &shared, id, clock)?;
                messages::data(&cases::list(&council, *format)?)?;
            }
            return Ok(Outcome::Done);
        }
        CaseAction::Open { authority, .. } => desk(authority)?,
        CaseAction::Unlock { which, .. }
        | CaseAction::Disclose { which }
        | CaseAction::Close { which, .. }
        | CaseAction::Hold { which, .. }
        | CaseAction::Release { which, .. } => at(which)?,
    };
    let council = Council::open(provider, &shared, id, clock)?;
    let _alone = alone(provider, id)?;
    messages::data(&step(&council, action)?)?;
    Ok(Outcome::Done)
}

fn step(council: &Council<'_>, action: &CaseAction) -> Result<String, Failure> {
    match action {
        CaseAction::Open { rule, month, .. } => cases::open(council, rule, *month),
        CaseAction::Unlock { which, role, by, reason } => {
            cases::unlock(council, which.case, &Officer::new(role, by)?, reason)
        }
        CaseAction::Disclose { which } => cases::disclose(council, which.case),
        CaseAction::Close { which, role, by, outcome, reason, account } => {
            cases::close(council, which.case, &Officer::new(role, by)?, &cases::End { outcome, reason, account })
        }
        CaseAction::Hold { which, until, reason, approve } => {
            cases::place(council, which.case, *until, reason, &officers(approve)?)
        }
        CaseAction::Release { which, reason, approve } => {
            cases::release(council, which.case, reason, &officers(approve)?)
        }
        CaseAction::List { format, .. } => cases::list(council, *format),
    }
}

fn officers(approve: &[String]) -> Result<Vec<Officer<'_>>, Failure> {
    approve.iter().map(|a| Officer::parse(a)).collect()
}

/// The authority asked for, or the only one.
fn one<'a>(provider: &'a Provider, asked: Option<&str>) -> Result<&'a str, Failure> {
    let all = &provider.authorities;
    let found = match asked {
        Some(id) => all.iter().find(|a| *a == id),
        None => all.first().filter(|_| all.len() == 1),
    };
    found.map(String::as_str).ok_or_else(|| {
        let what = asked.map_or_else(|| "which authority?".to_owned(), |id| format!("no authority '{id}'"));
        Failure::new(what).hint(format!("--authority is one of: {}", all.join(", ")))
    })
}
