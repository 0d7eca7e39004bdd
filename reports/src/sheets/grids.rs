//! The tables, one a sheet: each cell is a cell of the document.

use super::book::{Entry, Head, Sheet};
use super::clean::clean;
use super::notes::{Notes, Topic};
use super::text::{Tab, number_heads, words_heads};
use super::{months, text};
use crate::document::{Busy, Cell, Cost, Fault, Mark, Money, Row, Sign, Table};
use crate::page::names::Names;
use crate::page::table::{column_heading, cost_source, first_heading, lasts};
use crate::page::trend::Months;

/// Every table that has a row, in the order of the document; those of months beside one another as on the page.
pub(super) fn sheets(names: &Names<'_>, notes: &Notes, beside: &[Months<'_>]) -> Vec<Sheet> {
    let document = names.document;
    let tables = document.tables.iter().enumerate().filter(|(_, t)| !t.rows.is_empty());
    let mut sheets: Vec<Sheet> = tables.map(|(i, t)| measured(names, notes, t, i + 1)).collect();
    sheets.extend(months::sheets(names, beside));
    sheets.extend(costs(names));
    sheets.extend(claims(names));
    sheets.extend(notices(names));
    sheets.extend(coverage(names));
    sheets.extend(accounting(names, notes));
    sheets.extend(faults(names));
    sheets.extend(busiest(names));
    sheets.extend(missing(names));
    sheets
}

/// A sheet with its title, the line that counts its tables, and a line for each symbol and mark on it.
fn sheet(names: &Names<'_>, tab: Tab, title: &str, mut signs: Vec<Sign>) -> Sheet {
    signs.sort_unstable();
    signs.dedup();
    let mut sheet = Sheet::new(tab, &text::table_title(names, title));
    sheet.line(&names.say.text("sheet-one-table"));
    signs.into_iter().for_each(|s| sheet.line(&text::sign_line(names, s, &text::meaning(names, s))));
    sheet
}

/// The same by the messages of its tab, of its title and of the lines above the table.
fn worded(names: &Names<'_>, (tab, title): (&str, &str), lines: &[&str], signs: Vec<Sign>) -> Sheet {
    let mut sheet = sheet(names, text::tab(names, tab), &names.say.text(title), signs);
    lines.iter().for_each(|line| sheet.line(&names.say.text(line)));
    sheet
}

fn heads<const N: usize>(names: &Names<'_>, first: &str, numbers: [&str; N]) -> Vec<Head> {
    let mut heads = words_heads(names, [first]);
    heads.extend(number_heads(names, numbers));
    heads
}

fn measured(names: &Names<'_>, notes: &Notes, table: &Table, place: usize) -> Sheet {
    let title = text::said(names, &table.title);
    let mut sheet = sheet(names, text::table_tab(names, &table.id, place), &title, table.signs());
    if let Some(number) = notes.number(Topic::Measure(table.measure)) {
        sheet.line(&text::measure_line(names, table.measure, number));
    }
    if let Some(number) = notes.number(Topic::Rounding(table.unit, table.base)) {
        sheet.line(&text::rounded_line(names, table.unit, table.base, number));
    }
    if let Some(about) = text::about_table(table) {
        sheet.line(&names.say.text(about));
    }
    let columns: Vec<String> = table.columns.iter().map(|c| column_heading(names, table, c)).collect();
    let mut heads = words_heads(names, [first_heading(&table.id)]);
    heads.extend(columns.iter().map(|c| Head::number(c)));
    let mut rows: Vec<Vec<Entry>> = table.rows.iter().map(|r| measured_row(names, table, r)).collect();
    let marks = table.rows.iter().map(|r| row_notes(&columns, r.cells.iter().map(Some))).collect();
    add_notes(names, &mut heads, &mut rows, marks);
    sheet.with(names, heads, rows)
}

fn measured_row(names: &Names<'_>, table: &Table, row: &Row) -> Vec<Entry> {
    let mut entries = vec![Entry::text(&row_label(names, table, row))];
    let cells = row.cells.iter().zip(&table.columns);
    entries.extend(cells.map(|(cell, column)| Entry::cell(cell, format!("{}/{}/{}", table.id, row.id, column.id))));
    entries
}

/// The heading of a row; its id where nothing is left of it once it is clean.
pub(super) fn row_label(names: &Names<'_>, table: &Table, row: &Row) -> String {
    clean(&names.row_text(table, row), &row.id)
}

/// The heading of a link; its id where nothing is left of it once it is clean.
pub(super) fn link_label(names: &Names<'_>, link: &str) -> String {
    clean(&names.link_text(link), link)
}

/// The marks of a row; with several columns each behind its column's heading.
pub(super) fn row_notes<'a>(columns: &[String], cells: impl Iterator<Item = Option<&'a Cell>>) -> String {
    let printed = |marks: &[Mark]| marks.iter().map(|m| Sign::from(*m).printed()).collect::<String>();
    let mut notes = Vec::new();
    for (cell, column) in cells.zip(columns) {
        match cell {
            Some(Cell::Shown(s)) if !s.marks.is_empty() && columns.len() == 1 => notes.push(printed(&s.marks)),
            Some(Cell::Shown(s)) if !s.marks.is_empty() => notes.push(format!("{column}: {}", printed(&s.marks))),
            _ => {}
        }
    }
    notes.join("; ")
}

/// A column of notes, where a row has one.
pub(super) fn add_notes(names: &Names<'_>, heads: &mut Vec<Head>, rows: &mut [Vec<Entry>], notes: Vec<String>) {
    if notes.iter().all(String::is_empty) {
        return;
    }
    heads.extend(words_heads(names, ["head-notes"]));
    let none = names.say.text("none");
    for (row, note) in rows.iter_mut().zip(notes) {
        row.push(Entry::text(if note.is_empty() { &none } else { &note }));
    }
}

fn costs(names: &Names<'_>) -> Option<Sheet> {
    let document = names.document;
    if document.costs.is_empty() {
        return None;
    }
    let all = document.costs.iter().flat_map(|c| [&c.usage, &c.abroad, &c.total]);
    let signs = all.filter_map(Money::sign).collect();
    let mut sheet =
        worded(names, ("tab-costs", "caption-costs-full"), &["sheet-costs", "costs-what", "costs-year"], signs);
    let mut heads = words_heads(names, ["head-link", "head-cost-kind", "head-from", "head-to"]);
    heads.extend(number_heads(
        names,
        ["head-fixed", "head-usage", "head-abroad", "head-total", "head-spent", "head-budget"],
    ));
    heads.extend(words_heads(names, ["head-known-from", "head-state"]));
    let ranged = document.costs.iter().any(|c| c.low.is_some() || c.high.is_some());
    let reached = document.costs.iter().any(|c| c.data_reached.is_some() || c.budget_reached.is_some());
    if ranged {
        sheet.line(&names.say.text("sheet-range"));
        heads.extend(number_heads(names, ["head-least", "head-most"]));
    }
    if reached {
        sheet.line(&names.say.text("sheet-reached"));
        heads.extend(number_heads(names, ["head-data-reached", "head-budget-reached"]));
    }
    let planned = document.costs.iter().any(|c| c.bundle_gb.is_some() || c.lasts.is_some());
    if planned {
        heads.extend(number_heads(names, ["head-bundle"]));
        heads.extend(words_heads(names, ["head-lasts"]));
    }
    let row = |cost: &Cost| {
        let mut row = cost_row(names, cost);
        let source = |name: &str| format!("costs/{}/{name}", Names::cost(cost));
        if ranged {
            row.push(pounds_or(names, cost.low, source("low"), "sheet-no-range"));
            row.push(pounds_or(names, cost.high, source("high"), "sheet-no-range"));
        }
        if reached {
            row.push(whole_or(names, cost.data_reached, source("data_reached"), "sheet-none-reached"));
            row.push(whole_or(names, cost.budget_reached, source("budget_reached"), "sheet-none-reached"));
        }
        if planned {
            row.push(whole_or(names, cost.bundle_gb, source("bundle_gb"), "bundle-none"));
            row.push(Entry::text(&names.say.text(lasts(Some(cost)))));
        }
        row
    };
    Some(sheet.with(names, heads, document.costs.iter().map(row).collect()))
}

fn cost_row(names: &Names<'_>, cost: &Cost) -> Vec<Entry> {
    let source = |name: &str| format!("costs/{}/{name}", Names::cost(cost));
    vec![
        Entry::text(&link_label(names, &cost.link)),
        Entry::text(&names.cost_kind(&cost.kind)),
        Entry::date(names, cost.cycle_start),
        Entry::date(names, cost.cycle_end),
        Entry::pence(cost.fixed, source("fixed")),
        Entry::money(&cost.usage, source("usage")),
        Entry::money(&cost.abroad, source("abroad")),
        Entry::money(&cost.total, source("total")),
        pounds_or(names, cost.spent, source("spent"), "spent-none"),
        pounds_or(names, cost.budget, source("budget"), "budget-none"),
        Entry::text(&names.say.text(cost_source(cost.source))),
        Entry::text(&names.say.text(text::state(cost.forecast))),
    ]
}

/// An amount, else the words of a message.
fn pounds_or(names: &Names<'_>, pence: Option<i64>, source: String, otherwise: &str) -> Entry {
    pence.map_or_else(|| Entry::text(&names.say.text(otherwise)), |p| Entry::pence(p, source))
}

/// A figure, else the words of a message.
fn whole_or(names: &Names<'_>, value: Option<i64>, source: String, otherwise: &str) -> Entry {
    value.map_or_else(|| Entry::text(&names.say.text(otherwise)), |v| Entry::whole(v, source))
}

fn claims(names: &Names<'_>) -> Option<Sheet> {
    let claims = names.document.claims_to_check?;
    let sheet = worded(names, ("tab-claims", "title-claims"), &["sheet-claims-list"], Vec::new());
    let row = vec![Entry::text(&names.say.text("sheet-claims")), Entry::whole(claims, "claims_to_check".to_owned())];
    Some(sheet.with(names, heads(names, "head-check", ["head-claims"]), vec![row]))
}

fn notices(names: &Names<'_>) -> Option<Sheet> {
    let notices = names.document.security_notices?;
    let sheet = worded(names, ("tab-security", "recipient-security"), &["sheet-notices-to"], Vec::new());
    let row = vec![Entry::text(&names.say.text("sheet-notices")), Entry::whole(notices, "security_notices".to_owned())];
    Some(sheet.with(names, heads(names, "head-what", ["head-notices"]), vec![row]))
}

fn coverage(names: &Names<'_>) -> Option<Sheet> {
    let document = names.document;
    if document.coverage.is_empty() {
        return None;
    }
    let sheet = worded(names, ("tab-coverage", "caption-coverage"), &["coverage-received"], Vec::new());
    let heads = heads(names, "head-link", ["head-days-complete", "head-days", "head-received"]);
    let rows = document.coverage.iter().map(|c| {
        let figure = |value, name: &str| Entry::whole(value, format!("coverage/{}/{name}", c.link));
        vec![
            Entry::text(&link_label(names, &c.link)),
            figure(c.days_complete, "days_complete"),
            figure(c.days, "days"),
            figure(c.percent, "percent"),
        ]
    });
    Some(sheet.with(names, heads, rows.collect()))
}

fn accounting(names: &Names<'_>, notes: &Notes) -> Option<Sheet> {
    let a = names.document.accounting.as_ref()?;
    let signs = a.parts().into_iter().flat_map(|(_, c)| c.signs()).collect();
    let mut sheet = worded(names, ("tab-accounting", "caption-accounting"), &[], signs);
    if let Some(number) = notes.number(Topic::Rounding(a.unit, a.base)) {
        sheet.line(&text::rounded_line(names, a.unit, a.base, number));
    }
    let columns = [text::data_heading(names, a.unit)];
    let mut heads = words_heads(names, ["head-part"]);
    heads.extend(columns.iter().map(|c| Head::number(c)));
    let row = |(name, cell): (&str, &Cell)| {
        vec![Entry::text(&text::accounting(names, name)), Entry::cell(cell, format!("accounting/{name}"))]
    };
    let mut rows: Vec<Vec<Entry>> = a.parts().into_iter().map(row).collect();
    let marks = a.parts().into_iter().map(|(_, c)| row_notes(&columns, std::iter::once(Some(c)))).collect();
    add_notes(names, &mut heads, &mut rows, marks);
    Some(sheet.with(names, heads, rows))
}

fn faults(names: &Names<'_>) -> Option<Sheet> {
    let document = names.document;
    if document.faults.is_empty() {
        return None;
    }
    let sheet = worded(names, ("tab-faults", "heading-faults"), &["sheet-faults"], Vec::new());
    let counts = ["head-outages", "head-outage-minutes", "head-gaps", "head-lost"];
    let mut heads = heads(names, "head-link", counts);
    heads.extend(words_heads(names, ["head-peak"]));
    heads.extend(number_heads(names, ["head-failed", "head-unknown", "head-delay", "head-unusual"]));
    let rows = document.faults.iter().map(|f| fault_row(names, f)).collect();
    Some(sheet.with(names, heads, rows))
}

fn fault_row(names: &Names<'_>, fault: &Fault) -> Vec<Entry> {
    let source = |name: &str| format!("faults/{}/{name}", fault.link);
    let lookups = fault.resolver.as_ref();
    let lookup = |value: Option<i64>, name: &str| whole_or(names, value, source(name), "sheet-not-counted");
    let delay = if lookups.is_some() { "sheet-not-known" } else { "sheet-not-counted" };
    vec![
        Entry::text(&link_label(names, &fault.link)),
        Entry::whole(fault.outages, source("outages")),
        Entry::whole(fault.outage_minutes, source("outage_minutes")),
        Entry::whole(fault.gaps, source("gaps")),
        Entry::whole(fault.lost_export_days, source("lost_export_days")),
        Entry::text(&names.say.text(text::peak(fault.peak))),
        lookup(lookups.map(|r| r.failed_percent), "failed_percent"),
        lookup(lookups.map(|r| r.unknown_percent), "unknown_percent"),
        whole_or(names, lookups.and_then(|r| r.delay_ms), source("delay_ms"), delay),
        lookup(lookups.map(|r| r.unusual_days), "unusual_days"),
    ]
}

/// The source of the share of a busy quarter of an hour. The page prints a link's first alone, without a place.
pub(super) fn busy_source(link: &str, place: usize) -> String {
    if place == 0 { format!("faults/{link}/percent") } else { format!("faults/{link}/percent/{}", place + 1) }
}

fn busiest(names: &Names<'_>) -> Option<Sheet> {
    let document = names.document;
    let row = |fault: &Fault, place: usize, busy: &Busy| {
        vec![
            Entry::text(&link_label(names, &fault.link)),
            Entry::date(names, busy.date),
            Entry::text(&busy.start),
            Entry::whole(busy.percent, busy_source(&fault.link, place)),
        ]
    };
    let rows: Vec<Vec<Entry>> = document
        .faults
        .iter()
        .flat_map(|f| f.busiest.iter().enumerate().map(move |(place, busy)| row(f, place, busy)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let sheet = worded(names, ("tab-busiest-times", "title-busiest"), &["sheet-busiest"], Vec::new());
    let mut heads = words_heads(names, ["head-link", "head-date", "head-start"]);
    heads.extend(number_heads(names, ["head-share"]));
    Some(sheet.with(names, heads, rows))
}

fn missing(names: &Names<'_>) -> Option<Sheet> {
    let document = names.document;
    if document.missing_nights.is_empty() {
        return None;
    }
    let sheet = worded(names, ("tab-missing-days", "head-gaps"), &[], Vec::new());
    let rows = document.missing_nights.iter().map(|d| vec![Entry::date(names, *d)]).collect();
    Some(sheet.with(names, words_heads(names, ["head-date"]), rows))
}
