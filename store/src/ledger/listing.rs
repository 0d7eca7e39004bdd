//! A ledger as it is shown: every entry with its number, in plain words and as it stands, then the count and the head.
//!
//! What is shown can be checked by itself. A line that is left out is missed by its number, by the count, and by the hash
//! of the line after it; a line in other words than its entry's is found by making the words again.

use super::{Event, Line, from_time, genesis, to_time};
use crate::hash::to_hex;
use crate::note::PublicKey;

/// A listing read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The authority that it says it is of.
    pub authority: String,
    /// The entries that it shows, as the ledger has them.
    pub octets: Vec<u8>,
    /// The first line that is not what the entries make; none where all is.
    pub differs: Option<u64>,
}

const TITLE: &str = "Ledger of ";

/// Shows a ledger. A line that is no entry is shown as it stands, and said to be none.
pub fn listing(authority: &str, octets: &[u8]) -> String {
    let mut text = format!("{TITLE}{authority}\n");
    let (mut count, mut head) = (0_u64, genesis(authority));
    for raw in octets.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
        count += 1;
        let shown = String::from_utf8_lossy(raw);
        let known = serde_json::from_slice::<Line>(raw).ok();
        let said = known.as_ref().map_or_else(|| "no entry".to_owned(), |line| said(authority, line));
        if let Some(line) = &known {
            head = line.hash.0;
        }
        text += &format!("{count:>6}  {said}\n        {shown}\n");
    }
    text + &format!("{count} entries, head {}\n", to_hex(&head))
}

impl Listing {
    /// Reads a listing back and makes it again from the entries that it shows.
    ///
    /// # Errors
    /// Where it is no listing.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let title = text.lines().find_map(|l| l.trim().strip_prefix(TITLE));
        let authority =
            title.ok_or("it has no line 'Ledger of ID': the output of `tithing ledger list` is wanted")?.to_owned();
        let mut octets = Vec::new();
        for line in text.lines().map(str::trim).filter(|l| l.starts_with('{')) {
            octets.extend_from_slice(line.as_bytes());
            octets.push(b'\n');
        }
        let again = listing(&authority, &octets);
        let given: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
        let made: Vec<&str> = again.lines().map(str::trim).collect();
        let same = given.iter().zip(&made).take_while(|(a, b)| a == b).count();
        let differs = (same < given.len().max(made.len())).then_some(same as u64 + 1);
        Ok(Self { authority, octets, differs })
    }
}

/// An entry in words.
fn said(authority: &str, line: &Line) -> String {
    let time = from_time(&line.body.time).map(to_time).unwrap_or_default();
    let what = line.body.event.to_event().map_or_else(|| "no entry".to_owned(), |event| words(authority, &event));
    format!("{time}  {what}")
}

/// The word that a closed list has for a value.
fn word(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    text.trim_matches('"').replace('_', " ")
}

fn words(authority: &str, event: &Event) -> String {
    match event {
        Event::Night { date, rows, inputs, .. } => format!("night of {date} made from {inputs} inputs, {rows} rows"),
        Event::Taxonomy { from, sha256, .. } => format!("kinds of site from {from} on: {}", to_hex(sha256)),
        Event::Key { public, handover } => {
            let how = if handover.is_some() { "handed over by the key before" } else { "not handed over" };
            format!("key {} signs from here on, {how}", PublicKey::new(authority, *public).vkey())
        }
        Event::Release { month, .. } => format!("{month} released"),
        Event::Withheld { month } => format!("{month} withheld"),
        Event::Erratum { month, .. } => format!("note added to {month}"),
        Event::Retention { deleted, first, last, count } => {
            format!("{} deleted, {first} to {last}: {count}", word(deleted))
        }
        Event::Deletion { deleted, first, last, count, overdue, .. } => {
            format!(
                "{} deleted, {first} to {last}: {count}; {overdue} older than their limit found after",
                word(deleted)
            )
        }
        Event::Read { reading, count } => format!("read by {}: {count}", word(reading)),
        Event::Subject { right, count, .. } => format!("right used: {}, {count} rows", word(right)),
        Event::Case { case, step, .. } => format!("case {case} {}", word(step)),
        Event::Hold { hold, step, until, count, .. } => {
            format!("hold {hold} {}, until {until}: {count} rows", word(step))
        }
        Event::Notices { date, count } => format!("{count} security notices of {date}"),
        Event::Delivery(d) => format!("{} of {} by {}: {}", word(&d.document), d.month, word(&d.way), word(&d.step)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ledger, Reading};

    #[test]
    fn what_is_shown_can_be_checked_by_itself() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), "ashby").unwrap();
        for count in 1..4 {
            ledger.append(&Event::Read { reading: Reading::Costs, count }, 1_000_000).unwrap();
        }
        let octets = ledger.octets().unwrap().unwrap();
        let text = listing("ashby", &octets);
        assert!(text.starts_with("Ledger of ashby\n     1  1970-01-01T00:00:01Z  read by costs: 1\n"), "{text}");
        assert!(text.ends_with(&format!("3 entries, head {}\n", to_hex(&ledger.head().unwrap()))), "{text}");
        let read = Listing::read(&text).unwrap();
        assert_eq!(read, Listing { authority: "ashby".to_owned(), octets, differs: None });
        let lines: Vec<&str> = text.lines().collect();
        let without = |gone: &[usize]| {
            let kept = lines.iter().enumerate().filter(|(i, _)| !gone.contains(i)).map(|(_, l)| format!("{l}\n"));
            Listing::read(&kept.collect::<String>()).unwrap().differs
        };
        assert_eq!(without(&[1]), Some(2), "words left out");
        assert_eq!(without(&[2]), Some(2), "an entry left out, its words not");
        assert_eq!(without(&[1, 2]), Some(2), "the number of the second entry is missed");
        assert_eq!(without(&[5, 6]), Some(6), "the count is missed");
        assert_eq!(Listing::read(&text.replacen("costs: 2", "costs: 3", 1)).unwrap().differs, Some(4));
        assert!(Listing::read("nothing").is_err());
    }
}
