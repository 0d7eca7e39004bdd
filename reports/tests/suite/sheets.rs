//! The sheets and the plain data, read back by other programs' readers and held against `report.json`.

mod data;
mod lint;
mod months;
mod office;
mod read;
mod walk;
mod welsh;

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use reports::document::{Busy, Cell, Cost, Document, Mark, Query, Shown};
use reports::sheets::{Book, Content};
use reports::{Csv, CsvMetadata, Edition, Ods, Render, Xlsx, json};
use serde_json::Value;

use crate::{laws, support};
use read::{Found, sheets};
use walk::{Figure, Want, figures, tables};

/// Words that a careless writer would turn into a formula, a tag or nothing.
const HOSTILE: [(&str, &str); 11] = [
    ("=1+1", "=1+1"),
    ("+441632960001", "+441632960001"),
    ("-2", "-2"),
    ("@SUM(A1:A9)", "@SUM(A1:A9)"),
    ("'quoted", "'quoted"),
    ("=HYPERLINK(\"https://example.com\",\"a\")", "=HYPERLINK(\"https://example.com\",\"a\")"),
    ("</text:p></table:table-cell>&<t>", "</text:p></table:table-cell>&<t>"),
    ("a\u{202e}b\u{2066}c\0\u{1b}\u{fffe}", "abc"),
    ("_x0041_", "_x0041_"),
    ("  two\n\t words ", "two words"),
    ("\u{ff1d}1+1", "\u{ff1d}1+1"),
];

/// A document with everything that the others lack: claims, forecasts, marks in several columns, corrections, queries.
fn full() -> Document {
    let mut d = support::crossed();
    d.claims_to_check = Some(6);
    d.security_notices = Some(2);
    let forecast = Cost {
        forecast: true,
        low: Some(1_612),
        high: Some(2_931),
        data_reached: Some(80),
        budget_reached: Some(150),
        ..support::cost("depot", "per-mb", ("2026-03-20", "2026-04-19"), (500, 1_523, -5), Some(1_500))
    };
    d.costs.push(forecast);
    d.notes = support::neutral().notes;
    d.missing_nights = vec![jiff::civil::date(2026, 3, 7), jiff::civil::date(2026, 3, 8)];
    let marked = |shown, marks: &[Mark]| Cell::Shown(Shown { shown, marks: marks.to_vec() });
    let crossed = d.tables.iter_mut().find(|t| t.id == "crossed").unwrap();
    crossed.rows[0].cells = vec![marked(330, &[Mark::E]), marked(25, &[Mark::E, Mark::R])];
    d.accounting.as_mut().unwrap().counted = marked(1_345, &[Mark::R]);
    let query = |name: &str, sql: &str| Query { name: name.to_owned(), sql: sql.to_owned() };
    d.queries = vec![
        query("links", "-- Data of each link.\nSELECT\n  link,  octets\n\nFROM links\n"),
        query("use", "=1+1\n    WHERE a < 'b' AND c > 2"),
    ];
    support::explained(d)
}

/// A document whose every word from the council is hostile.
fn hostile() -> Document {
    let mut d = support::totals();
    let mut rows = Vec::new();
    for (i, (label, _)) in HOSTILE.iter().enumerate() {
        let mut row = d.tables[0].rows[0].clone();
        (row.id, row.label) = (format!("={i}"), (*label).to_owned());
        rows.push(row);
    }
    d.tables[0].rows.extend(rows);
    d.costs[0].link = "=0".to_owned();
    d.costs[1].kind = "=cmd|' /C calc'!A0".to_owned();
    d.coverage[0].link = "=1".to_owned();
    (d.name, d.contact, d.authority) = ("=1+1".to_owned(), "@clerk".to_owned(), "-9".to_owned());
    d.reasons = vec!["=1+1".to_owned()];
    d
}

/// Every document that the sheets are tried on.
fn documents() -> Vec<(&'static str, Document)> {
    let mut all = support::all();
    all.extend([("full", full()), ("hostile", hostile())]);
    all
}

fn value(document: &Document) -> Value {
    serde_json::from_str(&json(document)).unwrap()
}

fn draw(format: &dyn Render, document: &Document) -> Vec<u8> {
    format.render(&Edition::new(document)).unwrap()
}

fn check(name: &str, document: &Document) {
    check_edition(name, &Edition::new(document));
}

/// Every table of `report.json` stands on its sheet, cell for cell, in both formats, and so do those of months.
fn check_edition(name: &str, edition: &Edition<'_>) {
    let values: Vec<Value> = edition.earlier.iter().chain([edition.document]).map(value).collect();
    let found = [("xlsx", sheets(&Xlsx.render(edition).unwrap())), ("ods", sheets(&Ods.render(edition).unwrap()))];
    for (format, sheets) in &found {
        let mut seen = vec!["Cover", "Contents", "Notes"];
        for wanted in tables(values.last().unwrap()).into_iter().chain(walk::months(&values)) {
            let sheet = sheets.iter().find(|s| s.name == wanted.sheet);
            let sheet = sheet.unwrap_or_else(|| panic!("{name}.{format}: no sheet {}", wanted.sheet));
            check_table(&format!("{name}.{format}: {}", wanted.sheet), sheet, &wanted);
            seen.push(&sheet.name);
        }
        let mut all: Vec<&str> = sheets.iter().map(|s| s.name.as_str()).collect();
        seen.sort_unstable();
        all.sort_unstable();
        assert_eq!(all, seen, "{name}.{format}: sheets that nobody asked for");
    }
    assert_eq!(found[0].1, found[1].1, "{name}: one format says what the other does not");
}

fn check_table(what: &str, sheet: &Found, wanted: &walk::Table) {
    let top = sheet.rows.len() - wanted.rows.len() - 1;
    let heads: Vec<Want> = wanted.heads.iter().map(|h| Want::Text(h.clone())).collect();
    assert_eq!(sheet.rows[top], heads, "{what}");
    for (found, row) in sheet.rows[top + 1..].iter().zip(&wanted.rows) {
        assert_eq!(found, row, "{what}");
    }
}

#[test]
fn every_cell_of_the_document_stands_in_both_spreadsheets() {
    for (name, document) in documents() {
        check(name, &document);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_figures_and_words(d in laws::document()) {
        check("drawn", &d);
        data::check("drawn", &d);
        lint::check("drawn", &Edition::new(&d));
    }
}

/// The figures of the book by their source. One that stands on several sheets is the same on each.
fn book_figures(edition: &Edition<'_>) -> BTreeMap<String, Figure> {
    let mut all = BTreeMap::new();
    for entry in Book::new(edition).sheets.iter().flat_map(|s| &s.table).flat_map(|t| &t.rows).flatten() {
        let figure = match &entry.content {
            Content::Whole(v) => Figure::Whole(*v),
            Content::Pence(v) => Figure::Pence(*v),
            Content::Sign(s) => Figure::Symbol(s.printed().to_owned()),
            other => {
                assert_eq!(entry.source, None, "{other:?} is no figure");
                continue;
            }
        };
        // What a month's report does not have stands nowhere.
        if entry.source.is_none() && figure == Figure::Symbol("[z]".to_owned()) && !edition.earlier.is_empty() {
            continue;
        }
        let source = entry.source.clone().expect("a figure without a source");
        let twice = all.insert(source.clone(), figure.clone());
        let beside = !edition.earlier.is_empty() && twice.as_ref() == Some(&figure);
        assert!(twice.is_none() || beside, "{source} stands twice");
    }
    all
}

#[test]
fn the_book_has_the_figures_of_the_document_and_no_other() {
    for (name, document) in documents() {
        let wanted = figures(&value(&document));
        let count = wanted.len();
        let wanted: BTreeMap<String, Figure> = wanted.into_iter().collect();
        assert_eq!(wanted.len(), count, "{name}: a source stands for two figures");
        assert_eq!(book_figures(&Edition::new(&document)), wanted, "{name}");
    }
}

/// The sources of the page are sources of the book: whoever reads the page finds the cell.
#[test]
fn the_page_names_cells_as_the_book_does() {
    for (name, document) in documents() {
        let (pieces, _) = crate::support::page::read(&reports::html(&document));
        let book = book_figures(&Edition::new(&document));
        for cell in pieces.into_iter().filter_map(|p| p.cell) {
            assert!(book.contains_key(&cell), "{name}: {cell}");
        }
    }
}

/// A few cells typed by hand from the documents in `support`.
#[test]
fn cells_by_hand() {
    let number = |text: &str| Want::number(text);
    let text = |text: &str| Want::Text(text.to_owned());
    let date = |text: &str| Want::Date(text.to_owned());
    for format in [&Xlsx as &dyn Render, &Ods] {
        let totals = sheets(&draw(format, &support::totals()));
        let sheet = |name: &str| &totals.iter().find(|s| s.name == name).unwrap().rows;
        assert_eq!(sheet("Cover")[0], [text("Internet use in March 2026: Example Parish Council")]);
        let restricted = "Not for publication. Only the recipients named in the worksheet Notes may read this report.";
        assert_eq!(sheet("Cover")[1], [text(restricted)]);
        assert_eq!(sheet("Links")[0], [text("What each link carried, March 2026")]);
        assert_eq!(sheet("Links").last().unwrap()[1], number("159"));
        let bills = sheet("Costs");
        let hall = [
            text("Village hall router"),
            text("Bundle"),
            date("2026-02-15"),
            date("2026-03-14"),
            number("15"),
            number("5.25"),
            number("0"),
            number("20.25"),
            number("20.25"),
            number("18"),
            text("Price plan and use"),
            text("Final"),
        ];
        assert_eq!(bills[bills.len() - 2], hall);
        assert_eq!(
            bills.last().unwrap()[5..10],
            [text("[c]"), text("[c]"), text("[c]"), text("Not shown"), text("None set")]
        );
        let bundles = sheets(&draw(format, &support::bundles()));
        let bills = &bundles.iter().find(|s| s.name == "Costs").unwrap().rows;
        let hall = &bills[bills.len() - 2];
        assert_eq!(hall[7..10], [number("20.25"), number("140.25"), number("130")]);
        assert_eq!(hall[14..], [text("None reached"), number("100"), number("20"), text("Cycle is over")]);
        assert_eq!(bills.last().unwrap()[16..], [number("20"), text("No, very likely")]);
        let cycles = &bundles.iter().find(|s| s.name == "Billing_cycles").unwrap().rows;
        let first = [text("Village hall router, cycle to 14 March 2026"), number("13"), number("22")];
        assert_eq!(cycles[cycles.len() - 2], first);
        let full = sheets(&draw(format, &full()));
        let bills = &full.iter().find(|s| s.name == "Costs").unwrap().rows;
        let forecast = &bills.last().unwrap()[4..];
        let [.., a, b, c, d] = forecast else { panic!() };
        assert_eq!([a, b, c, d], [&number("16.12"), &number("29.31"), &number("80"), &number("150")]);
        assert_eq!(forecast[2..4], [number("-0.05"), number("20.18")]);
        let crossed = &full.iter().find(|s| s.name == "Use_by_time_of_day").unwrap().rows;
        let marks = "Working hours (GB): [e]; Lunch and outside working hours (GB): [e][r]";
        assert_eq!(crossed[crossed.len() - 4][3], text(marks));
        assert_eq!(crossed.last().unwrap()[3], text("None"));
        let queries = &full.iter().find(|s| s.name == "Queries").unwrap().rows;
        assert_eq!(
            queries[2],
            [text("For reviewers: these are the queries that the tables come from, word for word.")]
        );
        assert_eq!(queries[queries.len() - 4], [text("links"), text("  link,  octets")]);
        assert_eq!(
            queries[queries.len() - 2..],
            [[text("use"), text("=1+1")], [text("use"), text("    WHERE a < 'b' AND c > 2")]]
        );
    }
}

#[test]
fn equal_editions_give_equal_bytes() {
    for (name, document) in documents() {
        for format in [&Xlsx as &dyn Render, &Ods, &Csv, &CsvMetadata] {
            let first = draw(format, &document);
            for _ in 0..5 {
                assert!(draw(format, &document) == first, "{name}: {} differs from run to run", format.file());
            }
        }
    }
}

/// Another month gives another date of making, and nothing in a file is the day of the run.
#[test]
fn the_date_of_making_is_the_day_after_the_month() {
    let mut document = support::totals();
    document.month = "2025-12".to_owned();
    let meta = read::part(&draw(&Ods, &document), "meta.xml");
    assert!(meta.contains("<meta:creation-date>2026-01-01T00:00:00</meta:creation-date>"), "{meta}");
    let core = read::part(&draw(&Xlsx, &document), "docProps/core.xml");
    assert!(core.contains(">2026-01-01T00:00:00Z</dcterms:created>"), "{core}");
}

#[test]
fn hostile_words_are_text_and_nothing_else() {
    let document = hostile();
    for format in [&Xlsx as &dyn Render, &Ods] {
        let found = sheets(&draw(format, &document));
        let links = &found.iter().find(|s| s.name == "Links").unwrap().rows;
        let labels: Vec<&Want> = links[links.len() - HOSTILE.len()..].iter().map(|r| &r[0]).collect();
        let wanted: Vec<Want> = HOSTILE.iter().map(|(_, clean)| Want::Text((*clean).to_owned())).collect();
        assert_eq!(labels, wanted.iter().collect::<Vec<_>>(), "{}", format.file());
    }
    // And stay text when somebody edits the cell.
    assert!(read::part(&draw(&Xlsx, &document), "xl/styles.xml").contains("quotePrefix=\"1\""));
    assert!(!read::part(&draw(&Xlsx, &support::totals()), "xl/styles.xml").contains("quotePrefix"));
}

/// A figure that a spreadsheet cannot keep is refused, not rounded.
#[test]
fn too_many_digits_are_refused() {
    let mut document = support::totals();
    document.tables[0].rows[0].cells[0] = Cell::shown(999_999_999_999_999);
    assert!(Xlsx.render(&Edition::new(&document)).is_ok());
    document.tables[0].rows[0].cells[0] = Cell::shown(1_000_000_000_000_001);
    let refused = Xlsx.render(&Edition::new(&document)).unwrap_err().to_string();
    assert!(refused.contains("1000000000000001"), "{refused}");
}

/// Columns that a document calls the same keep their own headings, and words of which nothing is left do not leave a blank.
#[test]
fn headings_are_never_equal_or_blank() {
    let mut document = support::crossed();
    let crossed = document.tables.iter_mut().find(|t| t.id == "crossed").unwrap();
    crossed.columns.iter_mut().for_each(|c| c.label = "Hours".to_owned());
    crossed.rows[0].label = "\u{202e}\n".to_owned();
    (document.contact, document.complaints) = (String::new(), "\0".to_owned());
    // A link without a heading is called by its id wherever it stands.
    document.tables[0].rows[1].label = String::new();
    for format in [&Xlsx as &dyn Render, &Ods] {
        let found = sheets(&draw(format, &document));
        let rows = &found.iter().find(|s| s.name == "Use_by_time_of_day").unwrap().rows;
        let heads = ["Kind of use", "Hours (GB)", "Hours (GB), column 3"].map(|h| Want::Text(h.to_owned()));
        assert_eq!(rows[rows.len() - 5], heads);
        assert_eq!(rows[rows.len() - 4][0], Want::Text("office".to_owned()));
    }
    crossed_labels_aside(&mut document);
    check("headings", &document);
    data::check("headings", &document);
    lint::check("headings", &Edition::new(&document));
}

/// Gives the columns headings of their own again, which the walk over `report.json` expects.
fn crossed_labels_aside(document: &mut Document) {
    let crossed = document.tables.iter_mut().find(|t| t.id == "crossed").unwrap();
    for (i, column) in crossed.columns.iter_mut().enumerate() {
        column.label = format!("Hours {}", i + 1);
    }
}

#[test]
fn a_sheet_with_busy_times_names_each_of_them() {
    let mut document = support::one_way();
    document.faults[0].busiest.push(Busy {
        date: jiff::civil::date(2026, 3, 30),
        start: "09:00".to_owned(),
        percent: 70,
    });
    let book = book_figures(&Edition::new(&document));
    for (source, percent) in [("percent", 90), ("percent/2", 90), ("percent/3", 80), ("percent/4", 70)] {
        assert_eq!(book[&format!("faults/office/{source}")], Figure::Whole(percent), "{source}");
    }
}

/// The sheets as text, for a reader: `TITHING_GOLDEN=write` writes them anew.
#[test]
fn sheets_equal_their_goldens() {
    let write = std::env::var_os("TITHING_GOLDEN").is_some_and(|v| v == "write");
    for (name, document) in support::all() {
        let csv = String::from_utf8(draw(&Csv, &document)).unwrap().replace("\r\n", "\n");
        for (file, text) in [("sheets.txt", read::dump(&sheets(&draw(&Xlsx, &document)))), ("figures.csv", csv)] {
            let path = Path::new("tests/golden").join(name).join(file);
            if write {
                std::fs::write(&path, &text).unwrap();
            }
            let golden = std::fs::read_to_string(&path).unwrap_or_default();
            support::same(&format!("{name}/{file}"), &golden, &text);
        }
    }
}
