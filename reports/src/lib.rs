//! How a released month looks: `report.json`, and the page, the sheets and the data files drawn from it.
//!
//! A [`Document`] is made from [`gate::Released`] and a few facts about the authority, or read back from `report.json`;
//! every format is a function of it alone. Nothing here decides whether a number may be seen, and nothing opens a file.
#![forbid(unsafe_code)]

pub mod annex;
pub mod archive;
mod case;
pub mod document;
pub mod evidence;
mod html;
mod json;
mod letter;
mod page;
mod pdf;
mod release;
mod render;
mod say;
pub mod schedule;
pub mod security;
pub mod sheets;
pub mod subject;
mod text;
mod words;

pub use annex::{Annex, annex_html};
pub use archive::{archive_html, provider_html};
pub use case::{CASE_SCHEMA, CaseDay, CaseEnd, CaseFacts, CaseFile, CaseUnlock};
pub use document::Document;
pub use evidence::{Evidence, evidence_html};
pub use html::html;
pub use json::{DocumentError, from_json, json};
pub use letter::{Enclosed, Letter, letter, schedule_letter};
pub use pdf::Pdf;
pub use release::Facts;
pub use render::{Edition, FORMATS, Html, Json, Language, Render, RenderError};
pub use schedule::{Schedule, SchedulePages, schedule_from_json, schedule_json, schedule_pages};
pub use security::security_html;
pub use sheets::{Csv, CsvMetadata, Ods, Xlsx};
pub use text::text;
