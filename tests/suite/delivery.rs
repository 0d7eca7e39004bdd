//! Documents on their way to their recipients, through the command: what is in the outbox by another program's reading, who
//! gets what, a mail server that refuses before it takes, and that nothing goes twice.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::common::{Folder, expect, folder, run, snapshot};
use crate::mailserver::{MailServer, Temper};

const REPORT: [&str; 3] = ["report", "--month", "2026-03"];
const CLERK: &str = "clerk-canary@example.org";
const FROM: &str = "Network reports <reports-canary@example.org>";

/// Adds a section to the provider's settings.
fn settings(f: &Folder, section: &str) {
    let path = f.root.join("tithing.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, format!("{text}\n{section}\n")).unwrap();
}

fn outbox(f: &Folder) {
    settings(f, &format!("[delivery]\nfrom = \"{FROM}\"\nfolder = \"outbox\""));
}

fn smtp(f: &Folder, port: u16, more: &str) {
    let server = format!("[delivery.smtp]\nhost = \"127.0.0.1\"\nport = {port}\n{more}");
    settings(f, &format!("[delivery]\nfrom = \"{FROM}\"\n{server}"));
}

/// Says where the roles are.
fn addresses(f: &Folder, clerk: Option<&str>, others: &[(&str, &str)]) {
    let path = f.council("authority.toml");
    let text = fs::read_to_string(&path).unwrap();
    let clerk = clerk.map(|a| format!("clerk_email = \"{a}\"\n")).unwrap_or_default();
    let lines: String = others.iter().map(|(role, a)| format!("{role} = \"{a}\"\n")).collect();
    let table = if lines.is_empty() { String::new() } else { format!("\n[emails]\n{lines}") };
    fs::write(path, format!("{clerk}{text}{table}")).unwrap();
}

/// A council with its nights made, before its report.
fn ready() -> Folder {
    let f = folder();
    f.nightly(&[]);
    f
}

/// A council whose February has all its nights, so that its report ends with 0 where nothing else is wrong.
fn whole_month() -> Folder {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out provider --seed 7 --councils 1 --people 8 --start 2026-02-01 --days 28 --flows-per-day 300 --lookups-per-day 100";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("provider");
    let f = Folder { temp, root, id: "example-001".to_owned() };
    f.nightly(&[]);
    f
}

fn messages(f: &Folder) -> BTreeMap<String, Vec<u8>> {
    let name = |p: PathBuf| p.file_name().unwrap().to_str().unwrap().to_owned();
    snapshot(&f.root.join("outbox")).into_iter().map(|(path, octets)| (name(path), octets)).collect()
}

fn deliveries(f: &Folder) -> Vec<Value> {
    let text = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    let all = text.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    all.filter(|v| v["kind"] == "delivery").collect()
}

/// Neither an address nor a part of one in what was said.
fn silent(said: &str) {
    for part in ["@", "canary", "Network reports"] {
        assert!(!said.contains(part), "{part}: {said}");
    }
}

const READER: &str = r#"
import email, email.policy, hashlib, json, sys
out = []
for path in sys.argv[1:]:
    with open(path, "rb") as f:
        m = email.message_from_binary_file(f, policy=email.policy.default)
    def part(p):
        octets = p.get_payload(decode=True)
        return {"type": p.get_content_type(), "file": p.get_filename(), "sha256": hashlib.sha256(octets).hexdigest(),
                "text": octets.decode() if p.get_content_maintype() == "text" and not p.get_filename() else None}
    out.append({
        "from": m["from"], "to": m["to"], "subject": m["subject"], "date": m["date"].datetime.isoformat(),
        "id": m["message-id"], "auto": m["auto-submitted"], "defects": [str(d) for p in m.walk() for d in p.defects],
        "shape": [p.get_content_type() for p in m.walk()],
        "parts": [part(p) for p in m.walk() if not p.is_multipart()],
    })
print(json.dumps(out))
"#;

/// What Python's own mail reader finds in messages; none where there is no Python.
fn read(paths: &[PathBuf]) -> Option<Vec<Value>> {
    let found = Command::new("python3").arg("-c").arg(READER).args(paths).output();
    let Ok(found) = found else {
        println!("python3 is not there: messages are not read by a second program");
        return None;
    };
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    Some(serde_json::from_slice(&found.stdout).unwrap())
}

fn sha256(f: &Folder, file: &str) -> String {
    let path = f.root.join("reports").join(&f.id).join("2026-03").join(file);
    store::to_hex(&store::sha256(&fs::read(path).unwrap()))
}

#[test]
fn another_program_reads_the_outbox() {
    let f = ready();
    outbox(&f);
    addresses(&f, Some(CLERK), &[]);
    let (code, _, said) = run(&f.root, &REPORT);
    assert_eq!(code, 2, "two nights of a month are a gap: {said}");
    silent(&said);
    let names: Vec<String> = messages(&f).into_keys().collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (summary, schedule) = (format!("{}-2026-03.eml", f.id), format!("{}-2026-03-schedule.eml", f.id));
    assert_eq!(names, [schedule.as_str(), summary.as_str()]);
    let Some(read) = read(&[f.root.join("outbox").join(&summary), f.root.join("outbox").join(&schedule)]) else {
        return;
    };
    for (message, files, subject) in [
        (&read[0], ["summary.html", "report.json"].as_slice(), "Test clock: Internet use in March 2026: "),
        (
            &read[1],
            ["schedule.html", "schedule.json"].as_slice(),
            "Not for publication: Test clock: Equipment schedule",
        ),
    ] {
        assert_eq!((&message["from"], &message["to"]), (&json!(FROM), &json!(CLERK)));
        assert_eq!((&message["auto"], &message["defects"]), (&json!("auto-generated"), &json!([])));
        // The command's clock, which the folder fixes.
        assert!(message["date"].as_str().unwrap().starts_with("2026-04-03"), "{}", message["date"]);
        assert!(message["subject"].as_str().unwrap().starts_with(subject), "{}", message["subject"]);
        let shape = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html"];
        let found: Vec<&str> = message["shape"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
        assert_eq!(found[..4], shape);
        let parts = message["parts"].as_array().unwrap();
        let attached: Vec<&Value> = parts.iter().filter(|p| !p["file"].is_null()).collect();
        for file in files {
            let part =
                attached.iter().find(|p| p["file"] == *file).unwrap_or_else(|| panic!("no {file} in {attached:?}"));
            assert_eq!(part["sha256"], sha256(&f, file), "{file} arrives as it stands");
        }
        let strangers = |name: &str| attached.iter().filter(|p| p["file"].as_str().unwrap().starts_with(name)).count();
        assert_eq!(strangers("schedule"), if files[0] == "schedule.html" { 2 } else { 0 }, "never mixed");
        let text = parts[0]["text"].as_str().unwrap().replace("\r\n", "\n");
        assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
        assert!(parts[1]["text"].as_str().unwrap().contains("<html lang=\"en-GB\">"));
    }
    let (shown, _) = expect(&f.root, &["report", "--month", "2026-03", "--show"], 0);
    let text = read[0]["parts"][0]["text"].as_str().unwrap().replace("\r\n", "\n");
    assert!(text.starts_with(&shown), "the message says what --show prints:\n{shown}\n{text}");
    assert_ne!(read[0]["id"], read[1]["id"]);
}

#[test]
fn nothing_is_delivered_twice_and_equal_runs_make_equal_messages() {
    let (f, g) = (ready(), ready());
    for f in [&f, &g] {
        outbox(f);
        addresses(f, Some(CLERK), &[]);
        run(&f.root, &REPORT);
    }
    assert_eq!(messages(&f), messages(&g));
    let steps =
        |f: &Folder| deliveries(f).iter().map(|d| (d["document"].clone(), d["step"].clone())).collect::<Vec<_>>();
    let both = |document: &str| [(json!(document), json!("intended")), (json!(document), json!("delivered"))];
    let wanted: Vec<_> = both("summary").into_iter().chain(both("schedule")).collect();
    assert_eq!(steps(&f), wanted);
    // Somebody's mail program took the messages; neither the report drawn again nor the nights make them anew.
    fs::remove_dir_all(f.root.join("outbox")).unwrap();
    run(&f.root, &REPORT);
    f.nightly(&[]);
    assert!(!f.root.join("outbox").exists());
    assert_eq!(steps(&f), wanted);
    expect(&f.root, &["ledger", "verify"], 0);
    let (list, _) = expect(&f.root, &["ledger", "list"], 0);
    assert!(list.contains("summary of 2026-03 by folder: delivered"), "{list}");
    for (path, octets) in snapshot(&f.root).into_iter().filter(|(p, _)| !p.ends_with("tithing.toml")) {
        let there = octets.windows(7).any(|w| w == b"canary@");
        assert!(!there || path.ends_with("authority.toml"), "{} holds an address", path.display());
    }
}

#[test]
fn a_correction_is_a_new_message() {
    let f = ready();
    outbox(&f);
    addresses(&f, Some(CLERK), &[]);
    run(&f.root, &REPORT);
    let before = messages(&f);
    let (_, _, said) = run(&f.root, &["report", "--month", "2026-03", "--erratum", "The office link was down."]);
    silent(&said);
    let after = messages(&f);
    let (summary, schedule) = (format!("{}-2026-03.eml", f.id), format!("{}-2026-03-schedule.eml", f.id));
    assert_ne!(before[&summary], after[&summary]);
    assert_eq!(before[&schedule], after[&schedule]);
    let text = String::from_utf8(after[&summary].clone()).unwrap();
    assert!(text.contains("Corrected: "), "{text:.600}");
    assert_eq!(deliveries(&f).len(), 6);
}

#[test]
fn a_restricted_summary_goes_to_the_named_roles_alone() {
    let f = ready();
    outbox(&f);
    addresses(&f, Some(CLERK), &[("chair", "chair-canary@example.org")]);
    f.edit("assessment.toml", "mode = \"categories\"", "mode = \"totals\"");
    f.edit(
        "assessment.toml",
        "role = \"clerk\"\ndocument = \"summary\"",
        "role = \"The Chair\"\ndocument = \"summary\"",
    );
    let (_, _, said) = run(&f.root, &REPORT);
    silent(&said);
    let report = fs::read_to_string(f.root.join("reports").join(&f.id).join("2026-03/report.json")).unwrap();
    assert!(report.contains("\"audience\": \"restricted\""));
    let all = messages(&f);
    let summary = &all[&format!("{}-2026-03-chair.eml", f.id)];
    assert!(String::from_utf8(summary.clone()).unwrap().contains("Subject: Not for publication: "));
    assert!(!all.contains_key(&format!("{}-2026-03.eml", f.id)), "{:?}", all.keys());
    // The schedule has recipients of its own.
    assert!(all.contains_key(&format!("{}-2026-03-schedule.eml", f.id)), "{:?}", all.keys());
}

#[test]
fn the_schedule_goes_to_its_own_recipients() {
    let f = ready();
    outbox(&f);
    let role = "data protection officer";
    addresses(&f, Some(CLERK), &[("data-protection-officer", "officer-canary@example.org")]);
    let (from, to) =
        ("role = \"clerk\"\ndocument = \"schedule\"", format!("role = \"{role}\"\ndocument = \"schedule\""));
    f.edit("assessment.toml", from, &to);
    run(&f.root, &REPORT);
    let all = messages(&f);
    let names: Vec<&String> = all.keys().collect();
    let wanted = [format!("{}-2026-03-schedule-data-protection-officer.eml", f.id), format!("{}-2026-03.eml", f.id)];
    assert_eq!(names, wanted.iter().collect::<Vec<_>>());
    let text = |name: &String| String::from_utf8(all[name].clone()).unwrap();
    let (schedule, summary) = (text(&wanted[0]), text(&wanted[1]));
    assert!(schedule.contains("schedule.html") && !schedule.contains("summary.html") && !schedule.contains(CLERK));
    assert!(summary.contains("summary.html") && !summary.contains("schedule.") && !summary.contains("officer-canary"));
    // Who was struck off the assessment since the release gets nothing of it.
    let other = ready();
    run(&other.root, &REPORT);
    outbox(&other);
    addresses(&other, Some(CLERK), &[]);
    other.edit("assessment.toml", from, "role = \"chair\"\ndocument = \"schedule\"");
    run(&other.root, &REPORT);
    assert_eq!(messages(&other).into_keys().collect::<Vec<_>>(), [format!("{}-2026-03.eml", other.id)]);
}

#[test]
fn a_council_without_an_address_is_told() {
    let f = whole_month();
    let report = ["report", "--month", "2026-02"];
    outbox(&f);
    let (_, said) = expect(&f.root, &report, 2);
    assert!(said.contains("no address is known") && said.contains("clerk_email"), "{said}");
    assert!(!f.root.join("outbox").exists());
    addresses(&f, Some(CLERK), &[]);
    let (_, said) = expect(&f.root, &report, 0);
    assert!(said.contains("is in the outbox"), "{said}");
    silent(&said);
}

#[test]
fn a_mail_server_that_refuses_first_gets_exactly_one_message() {
    let f = whole_month();
    f.edit("assessment.toml", "outputs = [\"summary\", \"schedule\"", "outputs = [\"summary\"");
    let report = ["report", "--month", "2026-02"];
    addresses(&f, Some(CLERK), &[]);
    let server = MailServer::start(Temper::Later);
    smtp(&f, server.port, "tls = \"none\"");
    let (_, said) = expect(&f.root, &report, 2);
    assert!(said.contains("is not delivered") && said.contains("451") && said.contains("next run"), "{said}");
    silent(&said);
    assert_eq!((server.conversations(), server.taken().len()), (3, 0), "two more tries, each after a pause");
    let (status, _) = expect(&f.root, &["status", "--format", "json"], 2);
    assert_eq!(serde_json::from_str::<Value>(&status).unwrap()["undelivered"], 1);
    server.temper(Temper::Never);
    let (_, said) = expect(&f.root, &report, 2);
    assert!(said.contains("550"), "{said}");
    silent(&said);
    assert_eq!(server.conversations(), 4, "a refusal for good is not tried again at once");
    // The timer's run finishes it.
    server.temper(Temper::Accept);
    let (code, _, said) = f.nightly(&[]);
    assert_eq!(code, 0, "{said}");
    silent(&said);
    assert_eq!(server.taken().len(), 1);
    f.nightly(&[]);
    expect(&f.root, &report, 0);
    let taken = server.taken();
    assert_eq!(taken.len(), 1, "never twice");
    let said = taken[0].said.join("\n");
    assert!(said.contains("MAIL FROM:<reports-canary@example.org>") && said.contains(&format!("RCPT TO:<{CLERK}>")));
    assert!(said.starts_with("EHLO example.org"), "no name of the machine: {said}");
    let text = String::from_utf8(taken[0].octets.clone()).unwrap();
    assert!(text.contains("Internet use in February 2026") && text.contains("report.json"));
}

fn undelivered(f: &Folder) -> i64 {
    let (_, status, _) = run(&f.root, &["status", "--format", "json"]);
    serde_json::from_str::<Value>(&status).unwrap()["undelivered"].as_i64().unwrap()
}

#[test]
fn a_message_whose_recipient_is_gone_is_dropped_and_one_who_comes_back_is_begun_anew() {
    let f = whole_month();
    f.edit("assessment.toml", "outputs = [\"summary\", \"schedule\"", "outputs = [\"summary\"");
    let report = ["report", "--month", "2026-02"];
    addresses(&f, Some(CLERK), &[]);
    let server = MailServer::start(Temper::Never);
    smtp(&f, server.port, "tls = \"none\"");
    expect(&f.root, &report, 2);
    assert_eq!(undelivered(&f), 1);
    f.edit("authority.toml", &format!("clerk_email = \"{CLERK}\"\n"), "");
    let (_, _, said) = f.nightly(&[]);
    assert!(said.contains("is not tried any more"), "{said}");
    silent(&said);
    assert_eq!(undelivered(&f), 0);
    let steps = || deliveries(&f).iter().map(|d| d["step"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(steps(), ["intended", "dropped"]);
    f.nightly(&[]);
    assert_eq!(steps().len(), 2, "once is enough");
    // Long after the release: the timer's run alone sends what was given up.
    server.temper(Temper::Accept);
    addresses(&f, Some(CLERK), &[]);
    let (_, _, said) = f.nightly(&["--now", "2026-04-20T05:00:00Z"]);
    assert_eq!((steps().len(), server.taken().len(), undelivered(&f)), (4, 1, 0), "{said}");
    assert_eq!(steps()[2..], ["intended", "delivered"]);
}

#[test]
fn without_any_way_left_nothing_waits() {
    let f = whole_month();
    f.edit("assessment.toml", "outputs = [\"summary\", \"schedule\"", "outputs = [\"summary\"");
    let before = fs::read_to_string(f.root.join("tithing.toml")).unwrap();
    addresses(&f, Some(CLERK), &[]);
    let server = MailServer::start(Temper::Never);
    smtp(&f, server.port, "tls = \"none\"");
    expect(&f.root, &["report", "--month", "2026-02"], 2);
    fs::write(f.root.join("tithing.toml"), before).unwrap();
    assert_eq!(undelivered(&f), 1);
    f.nightly(&[]);
    assert_eq!(undelivered(&f), 0);
}

#[test]
fn roles_of_one_address_get_one_message_whichever_comes_first() {
    let f = ready();
    f.edit("assessment.toml", "outputs = [\"summary\", \"schedule\"", "outputs = [\"summary\"");
    let (clerk, chair) = ("role = \"clerk\"\ndocument = \"summary\"", "role = \"chair\"\ndocument = \"summary\"");
    f.edit("assessment.toml", clerk, &format!("{clerk}\n\n[[recipients]]\n{chair}"));
    addresses(&f, Some(CLERK), &[("chair", CLERK)]);
    let server = MailServer::start(Temper::Accept);
    smtp(&f, server.port, "tls = \"none\"");
    run(&f.root, &REPORT);
    assert_eq!(server.taken().len(), 1);
    // The other way round: the same person has it.
    f.edit("assessment.toml", clerk, "role = \"X\"\ndocument = \"summary\"");
    f.edit("assessment.toml", chair, clerk);
    f.edit("assessment.toml", "role = \"X\"\ndocument = \"summary\"", chair);
    run(&f.root, &REPORT);
    f.nightly(&[]);
    assert_eq!((server.taken().len(), undelivered(&f)), (1, 0));
}

#[test]
fn after_a_break_the_same_message_goes_again_to_the_byte() {
    let f = ready();
    f.edit("assessment.toml", "outputs = [\"summary\", \"schedule\"", "outputs = [\"summary\"");
    addresses(&f, Some(CLERK), &[]);
    let server = MailServer::start(Temper::Break);
    smtp(&f, server.port, "tls = \"none\"");
    let (_, said) = expect(&f.root, &REPORT, 2);
    assert!(said.contains("it may have arrived") && said.contains("Message-ID"), "{said}");
    assert_eq!(server.conversations(), 1, "where it may have arrived, nothing is tried again in the same run");
    server.temper(Temper::Accept);
    // Another day: the message bears the time at which it was begun.
    let (_, _, said) = f.nightly(&["--now", "2026-04-20T05:00:00Z"]);
    let taken = server.taken();
    assert_eq!(taken.len(), 2, "{said}");
    assert_eq!(taken[0].octets, taken[1].octets, "a mail server or reader can know the repeat");
    let ids = |octets: &[u8]| {
        String::from_utf8_lossy(octets).lines().filter(|l| l.starts_with("Message-ID: <2026-03.")).count()
    };
    assert_eq!(ids(&taken[0].octets), 1);
    f.nightly(&["--now", "2026-04-21T05:00:00Z"]);
    assert_eq!(server.taken().len(), 2);
}

#[test]
fn nothing_is_said_before_the_connection_is_protected() {
    let f = ready();
    addresses(&f, Some(CLERK), &[]);
    let server = MailServer::start(Temper::Accept);
    smtp(&f, server.port, "");
    let (_, said) = expect(&f.root, &REPORT, 2);
    assert!(said.contains("does not offer TLS"), "{said}");
    silent(&said);
    let commands = server.commands();
    let spoken = |word: &str| commands.iter().any(|c| c.starts_with(word));
    assert!(!spoken("MAIL") && !spoken("AUTH") && server.taken().is_empty(), "{commands:?}");
}

#[test]
fn a_server_that_is_not_there_is_asked_for_the_first_message_alone() {
    let f = ready();
    addresses(&f, Some(CLERK), &[]);
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    smtp(&f, port, "tls = \"none\"");
    let (_, said) = expect(&f.root, &REPORT, 2);
    assert!(said.contains("cannot be reached") && said.contains("did not answer before in this run"), "{said}");
    silent(&said);
    let steps: Vec<Value> = deliveries(&f).iter().map(|d| d["step"].clone()).collect();
    assert_eq!(steps, ["intended", "intended"]);
}

#[cfg(unix)]
#[test]
fn the_password_stands_in_a_file_that_others_cannot_read() {
    use std::os::unix::fs::PermissionsExt;
    let f = ready();
    f.edit("assessment.toml", "outputs = [\"summary\", \"schedule\"", "outputs = [\"summary\"");
    addresses(&f, Some(CLERK), &[]);
    let server = MailServer::start(Temper::Accept);
    smtp(&f, server.port, "tls = \"none\"\nuser = \"reports\"\npassword_file = \"mail-password\"");
    let file = f.root.join("mail-password");
    fs::write(&file, "password-canary\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let (_, said) = expect(&f.root, &REPORT, 2);
    assert!(said.contains("others may read the password") && server.conversations() == 0, "{said}");
    silent(&said);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    run(&f.root, &REPORT);
    // RFC 4616: an empty identity, the user, the password, each after a zero octet.
    let wanted = "AUTH PLAIN AHJlcG9ydHMAcGFzc3dvcmQtY2FuYXJ5";
    assert!(server.commands().iter().any(|c| c == wanted), "{:?}", server.commands());
    assert_eq!(server.taken().len(), 1);
    let (checked, _) = expect(&f.root, &["check"], 0);
    assert!(checked.contains("port") && checked.contains("address known of"), "{checked}");
    silent(&checked);
}

#[test]
fn what_was_changed_is_not_handed_out() {
    let f = ready();
    run(&f.root, &REPORT);
    outbox(&f);
    addresses(&f, Some(CLERK), &[]);
    let path = f.root.join("reports").join(&f.id).join("2026-03/report.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"complete\"", "\"gaps\"", 1).replacen("GB", "GB ", 1)).unwrap();
    let (_, _, said) = f.nightly(&[]);
    assert!(said.contains("not as the ledger recorded it"), "{said}");
    assert!(!f.root.join("outbox").exists());
}

#[test]
fn messages_live_no_longer_than_the_reports() {
    let f = ready();
    outbox(&f);
    addresses(&f, Some(CLERK), &[]);
    run(&f.root, &REPORT);
    assert_eq!(messages(&f).len(), 2);
    f.edit("assessment.toml", "reports_months = ", "reports_months = 1 # ");
    f.nightly(&["--now", "2026-06-02T05:00:00Z"]);
    assert!(messages(&f).is_empty(), "{:?}", messages(&f).keys());
}
