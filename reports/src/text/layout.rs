//! Blocks on lines of 80 columns: wrapped words, aligned figures.

use super::{Block, Grid};

/// The longest line.
const WIDTH: usize = 80;
/// Columns between two columns of a table.
const GAP: usize = 2;
/// The first column of a table is never narrower: a table too wide for it is told row by row.
const LABEL_MIN: usize = 20;

/// The blocks as text: an empty line between them, one line feed at the end.
pub(crate) fn plain(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        let lines = lines(block);
        if lines.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        for line in lines {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

fn lines(block: &Block) -> Vec<String> {
    match block {
        Block::Title { over, title } => {
            let mut lines = wrapped(over, WIDTH);
            let title = wrapped(title, WIDTH);
            let longest = lines.iter().chain(&title).map(|l| width(l)).max().unwrap_or(0);
            lines.extend(title);
            lines.push("=".repeat(longest));
            lines
        }
        Block::Note { head, text } => indented(&format!("{}: {text}", head.to_uppercase()), "", "  "),
        Block::Heading(text) => {
            let mut lines = wrapped(text, WIDTH);
            let longest = lines.iter().map(|l| width(l)).max().unwrap_or(0);
            lines.push("-".repeat(longest));
            lines
        }
        Block::Paragraph(text) => wrapped(text, WIDTH),
        Block::Bullets(items) => items.iter().flat_map(|i| indented(i, "* ", "  ")).collect(),
        Block::Terms(terms) => terms.iter().flat_map(|(t, text)| indented(&format!("{t}: {text}"), "", "  ")).collect(),
        Block::Table(grid) => table(grid),
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// Only what prints: a control or a bidirectional override of a text could hide what stands beside it.
fn clean(text: &str) -> String {
    let printed = |c: &char| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(printed).collect()
}

/// Words on lines of at most `most` characters; a longer word is cut.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in clean(text).split(' ').filter(|w| !w.is_empty()) {
        let mut rest: Vec<char> = word.chars().collect();
        if !line.is_empty() && width(&line) + 1 + rest.len() > most {
            lines.push(std::mem::take(&mut line));
        }
        while rest.len() > most {
            lines.push(rest.drain(..most).collect());
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(rest);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn indented(text: &str, first: &str, rest: &str) -> Vec<String> {
    let lines = wrapped(text, WIDTH - width(rest).max(width(first)));
    lines.iter().enumerate().map(|(i, l)| format!("{}{l}", if i == 0 { first } else { rest })).collect()
}

fn table(grid: &Grid) -> Vec<String> {
    let mut lines = wrapped(&grid.caption, WIDTH);
    match label_width(grid) {
        Some(label) => lines.extend(aligned(grid, label)),
        None => lines.extend(by_row(grid)),
    }
    lines.extend(grid.signs.iter().flat_map(|sentence| indented(sentence, "  ", "    ")));
    lines
}

/// Widths of the columns of figures: their longest cell, or the longest word of their heading.
fn figure_widths(grid: &Grid) -> Vec<usize> {
    let of = |(i, head): (usize, &String)| {
        let words = head.split(' ').map(width).max().unwrap_or(0);
        let cells = grid.rows.iter().filter_map(|r| r.get(i)).map(|c| width(&clean(c))).max().unwrap_or(0);
        words.max(cells)
    };
    grid.heads.iter().enumerate().skip(1).map(of).collect()
}

/// What is left for the first column, up to its longest text; none where that is too little.
fn label_width(grid: &Grid) -> Option<usize> {
    let figures: usize = figure_widths(grid).iter().map(|w| w + GAP).sum();
    let left = WIDTH.checked_sub(figures).filter(|l| *l >= LABEL_MIN)?;
    let longest = grid.rows.iter().filter_map(|r| r.first()).chain(grid.heads.first()).map(|l| width(l)).max()?;
    Some(left.min(longest.max(LABEL_MIN)))
}

fn aligned(grid: &Grid, label: usize) -> Vec<String> {
    let widths = figure_widths(grid);
    let first = |cells: &[String]| cells.first().map(|c| wrapped(c, label)).unwrap_or_default();
    let heads: Vec<Vec<String>> =
        grid.heads.iter().skip(1).zip(&widths).map(|(head, most)| wrapped(head, *most)).collect();
    let mut lines = row(label, &first(&grid.heads), &heads, &widths, true);
    lines.push("-".repeat(label + widths.iter().map(|w| w + GAP).sum::<usize>()));
    for cells in &grid.rows {
        let figures: Vec<Vec<String>> = cells.iter().skip(1).map(|c| vec![clean(c)]).collect();
        lines.extend(row(label, &first(cells), &figures, &widths, false));
    }
    lines
}

/// One row, each cell with its lines; figures stand on the label's last line, and headings end on one line.
fn row(label: usize, first: &[String], others: &[Vec<String>], widths: &[usize], head: bool) -> Vec<String> {
    let tall = others.iter().map(Vec::len).chain([first.len()]).max().unwrap_or(0);
    let line = |i: usize| {
        let from_end = |cell: &[String]| (i + cell.len()).checked_sub(tall).and_then(|j| cell.get(j).cloned());
        let text = if head { from_end(first) } else { first.get(i).cloned() }.unwrap_or_default();
        let mut line = format!("{text}{}", " ".repeat(label.saturating_sub(width(&text))));
        for (cell, most) in others.iter().zip(widths) {
            let text = from_end(cell).unwrap_or_default();
            line.push_str(&" ".repeat(GAP + most.saturating_sub(width(&text))));
            line.push_str(&text);
        }
        line
    };
    (0..tall).map(line).collect()
}

/// A table too wide for its lines: each row by itself, its figures below.
fn by_row(grid: &Grid) -> Vec<String> {
    let mut lines = Vec::new();
    for cells in &grid.rows {
        lines.extend(cells.first().map(|c| wrapped(c, WIDTH)).unwrap_or_default());
        for (head, cell) in grid.heads.iter().zip(cells).skip(1) {
            lines.extend(indented(&format!("{head}: {cell}"), "  ", "    "));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(heads: &[&str], rows: &[&[&str]]) -> Grid {
        let owned = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let rows = rows.iter().map(|r| owned(r)).collect();
        Grid { caption: "Caption".to_owned(), heads: owned(heads), rows, signs: vec![] }
    }

    fn check(block: &Block, expected: &str) {
        assert_eq!(plain(std::slice::from_ref(block)), expected);
    }

    #[test]
    fn figures_stand_under_each_other() {
        let table = grid(&["Link", "Data (GB)", "Days"], &[&["Office", "1,240", "31"], &["Depot", "[c]", "9"]]);
        let expected = "\
Caption
                       Data
Link                   (GB)  Days
---------------------------------
Office                1,240    31
Depot                   [c]     9
";
        check(&Block::Table(table), expected);
    }

    #[test]
    fn no_line_is_longer_than_80_columns() {
        let long = "word ".repeat(40);
        let cells: Vec<&str> = std::iter::once(long.as_str()).chain(["1"; 12]).collect();
        let heads: Vec<&str> = std::iter::once("Kind").chain(["Heading"; 12]).collect();
        let uncut = "x".repeat(200);
        let all = [
            Block::Title { over: uncut.clone(), title: long.clone() },
            Block::Note { head: "Head".to_owned(), text: uncut.clone() },
            Block::Bullets(vec![long.clone(), uncut]),
            Block::Table(grid(&["Kind", "One (£)"], &[&[&long, "1.00"]])),
            Block::Table(grid(&heads, &[&cells])),
        ];
        let text = plain(&all);
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
        assert!(text.contains("  Heading: 1\n"), "{text}");
    }

    #[test]
    fn hostile_text_moves_nothing() {
        check(&Block::Paragraph("a\n\u{202e}b\u{1b}[2J\tc".to_owned()), "a b[2J c\n");
        check(&Block::Paragraph("  ".to_owned()), "");
    }
}
