//! Everything that can be told to be wrong with a ledger, by name: from the ledger itself, from checkpoints that reports
//! printed, from the reports' own hashes, and from the nights that the store holds.
//!
//! [`Ledger::verify`](super::Ledger::verify) stops at the first line that does not follow. This looks at every line on its
//! own, so that it can say what was done: a number that is gone was removed, one that stands twice was inserted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::Month;

use super::{Event, Line, chain, from_time, genesis};
use crate::books::{Audit as Sums, Books};
use crate::footer::json;
use crate::hash::to_hex;
use crate::note::{Checkpoint, PublicKey, SignedCheckpoint, handover};

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: &'static str,
    /// The entry, from 1; none where the finding is about the whole.
    pub entry: Option<u64>,
    /// What, in plain words.
    pub what: String,
}

/// A checkpoint as somebody kept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Printed {
    /// Of reports of versions that did not sign: the head alone.
    Head([u8; 32]),
    /// A signed note.
    Signed(SignedCheckpoint),
}

/// What is known from outside the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Where it stands, for people.
    pub from: String,
    /// The checkpoint it printed; none of what never printed one.
    pub printed: Option<Printed>,
    /// The month and the SHA-256 of the report, and whether it is the one that stands as published.
    pub report: Option<(Month, [u8; 32], bool)>,
}

/// What the look at a ledger showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audited {
    /// Lines that are entries.
    pub entries: u64,
    /// The hash after the last.
    pub head: [u8; 32],
    /// The key in force at the end.
    pub key: Option<PublicKey>,
    /// What is wrong, in the order in which it was looked for.
    pub findings: Vec<Finding>,
}

/// An entry with what is needed to look at it.
struct Read {
    /// Line of the file, from 1.
    line: u64,
    read: Line,
    event: Event,
}

/// Looks at a ledger's bytes from all sides.
pub fn audit(authority: &str, octets: &[u8], witnesses: &[Witness], nights: &[(Date, Option<Books>)]) -> Audited {
    let mut findings = Vec::new();
    let entries = read(octets, &mut findings);
    order(&entries, &mut findings);
    links(authority, &entries, &mut findings);
    sums(&entries, &mut findings);
    let keys = signatures(authority, &entries, &mut findings);
    for witness in witnesses {
        printed(authority, &entries, &keys, witness, &mut findings);
        released(&entries, witness, &mut findings);
    }
    stored(&entries, nights, &mut findings);
    let head = entries.last().map_or_else(|| genesis(authority), |e| e.read.hash.0);
    let key = keys.into_iter().next_back().map(|(_, key)| key);
    Audited { entries: entries.len() as u64, head, key, findings }
}

fn add(findings: &mut Vec<Finding>, code: &'static str, entry: Option<u64>, what: impl Into<String>) {
    findings.push(Finding { code, entry, what: what.into() });
}

/// The lines that are entries in the form in which they are written.
fn read(octets: &[u8], findings: &mut Vec<Finding>) -> Vec<Read> {
    let mut entries = Vec::new();
    for (i, text) in octets.split_inclusive(|b| *b == b'\n').enumerate() {
        let line = i as u64 + 1;
        let Some(text) = text.strip_suffix(b"\n") else {
            add(
                findings,
                "cut_line",
                Some(line),
                "the last line is cut off: a run ended while it was written, or part of it is gone",
            );
            continue;
        };
        let Ok(read) = serde_json::from_slice::<Line>(text) else {
            add(findings, "unreadable", Some(line), "the line is no entry");
            continue;
        };
        let event = read.body.event.to_event().filter(|_| from_time(&read.body.time).is_some());
        match event {
            Some(event) if json(&read) == text => entries.push(Read { line, read, event }),
            _ => add(findings, "changed", Some(line), "the line is not in the form in which entries are written"),
        }
    }
    entries
}

/// Numbers that are missing, stand twice, or stand in another order.
fn order(entries: &[Read], findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<(u64, u64)> = Vec::new();
    for e in entries {
        let seq = e.read.body.seq;
        if seen.insert(seq) {
            kept.push((e.line, seq));
        } else {
            let what = format!("number {seq} stands twice: an entry was inserted");
            add(findings, "inserted", Some(e.line), what);
        }
    }
    let end = seen.last().map_or(0, |last| last + 1);
    let gone: Vec<u64> = (0..end).filter(|n| !seen.contains(n)).take(9).collect();
    if let Some(first) = gone.first() {
        let all = gone.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        add(findings, "removed", Some(first + 1), format!("number {all} is not there: entries were removed"));
    }
    let moved = kept.windows(2).find(|w| matches!(w, [a, b] if a.1 > b.1));
    if let Some([_, (line, seq)]) = moved {
        let what = format!("number {seq} stands after a higher one: entries were moved");
        add(findings, "moved", Some(*line), what);
    }
}

/// Whether each hash follows from the line before, wherever the numbers do.
fn links(authority: &str, entries: &[Read], findings: &mut Vec<Finding>) {
    let (mut before, mut expected) = (genesis(authority), 0);
    let mut wrong: Vec<u64> = Vec::new();
    for e in entries {
        if e.read.body.seq == expected && chain(&before, &e.read.body) != e.read.hash.0 {
            wrong.push(e.line);
        }
        before = e.read.hash.0;
        expected = e.read.body.seq + 1;
    }
    if let Some(first) = wrong.first() {
        let what = format!(
            "the hash does not follow from the entry and the one before it: it was changed ({} such)",
            wrong.len()
        );
        add(findings, "changed", Some(*first), what);
    }
}

fn sums(entries: &[Read], findings: &mut Vec<Finding>) {
    let mut sums = Sums::default();
    for e in entries {
        if let Err(rule) = sums.check(&e.event) {
            add(findings, "unbalanced", Some(e.line), rule);
        }
    }
}

/// Holds every signature to the key in force; hands over the keys, each with the number of its entry.
fn signatures(authority: &str, entries: &[Read], findings: &mut Vec<Finding>) -> Vec<(u64, PublicKey)> {
    let mut keys: Vec<(u64, PublicKey)> = Vec::new();
    let (mut bare, mut wrong) = (Vec::new(), Vec::new());
    let mut before = genesis(authority);
    for e in entries {
        if let Event::Key { public, handover: signature } = &e.event {
            let new = PublicKey::new(authority, *public);
            if let Some((_, old)) = keys.last() {
                let text = handover(authority, e.read.body.seq, &before, &new);
                if !signature.as_ref().is_some_and(|s| old.verifies(&text, s)) {
                    let what = "another key signs from here on, and the one before it did not hand over: the old key was lost, or \
                                entries were signed again with a later key";
                    add(findings, "key_changed", Some(e.line), what);
                }
            }
            keys.push((e.read.body.seq, new));
        }
        before = e.read.hash.0;
        let Some((_, key)) = keys.last() else { continue };
        match &e.read.sig {
            None => bare.push(e.line),
            Some(sig) if !key.verifies(&after(authority, e).text(), &sig.0) => wrong.push(e.line),
            Some(_) => {}
        }
    }
    if let Some(first) = bare.first() {
        let what = format!("the entry is not signed, though a key was in force ({} such)", bare.len());
        add(findings, "unsigned", Some(*first), what);
    }
    if let Some(first) = wrong.first() {
        let what = format!(
            "the signature is not of the key in force: it was made anew without the key ({} such)",
            wrong.len()
        );
        add(findings, "signature", Some(*first), what);
    }
    keys
}

/// The checkpoint that an entry makes true.
fn after(authority: &str, e: &Read) -> Checkpoint {
    Checkpoint { authority: authority.to_owned(), size: e.read.body.seq + 1, head: e.read.hash.0 }
}

/// Holds the chain to a checkpoint that was printed.
fn printed(
    authority: &str,
    entries: &[Read],
    keys: &[(u64, PublicKey)],
    witness: &Witness,
    findings: &mut Vec<Finding>,
) {
    let from = &witness.from;
    let signed = match &witness.printed {
        None => return,
        Some(Printed::Head(head)) => {
            let held = *head == genesis(authority) || entries.iter().any(|e| e.read.hash.0 == *head);
            if !held {
                let what = format!(
                    "{from}: its checkpoint is nowhere in the chain: the end was cut off, an older ledger was put back, or all was \
                     written anew"
                );
                add(findings, "not_held", None, what);
            }
            return;
        }
        Some(Printed::Signed(signed)) => signed,
    };
    let Checkpoint { size, head, .. } = signed.checkpoint;
    let in_force = keys.iter().rev().find(|(seq, _)| *seq < size).map(|(_, key)| key);
    by_whom(signed, in_force, from, findings);
    let found = match size.checked_sub(1) {
        None => Some(genesis(authority)),
        Some(last) => entries.iter().find(|e| e.read.body.seq == last).map(|e| e.read.hash.0),
    };
    let count = entries.len();
    match found {
        Some(found) if found == head => {}
        Some(found) => {
            let what = format!(
                "{from}: its checkpoint after {size} entries is {}, and the ledger has {} there: what came before it was written \
                 anew",
                to_hex(&head),
                to_hex(&found)
            );
            add(findings, "rewritten", Some(size), what);
        }
        None => {
            let what = format!(
                "{from}: it was printed after {size} entries, and the ledger has {count}: the end was cut off, or an older ledger \
                 was put back"
            );
            add(findings, "shorter", Some(count as u64), what);
        }
    }
}

/// Whether the key that the report names, or else the ledger's, made the note, and whether the ledger has that key.
fn by_whom(signed: &SignedCheckpoint, in_force: Option<&PublicKey>, from: &str, findings: &mut Vec<Finding>) {
    let named = signed.key.as_ref();
    let forged = named.or(in_force.filter(|k| k.id() == signed.key_id)).is_some_and(|k| !signed.signed_by(k));
    if forged {
        let what = format!(
            "{from}: its checkpoint does not have the signature of its key: it was changed after it was printed"
        );
        add(findings, "note_changed", None, what);
    }
    let same = in_force.is_some_and(|k| named.map_or(k.id() == signed.key_id, |n| n == k));
    if !same {
        let what = format!(
            "{from}: it was signed by another key than the ledger has for its first {} entries: they were signed again with a \
             later key, or the ledger is another one",
            signed.checkpoint.size
        );
        add(findings, "key_differs", None, what);
    }
}

/// Holds the releases to the reports that stand.
fn released(entries: &[Read], witness: &Witness, findings: &mut Vec<Finding>) {
    let Some((month, sha256, published)) = witness.report else { return };
    let of_month = entries.iter().filter_map(|e| match &e.event {
        Event::Release { month: m, report, .. } | Event::Erratum { month: m, report } if *m == month => Some(*report),
        _ => None,
    });
    let all: Vec<[u8; 32]> = of_month.collect();
    let held = if published { all.last() == Some(&sha256) } else { all.contains(&sha256) };
    let from = &witness.from;
    if all.is_empty() {
        let what = format!(
            "{from}: the ledger has no release of {month}: an older ledger was put back, or its end was cut off"
        );
        add(findings, "release_missing", None, what);
    } else if !held {
        let what = format!(
            "{from}: it is not the report of {month} that the ledger entered last: the report was changed, or an older \
                            ledger or report was put back"
        );
        add(findings, "report_changed", None, what);
    }
}

/// Holds the nights of the store to their last entries.
fn stored(entries: &[Read], nights: &[(Date, Option<Books>)], findings: &mut Vec<Finding>) {
    let mut last: BTreeMap<Date, Option<Books>> = BTreeMap::new();
    for e in entries {
        if let Event::Night { date, account, .. } = &e.event {
            last.insert(*date, account.clone());
        }
    }
    let gone: Vec<Date> = nights.iter().filter(|(date, _)| !last.contains_key(date)).map(|(date, _)| *date).collect();
    if let (Some(first), Some(end)) = (gone.first(), gone.last()) {
        let what = format!(
            "the store holds {} nights ({first} to {end}) that the ledger does not know: an older ledger was put back, or its end \
             was cut off",
            gone.len()
        );
        add(findings, "night_missing", None, what);
    }
    let differs = |(date, books): &&(Date, Option<Books>)| {
        let entered = last.get(date).and_then(Option::as_ref);
        matches!((books, entered), (Some(stored), Some(entered)) if stored != entered)
    };
    if let Some((date, _)) = nights.iter().find(differs) {
        let what = format!(
            "the store's night {date} has other bytes than its last entry: an older ledger or an older store was put back"
        );
        add(findings, "night_differs", None, what);
    }
}
