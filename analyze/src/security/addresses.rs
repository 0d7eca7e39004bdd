//! Threat lists of addresses: one address or network a line, as lists for firewalls have them.

use std::net::IpAddr;

use model::Addr;

use super::list_id;
use crate::links::{Prefix, stays_local};

/// Networks wider than this many bits are left out: such a line is a slip, and would name half of the world.
const V4_BITS_MIN: u8 = 8;
/// The same for IPv6.
const V6_BITS_MIN: u8 = 16;

/// The text of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressList {
    /// What the notice calls it.
    pub name: String,
    /// The licence under which its maker gives it.
    pub licence: String,
    /// One address or network a line; `#` and `;` begin comments, and what follows the first word is passed over.
    pub text: String,
}

/// A network of a list, as the first and last number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: u128,
    last: u128,
    entry: u32,
}

/// The lists, ready to be asked for an address.
#[derive(Clone)]
pub struct ThreatAddresses {
    ranges: Vec<Range>,
    /// Entry and list of each range.
    entries: Vec<(String, i64)>,
    /// For each /16 of IPv4 whether any range touches it: nearly every address ends its way here.
    touched: Vec<u64>,
    sources: Vec<(String, String, [u8; 32])>,
    rejected: u64,
}

impl std::fmt::Debug for ThreatAddresses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ThreatAddresses({} networks)", self.ranges.len())
    }
}

impl ThreatAddresses {
    /// Reads the lists. Of networks inside one another the widest counts, of equal ones that of the earlier list; private,
    /// local and over-wide ones are left out, and so is what is no address.
    pub fn new(lists: &[AddressList]) -> Self {
        let mut all = Self {
            ranges: Vec::new(),
            entries: Vec::new(),
            touched: vec![0; 1 << 10],
            sources: Vec::new(),
            rejected: 0,
        };
        for list in lists {
            let sha256 = store::sha256(list.text.as_bytes());
            all.sources.push((list.name.clone(), list.licence.clone(), sha256));
            for line in list.text.lines() {
                let word = line.split(['#', ';']).next().unwrap_or_default();
                let Some(word) = word.split_whitespace().next() else { continue };
                match range(word) {
                    Some((first, last)) => {
                        all.ranges.push(Range { first, last, entry: all.entries.len() as u32 });
                        all.entries.push((word.to_ascii_lowercase(), list_id(&sha256)));
                    }
                    None => all.rejected += 1,
                }
            }
        }
        all.ranges.sort_by_key(|r| (r.first, std::cmp::Reverse(r.last), r.entry));
        let mut reached = None;
        all.ranges.retain(|r| {
            let new = reached.is_none_or(|last| r.last > last);
            reached = if new { Some(r.last) } else { reached };
            new
        });
        all.mark();
        all
    }

    fn mark(&mut self) {
        let slot = |bits: u128| (bits >> 16) as u16;
        for range in &self.ranges {
            if v4(range.first) {
                (slot(range.first)..=slot(range.last)).for_each(|s| self.touched[usize::from(s) / 64] |= 1 << (s % 64));
            }
        }
    }

    /// The place of the entry that covers an address.
    #[inline]
    pub(crate) fn find(&self, address: Addr) -> Option<u32> {
        let bits = address.bits();
        if v4(bits) {
            let slot = (bits >> 16) as u16;
            if self.touched[usize::from(slot) / 64] >> (slot % 64) & 1 == 0 {
                return None;
            }
        }
        let after = self.ranges.partition_point(|r| r.first <= bits);
        let range = self.ranges.get(after.checked_sub(1)?)?;
        (bits <= range.last).then_some(range.entry)
    }

    /// Text and list of an entry.
    pub(crate) fn entry(&self, place: u32) -> Option<(&str, i64)> {
        self.entries.get(place as usize).map(|(text, list)| (text.as_str(), *list))
    }

    /// The lists: name, licence, SHA-256.
    pub fn sources(&self) -> &[(String, String, [u8; 32])] {
        &self.sources
    }

    /// Networks in force.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Lines that could not be used.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }
}

const fn v4(bits: u128) -> bool {
    Addr::from_octets(bits.to_be_bytes()).is_v4()
}

/// The first and last number of an address or network; none where it may not stand on a list.
fn range(word: &str) -> Option<(u128, u128)> {
    let (address, length) = match word.split_once('/') {
        Some((address, length)) => (address.parse::<IpAddr>().ok()?, Some(length.parse::<u8>().ok()?)),
        None => (word.parse::<IpAddr>().ok()?, None),
    };
    let (width, least) = if address.is_ipv4() { (32, V4_BITS_MIN) } else { (128, V6_BITS_MIN) };
    let length = length.unwrap_or(width);
    if !(least..=width).contains(&length) {
        return None;
    }
    let host = (1_u128 << (width - length)) - 1;
    let first = Addr::from(address).bits() & !host;
    let own = |p: &Prefix| p.contains(Addr::from(address));
    (!stays_local(Addr::from(address)) && !crate::links::PRIVATE.iter().any(own) && !address.is_loopback())
        .then_some((first, first | host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str, text: &str) -> AddressList {
        AddressList { name: name.to_owned(), licence: "CC0".to_owned(), text: text.to_owned() }
    }

    fn addr(text: &str) -> Addr {
        Addr::from(text.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn addresses_and_networks_are_found_by_the_widest() {
        let text = "# drop\n192.0.2.0/25 ; SBL1\n192.0.2.7\n198.51.100.9 # one\n2001:db8:bad::/48\n\n";
        let lists = [list("a", text), list("b", "192.0.2.0/24\n198.51.100.9\n")];
        let all = ThreatAddresses::new(&lists);
        let entry = |a: &str| all.find(addr(a)).and_then(|e| all.entry(e)).map(|(text, list)| (text.to_owned(), list));
        let (a, b) = (list_id(&all.sources()[0].2), list_id(&all.sources()[1].2));
        assert_eq!(entry("192.0.2.7"), Some(("192.0.2.0/24".to_owned(), b)));
        assert_eq!(entry("192.0.2.255"), Some(("192.0.2.0/24".to_owned(), b)));
        assert_eq!(entry("198.51.100.9"), Some(("198.51.100.9".to_owned(), a)));
        assert_eq!(entry("2001:db8:bad:1::1"), Some(("2001:db8:bad::/48".to_owned(), a)));
        for clean in ["192.0.3.0", "192.0.1.255", "198.51.100.8", "198.51.100.10", "2001:db8:bae::1", "0.0.0.1", "::1"]
        {
            assert_eq!(entry(clean), None, "{clean}");
        }
        assert_eq!((all.len(), all.rejected()), (3, 0));
    }

    #[test]
    fn what_may_not_stand_on_a_list() {
        let bad = "10.0.0.0/8\n192.168.1.1\n127.0.0.1\n224.0.0.1\nfd00::/8\nfe80::1\n0.0.0.0/0\n203.0.0.0/7\n::/0\n\
                   2001::/15\n192.0.2.0/33\nbad.example\n192.0.2\n";
        let all = ThreatAddresses::new(&[list("a", bad)]);
        assert_eq!((all.len(), all.rejected()), (0, 13));
        assert_eq!(all.find(addr("192.168.1.1")), None);
    }
}
