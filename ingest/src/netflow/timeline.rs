//! What was announced when: templates, sampling rates, boot times.

use model::Micros;

/// A place in an export stream: arrival, and the octet of the file that decides between equal arrivals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Position {
    /// Arrival, or the header's export time for a bare datagram.
    pub(crate) at: Micros,
    /// Octets from the beginning of the input.
    pub(crate) offset: u64,
}

/// One value and the first and last time it was announced in a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen<T> {
    pub(super) first: Position,
    pub(super) last: Position,
    pub(super) value: T,
}

/// The values of one thing over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timeline<T> {
    seen: Vec<Seen<T>>,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self { seen: Vec::new() }
    }
}

impl<T: Ord + Clone> Timeline<T> {
    /// Takes note of an announcement. False, and nothing noted, where `max` changes have been seen already.
    pub(super) fn observe(&mut self, position: Position, value: &T, max: usize) -> bool {
        if let Some(last) = self.seen.last_mut()
            && last.value == *value
        {
            last.first = last.first.min(position);
            last.last = last.last.max(position);
            return true;
        }
        if self.seen.len() >= max {
            return false;
        }
        self.seen.push(Seen { first: position, last: position, value: value.clone() });
        true
    }

    /// The value announced last of all, and when.
    pub(super) fn newest(&self) -> Option<&Seen<T>> {
        self.seen.iter().max_by_key(|s| s.last)
    }

    /// The value announced last, in the order of the file.
    pub(super) fn latest(&self) -> Option<&T> {
        self.seen.last().map(|s| &s.value)
    }

    /// The values in order of their first announcement.
    pub(super) fn entries(&self) -> &[Seen<T>] {
        &self.seen
    }

    /// Adds another's; the result is the same in any order.
    pub(super) fn merge(&mut self, other: &Self) {
        self.seen.extend(other.seen.iter().cloned());
        self.seen.sort();
        self.seen.dedup();
    }

    /// Index of the value in force at a position: the one announced latest before it.
    pub(super) fn in_force(&self, position: Position) -> Option<usize> {
        let before = |s: &Seen<T>| if s.last <= position { s.last } else { s.first };
        let known = self.seen.iter().enumerate().filter(|(_, s)| s.first <= position);
        known.max_by_key(|(_, s)| before(s)).map(|(i, _)| i)
    }

    /// Indices of the values announced after a position, soonest first.
    pub(super) fn after(&self, position: Position) -> impl Iterator<Item = usize> {
        let mut later: Vec<usize> =
            self.seen.iter().enumerate().filter(|(_, s)| s.last > position).map(|(i, _)| i).collect();
        later.sort_by_key(|&i| self.seen[i].first.max(position));
        later.into_iter()
    }

    /// The value in force, or else the next.
    pub(super) fn nearest(&self, position: Position) -> Option<&T> {
        let index = self.in_force(position).or_else(|| self.after(position).next())?;
        self.seen.get(index).map(|s| &s.value)
    }

    /// The same timeline of other values.
    pub(super) fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Timeline<U> {
        let seen = self.seen.iter().map(|s| Seen { first: s.first, last: s.last, value: f(&s.value) }).collect();
        Timeline { seen }
    }
}

impl<T> Timeline<T> {
    /// The value at an index.
    pub(super) fn value(&self, index: usize) -> &T {
        &self.seen[index].value
    }

    /// How many values.
    pub(super) fn len(&self) -> usize {
        self.seen.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at: Micros) -> Position {
        Position { at, offset: 0 }
    }

    #[test]
    fn the_latest_before_is_in_force_and_the_next_is_known() {
        let mut t = Timeline::default();
        for (time, value) in [(10, 'a'), (20, 'a'), (30, 'b'), (40, 'a')] {
            assert!(t.observe(at(time), &value, 9));
        }
        for (time, value) in [(5, 'a'), (15, 'a'), (30, 'b'), (35, 'b'), (99, 'a')] {
            assert_eq!(t.nearest(at(time)), Some(&value), "{time}");
        }
        assert_eq!(t.in_force(at(5)), None);
        assert_eq!(t.after(at(35)).map(|i| *t.value(i)).collect::<String>(), "a");
        assert!(!t.observe(at(50), &'b', 3));
    }

    #[test]
    fn merging_two_files_that_interleave() {
        let mut a = Timeline::default();
        a.observe(at(1), &'x', 9);
        a.observe(at(3), &'x', 9);
        let mut b = Timeline::default();
        b.observe(at(2), &'y', 9);
        let mut ab = a.clone();
        ab.merge(&b);
        b.merge(&a);
        assert_eq!(ab, b);
        assert_eq!(ab.nearest(at(2)), Some(&'y'));
        assert_eq!(ab.nearest(at(4)), Some(&'x'));
    }
}
