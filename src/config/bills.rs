//! Whether everything that a bill needs is there: before any work starts, not in the middle of a month.

use analyze::cost::{Cycle, Tariff, cycles};
use jiff::civil::Date;

use super::authority::Authority;
use crate::outcome::Failure;

/// Refuses use abroad that nothing prices, data bought for a link that takes none, and rows of links that do not exist.
///
/// # Errors
/// The first such row, with its rule and what to do.
pub(super) fn check(authority: &Authority) -> Result<(), Failure> {
    for link in authority.links.iter().map(|l| l.id.as_str()) {
        let tariffs: Vec<&Tariff> = authority.tariffs.iter().filter(|t| t.link == link).collect();
        let dates = authority.mobile_usage.iter().filter(|u| u.link == link).map(|u| u.date);
        let dates = dates.chain(authority.top_ups.iter().filter(|t| t.link == link).map(|t| t.date));
        let Some(last) = dates.max() else { continue };
        let cycles = cycles(&tariffs, last);
        abroad(authority, link, &cycles)?;
        top_ups(authority, link, &cycles)?;
    }
    known(authority)
}

/// The tariff that prices a date.
fn priced<'a>(cycles: &[Cycle<'a>], date: Date) -> Option<&'a Tariff> {
    let after = cycles.partition_point(|c| c.start <= date);
    after.checked_sub(1).and_then(|i| cycles.get(i)).and_then(|c| c.tariff)
}

fn abroad(authority: &Authority, link: &str, cycles: &[Cycle<'_>]) -> Result<(), Failure> {
    let open = |u: &&analyze::cost::MobileUsage| u.link == link && u.abroad() && u.pence.is_none();
    for row in authority.mobile_usage.iter().filter(open) {
        let tariff = priced(cycles, row.date);
        if tariff.is_some_and(|t| t.zone(row.country).is_some()) {
            continue;
        }
        let place = match tariff {
            Some(_) => "no roaming zone of the tariff has that country",
            None => "the link has no tariff on that date",
        };
        // Date and country would tell every reader of a log where the link's holder was.
        let what = format!("line {}: use abroad without a cost; {place}", row.line);
        let failure = Failure::at(&authority.dir.join("mobile-usage.csv"), what);
        return Err(failure.hint("state the cost, add the country to a zone, or a zone with rest_of_world = true"));
    }
    Ok(())
}

fn top_ups(authority: &Authority, link: &str, cycles: &[Cycle<'_>]) -> Result<(), Failure> {
    for row in authority.top_ups.iter().filter(|t| t.link == link) {
        if !priced(cycles, row.date).is_some_and(Tariff::takes_top_ups) {
            let what = format!("{}: the tariff of '{link}' on that date is not prepaid and no bundle", row.date);
            let failure = Failure::at(&authority.dir.join("top-ups.csv"), what);
            return Err(failure.hint("correct the date or the link, or the tariffs in authority.toml"));
        }
    }
    Ok(())
}

fn known(authority: &Authority) -> Result<(), Failure> {
    let stray = authority.top_ups.iter().find(|t| !authority.links.iter().any(|l| l.id == t.link));
    stray.map_or(Ok(()), |t| {
        let failure = Failure::at(&authority.dir.join("top-ups.csv"), format!("{}: no link '{}'", t.date, t.link));
        Err(failure.hint("links stand in authority.toml"))
    })
}
