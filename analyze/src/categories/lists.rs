//! Lists that the provider imports: their formats, and what of each could not be used.
//!
//! Every format ends in the same thing: names with a kind of match, suffix or exact, checked by [`usable_name`]. Nothing
//! here opens a file; [`ListSource`] carries the text, and `load` reads it from a path for who wants that.

use std::collections::{BTreeMap, BTreeSet};

use model::CategoryId;

use super::table::Reach;
use crate::suffix::{LABEL_LENGTH_MAX, NAME_LENGTH_MAX, is_icann_suffix};

/// The deepest chain of `include:` lines that is followed.
const INCLUDE_DEPTH_MAX: usize = 32;

/// Line numbers kept for each reason of rejection, so that a maintainer can look them up.
const PLACES_MAX: usize = 20;

/// Second-level words whose suffixes are not open to everybody, so that one rule may stand for all of them.
const RESTRICTED: &[&str] = &["ac", "edu", "gob", "gouv", "gov", "mil", "mod", "nhs", "police", "sch"];

/// How the text of a list is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListKind {
    /// A file of v2fly's `domain-list-community`: `domain:`, `full:`, plain names, `include:`, `@attributes`, `#` comments.
    V2fly {
        /// The text of each file that an `include:` may name.
        includes: BTreeMap<String, String>,
        /// Only rules that carry this attribute (`ads` of `google@ads`).
        attribute: Option<String>,
    },
    /// The `domains` file of a folder of the UT1 lists: one name a line, with all names below it.
    Ut1 {
        /// Lines of the folder's `urls` and `expressions` files, which say nothing about whole names.
        ignored: u64,
    },
    /// A hosts file (`0.0.0.0 name`): each name stands for itself alone, as it does in hosts(5).
    Hosts,
    /// One name a line, with all names below it.
    Plain,
    /// A filter list in the form of Adblock Plus and its kin: only rules that block whole domains.
    Abp,
    /// A response policy zone: only triggers by the name asked for.
    Rpz,
    /// A list that was imported here before ([`ListSource::normalized`]).
    List {
        /// SHA-256 of what was imported.
        sha256: [u8; 32],
    },
}

impl ListKind {
    /// The stable word.
    pub fn as_str(&self) -> &'static str {
        match self {
            ListKind::V2fly { .. } => "v2fly",
            ListKind::Ut1 { .. } => "ut1",
            ListKind::Hosts => "hosts",
            ListKind::Plain => "plain",
            ListKind::Abp => "abp",
            ListKind::Rpz => "rpz",
            ListKind::List { .. } => "list",
        }
    }
}

/// One list with its licence and the one kind of site that its names belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSource {
    /// What the report calls it.
    pub name: String,
    /// The licence under which its maker gives it, carried into the report.
    pub licence: String,
    /// The kind of site.
    pub category: CategoryId,
    /// The format.
    pub kind: ListKind,
    /// The text.
    pub text: String,
}

/// Why a line of a list, or one of its names, is not a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reject {
    /// An address.
    Address,
    /// Letters outside ASCII: such a name is written with `xn--`.
    NotAscii,
    /// Not a name that DNS allows (RFC 1035 section 2.3.4; letters, digits, hyphens and underscores).
    NotName,
    /// One label: a whole top-level domain, or a machine's own name.
    SingleLabel,
    /// A public suffix open to everybody: a rule for `co.uk` would be a rule for every company.
    PublicSuffix,
    /// `keyword:` matches inside labels, which would make one name's rule another's. Not supported.
    Keyword,
    /// `regexp:` is not supported.
    Regexp,
    /// The line has another form than its format allows.
    Malformed,
    /// `include:` names a file that was not given.
    IncludeMissing,
    /// `include:` goes in a circle or deeper than 32 files.
    IncludeDepth,
    /// More than 250 lists, or names that together take more than 4 GiB.
    Full,
    /// A rule about parts of a page (`##`), which says nothing about a name.
    Cosmetic,
    /// A rule about addresses, not about a whole domain: a path, a wildcard, a fragment, an address's beginning.
    Pattern,
    /// A rule that holds in some circumstances only (`$domain=`, `$script`, ..): which ones, no lookup tells.
    Option,
    /// A rule that an exception of its own list takes back.
    Excepted,
    /// A trigger of a policy zone other than the name asked for (`rpz-ip`, `rpz-nsdname`, ..).
    Trigger,
    /// An action of a policy zone that does not list the name (`rpz-tcp-only`).
    Action,
    /// A record outside the zone it stands in.
    OutOfZone,
    /// A directive that generates records (`$GENERATE`) or that is not known.
    Directive,
}

impl Reject {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Reject::Address => "address",
            Reject::NotAscii => "not_ascii",
            Reject::NotName => "not_name",
            Reject::SingleLabel => "single_label",
            Reject::PublicSuffix => "public_suffix",
            Reject::Keyword => "keyword",
            Reject::Regexp => "regexp",
            Reject::Malformed => "malformed",
            Reject::IncludeMissing => "include_missing",
            Reject::IncludeDepth => "include_depth",
            Reject::Full => "full",
            Reject::Cosmetic => "cosmetic",
            Reject::Pattern => "pattern",
            Reject::Option => "option",
            Reject::Excepted => "excepted",
            Reject::Trigger => "trigger",
            Reject::Action => "action",
            Reject::OutOfZone => "out_of_zone",
            Reject::Directive => "directive",
        }
    }

    /// The reason with this stable word.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|r| r.as_str() == word)
    }

    /// Every reason.
    pub const ALL: &'static [Reject] = &[
        Reject::Address,
        Reject::NotAscii,
        Reject::NotName,
        Reject::SingleLabel,
        Reject::PublicSuffix,
        Reject::Keyword,
        Reject::Regexp,
        Reject::Malformed,
        Reject::IncludeMissing,
        Reject::IncludeDepth,
        Reject::Full,
        Reject::Cosmetic,
        Reject::Pattern,
        Reject::Option,
        Reject::Excepted,
        Reject::Trigger,
        Reject::Action,
        Reject::OutOfZone,
        Reject::Directive,
    ];
}

/// A line of a list, counted from 1; `file` where it stands in an included one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineAt {
    /// The included file.
    pub file: Option<String>,
    /// The line.
    pub line: u64,
}

impl std::fmt::Display for LineAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{file}:{}", self.line),
            None => write!(f, "{}", self.line),
        }
    }
}

/// How often one reason was met, with the first twenty places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejected {
    /// How often.
    pub count: u64,
    /// The first places.
    pub places: Vec<LineAt>,
}

/// Rejections by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejections(BTreeMap<Reject, Rejected>);

impl Rejections {
    pub(super) fn add(&mut self, why: Reject, file: Option<&str>, line: u64) {
        let entry = self.0.entry(why).or_default();
        entry.count = entry.count.saturating_add(1);
        if entry.places.len() < PLACES_MAX {
            entry.places.push(LineAt { file: file.map(str::to_owned), line });
        }
    }

    pub(super) fn add_count(&mut self, why: Reject, count: u64) {
        self.0.entry(why).or_default().count = count;
    }

    /// Every reason that was met, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Reject, &Rejected)> {
        self.0.iter().map(|(why, rejected)| (*why, rejected))
    }

    /// How often one reason was met.
    pub fn count(&self, why: Reject) -> u64 {
        self.0.get(&why).map_or(0, |r| r.count)
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.values().map(|r| r.count).sum()
    }

    /// Whether nothing was rejected.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Takes what a list holds, name by name.
pub(super) trait Receive {
    /// A name that the list has: alone, or with all below it.
    fn name(&mut self, name: &str, exact: bool, file: Option<&str>, line: u64);
    /// A name that the list leaves out.
    fn except(&mut self, name: &str, reach: Reach, line: u64);
    /// A name that its own rule does not mean, only what is below it. No entry of its own.
    fn spare(&mut self, name: &str);
    /// An entry that says again what another entry of the list says.
    fn again(&mut self);
    /// An entry that is no rule.
    fn reject(&mut self, why: Reject, file: Option<&str>, line: u64);
}

impl ListSource {
    /// SHA-256 of the list as its maker gives it: of its file, and of those it includes in the order of their names.
    pub fn sha256(&self) -> [u8; 32] {
        match &self.kind {
            ListKind::List { sha256 } => *sha256,
            ListKind::V2fly { includes, .. } if !includes.is_empty() => {
                let mut all = self.text.clone();
                includes.iter().for_each(|(name, text)| all.extend(["\n", name, "\n", text]));
                store::sha256(all.as_bytes())
            }
            _ => store::sha256(self.text.as_bytes()),
        }
    }

    /// Lines of companion files that say nothing about whole names.
    pub(super) fn ignored(&self) -> u64 {
        match self.kind {
            ListKind::Ut1 { ignored } => ignored,
            _ => 0,
        }
    }

    /// Reads the list.
    pub(super) fn read(&self, out: &mut dyn Receive) {
        match &self.kind {
            ListKind::Plain | ListKind::Ut1 { .. } => plain(&self.text, out),
            ListKind::Hosts => hosts(&self.text, out),
            ListKind::Abp => super::abp::read(&self.text, out),
            ListKind::Rpz => super::rpz::read(&self.text, out),
            ListKind::List { .. } => super::normal::read(&self.text, out),
            ListKind::V2fly { includes, attribute } => {
                let filters = attribute.iter().map(|a| Filter { attribute: a, wanted: true }).collect();
                let mut walk = V2fly { includes, seen: BTreeSet::new(), out };
                walk.file(&self.text, None, &filters, 0);
            }
        }
    }
}

/// The name in lower case without a final dot, where a rule may be made of it.
///
/// # Errors
/// Why it may not.
pub(super) fn usable_name(raw: &str) -> Result<String, Reject> {
    let name = raw.strip_suffix('.').unwrap_or(raw).to_ascii_lowercase();
    if !name.is_ascii() {
        return Err(Reject::NotAscii);
    }
    if raw.parse::<std::net::IpAddr>().is_ok() || raw.split_once('/').is_some_and(|(a, _)| is_address(a)) {
        return Err(Reject::Address);
    }
    if name.is_empty() || name.len() > NAME_LENGTH_MAX || !name.split('.').all(is_label) {
        return Err(Reject::NotName);
    }
    if !name.contains('.') {
        return Err(Reject::SingleLabel);
    }
    if name.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Reject::NotName);
    }
    let restricted = name.split('.').next().is_some_and(|l| RESTRICTED.contains(&l));
    if !restricted && is_icann_suffix(&name) { Err(Reject::PublicSuffix) } else { Ok(name) }
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

fn is_label(label: &str) -> bool {
    let letters = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    (1..=LABEL_LENGTH_MAX).contains(&label.len()) && letters && !label.starts_with('-') && !label.ends_with('-')
}

/// Lines with their numbers, without comments, blanks and the byte order mark. A carriage return is a blank.
pub(super) fn lines<'a>(text: &'a str, comments: &'static [char]) -> impl Iterator<Item = (u64, &'a str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    (1..)
        .zip(text.lines())
        .map(move |(n, l)| (n, l.split(comments).next().unwrap_or_default().trim()))
        .filter(|(_, line)| !line.is_empty())
}

fn plain(text: &str, out: &mut dyn Receive) {
    for (number, line) in lines(text, &['#', ';', '!']) {
        let bare = line.strip_prefix("*.").or_else(|| line.strip_prefix('.')).unwrap_or(line);
        out.name(bare, false, None, number);
    }
}

/// Names that every hosts file gives to the machine itself.
const OWN_NAMES: &[&str] = &["localhost", "localhost.localdomain", "local", "broadcasthost", "0.0.0.0"];

fn hosts(text: &str, out: &mut dyn Receive) {
    for (number, line) in lines(text, &['#']) {
        let mut words = line.split_whitespace();
        // A zone index (`fe80::1%lo0`) is not part of the address.
        let address = words.next().and_then(|w| w.split('%').next()).is_some_and(is_address);
        let mut names = words.peekable();
        if !address || names.peek().is_none() {
            out.reject(Reject::Malformed, None, number);
            continue;
        }
        for name in names.filter(|n| !OWN_NAMES.contains(n) && !n.starts_with("ip6-")) {
            out.name(name, true, None, number);
        }
    }
}

/// A wish of an `include:` line: only rules with, or without, an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Filter<'a> {
    attribute: &'a str,
    wanted: bool,
}

/// One list's way through its files.
struct V2fly<'a, 'o> {
    includes: &'a BTreeMap<String, String>,
    seen: BTreeSet<(&'a str, BTreeSet<Filter<'a>>)>,
    out: &'o mut dyn Receive,
}

impl<'a> V2fly<'a, '_> {
    /// Reads one file. A file met again under the same wishes says nothing new, so circles end.
    fn file(&mut self, text: &'a str, file: Option<&'a str>, filters: &BTreeSet<Filter<'a>>, depth: usize) {
        for (number, line) in lines(text, &['#']) {
            let mut words = line.split_whitespace();
            let (kind, value) = split_kind(words.next().unwrap_or_default());
            let marks: Vec<&'a str> = words.collect();
            if marks.iter().any(|m| m.len() < 2 || !(m.starts_with('@') || m.starts_with('&'))) {
                self.out.reject(Reject::Malformed, file, number);
                continue;
            }
            match kind {
                "include" => self.include(value, &marks, (file, number), filters, depth),
                _ if !passes(&marks, filters) => {}
                "" | "domain" => self.out.name(value, false, file, number),
                "full" => self.out.name(value, true, file, number),
                "keyword" => self.out.reject(Reject::Keyword, file, number),
                "regexp" => self.out.reject(Reject::Regexp, file, number),
                _ => self.out.reject(Reject::Malformed, file, number),
            }
        }
    }

    fn include(
        &mut self,
        value: &'a str,
        marks: &[&'a str],
        at: (Option<&str>, u64),
        filters: &BTreeSet<Filter<'a>>,
        depth: usize,
    ) {
        let Some((name, text)) = self.includes.get_key_value(value) else {
            return self.out.reject(Reject::IncludeMissing, at.0, at.1);
        };
        if depth >= INCLUDE_DEPTH_MAX {
            return self.out.reject(Reject::IncludeDepth, at.0, at.1);
        }
        let mut all = filters.clone();
        for attribute in marks.iter().filter_map(|m| m.strip_prefix('@')) {
            let without = attribute.strip_prefix('-');
            all.insert(Filter { attribute: without.unwrap_or(attribute), wanted: without.is_none() });
        }
        if self.seen.insert((name, all.clone())) {
            self.file(text, Some(name), &all, depth + 1);
        }
    }
}

/// `full:example.com` is a kind and a value; a plain name has no kind.
fn split_kind(word: &str) -> (&str, &str) {
    word.split_once(':').unwrap_or(("", word))
}

fn passes(marks: &[&str], filters: &BTreeSet<Filter<'_>>) -> bool {
    let carried = |a: &str| marks.iter().any(|m| m.strip_prefix('@') == Some(a));
    filters.iter().all(|f| carried(f.attribute) == f.wanted)
}

/// The files that the `include:` lines of a text name.
pub(super) fn included(text: &str) -> impl Iterator<Item = &str> {
    lines(text, &['#']).filter_map(|(_, line)| line.strip_prefix("include:")?.split_whitespace().next())
}
