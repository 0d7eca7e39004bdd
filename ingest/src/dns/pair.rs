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

#[cfg(test)]
mod tests {
    use model::LookupView;
    use proptest::prelude::*;

    use super::*;
    use crate::dns::show;

    const CLIENT: [u8; 4] = [192, 168, 1, 5];
    const SERVER: [u8; 4] = [192, 168, 1, 1];

    fn name(text: &str) -> Vec<u8> {
        let mut n = Vec::new();
        for label in text.split('.') {
            n.push(label.len() as u8);
            n.extend(label.as_bytes());
        }
        n.push(0);
        n
    }

    /// A question for an A record, or its answer with one address.
    fn octets(id: u8, flags: u16, text: &str) -> Vec<u8> {
        let answers = u8::from(flags & 0x800f == 0x8000);
        let mut m = vec![0, id, (flags >> 8) as u8, flags as u8, 0, 1, 0, answers, 0, 0, 0, 0];
        m.extend(name(text));
        m.extend([0, 1, 0, 1]);
        if answers > 0 {
            m.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, id]);
        }
        m
    }

    /// `(milliseconds, id, flags, name)`; answers go from the server, questions to it.
    type Step<'a> = (i64, u8, u16, &'a str);

    fn run(options: &Options, steps: &[(i64, Vec<u8>)]) -> (Vec<String>, Tally) {
        let (mut out, mut tally) = (LookupBuilder::default(), Tally::default());
        let mut pairer = Pairer::new(options);
        for (i, (ms, payload)) in steps.iter().enumerate() {
            let answer = payload.get(2).is_some_and(|f| f & 0x80 != 0);
            let (client, server) = (Addr::from_v4(CLIENT), Addr::from_v4(SERVER));
            let (src, dst) = if answer { (server, client) } else { (client, server) };
            let (sport, dport) = if answer { (53, 40_000) } else { (40_000, 53) };
            let d = Datagram { time: ms * 1_000, src, dst, sport, dport, payload, offset: i as u64 };
            pairer.message(&d, &mut out, &mut tally);
        }
        pairer.finish(&mut out);
        let batch = out.finish();
        (LookupView::new(&batch).unwrap().rows().map(|l| show::lookup(&l)).collect(), tally)
    }

    #[track_caller]
    fn check(steps: &[Step<'_>], want: &[&str], problems: &[(Reason, u64)]) {
        let steps: Vec<_> = steps.iter().map(|(ms, id, flags, name)| (*ms, octets(*id, *flags, name))).collect();
        let (got, tally) = run(&Options::default(), &steps);
        assert_eq!(got, want);
        assert_eq!(tally.iter().map(|p| (p.reason, p.count)).collect::<Vec<_>>(), problems);
    }

    const Q: u16 = 0x0100;
    const A: u16 = 0x8180;

    #[test]
    fn pairs() {
        check(
            &[(0, 1, Q, "a.example"), (5, 2, Q, "b.example"), (20, 2, A, "b.example"), (30, 1, A, "A.example")],
            &[
                "1970-01-01T00:00:00.02Z 192.168.1.5 b.example A NOERROR 15 @2 | b.example A 60 192.0.2.2",
                "1970-01-01T00:00:00.03Z 192.168.1.5 a.example A NOERROR 30 @3 | a.example A 60 192.0.2.1",
            ],
            &[],
        );
        // Asked twice before the answer, and answered twice.
        check(
            &[(0, 1, Q, "a.example"), (9, 1, Q, "a.example"), (20, 1, A, "a.example"), (21, 1, A, "a.example")],
            &[
                "1970-01-01T00:00:00.02Z 192.168.1.5 a.example A NOERROR 20 @2 | a.example A 60 192.0.2.1",
                "1970-01-01T00:00:00.021Z 192.168.1.5 a.example A NOERROR - @3 | a.example A 60 192.0.2.1",
            ],
            &[(Reason::DnsNoQuestion, 1)],
        );
        // The id alone is no proof: another name is another question.
        check(
            &[(0, 1, Q, "a.example"), (9, 1, A, "b.example")],
            &[
                "1970-01-01T00:00:00.009Z 192.168.1.5 b.example A NOERROR - @1 | b.example A 60 192.0.2.1",
                "1970-01-01T00:00:00Z 192.168.1.5 a.example A - - @0",
            ],
            &[(Reason::DnsNoQuestion, 1)],
        );
        // Given up after 30 s; then the late answer stands alone.
        check(
            &[(0, 1, Q, "a.example"), (30_001, 2, Q, "b.example"), (30_002, 1, A, "a.example")],
            &[
                "1970-01-01T00:00:00Z 192.168.1.5 a.example A - - @0",
                "1970-01-01T00:00:30.002Z 192.168.1.5 a.example A NOERROR - @2 | a.example A 60 192.0.2.1",
                "1970-01-01T00:00:30.001Z 192.168.1.5 b.example A - - @1",
            ],
            &[(Reason::DnsNoQuestion, 1)],
        );
        check(&[(0, 1, 0x2900, "a.example")], &[], &[(Reason::PacketOther, 1)]);
        let truncated = "1970-01-01T00:00:00Z 192.168.1.5 a.example A NXDOMAIN - @0";
        check(&[(0, 1, 0x8383, "a.example")], &[truncated], &[(Reason::DnsTruncated, 1), (Reason::DnsNoQuestion, 1)]);
    }

    #[test]
    fn faults_and_refusals_without_a_question() {
        let refused = vec![0, 1, 0x81, 0x85, 0, 0, 0, 0, 0, 0, 0, 0];
        let steps = [(0, octets(1, Q, "a.example")), (7, refused.clone()), (8, refused)];
        let (got, tally) = run(&Options::default(), &steps);
        assert_eq!(got, ["1970-01-01T00:00:00.007Z 192.168.1.5 a.example A REFUSED 7 @1"]);
        assert_eq!(tally.count(Reason::DnsNoQuestion), 1);
        let cut = octets(1, A, "a.example");
        let (got, tally) = run(&Options::default(), &[(0, cut[..cut.len() - 1].to_vec()), (0, vec![0, 1])]);
        assert_eq!(got, ["1970-01-01T00:00:00Z 192.168.1.5 a.example A NOERROR - @0"]);
        assert_eq!(tally.count(Reason::DnsBroken), 2);
    }

    #[test]
    fn only_the_resolvers_are_read() {
        let steps = [(0, octets(1, Q, "a.example")), (1, octets(1, A, "a.example"))];
        let with = |a: [u8; 4]| Options { resolvers: vec![Addr::from_v4(a)], ..Options::default() };
        assert_eq!(run(&with(SERVER), &steps).0.len(), 1);
        // The client being one is not enough: what a resolver asks others is nobody's lookup.
        for other in [CLIENT, [192, 0, 2, 53]] {
            let (got, tally) = run(&with(other), &steps);
            assert_eq!((got.len(), tally.count(Reason::DnsOtherResolver)), (0, 2));
        }
    }

    #[test]
    fn waiting_questions_are_bounded() {
        let steps: Vec<_> = (0..40_000_u32).map(|n| (0, octets(n as u8, Q, &format!("n{n}.example")))).collect();
        let (got, _) = run(&Options::default(), &steps);
        assert_eq!(got.len(), 40_000);
    }

    #[test]
    fn messages_in_one_segment() {
        let (mut out, mut tally) = (LookupBuilder::default(), Tally::default());
        let mut pairer = Pairer::new(&Options::default());
        let framed = |m: Vec<u8>| [&(m.len() as u16).to_be_bytes()[..], &m].concat();
        let two = [framed(octets(1, A, "a.example")), framed(octets(2, A, "b.example"))].concat();
        let (src, dst) = (Addr::from_v4(SERVER), Addr::from_v4(CLIENT));
        for payload in [&two[..], &two[..two.len() - 1], &two[3..], &[]] {
            let d = Datagram { time: 0, src, dst, sport: 53, dport: 9, payload, offset: 0 };
            pairer.segment(&d, &mut out, &mut tally);
        }
        assert_eq!((out.len(), tally.count(Reason::Fragment)), (3, 2));
    }

    proptest! {
        #[test]
        fn every_question_and_answer_leaves_once(steps in prop::collection::vec((0..60_000_i64, 0..4_u8, any::<bool>()), 0..60)) {
            let steps: Vec<_> =
                steps.iter().map(|(ms, id, a)| (*ms, octets(*id, if *a { A } else { Q }, "a.example"))).collect();
            let answers = steps.iter().filter(|s| s.1[2] & 0x80 != 0).count();
            let (got, _) = run(&Options::default(), &steps);
            let answered = got.iter().filter(|l| l.contains("NOERROR")).count();
            prop_assert_eq!(answered, answers);
            prop_assert!(got.len() <= steps.len());
        }

        #[test]
        fn random_payloads_never_panic(payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..20)) {
            let (mut out, mut tally) = (LookupBuilder::default(), Tally::default());
            let mut pairer = Pairer::new(&Options::default());
            for p in &payloads {
                let (src, dst) = (Addr::from_v4(SERVER), Addr::from_v4(CLIENT));
                let d = Datagram { time: 0, src, dst, sport: 53, dport: 9, payload: p, offset: 0 };
                pairer.message(&d, &mut out, &mut tally);
                pairer.segment(&d, &mut out, &mut tally);
            }
            pairer.finish(&mut out);
            let _ = out.finish();
        }
    }
}
