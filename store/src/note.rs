//! Checkpoints of a ledger as signed notes: the C2SP `tlog-checkpoint` text, signed with Ed25519 as `signed-note` says.
//!
//! The ledger is a hash chain and no tree: the third line holds the chain's hash after its last entry, where a Merkle
//! log has its root. The origin says so, so that nobody asks for proofs that a chain does not have.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::hash::{sha256, to_hex};
use crate::words::valid_id;

/// What every origin begins with; the authority's id follows.
pub(crate) const ORIGIN: &str = "tithing/hash-chain/";
/// The signature type of Ed25519 in signed notes.
const ED25519: u8 = 1;
/// The em dash at the beginning of a signature line, and what mail and paper make of it.
const DASHES: [&str; 5] = ["\u{2014}", "\u{2013}", "-", "--", "---"];
/// Digits of 32 octets in base64.
const HASH_DIGITS: usize = 44;
/// Digits of a key id and a signature in base64.
const SIGNATURE_DIGITS: usize = 92;

/// The key that signs an authority's ledger. It is never printed or serialised.
pub struct CheckpointKey {
    name: String,
    secret: SigningKey,
}

/// The public half of a [`CheckpointKey`], with the name of what it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    octets: [u8; 32],
}

/// How far a ledger had come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The authority.
    pub authority: String,
    /// Entries.
    pub size: u64,
    /// The chain's hash after the last of them.
    pub head: [u8; 32],
}

/// A checkpoint with its signature, as read from a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The first octets of the key's fingerprint, as the note names it.
    pub key_id: [u8; 4],
    /// The signature.
    pub signature: [u8; 64],
    /// The public key, where the text had it.
    pub key: Option<PublicKey>,
}

impl CheckpointKey {
    pub(crate) fn new(authority: &str, secret: [u8; 32]) -> Self {
        Self { name: format!("{ORIGIN}{authority}"), secret: SigningKey::from_bytes(&secret) }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey { name: self.name.clone(), octets: self.secret.verifying_key().to_bytes() }
    }

    pub(crate) fn sign(&self, text: &str) -> [u8; 64] {
        self.secret.sign(text.as_bytes()).to_bytes()
    }
}

impl std::fmt::Debug for CheckpointKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CheckpointKey(..)")
    }
}

impl PublicKey {
    pub(crate) fn new(authority: &str, octets: [u8; 32]) -> Self {
        Self { name: format!("{ORIGIN}{authority}"), octets }
    }

    /// The 32 octets.
    pub const fn octets(&self) -> &[u8; 32] {
        &self.octets
    }

    /// `NAME+ID+BASE64`: the text form of a key that checks signed notes.
    pub fn vkey(&self) -> String {
        let mut typed = vec![ED25519];
        typed.extend_from_slice(&self.octets);
        format!("{}+{}+{}", self.name, to_hex(&self.id()), STANDARD.encode(typed))
    }

    /// Reads the text form; none where it is another type, or its id does not follow from it.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('+')?;
        let (id, digits) = rest.split_once('+')?;
        let typed = STANDARD.decode(digits).ok()?;
        let (kind, octets) = typed.split_first()?;
        let key = Self { name: name.to_owned(), octets: octets.try_into().ok()? };
        (*kind == ED25519 && authority_of(name).is_some() && to_hex(&key.id()) == id).then_some(key)
    }

    /// The first four octets of the fingerprint of name, type and key.
    pub(crate) fn id(&self) -> [u8; 4] {
        let mut message = self.name.as_bytes().to_vec();
        message.extend_from_slice(&[b'\n', ED25519]);
        message.extend_from_slice(&self.octets);
        let [a, b, c, d, ..] = sha256(&message);
        [a, b, c, d]
    }

    pub(crate) fn verifies(&self, text: &str, signature: &[u8; 64]) -> bool {
        let signature = Signature::from_bytes(signature);
        VerifyingKey::from_bytes(&self.octets).is_ok_and(|k| k.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl Checkpoint {
    /// The text that is signed: origin, number of entries, hash.
    pub fn text(&self) -> String {
        format!("{ORIGIN}{}\n{}\n{}\n", self.authority, self.size, STANDARD.encode(self.head))
    }

    /// The signed note.
    pub fn note(&self, key: &CheckpointKey) -> String {
        self.with(&key.public(), &key.sign(&self.text()))
    }

    /// The note of a signature that stands already.
    pub(crate) fn with(&self, key: &PublicKey, signature: &[u8; 64]) -> String {
        let mut digits = key.id().to_vec();
        digits.extend_from_slice(signature);
        format!("{}\n\u{2014} {} {}\n", self.text(), key.name, STANDARD.encode(digits))
    }
}

impl SignedCheckpoint {
    /// Finds a note in a text: a file, a mail with its marks of quotation, a page copied with its line breaks. What it
    /// says counts only once the signature was held to a key.
    ///
    /// # Errors
    /// What is missing, in plain words.
    pub fn find(text: &str) -> Result<Self, &'static str> {
        let words: Vec<&str> = text.split_whitespace().map(|w| w.trim_start_matches('>')).collect();
        let mut words = words.into_iter().filter(|w| !w.is_empty()).peekable();
        let all: Vec<&str> = words.clone().collect();
        let origin = words.find(|w| authority_of(w).is_some()).ok_or("no line 'tithing/hash-chain/ID' stands in it")?;
        let authority = authority_of(origin).unwrap_or_default().to_owned();
        let size = words.next().unwrap_or_default();
        let number = size.parse::<u64>().ok().filter(|n| n.to_string() == size);
        let size = number.ok_or("the line after the first is not the number of entries")?;
        let head = decode::<32>(&mut words, HASH_DIGITS).ok_or("the third line is not 44 digits of base64")?;
        let dash = words.next().is_some_and(|w| DASHES.contains(&w));
        if !dash || words.next() != Some(origin) {
            return Err("no line of signature follows: a dash, the first line again, and 92 digits of base64");
        }
        let signed = decode::<68>(&mut words, SIGNATURE_DIGITS).ok_or("the signature is not 92 digits of base64")?;
        let (id, rest) = signed.split_at(4);
        let key_id = id.try_into().map_err(|_| "the signature is cut")?;
        let signature = rest.try_into().map_err(|_| "the signature is cut")?;
        let key = key_in(&all, origin);
        Ok(Self { checkpoint: Checkpoint { authority, size, head }, key_id, signature, key })
    }

    /// Whether a key made the signature.
    pub fn signed_by(&self, key: &PublicKey) -> bool {
        key.id() == self.key_id && key.verifies(&self.checkpoint.text(), &self.signature)
    }
}

/// The first key of the same origin; paper may have broken its digits.
fn key_in(words: &[&str], origin: &str) -> Option<PublicKey> {
    let at = words.iter().position(|w| w.strip_prefix(origin).is_some_and(|rest| rest.starts_with('+')))?;
    let mut text = String::new();
    words.iter().skip(at).find_map(|w| {
        text.push_str(w);
        PublicKey::parse(&text)
    })
}

/// Octets from so many digits of base64, which may be broken over several words.
fn decode<const N: usize>(words: &mut dyn Iterator<Item = &str>, digits: usize) -> Option<[u8; N]> {
    let mut text = String::new();
    while text.len() < digits {
        text.push_str(words.next()?);
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn authority_of(origin: &str) -> Option<&str> {
    origin.strip_prefix(ORIGIN).filter(|id| valid_id(id))
}

/// What the old key signs when a new one takes its place.
pub(crate) fn handover(authority: &str, size: u64, head: &[u8; 32], new: &PublicKey) -> String {
    format!("tithing/key-change/{authority}\n{size}\n{}\n{}\n", STANDARD.encode(head), new.vkey())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032 section 7.1, test 1: a secret, its public key, the signature of the empty message.
    #[test]
    fn published_vectors_of_ed25519() {
        let secret = crate::from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let key = CheckpointKey::new("ashby", secret);
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(to_hex(key.public().octets()), public);
        let signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
        assert_eq!(to_hex(&key.sign("")), signature);
        assert!(key.public().verifies("", &key.sign("")));
        assert!(!key.public().verifies("a", &key.sign("")));
    }

    fn made() -> (CheckpointKey, Checkpoint, String) {
        let key = CheckpointKey::new("ashby", [7; 32]);
        let checkpoint = Checkpoint { authority: "ashby".to_owned(), size: 58, head: [9; 32] };
        let note = checkpoint.note(&key);
        (key, checkpoint, note)
    }

    #[test]
    fn a_note_has_the_published_form() {
        let (key, checkpoint, note) = made();
        let lines: Vec<&str> = note.split('\n').collect();
        assert_eq!(lines[..2], ["tithing/hash-chain/ashby", "58"]);
        assert_eq!(STANDARD.decode(lines[2]).unwrap(), [9; 32]);
        assert_eq!(lines[3], "");
        assert!(lines[4].starts_with("\u{2014} tithing/hash-chain/ashby "));
        assert_eq!((lines[5], lines.len()), ("", 6));
        let read = SignedCheckpoint::find(&note).unwrap();
        assert_eq!(read.checkpoint, checkpoint);
        assert!(read.signed_by(&key.public()));
        assert!(!read.signed_by(&CheckpointKey::new("ashby", [8; 32]).public()));
    }

    #[test]
    fn a_key_reads_back_and_a_changed_one_does_not() {
        let vkey = made().0.public().vkey();
        assert_eq!(PublicKey::parse(&vkey), Some(made().0.public()));
        for changed in
            [vkey.replacen("ashby", "barton", 1), vkey.replacen('+', " ", 1), vkey[..vkey.len() - 2].to_owned()]
        {
            assert_eq!(PublicKey::parse(&changed), None, "{changed}");
        }
    }

    #[test]
    fn mail_and_paper_do_not_matter() {
        let (key, checkpoint, note) = made();
        let quoted = note.lines().map(|l| format!(">> {l}\r\n")).collect::<String>();
        let (start, end) = note.trim_end().split_at(note.trim_end().len() - 30);
        let wrapped =
            format!("Checkpoint\n\n  {}\n   {end}\nKey: {}", start.replace('\u{2014}', "-"), key.public().vkey());
        for text in [note.clone(), quoted, wrapped, note.replace("\n\n", "\n")] {
            let read = SignedCheckpoint::find(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
            assert_eq!(read.checkpoint, checkpoint);
            assert!(read.signed_by(&key.public()), "{text}");
        }
    }

    #[test]
    fn what_is_no_note_is_told() {
        let (_, _, note) = made();
        let check = |text: &str, part: &str| {
            let error = SignedCheckpoint::find(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        };
        check("", "no line");
        check(&note.replacen("58", "058", 1), "number of entries");
        check(&note.replacen("CQ", "*Q", 1), "44 digits");
        check(note.split('\u{2014}').next().unwrap(), "no line of signature");
        check(&note[..note.len() - 9], "92 digits");
    }
}
