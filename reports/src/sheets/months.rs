//! Published months side by side: the page's tables of months, one a sheet.

use super::book::{Entry, Head, Sheet};
use super::clean::clean;
use super::grids::{add_notes, row_notes};
use super::text;
use crate::document::{Cell, Unit};
use crate::page::names::Names;
use crate::page::table;
use crate::page::trend::{ABSENT, Months, Place};

/// A sheet for each table of months.
pub(super) fn sheets(names: &Names<'_>, months: &[Months<'_>]) -> Vec<Sheet> {
    months.iter().map(|m| sheet(names, m)).collect()
}

fn sheet(names: &Names<'_>, months: &Months<'_>) -> Sheet {
    let tab = if months.id == "trend-links" { "tab-months-by-link" } else { "tab-months-by-use" };
    let title = text::months_title(names, &names.say.text(months.caption));
    let mut sheet = Sheet::new(text::tab(names, tab), &title);
    sheet.line(&names.say.text("sheet-one-table"));
    for sign in months.signs() {
        sheet.line(&text::sign_line(names, sign, &text::meaning_beside(names, std::slice::from_ref(months), sign)));
    }
    sheet.line(&names.say.text("trend-side"));
    sheet.line(&names.say.text("sheet-months"));
    let columns: Vec<String> = months.columns.iter().map(|h| heading(names, h)).collect();
    let mut heads = text::words_heads(names, [months.first]);
    heads.extend(columns.iter().map(|c| Head::number(c)));
    let mut rows: Vec<Vec<Entry>> = Vec::new();
    for line in &months.rows {
        let mut row = vec![Entry::text(&clean(&line.head.plain_text(), &line.id))];
        row.extend(line.cells.iter().map(entry));
        rows.push(row);
    }
    let marks = months.rows.iter().map(|line| row_notes(&columns, line.cells.iter().map(|p| p.cell))).collect();
    add_notes(names, &mut heads, &mut rows, marks);
    sheet.with(names, heads, rows)
}

/// The heading of a column with its unit: tables of months are of data.
fn heading(names: &Names<'_>, head: &table::Head) -> String {
    let unit = head.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    text::with_unit(names, &format!("{}{unit}", head.text.plain_text()), Unit::Gigabyte)
}

/// A figure with its source. The symbol of a month that has no such figure stands nowhere, so it has none.
fn entry(place: &Place<'_>) -> Entry {
    match place.cell {
        Some(cell) => Entry::cell(cell, place.source.clone()),
        None => Entry { source: None, ..Entry::cell(&Cell::symbol(ABSENT), String::new()) },
    }
}
