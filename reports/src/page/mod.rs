//! A page of no format: sections of sentences, lists, tables and charts, from which HTML, PDF and plain text are drawn.
//!
//! Everything that a reader sees is put together here once; a format decides only where it stands and how it looks.

pub(crate) mod annex;
pub(crate) mod archive;
pub(crate) mod case;
pub(crate) mod chart;
pub(crate) mod evidence;
pub(crate) mod faults;
pub(crate) mod names;
pub(crate) mod pack;
pub(crate) mod paper;
pub(crate) mod prose;
pub(crate) mod rich;
pub(crate) mod schedule;
pub(crate) mod security;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod trend;

use std::borrow::Cow;

use chart::Chart;
use rich::Rich;
use table::View;

use crate::render::Language;
use crate::say::Say;

/// A page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) kind: Kind,
    pub(crate) language: Language,
    /// The same page in other languages: the language, and the file beside this one.
    pub(crate) others: Vec<(Language, String)>,
    /// For the window and the list of files.
    pub(crate) title: String,
    /// The name of the link that skips to the report.
    pub(crate) skip: String,
    /// The authority.
    pub(crate) name: Rich,
    pub(crate) heading: Rich,
    pub(crate) lead: Rich,
    pub(crate) notes: Vec<Note>,
    /// Page one: what a clerk reads. Of a paper, all of it.
    pub(crate) first: Vec<Block>,
    pub(crate) contents: Contents,
    /// What a reviewer reads.
    pub(crate) detail: Vec<Section>,
    pub(crate) foot: Rich,
    /// Warnings that stand in the foot again.
    pub(crate) marks: Vec<String>,
}

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The summary of a month.
    Summary,
    /// A document beside it.
    Paper,
    /// A document for few: no search engine may list it.
    Private,
}

/// The list of the sections in detail, or of all of a paper.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    pub(crate) heading: String,
    /// Anchor and heading.
    pub(crate) entries: Vec<(Cow<'static, str>, String)>,
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
    pub(crate) id: Cow<'static, str>,
    pub(crate) heading: Rich,
    pub(crate) look: Look,
    pub(crate) parts: Vec<Part>,
}

impl Section {
    pub(crate) fn new(id: impl Into<Cow<'static, str>>, heading: Rich, parts: Vec<Part>) -> Self {
        Self { id: id.into(), heading, look: Look::Plain, parts }
    }

    /// The same with a message as its heading.
    pub(crate) fn said(say: &Say, id: &'static str, heading: &str, parts: Vec<Part>) -> Self {
        Self::new(id, say.plain(heading), parts)
    }
}

/// How a section stands on its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    /// Set apart: what to do.
    Act,
    /// On a sheet of paper of its own, with a line above the heading where the sheet is not the first.
    Sheet(Option<Rich>),
    /// On a new sheet, after those.
    After,
}

/// A part of a section.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Heading(String),
    Text(Rich),
    /// A quieter remark.
    Small(Rich),
    List(Vec<Rich>),
    /// What to do, one after the other.
    Steps(Vec<Rich>),
    /// The facts in short.
    Facts(Vec<Rich>),
    /// Words and what they mean.
    Terms(Vec<(Rich, Rich)>),
    /// The same, where a meaning may be one long word.
    About(Vec<(Rich, Rich)>),
    /// Whom to ask and until when, side by side.
    Ask(Vec<(Rich, Rich)>),
    Table(View),
    /// A table that a narrow screen shows as a list.
    Stack(View),
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
