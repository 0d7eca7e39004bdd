//! Somebody who knows the office, trying to work out what others did from the figures as printed.
//!
//! This module reads printed tables and the true contributions, each as its own plain data. It shares no rule with the code
//! that decided what to print: it reckons what each reader could conclude and compares that with the truth.

use std::collections::{BTreeMap, BTreeSet};

/// One indivisible place for an amount: group of people, kind of site, class of time.
///
/// Group 0 has declared hours and stands in the time tables, group 1 does not.
pub(crate) type Atom = (u8, u16, u8);

/// One unit's true amounts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unit {
    /// Amounts by place.
    pub(crate) atoms: BTreeMap<Atom, u64>,
    /// The most that any set of places can hold, where they overlap (minutes, days).
    pub(crate) most: Option<u64>,
    /// A person who was there all month.
    pub(crate) person: bool,
}

impl Unit {
    fn within(&self, set: &BTreeSet<Atom>) -> u64 {
        let kinds: BTreeSet<u16> = set.iter().map(|a| a.1).collect();
        let sum = self.atoms.iter().filter(|(a, _)| set.contains(*a)).fold(0_u64, |s, (_, x)| s.saturating_add(*x));
        match self.most {
            Some(most) if kinds.len() > 1 && most > 0 => sum.min(most),
            _ => sum,
        }
    }
}

/// A printed figure: the truth lies from `low` to `high`, over a set of places.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) table: &'static str,
    pub(crate) low: u64,
    pub(crate) high: u64,
    pub(crate) set: BTreeSet<Atom>,
}

/// What a measure is reckoned in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Less than this from one person says nothing of them (1 MB, 5 minutes, 1 day).
    pub(crate) little: u64,
    /// Nobody may be shown to have used more than this at least (1 GB; for other measures the share alone counts).
    pub(crate) most_known: u64,
}

/// A figure, printed or reckoned from printed ones, that tells a reader too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// The finest table that it was reckoned from.
    pub(crate) table: &'static str,
    /// The profile that got in.
    pub(crate) profile: &'static str,
}

/// The profiles that are run.
pub(crate) const PROFILES: [&str; 2] = ["outsider", "contributor"];

/// Every figure through which some profile gets in.
pub(crate) fn attack(figures: &[Figure], units: &[Unit], scale: Scale) -> Vec<Breach> {
    let mut all = figures.to_vec();
    let tables: BTreeSet<&'static str> = figures.iter().map(|f| f.table).collect();
    for wide in &tables {
        for fine in tables.iter().filter(|t| *t != wide) {
            all.extend(differences(figures, wide, fine));
        }
    }
    all.iter().filter_map(|figure| enter(figure, units, scale)).collect()
}

/// What the figures of one table hold beyond those of another: for every smallest group of figures of `wide` that a group of
/// `fine` lies in, the rest.
fn differences(figures: &[Figure], wide: &'static str, fine: &'static str) -> Vec<Figure> {
    let of = |table| figures.iter().filter(move |f| f.table == table);
    let mut groups: Vec<(Vec<&Figure>, BTreeSet<Atom>)> = Vec::new();
    for figure in of(wide).chain(of(fine)) {
        let (joined, mut rest): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(_, set)| !set.is_disjoint(&figure.set));
        let mut members = vec![figure];
        let mut set = figure.set.clone();
        for (others, more) in joined {
            members.extend(others);
            set.extend(more);
        }
        rest.push((members, set));
        groups = rest;
    }
    groups.iter().filter_map(|(members, _)| rest_of(members, wide, fine)).collect()
}

fn rest_of(members: &[&Figure], wide: &'static str, fine: &'static str) -> Option<Figure> {
    let side = |table| members.iter().copied().filter(move |f| f.table == table);
    let union = |table| side(table).flat_map(|f| f.set.iter().copied()).collect::<BTreeSet<Atom>>();
    let (outer, inner) = (union(wide), union(fine));
    if inner.is_empty() || !inner.is_subset(&outer) || inner == outer {
        return None;
    }
    let total = |table, pick: fn(&Figure) -> u64| side(table).map(pick).fold(0_u64, u64::saturating_add);
    Some(Figure {
        table: fine,
        low: total(wide, |f| f.low).saturating_sub(total(fine, |f| f.high)),
        high: total(wide, |f| f.high).saturating_sub(total(fine, |f| f.low)),
        set: outer.difference(&inner).copied().collect(),
    })
}

/// One figure with everybody's true part of it.
struct Target<'a> {
    figure: &'a Figure,
    parts: Vec<u64>,
    /// Who could have a part at all: somebody in a group that the figure covers.
    could: Vec<bool>,
    scale: Scale,
}

fn enter(figure: &Figure, units: &[Unit], scale: Scale) -> Option<Breach> {
    let groups: BTreeSet<u8> = figure.set.iter().map(|a| a.0).collect();
    let could = units.iter().map(|u| u.atoms.keys().any(|a| groups.contains(&a.0))).collect();
    let target = Target { figure, parts: units.iter().map(|u| u.within(&figure.set)).collect(), could, scale };
    let total: u128 = target.parts.iter().map(|p| u128::from(*p)).sum();
    let says = |i: usize| target.parts[i] >= scale.little && u128::from(target.parts[i]) * 100 >= total;
    let breach = |profile| Some(Breach { table: figure.table, profile });
    let few = (0..units.len()).filter(|i| says(*i) && units[*i].person).count();
    if total >= u128::from(scale.little) && few < 5 {
        return breach(PROFILES[0]);
    }
    for about in (0..units.len()).filter(|i| says(*i)) {
        if target.close(about, None) {
            return breach(PROFILES[0]);
        }
        if (0..units.len()).any(|knows| knows != about && target.close(about, Some(knows))) {
            return breach(PROFILES[1]);
        }
    }
    None
}

impl Target<'_> {
    /// Whether a reader who knows one unit's part (or none) can bound another's closely.
    fn close(&self, about: usize, knows: Option<usize>) -> bool {
        let own = knows.map_or(0, |k| self.parts[k]);
        let truth = u128::from(self.parts[about]);
        // The rest could all be this one's.
        let upper = u128::from(self.figure.high.saturating_sub(own));
        // Others could have used it all, if there is one.
        let mut others = (0..self.parts.len()).filter(|i| *i != about && Some(*i) != knows && self.could[*i]);
        let lower = if others.next().is_some() { 0 } else { u128::from(self.figure.low.saturating_sub(own)) };
        upper * 10 < truth * 12 || lower * 10 > truth * 2 || lower > u128::from(self.scale.most_known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: u64 = 1_000_000_000;
    const SCALE: Scale = Scale { little: 1_000_000, most_known: GB };

    fn person(amounts: &[(Atom, u64)]) -> Unit {
        Unit { atoms: amounts.iter().map(|(a, gb)| (*a, gb * GB)).collect(), most: None, person: true }
    }

    /// The figure over these atoms, printed to 1 GB.
    fn printed(table: &'static str, atoms: &[Atom], units: &[Unit]) -> Figure {
        let set: BTreeSet<Atom> = atoms.iter().copied().collect();
        let sum: u64 = units.iter().map(|u| u.within(&set)).sum();
        Figure { table, low: sum.saturating_sub(GB / 2), high: sum + GB / 2, set }
    }

    const A: Atom = (0, 0, 0);
    const B: Atom = (1, 0, 0);

    fn check(gb: &[u64], want: Option<&'static str>) {
        let units: Vec<Unit> = gb.iter().map(|g| person(&[(A, *g)])).collect();
        let got = attack(&[printed("use", &[A], &units)], &units, SCALE);
        assert_eq!(got.first().map(|b| b.profile), want, "{gb:?}");
    }

    #[test]
    fn guarantee_14_the_second_largest_cannot_bound_the_largest() {
        check(&[20, 20, 20, 20, 20], None);
        // Four people: even an outsider learns a sum over fewer than five.
        check(&[20, 20, 20, 20], Some("outsider"));
        // 300 + 50 + 10 + 10 + 10 = 380: who has 50 knows that the largest has at most 330.5, less than 1.2 x 300.
        check(&[300, 50, 10, 10, 10], Some("contributor"));
        // 300 + 10 x 4 = 340: anyone at all knows at most 340.5, less than 360.
        check(&[300, 10, 10, 10, 10], Some("outsider"));
        check(&[100, 50, 10, 10, 10], None);
    }

    #[test]
    fn guarantee_15_a_difference_is_a_figure() {
        // Twelve people with hours and one without: two safe figures whose difference is hers alone.
        let mut units: Vec<Unit> = (0..12).map(|_| person(&[(A, 10)])).collect();
        units.push(person(&[(B, 10)]));
        let wide = printed("use", &[A, B], &units);
        let fine = printed("times", &[A], &units);
        assert_eq!(attack(std::slice::from_ref(&wide), &units, SCALE), []);
        assert_eq!(attack(std::slice::from_ref(&fine), &units, SCALE), []);
        let got = attack(&[wide, fine], &units, SCALE);
        assert_eq!(got, [Breach { table: "times", profile: "outsider" }]);
    }

    #[test]
    fn guarantee_15_five_left_out_hide_one_another() {
        let mut units: Vec<Unit> = (0..12).map(|_| person(&[(A, 10)])).collect();
        units.extend((0..5).map(|_| person(&[(B, 10)])));
        let figures = [printed("use", &[A, B], &units), printed("times", &[A], &units)];
        assert_eq!(attack(&figures, &units, SCALE), []);
    }

    #[test]
    fn differences_are_taken_over_the_smallest_groups() {
        let (x, y): (Atom, Atom) = ((0, 1, 0), (1, 1, 0));
        let figure = |table, set: &[Atom], low, high| Figure { table, low, high, set: set.iter().copied().collect() };
        let figures = [
            figure("use", &[A, B], 10, 12),
            figure("use", &[x, y], 20, 22),
            figure("crossed", &[A], 7, 8),
            figure("crossed", &[x], 16, 17),
        ];
        let got = differences(&figures, "use", "crossed");
        let mut bounds: Vec<(u64, u64)> = got.iter().map(|f| (f.low, f.high)).collect();
        bounds.sort_unstable();
        // 10 - 8 to 12 - 7, and 20 - 17 to 22 - 16.
        assert_eq!(bounds, [(2, 5), (3, 6)]);
        assert_eq!(differences(&figures, "crossed", "use").len(), 0);
    }
}
