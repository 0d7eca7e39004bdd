//! Guarantees 21, 22 and 32: a month is worked out once, from its own nights alone; what comes later changes none of its
//! figures; and once it is closed nothing ties its rows, or those of the next, to anybody.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::leaves::{leaves, rows};
use crate::common::{Folder, expect, folder, run, snapshot};

/// What was published for a month.
fn published(f: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    snapshot(&f.root.join("reports"))
}

/// The nights and the report once more; whatever they say, nothing published may be another.
fn again(f: &Folder, before: &BTreeMap<PathBuf, Vec<u8>>, what: &str) -> Vec<(i32, String, String)> {
    let made = leaves(&f.root, &[&["nightly"], &["report", "--month", "2026-03"]]);
    assert_eq!(&published(f), before, "{what}");
    made.said
}

/// A log and a capture that turn up late: a second copy of the first night's, with other times and other bytes.
fn late(f: &Folder) {
    let log = f.inbox(".log").remove(0);
    let text = fs::read_to_string(&log).unwrap();
    fs::write(f.council("inbox/dns-late.log"), text.replace("www.bbc.co.uk", "www.netflix.com")).unwrap();
    let capture = f.inbox(".pcap").remove(0);
    let mut octets = fs::read(&capture).unwrap();
    // The last packet is cut away: another file over the same hours.
    octets.truncate(octets.len() - 40);
    fs::write(f.council("inbox/flows-late.pcap"), octets).unwrap();
}

fn recategorise(f: &Folder) {
    fs::write(f.root.join("new.txt"), "www.bbc.co.uk\nwww.gov.uk\nwww.shop.example\n").unwrap();
    let toml = fs::read_to_string(f.root.join("tithing.toml")).unwrap();
    let list = "\n[[categories]]\npath = \"new.txt\"\nkind = \"plain\"\ncategory = \"games\"\n";
    fs::write(f.root.join("tithing.toml"), toml + list).unwrap();
    let (_, said) =
        expect(&f.root, &["categories", "compile", "--adopt", "a correction", "--now", "2026-03-31T12:00:00Z"], 0);
    assert!(said.contains("from 2026-03-31"), "{said}");
}

/// The first person of the table objects from the month's first day on.
fn object(f: &Folder) {
    let text = fs::read_to_string(f.council("people.csv")).unwrap();
    let row = text.lines().nth(2).unwrap();
    let mut cells: Vec<&str> = row.split(',').collect();
    assert_eq!(cells[3], "", "nobody has objected yet");
    cells[3] = "2026-03-01";
    f.edit("people.csv", row, &cells.join(","));
}

/// A person is gone from every table, as if they had never been there.
fn erase(f: &Folder) {
    let register = fs::read_to_string(f.council("register.csv")).unwrap();
    let kept = |l: &&str| !l.contains(",P-004,");
    assert!(!register.lines().all(|l| kept(&l)));
    let lines = |text: &str, keep: &dyn Fn(&&str) -> bool| {
        text.lines().filter(keep).map(|l| format!("{l}\n")).collect::<String>()
    };
    fs::write(f.council("register.csv"), lines(&register, &kept)).unwrap();
    let people = fs::read_to_string(f.council("people.csv")).unwrap();
    fs::write(f.council("people.csv"), lines(&people, &|l| !l.starts_with("P-004,"))).unwrap();
}

fn lapse(f: &Folder) {
    let text = fs::read_to_string(f.council("assessment.toml")).unwrap();
    let row = text.lines().find(|l| l.starts_with("residual_risk")).unwrap();
    f.edit("assessment.toml", row, "residual_risk = \"high\"");
}

#[test]
fn guarantee_22_nothing_that_comes_later_changes_a_published_figure() {
    let f = folder();
    expect(&f.root, &["nightly"], 0);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    let before = published(&f);
    assert!(before.len() >= 2, "{:?}", before.keys());
    for (what, change) in [
        ("a late log", late as fn(&Folder)),
        ("another kind for a site", recategorise),
        ("an objection", object),
        ("an erasure", erase),
        ("an assessment that no longer allows anything", lapse),
    ] {
        change(&f);
        again(&f, &before, what);
    }
}

/// Figures of a document: everything but its notes, and the mark of the note.
fn figures(path: &Path) -> Value {
    let mut json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let object = json.as_object_mut().unwrap();
    object.remove("notes");
    json
}

#[test]
fn guarantee_22_an_erratum_is_text_and_a_lost_document_is_never_computed_again() {
    let f = folder();
    expect(&f.root, &["nightly"], 0);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    let path = f.root.join("reports").join(&f.id).join("2026-03/report.json");
    let before = figures(&path);
    erase(&f);
    late(&f);
    let note = "The office's volume of 2 March was 1 GB higher than printed.";
    expect(&f.root, &["report", "--month", "2026-03", "--erratum", note], 2);
    assert_eq!(figures(&path), before);
    assert!(fs::read_to_string(&path).unwrap().contains(note));
    fs::remove_file(&path).unwrap();
    let (code, _, said) = run(&f.root, &["report", "--month", "2026-03"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("never computed again") && !path.exists(), "{said}");
}

/// Three nights of March and two of April.
fn two_months() -> Folder {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out p --seed 21 --councils 1 --people 8 --start 2026-03-29 --days 5 --flows-per-day 1500 --lookups-per-day 400";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    Folder { root: temp.path().join("p"), temp, id: "example-001".to_owned() }
}

/// No output covers more than a month: April's is the same whatever March was, published or not, and no figure of a longer
/// period exists.
#[test]
fn guarantee_21_a_month_is_made_of_its_own_nights_and_no_longer_period_has_a_figure() {
    let april = |f: &Folder| {
        let path = f.root.join("reports").join(&f.id).join("2026-04/report.json");
        let mut json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        json["checkpoint"] = Value::Null;
        json
    };
    let whole = two_months();
    expect(&whole.root, &["nightly"], 0);
    expect(&whole.root, &["report", "--month", "2026-03"], 2);
    expect(&whole.root, &["report", "--month", "2026-04"], 2);
    let less = two_months();
    // March's first nights are gone, and March stays unpublished; the last is what April looks back to.
    for path in less.inbox(".pcap").into_iter().take(2) {
        fs::remove_file(path).unwrap();
    }
    run(&less.root, &["nightly"]);
    expect(&less.root, &["report", "--month", "2026-04"], 2);
    assert_eq!(april(&whole), april(&less));
    let schema = fs::read_to_string("docs/report.schema.json").unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["properties"]["month"]["pattern"], "^[0-9]{4}-(0[1-9]|1[0-2])$");
    let mut keys = Vec::new();
    names(&schema, &mut keys);
    let longer = ["quarter", "year", "annual", "period", "to_date", "average", "previous", "trend", "change"];
    let named: Vec<&String> = keys.iter().filter(|k| longer.iter().any(|l| k.to_lowercase().contains(l))).collect();
    assert_eq!(named, ["changes"], "the list of changes of the kinds of site is no figure");
}

/// Every name of a property below a schema.
fn names(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                found.extend(properties.keys().cloned());
            }
            map.values().for_each(|v| names(v, found));
        }
        Value::Array(all) => all.iter().for_each(|v| names(v, found)),
        _ => {}
    }
}

/// People and devices of the stored rows of a month.
fn pseudonyms(f: &Folder, month: &str) -> BTreeSet<String> {
    let rows = rows(&f.root, &f.id, "usage");
    let of = rows.iter().filter(|r| r["local_date"].starts_with(month));
    of.flat_map(|r| [r["person"].clone(), r["device"].clone()]).filter(|p| !p.is_empty()).collect()
}

#[test]
fn guarantee_32_a_closed_month_leaves_no_key_and_no_pseudonym_of_it_means_anything() {
    let f = two_months();
    // Real keys: those of a generated folder come from a seed that stays.
    fs::remove_file(f.root.join("keys/seed")).unwrap();
    expect(&f.root, &["nightly"], 0);
    let (march, april) = (pseudonyms(&f, "2026-03"), pseudonyms(&f, "2026-04"));
    assert!(march.len() > 10 && april.len() > 10, "{} and {}", march.len(), april.len());
    assert!(march.is_disjoint(&april), "a pseudonym of March stands in April");
    let key = fs::read(f.root.join("keys").join(&f.id).join("2026-03")).unwrap();
    let secret = key.trim_ascii().to_vec();
    assert!(secret.len() >= 32, "{} octets", secret.len());
    // 62 days after the end of March.
    // The raw files are past their days by then, and that is told.
    expect(&f.root, &["nightly", "--now", "2026-06-02T09:00:00Z"], 2);
    assert!(pseudonyms(&f, "2026-03").is_empty() && !pseudonyms(&f, "2026-04").is_empty());
    let holds = |octets: &[u8], word: &[u8]| octets.windows(word.len()).any(|w| w == word);
    let raw: Vec<Vec<u8>> = march.iter().map(|p| p.parse::<i64>().unwrap().to_le_bytes().to_vec()).collect();
    for (path, octets) in snapshot(f.temp.path()) {
        assert!(!holds(&octets, &secret), "the key of March stands in {}", path.display());
        for (text, number) in march.iter().zip(&raw) {
            let found = holds(&octets, text.as_bytes()) || holds(&octets, number);
            assert!(!found, "a pseudonym of March stands in {}", path.display());
        }
    }
}
