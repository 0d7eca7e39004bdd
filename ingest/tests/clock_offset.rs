//! Exporters whose clocks are wrong: the flows stand where they flowed, whatever the error.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which are exempt themselves")]

use arrow::array::RecordBatch;
use ingest::{Options, Scan, Sink, Templates};
use model::{Flow, FlowView, Lease, Micros, Reason};
use proptest::prelude::*;

const T0: i64 = 1_772_000_000;
const SECOND: Micros = 1_000_000;

#[derive(Default)]
struct Keep(Vec<Flow>);

impl Sink for Keep {
    fn flows(&mut self, batches: &[RecordBatch]) {
        self.0.extend(batches.iter().flat_map(|b| FlowView::new(b).unwrap().rows().collect::<Vec<_>>()));
    }
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
}

/// Both passes over a capture of (arrival in seconds after T0, payload).
fn read(datagrams: &[(i64, Vec<u8>)], exporter_clock: bool) -> (Vec<Flow>, Scan, u64) {
    let mut c: Vec<u8> =
        [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101].iter().flat_map(|n| n.to_le_bytes()).collect();
    for (second, d) in datagrams {
        let length = d.len() as u32 + 28;
        c.extend([(T0 + second) as u32, 0, length, length].iter().flat_map(|n| n.to_le_bytes()));
        c.extend([0x45, 0]);
        c.extend((length as u16).to_be_bytes());
        c.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 200, 0x9c, 0x40, 8, 7]);
        c.extend((d.len() as u16 + 8).to_be_bytes());
        c.extend([0, 0]);
        c.extend(d);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.pcap");
    std::fs::write(&path, c).unwrap();
    let options = Options { exporter_clock, ..Options::default() };
    let mut keep = Keep::default();
    let scan = ingest::scan(&path, &options, &mut keep).unwrap();
    let mut templates = Templates::default();
    templates.merge(&scan.templates);
    let read = ingest::flows(&scan, &templates, &options, &mut keep).unwrap();
    let off = read.problems.count(Reason::ClockOff);
    assert_eq!(read.problems.iter().filter(|p| p.reason != Reason::ClockOff).count(), 0, "{:?}", read.problems);
    (keep.0, scan, off)
}

fn be16(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

fn be32(numbers: &[i64]) -> Vec<u8> {
    numbers.iter().flat_map(|n| (*n as u32).to_be_bytes()).collect()
}

fn set(id: u16, body: &[u8]) -> Vec<u8> {
    [&be16(&[id, body.len() as u16 + 4]), body].concat()
}

const ENDS: [u8; 8] = [192, 168, 1, 2, 198, 51, 100, 1];

/// The datagram that each version sends at a second, by a clock that is `behind` seconds behind: one flow that began 9 s
/// and ended 4 s before.
fn v5(at: i64, behind: i64, sequence: i64) -> Vec<u8> {
    let uptime = (at + 3_600) * 1_000;
    let header = [be16(&[5, 1]), be32(&[uptime, T0 + at - behind, 0, sequence]), be16(&[0, 0])].concat();
    let mut r = [0_u8; 48];
    r[..8].copy_from_slice(&ENDS);
    r[20..24].copy_from_slice(&1_000_u32.to_be_bytes());
    r[24..32].copy_from_slice(&be32(&[uptime - 9_000, uptime - 4_000]));
    [header, r.to_vec()].concat()
}

fn v9(at: i64, behind: i64, sequence: i64) -> Vec<u8> {
    let uptime = (at + 3_600) * 1_000;
    let template = be16(&[256, 5, 8, 4, 12, 4, 1, 4, 22, 4, 21, 4]);
    let record = [&ENDS[..], &be32(&[1_000, uptime - 9_000, uptime - 4_000])].concat();
    let sets = [set(0, &template), set(256, &record)].concat();
    [be16(&[9, 2]), be32(&[uptime, T0 + at - behind, sequence, 0]), sets].concat()
}

fn ipfix(at: i64, behind: i64, sequence: i64) -> Vec<u8> {
    let template = be16(&[256, 5, 8, 4, 12, 4, 1, 4, 152, 8, 153, 8]);
    let ms = |back: i64| ((T0 + at - behind - back) * 1_000).to_be_bytes();
    let record = [&ENDS[..], &be32(&[1_000]), &ms(9), &ms(4)].concat();
    let sets = [set(2, &template), set(256, &record)].concat();
    [be16(&[10, sets.len() as u16 + 16]), be32(&[T0 + at - behind, sequence, 0]), sets].concat()
}

type Make = fn(i64, i64, i64) -> Vec<u8>;
const VERSIONS: [(&str, Make); 3] = [("v5", v5), ("v9", v9), ("ipfix", ipfix)];

/// Twenty datagrams, one each ten seconds; `behind` says by how much the clock is at each.
fn night(make: Make, behind: impl Fn(i64) -> i64) -> Vec<(i64, Vec<u8>)> {
    (0..20).map(|i| (i * 10, make(i * 10, behind(i), i))).collect()
}

fn times(flows: &[Flow]) -> Vec<(i64, i64)> {
    flows.iter().map(|f| (f.start / SECOND - T0, f.end / SECOND - T0)).collect()
}

fn right() -> Vec<(i64, i64)> {
    (0..20).map(|i| (i * 10 - 9, i * 10 - 4)).collect()
}

#[test]
fn a_constant_error_vanishes() {
    for (version, make) in VERSIONS {
        for behind in [0, 2, 30, -30, 1_200, -1_200, 3_600, -3_600, 86_400, -7 * 86_400, 400 * 86_400] {
            let (flows, scan, off) = read(&night(make, |_| behind), false);
            let expected = if behind == 2 { (0..20).map(|i| (i * 10 - 11, i * 10 - 6)).collect() } else { right() };
            assert_eq!(times(&flows), expected, "{version} {behind} s behind");
            assert_eq!(off, if behind.abs() > 2 { 20 } else { 0 }, "{version} {behind} s behind");
            let seen: Vec<_> = scan.clocks.iter().map(|c| (c.offset / SECOND, c.datagrams)).collect();
            assert_eq!(seen, [(behind, 20)], "{version}");
        }
    }
}

#[test]
fn a_clock_that_is_set_is_right_before_and_after() {
    for (version, make) in VERSIONS {
        let (flows, scan, off) = read(&night(make, |i| if i < 8 { 900 } else { 0 }), false);
        assert_eq!(times(&flows), right(), "{version}");
        assert_eq!(off, 8, "{version}");
        let seen: Vec<_> = scan.clocks.iter().map(|c| (c.offset / SECOND, c.datagrams)).collect();
        assert_eq!(seen, [(900, 8), (0, 12)], "{version}");
    }
}

#[test]
fn times_as_exported_stay() {
    for (version, make) in VERSIONS {
        let (flows, scan, off) = read(&night(make, |_| 1_200), true);
        let as_exported: Vec<_> = right().into_iter().map(|(s, e)| (s - 1_200, e - 1_200)).collect();
        assert_eq!((times(&flows), off), (as_exported, 0), "{version}");
        assert!(scan.clocks[0].is_off(), "{version}: the estimate is there to be shown");
    }
}

/// softflowd has put its uptime into the header's clock; the flow's own times come from the system's.
#[test]
fn a_wrong_header_does_not_move_right_flows() {
    let wrong = |at: i64, _: i64, sequence: i64| {
        let mut d = ipfix(at, 0, sequence);
        d[4..8].copy_from_slice(&be32(&[at + 3_600]));
        d
    };
    let all: Vec<_> = (0..20).map(|i| (i * 10, wrong(i * 10, 0, i))).collect();
    let (flows, _, off) = read(&all, false);
    assert_eq!((times(&flows), off), (right(), 20));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_error_moves_a_flow(behind in -2_000_000_i64..2_000_000, version in 0_usize..3) {
        let (flows, _, _) = read(&night(VERSIONS[version].1, |_| behind), false);
        let most = if behind.abs() > 2 { 0 } else { behind.abs() };
        for (flow, (start, end)) in times(&flows).into_iter().zip(right()) {
            prop_assert!((flow.0 - start).abs() <= most && (flow.1 - end).abs() <= most);
        }
    }
}
