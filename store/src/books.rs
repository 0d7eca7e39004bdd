//! What a ledger line says of every byte: one account a night and one a month, and the sums that must hold between them.
//!
//! These lines outlive the rows behind them. So they hold the authority's totals and the reasons why bytes are not kept,
//! and neither the part of devices that are not measured, which may be one guest's, nor what a report shows or withholds
//! to the byte, whose difference may be one holder's: shown and withheld stand as they were released.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::{Account, Excluded, Month};
use serde::{Deserialize, Serialize};

use crate::Event;

/// Bytes by fate: `counted = kept + excluded + undecodable`, to the byte. `lost_estimate` is beside them: what exporters
/// sent and nobody received.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// IP bytes of all decoded flow records, and of those that were unusable.
    pub counted: u64,
    /// The sum of `links`.
    pub kept: u64,
    /// Bytes by reason.
    pub excluded: BTreeMap<Excluded, u64>,
    /// Octets read from records that were otherwise unusable.
    pub undecodable: u64,
    /// Bytes that lost records carried, estimated.
    pub lost_estimate: u64,
}

/// A month's books: the sum of its nights', and what became of the kept bytes in the report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthBooks {
    /// Nights added up.
    pub nights: u32,
    /// Their sum.
    pub sum: Books,
    /// In printed link totals, in GB as the report prints it; none where it prints a symbol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_gb: Option<i64>,
    /// Kept and in no printed total, in GB as the report prints it; none where it prints a symbol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld_gb: Option<i64>,
}

impl From<&Account> for Books {
    fn from(a: &Account) -> Self {
        Self {
            counted: a.counted,
            kept: a.kept,
            excluded: a.excluded.clone(),
            undecodable: a.undecodable,
            lost_estimate: a.lost_estimate,
        }
    }
}

impl Books {
    /// Whether every byte has its place.
    pub fn balances(&self) -> bool {
        let excluded: u128 = self.excluded.values().map(|b| u128::from(*b)).sum();
        u128::from(self.counted) == u128::from(self.kept) + excluded + u128::from(self.undecodable)
    }

    /// Adds another night's.
    pub fn add(&mut self, other: &Self) {
        let sum = |a: &mut u64, b: u64| *a = a.saturating_add(b);
        sum(&mut self.counted, other.counted);
        sum(&mut self.kept, other.kept);
        sum(&mut self.undecodable, other.undecodable);
        sum(&mut self.lost_estimate, other.lost_estimate);
        for (reason, bytes) in &other.excluded {
            sum(self.excluded.entry(*reason).or_default(), *bytes);
        }
    }
}

/// The rule that a line breaks.
pub(crate) const UNBALANCED: &str = "its account does not balance: counted = kept + excluded + undecodable";
const UNEQUAL: &str = "its account is not the sum of the month's nights in the lines before it";

/// Follows a chain's accounts from line to line.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    /// Each night as its last line has it; lines of older versions have no account.
    nights: BTreeMap<Date, Option<Books>>,
}

impl Audit {
    /// Holds an entry to its own sum, and a month to its nights' where all of them have an account.
    pub(crate) fn check(&mut self, event: &Event) -> Result<(), &'static str> {
        let own = |books: &Books| if books.balances() { Ok(()) } else { Err(UNBALANCED) };
        match event {
            Event::Night { date, account, .. } => {
                self.nights.insert(*date, account.clone());
                account.as_ref().map_or(Ok(()), own)
            }
            Event::Release { month, account: Some(account), .. } => {
                own(&account.sum)?;
                if self.of(*month, account.nights).is_none_or(|sum| sum == account.sum) { Ok(()) } else { Err(UNEQUAL) }
            }
            _ => Ok(()),
        }
    }

    /// The sum of a month's nights; none where the chain does not hold as many, each with an account.
    fn of(&self, month: Month, nights: u32) -> Option<Books> {
        let of_month: Vec<&Books> =
            self.nights.range(month.first()..=month.last()).filter_map(|(_, b)| b.as_ref()).collect();
        let mut sum = Books::default();
        of_month.iter().for_each(|b| sum.add(b));
        (of_month.len() as u32 == nights).then_some(sum)
    }
}
