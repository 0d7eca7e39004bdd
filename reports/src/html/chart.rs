//! The picture: a bar chart whose geometry is made of rounded figures.
//!
//! Each bar is a rectangle in a nested viewport whose width in user units is the largest figure of the chart, so the
//! rectangle's width *is* the figure: no length carries more than the report prints. Labels stand above their bars and
//! wrap by words, so that the text keeps its size on a phone.

use askama::Template;

use super::names::Names;
use super::rich::Rich;
use crate::document::{Document, Table};
use crate::words;

/// Characters of a label in one line: leaves room for the figure on a screen 320 px wide.
const LABEL_CHARS: usize = 26;
/// Height of a line of text in px.
const LINE_PX: usize = 22;
/// Height of a bar in px.
const BAR_PX: usize = 16;
/// Room between a bar and the next label in px.
const GAP_PX: usize = 14;

/// A chart ready for its template.
#[derive(Template)]
#[template(path = "chart.html")]
pub(crate) struct Chart {
    pub(crate) id: &'static str,
    pub(crate) table: String,
    pub(crate) headline: Rich,
    pub(crate) subtitle: Rich,
    pub(crate) title: String,
    pub(crate) desc: String,
    pub(crate) height: usize,
    pub(crate) bars: Vec<Bar>,
    /// Rows without a bar, in words.
    pub(crate) without: Option<String>,
}

/// One bar with its label and figure.
pub(crate) struct Bar {
    pub(crate) lines: Vec<Line>,
    pub(crate) value_y: usize,
    pub(crate) value: String,
    pub(crate) cell: String,
    pub(crate) label_source: String,
    pub(crate) bar_y: usize,
    pub(crate) width: i64,
    pub(crate) scale: i64,
}

/// One line of a label.
pub(crate) struct Line {
    pub(crate) y: usize,
    pub(crate) text: String,
}

/// The picture of page one: kinds of use where a table shows them, else what each link carried.
pub(crate) fn picture(document: &Document, names: &Names<'_>) -> Option<Chart> {
    let of_use = document.table("use").filter(|t| shown(t) >= 2);
    let of_links = document.table("links").filter(|t| shown(t) >= 2);
    match (of_use, of_links) {
        (Some(table), _) => Some(chart("chart-use", table, "Kinds of use", document, names)),
        (None, Some(table)) => Some(chart("chart-links", table, "What each link carried", document, names)),
        (None, None) => None,
    }
}

/// Rows with a figure in the first column.
fn shown(table: &Table) -> usize {
    table.rows.iter().filter(|r| r.cells.first().is_some_and(|c| c.value().is_some())).count()
}

fn chart(id: &'static str, table: &Table, what: &str, document: &Document, names: &Names<'_>) -> Chart {
    let unit = words::unit(table.unit);
    let figures: Vec<(usize, i64)> =
        table.rows.iter().enumerate().filter_map(|(i, r)| Some((i, r.cells.first()?.value()?))).collect();
    let scale = figures.iter().map(|(_, v)| *v).max().unwrap_or(0).max(1);
    let column = table.columns.first().map_or("volume", |c| c.id.as_str());
    let mut y = 0;
    let mut bars = Vec::new();
    for (i, value) in &figures {
        let Some(row) = table.rows.get(*i) else { continue };
        let label = names.row(table, row);
        let lines = wrap(&label)
            .into_iter()
            .enumerate()
            .map(|(n, text)| Line { y: y + LINE_PX * (n + 1) - 6, text })
            .collect::<Vec<_>>();
        let bar_y = y + LINE_PX * lines.len();
        let value_y = bar_y - 6;
        bars.push(Bar {
            value: format!("{} {unit}", words::thousands(*value)),
            cell: format!("{}/{}/{column}", table.id, row.id),
            label_source: format!("{}/{}/label", table.id, row.id),
            lines,
            value_y,
            bar_y,
            width: *value,
            scale,
        });
        y = bar_y + BAR_PX + GAP_PX;
    }
    let longest = figures.iter().find(|(_, v)| *v == scale).and_then(|(i, _)| table.rows.get(*i));
    let longest_id = longest.map_or("", |r| r.id.as_str());
    let longest = longest.map_or_else(String::new, |r| names.row(table, r));
    let without = figures.len() < table.rows.len();
    Chart {
        id,
        table: table.id.clone(),
        headline: Rich::new()
            .source(&longest, &format!("{}/{longest_id}/label", table.id))
            .text(" carried the most data"),
        subtitle: Rich::new()
            .text(&format!("{what}, data in {unit}, "))
            .source(&words::month(document.month()), "month"),
        title: format!("Bar chart: {}", what.to_lowercase()),
        desc: format!(
            "One bar for each row of the table that has a figure, in the order of the table. Bars begin at zero. The longest bar is {longest}. The figures stand in the table."
        ),
        height: y.saturating_sub(GAP_PX).max(1),
        bars,
        without: without.then(|| "Rows with a symbol in place of a figure have no bar.".to_owned()),
    }
}

/// Breaks a label between words into lines of about [`LABEL_CHARS`] characters.
fn wrap(label: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= LABEL_CHARS => {
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
        assert_eq!(wrap("Social media"), ["Social media"]);
        assert_eq!(wrap("Updates, security and device services"), ["Updates, security and", "device services"]);
        assert_eq!(wrap(""), [""]);
    }
}
