//! What is said of a cost beyond its figures: the range of a forecast, and shares of data and budget that were reached.
//!
//! Both follow use from day to day, so they are said of shared links alone.

use jiff::civil::Date;

/// What a share is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// The data of the cycle.
    Data,
    /// The council's budget for the link in a financial year.
    Budget,
}

impl Share {
    /// The word in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Budget => "budget",
        }
    }
}

/// A share that the council set, and that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CostWarning {
    /// Of what.
    pub of: Share,
    /// Percent.
    pub percent: u16,
}

/// What is said of one line of the costs, known by its link and the end of its cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostOutlook {
    /// The link.
    pub link: String,
    /// Last day of the cycle.
    pub cycle_end: Date,
    /// Least and most pence of a forecast.
    pub range: Option<(i64, i64)>,
    /// Shares of its data that were reached.
    pub warnings: Vec<CostWarning>,
    /// Octets of the contract's bundle for a cycle; none where it has no limit, or what is left goes by earlier use.
    pub bundle: Option<u64>,
    /// Whether the data of an unfinished cycle will last.
    pub lasts: Option<Lasts>,
}

/// Whether a cycle's data will last to its end, by the range in which nine in ten should fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lasts {
    /// The most that is expected is within it.
    Yes,
    /// It is within the range.
    Perhaps,
    /// The least that is expected is beyond it.
    No,
}

impl Lasts {
    /// The word in `report.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Perhaps => "perhaps",
            Self::No => "no",
        }
    }
}
