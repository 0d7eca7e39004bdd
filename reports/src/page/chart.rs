//! Pictures of a page: bar charts whose lengths are rounded figures.
//!
//! A bar's length *is* a figure of the report and the chart's scale is the largest of them, so no length carries more than
//! the report prints. Where the bars stand is each format's own business.

use super::names::Names;
use super::prose;
use super::rich::Rich;
use crate::document::{Cost, Coverage, Row, Table};
use crate::say::Args;
use crate::words;

/// A bar chart.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    pub(crate) id: &'static str,
    /// Where its figures stand in the document.
    pub(crate) source: String,
    pub(crate) headline: Rich,
    pub(crate) subtitle: Rich,
    pub(crate) title: String,
    pub(crate) desc: String,
    /// The largest figure.
    pub(crate) scale: i64,
    pub(crate) bars: Vec<Bar>,
    /// Rows without a bar, in words.
    pub(crate) without: Option<String>,
}

/// One bar with its label and figure.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) label_source: String,
    /// The figure in words, what it could be at most included.
    pub(crate) value: Rich,
    /// The figure: from 0 to the chart's scale.
    pub(crate) length: i64,
    pub(crate) cell: String,
    /// What the bar could be at most, where that is a figure too.
    pub(crate) most: Option<(i64, String)>,
}

/// The words of a chart.
struct Text {
    id: &'static str,
    source: String,
    headline: Rich,
    subtitle: Rich,
    title: String,
    desc: String,
}

/// The picture of page one: kinds of use where a table shows them, else what each link carried, else what the year's
/// bills leave of their budgets, else how much of the month the records cover.
pub(crate) fn picture(names: &Names<'_>) -> Option<Chart> {
    let drawable = |id: &str| names.document.table(id).filter(|t| figures(t).len() >= 2);
    if let Some(table) = drawable("use") {
        return Some(of_table("chart-use", table, ("chart-of-use", "chart-most-used"), names));
    }
    if let Some(table) = drawable("links") {
        return Some(of_table("chart-links", table, ("chart-of-links", "chart-most-carried"), names));
    }
    of_costs(names).or_else(|| of_coverage(names))
}

/// Rows with a figure in the first column that have a bar: a sum has none.
fn figures(table: &Table) -> Vec<(&Row, i64)> {
    let drawn = table.rows.iter().filter(|r| !matches!(r.id.as_str(), "total" | "missing-nights"));
    let with_figure = drawn.filter(|r| r.cells.first().is_some_and(|c| c.value().is_some()));
    let leading = super::table::leading(table, with_figure.collect());
    leading.into_iter().filter_map(|r| Some((r, r.cells.first()?.value()?))).collect()
}

fn of_table(id: &'static str, table: &Table, (what, most): (&str, &str), names: &Names<'_>) -> Chart {
    let unit = names.unit(table.unit);
    let column = table.columns.first().map_or("volume", |c| c.id.as_str());
    let bar = |(row, value): (&Row, i64)| {
        let cell = format!("{}/{}/{column}", table.id, row.id);
        Bar {
            label: names.row_text(table, row),
            label_source: format!("{}/{}/label", table.id, row.id),
            value: Rich::new().cell(&words::thousands(value), &cell).text(&format!(" {unit}")),
            length: value,
            cell,
            most: None,
        }
    };
    let bars: Vec<Bar> = figures(table).into_iter().map(bar).collect();
    let other = || Rich::new().source(&names.say.text("chart-other"), &format!("{}/other/label", table.id));
    let longest = prose::largest(table).map_or_else(other, |(r, _)| names.row(table, r));
    let label = Args::new().text("label", &longest.plain_text());
    let text = Text {
        id,
        source: table.id.clone(),
        subtitle: data_in(&unit, names),
        title: names.say.rich("chart-title", &Args::new().text("what", &names.say.text(what))).plain_text(),
        desc: names.say.rich("chart-desc", &label).plain_text(),
        headline: names.say.rich(most, &Args::new().rich("label", longest)),
    };
    // The table of kinds of use beside it has the rows that have a figure, and no other.
    let hidden = table.id != "use"
        && table.rows.iter().any(|r| r.id != "missing-nights" && r.cells.iter().all(|c| c.value().is_none()));
    Chart { without: hidden.then(|| names.say.text("chart-without")), ..chart(text, bars) }
}

fn data_in(unit: &str, names: &Names<'_>) -> Rich {
    let month = names.say.month(names.document.month());
    names.say.rich("chart-data-in", &Args::new().text("unit", unit).source("month", &month, "month"))
}

/// A figure of a most: `£12.00 of £15.00`.
fn of_most(names: &Names<'_>, before: &str, (figure, most): ((&str, &str), (&str, &str)), after: &str) -> Rich {
    let args = Args::new().text("before", before).cell("value", figure.0, figure.1).cell("most", most.0, most.1);
    names.say.rich("chart-value-of", &args.text("after", after))
}

fn of_costs(names: &Names<'_>) -> Option<Chart> {
    let bar = |cost: &Cost| {
        let (Some(spent), Some(budget)) = (cost.spent, cost.budget) else { return None };
        let key = Names::cost(cost);
        let (cell, most) = (format!("costs/{key}/spent"), format!("costs/{key}/budget"));
        let pair = ((&*words::pounds(spent), &*cell), (&*words::pounds(budget), &*most));
        Some(Bar {
            label: names.link_text(&cost.link),
            label_source: names.link_source(&cost.link, format!("costs/{key}/link")),
            value: of_most(names, "£", pair, ""),
            length: spent,
            cell,
            most: Some((budget, most)),
        })
    };
    let bars: Vec<Bar> = names.document.costs.iter().filter_map(bar).collect();
    let over = bars.iter().find(|b| b.most.as_ref().is_some_and(|m| b.length > m.0));
    // Within budget are bills that are all known, and all of the year.
    let whole = names.document.costs.iter().filter(|c| c.budget.is_some() && !c.forecast).all(Cost::whole_year);
    let headline = match over {
        Some(bar) => names.say.rich("chart-over-budget", &Args::new().source("label", &bar.label, &bar.label_source)),
        None if whole => names.say.plain("chart-within-budget"),
        None => names.say.plain("chart-costs-so-far"),
    };
    let text = Text { headline, ..text("chart-costs", "costs", names) };
    (!bars.is_empty()).then(|| chart(text, bars))
}

/// The words that need no figure: messages `ID-subtitle`, `ID-title`, `ID-desc`.
fn text(id: &'static str, source: &str, names: &Names<'_>) -> Text {
    let month = names.say.month(names.document.month());
    Text {
        id,
        source: source.to_owned(),
        headline: Rich::new(),
        subtitle: names.say.rich(&format!("{id}-subtitle"), &Args::new().source("month", &month, "month")),
        title: names.say.text(&format!("{id}-title")),
        desc: names.say.text(&format!("{id}-desc")),
    }
}

fn of_coverage(names: &Names<'_>) -> Option<Chart> {
    let all = &names.document.coverage;
    let after = format!(" {}", names.say.text("head-days").to_lowercase());
    let bar = |c: &Coverage| {
        let (cell, most) = (format!("coverage/{}/days_complete", c.link), format!("coverage/{}/days", c.link));
        let pair = ((&*words::thousands(c.days_complete), &*cell), (&*words::thousands(c.days), &*most));
        Bar {
            label: names.link_text(&c.link),
            label_source: names.link_source(&c.link, format!("coverage/{}/link", c.link)),
            value: of_most(names, "", pair, &after),
            length: c.days_complete,
            cell,
            most: Some((c.days, most)),
        }
    };
    let whole = all.iter().all(|c| c.days_complete >= c.days);
    let headline = names.say.plain(if whole { "chart-complete" } else { "chart-days-missing" });
    let text = Text { headline, ..text("chart-coverage", "coverage", names) };
    (!all.is_empty()).then(|| chart(text, all.iter().map(bar).collect()))
}

/// How much of their bundles the billing cycles have used up to the month's end.
pub(crate) fn bundles(names: &Names<'_>) -> Option<Chart> {
    let table = names.document.table("cycles")?;
    let column = table.columns.iter().position(|c| c.id == "cycle")?;
    let bar = |row: &Row| {
        let used = row.cells.get(column)?.value()?;
        let bundle = names.document.costs.iter().find(|c| Names::cost(c) == row.id)?.bundle_gb?;
        let (cell, most) = (format!("cycles/{}/cycle", row.id), format!("costs/{}/bundle_gb", row.id));
        let pair = ((&*words::thousands(used), &*cell), (&*words::thousands(bundle), &*most));
        Some(Bar {
            label: names.row_text(table, row),
            label_source: format!("cycles/{}/label", row.id),
            value: of_most(names, "", pair, &format!(" {}", names.unit(table.unit))),
            length: used,
            cell,
            most: Some((bundle, most)),
        })
    };
    let bars: Vec<Bar> = table.rows.iter().filter_map(bar).collect();
    let full = |b: &&Bar| b.most.as_ref().is_some_and(|m| b.length >= m.0);
    let headline = match bars.iter().find(full) {
        Some(bar) => names.say.rich("chart-bundle-full", &Args::new().source("label", &bar.label, &bar.label_source)),
        None => names.say.plain("chart-bundle-left"),
    };
    let text = Text { headline, ..text("chart-bundle", "cycles", names) };
    (!bars.is_empty()).then(|| chart(text, bars))
}

/// All data counted in each published month; `gaps` where records of one of the last two are missing, which do not compare.
pub(crate) fn trend(names: &Names<'_>, months: &[(String, Rich, i64)], gaps: bool) -> Option<Chart> {
    let [.., (_, before, earlier), (_, _, last)] = months else { return None };
    let unit = names.unit(crate::document::Unit::Gigabyte);
    let message = match last.cmp(earlier) {
        _ if gaps => "chart-trend-gaps",
        std::cmp::Ordering::Greater => "chart-trend-more",
        std::cmp::Ordering::Less => "chart-trend-less",
        std::cmp::Ordering::Equal => "chart-trend-same",
    };
    let bar = |(source, month, value): &(String, Rich, i64)| Bar {
        label: month.plain_text(),
        label_source: format!("{source}month"),
        value: Rich::new()
            .cell(&words::thousands(*value), &format!("{source}accounting/counted"))
            .text(&format!(" {unit}")),
        length: *value,
        cell: format!("{source}accounting/counted"),
        most: None,
    };
    let text = Text {
        headline: names.say.rich(message, &Args::new().rich("month", before.clone())),
        subtitle: names.say.rich("chart-trend-subtitle", &Args::new().text("unit", &unit)),
        ..text("chart-trend", "accounting", names)
    };
    Some(chart(text, months.iter().map(bar).collect()))
}

fn chart(text: Text, bars: Vec<Bar>) -> Chart {
    let largest = bars.iter().flat_map(|b| [b.length, b.most.as_ref().map_or(0, |m| m.0)]).max();
    Chart {
        id: text.id,
        source: text.source,
        headline: text.headline,
        subtitle: text.subtitle,
        title: text.title,
        desc: text.desc,
        scale: largest.unwrap_or(0).max(1),
        bars,
        without: None,
    }
}
