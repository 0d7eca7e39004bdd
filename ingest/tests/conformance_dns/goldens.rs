//! Outputs of other programs that came with the samples: dnscap, tcpdump, Zeek and nDPI.

use std::path::Path;

use ingest::Options;

use crate::messages::{Message, lookups};
use crate::{Row, data, ours};

fn type_number(word: &str) -> u16 {
    let types = [("A", 1), ("NS", 2), ("CNAME", 5), ("SOA", 6), ("PTR", 12), ("MX", 15), ("TXT", 16), ("AAAA", 28)];
    let known = types.iter().find(|t| t.0 == word).map(|t| t.1);
    known.or_else(|| word.parse().ok()).unwrap_or_else(|| panic!("type {word}"))
}

fn rcode_number(word: &str) -> u16 {
    ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN"].iter().position(|w| *w == word).unwrap() as u16
}

/// A name of dnscap: lower case, no final dot, `.` for the root. It escapes commas, as they part its own fields.
fn name(word: &str) -> String {
    let lower = word.to_ascii_lowercase().replace("\\,", ",");
    if lower == "." { lower } else { lower.strip_suffix('.').unwrap_or(&lower).to_owned() }
}

/// `[172.17.0.10].53199`.
fn end(word: &str) -> (String, u16) {
    let (address, port) = word.strip_prefix('[').unwrap().split_once("].").unwrap();
    (address.to_owned(), port.parse().unwrap())
}

/// One message of dnscap's dump, its continued lines joined.
fn dnscap_message(text: &str) -> Option<Message> {
    let words: Vec<&str> = text.split_whitespace().filter(|w| *w != "\\").collect();
    let at = words.iter().position(|w| *w == "dns")?;
    let time: jiff::civil::DateTime = format!("{}T{}", words[1], words[2]).parse().unwrap();
    let time = time.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_microsecond();
    let ((src, sport), (dst, dport)) = (end(words[at - 2]), end(words[at - 1]));
    let flags: Vec<&str> = words[at + 1].split(',').collect();
    let questions: usize = words[at + 2].parse().unwrap();
    let mut rest = &words[at + 3..];
    let question = (questions > 0).then(|| {
        let parts: Vec<&str> = rest[0].rsplitn(3, ',').collect();
        (name(parts[2]), type_number(parts[0]))
    });
    rest = &rest[questions..];
    let answers: usize = rest[0].parse().unwrap();
    let answers = rest[1..=answers]
        .iter()
        .filter_map(|r| {
            let mut parts = r.splitn(5, ',');
            let (owner, _class, rtype) = (parts.next()?, parts.next()?, parts.next()?);
            let (ttl, value) = (parts.next()?.parse().ok()?, parts.next()?);
            match rtype {
                "A" | "AAAA" => Some((name(owner), type_number(rtype), Some(ttl), value.to_owned())),
                "CNAME" => Some((name(owner), 5, Some(ttl), name(value))),
                _ => None,
            }
        })
        .collect();
    Some(Message {
        time,
        src,
        dst,
        sport,
        dport,
        id: flags[2].parse().unwrap(),
        response: flags[3].split('|').any(|f| f == "qr"),
        opcode: u8::from(flags[0] != "QUERY"),
        rcode: rcode_number(flags[1]),
        question,
        answers,
    })
}

fn dnscap(path: &Path) -> Vec<Message> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut entries: Vec<String> = Vec::new();
    for line in text.lines() {
        match entries.last_mut() {
            Some(last) if line.starts_with('\t') => {
                last.push(' ');
                last.push_str(line);
            }
            _ => entries.push(line.to_owned()),
        }
    }
    entries.iter().filter_map(|e| dnscap_message(e)).collect()
}

#[test]
fn captures_equal_dnscap() {
    let Some(data) = data() else { return };
    let dir = data.join("dns-pcap/DNS-OARC_dnscap");
    println!("| file | ours | dnscap | equal | differing | problems | why |\n|---|---|---|---|---|---|---|");
    for (capture, golden, records) in [
        ("dns.pcap", "dns.gold", 41),
        ("dns.pcap.gz", "dns.gold", 41),
        ("dns.pcap.zst", "dns.gold", 41),
        ("vlan11.pcap", "vlan11.gold", 41),
        ("edns.pcap", "edns.gold", 7),
        ("sll2.pcap", "sll2.gold", 1),
    ] {
        let ours = ours::read(&dir.join(capture), &Options::default());
        let theirs = lookups(&dnscap(&dir.join(golden)));
        let (row, a, b) = Row::compare(capture, &ours.lookups, &theirs, ours.problems.clone());
        row.print("");
        assert_eq!((row.equal, row.ours, row.theirs), (records, records, records), "{capture} {a:#?} {b:#?}");
    }
}

/// Zeek's rows: client, name, type, response code.
fn zeek(path: &Path) -> Vec<(String, String, u16, Option<u16>)> {
    let text = std::fs::read_to_string(path).unwrap();
    let fields: Vec<&str> = text.lines().find_map(|l| l.strip_prefix("#fields\t")).unwrap().split('\t').collect();
    let at = |wanted: &str| fields.iter().position(|f| *f == wanted).unwrap();
    let rows = text.lines().filter(|l| !l.starts_with('#'));
    rows.map(|l| {
        let words: Vec<&str> = l.split('\t').collect();
        let get = |key: &str| words[at(key)];
        (
            get("id.orig_h").to_owned(),
            get("query").to_owned(),
            get("qtype").parse().unwrap_or(0),
            get("rcode").parse().ok(),
        )
    })
    .collect()
}

#[test]
fn captures_equal_zeek() {
    let Some(data) = data() else { return };
    let dir = data.join("dns-pcap/zeek_zeek");
    println!("| file | ours | Zeek | equal | differing | problems | why |\n|---|---|---|---|---|---|---|");
    for (capture, golden, records) in [
        ("dns/dns-binds.pcap", "binds", 1),
        ("dns/dns-wks.pcap", "wks", 1),
        ("dnssec/ds.pcap", "ds", 1),
        ("dnssec/dnskey.pcap", "dnskey", 1),
        ("dnssec/dnskey2.pcap", "dns-key", 1),
        ("dnssec/nsec.pcap", "nsec", 2),
        ("dnssec/nsec3.pcap", "nsec3", 1),
        ("dnssec/nsec3param.pcap", "nsec3param", 1),
        ("dns/loc-29-trunc.pcap", "loc", 1),
        ("dns/sshfp-trunc.pcap", "sshfp", 2),
    ] {
        let golden = dir.join(format!("golden/scripts.base.protocols.dns.{golden}/dns.log"));
        let ours = ours::read(&dir.join(capture), &Options::default());
        let mine: Vec<_> = ours.lookups.iter().map(|l| (l.client.clone(), l.name.clone(), l.qtype, l.rcode)).collect();
        let (row, a, b) = Row::compare(capture, &mine, &zeek(&golden), ours.problems.clone());
        row.print("");
        assert_eq!((row.equal, row.ours, row.theirs), (records, records, records), "{capture} {a:#?} {b:#?}");
    }
}

/// One answer of tcpdump's default output: client and port, and the addresses in order.
fn tcpdump_answers(text: &str) -> Vec<(String, Vec<String>)> {
    let mut out = Vec::new();
    for line in text.lines() {
        let Some((ends, rest)) = line.split_once(" > ") else { continue };
        let from_server = ends.rsplit(' ').next().unwrap().ends_with(".53");
        let Some((to, rest)) = rest.split_once(": ") else { continue };
        // An answer has its counts, as in `22836*- 2/2/5`; a question has none.
        let counts =
            rest.split(' ').find(|w| w.split('/').count() == 3 && w.split('/').all(|n| n.parse::<u16>().is_ok()));
        let Some(counts) = counts.filter(|_| from_server) else { continue };
        let records = rest.split_once(counts).unwrap().1;
        let list = records.split(", ").filter_map(|r| {
            let words: Vec<&str> = r.split_whitespace().collect();
            let at = words.iter().position(|w| matches!(*w, "A" | "AAAA"))?;
            words.get(at + 1).map(|w| w.trim_end_matches(',').to_owned())
        });
        out.push((to.rsplit_once('.').unwrap().0.to_owned(), list.collect()));
    }
    out
}

#[test]
fn captures_equal_tcpdump() {
    let Some(data) = data() else { return };
    let dir = data.join("dns-pcap/tcpdump");
    println!("| file | ours | tcpdump | equal | differing | problems | why |\n|---|---|---|---|---|---|---|");
    for (capture, golden, records) in [
        ("dns_udp.pcap", "dns_udp.out", 1),
        ("dns_tcp.pcap", "dns_tcp.out", 1),
        ("dns-badcookie.pcap", "dns-badcookie.out", 2),
        ("dns-badvers.pcap", "dns-badvers.out", 2),
        ("dns-uri.pcap", "dns-uri.out", 2),
        ("edns-opts.pcap", "edns-opts.out", 21),
    ] {
        let ours = ours::read(&dir.join(capture), &Options::default());
        let mine: Vec<_> = ours
            .lookups
            .iter()
            .map(|l| (l.client.clone(), l.answers.iter().map(|a| a.3.clone()).collect::<Vec<_>>()))
            .collect();
        let theirs = tcpdump_answers(&std::fs::read_to_string(dir.join(golden)).unwrap());
        let (row, a, b) = Row::compare(capture, &mine, &theirs, ours.problems.clone());
        row.print("");
        assert_eq!((row.equal, row.ours, row.theirs), (records, records, records), "{capture} {a:#?} {b:#?}");
    }
}
