//! The words of the message that carries a document: subject, plain text, and the same as HTML.
//!
//! A letter names nobody: who sends it to whom is the command's business.

use askama::Template;

use crate::document::Audience;
use crate::html::Rich;
use crate::page;
use crate::render::{Edition, Language};
use crate::text::{self, Block};
use crate::{Schedule, words};

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text, lines of at most 80 characters.
    pub text: String,
    /// The same as a page without script or style sheet from elsewhere.
    pub html: String,
}

/// A file that goes with the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosed {
    /// What its format is called: `HTML`, `PDF`.
    pub format: String,
    /// Its name.
    pub file: String,
}

/// The message that carries a month's summary. Equal editions and files give equal letters.
pub fn letter(edition: &Edition<'_>, enclosed: &[Enclosed]) -> Letter {
    let document = edition.document;
    let page = page::summary(edition);
    let mut blocks = text::blocks(&page);
    blocks.extend(files(enclosed));
    let mut marks = Vec::new();
    if document.audience == Audience::Restricted {
        marks.push("Not for publication");
    }
    if document.test_clock.is_some() {
        marks.push("Test clock");
    }
    if !document.notes.is_empty() {
        marks.push("Corrected");
    }
    drawn(subject(&marks, &page.title), edition.language, &blocks)
}

/// The message that carries a month's equipment schedule. It repeats no figure: those stand in the file alone.
pub fn schedule_letter(schedule: &Schedule, enclosed: &[Enclosed]) -> Letter {
    let title = format!("Equipment schedule, {}", words::month(schedule.month()));
    let mut blocks = vec![
        Block::Title { over: schedule.name.clone(), title: title.clone() },
        Block::Note {
            head: "Not for publication".to_owned(),
            text:
                "The schedule is about single people. It serves to pay bills and to keep the network in order. Do not \
                   pass this message on: a holder may be handed their own page and no other."
                    .to_owned(),
        },
    ];
    let mut marks = vec!["Not for publication"];
    if let Some(clock) = &schedule.test_clock {
        marks.push("Test clock");
        let text = format!("Made with the clock set by hand to {}. An example, not a record.", words::instant(clock));
        blocks.push(Block::Note { head: "Test clock".to_owned(), text });
    }
    blocks.push(Block::Paragraph("The schedule is in the attached file.".to_owned()));
    if !schedule.contact.is_empty() {
        blocks.push(Block::Terms(vec![("Whom to ask".to_owned(), schedule.contact.clone())]));
    }
    blocks.extend(files(enclosed));
    drawn(subject(&marks, &format!("{title}: {}", schedule.name)), Language::English, &blocks)
}

fn subject(marks: &[&str], title: &str) -> String {
    let marks: String = marks.iter().map(|m| format!("{m}: ")).collect();
    // A header is one line, whatever a name holds.
    format!("{marks}{title}").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn files(enclosed: &[Enclosed]) -> Vec<Block> {
    if enclosed.is_empty() {
        return Vec::new();
    }
    let item = |e: &Enclosed| match e.format.as_str() {
        "JSON" => {
            format!(
                "{}: the data. Keep it: with it anybody can tell later if the record of this work was changed.",
                e.file
            )
        }
        format => format!("{}: as {format}.", e.file),
    };
    vec![Block::Heading("Attached".to_owned()), Block::Bullets(enclosed.iter().map(item).collect())]
}

/// Everything that the template prints.
#[derive(Template)]
#[template(path = "letter.html")]
struct Page {
    language: &'static str,
    title: Rich,
    pieces: Vec<Piece>,
}

/// A block, escaped.
enum Piece {
    Title { over: Rich, title: Rich },
    Note { head: Rich, text: Rich },
    Heading(Rich),
    Paragraph(Rich),
    Bullets(Vec<Rich>),
    Table { caption: Rich, heads: Vec<Rich>, rows: Vec<Vec<Rich>>, signs: Vec<Rich> },
    Terms(Vec<(Rich, Rich)>),
}

fn drawn(subject: String, language: Language, blocks: &[Block]) -> Letter {
    let page =
        Page { language: language.tag(), title: Rich::plain(&subject), pieces: blocks.iter().map(piece).collect() };
    // The template writes into a text, which cannot fail.
    Letter { text: text::plain(blocks), html: page.render().unwrap_or_default(), subject }
}

fn piece(block: &Block) -> Piece {
    let rich = |t: &String| Rich::plain(t);
    let pairs = |all: &[(String, String)]| all.iter().map(|(a, b)| (rich(a), rich(b))).collect();
    match block {
        Block::Title { over, title } => Piece::Title { over: rich(over), title: rich(title) },
        Block::Note { head, text } => Piece::Note { head: rich(head), text: rich(text) },
        Block::Heading(text) => Piece::Heading(rich(text)),
        Block::Paragraph(text) => Piece::Paragraph(rich(text)),
        Block::Bullets(items) => Piece::Bullets(items.iter().map(rich).collect()),
        Block::Terms(terms) => Piece::Terms(pairs(terms)),
        Block::Table(grid) => Piece::Table {
            caption: rich(&grid.caption),
            heads: grid.heads.iter().map(rich).collect(),
            rows: grid.rows.iter().map(|r| r.iter().map(rich).collect()).collect(),
            signs: grid.signs.iter().map(rich).collect(),
        },
    }
}
