//! The nightly line that accounts for every byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Why a decoded flow's bytes are not kept. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excluded {
    /// The same traffic was counted at another interface.
    Duplicate,
    /// Both ends are inside the council's network.
    Internal,
    /// The figures are physically impossible.
    Quarantined,
    /// No link of the council matches the exporter and interface.
    NoLink,
}

impl Excluded {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Internal => "internal",
            Self::Quarantined => "quarantined",
            Self::NoLink => "no_link",
        }
    }
}

/// One authority's night in figures. `counted = kept + excluded + undecodable`, to the byte.
///
/// No field can identify a person: the whole of `unmonitored` is one figure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// IP bytes of all decoded flow records in which they flowed on this date, times sampling.
    pub counted: u64,
    /// The sum of `links`.
    pub kept: u64,
    /// The part of `kept` of guests, personal devices, people without notice, objections.
    pub unmonitored: u64,
    /// Bytes by reason.
    pub excluded: BTreeMap<Excluded, u64>,
    /// Octets read from records that were otherwise unusable.
    pub undecodable: u64,
    /// Bytes that lost records carried, estimated.
    pub lost_estimate: u64,
    /// Bytes for a closed month: counted nowhere else.
    pub late: u64,
    /// Flow records.
    pub flows: u64,
    /// Lookups.
    pub lookups: u64,
    /// Bytes of `usage` by evidence.
    pub attributed: BTreeMap<String, u64>,
    /// Problems by reason.
    pub problems: BTreeMap<String, u64>,
}

impl Account {
    /// Whether the books balance: `counted = kept + excluded + undecodable`.
    pub fn balances(&self) -> bool {
        let excluded: u128 = self.excluded.values().map(|b| u128::from(*b)).sum();
        u128::from(self.counted) == u128::from(self.kept) + excluded + u128::from(self.undecodable)
    }

    /// `counted / (counted + lost_estimate)` in ten-thousandths, rounded down; 10,000 where nothing was counted or lost.
    pub fn coverage_per_10k(&self) -> u16 {
        let all = u128::from(self.counted) + u128::from(self.lost_estimate);
        (u128::from(self.counted) * 10_000).checked_div(all).map_or(10_000, |share| share as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_balance() {
        let mut a = Account { counted: 100, kept: 90, undecodable: 3, lost_estimate: 100, ..Account::default() };
        assert!(!a.balances());
        a.excluded.insert(Excluded::NoLink, 7);
        assert!(a.balances());
        assert_eq!(a.coverage_per_10k(), 5_000);
        assert_eq!(Account::default().coverage_per_10k(), 10_000);
    }
}
