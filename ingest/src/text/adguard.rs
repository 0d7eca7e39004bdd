//! AdGuard Home's `querylog.json`: one JSON object a line, the whole answer as a DNS message in base64.

use std::borrow::Cow;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Addr, Lookup, Reason, Tally};
use serde::Deserialize;

use crate::dns::names::type_number;
use crate::dns::wire::Message;
use crate::text::out::Out;
use crate::text::stamps::rfc3339;

/// The keys of an entry that are used; `Result`, rules and upstreams are passed over.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(rename = "T", borrow)]
    time: Cow<'a, str>,
    #[serde(rename = "QH", borrow)]
    name: Cow<'a, str>,
    #[serde(rename = "QT", borrow)]
    qtype: Cow<'a, str>,
    #[serde(rename = "IP", borrow, default)]
    client: Option<Cow<'a, str>>,
    #[serde(rename = "Answer", borrow, default)]
    answer: Option<Cow<'a, str>>,
    /// Nanoseconds from question to answer.
    #[serde(rename = "Elapsed", default)]
    elapsed: Option<i64>,
}

/// Whether a line is an entry.
pub(crate) fn looks_like(line: &[u8]) -> bool {
    let has = |key: &[u8]| memchr::memmem::find(line, key).is_some();
    line.starts_with(b"{") && has(b"\"QH\":") && has(b"\"QT\":") && has(b"\"T\":")
}

/// Decodes entries; its buffers are used again.
#[derive(Default)]
pub(crate) struct Decoder {
    octets: Vec<u8>,
    message: Message,
}

impl Decoder {
    /// Reads one entry. The time is when the answer went out: AdGuard Home stamps an entry once it has answered.
    ///
    /// A client whose last 16 bits (IPv4) or 80 bits (IPv6) are zero was anonymized at the source
    /// (`anonymize_client_ip`): it counts as [`Reason::ClientAnonymised`], and the lookup has no client.
    pub(crate) fn entry(
        &mut self,
        line: &str,
        offset: u64,
        out: &mut Out<'_>,
        tally: &mut Tally,
    ) -> Result<(), Reason> {
        let entry: Entry<'_> = serde_json::from_str(line).map_err(|_| Reason::LineUnknown)?;
        let time = rfc3339(entry.time.as_bytes()).ok_or(Reason::TimeBroken)?;
        let qtype = type_number(&entry.qtype).ok_or(Reason::LineUnknown)?;
        let client = entry.client.as_deref().and_then(|c| c.parse::<IpAddr>().ok()).map(Addr::from);
        let client = client.filter(|c| {
            let hidden = is_anonymized(*c);
            if hidden {
                tally.add(Reason::ClientAnonymised, offset);
            }
            !hidden
        });
        let answered = self.answer(entry.answer.as_deref(), offset, tally);
        let name = entry.name.to_ascii_lowercase();
        let name = if name.len() > 1 { name.strip_suffix('.').unwrap_or(&name) } else { &name };
        let lookup = Lookup {
            time,
            client,
            name: if name.is_empty() { "." } else { name },
            qtype,
            rcode: answered.then_some(self.message.rcode),
            delay_ms: entry.elapsed.and_then(|ns| u32::try_from(ns / 1_000_000).ok()),
            answers: Vec::new(),
            offset,
        };
        let answers = if answered { self.message.answers() } else { Vec::new() };
        out.lookup(&lookup, &answers);
        Ok(())
    }

    /// Decodes the answer; false where there is none that can be read.
    fn answer(&mut self, base64: Option<&str>, offset: u64, tally: &mut Tally) -> bool {
        let Some(text) = base64.filter(|t| !t.is_empty()) else { return false };
        self.octets.clear();
        let read = STANDARD.decode_vec(text, &mut self.octets).is_ok();
        let parsed = if read { self.message.parse(&self.octets) } else { Err(crate::dns::wire::Broken { offset: 0 }) };
        if parsed.is_err() {
            tally.add(Reason::DnsBroken, offset);
        } else if self.message.truncated {
            tally.add(Reason::DnsTruncated, offset);
        }
        read && self.message.has_header
    }
}

fn is_anonymized(client: Addr) -> bool {
    match client.to_ip() {
        IpAddr::V4(a) => a.octets().ends_with(&[0, 0]),
        IpAddr::V6(a) => a.octets().ends_with(&[0; 10]),
    }
}
