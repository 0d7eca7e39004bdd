//! A person's own rows, for that person: the one way in which anything finer than a released table may be seen.
//!
//! Whoever asks for what is held about them gets exactly that. A row is let through where it bears that person's
//! pseudonym of its month, and nowhere else: a device of several people has no person, so none of its rows is anybody's.

use std::fmt;

use model::{PersonKey, UsageRow};

/// The rows of one person over some months. It is filled by [`Own::take`] alone, and read only.
///
/// Rows cannot be put in past the test:
/// ```compile_fail
/// fn smuggle(own: &mut gate::Own, row: gate::OwnRow) { own.rows.push(row); }
/// ```
/// nor printed:
/// ```compile_fail
/// fn print(own: &gate::Own) -> String { own.rows().iter().map(|r| format!("{}", r)).collect() }
/// ```
#[derive(Default)]
pub struct Own {
    rows: Vec<OwnRow>,
    left: u64,
}

/// One of them, with the id of its link.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnRow {
    /// The row.
    pub row: UsageRow,
    /// Its link.
    pub link: String,
}

impl Own {
    /// Takes a row if it is the person's under their pseudonym of the row's month; says whether it was.
    pub fn take(&mut self, person: PersonKey, row: &UsageRow, link: &str) -> bool {
        let own = row.person == Some(person);
        if own {
            self.rows.push(OwnRow { row: *row, link: link.to_owned() });
        } else {
            self.left += 1;
        }
        own
    }

    /// The person's rows as they came.
    pub fn rows(&self) -> &[OwnRow] {
        &self.rows
    }

    /// How many rows were looked at and left out.
    pub const fn left(&self) -> u64 {
        self.left
    }
}

impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Own({} rows)", self.rows.len())
    }
}

impl fmt::Debug for OwnRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnRow(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{CategoryId, DeviceKey, Evidence, TimeClass, Unit};

    fn row(person: Option<i64>) -> UsageRow {
        UsageRow {
            local_date: jiff::civil::date(2026, 3, 2),
            bucket_start: 0,
            person: person.map(PersonKey),
            device: DeviceKey(9),
            unit: Unit::Employee,
            link: 0,
            category: CategoryId::OTHER,
            time_class: TimeClass::Core,
            evidence: Evidence::None,
            bytes_up: 1,
            bytes_down: 2,
            flows: 1,
            minute_mask: 1,
            estimated: false,
        }
    }

    #[test]
    fn guarantee_36_nobody_elses_row_and_no_shared_devices_row_is_ones_own() {
        let mut own = Own::default();
        let taken: Vec<bool> =
            [Some(1), Some(2), None, Some(1)].map(|p| own.take(PersonKey(1), &row(p), "office")).into();
        assert_eq!(taken, [true, false, false, true]);
        assert_eq!((own.rows().len(), own.left()), (2, 2));
        assert!(own.rows().iter().all(|r| r.row.person == Some(PersonKey(1)) && r.link == "office"));
        assert_eq!(format!("{own:?} {:?}", own.rows()[0]), "Own(2 rows) OwnRow(..)");
    }
}
