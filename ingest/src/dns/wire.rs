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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dns::show;

    /// Header with flags and counts, then the body.
    fn msg(flags: u16, counts: [u16; 4], body: &[u8]) -> Vec<u8> {
        let mut m = vec![0x12, 0x34];
        m.extend(flags.to_be_bytes());
        counts.iter().for_each(|c| m.extend(c.to_be_bytes()));
        m.extend(body);
        m
    }

    /// A record whose owner is the question's name at octet 12.
    fn rr(rtype: u16, class: u16, ttl: u32, data: &[u8]) -> Vec<u8> {
        let mut r = vec![0xc0, 12];
        r.extend(rtype.to_be_bytes());
        r.extend(class.to_be_bytes());
        r.extend(ttl.to_be_bytes());
        r.extend((data.len() as u16).to_be_bytes());
        r.extend(data);
        r
    }

    const QUESTION: &[u8] = b"\x03WWW\x07example\x03com\0\0\x01\0\x01";

    fn shown(m: &Message) -> String {
        let (name, q) = m.question().map_or(("-", None), |(n, q)| (n, Some(q)));
        let l = model::Lookup {
            time: 0,
            client: None,
            name,
            qtype: q.map_or(0, |q| q.qtype),
            rcode: Some(m.rcode),
            delay_ms: None,
            answers: m.answers(),
            offset: 0,
        };
        let line = show::lookup(&l);
        line.strip_prefix("1970-01-01T00:00:00Z - ").unwrap().replace(" - @0", "")
    }

    #[track_caller]
    fn check(octets: &[u8], want: &str, broken: Option<usize>) {
        let mut m = Message::default();
        assert_eq!(m.parse(octets).err().map(|b| b.offset), broken, "{}", shown(&m));
        assert_eq!(shown(&m), want);
        // Filling it again changes nothing.
        let once = m.clone();
        assert_eq!(m.parse(octets).is_err(), broken.is_some());
        assert_eq!(m, once);
    }

    #[test]
    fn questions_and_addresses() {
        check(&msg(0x0100, [1, 0, 0, 0], QUESTION), "www.example.com A NOERROR", None);
        let two = [QUESTION, &rr(1, 1, 60, &[192, 0, 2, 1]), &rr(1, 1, 61, &[192, 0, 2, 2])].concat();
        check(
            &msg(0x8180, [1, 2, 0, 0], &two),
            "www.example.com A NOERROR | www.example.com A 60 192.0.2.1 | www.example.com A 61 192.0.2.2",
            None,
        );
        let v6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        let body = [QUESTION, &rr(28, 1, 60, &v6), &rr(16, 1, 60, b"\x02hi")].concat();
        check(
            &msg(0x8180, [1, 2, 0, 0], &body),
            "www.example.com A NOERROR | www.example.com AAAA 60 2001:db8::1",
            None,
        );
        check(&msg(0x8183, [1, 0, 0, 0], QUESTION), "www.example.com A NXDOMAIN", None);
        check(&msg(0x8180, [1, 0, 0, 0], b"\0\0\x02\0\x01"), ". NS NOERROR", None);
        // Another class is stepped over; a TTL above 2^31 - 1 is 0.
        let body = [QUESTION, &rr(1, 3, 60, &[192, 0, 2, 1]), &rr(1, 1, 1 << 31, &[192, 0, 2, 2])].concat();
        check(&msg(0x8180, [1, 2, 0, 0], &body), "www.example.com A NOERROR | www.example.com A 0 192.0.2.2", None);
    }

    #[test]
    fn chains_and_compression() {
        // 12: www.example.com (example at 16, com at 24). 33: CNAME, data at 45: cdn + pointer to 16.
        let mut body = QUESTION.to_vec();
        body.extend(rr(5, 1, 300, b"\x03cdn\xc0\x10"));
        body.extend(b"\xc0\x2d\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x01");
        check(
            &msg(0x8180, [1, 2, 0, 0], &body),
            "www.example.com A NOERROR | www.example.com CNAME 300 ->cdn.example.com | cdn.example.com A 60 192.0.2.1",
            None,
        );
        let escaped = b"\x05a.b\\c\x02\xff \x01Z\0\0\x01\0\x01";
        check(&msg(0x0100, [1, 0, 0, 0], escaped), "a\\.b\\\\c.\\255\\032.z A NOERROR", None);
        // A pointer to itself, forward, beyond the end; two that point at each other; a reserved label type.
        for (name, at) in [
            (&b"\xc0\x0c"[..], 12),
            (b"\xc0\x20", 12),
            (b"\xc0\xff", 12),
            (b"\x01a\xc0\x0c", 14),
            (b"\x01a\xc0\x0e", 14),
            (b"\x40a", 12),
            (b"\x80a", 12),
        ] {
            let body = [name, b"\0\x01\0\x01"].concat();
            let mut m = Message::default();
            assert_eq!(m.parse(&msg(0x0100, [1, 0, 0, 0], &body)).unwrap_err().offset, at, "{name:?}");
        }
        // 255 octets is the longest name: 63 + 63 + 63 + 61, each with its length, and the root.
        let long = |last: u8| {
            let mut n = Vec::new();
            for len in [63, 63, 63, last] {
                n.push(len);
                n.extend(vec![b'a'; usize::from(len)]);
            }
            n.extend(b"\0\0\x01\0\x01");
            msg(0x0100, [1, 0, 0, 0], &n)
        };
        assert_eq!(parse_message(&long(61)).unwrap().question().unwrap().0.len(), 253);
        assert!(parse_message(&long(62)).is_err());
    }

    #[test]
    fn service_bindings() {
        let v6: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
        let mut data = vec![0, 1, 0];
        data.extend(b"\0\x01\0\x03\x02h3");
        data.extend(b"\0\x04\0\x08\xc0\0\x02\x01\xc0\0\x02\x02");
        data.extend(b"\0\x06\0\x10");
        data.extend(v6);
        let body = [QUESTION, &rr(65, 1, 30, &data)].concat();
        check(
            &msg(0x8180, [1, 1, 0, 0], &body),
            "www.example.com A NOERROR | www.example.com HTTPS 30 192.0.2.1 | www.example.com HTTPS 30 192.0.2.2 \
             | www.example.com HTTPS 30 2001:db8::9",
            None,
        );
        let alias = [QUESTION, &rr(64, 1, 30, b"\0\0\x03cdn\x07example\0")].concat();
        check(
            &msg(0x8180, [1, 1, 0, 0], &alias),
            "www.example.com A NOERROR | www.example.com SVCB 30 ->cdn.example",
            None,
        );
        // A hint of three octets, and one that is longer than its record. The data begins at octet 45.
        for (data, at) in [(&b"\0\x01\0\0\x04\0\x03abc"[..], 52), (b"\0\x01\0\0\x04\0\x08abcd", 52)] {
            let body = [QUESTION, &rr(65, 1, 30, data)].concat();
            check(&msg(0x8180, [1, 1, 0, 0], &body), "www.example.com A NOERROR", Some(at));
        }
    }

    #[test]
    fn edns_and_faults() {
        // BADVERS is 16: upper bits 1, lower 0.
        let opt = [0, 0, 41, 4, 0xd0, 1, 0, 0, 0, 0, 0];
        check(&msg(0x8180, [1, 0, 0, 1], &[QUESTION, &opt].concat()), "www.example.com A BADVERS", None);
        let body = [QUESTION, &rr(1, 1, 60, &[192, 0, 2, 1])].concat();
        let whole = msg(0x8180, [1, 1, 0, 0], &body);
        for cut in 0..whole.len() {
            let mut m = Message::default();
            assert!(m.parse(&whole[..cut]).is_err(), "{cut}");
            assert_eq!(m.has_header, cut >= 12);
            assert_eq!(m.questions.len(), usize::from(cut >= 33));
            assert!(m.answers().is_empty());
        }
        // An answer less than announced; an address of five octets; what stood before is kept.
        let kept = "www.example.com A NOERROR | www.example.com A 60 192.0.2.1";
        check(&msg(0x8180, [1, 2, 0, 0], &body), kept, Some(49));
        let bad = [body, rr(1, 1, 60, &[192, 0, 2, 1, 9])].concat();
        check(&msg(0x8180, [1, 2, 0, 0], &bad), kept, Some(61));
        let m = parse_message(&msg(0x2b80, [0, 0, 0, 0], &[])).unwrap();
        assert_eq!((m.id, m.response, m.opcode, m.truncated), (0x1234, false, 5, true));
    }

    #[test]
    fn a_small_message_cannot_grow_without_bound() {
        // Each answer's owner is a pointer to a name of 253 letters.
        let mut body = Vec::new();
        for len in [63_u8, 63, 63, 61] {
            body.push(len);
            body.extend(vec![b'a'; usize::from(len)]);
        }
        body.extend(b"\0\0\x01\0\x01");
        for _ in 0..4_000 {
            body.extend(rr(1, 1, 60, &[192, 0, 2, 1]));
        }
        let mut m = Message::default();
        assert!(m.parse(&msg(0x8180, [1, 4_000, 0, 0], &body)).is_err());
        assert!(m.text.len() <= TEXT_MAX + 300 && m.records.len() == ANSWERS_MAX);
    }

    proptest! {
        #[test]
        fn random_octets_never_panic(octets in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut m = Message::default();
            let _ = m.parse(&octets);
            prop_assert!(m.answers().len() <= ANSWERS_MAX);
        }

        #[test]
        fn mutated_messages_never_panic(changes in prop::collection::vec((0..90_usize, any::<u8>()), 1..6), cut in 0..90_usize) {
            let mut body = QUESTION.to_vec();
            body.extend(rr(5, 1, 300, b"\x03cdn\xc0\x10"));
            body.extend(rr(65, 1, 30, b"\0\x01\0\0\x04\0\x04\xc0\0\x02\x01"));
            let mut octets = msg(0x8180, [1, 2, 0, 0], &body);
            for (at, byte) in changes {
                let at = at % octets.len();
                octets[at] = byte;
            }
            octets.truncate(octets.len() - cut % 3);
            let _ = Message::default().parse(&octets);
        }

        #[test]
        fn names_come_back(labels in prop::collection::vec("[a-z0-9-]{1,20}", 1..6)) {
            let mut body = Vec::new();
            for l in &labels {
                body.push(l.len() as u8);
                body.extend(l.as_bytes());
            }
            body.extend(b"\0\0\x1c\0\x01");
            let m = parse_message(&msg(0x0100, [1, 0, 0, 0], &body)).unwrap();
            prop_assert_eq!(m.question().unwrap().0, labels.join("."));
        }
    }
}
