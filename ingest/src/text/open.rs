//! Questions of dnsmasq's log that may still get lines, in a ring of bounded size.

use std::collections::VecDeque;

use model::{Addr, Answer, Lookup, Micros, rr};

use crate::text::out::Out;

/// Questions held at a time. dnsmasq itself forwards 150 at a time unless told otherwise.
pub(crate) const OPEN_MAX: usize = 8_192;

/// A record of an answer; names are ranges of the question's text.
#[derive(Debug, Clone, Copy)]
struct Record {
    name: (u32, u32),
    target: Option<(u32, u32)>,
    address: Option<Addr>,
}

/// One question and what its lines have said so far. The buffers are used again for later questions.
#[derive(Debug, Default)]
pub(crate) struct Open {
    pub(crate) asked: Micros,
    pub(crate) answered: Option<Micros>,
    pub(crate) fine: bool,
    pub(crate) client: Option<Addr>,
    pub(crate) qtype: u16,
    pub(crate) rcode: Option<u16>,
    pub(crate) offset: u64,
    text: String,
    name: u32,
    records: Vec<Record>,
    /// Whether the type is a guess from the answer, since the question was not seen.
    pub(crate) guessed: bool,
    /// Whether the last record is an alias whose target has not come yet.
    pub(crate) aliased: bool,
}

/// A question as its line gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) time: Micros,
    pub(crate) fine: bool,
    pub(crate) client: Option<Addr>,
    pub(crate) name: &'a str,
    pub(crate) qtype: u16,
    pub(crate) offset: u64,
}

impl Open {
    fn begin(&mut self, asked: &Asked<'_>) {
        self.asked = asked.time;
        self.answered = None;
        self.fine = asked.fine;
        self.client = asked.client;
        self.qtype = asked.qtype;
        self.rcode = None;
        self.offset = asked.offset;
        self.text.clear();
        self.records.clear();
        self.aliased = false;
        self.guessed = false;
        self.name = self.keep(asked.name).1;
    }

    fn keep(&mut self, name: &str) -> (u32, u32) {
        let bare = if name.len() > 1 { name.strip_suffix('.').unwrap_or(name) } else { name };
        let from = self.text.len();
        self.text.push_str(bare);
        if let Some(added) = self.text.get_mut(from..) {
            added.make_ascii_lowercase();
        }
        (from as u32, self.text.len() as u32)
    }

    fn range(&self, (from, to): (u32, u32)) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }

    /// The question's name: lower case, no final dot.
    pub(crate) fn name(&self) -> &str {
        self.range((0, self.name))
    }

    /// The owner name of the last record, or the question's.
    pub(crate) fn last_name(&self) -> &str {
        self.records.last().map_or_else(|| self.name(), |r| self.range(r.name))
    }

    /// Notes that an answer came.
    pub(crate) fn answer(&mut self, time: Micros, rcode: u16) {
        self.answered.get_or_insert(time);
        self.rcode = Some(rcode);
    }

    /// Adds a record; the alias before it gets its target.
    pub(crate) fn record(&mut self, name: &str, address: Option<Addr>) {
        if let (true, Some(a)) = (self.guessed, address) {
            self.qtype = if a.is_v4() { rr::A } else { rr::AAAA };
        }
        let same = name.eq_ignore_ascii_case(self.last_name());
        let range = match self.records.last() {
            Some(r) if same && !self.aliased => r.name,
            None if same => (0, self.name),
            _ => self.keep(name),
        };
        self.alias_to(range);
        self.records.push(Record { name: range, target: None, address });
        self.aliased = address.is_none();
    }

    /// Gives the alias that is waiting its target, where no record of that target follows.
    pub(crate) fn end_alias(&mut self, name: &str) {
        if self.aliased {
            let range = self.keep(name);
            self.alias_to(range);
        }
    }

    fn alias_to(&mut self, target: (u32, u32)) {
        if let (true, Some(last)) = (self.aliased, self.records.last_mut()) {
            last.target = Some(target);
        }
        self.aliased = false;
    }

    /// Takes over another question's answer.
    pub(crate) fn copy_answer(&mut self, from: &Open) {
        if self.name() != from.name() {
            return;
        }
        let name = self.name().len();
        self.text.truncate(name);
        self.text.push_str(from.text.get(name..).unwrap_or_default());
        self.records.clone_from(&from.records);
        (self.answered, self.rcode, self.aliased) = (from.answered, from.rcode, from.aliased);
    }

    fn give(&self, out: &mut Out<'_>) {
        let answers: Vec<Answer<'_>> = self
            .records
            .iter()
            .map(|r| Answer {
                name: self.range(r.name),
                rtype: match r.address {
                    Some(a) if a.is_v4() => rr::A,
                    Some(_) => rr::AAAA,
                    None => rr::CNAME,
                },
                ttl: None,
                address: r.address,
                target: r.target.map(|t| self.range(t)),
            })
            .collect();
        let delay = self.answered.filter(|_| self.fine).and_then(|t| u32::try_from((t - self.asked) / 1_000).ok());
        let lookup = Lookup {
            time: self.answered.unwrap_or(self.asked),
            client: self.client,
            name: self.name(),
            qtype: self.qtype,
            rcode: self.rcode,
            delay_ms: delay,
            answers: Vec::new(),
            offset: self.offset,
        };
        out.lookup(&lookup, &answers);
    }
}

/// The open questions in the order in which they were asked. Each has a number that is never used again; what is handed
/// on is used again for later questions, so that the memory in use is what is open and no more.
#[derive(Debug, Default)]
pub(crate) struct Ring {
    open: VecDeque<Open>,
    spare: Vec<Open>,
    /// Number of the oldest.
    head: u64,
}

impl Ring {
    /// Whether the ring holds as many as it may.
    pub(crate) fn is_full(&self) -> bool {
        self.open.len() >= OPEN_MAX
    }

    /// Adds a question. The ring must not be full.
    pub(crate) fn push(&mut self, asked: &Asked<'_>) -> u64 {
        let mut open = self.spare.pop().unwrap_or_default();
        open.begin(asked);
        self.open.push_back(open);
        self.head + self.open.len() as u64 - 1
    }

    /// The oldest question and its number.
    pub(crate) fn oldest(&self) -> Option<(u64, &Open)> {
        self.open.front().map(|o| (self.head, o))
    }

    /// Hands the oldest on.
    pub(crate) fn give_oldest(&mut self, out: &mut Out<'_>) {
        if let Some(open) = self.open.pop_front() {
            open.give(out);
            self.head += 1;
            self.spare.push(open);
        }
    }

    fn index(&self, n: u64) -> Option<usize> {
        usize::try_from(n.checked_sub(self.head)?).ok()
    }

    /// A question that is still open.
    pub(crate) fn get(&self, n: u64) -> Option<&Open> {
        self.open.get(self.index(n)?)
    }

    /// A question that is still open.
    pub(crate) fn get_mut(&mut self, n: u64) -> Option<&mut Open> {
        let index = self.index(n)?;
        self.open.get_mut(index)
    }

    /// Gives `to` the answer of `from`.
    pub(crate) fn copy_answer(&mut self, from: u64, to: u64) {
        let Some(answered) = self.get_mut(from).map(std::mem::take) else { return };
        if let Some(to) = self.get_mut(to) {
            to.copy_answer(&answered);
        }
        if let Some(from) = self.get_mut(from) {
            *from = answered;
        }
    }
}
