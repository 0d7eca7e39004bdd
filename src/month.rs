//! A month of one council: who was there, which links, what it cost; rolled up into the gate's candidate.

use std::collections::BTreeMap;

use analyze::cost::{CycleDays, claims_by_holder, doubtful, holder_of};
use analyze::{Duty, LinkKind, MonthContext, PersonMonth, Register, ScheduleContext, Stretch};
use gate::{AccountingFacts, LinkFacts, MonthFacts, People, Policy, TaxonomyId};
use jiff::civil::Date;
use model::{Month, PersonKey};
use store::Table;

use crate::council::Council;
use crate::faults;
use crate::outcome::Failure;

/// Rolls the month up.
pub(crate) fn candidate(council: &Council<'_>, month: Month) -> Result<gate::Candidate, Failure> {
    let authority = &council.authority;
    let key = council.month_key(month)?;
    let people = analyze::people(&authority.register, &authority.calendar, month, |id| key.person(id));
    let nights = council.store.dates(Table::Links, month)?;
    let bills = crate::bills::of_month(council, month)?;
    let context = MonthContext {
        facts: facts(council, month, &nights, people.counts)?,
        stretches: stretches(council, month, &bills.cycles, &people.by_key)?,
        people: people.by_key,
        costs: bills.lines,
        claims: claims_by_holder(&authority.claims, &authority.register, month),
        accounting: accounting(council, &nights)?,
        unmeasured: analyze::unmeasured(&authority.links),
        nights,
    };
    let usage = council.store.usage_paths(month)?;
    let links = council.store.link_paths(month)?;
    let mut candidate = analyze::month(&usage, &links, &context).map_err(|e| Failure::new(e.to_string()))?;
    if authority.assessment.as_ref().is_some_and(gate::Assessment::laid_down) {
        candidate.lay_down();
    }
    for clerk in authority.register.people().iter().filter(|p| p.duty == Some(Duty::Clerk)) {
        if month.days().any(|d| clerk.present(d)) {
            candidate.clerk(key.person(&clerk.person));
        }
    }
    let (register, links) = (&authority.register, authority.links.as_slice());
    let devices = analyze::devices(register, links, month, |asset| key.device(asset), |id| key.person(id));
    let schedule = ScheduleContext { issued: bills.issued, devices, people: &context.people, links };
    analyze::schedule(&mut candidate, &usage, &schedule).map_err(|e| Failure::new(e.to_string()))?;
    for found in faults::faults(council, month.first(), month.last())? {
        candidate.fault(faults::facts(council, &found));
    }
    if let Some(count) = crate::security::notices_of(council, month)? {
        candidate.security_notices(count);
    }
    for found in doubtful(&authority.claims, &authority.register) {
        if let Some(claim) = authority.claims.get(found.index).filter(|c| Month::of(c.date) == month) {
            candidate.doubtful_claim(holder_of(&authority.register, claim));
        }
    }
    Ok(candidate)
}

/// The days that billing cycles cut out, with what the store has of them. Of an earlier month whose rows are gone there is
/// nothing to test with, so nothing that rests on them goes out.
fn stretches(
    council: &Council<'_>,
    month: Month,
    cycles: &[CycleDays],
    people: &BTreeMap<PersonKey, PersonMonth>,
) -> Result<Vec<Stretch>, Failure> {
    let authority = &council.authority;
    let mut all = analyze::stretches(cycles, month);
    for stretch in &mut all {
        stretch.usage = council.store.paths(Table::Usage, stretch.first, stretch.last)?;
        stretch.links = council.store.paths(Table::Links, stretch.first, stretch.last)?;
        let own = Month::of(stretch.first);
        if own == month {
            stretch.people.clone_from(people);
        } else if !stretch.usage.is_empty() {
            let key = council.month_key(own)?;
            let people = analyze::people(&authority.register, &authority.calendar, own, |id| key.person(id));
            stretch.people = people.by_key;
        }
    }
    Ok(all)
}

fn facts(council: &Council<'_>, month: Month, nights: &[Date], people: People) -> Result<MonthFacts, Failure> {
    let authority = &council.authority;
    let made_by = crate::taxonomy::of_month(council, nights)?;
    Ok(MonthFacts {
        authority: authority.id.clone(),
        name: authority.name.clone(),
        month,
        people,
        links: authority.links.iter().map(|l| link_facts(l, &authority.register, month)).collect(),
        missing_nights: month.days().filter(|d| !nights.contains(d)).collect(),
        coverage_min_per_10k: council.provider.limits.coverage_min_per_10k,
        taxonomy: TaxonomyId { version: made_by.version().to_owned(), sha256: store::to_hex(&made_by.sha256) },
        policy: Policy::default(),
    })
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

fn accounting(council: &Council<'_>, nights: &[Date]) -> Result<AccountingFacts, Failure> {
    let (_, sum) = sum(council, nights)?;
    Ok(AccountingFacts {
        counted: sum.counted,
        kept: sum.kept,
        excluded: sum.excluded.values().sum(),
        undecodable: sum.undecodable,
    })
}

/// The accounts of some nights, added up, and how many have one.
fn sum(council: &Council<'_>, nights: &[Date]) -> Result<(u32, store::Books), Failure> {
    let (mut count, mut sum) = (0, store::Books::default());
    for date in nights {
        let Some(footer) = council.store.footer(*date)? else { continue };
        sum.add(&store::Books::from(&footer.account));
        count += 1;
    }
    Ok((count, sum))
}

/// The month's account for the ledger: its nights' to the byte, and what is shown and withheld as it was released.
pub(crate) fn books(
    council: &Council<'_>,
    month: Month,
    released: &gate::Released,
) -> Result<store::MonthBooks, Failure> {
    let (nights, sum) = sum(council, &council.store.dates(Table::Links, month)?)?;
    let printed = |cell: fn(&gate::Accounting) -> &gate::Cell| released.accounting().and_then(|a| cell(a).value());
    Ok(store::MonthBooks { nights, sum, shown_gb: printed(|a| &a.shown), withheld_gb: printed(|a| &a.withheld) })
}
