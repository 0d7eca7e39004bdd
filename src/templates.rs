//! Templates that an exporter announced on an earlier night, for records whose template does not come tonight.
//!
//! A night that is read with some keeps its own copy of them and stands with it, so that nothing which befalls the nights
//! before changes it: like a lease snapshot, it is a part of the configuration and no input.

use ingest::Templates;
use jiff::civil::Date;
use store::Footer;

use crate::council::Council;
use crate::outcome::Failure;

/// The part's name in the footer's configuration.
const PART: &str = "templates";

/// What was kept: with the night itself, then with those before, the latest first.
pub(crate) struct Kept(Vec<Templates>);

/// What is known of the exporters' templates as of a night.
pub(crate) struct Known {
    /// All of it, as it is kept.
    all: Vec<u8>,
    /// What the night's records are read with beside its own.
    used: Option<Vec<u8>>,
}

impl Kept {
    /// Reads what was kept: first what the standing night was read with, as its footer says, so that it stays the same
    /// night. What cannot be read is left out, and said.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(crate) fn of(council: &Council<'_>, date: Date, standing: Option<&Footer>) -> Result<Self, Failure> {
        let named = |bytes: &Vec<u8>| standing.is_some_and(|f| f.config.contains(&part(bytes)));
        let own = council.store.templates_used(date)?.filter(named);
        let mut kept = Vec::new();
        for bytes in own.into_iter().chain(council.store.templates_before(date)?) {
            match Templates::from_bytes(&bytes) {
                Ok(templates) => kept.push(templates),
                Err(error) => tracing::warn!(
                    "{}: night {date}: some templates kept from the nights before cannot be read ({error}); they are left \
                     out; hint: delete them, the next night keeps its own",
                    council.authority.id
                ),
            }
        }
        Ok(Self(kept))
    }

    /// Adds to the night's own templates those that its records lack. Where they lack none, none is added: the night does
    /// not depend on what came before.
    pub(crate) fn complete(&self, own: &mut Templates) -> Known {
        let mut all = own.clone();
        let mut used = Templates::default();
        for earlier in &self.0 {
            all.fill(earlier);
            used.merge(&own.complete(earlier));
        }
        Known { all: all.to_bytes(), used: (!used.is_empty()).then(|| used.to_bytes()) }
    }
}

impl Known {
    /// What the night was read with beside its own, for the footer.
    pub(crate) fn part(&self) -> Option<(String, [u8; 32])> {
        self.used.as_deref().map(part)
    }

    /// Keeps it with a night that stands.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub(crate) fn keep(&self, council: &Council<'_>, date: Date) -> Result<(), Failure> {
        Ok(council.store.keep_templates(date, &self.all, self.used.as_deref())?)
    }
}

fn part(bytes: impl AsRef<[u8]>) -> (String, [u8; 32]) {
    (PART.to_owned(), store::sha256(bytes.as_ref()))
}
