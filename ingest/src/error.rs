//! Why a file could not be read at all. What is wrong inside a file is tallied instead.

use std::io;
use std::path::{Path, PathBuf};

/// A file that could not be read. Names the file, never what it holds.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file could not be opened.
    #[error("cannot open {}: {source} (inputs are the files that the sources' globs match); check that it exists and may be read", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Reading failed part of the way.
    #[error("cannot read {} at octet {offset}: {source}; check the disk, then run again", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Octets of decompressed content read before.
        offset: u64,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not the one that was scanned: it changed between the two passes.
    #[error("{} changed while it was being read; run again when nothing writes to it", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

impl FileError {
    /// The stable word of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "file_open",
            Self::Read { .. } => "file_read",
            Self::Changed { .. } => "file_changed",
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Open { path, .. } | Self::Read { path, .. } | Self::Changed { path } => path,
        }
    }
}
