//! Frames through libpcap.

use std::path::Path;

use model::{MICROS_PER_S, Reason, Tally};
use pcap::{Capture, Error, Offline};

use super::Frame;

const FILE_HEADER: u64 = 24;
const RECORD_HEADER: u64 = 16;

/// A plain pcap file that libpcap has open.
pub(crate) struct Library {
    capture: Capture<Offline>,
    link: u32,
    offset: u64,
    ended: bool,
}

impl Library {
    /// Opens a file; none where libpcap refuses it or its record headers are of the longer, patched form.
    pub(super) fn open(path: &Path) -> Option<Library> {
        let mut magic = [0_u8; 4];
        std::io::Read::read_exact(&mut std::fs::File::open(path).ok()?, &mut magic).ok()?;
        if matches!(magic, [0xa1, 0xb2, 0xcd, 0x34] | [0x34, 0xcd, 0xb2, 0xa1]) {
            return None;
        }
        let capture = Capture::from_file(path).ok()?;
        let link = u32::try_from(capture.get_datalink().0).ok()?;
        Some(Library { capture, link, offset: FILE_HEADER, ended: false })
    }

    pub(super) fn next(&mut self, tally: &mut Tally) -> Option<Frame<'_>> {
        if self.ended {
            return None;
        }
        let offset = self.offset + RECORD_HEADER;
        match self.capture.next_packet() {
            Ok(packet) => {
                self.offset = offset + u64::from(packet.header.caplen);
                let ts = packet.header.ts;
                // The file has 32 bits without a sign; libpcap gives them one, and from 2038 on it would show.
                let at = i64::from(ts.tv_sec as u32) * MICROS_PER_S + i64::from(ts.tv_usec as u32);
                Some(Frame { at, link: self.link, data: packet.data, wire: packet.header.len, offset })
            }
            Err(error) => {
                self.ended = true;
                match error {
                    Error::NoMorePackets => {}
                    Error::PcapError(why) if why.starts_with("truncated") => tally.add(Reason::FileCut, self.offset),
                    _ => tally.add(Reason::CaptureBroken, self.offset),
                }
                None
            }
        }
    }
}
