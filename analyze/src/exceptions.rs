//! A rule of the assessment over a month's rows: into the gate's watch, and out of it sealed.

use std::path::PathBuf;

use model::{PersonKey, Taxonomy};

use crate::rollup::{self, RollupError};

/// Shows a watch what everybody used in core time, and seals it. `usage` are the paths that the store has verified, of
/// `usage` itself or of the rows that a hold copied, which have the same columns.
///
/// # Errors
/// Where Polars cannot run `exceptions.sql`, or a partition was not written by this program.
pub fn exceptions(usage: &[PathBuf], mut watch: gate::Watch) -> Result<gate::Sealed, RollupError> {
    let rows = rollup::run(rollup::EXCEPTIONS, usage)?;
    let (kinds, people, dates) = (rows.words("category")?, rows.keys("person")?, rows.dates("local_date")?);
    let (minutes, octets) = (rows.amounts("minutes")?, rows.amounts("octets")?);
    let amounts = minutes.into_iter().zip(octets);
    for (((kind, person), date), (minutes, octets)) in kinds.into_iter().zip(people).zip(dates).zip(amounts) {
        let category = Taxonomy::find(&kind).ok_or_else(|| rows.bad("category"))?;
        let person = person.map(PersonKey).ok_or_else(|| rows.bad("person"))?;
        watch.observe(person, category, date, minutes, octets);
    }
    Ok(watch.seal())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Date, date};
    use model::{Account, DeviceKey, Evidence, TimeClass, Unit, UsageRow};
    use store::{Footer, HoldRow, Store};

    /// 2026-03-02T10:00:00Z in microseconds.
    const TEN: i64 = 1_772_445_600_000_000;
    const BUCKET: i64 = 900_000_000;
    const DAY: i64 = 96 * BUCKET;
    /// All fifteen minutes of a bucket.
    const FULL: i64 = (1 << 15) - 1;
    const P: PersonKey = PersonKey(7);

    fn rule() -> gate::ExceptionRule {
        let text = r#"
            version = "1"
            signed_by = "The council"
            signed_on = 2026-01-01
            review_due = 2027-01-01
            purposes = ["policy"]
            basis = "legitimate-interests"
            balancing_test = "minute 1"
            consultation = "all"
            residual_risk = "low"
            sources = ["flows", "dns"]
            outputs = ["summary", "exceptions"]
            mode = "categories"
            complaints = "the clerk"
            notice = { version = "1", date = 2026-01-01, web = true }
            retention = { usage_days = 62, links_days = 400, raw_days = 7, security_days = 30, reports_months = 24 }
            recipients = [{ role = "clerk", document = "summary" }, { role = "chair", document = "case" }]
            [[exceptions]]
            id = "r"
            category = "social"
            time_class = "core"
            minutes = 60
            days = 3
            window = 10
            purpose = "policy"
            not_blocked_because = "The council answers the public there."
        "#;
        let a = gate::Assessment::parse(text).unwrap();
        gate::exception_rules(Some(&a), date(2026, 4, 1)).remove(0).rule.unwrap()
    }

    /// Four buckets of social media in core time on each of three days: an hour a day.
    fn rows() -> Vec<UsageRow> {
        let row = |day: i64, bucket: i64| UsageRow {
            local_date: date(2026, 3, 2 + day as i8),
            bucket_start: TEN + day * DAY + bucket * BUCKET,
            person: Some(P),
            device: DeviceKey(1),
            unit: Unit::Employee,
            link: 0,
            category: Taxonomy::find("social").unwrap(),
            time_class: TimeClass::Core,
            evidence: Evidence::Exact,
            bytes_up: 1_000,
            bytes_down: 24_000,
            flows: 1,
            minute_mask: FULL,
            estimated: false,
        };
        (0..3).flat_map(|day| (0..4).map(move |bucket| row(day, bucket))).collect()
    }

    fn unlocked() -> gate::Unlocks {
        let mut all = gate::Unlocks::new();
        for (n, office) in [(50, gate::Office::Chair), (51, gate::Office::HrAdviser)] {
            all.add(gate::Unlock { office, person: PersonKey(n), may_be_subject: false }).unwrap();
        }
        all
    }

    fn evidence(paths: &[PathBuf], person: PersonKey) -> Vec<(Date, u64)> {
        let watch = gate::Watch::new(rule(), "2026-03".parse().unwrap());
        let sealed = exceptions(paths, watch).unwrap();
        sealed.disclose(person, &unlocked()).unwrap().map(|e| e.days().to_vec()).unwrap_or_default()
    }

    /// How many dates a case about the person would tell of, after a change to every row.
    fn check(change: impl Fn(&mut UsageRow), expected: usize) {
        let mut rows = rows();
        rows.iter_mut().for_each(change);
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), "ashby").unwrap();
        for day in 2..5 {
            let of_day: Vec<UsageRow> = rows.iter().filter(|r| r.local_date.day() == day).copied().collect();
            let sum = of_day.iter().map(|r| (r.bytes_up + r.bytes_down) as u64).sum();
            let mut account = Account::default();
            account.attributed.insert("exact".to_owned(), sum);
            let footer = Footer { account, ..Footer::default() };
            store.commit(date(2026, 3, day), &["office".to_owned()], &of_day, &[], &footer).unwrap();
        }
        let paths = store.usage_paths("2026-03".parse().unwrap()).unwrap();
        let found = evidence(&paths, P);
        assert_eq!(found.len(), expected);
        assert!(found.iter().all(|(_, minutes)| *minutes == 60));
        assert!(evidence(&paths, PersonKey(8)).is_empty());
    }

    #[test]
    fn an_hour_a_day_on_three_days() {
        check(|_| (), 3);
        check(|r| r.evidence = Evidence::Device, 3);
        // A minute less on each day.
        check(|r| r.minute_mask = if r.bucket_start % DAY == TEN % DAY { FULL - 1 } else { FULL }, 0);
    }

    #[test]
    fn what_is_not_known_well_never_counts_against_anybody() {
        for evidence in [Evidence::Council, Evidence::Network, Evidence::Encrypted, Evidence::Ambiguous, Evidence::None]
        {
            check(|r| r.evidence = evidence, 0);
        }
        check(|r| r.estimated = true, 0);
        check(|r| r.time_class = TimeClass::Lunch, 0);
        check(|r| r.time_class = TimeClass::Outside, 0);
        check(|r| (r.unit, r.time_class) = (Unit::Councillor, TimeClass::NotApplicable), 0);
        check(|r| r.category = Taxonomy::find("news").unwrap(), 0);
    }

    #[test]
    fn rows_that_a_hold_copied_tell_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), "ashby").unwrap();
        let until = date(2026, 9, 1);
        let held: Vec<HoldRow> = rows().into_iter().map(|row| HoldRow { hold: 1, until, row }).collect();
        store.commit_holds(until, &["office".to_owned()], &held).unwrap();
        let paths = store.paths(store::Table::Holds, until, until).unwrap();
        assert_eq!(evidence(&paths, P).len(), 3);
    }
}
