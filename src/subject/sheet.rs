//! The council's own tables, edited in place: a cell is replaced, a row is added, and every other byte stays.

use std::ops::Range;

/// A CSV text with the places of its cells.
pub(super) struct Sheet<'a> {
    text: &'a str,
    /// Names of the columns.
    pub(super) columns: Vec<String>,
    header: Record,
    records: Vec<Record>,
}

/// One record: the place of its line without the line's end, and of its cells.
#[derive(Debug, Clone)]
pub(super) struct Record {
    place: Range<usize>,
    cells: Vec<Range<usize>>,
}

/// What is to be changed in a text.
#[derive(Debug, Default)]
pub(super) struct Edits {
    all: Vec<(Range<usize>, String)>,
}

impl Edits {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn replace(&mut self, place: Range<usize>, text: String) {
        self.all.push((place, text));
    }

    /// The text after all of them; none overlap.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.all.sort_by_key(|(place, _)| (place.start, place.end));
        let mut out = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for (place, new) in self.all {
            out.push_str(&text[at..place.start]);
            out.push_str(&new);
            at = place.end;
        }
        out.push_str(&text[at..]);
        out
    }
}

impl<'a> Sheet<'a> {
    /// Finds every cell. Comment lines and empty lines are no records, as for whoever reads the table.
    pub(super) fn new(text: &'a str) -> Self {
        let mut records = Vec::new();
        let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        while at < text.len() {
            let (record, next) = record(text, at);
            let empty = record.place.is_empty();
            if !empty && !text[at..].starts_with('#') {
                records.push(record);
            }
            at = next;
        }
        let empty = Record { place: 0..0, cells: Vec::new() };
        let header = if records.is_empty() { empty } else { records.remove(0) };
        let columns = header.cells.iter().map(|c| unquoted(&text[c.clone()])).collect();
        Self { text, columns, header, records }
    }

    /// The records below the header.
    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// A cell as text; empty where the column or the cell is missing.
    pub(super) fn get(&self, record: &Record, column: &str) -> String {
        self.cell(record, column).map(|c| unquoted(&self.text[c])).unwrap_or_default()
    }

    /// All cells of a record.
    pub(super) fn row(&self, record: &Record) -> Vec<String> {
        record.cells.iter().map(|c| unquoted(&self.text[c.clone()])).collect()
    }

    fn cell(&self, record: &Record, column: &str) -> Option<Range<usize>> {
        let place = self.columns.iter().position(|c| c == column)?;
        record.cells.get(place).cloned()
    }

    /// Replaces cells of some records under one column; a column that is not there is added at the end of every line.
    pub(super) fn set(&self, column: &str, values: &[(&Record, String)], edits: &mut Edits) {
        if self.columns.iter().any(|c| c == column) {
            for (record, value) in values {
                if let Some(place) = self.cell(record, column) {
                    edits.replace(place, quoted(value));
                }
            }
            return;
        }
        edits.replace(self.header.place.end..self.header.place.end, format!(",{column}"));
        for record in &self.records {
            let value = values.iter().find(|(r, _)| r.place == record.place).map_or("", |(_, v)| v.as_str());
            edits.replace(record.place.end..record.place.end, format!(",{}", quoted(value)));
        }
    }

    /// A record's line with other cells under some columns.
    pub(super) fn line(&self, record: &Record, values: &[(&str, String)]) -> String {
        let mut edits = Edits::default();
        let from = record.place.start;
        for (column, value) in values {
            if let Some(cell) = self.cell(record, column) {
                edits.replace(cell.start - from..cell.end - from, quoted(value));
            }
        }
        edits.apply(&self.text[record.place.clone()])
    }

    /// Puts lines in the place of a record's.
    pub(super) fn put(&self, record: &Record, lines: &[String], edits: &mut Edits) {
        let end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        edits.replace(record.place.clone(), lines.join(end));
    }
}

/// The record that begins at a place, and where the next one begins.
fn record(text: &str, from: usize) -> (Record, usize) {
    let bytes = text.as_bytes();
    let (mut cells, mut start, mut at, mut open) = (Vec::new(), from, from, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => open = !open,
            b',' if !open => {
                cells.push(start..at);
                start = at + 1;
            }
            b'\n' | b'\r' if !open => break,
            _ => {}
        }
        at += 1;
    }
    cells.push(start..at);
    let mut next = at;
    if bytes.get(next) == Some(&b'\r') {
        next += 1;
    }
    if bytes.get(next) == Some(&b'\n') {
        next += 1;
    }
    (Record { place: from..at, cells }, next.max(from + 1))
}

fn unquoted(cell: &str) -> String {
    let cell = cell.trim();
    match cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\"").trim().to_owned(),
        None => cell.to_owned(),
    }
}

fn quoted(value: &str) -> String {
    match value.contains([',', '"', '\n', '\r', '#']) {
        true => format!("\"{}\"", value.replace('"', "\"\"")),
        false => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# who\r\nid,\"note\",until\r\nP-1,\"a, \"\"b\"\"\",2026-01-01\r\n\r\nP-2,,\r\n";

    fn check(expected: &str, edit: impl FnOnce(&Sheet<'_>, &mut Edits)) {
        let sheet = Sheet::new(TABLE);
        let mut edits = Edits::default();
        edit(&sheet, &mut edits);
        assert_eq!(edits.apply(TABLE), expected);
    }

    #[test]
    fn cells_are_found() {
        let sheet = Sheet::new(TABLE);
        assert_eq!(sheet.columns, ["id", "note", "until"]);
        let rows: Vec<Vec<String>> = sheet.records().iter().map(|r| sheet.row(r)).collect();
        assert_eq!(rows, [vec!["P-1", "a, \"b\"", "2026-01-01"], vec!["P-2", "", ""]]);
        assert_eq!(sheet.get(&sheet.records()[1], "nothing"), "");
        assert!(Sheet::new("").records().is_empty() && Sheet::new("\n").columns.is_empty());
        assert_eq!(Sheet::new("\u{feff}id\nP-1").columns, ["id"]);
    }

    #[test]
    fn one_cell_changes_and_no_other_byte() {
        check(&TABLE.replace("2026-01-01", "2026-02-02"), |s, e| {
            s.set("until", &[(&s.records()[0], "2026-02-02".to_owned())], e);
        });
        check(&TABLE.replace("P-2,,", "P-2,\"x, y\","), |s, e| {
            s.set("note", &[(&s.records()[1], "x, y".to_owned())], e);
        });
        check(TABLE, |_, _| ());
    }

    #[test]
    fn a_new_column_stands_at_the_end_of_every_line() {
        let expected = TABLE
            .replace("until\r\n", "until,restricted\r\n")
            .replace("01-01\r\n", "01-01,\r\n")
            .replace("P-2,,", "P-2,,,2026-03-01/");
        check(&expected, |s, e| s.set("restricted", &[(&s.records()[1], "2026-03-01/".to_owned())], e));
    }

    #[test]
    fn a_row_becomes_several() {
        let expected = TABLE.replace("P-2,,", "P-2,,2026-01-31\r\nP-3,,");
        check(&expected, |s, e| {
            let record = &s.records()[1];
            let first = s.line(record, &[("until", "2026-01-31".to_owned())]);
            let second = s.line(record, &[("id", "P-3".to_owned())]);
            s.put(record, &[first, second], e);
        });
    }
}
