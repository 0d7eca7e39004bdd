//! The PDF, read back with poppler's tools: tags, title, language, reading order, and every number.

use std::collections::BTreeMap;
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

/// What a tool of poppler says. `make test` sees to it that it is there: without it nothing would be shown.
fn poppler(tool: &str, arguments: &[&str], file: &tempfile::NamedTempFile, after: &[&str]) -> String {
    let out = Command::new(tool).args(arguments).arg(file.path()).args(after).output();
    let out = out.unwrap_or_else(|e| panic!("{tool}: {e}; install poppler-utils"));
    assert!(out.status.success(), "{tool}: {}", String::from_utf8_lossy(&out.stderr));
    // Titles of headings may stand in it as UTF-16.
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn text(file: &tempfile::NamedTempFile) -> String {
    let text = poppler("pdftotext", &["-enc", "UTF-8"], file, &["-"]);
    // The foot of each page counts the pages.
    let number = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_digit());
    let foot = |l: &&str| l.trim().split_once('/').is_some_and(|(page, pages)| number(page) && number(pages));
    text.replace('\u{200b}', "").lines().filter(|l| !foot(l)).collect::<Vec<_>>().join("\n")
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
        let info = poppler("pdfinfo", &[], &file, &[]);
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
    let structure = poppler("pdfinfo", &["-struct-text"], &file, &[]);
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

/// Letters and digits of a text, sorted: whatever breaks lines or parts words leaves them as they are.
fn letters(text: &str) -> String {
    let mut all: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    all.sort_unstable();
    all.into_iter().collect()
}

/// What the page has in the order in which it is read: what stands before the first heading, then each section.
fn sections_of_page(page: &str) -> Vec<String> {
    let (pieces, _) = read(page);
    let left_out = ["title", "desc", "footer", "nav", "code", "style"];
    let drawn = pieces.iter().filter(|p| !p.path.iter().any(|t| left_out.contains(&t.as_str())));
    let mut all = vec![String::new()];
    for piece in drawn.filter(|p| !p.path.ends_with(&["body".to_owned(), "a".to_owned()])) {
        if piece.path.last().is_some_and(|t| t == "h2") {
            all.push(String::new());
        }
        all.last_mut().unwrap().push_str(&piece.text);
    }
    all
}

/// The same of the tags of the PDF.
fn sections_of_tags(structure: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in structure.lines().map(str::trim) {
        if line.starts_with("H2 ") {
            all.push(String::new());
        } else if let Some(text) = line.strip_prefix('"') {
            all.last_mut().unwrap().push_str(text.trim_end_matches('"'));
        }
    }
    all
}

#[test]
fn each_section_is_read_under_its_own_heading_and_in_its_turn() {
    for (name, document) in support::all() {
        for language in Language::ALL {
            let file = drawn(&document, language);
            let structure = poppler("pdfinfo", &["-struct-text"], &file, &[]);
            let edition = Edition { language, ..Edition::new(&document) };
            let page = sections_of_page(&String::from_utf8(Html.render(&edition).unwrap()).unwrap());
            let tags = sections_of_tags(&structure);
            assert_eq!(page.len(), tags.len(), "{name}: {language:?}");
            // The last has fingerprints, of which poppler's list leaves some out; their text is held above.
            for (want, found) in page.iter().zip(&tags).take(page.len() - 1) {
                assert_eq!(letters(found), letters(want), "{name}: {language:?}: {want} | {found}");
            }
        }
    }
}

/// Numbers as they are printed, each as often as it is.
fn numbers(text: &str) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for run in text.split(|c: char| !(c.is_ascii_digit() || ",.:".contains(c))) {
        let number = run.trim_matches([',', '.', ':']);
        if !number.is_empty() {
            *all.entry(number.to_owned()).or_default() += 1;
        }
    }
    all
}

/// A text without one long word, however it is broken over lines.
fn cut(text: &str, word: &str) -> String {
    let mut starts = text.char_indices().filter(|(_, c)| word.starts_with(*c)).map(|(i, _)| i);
    let end = |start: usize| {
        let mut left = word.chars().peekable();
        for (i, c) in text[start..].char_indices() {
            match left.peek() {
                None => return Some(start + i),
                Some(next) if *next == c => drop(left.next()),
                Some(_) if c.is_whitespace() => {}
                Some(_) => return None,
            }
        }
        left.peek().is_none().then_some(text.len())
    };
    match starts.find_map(|start| Some((start, end(start)?))) {
        Some((start, end)) => format!("{} {}", &text[..start], &text[end..]),
        None => panic!("{word} is not in the PDF"),
    }
}

#[test]
fn numbers_are_counted_as_they_are_printed() {
    let want = [("1,234.05", 1), ("12", 2), ("09:00", 1)].map(|(n, times)| (n.to_owned(), times));
    assert_eq!(numbers("£1,234.05 of 12, then 12. At 09:00"), BTreeMap::from(want));
    assert_eq!(cut("a 12ab\n34 b", "12ab34"), "a   b");
}

/// The samples, and one with a query: those are for a screen.
fn samples() -> Vec<(&'static str, Document)> {
    let mut all = support::all();
    let mut asked = support::crossed();
    asked.queries = vec![reports::document::Query { name: "usage 77".to_owned(), sql: "SELECT 4711".to_owned() }];
    all.push(("asked", asked));
    all
}

#[test]
fn the_numbers_of_the_pdf_are_those_of_the_page_each_as_often() {
    for (name, document) in samples() {
        let mut text = text(&drawn(&document, Language::English));
        let page = String::from_utf8(Html.render(&Edition::new(&document)).unwrap()).unwrap();
        let (pieces, _) = read(&page);
        let left_out = ["title", "desc", "footer", "nav"];
        let mut queries = false;
        let drawn = pieces.iter().filter(|p| {
            if p.path.last().is_some_and(|t| t == "h2") {
                queries = p.text == "How each table is counted";
            }
            !queries && !p.path.iter().any(|t| left_out.contains(&t.as_str()))
        });
        let mut whole: String = drawn.map(|p| format!("{} ", p.text)).collect();
        // The foot of each page has the month and counts the pages.
        let foot = format!("{}: internet use in March 2026.", document.name);
        text = text.replace(&foot, "");
        // A fingerprint may be broken over two lines.
        let long: Vec<String> = whole.split_whitespace().filter(|w| w.len() > 30).map(str::to_owned).collect();
        for word in long {
            whole = whole.replacen(&word, " ", 1);
            text = cut(&text, &word);
        }
        assert_eq!(numbers(&text), numbers(&whole), "{name}");
        assert!(!text.contains("word for word") && !text.contains("SELECT"), "{name}: queries are for a screen");
    }
}

/// What a clerk must not miss: what to do, whom to ask, when the assessment is due.
#[test]
fn what_to_do_stands_on_the_first_sheet() {
    for (name, document) in support::all() {
        let file = drawn(&document, Language::English);
        let first = poppler("pdftotext", &["-enc", "UTF-8", "-l", "1"], &file, &["-"]);
        let second = poppler("pdftotext", &["-enc", "UTF-8", "-f", "3"], &file, &["-"]);
        for text in ["What to do next", "Whom to ask", "Assessment review due"] {
            let due = document.assessment.as_ref().is_some_and(|a| a.review_due.is_some()) || !text.contains("due");
            assert!(!due || first.contains(text), "{name}: {text} is not on the first sheet");
        }
        // Page one is one leaf: its back holds the last of it.
        assert!(!second.contains("What was not measured"), "{name}: page one needs a third sheet");
    }
}

/// In the program of the page a bar is `(label, value, length, most, limit)`.
#[test]
fn bars_are_as_long_as_their_figures() {
    let whole = |figure: &str| figure.replace([',', '.'], "").parse::<i64>().unwrap();
    let mut bars = 0;
    for (name, document) in support::all() {
        let calls = Pdf::calls(&Edition::new(&document));
        for chart in calls.split("bar-chart(").skip(1) {
            let pieces: Vec<&str> = chart.split("fig(\"").collect();
            for pair in pieces.windows(2) {
                let [before, bar] = pair else { continue };
                // The second figure of a bar is what it could be at most.
                if before.contains("\" of \"") {
                    continue;
                }
                let figure = bar.split('"').next().unwrap();
                let Some((_, rest)) = bar.split_once("), ") else { continue };
                let numbers: Vec<&str> = rest.split([',', ')']).map(str::trim).take(3).collect();
                let [length, _, "true" | "false"] = numbers[..] else { continue };
                assert_eq!(length.parse::<i64>(), Ok(whole(figure)), "{name}: {bar:.80}");
                bars += 1;
            }
        }
    }
    assert!(bars >= 20, "{bars}");
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
    let text = text(&drawn(&document, Language::English));
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("#panic(\"x\") \\ $x$ *b* <label> @ref [x] //"), "{flat}");
}
