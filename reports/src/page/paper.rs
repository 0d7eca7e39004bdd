//! What every document beside the summary has in common: its head, its warnings and its foot.

use super::rich::Rich;
use super::{Block, Contents, Kind, Note, NoteKind, Page, Section};
use crate::render::Language;
use crate::say::{Args, Say};
use crate::words;

/// A document in the making.
pub(crate) struct Paper<'a> {
    pub(crate) say: &'a Say,
    pub(crate) kind: Kind,
    /// The council.
    pub(crate) name: Rich,
    pub(crate) title: Rich,
    /// The message of the link that skips to it.
    pub(crate) skip: &'static str,
    pub(crate) heading: Rich,
    pub(crate) lead: Rich,
    pub(crate) notes: Vec<Note>,
    pub(crate) sections: Vec<Section>,
    pub(crate) foot: Rich,
    /// Messages of the warnings that stand in the foot again; that of a clock set by hand is added.
    pub(crate) marks: Vec<&'static str>,
    pub(crate) test_clock: bool,
}

impl Paper<'_> {
    /// The page.
    pub(crate) fn page(mut self) -> Page {
        if self.test_clock {
            self.marks.push("made-with-test-clock");
        }
        Page {
            kind: self.kind,
            language: self.say.language(),
            others: Vec::new(),
            title: self.title.plain_text(),
            skip: self.say.text(self.skip),
            name: self.name,
            heading: self.heading,
            lead: self.lead,
            notes: self.notes,
            first: self.sections.into_iter().map(Block::One).collect(),
            contents: Contents::default(),
            detail: Vec::new(),
            foot: self.foot,
            marks: self.marks.iter().map(|m| self.say.text(m)).collect(),
        }
    }

    /// The page with a list of its sections before them.
    pub(crate) fn page_with_contents(self) -> Page {
        let heading = self.say.text("paper-contents");
        let entries = self.sections.iter().map(|s| (s.id.clone(), s.heading.plain_text())).collect();
        Page { contents: Contents { heading, entries }, ..self.page() }
    }
}

/// A warning with the message of its text.
pub(crate) fn stop(say: &Say, head: &str, text: &str) -> Note {
    Note { kind: NoteKind::Stop, head: say.text(head), text: say.plain(text) }
}

/// The warning of a clock that was set by hand to a time.
pub(crate) fn clock(say: &Say, text: &str, clock: Option<&str>) -> Option<Note> {
    let args = Args::new().source("clock", &say.instant(clock?), "test_clock");
    Some(Note { kind: NoteKind::Test, head: say.text("test-clock"), text: say.rich(text, &args) })
}

/// The same where the document does not say the time.
pub(crate) fn clock_alone(say: &Say, text: &str, fixed: bool) -> Option<Note> {
    fixed.then(|| Note { kind: NoteKind::Test, head: say.text("test-clock"), text: say.plain(text) })
}

/// A file beside others, by the language of its fixed text where that is not the page's own: `PDF`, `PDF in Welsh`.
pub(crate) fn file(say: &Say, format: &str, language: Option<Language>) -> String {
    let message = match language.filter(|l| *l != say.language()) {
        None => return format.to_owned(),
        Some(Language::English) => "file-in-english",
        Some(Language::Welsh) => "file-in-welsh",
    };
    say.rich(message, &Args::new().text("format", format)).plain_text()
}

/// Whom to ask: the clerk where the document does not say otherwise.
pub(crate) fn contact(say: &Say, name: &str, contact: &str) -> Rich {
    let args = Args::new().text("name", name);
    let clerk = |say: &Say| say.rich("archive-clerk", &args).plain_text();
    match contact {
        "" => Rich::new().source(&clerk(say), "name"),
        // What every document says that was not told otherwise is a sentence of this program.
        own if say.language() != Language::English && own == clerk(&Say::new(Language::English)) => {
            Rich::new().source(&clerk(say), "contact")
        }
        own => say.said(own, "contact"),
    }
}

/// A count as it is printed.
pub(crate) fn count(number: u64) -> String {
    words::thousands(i64::try_from(number).unwrap_or(i64::MAX))
}

/// An office as the assessment names it, in words.
pub(crate) fn office(say: &Say, word: &str) -> String {
    say.known(&format!("office-{word}")).unwrap_or_else(|| word.to_owned())
}

/// Offices with their article: `the clerk and the chair`.
pub(crate) fn posts(say: &Say, offices: &[String]) -> String {
    let post = |word: &String| match office(say, word.trim()) {
        word if word.starts_with("the ") => word,
        word => say.rich("office-with-article", &Args::new().text("office", &word)).plain_text(),
    };
    say.row(&offices.iter().map(post).collect::<Vec<_>>())
}

/// A document by its word in the assessment.
pub(crate) fn document(say: &Say, word: &str) -> String {
    say.known(&format!("document-{word}")).unwrap_or_else(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_are_people_with_an_article() {
        let say = Say::new(Language::English);
        let said = |all: &[&str]| posts(&say, &all.iter().map(|o| (*o).to_owned()).collect::<Vec<_>>());
        assert_eq!(said(&["clerk"]), "the clerk");
        assert_eq!(
            said(&["clerk", "hr-adviser", "the mayor"]),
            "the clerk, the adviser on staff matters and the mayor"
        );
        assert_eq!(said(&[]), "");
    }

    #[test]
    fn a_file_in_the_pages_own_language_needs_no_word() {
        for (page, file_in, want) in [
            (Language::English, Some(Language::English), "PDF"),
            (Language::English, Some(Language::Welsh), "PDF in Welsh"),
            (Language::Welsh, Some(Language::Welsh), "PDF"),
            (Language::Welsh, Some(Language::English), "PDF yn Saesneg"),
            (Language::Welsh, None, "PDF"),
        ] {
            assert_eq!(file(&Say::new(page), "PDF", file_in), want);
        }
    }
}
