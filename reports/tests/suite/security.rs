//! The page of a security notice and its record: what stands there, for whom, and that nothing else does.

use reports::security::{Finding, Incident, ListText, NOTICE_SCHEMA, RuleText, SecurityNotice, not_for};
use reports::security_html;

use crate::support::page::read;

fn finding(asset: &str, rule: &str, program: Option<&str>, entry: Option<&str>) -> Finding {
    Finding {
        asset: asset.to_owned(),
        kind: "laptop".to_owned(),
        rule: rule.to_owned(),
        program: program.map(str::to_owned),
        list: entry.map(|_| "Example threats".to_owned()),
        entry: entry.map(str::to_owned),
        first: "10:02".to_owned(),
        last: "16:40".to_owned(),
        lookups: 1,
        records: 1_200,
        megabytes: 3,
        blocked: false,
    }
}

pub(crate) fn notice() -> SecurityNotice {
    SecurityNotice {
        schema: NOTICE_SCHEMA.to_owned(),
        software: "tithing 0.1.0".to_owned(),
        authority: "example-town".to_owned(),
        name: "Example Town Council".to_owned(),
        date: "2026-03-02".parse().unwrap(),
        audience: "restricted".to_owned(),
        recipients: vec!["clerk".to_owned(), "deputy".to_owned()],
        not_for: not_for(),
        delete_on: "2026-04-01".parse().unwrap(),
        test_clock: None,
        findings: vec![
            finding("A-001", "threat-name", None, Some("bad.example")),
            finding("A-002", "remote-control-port", Some("rdp"), None),
        ],
        continuing: vec![],
        rules: vec![RuleText { id: "threat-name".to_owned(), sentence: "Looks at names.".to_owned() }],
        lists: vec![ListText { name: "Example threats".to_owned(), licence: "CC0".to_owned() }],
    }
}

fn check(change: impl Fn(&mut SecurityNotice), has: &[&str], lacks: &[&str]) {
    let mut notice = notice();
    change(&mut notice);
    let page = security_html(&notice);
    for text in has {
        assert!(page.contains(text), "'{text}' is wanted:\n{page}");
    }
    for text in lacks {
        assert!(!page.contains(text), "'{text}' stands there:\n{page}");
    }
}

#[test]
fn who_may_read_it_and_what_it_is_not_for() {
    let always = ["Not for publication.", "For the clerk and the deputy alone.", "Not for conduct.", "1 April 2026"];
    check(|_| (), &always, &["Test clock", "Still going on"]);
    check(|n| n.test_clock = Some("2026-03-04T09:00:00Z".to_owned()), &["Test clock.", "4 March 2026, 09:00 UTC"], &[]);
}

#[test]
fn each_finding_in_plain_words() {
    check(
        |_| (),
        &[
            "2 new findings on 2 devices.",
            ">A-001 (laptop)</th>",
            "Looked up a name that a threat list warns of",
            "bad.example <span class=\"sub\">on the list Example threats</span>",
            "10:02 to 16:40",
            "1 lookup, 1,200 connection records",
            "Up to 3\u{a0}MB",
            "Remote desktop (RDP)",
        ],
        &["rdp<", "threat-name</span></td>"],
    );
    let one = |n: &mut SecurityNotice| {
        n.findings.truncate(1);
        let f = &mut n.findings[0];
        (f.records, f.megabytes, f.blocked, f.kind) = (0, 0, true, String::new());
        f.last = f.first.clone();
    };
    check(
        one,
        &["1 new finding on 1 device.", ">A-001</th>", ">10:02</span></td>", ">1 lookup</span></td>", "Not reached"],
        &["Disconnect the device"],
    );
    check(|n| n.findings[0].megabytes = 0, &["No connection seen"], &[]);
    check(|n| n.continuing = n.findings.split_off(1), &["Still going on", "1 new finding on 1 device."], &[]);
}

#[test]
fn advice_goes_by_the_danger() {
    let only = |rule: &'static str, program: &'static str| {
        move |n: &mut SecurityNotice| n.findings = vec![finding("A-001", rule, Some(program), None)]
    };
    let (cut, rang, share) =
        ("Disconnect the device", "offered help with the computer", "program for sharing files and remove");
    check(|n| n.findings.truncate(1), &[cut, "change the passwords"], &[rang, share]);
    check(only("remote-control-open", "vnc"), &[rang, "change the passwords"], &[cut, share]);
    check(only("peer-to-peer-swarm", "bittorrent"), &[share], &[cut, rang, "change the passwords"]);
    check(only("mining-port", "mining"), &[cut], &[rang, share]);
}

#[test]
fn the_clock_is_worded_with_its_conditions() {
    check(
        |_| (),
        &[
            "A finding does not mean by itself that there was a breach.",
            "Only for a personal data breach that is likely to put people at risk",
            "without undue delay and, where feasible, within 72 hours of becoming aware of it",
            "a decision not to report is recorded as well (UK GDPR article 33)",
        ],
        &["must be reported"],
    );
}

#[test]
fn the_page_is_whole_and_holds_no_hostile_text() {
    let evil = "</style><script>alert(1)</script>\"' onload=x <img src=http://192.0.2.1/>\u{202e}";
    let mut hostile = notice();
    (hostile.name, hostile.software, hostile.test_clock) = (evil.to_owned(), evil.to_owned(), Some(evil.to_owned()));
    hostile.recipients = vec![evil.to_owned()];
    hostile.lists[0] = ListText { name: evil.to_owned(), licence: evil.to_owned() };
    hostile.rules[0] = RuleText { id: evil.to_owned(), sentence: evil.to_owned() };
    for f in &mut hostile.findings {
        (f.asset, f.kind, f.entry, f.list) =
            (evil.to_owned(), evil.to_owned(), Some(evil.to_owned()), Some(evil.to_owned()));
    }
    hostile.continuing = hostile.findings.clone();
    for notice in [notice(), hostile] {
        let page = security_html(&notice);
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{202e}'));
        assert_eq!(page.matches("</style>").count(), 1);
        let (pieces, tags) = read(&page);
        assert!(tags.iter().all(|t| t.get("onload").is_none() && t.get("src").is_none()));
        assert_eq!(tags.iter().filter(|t| t.name == "h1").count(), 1);
        assert!(tags.iter().filter(|t| t.name == "th").all(|t| t.get("scope").is_some()));
        let rows = notice.findings.len() + notice.continuing.len();
        assert_eq!(tags.iter().filter(|t| t.name == "td").count(), 5 * rows);
        let cells = pieces.iter().filter(|p| p.path.iter().any(|e| e == "td")).count();
        assert!(cells >= 5 * rows, "no cell is blank");
        assert_eq!(
            tags.iter().filter(|t| t.name == "caption").count(),
            tags.iter().filter(|t| t.name == "table").count()
        );
        let ids: Vec<&str> = tags.iter().filter_map(|t| t.get("id")).collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{ids:?}");
        let labels = tags.iter().filter_map(|t| t.get("aria-labelledby"));
        assert!(labels.into_iter().all(|l| ids.contains(&l)));
    }
}

#[test]
fn the_record_is_a_form_addressed_to_the_recipients() {
    let mut notice = notice();
    notice.findings.push(finding("A-001", "mining-port", Some("mining"), None));
    let incident = notice.incident();
    assert_eq!(incident.devices, ["A-001", "A-002"]);
    assert_eq!((incident.clock_hours, &incident.addressed_to), (72, &notice.recipients));
    assert_eq!(incident.notice, "2026-03-02.html");
    let value: serde_json::Value = serde_json::from_str(&incident.json()).unwrap();
    for open in
        ["aware_at", "decided_by", "personal_data_breach", "risk_to_people_likely", "decision", "reported", "mended"]
    {
        assert!(value.as_object().unwrap().contains_key(open) && value[open].is_null(), "{open}");
    }
    assert_eq!(serde_json::from_str::<Incident>(&incident.json()).unwrap(), incident);
    assert_eq!(serde_json::from_str::<SecurityNotice>(&notice.json()).unwrap(), notice);
}
