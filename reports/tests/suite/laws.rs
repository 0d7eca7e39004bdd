//! What holds of every document, whatever its figures and words.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use reports::document::{Cell, Document, Symbol};
use reports::{from_json, html, json};

use crate::support::page::read;
use crate::{numbers, schema, support};

fn cell() -> impl Strategy<Value = Cell> {
    let symbols = [Symbol::C, Symbol::X, Symbol::Z, Symbol::Low];
    prop_oneof![
        3 => (0_i64..400_000).prop_map(|n| Cell::shown(n * 5)),
        1 => proptest::sample::select(symbols.to_vec()).prop_map(Cell::symbol),
    ]
}

/// The crossed document with every figure and heading drawn anew.
pub(crate) fn document() -> impl Strategy<Value = Document> {
    let count = support::crossed().tables.iter().flat_map(|t| &t.rows).map(|r| r.cells.len()).sum::<usize>();
    let cells = proptest::collection::vec(cell(), count);
    let words = proptest::collection::vec("[ -~]{0,40}", 8);
    (cells, words).prop_map(|(cells, words)| {
        let mut d = support::crossed();
        let mut cells = cells.into_iter();
        let mut words = words.into_iter().cycle();
        let mut word = || words.next().unwrap_or_default();
        (d.name, d.contact, d.complaints) = (word(), word(), word());
        for row in d.tables.iter_mut().flat_map(|t| &mut t.rows) {
            row.label = word();
            row.cells.iter_mut().zip(&mut cells).for_each(|(old, new)| *old = new);
        }
        support::explained(d)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_page_is_a_function_of_its_document(d in document()) {
        let text = json(&d);
        let again = from_json(&text).unwrap();
        prop_assert_eq!(&again, &d);
        prop_assert_eq!(json(&again), text);
        let page = html(&d);
        prop_assert_eq!(html(&again), page.clone());
        let (_, tags) = read(&page);
        prop_assert!(tags.iter().all(|t| !matches!(t.name.as_str(), "script" | "img" | "iframe" | "object" | "link")));
        numbers::check_page("drawn", &d);
    }
}

#[test]
fn a_drawn_document_keeps_to_the_schema() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut drawn = document().new_tree(&mut runner).unwrap().current();
    // The schema wants a name of at least one character.
    drawn.name = "Example".to_owned();
    schema::valid("drawn", &drawn);
}
