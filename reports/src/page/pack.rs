//! What is held about one person, as a page.

use super::paper::{Paper, clock_alone, count, document, office, posts};
use super::rich::Rich;
use super::table::{Head, View, head};
use super::{Kind, Note, NoteKind, Page, Part, Section};
use crate::render::Language;
use crate::say::{Args, Say};
use crate::subject::{Column, HeldMonth, Pack, Shared, Table};
use crate::words;

/// The page of a pack.
pub(crate) fn page(pack: &Pack) -> Page {
    let say = &Say::new(Language::English);
    let args = Args::new()
        .text("council", &pack.council)
        .rich("person", Rich::new().whole(&pack.person))
        .text("made", &say.instant(&pack.made));
    let list = |parts: Vec<Rich>| vec![Part::List(parts)];
    let mut sections = vec![Section::said(say, "facts", "pack-facts", vec![Part::Facts(facts(say, pack))])];
    sections.extend(pack.tables.iter().filter(|t| t.on_page).map(|t| table(say, t)));
    let shared = vec![Part::Text(shared(say, &pack.shared))];
    let rights = vec![Part::List(rights(say, pack)), Part::Small(say.plain("pack-no-advice"))];
    sections.extend([
        Section::said(say, "shared", "pack-shared", shared),
        Section::said(say, "why", "pack-why", list(why(say, pack))),
        Section::said(say, "recipients", "pack-recipients", recipients(say, pack)),
        Section::said(say, "retention", "pack-retention", vec![Part::Terms(retention(say, pack))]),
        Section::said(say, "raw", "pack-raw", vec![Part::Text(raw(say, pack))]),
        Section::said(say, "rights", "schedule-own-rights", rights),
        Section::said(say, "files", "pack-files", vec![Part::Terms(files(say, pack))]),
    ]);
    let stop =
        Note { kind: NoteKind::Stop, head: say.text("not-for-publication"), text: say.rich("pack-readers", &args) };
    let paper = Paper {
        say,
        kind: Kind::Private,
        name: Rich::plain(&pack.council),
        title: say.rich("pack-title", &args),
        skip: "pack-skip",
        heading: say.rich("pack-heading", &args),
        lead: say.rich("pack-lead", &args),
        notes: [stop].into_iter().chain(clock_alone(say, "pack-test-clock", pack.test_clock)).collect(),
        sections,
        foot: say.rich("pack-foot", &args),
        marks: vec!["not-for-publication"],
        test_clock: pack.test_clock,
    };
    paper.page()
}

/// A table with what is said of it.
fn table(say: &Say, table: &Table) -> Section {
    let title = say.text(&format!("pack-{}", table.name));
    let mut about = say.plain(&format!("pack-{}-about", table.name));
    if !table.in_file.is_empty() {
        about = about.text(" ").then(say.plain("pack-more-columns"));
    }
    let mut parts = vec![Part::Text(about)];
    if table.rows.is_empty() {
        parts.push(Part::Text(say.plain("pack-nothing")));
    } else {
        let shown = shown(table);
        let cell = |row: &Vec<String>, (i, column): &(usize, &Column)| {
            Rich::plain(&cell_words(say, column, row.get(*i).map_or("", String::as_str)))
        };
        let row = |row: &Vec<String>| shown.iter().map(|column| cell(row, column)).collect();
        let heads = shown.iter().map(|(_, c)| column_head(c)).collect();
        let args = Args::new().text("title", &title).text("file", &format!("{}.csv", table.name));
        let rows = table.rows.iter().map(row).collect();
        let caption = say.rich("pack-caption", &args);
        parts.push(Part::Stack(View::plain(&format!("{}-rows", table.name), caption, heads, rows)));
    }
    Section::new(table.name, Rich::plain(&title), parts)
}

/// The columns that the page shows, with their places: a kind of use first, and none that is empty throughout.
fn shown(table: &Table) -> Vec<(usize, &Column)> {
    let filled = |i: usize| table.rows.iter().any(|r| r.get(i).is_some_and(|c| !c.is_empty()));
    let all = table.columns.iter().enumerate();
    let mut shown: Vec<(usize, &Column)> =
        all.filter(|(i, c)| !table.in_file.contains(&c.id.as_str()) && filled(*i)).collect();
    shown.sort_by_key(|(_, c)| c.id != "kind" || table.name != "use-by-month");
    shown
}

fn column_head(column: &Column) -> Head {
    let label = match column.label.strip_suffix(" pence") {
        Some(label) => format!("{label} (£)"),
        None => column.label.replace(" local", ""),
    };
    head(&label, column.number)
}

/// A cell of a file as a reader expects it; the file itself has it exactly.
fn cell_words(say: &Say, column: &Column, cell: &str) -> String {
    let (whole, rest) = cell.find('.').map_or((cell, ""), |dot| cell.split_at(dot));
    let number = whole.parse::<i64>().ok().filter(|_| column.number);
    match (column.id.as_str(), number) {
        _ if cell.is_empty() => say.text("pack-no-cell"),
        (id, Some(pence)) if id.ends_with("_pence") => words::pounds(pence),
        (_, Some(number)) => words::thousands(number) + rest,
        ("rule", None) => say.known(&format!("security-did-{cell}")).unwrap_or_else(|| cell.to_owned()),
        ("reviewer", None) => office(say, &cell.replace('_', "-")),
        ("month", None) => cell.parse().map_or_else(|_| cell.to_owned(), |m| say.month(m)),
        (id, None) if id.ends_with("_local") => local(say, cell).unwrap_or_else(|| cell.to_owned()),
        _ => cell.parse().map_or_else(|_| cell.to_owned(), |d| say.date_short(d)),
    }
}

/// `2026-03-03T02:00:00+00:00` as `3 Mar 2026, 02:00`: by the council's clock, as the file has it.
fn local(say: &Say, text: &str) -> Option<String> {
    let (date, time) = text.split_once('T')?;
    Some(format!("{}, {}", say.date_short(date.parse().ok()?), time.get(..5)?))
}

fn facts(say: &Say, pack: &Pack) -> Vec<Rich> {
    let rows: u64 = pack.months.iter().map(|m| m.rows).sum();
    let months: Vec<String> = pack.months.iter().filter(|m| m.rows > 0).map(|m| say.month(m.month)).collect();
    let held = match rows {
        0 => say.plain("pack-none-held"),
        rows => {
            let n = i64::try_from(rows).unwrap_or(i64::MAX);
            let args = Args::new().number("n", n).text("rows", &count(rows));
            say.rich("pack-held", &args.text("months", &months.join(", ")))
        }
    };
    let notice = match &pack.notice {
        Some((version, Some(date))) => {
            say.rich("pack-notice-dated", &Args::new().text("version", version).text("date", &say.date(*date)))
        }
        Some((version, None)) => say.rich("pack-notice", &Args::new().text("version", version)),
        None => say.plain("pack-no-notice"),
    };
    vec![held, say.plain("pack-no-content"), notice]
}

fn shared(say: &Say, shared: &Shared) -> Rich {
    let args = Args::new().text("assets", &shared.assets.join(", ")).text("others", &count(shared.others));
    let args = args.number("n", i64::try_from(shared.others).unwrap_or(i64::MAX));
    let which = match (shared.assets.is_empty(), shared.others) {
        (true, 0) => return say.plain("pack-none-shared"),
        (true, _) => "pack-shared-others",
        (false, 0) => "pack-shared-assets",
        (false, _) => "pack-shared-both",
    };
    say.rich("pack-shared-what", &Args::new().rich("devices", say.rich(which, &args)))
}

fn why(say: &Say, pack: &Pack) -> Vec<Rich> {
    let in_words = |all: &[String], family: &str| {
        let word = |w: &String| say.known(&format!("{family}-{w}")).unwrap_or_else(|| w.clone());
        say.row(&all.iter().map(word).collect::<Vec<_>>())
    };
    let mut why = Vec::new();
    if !pack.purposes.is_empty() {
        let args = Args::new().text("purposes", &in_words(&pack.purposes, "purpose"));
        why.push(say.rich("pack-purposes", &args));
    }
    if let Some(basis) = &pack.basis {
        why.push(say.rich("pack-basis", &Args::new().text("basis", &basis.replace('-', " "))));
    }
    if !pack.sources.is_empty() {
        why.push(say.rich("pack-sources", &Args::new().text("sources", &in_words(&pack.sources, "source"))));
    }
    why
}

/// Each document with those who receive it.
fn recipients(say: &Say, pack: &Pack) -> Vec<Part> {
    let mut all: Vec<(&str, Vec<String>)> = Vec::new();
    for (role, document) in &pack.recipients {
        match all.iter_mut().find(|(known, _)| known == document) {
            Some((_, roles)) => roles.push(role.clone()),
            None => all.push((document, vec![role.clone()])),
        }
    }
    let row = |(word, roles): (&str, Vec<String>)| {
        let name = words::sentence_case(&document(say, word));
        (Rich::plain(&name), Rich::plain(&words::sentence_case(&posts(say, &roles))))
    };
    let terms: Vec<(Rich, Rich)> = all.into_iter().map(row).collect();
    let mut parts = vec![Part::Text(say.plain("pack-recipients-what"))];
    parts.extend((!terms.is_empty()).then_some(Part::Terms(terms)));
    parts
}

fn retention(say: &Say, pack: &Pack) -> Vec<(Rich, Rich)> {
    let month = |m: &HeldMonth| {
        let fate = if m.published { "pack-published" } else { "pack-not-published" };
        let goes = say.rich("pack-goes", &Args::new().text("date", &say.date(m.goes)));
        (Rich::plain(&say.month(m.month)), goes.text(" ").then(say.plain(fate)))
    };
    let mut all: Vec<_> = pack.months.iter().map(month).collect();
    all.push((say.plain("pack-earlier"), say.plain("pack-earlier-text")));
    all
}

fn raw(say: &Say, pack: &Pack) -> Rich {
    let mut text = say.plain("pack-raw-what").text(" ");
    if let Some(days) = pack.raw_days {
        text = text.then(say.rich("pack-raw-days", &Args::new().text("days", &days.to_string()))).text(" ");
    }
    text.then(match &pack.contact {
        None => say.plain("pack-raw-ask"),
        Some(contact) => say.rich("pack-raw-ask-as", &Args::new().text("contact", contact)),
    })
}

/// What the law gives, as far as it was checked. The council decides; this page gives no legal advice.
fn rights(say: &Say, pack: &Pack) -> Vec<Rich> {
    let objection = pack.basis.as_deref().is_none_or(|b| b.contains("interest"));
    let complaint = say.plain("pack-right-complain");
    let complaint = match &pack.contact {
        Some(contact) => complaint.text(" ").then(say.rich("pack-right-how", &Args::new().text("contact", contact))),
        None => complaint,
    };
    let mut rights = vec![say.plain("pack-right-access"), say.plain("pack-right-mistakes")];
    rights.extend(objection.then(|| say.plain("pack-right-objection")));
    rights.extend([say.plain("pack-right-erasure"), complaint, say.plain("pack-right-regulator")]);
    rights
}

fn files(say: &Say, pack: &Pack) -> Vec<(Rich, Rich)> {
    let file = |t: &Table| {
        let about = say.plain(&format!("pack-{}-about", t.name));
        let rows = t.rows.len() as u64;
        let args = Args::new().number("rows", i64::try_from(rows).unwrap_or(i64::MAX)).text("rowsShown", &count(rows));
        (Rich::plain(&format!("{}.csv", t.name)), about.text(" ").then(say.rich("pack-rows", &args)))
    };
    let mut all: Vec<(Rich, Rich)> = pack.tables.iter().map(file).collect();
    all.push((Rich::plain("SHA256SUMS"), say.plain("pack-sums")));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_cells_in_words_and_leaves_the_rest_to_the_file() {
        let say = Say::new(Language::English);
        let columns = ["month", "kind", "first_utc", "first_local", "rule", "objection"].map(Column::text);
        let cells = ["2026-03", "News", "2026-03-03T02:00:00Z", "2026-03-03T02:00:00+00:00", "threat-name", ""];
        let mut table = Table {
            name: "use-by-month",
            columns: columns.to_vec(),
            rows: vec![cells.map(str::to_owned).to_vec()],
            in_file: &["first_utc"],
            ..Table::default()
        };
        table.columns.extend(["total_pence", "megabytes", "hold"].map(Column::number));
        table.rows[0].extend(["1234567", "13559.5", ""].map(str::to_owned));
        let words: Vec<(String, String)> = shown(&table)
            .iter()
            .map(|(i, c)| (column_head(c).text.plain_text(), cell_words(&say, c, &table.rows[0][*i])))
            .collect();
        let expected = [
            ("Kind", "News"),
            ("Month", "March 2026"),
            ("First", "3 Mar 2026, 02:00"),
            ("Rule", "Looked up a name that a threat list warns of"),
            ("Total", "12,345.67"),
            ("Megabytes", "13,559.5"),
        ];
        assert_eq!(words, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        // One row has it, so that another without says so.
        assert_eq!(cell_words(&say, &Column::text("until"), ""), "none");
        assert_eq!(cell_words(&say, &Column::text("until"), "2026-04-01"), "1 Apr 2026");
        assert_eq!(local(&say, "2026-13-03T02:00"), None);
        assert_eq!(local(&say, "2026-12-03T2"), None);
    }

    #[test]
    fn shared_devices_are_described() {
        let say = Say::new(Language::English);
        let check = |assets: &[&str], others, want: &str| {
            let assets = assets.iter().map(|a| (*a).to_owned()).collect();
            let text = shared(&say, &Shared { assets, others }).plain_text();
            assert!(text.contains(want), "{text}");
        };
        check(&[], 0, "No device of several people is measured.");
        check(&[], 1, "use: 1 device. Their rows");
        check(&[], 3, "use: 3 devices. Their rows");
        check(&["A-3"], 0, "use: A-3. Their rows");
        check(&["A-3", "A-5"], 2, "use: A-3, A-5 and 2 more. Their rows");
    }

    #[test]
    fn an_objection_is_told_where_the_basis_gives_one() {
        let told = |basis: Option<&str>| {
            let pack = Pack { basis: basis.map(str::to_owned), ..Pack::default() };
            rights(&Say::new(Language::English), &pack).iter().any(|r| r.plain_text().contains("objection"))
        };
        assert!(told(Some("legitimate-interests")) && told(None));
        assert!(!told(Some("legal-obligation")));
    }
}
