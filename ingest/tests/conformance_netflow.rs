//! Decodes real exports and compares every comparable field, record by record, with what other programs made of them.
//!
//! Run with `--nocapture` for the table. The expected counts are exact: a difference that is not explained here fails.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which are exempt themselves")]

mod common;

use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use ingest::Options;
use model::{Addr, Flow, Micros};
use serde_json::Value;

/// One record of a golden file: what it states of the fields that a flow has.
#[derive(Debug, Clone, Default, PartialEq)]
struct Golden {
    src: Option<IpAddr>,
    dst: Option<IpAddr>,
    src_port: Option<u64>,
    dst_port: Option<u64>,
    protocol: Option<u64>,
    packets: Option<u64>,
    bytes: Option<u64>,
    in_if: Option<u64>,
    out_if: Option<u64>,
    start: Option<Micros>,
    end: Option<Micros>,
    lasted: Option<Micros>,
}

/// Names of the fields in which a flow differs from a golden record.
fn differences(g: &Golden, f: &Flow) -> Vec<&'static str> {
    let mut names = Vec::new();
    let mut check = |name, stated: bool, equal: bool| {
        if stated && !equal {
            names.push(name);
        }
    };
    let ip = |a: Addr| Some(a.to_ip());
    check("src", g.src.is_some(), g.src == ip(f.src));
    check("dst", g.dst.is_some(), g.dst == ip(f.dst));
    check("src_port", g.src_port.is_some(), g.src_port == f.src_port.map(u64::from));
    check("dst_port", g.dst_port.is_some(), g.dst_port == f.dst_port.map(u64::from));
    check("protocol", g.protocol.is_some(), g.protocol == f.protocol.map(u64::from));
    check("packets", g.packets.is_some(), g.packets == f.packets);
    check("bytes", g.bytes.is_some(), g.bytes == Some(f.bytes));
    check("in_if", g.in_if.is_some(), g.in_if == f.in_if.map(u64::from));
    check("out_if", g.out_if.is_some(), g.out_if == f.out_if.map(u64::from));
    let near = |a: Option<Micros>, b: Micros| a.is_none_or(|a| a.abs_diff(b) < 1_000);
    let second = |a: Option<Micros>, b: Micros| near(a, b + 1_000_000);
    check(if second(g.start, f.start) { "start+1s" } else { "start" }, g.start.is_some(), near(g.start, f.start));
    check(if second(g.end, f.end) { "end+1s" } else { "end" }, g.end.is_some(), near(g.end, f.end));
    check("duration", g.lasted.is_some(), near(g.lasted, f.end - f.start));
    names
}

fn text<'a>(v: &'a Value, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|n| v.get(n).and_then(Value::as_str))
}

fn number(v: &Value, names: &[&str]) -> Option<u64> {
    names.iter().find_map(|n| {
        let x = v.get(n)?;
        x.as_u64().or_else(|| x.as_str()?.trim_end_matches('u').parse().ok())
    })
}

fn address(v: &Value, four: &[&str], six: &[&str]) -> Option<IpAddr> {
    let read = |names| text(v, names).and_then(|t| t.parse::<IpAddr>().ok());
    match (read(four), read(six)) {
        (Some(a), Some(b)) if a.is_unspecified() && !b.is_unspecified() => Some(b),
        (a, b) => a.or(b),
    }
}

fn iso(v: &Value, names: &[&str]) -> Option<Micros> {
    names.iter().find_map(|n| {
        let x = v.get(n)?;
        match x.as_str() {
            Some(t) => t.parse::<jiff::Timestamp>().ok().map(|t| t.as_microsecond()),
            None => x.as_i64().map(|s| s * 1_000_000),
        }
    })
}

const BYTES: [&str; 4] = ["in_bytes", "octetDeltaCount", "octetTotalCount", "cflow.octets"];

/// The fields that carry the same names in several of the programs.
fn common_fields(v: &Value) -> Golden {
    Golden {
        src: address(
            v,
            &["ipv4_src_addr", "sourceIPv4Address", "cflow.srcaddr", "src"],
            &["ipv6_src_addr", "sourceIPv6Address", "cflow.srcaddrv6"],
        ),
        dst: address(
            v,
            &["ipv4_dst_addr", "destinationIPv4Address", "cflow.dstaddr", "dst"],
            &["ipv6_dst_addr", "destinationIPv6Address", "cflow.dstaddrv6"],
        ),
        src_port: number(v, &["l4_src_port", "sourceTransportPort", "cflow.srcport", "src_port"]),
        dst_port: number(v, &["l4_dst_port", "destinationTransportPort", "cflow.dstport", "dst_port"]),
        protocol: number(v, &["protocol", "protocolIdentifier", "cflow.protocol"]).or_else(|| {
            match text(v, &["protocolIdentifier"])? {
                "TCP" => Some(6),
                "UDP" => Some(17),
                _ => None,
            }
        }),
        packets: number(v, &["in_pkts", "packetDeltaCount", "cflow.packets", "in_packets"]),
        bytes: number(v, &BYTES),
        in_if: number(v, &["input_snmp", "ingressInterface", "cflow.inputint", "in_snmp"]),
        out_if: number(v, &["output_snmp", "egressInterface", "cflow.outputint", "out_snmp"]),
        ..Golden::default()
    }
}

fn logstash(event: &Value) -> Golden {
    let v = &event["netflow"];
    Golden {
        start: iso(v, &["first_switched", "flowStartMilliseconds", "flowStartSeconds"]),
        end: iso(v, &["last_switched", "flowEndMilliseconds", "flowEndSeconds"]),
        ..common_fields(v)
    }
}

/// One line of telegraf: `name,tags field=value,.. [time]`.
fn telegraf(line: &str) -> Golden {
    let fields = line.split(' ').nth(1).unwrap_or_default();
    let mut map = serde_json::Map::new();
    for pair in fields.split(',') {
        if let Some((key, value)) = pair.split_once('=') {
            map.insert(key.into(), Value::String(value.trim_matches('"').trim_end_matches('u').into()));
        }
    }
    let v = Value::Object(map);
    let protocol = text(&v, &["protocol"]).and_then(|p| match p {
        "tcp" => Some(6),
        "udp" => Some(17),
        other => other.parse().ok(),
    });
    let ms = |names: &[&str]| number(&v, names).map(|n| n as i64 * 1_000);
    let lasted = ms(&["last_switched"]).zip(ms(&["first_switched"])).map(|(l, f)| l - f);
    let (start, end) = (ms(&["flow_start_ms"]), ms(&["flow_end_ms"]));
    Golden { protocol, start, end, lasted, ..common_fields(&v) }
}

/// The flow records of one message as NetGauze writes it, with times worked out from its raw numbers.
fn netgauze(message: &Value, boot: &mut Option<i64>, out: &mut Vec<Golden>) {
    let Some((_, m)) = message.as_object().and_then(|o| o.iter().next()) else {
        return;
    };
    let base = iso(m, &["unix_time"]).zip(m["sys_up_time"].as_i64()).map(|(t, up)| t - up * 1_000);
    for set in m["sets"].as_array().into_iter().flatten() {
        for record in set["Data"]["records"].as_array().into_iter().flatten() {
            let mut map = serde_json::Map::new();
            for field in record["fields"].as_array().into_iter().flatten() {
                for (k, x) in field.as_object().into_iter().flatten() {
                    map.insert(k.clone(), x.clone());
                }
            }
            let v = Value::Object(map);
            *boot = iso(&v, &["systemInitTimeMilliseconds"]).or(*boot);
            if number(&v, &BYTES).is_none() {
                continue;
            }
            let base = base.or(*boot);
            let up = |name| base.zip(number(&v, &[name])).map(|(b, n)| b + n as i64 * 1_000);
            out.push(Golden {
                start: iso(&v, &["flowStartMilliseconds"]).or_else(|| up("flowStartSysUpTime")),
                end: iso(&v, &["flowEndMilliseconds"]).or_else(|| up("flowEndSysUpTime")),
                ..common_fields(&v)
            });
        }
    }
}

/// The flow records of tshark's JSON: every object that counts octets. Times are uptime seconds or absolute.
fn tshark(v: &Value, base: Option<Micros>, out: &mut Vec<Golden>) {
    match v {
        Value::Array(all) => all.iter().for_each(|x| tshark(x, base, out)),
        Value::Object(all) => {
            let micros = |x: &Value| x.as_str().and_then(|t| t.parse::<f64>().ok()).map(|s| (s * 1e6).round() as i64);
            let base = match (all.get("cflow.sysuptime"), v.pointer("/cflow.timestamp_tree/cflow.unix_secs")) {
                (Some(up), Some(secs)) => micros(secs).zip(micros(up)).map(|(s, u)| s - u),
                _ => base,
            };
            if all.contains_key("cflow.octets") {
                let up = |name| base.zip(v.pointer(name).and_then(micros)).map(|(b, t)| b + t);
                out.push(Golden {
                    start: up("/cflow.timedelta_tree/cflow.timestart"),
                    end: up("/cflow.timedelta_tree/cflow.timeend"),
                    lasted: all.get("cflow.timedelta").and_then(micros).filter(|d| *d >= 0),
                    ..common_fields(v)
                });
            }
            all.values().for_each(|x| tshark(x, base, out));
        }
        _ => {}
    }
}

/// What came of one group of files.
#[derive(Debug, PartialEq)]
struct Outcome {
    flows: usize,
    golden: usize,
    equal: usize,
    differing: usize,
    /// Golden records that no flow resembles.
    missing: usize,
    /// Fields that differ, with how often.
    fields: Vec<(&'static str, usize)>,
    problems: Vec<(String, u64)>,
}

fn compare(golden: &[Golden], flows: &[Flow], problems: Vec<(String, u64)>) -> Outcome {
    let mut left: Vec<&Flow> = flows.iter().collect();
    let mut out = Outcome {
        flows: flows.len(),
        golden: golden.len(),
        equal: 0,
        differing: 0,
        missing: 0,
        fields: vec![],
        problems,
    };
    let mut unequal = Vec::new();
    for g in golden {
        match left.iter().position(|f| differences(g, f).is_empty()) {
            Some(i) => {
                left.remove(i);
                out.equal += 1;
            }
            None => unequal.push(g),
        }
    }
    for g in unequal {
        let nearest = left.iter().enumerate().map(|(i, f)| (differences(g, f), i)).min_by_key(|(d, _)| d.len());
        match nearest {
            Some((names, i)) if names.len() <= 3 => {
                left.remove(i);
                out.differing += 1;
                for name in names {
                    match out.fields.iter_mut().find(|(n, _)| *n == name) {
                        Some((_, n)) => *n += 1,
                        None => out.fields.push((name, 1)),
                    }
                }
            }
            _ => out.missing += 1,
        }
    }
    out
}

fn decode(paths: &[PathBuf]) -> (Vec<Flow>, Vec<(String, u64)>) {
    let (keep, read) = common::read(paths, &Options { exporter_clock: true, ..Options::default() });
    let mut tally = model::Tally::default();
    for (scan, read) in &read {
        tally.merge(&scan.problems);
        tally.merge(&read.problems);
    }
    (keep.flows, tally.iter().map(|p| (p.reason.code().to_owned(), p.count)).collect())
}

struct Case {
    name: String,
    outcome: Outcome,
}

fn logstash_cases(root: &Path, cases: &mut Vec<Case>) {
    let folder = root.join("netflow-dat/logstash-codec-netflow");
    let golden: Vec<Value> =
        serde_json::from_slice(&std::fs::read(folder.join("golden_shared.json")).unwrap()).unwrap();
    for case in &golden {
        let names: Vec<&str> = case["packets"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let paths: Vec<PathBuf> = names.iter().map(|n| folder.join(n)).collect();
        let stated: Vec<Golden> = case["expected_events"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|e| number(&e["netflow"], &BYTES).is_some())
            .map(logstash)
            .collect();
        let (flows, problems) = decode(&paths);
        let count = case["expected_event_count"].as_u64().map_or("?".into(), |n| n.to_string());
        let name = format!("logstash: {} (events by the golden: {count})", names.join(" + "));
        cases.push(Case { name, outcome: compare(&stated, &flows, problems) });
    }
}

fn sorted(folder: &Path, ends: &[&str]) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| ends.iter().any(|e| p.to_string_lossy().ends_with(e)))
        .collect();
    all.sort();
    all
}

fn telegraf_cases(root: &Path, cases: &mut Vec<Case>) {
    for name in ["ipfix_options", "ipfix_pen_35632", "issue_13305", "netflow_v5_example", "netflow_v9_options"] {
        let folder = root.join("netflow-dat/influxdata_telegraf").join(name);
        let expected = std::fs::read_to_string(folder.join("expected.out")).unwrap();
        let stated: Vec<Golden> = expected.lines().filter(|l| l.starts_with("netflow,")).map(telegraf).collect();
        let (flows, problems) = decode(&sorted(&folder, &[".bin"]));
        cases.push(Case { name: format!("telegraf: {name}"), outcome: compare(&stated, &flows, problems) });
    }
}

fn netgauze_cases(root: &Path, cases: &mut Vec<Case>) {
    for folder in sorted(&root.join("netflow-pcap/NetGauze/pmacct-tests"), &[""]) {
        for capture in sorted(&folder, &[".pcap"]) {
            let json = capture.with_file_name(format!("{}-flow.json", capture.file_stem().unwrap().to_string_lossy()));
            let (mut stated, mut boot) = (Vec::new(), None);
            for line in std::fs::read_to_string(json).unwrap().lines().filter(|l| !l.trim().is_empty()) {
                netgauze(&serde_json::from_str(line).unwrap(), &mut boot, &mut stated);
            }
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let name = format!("NetGauze: {name}/{}", capture.file_name().unwrap().to_string_lossy());
            captured(&name, &[capture], &stated, cases);
        }
    }
}

fn tshark_cases(root: &Path, cases: &mut Vec<Case>) {
    let folder = root.join("netflow-pcap/akvorado_akvorado/netflow/testdata");
    let own = |names: &[&str]| names.iter().map(|n| folder.join(format!("{n}.pcap"))).collect::<Vec<_>>();
    let multiple =
        ["options-template", "options-data", "template", "data"].map(|n| format!("multiplesamplingrates-{n}"));
    let multiple: Vec<&str> = multiple.iter().map(String::as_str).collect();
    for (golden, paths) in [
        ("data+templates", own(&["data+templates"])),
        ("mpls", own(&["mpls"])),
        ("multiplesamplingrates", own(&multiple)),
        ("nDPI-netflowv9", vec![root.join("netflow-pcap/ntop_nDPI/pcap/netflowv9.pcap")]),
        ("nfv5", own(&["nfv5"])),
        ("options", own(&["options-template", "options-data", "template", "data"])),
        ("physicalinterfaces", own(&["physicalinterfaces"])),
        ("template-data", own(&["template", "data"])),
    ] {
        let json = root.join(format!("netflow-pcap/golden-tshark-4.0.17/{golden}.json"));
        let mut stated = Vec::new();
        tshark(&serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap(), None, &mut stated);
        captured(&format!("tshark 4.0.17: {golden}"), &paths, &stated, cases);
    }
}

fn captured(name: &str, paths: &[PathBuf], stated: &[Golden], cases: &mut Vec<Case>) {
    let (flows, problems) = decode(paths);
    cases.push(Case { name: name.to_owned(), outcome: compare(stated, &flows, problems) });
}

fn line(case: &Case) -> String {
    let o = &case.outcome;
    let mut text =
        format!("{} | {} | {} | {} | {} | {} |", case.name, o.flows, o.golden, o.equal, o.differing, o.missing);
    for (name, n) in &o.fields {
        let _ = write!(text, " {name}:{n}");
    }
    text.push_str(" |");
    for (reason, n) in &o.problems {
        let _ = write!(text, " {reason}:{n}");
    }
    text
}

#[test]
fn real_exports_equal_what_others_read() {
    let Some(root) = common::shared() else {
        return;
    };
    let mut cases = Vec::new();
    logstash_cases(&root, &mut cases);
    telegraf_cases(&root, &mut cases);
    netgauze_cases(&root, &mut cases);
    tshark_cases(&root, &mut cases);
    let lines: Vec<String> = cases.iter().map(line).collect();
    println!("{}", lines.join("\n"));
    let expected: Vec<&str> = EXPECTED.trim().lines().map(str::trim).collect();
    for (got, want) in lines.iter().zip(&expected) {
        assert_eq!(got.trim(), *want);
    }
    assert_eq!(lines.len(), expected.len());
}

/// group | flows | golden records | equal | differing | missing | fields that differ | problems
const EXPECTED: &str = r"
logstash: netflow5.dat (events by the golden: 2) | 30 | 2 | 0 | 2 | 0 | start:2 end+1s:2 |
logstash: netflow5_test_invalid01.dat (events by the golden: ?) | 0 | 0 | 0 | 0 | 0 | | format_unknown:1
logstash: netflow9_test_valid01.dat (events by the golden: 7) | 7 | 1 | 0 | 1 | 0 | start+1s:1 end+1s:1 |
logstash: netflow9_test_macaddr_tpl.dat + netflow9_test_macaddr_data.dat (events by the golden: ?) | 0 | 0 | 0 | 0 | 0 | | record_not_flow:29
logstash: netflow9_test_cisco_aci_tpl256-258.dat + netflow9_test_cisco_aci_data256.dat (events by the golden: 3) | 3 | 1 | 0 | 1 | 0 | start+1s:1 end+1s:1 |
logstash: netflow9_test_nprobe_tpl.dat + netflow9_test_softflowd_tpl_data.dat + netflow9_test_nprobe_data.dat (events by the golden: 9) | 8 | 2 | 0 | 2 | 0 | start+1s:2 end+1s:2 |
logstash: netflow9_test_invalid01.dat (events by the golden: ?) | 2 | 0 | 0 | 0 | 0 | |
logstash: netflow9_test_nprobe_tpl.dat (events by the golden: ?) | 0 | 0 | 0 | 0 | 0 | |
logstash: ipfix.dat (events by the golden: 7) | 12 | 6 | 6 | 0 | 0 | |
logstash: ipfix_test_openbsd_pflow_tpl.dat + ipfix_test_openbsd_pflow_data.dat (events by the golden: 26) | 26 | 1 | 1 | 0 | 0 | |
logstash: netflow5_test_juniper_mx80.dat (events by the golden: 29) | 29 | 1 | 0 | 1 | 0 | start+1s:1 end+1s:1 |
logstash: netflow9_test_iptnetflow_reduced_size_encoding_tpldata260.dat (events by the golden: 12) | 12 | 1 | 0 | 1 | 0 | start+1s:1 end+1s:1 | template_unknown:6
logstash: netflow9_test_unknown_tpl266_292_data.dat (events by the golden: 2) | 2 | 2 | 2 | 0 | 0 | |
logstash: ipfix_test_juniper_mx240_junos151r6s3_opttpl512.dat + ipfix_test_juniper_mx240_junos151r6s3_data512.dat (events by the golden: 1) | 0 | 0 | 0 | 0 | 0 | |
logstash: ipfix_test_procera_tpl52935.dat + ipfix_test_procera_data52935.dat (events by the golden: 8) | 0 | 0 | 0 | 0 | 0 | | record_not_flow:8
logstash: ipfix_test_barracuda_extended_uniflow_tpl256.dat + ipfix_test_barracuda_extended_uniflow_data256.dat (events by the golden: 2) | 2 | 1 | 1 | 0 | 0 | | time_unanchored:2
logstash: netflow9_test_ubnt_edgerouter_tpl.dat + netflow9_test_ubnt_edgerouter_data1024.dat + netflow9_test_ubnt_edgerouter_data1025.dat (events by the golden: 16) | 16 | 1 | 0 | 1 | 0 | start+1s:1 end+1s:1 | time_far_off:5
logstash: netflow9_test_nprobe_dpi.dat (events by the golden: 1) | 1 | 1 | 0 | 1 | 0 | start+1s:1 end+1s:1 |
logstash: ipfix_test_mikrotik_tpl.dat + ipfix_test_mikrotik_data258.dat + ipfix_test_mikrotik_data259.dat (events by the golden: 46) | 46 | 2 | 2 | 0 | 0 | | time_unanchored:46
logstash: netflow9_test_juniper_srx_tplopt.dat (events by the golden: 1) | 0 | 0 | 0 | 0 | 0 | |
logstash: netflow9_test_cisco_nbar_opttpl260.dat (events by the golden: 15) | 0 | 0 | 0 | 0 | 0 | |
logstash: netflow9_test_cisco_nbar_tpl262.dat + netflow9_test_cisco_nbar_data262.dat (events by the golden: 5) | 5 | 1 | 0 | 1 | 0 | start+1s:1 end+1s:1 |
logstash: netflow9_test_cisco_1941K9.dat (events by the golden: ?) | 29 | 0 | 0 | 0 | 0 | | time_unanchored:29
logstash: netflow9_cisco_asr1001x_tpl259.dat (events by the golden: ?) | 25 | 0 | 0 | 0 | 0 | |
logstash: ipfix_test_barracuda_tpl.dat + ipfix_test_barracuda_data256.dat (events by the golden: 8) | 8 | 1 | 1 | 0 | 0 | | time_unanchored:8
telegraf: ipfix_options | 0 | 0 | 0 | 0 | 0 | |
telegraf: ipfix_pen_35632 | 2 | 2 | 2 | 0 | 0 | |
telegraf: issue_13305 | 2 | 2 | 2 | 0 | 0 | |
telegraf: netflow_v5_example | 8 | 8 | 8 | 0 | 0 | |
telegraf: netflow_v9_options | 0 | 0 | 0 | 0 | 0 | |
NetGauze: 100-IPFIXv10-CISCO/traffic-00.pcap | 12 | 12 | 12 | 0 | 0 | | time_far_off:6
NetGauze: 101-NFv9-CISCO-cust_primitives/traffic-00.pcap | 51 | 51 | 51 | 0 | 0 | | time_far_off:40 sequence_gap:18
NetGauze: 102-NFv9-CISCO-f2rd-pretag-sampling-reload/traffic-00.pcap | 35 | 35 | 35 | 0 | 0 | | time_far_off:25 sequence_gap:29
NetGauze: 103-IPFIXv10-CISCO-pretag-JSON_encoding/traffic-00.pcap | 12 | 12 | 12 | 0 | 0 | | time_far_off:6
NetGauze: 106-IPFIXv10-HUAWEI-vrf_name/traffic-00.pcap | 3 | 3 | 3 | 0 | 0 | | time_far_off:6 sequence_gap:35
NetGauze: 401-IPFIXv10-BMP-IPv6-CISCO-MPLS-multiple-sources/traffic-00.pcap | 748 | 748 | 748 | 0 | 0 | | packet_other:23 time_far_off:596
NetGauze: 401-IPFIXv10-BMP-IPv6-CISCO-MPLS-multiple-sources/traffic-01.pcap | 716 | 716 | 716 | 0 | 0 | | packet_other:22 time_far_off:622
NetGauze: 402-IPFIXv10-BMP-IPv6-high-availability/traffic-00.pcap | 716 | 716 | 716 | 0 | 0 | | packet_other:22 time_far_off:622
NetGauze: 500-IPFIXv10-BGP-CISCO-SRv6/traffic-00.pcap | 43 | 43 | 43 | 0 | 0 | | packet_other:3 time_far_off:40 sequence_gap:30
tshark 4.0.17: data+templates | 21 | 10 | 10 | 0 | 0 | |
tshark 4.0.17: mpls | 2 | 2 | 2 | 0 | 0 | |
tshark 4.0.17: multiplesamplingrates | 12 | 12 | 12 | 0 | 0 | |
tshark 4.0.17: nDPI-netflowv9 | 0 | 0 | 0 | 0 | 0 | | template_unknown:23 time_far_off:10
tshark 4.0.17: nfv5 | 29 | 29 | 29 | 0 | 0 | | time_far_off:1
tshark 4.0.17: options | 4 | 4 | 4 | 0 | 0 | | time_far_off:4
tshark 4.0.17: physicalinterfaces | 8 | 8 | 8 | 0 | 0 | |
tshark 4.0.17: template-data | 4 | 4 | 4 | 0 | 0 | | time_far_off:2
";
