//! The summary: page one for the clerk, then every table with its method and its reasons.

use super::names::Names;
use super::paper::contact;
use super::rich::{Rich, Span};
use super::table::{self, Rows, View};
use super::trend::{self, Trend};
use super::{Block, Contents, Kind, Look, Note, NoteKind, Page, Part, Section, chart, faults, prose};
use crate::document::{Audience, Document, Measure, Sign, Status, Table, Tier};
use crate::render::Edition;
use crate::say::{Args, Say, sentence};
use crate::words;

/// The page of an edition. Equal editions give equal pages.
pub(crate) fn summary(edition: &Edition<'_>) -> Page {
    let say = Say::new(edition.language);
    let names = Names::new(edition.document, &say);
    let document = edition.document;
    let month = say.month(document.month());
    let with_month = |message| {
        say.rich(message, &Args::new().source("month", &month, "month").source("name", &document.name, "name"))
    };
    let detail = detail(&names, trend::trend(&names, edition.earlier));
    let kinds = document.table("use").is_some();
    let restricted = document.audience == Audience::Restricted;
    let marks = [(restricted, "not-for-publication"), (document.test_clock.is_some(), "made-with-test-clock")];
    Page {
        kind: Kind::Summary,
        language: edition.language,
        others: Vec::new(),
        title: with_month("page-title").plain_text(),
        skip: say.text("page-skip"),
        name: Rich::new().source(&document.name, "name"),
        heading: with_month("page-heading"),
        lead: say.plain(if kinds { "page-lead-kinds" } else { "page-lead" }),
        notes: notes(&names),
        first: first(&names),
        contents: Contents {
            heading: say.text("heading-contents"),
            entries: detail.iter().map(|s| (s.id.clone(), s.heading.plain_text())).collect(),
        },
        detail,
        foot: with_month("page-foot"),
        marks: marks.iter().filter(|(due, _)| *due).map(|(_, message)| say.text(message)).collect(),
    }
}

fn notes(names: &Names<'_>) -> Vec<Note> {
    let (document, say) = (names.document, names.say);
    let note = |kind, head: &str, text| Note { kind, head: say.text(head), text };
    let mut all = Vec::new();
    if document.audience == Audience::Restricted {
        all.push(note(NoteKind::Stop, "not-for-publication", say.plain("not-for-publication-text")));
    }
    if let Some(clock) = &document.test_clock {
        let args = Args::new().source("clock", &say.instant(clock), "test_clock");
        all.push(note(NoteKind::Test, "test-clock", say.rich("test-clock-text", &args)));
    }
    let (kind, head) = match document.status {
        Status::Complete => (NoteKind::Calm, "status-complete"),
        Status::Gaps => (NoteKind::Warn, "status-gaps"),
        Status::Lowered => (NoteKind::Warn, "status-lowered"),
        Status::Withheld => (NoteKind::Warn, "status-withheld"),
    };
    all.push(Note { kind, head: format!("{}.", say.text(head)), text: say.plain(&format!("{head}-text")) });
    let correction = |n: &crate::document::Note| {
        let text = Rich::new().source(&say.date(n.date), "notes").text(": ").then(say.said(&n.text, "notes"));
        note(NoteKind::Stop, "correction", text)
    };
    all.extend(document.notes.iter().map(correction));
    all
}

fn section(say: &Say, id: &'static str, parts: Vec<Part>) -> Section {
    Section::said(say, id, &format!("heading-{id}"), parts)
}

fn sentences(say: &Say, texts: &[String], source: &str) -> Vec<Rich> {
    texts.iter().map(|t| say.said(&sentence(t), source)).collect()
}

/// Page one, in the order in which a clerk asks.
fn first(names: &Names<'_>) -> Vec<Block> {
    let (document, say) = (names.document, names.say);
    let mut blocks = Vec::new();
    let facts = prose::facts(names);
    if !facts.is_empty() {
        blocks.push(Block::One(section(say, "facts", vec![Part::Facts(facts)])));
    }
    blocks.push(Block::One(next(names)));
    blocks.extend(main(names).map(Block::One));
    blocks.push(Block::Pair(money_and_coverage(names)));
    blocks.push(Block::Pair(vec![
        section(say, "measured", vec![Part::List(sentences(say, &document.measured, "measured"))]),
        section(say, "not-measured", vec![Part::List(sentences(say, &document.not_measured, "not_measured"))]),
    ]));
    blocks
}

/// What to do, whom to ask, and until when the assessment holds: before all figures, so that no reader misses it.
fn next(names: &Names<'_>) -> Section {
    let (document, say) = (names.document, names.say);
    let mut ask = vec![(say.plain("ask-whom"), contact(say, &document.name, &document.contact))];
    if let Some(due) = document.assessment.as_ref().and_then(|a| a.review_due) {
        ask.push((say.plain("ask-review"), Rich::new().source(&say.date(due), "assessment/review_due")));
    }
    let act = section(say, "next", vec![Part::List(prose::next(names)), Part::Ask(ask)]);
    Section { look: Look::Act, ..act }
}

fn money_and_coverage(names: &Names<'_>) -> Vec<Section> {
    let say = names.say;
    let costs = table::costs_short(names).map(|view| {
        let partly = (!prose::known_since(names).is_empty()).then(|| Part::Small(say.plain("costs-partly")));
        section(say, "costs", [Part::Table(view)].into_iter().chain(partly).collect())
    });
    let coverage = table::coverage(names).map(|view| {
        let received = say.plain("coverage-received");
        let text = missing(names).into_iter().fold(received, |all, missing| all.text(" ").then(missing));
        let parts = vec![Part::Table(view), Part::Small(text)];
        section(say, "complete", parts)
    });
    costs.into_iter().chain(coverage).collect()
}

/// The one table of page one with its picture; where there is none, why.
fn main(names: &Names<'_>) -> Option<Section> {
    let (document, say) = (names.document, names.say);
    let (view, remark) = main_table(names);
    let mut parts: Vec<Part> = prose::no_kinds(names).map(Part::Text).into_iter().collect();
    let heading = if document.table("use").is_some() || view.is_none() { "heading-use" } else { "heading-carried" };
    parts.extend(view.map(|view| Part::Picture(view, remark, chart::picture(names))));
    (!parts.is_empty()).then(|| Section::said(say, "use", heading, parts))
}

/// The table, and a remark where rows without a figure were left to the detail.
fn main_table(names: &Names<'_>) -> (Option<View>, Option<Rich>) {
    let (document, say) = (names.document, names.say);
    let Some(uses) = document.table("use") else {
        let links = document.table("links").map(|t| vec![t]).unwrap_or_default();
        return (table::joined(names, "main", say.plain("caption-main-links"), &links, Rows::All), None);
    };
    let tables = use_tables(document);
    let caption = say.plain(if tables.len() > 1 { "caption-main-use-joined" } else { "caption-main-use" });
    let view = table::joined(names, "main", caption, &tables, Rows::Leading);
    let rest = view.as_ref().is_some_and(|v| v.rows.len() < uses.rows.len());
    let remark = || {
        let link = Span::Link { text: say.text("main-rest-link"), target: "#table-use".to_owned() };
        say.plain("main-rest").text(" ").push(link).text(".")
    };
    (view, rest.then(remark))
}

fn use_tables(document: &Document) -> Vec<&Table> {
    ["use", "use-time", "use-days"].iter().filter_map(|id| document.table(id)).collect()
}

/// The part after page one.
fn detail(names: &Names<'_>, trend: Option<Trend>) -> Vec<Section> {
    let all = [
        every_use(names),
        times(names),
        trend.map(|t| month_by_month(names, t)),
        faults(names),
        links(names),
        costs(names),
        bundles(names),
        wifi(names),
        Some(security(names)),
        Some(withheld(names)),
        Some(method(names)),
        Some(rights(names)),
        queries(names),
        Some(section(names.say, "d-about", vec![Part::About(about(names))])),
    ];
    all.into_iter().flatten().collect()
}

fn every_use(names: &Names<'_>) -> Option<Section> {
    let tables = use_tables(names.document);
    let view = table::joined(names, "use", names.say.plain("caption-use"), &tables, Rows::All)?;
    let mut parts = vec![Part::Table(view)];
    parts.extend(base(names).map(Part::Small));
    Some(section(names.say, "d-use", parts))
}

/// One table of the document as it stands.
fn one(names: &Names<'_>, id: &str) -> Option<Part> {
    let found = names.document.table(id)?;
    table::joined(names, id, names.say.said(&found.title, id), &[found], Rows::All).map(Part::Table)
}

fn times(names: &Names<'_>) -> Option<Section> {
    let tables: Vec<Part> = ["times", "crossed"].iter().filter_map(|id| one(names, id)).collect();
    let mut parts = vec![Part::Text(names.say.plain("times-who"))];
    parts.extend(tables);
    (parts.len() > 1).then(|| section(names.say, "d-times", parts))
}

fn month_by_month(names: &Names<'_>, trend: Trend) -> Section {
    let sign = Rich::new().push(Span::Strong(Sign::Z.printed().to_owned()));
    let mut parts = vec![Part::Text(names.say.rich("trend-what", &Args::new().rich("sign", sign)))];
    parts.extend(trend.chart.map(Part::Chart));
    parts.push(Part::Table(trend.links));
    parts.extend(trend.kinds.map(Part::Table));
    section(names.say, "d-trend", parts)
}

fn links(names: &Names<'_>) -> Option<Section> {
    let has_use = names.document.table("use").is_some();
    let tables: Vec<Part> = has_use
        .then(|| one(names, "links"))
        .flatten()
        .into_iter()
        .chain(table::accounting(names).map(Part::Table))
        .collect();
    if tables.is_empty() {
        return None;
    }
    let mut parts = vec![Part::Text(names.say.plain("links-everybody"))];
    parts.extend(tables);
    parts.extend(base(names).filter(|_| !has_use).map(Part::Small));
    Some(section(names.say, "d-links", parts))
}

fn faults(names: &Names<'_>) -> Option<Section> {
    let faults = faults::sentences(names);
    (!faults.is_empty()).then(|| section(names.say, "faults", vec![Part::List(faults)]))
}

fn costs(names: &Names<'_>) -> Option<Section> {
    let view = table::costs_full(names)?;
    let year = names.say.plain("costs-year");
    let year = prose::known_since(names).into_iter().fold(year, |all, since| all.text(" ").then(since));
    let parts = vec![Part::Text(names.say.plain("costs-what")), Part::Table(view), Part::Small(year)];
    Some(section(names.say, "d-costs", parts))
}

fn bundles(names: &Names<'_>) -> Option<Section> {
    let view = table::cycles(names)?;
    let mut parts = vec![Part::Text(names.say.plain("bundles-what"))];
    parts.extend(chart::bundles(names).map(Part::Chart));
    parts.push(Part::Table(view));
    Some(section(names.say, "d-bundles", parts))
}

fn wifi(names: &Names<'_>) -> Option<Section> {
    let bills = prose::paid_wifi(names);
    let parts = || vec![Part::Text(names.say.plain("wifi-what")), Part::List(bills.clone())];
    (!bills.is_empty()).then(|| section(names.say, "d-wifi", parts()))
}

fn security(names: &Names<'_>) -> Section {
    let mut parts = vec![Part::Text(names.say.plain("security-what"))];
    parts.push(Part::Text(match names.document.security_notices {
        Some(notices) => {
            let args = Args::new().cell("notices", &words::thousands(notices), "security_notices");
            names.say.rich("security-notices", &args)
        }
        None => names.say.plain("security-none"),
    }));
    section(names.say, "d-security", parts)
}

fn withheld(names: &Names<'_>) -> Section {
    let (document, say) = (names.document, names.say);
    let mut parts = Vec::new();
    // For totals only where no reason says more.
    if document.people_tier != Tier::Totals || document.reasons.is_empty() {
        parts.push(Part::Text(say.plain(match document.people_tier {
            Tier::Totals => "withheld-tier-totals",
            Tier::Neutral => "withheld-tier-neutral",
            Tier::OneWay => "withheld-tier-one-way",
            Tier::Crossed => "withheld-tier-crossed",
        })));
    }
    let mut rule = say.plain("withheld-rule");
    if document.table("use").is_some() {
        rule = rule.text(" ").then(say.plain("withheld-rule-use"));
    }
    parts.push(Part::Text(rule));
    if !document.reasons.is_empty() {
        parts.push(Part::Heading(say.text("heading-this-month")));
        parts.push(Part::List(sentences(say, &document.reasons, "reasons")));
    }
    let unmet = document.requirements.iter().filter(|r| !r.met);
    let unmet: Vec<Rich> =
        unmet.map(|r| say.said(&sentence(&r.what), &format!("requirements/{}/what", r.code))).collect();
    if !unmet.is_empty() {
        parts.push(Part::Heading(say.text("heading-lacks")));
        parts.push(Part::List(unmet));
    }
    section(say, "d-withheld", parts)
}

fn method(names: &Names<'_>) -> Section {
    let (document, say) = (names.document, names.say);
    let mut parts = vec![Part::Text(say.plain("method"))];
    let mut terms = |heading: &str, terms: Vec<(Rich, Rich)>| {
        if !terms.is_empty() {
            parts.push(Part::Heading(say.text(heading)));
            parts.push(Part::Terms(terms));
        }
    };
    let pair = |head: &str, text: &str, source: &str| {
        (say.said(&words::sentence_case(head), source), say.said(&sentence(text), source))
    };
    terms("heading-records", document.sources.iter().map(|s| pair(&s.kind, &s.meaning, "sources")).collect());
    terms("heading-measures", measures(names));
    terms("heading-kinds", document.definitions.iter().map(|d| pair(&d.label, &d.meaning, "definitions")).collect());
    section(say, "d-method", parts)
}

fn measures(names: &Names<'_>) -> Vec<(Rich, Rich)> {
    let used = |m: &Measure| names.document.tables.iter().any(|t| t.measure == *m);
    let meaning = |m: Measure| match m {
        Measure::Volume => "measure-volume-meaning",
        Measure::Time => "measure-time-meaning",
        Measure::Days => "measure-days-meaning",
    };
    let all = [Measure::Volume, Measure::Time, Measure::Days].into_iter().filter(used);
    all.map(|m| (Rich::plain(&names.measure(m)), names.say.plain(meaning(m)))).collect()
}

fn rights(names: &Names<'_>) -> Section {
    let (document, say) = (names.document, names.say);
    let mut parts = vec![Part::Text(say.plain("rights"))];
    if !document.complaints.is_empty() {
        parts.push(Part::Text(say.said(&sentence(&document.complaints), "complaints")));
    }
    if !document.recipients.is_empty() {
        parts.push(Part::Heading(say.text("heading-recipients")));
        let row = |r: &crate::document::Recipient| {
            let document = Rich::new().source(&names.recipient(&r.document), "recipients");
            (say.said(&words::sentence_case(&r.role), "recipients"), document)
        };
        parts.push(Part::Terms(document.recipients.iter().map(row).collect()));
    }
    section(say, "d-rights", parts)
}

fn queries(names: &Names<'_>) -> Option<Section> {
    let say = names.say;
    let query = |q: &crate::document::Query| {
        let source = format!("queries/{}", q.name);
        let heading = say.rich("query-of", &Args::new().text("name", &q.name)).plain_text();
        Part::Query { heading, text: q.sql.clone(), source }
    };
    let mut parts = vec![Part::Text(say.plain("queries-what"))];
    parts.extend(names.document.queries.iter().map(query));
    (parts.len() > 1).then(|| section(say, "d-queries", parts))
}

/// The steps to which figures are rounded, one sentence.
fn base(names: &Names<'_>) -> Option<Rich> {
    let table = names.document.table("use").or_else(|| names.document.table("links"))?;
    let args = Args::new().source("base", &words::thousands(table.base), &format!("{}/base", table.id));
    Some(names.say.rich("base", &args.text("unit", &names.unit(table.unit))))
}

fn missing(names: &Names<'_>) -> Option<Rich> {
    let nights = &names.document.missing_nights;
    let dates = nights.iter().map(|d| Rich::new().source(&names.say.date(*d), "missing_nights")).collect();
    let args = || Args::new().rich("dates", names.say.listed(dates));
    (!nights.is_empty()).then(|| names.say.rich("missing", &args()))
}

fn about(names: &Names<'_>) -> Vec<(Rich, Rich)> {
    let (document, say) = (names.document, names.say);
    let source = |text: &str, source: &str| Rich::new().source(text, source);
    let version = |text: &str, source: &str| say.rich("about-version", &Args::new().source("version", text, source));
    let mut rows = vec![("about-program", source(&document.software, "software"))];
    rows.extend(document.assessment.as_ref().map(|a| ("about-assessment", version(&a.version, "assessment/version"))));
    let taxonomy = &document.taxonomy;
    rows.push(("about-list", version(&taxonomy.version, "taxonomy/version")));
    rows.push(("about-fingerprint", source(&taxonomy.sha256, "taxonomy/sha256")));
    for change in &taxonomy.changes {
        let args = Args::new().source("date", &say.date(change.from), "taxonomy/changes");
        rows.push((
            "about-that-list",
            say.rich("about-changed", &args.source("sha256", &change.sha256, "taxonomy/sha256")),
        ));
    }
    for list in &taxonomy.lists {
        let args = Args::new().source("name", &list.name, "taxonomy/lists");
        rows.push((
            "about-made-from",
            say.rich("about-licence", &args.source("licence", &list.licence, "taxonomy/lists")),
        ));
    }
    if !taxonomy.precedence.is_empty() {
        rows.push(("about-precedence", say.said(&taxonomy.precedence, "taxonomy/precedence")));
    }
    rows.push(("about-checkpoint", Rich::new().lines(&document.checkpoint, "checkpoint")));
    if !document.checkpoint_key.is_empty() {
        rows.push(("about-key", source(&document.checkpoint_key, "checkpoint_key")));
        rows.push(("about-why", say.plain("about-why-text")));
    }
    rows.push(("about-attack", attack(names)));
    rows.push(("about-schema", source(&document.schema, "schema")));
    rows.into_iter().map(|(head, text)| (say.plain(head), text)).collect()
}

/// What the attack on the figures came to.
pub(crate) fn attack(names: &Names<'_>) -> Rich {
    let (document, say) = (names.document, names.say);
    if document.attack.profiles.is_empty() {
        let totals = document.people_tier == Tier::Totals;
        return say.plain(if totals { "about-attack-totals" } else { "about-attack-not" });
    }
    let reader = |p: &String| Rich::plain(&say.known(&format!("reader-{p}")).unwrap_or_else(|| p.clone()));
    let readers = say.listed(document.attack.profiles.iter().map(reader).collect());
    say.rich("about-attack-tried", &Args::new().rich("readers", readers))
}
