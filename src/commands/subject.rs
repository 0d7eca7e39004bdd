//! `tithing subject`: a person's rights, one command for each.

use crate::args::SubjectAction;
use crate::clock::Clock;
use crate::config::Provider;
use crate::council::Shared;
use crate::outcome::{Failure, Outcome};
use crate::subject::{self, Subject, Wanted};

/// Finds the person and does what was asked.
pub(crate) fn run(provider: &Provider, clock: Clock, action: &SubjectAction) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let who = match action {
        SubjectAction::Export { who, .. }
        | SubjectAction::Object { who, .. }
        | SubjectAction::Restrict { who, .. }
        | SubjectAction::Rectify { who, .. }
        | SubjectAction::Erase { who, .. } => who,
    };
    let found = Subject::find(provider, &shared, clock, &who.person, who.authority.as_deref())?;
    match action {
        SubjectAction::Export { out, .. } => subject::export(&found, out.as_deref()),
        SubjectAction::Object { from, without_export, .. } => subject::object(&found, *from, *without_export),
        SubjectAction::Restrict { from, until, without_export, .. } => {
            subject::restrict(&found, *from, *until, *without_export)
        }
        SubjectAction::Rectify { correction: c, .. } => {
            let wanted =
                Wanted { asset: c.asset.as_deref(), from: c.from, until: c.until, holder: c.holder.as_deref() };
            subject::rectify(&found, &wanted)
        }
        SubjectAction::Erase { without_export, .. } => subject::erase(&found, *without_export),
    }
}
