//! Captures: frames in their order, through libpcap where it can, and what each frame carries.
//!
//! libpcap reads plain pcap files of every byte order and resolution. It opens a path and nothing else, refuses a pcapng
//! whose interfaces differ in link type, and does not say where a packet stands; so compressed captures and pcapng go
//! through [`stream::Stream`], which reads the same framing from any source. A test holds the two to one another.

mod blocks;
mod library;
mod link;
mod network;
mod stream;

use std::path::Path;

use model::{Micros, Tally};

use crate::FileError;
use crate::detect::Detected;
use crate::source::Source;

#[cfg(test)]
pub(crate) use network::Fragment;
pub(crate) use network::{Packet, packet};

/// One captured frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// When it was captured, UTC.
    pub(crate) at: Micros,
    /// Link type (the LINKTYPE_ registry).
    pub(crate) link: u32,
    /// What was captured of it.
    pub(crate) data: &'a [u8],
    /// Octets it had on the wire.
    pub(crate) wire: u32,
    /// Where `data` stands in the decompressed file.
    pub(crate) offset: u64,
}

/// The frames of a capture.
pub(crate) enum Frames {
    /// Read by libpcap.
    Library(Box<library::Library>),
    /// Read here.
    Own(Box<stream::Stream>),
}

impl Frames {
    /// Opens a capture by the fastest way that reads it.
    pub(crate) fn open(path: &Path, source: Source, detected: Detected) -> Result<Frames, FileError> {
        if detected == Detected::Pcap
            && !source.compressed()
            && let Some(library) = library::Library::open(path)
        {
            return Ok(Frames::Library(Box::new(library)));
        }
        Ok(Frames::Own(Box::new(stream::Stream::new(source))))
    }

    /// The next frame. None at the end or where the framing is damaged: what is wrong is tallied.
    pub(crate) fn next(&mut self, tally: &mut Tally) -> Result<Option<Frame<'_>>, FileError> {
        match self {
            Frames::Library(l) => Ok(l.next(tally)),
            Frames::Own(s) => s.next(tally),
        }
    }

    /// The source, where the frames were read from one.
    pub(crate) fn into_source(self) -> Option<Source> {
        match self {
            Frames::Library(_) => None,
            Frames::Own(s) => Some(s.into_source()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Time, link type, place, octets on the wire, octets captured.
    type Seen = (Micros, u32, u64, u32, Vec<u8>);

    type All = (Vec<Seen>, Tally);

    fn all(mut frames: Frames) -> All {
        let (mut seen, mut tally) = (Vec::new(), Tally::default());
        while let Some(f) = frames.next(&mut tally).unwrap() {
            seen.push((f.at, f.link, f.offset, f.wire, f.data.to_vec()));
        }
        (seen, tally)
    }

    fn both(path: &Path) -> Option<(All, All)> {
        let library = library::Library::open(path)?;
        let own = stream::Stream::new(crate::source::open(path).unwrap());
        Some((all(Frames::Library(Box::new(library))), all(Frames::Own(Box::new(own)))))
    }

    fn captures(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                captures(&path, found);
            } else if path.extension().is_some_and(|e| e == "pcap" || e == "pcapng" || e == "cap") {
                found.push(path);
            }
        }
    }

    /// libpcap gives its own numbers for raw IP (12) where the file says 101.
    fn same_link(a: u32, b: u32) -> bool {
        a == b || (a == 12 && b == 101)
    }

    #[test]
    fn libpcap_and_our_reader_agree_on_real_captures() {
        let shared = Path::new("../../shared/data");
        if !shared.is_dir() {
            println!("skipped: no shared samples at {}", shared.display());
            return;
        }
        let mut found = Vec::new();
        captures(shared, &mut found);
        found.sort();
        let (mut compared, mut frames) = (0, 0);
        for path in found {
            let Some(((library, _), (own, _))) = both(&path) else {
                continue;
            };
            let classic = !std::fs::read(&path).unwrap().starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]);
            for (i, (l, o)) in library.iter().zip(&own).enumerate() {
                assert_eq!((l.0, l.3, &l.4), (o.0, o.3, &o.4), "{} frame {i}", path.display());
                assert!(same_link(l.1, o.1), "{} frame {i}: {} and {}", path.display(), l.1, o.1);
                assert!(!classic || l.2 == o.2, "{} frame {i}: {} and {}", path.display(), l.2, o.2);
            }
            assert!(library.len() == own.len() || !classic, "{}: {} and {}", path.display(), library.len(), own.len());
            compared += 1;
            frames += own.len();
        }
        println!("{compared} captures, {frames} frames");
        assert!(compared > 50 && frames > 10_000);
    }

    fn number(big: bool, n: u32) -> [u8; 4] {
        if big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    #[test]
    fn both_byte_orders_and_resolutions() {
        let folder = tempfile::tempdir().unwrap();
        for (big, nanos) in [(false, false), (true, false), (false, true), (true, true)] {
            let magic = if nanos { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
            let header = [magic, if big { 0x0002_0004 } else { 0x0004_0002 }, 0, 0, 65_535, 1];
            let fraction = if nanos { 123_456_789 } else { 123_456 };
            let record = [1_700_000_000, fraction, 3, 60];
            let mut file: Vec<u8> = header.iter().chain(&record).flat_map(|n| number(big, *n)).collect();
            file.extend([7, 8, 9]);
            file.extend([1, 2]);
            let path = folder.path().join("c.pcap");
            std::fs::write(&path, &file).unwrap();
            let (library, own) = both(&path).unwrap();
            assert_eq!(own.0, [(1_700_000_000_123_456, 1, 40, 60, vec![7, 8, 9])]);
            assert_eq!(library.0, own.0);
            assert_eq!((own.1.count(model::Reason::FileCut), library.1.count(model::Reason::FileCut)), (1, 1));
        }
    }
}
