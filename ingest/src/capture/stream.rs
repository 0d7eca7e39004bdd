//! Frames of pcap and pcapng from any source, in one pass and with their places.

use std::io::Read;

use model::{MICROS_PER_S, Micros, Reason, Tally};

use super::Frame;
use super::blocks::{Block, Section, read_block};
use crate::FileError;
use crate::limits::PACKET_OCTETS_MAX;
use crate::source::Source;

const BUFFER: usize = 1 << 20;

/// A window onto a source.
pub(crate) struct Stream {
    source: Source,
    window: Vec<u8>,
    from: usize,
    to: usize,
    /// Octets before the window.
    before: u64,
    form: Form,
}

enum Form {
    Unknown,
    Classic(Classic),
    Blocks(Section),
    Ended,
}

#[derive(Debug, Clone, Copy)]
struct Classic {
    big: bool,
    nanos: bool,
    link: u32,
    header: usize,
    lengths: Lengths,
    /// Octets of a packet that the writer promised to keep; what a record holds beyond is not read, as libpcap does it.
    snaplen: usize,
}

/// In which order a record states its two lengths; old writers disagreed (libpcap's `sf-pcap.c` follows the version).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lengths {
    CapturedFirst,
    WireFirst,
    /// The smaller one is that captured.
    Either,
}

fn number(big: bool, octets: &[u8]) -> u32 {
    octets.try_into().map_or(0, |four| if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
}

fn classic(header: &[u8]) -> Option<Classic> {
    let magic = header.get(..4)?;
    let (big, nanos, length) = match magic {
        [0xa1, 0xb2, 0xc3, 0xd4] => (true, false, 16),
        [0xd4, 0xc3, 0xb2, 0xa1] => (false, false, 16),
        [0xa1, 0xb2, 0x3c, 0x4d] => (true, true, 16),
        [0x4d, 0x3c, 0xb2, 0xa1] => (false, true, 16),
        [0xa1, 0xb2, 0xcd, 0x34] => (true, false, 24),
        [0x34, 0xcd, 0xb2, 0xa1] => (false, false, 24),
        _ => return None,
    };
    let link = number(big, header.get(20..24)?) & 0x03ff_ffff;
    let version = number(big, header.get(4..8)?);
    let (major, minor) = if big { (version >> 16, version & 0xffff) } else { (version & 0xffff, version >> 16) };
    let lengths = match (major, minor) {
        (2, 0..=2) | (543, _) => Lengths::WireFirst,
        (2, 3) => Lengths::Either,
        _ => Lengths::CapturedFirst,
    };
    let snaplen = match number(big, header.get(16..20)?) as usize {
        n @ 1..=PACKET_OCTETS_MAX => n,
        _ => PACKET_OCTETS_MAX,
    };
    Some(Classic { big, nanos, link, header: length, lengths, snaplen })
}

impl Stream {
    pub(super) fn new(source: Source) -> Stream {
        Stream { source, window: vec![0; BUFFER], from: 0, to: 0, before: 0, form: Form::Unknown }
    }

    pub(super) fn into_source(self) -> Source {
        self.source
    }

    fn offset(&self) -> u64 {
        self.before + self.from as u64
    }

    /// Makes `n` octets available from the current place; false where the source ends before.
    fn need(&mut self, n: usize) -> Result<bool, FileError> {
        if self.to - self.from >= n {
            return Ok(true);
        }
        self.window.copy_within(self.from..self.to, 0);
        self.before += self.from as u64;
        self.to -= self.from;
        self.from = 0;
        if self.window.len() < n {
            self.window.resize(n, 0);
        }
        while self.to < n {
            match self.source.read(&mut self.window[self.to..]) {
                Ok(0) => return Ok(false),
                Ok(got) => self.to += got,
                Err(e) => return Err(self.source.error(e)),
            }
        }
        Ok(true)
    }

    /// Passes over octets without holding them all.
    fn skip(&mut self, mut n: usize) -> Result<bool, FileError> {
        while n > 0 {
            if !self.need(1)? {
                return Ok(false);
            }
            let step = n.min(self.to - self.from);
            self.from += step;
            n -= step;
        }
        Ok(true)
    }

    fn end(&mut self, tally: &mut Tally, reason: Reason) {
        tally.add(reason, self.offset());
        self.form = Form::Ended;
    }

    fn begin(&mut self, tally: &mut Tally) -> Result<(), FileError> {
        if !self.need(4)? {
            self.end(tally, Reason::FileCut);
            return Ok(());
        }
        if self.window[self.from..].starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
            self.form = Form::Blocks(Section::default());
            return Ok(());
        }
        if !self.need(24)? {
            self.end(tally, Reason::FileCut);
            return Ok(());
        }
        match classic(&self.window[self.from..self.from + 24]) {
            Some(c) => {
                self.form = Form::Classic(c);
                self.from += 24;
            }
            None => self.end(tally, Reason::CaptureBroken),
        }
        Ok(())
    }

    pub(super) fn next(&mut self, tally: &mut Tally) -> Result<Option<Frame<'_>>, FileError> {
        if matches!(self.form, Form::Unknown) {
            self.begin(tally)?;
        }
        match self.form {
            Form::Classic(c) => self.next_record(c, tally),
            Form::Blocks(_) => self.next_block(tally),
            Form::Unknown | Form::Ended => Ok(None),
        }
    }

    fn next_record(&mut self, c: Classic, tally: &mut Tally) -> Result<Option<Frame<'_>>, FileError> {
        if !self.need(c.header)? {
            if self.to > self.from {
                self.end(tally, Reason::FileCut);
            }
            self.form = Form::Ended;
            return Ok(None);
        }
        let h = &self.window[self.from..self.from + 16];
        let [seconds, fraction, mut length, mut wire] = [0, 4, 8, 12].map(|at| number(c.big, &h[at..at + 4]));
        if c.lengths == Lengths::WireFirst || (c.lengths == Lengths::Either && length > wire) {
            std::mem::swap(&mut length, &mut wire);
        }
        let length = length as usize;
        if length > PACKET_OCTETS_MAX {
            self.end(tally, Reason::CaptureBroken);
            return Ok(None);
        }
        if !self.need(c.header + length)? {
            self.end(tally, Reason::FileCut);
            return Ok(None);
        }
        self.from += c.header;
        let offset = self.offset();
        let data = self.from..self.from + length.min(c.snaplen);
        self.from += length;
        let micros = if c.nanos { fraction / 1_000 } else { fraction };
        let at: Micros = i64::from(seconds) * MICROS_PER_S + i64::from(micros);
        Ok(Some(Frame { at, link: c.link, data: &self.window[data], wire, offset }))
    }

    fn next_block(&mut self, tally: &mut Tally) -> Result<Option<Frame<'_>>, FileError> {
        loop {
            if !self.need(12)? {
                if self.to > self.from {
                    self.end(tally, Reason::FileCut);
                }
                self.form = Form::Ended;
                return Ok(None);
            }
            let Form::Blocks(section) = &mut self.form else {
                return Ok(None);
            };
            let Some((kind, length)) = section.head(&self.window[self.from..self.from + 12]) else {
                self.end(tally, Reason::CaptureBroken);
                return Ok(None);
            };
            if !Section::is_read(kind) {
                if !self.skip(length)? {
                    self.end(tally, Reason::FileCut);
                    return Ok(None);
                }
                continue;
            }
            if length > PACKET_OCTETS_MAX + 4_096 {
                self.end(tally, Reason::CaptureBroken);
                return Ok(None);
            }
            if !self.need(length)? {
                self.end(tally, Reason::FileCut);
                return Ok(None);
            }
            let (from, begin) = (self.from, self.offset());
            self.from += length;
            let Form::Blocks(section) = &mut self.form else {
                return Ok(None);
            };
            match read_block(section, kind, &self.window[from..from + length]) {
                Some(Block::Frame(f)) => {
                    let data = &self.window[from + f.from..from + f.to];
                    let offset = begin + f.from as u64;
                    return Ok(Some(Frame { at: f.at, link: f.link, data, wire: f.wire, offset }));
                }
                Some(Block::Other) => {}
                None => tally.add(Reason::CaptureBroken, begin),
            }
        }
    }
}
