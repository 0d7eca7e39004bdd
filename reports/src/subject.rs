//! What is held about one person, for that person: a page and tables that can be handed over without passing anybody else.
//!
//! A [`Pack`] is written by the command from that person's own rows; this module says how it looks. Every table is a CSV
//! file; the page has the short ones, and says in words what the law gives. Nothing here opens a file.

use jiff::civil::Date;

/// Everything that is given to a person.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    /// The council's name.
    pub council: String,
    /// The person's id in the council's list.
    pub person: String,
    /// When the pack was made, RFC 3339.
    pub made: String,
    /// The zone of local times.
    pub zone: String,
    /// Set where the clock was not the system's.
    pub test_clock: bool,
    /// Months whose rows are still held, each with the day on which they go.
    pub months: Vec<HeldMonth>,
    /// Version and date of the notice.
    pub notice: Option<(String, Option<Date>)>,
    /// The lawful basis, as the assessment names it.
    pub basis: Option<String>,
    /// Purposes of the assessment.
    pub purposes: Vec<String>,
    /// Kinds of record that are read.
    pub sources: Vec<String>,
    /// Who receives which document: role, document.
    pub recipients: Vec<(String, String)>,
    /// Days for which the raw records are kept by the provider.
    pub raw_days: Option<i64>,
    /// Whom to ask and where to complain, in the council's words.
    pub contact: Option<String>,
    /// Devices of several people that are measured.
    pub shared: Shared,
    /// The tables.
    pub tables: Vec<Table>,
}

/// A month of which rows are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldMonth {
    /// The month.
    pub month: model::Month,
    /// The day on which rows and key are deleted.
    pub goes: Date,
    /// Whether its report is published.
    pub published: bool,
    /// Rows about the person.
    pub rows: u64,
}

/// Devices of several people: described, since nobody can say whose their rows are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shared {
    /// Asset numbers of those that nobody else answers for.
    pub assets: Vec<String>,
    /// How many more there are.
    pub others: u64,
}

/// A table of the pack: one CSV file. Its heading and what is said of it go by its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The file's name without its ending.
    pub name: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, a text for each column.
    pub rows: Vec<Vec<String>>,
    /// Whether the page shows it.
    pub on_page: bool,
    /// Columns that the page leaves to the file, by name.
    pub in_file: &'static [&'static str],
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the file.
    pub id: String,
    /// Its heading on the page.
    pub label: String,
    /// Whether it holds numbers.
    pub number: bool,
}

impl Column {
    /// A column of text; the heading is the name in words.
    pub fn text(id: &str) -> Self {
        Self { id: id.to_owned(), label: heading(id), number: false }
    }

    /// A column of numbers.
    pub fn number(id: &str) -> Self {
        Self { number: true, ..Self::text(id) }
    }
}

fn heading(id: &str) -> String {
    let mut label = id.replace('_', " ");
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    label.replace(" utc", " (UTC)").replace("Mac", "Link-layer address (MAC)")
}

impl Table {
    /// The file: UTF-8, a header row, lines ended as RFC 4180 says.
    pub fn csv(&self) -> String {
        let mut text = String::new();
        line(self.columns.iter().map(|c| c.id.as_str()), &mut text);
        self.rows.iter().for_each(|row| line(row.iter().map(String::as_str), &mut text));
        text
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, text: &mut String) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            text.push(',');
        }
        // A cell that a spreadsheet would take for a formula is marked as text.
        let formula =
            cell.starts_with(['=', '+', '@', '\t']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
        let mark = if formula { "'" } else { "" };
        if cell.contains([',', '"', '\n', '\r']) || formula {
            text.push('"');
            text.push_str(mark);
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

/// The page of a pack. Equal packs give equal bytes.
pub fn html(pack: &Pack) -> String {
    crate::html::drawn(&crate::page::pack::page(pack))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let table = Table {
            columns: vec![Column::text("what"), Column::number("bytes")],
            rows: vec![
                vec!["a, b".to_owned(), "-5".to_owned()],
                vec!["say \"so\"".to_owned(), String::new()],
                vec!["=1+1".to_owned(), "7".to_owned()],
            ],
            ..Table::default()
        };
        assert_eq!(table.csv(), "what,bytes\r\n\"a, b\",-5\r\n\"say \"\"so\"\"\",\r\n\"'=1+1\",7\r\n");
    }

    #[test]
    fn who_receives_a_document_stands_with_it() {
        let pair = |role: &str, document: &str| (role.to_owned(), document.to_owned());
        let recipients = vec![pair("clerk", "schedule"), pair("chair", "case"), pair("deputy", "schedule")];
        let page = html(&Pack { recipients, ..Pack::default() });
        assert!(page.contains("<dt>Equipment schedule</dt><dd>The clerk and the deputy</dd>"), "{page}");
        assert!(page.contains("<dt>A case, once two people unlocked it</dt><dd>The chair</dd>"), "{page}");
    }

    #[test]
    fn what_stands_in_the_page_is_escaped() {
        let pack = Pack { council: "A & <b>".to_owned(), person: "P-1".to_owned(), ..Pack::default() };
        let page = html(&pack);
        assert!(page.contains("A &amp; &lt;b&gt;") && !page.contains("<b>"), "{page}");
        assert!(!page.contains("<script"));
    }
}
