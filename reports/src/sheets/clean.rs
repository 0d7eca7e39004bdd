//! Text on its way into a cell: what the page drops is dropped here too, and nothing can become a formula.

use std::borrow::Cow;

/// The text without controls and bidirectional overrides, which could turn a figure round, and without what no XML file may
/// hold; line breaks and runs of spaces are one space, as they look on the page. Text of which nothing is left is `fallback`.
pub(super) fn clean(text: &str, fallback: &str) -> String {
    let kept: String = text.chars().filter_map(keep).collect();
    let words: Vec<&str> = kept.split(' ').filter(|w| !w.is_empty()).collect();
    let line = words.join(" ");
    if line.trim().is_empty() { fallback.to_owned() } else { line }
}

/// The same with every space where it stands.
pub(super) fn verbatim(text: &str) -> String {
    text.chars().filter_map(keep).collect()
}

fn keep(c: char) -> Option<char> {
    match c {
        '\n' | '\t' => Some(' '),
        c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => None,
        '\u{fffe}' | '\u{ffff}' => None,
        c => Some(c),
    }
}

/// Whether a program that guesses could take the text for a formula.
pub(super) fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

/// The text with an apostrophe before it where a program that opens a CSV file could take it for a formula.
///
/// CSV has no types, so this is the only guard there (OWASP, "CSV Injection"). It can be undone: text that begins with an
/// apostrophe gets one too, so whoever drops one leading apostrophe has the text as it was.
pub(super) fn guard(text: &str) -> Cow<'_, str> {
    if looks_like_formula(text) || text.starts_with('\'') {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_made_plain() {
        let cases = [
            ("Office", "Office"),
            (" a\u{202e}b\u{2066}c\0\u{7f}\u{85} ", "abc"),
            ("one\n\ttwo   three", "one two three"),
            ("\r\u{202a}\n", "none"),
            ("\u{a0}", "none"),
            ("\u{fffe}x\u{ffff}", "x"),
            ("=1+1", "=1+1"),
        ];
        for (text, wanted) in cases {
            assert_eq!(clean(text, "none"), wanted, "{text:?}");
        }
    }

    #[test]
    fn verbatim_text_keeps_its_spaces() {
        for (text, wanted) in [("  a  AS\tb ", "  a  AS b "), ("a\u{202e}\0b", "ab"), ("", "")] {
            assert_eq!(verbatim(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_guard_can_be_undone() {
        for text in ["=1", "+1", "-1", "@a", "'a", "\u{ff1d}1"] {
            assert_eq!(guard(text), format!("'{text}"));
        }
        for text in ["", "a=1", "[c]", "1"] {
            assert_eq!(guard(text), text);
        }
    }
}
