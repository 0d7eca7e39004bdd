//! The file of a case and its notice.

use gate::{Assessment, Evidence, Office, Unlock, Unlocks, Watch};
use jiff::civil::{Date, date};
use model::{PersonKey, Taxonomy};
use reports::{CaseEnd, CaseFacts, CaseFile, CaseUnlock};

const ASSESSMENT: &str = r#"
version = "2"
signed_by = "The council"
signed_on = 2026-01-01
review_due = 2027-01-01
purposes = ["policy"]
basis = "legitimate-interests"
balancing_test = "minute 1"
consultation = "all"
residual_risk = "low"
sources = ["flows", "dns"]
outputs = ["summary", "exceptions"]
mode = "categories"
complaints = "the clerk"
notice = { version = "1", date = 2026-01-01, web = true }
retention = { usage_days = 62, links_days = 400, raw_days = 7, security_days = 30, reports_months = 24 }
recipients = [{ role = "clerk", document = "summary" }, { role = "chair", document = "case" }]
[[exceptions]]
id = "video-core"
category = "video"
time_class = "core"
megabytes = 500
days = 3
window = 10
purpose = "policy"
not_blocked_because = "The council shows its meetings there."
"#;

fn evidence() -> Evidence {
    let a = Assessment::parse(ASSESSMENT).unwrap();
    let rule = gate::exception_rules(Some(&a), date(2026, 4, 1)).remove(0).rule.unwrap();
    let mut watch = Watch::new(rule, "2026-03".parse().unwrap());
    for day in [2, 4, 9] {
        watch.observe(PersonKey(1), Taxonomy::find("video").unwrap(), date(2026, 3, day), 33, 1_299_000_000);
    }
    let mut unlocks = Unlocks::new();
    for (office, n) in [(Office::Chair, 5), (Office::HrAdviser, 6)] {
        unlocks.add(Unlock { office, person: PersonKey(n), may_be_subject: false }).unwrap();
    }
    watch.seal().disclose(PersonKey(1), &unlocks).unwrap().unwrap()
}

fn facts(reason: &str) -> CaseFacts {
    CaseFacts {
        authority: "ashby".to_owned(),
        name: "Ashby Example Council".to_owned(),
        software: "tithing 0".to_owned(),
        case: 4,
        month: "2026-03".to_owned(),
        opened: date(2026, 4, 3),
        disclosed: date(2026, 4, 9),
        kept_until: date(2026, 5, 31),
        reviewer: "chair".to_owned(),
        rule: "video-core".to_owned(),
        rule_text: "Video and television: at least 500 MB".to_owned(),
        assessment: Some("2".to_owned()),
        complaints: "the clerk".to_owned(),
        unlocks: vec![CaseUnlock { office: "chair".to_owned(), date: date(2026, 4, 4), reason: reason.to_owned() }],
        test_clock: None,
    }
}

pub(crate) fn file(reason: &str) -> CaseFile {
    let coverage = |d: Date| if d.day() == 4 { 9_199 } else { 10_000 };
    CaseFile::new(facts(reason), Some(&evidence()), vec!["A-007".to_owned()], coverage)
}

#[test]
fn a_file_says_dates_amounts_and_coverage_of_one_rule() {
    let file = file("Complaints came in.");
    let json: serde_json::Value = serde_json::from_str(&file.json()).unwrap();
    let days = serde_json::json!([
        { "date": "2026-03-02", "megabytes": 1200, "coverage_percent": 100 },
        { "date": "2026-03-04", "megabytes": 1200, "coverage_percent": 91 },
        { "date": "2026-03-09", "megabytes": 1200, "coverage_percent": 100 },
    ]);
    assert_eq!(json["days"], days);
    assert_eq!(CaseFile::from_json(&file.json()).unwrap(), file);
    assert!(CaseFile::from_json(&file.json().replace("tithing.case/1", "tithing.case/2")).is_err());
    let page = file.html();
    for part in [
        "A-007",
        "2 March 2026",
        ">1,200<",
        "(MB)",
        ">91<",
        "For the chair",
        "Complaints came in.",
        "video-core",
        "31 May 2026",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Minutes are another unit: a rule about volume tells none.
    assert!(
        !page.contains(">33<") && !page.contains("Minutes are minutes") && json["days"][0].get("minutes").is_none()
    );
}

#[test]
fn the_notice_says_what_the_file_says_and_not_why() {
    let notice = file("Somebody whom I must not name complained.").notice().unwrap();
    for part in ["A-007", "9 March 2026", ">1,200<", ">91<", "chair", "To the holder of asset", "Complain: the clerk"] {
        assert!(notice.contains(part), "{part}");
    }
    assert!(!notice.contains("must not name"));
    let nobody = CaseFile::new(facts("Complaints came in."), None, Vec::new(), |_| 10_000);
    assert_eq!(nobody.notice(), None);
    assert!(nobody.html().contains("Nobody met the rule") && !nobody.html().contains("What to do"));
}

#[test]
fn offices_outcomes_and_the_clock_are_words() {
    let mut facts = facts("Complaints came in.");
    facts.reviewer = "hr-adviser".to_owned();
    facts.unlocks[0].office = "hr-adviser".to_owned();
    facts.test_clock = Some("2026-04-09T09:00:00Z".to_owned());
    let mut file = CaseFile::new(facts, Some(&evidence()), vec!["A-007".to_owned()], |_| 10_000);
    let notice = file.notice().unwrap();
    file.end(CaseEnd {
        date: date(2026, 4, 20),
        outcome: "no-action".to_owned(),
        reason: "It was work.".to_owned(),
        account: "It was work.".to_owned(),
    });
    for page in [file.html(), notice] {
        assert!(page.contains("the adviser on staff matters") && page.contains("9 April 2026, 09:00 UTC"), "{page}");
        assert!(!page.contains("hr-adviser") && !page.contains("2026-04-09T") && !page.contains("no-action"));
        assert!(page.contains("<footer") && page.matches("Not for publication.").count() == 2);
    }
    assert!(file.html().contains("20 April 2026: no action."));
}

#[test]
fn typed_text_is_escaped() {
    let mut file = file("<script>alert(1)</script> & more");
    file.end(CaseEnd {
        date: date(2026, 4, 20),
        outcome: "explained".to_owned(),
        reason: "<b>bold</b>".to_owned(),
        account: "\"quoted\"".to_owned(),
    });
    let page = file.html();
    assert!(!page.contains("<script>") && !page.contains("<b>bold"));
    assert!(page.contains("20 April 2026") && page.contains("explained"));
    assert_eq!(CaseFile::from_json(&file.json()).unwrap(), file);
}
