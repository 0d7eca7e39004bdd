//! `figures.csv`: every figure of the month, one a row, for programs.
//!
//! One long table takes months of many councils one below the other, and every table of the report fits into it.

use jiff::civil::Date;

use super::clean::{clean, guard};
use super::grids::{busy_source, link_label, row_label};
use super::{book, text};
use crate::document::{Cell, Cost, CostSource, Document, Fault, Mark, Measure, Money, Sign, Table, Unit};
use crate::page::names::Names;
use crate::page::table::column_heading;
use crate::render::{Edition, Language, Render, RenderError};
use crate::say::Say;

/// `figures.csv`, by RFC 4180 in UTF-8 with one header row. [`super::CsvMetadata`] describes it.
///
/// Text that a spreadsheet could take for a formula has an apostrophe before it, and text that begins with an apostrophe has
/// one more, so that dropping one gives the text back.
#[derive(Debug, Clone, Copy)]
pub struct Csv;

impl Render for Csv {
    fn name(&self) -> &'static str {
        "CSV"
    }

    fn file(&self) -> &'static str {
        FILE
    }

    fn media_type(&self) -> &'static str {
        "text/csv"
    }

    fn render(&self, edition: &Edition<'_>) -> Result<Vec<u8>, RenderError> {
        let refused = |what: String| RenderError { format: self.name(), what };
        let mut writer = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .quote_style(::csv::QuoteStyle::NonNumeric)
            .from_writer(Vec::new());
        writer.write_record(COLUMNS.map(|c| c.name)).map_err(|e| refused(e.to_string()))?;
        let say = Say::new(Language::English);
        let empty = say.text("sheet-empty");
        for record in records(&Names::new(edition.document, &say)) {
            writer.write_record(record.fields(&empty)).map_err(|e| refused(e.to_string()))?;
        }
        writer.into_inner().map_err(|e| refused(e.to_string()))
    }
}

pub(super) const FILE: &str = "figures.csv";

/// A column, as the description needs it.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// A datatype of CSV on the Web.
    pub(super) datatype: &'static str,
    /// The words that it may hold, where they are a closed list.
    pub(super) words: &'static [&'static str],
    pub(super) required: bool,
    /// What stands between several values of one cell.
    pub(super) separator: Option<&'static str>,
}

const fn text(name: &'static str, required: bool) -> Column {
    Column { name, datatype: "string", words: &[], required, separator: None }
}

const fn typed(name: &'static str, datatype: &'static str, required: bool) -> Column {
    Column { name, datatype, words: &[], required, separator: None }
}

const fn words(name: &'static str, words: &'static [&'static str], required: bool) -> Column {
    Column { name, datatype: "string", words, required, separator: None }
}

/// The columns in order. The first is the key.
pub(super) const COLUMNS: [Column; 18] = [
    text("source", true),
    text("authority", true),
    typed("month", "gYearMonth", true),
    text("table", true),
    text("row", true),
    text("row_label", true),
    text("column", true),
    text("column_label", true),
    typed("period_start", "date", true),
    typed("period_end", "date", true),
    words("measure", &["volume", "time", "days", "cost", "share", "count", "duration"], true),
    words("unit", &["GB", "hour", "person-day", "GBP", "percent", "day", "number", "minute", "millisecond"], true),
    typed("value", "decimal", false),
    words("symbol", &["[c]", "[x]", "[z]", "[low]"], false),
    Column { separator: Some(" "), ..words("marks", &["[e]", "[r]"], false) },
    words("state", &["final", "forecast"], false),
    text("cost_kind", false),
    words("cost_source", &["operator", "tariff", "claims"], false),
];

/// One figure.
struct Record {
    authority: String,
    month: String,
    table: String,
    row: String,
    row_label: String,
    column: String,
    column_label: String,
    period: (Date, Date),
    measure: &'static str,
    unit: &'static str,
    figure: Figure,
    source: String,
    state: &'static str,
    cost_kind: String,
    cost_source: &'static str,
}

/// A value, or the symbol in its place.
enum Figure {
    Value(String, Vec<Mark>),
    Symbol(Sign),
}

impl Record {
    /// The fields in order, with the words for text that is empty.
    fn fields(&self, empty: &str) -> [String; COLUMNS.len()] {
        let plain = |text: &str| guard(&clean(text, empty)).into_owned();
        let maybe = |text: &str| if text.is_empty() { String::new() } else { plain(text) };
        let (value, symbol, marks) = match &self.figure {
            Figure::Value(value, marks) => {
                let marks: Vec<&str> = marks.iter().map(|m| Sign::from(*m).printed()).collect();
                (value.clone(), String::new(), marks.join(" "))
            }
            Figure::Symbol(sign) => (String::new(), sign.printed().to_owned(), String::new()),
        };
        [
            plain(&self.source),
            plain(&self.authority),
            self.month.clone(),
            plain(&self.table),
            plain(&self.row),
            plain(&self.row_label),
            plain(&self.column),
            plain(&self.column_label),
            self.period.0.to_string(),
            self.period.1.to_string(),
            self.measure.to_owned(),
            self.unit.to_owned(),
            value,
            symbol,
            marks,
            self.state.to_owned(),
            maybe(&self.cost_kind),
            self.cost_source.to_owned(),
        ]
    }
}

impl From<&Cell> for Figure {
    fn from(cell: &Cell) -> Self {
        match cell {
            Cell::Shown(s) => Self::Value(s.shown.to_string(), s.marks.clone()),
            Cell::Symbol(h) => Self::Symbol(h.symbol.into()),
        }
    }
}

impl From<&Money> for Figure {
    fn from(money: &Money) -> Self {
        match money {
            Money::Pence(p) => Self::pence(*p),
            Money::Symbol(h) => Self::Symbol(h.symbol.into()),
        }
    }
}

impl Figure {
    fn whole(value: i64) -> Self {
        Self::Value(value.to_string(), Vec::new())
    }

    fn pence(value: i64) -> Self {
        Self::Value(book::decimal(value), Vec::new())
    }
}

fn records(names: &Names<'_>) -> Vec<Record> {
    let document = names.document;
    let mut all: Vec<Record> = document.tables.iter().flat_map(|t| measured(names, t)).collect();
    all.extend(document.costs.iter().flat_map(|c| costs(names, c)));
    all.extend(document.claims_to_check.map(|claims| claims_record(names, claims)));
    all.extend(document.security_notices.map(|notices| notices_record(names, notices)));
    all.extend(document.coverage.iter().flat_map(|c| coverage(names, c)));
    all.extend(accounting(names));
    all.extend(document.faults.iter().flat_map(|f| faults(names, f)));
    all
}

/// A record of the whole month; what a figure has beyond that is set where it is made.
fn record(
    document: &Document,
    (table, row, row_label): (&str, &str, &str),
    (column, column_label): (&str, &str),
    (measure, unit): (&'static str, &'static str),
    figure: Figure,
) -> Record {
    let month = document.month();
    Record {
        authority: document.authority.clone(),
        month: month.to_string(),
        table: table.to_owned(),
        row: row.to_owned(),
        row_label: row_label.to_owned(),
        column: column.to_owned(),
        column_label: column_label.to_owned(),
        period: (month.first(), month.last()),
        measure,
        unit,
        figure,
        source: format!("{table}/{row}/{column}"),
        state: "",
        cost_kind: String::new(),
        cost_source: "",
    }
}

fn measured(names: &Names<'_>, table: &Table) -> Vec<Record> {
    let measure = match table.measure {
        Measure::Volume => "volume",
        Measure::Time => "time",
        Measure::Days => "days",
    };
    let mut all = Vec::new();
    for row in &table.rows {
        let label = row_label(names, table, row);
        for (cell, column) in row.cells.iter().zip(&table.columns) {
            let heading = column_heading(names, table, column);
            let what = (measure, unit_word(table.unit));
            let figure =
                record(names.document, (&table.id, &row.id, &label), (&column.id, &heading), what, cell.into());
            all.push(Record { period: period(names.document, table, &row.id, &column.id), ..figure });
        }
    }
    all
}

/// The days that a figure is about: the month, of a billing cycle its days up to the month's end.
fn period(document: &Document, table: &Table, row: &str, column: &str) -> (Date, Date) {
    let (first, last) = (document.month().first(), document.month().last());
    let cycle = document.costs.iter().find(|c| table.id == "cycles" && Names::cost(c) == row);
    match cycle {
        None => (first, last),
        Some(c) if column == "cycle" => (c.cycle_start, c.cycle_end.min(last)),
        Some(c) => (c.cycle_start.max(first), c.cycle_end.min(last)),
    }
}

const fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Gigabyte => "GB",
        Unit::Hour => "hour",
        Unit::PersonDay => "person-day",
    }
}

fn costs(names: &Names<'_>, cost: &Cost) -> Vec<Record> {
    let (key, label) = (Names::cost(cost), link_label(names, &cost.link));
    let money = |name: &'static str, head: &'static str, figure: Figure| (name, head, ("cost", "GBP"), figure);
    let share =
        |name: &'static str, head: &'static str, value: i64| (name, head, ("share", "percent"), Figure::whole(value));
    let mut figures = vec![
        money("fixed", "head-fixed", Figure::pence(cost.fixed)),
        money("usage", "head-usage", (&cost.usage).into()),
        money("abroad", "head-abroad", (&cost.abroad).into()),
        money("total", "head-total", (&cost.total).into()),
    ];
    figures.extend(cost.spent.map(|p| money("spent", "head-spent", Figure::pence(p))));
    figures.extend(cost.budget.map(|p| money("budget", "head-budget", Figure::pence(p))));
    figures.extend(cost.low.map(|p| money("low", "head-least", Figure::pence(p))));
    figures.extend(cost.high.map(|p| money("high", "head-most", Figure::pence(p))));
    figures.extend(cost.data_reached.map(|v| share("data_reached", "head-data-reached", v)));
    figures.extend(cost.budget_reached.map(|v| share("budget_reached", "head-budget-reached", v)));
    let plan = |gb| ("bundle_gb", "head-bundle", ("volume", "GB"), Figure::whole(gb));
    figures.extend(cost.bundle_gb.map(plan));
    let one = |(name, head, what, figure)| Record {
        period: (cost.cycle_start, cost.cycle_end),
        state: if cost.forecast { "forecast" } else { "final" },
        cost_kind: cost.kind.clone(),
        cost_source: match cost.source {
            CostSource::Operator => "operator",
            CostSource::Tariff => "tariff",
            CostSource::Claims => "claims",
        },
        ..record(names.document, ("costs", &key, &label), (name, &names.say.text(head)), what, figure)
    };
    figures.into_iter().map(one).collect()
}

fn claims_record(names: &Names<'_>, claims: i64) -> Record {
    let figure = Figure::whole(claims);
    let (row, column) = (names.say.text("sheet-claims"), names.say.text("head-claims"));
    let place = ("claims_to_check", "all", row.as_str());
    Record {
        source: "claims_to_check".to_owned(),
        ..record(names.document, place, ("number", &column), ("count", "number"), figure)
    }
}

fn notices_record(names: &Names<'_>, notices: i64) -> Record {
    let figure = Figure::whole(notices);
    let (row, column) = (names.say.text("sheet-notices"), names.say.text("head-notices"));
    let place = ("security_notices", "all", row.as_str());
    Record {
        source: "security_notices".to_owned(),
        ..record(names.document, place, ("number", &column), ("count", "number"), figure)
    }
}

fn coverage(names: &Names<'_>, coverage: &crate::document::Coverage) -> Vec<Record> {
    let figures = [
        ("days_complete", "head-days-complete", ("count", "day"), coverage.days_complete),
        ("days", "head-days", ("count", "day"), coverage.days),
        ("percent", "head-received", ("share", "percent"), coverage.percent),
    ];
    let label = link_label(names, &coverage.link);
    let place = ("coverage", coverage.link.as_str(), label.as_str());
    figures
        .map(|(name, head, what, value)| {
            record(names.document, place, (name, &names.say.text(head)), what, Figure::whole(value))
        })
        .into()
}

fn accounting(names: &Names<'_>) -> Vec<Record> {
    let Some(a) = &names.document.accounting else { return Vec::new() };
    let heading = text::data_heading(names, a.unit);
    let one = |(name, cell): (&str, &Cell)| Record {
        source: format!("accounting/{name}"),
        ..record(
            names.document,
            ("accounting", name, &text::accounting(names, name)),
            ("volume", &heading),
            ("volume", unit_word(a.unit)),
            cell.into(),
        )
    };
    a.parts().into_iter().map(one).collect()
}

fn faults(names: &Names<'_>, fault: &Fault) -> Vec<Record> {
    let mut figures = vec![
        ("outages", "head-outages", ("count", "number"), fault.outages),
        ("outage_minutes", "head-outage-minutes", ("duration", "minute"), fault.outage_minutes),
        ("gaps", "head-gaps", ("count", "day"), fault.gaps),
        ("lost_export_days", "head-lost", ("count", "day"), fault.lost_export_days),
    ];
    if let Some(r) = &fault.resolver {
        figures.push(("failed_percent", "head-failed", ("share", "percent"), r.failed_percent));
        figures.push(("unknown_percent", "head-unknown", ("share", "percent"), r.unknown_percent));
        figures.extend(r.delay_ms.map(|ms| ("delay_ms", "head-delay", ("duration", "millisecond"), ms)));
        figures.push(("unusual_days", "head-unusual", ("count", "day"), r.unusual_days));
    }
    let link = link_label(names, &fault.link);
    let place = ("faults", fault.link.as_str(), link.as_str());
    let mut all: Vec<Record> = figures
        .into_iter()
        .map(|(name, head, what, value)| {
            record(names.document, place, (name, &names.say.text(head)), what, Figure::whole(value))
        })
        .collect();
    let share = names.say.text("head-share");
    for (i, busy) in fault.busiest.iter().enumerate() {
        let label = text::filled(names, "data-busy", &[("link", &link), ("start", &busy.start)]);
        all.push(Record {
            source: busy_source(&fault.link, i),
            period: (busy.date, busy.date),
            row_label: label,
            ..record(names.document, place, ("percent", &share), ("share", "percent"), Figure::whole(busy.percent))
        });
    }
    all
}
