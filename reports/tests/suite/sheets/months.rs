//! Published months side by side: each cell is a cell of its own month's `report.json`, with the source that the page gives it.

use reports::document::{Cell, Mark, Shown};
use reports::{Document, Edition, Language, Ods, Render, Xlsx};

use super::read::{Found, sheets};
use super::walk::{Figure, Want};
use super::{book_figures, check_edition, documents};
use crate::support;
use crate::trend::month;

/// Two months before, one of them in another year and with marks, the other without a link and without kinds of use.
fn earlier(document: &Document) -> [Document; 2] {
    let (mut old, mut new) = (month(document, "2025-12", 40), month(document, "2026-02", 5));
    if let Cell::Shown(shown) = &mut old.tables[0].rows[0].cells[0] {
        shown.marks = vec![Mark::E];
    }
    if let Some(counted) = old.accounting.as_mut().map(|a| &mut a.counted) {
        *counted = Cell::Shown(Shown { shown: 77, marks: vec![Mark::R] });
    }
    new.tables[0].rows.remove(0);
    new.tables.retain(|t| t.id != "use");
    [old, new]
}

#[test]
fn every_cell_of_an_earlier_month_stands_in_both_spreadsheets() {
    for (name, document) in documents() {
        let earlier = earlier(&document);
        check_edition(name, &Edition { earlier: &earlier, ..Edition::new(&document) });
    }
}

/// The sources of the page with earlier months are sources of the book.
#[test]
fn the_page_names_cells_of_earlier_months_as_the_book_does() {
    for (name, document) in documents() {
        let earlier = earlier(&document);
        for language in Language::ALL {
            let edition = Edition { earlier: &earlier, language, ..Edition::new(&document) };
            let page = String::from_utf8(reports::Html.render(&edition).unwrap()).unwrap();
            let book = book_figures(&edition);
            let cells: Vec<String> = crate::support::page::read(&page).0.into_iter().filter_map(|p| p.cell).collect();
            assert!(cells.iter().any(|c| c.starts_with("2025-12:")), "{name}: no figure of an earlier month");
            for cell in cells {
                assert!(book.contains_key(&cell), "{name}: {cell}");
            }
        }
    }
}

fn rows<'a>(found: &'a [Found], name: &str) -> &'a [Vec<Want>] {
    &found.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("no {name}")).rows
}

/// A parish of three: 118 and 41 GB in March, 162 in all; the months before by hand.
#[test]
fn months_by_hand() {
    let (number, text) = (|n: &str| Want::number(n), |t: &str| Want::Text(t.to_owned()));
    let document = support::totals();
    let earlier = earlier(&document);
    let edition = Edition { earlier: &earlier, ..Edition::new(&document) };
    for format in [&Xlsx as &dyn Render, &Ods] {
        let found = sheets(&format.render(&edition).unwrap());
        assert_eq!(
            rows(&found, "Months_by_link"),
            [
                vec![text("Data of each published month, by link (GB), to March 2026")],
                vec![text("This worksheet contains one table.")],
                vec![text("In this table [z] means: does not apply, or the month’s report has no such figure.")],
                vec![text("In this table [e] means: estimated.")],
                vec![text("In this table [r] means: revised.")],
                vec![text("What earlier reports said, side by side. Nothing is worked out anew.")],
                vec![text("Each figure is rounded as the report of its own month says.")],
                ["Month", "Office broadband (GB)", "Village hall router (GB)", "All data (GB)", "Notes"]
                    .map(text)
                    .into(),
                vec![
                    text("December 2025"),
                    number("158"),
                    number("81"),
                    number("77"),
                    text("Office broadband (GB): [e]; All data (GB): [r]"),
                ],
                vec![text("February 2026"), text("[z]"), number("46"), number("167"), text("None")],
                vec![text("March 2026"), number("118"), number("41"), number("162"), text("None")],
            ]
        );
        assert!(found.iter().all(|s| s.name != "Months_by_use"), "three people have no kinds of use");
        // Every sign of the tables stands in the notes.
        let notes = rows(&found, "Notes");
        for (sign, meaning) in [
            ("Symbol [z]", "Does not apply, or the month’s report has no such figure."),
            ("Mark [e]", "Estimated."),
            ("Mark [r]", "Revised."),
        ] {
            assert!(notes.iter().any(|r| r[1..] == [text(sign), text(meaning)]), "{sign}");
        }
    }
    let book = book_figures(&edition);
    let wanted = [("2025-12:links/office/volume", 158), ("2026-02:accounting/counted", 167), ("links/hall/volume", 41)];
    for (source, figure) in wanted {
        assert_eq!(book[source], Figure::Whole(figure), "{source}");
    }
    assert!(!book.contains_key("2026-02:links/office/volume"));
}

/// A year and a month of links, six months of kinds, as on the page.
#[test]
fn as_many_months_as_the_page_has() {
    let document = support::neutral();
    let months: Vec<Document> = (1..=12)
        .map(|i| month(&document, &format!("2025-{i:02}"), i))
        .chain((1..=2).map(|i| month(&document, &format!("2026-{i:02}"), 12 + i)))
        .collect();
    let found = sheets(&Ods.render(&Edition { earlier: &months, ..Edition::new(&document) }).unwrap());
    let links = rows(&found, "Months_by_link");
    let names: Vec<&Want> = links.iter().filter(|r| r.len() > 1).skip(1).map(|r| &r[0]).collect();
    assert_eq!(names.len(), 13);
    assert_eq!((names[0], names[12]), (&Want::Text("March 2025".to_owned()), &Want::Text("March 2026".to_owned())));
    let heads = rows(&found, "Months_by_use").iter().find(|r| r.len() > 1).unwrap();
    let wanted = ["Kind of use", "October 2025 (GB)", "November 2025 (GB)", "December 2025 (GB)", "January 2026 (GB)"];
    assert_eq!(heads[..5], wanted.map(|h| Want::Text(h.to_owned())));
}

#[test]
fn a_month_alone_has_no_sheet_of_months() {
    let document = support::crossed();
    let later = month(&document, "2026-04", 5);
    let mut other = month(&document, "2026-02", 5);
    other.authority = "another-example".to_owned();
    for earlier in [vec![], vec![later], vec![other]] {
        let found = sheets(&Xlsx.render(&Edition { earlier: &earlier, ..Edition::new(&document) }).unwrap());
        assert!(found.iter().all(|s| !s.name.starts_with("Months_")));
    }
}
