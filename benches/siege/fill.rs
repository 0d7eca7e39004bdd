//! A drawn month into the gate's door, and out of it as the written text.

use fixtures::contributions::{Drawn, DrawnMonth, DrawnUnit, Use};
use gate::{
    AccountingFacts, Amount, Assessment, Candidate, CellKey, Contributor, CoverageFacts, History, LinkFacts, Measure,
    MonthFacts, People, Policy, Released, TaxonomyId, Withheld,
};
use jiff::civil::Date;
use model::{CategoryId, DeviceKey, Month, PersonKey, Taxonomy, TimeClass};
use reports::{Document, Facts};

const ASSESSMENT: &str = r#"
version = "3"
signed_by = "Chair of the council"
signed_on = 2026-02-01
review_due = 2027-02-01
purposes = ["policy"]
basis = "legitimate-interests"
balancing_test = "minute 12/2026"
consultation = "all staff, January 2026"
residual_risk = "low"
sources = ["flows", "dns"]
outputs = ["summary"]
mode = "categories"
complaints = "the clerk"
notice = { version = "2", date = 2026-02-10, web = true }
retention = { usage_days = 62, links_days = 400, raw_days = 7, security_days = 30, reports_months = 24 }
recipients = [{ role = "clerk", document = "summary" }]
"#;

/// An assessment that allows everything.
pub(crate) fn assessment() -> Assessment {
    Assessment::parse(ASSESSMENT).expect("the bench's assessment reads")
}

/// The month as a value.
pub(crate) fn month_of(month: &DrawnMonth) -> Month {
    month.month.parse().expect("a drawn month is one")
}

fn facts(council: &Drawn, month: &DrawnMonth) -> MonthFacts {
    let label = |id: &str| format!("Link {id}");
    MonthFacts {
        authority: council.id.clone(),
        name: "Example Parish Council".to_owned(),
        month: month_of(month),
        people: People { full_month: month.full_month, with_hours: month.with_hours, unmonitored: month.unmonitored },
        links: council
            .links
            .iter()
            .map(|l| LinkFacts { id: l.id.clone(), label: label(&l.id), holder: l.holder.clone() })
            .collect(),
        missing_nights: Vec::new(),
        coverage_min_per_10k: 9_500,
        taxonomy: TaxonomyId { version: model::TAXONOMY_VERSION.to_owned(), sha256: "00".repeat(32) },
        policy: Policy::default(),
    }
}

/// A drawn month as contributions.
pub(crate) fn candidate(council: &Drawn, month: &DrawnMonth) -> Candidate {
    let mut candidate = Candidate::new(facts(council, month));
    let shared: Vec<&str> = council.links.iter().filter(|l| l.holder.is_none()).map(|l| l.id.as_str()).collect();
    let mut kept = 0;
    for unit in &month.units {
        if unit.role == "clerk" {
            candidate.clerk(PersonKey(unit.key));
        }
        contribute(&mut candidate, unit);
        for (link, octets) in shared.iter().zip(unit.on_links()) {
            candidate.contribute_link(link, contributor(unit), octets);
            candidate.link_total(link, octets);
            kept += octets;
        }
    }
    for (link, octets) in &month.unmeasured {
        candidate.link_total(link, *octets);
        kept += octets;
    }
    let days = month_of(month).days().count() as u32;
    for link in &council.links {
        let coverage = CoverageFacts { link: link.id.clone(), days, days_complete: days, per_10k: 10_000 };
        candidate.coverage(coverage);
    }
    let counted = kept + month.excluded;
    candidate.accounting(AccountingFacts { counted, kept, excluded: month.excluded, undecodable: 0 });
    candidate
}

/// Who a drawn unit is to the gate.
pub(crate) fn contributor(unit: &DrawnUnit) -> Contributor {
    match unit.role {
        "shared" => Contributor::shared(DeviceKey(unit.key)),
        _ => Contributor::person(PersonKey(unit.key), unit.full_month, unit.full_month && unit.hours),
    }
}

fn key(category: Option<CategoryId>, class: Option<TimeClass>, measure: Measure) -> CellKey {
    CellKey { category, class, measure }
}

/// One unit's month, in every table that shows it.
pub(crate) fn contribute(candidate: &mut Candidate, unit: &DrawnUnit) {
    let who = contributor(unit);
    for part in &unit.uses {
        let kind = Some(kind(part));
        candidate.contribute(key(kind, None, Measure::Volume), who, Amount(part.octets));
        candidate.contribute(key(kind, None, Measure::Time), who, Amount(part.minutes));
        candidate.contribute(key(kind, None, Measure::Days), who, Amount(part.days));
        for (class, octets) in classes(unit, part) {
            candidate.contribute(key(kind, Some(class), Measure::Volume), who, Amount(octets));
            candidate.contribute(key(None, Some(class), Measure::Volume), who, Amount(octets));
        }
    }
    candidate.contribute(key(None, None, Measure::Time), who, Amount(unit.minutes));
    candidate.contribute(key(None, None, Measure::Days), who, Amount(unit.days));
}

fn kind(part: &Use) -> CategoryId {
    Taxonomy::find(part.kind).expect("a drawn kind is in the taxonomy")
}

fn classes(unit: &DrawnUnit, part: &Use) -> Vec<(TimeClass, u64)> {
    let all = [(TimeClass::Core, part.core), (TimeClass::Lunch, part.lunch), (TimeClass::Outside, part.outside)];
    all.into_iter().filter(|(_, octets)| unit.hours && *octets > 0).collect()
}

/// The third day after the month: its assessment is judged again on it.
fn clock(month: Month) -> Date {
    let first = month.next().first();
    first.tomorrow().and_then(Date::tomorrow).unwrap_or(first)
}

/// Through the door.
pub(crate) fn released(council: &Drawn, month: &DrawnMonth, history: &History) -> Result<Released, Withheld> {
    gate::release(candidate(council, month), Some(&assessment()), clock(month_of(month)), history)
}

/// The document that is written.
pub(crate) fn document(released: &Released) -> Document {
    let facts = Facts {
        software: "tithing".to_owned(),
        checkpoint: "00".repeat(32),
        complaints: "the clerk".to_owned(),
        sources: vec!["flows".to_owned(), "dns".to_owned()],
        ..Facts::default()
    };
    Document::new(released, &facts)
}
