//! Every release, access and deletion, one JSON line each, chained by hashes.
//!
//! A line's hash covers the hash of the line before it, so that a line inserted, removed, moved or edited breaks the
//! chain. From the line on that enters a signing key, each line carries the key's signature over the checkpoint that it
//! makes true, so that a chain made anew without the key is found. Lines cut from the end leave a whole chain, and whoever
//! has the key can sign anything: those are found with a checkpoint that an earlier report printed ([`audit`]). Entries
//! have typed fields alone: dates, hashes and counts; no name, domain or address fits.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use model::Micros;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::atomic::{make_folder, sync_folder};
use crate::books::Audit;
use crate::footer::json;
use crate::hash::{Hex, SignatureHex, keyed};
use crate::note::{Checkpoint, CheckpointKey, PublicKey};
use crate::words::valid_id;

mod audit;
mod delivery;
mod event;
mod listing;
mod signing;

pub use audit::{Audited, Finding, Printed, Witness, audit};
pub use delivery::{Delivery, DeliveryStep, Handed, Way};
use event::EventJson;
pub use event::{CaseStep, Deleted, Event, HoldStep, Limit, Reading, Right, Role};
pub use listing::{Listing, listing};
pub use signing::{Signed, Signing};

/// Names the chain's form; part of the hash before the first line.
const GENESIS: &[u8] = b"tithing.ledger/1";
/// Longest line: no entry comes near it.
const LINE_MAX: u64 = 1 << 20;

/// The ledger of one authority: `ROOT/ID.jsonl`.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    authority: String,
    genesis: [u8; 32],
    signing: Option<Signing>,
}

/// An entry read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number, from 0.
    pub seq: u64,
    /// When it was written, by the clock in use.
    pub time: Micros,
    /// What happened.
    pub event: Event,
    /// The chain's hash after it.
    pub hash: [u8; 32],
    /// The signature over the checkpoint after it; none before a key was entered.
    pub signature: Option<[u8; 64]>,
}

/// A chain that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Entries.
    pub entries: u64,
    /// The hash after the last.
    pub head: [u8; 32],
    /// The newest time of any entry.
    pub newest: Option<Micros>,
}

/// A line without its hash: what the hash covers.
#[derive(Serialize, Deserialize)]
struct Body {
    seq: u64,
    time: String,
    #[serde(flatten)]
    event: EventJson,
}

#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    body: Body,
    hash: Hex,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sig: Option<SignatureHex>,
}

impl Ledger {
    /// The ledger of an authority. The file is made with the first entry.
    pub fn open(root: &Path, authority: &str) -> Result<Self, StoreError> {
        if !valid_id(authority) {
            return Err(StoreError::IdInvalid { what: "the authority".to_owned() });
        }
        let path = root.join(format!("{authority}.jsonl"));
        Ok(Self { path, authority: authority.to_owned(), genesis: genesis(authority), signing: None })
    }

    /// The same, each line signed. The key is made, and entered, with the first line.
    #[must_use]
    pub fn signed(self, signing: Signing) -> Self {
        Self { signing: Some(signing), ..self }
    }

    /// Adds an entry durably, at the end of a chain that holds; returns the new head.
    pub fn append(&self, event: &Event, time: Micros) -> Result<[u8; 32], StoreError> {
        let event = event.to_json()?;
        let (mut file, mut end) = self.locked()?;
        let key = self.key(&mut file, &mut end, time)?;
        self.write(&mut file, &mut end, event, time, key.as_ref())?;
        Ok(end.verified.head)
    }

    /// Opens and locks the file, and follows the chain to its end.
    fn locked(&self) -> Result<(File, End), StoreError> {
        make_folder(&self.path)?;
        let opened = OpenOptions::new().read(true).append(true).create(true).open(&self.path);
        let mut file = opened.map_err(|e| self.io("open", e))?;
        file.lock().map_err(|e| self.io("lock", e))?;
        self.drop_cut_line(&mut file)?;
        let (mut in_force, mut keys) = (None, 0);
        let verified = self.read_chain(&mut file, &mut |entry| {
            if let Event::Key { public, .. } = &entry.event {
                in_force = Some(PublicKey::new(&self.authority, *public));
                keys += 1;
            }
        })?;
        Ok((file, End { verified, in_force, keys }))
    }

    /// Writes one line, signed where there is a key, and syncs it.
    fn write(
        &self,
        file: &mut File,
        end: &mut End,
        event: EventJson,
        time: Micros,
        key: Option<&CheckpointKey>,
    ) -> Result<(), StoreError> {
        let body = Body { seq: end.verified.entries, time: to_time(time), event };
        let hash = chain(&end.verified.head, &body);
        let after = self.checkpoint_at(end.verified.entries + 1, hash);
        let sig = key.map(|k| SignatureHex(k.sign(&after.text())));
        let mut line = json(&Line { body, hash: Hex(hash), sig });
        line.push(b'\n');
        file.write_all(&line).and_then(|()| file.sync_all()).map_err(|e| self.io("append to", e))?;
        sync_folder(&self.path)?;
        end.verified.entries += 1;
        end.verified.head = hash;
        Ok(())
    }

    fn checkpoint_at(&self, size: u64, head: [u8; 32]) -> Checkpoint {
        Checkpoint { authority: self.authority.clone(), size, head }
    }

    /// The file as it stands; none where nothing was ever entered.
    pub fn octets(&self) -> Result<Option<Vec<u8>>, StoreError> {
        match std::fs::read(&self.path) {
            Ok(octets) => Ok(Some(octets)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(self.io("read", e)),
        }
    }

    /// The hash after the last entry; of an empty ledger, a hash of the authority's id.
    pub fn head(&self) -> Result<[u8; 32], StoreError> {
        Ok(self.verify(None)?.head)
    }

    /// Checks the whole chain and the sums of its accounts, and that it holds a checkpoint: the head as some earlier report
    /// printed it.
    pub fn verify(&self, checkpoint: Option<[u8; 32]>) -> Result<Verified, StoreError> {
        let mut met = checkpoint.is_none() || checkpoint == Some(self.genesis);
        let mut audit = Audit::default();
        let mut wrong = None;
        let verified = self.entries(&mut |entry| {
            met |= checkpoint == Some(entry.hash);
            let found = audit.check(&entry.event).err().map(|rule| (entry.seq, rule));
            wrong = wrong.or(found);
        })?;
        if let Some((seq, rule)) = wrong {
            return Err(self.broken(seq, rule));
        }
        if met {
            Ok(verified)
        } else {
            Err(self.broken(
                verified.entries,
                "the checkpoint is not in the chain: lines were cut off or all was rewritten",
            ))
        }
    }

    /// Hands over every entry, checking the chain on the way.
    pub fn entries(&self, each: &mut dyn FnMut(&Entry)) -> Result<Verified, StoreError> {
        match File::open(&self.path) {
            Ok(mut file) => self.read_chain(&mut file, each),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                Ok(Verified { entries: 0, head: self.genesis, newest: None })
            }
            Err(e) => Err(self.io("open", e)),
        }
    }

    /// Follows the chain from the beginning.
    fn read_chain(&self, file: &mut File, each: &mut dyn FnMut(&Entry)) -> Result<Verified, StoreError> {
        file.seek(SeekFrom::Start(0)).map_err(|e| self.io("read", e))?;
        let mut reader = BufReader::new(file);
        let mut verified = Verified { entries: 0, head: self.genesis, newest: None };
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = (&mut reader).take(LINE_MAX).read_until(b'\n', &mut line);
            if read.map_err(|e| self.io("read", e))? == 0 {
                return Ok(verified);
            }
            let entry = self.check_line(&verified, &line)?;
            each(&entry);
            verified.entries += 1;
            verified.head = entry.hash;
            verified.newest = verified.newest.max(Some(entry.time));
        }
    }

    /// Reads a line and holds it to its place in the chain and to its canonical form, to the byte.
    fn check_line(&self, before: &Verified, line: &[u8]) -> Result<Entry, StoreError> {
        let broken = |rule| self.broken(before.entries, rule);
        let text = line.strip_suffix(b"\n").ok_or_else(|| broken("the line is cut off"))?;
        let read: Line = serde_json::from_slice(text).map_err(|_| broken("the line is no entry"))?;
        let event = read.body.event.to_event().ok_or_else(|| broken("a field has a form that is never written"))?;
        let time = from_time(&read.body.time).ok_or_else(|| broken("its time has a form that is never written"))?;
        if json(&read) != text {
            return Err(broken("the line is not in the form in which it was written"));
        }
        if read.body.seq != before.entries {
            return Err(broken("its number does not follow: a line was inserted, removed or moved"));
        }
        if chain(&before.head, &read.body) != read.hash.0 {
            return Err(broken("its hash does not follow from the line before: it or a line before it was changed"));
        }
        Ok(Entry { seq: read.body.seq, time, event, hash: read.hash.0, signature: read.sig.map(|s| s.0) })
    }

    /// Takes away an unfinished last line: a crash cut its writing short, so it never was an entry.
    fn drop_cut_line(&self, file: &mut File) -> Result<(), StoreError> {
        let length = file.seek(SeekFrom::End(0)).map_err(|e| self.io("read", e))?;
        let from = length.saturating_sub(LINE_MAX);
        file.seek(SeekFrom::Start(from)).map_err(|e| self.io("read", e))?;
        let mut tail = Vec::new();
        file.take(LINE_MAX).read_to_end(&mut tail).map_err(|e| self.io("read", e))?;
        let whole = match tail.iter().rposition(|b| *b == b'\n') {
            Some(last) => from + last as u64 + 1,
            None => from,
        };
        if whole < length {
            file.set_len(whole).and_then(|()| file.sync_all()).map_err(|e| self.io("repair", e))?;
        }
        Ok(())
    }

    fn broken(&self, entries: u64, rule: &'static str) -> StoreError {
        StoreError::LedgerBroken { path: self.path.clone(), line: entries + 1, rule }
    }

    fn io(&self, what: &'static str, source: std::io::Error) -> StoreError {
        StoreError::io(what, &self.path, source)
    }
}

/// The end of a chain that was followed from its beginning.
struct End {
    verified: Verified,
    /// The key that signs from here on.
    in_force: Option<PublicKey>,
    /// Keys that were entered.
    keys: u64,
}

/// The hash before the first line.
fn genesis(authority: &str) -> [u8; 32] {
    keyed(GENESIS, &[authority.as_bytes()])
}

/// The hash after a line.
fn chain(before: &[u8; 32], body: &Body) -> [u8; 32] {
    let mut message = before.to_vec();
    message.extend_from_slice(&json(body));
    crate::hash::sha256(&message)
}

fn to_time(time: Micros) -> String {
    Timestamp::from_microsecond(time).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

fn from_time(text: &str) -> Option<Micros> {
    let time = text.parse::<Timestamp>().ok()?;
    (time.to_string() == text).then(|| time.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Books, MonthBooks};
    use jiff::civil::date;
    use std::collections::BTreeMap;
    use std::fs;

    fn written(dir: &Path) -> (Ledger, PathBuf) {
        let ledger = Ledger::open(dir, "ashby").unwrap();
        let config = vec![("register".to_owned(), [1; 32]), ("assessment".to_owned(), [2; 32])];
        let night = Event::Night { date: date(2026, 3, 1), rows: 10, inputs: 2, config, account: None };
        ledger.append(&night, 1_000_000).unwrap();
        let release =
            Event::Release { month: "2026-03".parse().unwrap(), report: [9; 32], account: None, schedule: None };
        ledger.append(&release, 2_500_000).unwrap();
        let deleted =
            Event::Retention { deleted: Deleted::Usage, first: date(2026, 3, 1), last: date(2026, 3, 31), count: 31 };
        ledger.append(&deleted, 3_000_000).unwrap();
        ledger.append(&Event::Read { reading: Reading::Inspect, count: 1 }, 4_000_000).unwrap();
        (ledger, dir.join("ashby.jsonl"))
    }

    /// Changes the lines and says what `verify` finds.
    fn check(change: impl Fn(&mut Vec<String>), expected: Option<&str>) {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, path) = written(dir.path());
        let text = fs::read_to_string(&path).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        change(&mut lines);
        fs::write(&path, lines.iter().map(|l| format!("{l}\n")).collect::<String>()).unwrap();
        match (ledger.verify(None), expected) {
            (Ok(v), None) => assert_eq!(v.entries, lines.len() as u64),
            (Err(e), Some(part)) => {
                assert_eq!(e.code(), "ledger_broken");
                assert!(e.to_string().contains(part), "{e}");
            }
            (other, _) => panic!("{other:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn every_change_is_found() {
        check(|_| (), None);
        check(|l| drop(l.remove(1)), Some("line 2: its number"));
        check(|l| l.swap(1, 2), Some("line 2: its number"));
        check(|l| l.insert(1, l[0].clone()), Some("line 2: its number"));
        check(|l| l[0] = l[0].replace("\"rows\":10", "\"rows\":11"), Some("line 1: its hash"));
        check(|l| l[1] = l[1].replace("2.5Z", "2.6Z"), Some("line 2: its hash"));
        check(|l| l[1] = l[1].replace("\"seq\":1", "\"seq\": 1"), Some("line 2: the line is not in the form"));
        check(|l| l[2] = l[2].replacen('{', "{\"note\":\"a\",", 1), Some("line 3: the line is not in the form"));
        check(|l| l[3] = "{}".to_owned(), Some("line 4: the line is no entry"));
    }

    #[test]
    fn lines_cut_from_the_end_are_found_with_a_checkpoint() {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, path) = written(dir.path());
        let head = ledger.head().unwrap();
        assert_eq!(ledger.verify(Some(head)).unwrap().newest, Some(4_000_000));
        let text = fs::read_to_string(&path).unwrap();
        let cut: String = text.lines().take(3).map(|l| format!("{l}\n")).collect();
        fs::write(&path, cut).unwrap();
        assert_eq!(ledger.verify(None).unwrap().entries, 3);
        assert_eq!(ledger.verify(Some(head)).unwrap_err().code(), "ledger_broken");
    }

    #[test]
    fn another_authoritys_ledger_does_not_pass() {
        let dir = tempfile::tempdir().unwrap();
        let (_, path) = written(dir.path());
        fs::copy(&path, dir.path().join("barton.jsonl")).unwrap();
        let other = Ledger::open(dir.path(), "barton").unwrap();
        assert_eq!(other.verify(None).unwrap_err().code(), "ledger_broken");
    }

    #[test]
    fn a_line_that_a_crash_cut_never_was() {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, path) = written(dir.path());
        let head = ledger.head().unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"seq\":4,\"time\"").unwrap();
        assert_eq!(ledger.verify(None).unwrap_err().code(), "ledger_broken");
        ledger.append(&Event::Withheld { month: "2026-04".parse().unwrap() }, 5_000_000).unwrap();
        let verified = ledger.verify(Some(head)).unwrap();
        assert_eq!(verified.entries, 5);
    }

    /// What stands before the hash, byte for byte as it was written before releases could name a schedule.
    #[test]
    fn a_release_without_a_schedule_is_the_line_that_it_always_was() {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, path) = written(dir.path());
        let head =
            "{\"seq\":1,\"time\":\"1970-01-01T00:00:02.5Z\",\"kind\":\"release\",\"month\":\"2026-03\",\"report\":\"";
        let nines = "09".repeat(32);
        let old = format!("{head}{nines}\",\"hash\":\"");
        let line = |n: usize| fs::read_to_string(&path).unwrap().lines().nth(n).unwrap().to_owned();
        assert!(line(1).starts_with(&old), "{}", line(1));
        let (month, report) = ("2026-03".parse().unwrap(), [9; 32]);
        let with = Event::Release { month, report, account: None, schedule: Some([7; 32]) };
        ledger.append(&with, 5_000_000).unwrap();
        let mut read = Vec::new();
        ledger.entries(&mut |e| read.push(e.event.clone())).unwrap();
        assert_eq!(read.pop(), Some(with));
        let new = format!("{nines}\",\"schedule\":\"{}\",\"hash\":\"", "07".repeat(32));
        assert!(line(4).contains(&new), "{}", line(4));
    }

    #[test]
    fn nothing_is_appended_to_a_broken_chain() {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, path) = written(dir.path());
        let text = fs::read_to_string(&path).unwrap().replace("\"rows\":10", "\"rows\":11");
        fs::write(&path, &text).unwrap();
        let event = Event::Withheld { month: "2026-04".parse().unwrap() };
        assert_eq!(ledger.append(&event, 0).unwrap_err().code(), "ledger_broken");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }

    /// Counted, kept, internal, undecodable, lost.
    fn books([counted, kept, internal, undecodable, lost]: [u64; 5]) -> Books {
        let excluded = BTreeMap::from([(model::Excluded::Internal, internal)]);
        Books { counted, kept, excluded, undecodable, lost_estimate: lost }
    }

    fn night(day: i8, account: Option<Books>) -> Event {
        Event::Night { date: date(2026, 3, day), rows: 1, inputs: 1, config: vec![], account }
    }

    fn release(nights: u32, sum: Books) -> Event {
        let account = MonthBooks { nights, sum, shown_gb: Some(12), withheld_gb: None };
        Event::Release { month: "2026-03".parse().unwrap(), report: [9; 32], account: Some(account), schedule: None }
    }

    /// Appends the events and says what `verify` finds.
    fn audit(events: &[Event], expected: Option<&str>) {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), "ashby").unwrap();
        for event in events {
            ledger.append(event, 1_000_000).unwrap();
        }
        let mut read = Vec::new();
        ledger.entries(&mut |e| read.push(e.event.clone())).unwrap();
        assert_eq!(read, events, "what is written is what is read");
        let found = ledger.verify(None).err().map(|e| e.to_string());
        match (found, expected) {
            (None, None) => (),
            (Some(found), Some(part)) => assert!(found.contains(part), "{found}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_months_account_is_the_sum_of_its_nights() {
        // 100 = 90 + 7 + 3 and 50 = 50; together 150 = 140 + 7 + 3, with 20 + 5 lost beside them.
        let (first, second) = (books([100, 90, 7, 3, 20]), books([50, 50, 0, 0, 5]));
        let (one, two) = (night(1, Some(first)), night(2, Some(second)));
        audit(&[one.clone(), two.clone(), release(2, books([150, 140, 7, 3, 25]))], None);
        let unequal = Some("line 3: its account is not the sum");
        audit(&[one.clone(), two.clone(), release(2, books([151, 141, 7, 3, 25]))], unequal);
        audit(&[one.clone(), two.clone(), release(2, books([150, 140, 7, 3, 24]))], unequal);
        // The last line of a night counts, and no line after the release.
        let again = night(2, Some(books([60, 60, 0, 0, 0])));
        audit(&[one.clone(), two.clone(), again.clone(), release(2, books([160, 150, 7, 3, 20]))], None);
        audit(&[one.clone(), two, release(2, books([150, 140, 7, 3, 25])), again], None);
        // Nights without an account, from before lines had one, cannot be added up.
        audit(&[one, night(2, None), release(2, books([9, 9, 0, 0, 0]))], None);
    }

    #[test]
    fn what_does_not_balance_is_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), "ashby").unwrap();
        for event in [night(1, Some(books([100, 90, 7, 2, 0]))), release(1, books([1, 0, 0, 0, 0]))] {
            assert_eq!(ledger.append(&event, 0).unwrap_err().code(), "books_unbalanced");
        }
        assert_eq!(ledger.verify(None).unwrap().entries, 0);
    }

    #[test]
    fn a_line_that_was_written_unbalanced_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), "ashby").unwrap();
        let event = night(1, Some(books([100, 90, 7, 3, 0])));
        let EventJson::Night { date, rows, inputs, config, .. } = event.to_json().unwrap() else {
            panic!("not a night")
        };
        let event = EventJson::Night { date, rows, inputs, config, account: Some(books([100, 90, 7, 4, 0])) };
        let body = Body { seq: 0, time: to_time(0), event };
        let hash = Hex(chain(&ledger.genesis, &body));
        let mut line = json(&Line { body, hash, sig: None });
        line.push(b'\n');
        fs::write(dir.path().join("ashby.jsonl"), line).unwrap();
        let found = ledger.verify(None).unwrap_err().to_string();
        assert!(found.contains("line 1: its account does not balance"), "{found}");
    }

    #[test]
    fn lines_from_before_accounts_are_read_as_they_stand() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), "ashby").unwrap();
        ledger.append(&night(1, None), 0).unwrap();
        let text = fs::read_to_string(dir.path().join("ashby.jsonl")).unwrap();
        assert!(
            text.starts_with(
                r#"{"seq":0,"time":"1970-01-01T00:00:00Z","kind":"night","date":"2026-03-01","rows":1,"inputs":1,"config":{},"hash":""#
            ),
            "{text}"
        );
    }
}
