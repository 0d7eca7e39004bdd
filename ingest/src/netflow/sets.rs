//! The sets of a v9 or IPFIX datagram.

use model::{Reason, Tally};

use super::header::{Header, u16_at};

/// What a set holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Templates { options: bool },
    Data(u16),
}

/// One set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Set<'a> {
    pub(super) kind: Kind,
    /// Octets from the beginning of the datagram to the body.
    pub(super) at: usize,
    pub(super) body: &'a [u8],
}

/// Walks the sets. A set that claims more than there is gives what there is, counted as a problem.
pub(super) struct Sets<'a> {
    data: &'a [u8],
    at: usize,
    version: u16,
}

impl<'a> Sets<'a> {
    pub(super) fn new(header: &Header, data: &'a [u8]) -> Self {
        let end = header.length.unwrap_or(data.len()).min(data.len());
        Self { data: &data[..end], at: header.size, version: header.version }
    }

    /// The next set. What is wrong is tallied at `offset`, where the datagram begins.
    pub(super) fn next(&mut self, offset: u64, tally: &mut Tally) -> Option<Set<'a>> {
        loop {
            let rest = self.data.get(self.at..)?;
            let (Some(id), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2)) else {
                if rest.iter().any(|b| *b != 0) {
                    tally.add(Reason::LengthWrong, offset + self.at as u64);
                }
                return None;
            };
            if id == 0 && length == 0 && rest.iter().all(|b| *b == 0) {
                return None;
            }
            let length = usize::from(length);
            if length < 4 {
                tally.add(Reason::LengthWrong, offset + self.at as u64);
                return None;
            }
            if length > rest.len() {
                tally.add(Reason::LengthWrong, offset + self.at as u64);
            }
            let at = self.at + 4;
            self.at += length;
            let body = &rest[4..length.min(rest.len())];
            let kind = match (self.version, id) {
                (9, 0) | (10, 2) => Kind::Templates { options: false },
                (9, 1) | (10, 3) => Kind::Templates { options: true },
                (_, 256..) => Kind::Data(id),
                _ => {
                    tally.add(Reason::LengthWrong, offset + at as u64 - 4);
                    continue;
                }
            };
            return Some(Set { kind, at, body });
        }
    }
}
