//! A released month in every format, each in every language that the council asks for.

use std::path::Path;

use model::Month;
use reports::{Document, Edition, FORMATS, Json, Language, Render};

use crate::outcome::Failure;

/// A month that the ledger says is published, with the hash of its document.
pub(crate) struct Earlier {
    /// The month.
    pub month: Month,
    /// The SHA-256 of its `report.json`.
    pub sha256: [u8; 32],
}

/// Every format in every language that there can be: the format, the language of the file's fixed text (none of data, which
/// has none), and the file's name.
pub(crate) fn files() -> impl Iterator<Item = (&'static dyn Render, Option<Language>, String)> {
    FORMATS.iter().flat_map(|format| {
        let all = format.languages();
        all.iter().map(move |l| (*format, (all.len() > 1).then_some(*l), format.file_in(*l)))
    })
}

/// What was published before a month, as it was published. A month whose document is not there as the ledger recorded it is
/// left out of the trend, and said.
pub(crate) fn earlier(reports: &Path, id: &str, month: Month, published: &[Earlier]) -> Vec<Document> {
    let mut months: Vec<&Earlier> = published.iter().filter(|p| p.month < month).collect();
    months.sort_by_key(|p| p.month);
    months.into_iter().filter_map(|p| read(reports, id, p)).collect()
}

fn read(reports: &Path, id: &str, earlier: &Earlier) -> Option<Document> {
    let month = earlier.month;
    let text = std::fs::read_to_string(reports.join(id).join(month.to_string()).join(Json.file())).ok();
    let text = text.filter(|t| store::sha256(t.as_bytes()) == earlier.sha256);
    let document = text.and_then(|t| reports::from_json(&t).ok());
    if document.is_none() {
        tracing::warn!(
            "{id}: the trend leaves {month} out: its report.json is not there as the ledger recorded it; hint: restore it from a copy"
        );
    }
    document
}

/// Writes every format into the folders, `report.json` as given: it is what was recorded.
pub(crate) fn write(
    mut folders: Vec<&Path>,
    document: &Document,
    json: &str,
    earlier: &[Document],
    languages: &[Language],
) -> Result<(), Failure> {
    folders.dedup();
    for format in FORMATS.iter().filter(|f| f.file() != Json.file()) {
        for language in languages.iter().filter(|l| format.languages().contains(l)) {
            let edition = Edition { document, earlier, language: *language, languages };
            let name = format.file_in(*language);
            let bytes = format.render(&edition).map_err(|e| Failure::at(Path::new(&name), e))?;
            for folder in &folders {
                store::write_atomic(&folder.join(&name), &bytes)?;
            }
        }
    }
    for folder in &folders {
        store::write_atomic(&folder.join(Json.file()), json.as_bytes())?;
    }
    Ok(())
}
