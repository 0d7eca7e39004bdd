//! The archive's pages: the index of a council, and the provider's page over all of them.

use super::paper::{Paper, clock_alone, contact, file};
use super::rich::{Rich, Span};
use super::table::{Entry, Line, View, head};
use super::{Kind, Look, Note, NoteKind, Page, Part, Section};
use crate::archive::{Archive, ArchivedMonth, CouncilRow, INDEX, Linked, MonthState, ProviderArchive, Standing};
use crate::document::{Audience, Status};
use crate::render::Language;
use crate::say::{Args, Say, sentence};
use crate::words;

/// The index of a council, in one of its languages. It links nothing that is not for publication, whatever it lists.
pub(crate) fn council(archive: &Archive, language: Language) -> Page {
    let say = &Say::new(language);
    let args = Args::new().text("name", &archive.name);
    let standing = |s: &Standing| (Rich::plain(&say.month(s.month)), standing(say, s));
    let now = Part::Terms(archive.standing.iter().map(standing).collect());
    let mut ask = vec![(say.plain("cover-contact"), contact(say, &archive.name, &archive.contact))];
    ask.extend(archive.review_due.map(|due| (say.plain("archive-review"), Rich::plain(&say.date(due)))));
    let act = Section::said(say, "ask", "ask-whom", vec![Part::Ask(ask)]);
    let paper = Paper {
        say,
        kind: Kind::Paper,
        name: Rich::plain(&archive.name),
        title: say.rich("archive-title", &args),
        skip: "archive-skip",
        heading: say.plain("archive-heading"),
        lead: say.plain("archive-lead"),
        notes: clock_alone(say, "archive-test-clock", archive.test_clock).into_iter().collect(),
        sections: vec![
            Section::said(say, "now", "archive-now", vec![now]),
            Section::said(say, "months", "archive-months", months(say, archive)),
            Section { look: Look::Act, ..act },
        ],
        foot: say.rich("archive-foot", &args),
        marks: Vec::new(),
        test_clock: archive.test_clock,
    };
    let others = archive.languages.iter().filter(|l| **l != language);
    Page { others: others.map(|l| (*l, l.file(INDEX))).collect(), ..paper.page() }
}

fn months(say: &Say, archive: &Archive) -> Vec<Part> {
    if archive.months.is_empty() {
        return vec![Part::Text(say.plain("archive-none"))];
    }
    let hidden = archive.months.iter().any(|m| m.audience == Audience::Restricted);
    let mut parts: Vec<Part> = hidden.then(|| Part::Text(say.plain("archive-hidden"))).into_iter().collect();
    let heads = ["head-month", "head-state", "cover-audience", "archive-documents"];
    parts.push(Part::Stack(View {
        id: "months".to_owned(),
        caption: say.plain("archive-caption"),
        heads: heads.map(|h| head(&say.text(h), false)).to_vec(),
        rows: archive.months.iter().map(|m| line(say, m)).collect(),
        signs: Vec::new(),
    }));
    parts
}

fn line(say: &Say, month: &ArchivedMonth) -> Line {
    let state = say.plain(status(month.status));
    let state = match month.corrected {
        true => say.rich("archive-corrected", &Args::new().rich("state", state)),
        false => state,
    };
    let audience = match month.audience {
        Audience::Public => "archive-anybody",
        Audience::Restricted => "archive-restricted",
    };
    let cells = [state, say.plain(audience), documents(say, month)];
    Line { head: Rich::plain(&say.month(month.month)), cells: cells.map(Entry::words).to_vec(), last: false }
}

fn documents(say: &Say, month: &ArchivedMonth) -> Rich {
    let link = |all: Rich, (i, d): (usize, &Linked)| {
        let all = if i > 0 { all.text(", ") } else { all };
        let target = format!("{}/{}", month.month, d.file);
        all.push(Span::Link { text: file(say, &d.name, d.language), target })
    };
    match month.documents.is_empty() || month.audience == Audience::Restricted {
        true => say.plain("archive-not-linked"),
        false => month.documents.iter().enumerate().fold(Rich::new(), link),
    }
}

/// The message of a month's state.
const fn status(status: Status) -> &'static str {
    match status {
        Status::Complete => "status-complete",
        Status::Gaps => "status-gaps",
        Status::Lowered => "status-lowered",
        Status::Withheld => "status-withheld",
    }
}

/// What became of a month, in words.
fn state(say: &Say, state: MonthState) -> Rich {
    match state {
        MonthState::Released(_, Audience::Restricted) => say.plain("became-restricted"),
        MonthState::Released(s, Audience::Public) => {
            say.rich("became-published", &Args::new().rich("state", say.plain(status(s))))
        }
        MonthState::Withheld => say.plain("became-withheld"),
        MonthState::Waiting => say.plain("became-waiting"),
        MonthState::Missing => say.plain("became-missing"),
        MonthState::Before => say.plain("became-before"),
        MonthState::Running(from) => say.rich("became-running", &Args::new().text("date", &say.date(from))),
    }
}

fn standing(say: &Say, standing: &Standing) -> Rich {
    let mut all = Rich::plain(&sentence(&state(say, standing.state).plain_text()));
    if matches!(standing.state, MonthState::Released(_, Audience::Public)) {
        if !standing.missing_nights.is_empty() {
            let dates: Vec<String> = standing.missing_nights.iter().map(|d| say.date(*d)).collect();
            let args = Args::new().text("dates", &say.row(&dates));
            all = all.text(" ").then(say.rich("missing", &args));
        }
        all = standing.reasons.iter().fold(all, |all, r| all.text(" ").then(say.said(&sentence(r), "reasons")));
    }
    all
}

/// The provider's page.
pub(crate) fn provider(archive: &ProviderArchive) -> Page {
    let say = &Say::new(Language::English);
    let gaps = archive.councils.iter().filter(|c| c.gap()).count();
    let mut notes: Vec<Note> = clock_alone(say, "archive-test-clock", archive.test_clock).into_iter().collect();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let args = Args::new().number("gaps", number(gaps)).text("gapsShown", &gaps.to_string());
    notes.push(match gaps {
        0 => Note {
            kind: NoteKind::Calm,
            head: say.text("provider-nothing-missing"),
            text: say.plain("provider-nothing-missing-text"),
        },
        _ => Note {
            kind: NoteKind::Warn,
            head: say.rich("provider-gaps", &args.text("all", &archive.councils.len().to_string())).plain_text(),
            text: say.plain("provider-gaps-text"),
        },
    });
    let heads = ["council", "look", "last-month", "nights", "last-night", "review"];
    let table = || {
        Part::Stack(View {
            id: "councils".to_owned(),
            caption: say.plain("provider-caption"),
            heads: heads.map(|h| head(&say.text(&format!("provider-head-{h}")), false)).to_vec(),
            rows: archive.councils.iter().map(|c| row(say, c)).collect(),
            signs: Vec::new(),
        })
    };
    let councils = if archive.councils.is_empty() { Part::Text(say.plain("provider-none")) } else { table() };
    let paper = Paper {
        say,
        kind: Kind::Private,
        name: say.plain("provider-for"),
        title: say.plain("provider-heading"),
        skip: "provider-skip",
        heading: say.plain("provider-heading"),
        lead: say.plain("provider-lead"),
        notes,
        sections: vec![Section::said(say, "councils", "provider-councils", vec![councils])],
        foot: say.plain("provider-foot"),
        marks: vec!["provider-not-for-publication"],
        test_clock: archive.test_clock,
    };
    paper.page()
}

fn row(say: &Say, row: &CouncilRow) -> Line {
    let look = match row.gap() {
        true => Rich::new().push(Span::Strong(say.text("provider-yes"))),
        false => say.plain("provider-no"),
    };
    let (head, cells) = match &row.known {
        Some(known) => {
            let target = format!("{}/{INDEX}", row.authority);
            (Rich::new().push(Span::Link { text: known.name.clone(), target }), known_cells(say, known))
        }
        // No index can be drawn.
        None => {
            let unknown = || say.plain("provider-unknown");
            (Rich::plain(&row.authority), [say.plain("provider-unreadable"), unknown(), unknown(), unknown()])
        }
    };
    let cells = [look].into_iter().chain(cells).map(Entry::words).collect();
    Line { head, cells, last: false }
}

fn known_cells(say: &Say, known: &crate::archive::CouncilState) -> [Rich; 4] {
    let (month, last) = known.last_month;
    let last = Args::new().text("month", &say.month(month)).rich("state", state(say, last));
    let (month, missing) = known.missing;
    let missing = Args::new()
        .number("missing", i64::from(missing))
        .text("missingShown", &words::thousands(i64::from(missing)))
        .text("month", &say.month(month));
    let review = match (known.review_due, known.overdue) {
        (None, _) => say.plain("provider-no-date"),
        (Some(due), false) => Rich::plain(&say.date(due)),
        (Some(due), true) => say.rich("provider-overdue", &Args::new().text("date", &say.date(due))),
    };
    let night = known.last_night.map_or_else(|| say.plain("none"), |d| Rich::plain(&say.date(d)));
    [say.rich("provider-last-month", &last), say.rich("provider-nights", &missing), night, review]
}
