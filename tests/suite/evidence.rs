//! What a night rests on beside its flows: templates of earlier nights, and who asks the resolver.

use std::fs;
use std::path::Path;

use crate::common::{Folder, folder};

/// Makes a capture of NetFlow v9 over Ethernet and IPv4 forget its templates: their sets (ids 0 and 1, RFC 3954 section 5)
/// get an id that the standard reserves.
fn forget_templates(path: &Path) -> usize {
    let mut file = fs::read(path).unwrap();
    let (mut at, mut changed) = (24, 0);
    while at + 16 <= file.len() {
        let length = u32::from_le_bytes(file[at + 8..at + 12].try_into().unwrap()) as usize;
        let (mut set, end) = (at + 16 + 14 + 20 + 8 + 20, at + 16 + length);
        while set + 4 <= end {
            if file[set] == 0 && file[set + 1] < 2 {
                file[set + 1] = 200;
                changed += 1;
            }
            set += usize::from(u16::from_be_bytes([file[set + 2], file[set + 3]])).max(4);
        }
        at = end;
    }
    fs::write(path, file).unwrap();
    changed
}

/// The night of 3 March from its own files alone, those of the day before gone.
fn second_night(f: &Folder) -> serde_json::Value {
    for path in [f.inbox("2026-03-02.pcap"), f.inbox("2026-03-02.log")].concat() {
        fs::remove_file(path).unwrap();
    }
    let (_, mut lines, stderr) = f.nightly(&["--date", "2026-03-03"]);
    assert_eq!(lines.len(), 1, "{stderr}");
    lines.remove(0)
}

fn files(f: &Folder) -> Vec<std::path::PathBuf> {
    let all = f.inbox("2026-03-03.pcap");
    all.into_iter().filter(|p| p.file_name().unwrap().to_string_lossy().starts_with("flows")).collect()
}

#[test]
fn a_template_of_an_earlier_night_reads_tonights_records() {
    let whole = second_night(&folder());
    let forgetful = folder();
    assert!(files(&forgetful).iter().map(|p| forget_templates(p)).sum::<usize>() > 0);
    let alone = second_night(&forgetful);
    assert_eq!(alone["counted"].as_u64(), Some(0), "nothing can be read without a template: {alone}");
    let helped = folder();
    let (_, lines, stderr) = helped.nightly(&["--date", "2026-03-02"]);
    assert_eq!(lines.len(), 1, "{stderr}");
    files(&helped).iter().for_each(|p| assert!(forget_templates(p) > 0));
    let found = second_night(&helped);
    for key in ["counted", "kept", "excluded", "flows", "attributed", "coverage"] {
        assert_eq!(found[key], whole[key], "{key}");
    }
    // Named like any input, so that the night is the same again.
    let store = || crate::common::snapshot(&helped.root.join("store"));
    let before = store();
    let (_, lines, _) = helped.nightly(&["--date", "2026-03-03"]);
    assert_eq!(lines[0]["state"], "unchanged");
    assert_eq!(before, store());
    let kept = fs::read(templates(&helped, "2026-03-03.used")).unwrap();
    let hash = store::to_hex(&store::sha256(&kept));
    let partition = helped.root.join("store").join(&helped.id).join("links/2026-03-03.parquet");
    let named = fs::read(partition).unwrap().windows(64).any(|w| w == hash.as_bytes());
    assert!(named, "the night's footer names the kept templates");
    // What befalls the night before changes nothing here, not even where the night is made again.
    fs::write(templates(&helped, "2026-03-02"), "tithing.templates/1\n").unwrap();
    let log = helped.inbox("2026-03-03.log").remove(0);
    fs::copy(&log, log.with_file_name("more-2026-03-03.log")).unwrap();
    fs::write(&log, [fs::read(&log).unwrap(), b"\n".to_vec()].concat()).unwrap();
    let (_, lines, stderr) = helped.nightly(&["--date", "2026-03-03"]);
    assert_eq!((&lines[0]["state"], &lines[0]["counted"]), (&"built".into(), &whole["counted"]), "{stderr}");
    assert_eq!(fs::read(templates(&helped, "2026-03-03.used")).unwrap(), kept);
}

/// The path of templates kept in the store.
fn templates(f: &Folder, name: &str) -> std::path::PathBuf {
    f.root.join("store").join(&f.id).join(format!("templates/{name}.txt"))
}

#[test]
fn a_night_made_before_the_night_of_its_template_is_made_again() {
    let whole = second_night(&folder());
    let earlier = folder();
    earlier.nightly(&["--date", "2026-03-02"]);
    let late = folder();
    files(&late).iter().for_each(|p| assert!(forget_templates(p) > 0));
    assert_eq!(second_night(&late)["counted"].as_u64(), Some(0));
    fs::copy(templates(&earlier, "2026-03-02"), templates(&late, "2026-03-02")).unwrap();
    for state in ["built", "unchanged"] {
        let (_, lines, stderr) = late.nightly(&["--date", "2026-03-03"]);
        assert_eq!((&lines[0]["state"], &lines[0]["counted"]), (&state.into(), &whole["counted"]), "{stderr}");
    }
    // A time in microseconds since 1970 has 16 digits in this century, one in milliseconds 13.
    let kept = fs::read_to_string(templates(&earlier, "2026-03-02")).unwrap();
    assert!(kept.lines().count() > 1);
    assert!(!kept.split([' ', '\n']).any(|w| w.len() >= 13 && w.parse::<i64>().is_ok()), "{kept}");
}

/// Puts the router in the place of every client of dnsmasq's log.
fn behind_a_forwarder(f: &Folder) {
    for path in f.inbox(".log").into_iter().filter(|p| p.file_name().unwrap().to_string_lossy().starts_with("dns-")) {
        let text = fs::read_to_string(&path).unwrap();
        let hide = |line: &str| {
            let words = line.split(' ').map(|word| {
                let (address, port) = word.split_once('/').unwrap_or((word, ""));
                match (address.starts_with("192.168.") || address.starts_with("2001:db8:1:"), port) {
                    (true, "") if !line.contains(" is ") => "192.168.1.1".to_owned(),
                    (true, port) if !port.is_empty() => format!("192.168.1.1/{port}"),
                    _ => word.to_owned(),
                }
            });
            words.collect::<Vec<_>>().join(" ")
        };
        let hidden: Vec<String> =
            text.lines().map(|l| if l.contains("dnsmasq[") { hide(l) } else { l.to_owned() }).collect();
        fs::write(&path, hidden.join("\n") + "\n").unwrap();
    }
}

#[test]
fn a_forwarder_leaves_totals_or_with_leave_the_councils_answers() {
    let f = folder();
    behind_a_forwarder(&f);
    let (code, lines, stderr) = f.nightly(&["--date", "2026-03-02"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("through a forwarder") && stderr.contains("shared-resolver"), "{stderr}");
    assert_eq!(lines[0]["hidden_lookups"], lines[0]["lookups"]);
    assert_eq!((&lines[0]["attributed"], &lines[0]["hit_rate"]), (&serde_json::json!({}), &serde_json::Value::Null));
    assert!(lines[0]["kept"].as_u64().unwrap() > 0);

    let f = folder();
    behind_a_forwarder(&f);
    f.edit(
        "assessment.toml",
        "sources = [\"flows\", \"dns\", \"leases\"",
        "sources = [\"flows\", \"dns\", \"leases\", \"shared-resolver\"",
    );
    let (code, lines, stderr) = f.nightly(&["--date", "2026-03-02"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("the council's answers alone"), "{stderr}");
    let attributed = lines[0]["attributed"].as_object().unwrap();
    assert!(attributed["council"].as_u64().unwrap() > 0, "{attributed:?}");
    assert!(!attributed.contains_key("exact") && !attributed.contains_key("device"), "{attributed:?}");
}
