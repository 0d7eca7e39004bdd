//! What the summary may say about costs: every contract, and no cost that shows how one person used a link.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::candidate::{CostLine, CostSource, LinkFacts};
use crate::cell::rounded;
use crate::released::{Cell, Cost, Symbol};
use crate::{CostOutlook, Measure, PEOPLE_MIN, Policy};

/// Pence in a pound: the step of the one figure over issued links.
const POUND: u64 = 100;

/// The lines of `costs[]`, in the order given, the one figure over issued links last.
///
/// - A shared link: as it is, with the range of a forecast and the shares reached.
/// - A link issued to one holder: its contract cost; what depends on use is `[c]`, and it has no forecast.
/// - Claims of one holder: only in the one figure, for that a line exists already tells.
///
/// A line of a link that the council does not have counts as one holder's: nothing tells who stands behind it.
pub(crate) fn costs(lines: &[CostLine], outlooks: &[CostOutlook], links: &[LinkFacts], policy: &Policy) -> Vec<Cost> {
    let is_shared = |l: &&CostLine| l.holder.is_none() && links.iter().any(|k| k.id == l.link && k.holder.is_none());
    let mut out: Vec<Cost> = lines.iter().filter(is_shared).map(|l| shared(l, outlooks)).collect();
    let issued: Vec<&CostLine> = lines.iter().filter(|l| !is_shared(l) && !l.forecast).collect();
    out.extend(issued.iter().filter(|l| l.source != CostSource::Claims).map(|l| contract(l)));
    out.extend(together(&issued, links, policy));
    out
}

/// Who alone holds a line's link, as far as that is known.
fn holder<'a>(line: &'a CostLine, links: &'a [LinkFacts]) -> &'a str {
    let of_link = || links.iter().find(|l| l.id == line.link).and_then(|l| l.holder.as_deref());
    line.holder.as_deref().or_else(of_link).unwrap_or(&line.link)
}

fn total(line: &CostLine) -> i64 {
    line.fixed.saturating_add(line.usage).saturating_add(line.abroad)
}

fn cost(line: &CostLine, usage: Cell, abroad: Cell, total: Cell) -> Cost {
    Cost {
        link: line.link.clone(),
        kind: line.kind.clone(),
        cycle_start: line.cycle_start,
        cycle_end: line.cycle_end,
        fixed: line.fixed,
        usage,
        abroad,
        total,
        budget: line.budget,
        source: line.source,
        forecast: line.forecast,
        range: None,
        warnings: vec![],
    }
}

fn shared(line: &CostLine, outlooks: &[CostOutlook]) -> Cost {
    let plain = cost(line, Cell::plain(line.usage), Cell::plain(line.abroad), Cell::plain(total(line)));
    match outlooks.iter().find(|o| o.link == line.link && o.cycle_end == line.cycle_end) {
        Some(outlook) => Cost { range: outlook.range, warnings: outlook.warnings.clone(), ..plain },
        None => plain,
    }
}

fn contract(line: &CostLine) -> Cost {
    let c = || Cell::Symbol(Symbol::C);
    // Only the contract is printed, and that is known from the tariff whatever the operator sent.
    Cost { source: CostSource::Tariff, ..cost(line, c(), c(), c()) }
}

/// The use-dependent cost of all issued links in one figure, in whole pounds, where at least five holders stand behind it.
fn together(issued: &[&CostLine], links: &[LinkFacts], policy: &Policy) -> Option<Cost> {
    let first = issued.first()?;
    let mut holders: BTreeMap<&str, u64> = BTreeMap::new();
    for line in issued {
        let contract = if line.source == CostSource::Claims { 0 } else { line.fixed };
        let pence = total(line).saturating_sub(contract).max(0).unsigned_abs();
        let sum = holders.entry(holder(line, links)).or_default();
        *sum = sum.saturating_add(pence);
    }
    let sum: u64 = holders.values().fold(0, |a, b| a.saturating_add(*b));
    let figure = if passes(&holders.into_values().collect::<Vec<_>>(), sum, policy) {
        let pounds = rounded(Measure::Days, u128::from(sum / POUND + u64::from(sum % POUND >= POUND / 2)), 1);
        Cell::plain(pounds.saturating_mul(POUND as i64))
    } else {
        Cell::Symbol(Symbol::C)
    };
    let ends = |pick: fn(&CostLine) -> Date| issued.iter().map(move |l| pick(l));
    Some(Cost {
        link: "issued".to_owned(),
        kind: "issued".to_owned(),
        cycle_start: ends(|l| l.cycle_start).min().unwrap_or(first.cycle_start),
        cycle_end: ends(|l| l.cycle_end).max().unwrap_or(first.cycle_end),
        // The contracts stand on their own lines; home and abroad are one figure here.
        fixed: 0,
        usage: figure.clone(),
        abroad: Cell::Symbol(Symbol::Z),
        total: figure,
        budget: None,
        source: CostSource::Tariff,
        forecast: false,
        range: None,
        warnings: vec![],
    })
}

/// The number of doubtful claims, where at least five holders stand behind it and nobody dominates.
pub(crate) fn claims_to_check(by_holder: &BTreeMap<String, u64>, policy: &Policy) -> Option<u64> {
    let known: Vec<u64> = by_holder.iter().filter(|(holder, _)| !holder.is_empty()).map(|(_, n)| *n).collect();
    passes(&known, known.iter().sum(), policy).then(|| by_holder.values().sum())
}

/// At least five holders with 1 % of the sum each, and nobody who dominates.
fn passes(holders: &[u64], sum: u64, policy: &Policy) -> bool {
    let mut sizes: Vec<u64> =
        holders.iter().copied().filter(|p| *p > 0 && u128::from(*p) * 100 >= u128::from(sum)).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let (Some(first), true) = (sizes.first(), sizes.len() >= policy.people_min().max(PEOPLE_MIN) as usize) else {
        return false;
    };
    let rest: u128 = sizes.iter().skip(2).map(|p| u128::from(*p)).sum();
    rest * 100 >= u128::from(*first) * u128::from(policy.dominance_percent_min())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CostWarning, Share};
    use jiff::civil::date;

    fn line(link: &str, holder: Option<&str>) -> CostLine {
        CostLine {
            link: link.to_owned(),
            kind: "router".to_owned(),
            holder: holder.map(str::to_owned),
            cycle_start: date(2026, 3, 15),
            cycle_end: date(2026, 4, 14),
            fixed: 1_500,
            usage: 0,
            abroad: 0,
            budget: None,
            source: CostSource::Tariff,
            forecast: link == "office",
        }
    }

    #[test]
    fn only_a_shared_link_has_an_outlook() {
        let outlook = |link: &str| CostOutlook {
            link: link.to_owned(),
            cycle_end: date(2026, 4, 14),
            range: Some((1_500, 2_000)),
            warnings: vec![CostWarning { of: Share::Data, percent: 80 }],
        };
        let link = |id: &str, holder: Option<&str>| LinkFacts {
            id: id.to_owned(),
            label: id.to_owned(),
            holder: holder.map(str::to_owned),
        };
        // Issued by its own line, by the council's list alone, and one that nobody knows.
        let lines = [line("office", None), line("d1", Some("A-1")), line("d2", None), line("other", None)];
        let links = [link("office", None), link("d1", Some("A-1")), link("d2", Some("A-2"))];
        let outlooks = ["office", "d1", "d2", "other"].map(outlook);
        let out = costs(&lines, &outlooks, &links, &Policy::default());
        let told: Vec<_> = out.iter().map(|c| (c.link.as_str(), c.range, c.warnings.len())).collect();
        let expected = [
            ("office", Some((1_500, 2_000)), 1),
            ("d1", None, 0),
            ("d2", None, 0),
            ("other", None, 0),
            ("issued", None, 0),
        ];
        assert_eq!(told, expected);
        // Another cycle of the same link has none.
        let late = CostOutlook { cycle_end: date(2026, 5, 14), ..outlook("office") };
        assert_eq!(costs(&lines[..1], &[late], &links, &Policy::default())[0].range, None);
    }

    #[test]
    fn doubtful_claims_are_counted_over_five_holders() {
        let check = |by_holder: &[(&str, u64)], expected| {
            let map = by_holder.iter().map(|(h, n)| ((*h).to_owned(), *n)).collect();
            assert_eq!(claims_to_check(&map, &Policy::default()), expected);
        };
        check(&[], None);
        check(&[("a", 9)], None);
        check(&[("a", 1), ("b", 1), ("c", 1), ("d", 1)], None);
        check(&[("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 2)], Some(6));
        // Those of nobody known are no fifth holder, and count where five are there.
        check(&[("", 7), ("a", 1), ("b", 1), ("c", 1), ("d", 1)], None);
        check(&[("", 7), ("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1)], Some(12));
        // One of five who has nearly all: the three smallest have 3, a fifth of 20 is 4.
        check(&[("a", 20), ("b", 1), ("c", 1), ("d", 1), ("e", 1)], None);
    }
}
