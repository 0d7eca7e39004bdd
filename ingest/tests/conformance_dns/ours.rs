//! What our decoders say of a file.

use std::path::Path;

use arrow::array::RecordBatch;
use ingest::{Options, Sink};
use model::{Lease, LookupView};

/// A lookup in plain values. Answers are owner, type, TTL, and address or target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rec {
    pub(crate) time: i64,
    pub(crate) client: String,
    pub(crate) name: String,
    pub(crate) qtype: u16,
    pub(crate) rcode: Option<u16>,
    pub(crate) delay_ms: Option<u32>,
    pub(crate) answers: Vec<(String, u16, Option<u32>, String)>,
}

/// Everything of one file.
#[derive(Debug, Default)]
pub(crate) struct Ours {
    pub(crate) lookups: Vec<Rec>,
    pub(crate) leases: Vec<Lease>,
    pub(crate) formats: String,
    /// `reason:count` in order.
    pub(crate) problems: String,
}

impl Sink for Ours {
    fn flows(&mut self, _: &[RecordBatch]) {}

    fn lookups(&mut self, batch: &RecordBatch) {
        for l in LookupView::new(batch).unwrap().rows() {
            self.lookups.push(Rec {
                time: l.time,
                client: l.client.map_or_else(String::new, |c| c.to_ip().to_string()),
                name: l.name.to_owned(),
                qtype: l.qtype,
                rcode: l.rcode,
                delay_ms: l.delay_ms,
                answers: l
                    .answers
                    .iter()
                    .map(|a| {
                        let data = a.address.map(|x| x.to_ip().to_string());
                        let data = data.or_else(|| a.target.map(str::to_owned)).unwrap_or_default();
                        (a.name.to_owned(), a.rtype, a.ttl, data)
                    })
                    .collect(),
            });
        }
    }

    fn lease(&mut self, lease: &Lease) {
        self.leases.push(lease.clone());
    }
}

/// Reads one file.
pub(crate) fn read(path: &Path, options: &Options) -> Ours {
    let mut ours = Ours::default();
    let scan = ingest::scan(path, options, &mut ours).unwrap();
    let words: Vec<String> = scan.problems.iter().map(|p| format!("{}:{}", p.reason.code(), p.count)).collect();
    ours.problems = words.join(" ");
    ours.formats = scan.formats.keys().map(|f| f.as_str()).collect::<Vec<_>>().join(" ");
    ours
}
