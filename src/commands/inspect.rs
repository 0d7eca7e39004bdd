//! `tithing inspect`: what is in a file, as it stands. No configuration is needed, and none is written to; where there is
//! one, the look at people's records is entered in the ledger.

use std::path::Path;

use arrow::array::RecordBatch;
use ingest::{ExporterClock, FlowsRead, Format, Options, Scan, Sink, Templates};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{CounterDay, FlowView, Lease, LookupView, MICROS_PER_S, Micros, Sighting, Tally};
use store::{Event, Reading};

use crate::args::{DataFormat, InspectArgs};
use crate::clock::Clock;
use crate::config::{Authority, Provider};
use crate::council::Shared;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Decodes every file and shows what was asked for.
pub(crate) fn run(args: &InspectArgs, config: &Path, now: Option<Timestamp>) -> Result<Outcome, Failure> {
    let mut options = options(args, now)?;
    if config.is_file() {
        options.user_traffic = enter(args, config, now)?;
    }
    let mut outcome = Outcome::Done;
    let mut templates = Templates::default();
    let mut evidence = args.attribute.then(|| Evidence(analyze::Attributor::new(analyze::HOLD_S_DEFAULT)));
    let mut scans = Vec::new();
    let mut nowhere = Nowhere;
    for path in &args.files {
        let sink: &mut dyn Sink = match &mut evidence {
            Some(evidence) => evidence,
            None => &mut nowhere,
        };
        match look(path, &options, sink) {
            Ok((scan, options)) => {
                templates.merge(&scan.templates);
                scans.push((scan, options));
            }
            Err(error) => {
                tracing::error!("{error}");
                outcome = Outcome::Gaps;
            }
        }
    }
    let evidence = evidence.map(|e| e.0.seal());
    for (scan, options) in &scans {
        let read = if args.records {
            records(scan, &templates, options, evidence.as_ref())?
        } else {
            ingest::flows(scan, &templates, options, &mut Nowhere)?
        };
        if !args.records {
            summary(scan, &read, args.format)?;
        }
        if unreadable(scan, &read) {
            outcome = Outcome::Gaps;
        }
    }
    Ok(outcome)
}

/// Enters the look into the ledger, before anything is shown: of the authority in whose folder the files stand; of every
/// authority for files that stand elsewhere, since they may be anybody's. Says whether all of these list captures of user
/// traffic: without a configuration there is nobody whose traffic it could be.
fn enter(args: &InspectArgs, config: &Path, now: Option<Timestamp>) -> Result<bool, Failure> {
    let provider = Provider::load(config)?;
    let clock = Clock::choose(now, provider.now);
    let shared = Shared::load(&provider)?;
    let whole = |p: &Path| p.canonicalize().unwrap_or_else(|_| p.to_path_buf());
    let folders: Vec<_> = provider.authorities.iter().map(|id| (id, whole(&provider.authority_dir(id)))).collect();
    let files: Vec<_> = args.files.iter().map(|f| whole(f)).collect();
    let within = |file: &Path| folders.iter().any(|(_, folder)| file.starts_with(folder));
    let mut user_traffic = true;
    for (id, folder) in &folders {
        let count = files.iter().filter(|f| f.starts_with(folder) || !within(f)).count() as u64;
        if count > 0 {
            let event = Event::Read { reading: Reading::Inspect, count };
            shared.ledger(id)?.append(&event, clock.now.as_microsecond())?;
            let assessment = Authority::load(&provider, id)?.assessment;
            user_traffic &= assessment.is_some_and(|a| a.lists_source("packet-capture"));
        }
    }
    Ok(user_traffic)
}

/// A first look. A capture of an export stream is read as that alone: a stray packet in it is nobody's traffic.
fn look(path: &Path, options: &Options, sink: &mut dyn Sink) -> Result<(Scan, Options), ingest::FileError> {
    let scan = ingest::scan(path, options, sink)?;
    if !(scan.formats.contains_key(&Format::Packets) && scan.formats.keys().any(|f| f.is_export())) {
        return Ok((scan, options.clone()));
    }
    let options = Options { user_traffic: false, ..options.clone() };
    Ok((ingest::scan(path, &options, &mut Nowhere)?, options))
}

/// Whether nothing at all could be made of a file.
fn unreadable(scan: &Scan, read: &FlowsRead) -> bool {
    scan.formats.values().sum::<u64>() == 0 && read.records == 0 && !scan.problems.is_empty()
}

fn options(args: &InspectArgs, now: Option<Timestamp>) -> Result<Options, Failure> {
    let zone = TimeZone::get(&args.zone)
        .map_err(|_| Failure::new(format!("--zone: '{}' is not a time zone of the IANA database", args.zone)))?;
    let mut options = Options { zone, year: args.year, user_traffic: true, exporter_clock: true, ..Options::default() };
    if args.year.is_none() {
        let today = Clock::choose(now, None).now.to_zoned(options.zone.clone()).date();
        // Without another stamp, the latest year that is not in the future: the one nearest half a year ago.
        let past = today.saturating_sub(jiff::Span::new().days(182));
        options.night = other_stamps(&args.files, &options).or(Some(past));
    }
    Ok(options)
}

/// The date of the first input that carries full stamps: stamps without a year go by it.
fn other_stamps(files: &[std::path::PathBuf], options: &Options) -> Option<Date> {
    let full = |f: &Format| !matches!(f, Format::Dnsmasq);
    let scans = files.iter().filter(|_| files.len() > 1).filter_map(|p| ingest::scan(p, options, &mut Nowhere).ok());
    let first = scans.filter(|s| s.formats.keys().any(full)).filter_map(|s| s.first).min()?;
    Some(jiff::Timestamp::from_microsecond(first).ok()?.to_zoned(options.zone.clone()).date())
}

struct Nowhere;

impl Sink for Nowhere {
    fn flows(&mut self, _: &[RecordBatch]) {}
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
}

/// Loads lookups for `--attribute`.
struct Evidence(analyze::Attributor<'static>);

impl Sink for Evidence {
    fn flows(&mut self, _: &[RecordBatch]) {}
    fn lookups(&mut self, batch: &RecordBatch) {
        self.0.lookups(batch);
    }
    fn lease(&mut self, _: &Lease) {}
}

/// Prints records as they come, in pieces of about 64 KiB.
struct Lines<'a> {
    text: String,
    evidence: Option<&'a analyze::SealedAttributor<'static>>,
    /// Leases on their way: lookups come in batches, so an earlier one may come after.
    leases: std::collections::VecDeque<Lease>,
    failed: Option<Failure>,
}

impl Lines<'_> {
    /// Prints the leases that stand before an offset.
    fn leases_before(&mut self, offset: u64) {
        while self.leases.front().is_some_and(|l| l.offset < offset) {
            if let Some(lease) = self.leases.pop_front() {
                ingest::inspect::lease_line(&lease, &mut self.text);
                self.text.push('\n');
            }
        }
    }

    fn emit(&mut self, least: usize) {
        if self.text.len() > least && self.failed.is_none() {
            self.failed = messages::data(&self.text).err();
            self.text.clear();
        }
    }
}

impl Sink for Lines<'_> {
    fn flows(&mut self, batches: &[RecordBatch]) {
        for view in batches.iter().filter_map(|b| FlowView::new(b).ok()) {
            for flow in view.rows() {
                ingest::inspect::flow_fields(&flow, &mut self.text);
                if let Some(evidence) = self.evidence {
                    attribution(evidence, &flow, &mut self.text);
                }
                self.text.push_str("}\n");
                self.emit(1 << 16);
            }
        }
    }

    fn lookups(&mut self, batch: &RecordBatch) {
        for lookup in LookupView::new(batch).into_iter().flat_map(LookupView::rows) {
            self.leases_before(lookup.offset);
            ingest::inspect::lookup_line(&lookup, &mut self.text);
            self.text.push('\n');
            self.emit(1 << 16);
        }
    }

    fn lease(&mut self, lease: &Lease) {
        self.leases.push_back(lease.clone());
    }

    fn sighting(&mut self, sighting: &Sighting) {
        ingest::inspect::sighting_line(sighting, &mut self.text);
        self.text.push('\n');
        self.emit(1 << 16);
    }

    fn counter(&mut self, day: &CounterDay) {
        ingest::inspect::counter_line(day, &mut self.text);
        self.text.push('\n');
        self.emit(1 << 16);
    }
}

/// Adds the join's fields to the flow's line, before its closing brace.
fn attribution(evidence: &analyze::SealedAttributor<'static>, flow: &model::Flow, line: &mut String) {
    let found = evidence.attribute(flow);
    let mut field = |key: &str, value: &str| {
        line.push_str(&format!(",\"{key}\":{}", serde_json::Value::from(value)));
    };
    if let Some(device) = found.device {
        field("device", &device.to_ip().to_string());
    }
    if let Some(name) = &found.name {
        field("name", name);
    }
    if let Some(site) = &found.site {
        field("site", site);
    }
    field("category", found.category.as_str());
    field("evidence", found.evidence.as_str());
}

fn records(
    scan: &Scan,
    templates: &Templates,
    options: &Options,
    evidence: Option<&analyze::SealedAttributor<'static>>,
) -> Result<FlowsRead, Failure> {
    let mut lines = Lines { text: String::new(), evidence, leases: std::collections::VecDeque::new(), failed: None };
    ingest::scan(&scan.path, options, &mut lines)?;
    lines.leases_before(u64::MAX);
    let read = ingest::flows(scan, templates, options, &mut lines)?;
    let mut problems = scan.problems.clone();
    problems.merge(&read.problems);
    let file = scan.path.display().to_string();
    for problem in problems.iter() {
        ingest::inspect::problem_line(&file, problem, &mut lines.text);
        lines.text.push('\n');
    }
    lines.emit(0);
    match lines.failed {
        Some(failure) => Err(failure),
        None => Ok(read),
    }
}

fn stamp(time: Option<Micros>) -> Option<String> {
    let time = jiff::Timestamp::from_microsecond(time?).ok()?;
    Some(format!("{time:.3}"))
}

fn problems_of(scan: &Scan, read: &FlowsRead) -> Tally {
    let mut problems = scan.problems.clone();
    problems.merge(&read.problems);
    problems
}

/// The span of everything in a file: its lookups and leases, and its flows' own times.
fn span(scan: &Scan, read: &FlowsRead) -> (Option<Micros>, Option<Micros>) {
    let only_flows = scan.lookups == 0 && scan.leases == 0;
    if only_flows && read.records > 0 {
        return (read.first, read.last);
    }
    let first = [scan.first, read.first].into_iter().flatten().min();
    let last = [scan.last, read.last].into_iter().flatten().max();
    (first, last)
}

fn summary(scan: &Scan, read: &FlowsRead, format: DataFormat) -> Result<(), Failure> {
    let problems = problems_of(scan, read);
    let (first, last) = span(scan, read);
    match format {
        DataFormat::Json => messages::data(&format!("{}\n", json(scan, read, &problems, (first, last)))),
        DataFormat::Table => messages::data(&table(scan, read, &problems, (first, last))),
    }
}

fn json(scan: &Scan, read: &FlowsRead, problems: &Tally, span: (Option<Micros>, Option<Micros>)) -> String {
    let formats: serde_json::Map<_, _> =
        scan.formats.iter().map(|(f, n)| (f.as_str().to_owned(), (*n).into())).collect();
    let problems: serde_json::Map<_, _> =
        problems.iter().map(|p| (p.reason.code().to_owned(), p.count.into())).collect();
    let mut line = serde_json::json!({
        "file": scan.path.display().to_string(),
        "formats": formats,
        "flows": read.records,
        "lookups": scan.lookups,
        "leases": scan.leases,
        "sightings": scan.sightings,
        "counter_days": scan.counters,
        "bytes": read.octets,
        "problems": problems,
    });
    if !scan.clocks.is_empty() {
        line["clocks"] = scan.clocks.iter().map(clock_json).collect();
    }
    for (key, time) in [("first", span.0), ("last", span.1)] {
        if let Some(text) = stamp(time) {
            line[key] = text.into();
        }
    }
    line.to_string()
}

fn clock_json(clock: &ExporterClock) -> serde_json::Value {
    serde_json::json!({
        "exporter": clock.exporter.map(|e| e.to_ip().to_string()),
        "domain": clock.domain,
        "format": clock.format.as_str(),
        "offset_ms": clock.offset / 1_000,
        "datagrams": clock.datagrams,
        "from": stamp(Some(clock.first)),
        "to": stamp(Some(clock.last)),
    })
}

/// A clock that is off, for people: flow times stand here as exported, and are corrected at night.
fn clock_line(clock: &ExporterClock) -> String {
    let who = clock.exporter.map_or_else(|| "?".to_owned(), |e| e.to_ip().to_string());
    let way = if clock.offset > 0 { "behind" } else { "ahead" };
    let seconds = clock.offset.unsigned_abs() / MICROS_PER_S.unsigned_abs();
    let from = stamp(Some(clock.first)).unwrap_or_default();
    format!(
        "  clock     {who} domain {}: {seconds} s {way} from {from} ({} datagrams)\n",
        clock.domain, clock.datagrams
    )
}

fn table(scan: &Scan, read: &FlowsRead, problems: &Tally, span: (Option<Micros>, Option<Micros>)) -> String {
    let formats = scan.formats.iter().map(|(f, n)| format!("{f} ({n} records)")).collect::<Vec<_>>().join(", ");
    let formats = if formats.is_empty() { "no known format".to_owned() } else { formats };
    let mut text = format!("{}\n  formats   {formats}\n", name(&scan.path));
    text += &format!(
        "  flows     {} ({} bytes)\n  lookups   {}\n  leases    {}\n",
        read.records, read.octets, scan.lookups, scan.leases
    );
    for (what, count) in [("sightings", scan.sightings), ("counters", scan.counters)].into_iter().filter(|c| c.1 > 0) {
        text += &format!("  {what:<9} {count}\n");
    }
    if let (Some(first), Some(last)) = (stamp(span.0), stamp(span.1)) {
        text += &format!("  from      {first}\n  to        {last}\n");
    }
    text.extend(scan.clocks.iter().filter(|c| c.is_off()).map(clock_line));
    for p in problems.iter() {
        text += &format!("  problem   {} x {}, first at offset {}\n", p.reason.code(), p.count, p.first.offset);
    }
    text
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
