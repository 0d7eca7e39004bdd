//! Attribution on captures that somebody else took: the site that the join gives, against the TLS or QUIC server name
//! that another program (nDPI) read from the same packets. Skipped, and said so, where the samples are absent.
//!
//! A flow *had a lookup* when an answer to its client, at or before its first packet, held its server's address. It had a
//! lookup *of its site* when one such answer was to a question for a name with the registrable domain of the server name.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn samples() -> Option<PathBuf> {
    let default = std::path::absolute("../shared/data").unwrap();
    let dir = std::env::var_os("TITHING_SHARED_DATA").map_or(default, PathBuf::from);
    if dir.join("MANIFEST.tsv").is_file() {
        return Some(dir);
    }
    println!("skipped: no samples at {}", dir.display());
    None
}

type Ends = ((IpAddr, u64), (IpAddr, u64));

fn canonical(a: (IpAddr, u64), b: (IpAddr, u64)) -> Ends {
    if a <= b { (a, b) } else { (b, a) }
}

/// TLS and QUIC flows of nDPI's text with the server name that their handshake carried.
fn server_names(golden: &str) -> BTreeMap<Ends, String> {
    let end = |text: &str| {
        let (ip, port) = text.rsplit_once(':')?;
        Some((ip.trim_matches(['[', ']']).parse::<IpAddr>().ok()?, port.parse::<u64>().ok()?))
    };
    let mut found = BTreeMap::new();
    for line in golden.lines() {
        let encrypted = line.contains("/TLS") || line.contains("/QUIC") || line.contains("[TLSv");
        let Some((_, name)) = line.split_once("[Hostname/SNI: ") else { continue };
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(arrow) = words.iter().position(|w| matches!(*w, "<->" | "->")) else { continue };
        if let (true, Some(a), Some(b)) = (encrypted, end(words[arrow - 1]), end(words[arrow + 1])) {
            let name = name.split(']').next().unwrap_or_default().to_ascii_lowercase();
            found.insert(canonical(a, b), name);
        }
    }
    found
}

/// A flow as `inspect --attribute` gives it: the first record of a connection.
struct Found {
    start: String,
    client: IpAddr,
    /// The client's port.
    port: u64,
    server: IpAddr,
    site: Option<String>,
}

fn ip(v: &Value) -> IpAddr {
    v.as_str().unwrap().parse().unwrap()
}

/// What the packets before a flow say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    /// The same site was asked for, and its answer held the server's address.
    Site,
    /// An answer held the server's address, but to questions for other sites.
    Other,
    /// No answer to this client held the server's address before.
    Nothing,
}

/// One flow with a server name.
struct Judged {
    port: u64,
    server: IpAddr,
    name: String,
    asked: Asked,
    questions: String,
    /// The site that the join gave.
    site: Option<String>,
    right: bool,
}

/// An address that a client was given: client, address, when, the name asked for.
type Given = (IpAddr, IpAddr, String, String);

/// The first record of each connection, and every address given, as `inspect --attribute` has them.
fn read(capture: &Path) -> (BTreeMap<Ends, Found>, Vec<Given>) {
    let (_, stdout, _) = crate::common::run(
        capture.parent().unwrap(),
        &["inspect", "--records", "--attribute", "--format", "json", &capture.display().to_string()],
    );
    let mut flows: BTreeMap<Ends, Found> = BTreeMap::new();
    let mut answers = Vec::new();
    for line in stdout.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()) {
        if line["kind"] == "flow" && line["src_port"].is_number() && line["dst_port"].is_number() {
            let (src, dst) = (ip(&line["src"]), ip(&line["dst"]));
            let port = |side: &str| line[side].as_u64().unwrap();
            let ends = canonical((src, port("src_port")), (dst, port("dst_port")));
            let sends = port("src_port") > port("dst_port");
            let (client, server) = if sends { (src, dst) } else { (dst, src) };
            let start = line["start"].as_str().unwrap().to_owned();
            let found = Found {
                start,
                client,
                port: port("src_port").max(port("dst_port")),
                server,
                site: line["site"].as_str().map(str::to_owned),
            };
            match flows.get_mut(&ends) {
                Some(known) if found.start < known.start || (known.site.is_none() && found.site.is_some()) => {
                    *known = found;
                }
                Some(_) => {}
                None => drop(flows.insert(ends, found)),
            }
        } else if line["kind"] == "dns" && line["client"].is_string() {
            let text = |k: &str| line[k].as_str().unwrap().to_owned();
            for answer in line["answers"].as_array().into_iter().flatten().filter(|a| a["address"].is_string()) {
                answers.push((ip(&line["client"]), ip(&answer["address"]), text("time"), text("name")));
            }
        }
    }
    (flows, answers)
}

fn judge(capture: &Path, golden: &str) -> Vec<Judged> {
    let (flows, answers) = read(capture);
    let judged = |(ends, name): (Ends, String)| {
        let flow = flows.get(&ends)?;
        // The join allows the clocks some slack; the definition is strict.
        let before = |(c, s, t, _): &&Given| *c == flow.client && *s == flow.server && *t <= flow.start;
        let questions: Vec<&str> = answers.iter().filter(before).map(|a| a.3.as_str()).collect();
        let want = analyze::registrable_domain(&name);
        let asked = if questions.iter().any(|q| analyze::registrable_domain(q) == want) {
            Asked::Site
        } else if questions.is_empty() {
            Asked::Nothing
        } else {
            Asked::Other
        };
        let right = flow.site.is_some() && flow.site.as_deref() == want;
        let (site, questions) = (flow.site.clone(), questions.join(", "));
        Some(Judged { port: flow.port, server: flow.server, name, asked, questions, site, right })
    };
    server_names(golden).into_iter().filter_map(judged).collect()
}

/// Every capture with DNS answers and server names in its golden: flows with a server name; of these, after a lookup of
/// their site, after a lookup of their address alone, after none. Counted with tshark 4.0.17 from the same packets
/// (`tls.handshake.extensions_server_name`, `dns.a`, `dns.aaaa`), QUIC of the old kind by nDPI.
const CAPTURES: [(&str, usize, [usize; 3]); 13] = [
    ("KakaoTalk_chat.pcap", 3, [3, 0, 0]),
    ("android.pcap", 18, [18, 0, 0]),
    ("instagram.pcap", 11, [4, 0, 7]),
    ("nintendo.pcap", 2, [2, 0, 0]),
    ("teams.pcap", 38, [14, 15, 9]),
    ("tls_heur__shadowsocks-tcp.pcapng", 1, [0, 0, 1]),
    ("tls_heur__trojan-tcp-tls.pcapng", 2, [2, 0, 0]),
    ("tls_heur__vmess-tcp-tls.pcapng", 2, [2, 0, 0]),
    ("tls_heur__vmess-tcp.pcapng", 1, [0, 0, 1]),
    ("tls_heur__vmess-websocket.pcapng", 2, [0, 0, 2]),
    ("wa_voice.pcap", 2, [2, 0, 0]),
    ("wechat.pcap", 31, [10, 0, 21]),
    ("zoom.pcap", 10, [5, 0, 5]),
];

/// The flows of `teams.pcap` whose site was not asked for though their address was given: client's port, server name, the
/// question that gave the address. No DNS packet of the capture holds any of these server names (tshark: `dns.qry.name`,
/// `dns.resp.name`, `dns.cname`).
const NOT_ASKED: [(u64, &str, &str); 15] = [
    (60_532, "mobile.pipe.aria.microsoft.com", "skypedataprdcolneu04.cloudapp.net"),
    (60_535, "mobile.pipe.aria.microsoft.com", "skypedataprdcolneu04.cloudapp.net"),
    (60_537, "mobile.pipe.aria.microsoft.com", "skypedataprdcolneu04.cloudapp.net"),
    (60_543, "mobile.pipe.aria.microsoft.com", "skypedataprdcolneu04.cloudapp.net"),
    (60_544, "northeurope.notifications.teams.microsoft.com", "northeuropecns.trafficmanager.net"),
    (60_545, "presence.teams.microsoft.com", "presence.services.sfb.trafficmanager.net"),
    (60_547, "chatsvcagg.teams.microsoft.com", "chatsvcagg.svcs.teams.office.com"),
    (60_548, "mobile.pipe.aria.microsoft.com", "skypedataprdcolneu04.cloudapp.net"),
    (60_552, "mobile.pipe.aria.microsoft.com", "skypedataprdcolneu04.cloudapp.net"),
    (60_555, "mobile.pipe.aria.microsoft.com", "skypedataprdcolneu04.cloudapp.net"),
    (60_559, "mobile.pipe.aria.microsoft.com", "skypedataprdcolneu04.cloudapp.net"),
    (60_561, "mobile.pipe.aria.microsoft.com", "skypedataprdcolneu04.cloudapp.net"),
    (60_564, "gate.hockeyapp.net", "dc.applicationinsights.microsoft.com"),
    (60_565, "emea.ng.msg.teams.microsoft.com", "emea.ng.msg.teams-msgapi.trafficmanager.net"),
    (60_568, "gate.hockeyapp.net", "dc.applicationinsights.microsoft.com"),
];

/// Flows without a lookup of their own whose address was given to another client of the capture (the machine's own
/// resolver on loopback), for the same site: capture and client's port. That is evidence from the council.
const BY_ANOTHER: [(&str, u64); 3] = [
    ("tls_heur__shadowsocks-tcp.pcapng", 45_334),
    ("tls_heur__vmess-tcp.pcapng", 48_302),
    ("tls_heur__vmess-websocket.pcapng", 51_390),
];

fn count(flows: &[Judged], asked: Asked) -> usize {
    flows.iter().filter(|j| j.asked == asked).count()
}

/// Holds one capture against what the packets allow: a site that was asked for is right, one that was not is never found
/// out, and where nothing was asked nothing is said.
fn hold(file: &str, flows: &[Judged], expected: (usize, [usize; 3])) {
    let found = [Asked::Site, Asked::Other, Asked::Nothing].map(|a| count(flows, a));
    assert_eq!((flows.len(), found), expected, "{file}: flows with a server name, by what was asked before");
    for flow in flows {
        let what = format!("{file}: port {} to {} ({}): {:?}", flow.port, flow.server, flow.name, flow.site);
        match flow.asked {
            Asked::Site => assert!(flow.right, "{what}, after questions for {}", flow.questions),
            Asked::Other => {
                let known = NOT_ASKED.iter().find(|(port, name, _)| *port == flow.port && *name == flow.name);
                let question = known.map(|k| k.2).expect(&what);
                assert_eq!(flow.questions, question, "{what}");
                assert_eq!(flow.site.as_deref(), analyze::registrable_domain(question), "{what}");
            }
            Asked::Nothing if BY_ANOTHER.contains(&(file, flow.port)) => assert!(flow.right, "{what}"),
            Asked::Nothing => assert_eq!(flow.site, None, "{what}: nothing in the packets names it"),
        }
    }
}

#[test]
fn sites_agree_with_server_names() {
    let Some(dir) = samples() else { return };
    let manifest = std::fs::read_to_string(dir.join("MANIFEST.tsv")).unwrap();
    let mut seen = Vec::new();
    let mut total = [0; 3];
    for row in manifest.lines().map(|l| l.split('\t').collect::<Vec<_>>()).filter(|r| r[8].contains(" dns_r=")) {
        let golden = row.get(9).filter(|g| g.ends_with(".out")).map(|g| dir.join(g));
        let Some(golden) = golden.and_then(|g| std::fs::read(g).ok()) else { continue };
        let golden = String::from_utf8_lossy(&golden);
        if server_names(&golden).is_empty() {
            continue;
        }
        let file = row[0].rsplit('/').next().unwrap();
        let expected = CAPTURES.iter().find(|c| c.0 == file).expect(file);
        let flows = judge(&dir.join(row[0]), &golden);
        hold(file, &flows, (expected.1, expected.2));
        total.iter_mut().zip(expected.2).for_each(|(sum, n)| *sum += n);
        seen.push(file.to_owned());
    }
    assert_eq!(seen.len(), CAPTURES.len(), "captures with answers and server names: {seen:?}");
    assert_eq!(total, [62, 15, 46]);
}
