//! Security notices: whether a night is watched, its findings into their own table, and the page for whoever mends devices.
//!
//! Nothing here reads `usage` or `links`, and nothing that reads those reads this. A notice goes to the roles that the
//! assessment names; what is said on standard error names nobody and no site.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use analyze::security::{Findings, Watching, rules};
use gate::Assessment;
use jiff::ToSpan;
use jiff::civil::Date;
use model::{DeviceKey, Micros, Month, Program, SecurityRule};
use reports::security::{Finding, ListText, NOTICE_SCHEMA, RuleText, SecurityNotice, not_for};
use store::{Commit, Deleted, Event, Footer, Item, KeySource, Limits, SecurityRow, StoreError, Table};

use crate::config::{Authority, Provider, ThreatLists};
use crate::council::Council;
use crate::outcome::Failure;

/// A finding that was made on one of so many days before is known already: it is told again only after a pause.
const KNOWN_DAYS: i64 = 7;
/// Parts of the configuration that a night's findings depend on, beside the threat lists.
const PARTS: [&str; 4] = ["assessment", "authority", "people", "register"];

/// Whether a night is watched: the assessment allows it on the night's own date, and what would be found is not past its
/// time already. The threat lists are read where it is.
pub(crate) fn watched(council: &Council<'_>, date: Date) -> Result<bool, Failure> {
    let assessment = council.authority.assessment.as_ref();
    if !crate::purposes::listed(assessment, Table::Security) || !gate::security(assessment, date).allowed() {
        return Ok(false);
    }
    if crate::retention::limits(&council.authority).security_end(date) <= council.retention_day()? {
        return Ok(false);
    }
    council.shared.threats(council.provider)?;
    Ok(true)
}

/// What a watched night is watched for.
pub(crate) fn watching<'a>(council: &'a Council<'_>) -> Watching<'a> {
    let lists = council.shared.known_threats();
    Watching {
        threats: lists.and_then(|l| l.names.as_ref()),
        addresses: lists.and_then(|l| l.addresses.as_ref()),
        remote_allowed: &council.authority.remote_allowed,
    }
}

/// Commits what a night has for security, and writes its notice. This comes before the night itself is committed: a run that
/// is cut short in between makes both again.
pub(crate) fn enter(
    council: &Council<'_>,
    date: Date,
    found: Option<&Findings>,
    night: &Footer,
) -> Result<(), Failure> {
    let Some(found) = found else { return Ok(()) };
    let lists = council.shared.threats(council.provider)?;
    let mut config = night.config.clone();
    config.retain(|(part, _)| PARTS.contains(&part.as_str()));
    config.push(("threats".to_owned(), lists.sha256()));
    // The night's account speaks of use: it stays with the night.
    let footer = Footer { inputs: night.inputs.clone(), grown: night.grown.clone(), config, ..Footer::default() };
    if found.over_limit > 0 {
        tracing::warn!(
            "{}: night {date}: {} times there was no room to look at what may be a security finding; hint: do the threat lists \
             hold names of everyday sites?",
            council.authority.id,
            found.over_limit
        );
    }
    match council.store.commit_security(date, &found.entries, &found.rows, &footer)? {
        Commit::Refused { .. } => Ok(()),
        Commit::Written | Commit::Unchanged => tell(council, lists, date),
    }
}

/// How many notices of a month went to the clerk, by the ledger, which outlives them; none where nothing is looked for.
pub(crate) fn notices_of(council: &Council<'_>, month: Month) -> Result<Option<u64>, Failure> {
    if !crate::purposes::listed(council.authority.assessment.as_ref(), Table::Security) {
        return Ok(None);
    }
    let mut standing: BTreeMap<Date, u64> = BTreeMap::new();
    council.ledger.entries(&mut |entry| {
        if let Event::Notices { date, count } = entry.event
            && Month::of(date) == month
        {
            standing.insert(date, count);
        }
    })?;
    Ok(Some(standing.values().filter(|findings| **findings > 0).count() as u64))
}

/// A row with its entry and the asset that it is about.
struct Known {
    asset: String,
    row: SecurityRow,
    entry: String,
}

/// What makes two findings of different days the same.
type Same<'k> = (&'k str, SecurityRule, Option<Program>, &'k str);

impl Known {
    fn same(&self) -> Same<'_> {
        (&self.asset, self.row.rule, self.row.program, &self.entry)
    }
}

/// The findings of a date, whose device the register has; none where the month's key is gone.
fn known(council: &Council<'_>, date: Date) -> Result<Vec<Known>, Failure> {
    let key = match council.keys.month(Month::of(date), KeySource::Existing) {
        Ok(key) => key,
        Err(StoreError::KeyMissing { .. }) => return Ok(Vec::new()),
        Err(e) => return Err(e.into()),
    };
    let assets: BTreeMap<DeviceKey, &str> =
        council.authority.register.rows().iter().map(|r| (key.device(&r.asset), r.asset.as_str())).collect();
    let mut all = Vec::new();
    council.store.each_security(date, &mut |row, entry| {
        if let Some(asset) = assets.get(&row.device) {
            all.push(Known { asset: (*asset).to_owned(), row: *row, entry: entry.to_owned() });
        }
    })?;
    Ok(all)
}

/// Writes the notice of a date, where there is anything new; takes one away that has nothing to say any more.
fn tell(council: &Council<'_>, lists: &ThreatLists, date: Date) -> Result<(), Failure> {
    let mut before = Vec::new();
    let since = date.saturating_sub(KNOWN_DAYS.days());
    for earlier in council.store.all_dates(Table::Security)?.into_iter().filter(|d| since <= *d && *d < date) {
        before.extend(known(council, earlier)?);
    }
    let told: BTreeSet<Same<'_>> = before.iter().map(Known::same).collect();
    let found = known(council, date)?;
    let (continuing, new): (Vec<&Known>, Vec<&Known>) = found.iter().partition(|k| told.contains(&k.same()));
    let page = path(council, date, "html");
    if new.is_empty() {
        return withdraw(council, date);
    }
    let notice = notice(council, lists, date, &new, &continuing);
    let json = notice.json();
    let record = path(council, date, "json");
    if std::fs::read(&record).is_ok_and(|there| there == json.as_bytes()) && page.is_file() {
        return Ok(());
    }
    let incident = path(council, date, "incident.json");
    if !incident.exists() {
        // Somebody may have filled it in: it is never written twice.
        store::write_atomic_private(&incident, notice.incident().json().as_bytes())?;
    }
    store::write_atomic_private(&page, reports::security_html(&notice).as_bytes())?;
    store::write_atomic_private(&record, json.as_bytes())?;
    let count = notice.findings.len() as u64;
    council.ledger.append(&Event::Notices { date, count }, council.now())?;
    let findings = if count == 1 { "finding" } else { "findings" };
    tracing::warn!(
        "{}: night {date}: a security notice with {count} new {findings} was written for {}; hint: hand it over at once: {}",
        council.authority.id,
        notice.recipients.join(", "),
        page.display()
    );
    Ok(())
}

/// Takes away a notice of which a night made again has found nothing.
fn withdraw(council: &Council<'_>, date: Date) -> Result<(), Failure> {
    let mut gone = false;
    for ending in ["html", "json"] {
        let path = path(council, date, ending);
        match std::fs::remove_file(&path) {
            Ok(()) => gone = true,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Failure::at(&path, format!("cannot be removed: {e}"))),
        }
    }
    if gone {
        council.ledger.append(&Event::Notices { date, count: 0 }, council.now())?;
        tracing::warn!(
            "{}: night {date}: made again, it has no new security finding: its notice was taken back; hint: tell those who had it",
            council.authority.id
        );
    }
    Ok(())
}

fn notice(
    council: &Council<'_>,
    lists: &ThreatLists,
    date: Date,
    new: &[&Known],
    continuing: &[&Known],
) -> SecurityNotice {
    let authority = &council.authority;
    let spoke: BTreeSet<SecurityRule> = new.iter().chain(continuing).map(|k| k.row.rule).collect();
    let met: BTreeSet<i64> = new.iter().chain(continuing).filter_map(|k| k.row.list).collect();
    let list = |id: &i64| {
        let (name, licence) = lists.list(*id)?;
        Some(ListText { name: name.to_owned(), licence: licence.to_owned() })
    };
    let findings = |all: &[&Known]| {
        let mut found: Vec<Finding> = all.iter().map(|k| finding(council, lists, k)).collect();
        found.sort();
        found
    };
    SecurityNotice {
        schema: NOTICE_SCHEMA.to_owned(),
        software: format!("tithing {}", env!("CARGO_PKG_VERSION")),
        authority: authority.id.clone(),
        name: authority.name.clone(),
        date,
        audience: "restricted".to_owned(),
        recipients: gate::security(authority.assessment.as_ref(), date).recipients,
        not_for: not_for(),
        delete_on: crate::retention::limits(authority).security_end(date),
        test_clock: council.clock.fixed.then(|| council.clock.now.to_string()),
        findings: findings(new),
        continuing: findings(continuing),
        rules: rules()
            .into_iter()
            .filter(|r| spoke.contains(&r.rule))
            .map(|r| RuleText { id: r.id().to_owned(), sentence: r.sentence })
            .collect(),
        lists: met.iter().filter_map(list).collect(),
    }
}

fn finding(council: &Council<'_>, lists: &ThreatLists, known: &Known) -> Finding {
    let row = &known.row;
    let held = |r: &&analyze::RegisterRow| {
        r.asset == known.asset && r.from <= row.local_date && r.until.is_none_or(|u| row.local_date <= u)
    };
    let kind = council.authority.register.rows().iter().find(held).map(|r| r.kind.clone()).unwrap_or_default();
    let clock = |at: Micros| {
        let zone = council.authority.calendar.zone().clone();
        let local = jiff::Timestamp::from_microsecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(zone);
        format!("{:02}:{:02}", local.hour(), local.minute())
    };
    Finding {
        asset: known.asset.clone(),
        kind,
        rule: row.rule.as_str().to_owned(),
        program: row.program.map(|p| p.as_str().to_owned()),
        list: row.list.and_then(|id| lists.list(id)).map(|(name, _)| name.to_owned()),
        entry: (!known.entry.is_empty()).then(|| known.entry.clone()),
        first: clock(row.first),
        last: clock(row.last),
        lookups: row.lookups,
        records: row.flows,
        megabytes: row.bytes.saturating_add(999_999) / 1_000_000,
        blocked: row.blocked,
    }
}

fn folder(council: &Council<'_>) -> PathBuf {
    council.provider.root.join("reports").join(&council.authority.id).join("security")
}

fn path(council: &Council<'_>, date: Date, ending: &str) -> PathBuf {
    folder(council).join(format!("{date}.{ending}"))
}

/// The written notices, by date, with the day on which each ends.
pub(crate) fn items(council: &Council<'_>, limits: Limits) -> Result<Vec<Item>, Failure> {
    let folder = folder(council);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.collect::<Result<Vec<_>, _>>(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e),
    };
    let entries = entries.map_err(|e| Failure::at(&folder, format!("cannot be listed: {e}")))?;
    let item = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.get(..10)?;
        let date = name.parse::<Date>().ok()?;
        Some(Item { class: Deleted::Security, date, end: limits.security_end(date), path })
    };
    Ok(entries.into_iter().filter_map(|e| item(e.path())).collect())
}

/// What `check` says of security notices.
pub(crate) fn lines(provider: &Provider, authority: &Authority, today: Date) -> Result<Vec<(String, String)>, Failure> {
    let assessment: Option<&Assessment> = authority.assessment.as_ref();
    let security = gate::security(assessment, today);
    let unmet: Vec<&gate::Requirement> = security.requirements.iter().filter(|r| !r.met).collect();
    let mut lines = Vec::new();
    if unmet.is_empty() {
        let lists = ThreatLists::load(provider)?;
        let names = lists.names.as_ref().map_or(0, analyze::Threats::len);
        let addresses = lists.addresses.as_ref().map_or(0, analyze::security::ThreatAddresses::len);
        let allowed: Vec<&str> = authority.remote_allowed.iter().map(|p| p.as_str()).collect();
        let allowed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
        lines.push(format!("yes, to {}; kept {} days", security.recipients.join(", "), security.days));
        lines.push(format!("threat lists hold {names} names and {addresses} networks"));
        lines.push(format!("allowed for remote control: {allowed}"));
        lines.extend(rules().into_iter().map(|r| format!("rule {}: {}", r.id(), r.sentence)));
    } else {
        let codes: Vec<&str> = unmet.iter().map(|r| r.code).collect();
        lines.push(format!("no: {}", codes.join(", ")));
        lines.extend(unmet.iter().map(|r| format!("NOT MET: {} ({}); next: {}", r.what, r.source, r.next)));
    }
    Ok(lines.into_iter().map(|text| ("security".to_owned(), text)).collect())
}
