//! The words of the message that carries a document: subject, plain text, and the same as HTML.
//!
//! A letter names nobody: who sends it to whom is the command's business.

use askama::Template;

use crate::Schedule;
use crate::document::Audience;
use crate::page;
use crate::page::paper::file;
use crate::page::rich::Rich;
use crate::render::{Edition, Json, Language, Render as _};
use crate::say::{Args, Say};
use crate::text::{self, Block};

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
    /// The language of its fixed text; none of data, which has none.
    pub language: Option<Language>,
    /// Its name.
    pub file: String,
}

/// The message that carries a month's summary. Equal editions and files give equal letters.
pub fn letter(edition: &Edition<'_>, enclosed: &[Enclosed]) -> Letter {
    let document = edition.document;
    let page = page::summary(edition);
    let say = Say::new(edition.language);
    let mut blocks = text::blocks(&page);
    blocks.extend(files(&say, enclosed));
    let marks = [
        (document.audience == Audience::Restricted, "letter-restricted"),
        (document.test_clock.is_some(), "letter-test-clock"),
        (!document.notes.is_empty(), "letter-corrected"),
    ];
    drawn(subject(&say, &marks, &page.title), edition.language, &blocks)
}

/// The message that carries a month's equipment schedule. It repeats no figure: those stand in the file alone.
pub fn schedule_letter(schedule: &Schedule, enclosed: &[Enclosed]) -> Letter {
    let say = Say::new(Language::English);
    let args = Args::new().text("month", &say.month(schedule.month())).text("name", &schedule.name);
    let title = say.rich("schedule-heading", &args).plain_text();
    let mut blocks = vec![
        Block::Title { over: schedule.name.clone(), title },
        Block::Note { head: say.text("letter-restricted"), text: say.text("schedule-letter-text") },
    ];
    if let Some(clock) = &schedule.test_clock {
        let text = say.rich("schedule-letter-clock", &Args::new().text("clock", &say.instant(clock)));
        blocks.push(Block::Note { head: say.text("letter-test-clock"), text: text.plain_text() });
    }
    blocks.push(Block::Paragraph(say.text("schedule-letter-where")));
    if !schedule.contact.is_empty() {
        blocks.push(Block::Terms(vec![(say.text("ask-whom"), schedule.contact.clone())]));
    }
    blocks.extend(files(&say, enclosed));
    let marks = [(true, "letter-restricted"), (schedule.test_clock.is_some(), "letter-test-clock")];
    let title = say.rich("schedule-title", &args).plain_text();
    drawn(subject(&say, &marks, &title), Language::English, &blocks)
}

fn subject(say: &Say, marks: &[(bool, &str)], title: &str) -> String {
    let due = marks.iter().filter(|(due, _)| *due);
    let marks: String = due.map(|(_, message)| format!("{}: ", say.text(message))).collect();
    // A header is one line, whatever a name holds.
    format!("{marks}{title}").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn files(say: &Say, enclosed: &[Enclosed]) -> Vec<Block> {
    if enclosed.is_empty() {
        return Vec::new();
    }
    let item = |e: &Enclosed| {
        let message = if e.format == Json.name() { "letter-data" } else { "letter-file" };
        let args = Args::new().text("file", &e.file).text("format", &file(say, &e.format, e.language));
        say.rich(message, &args).plain_text()
    };
    vec![Block::Heading(say.text("letter-attached")), Block::Bullets(enclosed.iter().map(item).collect())]
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
