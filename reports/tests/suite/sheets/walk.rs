//! What must stand in the sheets, worked out from `report.json` alone.

use std::fmt;

use serde_json::Value;

/// A cell as it must be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Want {
    Text(String),
    Number(f64),
    Date(String),
}

impl Want {
    /// The number nearest to a decimal text.
    pub(super) fn number(text: &str) -> Self {
        Self::Number(text.parse().unwrap())
    }
}

impl fmt::Display for Want {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Date(date) => write!(f, "date {date}"),
        }
    }
}

/// A figure as `report.json` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Figure {
    Whole(i64),
    Pence(i64),
    Symbol(String),
}

impl Figure {
    fn of(value: &Value, money: bool) -> Self {
        if let Some(symbol) = value.get("symbol").and_then(Value::as_str) {
            return Self::Symbol(format!("[{symbol}]"));
        }
        let number = value.get("shown").unwrap_or(value).as_i64().unwrap();
        if money { Self::Pence(number) } else { Self::Whole(number) }
    }

    /// The decimal text of the number: pence as pounds.
    pub(super) fn decimal(&self) -> Option<String> {
        match self {
            Self::Whole(v) => Some(v.to_string()),
            Self::Pence(v) => {
                let sign = if *v < 0 { "-" } else { "" };
                Some(format!("{sign}{}.{:02}", v.abs() / 100, v.abs() % 100))
            }
            Self::Symbol(_) => None,
        }
    }

    fn want(&self) -> Want {
        match self {
            Self::Symbol(symbol) => Want::Text(symbol.clone()),
            other => Want::number(&other.decimal().unwrap()),
        }
    }
}

pub(super) fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

pub(super) fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Every figure with its source.
pub(super) fn figures(document: &Value) -> Vec<(String, Figure)> {
    let mut all = Vec::new();
    for table in list(&document["tables"]) {
        for row in list(&table["rows"]) {
            for (column, cell) in list(&table["columns"]).iter().zip(list(&row["cells"])) {
                let source = format!("{}/{}/{}", word(&table["id"]), word(&row["id"]), word(&column["id"]));
                all.push((source, Figure::of(&cell, false)));
            }
        }
    }
    for cost in list(&document["costs"]) {
        let key = format!("costs/{}:{}", word(&cost["link"]), word(&cost["cycle_end"]));
        for (name, value) in cost.as_object().unwrap() {
            let money = value.is_number() || value.is_object();
            let share = name.ends_with("_reached") || name == "bundle_gb";
            if money && !value.is_null() {
                all.push((format!("{key}/{name}"), Figure::of(value, !share)));
            }
        }
    }
    if let Some(claims) = document.get("claims_to_check") {
        all.push(("claims_to_check".to_owned(), Figure::of(claims, false)));
    }
    if let Some(notices) = document.get("security_notices") {
        all.push(("security_notices".to_owned(), Figure::of(notices, false)));
    }
    for line in list(&document["coverage"]) {
        for (name, value) in line.as_object().unwrap().iter().filter(|(_, v)| v.is_number()) {
            all.push((format!("coverage/{}/{name}", word(&line["link"])), Figure::of(value, false)));
        }
    }
    for fault in list(&document["faults"]) {
        all.extend(fault_figures(&fault));
    }
    for name in ["shown", "withheld", "excluded", "undecodable", "counted"] {
        if let Some(cell) = document["accounting"].get(name) {
            all.push((format!("accounting/{name}"), Figure::of(cell, false)));
        }
    }
    all
}

fn fault_figures(fault: &Value) -> Vec<(String, Figure)> {
    let key = format!("faults/{}", word(&fault["link"]));
    let mut all = Vec::new();
    let none = serde_json::Map::new();
    let own = fault.as_object().unwrap().iter();
    let lookups = fault["resolver"].as_object().unwrap_or(&none).iter();
    for (name, value) in own.chain(lookups).filter(|(_, v)| v.is_number()) {
        all.push((format!("{key}/{name}"), Figure::of(value, false)));
    }
    for (i, busy) in list(&fault["busiest"]).iter().enumerate() {
        let place = if i == 0 { String::new() } else { format!("/{}", i + 1) };
        all.push((format!("{key}/percent{place}"), Figure::of(&busy["percent"], false)));
    }
    all
}

/// A table as it must stand at the end of its sheet.
pub(super) struct Table {
    pub(super) sheet: String,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Vec<Want>>,
}

/// What the page drops is dropped; spaces are single.
pub(super) fn plain(text: &str) -> String {
    let kept: String = text
        .chars()
        .map(|c| if c == '\n' || c == '\t' { ' ' } else { c })
        .filter(|c| !c.is_control() && !"\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{fffe}".contains(*c))
        .filter(|c| !"\u{2066}\u{2067}\u{2068}\u{2069}".contains(*c))
        .collect();
    kept.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text, or what stands for one that is empty.
pub(super) fn or(text: &str, otherwise: &str) -> String {
    let text = plain(text);
    if text.trim().is_empty() { plain(otherwise) } else { text }
}

fn text(text: &str) -> Want {
    Want::Text(text.to_owned())
}

/// The heading of a link: of the table of links, else its id.
pub(super) fn link_label(document: &Value, id: &str) -> String {
    if id == "issued" {
        return "Links issued to one person each, and claims without a line of their own".to_owned();
    }
    let tables = list(&document["tables"]);
    let links = tables.iter().find(|t| t["id"] == "links").map(|t| list(&t["rows"])).unwrap_or_default();
    let label = links.iter().find(|r| r["id"] == id).map(|r| word(&r["label"])).unwrap_or_default();
    or(&label, id)
}

/// Every table of the month itself, in order.
pub(super) fn tables(document: &Value) -> Vec<Table> {
    let mut all = Vec::new();
    all.extend(definitions(document));
    all.extend(list(&document["tables"]).iter().map(measured));
    all.extend(costs(document));
    if let Some(claims) = document.get("claims_to_check") {
        let row = vec![
            text("Claims for paid Wi-Fi that do not fit the equipment register"),
            Figure::of(claims, false).want(),
        ];
        all.push(table("Claims", &["What to check", "Claims (number)"], vec![row]));
    }
    if let Some(notices) = document.get("security_notices") {
        let row = vec![text("Security notices written this month"), Figure::of(notices, false).want()];
        all.push(table("Security", &["What is counted", "Notices (number)"], vec![row]));
    }
    all.push(coverage(document));
    all.extend(accounting(document));
    all.extend(faults(document));
    all.extend(busiest(document));
    let missing: Vec<Vec<Want>> = list(&document["missing_nights"]).iter().map(|d| vec![Want::Date(word(d))]).collect();
    if !missing.is_empty() {
        all.push(table("Missing_days", &["Date"], missing));
    }
    all.extend(queries(document));
    all
}

/// A row a line, each as it is written; lines without a letter are left out.
fn queries(document: &Value) -> Option<Table> {
    let mut rows = Vec::new();
    for query in list(&document["queries"]) {
        let sql = word(&query["sql"]);
        let lines = sql.split('\n').filter(|l| l.chars().any(|c| c != ' '));
        rows.extend(lines.map(|line| vec![text(&word(&query["name"])), text(line)]));
    }
    (!rows.is_empty()).then(|| table("Queries", &["Query", "Query text"], rows))
}

/// `2026-03` as `March 2026`.
fn month_word(document: &Value) -> String {
    let month = word(&document["month"]);
    let name = match &month[5..] {
        "01" => "January",
        "02" => "February",
        "03" => "March",
        "12" => "December",
        other => panic!("{other}"),
    };
    format!("{name} {}", &month[..4])
}

/// The first cell of a row of a table of `report.json`, wherever it stands.
fn first_cell(document: &Value, table: &str, row: &str) -> Option<Value> {
    let table = list(&document["tables"]).into_iter().find(|t| t["id"] == table)?;
    let row = list(&table["rows"]).into_iter().find(|r| r["id"] == row)?;
    Some(row["cells"][0].clone())
}

/// A cell as it must be, and what the column of notes says of it.
fn beside(cell: Option<&Value>, head: &str) -> (Want, Option<String>) {
    let Some(cell) = cell else { return (text("[z]"), None) };
    let marks = marks(cell);
    (Figure::of(cell, false).want(), (!marks.is_empty()).then(|| format!("{head}: {marks}")))
}

/// The tables of months side by side, from each month's own `report.json`, the oldest first; none of a month alone.
pub(super) fn months(documents: &[Value]) -> Vec<Table> {
    let Some(last) = documents.last().filter(|_| documents.len() > 1) else { return Vec::new() };
    let rows_of = |id: &str| {
        let table = list(&last["tables"]).into_iter().find(|t| t["id"] == id);
        table.map(|t| list(&t["rows"])).unwrap_or_default()
    };
    let mut links = rows_of("links");
    links.retain(|r| r["id"] != "total" && r["id"] != "other");
    let mut heads: Vec<String> =
        links.iter().map(|r| format!("{} (GB)", or(&word(&r["label"]), &word(&r["id"])))).collect();
    heads.push("All data (GB)".to_owned());
    let rows = documents.iter().map(|d| {
        let mut cells: Vec<Option<Value>> = links.iter().map(|r| first_cell(d, "links", &word(&r["id"]))).collect();
        cells.push(d["accounting"].get("counted").cloned());
        (month_word(d), cells)
    });
    let mut all = vec![side_by_side("Months_by_link", "Month", &heads, rows.collect())];
    let few = &documents[documents.len().saturating_sub(6)..];
    let heads: Vec<String> = few.iter().map(|d| format!("{} (GB)", month_word(d))).collect();
    let rows = rows_of("use").into_iter().map(|r| {
        let id = word(&r["id"]);
        (or(&word(&r["label"]), &id), few.iter().map(|d| first_cell(d, "use", &id)).collect())
    });
    let kinds = side_by_side("Months_by_use", "Kind of use", &heads, rows.collect());
    all.extend((!kinds.rows.is_empty()).then_some(kinds));
    all
}

fn side_by_side(sheet: &str, first: &str, heads: &[String], lines: Vec<(String, Vec<Option<Value>>)>) -> Table {
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (head, cells) in lines {
        let (wants, marked): (Vec<Want>, Vec<Option<String>>) =
            cells.iter().zip(heads).map(|(cell, head)| beside(cell.as_ref(), head)).unzip();
        rows.push(std::iter::once(Want::Text(head)).chain(wants).collect());
        notes.push(marked.into_iter().flatten().collect::<Vec<_>>().join("; "));
    }
    let heads = std::iter::once(first.to_owned()).chain(heads.iter().cloned()).collect();
    with_notes(Table { sheet: sheet.to_owned(), heads, rows }, &notes)
}

fn table(sheet: &str, heads: &[&str], rows: Vec<Vec<Want>>) -> Table {
    Table { sheet: sheet.to_owned(), heads: heads.iter().map(|h| (*h).to_owned()).collect(), rows }
}

fn definitions(document: &Value) -> Option<Table> {
    let row = |d: &Value| {
        let mut meaning = word(&d["meaning"]);
        let first: String = meaning.remove(0).to_uppercase().collect();
        let stop = if meaning.ends_with('.') { "" } else { "." };
        vec![text(&word(&d["label"])), text(&format!("{first}{meaning}{stop}"))]
    };
    let rows: Vec<Vec<Want>> = list(&document["definitions"]).iter().map(row).collect();
    (!rows.is_empty()).then(|| table("Definitions", &["Kind of use", "Meaning"], rows))
}

/// The heading of a column of a table, by hand.
pub(super) fn column_heads(t: &Value) -> Vec<String> {
    let (name, unit) = match t["measure"].as_str().unwrap() {
        "volume" => ("Data", "GB"),
        "time" => ("Active time", "hours"),
        _ => ("Days of use", "person-days"),
    };
    let columns = list(&t["columns"]);
    match columns.as_slice() {
        [_] => vec![format!("{name} ({unit})")],
        _ => columns
            .iter()
            .map(|c| {
                let label = word(&c["label"]);
                if label.ends_with(&format!("({unit})")) { label } else { format!("{label} ({unit})") }
            })
            .collect(),
    }
}

fn marks(cell: &Value) -> String {
    list(&cell["marks"]).iter().map(|m| format!("[{}]", word(m))).collect()
}

fn measured(t: &Value) -> Table {
    let (sheet, first) = match t["id"].as_str().unwrap() {
        "links" => ("Links", "Link"),
        "use" => ("Use_data", "Kind of use"),
        "use-time" => ("Use_time", "Kind of use"),
        "use-days" => ("Use_days", "Kind of use"),
        "times" => ("Times_of_day", "Time of day"),
        "cycles" => ("Billing_cycles", "Link and billing cycle"),
        "crossed" => ("Use_by_time_of_day", "Kind of use"),
        other => panic!("{other}"),
    };
    let columns = column_heads(t);
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    for row in list(&t["rows"]) {
        let cells = list(&row["cells"]);
        let mut wants = vec![Want::Text(or(&word(&row["label"]), &word(&row["id"])))];
        wants.extend(cells.iter().map(|c| Figure::of(c, false).want()));
        let marked = cells.iter().zip(&columns).filter(|(c, _)| !marks(c).is_empty());
        let note = |(c, head): (&Value, &String)| {
            if columns.len() == 1 { marks(c) } else { format!("{head}: {}", marks(c)) }
        };
        notes.push(marked.map(note).collect::<Vec<_>>().join("; "));
        rows.push(wants);
    }
    let mut heads = vec![first.to_owned()];
    heads.extend(columns);
    with_notes(Table { sheet: sheet.to_owned(), heads, rows }, &notes)
}

fn with_notes(mut table: Table, notes: &[String]) -> Table {
    if notes.iter().any(|n| !n.is_empty()) {
        table.heads.push("Notes".to_owned());
        for (row, note) in table.rows.iter_mut().zip(notes) {
            row.push(text(if note.is_empty() { "None" } else { note }));
        }
    }
    table
}

fn costs(document: &Value) -> Option<Table> {
    let costs = list(&document["costs"]);
    let any = |names: [&str; 2]| costs.iter().any(|c| names.iter().any(|n| c.get(*n).is_some()));
    let (ranged, reached) = (any(["low", "high"]), any(["data_reached", "budget_reached"]));
    let mut heads = vec!["Link", "Kind", "From", "To", "Fixed (£)", "Use (£)", "Abroad (£)", "Total (£)"];
    heads.extend(["Year so far (£)", "Year’s budget (£)", "Known from", "State"]);
    if ranged {
        heads.extend(["Least expected (£)", "Most expected (£)"]);
    }
    if reached {
        heads.extend(["Reached of its data (%)", "Reached of its budget (%)"]);
    }
    let planned = any(["bundle_gb", "lasts"]);
    if planned {
        heads.extend(["In the plan (GB)", "Will it last?"]);
    }
    let figure = |cost: &Value, name: &str, money: bool, otherwise: &str| match cost.get(name) {
        None | Some(Value::Null) => text(otherwise),
        Some(value) => Figure::of(value, money).want(),
    };
    let row = |cost: &Value| {
        let kind = match cost["kind"].as_str().unwrap() {
            "flat" => "Fixed price",
            "bundle" => "Bundle",
            "per-mb" => "Paid by the megabyte",
            "dongle" => "Mobile dongle",
            other => other,
        };
        let mut row = vec![Want::Text(link_label(document, &word(&cost["link"]))), text(kind)];
        row.extend(["cycle_start", "cycle_end"].map(|d| Want::Date(word(&cost[d]))));
        row.extend(["fixed", "usage", "abroad", "total"].map(|n| figure(cost, n, true, "absent")));
        row.push(figure(cost, "spent", true, "Not shown"));
        row.push(figure(cost, "budget", true, "None set"));
        row.push(text(match cost["source"].as_str().unwrap() {
            "operator" => "Operator’s records",
            "tariff" => "Price plan and use",
            _ => "Expense claims",
        }));
        row.push(text(if cost["forecast"] == true { "Forecast" } else { "Final" }));
        if ranged {
            row.extend(["low", "high"].map(|n| figure(cost, n, true, "No range")));
        }
        if reached {
            row.extend(["data_reached", "budget_reached"].map(|n| figure(cost, n, false, "None reached")));
        }
        if planned {
            row.push(figure(cost, "bundle_gb", false, "No set amount"));
            row.push(text(match (cost["forecast"] == true, cost.get("lasts").and_then(Value::as_str)) {
                (false, _) => "Cycle is over",
                (true, Some("yes")) => "Yes, very likely",
                (true, Some("perhaps")) => "Perhaps not",
                (true, Some("no")) => "No, very likely",
                (true, _) => "Not known",
            }));
        }
        row
    };
    (!costs.is_empty()).then(|| table("Costs", &heads, costs.iter().map(row).collect()))
}

fn coverage(document: &Value) -> Table {
    let row = |line: &Value| {
        let mut row = vec![Want::Text(link_label(document, &word(&line["link"])))];
        row.extend(["days_complete", "days", "percent"].map(|n| Figure::of(&line[n], false).want()));
        row
    };
    let rows = list(&document["coverage"]).iter().map(row).collect();
    table("Coverage", &["Link", "Days complete", "Days", "Received (%)"], rows)
}

fn accounting(document: &Value) -> Option<Table> {
    let a = document["accounting"].as_object()?;
    let parts = [
        ("shown", "In the link totals of this report"),
        ("withheld", "Held back by the rules"),
        ("excluded", "Left out: counted twice, inside the building, or of no link"),
        ("undecodable", "Could not be read"),
        ("counted", "All data counted"),
    ];
    let rows = parts.map(|(id, label)| vec![text(label), Figure::of(&a[id], false).want()]).to_vec();
    Some(with_notes(table("Accounting", &["Part", "Data (GB)"], rows), &parts.map(|(id, _)| marks(&a[id]))))
}

fn faults(document: &Value) -> Option<Table> {
    let heads = [
        "Link",
        "Times down",
        "Time down (minutes)",
        "Days without records",
        "Days with records lost",
        "At its fullest",
        "Lookups without a good answer (%)",
        "Lookups of names that do not exist (%)",
        "Usual time to an answer (milliseconds)",
        "Days out of the ordinary",
    ];
    let row = |fault: &Value| {
        let mut row = vec![Want::Text(link_label(document, &word(&fault["link"])))];
        let counts = ["outages", "outage_minutes", "gaps", "lost_export_days"];
        row.extend(counts.map(|n| Figure::of(&fault[n], false).want()));
        row.push(text(match fault["peak"].as_str() {
            None => "Not known",
            Some("light") => "Less than half of its speed",
            Some("busy") => "More than half of its speed",
            Some(_) => "Full: things may have been slow",
        }));
        let lookups = ["failed_percent", "unknown_percent", "delay_ms", "unusual_days"];
        row.extend(lookups.map(|n| match (&fault["resolver"], fault["resolver"].get(n)) {
            (Value::Null, _) => text("Not counted"),
            (_, Some(value)) if value.is_number() => Figure::of(value, false).want(),
            _ => text("Not known"),
        }));
        row
    };
    let faults = list(&document["faults"]);
    (!faults.is_empty()).then(|| table("Faults", &heads, faults.iter().map(row).collect()))
}

fn busiest(document: &Value) -> Option<Table> {
    let mut rows = Vec::new();
    for fault in list(&document["faults"]) {
        for busy in list(&fault["busiest"]) {
            rows.push(vec![
                Want::Text(link_label(document, &word(&fault["link"]))),
                Want::Date(word(&busy["date"])),
                Want::Text(word(&busy["start"])),
                Figure::of(&busy["percent"], false).want(),
            ]);
        }
    }
    let heads = ["Link", "Date", "Start", "Share of the line’s speed (%)"];
    (!rows.is_empty()).then(|| table("Busiest_times", &heads, rows))
}
