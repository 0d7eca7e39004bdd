//! The assessment, what people are told, and the evidence sheet, through the command.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::{Folder, expect, folder, run};

/// The annex that `tithing notice` writes for a council, and its page.
fn annex(f: &Folder) -> (Value, String) {
    let (stdout, _) = expect(&f.root, &["notice"], 0);
    let dir = f.root.join("reports").join(&f.id).join("notice");
    assert!(stdout.lines().any(|l| Path::new(l).ends_with("notice/annex.html")), "{stdout}");
    (json(&dir.join("annex.json")), fs::read_to_string(dir.join("annex.html")).unwrap())
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))).unwrap()
}

/// The keys of a part, in order.
fn keys(annex: &Value, part: &str) -> Vec<String> {
    let sections = annex["sections"].as_array().unwrap();
    let section = sections.iter().find(|s| s["id"] == part).unwrap_or_else(|| panic!("no part {part}"));
    section["items"].as_array().unwrap().iter().map(|i| i["key"].as_str().unwrap().to_owned()).collect()
}

fn text(annex: &Value, part: &str, key: &str) -> String {
    let sections = annex["sections"].as_array().unwrap();
    let items = sections.iter().find(|s| s["id"] == part).unwrap()["items"].as_array().unwrap();
    let found = items.iter().find(|i| i["key"] == key).unwrap_or_else(|| panic!("no {key} in {part}"));
    found["text"].as_str().unwrap().to_owned()
}

fn words_of(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|w| w.as_str().unwrap().to_owned()).collect()
}

fn toml_of(f: &Folder, name: &str) -> toml::Table {
    fs::read_to_string(f.council(name)).unwrap().parse().unwrap()
}

/// Columns of a CSV file without quotes, below its header.
fn rows(f: &Folder, name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(f.council(name)).unwrap();
    text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect()
}

fn words(value: &toml::Value, key: &str) -> Vec<String> {
    let all = value.as_array().unwrap().iter();
    all.map(|v| v.get(key).unwrap_or(v).as_str().unwrap().to_owned()).collect()
}

fn append(f: &Folder, name: &str, line: &str) {
    let path = f.council(name);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}{line}\n")).unwrap();
}

#[test]
fn guarantee_29_everything_that_runs_stands_in_the_annex_and_nobodys_name() {
    let f = folder();
    append(&f, "register.csv", "A-900,laptop,,shared,,192.168.1.77,,2026-01-01,");
    append(&f, "register.csv", "A-951,laptop,,council,,192.168.1.78,,2026-01-01,2026-02-01");
    append(&f, "register.csv", "A-902,phone,,personal,,192.168.1.79,,2026-01-01,");
    let (made, page) = annex(&f);
    let authority = toml_of(&f, "authority.toml");
    let assessment = toml_of(&f, "assessment.toml");
    for kind in words(&authority["sources"], "kind") {
        assert!(keys(&made, "sources").contains(&kind), "source {kind}");
    }
    assert_eq!(keys(&made, "links"), words(&authority["links"], "id"));
    // In the register on the clock's date, 3 April 2026, and the council's: no more and no less.
    let devices: BTreeSet<String> = rows(&f, "register.csv")
        .into_iter()
        .filter(|r| matches!(r[3].as_str(), "council" | "shared") && (r[8].is_empty() || r[8].as_str() >= "2026-04-03"))
        .map(|r| r[0].clone())
        .collect();
    assert!(devices.contains("A-900") && !devices.contains("A-951") && !devices.contains("A-902"));
    assert_eq!(keys(&made, "devices"), devices.into_iter().collect::<Vec<_>>());
    // For whom it is: the roles of the list of people, in one order; and the week begins on Monday.
    let roles: BTreeSet<String> = rows(&f, "people.csv").into_iter().map(|r| r[1].clone() + "s").collect();
    let readers: Vec<String> = words_of(&made["readers"]);
    assert_eq!(readers, ["employees", "councillors", "volunteers", "contractors"]);
    assert_eq!(roles, readers.iter().cloned().collect());
    assert!(page.contains("employees, councillors, volunteers and contractors</span>, and guests."), "{page}");
    assert!(text(&made, "times", "hours").starts_with("mon "), "{}", text(&made, "times", "hours"));
    let recipients: Vec<String> = assessment["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| format!("{}/{}", r["role"].as_str().unwrap(), r["document"].as_str().unwrap()))
        .collect();
    assert!(!recipients.is_empty());
    assert!(recipients.iter().all(|r| keys(&made, "recipients").contains(r)), "{recipients:?}");
    for class in assessment["retention"].as_table().unwrap().keys() {
        let days = assessment["retention"][class].as_integer().unwrap();
        assert!(text(&made, "retention", class).starts_with(&format!("{days} ")), "{class}");
    }
    for output in words(&assessment["outputs"], "") {
        assert!(keys(&made, "documents").contains(&output), "output {output}");
    }
    for purpose in words(&assessment["purposes"], "") {
        assert!(text(&made, "purposes", &purpose).contains("SI 2018/356"), "purpose {purpose}");
    }
    for kind in model::Taxonomy::ALL {
        assert!(keys(&made, "kinds").iter().any(|k| k == kind.id), "kind {}", kind.id);
    }
    for class in ["core", "lunch", "outside", "n/a"] {
        assert!(keys(&made, "times").iter().any(|k| k == class), "time class {class}");
    }
    assert_eq!(text(&made, "rights", "complaints"), assessment["complaints"].as_str().unwrap());
    // How much of a figure one person may be is not printed: who knows it could use it.
    assert!(!page.contains("20 %"), "the dominance rule's parameter");
    nobody(&f, &made.to_string());
    nobody(&f, &page);
}

/// No person's id and no address of the register stands in a text.
fn nobody(f: &Folder, text: &str) {
    for row in rows(f, "people.csv") {
        assert!(!text.contains(&row[0]), "a person's id");
    }
    for row in rows(f, "register.csv") {
        for address in [&row[4], &row[5]] {
            assert!(address.is_empty() || !text.contains(address.as_str()), "an address");
        }
    }
}

/// What `check` says of the annex.
fn told(f: &Folder) -> String {
    let (stdout, _) = expect(&f.root, &["check"], 0);
    stdout.lines().find_map(|l| l.trim_start().strip_prefix("annex ")).unwrap_or_default().trim().to_owned()
}

#[test]
fn guarantee_29_a_change_of_what_runs_is_named_by_its_part() {
    let f = folder();
    assert!(told(&f).starts_with("which annex people were given is not recorded"), "{}", told(&f));
    let (made, _) = annex(&f);
    let given = |f: &Folder| {
        let mark = format!("[notice]\nannex_sha256 = \"{}\"\n", made["sha256"].as_str().unwrap());
        f.edit("assessment.toml", "[notice]\n", &mark);
    };
    given(&f);
    assert_eq!(told(&f), "people were given the annex that says what runs");
    // A price, a comment, a person's hours: nothing that runs.
    append(&f, "authority.toml", "# a remark");
    assert_eq!(told(&f), "people were given the annex that says what runs");
    append(&f, "register.csv", "A-900,laptop,,shared,,192.168.1.77,,2026-01-01,");
    assert!(
        told(&f).contains("WARNING: what runs is not what people were told; changed: devices; next:"),
        "{}",
        told(&f)
    );
    append(&f, "assessment.toml", "[[recipients]]\nrole = \"chair\"\ndocument = \"summary\"");
    f.edit("assessment.toml", "links_days = 400", "links_days = 500");
    f.edit("authority.toml", "sources = [", "sources = [\n  { kind = \"neighbours\", glob = \"inbox/n*.txt\" },");
    f.edit("authority.toml", "lunch = \"", "lunch = \"11:00-11:30\" # \"");
    assert!(told(&f).contains("changed: sources, devices, times, recipients, retention; next:"), "{}", told(&f));
    // An annex that was never written here cannot be compared by its parts; a mark that is none is said to be none.
    fs::remove_dir_all(f.root.join("reports").join(&f.id).join("notice/kept")).unwrap();
    assert!(told(&f).contains("no part can be named"), "{}", told(&f));
    f.edit("assessment.toml", made["sha256"].as_str().unwrap(), "soon");
    assert!(told(&f).contains("is no fingerprint"), "{}", told(&f));
}

#[test]
fn the_annex_goes_where_it_is_told_and_equal_settings_give_equal_bytes() {
    let f = folder();
    let (made, page) = annex(&f);
    let (stdout, _) = expect(&f.root, &["notice", "--authority", &f.id, "--out", "elsewhere"], 0);
    let dir = f.root.join("elsewhere").join(&f.id).join("notice");
    assert_eq!(json(&dir.join("annex.json")), made);
    assert_eq!(fs::read_to_string(dir.join("annex.html")).unwrap(), page);
    assert!(stdout.contains("elsewhere"), "{stdout}");
    expect(&f.root, &["notice", "--authority", "nobody"], 1);
}

#[test]
fn law_5_a_source_that_is_not_listed_is_set_up_and_not_opened() {
    let f = folder();
    // A lease file that nobody can read tells whether it was opened.
    fs::write(f.council("inbox/dnsmasq.leases"), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]).unwrap();
    let (code, _, stderr) = f.nightly(&[]);
    assert_eq!(code, 2, "{stderr}");
    let f = folder();
    fs::write(f.council("inbox/dnsmasq.leases"), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]).unwrap();
    f.edit("assessment.toml", "\"dns\", \"leases\"", "\"dns\"");
    f.edit("assessment.toml", "leases = \"A fixed list", "# leases = \"A fixed list");
    let (code, lines, stderr) = f.nightly(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert!(lines.iter().all(|l| l["state"] == "built"), "{lines:?}");
    let (stdout, _) = expect(&f.root, &["check"], 0);
    assert!(stdout.contains("the source 'leases' is set up and not opened"), "{stdout}");
    assert!(text(&annex(&f).0, "sources", "leases").contains("set up and not opened"));
}

/// What `check` says is allowed.
fn allowed(f: &Folder) -> String {
    let (stdout, _) = expect(&f.root, &["check"], 0);
    let line = stdout.lines().find_map(|l| l.trim_start().strip_prefix("allowed ")).unwrap();
    line.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn guarantee_1_any_line_removed_lowers_what_check_allows() {
    let f = folder();
    let whole = fs::read_to_string(f.council("assessment.toml")).unwrap();
    assert_eq!(allowed(&f), "categories");
    // Answers for sources and purposes that this council does not list are nobody's requirement.
    let spare = ["neighbours =", "counters =", "packet-capture =", "shared-resolver =", "security ="];
    let (mut totals, mut nothing) = (0, 0);
    for line in whole.lines().filter(|l| l.contains(" = ") && !spare.iter().any(|s| l.starts_with(s))) {
        fs::write(f.council("assessment.toml"), whole.replacen(&format!("{line}\n"), "", 1)).unwrap();
        match allowed(&f).as_str() {
            "totals" => totals += 1,
            "nothing" => nothing += 1,
            other => panic!("{other} without {line}"),
        }
    }
    // signed_by and signed_on leave nothing, everything else totals. The second recipient's lines leave one without a
    // role or a document.
    assert_eq!(nothing, 2);
    assert!(totals >= 35, "{totals}");
    for line in whole.lines().filter(|l| spare.iter().any(|s| l.starts_with(s))) {
        fs::write(f.council("assessment.toml"), whole.replacen(&format!("{line}\n"), "", 1)).unwrap();
        assert_eq!(allowed(&f), "categories", "{line}");
    }
}

/// The generated council whose notice covers e-mail alone.
fn mail_only() -> (tempfile::TempDir, Folder) {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out made --seed 5 --start 2026-03-02 --days 2 --flows-per-day 1500 --lookups-per-day 400";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("made");
    let id = "example-001".to_owned();
    let f = Folder { temp: tempfile::tempdir().unwrap(), root, id };
    f.edit("assessment.toml", "web = true", "web = false");
    (temp, f)
}

#[test]
fn guarantee_2_a_notice_of_e_mail_alone_yields_link_totals_and_a_reason() {
    let (_temp, f) = mail_only();
    let why = "does not cover use of the web";
    let only = ["--authority", &f.id];
    fs::write(f.council("policy.md"), POLICY).unwrap();
    f.edit("authority.toml", "nation =", "policy = \"policy.md\"\nnation =");
    let (stdout, _) = expect(&f.root, &["check"], 0);
    let own = stdout.split(&format!("\n{}: ", f.id)).nth(1).unwrap().split("\n\n").next().unwrap();
    let line = |key: &str| own.lines().find(|l| l.trim_start().starts_with(key)).unwrap_or_default().to_owned();
    assert!(line("allowed").contains("totals (asked for: categories)"), "{own}");
    assert!(line("falls back").contains("from categories to totals") && line("falls back").contains(why), "{own}");
    assert!(line("kinds of site").contains("no: notice_web"), "{own}");
    assert!(line("link totals").ends_with("yes"), "{own}");
    assert!(line("notice_web").contains("NOT MET") && line("notice_web").contains("L10, L11, L21"), "{own}");
    assert!(own.contains("line 3: the Regulations are cited by a title that is not theirs"), "{own}");
    assert!(own.contains("announces no monitoring of the use of the internet"), "{own}");
    assert!(own.contains("its date of review is not the assessment's"), "{own}");

    let (code, lines, stderr) = f.nightly(&only);
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains(why) && stderr.contains("Interception by Businesses etc."), "{stderr}");
    for night in &lines {
        assert_eq!((&night["lookups"], &night["attributed"]), (&0.into(), &serde_json::json!({})), "{night}");
        assert!(night["kept"].as_u64().unwrap() > 0, "{night}");
    }
    expect(&f.root, &[&["report", "--month", "2026-03"], only.as_slice()].concat(), 3);
    let report = json(&f.root.join("reports").join(&f.id).join("2026-03/report.json"));
    assert_eq!((&report["status"], &report["people_tier"]), (&"lowered".into(), &"totals".into()));
    let tables: Vec<&str> = report["tables"].as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap()).collect();
    assert_eq!(tables, ["links"]);
    let reasons = report["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|r| r.as_str().unwrap().contains(why)), "{reasons:?}");
    let page = fs::read_to_string(f.root.join("reports").join(&f.id).join("2026-03/summary.html")).unwrap();
    assert!(page.contains(why));
    // Not one row about a person was written.
    let usage = f.root.join("store").join(&f.id).join("usage");
    assert!(rows_of(&usage) == 0, "rows of usage");

    expect(&f.root, &[&["notice"], only.as_slice()].concat(), 0);
    let dir = f.root.join("reports").join(&f.id).join("notice");
    assert_eq!(json(&dir.join("annex.json"))["mode"], "totals");
    assert!(fs::read_to_string(dir.join("annex.html")).unwrap().contains("Only the totals of each link are measured"));
    let sheet = json(&dir.join("evidence.json"));
    assert_eq!((&sheet["allowed"], &sheet["asked"]), (&"totals".into(), &"categories".into()));
}

const POLICY: &str = "# IT policy\n\nE-mail may be monitored under The Investigatory Powers (Interception by Councils etc for Monitoring and \
Record-keeping Purposes) Regulations 2018. E-mail is kept for 12 months.\n\nThis policy will be reviewed in May 2031.\n";

/// Rows of every Parquet file below a folder.
fn rows_of(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let paths: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    let files = paths.iter().filter(|p| p.extension().is_some_and(|e| e == "parquet"));
    let count = |path: &PathBuf| {
        use parquet::file::reader::{FileReader, SerializedFileReader};
        let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
        u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap()
    };
    files.map(count).sum()
}

#[test]
fn check_tells_since_when_each_part_is_as_it_is() {
    let f = folder();
    let history = |args: &[&str]| {
        let (stdout, _) = expect(&f.root, &[&["check"], args].concat(), 0);
        let lines = stdout.lines().filter_map(|l| l.trim_start().strip_prefix("history "));
        lines.map(|l| l.trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(history(&[]), Vec::<String>::new());
    f.nightly(&["--date", "2026-03-02"]);
    f.edit("assessment.toml", "version = \"1.0\"", "version = \"1.1\"");
    f.nightly(&["--date", "2026-03-03"]);
    let now = history(&[]);
    for line in [
        "register: as it is now since the night of 2026-03-02 (never changed)",
        "people: as it is now since the night of 2026-03-02 (never changed)",
        "assessment: as it is now since the night of 2026-03-03 (changed once before)",
        "categories: as it is now since the night of 2026-03-02 (never changed)",
    ] {
        assert!(now.iter().any(|l| l == line), "{line}\n{now:#?}");
    }
    append(&f, "register.csv", "A-900,laptop,,shared,,192.168.1.77,,2026-01-01,");
    let now = history(&[]);
    let changed = "register: changed since the night of 2026-03-03, which was the last made with what it was";
    assert!(now.iter().any(|l| l.starts_with(changed)), "{now:#?}");
    // Before the nights were entered (the folder's clock stands on 3 April) there is nothing to tell.
    assert_eq!(history(&["--now", "2026-04-02"]), Vec::<String>::new());
    // No secret is made by looking: a folder without a ledger's key says what the ledger alone can say.
    let key = f.root.join("keys").join(&f.id).join("ledger");
    fs::remove_file(&key).unwrap();
    assert!(history(&[]).iter().any(|l| l.starts_with("register: as it is now since")));
    assert!(!key.exists());
}

#[test]
fn law_34_the_evidence_sheet_says_what_was_done_and_names_nobody() {
    let f = folder();
    f.nightly(&[]);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    expect(&f.root, &["report", "--month", "2026-03", "--erratum", "A line was wrong."], 2);
    annex(&f);
    let dir = f.root.join("reports").join(&f.id).join("notice");
    let sheet = json(&dir.join("evidence.json"));
    let years = sheet["years"].as_array().unwrap();
    let firsts: Vec<&str> = years.iter().map(|y| y["first"].as_str().unwrap()).collect();
    assert_eq!(firsts, ["2026-04-01", "2025-04-01"], "the newest first");
    let year = &years[1];
    assert_eq!(
        (&year["nights"], &year["night_first"], &year["night_last"]),
        (&2.into(), &"2026-03-02".into(), &"2026-03-03".into())
    );
    let release = &year["releases"][0];
    assert_eq!(
        (&release["month"], &release["on"], &release["errata"]),
        (&"2026-03".into(), &"2026-04-03".into(), &1.into())
    );
    assert_eq!((&release["found"], &release["breaches"]), (&true.into(), &0.into()));
    let report = json(&f.root.join("reports").join(&f.id).join("2026-03/report.json"));
    assert_eq!((&release["profiles"], &release["status"]), (&report["attack"]["profiles"], &report["status"]));
    assert!(sheet["gates"].as_array().unwrap().iter().all(|g| g["met"] == true));
    assert_eq!((&sheet["ledger"]["holds"], &sheet["annex_given"]), (&true.into(), &Value::Null));
    let page = fs::read_to_string(dir.join("evidence.html")).unwrap();
    nobody(&f, &sheet.to_string());
    nobody(&f, &page);
    for row in rows(&f, "register.csv") {
        assert!(!page.contains(&row[0]), "an asset is a person's");
    }
    // A ledger that was touched is said to be broken, and nothing is read out of it.
    let path = f.root.join("ledger").join(format!("{}.jsonl", f.id));
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"rows\":", "\"rows\":1", 1)).unwrap();
    let (code, _, stderr) = run(&f.root, &["notice"]);
    assert_eq!(code, 0, "{stderr}");
    let sheet = json(&dir.join("evidence.json"));
    assert_eq!((&sheet["ledger"]["holds"], &sheet["years"]), (&false.into(), &serde_json::json!([])));
}

#[test]
fn law_34_the_evidence_sheet_is_for_england_alone() {
    let f = folder();
    f.edit("authority.toml", "\"england\"", "\"wales\"");
    let (_, stderr) = expect(&f.root, &["notice"], 0);
    assert!(stderr.contains("no evidence sheet"), "{stderr}");
    let dir = f.root.join("reports").join(&f.id).join("notice");
    assert!(dir.join("annex.html").exists() && !dir.join("evidence.html").exists());
}

#[test]
fn a_policy_cannot_be_read_from_outside_the_folder() {
    let f = folder();
    for path in ["../other/policy.md", "/etc/hostname", "missing.md"] {
        let f = folder();
        f.edit("authority.toml", "nation =", &format!("policy = \"{path}\"\nnation ="));
        let (_, stderr) = expect(&f.root, &["check"], 1);
        assert!(stderr.contains("policy"), "{stderr}");
    }
    fs::write(f.council("policy.txt"), "Use of the internet is monitored. Records are kept for 62 days.\n").unwrap();
    f.edit("authority.toml", "nation =", "policy = \"policy.txt\"\nnation =");
    let (stdout, _) = expect(&f.root, &["check"], 0);
    assert!(!stdout.contains("policy hint"), "{stdout}");
    // No night depends on the text: editing it changes nothing that was made.
    f.nightly(&[]);
    fs::write(f.council("policy.txt"), "Another text.\n").unwrap();
    let (_, lines, _) = f.nightly(&[]);
    assert!(lines.iter().all(|l| l["state"] == "unchanged"), "{lines:?}");
}

#[test]
fn the_sample_allows_kinds_of_site_once_every_blank_is_filled() {
    let dir = tempfile::tempdir().unwrap();
    expect(dir.path(), &["init", "example-parish"], 0);
    let path = dir.path().join("authorities/example-parish/assessment.toml");
    let sample = fs::read_to_string(&path).unwrap();
    fs::write(&path, sample.replace(" = \"\"", " = \"given\"")).unwrap();
    let (stdout, _) = expect(dir.path(), &["check", "--now", "2026-04-01"], 0);
    assert!(stdout.contains("allowed           categories (asked for: categories)"), "{stdout}");
    let security = |l: &&str| !l.trim_start().starts_with("security ");
    assert!(!stdout.lines().filter(security).any(|l| l.contains("NOT MET") || l.contains("TO ADD")), "{stdout}");
    // As it is, unsigned and unanswered, it allows nothing, and says what to answer.
    fs::write(&path, sample).unwrap();
    let (stdout, _) = expect(dir.path(), &["check", "--now", "2026-04-01"], 0);
    assert!(stdout.contains("falls back        from categories to nothing: `signed_by` is empty"), "{stdout}");
    assert!(stdout.contains("answer the six questions in [proportionality]"), "{stdout}");
}
