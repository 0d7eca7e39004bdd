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
