//! The notice annex as a page.

use askama::Template;

use super::rich::Rich;
use crate::annex::{Annex, Section};
use crate::say::sentence;
use crate::words;

/// The page of an annex. Equal annexes give equal bytes.
pub fn annex(annex: &Annex) -> String {
    // The template writes into a text, which cannot fail.
    Page::new(annex).render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "annex.html")]
struct Page {
    title: Rich,
    name: Rich,
    date: Rich,
    /// The roles of those whom it is for.
    readers: Option<Rich>,
    test_clock: Option<Rich>,
    lowered: Option<&'static str>,
    reasons: Vec<Rich>,
    sections: Vec<View>,
    about: Vec<(&'static str, Rich)>,
    parts: Vec<(&'static str, Rich)>,
}

struct View {
    id: &'static str,
    title: &'static str,
    lead: &'static str,
    empty: &'static str,
    items: Vec<(Rich, Rich)>,
}

impl Page {
    fn new(annex: &Annex) -> Self {
        let lowered = match annex.mode.as_str() {
            _ if annex.reasons.is_empty() => None,
            "nothing" => {
                Some("Nothing is read at present. What follows would run if the impact assessment allowed it.")
            }
            _ => Some(
                "At present only the totals of each link are measured. The rest of what follows would run if the impact assessment allowed it.",
            ),
        };
        Self {
            title: Rich::plain(&format!("What is measured: {}", annex.name)),
            name: Rich::new().source(&annex.name, "name"),
            date: Rich::new().source(&words::date(annex.date), "date"),
            readers: (!annex.readers.is_empty()).then(|| Rich::new().source(&words::listed(&annex.readers), "readers")),
            test_clock: annex.test_clock.as_ref().map(|t| Rich::new().source(&words::instant(t), "test_clock")),
            lowered,
            reasons: annex.reasons.iter().map(|r| Rich::new().source(&sentence(r), "reasons")).collect(),
            sections: annex.sections.iter().map(view).collect(),
            about: about(annex),
            parts: annex.sections.iter().map(|s| (s.id.title(), fingerprint(&s.sha256, s.id.as_str()))).collect(),
        }
    }
}

fn view(section: &Section) -> View {
    let source = section.id.as_str();
    // What is said of several in a row in the same words is said once.
    let item = |all: &[crate::annex::Item]| {
        let label = |rich: Rich, (n, i): (usize, &crate::annex::Item)| {
            let comma = if n > 0 { rich.text(", ") } else { rich };
            comma.source(&words::sentence_case(&i.label), source)
        };
        let text = all.first().map(|i| sentence(&i.text)).unwrap_or_default();
        (all.iter().enumerate().fold(Rich::new(), label), Rich::new().source(&text, source))
    };
    View {
        id: section.id.as_str(),
        title: section.id.title(),
        lead: section.id.lead(),
        empty: section.id.empty(),
        items: section.items.chunk_by(|a, b| a.text == b.text).map(item).collect(),
    }
}

fn fingerprint(sha256: &str, of: &str) -> Rich {
    Rich::new().source(sha256, &format!("sections/{of}/sha256"))
}

fn about(annex: &Annex) -> Vec<(&'static str, Rich)> {
    let mut rows = Vec::new();
    if let Some(a) = &annex.assessment {
        let mut text = Rich::plain("version ").source(&a.version, "assessment/version");
        if let Some(on) = a.signed_on {
            text = text.text(", signed on ").source(&words::date(on), "assessment/signed_on");
        }
        if let Some(due) = a.review_due {
            text = text.text(", to be reviewed by ").source(&words::date(due), "assessment/review_due");
        }
        rows.push(("Impact assessment", text));
    }
    if let Some(n) = &annex.notice {
        let mut text = Rich::plain("version ").source(&n.version, "notice/version");
        if let Some(on) = n.date {
            text = text.text(", given on ").source(&words::date(on), "notice/date");
        }
        rows.push(("Notice to people", text));
    }
    rows.push(("Program", Rich::new().source(&annex.software, "software")));
    rows.push(("Fingerprint of this annex", Rich::new().source(&annex.sha256, "sha256")));
    rows
}
