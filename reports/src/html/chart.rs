//! The picture: a bar chart whose geometry is made of rounded figures.
//!
//! Each bar is a rectangle in a nested viewport whose width in user units is the largest figure of the chart, so the
//! rectangle's width *is* the figure: no length carries more than the report prints. Labels stand above their bars and
//! wrap by words, so that the text keeps its size on a phone.

use askama::Template;

use super::names::Names;
use super::prose;
use super::rich::Rich;
use crate::document::{Cost, Document, Money, Row, Table};
use crate::words;

/// Characters of a label in one line: leaves room for a figure on a screen 320 px wide.
const LABEL_CHARS: usize = 26;
/// The same where two figures stand beside it.
const LABEL_CHARS_SHORT: usize = 17;
/// Height of a line of text in px.
const LINE_PX: usize = 20;
/// Room below the text in its line in px.
const DESCENT_PX: usize = 5;
/// Height of a bar in px.
const BAR_PX: usize = 14;
/// Room between a bar and the next label in px.
const GAP_PX: usize = 12;

/// A chart ready for its template.
#[derive(Template)]
#[template(path = "chart.html")]
pub(crate) struct Chart {
    pub(crate) id: &'static str,
    /// Where its figures stand in the document.
    pub(crate) source: Rich,
    pub(crate) headline: Rich,
    pub(crate) subtitle: Rich,
    pub(crate) title: Rich,
    pub(crate) desc: Rich,
    pub(crate) height: usize,
    /// The largest figure: the width of every nested viewport in user units.
    pub(crate) scale: i64,
    pub(crate) bars: Vec<Bar>,
    /// Rows without a bar, in words.
    pub(crate) without: Option<&'static str>,
}

/// One bar with its label and figure.
pub(crate) struct Bar {
    pub(crate) lines: Vec<Line>,
    pub(crate) label_source: Rich,
    pub(crate) value_y: usize,
    pub(crate) value: Vec<Part>,
    pub(crate) bar_y: usize,
    pub(crate) width: i64,
    pub(crate) cell: Rich,
    /// What the bar could be at most, where that is a figure too.
    pub(crate) track: i64,
    pub(crate) track_cell: Option<Rich>,
}

/// One line of a label.
pub(crate) struct Line {
    pub(crate) y: usize,
    pub(crate) text: Rich,
}

/// A piece of the text beside a bar: a figure where it has a source.
pub(crate) struct Part {
    pub(crate) text: Rich,
    pub(crate) cell: Option<Rich>,
}

/// A figure with its source.
struct Figure {
    value: i64,
    text: String,
    source: String,
}

/// A bar before its place is known.
struct Item {
    label: String,
    label_source: String,
    before: &'static str,
    figure: Figure,
    between: String,
    most: Option<Figure>,
    after: String,
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

/// The picture of page one: kinds of use where a table shows them, else what each link carried, else what the bills
/// leave of their budgets, else how much of the month the records cover.
pub(crate) fn picture(document: &Document, names: &Names<'_>) -> Option<Chart> {
    let drawable = |id: &str| document.table(id).filter(|t| figures(t).len() >= 2);
    if let Some(table) = drawable("use") {
        return Some(of_table("chart-use", table, "kinds of use", document, names));
    }
    if let Some(table) = drawable("links") {
        return Some(of_table("chart-links", table, "what each link carried", document, names));
    }
    of_costs(document, names).or_else(|| of_coverage(document, names))
}

/// Rows with a figure in the first column that have a bar: a sum has none.
fn figures(table: &Table) -> Vec<(&Row, i64)> {
    let drawn = table.rows.iter().filter(|r| !matches!(r.id.as_str(), "total" | "missing-nights"));
    drawn.filter_map(|r| Some((r, r.cells.first()?.value()?))).collect()
}

fn of_table(id: &'static str, table: &Table, what: &str, document: &Document, names: &Names<'_>) -> Chart {
    let unit = words::unit(table.unit);
    let column = table.columns.first().map_or("volume", |c| c.id.as_str());
    let item = |(row, value): (&Row, i64)| Item {
        label: names.row(table, row),
        label_source: format!("{}/{}/label", table.id, row.id),
        before: "",
        figure: Figure { value, text: words::thousands(value), source: format!("{}/{}/{column}", table.id, row.id) },
        between: String::new(),
        most: None,
        after: format!(" {unit}"),
    };
    let items: Vec<Item> = figures(table).into_iter().map(item).collect();
    let longest = prose::largest(table);
    let longest_id = longest.map_or("other", |(r, _)| r.id.as_str());
    let longest = longest.map_or_else(|| "All other use".to_owned(), |(r, _)| names.row(table, r));
    let verb = if id == "chart-use" { " used most" } else { " carried most" };
    let text = Text {
        id,
        source: table.id.clone(),
        headline: Rich::new().source(&longest, &format!("{}/{longest_id}/label", table.id)).text(verb),
        subtitle: Rich::plain(&format!("Data in {unit}, ")).source(&words::month(document.month()), "month"),
        title: format!("Bar chart: {what}"),
        desc: format!(
            "One bar for each row of the table that has a figure, in the order of the table. Bars begin at zero. {longest} has the longest bar of any named row. The table beside the chart has the figures."
        ),
    };
    let hidden = table.rows.iter().any(|r| r.id != "missing-nights" && r.cells.iter().all(|c| c.value().is_none()));
    let without = hidden.then_some("Rows with a symbol in place of a figure have no bar.");
    Chart { without, ..lay(text, items, LABEL_CHARS) }
}

fn of_costs(document: &Document, names: &Names<'_>) -> Option<Chart> {
    let pounds = |value, source: String| Figure { value, text: words::pounds(value), source };
    let item = |cost: &Cost| {
        let (Money::Pence(total), Some(budget)) = (&cost.total, cost.budget) else { return None };
        let key = Names::cost(cost);
        Some(Item {
            label: names.link(&cost.link).to_owned(),
            label_source: names.link_source(&cost.link, format!("costs/{key}/link")),
            before: "£",
            figure: pounds(*total, format!("costs/{key}/total")),
            between: " of £".to_owned(),
            most: Some(pounds(budget, format!("costs/{key}/budget"))),
            after: String::new(),
        })
    };
    let items: Vec<Item> = document.costs.iter().filter_map(item).collect();
    let over = items.iter().find(|i| i.most.as_ref().is_some_and(|m| i.figure.value > m.value));
    let headline = match over {
        Some(item) => Rich::new().source(&item.label, &item.label_source).text(" is over budget"),
        None => Rich::plain("Bills are within budget"),
    };
    let text = Text {
        id: "chart-costs",
        source: "costs".to_owned(),
        headline,
        subtitle: Rich::plain("Cost out of budget, in pounds with VAT"),
        title: "Bar chart: costs against budgets".to_owned(),
        desc: "One bar for each bill that has a budget. Bars begin at zero; the paler bar behind is the budget. The table of costs has the figures.".to_owned(),
    };
    (!items.is_empty()).then(|| lay(text, items, LABEL_CHARS_SHORT))
}

fn of_coverage(document: &Document, names: &Names<'_>) -> Option<Chart> {
    let days = |value, source: String| Figure { value, text: words::thousands(value), source };
    let item = |c: &crate::document::Coverage| Item {
        label: names.link(&c.link).to_owned(),
        label_source: names.link_source(&c.link, format!("coverage/{}/link", c.link)),
        before: "",
        figure: days(c.days_complete, format!("coverage/{}/days_complete", c.link)),
        between: " of ".to_owned(),
        most: Some(days(c.days, format!("coverage/{}/days", c.link))),
        after: " days".to_owned(),
    };
    let items: Vec<Item> = document.coverage.iter().map(item).collect();
    let whole = document.coverage.iter().all(|c| c.days_complete >= c.days);
    let text = Text {
        id: "chart-coverage",
        source: "coverage".to_owned(),
        headline: Rich::plain(if whole { "The records are complete" } else { "Some days are missing" }),
        subtitle: Rich::plain("Complete days, ").source(&words::month(document.month()), "month"),
        title: "Bar chart: complete days by link".to_owned(),
        desc: "One bar for each link. Bars begin at zero; the paler bar behind is the whole month. The table of days and records has the figures.".to_owned(),
    };
    (!items.is_empty()).then(|| lay(text, items, LABEL_CHARS_SHORT))
}

/// Puts the bars below one another.
fn lay(text: Text, items: Vec<Item>, label_chars: usize) -> Chart {
    let largest = items.iter().flat_map(|i| [i.figure.value, i.most.as_ref().map_or(0, |m| m.value)]).max();
    let scale = largest.unwrap_or(0).max(1);
    let mut y = 0;
    let mut bars = Vec::new();
    for item in items {
        let lines: Vec<Line> = wrap(&item.label, label_chars)
            .iter()
            .enumerate()
            .map(|(n, line)| Line { y: y + LINE_PX * (n + 1) - DESCENT_PX, text: Rich::plain(line) })
            .collect();
        let bar_y = y + LINE_PX * lines.len();
        y = bar_y + BAR_PX + GAP_PX;
        bars.push(bar(item, lines, bar_y, scale));
    }
    Chart {
        id: text.id,
        source: Rich::plain(&text.source),
        headline: text.headline,
        subtitle: text.subtitle,
        title: Rich::plain(&text.title),
        desc: Rich::plain(&text.desc),
        height: y.saturating_sub(GAP_PX).max(1),
        scale,
        bars,
        without: None,
    }
}

fn bar(item: Item, lines: Vec<Line>, bar_y: usize, scale: i64) -> Bar {
    let words = |text: &str| Part { text: Rich::plain(text), cell: None };
    let figure = |f: &Figure| Part { text: Rich::plain(&f.text), cell: Some(Rich::plain(&f.source)) };
    let mut value = vec![words(item.before), figure(&item.figure), words(&item.between)];
    value.extend(item.most.as_ref().map(figure));
    value.push(words(&item.after));
    Bar {
        lines,
        label_source: Rich::plain(&item.label_source),
        value_y: bar_y - DESCENT_PX,
        value,
        bar_y,
        width: item.figure.value,
        cell: Rich::plain(&item.figure.source),
        track: item.most.as_ref().map_or(scale, |m| m.value),
        track_cell: item.most.as_ref().map(|m| Rich::plain(&m.source)),
    }
}

/// Breaks a label between words into lines of about so many characters.
fn wrap(label: &str, chars: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= chars => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_wrap_by_words() {
        assert_eq!(wrap("Social media", 26), ["Social media"]);
        assert_eq!(wrap("Updates, security and device services", 26), ["Updates, security and", "device services"]);
        assert_eq!(wrap("", 26), [""]);
    }
}
