//! Text of a page, of no format: each number, name and date carries its place in the document.

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Span {
    /// Fixed text.
    Text(String),
    /// A figure that stands in the document at a source (`table/row/column`).
    Figure { text: String, source: String },
    /// A date, a version, a name or other text of the document.
    Source { text: String, source: String },
    /// The same, and no translation of it exists: it stands as the document has it.
    Foreign { text: String, source: String },
    /// The line ends here.
    Break,
    /// A second, quieter line.
    Below(Rich),
    /// A sign that is explained.
    Strong(String),
    /// Text of the document that no line break may tear apart while it fits a line.
    Whole(String),
    /// A place in the same page (`#ID`), or another file of the folder.
    Link { text: String, target: String },
}

/// Text made of pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rich(Vec<Span>);

impl Rich {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// One piece of plain text.
    pub(crate) fn plain(text: &str) -> Self {
        Self::new().text(text)
    }

    /// Its pieces.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Adds a piece.
    pub(crate) fn push(mut self, span: Span) -> Self {
        self.0.push(span);
        self
    }

    /// Adds plain text.
    pub(crate) fn text(self, text: &str) -> Self {
        self.push(Span::Text(text.to_owned()))
    }

    /// Adds a figure that stands in the document at `source` (`table/row/column`).
    pub(crate) fn cell(self, text: &str, source: &str) -> Self {
        self.push(Span::Figure { text: text.to_owned(), source: source.to_owned() })
    }

    /// Adds a date, a version, a name or other text of the document.
    pub(crate) fn source(self, text: &str, source: &str) -> Self {
        self.push(Span::Source { text: text.to_owned(), source: source.to_owned() })
    }

    /// Adds text of the document whose line breaks matter: it can be copied from the page as it stands.
    pub(crate) fn lines(mut self, text: &str, source: &str) -> Self {
        for (i, line) in text.lines().enumerate() {
            if i > 0 {
                self.0.push(Span::Break);
            }
            self = self.source(line, source);
        }
        self
    }

    /// Adds text that no line break may tear apart.
    pub(crate) fn whole(self, text: &str) -> Self {
        self.push(Span::Whole(text.to_owned()))
    }

    /// Adds a second, quieter line.
    pub(crate) fn below(self, inner: Rich) -> Self {
        self.push(Span::Below(inner))
    }

    /// Adds all pieces of another text.
    pub(crate) fn then(mut self, other: Rich) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The text alone, cleaned; a quieter line follows after a comma.
    pub(crate) fn plain_text(&self) -> String {
        let mut out = String::new();
        for span in &self.0 {
            match span {
                Span::Text(text)
                | Span::Strong(text)
                | Span::Figure { text, .. }
                | Span::Source { text, .. }
                | Span::Foreign { text, .. }
                | Span::Whole(text)
                | Span::Link { text, .. } => out.extend(text.chars().filter_map(clean)),
                Span::Break => out.push(' '),
                Span::Below(inner) => {
                    out.push_str(", ");
                    out.push_str(&inner.plain_text());
                }
            }
        }
        out
    }
}

/// A character as it may stand in a page: controls have no place in one, and bidirectional overrides could turn a figure
/// round.
pub(crate) fn clean(c: char) -> Option<char> {
    match c {
        '\n' | '\t' => Some(' '),
        c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => None,
        c => Some(c),
    }
}
