//! How well the links worked.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Faults of one link that several people share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The link's id.
    pub link: String,
    /// Times in which it carried nothing and should have.
    pub outages: i64,
    /// Their length together, in half hours begun.
    pub outage_minutes: i64,
    /// Days without any record.
    pub gaps: i64,
    /// Days on which records were lost on their way.
    pub lost_export_days: i64,
    /// How full the link was at its fullest; null where its speed is not known.
    pub peak: Option<Load>,
    /// Its fullest quarters of an hour; empty where too few people stand behind them.
    pub busiest: Vec<Busy>,
    /// How name lookups went; null where they are not counted at this link.
    pub resolver: Option<Resolver>,
}

/// How full a link was at its fullest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Load {
    /// Under half of its speed.
    Light,
    /// From half to under nine tenths.
    Busy,
    /// Nine tenths or more.
    Full,
}

/// A full quarter of an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Busy {
    /// Local date.
    pub date: Date,
    /// Its beginning by the wall clock, `11:15`.
    pub start: String,
    /// Of the link's speed, in steps of ten.
    pub percent: i64,
}

/// How name lookups went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolver {
    /// Without a good answer: whole percent.
    pub failed_percent: i64,
    /// For names that do not exist: whole percent.
    pub unknown_percent: i64,
    /// The middle delay of answers in milliseconds; null where the records carry none.
    pub delay_ms: Option<i64>,
    /// Days out of the ordinary for this council.
    pub unusual_days: i64,
}
