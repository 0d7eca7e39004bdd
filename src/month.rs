//! A month of one council: who was there, which links, what it cost; rolled up into the gate's candidate.

use std::collections::BTreeMap;

use analyze::cost::{costs, day_bytes};
use analyze::{LinkKind, MonthContext, Ownership, PersonMonth, PersonRow, Register};
use gate::{AccountingFacts, LinkFacts, MonthFacts, People, Policy, TaxonomyId};
use jiff::civil::Date;
use model::{Month, PersonKey, Unit};
use store::Table;

use crate::council::Council;
use crate::outcome::Failure;

/// Rolls the month up.
pub(crate) fn candidate(council: &Council<'_>, month: Month) -> Result<gate::Candidate, Failure> {
    let roster = Roster::new(council, month);
    let nights = council.store.dates(Table::Links, month)?;
    let context = MonthContext {
        facts: facts(council, month, &nights, &roster),
        people: roster.keyed(council, month)?,
        costs: cost_lines(council, month)?,
        accounting: accounting(council, &nights)?,
        nights,
    };
    let usage = council.store.usage_paths(month)?;
    let links = council.store.link_paths(month)?;
    let mut candidate = analyze::month(&usage, &links, &context).map_err(|e| Failure::new(e.to_string()))?;
    // Where no exporter watches a link, its volume is not small: it is not measured.
    for link in council.authority.links.iter().filter(|l| l.exporter.is_none()) {
        candidate.unmeasured(&link.id);
    }
    Ok(candidate)
}

fn facts(council: &Council<'_>, month: Month, nights: &[Date], roster: &Roster<'_>) -> MonthFacts {
    let authority = &council.authority;
    MonthFacts {
        authority: authority.id.clone(),
        name: authority.name.clone(),
        month,
        people: roster.counts(),
        links: authority.links.iter().map(|l| link_facts(l, &authority.register, month)).collect(),
        missing_nights: month.days().filter(|d| !nights.contains(d)).collect(),
        coverage_min_per_10k: council.provider.limits.coverage_min_per_10k,
        taxonomy: TaxonomyId {
            version: model::TAXONOMY_VERSION.to_owned(),
            sha256: store::to_hex(&council.shared.categories.sha256()),
        },
        policy: Policy::default(),
    }
}

fn link_facts(link: &analyze::Link, register: &Register, month: Month) -> LinkFacts {
    let kind = match link.kind {
        LinkKind::Broadband => "Broadband",
        LinkKind::Router => "Mobile router",
        LinkKind::Dongle => "Dongle",
        LinkKind::PaidWifi => "Paid Wi-Fi",
    };
    let holder = link.issued_to.as_ref().map(|asset| {
        let held = register.rows().iter().rev().find(|r| r.asset == *asset && r.from <= month.last());
        held.and_then(|r| r.holder.clone()).unwrap_or_else(|| asset.clone())
    });
    LinkFacts { id: link.id.clone(), label: format!("{kind}: {}", link.id), holder }
}

/// The people of a month, by the register alone.
struct Roster<'a> {
    people: Vec<(&'a PersonRow, PersonMonth, bool)>,
}

impl<'a> Roster<'a> {
    fn new(council: &'a Council<'_>, month: Month) -> Self {
        let authority = &council.authority;
        let working: Vec<Date> = month.days().filter(|d| authority.calendar.is_working_day(*d)).collect();
        let issued: Vec<&str> = authority.links.iter().filter_map(|l| l.issued_to.as_deref()).collect();
        let holds = |person: &str, date: Date| {
            authority.register.rows().iter().any(|r| {
                let holder = r.holder.as_deref() == Some(person);
                holder && r.ownership == Ownership::Council && r.covers(date) && !issued.contains(&r.asset.as_str())
            })
        };
        let entry = |person: &'a PersonRow| {
            let counted = |d: &Date| person.monitored(*d) && holds(&person.person, *d);
            let full_month = !working.is_empty() && working.iter().all(counted);
            let declared_hours = person.role == Unit::Employee && person.hours.is_some();
            let equipped = month.days().any(|d| person.present(d) && holds(&person.person, d));
            let unmonitored = equipped && !month.days().any(|d| counted(&d));
            (person, PersonMonth { full_month, declared_hours: declared_hours && full_month }, unmonitored)
        };
        Self { people: authority.register.people().iter().map(entry).collect() }
    }

    fn counts(&self) -> People {
        let count = |of: &dyn Fn(&PersonMonth, bool) -> bool| {
            u32::try_from(self.people.iter().filter(|(_, m, u)| of(m, *u)).count()).unwrap_or(u32::MAX)
        };
        People {
            full_month: count(&|m, _| m.full_month),
            with_hours: count(&|m, _| m.full_month && m.declared_hours),
            unmonitored: count(&|_, u| u),
        }
    }

    fn keyed(&self, council: &Council<'_>, month: Month) -> Result<BTreeMap<PersonKey, PersonMonth>, Failure> {
        let key = council.month_key(month)?;
        Ok(self.people.iter().map(|(person, of_month, _)| (key.person(&person.person), *of_month)).collect())
    }
}

fn accounting(council: &Council<'_>, nights: &[Date]) -> Result<AccountingFacts, Failure> {
    let mut sum = AccountingFacts::default();
    for date in nights {
        let Some(footer) = council.store.footer(*date)? else { continue };
        sum.counted += footer.account.counted;
        sum.kept += footer.account.kept;
        sum.excluded += footer.account.excluded.values().sum::<u64>();
        sum.undecodable += footer.account.undecodable;
    }
    Ok(sum)
}

/// The month's cost lines. A cycle reaches into the month before, so that month's partitions are read too.
fn cost_lines(council: &Council<'_>, month: Month) -> Result<Vec<analyze::cost::CostLine>, Failure> {
    let authority = &council.authority;
    let before = month.first().yesterday().map(Month::of).unwrap_or(month);
    let paths = council.store.paths(Table::Links, before.first(), month.last())?;
    let days = analyze::link_days(&paths).map_err(|e| Failure::new(e.to_string()))?;
    Ok(costs(
        &authority.links,
        &authority.tariffs,
        &day_bytes(&days),
        &authority.mobile_usage,
        &authority.claims,
        month,
        council.today(),
    ))
}
