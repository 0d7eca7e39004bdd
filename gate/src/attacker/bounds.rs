//! What figures that were printed leave open: the least and the most that any set of places can hold.
//!
//! Nobody outside knows a single person's part, so for whoever reads the figures people are alike: only the sums over places
//! count. Where the printed sets lie one in another or apart (laminar), the bounds have a closed form: sums upwards, then what
//! the parent leaves downwards; each is reached (Fréchet bounds). Sets that cross are a linear program.

use std::collections::BTreeMap;

use super::simplex::{Best, Row, maximum};

/// A set of places, one bit each.
pub(crate) type Mask = u128;

/// No upper bound.
pub(crate) const OPEN: u64 = u64::MAX;

/// A printed figure: what stands in a set of places is from `low` to `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) mask: Mask,
    pub(crate) low: u64,
    pub(crate) high: u64,
}

/// From the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) low: u64,
    /// [`OPEN`] where nothing bounds it.
    pub(crate) high: u64,
}

/// Everything that was printed about one measure of one month.
#[derive(Clone, Debug, Default)]
pub(crate) struct System {
    figures: Vec<Figure>,
    /// Places that stand in the same figures, of all that stand in one at all.
    classes: Vec<Mask>,
    laminar: bool,
}

impl System {
    /// Figures over the same set are one: both hold.
    pub(crate) fn new(figures: &[Figure]) -> Self {
        let mut by_mask: BTreeMap<Mask, Interval> = BTreeMap::new();
        for f in figures {
            let both = by_mask.entry(f.mask).or_insert(Interval { low: 0, high: OPEN });
            *both = Interval { low: both.low.max(f.low), high: both.high.min(f.high) };
        }
        let mut figures: Vec<Figure> =
            by_mask.into_iter().map(|(mask, i)| Figure { mask, low: i.low, high: i.high }).collect();
        figures.sort_by_key(|f| (f.mask.count_ones(), f.mask));
        let laminar =
            figures.iter().enumerate().all(|(i, a)| figures[i + 1..].iter().all(|b| nested_or_apart(a.mask, b.mask)));
        let mut classes: BTreeMap<Vec<usize>, Mask> = BTreeMap::new();
        for bit in bits(figures.iter().fold(0, |m, f| m | f.mask)) {
            let inside = (0..figures.len()).filter(|f| figures[*f].mask & bit != 0).collect();
            *classes.entry(inside).or_insert(0) |= bit;
        }
        Self { figures, classes: classes.into_values().collect(), laminar }
    }

    fn covered(&self) -> Mask {
        self.classes.iter().fold(0, |m, class| m | class)
    }

    /// Places outside a set that no figure tells apart from places of the set.
    pub(crate) fn alike(&self, target: Mask) -> Mask {
        let uncovered = !self.covered();
        let touched = self.classes.iter().chain([&uncovered]).filter(|class| *class & target != 0);
        touched.fold(0, |m, class| m | class) & !target
    }

    /// The figures, smaller sets first.
    pub(crate) fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// What a reader can say of the sum over `target`, of everybody but those whose parts the reader knows: `known` holds
    /// their sum by place. None where the figures contradict what is known.
    pub(crate) fn bounds(&self, target: Mask, known: &[u64]) -> Option<Interval> {
        if self.is_closed(target) { self.closed(target, known) } else { self.program(target, known) }
    }

    /// The upper end of [`System::bounds`] alone: half the work where sets cross.
    pub(crate) fn most(&self, target: Mask, known: &[u64]) -> Option<u64> {
        if self.is_closed(target) {
            return self.closed(target, known).map(|i| i.high);
        }
        Program::new(self, target, known)?.high()
    }

    fn is_closed(&self, target: Mask) -> bool {
        self.laminar && self.figures.iter().all(|f| nested_or_apart(f.mask, target))
    }

    /// The closed form, for sets of which any two lie one in the other or apart.
    pub(crate) fn closed(&self, target: Mask, known: &[u64]) -> Option<Interval> {
        let mut nodes: Vec<Node> = self.figures.iter().map(|f| Node::new(f, known)).collect();
        if !nodes.iter().any(|n| n.mask == target) {
            nodes.push(Node { mask: target, low: 0, high: INFINITE, parent: None, loose: true });
            nodes.sort_by_key(|n| n.mask.count_ones());
        }
        let parents: Vec<Option<usize>> = (0..nodes.len()).map(|i| parent(&nodes, i)).collect();
        for i in 0..nodes.len() {
            let children = || (0..i).filter(|c| parents[*c] == Some(i)).map(|c| &nodes[c]);
            let covered = children().fold(0, |m, c| m | c.mask);
            let (low, high) = children().fold((0, 0), |(l, h), c| (plus(l, c.low), plus(h, c.high)));
            let loose = covered != nodes[i].mask;
            let node = &mut nodes[i];
            (node.parent, node.loose) = (parents[i], loose);
            node.low = node.low.max(low);
            node.high = if loose { node.high } else { node.high.min(high) };
            if node.low > node.high {
                return None;
            }
        }
        let at = nodes.iter().position(|n| n.mask == target)?;
        downwards(&nodes, at)
    }

    /// The linear program over classes of places that stand in the same figures.
    pub(crate) fn program(&self, target: Mask, known: &[u64]) -> Option<Interval> {
        let program = Program::new(self, target, known)?;
        Some(Interval { low: program.low()?, high: program.high()? })
    }
}

/// A linear program with one amount for each class of places that stand in the same figures.
struct Program {
    rows: Vec<Row>,
    /// Whether each amount is in the sum.
    hit: Vec<bool>,
    /// Whether a place of the sum is in no figure at all: it can hold anything.
    open: bool,
}

impl Program {
    fn new(system: &System, target: Mask, known: &[u64]) -> Option<Self> {
        let parts = |class: &Mask| [(class & target, true), (class & !target, false)];
        let amounts = system.classes.iter().flat_map(parts).filter(|(places, _)| *places != 0);
        let amounts: Vec<(Mask, bool)> = amounts.collect();
        let row = |figure: &Figure| {
            let node = Node::new(figure, known);
            let inside = amounts.iter().enumerate().filter(|(_, (places, _))| figure.mask & places != 0);
            let high = if node.high < INFINITE { scaled(node.high) } else { f64::INFINITY };
            Row { terms: inside.map(|(v, _)| v).collect(), low: scaled(node.low), high }
        };
        let rows: Vec<Row> = system.figures.iter().map(row).collect();
        if rows.iter().any(|r| r.high < 0.0) {
            return None;
        }
        let hit = amounts.iter().map(|(_, hit)| *hit).collect();
        Some(Self { rows, hit, open: target & !system.covered() != 0 })
    }

    fn best(&self, sign: f64) -> Best {
        let cost: Vec<f64> = self.hit.iter().map(|hit| if *hit { sign } else { 0.0 }).collect();
        maximum(&cost, &self.rows)
    }

    fn low(&self) -> Option<u64> {
        let Best::At(low) = self.best(-1.0) else { return None };
        Some(whole((-low * UNIT).floor()))
    }

    fn high(&self) -> Option<u64> {
        match self.best(1.0) {
            Best::Contradiction => None,
            Best::At(high) if !self.open => Some(whole((high * UNIT).ceil())),
            Best::At(_) | Best::Unbounded => Some(OPEN),
        }
    }
}

/// The unit in which a program is written, so that its numbers are near one.
const UNIT: f64 = 1e9;

fn scaled(amount: i128) -> f64 {
    amount as f64 / UNIT
}

fn whole(amount: f64) -> u64 {
    // Saturates: negative is 0.
    amount as u64
}

const INFINITE: i128 = i128::MAX / 8;

fn plus(a: i128, b: i128) -> i128 {
    a.saturating_add(b).min(INFINITE)
}

/// A set in the forest of sets.
struct Node {
    mask: Mask,
    low: i128,
    high: i128,
    parent: Option<usize>,
    /// Whether it has a place of its own that no smaller set covers.
    loose: bool,
}

impl Node {
    /// A figure less what is known of it.
    fn new(figure: &Figure, known: &[u64]) -> Self {
        let own = sum(figure.mask, known);
        let high = if figure.high == OPEN { INFINITE } else { i128::from(figure.high) - own };
        Self { mask: figure.mask, low: (i128::from(figure.low) - own).max(0), high, parent: None, loose: false }
    }
}

fn sum(mask: Mask, known: &[u64]) -> i128 {
    known.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, x)| i128::from(*x)).sum()
}

fn nested_or_apart(a: Mask, b: Mask) -> bool {
    let both = a & b;
    both == 0 || both == a || both == b
}

fn bits(mask: Mask) -> impl Iterator<Item = Mask> {
    (0..Mask::BITS).map(|i| 1 << i).filter(move |bit| mask & bit != 0)
}

/// The smallest set around a set. Sets stand smaller first and no two are equal.
fn parent(nodes: &[Node], i: usize) -> Option<usize> {
    (i + 1..nodes.len()).find(|p| nodes[*p].mask & nodes[i].mask == nodes[i].mask)
}

/// What the sets around leave to one of them.
fn downwards(nodes: &[Node], at: usize) -> Option<Interval> {
    let mut path = vec![at];
    while let Some(up) = path.last().and_then(|i| nodes[*i].parent) {
        path.push(up);
    }
    let top = path.pop()?;
    let (mut low, mut high, mut around) = (nodes[top].low, nodes[top].high, top);
    for child in path.into_iter().rev() {
        let others = nodes.iter().enumerate().filter(|(i, n)| n.parent == Some(around) && *i != child);
        let (least, most) = others.fold((0, 0), |(l, h), (_, n)| (plus(l, n.low), plus(h, n.high)));
        let rest_low = if nodes[around].loose || most >= INFINITE { 0 } else { low - most };
        let rest_high = if high >= INFINITE { INFINITE } else { high - least };
        (low, high, around) = (nodes[child].low.max(rest_low), nodes[child].high.min(rest_high), child);
    }
    if low > high {
        return None;
    }
    let high = if high >= INFINITE { OPEN } else { u64::try_from(high).ok()? };
    Some(Interval { low: u64::try_from(low).ok()?, high })
}
