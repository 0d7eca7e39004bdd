//! DNS messages as they travel (RFC 1035, RFC 6891, RFC 9460).
//!
//! Only what answers "which name led to which address" is kept: questions, and of the answer section the records A,
//! AAAA, CNAME and the address hints of SVCB and HTTPS. Everything else is stepped over by its length.

use std::fmt::Write as _;

use model::{Addr, Answer, rr};

/// The longest name in octets, its length octets included (RFC 1035 section 2.3.4).
const NAME_MAX: usize = 255;
/// Answers kept of one message. 64 KiB can hold some 4,000 addresses; no resolver sends hundreds.
const ANSWERS_MAX: usize = 1_024;
/// Text kept of the names of one message, so that compression cannot blow a small message up.
const TEXT_MAX: usize = 256 * 1024;

const CLASS_IN: u16 = 1;
const OPT: u16 = 41;

/// Where a message stops making sense, in octets from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("DNS message malformed at octet {offset} (RFC 1035 section 4)")]
pub(crate) struct Broken {
    /// The place.
    pub(crate) offset: usize,
}

type Range = (u32, u32);

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Question {
    name: Range,
    pub(crate) qtype: u16,
    pub(crate) class: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Record {
    name: Range,
    rtype: u16,
    ttl: u32,
    address: Option<Addr>,
    target: Option<Range>,
}

/// A message. It can be filled again and again without new buffers.
///
/// After an error it holds what came before the broken place: the header where `has_header` says so, whole questions
/// and whole answers.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) has_header: bool,
    pub(crate) id: u16,
    pub(crate) response: bool,
    pub(crate) opcode: u8,
    pub(crate) truncated: bool,
    /// The response code, with the upper bits of EDNS where present (RFC 6891 section 6.1.3).
    pub(crate) rcode: u16,
    pub(crate) questions: Vec<Question>,
    records: Vec<Record>,
    text: String,
}

/// Reads one message.
#[cfg(test)]
pub(crate) fn parse_message(octets: &[u8]) -> Result<Message, Broken> {
    let mut message = Message::default();
    message.parse(octets)?;
    Ok(message)
}

impl Message {
    /// Reads one message in place of what was held before.
    pub(crate) fn parse(&mut self, octets: &[u8]) -> Result<(), Broken> {
        self.text.clear();
        self.questions.clear();
        self.records.clear();
        (self.has_header, self.truncated, self.response, self.rcode, self.opcode, self.id) =
            (false, false, false, 0, 0, 0);
        let mut reader = Reader { octets, at: 0 };
        let counts = self.header(&mut reader)?;
        for _ in 0..counts.questions {
            let name = self.name(&mut reader)?;
            let (qtype, class) = (reader.u16()?, reader.u16()?);
            self.questions.push(Question { name, qtype, class });
        }
        for _ in 0..counts.answers {
            self.answer(&mut reader)?;
        }
        for _ in 0..counts.others {
            self.other(&mut reader)?;
        }
        Ok(())
    }

    /// The text of a question's name: lower case, no final dot, `.` for the root; octets that are not letters, digits or
    /// printable signs as `\DDD` (RFC 1035 section 5.1).
    pub(crate) fn name_of(&self, question: &Question) -> &str {
        self.range(question.name)
    }

    /// The first question and its name.
    pub(crate) fn question(&self) -> Option<(&str, Question)> {
        self.questions.first().map(|q| (self.name_of(q), *q))
    }

    /// Addresses, hints and aliases of the answer section, in their order.
    pub(crate) fn answers(&self) -> Vec<Answer<'_>> {
        let answer = |r: &Record| Answer {
            name: self.range(r.name),
            rtype: r.rtype,
            ttl: Some(r.ttl),
            address: r.address,
            target: r.target.map(|t| self.range(t)),
        };
        self.records.iter().map(answer).collect()
    }

    fn range(&self, (from, to): Range) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }

    fn header(&mut self, reader: &mut Reader<'_>) -> Result<Counts, Broken> {
        let id = reader.u16()?;
        let flags = reader.u16()?;
        let questions = reader.u16()?;
        let answers = reader.u16()?;
        let others = u32::from(reader.u16()?) + u32::from(reader.u16()?);
        self.has_header = true;
        self.id = id;
        self.response = flags & 0x8000 != 0;
        self.opcode = (flags >> 11 & 0xf) as u8;
        self.truncated = flags & 0x0200 != 0;
        self.rcode = flags & 0xf;
        Ok(Counts { questions, answers, others })
    }

    fn answer(&mut self, reader: &mut Reader<'_>) -> Result<(), Broken> {
        let name = self.name(reader)?;
        let (rtype, class) = (reader.u16()?, reader.u16()?);
        let ttl = reader.ttl()?;
        let length = usize::from(reader.u16()?);
        let from = reader.at;
        let mut data = reader.part(length)?;
        if class != CLASS_IN {
            return Ok(());
        }
        let bad = Broken { offset: from };
        let mut push = |s: &mut Self, address, target| {
            if s.records.len() < ANSWERS_MAX {
                s.records.push(Record { name, rtype, ttl, address, target });
            }
        };
        match rtype {
            rr::A => {
                let octets: [u8; 4] = data.rest().try_into().map_err(|_| bad)?;
                push(self, Some(Addr::from_v4(octets)), None);
            }
            rr::AAAA => {
                let octets: [u8; 16] = data.rest().try_into().map_err(|_| bad)?;
                push(self, Some(Addr::from_octets(octets)), None);
            }
            rr::CNAME => {
                let target = self.name(&mut data)?;
                if !data.rest().is_empty() {
                    return Err(bad);
                }
                push(self, None, Some(target));
            }
            rr::SVCB | rr::HTTPS => self.hints(&mut data, &mut push)?,
            _ => {}
        }
        Ok(())
    }

    /// Priority, target and parameters of a service binding (RFC 9460 section 2.2). Each address hint is one answer. A
    /// binding with priority 0 is an alias and has no parameters worth reading (section 2.4.2).
    fn hints(
        &mut self,
        data: &mut Reader<'_>,
        push: &mut impl FnMut(&mut Self, Option<Addr>, Option<Range>),
    ) -> Result<(), Broken> {
        const IPV4_HINT: u16 = 4;
        const IPV6_HINT: u16 = 6;
        let priority = data.u16()?;
        let target = self.name(data)?;
        if priority == 0 {
            if self.range(target) != "." {
                push(self, None, Some(target));
            }
            return Ok(());
        }
        while !data.rest().is_empty() {
            let key = data.u16()?;
            let length = usize::from(data.u16()?);
            let at = data.at;
            let value = data.part(length)?;
            let width = match key {
                IPV4_HINT => 4,
                IPV6_HINT => 16,
                _ => continue,
            };
            if value.rest().is_empty() || !value.rest().len().is_multiple_of(width) {
                return Err(Broken { offset: at });
            }
            for octets in value.rest().chunks_exact(width) {
                let v4 = octets.try_into().ok().map(Addr::from_v4);
                let address = v4.or_else(|| octets.try_into().ok().map(Addr::from_octets));
                push(self, address, None);
            }
        }
        Ok(())
    }

    /// Steps over a record of the authority or additional section; EDNS has the upper bits of the response code.
    fn other(&mut self, reader: &mut Reader<'_>) -> Result<(), Broken> {
        skip_name(reader)?;
        let (rtype, _class) = (reader.u16()?, reader.u16()?);
        let (high, low) = (reader.u16()?, reader.u16()?);
        let _ = low;
        let length = usize::from(reader.u16()?);
        reader.part(length)?;
        if rtype == OPT {
            self.rcode = (self.rcode & 0xf) | (high >> 8) << 4;
        }
        Ok(())
    }

    /// Reads a name. A compression pointer must point before everything read of this name so far (RFC 1035 section
    /// 4.1.4: "a prior occurrence"), so that no chain of pointers can loop.
    fn name(&mut self, reader: &mut Reader<'_>) -> Result<Range, Broken> {
        let from = self.text.len();
        let mut here = Reader { octets: reader.octets, at: reader.at };
        let (mut lowest, mut jumped, mut length) = (reader.at, false, 0_usize);
        loop {
            let at = here.at;
            let broken = Broken { offset: at };
            match here.u8()? {
                0 => break,
                n @ 1..=63 => {
                    let label = here.part(usize::from(n))?;
                    length += usize::from(n) + 1;
                    if length >= NAME_MAX || self.text.len() > TEXT_MAX {
                        return Err(broken);
                    }
                    if self.text.len() > from {
                        self.text.push('.');
                    }
                    push_label(&mut self.text, label.rest());
                }
                n @ 0xc0..=0xff => {
                    let to = usize::from(n & 0x3f) << 8 | usize::from(here.u8()?);
                    if to >= lowest {
                        return Err(broken);
                    }
                    if !jumped {
                        reader.at = here.at;
                    }
                    (lowest, jumped, here.at) = (to, true, to);
                }
                _ => return Err(broken),
            }
        }
        if !jumped {
            reader.at = here.at;
        }
        if self.text.len() == from {
            self.text.push('.');
        }
        Ok((from as u32, self.text.len() as u32))
    }
}

struct Counts {
    questions: u16,
    answers: u16,
    others: u32,
}

fn skip_name(reader: &mut Reader<'_>) -> Result<(), Broken> {
    loop {
        let broken = Broken { offset: reader.at };
        match reader.u8()? {
            0 => return Ok(()),
            n @ 1..=63 => {
                reader.part(usize::from(n))?;
            }
            0xc0..=0xff => {
                reader.u8()?;
                return Ok(());
            }
            _ => return Err(broken),
        }
    }
}

fn push_label(text: &mut String, label: &[u8]) {
    for &b in label {
        match b {
            b'.' | b'\\' => {
                text.push('\\');
                text.push(char::from(b));
            }
            0x21..=0x7e => text.push(char::from(b.to_ascii_lowercase())),
            _ => {
                let written = write!(text, "\\{b:03}");
                debug_assert!(written.is_ok(), "writing to a String cannot fail");
            }
        }
    }
}

/// Steps through octets; `octets` is the message from its beginning, so that places and pointers are absolute.
#[derive(Clone, Copy)]
struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        self.octets.get(self.at..).unwrap_or_default()
    }

    fn u8(&mut self) -> Result<u8, Broken> {
        let b = self.octets.get(self.at).ok_or(Broken { offset: self.at })?;
        self.at += 1;
        Ok(*b)
    }

    fn u16(&mut self) -> Result<u16, Broken> {
        Ok(u16::from(self.u8()?) << 8 | u16::from(self.u8()?))
    }

    /// A TTL above 2^31 - 1 means 0 (RFC 2181 section 8).
    fn ttl(&mut self) -> Result<u32, Broken> {
        let ttl = u32::from(self.u16()?) << 16 | u32::from(self.u16()?);
        Ok(if ttl > 0x7fff_ffff { 0 } else { ttl })
    }

    /// The next `length` octets as a reader of their own, which ends where they end and still resolves pointers.
    fn part(&mut self, length: usize) -> Result<Reader<'a>, Broken> {
        let end = self.at.checked_add(length).filter(|e| *e <= self.octets.len());
        let end = end.ok_or(Broken { offset: self.at })?;
        let part = Reader { octets: self.octets.get(..end).unwrap_or_default(), at: self.at };
        self.at = end;
        Ok(part)
    }
}
