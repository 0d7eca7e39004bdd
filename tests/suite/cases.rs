//! Exceptions, cases and holds through the command, on a council one of whose people meets a rule, or none does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use model::{Account, Evidence, PersonKey, Taxonomy, TimeClass, Unit, UsageRow};
use serde_json::Value;
use store::{Footer, HoldRow, KeySource, Keys, MonthKey, Store, Table};

use crate::common::{Folder, expect, folder, run, snapshot};

/// 2026-03-09T10:00:00Z in microseconds: a Monday.
const MONDAY_TEN: i64 = 1_773_050_400_000_000;
const BUCKET: i64 = 900_000_000;
const DAY: i64 = 96 * BUCKET;
const ADVISER: &str = "H-01";

const RULES: &str = r#"
[[recipients]]
role = "clerk"
document = "case"

[[recipients]]
role = "chair"
document = "case"

[[exceptions]]
id = "social-core"
category = "social"
time_class = "core"
minutes = 90
days = 3
window = 10
purpose = "policy"
not_blocked_because = "The council answers the public on social media."
"#;

/// The council's people in office, and one who holds none.
struct Office {
    clerk: String,
    deputy: String,
    chair: String,
    other: String,
}

/// A council with cases.
pub(crate) struct Cases {
    folder: Folder,
    office: Office,
}

fn people(f: &Folder) -> Office {
    let text = fs::read_to_string(f.council("people.csv")).unwrap();
    let rows: Vec<Vec<String>> = text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect();
    let duty = |word: &str| rows.iter().find(|r| r[7] == word).map(|r| r[0].clone()).unwrap();
    let other = rows.iter().find(|r| r[1] == "employee" && r[7].is_empty()).map(|r| r[0].clone()).unwrap();
    Office { clerk: duty("clerk"), deputy: duty("deputy"), chair: duty("chair"), other }
}

fn month_key(f: &Folder) -> MonthKey {
    let keys = Keys::open(&f.root.join("keys"), &f.id).unwrap();
    keys.month("2026-03".parse().unwrap(), KeySource::Existing).unwrap()
}

fn open_store(f: &Folder) -> Store {
    Store::open(&f.root.join("store"), &f.id).unwrap()
}

/// The asset that a person holds: generated councils number laptops as people.
fn asset(person: &str) -> String {
    person.replace("P-", "A-")
}

fn row(key: &MonthKey, person: &str, day: i64, bucket: i64, category: &str) -> UsageRow {
    UsageRow {
        local_date: date(2026, 3, 9 + day as i8),
        bucket_start: MONDAY_TEN + day * DAY + bucket * BUCKET,
        person: Some(key.person(person)),
        device: key.device(&asset(person)),
        unit: Unit::Employee,
        link: 0,
        category: Taxonomy::find(category).unwrap(),
        time_class: TimeClass::Core,
        evidence: Evidence::Exact,
        bytes_up: 1_000_000,
        bytes_down: 9_000_000,
        flows: 3,
        minute_mask: (1 << 15) - 1,
        estimated: false,
    }
}

/// Commits three nights by hand: every employee uses social media for an hour and a quarter, and the subject for an hour
/// and three quarters; all of them read the news for four hours.
fn commit(f: &Folder, office: &Office, subject: Option<&str>) {
    let (key, store) = (month_key(f), open_store(f));
    for day in 0..3 {
        let mut rows = Vec::new();
        for person in [&office.clerk, &office.deputy, &office.other] {
            let buckets = if Some(person.as_str()) == subject { 7 } else { 5 };
            rows.extend((0..buckets).map(|b| row(&key, person, day, b, "social")));
            rows.extend((8..24).map(|b| row(&key, person, day, b, "news")));
        }
        let sum = rows.iter().map(|r| (r.bytes_up + r.bytes_down) as u64).sum();
        let mut account = Account::default();
        account.attributed.insert("exact".to_owned(), sum);
        let footer = Footer { account, ..Footer::default() };
        let ids = ["office".to_owned()];
        store.commit(date(2026, 3, 9 + day as i8), &ids, &rows, &[], &footer).unwrap();
    }
}

/// A council with a rule in its assessment; who meets it is chosen from the people in office.
fn council(subject: fn(&Office) -> Option<&str>) -> Cases {
    let f = folder();
    let (code, _, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    f.edit("assessment.toml", "outputs = [\"summary\", ", "outputs = [\"summary\", \"exceptions\", ");
    f.edit("assessment.toml", "mode = ", &format!("hr_adviser = \"{ADVISER}\"\nmode = "));
    let path = f.council("assessment.toml");
    fs::write(&path, fs::read_to_string(&path).unwrap() + RULES).unwrap();
    // One of the members is an employee without an office here.
    f.edit("people.csv", "P-004,councillor", "P-004,employee");
    let office = people(&f);
    commit(&f, &office, subject(&office));
    Cases { folder: f, office }
}

/// A case about the clerk, disclosed to its reviewer and held.
pub(crate) fn disclosed() -> Cases {
    let c = council(clerk);
    c.open_and_unlock();
    c.done(&["disclose", "--case", "1"]);
    c.held();
    c
}

fn deputy(office: &Office) -> Option<&str> {
    Some(&office.deputy)
}

fn other(office: &Office) -> Option<&str> {
    Some(&office.other)
}

fn clerk(office: &Office) -> Option<&str> {
    Some(&office.clerk)
}

impl Cases {
    /// The provider's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.folder.root
    }

    /// `tithing case ...`: exit code and both outputs.
    fn case(&self, args: &[&str]) -> (i32, String, String) {
        run(self.root(), &[&["case"], args].concat())
    }

    fn done(&self, args: &[&str]) -> String {
        let (code, stdout, stderr) = self.case(args);
        assert_eq!(code, 0, "{args:?}: {stdout}{stderr}");
        stdout
    }

    fn refused(&self, args: &[&str]) -> String {
        let (code, stdout, stderr) = self.case(args);
        assert_eq!((code, stdout.as_str()), (1, ""), "{args:?}: {stderr}");
        stderr
    }

    fn open(&self) -> String {
        self.done(&["open", "--authority", &self.folder.id, "--rule", "social-core", "--month", "2026-03"])
    }

    fn unlock(&self, role: &str, by: &str) -> (i32, String, String) {
        let reason = format!("As the {role} I was told that calls to the public went unanswered.");
        self.case(&["unlock", "--case", "1", "--role", role, "--by", by, "--reason", &reason])
    }

    fn unlocked(&self, role: &str, by: &str) -> String {
        let (code, stdout, stderr) = self.unlock(role, by);
        assert_eq!(code, 0, "{role}: {stderr}");
        stdout
    }

    /// Opened and unlocked by three offices.
    fn open_and_unlock(&self) {
        self.open();
        self.unlocked("clerk", &self.office.clerk);
        self.unlocked("chair", &self.office.chair);
        self.unlocked("hr-adviser", ADVISER);
    }

    fn documents(&self) -> PathBuf {
        self.root().join("reports").join(&self.folder.id).join("cases/1")
    }

    fn file(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.documents().join("case.json")).unwrap()).unwrap()
    }

    fn entries(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.root().join("ledger").join(format!("{}.jsonl", self.folder.id))).unwrap();
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    /// The ledger's steps of cases and holds, in few words.
    fn steps(&self) -> Vec<String> {
        let word = |v: &Value| v.as_str().unwrap_or("-").to_owned();
        let step = |e: &Value| match e["kind"].as_str() {
            Some("case") => Some(format!("case {} {}", word(&e["step"]), word(&e["by"]))),
            Some("hold") => Some(format!("hold {} {}", word(&e["step"]), e["count"])),
            _ => None,
        };
        self.entries().iter().filter_map(step).collect()
    }

    fn hold(&self, until: &str, approve: &[&str]) -> (i32, String, String) {
        let reason = "The person contests the figures before the staffing committee.";
        let mut args = vec!["hold", "--case", "1", "--until", until, "--reason", reason];
        approve.iter().for_each(|a| args.extend(["--approve", a]));
        self.case(&args)
    }

    /// Approvals by the chair and the adviser.
    fn approvals(&self) -> [String; 2] {
        [format!("chair:{}", self.office.chair), format!("hr-adviser:{ADVISER}")]
    }

    fn held(&self) -> String {
        let approvals = self.approvals();
        let (code, stdout, stderr) = self.hold("2026-08-31", &[&approvals[0], &approvals[1]]);
        assert_eq!(code, 0, "{stderr}");
        stdout
    }

    fn close(&self, role: &str, by: &str) -> (i32, String, String) {
        let account = "They showed that the posts were the council's own.";
        let reason = "What they said was checked and explains the dates.";
        let args = ["close", "--case", "1", "--outcome", "explained", "--reason", reason, "--account", account];
        self.case(&[&args[..], &["--role", role, "--by", by]].concat())
    }
}

// ---- cases ---------------------------------------------------------------------------------------------------------

#[test]
fn a_case_from_its_rule_to_its_end() {
    let c = council(clerk);
    let (stdout, _) = expect(c.root(), &["check"], 0);
    assert!(stdout.contains("social-core: in force") && stdout.contains("social-core: advice: block"), "{stdout}");
    c.open();
    c.unlocked("clerk", &c.office.clerk);
    assert!(c.unlocked("chair", &c.office.chair).contains("not enough yet"));
    assert!(c.refused(&["disclose", "--case", "1"]).contains("sealed"));
    assert!(c.unlocked("hr-adviser", ADVISER).contains("enough whoever it is about"));
    let said = c.done(&["disclose", "--case", "1"]);
    assert!(said.contains("case.html") && said.contains("notice.html"), "{said}");
    let file = c.file();
    // The clerk receives cases by the assessment, and is an employee, of whom a case could be: the chair reviews.
    assert_eq!(
        (&file["reviewer"], &file["rule"], &file["month"]),
        (&"chair".into(), &"social-core".into(), &"2026-03".into())
    );
    // Seven quarters of an hour a day; five are everybody's, and the news is another kind.
    let days: Vec<(String, u64)> = file["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["date"].as_str().unwrap().to_owned(), d["minutes"].as_u64().unwrap()))
        .collect();
    assert_eq!(days, [9, 10, 11].map(|d| (format!("2026-03-{d:02}"), 105)));
    assert_eq!(file["assets"], serde_json::json!([asset(&c.office.clerk)]));
    assert!(file["ended"].is_null() && file["known_error"].as_str().unwrap().contains("minutes of attention"));
    let unlocks = file["unlocks"].as_array().unwrap();
    assert_eq!(unlocks.len(), 3);
    assert!(
        unlocks[1]["reason"].as_str().unwrap().starts_with("As the chair"),
        "in the order of the offices: {unlocks:?}"
    );
    let notice = fs::read_to_string(c.documents().join("notice.html")).unwrap();
    assert!(notice.contains(&asset(&c.office.clerk)) && notice.contains(">105<") && !notice.contains("As the"));
    // Another closes it not, nobody closes it unheard, and the reviewer does.
    assert_eq!(c.close("hr-adviser", ADVISER).0, 1);
    let unheard =
        ["close", "--case", "1", "--outcome", "advice", "--reason", "It was talked over with them.", "--account", "no"];
    let stderr = c.refused(&[&unheard[..], &["--role", "chair", "--by", &c.office.chair]].concat());
    assert!(stderr.contains("unheard"), "{stderr}");
    assert_eq!(c.close("chair", &c.office.chair).0, 0);
    let ended = c.file()["ended"].clone();
    assert_eq!(
        (&ended["outcome"], &ended["account"]),
        (&"explained".into(), &"They showed that the posts were the council's own.".into())
    );
    let page = fs::read_to_string(c.documents().join("case.html")).unwrap();
    assert!(page.contains("the posts were the council"), "{page}");
    let steps = [
        "case opened provider",
        "case unlocked clerk",
        "case unlocked chair",
        "case unlocked hr_adviser",
        "case disclosed chair",
        "case closed chair",
    ];
    assert_eq!(c.steps(), steps);
    the_chain_holds(&c);
    let list = c.done(&["list"]);
    assert!(
        list.contains("case 1: rule social-core, 2026-03, closed") && list.contains("kept until 2026-05-31"),
        "{list}"
    );
}

/// Text with hashes and clock-free folder names made equal.
/// The ledger's chain and signatures hold. The nights that stand here were written by hand, so that it knows nothing of them.
fn the_chain_holds(c: &Cases) {
    let (_, _, stderr) = run(c.root(), &["ledger", "verify"]);
    let found: Vec<&str> = stderr.lines().filter(|l| l.contains("error: ") && !l.contains("hint: ")).collect();
    assert!(found.iter().all(|l| l.contains("night_missing: the store holds")), "{stderr}");
}

fn masked(c: &Cases, text: &str) -> String {
    let text = text.replace(&c.root().display().to_string(), "ROOT");
    let hash = |w: &str| matches!(w.len(), 64 | 128) && w.bytes().all(|b| b.is_ascii_hexdigit());
    text.split('"').map(|w| if hash(w) { "HASH" } else { w }).collect::<Vec<_>>().join("\"")
}

/// Everything that anybody can see of a case before it is unlocked, refusals and attempts included.
fn seen_before(c: &Cases) -> Vec<String> {
    let mut seen = Vec::new();
    let mut look =
        |(code, stdout, stderr): (i32, String, String)| seen.push(masked(c, &format!("{code}\n{stdout}{stderr}")));
    let open = ["open", "--rule", "social-core", "--month", "2026-03"];
    look(c.case(&open));
    look(c.case(&open));
    look(c.case(&["list"]));
    look(c.case(&["list", "--format", "json"]));
    look(c.unlock("chair", &c.office.clerk));
    look(c.unlock("clerk", &c.office.other));
    look(c.unlock("clerk", &c.office.clerk));
    look(c.unlock("clerk", &c.office.clerk));
    look(c.unlock("deputy", &c.office.clerk));
    look(c.case(&["disclose", "--case", "1"]));
    look(c.unlock("deputy", &c.office.deputy));
    look(c.case(&["disclose", "--case", "1"]));
    let approvals = [format!("clerk:{}", c.office.clerk), format!("deputy:{}", c.office.deputy)];
    look(c.hold("2026-08-31", &[&approvals[0], &approvals[1]]));
    look(c.case(&["list"]));
    look(c.unlock("chair", &c.office.chair));
    look(run(c.root(), &["check"]));
    look(run(c.root(), &["nightly"]));
    let ledger = fs::read_to_string(c.root().join("ledger").join(format!("{}.jsonl", c.folder.id))).unwrap();
    seen.push(masked(c, &ledger));
    // Documents to the byte, and of everything else the names.
    for (path, content) in snapshot(&c.root().join("reports")) {
        seen.push(format!("{}: {}", masked(c, &path.display().to_string()), String::from_utf8(content).unwrap()));
    }
    for folder in ["store", "keys", "ledger"] {
        seen.extend(snapshot(&c.root().join(folder)).keys().map(|p| masked(c, &p.display().to_string())));
    }
    seen
}

#[test]
fn guarantee_27_before_the_unlocks_nothing_tells_who_met_the_rule_or_whether_anybody_did() {
    let nobody = seen_before(&council(|_| None));
    assert!(nobody.iter().any(|s| s.contains("case 1: rule social-core, 2026-03, sealed")), "{nobody:?}");
    assert!(nobody.iter().any(|s| s.contains("enough whoever it is about")), "{nobody:?}");
    for subject in [clerk, deputy, other] {
        let somebody = seen_before(&council(subject));
        assert_eq!(somebody.len(), nobody.len());
        for (a, b) in somebody.iter().zip(&nobody) {
            // The hand-written night has other bytes, which stand in its own ledger line alone; none is written here.
            assert_eq!(a, b);
        }
    }
}

#[test]
fn guarantee_27_the_clerk_cannot_unlock_a_case_about_the_clerk() {
    let c = council(clerk);
    c.open();
    // The clerk's unlock is taken like any other, and counts for nothing: with the chair's it is one.
    c.unlocked("clerk", &c.office.clerk);
    c.unlocked("chair", &c.office.chair);
    c.refused(&["disclose", "--case", "1"]);
    assert!(!c.documents().join("case.json").exists());
    // Nor is it with the deputy's and the adviser's: none of the two that are left answers for the council.
    let d = council(clerk);
    d.open();
    d.unlocked("clerk", &d.office.clerk);
    d.unlocked("deputy", &d.office.deputy);
    assert!(d.unlocked("hr-adviser", ADVISER).contains("not enough yet"));
    d.refused(&["disclose", "--case", "1"]);
    d.unlocked("chair", &d.office.chair);
    assert_eq!(d.done(&["disclose", "--case", "1"]).lines().count(), 2);
    assert_eq!(d.file()["reviewer"], "chair");
}

#[test]
fn guarantee_27_chair_and_adviser_are_enough_whoever_it_is_about() {
    for subject in [clerk, deputy, other] {
        let c = council(subject);
        c.open();
        assert!(c.unlocked("chair", &c.office.chair).contains("not enough yet"));
        assert!(c.unlocked("hr-adviser", ADVISER).contains("enough whoever"));
        c.done(&["disclose", "--case", "1"]);
        assert_eq!(c.file()["assets"], serde_json::json!([asset(subject(&c.office).unwrap())]));
    }
}

#[test]
fn guarantee_27_a_chair_who_is_an_employee_is_no_subject_unlocker_or_recipient() {
    let c = council(other);
    // The employee without office becomes the chair from today on; the old chair's duty ended.
    let text = fs::read_to_string(c.folder.council("people.csv")).unwrap();
    let moved: String = text
        .lines()
        .map(|l| match l {
            l if l.starts_with(&c.office.chair) => format!("{}\n", l.trim_end_matches("chair")),
            l if l.starts_with(&c.office.other) => format!("{l}chair\n"),
            l => format!("{l}\n"),
        })
        .collect();
    fs::write(c.folder.council("people.csv"), moved).unwrap();
    // Clerk and chair could both be the subject: nobody is left to review.
    let stderr = c.refused(&["open", "--rule", "social-core", "--month", "2026-03"]);
    assert!(stderr.contains("nobody can review"), "{stderr}");
    c.folder.edit("assessment.toml", "role = \"chair\"", "role = \"hr-adviser\"");
    c.open();
    c.unlocked("chair", &c.office.other);
    assert!(c.unlocked("hr-adviser", ADVISER).contains("not enough yet"), "the chair could be the subject");
    assert!(c.unlocked("clerk", &c.office.clerk).contains("enough whoever"));
    c.done(&["disclose", "--case", "1"]);
    assert_eq!(
        (&c.file()["reviewer"], &c.file()["assets"]),
        (&"hr-adviser".into(), &serde_json::json!([asset(&c.office.other)]))
    );
}

#[test]
fn guarantee_27_offices_are_proved_by_date_and_one_person_counts_once() {
    let c = council(clerk);
    c.open();
    let refused = |role: &str, by: &str, part: &str| {
        let (code, _, stderr) = c.unlock(role, by);
        assert!(code == 1 && stderr.contains(part), "{role} {by}: {code} {stderr}");
        assert!(!stderr.contains(by) || by.is_empty(), "no id in a message: {stderr}");
    };
    refused("chair", &c.office.clerk, "people.csv names nobody");
    refused("clerk", "P-999", "people.csv names nobody");
    refused("hr-adviser", "H-02", "from outside");
    refused("mayor", &c.office.clerk, "no office");
    refused("provider", &c.office.clerk, "no office");
    // The chair left yesterday, or comes tomorrow (the clock stands at 3 April).
    let text = fs::read_to_string(c.folder.council("people.csv")).unwrap();
    let line = text.lines().find(|l| l.starts_with(&c.office.chair)).unwrap().to_owned();
    let cells: Vec<&str> = line.split(',').collect();
    let with = |from: &str, until: &str| {
        let mut cells: Vec<&str> = cells.clone();
        (cells[4], cells[5]) = (from, until);
        fs::write(c.folder.council("people.csv"), text.replace(&line, &cells.join(","))).unwrap();
    };
    with(cells[4], "2026-04-02");
    refused("chair", &c.office.chair, "people.csv names nobody");
    with("2026-04-04", "");
    refused("chair", &c.office.chair, "people.csv names nobody");
    with(cells[4], "2026-04-03");
    c.unlocked("chair", &c.office.chair);
    refused("chair", &c.office.chair, "one person unlocks once");
    // The same person under another duty, and an adviser who is one of the council's people.
    fs::write(c.folder.council("people.csv"), text.replace(&line, &line.replace("chair", "deputy"))).unwrap();
    refused("deputy", &c.office.chair, "one person unlocks once");
    fs::write(c.folder.council("people.csv"), &text).unwrap();
    c.folder.edit(
        "assessment.toml",
        &format!("hr_adviser = \"{ADVISER}\""),
        &format!("hr_adviser = \"{}\"", c.office.chair),
    );
    refused("hr-adviser", &c.office.chair, "from outside");
    // Every attempt is recorded by its office, and none says whose.
    let refusals = c.steps().iter().filter(|s| s.starts_with("case refused")).count();
    assert_eq!(refusals, 8);
    let text: String = c.entries().iter().map(Value::to_string).collect();
    assert!(!text.contains("P-0") && !text.contains("H-0") && !text.contains("social"), "{text}");
}

#[test]
fn guarantee_27_a_reason_is_a_sentence_of_their_own() {
    let c = council(clerk);
    c.open();
    let unlock = |role: &str, by: &str, reason: &str| {
        c.case(&["unlock", "--case", "1", "--role", role, "--by", by, "--reason", reason])
    };
    for reason in ["", "because", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1 2 3 4 5 6 7 8 9 10 11 12 13", "why not do it"] {
        let (code, _, stderr) = unlock("chair", &c.office.chair, reason);
        assert!(code == 1 && stderr.contains("no sentence"), "{reason}: {stderr}");
    }
    let reason = "Complaints about unanswered letters came in.";
    assert_eq!(unlock("chair", &c.office.chair, reason).0, 0);
    let (code, _, stderr) = unlock("hr-adviser", ADVISER, reason);
    assert!(code == 1 && stderr.contains("given before"), "{stderr}");
    assert_eq!(unlock("hr-adviser", ADVISER, "I looked at the complaints and they are serious.").0, 0);
    // A slip that was rewritten is not the reason that was recorded.
    let slip = c.documents().join("unlock-chair.json");
    let text = fs::read_to_string(&slip).unwrap();
    fs::write(&slip, text.replace("unanswered", "lost")).unwrap();
    assert!(c.refused(&["disclose", "--case", "1"]).contains("not the one that the ledger recorded"));
    fs::write(&slip, text).unwrap();
    c.done(&["disclose", "--case", "1"]);
    // Reasons stand in the case's own folder and in no table and no ledger line.
    let elsewhere = snapshot(c.root()).into_iter().filter(|(p, _)| !p.starts_with(c.documents()));
    for (path, content) in elsewhere {
        let found = content.windows(18).any(|w| w == b"unanswered letters");
        assert!(!found, "{}", path.display());
    }
}

#[test]
fn guarantee_27_a_case_about_nobody_ends_with_that() {
    let c = council(|_| None);
    c.open_and_unlock();
    let said = c.done(&["disclose", "--case", "1"]);
    assert_eq!(said.lines().count(), 1, "{said}");
    let page = fs::read_to_string(c.documents().join("case.html")).unwrap();
    assert!(page.contains("Nobody met the rule") && !page.contains("Asset"), "{page}");
    assert!(c.done(&["list"]).contains("closed, unlocked by clerk, chair, hr-adviser"));
    let stderr = c.refused(&["open", "--rule", "social-core", "--month", "2026-03"]);
    assert!(stderr.contains("nothing more"), "{stderr}");
    let approvals = c.approvals();
    let (code, _, stderr) = c.hold("2026-08-31", &[&approvals[0], &approvals[1]]);
    assert!(code == 1 && stderr.contains("names nobody"), "{stderr}");
}

#[test]
fn guarantee_27_wrong_months_changed_rules_and_expired_cases_answer_nothing() {
    let c = council(clerk);
    let open = |month: &str, now: &str| c.refused(&["open", "--rule", "social-core", "--month", month, "--now", now]);
    assert!(open("2026-04", "2026-04-20").contains("not over"));
    assert!(open("2026-02", "2026-04-03").contains("nothing is held of 2026-02"));
    assert!(open("2026-03", "2026-06-01").contains("nothing is held of 2026-03"));
    assert!(c.refused(&["open", "--rule", "video-core", "--month", "2026-03"]).contains("it lists: social-core"));
    c.open();
    // The council changes the rule: what was opened under the old one is not carried over.
    c.folder.edit("assessment.toml", "minutes = 90", "minutes = 60");
    assert!(c.unlock("chair", &c.office.chair).2.contains("was changed since"));
    c.folder.edit("assessment.toml", "minutes = 60", "minutes = 90");
    c.unlocked("chair", &c.office.chair);
    c.unlocked("hr-adviser", ADVISER);
    // March closes on 1 June: from then on a case is answered like one that never was, also before the night has run.
    let late = c.refused(&["disclose", "--case", "1", "--now", "2026-06-01"]);
    assert_eq!(late.replace("case 1:", "case 7:"), c.refused(&["disclose", "--case", "7", "--now", "2026-06-01"]));
    assert!(late.contains("nothing is held of case 1"), "{late}");
    assert_eq!(c.done(&["list", "--now", "2026-06-01"]), "");
    let (_, _, stderr) = c.folder.nightly(&["--now", "2026-06-01T12:00:00Z"]);
    assert!(c.steps().contains(&"case expired -".to_owned()), "{stderr}");
    assert!(!c.documents().exists() && open_store(&c.folder).cases().unwrap().is_empty());
    the_chain_holds(&c);
}

#[test]
fn guarantee_27_one_number_is_never_given_twice_and_one_case_is_about_one_person() {
    // The clerk and another employee meet the rule: two cases, in an order that is nobody's.
    let c = council(clerk);
    let (key, store) = (month_key(&c.folder), open_store(&c.folder));
    for day in 0..3 {
        let rows: Vec<UsageRow> = [&c.office.clerk, &c.office.other]
            .into_iter()
            .flat_map(|p| (0..7).map(|b| row(&key, p, day + 7, b, "social")).collect::<Vec<_>>())
            .collect();
        let mut account = Account::default();
        account.attributed.insert("exact".to_owned(), rows.len() as u64 * 10_000_000);
        let footer = Footer { account, ..Footer::default() };
        store.commit(date(2026, 3, 16 + day as i8), &["office".to_owned()], &rows, &[], &footer).unwrap();
    }
    let mut assets = BTreeSet::new();
    for number in ["1", "2", "3"] {
        let said = c.done(&["open", "--rule", "social-core", "--month", "2026-03"]);
        assert!(said.starts_with(&format!("case {number}: ")), "{said}");
        for (role, by) in [("chair", c.office.chair.as_str()), ("hr-adviser", ADVISER)] {
            let reason = format!("As the {role} I look at case {number} of this month.");
            c.done(&["unlock", "--case", number, "--role", role, "--by", by, "--reason", &reason]);
        }
        c.done(&["disclose", "--case", number]);
        let text = fs::read_to_string(c.documents().with_file_name(number).join("case.json")).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        assets.extend(file["assets"].as_array().unwrap().iter().map(|a| a.as_str().unwrap().to_owned()));
    }
    assert_eq!(assets, BTreeSet::from([asset(&c.office.clerk), asset(&c.office.other)]));
    assert_eq!(c.done(&["list"]).lines().filter(|l| l.contains("outcome nobody")).count(), 1);
}

#[cfg(unix)]
#[test]
fn documents_of_a_case_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let c = council(clerk);
    c.open_and_unlock();
    c.done(&["disclose", "--case", "1"]);
    c.held();
    let files = snapshot(&c.documents());
    assert_eq!(files.len(), 7, "three slips, the file twice, the notice, the hold: {:?}", files.keys());
    for path in files.keys() {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}

// ---- the clerk alone -----------------------------------------------------------------------------------------------

#[test]
fn failure_f11_the_clerk_who_is_sole_employee_and_reader_is_routed_round() {
    let c = council(clerk);
    // Everybody else is a member now: every case can only be about the clerk, and it still takes two others.
    let text = fs::read_to_string(c.folder.council("people.csv")).unwrap();
    let members: String = text
        .lines()
        .map(|l| match l.starts_with(&c.office.clerk) {
            true => format!("{l}\n"),
            false => {
                let mut cells: Vec<&str> = l.split(',').collect();
                if cells[1] == "employee" {
                    (cells[1], cells[6]) = ("volunteer", "");
                }
                format!("{}\n", cells.join(","))
            }
        })
        .collect();
    fs::write(c.folder.council("people.csv"), members).unwrap();
    c.open();
    c.unlocked("clerk", &c.office.clerk);
    assert!(c.unlocked("chair", &c.office.chair).contains("not enough yet"));
    c.refused(&["disclose", "--case", "1"]);
    assert!(c.unlocked("deputy", &c.office.deputy).contains("enough whoever"));
    c.done(&["disclose", "--case", "1"]);
    assert_eq!(c.file()["reviewer"], "chair", "named second, but no employee");
    assert_eq!(c.close("clerk", &c.office.clerk).0, 1);
}

// ---- holds ---------------------------------------------------------------------------------------------------------

/// The rows of a person in the month, by what a change of key leaves alone.
fn rows_of(c: &Cases, person: PersonKey) -> Vec<UsageRow> {
    let store = open_store(&c.folder);
    let mut rows = Vec::new();
    for day in store.all_dates(Table::Usage).unwrap() {
        store.each_usage(day, &mut |r, _| rows.extend((r.person == Some(person)).then_some(plain(r)))).unwrap();
    }
    rows.sort();
    rows
}

fn plain(row: &UsageRow) -> UsageRow {
    UsageRow { person: Some(PersonKey(0)), device: model::DeviceKey(0), link: 0, ..*row }
}

fn held_rows(c: &Cases, until: Date) -> Vec<HoldRow> {
    let mut rows = Vec::new();
    open_store(&c.folder).each_hold(until, &mut |r, _| rows.push(*r)).unwrap();
    rows
}

const UNTIL: Date = date(2026, 8, 31);

#[test]
fn guarantee_35_a_hold_copies_one_persons_rows_and_the_schedule_goes_on() {
    let c = council(clerk);
    c.open_and_unlock();
    c.done(&["disclose", "--case", "1"]);
    let said = c.held();
    let month_person = month_key(&c.folder).person(&c.office.clerk);
    let expected = rows_of(&c, month_person);
    let held = held_rows(&c, UNTIL);
    let mut copied: Vec<UsageRow> = held.iter().map(|r| plain(&r.row)).collect();
    copied.sort();
    assert_eq!(copied, expected, "exactly that person's rows");
    assert!(said.contains(&format!("{} rows of one person", expected.len())), "{said}");
    // Under a key of its own: neither pseudonym is the month's.
    let keys = Keys::open(&c.root().join("keys"), &c.folder.id).unwrap();
    let own = keys.hold(1, KeySource::Existing).unwrap();
    assert!(held.iter().all(|r| r.row.person == Some(own.person(&c.office.clerk)) && r.hold == 1 && r.until == UNTIL));
    assert_ne!(own.person(&c.office.clerk), month_person);
    // The month closes on its day; the case and the copy stay.
    c.folder.nightly(&["--now", "2026-06-01T12:00:00Z"]);
    let store = open_store(&c.folder);
    assert!(store.all_dates(Table::Usage).unwrap().is_empty());
    assert!(!c.root().join("keys").join(&c.folder.id).join("2026-03").exists());
    assert_eq!(held_rows(&c, UNTIL).len(), expected.len());
    let redrawn = c.file();
    c.done(&["disclose", "--case", "1", "--now", "2026-07-01"]);
    assert_eq!(
        (&c.file()["days"], &c.file()["assets"]),
        (&redrawn["days"], &redrawn["assets"]),
        "drawn again from the copy"
    );
    // Its last day counts; the day after, everything is gone and recorded.
    c.folder.nightly(&["--now", "2026-08-31T12:00:00Z"]);
    assert!(c.documents().exists());
    c.folder.nightly(&["--now", "2026-09-01T12:00:00Z"]);
    let store = open_store(&c.folder);
    assert!(store.all_dates(Table::Holds).unwrap().is_empty() && store.cases().unwrap().is_empty());
    assert!(!c.documents().exists());
    assert!(keys.hold(1, KeySource::Existing).is_err());
    let steps = c.steps();
    assert_eq!(
        steps[5..],
        [
            format!("hold placed {}", expected.len()),
            format!("hold expired {}", expected.len()),
            "case expired -".to_owned()
        ]
    );
    let entries = c.entries();
    let gone = entries.iter().filter(|e| e["kind"] == "retention" && e["deleted"] == "holds").count();
    assert_eq!(gone, 1);
    the_chain_holds(&c);
}

#[test]
fn guarantee_35_no_hold_without_an_end_a_reason_and_two_who_are_not_its_person() {
    let c = council(clerk);
    c.open_and_unlock();
    let [chair, adviser] = c.approvals();
    let refused = |until: &str, approve: &[&str], part: &str| {
        let (code, stdout, stderr) = c.hold(until, approve);
        assert!(code == 1 && stderr.contains(part), "{approve:?}: {stdout}{stderr}");
    };
    // Nobody's name is known yet.
    refused("2026-08-31", &[&chair, &adviser], "names nobody");
    c.done(&["disclose", "--case", "1"]);
    let (code, _, stderr) = c.case(&[
        "hold",
        "--case",
        "1",
        "--reason",
        "They contest all of it.",
        "--approve",
        &chair,
        "--approve",
        &adviser,
    ]);
    assert!(code == 1 && stderr.contains("--until"), "{stderr}");
    // 183 days after 3 April is 3 October.
    refused("2026-10-04", &[&chair, &adviser], "a hold ends between");
    refused("2026-04-02", &[&chair, &adviser], "a hold ends between");
    refused("2026-08-31", &[&chair], "not approved");
    refused("2026-08-31", &[&chair, &chair], "one person");
    let clerk = format!("clerk:{}", c.office.clerk);
    refused("2026-08-31", &[&clerk, &chair], "not approved");
    refused("2026-08-31", &[&chair, "hr-adviser:H-02"], "not taken");
    refused("2026-08-31", &[&chair, "adviser"], "OFFICE:PERSON");
    let (code, _, stderr) = c.case(&[
        "hold",
        "--case",
        "1",
        "--until",
        "2026-08-31",
        "--reason",
        "so",
        "--approve",
        &chair,
        "--approve",
        &adviser,
    ]);
    assert!(code == 1 && stderr.contains("no sentence"), "{stderr}");
    assert!(open_store(&c.folder).holds().unwrap().is_empty());
    let (code, _, stderr) = c.hold("2026-10-03", &[&chair, &adviser]);
    assert_eq!(code, 0, "{stderr}");
    refused("2026-10-03", &[&chair, &adviser], "a hold already");
}

#[test]
fn guarantee_35_a_hold_that_is_released_leaves_at_once() {
    let c = council(clerk);
    c.open_and_unlock();
    c.done(&["disclose", "--case", "1"]);
    c.held();
    let [chair, adviser] = c.approvals();
    let release = ["release", "--case", "1", "--reason", "The person accepts what the figures say.", "--approve"];
    assert!(c.refused(&[&release[..], &[&chair]].concat()).contains("not approved"));
    c.done(&[&release[..], &[&chair, "--approve", &adviser]].concat());
    assert!(open_store(&c.folder).holds().unwrap().is_empty());
    assert!(!c.root().join("keys").join(&c.folder.id).join("hold-1").exists());
    assert!(c.done(&["list"]).contains("kept until 2026-05-31"));
    assert!(c.refused(&[&release[..], &[&chair, "--approve", &adviser]].concat()).contains("has no hold"));
}
