//! What links and rows are called.

use crate::document::{Cost, Document, Row, Table};

/// Headings by id, from the document's own tables.
pub(crate) struct Names<'a> {
    document: &'a Document,
}

impl<'a> Names<'a> {
    pub(crate) const fn new(document: &'a Document) -> Self {
        Self { document }
    }

    /// The heading of a link; its id where no table names it.
    pub(crate) fn link(&self, id: &'a str) -> &'a str {
        if id == "issued" {
            return "Links issued to one person each, and claims without a line of their own";
        }
        let table = self.document.table("links");
        table.and_then(|t| t.rows.iter().find(|r| r.id == id)).map_or(id, |r| r.label.as_str())
    }

    /// Where the heading of a link stands: in the table of links, else where the line itself names it.
    pub(crate) fn link_source(&self, id: &str, line: String) -> String {
        let table = self.document.table("links").filter(|_| id != "issued");
        let named = table.is_some_and(|t| t.rows.iter().any(|r| r.id == id));
        if named { format!("links/{id}/label") } else { line }
    }

    /// The heading of a row; its id where it has none.
    pub(crate) fn row(&self, _table: &Table, row: &Row) -> String {
        if row.label.is_empty() { row.id.clone() } else { row.label.clone() }
    }

    /// The row part of a cost's source: a link may have several cycles.
    pub(crate) fn cost(cost: &Cost) -> String {
        format!("{}:{}", cost.link, cost.cycle_end)
    }
}
