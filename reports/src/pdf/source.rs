//! A page as a typst program: calls of the functions of `templates/report.typ`, every text a string.

use std::fmt::Write as _;

use crate::page::chart::{Bar, Chart};
use crate::page::rich::{Rich, Span, clean};
use crate::page::table::{Line, View};
use crate::page::{Block, Look, Note, NoteKind, Page, Part, Section};
use crate::render::Language;

const FUNCTIONS: &str = include_str!("../../templates/report.typ");

/// The program of a page.
pub(crate) fn source(page: &Page) -> String {
    format!("{FUNCTIONS}\n{}", calls(page))
}

/// The calls alone.
pub(crate) fn calls(page: &Page) -> String {
    let mut out = String::new();
    let region = if page.language == Language::English { "\"GB\"" } else { "none" };
    let lang = page.language.tag().split('-').next().unwrap_or_default();
    let foot =
        page.marks.iter().fold(rich(&page.foot), |all, mark| format!("{all} + strong({})", text(&format!(" {mark}"))));
    let (title, author) = (text(&page.title), text(&page.name.plain_text()));
    let _ = writeln!(out, "#show: set-up.with({title}, {author}, {}, {region}, {foot})", text(lang));
    let _ = writeln!(out, "#block(below: 0.3em, text(fill: accent, strong({})))", rich(&page.name));
    let _ = writeln!(out, "#heading(level: 1, {})", rich(&page.heading));
    let _ = writeln!(out, "#text(fill: soft, {})", rich(&page.lead));
    page.notes.iter().for_each(|n| note(&mut out, n));
    page.first.iter().for_each(|b| block(&mut out, b));
    let _ = writeln!(out, "#pagebreak(weak: true)");
    // Queries are for a screen: they stand in the HTML and in the spreadsheets, and so does what is said of them.
    let queries = |s: &&Section| s.parts.iter().any(|p| matches!(p, Part::Query { .. }));
    page.detail.iter().filter(|s| !queries(s)).for_each(|s| {
        let _ = writeln!(out, "#{}", section(s));
    });
    out
}

fn note(out: &mut String, note: &Note) {
    let kind = match note.kind {
        NoteKind::Stop => "stop",
        NoteKind::Test | NoteKind::Warn => "warn",
        NoteKind::Calm => "calm",
    };
    let _ = writeln!(out, "#note(\"{kind}\", {}, {})", text(&note.head), rich(&note.text));
}

fn block(out: &mut String, block: &Block) {
    let _ = match block {
        Block::One(one) => writeln!(out, "#{}", section(one)),
        Block::Pair(pair) if pair.is_empty() => Ok(()),
        Block::Pair(pair) => {
            let all: Vec<String> = pair.iter().map(section).collect();
            writeln!(out, "#side-by-side({})", all.join(", "))
        }
    };
}

/// A section as one expression.
fn section(section: &Section) -> String {
    let mut all = format!("[#heading(level: 2, {}) <{}>]", text(&section.heading.plain_text()), section.id);
    let body: String = section.parts.iter().map(|p| format!(" + {}", part(p))).collect();
    if section.look == Look::Act {
        return format!("act({all}{body})");
    }
    all.push_str(&body);
    format!("({all})")
}

fn part(part: &Part) -> String {
    match part {
        Part::Heading(heading) => format!("heading(level: 3, {})", text(heading)),
        Part::Text(body) => format!("par({})", rich(body)),
        Part::Small(body) => format!("par(small({}))", rich(body)),
        Part::List(items) | Part::Steps(items) => call("bullets", items.iter().map(rich)),
        Part::Facts(items) => call("facts", items.iter().map(rich)),
        Part::Terms(all) | Part::About(all) => call("definitions", all.iter().map(pair)),
        Part::Ask(all) => call("ask", all.iter().map(pair)),
        Part::Table(view) | Part::Stack(view) => table(view),
        Part::Chart(chart) => chart_call(chart),
        Part::Picture(view, remark, chart) => {
            let mut left = table(view);
            if let Some(remark) = remark {
                let _ = write!(left, " + par(small({}))", rich(remark));
            }
            match chart {
                Some(chart) => format!("picture({left}, {})", chart_call(chart)),
                None => left,
            }
        }
        Part::Query { .. } => "none".to_owned(),
    }
}

fn call(name: &str, items: impl Iterator<Item = String>) -> String {
    format!("{name}({})", items.collect::<Vec<_>>().join(", "))
}

fn pair((head, body): &(Rich, Rich)) -> String {
    format!("({}, {})", rich(head), rich(body))
}

/// A list of expressions as an array, of one as well.
fn array(items: impl Iterator<Item = String>) -> String {
    items.fold("(".to_owned(), |all, item| all + &item + ", ") + ")"
}

fn table(view: &View) -> String {
    let widths = array((0..view.heads.len()).map(|i| format!("{}fr", width(view, i))));
    let aligns = array(view.heads.iter().map(|h| if h.number { "right" } else { "left" }.to_owned()));
    let heads = array(view.heads.iter().map(|h| {
        let unit = h.unit.as_ref().map(|u| format!(" + {}", text(&format!(" {u}")))).unwrap_or_default();
        format!("({}{unit})", rich(&h.text))
    }));
    let last = view.rows.iter().enumerate().filter(|(_, r)| r.last).map(|(i, _)| (i + 1).to_string());
    let row = |line: &Line| array(std::iter::once(rich(&line.head)).chain(line.cells.iter().map(|c| rich(&c.text))));
    let rows: Vec<String> = view.rows.iter().map(row).collect();
    format!(
        "[#data-table({}, {}, {widths}, {aligns}, {heads}, {}, {}) <table-{}>]",
        rich(&view.caption),
        array(view.signs.iter().map(rich)),
        array(last),
        rows.join(", "),
        label(&view.id),
    )
}

/// The part of a table's width that a column needs, in letters: what cannot be broken, and of words room for some of them.
fn width(view: &View, column: usize) -> usize {
    const WORDS_MIN: usize = 12;
    const WORDS_MAX: usize = 16;
    const FIRST_MAX: usize = 26;
    let longest_word = |text: &str| text.split(' ').map(|w| w.chars().count()).max().unwrap_or(0);
    let head = view.heads.get(column);
    let unit = head.and_then(|h| h.unit.as_deref()).unwrap_or_default();
    let heading = head.map_or(0, |h| longest_word(&h.text.plain_text())).max(longest_word(unit));
    let texts = view.rows.iter().filter_map(|r| match column.checked_sub(1) {
        None => Some(r.head.plain_text()),
        Some(cell) => r.cells.get(cell).map(|c| c.text.plain_text()),
    });
    let texts: Vec<String> = texts.collect();
    let unbroken = texts.iter().map(|t| longest_word(t)).max().unwrap_or(0).max(heading);
    let whole = texts.iter().map(|t| t.chars().count()).max().unwrap_or(0);
    let number = head.is_some_and(|h| h.number);
    let most = if column == 0 { FIRST_MAX } else { WORDS_MAX };
    // A margin of three: letters differ in width, and cells have an inset.
    if number { unbroken + 3 } else { whole.clamp(unbroken.max(WORDS_MIN), most.max(unbroken).max(WORDS_MIN)) + 3 }
}

/// An id as a label may be written.
fn label(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

fn chart_call(chart: &Chart) -> String {
    let bar = |b: &Bar| {
        let (most, limit) = b.most.as_ref().map_or((chart.scale, false), |(most, _)| (*most, true));
        format!("({}, {}, {}, {most}, {limit})", text(&b.label), rich(&b.value), b.length)
    };
    let without = chart.without.as_deref().map_or_else(|| "none".to_owned(), text);
    let alternative = text(&format!("{}. {}", chart.title, chart.desc));
    let bars: Vec<String> = chart.bars.iter().map(bar).collect();
    let (headline, subtitle) = (rich(&chart.headline), rich(&chart.subtitle));
    format!("bar-chart({headline}, {subtitle}, {alternative}, {without}, {}, {})", chart.scale, bars.join(", "))
}

/// Rich text as one expression of content.
fn rich(rich: &Rich) -> String {
    let span = |span: &Span| match span {
        Span::Text(t) => text(t),
        Span::Figure { text: t, .. } => format!("fig({})", text(t)),
        Span::Source { text: t, .. } => format!("whole({})", text(t)),
        Span::Foreign { text: t, .. } => format!("text(lang: \"en\", region: \"GB\", {})", text(t)),
        Span::Strong(t) => format!("strong({})", text(t)),
        Span::Break => "linebreak()".to_owned(),
        Span::Below(inner) => format!("below({})", self::rich(inner)),
        Span::Whole(t) => format!("whole({})", text(t)),
        Span::Link { text: t, target } => match target.strip_prefix('#') {
            Some(anchor) => format!("link(<{}>, {})", label(anchor), text(t)),
            None => text(t),
        },
    };
    let all: Vec<String> = rich.spans().iter().map(span).collect();
    if all.is_empty() { "\"\"".to_owned() } else { format!("({})", all.join(" + ")) }
}

/// A text as a string of the program.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars().filter_map(clean) {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_string() {
        assert_eq!(text("a\"#\\b\n\u{202e}"), "\"a\\\"#\\\\b \"");
        assert_eq!(rich(&Rich::new()), "\"\"");
        assert_eq!(rich(&Rich::plain("5").cell("7", "x")), "(\"5\" + fig(\"7\"))");
        assert_eq!(label("a\">b-1"), "ab-1");
    }
}
