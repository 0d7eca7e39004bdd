//! Opens an input: gzip and zstd are undone on the way, and the content is hashed as it passes.

use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use model::{Reason, Tally};
use sha2::{Digest, Sha256};

use crate::error::FileError;

/// Octets that [`crate::detect::detect`] looks at.
pub(crate) const HEAD: usize = 64 * 1024;

/// Decompressed octets after which an input is left: no night of a council comes near, a compression bomb does.
const CONTENT_MAX: u64 = 1 << 40;

const BUFFER: usize = 256 * 1024;

type Raw = Chain<Cursor<Vec<u8>>, File>;

enum Stream {
    Plain(Raw),
    /// RFC 1952; a file may hold several members one after another.
    Gzip(Box<MultiGzDecoder<BufReader<Raw>>>),
    /// RFC 8878; several frames likewise. The window is at most 128 MiB.
    Zstd(Box<zstd::stream::read::Decoder<'static, BufReader<BufReader<Raw>>>>),
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(r) => r.read(buf),
            Self::Gzip(r) => r.read(buf),
            Self::Zstd(r) => r.read(buf),
        }
    }
}

/// The decompressed content of one file.
///
/// - Reading past damage of the compressed stream ends the content there; what came before is kept and
///   [`Source::tally`] says so.
/// - Every octet handed out was hashed first, so the identity of an input does not depend on how it was compressed.
pub(crate) struct Source {
    path: PathBuf,
    stream: Stream,
    hash: Sha256,
    length: u64,
    head: Vec<u8>,
    given: usize,
    broken: Option<(Reason, u64)>,
}

/// Opens `path` and recognizes gzip and zstd by their first octets.
pub(crate) fn open(path: &Path) -> Result<Source, FileError> {
    let fail = |source| FileError::Open { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(fail)?;
    let mut magic = vec![0_u8; 4];
    let mut have = 0;
    while let Some(rest) = magic.get_mut(have..).filter(|r| !r.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(n) => have += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return Err(FileError::Read { path: path.to_owned(), offset: 0, source }),
        }
    }
    magic.truncate(have);
    let gzip = magic.starts_with(&[0x1f, 0x8b, 0x08]);
    let zstd = matches!(magic.as_slice(), [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18]);
    let raw = Cursor::new(magic).chain(file);
    let stream = if gzip {
        Stream::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, raw))))
    } else if zstd {
        let reader = BufReader::with_capacity(BUFFER, raw);
        Stream::Zstd(Box::new(zstd::stream::read::Decoder::new(reader).map_err(fail)?))
    } else {
        Stream::Plain(raw)
    };
    Ok(Source {
        path: path.to_owned(),
        stream,
        hash: Sha256::new(),
        length: 0,
        head: Vec::new(),
        given: 0,
        broken: None,
    })
}

impl Source {
    /// Whether the file is compressed.
    pub(crate) fn compressed(&self) -> bool {
        !matches!(self.stream, Stream::Plain(_))
    }

    /// The beginning of the content, up to [`HEAD`] octets. Nothing is consumed; call it before the first read.
    pub(crate) fn head(&mut self) -> Result<&[u8], FileError> {
        if self.length == 0 && self.head.is_empty() {
            let mut head = vec![0_u8; HEAD];
            let mut have = 0;
            while let Some(rest) = head.get_mut(have..).filter(|r| !r.is_empty()) {
                match self.pull(rest) {
                    Ok(0) => break,
                    Ok(n) => have += n,
                    Err(e) => return Err(self.error(e)),
                }
            }
            head.truncate(have);
            self.head = head;
        }
        Ok(self.head.get(self.given..).unwrap_or_default())
    }

    /// Names the file and the place in an error of [`Read::read`].
    pub(crate) fn error(&self, source: io::Error) -> FileError {
        FileError::Read { path: self.path.clone(), offset: self.length, source }
    }

    /// Counts damage of the compressed stream, where there was any.
    pub(crate) fn tally(&self, tally: &mut Tally) {
        if let Some((reason, offset)) = self.broken {
            tally.add(reason, offset);
        }
    }

    /// Reads what is left, then gives the SHA-256 of the decompressed content and its length in octets.
    pub(crate) fn finish(&mut self) -> Result<([u8; 32], u64), FileError> {
        let mut sink = vec![0_u8; BUFFER];
        loop {
            match self.read(&mut sink) {
                Ok(0) => break,
                Ok(_) => {}
                Err(e) => return Err(self.error(e)),
            }
        }
        Ok((self.hash.clone().finalize().into(), self.length))
    }

    fn pull(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.broken.is_some() || buf.is_empty() {
                return Ok(0);
            }
            match self.stream.read(buf) {
                Ok(n) => {
                    self.hash.update(buf.get(..n).unwrap_or_default());
                    self.length = self.length.saturating_add(n as u64);
                    if self.length >= CONTENT_MAX {
                        self.broken = Some((Reason::OverLimit, self.length));
                    }
                    return Ok(n);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if self.compressed() && e.raw_os_error().is_none() => {
                    self.broken = Some((Reason::CompressionBroken, self.length));
                }
                Err(e) => return Err(e),
            }
        }
    }
}

impl Read for Source {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let rest = self.head.get(self.given..).unwrap_or_default();
        if rest.is_empty() {
            return self.pull(buf);
        }
        let n = rest.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut w = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        w.write_all(bytes).unwrap();
        w.finish().unwrap()
    }

    fn read(file: &[u8], peek: bool) -> (Vec<u8>, bool, [u8; 32], u64, u64) {
        let mut t = tempfile::NamedTempFile::new().unwrap();
        t.write_all(file).unwrap();
        let mut s = open(t.path()).unwrap();
        if peek {
            let n = s.head().unwrap().len();
            assert_eq!(s.head().unwrap().len(), n);
        }
        let mut all = Vec::new();
        s.read_to_end(&mut all).unwrap();
        let (hash, length) = s.finish().unwrap();
        let mut tally = Tally::default();
        s.tally(&mut tally);
        (all, s.compressed(), hash, length, tally.count(Reason::CompressionBroken))
    }

    #[test]
    fn content_and_hash_do_not_depend_on_compression() {
        let text: Vec<u8> = (0..300_000_u32).flat_map(|n| n.to_le_bytes()).collect();
        let want: [u8; 32] = Sha256::digest(&text).into();
        let two = [gz(&text[..500_000]), gz(&text[500_000..])].concat();
        let z = zstd::stream::encode_all(text.as_slice(), 1).unwrap();
        let zz = [
            zstd::stream::encode_all(&text[..7], 1).unwrap(),
            vec![0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9],
            zstd::stream::encode_all(&text[7..], 1).unwrap(),
        ]
        .concat();
        for (file, packed) in [(text.clone(), false), (gz(&text), true), (two, true), (z, true), (zz, true)] {
            for peek in [false, true] {
                assert_eq!(read(&file, peek), (text.clone(), packed, want, 1_200_000, 0));
            }
        }
    }

    #[test]
    fn damage_keeps_what_came_before_and_is_counted() {
        let text = vec![b'a'; 200_000];
        let packed = gz(&text);
        let (all, _, _, length, broken) = read(&packed[..packed.len() - 9], true);
        assert_eq!((length as usize, broken), (all.len(), 1));
        assert!(all.iter().all(|b| *b == b'a'));
        let (all, _, _, _, broken) = read(&[packed, vec![1, 2, 3]].concat(), false);
        assert_eq!((all.len(), broken), (200_000, 1));
        let z = zstd::stream::encode_all(text.as_slice(), 1).unwrap();
        assert_eq!(read(&z[..z.len() - 1], false).4, 1);
        assert_eq!(read(&[0x1f, 0x8b, 8], false).4, 1);
    }

    #[test]
    fn short_files_are_plain() {
        for file in [&b""[..], b"a", b"\x1f\x8b", b"abcdef"] {
            assert_eq!(read(file, true).0, file);
        }
        let missing = open(Path::new("no/such/file")).err().unwrap();
        assert_eq!(missing.code(), "file_open");
    }
}
