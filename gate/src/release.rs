//! The only door: a candidate goes in, a released month comes out, or a reason.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::assessment::Assessment;
use crate::attacker::{Breach, PROFILES, Truth};
use crate::books::{Books, check};
use crate::candidate::{Candidate, CostLine};
use crate::error::{History, Withheld};
use crate::ladder::{Ladder, judge};
use crate::links::{LinkTable, Rule};
use crate::released::{Accounting, AssessmentId, Attack, Audience, PeopleTier, Released, Status, Table};
use crate::siege::{bands_hold, besiege, besiege_all, truth};
use crate::tables::{Harder, Made, make};
use crate::{CROSSED_PEOPLE_MIN, Mode, ONE_WAY_PEOPLE_MIN, PEOPLE_MIN, costs, cycles, links};

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
    fill(&candidate, &ladder, history, &mut released)?;
    // The bands are all there or withheld together, where a reader of both documents gets in.
    let bands = crate::schedule::volumes(&candidate).into_iter().filter_map(|d| Some((d.asset, d.band?.bounds())));
    let bands = bands.map(|(asset, (low, high))| (asset, low, high.unwrap_or(u64::MAX))).collect();
    let public = if released.audience == Audience::Public { released.tables.as_slice() } else { &[] };
    let bands_allowed = bands_hold(&released.truth, public, bands);
    released.schedule = crate::schedule::make(&candidate, assessment, &ladder, bands_allowed);
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
        security_notices: None,
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
        truth: Truth::default(),
        schedule: None,
    }
}

fn sentence(what: &str, ladder: &Ladder) -> String {
    let effect = if ladder.mode == Mode::Nothing { "nothing is reported" } else { "only totals are reported" };
    format!("The impact assessment falls short, so {effect}: {what}.")
}

/// What the number of people allows.
pub(crate) fn tier(people: u32) -> PeopleTier {
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

fn fill(candidate: &Candidate, ladder: &Ladder, history: &History, released: &mut Released) -> Result<(), Withheld> {
    let people = candidate.facts.people;
    let books = Books::new(candidate);
    let wanted = if ladder.mode == Mode::Categories { tier(people.full_month) } else { PeopleTier::Totals };
    if wanted == PeopleTier::Totals {
        released.reasons.push(totals_reason(ladder).to_owned());
    }
    let truth = truth(candidate, &books);
    let (made, mut attack) = defended(candidate, &books, &truth, wanted)?;
    let mut totals = totals(candidate, &books, &truth, &made, (wanted, history))?;
    let mut tier = wanted;
    if made.tables.is_empty() && totals.links.shown == 0 && wanted != PeopleTier::Totals {
        // Not even the totals may be public: they are personal data, for the named recipients alone.
        tier = PeopleTier::Totals;
        totals = Totals::new(candidate, &books, &made, (&Rule::Restricted, history), false);
        released
            .reasons
            .push("Even the totals rest on too few people, so this page is not for publication.".to_owned());
    }
    attack.folded = attack.folded.saturating_add(totals.folded);
    let link_table = totals.links;
    released.accounting = Some(totals.accounting);
    released.faults = crate::faults::faults(candidate, tier, &link_table.table);
    let facts = &candidate.facts;
    let seen = |line: &CostLine| cycles::tells_seen(candidate, &link_table.table, &totals.rule, line);
    let public = tier != PeopleTier::Totals;
    released.costs = costs::costs(&candidate.costs, &candidate.outlooks, &facts.links, &facts.policy, public, &seen);
    released.tables.push(link_table.table);
    released.tables.extend(totals.cycles);
    released.tables.extend(made.tables);
    released.reasons.extend(made.reasons);
    released.attack = if tier == PeopleTier::Totals { Attack::default() } else { attack };
    released.people_tier = tier;
    released.audience = if tier == PeopleTier::Totals { Audience::Restricted } else { Audience::Public };
    released.claims_to_check = costs::claims_to_check(&candidate.doubtful_claims, &candidate.facts.policy);
    released.security_notices = candidate.security_notices.filter(|_| tier != PeopleTier::Totals);
    released.coverage = links::coverage(candidate);
    released.status = status(candidate, ladder);
    released.truth = truth;
    Ok(())
}

fn totals_reason(ladder: &Ladder) -> &'static str {
    if ladder.mode == Mode::Categories {
        "Fewer than five people have monitored council devices: a table of kinds of site would be about single people, so none is made, and the totals are not for publication."
    } else {
        "Only totals are made, and nothing tells how many people stand behind each, so this page is not for publication."
    }
}

/// The link totals and the account of every byte.
pub(crate) struct Totals {
    pub(crate) links: LinkTable,
    pub(crate) cycles: Option<Table>,
    pub(crate) accounting: Accounting,
    /// What they were made by.
    rule: Rule,
    folded: u32,
}

impl Totals {
    pub(crate) fn new(
        candidate: &Candidate,
        books: &Books<'_>,
        made: &Made,
        (rule, history): (&Rule, &History),
        hide: bool,
    ) -> Self {
        let links = links::table(candidate, rule);
        let cycles = cycles::table(candidate, &links.table, rule, history);
        let shown = if links.shown > 0 { links.shown } else { candidate_use(books, made) };
        let gives_away = links.hidden || shown < u128::from(candidate.accounting.kept);
        let hidden = hide || (gives_away && candidate.facts.policy.rules.sums);
        let accounting = links::accounting(candidate.accounting, shown, hidden);
        Self { links, cycles, accounting, rule: rule.clone(), folded: 0 }
    }
}

/// The totals that the tier allows. Rows of links through which the attacker gets in are closed; where it comes in by what
/// follows from several, first the account's sums are hidden, then all links closed.
fn totals(
    candidate: &Candidate,
    books: &Books<'_>,
    truth: &Truth,
    made: &Made,
    (tier, history): (PeopleTier, &History),
) -> Result<Totals, Withheld> {
    if tier == PeopleTier::Totals {
        return Ok(Totals::new(candidate, books, made, (&Rule::Restricted, history), false));
    }
    let (mut rule, mut hide) = (Rule::Tested(BTreeSet::new()), false);
    // Each round closes a row or a link's cycles, hides the sums or closes everything, so there are at most this many.
    for folded in 0..2 * candidate.facts.links.len() + 4 {
        let totals = Totals::new(candidate, books, made, (&rule, history), hide);
        let tables = made.tables.iter().chain([&totals.links.table]).chain(&totals.cycles);
        let breaches = besiege_all(truth, tables, &totals.accounting);
        if breaches.is_empty() {
            return Ok(Totals { folded: u32::try_from(folded).unwrap_or(u32::MAX), ..totals });
        }
        let own = breaches.iter().filter(|b| b.printed && b.table == "links" && b.row != "total");
        let mut own: BTreeSet<String> = own.map(|b| b.row.clone()).collect();
        let cycles = breaches.iter().filter(|b| b.table == cycles::ID);
        own.extend(cycles.map(|b| cycles::key(cycles::link_of(&b.row))));
        match &mut rule {
            Rule::Tested(closed) if !own.is_subset(closed) => closed.extend(own),
            _ if !hide => hide = true,
            _ => rule = Rule::Closed,
        }
    }
    Err(Withheld::Breached { month: candidate.facts.month })
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
pub(crate) fn defended(
    candidate: &Candidate,
    books: &Books<'_>,
    truth: &Truth,
    tier: PeopleTier,
) -> Result<(Made, Attack), Withheld> {
    let people = candidate.facts.people;
    let rows = crate::rows::rows(tier).len();
    let mut harder = Harder::default();
    // Each round folds a row or drops a table, so there are at most this many.
    for round in 0..2 * rows + 4 {
        let made = make(books, tier, people, &harder);
        let breaches = besiege(truth, &made.tables);
        if breaches.is_empty() {
            let folded = u32::try_from(round).unwrap_or(u32::MAX);
            return Ok((made, Attack { profiles: PROFILES.to_vec(), breaches: 0, folded }));
        }
        harden(&mut harder, &breaches, &made);
    }
    Err(Withheld::Breached { month: candidate.facts.month })
}

/// Folds what the attacker came in by: printed rows themselves; of the remainder, or of a sum that is not printed, the table
/// that tells it apart goes, or the smallest row joins.
fn harden(harder: &mut Harder, breaches: &[Breach], made: &Made) {
    let other = model::CategoryId::OTHER.as_str();
    let of = |table: &str| breaches.iter().any(|b| b.table.starts_with(table));
    let rows = |table: &str| {
        let printed = breaches.iter().filter(|b| b.printed && b.table.starts_with(table) && b.row != other);
        printed.map(|b| b.row.clone()).collect::<Vec<_>>()
    };
    let has = |table: &str| made.tables.iter().any(|t| t.id == table);
    let (by_kind, crossed) = (rows("use"), rows("crossed"));
    if !by_kind.is_empty() {
        harder.rows.extend(by_kind);
    } else if !crossed.is_empty() {
        harder.crossed_rows.extend(crossed);
    } else if of("use") && breaches.iter().any(|b| b.printed && b.table.starts_with("use")) {
        harder.more += 1;
    } else if of("crossed") && has("crossed") {
        if breaches.iter().any(|b| b.printed) && harder.more_crossed < crate::rows::rows(PeopleTier::Crossed).len() {
            harder.more_crossed += 1;
        } else {
            harder.no_crossed = true;
        }
    } else if has("times") {
        harder.no_times = true;
    } else if has("crossed") {
        harder.no_crossed = true;
    } else {
        harder.more += 1;
    }
}
