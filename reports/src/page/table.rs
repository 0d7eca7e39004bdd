//! Tables of a page: one header row, no blank cell, each figure with its source.

use super::names::Names;
use super::rich::{Rich, Span};
use crate::document::{Accounting, Cell, Column, Cost, CostSource, Document, Lasts, Mark, Money, Row, Sign, Table};
use crate::say::{Args, Say};
use crate::words;

/// A table of a page.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) id: String,
    pub(crate) caption: Rich,
    pub(crate) heads: Vec<Head>,
    pub(crate) rows: Vec<Line>,
    /// The symbols used in it, one sentence each.
    pub(crate) signs: Vec<Rich>,
}

impl View {
    /// Of cells of plain text, the first of each row its heading.
    pub(crate) fn plain(id: &str, caption: Rich, mut heads: Vec<Head>, rows: Vec<Vec<Rich>>) -> Self {
        // What heads a row stands on the left, a number too.
        if let Some(first) = heads.first_mut() {
            first.number = false;
        }
        let numbers: Vec<bool> = heads.iter().skip(1).map(|h| h.number).collect();
        let row = |cells: Vec<Rich>| {
            let mut cells = cells.into_iter();
            let head = cells.next().unwrap_or_default();
            let entry = |(text, number): (Rich, &bool)| Entry { number: *number, ..Entry::words(text) };
            Line { head, cells: cells.zip(&numbers).map(entry).collect(), last: false }
        };
        let rows = rows.into_iter().map(row).collect();
        Self { id: id.to_owned(), caption, heads, rows, signs: Vec::new() }
    }

    /// Whether it has so few columns that a wide page would tear its rows apart.
    pub(crate) fn narrow(&self) -> bool {
        self.heads.len() <= 4
    }

    /// Whether it has so few rows that paper should not tear it apart: with many columns each is tall.
    pub(crate) fn short(&self) -> bool {
        self.rows.len() <= if self.narrow() { 12 } else { 6 }
    }
}

/// A column's heading.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) text: Rich,
    /// The unit, in brackets.
    pub(crate) unit: Option<String>,
    pub(crate) number: bool,
}

/// A row.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) head: Rich,
    pub(crate) cells: Vec<Entry>,
    /// Set apart: "All other use", a total.
    pub(crate) last: bool,
}

/// A cell.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) text: Rich,
    /// Its source, for figures and symbols.
    pub(crate) cell: Option<String>,
    pub(crate) number: bool,
    pub(crate) symbol: bool,
}

impl Entry {
    pub(crate) fn words(text: Rich) -> Self {
        Self { text, cell: None, number: false, symbol: false }
    }

    pub(crate) fn figure(text: &str, source: String) -> Self {
        Self { text: Rich::plain(text), cell: Some(source), number: true, symbol: false }
    }

    pub(crate) fn sign(sign: Sign, source: String) -> Self {
        Self { text: Rich::plain(sign.printed()), cell: Some(source), number: true, symbol: true }
    }

    pub(crate) fn of(cell: &Cell, source: String) -> Self {
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
pub(crate) fn head(text: &str, number: bool) -> Head {
    match text.rsplit_once(" (") {
        Some((text, unit)) => Head { text: Rich::plain(text), unit: Some(format!("({unit}")), number },
        None => Head { text: Rich::plain(text), unit: None, number },
    }
}

/// A sentence for each symbol used, each once.
pub(crate) fn meanings(document: &Document, say: &Say, mut signs: Vec<Sign>) -> Vec<Rich> {
    signs.sort_unstable();
    signs.dedup();
    let meaning = |sign: Sign| {
        let listed = document.symbols.iter().find(|s| s.symbol == sign).map(|s| s.meaning.as_str());
        let own = say.text(match sign {
            Sign::C => "sign-c",
            Sign::X => "sign-x",
            Sign::Z => "sign-z",
            Sign::Low => "sign-low",
            Sign::E => "sign-e",
            Sign::R => "sign-r",
        });
        // What the document says of it stands, unless it is what this program always says.
        let known = listed.is_none_or(|l| l == words::sign_meaning(sign));
        let text = if known { own } else { listed.unwrap_or_default().to_owned() };
        meaning(say, sign, &text)
    };
    signs.into_iter().map(meaning).collect()
}

/// One symbol with a meaning of its own.
pub(crate) fn meaning(say: &Say, sign: Sign, text: &str) -> Rich {
    let sign = Rich::new().push(Span::Strong(sign.printed().to_owned()));
    say.rich("sign-means", &Args::new().rich("sign", sign).text("meaning", text))
}

/// Kinds of use on page one: those with the most data. The others stand in the detail.
const LEADING_MAX: usize = 7;

/// Of kinds of use the largest, of equals the first, and what holds the rest; of other tables all.
pub(crate) fn leading<'r>(table: &Table, rows: Vec<&'r Row>) -> Vec<&'r Row> {
    if table.id != "use" {
        return rows;
    }
    let rest = |r: &Row| matches!(r.id.as_str(), "other" | "total");
    let mut by_size: Vec<&Row> = rows.iter().copied().filter(|r| !rest(r)).collect();
    by_size.sort_by_key(|r| std::cmp::Reverse(r.cells.first().and_then(Cell::value)));
    by_size.truncate(LEADING_MAX);
    rows.into_iter().filter(|r| rest(r) || by_size.iter().any(|b| b.id == r.id)).collect()
}

/// Which rows a table of released figures prints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// All of them.
    All,
    /// Those with a figure in the first column, or where fewer than two have one, those with any figure; of them the
    /// [`leading`]. Marks stand behind the row's heading, so that no column is left nearly empty.
    Leading,
}

/// Several tables with the same rows, side by side: volume, time and days of each kind of use.
pub(crate) fn joined(names: &Names<'_>, id: &str, caption: Rich, tables: &[&Table], rows: Rows) -> Option<View> {
    let first = tables.first()?;
    let mut heads = vec![head(&names.say.text(first_heading(&first.id)), false)];
    heads.extend(tables.iter().flat_map(|t| figure_heads(names, t)));
    let with_figure = |r: &&Row| r.cells.first().is_some_and(|c| c.value().is_some());
    let with_first = first.rows.iter().filter(with_figure).count() >= 2;
    let mut lines = Vec::new();
    let mut signs = Vec::new();
    let mut marks = Vec::new();
    let cells = |row: &Row| tables.iter().flat_map(|t| row_cells(t, &row.id)).collect::<Vec<_>>();
    let shown = match rows {
        Rows::All => first.rows.iter().collect(),
        Rows::Leading => {
            let figure = |row: &&Row| {
                cells(row).iter().take(if with_first { 1 } else { usize::MAX }).any(|(_, _, c)| c.value().is_some())
            };
            leading(first, first.rows.iter().filter(figure).collect())
        }
    };
    for row in shown {
        let cells = cells(row);
        signs.extend(cells.iter().flat_map(|(_, _, c)| c.signs()));
        let mut line = line(names, first, row, &cells);
        let row_marks = row_marks(&cells);
        if rows == Rows::Leading && !row_marks.is_empty() {
            line.head = line.head.text(" ").then(notes(names, &row_marks));
        }
        marks.push(row_marks);
        lines.push(line);
    }
    if rows == Rows::All && marks.iter().any(|m| !m.is_empty()) {
        heads.push(head(&names.say.text("head-notes"), false));
        for (line, marks) in lines.iter_mut().zip(&marks) {
            line.cells.push(Entry::words(notes(names, marks)));
        }
    }
    let signs = meanings(names.document, names.say, signs);
    Some(View { id: id.to_owned(), caption, heads, rows: lines, signs })
}

fn figure_heads(names: &Names<'_>, table: &Table) -> Vec<Head> {
    table.columns.iter().map(|column| head(&column_heading(names, table, column), true)).collect()
}

/// The heading of a column of figures, with its unit: a lone column is named by what the table measures.
pub(crate) fn column_heading(names: &Names<'_>, table: &Table, column: &Column) -> String {
    let unit = names.unit(table.unit);
    let text = if table.columns.len() == 1 {
        names.measure(table.measure)
    } else {
        names.say.said(&column.label, &table.id).plain_text()
    };
    let whole = text.ends_with(&format!("({unit})"));
    if whole { text } else { format!("{text} ({unit})") }
}

/// The message with the heading of the first column of a table.
pub(crate) fn first_heading(table: &str) -> &'static str {
    match table {
        "links" => "head-link",
        "times" => "head-time",
        "cycles" => "head-cycle",
        _ => "head-kind",
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
        head: names.row(table, row),
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

fn notes(names: &Names<'_>, marks: &[Mark]) -> Rich {
    if marks.is_empty() {
        return names.say.plain("none");
    }
    Rich::plain(&marks.iter().map(|m| Sign::from(*m).printed()).collect::<String>())
}

fn heads(names: &Names<'_>, messages: &[(&str, bool)]) -> Vec<Head> {
    messages.iter().map(|(message, number)| head(&names.say.text(message), *number)).collect()
}

/// The costs in short: link with the end of its bill, total, the year's bills, the year's budget.
pub(crate) fn costs_short(names: &Names<'_>) -> Option<View> {
    let messages = [("head-bill", false), ("head-cost", true), ("head-spent", true), ("head-budget", true)];
    let heads = heads(names, &messages);
    let row = |cost: &Cost| {
        let key = Names::cost(cost);
        let message = if cost.forecast { "bill-forecast-to" } else { "bill-to" };
        let end = names.say.date(cost.cycle_end);
        let end = names.say.rich(message, &Args::new().source("date", &end, &format!("costs/{key}/cycle_end")));
        let total = Entry::money(&cost.total, format!("costs/{key}/total"));
        (end, vec![total, spent(names, cost, &key), budget(names, cost, &key)])
    };
    let signs = names.document.costs.iter().filter_map(|c| c.total.sign()).collect();
    costs_view(names, ("costs-short", "caption-costs-short"), heads, row, signs)
}

/// The costs in full.
pub(crate) fn costs_full(names: &Names<'_>) -> Option<View> {
    let messages = [
        ("head-bill", false),
        ("head-fixed", true),
        ("head-usage", true),
        ("head-abroad", true),
        ("head-total", true),
        ("head-spent", true),
        ("head-budget", true),
        ("head-known-from", false),
        ("head-state", false),
    ];
    let row = |cost: &Cost| {
        let key = Names::cost(cost);
        let source = |name: &str| format!("costs/{key}/{name}");
        let args = Args::new()
            .source("kind", &names.cost_kind(&cost.kind), &source("kind"))
            .source("start", &names.say.date(cost.cycle_start), &source("cycle_start"))
            .source("end", &names.say.date(cost.cycle_end), &source("cycle_end"));
        let cells = vec![
            Entry::figure(&words::pounds(cost.fixed), source("fixed")),
            Entry::money(&cost.usage, source("usage")),
            Entry::money(&cost.abroad, source("abroad")),
            Entry::money(&cost.total, source("total")),
            spent(names, cost, &key),
            budget(names, cost, &key),
            Entry::words(names.say.plain(cost_source(cost.source))),
            Entry::words(state(names, cost, &key)),
        ];
        (names.say.rich("bill-cycle", &args), cells)
    };
    let all = names.document.costs.iter().flat_map(|c| [&c.usage, &c.abroad, &c.total]);
    let signs = all.filter_map(Money::sign).collect();
    costs_view(names, ("costs-full", "caption-costs-full"), heads(names, &messages), row, signs)
}

/// The message that says where a cost comes from.
pub(crate) const fn cost_source(source: CostSource) -> &'static str {
    match source {
        CostSource::Operator => "source-operator",
        CostSource::Tariff => "source-tariff",
        CostSource::Claims => "source-claims",
    }
}

/// Whether a bill is final; of a forecast its range; and the shares of data and budget that were reached.
fn state(names: &Names<'_>, cost: &Cost, key: &str) -> Rich {
    let source = |name: &str| format!("costs/{key}/{name}");
    let mut all = match (cost.forecast, cost.low, cost.high) {
        (false, ..) => names.say.plain("state-final"),
        (true, Some(low), Some(high)) => {
            let args = Args::new().cell("low", &words::pounds(low), &source("low"));
            names.say.rich("state-forecast-range", &args.cell("high", &words::pounds(high), &source("high")))
        }
        (true, ..) => names.say.plain("state-forecast"),
    };
    let shares =
        [(cost.data_reached, "data_reached", "state-data"), (cost.budget_reached, "budget_reached", "state-budget")];
    for (percent, name, message) in shares {
        if let Some(percent) = percent {
            let args = Args::new().cell("percent", &words::thousands(percent), &source(name));
            all = all.text(", ").then(names.say.rich(message, &args));
        }
    }
    all
}

fn budget(names: &Names<'_>, cost: &Cost, key: &str) -> Entry {
    match cost.budget {
        Some(pence) => Entry::figure(&words::pounds(pence), format!("costs/{key}/budget")),
        None => Entry { number: true, ..Entry::words(names.say.plain("budget-none")) },
    }
}

/// The year's bills so far.
fn spent(names: &Names<'_>, cost: &Cost, key: &str) -> Entry {
    match cost.spent {
        Some(pence) => Entry::figure(&words::pounds(pence), format!("costs/{key}/spent")),
        None => Entry { number: true, ..Entry::words(names.say.plain("spent-none")) },
    }
}

/// The billing cycles of shared links: data in the month and so far, the bundle, and whether it will last.
pub(crate) fn cycles(names: &Names<'_>) -> Option<View> {
    let table = names.document.table("cycles")?;
    let mut heads = vec![head(&names.say.text("head-cycle"), false)];
    heads.extend(figure_heads(names, table));
    heads.extend([head(&names.say.text("head-bundle"), true), head(&names.say.text("head-lasts"), false)]);
    let row = |row: &Row| {
        let cells: Vec<(&Table, usize, &Cell)> = row.cells.iter().enumerate().map(|(i, c)| (table, i, c)).collect();
        let mut line = line(names, table, row, &cells);
        let cost = names.document.costs.iter().find(|c| Names::cost(c) == row.id);
        line.cells.push(match cost.and_then(|c| c.bundle_gb) {
            Some(gb) => Entry::figure(&words::thousands(gb), format!("costs/{}/bundle_gb", row.id)),
            None => Entry { number: true, ..Entry::words(names.say.plain("bundle-none")) },
        });
        line.cells.push(Entry::words(names.say.plain(lasts(cost))));
        line
    };
    let signs = table.rows.iter().flat_map(|r| r.cells.iter().flat_map(Cell::signs)).collect();
    Some(View {
        id: "cycles".to_owned(),
        caption: names.say.said(&table.title, "cycles"),
        heads,
        rows: table.rows.iter().map(row).collect(),
        signs: meanings(names.document, names.say, signs),
    })
}

/// The message that says whether a cycle's data will last.
pub(crate) const fn lasts(cost: Option<&Cost>) -> &'static str {
    match cost {
        Some(Cost { forecast: false, .. }) => "lasts-over",
        Some(Cost { lasts: Some(Lasts::Yes), .. }) => "lasts-yes",
        Some(Cost { lasts: Some(Lasts::Perhaps), .. }) => "lasts-perhaps",
        Some(Cost { lasts: Some(Lasts::No), .. }) => "lasts-no",
        _ => "lasts-unknown",
    }
}

fn costs_view(
    names: &Names<'_>,
    (id, caption): (&str, &str),
    heads: Vec<Head>,
    row: impl Fn(&Cost) -> (Rich, Vec<Entry>),
    signs: Vec<Sign>,
) -> Option<View> {
    let costs = &names.document.costs;
    if costs.is_empty() {
        return None;
    }
    let line = |cost: &Cost| {
        let (below, cells) = row(cost);
        Line { head: names.cost_link(cost).below(below), cells, last: false }
    };
    let rows = costs.iter().map(line).collect();
    let signs = meanings(names.document, names.say, signs);
    Some(View { id: id.to_owned(), caption: names.say.plain(caption), heads, rows, signs })
}

/// How much of the month each link's records cover.
pub(crate) fn coverage(names: &Names<'_>) -> Option<View> {
    let all = &names.document.coverage;
    let messages = [("head-link", false), ("head-days-complete", true), ("head-days", true), ("head-received", true)];
    let rows = all.iter().map(|c| {
        let figure = |value, name: &str| Entry::figure(&words::thousands(value), format!("coverage/{}/{name}", c.link));
        Line {
            head: names.link(&c.link, format!("coverage/{}/link", c.link)),
            cells: vec![figure(c.days_complete, "days_complete"), figure(c.days, "days"), figure(c.percent, "percent")],
            last: false,
        }
    });
    (!all.is_empty()).then(|| View {
        id: "coverage".to_owned(),
        caption: names.say.plain("caption-coverage"),
        heads: heads(names, &messages),
        rows: rows.collect(),
        signs: Vec::new(),
    })
}

/// Where every byte went.
pub(crate) fn accounting(names: &Names<'_>) -> Option<View> {
    let a: &Accounting = names.document.accounting.as_ref()?;
    let rows = a.parts().into_iter().map(|(name, cell)| Line {
        head: names.say.plain(&format!("accounting-{name}")),
        cells: vec![Entry::of(cell, format!("accounting/{name}"))],
        last: name == "counted",
    });
    let data = format!("{} ({})", names.say.text("measure-volume"), names.unit(a.unit));
    let signs = a.parts().into_iter().flat_map(|(_, c)| c.signs()).collect();
    Some(View {
        id: "accounting".to_owned(),
        caption: names.say.plain("caption-accounting"),
        heads: vec![head(&names.say.text("head-part"), false), head(&data, true)],
        rows: rows.collect(),
        signs: meanings(names.document, names.say, signs),
    })
}
