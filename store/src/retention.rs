//! What is kept no longer than the impact assessment says.

use jiff::ToSpan;
use jiff::civil::Date;
use model::Month;

use crate::StoreError;
use crate::atomic::remove;
use crate::folder::Store;
use crate::keys::Keys;
use crate::schema::Table;

/// No setting keeps `usage` rows longer than this many days after the end of their month.
pub const USAGE_DAYS_MAX: u16 = 62;

/// How long the tables are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Days after the end of a month for which its `usage` rows and its key live; more than [`USAGE_DAYS_MAX`] counts
    /// as that.
    pub usage_days: u16,
    /// Days after its own date for which a `links` partition lives.
    pub links_days: u16,
}

/// What was deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retired {
    /// Months whose `usage` rows went, in order.
    pub usage_months: Vec<Month>,
    /// Their partitions.
    pub usage_partitions: u64,
    /// Months whose key went, in order.
    pub keys: Vec<Month>,
    /// Dates whose `links` partition went, in order.
    pub link_dates: Vec<Date>,
}

impl Retired {
    /// Whether nothing was due.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Limits {
    /// The day on which a month closes: its `usage` rows and its key are deleted from this day on.
    pub fn closes(&self, month: Month) -> Date {
        month.last().saturating_add(i64::from(self.usage_days.min(USAGE_DAYS_MAX)).days())
    }

    /// The day from which on the `links` partition of a date is deleted. It never goes before the `usage` of its month,
    /// whose nights are known by it.
    fn links_end(&self, date: Date) -> Date {
        date.saturating_add(i64::from(self.links_days).days()).max(self.closes(Month::of(date)))
    }
}

impl Store {
    /// Deletes what is due on `today`: first from the manifest, then the files, then the keys, so that a crash leaves
    /// only files that the next night's run deletes.
    pub fn retain(&self, today: Date, limits: Limits, keys: &Keys) -> Result<Retired, StoreError> {
        let _lock = self.lock()?;
        let due = |table: Table, date: Date| match table {
            Table::Usage => limits.closes(Month::of(date)) <= today,
            Table::Links => limits.links_end(date) <= today,
            Table::Cycles | Table::Cases | Table::Holds => false,
        };
        let mut manifest = self.manifest()?;
        let before = manifest.partitions.len();
        manifest.partitions.retain(|(table, date), _| !due(*table, *date));
        if manifest.partitions.len() != before {
            manifest.write(&self.manifest_path())?;
        }
        let mut retired = Retired::default();
        for date in self.on_disk(Table::Usage)?.into_iter().filter(|d| due(Table::Usage, *d)) {
            remove(&self.path(Table::Usage, date))?;
            retired.usage_partitions += 1;
            retired.usage_months.push(Month::of(date));
        }
        retired.usage_months.dedup();
        for date in self.on_disk(Table::Links)?.into_iter().filter(|d| due(Table::Links, *d)) {
            remove(&self.path(Table::Links, date))?;
            retired.link_dates.push(date);
        }
        self.retire_templates(today, limits)?;
        for month in keys.months()?.into_iter().filter(|m| limits.closes(*m) <= today) {
            if keys.destroy(month)? {
                retired.keys.push(month);
            }
        }
        Ok(retired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_closes_its_days_after_its_end() {
        let march: Month = "2026-03".parse().unwrap();
        let closes = |usage_days| Limits { usage_days, links_days: 400 }.closes(march);
        assert_eq!(closes(31), date(2026, 5, 1));
        assert_eq!(closes(62), date(2026, 6, 1));
        assert_eq!(closes(365), date(2026, 6, 1));
    }
}
