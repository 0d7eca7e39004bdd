//! The sheets around the tables: the cover, the contents, the meaning of kinds of use, the queries.

use super::book::{Content, Entry, Sheet};
use super::text;
use crate::document::{Audience, Definition, Query};
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

/// The queries that the tables come from, word for word, a row a line: a whole query is longer than a program shows of a cell.
/// Empty lines are left out, since no cell is blank.
pub(super) fn queries(names: &Names<'_>) -> Option<Sheet> {
    let lines = |q: &Query| -> Vec<Vec<Entry>> {
        let lines = q.sql.lines().filter(|l| !l.trim().is_empty());
        lines.map(|line| vec![Entry::text(&q.name), Entry::verbatim(line)]).collect()
    };
    let rows: Vec<Vec<Entry>> = names.document.queries.iter().flat_map(lines).collect();
    let title = text::table_title(names, &names.say.text("heading-d-queries"));
    let mut sheet = Sheet::new(text::tab(names, "tab-queries"), &title);
    sheet.line(&names.say.text("sheet-one-table"));
    names.say.text("queries-what").split_inclusive(". ").for_each(|sentence| sheet.line(sentence));
    let heads = text::words_heads(names, ["head-query", "head-query-text"]);
    (!rows.is_empty()).then(|| sheet.with(names, heads, rows))
}
