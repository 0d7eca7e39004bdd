//! The archive as pages: self-contained, in the summary's own look, with relative links alone.

use askama::Template;

use super::{Archive, ArchivedMonth, CouncilRow, MonthState, ProviderArchive, Standing};
use crate::document::{Audience, Status};
use crate::html::Rich;
use crate::say::sentence;
use crate::words;

/// The index of a council: `reports/ID/index.html`. Equal archives give equal bytes. It links nothing that is not for
/// publication, whatever the archive lists.
pub fn archive_html(archive: &Archive) -> String {
    // The template writes into a text, which cannot fail.
    Council::new(archive).render().unwrap_or_default()
}

/// The provider's page: `reports/index.html`. Equal archives give equal bytes.
pub fn provider_html(archive: &ProviderArchive) -> String {
    let page = Provider {
        rows: archive.councils.iter().map(Row::new).collect(),
        test_clock: archive.test_clock,
        gaps: archive.councils.iter().filter(|c| c.gap()).count(),
    };
    page.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "archive.html")]
struct Council {
    title: Rich,
    name: Rich,
    test_clock: bool,
    standing: Vec<(Rich, Vec<Rich>)>,
    months: Vec<Line>,
    hidden: bool,
    contact: Rich,
    review: Option<Rich>,
}

/// One month of the index.
struct Line {
    month: Rich,
    state: Rich,
    audience: &'static str,
    documents: Vec<(Rich, Rich)>,
}

impl Council {
    fn new(archive: &Archive) -> Self {
        Self {
            title: Rich::plain(&format!("Internet use reports: {}", archive.name)),
            name: Rich::plain(&archive.name),
            test_clock: archive.test_clock,
            standing: archive.standing.iter().map(|s| (Rich::plain(&words::month(s.month)), standing(s))).collect(),
            months: archive.months.iter().map(line).collect(),
            hidden: archive.months.iter().any(|m| m.audience == Audience::Restricted),
            contact: Rich::plain(&archive.contact),
            review: archive.review_due.map(|due| Rich::plain(&words::date(due))),
        }
    }
}

fn line(month: &ArchivedMonth) -> Line {
    let public = month.audience == Audience::Public;
    let link = |d: &super::Linked| {
        let target = format!("{}/{}", month.month, d.file);
        (Rich::plain(&target), Rich::plain(&d.name))
    };
    let corrected = if month.corrected { ", corrected" } else { "" };
    Line {
        month: Rich::plain(&words::month(month.month)),
        state: Rich::plain(&format!("{}{corrected}", status_words(month.status))),
        audience: audience(month.audience),
        documents: month.documents.iter().filter(|_| public).map(link).collect(),
    }
}

const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "Anybody",
        Audience::Restricted => "Not for publication",
    }
}

const fn status_words(status: Status) -> &'static str {
    match status {
        Status::Complete => "Complete month",
        Status::Gaps => "Some records are missing",
        Status::Lowered => "Totals only this month",
        Status::Withheld => "Figures withheld",
    }
}

/// What became of a month, in words.
fn state(state: MonthState) -> String {
    match state {
        MonthState::Released(_, Audience::Restricted) => "Released, not for publication".to_owned(),
        MonthState::Released(status, Audience::Public) => format!("Published: {}", status_words(status)),
        MonthState::Withheld => "Withheld: the rules do not let its figures be shown".to_owned(),
        MonthState::Waiting => "Over, and not reported yet".to_owned(),
        MonthState::Missing => "No records".to_owned(),
        MonthState::Before => "Before recording began".to_owned(),
        MonthState::Running(from) => format!("Being recorded: its report is due from {}", words::date(from)),
    }
}

fn standing(standing: &Standing) -> Vec<Rich> {
    let mut all = vec![Rich::plain(&sentence(&state(standing.state)))];
    if matches!(standing.state, MonthState::Released(_, Audience::Public)) {
        if !standing.missing_nights.is_empty() {
            let dates: Vec<String> = standing.missing_nights.iter().map(|d| words::date(*d)).collect();
            all.push(Rich::plain(&format!("There are no records for {}.", words::listed(&dates))));
        }
        all.extend(standing.reasons.iter().map(|r| Rich::plain(&sentence(r))));
    }
    all
}

#[derive(Template)]
#[template(path = "provider.html")]
struct Provider {
    rows: Vec<Row>,
    test_clock: bool,
    gaps: usize,
}

/// One council of the provider's page.
struct Row {
    /// None where no index can be drawn.
    target: Option<Rich>,
    name: Rich,
    cells: [Rich; 4],
    gap: bool,
}

impl CouncilRow {
    /// Whether somebody should look.
    fn gap(&self) -> bool {
        let of =
            |k: &super::CouncilState| k.last_month.1.gap() || k.missing.1 > 0 || k.overdue || k.last_night.is_none();
        self.known.as_ref().is_none_or(of)
    }
}

impl Row {
    fn new(row: &CouncilRow) -> Self {
        let target = Rich::plain(&format!("{}/index.html", row.authority));
        let Some(known) = &row.known else {
            let unknown = || Rich::plain("Not known");
            let cells = [Rich::plain("Its configuration cannot be read"), unknown(), unknown(), unknown()];
            return Self { target: None, name: Rich::plain(&row.authority), cells, gap: true };
        };
        let (month, last) = known.last_month;
        let missing = match known.missing {
            (month, 0) => format!("None missing in {}", words::month(month)),
            (month, 1) => format!("1 missing in {}", words::month(month)),
            (month, n) => format!("{n} missing in {}", words::month(month)),
        };
        let review = match (known.review_due, known.overdue) {
            (None, _) => "No date".to_owned(),
            (Some(due), false) => words::date(due),
            (Some(due), true) => format!("Overdue since {}", words::date(due)),
        };
        let night = known.last_night.map_or_else(|| "None".to_owned(), words::date);
        let cells = [format!("{}: {}", words::month(month), state(last)), missing, night, review];
        Self {
            target: Some(target),
            name: Rich::plain(&known.name),
            cells: cells.map(|c| Rich::plain(&c)),
            gap: row.gap(),
        }
    }
}
