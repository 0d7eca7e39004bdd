//! What the assessment allows and why not more, since when the configuration is as it is, and what people were told.

use std::fmt::Write as _;

use crate::annex::{self, Given};
use crate::clock::Clock;
use crate::config::{Authority, Provider};
use crate::outcome::Failure;
use crate::{history, policy};

/// One line below an authority.
pub(super) fn line(text: &mut String, key: &str, value: &str) {
    writeln!(text, "  {key:<17} {value}").unwrap_or(());
}

/// Everything about the assessment, in the order in which a reviewer asks.
///
/// # Errors
/// Where a kept annex cannot be read.
pub(super) fn text(provider: &Provider, authority: &Authority, clock: Clock) -> Result<String, Failure> {
    let mut text = String::new();
    let ladder = gate::judge(authority.assessment.as_ref(), annex::today(authority, clock));
    line(&mut text, "allowed", &format!("{} (asked for: {})", ladder.mode.as_str(), ladder.asked.as_str()));
    if let Some(why) = fallen(&ladder) {
        line(&mut text, "falls back", &why);
    }
    for (output, why) in outputs(&ladder) {
        line(&mut text, output, &why);
    }
    let scope = gate::schedule_scope(authority.assessment.as_ref(), &ladder);
    for (output, allowed) in [("schedule", scope.lines), ("device volumes", scope.bands)] {
        line(&mut text, output, &allowed.map_or_else(|why| format!("no: {why}"), |()| "yes".to_owned()));
    }
    for requirement in &ladder.requirements {
        line(&mut text, requirement.code, &said(requirement, "NOT MET"));
    }
    for requirement in &ladder.advice {
        line(&mut text, requirement.code, &said(requirement, "TO ADD"));
    }
    if !ladder.advice.is_empty() {
        let (from, by) = (gate::TABLES_FROM, gate::TABLES_BY);
        let what = format!("what is to be added counts in assessments signed from {from} on, and in all from {by} on");
        line(&mut text, "note", &what);
    }
    let today = annex::today(authority, clock);
    let purposes = crate::purposes::lines(authority.assessment.as_ref());
    for (key, value) in purposes.into_iter().chain(crate::security::lines(provider, authority, today)?) {
        line(&mut text, &key, &value);
    }
    for rule in crate::cases::rule_lines(authority, today) {
        line(&mut text, "exception", &rule);
    }
    for warning in &ladder.warnings {
        line(&mut text, "warning", warning);
    }
    for warning in doubts(authority, clock) {
        line(&mut text, "warning", &warning);
    }
    told(&mut text, provider, authority, clock)?;
    match history::parts(provider, authority, clock.now) {
        Ok(parts) => parts.iter().for_each(|part| line(&mut text, "history", &stood(part))),
        Err(failure) => line(&mut text, "history", &format!("WARNING: {failure}; next: `tithing ledger verify`")),
    }
    if let Some(adopted) = &authority.policy {
        let due = authority.assessment.as_ref().and_then(|a| a.review_due());
        for hint in policy::hints(adopted, due) {
            line(&mut text, "policy hint", &hint);
        }
    }
    Ok(text)
}

/// `met: signed on 2026-01-05 (L1, L8; UK GDPR article 35)`, or what to do.
fn said(requirement: &gate::Requirement, unmet: &str) -> String {
    let laws: Vec<String> = requirement.laws.iter().map(|n| format!("L{n}")).collect();
    let laws = if laws.is_empty() { String::new() } else { format!("{}; ", laws.join(", ")) };
    let (mark, next) = match requirement.met {
        true => ("met", String::new()),
        false => (unmet, format!("; without it: {}; next: {}", requirement.without.as_str(), requirement.next)),
    };
    format!("{mark}: {} ({laws}{}){next}", requirement.what, requirement.source)
}

/// From which rung to which, and the requirement that decides it.
fn fallen(ladder: &gate::Ladder) -> Option<String> {
    if !ladder.lowered() {
        return None;
    }
    let decides = ladder.unmet().filter(|r| r.without == ladder.allowed);
    let why: Vec<&str> = decides.map(|r| r.what.as_str()).collect();
    Some(format!("from {} to {}: {}", ladder.asked.as_str(), ladder.mode.as_str(), why.join("; ")))
}

/// Each output with whether it can be made, and why not.
fn outputs(ladder: &gate::Ladder) -> [(&'static str, String); 2] {
    let say = |needs: gate::Mode| {
        if ladder.mode >= needs {
            return "yes".to_owned();
        }
        let without: Vec<&str> = ladder.unmet().filter(|r| r.without < needs).map(|r| r.code).collect();
        if without.is_empty() {
            "no: the assessment's mode asks for less".to_owned()
        } else {
            format!("no: {}", without.join(", "))
        }
    };
    [("link totals", say(gate::Mode::Totals)), ("kinds of site", say(gate::Mode::Categories))]
}

/// Purposes for which the program keeps no table.
const PURPOSES: [&str; 4] = ["policy", "operations", "cost", "security"];

/// What the assessment and the folder say of one another and do not mean alike. Nobody is named.
fn doubts(authority: &Authority, clock: Clock) -> Vec<String> {
    let mut all = Vec::new();
    let Some(assessment) = &authority.assessment else { return all };
    for purpose in assessment.purposes().iter().map(|p| p.trim()).filter(|p| !PURPOSES.contains(p)) {
        all.push(format!("no table is kept for the purpose '{purpose}', so nothing is done for it"));
    }
    let mut shut: Vec<&str> =
        authority.sources.iter().map(|s| s.kind.as_str()).filter(|k| !assessment.opens(k)).collect();
    shut.sort_unstable();
    shut.dedup();
    for kind in shut {
        all.push(format!("the source '{kind}' is set up and not opened: the assessment's `sources` does not list it"));
    }
    let today = annex::today(authority, clock);
    let present = authority.register.people().iter().filter(|p| p.present(today));
    let untold = present.filter(|p| p.notice_date.is_none_or(|given| given > today)).count();
    if untold > 0 {
        all.push(format!(
            "{untold} of the people have had no notice of their own: their devices count in link totals and nowhere else"
        ));
    }
    all
}

/// Whether what people were told is what runs.
fn told(text: &mut String, provider: &Provider, authority: &Authority, clock: Clock) -> Result<(), Failure> {
    let now = annex::annex(provider, authority, clock);
    let next = "give people the annex that `tithing notice` writes, and put its fingerprint into [notice] annex_sha256";
    let say = match annex::given(provider, authority, &now)? {
        Given::NotRecorded => format!("which annex people were given is not recorded; next: {next}"),
        Given::Same => "people were given the annex that says what runs".to_owned(),
        Given::Malformed => format!("WARNING: annex_sha256 is no fingerprint of 64 hex digits; next: {next}"),
        Given::Other(None) => format!(
            "WARNING: what runs is not what people were told; the annex they were given was not kept here, so no part can be named; next: {next}"
        ),
        Given::Other(Some(parts)) => {
            let parts: Vec<&str> = parts.iter().map(|p| p.as_str()).collect();
            format!("WARNING: what runs is not what people were told; changed: {}; next: {next}", parts.join(", "))
        }
    };
    line(text, "annex", &say);
    Ok(())
}

/// One part's history in one line.
fn stood(part: &history::Part) -> String {
    let changes = match part.changes {
        0 => "never changed".to_owned(),
        1 => "changed once before".to_owned(),
        n => format!("changed {n} times before"),
    };
    let history::Part { name, since, until, .. } = part;
    match part.now {
        Some(false) => format!(
            "{name}: changed since the night of {until}, which was the last made with what it was; that stood since the night of {since} ({changes})"
        ),
        _ => format!("{name}: as it is now since the night of {since} ({changes})"),
    }
}
