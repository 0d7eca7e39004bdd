//! What a router says beside its flows: who had which address when, and its own counters.

use jiff::civil::Date;

use crate::{Addr, Mac, Micros};

/// One sighting in a neighbor table: at this time the router knew this address at this link-layer address.
///
/// A sighting is a point, not an interval: how long it holds is the reader's to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// When the table was read or the change was told; UTC.
    pub time: Micros,
    /// The device's link-layer address.
    pub mac: Mac,
    /// Its network address.
    pub address: Addr,
    /// Where it stands in its input, in octets.
    pub offset: u64,
}

/// What a router counted on one local date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterDay {
    /// The interface's name; none where the counts are of the router as a whole.
    pub interface: Option<String>,
    /// The router's local date.
    pub date: Date,
    /// Octets received from the link, as the router counts them (vnStat and the kernel: with the link layer).
    pub bytes_in: u64,
    /// Octets sent to the link.
    pub bytes_out: u64,
    /// Whether the date was over when the counters were read.
    pub complete: bool,
    /// Where it stands in its input, in octets.
    pub offset: u64,
}
