//! A table that a narrow screen shows as a list: each row a block of its own, each cell beside the name of its column.
//!
//! What is laid out otherwise is no table any more to a screen reader, so that each part says what it is.

use askama::Template;

use super::rich::esc;
use crate::page::rich::Rich;
use crate::page::table::{Entry, Head, Line, View};

/// A cell of so few characters is never broken over two lines.
const BRIEF_CHARS_MAX: usize = 14;

#[derive(Template)]
#[template(path = "stack.html")]
pub(super) struct Stack<'a> {
    view: &'a View,
}

/// A table as HTML.
pub(super) const fn stack(view: &View) -> Stack<'_> {
    Stack { view }
}

impl Stack<'_> {
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
