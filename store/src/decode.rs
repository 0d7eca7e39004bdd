//! Parquet bytes back to footers and typed rows, a batch at a time.

use std::fs::File;
use std::path::Path;

use arrow::array::{
    Array, AsArray, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{Date32Type, Int64Type, TimestampMicrosecondType};
use jiff::ToSpan;
use jiff::civil::Date;
use model::{DeviceKey, Evidence, LinkRow, PersonKey, Taxonomy, TimeClass, Unit, UsageRow};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::StoreError;
use crate::cases::{CaseRow, HoldRow};
use crate::encode::{ContentHash, Row};
use crate::footer::{self, FOOTER_KEY, Stored};
use crate::schema::{CycleRow, Table};
use crate::security::SecurityRow;

/// Rows read at a time.
const BATCH_ROWS: usize = 8_192;

/// An opened partition whose footer, columns and row count agree.
pub(crate) struct Partition {
    table: Table,
    date: Date,
    pub(crate) stored: Stored,
    builder: ParquetRecordBatchReaderBuilder<File>,
}

/// A row that can be read back. Its `link` counts the ids of its partition in the order in which they first appear.
pub(crate) trait Readable: Row {
    /// The rows of a batch with their link ids; none where a word is not in its closed list.
    fn read(batch: &RecordBatch, each: &mut dyn FnMut(&Self, &str)) -> Option<()>;
}

/// Opens a partition and checks all that can be checked without its rows.
pub(crate) fn open(authority: &str, table: Table, date: Date, path: &Path) -> Result<Partition, StoreError> {
    let unreadable = |rule: String| StoreError::PartitionUnreadable { table, date, rule };
    let file = File::open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => StoreError::PartitionMissing { table, date },
        _ => StoreError::io("open", path, e),
    })?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| unreadable(e.to_string()))?;
    let metadata = builder.metadata().file_metadata();
    let text = metadata
        .key_value_metadata()
        .and_then(|pairs| pairs.iter().find(|kv| kv.key == FOOTER_KEY))
        .and_then(|kv| kv.value.as_deref())
        .ok_or_else(|| unreadable("it has no footer of ours".to_owned()))?;
    let stored = footer::from_text(authority, table, date, text)?;
    if u64::try_from(metadata.num_rows()).ok() != Some(stored.content.rows) {
        return Err(StoreError::PartitionChanged { table, date, rule: "its rows are not as many as its footer says" });
    }
    if builder.schema().fields() != table.schema().fields() {
        return Err(unreadable("its columns are not those of its table".to_owned()));
    }
    let builder = builder.with_batch_size(BATCH_ROWS);
    Ok(Partition { table, date, stored, builder })
}

impl Partition {
    /// Hands every row over and asserts the content hash of the footer at the end.
    pub(crate) fn each<R: Readable>(self, each: &mut dyn FnMut(&R, &str)) -> Result<(), StoreError> {
        let (table, date) = (self.table, self.date);
        let unreadable = |rule: String| StoreError::PartitionUnreadable { table, date, rule };
        let reader = self.builder.build().map_err(|e| unreadable(e.to_string()))?;
        let mut hash = ContentHash::new(table);
        let mut links: Vec<String> = Vec::new();
        let mut fits = true;
        for batch in reader {
            let batch = batch.map_err(|e| unreadable(e.to_string()))?;
            let read = R::read(&batch, &mut |row, link| {
                fits &= hash.add(row, link);
                let mut row = *row;
                row.set_link(place(&mut links, link));
                each(&row, link);
            });
            read.ok_or_else(|| unreadable("a value is not in the closed list of its column".to_owned()))?;
        }
        if fits && hash.finish() == self.stored.content {
            Ok(())
        } else {
            Err(StoreError::PartitionChanged {
                table,
                date,
                rule: "its rows do not have the hash that its footer says",
            })
        }
    }

    /// Reads every row for its hash alone.
    pub(crate) fn verify(self) -> Result<(), StoreError> {
        match self.table {
            Table::Usage => self.each::<UsageRow>(&mut |_, _| ()),
            Table::Links => self.each::<LinkRow>(&mut |_, _| ()),
            Table::Cycles => self.each::<CycleRow>(&mut |_, _| ()),
            Table::Security => self.each::<SecurityRow>(&mut |_, _| ()),
            Table::Cases => self.each::<CaseRow>(&mut |_, _| ()),
            Table::Holds => self.each::<HoldRow>(&mut |_, _| ()),
        }
    }
}

/// Index of an id among those met so far.
fn place(links: &mut Vec<String>, link: &str) -> u16 {
    let at = links.iter().position(|l| l == link).unwrap_or_else(|| {
        links.push(link.to_owned());
        links.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Typed columns of a batch by name.
pub(crate) struct Columns<'a>(pub(crate) &'a RecordBatch);

impl<'a> Columns<'a> {
    pub(crate) fn integers(&self, name: &str) -> Option<&'a Int64Array> {
        self.0.column_by_name(name)?.as_primitive_opt::<Int64Type>()
    }

    pub(crate) fn dates(&self, name: &str) -> Option<&'a Date32Array> {
        self.0.column_by_name(name)?.as_primitive_opt::<Date32Type>()
    }

    pub(crate) fn times(&self, name: &str) -> Option<&'a TimestampMicrosecondArray> {
        self.0.column_by_name(name)?.as_primitive_opt::<TimestampMicrosecondType>()
    }

    pub(crate) fn words(&self, name: &str) -> Option<&'a StringArray> {
        self.0.column_by_name(name)?.as_string_opt::<i32>()
    }

    pub(crate) fn flags(&self, name: &str) -> Option<&'a BooleanArray> {
        self.0.column_by_name(name)?.as_boolean_opt()
    }
}

/// The date so many days after 1970-01-01.
pub(crate) fn date_of(days: i32) -> Option<Date> {
    jiff::civil::date(1970, 1, 1).checked_add(i64::from(days).days()).ok()
}

pub(crate) fn maybe(column: &Int64Array, i: usize) -> Option<i64> {
    column.is_valid(i).then(|| column.value(i))
}

impl Readable for UsageRow {
    fn read(batch: &RecordBatch, each: &mut dyn FnMut(&Self, &str)) -> Option<()> {
        let c = Columns(batch);
        let (local_date, bucket) = (c.dates("local_date")?, c.times("bucket_start")?);
        let (person, device) = (c.integers("person")?, c.integers("device")?);
        let (unit, link, category) = (c.words("unit")?, c.words("link")?, c.words("category")?);
        let (class, evidence) = (c.words("time_class")?, c.words("evidence")?);
        let (up, down, flows) = (c.integers("bytes_up")?, c.integers("bytes_down")?, c.integers("flows")?);
        let (mask, estimated) = (c.integers("minute_mask")?, c.flags("estimated")?);
        for i in 0..batch.num_rows() {
            let row = UsageRow {
                local_date: date_of(local_date.value(i))?,
                bucket_start: bucket.value(i),
                person: maybe(person, i).map(PersonKey),
                device: DeviceKey(device.value(i)),
                unit: Unit::from_word(unit.value(i))?,
                link: 0,
                category: Taxonomy::find(category.value(i))?,
                time_class: TimeClass::from_word(class.value(i))?,
                evidence: Evidence::from_word(evidence.value(i))?,
                bytes_up: up.value(i),
                bytes_down: down.value(i),
                flows: flows.value(i),
                minute_mask: mask.value(i),
                estimated: estimated.value(i),
            };
            each(&row, link.value(i));
        }
        Some(())
    }
}

impl Readable for LinkRow {
    fn read(batch: &RecordBatch, each: &mut dyn FnMut(&Self, &str)) -> Option<()> {
        let c = Columns(batch);
        let (local_date, bucket, link) = (c.dates("local_date")?, c.times("bucket_start")?, c.words("link")?);
        let (up, down, flows) = (c.integers("bytes_up")?, c.integers("bytes_down")?, c.integers("flows")?);
        let (records, lost) = (c.integers("records")?, c.integers("records_lost")?);
        let (lookups, servfail) = (c.integers("lookups")?, c.integers("servfail")?);
        let (nxdomain, unanswered) = (c.integers("nxdomain")?, c.integers("unanswered")?);
        let delay = c.integers("delay_ms_median")?;
        for i in 0..batch.num_rows() {
            let row = LinkRow {
                local_date: date_of(local_date.value(i))?,
                bucket_start: bucket.value(i),
                link: 0,
                bytes_up: up.value(i),
                bytes_down: down.value(i),
                flows: flows.value(i),
                records: records.value(i),
                records_lost: lost.value(i),
                lookups: lookups.value(i),
                servfail: servfail.value(i),
                nxdomain: nxdomain.value(i),
                unanswered: unanswered.value(i),
                delay_ms_median: maybe(delay, i),
            };
            each(&row, link.value(i));
        }
        Some(())
    }
}

impl Readable for CycleRow {
    fn read(batch: &RecordBatch, each: &mut dyn FnMut(&Self, &str)) -> Option<()> {
        let c = Columns(batch);
        let (link, start, end) = (c.words("link")?, c.dates("cycle_start")?, c.dates("cycle_end")?);
        let (bytes, abroad) = (c.integers("bytes")?, c.integers("abroad_bytes")?);
        let (fixed, usage) = (c.integers("fixed_pence")?, c.integers("usage_pence")?);
        let (abroad_pence, total) = (c.integers("abroad_pence")?, c.integers("total_pence")?);
        let (rolled, balance) = (c.integers("rolled_bytes")?, c.integers("balance_bytes")?);
        let (nights, operator) = (c.integers("nights")?, c.flags("operator")?);
        for i in 0..batch.num_rows() {
            let row = CycleRow {
                link: 0,
                cycle_start: date_of(start.value(i))?,
                cycle_end: date_of(end.value(i))?,
                bytes: bytes.value(i),
                abroad_bytes: abroad.value(i),
                fixed_pence: fixed.value(i),
                usage_pence: usage.value(i),
                abroad_pence: abroad_pence.value(i),
                total_pence: total.value(i),
                rolled_bytes: rolled.value(i),
                balance_bytes: balance.value(i),
                nights: nights.value(i),
                operator: operator.value(i),
            };
            each(&row, link.value(i));
        }
        Some(())
    }
}
