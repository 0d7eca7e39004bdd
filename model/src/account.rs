//! The nightly line that accounts for every byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Evidence;

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
    /// Flow records of `usage` that begin on the date, by evidence.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributed_flows: BTreeMap<String, u64>,
    /// Lookups of the date whose client is hidden by a forwarder.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hidden_lookups: u64,
    /// Problems by reason.
    pub problems: BTreeMap<String, u64>,
}

/// Which share of what should have a lookup has one, in ten-thousandths, rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitRate {
    /// Of the bytes of `usage`.
    pub bytes_per_10k: u16,
    /// Of its flow records.
    pub flows_per_10k: u16,
    /// Flow records that should have one.
    pub flows: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// `exact`, `device` or `council` among all but `encrypted`: the part, and the whole.
fn hits(by_evidence: &BTreeMap<String, u64>) -> (u128, u128) {
    let of = |evidence: &[Evidence]| -> u128 {
        evidence.iter().map(|e| u128::from(by_evidence.get(e.as_str()).copied().unwrap_or(0))).sum()
    };
    let all = of(Evidence::ALL) - of(&[Evidence::Encrypted]);
    (of(&[Evidence::Exact, Evidence::Device, Evidence::Council]), all)
}

impl Account {
    /// Which share of `usage` was explained by a lookup; none where nothing there should have one. What is encrypted on
    /// purpose should have none; what is ambiguous should, and counts as missed.
    pub fn hit_rate(&self) -> Option<HitRate> {
        let share = |(part, all): (u128, u128)| (part * 10_000).checked_div(all).map(|s| s as u16);
        let flows = hits(&self.attributed_flows);
        Some(HitRate {
            bytes_per_10k: share(hits(&self.attributed))?,
            flows_per_10k: share(flows)?,
            flows: u64::try_from(flows.1).unwrap_or(u64::MAX),
        })
    }

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
    fn hits_are_a_share_of_what_should_have_a_lookup() {
        let map = |list: &[(&str, u64)]| list.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect();
        let mut a = Account {
            attributed: map(&[
                ("exact", 50),
                ("device", 20),
                ("council", 5),
                ("none", 20),
                ("ambiguous", 5),
                ("encrypted", 900),
            ]),
            attributed_flows: map(&[("device", 1), ("network", 2), ("encrypted", 7)]),
            ..Account::default()
        };
        assert_eq!(a.hit_rate(), Some(HitRate { bytes_per_10k: 7_500, flows_per_10k: 3_333, flows: 3 }));
        a.attributed_flows.clear();
        assert_eq!(a.hit_rate(), None, "a footer of before flows were counted by evidence");
    }

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
