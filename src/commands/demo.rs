//! `tithing demo`: three councils, their nights and their reports, and the line that accounts for every byte.

use std::path::Path;

use model::Month;

use crate::clock::Clock;
use crate::commands::{generate, nightly, report};
use crate::config::Provider;
use crate::council::Shared;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Generates, runs every night, reports the month. Leaves a provider's folder.
pub(crate) fn run(out: &Path) -> Result<Outcome, Failure> {
    let plan = fixtures::demo();
    let config = out.join("tithing.toml");
    if config.exists() {
        tracing::info!("{} holds a demo already; it is used again", out.display());
    } else {
        generate::write(&plan, out)?;
    }
    let provider = Provider::load(&config)?;
    let clock = Clock::choose(None, provider.now);
    let shared = Shared::load(&provider)?;
    let mut counted = Totals::default();
    for id in &provider.authorities {
        nightly::council(&provider, &shared, id, clock, None, &mut |line| {
            counted.add(&line.account);
            Ok(())
        })?;
    }
    let month = Month::of(plan.start);
    for id in &provider.authorities {
        let made = report::council(&provider, &shared, id, clock, month, None, None)?;
        if let Some(folder) = made.folder {
            messages::data(&format!("{}\n", folder.join("summary.html").display()))?;
        }
    }
    crate::archive::write(&provider, &shared, clock)?;
    messages::data(&counted.line())?;
    Ok(Outcome::Done)
}

/// Every byte of every night.
#[derive(Default)]
struct Totals {
    nights: u64,
    counted: u64,
    kept: u64,
    excluded: u64,
    undecodable: u64,
}

impl Totals {
    fn add(&mut self, account: &model::Account) {
        self.nights += 1;
        self.counted += account.counted;
        self.kept += account.kept;
        self.excluded += account.excluded.values().sum::<u64>();
        self.undecodable += account.undecodable;
    }

    fn line(&self) -> String {
        let balance =
            if self.counted == self.kept + self.excluded + self.undecodable { "to the byte" } else { "NOT BALANCED" };
        format!(
            "{} nights: counted {} = kept {} + excluded {} + undecodable {} bytes, {balance}\n",
            self.nights, self.counted, self.kept, self.excluded, self.undecodable
        )
    }
}
