//! Rules worked out by hand.

use super::*;
use crate::unlock::Unlock;
use jiff::civil::date;

const WHOLE: &str = r#"
version = "3"
signed_by = "Chair of the council"
signed_on = 2026-02-01
review_due = 2027-02-01
purposes = ["policy", "operations", "cost"]
basis = "legitimate-interests"
balancing_test = "minute 12/2026"
consultation = "all staff and councillors, January 2026"
residual_risk = "low"
sources = ["flows", "dns", "leases"]
outputs = ["summary", "exceptions"]
mode = "categories"
complaints = "the clerk, clerk@parish.example"
hr_adviser = "H-1"
[notice]
version = "2"
date = 2026-02-10
web = true
[retention]
usage_days = 62
links_days = 400
raw_days = 7
security_days = 30
reports_months = 24
[[recipients]]
role = "clerk"
document = "summary"
[[recipients]]
role = "clerk"
document = "case"
[[recipients]]
role = "hr-adviser"
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

fn verdicts(text: &str) -> Vec<RuleVerdict> {
    exception_rules(Some(&Assessment::parse(text).unwrap()), date(2026, 3, 15))
}

fn rule() -> ExceptionRule {
    verdicts(WHOLE).remove(0).rule.unwrap()
}

/// Replaces a line and says why the rule is not in force any more; an empty reason: it is.
fn check(line: &str, by: &str, reason: &str) {
    assert!(WHOLE.contains(line), "{line}");
    let verdict = verdicts(&WHOLE.replacen(line, by, 1)).remove(0);
    if reason.is_empty() {
        assert_eq!((verdict.rule.is_some(), verdict.unmet), (true, vec![]), "{by}");
    } else {
        assert_eq!(verdict.rule, None, "{by}");
        assert_eq!(verdict.unmet.len(), 1, "{:?}", verdict.unmet);
        assert!(verdict.unmet[0].contains(reason), "{:?}", verdict.unmet);
    }
}

#[test]
fn guarantee_27_a_whole_rule_is_in_force() {
    let rule = rule();
    assert_eq!((rule.id(), rule.category().as_str(), rule.days(), rule.window()), ("social-core", "social", 3, 10));
    assert_eq!(rule.threshold(), Threshold::Minutes(90));
    let sentence = "Social media: at least 90 active minutes in core working time on 3 of 10 dates in a row";
    assert_eq!(rule.sentence(), sentence);
    assert!(exception_rules(None, date(2026, 3, 15)).is_empty());
    assert!(verdicts(&WHOLE[..WHOLE.find("[[exceptions]]").unwrap()]).is_empty());
}

#[test]
fn guarantee_27_the_floors_only_tighten() {
    check("minutes = 90", "minutes = 60", "");
    check("minutes = 90", "minutes = 59", "at least 60");
    check("minutes = 90", "minutes = -90", "at least 60");
    check("minutes = 90", "megabytes = 500", "");
    check("minutes = 90", "megabytes = 499", "at least 500");
    check("minutes = 90", "minutes = 90\nmegabytes = 500", "one of `minutes`");
    check("minutes = 90\n", "", "one of `minutes`");
    check("\ndays = 3", "\ndays = 4", "");
    check("\ndays = 3", "\ndays = 2", "`days`");
    check("window = 10", "window = 3", "");
    check("window = 10", "window = 2", "`window`");
    check("window = 10", "window = 11", "`window`");
    check("window = 10", "window = 266", "`window`");
}

#[test]
fn guarantee_27_no_rule_about_protected_pooled_or_automatic_kinds() {
    for kind in model::Taxonomy::ALL {
        let by = format!("category = \"{}\"", kind.id);
        let reason = if kind.treatment == Treatment::Judgement { "" } else { "protected" };
        check("category = \"social\"", &by, reason);
    }
    check("category = \"social\"", "category = \"chess\"", "not a kind of site");
    check("time_class = \"core\"", "time_class = \"lunch\"", "`time_class`");
    check("time_class = \"core\"", "time_class = \"outside\"", "`time_class`");
}

#[test]
fn guarantee_27_a_rule_needs_the_assessment_around_it() {
    check("outputs = [\"summary\", \"exceptions\"]", "outputs = [\"summary\"]", "`outputs`");
    check("role = \"hr-adviser\"", "role = \"neighbour\"", "who receives a case");
    check("hr_adviser = \"H-1\"\n", "", "`hr_adviser`");
    check("purpose = \"policy\"", "purpose = \"cost\"", "`purpose`");
    check("id = \"social-core\"", "id = \"Social core\"", "`id`");
    check("review_due = 2027-02-01", "review_due = 2026-03-01", "does not allow kinds of site");
    check("web = true", "web = false", "does not allow kinds of site");
    check("mode = \"categories\"", "mode = \"totals\"", "does not allow kinds of site");
    let nobody = WHOLE.replace("document = \"case\"", "document = \"summary\"");
    assert!(verdicts(&nobody).remove(0).unmet[0].contains("document = \"case\""));
    let twice = format!("{WHOLE}{}", &WHOLE[WHOLE.find("[[exceptions]]").unwrap()..]);
    let both = verdicts(&twice);
    assert_eq!(
        (both[0].rule.is_some(), both[1].unmet.as_slice()),
        (true, &["two rules have this `id`".to_owned()][..])
    );
    assert!(Assessment::parse(&WHOLE.replace("window = 10", "windows = 10")).is_err());
}

#[test]
fn prefer_prevention_a_rule_says_why_blocking_would_not_do() {
    check("not_blocked_because = \"The council answers the public on social media.\"\n", "", "blocking");
    check("\"The council answers the public on social media.\"", "\"no\"", "blocking");
    assert!(BLOCK_INSTEAD.contains("block"));
}

#[test]
fn a_rule_is_never_turned_on_days_before_it_was_signed() {
    let covers = |signed: &str, month: &str| {
        let text = WHOLE.replace("signed_on = 2026-02-01", &format!("signed_on = {signed}"));
        verdicts(&text).remove(0).rule.unwrap().covers(month.parse().unwrap())
    };
    assert!(covers("2026-02-01", "2026-03") && covers("2026-03-01", "2026-03"));
    assert!(!covers("2026-03-02", "2026-03") && covers("2026-03-02", "2026-04"));
}

#[test]
fn the_reviewer_is_chosen_by_office_alone() {
    let a = Assessment::parse(WHOLE).unwrap();
    assert_eq!(a.reviewer(|_| true), Some(Office::Clerk));
    assert_eq!(a.reviewer(|o| o != Office::Clerk), Some(Office::HrAdviser));
    assert_eq!(a.reviewer(|o| o == Office::Chair), None, "the chair is not named to receive cases");
}

const P1: PersonKey = PersonKey(1);
const P2: PersonKey = PersonKey(2);
const NOBODY: PersonKey = PersonKey(-7);

fn social() -> CategoryId {
    Taxonomy::find("social").unwrap()
}

/// Seals a month in which each day of March has this many minutes for person 1.
fn sealed(minutes: &[(i8, u64)]) -> Sealed {
    let mut watch = Watch::new(rule(), "2026-03".parse().unwrap());
    for (day, n) in minutes {
        watch.observe(P1, social(), date(2026, 3, *day), *n, 0);
    }
    watch.seal()
}

fn unlocked() -> Unlocks {
    let mut all = Unlocks::new();
    for (office, person) in [(Office::Chair, 50), (Office::HrAdviser, 51)] {
        all.add(Unlock { office, person: PersonKey(person), may_be_subject: false }).unwrap();
    }
    all
}

/// The dates and minutes that a case about person 1 would say.
fn dates(minutes: &[(i8, u64)], expected: &[(i8, u64)]) {
    let found = sealed(minutes).disclose(P1, &unlocked()).unwrap();
    let found: Vec<(i8, u64)> = found.iter().flat_map(|e| e.days().iter().map(|(d, n)| (d.day(), *n))).collect();
    assert_eq!(found, expected, "{minutes:?}");
}

#[test]
fn three_dates_in_ten() {
    dates(&[(2, 90), (3, 90)], &[]);
    dates(&[(2, 90), (3, 90), (4, 89)], &[]);
    dates(&[(2, 90), (3, 90), (4, 90)], &[(2, 90), (3, 90), (4, 90)]);
    // The 2nd to the 11th are ten dates, to the 12th eleven.
    dates(&[(2, 90), (3, 90), (11, 90)], &[(2, 90), (3, 90), (11, 90)]);
    dates(&[(2, 90), (3, 90), (12, 90)], &[]);
    // A date that stands in no such window is not told: the 20th stands alone.
    dates(&[(2, 90), (3, 90), (4, 90), (20, 300)], &[(2, 90), (3, 90), (4, 90)]);
    // Two windows that overlap are one list.
    let all = [(1, 120), (5, 120), (10, 120), (14, 120)];
    dates(&all, &all);
    // Down to a quarter of an hour, in the person's favour.
    dates(&[(2, 104), (3, 105), (4, 119)], &[(2, 90), (3, 105), (4, 105)]);
}

#[test]
fn other_kinds_and_months_are_dropped() {
    let mut watch = Watch::new(rule(), "2026-03".parse().unwrap());
    for day in 1..=10 {
        watch.observe(P1, Taxonomy::find("video").unwrap(), date(2026, 3, day), 400, 0);
    }
    // Two dates in March and one in April lie within ten dates, and no window crosses a month.
    for day in [date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1)] {
        watch.observe(P2, social(), day, 400, 0);
    }
    let sealed = watch.seal();
    for person in [P1, P2] {
        assert!(sealed.disclose(person, &unlocked()).unwrap().is_none());
    }
}

#[test]
fn volume_is_told_in_steps_of_a_hundred_megabytes() {
    let text = WHOLE.replace("minutes = 90", "megabytes = 500");
    let mut watch = Watch::new(verdicts(&text).remove(0).rule.unwrap(), "2026-03".parse().unwrap());
    for (day, octets) in [(2, 500_000_000), (3, 799_999_999), (4, 1_200_000_000), (5, 499_999_999)] {
        watch.observe(P1, social(), date(2026, 3, day), 0, octets);
    }
    let evidence = watch.seal().disclose(P1, &unlocked()).unwrap().unwrap();
    let days: Vec<u64> = evidence.days().iter().map(|(_, n)| *n).collect();
    assert_eq!(days, [500_000_000, 700_000_000, 1_200_000_000]);
    assert_eq!((evidence.subject(), evidence.month().to_string().as_str()), (P1, "2026-03"));
}

#[test]
fn guarantee_27_a_case_is_numbered_whether_anybody_met_the_rule_or_not() {
    let met = sealed(&[(2, 90), (3, 90), (4, 90)]);
    assert_eq!(met.subject(&[], NOBODY).stored(), P1);
    assert_eq!(met.subject(&[P1], NOBODY).stored(), NOBODY);
    assert_eq!(sealed(&[(2, 90)]).subject(&[], NOBODY).stored(), NOBODY);
    assert_eq!(format!("{:?}", met.subject(&[], NOBODY)), "SealedSubject(..)");
    // What was sealed for nobody says so after the unlocks.
    assert!(met.disclose(NOBODY, &unlocked()).unwrap().is_none());
}

#[test]
fn guarantee_27_nothing_leaves_before_the_unlocks_and_the_refusal_is_one() {
    let met = sealed(&[(2, 90), (3, 90), (4, 90)]);
    let mut one = Unlocks::new();
    assert_eq!(met.disclose(P1, &one).err(), Some(StillSealed));
    one.add(Unlock { office: Office::Chair, person: PersonKey(50), may_be_subject: false }).unwrap();
    one.add(Unlock { office: Office::Clerk, person: P1, may_be_subject: true }).unwrap();
    // The clerk is the subject, or is not, or nobody is: the same answer.
    let mut texts: Vec<String> =
        [P1, P2, NOBODY].iter().map(|s| met.disclose(*s, &one).err().unwrap().to_string()).collect();
    texts.dedup();
    assert_eq!(texts.len(), 1);
}
