//! Typed rows to Parquet bytes, the same bytes for the same rows whatever order they come in.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use jiff::civil::Date;
use model::{BUCKET_S, LinkRow, MICROS_PER_S, TimeClass, Unit, UsageRow};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use sha2::{Digest, Sha256};

use crate::StoreError;
use crate::footer::{Content, FOOTER_KEY};
use crate::schema::{CycleRow, Table};
use crate::words::valid_id;

/// Rows turned into columns at a time.
const BATCH_ROWS: usize = 16_384;
/// Rows of one row group: fixed, so that the writer's own idea of a good size cannot change our bytes.
const GROUP_ROWS: usize = 131_072;
/// Written into each file instead of the library's version, which would change bytes with an upgrade.
const CREATED_BY: &str = "tithing";
/// zstd level 3: its default, written down.
const ZSTD_LEVEL: i32 = 3;
/// A mask has one bit for each minute of a bucket.
const MASK_END: i64 = 1 << 15;

/// A row of any table, with what encoding needs of it.
pub(crate) trait Row: Copy + Ord {
    const TABLE: Table;
    fn link(&self) -> u16;
    fn set_link(&mut self, rank: u16);
    /// Octets in both directions.
    fn bytes(&self) -> Option<i64>;
    /// The rule that the row breaks as a row of `date`.
    fn broken_rule(&self, date: Date) -> Option<&'static str>;
    /// Adds the row to a content hash, field by field.
    fn hash(&self, link: &str, hasher: &mut Sha256);
    fn columns(rows: &[Self], links: &[&str]) -> Vec<ArrayRef>;
}

/// Rows checked and in canonical order: by their fields, links by id.
#[derive(Debug)]
pub(crate) struct Sorted<'a, R> {
    rows: Vec<R>,
    links: Vec<&'a str>,
    pub(crate) content: Content,
}

/// Checks the rows of one night and puts them in order.
pub(crate) fn sort<'a, R: Row>(date: Date, links: &'a [String], rows: &[R]) -> Result<Sorted<'a, R>, StoreError> {
    let ranks = rank(links)?;
    let mut sorted = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        let invalid = |rule| StoreError::RowInvalid { table: R::TABLE, date, row: i, rule };
        if let Some(rule) = row.broken_rule(date) {
            return Err(invalid(rule));
        }
        let rank = ranks.1.get(usize::from(row.link())).ok_or_else(|| invalid("its link is not in the list given"))?;
        let mut row = *row;
        row.set_link(*rank);
        sorted.push(row);
    }
    sorted.sort_unstable();
    let mut hash = ContentHash::new(R::TABLE);
    for row in &sorted {
        let link = ranks.0.get(usize::from(row.link())).copied().unwrap_or_default();
        if !hash.add(row, link) {
            let rule = "the bytes of the night do not fit 63 bits";
            return Err(StoreError::Books { date, rule });
        }
    }
    Ok(Sorted { rows: sorted, links: ranks.0, content: hash.finish() })
}

/// The ids in order, and each given index's place among them.
fn rank(links: &[String]) -> Result<(Vec<&str>, Vec<u16>), StoreError> {
    if let Some(i) = links.iter().position(|id| !valid_id(id)) {
        return Err(StoreError::IdInvalid { what: format!("link {}", i + 1) });
    }
    let mut ids: Vec<&str> = links.iter().map(String::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    if u16::try_from(ids.len()).is_err() {
        return Err(StoreError::IdInvalid { what: "every link after the 65,535th".to_owned() });
    }
    let place = |id: &String| ids.binary_search(&id.as_str()).unwrap_or_default() as u16;
    let ranks = links.iter().map(place).collect();
    Ok((ids, ranks))
}

/// Row count, byte sum and hash, built row by row.
pub(crate) struct ContentHash {
    hasher: Sha256,
    rows: u64,
    bytes: i64,
}

impl ContentHash {
    pub(crate) fn new(table: Table) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(table.as_str().as_bytes());
        Self { hasher, rows: 0, bytes: 0 }
    }

    /// Adds a row; false when the sum of bytes overflows.
    pub(crate) fn add<R: Row>(&mut self, row: &R, link: &str) -> bool {
        let Some(bytes) = row.bytes().and_then(|b| self.bytes.checked_add(b)) else { return false };
        row.hash(link, &mut self.hasher);
        self.bytes = bytes;
        self.rows += 1;
        true
    }

    pub(crate) fn finish(self) -> Content {
        Content { rows: self.rows, bytes: self.bytes, sha256: self.hasher.finalize().into() }
    }
}

/// The file's bytes.
pub(crate) fn encode<R: Row>(date: Date, sorted: &Sorted<'_, R>, footer: String) -> Result<Vec<u8>, StoreError> {
    let fail = |rule: String| StoreError::Encode { table: R::TABLE, date, rule };
    let level = ZstdLevel::try_new(ZSTD_LEVEL).map_err(|e| fail(e.to_string()))?;
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_key_value_metadata(Some(vec![KeyValue::new(FOOTER_KEY.to_owned(), footer)]))
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let schema = R::TABLE.schema();
    let mut writer =
        ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options).map_err(|e| fail(e.to_string()))?;
    for rows in sorted.rows.chunks(BATCH_ROWS) {
        let columns = R::columns(rows, &sorted.links);
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|e| fail(e.to_string()))?;
        writer.write(&batch).map_err(|e| fail(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| fail(e.to_string()))
}

/// Days since 1970-01-01, as Arrow's Date32 counts them.
pub(crate) fn days(date: Date) -> i32 {
    // Both dates lie in years -9999 to 9999, whose days fit 32 bits with room.
    (date - jiff::civil::date(1970, 1, 1)).get_days()
}

pub(crate) fn integers<R>(rows: &[R], get: impl Fn(&R) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.iter().map(get)))
}

pub(crate) fn maybe_integers<R>(rows: &[R], get: impl Fn(&R) -> Option<i64>) -> ArrayRef {
    Arc::new(rows.iter().map(get).collect::<Int64Array>())
}

pub(crate) fn dates<R>(rows: &[R], get: impl Fn(&R) -> Date) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(rows.iter().map(|r| days(get(r)))))
}

fn times<R>(rows: &[R], get: impl Fn(&R) -> i64) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter_values(rows.iter().map(get)).with_timezone("UTC"))
}

fn words<'a, R>(rows: &'a [R], get: impl Fn(&'a R) -> &'a str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(rows.iter().map(get)))
}

fn link_ids<R: Row>(rows: &[R], links: &[&str]) -> ArrayRef {
    let id = |r: &R| links.get(usize::from(r.link())).copied().unwrap_or_default();
    Arc::new(StringArray::from_iter_values(rows.iter().map(id)))
}

/// Adds numbers and words to a hash, words with their length.
pub(crate) fn feed(hasher: &mut Sha256, numbers: &[i64], words: &[&str]) {
    for n in numbers {
        hasher.update(n.to_le_bytes());
    }
    for w in words {
        hasher.update((w.len() as u64).to_le_bytes());
        hasher.update(w.as_bytes());
    }
}

fn off_grid(bucket_start: i64) -> bool {
    bucket_start % (BUCKET_S * MICROS_PER_S) != 0
}

impl Row for UsageRow {
    const TABLE: Table = Table::Usage;

    fn link(&self) -> u16 {
        self.link
    }

    fn set_link(&mut self, rank: u16) {
        self.link = rank;
    }

    fn bytes(&self) -> Option<i64> {
        self.bytes_up.checked_add(self.bytes_down)
    }

    fn broken_rule(&self, date: Date) -> Option<&'static str> {
        if self.local_date != date {
            Some("its date is not the partition's")
        } else if off_grid(self.bucket_start) {
            Some("its bucket does not begin on a quarter of an hour")
        } else if self.bytes_up < 0 || self.bytes_down < 0 || self.flows < 0 {
            Some("a count is negative")
        } else if !(0..MASK_END).contains(&self.minute_mask) {
            Some("its minute mask has bits beyond the 15 minutes")
        } else if self.person.is_none() != (self.unit == Unit::Shared) {
            Some("a row has a person unless its device is shared")
        } else if self.category.stored() != self.category {
            Some("its category is pooled and must be stored as 'other'")
        } else if self.unit != Unit::Employee && self.time_class != TimeClass::NotApplicable {
            Some("only employees have a time class")
        } else {
            None
        }
    }

    fn hash(&self, link: &str, hasher: &mut Sha256) {
        let numbers = [
            i64::from(days(self.local_date)),
            self.bucket_start,
            i64::from(self.person.is_some()),
            self.person.map_or(0, |p| p.0),
            self.device.0,
            self.bytes_up,
            self.bytes_down,
            self.flows,
            self.minute_mask,
            i64::from(self.estimated),
        ];
        let words =
            [self.unit.as_str(), link, self.category.as_str(), self.time_class.as_str(), self.evidence.as_str()];
        feed(hasher, &numbers, &words);
    }

    fn columns(rows: &[Self], links: &[&str]) -> Vec<ArrayRef> {
        vec![
            dates(rows, |r| r.local_date),
            times(rows, |r| r.bucket_start),
            maybe_integers(rows, |r| r.person.map(|p| p.0)),
            integers(rows, |r| r.device.0),
            words(rows, |r| r.unit.as_str()),
            link_ids(rows, links),
            words(rows, |r| r.category.as_str()),
            words(rows, |r| r.time_class.as_str()),
            words(rows, |r| r.evidence.as_str()),
            integers(rows, |r| r.bytes_up),
            integers(rows, |r| r.bytes_down),
            integers(rows, |r| r.flows),
            integers(rows, |r| r.minute_mask),
            Arc::new(rows.iter().map(|r| Some(r.estimated)).collect::<BooleanArray>()),
        ]
    }
}

impl Row for LinkRow {
    const TABLE: Table = Table::Links;

    fn link(&self) -> u16 {
        self.link
    }

    fn set_link(&mut self, rank: u16) {
        self.link = rank;
    }

    fn bytes(&self) -> Option<i64> {
        self.bytes_up.checked_add(self.bytes_down)
    }

    fn broken_rule(&self, date: Date) -> Option<&'static str> {
        let counts = [
            self.bytes_up,
            self.bytes_down,
            self.flows,
            self.records,
            self.records_lost,
            self.lookups,
            self.servfail,
            self.nxdomain,
            self.unanswered,
            self.delay_ms_median.unwrap_or(0),
        ];
        if self.local_date != date {
            Some("its date is not the partition's")
        } else if off_grid(self.bucket_start) {
            Some("its bucket does not begin on a quarter of an hour")
        } else if counts.iter().any(|n| *n < 0) {
            Some("a count is negative")
        } else {
            None
        }
    }

    fn hash(&self, link: &str, hasher: &mut Sha256) {
        let numbers = [
            i64::from(days(self.local_date)),
            self.bucket_start,
            self.bytes_up,
            self.bytes_down,
            self.flows,
            self.records,
            self.records_lost,
            self.lookups,
            self.servfail,
            self.nxdomain,
            self.unanswered,
            i64::from(self.delay_ms_median.is_some()),
            self.delay_ms_median.unwrap_or(0),
        ];
        feed(hasher, &numbers, &[link]);
    }

    fn columns(rows: &[Self], links: &[&str]) -> Vec<ArrayRef> {
        vec![
            dates(rows, |r| r.local_date),
            times(rows, |r| r.bucket_start),
            link_ids(rows, links),
            integers(rows, |r| r.bytes_up),
            integers(rows, |r| r.bytes_down),
            integers(rows, |r| r.flows),
            integers(rows, |r| r.records),
            integers(rows, |r| r.records_lost),
            integers(rows, |r| r.lookups),
            integers(rows, |r| r.servfail),
            integers(rows, |r| r.nxdomain),
            integers(rows, |r| r.unanswered),
            maybe_integers(rows, |r| r.delay_ms_median),
        ]
    }
}

impl Row for CycleRow {
    const TABLE: Table = Table::Cycles;

    fn link(&self) -> u16 {
        self.link
    }

    fn set_link(&mut self, rank: u16) {
        self.link = rank;
    }

    fn bytes(&self) -> Option<i64> {
        Some(self.bytes)
    }

    fn broken_rule(&self, date: Date) -> Option<&'static str> {
        if self.cycle_end != date {
            Some("its cycle does not end on the partition's date")
        } else if self.cycle_start > self.cycle_end {
            Some("its cycle ends before it begins")
        } else if self.bytes < 0 || self.abroad_bytes < 0 || self.abroad_bytes > self.bytes {
            Some("bytes abroad are a part of its bytes, and neither is negative")
        } else if self.rolled_bytes < 0 || self.balance_bytes < 0 || self.nights < 0 {
            Some("data handed on and nights are never negative")
        } else {
            None
        }
    }

    fn hash(&self, link: &str, hasher: &mut Sha256) {
        let numbers = [
            i64::from(days(self.cycle_start)),
            i64::from(days(self.cycle_end)),
            self.bytes,
            self.abroad_bytes,
            self.fixed_pence,
            self.usage_pence,
            self.abroad_pence,
            self.total_pence,
            self.rolled_bytes,
            self.balance_bytes,
            self.nights,
            i64::from(self.operator),
        ];
        feed(hasher, &numbers, &[link]);
    }

    fn columns(rows: &[Self], links: &[&str]) -> Vec<ArrayRef> {
        vec![
            link_ids(rows, links),
            dates(rows, |r| r.cycle_start),
            dates(rows, |r| r.cycle_end),
            integers(rows, |r| r.bytes),
            integers(rows, |r| r.abroad_bytes),
            integers(rows, |r| r.fixed_pence),
            integers(rows, |r| r.usage_pence),
            integers(rows, |r| r.abroad_pence),
            integers(rows, |r| r.total_pence),
            integers(rows, |r| r.rolled_bytes),
            integers(rows, |r| r.balance_bytes),
            integers(rows, |r| r.nights),
            Arc::new(rows.iter().map(|r| Some(r.operator)).collect::<BooleanArray>()),
        ]
    }
}
