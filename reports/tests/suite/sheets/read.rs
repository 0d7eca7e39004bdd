//! Spreadsheets as a stranger reads them: by `calamine`, and as the raw parts of the zip.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, open_workbook_auto_from_rs};

use super::walk::Want;

/// A sheet that was read: its rows from A1 on, each without the empty cells at its end.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) rows: Vec<Vec<Want>>,
}

/// Every sheet of a file in either format.
pub(super) fn sheets(bytes: &[u8]) -> Vec<Found> {
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    let names = book.sheet_names();
    let read = |name: String| {
        let range = book.worksheet_range(&name).unwrap();
        assert_eq!(range.start(), Some((0, 0)), "{name} does not begin in A1");
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(formulas.cells().all(|(_, _, f)| f.is_empty()), "{name} has a formula");
        Found { name, rows: range.rows().map(row).collect() }
    };
    names.into_iter().map(read).collect()
}

fn row(cells: &[Data]) -> Vec<Want> {
    let full = cells.iter().rposition(|c| *c != Data::Empty).map_or(0, |i| i + 1);
    cells[..full].iter().map(cell).collect()
}

fn cell(data: &Data) -> Want {
    match data {
        Data::String(text) => Want::Text(text.clone()),
        Data::Float(number) => Want::Number(*number),
        Data::DateTimeIso(date) => Want::Date(date.clone()),
        Data::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            Want::Date(format!("{year:04}-{month:02}-{day:02}"))
        }
        other => panic!("a cell holds {other:?}"),
    }
}

/// The names of the parts of a file, in order.
pub(super) fn parts(bytes: &[u8]) -> Vec<String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    // The zip's own clock stands at its beginning, whatever the day of the run.
    for i in 0..zip.len() {
        assert_eq!(zip.by_index(i).unwrap().last_modified(), Some(zip::DateTime::DEFAULT));
    }
    (0..zip.len()).map(|i| zip.name_for_index(i).unwrap().unwrap().into_owned()).collect()
}

/// One part as text.
pub(super) fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap_or_else(|e| panic!("{name}: {e}")).read_to_string(&mut text).unwrap();
    text
}

/// The sheets as lines, cells parted by a bar.
pub(super) fn dump(sheets: &[Found]) -> String {
    let mut text = String::new();
    for sheet in sheets {
        text.push_str(&format!("# {}\n", sheet.name));
        for row in &sheet.rows {
            let cells: Vec<String> = row.iter().map(|c| c.to_string()).collect();
            text.push_str(&format!("{}\n", cells.join(" | ")));
        }
        text.push('\n');
    }
    text
}
