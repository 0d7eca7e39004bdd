//! Whose a device's rows are after the register was corrected.

use jiff::civil::Date;
use model::{MICROS_PER_S, Micros, TimeClass, Unit, UsageRow};
use store::Fate;

use crate::calendar::{Calendar, Segment};
use crate::night::Pseudonyms;
use crate::register::{PersonRow, Register, Standing};

/// Minutes of a bucket.
const MINUTES: i64 = 15;

/// What becomes of a row of an asset on a date, by the register as it is now: it is its holder's, with the holder's hours;
/// of a device of several people it is nobody's; where nobody may be measured it goes.
///
/// The hours of another person may class the same minutes otherwise. A row cannot be cut, since its bytes are not told by
/// minute: it takes the class in which most of its active minutes lie.
pub fn rekeyed(
    row: &UsageRow,
    asset: Option<&str>,
    register: &Register,
    calendar: &Calendar,
    key: &dyn Pseudonyms,
) -> Fate {
    let date = row.local_date;
    match asset.map_or(Standing::Unmonitored, |a| register.standing(a, date)) {
        Standing::Unmonitored => Fate::Goes,
        Standing::Shared => Fate::Moves { person: None, unit: Unit::Shared, time_class: TimeClass::NotApplicable },
        Standing::Person(person) => Fate::Moves {
            person: Some(key.person(&person.person)),
            unit: person.role,
            time_class: class(row, &segments(person, calendar, date)),
        },
    }
}

/// The classes of a date by a person's own hours; only employees have any.
fn segments(person: &PersonRow, calendar: &Calendar, date: Date) -> Vec<Segment> {
    let own = person.hours.as_ref().filter(|h| person.role == Unit::Employee && !h.is_empty());
    own.map(|h| calendar.segments(h, date)).unwrap_or_default()
}

/// The class of most of a row's active minutes. Where two have as many, or no minute counts, it keeps the class that it
/// has if the bucket knows it, and else takes the earlier one.
fn class(row: &UsageRow, segments: &[Segment]) -> TimeClass {
    let minute = |i: i64| row.bucket_start.saturating_add(i * 60 * MICROS_PER_S);
    let at = |t: Micros| segments.iter().find(|s| s.start <= t && t < s.end).map(|s| s.class);
    let mut counts: Vec<(TimeClass, u32)> = Vec::new();
    for i in 0..MINUTES {
        let Some(class) = at(minute(i)) else { continue };
        let active = u32::from(row.minute_mask >> i & 1 == 1);
        match counts.iter_mut().find(|(c, _)| *c == class) {
            Some((_, n)) => *n += active,
            None => counts.push((class, active)),
        }
    }
    let most = counts.iter().map(|(_, n)| *n).max().unwrap_or(0);
    let best = |wanted: &dyn Fn(TimeClass) -> bool| counts.iter().find(|(c, n)| *n == most && wanted(*c)).map(|c| c.0);
    best(&|c| c == row.time_class).or_else(|| best(&|_| true)).unwrap_or(TimeClass::NotApplicable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{CategoryId, DeviceKey, Evidence};

    const START: Micros = 1_772_442_000 * MICROS_PER_S;

    fn row(mask: i64, time_class: TimeClass) -> UsageRow {
        UsageRow {
            local_date: jiff::civil::date(2026, 3, 2),
            bucket_start: START,
            person: None,
            device: DeviceKey(1),
            unit: Unit::Employee,
            link: 0,
            category: CategoryId::OTHER,
            time_class,
            evidence: Evidence::None,
            bytes_up: 1,
            bytes_down: 1,
            flows: 1,
            minute_mask: mask,
            estimated: false,
        }
    }

    /// A bucket of which the first five minutes are outside hours and the other ten are core.
    fn edge() -> Vec<Segment> {
        let five = START + 5 * 60 * MICROS_PER_S;
        let hour = 3_600 * MICROS_PER_S;
        vec![
            Segment { start: START - hour, end: five, class: TimeClass::Outside },
            Segment { start: five, end: START + hour, class: TimeClass::Core },
        ]
    }

    fn check(mask: i64, had: TimeClass, expected: TimeClass) {
        assert_eq!(class(&row(mask, had), &edge()), expected, "{mask:b} {had}");
    }

    #[test]
    fn a_row_takes_the_class_of_most_of_its_minutes() {
        check(0b11111, TimeClass::Core, TimeClass::Outside);
        check(0b1_1110_0001, TimeClass::Outside, TimeClass::Core);
        check(0b110_0000, TimeClass::NotApplicable, TimeClass::Core);
        // As many here as there: what it was, or the earlier.
        check(0b10_0001, TimeClass::Core, TimeClass::Core);
        check(0b10_0001, TimeClass::Lunch, TimeClass::Outside);
        check(0, TimeClass::Core, TimeClass::Core);
        check(0, TimeClass::NotApplicable, TimeClass::Outside);
    }

    #[test]
    fn rows_that_an_edge_divided_stay_as_they_were() {
        check(0b11111, TimeClass::Outside, TimeClass::Outside);
        check(0b111_1111_1110_0000, TimeClass::Core, TimeClass::Core);
    }

    #[test]
    fn who_has_no_hours_has_no_class() {
        assert_eq!(class(&row(0b111, TimeClass::Core), &[]), TimeClass::NotApplicable);
    }
}
