//! Pages and documents as they should look. `TITHING_GOLDEN=write` writes them anew; read the difference before keeping it.

use std::path::Path;

use reports::{Edition, Pdf, from_json, html, json};

use crate::support;

#[test]
fn pages_equal_their_goldens() {
    let folder = Path::new("tests/golden");
    let write = std::env::var_os("TITHING_GOLDEN").is_some_and(|v| v == "write");
    for (name, document) in support::all() {
        let set = Pdf::calls(&Edition::new(&document));
        let texts = [("summary.html", html(&document)), ("report.json", json(&document)), ("summary.typ", set)];
        for (file, text) in texts {
            let path = folder.join(name).join(file);
            if write {
                std::fs::create_dir_all(folder.join(name)).unwrap();
                std::fs::write(&path, &text).unwrap();
            }
            let golden = std::fs::read_to_string(&path).unwrap_or_default();
            support::same(&format!("{name}/{file}"), &golden, &text);
        }
    }
}

#[test]
fn no_golden_is_orphaned() {
    let folder = Path::new("tests/golden");
    let names: Vec<&str> = support::all().into_iter().map(|(n, _)| n).collect();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(names.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn a_document_read_back_draws_the_same_page() {
    for (name, document) in support::all() {
        let again = from_json(&json(&document)).unwrap();
        assert_eq!(again, document, "{name}");
        assert_eq!(html(&again), html(&document), "{name}");
        assert_eq!(json(&again), json(&document), "{name}");
    }
}
