//! One error type for the crate, with a stable code per variant.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::schema::Table;

/// Why the store could not do what was asked. No message shows a person, a client address or a name looked up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The operating system refused.
    #[error("{path}: could not {what}: {source}; check that the folder exists and may be written")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No room left; what stood there before still stands.
    #[error("{path}: the disk is full; nothing was replaced, so free some space and run again")]
    DiskFull {
        /// The file that could not be written.
        path: PathBuf,
    },
    /// An id would not be safe as a path or in a column.
    #[error(
        "the id of {what} is not allowed: 1 to 32 of a-z, 0-9 and '-', beginning with a letter or digit, and not an \
         address written with dashes"
    )]
    IdInvalid {
        /// Whose id: an authority or the link at a position.
        what: String,
    },
    /// A word in a footer or ledger entry is not in its closed list or form.
    #[error(
        "{what} holds a word that is not allowed there: only codes of the closed lists and plain names may be stored"
    )]
    WordInvalid {
        /// Which field.
        what: &'static str,
    },
    /// A row breaks a rule of its table.
    #[error("{table} of {date}, row {row}: {rule}")]
    RowInvalid {
        /// The table.
        table: Table,
        /// The night.
        date: Date,
        /// Index of the row as given.
        row: usize,
        /// The rule.
        rule: &'static str,
    },
    /// The night's figures contradict its rows.
    #[error("night {date}: the books do not balance: {rule}; the night is not stored")]
    Books {
        /// The night.
        date: Date,
        /// The equation that fails.
        rule: &'static str,
    },
    /// The manifest names a partition that is not there.
    #[error(
        "{table}/{date}.parquet is missing though the manifest names it; restore it from a backup or redo the night"
    )]
    PartitionMissing {
        /// The table.
        table: Table,
        /// The date.
        date: Date,
    },
    /// A partition is there that the manifest does not name.
    #[error("{table}/{date}.parquet is not in the manifest; remove it, or remove manifest.json to have it made again")]
    PartitionUnlisted {
        /// The table.
        table: Table,
        /// The date.
        date: Date,
    },
    /// A partition's content is not what was committed.
    #[error("{table}/{date}.parquet is not what was committed: {rule}; restore it from a backup or redo the night")]
    PartitionChanged {
        /// The table.
        table: Table,
        /// The date.
        date: Date,
        /// What differs.
        rule: &'static str,
    },
    /// The two tables of a night come from different commits.
    #[error("night {date}: usage and links come from different runs; redo the night")]
    PartitionTorn {
        /// The night.
        date: Date,
    },
    /// A partition was written by a newer version.
    #[error("{table}/{date}.parquet has schema version {found}, this program knows {known}; install the newer program")]
    PartitionSchemaNewer {
        /// The table.
        table: Table,
        /// The date.
        date: Date,
        /// Version in the file.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// A partition is no Parquet file, or lacks its footer or a column.
    #[error("{table}/{date}.parquet cannot be read: {rule}; restore it from a backup or redo the night")]
    PartitionUnreadable {
        /// The table.
        table: Table,
        /// The date.
        date: Date,
        /// What is wrong.
        rule: String,
    },
    /// The manifest is no manifest.
    #[error("{path}: the manifest cannot be read: {rule}; remove it and it is made again from the partitions")]
    ManifestBroken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        rule: String,
    },
    /// The record of the kinds of site in force is none.
    #[error("{path}: the record of the kinds of site in force cannot be read: {rule}; restore it from a backup")]
    TaxonomyBroken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        rule: String,
    },
    /// A key is wanted and its file is not there.
    #[error("{path}: there is no such key; a month whose key is gone is closed and nothing of it is held")]
    KeyMissing {
        /// The file.
        path: PathBuf,
    },
    /// A key file does not hold 64 hex digits.
    #[error("{path}: not a key: 64 hex digits are wanted; restore it, since no other key gives the same pseudonyms")]
    KeyBroken {
        /// The file.
        path: PathBuf,
    },
    /// The ledger's chain is broken.
    #[error("{path}, line {line}: {rule}; the ledger was changed after it was written")]
    LedgerBroken {
        /// The file.
        path: PathBuf,
        /// One-based line.
        line: u64,
        /// What is wrong.
        rule: &'static str,
    },
    /// A line was to be written without a signature into a ledger that is signed.
    #[error(
        "{path}: the ledger is signed, and no key was given to sign the next line; this is an error of the program"
    )]
    LedgerUnsigned {
        /// The file.
        path: PathBuf,
    },
    /// A value does not fit the Parquet writer, which would be an error here.
    #[error("{table} of {date} could not be encoded: {rule}")]
    Encode {
        /// The table.
        table: Table,
        /// The date.
        date: Date,
        /// What the writer said.
        rule: String,
    },
}

impl StoreError {
    /// The stable code: the same word in logs and in the manual.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "store_io",
            Self::DiskFull { .. } => "disk_full",
            Self::IdInvalid { .. } => "id_invalid",
            Self::WordInvalid { .. } => "word_invalid",
            Self::RowInvalid { .. } => "row_invalid",
            Self::Books { .. } => "books_unbalanced",
            Self::PartitionMissing { .. } => "partition_missing",
            Self::PartitionUnlisted { .. } => "partition_unlisted",
            Self::PartitionChanged { .. } => "partition_changed",
            Self::PartitionTorn { .. } => "partition_torn",
            Self::PartitionSchemaNewer { .. } => "partition_schema_newer",
            Self::PartitionUnreadable { .. } => "partition_unreadable",
            Self::ManifestBroken { .. } => "manifest_broken",
            Self::TaxonomyBroken { .. } => "taxonomy_broken",
            Self::KeyMissing { .. } => "key_missing",
            Self::KeyBroken { .. } => "key_broken",
            Self::LedgerBroken { .. } => "ledger_broken",
            Self::LedgerUnsigned { .. } => "ledger_unsigned",
            Self::Encode { .. } => "partition_encode",
        }
    }

    /// Wraps what the system said, with a full disk told apart.
    pub(crate) fn io(what: &'static str, path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Io { what, path, source },
        }
    }
}
