//! What is held about one person, for that person: a page and tables that can be handed over without passing anybody else.
//!
//! A [`Pack`] is written by the command from that person's own rows; this module says how it looks. Every table is a CSV
//! file; the page has the short ones, and says in words what the law gives. Nothing here opens a file.

use askama::Template;
use jiff::civil::Date;

use crate::html::{Rich, Stack};
use crate::page::table::{Head, head};
use crate::words;

/// Everything that is given to a person.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    /// The council's name.
    pub council: String,
    /// The person's id in the council's list.
    pub person: String,
    /// When the pack was made, RFC 3339.
    pub made: String,
    /// The zone of local times.
    pub zone: String,
    /// Set where the clock was not the system's.
    pub test_clock: bool,
    /// Months whose rows are still held, each with the day on which they go.
    pub months: Vec<HeldMonth>,
    /// Version and date of the notice.
    pub notice: Option<(String, Option<Date>)>,
    /// The lawful basis, as the assessment names it.
    pub basis: Option<String>,
    /// Purposes of the assessment.
    pub purposes: Vec<String>,
    /// Kinds of record that are read.
    pub sources: Vec<String>,
    /// Who receives which document: role, document.
    pub recipients: Vec<(String, String)>,
    /// Days for which the raw records are kept by the provider.
    pub raw_days: Option<i64>,
    /// Whom to ask and where to complain, in the council's words.
    pub contact: Option<String>,
    /// Devices of several people that are measured.
    pub shared: Shared,
    /// The tables.
    pub tables: Vec<Table>,
}

/// A month of which rows are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldMonth {
    /// The month.
    pub month: model::Month,
    /// The day on which rows and key are deleted.
    pub goes: Date,
    /// Whether its report is published.
    pub published: bool,
    /// Rows about the person.
    pub rows: u64,
}

/// Devices of several people: described, since nobody can say whose their rows are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shared {
    /// Asset numbers of those that nobody else answers for.
    pub assets: Vec<String>,
    /// How many more there are.
    pub others: u64,
}

/// A table of the pack: one CSV file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The file's name without its ending.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it holds, in a sentence.
    pub about: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, a text for each column.
    pub rows: Vec<Vec<String>>,
    /// Whether the page shows it.
    pub on_page: bool,
    /// Columns that the page leaves to the file, by name.
    pub in_file: &'static [&'static str],
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the file.
    pub id: String,
    /// Its heading on the page.
    pub label: String,
    /// Whether it holds numbers.
    pub number: bool,
}

impl Column {
    /// A column of text; the heading is the name in words.
    pub fn text(id: &str) -> Self {
        Self { id: id.to_owned(), label: heading(id), number: false }
    }

    /// A column of numbers.
    pub fn number(id: &str) -> Self {
        Self { number: true, ..Self::text(id) }
    }
}

fn heading(id: &str) -> String {
    let mut label = id.replace('_', " ");
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    label.replace(" utc", " (UTC)").replace("Mac", "Link-layer address (MAC)")
}

impl Table {
    /// The file: UTF-8, a header row, lines ended as RFC 4180 says.
    pub fn csv(&self) -> String {
        let mut text = String::new();
        line(self.columns.iter().map(|c| c.id.as_str()), &mut text);
        self.rows.iter().for_each(|row| line(row.iter().map(String::as_str), &mut text));
        text
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, text: &mut String) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            text.push(',');
        }
        // A cell that a spreadsheet would take for a formula is marked as text.
        let formula =
            cell.starts_with(['=', '+', '@', '\t']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
        let mark = if formula { "'" } else { "" };
        if cell.contains([',', '"', '\n', '\r']) || formula {
            text.push('"');
            text.push_str(mark);
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

/// The page of a pack. Equal packs give equal bytes.
pub fn html(pack: &Pack) -> String {
    // The template writes into a text, which cannot fail.
    Page::new(pack).render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "subject.html")]
struct Page {
    title: Rich,
    council: Rich,
    person: Rich,
    made: Rich,
    test_clock: bool,
    facts: Vec<Rich>,
    tables: Vec<Part>,
    shared: Rich,
    why: Vec<Rich>,
    recipients: Vec<(Rich, Rich)>,
    retention: Vec<(Rich, Rich)>,
    raw: Rich,
    rights: Vec<Rich>,
    files: Vec<(Rich, Rich)>,
}

/// A table with what is said of it.
struct Part {
    id: &'static str,
    title: &'static str,
    about: Rich,
    /// None where it has no row.
    table: Option<Stack>,
}

impl Page {
    fn new(pack: &Pack) -> Self {
        let plain = |t: &str| Rich::plain(t);
        let file = |t: &Table| {
            let rows = if t.rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", count(t.rows.len())) };
            (plain(&format!("{}.csv", t.name)), plain(&format!("{} {rows}.", t.about)))
        };
        let mut files: Vec<(Rich, Rich)> = pack.tables.iter().map(file).collect();
        files.push((plain("SHA256SUMS"), plain("Check sums of all files, to show that none was changed.")));
        Self {
            title: plain(&format!("What is held about {}: {}", pack.person, pack.council)),
            council: plain(&pack.council),
            person: plain(&pack.person),
            made: plain(&words::instant(&pack.made)),
            test_clock: pack.test_clock,
            facts: facts(pack).iter().map(|t| plain(t)).collect(),
            tables: pack.tables.iter().filter(|t| t.on_page).map(Part::new).collect(),
            shared: plain(&shared(&pack.shared)),
            why: why(pack).iter().map(|t| plain(t)).collect(),
            recipients: recipients(pack),
            retention: retention(pack),
            raw: plain(&raw(pack)),
            rights: rights(pack).iter().map(|t| plain(t)).collect(),
            files,
        }
    }
}

impl Part {
    fn new(table: &Table) -> Self {
        let shown = table.shown();
        let cell = |row: &Vec<String>, (i, column): &(usize, &Column)| {
            Rich::plain(&cell_words(column, row.get(*i).map_or("", String::as_str)))
        };
        let row = |row: &Vec<String>| shown.iter().map(|column| cell(row, column)).collect();
        let heads = shown.iter().map(|(_, c)| column_head(c)).collect();
        let caption = Rich::plain(&format!("{} (file {}.csv)", table.title, table.name));
        let more = if table.in_file.is_empty() { "" } else { " The file has more columns." };
        let rows: Vec<Vec<Rich>> = table.rows.iter().map(row).collect();
        Self {
            id: table.name,
            title: table.title,
            about: Rich::plain(&format!("{}{more}", table.about)),
            table: (!rows.is_empty()).then(|| Stack::plain(&format!("{}-rows", table.name), caption, heads, rows)),
        }
    }
}

impl Table {
    /// The columns that the page shows, with their places: a kind of use first, and none that is empty throughout.
    fn shown(&self) -> Vec<(usize, &Column)> {
        let filled = |i: usize| self.rows.iter().any(|r| r.get(i).is_some_and(|c| !c.is_empty()));
        let all = self.columns.iter().enumerate();
        let mut shown: Vec<(usize, &Column)> =
            all.filter(|(i, c)| !self.in_file.contains(&c.id.as_str()) && filled(*i)).collect();
        shown.sort_by_key(|(_, c)| c.id != "kind" || self.name != "use-by-month");
        shown
    }
}

fn column_head(column: &Column) -> Head {
    let label = match column.label.strip_suffix(" pence") {
        Some(label) => format!("{label} (£)"),
        None => column.label.replace(" local", ""),
    };
    head(&label, column.number)
}

/// A cell of a file as a reader expects it; the file itself has it exactly.
fn cell_words(column: &Column, cell: &str) -> String {
    let (whole, rest) = cell.find('.').map_or((cell, ""), |dot| cell.split_at(dot));
    let number = whole.parse::<i64>().ok().filter(|_| column.number);
    match (column.id.as_str(), number) {
        _ if cell.is_empty() => "none".to_owned(),
        (id, Some(pence)) if id.ends_with("_pence") => words::pounds(pence),
        (_, Some(number)) => words::thousands(number) + rest,
        ("rule", None) => match model::SecurityRule::from_word(cell) {
            Some(rule) => crate::security::what(rule).to_owned(),
            None => cell.to_owned(),
        },
        ("reviewer", None) => words::office(&cell.replace('_', "-")).to_owned(),
        ("month", None) => cell.parse().map_or_else(|_| cell.to_owned(), words::month),
        (id, None) if id.ends_with("_local") => local(cell).unwrap_or_else(|| cell.to_owned()),
        _ => cell.parse().map_or_else(|_| cell.to_owned(), words::date_short),
    }
}

/// `2026-03-03T02:00:00+00:00` as `3 Mar 2026, 02:00`: by the council's clock, as the file has it.
fn local(text: &str) -> Option<String> {
    let (date, time) = text.split_once('T')?;
    Some(format!("{}, {}", words::date_short(date.parse().ok()?), time.get(..5)?))
}

/// Each document with those who receive it.
fn recipients(pack: &Pack) -> Vec<(Rich, Rich)> {
    let mut all: Vec<(&str, Vec<String>)> = Vec::new();
    for (role, document) in &pack.recipients {
        match all.iter_mut().find(|(known, _)| known == document) {
            Some((_, roles)) => roles.push(role.clone()),
            None => all.push((document, vec![role.clone()])),
        }
    }
    let row = |(document, roles): (&str, Vec<String>)| {
        let name = words::sentence_case(words::paper(document));
        (Rich::plain(&name), Rich::plain(&words::sentence_case(&words::posts(&roles))))
    };
    all.into_iter().map(row).collect()
}

fn count(n: usize) -> String {
    words::thousands(i64::try_from(n).unwrap_or(i64::MAX))
}

fn facts(pack: &Pack) -> Vec<String> {
    let rows: u64 = pack.months.iter().map(|m| m.rows).sum();
    let held = if rows == 0 {
        "No rows of use are held about you: either nothing was measured, or its time is over and it was deleted."
            .to_owned()
    } else {
        let months: Vec<String> = pack.months.iter().filter(|m| m.rows > 0).map(|m| words::month(m.month)).collect();
        format!("{} rows of use are held about you, of {}.", words::thousands(signed(rows)), months.join(", "))
    };
    let notice = match &pack.notice {
        Some((version, Some(date))) => format!("The notice in force is version {version} of {}.", words::date(*date)),
        Some((version, None)) => format!("The notice in force is version {version}."),
        None => "The assessment names no notice.".to_owned(),
    };
    vec![
        held,
        "No site name, no page and no content is held: names are turned into kinds of use and dropped.".to_owned(),
        notice,
    ]
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn shared(shared: &Shared) -> String {
    let listed = match (shared.assets.is_empty(), shared.others) {
        (true, 0) => return "No device of several people is measured.".to_owned(),
        (true, n) => format!("{n} devices"),
        (false, 0) => shared.assets.join(", "),
        (false, n) => format!("{} and {n} more", shared.assets.join(", ")),
    };
    format!(
        "The council also measures devices that several people use: {listed}. Their rows name nobody, not even by a \
         pseudonym, so nobody can say which of them are yours. They are described here and not given, since they would \
         show what other people did."
    )
}

fn why(pack: &Pack) -> Vec<String> {
    let mut why = Vec::new();
    if !pack.purposes.is_empty() {
        why.push(format!("Purposes in the council’s impact assessment: {}.", in_words(&pack.purposes, purpose)));
    }
    if let Some(basis) = &pack.basis {
        why.push(format!("Lawful basis: {}.", basis.replace('-', " ")));
    }
    if !pack.sources.is_empty() {
        why.push(format!("Where the data come from: {}.", in_words(&pack.sources, source)));
    }
    why
}

fn in_words(all: &[String], word: fn(&str) -> &str) -> String {
    words::listed(&all.iter().map(|w| word(w).to_owned()).collect::<Vec<_>>())
}

fn purpose(word: &str) -> &str {
    match word {
        "policy" => "the policy on use",
        "operations" => "keeping links working",
        other => other,
    }
}

fn source(word: &str) -> &str {
    match word {
        "flows" => "router records",
        "dns" => "name lookups",
        "leases" => "address leases",
        "neighbours" => "neighbour tables",
        "counters" => "router counters",
        "packet-capture" => "packet headers",
        other => other,
    }
}

fn retention(pack: &Pack) -> Vec<(Rich, Rich)> {
    let month = |m: &HeldMonth| {
        let fate = if m.published {
            "Its report is published; it names nobody, and stays as it is."
        } else {
            "Its report is not published yet."
        };
        let text = format!("Rows and key are deleted on {}. {fate}", words::date(m.goes));
        (Rich::plain(&words::month(m.month)), Rich::plain(&text))
    };
    let mut all: Vec<_> = pack.months.iter().map(month).collect();
    let earlier = "Nothing is held: rows about people and the key of their pseudonyms were deleted together.";
    all.push((Rich::plain("Every earlier month"), Rich::plain(earlier)));
    all
}

fn raw(pack: &Pack) -> String {
    let kept = pack.raw_days.map_or_else(String::new, |d| format!(" They are kept for {d} days at most."));
    let ask = pack.contact.as_ref().map_or_else(
        || " Ask the council for them.".to_owned(),
        |c| format!(" Ask the council for them, as this line of its assessment says: {c}"),
    );
    format!(
        "The records that routers and resolvers write are the council’s, and its IT provider keeps them. They are not part of \
         this pack, because they hold everybody’s connections in one stream.{kept}{ask}"
    )
}

/// What the law gives, as far as it was checked. The council decides; this page gives no legal advice.
fn rights(pack: &Pack) -> Vec<String> {
    let mut rights = vec![
        "A copy of what is held (access). The council normally answers within one month of your request, or of what it \
         needs to know who you are. It may take up to two months longer where requests are complex or many, and must say so \
         within the first month. Days on which it waits for you to make your request clear do not count."
            .to_owned(),
        "Mistakes put right (rectification). Where a device stood under the wrong name, the register is corrected by date, \
         and the rows of open months move to the right person."
            .to_owned(),
    ];
    if pack.basis.as_deref().is_none_or(|b| b.contains("interest")) {
        rights.push(
            "Not to be measured (objection), since the council relies on its legitimate interests; or not for now \
             (restriction). Rows of open months are deleted."
                .to_owned(),
        );
    }
    rights.push(
        "Erasure. Rows of open months are deleted. A published report names nobody and does not change.".to_owned(),
    );
    let contact = pack.contact.as_ref().map_or_else(String::new, |c| format!(" How: {c}"));
    rights.push(format!(
        "To complain to the council. From 19 June 2026 it must make complaining easy, acknowledge a complaint within 30 days \
         of receiving it, and answer without undue delay (section 164A of the Data Protection Act 2018).{contact}"
    ));
    rights.push("To complain to the data protection regulator.".to_owned());
    rights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let table = Table {
            columns: vec![Column::text("what"), Column::number("bytes")],
            rows: vec![
                vec!["a, b".to_owned(), "-5".to_owned()],
                vec!["say \"so\"".to_owned(), String::new()],
                vec!["=1+1".to_owned(), "7".to_owned()],
            ],
            ..Table::default()
        };
        assert_eq!(table.csv(), "what,bytes\r\n\"a, b\",-5\r\n\"say \"\"so\"\"\",\r\n\"'=1+1\",7\r\n");
    }

    #[test]
    fn the_page_has_cells_in_words_and_leaves_the_rest_to_the_file() {
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
        let words: Vec<(String, String)> = table
            .shown()
            .iter()
            .map(|(i, c)| (column_head(c).text.plain_text(), cell_words(c, &table.rows[0][*i])))
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
        assert_eq!(cell_words(&Column::text("until"), ""), "none");
        assert_eq!(cell_words(&Column::text("until"), "2026-04-01"), "1 Apr 2026");
        assert_eq!(local("2026-13-03T02:00"), None);
        assert_eq!(local("2026-12-03T2"), None);
    }

    #[test]
    fn who_receives_a_document_stands_with_it() {
        let pair = |role: &str, document: &str| (role.to_owned(), document.to_owned());
        let recipients = vec![pair("clerk", "schedule"), pair("chair", "case"), pair("deputy", "schedule")];
        let page = html(&Pack { recipients, ..Pack::default() });
        assert!(page.contains("<dt>Equipment schedule</dt><dd>The clerk and the deputy</dd>"), "{page}");
        assert!(page.contains("<dt>A case, once two people unlocked it</dt><dd>The chair</dd>"), "{page}");
    }

    #[test]
    fn what_stands_in_the_page_is_escaped() {
        let pack = Pack { council: "A & <b>".to_owned(), person: "P-1".to_owned(), ..Pack::default() };
        let page = html(&pack);
        assert!(page.contains("A &amp; &lt;b&gt;") && !page.contains("<b>"), "{page}");
        assert!(!page.contains("<script"));
    }

    #[test]
    fn shared_devices_are_described() {
        assert_eq!(shared(&Shared::default()), "No device of several people is measured.");
        let some = Shared { assets: vec!["A-3".to_owned(), "A-5".to_owned()], others: 2 };
        assert!(shared(&some).contains("use: A-3, A-5 and 2 more."));
    }

    #[test]
    fn an_objection_is_told_where_the_basis_gives_one() {
        let told = |basis: Option<&str>| {
            let pack = Pack { basis: basis.map(str::to_owned), ..Pack::default() };
            rights(&pack).iter().any(|r| r.contains("objection"))
        };
        assert!(told(Some("legitimate-interests")) && told(None));
        assert!(!told(Some("legal-obligation")));
    }
}
