//! `figures.csv-metadata.json`: what the columns of `figures.csv` hold, as CSV on the Web says it (W3C, 17 December 2015).
//!
//! A program finds the description beside the table by its name alone. It holds no figure.

use serde_json::{Value, json};

use super::clean::clean;
use super::figures::{COLUMNS, Column, FILE};
use super::text;
use crate::document::{Audience, Document};
use crate::json::pretty;
use crate::page::names::Names;
use crate::page::rich::Rich;
use crate::render::{Edition, Render, RenderError};
use crate::say::Say;

/// `figures.csv-metadata.json`.
#[derive(Debug, Clone, Copy)]
pub struct CsvMetadata;

impl Render for CsvMetadata {
    fn name(&self) -> &'static str {
        "CSV metadata"
    }

    fn file(&self) -> &'static str {
        "figures.csv-metadata.json"
    }

    fn media_type(&self) -> &'static str {
        "application/csvm+json"
    }

    fn render(&self, edition: &Edition<'_>) -> Result<Vec<u8>, RenderError> {
        let say = Say::new(text::LANGUAGE);
        Ok(pretty(&metadata(&Names::new(edition.document, &say))).into_bytes())
    }
}

fn metadata(names: &Names<'_>) -> Value {
    let document = names.document;
    let language = text::LANGUAGE.tag();
    let columns: Vec<Value> = COLUMNS.iter().map(column).collect();
    json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": language }],
        "url": FILE,
        "dc:title": clean(&text::title(names), text::EMPTY),
        "dc:creator": clean(&document.name, text::EMPTY),
        "dc:language": language,
        "dc:temporal": document.month().to_string(),
        "dc:description": description(names),
        "dc:rights": text::licence(document.audience),
        "dialect": {
            "encoding": "utf-8",
            "delimiter": ",",
            "quoteChar": "\"",
            "doubleQuote": true,
            "header": true,
            "headerRowCount": 1,
            "lineTerminators": ["\r\n"],
            "skipInitialSpace": false,
            "trim": false
        },
        "tableSchema": { "columns": columns, "primaryKey": COLUMNS[0].name },
        "notes": signs(document)
    })
}

/// What a reader of the data must know before the figures: for whom, how whole, what is not true of it.
fn description(names: &Names<'_>) -> String {
    let (document, say) = (names.document, names.say);
    let mut parts = vec![text::data::DESCRIPTION.to_owned()];
    if document.audience == Audience::Restricted {
        parts.push(text::data::RESTRICTED.to_owned());
    }
    if let Some(clock) = &document.test_clock {
        parts.push(text::cover::test_clock(&say.instant(clock)));
    }
    parts.push(text::status(names));
    if !document.missing_nights.is_empty() {
        let dates = document.missing_nights.iter().map(|d| Rich::plain(&say.date(*d))).collect();
        parts.push(text::data::missing(&say.listed(dates).plain_text()));
    }
    for note in &document.notes {
        parts.push(format!("{}, {}: {}", text::cover::CORRECTION, say.date(note.date), note.text));
    }
    parts.push(text::data::GUARD.to_owned());
    clean(&parts.join(" "), text::EMPTY)
}

fn column(column: &Column) -> Value {
    let mut datatype = json!({ "base": column.datatype });
    if !column.words.is_empty() {
        let words: Vec<String> = column.words.iter().map(|w| w.replace('[', "\\[").replace(']', "\\]")).collect();
        datatype["format"] = json!(words.join("|"));
    }
    let mut value = json!({
        "name": column.name,
        "titles": [column.name, text::data::column(column.name)],
        "datatype": datatype,
        "required": column.required
    });
    if !column.required {
        value["null"] = json!("");
    }
    if let Some(separator) = column.separator {
        value["separator"] = json!(separator);
    }
    value
}

/// The meaning of each symbol and mark that the figures use.
fn signs(document: &Document) -> Vec<Value> {
    let meaning = |sign| clean(text::meaning(document, sign), text::EMPTY);
    document.signs().into_iter().map(|s| json!({ "symbol": s.printed(), "meaning": meaning(s) })).collect()
}
