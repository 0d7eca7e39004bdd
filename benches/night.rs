//! The whole night beside the tool chain that people glue together: `benches/peers/chain.py` runs and measures both.
//!
//! Without arguments 6,000,000 flows and 1,000,000 lookups three times; with `TITHING_BENCH=short` a hundredth of it
//! once. Where Python is not there, the night alone is run; where nfdump or DuckDB is not, the script says so.
#![expect(clippy::print_stdout, reason = "figures are a bench's output")]

use std::path::Path;
use std::process::Command;

const TITHING: &str = env!("CARGO_BIN_EXE_tithing");
const CHAIN: &str = "benches/peers/chain.py";
const NIGHT: &str = "2026-03-02";

fn generate(out: &Path, flows: u64, lookups: u64) {
    let plan = format!(
        "generate --seed 1 --councils 1 --people 30 --devices 40 --days 1 --start {NIGHT} --flows-per-day {flows} \
         --lookups-per-day {lookups} --formats netflow-v5,dnsmasq,leases --out"
    );
    let made = Command::new(TITHING).args(plan.split(' ')).arg(out).output().expect("the command starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// The night by itself, with its answer asserted.
fn alone(root: &Path, flows: u64) {
    let mut command = Command::new(TITHING);
    command.arg("--config").arg(root.join("tithing.toml")).args(["nightly", "--date", NIGHT, "--format", "json"]);
    let out = command.output().expect("the command starts");
    let line = String::from_utf8_lossy(&out.stdout);
    assert!(line.contains(&format!("\"flows\":{flows},")) && line.contains("\"state\":\"built\""), "{line}");
    println!("no Python here, so nothing was measured; the night: {line}");
}

fn main() {
    let short = std::env::var("TITHING_BENCH").is_ok_and(|v| v == "short");
    let (flows, lookups, times) = if short { (60_000, 10_000, "1") } else { (6_000_000, 1_000_000, "3") };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("provider");
    generate(&root, flows, lookups);
    match Command::new("python3").arg(CHAIN).arg(&root).args(["example-001", NIGHT, TITHING, times]).status() {
        Ok(status) => assert!(status.success(), "the comparison failed"),
        Err(_) => alone(&root, flows),
    }
}
