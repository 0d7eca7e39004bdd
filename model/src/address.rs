//! Network and link-layer addresses that cannot be printed by accident.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// An IPv4 or IPv6 address in 128 bits, IPv4 as `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2).
///
/// One width for both families keeps hot maps and Arrow columns flat. `Debug` never shows the address: a client address
/// must not reach a log line or a panic message, so whoever prints one has to ask for [`Addr::to_ip`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Addr(u128);

impl Addr {
    /// From 16 octets in network order, as the Arrow columns hold them.
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(octets))
    }

    /// From the four octets of an IPv4 address in network order.
    pub const fn from_v4(octets: [u8; 4]) -> Self {
        Self(0xffff_0000_0000 | u32::from_be_bytes(octets) as u128)
    }

    /// 16 octets in network order.
    pub const fn octets(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The number itself, for prefix arithmetic.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// Whether this is an IPv4 address.
    pub const fn is_v4(self) -> bool {
        self.0 >> 32 == 0xffff
    }

    /// Whether the address is `0.0.0.0` or `::`.
    pub const fn is_unspecified(self) -> bool {
        self.0 == 0 || self.0 == 0xffff_0000_0000
    }

    /// The printable form. Only `inspect` and a security notice may show it.
    pub fn to_ip(self) -> IpAddr {
        Ipv6Addr::from(self.0).to_canonical()
    }

    /// Whether the address is inside `prefix/len`; `len` counts bits of the 128 (IPv4 `/24` is 120).
    pub const fn within(self, prefix: Addr, len: u8) -> bool {
        match len {
            0 => true,
            1..=128 => (self.0 ^ prefix.0) >> (128 - len as u32) == 0,
            _ => false,
        }
    }
}

impl From<IpAddr> for Addr {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(v4) => Self::from_v4(v4.octets()),
            IpAddr::V6(v6) => Self::from_octets(v6.octets()),
        }
    }
}

impl fmt::Debug for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Addr(..)")
    }
}

/// A 48-bit link-layer address. `Debug` never shows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// Whether the locally administered bit is set, as randomised addresses of phones and laptops have it (IEEE 802c).
    pub const fn is_random(self) -> bool {
        self.0[0] & 0x02 != 0
    }

    /// `aa:bb:cc:dd:ee:ff`, for `inspect`.
    pub fn to_text(self) -> String {
        let [a, b, c, d, e, f] = self.0;
        format!("{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}")
    }
}

/// Why a text is not a link-layer address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a MAC address: six pairs of hex digits joined by ':' or '-' are wanted, as in 02:00:5e:10:00:01")]
pub struct ParseMacError;

impl std::str::FromStr for Mac {
    type Err = ParseMacError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut octets = [0_u8; 6];
        let mut parts = text.split([':', '-']);
        for octet in &mut octets {
            let part = parts.next().ok_or(ParseMacError)?;
            if part.is_empty() || part.len() > 2 || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(ParseMacError);
            }
            *octet = u8::from_str_radix(part, 16).map_err(|_| ParseMacError)?;
        }
        if parts.next().is_some() { Err(ParseMacError) } else { Ok(Self(octets)) }
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mac(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addr(text: &str) -> Addr {
        Addr::from(text.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn both_families_come_back_as_they_were() {
        for text in ["192.0.2.7", "2001:db8::7", "0.0.0.0", "::", "255.255.255.255"] {
            let a = addr(text);
            assert_eq!(a.to_ip().to_string(), text);
            assert_eq!(Addr::from_octets(a.octets()), a);
        }
    }

    #[test]
    fn prefixes_count_bits_of_the_long_form() {
        let lan = addr("192.0.2.0");
        assert!(addr("192.0.2.255").within(lan, 120));
        assert!(!addr("192.0.3.0").within(lan, 120));
        assert!(!addr("2001:db8::1").within(lan, 96));
        assert!(addr("2001:db8::1").within(lan, 0));
        assert!(!addr("192.0.2.1").within(lan, 128));
    }

    #[test]
    fn debug_shows_no_subject() {
        assert_eq!(format!("{:?}", addr("192.0.2.7")), "Addr(..)");
        assert_eq!(format!("{:?}", Mac([2, 0, 0x5e, 0x10, 0, 1])), "Mac(..)");
    }

    #[test]
    fn mac_text() {
        assert_eq!("02-00-5E-10-00-01".parse::<Mac>().unwrap().to_text(), "02:00:5e:10:00:01");
        assert_eq!("0:1:2:3:4:5".parse::<Mac>().unwrap().to_text(), "00:01:02:03:04:05");
        for bad in
            ["", "02:00:5e:10:00", "02:00:5e:10:00:01:02", "0g:00:5e:10:00:01", "020:0:5e:10:00:01", "+2:0:0:0:0:0"]
        {
            assert_eq!(bad.parse::<Mac>(), Err(ParseMacError), "{bad}");
        }
    }
}
