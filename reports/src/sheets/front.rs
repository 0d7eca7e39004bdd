//! The sheets before the tables: the cover, the contents, the meaning of kinds of use.

use super::book::{Content, Entry, Grid, Head, Sheet};
use super::text::{self, cover as words_of};
use crate::document::{Audience, Document};
use crate::page::names::Names;
use crate::say::sentence;
use crate::words;

/// The cover: no table, a heading and a line for each thing.
pub(super) fn cover(names: &Names<'_>) -> Sheet {
    let (document, say) = (names.document, names.say);
    let mut sheet = Sheet::new(text::tab::COVER, &text::title(names));
    if document.audience == Audience::Restricted {
        sheet.line(words_of::RESTRICTED);
    }
    if let Some(clock) = &document.test_clock {
        sheet.line(&words_of::test_clock(&say.instant(clock)));
    }
    for note in &document.notes {
        sheet.section(words_of::CORRECTION, &format!("{}: {}", say.date(note.date), note.text));
    }
    sheet.section(words_of::AUTHORITY, &document.name);
    sheet.section(words_of::MONTH, &say.month(document.month()));
    sheet.section(words_of::STATUS, &text::status(names));
    sheet.section(words_of::AUDIENCE, text::audience(document.audience));
    sheet.section(words_of::USE, words_of::HOW);
    sheet.section(words_of::CONTACT, &document.contact);
    sheet.section(words_of::COMPLAINTS, &sentence(&document.complaints));
    sheet.section(words_of::ASSESSMENT, &assessment(names));
    sheet.section(words_of::MASTER, words_of::WHERE);
    sheet.section(words_of::LICENCE, text::licence(document.audience));
    sheet.section(words_of::PROGRAM, &document.software);
    sheet
}

fn assessment(names: &Names<'_>) -> String {
    match &names.document.assessment {
        None => words_of::NO_ASSESSMENT.to_owned(),
        Some(a) => words_of::assessment(&a.version, a.review_due.map(|d| names.say.date(d)).as_deref()),
    }
}

/// The contents: every other sheet, with a link to it.
pub(super) fn contents(sheets: &[Sheet]) -> Sheet {
    let heads = vec![Head::words(text::head::WORKSHEET), Head::words(text::head::TITLE)];
    let link = |sheet: &Sheet| Entry { content: Content::Sheet(sheet.name.clone()), source: None };
    let rows = sheets.iter().map(|s| vec![link(s), Entry::text(&s.title)]).collect();
    let mut sheet = Sheet::new(text::tab::CONTENTS, text::title::CONTENTS);
    sheet.line(text::ONE_TABLE);
    sheet.with(Grid::new(text::tab::CONTENTS, heads, rows))
}

/// What the kinds of use mean, where the document says it.
pub(super) fn definitions(document: &Document) -> Option<Sheet> {
    if document.definitions.is_empty() {
        return None;
    }
    let heads = vec![Head::words(text::head::USE), Head::words(text::head::MEANING)];
    let row = |d: &crate::document::Definition| {
        let label = if d.label.is_empty() { &d.id } else { &d.label };
        vec![Entry::text(&words::sentence_case(label)), Entry::text(&sentence(&d.meaning))]
    };
    let mut sheet = Sheet::new(text::tab::DEFINITIONS, text::title::DEFINITIONS);
    sheet.line(text::ONE_TABLE);
    Some(sheet.with(Grid::new(text::tab::DEFINITIONS, heads, document.definitions.iter().map(row).collect())))
}
