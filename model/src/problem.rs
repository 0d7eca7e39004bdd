//! What went wrong, how often, and where.

use std::collections::BTreeMap;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)?) => {
        /// Why a record, a set or a line could not be used. The code is the same word in logs, `inspect` and the manual.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($(#[$doc])* $variant),+ }

        impl Reason {
            /// Every reason, in order.
            pub const ALL: &'static [Reason] = &[$(Reason::$variant),+];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Reason::$variant => $code),+ }
            }
        }
    };
}

reasons! {
    /// The file holds nothing.
    FileEmpty = "file_empty",
    /// No known format was recognised.
    FormatUnknown = "format_unknown",
    /// The file ends inside a record.
    FileCut = "file_cut",
    /// The compressed stream is damaged or cut.
    CompressionBroken = "compression_broken",
    /// The capture's framing is damaged.
    CaptureBroken = "capture_broken",
    /// The capture's link type is not read.
    LinkTypeUnknown = "link_type_unknown",
    /// A packet header is cut or contradicts itself.
    PacketBroken = "packet_broken",
    /// The packet was captured shorter than what must be read of it.
    PacketCut = "packet_cut",
    /// An IP fragment other than the first carries no ports.
    Fragment = "fragment",
    /// A packet that is neither an export stream nor DNS.
    PacketOther = "packet_other",
    /// The export version is not read.
    VersionUnknown = "version_unknown",
    /// A header's count or length exceeds the datagram.
    LengthWrong = "length_wrong",
    /// A data set came without its template.
    TemplateUnknown = "template_unknown",
    /// A template definition is malformed.
    TemplateBroken = "template_broken",
    /// More templates or fields than the limit.
    TemplateLimit = "template_limit",
    /// A record has octets but neither addresses nor a link.
    RecordNoAddress = "record_no_address",
    /// A record that counts nothing: statistics or events of the exporter.
    RecordNotFlow = "record_not_flow",
    /// A flow time more than an hour from its arrival; arrival was used.
    TimeFarOff = "time_far_off",
    /// An export datagram whose exporter's clock was off by more than two seconds; its flow times were corrected.
    ClockOff = "clock_off",
    /// A flow that ends before it begins; its end was used for both.
    TimeReversed = "time_reversed",
    /// A flow whose times cannot be placed: none is exported, or the boot time they count from is not; arrival was used.
    TimeUnanchored = "time_unanchored",
    /// Sampling was announced as 0; 1 was used.
    SamplingZero = "sampling_zero",
    /// Export datagrams or records missing by sequence number.
    SequenceGap = "sequence_gap",
    /// Packets that a switch was to sample and had no room for, by its own count.
    SampleDropped = "sample_dropped",
    /// The exporter restarted.
    ExporterRestart = "exporter_restart",
    /// A DNS message is malformed.
    DnsBroken = "dns_broken",
    /// A DNS message was truncated by its sender.
    DnsTruncated = "dns_truncated",
    /// A DNS answer with no question seen before it.
    DnsNoQuestion = "dns_no_question",
    /// Port 53 traffic that is not with one of the council's resolvers.
    DnsOtherResolver = "dns_other_resolver",
    /// A text line that is not understood.
    LineUnknown = "line_unknown",
    /// A text line that the format knows and we have no use for.
    LineOther = "line_other",
    /// A text line longer than the limit.
    LineTooLong = "line_too_long",
    /// A text line with bytes that are not UTF-8.
    LineNotUtf8 = "line_not_utf8",
    /// A run of NUL bytes, as after a power cut.
    LineNul = "line_nul",
    /// A time stamp that is not understood.
    TimeBroken = "time_broken",
    /// A time stamp in the hour that the autumn clock change repeats.
    TimeRepeated = "time_repeated",
    /// Client addresses were anonymised at the source: no attribution is possible.
    ClientAnonymised = "client_anonymised",
    /// A lease line is malformed.
    LeaseBroken = "lease_broken",
    /// More clients, names or devices than the limit.
    OverLimit = "over_limit",
    /// A decoder gave up on an input in a way it should not.
    Internal = "internal",
}

/// Where a problem was first met: an offset into the decompressed input, in octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Octets from the beginning.
    pub offset: u64,
}

/// One reason's count in one file, with its first place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// Why.
    pub reason: Reason,
    /// Where it was met first.
    pub first: Place,
    /// How often.
    pub count: u64,
    /// Octets of flow volume that records with this problem carried, where they could still be read.
    pub bytes: u64,
}

/// Problems by reason. Merging two tallies in any order gives the same one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    problems: BTreeMap<Reason, Problem>,
}

impl Tally {
    /// Counts one problem at an offset.
    pub fn add(&mut self, reason: Reason, offset: u64) {
        self.add_many(reason, offset, 1, 0);
    }

    /// Counts `count` problems first met at `offset`, which carried `bytes` octets of flow volume.
    pub fn add_many(&mut self, reason: Reason, offset: u64, count: u64, bytes: u64) {
        let place = Place { offset };
        let p = self.problems.entry(reason).or_insert(Problem { reason, first: place, count: 0, bytes: 0 });
        p.first = p.first.min(place);
        p.count = p.count.saturating_add(count);
        p.bytes = p.bytes.saturating_add(bytes);
    }

    /// Adds another tally to this one.
    pub fn merge(&mut self, other: &Tally) {
        for p in other.problems.values() {
            self.add_many(p.reason, p.first.offset, p.count, p.bytes);
        }
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// How often one reason was met.
    pub fn count(&self, reason: Reason) -> u64 {
        self.problems.get(&reason).map_or(0, |p| p.count)
    }

    /// All problems in the order of [`Reason`].
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.problems.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_keeps_the_first_place_and_adds() {
        let mut a = Tally::default();
        a.add(Reason::LineUnknown, 900);
        let mut b = Tally::default();
        b.add_many(Reason::LineUnknown, 40, 2, 7);
        b.add(Reason::LineNul, 3);
        let mut ab = a.clone();
        ab.merge(&b);
        let mut ba = b.clone();
        ba.merge(&a);
        assert_eq!(ab, ba);
        assert_eq!(ab.count(Reason::LineUnknown), 3);
        let p = ab.iter().find(|p| p.reason == Reason::LineUnknown).copied().unwrap();
        assert_eq!((p.first.offset, p.bytes), (40, 7));
    }
}
