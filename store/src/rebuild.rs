//! The manifest made again from the partitions, when it was lost.

use jiff::civil::Date;

use crate::StoreError;
use crate::atomic;
use crate::decode;
use crate::folder::{Store, next};
use crate::hash::{Hex, sha256_file};
use crate::manifest::{Listed, Manifest};
use crate::schema::Table;

impl Store {
    /// Makes the manifest from the footers, each held to all the rows of its file, and writes it.
    ///
    /// A temporary file whose night id is that of the other table's finished file is the second half of a commit that
    /// a crash cut short, and takes its place. A night that is still mixed from two runs is an error.
    pub(crate) fn rebuild(&self) -> Result<Manifest, StoreError> {
        self.complete_halves()?;
        let mut manifest = Manifest::default();
        for table in Table::ALL {
            for date in self.on_disk(*table)? {
                manifest.partitions.insert((*table, date), self.listed(*table, date)?);
            }
        }
        for ((table, date), listed) in &manifest.partitions {
            let links = manifest.partitions.get(&(Table::Links, *date));
            if *table == Table::Usage && links.is_none_or(|l| l.night != listed.night) {
                return Err(StoreError::PartitionTorn { date: *date });
            }
        }
        if !manifest.partitions.is_empty() {
            manifest.write(&self.manifest_path())?;
        }
        Ok(manifest)
    }

    fn complete_halves(&self) -> Result<(), StoreError> {
        for (table, other) in [(Table::Usage, Table::Links), (Table::Links, Table::Usage)] {
            for date in self.dates_named(table, "next")? {
                let path = self.path(table, date);
                let half = decode::open(&self.authority, table, date, &next(&path));
                let whole = decode::open(&self.authority, other, date, &self.path(other, date));
                if let (Ok(half), Ok(whole)) = (half, whole)
                    && half.stored.night == whole.stored.night
                {
                    atomic::rename(&next(&path), &path)?;
                    atomic::sync_folder(&path)?;
                }
            }
        }
        Ok(())
    }

    fn listed(&self, table: Table, date: Date) -> Result<Listed, StoreError> {
        let path = self.path(table, date);
        let partition = decode::open(&self.authority, table, date, &path)?;
        let stored = partition.stored.clone();
        partition.verify()?;
        Ok(Listed {
            sha256: Hex(sha256_file(&path)?),
            night: Hex(stored.night),
            rows: stored.content.rows,
            bytes: stored.content.bytes,
        })
    }
}
