//! The register of devices and the list of people: who had which device when, and who may be measured.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use model::{Addr, Mac, Unit};

use crate::calendar::WeekHours;
use crate::period::Period;

/// Whose a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ownership {
    /// The council's, with one holder.
    Council,
    /// The holder's own: never measured.
    Personal,
    /// The council's, used by several people.
    Shared,
}

/// Who receives what the council must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Duty {
    /// The proper officer.
    Clerk,
    /// Who stands in for the clerk.
    Deputy,
    /// Who chairs the council.
    Chair,
}

/// One row of the register: an asset, who held it from when to when, and one of its addresses.
///
/// An asset has as many rows as it has interfaces and periods. `from` and `until` are both inclusive; no `until` means
/// that it is still so.
#[derive(Clone)]
pub struct RegisterRow {
    /// The asset number.
    pub asset: String,
    /// What it is, in the council's words.
    pub kind: String,
    /// The person who holds it, as in the list of people.
    pub holder: Option<String>,
    /// Whose it is.
    pub ownership: Ownership,
    /// The link-layer address of one interface.
    pub mac: Option<Mac>,
    /// An address that is always this device's.
    pub address: Option<Addr>,
    /// The link it brings along or stands on.
    pub link: Option<String>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
}

/// One row of the list of people. `from` and `until` are both inclusive.
#[derive(Clone)]
pub struct PersonRow {
    /// The person's id.
    pub person: String,
    /// What the person is to the council; never [`Unit::Shared`].
    pub role: Unit,
    /// When the notice was given; none means that the person is not measured.
    pub notice_date: Option<Date>,
    /// From when the person objects.
    pub objection: Option<Date>,
    /// Periods in which the person is not measured: a restriction, or rows that were erased and must not come back. They
    /// hold for the person, in whichever of their rows they stand.
    pub restricted: Vec<Period>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
    /// The person's own declared hours.
    pub hours: Option<WeekHours>,
    /// Office held.
    pub duty: Option<Duty>,
}

impl fmt::Debug for RegisterRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegisterRow(..)")
    }
}

impl fmt::Debug for PersonRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonRow(..)")
    }
}

/// What is wrong with the register. Rows are counted as lines of the file: the header is line 1, the first row line 2.
/// People and addresses are never named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// A period that ends before it begins.
    #[error("{table}: line {line}: 'until' is before 'from'; both days count, so a period of one day has them equal")]
    PeriodReversed {
        /// The table.
        table: &'static str,
        /// The line.
        line: usize,
    },
    /// An id that is empty.
    #[error("{table}: line {line}: {column} is empty; every row needs one")]
    IdEmpty {
        /// The table.
        table: &'static str,
        /// The line.
        line: usize,
        /// The column.
        column: &'static str,
    },
    /// One asset at two holders at once.
    #[error(
        "register: lines {first} and {second}: asset '{asset}' has two holders on the same days; end the first period the day before the second begins"
    )]
    HoldersOverlap {
        /// The asset.
        asset: String,
        /// The earlier line.
        first: usize,
        /// The later line.
        second: usize,
    },
    /// One asset both the council's and somebody's own.
    #[error("register: lines {first} and {second}: asset '{asset}' has two kinds of ownership on the same days")]
    OwnershipOverlaps {
        /// The asset.
        asset: String,
        /// The earlier line.
        first: usize,
        /// The later line.
        second: usize,
    },
    /// One link-layer or network address at two assets at once.
    #[error(
        "register: lines {first} and {second}: the same {what} stands at two assets on the same days; an address can belong to one device only"
    )]
    AddressTwice {
        /// `mac` or `address`.
        what: &'static str,
        /// The earlier line.
        first: usize,
        /// The later line.
        second: usize,
    },
    /// A council-owned device whose holder is not in the list of people.
    #[error(
        "register: line {line}: the holder of asset '{asset}' is not in the list of people; add the person, or correct the id"
    )]
    HolderUnknown {
        /// The asset.
        asset: String,
        /// The line.
        line: usize,
    },
    /// One person twice at once.
    #[error("people: lines {first} and {second}: the same person stands twice on the same days")]
    PersonTwice {
        /// The earlier line.
        first: usize,
        /// The later line.
        second: usize,
    },
    /// A person with the role of a shared device.
    #[error(
        "people: line {line}: role 'shared' is for devices; employee, councillor, volunteer or contractor is wanted"
    )]
    RoleShared {
        /// The line.
        line: usize,
    },
}

impl RegisterError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PeriodReversed { .. } => "period_reversed",
            Self::IdEmpty { .. } => "id_empty",
            Self::HoldersOverlap { .. } => "holders_overlap",
            Self::OwnershipOverlaps { .. } => "ownership_overlaps",
            Self::AddressTwice { .. } => "address_twice",
            Self::HolderUnknown { .. } => "holder_unknown",
            Self::PersonTwice { .. } => "person_twice",
            Self::RoleShared { .. } => "role_shared",
        }
    }
}

/// Index of an asset in the register, in the order of asset numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AssetIx(pub(crate) u32);

/// Why a device's traffic is, or is not, measured on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// A council-owned device of a person who has had the notice and does not object.
    Person(&'a PersonRow),
    /// A shared device.
    Shared,
    /// Personal, not in the register that day, no holder, no notice, objection: bytes of the link and nothing else.
    Unmonitored,
}

impl PartialEq for PersonRow {
    fn eq(&self, other: &Self) -> bool {
        self.person == other.person && self.from == other.from
    }
}

impl Eq for PersonRow {}

/// The register and the list of people, checked.
#[derive(Clone)]
pub struct Register {
    rows: Vec<RegisterRow>,
    people: Vec<PersonRow>,
    assets: BTreeMap<String, Vec<usize>>,
    names: Vec<String>,
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Register({} rows, {} people)", self.rows.len(), self.people.len())
    }
}

const HEADER_LINES: usize = 2;

fn overlap(a: (Date, Option<Date>), b: (Date, Option<Date>)) -> bool {
    a.1.is_none_or(|until| b.0 <= until) && b.1.is_none_or(|until| a.0 <= until)
}

fn covers(from: Date, until: Option<Date>, date: Date) -> bool {
    from <= date && until.is_none_or(|u| date <= u)
}

impl RegisterRow {
    fn period(&self) -> (Date, Option<Date>) {
        (self.from, self.until)
    }

    pub(crate) fn covers(&self, date: Date) -> bool {
        covers(self.from, self.until, date)
    }
}

impl PersonRow {
    /// Whether the person is with the council on a date.
    pub fn present(&self, date: Date) -> bool {
        covers(self.from, self.until, date)
    }

    /// Whether the person may be measured on a date: present, with the notice given by then, no objection and no
    /// restriction.
    pub fn monitored(&self, date: Date) -> bool {
        let told = self.notice_date.is_some_and(|n| n <= date);
        let stopped = self.objection.is_some_and(|o| o <= date) || self.restricted.iter().any(|p| p.covers(date));
        self.present(date) && told && !stopped
    }
}

fn check_rows(rows: &[RegisterRow], people: &[PersonRow]) -> Result<(), RegisterError> {
    let table = "register";
    for (i, row) in rows.iter().enumerate() {
        let line = i + HEADER_LINES;
        if row.asset.is_empty() {
            return Err(RegisterError::IdEmpty { table, line, column: "asset" });
        }
        if row.until.is_some_and(|u| u < row.from) {
            return Err(RegisterError::PeriodReversed { table, line });
        }
        let known = |holder: &String| people.iter().any(|p| p.person == *holder);
        if row.ownership == Ownership::Council && !row.holder.as_ref().is_none_or(known) {
            return Err(RegisterError::HolderUnknown { asset: row.asset.clone(), line });
        }
    }
    Ok(())
}

/// Looks at every pair of rows that share an asset or an address, found through sorted lists: a register of tens of
/// thousands of rows costs no more than sorting it.
fn check_pairs(rows: &[RegisterRow], assets: &BTreeMap<String, Vec<usize>>) -> Result<(), RegisterError> {
    for group in assets.values() {
        for (first, second) in pairs(group) {
            let (a, b) = (&rows[first], &rows[second]);
            if !overlap(a.period(), b.period()) {
                continue;
            }
            let (first, second) = (first + HEADER_LINES, second + HEADER_LINES);
            if a.holder != b.holder {
                return Err(RegisterError::HoldersOverlap { asset: a.asset.clone(), first, second });
            }
            if a.ownership != b.ownership {
                return Err(RegisterError::OwnershipOverlaps { asset: a.asset.clone(), first, second });
            }
        }
    }
    let mut by_mac: BTreeMap<Mac, Vec<usize>> = BTreeMap::new();
    let mut by_address: BTreeMap<Addr, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        if let Some(mac) = row.mac {
            by_mac.entry(mac).or_default().push(i);
        }
        if let Some(address) = row.address {
            by_address.entry(address).or_default().push(i);
        }
    }
    let twice = |what: &'static str, group: &Vec<usize>| {
        let clash =
            |&(a, b): &(usize, usize)| rows[a].asset != rows[b].asset && overlap(rows[a].period(), rows[b].period());
        let error = |(a, b)| RegisterError::AddressTwice { what, first: a + HEADER_LINES, second: b + HEADER_LINES };
        pairs(group).find(clash).map_or(Ok(()), |p| Err(error(p)))
    };
    by_mac.values().try_for_each(|g| twice("mac", g))?;
    by_address.values().try_for_each(|g| twice("address", g))
}

fn pairs(group: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    group.iter().enumerate().flat_map(move |(n, &a)| group[n + 1..].iter().map(move |&b| (a, b)))
}

fn check_people(people: &[PersonRow]) -> Result<(), RegisterError> {
    let table = "people";
    let mut by_person: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, p) in people.iter().enumerate() {
        let line = i + HEADER_LINES;
        if p.person.is_empty() {
            return Err(RegisterError::IdEmpty { table, line, column: "person" });
        }
        if p.until.is_some_and(|u| u < p.from) {
            return Err(RegisterError::PeriodReversed { table, line });
        }
        if p.role == Unit::Shared {
            return Err(RegisterError::RoleShared { line });
        }
        by_person.entry(&p.person).or_default().push(i);
    }
    for group in by_person.values() {
        let same =
            |&(a, b): &(usize, usize)| overlap((people[a].from, people[a].until), (people[b].from, people[b].until));
        if let Some((a, b)) = pairs(group).find(same) {
            return Err(RegisterError::PersonTwice { first: a + HEADER_LINES, second: b + HEADER_LINES });
        }
    }
    Ok(())
}

/// A restriction holds in every row of its person.
fn restrict(people: &mut [PersonRow]) {
    let stopped: Vec<(String, Vec<Period>)> =
        people.iter().filter(|p| !p.restricted.is_empty()).map(|p| (p.person.clone(), p.restricted.clone())).collect();
    for row in people {
        let own = stopped.iter().filter(|(person, _)| *person == row.person).flat_map(|(_, periods)| periods);
        row.restricted = Period::union(own.copied().collect());
    }
}

impl Register {
    /// Checks both tables.
    ///
    /// An asset may have several rows at once (one for each interface) as long as holder and ownership agree.
    ///
    /// # Errors
    /// The first rule broken, with the lines; line numbers assume one line for each row below the header.
    pub fn new(rows: Vec<RegisterRow>, mut people: Vec<PersonRow>) -> Result<Self, RegisterError> {
        check_people(&people)?;
        restrict(&mut people);
        check_rows(&rows, &people)?;
        let mut assets: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            assets.entry(row.asset.clone()).or_default().push(i);
        }
        check_pairs(&rows, &assets)?;
        let names = assets.keys().cloned().collect();
        Ok(Self { rows, people, assets, names })
    }

    /// Whether the register has an asset, at any time.
    pub fn has_asset(&self, asset: &str) -> bool {
        self.assets.contains_key(asset)
    }

    /// All rows, as given.
    pub fn rows(&self) -> &[RegisterRow] {
        &self.rows
    }

    /// All people, as given.
    pub fn people(&self) -> &[PersonRow] {
        &self.people
    }

    /// How an asset stands on a date.
    ///
    /// A shared device has no person. It is measured while it is in the register; where the register names who answers
    /// for it, only while that person may be measured.
    pub fn standing(&self, asset: &str, date: Date) -> Standing<'_> {
        let rows = self.assets.get(asset).into_iter().flatten().map(|i| &self.rows[*i]);
        let Some(row) = rows.into_iter().find(|r| r.covers(date)) else { return Standing::Unmonitored };
        let holder = row.holder.as_deref();
        let person = holder.and_then(|h| self.people.iter().find(|p| p.person == h && p.monitored(date)));
        let person = person.filter(|p| !self.objected_since_notice(p, date));
        match (row.ownership, person) {
            (Ownership::Council, Some(person)) => Standing::Person(person),
            (Ownership::Shared, None) if holder.is_none() => Standing::Shared,
            (Ownership::Shared, Some(_)) => Standing::Shared,
            _ => Standing::Unmonitored,
        }
    }

    /// Whether another row of the same person holds an objection that no later notice has answered. A person whose hours
    /// change gets a new row, and an objection left in the old one still stands.
    fn objected_since_notice(&self, person: &PersonRow, date: Date) -> bool {
        let stands = |objection: Date| objection <= date && person.notice_date.is_none_or(|n| n <= objection);
        self.people.iter().any(|p| p.person == person.person && p.objection.is_some_and(stands))
    }

    /// Asset numbers in order; [`AssetIx`] counts them.
    pub(crate) fn asset_names(&self) -> &[String] {
        &self.names
    }

    /// Each row with its asset's index.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = (AssetIx, &RegisterRow)> {
        let lists = self.assets.values().enumerate();
        lists.flat_map(move |(n, rows)| rows.iter().map(move |i| (AssetIx(n as u32), &self.rows[*i])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn row(text: &str) -> RegisterRow {
        let cells: Vec<&str> = text.split_whitespace().collect();
        let some = |c: &str| (c != "-").then(|| c.to_owned());
        RegisterRow {
            asset: cells[0].to_owned(),
            kind: "laptop".to_owned(),
            holder: some(cells[1]),
            ownership: match cells[2] {
                "council" => Ownership::Council,
                "shared" => Ownership::Shared,
                _ => Ownership::Personal,
            },
            mac: some(cells[3]).map(|m| m.parse().unwrap()),
            address: some(cells[4]).map(|a| Addr::from(a.parse::<std::net::IpAddr>().unwrap())),
            link: None,
            from: date(cells[5]),
            until: some(cells[6]).map(|d| date(&d)),
        }
    }

    fn person(id: &str, notice: Option<&str>, objection: Option<&str>) -> PersonRow {
        PersonRow {
            person: id.to_owned(),
            role: Unit::Employee,
            notice_date: notice.map(date),
            objection: objection.map(date),
            restricted: Vec::new(),
            from: date("2026-01-01"),
            until: None,
            hours: None,
            duty: None,
        }
    }

    fn check(rows: &[&str], expected: &str) {
        let people = vec![person("P1", Some("2026-02-01"), None), person("P2", None, None)];
        let result = Register::new(rows.iter().map(|r| row(r)).collect(), people);
        let found = result.map_or_else(|e| format!("{} {e}", e.code()), |_| "fine".to_owned());
        assert!(found.starts_with(expected), "{found}");
    }

    #[test]
    fn rules_of_the_register() {
        check(&["A P1 council 02:00:00:00:00:01 192.0.2.1 2026-01-01 -"], "fine");
        check(&["A P1 council - - 2026-01-01 2026-01-31", "A P2 council - - 2026-02-01 -"], "fine");
        check(
            &["A P1 council - - 2026-01-01 2026-02-01", "A P2 council - - 2026-02-01 -"],
            "holders_overlap register: lines 2 and 3: asset 'A'",
        );
        check(&["A P1 council - - 2026-01-01 -", "A P1 council 02:00:00:00:00:01 - 2026-01-01 -"], "fine");
        check(
            &["A P1 council - - 2026-01-01 -", "A P1 personal - - 2026-03-01 -"],
            "ownership_overlaps register: lines 2 and 3",
        );
        check(
            &["A P1 council 02:00:00:00:00:01 - 2026-01-01 -", "B P2 council 02:00:00:00:00:01 - 2026-03-01 -"],
            "address_twice register: lines 2 and 3: the same mac",
        );
        check(
            &["B P2 council - 192.0.2.1 2026-01-01 -", "A P1 council - 192.0.2.1 2026-03-01 -"],
            "address_twice register: lines 2 and 3: the same address",
        );
        check(&["A P9 council - - 2026-01-01 -"], "holder_unknown register: line 2");
        check(&["A P9 personal - - 2026-01-01 -"], "fine");
        check(&["A P1 council - - 2026-01-02 2026-01-01"], "period_reversed register: line 2");
    }

    #[test]
    fn a_person_stands_once_at_a_time() {
        let twice = vec![person("P1", None, None), person("P1", None, None)];
        assert_eq!(Register::new(vec![], twice).unwrap_err().code(), "person_twice");
    }

    #[test]
    fn standing_follows_notice_objection_and_ownership() {
        let people = vec![person("P1", Some("2026-02-01"), Some("2026-04-01")), person("P2", None, None)];
        let rows = [
            "A P1 council - - 2026-01-01 2026-05-01",
            "B P2 council - - 2026-01-01 -",
            "C - council - - 2026-01-01 -",
            "D - shared - - 2026-03-01 -",
            "E P1 personal - - 2026-01-01 -",
            "F P2 shared - - 2026-01-01 -",
        ];
        let register = Register::new(rows.iter().map(|r| row(r)).collect(), people).unwrap();
        let found = |asset: &str, day: &str| match register.standing(asset, date(day)) {
            Standing::Person(p) => p.person.clone(),
            Standing::Shared => "shared".to_owned(),
            Standing::Unmonitored => "no".to_owned(),
        };
        for (asset, day, expected) in [
            ("A", "2026-01-31", "no"),
            ("A", "2026-02-01", "P1"),
            ("A", "2026-03-31", "P1"),
            ("A", "2026-04-01", "no"),
            ("B", "2026-03-01", "no"),
            ("C", "2026-03-01", "no"),
            ("D", "2026-02-28", "no"),
            ("D", "2026-03-01", "shared"),
            ("E", "2026-03-01", "no"),
            ("F", "2026-03-01", "no"),
            ("Z", "2026-03-01", "no"),
        ] {
            assert_eq!(found(asset, day), expected, "{asset} {day}");
        }
    }

    #[test]
    fn an_objection_outlives_the_row_it_stands_in() {
        let row_of = |from: &str, until: Option<&str>, notice: &str, objection: Option<&str>| PersonRow {
            from: date(from),
            until: until.map(date),
            ..person("P1", Some(notice), objection)
        };
        let first = row_of("2026-01-01", Some("2026-03-31"), "2026-01-01", Some("2026-03-10"));
        let standing = |second: PersonRow, day: &str| {
            let rows = vec![row("A P1 council - - 2026-01-01 -")];
            let register = Register::new(rows, vec![first.clone(), second]).unwrap();
            register.standing("A", date(day)) != Standing::Unmonitored
        };
        // New hours from April, the objection not copied: it stands.
        let copied = row_of("2026-04-01", None, "2026-01-01", None);
        assert!(standing(copied.clone(), "2026-03-09"));
        assert!(!standing(copied.clone(), "2026-03-10"));
        assert!(!standing(copied, "2026-04-01"));
        // A notice given after it starts anew.
        assert!(standing(row_of("2026-04-01", None, "2026-03-20", None), "2026-04-01"));
    }

    #[test]
    fn a_restriction_holds_in_every_row_of_its_person() {
        let until = |p: PersonRow| PersonRow { until: Some(date("2026-03-31")), ..p };
        let from = |p: PersonRow| PersonRow { from: date("2026-04-01"), ..p };
        let mut later = from(person("P1", Some("2026-02-01"), None));
        later.restricted = Period::parse_list("2026-03-20/2026-04-02").unwrap();
        let people = vec![until(person("P1", Some("2026-02-01"), None)), later];
        let register = Register::new(vec![row("A P1 council - - 2026-01-01 -")], people).unwrap();
        let measured = |day: &str| register.standing("A", date(day)) != Standing::Unmonitored;
        let days = ["2026-03-19", "2026-03-20", "2026-04-02", "2026-04-03"];
        assert_eq!(days.map(measured), [true, false, false, true]);
    }

    #[test]
    fn debug_shows_nobody() {
        assert_eq!(format!("{:?}", person("P1", None, None)), "PersonRow(..)");
        assert_eq!(format!("{:?}", row("A P1 council - - 2026-01-01 -")), "RegisterRow(..)");
    }
}
