//! Claims for paid Wi-Fi against the register: was there such a device, did somebody hold it that day, is it claimed twice.
//!
//! A claim is somebody's word, and so is the register; where they differ, a person looks. Nothing is taken off a bill.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::Month;
use rust_decimal::Decimal;

use super::input::Claim;
use crate::register::{Ownership, Register};

/// Why a claim should be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimDoubt {
    /// The register has no such asset.
    AssetUnknown,
    /// The asset was in nobody's hands that day: no row of the register covers it, or its holder was not there.
    NotHeld,
    /// Another claim has the same date, asset, venue and cost.
    Doubled,
}

impl ClaimDoubt {
    /// The word in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AssetUnknown => "asset_unknown",
            Self::NotHeld => "not_held",
            Self::Doubled => "doubled",
        }
    }

    /// What to do.
    pub const fn next(self) -> &'static str {
        match self {
            Self::AssetUnknown => "correct the asset number, or add the asset to register.csv",
            Self::NotHeld => "correct the date or the asset, or the periods in register.csv and people.csv",
            Self::Doubled => "take one of them out, or make the venues differ where both were paid",
        }
    }
}

/// A claim with a doubt, by its place among the claims given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoubtfulClaim {
    /// Index of the claim.
    pub index: usize,
    /// Why.
    pub doubt: ClaimDoubt,
}

/// Every claim that should be looked at, in the order given; of claims that are alike, all but the first.
pub fn doubtful(claims: &[Claim], register: &Register) -> Vec<DoubtfulClaim> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (index, claim) in claims.iter().enumerate() {
        let first = seen.insert((claim.date, &claim.asset, claim.venue, claim.pence));
        let doubt = match (register.has_asset(&claim.asset), held(register, &claim.asset, claim.date)) {
            (false, _) => Some(ClaimDoubt::AssetUnknown),
            (true, false) => Some(ClaimDoubt::NotHeld),
            (true, true) if !first => Some(ClaimDoubt::Doubled),
            _ => None,
        };
        found.extend(doubt.map(|doubt| DoubtfulClaim { index, doubt }));
    }
    found
}

/// Whether an asset was in somebody's hands on a date: a shared one in the council's, any other in its holder's, and the
/// holder was with the council.
fn held(register: &Register, asset: &str, date: Date) -> bool {
    let present = |holder: &String| register.people().iter().any(|p| p.person == *holder && p.present(date));
    let mut rows = register.rows().iter().filter(|r| r.asset == asset && r.covers(date));
    rows.any(|r| r.ownership == Ownership::Shared || r.holder.as_ref().is_some_and(present))
}

/// The person who held a claim's asset that day, if the register knows one.
pub fn holder_of<'a>(register: &'a Register, claim: &Claim) -> Option<&'a str> {
    let mut rows = register.rows().iter().filter(|r| r.asset == claim.asset && r.covers(claim.date));
    rows.find_map(|r| r.holder.as_deref())
}

/// Pence of a month's claims by holder, each rounded half up; those whose holder is not known under an empty name.
pub fn claims_by_holder(claims: &[Claim], register: &Register, month: Month) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    for claim in claims.iter().filter(|c| Month::of(c.date) == month) {
        let sum = sums.entry(holder_of(register, claim).unwrap_or_default().to_owned()).or_default();
        *sum = sum.saturating_add(claim.pence);
    }
    let whole = |(holder, sum)| {
        let [pence] = super::money::pence([sum]);
        (holder, pence)
    };
    sums.into_iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{PersonRow, RegisterRow};
    use jiff::civil::date;
    use model::Unit;

    fn register() -> Register {
        let row = |asset: &str, holder: Option<&str>, ownership, from, until| RegisterRow {
            asset: asset.to_owned(),
            kind: "laptop".to_owned(),
            holder: holder.map(str::to_owned),
            ownership,
            mac: None,
            address: None,
            link: None,
            from,
            until,
        };
        let rows = vec![
            row("A-1", Some("P-1"), Ownership::Council, date(2026, 4, 1), Some(date(2026, 4, 10))),
            row("A-1", Some("P-2"), Ownership::Council, date(2026, 4, 20), None),
            row("A-2", None, Ownership::Shared, date(2026, 4, 1), None),
            row("A-3", None, Ownership::Council, date(2026, 4, 1), None),
        ];
        let person = |person: &str, until| PersonRow {
            person: person.to_owned(),
            role: Unit::Employee,
            notice_date: None,
            objection: None,
            restricted: Vec::new(),
            from: date(2026, 1, 1),
            until,
            hours: None,
            duty: None,
        };
        Register::new(rows, vec![person("P-1", None), person("P-2", Some(date(2026, 4, 25)))]).unwrap()
    }

    /// Claims as (date in April, asset, venue, cost); the doubts as (index, word).
    fn check(claims: &[(i8, &str, &str, &str)], expected: &[(usize, &str)]) {
        let claim = |(day, asset, venue, cost): &(i8, &str, &str, &str)| {
            Claim::parse(&date(2026, 4, *day).to_string(), asset, "", cost).unwrap().at(venue)
        };
        let claims: Vec<Claim> = claims.iter().map(claim).collect();
        let found: Vec<(usize, &str)> =
            doubtful(&claims, &register()).iter().map(|d| (d.index, d.doubt.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_register_knows_who_had_what() {
        check(
            &[(1, "A-1", "Inn", "5"), (10, "A-1", "Inn", "5"), (20, "A-1", "Inn", "5"), (25, "A-1", "Inn", "5")],
            &[],
        );
        check(&[(1, "A-9", "Inn", "5")], &[(0, "asset_unknown")]);
        // Between the holders; after the second one left; never handed to anybody. A shared one is always in hand.
        check(
            &[(11, "A-1", "Inn", "5"), (26, "A-1", "Inn", "5"), (2, "A-3", "Inn", "5")],
            &[(0, "not_held"), (1, "not_held"), (2, "not_held")],
        );
        check(&[(2, "A-2", "Inn", "5")], &[]);
    }

    #[test]
    fn the_same_claim_twice() {
        let one = (2, "A-2", "The Example Inn", "5.00");
        check(&[one, (2, "A-2", " the example  inn", "5"), one], &[(1, "doubled"), (2, "doubled")]);
        check(&[one, (2, "A-2", "Another Inn", "5"), (3, "A-2", "The Example Inn", "5")], &[]);
        check(&[one, (2, "A-2", "The Example Inn", "5.01"), (2, "A-1", "The Example Inn", "5")], &[]);
    }

    #[test]
    fn each_holder_has_one_sum() {
        let claim =
            |day: i8, asset: &str, cost: &str| Claim::parse(&date(2026, 4, day).to_string(), asset, "", cost).unwrap();
        // P-1 until the 10th, P-2 from the 20th, and between them nobody; a shared asset is nobody's either.
        let mut claims =
            vec![claim(1, "A-1", "5"), claim(10, "A-1", "0.99"), claim(20, "A-1", "7"), claim(11, "A-1", "2")];
        claims.push(claim(2, "A-2", "3"));
        claims.push(Claim::parse("2026-05-01", "A-1", "", "9").unwrap());
        let sums = claims_by_holder(&claims, &register(), "2026-04".parse().unwrap());
        let expected = [("", 500), ("P-1", 599), ("P-2", 700)].map(|(h, n)| (h.to_owned(), n));
        assert_eq!(sums, BTreeMap::from(expected));
    }
}
