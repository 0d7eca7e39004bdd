//! The evidence sheet as a page.

use askama::Template;

use super::Stack;
use super::rich::Rich;
use crate::evidence::{Deletion, Evidence, Release, Year};
use crate::page::table::{Head, head};
use crate::say::sentence;
use crate::words;

/// The page of an evidence sheet. Equal sheets give equal bytes.
pub fn evidence(evidence: &Evidence) -> String {
    // The template writes into a text, which cannot fail.
    Page::new(evidence).render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "evidence.html")]
struct Page {
    title: Rich,
    name: Rich,
    date: Rich,
    test_clock: Option<Rich>,
    facts: Vec<(&'static str, Rich)>,
    unmet: Vec<Rich>,
    configuration: Option<Stack>,
    years: Vec<View>,
    ledger: Vec<(&'static str, Rich)>,
}

/// A year with its tables.
struct View {
    id: i16,
    label: String,
    nights: Rich,
    releases: Option<Stack>,
    withheld: Option<Rich>,
    retention: Option<Stack>,
}

impl Page {
    fn new(e: &Evidence) -> Self {
        Self {
            title: Rich::plain(&format!("Evidence sheet: {}", e.name)),
            name: Rich::new().source(&e.name, "name"),
            date: Rich::new().source(&words::date(e.date), "date"),
            test_clock: e.test_clock.as_ref().map(|t| Rich::new().source(&words::instant(t), "test_clock")),
            facts: facts(e),
            unmet: e.gates.iter().filter(|g| !g.met).map(|g| from(&sentence(&g.what), "gates")).collect(),
            configuration: settings(e),
            years: e.years.iter().map(view).collect(),
            ledger: ledger(e),
        }
    }
}

fn from(text: &str, source: &str) -> Rich {
    Rich::new().source(text, source)
}

fn count(number: u64, source: &str) -> Rich {
    from(&words::thousands(i64::try_from(number).unwrap_or(i64::MAX)), source)
}

fn facts(e: &Evidence) -> Vec<(&'static str, Rich)> {
    let mut rows = vec![("Program", from(&e.software, "software"))];
    let dated = |text: Rich, before: &str, date: Option<jiff::civil::Date>, source: &str| match date {
        Some(date) => text.text(before).source(&words::date(date), source),
        None => text,
    };
    if let Some(a) = &e.assessment {
        let text = Rich::plain("version ").source(&a.version, "assessment/version");
        let text = dated(text, ", signed on ", a.signed_on, "assessment/signed_on");
        rows.push(("Impact assessment", dated(text, ", to be reviewed by ", a.review_due, "assessment/review_due")));
    }
    if let Some(n) = &e.notice {
        let text = Rich::plain("version ").source(&n.version, "notice/version");
        rows.push(("Notice to people", dated(text, ", given on ", n.date, "notice/date")));
    }
    let given = match e.annex_given {
        Some(true) => "the annex that people were given says what runs",
        Some(false) => "the annex that people were given no longer says what runs",
        None => "which annex people were given is not recorded",
    };
    rows.push(("Annex to the notice", from(given, "annex_given")));
    let met = e.gates.iter().filter(|g| g.met).count() as u64;
    let of = e.gates.len() as u64;
    let gates =
        count(met, "gates").text(" of ").source(&words::thousands(of as i64), "gates").text(" requirements met");
    rows.push(("Requirements of the assessment", gates));
    let allowed = Rich::plain("the council asks for ").source(mode(&e.asked), "asked").text("; allowed: ");
    rows.push(("What may be measured", allowed.source(mode(&e.allowed), "allowed")));
    rows
}

fn mode(word: &str) -> &str {
    match word {
        "categories" => "kinds of site",
        "totals" => "totals of each link",
        other => other,
    }
}

fn settings(e: &Evidence) -> Option<Stack> {
    let heads = vec![head("Part", false), head("Since the night of", false), head("Changes on record", true)];
    let caption = Rich::plain("Since when each part is as it is now");
    table("settings", caption, heads, e.configuration.iter().map(part).collect())
}

/// None where it has no row.
fn table(id: &str, caption: Rich, heads: Vec<Head>, rows: Vec<Vec<Rich>>) -> Option<Stack> {
    (!rows.is_empty()).then(|| Stack::plain(id, caption, heads, rows))
}

fn part(p: &crate::evidence::ConfigPart) -> Vec<Rich> {
    let since = match p.since {
        Some(date) => from(&words::date(date), "configuration"),
        None => Rich::plain("no night yet"),
    };
    vec![from(&part_name(&p.part), "configuration"), since, count(p.changes, "configuration")]
}

/// A part of the configuration, as a clerk knows it.
fn part_name(word: &str) -> String {
    let known = match word {
        "assessment" => "Impact assessment",
        "authority" => "Links, tariffs and hours",
        "categories" => "Lists of kinds of site",
        "mobile-usage" => "Operator’s list of mobile data",
        "paid-wifi" => "Claims for paid Wi-Fi",
        "people" => "List of people",
        "register" => "Register of devices",
        "top-ups" => "Top-ups of prepaid links",
        other => return words::sentence_case(&other.replace('-', " ")),
    };
    known.to_owned()
}

fn view(year: &Year) -> View {
    let mut nights = count(year.nights, "nights");
    if let (Some(first), Some(last)) = (year.night_first, year.night_last) {
        nights = nights
            .text(", from ")
            .source(&words::date(first), "nights")
            .text(" to ")
            .source(&words::date(last), "nights");
    }
    let withheld = (!year.withheld.is_empty()).then(|| from(&year.withheld.join(", "), "withheld"));
    View {
        id: year.first.year(),
        label: format!("{} to {}", words::date(year.first), words::date(year.last)),
        nights,
        releases: releases(year),
        withheld,
        retention: deletions(year),
    }
}

fn releases(year: &Year) -> Option<Stack> {
    let heads = vec![
        head("Month", false),
        head("Released on", false),
        head("State", false),
        head("Ways to recognise a person", false),
        head("Corrections", true),
    ];
    let caption = Rich::plain("Monthly reports");
    table(&format!("months-{}", year.first.year()), caption, heads, year.releases.iter().map(release).collect())
}

fn deletions(year: &Year) -> Option<Stack> {
    let heads = vec![head("What", false), head("Times", true), head("Last time", false), head("Deleted up to", false)];
    let caption = Rich::plain("Deleted because its time was over");
    table(&format!("deleted-{}", year.first.year()), caption, heads, year.retention.iter().map(deletion).collect())
}

fn release(r: &Release) -> Vec<Rich> {
    let attack = match (r.found, r.profiles.is_empty()) {
        (false, _) => Rich::plain("its file is not there as recorded"),
        (true, true) => Rich::plain("totals only: none was looked for"),
        (true, false) => count(u64::try_from(r.breaches).unwrap_or_default(), "breaches")
            .text(" found; they were looked for as ")
            .source(&words::readers(&r.profiles), "profiles"),
    };
    let month = r.month.parse().map_or_else(|_| r.month.clone(), words::month);
    let state = match (r.status.as_str(), r.audience.as_str()) {
        ("complete", "public") => "complete",
        ("gaps", "public") => "with gaps",
        ("complete", _) => "complete, restricted",
        ("gaps", _) => "with gaps, restricted",
        ("lowered", _) => "totals only",
        _ => "recorded",
    };
    vec![
        from(&month, "releases/month"),
        from(&words::date_short(r.on), "releases/on"),
        from(state, "releases/status"),
        attack,
        count(r.errata, "releases/errata"),
    ]
}

fn deletion(d: &Deletion) -> Vec<Rich> {
    vec![
        from(&words::sentence_case(&d.class.replace('_', " ")), "retention/class"),
        count(d.runs, "retention/runs"),
        from(&words::date(d.last_run), "retention/last_run"),
        from(&words::date(d.through), "retention/through"),
    ]
}

fn ledger(e: &Evidence) -> Vec<(&'static str, Rich)> {
    let state = match e.ledger.holds {
        true => "whole: the chain holds",
        false => "the chain is broken: an entry was changed or is missing",
    };
    vec![
        ("State", from(state, "ledger/holds")),
        ("Entries", count(e.ledger.entries, "ledger/entries")),
        ("Fingerprint of the last entry", from(&e.ledger.head, "ledger/head")),
        ("Fingerprint of the annex", from(&e.annex_sha256, "annex_sha256")),
    ]
}
