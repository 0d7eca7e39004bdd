//! A router's own counters by date: vnStat's JSON, and totals of nlbwmon or `ip -s -j link` written down time after time.
//!
//! vnStat counts by date itself. The others show totals since some beginning, so the dates come from stamp lines
//! (`# 2026-03-01T23:59:00Z`) before each output, and a date's volume is the growth between two of them; growth over
//! midnight is shared by time, to the octet. A total that shrank began anew, so all of it is growth.

use std::collections::BTreeMap;
use std::io::Read;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{CounterDay, MICROS_PER_S, Micros, Reason, Tally};
use serde_json::Value;

use super::out::Out;
use super::stamps::{self, Clock, Stamp};
use crate::error::FileError;
use crate::source::Source;
use crate::{Format, Options};

/// Octets of a file of counters: a year of the largest output, each night.
pub(super) const CONTENT_MAX: u64 = 64 << 20;
/// Interfaces and dates together, which are held until the end.
const DAYS_MAX: usize = 1 << 16;
/// Dates between two outputs: beyond these the router was off, or the file is not what it seems.
const SPAN_DAYS_MAX: usize = 62;

/// Whether a line can begin one of these outputs.
pub(crate) fn looks_like(line: &[u8]) -> Option<Format> {
    let has = |key: &str| memchr::memmem::find(line, key.as_bytes()).is_some();
    match line.trim_ascii_start().first()? {
        b'{' if has("\"vnstatversion\"") => Some(Format::Vnstat),
        b'{' if has("\"columns\"") && has("\"rx_bytes\"") && has("\"tx_bytes\"") => Some(Format::Nlbwmon),
        b'[' if has("\"ifname\"") && (has("\"stats64\"") || has("\"stats\"")) => Some(Format::IpLink),
        _ if std::str::from_utf8(line).is_ok_and(|l| Columns::of(l).is_some()) => Some(Format::Nlbwmon),
        _ => None,
    }
}

/// Reads a whole file of counters and hands on its days.
pub(super) fn scan(
    source: &mut Source,
    options: &Options,
    out: &mut Out<'_>,
    tally: &mut Tally,
) -> Result<(), FileError> {
    let mut content = Vec::new();
    if let Err(e) = source.take(CONTENT_MAX).read_to_end(&mut content) {
        return Err(source.error(e));
    }
    if content.len() as u64 == CONTENT_MAX {
        tally.add(Reason::OverLimit, CONTENT_MAX);
    }
    let mut counters = Counters::new(options);
    counters.read(&content, tally);
    for day in counters.finish() {
        let noon = day.date.at(12, 0, 0, 0).to_zoned(options.zone.clone());
        out.counter(&day, noon.ok().map(|z| z.timestamp().as_second().saturating_mul(MICROS_PER_S)));
    }
    Ok(())
}

/// The counts of one interface on one date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    bytes_in: u64,
    bytes_out: u64,
    /// How much of the date was counted, of how much it has.
    covered: Micros,
    length: Micros,
    offset: u64,
}

/// Totals that one output shows, by interface.
type Totals = BTreeMap<Option<String>, (u64, u64)>;

/// The days of one file.
pub(super) struct Counters {
    clock: Clock,
    zone: TimeZone,
    /// When the output that follows was made.
    now: Option<Micros>,
    days: BTreeMap<(Option<String>, Date), Count>,
    /// The totals last seen of each interface, and when.
    before: BTreeMap<Option<String>, (Micros, u64, u64)>,
    /// Columns of a CSV being read, and its totals so far.
    table: Option<(Columns, (u64, u64), u64)>,
    full: bool,
}

impl Counters {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            clock: Clock::new(options),
            zone: options.zone.clone(),
            now: None,
            days: BTreeMap::new(),
            before: BTreeMap::new(),
            table: None,
            full: false,
        }
    }

    /// Reads a whole file.
    pub(super) fn read(&mut self, content: &[u8], tally: &mut Tally) {
        let mut at = 0;
        while let Some(rest) = content.get(at..).filter(|r| !r.is_empty()) {
            let place = at as u64;
            if matches!(rest.first(), Some(b'{' | b'[')) {
                self.end_table(tally);
                let mut documents = serde_json::Deserializer::from_slice(rest).into_iter::<Value>();
                if let Some(Ok(document)) = documents.next() {
                    at += documents.byte_offset().max(1);
                    self.document(&document, place, tally);
                    continue;
                }
            }
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let whole = length < rest.len();
            at += length + 1;
            let line = rest.get(..length).unwrap_or_default();
            match std::str::from_utf8(line) {
                Err(_) => tally.add(Reason::LineNotUtf8, place),
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => {
                    if let Err(reason) = self.line(text.trim_end(), place, tally) {
                        tally.add(if whole { reason } else { Reason::FileCut }, place);
                    }
                }
            }
        }
        self.end_table(tally);
    }

    fn line(&mut self, line: &str, place: u64, tally: &mut Tally) -> Result<(), Reason> {
        if let Some(rest) = line.strip_prefix('#') {
            self.end_table(tally);
            let text = rest.trim();
            let stamp = stamps::prefix(text.as_bytes()).filter(|p| p.length == text.len());
            let Some(prefix) = stamp else { return Err(Reason::LineUnknown) };
            return self.stamp(&prefix.stamp, place, tally);
        }
        if let Some(columns) = Columns::of(line) {
            self.end_table(tally);
            self.table = Some((columns, (0, 0), place));
            return Ok(());
        }
        let Some((columns, sums, _)) = &mut self.table else { return Err(Reason::LineUnknown) };
        let (received, sent) = columns.row(line).ok_or(Reason::LineUnknown)?;
        *sums = (sums.0.saturating_add(received), sums.1.saturating_add(sent));
        Ok(())
    }

    fn stamp(&mut self, stamp: &Stamp, place: u64, tally: &mut Tally) -> Result<(), Reason> {
        self.now = self.clock.resolve(stamp, place, tally);
        Ok(())
    }

    /// A CSV ends where anything else begins.
    fn end_table(&mut self, tally: &mut Tally) {
        if let Some((_, sums, place)) = self.table.take() {
            self.totals(Totals::from([(None, sums)]), place, tally);
        }
    }

    fn document(&mut self, document: &Value, place: u64, tally: &mut Tally) {
        if document.get("vnstatversion").is_some() {
            return self.vnstat(document, place, tally);
        }
        let totals = match document {
            Value::Array(links) => Some(links.iter().filter_map(link_totals).collect()),
            _ => hosts_totals(document).map(|sums| Totals::from([(None, sums)])),
        };
        match totals {
            Some(totals) => self.totals(totals, place, tally),
            None => tally.add(Reason::LineUnknown, place),
        }
    }

    /// vnStat's JSON: version 2 counts octets, version 1 KiB. An output supersedes what an earlier one said of a date.
    fn vnstat(&mut self, document: &Value, place: u64, tally: &mut Tally) {
        let unit = match document.get("jsonversion").and_then(Value::as_str) {
            Some("1") => 1_024,
            Some("2") => 1,
            _ => return tally.add(Reason::VersionUnknown, place),
        };
        for interface in array(document, "interfaces") {
            let name = text(interface, "name").or_else(|| text(interface, "id")).map(str::to_owned);
            let updated = interface.get("updated").and_then(date_of);
            let Some(traffic) = interface.get("traffic") else { continue };
            let days: Vec<&Value> = array(traffic, "day").chain(array(traffic, "days")).collect();
            if days.is_empty() {
                // Months alone, as `-m` prints: no date can be taken from them.
                tally.add(Reason::LineOther, place);
            }
            for day in days {
                let (Some(date), Some(rx), Some(tx)) = (date_of(day), number(day, "rx"), number(day, "tx")) else {
                    tally.add(Reason::LineUnknown, place);
                    continue;
                };
                let count = Count {
                    bytes_in: rx.saturating_mul(unit),
                    bytes_out: tx.saturating_mul(unit),
                    covered: Micros::from(updated.is_some_and(|u| date < u)),
                    length: 1,
                    offset: place,
                };
                self.put(name.clone(), date, place, tally, |c| *c = count);
            }
        }
    }

    fn put(&mut self, name: Option<String>, date: Date, place: u64, tally: &mut Tally, set: impl FnOnce(&mut Count)) {
        let key = (name, date);
        if self.days.len() >= DAYS_MAX && !self.days.contains_key(&key) {
            if !std::mem::replace(&mut self.full, true) {
                tally.add(Reason::OverLimit, place);
            }
            return;
        }
        set(self.days.entry(key).or_default());
    }

    /// Totals at the time of the last stamp line.
    fn totals(&mut self, totals: Totals, place: u64, tally: &mut Tally) {
        let Some(now) = self.now else {
            return tally.add(Reason::TimeBroken, place);
        };
        for (name, (received, sent)) in totals {
            let Some((then, r, s)) = self.before.insert(name.clone(), (now, received, sent)) else { continue };
            let anew = received < r || sent < s;
            let grown = if anew { (received, sent) } else { (received - r, sent - s) };
            if now < then || self.grow(name, (then, now), grown, place, tally).is_none() {
                tally.add(Reason::TimeBroken, place);
            }
        }
    }

    /// Shares growth from one time to another among their dates. None where that cannot be.
    fn grow(
        &mut self,
        name: Option<String>,
        (then, now): (Micros, Micros),
        grown: (u64, u64),
        place: u64,
        tally: &mut Tally,
    ) -> Option<()> {
        let length = u128::from(now.abs_diff(then));
        // What had been counted at a moment: nothing at `then`, all of it at `now`.
        let by = |total: u64, at: Micros| {
            let part = u128::from(total) * u128::from(at.abs_diff(then));
            if at >= now { total } else { part.checked_div(length).map_or(0, |n| n as u64) }
        };
        for (date, first, end) in dates(&self.zone, then, now)? {
            let (from, until) = (first.max(then), end.min(now));
            if from >= until && then < now {
                continue;
            }
            let part = |total| by(total, until) - if from <= then { 0 } else { by(total, from) };
            let (received, sent) = (part(grown.0), part(grown.1));
            self.put(name.clone(), date, place, tally, |c| {
                c.bytes_in = c.bytes_in.saturating_add(received);
                c.bytes_out = c.bytes_out.saturating_add(sent);
                c.covered += until - from;
                (c.length, c.offset) = (end - first, place);
            });
        }
        Some(())
    }

    /// The days in the order of interface and date.
    pub(super) fn finish(self) -> Vec<CounterDay> {
        let day = |((interface, date), c): ((Option<String>, Date), Count)| CounterDay {
            interface,
            date,
            bytes_in: c.bytes_in,
            bytes_out: c.bytes_out,
            complete: c.covered >= c.length,
            offset: c.offset,
        };
        self.days.into_iter().map(day).collect()
    }
}

/// The local dates from one time to another, each with its first instant and that of the next.
fn dates(zone: &TimeZone, then: Micros, now: Micros) -> Option<Vec<(Date, Micros, Micros)>> {
    let local = |t: Micros| jiff::Timestamp::from_microsecond(t).ok().map(|t| t.to_zoned(zone.clone()).date());
    let begin = |d: Date| d.to_zoned(zone.clone()).ok().map(|z| z.timestamp().as_microsecond());
    let (mut date, last) = (local(then)?, local(now)?);
    let mut all = Vec::new();
    while all.len() <= SPAN_DAYS_MAX {
        let next = date.tomorrow().ok()?;
        all.push((date, begin(date)?, begin(next)?));
        if date >= last {
            return Some(all);
        }
        date = next;
    }
    None
}

fn array<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn number(value: &Value, key: &str) -> Option<u64> {
    value.get(key).and_then(Value::as_u64)
}

/// The date of one of vnStat's objects: `{"date":{"year":2026,"month":3,"day":1}}`.
fn date_of(value: &Value) -> Option<Date> {
    let date = value.get("date")?;
    let small = |key| number(date, key).and_then(|n| i8::try_from(n).ok());
    Date::new(i16::try_from(number(date, "year")?).ok()?, small("month")?, small("day")?).ok()
}

/// One link of `ip -s -j link`: its name and the octets received and sent.
fn link_totals(link: &Value) -> Option<(Option<String>, (u64, u64))> {
    let stats = link.get("stats64").or_else(|| link.get("stats"))?;
    let octets = |way| stats.get(way).and_then(|w| number(w, "bytes"));
    Some((Some(text(link, "ifname")?.to_owned()), (octets("rx")?, octets("tx")?)))
}

/// nlbwmon's JSON: the sum over its rows, by the names of its columns.
fn hosts_totals(document: &Value) -> Option<(u64, u64)> {
    let place = |name: &str| array(document, "columns").position(|c| c.as_str() == Some(name));
    let (rx, tx) = (place("rx_bytes")?, place("tx_bytes")?);
    let mut sums = (0_u64, 0_u64);
    for row in document.get("data")?.as_array()? {
        let at = |i: usize| row.get(i).and_then(Value::as_u64);
        sums = (sums.0.saturating_add(at(rx)?), sums.1.saturating_add(at(tx)?));
    }
    Some(sums)
}

/// Where a CSV of nlbwmon has its counts, and what separates its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns {
    separator: char,
    rx: usize,
    tx: usize,
    count: usize,
}

impl Columns {
    /// The columns of a header line, with or without quotes, by tabs, commas or semicolons.
    fn of(line: &str) -> Option<Self> {
        let separator = ['\t', ';', ','].into_iter().find(|c| line.contains(*c))?;
        let names: Vec<&str> = line.split(separator).map(unquoted).collect();
        let place = |name: &str| names.iter().position(|n| *n == name);
        let (rx, tx) = (place("rx_bytes")?, place("tx_bytes")?);
        Some(Self { separator, rx, tx, count: names.len() })
    }

    fn row(&self, line: &str) -> Option<(u64, u64)> {
        let values: Vec<&str> = line.split(self.separator).map(unquoted).collect();
        if values.len() != self.count {
            return None;
        }
        Some((values.get(self.rx)?.parse().ok()?, values.get(self.tx)?.parse().ok()?))
    }
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(content: &str) -> (Vec<CounterDay>, Tally) {
        let options = Options { zone: TimeZone::get("Europe/London").unwrap(), ..Options::default() };
        let (mut counters, mut tally) = (Counters::new(&options), Tally::default());
        counters.read(content.as_bytes(), &mut tally);
        (counters.finish(), tally)
    }

    /// Interface, date, octets in and out, whether the date is whole; then problems.
    fn check(content: &str, expected: &[(&str, &str, u64, u64, bool)], problems: &[(Reason, u64)]) {
        let (days, tally) = read(content);
        let text: Vec<_> = days
            .iter()
            .map(|d| {
                let date = d.date.to_string();
                (d.interface.clone().unwrap_or_default(), date, d.bytes_in, d.bytes_out, d.complete)
            })
            .collect();
        let expected: Vec<_> = expected.iter().map(|e| (e.0.to_owned(), e.1.to_owned(), e.2, e.3, e.4)).collect();
        assert_eq!(text, expected, "{content}");
        assert_eq!(tally.iter().map(|p| (p.reason, p.count)).collect::<Vec<_>>(), problems, "{content}");
    }

    fn vnstat(version: &str, key: &str, days: &[(u8, u64, u64)], updated: u8) -> String {
        let day = |(d, rx, tx): &(u8, u64, u64)| {
            format!(r#"{{"id":1,"date":{{"year":2026,"month":3,"day":{d}}},"rx":{rx},"tx":{tx}}}"#)
        };
        let days = days.iter().map(day).collect::<Vec<_>>().join(",");
        format!(
            r#"{{"vnstatversion":"2.6","jsonversion":"{version}","interfaces":[{{"name":"eth0","updated":{{"date":{{"year":2026,"month":3,"day":{updated}}},"time":{{"hour":23,"minute":59}}}},"traffic":{{"total":{{"rx":1,"tx":1}},"{key}":[{days}]}}}}]}}"#
        ) + "\n"
    }

    #[test]
    fn vnstat_of_both_versions() {
        let two = vnstat("2", "day", &[(1, 1_000, 200), (2, 30, 4)], 2);
        check(&two, &[("eth0", "2026-03-01", 1_000, 200, true), ("eth0", "2026-03-02", 30, 4, false)], &[]);
        let one = vnstat("1", "days", &[(1, 3, 2)], 1);
        check(&one, &[("eth0", "2026-03-01", 3_072, 2_048, false)], &[]);
        let later = two.clone() + &vnstat("2", "day", &[(2, 50, 9)], 3);
        check(&later, &[("eth0", "2026-03-01", 1_000, 200, true), ("eth0", "2026-03-02", 50, 9, true)], &[]);
        check(&vnstat("2", "month", &[(1, 3, 2)], 1), &[], &[(Reason::LineOther, 1)]);
        check(&vnstat("3", "day", &[(1, 3, 2)], 1), &[], &[(Reason::VersionUnknown, 1)]);
        check(&two[..two.len() - 9], &[], &[(Reason::FileCut, 1)]);
    }

    fn link(at: &str, rx: u64, tx: u64) -> String {
        format!(
            "# {at}\n[{{\"ifname\":\"wan\",\"stats64\":{{\"rx\":{{\"bytes\":{rx},\"packets\":1}},\"tx\":{{\"bytes\":{tx}}}}}}}]\n"
        )
    }

    #[test]
    fn growth_between_totals_by_local_date() {
        let whole = link("2026-03-01T00:00:00Z", 100, 10) + &link("2026-03-01T12:00:00Z", 400, 11);
        let whole = whole + &link("2026-03-02T00:00:00Z", 1_100, 15);
        let first = ("wan", "2026-03-01", 1_000, 5, true);
        check(&whole, &[first], &[]);
        // 22:00 to 01:00: two thirds of 100 before midnight, rounded down, and the rest after.
        let over = link("2026-03-01T22:00:00Z", 0, 0) + &link("2026-03-02T01:00:00Z", 100, 1);
        check(&over, &[("wan", "2026-03-01", 66, 0, false), ("wan", "2026-03-02", 34, 1, false)], &[]);
        // In summer local midnight is at 23:00Z.
        let summer = link("2026-06-01T22:00:00Z", 0, 0) + &link("2026-06-02T00:00:00Z", 100, 1);
        check(&summer, &[("wan", "2026-06-01", 50, 0, false), ("wan", "2026-06-02", 50, 1, false)], &[]);
        let anew = link("2026-03-01T10:00:00Z", 900, 90) + &link("2026-03-01T11:00:00Z", 7, 3);
        check(&anew, &[("wan", "2026-03-01", 7, 3, false)], &[]);
        let back = link("2026-03-01T10:00:00Z", 1, 1) + &link("2026-03-01T09:00:00Z", 7, 3);
        check(&back, &[], &[(Reason::TimeBroken, 1)]);
        let far = link("2025-03-01T10:00:00Z", 1, 1) + &link("2026-03-01T09:00:00Z", 7, 3);
        check(&far, &[], &[(Reason::TimeBroken, 1)]);
        check(&link("2026-03-01T10:00:00Z", 1, 1)[22..], &[], &[(Reason::TimeBroken, 1)]);
    }

    #[test]
    fn nlbwmon_as_json_and_as_csv() {
        let json = |at: &str, rx: u64| {
            format!(
                "# {at}\n{{\"columns\":[\"family\",\"mac\",\"rx_bytes\",\"rx_pkts\",\"tx_bytes\"],\"data\":[[4,\"00:00:5e:00:53:01\",{rx},5,7],[6,\"00:00:5e:00:53:02\",10,5,1]]}}\n"
            )
        };
        let day = [("", "2026-03-01", 500, 0, false)];
        check(&(json("2026-03-01T10:00:00Z", 0) + &json("2026-03-01T11:00:00Z", 500)), &day, &[]);
        for separator in ["\t", ";", ","] {
            let csv = |at: &str, rx: u64| {
                let head = ["\"mac\"", "\"ip\"", "\"rx_bytes\"", "\"tx_bytes\""].join(separator);
                let one = ["\"00:00:5e:00:53:01\"", "\"192.168.1.5\"", &rx.to_string(), "7"].join(separator);
                let two = ["\"00:00:5e:00:53:02\"", "\"192.168.1.6\"", "10", "1"].join(separator);
                format!("# {at}\n{head}\n{one}\n{two}\n")
            };
            check(&(csv("2026-03-01T10:00:00Z", 0) + &csv("2026-03-01T11:00:00Z", 500)), &day, &[]);
            assert_eq!(looks_like(csv("x", 1).lines().nth(1).unwrap().as_bytes()), Some(Format::Nlbwmon));
        }
        check("words\n", &[], &[(Reason::LineUnknown, 1)]);
    }

    proptest! {
        /// However the outputs lie, what they grew by is shared out to the octet.
        #[test]
        fn growth_is_conserved(steps in prop::collection::vec((1_i64..200_000, 0_u64..1 << 50), 1..20)) {
            let (mut at, mut total, mut content) = (1_772_000_000, 0, String::new());
            content += &link(&jiff::Timestamp::from_second(at).unwrap().to_string(), 0, 0);
            for (wait, more) in steps {
                (at, total) = (at + wait, total + more);
                content += &link(&jiff::Timestamp::from_second(at).unwrap().to_string(), total, 1);
            }
            let (days, tally) = read(&content);
            prop_assert!(tally.is_empty());
            prop_assert_eq!(days.iter().map(|d| d.bytes_in).sum::<u64>(), total);
            prop_assert_eq!(days.iter().map(|d| d.bytes_out).sum::<u64>(), 1);
        }

        #[test]
        fn no_content_panics(content in "([{\\[#]?[ \"a-z0-9:{}\\[\\],;\t-]{0,40}\n?){0,8}", cut in any::<prop::sample::Index>(), octet in any::<u8>()) {
            let _ = read(&content);
            let mut real = (vnstat("2", "day", &[(1, 1_000, 200)], 2) + &link("2026-03-01T10:00:00Z", 1, 1)).into_bytes();
            let at = cut.index(real.len());
            real[at] = octet;
            let _ = read(&String::from_utf8_lossy(&real));
            let _ = read(&String::from_utf8_lossy(&real[..at]));
        }
    }
}
