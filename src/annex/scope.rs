//! The parts of the annex that repeat the assessment: purposes, documents, recipients, retention, rights.

use gate::{Retention, Told};
use reports::annex::Item;

use super::item;
use crate::config::Authority;

/// The letters of regulation 3(2), in a few words.
fn letter(letter: &str) -> &'static str {
    match letter {
        "a" => "to establish facts",
        "b" => "to check that rules which apply to the council are kept",
        "c" => "to check standards of service",
        "e" => "to prevent or detect crime",
        "f" => "to find unauthorised use of the system",
        "g" => "to keep the system working",
        _ => "not of the list",
    }
}

/// What it is for, on what footing, and the six answers.
pub(super) fn purposes(told: &Told<'_>) -> Vec<Item> {
    // Every field is named: one that is added must find its place.
    let Told {
        version: _,
        signed_on: _,
        review_due: _,
        purposes,
        basis,
        sources: _,
        outputs: _,
        mode,
        complaints: _,
        notice_version: _,
        notice_date: _,
        retention: _,
        recipients: _,
        proportionality,
        alternatives: _,
        operator,
        visitors: _,
        regulator: _,
        foi: _,
    } = told;
    let mut all: Vec<Item> = purposes.iter().map(|(word, by)| purpose(word, *by)).collect();
    let asked = match mode {
        Some(gate::Mode::Categories) => "Kinds of site, times and totals of links.",
        Some(gate::Mode::Totals) => "Totals of links only.",
        Some(gate::Mode::Nothing) | None => "Not decided, so nothing beyond totals of links.",
    };
    all.push(item("mode", "What the council asked for", asked));
    all.extend(basis.map(|b| item("basis", "Lawful basis", b.replace('-', " "))));
    all.extend(operator.map(|o| item("operator", "Who runs it for the council", o)));
    let question = |key: &str| match key {
        "notice" => "What people were told before",
        "extent" => "How far it goes",
        "reasons" => "Why it is needed",
        "alternatives" => "What less was tried",
        "consequences" => "What follows for people",
        "safeguards" => "What protects people",
        _ => "Beside that",
    };
    all.extend(proportionality.iter().map(|(key, answer)| item(key, question(key), *answer)));
    all
}

fn purpose(word: &str, by: Option<&str>) -> Item {
    let (label, meaning) = match word {
        "policy" => (
            "The policy on use",
            "Which kinds of site council devices are used for, how much and how often, in groups.",
        ),
        "operations" => ("Operations", "Whether links work, where records are missing, when a line is full."),
        "cost" => ("Cost", "What links, dongles and paid Wi-Fi cost."),
        "security" => ("Security", "Whether a device met a known threat."),
        other => (other, "No table is kept for this purpose, so nothing is done for it."),
    };
    let by =
        by.map(|l| format!(" Letter ({l}) of regulation 3(2) of the {}: {}.", gate::REGULATIONS_NUMBER, letter(l)));
    item(word, label, format!("{meaning}{}", by.unwrap_or_default()))
}

/// What the assessment lets be read and nobody has set up, and what it lets be done with what is read.
pub(super) fn allowed_only(told: &Told<'_>, authority: &Authority) -> Vec<Item> {
    let set_up = |word: &str| authority.sources.iter().any(|s| s.kind.as_str() == word);
    let mut all = Vec::new();
    for word in told.sources.iter().filter(|w| !set_up(w)) {
        let (label, text) = match *word {
            "shared-resolver" => (
                "Lookups through a forwarder",
                "Where a forwarder hides which device asked, the council's answers are read as one.",
            ),
            other => (other, "The impact assessment allows it; it is not set up, so nothing of it is read."),
        };
        all.push(item(word, label, text));
    }
    all
}

/// What is made.
pub(super) fn documents(told: Option<&Told<'_>>, threats: bool) -> Vec<Item> {
    let listed = told.iter().flat_map(|t| &t.outputs).filter(|word| !threats || **word != "security");
    let mut all: Vec<Item> = listed.map(|word| output(word)).collect();
    if threats {
        all.push(item(
            "security",
            "Security notices",
            "One for each night on which a device met something new, at once, to those who are named for it.",
        ));
    }
    all.push(item("operations", "Faults, bills and accounts", "For whoever runs it: outages, lost records, what links cost, and bytes of each night in all. No person, no kind of site."));
    all.push(item(
        "own-rows",
        "Your own pack",
        "Everything that is held about you, for you alone, when you ask for it.",
    ));
    all.push(item(
        "annex",
        "This annex, and an evidence sheet",
        "What runs; and dates, versions and runs for the council's yearly review, without a figure about people.",
    ));
    all
}

fn output(word: &str) -> Item {
    match word {
        "summary" => item(
            word,
            "Monthly report",
            "Tables of links, costs and kinds of use in groups. It may be published, unless it says that it may not.",
        ),
        "schedule" => item(
            word,
            "Equipment schedule",
            "Mobile contracts issued to one holder: device number, billing period, data rounded up to 100 MB, cost, share of the allowance, at home or abroad.",
        ),
        "device-volumes" => item(
            word,
            "Volume by device",
            "One wide band of the month's data for each council-owned device on shared links, for maintenance and capacity. Never by kind of site or hour.",
        ),
        "exceptions" => item(
            word,
            "Cases",
            "What a rule about single people found: the rule, the dates and a rounded volume, for one reviewer, once two people unlocked it and said why.",
        ),
        "security" => item(word, "Security notices", "None is made as the settings stand."),
        other => item(other, other, "Made as the impact assessment lists it."),
    }
}

fn document(word: &str) -> &str {
    match word {
        "summary" => "the monthly report",
        "schedule" => "the equipment schedule",
        "security" => "security notices",
        "case" => "a case, once two people unlocked it",
        other => other,
    }
}

/// Who receives what, each document of each role.
pub(super) fn recipients(told: &Told<'_>) -> Vec<Item> {
    let one = |r: &gate::Recipient| {
        let (role, word) = (r.role.trim(), r.document.trim());
        item(&format!("{role}/{word}"), role, format!("Receives {}.", document(word)))
    };
    let mut all: Vec<Item> = told.recipients.iter().map(one).collect();
    all.extend(told.operator.map(|o| {
        item(
            "operator",
            "Who runs it for the council",
            format!("{}. Sees what is needed to run it, and no person's use.", o.trim_end_matches('.')),
        )
    }));
    all.push(item("you", "You", "What is held about you, when you ask for it."));
    all
}

/// For how long each class is kept.
pub(super) fn retention(told: &Told<'_>) -> Vec<Item> {
    // Every class is named: one that is added must be told of.
    let Retention { usage_days, links_days, raw_days, security_days, reports_months } = told.retention;
    let class = |key: &str, label: &str, value: Option<i64>, unit: &str, what: &str| {
        let time = value.map_or_else(
            || "No time is set, so none is kept longer than the most that is allowed".to_owned(),
            |n| format!("{n} {unit}"),
        );
        item(key, label, format!("{time}. {what}"))
    };
    vec![
        class(
            "usage_days",
            "Rows about people",
            usage_days,
            "days after the end of their month",
            "They hold numbers in place of people and devices; rows and the key to the numbers go together.",
        ),
        class("links_days", "Rows about links", links_days, "days", "They name no person and no device."),
        class(
            "raw_days",
            "Logs and captures",
            raw_days,
            "days",
            "They are kept by whoever runs it, and read by the program alone.",
        ),
        class("security_days", "Security notices", security_days, "days", "They are kept apart from everything else."),
        class(
            "reports_months",
            "Reports",
            reports_months,
            "months",
            "A published report may be kept by whoever has it.",
        ),
        item(
            "cycles",
            "Billing periods",
            "As long as the council keeps its accounts. Bytes and costs of a link by billing period.",
        ),
        item(
            "ledger",
            "Ledger",
            "As long as the council is served. Dates, counts and fingerprints of what was done; no name, site or address.",
        ),
    ]
}

/// What people can do.
pub(super) fn rights(told: Option<&Told<'_>>, authority: &Authority) -> Vec<Item> {
    let mut all = vec![
        item(
            "see",
            "See",
            "Ask for everything that is held about you. You get your own rows, in a form that you can read.",
        ),
        item(
            "object",
            "Object",
            "Say that you do not want to be measured. From that day on you are not, and your rows of months that are still open go.",
        ),
        item("restrict", "Have it paused", "Ask that nothing is measured while a question about it is open."),
        item(
            "rectify",
            "Have it put right",
            "Say what is wrong, for instance whose a device is. Months that are still open are put right.",
        ),
        item(
            "erase",
            "Have it erased",
            "Your rows of months that are still open go. Published months stay: they hold groups only.",
        ),
    ];
    all.extend(told.and_then(|t| t.complaints).map(|c| item("complaints", "Object or complain", c)));
    let regulator = told.and_then(|t| t.regulator).map(|(name, contact, as_of)| {
        let contact = contact.map(|c| format!(": {c}")).unwrap_or_default();
        let as_of = as_of.map(|d| format!(" (as of {d})")).unwrap_or_default();
        format!("{name}{contact}{as_of}. You can complain there at any time.")
    });
    let regulator =
        regulator.unwrap_or_else(|| "You can complain to the regulator of data protection at any time.".to_owned());
    all.push(item("regulator", "The regulator", regulator));
    all.extend(told.and_then(|t| t.visitors).map(|v| item("visitors", "How guests are told", v)));
    let listed = matches!(authority.calendar.nation(), analyze::Nation::England | analyze::Nation::Wales);
    all.push(match told.and_then(|t| t.foi).unwrap_or(listed) {
        true => item(
            "foi",
            "Freedom of information",
            "Anybody may ask the council for a report, so each is written as if it were published.",
        ),
        false => item("foi", "Publication", "Each report is written as if it were published."),
    });
    all
}
