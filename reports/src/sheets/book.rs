//! A book of sheets that knows no file format.

use jiff::civil::Date;

use super::clean::{clean, verbatim};
use super::text::{self, Tab};
use super::{front, grids, notes};
use crate::document::{Cell, Money, Sign};
use crate::page::names::Names;
use crate::page::trend;
use crate::render::{Edition, Language};
use crate::say::Say;
use crate::words;

/// A month as sheets: the cover, the contents, the notes, then one table a sheet.
///
/// It is made once from an [`Edition`], and each spreadsheet format is a function of it alone. No cell is blank, and each
/// cell with a figure, or with a symbol in a figure's place, names where that stands in the document, as the page does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The title of the whole.
    pub title: String,
    /// The authority's name: it is the author.
    pub author: String,
    /// The language of the fixed text.
    pub language: Language,
    /// The day after the month, which stands for the day of making: a book knows no clock.
    pub created: Date,
    /// The sheets in order.
    pub sheets: Vec<Sheet>,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// For programs, the same in each language: letters, digits and underscores.
    pub id: String,
    /// The name on its tab: letters and underscores, at most 31, each once in a book.
    pub name: String,
    /// The text of cell A1.
    pub title: String,
    /// The lines below it, in column A.
    pub lines: Vec<Line>,
    /// The table below those; the cover has none.
    pub table: Option<Grid>,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The text.
    pub text: String,
    /// Whether it heads the lines below it.
    pub heading: bool,
}

/// A table with one header row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Its name, for programs: letters, digits and underscores, each once in a book.
    pub name: String,
    /// The header row. No two headings are alike.
    pub heads: Vec<Head>,
    /// The rows, each with one cell a column; at least one.
    pub rows: Vec<Vec<Entry>>,
}

/// A column's heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The text, with the unit in brackets.
    pub text: String,
    /// Whether the column holds figures.
    pub number: bool,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What stands in it.
    pub content: Content,
    /// Where it stands in the document, for figures and their symbols: `use/video/volume`; of a month before it with that
    /// month, `2026-02:use/video/volume`.
    pub source: Option<String>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text; in a book never empty.
    Text(String),
    /// A symbol in place of a figure.
    Sign(Sign),
    /// A whole number in the unit of its column.
    Whole(i64),
    /// Pence, shown as pounds.
    Pence(i64),
    /// A date, and how the book's language writes it.
    Date(Date, String),
    /// The name of a sheet, and a link to it.
    Sheet(String),
}

impl Book {
    /// The book of an edition.
    pub fn new(edition: &Edition<'_>) -> Self {
        let document = edition.document;
        let say = Say::new(edition.language);
        let names = Names::new(document, &say);
        let months = trend::months(&names, edition.earlier);
        let notes = notes::Notes::new(&names, &months);
        let mut sheets = vec![front::cover(&names), notes.sheet(&names)];
        sheets.extend(front::definitions(&names));
        sheets.extend(grids::sheets(&names, &notes, &months));
        sheets.extend(front::queries(&names));
        sheets.insert(1, front::contents(&names, &sheets));
        let empty = say.text("sheet-empty");
        sheets.iter_mut().for_each(|s| s.fill(&empty));
        Self {
            title: clean(&text::title(&names), &empty),
            author: clean(&document.name, &empty),
            language: edition.language,
            created: document.month().last().tomorrow().unwrap_or(Date::MAX),
            sheets,
        }
    }
}

impl Sheet {
    pub(super) fn new(tab: Tab, title: &str) -> Self {
        Self { id: tab.id, name: tab.name, title: clean(title, ""), lines: Vec::new(), table: None }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.lines.push(Line { text: clean(text, ""), heading: false });
    }

    pub(super) fn section(&mut self, heading: &str, text: &str) {
        self.lines.push(Line { text: clean(heading, ""), heading: true });
        self.line(text);
    }

    /// The sheet with its table. A heading that stands there already gets its place behind it.
    pub(super) fn with(mut self, names: &Names<'_>, heads: Vec<Head>, rows: Vec<Vec<Entry>>) -> Self {
        let mut unique: Vec<Head> = Vec::new();
        for (i, head) in heads.into_iter().enumerate() {
            let taken = unique.iter().any(|u| u.text.to_lowercase() == head.text.to_lowercase());
            let text = if taken { text::again(names, &head.text, i + 1) } else { head.text };
            unique.push(Head { text, ..head });
        }
        self.table = Some(Grid { name: format!("table_{}", self.id), heads: unique, rows });
        self
    }

    /// Puts words where text is empty, so that no cell is blank.
    fn fill(&mut self, empty: &str) {
        let table = self.table.iter_mut();
        let entries = table.flat_map(|t| &mut t.rows).flatten().filter_map(|entry| match &mut entry.content {
            Content::Text(text) => Some(text),
            _ => None,
        });
        let lines = self.lines.iter_mut().map(|l| &mut l.text);
        let all = std::iter::once(&mut self.title).chain(lines).chain(entries);
        all.filter(|text| text.is_empty()).for_each(|text| empty.clone_into(text));
    }

    /// The row of the header, counted from 0.
    pub(super) fn header_row(&self) -> usize {
        self.lines.len() + 1
    }
}

impl Grid {
    /// How many letters each column needs, of the longest word group that its cells and heading hold, within limits.
    pub(super) fn widths(&self) -> Vec<usize> {
        let width = |i: usize| {
            let head = self.heads.get(i).map_or(0, |h| h.text.chars().count());
            let cells = self.rows.iter().filter_map(|r| r.get(i)).map(|e| e.content.printed().chars().count());
            cells.max().unwrap_or(0).max(head / 2).clamp(12, 70) + 3
        };
        (0..self.heads.len()).map(width).collect()
    }
}

/// How many lines a text takes where a line has room for so many letters, at least one.
pub(super) fn lines(text: &str, letters: usize) -> usize {
    let letters = letters.max(1);
    let (mut lines, mut filled) = (1, 0);
    for length in text.split(' ').map(|w| w.chars().count()) {
        if filled > 0 && filled + 1 + length > letters {
            lines += 1;
            filled = 0;
        }
        filled += length + usize::from(filled > 0);
        // A word that is longer than a line is cut.
        lines += filled.saturating_sub(1) / letters;
        filled = if filled > letters { (filled - 1) % letters + 1 } else { filled };
    }
    lines
}

impl Head {
    pub(super) fn words(text: &str) -> Self {
        Self { text: clean(text, ""), number: false }
    }

    pub(super) fn number(text: &str) -> Self {
        Self { text: clean(text, ""), number: true }
    }
}

impl Entry {
    pub(super) fn text(text: &str) -> Self {
        Self { content: Content::Text(clean(text, "")), source: None }
    }

    /// Text whose spaces matter.
    pub(super) fn verbatim(text: &str) -> Self {
        Self { content: Content::Text(verbatim(text)), source: None }
    }

    pub(super) fn date(names: &Names<'_>, date: Date) -> Self {
        Self { content: Content::Date(date, names.say.date(date)), source: None }
    }

    pub(super) fn whole(value: i64, source: String) -> Self {
        Self { content: Content::Whole(value), source: Some(source) }
    }

    pub(super) fn pence(value: i64, source: String) -> Self {
        Self { content: Content::Pence(value), source: Some(source) }
    }

    pub(super) fn cell(cell: &Cell, source: String) -> Self {
        match cell {
            Cell::Shown(s) => Self::whole(s.shown, source),
            Cell::Symbol(h) => Self { content: Content::Sign(h.symbol.into()), source: Some(source) },
        }
    }

    pub(super) fn money(money: &Money, source: String) -> Self {
        match money {
            Money::Pence(p) => Self::pence(*p, source),
            Money::Symbol(h) => Self { content: Content::Sign(h.symbol.into()), source: Some(source) },
        }
    }
}

impl Content {
    /// As a reader sees it: `1,234`, `12.50`, `[c]`, `31 March 2026`.
    pub fn printed(&self) -> String {
        match self {
            Self::Text(text) | Self::Sheet(text) | Self::Date(_, text) => text.clone(),
            Self::Sign(sign) => sign.printed().to_owned(),
            Self::Whole(value) => words::thousands(*value),
            Self::Pence(pence) => words::pounds(*pence),
        }
    }

    /// The number as a file carries it, in the unit of its column: `1234`, `12.50`. None where it is none.
    pub fn number(&self) -> Option<String> {
        match self {
            Self::Whole(value) => Some(value.to_string()),
            Self::Pence(pence) => Some(decimal(*pence)),
            _ => None,
        }
    }
}

/// Pence as pounds with two decimals, and no comma.
pub(super) fn decimal(pence: i64) -> String {
    words::pounds(pence).replace(',', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_in_long_ones() {
        let cases = [
            ("", 1),
            ("12345", 1),
            ("123 56", 2),
            ("1 3 5", 1),
            ("1234567890", 2),
            ("12345678901 3", 3),
            ("a bcdefg", 3),
        ];
        for (text, wanted) in cases {
            assert_eq!(lines(text, 5), wanted, "{text}");
        }
        assert_eq!(lines("abc", 0), 3);
    }
}
