//! Fixed wording, by message, in the reader's language.
//!
//! Messages are Fluent (projectfluent.org) in `reports/locales`. Only what this crate says goes through Fluent; a figure, a
//! name or other text of the document stands in a message as a place holder, so that no text from outside is ever read as a
//! message and every number keeps its source.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use jiff::civil::Date;
use model::Month;

use crate::page::rich::{Rich, Span};
use crate::render::Language;
use crate::words;

const ENGLISH: &str = include_str!("../locales/en-GB.ftl");
/// Documents that exist in English alone.
const PAPERS: &str = include_str!("../locales/en-GB.papers.ftl");
const WELSH: &str = include_str!("../locales/cy.ftl");

/// Stands before the number of a place holder in a message that is being put together.
const HOLDER: char = '\u{e000}';
/// The first number of a place holder.
const FIRST: u32 = 0xe100;

/// The wording of one language.
pub(crate) struct Say {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

/// What stands in the gaps of a message.
#[derive(Debug, Clone, Default)]
pub(crate) struct Args {
    spans: Vec<Rich>,
    names: Vec<(&'static str, Gap)>,
}

#[derive(Debug, Clone, Copy)]
enum Gap {
    Holder(usize),
    Number(i64),
    Word(&'static str),
}

impl Args {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A piece of rich text.
    pub(crate) fn rich(mut self, name: &'static str, rich: Rich) -> Self {
        self.names.push((name, Gap::Holder(self.spans.len())));
        self.spans.push(rich);
        self
    }

    /// A figure of the document.
    pub(crate) fn cell(self, name: &'static str, text: &str, source: &str) -> Self {
        self.rich(name, Rich::new().cell(text, source))
    }

    /// Other text of the document.
    pub(crate) fn source(self, name: &'static str, text: &str, source: &str) -> Self {
        self.rich(name, Rich::new().source(text, source))
    }

    /// Plain text that is no wording: a word that a message of its own gave.
    pub(crate) fn text(self, name: &'static str, text: &str) -> Self {
        self.rich(name, Rich::plain(text))
    }

    /// A number that a message chooses its plural by; it is not printed by itself.
    pub(crate) fn number(mut self, name: &'static str, value: i64) -> Self {
        self.names.push((name, Gap::Number(value)));
        self
    }

    /// A word that a message chooses by; it is not printed by itself.
    pub(crate) fn choice(mut self, name: &'static str, word: &'static str) -> Self {
        self.names.push((name, Gap::Word(word)));
        self
    }
}

impl Say {
    /// The wording of a language. What it lacks stands in English.
    pub(crate) fn new(language: Language) -> Self {
        let mut bundle = FluentBundle::new(vec![language.tag().parse().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource(ENGLISH));
        bundle.add_resource_overriding(resource(PAPERS));
        if language == Language::Welsh {
            bundle.add_resource_overriding(resource(WELSH));
        }
        Self { language, bundle }
    }

    /// Its language.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// A message without gaps.
    pub(crate) fn text(&self, message: &str) -> String {
        self.known(message).unwrap_or_else(|| message.to_owned())
    }

    /// The same as text of a page.
    pub(crate) fn plain(&self, message: &str) -> Rich {
        Rich::plain(&self.text(message))
    }

    /// A message without gaps, where there is one.
    pub(crate) fn known(&self, message: &str) -> Option<String> {
        self.format(message, None)
    }

    /// A message with its gaps filled.
    pub(crate) fn rich(&self, message: &str, args: &Args) -> Rich {
        let mut fluent = FluentArgs::new();
        for (name, gap) in &args.names {
            let value = match gap {
                Gap::Holder(i) => FluentValue::String(Cow::Owned(holder(*i))),
                Gap::Number(n) => FluentValue::from(*n),
                Gap::Word(word) => FluentValue::from(*word),
            };
            fluent.set(*name, value);
        }
        let text = self.format(message, Some(&fluent)).unwrap_or_else(|| message.to_owned());
        filled(&text, &args.spans)
    }

    fn format(&self, message: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(message)?.value()?;
        // A gap that is not filled shows its own name; a test formats every message that the pages use.
        let mut errors = Vec::new();
        Some(self.bundle.format_pattern(pattern, args, &mut errors).into_owned())
    }

    /// A text of the document. In another language than English: its translation where one exists, else the text itself,
    /// marked as English.
    pub(crate) fn said(&self, text: &str, source: &str) -> Rich {
        if self.language == Language::English {
            return Rich::new().source(text, source);
        }
        // Several names in a row are translated each.
        let parts = || text.split("; ").map(|t| self.known(&slug(t))).collect::<Option<Vec<String>>>();
        match self.known(&slug(text)).or_else(|| parts().map(|p| p.join("; "))) {
            Some(known) => Rich::new().source(&known, source),
            None => Rich::new().push(Span::Foreign { text: text.to_owned(), source: source.to_owned() }),
        }
    }

    /// A date: `14 March 2026`.
    pub(crate) fn date(&self, date: Date) -> String {
        format!("{} {} {}", date.day(), self.month_word(date.month()), date.year())
    }

    /// A date in short, for tables: `14 Mar 2026`. English alone.
    pub(crate) fn date_short(&self, date: Date) -> String {
        format!("{} {} {}", date.day(), self.month_short(date), date.year())
    }

    fn month_short(&self, date: Date) -> String {
        self.text(&format!("short-month-{}", date.month()))
    }

    /// The first and the last of some days in short, the year once where it is the same: `15 Feb`, `14 Mar 2026`. English
    /// alone.
    pub(crate) fn days_short(&self, first: Date, last: Date) -> [String; 2] {
        let start = match first.year() == last.year() {
            true => format!("{} {}", first.day(), self.month_short(first)),
            false => self.date_short(first),
        };
        [start, self.date_short(last)]
    }

    /// A month: `March 2026`.
    pub(crate) fn month(&self, month: Month) -> String {
        format!("{} {}", self.month_word(month.first().month()), month.first().year())
    }

    fn month_word(&self, month: i8) -> String {
        self.text(&format!("month-{month}"))
    }

    /// An instant as RFC 3339 writes it, as `3 April 2026, 00:00 UTC`; other text as it stands.
    pub(crate) fn instant(&self, text: &str) -> String {
        let Ok(instant) = text.parse::<jiff::Timestamp>() else { return text.to_owned() };
        let utc = instant.to_zoned(jiff::tz::TimeZone::UTC);
        format!("{}, {:02}:{:02} UTC", self.date(utc.date()), utc.hour(), utc.minute())
    }

    /// Words in a row: `A, B and C`.
    pub(crate) fn row(&self, words: &[String]) -> String {
        self.listed(words.iter().map(|w| Rich::plain(w)).collect()).plain_text()
    }

    /// Pieces in a row: `A, B and C`.
    pub(crate) fn listed(&self, pieces: Vec<Rich>) -> Rich {
        let last = pieces.len().saturating_sub(1);
        let mut all = Rich::new();
        for (i, piece) in pieces.into_iter().enumerate() {
            all = match i {
                0 => all,
                i if i == last => all.text(" ").text(&self.text("and")).text(" "),
                _ => all.text(", "),
            };
            all = all.then(piece);
        }
        all
    }
}

/// The text as a sentence of the document: a capital letter first, a full stop last, no quotation marks of programs.
pub(crate) fn sentence(text: &str) -> String {
    let mut text = words::sentence_case(&text.trim().replace('`', ""));
    if !text.is_empty() && !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// The message that translates a sentence of the document: its own words.
pub(crate) fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    words.fold("said".to_owned(), |all, word| format!("{all}-{}", word.to_lowercase()))
}

fn resource(text: &str) -> FluentResource {
    match FluentResource::try_new(text.to_owned()) {
        Ok(resource) => resource,
        // A test parses both files without an error.
        Err((resource, _)) => resource,
    }
}

fn holder(i: usize) -> String {
    let number = u32::try_from(i).ok().and_then(|i| char::from_u32(FIRST + i)).unwrap_or(HOLDER);
    format!("{HOLDER}{number}")
}

fn filled(text: &str, spans: &[Rich]) -> Rich {
    let mut parts = text.split(HOLDER);
    let mut all = Rich::plain(parts.next().unwrap_or_default());
    for part in parts {
        let mut chars = part.chars();
        let index = chars.next().map_or(usize::MAX, |c| u32::from(c).wrapping_sub(FIRST) as usize);
        all = all.then(spans.get(index).cloned().unwrap_or_default());
        all = if chars.as_str().is_empty() { all } else { all.text(chars.as_str()) };
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_read_without_an_error() {
        for text in [ENGLISH, PAPERS, WELSH] {
            assert!(FluentResource::try_new(text.to_owned()).is_ok_and(|r| r.entries().count() > 100));
        }
    }

    #[test]
    fn gaps_are_filled_with_pieces_that_keep_their_source() {
        let say = Say::new(Language::English);
        let args = Args::new()
            .source("link", "Office {$x} &", "links/office/label")
            .cell("pounds", "12.00", "c")
            .text("budget", "");
        let rich = say.rich("fact-cost-no-budget", &args.choice("forecast", "no"));
        assert_eq!(rich.plain_text(), "Office {$x} & cost £12.00. The council set no budget for it.");
        let figures: Vec<&Span> = rich.spans().iter().filter(|s| matches!(s, Span::Figure { .. })).collect();
        assert_eq!(figures, [&Span::Figure { text: "12.00".to_owned(), source: "c".to_owned() }]);
    }

    #[test]
    fn a_sentence_names_its_translation_by_its_own_words() {
        assert_eq!(
            slug("What anybody read, wrote, sent or received."),
            "said-what-anybody-read-wrote-sent-or-received"
        );
        assert_eq!(slug("People’s own devices"), "said-people-s-own-devices");
    }

    #[test]
    fn days_and_words_stand_in_a_row() {
        let say = Say::new(Language::English);
        let days = |a: &str, b: &str| say.days_short(a.parse().unwrap(), b.parse().unwrap()).join(" to ");
        assert_eq!(days("2026-02-15", "2026-03-14"), "15 Feb to 14 Mar 2026");
        assert_eq!(days("2025-12-15", "2026-01-14"), "15 Dec 2025 to 14 Jan 2026");
        let row = |all: &[&str]| say.row(&all.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!([row(&[]), row(&["A"]), row(&["A", "B", "C"])], ["", "A", "A, B and C"]);
        assert_eq!(say.instant("2026-04-03T01:05:00+01:00"), "3 April 2026, 00:05 UTC");
        assert_eq!(say.instant("soon"), "soon");
    }

    #[test]
    fn sentences_begin_large_and_end() {
        for (text, want) in [("set `web` here", "Set web here."), ("Done!", "Done!"), ("", "")] {
            assert_eq!(sentence(text), want);
        }
    }
}
