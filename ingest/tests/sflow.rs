//! sFlow: datagrams made octet by octet after the version 5 memo, the same damaged, and real ones against tshark.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which are exempt themselves")]

mod common;

use std::net::IpAddr;
use std::path::PathBuf;

use ingest::{FlowsRead, Format, Options, Scan};
use model::{Flow, Reason};
use proptest::prelude::*;
use serde_json::Value;

const T0: u32 = 1_772_000_000;
const AGENT: [u8; 4] = [192, 0, 2, 1];

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

/// A structure with its format and length before it.
fn item(format: u32, body: &[u8]) -> Vec<u8> {
    assert!(body.len().is_multiple_of(4));
    [&words(&[format, body.len() as u32]), body].concat()
}

fn datagram(sequence: u32, uptime_ms: u32, samples: &[Vec<u8>]) -> Vec<u8> {
    let head = [words(&[5, 1]), AGENT.to_vec(), words(&[3, sequence, uptime_ms, samples.len() as u32])].concat();
    [head, samples.concat()].concat()
}

/// A compact flow sample of data source 0:7 from interface 2 to 5.
fn sample(sequence: u32, rate: u32, drops: u32, records: &[Vec<u8>]) -> Vec<u8> {
    let head = words(&[sequence, 7, rate, 99, drops, 2, 5, records.len() as u32]);
    item(1, &[head, records.concat()].concat())
}

/// An IPv4 packet's headers, UDP, of `octets` in all.
fn ipv4(octets: u16) -> Vec<u8> {
    let mut p = vec![0x45, 0];
    p.extend(octets.to_be_bytes());
    p.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 168, 1, 2, 198, 51, 100, 9, 0x9c, 0x40, 1, 187, 0, 0, 0, 0]);
    p
}

/// A raw header record; the header is padded to four octets.
fn header(protocol: u32, frame: u32, stripped: u32, octets: &[u8]) -> Vec<u8> {
    let mut body = words(&[protocol, frame, stripped, octets.len() as u32]);
    body.extend(octets);
    body.resize(body.len().next_multiple_of(4), 0);
    item(1, &body)
}

fn ethernet(inner: &[u8]) -> Vec<u8> {
    [&[0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2, 8, 0][..], inner].concat()
}

/// A capture of datagrams to a UDP port; `v6` carries them over IPv6.
fn capture(datagrams: &[(u32, Vec<u8>)], port: u16, v6: bool) -> Vec<u8> {
    let mut c: Vec<u8> =
        [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101].iter().flat_map(|n| n.to_le_bytes()).collect();
    for (second, d) in datagrams {
        let mut p = if v6 {
            let mut p = vec![0x60, 0, 0, 0];
            p.extend((d.len() as u16 + 8).to_be_bytes());
            p.extend([17, 64]);
            for last in [1, 2] {
                p.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]);
            }
            p
        } else {
            let mut p = vec![0x45, 0];
            p.extend((d.len() as u16 + 28).to_be_bytes());
            p.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 77, 192, 0, 2, 200]);
            p
        };
        p.extend([0x9c, 0x40]);
        p.extend(port.to_be_bytes());
        p.extend((d.len() as u16 + 8).to_be_bytes());
        p.extend([0, 0]);
        p.extend(d);
        c.extend([T0 + second, 0, p.len() as u32, p.len() as u32].iter().flat_map(|n| n.to_le_bytes()));
        c.extend(p);
    }
    c
}

fn read(content: &[u8], user_traffic: bool) -> (Vec<Flow>, Scan, FlowsRead) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input");
    std::fs::write(&path, content).unwrap();
    let (keep, mut read) = common::read(&[path], &Options { user_traffic, ..Options::default() });
    let (scan, flows) = read.remove(0);
    (keep.flows, scan, flows)
}

fn problems(scan: &Scan, read: &FlowsRead) -> Vec<(&'static str, u64)> {
    let mut all = scan.problems.clone();
    all.merge(&read.problems);
    all.iter().map(|p| (p.reason.code(), p.count)).collect()
}

/// One sample of one record in a capture; the line that `inspect` prints without its times, and the problems.
fn check(record: &[Vec<u8>], expected: &str, expected_problems: &[(&str, u64)]) {
    let (flows, scan, r) = read(&capture(&[(0, datagram(1, 1, &[sample(1, 256, 0, record)]))], 6343, false), false);
    let mut lines = String::new();
    for flow in &flows {
        assert_eq!((flow.start, flow.end), (i64::from(T0) * 1_000_000, i64::from(T0) * 1_000_000));
        ingest::inspect::flow_line(flow, &mut lines);
    }
    let lines =
        lines.replace(r#""kind":"flow","start":"2026-02-25T06:13:20.000Z","end":"2026-02-25T06:13:20.000Z","#, "");
    assert_eq!(lines, expected);
    assert_eq!(problems(&scan, &r), expected_problems);
}

const WHO: &str = r#""exporter":"192.0.2.1","domain":3,"in_if":2,"out_if":5,"sampling":256"#;

#[test]
fn every_record_that_shows_a_packet() {
    let udp = r#""src":"192.168.1.2","dst":"198.51.100.9","src_port":40000,"dst_port":443,"protocol":17,"packets":1"#;
    let flow =
        |what: &str, bytes: u32, more: &str| format!(r#"{{{what},"bytes":{bytes},{WHO}{more},"reverse":false}}"#);
    let mac = r#","src_mac":"00:00:5e:00:53:02""#;
    // 1,500 octets of IP in a frame of 1,518 with its check sequence.
    check(&[header(1, 1_518, 4, &ethernet(&ipv4(1_500)))], &flow(udp, 1_500, mac), &[]);
    // Some agents call what they cut off the end of the packet stripped.
    check(&[header(1, 1_514, 1_472, &ethernet(&ipv4(1_500)))], &flow(udp, 1_500, mac), &[]);
    check(&[header(11, 800, 0, &ipv4(800))], &flow(udp, 800, ""), &[]);
    // A length that the network card fills in later: the frame's is used.
    check(&[header(1, 914, 0, &ethernet(&ipv4(0)))], &flow(udp, 900, mac), &[]);
    let mut v6 = vec![0x60, 0, 0, 0, 0, 100, 6, 64];
    for last in [1, 2] {
        v6.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]);
    }
    v6.extend([0, 80, 0, 81, 0, 0, 0, 0]);
    let tcp = r#""src":"2001:db8::1","dst":"2001:db8::2","src_port":80,"dst_port":81,"protocol":6,"packets":1"#;
    check(&[header(12, 140, 0, &v6)], &flow(tcp, 140, ""), &[]);
    let read4 = [words(&[60, 17]), vec![192, 168, 1, 2, 198, 51, 100, 9], words(&[40_000, 443, 0, 0])].concat();
    check(&[item(3, &read4)], &flow(udp, 60, ""), &[]);
    let read6 = [words(&[61, 6]), v6[8..40].to_vec(), words(&[80, 81, 0, 0])].concat();
    check(&[item(4, &read6)], &flow(tcp, 61, ""), &[]);
    // The header goes before what the agent read; a translation that changes nothing is none.
    let nat = |last| [words(&[1]), vec![203, 0, 113, 7], words(&[1]), vec![192, 168, 1, last]].concat();
    let both =
        [item(3, &read4), header(11, 70, 0, &ipv4(70)), item(1_007, &nat(8)), item(1_001, &words(&[1, 0, 1, 0]))];
    check(&both, &flow(udp, 70, r#","post_nat_dst":"192.168.1.8""#), &[]);
    let same = [words(&[1]), vec![203, 0, 113, 7], words(&[1]), vec![198, 51, 100, 9]].concat();
    check(&[header(11, 70, 0, &ipv4(70)), item(1_007, &same)], &flow(udp, 70, ""), &[]);
}

#[test]
fn what_shows_no_packet_is_tallied() {
    check(&[], "", &[("record_not_flow", 1)]);
    check(&[item(0x0010_0001, &[1, 2, 3, 4])], "", &[("record_not_flow", 1)]);
    check(&[header(1, 60, 0, &[&ethernet(&[])[..12], &[8, 6, 0, 1]].concat())], "", &[("packet_other", 1)]);
    check(&[header(7, 60, 0, &ipv4(40))], "", &[("link_type_unknown", 1)]);
    check(&[header(1, 60, 0, &ethernet(&[0x45, 0]))], "", &[("packet_broken", 1)]);
    check(&[item(1, &words(&[1, 60, 0, 400]))], "", &[("length_wrong", 1), ("record_not_flow", 1)]);
}

#[test]
fn the_expanded_sample_and_the_special_interfaces() {
    let packet = header(11, 70, 0, &ipv4(70));
    let expanded = |i: [u32; 4]| {
        let head = words(&[1, 0, 7, 0, 99, 0, i[0], i[1], i[2], i[3], 1]);
        item(3, &[head, packet.clone()].concat())
    };
    let interfaces = |s: Vec<u8>| {
        let (flows, _, _) = read(&capture(&[(0, datagram(1, 1, &[s]))], 6343, false), false);
        (flows[0].in_if, flows[0].out_if, flows[0].sampling)
    };
    assert_eq!(interfaces(expanded([0, 0x4fff_ffff, 0, 9])), (Some(0x4fff_ffff), Some(9), 1));
    assert_eq!(interfaces(expanded([0, 0, 1, 2])), (None, None, 1));
    let compact = |input, output| {
        let head = words(&[1, 7, 4, 99, 0, input, output, 1]);
        item(1, &[head, packet.clone()].concat())
    };
    // Two upper bits 10: several interfaces; 01: discarded. All lower bits: the switch itself.
    assert_eq!(interfaces(compact(0x3fff_ffff, 0x8000_0003)), (None, None, 4));
    assert_eq!(interfaces(compact(12, 0x4000_0001)), (Some(12), None, 4));
}

fn counted(rate: u32, sequences: &[(u32, u32, u32)]) -> (Scan, FlowsRead) {
    let all: Vec<_> = sequences
        .iter()
        .enumerate()
        .map(|(i, (sequence, uptime, drops))| {
            (
                i as u32,
                datagram(i as u32, *uptime, &[sample(*sequence, rate, *drops, &[header(11, 100, 0, &ipv4(100))])]),
            )
        })
        .collect();
    let (_, scan, r) = read(&capture(&all, 6343, false), false);
    (scan, r)
}

#[test]
fn losses_by_sequence_and_by_the_agents_own_drops() {
    let check = |sequences: &[(u32, u32, u32)], lost: u64, restarts: u64| {
        let (scan, _) = counted(1_000, sequences);
        let [stream] = &scan.sequence[..] else { panic!("one stream was expected") };
        let n = sequences.len() as u64;
        assert_eq!((stream.records, stream.octets), (n, n * 100_000));
        assert_eq!((stream.lost_records, stream.restarts), (lost, restarts), "{sequences:?}");
    };
    check(&[(1, 1_000, 0), (2, 2_000, 0), (3, 3_000, 0)], 0, 0);
    check(&[(1, 1_000, 0), (5, 2_000, 0), (6, 3_000, 0)], 3, 0);
    check(&[(1, 1_000, 0), (3, 2_000, 0), (2, 2_000, 0), (4, 3_000, 0)], 0, 0);
    check(&[(1, 1_000, 7), (2, 2_000, 7), (3, 3_000, 12)], 5, 0);
    check(&[(900, 900_000, 50), (1, 1_000, 0), (2, 2_000, 1)], 1, 1);
}

#[test]
fn the_formats_the_counters_and_the_refused() {
    let counters = item(2, &words(&[1, 7, 1, 1, 4, 0]));
    let flow = sample(1, 10, 0, &[header(11, 100, 0, &ipv4(100))]);
    let mixed = datagram(1, 1, &[counters.clone(), flow.clone(), item(0x0040_0001, &[0; 8])]);
    for (port, v6) in [(6_343, false), (9_999, false), (6_343, true)] {
        let (flows, scan, r) = read(&capture(&[(0, mixed.clone())], port, v6), false);
        assert_eq!((flows.len(), scan.flow_records, scan.formats[&Format::Sflow]), (1, 1, 1), "{port}");
        assert_eq!(problems(&scan, &r), [("record_not_flow", 2)]);
        assert_eq!((flows[0].exporter.unwrap().to_ip(), flows[0].domain), ("192.0.2.1".parse().unwrap(), Some(3)));
    }
    let mut old = mixed.clone();
    for version in [2, 4] {
        old[3] = version;
        let (flows, scan, r) = read(&capture(&[(0, old.clone())], 6_343, false), false);
        assert_eq!((flows.len(), problems(&scan, &r)), (0, vec![("version_unknown", 1)]));
    }
    // Another port and a version that is not read, or samples that do not hold together: user traffic.
    old[3] = 4;
    let (_, scan, _) = read(&capture(&[(0, old)], 9_999, false), true);
    assert_eq!(scan.formats.keys().copied().collect::<Vec<_>>(), [Format::Packets]);
    // A bare datagram has no time of arrival: what there is counts from the agent's start.
    let (flows, scan, r) = read(&[mixed.clone(), mixed].concat(), false);
    assert_eq!((flows.len(), flows[0].start, scan.first), (2, 1_000, None));
    assert_eq!(problems(&scan, &r), [("record_not_flow", 4), ("time_unanchored", 2)]);
    let (flows, scan, r) =
        read(&capture(&[(0, datagram(1, 1, &[flow, counters])[..60].to_vec())], 6_343, false), false);
    assert_eq!((flows.len(), problems(&scan, &r)), (0, vec![("length_wrong", 1)]));
}

fn whole() -> Vec<u8> {
    let nat = [words(&[1]), vec![203, 0, 113, 7], words(&[1]), vec![192, 168, 1, 8]].concat();
    let records = [header(1, 1_518, 4, &ethernet(&ipv4(1_500))), item(1_007, &nat)];
    let read4 = [words(&[60, 17]), vec![192, 168, 1, 2, 198, 51, 100, 9], words(&[40_000, 443, 0, 0])].concat();
    datagram(1, 1, &[sample(1, 256, 0, &records), item(2, &words(&[1, 7, 0])), sample(2, 256, 0, &[item(3, &read4)])])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damage_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        bare in any::<bool>(),
    ) {
        let mut d = whole();
        for (at, octet) in &changes {
            let at = at.index(d.len());
            d[at] = *octet;
        }
        d.truncate(d.len().min(cut.index(d.len() * 2) + 1));
        let content = if bare { d } else { capture(&[(0, whole()), (1, d)], 6_343, false) };
        let (flows, scan, r) = read(&content, true);
        prop_assert_eq!(flows.len() as u64, r.records);
        prop_assert!(bare || scan.formats[&Format::Sflow] >= 2);
    }

    #[test]
    fn noise_behind_the_first_words_never_panics(noise in prop::collection::vec(any::<u8>(), 0..400), count in 0_u32..9) {
        let content = [words(&[5, 1, 0, 0, 1, 1, count, 1]), noise].concat();
        let (flows, _, r) = read(&content, false);
        prop_assert_eq!(flows.len() as u64, r.records);
    }
}

/// The samples that tshark shows: addresses, ports, protocol, IP octets, rate, interfaces, link-layer source.
type Shown = (IpAddr, IpAddr, Option<u16>, Option<u16>, u8, u64, u32, u32, u32, String);

fn text<'a>(v: &'a Value, key: &str) -> Option<&'a str> {
    v.get(key).and_then(Value::as_str)
}

fn number<T: std::str::FromStr>(v: &Value, key: &str) -> Option<T> {
    text(v, key).and_then(|t| t.parse().ok())
}

fn shown(v: &Value, out: &mut Vec<Shown>) {
    for s in v.as_object().into_iter().flat_map(|o| o.values()).filter(|s| s.is_object()) {
        let tree = "/Raw packet header/sflow_245.header_tree";
        let Some(packet) = s.pointer(tree) else { continue };
        let output = &s["sflow.flow_sample.output_interface_tree"];
        let input = number(s, "sflow.flow_sample.input_interface")
            .or_else(|| number(s, "sflow.flow_sample.input_interface_value"));
        let output = number(output, "sflow.flow_sample.output_interface_value")
            .or_else(|| number(s, "sflow.flow_sample.output_interface_value"));
        let port = |end: &str| {
            let at = |p: &str| packet.get(p).and_then(|h| number(h, &format!("{p}.{end}port")));
            at("tcp").or_else(|| at("udp"))
        };
        let (ip, v6) = (&packet["ip"], &packet["ipv6"]);
        let src = number(ip, "ip.src").or_else(|| number(v6, "ipv6.src")).unwrap();
        let dst = number(ip, "ip.dst").or_else(|| number(v6, "ipv6.dst")).unwrap();
        let octets = number(ip, "ip.len").or_else(|| number::<u64>(v6, "ipv6.plen").map(|n| n + 40)).unwrap();
        let protocol = number(ip, "ip.proto").or_else(|| number(v6, "ipv6.nxt")).unwrap();
        let rate = number(s, "sflow.flow_sample.sampling_rate").unwrap();
        let mac = text(&packet["eth"], "eth.src").unwrap().to_owned();
        out.push((src, dst, port("src"), port("dst"), protocol, octets, rate, input.unwrap(), output.unwrap(), mac));
    }
}

fn ours(f: &Flow) -> Shown {
    (
        f.src.to_ip(),
        f.dst.to_ip(),
        f.src_port,
        f.dst_port,
        f.protocol.unwrap(),
        f.bytes,
        f.sampling,
        // tshark shows an unknown interface as 0.
        f.in_if.unwrap_or(0),
        f.out_if.unwrap_or(0),
        f.src_mac.unwrap().to_text(),
    )
}

/// The real captures: every sampled packet as tshark shows it, and nothing else but counters.
#[test]
fn real_samples_as_tshark_reads_them() {
    let Some(shared) = common::shared() else {
        return;
    };
    let folder = shared.join("sflow");
    for (file, samples, counters) in [
        ("akvorado_akvorado/sflow/testdata/data-1140.pcap", 5, 0),
        ("akvorado_akvorado/sflow/testdata/data-sflow-expanded-sample.pcap", 1, 0),
        ("akvorado_akvorado/sflow/testdata/data-sflow-ipv4-data.pcap", 1, 0),
        ("ntop_nDPI/pcap/sflow.pcap", 1, 8),
    ] {
        let path = folder.join(file);
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let golden: PathBuf = folder.join(format!("golden-tshark-4.0.17/{stem}.json"));
        let golden: Value = serde_json::from_slice(&std::fs::read(golden).unwrap()).unwrap();
        let mut expected = Vec::new();
        for packet in golden.as_array().unwrap() {
            shown(&packet["_source"]["layers"]["sflow"], &mut expected);
        }
        let (keep, read) = common::read(std::slice::from_ref(&path), &Options::default());
        let (scan, flows) = &read[0];
        let mut seen: Vec<Shown> = keep.flows.iter().map(ours).collect();
        // The samples of a datagram stand in the golden under names, not in order.
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected, "{file}");
        let told = if counters > 0 { vec![("record_not_flow", counters)] } else { vec![] };
        assert_eq!((seen.len(), problems(scan, flows)), (samples, told), "{file}");
        println!("| {file} | {} | {} | {} | 0 | {counters} |", seen.len(), expected.len(), seen.len());
    }
}

/// Bare datagrams with telegraf's reading beside them: a discarded packet and counters, none of which is a flow.
#[test]
fn bare_datagrams_that_hold_no_flow() {
    let Some(shared) = common::shared() else {
        return;
    };
    for (file, reason) in [
        ("sflow_issue_15375/sflow_drop_1036.bin", Reason::RecordNotFlow),
        ("sflow_issue_18876/message.bin", Reason::RecordNotFlow),
    ] {
        let path = shared.join("sflow/influxdata_telegraf").join(file);
        let (keep, read) = common::read(std::slice::from_ref(&path), &Options::default());
        let (scan, flows) = &read[0];
        assert_eq!((keep.flows.len(), scan.formats.get(&Format::Sflow)), (0, Some(&0)), "{file}");
        assert!(flows.problems.count(reason) > 0, "{file}: {:?}", problems(scan, flows));
    }
}
