//! The archive below `reports/`: an index per council and the provider's page, written anew from what is there.
//!
//! It reads the ledgers, the published documents as the ledger recorded them, and which nights are there; no row of a
//! table. One council that cannot be read leaves the others' pages as they should be, and its own as it was.

use std::path::Path;

use jiff::civil::Date;
use model::Month;
use reports::Language;
use reports::archive::{
    Archive, ArchivedMonth, CouncilRow, CouncilState, INDEX, Linked, MonthState, ProviderArchive, Standing,
};
use reports::document::{Audience, Document};
use store::{Event, Table};

use crate::clock::Clock;
use crate::commands::report::published;
use crate::config::Provider;
use crate::council::{Council, Shared};
use crate::outcome::Failure;

/// Writes every council's index and the provider's page. Where nothing changed, neither does a byte.
///
/// # Errors
/// Where a page cannot be written.
pub(crate) fn write(provider: &Provider, shared: &Shared<'_>, clock: Clock) -> Result<(), Failure> {
    let folder = provider.root.join("reports");
    let mut councils = Vec::new();
    for id in &provider.authorities {
        let known = match known(provider, shared, id, clock) {
            Ok((archive, state)) => {
                index(&folder.join(id), &archive)?;
                Some(state)
            }
            Err(failure) => {
                tracing::warn!("{id}: its index in the archive stays as it was: {failure}");
                None
            }
        };
        councils.push(CouncilRow { authority: id.clone(), known });
    }
    let page = reports::provider_html(&ProviderArchive { councils, test_clock: clock.fixed });
    store::write_atomic(&folder.join(INDEX), page.as_bytes())?;
    Ok(())
}

/// A council's index in each of its languages, and in no other.
fn index(folder: &Path, archive: &Archive) -> Result<(), Failure> {
    for language in Language::ALL {
        let path = folder.join(language.file(INDEX));
        if archive.languages.contains(&language) {
            store::write_atomic(&path, reports::archive_html(archive, language).as_bytes())?;
        } else if path.is_file() {
            // The council has dropped it: a page that nothing keeps up to date is worse than none.
            std::fs::remove_file(&path).map_err(|e| Failure::at(&path, format!("cannot be removed: {e}")))?;
        }
    }
    Ok(())
}

/// The same after the nights, where there is an archive: retention may have taken a month away.
///
/// # Errors
/// Where a page cannot be written.
pub(crate) fn refresh(provider: &Provider, shared: &Shared<'_>, clock: Clock) -> Result<(), Failure> {
    if provider.root.join("reports").join(INDEX).is_file() { write(provider, shared, clock) } else { Ok(()) }
}

fn known(provider: &Provider, shared: &Shared<'_>, id: &str, clock: Clock) -> Result<(Archive, CouncilState), Failure> {
    let council = Council::open(provider, shared, id, clock)?;
    let found = documents(&council)?;
    let running = Month::of(council.today());
    let last = running.first().yesterday().map(Month::of).unwrap_or(running);
    let review_due = council.authority.assessment.as_ref().and_then(gate::Assessment::review_due);
    let nights = Month::of(council.today().yesterday().unwrap_or(council.today()));
    let of_last = found.iter().find(|(month, _)| *month == last).map(|(_, document)| document);
    let state = state(&council, last, of_last)?;
    let standing = [
        Standing {
            month: last,
            state,
            missing_nights: of_last.map(|d| d.missing_nights.clone()).unwrap_or_default(),
            reasons: of_last.map(|d| d.reasons.clone()).unwrap_or_default(),
        },
        Standing {
            month: running,
            state: MonthState::Running(running.next().first()),
            missing_nights: Vec::new(),
            reasons: Vec::new(),
        },
    ];
    let contact = found.first().map(|(_, d)| d.contact.clone()).filter(|c| !c.is_empty());
    let archive = Archive {
        name: council.authority.name.clone(),
        months: found.iter().map(|(month, document)| month_of(&council, *month, document)).collect(),
        standing,
        review_due,
        contact: contact.unwrap_or_default(),
        languages: council.authority.languages.clone(),
        test_clock: clock.fixed,
    };
    let state = CouncilState {
        name: council.authority.name.clone(),
        last_month: (last, state),
        missing: (nights, u32::try_from(missing_nights(&council, nights)?.len()).unwrap_or(u32::MAX)),
        last_night: council.store.all_dates(Table::Links)?.last().copied(),
        review_due,
        overdue: review_due.is_some_and(|due| due <= council.today()),
    };
    Ok((archive, state))
}

/// Nights of a month that are over and not stored, from the first night that the store ever had on: before it there was
/// nothing to record.
///
/// # Errors
/// Where the store cannot be listed.
pub(crate) fn missing_nights(council: &Council<'_>, month: Month) -> Result<Vec<Date>, Failure> {
    let all = council.store.all_dates(Table::Links)?;
    let Some(first) = all.first().copied() else { return Ok(Vec::new()) };
    let over = |d: &Date| first <= *d && *d < council.today();
    Ok(month.days().filter(over).filter(|d| !all.contains(d)).collect())
}

/// What became of a month that is over.
///
/// # Errors
/// Where the ledger or the store cannot be read.
pub(crate) fn state(council: &Council<'_>, month: Month, document: Option<&Document>) -> Result<MonthState, Failure> {
    if let Some(document) = document {
        return Ok(MonthState::Released(document.status, document.audience));
    }
    let mut withheld = false;
    council.ledger.entries(&mut |entry| {
        withheld |= matches!(entry.event, Event::Withheld { month: m } if m == month);
    })?;
    let nights = council.store.all_dates(Table::Links)?;
    let stored = nights.iter().any(|d| Month::of(*d) == month);
    let before = nights.first().is_some_and(|first| month.last() < *first);
    Ok(match (withheld, stored, before) {
        (true, ..) => MonthState::Withheld,
        (false, true, _) => MonthState::Waiting,
        (false, false, true) => MonthState::Before,
        (false, false, false) => MonthState::Missing,
    })
}

/// The published documents that are there as the ledger recorded them, the newest first.
///
/// # Errors
/// Where the ledger cannot be read.
pub(crate) fn documents(council: &Council<'_>) -> Result<Vec<(Month, Document)>, Failure> {
    let folder = council.provider.root.join("reports").join(&council.authority.id);
    let mut found = Vec::new();
    for published in published(council)? {
        let path = folder.join(published.month.to_string()).join("report.json");
        // What retention took away is not listed any more.
        let Some(text) = crate::config::read_text_if_any(&path)? else { continue };
        if store::sha256(text.as_bytes()) != published.sha256 {
            tracing::warn!(
                "{}: {}: it is not as the ledger recorded it, and is not in the archive; hint: restore it from a copy",
                council.authority.id,
                path.display()
            );
            continue;
        }
        found.push((published.month, reports::from_json(&text).map_err(|e| Failure::at(&path, e))?));
    }
    found.sort_by_key(|(month, _)| std::cmp::Reverse(*month));
    Ok(found)
}

/// A month of the index. A restricted one has no documents here: the index is for publication.
fn month_of(council: &Council<'_>, month: Month, document: &Document) -> ArchivedMonth {
    let folder = council.provider.root.join("reports").join(&council.authority.id).join(month.to_string());
    let public = document.audience == Audience::Public;
    let there = crate::edition::files().filter(|(_, _, file)| public && folder.join(file).is_file());
    ArchivedMonth {
        month,
        status: document.status,
        audience: document.audience,
        corrected: !document.notes.is_empty(),
        documents: there.map(|(f, language, file)| Linked { name: f.name().to_owned(), language, file }).collect(),
    }
}
