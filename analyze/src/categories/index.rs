//! The compiled rules as one block of octets: in memory, or a file mapped into it.
//!
//! Both are read by the same code, so a mapped file answers as the rules it was made from do. Equal rules in equal order
//! give equal octets. A file is opened by its header alone, in time that does not depend on its length; every access is
//! held to the bounds, so a damaged file can answer wrongly but never stop the program, and [`Index::verify`] tells.
//!
//! Layout (integers little-endian): the magic; SHA-256 of the rest of the header with the description; lengths; the
//! description as JSON, which holds the SHA-256 of what follows; hash slots; rules of 12 octets; exceptions of 8; names.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use model::{CategoryId, Taxonomy};
use polars_utils::mmap::MMapSemaphore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::table::{EMPTY, HASH_START, Reach, Table, finish, mix, rank};

/// What every index begins with: the form and its version.
const MAGIC: &[u8; 16] = b"tithing.index/1\n";

/// Octets before the description.
const HEADER: usize = 80;

/// The longest description that is read: some 250 lists with every reason of rejection.
const DESCRIPTION_MAX: usize = 64 << 20;

/// Octets of a rule.
const RULE: usize = 12;

/// Octets of an exception.
const HOLE: usize = 8;

/// An index that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The file does not open or map.
    #[error("index {path}: {source}; make it again with `tithing categories compile`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The octets are not those of an index of this form.
    #[error("index: {rule}; make it again with `tithing categories compile`")]
    Damaged {
        /// Which rule they break.
        rule: &'static str,
    },
    /// A threat list where kinds of site are wanted, or the reverse.
    #[error("index: it holds {found}, and {wanted} are wanted; make it again with `tithing categories compile`")]
    Purpose {
        /// What it holds.
        found: String,
        /// What is wanted.
        wanted: &'static str,
    },
    /// A kind of site that this program does not know.
    #[error("index: its kind of site \"{word}\" is not in the taxonomy of this program; use the program that made it")]
    CategoryUnknown {
        /// The kind's word.
        word: String,
    },
}

impl IndexError {
    /// The stable word.
    pub fn code(&self) -> &'static str {
        match self {
            IndexError::Read { .. } => "index_read",
            IndexError::Damaged { .. } => "index_damaged",
            IndexError::Purpose { .. } => "index_purpose",
            IndexError::CategoryUnknown { .. } => "index_category_unknown",
        }
    }
}

/// What an index says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Description {
    /// `categories` or `threats`.
    pub(super) purpose: String,
    /// The taxonomy's version.
    pub(super) version: String,
    /// SHA-256 of what the matcher does, in hex.
    pub(super) rules_sha256: String,
    /// The word of each kind by its number in the rules.
    pub(super) words: Vec<String>,
    /// Networks of one kind.
    pub(super) networks: Vec<(u32, String)>,
    /// The sources in the order of precedence.
    pub(super) sources: Vec<super::facts::SourceJson>,
    /// SHA-256 of what follows the description, in hex.
    pub(super) body_sha256: String,
}

#[derive(Debug)]
enum Octets {
    Held(Vec<u8>),
    Mapped(MMapSemaphore),
}

/// A rule read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    start: u32,
    length: u8,
    pub(super) exact: bool,
    pub(super) category: CategoryId,
    pub(super) source: u8,
    /// Labels of its name.
    pub(super) labels: usize,
}

/// The rules, ready to be looked up.
#[derive(Debug)]
pub(super) struct Index {
    octets: Octets,
    description: Description,
    kinds: Vec<CategoryId>,
    slots: Range<usize>,
    rules: Range<usize>,
    holes: Range<usize>,
    names: Range<usize>,
    slot_mask: usize,
    labels_max: usize,
    exact_rules: u32,
}

impl Index {
    /// Puts gathered rules into their final form. Their numbers fit it: the table takes no more than [`super::table::RULES_MAX`].
    pub(super) fn seal(table: &Table, mut description: Description) -> Self {
        let body = body(table);
        description.body_sha256 = hex(&Sha256::digest(&body));
        // A structure of plain fields always becomes JSON.
        let mut text = serde_json::to_vec(&description).unwrap_or_default();
        text.resize(text.len().next_multiple_of(8), b' ');
        let labels_max = table.rules().iter().map(|r| labels(table.name(r).as_bytes())).max().unwrap_or(0);
        let exact_rules = table.rules().iter().filter(|r| r.exact).count() as u32;
        let (slots, rules, holes) = (table.slots().len(), table.rules().len(), table.holes().len());
        let mut octets = MAGIC.to_vec();
        octets.extend([0; 32]);
        [text.len(), slots, rules, holes].iter().for_each(|n| octets.extend((*n as u32).to_le_bytes()));
        octets.extend((table.names().len() as u64).to_le_bytes());
        octets.extend((labels_max as u32).to_le_bytes());
        octets.extend(exact_rules.to_le_bytes());
        octets.extend(text);
        let head: [u8; 32] = Sha256::digest(octets.get(48..).unwrap_or_default()).into();
        octets.get_mut(16..48).into_iter().for_each(|place| place.copy_from_slice(&head));
        let from = octets.len();
        octets.extend(body);
        let ends = [slots * 4, rules * RULE, holes * HOLE, table.names().len()];
        let [slots, rules, holes, names] = parts(from, ends.map(Some)).unwrap_or_default();
        Self {
            kinds: Taxonomy::ids().collect(),
            slot_mask: table.slots().len().saturating_sub(1),
            octets: Octets::Held(octets),
            description,
            slots,
            rules,
            holes,
            names,
            labels_max,
            exact_rules,
        }
    }

    /// Maps a file. Nothing but its header is read.
    ///
    /// The file must not be written to while it is mapped: ours come to be by renaming and are never written again.
    ///
    /// # Errors
    /// [`IndexError`] where the file does not open, or is not an index that this program reads.
    pub(super) fn open(path: &Path) -> Result<Self, IndexError> {
        let fail = |source| IndexError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(fail)?;
        if file.metadata().map_err(fail)?.len() < HEADER as u64 {
            return Err(IndexError::Damaged { rule: "it is shorter than its header" });
        }
        let mapped = MMapSemaphore::new_from_file(&file).map_err(|e| fail(std::io::Error::other(e.to_string())))?;
        Self::read(Octets::Mapped(mapped))
    }

    fn read(octets: Octets) -> Result<Self, IndexError> {
        let all = octets.as_ref();
        let damaged = |rule| IndexError::Damaged { rule };
        if all.get(..16) != Some(MAGIC.as_slice()) {
            return Err(damaged("it does not begin as an index of this version does"));
        }
        let number = |at: usize| u32_at(all, at).map(|n| n as usize);
        let cut = || damaged("it is shorter than its header");
        let text = number(48).filter(|n| *n <= DESCRIPTION_MAX).ok_or_else(cut)?;
        let (slots, rules, holes) =
            (number(52).zip(number(56)).zip(number(60))).map(|((a, b), c)| (a, b, c)).ok_or_else(cut)?;
        let names = all.get(64..72).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes).ok_or_else(cut)?;
        let head = all.get(48..HEADER + text).ok_or_else(cut)?;
        if all.get(16..48) != Some(Sha256::digest(head).as_slice()) {
            return Err(damaged("its header does not have the hash that it says"));
        }
        if slots != 0 && !slots.is_power_of_two() || rules > slots / 2 {
            return Err(damaged("its number of slots does not fit its rules"));
        }
        let lengths =
            [slots.checked_mul(4), rules.checked_mul(RULE), holes.checked_mul(HOLE), usize::try_from(names).ok()];
        let parts = parts(HEADER + text, lengths).ok_or_else(|| damaged("its lengths do not fit one another"))?;
        if parts[3].end != all.len() {
            return Err(damaged("it has another length than its header says"));
        }
        let description: Description = serde_json::from_slice(all.get(HEADER..HEADER + text).unwrap_or_default())
            .map_err(|_| damaged("its description is not in the form written here"))?;
        let [slot_part, rule_part, hole_part, name_part] = parts;
        let kind = |w: &String| Taxonomy::find(w).ok_or_else(|| IndexError::CategoryUnknown { word: w.clone() });
        Ok(Self {
            kinds: description.words.iter().map(kind).collect::<Result<_, _>>()?,
            slots: slot_part,
            rules: rule_part,
            holes: hole_part,
            names: name_part,
            slot_mask: slots.saturating_sub(1),
            labels_max: number(72).unwrap_or(0),
            exact_rules: u32_at(all, 76).unwrap_or(0),
            description,
            octets,
        })
    }

    /// Holds all octets to the hash that the header says.
    ///
    /// # Errors
    /// [`IndexError::Damaged`].
    pub(super) fn verify(&self) -> Result<(), IndexError> {
        let body = self.octets().get(self.slots.start..).unwrap_or_default();
        if hex(&Sha256::digest(body)) == self.description.body_sha256 {
            Ok(())
        } else {
            Err(IndexError::Damaged { rule: "its rules do not have the hash that its header says" })
        }
    }

    /// All of it, as it stands in a file.
    pub(super) fn octets(&self) -> &[u8] {
        self.octets.as_ref()
    }

    /// The hash that names all of it: of the header and, through it, of the rest.
    pub(super) fn id(&self) -> [u8; 32] {
        self.octets().get(16..48).and_then(|b| b.try_into().ok()).unwrap_or_default()
    }

    pub(super) fn description(&self) -> &Description {
        &self.description
    }

    /// Rules in force.
    pub(super) fn len(&self) -> usize {
        self.rules.len() / RULE
    }

    /// The rule that decides about a name without a final dot: the longest, then as [`rank`] orders; rules of a list that
    /// an exception of the same list takes back are passed over.
    pub(super) fn find(&self, name: &[u8]) -> Option<Found> {
        let mut best: Option<Found> = None;
        if self.holes.is_empty() {
            self.each(name, |found| {
                let first = best.is_none_or(|b| b.labels < found.labels || order(&found) < order(&b));
                best = if first { Some(found) } else { best };
            });
            return best;
        }
        self.ranked(name).into_iter().find(|(_, taken_back)| !taken_back).map(|(found, _)| found)
    }

    /// Every rule that covers a name, the deciding one first, with those that an exception takes back marked.
    pub(super) fn ranked(&self, name: &[u8]) -> Vec<(Found, bool)> {
        let mut all = Vec::new();
        self.each(name, |found| all.push(found));
        all.sort_by_key(|f| (std::cmp::Reverse(f.labels), order(f)));
        let mut gone = Vec::new();
        let mark = |found: Found| {
            if !gone.contains(&found.source) && self.taken_back(name, &found) {
                gone.push(found.source);
            }
            (found, gone.contains(&found.source))
        };
        all.into_iter().map(mark).collect()
    }

    /// Hands over each rule that covers a name, from the shortest on.
    fn each(&self, name: &[u8], mut take: impl FnMut(Found)) {
        if self.slots.is_empty() {
            return;
        }
        suffixes(name, self.labels_max, |start, hash, labels| {
            let suffix = name.get(start..).unwrap_or_default();
            if let Some(found) = self.probe(suffix, finish(hash, false), false, labels) {
                take(found);
            }
            if start == 0
                && self.exact_rules > 0
                && let Some(found) = self.probe(suffix, finish(hash, true), true, labels)
            {
                take(found);
            }
        });
    }

    fn probe(&self, name: &[u8], hash: u32, exact: bool, labels: usize) -> Option<Found> {
        let all = self.octets();
        let mut slot = hash as usize & self.slot_mask;
        for _ in 0..=self.slot_mask {
            let index = u32_at(all, self.slots.start + slot * 4).filter(|i| *i != EMPTY)?;
            let at = self.rules.start + index as usize * RULE;
            let rule = all.get(at..at + RULE).filter(|_| at + RULE <= self.rules.end)?;
            if u32_at(rule, 0) == Some(hash) && rule[9] == u8::from(exact) {
                let (start, length) = (u32_at(rule, 4)?, rule[8]);
                if self.text(start, length).eq_ignore_ascii_case(name) {
                    let category = *self.kinds.get(usize::from(rule[10]))?;
                    return Some(Found { start, length, exact, category, source: rule[11], labels });
                }
            }
            slot = (slot + 1) & self.slot_mask;
        }
        None
    }

    /// Whether an exception of the rule's own source, at least as long as the rule, reaches the name.
    fn taken_back(&self, name: &[u8], found: &Found) -> bool {
        let mut reached = false;
        suffixes(name, usize::MAX, |start, _, labels| {
            let suffix = name.get(start..).unwrap_or_default().to_ascii_lowercase();
            let reaches = |r: Reach| r == Reach::Both || (r == Reach::Name) == (start == 0);
            reached |= labels >= found.labels
                && self.holes_of(&suffix).any(|(reach, source)| source == found.source && reaches(reach));
        });
        reached
    }

    /// Exceptions of one name in lower case.
    fn holes_of<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = (Reach, u8)> + 'a {
        let all = self.octets().get(self.holes.clone()).unwrap_or_default();
        let (holes, _) = all.as_chunks::<HOLE>();
        let named = |h: &[u8; HOLE]| self.text(u32::from_le_bytes([h[0], h[1], h[2], h[3]]), h[4]);
        let from = holes.partition_point(|h| named(h) < name);
        let rest = holes.get(from..).unwrap_or_default();
        rest.iter().take_while(move |h| named(h) == name).filter_map(|h| Some((Reach::from_code(h[5])?, h[6])))
    }

    fn text(&self, start: u32, length: u8) -> &[u8] {
        let from = self.names.start + start as usize;
        self.octets().get(from..from + usize::from(length)).unwrap_or_default()
    }

    /// The name of a rule that was found.
    pub(super) fn name(&self, found: &Found) -> &str {
        std::str::from_utf8(self.text(found.start, found.length)).unwrap_or_default()
    }
}

impl AsRef<[u8]> for Octets {
    fn as_ref(&self) -> &[u8] {
        match self {
            Octets::Held(all) => all,
            Octets::Mapped(all) => all.as_ref(),
        }
    }
}

fn order(found: &Found) -> (bool, u8, bool) {
    rank(found.category, found.source, found.exact)
}

/// Hands over the suffixes of a name on label boundaries, from the shortest to that of `labels_max` labels: where each
/// begins, its hash, and its number of labels.
fn suffixes(name: &[u8], labels_max: usize, mut each: impl FnMut(usize, u64, usize)) {
    let (mut hash, mut labels) = (HASH_START, 1);
    for (at, &octet) in name.iter().enumerate().rev() {
        if octet == b'.' {
            each(at + 1, hash, labels);
            labels += 1;
            if labels > labels_max {
                return;
            }
        }
        hash = mix(hash, octet);
    }
    each(0, hash, labels);
}

fn u32_at(all: &[u8], at: usize) -> Option<u32> {
    all.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes)
}

/// Places of consecutive parts from an octet on; none where they end beyond what can be counted.
fn parts(from: usize, lengths: [Option<usize>; 4]) -> Option<[Range<usize>; 4]> {
    let mut end = from;
    let mut next = |length: Option<usize>| {
        let from = end;
        end = from.checked_add(length?)?;
        Some(from..end)
    };
    let [a, b, c, d] = lengths;
    Some([next(a)?, next(b)?, next(c)?, next(d)?])
}

/// What follows the description.
fn body(table: &Table) -> Vec<u8> {
    let holes = table.holes();
    let length = table.slots().len() * 4 + table.rules().len() * RULE + holes.len() * HOLE + table.names().len();
    let mut body = Vec::with_capacity(length);
    table.slots().iter().for_each(|slot| body.extend(slot.to_le_bytes()));
    for rule in table.rules() {
        body.extend(rule.hash.to_le_bytes());
        body.extend(rule.start.to_le_bytes());
        body.extend([rule.length, u8::from(rule.exact), rule.category.index() as u8, rule.source]);
    }
    for hole in &holes {
        body.extend(hole.start.to_le_bytes());
        body.extend([hole.length, hole.reach.code(), hole.source, 0]);
    }
    body.extend_from_slice(table.names().as_bytes());
    body
}

/// Labels of a name.
fn labels(name: &[u8]) -> usize {
    1 + name.iter().filter(|&&b| b == b'.').count()
}

pub(super) fn hex(octets: &[u8]) -> String {
    store::to_hex(octets)
}

#[cfg(test)]
mod tests;
