//! What the page says and how it holds: symbols, warnings, hostile text, plain words.

use reports::document::{Audience, Status};
use reports::{Document, DocumentError, from_json, html, json};

use crate::support;
use crate::support::page::read;

#[test]
fn guarantee_40_every_symbol_is_explained_at_its_table() {
    for (name, document) in support::all() {
        let page = html(&document);
        for table in page.split("<table ").skip(1) {
            let table = &table[..table.find("</table>").unwrap()];
            let id = table.strip_prefix("id=\"table-").unwrap().split('"').next().unwrap();
            let head = page.split(&format!("<p class=\"signs\" id=\"{id}-signs\">")).nth(1).unwrap_or_default();
            let signs = head.split("</p>").next().unwrap_or_default();
            for sign in ["[c]", "[x]", "[z]", "[low]", "[e]", "[r]"] {
                let used = table.contains(sign);
                assert_eq!(used, signs.contains(&format!("<b>{sign}</b> means ")), "{name}: {sign} at {id}");
                assert!(!used || table.contains(&format!("aria-describedby=\"{id}-signs\"")), "{name}: {id}");
            }
        }
    }
}

fn check(document: &Document, has: &[&str], lacks: &[&str]) {
    let page = html(document);
    for text in has {
        assert!(page.contains(text), "'{text}' is wanted in the page of {}", document.name);
    }
    for text in lacks {
        assert!(!page.contains(text), "'{text}' stands in the page of {}", document.name);
    }
}

#[test]
fn warnings_are_said_where_they_belong() {
    let restricted = "Not for publication.";
    let clock = "Test clock.";
    check(
        &support::totals(),
        &[restricted, "Fewer than five people used council devices"],
        &[clock, "Every kind of use"],
    );
    let lowered = ["Totals only this month.", restricted, clock, "3 April 2026, 00:00 UTC", "e-mail only"];
    check(&support::lowered(), &lowered, &["Every kind of use"]);
    let gaps = [
        "Some records are missing.",
        "There are no records for ",
        "17 March 2026",
        "Correction.",
        "Ask your IT provider",
    ];
    check(&support::neutral(), &gaps, &[restricted, clock]);
    check(
        &support::one_way(),
        &["Complete month.", "is over its budget for the year: £", "for use abroad"],
        &[restricted, clock],
    );
    check(
        &support::crossed(),
        &["Lunch and outside working hours <span class=\"unit\">(GB)</span>", clock],
        &[restricted, "(GB) <span"],
    );
}

#[test]
fn a_withheld_month_still_has_a_page() {
    let mut d = support::totals();
    d.status = Status::Withheld;
    d.tables.clear();
    d.costs.clear();
    d.coverage.clear();
    d.accounting = None;
    d.reasons = vec!["The impact assessment falls short, so nothing is reported: there is none".to_owned()];
    let d = support::explained(d);
    check(
        &d,
        &["Figures withheld.", "nothing is reported: there is none.", "Not for publication."],
        &["<table", "<svg"],
    );
    assert_eq!(from_json(&json(&d)).unwrap(), d);
}

#[test]
fn hostile_text_cannot_leave_its_place() {
    let evil = "</style><script>alert(1)</script>\"' onload=x <img src=http://192.0.2.1/>\u{202e}";
    let mut d = support::crossed();
    d.name = evil.to_owned();
    d.contact = evil.to_owned();
    d.complaints = evil.to_owned();
    d.software = evil.to_owned();
    d.test_clock = Some(evil.to_owned());
    d.reasons = vec![evil.to_owned()];
    d.measured = vec![evil.to_owned()];
    for table in &mut d.tables {
        table.id = format!("{}{evil}", table.id);
        table.title = evil.to_owned();
        for row in &mut table.rows {
            row.id.push_str(evil);
            row.label = evil.to_owned();
        }
    }
    for cost in &mut d.costs {
        cost.link = evil.to_owned();
        cost.kind = evil.to_owned();
    }
    for document in [d, {
        let mut d = support::totals();
        d.tables[0].rows[0].label = evil.to_owned();
        d.tables[0].rows[0].id = evil.to_owned();
        d
    }] {
        let page = html(&document);
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{202e}'));
        assert_eq!(page.matches("</style>").count(), 1);
        let (_, tags) = read(&page);
        assert!(tags.iter().all(|t| t.get("onload").is_none() && t.get("src").is_none()));
    }
}

#[test]
fn the_page_asks_nothing_of_anybody() {
    for (name, document) in support::all() {
        let page = html(&document);
        for word in ["http:", "https:", "src=", "@import", "url(", "<script", "<link", "<iframe", "<form"] {
            assert!(!page.contains(word), "{name}: {word}");
        }
        assert!(page.contains("Content-Security-Policy"), "{name}");
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en-GB\">"), "{name}");
    }
}

#[test]
fn guarantee_40_tables_have_one_heading_row_and_no_blank_cell() {
    for (name, document) in support::all() {
        let (pieces, tags) = read(&html(&document));
        let count = |n: &str| tags.iter().filter(|t| t.name == n).count();
        let (tables, cells) = (count("table"), count("td") + count("th"));
        assert_eq!((count("thead"), count("caption")), (tables, tables), "{name}");
        assert!(tags.iter().filter(|t| t.name == "th").all(|t| t.get("scope").is_some()), "{name}");
        assert!(tags.iter().all(|t| t.get("colspan").is_none() && t.get("rowspan").is_none()), "{name}");
        let filled = pieces.iter().filter(|p| p.path.iter().any(|e| e == "td" || e == "th")).count();
        assert!(filled >= cells, "{name}: {filled} texts in {cells} cells");
    }
}

/// The grade of Flesch and Kincaid: years of school that a text asks for. Syllables are counted as groups of vowels.
fn grade(text: &str) -> f64 {
    let sentences = text.matches(['.', '!', '?']).count().max(1) as f64;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|w| w.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase())
        .filter(|w| !w.is_empty())
        .collect();
    let syllables: usize = words.iter().map(|w| syllables(w)).sum();
    let n = words.len().max(1) as f64;
    0.39 * n / sentences + 11.8 * syllables as f64 / n - 15.59
}

fn syllables(word: &str) -> usize {
    let vowel = |c: char| "aeiouy".contains(c);
    let groups = word.chars().fold((0, false), |(n, was), c| (n + usize::from(vowel(c) && !was), vowel(c))).0;
    let silent = word.ends_with('e') && !word.ends_with("le") && groups > 1;
    (groups - usize::from(silent)).max(1)
}

#[test]
fn the_words_are_plain() {
    assert!(grade("The cat sat on the mat.") < 3.0);
    for (name, document) in support::all() {
        let (pieces, _) = read(&html(&document));
        let prose = |e: &String| e == "p" || e == "li" || e == "dd";
        let fixed = pieces.iter().filter(|p| p.path.iter().any(prose) && !p.path.iter().any(|e| e == "a"));
        let own = fixed.filter(|p| {
            !matches!(p.source.as_deref(), Some("definitions" | "taxonomy/sha256" | "checkpoint" | "checkpoint_key"))
        });
        let text = own.map(|p| p.text.as_str()).collect::<Vec<_>>().join(" ");
        let grade = grade(&text);
        // Age 13 is grade 8.
        assert!(grade <= 8.0, "{name}: grade {grade:.1}");
    }
}

#[test]
fn a_signed_checkpoint_stands_line_by_line_and_an_older_one_as_before() {
    let mut document = support::crossed();
    assert!(!html(&document).contains("Key that checks it"));
    let lines = ["tithing/hash-chain/example-001", "58", "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=", ""];
    let signed = "\u{2014} tithing/hash-chain/example-001 Az3grlgtzPIC";
    document.checkpoint = format!("{}\n{signed}\n", lines.join("\n"));
    document.checkpoint_key = "tithing/hash-chain/example-001+033de0ae+AQkJ".to_owned();
    let page = html(&document);
    let shown = |line: &str| format!("<span data-source=\"checkpoint\">{line}</span>");
    let all: Vec<String> = lines.iter().copied().chain([signed]).map(shown).collect();
    assert!(page.contains(&all.join("<br>")), "{page}");
    assert!(page.contains(">tithing/hash-chain/example-001+033de0ae+AQkJ<"));
    crate::numbers::check_page("signed", &document);
    assert_eq!(from_json(&json(&document)).unwrap(), document);
}

#[test]
fn a_damaged_document_is_refused_with_its_reason() {
    let good = json(&support::crossed());
    let refused = |text: &str| from_json(text).unwrap_err().code();
    assert_eq!(refused(""), "document_shape");
    assert_eq!(refused(&good.replacen("tithing.report/1", "tithing.report/2", 1)), "document_schema");
    assert_eq!(refused(&good.replacen("\"2026-03\"", "\"2026-13\"", 1)), "document_month");
    assert_eq!(refused(&good.replacen("\"shown\": 415", "\"shown\": 416", 1)), "document_unrounded");
    assert_eq!(refused(&good.replacen("\"shown\": 415", "\"shown\": 4.5", 1)), "document_shape");
    assert_eq!(refused(&good.replacen("\"month\"", "\"person\": 1, \"month\"", 1)), "document_shape");
    let mut d = support::totals();
    d.symbols.clear();
    assert!(matches!(from_json(&json(&d)), Err(DocumentError::Unexplained("[c]"))));
    let mut d = support::totals();
    d.tables[0].rows[0].cells.clear();
    assert!(matches!(from_json(&json(&d)), Err(DocumentError::Cells { cells: 0, columns: 1, .. })));
    assert_eq!(support::totals().audience, Audience::Restricted);
}
