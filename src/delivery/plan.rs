//! Who gets which document, and what goes with it.

use std::path::Path;

use model::Month;
use reports::document::Audience;
use reports::{Document, Edition, Enclosed, Letter, Schedule};
use store::Handed;

use super::book::Released;
use super::message::Attached;
use crate::config::{Address, role_word};
use crate::council::Council;
use crate::outcome::Failure;

/// A published month's documents, as the ledger recorded them.
pub(super) struct Documents {
    released: Released,
    summary: Document,
    summary_files: Vec<Attached>,
    schedule: Option<(Schedule, Vec<Attached>)>,
}

impl Documents {
    /// Reads them from the month's folder.
    ///
    /// # Errors
    /// Where a document is not there as the ledger recorded it: what was changed is not handed out.
    pub(super) fn read(folder: &Path, released: &Released) -> Result<Self, Failure> {
        let text = recorded(&folder.join("report.json"), released.report)?;
        let summary = reports::from_json(&text).map_err(|e| Failure::at(folder, e))?;
        let mut summary_files = Vec::new();
        for (format, language, file) in crate::edition::files() {
            let found = Attached::read(folder, format.name(), &file, format.media_type())?;
            summary_files.extend(found.map(|f| f.in_language(language)));
        }
        let schedule = released.schedule.map(|sha256| schedule(folder, sha256)).transpose()?;
        Ok(Self { released: *released, summary, summary_files, schedule })
    }

    /// The words of a document's message.
    ///
    /// # Errors
    /// Where there is no such document.
    pub(super) fn letter(&self, document: Handed) -> Result<Letter, Failure> {
        let enclosed = |files: &[Attached]| -> Vec<Enclosed> {
            let of = |f: &Attached| Enclosed { format: f.format.clone(), language: f.language, file: f.file.clone() };
            files.iter().map(of).collect()
        };
        match (document, &self.schedule) {
            (Handed::Summary, _) => Ok(reports::letter(&Edition::new(&self.summary), &enclosed(&self.summary_files))),
            (Handed::Schedule, Some((schedule, files))) => Ok(reports::schedule_letter(schedule, &enclosed(files))),
            (Handed::Schedule, None) => Err(Failure::new("the month has no equipment schedule")),
        }
    }

    /// The files that go with a document's message: of that document alone.
    pub(super) fn files(&self, document: Handed) -> &[Attached] {
        match document {
            Handed::Summary => &self.summary_files,
            Handed::Schedule => self.schedule.as_ref().map(|(_, files)| files.as_slice()).unwrap_or_default(),
        }
    }
}

fn schedule(folder: &Path, sha256: [u8; 32]) -> Result<(Schedule, Vec<Attached>), Failure> {
    let path = folder.join(crate::schedule::FILE);
    let text = recorded(&path, sha256)?;
    let schedule = reports::schedule_from_json(&text).map_err(|e| Failure::at(&path, e))?;
    let all = [("HTML", "schedule.html", "text/html"), ("JSON", crate::schedule::FILE, "application/json")];
    let mut files = Vec::new();
    for (format, file, media_type) in all {
        files.extend(Attached::read(folder, format, file, media_type)?);
    }
    Ok((schedule, files))
}

/// A document as the ledger recorded it.
fn recorded(path: &Path, sha256: [u8; 32]) -> Result<String, Failure> {
    let text = crate::config::read_text(path)?;
    if store::sha256(text.as_bytes()) == sha256 {
        return Ok(text);
    }
    Err(Failure::at(path, "it is not as the ledger recorded it, so it is not handed out")
        .hint("restore it from a copy: a published month is never computed again"))
}

/// One message to one recipient.
pub(super) struct Post<'a> {
    /// Which document.
    pub document: Handed,
    /// Its hash.
    pub sha256: [u8; 32],
    /// The role, as one word.
    pub role: String,
    /// Other roles that the same message serves: their address is the same.
    pub also: Vec<String>,
    /// Where it goes.
    pub address: &'a Address,
}

impl Post<'_> {
    /// The name of its file in the outbox: `ID-YYYY-MM.eml` for the clerk's summary.
    pub(super) fn file_name(&self, id: &str, month: Month) -> String {
        let document = if self.document == Handed::Schedule { "-schedule" } else { "" };
        let role = if self.role == CLERK { String::new() } else { format!("-{}", self.role) };
        format!("{id}-{month}{document}{role}.eml")
    }
}

const CLERK: &str = "clerk";

/// Who gets what.
pub(super) struct Plan<'a> {
    /// The messages.
    pub posts: Vec<Post<'a>>,
    /// Documents of whose recipients no address is known, with the roles.
    pub unreachable: Vec<(Handed, Vec<String>)>,
}

/// Decides who gets the documents of a month.
pub(super) fn plan<'a>(council: &'a Council<'_>, documents: &Documents) -> Plan<'a> {
    let mut plan = Plan { posts: Vec::new(), unreachable: Vec::new() };
    let summary = summary_roles(council, &documents.summary);
    plan.add(council, (Handed::Summary, documents.released.report), summary);
    if let (Some((schedule, _)), Some(sha256)) = (&documents.schedule, documents.released.schedule) {
        let roles = schedule_roles(council, schedule);
        if !roles.is_empty() {
            plan.add(council, (Handed::Schedule, sha256), roles);
        }
    }
    plan
}

impl<'a> Plan<'a> {
    fn add(&mut self, council: &'a Council<'_>, (document, sha256): (Handed, [u8; 32]), roles: Vec<String>) {
        let before = self.posts.len();
        for role in &roles {
            let Some(address) = council.authority.addresses.get(role) else { continue };
            let own = self.posts.get_mut(before..).unwrap_or_default();
            // Two posts of one person are one message.
            match own.iter_mut().find(|p| p.address.mailbox().email == address.mailbox().email) {
                Some(post) => post.also.push(role.clone()),
                None => self.posts.push(Post { document, sha256, role: role.clone(), also: Vec::new(), address }),
            }
        }
        if self.posts.len() == before {
            self.unreachable.push((document, roles));
        }
    }
}

/// The roles that the assessment names for a document, each once, in its order.
fn named(council: &Council<'_>, document: &str) -> Vec<String> {
    let all = council.authority.assessment.as_ref().map(gate::Assessment::recipients).unwrap_or_default();
    let mut roles: Vec<String> = Vec::new();
    for role in all.iter().filter(|r| r.document.trim() == document).map(|r| role_word(&r.role)) {
        if !role.is_empty() && !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

fn summary_roles(council: &Council<'_>, document: &Document) -> Vec<String> {
    let mut roles = named(council, "summary");
    let clerk = roles.iter().any(|r| r == CLERK);
    // What anybody may read, the clerk may.
    if document.audience == Audience::Public && !clerk {
        roles.insert(0, CLERK.to_owned());
    }
    roles
}

/// The roles that both the assessment of today and the schedule itself name, where the assessment still allows one.
fn schedule_roles(council: &Council<'_>, schedule: &Schedule) -> Vec<String> {
    let assessment = council.authority.assessment.as_ref();
    let ladder = gate::judge(assessment, council.today());
    if gate::schedule_scope(assessment, &ladder).lines.is_err() {
        return Vec::new();
    }
    let then: Vec<String> = schedule.recipients.iter().map(|r| role_word(r)).collect();
    named(council, "schedule").into_iter().filter(|r| then.contains(r)).collect()
}
