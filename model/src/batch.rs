//! Flows in Arrow batches: the schema, a builder that moves its columns in, and a view that reads them back.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, FixedSizeBinaryArray, Int64Array, RecordBatch, UInt8Array, UInt16Array, UInt32Array,
    UInt64Array,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::{Addr, Mac, Micros};

/// Rows after which a decoder hands its batch on: large enough to amortise the columns, small enough to stay in cache.
pub const FLOWS_PER_BATCH: usize = 8_192;

/// One flow record as exported: volumes unscaled, with the sampling interval beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// First packet, UTC.
    pub start: Micros,
    /// Last packet, UTC; never before `start`.
    pub end: Micros,
    /// Source address.
    pub src: Addr,
    /// Destination address.
    pub dst: Addr,
    /// Source port, where the protocol has one.
    pub src_port: Option<u16>,
    /// Destination port.
    pub dst_port: Option<u16>,
    /// IP protocol number.
    pub protocol: Option<u8>,
    /// Packets.
    pub packets: Option<u64>,
    /// IP octets: header and payload, no link layer.
    pub bytes: u64,
    /// Who exported the record; none where the source does not say (a bare datagram, packets).
    pub exporter: Option<Addr>,
    /// Source id (v9), observation domain (IPFIX), engine type x 256 + engine id (v5).
    pub domain: Option<u32>,
    /// SNMP index of the ingress interface.
    pub in_if: Option<u32>,
    /// SNMP index of the egress interface.
    pub out_if: Option<u32>,
    /// One packet in this many was counted; 1 without sampling.
    pub sampling: u32,
    /// Link-layer source, where exported.
    pub src_mac: Option<Mac>,
    /// Destination after address translation.
    pub post_nat_dst: Option<Addr>,
    /// Whether this is the second half of a biflow (RFC 5103).
    pub reverse: bool,
    /// Where the record stands in its input, in octets.
    pub offset: u64,
}

const COLUMNS: [(&str, DataType, bool); 18] = [
    ("start", DataType::Int64, false),
    ("end", DataType::Int64, false),
    ("src", DataType::FixedSizeBinary(16), false),
    ("dst", DataType::FixedSizeBinary(16), false),
    ("src_port", DataType::UInt16, true),
    ("dst_port", DataType::UInt16, true),
    ("protocol", DataType::UInt8, true),
    ("packets", DataType::UInt64, true),
    ("bytes", DataType::UInt64, false),
    ("exporter", DataType::FixedSizeBinary(16), true),
    ("domain", DataType::UInt32, true),
    ("in_if", DataType::UInt32, true),
    ("out_if", DataType::UInt32, true),
    ("sampling", DataType::UInt32, false),
    ("src_mac", DataType::FixedSizeBinary(6), true),
    ("post_nat_dst", DataType::FixedSizeBinary(16), true),
    ("reverse", DataType::Boolean, false),
    ("offset", DataType::UInt64, false),
];

/// The schema of a batch of flows. Times are microseconds UTC, addresses 16 octets in network order.
pub fn flow_schema() -> SchemaRef {
    let field = |(name, kind, null): &(&str, DataType, bool)| Field::new(*name, kind.clone(), *null);
    Arc::new(Schema::new(COLUMNS.iter().map(field).collect::<Vec<_>>()))
}

/// A batch that does not have the schema its reader asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a batch lacks the column '{column}' of the expected type (batch schema of this version)")]
pub struct BatchError {
    /// The first column that is missing or has another type.
    pub column: &'static str,
}

/// A column of values some of which may be absent. The bitmap exists only once something is.
#[derive(Debug, Clone)]
struct Optional<T> {
    values: Vec<T>,
    present: Option<Vec<bool>>,
}

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Self { values: Vec::new(), present: None }
    }
}

impl<T: Default> Optional<T> {
    #[inline]
    fn push(&mut self, value: Option<T>) {
        match (value, &mut self.present) {
            (Some(v), None) => self.values.push(v),
            (Some(v), Some(p)) => {
                self.values.push(v);
                p.push(true);
            }
            (None, present) => {
                let p = present.get_or_insert_with(|| vec![true; self.values.len()]);
                self.values.push(T::default());
                p.push(false);
            }
        }
    }

    fn take(&mut self) -> (Vec<T>, Option<NullBuffer>) {
        let nulls = self.present.take().map(|p| NullBuffer::new(BooleanBuffer::from(p)));
        (std::mem::take(&mut self.values), nulls)
    }
}

/// Collects flows and hands them on as a batch. The columns move into the batch; nothing is copied.
#[derive(Debug, Clone, Default)]
pub struct FlowBuilder {
    start: Vec<i64>,
    end: Vec<i64>,
    src: Vec<[u8; 16]>,
    dst: Vec<[u8; 16]>,
    src_port: Optional<u16>,
    dst_port: Optional<u16>,
    protocol: Optional<u8>,
    packets: Optional<u64>,
    bytes: Vec<u64>,
    exporter: Optional<[u8; 16]>,
    domain: Optional<u32>,
    in_if: Optional<u32>,
    out_if: Optional<u32>,
    sampling: Vec<u32>,
    src_mac: Optional<[u8; 6]>,
    post_nat_dst: Optional<[u8; 16]>,
    reverse: Vec<bool>,
    offset: Vec<u64>,
}

fn fixed<const N: usize>((values, nulls): (Vec<[u8; N]>, Option<NullBuffer>)) -> ArrayRef {
    Arc::new(FixedSizeBinaryArray::new(N as i32, Buffer::from_vec(values.into_flattened()), nulls))
}

impl FlowBuilder {
    /// An empty builder with room for a full batch ([`FLOWS_PER_BATCH`]).
    pub fn with_room() -> Self {
        fn room<T>() -> Vec<T> {
            Vec::with_capacity(FLOWS_PER_BATCH)
        }
        fn optional<T>() -> Optional<T> {
            Optional { values: room(), present: None }
        }
        Self {
            start: room(),
            end: room(),
            src: room(),
            dst: room(),
            src_port: optional(),
            dst_port: optional(),
            protocol: optional(),
            packets: optional(),
            bytes: room(),
            exporter: optional(),
            domain: optional(),
            in_if: optional(),
            out_if: optional(),
            sampling: room(),
            src_mac: optional(),
            post_nat_dst: optional(),
            reverse: room(),
            offset: room(),
        }
    }

    /// Rows so far.
    pub fn len(&self) -> usize {
        self.start.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// Adds one flow.
    #[inline]
    pub fn push(&mut self, f: &Flow) {
        self.start.push(f.start);
        self.end.push(f.end);
        self.src.push(f.src.octets());
        self.dst.push(f.dst.octets());
        self.src_port.push(f.src_port);
        self.dst_port.push(f.dst_port);
        self.protocol.push(f.protocol);
        self.packets.push(f.packets);
        self.bytes.push(f.bytes);
        self.exporter.push(f.exporter.map(Addr::octets));
        self.domain.push(f.domain);
        self.in_if.push(f.in_if);
        self.out_if.push(f.out_if);
        self.sampling.push(f.sampling);
        self.src_mac.push(f.src_mac.map(|m| m.0));
        self.post_nat_dst.push(f.post_nat_dst.map(Addr::octets));
        self.reverse.push(f.reverse);
        self.offset.push(f.offset);
    }

    /// The rows so far as a batch; the builder is empty afterwards.
    ///
    /// # Panics
    /// Never: the columns have one length and the schema's types by construction.
    pub fn finish(&mut self) -> RecordBatch {
        macro_rules! plain {
            ($kind:ty, $column:expr) => {
                Arc::new(<$kind>::new(ScalarBuffer::from(std::mem::take($column)), None)) as ArrayRef
            };
        }
        macro_rules! optional {
            ($kind:ty, $column:expr) => {{
                let (values, nulls) = $column.take();
                Arc::new(<$kind>::new(ScalarBuffer::from(values), nulls)) as ArrayRef
            }};
        }
        let columns: Vec<ArrayRef> = vec![
            plain!(Int64Array, &mut self.start),
            plain!(Int64Array, &mut self.end),
            fixed((std::mem::take(&mut self.src), None)),
            fixed((std::mem::take(&mut self.dst), None)),
            optional!(UInt16Array, self.src_port),
            optional!(UInt16Array, self.dst_port),
            optional!(UInt8Array, self.protocol),
            optional!(UInt64Array, self.packets),
            plain!(UInt64Array, &mut self.bytes),
            fixed(self.exporter.take()),
            optional!(UInt32Array, self.domain),
            optional!(UInt32Array, self.in_if),
            optional!(UInt32Array, self.out_if),
            plain!(UInt32Array, &mut self.sampling),
            fixed(self.src_mac.take()),
            fixed(self.post_nat_dst.take()),
            Arc::new(BooleanArray::from(std::mem::take(&mut self.reverse))),
            plain!(UInt64Array, &mut self.offset),
        ];
        RecordBatch::try_new(flow_schema(), columns).expect("columns of one length and of the schema's types")
    }
}

/// Reads a batch of flows without copying it.
#[derive(Debug, Clone, Copy)]
pub struct FlowView<'a> {
    start: &'a [i64],
    end: &'a [i64],
    src: &'a [[u8; 16]],
    dst: &'a [[u8; 16]],
    src_port: &'a UInt16Array,
    dst_port: &'a UInt16Array,
    protocol: &'a UInt8Array,
    packets: &'a UInt64Array,
    bytes: &'a [u64],
    exporter: (&'a [[u8; 16]], Option<&'a NullBuffer>),
    domain: &'a UInt32Array,
    in_if: &'a UInt32Array,
    out_if: &'a UInt32Array,
    sampling: &'a [u32],
    src_mac: (&'a [[u8; 6]], Option<&'a NullBuffer>),
    post_nat_dst: (&'a [[u8; 16]], Option<&'a NullBuffer>),
    reverse: &'a BooleanArray,
    offset: &'a [u64],
}

pub(crate) fn column<'a, A: Array + 'static>(batch: &'a RecordBatch, name: &'static str) -> Result<&'a A, BatchError> {
    batch.column_by_name(name).and_then(|c| c.as_any().downcast_ref::<A>()).ok_or(BatchError { column: name })
}

type Fixed<'a, const N: usize> = (&'a [[u8; N]], Option<&'a NullBuffer>);

fn fixed_column<'a, const N: usize>(batch: &'a RecordBatch, name: &'static str) -> Result<Fixed<'a, N>, BatchError> {
    let array = column::<FixedSizeBinaryArray>(batch, name)?;
    if array.value_length() != N as i32 {
        return Err(BatchError { column: name });
    }
    let (chunks, _) = array.value_data().as_chunks::<N>();
    Ok((chunks, array.nulls()))
}

#[inline]
fn at<T: Copy>((values, nulls): (&[T], Option<&NullBuffer>), i: usize) -> Option<T> {
    nulls.is_none_or(|n| n.is_valid(i)).then(|| values[i])
}

impl<'a> FlowView<'a> {
    /// Checks the schema once, so that reading rows cannot fail.
    pub fn new(batch: &'a RecordBatch) -> Result<Self, BatchError> {
        Ok(Self {
            start: column::<Int64Array>(batch, "start")?.values(),
            end: column::<Int64Array>(batch, "end")?.values(),
            src: fixed_column(batch, "src")?.0,
            dst: fixed_column(batch, "dst")?.0,
            src_port: column(batch, "src_port")?,
            dst_port: column(batch, "dst_port")?,
            protocol: column(batch, "protocol")?,
            packets: column(batch, "packets")?,
            bytes: column::<UInt64Array>(batch, "bytes")?.values(),
            exporter: fixed_column(batch, "exporter")?,
            domain: column(batch, "domain")?,
            in_if: column(batch, "in_if")?,
            out_if: column(batch, "out_if")?,
            sampling: column::<UInt32Array>(batch, "sampling")?.values(),
            src_mac: fixed_column(batch, "src_mac")?,
            post_nat_dst: fixed_column(batch, "post_nat_dst")?,
            reverse: column(batch, "reverse")?,
            offset: column::<UInt64Array>(batch, "offset")?.values(),
        })
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.start.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// Both ends of row `i`: enough to choose who handles it.
    #[inline]
    pub fn ends(&self, i: usize) -> (Addr, Addr) {
        (Addr::from_octets(self.src[i]), Addr::from_octets(self.dst[i]))
    }

    /// Row `i`.
    ///
    /// # Panics
    /// Where `i` is not below [`FlowView::len`].
    #[inline]
    pub fn row(&self, i: usize) -> Flow {
        macro_rules! get {
            ($column:ident) => {
                self.$column.is_valid(i).then(|| self.$column.value(i))
            };
        }
        Flow {
            start: self.start[i],
            end: self.end[i],
            src: Addr::from_octets(self.src[i]),
            dst: Addr::from_octets(self.dst[i]),
            src_port: get!(src_port),
            dst_port: get!(dst_port),
            protocol: get!(protocol),
            packets: get!(packets),
            bytes: self.bytes[i],
            exporter: at(self.exporter, i).map(Addr::from_octets),
            domain: get!(domain),
            in_if: get!(in_if),
            out_if: get!(out_if),
            sampling: self.sampling[i],
            src_mac: at(self.src_mac, i).map(Mac),
            post_nat_dst: at(self.post_nat_dst, i).map(Addr::from_octets),
            reverse: self.reverse.value(i),
            offset: self.offset[i],
        }
    }

    /// All rows in order.
    pub fn rows(self) -> impl Iterator<Item = Flow> {
        (0..self.len()).map(move |i| self.row(i))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(n: u8) -> Flow {
        Flow {
            start: i64::from(n) * 1_000,
            end: i64::from(n) * 1_000 + 5,
            src: Addr::from_v4([192, 0, 2, n]),
            dst: Addr::from_v4([198, 51, 100, n]),
            src_port: n.is_multiple_of(2).then_some(443),
            dst_port: Some(u16::from(n)),
            protocol: Some(6),
            packets: n.is_multiple_of(3).then_some(7),
            bytes: u64::MAX - u64::from(n),
            exporter: (n > 1).then_some(Addr::from_v4([203, 0, 113, 1])),
            domain: None,
            in_if: Some(1),
            out_if: Some(2),
            sampling: 1,
            src_mac: (n == 3).then_some(Mac([2, 0, 0, 0, 0, n])),
            post_nat_dst: None,
            reverse: n == 4,
            offset: 48 * u64::from(n),
        }
    }

    #[test]
    fn rows_come_back_as_pushed() {
        let flows: Vec<Flow> = (0..9).map(flow).collect();
        let mut builder = FlowBuilder::default();
        flows.iter().for_each(|f| builder.push(f));
        let batch = builder.finish();
        assert!(builder.is_empty());
        assert_eq!(FlowView::new(&batch).unwrap().rows().collect::<Vec<_>>(), flows);
        let half = batch.slice(3, 4);
        assert_eq!(FlowView::new(&half).unwrap().rows().collect::<Vec<_>>(), flows[3..7]);
    }

    #[test]
    fn another_schema_is_refused_by_name() {
        let batch = FlowBuilder::default().finish();
        let less = batch.project(&[0, 1, 2]).unwrap();
        assert_eq!(FlowView::new(&less).unwrap_err(), BatchError { column: "dst" });
    }
}
