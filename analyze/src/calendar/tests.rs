//! Classes, days and holidays, each case by hand.

use super::*;

fn calendar() -> Calendar {
    let zone = TimeZone::get("Europe/London").unwrap();
    let closures = vec!["2026-12-24".parse().unwrap()];
    Calendar::new(zone, "england", &BTreeMap::new(), Some("12:30-13:30"), closures).unwrap()
}

fn at(text: &str) -> Micros {
    text.parse::<Timestamp>().unwrap().as_microsecond()
}

fn check(hours: &str, instant: &str, expected: TimeClass) {
    let hours = WeekHours::parse_line(hours).unwrap();
    assert_eq!(calendar().class_at(&hours, at(instant)), expected, "{instant}");
    let date = calendar().date_of(at(instant));
    let segments = calendar().segments(&hours, date);
    let own = segments.iter().find(|s| (s.start..s.end).contains(&at(instant))).unwrap();
    assert_eq!(own.class, expected, "segment of {instant}");
}

const OFFICE: &str = "mon-fri 09:00-17:00";

#[test]
fn classes_by_the_wall_clock() {
    use TimeClass::{Core, Lunch, Outside};
    check(OFFICE, "2026-03-02T09:00:00Z", Core);
    check(OFFICE, "2026-03-02T08:59:59.999999Z", Outside);
    check(OFFICE, "2026-03-02T12:30:00Z", Lunch);
    check(OFFICE, "2026-03-02T13:30:00Z", Core);
    check(OFFICE, "2026-03-02T17:00:00Z", Outside);
    check(OFFICE, "2026-03-01T10:00:00Z", Outside);
    check(OFFICE, "2026-07-01T08:00:00Z", Core);
    check(OFFICE, "2026-07-01T16:00:00Z", Outside);
    check(OFFICE, "2026-04-03T10:00:00Z", Outside);
    check(OFFICE, "2026-12-28T10:00:00Z", Outside);
    check(OFFICE, "2026-12-24T10:00:00Z", Outside);
    check("mon 09:00-12:00", "2026-03-02T12:45:00Z", Outside);
    check("mon 09:00-12:30,13:30-17:00", "2026-03-02T12:45:00Z", Lunch);
    check("mon 09:00-12:00,14:00-17:00", "2026-03-02T12:15:00Z", Outside);
}

#[test]
fn part_time_patterns() {
    use TimeClass::{Core, Lunch, Outside};
    // A clerk of two mornings and one evening. 3 March 2026 is a Tuesday.
    const CLERK: &str = "tue,thu 09:30-12:30";
    assert!(WeekHours::parse_line(CLERK).is_err(), "days stand one by one, or as a range");
    const MORNINGS: &str = "tue 09:30-12:30; thu 09:30-12:30,18:00-21:00";
    check(MORNINGS, "2026-03-02T10:00:00Z", Outside);
    check(MORNINGS, "2026-03-03T09:29:59Z", Outside);
    check(MORNINGS, "2026-03-03T09:30:00Z", Core);
    // The council's lunch begins as the morning ends: nobody is at lunch after their day.
    check(MORNINGS, "2026-03-03T12:30:00Z", Outside);
    // On Thursdays there is an evening too, so the break lies within the day, though not all of it is working time.
    check(MORNINGS, "2026-03-05T12:45:00Z", Lunch);
    check(MORNINGS, "2026-03-05T14:00:00Z", Outside);
    check(MORNINGS, "2026-03-05T20:59:59Z", Core);
    // A caretaker's night from Friday to Saturday, by two spans.
    check("fri 22:00-24:00; sat 00:00-06:00", "2026-03-06T23:59:59Z", Core);
    check("fri 22:00-24:00; sat 00:00-06:00", "2026-03-07T00:00:00Z", Core);
    check("fri 22:00-24:00; sat 00:00-06:00", "2026-03-07T06:00:00Z", Outside);
}

#[test]
fn a_lunch_of_ones_own() {
    use TimeClass::{Core, Lunch};
    check("mon 09:00-17:00; lunch 12:00-12:30", "2026-03-02T12:15:00Z", Lunch);
    check("mon 09:00-17:00; lunch 12:00-12:30", "2026-03-02T12:45:00Z", Core);
    check("lunch none; mon 09:00-17:00", "2026-03-02T12:45:00Z", Core);
    let twice = WeekHours::parse_line("lunch none; lunch 12:00-12:30").unwrap_err();
    assert!(twice.to_string().starts_with("lunch stands twice"));
    assert!(WeekHours::parse_line("lunch noon").is_err());
}

#[test]
fn timetables_change_on_their_date() {
    use TimeClass::{Core, Lunch};
    let week = |text: &str| BTreeMap::from([("mon".to_owned(), text.to_owned())]);
    let mut c = calendar();
    let day = |text: &str| text.parse::<Date>().unwrap();
    // From 6 April the office is open on Mondays alone; from 4 May lunch is earlier; from 1 June there is none.
    c.change(day("2026-04-06"), Some(&week("09:00-17:00")), None).unwrap();
    c.change(day("2026-05-04"), None, Some("12:00-12:30")).unwrap();
    c.change(day("2026-06-01"), None, Some("none")).unwrap();
    let own = WeekHours::parse_line(OFFICE).unwrap();
    for (instant, expected) in [
        // 13:15 and 12:15 by the wall clock, an hour ahead of UTC.
        ("2026-04-27T12:15:00Z", Lunch),
        ("2026-04-27T11:15:00Z", Core),
        ("2026-05-11T12:15:00Z", Core),
        ("2026-05-11T11:15:00Z", Lunch),
        ("2026-06-08T11:15:00Z", Core),
    ] {
        assert_eq!(c.class_at(&own, at(instant)), expected, "{instant}");
    }
    // Tuesdays: a working day while no hours are declared, none afterwards. 4 May is a bank holiday.
    for (date, expected) in [
        ("2026-03-31", true),
        ("2026-04-07", false),
        ("2026-04-13", true),
        ("2026-05-04", false),
        ("2026-05-11", true),
        ("2026-06-02", false),
    ] {
        assert_eq!(c.is_working_day(day(date)), expected, "{date}");
    }
    assert_eq!(c.change(day("2026-05-04"), None, None).unwrap_err(), CalendarError::FromTwice(day("2026-05-04")));
    assert!(c.change(day("2026-07-01"), None, Some("soon")).is_err());
}

/// Minutes of each class on a date: core, lunch, outside.
fn minutes(hours: &str, date: &str) -> [i64; 3] {
    let segments = calendar().segments(&WeekHours::parse_line(hours).unwrap(), date.parse().unwrap());
    [TimeClass::Core, TimeClass::Lunch, TimeClass::Outside]
        .map(|c| segments.iter().filter(|s| s.class == c).map(|s| (s.end - s.start) / 60_000_000).sum())
}

#[test]
fn the_length_of_each_class() {
    // 24 hours: 7 core, 1 lunch, 16 outside.
    assert_eq!(minutes(OFFICE, "2026-03-02"), [420, 60, 960]);
    // A bank holiday, a closure, a Sunday: all outside.
    assert_eq!(minutes(OFFICE, "2026-12-25"), [0, 0, 1_440]);
    assert_eq!(minutes(OFFICE, "2026-12-28"), [0, 0, 1_440]);
    assert_eq!(minutes(OFFICE, "2026-12-24"), [0, 0, 1_440]);
    // The Sunday of 23 hours. 00:30 to 02:30 by the wall clock lasts one hour: 01:00 to 02:00 does not exist.
    assert_eq!(minutes("sun 00:30-02:30", "2026-03-29"), [60, 0, 1_320]);
    assert_eq!(minutes("sun 09:00-17:00", "2026-03-29"), [420, 60, 900]);
    // The Sunday of 25 hours. 01:15 to 01:45 comes twice, and so does a break inside the repeated hour.
    assert_eq!(minutes("sun 01:15-01:45", "2026-10-25"), [60, 0, 1_440]);
    assert_eq!(minutes("sun 00:30-02:30; lunch 01:15-01:45", "2026-10-25"), [120, 60, 1_320]);
    assert_eq!(minutes("sun 09:00-17:00", "2026-10-25"), [420, 60, 1_020]);
}

#[test]
fn the_repeated_hour_is_outside_twice_and_inside_twice() {
    use TimeClass::{Core, Outside};
    for (instant, expected) in [
        ("2026-10-25T00:29:00Z", Outside),
        ("2026-10-25T00:30:00Z", Core),
        ("2026-10-25T00:59:59Z", Core),
        ("2026-10-25T01:00:00Z", Outside),
        ("2026-10-25T01:30:00Z", Core),
        ("2026-10-25T02:59:59Z", Core),
        ("2026-10-25T03:00:00Z", Outside),
    ] {
        check("sun 01:30-03:00", instant, expected);
    }
}

#[test]
fn days_of_23_and_25_hours() {
    let hours = WeekHours::parse_line(OFFICE).unwrap();
    for (date, expected) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)] {
        let date: Date = date.parse().unwrap();
        let segments = calendar().segments(&hours, date);
        let total: i64 = segments.iter().map(|s| s.end - s.start).sum();
        assert_eq!(total / 3_600_000_000, expected, "{date}");
        assert!(segments.windows(2).all(|w| w[0].end == w[1].start && w[0].class != w[1].class));
    }
    check("sun 00:30-02:30", "2026-03-29T01:15:00Z", TimeClass::Core);
    check("sun 00:30-01:30", "2026-03-29T01:00:00Z", TimeClass::Outside);
}

#[test]
fn words_that_are_not_understood() {
    let refused = |line: &str| WeekHours::parse_line(line).unwrap_err().to_string();
    assert!(refused("mo 09:00-17:00").starts_with("'mo' is not a day"));
    assert!(refused("mon 17:00-09:00").contains("not a span"));
    assert!(refused("mon 09:00-25:00").contains("not a span"));
    assert!(refused("mon 9:0-17:00").contains("not a span"));
    assert!(refused("mon 09:00-12:00,11:00-13:00").contains("overlap"));
    assert!(refused("mon 09:00-12:00; mon 13:00-14:00").contains("stands twice"));
    assert!(refused("mon").contains("not a span"));
    let zone = TimeZone::UTC;
    assert!(Calendar::new(zone, "mercia", &BTreeMap::new(), None, vec![]).is_err());
}

#[test]
fn working_days_of_the_office() {
    let c = calendar();
    for (day, expected) in [("2026-03-02", true), ("2026-03-01", false), ("2026-04-03", false), ("2026-12-24", false)] {
        assert_eq!(c.is_working_day(day.parse().unwrap()), expected, "{day}");
    }
}
