//! The sheets before the tables: the cover, the contents, the meaning of kinds of use.

use super::book::{Content, Entry, Sheet};
use super::text;
use crate::document::{Audience, Definition};
use crate::page::names::Names;
use crate::render::{Html, Render as _};
use crate::say::sentence;
use crate::words;

/// The cover: no table, a heading and a line for each thing.
pub(super) fn cover(names: &Names<'_>) -> Sheet {
    let (document, say) = (names.document, names.say);
    let mut sheet = Sheet::new(text::tab(names, "tab-cover"), &text::title(names));
    if document.audience == Audience::Restricted {
        sheet.line(&format!("{} {}", say.text("not-for-publication"), say.text("cover-restricted")));
    }
    if let Some(clock) = &document.test_clock {
        sheet.line(&text::test_clock(names, clock));
    }
    for note in &document.notes {
        let said = text::said(names, &note.text);
        sheet.section(&text::correction(names), &format!("{}: {said}", say.date(note.date)));
    }
    let page = Html.file_in(say.language());
    let sections = [
        ("cover-authority", document.name.clone()),
        ("head-month", text::month(names)),
        ("cover-status", text::status(names)),
        ("cover-audience", say.text(text::audience(document.audience))),
        ("cover-use", say.text("cover-how")),
        ("cover-contact", text::said(names, &document.contact)),
        ("cover-complaints", text::said(names, &sentence(&document.complaints))),
        ("about-assessment", text::assessment(names)),
        ("cover-master", text::filled(names, "cover-where", &[("page", &page)])),
        ("cover-licence", say.text(text::licence(document.audience))),
        ("cover-program", document.software.clone()),
    ];
    sections.iter().for_each(|(heading, text)| sheet.section(&say.text(heading), text));
    sheet
}

/// The contents: every other sheet, with a link to it.
pub(super) fn contents(names: &Names<'_>, sheets: &[Sheet]) -> Sheet {
    let link = |sheet: &Sheet| Entry { content: Content::Sheet(sheet.name.clone()), source: None };
    let rows = sheets.iter().map(|s| vec![link(s), Entry::text(&s.title)]).collect();
    let mut sheet = Sheet::new(text::tab(names, "tab-contents"), &names.say.text("tab-contents"));
    sheet.line(&names.say.text("sheet-one-table"));
    sheet.with(names, text::words_heads(names, ["head-worksheet", "head-title"]), rows)
}

/// What the kinds of use mean, where the document says it.
pub(super) fn definitions(names: &Names<'_>) -> Option<Sheet> {
    let definitions = &names.document.definitions;
    let row = |d: &Definition| {
        let label = if d.label.is_empty() { &d.id } else { &d.label };
        let label = text::said(names, &words::sentence_case(label));
        vec![Entry::text(&label), Entry::text(&text::said(names, &sentence(&d.meaning)))]
    };
    let mut sheet = Sheet::new(text::tab(names, "tab-definitions"), &names.say.text("title-definitions"));
    sheet.line(&names.say.text("sheet-one-table"));
    let heads = text::words_heads(names, ["head-kind", "head-meaning"]);
    let rows = definitions.iter().map(row).collect();
    (!definitions.is_empty()).then(|| sheet.with(names, heads, rows))
}
