//! Joins dnsmasq's lines into one lookup per question.

use model::{Addr, MICROS_PER_S, Micros, Reason, Tally, rr};
use rustc_hash::FxHashMap;

use crate::text::dnsmasq::{Event, Message, Outcome, Serial};
use crate::text::open::{Asked, Ring};
use crate::text::out::Out;

/// A question gets no more lines after this: three times dnsmasq's own patience with its servers (`TIMEOUT`, 10 s).
const PATIENCE: Micros = 30 * MICROS_PER_S;

/// The lines of one answer are written in one go; a stamp may tick over between them.
const ONE_GO: Micros = 2 * MICROS_PER_S;

/// Questions without a serial that wait for an answer at a time. dnsmasq forwards 150 unless told otherwise.
const WAITING_MAX: usize = 256;

/// Where and when a line stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    pub(crate) time: Micros,
    pub(crate) offset: u64,
    /// Process id of dnsmasq.
    pub(crate) pid: u32,
    /// Whether the stamp has fractions of a second.
    pub(crate) fine: bool,
}

/// Joins lines by serial, or by name and order where there is none.
///
/// With `log-queries=extra` every line names its question: process, serial, client and port together, because a serial
/// begins again when dnsmasq restarts, and a process that answers over TCP counts on from its parent's serial.
///
/// Without, dnsmasq's lines of one answer still stand together, since it writes them in one go. An answer belongs to the
/// oldest question of that name and type that has none, and to every other that waits for the same.
///
/// A question leaves in the order asked, with its time the answer's, when [`PATIENCE`] is over or too many are open.
pub(crate) struct Joiner {
    ring: Ring,
    by_serial: FxHashMap<(u32, Serial), u64>,
    waiting: Vec<u64>,
    /// The questions that the last lines answered.
    current: Vec<u64>,
    latest: Micros,
}

impl Joiner {
    pub(crate) fn new() -> Self {
        Self {
            ring: Ring::default(),
            by_serial: FxHashMap::default(),
            waiting: Vec::new(),
            current: Vec::new(),
            latest: Micros::MIN,
        }
    }

    /// Takes one message in.
    pub(crate) fn take(&mut self, message: &Message<'_>, at: At, out: &mut Out<'_>, tally: &mut Tally) {
        self.latest = self.latest.max(at.time);
        match (message.event, message.serial) {
            (Event::Query { name, qtype, client }, serial) => {
                let asked =
                    Asked { time: at.time, fine: at.fine, client: Some(client), name, qtype, offset: at.offset };
                self.ask(&asked, serial.map(|s| (at.pid, s)), out);
            }
            (Event::Answer { name, outcome, known }, Some(serial)) => {
                let key = (at.pid, serial);
                let found = self.by_serial.get(&key).copied().filter(|n| self.ring.get(*n).is_some());
                match found {
                    Some(n) => self.attach(&[n], name, outcome, at),
                    None if known => self.orphan(name, outcome, Some((key, serial.client)), at, out, tally),
                    None => tally.add(Reason::LineOther, at.offset),
                }
            }
            (Event::Answer { name, outcome, known }, None) => self.classic(name, outcome, known, at, out, tally),
            (Event::Duplicate, Some(serial)) => {
                let to = self.by_serial.get(&(at.pid, serial)).copied();
                if let (Some(to), Some(from)) = (to, self.current.first().copied())
                    && from != to
                {
                    self.ring.copy_answer(from, to);
                }
            }
            (Event::Forwarded, None) => self.current.clear(),
            (Event::Forwarded, Some(_)) => {}
            (Event::Truncated, _) => tally.add(Reason::DnsTruncated, at.offset),
            (Event::Duplicate | Event::Other, _) => tally.add(Reason::LineOther, at.offset),
            (Event::Broken, _) => tally.add(Reason::LineUnknown, at.offset),
        }
    }

    /// Hands on every question that is left.
    pub(crate) fn finish(&mut self, out: &mut Out<'_>) {
        while self.ring.oldest().is_some() {
            self.ring.give_oldest(out);
        }
        self.by_serial.clear();
    }

    fn ask(&mut self, asked: &Asked<'_>, key: Option<(u32, Serial)>, out: &mut Out<'_>) -> u64 {
        self.release(out);
        let n = self.ring.push(asked);
        self.current.clear();
        match key {
            Some(key) => {
                self.by_serial.insert(key, n);
            }
            None => {
                if self.waiting.len() >= WAITING_MAX {
                    self.waiting.remove(0);
                }
                self.waiting.push(n);
            }
        }
        n
    }

    fn release(&mut self, out: &mut Out<'_>) {
        while let Some((_, open)) = self.ring.oldest() {
            if !self.ring.is_full() && self.latest.saturating_sub(open.asked) <= PATIENCE {
                break;
            }
            self.ring.give_oldest(out);
        }
        let oldest = self.ring.oldest().map_or(u64::MAX, |(n, _)| n);
        if self.by_serial.len() > 2 * crate::text::open::OPEN_MAX {
            self.by_serial.retain(|_, n| *n >= oldest);
        }
        if self.waiting.first().is_some_and(|n| *n < oldest) {
            self.waiting.retain(|n| *n >= oldest);
        }
    }

    /// Adds part of an answer to questions that wait for the same.
    fn attach(&mut self, to: &[u64], name: &str, outcome: Outcome, at: At) {
        for n in to {
            let Some(open) = self.ring.get_mut(*n) else { continue };
            match outcome {
                Outcome::Address(address) => {
                    open.record(name, Some(address));
                    open.answer(at.time, 0);
                }
                Outcome::Cname => {
                    open.record(name, None);
                    open.answer(at.time, 0);
                }
                Outcome::Rcode(code) => {
                    if name != "error" {
                        open.end_alias(name);
                    }
                    open.answer(at.time, code);
                }
                Outcome::NoData(_) | Outcome::Data => {
                    open.end_alias(name);
                    open.answer(at.time, 0);
                }
            }
        }
        if self.current != to {
            self.current.clear();
            self.current.extend_from_slice(to);
        }
    }

    /// An answer without a serial: the next of the same answer, or the first to a question that waits.
    fn classic(&mut self, name: &str, outcome: Outcome, known: bool, at: At, out: &mut Out<'_>, tally: &mut Tally) {
        let goes_on = self.current.first().and_then(|n| self.ring.get(*n)).is_some_and(|open| {
            let same = open.last_name().eq_ignore_ascii_case(name) && fits(open.qtype, outcome) && more(outcome);
            let soon = open.answered.is_some_and(|t| (t..=t.saturating_add(ONE_GO)).contains(&at.time));
            soon && (open.aliased || same)
        });
        if goes_on {
            let current = std::mem::take(&mut self.current);
            self.attach(&current, name, outcome, at);
            self.current = current;
            return;
        }
        let found = self.take_waiting(name, outcome);
        if !found.is_empty() {
            self.attach(&found, name, outcome, at);
        } else if known {
            self.orphan(name, outcome, None, at, out, tally);
        } else {
            tally.add(Reason::LineOther, at.offset);
        }
    }

    /// The questions that an answer belongs to; they wait no longer.
    fn take_waiting(&mut self, name: &str, outcome: Outcome) -> Vec<u64> {
        let ring = &self.ring;
        let reverse = name.parse::<std::net::IpAddr>().is_ok();
        let matches = |n: u64| {
            ring.get(n).is_some_and(|o| {
                let named = o.name().eq_ignore_ascii_case(name) || (reverse && o.qtype == rr::PTR);
                named && fits(o.qtype, outcome)
            })
        };
        let first = match name {
            // dnsmasq has lost the name: only where a single question waits is it clear which.
            "error" if self.waiting.len() == 1 => self.waiting.first().copied(),
            _ => self.waiting.iter().copied().find(|n| matches(*n)),
        };
        let Some(first) = first else { return Vec::new() };
        let Some(open) = ring.get(first) else { return Vec::new() };
        let same =
            |n: &u64| *n == first || ring.get(*n).is_some_and(|o| o.qtype == open.qtype && o.name() == open.name());
        let found: Vec<u64> = self.waiting.iter().copied().filter(same).collect();
        self.waiting.retain(|n| !found.contains(n));
        found
    }

    /// An answer whose question is not in the log, as at the beginning of a rotated one.
    fn orphan(
        &mut self,
        name: &str,
        outcome: Outcome,
        key: Option<((u32, Serial), Addr)>,
        at: At,
        out: &mut Out<'_>,
        tally: &mut Tally,
    ) {
        tally.add(Reason::DnsNoQuestion, at.offset);
        let qtype = match outcome {
            Outcome::Address(a) if a.is_v4() => rr::A,
            Outcome::Address(_) => rr::AAAA,
            Outcome::NoData(Some(qtype)) => qtype,
            // Until the address comes.
            Outcome::Cname => rr::CNAME,
            // Which type was asked stands nowhere.
            Outcome::NoData(None) | Outcome::Rcode(_) | Outcome::Data => return,
        };
        let client = key.map(|(_, client)| client);
        let asked = Asked { time: at.time, fine: false, client, name, qtype, offset: at.offset };
        let n = self.ask(&asked, key.map(|(key, _)| key), out);
        self.waiting.retain(|w| *w != n);
        if let Some(open) = self.ring.get_mut(n) {
            open.guessed = true;
        }
        self.attach(&[n], name, outcome, at);
    }
}

/// Whether an outcome can answer a question of this type.
fn fits(qtype: u16, outcome: Outcome) -> bool {
    const ANY: u16 = 255;
    match outcome {
        Outcome::Address(a) => qtype == ANY || qtype == if a.is_v4() { rr::A } else { rr::AAAA },
        Outcome::NoData(Some(t)) => qtype == t,
        Outcome::NoData(None) | Outcome::Rcode(_) | Outcome::Cname => true,
        Outcome::Data => !matches!(qtype, rr::A | rr::AAAA),
    }
}

/// Whether an answer may have several lines of this kind.
fn more(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Address(_) | Outcome::Data)
}
