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
    /// A person's own lunch that stands twice.
    #[error("lunch stands twice in '{0}'; one break, or lunch none, is wanted")]
    LunchTwice(String),
    /// Two timetables from the same date.
    #[error("two timetables begin on {0}; each replaces the one before it from its date on")]
    FromTwice(Date),
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

/// A declared lunch break: one span, or none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lunch(Option<Span>);

impl Lunch {
    fn parse(text: &str) -> Result<Self, CalendarError> {
        match text.trim() {
            "none" => Ok(Self(None)),
            span => Ok(Self(Some(Span::parse(span)?))),
        }
    }
}

/// Hours of a week, by the wall clock. A shift over midnight is two spans: `fri 22:00-24:00; sat 00:00-06:00`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeekHours {
    days: [Vec<Span>; 7],
    /// A lunch break of one's own, in place of the council's.
    lunch: Option<Lunch>,
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

    /// From one line: `mon 09:00-17:00; tue 09:00-13:00`. A day may also be a range (`mon-fri 09:00-17:00`), and
    /// `lunch 12:00-12:30` or `lunch none` stands in place of the council's break.
    ///
    /// # Errors
    /// As [`WeekHours::parse`].
    pub fn parse_line(line: &str) -> Result<Self, CalendarError> {
        let mut hours = Self::default();
        for part in line.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            let split = part.find([' ', '=']).ok_or_else(|| CalendarError::Span(part.to_owned()))?;
            let (days, spans) = part.split_at(split);
            let spans = spans.trim_matches([' ', '=', '"']);
            if days.eq_ignore_ascii_case("lunch") {
                if hours.lunch.replace(Lunch::parse(spans)?).is_some() {
                    return Err(CalendarError::LunchTwice(line.trim().to_owned()));
                }
                continue;
            }
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

/// The council's hours and lunch from a date on.
#[derive(Debug, Clone)]
struct Timetable {
    from: Date,
    hours: WeekHours,
    lunch: Option<Span>,
}

/// The council's zone, hours, lunch, closures and holidays.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    nation: Nation,
    /// By date, each in force until the next begins; never empty.
    timetables: Vec<Timetable>,
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
        let lunch = lunch.map(Lunch::parse).transpose()?.and_then(|l| l.0);
        let always = Timetable { from: Date::MIN, hours: WeekHours::parse(hours)?, lunch };
        Ok(Self { zone, nation, timetables: vec![always], closures })
    }

    /// Adds a timetable that holds from a date on, until the next one begins. What it leaves out stays as the timetables
    /// added so far have it, so they come in the order of their dates; `none` as lunch takes the break away.
    ///
    /// # Errors
    /// Words that are not understood; a second timetable from the same date.
    pub fn change(
        &mut self,
        from: Date,
        hours: Option<&BTreeMap<String, String>>,
        lunch: Option<&str>,
    ) -> Result<(), CalendarError> {
        if self.timetables.iter().any(|t| t.from == from) {
            return Err(CalendarError::FromTwice(from));
        }
        let before = self.timetable(from);
        let changed = Timetable {
            from,
            hours: hours.map_or_else(|| Ok(before.hours.clone()), WeekHours::parse)?,
            lunch: lunch.map_or(Ok(before.lunch), |l| Lunch::parse(l).map(|l| l.0))?,
        };
        let place = self.timetables.partition_point(|t| t.from < from);
        self.timetables.insert(place, changed);
        Ok(())
    }

    /// What holds on a date.
    fn timetable(&self, date: Date) -> &Timetable {
        let after = self.timetables.partition_point(|t| t.from <= date);
        // The first begins with time itself.
        &self.timetables[after.max(1) - 1]
    }

    /// The break that counts for somebody on a date: their own where they declared one, else the council's.
    fn lunch(&self, hours: &WeekHours, date: Date) -> Option<Span> {
        hours.lunch.map_or_else(|| self.timetable(date).lunch, |own| own.0)
    }

    /// The zone in which days and hours are meant.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The nation whose holidays count.
    pub fn nation(&self) -> Nation {
        self.nation
    }

    /// The office's hours on a date, for the page; they give nobody a time class.
    pub fn hours(&self, date: Date) -> &WeekHours {
        &self.timetable(date).hours
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
        let hours = self.hours(date);
        let open = if hours.is_empty() { weekday } else { !hours.on(date).is_empty() };
        open && !self.is_closed(date)
    }

    /// Whether the office is open at an instant, by its declared hours; 09:00 to 17:00 where none are declared.
    pub fn is_open(&self, at: Micros) -> bool {
        let local = self.civil(at);
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        let hours = self.hours(local.date());
        let usual = Span { from: 9 * 60, until: 17 * 60 };
        let spans = if hours.is_empty() { std::slice::from_ref(&usual) } else { hours.on(local.date()) };
        self.is_working_day(local.date()) && spans.iter().any(|s| s.contains(minute))
    }

    /// Which quarter of an hour of the local day an instant lies in, by the wall clock, from 0.
    pub(crate) fn quarter_of_day(&self, at: Micros) -> usize {
        let local = self.civil(at);
        local.hour() as usize * 4 + local.minute() as usize / 15
    }

    /// The wall clock's date and time of an instant.
    pub fn local(&self, at: Micros) -> DateTime {
        self.civil(at)
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
        if self.lunch(hours, local.date()).is_some_and(|l| l.contains(minute)) && day.contains(minute) {
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
        let spans = hours.on(date).iter().copied().chain(self.lunch(hours, date));
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
mod tests;
