//! Sentences of page one: each is a function of what was released.

use jiff::ToSpan;

use super::names::Names;
use super::rich::Rich;
use crate::document::{Audience, Cell, Cost, Document, Money, Row, Status, Table, Tier};
use crate::words;

/// Facts on page one.
const FACTS_MAX: usize = 3;
/// Days before the review date from which on the page speaks of it.
const REVIEW_WARNING_DAYS: i64 = 60;

/// Up to three facts, the most telling first.
pub(crate) fn facts(document: &Document, names: &Names<'_>) -> Vec<Rich> {
    let candidates = [
        largest_use(document, names),
        counted(document),
        working_hours(document),
        dearest(document, names),
        least_covered(document, names),
        largest_link(document, names),
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

fn figure(rich: Rich, table: &Table, row: &Row, value: i64) -> Rich {
    let column = table.columns.first().map_or("", |c| c.id.as_str());
    rich.cell(&words::thousands(value), &format!("{}/{}/{column}", table.id, row.id))
        .text(" ")
        .text(words::unit(table.unit))
}

fn largest_use(document: &Document, names: &Names<'_>) -> Option<Rich> {
    let table = document.table("use")?;
    let (row, value) = largest(table)?;
    let label = Rich::new().source(&names.row(table, row), &format!("use/{}/label", row.id));
    Some(figure(label.text(" used the most data of any named kind: "), table, row, value).text("."))
}

fn largest_link(document: &Document, names: &Names<'_>) -> Option<Rich> {
    let table = document.table("links")?;
    let (row, value) = largest(table)?;
    let label = Rich::new().source(&names.row(table, row), &format!("links/{}/label", row.id));
    Some(figure(label.text(" carried the most data: "), table, row, value).text("."))
}

fn counted(document: &Document) -> Option<Rich> {
    let accounting = document.accounting.as_ref()?;
    let value = accounting.counted.value()?;
    let unit = words::unit(accounting.unit);
    Some(
        Rich::plain("In all, the routers counted ")
            .cell(&words::thousands(value), "accounting/counted")
            .text(&format!(" {unit}.")),
    )
}

/// Data in working hours, from the table of times.
fn working_hours(document: &Document) -> Option<Rich> {
    let table = document.table("times")?;
    let row = table.rows.iter().find(|r| r.id == "core")?;
    let value = row.cells.first().and_then(Cell::value)?;
    let start = Rich::plain("Employees with set hours used ");
    Some(figure(start, table, row, value).text(" in working hours."))
}

fn dearest(document: &Document, names: &Names<'_>) -> Option<Rich> {
    let mut best: Option<(&Cost, i64)> = None;
    for cost in &document.costs {
        if let Money::Pence(pence) = cost.total
            && best.is_none_or(|(_, b)| pence > b)
        {
            best = Some((cost, pence));
        }
    }
    let (cost, pence) = best?;
    let key = Names::cost(cost);
    let cost_word = if cost.forecast { " is expected to cost £" } else { " cost £" };
    let rich = Rich::new()
        .source(names.link(&cost.link), &names.link_source(&cost.link, format!("costs/{key}/link")))
        .text(cost_word)
        .cell(&words::pounds(pence), &format!("costs/{key}/total"));
    Some(match cost.budget {
        Some(budget) => {
            let relation = if pence > budget { ", over its £" } else { ", within its £" };
            rich.text(relation).cell(&words::pounds(budget), &format!("costs/{key}/budget")).text(" budget.")
        }
        None => rich.text(". The council set no budget for it."),
    })
}

fn least_covered(document: &Document, names: &Names<'_>) -> Option<Rich> {
    let coverage = document.coverage.iter().min_by_key(|c| c.days_complete)?;
    let base = format!("coverage/{}", coverage.link);
    let name =
        Rich::new().source(names.link(&coverage.link), &names.link_source(&coverage.link, format!("{base}/link")));
    Some(
        name.text(" was fully recorded on ")
            .cell(&words::thousands(coverage.days_complete), &format!("{base}/days_complete"))
            .text(" of ")
            .cell(&words::thousands(coverage.days), &format!("{base}/days"))
            .text(" days."),
    )
}

/// What to do next. Never empty.
pub(crate) fn next(document: &Document, names: &Names<'_>) -> Vec<Rich> {
    let mut advice = Vec::new();
    if document.audience == Audience::Restricted {
        advice.push(Rich::plain("Do not publish this report: with few people, even totals can be personal data."));
    }
    for requirement in document.requirements.iter().filter(|r| !r.met && !r.next.is_empty()) {
        let source = format!("requirements/{}/next", requirement.code);
        advice.push(Rich::new().source(&sentence(&requirement.next), &source));
    }
    if document.status == Status::Gaps {
        advice.push(Rich::plain("Ask your IT provider why records are missing, and whether they can still be found."));
    }
    advice.extend(document.costs.iter().filter_map(|c| over_budget(c, names)));
    advice.extend(document.costs.iter().filter_map(|c| data_reached(c, names)));
    advice.extend(document.costs.iter().filter_map(|c| abroad(c, names)));
    advice.extend(document.claims_to_check.map(claims_to_check));
    advice.extend(review(document));
    if matches!(document.people_tier, Tier::Totals | Tier::Neutral) {
        advice
            .push(Rich::plain("Your IT provider can block kinds of site in working hours. That needs no monitoring."));
    }
    if advice.is_empty() {
        advice.push(Rich::plain("Nothing needs doing this month. The report can go to the next meeting."));
    }
    advice
}

/// The text as a sentence: a capital letter first, a full stop last, no quotation marks of programs.
pub(crate) fn sentence(text: &str) -> String {
    let mut text = words::sentence_case(&text.trim().replace('`', ""));
    if !text.is_empty() && !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

fn over_budget(cost: &Cost, names: &Names<'_>) -> Option<Rich> {
    let Money::Pence(total) = cost.total else { return None };
    let budget = cost.budget.filter(|b| total > *b)?;
    let key = Names::cost(cost);
    Some(
        Rich::new()
            .source(names.link(&cost.link), &names.link_source(&cost.link, format!("costs/{key}/link")))
            .text(" is over budget: £")
            .cell(&words::pounds(total), &format!("costs/{key}/total"))
            .text(" against £")
            .cell(&words::pounds(budget), &format!("costs/{key}/budget"))
            .text(". Ask about a plan that fits."),
    )
}

fn data_reached(cost: &Cost, names: &Names<'_>) -> Option<Rich> {
    let percent = cost.data_reached?;
    let key = Names::cost(cost);
    Some(
        Rich::new()
            .source(names.link(&cost.link), &names.link_source(&cost.link, format!("costs/{key}/link")))
            .text(" has used ")
            .cell(&words::thousands(percent), &format!("costs/{key}/data_reached"))
            .text(" % of its data or more. Ask about a larger plan if this happens often."),
    )
}

fn claims_to_check(claims: i64) -> Rich {
    Rich::plain("Claims for paid Wi-Fi that do not fit the equipment register: ")
        .cell(&words::thousands(claims), "claims_to_check")
        .text(". Your IT provider can list them.")
}

fn abroad(cost: &Cost, names: &Names<'_>) -> Option<Rich> {
    let Money::Pence(pence) = cost.abroad else { return None };
    let key = Names::cost(cost);
    (pence > 0).then(|| {
        Rich::new()
            .source(names.link(&cost.link), &names.link_source(&cost.link, format!("costs/{key}/link")))
            .text(" cost £")
            .cell(&words::pounds(pence), &format!("costs/{key}/abroad"))
            .text(" for use abroad. Switch roaming off where it is not needed.")
    })
}

/// A word about the review date from 60 days before it, counted from the month's last day.
fn review(document: &Document) -> Option<Rich> {
    let due = document.assessment.as_ref()?.review_due?;
    let warning = document.month().last().checked_add(REVIEW_WARNING_DAYS.days()).ok()?;
    (due <= warning).then(|| {
        Rich::plain("Review the impact assessment by ")
            .source(&words::date(due), "assessment/review_due")
            .text(". From that day on the report shows totals only.")
    })
}

/// One sentence why no kinds of site are shown; none where they are.
pub(crate) fn no_kinds(document: &Document) -> Option<Rich> {
    if document.table("use").is_some() {
        return None;
    }
    let about = |r: &&String| r.contains("kinds of site") || r.contains("totals");
    Some(match document.reasons.iter().find(about).or_else(|| document.reasons.first()) {
        Some(reason) => Rich::new().source(&sentence(reason), "reasons"),
        None => Rich::plain(words::tier(Tier::Totals)),
    })
}
