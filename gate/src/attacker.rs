//! Somebody who knows the office, trying to work out what others did from the files as they were written.
//!
//! This module reads written files and the true contributions, each as its own plain data. It shares no rule with the code
//! that decided what to print: it reckons what each reader could conclude and compares that with the truth. Readers are an
//! outsider, each contributor, the clerk, the clerk with each one other, and each of these with the equipment schedule.
//!
//! For everybody who matters in a sum the most that is left open must be 1.2 times the truth, and the least at most a fifth of
//! it and a gigabyte; and nobody may know a sum over fewer than five people who matter within a fifth. Sums are all that are
//! printed and all that follow from them: each row's kinds, each hidden kind and all kinds, in every class of time and group
//! of people that a table tells apart. Months share no figure, so each is a problem of its own.

use std::collections::BTreeMap;

mod bounds;
mod places;
mod read;
mod simplex;
mod storm;
#[cfg(test)]
mod tests;

use bounds::{Figure, Interval, Mask, OPEN, System};
use places::{TIMED, Target, UNTIMED, figures, kinds, kinds_of, mask_of, place, targets};
use read::{Band, Paper, Print};
use storm::{Member, Problem, Scale};

pub use read::Artefact;
pub(crate) use read::{Print as Printed, Sheet, Unit};
pub use storm::Finding;

/// The profiles that are run on every release.
pub(crate) const PROFILES: [&str; 4] = ["outsider", "contributor", "clerk", "clerk-and-one"];
/// The profile of somebody who holds the equipment schedule with its bands as well.
pub(crate) const SCHEDULE_READER: &str = "schedule-reader";

/// One unit's true amounts of a month.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Octets by place: bit `4 x kind + class`.
    pub(crate) octets: Vec<u64>,
    /// Minutes by kind, and of any kind.
    pub(crate) minutes: (Vec<u64>, u64),
    /// Days by kind, and of any kind.
    pub(crate) days: (Vec<u64>, u64),
    /// Octets by shared link, in the order of [`Truth::links`].
    pub(crate) links: Vec<u64>,
    /// Octets by part of a billing cycle, in the order of [`Truth::parts`].
    pub(crate) parts: Vec<u64>,
    /// A person who was there all month.
    pub(crate) counts: bool,
    pub(crate) clerk: bool,
    /// In the time tables.
    pub(crate) timed: bool,
    /// Its devices by asset, and whether nobody else held one in the month; an empty name for what no device accounts for.
    pub(crate) devices: Vec<(String, bool)>,
}

/// What a shared link carried on the days that a billing cycle has in the month; the days of no two of a link meet.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Place in [`Truth::links`].
    pub(crate) link: usize,
    /// Its row in the table of cycles.
    pub(crate) row: String,
    /// Everybody's octets.
    pub(crate) octets: u64,
}

/// What is true of a month: what the attacker's findings are held against. Nothing outside this crate can look into it.
#[derive(Clone, Default)]
pub struct Truth {
    pub(crate) month: String,
    pub(crate) days: u64,
    pub(crate) units: Vec<Known>,
    /// Shared links with everybody's octets.
    pub(crate) links: Vec<(String, u64)>,
    /// Parts of their billing cycles.
    pub(crate) parts: Vec<Part>,
    /// Octets on links issued to one holder, by holder.
    pub(crate) issued: Vec<u64>,
    /// Known people of whom nothing is measured.
    pub(crate) unmonitored: usize,
}

impl std::fmt::Debug for Truth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Truth(..)")
    }
}

impl PartialEq for Truth {
    /// Two releases are compared by what is printed alone.
    fn eq(&self, other: &Self) -> bool {
        self.month == other.month
    }
}

impl Eq for Truth {}

/// A sum through which a profile gets in. It names no person: where it stands, who gets in, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breach {
    /// The month.
    pub month: String,
    /// The table, or the finest one that it follows from.
    pub table: String,
    /// The row.
    pub row: String,
    /// The column, or which part of the row.
    pub part: String,
    /// Whether the figure itself is printed; else it follows from several.
    pub printed: bool,
    /// Who gets in.
    pub profile: &'static str,
    /// How.
    pub finding: Finding,
}

/// Hidden cells of a laid-down layout, and how many an outsider gets back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Cells that print `[c]` in a table whose layout is laid down.
    pub hidden: u64,
    /// Of these, how many are known as closely as two steps of rounding.
    pub exact: u64,
    /// How many are known within a fifth either way.
    pub near: u64,
}

/// What an attack over everything released found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Siege {
    /// Months attacked with their true rows.
    pub attacked: u32,
    /// Months whose rows are gone (or no longer whole), looked at for figures that tell more than their first report.
    pub closed: u32,
    /// Sums tried.
    pub sums: u64,
    /// The profiles that ran.
    pub profiles: Vec<&'static str>,
    /// Where somebody gets in.
    pub breaches: Vec<Breach>,
    /// Of tables with a laid-down layout.
    pub recovered: Recovered,
    /// Files that are none of ours.
    pub unread: Vec<String>,
}

/// Attacks everything that was ever released for one authority. `truths` are the months whose rows are there; the files come
/// in the order in which they were released.
pub fn attack(truths: &[Truth], artefacts: &[Artefact]) -> Siege {
    let mut siege = Siege { profiles: PROFILES.to_vec(), ..Siege::default() };
    let mut by_month: BTreeMap<String, Vec<Paper>> = BTreeMap::new();
    for artefact in artefacts {
        match read::read(artefact) {
            Some(paper) => by_month.entry(paper.month.clone()).or_default().push(paper),
            None => siege.unread.push(artefact.name.clone()),
        }
    }
    for (month, papers) in &by_month {
        let problems = truths.iter().find(|t| t.month == *month).map(|truth| problems(truth, papers));
        match problems.filter(|all| all.iter().all(|(p, _)| p.holds_truth())) {
            Some(all) => {
                siege.attacked += 1;
                all.iter().for_each(|(problem, _)| storm(month, problem, &mut siege));
                let banded = all.iter().any(|(_, banded)| *banded);
                siege
                    .profiles
                    .extend((banded && !siege.profiles.contains(&SCHEDULE_READER)).then_some(SCHEDULE_READER));
                let volume = all.first().map(|(p, _)| p);
                volume.into_iter().for_each(|p| recover(p, papers, &mut siege.recovered));
            }
            None => {
                siege.closed += 1;
                narrowed(month, papers, &mut siege);
            }
        }
    }
    siege
}

/// Attacks tables of one month that are not written yet, with bands of devices where some are to be.
pub(crate) fn attack_sheets(truth: &Truth, sheets: Vec<Sheet>, bands: Vec<(String, u64, u64)>) -> Vec<Breach> {
    let bands = bands.into_iter().map(|(asset, low, high)| Band { asset, low, high }).collect();
    let paper = Paper { month: truth.month.clone(), restricted: false, sheets, bands };
    let mut siege = Siege::default();
    for (problem, _) in problems(truth, &[paper]) {
        storm(&truth.month, &problem, &mut siege);
    }
    siege.breaches
}

fn storm(month: &str, problem: &Problem, siege: &mut Siege) {
    siege.sums += problem.targets.len() as u64;
    for (target, profile, finding) in problem.findings() {
        let t = &problem.targets[target];
        let (month, table, row, part) = (month.to_owned(), t.table.clone(), t.row.clone(), t.part.clone());
        siege.breaches.push(Breach { month, table, row, part, printed: t.printed, profile, finding });
    }
}

/// Every problem of a month, the volumes by kind first; whether the schedule's bands are part of it.
fn problems(truth: &Truth, papers: &[Paper]) -> Vec<(Problem, bool)> {
    let public: Vec<&Paper> = papers.iter().filter(|p| !p.restricted).collect();
    let sheets: Vec<&Sheet> = public.iter().flat_map(|p| &p.sheets).collect();
    let bands: Vec<&Band> = papers.iter().flat_map(|p| &p.bands).collect();
    let volume = volume(truth, &sheets, &[]);
    let mut all = vec![(volume, false)];
    if !bands.is_empty() {
        all.push((self::volume(truth, &sheets, &bands), true));
    }
    for sheet in sheets.iter().filter(|s| s.unit != Unit::Octets) {
        all.push((rows(truth, sheet), false));
    }
    all.extend(sheets.iter().filter(|s| s.id == "links").map(|s| (links(truth, s, &sheets), false)));
    all
}

const VOLUMES: Scale = Scale { little: 1_000_000, most_known: 1_000_000_000, cap: None };

/// Fewer people than this in a sum are too few.
const FEW: usize = 5;

fn by_kind<'a>(sheets: &[&'a Sheet]) -> Vec<&'a Sheet> {
    let mut all: Vec<&Sheet> =
        sheets.iter().copied().filter(|s| ["use", "times", "crossed"].contains(&s.id.as_str())).collect();
    all.sort_by_key(|s| ["use", "times", "crossed"].iter().position(|id| *id == s.id));
    all
}

/// Octets by kind and class of time.
fn volume(truth: &Truth, sheets: &[&Sheet], bands: &[&Band]) -> Problem {
    let tables = by_kind(sheets);
    let count = kinds().len();
    let group = |classes: Mask| (0..count).fold(0, |m, k| m | place(k, classes));
    let timed = truth.units.iter().map(|u| group(if u.timed { TIMED } else { UNTIMED }));
    let everything = timed.fold(0, |m, places| m | places);
    let member = |unit: &Known| Member {
        values: unit.octets.clone(),
        could: group(if unit.timed { TIMED } else { UNTIMED }),
        counts: unit.counts,
        clerk: unit.clerk,
        band: (!bands.is_empty()).then(|| band(unit, bands)),
    };
    Problem {
        members: truth.units.iter().map(member).collect(),
        system: System::new(&figures(&tables)),
        // A band says of a person's use together what it says: that is what the schedule is for.
        targets: targets(&tables)
            .into_iter()
            .filter(|t| bands.is_empty() || t.mask & everything != everything)
            .collect(),
        scale: VOLUMES,
        few: FEW,
    }
}

/// What the bands of a unit's devices say of all of it: nothing where one of them has none.
fn band(unit: &Known, bands: &[&Band]) -> Interval {
    let of = |asset: &String| bands.iter().find(|b| b.asset == *asset).map_or((0, OPEN), |b| (b.low, b.high));
    // The least that a device of two people in turn carried is the least of neither.
    let all = unit.devices.iter().map(|(asset, alone)| (if *alone { of(asset).0 } else { 0 }, of(asset).1));
    let none = Interval { low: 0, high: if unit.devices.is_empty() { OPEN } else { 0 } };
    all.fold(none, |i, (low, high)| Interval { low: i.low.saturating_add(low), high: i.high.saturating_add(high) })
}

/// Minutes or days by kind: rows overlap, so each printed row is a place of its own.
fn rows(truth: &Truth, sheet: &Sheet) -> Problem {
    let shown: Vec<usize> = (0..sheet.rows.len()).filter(|r| first(sheet, *r).is_some()).collect();
    let of = |unit: &Known, row: usize| {
        let (by_kind, any) = if sheet.unit == Unit::Days { &unit.days } else { &unit.minutes };
        let set = kinds_of(sheet, row);
        let inside: Vec<u64> = by_kind.iter().enumerate().filter(|(k, _)| set >> k & 1 == 1).map(|(_, x)| *x).collect();
        let sum = inside.iter().fold(0_u64, |s, x| s.saturating_add(*x));
        if set.count_ones() > 1 && *any > 0 { sum.min(*any) } else { sum }
    };
    let member = |unit: &Known| Member {
        values: shown.iter().map(|r| of(unit, *r)).collect(),
        could: Mask::MAX,
        counts: unit.counts,
        clerk: unit.clerk,
        band: None,
    };
    let figure = |(bit, row): (usize, &usize)| {
        let (low, high) = first(sheet, *row)?;
        Some(Figure { mask: 1 << bit, low, high })
    };
    let target = |(bit, row): (usize, &usize)| Target {
        mask: 1 << bit,
        printed: true,
        table: sheet.id.clone(),
        row: sheet.rows[*row].0.clone(),
        part: String::new(),
    };
    let (little, cap) = if sheet.unit == Unit::Days { (1, Some(truth.days)) } else { (5, None) };
    Problem {
        members: truth.units.iter().map(member).collect(),
        system: System::new(&shown.iter().enumerate().filter_map(figure).collect::<Vec<_>>()),
        targets: shown.iter().enumerate().map(target).collect(),
        scale: Scale { little, most_known: u64::MAX, cap },
        few: FEW,
    }
}

/// The interval of a row's only cell.
fn first(sheet: &Sheet, row: usize) -> Option<(u64, u64)> {
    sheet.rows.get(row)?.1.first().and_then(|c| sheet.interval(*c))
}

/// Octets by link: of each stretch of a shared link's month two places, of measured units and of everybody else; the last
/// place is all links that are issued to one holder each.
fn links(truth: &Truth, sheet: &Sheet, sheets: &[&Sheet]) -> Problem {
    let (shared, stretches) = (truth.links.len(), stretches(truth));
    let all = |of: &dyn Fn(&Stretch) -> bool, bits: Mask| {
        stretches.iter().enumerate().filter(|(_, s)| of(s)).fold(0, |m, (i, _)| m | bits << (2 * i))
    };
    let link = |i: usize| all(&|s| s.link == i, 0b11);
    let (both, measured) = (all(&|_| true, 0b11), all(&|_| true, 0b01));
    let issued: Mask = 1 << (2 * stretches.len());
    let printed: Vec<usize> = (0..shared).filter(|i| cell(sheet, &truth.links[*i].0).is_some()).collect();
    let mut figures: Vec<Figure> = Vec::new();
    let mut targets: Vec<Target> = Vec::new();
    let mut put = |mask: Mask, interval: Option<(u64, u64)>, table: &str, row: &str| {
        let Some((low, high)) = interval else { return };
        figures.push(Figure { mask, low, high });
        let (table, row) = (table.to_owned(), row.to_owned());
        targets.push(Target { mask, printed: true, table, row, part: String::new() });
    };
    for i in &printed {
        put(link(*i), cell(sheet, &truth.links[*i].0), "links", &truth.links[*i].0);
    }
    put(issued, cell(sheet, "issued"), "links", "issued");
    let open = printed.iter().fold(0, |m, i| m | link(*i)) | if cell(sheet, "issued").is_some() { issued } else { 0 };
    // With no link's own figure the total is of all shared links together.
    let total = if printed.is_empty() && open == 0 { both } else { open };
    put(total, cell(sheet, "total").filter(|_| total != 0), "links", "total");
    if let Some(books) = sheets.iter().find(|s| s.id == "accounting") {
        put((both | issued) & !total, cell(books, "withheld"), "accounting", "withheld");
        let parts = ["counted", "excluded", "undecodable"].map(|row| cell(books, row));
        if let [Some(counted), Some(excluded), Some(broken)] = parts {
            let low = counted.0.saturating_sub(excluded.1).saturating_sub(broken.1);
            let high = counted.1.saturating_sub(excluded.0).saturating_sub(broken.0);
            figures.push(Figure { mask: both | issued, low, high });
        }
    }
    figures.extend(use_total(sheets).map(|(low, high)| Figure { mask: measured, low, high }));
    let cut = by_cycle(truth, &stretches, sheets, &mut figures, &mut targets);
    let part = |mask: Mask, part: &str| {
        let (table, row) = ("links".to_owned(), "total".to_owned());
        Target { mask, printed: false, table, row, part: part.to_owned() }
    };
    if few_unmeasured(truth) {
        let of = |mask| part(mask & !measured, "of people who are not measured");
        targets.push(of(both));
        targets.extend((0..shared).map(|i| of(link(i))));
        targets.extend(cut.iter().map(|i| of(0b11 << (2 * i))));
    }
    targets.push(part(issued, "of links issued to one person each"));
    targets.retain(|t| t.mask != 0);
    figures.retain(|f| f.mask != 0);
    let members = link_members(truth, &stretches);
    Problem { members, system: System::new(&figures), targets, scale: VOLUMES, few: FEW }
}

/// Days of a shared link's month: those of one part of a cycle, or all that stand in none.
struct Stretch {
    link: usize,
    /// Place in [`Truth::parts`].
    part: Option<usize>,
    octets: u64,
}

/// The stretches of each link: its parts, then the rest. Together they are its month.
fn stretches(truth: &Truth) -> Vec<Stretch> {
    let mut all = Vec::new();
    for (link, (_, octets)) in truth.links.iter().enumerate() {
        let own = truth.parts.iter().enumerate().filter(|(_, p)| p.link == link);
        let parts: Vec<Stretch> = own.map(|(i, p)| Stretch { link, part: Some(i), octets: p.octets }).collect();
        let inside = parts.iter().fold(0_u64, |sum, s| sum.saturating_add(s.octets));
        all.extend(parts);
        all.push(Stretch { link, part: None, octets: octets.saturating_sub(inside) });
    }
    all
}

/// The figures of the table of cycles, and as targets they and every stretch beside them; gives those stretches. What the
/// table says of whole cycles are sums of figures printed before, and tell nothing.
fn by_cycle(
    truth: &Truth,
    stretches: &[Stretch],
    sheets: &[&Sheet],
    figures: &mut Vec<Figure>,
    targets: &mut Vec<Target>,
) -> Vec<usize> {
    let Some(sheet) = sheets.iter().find(|s| s.id == "cycles") else { return Vec::new() };
    let row = |s: &Stretch| s.part.and_then(|p| truth.parts.get(p)).map(|p| p.row.as_str());
    let interval = |s: &Stretch| row(s).and_then(|row| cell(sheet, row));
    let cut: Vec<usize> = (0..stretches.len())
        .filter(|i| stretches.iter().any(|s| s.link == stretches[*i].link && interval(s).is_some()))
        .collect();
    for i in &cut {
        let (stretch, mask) = (&stretches[*i], 0b11 << (2 * i));
        let figure = interval(stretch);
        figures.extend(figure.map(|(low, high)| Figure { mask, low, high }));
        let rest = || format!("{}:rest", truth.links[stretch.link].0);
        targets.push(Target {
            mask,
            printed: figure.is_some(),
            table: "cycles".to_owned(),
            row: row(stretch).map_or_else(rest, str::to_owned),
            part: "month".to_owned(),
        });
    }
    cut
}

/// Whether known people, but too few to hide one another, are not measured.
fn few_unmeasured(truth: &Truth) -> bool {
    (1..FEW).contains(&truth.unmonitored)
}

fn cell(sheet: &Sheet, row: &str) -> Option<(u64, u64)> {
    sheet.cell(row, 0).and_then(|c| sheet.interval(c))
}

/// All measured use together, from the rows by kind: they leave nothing out.
fn use_total(sheets: &[&Sheet]) -> Option<(u64, u64)> {
    let sheet = sheets.iter().find(|s| s.id == "use")?;
    if sheet.mandated {
        return cell(sheet, "total");
    }
    let all = sheet.rows.iter().flat_map(|(_, cells)| cells.iter()).filter_map(|c| sheet.interval(*c));
    Some(all.fold((0, 0), |(low, high), (l, h)| (low + l, high + h)))
}

/// Measured units, then everybody else as people alike (perhaps one, perhaps nobody), then holders of issued links.
fn link_members(truth: &Truth, stretches: &[Stretch]) -> Vec<Member> {
    let width = 2 * stretches.len() + 1;
    let spread = |of: &dyn Fn(&Stretch) -> u64, offset: usize| {
        let mut values = vec![0; width];
        for (i, stretch) in stretches.iter().enumerate() {
            values[2 * i + offset] = of(stretch);
        }
        values
    };
    let places = |offset: usize| (0..stretches.len()).fold(0, |m, i| m | 1 << (2 * i + offset));
    let plain = |values, could| Member { values, could, ..Member::default() };
    let unit = |u: &Known| {
        let values = spread(&|s| on_stretch(truth, u, s), 0);
        Member { counts: u.counts, clerk: u.clerk, ..plain(values, places(0)) }
    };
    let mut members: Vec<Member> = truth.units.iter().map(unit).collect();
    let used = |s: &Stretch| truth.units.iter().fold(0_u64, |sum, u| sum.saturating_add(on_stretch(truth, u, s)));
    let rest: Vec<u64> = stretches.iter().map(|s| s.octets.saturating_sub(used(s))).collect();
    // How many guests there are nobody knows: perhaps one. Of a few known people somebody may.
    let parts = if few_unmeasured(truth) { truth.unmonitored as u64 } else { 1 };
    for part in 0..parts {
        let mut shares = rest.iter().map(|r| r / parts + u64::from(part < r % parts));
        let values: Vec<u64> = (0..width).map(|i| if i % 2 == 1 { shares.next().unwrap_or(0) } else { 0 }).collect();
        members.push(Member { counts: few_unmeasured(truth), ..plain(values, places(1)) });
    }
    for octets in &truth.issued {
        let mut values = vec![0; width];
        values[width - 1] = *octets;
        members.push(Member { counts: true, ..plain(values, 1 << (width - 1)) });
    }
    members
}

/// A unit's octets on one stretch.
fn on_stretch(truth: &Truth, unit: &Known, stretch: &Stretch) -> u64 {
    let part = |i: usize| unit.parts.get(i).copied().unwrap_or(0);
    let Some(own) = stretch.part else {
        let parts = truth.parts.iter().enumerate().filter(|(_, p)| p.link == stretch.link);
        let inside = parts.fold(0_u64, |sum, (i, _)| sum.saturating_add(part(i)));
        return unit.links.get(stretch.link).map_or(0, |all| all.saturating_sub(inside));
    };
    part(own)
}

/// Hidden cells of tables with a laid-down layout: how closely an outsider knows them.
fn recover(problem: &Problem, papers: &[Paper], found: &mut Recovered) {
    let sheets = papers.iter().flat_map(|p| &p.sheets).filter(|s| s.mandated && s.unit == Unit::Octets);
    for sheet in sheets {
        for (r, (_, cells)) in sheet.rows.iter().enumerate() {
            for c in (0..cells.len()).filter(|c| cells[*c] == Print::Hidden) {
                let mask = mask_of(sheet, r, c);
                let truth: u128 = problem.members.iter().map(|m| u128::from(m.within(mask))).sum();
                if mask == 0 || truth == 0 {
                    continue;
                }
                found.hidden += 1;
                let Some(Interval { low, high }) = problem.outside(mask) else { continue };
                found.exact += u64::from(high != OPEN && high - low <= 2 * sheet.step);
                found.near += u64::from(u128::from(low) * 10 > truth * 8 && u128::from(high) * 10 < truth * 12);
            }
        }
    }
}

/// Whether the files of a month whose rows are gone say more together than the first ones did: the first report, and the
/// first schedule, which goes out with it.
fn narrowed(month: &str, papers: &[Paper], siege: &mut Siege) {
    let (schedules, reports): (Vec<&Paper>, Vec<&Paper>) = papers.iter().partition(|p| p.sheets.is_empty());
    let (Some(first), true) = (reports.first(), papers.len() > 1) else { return };
    let sheets = |papers: &[&Paper]| papers.iter().flat_map(|p| p.sheets.clone()).collect::<Vec<Sheet>>();
    let (before, after) = (sheets(&[first]), sheets(&reports));
    let nothing = Truth { month: month.to_owned(), ..Truth::default() };
    let volume = |all: &[Sheet]| self::volume(&nothing, &all.iter().collect::<Vec<_>>(), &[]);
    let (old, new) = (volume(&before), volume(&after));
    let tells_more = |t: &&Target| old.outside(t.mask) != new.outside(t.mask);
    let breach = |table: &str, row: &str| Breach {
        month: month.to_owned(),
        table: table.to_owned(),
        row: row.to_owned(),
        part: String::new(),
        printed: false,
        profile: PROFILES[0],
        finding: Finding::Narrowed,
    };
    siege.breaches.extend(new.targets.iter().filter(tells_more).map(|t| breach(&t.table, &t.row)));
    let others = after.iter().filter(|s| by_kind(&[s]).is_empty());
    for sheet in others {
        let of_first = before.iter().find(|s| s.id == sheet.id);
        for (row, cells) in &sheet.rows {
            let told = of_first.and_then(|s| s.rows.iter().find(|(id, _)| id == row)).map(|(_, cells)| cells);
            if told != Some(cells) && cells.iter().any(|c| sheet.interval(*c).is_some()) {
                siege.breaches.push(breach(&sheet.id, row));
            }
        }
    }
    let told = schedules.first().map(|p| p.bands.as_slice()).unwrap_or_default();
    let banded = schedules.iter().skip(1).any(|p| p.bands.iter().any(|b| !told.contains(b)));
    siege.breaches.extend(banded.then(|| breach("device_volumes", "all")));
}
