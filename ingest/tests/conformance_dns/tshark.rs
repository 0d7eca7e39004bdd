//! Wireshark's reading of every sample capture with DNS, message by message.

use std::path::Path;
use std::process::Command;

use ingest::Options;

use crate::messages::{Message, lookups};
use crate::{Row, data, ours, samples};

/// What tshark says, as PDML; none where it is not installed.
fn pdml(path: &Path) -> Option<String> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(path).args([
        "-n",
        "-T",
        "pdml",
        "-Y",
        "dns && !icmp && !icmpv6 && (udp.port == 53 || tcp.port == 53)",
    ]);
    let out = command.output().ok()?;
    Some(String::from_utf8_lossy(&out.stdout).into_owned())
}

fn attribute<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let from = line.find(&format!(" {key}=\""))? + key.len() + 3;
    let rest = &line[from..];
    rest.find('"').map(|end| &rest[..end])
}

fn text(escaped: &str) -> String {
    let plain = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'");
    plain.replace("&amp;", "&")
}

fn name(show: &str) -> String {
    let plain = text(show).to_ascii_lowercase();
    if plain == "<root>" { ".".to_owned() } else { plain }
}

/// The text of a name from its octets in hex, with the escapes of RFC 1035 section 5.1, which Wireshark's own text lacks;
/// none where it is compressed or malformed.
fn from_wire(hex: &str) -> Option<String> {
    let octets: Option<Vec<u8>> =
        (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[i * 2..i * 2 + 2], 16).ok()).collect();
    let (octets, mut at, mut labels) = (octets?, 0, Vec::new());
    loop {
        let length = usize::from(*octets.get(at)?);
        if length == 0 {
            let joined = labels.join(".");
            return Some(if joined.is_empty() { ".".to_owned() } else { joined });
        }
        let label = octets.get(at + 1..at + 1 + length).filter(|_| length < 64)?;
        labels.push(label.iter().fold(String::new(), |s, b| match b {
            b'.' | b'\\' => s + "\\" + &char::from(*b).to_string(),
            0x21..=0x7e => s + &char::from(b.to_ascii_lowercase()).to_string(),
            _ => s + &format!("\\{b:03}"),
        }));
        at += length + 1;
    }
}

#[derive(Default)]
struct Record {
    name: String,
    rtype: u16,
    class: String,
    ttl: u32,
    data: Vec<String>,
}

/// Reads the messages out of PDML, one field a line.
#[derive(Default)]
struct Reader {
    messages: Vec<Message>,
    packet: Message,
    message: Option<Message>,
    section: String,
    record: Option<Record>,
}

impl Reader {
    fn end_record(&mut self) {
        let (Some(r), Some(m)) = (self.record.take(), &mut self.message) else { return };
        if self.section == "Answers" && r.class == "0x0001" && [1, 5, 28, 64, 65].contains(&r.rtype) {
            // RFC 2181 section 8: a TTL with the top bit set is 0.
            let ttl = if r.ttl > 0x7fff_ffff { 0 } else { r.ttl };
            m.answers.extend(r.data.into_iter().map(|d| (r.name.clone(), r.rtype, Some(ttl), d)));
        }
    }

    fn end_message(&mut self) {
        self.end_record();
        self.messages.extend(self.message.take());
    }

    fn line(&mut self, line: &str) {
        if line.starts_with("<packet>") {
            self.packet = Message::default();
        } else if line.starts_with("  <proto ") || line.starts_with("</packet>") {
            self.end_message();
            if attribute(line, "name") == Some("dns") {
                self.message = Some(self.packet.clone());
                self.section.clear();
            }
        }
        let (Some(field), Some(show)) = (attribute(line, "name"), attribute(line, "show")) else { return };
        let number = || show.parse().unwrap_or(0);
        match field {
            "frame.time_epoch" => {
                let (s, f) = show.split_once('.').unwrap();
                self.packet.time = s.parse::<i64>().unwrap() * 1_000_000 + f[..6].parse::<i64>().unwrap();
            }
            "ip.src" | "ipv6.src" => self.packet.src = show.to_owned(),
            "ip.dst" | "ipv6.dst" => self.packet.dst = show.to_owned(),
            "udp.srcport" | "tcp.srcport" => self.packet.sport = number(),
            "udp.dstport" | "tcp.dstport" => self.packet.dport = number(),
            "" if ["Queries", "Answers", "Authoritative nameservers", "Additional records"].contains(&show) => {
                self.end_record();
                self.section = show.to_owned();
            }
            "dns.resp.name" => {
                self.end_record();
                self.record = Some(Record { name: name(show), ..Record::default() });
            }
            "dns.qry.name" => {
                if let Some(m) = self.message.as_mut().filter(|m| m.question.is_none()) {
                    let octets = attribute(line, "value").and_then(from_wire);
                    m.question = Some((octets.unwrap_or_else(|| name(show)), 0));
                }
            }
            _ => self.field(field, show),
        }
    }

    fn field(&mut self, field: &str, show: &str) {
        let Some(m) = &mut self.message else { return };
        let hex = u16::from_str_radix(show.trim_start_matches("0x"), 16).unwrap_or(0);
        match field {
            "dns.id" => m.id = hex,
            "dns.flags.response" => m.response = matches!(show, "1" | "True"),
            "dns.flags.opcode" => m.opcode = show.parse().unwrap_or(0),
            "dns.flags.rcode" => m.rcode |= show.parse::<u16>().unwrap_or(0),
            "dns.resp.ext_rcode" => m.rcode |= hex << 4,
            "dns.qry.type" => {
                if let Some(q) = m.question.as_mut().filter(|q| q.1 == 0) {
                    q.1 = show.parse().unwrap_or(0);
                }
            }
            _ => {}
        }
        let Some(r) = &mut self.record else { return };
        match field {
            "dns.resp.type" => r.rtype = show.parse().unwrap_or(0),
            "dns.resp.class" => r.class = show.to_owned(),
            "dns.resp.ttl" => r.ttl = show.parse().unwrap_or(0),
            "dns.a" | "dns.aaaa" | "dns.svcb.svcparam.ipv4hint.ip" | "dns.svcb.svcparam.ipv6hint.ip" => {
                r.data.push(show.to_owned());
            }
            "dns.cname" => r.data.push(name(show)),
            _ => {}
        }
    }
}

pub(crate) fn messages(path: &Path) -> Option<Vec<Message>> {
    let mut reader = Reader::default();
    pdml(path)?.lines().for_each(|l| reader.line(l));
    Some(reader.messages)
}

#[test]
fn captures_equal_wireshark() {
    let Some(data) = data() else { return };
    if messages(&data.join(samples::CAPTURES[0].file)).is_none() {
        println!("skipped: no tshark here");
        return;
    }
    println!("| file | ours | Wireshark | equal | differing | problems | why |\n|---|---|---|---|---|---|---|");
    let mut wrong = Vec::new();
    // Starting tshark takes a second: a part of the files unless TITHING_CONFORMANCE names others ("/" stands for all).
    let wanted = std::env::var("TITHING_CONFORMANCE").unwrap_or_else(|_| "tcpdump/".to_owned());
    for sample in samples::CAPTURES.iter().filter(|s| s.file.contains(&wanted)) {
        let path = data.join(sample.file);
        let ours = ours::read(&path, &Options::default());
        let theirs = lookups(&messages(&path).unwrap());
        let (row, mut a, mut b) = Row::compare(sample.file, &ours.lookups, &theirs, ours.problems.clone());
        row.print(sample.why);
        if (row.ours, row.theirs, row.equal) != sample.counts {
            a.truncate(3);
            b.truncate(3);
            wrong.push(format!("{row:?}\n  only ours {a:?}\n  only theirs {b:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
