//! Headers of export datagrams: NetFlow v5, v9 (RFC 3954 section 5.1) and IPFIX (RFC 7011 section 3.1).

use model::{MICROS_PER_S, Micros, Reason};

use crate::Format;

/// Octets of a v5 header and of a v5 record.
pub(super) const V5_HEADER: usize = 24;
pub(super) const V5_RECORD: usize = 48;
const V9_HEADER: usize = 20;
const IPFIX_HEADER: usize = 16;
/// Records in a v5 datagram; 30 fit the usual Ethernet frame.
const V5_COUNT_MAX: u16 = 30;
/// Ports that collectors listen on: here a datagram need only carry a version to be read as an export.
const EXPORT_PORTS: [u16; 8] = [2055, 2056, 4432, 4739, 9555, 9995, 9996, 6343];

/// The header of one export datagram, of any of the three versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// 5, 9 or 10.
    pub(crate) version: u16,
    /// Records (v5, v9) or 0.
    pub(crate) count: u16,
    /// Milliseconds since the exporter started (v5, v9).
    pub(crate) uptime_ms: Option<u32>,
    /// The exporter's clock.
    pub(crate) export: Micros,
    /// Sequence number: flows (v5), datagrams (v9), data records (IPFIX).
    pub(crate) sequence: u32,
    /// Engine type x 256 + engine id, source id, observation domain.
    pub(crate) domain: u32,
    /// Sampling mode and interval of v5, else 0.
    pub(crate) sampling: u16,
    /// Octets of the header.
    pub(crate) size: usize,
    /// Octets of the datagram by its own account, where it says.
    pub(crate) length: Option<usize>,
}

pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2)?.try_into().ok().map(u16::from_be_bytes)
}

pub(super) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

impl Header {
    /// Reads a header. The reason says why there is none.
    pub(crate) fn parse(data: &[u8]) -> Result<Header, Reason> {
        let version = u16_at(data, 0).ok_or(Reason::LengthWrong)?;
        match version {
            5 => Self::v5(data),
            9 => Self::v9(data),
            10 => Self::ipfix(data),
            _ => return Err(Reason::VersionUnknown),
        }
        .ok_or(Reason::LengthWrong)
    }

    fn v5(data: &[u8]) -> Option<Header> {
        let count = u16_at(data, 2)?;
        let seconds = i64::from(u32_at(data, 8)?);
        let nanos = i64::from(u32_at(data, 12)?);
        Some(Header {
            version: 5,
            count,
            uptime_ms: Some(u32_at(data, 4)?),
            export: seconds * MICROS_PER_S + nanos / 1_000,
            sequence: u32_at(data, 16)?,
            domain: u32::from(u16_at(data, 20)?),
            sampling: u16_at(data, 22)?,
            size: V5_HEADER,
            length: Some(V5_HEADER + V5_RECORD * usize::from(count)),
        })
    }

    fn v9(data: &[u8]) -> Option<Header> {
        Some(Header {
            version: 9,
            count: u16_at(data, 2)?,
            uptime_ms: Some(u32_at(data, 4)?),
            export: i64::from(u32_at(data, 8)?) * MICROS_PER_S,
            sequence: u32_at(data, 12)?,
            domain: u32_at(data, 16)?,
            sampling: 0,
            size: V9_HEADER,
            length: None,
        })
    }

    fn ipfix(data: &[u8]) -> Option<Header> {
        Some(Header {
            version: 10,
            count: 0,
            uptime_ms: None,
            export: i64::from(u32_at(data, 4)?) * MICROS_PER_S,
            sequence: u32_at(data, 8)?,
            domain: u32_at(data, 12)?,
            sampling: 0,
            size: IPFIX_HEADER,
            length: Some(usize::from(u16_at(data, 2)?)),
        })
    }

    /// The format that the version names.
    pub(crate) const fn format(&self) -> Format {
        match self.version {
            5 => Format::NetflowV5,
            9 => Format::NetflowV9,
            _ => Format::Ipfix,
        }
    }
}

fn set_is_plausible(data: &[u8], at: usize, version: u16) -> bool {
    let (Some(id), Some(length)) = (u16_at(data, at), u16_at(data, at + 2)) else {
        return false;
    };
    let known = if version == 9 { id <= 1 } else { id == 2 || id == 3 };
    (known || id >= 256) && length >= 4
}

/// Whether the beginning of some content reads as an export datagram. Never true for fewer than 16 octets.
pub(crate) fn looks_like_export(data: &[u8]) -> bool {
    let Ok(header) = Header::parse(data) else {
        return false;
    };
    match header.version {
        5 => (1..=V5_COUNT_MAX).contains(&header.count) && data.len() >= V5_HEADER + V5_RECORD,
        9 => header.count > 0 && set_is_plausible(data, V9_HEADER, 9),
        _ => match header.length {
            Some(IPFIX_HEADER) => true,
            Some(length) => length >= IPFIX_HEADER + 4 && set_is_plausible(data, IPFIX_HEADER, 10),
            None => false,
        },
    }
}

/// Whether a UDP payload is an export datagram: by its content on any port, by its version alone on the usual ones.
pub(crate) fn is_export_datagram(payload: &[u8], ports: (u16, u16)) -> bool {
    let usual = EXPORT_PORTS.contains(&ports.0) || EXPORT_PORTS.contains(&ports.1);
    match u16_at(payload, 0) {
        Some(5) => (usual && payload.len() >= V5_HEADER) || (fits_v5(payload) && looks_like_export(payload)),
        Some(9) => (usual && payload.len() >= V9_HEADER) || looks_like_export(payload),
        Some(10) => {
            (usual && payload.len() >= IPFIX_HEADER)
                || (looks_like_export(payload) && u16_at(payload, 2).is_some_and(|n| usize::from(n) == payload.len()))
        }
        Some(1 | 7 | 8) => usual && payload.len() >= 16,
        _ => false,
    }
}

fn fits_v5(payload: &[u8]) -> bool {
    u16_at(payload, 2).is_some_and(|n| payload.len() == V5_HEADER + V5_RECORD * usize::from(n))
}

/// The octets of the first datagram of content that is a run of datagrams.
///
/// v5 and IPFIX say how long they are. v9 does not: its sets are walked until one begins like another header, which no
/// set can, since ids 2 to 255 are reserved (RFC 3954 section 5.2).
pub(crate) fn datagram_length(data: &[u8]) -> usize {
    let Ok(header) = Header::parse(data) else {
        return data.len();
    };
    if let Some(length) = header.length {
        return length.max(header.size).min(data.len());
    }
    let mut at = header.size;
    while let (Some(id), Some(length)) = (u16_at(data, at), u16_at(data, at + 2)) {
        if matches!(id, 5 | 9 | 10) && looks_like_export(&data[at..]) {
            return at;
        }
        if length < 4 {
            break;
        }
        at += usize::from(length);
        if at >= data.len() {
            break;
        }
    }
    data.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v5(count: u16, records: usize) -> Vec<u8> {
        let mut d = vec![0_u8; V5_HEADER + V5_RECORD * records];
        d[1] = 5;
        d[2..4].copy_from_slice(&count.to_be_bytes());
        d[8..12].copy_from_slice(&1_700_000_000_u32.to_be_bytes());
        d[12..16].copy_from_slice(&500_000_u32.to_be_bytes());
        d[20] = 1;
        d[21] = 2;
        d
    }

    fn v9(sets: &[(u16, usize)]) -> Vec<u8> {
        let mut d = vec![0, 9, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4];
        for (id, body) in sets {
            d.extend(id.to_be_bytes());
            d.extend((*body as u16 + 4).to_be_bytes());
            d.extend(vec![0; *body]);
        }
        d
    }

    #[test]
    fn v5_header_fields() {
        let h = Header::parse(&v5(1, 1)).unwrap();
        assert_eq!((h.version, h.count, h.domain), (5, 1, 258));
        assert_eq!(h.export, 1_700_000_000_000_500);
        assert_eq!(h.length, Some(72));
    }

    #[test]
    fn content_decides_on_unusual_ports() {
        assert!(is_export_datagram(&v5(2, 2), (1, 1)));
        assert!(!is_export_datagram(&v5(2, 1), (1, 1)));
        assert!(is_export_datagram(&v5(2, 1), (1, 2055)));
        assert!(is_export_datagram(&v9(&[(256, 8)]), (1, 1)));
        assert!(!is_export_datagram(&v9(&[(7, 8)]), (1, 1)));
        assert!(!is_export_datagram(&[], (2055, 2055)));
        assert!(!is_export_datagram(b"GET / HTTP/1.1", (2055, 2055)));
    }

    #[test]
    fn v9_datagrams_in_a_row_are_split() {
        let one = v9(&[(0, 8), (256, 12)]);
        let mut two = one.clone();
        two.extend(v9(&[(257, 4)]));
        assert_eq!(datagram_length(&one), one.len());
        assert_eq!(datagram_length(&two), one.len());
    }

    #[test]
    fn short_content_is_no_export() {
        for n in 0..20 {
            assert!(!looks_like_export(&v9(&[(0, 8)])[..n]), "{n}");
        }
    }
}
