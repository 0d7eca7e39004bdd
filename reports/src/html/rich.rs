//! Text on its way into the page: escaped where it enters, each number with its source.

use std::fmt;

/// Escaped text with marked-up numbers. Only this type is printed without escaping by the templates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rich(String);

impl Rich {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self(String::new())
    }

    /// One piece of plain text.
    pub(crate) fn plain(text: &str) -> Self {
        Self::new().text(text)
    }

    /// Adds plain text.
    pub(crate) fn text(mut self, text: &str) -> Self {
        escape(text, &mut self.0);
        self
    }

    /// Adds a figure that stands in the document at `source` (`table/row/column`).
    pub(crate) fn cell(self, text: &str, source: &str) -> Self {
        self.marked("data-cell", text, source)
    }

    /// Adds a date, a version, a name or other text of the document.
    pub(crate) fn source(self, text: &str, source: &str) -> Self {
        self.marked("data-source", text, source)
    }

    /// Adds text of the document whose line breaks matter: it can be copied from the page as it stands.
    pub(crate) fn lines(mut self, text: &str, source: &str) -> Self {
        for (i, line) in text.lines().enumerate() {
            if i > 0 {
                self.0.push_str("<br>");
            }
            self = self.source(line, source);
        }
        self
    }

    /// Adds a second, quieter line.
    pub(crate) fn below(mut self, inner: &Rich) -> Self {
        self.0.push_str(" <span class=\"sub\">");
        self.0.push_str(&inner.0);
        self.0.push_str("</span>");
        self
    }

    fn marked(mut self, attribute: &str, text: &str, source: &str) -> Self {
        self.0.push_str("<span ");
        self.0.push_str(attribute);
        self.0.push_str("=\"");
        escape(source, &mut self.0);
        self.0.push_str("\">");
        escape(text, &mut self.0);
        self.0.push_str("</span>");
        self
    }
}

impl fmt::Display for Rich {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            // Controls have no place in a page, and bidirectional overrides could turn a figure round.
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {}
            c => out.push(c),
        }
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
