//! Pages as self-contained HTML: no script, no font, no picture from elsewhere.

mod chart;
mod rich;
mod stack;

use std::fmt;

use askama::Template;

use rich::esc;
use stack::stack;

use crate::document::Document;
use crate::page::table::View;
use crate::page::{Block, Contents, Kind, Look, NoteKind, Page, Part, Section};
use crate::render::Edition;

/// The page of a document by itself, in English. Equal documents give equal bytes.
pub fn html(document: &Document) -> String {
    summary(&Edition::new(document))
}

/// The page of an edition. Equal editions give equal bytes.
pub(crate) fn summary(edition: &Edition<'_>) -> String {
    drawn(&crate::page::summary(edition))
}

/// A page as HTML. Equal pages give equal bytes.
pub(crate) fn drawn(page: &Page) -> String {
    // The template writes into a text, which cannot fail.
    PageHtml { page }.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "page.html")]
struct PageHtml<'a> {
    page: &'a Page,
}

impl PageHtml<'_> {
    fn class(kind: NoteKind) -> &'static str {
        match kind {
            NoteKind::Stop => "note stop",
            NoteKind::Test => "note test",
            NoteKind::Warn => "note",
            NoteKind::Calm => "note calm",
        }
    }
}

#[derive(Template)]
#[template(path = "contents.html")]
struct ContentsHtml<'a> {
    contents: &'a Contents,
}

impl fmt::Display for Contents {
    /// As HTML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ContentsHtml { contents: self }.render_into(f).map_err(|_| fmt::Error)
    }
}

#[derive(Template)]
#[template(path = "section.html")]
struct SectionHtml<'a> {
    section: &'a Section,
}

impl SectionHtml<'_> {
    const fn class(look: &Look) -> Option<&'static str> {
        match look {
            Look::Plain => None,
            Look::Act => Some("act"),
            Look::Sheet(_) => Some("sheet"),
            Look::After => Some("after"),
        }
    }
}

impl fmt::Display for Section {
    /// As HTML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SectionHtml { section: self }.render_into(f).map_err(|_| fmt::Error)
    }
}

#[derive(Template)]
#[template(path = "table.html")]
struct TableHtml<'a> {
    view: &'a View,
}

impl fmt::Display for View {
    /// As HTML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TableHtml { view: self }.render_into(f).map_err(|_| fmt::Error)
    }
}
