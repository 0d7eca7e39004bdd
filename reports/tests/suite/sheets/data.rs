//! `figures.csv` against its own description, and against `report.json`.

use std::collections::BTreeMap;

use reports::document::Document;
use reports::{Csv, CsvMetadata, Edition, Language, Render as _};
use serde_json::Value;

use super::walk::{self, Figure, figures, list, or, plain, word};
use super::{documents, draw, value};

/// A row by its columns' names.
type Line = BTreeMap<String, String>;

/// Reads the table by what the description says of it, and holds every cell to its column.
fn read(document: &Document) -> (Vec<Line>, Value) {
    let metadata: Value = serde_json::from_slice(&draw(&CsvMetadata, document)).unwrap();
    assert_eq!(metadata["@context"][0], "http://www.w3.org/ns/csvw");
    assert_eq!(metadata["url"], "figures.csv");
    let dialect = &metadata["dialect"];
    assert_eq!((&dialect["header"], &dialect["doubleQuote"]), (&Value::from(true), &Value::from(true)));
    let bytes = draw(&Csv, document);
    let text = std::str::from_utf8(&bytes).unwrap();
    assert!(text.ends_with("\r\n") && text.matches('\n').count() == text.matches("\r\n").count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(dialect["delimiter"].as_str().unwrap().as_bytes()[0])
        .quote(dialect["quoteChar"].as_str().unwrap().as_bytes()[0])
        .from_reader(bytes.as_slice());
    let columns = list(&metadata["tableSchema"]["columns"]);
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.len(), columns.len());
    for (head, column) in header.iter().zip(&columns) {
        assert_eq!(column["name"], head);
        assert!(list(&column["titles"]).iter().any(|t| t == head), "{head} is no title of its column");
    }
    let mut lines = Vec::new();
    for record in reader.records().map(Result::unwrap) {
        for (cell, column) in record.iter().zip(&columns) {
            check_cell(cell, column);
        }
        lines.push(header.iter().zip(&record).map(|(h, c)| (h.to_owned(), c.to_owned())).collect());
    }
    (lines, metadata)
}

fn check_cell(cell: &str, column: &Value) {
    let what = format!("{}: '{cell}'", column["name"]);
    if cell.is_empty() {
        assert_eq!((&column["required"], &column["null"]), (&Value::from(false), &Value::from("")), "{what}");
        return;
    }
    let values = match column.get("separator") {
        Some(separator) => cell.split(separator.as_str().unwrap()).collect(),
        None => vec![cell],
    };
    for value in values {
        let good = match column["datatype"]["base"].as_str().unwrap() {
            "string" => true,
            "decimal" => {
                let digits = value.strip_prefix('-').unwrap_or(value);
                digits.chars().all(|c| c.is_ascii_digit() || c == '.') && value.parse::<f64>().is_ok()
            }
            "date" => value.len() == 10 && value.parse::<jiff::civil::Date>().is_ok(),
            "gYearMonth" => value.len() == 7 && format!("{value}-01").parse::<jiff::civil::Date>().is_ok(),
            other => panic!("{other}"),
        };
        assert!(good, "{what}");
        if let Some(format) = column["datatype"].get("format") {
            let words: Vec<String> = word(format).split('|').map(|w| w.replace('\\', "")).collect();
            assert!(words.iter().any(|w| w == value), "{what} is none of {words:?}");
        }
    }
}

/// The text as it was: one leading apostrophe is the guard's.
fn unguarded(text: &str) -> String {
    text.strip_prefix('\'').unwrap_or(text).to_owned()
}

/// Holds the table of a document to its description and to `report.json`.
pub(super) fn check(name: &str, document: &Document) {
    let value = value(document);
    let (lines, metadata) = read(document);
    let mut found: BTreeMap<String, &Line> = BTreeMap::new();
    assert_eq!(metadata["tableSchema"]["primaryKey"], "source");
    for line in &lines {
        assert!(found.insert(unguarded(&line["source"]), line).is_none(), "{name}: {} stands twice", line["source"]);
        assert_eq!(unguarded(&line["authority"]), plain(&document.authority), "{name}");
        assert_eq!(line["month"], document.month, "{name}");
    }
    let wanted = figures(&value);
    assert_eq!(found.len(), wanted.len(), "{name}");
    for (source, figure) in &wanted {
        let line = found.get(source).unwrap_or_else(|| panic!("{name}: no {source}"));
        check_line(name, line, figure);
    }
    for table in list(&value["tables"]) {
        check_labels(name, &table, &found);
    }
    for cost in list(&value["costs"]) {
        check_cost(name, &value, &cost, &found);
    }
}

fn check_line(name: &str, line: &Line, figure: &Figure) {
    match figure {
        Figure::Symbol(symbol) => {
            assert_eq!((line["value"].as_str(), &line["symbol"]), ("", symbol), "{name}: {line:?}")
        }
        number => {
            assert_eq!(
                (line["value"].clone(), line["symbol"].as_str()),
                (number.decimal().unwrap(), ""),
                "{name}: {line:?}"
            );
        }
    }
    assert_eq!(line["unit"] == "GBP", line["measure"] == "cost", "{name}: {line:?}");
    for text in line.values().filter(|t| **t != line["value"]) {
        assert!(!text.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}']), "{name}: {text} could be a formula");
    }
}

fn check_labels(name: &str, table: &Value, found: &BTreeMap<String, &Line>) {
    let heads = walk::column_heads(table);
    for row in list(&table["rows"]) {
        for ((column, head), cell) in list(&table["columns"]).iter().zip(&heads).zip(list(&row["cells"])) {
            let source = format!("{}/{}/{}", word(&table["id"]), word(&row["id"]), word(&column["id"]));
            let line = found[&source];
            assert_eq!(unguarded(&line["row_label"]), or(&word(&row["label"]), &word(&row["id"])), "{name}: {source}");
            assert_eq!(unguarded(&line["column_label"]), *head, "{name}: {source}");
            assert_eq!((line["measure"].as_str(), line["unit"].as_str()), words_of(table), "{name}: {source}");
            let marks: Vec<String> = list(&cell["marks"]).iter().map(|m| format!("[{}]", word(m))).collect();
            assert_eq!(line["marks"], marks.join(" "), "{name}: {source}");
        }
    }
}

fn words_of(table: &Value) -> (&str, &str) {
    (table["measure"].as_str().unwrap(), table["unit"].as_str().unwrap())
}

fn check_cost(name: &str, document: &Value, cost: &Value, found: &BTreeMap<String, &Line>) {
    let key = format!("costs/{}:{}/", word(&cost["link"]), word(&cost["cycle_end"]));
    let lines: Vec<&&Line> = found.iter().filter(|(s, _)| s.starts_with(&key)).map(|(_, l)| l).collect();
    assert!(lines.len() >= 4, "{name}: {key}");
    for line in lines {
        assert_eq!(
            (line["period_start"].as_str(), line["period_end"].as_str()),
            (cost["cycle_start"].as_str().unwrap(), cost["cycle_end"].as_str().unwrap())
        );
        assert_eq!(line["state"], if cost["forecast"] == true { "forecast" } else { "final" }, "{name}: {key}");
        assert_eq!(unguarded(&line["row_label"]), walk::link_label(document, &word(&cost["link"])), "{name}: {key}");
        assert_eq!(
            (unguarded(&line["cost_kind"]), &line["cost_source"]),
            (plain(&word(&cost["kind"])), &word(&cost["source"]))
        );
    }
}

#[test]
fn the_table_keeps_to_its_description_and_to_the_document() {
    for (name, document) in documents() {
        check(name, &document);
    }
}

#[test]
fn lines_by_hand() {
    let (lines, metadata) = read(&super::full());
    let line = |source: &str| lines.iter().find(|l| l["source"] == source).unwrap();
    let low = line("use/travel/volume");
    assert_eq!((low["value"].as_str(), low["symbol"].as_str(), low["unit"].as_str()), ("", "[low]", "GB"));
    let total = line("costs/depot:2026-04-19/total");
    assert_eq!(
        (total["value"].as_str(), total["unit"].as_str(), total["state"].as_str()),
        ("20.18", "GBP", "forecast")
    );
    assert_eq!((total["period_start"].as_str(), total["row_label"].as_str()), ("2026-03-20", "Depot router"));
    assert_eq!(line("costs/depot:2026-04-19/abroad")["value"], "-0.05");
    let busy = line("faults/office/percent/3");
    assert_eq!((busy["value"].as_str(), busy["period_start"].as_str()), ("80", "2026-03-04"));
    assert_eq!(busy["row_label"], "Office broadband, quarter of an hour from 10:45");
    assert_eq!(line("crossed/office/not-core")["marks"], "[e] [r]");
    assert_eq!(line("claims_to_check")["value"], "6");
    assert_eq!(line("security_notices")["value"], "2");
    let description = word(&metadata["dc:description"]);
    assert!(description.contains("There are no records for 7 March 2026 and 8 March 2026."), "{description}");
    assert!(description.contains("Test clock."), "{description}");
    assert_eq!(metadata["dc:language"], "en-GB");
    assert_eq!(metadata["dc:creator"], "Example Town Council");
    assert_eq!(metadata["notes"][0]["symbol"], "[c]");
}

/// A cycle is seldom a month: the first of the two ends within it, the second goes on after it.
#[test]
fn days_of_billing_cycles_by_hand() {
    let (lines, _) = read(&crate::support::bundles());
    for (source, value, start, end) in [
        ("cycles/hall:2026-03-14/month", "13", "2026-03-01", "2026-03-14"),
        ("cycles/hall:2026-03-14/cycle", "22", "2026-02-15", "2026-03-14"),
        ("cycles/hall:2026-04-14/month", "17", "2026-03-15", "2026-03-31"),
        ("cycles/hall:2026-04-14/cycle", "17", "2026-03-15", "2026-03-31"),
        ("costs/hall:2026-03-14/spent", "140.25", "2026-02-15", "2026-03-14"),
        ("costs/hall:2026-04-14/bundle_gb", "20", "2026-03-15", "2026-04-14"),
    ] {
        let line = lines.iter().find(|l| l["source"] == source).unwrap_or_else(|| panic!("no {source}"));
        let found = (line["value"].as_str(), line["period_start"].as_str(), line["period_end"].as_str());
        assert_eq!(found, (value, start, end), "{source}");
    }
}

#[test]
fn hostile_words_cannot_be_formulas_and_can_be_had_back() {
    let (lines, _) = read(&super::hostile());
    for (i, (_, clean)) in super::HOSTILE.iter().enumerate() {
        let line = lines.iter().find(|l| l["source"] == format!("links/={i}/volume")).unwrap();
        assert_eq!(line["row"], format!("'={i}"));
        assert_eq!(unguarded(&line["row_label"]), *clean);
        let guarded = line["row_label"].starts_with('\'');
        assert_eq!(guarded, clean.starts_with(['=', '+', '-', '@', '\'', '\u{ff1d}']), "{clean}");
    }
    assert_eq!(lines[0]["authority"], "'-9");
}

/// The table stands once, and is described in each language that the council asks for.
#[test]
fn titles_stand_in_both_languages_where_welsh_is_asked_for() {
    let document = super::full();
    let edition = |languages| Edition { languages, ..Edition::new(&document) };
    let both = edition(&Language::ALL);
    assert_eq!(Csv.render(&both).unwrap(), draw(&Csv, &document));
    assert_eq!(CsvMetadata.render(&edition(&[])).unwrap(), draw(&CsvMetadata, &document));
    let metadata: Value = serde_json::from_slice(&CsvMetadata.render(&both).unwrap()).unwrap();
    let titles = |i: usize| &metadata["tableSchema"]["columns"][i]["titles"];
    assert_eq!(titles(2)["en-GB"], serde_json::json!(["month", "Month of the report"]));
    assert_eq!(titles(2)["cy"], "Mis yr adroddiad");
    assert_eq!(metadata["dc:title"][0]["@value"], "Internet use in March 2026: Example Town Council");
    assert_eq!(metadata["dc:title"][1]["@value"], "Defnydd o’r rhyngrwyd, Mawrth 2026: Example Town Council");
    assert_eq!((&metadata["dc:title"][1]["@language"], &metadata["dc:language"]), (&"cy".into(), &"en-GB".into()));
    let missing = "Nid oes cofnodion ar gyfer 7 Mawrth 2026 a 8 Mawrth 2026.";
    assert!(word(&metadata["dc:description"][1]["@value"]).contains(missing), "{metadata}");
    for (i, column) in list(&metadata["tableSchema"]["columns"]).iter().enumerate() {
        let (english, welsh) = (&titles(i)["en-GB"], &titles(i)["cy"]);
        assert_eq!(english[0], column["name"], "the file's first row names no title");
        assert!(welsh.is_string() && *welsh != english[1] && !word(welsh).starts_with("column-"), "{welsh}");
    }
}
