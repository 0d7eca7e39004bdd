//! The evidence sheet as a page.

use super::paper::{Paper, clock, count};
use super::rich::Rich;
use super::table::{View, head};
use super::{Kind, Page, Part, Section, annex};
use crate::evidence::{ConfigPart, Deletion, Evidence, Release, Year};
use crate::render::Language;
use crate::say::{Args, Say, sentence};
use crate::words;

/// The page of an evidence sheet.
pub(crate) fn page(e: &Evidence) -> Page {
    let say = &Say::new(Language::English);
    let args = Args::new().source("name", &e.name, "name").source("date", &say.date(e.date), "date");
    let mut sections = vec![rules(say, e)];
    sections.extend(e.years.iter().map(|y| year(say, y)));
    if !e.configuration.is_empty() {
        sections.push(Section::said(say, "parts", "evidence-settings", vec![settings(say, e)]));
    }
    sections.push(ledger(say, e));
    let paper = Paper {
        say,
        kind: Kind::Paper,
        name: from(&e.name, "name"),
        title: say.rich("evidence-title", &args),
        skip: "evidence-skip",
        heading: say.plain("evidence-heading"),
        lead: say.rich("evidence-lead", &args),
        notes: clock(say, "evidence-test-clock", e.test_clock.as_deref()).into_iter().collect(),
        sections,
        foot: say.rich("evidence-foot", &args),
        marks: Vec::new(),
        test_clock: e.test_clock.is_some(),
    };
    paper.page()
}

fn from(text: &str, source: &str) -> Rich {
    Rich::new().source(text, source)
}

fn counted(number: u64, source: &str) -> Rich {
    from(&count(number), source)
}

fn rules(say: &Say, e: &Evidence) -> Section {
    let mut rows = vec![(say.plain("about-program"), from(&e.software, "software"))];
    rows.extend(e.assessment.iter().map(|a| annex::assessment(say, a)));
    rows.extend(e.notice.iter().map(|n| annex::notice(say, n)));
    let given = say.text(match e.annex_given {
        Some(true) => "evidence-annex-true",
        Some(false) => "evidence-annex-false",
        None => "evidence-annex-unknown",
    });
    rows.push((say.plain("evidence-annex"), from(&given, "annex_given")));
    let met = e.gates.iter().filter(|g| g.met).count() as u64;
    let args = Args::new().source("met", &count(met), "gates").source("all", &count(e.gates.len() as u64), "gates");
    rows.push((say.plain("evidence-requirements"), say.rich("evidence-met", &args)));
    let args = Args::new().source("asked", &mode(say, &e.asked), "asked");
    let args = args.source("allowed", &mode(say, &e.allowed), "allowed");
    rows.push((say.plain("evidence-measured"), say.rich("evidence-allowed", &args)));
    let mut parts = vec![Part::About(rows)];
    let unmet: Vec<Rich> = e.gates.iter().filter(|g| !g.met).map(|g| from(&sentence(&g.what), "gates")).collect();
    if !unmet.is_empty() {
        parts.extend([Part::Heading(say.text("evidence-unmet")), Part::List(unmet)]);
    }
    Section::said(say, "rules", "evidence-rules", parts)
}

fn mode(say: &Say, word: &str) -> String {
    say.known(&format!("mode-{word}")).unwrap_or_else(|| word.to_owned())
}

fn settings(say: &Say, e: &Evidence) -> Part {
    let heads = [("evidence-part", false), ("evidence-since", false), ("evidence-changes", true)];
    table(say, "settings", "evidence-settings-caption", &heads, e.configuration.iter().map(|p| part(say, p)).collect())
}

fn table(say: &Say, id: &str, caption: &str, heads: &[(&str, bool)], rows: Vec<Vec<Rich>>) -> Part {
    let heads = heads.iter().map(|(message, number)| head(&say.text(message), *number)).collect();
    Part::Stack(View::plain(id, say.plain(caption), heads, rows))
}

fn part(say: &Say, p: &ConfigPart) -> Vec<Rich> {
    let since = match p.since {
        Some(date) => from(&say.date(date), "configuration"),
        None => say.plain("evidence-no-night"),
    };
    // A part as a clerk knows it.
    let known = say.known(&format!("configured-{}", p.part));
    let name = known.unwrap_or_else(|| words::sentence_case(&p.part.replace('-', " ")));
    vec![from(&name, "configuration"), since, counted(p.changes, "configuration")]
}

fn year(say: &Say, year: &Year) -> Section {
    let nights = match (year.night_first, year.night_last) {
        (Some(first), Some(last)) => {
            let args = Args::new().source("first", &say.date(first), "nights");
            say.rich("evidence-from-to", &args.source("last", &say.date(last), "nights").rich("nights", nights(year)))
        }
        _ => nights(year),
    };
    let mut text = say.rich("evidence-nights", &Args::new().rich("nights", nights));
    if !year.withheld.is_empty() {
        let args = Args::new().source("months", &year.withheld.join(", "), "withheld");
        text = text.text(" ").then(say.rich("evidence-withheld", &args));
    }
    let nothing =
        [(year.releases.is_empty(), "evidence-none-released"), (year.retention.is_empty(), "evidence-none-deleted")];
    for (_, message) in nothing.iter().filter(|(empty, _)| *empty) {
        text = text.text(" ").then(say.plain(message));
    }
    let number = year.first.year();
    let mut parts = vec![Part::Text(text)];
    if !year.releases.is_empty() {
        let heads = [
            ("head-month", false),
            ("evidence-released-on", false),
            ("head-state", false),
            ("evidence-ways", false),
            ("evidence-corrections", true),
        ];
        let rows = year.releases.iter().map(|r| release(say, r)).collect();
        parts.push(table(say, &format!("months-{number}"), "evidence-reports", &heads, rows));
        parts.push(Part::Small(say.plain("evidence-attack")));
    }
    if !year.retention.is_empty() {
        let heads = [
            ("evidence-what", false),
            ("evidence-times", true),
            ("evidence-last-time", false),
            ("evidence-up-to", false),
        ];
        let rows = year.retention.iter().map(|d| deletion(say, d)).collect();
        parts.push(table(say, &format!("deleted-{number}"), "evidence-deleted", &heads, rows));
    }
    let args = Args::new().text("first", &say.date(year.first)).text("last", &say.date(year.last));
    Section::new(format!("year-{number}"), say.rich("evidence-year", &args), parts)
}

fn nights(year: &Year) -> Rich {
    counted(year.nights, "nights")
}

fn release(say: &Say, r: &Release) -> Vec<Rich> {
    let attack = match (r.found, r.profiles.is_empty()) {
        (false, _) => say.plain("evidence-not-there"),
        (true, true) => say.plain("evidence-not-tried"),
        (true, false) => {
            let breaches = u64::try_from(r.breaches).unwrap_or_default();
            let args = Args::new().rich("breaches", counted(breaches, "breaches"));
            say.rich("evidence-tried", &args.source("readers", &readers(say, &r.profiles), "profiles"))
        }
    };
    let month = r.month.parse().map_or_else(|_| r.month.clone(), |m| say.month(m));
    let state = say.text(match (r.status.as_str(), r.audience.as_str()) {
        ("complete", "public") => "released-complete",
        ("gaps", "public") => "released-gaps",
        ("complete", _) => "released-complete-restricted",
        ("gaps", _) => "released-gaps-restricted",
        ("lowered", _) => "released-lowered",
        _ => "released-recorded",
    });
    vec![
        from(&month, "releases/month"),
        from(&say.date_short(r.on), "releases/on"),
        from(&state, "releases/status"),
        attack,
        counted(r.errata, "releases/errata"),
    ]
}

/// Whom the attacker played.
fn readers(say: &Say, profiles: &[String]) -> String {
    let reader = |word: &String| say.known(&format!("reader-{word}")).unwrap_or_else(|| word.clone());
    say.row(&profiles.iter().map(reader).collect::<Vec<_>>())
}

fn deletion(say: &Say, d: &Deletion) -> Vec<Rich> {
    vec![
        from(&words::sentence_case(&d.class.replace('_', " ")), "retention/class"),
        counted(d.runs, "retention/runs"),
        from(&say.date(d.last_run), "retention/last_run"),
        from(&say.date(d.through), "retention/through"),
    ]
}

fn ledger(say: &Say, e: &Evidence) -> Section {
    let state = say.text(if e.ledger.holds { "evidence-ledger-whole" } else { "evidence-ledger-broken" });
    let rows = vec![
        (say.plain("head-state"), from(&state, "ledger/holds")),
        (say.plain("evidence-entries"), counted(e.ledger.entries, "ledger/entries")),
        (say.plain("evidence-head"), from(&e.ledger.head, "ledger/head")),
        (say.plain("evidence-annex-fingerprint"), from(&e.annex_sha256, "annex_sha256")),
    ];
    Section::said(
        say,
        "ledger",
        "evidence-ledger",
        vec![Part::Text(say.plain("evidence-ledger-what")), Part::About(rows)],
    )
}
