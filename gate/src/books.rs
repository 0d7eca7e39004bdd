//! A candidate taken apart: whose amounts stand where, and whether the facts agree with one another.

use std::collections::{BTreeMap, BTreeSet};

use model::{CategoryId, TimeClass};

use crate::candidate::{Candidate, Shares, UnitFacts, add};
use crate::cell::{Share, Verdict, shares, sum, verdict};
use crate::error::Withheld;
use crate::policy::Rules;
use crate::{CellKey, Measure, Policy, Who};

/// The two sides of working time that are crossed with kinds of site.
pub(crate) const CORE: &[TimeClass] = &[TimeClass::Core];
/// Not core: lunch and outside.
pub(crate) const NOT_CORE: &[TimeClass] = &[TimeClass::Lunch, TimeClass::Outside];

/// Contributions with what the tests need to know of each unit.
pub(crate) struct Books<'a> {
    cells: &'a BTreeMap<CellKey, Shares>,
    units: &'a BTreeMap<Who, UnitFacts>,
    policy: &'a Policy,
    laid_down: bool,
    /// People in the time tables: declared hours, and books that agree.
    timed: BTreeSet<Who>,
}

impl<'a> Books<'a> {
    pub(crate) fn new(candidate: &'a Candidate) -> Self {
        let mut books = Self {
            cells: &candidate.cells,
            units: &candidate.units,
            policy: &candidate.facts.policy,
            laid_down: candidate.laid_down,
            timed: BTreeSet::new(),
        };
        let declared = candidate.units.iter().filter(|(_, u)| u.declared_hours).map(|(who, _)| *who);
        books.timed = declared.filter(|who| books.agrees(who)).collect();
        books
    }

    fn share(&self, category: Option<CategoryId>, class: Option<TimeClass>, measure: Measure, who: &Who) -> u64 {
        self.cells.get(&CellKey { category, class, measure }).and_then(|s| s.get(who)).copied().unwrap_or(0)
    }

    /// Whether a person's time tables add up to their use, kind by kind and class by class.
    fn agrees(&self, who: &Who) -> bool {
        let classes = [CORE, NOT_CORE].concat();
        let volume = |category, class| u128::from(self.share(category, class, Measure::Volume, who));
        let by_kind = model::Taxonomy::ids().all(|kind| {
            let crossed: u128 = classes.iter().map(|c| volume(Some(kind), Some(*c))).sum();
            crossed == volume(Some(kind), None)
        });
        let by_class = classes.iter().all(|class| {
            let crossed: u128 = model::Taxonomy::ids().map(|kind| volume(Some(kind), Some(*class))).sum();
            crossed == volume(None, Some(*class))
        });
        by_kind && by_class
    }

    /// How many people with declared hours are left out of the time tables because their books do not agree.
    pub(crate) fn left_out(&self) -> u32 {
        let out = self.units.iter().filter(|(who, u)| u.full_month && u.declared_hours && !self.timed.contains(*who));
        u32::try_from(out.count()).unwrap_or(u32::MAX)
    }

    /// Everybody's amounts over some kinds. Minutes and days of several kinds overlap: their sum is capped by the
    /// person's own minutes or days of any kind.
    pub(crate) fn by_kind(&self, kinds: &[CategoryId], measure: Measure) -> Shares {
        let mut out = Shares::new();
        for kind in kinds {
            let cell = self.cells.get(&CellKey { category: Some(*kind), class: None, measure });
            for (who, amount) in cell.into_iter().flatten() {
                add(&mut out, *who, *amount);
            }
        }
        if kinds.len() > 1 && measure != Measure::Volume {
            for (who, amount) in &mut out {
                let any = self.share(None, None, measure, who);
                *amount = if any > 0 { any.min(*amount) } else { *amount };
            }
        }
        out
    }

    /// Octets over some kinds and classes, of the people in the time tables.
    pub(crate) fn crossed(&self, kinds: &[CategoryId], classes: &[TimeClass]) -> Shares {
        let pairs = kinds.iter().flat_map(|k| classes.iter().map(move |c| (Some(*k), Some(*c))));
        self.timed_sum(pairs)
    }

    /// Octets over some classes, of the people in the time tables.
    pub(crate) fn timed(&self, classes: &[TimeClass]) -> Shares {
        self.timed_sum(classes.iter().map(|c| (None, Some(*c))))
    }

    fn timed_sum(&self, keys: impl Iterator<Item = (Option<CategoryId>, Option<TimeClass>)>) -> Shares {
        let mut out = Shares::new();
        for (category, class) in keys {
            let cell = self.cells.get(&CellKey { category, class, measure: Measure::Volume });
            for (who, amount) in cell.into_iter().flatten().filter(|(who, _)| self.timed.contains(*who)) {
                add(&mut out, *who, *amount);
            }
        }
        out
    }

    /// Octets over some kinds of everybody who is not in the time tables.
    pub(crate) fn untimed(&self, kinds: &[CategoryId]) -> Shares {
        let mut all = self.by_kind(kinds, Measure::Volume);
        all.retain(|who, _| !self.timed.contains(who));
        all
    }

    pub(crate) fn shares(&self, parts: &Shares) -> Vec<Share> {
        shares(parts, self.units)
    }

    pub(crate) fn passes(&self, measure: Measure, parts: &Shares) -> bool {
        verdict(self.policy, measure, &self.shares(parts)) == Verdict::Pass
    }

    /// Whether a difference of printed figures is safe: it passes as a cell would, or there is next to nothing in it.
    pub(crate) fn difference_passes(&self, parts: &Shares) -> bool {
        !self.policy.rules.differences
            || sum(parts) < u128::from(Policy::floor(Measure::Volume))
            || self.passes(Measure::Volume, parts)
    }

    /// Whether the council asks for a layout in which every row stands for itself.
    pub(crate) const fn laid_down(&self) -> bool {
        self.laid_down
    }

    /// The rules beside the cell test.
    pub(crate) const fn rules(&self) -> Rules {
        self.policy.rules
    }

    /// Whether somebody is in the time tables.
    pub(crate) fn is_timed(&self, who: &Who) -> bool {
        self.timed.contains(who)
    }
}

/// Checks that what was handed over agrees with itself.
pub(crate) fn check(candidate: &Candidate) -> Result<(), Withheld> {
    let wrong = |what| Err(Withheld::Inconsistent { what });
    let people = candidate.facts.people;
    let count = |f: &dyn Fn(&UnitFacts) -> bool| candidate.units.values().filter(|u| f(u)).count();
    if count(&|u| u.full_month) > people.full_month as usize {
        return wrong("more people with traffic count for the whole month than the register has");
    }
    if count(&|u| u.full_month && u.declared_hours) > people.with_hours as usize
        || people.with_hours > people.full_month
    {
        return wrong("people with declared hours are more than the register has");
    }
    let known = |link: &String| candidate.facts.links.iter().any(|l| l.id == *link);
    if !candidate.link_totals.keys().chain(candidate.link_shares.keys()).all(known) {
        return wrong("a link has bytes but is not among the council's links");
    }
    if candidate.unmeasured.iter().any(|link| candidate.link_totals.get(link).is_some_and(|b| *b > 0)) {
        return wrong("a link that nothing measures has bytes");
    }
    for (link, parts) in &candidate.link_shares {
        if sum(parts) > u128::from(candidate.link_totals.get(link).copied().unwrap_or(0)) {
            return wrong("people's bytes on a link are more than the link's");
        }
    }
    for (link, total) in &candidate.link_totals {
        let parts = crate::cycles::parts(candidate).into_iter().filter(|p| p.link == *link);
        if parts.map(|p| u128::from(p.octets)).sum::<u128>() > u128::from(*total) {
            return wrong("the billing cycles of a link have more bytes than its month");
        }
    }
    let a = candidate.accounting;
    let kept: u128 = candidate.link_totals.values().map(|b| u128::from(*b)).sum();
    if u128::from(a.kept) != kept {
        return wrong("the bytes kept are not the sum of the links' bytes");
    }
    if u128::from(a.counted) != u128::from(a.kept) + u128::from(a.excluded) + u128::from(a.undecodable) {
        return wrong("counted is not kept + excluded + undecodable");
    }
    Ok(())
}
