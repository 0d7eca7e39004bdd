//! The equipment schedule's facts: what issued links cost by holder, and the volume of each council-owned device.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gate::{Allowance, Candidate, Contributor, IssuedFacts};
use jiff::civil::Date;
use model::{DeviceKey, Month, PersonKey};

use crate::cost::IssuedPart;
use crate::links::Link;
use crate::month::PersonMonth;
use crate::register::{Ownership, Register, RegisterRow, Standing};
use crate::rollup::{self, RollupError};

/// Council-owned devices of a month by asset number, with the key of the device and of who had it last; none of those that
/// were not measured.
pub type MonthDevices = BTreeMap<String, Option<(DeviceKey, PersonKey)>>;

/// What the schedule is made from beside the stored rows.
#[derive(Clone)]
pub struct ScheduleContext<'a> {
    /// The cycles of issued links by holder.
    pub issued: Vec<IssuedPart>,
    /// The council-owned devices.
    pub devices: MonthDevices,
    /// The register's people under the month's key.
    pub people: &'a BTreeMap<PersonKey, PersonMonth>,
    /// The links, of which the shared ones count.
    pub links: &'a [Link],
}

/// The devices that the council owns and one person holds, of which some row of the register covers a day of the month.
/// Those to which a link is issued are on a link of their own and not among them.
///
/// A device was measured where it has an address by which flows can be told to be its own, and its holder may be measured on
/// the last day of the month that its row covers: after an objection, rows of the month are gone.
pub fn devices(
    register: &Register,
    links: &[Link],
    month: Month,
    device: impl Fn(&str) -> DeviceKey,
    person: impl Fn(&str) -> PersonKey,
) -> MonthDevices {
    let issued = |asset: &str| links.iter().any(|l| l.issued_to.as_deref() == Some(asset));
    let within = |r: &&RegisterRow| r.from <= month.last() && r.until.is_none_or(|u| month.first() <= u);
    let mut last: BTreeMap<&str, (Date, bool)> = BTreeMap::new();
    let rows = register.rows().iter().filter(within).filter(|r| r.ownership == Ownership::Council);
    for row in rows.filter(|r| !issued(&r.asset)) {
        let end = row.until.map_or(month.last(), |u| u.min(month.last()));
        let known = row.mac.is_some() || row.address.is_some();
        let entry = last.entry(row.asset.as_str()).or_insert((end, known));
        *entry = match entry.0.cmp(&end) {
            std::cmp::Ordering::Less => (end, known),
            std::cmp::Ordering::Equal => (end, entry.1 || known),
            std::cmp::Ordering::Greater => *entry,
        };
    }
    let measured = |asset: &str, date: Date, known: bool| match register.standing(asset, date) {
        Standing::Person(p) if known => Some((device(asset), person(&p.person))),
        _ => None,
    };
    last.into_iter().map(|(asset, (date, known))| (asset.to_owned(), measured(asset, date, known))).collect()
}

/// Fills in the schedule's part of a candidate. `usage` are the paths that the store has verified; where there are none,
/// nothing was measured by device.
///
/// # Errors
/// Where the roll-up cannot be run.
pub fn schedule(
    candidate: &mut Candidate,
    usage: &[PathBuf],
    context: &ScheduleContext<'_>,
) -> Result<(), RollupError> {
    context.issued.iter().for_each(|part| candidate.issued(facts(part)));
    let contributor = |key: PersonKey| {
        let person = context.people.get(&key).copied().unwrap_or_default();
        Contributor::person(key, person.full_month, person.declared_hours)
    };
    let mut by_key: BTreeMap<DeviceKey, &str> = BTreeMap::new();
    for (asset, keys) in &context.devices {
        match keys.filter(|_| !usage.is_empty()) {
            None => candidate.device_unmeasured(asset),
            Some((device, person)) => {
                by_key.insert(device, asset);
                candidate.device(asset, contributor(person), 0);
            }
        }
    }
    for (device, person, octets) in volumes(usage, context.links)? {
        if let Some(asset) = by_key.get(&device) {
            candidate.device(asset, contributor(person), octets);
        }
    }
    Ok(())
}

/// Octets by device and person over shared links.
fn volumes(usage: &[PathBuf], links: &[Link]) -> Result<Vec<(DeviceKey, PersonKey, u64)>, RollupError> {
    let rows = rollup::run(rollup::DEVICE_VOLUMES, usage)?;
    let (devices, people) = (rows.keys("device")?, rows.keys("person")?);
    let keys = devices.into_iter().zip(people);
    let mut out = Vec::new();
    for ((keys, link), octets) in keys.zip(rows.words("link")?).zip(rows.amounts("octets")?) {
        let (Some(device), Some(person)) = keys else { return Err(rows.bad("person")) };
        if links.iter().any(|l| l.id == link && !l.issued()) {
            out.push((DeviceKey(device), PersonKey(person), octets));
        }
    }
    Ok(out)
}

fn facts(part: &IssuedPart) -> IssuedFacts {
    IssuedFacts {
        asset: part.asset.clone(),
        holder: part.holder.clone(),
        link: part.link.clone(),
        start: part.start,
        end: part.end,
        home_octets: part.home,
        abroad_octets: part.away,
        home_pence: part.home_pence,
        abroad_pence: part.abroad_pence,
        allowance: part.data.map(|octets| Allowance { octets, used: part.home.unwrap_or(0) }),
        forecast: part.forecast,
    }
}

#[cfg(test)]
mod tests;
