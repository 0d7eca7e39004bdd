//! Sampling rates and boot times that a stream announces in option data.

use std::collections::BTreeMap;

use model::{Micros, Reason, Tally};

use super::element::Slot;
use super::record::Raw;
use super::timeline::{Position, Timeline};
use crate::limits::ANNOUNCEMENTS_MAX;

/// What a rate was announced for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Scope {
    /// The whole stream.
    Domain,
    /// One sampler (elements 48 and 302).
    Sampler(u64),
    /// One interface.
    Interface(u32),
}

/// What one stream announced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Announced {
    rates: BTreeMap<Scope, Timeline<u64>>,
    boots: Timeline<u64>,
}

impl Announced {
    /// Takes what an option record announces, if anything. False where a limit was met.
    pub(super) fn observe(&mut self, raw: &Raw, position: Position) -> bool {
        let mut within = true;
        if let Some(boot) = raw.boot_ms() {
            within &= self.boots.observe(position, &boot, ANNOUNCEMENTS_MAX);
        }
        if let Some(rate) = raw.inline_sampling() {
            let interface = raw.get(Slot::InIf).and_then(|n| u32::try_from(n).ok());
            let scope = match (raw.sampler(), interface) {
                (Some(id), _) => Scope::Sampler(id),
                (None, Some(index)) => Scope::Interface(index),
                (None, None) => Scope::Domain,
            };
            if self.rates.len() >= ANNOUNCEMENTS_MAX && !self.rates.contains_key(&scope) {
                return false;
            }
            within &= self.rates.entry(scope).or_default().observe(position, &rate, ANNOUNCEMENTS_MAX);
        }
        within
    }

    /// Adds another's announcements.
    pub(super) fn merge(&mut self, other: &Announced) {
        for (scope, timeline) in &other.rates {
            self.rates.entry(*scope).or_default().merge(timeline);
        }
        self.boots.merge(&other.boots);
    }

    /// Takes an earlier time's rates of scopes that have none here, up to the limit; gives those taken. Boot times are not
    /// taken: an exporter may have started anew.
    pub(super) fn fill(&mut self, earlier: &Announced) -> Announced {
        let mut taken = Announced::default();
        for (scope, timeline) in &earlier.rates {
            if self.rates.len() < ANNOUNCEMENTS_MAX && !self.rates.contains_key(scope) {
                self.rates.insert(*scope, timeline.clone());
                taken.rates.insert(*scope, timeline.clone());
            }
        }
        taken
    }

    /// All rates by scope.
    pub(super) fn rates(&self) -> impl Iterator<Item = (Scope, &Timeline<u64>)> {
        self.rates.iter().map(|(scope, timeline)| (*scope, timeline))
    }

    /// For reading back.
    pub(super) fn rate_entry(&mut self, scope: Scope) -> &mut Timeline<u64> {
        self.rates.entry(scope).or_default()
    }

    /// When the exporter started, as announced nearest to a position.
    #[inline]
    pub(super) fn boot_ms(&self, position: Position) -> Option<u64> {
        if self.boots.len() == 0 { None } else { self.boots.nearest(position).copied() }
    }

    /// One packet in how many was counted: the record's own word first, then the sampler's, the interface's and the
    /// stream's. A rate of 0 means 1 and is counted as a problem.
    #[inline]
    pub(super) fn rate(&self, raw: &Raw, arrival: Micros, offset: u64, tally: &mut Tally) -> u32 {
        let announced = || {
            if self.rates.is_empty() { None } else { self.announced_rate(raw, Position { at: arrival, offset }) }
        };
        match raw.inline_sampling().or_else(announced) {
            None => 1,
            Some(0) => {
                tally.add(Reason::SamplingZero, offset);
                1
            }
            Some(n) => u32::try_from(n).unwrap_or(u32::MAX),
        }
    }

    fn announced_rate(&self, raw: &Raw, position: Position) -> Option<u64> {
        let at = |scope: Scope| self.rates.get(&scope).and_then(|t| t.nearest(position)).copied();
        let interface = |slot: Slot| {
            let index = raw.get(slot).and_then(|n| u32::try_from(n).ok())?;
            at(Scope::Interface(index))
        };
        let sampler = raw.sampler();
        if sampler == Some(0) && !self.rates.contains_key(&Scope::Sampler(0)) {
            return None;
        }
        sampler
            .and_then(|id| at(Scope::Sampler(id)))
            .or_else(|| interface(Slot::InIf))
            .or_else(|| interface(Slot::OutIf))
            .or_else(|| at(Scope::Domain))
    }
}
