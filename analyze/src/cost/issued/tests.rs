//! Bills of issued links divided by hand.

use std::collections::BTreeMap;

use jiff::civil::date;
use model::Unit;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::super::{Billing, Data, DataUnit, DayBytes, MobileUsage, Price, RunOut, Settled, Vat, Zone, ZoneKind};
use super::*;
use crate::links::LinkKind;
use crate::register::{Ownership, PersonRow, RegisterRow};

const GIG: u64 = 1_000_000_000;

/// 1500 a month from the 15th for 20 GB, then 2.50 a GB.
fn bundle() -> Tariff {
    let beyond = Price { pence: Decimal::from(250), unit: DataUnit::Gb, started: false };
    let data = Data { octets: 20 * GIG, run_out: RunOut::Rate(beyond) };
    Tariff {
        link: "dongle-1".to_owned(),
        from: date(2026, 3, 15),
        price_pence: Decimal::from(1_500),
        billing: Billing::Day(15),
        kind: PriceKind::Bundle { data, rollover: false },
        vat: Vat::Included,
        zones: vec![],
    }
}

/// A-1 in these hands from these days on: (month, day, holder), an empty one for nobody.
fn register(hands: &[(i8, i8, &str)]) -> Register {
    let from = |i: usize| hands.get(i).map(|(month, day, _)| date(2026, *month, *day));
    let row = |(i, (_, _, holder)): (usize, &(i8, i8, &str))| RegisterRow {
        asset: "A-1".to_owned(),
        kind: "dongle".to_owned(),
        holder: (!holder.is_empty()).then(|| (*holder).to_owned()),
        ownership: Ownership::Council,
        mac: None,
        address: None,
        link: Some("dongle-1".to_owned()),
        from: from(i).unwrap(),
        until: from(i + 1).map(|d| d.yesterday().unwrap()),
    };
    let person = |person: &str| PersonRow {
        person: person.to_owned(),
        role: Unit::Employee,
        notice_date: None,
        objection: None,
        restricted: Vec::new(),
        from: date(2025, 1, 1),
        until: None,
        hours: None,
        duty: None,
    };
    Register::new(hands.iter().enumerate().map(row).collect(), vec![person("P-1"), person("P-2")]).unwrap()
}

struct Case<'a> {
    tariff: Tariff,
    exporter: bool,
    hands: &'a [(i8, i8, &'a str)],
    /// Day in 2026 and octets.
    usage: &'a [(i8, i8, u64)],
    items: &'a [&'a str],
    settled: &'a [Settled],
}

const HELD: &[(i8, i8, &str)] = &[(1, 1, "P-1")];
const HANDED_OVER: &[(i8, i8, &str)] = &[(1, 1, "P-1"), (4, 5, ""), (4, 6, "P-2")];

fn case<'a>() -> Case<'a> {
    Case { tariff: bundle(), exporter: true, hands: HELD, usage: &[], items: &[], settled: &[] }
}

impl Case<'_> {
    /// The parts of April as `holder start..end home-MB away-MB home abroad data-GB forecast`, seen on 3 May.
    fn check(&self, expected: &[&str]) {
        let link = Link {
            id: "dongle-1".to_owned(),
            kind: LinkKind::Dongle,
            exporter: self.exporter.then(|| model::Addr::from_v4([192, 0, 2, 9])),
            interface: None,
            issued_to: Some("A-1".to_owned()),
            speed_mbit: None,
            budget_pence: None,
        };
        let shared = Link { id: "office".to_owned(), issued_to: None, ..link.clone() };
        let of = |link: &str, (month, day, bytes): &(i8, i8, u64)| DayBytes {
            link: link.to_owned(),
            date: date(2026, *month, *day),
            bytes: *bytes,
        };
        let usage: Vec<DayBytes> = self.usage.iter().flat_map(|u| [of("dongle-1", u), of("office", u)]).collect();
        let item = |row: &&str| {
            let [day, country, bytes, cost] = row.split(' ').collect::<Vec<_>>()[..] else { panic!("{row}") };
            MobileUsage::parse(day, "dongle-1", country, bytes, cost).unwrap()
        };
        let items: Vec<MobileUsage> = self.items.iter().map(item).collect();
        let nights: Vec<Date> = match self.settled.is_empty() {
            true => date(2026, 3, 1).series(jiff::ToSpan::days(1)).take(61).collect(),
            false => vec![],
        };
        let office = Tariff { link: "office".to_owned(), ..bundle() };
        let books = Books {
            links: &[shared, link],
            tariffs: &[office, self.tariff.clone()],
            usage: &usage,
            nights: &nights,
            itemised: &items,
            top_ups: &[],
            claims: &[],
            settled: self.settled,
            warn_at: &BTreeMap::new(),
        };
        let april = "2026-04".parse().unwrap();
        let parts = issued(&books, &register(self.hands), april, date(2026, 5, 3));
        assert_eq!(parts.iter().map(text).collect::<Vec<_>>(), expected);
        // The parts are the bill.
        for line in costs(&books, april, date(2026, 5, 3)).iter().filter(|l| l.link == "dongle-1" && !parts.is_empty())
        {
            let own: Vec<&IssuedPart> =
                parts.iter().filter(|p| line.cycle_start <= p.start && p.end <= line.cycle_end).collect();
            assert_eq!(own.iter().map(|p| p.home_pence + p.abroad_pence).sum::<i64>(), line.so_far);
            let ahead = |p: &&IssuedPart| p.forecast.unwrap_or(p.home_pence) + p.abroad_pence;
            assert_eq!(own.iter().map(ahead).sum::<i64>(), line.total);
        }
    }
}

fn text(part: &IssuedPart) -> String {
    let mb = |octets: Option<u64>| octets.map_or("?".to_owned(), |n| (n / 1_000_000).to_string());
    let data = part.data.map_or("-".to_owned(), |n| (n / GIG).to_string());
    let forecast = part.forecast.map_or("-".to_owned(), |n| n.to_string());
    let holder = part.holder.as_deref().unwrap_or("nobody");
    assert_eq!((part.asset.as_str(), part.link.as_str()), ("A-1", "dongle-1"));
    format!(
        "{holder} {}..{} {} {} {} {} {data} {forecast}",
        part.start,
        part.end,
        mb(part.home),
        mb(part.away),
        part.home_pence,
        part.abroad_pence
    )
}

/// No use after 14 April: the next cycle's forecast is its contract.
const NEXT: &str = "P-1 2026-04-15..2026-05-14 0 0 1500 0 20 1500";
const USED: &[(i8, i8, u64)] = &[(3, 20, 15 * GIG), (4, 10, 10 * GIG)];

#[test]
fn one_holder_has_the_bill_as_it_is() {
    // 25 GB of 20: 5 at 2.50.
    let found = ["P-1 2026-03-15..2026-04-14 25000 0 2750 0 20 -"];
    let forecast = "P-1 2026-04-15..2026-05-14 0 0 1500 0 20 1500";
    Case { usage: &[(3, 20, 15 * GIG), (3, 21, 10 * GIG)], ..case() }.check(&[found[0], forecast]);
    Case { ..case() }.check(&["P-1 2026-03-15..2026-04-14 0 0 1500 0 20 -", NEXT]);
}

#[test]
fn a_cycle_is_divided_where_the_link_changed_hands() {
    // 31 days: 21 of P-1, one of nobody, 9 of P-2. Of 1500 that is 1016.13, 48.39 and 435.48: the odd penny is P-2's.
    // 5 GB beyond the bundle are 1250, by 15 and 10 GB 750 and 500. The next cycle's forecast goes by 25 GB on the Fridays of
    // eight weeks: 6.25 on the two to come, which stays within the bundle.
    Case { hands: HANDED_OVER, usage: USED, ..case() }.check(&[
        "P-1 2026-03-15..2026-04-04 15000 0 1766 0 20 -",
        "nobody 2026-04-05..2026-04-05 0 0 48 0 20 -",
        "P-2 2026-04-06..2026-04-14 10000 0 936 0 20 -",
        "P-2 2026-04-15..2026-05-14 0 0 1500 0 20 1500",
    ]);
    // 300 MB of the 10 GB were abroad for 4.99: 4.7 GB beyond are 1175, by 15 and 9.7 GB 713.56 and 461.44.
    Case { hands: HANDED_OVER, usage: USED, items: &["2026-04-10 FR 300000000 4.99"], ..case() }.check(&[
        "P-1 2026-03-15..2026-04-04 15000 0 1730 0 20 -",
        "nobody 2026-04-05..2026-04-05 0 0 48 0 20 -",
        "P-2 2026-04-06..2026-04-14 9700 300 897 499 20 -",
        "P-2 2026-04-15..2026-05-14 0 0 1500 0 20 1500",
    ]);
}

#[test]
fn what_is_to_come_is_for_the_last_holder() {
    // Six days and twenty-four of thirty.
    Case { hands: &[(1, 1, "P-1"), (4, 21, "P-2")], ..case() }.check(&[
        "P-1 2026-03-15..2026-04-14 0 0 1500 0 20 -",
        "P-1 2026-04-15..2026-04-20 0 0 300 0 20 300",
        "P-2 2026-04-21..2026-05-14 0 0 1200 0 20 1200",
    ]);
    // A change after the month's end is not known yet.
    Case { hands: &[(1, 1, "P-1"), (5, 2, "P-2")], ..case() }
        .check(&["P-1 2026-03-15..2026-04-14 0 0 1500 0 20 -", NEXT]);
}

#[test]
fn rows_that_are_gone_leave_the_bill() {
    let settled = |start, end, bytes, usage| Settled {
        link: "dongle-1".to_owned(),
        cycle_start: start,
        cycle_end: end,
        bytes,
        abroad_bytes: 0,
        fixed: 1_500,
        usage,
        abroad: 0,
        rolled_bytes: 0,
        balance_bytes: 0,
        nights: 31,
        operator: false,
    };
    let cycles = [settled(date(2026, 3, 15), date(2026, 4, 14), 25 * GIG, 1_250)];
    Case { settled: &cycles, ..case() }
        .check(&["P-1 2026-03-15..2026-04-14 25000 0 2750 0 20 -", "P-1 2026-04-15..2026-05-14 ? ? 1500 0 20 1500"]);
    // By days alone: of 1250 that is 846.77, 40.32 and 362.90.
    Case { settled: &cycles, hands: HANDED_OVER, ..case() }.check(&[
        "P-1 2026-03-15..2026-04-04 ? ? 1863 0 20 -",
        "nobody 2026-04-05..2026-04-05 ? ? 88 0 20 -",
        "P-2 2026-04-06..2026-04-14 ? ? 799 0 20 -",
        "P-2 2026-04-15..2026-05-14 ? ? 1500 0 20 1500",
    ]);
}

#[test]
fn only_metered_links_are_told_of() {
    let flat = Tariff { kind: PriceKind::Flat { fair_use: None }, ..bundle() };
    Case { tariff: flat.clone(), usage: &[(4, 1, GIG)], ..case() }.check(&[]);
    // A price abroad, or what the operator itemises, makes a meter of it.
    let zone = Zone { name: "world".to_owned(), countries: None, kind: ZoneKind::Inclusive { fair_use: None } };
    let abroad = Tariff { zones: vec![zone], ..flat.clone() };
    let lines = ["P-1 2026-03-15..2026-04-14 0 0 1500 0 - -", "P-1 2026-04-15..2026-05-14 0 0 1500 0 - 1500"];
    Case { tariff: abroad, ..case() }.check(&lines);
    Case { tariff: flat, items: &["2026-04-02 GB 5000000 0"], ..case() }
        .check(&["P-1 2026-03-15..2026-04-14 5 0 1500 0 - -", lines[1]]);
    // No exporter and nothing itemised: nobody counted.
    Case { exporter: false, ..case() }
        .check(&["P-1 2026-03-15..2026-04-14 ? ? 1500 0 20 -", "P-1 2026-04-15..2026-05-14 ? ? 1500 0 20 1500"]);
}

#[test]
fn pennies_are_divided_without_a_rest() {
    assert_eq!(split(100, &[1, 1, 1]), [34, 33, 33]);
    assert_eq!(split(2, &[1, 1, 1]), [1, 1, 0]);
    assert_eq!(split(1_000, &[0, 7, 0]), [0, 1_000, 0]);
    assert_eq!(split(5, &[u64::MAX, u64::MAX]), [3, 2]);
    assert_eq!(split(0, &[3, 4]), [0, 0]);
}

proptest! {
    #[test]
    fn parts_add_up_and_lie_within_a_penny(
        pence in 0_i64..10_000_000,
        weights in prop::collection::vec(0_u64..1 << 47, 1..6).prop_filter("a weight", |w| w.iter().any(|n| *n > 0)),
    ) {
        let parts = split(pence, &weights);
        prop_assert_eq!(parts.iter().sum::<i64>(), pence);
        let whole: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            let off = i128::from(*part) * whole - i128::from(pence) * i128::from(*weight);
            prop_assert!(off.abs() < whole);
        }
    }
}
