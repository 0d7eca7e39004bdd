//! The equipment schedule: its data against `docs/schedule.schema.json`, its pages as a stranger reads them.

use gate::{
    Allowance, Assessment, Candidate, Contributor, History, IssuedFacts, MonthFacts, People, Policy, TaxonomyId,
};
use jiff::civil::date;
use model::PersonKey;
use reports::schedule::{Figure, Schedule, Volume};
use reports::{Facts, schedule_from_json, schedule_json, schedule_pages};
use serde_json::{Value, json as value};

use crate::support::page::read;

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
sources = ["flows", "dns"]
outputs = ["summary", "schedule", "device-volumes"]
mode = "categories"
complaints = "the clerk, clerk@parish.example"
notice = { version = "2", date = 2026-02-10, web = true }
retention = { usage_days = 62, links_days = 400, raw_days = 7, security_days = 30, reports_months = 24 }
recipients = [{ role = "clerk", document = "summary" }, { role = "clerk", document = "schedule" }, { role = "chair of finance", document = "schedule" }]
"#;

pub(crate) fn part(asset: &str, holder: &str, home: u64) -> IssuedFacts {
    IssuedFacts {
        asset: asset.to_owned(),
        holder: (!holder.is_empty()).then(|| holder.to_owned()),
        link: "dongle".to_owned(),
        start: date(2026, 2, 15),
        end: date(2026, 3, 14),
        home_octets: Some(home),
        abroad_octets: Some(0),
        home_pence: 1_500,
        abroad_pence: 0,
        allowance: Some(Allowance { octets: 20 * GB, used: home }),
        forecast: None,
    }
}

/// A month with these parts, and bands of three devices.
pub(crate) fn made(parts: &[IssuedFacts]) -> Schedule {
    let mut candidate = Candidate::new(MonthFacts {
        authority: "example".to_owned(),
        name: "Example Council".to_owned(),
        month: "2026-03".parse().unwrap(),
        people: People { full_month: 1, ..People::default() },
        links: vec![],
        missing_nights: vec![date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 21)],
        coverage_min_per_10k: 0,
        taxonomy: TaxonomyId { version: "1".to_owned(), sha256: String::new() },
        policy: Policy::default(),
    });
    parts.iter().for_each(|p| candidate.issued(p.clone()));
    let who = Contributor::person(PersonKey(1), true, false);
    candidate.device("A-1", who, 60 * GB);
    candidate.device("A-2", who, 0);
    candidate.device_unmeasured("A-3");
    let assessment = Assessment::parse(ASSESSMENT).unwrap();
    let released = gate::release(candidate, Some(&assessment), date(2026, 4, 3), &History::default()).unwrap();
    let facts = Facts {
        software: "tithing 0.1.0".to_owned(),
        checkpoint: "ab".repeat(32),
        complaints: "Write to the clerk".to_owned(),
        ..Facts::default()
    };
    Schedule::new(&released, &facts).unwrap()
}

/// Two holders of whom one has two assets, one handed over, one running and abroad, one that nobody held.
fn whole() -> Schedule {
    let dated = |p: IssuedFacts, start, end| IssuedFacts { start, end, ..p };
    made(&[
        part("A-901", "p", 2_100 * 1_000_000),
        IssuedFacts { abroad_octets: Some(1), abroad_pence: 499, ..part("A-902", "p", 5 * GB) },
        dated(part("A-903", "p", GB), date(2026, 2, 15), date(2026, 2, 28)),
        dated(part("A-903", "q", 3 * GB), date(2026, 3, 1), date(2026, 3, 14)),
        IssuedFacts {
            forecast: Some(1_750),
            ..dated(part("A-904", "q", 7 * GB), date(2026, 3, 15), date(2026, 4, 14))
        },
        IssuedFacts { home_octets: None, abroad_octets: None, allowance: None, ..part("A-905", "", 0) },
    ])
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/schedule.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn data(schedule: &Schedule) -> Value {
    serde_json::from_str(&schedule_json(schedule)).unwrap()
}

#[test]
fn schedules_are_valid_and_read_back() {
    let plain = made(&[]);
    assert_eq!((plain.lines.len(), plain.device_volumes.len()), (0, 3));
    for schedule in [whole(), plain] {
        let errors: Vec<String> = validator().iter_errors(&data(&schedule)).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let again = schedule_from_json(&schedule_json(&schedule)).unwrap();
        assert_eq!(again, schedule);
        assert_eq!(schedule_pages(&again), schedule_pages(&schedule));
    }
    let found = data(&whole());
    let line = value!({
        "asset": "A-901", "cycle_start": "2026-02-15", "cycle_end": "2026-03-14", "bytes": 2_100_000_000_u64,
        "cost": 1_500, "allowance_used": 11, "place": "uk", "forecast": { "symbol": "z" },
    });
    assert_eq!(found["lines"][0], line);
    let bands = value!([
        { "asset": "A-1", "band": "50-200" }, { "asset": "A-2", "band": "0-1" },
        { "asset": "A-3", "band": { "symbol": "z" } },
    ]);
    assert_eq!(found["device_volumes"], bands);
    // A-903 was two people's: p has a page already, q's first asset is A-903.
    let pages = value!([
        { "file": "schedule-A-901.html", "lines": [0, 1, 2, 3] }, { "file": "schedule-A-903.html", "lines": [4, 5] },
        { "file": null, "lines": [6] },
    ]);
    assert_eq!(found["pages"], pages);
}

#[test]
fn guarantee_26_the_schema_has_the_listed_fields_alone() {
    let refused = |pointer: &str, to: Value| {
        let mut document = data(&whole());
        assert!(validator().is_valid(&document));
        match document.pointer_mut(pointer) {
            Some(place) => *place = to,
            None => {
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
                parent.insert(key.to_owned(), to);
            }
        }
        assert!(!validator().is_valid(&document), "{pointer}");
        assert!(schedule_from_json(&document.to_string()).is_err(), "{pointer}");
    };
    for more in ["category", "domain", "hour", "rank", "person", "holder", "link", "flows", "minutes"] {
        refused(&format!("/lines/0/{more}"), value!("a"));
        refused(&format!("/device_volumes/0/{more}"), value!("a"));
        refused(&format!("/pages/0/{more}"), value!("a"));
        refused(&format!("/{more}"), value!("a"));
    }
    refused("/lines/0/bytes", value!(2_050_000_000_u64));
    refused("/lines/0/bytes", value!(-100_000_000));
    refused("/lines/0/cost", value!(15.5));
    refused("/lines/0/place", value!("FR"));
    refused("/lines/0/forecast", value!({ "symbol": "q" }));
    refused("/device_volumes/0/band", value!("60-70"));
    refused("/device_volumes/0/band", value!(60_000_000_000_u64));
    refused("/audience", value!("public"));
    refused("/schema", value!("tithing.schedule/2"));
    refused("/month", value!("2026-13"));
    for name in ["../schedule-A.html", "schedule-.html", "schedule-A/B.html", "summary.html"] {
        refused("/pages/0/file", value!(name));
    }
}

#[test]
fn what_the_types_do_not_hold_is_refused_with_its_reason() {
    let check = |change: &dyn Fn(&mut Schedule), code: &str| {
        let mut schedule = whole();
        change(&mut schedule);
        assert_eq!(schedule_from_json(&schedule_json(&schedule)).unwrap_err().code(), code);
    };
    check(&|s| s.lines[1].bytes = Figure::Number(1), "schedule_unrounded");
    check(&|s| s.pages[1].lines = vec![3], "schedule_pages");
    check(&|s| drop(s.pages.pop()), "schedule_pages");
    check(&|s| s.pages[1].file = s.pages[0].file.clone(), "schedule_file");
    check(&|s| s.symbols.clear(), "schedule_unexplained");
    assert_eq!(schedule_from_json("{}").unwrap_err().code(), "schedule_shape");
}

#[test]
fn a_page_shows_its_holders_lines_alone() {
    let pages = schedule_pages(&whole());
    let names: Vec<&str> = pages.holders.iter().map(|(n, _)| n.as_str()).collect();
    assert_eq!(names, ["schedule-A-901.html", "schedule-A-903.html"]);
    let (first, second) = (&pages.holders[0].1, &pages.holders[1].1);
    let check = |page: &str, has: &[&str], lacks: &[&str]| {
        has.iter().for_each(|t| assert!(page.contains(t), "'{t}' is wanted"));
        lacks.iter().for_each(|t| assert!(!page.contains(t), "'{t}' stands there"));
    };
    let p = ["A-901", "A-902", "A-903", "28 Feb 2026", "4.99", ">2.1<", ">Abroad<"];
    let q = ["A-904", ">1 Mar</span> to", "17.50", ">7.0<"];
    check(first, &p, &[&q[..], &["A-905", "A-1<", "50 to 200 GB"]].concat());
    check(second, &[&q[..], &["A-903"]].concat(), &["A-901", "A-902", "28 Feb", "4.99", "A-905", "50 to 200 GB"]);
    check(
        &pages.all,
        &[
            &p[..],
            &q[..],
            &[
                "A-905",
                "50 to 200 GB",
                "Under 1 GB",
                "For <span data-source=\"recipients\">the clerk and the chair of finance</span> alone",
            ],
        ]
        .concat(),
        &[],
    );
    check(&pages.all, &["7 March 2026, 8 March 2026 and 21 March 2026"], &[]);
    assert_eq!(pages.all.matches("class=\"sheet\"").count(), 4);
    // Each further sheet of paper says of whom and of what it is.
    assert_eq!(pages.all.matches("class=\"running\"").count(), 3);
    for page in [first, second, &pages.all] {
        assert!(page.matches("Not for publication.").count() >= 3, "at the top, on each sheet and below");
    }
}

#[test]
fn a_page_about_one_asset_names_it_above_and_not_in_each_line() {
    let pages = schedule_pages(&made(&[part("A-901", "p", GB), part("A-902", "p", GB), part("A-903", "q", GB)]));
    let heads = |page: &str| {
        let rows = page.split("scope=\"row\"").skip(1).map(|r| r.split("</th>").next().unwrap().to_owned());
        rows.filter(|r| r.contains("cycle_start")).collect::<Vec<_>>()
    };
    let (two, one) = (heads(&pages.holders[0].1), heads(&pages.holders[1].1));
    assert_eq!((two.len(), one.len()), (2, 1));
    assert!(two[0].contains("A-901") && two[1].contains("A-902"), "{two:?}");
    assert!(!one[0].contains("A-903") && one[0].contains(">15 Feb<") && one[0].contains(">14 Mar 2026<"), "{one:?}");
    assert!(
        pages.holders[1].1.contains("Asset <span data-source=\"lines/asset\">A-903</span>")
            && pages.holders[1].1.contains("Bills of A-903, with VAT")
    );
    // A list on a phone is a table to a screen reader all the same.
    let (_, tags) = read(&pages.all);
    for (tag, role) in [("table", "table"), ("tr", "row"), ("td", "cell"), ("thead", "rowgroup"), ("tbody", "rowgroup")]
    {
        assert!(tags.iter().filter(|t| t.name == tag).all(|t| t.get("role") == Some(role)), "{tag}");
    }
    let head = |t: &&crate::support::page::Tag| t.name == "th";
    assert!(tags.iter().filter(head).all(|t| matches!(t.get("role"), Some("columnheader" | "rowheader"))));
    assert!(tags.iter().filter(|t| t.name == "td").all(|t| t.get("data-head").is_some_and(|h| !h.is_empty())));
}

#[test]
fn pages_hold_as_the_summary_does() {
    let pages = schedule_pages(&whole());
    let drawn = pages.holders.iter().map(|(_, p)| p).chain([&pages.all]);
    for page in drawn {
        for word in ["http:", "https:", "src=", "@import", "url(", "<script", "<link", "<iframe", "<form"] {
            assert!(!page.contains(word), "{word}");
        }
        let (pieces, tags) = read(page);
        let count = |n: &str| tags.iter().filter(|t| t.name == n).count();
        let (tables, cells) = (count("table"), count("td") + count("th"));
        assert_eq!((count("thead"), count("caption"), count("h1"), count("main")), (tables, tables, 1, 1));
        assert!(tags.iter().filter(|t| t.name == "th").all(|t| t.get("scope").is_some()));
        let filled = pieces.iter().filter(|p| p.path.iter().any(|e| e == "td" || e == "th")).count();
        assert!(filled >= cells, "{filled} texts in {cells} cells");
        for table in page.split("<table ").skip(1) {
            let table = &table[..table.find("</table>").unwrap()];
            let id = table.strip_prefix("id=\"table-").unwrap().split('"').next().unwrap();
            let head = page.split(&format!("<p class=\"signs\" id=\"{id}-signs\">")).nth(1).unwrap_or_default();
            let signs = head.split("</p>").next().unwrap_or_default();
            for sign in ["[x]", "[z]"] {
                assert_eq!(table.contains(sign), signs.contains(&format!("<b>{sign}</b> means ")), "{sign} at {id}");
            }
        }
    }
}

#[test]
fn hostile_asset_numbers_stay_in_their_place() {
    let evil = "../</style><script>alert(1)</script>\"' onload=x";
    let schedule = made(&[part(evil, "p", GB), part("A/1", "q", GB), part("A 1", "r", GB), part("a_1", "s", GB)]);
    let pages = schedule_pages(&schedule);
    // Four people, four files, none outside its folder, none that a system blind to capitals takes for another. The order is
    // that of asset numbers: "../", "A 1", "A/1", "a_1".
    let names: Vec<&str> = pages.holders.iter().map(|(n, _)| n.as_str()).collect();
    assert!(names[0].starts_with("schedule-_____style__script_"), "{names:?}");
    let expected = ["schedule-A_1.html", "schedule-A_1-from-2026-02-15.html", "schedule-a_1-from-2026-02-15-2.html"];
    assert_eq!(names[1..], expected);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    assert!(names.iter().all(|n| n.strip_suffix(".html").is_some_and(|n| n.chars().all(plain))), "{names:?}");
    assert_eq!(schedule_from_json(&schedule_json(&schedule)).unwrap(), schedule);
    for page in pages.holders.iter().map(|(_, p)| p).chain([&pages.all]) {
        assert!(!page.contains("<script") && page.matches("</style>").count() == 1);
        let (_, tags) = read(page);
        assert!(tags.iter().all(|t| t.get("onload").is_none() && t.get("src").is_none()));
    }
    assert!(matches!(schedule.device_volumes[2].band, Volume::Symbol(_)));
}
