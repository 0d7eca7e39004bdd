//! Link layers: from a frame to the IP packet in it.

use model::{Mac, Reason};

const ETHERNET: u32 = 1;
const NULL: u32 = 0;
const LOOP: u32 = 108;
const SLL: u32 = 113;
const SLL2: u32 = 276;
/// LINKTYPE_RAW, the values that libpcap gives it on Linux and OpenBSD, LINKTYPE_IPV4 and LINKTYPE_IPV6.
const RAW: [u32; 5] = [101, 12, 14, 228, 229];

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const PPPOE: u16 = 0x8864;
/// 802.1Q, 802.1ad, and the older QinQ types.
const VLAN: [u16; 4] = [0x8100, 0x88a8, 0x9100, 0x9200];
/// Tags that a frame may stack.
const TAGS_MAX: usize = 8;

/// An IP packet in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inner<'a> {
    pub(super) data: &'a [u8],
    /// Octets before it.
    pub(super) header: usize,
    pub(super) src_mac: Option<Mac>,
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2)?.try_into().ok().map(u16::from_be_bytes)
}

fn mac(data: &[u8], at: usize) -> Option<Mac> {
    data.get(at..at + 6)?.try_into().ok().map(Mac)
}

/// Finds the IP packet in a frame of a link type.
pub(super) fn inner(link: u32, data: &[u8]) -> Result<Inner<'_>, Reason> {
    let cut = || Reason::PacketCut;
    match link {
        ETHERNET => {
            let src = mac(data, 6).ok_or_else(cut)?;
            ether(data, 12, Some(src))
        }
        SLL => {
            let src = (u16_at(data, 4) == Some(6)).then(|| mac(data, 6)).flatten();
            ether(data, 14, src)
        }
        SLL2 => {
            let src = (data.get(11) == Some(&6)).then(|| mac(data, 12)).flatten();
            let kind = u16_at(data, 0).ok_or_else(cut)?;
            payload(kind, data, 20, src)
        }
        NULL | LOOP => {
            let family: [u8; 4] = data.get(..4).and_then(|f| f.try_into().ok()).ok_or_else(cut)?;
            match family {
                [0, 0, 0, 2 | 10 | 24 | 28 | 30] | [2 | 10 | 24 | 28 | 30, 0, 0, 0] => at(data, 4, None),
                _ => Err(Reason::PacketOther),
            }
        }
        _ if RAW.contains(&link) => at(data, 0, None),
        _ => Err(Reason::LinkTypeUnknown),
    }
}

fn at(data: &[u8], header: usize, src_mac: Option<Mac>) -> Result<Inner<'_>, Reason> {
    match data.get(header..) {
        Some(inner) if !inner.is_empty() => Ok(Inner { data: inner, header, src_mac }),
        _ => Err(Reason::PacketCut),
    }
}

/// From the octet where an Ethernet type stands, over any tags.
fn ether(data: &[u8], mut place: usize, src_mac: Option<Mac>) -> Result<Inner<'_>, Reason> {
    for _ in 0..TAGS_MAX {
        let kind = u16_at(data, place).ok_or(Reason::PacketCut)?;
        if !VLAN.contains(&kind) {
            return payload(kind, data, place + 2, src_mac);
        }
        place += 4;
    }
    Err(Reason::PacketBroken)
}

fn payload(kind: u16, data: &[u8], place: usize, src_mac: Option<Mac>) -> Result<Inner<'_>, Reason> {
    match kind {
        IPV4 | IPV6 => at(data, place, src_mac),
        _ if VLAN.contains(&kind) => ether(data, place + 2, src_mac),
        PPPOE => match u16_at(data, place + 6) {
            Some(0x0021 | 0x0057) => at(data, place + 8, src_mac),
            Some(_) => Err(Reason::PacketOther),
            None => Err(Reason::PacketCut),
        },
        _ => Err(Reason::PacketOther),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SRC: [u8; 6] = [2, 0, 0x5e, 0, 0, 1];

    fn check(link: u32, head: &[u8], mac: bool) {
        let mut data = head.to_vec();
        data.extend([0x45, 0, 0, 20]);
        let found = inner(link, &data).unwrap();
        assert_eq!((found.header, found.data[0]), (head.len(), 0x45));
        assert_eq!(found.src_mac, mac.then_some(Mac(SRC)));
        for n in 0..head.len() {
            assert_eq!(inner(link, &data[..n]), Err(Reason::PacketCut), "{link} cut at {n}");
        }
    }

    fn ethernet(tail: &[u8]) -> Vec<u8> {
        [&[0xff; 6][..], &SRC, tail].concat()
    }

    #[test]
    fn every_link_layer_leads_to_ip() {
        check(1, &ethernet(&[8, 0]), true);
        check(1, &ethernet(&[0x81, 0, 0, 5, 8, 0]), true);
        check(1, &ethernet(&[0x88, 0xa8, 0, 7, 0x81, 0, 0, 5, 0x86, 0xdd]), true);
        check(1, &ethernet(&[0x88, 0x64, 0x11, 0, 0, 1, 0, 22, 0, 0x21]), true);
        check(113, &[&[0, 0, 0, 1, 0, 6][..], &SRC, &[0, 0, 8, 0]].concat(), true);
        check(276, &[&[8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6][..], &SRC, &[0, 0]].concat(), true);
        check(0, &[2, 0, 0, 0], false);
        check(108, &[0, 0, 0, 24], false);
        check(101, &[], false);
        check(12, &[], false);
    }

    #[test]
    fn others_are_told_apart() {
        assert_eq!(inner(105, &[0; 64]), Err(Reason::LinkTypeUnknown));
        assert_eq!(inner(1, &ethernet(&[8, 6, 0, 1])), Err(Reason::PacketOther));
        assert_eq!(inner(1, &ethernet(&[0x81, 0, 0, 1].repeat(9))), Err(Reason::PacketBroken));
    }
}
