//! The ladder, a line of the assessment at a time.

use super::*;

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
outputs = ["summary"]
mode = "categories"
complaints = "the clerk, clerk@parish.example"
[notice]
version = "2"
date = 2026-02-10
web = true
[proportionality]
notice = "given to all in February 2026"
extent = "council devices, kinds of site, groups of five or more"
reasons = "cost and the policy on use"
alternatives = "blocking at the resolver comes first"
consequences = "advice to all; nobody is judged by a figure"
safeguards = "totals, rounding, two unlocks"
[alternatives]
flows = "bills alone do not tell which link is full"
dns = "blocking alone does not tell what the links are for"
leases = "a fixed list of addresses is wrong within a week"
[interception]
consent_by = "the council, minute 12/2026"
consent_on = 2026-02-01
operator = "Example IT, agreement of January 2026"
own_system = true
visitors = "a sign at the door and the guest Wi-Fi's page"
[interception.letters]
policy = "f"
operations = "g"
cost = "a"
[retention]
usage_days = 62
links_days = 400
raw_days = 7
security_days = 30
reports_months = 24
[[recipients]]
role = "clerk"
document = "summary"
"#;

fn judged(text: &str, date: &str) -> Ladder {
    judge(Some(&Assessment::parse(text).unwrap()), date.parse().unwrap())
}

/// The whole assessment with one line replaced (or removed).
fn with(line: &str, by: &str) -> String {
    assert!(WHOLE.contains(line), "{line}");
    WHOLE.replacen(line, by, 1)
}

fn check(text: &str, date: &str, mode: Mode, unmet: &[&str]) {
    let ladder = judged(text, date);
    let codes: Vec<&str> = ladder.unmet().map(|r| r.code).collect();
    assert_eq!((ladder.mode, codes.as_slice()), (mode, unmet), "{text}");
    assert!(ladder.unmet().all(|r| !r.next.is_empty() && !r.what.is_empty() && !r.source.is_empty()));
}

const DAY: &str = "2026-03-15";

#[test]
fn guarantee_1_whole_and_in_date_allows_categories() {
    check(WHOLE, DAY, Mode::Categories, &[]);
    let ladder = judged(WHOLE, DAY);
    assert!(!ladder.lowered() && ladder.warnings.is_empty());
    assert_eq!(ladder.requirements.len(), 34);
    assert_eq!(ladder.advice, []);
}

#[test]
fn guarantee_1_no_file_no_signature_no_retention_high_risk_allow_nothing() {
    let none = judge(None, DAY.parse().unwrap());
    assert_eq!((none.mode, none.requirements[0].met, none.lowered()), (Mode::Nothing, false, true));
    check(&with("signed_by = \"Chair of the council\"\n", ""), DAY, Mode::Nothing, &["signed_by"]);
    check(&with("signed_by = \"Chair of the council\"\n", "signed_by = \" \"\n"), DAY, Mode::Nothing, &["signed_by"]);
    check(&with("signed_on = 2026-02-01\n", ""), DAY, Mode::Nothing, &["signed_on"]);
    check(&with("signed_on = 2026-02-01", "signed_on = \"soon\""), DAY, Mode::Nothing, &["signed_on"]);
    check(&with("\"low\"", "\"High\""), DAY, Mode::Nothing, &["residual_risk"]);
    let (start, end) = (WHOLE.find("[retention]").unwrap(), WHOLE.find("[[recipients]]").unwrap());
    let gone = format!("{}{}", &WHOLE[..start], &WHOLE[end..]);
    check(&gone, DAY, Mode::Nothing, &["retention"]);
    let empty = format!("{}[retention]\n{}", &WHOLE[..start], &WHOLE[end..]);
    check(&empty, DAY, Mode::Nothing, &["retention"]);
}

#[test]
fn guarantee_1_any_line_removed_never_yields_categories() {
    for line in WHOLE.lines().filter(|l| l.contains('=')) {
        let ladder = judged(&WHOLE.replacen(line, "", 1), DAY);
        assert!(ladder.mode < Mode::Categories, "{line}");
        assert!(ladder.lowered(), "{line}");
        assert!(ladder.unmet().count() >= 1, "{line}");
    }
    for table in ["[notice]\n", "[[recipients]]\n"] {
        let start = WHOLE.find(table).unwrap();
        let rest = &WHOLE[start + 1..];
        let end = rest.find("\n[").map_or(WHOLE.len(), |i| start + 1 + i);
        assert!(judged(&format!("{}{}", &WHOLE[..start], &WHOLE[end..]), DAY).mode < Mode::Categories, "{table}");
    }
}

#[test]
fn guarantee_1_any_value_emptied_never_yields_categories() {
    for line in WHOLE.lines().filter(|l| l.contains(" = \"") || l.contains(" = [")) {
        let key = line.split(" = ").next().unwrap();
        let empty = if line.contains('[') { "[]" } else { "\"\"" };
        let ladder = judged(&WHOLE.replacen(line, &format!("{key} = {empty}"), 1), DAY);
        assert!(ladder.mode < Mode::Categories, "{line}");
    }
}

#[test]
fn guarantee_1_bad_values_leave_totals() {
    for (line, by, code) in [
        ("\"legitimate-interests\"", "\"consent\"", "basis"),
        ("\"legitimate-interests\"", "\"because\"", "basis"),
        ("\"low\"", "\"some\"", "residual_risk"),
        ("\"categories\"", "\"everything\"", "mode"),
        ("usage_days = 62", "usage_days = 63", "usage_days"),
        ("usage_days = 62", "usage_days = 0", "usage_days"),
        ("raw_days = 7", "raw_days = 8", "raw_days"),
        ("raw_days = 7", "raw_days = 2", "raw_days"),
        ("security_days = 30", "security_days = 31", "security_days"),
        ("links_days = 400", "links_days = -1", "links_days"),
        ("reports_months = 24", "reports_months = 0", "reports_months"),
        ("document = \"summary\"", "document = \"everything\"", "recipients"),
        ("document = \"summary\"", "document = \"case\"", "recipients"),
        ("role = \"clerk\"", "role = \"\"", "recipients"),
        ("date = 2026-02-10", "date = 2026-03-16", "notice_date"),
        ("date = 2026-02-10", "date = \"2026-02-30\"", "notice_date"),
        ("web = true", "web = false", "notice_web"),
        ("reasons = \"cost and the policy on use\"", "reasons = \" \"", "article8_reasons"),
        ("consent_on = 2026-02-01", "consent_on = 2026-03-16", "controller_consent"),
        ("consent_on = 2026-02-01", "consent_on = \"soon\"", "controller_consent"),
        ("own_system = true", "own_system = false", "own_system"),
        ("policy = \"f\"", "policy = \"d\"", "interception_letters"),
        ("policy = \"f\"", "policy = \"h\"", "interception_letters"),
        ("\"leases\"]", "\"leases\", \"packet-capture\"]", "source_alternatives"),
    ] {
        check(&with(line, by), DAY, Mode::Totals, &[code]);
    }
}

#[test]
fn guarantee_2_a_notice_without_the_web_says_so_in_plain_words() {
    let ladder = judged(&with("web = true", "web = false"), DAY);
    let why = ladder.unmet().next().unwrap();
    assert!(why.what.contains("does not cover use of the web"), "{}", why.what);
}

#[test]
fn dates_bound_the_signature_and_the_review() {
    for (date, mode) in [
        ("2026-01-31", Mode::Nothing),
        ("2026-02-01", Mode::Totals), // Signed, but the notice is given on the 10th.
        ("2026-02-09", Mode::Totals),
        ("2026-02-10", Mode::Categories),
        ("2027-01-31", Mode::Categories),
        ("2027-02-01", Mode::Totals),
        ("2030-01-01", Mode::Totals),
    ] {
        assert_eq!(judged(WHOLE, date).mode, mode, "{date}");
    }
}

#[test]
fn law_9_the_review_is_warned_of_sixty_days_before_and_then_lowers() {
    // 2026-12-03 is 28 + 31 + 1 = 60 days before 2027-02-01.
    for (date, warned) in
        [("2026-12-02", 0), ("2026-12-03", 1), ("2027-01-31", 1), ("2027-02-01", 0), ("2026-02-15", 0)]
    {
        assert_eq!(judged(WHOLE, date).warnings.len(), warned, "{date}");
    }
    assert!(judged(WHOLE, "2026-12-03").warnings[0].contains("60 days"));
}

#[test]
fn a_council_may_ask_for_less() {
    let ladder = judged(&with("\"categories\"", "\"totals\""), DAY);
    assert_eq!((ladder.mode, ladder.allowed, ladder.lowered()), (Mode::Totals, Mode::Categories, false));
    // Asked for totals and left with nothing: that is lowered.
    let text = with("\"categories\"", "\"totals\"").replace("\"low\"", "\"high\"");
    assert!(judged(&text, DAY).lowered());
}

#[test]
fn a_basis_other_than_interests_needs_no_balancing_test() {
    let text = with("\"legitimate-interests\"", "\"public task\"").replace("balancing_test = \"minute 12/2026\"\n", "");
    check(&text, DAY, Mode::Categories, &[]);
}

#[test]
fn law_1_purposes_are_fixed_and_policy_is_one_of_them() {
    check(&with("\"policy\", ", "\"\", "), DAY, Mode::Totals, &["purposes", "interception_letters"]);
    check(&with("\"policy\", ", ""), DAY, Mode::Totals, &["purposes"]);
}

#[test]
fn law_3_neither_consent_nor_recognised_interests_are_a_basis_and_interests_are_weighed() {
    for bad in ["consent", "6(1)(a)", "recognised legitimate interests", "6(1)(ea)", "vital interests"] {
        let text = with("\"legitimate-interests\"", &format!("\"{bad}\""));
        check(&text, DAY, Mode::Totals, &["basis"]);
    }
    check(&with("balancing_test = \"minute 12/2026\"\n", ""), DAY, Mode::Totals, &["balancing_test"]);
}

/// The assessment without one of its tables (and what hangs below it).
fn without(table: &str) -> String {
    let start = WHOLE.find(&format!("[{table}]\n")).unwrap();
    let rest = &WHOLE[start + 1..];
    let own = |line: &str| line.starts_with('[') && !line.starts_with(&format!("[{table}."));
    let mut end = WHOLE.len();
    let mut at = start + 1;
    for line in rest.split_inclusive('\n') {
        if at > start + 1 && own(line) {
            end = at;
            break;
        }
        at += line.len();
    }
    format!("{}{}", &WHOLE[..start], &WHOLE[end..])
}

fn later(table: &str, codes: &[&str]) {
    let text = without(table);
    check(&text, DAY, Mode::Categories, &[]);
    let ladder = judged(&text, DAY);
    let advised: Vec<&str> = ladder.advice.iter().map(|r| r.code).collect();
    assert_eq!(advised, codes, "{table}");
    assert!(ladder.advice.iter().all(|r| !r.met && !r.next.is_empty() && r.without == Mode::Totals));
    // Signed anew from 2027 on, or any assessment from 2028 on, it must be there.
    let text = text.replace("review_due = 2027-02-01", "review_due = 2030-02-01");
    check(&text, "2027-12-31", Mode::Categories, &[]);
    check(&text, "2028-01-01", Mode::Totals, codes);
    let last_old = text.replace("signed_on = 2026-02-01", "signed_on = 2026-12-31");
    check(&last_old, "2027-06-01", Mode::Categories, &[]);
    let first_new = text.replace("signed_on = 2026-02-01", "signed_on = 2027-01-01");
    check(&first_new, "2027-06-01", Mode::Totals, codes);
    // A table that is there is held to every key, whenever it was signed.
    let begun = WHOLE.replacen(&format!("[{table}]\n"), &format!("[{table}]\n# begun\n"), 1);
    for line in begun.lines().skip_while(|l| *l != format!("[{table}]")).skip(2).take_while(|l| !l.starts_with('[')) {
        assert_eq!(judged(&WHOLE.replacen(line, "", 1), DAY).mode, Mode::Totals, "{line}");
    }
}

#[test]
fn law_33_the_six_questions_of_article_8_are_answered() {
    let codes = [
        "article8_notice",
        "article8_extent",
        "article8_reasons",
        "article8_alternatives",
        "article8_consequences",
        "article8_safeguards",
    ];
    later("proportionality", &codes);
}

#[test]
fn law_5_each_source_has_a_less_intrusive_way_that_was_considered() {
    later("alternatives", &["source_alternatives"]);
    let strict = Assessment::parse(WHOLE).unwrap();
    assert!(strict.opens("leases") && strict.opens("dns"));
    assert!(!strict.opens("counters") && !strict.opens("neighbours") && !strict.opens("packet-capture"));
    let answered = Assessment::parse(&with("leases = \"a fixed", "counters = \"bills alone\"\nleases = \"a fixed"));
    assert!(answered.unwrap().opens("counters"));
    let old = Assessment::parse(&without("alternatives")).unwrap();
    assert!(old.opens("leases") && old.opens("counters") && old.opens("neighbours"));
    assert!(!old.opens("packet-capture"));
}

#[test]
fn law_11_the_controller_consents_and_everyone_who_may_use_the_system_is_told() {
    later("interception", &["controller_consent", "operator", "own_system", "visitors", "interception_letters"]);
    let ladder = judged(&with("visitors = \"a sign at the door and the guest Wi-Fi's page\"\n", ""), DAY);
    let why = ladder.unmet().next().unwrap();
    assert_eq!((why.code, why.laws), ("visitors", [11_u8, 21].as_slice()));
    assert!(why.source.starts_with(crate::REGULATIONS_2018), "{}", why.source);
}

#[test]
fn law_8_a_high_risk_or_no_word_of_the_people_measured_keeps_kinds_of_site_back() {
    check(&with("\"low\"", "\"high\""), DAY, Mode::Nothing, &["residual_risk"]);
    check(&with("\"low\"", "\"medium\""), DAY, Mode::Categories, &[]);
    let unasked = with("consultation = \"all staff and councillors, January 2026\"\n", "");
    check(&unasked, DAY, Mode::Totals, &["consultation"]);
}

#[test]
fn law_15_no_class_is_kept_without_end() {
    for class in ["usage_days = 62", "links_days = 400", "raw_days = 7", "security_days = 30", "reports_months = 24"] {
        let key = class.split(' ').next().unwrap();
        for bad in ["0", "-1", "9223372036854775807"] {
            check(&with(class, &format!("{key} = {bad}")), DAY, Mode::Totals, &[key]);
        }
        check(&with(&format!("{class}\n"), ""), DAY, Mode::Totals, &[key]);
    }
}

#[test]
fn law_20_there_is_a_way_to_complain() {
    check(&with("complaints = \"the clerk, clerk@parish.example\"\n", ""), DAY, Mode::Totals, &["complaints"]);
    let ladder = judged(WHOLE, DAY);
    let complaints = ladder.requirements.iter().find(|r| r.code == "complaints").unwrap();
    assert!(complaints.source.contains("section 164A") && complaints.source.contains("30 days"));
}

#[test]
fn law_29_who_runs_it_for_the_council_is_named() {
    let operator = "operator = \"Example IT, agreement of January 2026\"\n";
    check(&with(operator, ""), DAY, Mode::Totals, &["operator"]);
}

#[test]
fn law_12_each_purpose_has_a_letter_and_national_security_is_nobodys() {
    let ladder = judged(&with("cost = \"a\"", "cost = \"d\""), DAY);
    assert!(ladder.unmet().any(|r| r.what.contains("national security")));
}

/// Which rows of the law table a whole assessment is asked about.
#[test]
fn every_requirement_names_its_rows_and_its_source() {
    let ladder = judged(WHOLE, DAY);
    let mut rows: Vec<u8> = ladder.requirements.iter().flat_map(|r| r.laws).copied().collect();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows, [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 20, 21, 26, 28, 29, 33]);
    let codes: std::collections::BTreeSet<&str> = ladder.requirements.iter().map(|r| r.code).collect();
    assert_eq!(codes.len(), ladder.requirements.len(), "codes are unique");
    // The regulator changes its name: it stands in configuration, with a date.
    assert!(ladder.requirements.iter().all(|r| !r.source.contains("Commission") && !r.next.contains("Commission")));
    let title = crate::REGULATIONS_2018;
    assert!(ladder.requirements.iter().filter(|r| r.source.contains("2018 (SI")).all(|r| r.source.starts_with(title)));
    assert!(!title.contains("Councils") && title.contains("Businesses etc."));
}

#[test]
fn sources_and_outputs_are_listed_by_name() {
    let text = with("[\"summary\"]", "[\"summary\", \"device-volumes\"]").replace("\"leases\"]", "\"packet-capture\"]");
    let a = Assessment::parse(&text).unwrap();
    assert!(a.lists_output("device-volumes") && a.lists_source("packet-capture"));
    assert!(!a.lists_source("shared-resolver") && !a.lists_output("schedule"));
}
