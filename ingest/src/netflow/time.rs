//! Flow times: every encoding, bounded by the time of arrival.

use model::{MICROS_PER_S, Micros, Reason, Tally};

use super::header::Header;
use super::sampling::Announced;
use super::timeline::Position;

/// How far a flow's end, or its start after it, may be from arrival before the exporter's clock is not believed.
const FAR_OFF: Micros = 3_600 * MICROS_PER_S;
/// How long a flow may have lasted: softflowd's own limit, the longest default known. Longer is a broken start.
const DURATION_MAX: Micros = 7 * 86_400 * MICROS_PER_S;
/// Seconds between 1900 and 1970 (RFC 5905 section 6).
const NTP_EPOCH_S: i64 = 2_208_988_800;

/// One end of a flow as exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// Milliseconds since 1970.
    Millis(u64),
    /// Seconds since 1970.
    Seconds(u64),
    /// NTP time (RFC 7011 section 6.1.9); some exporters send plain microseconds.
    NtpMicros(u64),
    /// NTP time (RFC 7011 section 6.1.10); some exporters send plain nanoseconds.
    NtpNanos(u64),
    /// Milliseconds since the exporter started, modulo 2^32.
    Uptime(u64),
    /// Microseconds before the export (elements 158 and 159).
    BeforeExport(u64),
}

/// Both ends, how long it lasted and when the exporter started, as far as exported.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: Option<Stamp>,
    pub(super) end: Option<Stamp>,
    /// Microseconds.
    pub(super) duration: Option<i64>,
    /// Milliseconds since 1970.
    pub(super) boot_ms: Option<u64>,
}

/// The clocks of one datagram.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// The exporter's clock, corrected; arrival where the two are more than an hour apart.
    base: Micros,
    /// The exporter's clock as it stands in the header.
    export: Micros,
    uptime_ms: Option<u32>,
    /// What to add to the exporter's times.
    shift: Micros,
    astray: bool,
    /// What times are held against: arrival, or the exporter's clock.
    anchor: Micros,
    /// Whether times stay as exported, however far from the anchor.
    as_exported: bool,
}

pub(super) fn apart(a: Micros, b: Micros) -> bool {
    a.abs_diff(b) > FAR_OFF.unsigned_abs()
}

fn millis(ms: u64) -> Micros {
    i64::try_from(ms).unwrap_or(i64::MAX).saturating_mul(1_000)
}

/// NTP time, or the plain count of 1/`per_us` microseconds where only that is near arrival.
fn ntp(value: u64, per_us: u64, arrival: Micros) -> Micros {
    let seconds = (value >> 32) as i64 - NTP_EPOCH_S;
    let fraction = ((value & 0xffff_ffff) * MICROS_PER_S as u64) >> 32;
    let time = seconds * MICROS_PER_S + fraction as i64;
    let plain = i64::try_from(value / per_us).unwrap_or(i64::MAX);
    if apart(time, arrival) && !apart(plain, arrival) { plain } else { time }
}

impl Clock {
    /// A clock that is held against arrival, with `shift` added to what it shows.
    pub(super) fn new(header: &Header, arrival: Micros, shift: Micros) -> Self {
        let corrected = header.export.saturating_add(shift);
        let astray = apart(corrected, arrival);
        let base = if astray { arrival } else { corrected };
        let (export, uptime_ms) = (header.export, header.uptime_ms);
        Self { base, export, uptime_ms, shift, astray, anchor: arrival, as_exported: false }
    }

    /// A clock that is believed whatever arrival says.
    pub(super) fn as_exported(header: &Header) -> Self {
        Self { as_exported: true, ..Self::new(header, header.export, 0) }
    }

    /// A time counted from the exporter's start. The difference to the header is taken modulo 2^32 and as a signed
    /// number: right across the wrap every 49.7 days, and for a flow that ends just after the header was written.
    #[inline]
    fn uptime(&self, stamp: u64, boot_ms: Option<u64>) -> Option<Micros> {
        let now = match boot_ms {
            Some(boot) => (self.export / 1_000).wrapping_sub(i64::try_from(boot).unwrap_or(0)) as u32,
            None => self.uptime_ms?,
        };
        let ago = now.wrapping_sub(stamp as u32) as i32;
        Some(self.base - i64::from(ago) * 1_000)
    }

    #[inline]
    fn place(&self, stamp: Stamp, boot_ms: Option<u64>, shift: Micros) -> Option<Micros> {
        let arrival = self.anchor.saturating_sub(shift);
        let by_its_clock = match stamp {
            Stamp::Millis(ms) => millis(ms),
            Stamp::Seconds(s) => millis(s.saturating_mul(1_000)),
            Stamp::NtpMicros(n) => ntp(n, 1, arrival),
            Stamp::NtpNanos(n) => ntp(n, 1_000, arrival),
            Stamp::Uptime(ms) => return self.uptime(ms, boot_ms),
            Stamp::BeforeExport(us) => return Some(self.base.saturating_sub(i64::try_from(us).unwrap_or(i64::MAX))),
        };
        Some(by_its_clock.saturating_add(shift))
    }

    /// Both ends. Where the header's clock is off and the flow's own times are right without its correction, they come
    /// from another clock (softflowd has put uptime in the header) and stay as they are.
    #[inline]
    fn ends(&self, span: &Span, boot_ms: Option<u64>) -> (Option<Micros>, Option<Micros>) {
        let with = |shift| {
            let at = |stamp: Option<Stamp>| stamp.and_then(|s| self.place(s, boot_ms, shift));
            (at(span.start), at(span.end))
        };
        let corrected = with(self.shift);
        let far = |ends: (Option<Micros>, Option<Micros>)| ends.1.or(ends.0).is_none_or(|t| apart(t, self.anchor));
        if self.shift == 0 || !far(corrected) {
            return corrected;
        }
        let plain = with(0);
        if far(plain) { corrected } else { plain }
    }

    /// First and last packet of a flow, the first never after the last.
    ///
    /// - An end more than an hour from arrival is replaced by arrival, and so is a start after it or in a record whose
    ///   end was replaced; a start may precede a believable end by up to [`DURATION_MAX`], since long flows are real.
    /// - Times that count from a boot time nobody announced keep their distance and end at arrival.
    #[inline]
    pub(super) fn resolve(
        &self,
        span: &Span,
        announced: &Announced,
        arrival: Micros,
        offset: u64,
        tally: &mut Tally,
    ) -> (Micros, Micros) {
        let boot = span.boot_ms.or_else(|| announced.boot_ms(Position { at: arrival, offset }));
        let anchor = self.anchor;
        let (start, end) = self.ends(span, boot);
        let (start, end) = match (start, end, span.duration) {
            (Some(s), Some(e), _) => (s, e),
            (Some(s), None, d) => (s, s.saturating_add(d.unwrap_or(0))),
            (None, Some(e), d) => (e.saturating_sub(d.unwrap_or(0)), e),
            (None, None, d) => {
                tally.add(Reason::TimeUnanchored, offset);
                let lasted = d.or_else(|| distance(span)).filter(|d| (0..=DURATION_MAX).contains(d)).unwrap_or(0);
                return (anchor - lasted, anchor);
            }
        };
        if self.astray && span.end.is_some_and(|s| matches!(s, Stamp::Uptime(_) | Stamp::BeforeExport(_))) {
            tally.add(Reason::TimeFarOff, offset);
        }
        if self.as_exported && start <= end {
            if apart(end, anchor) {
                tally.add(Reason::TimeFarOff, offset);
            }
            return (start, end);
        }
        bound(start, end, anchor, offset, tally)
    }
}

/// How far apart two times are that cannot be placed, in microseconds.
fn distance(span: &Span) -> Option<i64> {
    match (span.start?, span.end?) {
        (Stamp::Uptime(s), Stamp::Uptime(e)) => Some(i64::from((e as u32).wrapping_sub(s as u32) as i32) * 1_000),
        _ => None,
    }
}

#[inline]
fn bound(start: Micros, end: Micros, arrival: Micros, offset: u64, tally: &mut Tally) -> (Micros, Micros) {
    if apart(end, arrival) {
        tally.add(Reason::TimeFarOff, offset);
        let start = if apart(start, arrival) { arrival } else { start.min(arrival) };
        return (start, arrival);
    }
    if start > end {
        let why = if apart(start, arrival) { Reason::TimeFarOff } else { Reason::TimeReversed };
        tally.add(why, offset);
        return (end, end);
    }
    if end - start > DURATION_MAX {
        tally.add(Reason::TimeFarOff, offset);
        return (end, end);
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = 1_700_000_000 * MICROS_PER_S;

    fn header(uptime: Option<u32>, export: Micros) -> Header {
        Header {
            version: if uptime.is_some() { 9 } else { 10 },
            count: 1,
            uptime_ms: uptime,
            export,
            sequence: 0,
            domain: 0,
            sampling: 0,
            size: 20,
            length: None,
        }
    }

    fn check(header: Header, span: Span, expected: (Micros, Micros), problems: &[Reason]) {
        let mut tally = Tally::default();
        let got = Clock::new(&header, NOW, 0).resolve(&span, &Announced::default(), NOW, 0, &mut tally);
        assert_eq!((got.0 - NOW, got.1 - NOW), (expected.0 - NOW, expected.1 - NOW));
        assert_eq!(tally.iter().map(|p| p.reason).collect::<Vec<_>>(), problems);
    }

    fn span(start: Stamp, end: Stamp) -> Span {
        Span { start: Some(start), end: Some(end), duration: None, boot_ms: None }
    }

    #[test]
    fn uptime_wraps_and_runs_ahead() {
        let wrapped = span(Stamp::Uptime(0xffff_ffff - 1_999), Stamp::Uptime(500));
        check(header(Some(1_000), NOW), wrapped, (NOW - 3_000_000, NOW - 500_000), &[]);
        let ahead = span(Stamp::Uptime(900), Stamp::Uptime(6_000));
        check(header(Some(1_000), NOW), ahead, (NOW - 100_000, NOW + 5_000_000), &[]);
    }

    #[test]
    fn every_encoding_lands_on_the_same_instant() {
        let (s, e) = (NOW - 2 * MICROS_PER_S, NOW - MICROS_PER_S);
        let ntp = |t: Micros| ((t / MICROS_PER_S + NTP_EPOCH_S) as u64) << 32;
        for (start, end) in [
            (Stamp::Millis(s as u64 / 1_000), Stamp::Millis(e as u64 / 1_000)),
            (Stamp::Seconds(s as u64 / 1_000_000), Stamp::Seconds(e as u64 / 1_000_000)),
            (Stamp::NtpMicros(ntp(s)), Stamp::NtpMicros(ntp(e))),
            (Stamp::NtpNanos(ntp(s)), Stamp::NtpNanos(ntp(e))),
            (Stamp::NtpMicros(s as u64), Stamp::NtpMicros(e as u64)),
            (Stamp::NtpNanos(s as u64 * 1_000), Stamp::NtpNanos(e as u64 * 1_000)),
            (Stamp::BeforeExport(2_000_000), Stamp::BeforeExport(1_000_000)),
        ] {
            check(header(None, NOW), span(start, end), (s, e), &[]);
        }
        let boot =
            Span { boot_ms: Some(NOW as u64 / 1_000 - 10_000), ..span(Stamp::Uptime(8_000), Stamp::Uptime(9_000)) };
        check(header(None, NOW), boot, (s, e), &[]);
        let lasted =
            Span { end: None, duration: Some(MICROS_PER_S), ..span(Stamp::Millis(s as u64 / 1_000), Stamp::Millis(0)) };
        check(header(None, NOW), lasted, (s, e), &[]);
    }

    #[test]
    fn what_is_not_believed_gives_way_to_arrival() {
        let far = span(Stamp::Millis(0), Stamp::Millis(5));
        check(header(None, NOW), far, (NOW, NOW), &[Reason::TimeFarOff]);
        let now_ms = NOW as u64 / 1_000;
        let old_start = span(Stamp::Millis(5), Stamp::Millis(now_ms));
        check(header(None, NOW), old_start, (NOW, NOW), &[Reason::TimeFarOff]);
        let reversed = span(Stamp::Millis(now_ms), Stamp::Millis(now_ms - 10));
        check(header(None, NOW), reversed, (NOW - 10_000, NOW - 10_000), &[Reason::TimeReversed]);
        let long = span(Stamp::Millis(now_ms - 7_200_000), Stamp::Millis(now_ms));
        check(header(None, NOW), long, (NOW - 7_200 * MICROS_PER_S, NOW), &[]);
    }

    #[test]
    fn a_header_clock_astray_keeps_distances() {
        let relative = span(Stamp::Uptime(8_000), Stamp::Uptime(9_000));
        let expected = (NOW - 2 * MICROS_PER_S, NOW - MICROS_PER_S);
        check(header(Some(10_000), 5 * MICROS_PER_S), relative, expected, &[Reason::TimeFarOff]);
    }

    #[test]
    fn unanchored_times_keep_their_distance() {
        let relative = span(Stamp::Uptime(8_000), Stamp::Uptime(9_500));
        check(header(None, NOW), relative, (NOW - 1_500_000, NOW), &[Reason::TimeUnanchored]);
        let none = Span { start: None, end: None, duration: None, boot_ms: None };
        check(header(None, NOW), none, (NOW, NOW), &[Reason::TimeUnanchored]);
    }
}
