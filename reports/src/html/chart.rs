//! A bar chart as SVG.
//!
//! Each bar is a rectangle in a nested viewport whose width in user units is the chart's scale, so the rectangle's width
//! *is* the figure. Labels stand above their bars and wrap by words, so that the text keeps its size on a phone.

use std::fmt;

use askama::Template;

use super::rich::esc;
use crate::page::chart::{Bar, Chart};
use crate::page::rich::Span;

/// Characters of a label in one line: leaves room for a figure on a screen 320 px wide.
const LABEL_CHARS: usize = 26;
/// The same where two figures stand beside it: the last line of a label. The lines above it have the whole width.
const LABEL_CHARS_SHORT: usize = 17;
/// Characters of a line that has the whole width of such a screen.
const LINE_CHARS: usize = 34;
/// Height of a line of text in px.
const LINE_PX: usize = 20;
/// Room below the text in its line in px.
const DESCENT_PX: usize = 5;
/// Height of a bar in px.
const BAR_PX: usize = 14;
/// Room between a bar and the next label in px.
const GAP_PX: usize = 12;

#[derive(Template)]
#[template(path = "chart.html")]
struct ChartHtml<'a> {
    chart: &'a Chart,
    height: usize,
    bars: Vec<Laid<'a>>,
}

/// A bar in its place.
struct Laid<'a> {
    bar: &'a Bar,
    /// The label's lines with their heights.
    lines: Vec<(usize, String)>,
    value_y: usize,
    bar_y: usize,
}

impl fmt::Display for Chart {
    /// As HTML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let two = self.bars.iter().any(|b| b.most.is_some());
        let mut y = 0;
        let bars = self.bars.iter().map(|bar| lay(bar, &mut y, two));
        let bars: Vec<Laid<'_>> = bars.collect();
        ChartHtml { chart: self, height: y.saturating_sub(GAP_PX).max(1), bars }.render_into(f).map_err(|_| fmt::Error)
    }
}

/// Puts a bar below the one before it.
fn lay<'a>(bar: &'a Bar, y: &mut usize, two: bool) -> Laid<'a> {
    let lines = wrap(&bar.label, if two { LINE_CHARS } else { LABEL_CHARS });
    // Two figures have a line of their own where the label's last leaves them no room.
    let full = two && lines.last().is_some_and(|l| l.chars().count() > LABEL_CHARS_SHORT);
    let lines: Vec<(usize, String)> =
        lines.into_iter().enumerate().map(|(n, line)| (*y + LINE_PX * (n + 1) - DESCENT_PX, line)).collect();
    let bar_y = *y + LINE_PX * (lines.len() + usize::from(full));
    *y = bar_y + BAR_PX + GAP_PX;
    Laid { bar, lines, value_y: bar_y - DESCENT_PX, bar_y }
}

/// Breaks a label between words into lines of about so many characters.
fn wrap(label: &str, chars: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= chars => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_wrap_by_words() {
        assert_eq!(wrap("Social media", 26), ["Social media"]);
        assert_eq!(wrap("Updates, security and device services", 26), ["Updates, security and", "device services"]);
        assert_eq!(wrap("", 26), [""]);
    }
}
