//! Months known by hand, written with the store and rolled up with the SQL files.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, date};
use model::{Account, CategoryId, DeviceKey, Evidence, LinkRow, Month, PersonKey, Taxonomy, TimeClass, Unit, UsageRow};
use proptest::prelude::*;
use store::{Footer, InputId, Store};

use super::*;

mod laws;

/// 2026-03-02T00:00:00Z in microseconds; the council's zone has no summer time yet.
const MIDNIGHT: i64 = 1_772_409_600_000_000;
const FIRST: Date = date(2026, 3, 2);

/// A row in few words: day, bucket, person (0: none), device, category, class, octets up and down, minute mask.
struct R(i64, i64, i64, i64, &'static str, TimeClass, i64, i64, i64);

fn row(r: &R) -> UsageRow {
    let unit = match (r.2, r.5) {
        (0, _) => Unit::Shared,
        (_, TimeClass::NotApplicable) => Unit::Councillor,
        _ => Unit::Employee,
    };
    UsageRow {
        local_date: day(r.0),
        bucket_start: MIDNIGHT + (r.0 * 96 + r.1) * 900_000_000,
        person: (r.2 != 0).then_some(PersonKey(r.2)),
        device: DeviceKey(r.3),
        unit,
        link: 0,
        category: category(r.4),
        time_class: r.5,
        evidence: Evidence::Exact,
        bytes_up: r.6,
        bytes_down: r.7,
        flows: 1,
        minute_mask: r.8,
        estimated: false,
    }
}

fn day(n: i64) -> Date {
    FIRST.checked_add(jiff::Span::new().days(n)).unwrap()
}

fn category(word: &str) -> CategoryId {
    Taxonomy::find(word).unwrap()
}

fn link_row(n: i64, link: u16, octets: i64, records: i64, lost: i64) -> LinkRow {
    LinkRow {
        local_date: day(n),
        bucket_start: MIDNIGHT + n * 96 * 900_000_000,
        link,
        bytes_up: 0,
        bytes_down: octets,
        flows: records,
        records,
        records_lost: lost,
        lookups: 5,
        servfail: 1,
        nxdomain: 2,
        unanswered: 3,
        delay_ms_median: None,
    }
}

fn ids() -> Vec<String> {
    vec!["office".to_owned(), "dongle-1".to_owned()]
}

/// Commits the rows of each day and returns the verified paths of both tables.
fn stored(root: &Path, usage: &[UsageRow], links: &[LinkRow]) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let store = Store::open(root, "ashby").unwrap();
    let mut days: BTreeMap<Date, (Vec<UsageRow>, Vec<LinkRow>)> = BTreeMap::new();
    for row in usage {
        days.entry(row.local_date).or_default().0.push(*row);
    }
    for row in links {
        days.entry(row.local_date).or_default().1.push(*row);
    }
    for (date, (usage, links)) in days {
        let kept = links.iter().map(|r| (r.bytes_up + r.bytes_down) as u64).sum();
        let mut account = Account { counted: kept, kept, ..Account::default() };
        let sum = usage.iter().map(|r| (r.bytes_up + r.bytes_down) as u64).sum();
        account.attributed.insert("exact".to_owned(), sum);
        let inputs = vec![InputId { sha256: [1; 32], length: 1 }];
        let footer = Footer { inputs, account, ..Footer::default() };
        store.commit(date, &ids(), &usage, &links, &footer).unwrap();
    }
    let month = Month::of(FIRST);
    (store.usage_paths(month).unwrap(), store.link_paths(month).unwrap())
}

fn rolled(usage: &[UsageRow], links: &[LinkRow]) -> Contributions {
    let dir = tempfile::tempdir().unwrap();
    let (usage, links) = stored(dir.path(), usage, links);
    contributions(&usage, &links).unwrap()
}

/// What one unit contributes to one cell; none where there is no such contribution.
fn amount(c: &Contributions, cat: Option<&str>, class: Option<TimeClass>, measure: Measure, who: Who) -> Option<u64> {
    let key = CellKey { category: cat.map(category), class, measure };
    let mut found = c.cells.iter().filter(|(k, w, _)| *k == key && *w == who).map(|(_, _, n)| *n);
    let first = found.next();
    assert_eq!(found.next(), None, "a cell has two rows for one unit");
    first
}

const P1: Who = Who::Person(PersonKey(1));
const P2: Who = Who::Person(PersonKey(2));
const KIOSK: Who = Who::Shared(DeviceKey(90));

use Measure::{Days, Time, Volume};
use TimeClass::{Core, Lunch, NotApplicable, Outside};

/// Two people and a kiosk over two days. Person 1, an employee, has two devices.
fn fortnight() -> Vec<UsageRow> {
    [
        // Both devices of person 1 in one bucket: minutes 0,1 and 1,2 make three.
        R(0, 40, 1, 11, "news", Core, 100, 900, 0b011),
        R(0, 40, 1, 12, "news", Core, 10, 90, 0b110),
        // The same bucket after the edge of lunch: minute 2 again, and minute 14.
        R(0, 40, 1, 11, "news", Lunch, 1, 9, 0b100_0000_0000_0100),
        // Another kind in the same minutes.
        R(0, 40, 1, 11, "social", Core, 5, 5, 0b011),
        // Another bucket, another day.
        R(1, 80, 1, 11, "news", Outside, 0, 1_000, 0b1),
        // Bytes without any active minute: no day, no time.
        R(2, 80, 1, 11, "games", Outside, 7, 0, 0),
        // A councillor has no time class.
        R(0, 40, 2, 20, "news", NotApplicable, 2, 2, 0b111_1111_1111_1111),
        R(1, 40, 2, 20, "news", NotApplicable, 2, 2, 0b1),
        // A kiosk of several people.
        R(0, 40, 0, 90, "news", NotApplicable, 50, 50, 0b1),
        R(0, 40, 0, 90, "other", NotApplicable, 0, 1, 0b10),
    ]
    .iter()
    .map(row)
    .collect()
}

#[test]
fn volume_by_kind_and_person() {
    let c = rolled(&fortnight(), &[]);
    assert_eq!(amount(&c, Some("news"), None, Volume, P1), Some(100 + 900 + 10 + 90 + 1 + 9 + 1_000));
    assert_eq!(amount(&c, Some("social"), None, Volume, P1), Some(10));
    assert_eq!(amount(&c, Some("games"), None, Volume, P1), Some(7));
    assert_eq!(amount(&c, Some("news"), None, Volume, P2), Some(8));
    assert_eq!(amount(&c, Some("social"), None, Volume, P2), None);
    assert_eq!(amount(&c, Some("news"), None, Volume, KIOSK), Some(100));
    assert_eq!(amount(&c, Some("other"), None, Volume, KIOSK), Some(1));
    assert_eq!(amount(&c, Some("news"), None, Volume, Who::Shared(DeviceKey(11))), None);
}

#[test]
fn minutes_are_unions() {
    let c = rolled(&fortnight(), &[]);
    // Minutes 0, 1, 2 and 14 of the first bucket, and one of the second.
    assert_eq!(amount(&c, Some("news"), None, Time, P1), Some(5));
    assert_eq!(amount(&c, Some("social"), None, Time, P1), Some(2));
    assert_eq!(amount(&c, Some("games"), None, Time, P1), None);
    // Of any kind: social's minutes are among those of news.
    assert_eq!(amount(&c, None, None, Time, P1), Some(5));
    assert_eq!(amount(&c, Some("news"), None, Time, P2), Some(16));
    assert_eq!(amount(&c, None, None, Time, KIOSK), Some(2));
}

#[test]
fn days_are_distinct_dates_with_an_active_minute() {
    let c = rolled(&fortnight(), &[]);
    assert_eq!(amount(&c, Some("news"), None, Days, P1), Some(2));
    assert_eq!(amount(&c, Some("social"), None, Days, P1), Some(1));
    assert_eq!(amount(&c, Some("games"), None, Days, P1), None);
    assert_eq!(amount(&c, None, None, Days, P1), Some(2));
    assert_eq!(amount(&c, None, None, Days, P2), Some(2));
    assert_eq!(amount(&c, None, None, Days, KIOSK), Some(1));
}

#[test]
fn time_classes_are_employees_alone() {
    let c = rolled(&fortnight(), &[]);
    assert_eq!(amount(&c, None, Some(Core), Volume, P1), Some(100 + 900 + 10 + 90 + 5 + 5));
    assert_eq!(amount(&c, None, Some(Lunch), Volume, P1), Some(10));
    assert_eq!(amount(&c, None, Some(Outside), Volume, P1), Some(1_007));
    assert_eq!(amount(&c, Some("news"), Some(Core), Volume, P1), Some(1_100));
    assert_eq!(amount(&c, Some("games"), Some(Outside), Volume, P1), Some(7));
    for who in [P2, KIOSK] {
        assert!(c.cells.iter().all(|(k, w, _)| *w != who || k.class.is_none()));
    }
    let times: u64 =
        c.cells.iter().filter(|(k, w, _)| *w == P1 && k.class.is_some() && k.category.is_none()).map(|x| x.2).sum();
    let kinds: u64 =
        c.cells.iter().filter(|(k, w, _)| *w == P1 && k.class.is_none() && k.measure == Volume).map(|x| x.2).sum();
    assert_eq!(times, kinds);
}

#[test]
fn links_are_everybodys_by_date() {
    let links = [link_row(0, 0, 1_000, 10, 0), link_row(0, 1, 500, 5, 5), link_row(1, 0, 2_000, 20, 0)];
    let c = rolled(&fortnight(), &links);
    let days: Vec<(&str, Date, u64)> = c.link_days.iter().map(|d| (d.link.as_str(), d.date, d.octets)).collect();
    assert_eq!(days, [("dongle-1", day(0), 500), ("office", day(0), 1_000), ("office", day(1), 2_000)]);
    let d = &c.link_days[0];
    assert_eq!((d.records, d.records_lost, d.lookups, d.servfail, d.nxdomain, d.unanswered), (5, 5, 5, 1, 2, 3));
    let shares: Vec<(&str, Who, u64)> = c.link_shares.iter().map(|(l, w, n)| (l.as_str(), *w, *n)).collect();
    assert_eq!(shares, [("office", P1, 2_127), ("office", P2, 8), ("office", KIOSK, 101)]);
}

#[test]
fn a_month_without_data_has_no_contributions() {
    let c = contributions(&[], &[]).unwrap();
    assert!(c == Contributions::default());
    // Nights with empty tables are data too.
    let c = rolled(&[], &[link_row(0, 0, 0, 0, 0)]);
    assert!(c.cells.is_empty() && c.link_shares.is_empty());
    assert_eq!(c.link_days.len(), 1);
}

#[test]
fn a_missing_partition_is_an_error_that_names_the_file() {
    let error = contributions(&[PathBuf::from("2026-03-02.parquet")], &[]).err().unwrap();
    assert!(error.to_string().contains("use.sql"), "{error}");
}

#[test]
fn coverage_counts_nights_and_octets() {
    let days = [
        LinkDay { octets: 1_000, records: 100, records_lost: 0, ..link_day(0) },
        LinkDay { octets: 1_000, records: 50, records_lost: 50, ..link_day(1) },
    ];
    let facts = facts();
    // Of 31 days, 3 have a night; one of them lost half.
    let c = coverage("office", &facts, &[day(0), day(1), day(2)], &days);
    assert_eq!((c.days, c.days_complete, c.per_10k), (31, 2, 6_666));
    let c = coverage("dongle-1", &facts, &[day(0)], &days);
    assert_eq!((c.days, c.days_complete, c.per_10k), (31, 1, 10_000));
}

const ASSESSMENT: &str = r#"
version = "3"
signed_by = "Chair of the council"
signed_on = 2026-02-01
review_due = 2027-02-01
purposes = ["policy"]
basis = "legitimate-interests"
balancing_test = "minute 12/2026"
consultation = "all staff, January 2026"
residual_risk = "low"
sources = ["flows", "dns"]
outputs = ["summary"]
mode = "categories"
complaints = "the clerk"
notice = { version = "2", date = 2026-02-10, web = true }
retention = { usage_days = 62, links_days = 400, raw_days = 7, security_days = 30, reports_months = 24 }
recipients = [{ role = "clerk", document = "summary" }]
"#;

/// A printed figure; none where a symbol stands, or nothing.
fn figure(released: &gate::Released, table: &str, row: &str, column: &str) -> Option<i64> {
    let table = released.table(table)?;
    let at = table.columns.iter().position(|c| c.id == column)?;
    table.row(row)?.cells.get(at)?.value()
}

/// From stored partitions through the gate: 15 employees, alike, on four days.
///
/// In working hours each day 0.25 GB of news, 0.5 of government and 0.5 of other use, outside 0.25, 1 and 0.5, 15 minutes
/// of each. So in the month 15 x 2, 6 and 4 GB; 15 x 2 hours and 15 x 4 person-days of each kind.
#[test]
fn a_month_passes_the_gate() {
    let mut rows = Vec::new();
    for (d, p) in (0..4).flat_map(|d| (1..16).map(move |p| (d, p))) {
        for (word, core, outside) in [("news", 250, 250), ("government", 500, 1_000), ("other", 500, 500)] {
            let all = (1 << 15) - 1;
            rows.push(row(&R(d, 40, p, p * 10, word, Core, 0, core * 1_000_000, all)));
            rows.push(row(&R(d, 80, p, p * 10, word, Outside, outside * 1_000_000, 0, all)));
        }
    }
    let links: Vec<LinkRow> = (0..4).map(|d| link_row(d, 0, 45_000_000_000, 10, 0)).collect();
    let dir = tempfile::tempdir().unwrap();
    let (usage, links) = stored(dir.path(), &rows, &links);
    let flags = PersonMonth { full_month: true, declared_hours: true };
    let context = MonthContext {
        facts: MonthFacts { people: gate::People { full_month: 15, with_hours: 15, unmonitored: 0 }, ..facts() },
        people: (1..16).map(|p| (PersonKey(p), flags)).collect(),
        costs: Vec::new(),
        claims: BTreeMap::new(),
        nights: (0..4).map(day).collect(),
        unmeasured: Vec::new(),
        stretches: Vec::new(),
        accounting: AccountingFacts { counted: 180_000_000_000, kept: 180_000_000_000, ..AccountingFacts::default() },
    };
    let candidate = month(&usage, &links, &context).unwrap();
    let assessment = gate::Assessment::parse(ASSESSMENT).unwrap();
    let released = gate::release(candidate, Some(&assessment), date(2026, 4, 3), &gate::History::default()).unwrap();
    for (table, row, column, expected) in [
        ("use", "news", "volume", 30),
        ("use", "government", "volume", 90),
        ("use", "other", "volume", 60),
        ("use-time", "news", "time", 30),
        ("use-days", "government", "days", 60),
        ("times", "core", "volume", 75),
        ("times", "outside", "volume", 105),
        ("crossed", "government", "core", 30),
        ("crossed", "government", "not-core", 60),
        ("links", "office", "volume", 180),
    ] {
        let found = figure(&released, table, row, column);
        let there: Vec<&str> = released.tables().iter().map(|t| t.id).collect();
        assert_eq!(found, Some(expected), "{table} {row} {column}; there are {there:?}, {:?}", released.table(table));
    }
}

#[test]
fn links_that_nothing_measures() {
    let link = |id: &str, kind, issued: bool, interface| Link {
        id: id.to_owned(),
        kind,
        exporter: None,
        interface,
        issued_to: issued.then(|| "A-014".to_owned()),
        speed_mbit: None,
        budget_pence: None,
    };
    let links = [
        link("hotspots", LinkKind::PaidWifi, false, None),
        link("office", LinkKind::Broadband, false, None),
        link("hall", LinkKind::Router, false, None),
        link("dongle-1", LinkKind::Dongle, true, None),
        link("dongle-2", LinkKind::Dongle, true, Some(7)),
    ];
    assert_eq!(unmeasured(&links), ["hotspots", "hall", "dongle-1"]);
}

fn link_day(n: i64) -> LinkDay {
    LinkDay {
        link: "office".to_owned(),
        date: day(n),
        octets: 0,
        records: 0,
        records_lost: 0,
        lookups: 0,
        servfail: 0,
        nxdomain: 0,
        unanswered: 0,
    }
}

fn facts() -> MonthFacts {
    let link = |id: &str| gate::LinkFacts { id: id.to_owned(), label: id.to_owned(), holder: None };
    MonthFacts {
        authority: "ashby".to_owned(),
        name: "Ashby Parish Council".to_owned(),
        month: Month::of(FIRST),
        people: gate::People::default(),
        links: vec![link("office")],
        missing_nights: Vec::new(),
        coverage_min_per_10k: 9_500,
        taxonomy: gate::TaxonomyId { version: "1".to_owned(), sha256: "0".repeat(64) },
        policy: gate::Policy::default(),
    }
}

const WORDS: [&str; 3] = ["news", "social", "other"];

prop_compose! {
    fn any_row()(
        d in 0_i64..4, b in 0_i64..3, p in 0_i64..3, device in 0_i64..2, w in 0_usize..3, t in 0_usize..4,
        up in 0_i64..100_000, down in 0_i64..100_000, mask in 0_i64..(1 << 15),
    ) -> UsageRow {
        let class = if p == 1 { TimeClass::ALL[t.min(2)] } else { NotApplicable };
        row(&R(d, b, p, p * 10 + device, WORDS[w], class, up, down, mask))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Adding up the days is rolling up the month; the person sets of cells merge by adding each person's own.
    #[test]
    fn days_add_up_to_the_month(rows in prop::collection::vec(any_row(), 1..60)) {
        let dir = tempfile::tempdir().unwrap();
        let (paths, _) = stored(dir.path(), &rows, &[]);
        let whole = contributions(&paths, &[]).unwrap();
        let mut cells: BTreeMap<(CellKey, Who), u64> = BTreeMap::new();
        for path in &paths {
            for (key, who, n) in contributions(std::slice::from_ref(path), &[]).unwrap().cells {
                *cells.entry((key, who)).or_default() += n;
            }
        }
        let merged: Vec<_> = cells.into_iter().map(|((key, who), n)| (key, who, n)).collect();
        prop_assert!(merged == whole.cells);
    }

    /// The SQL files against a plain recount in this language.
    #[test]
    fn recounted_row_by_row(rows in prop::collection::vec(any_row(), 1..60)) {
        let whole = rolled(&rows, &[]);
        let mut octets: BTreeMap<(CategoryId, Who), u64> = BTreeMap::new();
        let mut minutes: BTreeMap<(CategoryId, Who, i64), i64> = BTreeMap::new();
        for r in &rows {
            let who = r.person.map_or(Who::Shared(r.device), Who::Person);
            *octets.entry((r.category, who)).or_default() += (r.bytes_up + r.bytes_down) as u64;
            *minutes.entry((r.category, who, r.bucket_start)).or_default() |= r.minute_mask;
        }
        for ((cat, who), n) in octets {
            prop_assert_eq!(amount(&whole, Some(cat.as_str()), None, Volume, who), Some(n));
        }
        let mut sums: BTreeMap<(CategoryId, Who), u64> = BTreeMap::new();
        for ((cat, who, _), mask) in minutes {
            *sums.entry((cat, who)).or_default() += u64::from(mask.count_ones());
        }
        for ((cat, who), n) in sums.into_iter().filter(|(_, n)| *n > 0) {
            prop_assert_eq!(amount(&whole, Some(cat.as_str()), None, Time, who), Some(n));
        }
    }
}
