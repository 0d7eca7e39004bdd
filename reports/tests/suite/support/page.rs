//! Reads a page as a stranger would: every text and attribute, with the source that its nearest element names.

/// A piece of text, or an attribute that draws a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The element that holds it, outermost first.
    pub(crate) path: Vec<String>,
    /// `data-cell` of the nearest element that has one.
    pub(crate) cell: Option<String>,
    /// `data-source` of the nearest element that has one.
    pub(crate) source: Option<String>,
    /// The text.
    pub(crate) text: String,
}

/// A start tag.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Everything on the page but the style sheet. Panics where a tag is not closed in order.
pub(crate) fn read(page: &str) -> (Vec<Piece>, Vec<Tag>) {
    let (mut pieces, mut tags, mut open) = (Vec::new(), Vec::new(), Vec::<Tag>::new());
    let mut rest = page.strip_prefix("<!DOCTYPE html>").expect("doctype");
    while let Some(at) = rest.find('<') {
        let (text, from_tag) = rest.split_at(at);
        if !text.trim().is_empty() && open.last().is_some_and(|t| t.name != "style") {
            pieces.push(piece(&open, text));
        }
        let end = tag_end(from_tag);
        let inside = &from_tag[1..end];
        rest = &from_tag[end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop().expect("an open element").name, name);
            continue;
        }
        let tag = tag(inside.trim_end_matches('/'));
        if !inside.ends_with('/') && !["meta", "br"].contains(&tag.name.as_str()) {
            open.push(tag.clone());
        }
        tags.push(tag);
    }
    assert!(open.is_empty(), "{open:?}");
    (pieces, tags)
}

fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (i, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return i,
            _ => {}
        }
    }
    panic!("a tag without end: {text:.40}");
}

fn tag(inside: &str) -> Tag {
    let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    while let Some((name, after)) = rest.trim_start().split_once("=\"") {
        let (value, after) = after.split_once('"').expect("a closed attribute");
        attributes.push((name.to_owned(), unescape(value)));
        rest = after;
    }
    assert!(rest.trim().is_empty(), "{inside}");
    Tag { name: name.to_owned(), attributes }
}

fn piece(open: &[Tag], text: &str) -> Piece {
    let nearest = |name: &str| open.iter().rev().find_map(|t| t.get(name)).map(str::to_owned);
    Piece {
        path: open.iter().map(|t| t.name.clone()).collect(),
        cell: nearest("data-cell"),
        source: nearest("data-source"),
        text: unescape(text.trim()),
    }
}

fn unescape(text: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(text.to_owned(), |t, (from, to)| t.replace(from, to))
}
