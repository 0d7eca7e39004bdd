//! A table that a narrow screen shows as a list: each row a block of its own, each cell beside the name of its column.
//!
//! What is laid out otherwise is no table any more to a screen reader, so that each part says what it is.

use std::fmt;

use askama::Template;

use super::rich::{Rich, esc};
use crate::page::table::{Entry, Head, Line, View};

/// A cell of so few characters is never broken over two lines.
const BRIEF_CHARS_MAX: usize = 14;

/// A table as HTML.
#[derive(Debug, Clone)]
pub(crate) struct Stack {
    view: View,
}

#[derive(Template)]
#[template(path = "stack.html")]
struct StackHtml<'a> {
    view: &'a View,
}

impl Stack {
    /// Of a table.
    pub(crate) const fn new(view: View) -> Self {
        Self { view }
    }

    /// Of cells of plain text, the first of each row its heading.
    pub(crate) fn plain(id: &str, caption: Rich, mut heads: Vec<Head>, rows: Vec<Vec<Rich>>) -> Self {
        // What heads a row stands on the left, a number too.
        if let Some(first) = heads.first_mut() {
            first.number = false;
        }
        let numbers: Vec<bool> = heads.iter().skip(1).map(|h| h.number).collect();
        let row = |cells: Vec<Rich>| {
            let mut cells = cells.into_iter();
            let head = cells.next().unwrap_or_default();
            let entry = |(text, number): (Rich, &bool)| Entry { number: *number, ..Entry::words(text) };
            Line { head, cells: cells.zip(&numbers).map(entry).collect(), last: false }
        };
        let rows = rows.into_iter().map(row).collect();
        Self { view: View { id: id.to_owned(), caption, heads, rows, signs: Vec::new() } }
    }
}

impl StackHtml<'_> {
    fn brief(&self, text: &Rich) -> bool {
        text.plain_text().chars().count() <= BRIEF_CHARS_MAX
    }

    /// The cells of a row, each with the name of its column.
    fn named<'r>(&'r self, row: &'r Line) -> impl Iterator<Item = (&'r Entry, String)> {
        row.cells.iter().zip(self.view.heads.iter().skip(1).map(name))
    }
}

/// A column's name with its unit.
fn name(head: &Head) -> String {
    let unit = head.unit.as_ref().map(|u| format!(" {u}")).unwrap_or_default();
    head.text.plain_text() + &unit
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        StackHtml { view: &self.view }.render_into(f).map_err(|_| fmt::Error)
    }
}
