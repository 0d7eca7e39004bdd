//! The notice annex: everything that runs, told to the people it is about. It is filled from the configuration, never typed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The form of `annex.json`.
pub const SCHEMA: &str = "tithing.annex/1";

/// What people are told, part by part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annex {
    /// [`SCHEMA`].
    pub schema: String,
    /// Name and version of the program.
    pub software: String,
    /// The authority's id.
    pub authority: String,
    /// Its name.
    pub name: String,
    /// The date for which it was made.
    pub date: Date,
    /// The fixed clock, RFC 3339; none for the true one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_clock: Option<String>,
    /// Whom it is for: the roles in the list of people, in words. None in annexes of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readers: Vec<String>,
    /// What the assessment allows on that date: `nothing`, `totals` or `categories`.
    pub mode: String,
    /// Why it is less than the council asks for.
    pub reasons: Vec<String>,
    /// The impact assessment that it was made from.
    pub assessment: Option<AnnexAssessment>,
    /// The notice that it belongs to.
    pub notice: Option<AnnexNotice>,
    /// The parts, in the order of [`Part::ALL`].
    pub sections: Vec<Section>,
    /// SHA-256 over the parts' own: the fingerprint of what was told.
    pub sha256: String,
}

/// The impact assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnexAssessment {
    /// Its version.
    pub version: String,
    /// From when it is signed.
    pub signed_on: Option<Date>,
    /// When it must be reviewed.
    pub review_due: Option<Date>,
}

/// The notice to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnexNotice {
    /// Its version.
    pub version: String,
    /// When it was given.
    pub date: Option<Date>,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Which.
    pub id: Part,
    /// What stands in it, in order.
    pub items: Vec<Item>,
    /// SHA-256 of [`Section::canonical`].
    pub sha256: String,
}

/// One thing that runs, with what it means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What the configuration calls it.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What it means.
    pub text: String,
}

/// A part of the annex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// What it is for.
    Purposes,
    /// What is read.
    Sources,
    /// What is never collected.
    Never,
    /// The links.
    Links,
    /// The devices.
    Devices,
    /// The kinds of site.
    Kinds,
    /// The times of day.
    Times,
    /// When a figure may be shown.
    Figures,
    /// Rules of security notices.
    Security,
    /// Rules that can single out a person, after two people unlocked it.
    Exceptions,
    /// What is made.
    Documents,
    /// Who receives it.
    Recipients,
    /// For how long it is kept.
    Retention,
    /// What people can do.
    Rights,
}

impl Part {
    /// Every part, in order.
    pub const ALL: [Part; 14] = [
        Self::Purposes,
        Self::Sources,
        Self::Never,
        Self::Links,
        Self::Devices,
        Self::Kinds,
        Self::Times,
        Self::Figures,
        Self::Security,
        Self::Exceptions,
        Self::Documents,
        Self::Recipients,
        Self::Retention,
        Self::Rights,
    ];

    /// Its word in `annex.json` and in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Purposes => "purposes",
            Self::Sources => "sources",
            Self::Never => "never",
            Self::Links => "links",
            Self::Devices => "devices",
            Self::Kinds => "kinds",
            Self::Times => "times",
            Self::Figures => "figures",
            Self::Security => "security",
            Self::Exceptions => "exceptions",
            Self::Documents => "documents",
            Self::Recipients => "recipients",
            Self::Retention => "retention",
            Self::Rights => "rights",
        }
    }
}

impl Section {
    /// The text that the part's fingerprint is taken of: every item, in order.
    pub fn canonical(id: Part, items: &[Item]) -> String {
        // A list of texts has no key that is not a text.
        serde_json::to_string(&(id, items)).unwrap_or_default()
    }
}

/// The page of an annex. Equal annexes give equal bytes.
pub fn annex_html(annex: &Annex) -> String {
    crate::html::drawn(&crate::page::annex::page(annex))
}

impl Annex {
    /// The text that the whole fingerprint is taken of.
    pub fn canonical(sections: &[Section]) -> String {
        sections.iter().map(|s| format!("{} {}\n", s.id.as_str(), s.sha256)).collect()
    }

    /// The parts whose fingerprints differ from those of another annex.
    pub fn differing(&self, other: &Annex) -> Vec<Part> {
        let of = |annex: &Annex, id: Part| annex.sections.iter().find(|s| s.id == id).map(|s| s.sha256.clone());
        Part::ALL.into_iter().filter(|id| of(self, *id) != of(other, *id)).collect()
    }

    /// As JSON, for machines. Equal annexes give equal bytes.
    pub fn json(&self) -> String {
        super::json::pretty(self)
    }

    /// Reads one back.
    ///
    /// # Errors
    /// Where the text is no annex of this form.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
