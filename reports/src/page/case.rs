//! The file of a case and the notice to the person it is about, as pages.

use super::paper::{Paper, clock, count, office, stop};
use super::rich::Rich;
use super::table::{View, head};
use super::{Kind, Look, Page, Part, Section};
use crate::case::{CaseDay, CaseFile};
use crate::render::Language;
use crate::say::{Args, Say};
use crate::words;

/// The page for the reviewer.
pub(crate) fn file(file: &CaseFile) -> Page {
    let say = &Say::new(Language::English);
    let facts = file.facts();
    let args = args(say, file);
    let mut sections = vec![
        Section::said(say, "rule", "case-rule", vec![Part::Text(rule(say, file))]),
        Section::said(say, "counted", "case-counted", counted(say, file)),
        Section::said(say, "why", "case-why", vec![Part::Terms(reasons(say, file))]),
    ];
    if !file.days().is_empty() {
        sections.push(Section { look: Look::Act, ..Section::said(say, "next", "case-next", next(say, file)) });
    }
    sections.push(Section::said(say, "about", "case-about", vec![Part::About(about(say, file))]));
    let notes = [stop(say, "not-for-publication", "case-readers")];
    let paper = Paper {
        say,
        kind: Kind::Private,
        name: Rich::plain(&facts.name),
        title: say.rich("case-title", &args),
        skip: "case-skip",
        heading: say.rich("case-heading", &args),
        lead: say.rich("case-lead", &args),
        notes: notes.into_iter().chain(clock(say, "case-test-clock", facts.test_clock.as_deref())).collect(),
        sections,
        foot: say.rich("case-foot", &args),
        marks: vec!["not-for-publication"],
        test_clock: facts.test_clock.is_some(),
    };
    paper.page()
}

/// The notice to the person it is about; none where it is about nobody.
pub(crate) fn notice(file: &CaseFile) -> Option<Page> {
    let say = &Say::new(Language::English);
    let facts = file.facts();
    let args = args(say, file);
    let what = say.rich("notice-what", &args);
    let says =
        vec![table(say, file)?, Part::Text(Rich::plain(file.known_error())), Part::Text(say.plain("notice-none"))];
    let complain = Args::new().text("complaints", &facts.complaints);
    let mut can: Vec<Rich> = ["say", "wrong", "copy"].map(|m| say.plain(&format!("notice-can-{m}"))).into();
    can.push(say.rich("notice-can-complain", &complain));
    let unlock = |u: &crate::case::CaseUnlock| {
        let by = Args::new().text("office", &office(say, &u.office));
        let on = Args::new().text("date", &say.date(u.date));
        (words::sentence_case(&say.rich("office-with-article", &by).plain_text()), say.rich("notice-unlocked", &on))
    };
    let mut who: Vec<(Rich, Rich)> =
        facts.unlocks.iter().map(unlock).map(|(office, text)| (Rich::plain(&office), text)).collect();
    who.push((say.plain("case-kept"), say.rich("notice-kept", &args)));
    let act = Section::said(say, "can", "notice-can", vec![Part::List(can)]);
    let notes = [stop(say, "not-for-publication", "notice-readers")];
    let paper = Paper {
        say,
        kind: Kind::Private,
        name: Rich::plain(&facts.name),
        title: say.rich("notice-title", &args),
        skip: "security-skip",
        heading: say.plain("notice-heading"),
        lead: say.rich("notice-lead", &args),
        notes: notes.into_iter().chain(clock(say, "security-test-clock", facts.test_clock.as_deref())).collect(),
        sections: vec![
            Section::said(say, "what", "notice-happened", vec![Part::Text(what)]),
            Section::said(say, "file", "notice-says", says),
            Section { look: Look::Act, ..act },
            Section::said(say, "who", "notice-who", vec![Part::Terms(who)]),
        ],
        foot: say.rich("notice-foot", &args),
        marks: vec!["not-for-publication"],
        test_clock: facts.test_clock.is_some(),
    };
    Some(paper.page())
}

/// What most sentences name.
fn args(say: &Say, file: &CaseFile) -> Args {
    let facts = file.facts();
    let asset = |all: Rich, (i, asset): (usize, &String)| {
        let all = if i > 0 { all.text(", ") } else { all };
        all.whole(asset)
    };
    Args::new()
        .text("name", &facts.name)
        .text("case", &facts.case.to_string())
        .text("month", &facts.month.parse().map_or_else(|_| facts.month.clone(), |m| say.month(m)))
        .text("reviewer", &office(say, &facts.reviewer))
        .text("rule", &facts.rule_text)
        .text("id", &facts.rule)
        .text("disclosed", &say.date(facts.disclosed))
        .text("kept", &say.date(facts.kept_until))
        .rich("assets", file.assets().iter().enumerate().fold(Rich::new(), asset))
}

fn rule(say: &Say, file: &CaseFile) -> Rich {
    let args = args(say, file);
    match &file.facts().assessment {
        Some(version) => say.rich("case-rule-version", &args.text("version", version)),
        None => say.rich("case-rule-text", &args),
    }
}

fn counted(say: &Say, file: &CaseFile) -> Vec<Part> {
    match table(say, file) {
        None => vec![Part::Text(say.plain("case-nobody"))],
        Some(table) => vec![
            Part::Text(say.rich("case-assets", &args(say, file))),
            table,
            Part::Text(Rich::plain(file.known_error())),
            Part::Text(say.plain("case-none")),
        ],
    }
}

/// The dates; none where nobody met the rule.
fn table(say: &Say, file: &CaseFile) -> Option<Part> {
    let first = file.days().first()?;
    let row = |d: &CaseDay| {
        let amount = d.minutes.or(d.megabytes).map_or_else(|| say.text("case-not-told"), count);
        [say.date(d.date), amount, count(u64::from(d.coverage_percent))].map(|t| Rich::plain(&t)).to_vec()
    };
    let amount = if first.minutes.is_some() { "case-minutes" } else { "case-data" };
    let heads = [("head-date", false), (amount, true), ("case-received", true)];
    let heads = heads.map(|(message, number)| head(&say.text(message), number)).to_vec();
    Some(Part::Stack(View::plain("days", say.plain("case-days"), heads, file.days().iter().map(row).collect())))
}

fn reasons(say: &Say, file: &CaseFile) -> Vec<(Rich, Rich)> {
    let unlock = |u: &crate::case::CaseUnlock| {
        let args = Args::new().text("office", &office(say, &u.office)).text("date", &say.date(u.date));
        (say.rich("case-unlocked", &args), Rich::plain(&u.reason))
    };
    file.facts().unlocks.iter().map(unlock).collect()
}

fn next(say: &Say, file: &CaseFile) -> Vec<Part> {
    let Some(end) = file.ended() else {
        let steps = ["hear", "ask", "close"].map(|m| say.plain(&format!("case-next-{m}")));
        return vec![Part::List(steps.into())];
    };
    // How it ended, in words.
    let outcome = say.known(&format!("outcome-{}", end.outcome)).unwrap_or_else(|| end.outcome.clone());
    let closed = Args::new().text("date", &say.date(end.date)).text("outcome", &outcome);
    let terms = [("case-reason", &end.reason), ("case-account", &end.account)];
    let terms = terms.map(|(message, text)| (say.plain(message), Rich::plain(text)));
    vec![Part::Text(say.rich("case-closed", &closed)), Part::Terms(terms.into())]
}

fn about(say: &Say, file: &CaseFile) -> Vec<(Rich, Rich)> {
    let facts = file.facts();
    let args = args(say, file);
    vec![
        (say.plain("case-opened"), Rich::plain(&say.date(facts.opened))),
        (say.rich("case-given", &args), Rich::plain(&say.date(facts.disclosed))),
        (say.plain("case-kept"), say.rich("case-kept-text", &args)),
        (say.plain("case-complaints"), Rich::plain(&facts.complaints)),
        (say.plain("about-program"), Rich::plain(&facts.software)),
    ]
}
