//! DNS lookups in Arrow batches, and address leases.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, FixedSizeBinaryArray, FixedSizeBinaryBuilder, Int64Array, Int64Builder, ListArray, RecordBatch,
    StringArray, StringBuilder, StructArray, UInt16Array, UInt16Builder, UInt32Array, UInt32Builder, UInt64Array,
};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};

use crate::batch::column;
use crate::{Addr, BatchError, Mac, Micros};

/// Rows after which a decoder hands its batch on.
pub const LOOKUPS_PER_BATCH: usize = 8_192;

/// Resource record types that mean something here (IANA DNS parameters).
pub mod rr {
    /// IPv4 address.
    pub const A: u16 = 1;
    /// Canonical name.
    pub const CNAME: u16 = 5;
    /// Pointer.
    pub const PTR: u16 = 12;
    /// Text.
    pub const TXT: u16 = 16;
    /// IPv6 address.
    pub const AAAA: u16 = 28;
    /// Service location.
    pub const SRV: u16 = 33;
    /// Service binding.
    pub const SVCB: u16 = 64;
    /// Service binding for HTTPS (RFC 9460).
    pub const HTTPS: u16 = 65;
}

/// One answer: an address (A, AAAA, or a hint in HTTPS or SVCB), or the next name of a chain (CNAME).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The owner name: lower case, no final dot.
    pub name: &'a str,
    /// Record type.
    pub rtype: u16,
    /// Seconds that the answer may be kept; none where the source does not say (dnsmasq text).
    pub ttl: Option<u32>,
    /// The address.
    pub address: Option<Addr>,
    /// The next name of a chain.
    pub target: Option<&'a str>,
}

/// One question with what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup<'a> {
    /// When it was answered, or asked if no answer was seen. UTC.
    pub time: Micros,
    /// Who asked; none where the source does not say.
    pub client: Option<Addr>,
    /// The question's name: lower case, no final dot.
    pub name: &'a str,
    /// The question's type.
    pub qtype: u16,
    /// Response code; none if no answer was seen.
    pub rcode: Option<u16>,
    /// Milliseconds between question and answer, where the source carries both.
    pub delay_ms: Option<u32>,
    /// The answers in their order.
    pub answers: Vec<Answer<'a>>,
    /// Where it stands in its input, in octets.
    pub offset: u64,
}

fn answer_fields() -> Fields {
    Fields::from(vec![
        Field::new("name", DataType::Utf8, false),
        Field::new("type", DataType::UInt16, false),
        Field::new("ttl", DataType::UInt32, true),
        Field::new("address", DataType::FixedSizeBinary(16), true),
        Field::new("target", DataType::Utf8, true),
    ])
}

fn answer_item() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Struct(answer_fields()), false))
}

/// The schema of a batch of lookups.
pub fn lookup_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("time", DataType::Int64, false),
        Field::new("client", DataType::FixedSizeBinary(16), true),
        Field::new("name", DataType::Utf8, false),
        Field::new("type", DataType::UInt16, false),
        Field::new("rcode", DataType::UInt16, true),
        Field::new("delay_ms", DataType::UInt32, true),
        Field::new("answers", DataType::List(answer_item()), false),
        Field::new("offset", DataType::UInt64, false),
    ]))
}

/// Collects lookups and hands them on as a batch.
#[derive(Debug)]
pub struct LookupBuilder {
    time: Int64Builder,
    client: FixedSizeBinaryBuilder,
    name: StringBuilder,
    qtype: UInt16Builder,
    rcode: UInt16Builder,
    delay_ms: UInt32Builder,
    offset: Vec<u64>,
    ends: Vec<i32>,
    a_name: StringBuilder,
    a_type: UInt16Builder,
    a_ttl: UInt32Builder,
    a_address: FixedSizeBinaryBuilder,
    a_target: StringBuilder,
    answers: usize,
}

impl Default for LookupBuilder {
    fn default() -> Self {
        Self {
            time: Int64Builder::new(),
            client: FixedSizeBinaryBuilder::new(16),
            name: StringBuilder::new(),
            qtype: UInt16Builder::new(),
            rcode: UInt16Builder::new(),
            delay_ms: UInt32Builder::new(),
            offset: Vec::new(),
            ends: vec![0],
            a_name: StringBuilder::new(),
            a_type: UInt16Builder::new(),
            a_ttl: UInt32Builder::new(),
            a_address: FixedSizeBinaryBuilder::new(16),
            a_target: StringBuilder::new(),
            answers: 0,
        }
    }
}

fn push_addr(builder: &mut FixedSizeBinaryBuilder, addr: Option<Addr>) {
    match addr {
        Some(a) => builder.append_value(a.octets()).expect("16 octets in a column of 16"),
        None => builder.append_null(),
    }
}

impl LookupBuilder {
    /// Rows so far.
    pub fn len(&self) -> usize {
        self.offset.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.offset.is_empty()
    }

    /// Adds one lookup.
    pub fn push(&mut self, l: &Lookup<'_>) {
        self.push_row(l, &l.answers);
    }

    /// Adds one lookup whose answers stand elsewhere, so that a hot decoder need not own a vector for each.
    pub fn push_row(&mut self, l: &Lookup<'_>, answers: &[Answer<'_>]) {
        self.time.append_value(l.time);
        push_addr(&mut self.client, l.client);
        self.name.append_value(l.name);
        self.qtype.append_value(l.qtype);
        self.rcode.append_option(l.rcode);
        self.delay_ms.append_option(l.delay_ms);
        self.offset.push(l.offset);
        for a in answers {
            self.a_name.append_value(a.name);
            self.a_type.append_value(a.rtype);
            self.a_ttl.append_option(a.ttl);
            push_addr(&mut self.a_address, a.address);
            self.a_target.append_option(a.target);
        }
        self.answers += answers.len();
        self.ends.push(i32::try_from(self.answers).unwrap_or(i32::MAX));
    }

    /// The rows so far as a batch; the builder is empty afterwards.
    ///
    /// # Panics
    /// Never, as long as a batch is finished before it holds 2^31 answers or 2 GiB of names.
    pub fn finish(&mut self) -> RecordBatch {
        let answers = StructArray::new(
            answer_fields(),
            vec![
                Arc::new(self.a_name.finish()) as ArrayRef,
                Arc::new(self.a_type.finish()),
                Arc::new(self.a_ttl.finish()),
                Arc::new(self.a_address.finish()),
                Arc::new(self.a_target.finish()),
            ],
            None,
        );
        let ends = std::mem::replace(&mut self.ends, vec![0]);
        self.answers = 0;
        let lists = ListArray::new(answer_item(), OffsetBuffer::new(ScalarBuffer::from(ends)), Arc::new(answers), None);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.time.finish()),
            Arc::new(self.client.finish()),
            Arc::new(self.name.finish()),
            Arc::new(self.qtype.finish()),
            Arc::new(self.rcode.finish()),
            Arc::new(self.delay_ms.finish()),
            Arc::new(lists),
            Arc::new(UInt64Array::from(std::mem::take(&mut self.offset))),
        ];
        RecordBatch::try_new(lookup_schema(), columns).expect("columns of one length and of the schema's types")
    }
}

/// Reads a batch of lookups without copying it.
#[derive(Debug, Clone, Copy)]
pub struct LookupView<'a> {
    time: &'a Int64Array,
    client: &'a FixedSizeBinaryArray,
    name: &'a StringArray,
    qtype: &'a UInt16Array,
    rcode: &'a UInt16Array,
    delay_ms: &'a UInt32Array,
    answers: &'a ListArray,
    offset: &'a UInt64Array,
    a_name: &'a StringArray,
    a_type: &'a UInt16Array,
    a_ttl: &'a UInt32Array,
    a_address: &'a FixedSizeBinaryArray,
    a_target: &'a StringArray,
}

fn addr_at(array: &FixedSizeBinaryArray, i: usize) -> Option<Addr> {
    if array.is_null(i) {
        return None;
    }
    array.value(i).try_into().ok().map(Addr::from_octets)
}

impl<'a> LookupView<'a> {
    /// Checks the schema once, so that reading rows cannot fail.
    pub fn new(batch: &'a RecordBatch) -> Result<Self, BatchError> {
        let answers: &ListArray = column(batch, "answers")?;
        let item = answers.values().as_any().downcast_ref::<StructArray>().ok_or(BatchError { column: "answers" })?;
        let bad = || BatchError { column: "answers" };
        fn part<'b, A: 'static>(item: &'b StructArray, name: &str) -> Option<&'b A> {
            item.column_by_name(name).and_then(|c| c.as_any().downcast_ref::<A>())
        }
        Ok(Self {
            time: column(batch, "time")?,
            client: column(batch, "client")?,
            name: column(batch, "name")?,
            qtype: column(batch, "type")?,
            rcode: column(batch, "rcode")?,
            delay_ms: column(batch, "delay_ms")?,
            answers,
            offset: column(batch, "offset")?,
            a_name: part(item, "name").ok_or_else(bad)?,
            a_type: part(item, "type").ok_or_else(bad)?,
            a_ttl: part(item, "ttl").ok_or_else(bad)?,
            a_address: part(item, "address").ok_or_else(bad)?,
            a_target: part(item, "target").ok_or_else(bad)?,
        })
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// The answers of row `i`.
    pub fn answers(&self, i: usize) -> impl Iterator<Item = Answer<'a>> + use<'a> {
        let view = *self;
        let offsets = self.answers.value_offsets();
        (offsets[i] as usize..offsets[i + 1] as usize).map(move |j| Answer {
            name: view.a_name.value(j),
            rtype: view.a_type.value(j),
            ttl: view.a_ttl.is_valid(j).then(|| view.a_ttl.value(j)),
            address: addr_at(view.a_address, j),
            target: view.a_target.is_valid(j).then(|| view.a_target.value(j)),
        })
    }

    /// Row `i` without its answers: [`Lookup::answers`] is empty and allocates nothing.
    pub fn head(&self, i: usize) -> Lookup<'a> {
        Lookup {
            time: self.time.value(i),
            client: addr_at(self.client, i),
            name: self.name.value(i),
            qtype: self.qtype.value(i),
            rcode: self.rcode.is_valid(i).then(|| self.rcode.value(i)),
            delay_ms: self.delay_ms.is_valid(i).then(|| self.delay_ms.value(i)),
            answers: Vec::new(),
            offset: self.offset.value(i),
        }
    }

    /// Row `i` with its answers.
    pub fn row(&self, i: usize) -> Lookup<'a> {
        Lookup { answers: self.answers(i).collect(), ..self.head(i) }
    }

    /// All rows in order.
    pub fn rows(self) -> impl Iterator<Item = Lookup<'a>> {
        (0..self.len()).map(move |i| self.row(i))
    }
}

/// One address lease or binding: this link-layer address had this network address from `start` to `end`.
///
/// One that ends when it begins was given back, declined or refused at that moment: from then on the device has it no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// When it began, where the source says; UTC.
    pub start: Option<Micros>,
    /// When it ends or was last renewed until; none for a static lease without end.
    pub end: Option<Micros>,
    /// The device's link-layer address; none in DHCPv6 lines that carry only a DUID.
    pub mac: Option<Mac>,
    /// The network address.
    pub address: Addr,
    /// The name that the device gave, for `inspect` alone.
    pub hostname: Option<String>,
    /// Where it stands in its input, in octets.
    pub offset: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_pushed() {
        let chain = vec![
            Answer {
                name: "www.example.com",
                rtype: rr::CNAME,
                ttl: Some(60),
                address: None,
                target: Some("cdn.example.net"),
            },
            Answer {
                name: "cdn.example.net",
                rtype: rr::A,
                ttl: None,
                address: Some(Addr::from_v4([192, 0, 2, 1])),
                target: None,
            },
        ];
        let full = Lookup {
            time: 5,
            client: Some(Addr::from_v4([198, 51, 100, 2])),
            name: "www.example.com",
            qtype: rr::A,
            rcode: Some(0),
            delay_ms: None,
            answers: chain,
            offset: 7,
        };
        let bare = Lookup { time: 6, client: None, rcode: None, delay_ms: Some(3), answers: vec![], ..full.clone() };
        let mut builder = LookupBuilder::default();
        for l in [&full, &bare, &full] {
            builder.push(l);
        }
        let batch = builder.finish();
        assert!(builder.is_empty());
        assert_eq!(LookupView::new(&batch).unwrap().rows().collect::<Vec<_>>(), vec![full.clone(), bare, full.clone()]);
        let last = batch.slice(2, 1);
        assert_eq!(LookupView::new(&last).unwrap().row(0), full);
    }
}
