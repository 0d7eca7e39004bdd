//! `figures.csv-metadata.json`: what the columns of `figures.csv` hold, as CSV on the Web says it (W3C, 17 December 2015).
//!
//! A program finds the description beside the table by its name alone. It holds no figure. The table stands once, whatever
//! languages a council asks for; what is said about it stands in each of them.

use serde_json::{Value, json};

use super::clean::clean;
use super::figures::{COLUMNS, Column, FILE};
use super::text;
use crate::document::{Audience, Document};
use crate::json::pretty;
use crate::page::names::Names;
use crate::page::rich::Rich;
use crate::render::{Edition, Language, Render, RenderError};
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
        let asked = |l: &&Language| **l == LANGUAGE || edition.languages.contains(l);
        let says: Vec<Say> = Language::ALL.iter().filter(asked).map(|l| Say::new(*l)).collect();
        let readers: Vec<Names<'_>> = says.iter().map(|say| Names::new(edition.document, say)).collect();
        Ok(pretty(&metadata(edition.document, &readers)).into_bytes())
    }
}

/// The language of the table's own words.
const LANGUAGE: Language = Language::English;

fn metadata(document: &Document, readers: &[Names<'_>]) -> Value {
    let columns: Vec<Value> = COLUMNS.iter().map(|c| column(c, readers)).collect();
    json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": LANGUAGE.tag() }],
        "url": FILE,
        "dc:title": each(readers, text::title),
        "dc:creator": readers.first().map(|names| clean(&document.name, &names.say.text("sheet-empty"))),
        "dc:language": LANGUAGE.tag(),
        "dc:temporal": document.month().to_string(),
        "dc:description": each(readers, description),
        "dc:rights": each(readers, |names| names.say.text(text::licence(document.audience))),
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
        "notes": signs(document, readers)
    })
}

/// A text in each language: alone as it stands, of several each with its language.
fn each(readers: &[Names<'_>], say: impl Fn(&Names<'_>) -> String) -> Value {
    let said = |names: &Names<'_>| clean(&say(names), &names.say.text("sheet-empty"));
    match readers {
        [names] => json!(said(names)),
        several => {
            let tagged = |names| json!({ "@value": said(names), "@language": names.say.language().tag() });
            several.iter().map(tagged).collect()
        }
    }
}

/// What a reader of the data must know before the figures: for whom, how whole, what is not true of it.
fn description(names: &Names<'_>) -> String {
    let (document, say) = (names.document, names.say);
    let mut parts = vec![say.text("data-description")];
    if document.audience == Audience::Restricted {
        parts.push(say.text("not-for-publication"));
    }
    if let Some(clock) = &document.test_clock {
        parts.push(text::test_clock(names, clock));
    }
    parts.push(text::status(names));
    if !document.missing_nights.is_empty() {
        let dates = document.missing_nights.iter().map(|d| Rich::plain(&say.date(*d))).collect();
        parts.push(text::filled(names, "missing", &[("dates", &say.listed(dates).plain_text())]));
    }
    for note in &document.notes {
        let said = text::said(names, &note.text);
        parts.push(format!("{}, {}: {said}", text::correction(names), say.date(note.date)));
    }
    parts.push(say.text("data-guard"));
    parts.join(" ")
}

fn column(column: &Column, readers: &[Names<'_>]) -> Value {
    let mut datatype = json!({ "base": column.datatype });
    if !column.words.is_empty() {
        let words: Vec<String> = column.words.iter().map(|w| w.replace('[', "\\[").replace(']', "\\]")).collect();
        datatype["format"] = json!(words.join("|"));
    }
    let mut value = json!({
        "name": column.name,
        "titles": titles(column, readers),
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

/// The titles of a column. The one in the file's first row is the column's name, in the language of the table.
fn titles(column: &Column, readers: &[Names<'_>]) -> Value {
    let title = |names: &Names<'_>| names.say.text(&format!("column-{}", column.name.replace('_', "-")));
    match readers {
        [names] => json!([column.name, title(names)]),
        several => {
            let titles = several.iter().map(|names| match names.say.language() {
                LANGUAGE => (LANGUAGE.tag().to_owned(), json!([column.name, title(names)])),
                other => (other.tag().to_owned(), json!(title(names))),
            });
            Value::Object(titles.collect())
        }
    }
}

/// The meaning of each symbol and mark that the figures use.
fn signs(document: &Document, readers: &[Names<'_>]) -> Vec<Value> {
    let meaning = |sign| each(readers, |names| text::meaning(names, sign));
    document.signs().into_iter().map(|s| json!({ "symbol": s.printed(), "meaning": meaning(s) })).collect()
}
