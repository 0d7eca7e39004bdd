//! A security notice as a page.

use std::collections::BTreeSet;

use model::Program;

use super::paper::{Paper, clock, posts, stop};
use super::rich::Rich;
use super::table::{View, head};
use super::{Kind, Look, Page, Part, Section};
use crate::render::Language;
use crate::say::{Args, Say};
use crate::security::{Danger, Finding, SecurityNotice};
use crate::words;

/// The page of a notice.
pub(crate) fn page(notice: &SecurityNotice) -> Page {
    let say = &Say::new(Language::English);
    let args = Args::new().text("name", &notice.name).text("date", &say.date(notice.date));
    let stops = [("not-for-publication", "security-readers"), ("security-conduct", "security-conduct-text")];
    let notes = stops.iter().map(|(head, text)| stop(say, head, text));
    let paper = Paper {
        say,
        kind: Kind::Private,
        name: Rich::plain(&notice.name),
        title: say.rich("security-title", &args),
        skip: "security-skip",
        heading: say.rich("security-heading", &args),
        lead: lead(say, notice),
        notes: notes.chain(clock(say, "security-test-clock", notice.test_clock.as_deref())).collect(),
        sections: sections(say, notice),
        foot: say.rich("security-foot", &args),
        marks: vec!["not-for-publication", "security-conduct"],
        test_clock: notice.test_clock.is_some(),
    };
    paper.page()
}

/// Whom it is for, and how many findings on how many devices.
fn lead(say: &Say, notice: &SecurityNotice) -> Rich {
    let devices: BTreeSet<&str> = notice.findings.iter().map(|f| f.asset.as_str()).collect();
    let counted = |one: &str, n: usize| number(say, one, i64::try_from(n).unwrap_or(i64::MAX));
    let args = Args::new()
        .text("readers", &posts(say, &notice.recipients))
        .text("findings", &counted("security-findings", notice.findings.len()))
        .text("devices", &counted("security-devices", devices.len()));
    say.rich("security-lead", &args)
}

/// A number of something, in the plural that it asks for.
fn number(say: &Say, message: &str, n: i64) -> String {
    say.rich(message, &Args::new().number("n", n).text("shown", &words::thousands(n))).plain_text()
}

fn sections(say: &Say, notice: &SecurityNotice) -> Vec<Section> {
    let found = table(say, "found", "security-found-caption", &notice.findings);
    let next = Section::said(say, "next", "heading-next", vec![Part::Steps(next(say, &notice.findings))]);
    let breach = ["security-breach-when", "security-clock", "security-breach-form"];
    let cannot = ["who", "names", "addresses", "content"].map(|m| say.plain(&format!("security-cannot-{m}")));
    let breach = breach.map(|m| Part::Text(say.plain(m))).into();
    let mut all = vec![
        Section::said(say, "found", "security-found", vec![found]),
        Section { look: Look::Act, ..next },
        Section::said(say, "breach", "security-breach", breach),
    ];
    if !notice.continuing.is_empty() {
        let table = table(say, "continuing", "security-continuing-caption", &notice.continuing);
        let parts = vec![Part::Text(say.plain("security-continuing-what")), table];
        all.push(Section::said(say, "continuing", "security-continuing", parts));
    }
    all.push(Section::said(say, "cannot", "security-cannot", vec![Part::List(cannot.into())]));
    all.push(Section::said(say, "about", "security-about", vec![Part::About(about(say, notice))]));
    all
}

fn about(say: &Say, notice: &SecurityNotice) -> Vec<(Rich, Rich)> {
    let named = |message: &str, text: &str| say.rich(message, &Args::new().text("name", text));
    let rule = |r: &crate::security::RuleText| (named("security-rule", &r.id), Rich::plain(&r.sentence));
    let list = |l: &crate::security::ListText| (named("security-list", &l.name), named("security-licence", &l.licence));
    let mut all: Vec<(Rich, Rich)> = notice.rules.iter().map(rule).collect();
    all.extend(notice.lists.iter().map(list));
    all.push((say.plain("security-deleted"), Rich::plain(&say.date(notice.delete_on))));
    all.push((say.plain("about-program"), Rich::plain(&notice.software)));
    all
}

/// A table of findings.
fn table(say: &Say, id: &str, caption: &str, findings: &[Finding]) -> Part {
    let heads = ["device", "what", "met", "when", "often", "data"];
    let heads = heads.map(|h| head(&say.text(&format!("security-head-{h}")), false)).to_vec();
    Part::Stack(View::plain(id, say.plain(caption), heads, findings.iter().map(|f| row(say, f)).collect()))
}

fn row(say: &Say, f: &Finding) -> Vec<Rich> {
    let device = Args::new().text("asset", &f.asset).text("kind", &f.kind);
    let mut met = Rich::plain(&met(say, f));
    if let Some(list) = &f.list {
        met = met.below(say.rich("security-on-list", &Args::new().text("name", list)));
    }
    let times = Args::new().text("first", &f.first).text("last", &f.last);
    vec![
        if f.kind.is_empty() { Rich::plain(&f.asset) } else { say.rich("security-device", &device) },
        Rich::plain(&did(say, &f.rule)),
        met,
        if f.first == f.last { Rich::plain(&f.first) } else { say.rich("security-times", &times) },
        Rich::plain(&often(say, f)),
        data(say, f),
    ]
}

/// What a device did under a rule, in plain words.
pub(super) fn did(say: &Say, rule: &str) -> String {
    say.known(&format!("security-did-{rule}")).unwrap_or_else(|| say.text("security-did-unknown"))
}

/// What it met: a list's entry, or a program.
fn met(say: &Say, f: &Finding) -> String {
    let program = f.program.as_deref().and_then(Program::from_word);
    match (&f.entry, program) {
        (Some(entry), _) => entry.clone(),
        (None, Some(program)) => say.text(&format!("program-{}", program.as_str())),
        (None, None) => say.text("security-met-unknown"),
    }
}

fn often(say: &Say, f: &Finding) -> String {
    let lookups = || number(say, "security-lookups", f.lookups);
    let records = || number(say, "security-records", f.records);
    match (f.lookups, f.records) {
        (0, _) => records(),
        (_, 0) => lookups(),
        _ => format!("{}, {}", lookups(), records()),
    }
}

fn data(say: &Say, f: &Finding) -> Rich {
    match (f.blocked, f.megabytes) {
        (true, _) => say.plain("security-not-reached"),
        (false, 0) => say.plain("security-no-connection"),
        (false, mb) => say.rich("security-megabytes", &Args::new().text("megabytes", &words::thousands(mb))),
    }
}

/// What to do, for the kinds of danger that were met.
fn next(say: &Say, findings: &[Finding]) -> Vec<Rich> {
    let dangers: BTreeSet<Danger> = findings.iter().map(Finding::danger).collect();
    let has = |d: &[Danger]| d.iter().any(|d| dangers.contains(d));
    let steps = [
        (true, "security-next-tell"),
        (has(&[Danger::Threat, Danger::Mining]), "security-next-disconnect"),
        (has(&[Danger::Blocked]), "security-next-blocked"),
        (has(&[Danger::Remote]), "security-next-remote"),
        (has(&[Danger::Peer]), "security-next-peer"),
        (true, "security-next-scan"),
        (has(&[Danger::Threat, Danger::Remote, Danger::Mining]), "security-next-passwords"),
        (true, "security-next-thank"),
    ];
    steps.iter().filter(|(due, _)| *due).map(|(_, message)| say.plain(message)).collect()
}
