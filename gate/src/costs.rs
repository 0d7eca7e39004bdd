//! What the summary may say about costs: every contract, and no cost that shows how one person used a link.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::candidate::{CostLine, CostSource, LinkFacts};
use crate::cell::rounded;
use crate::released::{Cell, Cost, Symbol};
use crate::{CostOutlook, Measure, PEOPLE_MIN, Policy};

/// Pence in a pound: the step of the one figure over issued links.
const POUND: u64 = 100;

/// The holder of what nobody is known to hold.
const NOBODY: &str = "";

/// The lines of `costs[]`, in the order given, the one figure over issued links last. `public` is false where the page is
/// restricted, and then shared costs are as they are.
///
/// - A shared link: as it is, with the range of a forecast and the shares reached. Where the volumes that it follows from may
///   not be seen, what depends on use is not either: by a price for volume the one gives the other. `seen` tells of a line
///   whether they may.
/// - A link issued to one holder: its contract cost; what depends on use is `[c]`, and it has no forecast.
/// - Claims: one figure over at least five holders. Those of fewer go into the figure over issued links, for that a line
///   exists already tells.
///
/// A line of a link that the council does not have counts as one holder's: nothing tells who stands behind it.
pub(crate) fn costs(
    lines: &[CostLine],
    outlooks: &[CostOutlook],
    links: &[LinkFacts],
    policy: &Policy,
    public: bool,
    seen: &dyn Fn(&CostLine) -> bool,
) -> Vec<Cost> {
    let of_all = |l: &CostLine| links.iter().any(|k| k.id == l.link && k.holder.is_none());
    let is_shared = |l: &&CostLine| l.source != CostSource::Claims && l.holder.is_none() && of_all(l);
    let is_open = |l: &CostLine| !public || !tells_use(l, outlooks) || seen(l);
    let shared_or_contract = |l: &CostLine| if is_open(l) { shared(l, outlooks) } else { contract(l) };
    let mut out: Vec<Cost> = lines.iter().filter(is_shared).map(shared_or_contract).collect();
    let issued = lines.iter().filter(|l| !is_shared(l) && !l.forecast);
    let (claims, mut issued): (Vec<&CostLine>, Vec<&CostLine>) = issued.partition(|l| l.source == CostSource::Claims);
    out.extend(issued.iter().map(|l| contract(l)));
    let restricted = !public && claims.iter().all(|l| of_all(l));
    let figure = if restricted { Some(claims.iter().map(|l| total(l)).fold(0, i64::saturating_add)) } else { None };
    match (claims.first(), figure.or_else(|| together(&claims, links, policy))) {
        (Some(first), Some(pence)) => {
            out.push(cost(first, Cell::plain(pence), Cell::plain(0), Cell::plain(pence)));
        }
        _ => issued.extend(claims),
    }
    out.extend(one_figure(&issued, links, policy));
    out
}

/// Whether a line says anything beyond its contract.
fn tells_use(line: &CostLine, outlooks: &[CostOutlook]) -> bool {
    let all = total(line);
    let tells = |o: &CostOutlook| {
        !o.warnings.is_empty() || o.lasts.is_some() || o.range.is_some_and(|range| range != (all, all))
    };
    line.usage != 0 || line.abroad != 0 || outlook(line, outlooks).is_some_and(tells)
}

fn outlook<'a>(line: &CostLine, outlooks: &'a [CostOutlook]) -> Option<&'a CostOutlook> {
    outlooks.iter().find(|o| o.link == line.link && o.cycle_end == line.cycle_end)
}

/// Who alone holds a line's link, as far as that is known; nobody of whom a claim is whose asset has no known holder.
fn holder<'a>(line: &'a CostLine, links: &'a [LinkFacts]) -> &'a str {
    let of_link = || links.iter().find(|l| l.id == line.link).and_then(|l| l.holder.as_deref());
    let unknown = if line.source == CostSource::Claims { NOBODY } else { &line.link };
    line.holder.as_deref().or_else(of_link).unwrap_or(unknown)
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
        bundle: None,
        lasts: None,
    }
}

fn shared(line: &CostLine, outlooks: &[CostOutlook]) -> Cost {
    let plain = cost(line, Cell::plain(line.usage), Cell::plain(line.abroad), Cell::plain(total(line)));
    match outlook(line, outlooks) {
        Some(o) => Cost { range: o.range, warnings: o.warnings.clone(), bundle: o.bundle, lasts: o.lasts, ..plain },
        None => plain,
    }
}

fn contract(line: &CostLine) -> Cost {
    let c = || Cell::Symbol(Symbol::C);
    // Only the contract is printed, and that is known from the tariff whatever the operator sent.
    Cost { source: CostSource::Tariff, ..cost(line, c(), c(), c()) }
}

/// The use-dependent cost of some lines together, to the pound, where at least five holders stand behind it.
fn together(lines: &[&CostLine], links: &[LinkFacts], policy: &Policy) -> Option<i64> {
    let mut holders: BTreeMap<String, u64> = BTreeMap::new();
    for line in lines {
        let contract = if line.source == CostSource::Claims { 0 } else { line.fixed };
        let pence = total(line).saturating_sub(contract).max(0).unsigned_abs();
        let sum = holders.entry(holder(line, links).to_owned()).or_default();
        *sum = sum.saturating_add(pence);
    }
    let sum = passing_sum(&holders, policy)?;
    let pounds = rounded(Measure::Days, u128::from(sum / POUND + u64::from(sum % POUND >= POUND / 2)), 1);
    Some(pounds.saturating_mul(POUND as i64))
}

/// The use-dependent cost of all issued links in one line.
fn one_figure(issued: &[&CostLine], links: &[LinkFacts], policy: &Policy) -> Option<Cost> {
    let first = issued.first()?;
    let figure = together(issued, links, policy).map_or(Cell::Symbol(Symbol::C), Cell::plain);
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
        bundle: None,
        lasts: None,
    })
}

/// The number of doubtful claims, where at least five holders stand behind it and nobody dominates.
pub(crate) fn claims_to_check(by_holder: &BTreeMap<String, u64>, policy: &Policy) -> Option<u64> {
    passing_sum(by_holder, policy)
}

/// The sum, where at least five holders have 1 % of it each and nobody dominates. What nobody is known to hold may be one
/// person's: it can dominate, and counts for nobody.
fn passing_sum(holders: &BTreeMap<String, u64>, policy: &Policy) -> Option<u64> {
    let sum: u64 = holders.values().fold(0, |a, b| a.saturating_add(*b));
    let material = holders.iter().filter(|(_, n)| **n > 0 && u128::from(**n) * 100 >= u128::from(sum));
    let known = material.clone().filter(|(holder, _)| *holder != NOBODY).count();
    let mut sizes: Vec<u128> = material.map(|(_, n)| u128::from(*n)).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let first = *sizes.first()?;
    let rest: u128 = sizes.iter().skip(2).sum();
    let passes = known >= policy.people_min().max(PEOPLE_MIN) as usize
        && rest * 100 >= first * u128::from(policy.dominance_percent_min());
    passes.then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CostWarning, Lasts, Share};
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
            bundle: Some(20_000_000_000),
            lasts: Some(Lasts::Perhaps),
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
        let out = costs(&lines, &outlooks, &links, &Policy::default(), false, &|_| false);
        let told: Vec<_> =
            out.iter().map(|c| (c.link.as_str(), c.range, c.warnings.len(), c.bundle, c.lasts)).collect();
        let none = |link| (link, None, 0, None, None);
        let office = ("office", Some((1_500, 2_000)), 1, Some(20_000_000_000), Some(Lasts::Perhaps));
        let expected = [office, none("d1"), none("d2"), none("other"), none("issued")];
        assert_eq!(told, expected);
        // Another cycle of the same link has none.
        let late = CostOutlook { cycle_end: date(2026, 5, 14), ..outlook("office") };
        assert_eq!(costs(&lines[..1], &[late], &links, &Policy::default(), false, &|_| true)[0].range, None);
    }

    #[test]
    fn a_withheld_volume_is_not_given_back_by_its_cost() {
        let facts = LinkFacts { id: "office".to_owned(), label: "office".to_owned(), holder: None };
        let check = |seen: bool, usage, range, lasts, expected: &str| {
            let line = CostLine { usage, ..line("office", None) };
            let outlook = CostOutlook {
                link: "office".to_owned(),
                cycle_end: line.cycle_end,
                range,
                warnings: vec![],
                bundle: Some(1),
                lasts,
            };
            let links = std::slice::from_ref(&facts);
            let out = costs(&[line], &[outlook], links, &Policy::default(), true, &|_| seen);
            let text = match out[0].total {
                Cell::Shown { value, .. } => value.to_string(),
                Cell::Symbol(_) => "[c]".to_owned(),
            };
            let told = expected != "[c]";
            let all = (text.as_str(), out[0].range.is_some(), out[0].lasts.is_some(), out[0].bundle.is_some());
            assert_eq!(all, (expected, told && range.is_some(), told && lasts.is_some(), told));
            assert_eq!(out[0].fixed, 1_500);
        };
        check(true, 250, None, None, "1750");
        check(true, 250, Some((1_500, 2_000)), Some(Lasts::No), "1750");
        check(false, 250, None, None, "[c]");
        // What does not depend on use tells nothing of it, and a forecast that can only be one sum neither.
        check(false, 0, None, None, "1500");
        check(false, 0, Some((1_500, 1_500)), None, "1500");
        check(false, 0, Some((1_500, 1_600)), None, "[c]");
        check(false, 0, Some((1_500, 1_500)), Some(Lasts::Yes), "[c]");
    }

    #[test]
    fn claims_of_few_people_have_no_line() {
        let facts = LinkFacts { id: "wifi".to_owned(), label: "wifi".to_owned(), holder: None };
        let check = |claims: &[(&str, i64)], public: bool, expected: &[(&str, Option<i64>)]| {
            let claim = |(holder, usage): &(&str, i64)| CostLine {
                holder: (!holder.is_empty()).then(|| (*holder).to_owned()),
                fixed: 0,
                usage: *usage,
                source: CostSource::Claims,
                ..line("wifi", None)
            };
            let lines: Vec<CostLine> = claims.iter().map(claim).collect();
            let out = costs(&lines, &[], std::slice::from_ref(&facts), &Policy::default(), public, &|_| false);
            let got: Vec<_> = out.iter().map(|c| (c.link.as_str(), c.total.value())).collect();
            assert_eq!(got, expected, "{claims:?}");
        };
        let public = true;
        check(&[], public, &[]);
        check(&[("a", 499)], public, &[("issued", None)]);
        let four = [("a", 499), ("b", 499), ("c", 499), ("d", 499)];
        check(&four, public, &[("issued", None)]);
        // Five times 4.99 are 24.95, in whole pounds 25; of an asset that nobody holds, there is no fifth person.
        check(&[&four[..], &[("e", 499)]].concat(), public, &[("wifi", Some(2_500))]);
        check(&[&four[..], &[("", 499)]].concat(), public, &[("issued", None)]);
        check(&[&four[..], &[("e", 499), ("", 50_000)]].concat(), public, &[("issued", None)]);
        // The restricted page has the sum as it is.
        check(&four, false, &[("wifi", Some(1_996))]);
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
        // Those of nobody known are no fifth holder, and are added where five are there.
        check(&[("", 7), ("a", 1), ("b", 1), ("c", 1), ("d", 1)], None);
        check(&[("", 7), ("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1)], Some(12));
        // They may be one person's. The four smallest of the five have 4: a fifth of 20, and less than one of 21.
        check(&[("", 20), ("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1)], Some(25));
        check(&[("", 21), ("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1)], None);
        // One of five who has nearly all: the three smallest have 3, a fifth of 20 is 4.
        check(&[("a", 20), ("b", 1), ("c", 1), ("d", 1), ("e", 1)], None);
    }
}
