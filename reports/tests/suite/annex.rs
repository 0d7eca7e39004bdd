//! The notice annex and the evidence sheet: everything stands on the page, nothing foreign gets in.

use jiff::civil::{Date, date};
use reports::annex::{self, Annex, AnnexAssessment, AnnexNotice, Item, Part, Section};
use reports::evidence::{self, ConfigPart, Deletion, Evidence, Gate, LedgerState, Release, Year};
use reports::{annex_html, evidence_html};

const DAY: Date = date(2026, 4, 3);

fn section(id: Part, items: &[(&str, &str)]) -> Section {
    let item = |(label, text): &(&str, &str)| Item {
        key: (*label).to_owned(),
        label: (*label).to_owned(),
        text: (*text).to_owned(),
    };
    Section { id, items: items.iter().map(item).collect(), sha256: format!("{:064x}", id as u8) }
}

pub(crate) fn annex() -> Annex {
    Annex {
        schema: annex::SCHEMA.to_owned(),
        software: "tithing 0.1.0".to_owned(),
        authority: "example-parish".to_owned(),
        name: "Example Parish Council".to_owned(),
        date: DAY,
        test_clock: None,
        readers: vec!["employees".to_owned(), "councillors".to_owned()],
        mode: "categories".to_owned(),
        reasons: Vec::new(),
        assessment: Some(AnnexAssessment {
            version: "3".to_owned(),
            signed_on: Some(date(2026, 2, 1)),
            review_due: Some(date(2027, 2, 1)),
        }),
        notice: Some(AnnexNotice { version: "2".to_owned(), date: Some(date(2026, 2, 10)) }),
        sections: Part::ALL.into_iter().map(|id| section(id, &[("One thing", "what it means")])).collect(),
        sha256: "ab".repeat(32),
    }
}

#[test]
fn guarantee_29_every_item_of_every_part_stands_on_the_page() {
    let mut made = annex();
    for (n, section) in made.sections.iter_mut().enumerate() {
        section.items = vec![
            Item { key: format!("k{n}"), label: format!("thing {n}"), text: format!("meaning {n}") },
            Item { key: format!("l{n}"), label: format!("Other {n}"), text: format!("sense {n}.") },
        ];
    }
    let page = annex_html(&made);
    for n in 0..Part::ALL.len() {
        for text in [format!(">Thing {n}<"), format!(">Meaning {n}.<"), format!(">Other {n}<"), format!(">Sense {n}.<")]
        {
            assert!(page.contains(&text), "{text}");
        }
    }
    for part in Part::ALL {
        assert!(page.contains(&format!("<h2 id=\"{}\">", part.as_str())), "{}", part.as_str());
        assert!(page.contains(&format!("href=\"#{}\"", part.as_str())), "{}", part.as_str());
    }
    for text in ["3 April 2026", "10 February 2026", "1 February 2027", &made.sha256] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("Test clock") && !page.contains("Less is measured"));
}

#[test]
fn the_annex_says_for_whom_it_is() {
    let mut made = annex();
    let page = annex_html(&made);
    assert!(page.contains("For everybody whom it is about: <span data-source=\"readers\">employees and councillors</span>, and guests."), "{page}");
    // One that was kept by an earlier version says nothing of it, and reads back.
    made.readers.clear();
    let text = made.json();
    assert!(!text.contains("readers") && !annex_html(&made).contains("For everybody"));
    assert_eq!(Annex::from_json(&text).unwrap(), made);
}

#[test]
fn what_is_said_of_several_in_a_row_is_said_once() {
    let mut made = annex();
    let all = [("A-001", "Ours"), ("A-002", "Ours"), ("A-003", "Shared"), ("A-004", "Ours")];
    made.sections = vec![section(Part::Devices, &all)];
    let page = annex_html(&made);
    let terms: Vec<&str> = page.split("<dt>").skip(1).map(|t| t.split("</div>").next().unwrap()).collect();
    let devices: Vec<&&str> = terms.iter().filter(|t| t.contains("A-0")).collect();
    assert_eq!(devices.len(), 3, "{devices:?}");
    assert!(devices[0].contains(">A-001<") && devices[0].contains(">A-002<") && devices[0].contains(">Ours.<"));
    assert!(devices[1].contains(">A-003<") && devices[2].contains(">A-004<"));
}

#[test]
fn an_empty_part_says_so() {
    let mut made = annex();
    made.sections = vec![section(Part::Exceptions, &[]), section(Part::Security, &[])];
    let page = annex_html(&made);
    assert!(page.contains("No rule about single people is active.") && page.contains("No security rule is active."));
}

#[test]
fn what_is_measured_less_is_said_with_its_reason() {
    let mut made = annex();
    made.mode = "totals".to_owned();
    made.reasons = vec!["the notice does not cover use of the web".to_owned()];
    made.test_clock = Some("2026-04-03T09:00:00Z".to_owned());
    let page = annex_html(&made);
    for text in [
        "Less is measured at present",
        "Only the totals of each link are measured.",
        "The notice does not cover use of the web.",
        "Test clock",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn hostile_text_stays_text() {
    let evil = "<script>alert(1)</script>\"'&";
    let mut made = annex();
    made.name = evil.to_owned();
    made.software = evil.to_owned();
    made.reasons = vec![evil.to_owned()];
    made.sections = vec![section(Part::Rights, &[(evil, evil)])];
    let mut sheet = sheet();
    sheet.name = evil.to_owned();
    sheet.gates[1].what = evil.to_owned();
    sheet.configuration[0].part = evil.to_owned();
    sheet.years[0].releases[0].profiles = vec![evil.to_owned()];
    sheet.years[0].retention[0].class = evil.to_owned();
    for page in [annex_html(&made), evidence_html(&sheet)] {
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
        assert!(page.contains("default-src 'none'") && !page.contains("http://") && !page.contains("https://"));
    }
}

#[test]
fn an_annex_reads_back_and_names_the_parts_that_differ() {
    let made = annex();
    assert_eq!(Annex::from_json(&made.json()).unwrap(), made);
    assert!(Annex::from_json(&made.json().replacen("\"mode\"", "\"mood\"", 1)).is_err());
    let mut other = made.clone();
    assert_eq!(made.differing(&other), []);
    other.sections[4].sha256 = "cd".repeat(32);
    other.sections.remove(9);
    assert_eq!(made.differing(&other), [Part::Devices, Part::Exceptions]);
    // The fingerprint covers every item's every word.
    let items = &made.sections[0].items;
    let text = Section::canonical(Part::Purposes, items);
    for change in [|i: &mut Item| i.key.push('x'), |i: &mut Item| i.label.push('x'), |i: &mut Item| i.text.push('x')] {
        let mut changed = items.clone();
        change(&mut changed[0]);
        assert_ne!(Section::canonical(Part::Purposes, &changed), text);
    }
    assert_ne!(Section::canonical(Part::Sources, items), text);
}

pub(crate) fn sheet() -> Evidence {
    let release = Release {
        month: "2026-03".to_owned(),
        on: DAY,
        sha256: "ef".repeat(32),
        errata: 1,
        found: true,
        status: "complete".to_owned(),
        audience: "public".to_owned(),
        profiles: vec!["outsider".to_owned(), "contributor".to_owned()],
        breaches: 0,
    };
    let gate = |code: &str, met| Gate { code: code.to_owned(), met, what: format!("{code} was looked at") };
    Evidence {
        schema: evidence::SCHEMA.to_owned(),
        software: "tithing 0.1.0".to_owned(),
        authority: "example-parish".to_owned(),
        name: "Example Parish Council".to_owned(),
        date: DAY,
        test_clock: None,
        allowed: "totals".to_owned(),
        asked: "categories".to_owned(),
        assessment: annex().assessment,
        notice: annex().notice,
        annex_sha256: "ab".repeat(32),
        annex_given: Some(false),
        gates: vec![gate("signed_by", true), gate("notice_web", false), gate("basis", true)],
        configuration: vec![ConfigPart { part: "register".to_owned(), since: Some(date(2026, 3, 12)), changes: 2 }],
        ledger: LedgerState { holds: true, entries: 1_234, head: "12".repeat(32) },
        years: vec![Year {
            first: date(2025, 4, 1),
            last: date(2026, 3, 31),
            nights: 31,
            night_first: Some(date(2026, 3, 1)),
            night_last: Some(date(2026, 3, 31)),
            releases: vec![release],
            withheld: vec!["2026-02".to_owned()],
            retention: vec![Deletion {
                class: "rows about people".to_owned(),
                runs: 3,
                last_run: DAY,
                through: date(2026, 1, 31),
            }],
        }],
    }
}

#[test]
fn law_34_the_evidence_sheet_has_dates_versions_gates_nights_releases_attacks_and_deletions() {
    let page = evidence_html(&sheet());
    for text in [
        "version <span data-source=\"assessment/version\">3</span>",
        "1 February 2027",
        ">2</span> of <span data-source=\"gates\">3</span> requirements met",
        "Notice_web was looked at.",
        "1 April 2025 to 31 March 2026",
        ">31</span>, from ",
        "2026-02",
        ">March 2026<",
        "somebody from outside and each person measured",
        "no longer says what runs",
        "Rows about people",
        "31 January 2026",
        "12 March 2026",
        ">1,234<",
        "the chain holds",
    ] {
        assert!(page.contains(text), "{text}\n{page}");
    }
    assert!(page.contains("It holds no figure about people.") && page.contains("For the council and its auditors"));
    for jargon in ["Attack before release", ">Head<", ">Authority<"] {
        assert!(!page.contains(jargon), "{jargon}");
    }
}
