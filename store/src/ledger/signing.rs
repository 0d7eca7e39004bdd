//! Who signs a ledger: the key in force, made and entered with the first line, and handed over by the one before it.

use std::fmt;
use std::fs::File;
use std::io;

use model::Micros;

use super::{End, Event, Ledger};
use crate::StoreError;
use crate::keys::{KeySource, Keys};
use crate::note::{CheckpointKey, handover};

/// Where the key that signs comes from.
pub struct Signing {
    /// The authority's keys.
    pub keys: Keys,
    /// The seed of synthetic councils, if any.
    pub seed: Option<Vec<u8>>,
    /// The system's source of randomness.
    pub random: fn(&mut [u8; 32]) -> io::Result<()>,
}

/// A checkpoint as a report prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The signed note.
    pub note: String,
    /// The key that checks it.
    pub vkey: String,
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signing(..)")
    }
}

impl Signing {
    fn with<T>(&self, use_it: impl FnOnce(KeySource<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut random = self.random;
        match &self.seed {
            Some(seed) => use_it(KeySource::Seed(seed)),
            None => use_it(KeySource::Random(&mut random)),
        }
    }

    /// The key in its file, made where there is none.
    fn current(&self, end: &End) -> Result<CheckpointKey, StoreError> {
        let key = self.with(|source| self.keys.signing(source))?;
        match &end.in_force {
            Some(named) if *named != key.public() => Ok(self.keys.promote(named)?.unwrap_or(key)),
            _ => Ok(key),
        }
    }
}

impl Ledger {
    /// The key that signs the next line. One that the ledger does not name is entered first: the first of all, and one
    /// that stands in the place of a key that was lost, which verification finds.
    pub(super) fn key(
        &self,
        file: &mut File,
        end: &mut End,
        time: Micros,
    ) -> Result<Option<CheckpointKey>, StoreError> {
        let Some(signing) = &self.signing else {
            return match &end.in_force {
                Some(_) => Err(StoreError::LedgerUnsigned { path: self.path.clone() }),
                None => Ok(None),
            };
        };
        let key = signing.current(end)?;
        if end.in_force.as_ref() != Some(&key.public()) {
            self.enter(file, end, time, &key, None)?;
        }
        Ok(Some(key))
    }

    fn enter(
        &self,
        file: &mut File,
        end: &mut End,
        time: Micros,
        key: &CheckpointKey,
        handover: Option<[u8; 64]>,
    ) -> Result<(), StoreError> {
        let event = Event::Key { public: *key.public().octets(), handover };
        self.write(file, end, event.to_json()?, time, Some(key))?;
        end.in_force = Some(key.public());
        end.keys += 1;
        Ok(())
    }

    /// The signed checkpoint of the ledger as it stands, with the key that checks it. The key is entered first where it is
    /// not yet.
    pub fn checkpoint(&self, time: Micros) -> Result<Signed, StoreError> {
        let (mut file, mut end) = self.locked()?;
        let unsigned = || StoreError::LedgerUnsigned { path: self.path.clone() };
        let key = self.key(&mut file, &mut end, time)?.ok_or_else(unsigned)?;
        let checkpoint = self.checkpoint_at(end.verified.entries, end.verified.head);
        Ok(Signed { note: checkpoint.note(&key), vkey: key.public().vkey() })
    }

    /// Makes a new signing key, which the old one hands over to; says the new one's text form.
    ///
    /// The new key's file is whole before the ledger names it, and takes the old one's place after: a run cut off in between
    /// is finished by the next line.
    pub fn change_key(&self, time: Micros) -> Result<String, StoreError> {
        let (mut file, mut end) = self.locked()?;
        let signing = self.signing.as_ref().ok_or_else(|| StoreError::LedgerUnsigned { path: self.path.clone() })?;
        let old = self.key(&mut file, &mut end, time)?;
        let new = signing.with(|source| signing.keys.signing_next(source, end.keys))?;
        let text = handover(&self.authority, end.verified.entries, &end.verified.head, &new.public());
        self.enter(&mut file, &mut end, time, &new, old.map(|k| k.sign(&text)))?;
        signing.keys.promote(&new.public())?;
        Ok(new.public().vkey())
    }
}
