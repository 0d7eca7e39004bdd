//! Templates as text that can be kept beside other inputs: a line for each layout and each sampling rate, in a fixed
//! order. No times stand in it: when an exporter began to announce can be when one person switched it on.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::str::{FromStr, Split};

use model::Addr;

use super::layout::{Field, Layout};
use super::sampling::Scope;
use super::template::{Stream, StreamKey, Templates};
use super::timeline::{Position, Timeline};
use crate::limits::{ANNOUNCEMENTS_MAX, FIELDS_PER_TEMPLATE_MAX, STREAMS_MAX, TEMPLATES_MAX};

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

fn layout_line(out: &mut String, key: &StreamKey, id: u16, layout: &Layout) {
    head(out, 'T', key);
    let _ = write!(out, " {id} {} {}", u8::from(layout.options), layout.scopes);
    for f in &layout.fields {
        let _ = write!(out, " {}:{}:{}", f.enterprise, f.id, f.length);
    }
    out.push('\n');
}

fn rate_line(out: &mut String, key: &StreamKey, scope: Scope, rate: u64) {
    let (word, id) = match scope {
        Scope::Domain => ('d', 0),
        Scope::Sampler(id) => ('s', id),
        Scope::Interface(id) => ('i', u64::from(id)),
    };
    head(out, 'R', key);
    let _ = writeln!(out, " {word} {id} {rate}");
}

/// The last value of a timeline and when it was announced last.
fn last<T: Ord + Clone>(timeline: &Timeline<T>) -> Option<(Position, &T)> {
    timeline.newest().map(|seen| (seen.last, &seen.value))
}

/// What is saved of one stream.
struct Line<'a> {
    newest: Position,
    layouts: Vec<(u16, &'a Layout)>,
    rates: Vec<(Scope, u64)>,
}

/// The last layouts that were not withdrawn, and the last rates. None where there is nothing to save.
fn line(stream: &Stream) -> Option<Line<'_>> {
    let layouts = stream.layouts.iter().filter_map(|(id, t)| last(t).map(|(at, layout)| (at, *id, layout)));
    let layouts: Vec<_> = layouts.filter(|(_, _, layout)| !layout.fields.is_empty()).collect();
    let rates: Vec<_> =
        stream.announced.rates().filter_map(|(scope, t)| last(t).map(|(at, rate)| (at, scope, *rate))).collect();
    let newest = layouts.iter().map(|l| l.0).chain(rates.iter().map(|r| r.0)).max()?;
    let layouts = layouts.into_iter().map(|(_, id, layout)| (id, layout)).collect();
    Some(Line { newest, layouts, rates: rates.into_iter().map(|(_, scope, rate)| (scope, rate)).collect() })
}

impl Templates {
    /// The canonical bytes: of each stream the last layout of each template and the last rate of each scope, as many as the
    /// limits allow, the newest first. They say nothing of when anything was announced, and change only when it does.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut streams: Vec<_> = self.streams.iter().filter_map(|(key, s)| Some((key, line(s)?))).collect();
        streams.sort_by_key(|(key, line)| (Reverse(line.newest), *key));
        streams.truncate(STREAMS_MAX);
        let mut room = TEMPLATES_MAX;
        for (_, line) in &mut streams {
            line.layouts.truncate(room);
            room -= line.layouts.len();
        }
        streams.sort_by_key(|(key, _)| *key);
        let mut out = String::from(HEAD);
        out.push('\n');
        for (key, line) in streams {
            line.layouts.iter().for_each(|(id, layout)| layout_line(&mut out, key, *id, layout));
            line.rates.iter().for_each(|(scope, rate)| rate_line(&mut out, key, *scope, *rate));
        }
        out.into_bytes()
    }

    /// Reads what [`Templates::to_bytes`] wrote; everything counts as announced before all else.
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
}

fn read_line(all: &mut Templates, line: &str) -> Option<()> {
    let mut words = Words(line.split(' '));
    let kind = words.word()?;
    let exporter = match words.word()? {
        "-" => None,
        ip => Some(Addr::from(ip.parse::<std::net::IpAddr>().ok()?)),
    };
    let key = StreamKey { exporter, version: words.number()?, domain: words.number()? };
    match kind {
        "T" => {
            let id: u16 = words.number()?;
            let layout = read_layout(&mut words)?;
            let fresh = all.streams.get(&key).is_none_or(|s| !s.layouts.contains_key(&id));
            fresh.then(|| all.define(key, id, Position::default(), &layout).ok())??;
        }
        "R" => {
            let scope = match (words.word()?, words.number::<u64>()?) {
                ("d", 0) => Scope::Domain,
                ("s", id) => Scope::Sampler(id),
                ("i", id) => Scope::Interface(u32::try_from(id).ok()?),
                _ => return None,
            };
            let announced = &mut all.stream(key)?.announced;
            let room = announced.rates().count() < ANNOUNCEMENTS_MAX;
            let noted = room && announced.rate_entry(scope).observe(Position::default(), &words.number()?, 1);
            noted.then_some(())?;
        }
        _ => return None,
    }
    words.word().is_none().then_some(())
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
        t.define(key, 300, Position { at: -5, offset: 9 }, &Layout { scopes: 1, ..layout.clone() }).unwrap();
        t.define(key, 300, Position { at: 6, offset: 10 }, &layout).unwrap();
        t.define(key, 301, Position { at: 6, offset: 10 }, &layout).unwrap();
        t.withdraw(key, 301, Position { at: 7, offset: 11 });
        let stream = t.stream(key).unwrap();
        stream.announced.rate_entry(Scope::Sampler(3)).observe(Position { at: 1, offset: 2 }, &10, 9);
        stream.announced.rate_entry(Scope::Sampler(3)).observe(Position { at: 9, offset: 3 }, &100, 9);
        t
    }

    #[test]
    fn the_last_layouts_and_rates_are_saved_and_no_time() {
        let bytes = sample().to_bytes();
        let back = Templates::from_bytes(&bytes).unwrap();
        assert_eq!(back.to_bytes(), bytes);
        assert_eq!(back.len(), 1);
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "tithing.templates/1\nT 192.0.2.1 10 7 300 0 0 29305:1:8\nR 192.0.2.1 10 7 s 3 100\n");
    }

    #[test]
    fn past_the_limit_the_newest_are_saved() {
        let key = |domain| StreamKey { exporter: None, domain, version: 9 };
        let layout = Layout { options: false, scopes: 0, fields: vec![Field { enterprise: 0, id: 1, length: 4 }] };
        let count = u32::try_from(STREAMS_MAX).unwrap();
        let mut t = Templates::default();
        for domain in 0..=count {
            let mut one = Templates::default();
            one.define(key(domain), 256, Position { at: i64::from(domain), offset: 0 }, &layout).unwrap();
            t.merge(&one);
        }
        let back = Templates::from_bytes(&t.to_bytes()).unwrap();
        assert_eq!(back.len(), STREAMS_MAX);
        assert!(!back.streams.contains_key(&key(0)) && back.streams.contains_key(&key(count)));
    }

    #[test]
    fn damage_is_named_by_line() {
        let text = String::from_utf8(sample().to_bytes()).unwrap();
        assert_eq!(Templates::from_bytes(b"").unwrap_err().line, 1);
        assert_eq!(Templates::from_bytes(&[0xff]).unwrap_err().line, 1);
        assert_eq!(Templates::from_bytes(format!("{text}X").as_bytes()).unwrap_err().line, 4);
        assert_eq!(Templates::from_bytes(text.replace("29305:1:8", "29305:1").as_bytes()).unwrap_err().line, 2);
    }
}
