//! DNS decoders against files that nobody here made, and against what other programs say of them.
//!
//! The samples stand outside the repository (`TITHING_SHARED_DATA`, else beside the checkout); without them, or without
//! the second program, a test says that it was skipped.
#![expect(clippy::unwrap_used, reason = "a sample that does not read as expected fails the test there")]
#![expect(clippy::print_stdout, reason = "the comparison is printed as a table")]

mod goldens;
mod live;
mod messages;
mod ours;
mod samples;
mod texts;
mod tshark;

use std::path::PathBuf;

/// The samples, where they are.
fn data() -> Option<PathBuf> {
    let path = match std::env::var_os("TITHING_SHARED_DATA") {
        Some(p) => PathBuf::from(p),
        None => PathBuf::from("../../shared/data"),
    };
    if path.join("MANIFEST.tsv").exists() {
        Some(path)
    } else {
        println!("skipped: no samples at {}", path.display());
        None
    }
}

/// One line of a comparison.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Row {
    file: String,
    ours: usize,
    theirs: usize,
    equal: usize,
    problems: String,
}

impl Row {
    /// Compares two lists as multisets.
    fn compare<T: Ord + Clone>(file: &str, ours: &[T], theirs: &[T], problems: String) -> (Row, Vec<T>, Vec<T>) {
        let (mut a, mut b) = (ours.to_vec(), theirs.to_vec());
        a.sort();
        b.sort();
        let (mut only_a, mut only_b, mut equal) = (Vec::new(), Vec::new(), 0);
        let (mut i, mut j) = (0, 0);
        while i < a.len() || j < b.len() {
            match (a.get(i), b.get(j)) {
                (Some(x), Some(y)) if x == y => {
                    equal += 1;
                    i += 1;
                    j += 1;
                }
                (Some(x), Some(y)) if x < y => {
                    only_a.push(x.clone());
                    i += 1;
                }
                (Some(x), None) => {
                    only_a.push(x.clone());
                    i += 1;
                }
                (_, Some(y)) => {
                    only_b.push(y.clone());
                    j += 1;
                }
                (None, None) => break,
            }
        }
        let row = Row { file: file.to_owned(), ours: a.len(), theirs: b.len(), equal, problems };
        (row, only_a, only_b)
    }

    fn print(&self, why: &str) {
        let Row { file, ours, theirs, equal, problems } = self;
        println!("| {file} | {ours} | {theirs} | {equal} | {} | {problems} | {why} |", ours - equal + theirs - equal);
    }
}
