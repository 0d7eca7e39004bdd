//! Pages as self-contained HTML: no script, no font, no picture from elsewhere.

mod annex;
mod chart;
mod evidence;
mod rich;
mod schedule;
mod security;
mod stack;

use std::fmt;

use askama::Template;

pub use annex::annex;
pub use evidence::evidence;
pub(crate) use rich::Rich;
use rich::esc;
pub(crate) use schedule::pages;
pub use security::security_html;
pub(crate) use stack::Stack;

use crate::document::Document;
use crate::page::table::View;
use crate::page::{Block, NoteKind, Page, Part, Section};
use crate::render::Edition;

/// The page of a document by itself, in English. Equal documents give equal bytes.
pub fn html(document: &Document) -> String {
    summary(&Edition::new(document))
}

/// The page of an edition. Equal editions give equal bytes.
pub(crate) fn summary(edition: &Edition<'_>) -> String {
    // The template writes into a text, which cannot fail.
    PageHtml { page: &crate::page::summary(edition) }.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "summary.html")]
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
#[template(path = "section.html")]
struct SectionHtml<'a> {
    section: &'a Section,
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
