//! What each right does, step by step.
//!
//! The order is the same for all: what would change is counted; a copy is written where rows will go; the ledger says so;
//! the council's table is edited; the rows are rewritten; nights whose inputs are all there are made again. A crash between
//! two steps leaves work that the same command finds when it is run once more, and what it finds done it leaves alone.

use std::path::Path;

use analyze::{Period, Register, Standing};
use jiff::civil::Date;
use store::{Fate, MonthKey, Right};

use super::council::{self, Correction};
use super::rows::{self, Done};
use super::{Subject, kept, pack, replace, tables};
use crate::council::Council;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Nights made again and what they were made from: parts of the configuration as they were before.
type Parts = Vec<(String, [u8; 32])>;

/// Writes the pack.
pub(crate) fn export(subject: &Subject<'_>, out: Option<&Path>) -> Result<Outcome, Failure> {
    let gathered = pack::gather(subject)?;
    let folder = out.map_or_else(|| pack::default_folder(subject), Path::to_path_buf);
    let page = pack::write(subject, &folder, &gathered)?;
    let months = gathered.pack.months.iter().filter(|m| m.rows > 0).count();
    tracing::info!(
        "{}: {} rows of {months} open months, and what else is held about the person; hand the folder over, then delete it",
        subject.council.authority.id,
        gathered.rows
    );
    messages::data(&format!("{}\n", page.display()))?;
    Ok(Outcome::Done)
}

/// The person objects from a date on.
pub(crate) fn object(subject: &Subject<'_>, from: Option<Date>, without_export: bool) -> Result<Outcome, Failure> {
    let from = not_ahead(subject, from)?;
    let first = subject.first_open()?;
    let text = subject.text("people.csv");
    let objected = council::object(text, subject.person, from)?;
    let edited = match from.yesterday().ok().filter(|last| first <= *last) {
        Some(last) => {
            let before = objected.as_deref().unwrap_or(text);
            council::restrict(before, subject.person, Period { from: first, until: Some(last) })?.or(objected)
        }
        None => objected,
    };
    stop(subject, Right::Object, edited, without_export, &format!("not measured from {from} on"))
}

/// The person is not measured for a time.
pub(crate) fn restrict(
    subject: &Subject<'_>,
    from: Option<Date>,
    until: Option<Date>,
    without_export: bool,
) -> Result<Outcome, Failure> {
    let today = subject.council.today();
    let from = not_ahead(subject, from)?;
    if let Some(until) = until.filter(|u| *u < today) {
        return Err(Failure::new(format!("--until {until} is past: a restriction holds for a time to come"))
            .hint("rows of days that are over go with `tithing subject erase`"));
    }
    let period = Period { from: from.min(subject.first_open()?), until };
    let edited = council::restrict(subject.text("people.csv"), subject.person, period)?;
    let until = until.map_or_else(|| "until further notice".to_owned(), |u| format!("until {u}"));
    stop(subject, Right::Restrict, edited, without_export, &format!("not measured from {from} {until}"))
}

/// Rows of open months go.
pub(crate) fn erase(subject: &Subject<'_>, without_export: bool) -> Result<Outcome, Failure> {
    let today = subject.council.today();
    let period = Period { from: subject.first_open()?, until: Some(today) };
    let edited = if measured(&subject.council.authority.register, subject.person, period, today) {
        council::restrict(subject.text("people.csv"), subject.person, period)?
    } else {
        None
    };
    let outcome = stop(subject, Right::Erase, edited, without_export, &format!("nothing is kept up to {today}"))?;
    for (hold, (until, count)) in kept::holds(subject)? {
        tracing::warn!(
            "{}: hold {hold} keeps a copy of {count} rows until {until}; it was placed by two and ends by itself",
            subject.council.authority.id
        );
    }
    tracing::info!(
        "{}: what stays: the council's own register and list of people, published reports, which name nobody, totals of links, \
         and ledger entries under a hash",
        subject.council.authority.id
    );
    Ok(outcome)
}

/// An objection or a restriction begins today or began before; nobody is told to wait.
fn not_ahead(subject: &Subject<'_>, from: Option<Date>) -> Result<Date, Failure> {
    let today = subject.council.today();
    let from = from.unwrap_or(today);
    if today < from {
        let what = format!("--from {from} is to come (today is {today}), and rows of open months go at once");
        return Err(Failure::new(what).hint("leave --from out, or run the command on that day"));
    }
    Ok(from)
}

/// Whether anything of a person could be measured on some day of a period that is not over before `today`.
fn measured(register: &Register, person: &str, period: Period, today: Date) -> bool {
    let assets = tables::assets_of(register, person);
    let own = |asset: &str, date| matches!(register.standing(asset, date), Standing::Person(p) if p.person == person);
    let mut days = period.from.series(jiff::Span::new().days(1)).take_while(|d| *d <= today);
    days.any(|d| assets.iter().any(|a| own(a, d)))
}

/// Takes a person's rows out, and says in the list of people that they do not come back.
fn stop(
    subject: &Subject<'_>,
    right: Right,
    edited: Option<String>,
    without_export: bool,
    what: &str,
) -> Result<Outcome, Failure> {
    let id = &subject.council.authority.id;
    let rule = rows::gone(subject.person);
    let held = rows::preview(subject, &rule)?;
    if edited.is_none() && held.rows == 0 {
        tracing::info!("{id}: nothing to do: people.csv says so already, and no rows of open months are held");
        return Ok(Outcome::Done);
    }
    if held.rows > 0 && !without_export && !pack::is_fresh(subject)? {
        let page = pack::write(subject, &pack::default_folder(subject), &pack::gather(subject)?)?;
        tracing::info!(
            "{id}: a copy was written before the rows go: {}; hand it over if the person asked for one, else delete it",
            page.display()
        );
    }
    let changes = Changes { people: edited, register: None };
    let (done, again) = change(subject, &changes, &[(right, subject.hash, held.rows)], &[subject.person], &rule)?;
    told(subject, &done, again, what)
}

/// The edited tables; none where a table stays.
#[derive(Default)]
struct Changes {
    people: Option<String>,
    register: Option<String>,
}

impl Changes {
    fn each(&self) -> [(&'static str, &Option<String>); 2] {
        [("people", &self.people), ("register", &self.register)]
    }

    /// The register as it will be.
    fn check(&self, subject: &Subject<'_>) -> Result<Register, Failure> {
        let people = self.people.as_deref().unwrap_or_else(|| subject.text("people.csv"));
        let register = self.register.as_deref().unwrap_or_else(|| subject.text("register.csv"));
        crate::config::register_of(&subject.council.authority.dir, people, register)
    }
}

/// The steps that are the same for all: ledger, tables, rows, nights.
fn change(
    subject: &Subject<'_>,
    changes: &Changes,
    entries: &[(Right, [u8; 32], u64)],
    holders: &[&str],
    rule: rows::Rule<'_>,
) -> Result<(Done, u64), Failure> {
    let before = &subject.council;
    changes.check(subject)?;
    for (right, hash, count) in entries {
        let event = store::Event::Subject { right: *right, subject: *hash, count: *count };
        before.ledger.append(&event, before.now())?;
    }
    let mut was = Parts::new();
    for (part, text) in changes.each() {
        let name = format!("{part}.csv");
        if let Some(text) = text {
            was.push((part.to_owned(), store::sha256(subject.text(&name).as_bytes())));
            replace(&subject.path(&name), text)?;
        }
    }
    let after = Council::open(before.provider, before.shared, &before.authority.id, before.clock)?;
    let done = rows::revise(subject, &after, holders, rule)?;
    let mut nights = rows::differing(subject, &before.authority.register, &after.authority.register)?;
    nights.extend(&done.nights);
    let again = if was.is_empty() { 0 } else { rows::again(&after, &nights, &was)? };
    Ok((done, again))
}

fn told(subject: &Subject<'_>, done: &Done, again: u64, what: &str) -> Result<Outcome, Failure> {
    let id = &subject.council.authority.id;
    let published = rows::published(&subject.council)?;
    let stays: Vec<String> =
        subject.open_months()?.into_iter().filter(|m| published.contains(m)).map(|m| m.to_string()).collect();
    if !stays.is_empty() {
        tracing::info!("{id}: published and unchanged: {}", stays.join(", "));
    }
    messages::data(&format!(
        "{id}: {what}; {} rows in {} nights of open months were changed, totals of links by no byte; {again} nights were made again\n",
        done.rows,
        done.nights.len()
    ))?;
    Ok(Outcome::Done)
}

/// The correction asked for.
pub(crate) struct Wanted<'a> {
    /// The device; none where rows are keyed anew by the register as it stands.
    pub(crate) asset: Option<&'a str>,
    /// First day.
    pub(crate) from: Option<Date>,
    /// Last day.
    pub(crate) until: Option<Date>,
    /// Whose the device was.
    pub(crate) holder: Option<&'a str>,
}

/// Whose a device was is put right: in the register by date, and in the rows of open months.
pub(crate) fn rectify(subject: &Subject<'_>, wanted: &Wanted<'_>) -> Result<Outcome, Failure> {
    let authority = &subject.council.authority;
    let (changes, others) = match (wanted.asset, wanted.from) {
        (Some(asset), Some(from)) => corrected(subject, asset, from, wanted)?,
        _ => (Changes::default(), Vec::new()),
    };
    let register = changes.check(subject)?;
    let assets = match wanted.asset {
        Some(asset) => vec![asset.to_owned()],
        None => tables::assets_of(&register, subject.person).into_iter().map(str::to_owned).collect(),
    };
    let period = wanted.from.map(|from| Period { from, until: wanted.until });
    let names: Vec<&str> = register.rows().iter().map(|r| r.asset.as_str()).collect();
    let rule = |row: &model::UsageRow, key: &MonthKey| -> Fate {
        let named = assets.iter().find(|a| key.device(a) == row.device);
        let own = wanted.asset.is_none() && row.person == Some(key.person(subject.person));
        if period.is_some_and(|p| !p.covers(row.local_date)) || (named.is_none() && !own) {
            return Fate::Stays;
        }
        let asset = named.map(String::as_str).or_else(|| names.iter().copied().find(|a| key.device(a) == row.device));
        analyze::rekeyed(row, asset, &register, &authority.calendar, key)
    };
    let held = rows::preview(subject, &rule)?;
    if changes.register.is_none() && held.rows == 0 {
        tracing::info!("{}: nothing to do: register and rows of open months agree already", authority.id);
        return Ok(Outcome::Done);
    }
    let key = subject.council.ledger_key()?;
    let hashes = others.iter().map(|person| key.person(person));
    let entries: Vec<_> =
        std::iter::once(subject.hash).chain(hashes).map(|hash| (Right::Rectify, hash, held.rows)).collect();
    let mut holders: Vec<&str> = others.iter().map(String::as_str).collect();
    holders.push(subject.person);
    let (done, again) = change(subject, &changes, &entries, &holders, &rule)?;
    told(subject, &done, again, "the register is right and the rows follow it")
}

/// The register with the correction, and the other people whom it concerns.
fn corrected(
    subject: &Subject<'_>,
    asset: &str,
    from: Date,
    wanted: &Wanted<'_>,
) -> Result<(Changes, Vec<String>), Failure> {
    let until = wanted.until;
    if until.is_some_and(|u| u < from) {
        return Err(Failure::new("--until is before --from; both days count"));
    }
    let holder = wanted.holder.unwrap_or(subject.person);
    if !super::in_list(subject.text("people.csv"), holder) {
        return Err(Failure::new("people.csv lacks the person named by --holder")
            .hint("add them with the dates on which they were with the council, or check the id"));
    }
    let register = &subject.council.authority.register;
    let overlaps = |r: &&analyze::RegisterRow| {
        r.asset == asset && until.is_none_or(|u| r.from <= u) && r.until.is_none_or(|u| from <= u)
    };
    let mut people: Vec<String> = register.rows().iter().filter(overlaps).filter_map(|r| r.holder.clone()).collect();
    people.push(holder.to_owned());
    people.sort();
    people.dedup();
    // Corrected already: there is nothing to do.
    let stands = register.rows().iter().any(|r| overlaps(&r)) && people.iter().all(|p| p == holder);
    if !stands && !people.iter().any(|p| p == subject.person) {
        let what =
            format!("asset '{asset}' is not the person's on those dates, neither before nor after the correction");
        return Err(
            Failure::new(what).hint("name with --person whose data are wrong, and with --holder whose device it was")
        );
    }
    people.retain(|p| p != subject.person);
    let correction = Correction { asset, from, until, holder };
    let register = council::correct(subject.text("register.csv"), &correction)?;
    Ok((Changes { people: None, register }, people))
}
