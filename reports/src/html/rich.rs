//! Text on its way into the page: escaped where it enters, each number with its source.

use std::fmt;

pub(crate) use crate::page::rich::Rich;
use crate::page::rich::{Span, clean};

impl fmt::Display for Rich {
    /// As HTML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let marked = |f: &mut fmt::Formatter<'_>, attribute: &str, source: &str, text: &str| {
            write!(f, "<span {attribute}=\"{}\">{}</span>", Escaped(source), Escaped(text))
        };
        for span in self.spans() {
            match span {
                Span::Text(text) => Escaped(text).fmt(f)?,
                Span::Figure { text, source } => marked(f, "data-cell", source, text)?,
                Span::Source { text, source } => marked(f, "data-source", source, text)?,
                Span::Foreign { text, source } => marked(f, "lang=\"en-GB\" data-source", source, text)?,
                Span::Strong(text) => write!(f, "<b>{}</b>", Escaped(text))?,
                Span::Break => f.write_str("<br>")?,
                Span::Below(inner) => write!(f, " <span class=\"sub\">{inner}</span>")?,
                Span::Whole(text) => write!(f, "<span class=\"whole\">{}</span>", Escaped(text))?,
                Span::Link { text, target } => write!(f, "<a href=\"{}\">{}</a>", Escaped(target), Escaped(text))?,
            }
        }
        Ok(())
    }
}

/// Text for a template: escaped, and clean.
pub(crate) const fn esc(text: &str) -> Escaped<'_> {
    Escaped(text)
}

/// Text with what HTML would take for markup replaced.
pub(crate) struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for c in self.0.chars().filter_map(clean) {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#x27;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_escaped_everywhere() {
        let hostile = "<script>\"&'\u{202e}\0\n";
        let clean = "&lt;script&gt;&quot;&amp;&#x27; ";
        assert_eq!(Rich::plain(hostile).to_string(), clean);
        let cell = Rich::new().cell("5", hostile).to_string();
        assert_eq!(cell, format!("<span data-cell=\"{clean}\">5</span>"));
        let source = Rich::new().source(hostile, "name").to_string();
        assert_eq!(source, format!("<span data-source=\"name\">{clean}</span>"));
    }
}
