//! Text inputs: query logs of dnsmasq and AdGuard Home, dnsmasq's lease file, neighbor tables, routers' own counters.

pub(crate) mod adguard;
pub(crate) mod counters;
pub(crate) mod dnsmasq;
mod join;
pub(crate) mod leases;
mod lines;
pub(crate) mod neighbours;
mod open;
mod out;
mod stamps;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use model::{Micros, Reason, Sighting, Tally};

use crate::detect::Detected;
use crate::error::FileError;
use crate::source::Source;
use crate::{Format, Options, Sink};
use dnsmasq::Program;
use join::{At, Joiner};
use lines::{Ending, Line, Lines};
use out::Out;
use stamps::{Clock, Prefix};

/// What a text held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TextScan {
    /// Records by format.
    pub(crate) formats: BTreeMap<Format, u64>,
    /// Earliest lookup or acknowledgement.
    pub(crate) first: Option<Micros>,
    /// Latest.
    pub(crate) last: Option<Micros>,
    pub(crate) lookups: u64,
    pub(crate) leases: u64,
    pub(crate) sightings: u64,
    pub(crate) counters: u64,
}

/// Decodes one text from where `source` stands to its end. What is not a text format yields nothing.
///
/// With [`Options::dns`] off, no line about a lookup is looked at; leases still are.
pub(crate) fn scan_text(
    source: &mut Source,
    detected: Detected,
    options: &Options,
    sink: &mut dyn Sink,
    tally: &mut Tally,
) -> Result<TextScan, FileError> {
    let format = match detected {
        Detected::Dnsmasq => Format::Dnsmasq,
        Detected::AdguardHome if options.dns => Format::AdguardHome,
        Detected::DnsmasqLeases => Format::DnsmasqLeases,
        Detected::Neighbours => Format::Neighbours,
        Detected::Counters(format) => {
            let mut out = Out::new(sink);
            counters::scan(source, options, &mut out, tally)?;
            return Ok(TextScan::of(format, &out));
        }
        _ => return Ok(TextScan::default()),
    };
    let mut out = Out::new(sink);
    let mut decoder = Decoder::new(format, options);
    let mut lines = Lines::new(&mut *source);
    let failed = loop {
        match lines.next(tally) {
            Ok(Some(line)) => decoder.line(&line, &mut out, tally),
            Ok(None) => break None,
            Err(e) => break Some(e),
        }
    };
    if let Some(e) = failed {
        return Err(source.error(e));
    }
    decoder.finish(&mut out);
    Ok(TextScan::of(format, &out))
}

impl TextScan {
    fn of(format: Format, out: &Out<'_>) -> Self {
        Self {
            formats: BTreeMap::from([(format, out.records())]),
            first: out.first,
            last: out.last,
            lookups: out.lookups,
            leases: out.leases,
            sightings: out.sightings,
            counters: out.counters,
        }
    }
}

/// Decodes lines of one format.
struct Decoder {
    format: Format,
    dns: bool,
    clock: Clock,
    joiner: Joiner,
    adguard: adguard::Decoder,
    /// The last line's prefix as written and what it meant: most lines repeat it.
    prefix: Vec<u8>,
    meaning: Option<(Prefix, Micros)>,
    /// When the neighbor table that is being read was written.
    table: Option<Micros>,
}

impl Decoder {
    fn new(format: Format, options: &Options) -> Self {
        Self {
            format,
            dns: options.dns,
            clock: Clock::new(options),
            joiner: Joiner::new(),
            adguard: adguard::Decoder::default(),
            prefix: Vec::new(),
            meaning: None,
            table: None,
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        self.joiner.finish(out);
        out.flush();
    }

    fn line(&mut self, line: &Line<'_>, out: &mut Out<'_>, tally: &mut Tally) {
        let bytes = match line.bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if line.offset == 0 => rest,
            _ => line.bytes,
        };
        let Ok(text) = std::str::from_utf8(bytes) else {
            tally.add(if line.ending == Ending::End { Reason::FileCut } else { Reason::LineNotUtf8 }, line.offset);
            return;
        };
        let understood = match self.format {
            Format::AdguardHome => self.adguard.entry(text, line.offset, out, tally),
            Format::DnsmasqLeases => lease(text, line.offset, out),
            Format::Neighbours => self.neighbor(text, line.offset, out, tally),
            // A cut answer can still read like a whole one (192.0.2.1 for 192.0.2.15), so a cut line is never believed.
            _ if line.ending != Ending::Newline => Err(Reason::LineUnknown),
            _ => self.dnsmasq(text, line, out, tally),
        };
        let Err(reason) = understood else { return };
        match line.ending {
            Ending::End => tally.add(Reason::FileCut, line.offset),
            // The NUL run was counted already; what it tore apart is no problem of its own.
            Ending::Nul => {}
            Ending::Newline if line.torn => {}
            Ending::Newline => tally.add(reason, line.offset),
        }
    }

    fn neighbor(&mut self, text: &str, offset: u64, out: &mut Out<'_>, tally: &mut Tally) -> Result<(), Reason> {
        let (stamp, entry) = match neighbours::parse(text).ok_or(Reason::LineUnknown)? {
            neighbours::Line::Stamp(stamp) => {
                self.table = self.clock.resolve(&stamp, offset, tally);
                return Ok(());
            }
            neighbours::Line::Entry(stamp, entry) => (stamp, entry),
        };
        let time = match stamp {
            Some(stamp) => self.clock.resolve(&stamp, offset, tally),
            None => self.table,
        };
        match (entry, time) {
            (neighbours::Entry::Nothing, _) => tally.add(Reason::LineOther, offset),
            (neighbours::Entry::Seen(address, mac), Some(time)) => {
                out.sighting(&Sighting { time, mac, address, offset });
            }
            // What came before any stamp cannot be placed; a stamp that could not be read was counted.
            (neighbours::Entry::Seen(..), None) if stamp.is_none() => return Err(Reason::TimeBroken),
            (neighbours::Entry::Seen(..), None) => {}
        }
        Ok(())
    }

    fn dnsmasq(&mut self, text: &str, line: &Line<'_>, out: &mut Out<'_>, tally: &mut Tally) -> Result<(), Reason> {
        let (prefix, time) = self.stamp(text, line.offset, tally)?;
        let body = dnsmasq::body(text.get(prefix.length..).unwrap_or_default(), &prefix);
        match body.program {
            Program::Dns if self.dns => {
                let message = dnsmasq::message(body.message);
                let at = At { time, offset: line.offset, pid: body.pid, fine: prefix.stamp.fine };
                if line.torn && message.event == dnsmasq::Event::Broken {
                    return Ok(());
                }
                self.joiner.take(&message, at, out, tally);
            }
            Program::Dhcp if leases::is_acknowledgement(body.message) => {
                match leases::acknowledgement(body.message, time, line.offset) {
                    Some(lease) => out.lease(&lease),
                    None => tally.add(Reason::LeaseBroken, line.offset),
                }
            }
            Program::Dns | Program::Dhcp | Program::Other => tally.add(Reason::LineOther, line.offset),
        }
        Ok(())
    }

    fn stamp(&mut self, text: &str, offset: u64, tally: &mut Tally) -> Result<(Prefix, Micros), Reason> {
        if let Some((prefix, time)) = self.meaning
            && text.as_bytes().starts_with(&self.prefix)
        {
            return Ok((prefix, time));
        }
        self.meaning = None;
        let prefix = stamps::prefix(text.as_bytes()).ok_or(Reason::LineUnknown)?;
        let mut own = Tally::default();
        let time = self.clock.resolve(&prefix.stamp, offset, &mut own);
        let Some(time) = time else { return Err(Reason::TimeBroken) };
        if own.is_empty() {
            self.prefix.clear();
            self.prefix.extend_from_slice(text.as_bytes().get(..prefix.length).unwrap_or_default());
            self.meaning = Some((prefix, time));
        } else {
            tally.merge(&own);
        }
        Ok((prefix, time))
    }
}

fn lease(text: &str, offset: u64, out: &mut Out<'_>) -> Result<(), Reason> {
    match leases::parse(text, offset) {
        Some(leases::LeaseLine::Lease(lease)) => out.lease(&lease),
        Some(leases::LeaseLine::Duid) => {}
        None => return Err(Reason::LeaseBroken),
    }
    Ok(())
}
