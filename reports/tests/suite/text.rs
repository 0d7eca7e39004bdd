//! The month as plain text and the letter that carries it: every figure of page one, with its unit, on lines of 80 columns.

use reports::document::{Audience, Cell, Money};
use reports::{Document, Edition, Enclosed, letter, text};

use crate::support;
use crate::support::page::read;

fn of(document: &Document) -> String {
    text(&Edition::new(document))
}

#[test]
fn every_month_fits_80_columns_and_ends_with_whom_to_ask() {
    for (name, document) in support::all() {
        let text = of(&document);
        assert!(text.lines().all(|l| l.chars().count() <= 80), "{name}: {text}");
        assert!(text.lines().all(|l| l.trim_end() == l) && text.ends_with('\n') && !text.ends_with("\n\n"), "{name}");
        assert!(text.starts_with(&format!("{}\nInternet use in March 2026\n===", document.name)), "{name}: {text}");
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(&format!("Whom to ask: {}", document.contact)), "{name}: {text}");
        assert!(flat.contains("Assessment review due: "), "{name}: {text}");
        assert_eq!(text, of(&document), "{name}");
    }
}

/// The figures of the first table of page one, and the totals of the bills, as they are printed.
#[test]
fn every_figure_of_page_one_is_there() {
    for (name, document) in support::all() {
        let text = of(&document);
        let has = |figure: &str| {
            let words = text.split(|c: char| c.is_whitespace()).map(|w| w.trim_end_matches(['.', ',', ']', '[', 'e']));
            words.map(|w| w.trim_end_matches("[e")).any(|w| w == figure)
        };
        let main = document.table("use").or_else(|| document.table("links"));
        let figures = main.iter().flat_map(|t| &t.rows).filter_map(|r| Some((r, r.cells.first()?.value()?)));
        let mut figures: Vec<_> = figures.collect();
        // Of kinds of use the seven largest, beside what all others leave.
        if document.table("use").is_some() {
            figures.sort_by_key(|(row, value)| (row.id != "other", std::cmp::Reverse(*value)));
            figures.truncate(8);
        }
        for (row, value) in figures {
            assert!(has(&thousands(value)), "{name}: {} of {}: {text}", value, row.id);
        }
        for cost in &document.costs {
            if let Money::Pence(p) = cost.total {
                let pounds = format!("{}.{:02}", thousands(p / 100), p % 100);
                assert!(has(&pounds), "{name}: {pounds}: {text}");
            }
        }
        let symbols = main.iter().flat_map(|t| &t.rows).flat_map(|r| &r.cells).filter(|c| matches!(c, Cell::Symbol(_)));
        assert!(
            symbols.count() == 0 || text.contains(" means ") || text.contains("have no more data than these"),
            "{name}: {text}"
        );
    }
}

/// With commas, as in the rest of the report: figures here are small.
fn thousands(value: i64) -> String {
    if value < 1_000 { value.to_string() } else { format!("{},{:03}", value / 1_000, value % 1_000) }
}

#[test]
fn a_table_of_three_measures() {
    let text = of(&support::crossed());
    // Figures that the document was typed with, under their headings with units.
    let head = text.lines().position(|l| l.starts_with("Kind of use")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[head].ends_with("(person-days)"), "{}", lines[head]);
    let office = lines.iter().find(|l| l.starts_with("Office, documents")).unwrap();
    let figures: Vec<&str> = office.split_whitespace().rev().take(3).collect();
    assert_eq!(figures, ["265", "1,105", "415"], "{office}");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let rest = "Other kinds of use have no more data than these, or had too few people or none. What";
    assert!(flat.contains(rest), "no link: {text}");
}

#[test]
fn what_must_be_seen_is_seen() {
    let check = |document: &Document, has: &[&str], lacks: &[&str]| {
        let text = of(document);
        has.iter().for_each(|part| assert!(text.contains(part), "{part}: {text}"));
        lacks.iter().for_each(|part| assert!(!text.contains(part), "{part}: {text}"));
    };
    check(&support::totals(), &["NOT FOR PUBLICATION: ", "How much the links carried"], &["How the internet was used"]);
    check(&support::lowered(), &["TOTALS ONLY THIS MONTH: ", "TEST CLOCK: "], &[]);
    check(&support::neutral(), &["SOME RECORDS ARE MISSING: ", "17 March 2026", "CORRECTION: "], &["NOT FOR"]);
    check(&support::one_way(), &["COMPLETE MONTH: ", "is over its budget for"], &["NOT FOR", "TEST CLOCK"]);
}

#[test]
fn the_letter_says_the_same_twice() {
    let enclosed = [("HTML", "summary.html"), ("JSON", "report.json")].map(|(format, file)| Enclosed {
        format: format.to_owned(),
        language: None,
        file: file.to_owned(),
    });
    for (name, document) in support::all() {
        let letter = letter(&Edition::new(&document), &enclosed);
        assert!(letter.text.starts_with(&of(&document)), "{name}");
        let restricted = document.audience == Audience::Restricted;
        assert_eq!(letter.subject.starts_with("Not for publication: "), restricted, "{name}: {}", letter.subject);
        assert!(letter.subject.contains(&format!("Internet use in March 2026: {}", document.name)), "{name}");
        let (pieces, tags) = read(&letter.html);
        let count = |tag: &str| tags.iter().filter(|t| t.name == tag).count();
        assert_eq!((count("h1"), count("main"), count("script"), count("img")), (1, 1, 0, 0), "{name}");
        assert_eq!(count("table"), count("caption"), "{name}");
        assert!(tags.iter().filter(|t| t.name == "th").all(|t| t.get("scope").is_some()), "{name}");
        assert!(tags.iter().all(|t| t.get("href").is_none() && t.get("src").is_none()), "{name}");
        let page: String = pieces.iter().map(|p| format!("{} ", p.text)).collect();
        for figure in of(&document).split_whitespace().filter(|w| w.chars().all(|c| c.is_ascii_digit() || c == ',')) {
            assert!(page.contains(figure.trim_matches(',')), "{name}: {figure}: {page}");
        }
    }
}

#[test]
fn a_hostile_name_stays_a_name() {
    let mut document = support::one_way();
    document.name = "<b>Parish</b>\r\nBcc: somebody\u{202e}".to_owned();
    let letter = letter(&Edition::new(&document), &[]);
    assert!(!letter.subject.contains(['\r', '\n']), "{:?}", letter.subject);
    assert!(letter.html.contains("&lt;b&gt;Parish&lt;/b&gt;") && !letter.html.contains("<b>"));
    assert!(letter.text.starts_with("<b>Parish</b> Bcc: somebody\n"), "{:.80}", letter.text);
}
