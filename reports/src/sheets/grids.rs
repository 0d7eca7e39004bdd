//! The tables, one a sheet: each cell is a cell of the document.

use super::book::{Entry, Grid, Head, Sheet};
use super::clean::clean;
use super::notes::{Notes, Topic};
use super::text;
use crate::document::{Busy, Cell, Cost, Fault, Mark, Money, Row, Sign, Table};
use crate::page::names::Names;
use crate::page::table::{column_heading, cost_source, first_heading};

/// Every table that has a row, in the order of the document.
pub(super) fn sheets(names: &Names<'_>, notes: &Notes) -> Vec<Sheet> {
    let document = names.document;
    let tables = document.tables.iter().enumerate().filter(|(_, t)| !t.rows.is_empty());
    let mut sheets: Vec<Sheet> = tables.map(|(i, t)| measured(names, notes, t, i + 1)).collect();
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
fn sheet(names: &Names<'_>, name: &str, title: &str, mut signs: Vec<Sign>) -> Sheet {
    signs.sort_unstable();
    signs.dedup();
    let mut sheet = Sheet::new(name, &text::table_title(title, names));
    sheet.line(text::ONE_TABLE);
    signs.into_iter().for_each(|s| sheet.line(&text::sign_line(names.document, s)));
    sheet
}

fn heads(first: &str, numbers: &[&str]) -> Vec<Head> {
    let mut heads = vec![Head::words(first)];
    heads.extend(numbers.iter().map(|n| Head::number(n)));
    heads
}

fn measured(names: &Names<'_>, notes: &Notes, table: &Table, place: usize) -> Sheet {
    let name = text::tab::table(&table.id, place);
    let mut sheet = sheet(names, &name, &table.title, table.signs());
    if let Some(number) = notes.number(Topic::Measure(table.measure)) {
        sheet.line(&text::measure_line(&names.measure(table.measure), number));
    }
    if let Some(number) = notes.number(Topic::Rounding(table.unit, table.base)) {
        sheet.line(&text::rounded_line(names, table.unit, table.base, number));
    }
    if let Some(about) = text::about_table(table) {
        sheet.line(about);
    }
    let columns: Vec<String> = table.columns.iter().map(|c| column_heading(names, table, c)).collect();
    let mut heads = vec![Head::words(&names.say.text(first_heading(&table.id)))];
    heads.extend(columns.iter().map(|c| Head::number(c)));
    let mut rows: Vec<Vec<Entry>> = table.rows.iter().map(|r| measured_row(names, table, r)).collect();
    let marks: Vec<String> = table.rows.iter().map(|r| row_notes(&columns, &r.cells)).collect();
    add_notes(&mut heads, &mut rows, &marks);
    sheet.with(Grid::new(&name, heads, rows))
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
fn row_notes(columns: &[String], cells: &[Cell]) -> String {
    let printed = |marks: &[Mark]| marks.iter().map(|m| Sign::from(*m).printed()).collect::<String>();
    let mut notes = Vec::new();
    for (cell, column) in cells.iter().zip(columns) {
        match cell {
            Cell::Shown(s) if !s.marks.is_empty() && columns.len() == 1 => notes.push(printed(&s.marks)),
            Cell::Shown(s) if !s.marks.is_empty() => notes.push(format!("{column}: {}", printed(&s.marks))),
            _ => {}
        }
    }
    notes.join("; ")
}

/// A column of notes, where a row has one.
fn add_notes(heads: &mut Vec<Head>, rows: &mut [Vec<Entry>], notes: &[String]) {
    if notes.iter().all(String::is_empty) {
        return;
    }
    heads.push(Head::words(text::head::NOTES));
    for (row, note) in rows.iter_mut().zip(notes) {
        row.push(Entry::text(if note.is_empty() { text::NO_NOTES } else { note }));
    }
}

fn costs(names: &Names<'_>) -> Option<Sheet> {
    let document = names.document;
    if document.costs.is_empty() {
        return None;
    }
    let all = document.costs.iter().flat_map(|c| [&c.usage, &c.abroad, &c.total]);
    let mut sheet = sheet(names, text::tab::COSTS, text::title::COSTS, all.filter_map(Money::sign).collect());
    sheet.line(text::line::COSTS);
    sheet.line(text::line::BILL);
    let mut heads: Vec<Head> =
        [text::head::LINK, text::head::KIND, text::head::FROM, text::head::TO].map(Head::words).to_vec();
    let money = [text::head::FIXED, text::head::USAGE, text::head::ABROAD, text::head::TOTAL, text::head::BUDGET];
    heads.extend(money.map(Head::number));
    heads.extend([text::head::KNOWN_FROM, text::head::STATE].map(Head::words));
    let ranged = document.costs.iter().any(|c| c.low.is_some() || c.high.is_some());
    let reached = document.costs.iter().any(|c| c.data_reached.is_some() || c.budget_reached.is_some());
    if ranged {
        sheet.line(text::line::RANGE);
        heads.extend([text::head::LOW, text::head::HIGH].map(Head::number));
    }
    if reached {
        sheet.line(text::line::REACHED);
        heads.extend([text::head::DATA_REACHED, text::head::BUDGET_REACHED].map(Head::number));
    }
    let row = |cost: &Cost| {
        let mut row = cost_row(names, cost);
        let source = |name: &str| format!("costs/{}/{name}", Names::cost(cost));
        if ranged {
            row.push(pounds_or(cost.low, source("low"), text::NO_RANGE));
            row.push(pounds_or(cost.high, source("high"), text::NO_RANGE));
        }
        if reached {
            row.push(whole_or(cost.data_reached, source("data_reached"), text::NONE_REACHED));
            row.push(whole_or(cost.budget_reached, source("budget_reached"), text::NONE_REACHED));
        }
        row
    };
    let rows = document.costs.iter().map(row).collect();
    Some(sheet.with(Grid::new(text::tab::COSTS, heads, rows)))
}

fn cost_row(names: &Names<'_>, cost: &Cost) -> Vec<Entry> {
    let source = |name: &str| format!("costs/{}/{name}", Names::cost(cost));
    vec![
        Entry::text(&link_label(names, &cost.link)),
        Entry::text(&names.cost_kind(&cost.kind)),
        Entry::date(cost.cycle_start),
        Entry::date(cost.cycle_end),
        Entry::pence(cost.fixed, source("fixed")),
        Entry::money(&cost.usage, source("usage")),
        Entry::money(&cost.abroad, source("abroad")),
        Entry::money(&cost.total, source("total")),
        pounds_or(cost.budget, source("budget"), text::NONE_SET),
        Entry::text(&names.say.text(cost_source(cost.source))),
        Entry::text(text::state(cost.forecast)),
    ]
}

fn pounds_or(pence: Option<i64>, source: String, otherwise: &str) -> Entry {
    pence.map_or_else(|| Entry::text(otherwise), |p| Entry::pence(p, source))
}

fn whole_or(value: Option<i64>, source: String, otherwise: &str) -> Entry {
    value.map_or_else(|| Entry::text(otherwise), |v| Entry::whole(v, source))
}

fn claims(names: &Names<'_>) -> Option<Sheet> {
    let claims = names.document.claims_to_check?;
    let mut sheet = sheet(names, text::tab::CLAIMS, text::title::CLAIMS, Vec::new());
    sheet.line(text::line::CLAIMS);
    let row = vec![Entry::text(text::CLAIMS), Entry::whole(claims, "claims_to_check".to_owned())];
    Some(sheet.with(Grid::new(text::tab::CLAIMS, heads(text::head::CHECK, &[text::head::CLAIMS]), vec![row])))
}

fn notices(names: &Names<'_>) -> Option<Sheet> {
    let notices = names.document.security_notices?;
    let mut sheet = sheet(names, text::tab::NOTICES, text::title::NOTICES, Vec::new());
    sheet.line(text::line::NOTICES);
    let row = vec![Entry::text(text::NOTICES), Entry::whole(notices, "security_notices".to_owned())];
    Some(sheet.with(Grid::new(text::tab::NOTICES, heads(text::head::WHAT, &[text::head::NOTICES]), vec![row])))
}

fn coverage(names: &Names<'_>) -> Option<Sheet> {
    let document = names.document;
    if document.coverage.is_empty() {
        return None;
    }
    let mut sheet = sheet(names, text::tab::COVERAGE, text::title::COVERAGE, Vec::new());
    sheet.line(text::line::COVERAGE);
    let heads = heads(text::head::LINK, &[text::head::DAYS_COMPLETE, text::head::DAYS, text::head::RECEIVED]);
    let rows = document.coverage.iter().map(|c| {
        let figure = |value, name: &str| Entry::whole(value, format!("coverage/{}/{name}", c.link));
        vec![
            Entry::text(&link_label(names, &c.link)),
            figure(c.days_complete, "days_complete"),
            figure(c.days, "days"),
            figure(c.percent, "percent"),
        ]
    });
    Some(sheet.with(Grid::new(text::tab::COVERAGE, heads, rows.collect())))
}

fn accounting(names: &Names<'_>, notes: &Notes) -> Option<Sheet> {
    let a = names.document.accounting.as_ref()?;
    let signs = a.parts().into_iter().flat_map(|(_, c)| c.signs()).collect();
    let mut sheet = sheet(names, text::tab::ACCOUNTING, text::title::ACCOUNTING, signs);
    if let Some(number) = notes.number(Topic::Rounding(a.unit, a.base)) {
        sheet.line(&text::rounded_line(names, a.unit, a.base, number));
    }
    let column = text::data_heading(names, a.unit);
    let mut heads = heads(text::head::PART, &[&column]);
    let row = |(name, cell): (&str, &Cell)| {
        vec![Entry::text(&text::accounting(names, name)), Entry::cell(cell, format!("accounting/{name}"))]
    };
    let mut rows: Vec<Vec<Entry>> = a.parts().into_iter().map(row).collect();
    let columns = [column];
    let marks: Vec<String> = a.parts().into_iter().map(|(_, c)| row_notes(&columns, std::slice::from_ref(c))).collect();
    add_notes(&mut heads, &mut rows, &marks);
    Some(sheet.with(Grid::new(text::tab::ACCOUNTING, heads, rows)))
}

fn faults(names: &Names<'_>) -> Option<Sheet> {
    let document = names.document;
    if document.faults.is_empty() {
        return None;
    }
    let mut sheet = sheet(names, text::tab::FAULTS, text::title::FAULTS, Vec::new());
    sheet.line(text::line::FAULTS);
    let counts = [text::head::OUTAGES, text::head::OUTAGE_MINUTES, text::head::GAPS, text::head::LOST];
    let mut heads = heads(text::head::LINK, &counts);
    heads.push(Head::words(text::head::PEAK));
    heads.extend([text::head::FAILED, text::head::UNKNOWN, text::head::DELAY, text::head::UNUSUAL].map(Head::number));
    let rows = document.faults.iter().map(|f| fault_row(names, f)).collect();
    Some(sheet.with(Grid::new(text::tab::FAULTS, heads, rows)))
}

fn fault_row(names: &Names<'_>, fault: &Fault) -> Vec<Entry> {
    let source = |name: &str| format!("faults/{}/{name}", fault.link);
    let lookups = fault.resolver.as_ref();
    let lookup = |value: Option<i64>, name: &str| whole_or(value, source(name), text::NOT_COUNTED);
    let delay = if lookups.is_some() { text::NOT_KNOWN } else { text::NOT_COUNTED };
    vec![
        Entry::text(&link_label(names, &fault.link)),
        Entry::whole(fault.outages, source("outages")),
        Entry::whole(fault.outage_minutes, source("outage_minutes")),
        Entry::whole(fault.gaps, source("gaps")),
        Entry::whole(fault.lost_export_days, source("lost_export_days")),
        Entry::text(text::peak(fault.peak)),
        lookup(lookups.map(|r| r.failed_percent), "failed_percent"),
        lookup(lookups.map(|r| r.unknown_percent), "unknown_percent"),
        whole_or(lookups.and_then(|r| r.delay_ms), source("delay_ms"), delay),
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
            Entry::date(busy.date),
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
    let mut sheet = sheet(names, text::tab::BUSIEST, text::title::BUSIEST, Vec::new());
    sheet.line(text::line::BUSIEST);
    let mut heads = [text::head::LINK, text::head::DATE, text::head::START].map(Head::words).to_vec();
    heads.push(Head::number(text::head::SHARE));
    Some(sheet.with(Grid::new(text::tab::BUSIEST, heads, rows)))
}

fn missing(names: &Names<'_>) -> Option<Sheet> {
    let document = names.document;
    if document.missing_nights.is_empty() {
        return None;
    }
    let sheet = sheet(names, text::tab::MISSING, text::title::MISSING, Vec::new());
    let rows = document.missing_nights.iter().map(|d| vec![Entry::date(*d)]).collect();
    Some(sheet.with(Grid::new(text::tab::MISSING, vec![Head::words(text::head::DATE)], rows)))
}
