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
        Self { figures, laminar }
    }

    /// The figures, smaller sets first.
    pub(crate) fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// What a reader can say of the sum over `target`, of everybody but those whose parts the reader knows: `known` holds
    /// their sum by place. None where the figures contradict what is known.
    pub(crate) fn bounds(&self, target: Mask, known: &[u64]) -> Option<Interval> {
        let closed = self.laminar && self.figures.iter().all(|f| nested_or_apart(f.mask, target));
        if closed { self.closed(target, known) } else { self.program(target, known) }
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
        let covered = self.figures.iter().fold(0, |m, f| m | f.mask);
        let mut classes: BTreeMap<(Vec<usize>, bool), usize> = BTreeMap::new();
        for bit in bits(covered) {
            let inside = (0..self.figures.len()).filter(|f| self.figures[*f].mask & bit != 0).collect();
            let next = classes.len();
            classes.entry((inside, target & bit != 0)).or_insert(next);
        }
        let row = |(i, figure): (usize, &Figure)| {
            let node = Node::new(figure, known);
            let inside = classes.keys().enumerate().filter(|(_, (f, _))| f.contains(&i));
            let high = if node.high < INFINITE { scaled(node.high) } else { f64::INFINITY };
            Row { terms: inside.map(|(v, _)| v).collect(), low: scaled(node.low), high }
        };
        let rows: Vec<Row> = self.figures.iter().enumerate().map(row).collect();
        if rows.iter().any(|r| r.high < 0.0) {
            return None;
        }
        let cost = |sign: f64| classes.keys().map(|(_, hit)| if *hit { sign } else { 0.0 }).collect::<Vec<f64>>();
        let Best::At(low) = maximum(&cost(-1.0), &rows) else { return None };
        // A place in no figure at all can hold anything.
        let high = match maximum(&cost(1.0), &rows) {
            Best::Contradiction => return None,
            Best::At(high) if target & !covered == 0 => whole((high * UNIT).ceil()),
            Best::At(_) | Best::Unbounded => OPEN,
        };
        Some(Interval { low: whole((-low * UNIT).floor()), high })
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
