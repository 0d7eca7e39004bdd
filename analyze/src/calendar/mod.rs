//! Working hours, lunch, closures and holidays, each applied to the instant at which a byte flowed.
//!
//! A person has a time class only through hours of their own. The council's opening hours say when the office is open, not
//! when somebody works, so nobody is judged by them: a person without declared hours is `n/a`.

mod holidays;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use model::{Micros, TimeClass};

pub use holidays::Nation;

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;
/// Spans that one day may have.
const SPANS_MAX: usize = 8;

/// What is wrong with hours, lunch or nation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// A day that is not one.
    #[error("'{0}' is not a day of the week: mon, tue, wed, thu, fri, sat or sun is wanted")]
    Day(String),
    /// A day that stands twice.
    #[error("'{0}' stands twice; several spans of one day are joined by a comma, as in 09:00-12:00,13:00-17:00")]
    DayTwice(String),
    /// A span that is not one.
    #[error("'{0}' is not a span of hours: HH:MM-HH:MM is wanted, the end after the beginning and at most 24:00")]
    Span(String),
    /// Spans of one day that overlap, or more than the limit.
    #[error("'{0}' has spans that overlap or are out of order, or more than 8 of them")]
    Spans(String),
    /// A nation that is not one.
    #[error("'{0}' is not a nation here: england, wales, scotland or northern-ireland is wanted")]
    Nation(String),
}

/// A span of a day in minutes after midnight by the wall clock; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: u16,
    until: u16,
}

impl Span {
    fn parse(text: &str) -> Result<Self, CalendarError> {
        let bad = || CalendarError::Span(text.trim().to_owned());
        let (from, until) = text.split_once('-').ok_or_else(bad)?;
        let minute = |t: &str| -> Option<u16> {
            let (h, m) = t.trim().split_once(':')?;
            let digits = |s: &str| (1..=2).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
            if !digits(h) || m.len() != 2 || !digits(m) {
                return None;
            }
            let (h, m): (u16, u16) = (h.parse().ok()?, m.parse().ok()?);
            (m < 60 && h * 60 + m <= DAY_MINUTES).then_some(h * 60 + m)
        };
        let span = Self { from: minute(from).ok_or_else(bad)?, until: minute(until).ok_or_else(bad)? };
        if span.from < span.until { Ok(span) } else { Err(bad()) }
    }

    const fn contains(self, minute: u16) -> bool {
        self.from <= minute && minute < self.until
    }
}

/// Hours of a week, by the wall clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeekHours {
    days: [Vec<Span>; 7],
}

const DAY_WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn day_index(day: Weekday) -> usize {
    day.to_monday_zero_offset() as usize
}

impl WeekHours {
    /// From a day's word to its spans: `mon` to `09:00-12:00,13:00-17:00`. A day without spans is no working day.
    ///
    /// # Errors
    /// A word that is no day, a span that is no span, spans that overlap.
    pub fn parse(days: &BTreeMap<String, String>) -> Result<Self, CalendarError> {
        let mut hours = Self::default();
        for (day, spans) in days {
            hours.add(day, spans)?;
        }
        Ok(hours)
    }

    /// From one line: `mon 09:00-17:00; tue 09:00-13:00`. A day may also be a range (`mon-fri 09:00-17:00`).
    ///
    /// # Errors
    /// As [`WeekHours::parse`].
    pub fn parse_line(line: &str) -> Result<Self, CalendarError> {
        let mut hours = Self::default();
        for part in line.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            let split = part.find([' ', '=']).ok_or_else(|| CalendarError::Span(part.to_owned()))?;
            let (days, spans) = part.split_at(split);
            let spans = spans.trim_matches([' ', '=', '"']);
            match days.split_once('-') {
                None => hours.add(days, spans)?,
                Some((first, last)) => {
                    let (first, last) = (day_of(first)?, day_of(last)?);
                    if first > last {
                        return Err(CalendarError::Day(days.to_owned()));
                    }
                    DAY_WORDS[first..=last].iter().try_for_each(|d| hours.add(d, spans))?;
                }
            }
        }
        Ok(hours)
    }

    fn add(&mut self, day: &str, spans: &str) -> Result<(), CalendarError> {
        let list = &mut self.days[day_of(day)?];
        if !list.is_empty() {
            return Err(CalendarError::DayTwice(day.to_owned()));
        }
        for part in spans.split(',').filter(|p| !p.trim().is_empty()) {
            list.push(Span::parse(part)?);
        }
        let ordered = list.windows(2).all(|w| w[0].until <= w[1].from);
        if ordered && list.len() <= SPANS_MAX { Ok(()) } else { Err(CalendarError::Spans(spans.to_owned())) }
    }

    /// Whether no day has hours.
    pub fn is_empty(&self) -> bool {
        self.days.iter().all(Vec::is_empty)
    }

    fn on(&self, date: Date) -> &[Span] {
        &self.days[day_index(date.weekday())]
    }
}

fn day_of(word: &str) -> Result<usize, CalendarError> {
    let lower = word.trim().to_ascii_lowercase();
    DAY_WORDS.iter().position(|d| *d == lower).ok_or_else(|| CalendarError::Day(word.trim().to_owned()))
}

/// A stretch of time with one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// First instant.
    pub start: Micros,
    /// First instant after it.
    pub end: Micros,
    /// The class of every instant between.
    pub class: TimeClass,
}

/// The council's zone, hours, lunch, closures and holidays.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    nation: Nation,
    hours: WeekHours,
    lunch: Option<Span>,
    closures: Vec<Date>,
}

impl Calendar {
    /// Checks the words of the configuration.
    ///
    /// # Errors
    /// The first that is not understood.
    pub fn new(
        zone: TimeZone,
        nation: &str,
        hours: &BTreeMap<String, String>,
        lunch: Option<&str>,
        mut closures: Vec<Date>,
    ) -> Result<Self, CalendarError> {
        let nation = Nation::from_word(nation).ok_or_else(|| CalendarError::Nation(nation.to_owned()))?;
        closures.sort_unstable();
        let lunch = lunch.map(Span::parse).transpose()?;
        Ok(Self { zone, nation, hours: WeekHours::parse(hours)?, lunch, closures })
    }

    /// The zone in which days and hours are meant.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The nation whose holidays count.
    pub fn nation(&self) -> Nation {
        self.nation
    }

    /// The office's hours, for the page; they give nobody a time class.
    pub fn hours(&self) -> &WeekHours {
        &self.hours
    }

    /// Whether a date is a bank holiday.
    pub fn is_bank_holiday(&self, date: Date) -> bool {
        holidays::is_holiday(self.nation, date)
    }

    /// Whether a date's bank holidays are worked out by rule because none is announced yet.
    pub fn is_provisional(&self, date: Date) -> bool {
        !holidays::announced(date)
    }

    /// Whether the council is closed all day: a bank holiday or a closure of its own.
    pub fn is_closed(&self, date: Date) -> bool {
        self.closures.binary_search(&date).is_ok() || self.is_bank_holiday(date)
    }

    /// Whether a date is a working day of the office: open, and with hours where any are declared (Monday to Friday
    /// where none are).
    pub fn is_working_day(&self, date: Date) -> bool {
        let weekday = !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let open = if self.hours.is_empty() { weekday } else { !self.hours.on(date).is_empty() };
        open && !self.is_closed(date)
    }

    /// The local date of an instant.
    pub fn date_of(&self, at: Micros) -> Date {
        self.civil(at).date()
    }

    /// First instant of a local date and of the next: 23 or 25 hours apart where the clock changes.
    pub fn bounds(&self, date: Date) -> (Micros, Micros) {
        let start = |d: Date| {
            let zoned = d.to_zoned(self.zone.clone());
            zoned.map_or(Micros::MAX, |z| z.timestamp().as_microsecond())
        };
        (start(date), date.tomorrow().map_or(Micros::MAX, start))
    }

    fn civil(&self, at: Micros) -> DateTime {
        let stamp = Timestamp::from_microsecond(at).unwrap_or(if at < 0 { Timestamp::MIN } else { Timestamp::MAX });
        self.zone.to_datetime(stamp)
    }

    /// The class of one instant by the wall clock, for a person with these hours.
    ///
    /// Core is inside the hours and not at lunch. Lunch is the declared break as far as it lies between the beginning of
    /// the day's first span and the end of its last. Everything else is outside, and so is all of a closed day. In the
    /// hour that the autumn change repeats, both passes have the class that the wall clock says.
    pub fn class_at(&self, hours: &WeekHours, at: Micros) -> TimeClass {
        let local = self.civil(at);
        let spans = hours.on(local.date());
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return TimeClass::Outside };
        if self.is_closed(local.date()) {
            return TimeClass::Outside;
        }
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        let day = Span { from: first.from, until: last.until };
        if self.lunch.is_some_and(|l| l.contains(minute)) && day.contains(minute) {
            return TimeClass::Lunch;
        }
        if spans.iter().any(|s| s.contains(minute)) { TimeClass::Core } else { TimeClass::Outside }
    }

    /// The classes of a whole local date, in order and without gaps, from its first instant to the next date's.
    pub fn segments(&self, hours: &WeekHours, date: Date) -> Vec<Segment> {
        let (start, end) = self.bounds(date);
        let mut edges = self.edges(hours, date);
        edges.push(start);
        edges.retain(|e| (start..end).contains(e));
        edges.sort_unstable();
        edges.dedup();
        let mut segments: Vec<Segment> = Vec::with_capacity(edges.len());
        for (i, from) in edges.iter().enumerate() {
            let until = edges.get(i + 1).copied().unwrap_or(end);
            let class = self.class_at(hours, *from);
            match segments.last_mut() {
                Some(last) if last.class == class => last.end = until,
                _ => segments.push(Segment { start: *from, end: until, class }),
            }
        }
        segments
    }

    /// Every instant of a date at which the class may change: both instants of a wall-clock time that occurs twice, and
    /// each change of the clock.
    fn edges(&self, hours: &WeekHours, date: Date) -> Vec<Micros> {
        let spans = hours.on(date).iter().chain(&self.lunch);
        let mut edges = Vec::new();
        for minute in spans.flat_map(|s| [s.from, s.until]).filter(|m| *m < DAY_MINUTES) {
            let at = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).unwrap_or(Time::midnight());
            let ambiguous = self.zone.to_ambiguous_timestamp(date.to_datetime(at));
            let offsets = match ambiguous.offset() {
                AmbiguousOffset::Unambiguous { offset } => [offset; 2],
                AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => [before, after],
            };
            let instants = offsets.iter().filter_map(|o| o.to_timestamp(date.to_datetime(at)).ok());
            edges.extend(instants.map(Timestamp::as_microsecond));
        }
        let (start, end) = self.bounds(date);
        if let Ok(from) = Timestamp::from_microsecond(start.saturating_sub(1)) {
            let changes = self.zone.following(from).map(|t| t.timestamp().as_microsecond());
            edges.extend(changes.take_while(|t| *t < end));
        }
        edges
    }
}

#[cfg(test)]
mod tests {
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
        for (day, expected) in
            [("2026-03-02", true), ("2026-03-01", false), ("2026-04-03", false), ("2026-12-24", false)]
        {
            assert_eq!(c.is_working_day(day.parse().unwrap()), expected, "{day}");
        }
    }
}
