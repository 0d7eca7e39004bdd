//! Months side by side, each as its own report said it. Nothing is worked out from two months.

use super::chart::{self, Chart};
use super::names::Names;
use super::rich::Rich;
use super::table::{self, Entry, Head, Line, View};
use crate::document::{Cell, Document, Row, Sign, Status, Symbol, Table};
use crate::words;

/// Months that are shown, this one included: a year, and the same month of the year before.
const MONTHS_MAX: usize = 13;
/// Months that stand side by side in a table by kind: a phone's width has room for them.
const COLUMNS_MAX: usize = 6;

/// In place of a figure that a month's report does not have.
pub(crate) const ABSENT: Symbol = Symbol::Z;

/// The trend: a chart and two tables, where there are earlier months.
#[derive(Debug, Clone)]
pub(crate) struct Trend {
    pub(crate) chart: Option<Chart>,
    pub(crate) links: View,
    pub(crate) kinds: Option<View>,
}

/// A table of months, for the page and for the sheets.
#[derive(Debug, Clone)]
pub(crate) struct Months<'a> {
    /// Its id on the page.
    pub(crate) id: &'static str,
    /// The message with its heading.
    pub(crate) caption: &'static str,
    /// The message with the heading of its first column.
    pub(crate) first: &'static str,
    /// The columns of figures.
    pub(crate) columns: Vec<Head>,
    pub(crate) rows: Vec<MonthsRow<'a>>,
}

/// A row of such a table.
#[derive(Debug, Clone)]
pub(crate) struct MonthsRow<'a> {
    /// What it is called where nothing is left of its heading.
    pub(crate) id: String,
    pub(crate) head: Rich,
    pub(crate) cells: Vec<Place<'a>>,
    /// Set apart: "All other use", a total.
    last: bool,
}

/// Where a figure of a month's own report stands.
#[derive(Debug, Clone)]
pub(crate) struct Place<'a> {
    /// None where that report has no such figure.
    pub(crate) cell: Option<&'a Cell>,
    /// Its source: `2026-02:links/office/volume`; of the month itself without the month.
    pub(crate) source: String,
}

/// The trend of a month with those published before it, the oldest first.
pub(crate) fn trend(names: &Names<'_>, earlier: &[Document]) -> Option<Trend> {
    let months = published(names, earlier)?;
    let counted = |d: &&Document| Some((prefix(names, d), month(names, d), d.accounting.as_ref()?.counted.value()?));
    let counted: Vec<_> = months.iter().filter_map(counted).collect();
    let whole = counted.len() == months.len();
    // A month may be lowered and have gaps: the status says the first alone.
    let lacks = |d: &&Document| {
        let days = d.coverage.iter().any(|c| c.days_complete < c.days);
        d.status == Status::Gaps || days || !d.missing_nights.is_empty()
    };
    let gaps = months.iter().rev().take(2).any(lacks);
    let chart = if whole { chart::trend(names, &counted, gaps) } else { None };
    Some(Trend { chart, links: links(names, &months).view(names), kinds: kinds(names, &months).map(|k| k.view(names)) })
}

/// The tables of the trend; none where there are no earlier months.
pub(crate) fn months<'a>(names: &Names<'a>, earlier: &'a [Document]) -> Vec<Months<'a>> {
    let tables =
        |months: Vec<&'a Document>| std::iter::once(links(names, &months)).chain(kinds(names, &months)).collect();
    published(names, earlier).map(tables).unwrap_or_default()
}

/// This month and those that are shown before it, the oldest first; none where it would stand alone.
fn published<'a>(names: &Names<'a>, earlier: &'a [Document]) -> Option<Vec<&'a Document>> {
    let document = names.document;
    let before = earlier.iter().filter(|d| d.month < document.month && d.authority == document.authority);
    let before = before.filter(|d| document.may_show(d));
    let mut months: Vec<&Document> = before.collect();
    months.sort_by(|a, b| a.month.cmp(&b.month));
    months.dedup_by(|a, b| a.month == b.month);
    months.push(document);
    let months = months.split_off(months.len().saturating_sub(MONTHS_MAX));
    (months.len() > 1).then_some(months)
}

/// What stands before the source of a figure of another month's report.
fn prefix(names: &Names<'_>, document: &Document) -> String {
    if document.month == names.document.month { String::new() } else { format!("{}:", document.month) }
}

fn month(names: &Names<'_>, document: &Document) -> Rich {
    let source = format!("{}month", prefix(names, document));
    Rich::new().source(&names.say.month(document.month()), &source)
}

/// The first figure of a row of a month's table.
fn place<'a>(names: &Names<'_>, document: &'a Document, table: &str, row: &str) -> Place<'a> {
    let found = document.table(table).and_then(|t| {
        let row = t.rows.iter().find(|r| r.id == row)?;
        Some((row.cells.first()?, t.columns.first()?.id.as_str()))
    });
    let column = found.map_or("", |(_, column)| column);
    let source = format!("{}{table}/{row}/{column}", prefix(names, document));
    Place { cell: found.map(|(cell, _)| cell), source }
}

/// Rows are months, columns are links and all data counted.
fn links<'a>(names: &Names<'_>, months: &[&'a Document]) -> Months<'a> {
    let table = names.document.table("links");
    let rows = table.into_iter().flat_map(|t| t.rows.iter().map(move |r| (t, r)));
    let own: Vec<(&Table, &Row)> = rows.filter(|(_, r)| super::prose::own(r)).collect();
    let mut columns: Vec<Head> =
        own.iter().map(|(t, r)| Head { text: Rich::plain(&names.row_text(t, r)), unit: None, number: true }).collect();
    columns.push(table::head(&names.say.text("head-all-data"), true));
    let row = |document: &&'a Document| {
        let mut cells: Vec<Place<'a>> = own.iter().map(|(_, r)| place(names, document, "links", &r.id)).collect();
        let source = format!("{}accounting/counted", prefix(names, document));
        cells.push(Place { cell: document.accounting.as_ref().map(|a| &a.counted), source });
        MonthsRow { id: document.month.clone(), head: month(names, document), cells, last: false }
    };
    let rows = months.iter().map(row).collect();
    Months { id: "trend-links", caption: "caption-trend-links", first: "head-month", columns, rows }
}

/// Rows are kinds of use, columns are the last months.
fn kinds<'a>(names: &Names<'_>, months: &[&'a Document]) -> Option<Months<'a>> {
    let table = names.document.table("use")?;
    let months = &months[months.len().saturating_sub(COLUMNS_MAX)..];
    let columns = months.iter().map(|d| Head { text: month(names, d), unit: None, number: true }).collect();
    let row = |row: &Row| MonthsRow {
        id: row.id.clone(),
        head: names.row(table, row),
        cells: months.iter().map(|d| place(names, d, "use", &row.id)).collect(),
        last: matches!(row.id.as_str(), "other" | "total"),
    };
    let rows = table.rows.iter().map(row).collect();
    Some(Months { id: "trend-use", caption: "caption-trend-use", first: "head-kind", columns, rows })
}

impl Months<'_> {
    fn places(&self) -> impl Iterator<Item = &Place<'_>> {
        self.rows.iter().flat_map(|r| &r.cells)
    }

    /// Whether a month's report has no such figure.
    pub(crate) fn lacks(&self) -> bool {
        self.places().any(|p| p.cell.is_none())
    }

    /// The symbols and marks that are printed in it, each once.
    pub(crate) fn signs(&self) -> Vec<Sign> {
        let mut signs: Vec<Sign> = self.places().filter_map(|p| p.cell).flat_map(Cell::signs).collect();
        signs.extend(self.lacks().then_some(Sign::from(ABSENT)));
        signs.sort_unstable();
        signs.dedup();
        signs
    }

    /// The same as a table of a page. What stands for a figure that is not there is explained above the tables.
    fn view(&self, names: &Names<'_>) -> View {
        let mut heads = vec![table::head(&names.say.text(self.first), false)];
        heads.extend(self.columns.iter().cloned());
        let line = |row: &MonthsRow<'_>| Line {
            head: row.head.clone(),
            cells: row.cells.iter().map(Place::entry).collect(),
            last: row.last,
        };
        let rows = self.rows.iter().map(line).collect();
        let signs = self.places().filter_map(|p| p.cell).flat_map(Cell::signs).collect();
        let signs = table::meanings(names.document, names.say, signs);
        View { id: self.id.to_owned(), caption: names.say.plain(self.caption), heads, rows, signs }
    }
}

impl Place<'_> {
    /// The same as a cell of a page, with its marks behind it.
    fn entry(&self) -> Entry {
        let Some(cell) = self.cell else {
            return Entry { cell: None, ..Entry::of(&Cell::symbol(ABSENT), String::new()) };
        };
        let entry = Entry::of(cell, self.source.clone());
        match cell {
            Cell::Shown(shown) if !shown.marks.is_empty() => {
                let marks: String = shown.marks.iter().map(|m| Sign::from(*m).printed()).collect();
                let text = Rich::new().cell(&words::thousands(shown.shown), &self.source).text(&format!(" {marks}"));
                Entry { text, cell: None, ..entry }
            }
            _ => entry,
        }
    }
}
