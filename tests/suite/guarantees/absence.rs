//! Guarantees 30 and 31, met by absence: nothing compares councils, and nothing adds noise; no command, no key of any file
//! and no line of the sources offers either. Likewise nothing scores or ranks people.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{expect, folder, run};

const ROOT: &str = ".";

/// Words under which a comparison of councils would be offered.
const COMPARISON: [&str; 8] =
    ["benchmark", "league table", "percentile", "quartile", "cohort", "peer group", "other councils", "compare"];
/// Words under which noise would be.
const NOISE: [&str; 8] = ["laplace", "gaussian", "epsilon", "differential", "noise", "perturb", "jitter", "randomi"];

/// The help of every command and of all below it.
fn help(dir: &Path, path: &[String], found: &mut Vec<(String, String)>) {
    let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
    args.push("--help");
    let (text, _) = expect(dir, &args, 0);
    let commands = text.lines().skip_while(|l| !l.starts_with("Commands:")).skip(1);
    let names = commands.take_while(|l| l.starts_with("  ")).filter(|l| !l.starts_with("   "));
    let below: Vec<String> = names.filter_map(|l| l.split_whitespace().next()).map(str::to_owned).collect();
    found.push((path.join(" "), text));
    for name in below.into_iter().filter(|n| n != "help") {
        help(dir, &[path, &[name]].concat(), found);
    }
}

/// Lines of product code, comments and tests apart, that hold one of the words.
fn sources_with(words: &[&str]) -> Vec<String> {
    let mut open: Vec<PathBuf> =
        ["src", "model", "store", "gate", "ingest", "analyze", "reports"].map(|d| Path::new(ROOT).join(d)).to_vec();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "tests" | "benches" | "target") {
                open.extend(fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
            }
        } else if (name.ends_with(".rs") && name != "tests.rs") || name.ends_with(".sql") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().take_while(|l| !l.starts_with("#[cfg(test)]"));
            for line in code.filter(|l| !l.trim_start().starts_with("//") && !l.trim_start().starts_with("--")) {
                let small = line.to_lowercase();
                if words.iter().any(|w| small.contains(w)) {
                    found.push(format!("{}: {}", path.strip_prefix(ROOT).unwrap().display(), line.trim()));
                }
            }
        }
    }
    found.sort();
    found
}

/// Every command's help, with the commands that there are at least, so that the reading of them cannot go blind.
fn all_help() -> Vec<(String, String)> {
    let dir = tempfile::tempdir().unwrap();
    let mut found = Vec::new();
    help(dir.path(), &[], &mut found);
    let names: BTreeSet<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["", "nightly", "report", "categories import", "ledger verify", "costs"] {
        assert!(names.contains(name), "{name:?} is not among {names:?}");
    }
    found
}

/// Keys that a file of configuration would need; each must be refused.
fn keys_are_refused(keys: &[&str]) {
    let f = folder();
    for name in ["../../tithing.toml", "authority.toml", "assessment.toml"] {
        let path = f.council(name);
        let whole = fs::read_to_string(&path).unwrap();
        for key in keys {
            fs::write(&path, format!("{key} = 1\n{whole}")).unwrap();
            let (code, _, stderr) = run(&f.root, &["check"]);
            assert!(code == 1 && stderr.contains(key), "{name}: {key}: exit {code}: {stderr}");
        }
        fs::write(&path, whole).unwrap();
    }
    expect(&f.root, &["check"], 0);
}

#[test]
fn guarantee_30_nothing_offers_a_comparison_of_councils() {
    for (command, text) in all_help() {
        let small = text.to_lowercase();
        let named: Vec<&&str> = COMPARISON.iter().filter(|w| small.contains(**w)).collect();
        assert!(named.is_empty(), "`tithing {command} --help` offers {named:?}");
    }
    keys_are_refused(&["benchmark", "peers", "compare_with"]);
    assert_eq!(sources_with(&["benchmark", "league table", "percentile", "quartile", "cohort"]), Vec::<String>::new());
    assert!(!sources_with(&["nightly"]).is_empty(), "the search finds what is there");
}

#[test]
fn guarantee_31_nothing_offers_noise() {
    for (command, text) in all_help() {
        let small = text.to_lowercase();
        let named: Vec<&&str> = NOISE.iter().filter(|w| small.contains(**w)).collect();
        assert!(named.is_empty(), "`tithing {command} --help` offers {named:?}");
    }
    keys_are_refused(&["noise", "epsilon", "privacy_budget"]);
    assert_eq!(sources_with(&["laplace", "gaussian", "epsilon", "differential"]), Vec::<String>::new());
}
