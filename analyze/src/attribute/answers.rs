//! The store of DNS answers: which name stood for a server's address, for which device, when.
//!
//! While lookups stream in, an answer is 24 octets. Once sealed, answers are sorted by (server, device, time), so that the
//! order in which they came in no longer matters. A flow finds its server by hash, the run of its own device among the
//! server's few, and the moment by binary search in that run.

use model::{Addr, Evidence, MICROS_PER_S, Micros};
use rustc_hash::FxHashMap;

/// Seconds by which the clocks of resolver and exporter may differ.
const SLACK_S: i64 = 2;
/// Seconds for which an answer without TTL counts as live, when names are compared and for other devices.
const LIVE_WITHOUT_TTL_S: i64 = 300;
/// Answers that one night may hold: 24 octets each. More are counted as over the limit and not used.
pub(crate) const ANSWERS_MAX: usize = 1 << 26;
/// Answers looked at for one flow, from the latest backwards.
const WALK_MAX: usize = 256;

/// No time to live was given.
const NO_TTL: u32 = u32::MAX;
/// Who asked is not known: the resolver hides its clients.
pub(crate) const HIDDEN: u32 = u32::MAX;

/// Index into the table of labels: what a name means.
pub(crate) type LabelIx = u32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Answer {
    server: u32,
    who: u32,
    time: Micros,
    ttl: u32,
    label: LabelIx,
}

impl Answer {
    fn age(&self, at: Micros) -> i64 {
        at.saturating_sub(self.time)
    }

    /// Whether a flow that begins at `at` begins within the answer's TTL.
    fn within_ttl(&self, at: Micros) -> bool {
        self.ttl != NO_TTL && self.age(at) <= (i64::from(self.ttl) + SLACK_S) * MICROS_PER_S
    }

    /// Seconds for which the answer is live.
    fn live_s(&self) -> i64 {
        match self.ttl {
            NO_TTL => LIVE_WITHOUT_TTL_S,
            ttl => i64::from(ttl) + SLACK_S,
        }
    }

    fn live(&self, at: Micros) -> bool {
        self.age(at) <= self.live_s() * MICROS_PER_S
    }

    fn held(&self, at: Micros, hold_s: u32) -> bool {
        let ttl = if self.ttl == NO_TTL { 0 } else { i64::from(self.ttl) };
        self.age(at) <= (ttl + i64::from(hold_s) + SLACK_S) * MICROS_PER_S
    }
}

/// Answers as they come in, by client address.
#[derive(Debug, Default)]
pub(crate) struct AnswerBuilder {
    clients: Interner,
    servers: Interner,
    raw: Vec<Answer>,
    over_limit: u64,
}

#[derive(Debug, Default)]
struct Interner {
    ids: FxHashMap<Addr, u32>,
    list: Vec<Addr>,
}

impl Interner {
    fn id(&mut self, address: Addr) -> u32 {
        *self.ids.entry(address).or_insert_with(|| {
            self.list.push(address);
            self.list.len() as u32 - 1
        })
    }
}

impl AnswerBuilder {
    /// Adds one answer that `client` was given.
    pub(crate) fn push(&mut self, client: Option<Addr>, server: Addr, time: Micros, ttl: Option<u32>, label: LabelIx) {
        if self.raw.len() >= ANSWERS_MAX {
            self.over_limit += 1;
            return;
        }
        let who = client.map_or(HIDDEN, |c| self.clients.id(c));
        let ttl = ttl.map_or(NO_TTL, |t| t.min(NO_TTL - 1));
        self.raw.push(Answer { server: self.servers.id(server), who, time, ttl, label });
    }

    /// Takes over what another one took; its label `n` is `labels[n]` here.
    pub(crate) fn absorb(&mut self, other: AnswerBuilder, labels: &[LabelIx]) {
        let clients: Vec<u32> = other.clients.list.iter().map(|a| self.clients.id(*a)).collect();
        let servers: Vec<u32> = other.servers.list.iter().map(|a| self.servers.id(*a)).collect();
        let room = ANSWERS_MAX.saturating_sub(self.raw.len());
        self.over_limit += other.over_limit + other.raw.len().saturating_sub(room) as u64;
        self.raw.extend(other.raw.into_iter().take(room).map(|a| Answer {
            server: servers[a.server as usize],
            who: clients.get(a.who as usize).copied().unwrap_or(HIDDEN),
            label: labels[a.label as usize],
            ..a
        }));
    }

    /// Answers that were not taken.
    pub(crate) fn over_limit(&self) -> u64 {
        self.over_limit
    }

    /// Every client that asked.
    pub(crate) fn clients(&self) -> &[Addr] {
        &self.clients.list
    }

    /// Sorts the answers. `who` says which device asked at a time (given the client's address, or none where it is hidden);
    /// where it says none, the answer is dropped and helps nobody.
    pub(crate) fn seal(mut self, mut who: impl FnMut(Option<Addr>, Micros) -> Option<u32>) -> Answers {
        let clients = self.clients.list;
        self.raw.retain_mut(|a| match who(clients.get(a.who as usize).copied(), a.time) {
            Some(device) => {
                a.who = device;
                true
            }
            None => false,
        });
        let mut all = self.raw;
        all.sort_unstable();
        all.dedup();
        let mut by_time: Vec<u32> = (0..all.len() as u32).collect();
        by_time.sort_unstable_by_key(|i| {
            let a = &all[*i as usize];
            (a.server, a.time, a.label, a.who)
        });
        let (mut servers, mut runs) = (FxHashMap::default(), Vec::new());
        let mut from = 0;
        for group in all.chunk_by(|a, b| a.server == b.server) {
            let first_run = runs.len();
            let mut at = from;
            for own in group.chunk_by(|a, b| a.who == b.who) {
                runs.push(Run::new(own, at));
                at += own.len();
            }
            let all = Run::new(group, from);
            if let Some(server) = group.first().and_then(|a| self.servers.list.get(a.server as usize)) {
                servers.insert(*server, Server { all, runs: (first_run as u32, runs.len() as u32) });
            }
            from += group.len();
        }
        Answers { servers, runs, all, by_time }
    }
}

/// What the answers say about a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// The latest name.
    pub(crate) label: LabelIx,
    /// Exact, device, council or ambiguous.
    pub(crate) evidence: Evidence,
}

/// Some answers in a row: one device's for one server, or all of a server.
#[derive(Debug, Clone, Copy)]
struct Run {
    who: u32,
    from: u32,
    until: u32,
    /// Seconds for which the longest of them is live: a walk back in time ends there.
    reach_s: u32,
}

impl Run {
    fn new(answers: &[Answer], from: usize) -> Self {
        let who = answers.first().map_or(HIDDEN, |a| a.who);
        let reach_s = answers.iter().map(|a| a.live_s()).max().unwrap_or(0);
        Self {
            who,
            from: from as u32,
            until: (from + answers.len()) as u32,
            reach_s: u32::try_from(reach_s).unwrap_or(u32::MAX),
        }
    }

    fn range(&self) -> std::ops::Range<usize> {
        self.from as usize..self.until as usize
    }

    /// The oldest age, in microseconds, that an answer may have which is live or, with `hold_s`, held.
    fn reach(&self, hold_s: u32) -> i64 {
        (i64::from(self.reach_s) + i64::from(hold_s)) * MICROS_PER_S
    }
}

/// What is known of one server: its answers, and the runs of devices among them.
#[derive(Debug, Clone, Copy)]
struct Server {
    all: Run,
    runs: (u32, u32),
}

/// Answers, sorted; nothing changes any more.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    servers: FxHashMap<Addr, Server>,
    /// By server, then device.
    runs: Vec<Run>,
    all: Vec<Answer>,
    by_time: Vec<u32>,
}

impl Answers {
    /// The name under which `who` reached `server` in a flow that begins at `at`.
    ///
    /// The device's own answers come first: the latest one given before the flow that is within its TTL (`exact`), or past
    /// it or without one within the hold (`device`); failing that, one given up to two seconds after it by a clock that
    /// runs ahead. Two names count as live only within their TTL; where a live one has another meaning than the latest, the
    /// flow is ambiguous. Without any own answer, a live one of another device stands in (`council`).
    pub(crate) fn find(
        &self,
        who: u32,
        server: Addr,
        at: Micros,
        hold_s: u32,
        same: impl Fn(LabelIx, LabelIx) -> bool,
    ) -> Option<Found> {
        let server = self.servers.get(&server)?;
        let runs = self.runs.get(server.runs.0 as usize..server.runs.1 as usize)?;
        let place = runs.partition_point(|r| r.who < who);
        let own = runs.get(place).filter(|r| r.who == who);
        if let Some(run) = own
            && let Some(found) = own_answer(self.all.get(run.range())?, run, at, hold_s, &same)
        {
            return Some(found);
        }
        if runs.len() == usize::from(own.is_some()) {
            return None;
        }
        self.others(&server.all, who, at, &same)
    }

    /// Whether a server was named, and by nothing but such labels.
    pub(crate) fn every(&self, server: Addr, such: impl Fn(LabelIx) -> bool) -> bool {
        let range = self.servers.get(&server).map_or(0..0, |s| s.all.range());
        let named = self.all.get(range).unwrap_or_default();
        !named.is_empty() && named.iter().all(|a| such(a.label))
    }

    fn others(&self, run: &Run, who: u32, at: Micros, same: &impl Fn(LabelIx, LabelIx) -> bool) -> Option<Found> {
        let order = self.by_time.get(run.range())?;
        let answer = |i: &u32| &self.all[*i as usize];
        let before = order.partition_point(|i| answer(i).time <= at);
        let recent = order[..before].iter().rev().take(WALK_MAX).map(answer);
        let near = recent.take_while(|a| a.age(at) <= run.reach(0));
        decide(near.filter(|a| a.who != who && a.live(at)), Evidence::Council, same)
    }
}

fn own_answer(
    own: &[Answer],
    run: &Run,
    at: Micros,
    hold_s: u32,
    same: &impl Fn(LabelIx, LabelIx) -> bool,
) -> Option<Found> {
    let before = own.partition_point(|a| a.time <= at);
    let recent = |reach: i64| own[..before].iter().rev().take(WALK_MAX).take_while(move |a| a.age(at) <= reach);
    if let Some(latest) = recent(run.reach(hold_s)).find(|a| a.held(at, hold_s)) {
        let evidence = if latest.within_ttl(at) { Evidence::Exact } else { Evidence::Device };
        let live = recent(run.reach(0)).filter(|a| a.live(at));
        return decide(std::iter::once(latest).chain(live), evidence, same);
    }
    let ahead = own.get(before).filter(|a| a.time <= at.saturating_add(SLACK_S * MICROS_PER_S))?;
    let evidence = if ahead.ttl == NO_TTL { Evidence::Device } else { Evidence::Exact };
    Some(Found { label: ahead.label, evidence })
}

/// The first candidate, or ambiguous where another has a different meaning.
fn decide<'a>(
    mut candidates: impl Iterator<Item = &'a Answer>,
    evidence: Evidence,
    same: &impl Fn(LabelIx, LabelIx) -> bool,
) -> Option<Found> {
    let label = candidates.next()?.label;
    let agree = candidates.all(|a| a.label == label || same(a.label, label));
    Some(Found { label, evidence: if agree { evidence } else { Evidence::Ambiguous } })
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = MICROS_PER_S;

    fn addr(text: &str) -> Addr {
        Addr::from(text.parse::<std::net::IpAddr>().unwrap())
    }

    /// Answers as (device, seconds, TTL, label) for one server; labels from 10 on mean the same as label 0.
    fn check(answers: &[(u32, i64, Option<u32>, u32)], who: u32, at_s: i64, expected: Option<(u32, Evidence)>) {
        let server = addr("203.0.113.7");
        for order in [0, 1] {
            let mut builder = AnswerBuilder::default();
            let mut given: Vec<_> = answers.to_vec();
            if order == 1 {
                given.reverse();
            }
            for (device, time, ttl, label) in given {
                builder.push(Some(Addr::from_v4([192, 0, 2, device as u8])), server, time * S, ttl, label);
            }
            let sealed = builder.seal(|client, _| client.map(|c| u32::from(c.octets()[15])));
            let same = |a: u32, b: u32| a % 10 == b % 10;
            let found = sealed.find(who, server, at_s * S, 3_600, same);
            assert_eq!(found.map(|f| (f.label, f.evidence)), expected, "{answers:?} at {at_s}");
            assert_eq!(sealed.find(who, addr("203.0.113.8"), at_s * S, 3_600, same), None);
        }
    }

    #[test]
    fn tiers_of_the_devices_own_answer() {
        use Evidence::{Device, Exact};
        let one = [(1, 1_000, Some(60), 5)];
        check(&one, 1, 1_000, Some((5, Exact)));
        check(&one, 1, 1_062, Some((5, Exact)));
        check(&one, 1, 1_063, Some((5, Device)));
        check(&one, 1, 1_000 + 60 + 3_602, Some((5, Device)));
        check(&one, 1, 1_000 + 60 + 3_603, None);
        check(&one, 1, 998, Some((5, Exact)));
        check(&one, 1, 997, None);
        check(&[(1, 1_000, None, 5)], 1, 1_001, Some((5, Device)));
        check(&[(1, 1_000, None, 5)], 1, 4_603, None);
    }

    #[test]
    fn the_latest_before_the_flow_counts() {
        use Evidence::{Device, Exact};
        check(&[(1, 1_000, Some(10), 5), (1, 2_000, Some(10), 6)], 1, 2_005, Some((6, Exact)));
        check(&[(1, 1_000, Some(10), 5), (1, 2_000, Some(10), 6)], 1, 1_999, Some((5, Device)));
        check(&[(1, 1_000, None, 5), (1, 1_400, None, 6)], 1, 1_401, Some((6, Device)));
        check(&[(1, 1_000, Some(86_400), 5), (1, 1_500, Some(1), 5)], 1, 9_000, Some((5, Exact)));
    }

    #[test]
    fn two_live_names_of_different_meaning_are_ambiguous() {
        use Evidence::{Ambiguous, Device, Exact};
        check(&[(1, 1_000, Some(60), 0), (1, 1_010, Some(60), 1)], 1, 1_020, Some((1, Ambiguous)));
        check(&[(1, 1_000, Some(60), 0), (1, 1_010, Some(60), 10)], 1, 1_020, Some((10, Exact)));
        check(&[(1, 1_000, Some(60), 0), (1, 1_070, Some(60), 1)], 1, 1_080, Some((1, Exact)));
        check(&[(1, 1_000, None, 0), (1, 1_100, None, 1)], 1, 1_110, Some((1, Ambiguous)));
        check(&[(1, 1_000, None, 0), (1, 1_400, None, 1)], 1, 1_410, Some((1, Device)));
    }

    #[test]
    fn another_device_stands_in_only_while_live() {
        use Evidence::{Ambiguous, Council};
        check(&[(2, 1_000, Some(60), 5)], 1, 1_030, Some((5, Council)));
        check(&[(2, 1_000, Some(60), 5)], 1, 1_090, None);
        check(&[(2, 1_000, Some(60), 5)], 1, 999, None);
        check(&[(2, 1_000, Some(60), 5), (3, 1_010, Some(60), 6)], 1, 1_030, Some((6, Ambiguous)));
        check(&[(1, 1_000, Some(5), 4), (2, 1_000, Some(60), 5)], 1, 1_030, Some((4, Evidence::Device)));
    }

    #[test]
    fn an_answer_before_the_flow_wins_over_one_within_the_slack() {
        use Evidence::{Device, Exact};
        // However old it is, as long as it holds.
        check(&[(1, 1_000, Some(60), 5), (1, 4_001, Some(60), 6)], 1, 4_000, Some((5, Device)));
        check(&[(1, 1_000, Some(60), 5), (1, 1_011, Some(60), 6)], 1, 1_010, Some((5, Exact)));
        check(&[(1, 1_000, None, 5), (1, 1_011, None, 6)], 1, 1_010, Some((5, Device)));
        // The first of two that clocks may have put after it.
        check(&[(1, 1_001, Some(60), 5), (1, 1_002, Some(60), 6)], 1, 1_000, Some((5, Exact)));
        check(&[(1, 1_003, Some(60), 5)], 1, 1_000, None);
        // Another device's answer is never taken ahead of time, and no own answer yields to it.
        check(&[(2, 1_001, Some(60), 5)], 1, 1_000, None);
        check(&[(2, 999, Some(60), 6), (1, 1_001, Some(60), 5)], 1, 1_000, Some((5, Exact)));
    }

    #[test]
    fn without_a_ttl_a_name_is_live_for_five_minutes() {
        use Evidence::{Ambiguous, Device};
        // Asked 55 minutes ago and a second ago: the latest counts.
        check(&[(1, 1_000, None, 0), (1, 4_300, None, 1)], 1, 4_301, Some((1, Device)));
        check(&[(1, 1_000, None, 0), (1, 1_299, None, 1)], 1, 1_300, Some((1, Ambiguous)));
        check(&[(1, 1_000, None, 0), (1, 1_300, None, 1)], 1, 1_301, Some((1, Device)));
        // Both long ago: neither is live, and the latest counts.
        check(&[(1, 1_000, None, 0), (1, 1_010, None, 1)], 1, 2_000, Some((1, Device)));
    }

    #[test]
    fn what_nobody_may_use_is_dropped() {
        let server = addr("203.0.113.7");
        let mut builder = AnswerBuilder::default();
        builder.push(Some(addr("192.0.2.1")), server, 0, Some(60), 1);
        builder.push(None, server, 0, Some(60), 2);
        let sealed = builder.seal(|_, _| None);
        assert_eq!(sealed.find(1, server, 1, 3_600, |a, b| a == b), None);
    }
}
