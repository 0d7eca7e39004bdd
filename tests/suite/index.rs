//! `docs/proportionality.md` is held to the tree: each test that it names is there, and no number is without one.

use std::collections::BTreeMap;
use std::path::Path;

const ROOT: &str = ".";

fn page() -> String {
    std::fs::read_to_string(Path::new(ROOT).join("docs/proportionality.md")).unwrap()
}

/// Rows of the tables: the number, and what stands in the last column.
fn numbered(page: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in page.lines().filter(|l| l.starts_with("| ")) {
        let cells: Vec<&str> = line.trim().trim_matches('|').split(" |").map(str::trim).collect();
        let (Some(number), Some(last)) = (cells.first(), cells.last()) else { continue };
        let digits = number.trim_start_matches(['F', 'L']);
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            let before = found.insert((*number).to_owned(), (*last).to_owned());
            assert!(before.is_none(), "{number} stands twice");
        }
    }
    found
}

/// What stands between grave accents, in order.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Tests that a row names, each with the file named last before it.
fn tests_of(row: &str) -> Vec<(&str, &str)> {
    let mut file = None;
    let mut found = Vec::new();
    for word in quoted(row) {
        if word.ends_with(".rs") {
            file = Some(word);
        } else if word.contains('_') && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            found.push((file.unwrap_or_else(|| panic!("`{word}` stands before any file")), word));
        }
    }
    found
}

/// What is wrong with a row's tests: nothing where each is there.
fn missing(row: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, test) in tests_of(row) {
        match std::fs::read_to_string(Path::new(ROOT).join(file)) {
            Ok(text) if text.contains(&format!("fn {test}(")) => {}
            Ok(_) => wrong.push(format!("{file} has no test `{test}`")),
            Err(error) => wrong.push(format!("{file}: {error}")),
        }
    }
    wrong
}

#[test]
fn every_test_that_the_page_names_is_there() {
    let rows = numbered(&page());
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(number, _)| !number.starts_with('L'))
        .flat_map(|(number, row)| missing(row).into_iter().map(move |w| format!("{number}: {w}")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_guarantee_and_no_failure_is_without_a_test() {
    let rows = numbered(&page());
    let wanted = (1..=40).map(|n| n.to_string()).chain((1..=17).map(|n| format!("F{n}")));
    let without = |number: &String| rows.get(number).is_none_or(|row| tests_of(row).is_empty());
    let empty: Vec<String> = wanted.filter(without).collect();
    assert!(empty.is_empty(), "these have no test yet: {}", empty.join(", "));
}

/// A guarantee's test bears its number, or that of a neighbor that it shows as well.
#[test]
fn every_guarantee_has_a_test_that_bears_its_number() {
    for (number, row) in numbered(&page()).iter().filter(|(n, _)| n.bytes().all(|b| b.is_ascii_digit())) {
        let tests = tests_of(row);
        let bears = |test: &str| {
            let mut words =
                test.split('_').skip(1).take_while(|w| *w == "and" || w.bytes().all(|b| b.is_ascii_digit()));
            test.starts_with("guarantee_") && words.any(|w| w == number)
        };
        assert!(tests.is_empty() || tests.iter().any(|(_, t)| bears(t)), "{number}: {tests:?}");
    }
}

#[test]
fn every_requirement_of_the_law_has_its_place() {
    let rows = numbered(&page());
    for number in 1..=34 {
        let row = rows.get(&format!("L{number}"));
        assert!(row.is_some_and(|r| !r.is_empty()), "L{number} is nowhere");
    }
}

#[test]
fn the_checks_of_this_file_can_fail() {
    let row = "`tests/suite/index.rs`: `the_checks_of_this_file_can_fail`, `no_such_test`; `no/such/file.rs`: `a_test`";
    let wrong = missing(row);
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].contains("no_such_test") && wrong[1].starts_with("no/such/file.rs"));
    assert_eq!(numbered("| 7 | a | b `c` |\n| F2 | x | y | z |\n| no. | a | b |\n")["F2"], "z");
    assert!(tests_of("").is_empty());
}
