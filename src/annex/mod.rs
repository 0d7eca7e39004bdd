//! The notice annex of one council, filled from its configuration so that what people are told is what runs.
//!
//! The provider's settings, the council's folder and the assessment are each taken apart field by field. A setting that is
//! added anywhere does not compile until somebody has said here what people are told of it.

mod parts;
mod scope;
mod terms;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use model::Unit;
use reports::annex::{Annex, AnnexAssessment, AnnexNotice, Item, Part, SCHEMA, Section};

use crate::clock::Clock;
use crate::config::{Authority, Provider};
use crate::outcome::Failure;

/// The annex as the configuration stands on a date.
pub(crate) fn annex(provider: &Provider, authority: &Authority, clock: Clock) -> Annex {
    let date = today(authority, clock);
    let ladder = gate::judge(authority.assessment.as_ref(), date);
    let sections: Vec<Section> = Part::ALL.into_iter().map(|id| section(id, provider, authority, date)).collect();
    let told = authority.assessment.as_ref().map(|a| a.told());
    let version = |text: Option<&str>| text.unwrap_or("not given").to_owned();
    Annex {
        schema: SCHEMA.to_owned(),
        software: software(),
        authority: authority.id.clone(),
        name: authority.name.clone(),
        date,
        test_clock: clock.fixed.then(|| clock.now.to_string()),
        readers: readers(authority, date),
        mode: ladder.mode.as_str().to_owned(),
        reasons: match ladder.lowered() {
            true => ladder.unmet().map(|r| r.what.clone()).collect(),
            false => Vec::new(),
        },
        assessment: told.as_ref().map(|t| AnnexAssessment {
            version: version(t.version),
            signed_on: t.signed_on,
            review_due: t.review_due,
        }),
        notice: told.as_ref().map(|t| AnnexNotice { version: version(t.notice_version), date: t.notice_date }),
        sha256: sha256(&Annex::canonical(&sections)),
        sections,
    }
}

/// The roles of the people whom the council lists on a date, in words.
fn readers(authority: &Authority, date: Date) -> Vec<String> {
    let people = || authority.register.people().iter().filter(|p| p.present(date));
    let roles = [
        (Unit::Employee, "employees"),
        (Unit::Councillor, "councillors"),
        (Unit::Volunteer, "volunteers"),
        (Unit::Contractor, "contractors"),
    ];
    roles.iter().filter(|(role, _)| people().any(|p| p.role == *role)).map(|(_, word)| (*word).to_owned()).collect()
}

/// Today in the authority's zone.
pub(crate) fn today(authority: &Authority, clock: Clock) -> Date {
    clock.now.to_zoned(authority.calendar.zone().clone()).date()
}

/// Name and version of the program.
pub(crate) fn software() -> String {
    format!("tithing {}", env!("CARGO_PKG_VERSION"))
}

fn sha256(text: &str) -> String {
    store::to_hex(&store::sha256(text.as_bytes()))
}

fn section(id: Part, provider: &Provider, authority: &Authority, date: Date) -> Section {
    let items = parts::items(id, provider, authority, date);
    Section { id, sha256: sha256(&Section::canonical(id, &items)), items }
}

fn item(key: &str, label: &str, text: impl Into<String>) -> Item {
    Item { key: key.to_owned(), label: label.to_owned(), text: text.into() }
}

/// Where a council's annex and evidence sheet stand below a folder of reports.
pub(crate) fn folder(reports: &Path, authority: &str) -> PathBuf {
    reports.join(authority).join("notice")
}

/// Where an annex is kept under its fingerprint, so that a later check can say which part changed.
pub(crate) fn kept(provider: &Provider, authority: &str, sha256: &str) -> PathBuf {
    folder(&provider.root.join("reports"), authority).join("kept").join(format!("{sha256}.json"))
}

/// How the annex that people were given stands to the one that the settings make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// The assessment does not say which one people were given.
    NotRecorded,
    /// People were given this very one.
    Same,
    /// People were given another. The parts that differ, where that one was kept.
    Other(Option<Vec<Part>>),
    /// What is recorded is no fingerprint.
    Malformed,
}

/// Compares the annex as it is now with the one that people were given.
///
/// # Errors
/// Where a kept annex cannot be read.
pub(crate) fn given(provider: &Provider, authority: &Authority, now: &Annex) -> Result<Given, Failure> {
    let Some(recorded) = authority.assessment.as_ref().and_then(|a| a.annex_given()) else {
        return Ok(Given::NotRecorded);
    };
    let recorded = recorded.to_ascii_lowercase();
    if store::from_hex(&recorded).is_none() {
        return Ok(Given::Malformed);
    }
    if recorded == now.sha256 {
        return Ok(Given::Same);
    }
    let path = kept(provider, &authority.id, &recorded);
    let Some(text) = crate::config::read_text_if_any(&path)? else { return Ok(Given::Other(None)) };
    let then = Annex::from_json(&text).map_err(|e| Failure::at(&path, format!("is not an annex: {e}")))?;
    let whole = then.sha256 == recorded && sha256(&Annex::canonical(&then.sections)) == recorded;
    Ok(Given::Other(whole.then(|| now.differing(&then))))
}
