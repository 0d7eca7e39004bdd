//! A night that was committed by a run that was cut off before the ledger knew it.

use store::{Books, Event, Table};

use crate::council::Council;
use crate::outcome::Failure;

/// Enters the night that an earlier run noted, committed, and did not enter.
pub(crate) fn catch_up(council: &Council<'_>) -> Result<(), Failure> {
    let store = &council.store;
    let Some(night) = store.unentered()? else { return Ok(()) };
    if let Some(footer) = store.footer(night)? {
        let account = Some(Books::from(&footer.account));
        let mut last: Option<Books> = None;
        council.ledger.entries(&mut |e| match &e.event {
            Event::Night { date, account, .. } if *date == night => last.clone_from(account),
            _ => {}
        })?;
        if last != account {
            let mut rows = 0;
            if store.all_dates(Table::Usage)?.contains(&night) {
                store.each_usage(night, &mut |_, _| rows += 1)?;
            }
            let key = council.ledger_key()?;
            let config = footer.config.iter().map(|(part, hash)| (part.clone(), key.hash(part, hash))).collect();
            crate::taxonomy::record(council, night)?;
            let event = Event::Night { date: night, rows, inputs: footer.inputs.len() as u64, config, account };
            council.ledger.append(&event, council.now())?;
        }
    }
    Ok(store.entered()?)
}
