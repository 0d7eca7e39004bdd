//! Our decoder beside the crate `netflow_parser`: the same samples, and the same million records.
//!
//! Run the measure with `cargo test --release -p ingest --test beside_netflow_parser -- --ignored --nocapture`.

mod common;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Instant;

use arrow::array::RecordBatch;
use ingest::{Options, Sink};
use model::Lease;
use netflow_parser::NetflowParser;

type Key = (Option<IpAddr>, Option<IpAddr>, Option<u16>, Option<u16>, Option<u8>);

fn theirs(datagrams: &[Vec<u8>]) -> Vec<Key> {
    let mut parser = NetflowParser::default();
    let mut all = Vec::new();
    for datagram in datagrams {
        let (flows, _) = parser.parse_bytes_as_netflow_common_flowsets(datagram);
        all.extend(
            flows
                .iter()
                .filter(|f| f.src_addr.is_some())
                .map(|f| (f.src_addr, f.dst_addr, f.src_port, f.dst_port, f.protocol_number)),
        );
    }
    all
}

fn ours(paths: &[PathBuf]) -> Vec<Key> {
    let (keep, _) = common::read(paths, &Options::default());
    keep.flows.iter().map(|f| (Some(f.src.to_ip()), Some(f.dst.to_ip()), f.src_port, f.dst_port, f.protocol)).collect()
}

#[test]
fn the_same_samples() {
    let Some(root) = common::shared() else {
        return;
    };
    let folder = root.join("netflow-dat/logstash-codec-netflow");
    let golden: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("golden_shared.json")).unwrap()).unwrap();
    let (mut both, mut our_count, mut their_count) = (0, 0, 0);
    for case in golden.as_array().unwrap() {
        let paths: Vec<PathBuf> =
            case["packets"].as_array().unwrap().iter().map(|n| folder.join(n.as_str().unwrap())).collect();
        let datagrams: Vec<Vec<u8>> = paths.iter().map(|p| std::fs::read(p).unwrap()).collect();
        let (ours, mut theirs) = (ours(&paths), theirs(&datagrams));
        let (o, t) = (ours.len(), theirs.len());
        let mut equal = 0;
        for key in &ours {
            if let Some(i) = theirs.iter().position(|k| k == key) {
                theirs.swap_remove(i);
                equal += 1;
            }
        }
        println!("{} | ours {o} | theirs {t} | equal {equal}", case["packets"]);
        (both, our_count, their_count) = (both + equal, our_count + o, their_count + t);
    }
    println!("all | ours {our_count} | theirs {their_count} | equal {both}");
    assert_eq!((our_count, both), EXPECTED);
}

/// Flows of ours over all the groups, and how many of them the other decoder has with the same ends, ports and protocol.
const EXPECTED: (usize, usize) = (263, 263);

struct Count {
    rows: usize,
}

impl Sink for Count {
    fn flows(&mut self, batches: &[RecordBatch]) {
        self.rows += batches.iter().map(RecordBatch::num_rows).sum::<usize>();
    }
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
}

/// A v5 datagram of 30 records; `n` makes each different.
fn v5(n: u32) -> Vec<u8> {
    let mut d = Vec::with_capacity(1_464);
    d.extend([0, 5, 0, 30]);
    d.extend(3_600_000_u32.to_be_bytes());
    d.extend((1_772_000_000 + n / 100).to_be_bytes());
    d.extend([0; 4]);
    d.extend((n * 30).to_be_bytes());
    d.extend([0, 0, 0, 0]);
    for i in 0..30_u32 {
        let mut r = [0_u8; 48];
        r[0..4].copy_from_slice(&[192, 168, 1, (n % 40) as u8]);
        r[4..8].copy_from_slice(&[198, 51, 100, i as u8]);
        r[13] = 1;
        r[15] = 2;
        r[16..20].copy_from_slice(&(i + 1).to_be_bytes());
        r[20..24].copy_from_slice(&(i * 900 + n % 1_000).to_be_bytes());
        r[24..28].copy_from_slice(&3_500_000_u32.to_be_bytes());
        r[28..32].copy_from_slice(&3_599_000_u32.to_be_bytes());
        r[32..34].copy_from_slice(&(40_000 + i as u16).to_be_bytes());
        r[34..36].copy_from_slice(&443_u16.to_be_bytes());
        r[38] = 6;
        d.extend(r);
    }
    d
}

const V9_FIELDS: [(u16, u16); 11] =
    [(8, 4), (12, 4), (10, 4), (14, 4), (2, 4), (1, 4), (22, 4), (21, 4), (7, 2), (11, 2), (4, 1)];

/// A v9 datagram of 30 records; the first carries the template.
fn v9(n: u32) -> Vec<u8> {
    let mut d = vec![0, 9, 0, 30];
    d.extend(3_600_000_u32.to_be_bytes());
    d.extend((1_772_000_000 + n / 100).to_be_bytes());
    d.extend(n.to_be_bytes());
    d.extend([0, 0, 0, 1]);
    if n == 0 {
        d.extend([0, 0]);
        d.extend((8 + 4 * V9_FIELDS.len() as u16).to_be_bytes());
        d.extend([1, 0]);
        d.extend((V9_FIELDS.len() as u16).to_be_bytes());
        for (id, length) in V9_FIELDS {
            d.extend(id.to_be_bytes());
            d.extend(length.to_be_bytes());
        }
    }
    let size: u16 = V9_FIELDS.iter().map(|f| f.1).sum();
    d.extend([1, 0]);
    d.extend((4 + 30 * size + 2).to_be_bytes());
    for i in 0..30_u32 {
        d.extend([192, 168, 1, (n % 40) as u8, 198, 51, 100, i as u8]);
        for number in [1, 2, i + 1, i * 900 + n % 1_000, 3_500_000, 3_599_000] {
            d.extend(number.to_be_bytes());
        }
        d.extend((40_000 + i as u16).to_be_bytes());
        d.extend([1, 187, 6]);
    }
    d.extend([0, 0]);
    d
}

/// A capture of UDP datagrams to port 2055.
fn capture(datagrams: &[Vec<u8>]) -> Vec<u8> {
    let mut c = Vec::new();
    for n in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
        c.extend(n.to_le_bytes());
    }
    for (i, d) in datagrams.iter().enumerate() {
        let length = d.len() as u32 + 42;
        for n in [1_772_000_000 + i as u32 / 100, 0, length, length] {
            c.extend(n.to_le_bytes());
        }
        c.extend([2; 12]);
        c.extend([8, 0, 0x45, 0]);
        c.extend((d.len() as u16 + 28).to_be_bytes());
        c.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0x9c, 0x40, 8, 7]);
        c.extend((d.len() as u16 + 8).to_be_bytes());
        c.extend([0, 0]);
        c.extend(d);
    }
    c
}

/// Seconds of processor time that this process has used so far, all threads together.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let words: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |i: usize| words.get(i).and_then(|w| w.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

#[test]
#[ignore = "a measure: run it in release"]
fn a_million_records() {
    const DATAGRAMS: u32 = 33_334;
    let folder = tempfile::tempdir().unwrap();
    for (name, make) in [("v5", v5 as fn(u32) -> Vec<u8>), ("v9", v9)] {
        let datagrams: Vec<Vec<u8>> = (0..DATAGRAMS).map(make).collect();
        let path = folder.path().join(format!("{name}.pcap"));
        std::fs::write(&path, capture(&datagrams)).unwrap();
        for round in 0..3 {
            let (begin, used) = (Instant::now(), cpu());
            let mut parser = NetflowParser::default();
            let mut records = 0;
            for d in &datagrams {
                let result = parser.parse_bytes(d);
                records += result.packets.len() * 30;
            }
            println!(
                "{name} {round} netflow_parser, memory to structures: {records} records, {:?}, CPU {:.2} s",
                begin.elapsed(),
                cpu() - used
            );
            let mut sink = Count { rows: 0 };
            let (begin, used) = (Instant::now(), cpu());
            let scan = ingest::scan(&path, &Options::default(), &mut sink).unwrap();
            println!("{name} {round} ours, pass one: {:?}, CPU {:.2} s", begin.elapsed(), cpu() - used);
            let (begin, used) = (Instant::now(), cpu());
            let read = ingest::flows(&scan, &scan.templates, &Options::default(), &mut sink).unwrap();
            println!(
                "{name} {round} ours, pass two, file to Arrow: {} records, {:?}, CPU {:.2} s",
                read.records,
                begin.elapsed(),
                cpu() - used
            );
            assert_eq!((sink.rows as u64, read.records), (u64::from(DATAGRAMS) * 30, scan.flow_records));
            assert!(read.problems.is_empty() && scan.problems.is_empty());
        }
    }
}
