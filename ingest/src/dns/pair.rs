//! Pairs questions with answers seen in packets.

use std::collections::VecDeque;

use model::{Addr, Lookup, LookupBuilder, MICROS_PER_S, Micros, Reason, Tally};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Options;
use crate::dns::wire::Message;

/// A question without an answer is given up after this. Stub resolvers give up within 30 s (resolv.conf(5): at most
/// 30 s an attempt).
const PATIENCE: Micros = 30 * MICROS_PER_S;

/// Questions that wait at a time.
const WAITING_MAX: usize = 16_384;

/// How many waiting questions are looked at for an answer that repeats no question.
const BACK_MAX: usize = 64;

/// What an answer must repeat (RFC 5452 section 9.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    client: Addr,
    server: Addr,
    port: u16,
    id: u16,
    qtype: u16,
}

struct Waiting {
    key: Key,
    time: Micros,
    offset: u64,
    name: Box<str>,
    answered: bool,
}

/// One packet's addresses, ports and payload.
#[derive(Clone, Copy)]
pub(crate) struct Datagram<'a> {
    pub(crate) time: Micros,
    pub(crate) src: Addr,
    pub(crate) dst: Addr,
    pub(crate) sport: u16,
    pub(crate) dport: u16,
    pub(crate) payload: &'a [u8],
    /// Where it stands in the input, in octets.
    pub(crate) offset: u64,
}

/// Turns DNS messages into lookups.
///
/// - An answer with its question is one lookup at the time of the answer, with the delay between the two.
/// - An answer without one is a lookup of whom it was sent to, and counts as [`Reason::DnsNoQuestion`].
/// - A question repeated while it waits is one question. After [`PATIENCE`], or when more than [`WAITING_MAX`] wait, it
///   leaves as a lookup without a response code, at the time of asking.
/// - Messages that are not with one of [`Options::resolvers`] count as [`Reason::DnsOtherResolver`] and are not read.
/// - A malformed message keeps what came before its fault and counts as [`Reason::DnsBroken`]; other operations than
///   QUERY count as [`Reason::PacketOther`].
pub(crate) struct Pairer {
    resolvers: FxHashSet<Addr>,
    waiting: VecDeque<Waiting>,
    /// Number of the first in `waiting`; numbers go up by one.
    first: u64,
    by_key: FxHashMap<Key, u64>,
    message: Message,
    latest: Micros,
}

impl Pairer {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            resolvers: options.resolvers.iter().copied().collect(),
            waiting: VecDeque::new(),
            first: 0,
            by_key: FxHashMap::default(),
            message: Message::default(),
            latest: Micros::MIN,
        }
    }

    /// Takes the payload of one UDP datagram to or from port 53.
    pub(crate) fn message(&mut self, d: &Datagram<'_>, out: &mut LookupBuilder, tally: &mut Tally) {
        let Some(flags) = d.payload.get(2) else {
            tally.add(Reason::DnsBroken, d.offset);
            return;
        };
        let server = if flags & 0x80 != 0 { d.src } else { d.dst };
        if !self.resolvers.is_empty() && !self.resolvers.contains(&server) {
            tally.add(Reason::DnsOtherResolver, d.offset);
            return;
        }
        let mut message = std::mem::take(&mut self.message);
        let broken = message.parse(d.payload).is_err() || message.questions.len() > 1;
        if message.has_header && message.opcode != 0 {
            tally.add(Reason::PacketOther, d.offset);
        } else {
            if broken {
                tally.add(Reason::DnsBroken, d.offset);
            }
            if message.truncated {
                tally.add(Reason::DnsTruncated, d.offset);
            }
            self.release(d.time, out);
            if message.response {
                self.answer(d, &message, out, tally);
            } else {
                self.question(d, &message, out);
            }
        }
        self.message = message;
    }

    /// Takes the payload of one TCP segment to or from port 53: messages with two octets of length before each (RFC 1035
    /// section 4.2.2). A message spread over segments is passed over and counts as [`Reason::Fragment`].
    pub(crate) fn segment(&mut self, d: &Datagram<'_>, out: &mut LookupBuilder, tally: &mut Tally) {
        let mut rest = d.payload;
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let length = usize::from(u16::from_be_bytes(*length));
            let Some((payload, next)) = after.split_at_checked(length).filter(|_| length >= 12) else { break };
            self.message(&Datagram { payload, ..*d }, out, tally);
            rest = next;
        }
        if !rest.is_empty() {
            tally.add(Reason::Fragment, d.offset);
        }
    }

    /// Hands on the questions that still wait.
    pub(crate) fn finish(&mut self, out: &mut LookupBuilder) {
        while !self.waiting.is_empty() {
            self.give_first(out);
        }
        self.by_key.clear();
    }

    fn release(&mut self, time: Micros, out: &mut LookupBuilder) {
        self.latest = self.latest.max(time);
        while let Some(w) = self.waiting.front() {
            let old = self.latest.saturating_sub(w.time) > PATIENCE;
            if !(w.answered || old || self.waiting.len() >= WAITING_MAX) {
                break;
            }
            self.give_first(out);
        }
    }

    fn give_first(&mut self, out: &mut LookupBuilder) {
        let Some(w) = self.waiting.pop_front() else { return };
        if self.by_key.get(&w.key) == Some(&self.first) {
            self.by_key.remove(&w.key);
        }
        self.first += 1;
        if w.answered {
            return;
        }
        out.push(&Lookup {
            time: w.time,
            client: Some(w.key.client),
            name: &w.name,
            qtype: w.key.qtype,
            rcode: None,
            delay_ms: None,
            answers: Vec::new(),
            offset: w.offset,
        });
    }

    fn get(&mut self, number: u64) -> Option<&mut Waiting> {
        let index = number.checked_sub(self.first)?;
        self.waiting.get_mut(usize::try_from(index).ok()?)
    }

    fn question(&mut self, d: &Datagram<'_>, message: &Message, out: &mut LookupBuilder) {
        let Some((name, question)) = message.question() else { return };
        let key = Key { client: d.src, server: d.dst, port: d.sport, id: message.id, qtype: question.qtype };
        let known = self.by_key.get(&key).copied();
        if let Some(w) = known.and_then(|n| self.get(n))
            && *w.name == *name
            && !w.answered
        {
            return;
        }
        while self.waiting.len() >= WAITING_MAX {
            self.give_first(out);
        }
        self.by_key.insert(key, self.first + self.waiting.len() as u64);
        self.waiting.push_back(Waiting { key, time: d.time, offset: d.offset, name: name.into(), answered: false });
    }

    fn answer(&mut self, d: &Datagram<'_>, message: &Message, out: &mut LookupBuilder, tally: &mut Tally) {
        let Some(number) = self.find(d, message) else {
            tally.add(Reason::DnsNoQuestion, d.offset);
            if let Some((name, question)) = message.question() {
                give(d, message, (name, question.qtype), None, out);
            }
            return;
        };
        let Some(w) = self.get(number) else { return };
        w.answered = true;
        let delay = u32::try_from(d.time.saturating_sub(w.time) / 1_000).ok();
        let name = std::mem::take(&mut w.name);
        let key = w.key;
        self.by_key.remove(&key);
        give(d, message, (&name, key.qtype), delay, out);
    }

    /// The waiting question that an answer belongs to. An answer that repeats no question, as some refusals do, belongs
    /// to the newest with its addresses, port and id.
    fn find(&mut self, d: &Datagram<'_>, message: &Message) -> Option<u64> {
        let key = |qtype| Key { client: d.dst, server: d.src, port: d.dport, id: message.id, qtype };
        if let Some((name, question)) = message.question() {
            let number = self.by_key.get(&key(question.qtype)).copied()?;
            return self.get(number).filter(|w| *w.name == *name && !w.answered).map(|_| number);
        }
        let same = |w: &Waiting| !w.answered && w.key == key(w.key.qtype);
        let back = self.waiting.iter().rev().take(BACK_MAX).position(same)?;
        Some(self.first + (self.waiting.len() - 1 - back) as u64)
    }
}

fn give(
    d: &Datagram<'_>,
    message: &Message,
    (name, qtype): (&str, u16),
    delay_ms: Option<u32>,
    out: &mut LookupBuilder,
) {
    out.push(&Lookup {
        time: d.time,
        client: Some(d.dst),
        name,
        qtype,
        rcode: Some(message.rcode),
        delay_ms,
        answers: message.answers(),
        offset: d.offset,
    });
}
