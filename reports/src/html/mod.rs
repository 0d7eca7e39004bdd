//! The summary as one self-contained page: no script, no font, no picture from elsewhere.

mod annex;
mod chart;
mod evidence;
mod faults;
pub(crate) mod names;
pub(crate) mod prose;
mod rich;
mod schedule;
mod security;
pub(crate) mod table;

use askama::Template;

use crate::document::{Audience, Document, Measure, Status, Tier};
use crate::words;
pub use annex::annex;
use chart::Chart;
pub use evidence::evidence;
use names::Names;
pub(crate) use rich::Rich;
pub(crate) use schedule::pages;
pub use security::security_html;
use table::{Rows, View};

/// The page of a document. Equal documents give equal bytes.
pub fn html(document: &Document) -> String {
    // The template writes into a text, which cannot fail.
    Page::new(document).render().unwrap_or_default()
}

/// Everything that the template prints, in its order.
#[derive(Template)]
#[template(path = "summary.html")]
struct Page {
    title: Rich,
    name: Rich,
    month: Rich,
    status: Note,
    restricted: bool,
    test_clock: Option<Rich>,
    corrections: Vec<Rich>,
    facts: Vec<Rich>,
    measured: Vec<Rich>,
    not_measured: Vec<Rich>,
    no_kinds: Option<Rich>,
    main: Option<View>,
    main_rest: bool,
    picture: Option<Chart>,
    costs: Option<View>,
    coverage: Option<View>,
    faults: Vec<Rich>,
    next: Vec<Rich>,
    contact: Rich,
    review: Option<Rich>,
    details: Details,
}

/// The part after page one.
struct Details {
    links: Option<View>,
    uses: Option<View>,
    times: Option<View>,
    crossed: Option<View>,
    costs: Option<View>,
    accounting: Option<View>,
    base: Option<Rich>,
    missing: Option<Rich>,
    tier: Option<&'static str>,
    reasons: Vec<Rich>,
    requirements: Vec<Rich>,
    measures: Vec<(&'static str, &'static str)>,
    definitions: Vec<(Rich, Rich)>,
    sources: Vec<(Rich, Rich)>,
    recipients: Vec<(Rich, Rich)>,
    complaints: Option<Rich>,
    about: Vec<(&'static str, Rich)>,
}

/// A heading with a sentence.
struct Note {
    head: &'static str,
    text: &'static str,
    calm: bool,
}

impl Page {
    fn new(document: &Document) -> Self {
        let names = Names::new(document);
        let (head, text) = words::status(document.status);
        let (main, main_rest) = main_table(document, &names);
        Self {
            title: Rich::plain(&format!("Internet use in {}: {}", words::month(document.month()), document.name)),
            name: Rich::new().source(&document.name, "name"),
            month: Rich::new().source(&words::month(document.month()), "month"),
            status: Note { head, text, calm: document.status == Status::Complete },
            restricted: document.audience == Audience::Restricted,
            test_clock: document.test_clock.as_ref().map(|t| Rich::new().source(&words::instant(t), "test_clock")),
            corrections: corrections(document),
            facts: prose::facts(document, &names),
            measured: sentences(&document.measured, "measured"),
            not_measured: sentences(&document.not_measured, "not_measured"),
            no_kinds: prose::no_kinds(document),
            main,
            main_rest,
            picture: chart::picture(document, &names),
            costs: table::costs_short(document, &names),
            coverage: table::coverage(document, &names),
            faults: faults::sentences(document, &names),
            next: prose::next(document, &names),
            contact: Rich::new().source(&document.contact, "contact"),
            review: review(document),
            details: Details::new(document, &names),
        }
    }
}

/// The one table of page one, and whether rows without a figure were left to the detail.
fn main_table(document: &Document, names: &Names<'_>) -> (Option<View>, bool) {
    let Some(uses) = document.table("use") else {
        let links = document.table("links").map(|t| vec![t]).unwrap_or_default();
        let caption = Rich::plain("Data carried by each link");
        return (table::joined(document, names, "main", caption, &links, Rows::All), false);
    };
    let tables: Vec<_> = ["use", "use-time", "use-days"].iter().filter_map(|id| document.table(id)).collect();
    let caption =
        Rich::plain(if tables.len() > 1 { "Data, time and days, by kind of use" } else { "Data by kind of use" });
    let view = table::joined(document, names, "main", caption, &tables, Rows::Shown);
    let rest = view.as_ref().is_some_and(|v| v.rows.len() < uses.rows.len());
    (view, rest)
}

fn sentences(texts: &[String], source: &str) -> Vec<Rich> {
    texts.iter().map(|t| Rich::new().source(&prose::sentence(t), source)).collect()
}

fn corrections(document: &Document) -> Vec<Rich> {
    let note = |n: &crate::document::Note| {
        Rich::new().source(&words::date(n.date), "notes").text(": ").source(&n.text, "notes")
    };
    document.notes.iter().map(note).collect()
}

fn review(document: &Document) -> Option<Rich> {
    let due = document.assessment.as_ref()?.review_due?;
    Some(Rich::new().source(&words::date(due), "assessment/review_due"))
}

impl Details {
    fn new(document: &Document, names: &Names<'_>) -> Self {
        let uses: Vec<_> = ["use", "use-time", "use-days"].iter().filter_map(|id| document.table(id)).collect();
        let one = |id: &str| {
            let found = document.table(id)?;
            table::joined(document, names, id, Rich::new().source(&found.title, id), &[found], Rows::All)
        };
        let has_use = !uses.is_empty();
        Self {
            links: if has_use { one("links") } else { None },
            uses: table::joined(
                document,
                names,
                "use",
                Rich::plain("Every kind of use with its figures"),
                &uses,
                Rows::All,
            ),
            times: one("times"),
            crossed: one("crossed"),
            costs: table::costs_full(document, names),
            accounting: table::accounting(document),
            base: base(document),
            missing: missing(document),
            tier: tier(document),
            reasons: sentences(&document.reasons, "reasons"),
            requirements: requirements(document),
            measures: measures(document),
            definitions: document.definitions.iter().map(|d| pair(&d.label, &d.meaning, "definitions")).collect(),
            sources: document.sources.iter().map(|s| pair(&s.kind, &s.meaning, "sources")).collect(),
            recipients: recipients(document),
            complaints: (!document.complaints.is_empty())
                .then(|| Rich::new().source(&prose::sentence(&document.complaints), "complaints")),
            about: about(document),
        }
    }
}

fn pair(head: &str, text: &str, source: &str) -> (Rich, Rich) {
    (Rich::new().source(&words::sentence_case(head), source), Rich::new().source(&prose::sentence(text), source))
}

/// What the number of people allows; for totals only where no reason says more.
fn tier(document: &Document) -> Option<&'static str> {
    let said = document.people_tier == Tier::Totals && !document.reasons.is_empty();
    (!said).then(|| words::tier(document.people_tier))
}

/// The steps to which figures are rounded, one sentence.
fn base(document: &Document) -> Option<Rich> {
    let table = document.table("use").or_else(|| document.table("links"))?;
    let unit = words::unit(table.unit);
    Some(
        Rich::plain("Figures are rounded to steps of ")
            .source(&words::thousands(table.base), &format!("{}/base", table.id))
            .text(&format!(" {unit}, each on its own, so the parts may not add up to the whole exactly.")),
    )
}

fn missing(document: &Document) -> Option<Rich> {
    let mut rich = Rich::plain("There are no records for ");
    for (i, date) in document.missing_nights.iter().enumerate() {
        if i > 0 {
            rich = rich.text(if i + 1 == document.missing_nights.len() { " and " } else { ", " });
        }
        rich = rich.source(&words::date(*date), "missing_nights");
    }
    (!document.missing_nights.is_empty()).then(|| rich.text("."))
}

fn requirements(document: &Document) -> Vec<Rich> {
    let unmet = document.requirements.iter().filter(|r| !r.met);
    unmet.map(|r| Rich::new().source(&prose::sentence(&r.what), &format!("requirements/{}/what", r.code))).collect()
}

fn measures(document: &Document) -> Vec<(&'static str, &'static str)> {
    let used = |m: &Measure| document.tables.iter().any(|t| t.measure == *m);
    [Measure::Volume, Measure::Time, Measure::Days]
        .into_iter()
        .filter(used)
        .map(|m| (words::measure(m), words::measure_meaning(m)))
        .collect()
}

fn recipients(document: &Document) -> Vec<(Rich, Rich)> {
    let row = |r: &crate::document::Recipient| {
        let document = words::document_name(&r.document);
        (Rich::new().source(&words::sentence_case(&r.role), "recipients"), Rich::new().source(&document, "recipients"))
    };
    document.recipients.iter().map(row).collect()
}

fn about(document: &Document) -> Vec<(&'static str, Rich)> {
    let source = |text: &str, source: &str| Rich::new().source(text, source);
    let mut rows = vec![("Program", source(&document.software, "software"))];
    if let Some(a) = &document.assessment {
        rows.push(("Impact assessment", Rich::plain("version ").source(&a.version, "assessment/version")));
    }
    rows.push(("List of kinds of use", Rich::plain("version ").source(&document.taxonomy.version, "taxonomy/version")));
    rows.push(("Fingerprint of that list", source(&document.taxonomy.sha256, "taxonomy/sha256")));
    for change in &document.taxonomy.changes {
        let text = Rich::plain("changed within the month, from ").source(&words::date(change.from), "taxonomy/changes");
        rows.push(("That list", text.text(": ").source(&change.sha256, "taxonomy/sha256")));
    }
    for list in &document.taxonomy.lists {
        let text = Rich::new().source(&list.name, "taxonomy/lists").text("; licence: ");
        rows.push(("Made from", text.source(&list.licence, "taxonomy/lists")));
    }
    if !document.taxonomy.precedence.is_empty() {
        rows.push(("Which rule wins", source(&document.taxonomy.precedence, "taxonomy/precedence")));
    }
    rows.push(("Checkpoint of the ledger", Rich::new().lines(&document.checkpoint, "checkpoint")));
    if !document.checkpoint_key.is_empty() {
        rows.push(("Key that checks it", source(&document.checkpoint_key, "checkpoint_key")));
        let why = "keep these lines: with them anybody can tell later if the record of this work was changed";
        rows.push(("Why it is printed", Rich::plain(why)));
    }
    rows.push(("Attack on the figures before release", Rich::plain(&attack(document))));
    rows.push(("Form of the data", source(&document.schema, "schema")));
    rows
}

/// What the attack on the figures came to.
pub(crate) fn attack(document: &Document) -> String {
    match (document.attack.profiles.is_empty(), document.people_tier) {
        (false, _) => {
            format!("tried as {}; no figure about a person was found", words::readers(&document.attack.profiles))
        }
        (true, Tier::Totals) => "not tried: the report holds totals only".to_owned(),
        (true, _) => "not tried for this report: the rules of the tables alone protect it".to_owned(),
    }
}
