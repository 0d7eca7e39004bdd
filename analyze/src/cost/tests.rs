//! Bills worked out by hand, one for each kind of tariff and source.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

const APRIL: Date = date(2026, 4, 1);
const LATER: Date = date(2026, 7, 1);
const GIG: u64 = 1_000_000_000;

fn link(id: &str, kind: LinkKind) -> Link {
    Link {
        id: id.to_owned(),
        kind,
        exporter: None,
        interface: None,
        issued_to: None,
        speed_mbit: None,
        budget_pence: Some(2_000),
    }
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A tariff of dongle-1 with its own billing day, long in force.
fn tariff(kind: PriceKind, price: &str, billing_day: u8, vat: Vat) -> Tariff {
    let from = date(2025, 1, i8::try_from(billing_day).unwrap());
    Tariff { link: "dongle-1".to_owned(), from, price_pence: d(price), billing_day, kind, vat }.check().unwrap()
}

fn bundle() -> PriceKind {
    PriceKind::Bundle { gb: d("20"), overage_pence_per_gb: d("250") }
}

fn bytes(date: Date, bytes: u64) -> DayBytes {
    DayBytes { link: "dongle-1".to_owned(), date, bytes }
}

fn item(day: &str, country: &str, bytes: u64, cost: &str) -> MobileUsage {
    MobileUsage::parse(day, "dongle-1", country, &bytes.to_string(), cost).unwrap()
}

/// The lines of April 2026 as `start..end fixed usage abroad source`, forecasts marked.
fn check(tariffs: &[Tariff], usage: &[DayBytes], items: &[MobileUsage], expected: &[&str]) {
    let links = [link("dongle-1", LinkKind::Dongle)];
    let lines = costs(&links, tariffs, usage, items, &[], Month::of(APRIL), date(2026, 5, 3));
    let text = |l: &CostLine| {
        assert_eq!(l.total, l.fixed + l.usage + l.abroad);
        assert_eq!((l.kind, l.budget), ("dongle", Some(2_000)));
        let forecast = if l.forecast { " forecast" } else { "" };
        let (start, end, source) = (l.cycle_start, l.cycle_end, l.source.as_str());
        format!("{start}..{end} {} {} {} {source}{forecast}", l.fixed, l.usage, l.abroad)
    };
    assert_eq!(lines.iter().map(text).collect::<Vec<_>>(), expected);
}

#[test]
fn flat() {
    let t = [tariff(PriceKind::Flat, "3000", 1, Vat::Included)];
    check(&t, &[bytes(APRIL, 900 * GIG)], &[], &["2026-04-01..2026-04-30 3000 0 0 tariff"]);
    // 29.99 and 20 % are 35.988, rounded to 35.99.
    let t = [tariff(PriceKind::Flat, "2999", 1, Vat::Excluded)];
    check(&t, &[], &[], &["2026-04-01..2026-04-30 3599 0 0 tariff"]);
}

#[test]
fn bundle_on_its_own_billing_day() {
    let t = [tariff(bundle(), "1500", 15, Vat::Included)];
    // The cycle that ends in April: 25 GB of 20, so 5 GB at 2.50. What was used on 15 April belongs to the next, which
    // by the end of April has run 16 of 30 days: 12 GB so far are 22.5 GB at its end, 2.5 GB beyond.
    let usage = [
        bytes(date(2026, 3, 14), 99 * GIG),
        bytes(date(2026, 3, 15), 10 * GIG),
        bytes(date(2026, 4, 14), 15 * GIG),
        bytes(date(2026, 4, 15), 12 * GIG),
        bytes(date(2026, 5, 1), 99 * GIG),
    ];
    check(
        &t,
        &usage,
        &[],
        &["2026-03-15..2026-04-14 1500 1250 0 tariff", "2026-04-15..2026-05-14 1500 625 0 tariff forecast"],
    );
    // Exactly the bundle costs nothing more; beyond it every octet counts: 2,000,000 octets at 2.50 a GB are half a
    // penny, rounded up; one octet less is not.
    let t = [tariff(bundle(), "1500", 1, Vat::Included)];
    check(&t, &[bytes(APRIL, 20 * GIG)], &[], &["2026-04-01..2026-04-30 1500 0 0 tariff"]);
    check(&t, &[bytes(APRIL, 20 * GIG + 2_000_000)], &[], &["2026-04-01..2026-04-30 1500 1 0 tariff"]);
    check(&t, &[bytes(APRIL, 20 * GIG + 1_999_999)], &[], &["2026-04-01..2026-04-30 1500 0 0 tariff"]);
    // VAT comes before rounding: 2.50 x 1.2 for 1 GB is 3.00; 12.49 x 1.2 = 14.988 is 14.99.
    let t = [tariff(bundle(), "1249", 1, Vat::Excluded)];
    check(&t, &[bytes(APRIL, 21 * GIG)], &[], &["2026-04-01..2026-04-30 1499 300 0 tariff"]);
}

#[test]
fn per_megabyte() {
    let kind = PriceKind::PerMb { pence_per_mb: d("1.5") };
    let t = [tariff(kind, "0", 1, Vat::Included)];
    // 333,000,000 octets are 333 MB: 499.5 pence, half up.
    check(&t, &[bytes(APRIL, 333_000_000)], &[], &["2026-04-01..2026-04-30 0 500 0 tariff"]);
    let t = [tariff(kind, "500", 1, Vat::Excluded)];
    check(&t, &[bytes(APRIL, 333_000_000)], &[], &["2026-04-01..2026-04-30 600 599 0 tariff"]);
}

#[test]
fn the_operator_is_trusted_first_and_never_multiplied() {
    let t = [tariff(bundle(), "1500", 1, Vat::Excluded)];
    // By the router 25 GB; the operator bills 7.10 at home, and 3.20 + 0.555 abroad: 375.5 half up.
    let items = [
        item("2026-04-02", "GB", 25 * GIG, "7.10"),
        item("2026-04-03", "FR", 200_000_000, "3.20"),
        item("2026-04-03", "IE", 1_000, "0.555"),
        item("2026-05-01", "FR", 1_000, "9"),
    ];
    check(&t, &[bytes(APRIL, 25 * GIG)], &items, &["2026-04-01..2026-04-30 1800 710 376 operator"]);
    // The operator itemises only what was used abroad: at home the tariff counts, less what went abroad. 21 GB by the
    // router, 1 GB of them in France: the bundle of 20 GB holds.
    let items = [item("2026-04-03", "FR", GIG, "3.20")];
    check(&t, &[bytes(APRIL, 21 * GIG)], &items, &["2026-04-01..2026-04-30 1800 0 320 operator"]);
    // Itemised without any tariff: the calendar month.
    check(&[], &[], &items, &["2026-04-01..2026-04-30 0 0 320 operator"]);
    check(&[], &[bytes(APRIL, GIG)], &[], &[]);
}

#[test]
fn a_cycle_stands_in_the_month_in_which_it_ends() {
    let links = [link("dongle-1", LinkKind::Dongle)];
    let t = [tariff(bundle(), "1500", 15, Vat::Included)];
    let finished = |month: Month, today| -> Vec<(Date, bool)> {
        costs(&links, &t, &[], &[], &[], month, today).iter().map(|l| (l.cycle_end, l.forecast)).collect()
    };
    let (april, may) = (Month::of(APRIL), Month::of(APRIL).next());
    assert_eq!(finished(april, date(2026, 5, 14)), [(date(2026, 4, 14), false), (date(2026, 5, 14), true)]);
    // Once it is over it is no forecast of April any more: it stands in May.
    assert_eq!(finished(april, date(2026, 5, 15)), [(date(2026, 4, 14), false)]);
    assert_eq!(finished(may, LATER), [(date(2026, 5, 14), false)]);
}

#[test]
fn claims_are_a_line_of_the_calendar_month() {
    let claims = [
        Claim::parse("2026-04-01", "A-014", "60", "5").unwrap(),
        Claim::parse("2026-04-30", "A-015", "", "4.99").unwrap(),
        Claim::parse("2026-05-01", "A-015", "", "100").unwrap(),
    ];
    let month = Month::of(APRIL);
    let line = |links: &[Link]| costs(links, &[], &[], &[], &claims, month, LATER);
    let lines = line(&[]);
    let [l] = lines.as_slice() else { panic!("one line is wanted") };
    assert_eq!((l.link.as_str(), l.usage, l.total, l.source), ("paid-wifi", 999, 999, CostSource::Claims));
    assert_eq!((l.cycle_start, l.cycle_end, l.forecast), (date(2026, 4, 1), date(2026, 4, 30), false));
    assert_eq!(line(&[link("hotspots", LinkKind::PaidWifi)])[0].link, "hotspots");
    assert!(costs(&[], &[], &[], &[], &claims[2..], month, LATER).is_empty());
}

#[test]
fn lines_add_up_in_order_of_links() {
    let links = [link("office", LinkKind::Broadband), link("dongle-1", LinkKind::Dongle)];
    let office = Tariff { link: "office".to_owned(), ..tariff(PriceKind::Flat, "3000", 1, Vat::Excluded) };
    let t = [tariff(bundle(), "1500", 1, Vat::Included), office];
    let lines = costs(&links, &t, &[], &[], &[], Month::of(APRIL), LATER);
    let found: Vec<(&str, i64)> = lines.iter().map(|l| (l.link.as_str(), l.total)).collect();
    assert_eq!(found, [("office", 3_600), ("dongle-1", 1_500)]);
}

proptest! {
    /// More use never costs less, parts add up, and nothing overflows.
    #[test]
    fn monotone(a in any::<u64>(), b in any::<u64>(), price in 0_i64..1_000_000_000, decimals in 0_u32..7) {
        let rate = Decimal::new(price, decimals);
        for kind in [
            PriceKind::Flat,
            PriceKind::Bundle { gb: rate, overage_pence_per_gb: rate },
            PriceKind::PerMb { pence_per_mb: rate },
        ] {
            let t = tariff(kind, "1500", 1, Vat::Excluded);
            prop_assert!(t.usage_pence(a.min(b)) <= t.usage_pence(a.max(b)));
        }
    }

    /// Parts lie less than a penny from their exact value and add up to the rounded total.
    #[test]
    fn parts_add_up(a in 0_i64..1_000_000, b in 0_i64..1_000_000, c in 0_i64..1_000_000) {
        let exact = [Decimal::new(a, 3), Decimal::new(b, 3), Decimal::new(c, 3)];
        let parts = money::pence(exact);
        prop_assert_eq!(parts.iter().sum::<i64>(), (a + b + c + 500).div_euclid(1_000));
        for (part, exact) in parts.iter().zip(exact) {
            prop_assert!((Decimal::from(*part) - exact).abs() < Decimal::ONE);
        }
    }
}
