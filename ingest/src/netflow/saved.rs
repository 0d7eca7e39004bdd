//! Templates as text that can be kept beside other inputs: one line for each announcement, in a fixed order.

use std::fmt::Write as _;
use std::str::{FromStr, Split};

use model::Addr;

use super::layout::{Field, Layout};
use super::sampling::Scope;
use super::template::{StreamKey, Templates};
use super::timeline::{Position, Seen, Timeline};
use crate::limits::{FIELDS_PER_TEMPLATE_MAX, STREAMS_MAX};

const HEAD: &str = "tithing.templates/1";

/// Saved templates that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "saved templates are damaged at line {line} (format tithing.templates/1); delete them and scan the captures again"
)]
pub struct TemplateError {
    /// The first line that is not understood, counted from 1.
    pub line: usize,
}

fn head(out: &mut String, kind: char, key: &StreamKey) {
    let exporter = key.exporter.map_or(String::from("-"), |a| a.to_ip().to_string());
    let _ = write!(out, "{kind} {exporter} {} {}", key.version, key.domain);
}

fn tail<T>(out: &mut String, seen: &Seen<T>) {
    let (f, l) = (seen.first, seen.last);
    let _ = write!(out, " {} {} {} {}", f.at, f.offset, l.at, l.offset);
}

fn layout_line(out: &mut String, key: &StreamKey, id: u16, seen: &Seen<Layout>) {
    head(out, 'T', key);
    tail(out, seen);
    let layout = &seen.value;
    let _ = write!(out, " {id} {} {}", u8::from(layout.options), layout.scopes);
    for f in &layout.fields {
        let _ = write!(out, " {}:{}:{}", f.enterprise, f.id, f.length);
    }
    out.push('\n');
}

impl Templates {
    /// The canonical bytes: equal templates give equal bytes. Sets still waiting for a template are not among them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = String::from(HEAD);
        out.push('\n');
        for (key, stream) in &self.streams {
            for (id, timeline) in &stream.layouts {
                timeline.entries().iter().for_each(|seen| layout_line(&mut out, key, *id, seen));
            }
            for (scope, timeline) in stream.announced.rates() {
                let (word, id) = match scope {
                    Scope::Domain => ('d', 0),
                    Scope::Sampler(id) => ('s', id),
                    Scope::Interface(id) => ('i', u64::from(id)),
                };
                for seen in timeline.entries() {
                    head(&mut out, 'R', key);
                    tail(&mut out, seen);
                    let _ = writeln!(out, " {word} {id} {}", seen.value);
                }
            }
            for seen in stream.announced.boots().entries() {
                head(&mut out, 'B', key);
                tail(&mut out, seen);
                let _ = writeln!(out, " {}", seen.value);
            }
        }
        out.into_bytes()
    }

    /// Reads what [`Templates::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Templates, TemplateError> {
        let text = str::from_utf8(bytes).map_err(|_| TemplateError { line: 1 })?;
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Err(TemplateError { line: 1 });
        }
        let mut all = Templates::default();
        for (i, line) in lines.enumerate() {
            read_line(&mut all, line).ok_or(TemplateError { line: i + 2 })?;
        }
        let fresh = Templates::default();
        all.merge(&fresh);
        Ok(all)
    }
}

struct Words<'a>(Split<'a, char>);

impl<'a> Words<'a> {
    fn word(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    fn number<T: FromStr>(&mut self) -> Option<T> {
        self.word()?.parse().ok()
    }

    fn position(&mut self) -> Option<Position> {
        Some(Position { at: self.number()?, offset: self.number()? })
    }
}

fn read_line(all: &mut Templates, line: &str) -> Option<()> {
    let mut words = Words(line.split(' '));
    let kind = words.word()?;
    let exporter = match words.word()? {
        "-" => None,
        ip => Some(Addr::from(ip.parse::<std::net::IpAddr>().ok()?)),
    };
    let key = StreamKey { exporter, version: words.number()?, domain: words.number()? };
    let (first, last) = (words.position()?, words.position()?);
    if all.streams.len() > STREAMS_MAX {
        return None;
    }
    let stream = all.streams.entry(key).or_default();
    match kind {
        "T" => {
            let id: u16 = words.number()?;
            let value = read_layout(&mut words)?;
            put(stream.layouts.entry(id).or_default(), Seen { first, last, value });
        }
        "R" => {
            let scope = match (words.word()?, words.number::<u64>()?) {
                ("d", 0) => Scope::Domain,
                ("s", id) => Scope::Sampler(id),
                ("i", id) => Scope::Interface(u32::try_from(id).ok()?),
                _ => return None,
            };
            put(stream.announced.rate_entry(scope), Seen { first, last, value: words.number()? });
        }
        "B" => put(stream.announced.boots_entry(), Seen { first, last, value: words.number()? }),
        _ => return None,
    }
    words.word().is_none().then_some(())
}

fn put<T: Ord + Clone>(timeline: &mut Timeline<T>, seen: Seen<T>) {
    timeline.restore(seen);
}

fn read_layout(words: &mut Words<'_>) -> Option<Layout> {
    let options = words.number::<u8>()? == 1;
    let scopes = words.number()?;
    let mut fields = Vec::new();
    for word in words.0.by_ref() {
        let mut parts = word.split(':');
        let enterprise = parts.next()?.parse().ok()?;
        let id = parts.next()?.parse().ok()?;
        let length = parts.next()?.parse().ok()?;
        fields.push(Field { enterprise, id, length });
        if fields.len() > FIELDS_PER_TEMPLATE_MAX {
            return None;
        }
    }
    Some(Layout { options, scopes, fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Templates {
        let mut t = Templates::default();
        let key = StreamKey { exporter: Some(Addr::from_v4([192, 0, 2, 1])), domain: 7, version: 10 };
        let layout = Layout { options: false, scopes: 0, fields: vec![Field { enterprise: 29_305, id: 1, length: 8 }] };
        t.define(key, 300, Position { at: -5, offset: 9 }, &layout).unwrap();
        t.define(key, 300, Position { at: 6, offset: 10 }, &Layout::default()).unwrap();
        let stream = t.stream(key).unwrap();
        stream.announced.rate_entry(Scope::Sampler(3)).observe(Position { at: 1, offset: 2 }, &100, 9);
        stream.announced.boots_entry().observe(Position::default(), &12_345, 9);
        t
    }

    #[test]
    fn what_is_saved_comes_back() {
        let bytes = sample().to_bytes();
        let back = Templates::from_bytes(&bytes).unwrap();
        assert_eq!(back.to_bytes(), bytes);
        assert_eq!(back.len(), 1);
        assert_eq!(String::from_utf8(bytes).unwrap().lines().count(), 5);
    }

    #[test]
    fn damage_is_named_by_line() {
        let text = String::from_utf8(sample().to_bytes()).unwrap();
        assert_eq!(Templates::from_bytes(b"").unwrap_err().line, 1);
        assert_eq!(Templates::from_bytes(&[0xff]).unwrap_err().line, 1);
        assert_eq!(Templates::from_bytes(format!("{text}X").as_bytes()).unwrap_err().line, 6);
        assert_eq!(Templates::from_bytes(text.replace("29305:1:8", "29305:1").as_bytes()).unwrap_err().line, 2);
    }
}
