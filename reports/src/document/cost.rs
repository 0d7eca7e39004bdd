//! What the links cost.

use jiff::civil::Date;
use model::financial_year;
use serde::{Deserialize, Serialize};

use super::{Hidden, Sign};

/// An amount of money: whole pence including VAT, or the symbol that stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Money {
    /// Pence including VAT, rounded once, half up.
    Pence(i64),
    /// No figure.
    Symbol(Hidden),
}

/// What one link cost in one billing cycle, in pence including VAT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// The link's id.
    pub link: String,
    /// How it is paid for, or what kind of link it is.
    pub kind: String,
    /// First day of the cycle.
    pub cycle_start: Date,
    /// Last day of the cycle.
    pub cycle_end: Date,
    /// The part that does not depend on use.
    pub fixed: i64,
    /// The part that depends on use in the United Kingdom.
    pub usage: Money,
    /// The part that depends on use abroad.
    pub abroad: Money,
    /// All of it.
    pub total: Money,
    /// What the council set aside for the financial year; null where it set nothing.
    pub budget: Option<i64>,
    /// Where the figures come from.
    pub source: CostSource,
    /// Whether the cycle had not ended when the document was made.
    #[serde(default)]
    pub forecast: bool,
    /// Least total of a forecast: nine in ten fall between it and `high`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<i64>,
    /// Most total of a forecast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<i64>,
    /// The highest share of its data, in percent, that the council asked to be told of and that was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_reached: Option<i64>,
    /// The same of its budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_reached: Option<i64>,
    /// The link's bills of the financial year that were published, this one included; none where one of them has no total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<i64>,
    /// First day of the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent_since: Option<Date>,
    /// Gigabytes of the contract's bundle; none where it has none, is not whole, or earlier use can add to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle_gb: Option<i64>,
    /// Whether the data of a cycle that has not ended will last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Lasts>,
}

/// Whether a cycle's data will last, by the range in which nine in ten fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lasts {
    /// The most that is expected is within it.
    Yes,
    /// It is within the range.
    Perhaps,
    /// The least that is expected is beyond it.
    No,
}

impl Cost {
    /// Adds up the bills of the financial year: of a bill that is final, the totals of the same link's final bills that were
    /// published, in `earlier` documents and in `same`, up to this one. Sums of published figures, and nothing else. Where a
    /// bill between them is missing, only those after it are added up. A month without claims has no bill: of claims those
    /// are added up from the day on since when each month has a report.
    pub(super) fn add_up(&mut self, earlier: &[Cost], same: &[Cost], reported_since: Date) {
        if self.forecast || self.link == "issued" {
            return;
        }
        let of_year = |c: &&Cost| {
            c.link == self.link
                && !c.forecast
                && financial_year(c.cycle_end) == financial_year(self.cycle_end)
                && c.cycle_end <= self.cycle_end
        };
        let mut bills: Vec<&Cost> = earlier.iter().chain(same).filter(of_year).collect();
        bills.sort_by_key(|c| std::cmp::Reverse(c.cycle_end));
        let follows = |pair: &&[&Cost]| match pair {
            [later, earlier] => earlier.cycle_end.tomorrow().is_ok_and(|next| next == later.cycle_start),
            _ => false,
        };
        let claims = self.source == CostSource::Claims;
        match claims {
            true => bills.retain(|c| c.cycle_start >= reported_since),
            false => bills.truncate(1 + bills.windows(2).take_while(follows).count()),
        }
        let pence: Option<Vec<i64>> =
            bills.iter().map(|c| if let Money::Pence(p) = c.total { Some(p) } else { None }).collect();
        self.spent = pence.map(|all| all.into_iter().fold(0, i64::saturating_add));
        let first = match claims {
            true => Some(reported_since.max(financial_year(self.cycle_end))),
            false => bills.iter().map(|c| c.cycle_start).min(),
        };
        self.spent_since = self.spent.and(first);
    }
}

impl Cost {
    /// The bill of a month that was not for publication, for one that is: without a total where that depends on use.
    pub(super) fn for_publication(self) -> Self {
        let contract = self.usage == Money::Pence(0) && self.abroad == Money::Pence(0);
        let hidden = Money::Symbol(Hidden { symbol: super::Symbol::C });
        Self { total: if contract { self.total } else { hidden }, ..self }
    }

    /// Whether the bills that were added up are all of the financial year so far.
    pub(crate) fn whole_year(&self) -> bool {
        self.spent_since.is_some_and(|since| since <= financial_year(self.cycle_end))
    }

    /// Says which is the highest of some shares of the budget, in percent, that the year's bills reached.
    pub(super) fn reach(&mut self, shares: &[u16]) {
        let (Some(spent), Some(budget)) = (self.spent, self.budget.filter(|b| *b > 0)) else { return };
        let met = |percent: &u16| i128::from(spent) * 100 >= i128::from(budget) * i128::from(*percent);
        self.budget_reached = shares.iter().copied().filter(met).max().map(i64::from);
    }
}

/// Where a cost comes from, in the order of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CostSource {
    /// The operator's itemised usage.
    Operator,
    /// The tariff and the counted bytes.
    Tariff,
    /// Expense claims.
    Claims,
}

impl Money {
    /// Its symbol, if it is one.
    pub fn sign(&self) -> Option<Sign> {
        match self {
            Self::Pence(_) => None,
            Self::Symbol(h) => Some(h.symbol.into()),
        }
    }
}
