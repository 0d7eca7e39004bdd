//! What the links cost.

use jiff::civil::Date;
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
    /// What the council set aside; null where it set nothing.
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
