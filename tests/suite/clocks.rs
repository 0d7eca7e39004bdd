//! Exporters whose clocks are wrong: nights as if they were right, and a word about it.

use std::path::Path;

use serde_json::Value;

use crate::common::{expect, run};

/// One council's two nights with an adversity: what the nights say, on both outputs, and `inspect` about the first file.
fn nights(dir: &Path, name: &str, format: &str, more: &str) -> (Vec<Value>, String, Value) {
    let args = format!(
        "generate --out {name} --seed 7 --councils 1 --people 6 --start 2026-03-02 --days 2 --formats {format},dnsmasq,leases{more}"
    );
    expect(dir, &args.split(' ').collect::<Vec<_>>(), 0);
    let (code, stdout, stderr) = run(&dir.join(name), &["nightly", "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    let lines = stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let file = format!("{name}/authorities/example-001/inbox/flows-2026-03-02.pcap");
    let (seen, _) = expect(dir, &["inspect", &file, "--format", "json"], 0);
    (lines, stderr, serde_json::from_str(&seen).unwrap())
}

fn worst(seen: &Value) -> u64 {
    seen["clocks"].as_array().unwrap().iter().map(|c| c["offset_ms"].as_i64().unwrap().unsigned_abs()).max().unwrap()
}

#[test]
fn a_wrong_clock_costs_no_name() {
    let dir = tempfile::tempdir().unwrap();
    for format in ["netflow-v5", "netflow-v9", "ipfix"] {
        let (right, quiet, seen) = nights(dir.path(), &format!("{format}-right"), format, "");
        assert!(!quiet.contains("the clock of the exporter") && worst(&seen) < 2_000, "{quiet}\n{seen}");
        let (wrong, told, seen) = nights(dir.path(), &format!("{format}-wrong"), format, " --adversity clock-off=100");
        assert!(told.contains("the clock of the exporter of office was ") && worst(&seen) > 2_000, "{told}\n{seen}");
        for (right, wrong) in right.iter().zip(&wrong) {
            for figure in ["counted", "kept", "unmonitored", "flows", "lookups", "coverage"] {
                assert_eq!(right[figure], wrong[figure], "{format}: {figure}");
            }
            // dnsmasq prints no TTL, so a device's own answers are `device`.
            let own = |line: &Value| line["attributed"]["device"].as_u64().unwrap();
            // What is left of the error is under a second: a hundredth of the names, at an edge, may come out otherwise.
            assert!(own(wrong).abs_diff(own(right)) * 100 <= own(right), "{format}: {right}\n{wrong}");
            assert!(wrong["problems"]["clock_off"].as_u64() > Some(0), "{wrong}");
            assert!(right["problems"]["clock_off"].is_null(), "{right}");
        }
    }
}
