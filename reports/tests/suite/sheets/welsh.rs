//! The Welsh workbook: the figures of the English one, and no English of ours.

use std::collections::BTreeSet;

use reports::{Document, Edition, Language, Ods, Render, Xlsx};

use super::read::{Found, sheets};
use super::walk::Want;
use super::{documents, full};
use crate::support;
use crate::trend::month;
use crate::wording::messages;

/// English messages without gaps that say something else in Welsh.
fn english() -> BTreeSet<String> {
    let welsh = messages("cy");
    let all: BTreeSet<&String> = welsh.values().collect();
    messages("en-GB").into_values().filter(|m| !m.contains('{') && !all.contains(m)).collect()
}

/// The numbers within a text, in order of size: a sentence may turn them round.
fn numbers(text: &str) -> Vec<&str> {
    let mut all: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    all.sort_unstable();
    all
}

fn same_cell(what: &str, english: &Want, welsh: &Want) {
    match (english, welsh) {
        (Want::Text(a), Want::Text(b)) if a.starts_with('[') && !a.contains(' ') => assert_eq!(a, b, "{what}"),
        (Want::Text(a), Want::Text(b)) => assert_eq!(numbers(a), numbers(b), "{what}: {a}: {b}"),
        _ => assert_eq!(english, welsh, "{what}"),
    }
}

/// Cell for cell the English workbook: figures, dates and symbols equal, words in Welsh where they are ours.
fn check(name: &str, document: &Document, format: &dyn Render) {
    let earlier = [month(document, "2026-02", 5)];
    let draw = |language| {
        let edition = Edition { earlier: &earlier, language, ..Edition::new(document) };
        sheets(&format.render(&edition).unwrap())
    };
    let (one, two) = (draw(Language::English), draw(Language::Welsh));
    let shape =
        |found: &[Found]| -> Vec<Vec<usize>> { found.iter().map(|s| s.rows.iter().map(Vec::len).collect()).collect() };
    assert_eq!(shape(&one), shape(&two), "{name}");
    let ours = english();
    for (a, b) in one.iter().zip(&two) {
        let what = format!("{name}.{}: {}", format.file_in(Language::Welsh), b.name);
        assert!(!ours.contains(&b.name), "{what} is English");
        for (a, b) in a.rows.iter().flatten().zip(b.rows.iter().flatten()) {
            same_cell(&what, a, b);
            if let Want::Text(text) = b {
                assert!(!ours.contains(text), "{what}: '{text}' is English");
                assert!(!text.contains(['{', '\u{e000}']), "{what}: '{text}' is not filled");
            }
        }
    }
}

#[test]
fn the_welsh_workbook_has_the_figures_of_the_english_one() {
    for (name, document) in documents().into_iter().filter(|(name, _)| *name != "hostile") {
        for format in [&Xlsx as &dyn Render, &Ods] {
            check(name, &document, format);
        }
    }
}

#[test]
fn both_workbooks_are_drawn_in_both_languages() {
    for (format, file) in [(&Xlsx as &dyn Render, "summary.cy.xlsx"), (&Ods, "summary.cy.ods")] {
        assert_eq!(format.languages(), Language::ALL);
        assert_eq!(format.file_in(Language::Welsh), file);
    }
}

fn welsh(format: &dyn Render, document: &Document, earlier: &[Document]) -> Vec<Found> {
    let edition = Edition { earlier, language: Language::Welsh, ..Edition::new(document) };
    sheets(&format.render(&edition).unwrap())
}

fn rows<'a>(found: &'a [Found], name: &str) -> &'a [Vec<Want>] {
    &found.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("no {name}")).rows
}

/// Cells typed by hand from the documents in `support`.
#[test]
fn welsh_cells_by_hand() {
    let (number, text) = (|n: &str| Want::number(n), |t: &str| Want::Text(t.to_owned()));
    let date = |d: &str| Want::Date(d.to_owned());
    for format in [&Xlsx as &dyn Render, &Ods] {
        let totals = support::totals();
        let found = welsh(format, &totals, &[month(&totals, "2026-02", 38)]);
        assert_eq!(rows(&found, "Clawr")[0], [text("Defnydd o’r rhyngrwyd, Mawrth 2026: Example Parish Council")]);
        let restricted = "Nid i’w gyhoeddi. Dim ond y derbynwyr a enwir ar y daflen waith Nodiadau a gaiff ddarllen yr adroddiad hwn.";
        assert_eq!(rows(&found, "Clawr")[1], [text(restricted)]);
        let hall = [
            text("Village hall router"),
            text("Bwndel"),
            date("2026-02-15"),
            date("2026-03-14"),
            number("15"),
            number("5.25"),
            number("0"),
            number("20.25"),
            number("20.25"),
            number("18"),
            text("Cynllun pris a defnydd"),
            text("Terfynol"),
        ];
        let costs = rows(&found, "Costau");
        assert_eq!(costs[costs.len() - 2], hall);
        assert_eq!(
            costs.last().unwrap()[5..10],
            [text("[c]"), text("[c]"), text("[c]"), text("Heb ei ddangos"), text("Dim wedi’i gosod")]
        );
        let months = rows(&found, "Misoedd_fesul_cysylltiad");
        // 118, 41 and 162 GB in March, each 38 more in February.
        assert_eq!(months[months.len() - 2], [text("Chwefror 2026"), number("156"), number("79"), number("200")]);
        assert_eq!(months[0], [text("Data pob mis a gyhoeddwyd, fesul cysylltiad (GB), hyd at fis Mawrth 2026")]);
        let found = welsh(format, &full(), &[]);
        let crossed = rows(&found, "Defnydd_fesul_amser");
        let marks = "Oriau gwaith (GB): [e]; Cinio a’r tu allan i oriau gwaith (GB): [e][r]";
        let office = [text("Swyddfa, dogfennau a chyfarfodydd"), number("330"), number("25"), text(marks)];
        assert_eq!(crossed[crossed.len() - 4], office);
        assert!(rows(&found, "Ymholiadau").contains(&vec![text("links"), text("  link,  octets")]));
    }
}

/// Names and texts of the council are of no language of ours, and what has no Welsh stands as the document has it.
#[test]
fn what_the_council_wrote_stands_as_it_is() {
    let mut document = support::totals();
    document.reasons = vec!["A reason that nobody translated.".to_owned()];
    for format in [&Xlsx as &dyn Render, &Ods] {
        let found = welsh(format, &document, &[]);
        let all: BTreeSet<String> = found.iter().flat_map(|s| s.rows.iter().flatten()).map(Want::to_string).collect();
        for own in [
            "Office broadband",
            "Village hall router",
            "The clerk of Example Parish Council",
            "Write to the clerk, or telephone 01632 960001. You will hear from us within 30 days.",
            "A reason that nobody translated.",
        ] {
            assert!(all.contains(own), "{own}");
        }
    }
}

/// Titles and rows that the gate words itself are ours, though they stand in the document.
#[test]
fn what_the_gate_calls_its_tables_has_welsh() {
    let mut document = support::one_way();
    document.tables[2].title = "Active time by kind of site".to_owned();
    document.tables[3].title = "Days of use by kind of site".to_owned();
    let row = &mut document.tables[0].rows[1];
    (row.id, row.label) = ("issued".to_owned(), "Links issued to one person each, together".to_owned());
    let found = welsh(&Ods, &document, &[month(&document, "2026-02", 5)]);
    let text = |t: &str| Want::Text(t.to_owned());
    assert_eq!(rows(&found, "Defnydd_amser")[0], [text("Amser gweithredol yn ôl math o safle, Mawrth 2026")]);
    assert_eq!(rows(&found, "Defnydd_dyddiau")[0], [text("Dyddiau o ddefnydd yn ôl math o safle, Mawrth 2026")]);
    let issued = "Cysylltiadau a roddwyd i un person yr un, gyda’i gilydd";
    assert_eq!(rows(&found, "Cysylltiadau").last().unwrap()[0], text(issued));
    let heads = rows(&found, "Misoedd_fesul_cysylltiad").iter().find(|r| r.len() > 1).unwrap();
    assert_eq!(heads[2], text(&format!("{issued} (GB)")));
}
