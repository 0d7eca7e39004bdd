//! What happens over months: inputs come and go, datagrams get lost, assessments lapse, months close.

use std::fs;
use std::path::Path;

use crate::common::{Folder, expect, folder, snapshot};

/// Drops every tenth packet of a classic little-endian capture; says how many.
fn thin_out(path: &Path) -> u64 {
    let whole = fs::read(path).unwrap();
    let (mut kept, mut at, mut n, mut dropped) = (whole[..24].to_vec(), 24, 0_u64, 0);
    while at + 16 <= whole.len() {
        let length = u32::from_le_bytes(whole[at + 8..at + 12].try_into().unwrap()) as usize;
        let packet = &whole[at..at + 16 + length];
        n += 1;
        if n.is_multiple_of(10) {
            dropped += 1
        } else {
            kept.extend_from_slice(packet)
        }
        at += 16 + length;
    }
    fs::write(path, kept).unwrap();
    dropped
}

#[test]
fn lost_datagrams_lower_coverage_and_the_exit_code() {
    let (_, whole, _) = folder().nightly(&[]);
    let f = folder();
    for capture in f.inbox(".pcap") {
        assert!(thin_out(&capture) > 5);
    }
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 2, "{stderr}");
    let sum = |lines: &[serde_json::Value], key: &str| lines.iter().map(|l| l[key].as_u64().unwrap()).sum::<u64>();
    let lost = sum(&whole, "counted") - sum(&lines, "counted");
    let estimate = sum(&lines, "lost_estimate");
    // Every tenth datagram of a stream is about a tenth of its bytes; the estimate goes by means.
    assert!(estimate > lost / 2 && estimate < lost * 2, "estimated {estimate}, lost {lost}");
    for line in &lines {
        let coverage = line["coverage"].as_f64().unwrap();
        assert!((0.8..0.95).contains(&coverage), "{line}");
    }
}

#[test]
fn deleted_inputs_leave_their_nights_alone() {
    let f = folder();
    f.nightly(&[]);
    let before = snapshot(&f.root.join("store"));
    for ending in [".pcap", ".log"] {
        fs::remove_file(f.inbox(ending).remove(0)).unwrap();
    }
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert!(lines.iter().all(|l| l["state"] == "unchanged"), "{lines:?}");
    assert_eq!(before, snapshot(&f.root.join("store")));
}

#[test]
fn a_lease_file_written_anew_leaves_the_nights_alone() {
    let f = folder();
    f.nightly(&[]);
    let path = f.council("inbox/dnsmasq.leases");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}1772600000 02:00:5e:10:00:77 192.168.1.250 new-guest *\n")).unwrap();
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert!(lines.iter().all(|l| l["state"] == "unchanged"), "{lines:?}");
}

fn people_files(f: &Folder) -> usize {
    let usage = snapshot(&f.root.join("store").join(&f.id).join("usage"));
    usage.into_keys().filter(|p| p.extension().is_some_and(|e| e == "parquet")).count()
}

#[test]
fn retention_needs_no_good_assessment() {
    let f = folder();
    f.nightly(&[]);
    assert_eq!(people_files(&f), 2);
    let key = f.root.join("keys").join(&f.id).join("2026-03");
    assert!(key.is_file());
    fs::remove_file(f.council("assessment.toml")).unwrap();
    // 62 days after the end of March is 1 June.
    f.nightly(&["--now", "2026-05-31T12:00:00Z"]);
    assert_eq!(people_files(&f), 2);
    f.nightly(&["--now", "2026-06-01T12:00:00Z"]);
    assert_eq!(people_files(&f), 0);
    assert!(!key.exists(), "rows and key go together");
}

#[test]
fn a_closed_month_is_not_reported_and_gets_no_new_key() {
    let f = folder();
    f.nightly(&[]);
    // Rows about people go; the links stay, and nothing came late. The raw files that still stand there are told.
    let (_, stderr) = expect(&f.root, &["nightly", "--now", "2026-07-01T12:00:00Z"], 2);
    assert!(stderr.contains("older than the assessment's raw_days"), "{stderr}");
    let (_, stderr) = expect(&f.root, &["report", "--month", "2026-03", "--now", "2026-07-01T12:00:00Z"], 1);
    assert!(stderr.contains("closed"), "{stderr}");
    assert!(!f.root.join("keys").join(&f.id).join("2026-03").exists());
}

#[test]
fn a_published_month_is_drawn_again_as_it_stands() {
    let f = folder();
    f.nightly(&[]);
    let report = ["report", "--month", "2026-03"];
    // Two nights of thirty-one: gaps.
    expect(&f.root, &["report", "--month", "2026-03", "--out", "elsewhere"], 2);
    let original = f.root.join("reports").join(&f.id).join("2026-03");
    let copy = f.root.join("elsewhere").join(&f.id).join("2026-03");
    assert_eq!(fs::read(original.join("report.json")).unwrap(), fs::read(copy.join("report.json")).unwrap());
    let before = snapshot(&original);
    expect(&f.root, &report, 2);
    assert_eq!(before, snapshot(&original));
    let json = original.join("report.json").display().to_string();
    let (stdout, _) = expect(&f.root, &["ledger", "verify", "--checkpoint", &json], 0);
    assert!(stdout.contains("holds the checkpoint"), "{stdout}");
    expect(&f.root, &["report", "--month", "2026-03", "--erratum", "The office link was down on the 5th."], 2);
    let text = fs::read_to_string(original.join("report.json")).unwrap();
    assert!(text.contains("The office link was down on the 5th."));
    expect(&f.root, &report, 2);
}

#[test]
fn a_council_that_asks_for_welsh_gets_the_summary_in_both_languages() {
    let f = folder();
    f.nightly(&[]);
    let report = ["report", "--month", "2026-03"];
    expect(&f.root, &report, 2);
    let month = f.root.join("reports").join(&f.id).join("2026-03");
    let before = snapshot(&month);
    // Drawn anew from the same record: what stood there stands, but for the description of the data, which names it in Welsh too.
    f.edit("authority.toml", "name = ", "languages = [\"en-GB\", \"cy\"]\nname = ");
    expect(&f.root, &report, 2);
    let mut after = snapshot(&month);
    for file in ["summary.cy.html", "summary.cy.pdf", "summary.cy.xlsx", "summary.cy.ods"] {
        let path = month.join(file);
        let found = after.keys().find(|p| path.ends_with(p)).cloned().unwrap_or_else(|| panic!("no {file}"));
        after.remove(&found);
    }
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (path, bytes) in &after {
        let described = path.ends_with("figures.csv-metadata.json");
        assert_eq!(before[path] == *bytes, !described, "{}", path.display());
        assert!(!described || String::from_utf8_lossy(bytes).contains("\"cy\": \"Mis yr adroddiad\""));
    }
}

#[test]
fn a_ledger_that_lost_its_end_fails_a_checkpoint() {
    let f = folder();
    f.nightly(&[]);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    let ledger = f.root.join("ledger").join(format!("{}.jsonl", f.id));
    let text = fs::read_to_string(&ledger).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&ledger, format!("{}\n", lines[..lines.len() - 2].join("\n"))).unwrap();
    let json = f.root.join("reports").join(&f.id).join("2026-03/report.json").display().to_string();
    expect(&f.root, &["ledger", "verify", "--checkpoint", &json], 1);
    // Without being told: the report stands below `reports`.
    let (_, stderr) = expect(&f.root, &["ledger", "verify"], 1);
    assert!(stderr.contains("shorter: ") && stderr.contains("release_missing: "), "{stderr}");
}

#[test]
fn what_the_assessment_does_not_list_is_not_done() {
    for (from, to) in [
        ("sources = [\"flows\", \"dns\", \"leases\"]", "sources = [\"flows\", \"leases\"]"),
        ("purposes = [\"policy\", ", "purposes = ["),
    ] {
        let f = folder();
        f.edit("assessment.toml", from, to);
        let (code, lines, stderr) = f.nightly(&[]);
        assert_eq!(code, 3, "{stderr}");
        assert!(
            lines.iter().all(|l| l["lookups"] == 0 && l["attributed"].as_object().unwrap().is_empty()),
            "{lines:?}"
        );
    }
}

#[test]
fn a_night_that_is_not_over_is_refused_and_an_unknown_one_is_said() {
    let f = folder();
    let (_, stderr) = expect(&f.root, &["nightly", "--date", "2026-04-30"], 1);
    assert!(stderr.contains("not over"), "{stderr}");
    let (_, stderr) = expect(&f.root, &["nightly", "--date", "2026-03-20"], 2);
    assert!(stderr.contains("2026-03-20"), "{stderr}");
}
