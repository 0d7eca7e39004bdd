//! Response policy zones: the triggers by the name asked for, out of a master file (RFC 1035 section 5).
//!
//! A trigger `name` stands for that name alone, `*.name` for what is below it and not for the name; a more specific one
//! goes before. Blocking, dropping, an empty answer and local data all list a name; `rpz-passthru.` (and the old form, a
//! CNAME to the name itself) leaves it out. Triggers by address or by server say nothing about names and are counted.

use std::collections::BTreeMap;

use super::lists::{Receive, Reject};
use super::table::Reach;

/// Last labels of triggers other than a name.
const OTHER_TRIGGERS: &[&str] = &["rpz-ip", "rpz-client-ip", "rpz-nsip", "rpz-nsdname"];

/// Types that belong to the zone itself and to its signatures, not to the policy.
const ZONE_TYPES: &[&str] =
    &["SOA", "NS", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "DS", "CDS", "CDNSKEY", "ZONEMD"];

/// Types of local data, and the one that says an action.
const DATA_TYPES: &[&str] = &[
    "CNAME", "A", "AAAA", "TXT", "MX", "SRV", "PTR", "DNAME", "HTTPS", "SVCB", "CAA", "NAPTR", "SPF", "TLSA", "SSHFP",
    "LOC", "HINFO",
];

/// What a zone says of one name: of the name itself and of what is below it. `true` lists it, `false` leaves it out.
#[derive(Default)]
struct Policy {
    name: Option<(bool, u64)>,
    below: Option<(bool, u64)>,
}

/// Reads a zone.
pub(super) fn read(text: &str, out: &mut dyn Receive) {
    let mut zone = Zone::default();
    let mut policies: BTreeMap<String, Policy> = BTreeMap::new();
    each_record(text, &mut |record| match zone.take(record) {
        Ok(None) => {}
        Err(why) => out.reject(why, None, record.line),
        Ok(Some((trigger, listed))) => {
            let below = trigger.strip_prefix("*.");
            let policy = policies.entry(below.unwrap_or(&trigger).to_owned()).or_default();
            let part = if below.is_some() { &mut policy.below } else { &mut policy.name };
            match part {
                Some(_) => out.again(),
                None => *part = Some((listed, record.line)),
            }
        }
    });
    for (name, policy) in &policies {
        emit(name, policy, out);
    }
}

fn emit(name: &str, policy: &Policy, out: &mut dyn Receive) {
    match (policy.name, policy.below) {
        (Some((true, line)), Some((true, _))) => {
            out.name(name, false, None, line);
            out.again();
        }
        (Some((false, line)), Some((false, _))) => {
            out.except(name, Reach::Both, line);
            out.again();
        }
        (alone, below) => {
            match alone {
                Some((true, line)) => out.name(name, true, None, line),
                Some((false, line)) => out.except(name, Reach::Name, line),
                None => {}
            }
            match below {
                Some((true, line)) => {
                    out.name(name, false, None, line);
                    if alone.is_none() {
                        out.spare(name);
                    }
                }
                Some((false, line)) => out.except(name, Reach::Below, line),
                None => {}
            }
        }
    }
}

/// A record or directive: its words, whether its first word is an owner, and the line on which it begins.
struct Record {
    words: Vec<String>,
    owner: bool,
    line: u64,
}

/// Splits a master file into records: `;` begins a comment, parentheses join lines, quotes keep blanks.
fn each_record(text: &str, each: &mut dyn FnMut(&Record)) {
    let mut record = Record { words: Vec::new(), owner: false, line: 0 };
    let mut depth = 0_usize;
    for (line, number) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().zip(1..) {
        if depth == 0 {
            let owner = line.chars().next().is_some_and(|c| !c.is_whitespace());
            record = Record { words: Vec::new(), owner, line: number };
        }
        depth = split(line, depth, &mut record.words);
        if depth == 0 && !record.words.is_empty() {
            each(&record);
        }
    }
    if depth > 0 {
        each(&record);
    }
}

/// Adds the words of one line; gives the depth of parentheses at its end.
fn split(line: &str, mut depth: usize, words: &mut Vec<String>) -> usize {
    let (mut word, mut quoted) = (String::new(), false);
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.push(c);
            }
            ';' if !quoted => break,
            '(' | ')' if !quoted => {
                depth = if c == '(' { depth + 1 } else { depth.saturating_sub(1) };
                push(words, &mut word);
            }
            c if c.is_whitespace() && !quoted => push(words, &mut word),
            c => word.push(c),
        }
    }
    push(words, &mut word);
    depth
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// Where we are in a zone. Names are in lower case and end in a dot where they are complete.
#[derive(Default)]
struct Zone {
    /// What relative names end in; empty where the file does not say.
    origin: String,
    /// The zone's own name, from its SOA record or the first `$ORIGIN`.
    apex: Option<String>,
    owner: String,
}

impl Zone {
    /// The trigger and whether it lists its name; none for what is no policy.
    fn take(&mut self, record: &Record) -> Result<Option<(String, bool)>, Reject> {
        let words: Vec<&str> = record.words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [directive, value, ..] if directive.eq_ignore_ascii_case("$ORIGIN") => {
                self.origin = self.complete(value);
                self.apex.get_or_insert_with(|| self.origin.clone());
                return Ok(None);
            }
            [directive, ..] if directive.eq_ignore_ascii_case("$TTL") => return Ok(None),
            [directive, ..] if directive.eq_ignore_ascii_case("$INCLUDE") => return Err(Reject::IncludeMissing),
            [directive, ..] if directive.starts_with('$') => return Err(Reject::Directive),
            _ => {}
        }
        let mut rest = words.as_slice();
        if let ([owner, more @ ..], true) = (rest, record.owner) {
            self.owner = self.complete(owner);
            rest = more;
        }
        while let [word, more @ ..] = rest
            && (is_ttl(word) || ["IN", "CH", "HS"].iter().any(|c| word.eq_ignore_ascii_case(c)))
        {
            rest = more;
        }
        let [kind, data @ ..] = rest else { return Err(Reject::Malformed) };
        let kind = kind.to_ascii_uppercase();
        // A zone that calls itself `@` alone does not say its name: relative names are then as they stand.
        if kind == "SOA" && self.owner != "@" {
            self.apex = Some(self.owner.clone());
            if self.origin.is_empty() {
                self.origin.clone_from(&self.owner);
            }
        }
        if ZONE_TYPES.contains(&kind.as_str()) {
            return Ok(None);
        }
        if data.is_empty() || !(DATA_TYPES.contains(&kind.as_str()) || kind.starts_with("TYPE")) {
            return Err(Reject::Malformed);
        }
        self.policy(&kind, data)
    }

    fn policy(&self, kind: &str, data: &[&str]) -> Result<Option<(String, bool)>, Reject> {
        let Some(trigger) = self.trigger()? else { return Ok(None) };
        let target = if kind == "CNAME" { data.first().map(|t| self.complete(t)) } else { None };
        let listed = match target.as_deref() {
            Some("rpz-passthru." | "rpz-passthru") => false,
            Some("rpz-tcp-only." | "rpz-tcp-only") => return Err(Reject::Action),
            Some(target) => target.trim_end_matches('.') != trigger,
            None => true,
        };
        Ok(Some((trigger, listed)))
    }

    /// The owner without the zone's name; none for the zone itself.
    fn trigger(&self) -> Result<Option<String>, Reject> {
        let trigger = match (self.owner.strip_suffix('.'), &self.apex) {
            (None, _) => self.owner.as_str(),
            (Some(_), None) => return Err(Reject::OutOfZone),
            (Some(complete), Some(apex)) => match complete.strip_suffix(apex.trim_end_matches('.')) {
                Some("") => return Ok(None),
                Some(inner) if apex == "." => inner,
                Some(inner) => inner.strip_suffix('.').ok_or(Reject::OutOfZone)?,
                None => return Err(Reject::OutOfZone),
            },
        };
        if trigger.is_empty() || trigger == "@" {
            return Ok(None);
        }
        let last = trigger.rsplit('.').next().unwrap_or_default();
        if OTHER_TRIGGERS.contains(&last) { Err(Reject::Trigger) } else { Ok(Some(trigger.to_owned())) }
    }

    /// A name as it is complete: relative ones end in the origin, `@` is the origin itself.
    fn complete(&self, name: &str) -> String {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "@" if !self.origin.is_empty() => self.origin.clone(),
            _ if name.ends_with('.') || self.origin.is_empty() => name,
            _ if self.origin == "." => format!("{name}."),
            _ => format!("{name}.{}", self.origin),
        }
    }
}

/// `3600`, `1h30m`.
fn is_ttl(word: &str) -> bool {
    let unit = |b: u8| b"smhdw".contains(&b.to_ascii_lowercase());
    word.bytes().next().is_some_and(|b| b.is_ascii_digit()) && word.bytes().all(|b| b.is_ascii_digit() || unit(b))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, list, shared};
    use super::super::{Categories, ListKind, Reject};

    fn of(text: &str) -> Categories {
        Categories::with_lists(&[list("games", ListKind::Rpz, text)]).0
    }

    const HEAD: &str = "$TTL 1h\n@ IN SOA ns.example.net. hostmaster.example.net. (\n  1 ; serial\n  3600 600 86400 60 )\n  IN NS ns.example.net.\n";

    #[test]
    fn triggers_and_actions() {
        let text = format!(
            "$ORIGIN rpz.example.net.\n{HEAD}\
             both.example CNAME .\n*.both.example 300 IN CNAME .\nalone.example IN 300 CNAME *.\n*.below.example CNAME rpz-drop.\n\
             data.example A 192.0.2.1\n  AAAA 2001:db8::1\nwalled.example CNAME garden.example.org.\ntext.example TXT \"a ; b\"\n\
             full.example.rpz.example.net. CNAME .\nUPPER.Example CNAME .\n\
             $ORIGIN org.rpz.example.net.\nsub.example CNAME .\n"
        );
        let made = of(&text);
        check(
            &made,
            "both.example games
             www.both.example games
             alone.example games
             www.alone.example
             below.example
             www.below.example games
             data.example games
             walled.example games
             text.example games
             full.example games
             upper.example games
             sub.example.org games
             ns.example.net",
        );
        let facts = &made.sources()[2];
        // Eleven triggers; the pair of `both` is one rule, and so are the two records of `data`.
        assert_eq!((facts.entries, facts.rules, facts.covered, facts.rejected.total()), (11, 9, 2, 0));
    }

    #[test]
    fn passing_through_leaves_names_out() {
        let text = format!(
            "$ORIGIN rpz.\n{HEAD}\
             *.a.example CNAME .\na.example CNAME .\nok.a.example CNAME rpz-passthru.\n*.free.a.example CNAME rpz-passthru.\n\
             self.a.example CNAME self.a.example.\nbad.free.a.example CNAME .\nwhole.a.example CNAME rpz-passthru.\n\
             *.whole.a.example CNAME rpz-passthru.\n"
        );
        check(
            &of(&text),
            "a.example games
             x.a.example games
             ok.a.example
             www.ok.a.example games
             free.a.example games
             x.free.a.example
             bad.free.a.example games
             self.a.example
             whole.a.example
             x.whole.a.example",
        );
    }

    #[test]
    fn what_is_no_name_is_counted() {
        let text = format!(
            "$ORIGIN rpz.example.net.\n{HEAD}\
             32.7.2.0.192.rpz-ip CNAME .\nns.example.rpz-nsdname CNAME .\n32.7.2.0.192.rpz-nsip CNAME .\n24.0.2.0.192.rpz-client-ip CNAME .\n\
             slow.example CNAME rpz-tcp-only.\nout.example.org. CNAME .\n$GENERATE 1-9 n$.example CNAME .\n$INCLUDE more.db\nfoobar\n\
             com CNAME .\n"
        );
        let made = of(&text);
        let facts = &made.sources()[2];
        let counts: Vec<_> = facts.rejected.iter().map(|(why, r)| (why.as_str(), r.count)).collect();
        let expected = [
            ("single_label", 1),
            ("malformed", 1),
            ("include_missing", 1),
            ("trigger", 4),
            ("action", 1),
            ("out_of_zone", 1),
            ("directive", 1),
        ];
        assert_eq!(counts, expected);
        assert_eq!(facts.rejected.iter().find(|(w, _)| *w == Reject::Trigger).map(|(_, r)| r.places[0].line), Some(7));
    }

    #[test]
    fn a_zone_that_does_not_say_its_name() {
        let text = format!("{HEAD}bad.example CNAME .\nout.example. CNAME .\n");
        let made = of(&text);
        check(&made, "bad.example games\nout.example");
        assert_eq!(made.sources()[2].rejected.count(Reject::OutOfZone), 1);
        check(&of(". SOA . . 1 1 1 1 1\nroot.example. CNAME .\n"), "root.example games");
    }

    /// Zones of BIND's own tests, read by eye.
    #[test]
    fn real_zones() {
        let facts = |path: &str| {
            let text = std::fs::read_to_string(shared(&format!("categories/{path}"))?).unwrap();
            let made = of(&text);
            let facts = made.sources()[2].clone();
            let counts: Vec<_> = facts.rejected.iter().map(|(why, r)| (why.as_str(), r.count)).collect();
            Some((facts.entries, facts.rules, facts.covered, counts))
        };
        let Some(found) = facts("isc_bind9_rpz/rpz/ns9/rpz.db") else { return };
        assert_eq!(found, (3, 3, 0, vec![]));
        assert_eq!(facts("isc_bind9_rpz/rpz/ns3/mixed-case-rpz-1.db.in"), Some((1, 1, 0, vec![])));
        assert_eq!(facts("isc_bind9_rpz/rpz/ns3/broken.db.in"), Some((1, 0, 0, vec![("malformed", 1)])));
        // `allowed` and `*.allowed` are one label: whole top-level domains, which no list may take.
        assert_eq!(
            facts("isc_bind9_rpz/rpzextra/ns2/rpz-external.local.db"),
            Some((2, 0, 1, vec![("single_label", 1)]))
        );
        assert_eq!(facts("isc_bind9_rpz/rpzrecurse/ns3/policy.db"), Some((1, 0, 0, vec![("trigger", 1)])));
    }

    /// The zone inside a test of Unbound: below `gotham5.a` its own expected answers are the zone's, and `gotham5.a` is not.
    #[test]
    fn a_zone_of_unbound() {
        let Some(path) = shared("categories/NLnetLabs_unbound_rpz/testdata/rpz_cname_wild.rpl") else { return };
        let text = std::fs::read_to_string(path).unwrap();
        let zone =
            text.split("TEMPFILE_CONTENTS rpz.example.com\n").nth(1).unwrap().split("TEMPFILE_END").next().unwrap();
        let made = of(zone);
        check(&made, "gotham.gotham5.a games\ngotham5.a\ngotham6.a");
        let facts = &made.sources()[2];
        assert_eq!((facts.entries, facts.rules, facts.rejected.count(Reject::Trigger)), (2, 1, 1));
    }
}
