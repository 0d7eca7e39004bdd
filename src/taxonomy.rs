//! Which kinds of site a night is made by: fixed for a financial year, whatever the lists become meanwhile.
//!
//! At the first night of a financial year the lists as they are then are compiled, and the index is kept under its own
//! hash in `categories/`. Every night of that year is made by it, also one that is made again months later. A change
//! within the year takes an explicit decision with a reason (`tithing categories compile --adopt REASON`), which each
//! council's ledger holds and which the report of that month says.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use analyze::Categories;
use jiff::civil::Date;
use store::{Event, InForce};

use crate::config::{Provider, check_lists, lists_dir, load_categories};
use crate::council::Council;
use crate::outcome::Failure;

/// Indexes up to this many octets are held to their hash whenever they are opened (some 20 ms); longer ones by `check` and
/// `categories compile`.
const VERIFIED_MAX: usize = 32 << 20;

/// The kinds of site of a provider, by date. Lists are read only where a new financial year asks for it.
pub(crate) struct Taxonomies<'a> {
    provider: &'a Provider,
    book: store::Taxonomies,
    current: OnceLock<Categories>,
    opened: Mutex<BTreeMap<[u8; 32], Arc<Categories>>>,
}

impl<'a> Taxonomies<'a> {
    /// Looks at the configured lists without reading them.
    ///
    /// # Errors
    /// A list whose kind or category is not known, or that is not there.
    pub(crate) fn load(provider: &'a Provider) -> Result<Self, Failure> {
        check_lists(provider)?;
        let book = store::Taxonomies::open(&lists_dir(provider));
        Ok(Self { provider, book, current: OnceLock::new(), opened: Mutex::default() })
    }

    /// The record of what is in force.
    pub(crate) fn book(&self) -> &store::Taxonomies {
        &self.book
    }

    /// Our table and the lists as they are now.
    pub(crate) fn current(&self) -> Result<&Categories, Failure> {
        if let Some(made) = self.current.get() {
            return Ok(made);
        }
        let made = load_categories(self.provider)?;
        Ok(self.current.get_or_init(|| made))
    }

    /// The kinds of site by which the night of a date is made. The first night of a financial year fixes them.
    pub(crate) fn of_night(&self, date: Date) -> Result<Arc<Categories>, Failure> {
        match self.book.of(date)? {
            Some(entry) => self.open(&entry),
            None => {
                let entry = self.adopt(model::financial_year(date), None)?;
                tracing::info!(
                    "kinds of site: the lists as they are now stand for the financial year from {} ({}, {})",
                    entry.from,
                    entry.version,
                    short(&entry.sha256)
                );
                self.open(&entry)
            }
        }
    }

    /// Puts the lists as they are now into force from a date on; whoever came first stands.
    pub(crate) fn adopt(&self, from: Date, reason: Option<&str>) -> Result<InForce, Failure> {
        let made = self.current()?;
        let entry = InForce {
            from,
            version: made.version().to_owned(),
            sha256: made.sha256(),
            index: made.id(),
            reason: reason.map(str::to_owned),
        };
        Ok(self.book.add(&entry, made.octets())?)
    }

    /// Maps the index of an entry, and holds it to what the entry says.
    fn open(&self, entry: &InForce) -> Result<Arc<Categories>, Failure> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = opened.get(&entry.index) {
            return Ok(Arc::clone(made));
        }
        let path = self.book.index(&entry.index);
        let made = match whole(&path) {
            Ok(made) if made.sha256() == entry.sha256 && made.id() == entry.index => made,
            Ok(_) => return Err(self.lost(entry, &path, "it is of other rules than the record says")),
            Err(error) => self.again(entry, &path, &error.to_string())?,
        };
        let made = Arc::new(made);
        opened.insert(entry.index, Arc::clone(&made));
        Ok(made)
    }

    /// An index that is lost is made again where the lists still come to the same rules.
    fn again(&self, entry: &InForce, path: &Path, why: &str) -> Result<Categories, Failure> {
        let current = self.current()?;
        if current.sha256() != entry.sha256 {
            return Err(self.lost(entry, path, why));
        }
        if current.id() == entry.index {
            self.book.keep(&entry.index, current.octets())?;
        }
        Ok(current.clone())
    }

    fn lost(&self, entry: &InForce, path: &Path, why: &str) -> Failure {
        let what = format!(
            "the kinds of site in force since {} ({}) cannot be used: {why}, and the lists as they are now come to other rules",
            entry.from,
            short(&entry.sha256)
        );
        Failure::at(path, what).hint("restore the file from a backup, or the lists as they were")
    }
}

fn whole(path: &Path) -> Result<Categories, analyze::IndexError> {
    let made = Categories::open(path)?;
    if made.octets().len() <= VERIFIED_MAX {
        made.verify()?;
    }
    Ok(made)
}

/// The first digits of a hash, for people.
pub(crate) fn short(sha256: &[u8; 32]) -> String {
    store::to_hex(sha256.get(..6).unwrap_or_default())
}

/// Enters into the council's ledger by which kinds of site its nights are made from a date on, once for each entry.
pub(crate) fn record(council: &Council<'_>, date: Date) -> Result<(), Failure> {
    let Some(entry) = council.shared.taxonomies.book().of(date)? else { return Ok(()) };
    // Lines of earlier versions hash the reason otherwise, so a line is known by its date and rules.
    let mut there = false;
    council.ledger.entries(&mut |e| {
        there |= matches!(&e.event, Event::Taxonomy { from, sha256, .. } if (*from, *sha256) == (entry.from, entry.sha256));
    })?;
    if there {
        return Ok(());
    }
    let key = council.ledger_key()?;
    let reason = entry.reason.as_ref().map(|r| key.text("reason", r));
    let event = Event::Taxonomy { from: entry.from, sha256: entry.sha256, reason };
    council.ledger.append(&event, council.now())?;
    Ok(())
}

/// What the nights of a month were made by.
pub(crate) struct OfMonth {
    /// The rules of the last night; none where it was made before any were kept, and the lists are others by now.
    pub categories: Option<Arc<Categories>>,
    /// The SHA-256 of the rules of the last night.
    pub sha256: [u8; 32],
    /// Changes within the month: the first date, and the SHA-256 from then on.
    pub changes: Vec<(Date, [u8; 32])>,
}

impl OfMonth {
    /// The version of the last night's rules, as far as it is known.
    pub(crate) fn version(&self) -> &str {
        self.categories.as_ref().map_or("not recorded", |c| c.version())
    }
}

/// What the nights of a month were made by, as their footers say. A change within the month must be one that was adopted,
/// or the beginning of the record: before it, nights were made by the lists of the day, and an update of the program or of
/// a list within the month leaves a month of two stretches, which the report says.
///
/// # Errors
/// A night made by other kinds of site than were in force on its date, or whose rules are not kept.
pub(crate) fn of_month(council: &Council<'_>, nights: &[Date]) -> Result<OfMonth, Failure> {
    let taxonomies = &council.shared.taxonomies;
    let builtin = Categories::builtin();
    let mut found = OfMonth { sha256: builtin.sha256(), categories: Some(Arc::new(builtin)), changes: Vec::new() };
    let mut before: Option<[u8; 32]> = None;
    for date in nights {
        let Some(made_by) = made_by(council, *date)? else { continue };
        if before == Some(made_by) {
            continue;
        }
        found.categories = match taxonomies.book().of(*date)? {
            Some(entry) if entry.sha256 == made_by => Some(taxonomies.open(&entry)?),
            // A night from before the record was kept: the lists may still come to the same rules.
            None if before.is_none() && taxonomies.current()?.sha256() == made_by => {
                Some(Arc::new(taxonomies.current()?.clone()))
            }
            _ if before.is_none() && unrecorded(council, *date)? => None,
            _ => return Err(mixed(*date, &made_by)),
        };
        found.sha256 = made_by;
        if before.is_some() {
            found.changes.push((*date, made_by));
        }
        before = Some(made_by);
    }
    Ok(found)
}

/// Whether a night was last made before the council's ledger held any kinds of site: by a version that kept no record.
fn unrecorded(council: &Council<'_>, night: Date) -> Result<bool, Failure> {
    let (mut recorded, mut before) = (false, false);
    council.ledger.entries(&mut |entry| match &entry.event {
        Event::Taxonomy { .. } => recorded = true,
        Event::Night { date, .. } if *date == night => before = !recorded,
        _ => {}
    })?;
    Ok(before)
}

fn made_by(council: &Council<'_>, date: Date) -> Result<Option<[u8; 32]>, Failure> {
    let footer = council.store.footer(date)?;
    Ok(footer.and_then(|f| f.config.into_iter().find(|(part, _)| part == "categories").map(|(_, hash)| hash)))
}

fn mixed(date: Date, made_by: &[u8; 32]) -> Failure {
    let what = format!(
        "night {date} was made by kinds of site ({}) that were not in force on that date: nights of different kinds of site \
         make no table together",
        short(made_by)
    );
    Failure::new(what)
        .hint("restore categories/ from a backup; a change within a year needs `categories compile --adopt`")
}
