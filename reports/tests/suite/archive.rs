//! The archive's pages: what is linked, what is not, and how they hold.

use jiff::civil::date;
use reports::archive::{
    Archive, ArchivedMonth, CouncilRow, CouncilState, Linked, MonthState, ProviderArchive, Standing,
};
use reports::document::{Audience, Status};
use reports::{Language, archive_html, provider_html};

use crate::support::page::{Piece, Tag, read};

fn month(text: &str) -> model::Month {
    text.parse().unwrap()
}

fn published(of: &str, audience: Audience) -> ArchivedMonth {
    let documents = [("HTML", "summary.html"), ("PDF", "summary.pdf")];
    ArchivedMonth {
        month: month(of),
        status: Status::Gaps,
        audience,
        corrected: of == "2026-02",
        documents: documents.map(|(n, f)| Linked { name: n.to_owned(), language: None, file: f.to_owned() }).to_vec(),
    }
}

pub(crate) fn archive(audience: Audience) -> Archive {
    let standing = |of: &str, state| Standing {
        month: month(of),
        state,
        missing_nights: vec![date(2026, 3, 17)],
        reasons: vec!["two of the parish's seven people were away".to_owned()],
    };
    Archive {
        name: "Example <Parish> Council".to_owned(),
        months: vec![published("2026-03", audience), published("2026-02", Audience::Public)],
        standing: [
            standing("2026-03", MonthState::Released(Status::Gaps, audience)),
            standing("2026-04", MonthState::Running(date(2026, 5, 1))),
        ],
        review_due: Some(date(2027, 2, 1)),
        contact: "The clerk".to_owned(),
        languages: vec![Language::English],
        test_clock: false,
    }
}

fn links(tags: &[Tag]) -> Vec<&str> {
    tags.iter().filter(|t| t.name == "a").filter_map(|t| t.get("href")).collect()
}

/// What a public body must publish, as far as the page's text tells it.
fn holds(page: &str) -> (String, Vec<Tag>) {
    let (pieces, tags) = read(page);
    let count = |name: &str| tags.iter().filter(|t| t.name == name).count();
    assert_eq!((count("h1"), count("main"), count("title"), count("script")), (1, 1, 1, 0));
    assert_eq!(tags.iter().find(|t| t.name == "html").and_then(|t| t.get("lang")), Some("en-GB"));
    assert_eq!(links(&tags).first(), Some(&"#main"), "the first stop skips to the main part");
    assert_eq!(count("table"), count("caption"));
    assert!(tags.iter().filter(|t| t.name == "th").all(|t| t.get("scope").is_some()));
    let cells = count("td") + count("th");
    let filled = |p: &&Piece| p.path.iter().any(|e| e == "td" || e == "th");
    assert!(pieces.iter().filter(filled).count() >= cells, "no blank cell");
    (pieces.iter().map(|p| format!("{} ", p.text)).collect(), tags)
}

#[test]
fn a_public_month_is_linked() {
    let page = archive_html(&archive(Audience::Public), Language::English);
    let (text, tags) = holds(&page);
    let wanted =
        ["#main", "2026-03/summary.html", "2026-03/summary.pdf", "2026-02/summary.html", "2026-02/summary.pdf"];
    assert_eq!(links(&tags), wanted);
    for part in [
        "Example <Parish> Council",
        "Published: Some records are missing.",
        "There are no records for 17 March 2026.",
        "Two of the parish's seven people were away.",
        "Some records are missing, corrected",
        "Being recorded: its report is due from 1 May 2026.",
        "1 February 2027",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("Not for publication"));
    assert_eq!(page, archive_html(&archive(Audience::Public), Language::English));
}

/// Whatever it is given: the page itself leaves it out.
#[test]
fn a_restricted_month_is_neither_linked_nor_repeated() {
    let page = archive_html(&archive(Audience::Restricted), Language::English);
    let (text, tags) = holds(&page);
    assert_eq!(links(&tags), ["#main", "2026-02/summary.html", "2026-02/summary.pdf"]);
    assert!(text.contains("Not for publication") && text.contains("Released, not for publication."));
    for part in ["17 March", "seven people", "2026-03"] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn a_welsh_council_has_an_index_in_each_language_and_each_links_the_other() {
    let mut both = archive(Audience::Public);
    both.languages = Language::ALL.to_vec();
    both.contact = String::new();
    for d in both.months.iter_mut().flat_map(|m| m.documents.iter_mut()) {
        d.language = Some(if d.name == "PDF" { Language::Welsh } else { Language::English });
    }
    let check = |language: Language, other: &str, has: &[&str]| {
        let page = archive_html(&both, language);
        let (pieces, tags) = read(&page);
        let text: String = pieces.iter().map(|p| format!("{} ", p.text)).collect();
        has.iter().for_each(|part| assert!(text.contains(part), "{part}: {text}"));
        assert_eq!(tags.iter().find(|t| t.name == "html").and_then(|t| t.get("lang")), Some(language.tag()));
        let link = tags.iter().find(|t| t.get("hreflang").is_some()).unwrap();
        assert_eq!((link.get("href"), link.get("lang")), (Some(other), link.get("hreflang")));
        page
    };
    let parts = ["Cymraeg", "The clerk of Example <Parish> Council", "HTML", "PDF in Welsh", "1 February 2027"];
    check(Language::English, "index.cy.html", &parts);
    let parts = ["English", "Clerc Example <Parish> Council", "HTML yn Saesneg", "1 Chwefror 2027"];
    let page = check(Language::Welsh, "index.html", &parts);
    // What the document says for itself has no Welsh: it is marked.
    assert!(page.contains(
        "<span lang=\"en-GB\" data-source=\"reasons\">Two of the parish&#x27;s seven people were away.</span>"
    ));
    both.languages.truncate(1);
    assert!(!archive_html(&both, Language::English).contains("hreflang"));
}

#[test]
fn an_empty_archive_says_so() {
    let empty = Archive { months: vec![], ..archive(Audience::Public) };
    let (text, tags) = holds(&archive_html(&empty, Language::English));
    assert!(text.contains("No month is published yet") && tags.iter().all(|t| t.name != "table"));
}

#[test]
fn the_providers_page_marks_who_needs_a_look() {
    let state = |last, missing, overdue| CouncilState {
        name: "Example Town Council".to_owned(),
        last_month: (month("2026-03"), last),
        missing: (month("2026-04"), missing),
        last_night: Some(date(2026, 4, 2)),
        review_due: Some(date(2026, 4, 1)),
        overdue,
    };
    let whole = MonthState::Released(Status::Complete, Audience::Public);
    let check = |known, gap: bool, has: &[&str]| {
        let councils = vec![CouncilRow { authority: "example-town".to_owned(), known }];
        let (text, tags) = holds(&provider_html(&ProviderArchive { councils, test_clock: true }));
        assert_eq!(text.contains("1 of 1 councils needs a look."), gap, "{text}");
        has.iter().for_each(|part| assert!(text.contains(part), "{part}: {text}"));
        links(&tags).len()
    };
    let complete =
        ["March 2026: Published: Complete month", "None missing in April 2026", "2 April 2026", "Test clock."];
    assert_eq!(check(Some(state(whole, 0, false)), false, &complete), 2);
    check(Some(state(whole, 1, false)), true, &["1 missing in April 2026"]);
    check(Some(state(whole, 0, true)), true, &["Overdue since 1 April 2026"]);
    check(Some(state(MonthState::Waiting, 0, false)), true, &["March 2026: Over, and not reported yet"]);
    check(Some(state(MonthState::Before, 0, false)), false, &["March 2026: Before recording began"]);
    check(Some(state(MonthState::Withheld, 0, false)), true, &["Withheld"]);
    assert_eq!(check(None, true, &["Its configuration cannot be read", "Not known"]), 1, "nothing to link");
}
