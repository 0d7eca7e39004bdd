//! Templates that an exporter announced on an earlier night, for records whose template does not come tonight.

use ingest::Templates;
use jiff::civil::Date;
use store::{Footer, InputId};

use crate::council::Council;
use crate::outcome::Failure;

/// What was kept with the nights before.
pub(crate) struct Kept(Option<(InputId, Templates)>);

/// What is known of the exporters' templates as of a night.
pub(crate) struct Known {
    /// All of it, as it is kept.
    pub all: Vec<u8>,
    /// Whether the night's records are read with some of an earlier night.
    pub earlier: bool,
}

impl Kept {
    /// Reads what the latest night before a date kept. What cannot be read is left out, and said.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(crate) fn before(council: &Council<'_>, date: Date) -> Result<Self, Failure> {
        let Some((id, bytes)) = council.store.templates_before(date)? else { return Ok(Self(None)) };
        match Templates::from_bytes(&bytes) {
            Ok(templates) => Ok(Self(Some((id, templates)))),
            Err(error) => {
                tracing::warn!(
                    "{}: night {date}: the templates kept from the nights before cannot be read ({error}); they are left out; \
                     hint: delete them, the next night keeps its own",
                    council.authority.id
                );
                Ok(Self(None))
            }
        }
    }

    /// Adds to the night's own templates those that its records lack. Where they lack none, none is added: the night does
    /// not depend on what came before.
    pub(crate) fn complete(&self, own: &mut Templates) -> Known {
        let mut all = own.clone();
        if let Some((_, earlier)) = &self.0 {
            all.fill(earlier);
        }
        let earlier = own.lack_some() && self.0.as_ref().is_some_and(|(_, earlier)| own.fill(earlier));
        Known { all: all.to_bytes(), earlier }
    }

    /// The id of what was kept, where the night is read with it or was before.
    pub(crate) fn named(&self, standing: Option<&Footer>, known: &Known) -> Option<InputId> {
        let id = self.0.as_ref().map(|(id, _)| *id)?;
        let before = standing.is_some_and(|f| f.inputs.contains(&id));
        (known.earlier || before).then_some(id)
    }
}
