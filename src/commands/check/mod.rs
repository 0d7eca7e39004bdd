//! `tithing check`: validates everything, prints the effective configuration and what the assessment allows.

mod standing;

use crate::clock::Clock;
use crate::config::{Authority, Provider, SourceKind, load_threats};
use crate::council::Shared;
use crate::messages;
use crate::outcome::{Failure, Outcome};
use standing::line;

/// Prints every authority; fails where one has something wrong.
pub(crate) fn run(provider: &Provider, clock: Clock) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let mut text = provider_text(provider, clock);
    text += &lists_text(provider, &shared, clock)?;
    let mut outcome = Outcome::Done;
    for id in &provider.authorities {
        let made = Authority::load(provider, id).and_then(|a| authority_text(provider, &a, clock));
        match made {
            Ok(made) => text += &made,
            Err(failure) => {
                tracing::error!("{id}: {failure}");
                outcome = Outcome::Failed;
            }
        }
    }
    messages::data(&text)?;
    Ok(outcome)
}

fn provider_text(provider: &Provider, clock: Clock) -> String {
    let list = |all: Vec<String>| if all.is_empty() { "none".to_owned() } else { all.join(", ") };
    let geo = list(provider.geo.iter().map(|p| p.display().to_string()).collect());
    format!(
        "clock               {}{}\nstore               {}\nauthorities         {}\n\
         network databases   {geo}\ncoverage_min        {}.{:04}\nmemory              {} MiB\nhold_s              {}\nlease_s             {}\ndelivery            {}\n",
        clock.now,
        if clock.fixed { " (fixed)" } else { "" },
        provider.store.display(),
        list(provider.authorities.clone()),
        provider.limits.coverage_min_per_10k / 10_000,
        provider.limits.coverage_min_per_10k % 10_000,
        provider.limits.memory >> 20,
        provider.hold_s,
        provider.lease_s,
        crate::delivery::said(provider),
    )
}

/// The lists as they are now, and the kinds of site in force today, which a change of the lists does not touch.
fn lists_text(provider: &Provider, shared: &Shared<'_>, clock: Clock) -> Result<String, Failure> {
    let current = shared.taxonomies.current()?;
    let today = clock.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let in_force = match shared.taxonomies.book().of(today)? {
        None => "none yet: the first night of the financial year fixes the lists as they are then".to_owned(),
        Some(entry) => {
            let kept = shared.taxonomies.of_night(today)?;
            kept.verify()?;
            let same = match kept.sha256() == current.sha256() {
                true => "as the lists are now",
                false => "the lists are others now: see `tithing categories compile`",
            };
            let hash = crate::taxonomy::short(&entry.sha256);
            format!("since {} ({}, {hash}), {} rules; {same}", entry.from, entry.version, kept.len())
        }
    };
    let lists: Vec<String> = provider.lists.iter().map(|l| format!("{} ({})", l.path.display(), l.kind)).collect();
    let lists = if lists.is_empty() { "none".to_owned() } else { lists.join(", ") };
    let threats = load_threats(provider)?.map_or_else(|| "none".to_owned(), |t| format!("{} entries", t.len()));
    Ok(format!(
        "category rules      {}\nimported lists      {lists}\nkinds in force      {in_force}\nthreat lists        {threats}\n",
        current.len()
    ))
}

fn authority_text(provider: &Provider, authority: &Authority, clock: Clock) -> Result<String, Failure> {
    let mut text = format!("\n{}: {}\n", authority.id, authority.name);
    line(&mut text, "zone", authority.calendar.zone().iana_name().unwrap_or("?"));
    for link in &authority.links {
        let from = link.exporter.map(|e| format!("exporter {}", e.to_ip())).unwrap_or_default();
        let interface = link.interface.map(|i| format!(" interface {i}")).unwrap_or_default();
        let issued = link.issued_to.as_ref().map(|a| format!(" issued to {a}")).unwrap_or_default();
        line(&mut text, "link", &format!("{} ({}) {from}{interface}{issued}", link.id, link.kind.as_str()));
    }
    for source in &authority.sources {
        let link = source.link.as_ref().map(|l| format!(" of {l}")).unwrap_or_default();
        line(&mut text, "source", &format!("{} ({}{link})", source.glob, source.kind.as_str()));
    }
    line(&mut text, "kept", &crate::retention::said(authority));
    if provider.delivery.is_some() || !authority.addresses.is_empty() {
        line(&mut text, "address known of", &crate::delivery::known(authority));
    }
    for tariff in &authority.tariffs {
        line(&mut text, "tariff", &format!("{} from {}: {}", tariff.link, tariff.from, tariff.kind.as_str()));
    }
    for doubtful in analyze::cost::doubtful(&authority.claims, &authority.register) {
        if let Some(claim) = authority.claims.get(doubtful.index) {
            let (doubt, next) = (doubtful.doubt.as_str().replace('_', " "), doubtful.doubt.next());
            line(&mut text, "claim", &format!("{} for {}: {doubt}; next: {next}", claim.date, claim.asset));
        }
    }
    for promise in promises(authority) {
        line(&mut text, "cannot promise", promise);
    }
    text += &standing::text(provider, authority, clock)?;
    Ok(text)
}

/// What cannot be promised for want of a source.
fn promises(authority: &Authority) -> Vec<&'static str> {
    let has = |kind: SourceKind| authority.sources.iter().any(|s| s.kind == kind);
    let mut lost = Vec::new();
    if !has(SourceKind::Flows) && !has(SourceKind::PacketCapture) {
        lost.push("volumes: no source of flows (switch on NetFlow or IPFIX at the router)");
    }
    if !has(SourceKind::Dns) {
        lost.push("kinds of site: no source of DNS answers (dnsmasq log-queries=extra, or AdGuard Home's query log)");
    }
    if !has(SourceKind::Leases) && !has(SourceKind::Dns) {
        lost.push("devices by address: no leases (copy dnsmasq.leases each night)");
    }
    if authority.claims.is_empty() {
        lost.push("paid Wi-Fi: no claims in paid-wifi.csv");
    }
    lost
}
