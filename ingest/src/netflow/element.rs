//! Which information elements matter here, and where a record keeps each while it is being read.
//!
//! Numbers and names are those of the IANA IPFIX registry; NetFlow v9 uses the same below 128.

/// Private enterprise number of the reverse direction (RFC 5103 section 6.1).
pub(super) const REVERSE_PEN: u32 = 29_305;

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// A place for one value of a record. The order is that of the bits in a record's mask.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub(super) enum Slot { $($(#[$doc])* $name),+ }

        impl Slot {
            /// How many there are.
            pub(super) const COUNT: usize = [$(Slot::$name),+].len();
        }
    };
}

slots! {
    Octets, Packets, OctetTotal, PacketTotal, PostOctets, PostPackets,
    InitiatorOctets, ResponderOctets, InitiatorPackets, ResponderPackets,
    ReverseOctets, ReversePackets, ReverseOctetTotal, ReversePacketTotal,
    SrcPort, DstPort, SrcPortAlt, DstPortAlt, Protocol, IpVersion, InIf, OutIf,
    StartUptime, EndUptime, StartS, EndS, StartMs, EndMs, StartUs, EndUs, StartNs, EndNs, StartDelta, EndDelta,
    Boot, DurationMs, DurationUs,
    ReverseStartMs, ReverseEndMs, ReverseStartUptime, ReverseEndUptime, ReverseStartS, ReverseEndS,
    SamplingInterval, RandomInterval, SampledPackets, SkippedPackets, SamplingSize, SamplingPopulation,
    SamplerId, SelectorId,
    Src4, Dst4, PostNat4, SrcMac, Event,
    /// The first slot of 128 bits; those before hold up to 64.
    Src6, Dst6, PostNat6,
}

const _: () = assert!(Slot::COUNT <= 64);

impl Slot {
    /// Index of the first slot of 128 bits.
    pub(super) const WIDE: usize = Slot::Src6 as usize;
    /// How many slots have 128 bits.
    pub(super) const WIDE_COUNT: usize = Slot::COUNT - Slot::WIDE;

    /// The slot of an element, where it matters here.
    pub(super) const fn of(enterprise: u32, id: u16) -> Option<Slot> {
        match enterprise {
            0 => Self::of_registered(id),
            REVERSE_PEN => Self::of_reverse(id),
            super::template::V9_SCOPE if id == 2 => Some(Slot::InIf),
            _ => None,
        }
    }

    const fn of_registered(id: u16) -> Option<Slot> {
        Some(match id {
            1 => Slot::Octets,
            2 => Slot::Packets,
            4 => Slot::Protocol,
            7 => Slot::SrcPort,
            8 => Slot::Src4,
            10 => Slot::InIf,
            11 => Slot::DstPort,
            12 => Slot::Dst4,
            14 => Slot::OutIf,
            21 => Slot::EndUptime,
            22 => Slot::StartUptime,
            23 => Slot::PostOctets,
            24 => Slot::PostPackets,
            27 => Slot::Src6,
            28 => Slot::Dst6,
            34 => Slot::SamplingInterval,
            48 => Slot::SamplerId,
            50 => Slot::RandomInterval,
            56 => Slot::SrcMac,
            60 => Slot::IpVersion,
            85 => Slot::OctetTotal,
            86 => Slot::PacketTotal,
            150..=162 | 180..=183 => return Self::of_time_or_port(id),
            226 => Slot::PostNat4,
            230 | 233 => Slot::Event,
            231 => Slot::InitiatorOctets,
            232 => Slot::ResponderOctets,
            281.. => return Self::of_late(id),
            _ => return None,
        })
    }

    const fn of_time_or_port(id: u16) -> Option<Slot> {
        Some(match id {
            150 => Slot::StartS,
            151 => Slot::EndS,
            152 => Slot::StartMs,
            153 => Slot::EndMs,
            154 => Slot::StartUs,
            155 => Slot::EndUs,
            156 => Slot::StartNs,
            157 => Slot::EndNs,
            158 => Slot::StartDelta,
            159 => Slot::EndDelta,
            160 => Slot::Boot,
            161 => Slot::DurationMs,
            162 => Slot::DurationUs,
            180 | 182 => Slot::SrcPortAlt,
            181 | 183 => Slot::DstPortAlt,
            _ => return None,
        })
    }

    const fn of_late(id: u16) -> Option<Slot> {
        Some(match id {
            282 => Slot::PostNat6,
            298 => Slot::InitiatorPackets,
            299 => Slot::ResponderPackets,
            302 => Slot::SelectorId,
            305 => Slot::SampledPackets,
            306 => Slot::SkippedPackets,
            309 => Slot::SamplingSize,
            310 => Slot::SamplingPopulation,
            _ => return None,
        })
    }

    const fn of_reverse(id: u16) -> Option<Slot> {
        Some(match id {
            1 => Slot::ReverseOctets,
            2 => Slot::ReversePackets,
            85 => Slot::ReverseOctetTotal,
            86 => Slot::ReversePacketTotal,
            21 => Slot::ReverseEndUptime,
            22 => Slot::ReverseStartUptime,
            150 => Slot::ReverseStartS,
            151 => Slot::ReverseEndS,
            152 => Slot::ReverseStartMs,
            153 => Slot::ReverseEndMs,
            _ => return None,
        })
    }

    /// Whether a field of this length can be read into the slot. Numbers may be shortened (RFC 7011 section 6.2).
    pub(super) const fn takes(self, length: u16) -> bool {
        match self {
            Slot::Src6 | Slot::Dst6 | Slot::PostNat6 => length == 16,
            Slot::Src4 | Slot::Dst4 | Slot::PostNat4 => length == 4,
            Slot::SrcMac => length == 6,
            _ => length >= 1 && length <= 8,
        }
    }
}
