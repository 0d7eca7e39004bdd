//! The notice annex as a page.

use super::paper::{Paper, clock};
use super::rich::Rich;
use super::{Kind, Note, NoteKind, Page, Part, Section};
use crate::annex::{Annex, AnnexAssessment, AnnexNotice, Item};
use crate::render::Language;
use crate::say::{Args, Say, sentence};
use crate::words;

/// The page of an annex.
pub(crate) fn page(annex: &Annex) -> Page {
    let say = &Say::new(Language::English);
    let args = Args::new().source("name", &annex.name, "name").source("date", &say.date(annex.date), "date");
    let lead = say.rich("annex-lead", &args);
    let readers = || Args::new().source("readers", &say.row(&annex.readers), "readers");
    let lead = match annex.readers.is_empty() {
        true => lead,
        false => say.rich("annex-readers", &readers()).text(" ").then(lead),
    };
    let mut sections: Vec<Section> = annex.sections.iter().map(|s| section(say, s)).collect();
    sections.push(about(say, annex));
    let paper = Paper {
        say,
        kind: Kind::Paper,
        name: Rich::new().source(&annex.name, "name"),
        title: say.rich("annex-title", &args),
        skip: "annex-skip",
        heading: say.plain("annex-heading"),
        lead,
        notes: clock(say, "annex-test-clock", annex.test_clock.as_deref())
            .into_iter()
            .chain(less(say, annex))
            .collect(),
        sections,
        foot: say.rich("annex-foot", &args),
        marks: Vec::new(),
        test_clock: annex.test_clock.is_some(),
    };
    paper.page_with_contents()
}

/// What is measured less than the council asks for, and why.
fn less(say: &Say, annex: &Annex) -> Option<Note> {
    let text = match annex.mode.as_str() {
        _ if annex.reasons.is_empty() => return None,
        "nothing" => say.plain("annex-nothing"),
        _ => say.plain("annex-totals"),
    };
    let reason = |all: Rich, r: &String| all.text(" ").source(&sentence(r), "reasons");
    let text = annex.reasons.iter().fold(text, reason);
    Some(Note { kind: NoteKind::Warn, head: say.text("annex-less"), text })
}

fn section(say: &Say, section: &crate::annex::Section) -> Section {
    let id = section.id.as_str();
    let message = |what: &str| say.plain(&format!("annex-{id}{what}"));
    let heading = message("");
    if section.items.is_empty() {
        let empty = say.known(&format!("annex-{id}-empty")).unwrap_or_else(|| say.text("annex-empty"));
        return Section::new(id, heading, vec![Part::Text(Rich::plain(&empty))]);
    }
    // What is said of several in a row in the same words is said once.
    let items = section.items.chunk_by(|a, b| a.text == b.text).map(|all| item(all, id)).collect();
    Section::new(id, heading, vec![Part::Text(message("-lead")), Part::Terms(items)])
}

fn item(all: &[Item], source: &str) -> (Rich, Rich) {
    let label = |rich: Rich, (n, i): (usize, &Item)| {
        let comma = if n > 0 { rich.text(", ") } else { rich };
        comma.source(&words::sentence_case(&i.label), source)
    };
    let text = all.first().map(|i| sentence(&i.text)).unwrap_or_default();
    (all.iter().enumerate().fold(Rich::new(), label), Rich::new().source(&text, source))
}

fn about(say: &Say, annex: &Annex) -> Section {
    let mut rows: Vec<(Rich, Rich)> = annex.assessment.iter().map(|a| assessment(say, a)).collect();
    rows.extend(annex.notice.iter().map(|n| notice(say, n)));
    rows.push((say.plain("about-program"), Rich::new().source(&annex.software, "software")));
    rows.push((say.plain("annex-fingerprint"), Rich::new().source(&annex.sha256, "sha256")));
    let print = |s: &crate::annex::Section| {
        let id = s.id.as_str();
        (say.plain(&format!("annex-{id}")), Rich::new().source(&s.sha256, &format!("sections/{id}/sha256")))
    };
    let parts = vec![
        Part::About(rows),
        Part::Text(say.plain("annex-check")),
        Part::Heading(say.text("annex-fingerprints")),
        Part::About(annex.sections.iter().map(print).collect()),
    ];
    Section::said(say, "about", "annex-about", parts)
}

/// The assessment that a document was made under: its version and its dates.
pub(super) fn assessment(say: &Say, a: &AnnexAssessment) -> (Rich, Rich) {
    let version = Args::new().source("version", &a.version, "assessment/version");
    let mut text = say.rich("about-version", &version);
    let dates = [
        (a.signed_on, "paper-signed", "assessment/signed_on"),
        (a.review_due, "paper-review", "assessment/review_due"),
    ];
    for (date, message, source) in dates {
        if let Some(date) = date {
            text = text.then(say.rich(message, &Args::new().source("date", &say.date(date), source)));
        }
    }
    (say.plain("about-assessment"), text)
}

/// The notice that people were given.
pub(super) fn notice(say: &Say, n: &AnnexNotice) -> (Rich, Rich) {
    let version = say.rich("about-version", &Args::new().source("version", &n.version, "notice/version"));
    let text = match n.date {
        Some(on) => version.then(say.rich("paper-given", &Args::new().source("date", &say.date(on), "notice/date"))),
        None => version,
    };
    (say.plain("paper-notice"), text)
}
