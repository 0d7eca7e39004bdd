//! Pass one.

use std::path::Path;

use model::{Micros, Reason, Tally};

use super::route::{Routed, route};
use super::{Scan, bare};
use crate::capture::Frames;
use crate::detect::{Detected, detect};
use crate::dns::Pairer;
use crate::netflow::{Survey, looks_like_export};
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
        flow_records: 0,
        first: None,
        last: None,
        templates: Templates::default(),
        sequence: Vec::new(),
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
        Detected::Pcap | Detected::PcapNg => return capture(scan, source, options, sink),
        _ => {
            let text = scan_text(&mut source, detected, options, sink, &mut scan.problems)?;
            scan.formats = text.formats;
            (scan.lookups, scan.leases) = (text.lookups, text.leases);
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

fn take_survey(scan: &mut Scan, mut survey: Survey) {
    scan.sequence = survey.losses();
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
        let hashed = hashing.join().unwrap_or_else(|_| Err(FileError::Changed { path }))?;
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
    let mut pairer = Pairer::default();
    let mut tally = Tally::default();
    let mut user = User::default();
    while let Some(frame) = frames.next(&mut tally)? {
        match route(&frame, options) {
            Routed::Export { exporter, payload, offset } => {
                survey.datagram(Some(frame.at), Some(exporter), payload, offset);
            }
            Routed::Dns { packet, payload, offset } => {
                let ports = packet.ports.unwrap_or_default();
                let (src, dst) = ((packet.src, ports.0), (packet.dst, ports.1));
                pairer.message(frame.at, src, dst, payload, offset, sink);
                user.packet(frame.at, options, true);
            }
            Routed::User { problem, .. } => {
                if let Some(reason) = problem {
                    tally.add(reason, frame.offset);
                } else if !options.user_traffic {
                    tally.add(Reason::PacketOther, frame.offset);
                }
                user.packet(frame.at, options, false);
            }
            Routed::Broken(reason) => tally.add(reason, frame.offset),
        }
    }
    if user.packets > 0 {
        scan.formats.insert(Format::Packets, user.packets);
    }
    scan.span(user.first, user.last);
    let dns = pairer.finish(sink);
    if dns.messages > 0 {
        scan.formats.insert(Format::DnsPackets, dns.messages);
    }
    scan.lookups += dns.lookups;
    scan.span(dns.first, dns.last);
    tally.merge(&dns.problems);
    scan.problems.merge(&tally);
    take_survey(&mut scan, survey);
    Ok((scan, frames))
}

/// Counts packets of user traffic, where those are a source.
#[derive(Default)]
struct User {
    packets: u64,
    first: Option<Micros>,
    last: Option<Micros>,
}

impl User {
    fn packet(&mut self, at: Micros, options: &Options, dns: bool) {
        if !options.user_traffic && !dns {
            return;
        }
        self.packets += u64::from(options.user_traffic);
        self.first = Some(self.first.map_or(at, |f| f.min(at)));
        self.last = Some(self.last.map_or(at, |l| l.max(at)));
    }
}
