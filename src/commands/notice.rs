//! `tithing notice`: the annex to the notice, from the configuration, and the evidence sheet of an English council.

use std::path::Path;

use analyze::Nation;

use crate::annex::{self, Given};
use crate::clock::Clock;
use crate::commands::chosen;
use crate::config::{Authority, Provider};
use crate::evidence::evidence;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Writes both documents of the authorities asked for. One council's failure never touches another.
pub(crate) fn run(provider: &Provider, clock: Clock, asked: &[String], out: Option<&Path>) -> Result<Outcome, Failure> {
    let mut worst = Outcome::Done;
    for id in chosen(provider, asked)? {
        if let Err(failure) = council(provider, clock, id, out) {
            tracing::error!("{id}: {failure}");
            worst = Outcome::Failed;
        }
    }
    Ok(worst)
}

fn council(provider: &Provider, clock: Clock, id: &str, out: Option<&Path>) -> Result<(), Failure> {
    let authority = Authority::load(provider, id)?;
    let annex = annex::annex(provider, &authority, clock);
    let given = annex::given(provider, &authority, &annex)?;
    let reports = provider.root.join("reports");
    let folder = annex::folder(out.unwrap_or(&reports), id);
    let json = annex.json();
    let mut written = vec!["annex.html"];
    store::write_atomic(&annex::kept(provider, id, &annex.sha256), json.as_bytes())?;
    store::write_atomic(&folder.join("annex.json"), json.as_bytes())?;
    store::write_atomic(&folder.join("annex.html"), reports::annex_html(&annex).as_bytes())?;
    if authority.calendar.nation() == Nation::England {
        let sheet = evidence(provider, &authority, clock, &annex, &given)?;
        if !sheet.ledger.holds {
            tracing::error!(
                "{id}: the ledger's chain does not hold, and the evidence sheet says so; hint: `tithing ledger verify` says where"
            );
        }
        store::write_atomic(&folder.join("evidence.json"), sheet.json().as_bytes())?;
        store::write_atomic(&folder.join("evidence.html"), reports::evidence_html(&sheet).as_bytes())?;
        written.push("evidence.html");
    } else {
        tracing::info!("{id}: no evidence sheet: the yearly governance return that it is for is England's");
    }
    for name in written {
        messages::data(&format!("{}\n", folder.join(name).display()))?;
    }
    if given != Given::Same {
        tracing::info!(
            "{id}: once people were given this annex, set annex_sha256 = \"{}\" below [notice] in assessment.toml, and `tithing check` tells when it no longer says what runs",
            annex.sha256
        );
    }
    Ok(())
}
