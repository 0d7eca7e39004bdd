//! One row of each stored table, before it is written.

use std::fmt;

use jiff::civil::Date;

use crate::{CategoryId, Evidence, Micros, TimeClass, Unit};

/// A person under the month's key: 64 bits of a keyed hash, unlinkable to the next month's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonKey(pub i64);

/// A device under the month's key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceKey(pub i64);

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey(..)")
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(..)")
    }
}

/// A row of `usage`: what one device of a monitored person used in one bucket, of one category, over one link.
///
/// `link` is an index into the links that the writer was given, so no free text can reach the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsageRow {
    /// The authority's local date.
    pub local_date: Date,
    /// Start of the 15-minute bucket, UTC.
    pub bucket_start: Micros,
    /// The person; none for a shared device.
    pub person: Option<PersonKey>,
    /// The device.
    pub device: DeviceKey,
    /// What the person is to the council.
    pub unit: Unit,
    /// Index of the link.
    pub link: u16,
    /// Kind of site.
    pub category: CategoryId,
    /// Core, lunch, outside or n/a.
    pub time_class: TimeClass,
    /// How the site is known.
    pub evidence: Evidence,
    /// Octets sent by the device.
    pub bytes_up: i64,
    /// Octets received by the device.
    pub bytes_down: i64,
    /// Flows that begin in the bucket.
    pub flows: i64,
    /// Bit i is set when the device was active in minute i of the bucket.
    pub minute_mask: i64,
    /// Whether sampling or an assumption of evenness stands behind the bytes.
    pub estimated: bool,
}

/// A row of `links`: everybody's bytes on one link in one bucket. No person, no device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkRow {
    /// The authority's local date.
    pub local_date: Date,
    /// Start of the 15-minute bucket, UTC.
    pub bucket_start: Micros,
    /// Index of the link.
    pub link: u16,
    /// Octets sent from the council's side.
    pub bytes_up: i64,
    /// Octets received.
    pub bytes_down: i64,
    /// Flows that begin in the bucket.
    pub flows: i64,
    /// Export records that begin in the bucket.
    pub records: i64,
    /// Export records lost, estimated from sequence numbers.
    pub records_lost: i64,
    /// DNS lookups.
    pub lookups: i64,
    /// Answers SERVFAIL.
    pub servfail: i64,
    /// Answers NXDOMAIN.
    pub nxdomain: i64,
    /// Questions without an answer.
    pub unanswered: i64,
    /// Median delay of answers in milliseconds, where the source carries it.
    pub delay_ms_median: Option<i64>,
}
