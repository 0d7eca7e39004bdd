//! Documents against `docs/report.schema.json`.

use reports::document::{ListRef, TaxonomyChange};
use reports::{Document, json};
use serde_json::{Value, json as value};

use crate::support;

fn validator() -> jsonschema::Validator {
    let text = include_str!("../../../docs/report.schema.json");
    let schema: Value = serde_json::from_str(text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// Holds a document to the schema.
pub(crate) fn valid(name: &str, document: &Document) {
    let value: Value = serde_json::from_str(&json(document)).unwrap();
    let validator = validator();
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
}

#[test]
fn documents_of_every_tier_are_valid() {
    for (name, document) in support::all() {
        valid(name, &document);
    }
}

/// Lists with their licences, and a change within the month: in the data by the schema, and in the page in words.
#[test]
fn lists_and_their_licences_are_carried() {
    let mut document = support::crossed();
    let list = |name: &str, licence: &str, digit: &str| ListRef {
        name: name.to_owned(),
        licence: licence.to_owned(),
        sha256: digit.repeat(64),
    };
    document.taxonomy.lists =
        vec![list("An own table", "MIT OR Apache-2.0", "a"), list("A list", "CC BY-SA 4.0, its maker", "b")];
    document.taxonomy.precedence = "The longest rule wins.".to_owned();
    document.taxonomy.changes = vec![TaxonomyChange { from: jiff::civil::date(2026, 3, 9), sha256: "c".repeat(64) }];
    valid("lists", &document);
    assert_eq!(reports::from_json(&json(&document)).unwrap(), document);
    let page = reports::html(&document);
    for text in
        ["An own table", "MIT OR Apache-2.0", "CC BY-SA 4.0, its maker", "The longest rule wins.", "9 March 2026"]
    {
        assert!(page.contains(text), "{text}");
    }
}

/// Changes one place of a valid document and expects it to be refused.
fn refused(pointer: &str, to: Value) {
    let mut document: Value = serde_json::from_str(&json(&support::crossed())).unwrap();
    assert!(validator().is_valid(&document));
    *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = to;
    assert!(!validator().is_valid(&document), "{pointer}");
}

#[test]
fn what_the_contract_does_not_know_is_refused() {
    refused("/schema", value!("tithing.report/2"));
    refused("/month", value!("2026-3"));
    refused("/status", value!("fine"));
    refused("/people_tier", value!("everyone"));
    refused("/people_tier", value!("totals"));
    refused("/people_tier", value!("neutral"));
    refused("/people_tier", value!("one-way"));
    refused("/status", value!("withheld"));
    refused("/accounting", value!(null));
    refused("/attack/breaches", value!(1));
    refused("/tables/0/unit", value!("hour"));
    refused("/tables/0/id", value!("people"));
    refused("/tables/0/rows/0/cells/0", value!({"shown": 1.5}));
    refused("/tables/0/rows/0/cells/0", value!({"shown": -1}));
    refused("/tables/0/rows/0/cells/0", value!({"shown": 1, "symbol": "c"}));
    refused("/tables/0/rows/0/cells/0", value!({"shown": 1, "marks": ["q"]}));
    refused("/tables/0/rows/0/cells/0", value!({"symbol": "e"}));
    refused("/tables/0/rows/0", value!({"id": "a", "label": "a", "cells": [{"shown": 1}], "people": 5}));
    refused("/costs/0/total", value!(12.5));
    refused("/costs/0/source", value!("guess"));
    refused("/costs/0/cycle_end", value!("31/03/2026"));
    refused("/coverage/0/percent", value!(101));
    refused("/assessment", value!({"version": "2"}));
    refused("/taxonomy", value!({"version": "2"}));
    refused("/taxonomy", value!({"version": "2", "sha256": "a", "lists": [{"name": "a list without a licence"}]}));
}
