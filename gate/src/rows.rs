//! Which rows a tier prints: fixed lists in taxonomy order, the remainder last.

use model::{CategoryId, Taxonomy, TimeClass, Treatment};

use crate::PeopleTier;

/// A row of the tables by kind of site: the kinds it joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowSpec {
    pub(crate) id: &'static str,
    pub(crate) label: &'static str,
    pub(crate) kinds: Vec<CategoryId>,
}

/// The rows of a tier; "All other use" is the last. None for the totals tier.
pub(crate) fn rows(tier: PeopleTier) -> Vec<RowSpec> {
    match tier {
        PeopleTier::Totals => Vec::new(),
        PeopleTier::Neutral => neutral(),
        PeopleTier::OneWay | PeopleTier::Crossed => by_kind(),
    }
}

fn visible(kind: CategoryId) -> bool {
    matches!(kind.category().treatment, Treatment::Work | Treatment::Background | Treatment::Judgement)
}

fn by_kind() -> Vec<RowSpec> {
    Taxonomy::ids()
        .filter(|kind| visible(*kind) || *kind == CategoryId::OTHER)
        .map(|kind| RowSpec { id: kind.as_str(), label: kind.category().label, kinds: vec![kind] })
        .collect()
}

/// Rows that judge nobody: five of seven people would convict the rest by being in the same row.
fn neutral() -> Vec<RowSpec> {
    let of = |treatment| Taxonomy::ids().filter(|k| k.category().treatment == treatment).collect::<Vec<_>>();
    let mut rest = of(Treatment::Judgement);
    rest.push(CategoryId::OTHER);
    vec![
        RowSpec { id: "work-services", label: "Work services", kinds: of(Treatment::Work) },
        RowSpec { id: "updates", label: "Updates and background services", kinds: of(Treatment::Background) },
        RowSpec { id: CategoryId::OTHER.as_str(), label: CategoryId::OTHER.category().label, kinds: rest },
    ]
}

/// The rows of `times`; the last is the remainder.
pub(crate) const TIMES: [(TimeClass, &str); 3] = [
    (TimeClass::Core, "Working hours"),
    (TimeClass::Lunch, "Lunch breaks"),
    (TimeClass::Outside, "Outside working hours"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(tier: PeopleTier) -> Vec<&'static str> {
        rows(tier).iter().map(|r| r.id).collect()
    }

    #[test]
    fn guarantee_17_no_judgement_below_eight_people() {
        assert_eq!(ids(PeopleTier::Neutral), ["work-services", "updates", "other"]);
        for row in rows(PeopleTier::Neutral).iter().filter(|r| r.id != "other") {
            assert!(row.kinds.iter().all(|k| k.category().treatment != Treatment::Judgement), "{}", row.id);
        }
        assert!(ids(PeopleTier::Totals).is_empty());
    }

    #[test]
    fn pooled_kinds_have_no_row_and_every_stored_kind_has_one() {
        for tier in [PeopleTier::Neutral, PeopleTier::OneWay, PeopleTier::Crossed] {
            let rows = rows(tier);
            assert_eq!(rows.last().unwrap().id, "other");
            for kind in Taxonomy::ids() {
                let homes = rows.iter().filter(|r| r.kinds.contains(&kind)).count();
                let pooled = kind.category().treatment == Treatment::Pooled;
                assert_eq!(homes, usize::from(!pooled), "{}", kind.as_str());
            }
        }
        assert_eq!(ids(PeopleTier::OneWay), ids(PeopleTier::Crossed));
    }
}
