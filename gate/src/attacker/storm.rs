//! One measure of one month under attack: every profile tries every sum.
//!
//! A reader who knows some people's own parts takes them away from every figure and asks what the rest leaves open for one
//! person more. The truth itself is one way in which the rest can lie, so where it already leaves room nothing has to be
//! worked out; only near the edge are the exact bounds taken.

use super::Target;
use super::bounds::{Interval, Mask, OPEN, System};

/// What a measure is reckoned in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Less than this from one person says nothing of them (1 MB, 5 minutes, 1 day).
    pub(crate) little: u64,
    /// Nobody may be shown to have used more than this at least (1 GB; for other measures the share alone counts).
    pub(crate) most_known: u64,
    /// The most that one person can have, which everybody knows (the days of the month).
    pub(crate) cap: Option<u64>,
}

/// One unit with its true parts by place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Member {
    pub(crate) values: Vec<u64>,
    /// Places in which it could have a part at all.
    pub(crate) could: Mask,
    /// A person who was there all month.
    pub(crate) counts: bool,
    pub(crate) clerk: bool,
    /// What the schedule says of its parts together.
    pub(crate) band: Option<Interval>,
}

impl Member {
    pub(crate) fn within(&self, mask: Mask) -> u64 {
        let inside = self.values.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
        inside.fold(0_u64, |s, (_, x)| s.saturating_add(*x))
    }
}

/// What a profile learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The sum of fewer than five people who matter in it.
    FewPeople,
    /// The most that somebody can have used is near what they used.
    AtMost,
    /// Somebody used at least a fifth of what they used, or a gigabyte.
    AtLeast,
    /// A figure about a month whose rows are gone is now known more closely than when it was published.
    Narrowed,
}

impl Finding {
    /// What it means, in plain words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FewPeople => "it rests on fewer than five people and is known within a fifth",
            Self::AtMost => {
                "one person's part is at most a fifth less than what is left when the reader's own is taken away"
            }
            Self::AtLeast => "one person is shown to have used at least a fifth of their part, or a gigabyte",
            Self::Narrowed => "later figures tell more of a month whose rows are deleted than its own report did",
        }
    }
}

/// Whose parts a reader knows.
#[derive(Clone, Copy, Debug)]
struct Reader {
    name: &'static str,
    knows: [Option<usize>; 2],
}

/// One measure of one month.
pub(crate) struct Problem {
    pub(crate) members: Vec<Member>,
    pub(crate) system: System,
    pub(crate) targets: Vec<Target>,
    pub(crate) scale: Scale,
    /// Fewer people than this in a sum are too few.
    pub(crate) few: usize,
}

/// A target with everybody's true part of it.
struct Sum<'a> {
    problem: &'a Problem,
    mask: Mask,
    parts: Vec<u64>,
    total: u128,
    /// The most that somebody who knows nothing must reckon with, once it was needed.
    outside_high: Option<u64>,
}

impl Problem {
    /// Whether the truth lies in every printed interval. Where it does not, rows are missing and nothing can be tried.
    pub(crate) fn holds_truth(&self) -> bool {
        self.system.figures().iter().all(|f| {
            let total: u128 = self.members.iter().map(|m| u128::from(m.within(f.mask))).sum();
            u128::from(f.low) <= total && (f.high == OPEN || total <= u128::from(f.high))
        })
    }

    /// The first finding of each target, with the profile's name.
    pub(crate) fn findings(&self) -> Vec<(usize, &'static str, Finding)> {
        let readers = self.readers();
        let found = |(i, t): (usize, &Target)| self.storm(t, &readers).map(|(who, what)| (i, who, what));
        self.targets.iter().enumerate().filter_map(found).collect()
    }

    /// How much more the sum could be with every printed figure the same: what lies in places that no figure tells apart from
    /// places of the sum.
    fn exchange(&self, mask: Mask) -> u128 {
        let alike = self.system.alike(mask);
        self.members.iter().map(|m| u128::from(m.within(alike))).sum()
    }

    /// The bounds of somebody who knows nothing.
    pub(crate) fn outside(&self, mask: Mask) -> Option<Interval> {
        self.system.bounds(mask, &[])
    }

    /// Everybody by themselves, the clerk, and the clerk with each one other. Where nobody is known to be the clerk, anybody
    /// may be.
    fn readers(&self) -> Vec<Reader> {
        let banded = self.members.iter().any(|m| m.band.is_some());
        let name = |plain| if banded { "schedule-reader" } else { plain };
        let all = || 0..self.members.len();
        let clerks: Vec<usize> = all().filter(|i| self.members[*i].clerk).collect();
        let mut readers = vec![Reader { name: name("outsider"), knows: [None; 2] }];
        readers.extend(all().map(|i| {
            let plain = if self.members[i].clerk { "clerk" } else { "contributor" };
            Reader { name: name(plain), knows: [Some(i), None] }
        }));
        let first = if clerks.is_empty() { all().collect() } else { clerks.clone() };
        for a in first {
            let others = all().filter(|b| *b != a && (!clerks.is_empty() || *b > a));
            readers.extend(others.map(|b| Reader { name: name("clerk-and-one"), knows: [Some(a), Some(b)] }));
        }
        readers
    }

    fn storm(&self, target: &Target, readers: &[Reader]) -> Option<(&'static str, Finding)> {
        let parts: Vec<u64> = self.members.iter().map(|m| m.within(target.mask)).collect();
        let total = parts.iter().map(|p| u128::from(*p)).sum();
        let mut sum = Sum { problem: self, mask: target.mask, parts, total, outside_high: None };
        if sum.total < u128::from(self.scale.little) {
            return None;
        }
        let says: Vec<usize> = (0..self.members.len()).filter(|i| sum.says(*i)).collect();
        let outsider = readers.first()?.name;
        if says.iter().filter(|i| self.members[**i].counts).count() < self.few && (target.printed || sum.is_pinned()) {
            return Some((outsider, Finding::FewPeople));
        }
        let mut by_size = says.clone();
        by_size.sort_by_key(|i| std::cmp::Reverse(sum.parts[*i]));
        if sum.is_wide(&by_size) {
            return None;
        }
        readers.iter().find_map(|reader| sum.learns(reader, &by_size).map(|finding| (reader.name, finding)))
    }
}

impl Sum<'_> {
    /// Whether a part matters in the sum.
    fn says(&self, i: usize) -> bool {
        self.parts[i] >= self.problem.scale.little && u128::from(self.parts[i]) * 100 >= self.total
    }

    /// Whether the truth alone leaves enough to everybody, whoever reads: less the clerk (or, where nobody is known to be, the
    /// third) and the second, 1.2 times the largest is left. Then it is so for every other person and reader as well. Bands,
    /// and what one can have at most, need a closer look, and so does a person who may be alone.
    fn is_wide(&self, by_size: &[usize]) -> bool {
        let members = &self.problem.members;
        let could = members.iter().filter(|m| m.could & self.mask != 0).count();
        if self.problem.scale.cap.is_some() || could < 4 || members.iter().any(|m| m.band.is_some()) {
            return false;
        }
        let clerks: Vec<usize> = (0..members.len()).filter(|i| members[*i].clerk).collect();
        let clerk = match clerks.as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        let sizes: Vec<u64> = by_size.iter().filter(|i| clerk != Some(**i)).map(|i| self.parts[*i]).collect();
        let at = |i: usize| u128::from(sizes.get(i).copied().unwrap_or(0));
        let (first, own) = match clerk.map(|i| u128::from(self.parts[i])) {
            // The clerk's own part, where it is the largest, is somebody's to be bounded too.
            Some(clerk) if clerk > at(0) => (clerk, at(0) + at(1)),
            Some(clerk) => (at(0), at(1) + clerk),
            None => (at(0), at(1) + at(2)),
        };
        self.total.saturating_sub(own) * 10 >= first * 12
    }

    /// The most that somebody who knows nothing must reckon with. Figures that contradict each other let anything be
    /// concluded.
    fn outside_high(&mut self) -> u64 {
        *self.outside_high.get_or_insert_with(|| self.problem.system.most(self.mask, &[]).unwrap_or(0))
    }

    /// Whether somebody who knows nothing knows the sum within a fifth either way.
    fn is_pinned(&mut self) -> bool {
        if self.problem.exchange(self.mask) * 10 >= self.total * 2 {
            return false;
        }
        u128::from(self.outside_high()) * 10 < self.total * 12
            && self.problem.outside(self.mask).is_none_or(|i| u128::from(i.low) * 10 > self.total * 8)
    }

    fn learns(&mut self, reader: &Reader, by_size: &[usize]) -> Option<Finding> {
        let known = |i: usize| reader.knows.contains(&Some(i));
        let own: u64 = reader.knows.iter().flatten().fold(0, |s, i| s.saturating_add(self.parts[*i]));
        let mut others = by_size.iter().copied().filter(|i| !known(*i));
        let largest = others.next()?;
        let banded = self.problem.members.iter().any(|m| m.band.is_some());
        let truth = self.parts[largest];
        let room = self.total - u128::from(own);
        if room * 10 < u128::from(truth) * 12 && !self.leaves_room(reader, own, truth) {
            return Some(Finding::AtMost);
        }
        if !banded && self.problem.scale.cap.is_none() && !self.could_be_alone(reader) {
            return None;
        }
        // The same for whomever it is about.
        let all = self.problem.members.iter().fold(0, |m, x| m | x.could);
        let of = |mask| if banded { self.left_of(reader, mask) } else { Some(Interval { low: 0, high: OPEN }) };
        let (Some(here), Some(there), Some(both)) = (self.left(reader), of(all & !self.mask), of(all)) else {
            return Some(Finding::AtMost);
        };
        let about = |i| self.about(reader, i, (here, there, both));
        by_size.iter().copied().filter(|i| !known(*i)).find_map(about)
    }

    /// Whether what is left can be 1.2 times the truth: the outsider's bound first, the exact one near the edge.
    fn leaves_room(&mut self, reader: &Reader, own: u64, truth: u64) -> bool {
        let enough = |high: u64| high == OPEN || u128::from(high) * 10 >= u128::from(truth) * 12;
        let high = self.outside_high();
        let coarse = if high == OPEN { OPEN } else { high.saturating_sub(own) };
        enough(coarse) && self.problem.system.most(self.mask, &self.known(reader)).is_some_and(enough)
    }

    /// What is left to all but those whom the reader knows.
    fn left(&self, reader: &Reader) -> Option<Interval> {
        self.left_of(reader, self.mask)
    }

    fn left_of(&self, reader: &Reader, mask: Mask) -> Option<Interval> {
        self.problem.system.bounds(mask, &self.known(reader))
    }

    /// What the people whom the reader knows have together, by place.
    fn known(&self, reader: &Reader) -> Vec<u64> {
        let members = &self.problem.members;
        let width = members.iter().map(|m| m.values.len()).max().unwrap_or(0);
        let mut known = vec![0_u64; width];
        for member in reader.knows.iter().flatten().filter_map(|i| members.get(*i)) {
            for (sum, part) in known.iter_mut().zip(&member.values) {
                *sum = sum.saturating_add(*part);
            }
        }
        known
    }

    /// Whether at most one member whom the reader does not know could have a part.
    fn could_be_alone(&self, reader: &Reader) -> bool {
        self.others(reader, usize::MAX).count() <= 1
    }

    fn others<'a>(&'a self, reader: &'a Reader, about: usize) -> impl Iterator<Item = &'a Member> {
        let hidden = move |i: &usize| *i != about && !reader.knows.contains(&Some(*i));
        let members = &self.problem.members;
        (0..members.len()).filter(hidden).map(|i| &members[i]).filter(|m| m.could & self.mask != 0)
    }

    /// What the reader can say of one person, where more is known than sums: how much one can have at most, what a band
    /// says, or that there is nobody else.
    fn about(&self, reader: &Reader, i: usize, left: (Interval, Interval, Interval)) -> Option<Finding> {
        let truth = u128::from(self.parts[i]);
        let Some(Interval { low, high }) = self.of_one(reader, i, left) else { return Some(Finding::AtMost) };
        if high != OPEN && u128::from(high) * 10 < truth * 12 {
            return Some(Finding::AtMost);
        }
        let known = u128::from(low) * 10 > truth * 2 || low > self.problem.scale.most_known;
        known.then_some(Finding::AtLeast)
    }

    /// Bounds of one person's part: a row of a table whose rows (people) and columns (the sum and everything else) have
    /// intervals for totals. Each follows from one cut through it (Fréchet bounds).
    fn of_one(
        &self,
        reader: &Reader,
        i: usize,
        (here, there, both): (Interval, Interval, Interval),
    ) -> Option<Interval> {
        let member = self.problem.members.get(i)?;
        let Some(own) = member.band else {
            let each = self.problem.scale.cap.unwrap_or(OPEN);
            let others = self.others(reader, i).fold(0_u64, |s, _| s.saturating_add(each));
            // What one can have at most says nothing new upwards: the truth keeps to it.
            let high = if self.problem.scale.cap.is_some() { OPEN } else { here.high };
            return Some(Interval { low: beyond(here.low, others), high });
        };
        let hidden = |j: &usize| *j != i && !reader.knows.contains(&Some(*j));
        let bands = || (0..self.problem.members.len()).filter(hidden).filter_map(|j| self.problem.members[j].band);
        let most = bands().fold(0_u64, |s, b| s.saturating_add(b.high));
        let least = bands().fold(0_u64, |s, b| s.saturating_add(b.low));
        let most_here = if self.others(reader, i).next().is_some() { most } else { 0 };
        let low =
            [beyond(here.low, most_here), beyond(own.low, there.high), beyond(beyond(both.low, most), there.high)];
        let must_there = beyond(there.low, most);
        let high = [here.high, less(own.high, must_there), less(both.high, least)];
        Some(Interval { low: low.into_iter().max()?, high: high.into_iter().min()? })
    }
}

/// What of an amount is beyond another: nothing where that has no bound.
const fn beyond(amount: u64, most: u64) -> u64 {
    amount.saturating_sub(most)
}

/// An upper bound less an amount.
const fn less(high: u64, amount: u64) -> u64 {
    if high == OPEN { OPEN } else { high.saturating_sub(amount) }
}
