//! Handing released documents to their recipients: as files in an outbox, to a mail server, or both.
//!
//! Two documents, never mixed: the summary and the equipment schedule travel in messages of their own, one to each recipient.
//! The summary of a month for publication goes to the clerk and to the roles that the assessment names for it; of a month
//! that is not for publication, to those roles alone. The schedule goes to the roles named for it in the assessment of
//! today and in the schedule itself. What is handed over, and to which role, is in the ledger: by hash, with no address.
//! Before a message leaves, the ledger says that it is about to; so a run that is cut off is finished by the next, with the
//! same message to the byte.

mod book;
mod message;
mod plan;
mod send;

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use jiff::{Timestamp, ToSpan};
use model::Month;
use store::{Deleted, Delivery, DeliveryStep, Event, Handed, Item, Limits, Way};

use crate::config::{Authority, Provider, TlsMode};
use crate::council::Council;
use crate::outcome::{Failure, Outcome};
use book::{Book, Key, Released};
use plan::Post;

/// A release that is no older is handed over whole by a night, so that a run that was cut off between the release and its
/// messages is made good. Of older ones a night only finishes what was begun.
const NEW_DAYS: i64 = 7;

/// Hands over a published month: whatever is not delivered yet.
///
/// # Errors
/// Where the ledger or the month's documents cannot be read, or the ledger cannot be written. A message that cannot be
/// delivered is told and is no error: it is tried again by the next `report` of the month and by every night.
pub(crate) fn month(council: &Council<'_>, month: Month) -> Result<Outcome, Failure> {
    if council.provider.delivery.is_none() {
        return Ok(Outcome::Done);
    }
    let book = Book::read(council)?;
    match book.released.iter().find(|r| r.month == month) {
        Some(released) => hand_over(council, &book, released, Which::All),
        None => Ok(Outcome::Done),
    }
}

/// Finishes what was begun and not delivered, and hands over new releases.
///
/// # Errors
/// Where the ledger cannot be read.
pub(crate) fn again(council: &Council<'_>) -> Result<Outcome, Failure> {
    let book = Book::read(council)?;
    if council.provider.delivery.is_none() {
        book.open().try_for_each(|key| drop_begun(council, key))?;
        return Ok(Outcome::Done);
    }
    let mut worst = Outcome::Done;
    for released in &book.released {
        if !folder(council, released.month).join("report.json").is_file() {
            continue;
        }
        let until =
            Timestamp::from_microsecond(released.time).ok().and_then(|t| t.checked_add((NEW_DAYS * 24).hours()).ok());
        let new = until.is_some_and(|until| council.clock.now <= until);
        let which = if new { Which::All } else { Which::Begun };
        // A month that cannot be handed over holds up no other, and no night.
        let done = hand_over(council, &book, released, which).unwrap_or_else(|failure| {
            tracing::warn!("{}: {} is not handed over: {failure}", council.authority.id, released.month);
            Outcome::Gaps
        });
        worst = worst.max(done);
    }
    Ok(worst)
}

/// Messages that were begun and are not known to have arrived. It writes nothing and needs no key.
///
/// # Errors
/// Where the ledger cannot be read.
pub(crate) fn undelivered(council: &Council<'_>) -> Result<usize, Failure> {
    let book = Book::read(council)?;
    let there = |key: &&Key| folder(council, key.month).join("report.json").is_file();
    Ok(book.open().filter(there).count())
}

/// Which messages of a month are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// All that are not delivered.
    All,
    /// Those that were begun.
    Begun,
}

fn folder(council: &Council<'_>, month: Month) -> PathBuf {
    council.provider.root.join("reports").join(&council.authority.id).join(month.to_string())
}

fn hand_over(council: &Council<'_>, book: &Book, released: &Released, which: Which) -> Result<Outcome, Failure> {
    let id = &council.authority.id;
    let documents = plan::Documents::read(&folder(council, released.month), released)?;
    let plan = plan::plan(council, &documents);
    let mut outcome = Outcome::Done;
    if which == Which::All {
        for (document, roles) in &plan.unreachable {
            let roles = if roles.is_empty() { "nobody".to_owned() } else { roles.join(", ") };
            tracing::warn!(
                "{id}: {}: the {} is for {roles}, and no address is known; hint: clerk_email in authority.toml, or [emails] \
                 with the role; then run `tithing report` again",
                released.month,
                name(*document)
            );
            outcome = outcome.max(Outcome::Gaps);
        }
    }
    let mut planned = Vec::new();
    for post in &plan.posts {
        for way in ways(council.provider) {
            let (key, done) = one(council, book, &documents, post, (released.month, way, which))?;
            planned.push(key);
            outcome = outcome.max(done);
        }
    }
    for key in book.open().filter(|k| k.month == released.month && !planned.contains(k)) {
        drop_begun(council, key)?;
    }
    Ok(outcome)
}

/// Enters that a message which was begun is not tried any more: nobody is left to get it, or no way.
fn drop_begun(council: &Council<'_>, key: &Key) -> Result<(), Failure> {
    let Key { month, document, sha256, recipient, way } = *key;
    let step = DeliveryStep::Dropped;
    council
        .ledger
        .append(&Event::Delivery(Delivery { month, document, sha256, recipient, way, step }), council.now())?;
    let (id, what) = (&council.authority.id, name(document));
    tracing::warn!(
        "{id}: {month}: a message with the {what} is not tried any more: its recipient or its way is gone; hint: if they are \
         meant to have it, put them back, and the next run sends it"
    );
    Ok(())
}

fn ways(provider: &Provider) -> Vec<Way> {
    let delivery = provider.delivery.as_ref();
    let folder = delivery.filter(|d| d.folder.is_some()).map(|_| Way::Folder);
    let mail = delivery.filter(|d| d.smtp.is_some()).map(|_| Way::Mail);
    folder.into_iter().chain(mail).collect()
}

const fn name(document: Handed) -> &'static str {
    match document {
        Handed::Summary => "summary",
        Handed::Schedule => "equipment schedule",
    }
}

/// One message by one way, unless it is delivered already, to any of the roles that it serves; and how the ledger knows it.
fn one(
    council: &Council<'_>,
    book: &Book,
    documents: &plan::Documents,
    post: &Post<'_>,
    (month, way, which): (Month, Way, Which),
) -> Result<(Key, Outcome), Failure> {
    let (document, sha256) = (post.document, post.sha256);
    let ledger_key = council.ledger_key()?;
    let of = |role: &String| {
        let recipient = ledger_key.text("recipient", role);
        (role.clone(), Key { month, document, sha256, recipient, way })
    };
    let keys: Vec<(String, Key)> = [&post.role].into_iter().chain(&post.also).map(of).collect();
    if let Some((_, key)) = keys.iter().find(|(_, key)| book.delivered(key)) {
        return Ok((*key, Outcome::Done));
    }
    // What was begun for one role goes on for it, so that it stays the same message.
    let begun = keys.iter().find(|(_, key)| book.begun(key).is_some());
    let going_on = begun.or_else(|| keys.iter().find(|(_, key)| book.dropped(key))).or(keys.first());
    let (role, key) = going_on.cloned().unwrap_or_else(|| of(&post.role));
    let post = &Post { role, also: Vec::new(), ..*post };
    let recipient = key.recipient;
    let entry = |step| Event::Delivery(Delivery { month, document, sha256, recipient, way, step });
    let begun = book.begun(&key);
    // Whoever is back gets what was given up, however old.
    if begun.is_none() && which == Which::Begun && !book.dropped(&key) {
        return Ok((key, Outcome::Done));
    }
    let since = match begun {
        Some(time) => time,
        None => {
            council.ledger.append(&entry(DeliveryStep::Intended), council.now())?;
            council.now()
        }
    };
    // The message bears the time at which it was first begun, so that it is the same each time.
    let date = Timestamp::from_microsecond(since).unwrap_or(council.clock.now);
    let (id, what, role) = (&council.authority.id, name(document), &post.role);
    match hand(council, documents, post, (month, way, date)) {
        Ok(said) => {
            council.ledger.append(&entry(DeliveryStep::Delivered), council.now())?;
            tracing::info!("{id}: {month}: the {what} for the {role} {said}");
            Ok((key, Outcome::Done))
        }
        Err(failure) => {
            tracing::warn!("{id}: {month}: the {what} for the {role} is not delivered: {failure}");
            Ok((key, Outcome::Gaps))
        }
    }
}

/// Makes the message and gives it to its way; says where it is now.
fn hand(
    council: &Council<'_>,
    documents: &plan::Documents,
    post: &Post<'_>,
    (month, way, date): (Month, Way, Timestamp),
) -> Result<&'static str, Failure> {
    let Some(delivery) = &council.provider.delivery else {
        return Err(Failure::new("no way of delivery is configured"));
    };
    let parts = message::Parts {
        from: &delivery.from,
        to: post.address,
        id: message::id(&council.authority.id, month, post, delivery.from.domain()),
        date,
        letter: documents.letter(post.document)?,
        files: documents.files(post.document),
    };
    let message = message::build(parts)?;
    match (way, &delivery.folder, &delivery.smtp) {
        (Way::Folder, Some(folder), _) => {
            let path = folder.join(post.file_name(&council.authority.id, month));
            // A file that is there already, and whole, is what an earlier run left when it was cut off.
            if !std::fs::read(&path).is_ok_and(|there| there == message.bytes) {
                store::write_atomic_private(&path, &message.bytes)?;
            }
            Ok("is in the outbox")
        }
        (Way::Mail, _, Some(smtp)) => {
            let down = &council.shared.mail_down;
            send::with_patience(smtp, delivery.from.domain(), &message, down.load(Ordering::Relaxed)).map_err(
                |trouble| {
                    down.fetch_or(trouble.unreachable(), Ordering::Relaxed);
                    Failure::new(trouble.what).hint(trouble.next)
                },
            )?;
            Ok("was given to the mail server")
        }
        _ => Err(Failure::new("the way of delivery is not configured any more")),
    }
}

/// Messages in the outbox: copies of reports, which live no longer than the reports.
///
/// # Errors
/// Where the outbox cannot be listed.
pub(crate) fn outbox(council: &Council<'_>, limits: Limits) -> Result<Vec<Item>, Failure> {
    let Some(folder) = council.provider.delivery.as_ref().and_then(|d| d.folder.as_ref()) else {
        return Ok(Vec::new());
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Failure::at(folder, format!("cannot be listed: {e}"))),
    };
    let mut items = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| Failure::at(folder, format!("cannot be listed: {e}")))?;
        let name = entry.file_name();
        let Some(month) = name.to_str().and_then(|n| month_of(&council.authority.id, n)) else { continue };
        let (class, date) = (Deleted::Reports, month.first());
        items.push(Item { class, date, end: limits.end(class, date), path: entry.path() });
    }
    Ok(items)
}

/// The month of one of a council's messages by its name, `ID-YYYY-MM.eml`, with more words before the ending or none.
fn month_of(id: &str, name: &str) -> Option<Month> {
    let rest = name.strip_suffix(".eml")?.strip_prefix(id)?.strip_prefix('-')?;
    let (month, more) = rest.split_at_checked(7)?;
    let month = month.parse().ok()?;
    (more.is_empty() || more.starts_with('-')).then_some(month)
}

/// How documents are handed out, for people. It names no address.
pub(crate) fn said(provider: &Provider) -> String {
    let Some(delivery) = &provider.delivery else { return "none: documents stay below reports/".to_owned() };
    let folder = delivery.folder.as_ref().map(|f| format!("files in {}", f.display()));
    let mail = delivery.smtp.as_ref().map(|s| {
        let how = match s.tls {
            TlsMode::Implicit => ", from the first octet",
            TlsMode::Required => ", by STARTTLS",
            TlsMode::Opportunistic | TlsMode::NoTls => "",
        };
        format!("the mail server {} port {} (tls {}{how})", s.host, s.port, s.tls.as_str())
    });
    folder.into_iter().chain(mail).collect::<Vec<_>>().join("; ")
}

/// Which roles an address is known of, for people.
pub(crate) fn known(authority: &Authority) -> String {
    let roles: Vec<&str> = authority.addresses.keys().map(String::as_str).collect();
    if roles.is_empty() { "nobody".to_owned() } else { roles.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_known_by_their_names() {
        let check = |name: &str| month_of("example", name).map(|m| m.to_string());
        assert_eq!(check("example-2026-03.eml").as_deref(), Some("2026-03"));
        assert_eq!(check("example-2026-03-schedule-chair.eml").as_deref(), Some("2026-03"));
        for other in ["example-town-2026-03.eml", "example-2026-03.txt", "example-2026-031.eml", "example-2026-é.eml"]
        {
            assert_eq!(check(other), None, "{other}");
        }
    }
}
