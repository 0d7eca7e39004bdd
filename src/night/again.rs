//! A standing night made again from the same inputs, after a person's right changed who is measured.
//!
//! Rows were taken out or moved already, and that alone is enough. What cannot be told from the rows is whose lookups
//! explained another device's traffic (`council` evidence): where every input is still there, making the night again tells
//! it, so that the night is the one that would have been made had the person never been measured.

use jiff::civil::Date;
use model::Month;
use store::{Commit, Event, Footer};

use super::{Made, Maker};
use crate::inputs::Span;
use crate::outcome::Failure;
use crate::templates::Kept;

/// Parts of a night's configuration by hash.
type Parts = Vec<(String, [u8; 32])>;

/// The part that a rewritten night bears.
const REWRITTEN: &str = "rights";

impl Maker<'_, '_> {
    /// Makes a night again if it was made from exactly the inputs that are there and from a configuration that differs from
    /// the present one in `was` alone: the files of the council that were just edited, as they were before. Says whether the
    /// night stands anew.
    ///
    /// Everybody's bytes are the same before and after; a night of which that is not so is left as it is.
    ///
    /// # Errors
    /// Where the store cannot be written or an input changes under our hands.
    pub(crate) fn again(&mut self, date: Date, was: &[(String, [u8; 32])]) -> Result<bool, Failure> {
        let council = self.council;
        let ladder = gate::judge(council.authority.assessment.as_ref(), date);
        let Some(standing) = council.store.footer(date)? else { return Ok(false) };
        let span = Span::of_night(date, council.authority.calendar.zone())?;
        let inputs = self.input_ids(span);
        let over = self.closes(Month::of(date)) <= council.retention_day()?;
        if over || ladder.mode != gate::Mode::Categories || inputs != standing.inputs {
            return Ok(false);
        }
        let kept = Kept::of(council, date, Some(&standing))?;
        let Made { usage, links, account, templates, .. } = self.run(date, span, &ladder, (false, &kept))?;
        let mut config = self.config(date, span)?;
        config.extend(templates.part());
        let books = |a: &model::Account| (a.counted, a.kept, a.excluded.clone(), a.undecodable);
        if before(&config, was) != before(&standing.config, &[]) || books(&account) != books(&standing.account) {
            return Ok(false);
        }
        let count = inputs.len() as u64;
        let footer = Footer { inputs, grown: Vec::new(), config, account };
        let ids = council.authority.link_ids();
        if council.store.commit(date, &ids, &usage, &links, &footer)? != Commit::Written {
            return Ok(false);
        }
        templates.keep(council, date)?;
        let account = Some((&footer.account).into());
        let event = Event::Night {
            date,
            rows: usage.len() as u64,
            inputs: count,
            config: council.keyed_hashes(date)?,
            account,
        };
        council.ledger.append(&event, council.now())?;
        Ok(true)
    }
}

/// A configuration as it was before the files in `was` were edited, in order.
fn before(config: &[(String, [u8; 32])], was: &[(String, [u8; 32])]) -> Parts {
    let old = |part: &String| was.iter().find(|(p, _)| p == part).map(|(_, hash)| *hash);
    let mut parts: Parts = config
        .iter()
        .filter(|(part, _)| part != REWRITTEN)
        .map(|(part, hash)| (part.clone(), old(part).unwrap_or(*hash)))
        .collect();
    parts.sort();
    parts
}
