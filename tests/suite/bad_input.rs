//! Bad input through the command: a clear message, the right exit code, and nothing else lost.

use std::fs;

use crate::common::{expect, folder, run};

/// Adds one file to the inbox of a good council and expects the nights to be as if it were not there, but for the gap.
fn check_bad_file(name: &str, content: &[u8], code: i32, said: &str) {
    let good = folder();
    let (_, want, _) = good.nightly(&[]);
    let f = folder();
    fs::write(f.council("inbox").join(name), content).unwrap();
    let (found, lines, stderr) = f.nightly(&[]);
    assert_eq!(found, code, "{name}: {stderr}");
    assert!(stderr.contains(said), "{name}: '{said}' is not in:\n{stderr}");
    for (a, b) in want.iter().zip(&lines) {
        for figure in ["date", "counted", "kept", "flows", "lookups", "attributed"] {
            assert_eq!(a[figure], b[figure], "{name}: {figure}");
        }
    }
    assert_eq!(want.len(), lines.len(), "{name}");
}

#[test]
fn an_empty_file_is_named_and_left_out() {
    check_bad_file("flows-empty.pcap", b"", 2, "file_empty");
}

#[test]
fn a_file_of_something_else_is_named_and_left_out() {
    check_bad_file("flows-photo.pcap", b"\x89PNG\r\n\x1a\n and some more octets of a picture", 2, "format_unknown");
}

#[test]
fn a_capture_of_something_else_is_named_and_left_out() {
    // One Ethernet frame of ARP: a capture, but neither an export stream nor DNS.
    let mut capture = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
    let stamp = 1_772_445_600_u32; // 2026-03-02T10:00:00Z
    capture.extend(stamp.to_le_bytes());
    capture.extend([0, 0, 0, 0, 42, 0, 0, 0, 42, 0, 0, 0]);
    capture.extend([0xff; 6]);
    capture.extend([2, 0, 0x5e, 0x10, 0, 1, 8, 6]);
    capture.extend([0; 28]);
    check_bad_file("flows-arp.pcap", &capture, 2, "packet_other");
}

#[test]
fn a_cut_capture_keeps_what_came_before() {
    let f = folder();
    let path = f.inbox(".pcap").remove(0);
    let whole = fs::read(&path).unwrap();
    let (_, want, _) = folder().nightly(&[]);
    fs::write(&path, &whole[..whole.len() - 20]).unwrap();
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("file_cut"), "{stderr}");
    let flows = |l: &serde_json::Value| l["flows"].as_u64().unwrap();
    assert!(flows(&lines[0]) < flows(&want[0]) && flows(&lines[0]) > flows(&want[0]) / 2);
    assert_eq!(lines[1]["counted"], want[1]["counted"], "the other night is whole");
}

#[test]
fn a_damaged_log_loses_only_its_damaged_lines() {
    let f = folder();
    let path = f.inbox(".log").remove(0);
    let mut log = fs::read(&path).unwrap();
    let middle = log.len() / 2;
    let line = middle + log[middle..].iter().position(|b| *b == b'\n').unwrap() + 1;
    let mut damage = vec![0_u8; 512];
    damage.extend(b"\nMar  2 10:00:00 dnsmasq[1]: \xff\xfe\xff\n");
    log.splice(line..line, damage);
    fs::write(&path, log).unwrap();
    let (_, want, _) = folder().nightly(&[]);
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(lines[0]["lookups"], want[0]["lookups"]);
    assert_eq!(lines[0]["attributed"], want[0]["attributed"]);
    assert_eq!(lines[0]["problems"]["line_nul"], 1, "{}", lines[0]);
    assert_eq!(lines[0]["problems"]["line_not_utf8"], 1, "{}", lines[0]);
}

#[test]
fn a_doubled_asset_stops_before_work_starts() {
    let f = folder();
    let text = fs::read_to_string(f.council("register.csv")).unwrap();
    let row = text.lines().find(|l| l.contains(",council,")).unwrap();
    let holder = row.split(',').nth(2).unwrap();
    let other =
        text.lines().skip(1).map(|l| l.split(',').nth(2).unwrap()).find(|h| !h.is_empty() && *h != holder).unwrap();
    let double = row.replacen(holder, other, 1);
    fs::write(f.council("register.csv"), format!("{text}{double}\n")).unwrap();
    let asset = row.split(',').next().unwrap();
    let (_, stderr) = expect(&f.root, &["nightly"], 1);
    assert!(stderr.contains("register.csv") && stderr.contains(asset), "{stderr}");
    assert!(!f.root.join("store").join(&f.id).exists(), "nothing was written");
}

#[test]
fn an_unknown_key_names_the_nearest() {
    let f = folder();
    f.edit("authority.toml", "zone =", "zome =");
    let (_, stderr) = expect(&f.root, &["check"], 1);
    assert!(stderr.contains("did you mean `zone`?"), "{stderr}");
    let f = folder();
    f.edit("assessment.toml", "review_due", "review_dew");
    let (_, stderr) = expect(&f.root, &["check"], 1);
    assert!(stderr.contains("review_due"), "{stderr}");
}

#[test]
fn an_expired_assessment_lowers_to_totals() {
    let f = folder();
    let text = fs::read_to_string(f.council("assessment.toml")).unwrap();
    let due = text.lines().find(|l| l.starts_with("review_due")).unwrap().to_owned();
    f.edit("assessment.toml", &due, "review_due = 2026-03-01");
    let (_, lines, _) = f.nightly(&[]);
    assert!(lines[0]["attributed"].as_object().unwrap().is_empty(), "{}", lines[0]);
    assert_eq!(lines[0]["lookups"], 0, "DNS sources stay closed");
    let (_, stderr) = expect(&f.root, &["report", "--month", "2026-03"], 3);
    assert!(stderr.contains("review"), "{stderr}");
}

#[test]
fn no_assessment_reads_nothing() {
    let f = folder();
    fs::remove_file(f.council("assessment.toml")).unwrap();
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 3, "{stderr}");
    assert!(lines.iter().all(|l| l["state"] == "refused"), "{lines:?}");
    assert!(!f.root.join("store").join(&f.id).join("usage").exists());
}

#[test]
fn a_month_with_no_data_says_so() {
    let f = folder();
    let (code, _, stderr) = run(&f.root, &["report", "--month", "2026-02"]);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("2026-02"), "{stderr}");
}

#[test]
fn a_month_that_is_not_over_is_refused() {
    let f = folder();
    let (_, stderr) = expect(&f.root, &["report", "--month", "2026-04"], 1);
    assert!(stderr.contains("2026-04"), "{stderr}");
}

/// One `nightly` under a limit on the size of a file, with its signal ignored, which makes writes fail as a full disk does.
fn nightly_without_room(f: &crate::common::Folder) -> String {
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" nightly";
    let out = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_tithing")])
        .current_dir(&f.root)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(1), "{stderr}");
    stderr
}

#[test]
fn a_full_disk_leaves_no_half_night() {
    let f = folder();
    // The year's first night compiles the kinds of site: where that has no room, nothing is in force.
    let stderr = nightly_without_room(&f);
    assert!(stderr.contains(".index"), "{stderr}");
    assert!(!f.root.join("categories/taxonomy.json").exists());
    expect(&f.root, &["categories", "compile", "--now", "2026-03-20"], 0);
    let stderr = nightly_without_room(&f);
    assert!(stderr.contains(".parquet") || stderr.contains("store"), "{stderr}");
    let left: Vec<_> = crate::common::snapshot(&f.root.join("store")).into_keys().collect();
    assert!(left.iter().all(|p| !p.to_string_lossy().ends_with(".parquet")), "{left:?}");
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert!(lines.iter().all(|l| l["state"] == "built"), "with room again, the nights are built: {lines:?}");
}
