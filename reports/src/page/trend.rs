//! Months side by side, each as its own report said it. Nothing is worked out from two months.

use super::chart::{self, Chart};
use super::names::Names;
use super::rich::Rich;
use super::table::{self, Entry, Head, Line, View};
use crate::document::{Cell, Document, Sign, Symbol, Table};
use crate::words;

/// Months that are shown, this one included: a year, and the same month of the year before.
const MONTHS_MAX: usize = 13;
/// Months that stand side by side in a table by kind: a phone's width has room for them.
const COLUMNS_MAX: usize = 6;

/// The trend: a chart and two tables, where there are earlier months.
#[derive(Debug, Clone)]
pub(crate) struct Trend {
    pub(crate) chart: Option<Chart>,
    pub(crate) links: View,
    pub(crate) kinds: Option<View>,
}

/// The trend of a month with those published before it, the oldest first.
pub(crate) fn trend(names: &Names<'_>, earlier: &[Document]) -> Option<Trend> {
    let before = earlier.iter().filter(|d| d.month < names.document.month && d.authority == names.document.authority);
    let mut months: Vec<&Document> = before.collect();
    months.sort_by(|a, b| a.month.cmp(&b.month));
    months.dedup_by(|a, b| a.month == b.month);
    months.push(names.document);
    let months = months.split_off(months.len().saturating_sub(MONTHS_MAX));
    if months.len() < 2 {
        return None;
    }
    let counted = |d: &&Document| Some((prefix(names, d), month(names, d), d.accounting.as_ref()?.counted.value()?));
    let counted: Vec<_> = months.iter().filter_map(counted).collect();
    let whole = counted.len() == months.len();
    let chart = if whole { chart::trend(names, &counted) } else { None };
    let last = months.len().saturating_sub(COLUMNS_MAX);
    Some(Trend { chart, links: links(names, &months), kinds: kinds(names, &months[last..]) })
}

/// What stands before the source of a figure of another month's report.
fn prefix(names: &Names<'_>, document: &Document) -> String {
    if document.month == names.document.month { String::new() } else { format!("{}:", document.month) }
}

fn month(names: &Names<'_>, document: &Document) -> Rich {
    let source = format!("{}month", prefix(names, document));
    Rich::new().source(&names.say.month(document.month()), &source)
}

/// A cell of another month's table; a symbol of its own where that table has no such row.
fn cell(names: &Names<'_>, document: &Document, table: &str, row: &str, signs: &mut Vec<Sign>) -> Entry {
    let found = document.table(table).and_then(|t| {
        let row = t.rows.iter().find(|r| r.id == row)?;
        Some((row.cells.first()?, t.columns.first()?.id.as_str()))
    });
    let Some((cell, column)) = found else {
        return Entry { cell: None, ..Entry::of(&Cell::symbol(Symbol::Z), String::new()) };
    };
    signs.extend(cell.signs());
    let entry = Entry::of(cell, format!("{}{table}/{row}/{column}", prefix(names, document)));
    match cell {
        Cell::Shown(shown) if !shown.marks.is_empty() => {
            let marks: String = shown.marks.iter().map(|m| Sign::from(*m).printed()).collect();
            let source = entry.cell.clone().unwrap_or_default();
            let text = Rich::new().cell(&words::thousands(shown.shown), &source).text(&format!(" {marks}"));
            Entry { text, cell: None, ..entry }
        }
        _ => entry,
    }
}

/// Rows are months, columns are links and all data counted.
fn links(names: &Names<'_>, months: &[&Document]) -> View {
    let mut heads = vec![table::head(&names.say.text("head-month"), false)];
    let table = names.document.table("links");
    let own = table.map(|t| t.rows.iter().filter(|r| super::prose::own(r)).collect::<Vec<_>>()).unwrap_or_default();
    heads.extend(own.iter().map(|r| Head { text: Rich::plain(&r.label), unit: None, number: true }));
    heads.push(table::head(&names.say.text("head-all-data"), true));
    let mut signs = Vec::new();
    let mut line = |document: &&Document| {
        let mut cells: Vec<Entry> = own.iter().map(|r| cell(names, document, "links", &r.id, &mut signs)).collect();
        cells.push(match &document.accounting {
            Some(a) => {
                signs.extend(a.counted.signs());
                Entry::of(&a.counted, format!("{}accounting/counted", prefix(names, document)))
            }
            None => Entry { cell: None, ..Entry::of(&Cell::symbol(Symbol::Z), String::new()) },
        });
        Line { head: month(names, document), cells, last: false }
    };
    let rows = months.iter().map(&mut line).collect();
    let signs = table::meanings(names.document, names.say, signs);
    View { id: "trend-links".to_owned(), caption: names.say.plain("caption-trend-links"), heads, rows, signs }
}

/// Rows are kinds of use, columns are months.
fn kinds(names: &Names<'_>, months: &[&Document]) -> Option<View> {
    let table: &Table = names.document.table("use")?;
    let mut heads = vec![table::head(&names.say.text("head-kind"), false)];
    heads.extend(months.iter().map(|d| Head { text: month(names, d), unit: None, number: true }));
    let mut signs = Vec::new();
    let mut line = |row: &crate::document::Row| Line {
        head: names.row(table, row),
        cells: months.iter().map(|d| cell(names, d, "use", &row.id, &mut signs)).collect(),
        last: matches!(row.id.as_str(), "other" | "total"),
    };
    let rows = table.rows.iter().map(&mut line).collect();
    let signs = table::meanings(names.document, names.say, signs);
    Some(View { id: "trend-use".to_owned(), caption: names.say.plain("caption-trend-use"), heads, rows, signs })
}
