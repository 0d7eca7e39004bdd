//! Months side by side: what their own reports say, and nothing worked out from two of them.

use reports::document::{Audience, Cell, Mark, Shown, Status, Symbol};
use reports::{Document, Edition, Html, Render as _};

use crate::numbers::check_edition;
use crate::support;

/// The month with other figures, so that a mix-up shows.
pub(crate) fn month(of: &Document, month: &str, add: i64) -> Document {
    let mut d = of.clone();
    d.month = month.to_owned();
    for cell in d.tables.iter_mut().flat_map(|t| &mut t.rows).flat_map(|r| &mut r.cells) {
        if let Cell::Shown(shown) = cell {
            shown.shown += add;
        }
    }
    if let Some(Cell::Shown(counted)) = d.accounting.as_mut().map(|a| &mut a.counted) {
        counted.shown += add;
    }
    d
}

fn page(document: &Document, earlier: &[Document]) -> String {
    String::from_utf8(Html.render(&Edition { earlier, ..Edition::new(document) }).unwrap()).unwrap()
}

#[test]
fn every_number_of_an_earlier_month_has_that_month_before_its_source() {
    for (name, document) in support::all() {
        let earlier = [month(&document, "2026-01", 7), month(&document, "2026-02", 11)];
        check_edition(name, &Edition { earlier: &earlier, ..Edition::new(&document) });
    }
}

/// A council of few people in February, whose report was for named readers alone, and of enough in March.
#[test]
fn a_month_that_was_not_for_publication_stands_in_none_that_is() {
    let march = support::neutral();
    let february = |audience| Document { audience, ..month(&march, "2026-02", 11) };
    let told = |of: &Document, before: Document| page(of, &[before]).contains("2026-02:");
    assert!(told(&march, february(Audience::Public)));
    assert!(!told(&march, february(Audience::Restricted)));
    let restricted = Document { audience: Audience::Restricted, ..march.clone() };
    assert!(told(&restricted, february(Audience::Restricted)));
}

#[test]
fn the_total_of_each_month_is_what_its_report_said() {
    let document = support::totals();
    let page = page(&document, &[month(&document, "2026-02", 38)]);
    // 162 GB were counted in March; 162 and 38 are 200.
    for text in [
        "<td class=\"n\" data-cell=\"2026-02:accounting/counted\">200</td>",
        "<td class=\"n\" data-cell=\"accounting/counted\">162</td>",
        "<td class=\"n\" data-cell=\"2026-02:links/office/volume\">156</td>",
        "Less data than in <span data-source=\"2026-02:month\">February 2026</span>",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

/// What lost records is not compared, whatever else is said of the month.
#[test]
fn months_of_which_records_are_missing_are_not_compared() {
    let check = |document: &Document, before: Document, compared: bool| {
        let page = page(document, &[before]);
        assert_eq!(page.contains("Less data than in"), compared);
        assert_eq!(page.contains("Some records are missing, so the months do not compare"), !compared);
    };
    let (march, february) = (support::totals(), month(&support::totals(), "2026-02", 38));
    check(&march, february.clone(), true);
    let missing = |of: &Document| Document { missing_nights: vec![jiff::civil::date(2026, 2, 3)], ..of.clone() };
    check(&march, missing(&february), false);
    check(&missing(&march), february.clone(), false);
    let mut short = march.clone();
    (short.status, short.coverage[0].days_complete) = (Status::Lowered, 26);
    check(&short, february, false);
}

/// A mark that is explained below the table stands in it, on the total too.
#[test]
fn marks_of_an_earlier_month_stand_behind_its_figures() {
    let document = support::totals();
    let mut before = month(&document, "2026-02", 38);
    before.accounting.as_mut().unwrap().counted = Cell::Shown(Shown { shown: 77, marks: vec![Mark::R] });
    let page = page(&document, &[before]);
    assert!(page.contains("<span data-cell=\"2026-02:accounting/counted\">77</span> [r]</td>"), "{page}");
    assert!(page.contains("<b>[r]</b> means revised."));
}

#[test]
fn a_single_month_has_no_trend() {
    let document = support::crossed();
    let later = month(&document, "2026-04", 5);
    let mut other = month(&document, "2026-02", 5);
    other.authority = "another-example".to_owned();
    for earlier in [vec![], vec![later], vec![other]] {
        assert!(!page(&document, &earlier).contains("d-trend"));
    }
}

#[test]
fn at_most_a_year_and_a_month_stand_side_by_side() {
    let document = support::totals();
    let earlier: Vec<Document> =
        (1..=20).map(|i| month(&document, &format!("{}-{:02}", 2024 + (i - 1) / 12, (i - 1) % 12 + 1), i)).collect();
    let page = page(&document, &earlier);
    let rows = page.split("id=\"table-trend-links\"").nth(1).unwrap().split("</table>").next().unwrap();
    assert_eq!(rows.matches("scope=\"row\"").count(), 13);
    // Twelve months before this one: the last of twenty is August 2025, the ninth September 2024.
    assert!(!rows.contains("August 2024") && rows.contains("September 2024") && rows.contains("August 2025"));
}

#[test]
fn a_row_that_a_month_lacks_says_so() {
    let document = support::totals();
    let mut before = month(&document, "2026-02", 1);
    before.tables[0].rows.retain(|r| r.id != "hall");
    let page = page(&document, &[before]);
    let rows = page.split("id=\"table-trend-links\"").nth(1).unwrap().split("</table>").next().unwrap();
    assert_eq!(rows.matches("<td class=\"n s\">[z]</td>").count(), 1, "{rows}");
    assert!(page.contains("<b>[z]</b> means that a month’s report has no such figure."));
    assert!(document.tables[0].rows.iter().all(|r| r.cells.iter().all(|c| *c != Cell::symbol(Symbol::Z))));
}
