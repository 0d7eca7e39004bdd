//! Article 8's six questions, the less intrusive ways that were considered, and the footing of the Regulations of 2018.
//!
//! Each has a table of its own. A table that is there is held to every key. One that is not there is asked for in every
//! assessment signed from [`TABLES_FROM`] on, and in all from [`TABLES_BY`] on: older assessments were written before a
//! program could ask, are valid until they are reviewed, and get advice.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::{Found, List, Rule, sources, totals};
use crate::assessment::{Assessment, Interception, Proportionality, Text, words};

/// An assessment signed from this date on must have the tables.
pub const TABLES_FROM: Date = date(2027, 1, 1);
/// From this date on every assessment must have them.
pub const TABLES_BY: Date = date(2028, 1, 1);

const ANSWER: &str = "answer the six questions in [proportionality], each in a sentence or by where the answer stands";

const QUESTIONS: [Rule; 6] = [
    totals("article8_notice", &[10, 33], sources::ARTICLE_8, ANSWER),
    totals("article8_extent", &[33], sources::ARTICLE_8, ANSWER),
    totals("article8_reasons", &[33], sources::ARTICLE_8, ANSWER),
    totals("article8_alternatives", &[5, 7, 33], sources::ARTICLE_8, ANSWER),
    totals("article8_consequences", &[28, 33], sources::ARTICLE_8, ANSWER),
    totals("article8_safeguards", &[33], sources::ARTICLE_8, ANSWER),
];
const MEANS: Rule = totals(
    "source_alternatives",
    &[5, 14],
    sources::MEANS,
    "add [alternatives]: for each of `sources` the less intrusive way that was considered, and why it does not do",
);
const CONSENT: Rule = totals(
    "controller_consent",
    &[11],
    sources::CONSENT,
    "have the council consent expressly, and fill in [interception] consent_by and consent_on",
);
const OPERATOR: Rule = totals(
    "operator",
    &[16, 29],
    sources::OPERATOR,
    "say in [interception] operator who runs this for the council, and under which agreement",
);
const OWN_SYSTEM: Rule = totals(
    "own_system",
    &[11],
    sources::OWN_SYSTEM,
    "say in [interception] own_system = true that links and resolver are provided for the council's own work",
);
const EVERYONE: Rule = totals(
    "visitors",
    &[11, 21],
    sources::EVERYONE,
    "say in [interception] visitors how guests are told: a sign at the door, a page at the guest Wi-Fi's log-in",
);
const LETTERS: Rule = totals(
    "interception_letters",
    &[11, 12],
    sources::LETTERS,
    "give each purpose its letter in [interception] letters, as in { policy = \"f\", operations = \"g\", cost = \"a\" }",
);

pub(super) fn tables(a: &Assessment, on: Date, list: &mut List) {
    let f = &a.fields;
    let needed = on >= TABLES_BY || a.signed_on().is_some_and(|signed| signed >= TABLES_FROM);
    list.later = !needed && f.proportionality.is_none();
    questions(f.proportionality.as_ref(), list);
    list.later = !needed && f.alternatives.is_none();
    let read = f.sources.as_ref().map(|w| w.0.as_slice()).unwrap_or_default();
    list.add(&MEANS, means(f.alternatives.as_ref(), read));
    list.later = !needed && f.interception.is_none();
    interception(f.interception.as_ref(), a.purposes(), on, list);
    list.later = false;
}

fn said(value: Option<&str>, name: &str) -> Found {
    match value {
        Some(_) => Ok(format!("`{name}` is answered")),
        None => Err(format!("`{name}` is missing or empty")),
    }
}

fn questions(table: Option<&Proportionality>, list: &mut List) {
    let none = Proportionality::default();
    for (rule, (key, answer)) in QUESTIONS.iter().zip(table.unwrap_or(&none).answers()) {
        list.add(rule, said(answer, &format!("proportionality.{key}")));
    }
}

fn means(table: Option<&BTreeMap<String, Text>>, read: &[String]) -> Found {
    let Some(table) = table else { return Err("[alternatives] is missing".to_owned()) };
    let answered = |source: &str| table.get(source.trim()).is_some_and(|t| !t.0.trim().is_empty());
    let missing: Vec<&str> = read.iter().map(|s| s.trim()).filter(|s| !answered(s)).collect();
    if missing.is_empty() {
        Ok("a less intrusive way was considered for each source".to_owned())
    } else {
        Err(format!("[alternatives] does not say which less intrusive way was considered for {}", missing.join(", ")))
    }
}

fn interception(table: Option<&Interception>, purposes: &[String], on: Date, list: &mut List) {
    let none = Interception::default();
    let table = table.unwrap_or(&none);
    list.add(&CONSENT, consent(table, on));
    list.add(&OPERATOR, said(words(&table.operator), "interception.operator"));
    let found = match table.own_system {
        Some(true) => Ok("links and resolver are provided for the council's own work".to_owned()),
        Some(false) => {
            Err("the system is not provided for the council's own work, so it may not be looked at".to_owned())
        }
        None => Err("`interception.own_system` is missing".to_owned()),
    };
    list.add(&OWN_SYSTEM, found);
    list.add(&EVERYONE, said(words(&table.visitors), "interception.visitors"));
    list.add(&LETTERS, letters(table.letters.as_ref(), purposes));
}

fn consent(table: &Interception, on: Date) -> Found {
    if table.consent_by.as_deref().is_none_or(|by| by.trim().is_empty()) {
        return Err("`interception.consent_by` is missing or empty".to_owned());
    }
    match table.consent_on.as_ref().map(|d| d.date()) {
        None => Err("`interception.consent_on` is missing".to_owned()),
        Some(None) => Err("`interception.consent_on` is not a date".to_owned()),
        Some(Some(given)) if given > on => {
            Err(format!("the system controller consents only from {given}, and the date judged is {on}"))
        }
        Some(Some(given)) => Ok(format!("the system controller consented expressly on {given}")),
    }
}

/// Each purpose has a letter of regulation 3(2) that a council can have. (d) is for national security, and no council's.
fn letters(table: Option<&BTreeMap<String, String>>, purposes: &[String]) -> Found {
    let Some(table) = table else { return Err("`interception.letters` is missing".to_owned()) };
    let purposes: Vec<&str> = purposes.iter().map(|p| p.trim()).collect();
    for purpose in &purposes {
        match table.get(*purpose).map(|l| l.trim()) {
            None => return Err(format!("`interception.letters` has none for the purpose '{purpose}'")),
            Some("a" | "b" | "c" | "e" | "f" | "g") => {}
            Some("d") => return Err("letter (d) is national security, which is no council's purpose".to_owned()),
            Some(_) => {
                return Err(format!("`interception.letters`: that of '{purpose}' is not one of a, b, c, e, f, g"));
            }
        }
    }
    let text: Vec<String> =
        table.iter().map(|(purpose, letter)| format!("{} ({})", purpose.trim(), letter.trim())).collect();
    Ok(format!("each purpose is one of the list: {}", text.join(", ")))
}
