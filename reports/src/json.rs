//! `report.json`: written, read back and checked.

use std::str::FromStr;

use model::Month;
use serde::Deserialize;

use crate::document::{Cell, Document, SCHEMA, Sign, Table};

/// Why a text is not a document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON of the right shape.
    #[error("report.json cannot be read: {0}; restore it from a copy, since a published month is never computed again")]
    Shape(#[from] serde_json::Error),
    /// Another schema.
    #[error("report.json has the schema '{found}', and this program reads '{SCHEMA}'; use the program that wrote it")]
    Schema {
        /// As found.
        found: String,
    },
    /// Not a month.
    #[error("report.json: month: {0}")]
    Month(#[from] model::MonthError),
    /// A row has more or fewer cells than its table has columns.
    #[error("report.json: table '{table}', row '{row}': {cells} cells for {columns} columns")]
    Cells {
        /// The table's id.
        table: String,
        /// The row's id.
        row: String,
        /// Cells found.
        cells: usize,
        /// Columns of the table.
        columns: usize,
    },
    /// A figure that is negative or not a multiple of its table's base: it was not rounded by the gate.
    #[error("report.json: table '{table}', row '{row}': {value} is not a whole multiple of {base}")]
    Unrounded {
        /// The table's id.
        table: String,
        /// The row's id.
        row: String,
        /// The figure.
        value: i64,
        /// The table's base.
        base: i64,
    },
    /// A symbol or mark stands in a table and not in the list of meanings.
    #[error("report.json: the symbol {0} is used and not explained")]
    Unexplained(&'static str),
}

impl DocumentError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Shape(_) => "document_shape",
            Self::Schema { .. } => "document_schema",
            Self::Month(_) => "document_month",
            Self::Cells { .. } => "document_cells",
            Self::Unrounded { .. } => "document_unrounded",
            Self::Unexplained(_) => "document_unexplained",
        }
    }
}

/// The document as JSON: two spaces deep, keys in the order of [`Document`], one line feed at the end. Equal documents
/// give equal bytes.
pub fn json(document: &Document) -> String {
    pretty(document)
}

/// Two spaces deep, one line feed at the end.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    // A struct of texts, numbers and lists has no key that is not a text and no value that JSON lacks.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a document back and checks what its types do not: the schema, the month, the shape of each table, the rounding
/// of each figure, and that each symbol is explained.
pub fn from_json(text: &str) -> Result<Document, DocumentError> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    let head: Head = serde_json::from_str(text)?;
    if head.schema != SCHEMA {
        return Err(DocumentError::Schema { found: head.schema });
    }
    let document: Document = serde_json::from_str(text)?;
    check(&document)?;
    Ok(document)
}

fn check(document: &Document) -> Result<(), DocumentError> {
    Month::from_str(&document.month)?;
    for table in &document.tables {
        check_table(table)?;
    }
    let explained = |sign: Sign| document.symbols.iter().any(|s| s.symbol == sign);
    match document.signs().into_iter().find(|s| !explained(*s)) {
        Some(sign) => Err(DocumentError::Unexplained(sign.printed())),
        None => Ok(()),
    }
}

fn check_table(table: &Table) -> Result<(), DocumentError> {
    for row in &table.rows {
        if row.cells.len() != table.columns.len() {
            let (cells, columns) = (row.cells.len(), table.columns.len());
            return Err(DocumentError::Cells { table: table.id.clone(), row: row.id.clone(), cells, columns });
        }
        let rounded = |v: i64| v >= 0 && table.base > 0 && v % table.base == 0;
        if let Some(value) = row.cells.iter().filter_map(Cell::value).find(|v| !rounded(*v)) {
            let base = table.base;
            return Err(DocumentError::Unrounded { table: table.id.clone(), row: row.id.clone(), value, base });
        }
    }
    Ok(())
}
