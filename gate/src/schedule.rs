//! The equipment schedule: what links issued to one holder each cost, for the few who need it; and, where the assessment
//! lists them, wide bands of each council-owned device's volume on shared links.
//!
//! It is personal data and no statistic: no cell test makes it anonymous, so it is a document of its own with recipients
//! of its own. What keeps it harmless beside the summary is that the two count different octets: those of issued links are
//! in no table by kind of site, and the other way round.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::assessment::Assessment;
use crate::candidate::{Candidate, Contributor, add};
use crate::ladder::Ladder;
use crate::released::{Cell, Symbol};
use crate::{Mode, cell};

/// Octets to which a line is rounded up: 100 MB.
pub const SCHEDULE_STEP_OCTETS: u64 = 100_000_000;

const GB: u64 = 1_000_000_000;

/// Data that a cycle holds, and how much of it a holder used at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Octets of the whole cycle, with what rolled over and what was bought.
    pub octets: u64,
    /// Octets of them used by this holder.
    pub used: u64,
}

/// One holder's part of one billing cycle of a metered link that is issued to one holder.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedFacts {
    /// The asset number that the link is issued to.
    pub asset: String,
    /// Who holds it, by any word that is the same for the same person; never printed. None: nobody.
    pub holder: Option<String>,
    /// The link.
    pub link: String,
    /// First day of the cycle, or of the holder's part of it.
    pub start: Date,
    /// Last day of the cycle, or of the holder's part of it.
    pub end: Date,
    /// Octets used in the United Kingdom; none where nothing measured them.
    pub home_octets: Option<u64>,
    /// Octets used abroad.
    pub abroad_octets: Option<u64>,
    /// Pence of the contract and of use in the United Kingdom, so far.
    pub home_pence: i64,
    /// Pence of use abroad.
    pub abroad_pence: i64,
    /// The cycle's data, where it has a limit.
    pub allowance: Option<Allowance>,
    /// Pence of contract and use in the United Kingdom at the cycle's end; none of a cycle that is over.
    pub forecast: Option<i64>,
}

impl std::fmt::Debug for IssuedFacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IssuedFacts(..)")
    }
}

/// Where data were used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the United Kingdom.
    Uk,
    /// Abroad.
    Abroad,
}

impl Place {
    /// The word in `schedule.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uk => "uk",
            Self::Abroad => "abroad",
        }
    }
}

/// One line: exactly these seven things, the cycle being its two days.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScheduleLine {
    /// The asset number.
    pub asset: String,
    /// First day of the billing cycle; where the link changed hands within it, the holder's first.
    pub cycle_start: Date,
    /// Last day of the billing cycle; where the link changed hands within it, the holder's last.
    pub cycle_end: Date,
    /// Octets, rounded up to a multiple of [`SCHEDULE_STEP_OCTETS`]; `[x]` where nothing measured them.
    pub bytes: Cell,
    /// Pence as billed; of an unfinished cycle, so far.
    pub cost: i64,
    /// Whole percent of the cycle's data, rounded up and told from the rounded octets; `[z]` where there is no limit.
    pub allowance_used: Cell,
    /// Where.
    pub place: Place,
    /// Pence expected at the cycle's end; `[z]` of a cycle that is over.
    pub forecast: Cell,
}

/// The lines of one holder, by their places in [`ReleasedSchedule::lines`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchedulePage {
    /// Whether somebody held the asset then: a page of nobody is for the recipients alone.
    pub held: bool,
    /// Places of its lines, in order.
    pub lines: Vec<usize>,
}

/// A wide band of a month's volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Under 1 GB, nothing included.
    Under1,
    /// From 1 GB to under 10 GB.
    From1,
    /// From 10 GB to under 50 GB.
    From10,
    /// From 50 GB to 200 GB.
    From50,
    /// Over 200 GB.
    Over200,
}

impl Band {
    /// Every band, from the lowest.
    pub const ALL: [Self; 5] = [Self::Under1, Self::From1, Self::From10, Self::From50, Self::Over200];

    /// The word in `schedule.json`: gigabytes from and to.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Under1 => "0-1",
            Self::From1 => "1-10",
            Self::From10 => "10-50",
            Self::From50 => "50-200",
            Self::Over200 => "200-",
        }
    }

    /// Least octets, and most where there is a most: what a reader of the band knows of the device.
    pub const fn bounds(self) -> (u64, Option<u64>) {
        match self {
            Self::Under1 => (0, Some(GB - 1)),
            Self::From1 => (GB, Some(10 * GB - 1)),
            Self::From10 => (10 * GB, Some(50 * GB - 1)),
            Self::From50 => (50 * GB, Some(200 * GB)),
            Self::Over200 => (200 * GB + 1, None),
        }
    }

    /// The band of some octets.
    pub fn of(octets: u64) -> Self {
        let holds = |band: &Self| band.bounds().1.is_none_or(|most| octets <= most);
        Self::ALL.into_iter().find(holds).unwrap_or(Self::Over200)
    }
}

/// One council-owned device on shared links, with its band; none where it was not measured (`[z]`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceVolume {
    /// The asset number.
    pub asset: String,
    /// Its band.
    pub band: Option<Band>,
}

/// What became of the bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BandState {
    /// All of them are there.
    Shown,
    /// All of them are withheld: a reader could have worked out too much of somebody's use.
    Withheld,
    /// The assessment does not ask for them.
    NotAsked,
}

/// The schedule of a month. Read-only: [`crate::release`] alone makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedSchedule {
    lines: Vec<ScheduleLine>,
    pages: Vec<SchedulePage>,
    bands: BandState,
    devices: Vec<DeviceVolume>,
    recipients: Vec<String>,
    missing_nights: Vec<Date>,
}

impl ReleasedSchedule {
    /// The lines: by asset number, then cycle, then place; never by size.
    pub fn lines(&self) -> &[ScheduleLine] {
        &self.lines
    }

    /// The lines by holder, in the order of their first line. Every line stands on one page.
    pub fn pages(&self) -> &[SchedulePage] {
        &self.pages
    }

    /// What became of the bands.
    pub const fn bands(&self) -> BandState {
        self.bands
    }

    /// The bands, by asset number; empty where they are withheld or not asked for.
    pub fn devices(&self) -> &[DeviceVolume] {
        &self.devices
    }

    /// Who receives all pages, by role.
    pub fn recipients(&self) -> &[String] {
        &self.recipients
    }

    /// Nights of the month without data.
    pub fn missing_nights(&self) -> &[Date] {
        &self.missing_nights
    }
}

impl Candidate {
    /// Adds one holder's part of one cycle of a metered link that is issued to one holder.
    pub fn issued(&mut self, facts: IssuedFacts) {
        self.issued.push(facts);
    }

    /// Adds octets of one person on a council-owned device over shared links. Nothing of it goes out but a wide band.
    pub fn device(&mut self, asset: &str, who: Contributor, octets: u64) {
        let device = self.devices.entry(asset.to_owned()).or_insert_with(|| Some(BTreeMap::new()));
        add(device.get_or_insert_default(), who.who, octets);
    }

    /// Says that a council-owned device was not measured for the whole of its month, by the register alone: its band is
    /// `[z]`.
    pub fn device_unmeasured(&mut self, asset: &str) {
        self.devices.entry(asset.to_owned()).or_insert(None);
    }
}

/// What an assessment allows of the schedule, and why not more, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScheduleScope {
    /// The lines of issued links.
    pub lines: Result<(), String>,
    /// The bands of devices.
    pub bands: Result<(), String>,
}

/// Judges what may be made of the schedule.
///
/// Lines need the output `schedule`, the purpose `cost`, somebody named to receive it, and an assessment that allows
/// anything at all. Bands need the output `device-volumes` and the purpose `operations` too, and one that allows kinds of
/// site: without them no row of a device is stored.
pub fn schedule_scope(assessment: Option<&Assessment>, ladder: &Ladder) -> ScheduleScope {
    let lists = |words: &[String], word: &str| words.iter().any(|w| w.trim() == word);
    let purpose = |word: &str| assessment.is_some_and(|a| lists(a.purposes(), word));
    let output = |word: &str| assessment.is_some_and(|a| a.lists_output(word));
    let mut lacks = Vec::new();
    let mut need = |met: bool, what: &str| {
        if !met {
            lacks.push(what.to_owned());
        }
    };
    need(ladder.mode >= Mode::Totals, "the assessment allows nothing");
    need(output("schedule"), "`outputs` does not list \"schedule\"");
    need(purpose("cost"), "`purposes` does not list \"cost\"");
    need(!recipients(assessment).is_empty(), "nobody is named in [[recipients]] for the document \"schedule\"");
    let lines = told(&lacks);
    let mut need = |met: bool, what: &str| {
        if !met {
            lacks.push(what.to_owned());
        }
    };
    need(output("device-volumes"), "`outputs` does not list \"device-volumes\"");
    need(purpose("operations"), "`purposes` does not list \"operations\"");
    need(ladder.mode != Mode::Totals, "only totals are made, so nothing is measured by device");
    ScheduleScope { lines, bands: told(&lacks) }
}

fn told(lacks: &[String]) -> Result<(), String> {
    if lacks.is_empty() { Ok(()) } else { Err(lacks.join("; ")) }
}

/// The roles that receive the schedule.
fn recipients(assessment: Option<&Assessment>) -> Vec<String> {
    let all = assessment.map(Assessment::recipients).unwrap_or_default();
    let named = all.iter().filter(|r| r.document.trim() == "schedule" && !r.role.trim().is_empty());
    named.map(|r| r.role.trim().to_owned()).collect()
}

/// The schedule of a candidate; none where the assessment does not allow it or there is nothing to put in. `bands_allowed`
/// is the attacker's word: the bands are all there, or withheld together.
pub(crate) fn make(
    candidate: &Candidate,
    assessment: Option<&Assessment>,
    ladder: &Ladder,
    bands_allowed: bool,
) -> Option<ReleasedSchedule> {
    let scope = schedule_scope(assessment, ladder);
    scope.lines.ok()?;
    let asked = scope.bands.is_ok() && !candidate.devices.is_empty();
    let (lines, pages) = lines_and_pages(&candidate.issued);
    if lines.is_empty() && !asked {
        return None;
    }
    let bands = match (asked, bands_allowed) {
        (false, _) => BandState::NotAsked,
        (true, false) => BandState::Withheld,
        (true, true) => BandState::Shown,
    };
    let devices = if bands == BandState::Shown { volumes(candidate) } else { Vec::new() };
    let missing_nights = candidate.facts.missing_nights.clone();
    Some(ReleasedSchedule { lines, pages, bands, devices, recipients: recipients(assessment), missing_nights })
}

/// Every council-owned device with its band, by asset number: what [`make`] prints where all bands may be.
pub(crate) fn volumes(candidate: &Candidate) -> Vec<DeviceVolume> {
    let octets = |shares: &BTreeMap<_, u64>| u64::try_from(cell::sum(shares)).unwrap_or(u64::MAX);
    let volume = |(asset, shares): (&String, &Option<_>)| DeviceVolume {
        asset: asset.clone(),
        band: shares.as_ref().map(|s| Band::of(octets(s))),
    };
    candidate.devices.iter().map(volume).collect()
}

/// The lines in their order, and by holder. What nobody held stands on pages of its own, one for each asset.
fn lines_and_pages(issued: &[IssuedFacts]) -> (Vec<ScheduleLine>, Vec<SchedulePage>) {
    let mut parts: Vec<&IssuedFacts> = issued.iter().collect();
    parts.sort_by(|a, b| (&a.asset, a.start, a.end, &a.link).cmp(&(&b.asset, b.start, b.end, &b.link)));
    let (mut lines, mut pages) = (Vec::new(), Vec::<SchedulePage>::new());
    let mut known: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
    for part in parts {
        let key = (part.holder.as_deref(), if part.holder.is_some() { "" } else { part.asset.as_str() });
        let page = *known.entry(key).or_insert(pages.len());
        if page == pages.len() {
            pages.push(SchedulePage { held: part.holder.is_some(), lines: Vec::new() });
        }
        for line in lines_of(part) {
            if let Some(page) = pages.get_mut(page) {
                page.lines.push(lines.len());
            }
            lines.push(line);
        }
    }
    (lines, pages)
}

/// The line of use in the United Kingdom, and one of use abroad where there was any.
fn lines_of(part: &IssuedFacts) -> impl Iterator<Item = ScheduleLine> {
    let line = |place, octets: Option<u64>, cost, allowance_used, forecast: Option<i64>| ScheduleLine {
        asset: part.asset.clone(),
        cycle_start: part.start,
        cycle_end: part.end,
        bytes: octets.map_or(Cell::Symbol(Symbol::X), rounded_up),
        cost,
        allowance_used,
        place,
        forecast: forecast.map_or(Cell::Symbol(Symbol::Z), Cell::plain),
    };
    let used = part.allowance.map_or(Cell::Symbol(Symbol::Z), |a| match part.home_octets {
        Some(_) => percent(a),
        None => Cell::Symbol(Symbol::X),
    });
    let home = line(Place::Uk, part.home_octets, part.home_pence, used, part.forecast);
    let went = part.abroad_octets.is_some_and(|n| n > 0) || part.abroad_pence != 0;
    // No use abroad is foreseen: what is expected is what is there.
    let ahead = part.forecast.map(|_| part.abroad_pence);
    let none = Cell::Symbol(Symbol::Z);
    let abroad = went.then(|| line(Place::Abroad, part.abroad_octets, part.abroad_pence, none, ahead));
    std::iter::once(home).chain(abroad)
}

fn steps(octets: u64) -> u64 {
    octets.div_ceil(SCHEDULE_STEP_OCTETS)
}

fn rounded_up(octets: u64) -> Cell {
    let rounded = steps(octets).saturating_mul(SCHEDULE_STEP_OCTETS);
    Cell::plain(i64::try_from(rounded).unwrap_or(i64::MAX))
}

/// Percent of an allowance, from the rounded octets, so that a small allowance does not tell more than they do.
fn percent(allowance: Allowance) -> Cell {
    let used = u128::from(steps(allowance.used)) * u128::from(SCHEDULE_STEP_OCTETS) * 100;
    match u128::from(allowance.octets) {
        0 => Cell::Symbol(Symbol::Z),
        whole => Cell::plain(i64::try_from(used.div_ceil(whole)).unwrap_or(i64::MAX)),
    }
}

#[cfg(test)]
pub(crate) mod tests;
