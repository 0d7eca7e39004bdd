//! Time stamps of log lines: classic syslog, OpenWrt's `logread`, RFC 5424 and ISO 8601; with and without a year.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use model::{MICROS_PER_S, Micros, Reason, Tally};

use crate::Options;

/// A line may stand this much out of order before it counts as the second pass through a repeated hour.
const DISORDER: Micros = 300 * MICROS_PER_S;

const DAY: i64 = 86_400;

/// A stamp as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The year, where written.
    year: Option<i16>,
    month: i8,
    day: i8,
    /// Seconds since midnight, 0 to 86,400.
    second: i32,
    micros: i32,
    /// Offset from UTC in seconds, where written.
    offset: Option<i32>,
    /// Whether fractions of a second are written.
    pub(crate) fine: bool,
}

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prefix {
    pub(crate) stamp: Stamp,
    /// Octets up to the end of the stamp and the space after it.
    pub(crate) length: usize,
    /// Whether it is an RFC 5424 header, where the program's name stands without brackets.
    pub(crate) rfc5424: bool,
}

/// Reads an optional `<PRI>` (RFC 3164, RFC 5424) and the stamp after it.
pub(crate) fn prefix(line: &[u8]) -> Option<Prefix> {
    let after_pri = pri(line);
    let mut at = line.len() - after_pri.len();
    let mut rfc5424 = false;
    if at > 0
        && let Some(rest) = after_pri.strip_prefix(b"1 ")
    {
        at = line.len() - rest.len();
        rfc5424 = true;
    }
    let rest = line.get(at..)?;
    let (stamp, length) = match rest.first()? {
        b'0'..=b'9' => iso(rest)?,
        b'A'..=b'Z' => classic(rest).or_else(|| ctime(rest))?,
        _ => return None,
    };
    let space = usize::from(rest.get(length) == Some(&b' '));
    Some(Prefix { stamp, length: at + length + space, rfc5424 })
}

fn pri(line: &[u8]) -> &[u8] {
    let Some(rest) = line.strip_prefix(b"<") else { return line };
    let digits = rest.iter().take(3).take_while(|b| b.is_ascii_digit()).count();
    match (digits, rest.get(digits), rest.get(digits + 1..)) {
        (1.., Some(b'>'), Some(after)) => after,
        _ => line,
    }
}

/// `May 24 13:30:01`, the day padded with a space or a zero (RFC 3164 section 4.1.2).
fn classic(text: &[u8]) -> Option<(Stamp, usize)> {
    let month = month(text.get(..3)?)?;
    if text.get(3) != Some(&b' ') || text.get(6) != Some(&b' ') {
        return None;
    }
    let day = two(text.get(4..6)?)?;
    let second = clock(text.get(7..15)?)?;
    let (micros, more) = fraction(text.get(15..).unwrap_or_default());
    let stamp = Stamp { year: None, month, day: day as i8, second, micros, offset: None, fine: more > 0 };
    stamp.valid().then_some((stamp, 15 + more))
}

/// `Sun May 24 13:30:01 2026`, as OpenWrt's `logread` prints it; with `-t` a `[epoch.millis]` follows, which is used.
fn ctime(text: &[u8]) -> Option<(Stamp, usize)> {
    if text.get(3) != Some(&b' ') || !text.get(..3)?.is_ascii() {
        return None;
    }
    let (mut stamp, length) = classic(text.get(4..)?)?;
    let mut at = 4 + length;
    if text.get(at) != Some(&b' ') {
        return None;
    }
    stamp.year = Some(four(text.get(at + 1..at + 5)?)?);
    at += 5;
    if let Some((epoch, more)) = epoch(text.get(at..).unwrap_or_default()) {
        return Some((epoch, at + more));
    }
    stamp.valid().then_some((stamp, at))
}

fn epoch(text: &[u8]) -> Option<(Stamp, usize)> {
    let inner = text.strip_prefix(b" [")?;
    let digits = inner.iter().take(12).take_while(|b| b.is_ascii_digit()).count();
    let seconds = inner.get(..digits)?.iter().fold(0_i64, |n, b| n * 10 + i64::from(b - b'0'));
    let (micros, more) = fraction(inner.get(digits..)?);
    if digits == 0 || inner.get(digits + more) != Some(&b']') {
        return None;
    }
    let date = jiff::Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC).date();
    let stamp = Stamp {
        year: Some(date.year()),
        month: date.month(),
        day: date.day(),
        second: seconds.rem_euclid(DAY) as i32,
        micros,
        offset: Some(0),
        fine: true,
    };
    Some((stamp, 2 + digits + more + 1))
}

/// `2026-05-24T13:30:01.123+01:00`: a space for `T`, a comma for the point, `+0100`, `Z` or no offset are taken too.
fn iso(text: &[u8]) -> Option<(Stamp, usize)> {
    let year = four(text.get(..4)?)?;
    if text.get(4) != Some(&b'-') || text.get(7) != Some(&b'-') || !matches!(text.get(10)?, b'T' | b't' | b' ') {
        return None;
    }
    let month = two(text.get(5..7)?)? as i8;
    let day = two(text.get(8..10)?)? as i8;
    let second = clock(text.get(11..19)?)?;
    let (micros, more) = fraction(text.get(19..).unwrap_or_default());
    let (offset, zone) = offset(text.get(19 + more..).unwrap_or_default());
    let stamp = Stamp { year: Some(year), month, day, second, micros, offset, fine: more > 0 };
    stamp.valid().then_some((stamp, 19 + more + zone))
}

/// An RFC 3339 stamp that fills the whole text and has an offset, as AdGuard Home writes it.
pub(crate) fn rfc3339(text: &[u8]) -> Option<Micros> {
    let (stamp, length) = iso(text)?;
    if length != text.len() {
        return None;
    }
    let local = stamp.local(stamp.year?)?;
    Some(micros_of(local, stamp.micros)? - i64::from(stamp.offset?) * MICROS_PER_S)
}

fn fraction(text: &[u8]) -> (i32, usize) {
    let Some((b'.' | b',', digits)) = text.split_first() else { return (0, 0) };
    let count = digits.iter().take(12).take_while(|b| b.is_ascii_digit()).count();
    if count == 0 {
        return (0, 0);
    }
    let micros = (0..6).fold(0, |n, i| {
        let digit = if i < count { digits.get(i).map_or(0, |b| i32::from(b - b'0')) } else { 0 };
        n * 10 + digit
    });
    (micros, count + 1)
}

fn offset(text: &[u8]) -> (Option<i32>, usize) {
    let sign = match text.first() {
        Some(b'Z' | b'z') => return (Some(0), 1),
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return (None, 0),
    };
    let Some(hours) = text.get(1..3).and_then(two) else { return (None, 0) };
    let colon = usize::from(text.get(3) == Some(&b':'));
    let Some(minutes) = text.get(3 + colon..5 + colon).and_then(two) else { return (None, 0) };
    if hours > 18 || minutes > 59 {
        return (None, 0);
    }
    (Some(sign * (hours * 3_600 + minutes * 60)), 5 + colon)
}

fn month(text: &[u8]) -> Option<i8> {
    const NAMES: [&[u8; 3]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    NAMES.iter().position(|n| n.as_slice() == text).map(|i| i as i8 + 1)
}

/// Two digits, the first of which may be a space.
fn two(text: &[u8]) -> Option<i32> {
    match text {
        [b' ', b @ b'0'..=b'9'] => Some(i32::from(b - b'0')),
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(i32::from(a - b'0') * 10 + i32::from(b - b'0')),
        _ => None,
    }
}

fn four(text: &[u8]) -> Option<i16> {
    let (a, b) = text.split_at_checked(2)?;
    if text.iter().any(|c| !c.is_ascii_digit()) {
        return None;
    }
    Some((two(a)? * 100 + two(b)?) as i16)
}

/// `13:30:01` as seconds since midnight; a leap second counts as the last second of its minute.
fn clock(text: &[u8]) -> Option<i32> {
    let [h @ .., b':', m1, m2, b':', s1, s2] = text else { return None };
    let (h, m, s) = (two(h)?, two(&[*m1, *m2])?, two(&[*s1, *s2])?);
    (h < 24 && m < 60 && s <= 60).then(|| h * 3_600 + m * 60 + s.min(59))
}

impl Stamp {
    fn valid(&self) -> bool {
        self.local(self.year.unwrap_or(2024)).is_some()
    }

    fn date(&self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day).ok()
    }

    fn local(&self, year: i16) -> Option<DateTime> {
        let (h, m, s) = (self.second / 3_600, self.second / 60 % 60, self.second % 60);
        Some(self.date(year)?.at(h as i8, m as i8, s as i8, 0))
    }
}

fn micros_of(local: DateTime, micros: i32) -> Option<Micros> {
    let utc = TimeZone::UTC.to_timestamp(local).ok()?;
    Some(utc.as_second() * MICROS_PER_S + i64::from(micros))
}

/// Turns stamps into UTC, line after line.
///
/// - A stamp with an offset needs nothing else. One without is local time of [`Options::zone`].
/// - The first stamp with no year takes [`Options::year`], those after it the year that puts them nearest the stamp
///   before. Without such a year each takes the one nearest the night, and without a night the one nearest the stamp
///   before it. With none of these it counts as [`Reason::TimeBroken`] and stands in 1970.
/// - In the hour that the autumn change repeats, a stamp is in the first pass unless that would go back against the line
///   before it by more than five minutes; then it is in the second. Each such stamp counts as [`Reason::TimeRepeated`].
/// - A time that the spring change skips is read as if the change had not happened yet (RFC 5545 section 3.3.5).
#[derive(Debug)]
pub(crate) struct Clock {
    zone: TimeZone,
    year: Option<i16>,
    night: Option<Date>,
    last: Option<Micros>,
    /// The local hour last resolved and its offset, where the whole hour has one offset.
    hour: Option<(Date, i32, i64)>,
    cached: Option<(Stamp, Micros, Option<Reason>)>,
}

impl Clock {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            zone: options.zone.clone(),
            year: options.year,
            night: options.night,
            last: None,
            hour: None,
            cached: None,
        }
    }

    /// The time of a stamp, or none where no year makes it a date.
    pub(crate) fn resolve(&mut self, stamp: &Stamp, offset: u64, tally: &mut Tally) -> Option<Micros> {
        if let Some((s, time, reason)) = self.cached
            && s == *stamp
        {
            if let Some(reason) = reason {
                tally.add(reason, offset);
            }
            return Some(time);
        }
        let Some((time, reason)) = self.work_out(stamp) else {
            tally.add(Reason::TimeBroken, offset);
            return None;
        };
        if let Some(reason) = reason {
            tally.add(reason, offset);
        }
        self.cached = Some((*stamp, time, reason));
        self.last = Some(time);
        Some(time)
    }

    fn work_out(&mut self, stamp: &Stamp) -> Option<(Micros, Option<Reason>)> {
        let (year, known) = match stamp.year {
            Some(y) => (y, true),
            None => self.year_of(stamp)?,
        };
        let local = stamp.local(year)?;
        let base = micros_of(local, stamp.micros)?;
        if let Some(offset) = stamp.offset {
            return Some((base - i64::from(offset) * MICROS_PER_S, None));
        }
        let (time, repeated) = self.local_time(local, base)?;
        let reason = match (known, repeated) {
            (false, _) => Some(Reason::TimeBroken),
            (true, true) => Some(Reason::TimeRepeated),
            (true, false) => None,
        };
        Some((time, reason))
    }

    /// The year, and whether anything stood behind the choice.
    fn year_of(&self, stamp: &Stamp) -> Option<(i16, bool)> {
        let anchor = match (self.year, self.night, self.last) {
            (Some(year), _, None) => return Some((year, true)),
            (None, Some(night), _) => night,
            (_, _, Some(last)) => jiff::Timestamp::from_microsecond(last).ok()?.to_zoned(self.zone.clone()).date(),
            (None, None, None) => return Some((1970, false)),
        };
        let far = |date: Date| (date - anchor).get_days().unsigned_abs();
        let near = (-1..=1).filter_map(|d| {
            let year = anchor.year().checked_add(d)?;
            Some((far(stamp.date(year)?), year))
        });
        let known = self.night.is_some() || self.year.is_some() || anchor.year() > 1972;
        near.min().map(|(_, year)| (year, known))
    }

    fn local_time(&mut self, local: DateTime, base: Micros) -> Option<(Micros, bool)> {
        let hour = i32::from(local.hour());
        if let Some((date, h, offset)) = self.hour
            && date == local.date()
            && h == hour
        {
            return Some((base - offset, false));
        }
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        let micros = |o: jiff::tz::Offset| i64::from(o.seconds()) * MICROS_PER_S;
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                self.hour = self.is_plain(local).then(|| (local.date(), hour, micros(offset)));
                Some((base - micros(offset), false))
            }
            AmbiguousOffset::Gap { before, .. } => Some((base - micros(before), false)),
            AmbiguousOffset::Fold { before, after } => {
                let (first, second) = (base - micros(before), base - micros(after));
                let back = self.last.is_some_and(|last| first < last.saturating_sub(DISORDER));
                Some((if back { second } else { first }, true))
            }
        }
    }

    /// Whether the whole hour of a local time has one offset.
    fn is_plain(&self, local: DateTime) -> bool {
        let at = |minute, second| {
            let edge = local.date().at(local.hour(), minute, second, 0);
            match self.zone.to_ambiguous_timestamp(edge).offset() {
                AmbiguousOffset::Unambiguous { offset } => Some(offset),
                _ => None,
            }
        };
        at(0, 0).is_some() && at(0, 0) == at(59, 59)
    }
}
