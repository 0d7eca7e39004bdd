//! Why nothing was released.

use std::collections::BTreeMap;

use model::Month;

use crate::Audience;

/// Why [`crate::release`] refused. Nothing of the candidate is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The month still runs by the clock.
    #[error("{month} is not over: a month is reported after its last day; hint: run again from {next} on")]
    MonthNotOver {
        /// The month.
        month: Month,
        /// The first day on which it can be reported.
        next: jiff::civil::Date,
    },
    /// The month was published: it never changes.
    #[error(
        "{month} is published and never changes; hint: draw it again from its stored report.json, or add a dated note with --erratum"
    )]
    AlreadyReleased {
        /// The month.
        month: Month,
    },
    /// Two facts about the month contradict each other, so no figure can be trusted.
    #[error(
        "the month's figures contradict each other: {what}; nothing is released; hint: run `tithing check` and redo the month's nights"
    )]
    Inconsistent {
        /// Which.
        what: &'static str,
    },
    /// The attacker still got in when nothing was left to fold.
    #[error(
        "a reader could still work out somebody's use of {month} closely; nothing is released; hint: this is a fault of the program, report it"
    )]
    Breached {
        /// The month.
        month: Month,
    },
}

impl Withheld {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MonthNotOver { .. } => "month_not_over",
            Self::AlreadyReleased { .. } => "already_released",
            Self::Inconsistent { .. } => "inconsistent",
            Self::Breached { .. } => "breached",
        }
    }
}

/// What was released before, for this authority.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    months: Vec<Month>,
    /// Gigabytes of cycles that ran at the end of the month before, by row, and who may see them.
    cycles: BTreeMap<String, (i64, Audience)>,
}

impl History {
    /// From the ledger's releases, in any order.
    pub fn new(months: Vec<Month>) -> Self {
        Self { months, cycles: BTreeMap::new() }
    }

    /// Adds what the report of the month before printed of a billing cycle that was not over: the row's id in its table
    /// `cycles`, gigabytes of the cycle up to that month's end, and who may see that report.
    #[must_use]
    pub fn with_cycle(mut self, row: &str, gigabytes: i64, audience: Audience) -> Self {
        self.cycles.insert(row.to_owned(), (gigabytes, audience));
        self
    }

    /// Gigabytes of a cycle as they were printed for the months before. What was not for publication goes into no report that
    /// is.
    pub(crate) fn cycle(&self, row: &str, audience: Audience) -> Option<i64> {
        let (gigabytes, told) = self.cycles.get(row).copied()?;
        (audience == Audience::Restricted || told == Audience::Public).then_some(gigabytes)
    }

    /// Whether a month was released.
    pub fn has(&self, month: Month) -> bool {
        self.months.contains(&month)
    }
}
