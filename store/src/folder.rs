//! An authority's partitions: commit, read, and the order of writes that survives a crash.
//!
//! A night is two files. Both are written beside their places and synced; then the manifest, which names both hashes,
//! is replaced; then both are renamed. The manifest is the commit: whoever opens the store after a crash finishes the
//! renames that it promises, and throws away temporary files that it does not name. Both footers carry the same night
//! id, so that a night mixed from two runs is found even without the manifest.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use model::{LinkRow, Month, UsageRow};

use crate::StoreError;
use crate::atomic;
use crate::decode::{self, Readable};
use crate::encode::{Sorted, encode, sort};
use crate::footer::{Content, Footer, InputId, Stored, night_id, to_text};
use crate::hash::{Hex, sha256, sha256_file};
use crate::manifest::{Listed, Manifest, parse_date};
use crate::schema::{CycleRow, Table};
use crate::words::valid_id;

/// Extension of a finished temporary partition, which readers ignore.
const NEXT: &str = "next";

/// The partitions of one authority below `ROOT/ID/`.
#[derive(Debug)]
pub struct Store {
    pub(crate) folder: PathBuf,
    pub(crate) authority: String,
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commit {
    /// The night stands as given.
    Written,
    /// The same night stood there; no byte was touched.
    Unchanged,
    /// The night that stands there was made from inputs that are not among those given; no byte was touched.
    Refused {
        /// Those inputs, in order.
        missing: Vec<InputId>,
    },
}

/// One table's bytes, ready to be put in place.
pub(crate) struct Ready {
    pub(crate) table: Table,
    pub(crate) bytes: Vec<u8>,
    pub(crate) night: [u8; 32],
    pub(crate) content: Content,
}

/// Holds the authority's lock until it is dropped.
pub(crate) struct Lock(#[expect(dead_code, reason = "the file is kept open for its lock alone")] File);

impl Store {
    /// Opens (or makes) the store of one authority; finishes or undoes a commit that a crash cut short.
    pub fn open(root: &Path, authority: &str) -> Result<Self, StoreError> {
        if !valid_id(authority) {
            return Err(StoreError::IdInvalid { what: "the authority".to_owned() });
        }
        let store = Self { folder: root.join(authority), authority: authority.to_owned() };
        let lock = store.lock()?;
        store.recover(&lock)?;
        Ok(store)
    }

    /// Commits both tables of a night: all of it, or nothing.
    ///
    /// Rows may come in any order; `links` are the ids that their `link` indexes. Equal content gives identical bytes,
    /// and where it stands already nothing is touched. A night is never replaced from inputs that lack one which its
    /// footer names: the provider may have deleted that input.
    pub fn commit(
        &self,
        date: Date,
        links: &[String],
        usage: &[UsageRow],
        link_rows: &[LinkRow],
        footer: &Footer,
    ) -> Result<Commit, StoreError> {
        let grown = &footer.grown;
        let footer = footer.canonical()?;
        let usage = sort(date, links, usage)?;
        let link_rows = sort(date, links, link_rows)?;
        check_books(date, &footer, &usage.content, &link_rows.content)?;
        let night = night_id(&self.authority, date, &footer, &usage.content, &link_rows.content);
        let lock = self.lock()?;
        self.recover(&lock)?;
        if self.stands(date, &night)? {
            return Ok(Commit::Unchanged);
        }
        let missing = self.missing_inputs(&[Table::Usage, Table::Links], date, &footer, grown)?;
        if !missing.is_empty() {
            return Ok(Commit::Refused { missing });
        }
        let ready = [self.ready(date, night, &footer, &usage)?, self.ready(date, night, &footer, &link_rows)?];
        self.put(&lock, date, &ready)?;
        Ok(Commit::Written)
    }

    /// Commits the finished cycles that end on one date.
    pub fn commit_cycles(
        &self,
        cycle_end: Date,
        links: &[String],
        rows: &[CycleRow],
        footer: &Footer,
    ) -> Result<Commit, StoreError> {
        let footer = footer.canonical()?;
        let sorted = sort(cycle_end, links, rows)?;
        let none = Content { rows: 0, bytes: 0, sha256: [0; 32] };
        let night = night_id(&self.authority, cycle_end, &footer, &sorted.content, &none);
        let lock = self.lock()?;
        self.recover(&lock)?;
        let listed = self.manifest()?.partitions.get(&(Table::Cycles, cycle_end)).copied();
        if listed.is_some_and(|l| l.night.0 == night) && self.verified(Table::Cycles, cycle_end).is_ok() {
            return Ok(Commit::Unchanged);
        }
        let ready = [self.ready(cycle_end, night, &footer, &sorted)?];
        self.put(&lock, cycle_end, &ready)?;
        Ok(Commit::Written)
    }

    /// What a committed night was made from; none where there is no such night. Both tables must be of one commit; a
    /// night whose `usage` has expired is told by its `links`.
    pub fn footer(&self, date: Date) -> Result<Option<Footer>, StoreError> {
        Ok(self.stored(date)?.map(|s| s.footer))
    }

    /// The dates of a month that have a partition of a table, in order.
    pub fn dates(&self, table: Table, month: Month) -> Result<Vec<Date>, StoreError> {
        let span = (table, month.first())..=(table, month.last());
        Ok(self.manifest()?.partitions.range(span).map(|((_, date), _)| *date).collect())
    }

    /// Every date that has a partition of a table, in order.
    pub fn all_dates(&self, table: Table) -> Result<Vec<Date>, StoreError> {
        Ok(self.manifest()?.partitions.keys().filter(|(t, _)| *t == table).map(|(_, date)| *date).collect())
    }

    /// Paths of a month's `usage` partitions in order of date, each held to the manifest and to its own footer.
    pub fn usage_paths(&self, month: Month) -> Result<Vec<PathBuf>, StoreError> {
        self.paths(Table::Usage, month.first(), month.last())
    }

    /// Paths of a month's `links` partitions in order of date, each held to the manifest and to its own footer.
    pub fn link_paths(&self, month: Month) -> Result<Vec<PathBuf>, StoreError> {
        self.paths(Table::Links, month.first(), month.last())
    }

    /// Paths of a table's partitions from one date to another, both inclusive, verified.
    pub fn paths(&self, table: Table, first: Date, last: Date) -> Result<Vec<PathBuf>, StoreError> {
        let _lock = self.lock_shared()?;
        let listed: Vec<Date> = match first <= last {
            true => self.manifest()?.partitions.range((table, first)..=(table, last)).map(|((_, d), _)| *d).collect(),
            false => Vec::new(),
        };
        let there = self.on_disk(table)?;
        if let Some(date) = there.iter().find(|d| (first..=last).contains(*d) && listed.binary_search(d).is_err()) {
            return Err(StoreError::PartitionUnlisted { table, date: *date });
        }
        listed.into_iter().map(|date| self.verified(table, date)).collect()
    }

    /// Hands over the `usage` rows of a date with their link ids, a batch at a time in memory.
    pub fn each_usage(&self, date: Date, each: &mut dyn FnMut(&UsageRow, &str)) -> Result<(), StoreError> {
        self.each(date, each)
    }

    /// Hands over the `links` rows of a date with their link ids.
    pub fn each_link(&self, date: Date, each: &mut dyn FnMut(&LinkRow, &str)) -> Result<(), StoreError> {
        self.each(date, each)
    }

    /// Hands over the cycles that end on a date with their link ids.
    pub fn each_cycle(&self, date: Date, each: &mut dyn FnMut(&CycleRow, &str)) -> Result<(), StoreError> {
        self.each(date, each)
    }

    pub(crate) fn each<R: Readable>(&self, date: Date, each: &mut dyn FnMut(&R, &str)) -> Result<(), StoreError> {
        let path = self.verified(R::TABLE, date)?;
        decode::open(&self.authority, R::TABLE, date, &path)?.each(each)
    }

    /// A partition's path, after its bytes were held to the manifest and its metadata to its footer.
    pub(crate) fn verified(&self, table: Table, date: Date) -> Result<PathBuf, StoreError> {
        let listed = self.manifest()?.partitions.get(&(table, date)).copied();
        let listed = listed.ok_or(StoreError::PartitionMissing { table, date })?;
        let path = self.path(table, date);
        let opened = decode::open(&self.authority, table, date, &path)?;
        let changed = |rule| Err(StoreError::PartitionChanged { table, date, rule });
        if sha256_file(&path)? != listed.sha256.0 {
            return changed("its bytes do not have the hash that the manifest says");
        }
        if opened.stored.content.rows != listed.rows || opened.stored.content.bytes != listed.bytes {
            return changed("its footer counts other rows or bytes than the manifest");
        }
        if opened.stored.night != listed.night.0 {
            return changed("its footer belongs to another run than the manifest says");
        }
        Ok(path)
    }

    /// The stored footer of a night, both tables agreeing.
    pub(crate) fn stored(&self, date: Date) -> Result<Option<Stored>, StoreError> {
        let manifest = self.manifest()?;
        let read = |table: Table| match manifest.partitions.contains_key(&(table, date)) {
            true => decode::open(&self.authority, table, date, &self.path(table, date)).map(|p| Some(p.stored)),
            false => Ok(None),
        };
        match (read(Table::Usage)?, read(Table::Links)?) {
            (Some(usage), Some(links)) if usage.night != links.night => Err(StoreError::PartitionTorn { date }),
            (Some(usage), _) => Ok(Some(usage)),
            (None, links) => Ok(links),
        }
    }

    /// Whether exactly this night stands, unharmed.
    fn stands(&self, date: Date, night: &[u8; 32]) -> Result<bool, StoreError> {
        let manifest = self.manifest()?;
        let same = |table| manifest.partitions.get(&(table, date)).is_some_and(|l| l.night.0 == *night);
        let whole = |table| self.verified(table, date).is_ok();
        Ok(same(Table::Usage) && same(Table::Links) && whole(Table::Usage) && whole(Table::Links))
    }

    /// The inputs that the standing night names and the new one lacks. A standing footer that cannot be read any more
    /// names none: damaged nights may be redone.
    pub(crate) fn missing_inputs(
        &self,
        tables: &[Table],
        date: Date,
        new: &Footer,
        grown: &[InputId],
    ) -> Result<Vec<InputId>, StoreError> {
        let mut named = Vec::new();
        for table in tables.iter().copied() {
            let path = self.path(table, date);
            match decode::open(&self.authority, table, date, &path) {
                Ok(partition) => named.extend(partition.stored.footer.inputs),
                Err(e @ (StoreError::PartitionSchemaNewer { .. } | StoreError::Io { .. })) => return Err(e),
                Err(_) => {}
            }
        }
        named.sort_unstable();
        named.dedup();
        named.retain(|i| new.inputs.binary_search(i).is_err() && !grown.contains(i));
        Ok(named)
    }

    pub(crate) fn ready<R: crate::encode::Row>(
        &self,
        date: Date,
        night: [u8; 32],
        footer: &Footer,
        sorted: &Sorted<'_, R>,
    ) -> Result<Ready, StoreError> {
        let stored = Stored { night, content: sorted.content, footer: footer.clone() };
        let bytes = encode(date, sorted, to_text(&self.authority, R::TABLE, date, &stored))?;
        Ok(Ready { table: R::TABLE, bytes, night, content: sorted.content })
    }

    /// Temporary files, manifest, renames: in that order.
    pub(crate) fn put(&self, lock: &Lock, date: Date, ready: &[Ready]) -> Result<(), StoreError> {
        let staged = self.stage(date, ready);
        if staged.is_err() {
            self.discard(date, ready);
        }
        staged?;
        let mut manifest = self.manifest()?;
        for r in ready {
            let listed = Listed {
                sha256: Hex(sha256(&r.bytes)),
                night: Hex(r.night),
                rows: r.content.rows,
                bytes: r.content.bytes,
            };
            manifest.partitions.insert((r.table, date), listed);
        }
        if let Err(e) = manifest.write(&self.manifest_path()) {
            self.discard(date, ready);
            return Err(e);
        }
        self.recover(lock)
    }

    /// Writes the temporary files, durably.
    pub(crate) fn stage(&self, date: Date, ready: &[Ready]) -> Result<(), StoreError> {
        for r in ready {
            let path = self.path(r.table, date);
            atomic::write_temp(&next(&path), &path, 0o644, |file| file.write_all(&r.bytes))?;
            atomic::sync_folder(&path)?;
        }
        Ok(())
    }

    /// Removes what was staged. What cannot be removed now is removed by the next one who opens the store.
    fn discard(&self, date: Date, ready: &[Ready]) {
        for r in ready {
            drop(fs::remove_file(next(&self.path(r.table, date))));
        }
    }

    /// Finishes the renames that the manifest promises; removes other temporary files.
    pub(crate) fn recover(&self, _lock: &Lock) -> Result<(), StoreError> {
        let manifest = match Manifest::read(&self.manifest_path())? {
            Some(manifest) => manifest,
            None => self.rebuild()?,
        };
        for table in Table::ALL {
            for date in self.dates_named(*table, NEXT)? {
                let path = self.path(*table, date);
                let temp = next(&path);
                let promised = manifest.partitions.get(&(*table, date)).map(|l| l.sha256.0);
                if promised == Some(sha256_file(&temp)?) {
                    atomic::rename(&temp, &path)?;
                } else {
                    fs::remove_file(&temp).map_err(|e| StoreError::io("remove", &temp, e))?;
                }
                atomic::sync_folder(&path)?;
            }
        }
        Ok(())
    }

    /// The manifest as it stands; an authority without one has no partitions.
    pub(crate) fn manifest(&self) -> Result<Manifest, StoreError> {
        Ok(Manifest::read(&self.manifest_path())?.unwrap_or_default())
    }

    pub(crate) fn manifest_path(&self) -> PathBuf {
        self.folder.join("manifest.json")
    }

    pub(crate) fn path(&self, table: Table, date: Date) -> PathBuf {
        self.folder.join(table.as_str()).join(format!("{date}.parquet"))
    }

    /// The dates of a table's files, in order.
    pub(crate) fn on_disk(&self, table: Table) -> Result<Vec<Date>, StoreError> {
        self.dates_named(table, "parquet")
    }

    /// Dates of the files `YYYY-MM-DD.EXTENSION` in a table's folder, in order; other names are none of ours.
    pub(crate) fn dates_named(&self, table: Table, extension: &str) -> Result<Vec<Date>, StoreError> {
        let folder = self.folder.join(table.as_str());
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(StoreError::io("list", &folder, e)),
        };
        let mut dates = Vec::new();
        for entry in entries {
            let name = entry.map_err(|e| StoreError::io("list", &folder, e))?.file_name();
            let stem = name.to_str().and_then(|n| n.strip_suffix(extension)?.strip_suffix('.'));
            dates.extend(stem.and_then(parse_date));
        }
        dates.sort_unstable();
        Ok(dates)
    }

    /// Waits for the authority's lock, so that two runs take turns.
    pub(crate) fn lock(&self) -> Result<Lock, StoreError> {
        let (path, file) = self.lock_file()?;
        file.lock().map_err(|e| StoreError::io("lock", &path, e))?;
        Ok(Lock(file))
    }

    fn lock_shared(&self) -> Result<Lock, StoreError> {
        let (path, file) = self.lock_file()?;
        file.lock_shared().map_err(|e| StoreError::io("lock", &path, e))?;
        Ok(Lock(file))
    }

    fn lock_file(&self) -> Result<(PathBuf, File), StoreError> {
        let path = self.folder.join("lock");
        atomic::make_folder(&path)?;
        let opened = OpenOptions::new().create(true).append(true).open(&path);
        let file = opened.map_err(|e| StoreError::io("open", &path, e))?;
        Ok((path, file))
    }
}

/// The temporary name of a partition.
pub(crate) fn next(path: &Path) -> PathBuf {
    path.with_extension(NEXT)
}

/// `kept` is the sum of `links`, `attributed` sums to `usage`, and counted = kept + excluded + undecodable.
pub(crate) fn check_books(date: Date, footer: &Footer, usage: &Content, links: &Content) -> Result<(), StoreError> {
    let account = &footer.account;
    let attributed: u128 = account.attributed.values().map(|b| u128::from(*b)).sum();
    let broken = |rule| Err(StoreError::Books { date, rule });
    if !account.balances() {
        broken("counted is not kept + excluded + undecodable")
    } else if i128::from(account.kept) != i128::from(links.bytes) {
        broken("kept is not the sum of the rows of 'links'")
    } else if attributed != u128::from(usage.bytes.unsigned_abs()) {
        broken("attributed does not sum to the rows of 'usage'")
    } else {
        Ok(())
    }
}
