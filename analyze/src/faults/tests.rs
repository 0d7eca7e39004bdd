//! Spells of silence and full quarters, each case by hand.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use model::Addr;

use super::*;
use crate::links::LinkKind;

/// Mondays of March 2026 before the clocks change; the last is the day under test.
const MONDAYS: [&str; 4] = ["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"];
const TODAY: &str = "2026-03-23";

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// `09:15` on a date, UTC.
fn at(day: &str, clock: &str) -> Micros {
    format!("{day}T{clock}:00Z").parse::<jiff::Timestamp>().unwrap().as_microsecond()
}

fn link(id: &str, exporter: u8) -> Link {
    Link {
        id: id.to_owned(),
        kind: LinkKind::Broadband,
        exporter: Some(Addr::from_v4([192, 0, 2, exporter])),
        interface: None,
        issued_to: None,
        speed_mbit: Some(80),
        budget_pence: None,
    }
}

fn quarter(link: &str, day: &str, start: Micros) -> Quarter {
    let link = link.to_owned();
    Quarter {
        link,
        date: date(day),
        start,
        up: 1,
        down: 1_000,
        seen: 10,
        lost: 0,
        asked: 0,
        failed: 0,
        unknown: 0,
        delay_ms: None,
    }
}

/// Every quarter of 09:00 to 17:00 on each Monday.
fn usual(link: &str) -> Vec<Quarter> {
    let of_day = |day: &&'static str| {
        let day = *day;
        (0..32).map(move |n| quarter(link, day, at(day, "09:00") + n * BUCKET)).collect::<Vec<_>>()
    };
    MONDAYS.iter().flat_map(of_day).collect()
}

/// Takes traffic away from a link today.
fn silence(quarters: &mut Vec<Quarter>, link: &str, from: &str, until: &str) {
    let span = at(TODAY, from)..at(TODAY, until);
    quarters.retain(|q| q.link != link || !span.contains(&q.start));
}

fn run(quarters: &[Quarter], links: &[Link], nights: &[&str], first: &str) -> Vec<LinkFaults> {
    let zone = TimeZone::get("Europe/London").unwrap();
    let calendar = Calendar::new(zone, "england", &BTreeMap::new(), None, vec![]).unwrap();
    let nights: Vec<Date> = nights.iter().map(|d| date(d)).collect();
    let settings = FaultSettings { links, calendar: &calendar, nights: &nights, coverage_min_per_10k: 9_500 };
    faults(quarters, &settings, date(first), date(TODAY))
}

/// Outages of the office today as `09:30-11:00`, with `!` where confirmed, and whether records were lost.
fn check(change: impl Fn(&mut Vec<Quarter>), expected: &[&str], lost: bool) {
    let mut quarters = usual("office");
    change(&mut quarters);
    let found = run(&quarters, &[link("office", 1)], &MONDAYS, TODAY).remove(0);
    assert_eq!(outages(&found), expected);
    assert_eq!(found.lost_exports, if lost { vec![date(TODAY)] } else { vec![] });
    assert!(found.gaps.is_empty());
}

fn outages(found: &LinkFaults) -> Vec<String> {
    let clock = |t: Micros| {
        let minutes = (t - at(TODAY, "00:00")) / 60_000_000;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    };
    let one = |o: &Outage| format!("{}-{}{}", clock(o.start), clock(o.end), if o.confirmed { "!" } else { "" });
    found.outages.iter().map(one).collect()
}

#[test]
fn a_spell_of_silence_is_told_by_what_else_was_seen() {
    check(|_| (), &[], false);
    // Traffic before and after, and nothing else known: an outage is suspected.
    check(|q| silence(q, "office", "10:00", "11:30"), &["10:00-11:30"], false);
    // One quarter is no spell.
    check(|q| silence(q, "office", "10:00", "10:15"), &[], false);
    // Silent to the evening: the office may have gone home.
    check(|q| silence(q, "office", "13:00", "17:00"), &[], false);
    // Twice.
    check(
        |q| {
            silence(q, "office", "09:30", "10:00");
            silence(q, "office", "14:00", "14:45");
        },
        &["09:30-10:00", "14:00-14:45"],
        false,
    );
}

/// Lookups in a quarter of today that carried nothing.
fn asked(quarters: &mut Vec<Quarter>, clock: &str, asked: u64, failed: u64) {
    let empty = quarter("office", TODAY, at(TODAY, clock));
    quarters.push(Quarter { up: 0, down: 0, seen: 0, asked, failed, ..empty });
}

#[test]
fn lookups_tell_an_outage_from_lost_records() {
    let silent = |q: &mut Vec<Quarter>| silence(q, "office", "13:00", "17:00");
    // Ten questions, five of them without a good answer: confirmed, though it lasted to the evening.
    check(
        |q| {
            silent(q);
            asked(q, "13:15", 10, 5);
        },
        &["13:00-17:00!"],
        false,
    );
    // Four failed: the internet worked, and our records did not.
    check(
        |q| {
            silent(q);
            asked(q, "13:15", 10, 4);
        },
        &[],
        true,
    );
    // Four questions say nothing.
    check(
        |q| {
            silent(q);
            asked(q, "13:15", 4, 4);
        },
        &[],
        false,
    );
}

#[test]
fn losses_by_sequence_numbers() {
    // 320 records a day. 16 lost are 95.2 % coverage, 17 are 94.9 %.
    let lose = |n: u64| move |q: &mut Vec<Quarter>| q.last_mut().unwrap().lost = n;
    check(lose(16), &[], false);
    check(lose(17), &[], true);
    // Silent while some were lost: the records are what is missing.
    check(
        |q| {
            silence(q, "office", "10:00", "11:30");
            q.last_mut().unwrap().lost = 1;
        },
        &[],
        true,
    );
}

#[test]
fn links_of_one_exporter_explain_each_other() {
    let both = || [usual("office"), usual("hall")].concat();
    let links = |second| [link("office", 1), link("hall", second)];
    // The hall still worked through the same router: the office line was down, even to the evening.
    let mut q = both();
    silence(&mut q, "office", "13:00", "17:00");
    let found = run(&q, &links(1), &MONDAYS, TODAY);
    assert_eq!((outages(&found[0]), outages(&found[1])), (vec!["13:00-17:00!".to_owned()], vec![]));
    // Both silent at once through one exporter: it did not report.
    silence(&mut q, "hall", "13:00", "17:00");
    let found = run(&q, &links(1), &MONDAYS, TODAY);
    assert!(found.iter().all(|f| f.outages.is_empty() && f.lost_exports == [date(TODAY)]));
    // Two exporters say nothing about each other.
    let found = run(&q, &links(2), &MONDAYS, TODAY);
    assert!(found.iter().all(|f| f.outages.is_empty() && f.lost_exports.is_empty()));
}

#[test]
fn a_usual_day_is_needed_to_miss_anything() {
    // Two other Mondays are too few; a Tuesday is another sort of day; and a Monday that was silent too is one in three.
    let mut q = usual("office");
    silence(&mut q, "office", "10:00", "11:30");
    let count = |nights: &[&str]| run(&q, &[link("office", 1)], nights, TODAY)[0].outages.len();
    assert_eq!(count(&MONDAYS[1..]), 0);
    assert_eq!(count(&["2026-03-02", "2026-03-09", "2026-03-17", "2026-03-23"]), 0);
    assert_eq!(count(&MONDAYS), 1);
    q.retain(|quarter| quarter.date != date("2026-03-09"));
    assert_eq!(run(&q, &[link("office", 1)], &MONDAYS, TODAY)[0].outages.len(), 0);
}

#[test]
fn nights_without_data_are_gaps_and_issued_links_have_no_faults() {
    let issued = Link { issued_to: Some("A-014".to_owned()), ..link("dongle-1", 1) };
    let found = run(&usual("office"), &[link("office", 1), issued], &MONDAYS, "2026-03-21");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].gaps, [date("2026-03-21"), date("2026-03-22")]);
}

#[test]
fn the_busiest_quarters_against_the_links_speed() {
    // 80 Mbit/s is 9,000,000,000 octets in a quarter of an hour.
    let mut q = usual("office");
    let mut add = |clock: &str, up: u64, down: u64| {
        let start = at(TODAY, clock);
        q.retain(|x| x.start != start);
        q.push(Quarter { up, down, ..quarter("office", TODAY, start) });
    };
    add("02:00", 0, 8_999_999_999);
    add("10:00", 4_500_000_000, 1);
    add("11:00", 1, 4_500_000_000);
    add("12:00", 1, 900_000_000);
    add("13:00", 1, 99_000_000_000);
    let found = run(&q, &[link("office", 1)], &MONDAYS, TODAY).remove(0);
    let show = |all: &[Busy]| all.iter().map(|b| (b.start, b.percent)).collect::<Vec<_>>();
    let t = |clock| at(TODAY, clock);
    assert_eq!(show(&found.busiest), [(t("13:00"), 100), (t("02:00"), 99), (t("10:00"), 50)]);
    assert_eq!(show(&found.busiest_open), [(t("13:00"), 100), (t("10:00"), 50), (t("11:00"), 50)]);
    let unknown = Link { speed_mbit: None, ..link("office", 1) };
    assert!(run(&q, &[unknown], &MONDAYS, TODAY)[0].busiest.is_empty());
}

#[test]
fn a_resolver_is_held_to_its_own_usual_level() {
    // The usual day: 100 lookups, 2 failed. Today: 100 and `failed`.
    let day = |failed: u64| {
        let mut q = usual("office");
        for monday in MONDAYS {
            let first = q.iter_mut().find(|x| x.date == date(monday)).unwrap();
            let today = monday == TODAY;
            (first.asked, first.failed, first.unknown) = (100, if today { failed } else { 2 }, 7);
            first.delay_ms = Some(if today { 40 } else { 20 });
        }
        let found = run(&q, &[link("office", 1)], &MONDAYS, "2026-03-16").remove(0);
        found.resolver.unwrap()
    };
    let found = day(6);
    assert_eq!((found.asked, found.failed, found.unknown, found.delay_ms), (200, 8, 14, Some(20)));
    assert_eq!(found.unusual, [date(TODAY)], "six in a hundred is three times two, and more than five");
    assert!(day(5).unusual.is_empty(), "five is not three times two");
    assert_eq!(run(&usual("office"), &[link("office", 1)], &MONDAYS, TODAY)[0].resolver, None);
}
