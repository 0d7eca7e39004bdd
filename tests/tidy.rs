//! The house rules, read off the tree: who may import whom, how long a function may be, what must never stand where.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const ROOT: &str = ".";
const FUNCTION_LINES_MAX: usize = 70;
const BODY_LINES_MAX: usize = 600;

/// The import table of ARCHITECTURE.md: each crate with those of ours that it may name.
fn import_table() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    BTreeMap::from([
        ("model", BTreeSet::new()),
        ("store", BTreeSet::from(["model"])),
        ("gate", BTreeSet::from(["model"])),
        ("ingest", BTreeSet::from(["model"])),
        ("analyze", BTreeSet::from(["gate", "model", "store"])),
        ("reports", BTreeSet::from(["gate", "model"])),
        ("fixtures", BTreeSet::from(["model"])),
    ])
}

fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(ROOT).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn files_under(dir: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.map(|e| e.unwrap().path()) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if entry.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
            files_under(&entry, ending, found);
        } else if name.ends_with(ending) {
            found.push(entry);
        }
    }
}

fn sources_of(folders: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in folders {
        files_under(&Path::new(ROOT).join(folder), ".rs", &mut found);
    }
    found.sort();
    assert!(!found.is_empty(), "no source file under {folders:?}");
    found
}

const PRODUCT: &[&str] =
    &["src", "model/src", "store/src", "gate/src", "ingest/src", "analyze/src", "reports/src", "fixtures/src"];

fn body(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().take_while(|l| !l.starts_with("#[cfg(test)]")).enumerate().map(|(i, l)| (i + 1, l))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(ROOT).unwrap_or(path).display().to_string()
}

#[test]
fn crates_import_only_what_the_table_allows() {
    let table = import_table();
    for (name, allowed) in &table {
        let manifest: toml::Table = read(format!("{name}/Cargo.toml")).parse().unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(found) = manifest.get(section).and_then(|d| d.as_table()) else { continue };
            for dependency in found.keys().filter(|d| table.contains_key(d.as_str())) {
                assert!(allowed.contains(dependency.as_str()), "{name} imports {dependency} in [{section}]");
            }
        }
    }
}

#[test]
fn only_their_rooms_name_the_heavy_parts() {
    let owners = [
        ("polars", "analyze"),
        ("pcap", "ingest"),
        ("etherparse", "ingest"),
        ("maxminddb", "analyze"),
        ("askama", "reports"),
    ];
    for (dependency, owner) in owners {
        for name in import_table().keys().filter(|n| **n != owner) {
            let manifest: toml::Table = read(format!("{name}/Cargo.toml")).parse().unwrap();
            let found =
                manifest.get("dependencies").and_then(|d| d.as_table()).is_some_and(|d| d.contains_key(dependency));
            assert!(!found, "{name} depends on {dependency}, which belongs to {owner}");
        }
    }
}

/// Lines from each function's signature to the line that closes it at the same indent.
fn long_functions(text: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = body(text).map(|(_, l)| l).collect();
    let mut found = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_fn = words.iter().position(|w| *w == "fn").is_some_and(|p| {
            words[..p].iter().all(|w| matches!(*w, "const" | "async" | "unsafe") || w.starts_with("pub"))
        });
        if !is_fn || line.trim_end().ends_with(';') {
            continue;
        }
        let close = format!("{}}}", " ".repeat(indent));
        let end = lines[i..].iter().position(|l| *l == close || l.starts_with(&format!("{close};")));
        if let Some(length) = end
            && length + 1 > FUNCTION_LINES_MAX
        {
            found.push((i + 1, length + 1));
        }
    }
    found
}

#[test]
fn functions_and_files_stay_short() {
    let mut long = Vec::new();
    for path in sources_of(PRODUCT) {
        let text = read(&path);
        for (line, length) in long_functions(&text) {
            long.push(format!("{}:{line}: a function of {length} lines (at most {FUNCTION_LINES_MAX})", shown(&path)));
        }
        let lines = body(&text).count();
        if lines > BODY_LINES_MAX {
            long.push(format!("{}: a body of {lines} lines (at most {BODY_LINES_MAX})", shown(&path)));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    for path in
        sources_of(&["src", "model", "store", "gate", "ingest", "analyze", "reports", "fixtures", "tests", "benches"])
    {
        let text = read(&path);
        assert!(text.starts_with("//!"), "{} does not open with a module doc", shown(&path));
    }
}

#[test]
fn product_crates_forbid_unsafe_code() {
    for name in import_table().keys() {
        assert!(read(format!("{name}/src/lib.rs")).contains("#![forbid(unsafe_code)]"), "{name}");
    }
    assert!(read("src/lib.rs").contains("#![forbid(unsafe_code)]"), "src");
}

/// Lines of product code (tests apart, comments apart) under a folder that hold any of the words.
fn lines_with(folders: &[&str], words: &[&str], except: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in sources_of(folders) {
        let test = shown(&path).ends_with("/tests.rs") || shown(&path).contains("/tests/");
        if test || except.iter().any(|e| shown(&path).starts_with(e)) {
            continue;
        }
        for (number, line) in body(&read(&path)) {
            let code = line.trim_start();
            if !code.starts_with("//") && words.iter().any(|w| code.contains(w)) {
                found.push(format!("{}:{number}: {code}", shown(&path)));
            }
        }
    }
    found
}

#[test]
fn stages_neither_print_nor_write_files() {
    let printing = ["println!", "eprintln!", "print!(", "io::stdout", "io::stderr"];
    let writing = ["File::create", "fs::write", "OpenOptions", "fs::rename", "fs::remove", "create_dir"];
    let rooms = ["model/src", "gate/src", "ingest/src", "analyze/src", "reports/src"];
    assert_eq!(lines_with(&rooms, &printing, &[]), Vec::<String>::new());
    assert_eq!(lines_with(&rooms, &writing, &[]), Vec::<String>::new());
    assert_eq!(lines_with(&["store/src"], &printing, &[]), Vec::<String>::new());
}

#[test]
fn only_the_command_reads_the_clock_and_the_environment() {
    let words = ["SystemTime::now", "Timestamp::now", "Zoned::now", "Instant::now", "env::var", "env::args"];
    let rooms = ["model/src", "store/src", "gate/src", "ingest/src", "analyze/src", "reports/src", "fixtures/src"];
    assert_eq!(lines_with(&rooms, &words, &[]), Vec::<String>::new());
}

#[test]
fn roll_ups_are_sql_files() {
    let mut sql = Vec::new();
    files_under(&Path::new(ROOT).join("analyze/sql"), ".sql", &mut sql);
    assert!(!sql.is_empty(), "no roll-up under analyze/sql");
    let code: String = sources_of(&["analyze/src"]).iter().map(read).collect();
    for path in &sql {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = read(path);
        let word = name.trim_end_matches(".sql");
        assert!(code.contains(&format!("\"{word}\"")), "{name} is run by nobody");
        for heading in ["-- Counts:", "-- Cannot show:", "-- Who may see it:"] {
            assert!(text.contains(heading), "{name} lacks a line '{heading}'");
        }
    }
    // A query typed into the code would escape the reviewer, and a frame pipeline would escape the dialect.
    let typed = lines_with(&["analyze/src"], &["\"SELECT", "\"WITH ", ".group_by(", ".groupby("], &[]);
    assert_eq!(typed, Vec::<String>::new());
}

#[test]
fn left_over_marks() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[", "ignore"), concat!("#[", "allow(")];
    assert_eq!(lines_with(PRODUCT, &marks, &[]), Vec::<String>::new());
}

/// IPv4 literals in a text, as octets.
fn addresses(text: &str) -> BTreeSet<[u8; 4]> {
    let mut found = BTreeSet::new();
    for word in text.split(|c: char| !c.is_ascii_digit() && c != '.') {
        if let Ok(ip) = word.trim_matches('.').parse::<std::net::Ipv4Addr>() {
            found.insert(ip.octets());
        }
    }
    found
}

#[test]
fn docs_and_fixtures_use_reserved_addresses() {
    let mut docs = sources_of(&["fixtures/src", "tests", "src"]);
    files_under(&Path::new(ROOT).join("docs"), ".md", &mut docs);
    docs.push(Path::new(ROOT).join("README.md"));
    let reserved = |a: &[u8; 4]| match *a {
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        [10, ..] | [192, 168, ..] | [127, ..] | [0, 0, 0, 0] | [255, 255, 255, 255] => true,
        [172, b, ..] => (16..32).contains(&b),
        [100, b, ..] => (64..128).contains(&b),
        _ => false,
    };
    for path in docs.iter().filter(|p| !p.ends_with("tidy.rs")) {
        let bad: Vec<_> = addresses(&read(path)).into_iter().filter(|a| !reserved(a)).collect();
        assert!(bad.is_empty(), "{}: {bad:?} are not reserved for documentation", shown(path));
    }
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let mut all =
        sources_of(&["src", "model", "store", "gate", "ingest", "analyze", "reports", "fixtures", "tests", "benches"]);
    files_under(&Path::new(ROOT).join("docs"), ".md", &mut all);
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "Cargo.toml"] {
        all.push(Path::new(ROOT).join(name));
    }
    let words = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];
    for path in all {
        let text = read(&path);
        for word in words {
            assert!(!text.contains(word), "{} holds '{word}'", shown(&path));
        }
    }
}

#[test]
fn the_changelog_has_an_open_section() {
    let text = read("CHANGELOG.md");
    let first = text.lines().find(|l| l.starts_with("## ")).unwrap();
    assert_eq!(first, "## Unreleased");
}

#[test]
fn the_checks_of_this_file_can_fail() {
    let long = format!("fn f() {{\n{}}}\n", "    x();\n".repeat(FUNCTION_LINES_MAX));
    assert_eq!(long_functions(&long), vec![(1, FUNCTION_LINES_MAX + 2)]);
    assert_eq!(long_functions("fn f() {\n    x();\n}\n"), vec![]);
    assert_eq!(addresses("at 8.8.8.8, then 192.0.2.1."), BTreeSet::from([[8, 8, 8, 8], [192, 0, 2, 1]]));
}
