//! A page of no format: sections of sentences, lists, tables and charts, from which HTML, PDF and plain text are drawn.
//!
//! Everything that a reader sees is put together here once; a format decides only where it stands and how it looks.

pub(crate) mod chart;
pub(crate) mod faults;
pub(crate) mod names;
pub(crate) mod prose;
pub(crate) mod rich;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod trend;

use chart::Chart;
use rich::Rich;
use table::View;

use crate::render::Language;

/// A page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) language: Language,
    /// For the window and the list of files.
    pub(crate) title: String,
    /// The name of the link that skips to the report.
    pub(crate) skip: String,
    /// The authority.
    pub(crate) name: Rich,
    pub(crate) heading: Rich,
    pub(crate) lead: Rich,
    pub(crate) notes: Vec<Note>,
    /// Page one: what a clerk reads.
    pub(crate) first: Vec<Block>,
    pub(crate) contents: Contents,
    /// What a reviewer reads.
    pub(crate) detail: Vec<Section>,
    pub(crate) foot: Rich,
    /// Warnings that stand in the foot again.
    pub(crate) marks: Vec<String>,
}

/// The list of the sections in detail.
#[derive(Debug, Clone)]
pub(crate) struct Contents {
    pub(crate) heading: String,
    /// Anchor and heading.
    pub(crate) entries: Vec<(&'static str, String)>,
}

/// Something that is read before all else.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) kind: NoteKind,
    pub(crate) head: String,
    pub(crate) text: Rich,
}

/// How a note looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoteKind {
    /// Must not be missed.
    Stop,
    /// Made with a clock set by hand.
    Test,
    /// Something is not as it should be.
    Warn,
    /// All is well.
    Calm,
}

/// A block of page one.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// Over the whole width.
    One(Section),
    /// Side by side where there is room.
    Pair(Vec<Section>),
}

/// A heading with what stands below it.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) id: &'static str,
    pub(crate) heading: String,
    /// Set apart: what to do.
    pub(crate) act: bool,
    pub(crate) parts: Vec<Part>,
}

/// A part of a section.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Heading(String),
    Text(Rich),
    /// A quieter remark.
    Small(Rich),
    List(Vec<Rich>),
    /// The facts in short.
    Facts(Vec<Rich>),
    /// Words and what they mean.
    Terms(Vec<(Rich, Rich)>),
    /// The same, where a meaning may be one long word.
    About(Vec<(Rich, Rich)>),
    /// Whom to ask and until when, side by side.
    Ask(Vec<(Rich, Rich)>),
    Table(View),
    Chart(Chart),
    /// The main table with its remark, beside the picture.
    Picture(View, Option<Rich>, Option<Chart>),
    /// A query, word for word.
    Query {
        heading: String,
        text: String,
        source: String,
    },
}

pub(crate) use summary::summary;
