//! Time classes on days of 23 and 25 hours, hours that change, and the minutes that count.

use super::*;

/// A record of the device at 192.168.1.`device` between two instants in UTC.
fn between(device: u8, from: &str, until: &str, bytes: u64) -> Flow {
    let at = |t: &str| t.parse::<jiff::Timestamp>().unwrap().as_microsecond();
    Flow { start: at(from), end: at(until), ..flow(&format!("192.168.1.{device}"), CDN, "00:00:00", 0, bytes) }
}

/// Bytes and active minutes of asset A by class, where its holder has these hours.
fn check_hours(hours: &[(&str, Option<&str>, &str)], flows: Vec<Flow>, date: &str, expected: &[(TimeClass, i64, u32)]) {
    let person = |(from, until, hours): &(&str, Option<&str>, &str)| PersonRow {
        person: "P1".to_owned(),
        role: Unit::Employee,
        notice_date: Some("2026-01-01".parse().unwrap()),
        objection: None,
        restricted: Vec::new(),
        from: from.parse().unwrap(),
        until: until.map(|u| u.parse().unwrap()),
        hours: Some(WeekHours::parse_line(hours).unwrap()),
        duty: None,
    };
    let people = hours.iter().map(person).collect();
    let register = Register::new(vec![row("A", Some("P1"), Ownership::Council, 10)], people).unwrap();
    let calendar =
        Calendar::new(TimeZone::get("Europe/London").unwrap(), "england", &BTreeMap::new(), None, vec![]).unwrap();
    let settings = NightSettings {
        date: date.parse().unwrap(),
        calendar: &calendar,
        register: &register,
        links: &links(None),
        lan: &["192.168.1.0/24".parse().unwrap()],
        resolvers: &[],
        categories: &Names,
        networks: None,
        key: &Plain,
        hold_s: 3_600,
        lease_s: crate::LEASE_S_DEFAULT,
        categories_allowed: true,
        shared_resolver: false,
        security: None,
    };
    let mut night = Night::new(&settings).seal();
    night.flows(&batches(&flows, 3));
    let mut sums: BTreeMap<TimeClass, (i64, u32)> = BTreeMap::new();
    for u in night.finish().usage {
        let sum = sums.entry(u.time_class).or_default();
        *sum = (sum.0 + u.bytes_up + u.bytes_down, sum.1 + u.minute_mask.count_ones());
    }
    let found: Vec<_> = sums.into_iter().map(|(class, (bytes, minutes))| (class, bytes, minutes)).collect();
    assert_eq!(found, expected, "{hours:?} on {date}");
}

#[test]
fn guarantee_39_half_past_one_comes_twice_in_october() {
    use TimeClass::{Core, Outside};
    let shift: &[(&str, Option<&str>, &str)] = &[("2026-01-01", None, "sun 01:30-03:00")];
    // 25 October 2026: the clock goes from 01:59:59 BST back to 01:00:00 GMT at 01:00 UTC. Two minutes at each 01:29 to
    // 01:31 by the wall clock: one minute before the shift and one in it, both times.
    let first = between(10, "2026-10-25T00:29:00Z", "2026-10-25T00:31:00Z", 2_000_000);
    let second = between(10, "2026-10-25T01:29:00Z", "2026-10-25T01:31:00Z", 10_000_000);
    check_hours(shift, vec![first], "2026-10-25", &[(Core, 1_000_000, 1), (Outside, 1_000_000, 1)]);
    check_hours(shift, vec![second], "2026-10-25", &[(Core, 5_000_000, 1), (Outside, 5_000_000, 1)]);
    // The whole day of 25 hours at 1,000,000 octets a minute: 30 minutes of the first pass and 90 of the second are core.
    let all = between(10, "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z", 1_500_000_000);
    check_hours(shift, vec![all], "2026-10-25", &[(Core, 120_000_000, 120), (Outside, 1_380_000_000, 1_380)]);
}

#[test]
fn guarantee_39_the_day_of_23_hours() {
    use TimeClass::{Core, Outside};
    // 29 March 2026: the clock goes from 00:59:59 GMT to 02:00:00 BST at 01:00 UTC.
    let all = between(10, "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z", 1_380_000_000);
    let night: &[(&str, Option<&str>, &str)] = &[("2026-01-01", None, "sun 00:30-02:30")];
    check_hours(night, vec![all], "2026-03-29", &[(Core, 60_000_000, 60), (Outside, 1_320_000_000, 1_320)]);
    let day: &[(&str, Option<&str>, &str)] = &[("2026-01-01", None, "sun 09:00-17:00")];
    check_hours(day, vec![all], "2026-03-29", &[(Core, 480_000_000, 480), (Outside, 900_000_000, 900)]);
}

#[test]
fn guarantee_39_a_bank_holiday_in_december_is_outside() {
    let hours: &[(&str, Option<&str>, &str)] = &[("2026-01-01", None, "mon-fri 09:00-17:00")];
    // 28 December 2026, a Monday, stands in for Boxing Day, a Saturday. 21 December is an ordinary Monday.
    for (date, class) in [("2026-12-28", TimeClass::Outside), ("2026-12-21", TimeClass::Core)] {
        let f = between(10, &format!("{date}T10:00:00Z"), &format!("{date}T10:02:00Z"), 1_400_000);
        check_hours(hours, vec![f], date, &[(class, 1_400_000, 2)]);
    }
}

#[test]
fn hours_change_in_the_year() {
    use TimeClass::{Core, Outside};
    let hours: &[(&str, Option<&str>, &str)] =
        &[("2026-01-01", Some("2026-05-31"), "mon 09:00-17:00"), ("2026-06-01", None, "mon 09:00-12:00")];
    for (date, class) in [("2026-05-18", Core), ("2026-06-01", Outside)] {
        let f = between(10, &format!("{date}T13:00:00Z"), &format!("{date}T13:01:00Z"), 200_000);
        check_hours(hours, vec![f], date, &[(class, 200_000, 1)]);
    }
}

/// Minutes of asset B of the usual council, over all its rows.
fn check_minutes(flows: Vec<Flow>, bytes: u64, expected: u32) {
    let out = world(flows).night();
    assert_eq!(out.account.kept, bytes);
    let mut masks: BTreeMap<Micros, i64> = BTreeMap::new();
    out.usage.iter().for_each(|u| *masks.entry(u.bucket_start).or_default() |= u.minute_mask);
    assert_eq!(masks.values().map(|m| m.count_ones()).sum::<u32>(), expected);
}

#[test]
fn a_connection_left_open_is_not_use() {
    // A page in 20 seconds, then a keep-alive of 104 octets every 45 seconds for 15 minutes, each a record of its own.
    let page = || flow(CDN, "192.168.1.11", "10:00:00", 20, 900_000);
    let mut flows = vec![flow("192.168.1.11", CDN, "10:00:00", 20, 40_000), page()];
    for n in 1..=20 {
        let second = n * 45;
        let start = format!("10:{:02}:{:02}", second / 60, second % 60);
        flows.push(flow("192.168.1.11", CDN, &start, 0, 104));
        flows.push(flow(CDN, "192.168.1.11", &start, 0, 104));
    }
    check_minutes(flows, 940_000 + 40 * 104, 1);
    // The same from an exporter that reports open connections each minute, with two pings of 90 octets in each record.
    let mut flows = vec![page()];
    flows.extend((1..15).map(|n| flow(CDN, "192.168.1.11", &format!("10:{n:02}:00"), 60, 180)));
    check_minutes(flows, 900_000 + 14 * 180, 1);
    // And from one that waits for the end: the octets last 18 seconds.
    check_minutes(vec![flow(CDN, "192.168.1.11", "10:00:00", 920, 902_520)], 902_520, 1);
}

#[test]
fn use_that_goes_on_counts_in_full() {
    // A call: 800,000 octets a minute for 20 minutes, in one record and in records of a minute.
    check_minutes(vec![flow(CDN, "192.168.1.11", "10:00:00", 1_200, 16_000_000)], 16_000_000, 20);
    let each = |n: u32| flow(CDN, "192.168.1.11", &format!("10:{n:02}:00"), 60, 800_000);
    check_minutes((0..20).map(each).collect(), 16_000_000, 20);
    // Messages of 1,200 octets in each of ten minutes over one connection.
    let each = |n: u32| flow("192.168.1.11", CDN, &format!("10:{n:02}:30"), 1, 1_200);
    check_minutes((0..10).map(each).collect(), 12_000, 10);
    // A question and its answer, however small, are a minute.
    check_minutes(
        vec![flow("192.168.1.11", CDN, "10:00:00", 0, 76), flow(CDN, "192.168.1.11", "10:00:00", 0, 76)],
        152,
        1,
    );
    // Two connections side by side in the same minutes are one use.
    let other = Flow { src: addr("203.0.113.8"), ..flow(CDN, "192.168.1.11", "10:01:00", 120, 1_500_000) };
    check_minutes(vec![flow(CDN, "192.168.1.11", "10:00:00", 120, 1_500_000), other], 3_000_000, 3);
}

#[test]
fn days_of_23_and_25_hours_have_all_their_bytes() {
    for (date, start, hours) in [("2026-03-29", "2026-03-29T00:00:00Z", 23), ("2026-10-25", "2026-10-24T23:00:00Z", 25)]
    {
        let start = start.parse::<jiff::Timestamp>().unwrap().as_microsecond();
        let mut f = flow("192.168.1.11", CDN, "00:00:00", 0, 4 * 3_600 * 48);
        (f.start, f.end) = (start - 3_600 * S, start - 3_600 * S + 48 * 3_600 * S);
        let out = world(vec![f]).on("Europe/London", date.parse().unwrap(), 1);
        assert_eq!(out.account.counted, 4 * 3_600 * hours, "{date}");
        assert_eq!(out.usage.len() as u64, hours * 4);
    }
}
