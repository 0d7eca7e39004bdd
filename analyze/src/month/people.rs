//! How many people stand behind a month, by the register and the calendar alone.

use std::collections::{BTreeMap, BTreeSet};

use gate::People;
use jiff::civil::Date;
use model::{Month, PersonKey, Unit};

use super::PersonMonth;
use crate::calendar::Calendar;
use crate::register::{Ownership, Register, Standing};

/// The people of a month: counts for the gate, and each person's flags under the month's key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MonthPeople {
    /// The counts.
    pub counts: People,
    /// Everybody who was measured on at least one date.
    pub by_key: BTreeMap<PersonKey, PersonMonth>,
}

/// One person's month, date by date.
#[derive(Default)]
struct Days {
    /// Dates on which a council-owned device of theirs could be measured.
    measured: BTreeSet<Date>,
    /// Whether on every such date they were an employee with declared hours.
    always_with_hours: bool,
}

/// Counts the people of a month.
///
/// A person is measured on a date when a council-owned device that they hold is in the register with an address of
/// either kind (without one no flow can be told to be theirs), the notice was given by then, and they do not object.
/// Measured on every working day of the office, they count as one of the number of people. Somebody with such a device
/// who was measured on no date at all is counted as not monitored.
pub fn people(
    register: &Register,
    calendar: &Calendar,
    month: Month,
    pseudonym: impl Fn(&str) -> PersonKey,
) -> MonthPeople {
    let measured = measured(register, month);
    let working: Vec<Date> = month.days().filter(|d| calendar.is_working_day(*d)).collect();
    let mut out = MonthPeople::default();
    for (person, days) in &measured {
        let full_month = !working.is_empty() && working.iter().all(|d| days.measured.contains(d));
        let flags = PersonMonth { full_month, declared_hours: days.always_with_hours };
        out.counts.full_month += u32::from(full_month);
        out.counts.with_hours += u32::from(full_month && flags.declared_hours);
        out.by_key.insert(pseudonym(person), flags);
    }
    out.counts.unmonitored = unmonitored(register, month, &measured);
    out
}

/// Everybody who was measured, with their dates.
fn measured(register: &Register, month: Month) -> BTreeMap<&str, Days> {
    let mut people: BTreeMap<&str, Days> = BTreeMap::new();
    let rows = register.rows().iter().filter(|r| r.mac.is_some() || r.address.is_some());
    for row in rows.filter(|r| r.ownership == Ownership::Council) {
        for date in month.days().filter(|d| row.covers(*d)) {
            if let Standing::Person(person) = register.standing(&row.asset, date) {
                let with_hours = person.role == Unit::Employee && person.hours.as_ref().is_some_and(|h| !h.is_empty());
                let new = Days { measured: BTreeSet::new(), always_with_hours: true };
                let days = people.entry(person.person.as_str()).or_insert(new);
                days.measured.insert(date);
                days.always_with_hours &= with_hours;
            }
        }
    }
    people
}

/// People present in the month with a council-owned device, of whom nothing was measured.
fn unmonitored(register: &Register, month: Month, measured: &BTreeMap<&str, Days>) -> u32 {
    let devices = register.rows().iter().filter(|r| r.ownership == Ownership::Council);
    let with_device = devices.filter(|r| r.mac.is_some() || r.address.is_some()).filter_map(|r| {
        let holder = r.holder.as_deref()?;
        let person = |d: Date| register.people().iter().any(|p| p.person == holder && p.present(d));
        month.days().any(|d| r.covers(d) && person(d)).then_some(holder)
    });
    let people: BTreeSet<&str> = with_device.filter(|h| !measured.contains_key(h)).collect();
    people.len() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::WeekHours;
    use crate::register::{PersonRow, RegisterRow};
    use jiff::civil::date;
    use model::Mac;

    fn device(n: u8, holder: &str) -> RegisterRow {
        RegisterRow {
            asset: format!("A-{n:03}"),
            kind: "laptop".to_owned(),
            holder: Some(holder.to_owned()),
            ownership: Ownership::Council,
            mac: Some(Mac([2, 0, 0x5e, 0x10, 0, n])),
            address: None,
            link: None,
            from: date(2025, 1, 1),
            until: None,
        }
    }

    fn person(id: &str, role: Unit) -> PersonRow {
        let hours = BTreeMap::from([("mon".to_owned(), "09:00-17:00".to_owned())]);
        PersonRow {
            person: id.to_owned(),
            role,
            notice_date: Some(date(2025, 1, 1)),
            objection: None,
            restricted: Vec::new(),
            from: date(2025, 1, 1),
            until: None,
            hours: (role == Unit::Employee).then(|| WeekHours::parse(&hours).unwrap()),
            duty: None,
        }
    }

    /// Counts and flags of March 2026, which begins on a Sunday, for one changed person beside an unchanged councillor.
    fn check(change: impl Fn(&mut PersonRow, &mut RegisterRow), counts: [u32; 3], flags: Option<(bool, bool)>) {
        let (mut p, mut d) = (person("p1", Unit::Employee), device(1, "p1"));
        change(&mut p, &mut d);
        let other = (person("p2", Unit::Councillor), device(2, "p2"));
        let register = Register::new(vec![d, other.1], vec![p, other.0]).unwrap();
        let zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
        let calendar = Calendar::new(zone, "england", &BTreeMap::new(), None, vec![date(2026, 3, 31)]).unwrap();
        let key = |id: &str| PersonKey(i64::from(id == "p1"));
        let found = people(&register, &calendar, "2026-03".parse().unwrap(), key);
        let c = found.counts;
        assert_eq!([c.full_month, c.with_hours, c.unmonitored], counts);
        let p1 = found.by_key.get(&PersonKey(1)).map(|f| (f.full_month, f.declared_hours));
        assert_eq!(p1, flags);
        assert_eq!(found.by_key.get(&PersonKey(0)).map(|f| (f.full_month, f.declared_hours)), Some((true, false)));
    }

    #[test]
    fn who_counts() {
        check(|_, _| (), [2, 1, 0], Some((true, true)));
        // 1 March is a Sunday: whoever has the notice on the 2nd is there on every working day.
        check(|p, _| p.notice_date = Some(date(2026, 3, 2)), [2, 1, 0], Some((true, true)));
        check(|p, _| p.notice_date = Some(date(2026, 3, 3)), [1, 0, 0], Some((false, true)));
        // 31 March is a closure here, 30 March a working day.
        check(|p, _| p.until = Some(date(2026, 3, 30)), [2, 1, 0], Some((true, true)));
        check(|p, _| p.until = Some(date(2026, 3, 29)), [1, 0, 0], Some((false, true)));
        check(|p, _| p.objection = Some(date(2026, 3, 20)), [1, 0, 0], Some((false, true)));
        check(|_, d| d.until = Some(date(2026, 3, 20)), [1, 0, 0], Some((false, true)));
        check(|p, _| p.hours = None, [2, 0, 0], Some((true, false)));
    }

    #[test]
    fn who_is_not_monitored() {
        check(|p, _| p.notice_date = None, [1, 0, 1], None);
        check(|p, _| p.objection = Some(date(2026, 1, 1)), [1, 0, 1], None);
        // Gone, with no device, with their own, or with one that no flow can be told to be: not known to the network.
        check(|p, _| p.until = Some(date(2026, 2, 28)), [1, 0, 0], None);
        check(|_, d| d.until = Some(date(2026, 2, 28)), [1, 0, 0], None);
        check(|_, d| d.ownership = Ownership::Personal, [1, 0, 0], None);
        check(|_, d| d.mac = None, [1, 0, 0], None);
    }
}
