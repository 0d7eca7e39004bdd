//! The files of an authority's inbox: which are a source, in which zone, and what a first look at them shows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use ingest::{Format, Options, Scan, Sink};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{Lease, MICROS_PER_S, Micros, Reason, Sighting};
use rayon::prelude::*;

use crate::config::{Authority, SourceKind};
use crate::outcome::Failure;

/// One file of the inbox.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// Whether flows made from packets are allowed from it.
    pub user_traffic: bool,
    /// Whether DNS may be read from it.
    pub dns: bool,
    /// Whether it may be opened at all.
    pub open: bool,
    /// The zone of its local stamps.
    pub zone: TimeZone,
}

/// What may be opened tonight, as the assessment allows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowed {
    /// Export streams.
    pub flows: bool,
    /// DNS sources, and captures of port 53.
    pub dns: bool,
    /// Captures of user traffic.
    pub packet_capture: bool,
}

/// The files that the authority's globs name, each once, in the order of their paths.
///
/// # Errors
/// Where a pattern is malformed.
pub(crate) fn find(authority: &Authority, allowed: Allowed) -> Result<Vec<Input>, Failure> {
    let mut found: BTreeMap<PathBuf, Input> = BTreeMap::new();
    for source in &authority.sources {
        let pattern = authority.dir.join(&source.glob);
        let bad = |e: &dyn std::fmt::Display| {
            Failure::at(&authority.dir.join("authority.toml"), format!("sources: glob '{}': {e}", source.glob))
        };
        let paths = glob::glob(&pattern.to_string_lossy()).map_err(|e| bad(&e))?;
        for path in paths.filter_map(Result::ok).filter(|p| p.is_file()) {
            let input = found.entry(path.clone()).or_insert_with(|| Input {
                path,
                user_traffic: false,
                dns: false,
                open: false,
                zone: source.zone.clone(),
            });
            let open = match source.kind {
                SourceKind::Dns => allowed.dns,
                SourceKind::PacketCapture => allowed.packet_capture,
                SourceKind::Flows => allowed.flows,
                SourceKind::Leases | SourceKind::Neighbours => {
                    authority.assessment.as_ref().is_some_and(|a| a.opens(source.kind.as_str()))
                }
                // Read when a month is reconciled, not at night.
                SourceKind::Counters => false,
            };
            input.open |= open;
            input.dns |= source.kind == SourceKind::Dns && allowed.dns;
            input.user_traffic |= source.kind == SourceKind::PacketCapture && allowed.packet_capture;
        }
    }
    Ok(found.into_values().filter(|i| i.open).collect())
}

impl Input {
    /// How `ingest` shall read this file for a night near `near`.
    pub(crate) fn options(&self, authority: &Authority, near: Date) -> Options {
        Options {
            zone: self.zone.clone(),
            year: None,
            night: Some(near),
            resolvers: authority.resolvers.clone(),
            user_traffic: self.user_traffic,
            dns: self.dns || self.user_traffic,
            exporter_clock: false,
        }
    }
}

/// Feeds lookups and leases to a night, or drops them: for a look that only wants hashes, spans and templates.
pub(crate) struct EvidenceSink<'n, 's> {
    /// Where they go.
    pub night: Option<&'n mut analyze::Night<'s>>,
}

impl Sink for EvidenceSink<'_, '_> {
    fn flows(&mut self, _: &[RecordBatch]) {}
    fn lookups(&mut self, batch: &RecordBatch) {
        if let Some(night) = &mut self.night {
            night.lookups(batch);
        }
    }
    fn lease(&mut self, lease: &Lease) {
        if let Some(night) = &mut self.night {
            night.lease(lease);
        }
    }
    fn sighting(&mut self, sighting: &Sighting) {
        if let Some(night) = &mut self.night {
            night.sighting(sighting);
        }
    }
}

/// A file with what the first look at it showed.
pub(crate) struct Surveyed<'s> {
    /// The file.
    pub input: Input,
    /// Its hash, formats, span, templates.
    pub scan: Scan,
    /// The span of its flows, known after they were read once.
    pub flow_span: Option<(Micros, Micros)>,
    /// What the file says for the one night that was asked for, gathered at the first look.
    pub evidence: Option<analyze::Night<'s>>,
}

impl Surveyed<'_> {
    /// Whether it is a lease file alone: a snapshot, rewritten each night.
    pub(crate) fn is_snapshot(&self) -> bool {
        self.scan.formats.keys().all(|f| *f == Format::DnsmasqLeases)
    }

    /// Whether the middle of what it holds lies in a date: what a file says as a whole is told on that night alone.
    pub(crate) fn belongs_to(&self, day: Span) -> bool {
        match (self.scan.first, self.scan.last) {
            (Some(first), Some(last)) => {
                let middle = first + (last - first) / 2;
                day.first <= middle && middle <= day.last
            }
            _ => true,
        }
    }

    /// A date's share of a count of the whole file, by the time of the file that lies in it. Shares add up to the count.
    pub(crate) fn share(&self, day: Span, count: u64) -> u64 {
        let (Some(first), Some(last)) = (self.scan.first, self.scan.last) else { return count };
        let length = last.saturating_sub(first).max(0) as u128 + 1;
        let before = |t: Micros| u128::from(count) * ((t - first).clamp(0, length as i64) as u128) / length;
        u64::try_from(before(day.last + 1) - before(day.first)).unwrap_or(u64::MAX)
    }
}

/// The inbox after a first look: files that could be read, and how many could not.
pub(crate) struct Survey<'s> {
    /// The readable files, by first stamp and then content hash, so that names and times of files change nothing.
    pub files: Vec<Surveyed<'s>>,
    /// Files that could not be read; each was reported.
    pub bad: u64,
}

/// Looks at every file once, on all cores. Where `night` is certain to be made, its evidence is gathered on the way, so
/// that text and captures of lookups are read once.
pub(crate) fn survey<'s>(
    authority: &Authority,
    inputs: Vec<Input>,
    near: Date,
    night: Option<&analyze::NightSettings<'s>>,
) -> Survey<'s> {
    let looked: Vec<_> = inputs
        .into_par_iter()
        .map(|input| {
            let mut evidence = night.map(analyze::Night::new);
            let mut sink = EvidenceSink { night: evidence.as_mut() };
            let scan = ingest::scan(&input.path, &input.options(authority, near), &mut sink);
            (input, scan, evidence)
        })
        .collect();
    let mut survey = Survey { files: Vec::new(), bad: 0 };
    for (input, scan, evidence) in looked {
        match scan {
            Ok(scan) => {
                survey.bad += u64::from(report_damage(authority, &scan));
                if !scan.formats.is_empty() {
                    survey.files.push(Surveyed { input, scan, flow_span: None, evidence });
                }
            }
            Err(error) => {
                tracing::warn!("{}: {error}; the file is left out, all others are read", authority.id);
                survey.bad += 1;
            }
        }
    }
    survey.files.sort_by_key(|f| (f.scan.first, f.scan.sha256));
    survey.files.dedup_by_key(|f| f.scan.sha256);
    drop_beginnings(&mut survey.files);
    survey
}

/// Leaves out every file that another begins with: a copy of a log from before it grew says nothing that the log does not
/// say. Only files with the same first stamp are compared. `files` are in the order of their first stamps.
fn drop_beginnings(files: &mut Vec<Surveyed<'_>>) {
    let stands = |shorter: &Surveyed<'_>, longer: &Surveyed<'_>| {
        shorter.scan.first == longer.scan.first
            && shorter.scan.length < longer.scan.length
            && !shorter.is_snapshot()
            && begins_with(&longer.input.path, shorter.scan.length, shorter.scan.sha256)
    };
    let contained: Vec<bool> =
        files.iter().map(|f| f.scan.first.is_some() && files.iter().any(|g| stands(f, g))).collect();
    let mut contained = contained.into_iter();
    files.retain(|_| contained.next() != Some(true));
}

/// Says what is wrong with a file as a whole; what is wrong with its records stands in the night's problems.
fn report_damage(authority: &Authority, scan: &Scan) -> bool {
    const WHOLE: [Reason; 6] = [
        Reason::FileEmpty,
        Reason::FormatUnknown,
        Reason::FileCut,
        Reason::CompressionBroken,
        Reason::CaptureBroken,
        Reason::LinkTypeUnknown,
    ];
    let mut damaged = false;
    for problem in scan.problems.iter().filter(|p| WHOLE.contains(&p.reason)) {
        let fate = if scan.formats.is_empty() { "the file is left out" } else { "what came before is kept" };
        tracing::warn!(
            "{}: {}: {} at offset {}; {fate}, all other files are read; hint: copy the file again, or take it out of the inbox",
            authority.id,
            scan.path.display(),
            problem.reason.code(),
            problem.first.offset
        );
        damaged = true;
    }
    if !damaged && scan.formats.is_empty() {
        let found: Vec<String> = scan.problems.iter().map(|p| format!("{} x {}", p.reason.code(), p.count)).collect();
        tracing::warn!(
            "{}: {}: no flow, lookup or lease in it ({}); the file is left out, all other files are read; hint: see it with \
             `tithing inspect`, or narrow the source's glob",
            authority.id,
            scan.path.display(),
            found.join(", ")
        );
        damaged = true;
    }
    damaged
}

/// A span of time, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// First instant.
    pub first: Micros,
    /// Last instant.
    pub last: Micros,
}

const HOUR: Micros = 3_600 * MICROS_PER_S;

impl Span {
    /// The instants that a night depends on: its local date less 24 h to its end plus 2 h.
    ///
    /// # Errors
    /// Where the date is at an end of the calendar.
    pub(crate) fn of_night(date: Date, zone: &TimeZone) -> Result<Self, Failure> {
        let day = Self::of_date(date, zone)?;
        Ok(Self { first: day.first - 24 * HOUR, last: day.last + 2 * HOUR })
    }

    /// The instants of a local date.
    ///
    /// # Errors
    /// Where the date is at an end of the calendar.
    pub(crate) fn of_date(date: Date, zone: &TimeZone) -> Result<Self, Failure> {
        let first = date.to_zoned(zone.clone())?.timestamp().as_microsecond();
        let end = date.tomorrow()?.to_zoned(zone.clone())?.timestamp().as_microsecond();
        Ok(Self { first, last: end - 1 })
    }

    /// Whether what was heard from `first` to `last` covers half of this span.
    pub(crate) fn half_within(self, first: Micros, last: Micros) -> bool {
        let heard = last.min(self.last).saturating_sub(first.max(self.first));
        heard >= (self.last - self.first) / 2
    }

    /// Whether a file whose stamps lie from `first` to `last` matters. A file without stamps (static leases) always does.
    pub(crate) fn meets(self, first: Option<Micros>, last: Option<Micros>) -> bool {
        first.is_none_or(|f| f <= self.last) && last.is_none_or(|l| l >= self.first)
    }
}

impl<'s> Survey<'s> {
    /// The files that a night depends on.
    pub(crate) fn of_night(&mut self, span: Span) -> Vec<&mut Surveyed<'s>> {
        self.files.iter_mut().filter(|f| span.meets(f.scan.first, f.scan.last)).collect()
    }

    /// The local dates on which flows may have been recorded, in order.
    pub(crate) fn dates(&self, zone: &TimeZone) -> Vec<Date> {
        let local = |t: Micros| jiff::Timestamp::from_microsecond(t).ok().map(|t| t.to_zoned(zone.clone()).date());
        let mut dates = Vec::new();
        for file in self.files.iter().filter(|f| f.scan.has_flows()) {
            let (Some(first), Some(last)) = (file.scan.first.and_then(local), file.scan.last.and_then(local)) else {
                continue;
            };
            dates.extend(first.series(jiff::Span::new().days(1)).take_while(|d| *d <= last).take(400));
        }
        dates.sort();
        dates.dedup();
        dates
    }
}

/// SHA-256 of the first `length` octets of a file's decompressed content: whether a log that grew stands for an older one.
pub(crate) fn begins_with(path: &Path, length: u64, sha256: [u8; 32]) -> bool {
    ingest::prefix_sha256(path, length).is_ok_and(|found| found == Some(sha256))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_night_reaches_a_day_back_and_two_hours_on() {
        let london = TimeZone::get("Europe/London").unwrap();
        let hour = |t: &str| t.parse::<jiff::Timestamp>().unwrap().as_microsecond();
        // The clocks go forward on this date, so it has 23 hours: 00:00Z to 23:00Z.
        let night = Span::of_night(date(2026, 3, 29), &london).unwrap();
        assert_eq!(night.first, hour("2026-03-28T00:00:00Z"));
        assert_eq!(night.last + 1, hour("2026-03-30T01:00:00Z"));
        assert!(night.meets(None, None) && night.meets(Some(night.last), Some(night.last + 9)));
        assert!(!night.meets(Some(night.last + 1), None));
    }

    #[test]
    fn a_quiet_day_was_listened_to_for_half_of_it() {
        let day = Span::of_date(date(2026, 3, 1), &TimeZone::UTC).unwrap();
        assert!(day.half_within(day.first - 5, day.last + 5));
        assert!(day.half_within(day.first + 11 * HOUR, day.last));
        assert!(!day.half_within(day.first + 13 * HOUR, day.last + 9 * HOUR), "eleven hours of it");
        assert!(!day.half_within(day.last + 1, day.last + 24 * HOUR));
    }
}
