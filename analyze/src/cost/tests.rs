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
    let (billing, zones) = (Billing::Day(billing_day), vec![]);
    Tariff { link: "dongle-1".to_owned(), from, price_pence: d(price), billing, kind, vat, zones }.check().unwrap()
}

const FLAT: PriceKind = PriceKind::Flat { fair_use: None };

fn rate(pence: &str, unit: DataUnit) -> Price {
    Price { pence: d(pence), unit, started: false }
}

fn data(gb: u64) -> Data {
    Data { octets: gb * GIG, run_out: RunOut::Rate(rate("250", DataUnit::Gb)) }
}

fn bundle() -> PriceKind {
    PriceKind::Bundle { data: data(20), rollover: false }
}

/// The books of some links in which every date from 1 March to 31 May 2026 has a night.
struct Given<'a> {
    links: &'a [Link],
    tariffs: &'a [Tariff],
    usage: &'a [DayBytes],
    items: &'a [MobileUsage],
    claims: &'a [Claim],
}

static NO_SHARES: BTreeMap<String, Vec<u16>> = BTreeMap::new();

/// Books without nights, rows and top-ups.
fn books<'a>(links: &'a [Link], tariffs: &'a [Tariff], usage: &'a [DayBytes]) -> Books<'a> {
    Books {
        links,
        tariffs,
        usage,
        nights: &[],
        itemised: &[],
        top_ups: &[],
        claims: &[],
        settled: &[],
        warn_at: &NO_SHARES,
    }
}

impl Given<'_> {
    fn costs(&self, month: Month, today: Date) -> Vec<CostLine> {
        let nights: Vec<Date> = date(2026, 3, 1).series(jiff::ToSpan::days(1)).take(92).collect();
        let plain = books(self.links, self.tariffs, self.usage);
        let given = Books { nights: &nights, itemised: self.items, claims: self.claims, ..plain };
        costs(&given, month, today)
    }
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
    let given = Given { links: &links, tariffs, usage, items, claims: &[] };
    let lines = given.costs(Month::of(APRIL), date(2026, 5, 3));
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
    let t = [tariff(FLAT, "3000", 1, Vat::Included)];
    check(&t, &[bytes(APRIL, 900 * GIG)], &[], &["2026-04-01..2026-04-30 3000 0 0 tariff"]);
    // 29.99 and 20 % are 35.988, rounded to 35.99.
    let t = [tariff(FLAT, "2999", 1, Vat::Excluded)];
    check(&t, &[], &[], &["2026-04-01..2026-04-30 3599 0 0 tariff"]);
}

#[test]
fn bundle_on_its_own_billing_day() {
    let t = [tariff(bundle(), "1500", 15, Vat::Included)];
    // The cycle that ends in April: 25 GB of 20, so 5 GB at 2.50. What was used on 15 April belongs to the next, whose
    // forecast looks back to 6 March: 14 (a Saturday) 99 GB, 15 (Sunday) 10, 14 April (Tuesday) 15, 15 April (Wednesday)
    // 12. The weekdays stand 8 times each: means 99/8, 10/8, 15/8, 12/8. The 14 days to 14 May hold each weekday twice:
    // 34 GB to come, 46 in all, 26 beyond the bundle.
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
        &["2026-03-15..2026-04-14 1500 1250 0 tariff", "2026-04-15..2026-05-14 1500 6500 0 tariff forecast"],
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
    let kind = PriceKind::PerMb(rate("1.5", DataUnit::Mb));
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
        let given = Given { links: &links, tariffs: &t, usage: &[], items: &[], claims: &[] };
        given.costs(month, today).iter().map(|l| (l.cycle_end, l.forecast)).collect()
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
    let of = |links: &[Link], claims: &[Claim]| {
        Given { links, tariffs: &[], usage: &[], items: &[], claims }.costs(month, LATER)
    };
    let line = |links: &[Link]| of(links, &claims);
    let lines = line(&[]);
    let [l] = lines.as_slice() else { panic!("one line is wanted") };
    assert_eq!((l.link.as_str(), l.usage, l.total, l.source), ("paid-wifi", 999, 999, CostSource::Claims));
    assert_eq!((l.cycle_start, l.cycle_end, l.forecast), (date(2026, 4, 1), date(2026, 4, 30), false));
    assert_eq!(line(&[link("hotspots", LinkKind::PaidWifi)])[0].link, "hotspots");
    assert!(of(&[], &claims[2..]).is_empty());
}

#[test]
fn lines_add_up_in_order_of_links() {
    let links = [link("office", LinkKind::Broadband), link("dongle-1", LinkKind::Dongle)];
    let office = Tariff { link: "office".to_owned(), ..tariff(FLAT, "3000", 1, Vat::Excluded) };
    let t = [tariff(bundle(), "1500", 1, Vat::Included), office];
    let given = Given { links: &links, tariffs: &t, usage: &[], items: &[], claims: &[] };
    let lines = given.costs(Month::of(APRIL), LATER);
    let found: Vec<(&str, i64)> = lines.iter().map(|l| (l.link.as_str(), l.total)).collect();
    assert_eq!(found, [("office", 3_600), ("dongle-1", 1_500)]);
}

/// A card with 50 GB, 1 GB used on the first of each month: what is left must outlive the rows.
#[test]
fn a_balance_outlives_the_nights_behind_it() {
    let links = [link("dongle-1", LinkKind::Dongle)];
    let kind = PriceKind::Prepaid { data: Data { octets: 50 * GIG, run_out: RunOut::Stop } };
    let tariffs = [tariff(kind, "100", 1, Vat::Included)];
    let nights: Vec<Date> = date(2025, 1, 1).series(jiff::ToSpan::days(1)).take(485).collect();
    let usage: Vec<DayBytes> = nights.iter().filter(|d| d.day() == 1).map(|d| bytes(*d, GIG)).collect();
    let of = |nights: &[Date], settled: &[Settled]| {
        let held: Vec<DayBytes> = usage.iter().filter(|d| d.date >= nights[0]).cloned().collect();
        let (links, tariffs) = (&links[..], &tariffs[..]);
        lines(&Books { nights, settled, ..books(links, tariffs, &held) }, date(2026, 4, 30))
    };
    let all = of(&nights, &[]);
    // January 2025 to April 2026 are 16 months: 34 GB are left.
    assert_eq!((all.len(), all[15].balance_bytes), (16, 34 * GIG));
    let settle = |l: &CostLine| Settled {
        link: l.link.clone(),
        cycle_start: l.cycle_start,
        cycle_end: l.cycle_end,
        bytes: l.bytes,
        abroad_bytes: l.abroad_bytes,
        fixed: l.fixed,
        usage: l.usage,
        abroad: l.abroad,
        rolled_bytes: l.rolled_bytes,
        balance_bytes: l.balance_bytes,
        nights: l.nights,
        operator: l.source == CostSource::Operator,
    };
    let settled: Vec<Settled> = all.iter().map(settle).collect();
    // Rows from 15 March 2026 on are left: March is known only in part, so its committed line stands too.
    let late = &nights[nights.iter().position(|d| *d == date(2026, 3, 15)).unwrap()..];
    let after = of(late, &settled);
    let money = |l: &CostLine| (l.cycle_end, l.bytes, l.total, l.balance_bytes, l.nights);
    assert_eq!(after.iter().map(money).collect::<Vec<_>>(), all.iter().map(money).collect::<Vec<_>>());
    // Without them the card would seem full.
    assert_eq!(of(late, &[])[15].balance_bytes, 49 * GIG);
}

#[test]
fn the_highest_share_reached_is_told() {
    let links = [link("dongle-1", LinkKind::Dongle)];
    let t = [tariff(bundle(), "1500", 1, Vat::Included)];
    let check = |octets: u64, expected: &[(Share, u16)]| {
        let usage = [bytes(APRIL, octets)];
        let warn_at = BTreeMap::from([("dongle-1".to_owned(), vec![50, 75, 100])]);
        let given = Books { nights: &[APRIL], warn_at: &warn_at, ..books(&links, &t, &usage) };
        let lines = costs(&given, Month::of(APRIL), LATER);
        let found: Vec<(Share, u16)> = lines[0].warnings.iter().map(|w| (w.of, w.percent)).collect();
        assert_eq!(found, expected);
    };
    // The budget is 20.00 and the contract 15.00: three quarters are reached at once. The bundle is 20 GB.
    check(10 * GIG - 1, &[(Share::Budget, 75)]);
    check(10 * GIG, &[(Share::Data, 50), (Share::Budget, 75)]);
    // 22 GB: 5.00 beyond the bundle make 20.00.
    check(22 * GIG, &[(Share::Data, 100), (Share::Budget, 100)]);
}

#[test]
fn a_budget_is_for_the_financial_year() {
    let links = [link("dongle-1", LinkKind::Dongle)];
    let t = [Tariff { from: date(2026, 2, 1), ..tariff(bundle(), "1500", 1, Vat::Included) }];
    let check = |month: &str, expected: Option<u16>| {
        let warn_at = BTreeMap::from([("dongle-1".to_owned(), vec![75, 150])]);
        let nights = [date(2026, 2, 3), date(2026, 3, 3), APRIL, date(2026, 5, 3)];
        let given = Books { nights: &nights, warn_at: &warn_at, ..books(&links, &t, &[]) };
        let month: Month = month.parse().unwrap();
        let lines = costs(&given, month, month.next().next().first());
        let found = lines[0].warnings.iter().find(|w| w.of == Share::Budget).map(|w| w.percent);
        assert_eq!((lines.len(), found), (1, expected), "{month}");
    };
    // 20.00 for the year, 15.00 a month: after February and March 30.00, and from April on anew.
    check("2026-02", Some(75));
    check("2026-03", Some(150));
    check("2026-04", Some(75));
    check("2026-05", Some(150));
}

#[test]
fn a_cycle_committed_since_stands_in_the_month_in_which_it_ended() {
    let links = [link("dongle-1", LinkKind::Dongle)];
    let t = [tariff(bundle(), "1500", 15, Vat::Included)];
    let settled = [Settled {
        link: "dongle-1".to_owned(),
        cycle_start: date(2026, 3, 15),
        cycle_end: date(2026, 4, 14),
        bytes: GIG,
        abroad_bytes: 0,
        fixed: 1_500,
        usage: 0,
        abroad: 0,
        rolled_bytes: 0,
        balance_bytes: 0,
        nights: 31,
        operator: false,
    }];
    let ends = |month: &str| -> Vec<Date> {
        let given = Books { nights: &[date(2026, 3, 20)], settled: &settled, ..books(&links, &t, &[]) };
        costs(&given, month.parse().unwrap(), LATER).iter().map(|l| l.cycle_end).collect()
    };
    assert_eq!(ends("2026-03"), [date(2026, 3, 14)]);
    assert_eq!(ends("2026-04"), [date(2026, 4, 14)]);
}

#[test]
fn cycles_of_shared_links_whose_bills_depend_on_use() {
    let shared = |id: &str, kind| Link { issued_to: None, ..link(id, kind) };
    let links = [
        shared("office", LinkKind::Broadband),
        shared("hall", LinkKind::Router),
        Link { issued_to: Some("A-1".to_owned()), ..link("dongle-1", LinkKind::Dongle) },
    ];
    let of = |id: &str, kind| Tariff {
        link: id.to_owned(),
        from: date(2026, 1, 1),
        ..tariff(kind, "1500", 15, Vat::Included)
    };
    let t = [of("office", FLAT), of("hall", bundle()), of("dongle-1", bundle())];
    let found = cycles_of(&books(&links, &t, &[]), "2026-03".parse().unwrap());
    let told: Vec<_> = found.iter().map(|c| (c.link.as_str(), c.start, c.end)).collect();
    let expected = [("hall", date(2026, 2, 15), date(2026, 3, 14)), ("hall", date(2026, 3, 15), date(2026, 4, 14))];
    assert_eq!(told, expected);
}

/// A bundle of 20 GB from the 1st, one gigabyte every day from 1 March to the 20th: alike, so that the range is one sum.
#[test]
fn whether_data_will_last() {
    let links = [link("dongle-1", LinkKind::Dongle)];
    let check = |gb: u64, octets: u64, last: i8, expected: Option<Lasts>| {
        let kind = PriceKind::Bundle { data: data(gb), rollover: false };
        let t = [Tariff { from: date(2026, 3, 1), ..tariff(kind, "1500", 1, Vat::Included) }];
        let nights: Vec<Date> = (1..=last).map(|d| date(2026, 3, d)).collect();
        let usage: Vec<DayBytes> = nights.iter().map(|d| bytes(*d, octets)).collect();
        let found = lines(&Books { nights: &nights, ..books(&links, &t, &usage) }, date(2026, 3, last));
        assert_eq!((found[0].lasts, found[0].bundle), (expected, Some(gb * GIG)), "{gb} {octets} {last}");
    };
    // 31 days of 1 GB are 31 GB.
    check(31, GIG, 20, Some(Lasts::Yes));
    check(30, GIG, 20, Some(Lasts::No));
    // Of six days no range is told, and when the cycle is over nothing is to come.
    check(30, GIG, 6, None);
    check(30, GIG, 31, None);
}

#[test]
fn offers_tried_by_hand() {
    let links = [link("dongle-1", LinkKind::Dongle)];
    // From 10 March to 31 May 2026: 10 GB on every 20th of the month, 1 GB in France on 5 May.
    let nights: Vec<Date> = date(2026, 3, 10).series(jiff::ToSpan::days(1)).take(83).collect();
    let usage = [3, 4, 5].map(|month| bytes(date(2026, month, 20), 10 * GIG));
    let items = [item("2026-05-05", "FR", GIG, "3.20")];
    let given = Books { nights: &nights, itemised: &items, ..books(&links, &[], &usage) };
    let offer = |name: &str, kind, price: &str, pack| Offer {
        name: name.to_owned(),
        tariff: tariff(kind, price, 1, Vat::Included),
        pack,
    };
    let stop = Data { octets: 0, run_out: RunOut::Stop };
    let offers = [
        offer("flat", FLAT, "2000", None),
        offer("small", PriceKind::Bundle { data: data(8), rollover: false }, "500", None),
        offer("card", PriceKind::Prepaid { data: stop }, "0", Some((4 * GIG, d("400")))),
    ];
    let trials = compare(&offers, &given, &links[0]);
    let told: Vec<_> = trials.iter().map(|t| (t.name.as_str(), t.cycles.clone(), t.year)).collect();
    // Whole cycles: April and May, 61 days. Small: 10 GB are 2 beyond 8 at 2.50, in April. In May 1 GB was in France by the
    // operator (the router has 10, so 9 at home): 1 beyond. 10.00 + 7.50 = 17.50; x 365 / 61 = 104.71.
    // Card: on 20 April 3 packs of 4 GB, 2 GB left; on 20 May 9 GB less 2: 2 packs: 12.00 + 8.00 = 20.00: 119.67.
    let expected =
        [("small", vec![1_000, 750], 10_471), ("card", vec![1_200, 800], 11_967), ("flat", vec![2_000, 2_000], 23_934)];
    assert_eq!(told, expected);
    assert_eq!((trials[0].first, trials[0].last, trials[0].days_unknown), (APRIL, date(2026, 5, 31), 0));
    assert!(trials.iter().all(|t| t.unpriced_abroad == GIG), "no offer has a zone for France");
    // Equal cycles leave no doubt. Of 10.00 and 7.50 the variance is 31250; a year has 11.967 cycles; 31250 x 11.967 x
    // (2 + 11.967) / 2 = 2,611,610, of which the root is 1616; with one degree of freedom times 6.314: 10203.
    assert_eq!(trials[2].year_range, Some((23_934, 23_934)));
    assert_eq!(trials[0].year_range, Some((10_471 - 10_203, 10_471 + 10_203)));
    // One whole cycle is too little for a range; none is no trial.
    let short = Books { nights: &nights[..52], ..given };
    assert_eq!(compare(&offers, &short, &links[0])[0].year_range, None);
    assert!(compare(&offers, &Books { nights: &nights[..30], ..given }, &links[0]).is_empty());
}

proptest! {
    /// More use never costs less, parts add up, and nothing overflows.
    #[test]
    fn monotone(a in any::<u64>(), b in any::<u64>(), price in 0_i64..1_000_000_000, decimals in 0_u32..7) {
        let price = Price { pence: Decimal::new(price, decimals), unit: DataUnit::Mb, started: decimals % 2 == 0 };
        let data = Data { octets: b / 3, run_out: RunOut::Rate(price) };
        for kind in [
            FLAT,
            PriceKind::Flat { fair_use: Some(data) },
            PriceKind::Bundle { data, rollover: true },
            PriceKind::Prepaid { data },
            PriceKind::PerMb(price),
            PriceKind::PerDay { pence: price.pence, fair_use: Some(data) },
        ] {
            let t = tariff(kind, "1500", 1, Vat::Excluded);
            let cycle = Cycle { start: APRIL, end: date(2026, 4, 30), tariff: Some(&t), opens: true };
            let pence = |octets| {
                let used = usage::Used { home: vec![(APRIL, octets)], ..usage::Used::default() };
                bill::charge(&cycle, &used, &[], bill::Brought::default(), bill::ToCome::default()).pence
            };
            prop_assert!(pence(a.min(b)) <= pence(a.max(b)));
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

#[test]
fn a_sum_beyond_64_bits_is_the_end_of_their_range() {
    // 18.4 million million megabytes at 10,000 pounds each are 1.8e19 pence, twice what 64 bits hold.
    let tariffs = [tariff(PriceKind::PerMb(rate("1000000", DataUnit::Mb)), "3000", 1, Vat::Included)];
    let links = [link("dongle-1", LinkKind::Dongle)];
    let usage = [bytes(APRIL, u64::MAX)];
    let given = Given { links: &links, tariffs: &tariffs, usage: &usage, items: &[], claims: &[] };
    let lines = given.costs(Month::of(APRIL), date(2026, 5, 3));
    let found: Vec<_> = lines.iter().map(|l| (l.fixed, l.usage, l.abroad, l.total, l.so_far)).collect();
    assert_eq!(found, [(3_000, i64::MAX, 0, i64::MAX, i64::MAX)]);
    let settled = |l: &CostLine| Settled {
        link: l.link.clone(),
        cycle_start: l.cycle_start,
        cycle_end: l.cycle_end,
        bytes: l.bytes,
        abroad_bytes: 0,
        fixed: l.fixed,
        usage: l.usage,
        abroad: i64::MAX,
        rolled_bytes: 0,
        balance_bytes: 0,
        nights: 99,
        operator: false,
    };
    let settled: Vec<Settled> = lines.iter().map(settled).collect();
    let again = costs(&Books { settled: &settled, ..books(&links, &tariffs, &[]) }, Month::of(APRIL), date(2026, 5, 3));
    assert_eq!(again.iter().map(|l| (l.total, l.so_far)).collect::<Vec<_>>(), [(i64::MAX, i64::MAX)]);
}
