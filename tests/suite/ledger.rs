//! The ledger against whoever holds it: every mutation at every place, the checkpoint on its way through mail and paper,
//! keys lost and changed, and guesses of what its lines say.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use store::{Event, Keys, Ledger, Signing};

use crate::common::{Folder, copy, expect, folder, run};

/// A folder whose ledger has some of everything, ending in an erratum; entries before its report are under its checkpoint.
fn written() -> Folder {
    let f = folder();
    f.nightly(&[]);
    expect(&f.root, &["inspect", &f.inbox(".log")[0].display().to_string()], 0);
    expect(&f.root, &["costs"], 0);
    expect(&f.root, &["faults", "--month", "2026-03"], 0);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    expect(&f.root, &["report", "--month", "2026-03", "--erratum", "The office link was down on the 2nd."], 2);
    f
}

fn ledger_path(f: &Folder) -> PathBuf {
    f.root.join("ledger").join(format!("{}.jsonl", f.id))
}

fn report_path(f: &Folder) -> PathBuf {
    f.root.join("reports").join(&f.id).join("2026-03/report.json")
}

fn report(f: &Folder) -> Value {
    serde_json::from_str(&fs::read_to_string(report_path(f)).unwrap()).unwrap()
}

/// The number of entries that the report's checkpoint covers.
fn covered(f: &Folder) -> usize {
    report(f)["checkpoint"].as_str().unwrap().lines().nth(1).unwrap().parse().unwrap()
}

fn kinds(lines: &[String]) -> Vec<String> {
    let kind = |l: &String| serde_json::from_str::<Value>(l).unwrap()["kind"].as_str().unwrap().to_owned();
    lines.iter().map(kind).collect()
}

// ---- what the attacker can do --------------------------------------------------------------------------------------

/// Somebody who holds the provider's disk.
struct Attacker<'f> {
    f: &'f Folder,
    lines: Vec<String>,
    genesis: [u8; 32],
}

/// How well the attacker covers up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cover {
    /// Numbers and hashes made anew, signatures as they were.
    Rechained,
    /// All made anew, without any signature.
    Unsigned,
    /// All signed anew with another key.
    LaterKey,
    /// All signed anew with the key itself.
    SameKey,
}

impl Attacker<'_> {
    fn new(f: &Folder) -> Attacker<'_> {
        let text = fs::read_to_string(ledger_path(f)).unwrap();
        let genesis = Ledger::open(&f.temp.path().join("empty"), &f.id).unwrap().head().unwrap();
        Attacker { f, lines: text.lines().map(str::to_owned).collect(), genesis }
    }

    /// The chain's rule, from its description: SHA-256 of the hash before and of the line without hash and signature.
    fn rechain(&self, lines: &[String]) -> Vec<String> {
        let mut before = self.genesis;
        let mut made = Vec::new();
        for (i, line) in lines.iter().enumerate() {
            let (body, rest) = line.split_once(",\"hash\":").unwrap();
            let (_, after) = body.split_once(",\"time\"").unwrap();
            let body = format!("{{\"seq\":{i},\"time\"{after}");
            before = store::sha256(&[&before[..], format!("{body}}}").as_bytes()].concat());
            let sig = rest.split_once(",\"sig\"").map_or("}".to_owned(), |(_, s)| format!(",\"sig\"{s}"));
            made.push(format!("{body},\"hash\":\"{}\"{sig}", store::to_hex(&before)));
        }
        made
    }

    /// The events of the lines, entered into a new ledger by the program itself.
    fn again(&self, lines: &[String], keys: Option<&Path>) -> Vec<String> {
        let (scratch, made) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let open = |root: &Path| Ledger::open(root, &self.f.id).unwrap();
        fs::write(scratch.path().join(format!("{}.jsonl", self.f.id)), joined(&self.rechain(lines))).unwrap();
        let new = match keys {
            None => open(made.path()),
            Some(keys) => open(made.path()).signed(Signing {
                keys: Keys::open(keys, &self.f.id).unwrap(),
                seed: Some(b"a later key".to_vec()),
                random: |_| Ok(()),
            }),
        };
        open(scratch.path())
            .entries(&mut |e| {
                if !matches!(e.event, Event::Key { .. }) {
                    new.append(&e.event, e.time).unwrap();
                }
            })
            .unwrap();
        let text = new.octets().unwrap().unwrap_or_default();
        String::from_utf8(text).unwrap().lines().map(str::to_owned).collect()
    }

    fn cover(&self, lines: &[String], cover: Cover) -> Vec<String> {
        let other = self.f.temp.path().join("other-keys");
        match cover {
            Cover::Rechained => self.rechain(lines),
            Cover::Unsigned => self.again(lines, None),
            Cover::LaterKey => self.again(lines, Some(&other)),
            Cover::SameKey => self.again(lines, Some(&self.f.root.join("keys"))),
        }
    }

    /// Puts the lines in the ledger's place; `verify` must fail and name one of `codes`.
    fn found(&self, what: &str, lines: &[String], codes: &[&str]) {
        fs::write(ledger_path(self.f), joined(lines)).unwrap();
        let (code, stdout, stderr) = run(&self.f.root, &["ledger", "verify"]);
        assert_eq!(code, 1, "{what} was not found\n{stdout}{stderr}");
        assert!(codes.iter().any(|c| stderr.contains(&format!(": {c}: "))), "{what}: not named {codes:?}\n{stderr}");
        fs::write(ledger_path(self.f), joined(&self.lines)).unwrap();
    }
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|l| format!("{l}\n")).collect()
}

/// A line with another count, date or hash in its body.
fn edited(line: &str) -> String {
    let (body, rest) = line.split_once(",\"hash\":").unwrap();
    let (head, event) = body.split_once("\"kind\"").unwrap();
    let turned: String = event
        .char_indices()
        .map(|(i, c)| match event[i..].find(|c: char| c.is_ascii_digit()) {
            Some(0) if !event[..i].contains(|c: char| c.is_ascii_digit()) => {
                char::from_digit((c.to_digit(10).unwrap() + 1) % 10, 10).unwrap()
            }
            _ => c,
        })
        .collect();
    assert_ne!(turned, event, "{line}");
    format!("{head}\"kind\"{turned},\"hash\":{rest}")
}

/// A line with another digit in the value of a key.
fn turned(line: &str, key: &str) -> String {
    let at = line.find(&format!("\"{key}\":\"")).unwrap() + key.len() + 4;
    let digit = if &line[at..=at] == "0" { "1" } else { "0" };
    format!("{}{digit}{}", &line[..at], &line[at + 1..])
}

/// Every cover, with what must be named. What the key's holder signs anew is found up to the checkpoint alone.
fn covers(a: &Attacker<'_>, what: &str, lines: &[String], plain: &[&str], before: bool) {
    a.found(what, lines, plain);
    let rechained: &[&str] = &["signature", "shorter", "key_changed"];
    let all: [(Cover, &[&str]); 4] = [
        (Cover::Rechained, rechained),
        (Cover::Unsigned, &["key_differs"]),
        (Cover::LaterKey, &["key_differs"]),
        (Cover::SameKey, &["rewritten", "shorter"]),
    ];
    for (cover, codes) in all {
        if before || cover != Cover::SameKey {
            a.found(&format!("{what}, {cover:?}"), &a.cover(lines, cover), codes);
        }
    }
}

#[test]
fn guarantee_37_every_mutation_at_every_place_is_found_and_named() {
    let f = written();
    let covered = covered(&f);
    let a = Attacker::new(&f);
    let (n, kinds) = (a.lines.len(), kinds(&a.lines));
    assert_eq!(kinds[0], "key");
    for kind in ["taxonomy", "night", "read", "release", "erratum"] {
        assert!(kinds.iter().any(|k| k == kind), "{kinds:?}");
    }
    assert!(covered >= 6 && covered < n, "{covered} of {n}");
    assert_eq!(a.rechain(&a.lines), a.lines, "the rule as this test has it");
    assert_eq!(a.cover(&a.lines, Cover::SameKey), a.lines, "the same key makes the same ledger");
    expect(&f.root, &["ledger", "verify"], 0);
    let end: &[&str] = &["report_changed", "release_missing", "shorter", "night_missing"];
    for i in 0..n {
        let with = |change: &dyn Fn(&mut Vec<String>)| {
            let mut lines = a.lines.clone();
            change(&mut lines);
            lines
        };
        let is_key = kinds[i] == "key";
        // Removed.
        let plain: &[&str] = if i + 1 == n { end } else { &["removed"] };
        let lines = with(&|l| drop(l.remove(i)));
        if i + 1 == n || is_key {
            a.found(&format!("removed {i}"), &lines, plain)
        } else {
            covers(&a, &format!("removed {i}"), &lines, plain, i < covered)
        }
        // Inserted: a copy, and an entry that never was.
        let lines = with(&|l| l.insert(i, l[i].clone()));
        a.found(&format!("copied {i}"), &lines, &["inserted"]);
        if !is_key {
            covers(&a, &format!("forged at {i}"), &with(&|l| l.insert(i, edited(&l[i]))), &["inserted"], i < covered);
            covers(
                &a,
                &format!("edited {i}"),
                &with(&|l| l[i] = edited(&l[i])),
                &["changed", "unreadable"],
                i < covered,
            );
        }
        // Moved.
        if i + 1 < n && !is_key {
            covers(&a, &format!("moved {i}"), &with(&|l| l.swap(i, i + 1)), &["moved"], i < covered);
        }
        a.found(&format!("hash of {i}"), &with(&|l| l[i] = turned(&l[i], "hash")), &["changed"]);
        a.found(&format!("signature of {i}"), &with(&|l| l[i] = turned(&l[i], "sig")), &["signature"]);
        let bare = |l: &mut Vec<String>| l[i] = format!("{}}}", l[i].split_once(",\"sig\"").unwrap().0);
        a.found(&format!("no signature of {i}"), &with(&bare), &["unsigned"]);
        a.found(&format!("time of {i}"), &with(&|l| l[i] = l[i].replacen("T09:", "T08:", 1)), &["changed"]);
        // Cut off, at the end of a line and within one.
        a.found(&format!("cut after {i}"), &a.lines[..i], end);
        fs::write(ledger_path(&f), &joined(&a.lines)[..joined(&a.lines[..=i]).len() - 9]).unwrap();
        let (code, _, stderr) = run(&f.root, &["ledger", "verify"]);
        assert!(code == 1 && stderr.contains("cut_line: "), "cut within {i}: {stderr}");
        // An older copy put back, and the program run on it.
        fs::write(ledger_path(&f), joined(&a.lines[..i])).unwrap();
        expect(&f.root, &["costs"], 0);
        let older: Vec<String> = fs::read_to_string(ledger_path(&f)).unwrap().lines().map(str::to_owned).collect();
        a.found(&format!("put back to {i}"), &older, &["rewritten", "shorter", "release_missing", "report_changed"]);
    }
    expect(&f.root, &["ledger", "verify"], 0);
}

#[test]
fn guarantee_37_another_key_is_told_from_one_that_was_handed_over() {
    let f = written();
    let old = report(&f)["checkpoint_key"].as_str().unwrap().to_owned();
    let (new, _) = expect(&f.root, &["ledger", "change-key", "--authority", &f.id], 0);
    assert_ne!(new.trim(), old);
    let (said, _) = expect(&f.root, &["ledger", "verify"], 0);
    assert!(said.contains(new.trim()), "the key in force is said: {said}");
    expect(&f.root, &["costs"], 0);
    expect(&f.root, &["ledger", "verify"], 0);
    // A key that is lost is replaced, so that nights go on, and that is told for good.
    fs::remove_file(f.root.join("keys").join(&f.id).join("sign")).unwrap();
    expect(&f.root, &["costs"], 0);
    let (_, stderr) = expect(&f.root, &["ledger", "verify"], 1);
    assert!(stderr.contains("key_changed: "), "{stderr}");
}

#[test]
fn guarantee_37_a_ledger_older_than_the_store_is_found_without_any_report() {
    let f = folder();
    f.nightly(&["--date", "2026-03-02"]);
    let older = fs::read(ledger_path(&f)).unwrap();
    f.nightly(&["--date", "2026-03-03"]);
    expect(&f.root, &["ledger", "verify"], 0);
    fs::write(ledger_path(&f), older).unwrap();
    let (_, stderr) = expect(&f.root, &["ledger", "verify"], 1);
    assert!(stderr.contains("night_missing: ") && stderr.contains("2026-03-03"), "{stderr}");
    fs::remove_file(ledger_path(&f)).unwrap();
    expect(&f.root, &["ledger", "verify"], 1);
}

#[test]
fn a_run_cut_off_between_store_and_ledger_is_entered_by_the_next() {
    let f = folder();
    f.nightly(&["--date", "2026-03-02"]);
    let before = fs::read(ledger_path(&f)).unwrap();
    f.nightly(&["--date", "2026-03-03"]);
    let whole = fs::read_to_string(ledger_path(&f)).unwrap();
    let unentered = f.root.join("store").join(&f.id).join("unentered");
    assert!(!unentered.exists());
    fs::write(ledger_path(&f), &before).unwrap();
    fs::write(&unentered, "2026-03-03\n").unwrap();
    f.nightly(&[]);
    expect(&f.root, &["ledger", "verify"], 0);
    let nights = |text: &str| {
        let all = text.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()).filter(|v| v["kind"] == "night");
        all.map(|v| (v["date"].clone(), v["rows"].clone(), v["account"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(nights(&fs::read_to_string(ledger_path(&f)).unwrap()), nights(&whole));
    assert!(!unentered.exists());
    // Without the note the same ledger is one that was put back, and no run makes that good.
    fs::write(ledger_path(&f), &before).unwrap();
    f.nightly(&[]);
    expect(&f.root, &["ledger", "verify"], 1);
}

#[test]
fn guarantee_37_what_a_listing_hides_is_found() {
    let f = written();
    let (text, _) = expect(&f.root, &["ledger", "list"], 0);
    let path = f.temp.path().join("listing.txt");
    let file = path.display().to_string();
    let json = report_path(&f).display().to_string();
    let check = |what: &str, text: &str, code: i32| {
        fs::write(&path, text).unwrap();
        let args = ["ledger", "verify", "--listing", &file, "--checkpoint", &json];
        let (found, _, stderr) = run(&f.root, &args);
        assert_eq!(found, code, "{what}: {stderr}");
    };
    check("all", &text, 0);
    let lines: Vec<&str> = text.lines().collect();
    let (n, covered) = ((lines.len() - 2) / 2, covered(&f));
    for i in 0..n {
        let without = |what: &dyn Fn(usize) -> bool| {
            let kept = lines.iter().enumerate().filter(|(at, _)| !what(*at));
            kept.map(|(_, l)| format!("{l}\n")).collect::<String>()
        };
        check("words", &without(&|at| at == 1 + 2 * i), 1);
        check("entry", &without(&|at| at == 2 + 2 * i), 1);
        let both = without(&|at| at == 1 + 2 * i || at == 2 + 2 * i);
        check("both", &both, 1);
        // The same, with numbers, count and head put in order: a listing made of the entries that are left.
        let entries: Vec<&str> = both.lines().map(str::trim).filter(|l| l.starts_with('{')).collect();
        let octets = entries.iter().map(|l| format!("{l}\n")).collect::<String>();
        let smooth = store::listing(&f.id, octets.as_bytes());
        if i + 1 < n {
            check("smooth", &smooth, 1);
        }
        // Everything from an entry on.
        let cut = entries[..i].iter().map(|l| format!("{l}\n")).collect::<String>();
        if i < covered {
            check("cut", &store::listing(&f.id, cut.as_bytes()), 1);
        }
    }
}

#[test]
fn a_checkpoint_is_read_from_mail_paper_and_page() {
    let f = written();
    let document = report(&f);
    let note = document["checkpoint"].as_str().unwrap();
    let lines: Vec<&str> = note.lines().collect();
    assert_eq!(lines[0], format!("tithing/hash-chain/{}", f.id));
    assert!(lines[3].is_empty() && lines[4].starts_with("\u{2014} tithing/hash-chain/"), "{note}");
    let path = f.temp.path().join("checkpoint.txt");
    let check = |text: &str, code: i32| {
        fs::write(&path, text).unwrap();
        let (found, stdout, stderr) = run(&f.root, &["ledger", "verify", "--checkpoint", path.to_str().unwrap()]);
        assert_eq!(found, code, "{text}\n{stdout}{stderr}");
        assert!(code == 1 || stdout.contains("holds the checkpoint"), "{stdout}");
    };
    check(note, 0);
    check(&note.lines().map(|l| format!("> {l}\r\n")).collect::<String>(), 0);
    check(
        &format!(
            "Dear clerk,\n\n{}\nkey {}\n",
            note.replace('\u{2014}', "--"),
            document["checkpoint_key"].as_str().unwrap()
        ),
        0,
    );
    check(&fs::read_to_string(report_path(&f).with_file_name("summary.html")).unwrap(), 0);
    check(&note.replacen(lines[1], "3", 1), 1);
    check("no checkpoint", 1);
    // Of a version that did not sign: the head alone, which is still looked for.
    let genesis = Ledger::open(&f.temp.path().join("empty"), &f.id).unwrap().head().unwrap();
    let head = |hash: &str| {
        let mut old = document.clone();
        old["checkpoint"] = hash.into();
        old.as_object_mut().unwrap().remove("checkpoint_key");
        fs::write(&path, old.to_string()).unwrap();
        run(&f.root, &["ledger", "verify", "--checkpoint", path.to_str().unwrap()])
    };
    for (hash, told) in [(store::to_hex(&genesis), false), ("ab".repeat(32), true)] {
        let (_, _, stderr) = head(&hash);
        assert_eq!(stderr.contains("not_held: "), told, "{stderr}");
    }
}

#[test]
fn an_unsigned_ledger_goes_on_signed() {
    let f = folder();
    let open = Ledger::open(&f.root.join("ledger"), &f.id).unwrap();
    open.append(&Event::Withheld { month: "2026-02".parse().unwrap() }, 1_000_000).unwrap();
    f.nightly(&[]);
    let text = fs::read_to_string(ledger_path(&f)).unwrap();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert!(!lines[0].contains("\"sig\"") && lines[1..].iter().all(|l| l.contains("\"sig\"")), "{text}");
    assert_eq!(kinds(&lines)[1], "key");
    expect(&f.root, &["ledger", "verify"], 0);
    let private = f.root.join("keys").join(&f.id).join("sign");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(private.is_file());
}

#[test]
fn looking_with_a_configuration_is_entered() {
    let f = folder();
    f.nightly(&[]);
    let reads = |f: &Folder| {
        let text = fs::read_to_string(ledger_path(f)).unwrap();
        let read = |l: &str| {
            let v: Value = serde_json::from_str(l).unwrap();
            (v["kind"] == "read").then(|| format!("{} {}", v["reading"].as_str().unwrap(), v["count"]))
        };
        text.lines().filter_map(read).collect::<Vec<_>>()
    };
    assert!(reads(&f).is_empty());
    let log = f.inbox(".log")[0].display().to_string();
    let flows = f.inbox(".pcap")[0].display().to_string();
    expect(&f.root, &["inspect", &log, &flows], 0);
    assert_eq!(reads(&f), ["inspect 2"]);
    let config = f.root.join("tithing.toml").display().to_string();
    let elsewhere = f.temp.path().join("copy.log");
    fs::copy(&log, &elsewhere).unwrap();
    expect(f.temp.path(), &["inspect", "copy.log"], 0);
    assert_eq!(reads(&f), ["inspect 2"], "without a configuration there is no ledger");
    expect(f.temp.path(), &["--config", &config, "inspect", "copy.log"], 0);
    expect(&f.root, &["costs"], 0);
    expect(&f.root, &["faults", "--month", "2026-03"], 0);
    let all = reads(&f);
    assert_eq!(all[..2], ["inspect 2", "inspect 1"]);
    assert!(all[2].starts_with("costs ") && all[3].starts_with("faults "), "{all:?}");
}

#[test]
fn another_folder_of_the_same_seed_has_the_same_key_and_a_true_one_its_own() {
    let (one, two, real) = (folder(), folder(), folder());
    fs::remove_file(real.root.join("keys/seed")).unwrap();
    let key = |f: &Folder| {
        f.nightly(&["--date", "2026-03-02"]);
        fs::read_to_string(f.root.join("keys").join(&f.id).join("sign")).unwrap()
    };
    let (first, other) = (key(&one), key(&real));
    assert_eq!(first, key(&two));
    assert_ne!(first, other);
    copy(&real.root.join("ledger"), &one.root.join("ledger"));
    expect(&one.root, &["ledger", "verify"], 0);
}
