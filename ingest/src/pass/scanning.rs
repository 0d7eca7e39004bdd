//! Pass one.

use std::path::Path;

use model::{LOOKUPS_PER_BATCH, LookupBuilder, Micros, Reason, Tally};

use super::route::{Routed, route};
use super::{Scan, bare};
use crate::capture::{Frames, Packet};
use crate::detect::{Detected, detect};
use crate::dns::{Datagram, Pairer};
use crate::netflow::{Survey, looks_like_export};
use crate::sflow;
use crate::source::{Source, open};
use crate::text::scan_text;
use crate::{FileError, Format, Options, Sink, Templates};

pub(super) fn scan(path: &Path, options: &Options, sink: &mut dyn Sink) -> Result<Scan, FileError> {
    let mut source = open(path)?;
    let head = source.head()?;
    let detected = match detect(head) {
        Detected::Export if !looks_like_export(head) => Detected::Unknown,
        other => other,
    };
    let mut scan = Scan {
        path: path.to_owned(),
        sha256: [0; 32],
        length: 0,
        formats: Default::default(),
        lookups: 0,
        leases: 0,
        sightings: 0,
        counters: 0,
        flow_records: 0,
        first: None,
        last: None,
        templates: Templates::default(),
        sequence: Vec::new(),
        clocks: Vec::new(),
        problems: Tally::default(),
        detected,
    };
    match detected {
        Detected::Empty => scan.problems.add(Reason::FileEmpty, 0),
        Detected::Unknown => scan.problems.add(Reason::FormatUnknown, 0),
        Detected::Export => {
            let mut survey = Survey::default();
            bare::datagrams(&mut source, &mut scan.problems, &mut |data, offset| {
                survey.datagram(None, None, data, offset);
            })?;
            take_survey(&mut scan, survey);
        }
        Detected::Sflow => {
            let mut survey = sflow::Survey::default();
            bare::samples(&mut source, &mut scan.problems, &mut |data, offset| {
                survey.datagram(None, data, offset);
            })?;
            take_sflow(&mut scan, survey);
        }
        Detected::Pcap | Detected::PcapNg => return capture(scan, source, options, sink),
        _ => {
            let text = scan_text(&mut source, detected, options, sink, &mut scan.problems)?;
            scan.formats = text.formats;
            (scan.lookups, scan.leases) = (text.lookups, text.leases);
            (scan.sightings, scan.counters) = (text.sightings, text.counters);
            scan.span(text.first, text.last);
        }
    }
    close(scan, source)
}

fn close(mut scan: Scan, mut source: Source) -> Result<Scan, FileError> {
    (scan.sha256, scan.length) = source.finish()?;
    source.tally(&mut scan.problems);
    Ok(scan)
}

fn take_sflow(scan: &mut Scan, mut survey: sflow::Survey) {
    scan.sequence.extend(survey.losses());
    if survey.any {
        scan.formats.insert(Format::Sflow, survey.records);
    }
    scan.flow_records += survey.records;
    scan.span(survey.first, survey.last);
    scan.problems.merge(&survey.tally);
}

fn take_survey(scan: &mut Scan, mut survey: Survey) {
    scan.sequence = survey.losses();
    scan.clocks = survey.clocks();
    for (format, n) in &survey.formats {
        *scan.formats.entry(*format).or_default() += n;
    }
    scan.flow_records = survey.records;
    scan.span(survey.first, survey.last);
    scan.problems.merge(&survey.tally);
    scan.templates = survey.templates;
}

/// A capture. Where libpcap reads the file, the content is hashed beside it, on another core.
fn capture(scan: Scan, source: Source, options: &Options, sink: &mut dyn Sink) -> Result<Scan, FileError> {
    let path = scan.path.clone();
    let by_library = scan.detected == Detected::Pcap && !source.compressed();
    if !by_library {
        let frames = Frames::open(&path, source, scan.detected)?;
        let (scan, frames) = frames_of(scan, frames, options, sink)?;
        return match frames.into_source() {
            Some(source) => close(scan, source),
            None => Err(FileError::Changed { path }),
        };
    }
    let frames = Frames::open(&path, open(&path)?, scan.detected)?;
    std::thread::scope(|threads| {
        let hashing = threads.spawn(move || {
            let mut source = source;
            source.finish()
        });
        let read = frames_of(scan, frames, options, sink);
        let hashed = hashing.join().unwrap_or(Err(FileError::Changed { path }))?;
        let (mut scan, _) = read?;
        (scan.sha256, scan.length) = hashed;
        Ok(scan)
    })
}

fn frames_of(
    mut scan: Scan,
    mut frames: Frames,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<(Scan, Frames), FileError> {
    let mut survey = Survey::default();
    let mut sampled = sflow::Survey::default();
    let mut dns = Dns::new(options);
    let mut tally = Tally::default();
    let mut user = Seen::default();
    let mut any = false;
    while let Some(frame) = frames.next(&mut tally)? {
        any = true;
        let packet = match route(&frame, options) {
            Routed::Export { payload, offset, .. } if sflow::is_export(payload) => {
                sampled.datagram(Some(frame.at), payload, offset);
                continue;
            }
            Routed::Export { exporter, payload, offset } => {
                survey.datagram(Some(frame.at), Some(exporter), payload, offset);
                continue;
            }
            Routed::Broken(reason) => {
                tally.add(reason, frame.offset);
                continue;
            }
            Routed::Dns { packet, payload, offset } => {
                dns.message(frame.at, &packet, payload, offset, sink, &mut tally);
                packet
            }
            Routed::User { packet } => {
                let dropped = packet.ports.is_some_and(|p| p.0 == 53 || p.1 == 53) && !options.dns;
                if !options.user_traffic && !dropped {
                    tally.add(Reason::PacketOther, frame.offset);
                }
                packet
            }
        };
        if options.user_traffic && packet.octets > 0 {
            user.see(frame.at);
        }
    }
    if !any && tally.is_empty() {
        tally.add(Reason::FileEmpty, 0);
    }
    if user.count > 0 {
        scan.formats.insert(Format::Packets, user.count);
    }
    scan.span(user.first, user.last);
    dns.finish(&mut scan, sink);
    scan.problems.merge(&tally);
    take_survey(&mut scan, survey);
    take_sflow(&mut scan, sampled);
    Ok((scan, frames))
}

/// How many, and from when to when.
#[derive(Default)]
struct Seen {
    count: u64,
    first: Option<Micros>,
    last: Option<Micros>,
}

impl Seen {
    fn see(&mut self, at: Micros) {
        self.count += 1;
        self.first = Some(self.first.map_or(at, |f| f.min(at)));
        self.last = Some(self.last.map_or(at, |l| l.max(at)));
    }
}

/// DNS in a capture, on its way to the sink.
struct Dns {
    pairer: Pairer,
    builder: LookupBuilder,
    lookups: u64,
    seen: Seen,
}

impl Dns {
    fn new(options: &Options) -> Self {
        Self { pairer: Pairer::new(options), builder: LookupBuilder::default(), lookups: 0, seen: Seen::default() }
    }

    fn message(
        &mut self,
        time: Micros,
        packet: &Packet<'_>,
        payload: &[u8],
        offset: u64,
        sink: &mut dyn Sink,
        tally: &mut Tally,
    ) {
        let (sport, dport) = packet.ports.unwrap_or_default();
        let datagram = Datagram { time, src: packet.src, dst: packet.dst, sport, dport, payload, offset };
        let before = tally.count(Reason::DnsOtherResolver);
        if packet.is_udp() {
            self.pairer.message(&datagram, &mut self.builder, tally);
        } else {
            self.pairer.segment(&datagram, &mut self.builder, tally);
        }
        if tally.count(Reason::DnsOtherResolver) == before {
            self.seen.see(time);
        }
        if self.builder.len() >= LOOKUPS_PER_BATCH {
            self.hand_on(sink);
        }
    }

    fn hand_on(&mut self, sink: &mut dyn Sink) {
        if !self.builder.is_empty() {
            self.lookups += self.builder.len() as u64;
            sink.lookups(&self.builder.finish());
        }
    }

    fn finish(mut self, scan: &mut Scan, sink: &mut dyn Sink) {
        self.pairer.finish(&mut self.builder);
        self.hand_on(sink);
        if self.seen.count > 0 {
            scan.formats.insert(Format::DnsPackets, self.seen.count);
        }
        scan.lookups += self.lookups;
        scan.span(self.seen.first, self.seen.last);
    }
}
