//! The tables of a person's pack, each from what is held about that person alone.

use std::collections::{BTreeMap, BTreeSet};

use analyze::Register;
use gate::Own;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{CategoryId, DeviceKey, Micros, Month, Taxonomy};
use reports::subject::{Column, Table};
use store::{CaseStep, Event, HoldStep, Right, Role};

use super::Subject;
use super::kept::Numbers;
use super::sheet::Sheet;
use crate::bills::Gathered;
use crate::council::Council;
use crate::outcome::Failure;

/// Who held an asset on a date.
pub(super) fn holder<'r>(register: &'r Register, asset: &str, date: Date) -> Option<&'r str> {
    let covers = |r: &&analyze::RegisterRow| r.asset == asset && r.from <= date && r.until.is_none_or(|u| date <= u);
    register.rows().iter().filter(covers).find_map(|r| r.holder.as_deref())
}

/// Assets that a person holds or held, by the register.
pub(super) fn assets_of<'r>(register: &'r Register, person: &str) -> BTreeSet<&'r str> {
    let own = register.rows().iter().filter(|r| r.holder.as_deref() == Some(person));
    own.map(|r| r.asset.as_str()).collect()
}

pub(super) fn local(at: Micros, zone: &TimeZone) -> String {
    Timestamp::from_microsecond(at)
        .map(|t| t.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
        .unwrap_or_default()
}

pub(super) fn utc(at: Micros) -> String {
    Timestamp::from_microsecond(at).map(|t| t.to_string()).unwrap_or_default()
}

pub(super) const fn yes(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

/// A person's devices by their pseudonym of a month.
pub(super) type Devices = BTreeMap<(Month, DeviceKey), String>;

/// Every row, as it is held.
pub(super) fn usage(own: &Own, devices: &Devices, zone: &TimeZone) -> Table {
    let row = |r: &gate::OwnRow| {
        let (link, r) = (&r.link, &r.row);
        let asset = devices.get(&(Month::of(r.local_date), r.device)).cloned().unwrap_or_default();
        let minutes: Vec<String> =
            (0..15).filter(|i| r.minute_mask >> i & 1 == 1).map(|i: i64| i.to_string()).collect();
        vec![
            utc(r.bucket_start),
            local(r.bucket_start, zone),
            r.local_date.to_string(),
            asset,
            r.unit.to_string(),
            link.clone(),
            r.category.as_str().to_owned(),
            r.time_class.to_string(),
            r.evidence.to_string(),
            r.bytes_up.to_string(),
            r.bytes_down.to_string(),
            r.flows.to_string(),
            minutes.len().to_string(),
            minutes.join(" "),
            yes(r.estimated).to_owned(),
        ]
    };
    let text = ["start_utc", "start_local", "date", "asset", "role", "link", "kind", "time_class", "evidence"];
    let numbers = ["bytes_sent", "bytes_received", "connections", "active_minutes"];
    let mut columns: Vec<Column> = text.map(Column::text).into();
    columns.extend(numbers.map(Column::number));
    columns.extend([Column::text("minutes"), Column::text("estimated")]);
    Table { name: "use", columns, rows: own.rows().iter().map(row).collect(), ..Table::default() }
}

/// What the rows of a month come to, of one kind or of all.
#[derive(Default)]
struct Sum {
    up: i64,
    down: i64,
    minutes: BTreeMap<Micros, i64>,
    days: BTreeSet<Date>,
}

impl Sum {
    fn add(&mut self, r: &model::UsageRow) {
        self.up = self.up.saturating_add(r.bytes_up);
        self.down = self.down.saturating_add(r.bytes_down);
        *self.minutes.entry(r.bucket_start).or_default() |= r.minute_mask;
        if r.minute_mask != 0 {
            self.days.insert(r.local_date);
        }
    }

    fn row(&self, month: Month, kind: &str) -> Vec<String> {
        let all = self.up.saturating_add(self.down);
        let minutes: u32 = self.minutes.values().map(|m| m.count_ones()).sum();
        let tenths = all / 100_000;
        vec![
            month.to_string(),
            kind.to_owned(),
            self.up.to_string(),
            self.down.to_string(),
            all.to_string(),
            format!("{}.{}", tenths / 10, tenths % 10),
            minutes.to_string(),
            self.days.len().to_string(),
        ]
    }
}

/// The rows by month and kind of use: bytes add up; minutes are counted once, however many devices or kinds share them.
pub(super) fn summary(own: &Own) -> Table {
    let mut kinds: BTreeMap<(Month, usize), Sum> = BTreeMap::new();
    let mut all: BTreeMap<Month, Sum> = BTreeMap::new();
    let order: Vec<CategoryId> = Taxonomy::ids().collect();
    for r in own.rows().iter().map(|r| &r.row) {
        let month = Month::of(r.local_date);
        let place = order.iter().position(|k| *k == r.category).unwrap_or(order.len());
        kinds.entry((month, place)).or_default().add(r);
        all.entry(month).or_default().add(r);
    }
    let mut rows = Vec::new();
    for (month, sum) in &all {
        let of_month = kinds.range((*month, 0)..=(*month, usize::MAX));
        let label = |place: usize| order.get(place).map_or("", |k| k.category().label);
        rows.extend(of_month.map(|((month, place), sum)| sum.row(*month, label(*place))));
        rows.push(sum.row(*month, "All kinds"));
    }
    let numbers = ["bytes_sent", "bytes_received", "bytes", "megabytes", "active_minutes", "active_days"];
    let mut columns = vec![Column::text("month"), Column::text("kind")];
    columns.extend(numbers.map(Column::number));
    Table { name: "use-by-month", columns, rows, on_page: true, in_file: &["bytes_sent", "bytes_received", "bytes"] }
}

/// The person's lines of one of the council's own tables, as they stand there.
pub(super) fn lines(text: &str, name: &'static str, own: &dyn Fn(&Sheet<'_>, &super::sheet::Record) -> bool) -> Table {
    let sheet = Sheet::new(text);
    Table {
        name,
        columns: sheet.columns.iter().map(|c| Column::text(c)).collect(),
        rows: sheet.records().iter().filter(|r| own(&sheet, r)).map(|r| sheet.row(r)).collect(),
        on_page: true,
        in_file: &[],
    }
}

/// Billing cycles of links issued to the person, where they alone held the link throughout; and bytes by date.
pub(super) fn schedule(subject: &Subject<'_>) -> Result<[Table; 2], Failure> {
    let (council, person) = (&subject.council, subject.person);
    let register = &council.authority.register;
    let issued: BTreeMap<&str, &str> =
        council.authority.links.iter().filter_map(|l| Some((l.id.as_str(), l.issued_to.as_deref()?))).collect();
    let own = |link: &str, date: Date| issued.get(link).is_some_and(|a| holder(register, a, date) == Some(person));
    let asset = |link: &str| issued.get(link).map_or_else(String::new, |a| (*a).to_owned());
    let (mut cycles, mut days) = (Vec::new(), Vec::new());
    if let Ok(through) = council.today().yesterday() {
        let first = council.store.all_dates(store::Table::Links)?.first().copied().unwrap_or(through);
        let gathered = Gathered::read(council, first, through)?;
        // A cycle without a night, an operator's figure or a committed row is what the tariff would make of any: nothing is
        // held of it.
        let held = |line: &analyze::cost::CostLine| {
            let night = |d: &Date| line.cycle_start <= *d && *d <= line.cycle_end;
            let committed = |s: &analyze::cost::Settled| s.link == line.link && s.cycle_start == line.cycle_start;
            line.source != analyze::cost::CostSource::Tariff
                || gathered.nights.iter().any(night)
                || gathered.settled.iter().any(committed)
        };
        for line in analyze::cost::lines(&gathered.books(council), through) {
            let until = line.cycle_end.min(through);
            let alone = line
                .cycle_start
                .series(jiff::Span::new().days(1))
                .take_while(|d| *d <= until)
                .all(|d| own(&line.link, d));
            if alone && line.cycle_start <= until && held(&line) {
                cycles.push(cycle(&line, asset(&line.link)));
            }
        }
        for day in gathered.days.iter().filter(|d| own(&d.link, d.date)) {
            days.push(vec![day.date.to_string(), day.link.clone(), asset(&day.link), day.octets.to_string()]);
        }
    }
    let mut columns: Vec<Column> = ["link", "asset", "cycle_start", "cycle_end"].map(Column::text).into();
    let pence = ["bytes", "bytes_abroad", "fixed_pence", "usage_pence", "abroad_pence", "total_pence"];
    columns.extend(pence.map(Column::number));
    columns.extend(["source", "forecast"].map(Column::text));
    let mut by_day: Vec<Column> = ["date", "link", "asset"].map(Column::text).into();
    by_day.push(Column::number("bytes"));
    Ok([
        Table {
            name: "schedule",
            columns,
            rows: cycles,
            on_page: true,
            in_file: &["link", "bytes_abroad", "fixed_pence", "usage_pence", "abroad_pence"],
        },
        Table { name: "links-by-day", columns: by_day, rows: days, ..Table::default() },
    ])
}

fn cycle(line: &analyze::cost::CostLine, asset: String) -> Vec<String> {
    let source = match line.source {
        analyze::cost::CostSource::Operator => "operator",
        analyze::cost::CostSource::Tariff => "tariff",
        analyze::cost::CostSource::Claims => "claims",
    };
    let numbers = [line.fixed, line.usage, line.abroad, line.total];
    let mut row = vec![line.link.clone(), asset, line.cycle_start.to_string(), line.cycle_end.to_string()];
    row.extend([line.bytes, line.abroad_bytes].map(|n| n.to_string()));
    row.extend(numbers.map(|n| n.to_string()));
    row.extend([source.to_owned(), yes(line.forecast).to_owned()]);
    row
}

/// Every ledger entry about the person: rights by the keyed hash that stands for them, cases and holds by the numbers that
/// their own tables give.
pub(super) fn ledger(council: &Council<'_>, subject: &[u8; 32], known: &Numbers) -> Result<Table, Failure> {
    let zone = council.authority.calendar.zone();
    let mut rows = Vec::new();
    council.ledger.entries(&mut |entry| {
        let told = match &entry.event {
            Event::Subject { right, subject: s, count } if s == subject => {
                Some((right_word(*right).to_owned(), *count))
            }
            Event::Case { case, step, by, .. } if known.cases.contains(case) => {
                let by = by.map_or_else(String::new, |r| format!(" by the {}", role_word(r)));
                Some((format!("Case {case} {}{by}", case_word(*step)), 0))
            }
            Event::Hold { hold, step, until, count, .. } if known.holds.contains(hold) => {
                Some((format!("Hold {hold} {}, last day {until}", hold_word(*step)), *count))
            }
            _ => None,
        };
        if let Some((what, count)) = told {
            rows.push(vec![entry.seq.to_string(), utc(entry.time), local(entry.time, zone), what, count.to_string()]);
        }
    })?;
    Ok(Table {
        name: "ledger",
        columns: vec![
            Column::number("entry"),
            Column::text("time_utc"),
            Column::text("time_local"),
            Column::text("what"),
            Column::number("rows"),
        ],
        rows,
        on_page: true,
        in_file: &["time_utc"],
    })
}

const fn right_word(right: Right) -> &'static str {
    match right {
        Right::Export => "A copy of what is held was written",
        Right::Restrict => "Restriction: rows deleted",
        Right::Object => "Objection: rows deleted",
        Right::Rectify => "Correction: rows moved",
        Right::Erase => "Erasure: rows deleted",
    }
}

const fn case_word(step: CaseStep) -> &'static str {
    match step {
        CaseStep::Opened => "opened",
        CaseStep::Unlocked => "unlocked",
        CaseStep::Refused => "an unlock that was not taken",
        CaseStep::Disclosed => "given to its reviewer",
        CaseStep::Closed => "closed",
        CaseStep::Expired => "expired",
    }
}

const fn hold_word(step: HoldStep) -> &'static str {
    match step {
        HoldStep::Placed => "placed",
        HoldStep::Released => "released",
        HoldStep::Expired => "expired",
    }
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Clerk => "clerk",
        Role::Deputy => "deputy",
        Role::Chair => "chair",
        Role::HrAdviser => "adviser on staff matters",
        Role::Provider => "IT provider",
        Role::Subject => "person concerned",
    }
}
