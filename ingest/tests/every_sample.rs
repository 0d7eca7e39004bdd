//! Reads every file there is among the shared samples: no panic, no hang, whatever it holds.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which are exempt themselves")]

mod common;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ingest::Options;

/// Seconds that one file may take, in an unoptimized build on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn no_file_makes_a_panic_or_a_hang() {
    let Some(shared) = common::shared() else {
        return;
    };
    let mut all = Vec::new();
    files(&shared, &mut all);
    let options = Options { user_traffic: true, year: Some(2026), ..Options::default() };
    let (mut flows, mut lines, mut slowest) = (0, 0, (Duration::ZERO, PathBuf::new()));
    for path in &all {
        let begin = Instant::now();
        let (keep, read) = common::read(std::slice::from_ref(path), &options);
        let took = begin.elapsed();
        assert!(took < LIMIT, "{} took {took:?}", path.display());
        let (scan, read) = &read[0];
        assert_eq!(scan.length == 0, std::fs::metadata(path).unwrap().len() == 0, "{}", path.display());
        assert_eq!(read.records, keep.flows.len() as u64, "{}", path.display());
        assert!(!scan.formats.is_empty() || !scan.problems.is_empty(), "{} is silent", path.display());
        assert!(keep.flows.iter().all(|f| f.start <= f.end), "{}", path.display());
        flows += read.records;
        lines += keep.lines;
        if took > slowest.0 {
            slowest = (took, path.clone());
        }
    }
    println!("{} files, {flows} flows, {lines} lookups and leases; slowest {slowest:?}", all.len());
    assert!(flows > 10_000 && lines > 1_000);
}
