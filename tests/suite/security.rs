//! Security notices end to end: what is told, to whom, for how long; and that nothing else knows of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use store::{Store, Table};

use crate::canary;
use crate::common::{Folder, expect, folder, snapshot};

/// The day after the last night: nothing is past its time yet.
const SOON: &str = "2026-03-04T09:00:00Z";
/// A site of the generated councils under a reserved name.
const SITE: &str = "shop.example";

/// Lets a folder's assessment list what security notices need, and gives the provider a threat list.
fn assess(f: &Folder) {
    f.edit("assessment.toml", "\"cost\"]", "\"cost\", \"security\"]");
    f.edit("assessment.toml", "\"schedule\"]", "\"schedule\", \"security\"]");
    let text = fs::read_to_string(f.council("assessment.toml")).unwrap();
    let more = "\n[[recipients]]\nrole = \"clerk\"\ndocument = \"security\"\n";
    fs::write(f.council("assessment.toml"), format!("{text}{more}")).unwrap();
}

fn threats(f: &Folder, list: &str) {
    fs::write(f.root.join("bad.txt"), list).unwrap();
    let path = f.root.join("tithing.toml");
    let text = fs::read_to_string(&path).unwrap();
    let line = "threats = [{ path = \"bad.txt\", kind = \"plain\", licence = \"CC0, somebody\" }]";
    fs::write(&path, format!("{line}\n{text}")).unwrap();
}

fn watched() -> Folder {
    let f = folder();
    assess(&f);
    threats(&f, &format!("{SITE}\n"));
    f
}

fn nightly(f: &Folder) -> (Vec<Value>, String) {
    let (code, lines, stderr) = f.nightly(&["--now", SOON]);
    assert_eq!(code, 0, "{stderr}");
    (lines, stderr)
}

fn notices(f: &Folder) -> PathBuf {
    f.root.join("reports").join(&f.id).join("security")
}

fn notice(f: &Folder, date: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(notices(f).join(format!("{date}.json"))).unwrap()).unwrap()
}

/// Assets of a notice by list.
fn assets(notice: &Value, list: &str) -> BTreeSet<String> {
    let all = notice[list].as_array().unwrap().iter();
    all.filter(|n| n["rule"] == "threat-name").map(|n| n["asset"].as_str().unwrap().to_owned()).collect()
}

/// From the generator's own books: which assets of the council went to the site on each date with a lookup of their own.
fn truth(f: &Folder) -> BTreeMap<String, BTreeSet<String>> {
    let all: Value = serde_json::from_str(&fs::read_to_string(f.root.join("truth.json")).unwrap()).unwrap();
    let register = fs::read_to_string(f.council("register.csv")).unwrap();
    let ours = |asset: &str| {
        let owned = |l: &str| l.starts_with(&format!("{asset},")) && !l.contains(",personal,");
        register.lines().any(owned)
    };
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in all["authorities"][&f.id]["rows"].as_array().unwrap() {
        let (site, asset) = (row["site"].as_str().unwrap_or_default(), row["asset"].as_str().unwrap_or_default());
        if site == SITE && ours(asset) && (row["lookup"] == "live" || row["lookup"] == "expired") {
            found.entry(row["date"].as_str().unwrap().to_owned()).or_default().insert(asset.to_owned());
        }
    }
    found
}

#[test]
fn a_contact_is_told_at_once_for_the_right_device() {
    let f = watched();
    let (_, stderr) = nightly(&f);
    let truth = truth(&f);
    assert!(!truth["2026-03-02"].is_empty(), "the site is in the first night: {truth:?}");
    let first = notice(&f, "2026-03-02");
    assert_eq!(assets(&first, "findings"), truth["2026-03-02"]);
    assert!(
        first["findings"].as_array().unwrap().iter().all(|n| n["entry"] == SITE && n["list"] == "bad.txt"),
        "{first}"
    );
    assert_eq!((&first["audience"], &first["recipients"]), (&"restricted".into(), &serde_json::json!(["clerk"])));
    assert_eq!(first["lists"], serde_json::json!([{"name": "bad.txt", "licence": "CC0, somebody"}]));
    assert_eq!((&first["test_clock"], &first["delete_on"]), (&SOON.into(), &"2026-04-01".into()));
    let reached =
        |n: &Value| n["records"].as_i64() > Some(0) && n["megabytes"].as_i64() > Some(0) && n["blocked"] == false;
    assert!(first["findings"].as_array().unwrap().iter().any(reached), "{first}");
    let page = fs::read_to_string(notices(&f).join("2026-03-02.html")).unwrap();
    for asset in &truth["2026-03-02"] {
        assert!(page.contains(asset.as_str()), "{asset}");
    }
    assert!(page.contains("For the clerk alone."), "{page}");
    let incident: Value =
        serde_json::from_str(&fs::read_to_string(notices(&f).join("2026-03-02.incident.json")).unwrap()).unwrap();
    assert_eq!((&incident["clock_hours"], &incident["aware_at"]), (&72.into(), &Value::Null));
    // What is said names nobody and no site.
    assert!(stderr.contains("a security notice with") && stderr.contains("2026-03-02.html"), "{stderr}");
    let people = fs::read_to_string(f.council("people.csv")).unwrap();
    let ids: Vec<&str> = people.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
    assert!(!stderr.contains(SITE) && !stderr.contains("bad.txt"), "{stderr}");
    assert!(!ids.iter().any(|id| stderr.contains(id) || page.contains(&format!(">{id}<"))), "{stderr}");
}

/// On the second night, a device that was told of stands under what continues; one that was not is new.
#[test]
fn what_continues_is_no_new_notice() {
    let f = watched();
    nightly(&f);
    let truth = truth(&f);
    let empty = BTreeSet::new();
    let (first, second) = (&truth["2026-03-02"], truth.get("2026-03-03").unwrap_or(&empty));
    let (new, known): (BTreeSet<String>, BTreeSet<String>) =
        (second.difference(first).cloned().collect(), second.intersection(first).cloned().collect());
    if new.is_empty() {
        assert!(!notices(&f).join("2026-03-03.html").exists());
    } else {
        let notice = notice(&f, "2026-03-03");
        assert_eq!((assets(&notice, "findings"), assets(&notice, "continuing")), (new, known));
    }
    // The same night alone is all new.
    let f = watched();
    let (code, _, stderr) = f.nightly(&["--now", SOON, "--date", "2026-03-03"]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(&assets(&notice(&f, "2026-03-03"), "findings"), second);
}

#[test]
fn guarantee_8_guests_and_people_without_notice_are_not_told_of() {
    let f = watched();
    let truth = truth(&f);
    let victim = truth["2026-03-02"].first().unwrap().clone();
    let register = fs::read_to_string(f.council("register.csv")).unwrap();
    // The device is somebody's own from now on: the same lookups and flows leave no trace of it.
    let own: String = register
        .lines()
        .map(|l| if l.starts_with(&format!("{victim},")) { l.replace(",council,", ",personal,") } else { l.to_owned() } + "\n")
        .collect();
    assert_ne!(own, register, "{victim} is the council's");
    fs::write(f.council("register.csv"), own).unwrap();
    nightly(&f);
    for (path, octets) in snapshot(&notices(&f)) {
        assert!(!String::from_utf8_lossy(&octets).contains(&victim), "{}", path.display());
    }
    let expected: BTreeSet<String> = truth["2026-03-02"].iter().filter(|a| **a != victim).cloned().collect();
    let told = notices(&f).join("2026-03-02.json").exists().then(|| assets(&notice(&f, "2026-03-02"), "findings"));
    assert_eq!(told.unwrap_or_default(), expected);
}

/// Rows with their links.
type Rows<R> = Vec<(R, String)>;

/// Every row of `usage` and `links`.
fn rows(f: &Folder) -> (Rows<model::UsageRow>, Rows<model::LinkRow>) {
    let store = Store::open(&f.root.join("store"), &f.id).unwrap();
    let (mut usage, mut links) = (Vec::new(), Vec::new());
    for date in store.all_dates(Table::Usage).unwrap() {
        store.each_usage(date, &mut |r, link| usage.push((*r, link.to_owned()))).unwrap();
        store.each_link(date, &mut |r, link| links.push((*r, link.to_owned()))).unwrap();
    }
    (usage, links)
}

#[test]
fn guarantee_3_a_purpose_that_is_not_listed_stores_nothing() {
    for (from, to, code) in [
        ("\"cost\", \"security\"]", "\"cost\"]", "security_purpose"),
        ("\"schedule\", \"security\"]", "\"schedule\"]", "security_output"),
        ("document = \"security\"", "document = \"case\"", "security_recipient"),
        ("security_days = 30", "security_days = 31", "security_assessed"),
    ] {
        let f = watched();
        f.edit("assessment.toml", from, to);
        f.nightly(&["--now", SOON]);
        assert!(!notices(&f).exists(), "{code}");
        assert!(!f.root.join("store").join(&f.id).join("security").exists(), "{code}");
        let (said, _) = expect(&f.root, &["check", "--now", SOON], 0);
        assert!(said.contains(&format!("  security          no: {code}\n")), "{said}");
        let listed = if code == "security_purpose" { "NOT listed: not written" } else { "listed" };
        assert!(said.contains(&format!("  table security    purpose security: {listed}\n")), "{said}");
    }
}

#[test]
fn guarantee_3_usage_and_links_do_not_depend_on_security() {
    let (with, without) = (watched(), folder());
    nightly(&with);
    nightly(&without);
    assert!(notices(&with).exists() && !notices(&without).exists());
    let (one, two) = (rows(&with), rows(&without));
    assert!(!one.0.is_empty() && one == two, "security changed a row");
    let cycles = |f: &Folder| snapshot(&f.root.join("store").join(&f.id).join("cycles")).len();
    assert_eq!(cycles(&with), cycles(&without));
}

#[test]
fn guarantee_3_cycles_need_their_purpose() {
    let f = folder();
    f.edit("assessment.toml", "\"operations\", \"cost\"]", "\"operations\"]");
    f.nightly(&[]);
    assert!(!f.root.join("store").join(&f.id).join("cycles").exists());
    let f = folder();
    f.nightly(&[]);
    assert!(f.root.join("store").join(&f.id).join("cycles").exists());
}

fn sources(dir: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            sources(&entry, ending, found);
        } else if entry.to_string_lossy().ends_with(ending) {
            found.push(entry);
        }
    }
}

/// Outside the store no file names rows of both tables, and no roll-up names the table: no job can join them.
#[test]
fn guarantee_3_no_roll_up_and_no_function_meets_both_purposes() {
    let root = Path::new(".");
    let mut sql = Vec::new();
    sources(&root.join("analyze/sql"), ".sql", &mut sql);
    assert!(sql.len() > 5);
    for path in sql {
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        let code: String = text.lines().filter(|l| !l.trim_start().starts_with("--")).collect();
        assert!(!code.contains("security"), "{}", path.display());
    }
    let mut rust = Vec::new();
    ["src", "analyze/src", "gate/src", "reports/src"].iter().for_each(|d| sources(&root.join(d), ".rs", &mut rust));
    let (conduct, security) = (["UsageRow", "each_usage", "usage_paths"], ["SecurityRow", "each_security"]);
    let mut seen = 0;
    for path in rust {
        let text = fs::read_to_string(&path).unwrap();
        let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
        assert!(!(has(&conduct) && has(&security)), "{} names rows of both purposes", path.display());
        seen += usize::from(has(&security));
    }
    assert!(seen >= 2, "nobody uses the table at all");
}

#[test]
fn a_second_run_changes_nothing() {
    let f = watched();
    nightly(&f);
    let before = snapshot(&f.root);
    let (lines, stderr) = nightly(&f);
    assert!(lines.iter().all(|l| l["state"] == "unchanged") && !stderr.contains("security notice"), "{stderr}");
    assert!(before == snapshot(&f.root));
    let ledger = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    let told = ledger.lines().filter(|l| l.contains("\"kind\":\"notices\"")).count();
    let pages = snapshot(&notices(&f)).into_keys().filter(|p| p.to_string_lossy().ends_with(".html")).count();
    assert_eq!(told, pages);
    assert!(!ledger.contains(SITE));
    expect(&f.root, &["ledger", "verify"], 0);
}

/// Inputs in another order of names make the same table to the byte.
#[test]
fn the_table_is_a_function_of_the_inputs() {
    let (one, two) = (watched(), watched());
    for (n, path) in two.inbox(".pcap").into_iter().rev().enumerate() {
        fs::rename(&path, path.with_file_name(format!("flows-{n}-renamed.pcap"))).unwrap();
    }
    nightly(&one);
    nightly(&two);
    let table =
        |f: &Folder| snapshot(&f.root.join("store").join(&f.id).join("security")).into_values().collect::<Vec<_>>();
    assert_eq!(table(&one).len(), 2);
    assert!(table(&one) == table(&two));
}

#[test]
fn guarantee_34_notices_and_rows_are_gone_after_their_days() {
    let f = watched();
    nightly(&f);
    let files = || snapshot(&notices(&f)).len() + snapshot(&f.root.join("store").join(&f.id).join("security")).len();
    let all = files();
    assert!(all >= 5);
    let at = |now: &str| f.nightly(&["--now", now]);
    at("2026-03-31T23:00:00Z"); // 1 April by the council's clock: the first night's 30 days are over.
    let left: Vec<PathBuf> = snapshot(&f.root.join("store").join(&f.id).join("security")).into_keys().collect();
    assert!(left.len() == 1 && left[0].ends_with("2026-03-03.parquet"), "{left:?}");
    assert!(!notices(&f).join("2026-03-02.html").exists() && files() < all);
    // The assessment is lost; what is due goes all the same.
    fs::remove_file(f.council("assessment.toml")).unwrap();
    at("2026-04-02T09:00:00Z");
    assert_eq!(files(), 0);
    let ledger = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    assert_eq!(ledger.lines().filter(|l| l.contains("\"deleted\":\"security\"")).count(), 2, "{ledger}");
}

/// A night that is past its time already is made without a look: what is found would have to be deleted at once.
#[test]
fn guarantee_34_an_old_night_is_not_watched() {
    let f = watched();
    let (_, lines, _) = f.nightly(&[]);
    assert_eq!(lines[0]["state"], "built");
    assert!(!notices(&f).exists() && !f.root.join("store").join(&f.id).join("security").exists());
}

/// Of all names in the inputs only the list's entry is kept, in the table and the notice alone; never the name looked up.
#[test]
fn guarantee_5_no_name_but_the_lists_entry_persists() {
    let f = folder();
    canary::rename(&f);
    assess(&f);
    threats(&f, &format!("{}.example\n", canary::PLAIN));
    let before = snapshot(f.temp.path());
    canary::run(&f, "nightly", &["nightly", "--format", "json", "--now", SOON]);
    let entry = format!("{}.example", canary::PLAIN);
    let written = canary::written(&f, &before);
    let needles: Vec<_> = canary::needles(&f).into_iter().filter(|n| !n.is(canary::PLAIN)).collect();
    let hits = canary::found(&needles, &written);
    assert!(hits.is_empty(), "{}", hits.join("\n"));
    let hits = canary::found(&[canary::Needle::new(&format!("www.{entry}"))], &written);
    assert!(hits.is_empty(), "the name that was looked up: {}", hits.join("\n"));
    let hits = canary::found(&[canary::Needle::new(canary::PLAIN)], &written);
    assert!(hits.iter().any(|h| h.contains("/security/")), "the entry is told: {hits:?}");
    let elsewhere: Vec<_> = hits.iter().filter(|h| !h.contains("/security/")).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

#[cfg(unix)]
#[test]
fn others_cannot_read_a_notice() {
    use std::os::unix::fs::PermissionsExt;
    let f = watched();
    nightly(&f);
    for path in snapshot(&notices(&f)).into_keys() {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn a_form_that_was_filled_in_is_never_written_over() {
    let f = watched();
    f.nightly(&["--now", SOON, "--date", "2026-03-02"]);
    let form = notices(&f).join("2026-03-02.incident.json");
    fs::write(&form, "{\"decision\": \"reported\"}").unwrap();
    fs::remove_dir_all(f.root.join("store")).unwrap();
    f.nightly(&["--now", "2026-03-05T09:00:00Z", "--date", "2026-03-02"]);
    assert_eq!(fs::read_to_string(&form).unwrap(), "{\"decision\": \"reported\"}");
    assert_eq!(notice(&f, "2026-03-02")["test_clock"], "2026-03-05T09:00:00Z");
}

#[test]
fn guarantee_29_check_lists_every_rule_that_runs() {
    let f = watched();
    let (said, _) = expect(&f.root, &["check", "--now", SOON], 0);
    for rule in model::SecurityRule::ALL {
        assert!(said.contains(&format!("  security          rule {rule}: Looks at ")), "{rule}: {said}");
    }
    assert!(said.contains("  security          yes, to clerk; kept 30 days\n"), "{said}");
    assert!(said.contains("  security          threat lists hold 1 names and 0 networks\n"), "{said}");
}

#[test]
fn lists_of_addresses_and_allowed_programs_are_configuration() {
    let f = watched();
    fs::write(f.root.join("drop.txt"), "203.0.113.0/24 ; SBL1\nnot-an-address\n").unwrap();
    let path = f.root.join("tithing.toml");
    let text = fs::read_to_string(&path).unwrap();
    let both = "threats = [{ path = \"drop.txt\", kind = \"addresses\", licence = \"CC0\" }, { path = \"bad.txt\"";
    fs::write(&path, text.replace("threats = [{ path = \"bad.txt\"", both)).unwrap();
    let allowed = "\n[security]\nremote_control_allowed = [\"teamviewer\", \"rdp\"]\n";
    let council = fs::read_to_string(f.council("authority.toml")).unwrap();
    fs::write(f.council("authority.toml"), format!("{council}{allowed}")).unwrap();
    let (said, stderr) = expect(&f.root, &["check", "--now", SOON], 0);
    assert!(said.contains("threat lists hold 1 names and 1 networks"), "{said}");
    assert!(said.contains("allowed for remote control: teamviewer, rdp"), "{said}");
    assert!(stderr.contains("1 lines of the threat lists of addresses could not be used"), "{stderr}");
    nightly(&f);
    let first = notice(&f, "2026-03-02");
    let entries: BTreeSet<&str> =
        first["findings"].as_array().unwrap().iter().filter_map(|n| n["entry"].as_str()).collect();
    assert!(entries.contains("203.0.113.0/24") && entries.contains(SITE), "{entries:?}");
    fs::write(f.council("authority.toml"), format!("{council}{}", allowed.replace("rdp", "rpd"))).unwrap();
    let (_, stderr) = expect(&f.root, &["nightly", "--now", SOON], 1);
    assert!(stderr.contains("'rpd' is not a program that is known"), "{stderr}");
}
