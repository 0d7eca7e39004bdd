//! Blocks of pcapng (draft-ietf-opsawg-pcapng).

use model::{MICROS_PER_S, Micros};

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
const OPTION_RESOLUTION: u16 = 9;
const OPTION_OFFSET: u16 = 14;
/// Interfaces of one section; a capture on every interface of a large router has some hundred.
const INTERFACES_MAX: usize = 4_096;

#[derive(Debug, Clone, Copy)]
struct Interface {
    link: u32,
    snaplen: u32,
    /// Ticks a second.
    resolution: u64,
    offset_s: i64,
}

/// What a section has said so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    big: bool,
    interfaces: Vec<Interface>,
    last: Micros,
}

/// A frame inside a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) at: Micros,
    pub(super) link: u32,
    pub(super) wire: u32,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// What a block turned out to be.
pub(super) enum Block {
    Frame(Place),
    Other,
}

impl Section {
    fn u16(&self, data: &[u8], at: usize) -> Option<u16> {
        let two = data.get(at..at + 2)?.try_into().ok()?;
        Some(if self.big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    }

    fn u32(&self, data: &[u8], at: usize) -> Option<u32> {
        let four = data.get(at..at + 4)?.try_into().ok()?;
        Some(if self.big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    }

    /// Type and length of the block whose first twelve octets these are; a section header sets the byte order.
    pub(super) fn head(&mut self, data: &[u8]) -> Option<(u32, usize)> {
        if data.get(..4)? == [0x0a, 0x0d, 0x0d, 0x0a] {
            self.big = match data.get(8..12)? {
                [0x1a, 0x2b, 0x3c, 0x4d] => true,
                [0x4d, 0x3c, 0x2b, 0x1a] => false,
                _ => return None,
            };
        }
        let length = self.u32(data, 4)? as usize;
        (length >= 12 && length.is_multiple_of(4)).then_some((self.u32(data, 0)?, length))
    }

    /// Whether a block type is read; others are passed over.
    pub(super) const fn is_read(kind: u32) -> bool {
        matches!(kind, SECTION | INTERFACE | OLD_PACKET | SIMPLE_PACKET | ENHANCED_PACKET)
    }

    fn interface(&self, data: &[u8]) -> Option<Interface> {
        let link = u32::from(self.u16(data, 8)?);
        let snaplen = self.u32(data, 12)?;
        let mut i = Interface { link, snaplen, resolution: 1_000_000, offset_s: 0 };
        let (mut at, end) = (16, data.len() - 4);
        while at + 4 <= end {
            let (code, length) = (self.u16(data, at)?, usize::from(self.u16(data, at + 2)?));
            let value = data.get(at + 4..(at + 4 + length).min(end))?;
            match (code, value) {
                (0, _) => break,
                (OPTION_RESOLUTION, [n, ..]) => i.resolution = resolution(*n)?,
                (OPTION_OFFSET, value) => {
                    let eight = value.try_into().ok()?;
                    i.offset_s = if self.big { i64::from_be_bytes(eight) } else { i64::from_le_bytes(eight) };
                }
                _ => {}
            }
            at += 4 + length.next_multiple_of(4);
        }
        Some(i)
    }

    fn packet(&mut self, data: &[u8], index: u32) -> Option<Place> {
        let interface = *self.interfaces.get(index as usize)?;
        let ticks = u64::from(self.u32(data, 12)?) << 32 | u64::from(self.u32(data, 16)?);
        let micros = u128::from(ticks) * MICROS_PER_S as u128 / u128::from(interface.resolution);
        let offset = interface.offset_s.saturating_mul(MICROS_PER_S);
        let at = i64::try_from(micros).unwrap_or(i64::MAX).saturating_add(offset);
        self.last = at;
        let (length, wire) = (self.u32(data, 20)? as usize, self.u32(data, 24)?);
        let to = 28_usize.checked_add(length).filter(|to| *to <= data.len() - 4)?;
        Some(Place { at, link: interface.link, wire, from: 28, to })
    }

    fn simple(&self, data: &[u8]) -> Option<Place> {
        let interface = self.interfaces.first()?;
        let wire = self.u32(data, 8)?;
        let limit = if interface.snaplen == 0 { u32::MAX } else { interface.snaplen };
        let to = 12_usize.checked_add(wire.min(limit) as usize).filter(|to| *to <= data.len() - 4)?;
        Some(Place { at: self.last, link: interface.link, wire, from: 12, to })
    }
}

/// Ticks a second: a power of ten, or of two where the upper bit is set.
fn resolution(code: u8) -> Option<u64> {
    match code {
        0x80.. => 1_u64.checked_shl(u32::from(code & 0x7f)),
        _ => 10_u64.checked_pow(u32::from(code)),
    }
}

/// Reads a whole block. None where it contradicts itself.
pub(super) fn read_block(section: &mut Section, kind: u32, data: &[u8]) -> Option<Block> {
    match kind {
        SECTION => section.interfaces.clear(),
        INTERFACE if data.len() >= 20 => {
            let interface = section.interface(data)?;
            if section.interfaces.len() >= INTERFACES_MAX {
                return None;
            }
            section.interfaces.push(interface);
        }
        ENHANCED_PACKET => {
            let index = section.u32(data, 8)?;
            return section.packet(data, index).map(Block::Frame);
        }
        OLD_PACKET => {
            let index = u32::from(section.u16(data, 8)?);
            return section.packet(data, index).map(Block::Frame);
        }
        SIMPLE_PACKET => return section.simple(data).map(Block::Frame),
        _ => return None,
    }
    Some(Block::Other)
}
