//! From a candidate through the gate to a document: the whole way that a month takes.

use std::collections::BTreeMap;

use gate::{
    AccountingFacts, Amount, Assessment, Candidate, CellKey, Contributor, CostLine, CostSource, CoverageFacts, History,
    LinkFacts, Measure, MonthFacts, People, Policy, TaxonomyId,
};
use model::{PersonKey, Taxonomy, TimeClass};
use reports::document::{Audience, Cell, Money, Status, Tier};
use reports::{Document, Facts, from_json, html, json};

use crate::{numbers, schema};

const GB: u64 = 1_000_000_000;

const ASSESSMENT: &str = r#"
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

fn date(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

/// A council of equal people: each uses 10 GB of office services (6 of them in working hours) and 4 GB of other use.
fn candidate(people: u32) -> Candidate {
    let link = |id: &str, label: &str| LinkFacts { id: id.to_owned(), label: label.to_owned(), holder: None };
    let mut candidate = Candidate::new(MonthFacts {
        authority: "example".to_owned(),
        name: "Example Council".to_owned(),
        month: "2026-03".parse().unwrap(),
        people: People { full_month: people, with_hours: people, unmonitored: 0 },
        links: vec![link("office", "Office broadband")],
        missing_nights: Vec::new(),
        coverage_min_per_10k: 9_500,
        taxonomy: TaxonomyId { version: "2026-27.1".to_owned(), sha256: "00".repeat(32) },
        policy: Policy::default(),
    });
    for person in 0..people {
        contribute(&mut candidate, Contributor::person(PersonKey(i64::from(person)), true, true));
    }
    let all = u64::from(people) * 14 * GB;
    candidate.link_total("office", all);
    candidate.accounting(AccountingFacts { counted: all + 3 * GB, kept: all, excluded: 2 * GB, undecodable: GB });
    candidate.coverage(CoverageFacts { link: "office".to_owned(), days: 31, days_complete: 31, per_10k: 9_987 });
    candidate.cost(CostLine {
        link: "office".to_owned(),
        kind: "broadband".to_owned(),
        holder: None,
        cycle_start: date("2026-03-01"),
        cycle_end: date("2026-03-31"),
        fixed: 3_600,
        usage: 0,
        abroad: 0,
        budget: Some(4_000),
        source: CostSource::Tariff,
        forecast: false,
    });
    candidate
}

fn contribute(candidate: &mut Candidate, who: Contributor) {
    let cell = |category, class, measure| CellKey { category, class, measure };
    for (kind, core, rest) in [("office", 6, 4), ("other", 2, 2)] {
        let kind = Taxonomy::find(kind);
        for (class, gb) in [(TimeClass::Core, core), (TimeClass::Outside, rest)] {
            candidate.contribute(cell(kind, Some(class), Measure::Volume), who, Amount(gb * GB));
            candidate.contribute(cell(None, Some(class), Measure::Volume), who, Amount(gb * GB));
        }
        candidate.contribute(cell(kind, None, Measure::Volume), who, Amount((core + rest) * GB));
        candidate.contribute(cell(kind, None, Measure::Time), who, Amount(600));
        candidate.contribute(cell(kind, None, Measure::Days), who, Amount(10));
    }
    candidate.contribute(cell(None, None, Measure::Time), who, Amount(1_200));
    candidate.contribute(cell(None, None, Measure::Days), who, Amount(10));
    candidate.contribute_link("office", who, 14 * GB);
}

fn document(people: u32, assessment: &str) -> Document {
    let assessment = Assessment::parse(assessment).unwrap();
    let at = date("2026-04-03");
    let released = gate::release(candidate(people), Some(&assessment), at, &History::default()).unwrap();
    let facts = Facts {
        software: "tithing 0.1.0".to_owned(),
        checkpoint: "ab".repeat(32),
        test_clock: Some("2026-04-03T06:00:00Z".to_owned()),
        complaints: assessment.complaints().unwrap_or_default().to_owned(),
        sources: vec!["flows".to_owned(), "dns".to_owned()],
        ..Facts::default()
    };
    Document::new(&released, &facts)
}

/// Everything that holds of any document, and returns it.
fn check(people: u32, assessment: &str, tier: Tier, audience: Audience, tables: &[&str]) -> Document {
    let d = document(people, assessment);
    assert_eq!((d.people_tier, d.audience), (tier, audience), "{people}");
    assert_eq!(d.tables.iter().map(|t| t.id.as_str()).collect::<Vec<_>>(), tables, "{people}: {:?}", d.reasons);
    assert_eq!(from_json(&json(&d)).unwrap(), d);
    schema::valid("released", &d);
    numbers::check_page("released", &d);
    let page = html(&d);
    assert!(page.contains("Test clock."), "{people}");
    assert_eq!(page.contains("Not for publication."), audience == Audience::Restricted, "{people}");
    d
}

fn value(d: &Document, table: &str, row: &str, column: usize) -> Option<i64> {
    d.table(table)?.rows.iter().find(|r| r.id == row)?.cells.get(column).and_then(Cell::value)
}

#[test]
fn fourteen_people_have_every_table() {
    let tables = ["links", "use", "use-time", "use-days", "times", "crossed"];
    let d = check(14, ASSESSMENT, Tier::Crossed, Audience::Public, &tables);
    assert_eq!(d.status, Status::Complete);
    // 14 people of 10 GB, 600 minutes and 10 days; 196 GB in all is under 250, so the step is 1 GB.
    assert_eq!(value(&d, "use", "office", 0), Some(140));
    assert_eq!(value(&d, "use-time", "office", 0), Some(140));
    assert_eq!(value(&d, "use-days", "office", 0), Some(140));
    assert_eq!(value(&d, "use", "other", 0), Some(56));
    assert_eq!(value(&d, "crossed", "office", 0), Some(84));
    assert_eq!(value(&d, "crossed", "office", 1), Some(56));
    assert_eq!(value(&d, "use", "social", 0), None);
    assert_eq!(value(&d, "links", "office", 0), Some(196));
    let cost = d.costs.first().unwrap();
    assert_eq!((cost.fixed, &cost.total, cost.budget), (3_600, &Money::Pence(3_600), Some(4_000)));
    let coverage = d.coverage.first().unwrap();
    assert_eq!((coverage.days, coverage.days_complete, coverage.percent), (31, 31, 99));
    assert!(d.definitions.iter().any(|x| x.id == "social" && x.meaning.contains("YouTube")));
    assert_eq!(d.contact, "The clerk of Example Council");
}

#[test]
fn nine_people_have_no_crossed_table() {
    check(9, ASSESSMENT, Tier::OneWay, Audience::Public, &["links", "use", "use-time", "use-days", "times"]);
}

#[test]
fn six_people_have_neutral_rows_with_their_meaning() {
    let d = check(6, ASSESSMENT, Tier::Neutral, Audience::Public, &["links", "use", "use-time", "use-days"]);
    assert_eq!(value(&d, "use", "work-services", 0), Some(60));
    let work = d.definitions.iter().find(|x| x.id == "work-services").unwrap();
    assert!(work.meaning.contains("Government and public services; Council suppliers"), "{}", work.meaning);
}

#[test]
fn three_people_have_totals_and_one_sentence_why() {
    let mut d = check(3, ASSESSMENT, Tier::Totals, Audience::Restricted, &["links"]);
    d.add_up_year(&[], &BTreeMap::new());
    assert_eq!(value(&d, "links", "office", 0), Some(42));
    let page = html(&d);
    assert!(page.contains("Fewer than five people"));
    assert!(page.contains("This is not shown: there are too few people."));
    // One bill of the year is known: nobody can say that the year is within its budget.
    assert!(page.contains("What the bills come to so far"));
}

/// Bills of £36 a month from April 2025 to March 2026, of which those that `known` names are on record.
fn year(budget: i64, known: impl Fn(&str) -> bool) -> Document {
    let mut d = check(3, ASSESSMENT, Tier::Totals, Audience::Restricted, &["links"]);
    d.costs[0].budget = Some(budget);
    let months: Vec<model::Month> =
        std::iter::successors(Some("2025-04".parse().unwrap()), |m: &model::Month| Some(m.next())).take(11).collect();
    let earlier = months.into_iter().filter(|m| known(&m.to_string())).map(|month| {
        let mut earlier = d.clone();
        earlier.month = month.to_string();
        (earlier.costs[0].cycle_start, earlier.costs[0].cycle_end) = (month.first(), month.last());
        earlier
    });
    let earlier: Vec<Document> = earlier.collect();
    d.add_up_year(&earlier, &BTreeMap::new());
    d
}

/// A month in which nobody claimed has no bill, and is no gap.
#[test]
fn claims_are_added_up_over_months_without_any() {
    let check = |reported: &dyn Fn(&str) -> bool, spent, since: &str| {
        let mut d = check(3, ASSESSMENT, Tier::Totals, Audience::Restricted, &["links"]);
        let cost = &mut d.costs[0];
        (cost.source, cost.kind, cost.budget) =
            (reports::document::CostSource::Claims, "paid-wifi".to_owned(), Some(7_000));
        let months =
            std::iter::successors(Some("2025-04".parse().unwrap()), |m: &model::Month| Some(m.next())).take(11);
        let earlier: Vec<Document> = months
            .filter(|m| reported(&m.to_string()))
            .map(|month| {
                let mut earlier = d.clone();
                earlier.month = month.to_string();
                (earlier.costs[0].cycle_start, earlier.costs[0].cycle_end) = (month.first(), month.last());
                // Claims in April and in June alone.
                earlier.costs.retain(|_| ["2025-04", "2025-06"].contains(&earlier.month.as_str()));
                earlier
            })
            .collect();
        d.add_up_year(&earlier, &BTreeMap::new());
        assert_eq!((d.costs[0].spent, d.costs[0].spent_since), (Some(spent), Some(date(since))));
        assert_eq!(html(&d).contains("is over its budget"), spent > 7_000);
    };
    check(&|_| true, 10_800, "2025-04-01");
    check(&|m| m != "2025-05", 7_200, "2025-06-01");
    check(&|m| m != "2026-02", 3_600, "2026-03-01");
}

#[test]
fn a_year_is_added_up_back_to_the_last_bill_that_is_missing() {
    let check = |budget, known: &dyn Fn(&str) -> bool, spent, since: &str, has: &[&str], lacks: &[&str]| {
        let d = year(budget, known);
        assert_eq!((d.costs[0].spent, d.costs[0].spent_since), (Some(spent), Some(date(since))));
        let page = html(&d);
        has.iter().for_each(|text| assert!(page.contains(text), "{since}: {text}"));
        lacks.iter().for_each(|text| assert!(!page.contains(text), "{since}: {text}"));
    };
    let (within, partly) = ("The year’s bills are within budget", "begins later than April");
    check(50_000, &|_| true, 43_200, "2025-04-01", &[within, "within the year’s budget"], &[partly]);
    check(
        40_000,
        &|_| true,
        43_200,
        "2025-04-01",
        &["is over its budget", "over the year’s budget"],
        &[within, partly],
    );
    // December's is missing: January, February and March are left.
    let so_far = ["What the bills come to so far", "1 January 2026", "Its budget for the year is", partly];
    check(50_000, &|m| m != "2025-12", 10_800, "2026-01-01", &so_far, &[within, "within the year’s budget"]);
    // What is over its budget by a part of the year is over it.
    check(10_000, &|m| m != "2025-12", 10_800, "2026-01-01", &["is over its budget", partly], &[within]);
}

#[test]
fn a_notice_of_email_alone_gives_totals_and_says_so() {
    let d = check(14, &ASSESSMENT.replace("web = true", "web = false"), Tier::Totals, Audience::Restricted, &["links"]);
    assert_eq!(d.status, Status::Lowered);
    let page = html(&d);
    assert!(page.contains("does not cover use of the web"), "{:?}", d.reasons);
    assert!(page.contains("Which sites were used: no kinds of site are shown."));
    assert!(!page.contains("Name lookups") && page.contains("Router records"));
}

#[test]
fn an_unsigned_assessment_gives_a_page_without_figures() {
    let text = ASSESSMENT.replace("signed_by = \"Chair of the council\"\n", "");
    let d = check(14, &text, Tier::Totals, Audience::Restricted, &[]);
    assert_eq!((d.status, &d.accounting), (Status::Withheld, &None));
    assert!(html(&d).contains("Figures withheld."));
    assert_eq!((d.measured.len(), d.sources.len()), (1, 0));
}
