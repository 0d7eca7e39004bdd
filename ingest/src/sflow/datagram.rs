//! sFlow version 5 on the wire: a datagram of samples, each of records; whatever is unknown is passed over by its length.
//!
//! Structures are those of the sFlow version 5 memo (sflow.org, July 2004): XDR, all numbers of four octets in network order.

use model::{Addr, Reason};

/// Records of one sample that are looked at, and samples of one datagram: more than a datagram's octets allow.
const ITEMS_MAX: u32 = 16_384;

/// The port that IANA gave to sFlow: here the first words are enough to be read as sFlow.
const PORT: u16 = 6_343;

/// Takes numbers off the front of octets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    data: &'a [u8],
    /// Octets taken so far.
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    pub(super) fn take(&mut self, octets: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(octets)?;
        let taken = self.data.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn v4(&mut self) -> Option<Addr> {
        self.array().map(Addr::from_v4)
    }

    pub(super) fn v6(&mut self) -> Option<Addr> {
        self.array().map(Addr::from_octets)
    }

    /// An address with its type before it; none, too, where it is of no known type.
    pub(super) fn address(&mut self) -> Option<Addr> {
        match self.u32()? {
            1 => self.v4(),
            2 => self.v6(),
            _ => None,
        }
    }

    pub(super) fn rest(&self) -> usize {
        self.data.len() - self.at
    }
}

/// The header of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) agent: Addr,
    pub(super) sub_agent: u32,
    pub(super) sequence: u32,
    pub(super) uptime_ms: u32,
    pub(super) samples: u32,
}

impl Header {
    /// Reads the header of a version 5 datagram; the reason says why there is none.
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Header, Reason> {
        match reader.u32() {
            Some(5) => {}
            Some(_) => return Err(Reason::VersionUnknown),
            None => return Err(Reason::LengthWrong),
        }
        let mut read = || {
            Some(Header {
                agent: reader.address()?,
                sub_agent: reader.u32()?,
                sequence: reader.u32()?,
                uptime_ms: reader.u32()?,
                samples: reader.u32()?,
            })
        };
        read().ok_or(Reason::LengthWrong)
    }
}

/// What a sample is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sample<'a> {
    /// One packet.
    Flow(FlowSample<'a>),
    /// Counters of an interface, a discarded packet, or what a vendor defined: nothing that flowed.
    Other,
}

/// One sampled packet, compact or expanded.
#[derive(Debug, Clone, Copy)]
pub(super) struct FlowSample<'a> {
    pub(super) sequence: u32,
    /// Type and index of the data source.
    pub(super) source: (u32, u32),
    pub(super) rate: u32,
    /// Packets that were to be sampled and were not, since the agent began.
    pub(super) drops: u32,
    /// SNMP index, where the interface is known and one.
    pub(super) input: Option<u32>,
    pub(super) output: Option<u32>,
    records: Reader<'a>,
    count: u32,
}

/// What is wanted of a sample's records.
#[derive(Debug, Clone, Copy)]
pub(super) enum Record<'a> {
    /// The first octets of the packet: header protocol, octets of the frame less those stripped off, and the octets with
    /// their place in the sample.
    Header { protocol: u32, wire: u32, data: &'a [u8], at: usize },
    /// Addresses, ports, protocol and IP octets, read by the agent.
    Ip(SampledIp),
    /// Addresses after translation.
    Nat { dst: Addr },
}

/// A sampled IPv4 or IPv6 structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SampledIp {
    pub(super) octets: u32,
    pub(super) protocol: u32,
    pub(super) src: Addr,
    pub(super) dst: Addr,
    pub(super) src_port: u32,
    pub(super) dst_port: u32,
}

/// Calls `take` with each sample and its place. The datagram's samples must be whole: the reason says what is not, and
/// what stood before it was handed on.
pub(super) fn samples<'a>(
    reader: &mut Reader<'a>,
    count: u32,
    mut take: impl FnMut(Sample<'a>, usize),
) -> Result<(), Reason> {
    let broken = || Reason::LengthWrong;
    for _ in 0..count.min(ITEMS_MAX) {
        let place = reader.at;
        let format = reader.u32().ok_or_else(broken)?;
        let length = reader.u32().ok_or_else(broken)? as usize;
        let body = reader.take(length).ok_or_else(broken)?;
        let sample = match format {
            1 => Sample::Flow(FlowSample::compact(body).ok_or_else(broken)?),
            3 => Sample::Flow(FlowSample::expanded(body).ok_or_else(broken)?),
            _ => Sample::Other,
        };
        take(sample, place);
    }
    Ok(())
}

/// An interface: 0 is unknown, the two upper bits tell a single interface (0) from a reason or a number of them, and the
/// highest index stands for the switch itself.
fn interface(format: u32, value: u32) -> Option<u32> {
    (format == 0 && value != 0 && value != 0x3fff_ffff).then_some(value)
}

impl<'a> FlowSample<'a> {
    fn compact(body: &'a [u8]) -> Option<Self> {
        let mut r = Reader::new(body);
        let (sequence, source) = (r.u32()?, r.u32()?);
        let (rate, _pool, drops) = (r.u32()?, r.u32()?, r.u32()?);
        let (input, output, count) = (r.u32()?, r.u32()?, r.u32()?);
        let split = |n: u32| interface(n >> 30, n & 0x3fff_ffff);
        let source = (source >> 24, source & 0x00ff_ffff);
        Some(Self { sequence, source, rate, drops, input: split(input), output: split(output), records: r, count })
    }

    fn expanded(body: &'a [u8]) -> Option<Self> {
        let mut r = Reader::new(body);
        let (sequence, source) = (r.u32()?, (r.u32()?, r.u32()?));
        let (rate, _pool, drops) = (r.u32()?, r.u32()?, r.u32()?);
        let input = interface(r.u32()?, r.u32()?);
        let output = interface(r.u32()?, r.u32()?);
        let count = r.u32()?;
        Some(Self { sequence, source, rate, drops, input, output, records: r, count })
    }

    /// Calls `take` with each record that is wanted. False where the records do not fit the sample.
    pub(super) fn records(&self, mut take: impl FnMut(Record<'a>)) -> bool {
        let mut reader = self.records;
        for _ in 0..self.count.min(ITEMS_MAX) {
            let (Some(format), Some(length)) = (reader.u32(), reader.u32()) else { return false };
            let place = reader.at;
            let Some(body) = reader.take(length as usize) else { return false };
            let mut r = Reader::new(body);
            let record = match format {
                1 => header_record(&mut r, place),
                3 => sampled_ip(&mut r, Reader::v4).map(Record::Ip),
                4 => sampled_ip(&mut r, Reader::v6).map(Record::Ip),
                1_007 => r.address().and_then(|_| r.address()).map(|dst| Record::Nat { dst }),
                _ => continue,
            };
            match record {
                Some(record) => take(record),
                None if format < 1_000 => return false,
                None => {}
            }
        }
        true
    }
}

fn header_record<'a>(r: &mut Reader<'a>, place: usize) -> Option<Record<'a>> {
    let (protocol, frame, stripped, length) = (r.u32()?, r.u32()?, r.u32()?, r.u32()?);
    let at = place + r.at;
    let data = r.take(length as usize)?;
    // Octets stripped stood before the header, by the memo; some agents give those after what they kept.
    let after = stripped.checked_add(length) == Some(frame);
    let wire = if after { frame } else { frame.saturating_sub(stripped) };
    Some(Record::Header { protocol, wire, data, at })
}

fn sampled_ip<'a>(r: &mut Reader<'a>, address: fn(&mut Reader<'a>) -> Option<Addr>) -> Option<SampledIp> {
    Some(SampledIp {
        octets: r.u32()?,
        protocol: r.u32()?,
        src: address(r)?,
        dst: address(r)?,
        src_port: r.u32()?,
        dst_port: r.u32()?,
    })
}

/// Whether a UDP payload is sFlow: by its samples on any port, by its first words on the usual one. Versions 2 and 4 are
/// known as such there, and refused later.
pub(crate) fn is_sflow(payload: &[u8], ports: (u16, u16)) -> bool {
    let mut words = Reader::new(payload);
    let (version, kind) = (words.u32(), words.u32());
    let usual = (ports.0 == PORT || ports.1 == PORT) && payload.len() >= 28;
    match (version, kind) {
        (Some(2 | 4 | 5), Some(1 | 2)) if usual => true,
        (Some(5), Some(1 | 2)) => datagram_length(payload) == Some(payload.len()),
        _ => false,
    }
}

/// Whether content begins with a datagram of version 5 whose first sample is known and whole.
pub(crate) fn looks_like_sflow(data: &[u8]) -> bool {
    let mut reader = Reader::new(data);
    let Ok(header) = Header::parse(&mut reader) else { return false };
    let (format, length) = (reader.u32(), reader.u32());
    header.samples > 0
        && format.is_some_and(|f| (1..=5).contains(&f))
        && length.is_some_and(|n| n as usize <= reader.rest())
}

/// Octets of the version 5 datagram that content begins with, where its samples are whole and there is one at least.
pub(crate) fn datagram_length(data: &[u8]) -> Option<usize> {
    let mut reader = Reader::new(data);
    let header = Header::parse(&mut reader).ok()?;
    if header.samples == 0 {
        return None;
    }
    samples(&mut reader, header.samples, |_, _| {}).ok()?;
    Some(reader.at)
}
