//! The PDF, read back with poppler's tools: tags, title, language, reading order, and every number.

use std::collections::BTreeSet;
use std::process::Command;

use reports::document::Document;
use reports::{Edition, Html, Language, Pdf, Render as _};

use crate::support;
use crate::support::page::read;

fn drawn(document: &Document, language: Language) -> tempfile::NamedTempFile {
    let bytes = Pdf.render(&Edition { language, ..Edition::new(document) }).unwrap_or_else(|e| panic!("{e}"));
    let file = tempfile::Builder::new().suffix(".pdf").tempfile().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// What a tool of poppler says; none where the machine has none.
fn poppler(tool: &str, arguments: &[&str], file: &tempfile::NamedTempFile, after: &[&str]) -> Option<String> {
    let Ok(out) = Command::new(tool).args(arguments).arg(file.path()).args(after).output() else {
        println!("skipped: no {tool}; the package is poppler-utils");
        return None;
    };
    assert!(out.status.success(), "{tool}: {}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).unwrap())
}

fn text(file: &tempfile::NamedTempFile) -> Option<String> {
    let text = poppler("pdftotext", &["-enc", "UTF-8"], file, &["-"])?;
    // The foot of each page counts the pages.
    let foot =
        |l: &&str| l.split_once(" / ").is_some_and(|(a, b)| a.parse::<u32>().is_ok() && b.parse::<u32>().is_ok());
    Some(text.replace('\u{200b}', "").lines().filter(|l| !foot(l)).collect::<Vec<_>>().join("\n"))
}

#[test]
fn every_sample_passes_the_check_for_pdf_ua_in_both_languages() {
    for (name, document) in support::all() {
        for language in Language::ALL {
            let bytes = Pdf.render(&Edition { language, ..Edition::new(&document) });
            let bytes = bytes.unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(bytes.starts_with(b"%PDF-1.7"), "{name}");
            assert!(bytes.windows(12).any(|w| w == b"pdfuaid:part"), "{name}: the mark of the standard");
        }
    }
}

#[test]
fn tags_title_and_language_are_there() {
    for (document, language, title, lang) in [
        (support::crossed(), Language::English, "Internet use in March 2026: Example Town Council", "en-GB"),
        (support::crossed(), Language::Welsh, "Defnydd o’r rhyngrwyd, Mawrth 2026: Example Town Council", "cy"),
    ] {
        let file = drawn(&document, language);
        let Some(info) = poppler("pdfinfo", &[], &file, &[]) else { return };
        let line = |key: &str| info.lines().find_map(|l| l.strip_prefix(key)).unwrap_or_default().trim().to_owned();
        assert_eq!(line("Title:"), title.replace("Example Town Council", &document.name), "{info}");
        assert_eq!(line("Author:"), document.name);
        assert_eq!(line("Tagged:"), "yes");
        assert!(line("Page size:").ends_with("(A4)"), "{info}");
        assert_eq!(line("JavaScript:"), "no");
        let bytes = std::fs::read(file.path()).unwrap();
        let mark = format!("/Lang({lang})");
        assert!(bytes.windows(mark.len()).any(|w| w == mark.as_bytes()), "{mark}");
    }
}

#[test]
fn headings_and_tables_are_read_in_the_order_of_the_page() {
    let document = support::crossed();
    let file = drawn(&document, Language::English);
    let Some(structure) = poppler("pdfinfo", &["-struct-text"], &file, &[]) else { return };
    let page = String::from_utf8(Html.render(&Edition::new(&document)).unwrap()).unwrap();
    let (pieces, _) = read(&page);
    let named = |p: &&support::page::Piece| p.path.last().is_some_and(|t| t == "h2") && p.text != "In detail";
    let mut at = 0;
    for heading in pieces.iter().filter(named) {
        // Poppler breaks a text at quotation marks; the first word of a heading is enough to find it in its turn.
        let quoted = format!("\"{}", heading.text);
        let found = structure[at..].find(&quoted);
        at += found.unwrap_or_else(|| panic!("{} is not read after what stands before it", heading.text));
    }
    for (tag, least) in
        [("H1", 1), ("H2", 10), ("Table", 5), ("TH", 20), ("TD", 40), ("L", 4), ("Figure", 1), ("Caption", 5)]
    {
        let is = |l: &&str| l.split_whitespace().next().map(|w| w.trim_end_matches(':')) == Some(tag);
        let found = structure.lines().filter(is).count();
        assert!(found >= least, "{tag}: {found}");
    }
}

fn numbers(text: &str) -> BTreeSet<String> {
    let joined = text.replace(',', "");
    joined.split(|c: char| !c.is_ascii_digit()).filter(|r| !r.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_numbers_of_the_pdf_are_those_of_the_page() {
    for (name, document) in support::all() {
        let Some(text) = text(&drawn(&document, Language::English)) else { return };
        let page = String::from_utf8(Html.render(&Edition::new(&document)).unwrap()).unwrap();
        let (pieces, _) = read(&page);
        let drawn: Vec<_> =
            pieces.iter().filter(|p| !p.path.iter().any(|t| t == "code" || t == "title" || t == "desc")).collect();
        let figures: BTreeSet<&str> = drawn.iter().filter(|p| p.cell.is_some()).map(|p| p.text.as_str()).collect();
        let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for figure in figures {
            assert!(flat.contains(figure), "{name}: {figure} is not in the PDF");
        }
        let whole: String = drawn.iter().map(|p| format!("{} ", p.text)).collect();
        // A fingerprint may be broken over two lines: its pieces are put together again.
        let beyond: Vec<String> = numbers(&text).difference(&numbers(&whole)).cloned().collect();
        let tight: String = whole.split_whitespace().collect();
        assert!(beyond.iter().all(|n| tight.contains(n.as_str())), "{name}: {beyond:?}");
    }
}

#[test]
fn equal_editions_give_equal_bytes() {
    let document = support::one_way();
    let edition = Edition::new(&document);
    assert!(Pdf.render(&edition).unwrap() == Pdf.render(&edition).unwrap());
}

#[test]
fn text_from_outside_is_never_a_program() {
    let evil = "#panic(\"x\") \\ $x$ *b* <label> @ref [x] // \u{202e} ``` = heading";
    let mut document = support::totals();
    document.name = evil.to_owned();
    document.contact = evil.to_owned();
    document.tables[0].rows[0].label = evil.to_owned();
    document.tables[0].rows[0].id = evil.to_owned();
    document.reasons = vec![evil.to_owned()];
    let Some(text) = text(&drawn(&document, Language::English)) else { return };
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("#panic(\"x\") \\ $x$ *b* <label> @ref [x] //"), "{flat}");
}
