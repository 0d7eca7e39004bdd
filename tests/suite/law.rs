//! Rows of the law table (`docs/assessment.md`) that are held by how the program is built, each by a test of its number.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::common::{Folder, expect, folder};

fn report(f: &Folder) -> (String, String) {
    let dir = f.root.join("reports").join(&f.id).join("2026-03");
    let read = |name: &str| fs::read_to_string(dir.join(name)).unwrap();
    (read("report.json"), read("summary.html"))
}

#[test]
fn law_2_a_purpose_belongs_to_a_table_and_no_row_can_be_given_another() {
    for table in store::Table::ALL {
        let tagged = table.columns().iter().any(|c| c.name.contains("purpose"));
        assert!(!tagged, "{table}: rows have no purpose of their own");
    }
}

#[test]
fn law_4_and_7_a_small_council_gets_totals_that_are_not_for_publication_and_advice_to_block() {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out made --seed 9 --councils 1 --people 3 --start 2026-03-02 --days 2 --flows-per-day 1500 --lookups-per-day 400";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("made");
    let id =
        fs::read_dir(root.join("authorities")).unwrap().next().unwrap().unwrap().file_name().into_string().unwrap();
    let f = Folder { temp, root, id };
    f.nightly(&[]);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    let (json, page) = report(&f);
    assert!(json.contains("\"people_tier\": \"totals\"") && json.contains("\"audience\": \"restricted\""), "{json}");
    assert!(page.contains("Not for publication") && page.contains("block kinds of site"), "{page}");
}

/// The columns as the contract of the stored tables lists them: there is none that content, a name or an address fits.
#[test]
fn law_6_and_14_no_stored_column_can_hold_content() {
    let usage = "local_date bucket_start person device unit link category time_class evidence bytes_up bytes_down flows minute_mask estimated";
    let links = "local_date bucket_start link bytes_up bytes_down flows records records_lost lookups servfail nxdomain unanswered delay_ms_median";
    let names = |t: store::Table| t.columns().iter().map(|c| c.name).collect::<Vec<_>>().join(" ");
    assert_eq!(names(store::Table::Usage), usage);
    assert_eq!(names(store::Table::Links), links);
}

#[test]
fn law_10_nobody_is_measured_before_their_own_notice() {
    let (_, before, _) = folder().nightly(&[]);
    let f = folder();
    let text = fs::read_to_string(f.council("people.csv")).unwrap();
    let late = |line: &str| {
        let mut columns: Vec<&str> = line.split(',').collect();
        if columns[0] != "person" {
            columns[2] = "2026-03-04";
        }
        columns.join(",")
    };
    let lines: Vec<String> = text.lines().map(late).collect();
    fs::write(f.council("people.csv"), lines.join("\n") + "\n").unwrap();
    let (_, after, stderr) = f.nightly(&[]);
    for (one, other) in before.iter().zip(&after) {
        assert_eq!(one["kept"], other["kept"], "a link's total is everybody's");
        let of = |l: &serde_json::Value| {
            l["attributed"].as_object().unwrap().values().filter_map(|v| v.as_u64()).sum::<u64>()
        };
        assert!(of(one) > 0 && of(other) < of(one) / 2, "{other} {stderr}");
        assert!(other["unmonitored"].as_u64() > one["unmonitored"].as_u64(), "{other}");
    }
    let (stdout, _) = expect(&f.root, &["check", "--now", "2026-03-03"], 0);
    assert!(stdout.contains("of the people have had no notice of their own"), "{stdout}");
}

#[test]
fn law_13_a_capture_of_users_traffic_is_not_opened_unless_the_assessment_lists_it() {
    let f = folder();
    let capture = f.inbox(".pcap").remove(0);
    fs::copy(&capture, f.council("inbox/users.pcap")).unwrap();
    f.edit(
        "authority.toml",
        "sources = [",
        "sources = [\n  { kind = \"packet-capture\", glob = \"inbox/users.pcap\" },",
    );
    let (stdout, _) = expect(&f.root, &["check"], 0);
    assert!(stdout.contains("the source 'packet-capture' is set up and not opened"), "{stdout}");
    fs::write(f.council("inbox/users.pcap"), b"no capture at all").unwrap();
    let (code, _, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "it was not opened: {stderr}");
}

#[cfg(unix)]
#[test]
fn law_16_keys_are_for_the_service_account_alone() {
    use std::os::unix::fs::PermissionsExt;
    let f = folder();
    f.nightly(&[]);
    let keys: Vec<_> = fs::read_dir(f.root.join("keys").join(&f.id)).unwrap().map(|e| e.unwrap()).collect();
    assert!(keys.len() >= 2);
    for key in keys {
        assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", key.path());
    }
}

#[test]
fn law_21_there_is_no_covert_mode() {
    for key in ["covert = true", "hidden = true", "secret = true"] {
        let f = folder();
        f.edit("assessment.toml", "version =", &format!("{key}\nversion ="));
        expect(&f.root, &["check"], 1);
        let f = folder();
        f.edit("authority.toml", "name =", &format!("{key}\nname ="));
        expect(&f.root, &["check"], 1);
    }
}

#[test]
fn law_22_and_23_protected_subjects_and_private_communications_are_stored_as_all_other_use() {
    let pooled = "health faith politics union sexuality legal-advice whistleblowing webmail messaging";
    for word in pooled.split(' ') {
        let kind = model::Taxonomy::find(word).unwrap();
        assert_eq!(kind.stored(), model::CategoryId::OTHER, "{word}");
    }
}

#[test]
fn law_25_and_26_no_published_file_names_a_device_or_a_person() {
    let f = folder();
    f.nightly(&[]);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    let (json, page) = report(&f);
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (file, columns) in [("people.csv", [0, 0]), ("register.csv", [0, 2])] {
        let text = fs::read_to_string(f.council(file)).unwrap();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            names.extend(columns.iter().map(|c| cells[*c].to_owned()).filter(|n| !n.is_empty()));
        }
    }
    assert!(names.len() > 8);
    for name in names {
        assert!(!json.contains(&format!("\"{name}\"")) && !page.contains(&format!(">{name}<")), "{name}");
    }
}

#[test]
fn law_27_and_32_figures_carry_coverage_version_and_the_attack_that_they_passed() {
    let f = folder();
    f.nightly(&[]);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    let (json, _) = report(&f);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(!report["coverage"].as_array().unwrap().is_empty());
    assert_eq!(report["taxonomy"]["version"], model::TAXONOMY_VERSION);
    assert_eq!(report["attack"]["breaches"], 0);
    assert!(report["attack"]["profiles"].is_array());
}

/// The page of the assessment, its law table row by row.
#[test]
fn every_row_of_the_law_table_stands_in_the_manual_with_tests_that_exist() {
    let root = Path::new(".");
    let page = fs::read_to_string(root.join("docs/assessment.md")).unwrap();
    let mut sources = String::new();
    for folder in ["gate/src", "gate/tests", "reports/tests", "tests/suite", "src", "store", "analyze/src", "ingest"] {
        read_all(&root.join(folder), &mut sources);
    }
    for number in 1..=34 {
        let row = page
            .lines()
            .find(|l| l.starts_with(&format!("| L{number} |")))
            .unwrap_or_else(|| panic!("no row L{number}"));
        let cells: Vec<&str> = row.split(" | ").collect();
        assert_eq!(cells.len(), 4, "{row}");
        for name in cells[3].split('`').skip(1).step_by(2) {
            assert!(sources.contains(&format!("fn {name}(")), "L{number}: no test {name}");
        }
    }
    // Every requirement that `check` can list has its line in the page.
    let whole = fs::read_to_string(folder().council("assessment.toml")).unwrap();
    let assessment = gate::Assessment::parse(&whole).unwrap();
    let ladder = gate::judge(Some(&assessment), jiff::civil::date(2026, 3, 15));
    let mut codes: Vec<&str> = ladder.requirements.iter().map(|r| r.code).collect();
    codes.extend(["file", "notice", "retention"]);
    for code in codes {
        assert!(page.contains(&format!("| `{code}` |")), "the page has no line for {code}");
    }
    assert!(page.contains(gate::REGULATIONS_2018));
}

fn read_all(folder: &Path, into: &mut String) {
    for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            read_all(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
