//! Nights of packets: captures of the office's own traffic, and sFlow samples, against their ground truth.

use std::path::Path;

use serde_json::Value;

use crate::common::{expect, run};

/// Generates two nights and makes them; gives each night's line with its truth.
fn nights(dir: &Path, formats: &str) -> Vec<(Value, Value)> {
    let args =
        format!("generate --out p --seed 7 --councils 1 --people 6 --start 2026-03-02 --days 2 --formats {formats}");
    expect(dir, &args.split(' ').collect::<Vec<_>>(), 0);
    let root = dir.join("p");
    let truth: Value = serde_json::from_slice(&std::fs::read(root.join("truth.json")).unwrap()).unwrap();
    let (code, stdout, stderr) = run(&root, &["nightly", "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    let lines: Vec<Value> = stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{stdout}");
    let of = |line: &Value| {
        let (id, date) = (line["authority"].as_str().unwrap(), line["date"].as_str().unwrap());
        truth["authorities"][id]["nights"][date].clone()
    };
    lines.iter().map(|l| (l.clone(), of(l))).collect()
}

fn excluded(line: &Value) -> u64 {
    line["excluded"].as_object().unwrap().values().map(|v| v.as_u64().unwrap()).sum()
}

#[test]
fn sampled_packets_are_counted_to_the_byte() {
    let dir = tempfile::tempdir().unwrap();
    for (line, truth) in nights(dir.path(), "sflow,dnsmasq,leases") {
        for figure in ["counted", "flows", "lookups", "unmonitored"] {
            assert_eq!(line[figure], truth[figure], "{figure} of {line}");
        }
        assert_eq!(excluded(&line), truth["excluded"].as_u64().unwrap(), "{line}");
        assert_eq!((line["lost_estimate"].as_u64(), line["coverage"].as_f64()), (Some(0), Some(1.0)), "{line}");
    }
}

#[test]
fn captured_packets_are_counted_to_the_byte() {
    let dir = tempfile::tempdir().unwrap();
    for (line, truth) in nights(dir.path(), "pcap,dnsmasq,leases") {
        for figure in ["counted", "lookups", "unmonitored"] {
            assert_eq!(line[figure], truth[figure], "{figure} of {line}");
        }
        assert_eq!(excluded(&line), truth["excluded"].as_u64().unwrap(), "{line}");
        // The lease server's log has a line for each request too, which says nothing that its answer does not.
        let problems: Vec<&String> = line["problems"].as_object().unwrap().keys().collect();
        assert_eq!(problems, ["line_other"], "{line}");
    }
}
