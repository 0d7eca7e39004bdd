//! What a night is watched for, from lookups: names on threat lists, and names of forbidden software.
//!
//! Each distinct name is asked for once; nearly all are nothing, and a lookup of one costs a look into a map. What is
//! remembered of a lookup is which entry or program it was, never the name. Whose lookup it was is decided when the evidence
//! is sealed, and lookups of devices that are not measured are dropped there.

use std::collections::BTreeMap;
use std::fmt;

use model::{Addr, Lookup, MICROS_PER_S, Micros, Program, SecurityRule};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::categories::Threat;
use crate::links::Lan;
use crate::register::AssetIx;
use crate::security::{Watching, list_id, software};

/// Names whose meaning is remembered while lookups stream in; beyond, all are forgotten and looked up anew.
const NAMES_MAX: usize = 1 << 18;
/// Minutes of clients with one finding, and answers to such lookups, that one night remembers of each; beyond, they are
/// counted.
const SEEN_MAX: usize = 1 << 20;
/// Seconds by which clocks may differ, and for which an answer without TTL is taken to be live.
const SLACK: Micros = 2 * MICROS_PER_S;
/// Response codes (RFC 1035 section 4.1.1) by which resolvers block: no such name, and refused.
const BLOCKING: [u16; 2] = [3, 5];

/// What a name was found to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub(super) rule: SecurityRule,
    pub(super) program: Option<Program>,
    pub(super) list: Option<i64>,
    /// The entry of the threat list; empty where there is none.
    pub(super) entry: String,
}

/// Place of a subject; 0 stands for none.
type SubjectIx = u32;

/// Lookups of one subject by one client in one minute, or on one date.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looked {
    pub(super) first: Micros,
    pub(super) last: Micros,
    pub(super) count: i64,
    /// Whether any was given an address to reach.
    pub(super) reached: bool,
    /// Whether any was told that there is no such name, or given an address that leads nowhere.
    pub(super) refused: bool,
}

impl Looked {
    fn add(&mut self, other: &Looked) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.count += other.count;
        self.reached |= other.reached;
        self.refused |= other.refused;
    }
}

/// An answer to a lookup of a subject: who was given which address, and until when it explains a flow.
#[derive(Debug, Clone, Copy)]
struct Given {
    client: Addr,
    server: Addr,
    subject: SubjectIx,
    from: Micros,
    until: Micros,
}

/// Collects lookups. Its `Debug` shows no name.
pub(super) struct Watch<'a> {
    watching: Watching<'a>,
    lan: Lan,
    hold: Micros,
    names: FxHashMap<Box<str>, [SubjectIx; 2]>,
    places: BTreeMap<Subject, SubjectIx>,
    subjects: Vec<Subject>,
    seen: FxHashMap<(Addr, SubjectIx, i64), Looked>,
    given: Vec<Given>,
    over_limit: u64,
}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watch({} subjects)", self.subjects.len())
    }
}

impl<'a> Watch<'a> {
    pub(super) fn new(watching: Watching<'a>, lan: Lan, hold_s: u32) -> Self {
        Self {
            watching,
            lan,
            hold: i64::from(hold_s) * MICROS_PER_S,
            names: FxHashMap::default(),
            places: BTreeMap::new(),
            subjects: Vec::new(),
            seen: FxHashMap::default(),
            given: Vec::new(),
            over_limit: 0,
        }
    }

    /// Takes one lookup with the addresses that it was given. One before the date counts only for what flows on it.
    #[inline]
    pub(super) fn take(
        &mut self,
        head: &Lookup<'_>,
        on_date: bool,
        answers: impl Iterator<Item = (Addr, Option<u32>)>,
    ) {
        let marks = match self.names.get(head.name) {
            Some(marks) => *marks,
            None => self.mark(head.name),
        };
        if marks != [0; 2] {
            self.note(head, on_date, marks, answers);
        }
    }

    /// Asks for a name that was not met before.
    fn mark(&mut self, name: &str) -> [SubjectIx; 2] {
        let threat = self.watching.threats.and_then(|t| t.find(name)).filter(|t| store::valid_entry(t.entry));
        let program = software(name).filter(|t| !self.watching.remote_allowed.contains(&t.program));
        let threat = threat.map(|Threat { entry, sha256, .. }| Subject {
            rule: SecurityRule::ThreatName,
            program: None,
            list: Some(list_id(sha256)),
            entry: entry.to_owned(),
        });
        let program =
            program.map(|t| Subject { rule: t.rule, program: Some(t.program), list: None, entry: String::new() });
        let marks = [threat, program].map(|subject| subject.map_or(0, |s| self.place(s)));
        if self.names.len() >= NAMES_MAX {
            self.names.clear();
        }
        self.names.insert(name.into(), marks);
        marks
    }

    fn place(&mut self, subject: Subject) -> SubjectIx {
        let next = self.subjects.len() as SubjectIx + 1;
        let place = *self.places.entry(subject.clone()).or_insert(next);
        if place == next {
            self.subjects.push(subject);
        }
        place
    }

    fn note(
        &mut self,
        head: &Lookup<'_>,
        on_date: bool,
        marks: [SubjectIx; 2],
        answers: impl Iterator<Item = (Addr, Option<u32>)>,
    ) {
        let Some(client) = head.client else { return };
        let time = head.time;
        let subjects = || marks.into_iter().filter(|m| *m > 0);
        let (mut reached, mut refused) = (false, head.rcode.is_some_and(|r| BLOCKING.contains(&r)));
        for (server, ttl) in answers {
            if self.leads_nowhere(server) {
                refused = true;
                continue;
            }
            reached = true;
            let until = time + i64::from(ttl.unwrap_or(0)) * MICROS_PER_S + self.hold + SLACK;
            for subject in subjects() {
                if self.given.len() < SEEN_MAX {
                    self.given.push(Given { client, server, subject, from: time - SLACK, until });
                } else {
                    self.over_limit += 1;
                }
            }
        }
        let looked = Looked { first: time, last: time, count: 1, reached, refused };
        for subject in subjects().filter(|_| on_date) {
            self.enter((client, subject, time.div_euclid(60 * MICROS_PER_S)), looked);
        }
    }

    fn enter(&mut self, key: (Addr, SubjectIx, i64), looked: Looked) {
        let full = self.seen.len() >= SEEN_MAX;
        match self.seen.get_mut(&key) {
            Some(known) => known.add(&looked),
            None if full => self.over_limit += 1,
            None => {
                self.seen.insert(key, looked);
            }
        }
    }

    /// Whether an answer is a sinkhole: no address, the asker's own machine, or one of the council's.
    fn leads_nowhere(&self, server: Addr) -> bool {
        server.is_unspecified() || server.to_ip().is_loopback() || self.lan.contains(server)
    }

    /// Takes over what another one took, of the same settings.
    pub(super) fn absorb(&mut self, other: Watch<'_>) {
        let places: Vec<SubjectIx> = other.subjects.into_iter().map(|s| self.place(s)).collect();
        let here = |there: SubjectIx| places.get(there as usize - 1).copied().unwrap_or(0);
        self.over_limit += other.over_limit;
        let mut seen: Vec<_> = other.seen.into_iter().collect();
        seen.sort_unstable_by_key(|(key, _)| *key);
        for ((client, subject, minute), looked) in seen {
            self.enter((client, here(subject), minute), looked);
        }
        let room = SEEN_MAX.saturating_sub(self.given.len());
        self.over_limit += other.given.len().saturating_sub(room) as u64;
        self.given.extend(other.given.into_iter().take(room).map(|g| Given { subject: here(g.subject), ..g }));
    }

    /// Says whose lookups they were; those of nobody who is measured are dropped.
    pub(super) fn seal(self, who: impl Fn(Addr, Micros) -> Option<AssetIx>) -> SealedWatch<'a> {
        let mut looked: BTreeMap<(u32, SubjectIx), Looked> = BTreeMap::new();
        let mut seen: Vec<_> = self.seen.into_iter().collect();
        seen.sort_unstable_by_key(|(key, _)| *key);
        for ((client, subject, _), found) in seen {
            if let Some(asset) = who(client, found.first) {
                looked.entry((asset.0, subject)).and_modify(|l| l.add(&found)).or_insert(found);
            }
        }
        let mut reach: FxHashMap<(u32, Addr), Vec<Window>> = FxHashMap::default();
        let mut servers = FxHashSet::default();
        for Given { client, server, subject, from, until } in self.given {
            if let Some(asset) = who(client, from + SLACK) {
                servers.insert(server);
                reach.entry((asset.0, server)).or_default().push(Window { subject, from, until });
            }
        }
        reach.values_mut().for_each(join);
        SealedWatch {
            watching: self.watching,
            subjects: self.subjects,
            looked,
            reach,
            servers,
            over_limit: self.over_limit,
        }
    }
}

/// From when until when an address stood for a subject, for one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Window {
    subject: SubjectIx,
    from: Micros,
    until: Micros,
}

/// Sorts windows and joins those of one subject that touch.
fn join(windows: &mut Vec<Window>) {
    windows.sort_unstable();
    windows.dedup_by(|later, earlier| {
        let touches = later.subject == earlier.subject && later.from <= earlier.until;
        earlier.until = if touches { earlier.until.max(later.until) } else { earlier.until };
        touches
    });
}

/// The night's watch. Nothing changes any more.
#[derive(Debug)]
pub(super) struct SealedWatch<'a> {
    pub(super) watching: Watching<'a>,
    subjects: Vec<Subject>,
    /// By asset and subject.
    pub(super) looked: BTreeMap<(u32, SubjectIx), Looked>,
    reach: FxHashMap<(u32, Addr), Vec<Window>>,
    servers: FxHashSet<Addr>,
    pub(super) over_limit: u64,
}

impl SealedWatch<'_> {
    /// The subjects that a server's address stood for when a device's flow to it began.
    #[inline]
    pub(super) fn reached(&self, asset: AssetIx, server: Addr, at: Micros) -> impl Iterator<Item = SubjectIx> {
        let near = !self.servers.is_empty() && self.servers.contains(&server);
        let windows = if near { self.reach.get(&(asset.0, server)) } else { None };
        windows.into_iter().flatten().filter(move |w| w.from <= at && at <= w.until).map(|w| w.subject)
    }

    /// A subject by its place.
    pub(super) fn subject(&self, place: SubjectIx) -> Option<&Subject> {
        self.subjects.get((place as usize).checked_sub(1)?)
    }
}
