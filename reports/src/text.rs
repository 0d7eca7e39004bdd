//! A month as plain text of 80 columns: for a terminal, and for the message that carries the report.
//!
//! What is said is gathered as [`Block`]s first, so that a message has the same words as plain text and as HTML.

use crate::page::rich::{Rich, Span};
use crate::page::table::{Line, View};
use crate::page::{self, Page, Part, Section};
use crate::render::Edition;

mod layout;

pub(crate) use layout::plain;

/// One piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// Whose it is, and what.
    Title {
        /// The council.
        over: String,
        /// What the text is.
        title: String,
    },
    /// Something that must be seen: a word and a sentence.
    Note {
        /// The word.
        head: String,
        /// The sentence.
        text: String,
    },
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A list.
    Bullets(Vec<String>),
    /// A table.
    Table(Grid),
    /// Terms, each with its text.
    Terms(Vec<(String, String)>),
}

/// A table: the first column is words, the others stand to the right, as figures do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    /// What it shows.
    pub(crate) caption: String,
    /// Headings of its columns, with their units in brackets.
    pub(crate) heads: Vec<String>,
    /// One text per column.
    pub(crate) rows: Vec<Vec<String>>,
    /// What its symbols mean, one sentence each.
    pub(crate) signs: Vec<String>,
}

/// The one-page summary of a month as plain text: at most 80 characters a line, figures with their units, one line feed at
/// the end. Equal editions give equal text. It says what page one says, and the picture's figures stand in the table.
pub fn text(edition: &Edition<'_>) -> String {
    plain(&blocks(&page::summary(edition)))
}

/// What page one says, in its order.
pub(crate) fn blocks(page: &Page) -> Vec<Block> {
    let mut all = vec![Block::Title { over: page.name.plain_text(), title: page.heading.plain_text() }];
    let note = |n: &page::Note| {
        let head = n.head.trim_end_matches('.').to_owned();
        Block::Note { head, text: n.text.plain_text() }
    };
    all.extend(page.notes.iter().map(note));
    for block in &page.first {
        match block {
            page::Block::One(one) => all.extend(section(one)),
            page::Block::Pair(sections) => all.extend(sections.iter().flat_map(section)),
        }
    }
    all
}

fn section(section: &Section) -> Vec<Block> {
    let mut all = vec![Block::Heading(section.heading.plain_text())];
    all.extend(section.parts.iter().flat_map(part));
    all
}

fn part(part: &Part) -> Vec<Block> {
    let list = |items: &[Rich]| items.iter().map(words).collect();
    let terms = |items: &[(Rich, Rich)]| items.iter().map(|(term, text)| (words(term), words(text))).collect();
    match part {
        Part::Heading(text) => vec![Block::Heading(text.clone())],
        Part::Text(text) | Part::Small(text) => vec![Block::Paragraph(words(text))],
        Part::List(items) | Part::Steps(items) | Part::Facts(items) => vec![Block::Bullets(list(items))],
        Part::Terms(items) | Part::About(items) | Part::Ask(items) => vec![Block::Terms(terms(items))],
        Part::Table(view) | Part::Stack(view) => vec![Block::Table(grid(view))],
        Part::Picture(view, remark, _) => {
            let remark = remark.as_ref().map(|r| Block::Paragraph(words(r)));
            [Block::Table(grid(view))].into_iter().chain(remark).collect()
        }
        // A picture's figures stand in a table; a query is for the page that a reviewer reads.
        Part::Chart(_) | Part::Query { .. } => Vec::new(),
    }
}

/// The words up to a link, which leads nowhere on plain paper.
fn words(rich: &Rich) -> String {
    let kept = rich.spans().iter().take_while(|s| !matches!(s, Span::Link { .. })).cloned();
    kept.fold(Rich::new(), Rich::push).plain_text()
}

fn grid(view: &View) -> Grid {
    let head = |h: &page::table::Head| match &h.unit {
        Some(unit) => format!("{} {unit}", h.text.plain_text()),
        None => h.text.plain_text(),
    };
    let line = |l: &Line| {
        let cells = l.cells.iter().map(|c| c.text.plain_text());
        [l.head.plain_text()].into_iter().chain(cells).collect()
    };
    Grid {
        caption: view.caption.plain_text(),
        heads: view.heads.iter().map(head).collect(),
        rows: view.rows.iter().map(line).collect(),
        signs: view.signs.iter().map(words).collect(),
    }
}
