//! The fixed text: whole in both languages, and in plain words.

use std::collections::BTreeMap;

use reports::document::Audience;
use reports::subject::Pack;
use reports::{Document, Edition, Html, Language, Render as _};

use crate::numbers::check_edition;
use crate::support;
use crate::support::page::read;

pub(crate) fn messages(file: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(format!("locales/{file}.ftl")).unwrap();
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        match line.split_once(" = ") {
            Some((id, value)) if !line.starts_with(' ') => {
                last = id.to_owned();
                assert!(all.insert(last.clone(), value.to_owned()).is_none(), "{file}: {id} stands twice");
            }
            _ => all.get_mut(&last).unwrap().push_str(&format!("\n{line}")),
        }
    }
    all
}

/// The documents for single readers, in English alone.
pub(crate) const PAPERS: &str = "en-GB.papers";

fn gaps(message: &str) -> Vec<String> {
    let mut all: Vec<String> =
        message.split('$').skip(1).map(|g| g.chars().take_while(char::is_ascii_alphabetic).collect()).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn every_message_stands_in_both_languages_with_gaps_that_exist() {
    let (english, welsh) = (messages("en-GB"), messages("cy"));
    for (id, message) in &english {
        let other = welsh.get(id).unwrap_or_else(|| panic!("cy lacks {id}"));
        let known = gaps(message);
        assert!(gaps(other).iter().all(|g| known.contains(g)), "{id}: {other}");
    }
    let extra: Vec<&String> =
        welsh.keys().filter(|id| !english.contains_key(*id) && !id.starts_with("said-")).collect();
    assert!(extra.is_empty(), "{extra:?}");
}

#[test]
fn every_message_is_used() {
    let mut code = String::new();
    let mut open = vec![std::path::PathBuf::from("src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
        } else {
            code.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    // Families whose last word is a word of the document or of the code.
    let families = [
        "month-",
        "accounting-",
        "cost-",
        "recipient-",
        "reader-",
        "chart-",
        "heading-",
        "status-",
        "sign-",
        "column-",
        "todo-",
    ];
    // Of the other documents.
    let papers = [
        "annex-",
        "case-next-",
        "configured-",
        "document-",
        "mode-",
        "notice-can-",
        "office-",
        "outcome-",
        "pack-",
        "program-",
        "provider-head-",
        "purpose-",
        "schedule-head-",
        "security-cannot-",
        "security-did-",
        "security-head-",
        "short-month-",
        "source-",
    ];
    for (file, families) in [("en-GB", families.as_slice()), (PAPERS, papers.as_slice())] {
        for id in messages(file).keys() {
            let family = families.iter().any(|f| id.starts_with(f));
            assert!(family || code.contains(&format!("\"{id}\"")), "{file}: {id} is used nowhere");
        }
    }
}

/// The document's own words are for whoever keeps the settings.
#[test]
fn a_clerk_is_told_in_plain_words_what_each_requirement_asks_for() {
    let (day, empty) = (jiff::civil::date(2026, 3, 15), gate::Assessment::parse("").unwrap());
    let long = gate::Assessment::parse("[retention]\nusage_days = 90\nlinks_days = 0\nraw_days = 90\n").unwrap();
    let ladders = [gate::judge(None, day), gate::judge(Some(&empty), day), gate::judge(Some(&long), day)];
    let requirements = ladders.map(|l| [l.requirements, l.advice].concat()).concat();
    assert!(requirements.len() > 20, "{}", requirements.len());
    for language in Language::ALL {
        for requirement in &requirements {
            let mut document = support::lowered();
            let next = "set `key` = true under [table]".to_owned();
            let (what, source) = ("it is missing".to_owned(), "the law".to_owned());
            let code = requirement.code.to_owned();
            document.requirements = vec![reports::document::Requirement { code, met: false, what, source, next }];
            let page =
                String::from_utf8(Html.render(&Edition { language, ..Edition::new(&document) }).unwrap()).unwrap();
            assert!(!page.contains("under [table]"), "{}: {language:?}", requirement.code);
        }
    }
}

#[test]
fn no_message_stands_in_two_files() {
    let (summary, papers) = (messages("en-GB"), messages(PAPERS));
    let twice: Vec<&String> = papers.keys().filter(|id| summary.contains_key(*id)).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn nothing_in_either_language_is_left_unfilled() {
    for language in Language::ALL {
        for (name, document) in support::all() {
            let mut before = document.clone();
            before.month = "2026-02".to_owned();
            let earlier = [before];
            let edition = Edition { earlier: &earlier, language, ..Edition::new(&document) };
            let page = String::from_utf8(Html.render(&edition).unwrap()).unwrap();
            let (pieces, _) = read(&page);
            for piece in pieces.iter().filter(|p| !p.path.iter().any(|t| t == "code")) {
                let text = &piece.text;
                let whole = !text.contains('{') && !text.contains('\u{e000}');
                assert!(whole, "{name}: {text}");
            }
            for id in messages("en-GB").keys().filter(|id| id.contains('-')) {
                assert!(!page.contains(&format!(">{id}<")), "{name}: {id} stands for itself");
            }
        }
    }
}

/// Every other document, drawn from what its own tests draw it from.
fn papers() -> Vec<(&'static str, String)> {
    let schedule =
        reports::schedule_pages(&crate::schedule::made(&[crate::schedule::part("A-901", "p", 5_000_000_000)]));
    let mut security = crate::security::notice();
    security.continuing = security.findings.clone();
    let (case, archive) = (crate::case::file("Why"), crate::archive::archive(Audience::Restricted));
    let (mut closed, date) = (case.clone(), jiff::civil::date(2026, 4, 20));
    let said = |t: &str| t.to_owned();
    closed.end(reports::CaseEnd {
        date,
        outcome: said("advice"),
        reason: said("Enough"),
        account: said("It was work"),
    });
    let council = reports::archive::CouncilRow { authority: "example".to_owned(), known: None };
    let provider = reports::archive::ProviderArchive { councils: vec![council], test_clock: true };
    let mut all = vec![
        ("annex", reports::annex_html(&crate::annex::annex())),
        ("evidence", reports::evidence_html(&crate::annex::sheet())),
        ("security", reports::security_html(&security)),
        ("schedule", schedule.all),
        ("case", case.html()),
        ("notice", case.notice().unwrap()),
        ("provider", reports::provider_html(&provider)),
        ("closed case", closed.html()),
        ("pack", reports::subject::html(&Pack { tables: tables(), ..Pack::default() })),
        ("full pack", reports::subject::html(&pack())),
    ];
    all.extend(schedule.holders.into_iter().map(|(_, page)| ("holder", page)));
    all.extend(Language::ALL.map(|l| ("archive", reports::archive_html(&archive, l))));
    all
}

/// A pack in which everything is said that can be.
fn pack() -> Pack {
    let (month, goes) = ("2026-03".parse().unwrap(), jiff::civil::date(2026, 6, 1));
    let said = |t: &str| t.to_owned();
    Pack {
        council: said("Example Council"),
        person: said("P-1"),
        made: said("2026-04-03T09:00:00Z"),
        test_clock: true,
        months: vec![reports::subject::HeldMonth { month, goes, published: true, rows: 1 }],
        notice: Some((said("2"), Some(goes))),
        basis: Some(said("legitimate-interests")),
        purposes: vec![said("policy"), said("operations")],
        sources: vec![said("flows"), said("packet-capture")],
        recipients: vec![(said("hr-adviser"), said("case"))],
        raw_days: Some(7),
        contact: Some(said("Write to the clerk")),
        shared: reports::subject::Shared { assets: vec![said("A-3")], others: 1 },
        tables: tables(),
        ..Pack::default()
    }
}

/// Every table of a pack, by the messages that head the files.
fn tables() -> Vec<reports::subject::Table> {
    let names = ["use", "use-by-month", "schedule", "links-by-day", "person", "devices", "claims", "notices", "cases"];
    let all = names.into_iter().chain(["holds", "ledger", "retention"]);
    let on_page = |name| !["use", "links-by-day", "holds", "retention"].contains(&name);
    all.map(|name| reports::subject::Table { name, on_page: on_page(name), ..Default::default() }).collect()
}

#[test]
fn nothing_in_the_other_documents_is_left_unfilled() {
    // A message that is missing shows its own name, and each name begins with its document.
    let families = "about annex archive band became case configured document evidence file head letter mode notice office \
                    outcome pack paper program provider purpose released schedule security source";
    let family = |word: &str| {
        word.split_once('-').is_some_and(|(first, rest)| families.split(' ').any(|f| f == first) && !rest.is_empty())
    };
    let name =
        |word: &str| family(word) && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    assert!(name("annex-links-lead") && !name("schedule-A-901.html") && !name("e-mail"));
    for (document, page) in papers() {
        let (pieces, _) = read(&page);
        assert!(pieces.len() > 10, "{document}: {page}");
        for piece in pieces.iter().filter(|p| !p.path.iter().any(|t| t == "style")) {
            let text = &piece.text;
            assert!(!text.contains(['{', '\u{e000}']), "{document}: {text}");
            let raw = text.split(|c: char| c.is_whitespace() || ".,:;()".contains(c)).find(|w| name(w));
            assert_eq!(raw, None, "{document}: {text}");
        }
    }
}

fn welsh(document: &Document) -> Edition<'_> {
    Edition { language: Language::Welsh, ..Edition::new(document) }
}

#[test]
fn the_welsh_page_has_the_figures_of_the_english_one() {
    for (_, document) in support::all() {
        let figures = |edition: &Edition<'_>| {
            let page = String::from_utf8(Html.render(edition).unwrap()).unwrap();
            let (pieces, _) = read(&page);
            let words = |p: &str| p.chars().filter(|c| !c.is_alphabetic() && !c.is_whitespace()).collect::<String>();
            pieces
                .into_iter()
                .filter_map(|p| Some((p.cell?, words(p.text.trim_end_matches(" GB")))))
                .collect::<Vec<_>>()
        };
        let (mut one, mut two) = (figures(&Edition::new(&document)), figures(&welsh(&document)));
        // A sentence may turn its figures round.
        one.sort();
        two.sort();
        assert_eq!(one, two);
    }
}

#[test]
fn what_has_no_welsh_is_marked_as_english() {
    let mut document = support::totals();
    document.reasons = vec!["A reason that nobody translated.".to_owned()];
    let page = String::from_utf8(Html.render(&welsh(&document)).unwrap()).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"cy\">"));
    assert!(page.contains("<span lang=\"en-GB\" data-source=\"reasons\">A reason that nobody translated.</span>"));
    assert!(page.contains("<h1>Defnydd o’r rhyngrwyd, <span data-source=\"month\">Mawrth 2026</span></h1>"));
    // The council's own names are names: they are of no language.
    assert!(page.contains("<span data-source=\"links/office/label\">Office broadband</span>"));
}

#[test]
fn the_fixed_text_of_the_samples_is_whole_in_welsh() {
    // Not translated: what a council writes itself, and reasons that name a date or a rule.
    let own = ["reasons", "requirements", "complaints", "contact", "notes", "taxonomy", "taxonomy/precedence"];
    for (name, document) in support::all() {
        let page = String::from_utf8(Html.render(&welsh(&document)).unwrap()).unwrap();
        let mut rest = page.as_str();
        while let Some(at) = rest.find("<span lang=\"en-GB\" data-source=\"") {
            rest = &rest[at + 32..];
            let (source, after) = rest.split_once('"').unwrap();
            // Titles of tables and what the rows of six people join are the samples' own words; `gate` has others.
            let made_up = source == "times" || source == "crossed" || name == "neutral" && source == "definitions";
            let known = made_up || own.iter().any(|o| source == *o || source.starts_with(&format!("{o}/")));
            assert!(known, "{name}: {source}: {}", after.split('<').next().unwrap());
        }
    }
}

/// Syllables as Flesch counted them: groups of vowels, a silent e at the end apart.
fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let vowel = |c: char| "aeiouy".contains(c);
    let groups = word.chars().fold((0, false), |(n, was), c| (n + usize::from(vowel(c) && !was), vowel(c))).0;
    let silent = word.ends_with('e') && !word.ends_with("le") && groups > 1;
    (groups - usize::from(silent)).max(1)
}

/// Years of age that a text asks for: five more than the grade of Kincaid et al. (1975).
fn reading_age(text: &str) -> f64 {
    let sentences = text.matches(['.', '!', '?']).count().max(1) as f64;
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic() && c != '’').filter(|w| !w.is_empty()).collect();
    let count = words.len() as f64;
    let syllables = words.iter().map(|w| syllables(w)).sum::<usize>() as f64;
    0.39 * count / sentences + 11.8 * syllables / count - 15.59 + 5.0
}

#[test]
fn reading_ages_by_hand() {
    // 6 words, 1 sentence, 6 syllables: 2.34 + 11.8 - 15.59 + 5 is 3.55.
    assert!((reading_age("The cat sat on the mat.") - 3.55).abs() < 0.01);
    for (word, want) in [("table", 2), ("made", 1), ("internet", 3), ("people", 2), ("the", 1), ("router", 2)] {
        assert_eq!(syllables(word), want, "{word}");
    }
}

/// A message as a reader meets it: the first form of a plural, a word in each gap.
fn met(message: &str) -> String {
    let form = message.lines().find_map(|l| l.trim().strip_prefix("[one] ")).unwrap_or(message);
    form.split('{').map(|p| p.split_once('}').map_or(p, |(_, t)| t)).collect::<Vec<_>>().join("this")
}

#[test]
fn the_english_text_reads_at_eleven_to_thirteen() {
    // The words of a law, with its conditions.
    let law = ["security-clock"];
    for file in ["en-GB", PAPERS] {
        let all = messages(file).into_iter().filter(|(id, _)| !law.contains(&id.as_str()));
        let sentences: Vec<(String, String)> =
            all.map(|(id, m)| (id, met(&m))).filter(|(_, m)| m.ends_with('.')).collect();
        assert!(sentences.len() > 100, "{file}: {}", sentences.len());
        let age = reading_age(&sentences.iter().map(|(_, m)| m.as_str()).collect::<Vec<_>>().join(" "));
        assert!(age <= 11.0, "{file}: {age:.1}");
        // The formula says nothing of a few words, and little of one sentence.
        for (id, sentence) in sentences.iter().filter(|(_, s)| s.split_whitespace().count() >= 8) {
            let age = reading_age(sentence);
            assert!(age <= 14.5, "{file}: {id}: {age:.1}: {sentence}");
        }
    }
}

#[test]
fn a_welsh_page_is_held_to_its_document_as_the_english_one() {
    let document = support::neutral();
    check_edition("neutral", &Edition::new(&document));
}
