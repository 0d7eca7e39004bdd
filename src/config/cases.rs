//! Years of bills worked out by hand, one file for each kind of tariff, below `fixtures/cases/costs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use analyze::cost::{Books, CostLine, DayBytes, MobileUsage, TopUp, lines};
use analyze::{Link, LinkKind};
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::Deserialize;

use super::parse_toml;
use super::tariff::TypedTariff;

/// A case: what goes in, and the bills that it must come to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// First and last date that have a night.
    nights: [String; 2],
    /// The link's tariffs; `link` is left out.
    tariffs: Vec<TypedTariff>,
    /// Octets by date: rules that add up.
    #[serde(default, rename = "use")]
    rules: Vec<Rule>,
    /// Lines of `mobile-usage.csv` without the link: `date,country,bytes,cost`.
    #[serde(default)]
    itemised: Vec<String>,
    /// Lines of `top-ups.csv` without the link: `date,gb,cost`.
    #[serde(default)]
    top_ups: Vec<String>,
    /// Each bill as `start..end fixed usage abroad = total`.
    bills: Vec<String>,
}

/// So many megabytes on every n-th date from one to another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    from: String,
    until: String,
    #[serde(default = "one")]
    every: i64,
    mb: u64,
}

const fn one() -> i64 {
    1
}

fn dates(from: &str, until: &str, every: i64) -> Vec<Date> {
    let until: Date = until.parse().unwrap();
    let step: Span = every.days();
    from.parse::<Date>().unwrap().series(step).take_while(|d| *d <= until).collect()
}

fn bills(path: &Path, case: &Case) -> Vec<String> {
    let link = Link {
        id: "d".to_owned(),
        kind: LinkKind::Dongle,
        exporter: None,
        interface: None,
        issued_to: None,
        speed_mbit: None,
        budget_pence: None,
    };
    let tariff = |t: &TypedTariff| t.resolve(path, "d", t.from.as_ref().unwrap().parse().unwrap()).unwrap();
    let tariffs: Vec<_> = case.tariffs.iter().map(tariff).collect();
    let day = |mb: u64| move |date| DayBytes { link: "d".to_owned(), date, bytes: mb * 1_000_000 };
    let usage: Vec<DayBytes> =
        case.rules.iter().flat_map(|r| dates(&r.from, &r.until, r.every).into_iter().map(day(r.mb))).collect();
    let nights = dates(&case.nights[0], &case.nights[1], 1);
    let item = |line: &String| match line.split(',').collect::<Vec<_>>()[..] {
        [date, country, bytes, cost] => MobileUsage::parse(date, "d", country, bytes, cost).unwrap(),
        _ => panic!("{line}"),
    };
    let top_up = |line: &String| match line.split(',').collect::<Vec<_>>()[..] {
        [date, gb, cost] => TopUp::parse(date, "d", gb, cost).unwrap(),
        _ => panic!("{line}"),
    };
    let books = Books {
        links: &[link],
        tariffs: &tariffs,
        usage: &usage,
        nights: &nights,
        itemised: &case.itemised.iter().map(item).collect::<Vec<_>>(),
        top_ups: &case.top_ups.iter().map(top_up).collect::<Vec<_>>(),
        claims: &[],
        settled: &[],
        warn_at: &BTreeMap::new(),
    };
    let through = *nights.last().unwrap();
    let text = |l: &CostLine| {
        let CostLine { cycle_start, cycle_end, fixed, usage, abroad, total, .. } = l;
        format!("{cycle_start}..{cycle_end} {fixed} {usage} {abroad} = {total}")
    };
    lines(&books, through).iter().filter(|l| !l.forecast).map(text).collect()
}

/// One case: exactly the bills that were worked out, and a year of them.
fn check(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let case: Case = parse_toml(path, &text).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(bills(path, &case), case.bills, "{}", path.display());
    assert!(case.bills.len() >= 12, "{}: a year of bills is wanted", path.display());
    for bill in &case.bills {
        let numbers: Vec<i64> = bill.split(' ').filter_map(|w| w.parse().ok()).collect();
        let [fixed, usage, abroad, total] = numbers[..] else { panic!("{bill}") };
        assert_eq!(fixed + usage + abroad, total, "{bill}");
    }
}

#[test]
fn a_year_of_bills_under_each_kind_of_tariff() {
    let folder = Path::new("fixtures/cases/costs");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    cases.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    cases.sort();
    assert!(cases.len() >= 12);
    cases.iter().for_each(|path| check(path));
}
