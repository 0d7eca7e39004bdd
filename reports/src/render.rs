//! The one way in which a released month becomes a file.
//!
//! A format is a type that implements [`Render`]; it is drawn from an [`Edition`] and from nothing else, and it computes no
//! figure. [`FORMATS`] lists them in the order in which they are written.

use crate::document::Document;
use crate::sheets::{Csv, CsvMetadata, Ods, Xlsx};

/// What every format is drawn from: one released month, with the months that were published before it.
#[derive(Debug, Clone, Copy)]
pub struct Edition<'a> {
    /// The month.
    pub document: &'a Document,
    /// Published months before it, the oldest first, as their own `report.json` says. They are for the trend alone.
    pub earlier: &'a [Document],
    /// The language of the fixed text.
    pub language: Language,
    /// Every language that the month is drawn in: what stands once describes itself in each of them.
    pub languages: &'a [Language],
}

impl<'a> Edition<'a> {
    /// A month by itself, in English alone.
    pub const fn new(document: &'a Document) -> Self {
        Self { document, earlier: &[], language: Language::English, languages: &[Language::English] }
    }
}

/// A language in which the fixed text exists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// English of the United Kingdom, complete.
    #[default]
    English,
    /// Welsh, for the fixed text of the summary and its sheets; a translator has yet to review it.
    Welsh,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Welsh];

    /// Its tag (BCP 47), as a page and a configuration name it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en-GB",
            Self::Welsh => "cy",
        }
    }

    /// What its speakers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Welsh => "Cymraeg",
        }
    }

    /// The name of a file in it: `summary.html`, `summary.cy.html`.
    pub fn file(self, file: &str) -> String {
        match (self, file.rsplit_once('.')) {
            (Self::English, _) | (_, None) => file.to_owned(),
            (language, Some((stem, ending))) => format!("{stem}.{}.{ending}", language.tag()),
        }
    }
}

/// Why a format could not be drawn. The other formats are not touched by it.
#[derive(Debug, thiserror::Error)]
#[error("{format} cannot be drawn: {what}")]
pub struct RenderError {
    /// The format's name.
    pub format: &'static str,
    /// What went wrong.
    pub what: String,
}

/// One format.
pub trait Render: Sync {
    /// What people call it: `HTML`, `PDF`.
    fn name(&self) -> &'static str;

    /// The file's name in the month's folder, without the language: `summary.html`.
    fn file(&self) -> &'static str;

    /// The file's type (RFC 6838), for messages and pages that name it.
    fn media_type(&self) -> &'static str;

    /// The languages that it is drawn in. Data has no wording: it stands once.
    fn languages(&self) -> &'static [Language] {
        &[Language::English]
    }

    /// Its file's name in a language: `summary.html`, `summary.cy.html`.
    fn file_in(&self, language: Language) -> String {
        language.file(self.file())
    }

    /// Draws it. Equal editions give equal bytes.
    ///
    /// # Errors
    ///
    /// Where the library that writes the format refuses.
    fn render(&self, edition: &Edition<'_>) -> Result<Vec<u8>, RenderError>;
}

/// Every format, the master first.
pub const FORMATS: &[&dyn Render] = &[&Html, &crate::pdf::Pdf, &Xlsx, &Ods, &Csv, &CsvMetadata, &Json];

/// `summary.html`: the master.
#[derive(Debug, Clone, Copy)]
pub struct Html;

impl Render for Html {
    fn name(&self) -> &'static str {
        "HTML"
    }

    fn file(&self) -> &'static str {
        "summary.html"
    }

    fn media_type(&self) -> &'static str {
        "text/html"
    }

    fn languages(&self) -> &'static [Language] {
        &Language::ALL
    }

    fn render(&self, edition: &Edition<'_>) -> Result<Vec<u8>, RenderError> {
        Ok(crate::html::summary(edition).into_bytes())
    }
}

/// `report.json`: what every other format is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl Render for Json {
    fn name(&self) -> &'static str {
        "JSON"
    }

    fn file(&self) -> &'static str {
        "report.json"
    }

    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn render(&self, edition: &Edition<'_>) -> Result<Vec<u8>, RenderError> {
        Ok(crate::json(edition.document).into_bytes())
    }
}
