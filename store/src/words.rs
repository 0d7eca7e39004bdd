//! Which words may become a path or stand in a column.

/// Longest id.
const ID_MAX: usize = 32;

/// Whether a text may be the id of an authority or a link: `[a-z0-9][a-z0-9-]{0,31}`, and no address.
///
/// Neither a dot nor a colon is allowed, so no domain name and no address in its usual form fits. Addresses written
/// with dashes (`192-0-2-7`, `02-00-5e-10-00-01`), a host name that carries one, and a bare MAC are refused as well.
pub fn valid_id(id: &str) -> bool {
    is_word(id) && !is_bare_mac(id) && !holds_dashed_address(id)
}

/// `[a-z0-9][a-z0-9-]{0,31}`.
pub(crate) fn is_word(word: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    word.len() <= ID_MAX && word.bytes().next().is_some_and(plain) && word.bytes().all(|b| plain(b) || b == b'-')
}

/// Twelve hex digits with at least one digit 0-9 among them.
fn is_bare_mac(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b.is_ascii_digit())
}

/// Four decimal octets, six pairs or eight groups of hex digits in a row.
fn holds_dashed_address(id: &str) -> bool {
    let parts: Vec<&str> = id.split('-').collect();
    let octet = |p: &&str| p.len() <= 3 && p.bytes().all(|b| b.is_ascii_digit()) && p.parse::<u8>().is_ok();
    let pair = |p: &&str| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit());
    let group = |p: &&str| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_hexdigit());
    parts.windows(4).any(|w| w.iter().all(octet))
        || parts.windows(6).any(|w| w.iter().all(pair))
        || parts.windows(8).any(|w| w.iter().all(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for good in ["office", "dongle-1", "a", "4g-router", "wifi-2026-04-01", "0"] {
            assert!(valid_id(good), "{good}");
        }
        for bad in [
            "",
            "-a",
            "A",
            "www.example.com",
            "192.0.2.7",
            "2001:db8::7",
            "192-0-2-7",
            "host-192-0-2-7",
            "02-00-5e-10-00-01",
            "02005e100001",
            "2001-db8-0-0-0-0-0-7",
            "a/b",
            "..",
            "a b",
            "é",
            "a23456789012345678901234567890123",
        ] {
            assert!(!valid_id(bad), "{bad}");
        }
    }
}
