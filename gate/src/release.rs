//! The only door: a candidate goes in, a released month comes out, or a reason.

use jiff::civil::Date;

use crate::assessment::Assessment;
use crate::attacker::PROFILES;
use crate::books::{Books, check};
use crate::candidate::Candidate;
use crate::error::{History, Withheld};
use crate::ladder::{Ladder, judge};
use crate::released::{AssessmentId, Attack, Audience, PeopleTier, Released, Status};
use crate::siege::besiege;
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
        coverage: Vec::new(),
        accounting: None,
        taxonomy: facts.taxonomy.clone(),
        attack: Attack::default(),
        assessment: assessment.map(|a| AssessmentId {
            version: a.version().unwrap_or_default().to_owned(),
            review_due: a.review_due(),
        }),
        requirements: ladder.requirements.clone(),
        reasons,
        missing_nights: facts.missing_nights.clone(),
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
    if wanted == PeopleTier::Totals && ladder.mode == Mode::Categories {
        released.reasons.push(
            "Fewer than five people have monitored council devices: a table of kinds of site would be about single people, so none is made."
                .to_owned(),
        );
    }
    let (made, attack) = defended(candidate, &books, wanted)?;
    let mut link_table = links::table(candidate, wanted == PeopleTier::Totals);
    let mut tier = wanted;
    if made.tables.is_empty() && link_table.shown == 0 && wanted != PeopleTier::Totals {
        // Not even the totals may be public: they are personal data, for the named recipients alone.
        tier = PeopleTier::Totals;
        link_table = links::table(candidate, true);
        released.reasons.push("Even the totals rest on too few people, so this page is not for publication.".to_owned());
    }
    let by_kind = candidate_use(&books, &made);
    let shown = if link_table.shown > 0 { link_table.shown } else { by_kind };
    let hidden = link_table.hidden || shown < u128::from(candidate.accounting.kept);
    released.accounting = Some(links::accounting(candidate.accounting, shown, hidden));
    released.tables.push(link_table.table);
    released.tables.extend(made.tables);
    released.reasons.extend(made.reasons);
    released.attack = if tier == PeopleTier::Totals { Attack::default() } else { attack };
    released.people_tier = tier;
    released.audience = if tier == PeopleTier::Totals { Audience::Restricted } else { Audience::Public };
    released.costs = costs::costs(&candidate.costs, &candidate.facts.policy);
    released.coverage = links::coverage(candidate);
    released.status = status(candidate, ladder);
    Ok(())
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
