//! `tithing report`: a month rolled up, passed through the gate, rendered, recorded.

use std::path::{Path, PathBuf};

use model::Month;
use reports::document::{Audience, Cell, ListRef, Note, Query, Status, Symbol, TaxonomyChange};
use reports::{Document, Facts};
use store::{Event, Table};

use crate::clock::Clock;
use crate::commands::chosen;
use crate::config::Provider;
use crate::council::{Council, Shared};
use crate::edition::Earlier;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Reports the month of the authorities asked for. One council's failure never touches another.
pub(crate) fn run(
    provider: &Provider,
    clock: Clock,
    month: Month,
    asked: &[String],
    out: Option<&Path>,
    erratum: Option<&str>,
) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let mut worst = Outcome::Done;
    for id in chosen(provider, asked)? {
        match council(provider, &shared, id, clock, month, out, erratum) {
            Ok(made) => {
                worst = worst.max(made.outcome);
                if let Some(folder) = made.folder {
                    messages::data(&format!("{}\n", folder.join("summary.html").display()))?;
                }
            }
            Err(failure) => {
                tracing::error!("{id}: {failure}");
                worst = Outcome::Failed;
            }
        }
    }
    crate::archive::write(provider, &shared, clock)?;
    Ok(worst)
}

/// Prints the one page of a published month as plain text, from its `report.json` as the ledger recorded it. It writes
/// nothing.
pub(crate) fn show(provider: &Provider, clock: Clock, month: Month, asked: &[String]) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let mut worst = Outcome::Done;
    for id in chosen(provider, asked)? {
        let text = Council::open(provider, &shared, id, clock).and_then(|council| {
            let recorded = published(&council)?.into_iter().rfind(|p| p.month == month).ok_or_else(|| {
                Failure::new(format!("{month} is not published, so there is nothing to show")).hint("report it first")
            })?;
            let place = provider.root.join("reports").join(id).join(month.to_string());
            let text = recorded_text(&[&place], month, recorded.sha256)?;
            let document = reports::from_json(&text).map_err(|e| Failure::at(&place, e))?;
            Ok(reports::text(&reports::Edition::new(&document)))
        });
        match text {
            Ok(text) => messages::data(&text)?,
            Err(failure) => {
                tracing::error!("{id}: {failure}");
                worst = Outcome::Failed;
            }
        }
    }
    Ok(worst)
}

/// What was made.
pub(crate) struct Made {
    /// Where the documents are; none where nothing was written.
    pub folder: Option<PathBuf>,
    /// How it ended.
    pub outcome: Outcome,
}

/// One council's month, made and handed to its recipients.
pub(crate) fn council(
    provider: &Provider,
    shared: &Shared<'_>,
    id: &str,
    clock: Clock,
    month: Month,
    out: Option<&Path>,
    erratum: Option<&str>,
) -> Result<Made, Failure> {
    let (_alone, council) = Council::open_alone(provider, shared, id, clock)?;
    let made = make(&council, month, out, erratum)?;
    let delivered = match &made.folder {
        Some(_) => crate::delivery::month(&council, month)?,
        None => Outcome::Done,
    };
    Ok(Made { outcome: made.outcome.max(delivered), ..made })
}

fn make(council: &Council<'_>, month: Month, out: Option<&Path>, erratum: Option<&str>) -> Result<Made, Failure> {
    let id = &council.authority.id;
    let default = council.provider.root.join("reports");
    let folder = out.unwrap_or(&default).join(id).join(month.to_string());
    let published = published(council)?;
    if published.iter().any(|p| p.month == month) {
        let around = around(council, &default, month, &published);
        return again(
            council,
            &folder,
            &default.join(id).join(month.to_string()),
            month,
            &published,
            (erratum, &around),
        );
    }
    if erratum.is_some() {
        return Err(
            Failure::new(format!("{month} is not published, so there is nothing to correct")).hint("report it first")
        );
    }
    if council.today() <= month.last() {
        let first = month.next().first();
        let what = format!("{month} is not over by the clock: a month is reported after its last day");
        return Err(Failure::new(what).hint(format!("run again from {first} on")));
    }
    if council.store.dates(Table::Links, month)?.is_empty() {
        let ladder = gate::judge(council.authority.assessment.as_ref(), council.today());
        let outcome = if ladder.mode == gate::Mode::Nothing { Outcome::Withheld } else { Outcome::Gaps };
        tracing::warn!(
            "{id}: nothing is stored for {month}, so there is nothing to report; hint: run `tithing nightly` first"
        );
        return Ok(Made { folder: None, outcome });
    }
    let closes = crate::retention::limits(&council.authority).closes(month);
    if closes <= council.retention_day()? {
        let what =
            format!("{month} closed on {closes} without a report: its rows about people and its key are deleted");
        return Err(Failure::new(what).hint("report each month within its retention"));
    }
    let original = default.join(id).join(month.to_string());
    let around = around(council, &default, month, &published);
    first(council, &folder, &original, month, published.iter().map(|p| p.month).collect(), &around)
}

/// A month that the ledger says is published, with the hash of its document.
pub(crate) struct Published {
    /// The month.
    pub month: Month,
    /// SHA-256 of its `report.json` as it stands, corrections included.
    pub sha256: [u8; 32],
    schedule: Option<[u8; 32]>,
}

/// What every format is drawn from beside the document.
struct Around<'a> {
    earlier: Vec<Document>,
    languages: &'a [reports::Language],
}

fn around<'a>(council: &'a Council<'_>, reports: &Path, month: Month, published: &[Published]) -> Around<'a> {
    let all: Vec<Earlier> = published.iter().map(|p| Earlier { month: p.month, sha256: p.sha256 }).collect();
    let earlier = crate::edition::earlier(reports, &council.authority.id, month, &all);
    Around { earlier, languages: &council.authority.languages }
}

/// The months that the ledger says are published, in the order of their release.
pub(crate) fn published_months(council: &Council<'_>) -> Result<Vec<Month>, Failure> {
    Ok(published(council)?.iter().map(|p| p.month).collect())
}

/// The same with their hashes.
pub(crate) fn published(council: &Council<'_>) -> Result<Vec<Published>, Failure> {
    let mut all: Vec<Published> = Vec::new();
    council.ledger.entries(&mut |entry| match entry.event {
        Event::Release { month, report, schedule, .. } => all.push(Published { month, sha256: report, schedule }),
        Event::Erratum { month, report } => {
            all.iter_mut().filter(|p| p.month == month).for_each(|p| p.sha256 = report);
        }
        _ => {}
    })?;
    Ok(all)
}

/// The first time: rolled up, through the gate, written, recorded. The original always stands below `reports`, so that the
/// month can be drawn again from it; another folder gets a copy.
fn first(
    council: &Council<'_>,
    folder: &Path,
    original: &Path,
    month: Month,
    before: Vec<Month>,
    around: &Around<'_>,
) -> Result<Made, Failure> {
    let candidate = crate::month::candidate(council, month)?;
    let assessment = council.authority.assessment.as_ref();
    let history = history(before, &around.earlier, month);
    let released = gate::release(candidate, assessment, council.today(), &history)
        .map_err(|e| Failure::new(format!("{} ({})", e, e.code())))?;
    let facts = facts(council, month)?;
    let mut document = Document::new(&released, &facts);
    document.queries = queries(&document);
    document.add_up_year(&around.earlier, &council.authority.warn_at);
    crate::bills::doubts(council, month);
    if released.status() == gate::Status::Withheld {
        for reason in released.reasons() {
            tracing::warn!("{}: {reason}", council.authority.id);
        }
        council.ledger.append(&Event::Withheld { month }, council.now())?;
        return Ok(Made { folder: None, outcome: Outcome::Withheld });
    }
    let json = reports::json(&document);
    let schedule = crate::schedule::made(council, &released, &facts);
    let text = |name: &str, text: &str| crate::siege::artefact(&original.join(name), text.to_owned());
    let mut written = vec![text("report.json", &json)];
    written.extend(schedule.as_ref().map(|(_, json)| text(crate::schedule::FILE, json)));
    crate::siege::hold(council, released.truth(), written)?;
    crate::edition::write(vec![original, folder], &document, &json, &around.earlier, around.languages)?;
    let schedule = crate::schedule::first(council, schedule.as_ref(), [original, folder])?;
    let account = Some(crate::month::books(council, month, &released)?);
    let event = Event::Release { month, report: store::sha256(json.as_bytes()), account, schedule };
    council.ledger.append(&event, council.now())?;
    Ok(Made { folder: Some(folder.to_path_buf()), outcome: outcome(council, &released) })
}

/// What was released before: the months, and of the last of them, where it is the month before, what it printed of cycles.
fn history(months: Vec<Month>, earlier: &[Document], month: Month) -> gate::History {
    let mut history = gate::History::new(months);
    let before = earlier.iter().rfind(|d| d.month().next() == month);
    let Some(table) = before.and_then(|d| d.table("cycles")) else { return history };
    let column = table.columns.iter().position(|c| c.id == "cycle");
    let audience = match before.map(|d| d.audience) {
        Some(Audience::Public) => gate::Audience::Public,
        _ => gate::Audience::Restricted,
    };
    for row in &table.rows {
        if let Some(gigabytes) = column.and_then(|c| row.cells.get(c)).and_then(printed) {
            history = history.with_cycle(&row.id, gigabytes, audience);
        }
    }
    history
}

/// The figure of a cell, where it has one; nothing where it rounds to zero.
fn printed(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Shown(s) => Some(s.shown),
        Cell::Symbol(h) if h.symbol == Symbol::Low => Some(0),
        Cell::Symbol(_) => None,
    }
}

fn outcome(council: &Council<'_>, released: &gate::Released) -> Outcome {
    let gaps = if released.missing_nights().is_empty() { Outcome::Done } else { Outcome::Gaps };
    let ladder = gate::judge(council.authority.assessment.as_ref(), council.today());
    for requirement in ladder.unmet() {
        tracing::warn!("{}: assessment: {}; hint: {}", council.authority.id, requirement.what, requirement.next);
    }
    let status = match released.status() {
        gate::Status::Complete => Outcome::Done,
        gate::Status::Gaps => Outcome::Gaps,
        gate::Status::Lowered | gate::Status::Withheld => Outcome::Withheld,
    };
    let asked = if ladder.lowered() { Outcome::Withheld } else { Outcome::Done };
    gaps.max(status).max(asked)
}

/// A published month's `report.json` as the ledger recorded it, from the last of the places that has it.
fn recorded_text(places: &[&Path], month: Month, sha256: [u8; 32]) -> Result<String, Failure> {
    let read = |place: &&Path| std::fs::read_to_string(place.join("report.json")).ok();
    let found = places.iter().rev().filter_map(read).find(|text| store::sha256(text.as_bytes()) == sha256);
    found.ok_or_else(|| {
        let path = places.last().map(|p| p.join("report.json")).unwrap_or_default();
        Failure::at(&path, format!("{month} is published, but its report.json is not there as the ledger recorded it"))
            .hint("restore it from a copy: a published month is never computed again")
    })
}

/// A published month: drawn again from what was published, never computed again.
fn again(
    council: &Council<'_>,
    folder: &Path,
    default: &Path,
    month: Month,
    published: &[Published],
    (erratum, around): (Option<&str>, &Around<'_>),
) -> Result<Made, Failure> {
    let recorded = published.iter().rfind(|p| p.month == month);
    let text = recorded_text(&[folder, default], month, recorded.map_or([0; 32], |p| p.sha256))?;
    let mut document = reports::from_json(&text).map_err(|e| Failure::at(folder, e))?;
    let json = match erratum {
        None => text,
        Some(note) => {
            document.notes.push(Note { date: council.today(), text: note.to_owned() });
            reports::json(&document)
        }
    };
    crate::edition::write(vec![default, folder], &document, &json, &around.earlier, around.languages)?;
    crate::schedule::again(month, recorded.and_then(|p| p.schedule), [default, folder])?;
    if erratum.is_some() {
        council.ledger.append(&Event::Erratum { month, report: store::sha256(json.as_bytes()) }, council.now())?;
    } else {
        tracing::info!("{}: {month} is published; it was drawn again as it stands", council.authority.id);
    }
    let outcome = match document.status {
        Status::Complete => Outcome::Done,
        Status::Gaps => Outcome::Gaps,
        Status::Lowered | Status::Withheld => Outcome::Withheld,
    };
    Ok(Made { folder: Some(folder.to_path_buf()), outcome })
}

fn facts(council: &Council<'_>, month: Month) -> Result<Facts, Failure> {
    let authority = &council.authority;
    let made_by = crate::taxonomy::of_month(council, &council.store.dates(Table::Links, month)?)?;
    let lists = made_by.categories.iter().flat_map(|c| c.sources().iter().filter(|s| s.entries > 0).map(list));
    let assessment = authority.assessment.as_ref();
    let recipient =
        |r: &gate::Recipient| reports::document::Recipient { role: r.role.clone(), document: r.document.clone() };
    let mut sources: Vec<String> = authority.sources.iter().map(|s| s.kind.as_str().to_owned()).collect();
    sources.sort();
    sources.dedup();
    let checkpoint = council.ledger.checkpoint(council.now())?;
    Ok(Facts {
        software: format!("tithing {}", env!("CARGO_PKG_VERSION")),
        checkpoint: checkpoint.note,
        checkpoint_key: checkpoint.vkey,
        test_clock: council.clock.fixed.then(|| council.clock.now.to_string()),
        complaints: assessment.and_then(|a| a.complaints()).unwrap_or_default().to_owned(),
        recipients: assessment.map(|a| a.recipients().iter().map(recipient).collect()).unwrap_or_default(),
        sources,
        lists: lists.collect(),
        precedence: analyze::PRECEDENCE.to_owned(),
        taxonomy_changes: made_by.changes.iter().map(|(from, sha256)| change(*from, sha256)).collect(),
        ..Facts::default()
    })
}

/// The queries that the document's tables come from.
fn queries(document: &Document) -> Vec<Query> {
    let tables = document.tables.iter().map(|t| t.id.as_str());
    let faults = (!document.faults.is_empty()).then_some("faults");
    let query = |(name, sql): (&str, &str)| Query { name: name.to_owned(), sql: sql.to_owned() };
    analyze::report_queries(&tables.chain(faults).collect::<Vec<_>>()).into_iter().map(query).collect()
}

/// A list with its licence: a fact of the provider's configuration, which no figure depends on.
fn list(source: &analyze::SourceFacts) -> ListRef {
    ListRef { name: source.name.clone(), licence: source.licence.clone(), sha256: store::to_hex(&source.sha256) }
}

fn change(from: jiff::civil::Date, sha256: &[u8; 32]) -> TaxonomyChange {
    TaxonomyChange { from, sha256: store::to_hex(sha256) }
}
