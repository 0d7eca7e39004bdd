//! Splits a stream into lines, and keeps its footing in damaged files.

use std::io::{self, Read};

use model::{Reason, Tally};

/// Octets of one line. An AdGuard entry holds a whole DNS message (64 KiB) in base64, and some lists.
pub(crate) const LINE_MAX: usize = 256 * 1024;

const CHUNK: usize = 256 * 1024;

/// What stands behind a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// A line feed: the line is whole.
    Newline,
    /// A run of NUL octets, as a power cut leaves it: the line may be cut.
    Nul,
    /// The end of the input: the line may be cut.
    End,
}

/// One line without its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Where it begins, in octets.
    pub(crate) offset: u64,
    /// The octets, without `\n` and without `\r` before it.
    pub(crate) bytes: &'a [u8],
    /// What follows.
    pub(crate) ending: Ending,
    /// Whether a NUL run precedes it, so that its beginning may be lost.
    pub(crate) torn: bool,
}

/// Reads lines with the offset of each.
///
/// - Empty lines are passed over.
/// - A run of NUL octets counts once as [`Reason::LineNul`] and separates lines.
/// - A line longer than [`LINE_MAX`] counts as [`Reason::LineTooLong`] and is skipped; memory stays below
///   `LINE_MAX` plus one chunk.
pub(crate) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    scanned: usize,
    /// Offset of `buffer[0]` in the input.
    base: u64,
    done: bool,
    skipping: bool,
    torn: bool,
}

/// A line's place in the buffer.
struct Found {
    from: usize,
    to: usize,
    ending: Ending,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            scanned: 0,
            base: 0,
            done: false,
            skipping: false,
            torn: false,
        }
    }

    /// The next line, or none at the end.
    pub(crate) fn next(&mut self, tally: &mut Tally) -> io::Result<Option<Line<'_>>> {
        loop {
            let torn = self.torn;
            let Some(found) = self.find(tally)? else { return Ok(None) };
            self.torn = found.ending == Ending::Nul;
            let long = found.to - found.from > LINE_MAX;
            if long && !self.skipping {
                tally.add(Reason::LineTooLong, self.base + found.from as u64);
            }
            let skip = std::mem::take(&mut self.skipping) || long;
            if skip || self.is_blank(&found) {
                continue;
            }
            let offset = self.base + found.from as u64;
            let mut bytes = self.buffer.get(found.from..found.to).unwrap_or_default();
            if found.ending == Ending::Newline
                && let Some(rest) = bytes.strip_suffix(b"\r")
            {
                bytes = rest;
            }
            return Ok(Some(Line { offset, bytes, ending: found.ending, torn }));
        }
    }

    fn is_blank(&self, found: &Found) -> bool {
        matches!(self.buffer.get(found.from..found.to), None | Some([] | [b'\r']))
    }

    fn find(&mut self, tally: &mut Tally) -> io::Result<Option<Found>> {
        loop {
            let fresh = self.buffer.get(self.scanned..self.end).unwrap_or_default();
            if let Some(at) = memchr::memchr2(b'\n', 0, fresh) {
                let to = self.scanned + at;
                let from = self.start;
                let ending = if fresh.get(at) == Some(&0) { Ending::Nul } else { Ending::Newline };
                self.start = to + 1;
                self.scanned = self.start;
                if ending == Ending::Nul {
                    if !(self.torn && from == to) {
                        tally.add(Reason::LineNul, self.base + to as u64);
                    }
                    self.skip_nul();
                }
                return Ok(Some(Found { from, to, ending }));
            }
            self.scanned = self.end;
            if self.end - self.start > LINE_MAX {
                if !self.skipping {
                    tally.add(Reason::LineTooLong, self.base + self.start as u64);
                }
                self.skipping = true;
                self.start = self.end;
            }
            if self.done {
                let from = self.start;
                self.start = self.end;
                return Ok((from < self.end).then_some(Found { from, to: self.end, ending: Ending::End }));
            }
            self.fill()?;
        }
    }

    /// Passes over the rest of a NUL run in the buffer. A run that goes on in the next chunk counts no second time,
    /// because an empty line after a NUL adds nothing.
    fn skip_nul(&mut self) {
        let rest = self.buffer.get(self.start..self.end).unwrap_or_default();
        self.start += rest.iter().take_while(|b| **b == 0).count();
        self.scanned = self.start;
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.base += self.start as u64;
            self.end -= self.start;
            self.scanned -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < CHUNK / 2 {
            let more = self.buffer.len() + CHUNK;
            self.buffer.resize(more, 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        match self.reader.read(room) {
            Ok(0) => self.done = true,
            Ok(n) => self.end += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A reader that gives `step` octets at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buf.len());
            buf[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    type Got = Vec<(u64, Vec<u8>, Ending, bool)>;

    fn lines(bytes: &[u8], step: usize) -> (Got, Tally) {
        let mut tally = Tally::default();
        let mut lines = Lines::new(Slow(bytes, step));
        let mut out = Vec::new();
        while let Some(l) = lines.next(&mut tally).unwrap() {
            out.push((l.offset, l.bytes.to_vec(), l.ending, l.torn));
        }
        (out, tally)
    }

    fn check(bytes: &[u8], want: &[(u64, &str, Ending, bool)], nul: u64) {
        for step in [1, 2, 3, 1_000_000] {
            let (got, tally) = lines(bytes, step);
            let want: Got = want.iter().map(|(o, t, e, n)| (*o, t.as_bytes().to_vec(), *e, *n)).collect();
            assert_eq!(got, want, "{bytes:?} by {step}");
            assert_eq!(tally.count(Reason::LineNul), nul, "{bytes:?} by {step}");
        }
    }

    #[test]
    fn endings_and_offsets() {
        use Ending::{End, Newline, Nul};
        check(b"", &[], 0);
        check(b"\n\r\n\n", &[], 0);
        check(b"a\nbc\r\n\nd", &[(0, "a", Newline, false), (2, "bc", Newline, false), (7, "d", End, false)], 0);
        check(b"a\n\0\0\0b\n", &[(0, "a", Newline, false), (5, "b", Newline, true)], 1);
        check(b"a\0\0b\nc\n", &[(0, "a", Nul, false), (3, "b", Newline, true), (5, "c", Newline, false)], 1);
        check(b"\0a\n\0\0\0", &[(1, "a", Newline, true)], 2);
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_and_counted_once() {
        for size in [LINE_MAX, LINE_MAX + 1, LINE_MAX * 3] {
            let bytes = [b"a\n".to_vec(), vec![b'x'; size], b"\nb\n".to_vec()].concat();
            for step in [4_096, 10_000_000] {
                let (got, tally) = lines(&bytes, step);
                let long = size > LINE_MAX;
                assert_eq!(got.len(), if long { 2 } else { 3 });
                assert_eq!(got.last().unwrap().1, b"b");
                assert_eq!(got.last().unwrap().0, size as u64 + 3);
                assert_eq!(tally.count(Reason::LineTooLong), u64::from(long));
            }
        }
    }

    proptest! {
        #[test]
        fn the_lines_are_the_input_without_separators(bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(0_u8), any::<u8>()], 0..400), step in 1_usize..50) {
            let (got, tally) = lines(&bytes, step);
            prop_assert_eq!(&lines(&bytes, 1 << 20), &(got.clone(), tally));
            for (offset, text, ending, _) in &got {
                let at = *offset as usize;
                prop_assert_eq!(&bytes[at..at + text.len()], text.as_slice());
                prop_assert!(!text.contains(&b'\n') && !text.contains(&0));
                prop_assert_eq!(*ending == Ending::End, at + text.len() == bytes.len());
            }
            let kept: usize = got.iter().map(|g| g.1.len()).sum();
            let text = bytes.iter().filter(|b| !matches!(b, b'\n' | 0)).count();
            prop_assert!(kept <= text);
        }
    }
}
