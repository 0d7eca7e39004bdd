//! The list of an authority's partitions with their hashes: the point at which a commit becomes true.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::atomic::write_atomic;
use crate::footer::json;
use crate::hash::Hex;
use crate::schema::Table;

/// The manifest's form.
const SCHEMA: &str = "tithing.manifest/1";

/// What the manifest says of one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    /// Of the file's bytes.
    pub(crate) sha256: Hex,
    /// The night's id, as in the footer.
    pub(crate) night: Hex,
    pub(crate) rows: u64,
    pub(crate) bytes: i64,
}

/// Every partition by table and date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) partitions: BTreeMap<(Table, Date), Listed>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestJson {
    schema: String,
    partitions: BTreeMap<String, Listed>,
}

impl Manifest {
    /// Reads the file; none where there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(StoreError::io("read", path, e)),
        };
        let broken = |rule: String| StoreError::ManifestBroken { path: path.to_owned(), rule };
        let read: ManifestJson = serde_json::from_slice(&text).map_err(|e| broken(e.to_string()))?;
        if read.schema != SCHEMA {
            return Err(broken(format!("its schema is not {SCHEMA}")));
        }
        let mut manifest = Self::default();
        for (name, listed) in read.partitions {
            let place = parse_name(&name).ok_or_else(|| broken("an entry is not TABLE/YYYY-MM-DD".to_owned()))?;
            manifest.partitions.insert(place, listed);
        }
        Ok(Some(manifest))
    }

    /// Writes the file atomically, the same bytes for the same content.
    pub(crate) fn write(&self, path: &Path) -> Result<(), StoreError> {
        let partitions = self.partitions.iter().map(|((t, d), listed)| (format!("{t}/{d}"), *listed)).collect();
        let mut text = json(&ManifestJson { schema: SCHEMA.to_owned(), partitions });
        text.push(b'\n');
        write_atomic(path, &text)
    }
}

fn parse_name(name: &str) -> Option<(Table, Date)> {
    let (table, date) = name.split_once('/')?;
    Some((Table::from_name(table)?, parse_date(date)?))
}

/// A date in exactly the form `2026-03-01`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|d| d.to_string() == text)
}
