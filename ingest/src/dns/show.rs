//! Lookups and leases as one line of text each, for tests.

use arrow::array::RecordBatch;
use model::{Lease, Lookup, LookupView};

use super::names::{rcode_word, type_word};
use crate::Sink;

/// `time client name type rcode delay @offset | owner type ttl address-or->target | ..`, a dash for what is absent.
pub(crate) fn lookup(l: &Lookup<'_>) -> String {
    let dash = |o: Option<String>| o.unwrap_or_else(|| "-".to_owned());
    let mut s = format!(
        "{} {} {} {} {} {} @{}",
        time(l.time),
        dash(l.client.map(|c| c.to_ip().to_string())),
        l.name,
        type_word(l.qtype),
        dash(l.rcode.map(rcode_word)),
        dash(l.delay_ms.map(|d| d.to_string())),
        l.offset
    );
    for a in &l.answers {
        let data = match (a.address, a.target) {
            (Some(x), _) => x.to_ip().to_string(),
            (None, Some(t)) => format!("->{t}"),
            (None, None) => "-".to_owned(),
        };
        s += &format!(" | {} {} {} {data}", a.name, type_word(a.rtype), dash(a.ttl.map(|t| t.to_string())));
    }
    s
}

pub(crate) fn time(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).unwrap().to_string()
}

/// Everything that was handed on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) lookups: Vec<String>,
    pub(crate) leases: Vec<String>,
    pub(crate) batches: usize,
}

impl Sink for Kept {
    fn flows(&mut self, _: &[RecordBatch]) {
        unreachable!("text and DNS hold no flows")
    }

    fn lookups(&mut self, batch: &RecordBatch) {
        self.lookups.extend(LookupView::new(batch).unwrap().rows().map(|l| lookup(&l)));
        self.batches += 1;
    }

    fn lease(&mut self, l: &Lease) {
        let dash = |o: Option<String>| o.unwrap_or_else(|| "-".to_owned());
        self.leases.push(format!(
            "{} {} {} {} {} @{}",
            dash(l.start.map(time)),
            dash(l.end.map(time)),
            dash(l.mac.map(|m| m.to_text())),
            l.address.to_ip(),
            dash(l.hostname.clone()),
            l.offset
        ));
    }
}
