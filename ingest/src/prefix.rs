//! Whether a file begins with content that was read before: a log that grew stands for its older self.

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::FileError;
use crate::source;

/// SHA-256 of the first `length` octets of the decompressed content; none where there are fewer.
///
/// # Errors
/// Where the file cannot be opened or read.
pub fn prefix_sha256(path: &Path, length: u64) -> Result<Option<[u8; 32]>, FileError> {
    let mut source = source::open(path)?;
    let mut hash = Sha256::new();
    let mut left = length;
    let mut buffer = vec![0_u8; 1 << 16];
    while left > 0 {
        let want = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let part = buffer.get_mut(..want).unwrap_or_default();
        match source.read(part) {
            Ok(0) => return Ok(None),
            Ok(n) => {
                hash.update(part.get(..n).unwrap_or_default());
                left = left.saturating_sub(n as u64);
            }
            Err(e) => return Err(source.error(e)),
        }
    }
    Ok(Some(hash.finalize().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grown_file_begins_with_its_older_self() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        std::fs::write(&path, b"one line\nanother line\n").unwrap();
        let whole: [u8; 32] = Sha256::digest(b"one line\n").into();
        assert_eq!(prefix_sha256(&path, 9).unwrap(), Some(whole));
        assert_eq!(prefix_sha256(&path, 23).unwrap(), None, "the file has 22 octets");
        assert_ne!(prefix_sha256(&path, 8).unwrap(), Some(whole));
    }
}
