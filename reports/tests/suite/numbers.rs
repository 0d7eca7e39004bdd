//! Every number on the page stands in the document, and every figure of the document stands on the page.

use std::collections::{BTreeMap, BTreeSet};

use reports::document::{Audience, Cost, Hidden, Money, Symbol};
use reports::{Document, Edition, Html, Render as _, html, json};
use serde_json::Value;

use crate::support;
use crate::support::page::{Piece, Tag, read};

fn thousands(value: i64) -> String {
    let digits = value.to_string();
    let parts: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    parts.join(",")
}

/// How a figure of the document is printed.
fn printed(value: &Value, money: bool) -> String {
    if let Some(symbol) = value.get("symbol").and_then(Value::as_str) {
        return format!("[{symbol}]");
    }
    let number = value.get("shown").unwrap_or(value).as_i64().unwrap();
    if money { format!("{}.{:02}", thousands(number / 100), number % 100) } else { thousands(number) }
}

/// Every figure of a document by its source.
fn figures(document: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    let word = |v: &Value| v.as_str().unwrap().to_owned();
    for table in list(&document["tables"]) {
        for row in list(&table["rows"]) {
            for (column, cell) in list(&table["columns"]).iter().zip(list(&row["cells"])) {
                let path = format!("{}/{}/{}", word(&table["id"]), word(&row["id"]), word(&column["id"]));
                all.push((path, printed(&cell, false)));
            }
        }
    }
    for cost in list(&document["costs"]) {
        let key = format!("costs/{}:{}", word(&cost["link"]), word(&cost["cycle_end"]));
        for name in ["fixed", "usage", "abroad", "total", "budget"] {
            if !cost[name].is_null() {
                all.push((format!("{key}/{name}"), printed(&cost[name], true)));
            }
        }
        let shares = [("data_reached", false), ("budget_reached", false), ("bundle_gb", false)];
        for (name, money) in [("low", true), ("high", true), ("spent", true)].into_iter().chain(shares) {
            if cost.get(name).is_some() {
                all.push((format!("{key}/{name}"), printed(&cost[name], money)));
            }
        }
    }
    if !document["claims_to_check"].is_null() {
        all.push(("claims_to_check".to_owned(), printed(&document["claims_to_check"], false)));
    }
    if !document["security_notices"].is_null() {
        all.push(("security_notices".to_owned(), printed(&document["security_notices"], false)));
    }
    for line in list(&document["coverage"]) {
        for name in ["days", "days_complete", "percent"] {
            all.push((format!("coverage/{}/{name}", word(&line["link"])), printed(&line[name], false)));
        }
    }
    for fault in list(&document["faults"]) {
        all.extend(fault_figures(&fault));
    }
    for name in ["shown", "withheld", "excluded", "undecodable", "counted"] {
        if let Some(cell) = document["accounting"].get(name) {
            all.push((format!("accounting/{name}"), printed(cell, false)));
        }
    }
    all
}

/// What must be printed of a link's faults: counts that are not zero, the length in hours and minutes, the fullest quarter.
fn fault_figures(fault: &Value) -> Vec<(String, String)> {
    let path = |name: &str| format!("faults/{}/{name}", fault["link"].as_str().unwrap());
    let number = |name: &str| fault[name].as_i64().unwrap();
    let mut all =
        vec![(path("outages"), if number("outages") == 0 { "never".into() } else { thousands(number("outages")) })];
    if number("outages") > 0 {
        let (h, m) = (number("outage_minutes") / 60, number("outage_minutes") % 60);
        let hours = if h == 1 { "1 hour".to_owned() } else { format!("{h} hours") };
        let minutes = format!("{m} minutes");
        let text = [(h, hours), (m, minutes)].into_iter().filter(|(n, _)| *n > 0).map(|(_, t)| t).collect::<Vec<_>>();
        all.push((path("outage_minutes"), text.join(" ")));
    }
    for name in ["gaps", "lost_export_days"].into_iter().filter(|n| number(n) > 0) {
        all.push((path(name), thousands(number(name))));
    }
    if let Some(busy) = fault["busiest"].get(0) {
        all.push((path("percent"), thousands(busy["percent"].as_i64().unwrap())));
    }
    for name in ["failed_percent", "unknown_percent", "delay_ms", "unusual_days"] {
        let value = fault["resolver"].get(name).and_then(Value::as_i64);
        if let Some(value) = value.filter(|v| *v > 0 || name != "unusual_days") {
            all.push((path(name), thousands(value)));
        }
    }
    all
}

fn digits(text: &str) -> BTreeSet<String> {
    let runs = text.replace(',', "");
    runs.split(|c: char| !c.is_ascii_digit())
        .filter(|r| !r.is_empty())
        .map(|r| r.trim_start_matches('0').to_owned())
        .collect()
}

/// The part of the document that a `data-source` names.
fn node<'a>(document: &'a Value, source: &str) -> &'a Value {
    let first = source.split('/').next().unwrap();
    let table = document["tables"].as_array().unwrap().iter().find(|t| t["id"] == first);
    table.unwrap_or(&document[first])
}

/// Holds a page to its document, number by number.
pub(crate) fn check_page(name: &str, document: &Document) {
    check_edition(name, &Edition::new(document));
}

/// The same of a page that shows earlier months as well: what it says of them has the month before its source.
pub(crate) fn check_edition(name: &str, edition: &Edition<'_>) {
    let mut value: Value = serde_json::from_str(&json(edition.document)).unwrap();
    let own = figures(&value);
    let mut figures = own.clone();
    for document in edition.earlier {
        let earlier: Value = serde_json::from_str(&json(document)).unwrap();
        figures.extend(self::figures(&earlier).into_iter().map(|(s, f)| (format!("{}:{s}", document.month), f)));
        value[format!("{}:month", document.month)] = earlier["month"].clone();
    }
    let page = String::from_utf8(Html.render(edition).unwrap()).unwrap();
    let (pieces, tags) = read(&page);
    let mut seen = BTreeSet::new();
    for piece in &pieces {
        seen.extend(check_piece(name, piece, &value, &figures));
    }
    for (source, _) in &own {
        assert!(seen.contains(source), "{name}: {source} stands nowhere on the page");
    }
    let all = digits(&value.to_string());
    for tag in &tags {
        check_tag(name, tag, &all, &figures);
    }
}

/// A text with a digit has a source, and says what stands there.
fn check_piece(name: &str, piece: &Piece, value: &Value, figures: &[(String, String)]) -> Option<String> {
    let text = &piece.text;
    if let Some(cell) = &piece.cell {
        let (_, figure) = figures.iter().find(|(s, _)| s == cell).unwrap_or_else(|| panic!("{name}: no {cell}"));
        let bare = if piece.path.iter().any(|p| p == "svg") { text.trim_end_matches(" GB") } else { text };
        assert_eq!(bare, figure, "{name}: {cell}");
        return Some(cell.clone());
    }
    let found = digits(text);
    if !found.is_empty() {
        let title = piece.path == ["html", "head", "title"];
        let part = match &piece.source {
            Some(source) => node(value, source),
            None if title => value,
            None => panic!("{name}: '{text}' has digits and no source"),
        };
        assert!(!part.is_null(), "{name}: {:?} names nothing", piece.source);
        // Grave accents mark code and are not drawn: what they part in the document stands together on the page.
        let mut there = digits(&part.to_string());
        there.extend(digits(&part.to_string().replace('`', "")));
        let beyond: Vec<_> = found.difference(&there).collect();
        assert!(beyond.is_empty(), "{name}: '{text}' at {:?}: {beyond:?} are not in {part}", piece.source);
    }
    None
}

/// A drawn figure is as wide as it is large, in units of the largest of its table; no other attribute carries a number
/// that depends on a figure.
fn check_tag(name: &str, tag: &Tag, all: &BTreeSet<String>, figures: &[(String, String)]) {
    if let (Some(cell), "rect") = (tag.get("data-cell"), tag.name.as_str()) {
        let width: i64 = tag.get("width").unwrap().parse().unwrap();
        let (_, figure) = figures.iter().find(|(s, _)| s == cell).unwrap();
        let bare: String = figure.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(width.to_string(), bare.trim_start_matches('0'), "{name}: the bar of {cell}");
    }
    if let Some(view) = tag.get("viewBox") {
        let scale: i64 = view.split(' ').nth(2).unwrap().parse().unwrap();
        let bare = |f: &str| f.chars().filter(char::is_ascii_digit).collect::<String>();
        // A share is drawn out of a hundred, which is no figure.
        let known = scale == 100 || figures.iter().any(|(_, f)| bare(f) == scale.to_string());
        assert!(known, "{name}: {view}");
    }
    for (attribute, text) in &tag.attributes {
        let layout =
            ["x", "y", "width", "height", "viewBox", "charset", "content", "tabindex"].contains(&attribute.as_str());
        if layout || attribute.starts_with("data-") {
            continue;
        }
        let found = digits(text);
        assert!(found.is_subset(all), "{name}: {attribute}=\"{text}\"");
    }
}

#[test]
fn guarantee_19_every_number_has_its_source() {
    for (name, document) in support::all() {
        check_page(name, &document);
    }
}

#[test]
fn a_forecast_prints_its_range_and_the_shares_reached() {
    let mut document = support::totals();
    document.claims_to_check = Some(6);
    let cost = &mut document.costs[1];
    cost.forecast = true;
    (cost.low, cost.high) = (Some(1_612), Some(2_931));
    (cost.data_reached, cost.budget_reached) = (Some(80), Some(150));
    check_page("forecast", &document);
    let page = html(&document);
    for figure in ["16.12", "29.31", ">80<", ">150<"] {
        assert!(page.contains(figure), "{figure}");
    }
    // Back from its JSON it is the same document.
    assert_eq!(reports::from_json(&json(&document)).unwrap(), document);
}

/// Figures and symbols on the page, by source. `hand` is worked out by hand from what the rules say must be printed;
/// what is not in it must be `[c]`.
fn check(document: &Document, hand: &[(&str, &str)]) {
    let (pieces, _) = read(&html(document));
    let cells: BTreeSet<(String, String)> =
        pieces.into_iter().filter_map(|p| Some((p.cell?, p.text.trim_end_matches(" GB").to_owned()))).collect();
    let wanted: BTreeSet<(String, String)> = hand.iter().map(|(s, t)| ((*s).to_owned(), (*t).to_owned())).collect();
    for cell in cells.difference(&wanted) {
        assert_eq!(cell.1, "[c]", "{}", cell.0);
    }
    let absent: Vec<_> = wanted.difference(&cells).collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[test]
fn figures_of_the_totals_page() {
    let hand = [
        ("links/office/volume", "118"),
        ("links/hall/volume", "41"),
        ("links/total/volume", "159"),
        ("costs/office:2026-03-31/fixed", "36.00"),
        ("costs/office:2026-03-31/usage", "0.00"),
        ("costs/office:2026-03-31/abroad", "0.00"),
        ("costs/office:2026-03-31/total", "36.00"),
        ("costs/office:2026-03-31/spent", "36.00"),
        ("costs/office:2026-03-31/budget", "40.00"),
        ("costs/hall:2026-03-14/fixed", "15.00"),
        ("costs/hall:2026-03-14/usage", "5.25"),
        ("costs/hall:2026-03-14/abroad", "0.00"),
        ("costs/hall:2026-03-14/total", "20.25"),
        ("costs/hall:2026-03-14/spent", "20.25"),
        ("costs/hall:2026-03-14/budget", "18.00"),
        ("costs/dongle-1:2026-03-19/fixed", "10.00"),
        ("coverage/office/days", "31"),
        ("coverage/office/days_complete", "31"),
        ("coverage/office/percent", "99"),
        ("coverage/hall/days", "31"),
        ("coverage/hall/days_complete", "31"),
        ("coverage/hall/percent", "97"),
        ("faults/office/outages", "2"),
        ("faults/office/outage_minutes", "3 hours"),
        ("faults/office/failed_percent", "1"),
        ("faults/office/unknown_percent", "4"),
        ("faults/office/delay_ms", "15"),
        ("faults/office/unusual_days", "1"),
        ("faults/hall/outages", "never"),
        ("faults/hall/lost_export_days", "1"),
        ("accounting/shown", "159"),
        ("accounting/withheld", "0"),
        ("accounting/excluded", "3"),
        ("accounting/undecodable", "[low]"),
        ("accounting/counted", "162"),
    ];
    check(&support::totals(), &hand);
}

#[test]
fn figures_of_the_page_with_bundles() {
    let hand = [
        ("links/office/volume", "118"),
        ("links/hall/volume", "30"),
        ("links/total/volume", "148"),
        ("cycles/hall:2026-03-14/month", "13"),
        ("cycles/hall:2026-03-14/cycle", "22"),
        ("cycles/hall:2026-04-14/month", "17"),
        ("cycles/hall:2026-04-14/cycle", "17"),
        ("costs/office:2026-03-31/fixed", "36.00"),
        ("costs/office:2026-03-31/usage", "0.00"),
        ("costs/office:2026-03-31/abroad", "0.00"),
        ("costs/office:2026-03-31/total", "36.00"),
        ("costs/office:2026-03-31/spent", "432.00"),
        ("costs/office:2026-03-31/budget", "450.00"),
        ("costs/hall:2026-03-14/fixed", "15.00"),
        ("costs/hall:2026-03-14/usage", "5.25"),
        ("costs/hall:2026-03-14/abroad", "0.00"),
        ("costs/hall:2026-03-14/total", "20.25"),
        ("costs/hall:2026-03-14/spent", "140.25"),
        ("costs/hall:2026-03-14/budget", "130.00"),
        ("costs/hall:2026-03-14/budget_reached", "100"),
        ("costs/hall:2026-03-14/bundle_gb", "20"),
        ("costs/hall:2026-04-14/fixed", "15.00"),
        ("costs/hall:2026-04-14/usage", "22.50"),
        ("costs/hall:2026-04-14/abroad", "0.00"),
        ("costs/hall:2026-04-14/total", "37.50"),
        ("costs/hall:2026-04-14/low", "31.00"),
        ("costs/hall:2026-04-14/high", "44.00"),
        ("costs/hall:2026-04-14/budget", "130.00"),
        ("costs/hall:2026-04-14/bundle_gb", "20"),
        ("coverage/office/days", "31"),
        ("coverage/office/days_complete", "31"),
        ("coverage/office/percent", "99"),
        ("coverage/hall/days", "31"),
        ("coverage/hall/days_complete", "31"),
        ("coverage/hall/percent", "97"),
        ("faults/office/outages", "2"),
        ("faults/office/outage_minutes", "3 hours"),
        ("faults/office/failed_percent", "1"),
        ("faults/office/unknown_percent", "4"),
        ("faults/office/delay_ms", "15"),
        ("faults/office/unusual_days", "1"),
        ("faults/hall/outages", "never"),
        ("faults/hall/lost_export_days", "1"),
        ("accounting/shown", "148"),
        ("accounting/withheld", "0"),
        ("accounting/excluded", "3"),
        ("accounting/undecodable", "[low]"),
        ("accounting/counted", "151"),
    ];
    check(&support::bundles(), &hand);
}

/// A year's bills of one link: pence of those published before with the last days of their cycles, and what this one says.
#[test]
fn the_bills_of_a_financial_year_are_those_that_were_published() {
    let of = |month: &str, start: &str, end: &str, pence: Option<i64>| {
        let mut d = support::lowered();
        d.month = month.to_owned();
        let cost = support::cost("office", "per-mb", (start, end), (pence.unwrap_or(0), 0, 0), Some(5_000));
        let hidden = Money::Symbol(Hidden { symbol: Symbol::C });
        d.costs = vec![Cost { total: pence.map_or(hidden, Money::Pence), spent: None, spent_since: None, ..cost }];
        d
    };
    let march25 = || of("2025-03", "2025-02-15", "2025-03-14", Some(900));
    let april = || of("2025-04", "2025-03-15", "2025-04-14", Some(1_001));
    let may = |pence| of("2025-05", "2025-04-15", "2025-05-14", pence);
    let check =
        |earlier: &[Document], change: fn(&mut Document), expected: Option<i64>, since: Option<&str>, reached| {
            let mut june = of("2025-06", "2025-05-15", "2025-06-14", Some(1_500));
            change(&mut june);
            june.add_up_year(earlier, &BTreeMap::from([("office".to_owned(), vec![50, 80])]));
            let cost = &june.costs[0];
            let since = since.map(|s| s.parse().unwrap());
            assert_eq!((cost.spent, cost.spent_since, cost.budget_reached), (expected, since, reached));
        };
    let same = |_: &mut Document| ();
    let public = |d: &mut Document| d.audience = Audience::Public;
    check(&[], same, Some(1_500), Some("2025-05-15"), None);
    // 10.01 + 10.02 + 15.00 = 35.03 of 50.00; the bill that ended in March is of the year before.
    check(&[march25(), april(), may(Some(1_002))], same, Some(3_503), Some("2025-03-15"), Some(50));
    // 10.00 + 15.00 are half of it to the penny.
    check(&[may(Some(1_000))], same, Some(2_500), Some("2025-04-15"), Some(50));
    check(&[may(Some(999))], same, Some(2_499), Some("2025-04-15"), None);
    // A bill whose total is not printed leaves no sum: with one the other could be told.
    check(&[april(), may(None)], same, None, None, None);
    check(&[april()], |d| d.costs[0].forecast = true, None, None, None);
    check(&[april()], |d| d.costs[0].link = "issued".to_owned(), None, None, None);
    // What stood in a report that was not for publication: a bill that depends on use leaves no sum in one that is.
    let restricted = |mut d: Document, usage| {
        d.audience = Audience::Restricted;
        d.costs[0].usage = Money::Pence(usage);
        d
    };
    check(&[restricted(may(Some(1_000)), 0)], public, Some(2_500), Some("2025-04-15"), Some(50));
    check(&[restricted(may(Some(1_000)), 400)], public, None, None, None);
    check(&[restricted(may(Some(1_000)), 400)], same, Some(2_500), Some("2025-04-15"), Some(50));
    // A document of a later month, or of another council.
    let other = Document { authority: "another".to_owned(), ..april() };
    check(&[of("2025-07", "2025-04-01", "2025-04-30", Some(1))], same, Some(1_500), Some("2025-05-15"), None);
    check(&[other], same, Some(1_500), Some("2025-05-15"), None);
}

#[test]
fn figures_of_the_page_without_notice() {
    let hand = [
        ("links/office/volume", "64"),
        ("costs/office:2026-03-31/fixed", "29.99"),
        ("costs/office:2026-03-31/usage", "0.00"),
        ("costs/office:2026-03-31/abroad", "0.00"),
        ("costs/office:2026-03-31/total", "29.99"),
        ("coverage/office/days", "31"),
        ("coverage/office/days_complete", "31"),
        ("coverage/office/percent", "100"),
        ("accounting/shown", "64"),
        ("accounting/withheld", "0"),
        ("accounting/excluded", "0"),
        ("accounting/undecodable", "0"),
        ("accounting/counted", "64"),
    ];
    check(&support::lowered(), &hand);
}

#[test]
fn figures_of_the_neutral_page() {
    let hand = [
        ("links/office/volume", "212"),
        ("use/work-services/volume", "58"),
        ("use/updates/volume", "37"),
        ("use/other/volume", "94"),
        ("use-time/work-services/time", "143"),
        ("use-time/updates/time", "71"),
        ("use-time/other/time", "166"),
        ("use-days/work-services/days", "95"),
        ("use-days/updates/days", "120"),
        ("use-days/other/days", "110"),
        ("costs/office:2026-03-31/fixed", "36.00"),
        ("costs/office:2026-03-31/usage", "0.00"),
        ("costs/office:2026-03-31/abroad", "0.00"),
        ("costs/office:2026-03-31/total", "36.00"),
        ("costs/office:2026-03-31/spent", "36.00"),
        ("costs/office:2026-03-31/budget", "36.00"),
        ("coverage/office/days", "31"),
        ("coverage/office/days_complete", "30"),
        ("coverage/office/percent", "96"),
        ("accounting/shown", "212"),
        ("accounting/withheld", "0"),
        ("accounting/excluded", "4"),
        ("accounting/undecodable", "1"),
        ("accounting/counted", "217"),
    ];
    check(&support::neutral(), &hand);
}

const NINE_AND_TOWN: &[(&str, &str)] = &[
    ("costs/office:2026-03-31/fixed", "45.00"),
    ("costs/office:2026-03-31/usage", "0.00"),
    ("costs/office:2026-03-31/abroad", "0.00"),
    ("costs/office:2026-03-31/total", "45.00"),
    ("costs/office:2026-03-31/spent", "45.00"),
    ("costs/office:2026-03-31/budget", "45.00"),
    ("costs/depot:2026-03-31/fixed", "5.00"),
    ("costs/depot:2026-03-31/usage", "12.50"),
    ("costs/depot:2026-03-31/abroad", "1.99"),
    ("costs/depot:2026-03-31/total", "19.49"),
    ("costs/depot:2026-03-31/spent", "19.49"),
    ("costs/depot:2026-03-31/budget", "15.00"),
    ("faults/office/outages", "1"),
    ("faults/office/outage_minutes", "1 hour 30 minutes"),
    ("faults/office/percent", "90"),
    ("faults/depot/outages", "never"),
    ("faults/depot/gaps", "2"),
    ("coverage/office/days", "31"),
    ("coverage/office/days_complete", "31"),
    ("coverage/office/percent", "99"),
    ("coverage/depot/days", "31"),
    ("coverage/depot/days_complete", "31"),
    ("coverage/depot/percent", "100"),
];

#[test]
fn figures_of_the_one_way_page() {
    let hand = [
        ("links/office/volume", "310"),
        ("links/depot/volume", "45"),
        ("use/office/volume", "85"),
        ("use/updates/volume", "60"),
        ("use/social/volume", "15"),
        ("use/news/volume", "5"),
        ("use/other/volume", "120"),
        ("use-time/office/time", "240"),
        ("use-time/updates/time", "95"),
        ("use-time/social/time", "40"),
        ("use-time/news/time", "25"),
        ("use-time/other/time", "210"),
        ("use-days/office/days", "150"),
        ("use-days/updates/days", "180"),
        ("use-days/social/days", "70"),
        ("use-days/news/days", "65"),
        ("use-days/other/days", "170"),
        ("accounting/shown", "355"),
        ("accounting/withheld", "0"),
        ("accounting/excluded", "10"),
        ("accounting/undecodable", "[low]"),
        ("accounting/counted", "365"),
    ];
    check(&support::one_way(), &[&hand, NINE_AND_TOWN].concat());
}

#[test]
fn figures_of_the_crossed_page() {
    let rows = [
        ("government", "20", "75", "120"),
        ("office", "415", "1,105", "265"),
        ("it-tools", "10", "30", "85"),
        ("updates", "260", "390", "300"),
        ("advertising", "15", "160", "245"),
        ("search", "20", "190", "250"),
        ("news", "30", "95", "170"),
        ("social", "55", "130", "185"),
        ("shopping", "10", "35", "90"),
        ("travel", "[low]", "10", "40"),
        ("other", "345", "820", "295"),
    ];
    let mut hand: Vec<(String, &str)> = Vec::new();
    for (id, volume, time, days) in rows {
        hand.push((format!("use/{id}/volume"), volume));
        hand.push((format!("use-time/{id}/time"), time));
        hand.push((format!("use-days/{id}/days"), days));
    }
    let mut all: Vec<(&str, &str)> = hand.iter().map(|(s, t)| (s.as_str(), *t)).collect();
    all.extend([
        ("links/office/volume", "1,240"),
        ("links/depot/volume", "85"),
        ("times/core/volume", "690"),
        ("times/lunch/volume", "75"),
        ("times/outside/volume", "150"),
        ("crossed/office/core", "330"),
        ("crossed/office/not-core", "25"),
        ("crossed/updates/core", "165"),
        ("crossed/updates/not-core", "70"),
        ("crossed/social/not-core", "30"),
        ("crossed/other/core", "195"),
        ("crossed/other/not-core", "100"),
        ("accounting/shown", "1,325"),
        ("accounting/withheld", "0"),
        ("accounting/excluded", "15"),
        ("accounting/undecodable", "5"),
        ("accounting/counted", "1,345"),
    ]);
    all.extend(NINE_AND_TOWN);
    check(&support::crossed(), &all);
}
