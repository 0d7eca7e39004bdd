//! Attribution on captures that somebody else took: the site that the join gives, against the TLS or QUIC server name
//! that another program (nDPI) read from the same packets. Skipped, and said so, where the samples are absent.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn samples() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
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
    server: IpAddr,
    site: Option<String>,
    evidence: String,
}

fn ip(v: &Value) -> IpAddr {
    v.as_str().unwrap().parse().unwrap()
}

#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
struct Score {
    named: u32,
    after_lookup: u32,
    /// Of these, flows for whose address the same site was asked before: what any join by address could get right.
    same_site_asked: u32,
    right: u32,
    wrong: u32,
    absent: u32,
}

fn score(capture: &Path, golden: &str, misses: &mut Vec<String>) -> Score {
    let (_, stdout, _) = crate::common::run(
        capture.parent().unwrap(),
        &["inspect", "--records", "--attribute", "--format", "json", &capture.display().to_string()],
    );
    let mut flows: BTreeMap<Ends, Found> = BTreeMap::new();
    let mut answers: Vec<(IpAddr, IpAddr, String, String)> = Vec::new();
    for line in stdout.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()) {
        if line["kind"] == "flow" && line["src_port"].is_number() && line["dst_port"].is_number() {
            let (src, dst) = (ip(&line["src"]), ip(&line["dst"]));
            let ends = canonical((src, line["src_port"].as_u64().unwrap()), (dst, line["dst_port"].as_u64().unwrap()));
            let (client, server) =
                if line["src_port"].as_u64() > line["dst_port"].as_u64() { (src, dst) } else { (dst, src) };
            let start = line["start"].as_str().unwrap().to_owned();
            let text = |k: &str| line[k].as_str().map(str::to_owned);
            let found =
                Found { start, client, server, site: text("site"), evidence: text("evidence").unwrap_or_default() };
            let known = flows.entry(ends).or_insert_with(|| Found { site: None, ..found_copy(&found) });
            if found.start < known.start || (known.site.is_none() && found.site.is_some()) {
                *known = found;
            }
        } else if line["kind"] == "dns" && line["client"].is_string() {
            for answer in line["answers"].as_array().into_iter().flatten().filter(|a| a["address"].is_string()) {
                let asked = line["name"].as_str().unwrap().to_owned();
                answers.push((
                    ip(&line["client"]),
                    ip(&answer["address"]),
                    line["time"].as_str().unwrap().to_owned(),
                    asked,
                ));
            }
        }
    }
    let mut score = Score::default();
    for (ends, name) in server_names(golden) {
        let Some(flow) = flows.get(&ends) else { continue };
        score.named += 1;
        // The same clock slack as the join has would only add flows; a strict "before" is what the manifest counts.
        let before = |(c, s, t, _): &&(IpAddr, IpAddr, String, String)| {
            *c == flow.client && *s == flow.server && *t <= flow.start
        };
        let asked: Vec<&str> = answers.iter().filter(before).map(|a| a.3.as_str()).collect();
        if asked.is_empty() {
            continue;
        }
        score.after_lookup += 1;
        let want = analyze::registrable_domain(&name);
        let same = asked.iter().any(|a| analyze::registrable_domain(a) == want);
        score.same_site_asked += u32::from(same);
        let why = if same { "asked" } else { "this site was not asked for; asked: " };
        let why = format!("{why}{}", if same { String::new() } else { asked.join(", ") });
        match (&flow.site, want) {
            (Some(site), Some(want)) if site == want => score.right += 1,
            (Some(site), _) => {
                score.wrong += 1;
                misses.push(format!("{}: wrong: {site} for {name} ({}; {why})", short(capture), flow.evidence));
            }
            (None, _) => {
                score.absent += 1;
                misses.push(format!("{}: absent: {name} ({}; {why})", short(capture), flow.evidence));
            }
        }
    }
    score
}

fn found_copy(f: &Found) -> Found {
    Found {
        start: f.start.clone(),
        client: f.client,
        server: f.server,
        site: f.site.clone(),
        evidence: f.evidence.clone(),
    }
}

fn short(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn sites_agree_with_server_names() {
    let Some(dir) = samples() else { return };
    let manifest = std::fs::read_to_string(dir.join("MANIFEST.tsv")).unwrap();
    let mut total = Score::default();
    let mut misses = Vec::new();
    for row in manifest.lines().map(|l| l.split('\t').collect::<Vec<_>>()).filter(|r| r[8].contains("flows_after_dns"))
    {
        let golden = row.get(9).filter(|g| g.ends_with(".out")).map(|g| dir.join(g));
        let Some(golden) = golden.and_then(|g| std::fs::read(g).ok()) else {
            println!("| {} | no golden with server names |", row[0]);
            continue;
        };
        let s = score(&dir.join(row[0]), &String::from_utf8_lossy(&golden), &mut misses);
        println!("{}", line(&short(Path::new(row[0])), s));
        total = Score {
            named: total.named + s.named,
            after_lookup: total.after_lookup + s.after_lookup,
            same_site_asked: total.same_site_asked + s.same_site_asked,
            right: total.right + s.right,
            wrong: total.wrong + s.wrong,
            absent: total.absent + s.absent,
        };
    }
    println!("{}", line("all", total));
    println!("{}", misses.join("\n"));
    assert!(total.after_lookup >= 40, "too few flows to say anything: {total:?}");
    let all = misses.join("\n");
    assert!(total.right * 100 >= total.same_site_asked * 97, "{total:?}\n{all}");
    let unexplained: Vec<_> = misses.iter().filter(|m| !m.contains("this site was not asked for")).collect();
    assert_eq!(unexplained, Vec::<&String>::new(), "misses although the same site was asked for that address");
}

fn line(name: &str, s: Score) -> String {
    let Score { named, after_lookup, same_site_asked, right, wrong, absent } = s;
    format!("| {name} | {named} | {after_lookup} | {same_site_asked} | {right} | {wrong} | {absent} |")
}
