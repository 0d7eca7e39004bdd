//! One authority's folder: `authority.toml`, its tables and its assessment.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use analyze::cost::Tariff;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::Addr;
use reports::Language;
use serde::Deserialize;

use super::delivery::{self, Address};
use super::provider::Provider;
use super::security::{TypedSecurity, remote_allowed};
use super::tariff::{self, TypedTariff};
use super::{bills, parse_toml, read_text, read_text_if_any, register_of, tables};
use crate::outcome::Failure;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    name: String,
    #[serde(default)]
    nation: Option<String>,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    hours: BTreeMap<String, String>,
    #[serde(default)]
    lunch: Option<String>,
    #[serde(default)]
    timetables: Vec<TypedTimetable>,
    #[serde(default)]
    closures: Vec<String>,
    #[serde(default)]
    lan: Vec<String>,
    #[serde(default)]
    resolvers: Vec<IpAddr>,
    #[serde(default)]
    links: Vec<TypedLink>,
    #[serde(default)]
    tariffs: Vec<TypedTariff>,
    #[serde(default)]
    sources: Vec<TypedSource>,
    #[serde(default)]
    delete_raw: bool,
    #[serde(default)]
    security: TypedSecurity,
    #[serde(default)]
    policy: Option<PathBuf>,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    clerk_email: Option<String>,
    #[serde(default)]
    emails: BTreeMap<String, String>,
}

/// Hours and lunch from a date on; what is absent stays as it was.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedTimetable {
    from: String,
    hours: Option<BTreeMap<String, String>>,
    lunch: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedLink {
    id: String,
    kind: String,
    exporter: Option<IpAddr>,
    interface: Option<u32>,
    issued_to: Option<String>,
    speed_mbit: Option<u32>,
    budget_pence: Option<i64>,
    #[serde(default)]
    warn_at: Vec<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedSource {
    kind: SourceKind,
    glob: String,
    zone: Option<String>,
    link: Option<String>,
}

/// What a source is for. What it holds is recognised by content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SourceKind {
    /// Export streams.
    Flows,
    /// Resolver logs, or captures of port 53.
    Dns,
    /// Address leases.
    Leases,
    /// Neighbor tables.
    Neighbours,
    /// The router's own counters.
    Counters,
    /// Captures of user traffic: only where the assessment lists them.
    PacketCapture,
}

impl SourceKind {
    /// The word in `authority.toml`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Flows => "flows",
            Self::Dns => "dns",
            Self::Leases => "leases",
            Self::Neighbours => "neighbours",
            Self::Counters => "counters",
            Self::PacketCapture => "packet-capture",
        }
    }
}

/// Which files are a source, and the zone of their local stamps.
#[derive(Debug, Clone)]
pub(crate) struct SourceSpec {
    /// What it is for.
    pub kind: SourceKind,
    /// The pattern, inside the authority's folder.
    pub glob: String,
    /// The zone of local stamps.
    pub zone: TimeZone,
    /// The link that counters are of.
    pub link: Option<String>,
}

/// An authority, checked and ready.
pub(crate) struct Authority {
    /// Its id.
    pub id: String,
    /// Its name, for the page.
    pub name: String,
    /// Its folder.
    pub dir: PathBuf,
    /// Zone, hours, lunch, closures, holidays.
    pub calendar: analyze::Calendar,
    /// Its links, in order.
    pub links: Vec<analyze::Link>,
    /// Their tariffs.
    pub tariffs: Vec<Tariff>,
    /// Its own networks.
    pub lan: Vec<analyze::Prefix>,
    /// Its resolvers.
    pub resolvers: Vec<Addr>,
    /// Its sources.
    pub sources: Vec<SourceSpec>,
    /// Whether files of the inbox that are past the assessment's `raw_days` are deleted.
    pub delete_raw: bool,
    /// Who had which device when.
    pub register: analyze::Register,
    /// The operator's itemised usage.
    pub mobile_usage: Vec<analyze::cost::MobileUsage>,
    /// Data bought by hand.
    pub top_ups: Vec<analyze::cost::TopUp>,
    /// Shares in percent of data and budget at which to warn, by link.
    pub warn_at: BTreeMap<String, Vec<u16>>,
    /// Claims for paid Wi-Fi.
    pub claims: Vec<analyze::cost::Claim>,
    /// Programs for remote control that the council allows.
    pub remote_allowed: Vec<model::Program>,
    /// The impact assessment; none where there is no file.
    pub assessment: Option<gate::Assessment>,
    /// The text of the policy that the council adopted, for hints alone: no night depends on it.
    pub policy: Option<String>,
    /// The languages in which the summary is drawn, English first.
    pub languages: Vec<Language>,
    /// Mail addresses by role, for messages alone.
    pub addresses: BTreeMap<String, Address>,
    /// Each configuration file's name with its content, for the keyed hashes in the footer and the ledger.
    pub files: Vec<(String, String)>,
}

impl Authority {
    /// Reads and checks one authority's folder.
    ///
    /// # Errors
    /// The first thing wrong, with file, line, rule and hint. Nothing is read from the inbox before this succeeds.
    pub(crate) fn load(provider: &Provider, id: &str) -> Result<Self, Failure> {
        let dir = provider.authority_dir(id);
        let path = dir.join("authority.toml");
        let text = read_text(&path).map_err(|f| {
            Failure::new(f.to_string()).hint(format!("`tithing init {id}` makes an authority's folder"))
        })?;
        let typed: Typed = parse_toml(&path, &text)?;
        let zone = zone(&path, typed.zone.as_deref().unwrap_or("Europe/London"))?;
        let calendar = calendar(&path, zone.clone(), &typed)?;
        let mut files = vec![("authority.toml".to_owned(), text)];
        let mut optional = |name: &str| -> Result<Option<String>, Failure> {
            let found = read_text_if_any(&dir.join(name))?;
            files.extend(found.iter().map(|t| (name.to_owned(), t.clone())));
            Ok(found)
        };
        let people = optional("people.csv")?;
        let register = optional("register.csv")?;
        let claims = optional("paid-wifi.csv")?;
        let mobile = optional("mobile-usage.csv")?;
        let top_ups = optional("top-ups.csv")?;
        let assessment = optional("assessment.toml")?;
        let assessment = assessment.map(|t| gate::Assessment::parse(&t)).transpose();
        let register =
            register_of(&dir, people.as_deref().unwrap_or_default(), register.as_deref().unwrap_or_default())?;
        let authority = Self {
            id: id.to_owned(),
            links: links(&path, &typed.links)?,
            tariffs: tariffs(&path, &typed.tariffs, &typed.links)?,
            lan: lan(&path, &typed.lan)?,
            resolvers: typed.resolvers.iter().copied().map(Addr::from).collect(),
            sources: sources(&path, typed.sources, &zone, &typed.links)?,
            delete_raw: typed.delete_raw,
            calendar,
            register,
            mobile_usage: tables::mobile_usage(&dir.join("mobile-usage.csv"), mobile.as_deref().unwrap_or_default())?,
            top_ups: tables::top_ups(&dir.join("top-ups.csv"), top_ups.as_deref().unwrap_or_default())?,
            warn_at: warn_at(&path, &typed.links)?,
            claims: tables::claims(&dir.join("paid-wifi.csv"), claims.as_deref().unwrap_or_default())?,
            remote_allowed: remote_allowed(&path, &typed.security)?,
            assessment: assessment.map_err(|e| Failure::at(&dir.join("assessment.toml"), e))?,
            policy: policy(&path, &dir, typed.policy.as_deref())?,
            languages: languages(&path, &typed.languages)?,
            addresses: delivery::addresses(&path, typed.clerk_email.as_deref(), &typed.emails)?,
            name: typed.name,
            files,
            dir,
        };
        authority.check_issued(&path)?;
        bills::check(&authority)?;
        Ok(authority)
    }

    /// The ids of its links, in the order in which rows count them.
    pub(crate) fn link_ids(&self) -> Vec<String> {
        self.links.iter().map(|l| l.id.clone()).collect()
    }

    fn check_issued(&self, path: &Path) -> Result<(), Failure> {
        for link in &self.links {
            if let Some(asset) = &link.issued_to
                && !self.register.has_asset(asset)
            {
                let what =
                    format!("links: '{}' is issued to asset '{asset}', which the register does not have", link.id);
                return Err(Failure::at(path, what).hint("add the asset to register.csv, or correct issued_to"));
            }
        }
        Ok(())
    }
}

/// English always, and what else the council asks for.
fn languages(path: &Path, typed: &[String]) -> Result<Vec<Language>, Failure> {
    let mut all = vec![Language::English];
    for tag in typed {
        let found = Language::ALL.into_iter().find(|l| l.tag() == tag);
        let language = found.ok_or_else(|| {
            let known: Vec<&str> = Language::ALL.iter().map(|l| l.tag()).collect();
            Failure::at(path, format!("languages: '{tag}' is no language of the summary"))
                .hint(format!("they are: {}", known.join(", ")))
        })?;
        if !all.contains(&language) {
            all.push(language);
        }
    }
    Ok(all)
}

/// The policy's text. It stands in the authority's folder, as plain text or Markdown.
fn policy(path: &Path, dir: &Path, name: Option<&Path>) -> Result<Option<String>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let inside = name.components().all(|c| matches!(c, std::path::Component::Normal(_)));
    if !inside {
        return Err(
            Failure::at(path, "policy: leaves the authority's folder").hint("policy = \"policy.md\", for example")
        );
    }
    read_text(&dir.join(name))
        .map(Some)
        .map_err(|f| Failure::new(f.to_string()).hint("put the policy's text there, or take `policy` out"))
}

fn zone(path: &Path, name: &str) -> Result<TimeZone, Failure> {
    TimeZone::get(name).map_err(|_| {
        Failure::at(path, format!("'{name}' is not a time zone of the IANA database"))
            .hint("Europe/London, for example")
    })
}

fn date(path: &Path, key: &str, text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| Failure::at(path, format!("{key}: '{text}' is not a date: 2026-04-01 is wanted")))
}

fn calendar(path: &Path, zone: TimeZone, typed: &Typed) -> Result<analyze::Calendar, Failure> {
    let closures = typed.closures.iter().map(|d| date(path, "closures", d)).collect::<Result<Vec<_>, _>>()?;
    let nation = typed.nation.as_deref().unwrap_or("england");
    let wrong = |e| Failure::at(path, e);
    let mut calendar =
        analyze::Calendar::new(zone, nation, &typed.hours, typed.lunch.as_deref(), closures).map_err(wrong)?;
    let from = |t: &TypedTimetable| date(path, "timetables.from", &t.from);
    let mut changes: Vec<(Date, &TypedTimetable)> =
        typed.timetables.iter().map(|t| Ok((from(t)?, t))).collect::<Result<_, Failure>>()?;
    changes.sort_by_key(|(from, _)| *from);
    for (from, t) in changes {
        calendar.change(from, t.hours.as_ref(), t.lunch.as_deref()).map_err(wrong)?;
    }
    Ok(calendar)
}

fn lan(path: &Path, typed: &[String]) -> Result<Vec<analyze::Prefix>, Failure> {
    typed.iter().map(|t| t.parse::<analyze::Prefix>().map_err(|e| Failure::at(path, format!("lan: {e}")))).collect()
}

fn links(path: &Path, typed: &[TypedLink]) -> Result<Vec<analyze::Link>, Failure> {
    let mut links: Vec<analyze::Link> = Vec::with_capacity(typed.len());
    for t in typed {
        if !store::valid_id(&t.id) {
            let what =
                format!("links: '{}' is not a link id: lower-case letters, digits and hyphens, no address", t.id);
            return Err(Failure::at(path, what));
        }
        if links.iter().any(|l| l.id == t.id) {
            return Err(Failure::at(path, format!("links: '{}' stands twice", t.id)));
        }
        let kind = analyze::LinkKind::from_word(&t.kind).ok_or_else(|| {
            Failure::at(path, format!("links: kind '{}' is not broadband, router, dongle or paid-wifi", t.kind))
        })?;
        links.push(analyze::Link {
            id: t.id.clone(),
            kind,
            exporter: t.exporter.map(Addr::from),
            interface: t.interface,
            issued_to: t.issued_to.clone(),
            speed_mbit: t.speed_mbit,
            budget_pence: t.budget_pence,
        });
    }
    Ok(links)
}

fn sources(
    path: &Path,
    typed: Vec<TypedSource>,
    default: &TimeZone,
    links: &[TypedLink],
) -> Result<Vec<SourceSpec>, Failure> {
    let mut sources = Vec::with_capacity(typed.len());
    for t in typed {
        let fail = |what: String| Failure::at(path, format!("sources: '{}': {what}", t.glob));
        match (&t.link, t.kind) {
            (Some(link), SourceKind::Counters) if !links.iter().any(|l| l.id == *link) => {
                let ids = links.iter().map(|l| l.id.as_str()).collect::<Vec<_>>().join(", ");
                return Err(fail(format!("no link '{link}'")).hint(format!("links are: {ids}")));
            }
            (None, SourceKind::Counters) => {
                return Err(fail("counters need the link that they are of".to_owned())
                    .hint("add link = \"office\", the id of one of the links"));
            }
            (Some(_), kind) if kind != SourceKind::Counters => {
                return Err(fail(format!("link does not go with kind '{}'", kind.as_str()))
                    .hint("only counters name their link; flows find theirs by exporter and interface"));
            }
            _ => {}
        }
        if t.glob.starts_with('/') || t.glob.split('/').any(|p| p == "..") {
            return Err(Failure::at(path, format!("sources: glob '{}' leaves the authority's folder", t.glob)));
        }
        let zone = t.zone.as_deref().map_or_else(|| Ok(default.clone()), |z| zone(path, z))?;
        sources.push(SourceSpec { kind: t.kind, glob: t.glob, zone, link: t.link });
    }
    Ok(sources)
}

fn tariffs(path: &Path, typed: &[TypedTariff], links: &[TypedLink]) -> Result<Vec<Tariff>, Failure> {
    let mut tariffs: Vec<Tariff> = Vec::with_capacity(typed.len());
    for t in typed {
        let fail = |what: String| Failure::at(path, format!("tariffs: {what}"));
        let link = t.link.as_ref().ok_or_else(|| fail("link is missing".to_owned()))?;
        if !links.iter().any(|l| l.id == *link) {
            let ids = links.iter().map(|l| l.id.as_str()).collect::<Vec<_>>().join(", ");
            return Err(fail(format!("no link '{link}'")).hint(format!("links are: {ids}")));
        }
        let from = t.from.as_deref().ok_or_else(|| fail(format!("of '{link}': from is missing")))?;
        let from = date(path, "tariffs.from", from)?;
        if tariffs.iter().any(|other| other.link == *link && other.from == from) {
            return Err(fail(format!("of '{link}': two begin on {from}")).hint("one tariff is in force at a time"));
        }
        tariffs.push(t.resolve(path, link, from)?);
    }
    Ok(tariffs)
}

fn warn_at(path: &Path, links: &[TypedLink]) -> Result<BTreeMap<String, Vec<u16>>, Failure> {
    let of = |l: &TypedLink| Ok((l.id.clone(), tariff::warn_at(path, &l.id, &l.warn_at)?));
    links.iter().filter(|l| !l.warn_at.is_empty()).map(of).collect()
}
