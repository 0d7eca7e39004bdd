//! The parts of the annex that come from the provider's settings and the council's folder.

use std::collections::BTreeSet;
use std::path::Path;

use analyze::{LinkKind, Ownership};
use jiff::civil::Date;
use model::{Taxonomy, TimeClass, Treatment};
use reports::annex::{Item, Part};

use super::{item, scope, terms};
use crate::config::{Authority, Delivery, Provider, SourceKind};

/// What stands in a part.
pub(super) fn items(part: Part, provider: &Provider, authority: &Authority, date: Date) -> Vec<Item> {
    // Every field is named: one that is added must be told of, or be said here to be nobody's business.
    let Provider {
        root: _,
        store: _,
        authorities: _,
        authorities_dir: _,
        lists,
        threats,
        geo,
        now: _,
        limits: _,
        hold_s: _,
        lease_s: _,
        delivery,
    } = provider;
    let Authority {
        id: _,
        name: _,
        languages: _,
        dir: _,
        calendar: _,
        links,
        // What a link costs says nothing about anybody; what is claimed and itemized does, and stands among the files.
        tariffs: _,
        mobile_usage: _,
        top_ups: _,
        warn_at: _,
        claims: _,
        lan: _,
        resolvers: _,
        sources: _,
        register,
        // What is deleted, and when, stands with the retention.
        delete_raw: _,
        remote_allowed,
        assessment,
        policy: _,
        // Who they are stands among the recipients, by role.
        addresses: _,
        files,
    } = authority;
    let told = assessment.as_ref().map(|a| a.told());
    let notices = gate::security(assessment.as_ref(), date).allowed();
    match part {
        Part::Purposes => told.iter().flat_map(scope::purposes).collect(),
        Part::Sources => {
            let more = told.iter().flat_map(|t| scope::allowed_only(t, authority));
            let read = files.iter().filter_map(|(name, _)| file(name));
            sources(authority).into_iter().chain(more).chain(read).chain((!geo.is_empty()).then(networks)).collect()
        }
        Part::Never => terms::never(assessment.as_ref()),
        Part::Links => links.iter().map(link).collect(),
        Part::Devices => devices(register.rows(), date),
        Part::Kinds => kinds(lists.len()),
        Part::Times => times(files),
        Part::Figures => terms::figures(),
        Part::Security => {
            let watched = analyze::security::rules();
            let rules = watched.iter().filter(|_| notices).map(rule);
            let remote = remote_allowed.iter().filter(|_| notices).map(allowed);
            threats.iter().map(|t| threat(&t.path)).chain(rules).chain(remote).collect()
        }
        Part::Exceptions => exceptions(assessment.as_ref(), date),
        Part::Documents => scope::documents(told.as_ref(), notices || !threats.is_empty()),
        Part::Recipients => told.iter().flat_map(scope::recipients).chain(delivery.as_ref().map(handed_over)).collect(),
        Part::Retention => told.iter().flat_map(scope::retention).collect(),
        Part::Rights => scope::rights(told.as_ref(), authority),
    }
}

fn networks() -> Item {
    item("networks", "Owners of networks", "A public table that says whose network an address belongs to.")
}

/// How documents reach their recipients.
fn handed_over(delivery: &Delivery) -> Item {
    let mail = "By mail, through the IT provider's mail server.";
    let folder = "As messages ready to send, in a folder of the IT provider's.";
    let text = match (&delivery.folder, &delivery.smtp) {
        (Some(_), Some(_)) => format!("{mail} A copy of each message stands in a folder of the IT provider's."),
        (None, Some(_)) => mail.to_owned(),
        _ => folder.to_owned(),
    };
    item("delivery", "How documents reach them", text)
}

/// The kinds of record that are configured, each once, in the order of the configuration.
fn sources(authority: &Authority) -> Vec<Item> {
    let mut seen = BTreeSet::new();
    let kinds = authority.sources.iter().map(|s| s.kind).filter(|k| seen.insert(k.as_str()));
    kinds.map(|kind| source(kind, authority)).collect()
}

fn source(kind: SourceKind, authority: &Authority) -> Item {
    let (label, meaning) = match kind {
        SourceKind::Flows => ("Router records", "Each connection's time, its two ends and how much data it carried."),
        SourceKind::Dns => (
            "Name lookups",
            "Which names council devices looked up, and when. Each name is turned into a kind of site and dropped.",
        ),
        SourceKind::Leases => ("Address leases", "Which device had which address in the building, and when."),
        SourceKind::Neighbours => ("Neighbour tables", "Which device had which address in the building."),
        SourceKind::Counters => ("Router counters", "The total of each link, to check the records against."),
        SourceKind::PacketCapture => (
            "Packet headers",
            "The headers of packets, and lookups of names. The rest of each packet is dropped unread.",
        ),
    };
    let word = kind.as_str();
    let mut text = meaning.to_owned();
    let assessment = authority.assessment.as_ref();
    if let Some((_, way)) = assessment.iter().flat_map(|a| a.told().alternatives).find(|(source, _)| *source == word) {
        text += &format!(" Why nothing less would do: {}", way.trim_end_matches('.'));
        text.push('.');
    }
    if !assessment.is_some_and(|a| a.opens(word)) {
        text += " It is set up and not opened: the impact assessment does not list it.";
    }
    item(word, label, text)
}

/// What a file of the council's folder says about people; none for those that say nothing, or that other parts repeat.
fn file(name: &str) -> Option<Item> {
    let (label, text) = match name {
        "authority.toml" | "assessment.toml" | "top-ups.csv" => return None,
        "people.csv" => (
            "List of people",
            "Who works for the council in which office, the date of their notice, any objection, and the hours that employees declared.",
        ),
        "register.csv" => ("Equipment register", "Which device is whose, by its number, with dates."),
        "paid-wifi.csv" => ("Expense claims", "Claims for paid Wi-Fi: date, device, place, minutes and cost."),
        "mobile-usage.csv" => {
            ("Operator's bills", "The operator's own list of data used by each mobile contract, with the country.")
        }
        other => (other, "A file of the council's own, read as it is set up."),
    };
    Some(item(name, label, text))
}

fn link(link: &analyze::Link) -> Item {
    let kind = match link.kind {
        LinkKind::Broadband => "Broadband",
        LinkKind::Router => "Mobile router",
        LinkKind::Dongle => "Mobile dongle",
        LinkKind::PaidWifi => "Paid Wi-Fi",
    };
    let text = match (&link.issued_to, link.kind) {
        (Some(asset), _) => format!(
            "Issued with device {asset}. Its data and cost by billing period go to its holder and the clerk, and into no table of kinds of site."
        ),
        (None, LinkKind::PaidWifi) => "Known from expense claims alone: nothing is measured on it.".to_owned(),
        (None, _) => "Shared: its total is measured.".to_owned(),
    };
    item(&link.id, &format!("{kind}: {}", link.id), text)
}

/// Every council-owned and shared device of the register on a date, whoever holds it: who objects is nobody's business.
fn devices(rows: &[analyze::RegisterRow], date: Date) -> Vec<Item> {
    let held = |r: &&analyze::RegisterRow| r.from <= date && r.until.is_none_or(|until| date <= until);
    let mut all: Vec<Item> = rows
        .iter()
        .filter(held)
        .filter_map(|r| match r.ownership {
            Ownership::Council => Some(item(&r.asset, &r.asset, "Council-owned.")),
            Ownership::Shared => Some(item(&r.asset, &r.asset, "Council-owned, used by several people.")),
            Ownership::Personal => None,
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

fn kinds(lists: usize) -> Vec<Item> {
    let kind = |c: &model::Category| {
        let treatment = match c.treatment {
            Treatment::Work => "Shown within work services from five people on, by itself from eight.",
            Treatment::Background => {
                "Shown within what devices do by themselves from five people on, by itself from eight."
            }
            Treatment::Judgement => "Shown by itself from eight people on, and never below.",
            Treatment::Pooled => "Never told apart: it is stored as “All other use”, like a site that no list knows.",
            Treatment::Other => "What remains.",
        };
        item(c.id, c.label, format!("{} {treatment}", c.meaning))
    };
    let mut all: Vec<Item> = Taxonomy::ALL.iter().map(kind).collect();
    let text = match lists {
        0 => "The program's own table of names decides.".to_owned(),
        1 => "The program's own table of names and one imported list decide. Both are fixed for a financial year."
            .to_owned(),
        n => format!(
            "The program's own table of names and {n} imported lists decide. All are fixed for a financial year."
        ),
    };
    all.push(item("lists", "How the kind is told", text));
    all
}

fn times(files: &[(String, String)]) -> Vec<Item> {
    let class = |class: TimeClass| {
        let (label, text) = match class {
            TimeClass::Core => ("Working hours", "Within the hours that an employee declared, on a working day."),
            TimeClass::Lunch => ("Lunch", "Within the lunch break on a working day."),
            TimeClass::Outside => {
                ("Other times", "Outside those hours, at weekends, on bank holidays and closure days.")
            }
            TimeClass::NotApplicable => (
                "No time class",
                "Councillors, volunteers, contractors, shared devices and employees without declared hours: no class is given.",
            ),
        };
        item(class.as_str(), label, text)
    };
    let mut all: Vec<Item> = TimeClass::ALL.iter().copied().map(class).collect();
    let own = files.iter().find(|(name, _)| name == "authority.toml");
    all.extend(own.into_iter().flat_map(|(_, text)| timetable(text)));
    all
}

/// Days as the configuration names them.
const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Hours, lunch and closures as the council wrote them.
fn timetable(text: &str) -> Vec<Item> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let plain = |value: &toml::Value| match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let joined = |value: &toml::Value| match value {
        toml::Value::Table(days) => {
            let day = |(day, hours): &(&String, &toml::Value)| format!("{day} {}", plain(hours));
            let mut days: Vec<(&String, &toml::Value)> = days.iter().collect();
            days.sort_by_key(|(day, _)| WEEK.iter().position(|w| w == day));
            days.iter().map(day).collect::<Vec<_>>().join("; ")
        }
        toml::Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => plain(other),
    };
    let keys = [
        ("hours", "Opening hours", "They judge nobody: they say when the office is open."),
        ("lunch", "Lunch break", "For everybody without a break of their own."),
        ("timetables", "Changes of either", "From their dates on."),
        ("closures", "Closure days", "Beside bank holidays."),
    ];
    let given = |(key, label, note): (&str, &str, &str)| {
        let text = table.get(key).map(joined).filter(|t| !t.is_empty())?;
        Some(item(key, label, format!("{text}. {note}")))
    };
    keys.into_iter().filter_map(given).collect()
}

/// A rule of security notices.
fn rule(rule: &analyze::security::Rule) -> Item {
    let names = match rule.names.is_empty() {
        true => String::new(),
        false => format!(" It knows these names: {}.", rule.names.join(", ")),
    };
    item(rule.rule.as_str(), "Security rule", format!("{}{names}", rule.sentence))
}

/// A program that the council allows, so that no notice names it.
fn allowed(program: &model::Program) -> Item {
    item(program.as_str(), "Allowed program", "The council allows this program for remote control: it makes no notice.")
}

/// The exception rules that are in force.
fn exceptions(assessment: Option<&gate::Assessment>, date: Date) -> Vec<Item> {
    let in_force = gate::exception_rules(assessment, date).into_iter().filter_map(|v| v.rule);
    in_force.map(|r| item(r.id(), "Exception rule", r.sentence())).collect()
}

/// A list of threats by the name of its file: its path is the provider's own.
fn threat(path: &Path) -> Item {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let text = "A device that contacts a name or address on this list is named to those who receive security notices, so that it can be mended.";
    item(&name, &format!("Known threats: {name}"), text)
}
