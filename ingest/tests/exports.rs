//! Export streams made octet by octet, through both passes; and the same damaged in every way.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which are exempt themselves")]

use std::path::Path;

use arrow::array::RecordBatch;
use ingest::{FlowsRead, Format, Options, Scan, Sink, Templates};
use model::{Flow, FlowView, Lease, Reason};
use proptest::prelude::*;

const T0: u32 = 1_772_000_000;

#[derive(Default)]
struct Keep(Vec<Flow>);

impl Sink for Keep {
    fn flows(&mut self, batches: &[RecordBatch]) {
        self.0.extend(batches.iter().flat_map(|b| FlowView::new(b).unwrap().rows().collect::<Vec<_>>()));
    }
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
}

fn read(files: &[Vec<u8>]) -> (Vec<Flow>, Vec<(Scan, FlowsRead)>) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { user_traffic: true, ..Options::default() };
    let mut keep = Keep::default();
    let mut templates = Templates::default();
    let mut scans = Vec::new();
    for (i, content) in files.iter().enumerate() {
        let path = folder.path().join(i.to_string());
        std::fs::write(&path, content).unwrap();
        scans.push(ingest::scan(Path::new(&path), &options, &mut keep).unwrap());
    }
    scans.iter().for_each(|s| templates.merge(&s.templates));
    let saved = Templates::from_bytes(&templates.to_bytes()).unwrap();
    assert_eq!(saved.to_bytes(), templates.to_bytes());
    let read: Vec<_> = scans.iter().map(|s| ingest::flows(s, &templates, &options, &mut keep).unwrap()).collect();
    (keep.0, scans.into_iter().zip(read).collect())
}

/// A little-endian capture of UDP datagrams to port 2055: second after T0, last octet of the exporter, payload.
fn capture(datagrams: &[(u32, u8, Vec<u8>)]) -> Vec<u8> {
    let mut c: Vec<u8> =
        [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101].iter().flat_map(|n| n.to_le_bytes()).collect();
    for (second, exporter, d) in datagrams {
        let length = d.len() as u32 + 28;
        c.extend([T0 + second, 0, length, length].iter().flat_map(|n| n.to_le_bytes()));
        c.extend([0x45, 0]);
        c.extend((length as u16).to_be_bytes());
        c.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, *exporter, 192, 0, 2, 200, 0x9c, 0x40, 8, 7]);
        c.extend((d.len() as u16 + 8).to_be_bytes());
        c.extend([0, 0]);
        c.extend(d);
    }
    c
}

fn set(id: u16, body: &[u8]) -> Vec<u8> {
    [&id.to_be_bytes()[..], &(body.len() as u16 + 4).to_be_bytes(), body].concat()
}

fn words(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

fn v9(sequence: u32, domain: u32, sets: &[Vec<u8>]) -> Vec<u8> {
    let mut d = words(&[9, sets.len() as u16]);
    d.extend([3_600_000, T0, sequence, domain].iter().flat_map(|n: &u32| n.to_be_bytes()));
    d.extend(sets.concat());
    d
}

fn ipfix(sequence: u32, sets: &[Vec<u8>]) -> Vec<u8> {
    let body = sets.concat();
    let mut d = words(&[10, body.len() as u16 + 16]);
    d.extend([T0, sequence, 7].iter().flat_map(|n: &u32| n.to_be_bytes()));
    d.extend(body);
    d
}

/// Source, destination, octets (4), sampler (1).
const PLAIN: [u16; 10] = [256, 4, 8, 4, 12, 4, 1, 4, 48, 1];

fn plain(octets: u32) -> Vec<u8> {
    [&[192, 168, 1, 2, 198, 51, 100, 1][..], &octets.to_be_bytes(), &[1]].concat()
}

fn bytes(flows: &[Flow]) -> Vec<u64> {
    flows.iter().map(|f| f.bytes).collect()
}

#[test]
fn a_template_in_the_last_datagram_reads_all_before_it() {
    let mut all: Vec<_> =
        (0..50_u8).map(|i| (u32::from(i), 1, v9(u32::from(i), 0, &[set(256, &plain(u32::from(i) + 1))]))).collect();
    all.push((50, 1, v9(50, 0, &[set(0, &words(&PLAIN))])));
    let (flows, read) = read(&[capture(&all)]);
    assert_eq!(bytes(&flows), (1..=50).collect::<Vec<u64>>());
    // The clock in these headers stands still, which is followed and told.
    let told = [Reason::TimeUnanchored, Reason::ClockOff];
    assert!(read[0].1.problems.iter().all(|p| told.contains(&p.reason)));
    assert_eq!(flows[0].exporter.unwrap().to_ip().to_string(), "192.0.2.1");
}

#[test]
fn a_template_redefined_midway_reads_each_half() {
    let other = words(&[256, 3, 1, 2, 8, 4, 12, 4]);
    let short = [&[0, 9][..], &[192, 168, 1, 2, 198, 51, 100, 1]].concat();
    let (flows, _) = read(&[capture(&[
        (0, 1, v9(0, 0, &[set(0, &words(&PLAIN)), set(256, &plain(5))])),
        (1, 1, v9(1, 0, &[set(256, &plain(6))])),
        (2, 1, v9(2, 0, &[set(0, &other), set(256, &short)])),
        (3, 1, v9(3, 0, &[set(256, &short)])),
    ])]);
    assert_eq!(bytes(&flows), [5, 6, 9, 9]);
}

#[test]
fn the_same_id_from_two_exporters_and_two_domains() {
    let other = words(&[256, 3, 1, 2, 8, 4, 12, 4]);
    let short = [&[0, 9][..], &[192, 168, 1, 2, 198, 51, 100, 1]].concat();
    let (flows, read) = read(&[capture(&[
        (0, 1, v9(0, 0, &[set(0, &words(&PLAIN))])),
        (0, 2, v9(0, 0, &[set(0, &other)])),
        (0, 1, v9(0, 8, &[set(0, &other)])),
        (1, 1, v9(1, 0, &[set(256, &plain(5))])),
        (1, 2, v9(1, 0, &[set(256, &short)])),
        (1, 1, v9(1, 8, &[set(256, &short)])),
        (1, 3, v9(1, 0, &[set(256, &short)])),
    ])]);
    assert_eq!(bytes(&flows), [5, 9, 9]);
    assert_eq!(read[0].1.problems.count(Reason::TemplateUnknown), 1);
}

#[test]
fn a_sampler_announced_before_inside_or_after_gives_one_rate() {
    let options = set(1, &words(&[257, 4, 8, 1, 4, 48, 1, 50, 2]));
    let rate = |n: u16| set(257, &[&[0, 0, 0, 0, 1][..], &n.to_be_bytes()].concat());
    let template = set(0, &words(&PLAIN));
    let data = set(256, &plain(5));
    let sampling = |all: &[(u32, u8, Vec<u8>)]| read(&[capture(all)]).0.iter().map(|f| f.sampling).collect::<Vec<_>>();
    let (o, r, t, d) = (&options, &rate(100), &template, &data);
    assert_eq!(
        sampling(&[(0, 1, v9(0, 0, &[o.clone(), r.clone()])), (1, 1, v9(1, 0, &[t.clone(), d.clone()]))]),
        [100]
    );
    assert_eq!(sampling(&[(0, 1, v9(0, 0, &[t.clone(), d.clone(), o.clone(), r.clone()]))]), [100]);
    assert_eq!(
        sampling(&[
            (0, 1, v9(0, 0, &[t.clone(), d.clone()])),
            (1, 1, v9(1, 0, std::slice::from_ref(r))),
            (2, 1, v9(2, 0, std::slice::from_ref(o)))
        ]),
        [100]
    );
    let (flows, read) = read(&[capture(&[(0, 1, v9(0, 0, &[o.clone(), rate(0), t.clone(), d.clone()]))])]);
    assert_eq!((flows[0].sampling, flows[0].bytes), (1, 5));
    assert_eq!(read[0].1.problems.count(Reason::SamplingZero), 1);
}

#[test]
fn templates_and_data_in_separate_bare_files() {
    let (flows, read) = read(&[ipfix(0, &[set(256, &plain(5))]), ipfix(0, &[set(2, &words(&PLAIN))])]);
    assert_eq!(bytes(&flows), [5]);
    assert_eq!(flows[0].exporter, None);
    assert_eq!(flows[0].domain, Some(7));
    assert_eq!(read[0].0.formats.get(&Format::Ipfix), Some(&0));
}

#[test]
fn a_biflow_is_two_flows() {
    let mut template = words(&[256, 6, 8, 4, 12, 4, 7, 2, 11, 2, 1, 4, 0x8001, 4]);
    template.extend(29_305_u32.to_be_bytes());
    let record = [&[192, 168, 1, 2, 198, 51, 100, 1, 0x9c, 0x40, 1, 187][..], &[0, 0, 0, 100, 0, 0, 3, 232]].concat();
    let (flows, _) = read(&[ipfix(0, &[set(2, &template), set(256, &record)])]);
    assert_eq!(bytes(&flows), [100, 1_000]);
    let [there, back] = flows[..] else { panic!("two flows were expected") };
    assert_eq!((back.src, back.dst, back.src_port, back.dst_port), (there.dst, there.src, Some(443), Some(40_000)));
    assert!(back.reverse && !there.reverse);
}

#[test]
fn a_withdrawn_template_reads_nothing_more() {
    let (flows, read) = read(&[capture(&[
        (0, 1, ipfix(0, &[set(2, &words(&PLAIN)), set(256, &plain(5))])),
        (1, 1, ipfix(1, &[set(2, &words(&[256, 0]))])),
        (2, 1, ipfix(1, &[set(256, &plain(6))])),
    ])]);
    assert_eq!(bytes(&flows), [5]);
    assert_eq!(read[0].1.problems.count(Reason::TemplateUnknown), 1);
}

fn v5(sequence: u32, uptime: u32, records: u16) -> Vec<u8> {
    let mut d = words(&[5, records]);
    d.extend([uptime, T0, 0, sequence].iter().flat_map(|n: &u32| n.to_be_bytes()));
    d.extend([1, 2, 0x40, 10]);
    for _ in 0..records {
        let mut r = [0_u8; 48];
        r[..8].copy_from_slice(&[192, 168, 1, 2, 198, 51, 100, 1]);
        r[20..24].copy_from_slice(&1_000_u32.to_be_bytes());
        r[24..28].copy_from_slice(&uptime.wrapping_sub(5_000).to_be_bytes());
        r[28..32].copy_from_slice(&uptime.wrapping_add(5_000).to_be_bytes());
        d.extend(r);
    }
    d
}

#[test]
fn v5_counts_its_losses_and_its_sampling_has_fourteen_bits() {
    let missing = [3, 4, 20, 50, 51, 52, 98];
    let all: Vec<_> =
        (0..100).filter(|i| !missing.contains(i)).map(|i| (i, 1, v5(i * 30, 1_000 * (i + 1), 30))).collect();
    let (flows, read) = read(&[capture(&all)]);
    let scan = &read[0].0;
    assert_eq!((flows.len(), scan.flow_records, scan.sequence[0].lost_records), (2_790, 2_790, 210));
    assert_eq!((flows[0].sampling, flows[0].domain), (10, Some(258)));
    assert_eq!(scan.sequence[0].octets, 2_790 * 1_000 * 10);
    let t0 = i64::from(T0) * 1_000_000;
    assert_eq!((flows[0].start, flows[0].end), (t0 - 5_000_000, t0 + 5_000_000));
}

#[test]
fn compressed_and_plain_captures_have_one_identity_and_the_same_flows() {
    let plain = capture(&[(0, 1, v5(0, 9_000, 30)), (1, 1, v5(30, 10_000, 7))]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &plain).unwrap();
    let gzip = gzip.finish().unwrap();
    let (a, first) = read(std::slice::from_ref(&plain));
    let (b, second) = read(&[gzip]);
    assert_eq!(a, b);
    assert_eq!(first[0].0.sha256, second[0].0.sha256);
    assert_eq!((first[0].0.length, second[0].0.length), (plain.len() as u64, plain.len() as u64));
}

#[test]
fn files_of_nothing_are_named() {
    let (_, read) = read(&[vec![], b"hello".to_vec(), capture(&[]), capture(&[(0, 1, v5(0, 1, 1))])[..60].to_vec()]);
    let count = |i: usize, reason| read[i].0.problems.count(reason);
    assert_eq!(count(0, Reason::FileEmpty), 1);
    assert_eq!(count(1, Reason::FormatUnknown), 1);
    assert_eq!(count(2, Reason::FileEmpty), 1);
    assert_eq!(count(3, Reason::FileCut), 1);
}

fn sample() -> Vec<u8> {
    let options = set(1, &words(&[257, 4, 8, 1, 4, 48, 1, 50, 2]));
    let mut template = words(&[258, 4, 8, 4, 12, 4, 96, 0xffff, 0x8001, 4]);
    template.extend(29_305_u32.to_be_bytes());
    let record = [192, 168, 1, 2, 198, 51, 100, 1, 2, b'o', b'k', 0, 0, 0, 9];
    capture(&[
        (0, 1, v9(0, 0, &[set(0, &words(&PLAIN)), set(256, &plain(5)), options])),
        (1, 1, v9(1, 0, &[set(257, &[0, 0, 0, 0, 1, 0, 9]), set(256, &plain(6).repeat(3))])),
        (2, 1, ipfix(0, &[set(2, &template), set(258, &record), set(2, &words(&[258, 0]))])),
        (3, 1, v5(0, 9_000, 3)),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damage_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        bare in any::<bool>(),
    ) {
        let mut content = sample();
        if bare {
            content.drain(..24 + 16 + 28);
        }
        for (at, octet) in &changes {
            let at = at.index(content.len());
            content[at] = *octet;
        }
        content.truncate(content.len().min(cut.index(content.len() * 2) + 1));
        let (flows, read) = read(&[content]);
        prop_assert_eq!(flows.len() as u64, read[0].1.records);
        prop_assert!(flows.iter().all(|f| f.start <= f.end));
    }

    #[test]
    fn noise_behind_a_magic_number_never_panics(
        magic in prop::sample::select(vec![
            vec![0xd4, 0xc3, 0xb2, 0xa1], vec![0xa1, 0xb2, 0x3c, 0x4d], vec![0x0a, 0x0d, 0x0d, 0x0a],
            vec![0, 5, 0, 2], vec![0, 9, 0, 2], vec![0, 10, 0, 80],
        ]),
        noise in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let (flows, read) = read(&[[magic, noise].concat()]);
        prop_assert_eq!(flows.len() as u64, read[0].1.records);
    }
}
