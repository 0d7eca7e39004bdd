//! The only door: a candidate goes in, a released month comes out, or a reason.

use jiff::civil::Date;

use crate::assessment::Assessment;
use crate::attacker::PROFILES;
use crate::books::{Books, check};
use crate::candidate::Candidate;
use crate::error::{History, Withheld};
use crate::ladder::{Ladder, judge};
use crate::links::{LinkTable, Rule};
use crate::released::{AssessmentId, Attack, Audience, PeopleTier, Released, Status};
use crate::siege::{besiege, besiege_links};
use crate::tables::{Harder, Made, make};
use crate::{CROSSED_PEOPLE_MIN, Mode, ONE_WAY_PEOPLE_MIN, PEOPLE_MIN, costs, links};

/// Releases a month, or says why not. There is no other way from a [`Candidate`] to a figure.
///
/// `at` is the clock's date in the authority's zone: the assessment is judged again on it. What the assessment does not
/// allow is left out and said in [`Released::reasons`]; with nothing allowed the status is withheld.
///
/// # Errors
/// The month still runs, was released before, or its facts contradict each other.
pub fn release(
    candidate: Candidate,
    assessment: Option<&Assessment>,
    at: Date,
    history: &History,
) -> Result<Released, Withheld> {
    let month = candidate.facts.month;
    if at <= month.last() {
        return Err(Withheld::MonthNotOver { month, next: month.next().first() });
    }
    if history.has(month) {
        return Err(Withheld::AlreadyReleased { month });
    }
    let ladder = judge(assessment, at);
    let mut released = frame(&candidate, assessment, &ladder);
    if ladder.mode == Mode::Nothing {
        return Ok(released);
    }
    check(&candidate)?;
    fill(&candidate, &ladder, &mut released)?;
    Ok(released)
}

/// What is there whatever the figures say.
fn frame(candidate: &Candidate, assessment: Option<&Assessment>, ladder: &Ladder) -> Released {
    let facts = &candidate.facts;
    let mut reasons: Vec<String> = ladder.unmet().map(|r| sentence(&r.what, ladder)).collect();
    reasons.extend(ladder.warnings.iter().cloned());
    Released {
        authority: facts.authority.clone(),
        name: facts.name.clone(),
        month: facts.month,
        status: Status::Withheld,
        audience: Audience::Restricted,
        people_tier: PeopleTier::Totals,
        mode: ladder.mode,
        tables: Vec::new(),
        costs: Vec::new(),
        claims_to_check: None,
        coverage: Vec::new(),
        accounting: None,
        taxonomy: facts.taxonomy.clone(),
        attack: Attack::default(),
        assessment: assessment
            .map(|a| AssessmentId { version: a.version().unwrap_or_default().to_owned(), review_due: a.review_due() }),
        requirements: ladder.requirements.clone(),
        reasons,
        missing_nights: facts.missing_nights.clone(),
        faults: Vec::new(),
    }
}

fn sentence(what: &str, ladder: &Ladder) -> String {
    let effect = if ladder.mode == Mode::Nothing { "nothing is reported" } else { "only totals are reported" };
    format!("The impact assessment falls short, so {effect}: {what}.")
}

/// What the number of people allows.
fn tier(people: u32) -> PeopleTier {
    if people < PEOPLE_MIN {
        PeopleTier::Totals
    } else if people < ONE_WAY_PEOPLE_MIN {
        PeopleTier::Neutral
    } else if people < CROSSED_PEOPLE_MIN {
        PeopleTier::OneWay
    } else {
        PeopleTier::Crossed
    }
}

fn fill(candidate: &Candidate, ladder: &Ladder, released: &mut Released) -> Result<(), Withheld> {
    let people = candidate.facts.people;
    let books = Books::new(candidate);
    let wanted = if ladder.mode == Mode::Categories { tier(people.full_month) } else { PeopleTier::Totals };
    if wanted == PeopleTier::Totals {
        released.reasons.push(totals_reason(ladder).to_owned());
    }
    let (made, attack) = defended(candidate, &books, wanted)?;
    let mut link_table = link_totals(candidate, wanted);
    let mut tier = wanted;
    if made.tables.is_empty() && link_table.shown == 0 && wanted != PeopleTier::Totals {
        // Not even the totals may be public: they are personal data, for the named recipients alone.
        tier = PeopleTier::Totals;
        link_table = links::table(candidate, Rule::Restricted);
        released
            .reasons
            .push("Even the totals rest on too few people, so this page is not for publication.".to_owned());
    }
    let by_kind = candidate_use(&books, &made);
    let shown = if link_table.shown > 0 { link_table.shown } else { by_kind };
    let hidden = link_table.hidden || shown < u128::from(candidate.accounting.kept);
    released.accounting = Some(links::accounting(candidate.accounting, shown, hidden));
    released.faults = crate::faults::faults(candidate, tier, &link_table.table);
    let open_to_all = (tier != PeopleTier::Totals).then_some(&link_table.table);
    let facts = &candidate.facts;
    released.costs = costs::costs(&candidate.costs, &candidate.outlooks, &facts.links, &facts.policy, open_to_all);
    released.tables.push(link_table.table);
    released.tables.extend(made.tables);
    released.reasons.extend(made.reasons);
    released.attack = if tier == PeopleTier::Totals { Attack::default() } else { attack };
    released.people_tier = tier;
    released.audience = if tier == PeopleTier::Totals { Audience::Restricted } else { Audience::Public };
    released.claims_to_check = costs::claims_to_check(&candidate.doubtful_claims, &candidate.facts.policy);
    released.coverage = links::coverage(candidate);
    released.status = status(candidate, ladder);
    Ok(())
}

fn totals_reason(ladder: &Ladder) -> &'static str {
    if ladder.mode == Mode::Categories {
        "Fewer than five people have monitored council devices: a table of kinds of site would be about single people, so none is made, and the totals are not for publication."
    } else {
        "Only totals are made, and nothing tells how many people stand behind each, so this page is not for publication."
    }
}

/// The link totals that the tier allows, closed where the attacker gets in.
fn link_totals(candidate: &Candidate, tier: PeopleTier) -> LinkTable {
    if tier == PeopleTier::Totals {
        return links::table(candidate, Rule::Restricted);
    }
    let tested = links::table(candidate, Rule::Tested);
    if besiege_links(candidate, &tested.table).is_empty() { tested } else { links::table(candidate, Rule::Closed) }
}

fn status(candidate: &Candidate, ladder: &Ladder) -> Status {
    if ladder.lowered() {
        Status::Lowered
    } else if links::has_gaps(candidate) {
        Status::Gaps
    } else {
        Status::Complete
    }
}

/// Octets in the tables by kind, if they are printed.
fn candidate_use(books: &Books<'_>, made: &Made) -> u128 {
    let printed = made.tables.iter().any(|t| t.id == "use");
    let all: Vec<_> = model::Taxonomy::ids().collect();
    if printed { crate::cell::sum(&books.by_kind(&all, crate::Measure::Volume)) } else { 0 }
}

/// Makes the tables and attacks them, folding further until nobody gets in.
fn defended(candidate: &Candidate, books: &Books<'_>, tier: PeopleTier) -> Result<(Made, Attack), Withheld> {
    let people = candidate.facts.people;
    let timed = |who: &crate::Who| books.is_timed(who);
    let rows = crate::rows::rows(tier).len();
    let mut harder = Harder::default();
    // Each round folds a row or drops a table, so there are at most this many.
    for round in 0..rows + 4 {
        let made = make(books, tier, people, harder);
        let breaches = besiege(candidate, &timed, &made.tables);
        if breaches.is_empty() {
            let folded = u32::try_from(round).unwrap_or(u32::MAX);
            return Ok((made, Attack { profiles: PROFILES.to_vec(), breaches: 0, folded }));
        }
        if breaches.iter().any(|b| b.table == "crossed") && !harder.no_crossed {
            harder.no_crossed = true;
        } else if breaches.iter().any(|b| b.table == "times") && !harder.no_times {
            harder.no_times = true;
        } else {
            harder.rows += 1;
        }
    }
    Err(Withheld::Breached { month: candidate.facts.month })
}

#[cfg(test)]
mod tests {
    use model::{CategoryId, DeviceKey, PersonKey, Taxonomy};

    use super::*;
    use crate::attacker::Breach;
    use crate::{Amount, CellKey, Contributor, Measure, MonthFacts, People, Policy, TaxonomyId, Who};

    const GB: u64 = 1_000_000_000;

    /// Each person's news in GB; everybody has 50 GB of other use besides.
    fn council(policy: Policy, news: &[u64], beacons: usize) -> Candidate {
        let people = People { full_month: (news.len() + beacons) as u32, ..People::default() };
        let mut candidate = Candidate::new(MonthFacts {
            authority: "example".to_owned(),
            name: "Example".to_owned(),
            month: "2026-03".parse().unwrap(),
            people,
            links: Vec::new(),
            missing_nights: Vec::new(),
            coverage_min_per_10k: 0,
            taxonomy: TaxonomyId { version: "1".to_owned(), sha256: String::new() },
            policy,
        });
        let mut add = |person: usize, kind, octets: u64| {
            let who = Contributor::person(PersonKey(person as i64), true, false);
            for (measure, amount) in
                [(Measure::Volume, octets), (Measure::Time, (octets / GB * 60).max(1)), (Measure::Days, 1)]
            {
                candidate.contribute(CellKey { category: Some(kind), class: None, measure }, who, Amount(amount));
            }
        };
        let kind = Taxonomy::find("news").unwrap();
        for (person, gb) in news.iter().enumerate() {
            add(person, CategoryId::OTHER, 50 * GB);
            if *gb > 0 {
                add(person, kind, gb * GB);
            }
        }
        for person in news.len()..news.len() + beacons {
            add(person, CategoryId::OTHER, 50 * GB);
            add(person, kind, 1);
        }
        candidate
    }

    /// What the attacker finds in tables made by this policy alone.
    fn breaches(candidate: &Candidate) -> Vec<Breach> {
        let books = Books::new(candidate);
        let tier = tier(candidate.facts.people.full_month);
        let made = make(&books, tier, candidate.facts.people, Harder::default());
        assert!(!made.tables.is_empty());
        besiege(candidate, &|who: &Who| books.is_timed(who), &made.tables)
    }

    fn check(weak: Policy, news: &[u64], beacons: usize) {
        let strict = council(Policy::default(), news, beacons);
        assert_eq!(breaches(&strict), [], "the floors hold: {news:?}");
        let weakened = council(weak, news, beacons);
        assert!(!breaches(&weakened).is_empty(), "the attacker is blind: {news:?}");
        // And what the attacker finds is folded all the same.
        let (made, attack) =
            defended(&weakened, &Books::new(&weakened), tier(weakened.facts.people.full_month)).unwrap();
        assert!(attack.folded > 0 && attack.breaches == 0);
        assert!(besiege(&weakened, &|_| false, &made.tables).is_empty());
    }

    #[test]
    fn the_attacker_gets_in_when_the_number_of_people_is_weakened() {
        check(Policy::weakened(4, 20, 1, true), &[10, 10, 10, 10, 0, 0, 0, 0], 0);
        check(Policy::weakened(1, 20, 1, true), &[10, 10, 10, 0, 0, 0, 0, 0], 0);
    }

    #[test]
    fn the_attacker_gets_in_when_dominance_is_weakened() {
        check(Policy::weakened(5, 0, 1, true), &[300, 50, 10, 10, 10, 0, 0, 0], 0);
        check(Policy::weakened(5, 5, 1, true), &[300, 10, 10, 10, 10, 0, 0, 0], 0);
    }

    #[test]
    fn the_attacker_gets_in_when_materiality_is_weakened() {
        check(Policy::weakened(5, 20, 0, false), &[10, 10, 10, 10, 0, 0, 0, 0], 4);
    }

    #[test]
    fn a_shared_device_is_a_unit_to_the_attacker_too() {
        let mut candidate = council(Policy::weakened(5, 0, 1, true), &[10; 8], 0);
        let who = Contributor::shared(DeviceKey(99));
        for (measure, amount) in [(Measure::Volume, 900 * GB), (Measure::Time, 9_000), (Measure::Days, 20)] {
            let cell = CellKey { category: Taxonomy::find("news"), class: None, measure };
            candidate.contribute(cell, who, Amount(amount));
        }
        assert!(!breaches(&candidate).is_empty());
    }
}
