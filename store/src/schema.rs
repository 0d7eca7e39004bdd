//! The stored tables: their columns, fixed when the program is compiled.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::civil::Date;

use crate::security::SECURITY;

/// A stored table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// What monitored people used, by kind of site: purpose "policy".
    Usage,
    /// Everybody's bytes by link: purposes "operations" and "cost".
    Links,
    /// Bytes and pence by billing cycle: purpose "cost".
    Cycles,
    /// Security notices: purpose "security".
    Security,
    /// Cases, without whom: a purpose of their own.
    Cases,
    /// Rows of one person copied by a hold: a purpose of their own.
    Holds,
}

/// What a column holds. There is no kind for free text, so none can be declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A date of the authority's zone.
    Date,
    /// Microseconds since 1970, UTC.
    Time,
    /// A signed 64-bit number: a count, octets, pence or a keyed pseudonym.
    Integer,
    /// True or false.
    Flag,
    /// A word of one of the closed lists of `model`.
    Word,
    /// The validated id of a link.
    Link,
    /// An entry of a threat list, held to its form: the one text that comes from outside, for security notices alone.
    Entry,
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name, as SQL files use it.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a row may lack it.
    pub nullable: bool,
}

pub(crate) const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: false }
}

pub(crate) const fn may(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: true }
}

const USAGE: &[Column] = &[
    must("local_date", Kind::Date),
    must("bucket_start", Kind::Time),
    may("person", Kind::Integer),
    must("device", Kind::Integer),
    must("unit", Kind::Word),
    must("link", Kind::Link),
    must("category", Kind::Word),
    must("time_class", Kind::Word),
    must("evidence", Kind::Word),
    must("bytes_up", Kind::Integer),
    must("bytes_down", Kind::Integer),
    must("flows", Kind::Integer),
    must("minute_mask", Kind::Integer),
    must("estimated", Kind::Flag),
];

const LINKS: &[Column] = &[
    must("local_date", Kind::Date),
    must("bucket_start", Kind::Time),
    must("link", Kind::Link),
    must("bytes_up", Kind::Integer),
    must("bytes_down", Kind::Integer),
    must("flows", Kind::Integer),
    must("records", Kind::Integer),
    must("records_lost", Kind::Integer),
    must("lookups", Kind::Integer),
    must("servfail", Kind::Integer),
    must("nxdomain", Kind::Integer),
    must("unanswered", Kind::Integer),
    may("delay_ms_median", Kind::Integer),
];

const CYCLES: &[Column] = &[
    must("link", Kind::Link),
    must("cycle_start", Kind::Date),
    must("cycle_end", Kind::Date),
    must("bytes", Kind::Integer),
    must("abroad_bytes", Kind::Integer),
    must("fixed_pence", Kind::Integer),
    must("usage_pence", Kind::Integer),
    must("abroad_pence", Kind::Integer),
    must("total_pence", Kind::Integer),
    must("rolled_bytes", Kind::Integer),
    must("balance_bytes", Kind::Integer),
    must("nights", Kind::Integer),
    must("operator", Kind::Flag),
];

/// A row of `cycles`: one finished billing cycle of one link, so that bundles without end and a year's bills can be
/// worked out after the rows behind it are gone. Pence include VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CycleRow {
    /// Index of the link.
    pub link: u16,
    /// First day, inclusive.
    pub cycle_start: Date,
    /// Last day, inclusive; it names the file.
    pub cycle_end: Date,
    /// Octets in both directions.
    pub bytes: i64,
    /// The part of them used abroad.
    pub abroad_bytes: i64,
    /// The contract's price.
    pub fixed_pence: i64,
    /// Use beyond the bundle.
    pub usage_pence: i64,
    /// Use abroad.
    pub abroad_pence: i64,
    /// The line's total, rounded once.
    pub total_pence: i64,
    /// Octets of its bundle that roll over to the next cycle.
    pub rolled_bytes: i64,
    /// Octets left of a balance without end.
    pub balance_bytes: i64,
    /// Nights that it was worked out from.
    pub nights: i64,
    /// Whether the operator stated a cost.
    pub operator: bool,
}

impl Table {
    /// Every table.
    pub const ALL: &'static [Table] =
        &[Table::Usage, Table::Links, Table::Cycles, Table::Security, Table::Cases, Table::Holds];

    /// The folder's name, and the table's in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Links => "links",
            Self::Cycles => "cycles",
            Self::Security => "security",
            Self::Cases => "cases",
            Self::Holds => "holds",
        }
    }

    /// The purposes that the table serves, as the assessment must list them. A purpose belongs to a table, never to a row.
    pub const fn purposes(self) -> &'static [&'static str] {
        match self {
            Self::Usage => &["policy"],
            Self::Links => &["operations", "cost"],
            Self::Cycles => &["cost"],
            Self::Security => &["security"],
            Self::Cases => &["cases"],
            Self::Holds => &["holds"],
        }
    }

    /// The columns in file order.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Usage => USAGE,
            Self::Links => LINKS,
            Self::Cycles => CYCLES,
            Self::Security => SECURITY,
            Self::Cases => crate::cases::CASES,
            Self::Holds => crate::cases::HOLDS,
        }
    }

    /// The table with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.as_str() == name)
    }

    /// The Arrow schema of its files.
    pub(crate) fn schema(self) -> SchemaRef {
        let field = |c: &Column| Field::new(c.name, c.kind.arrow(), c.nullable);
        Arc::new(Schema::new(self.columns().iter().map(field).collect::<Vec<_>>()))
    }
}

impl Kind {
    fn arrow(self) -> DataType {
        match self {
            Self::Date => DataType::Date32,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Integer => DataType::Int64,
            Self::Flag => DataType::Boolean,
            Self::Word | Self::Link | Self::Entry => DataType::Utf8,
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stands_only_in_closed_words_and_link_ids() {
        for table in Table::ALL {
            let schema = table.schema();
            let text: Vec<&str> = schema
                .fields()
                .iter()
                .filter(|f| {
                    !matches!(
                        f.data_type(),
                        DataType::Int64 | DataType::Boolean | DataType::Date32 | DataType::Timestamp(..)
                    )
                })
                .map(|f| f.name().as_str())
                .collect();
            let allowed: &[&str] = match table {
                Table::Usage | Table::Holds => &["unit", "link", "category", "time_class", "evidence"],
                Table::Links | Table::Cycles => &["link"],
                Table::Security => &["rule", "program", "entry"],
                Table::Cases => &["state", "reviewer", "outcome"],
            };
            assert_eq!(text, allowed, "{table}");
        }
    }
}
