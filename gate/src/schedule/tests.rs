//! Schedules worked out by hand, what the assessment must say for one, and what it tells beside the summary.

use jiff::civil::date;
use model::{CategoryId, PersonKey, Taxonomy};

use super::*;
use crate::{
    AccountingFacts, Amount, CellKey, CostLine, CostSource, History, LinkFacts, Measure, MonthFacts, People, Policy,
    Released, TaxonomyId, judge, release,
};

pub(crate) const ASSESSMENT: &str = r#"
version = "3"
signed_by = "Chair of the council"
signed_on = 2026-02-01
review_due = 2027-02-01
purposes = ["policy", "operations", "cost"]
basis = "legitimate-interests"
balancing_test = "minute 12/2026"
consultation = "all staff, January 2026"
residual_risk = "low"
sources = ["flows", "dns"]
outputs = ["summary", "schedule", "device-volumes"]
mode = "categories"
complaints = "the clerk"
notice = { version = "2", date = 2026-02-10, web = true }
retention = { usage_days = 62, links_days = 400, raw_days = 7, security_days = 30, reports_months = 24 }
recipients = [{ role = "clerk", document = "summary" }, { role = "clerk", document = "schedule" }]
"#;

const MB: u64 = 1_000_000;
const START: Date = date(2026, 2, 15);
const END: Date = date(2026, 3, 14);
const NOW: Date = date(2026, 4, 3);

fn part(asset: &str, holder: &str, home: u64) -> IssuedFacts {
    IssuedFacts {
        asset: asset.to_owned(),
        holder: (!holder.is_empty()).then(|| holder.to_owned()),
        link: format!("link-of-{asset}"),
        start: START,
        end: END,
        home_octets: Some(home),
        abroad_octets: Some(0),
        home_pence: 1_500,
        abroad_pence: 0,
        allowance: Some(Allowance { octets: 20 * GB, used: home }),
        forecast: None,
    }
}

fn figure(cell: &Cell) -> String {
    match cell {
        Cell::Shown { value, .. } => value.to_string(),
        Cell::Symbol(symbol) => format!("[{}]", symbol.as_str()),
    }
}

/// A line as `asset start..end bytes-in-MB cost allowance place forecast`.
fn text(line: &ScheduleLine) -> String {
    let bytes = line.bytes.value().map_or_else(|| figure(&line.bytes), |n| (n / 1_000_000).to_string());
    let (used, place, forecast) = (figure(&line.allowance_used), line.place.as_str(), figure(&line.forecast));
    format!("{} {}..{} {bytes} {} {used} {place} {forecast}", line.asset, line.cycle_start, line.cycle_end, line.cost)
}

/// What parts come to: each line, and the places of the lines on each page, `-` before a page of nobody.
fn check(parts: &[IssuedFacts], lines: &[&str], pages: &[&str]) {
    let mut turned = parts.to_vec();
    turned.reverse();
    for parts in [parts, &turned] {
        let (found, grouped) = lines_and_pages(parts);
        assert_eq!(found.iter().map(text).collect::<Vec<_>>(), lines);
        let page = |p: &SchedulePage| format!("{}{:?}", if p.held { "" } else { "-" }, p.lines);
        assert_eq!(grouped.iter().map(page).collect::<Vec<_>>(), pages);
    }
}

#[test]
fn octets_are_rounded_up_to_a_hundred_megabytes() {
    let round = |octets: u64, mb: i64, percent: i64| {
        // Of 20 GB, 100 MB are half a percent, and so one.
        check(
            &[part("A-1", "p", octets)],
            &[&format!("A-1 2026-02-15..2026-03-14 {mb} 1500 {percent} uk [z]")],
            &["[0]"],
        );
    };
    round(0, 0, 0);
    round(1, 100, 1);
    round(100 * MB - 1, 100, 1);
    round(100 * MB, 100, 1);
    round(100 * MB + 1, 200, 1);
    round(201 * MB, 300, 2);
    round(19_900 * MB + 1, 20_000, 100);
    round(20 * GB, 20_000, 100);
    round(25 * GB, 25_000, 125);
}

#[test]
fn a_small_allowance_tells_no_more_than_the_octets() {
    let of_gig = |home| IssuedFacts { allowance: Some(Allowance { octets: GB, used: home }), ..part("A-1", "p", home) };
    // 310 and 399 MB of 1 GB: both are at most 400, and 40 %.
    for home in [310 * MB, 399 * MB] {
        check(&[of_gig(home)], &["A-1 2026-02-15..2026-03-14 400 1500 40 uk [z]"], &["[0]"]);
    }
    // No limit, and a bundle of nothing.
    let plain = IssuedFacts { allowance: None, ..part("A-1", "p", GB) };
    let empty = IssuedFacts { allowance: Some(Allowance { octets: 0, used: GB }), ..plain.clone() };
    for none in [plain, empty] {
        check(&[none], &["A-1 2026-02-15..2026-03-14 1000 1500 [z] uk [z]"], &["[0]"]);
    }
}

#[test]
fn use_abroad_has_a_line_of_its_own() {
    let trip = IssuedFacts { abroad_octets: Some(310 * MB), abroad_pence: 499, ..part("A-1", "p", 5 * GB) };
    check(
        std::slice::from_ref(&trip),
        &["A-1 2026-02-15..2026-03-14 5000 1500 25 uk [z]", "A-1 2026-02-15..2026-03-14 400 499 [z] abroad [z]"],
        &["[0, 1]"],
    );
    // A pass that was bought and not used; use that cost nothing.
    let line = |octets, pence| IssuedFacts { abroad_octets: Some(octets), abroad_pence: pence, ..trip.clone() };
    check(
        &[line(0, 250)],
        &["A-1 2026-02-15..2026-03-14 5000 1500 25 uk [z]", "A-1 2026-02-15..2026-03-14 0 250 [z] abroad [z]"],
        &["[0, 1]"],
    );
    check(
        &[line(1, 0)],
        &["A-1 2026-02-15..2026-03-14 5000 1500 25 uk [z]", "A-1 2026-02-15..2026-03-14 100 0 [z] abroad [z]"],
        &["[0, 1]"],
    );
}

#[test]
fn an_unfinished_cycle_is_a_forecast() {
    let running = IssuedFacts { forecast: Some(1_750), ..part("A-1", "p", 15 * GB) };
    check(std::slice::from_ref(&running), &["A-1 2026-02-15..2026-03-14 15000 1500 75 uk 1750"], &["[0]"]);
    let trip = IssuedFacts { abroad_octets: Some(MB), abroad_pence: 250, ..running };
    check(
        &[trip],
        &["A-1 2026-02-15..2026-03-14 15000 1500 75 uk 1750", "A-1 2026-02-15..2026-03-14 100 250 [z] abroad 250"],
        &["[0, 1]"],
    );
}

#[test]
fn what_nothing_measured_is_said_to_be_so() {
    let dark = IssuedFacts { home_octets: None, abroad_octets: None, ..part("A-1", "p", 0) };
    check(&[dark], &["A-1 2026-02-15..2026-03-14 [x] 1500 [x] uk [z]"], &["[0]"]);
}

#[test]
fn lines_stand_by_asset_and_pages_by_holder() {
    // The largest last, the smallest in the middle: order says nothing. A-1 and A-3 are one person's.
    check(
        &[part("A-1", "p", 5 * GB), part("A-2", "q", MB), part("A-3", "p", 19 * GB)],
        &[
            "A-1 2026-02-15..2026-03-14 5000 1500 25 uk [z]",
            "A-2 2026-02-15..2026-03-14 100 1500 1 uk [z]",
            "A-3 2026-02-15..2026-03-14 19000 1500 95 uk [z]",
        ],
        &["[0, 2]", "[1]"],
    );
}

#[test]
fn a_link_handed_over_has_a_line_for_each_holder() {
    let dated = |holder: &str, start, end, home| IssuedFacts { start, end, ..part("A-1", holder, home) };
    let first = dated("p", START, date(2026, 2, 28), 2 * GB);
    let nobody = dated("", date(2026, 3, 1), date(2026, 3, 3), 0);
    let second = dated("q", date(2026, 3, 4), END, GB);
    check(
        &[first, nobody, second],
        &[
            "A-1 2026-02-15..2026-02-28 2000 1500 10 uk [z]",
            "A-1 2026-03-01..2026-03-03 0 1500 0 uk [z]",
            "A-1 2026-03-04..2026-03-14 1000 1500 5 uk [z]",
        ],
        &["[0]", "-[1]", "[2]"],
    );
    // Nobody's are not one person's: each asset has a page.
    check(
        &[part("A-1", "", MB), part("A-2", "", MB)],
        &["A-1 2026-02-15..2026-03-14 100 1500 1 uk [z]", "A-2 2026-02-15..2026-03-14 100 1500 1 uk [z]"],
        &["-[0]", "-[1]"],
    );
}

#[test]
fn bands_are_wide_and_leave_no_hole() {
    for (octets, word) in [
        (0, "0-1"),
        (GB - 1, "0-1"),
        (GB, "1-10"),
        (10 * GB - 1, "1-10"),
        (10 * GB, "10-50"),
        (50 * GB - 1, "10-50"),
        (50 * GB, "50-200"),
        (200 * GB, "50-200"),
        (200 * GB + 1, "200-"),
        (u64::MAX, "200-"),
    ] {
        assert_eq!(Band::of(octets).as_str(), word, "{octets}");
    }
    for pair in Band::ALL.windows(2) {
        assert_eq!(pair[0].bounds().1.map(|n| n + 1), Some(pair[1].bounds().0));
    }
}

// ---- what the assessment must say ----------------------------------------------------------------------------------

fn council(assessment: &str) -> (Option<ReleasedSchedule>, ScheduleScope) {
    let mut candidate = empty(People { full_month: 1, ..People::default() });
    candidate.issued(part("A-9", "p", GB));
    candidate.device("A-1", Contributor::person(PersonKey(1), true, false), 3 * GB);
    candidate.device("A-1", Contributor::person(PersonKey(2), false, false), 8 * GB);
    candidate.device("A-2", Contributor::person(PersonKey(2), false, false), 0);
    candidate.device_unmeasured("A-3");
    // The register cannot take back what was measured.
    candidate.device_unmeasured("A-1");
    let assessment = Assessment::parse(assessment).unwrap();
    let scope = schedule_scope(Some(&assessment), &judge(Some(&assessment), NOW));
    let released = release(candidate, Some(&assessment), NOW, &History::default()).unwrap();
    (released.schedule().cloned(), scope)
}

fn empty(people: People) -> Candidate {
    let link = |id: &str, holder: Option<&str>| LinkFacts {
        id: id.to_owned(),
        label: id.to_owned(),
        holder: holder.map(str::to_owned),
    };
    Candidate::new(MonthFacts {
        authority: "example".to_owned(),
        name: "Example".to_owned(),
        month: "2026-03".parse().unwrap(),
        people,
        links: vec![link("office", None), link("dongle-1", Some("p"))],
        missing_nights: vec![date(2026, 3, 7)],
        coverage_min_per_10k: 0,
        taxonomy: TaxonomyId { version: "1".to_owned(), sha256: String::new() },
        policy: Policy::default(),
    })
}

fn with(line: &str, by: &str) -> String {
    assert!(ASSESSMENT.contains(line), "{line}");
    ASSESSMENT.replacen(line, by, 1)
}

#[test]
fn guarantee_26_only_what_the_assessment_lists_is_made() {
    let (schedule, scope) = council(ASSESSMENT);
    let schedule = schedule.unwrap();
    assert_eq!((schedule.lines().len(), schedule.bands(), scope.bands), (1, BandState::Shown, Ok(())));
    let bands: Vec<_> = schedule.devices().iter().map(|d| (d.asset.as_str(), d.band)).collect();
    // 3 and 8 GB on one device that two people had in turn.
    assert_eq!(bands, [("A-1", Some(Band::From10)), ("A-2", Some(Band::Under1)), ("A-3", None)]);
    assert_eq!(
        (schedule.recipients(), schedule.missing_nights()),
        (&["clerk".to_owned()][..], &[date(2026, 3, 7)][..])
    );
    // Lines, and no bands.
    for (line, by, why) in [
        (", \"device-volumes\"", "", "device-volumes"),
        ("\"operations\", ", "", "operations"),
        ("\"categories\"", "\"totals\"", "only totals"),
        ("web = true", "web = false", "only totals"),
    ] {
        let (schedule, scope) = council(&with(line, by));
        let schedule = schedule.unwrap();
        assert_eq!((schedule.lines().len(), schedule.bands(), schedule.devices().len()), (1, BandState::NotAsked, 0));
        assert!(scope.lines.is_ok() && scope.bands.as_ref().unwrap_err().contains(why), "{scope:?}");
    }
    // Nothing.
    for (line, by, why) in [
        ("\"schedule\", ", "", "`outputs` does not list"),
        (", \"cost\"]", "]", "`purposes` does not list"),
        ("{ role = \"clerk\", document = \"schedule\" }", "", "nobody is named"),
        (
            "{ role = \"clerk\", document = \"schedule\" }",
            "{ role = \" \", document = \"schedule\" }",
            "nobody is named",
        ),
        ("residual_risk = \"low\"", "residual_risk = \"high\"", "allows nothing"),
    ] {
        let (schedule, scope) = council(&with(line, by));
        assert!(schedule.is_none() && scope.lines.as_ref().unwrap_err().contains(why), "{scope:?}");
        assert!(scope.bands.is_err());
    }
    let none = schedule_scope(None, &judge(None, NOW));
    assert!(none.lines.is_err() && none.bands.is_err());
}

#[test]
fn bands_are_withheld_together_and_nothing_makes_no_schedule() {
    let assessment = Assessment::parse(ASSESSMENT).unwrap();
    let ladder = judge(Some(&assessment), NOW);
    let mut candidate = empty(People::default());
    assert_eq!(make(&candidate, Some(&assessment), &ladder, true), None);
    candidate.device("A-1", Contributor::person(PersonKey(1), true, false), GB);
    candidate.device_unmeasured("A-2");
    let made = |allowed| make(&candidate, Some(&assessment), &ladder, allowed).unwrap();
    assert_eq!((made(true).bands(), made(true).devices().len()), (BandState::Shown, 2));
    assert_eq!((made(false).bands(), made(false).devices().len()), (BandState::Withheld, 0));
}

#[test]
fn nothing_prints_a_holder() {
    let facts = part("A-1", "a person", GB);
    assert!(!format!("{facts:?}").contains("a person"));
    let mut candidate = empty(People::default());
    candidate.issued(facts);
    let assessment = Assessment::parse(ASSESSMENT).unwrap();
    let made = make(&candidate, Some(&assessment), &judge(Some(&assessment), NOW), true);
    assert!(!format!("{made:?}").contains("a person"));
}

mod beside_the_summary;
