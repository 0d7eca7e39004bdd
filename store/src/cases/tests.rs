//! Cases and holds through the store's own door.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::date;
use model::{DeviceKey, Evidence, Taxonomy, TimeClass};

use super::*;
use crate::{KeySource, Keys};

const END: Date = date(2026, 3, 31);

fn case(number: i64) -> CaseRow {
    CaseRow {
        case: number,
        month_end: END,
        rule: 77,
        subject: PersonKey(number * 11),
        opened: date(2026, 4, 3),
        state: CaseState::Sealed,
        clerk: None,
        deputy: None,
        chair: Some(PersonKey(5)),
        hr_adviser: None,
        reviewer: None,
        disclosed: None,
        outcome: None,
        closed: None,
        hold: None,
    }
}

fn given(number: i64, hold: Option<i64>) -> CaseRow {
    CaseRow {
        state: CaseState::Review,
        reviewer: Some(Role::HrAdviser),
        disclosed: Some(date(2026, 4, 9)),
        hr_adviser: Some(PersonKey(-3)),
        hold,
        ..case(number)
    }
}

fn held(hold: i64, until: Date, day: i8) -> HoldRow {
    let row = UsageRow {
        local_date: date(2026, 3, day),
        bucket_start: 1_772_409_600_000_000,
        person: Some(PersonKey(hold * 100)),
        device: DeviceKey(1),
        unit: Unit::Employee,
        link: 0,
        category: Taxonomy::find("social").unwrap(),
        time_class: TimeClass::Core,
        evidence: Evidence::Exact,
        bytes_up: 1,
        bytes_down: 2,
        flows: 1,
        minute_mask: 3,
        estimated: false,
    };
    HoldRow { hold, until, row }
}

fn march() -> Month {
    Month::of(END)
}

fn open(root: &Path) -> Store {
    Store::open(root, "ashby").unwrap()
}

fn ids() -> Vec<String> {
    vec!["office".to_owned()]
}

#[test]
fn rows_come_back_and_the_last_one_takes_the_partition_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let closed = CaseRow {
        state: CaseState::Closed,
        outcome: Some(CaseOutcome::Explained),
        closed: Some(date(2026, 4, 20)),
        ..given(3, Some(1))
    };
    let rows = [closed, case(1), given(2, None)];
    store.commit_cases(march(), &rows).unwrap();
    assert_eq!(open(dir.path()).cases().unwrap(), [rows[1], rows[2], rows[0]]);
    store.commit_cases(march(), &[]).unwrap();
    assert!(store.cases().unwrap().is_empty());
    assert!(!dir.path().join("ashby/cases/2026-03-31.parquet").exists());
    let until = date(2026, 7, 1);
    let both = [held(1, until, 2), held(2, until, 3), held(1, until, 4)];
    store.commit_holds(until, &ids(), &both).unwrap();
    let mut found = Vec::new();
    store.each_hold(until, &mut |r, link| found.push((*r, link.to_owned()))).unwrap();
    found.sort();
    let expected = [both[0], both[2], both[1]].map(|r| (r, "office".to_owned()));
    assert_eq!(found, expected);
    assert_eq!(store.holds().unwrap(), BTreeMap::from([(1, (until, 2)), (2, (until, 1))]));
}

/// The rule that a row breaks.
fn broken<R: Row>(row: R, date: Date) -> Option<&'static str> {
    row.broken_rule(date)
}

#[test]
fn guarantee_35_no_row_of_a_hold_without_its_end_or_its_person() {
    let until = date(2026, 7, 1);
    assert_eq!(broken(held(1, until, 2), until), None);
    assert!(broken(held(1, until, 2), date(2026, 7, 2)).unwrap().contains("does not end"));
    let nobody =
        HoldRow { row: UsageRow { person: None, unit: Unit::Shared, ..held(1, until, 2).row }, ..held(1, until, 2) };
    assert!(broken(nobody, until).unwrap().contains("one person"));
    assert!(!HOLDS.iter().any(|c| c.nullable), "a hold lacks neither its number, its end nor its person");
}

#[test]
fn a_case_that_contradicts_itself_is_not_stored() {
    assert_eq!(broken(case(1), END), None);
    for wrong in [
        CaseRow { case: 0, ..case(1) },
        CaseRow { opened: END, ..case(1) },
        CaseRow { state: CaseState::Review, ..case(1) },
        CaseRow { state: CaseState::Closed, ..given(1, None) },
        CaseRow { state: CaseState::Sealed, ..given(1, None) },
        CaseRow { disclosed: None, ..given(1, None) },
        CaseRow { outcome: Some(CaseOutcome::Nobody), ..case(1) },
        CaseRow { hold: Some(1), ..case(1) },
    ] {
        assert!(broken(wrong, END).is_some(), "{wrong:?}");
    }
    assert!(broken(case(1), date(2026, 3, 30)).is_some());
}

const LIMITS: Limits = Limits { usage_days: 62, links_days: 400, ..Limits::MAX };

/// What goes on a day of the cases 1 (sealed), 2 (given) and 3 (held until 1 July).
fn retired(today: Date) -> ([usize; 2], usize) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let until = date(2026, 7, 1);
    store.commit_cases(march(), &[case(1), given(2, None), given(3, Some(1))]).unwrap();
    store.commit_holds(until, &ids(), &[held(1, until, 2), held(1, until, 3)]).unwrap();
    let gone = store.retain_cases(today, LIMITS).unwrap();
    assert!(gone.holds.iter().all(|h| *h == (1, until, 2)));
    ([gone.cases.len(), gone.holds.len()], store.cases().unwrap().len())
}

#[test]
fn guarantee_35_a_hold_keeps_its_own_case_alone_and_ends() {
    // March closes on 1 June.
    assert_eq!(retired(date(2026, 5, 31)), ([0, 0], 3));
    assert_eq!(retired(date(2026, 6, 1)), ([2, 0], 1));
    assert_eq!(retired(date(2026, 7, 1)), ([2, 0], 1));
    assert_eq!(retired(date(2026, 7, 2)), ([3, 1], 0));
}

#[test]
fn a_hold_has_a_key_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::open(dir.path(), "ashby").unwrap();
    let month = keys.month(march(), KeySource::Seed(b"7")).unwrap();
    let hold = keys.hold(1, KeySource::Seed(b"7")).unwrap();
    assert_ne!(month.person("p1"), hold.person("p1"));
    assert_ne!(hold.person("p1"), keys.hold(2, KeySource::Seed(b"7")).unwrap().person("p1"));
    assert_eq!(keys.months().unwrap(), [march()], "no month's key goes by a hold's name");
    assert!(keys.destroy(march()).unwrap());
    assert_eq!(keys.hold(1, KeySource::Existing).unwrap().person("p1"), hold.person("p1"));
    assert!(keys.destroy_hold(1).unwrap() && !keys.destroy_hold(1).unwrap());
    assert_eq!(keys.hold(1, KeySource::Existing).unwrap_err().code(), "key_missing");
}

#[test]
fn words_come_back() {
    assert!(CaseState::ALL.iter().all(|s| CaseState::from_word(s.as_str()) == Some(*s)));
    assert!(CaseOutcome::ALL.iter().all(|s| CaseOutcome::from_word(s.as_str()) == Some(*s)));
    assert_eq!(Role::from_word("hr-adviser"), Some(Role::HrAdviser));
    assert_eq!(Role::from_word("mayor"), None);
}
