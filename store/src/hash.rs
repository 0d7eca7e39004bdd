//! SHA-256, keyed hashes and their hex form.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::StoreError;

/// Octets read at a time when a file is hashed.
const CHUNK: usize = 1 << 16;

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 of a file, read in chunks.
pub(crate) fn sha256_file(path: &Path) -> Result<[u8; 32], StoreError> {
    let mut file = File::open(path).map_err(|e| StoreError::io("open", path, e))?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0_u8; CHUNK];
    loop {
        let n = file.read(&mut chunk).map_err(|e| StoreError::io("read", path, e))?;
        match chunk.get(..n) {
            Some(part) if n > 0 => hasher.update(part),
            _ => return Ok(hasher.finalize().into()),
        }
    }
}

/// HMAC-SHA256 of parts, each with its length before it so that no two lists of parts share a message (RFC 2104).
pub(crate) fn keyed(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is allowed, so the only error of `new_from_slice` cannot occur; the zero key is never used.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Lower-case hex.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(DIGITS[usize::from(n & 15)])).collect()
}

/// 32 octets from 64 lower-case hex digits.
pub fn from_hex(text: &str) -> Option<[u8; 32]> {
    octets(text)
}

fn octets<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let mut out = [0_u8; N];
    if text.len() != 2 * N {
        return None;
    }
    for (octet, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *octet = digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?;
    }
    Some(out)
}

/// A hash that prints and reads as hex in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Hex(pub(crate) [u8; 32]);

impl serde::Serialize for Hex {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&to_hex(&self.0))
    }
}

impl<'de> serde::Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        from_hex(&text).map(Self).ok_or_else(|| serde::de::Error::custom("64 lower-case hex digits are wanted"))
    }
}

/// A signature that prints and reads as hex in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SignatureHex(pub(crate) [u8; 64]);

impl serde::Serialize for SignatureHex {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&to_hex(&self.0))
    }
}

impl<'de> serde::Deserialize<'de> for SignatureHex {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        octets(&text).map(Self).ok_or_else(|| serde::de::Error::custom("128 lower-case hex digits are wanted"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        // FIPS 180-4 example "abc".
        assert_eq!(to_hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(from_hex(&to_hex(&sha256(b"abc"))), Some(sha256(b"abc")));
        assert_eq!(from_hex("ab"), None);
        assert_eq!(from_hex(&"G".repeat(64)), None);
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(keyed(b"k", &[b"ab", b"c"]), keyed(b"k", &[b"a", b"bc"]));
        assert_ne!(keyed(b"k", &[b"a"]), keyed(b"l", &[b"a"]));
    }
}
