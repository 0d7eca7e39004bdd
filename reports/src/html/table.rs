//! Tables ready for their template: one header row, no blank cell, each figure with its source.

use askama::Template;

use super::names::Names;
use super::rich::Rich;
use crate::document::{Accounting, Cell, Column, Cost, Document, Mark, Money, Row, Sign, Table};
use crate::words;

/// A table ready for its template.
#[derive(Template)]
#[template(path = "table.html")]
pub(crate) struct View {
    pub(crate) id: String,
    pub(crate) caption: Rich,
    pub(crate) heads: Vec<Head>,
    pub(crate) rows: Vec<Line>,
    /// The symbols used in it, with their meanings.
    pub(crate) signs: Vec<(&'static str, Rich)>,
}

impl View {
    /// Whether it has so few columns that a wide page would tear its rows apart.
    fn narrow(&self) -> bool {
        self.heads.len() <= 4
    }

    /// Whether it has so few rows that paper should not tear it apart.
    fn short(&self) -> bool {
        self.rows.len() <= 12
    }
}

/// A column's heading.
pub(crate) struct Head {
    pub(crate) text: Rich,
    /// The unit, in brackets.
    pub(crate) unit: Option<Rich>,
    pub(crate) number: bool,
}

/// A row.
pub(crate) struct Line {
    pub(crate) head: Rich,
    pub(crate) cells: Vec<Entry>,
    /// Set apart: "All other use", a total.
    pub(crate) last: bool,
}

/// A cell.
pub(crate) struct Entry {
    pub(crate) text: Rich,
    /// Its source, for figures and symbols.
    pub(crate) cell: Option<Rich>,
    pub(crate) number: bool,
    pub(crate) symbol: bool,
}

impl Entry {
    pub(super) fn words(text: Rich) -> Self {
        Self { text, cell: None, number: false, symbol: false }
    }

    pub(super) fn figure(text: &str, source: String) -> Self {
        Self { text: Rich::plain(text), cell: Some(Rich::plain(&source)), number: true, symbol: false }
    }

    pub(super) fn sign(sign: Sign, source: String) -> Self {
        Self { text: Rich::plain(sign.printed()), cell: Some(Rich::plain(&source)), number: true, symbol: true }
    }

    fn of(cell: &Cell, source: String) -> Self {
        match cell {
            Cell::Shown(s) => Self::figure(&words::thousands(s.shown), source),
            Cell::Symbol(h) => Self::sign(h.symbol.into(), source),
        }
    }

    fn money(money: &Money, source: String) -> Self {
        match money {
            Money::Pence(p) => Self::figure(&words::pounds(*p), source),
            Money::Symbol(h) => Self::sign(h.symbol.into(), source),
        }
    }
}

/// A heading; a unit in brackets at its end is kept on one line.
pub(super) fn head(text: &str, number: bool) -> Head {
    match text.rsplit_once(" (") {
        Some((text, unit)) => Head { text: Rich::plain(text), unit: Some(Rich::plain(&format!("({unit}"))), number },
        None => Head { text: Rich::plain(text), unit: None, number },
    }
}

fn meanings(document: &Document, mut signs: Vec<Sign>) -> Vec<(&'static str, Rich)> {
    signs.sort_unstable();
    signs.dedup();
    let meaning = |sign: Sign| {
        let listed = document.symbols.iter().find(|s| s.symbol == sign);
        Rich::plain(listed.map_or_else(|| words::sign_meaning(sign), |s| s.meaning.as_str()))
    };
    signs.into_iter().map(|s| (s.printed(), meaning(s))).collect()
}

/// Which rows a table of released figures prints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// All of them.
    All,
    /// Those with a figure.
    Shown,
}

/// Several tables with the same rows, side by side: volume, time and days of each kind of use.
pub(crate) fn joined(
    document: &Document,
    names: &Names<'_>,
    id: &str,
    caption: Rich,
    tables: &[&Table],
    rows: Rows,
) -> Option<View> {
    let first = tables.first()?;
    let mut heads = vec![head(first_heading(&first.id), false)];
    for table in tables {
        heads.extend(table.columns.iter().map(|column| head(&column_heading(table, column), true)));
    }
    let mut lines = Vec::new();
    let mut signs = Vec::new();
    let mut marks = Vec::new();
    for row in &first.rows {
        let cells: Vec<(&Table, usize, &Cell)> = tables.iter().flat_map(|t| row_cells(t, &row.id)).collect();
        if rows == Rows::Shown && cells.iter().all(|(_, _, c)| c.value().is_none()) {
            continue;
        }
        signs.extend(cells.iter().flat_map(|(_, _, c)| c.signs()));
        marks.push(row_marks(&cells));
        lines.push(line(names, first, row, &cells));
    }
    if marks.iter().any(|m| !m.is_empty()) {
        heads.push(head("Notes", false));
        for (line, marks) in lines.iter_mut().zip(&marks) {
            line.cells.push(Entry::words(notes(marks)));
        }
    }
    Some(View { id: id.to_owned(), caption, heads, rows: lines, signs: meanings(document, signs) })
}

/// The heading of a column of figures, with its unit: a lone column is named by what the table measures.
pub(crate) fn column_heading(table: &Table, column: &Column) -> String {
    let unit = words::unit(table.unit);
    let text = if table.columns.len() == 1 { words::measure(table.measure) } else { column.label.as_str() };
    let whole = text.ends_with(&format!("({unit})"));
    if whole { text.to_owned() } else { format!("{text} ({unit})") }
}

/// The heading of the first column of a table.
pub(crate) fn first_heading(table: &str) -> &'static str {
    match table {
        "links" => "Link",
        "times" => "Time of day",
        _ => "Kind of use",
    }
}

fn row_cells<'a>(table: &'a Table, row: &str) -> Vec<(&'a Table, usize, &'a Cell)> {
    let row = table.rows.iter().find(|r| r.id == row);
    row.map_or_else(Vec::new, |r| r.cells.iter().enumerate().map(|(i, c)| (table, i, c)).collect())
}

fn line(names: &Names<'_>, table: &Table, row: &Row, cells: &[(&Table, usize, &Cell)]) -> Line {
    let entry = |(t, i, c): &(&Table, usize, &Cell)| {
        let column = t.columns.get(*i).map_or("", |c| c.id.as_str());
        Entry::of(c, format!("{}/{}/{column}", t.id, row.id))
    };
    Line {
        head: Rich::new().source(&names.row(table, row), &format!("{}/{}/label", table.id, row.id)),
        cells: cells.iter().map(entry).collect(),
        last: matches!(row.id.as_str(), "other" | "total"),
    }
}

fn row_marks(cells: &[(&Table, usize, &Cell)]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = cells
        .iter()
        .filter_map(|(_, _, c)| if let Cell::Shown(s) = c { Some(s.marks.clone()) } else { None })
        .flatten()
        .collect();
    marks.sort_unstable();
    marks.dedup();
    marks
}

fn notes(marks: &[Mark]) -> Rich {
    if marks.is_empty() {
        return Rich::plain("None");
    }
    Rich::plain(&marks.iter().map(|m| Sign::from(*m).printed()).collect::<String>())
}

/// The costs in short: link with the end of its bill, total, budget.
pub(crate) fn costs_short(document: &Document, names: &Names<'_>) -> Option<View> {
    let heads = vec![head("Bill", false), head("Cost (£)", true), head("Budget (£)", true)];
    let row = |cost: &Cost| {
        let key = Names::cost(cost);
        let word = if cost.forecast { "forecast to " } else { "to " };
        let end = Rich::plain(word).source(&words::date(cost.cycle_end), &format!("costs/{key}/cycle_end"));
        (end, vec![Entry::money(&cost.total, format!("costs/{key}/total")), budget(cost, &key)])
    };
    let signs = document.costs.iter().filter_map(|c| c.total.sign()).collect();
    costs_view(document, names, ("costs-short", "Bills and budgets, with VAT"), heads, row, signs)
}

/// The costs in full.
pub(crate) fn costs_full(document: &Document, names: &Names<'_>) -> Option<View> {
    let figures = ["Fixed (£)", "Use (£)", "Abroad (£)", "Total (£)", "Budget (£)"];
    let mut heads = vec![head("Bill", false)];
    heads.extend(figures.iter().map(|f| head(f, true)));
    heads.extend([head("Known from", false), head("State", false)]);
    let row = |cost: &Cost| {
        let key = Names::cost(cost);
        let source = |name: &str| format!("costs/{key}/{name}");
        let cycle = Rich::new()
            .source(&words::cost_kind(&cost.kind), &source("kind"))
            .text(", ")
            .source(&words::date(cost.cycle_start), &source("cycle_start"))
            .text(" to ")
            .source(&words::date(cost.cycle_end), &source("cycle_end"));
        let cells = vec![
            Entry::figure(&words::pounds(cost.fixed), source("fixed")),
            Entry::money(&cost.usage, source("usage")),
            Entry::money(&cost.abroad, source("abroad")),
            Entry::money(&cost.total, source("total")),
            budget(cost, &key),
            Entry::words(Rich::plain(words::cost_source(cost.source))),
            Entry::words(state(cost, &key)),
        ];
        (cycle, cells)
    };
    let all = document.costs.iter().flat_map(|c| [&c.usage, &c.abroad, &c.total]);
    let signs = all.filter_map(Money::sign).collect();
    costs_view(document, names, ("costs-full", "Costs by billing cycle, with VAT"), heads, row, signs)
}

/// Whether a bill is final; of a forecast its range; and the shares of data and budget that were reached.
fn state(cost: &Cost, key: &str) -> Rich {
    let mut state = match (cost.forecast, cost.low, cost.high) {
        (false, ..) => Rich::plain("Final"),
        (true, Some(low), Some(high)) => Rich::plain("Forecast, from £")
            .cell(&words::pounds(low), &format!("costs/{key}/low"))
            .text(" to £")
            .cell(&words::pounds(high), &format!("costs/{key}/high"))
            .text(" in nine cases of ten"),
        (true, ..) => Rich::plain("Forecast"),
    };
    for (percent, name, what) in
        [(cost.data_reached, "data_reached", "data"), (cost.budget_reached, "budget_reached", "budget")]
    {
        if let Some(percent) = percent {
            let figure = words::thousands(percent);
            state = state
                .text(", ")
                .cell(&figure, &format!("costs/{key}/{name}"))
                .text(&format!(" % of its {what} reached"));
        }
    }
    state
}

fn budget(cost: &Cost, key: &str) -> Entry {
    match cost.budget {
        Some(pence) => Entry::figure(&words::pounds(pence), format!("costs/{key}/budget")),
        None => Entry { number: true, ..Entry::words(Rich::plain("None set")) },
    }
}

fn costs_view(
    document: &Document,
    names: &Names<'_>,
    (id, caption): (&str, &str),
    heads: Vec<Head>,
    row: impl Fn(&Cost) -> (Rich, Vec<Entry>),
    signs: Vec<Sign>,
) -> Option<View> {
    if document.costs.is_empty() {
        return None;
    }
    let line = |cost: &Cost| {
        let (below, cells) = row(cost);
        let link = Rich::new().source(
            names.link(&cost.link),
            &names.link_source(&cost.link, format!("costs/{}/link", Names::cost(cost))),
        );
        Line { head: link.below(&below), cells, last: false }
    };
    let rows = document.costs.iter().map(line).collect();
    Some(View { id: id.to_owned(), caption: Rich::plain(caption), heads, rows, signs: meanings(document, signs) })
}

/// How much of the month each link's records cover.
pub(crate) fn coverage(document: &Document, names: &Names<'_>) -> Option<View> {
    if document.coverage.is_empty() {
        return None;
    }
    let heads = vec![head("Link", false), head("Days complete", true), head("Days", true), head("Received (%)", true)];
    let rows = document.coverage.iter().map(|c| {
        let figure = |value, name: &str| Entry::figure(&words::thousands(value), format!("coverage/{}/{name}", c.link));
        Line {
            head: Rich::new()
                .source(names.link(&c.link), &names.link_source(&c.link, format!("coverage/{}/link", c.link))),
            cells: vec![figure(c.days_complete, "days_complete"), figure(c.days, "days"), figure(c.percent, "percent")],
            last: false,
        }
    });
    Some(View {
        id: "coverage".to_owned(),
        caption: Rich::plain("Days and records, by link"),
        heads,
        rows: rows.collect(),
        signs: Vec::new(),
    })
}

/// Where every byte went.
pub(crate) fn accounting(document: &Document) -> Option<View> {
    let a: &Accounting = document.accounting.as_ref()?;
    let rows = a.parts().into_iter().map(|(name, cell)| Line {
        head: Rich::plain(accounting_word(name)),
        cells: vec![Entry::of(cell, format!("accounting/{name}"))],
        last: name == "counted",
    });
    Some(View {
        id: "accounting".to_owned(),
        caption: Rich::plain("Where all the data went"),
        heads: vec![head("Part", false), head(&format!("Data ({})", words::unit(a.unit)), true)],
        rows: rows.collect(),
        signs: meanings(document, a.parts().into_iter().flat_map(|(_, c)| c.signs()).collect()),
    })
}

/// The heading of a part of the accounting.
pub(crate) fn accounting_word(name: &str) -> &'static str {
    match name {
        "shown" => "In the link totals of this report",
        "withheld" => "Held back by the rules",
        "excluded" => "Left out: counted twice, inside the building, or of no link",
        "undecodable" => "Could not be read",
        _ => "All data counted",
    }
}
