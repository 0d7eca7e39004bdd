//! Written files as anybody reads them: `report.json` and `schedule.json`, from their text alone.

use serde_json::Value;

/// A file that was written for somebody to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// What it is called where it lies, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Print {
    /// A figure in the unit of its table.
    Figure(u64),
    /// Rounds to zero.
    Low,
    /// Too few people, or none.
    Hidden,
    /// Nothing to do with use.
    Other,
}

/// What a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Octets,
    Minutes,
    Days,
}

/// One printed table.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    pub(crate) id: String,
    pub(crate) unit: Unit,
    /// The step of rounding in octets, minutes or days.
    pub(crate) step: u64,
    /// Whether a hidden cell hides itself alone, as where a layout is laid down; else it is part of the last row.
    pub(crate) mandated: bool,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<(String, Vec<Print>)>,
}

/// The least and the most octets that a band names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Band {
    pub(crate) asset: String,
    pub(crate) low: u64,
    pub(crate) high: u64,
}

/// What one file says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paper {
    pub(crate) month: String,
    /// Link totals of few people, for named recipients: they are excepted.
    pub(crate) restricted: bool,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) bands: Vec<Band>,
}

const GB: u64 = 1_000_000_000;

impl Unit {
    /// Octets, minutes or days in one unit of a table.
    pub(crate) const fn size(self) -> u64 {
        match self {
            Self::Octets => GB,
            Self::Minutes => 60,
            Self::Days => 1,
        }
    }
}

impl Sheet {
    /// The cell of a row and a column.
    pub(crate) fn cell(&self, row: &str, column: usize) -> Option<Print> {
        self.rows.iter().find(|(id, _)| id == row)?.1.get(column).copied()
    }

    /// The interval that rounding leaves to what a cell prints.
    pub(crate) fn interval(&self, cell: Print) -> Option<(u64, u64)> {
        let middle = match cell {
            Print::Figure(value) => value.saturating_mul(self.unit.size()),
            Print::Low => 0,
            Print::Hidden | Print::Other => return None,
        };
        Some((middle.saturating_sub(self.step / 2), middle.saturating_add(self.step.div_ceil(2))))
    }
}

/// Reads a file; none where it is not one of ours.
pub(crate) fn read(artefact: &Artefact) -> Option<Paper> {
    let value: Value = serde_json::from_str(&artefact.text).ok()?;
    let word = |key: &str| value.get(key).and_then(Value::as_str);
    let month = word("month")?.to_owned();
    match word("schema")?.split_once('/')?.0 {
        "tithing.report" => {
            let tables = value.get("tables").and_then(Value::as_array).into_iter().flatten();
            let mut sheets: Vec<Sheet> = tables.filter_map(sheet).collect();
            sheets.extend(value.get("accounting").and_then(accounting));
            Some(Paper { month, restricted: word("people_tier") == Some("totals"), sheets, bands: Vec::new() })
        }
        "tithing.schedule" => {
            let bands = value.get("device_volumes").and_then(Value::as_array).into_iter().flatten();
            Some(Paper { month, bands: bands.filter_map(band).collect(), ..Paper::default() })
        }
        _ => None,
    }
}

fn sheet(table: &Value) -> Option<Sheet> {
    let word = |key: &str| table.get(key).and_then(Value::as_str);
    let unit = match word("measure")? {
        "volume" => Unit::Octets,
        "time" => Unit::Minutes,
        "days" => Unit::Days,
        _ => return None,
    };
    let list = |of: &Value, key: &str| of.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let id = |of: &Value| of.get("id").and_then(Value::as_str).map(str::to_owned);
    let row = |r: &Value| Some((id(r)?, list(r, "cells").iter().map(print).collect()));
    Some(Sheet {
        id: id(table)?,
        unit,
        step: table.get("base")?.as_u64()?.saturating_mul(unit.size()),
        mandated: word("layout") == Some("mandated"),
        columns: list(table, "columns").iter().filter_map(id).collect(),
        rows: list(table, "rows").iter().filter_map(row).collect(),
    })
}

/// The account of every byte as a table of its own.
fn accounting(books: &Value) -> Option<Sheet> {
    let step = books.get("base").and_then(Value::as_u64).unwrap_or(1).saturating_mul(GB);
    let names = ["shown", "withheld", "excluded", "undecodable", "counted"];
    let rows = names.iter().map(|n| ((*n).to_owned(), vec![books.get(*n).map_or(Print::Other, print)])).collect();
    let id = "accounting".to_owned();
    Some(Sheet { id, unit: Unit::Octets, step, mandated: false, columns: vec!["volume".to_owned()], rows })
}

fn print(cell: &Value) -> Print {
    if let Some(value) = cell.get("shown").and_then(Value::as_u64) {
        return Print::Figure(value);
    }
    match cell.get("symbol").and_then(Value::as_str) {
        Some("c") => Print::Hidden,
        Some("low") => Print::Low,
        _ => Print::Other,
    }
}

/// A band of a device: `{"asset":"A-001","band":"1-10"}`, in GB; `0-1` and `200-` are the outermost.
fn band(line: &Value) -> Option<Band> {
    let asset = line.get("asset").and_then(Value::as_str)?.to_owned();
    let (low, high) = line.get("band").and_then(Value::as_str)?.split_once('-')?;
    let octets = |text: &str| text.trim().parse::<u64>().ok().map(|gb| gb.saturating_mul(GB));
    Some(Band { asset, low: octets(low)?, high: if high.trim().is_empty() { u64::MAX } else { octets(high)? } })
}
