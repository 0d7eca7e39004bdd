//! Sentences of page one: each is a function of what was released.

use jiff::ToSpan;

use super::names::Names;
use super::rich::Rich;
use crate::document::{Audience, Cell, Cost, Lasts, Money, Requirement, Row, Status, Table, Tier};
use crate::say::{Args, Say, sentence};
use crate::words;

/// Facts on page one.
const FACTS_MAX: usize = 3;
/// Days before the review date from which on the page speaks of it.
const REVIEW_WARNING_DAYS: i64 = 60;

/// Up to three facts, the most telling first.
pub(crate) fn facts(names: &Names<'_>) -> Vec<Rich> {
    let candidates = [
        largest_of("use", "fact-use", names),
        counted(names),
        working_hours(names),
        dearest(names),
        least_covered(names),
        largest_of("links", "fact-link", names),
    ];
    candidates.into_iter().flatten().take(FACTS_MAX).collect()
}

/// Rows that stand for no one thing: a remainder, a sum, a remark.
const GATHERED: [&str; 3] = ["other", "total", "missing-nights"];

/// Whether a row stands for one kind of use or one link.
pub(crate) fn own(row: &Row) -> bool {
    !GATHERED.contains(&row.id.as_str())
}

/// The row of its own with the largest figure in the first column; the first of equals.
pub(crate) fn largest(table: &Table) -> Option<(&Row, i64)> {
    let mut best: Option<(&Row, i64)> = None;
    for row in table.rows.iter().filter(|r| own(r)) {
        let value = row.cells.first().and_then(Cell::value);
        if let Some(value) = value.filter(|v| best.is_none_or(|(_, b)| *v > b)) {
            best = Some((row, value));
        }
    }
    best
}

fn figure(args: Args, names: &Names<'_>, table: &Table, row: &Row, value: i64) -> Args {
    let column = table.columns.first().map_or("", |c| c.id.as_str());
    args.cell("value", &words::thousands(value), &format!("{}/{}/{column}", table.id, row.id))
        .text("unit", &names.unit(table.unit))
}

fn largest_of(id: &str, message: &str, names: &Names<'_>) -> Option<Rich> {
    let table = names.document.table(id)?;
    let (row, value) = largest(table)?;
    let args = Args::new().rich("label", names.row(table, row));
    Some(names.say.rich(message, &figure(args, names, table, row, value)))
}

fn counted(names: &Names<'_>) -> Option<Rich> {
    let accounting = names.document.accounting.as_ref()?;
    let value = accounting.counted.value()?;
    let args = Args::new().cell("value", &words::thousands(value), "accounting/counted");
    Some(names.say.rich("fact-counted", &args.text("unit", &names.unit(accounting.unit))))
}

/// Data in working hours, from the table of times.
fn working_hours(names: &Names<'_>) -> Option<Rich> {
    let table = names.document.table("times")?;
    let row = table.rows.iter().find(|r| r.id == "core")?;
    let value = row.cells.first().and_then(Cell::value)?;
    Some(names.say.rich("fact-working-hours", &figure(Args::new(), names, table, row, value)))
}

/// The dearest bill; a forecast only where no bill is final.
fn dearest(names: &Names<'_>) -> Option<Rich> {
    let mut best: Option<(&Cost, i64)> = None;
    for cost in &names.document.costs {
        if let Money::Pence(pence) = cost.total
            && best.is_none_or(|(b, most)| (!cost.forecast, pence) > (!b.forecast, most))
        {
            best = Some((cost, pence));
        }
    }
    let (cost, pence) = best?;
    let message = match cost.budget {
        None => "fact-cost-no-budget",
        Some(_) if cost.spent.is_none() => "fact-cost-budget",
        Some(budget) if cost.spent.is_some_and(|s| s > budget) => "fact-cost-over",
        Some(_) if cost.whole_year() => "fact-cost-within",
        Some(_) => "fact-cost-so-far",
    };
    let args = money(cost, "total", pence, names).choice("forecast", if cost.forecast { "yes" } else { "no" });
    Some(names.say.rich(message, &year(args, cost, names)))
}

/// The gaps of a cost's year: its budget, its bills so far and since when.
fn year(args: Args, cost: &Cost, names: &Names<'_>) -> Args {
    let args = budget(args, cost);
    let source = |name: &str| format!("costs/{}/{name}", Names::cost(cost));
    match (cost.spent, cost.spent_since) {
        (Some(pence), Some(since)) => {
            let args = args.cell("spent", &words::pounds(pence), &source("spent"));
            args.source("since", &names.say.date(since), &source("spent_since"))
        }
        _ => args,
    }
}

/// A sentence for each link whose year so far is not known from its first day.
pub(crate) fn known_since(names: &Names<'_>) -> Vec<Rich> {
    let since = |cost: &Cost| {
        let since = cost.spent_since.filter(|_| !cost.whole_year())?;
        let args = Args::new().rich("link", names.cost_link(cost));
        let source = format!("costs/{}/spent_since", Names::cost(cost));
        Some(names.say.rich("costs-since", &args.source("since", &names.say.date(since), &source)))
    };
    names.document.costs.iter().filter_map(since).collect()
}

/// The gaps of a cost: its link and one amount.
fn money(cost: &Cost, name: &str, pence: i64, names: &Names<'_>) -> Args {
    let source = format!("costs/{}/{name}", Names::cost(cost));
    Args::new().rich("link", names.cost_link(cost)).cell("pounds", &words::pounds(pence), &source)
}

fn budget(args: Args, cost: &Cost) -> Args {
    match cost.budget {
        Some(pence) => args.cell("budget", &words::pounds(pence), &format!("costs/{}/budget", Names::cost(cost))),
        None => args,
    }
}

fn least_covered(names: &Names<'_>) -> Option<Rich> {
    let coverage = names.document.coverage.iter().min_by_key(|c| c.days_complete)?;
    let base = format!("coverage/{}", coverage.link);
    let args = Args::new()
        .rich("link", names.link(&coverage.link, format!("{base}/link")))
        .cell("complete", &words::thousands(coverage.days_complete), &format!("{base}/days_complete"))
        .cell("days", &words::thousands(coverage.days), &format!("{base}/days"));
    Some(names.say.rich("fact-coverage", &args))
}

/// What to do next. Never empty.
pub(crate) fn next(names: &Names<'_>) -> Vec<Rich> {
    let (document, say) = (names.document, names.say);
    let mut advice = Vec::new();
    if document.audience == Audience::Restricted {
        advice.push(say.plain("next-restricted"));
    }
    for todo in document.requirements.iter().filter(|r| !r.met && !r.next.is_empty()).map(|r| todo(r, say)) {
        // Several that are lacking may ask for the same.
        if !advice.contains(&todo) {
            advice.push(todo);
        }
    }
    if document.status == Status::Gaps {
        advice.push(say.plain("next-gaps"));
    }
    advice.extend(document.costs.iter().filter_map(|c| over_budget(c, names)));
    advice.extend(document.costs.iter().filter_map(|c| runs_out(c, names).or_else(|| data_reached(c, names))));
    advice.extend(document.costs.iter().filter_map(|c| abroad(c, names)));
    advice.extend(claims_to_check("next-claims", names));
    advice.extend(review(names));
    if matches!(document.people_tier, Tier::Totals | Tier::Neutral) {
        advice.push(say.plain("next-block"));
    }
    if advice.is_empty() {
        advice.push(say.plain("next-nothing"));
    }
    advice
}

/// What a clerk does about a requirement that is not met. What the document says itself is for whoever keeps the settings.
fn todo(requirement: &Requirement, say: &Say) -> Rich {
    let word = match requirement.code.as_str() {
        "signed_by" | "signed_on" => "signed".to_owned(),
        "notice" | "notice_version" | "notice_date" => "notice".to_owned(),
        "usage_days" | "links_days" | "raw_days" | "security_days" | "reports_months" => "retention".to_owned(),
        code if code.starts_with("article8_") => "article8".to_owned(),
        code => code.replace('_', "-"),
    };
    match say.known(&format!("todo-{word}")) {
        Some(text) => Rich::plain(&text),
        None => say.said(&sentence(&requirement.next), &format!("requirements/{}/next", requirement.code)),
    }
}

fn over_budget(cost: &Cost, names: &Names<'_>) -> Option<Rich> {
    let spent = cost.spent?;
    cost.budget.filter(|b| spent > *b)?;
    Some(names.say.rich("next-over-budget", &year(Args::new().rich("link", names.cost_link(cost)), cost, names)))
}

/// That the data of a cycle that runs will hardly last.
fn runs_out(cost: &Cost, names: &Names<'_>) -> Option<Rich> {
    (cost.lasts == Some(Lasts::No)).then(|| {
        let end = format!("costs/{}/cycle_end", Names::cost(cost));
        let args = Args::new().rich("link", names.cost_link(cost));
        names.say.rich("next-runs-out", &args.source("date", &names.say.date(cost.cycle_end), &end))
    })
}

fn data_reached(cost: &Cost, names: &Names<'_>) -> Option<Rich> {
    let percent = cost.data_reached?;
    let source = format!("costs/{}/data_reached", Names::cost(cost));
    let args = Args::new().rich("link", names.cost_link(cost)).cell("percent", &words::thousands(percent), &source);
    Some(names.say.rich("next-data", &args))
}

/// A sentence about claims that the register does not bear out.
pub(crate) fn claims_to_check(message: &str, names: &Names<'_>) -> Option<Rich> {
    let claims = names.document.claims_to_check?;
    Some(names.say.rich(message, &Args::new().cell("claims", &words::thousands(claims), "claims_to_check")))
}

fn abroad(cost: &Cost, names: &Names<'_>) -> Option<Rich> {
    let Money::Pence(pence) = cost.abroad else { return None };
    (pence > 0).then(|| names.say.rich("next-abroad", &money(cost, "abroad", pence, names)))
}

/// A word about the review date from 60 days before it, counted from the month's last day.
fn review(names: &Names<'_>) -> Option<Rich> {
    let due = names.document.assessment.as_ref()?.review_due?;
    let warning = names.document.month().last().checked_add(REVIEW_WARNING_DAYS.days()).ok()?;
    let args = || Args::new().source("date", &names.say.date(due), "assessment/review_due");
    (due <= warning).then(|| names.say.rich("next-review", &args()))
}

/// One sentence why no kinds of site are shown; none where they are.
pub(crate) fn no_kinds(names: &Names<'_>) -> Option<Rich> {
    let document = names.document;
    if document.table("use").is_some() {
        return None;
    }
    let about = |r: &&String| r.contains("kinds of site") || r.contains("totals");
    Some(match document.reasons.iter().find(about).or_else(|| document.reasons.first()) {
        Some(reason) => names.say.said(&sentence(reason), "reasons"),
        None => names.say.plain("withheld-tier-totals"),
    })
}

/// What bills say of paid Wi-Fi: one sentence a bill, then the claims to look at.
pub(crate) fn paid_wifi(names: &Names<'_>) -> Vec<Rich> {
    let bill = |cost: &Cost| {
        let key = Names::cost(cost);
        let args = match cost.total {
            Money::Pence(pence) => money(cost, "total", pence, names),
            Money::Symbol(_) => return names.say.rich("wifi-hidden", &Args::new().rich("link", names.cost_link(cost))),
        };
        let args = args.source("start", &names.say.date(cost.cycle_start), &format!("costs/{key}/cycle_start"));
        names
            .say
            .rich("wifi-bill", &args.source("end", &names.say.date(cost.cycle_end), &format!("costs/{key}/cycle_end")))
    };
    let mut all: Vec<Rich> = names.document.costs.iter().filter(|c| c.kind == "paid-wifi").map(bill).collect();
    all.extend(claims_to_check("wifi-check", names));
    all
}
