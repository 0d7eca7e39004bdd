//! No automated judgement: no score, rank, league or recommendation about a person, in any table, document or help text.

use std::fs;

use serde_json::Value;
use store::Table;

use crate::cases::disclosed;
use crate::common::{expect, folder, snapshot};

/// Words that judge or order people, as they would stand in a text; each also as the beginning of a longer word.
const JUDGING: &[&str] = &[
    "score",
    "scoring",
    "rank",
    "league",
    "leaderboard",
    "top user",
    "top talker",
    "heavy user",
    "heaviest",
    "most active",
    "worst",
    "offender",
    "culprit",
    "suspicious",
    "suspect person",
    "productiv",
    "unproductiv",
    "idle",
    "slack",
    "time-wast",
    "timewast",
    "risk rating",
    "risk level",
    "anomal",
    "recommend",
    "should be disciplined",
    "dismissal",
    "misconduct",
    "performance of",
    "behaviour",
    "behavior",
    "percentile",
    "compared with other",
    "above average",
    "below average",
];

/// The judging words that begin a word of a text, with the line they stand in.
fn judging(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let small = line.to_lowercase();
        for word in JUDGING {
            let begins = |at: usize| small[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            if small.match_indices(word).any(|(at, _)| begins(at)) {
                found.push(format!("{word}: {}", line.trim()));
            }
        }
    }
    found
}

#[test]
fn guarantee_28_the_scan_finds_what_it_is_for() {
    for bad in ["Top users this month", "risk score: 7", "P-003 is ranked 1st", "\"rank\":1", "We recommend a warning."]
    {
        assert!(!judging(bad).is_empty(), "{bad}");
    }
    assert!(judging("Frank keeps a franking machine.").is_empty(), "a word within a word is none");
}

/// The help of a command and of all below it.
fn helps(path: &[&str], all: &mut Vec<(String, String)>) {
    let dir = std::env::temp_dir();
    let (text, _) = expect(&dir, &[path, &["--help"]].concat(), 0);
    let commands = text.split("Commands:\n").nth(1).unwrap_or_default();
    let names: Vec<String> = commands
        .lines()
        .take_while(|l| l.starts_with("  "))
        .filter_map(|l| l.strip_prefix("  ").filter(|l| !l.starts_with(' '))?.split(' ').next().map(str::to_owned))
        .filter(|n| n != "help")
        .collect();
    for name in &names {
        helps(&[path, &[name.as_str()]].concat(), all);
    }
    all.push((path.join(" "), text));
}

#[test]
fn guarantee_28_no_help_text_offers_a_judgement() {
    let mut all = Vec::new();
    helps(&[], &mut all);
    assert!(all.len() > 15 && all.iter().any(|(path, _)| path == "case unlock"), "{}", all.len());
    for (path, text) in all {
        // What is ranked there are names of sites, by others, and nobody's.
        let text =
            if path == "categories gaps" { text.replace("ranking", "list").replace("rank", "place") } else { text };
        let text = if path == "categories" { text.replace("public ranking", "public list") } else { text };
        assert_eq!(judging(&text), Vec::<String>::new(), "tithing {path} --help");
    }
}

/// Every key and every closed word of a JSON schema or document.
fn words(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, v)| {
            all.push(key.clone());
            words(v, all);
        }),
        Value::Array(items) => items.iter().for_each(|v| words(v, all)),
        Value::String(text) => all.push(text.clone()),
        _ => {}
    }
}

#[test]
fn guarantee_28_no_table_and_no_schema_has_a_field_for_a_judgement() {
    let mut names: Vec<String> = Vec::new();
    for table in Table::ALL {
        names.extend(table.columns().iter().map(|c| c.name.replace('_', " ")));
    }
    let outcomes =
        store::CaseOutcome::ALL.iter().map(|o| o.as_str()).chain(store::CaseState::ALL.iter().map(|s| s.as_str()));
    names.extend(outcomes.map(str::to_owned));
    let schema = "docs/report.schema.json";
    words(&serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap(), &mut names);
    assert!(names.len() > 100, "{}", names.len());
    assert_eq!(judging(&names.join("\n")), Vec::<String>::new());
    // No column of a person beside those that say whose a row is, and none that adds a person's rows up.
    let of_people: Vec<(&str, &str)> = Table::ALL
        .iter()
        .flat_map(|t| t.columns().iter().map(|c| (t.as_str(), c.name)))
        .filter(|(_, name)| ["person", "device", "subject", "clerk", "deputy", "chair", "hr_adviser"].contains(name))
        .collect();
    let expected = [
        ("usage", "person"),
        ("usage", "device"),
        ("security", "device"),
        ("cases", "subject"),
        ("cases", "clerk"),
        ("cases", "deputy"),
        ("cases", "chair"),
        ("cases", "hr_adviser"),
        ("holds", "person"),
        ("holds", "device"),
    ];
    assert_eq!(of_people, expected);
}

#[test]
fn guarantee_28_no_document_judges_anybody() {
    // A month's report, and a case with its notice, its list and its check.
    let f = folder();
    f.nightly(&[]);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    let case = disclosed();
    let mut texts: Vec<(String, String)> = Vec::new();
    for root in [f.root.join("reports"), case.root().join("reports"), case.root().join("ledger")] {
        for (path, content) in snapshot(&root) {
            // Spreadsheets and the PDF are drawn from the same page and the same tables as what stands beside them.
            if let Ok(text) = String::from_utf8(content) {
                texts.push((path.display().to_string(), text));
            } else {
                assert!(
                    ["ods", "xlsx", "pdf"].iter().any(|e| path.extension() == Some(e.as_ref())),
                    "{}",
                    path.display()
                );
            }
        }
    }
    for args in [&["check"][..], &["case", "list"], &["case", "list", "--format", "json"]] {
        let (stdout, stderr) = expect(case.root(), args, 0);
        texts.push((args.join(" "), stdout + &stderr));
    }
    for ending in ["summary.html", "report.json", "case.html", "case.json", "notice.html"] {
        assert!(texts.iter().any(|(name, _)| name.ends_with(ending)), "{ending}");
    }
    for (name, text) in texts {
        // A style sheet's words are no text.
        let text =
            text.split("<style>").next().unwrap_or_default().to_owned() + text.split("</style>").nth(1).unwrap_or("");
        assert_eq!(judging(&text), Vec::<String>::new(), "{name}");
    }
}
