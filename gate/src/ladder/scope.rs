//! What is read and made, what the council asks for, and whether people were told.

use jiff::civil::Date;

use super::{Found, List, Rule, present, sources, totals};
use crate::assessment::Assessment;

const TELL: &str = "give people the notice and fill in [notice] version, date and web";

const SOURCES: Rule = totals("sources", &[5, 6, 14], sources::NEEDED, "list what is read");
const OUTPUTS: Rule = totals("outputs", &[14, 26], sources::NEEDED, "list what is made");
const MODE: Rule = totals("mode", &[7], sources::OWN_DECISION, "set `mode` to \"totals\" or \"categories\"");
const LAYOUT: Rule =
    totals("layout", &[7], sources::OWN_DECISION, "set `layout` to \"joined\" or \"laid-down\", or leave it out");
const NOTICE: Rule = totals("notice", &[10, 21], sources::NOTICE, TELL);
const VERSION: Rule = totals("notice_version", &[10, 21], sources::NOTICE, TELL);
const GIVEN: Rule = totals("notice_date", &[10, 21], sources::NOTICE, TELL);
const WEB: Rule = totals(
    "notice_web",
    &[10, 11, 21],
    sources::NOTICE,
    "amend the policy and the notice to cover use of the web, give it to everyone, then set `notice.web = true`",
);

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
pub(super) fn words_with(words: &[String], name: &str, needed: &str) -> Found {
    let found = words_given(words, name)?;
    if words.iter().any(|w| w.trim() == needed) {
        Ok(found)
    } else {
        Err(format!("`{name}` does not list \"{needed}\""))
    }
}

pub(super) fn scope(a: &Assessment, list: &mut List) {
    let f = &a.fields;
    let read = f.sources.as_ref().map(|w| w.0.as_slice()).unwrap_or_default();
    list.add(&SOURCES, words_with(read, "sources", "dns"));
    let made = f.outputs.as_ref().map(|w| w.0.as_slice()).unwrap_or_default();
    list.add(&OUTPUTS, words_with(made, "outputs", "summary"));
    let found = match (f.mode.as_deref(), a.mode_asked()) {
        (None, _) => Err("`mode` is missing".to_owned()),
        (Some(_), None) => Err("`mode` is neither totals nor categories".to_owned()),
        (Some(_), Some(mode)) => Ok(format!("the council asks for {}", mode.as_str())),
    };
    list.add(&MODE, found);
    match f.layout.as_deref().map(str::trim) {
        None | Some("joined" | "laid-down") => {}
        Some(_) => list.add(&LAYOUT, Err("`layout` is neither joined nor laid-down".to_owned())),
    }
}

pub(super) fn notice(a: &Assessment, date: Date, list: &mut List) {
    let Some(n) = a.fields.notice.as_ref() else {
        list.add(&NOTICE, Err("[notice] is missing".to_owned()));
        return;
    };
    list.add(&VERSION, present(n.version.as_ref().map(|t| t.0.as_str()), "notice.version"));
    let found = match n.date.as_ref().map(|d| d.date()) {
        None => Err("`notice.date` is missing".to_owned()),
        Some(None) => Err("`notice.date` is not a date".to_owned()),
        Some(Some(on)) if on > date => Err(format!("the notice is given only on {on}, and the date judged is {date}")),
        Some(Some(on)) => Ok(format!("the notice was given on {on}")),
    };
    list.add(&GIVEN, found);
    let found = match n.web {
        Some(true) => Ok("the notice covers use of the web".to_owned()),
        Some(false) => {
            Err("the notice that people were given does not cover use of the web, so no kinds of site are worked out"
                .to_owned())
        }
        None => Err("`notice.web` is missing".to_owned()),
    };
    list.add(&WEB, found);
}
