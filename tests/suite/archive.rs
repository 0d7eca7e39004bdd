//! The archive through the command: every link leads somewhere, nothing that is not for publication is linked or repeated,
//! and nothing changes where nothing changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{Folder, expect, folder, run, snapshot};

const REPORT: [&str; 3] = ["report", "--month", "2026-03"];

fn index(f: &Folder) -> PathBuf {
    f.root.join("reports").join(&f.id).join("index.html")
}

fn links(page: &str) -> Vec<String> {
    let all = page.split("href=\"").skip(1).map(|part| part.split('"').next().unwrap().to_owned());
    all.filter(|target| !target.starts_with('#')).collect()
}

/// Every link is relative and leads to a file.
fn whole(path: &Path) -> String {
    let page = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    for target in links(&page) {
        assert!(!target.contains(':') && !target.starts_with('/'), "{target} is not relative");
        assert!(path.parent().unwrap().join(&target).is_file(), "{}: {target} leads nowhere", path.display());
    }
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("url("), "{}", path.display());
    page
}

fn pages(f: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    snapshot(&f.root.join("reports")).into_iter().filter(|(p, _)| p.ends_with("index.html")).collect()
}

#[test]
fn published_months_are_linked_and_stay_so() {
    let f = folder();
    f.nightly(&[]);
    assert!(!index(&f).exists(), "the nights make no archive");
    run(&f.root, &REPORT);
    let page = whole(&index(&f));
    let documents: Vec<String> = reports::FORMATS.iter().map(|f| format!("2026-03/{}", f.file())).collect();
    assert_eq!(links(&page), documents);
    assert!(page.contains("March 2026") && page.contains("Some records are missing") && page.contains("1 May 2026"));
    assert!(!page.contains("schedule"), "the equipment schedule stands in no index");
    let provider = whole(&f.root.join("reports/index.html"));
    assert_eq!(links(&provider), [format!("{}/index.html", f.id)]);
    // By the clock of the folder it is 3 April: two nights of it are over.
    for text in ["March 2026: Published: Some records are missing", "2 missing in April 2026", "3 March 2026"] {
        assert!(provider.contains(text), "{text}: {provider}");
    }
    let before = pages(&f);
    run(&f.root, &REPORT);
    f.nightly(&[]);
    assert_eq!(before, pages(&f), "nothing changed");
    // What retention takes away leaves the index with the same night.
    f.edit("assessment.toml", "reports_months = ", "reports_months = 1 # ");
    f.nightly(&["--now", "2026-06-02T05:00:00Z"]);
    let page = whole(&index(&f));
    assert!(page.contains("No month is published yet") && links(&page).is_empty());
}

#[test]
fn a_council_in_two_languages_has_two_indexes_and_drops_one_with_its_language() {
    let f = folder();
    let path = f.council("authority.toml");
    let plain = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("languages = [\"en-GB\", \"cy\"]\n{plain}")).unwrap();
    f.nightly(&[]);
    run(&f.root, &REPORT);
    let welsh = index(&f).with_file_name("index.cy.html");
    let (one, two) = (whole(&index(&f)), whole(&welsh));
    assert_eq!(links(&one).first().map(String::as_str), Some("index.cy.html"));
    assert_eq!(links(&two).first().map(String::as_str), Some("index.html"));
    assert!(one.contains(">PDF in Welsh<") && two.contains(">PDF yn Saesneg<") && two.contains("Mawrth 2026"));
    assert_eq!(links(&one)[1..], links(&two)[1..], "both lead to the same documents");
    fs::write(&path, plain).unwrap();
    run(&f.root, &REPORT);
    assert!(!welsh.exists() && !whole(&index(&f)).contains("index.cy.html"));
}

#[test]
fn nothing_of_a_restricted_month_stands_in_the_index() {
    let f = folder();
    f.edit("assessment.toml", "mode = \"categories\"", "mode = \"totals\"");
    f.nightly(&[]);
    run(&f.root, &REPORT);
    let report = fs::read_to_string(f.root.join("reports").join(&f.id).join("2026-03/report.json")).unwrap();
    assert!(report.contains("\"audience\": \"restricted\""));
    let page = whole(&index(&f));
    assert_eq!(links(&page), Vec::<String>::new());
    assert!(page.contains("Not for publication") && page.contains("March 2026"));
    let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    for figure in ["GB", "%", "£", "2026-03", "office", "dongle", "There are no records for"] {
        assert!(!main.contains(figure), "{figure}: {main}");
    }
}

#[test]
fn a_changed_report_leaves_the_index_and_a_bad_council_leaves_the_others() {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out p --seed 33 --councils 2 --people 8 --start 2026-03-02 --days 1 --flows-per-day 1500 --lookups-per-day 400";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("p");
    run(&root, &["nightly"]);
    run(&root, &REPORT);
    let of = |id: &str| root.join("reports").join(id).join("index.html");
    let good = fs::read(of("example-002")).unwrap();
    let bad = fs::read(of("example-001")).unwrap();
    let authority = root.join("authorities/example-001/authority.toml");
    let text = fs::read_to_string(&authority).unwrap();
    fs::write(&authority, "name = [").unwrap();
    let (_, _, said) = run(&root, &REPORT);
    assert!(said.contains("example-001") && said.contains("stays as it was"), "{said}");
    assert_eq!((fs::read(of("example-001")).unwrap(), fs::read(of("example-002")).unwrap()), (bad, good.clone()));
    assert!(whole(&root.join("reports/index.html")).contains("configuration cannot be read"));
    fs::write(&authority, text).unwrap();
    let report = root.join("reports/example-001/2026-03/report.json");
    let text = fs::read_to_string(&report).unwrap();
    fs::write(&report, text.replacen("\"gaps\"", "\"complete\"", 1)).unwrap();
    let (_, _, said) = run(&root, &["report", "--month", "2026-03", "--authority", "example-002"]);
    assert!(said.contains("not as the ledger recorded it"), "{said}");
    assert_eq!(links(&whole(&of("example-001"))), Vec::<String>::new());
    assert_eq!(fs::read(of("example-002")).unwrap(), good);
}
