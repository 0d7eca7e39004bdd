//! The registrable domain of a name, by the Public Suffix List.
//!
//! The list is the one compiled into the `psl` crate, so the same build gives the same answer everywhere and offline.
//! Both of its sections count, as its algorithm says: `a.example.github.io` belongs to `example.github.io`, since whoever
//! holds that page is not whoever holds `github.io`. Category rules are free to name a suffix of the private section
//! (`blogspot.com` is a blog whoever writes it); only the *site* printed by `inspect` uses this module's answer.

/// The longest name in text, without its final dot (RFC 1035 section 2.3.4, less the octets of lengths and root).
pub(crate) const NAME_LENGTH_MAX: usize = 253;

/// The longest label (RFC 1035 section 2.3.4).
pub(crate) const LABEL_LENGTH_MAX: usize = 63;

/// The part of a name that somebody registered: one label below the longest public suffix.
///
/// - The answer is a slice of `name`, in the case it was given in, without a final dot.
/// - Labels are compared without regard to ASCII case; internationalised names are understood as `xn--` labels, as they
///   stand in DNS, and as Unicode in lower case.
/// - A name under a top-level domain that the list does not know follows the list's default rule (`*`): the last two labels.
/// - `None` for a public suffix itself, a single label, an address, an empty label, or a name longer than DNS allows.
pub fn registrable_domain(name: &str) -> Option<&str> {
    let bare = name.strip_suffix('.').unwrap_or(name);
    if !well_formed(bare) {
        return None;
    }
    if bare.bytes().any(|b| b.is_ascii_uppercase()) {
        let length = psl::domain_str(&bare.to_ascii_lowercase())?.len();
        return bare.get(bare.len().checked_sub(length)?..);
    }
    psl::domain_str(bare)
}

/// Whether a lower-case name is, as a whole, a suffix of the ICANN section: `co.uk`, `gov.uk`, `com`.
pub(crate) fn is_icann_suffix(name: &str) -> bool {
    psl::suffix(name.as_bytes()).is_some_and(|s| s.typ() == Some(psl::Type::Icann) && s.as_bytes() == name.as_bytes())
}

/// Whether the list knows the suffix of a lower-case name, in either section.
#[cfg(test)]
pub(crate) fn is_known(name: &str) -> bool {
    psl::suffix(name.as_bytes()).is_some_and(|s| s.is_known())
}

fn well_formed(name: &str) -> bool {
    let labels_fit = name.split('.').all(|label| (1..=LABEL_LENGTH_MAX).contains(&label.len()));
    let numeric_end = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    name.len() <= NAME_LENGTH_MAX && labels_fit && !numeric_end && !name.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(registrable_domain(name), expected, "{name}");
    }

    #[test]
    fn icann_suffixes() {
        check("www.example.com", Some("example.com"));
        check("example.com", Some("example.com"));
        check("a.b.example.co.uk", Some("example.co.uk"));
        check("www.example.gov.uk", Some("example.gov.uk"));
        check("gov.uk", None);
        check("co.uk", None);
        check("com", None);
        check("www.example.nhs.uk", Some("example.nhs.uk"));
        check("a.b.c.kobe.jp", Some("b.c.kobe.jp"));
        check("www.city.kobe.jp", Some("city.kobe.jp"));
    }

    #[test]
    fn private_suffixes_count() {
        check("a.example.github.io", Some("example.github.io"));
        check("example.blogspot.com", Some("example.blogspot.com"));
        check("blogspot.com", None);
    }

    #[test]
    fn case_dots_and_letters() {
        check("WWW.Example.CO.UK", Some("Example.CO.UK"));
        check("www.example.com.", Some("example.com"));
        check("www.xn--85x722f.xn--55qx5d.cn", Some("xn--85x722f.xn--55qx5d.cn"));
        check("_dns.resolver.example.com", Some("example.com"));
    }

    #[test]
    fn no_site() {
        for name in ["", ".", "printer", "com.", "192.0.2.1", "2001:db8::1", ".example.com", "a..com", "example.com.."]
        {
            check(name, None);
        }
        check(&format!("{}.example.com", "a".repeat(64)), None);
        check(&["a"; 130].join("."), None);
    }

    #[test]
    fn an_unknown_top_level_domain_follows_the_default_rule() {
        check("b.example.example", Some("example.example"));
        check("nas.lan", Some("nas.lan"));
    }

    /// The list's own test file, in full. One rule of ours differs from it: the answer keeps the case it was asked in.
    #[test]
    fn the_lists_own_cases() {
        let shared = std::env::var("TITHING_SHARED_DATA").unwrap_or_else(|_| "../../shared/data".to_owned());
        let path = std::path::Path::new(&shared).join("psl/debian_publicsuffix/test_psl.txt");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("skipped: {} is not here", path.display());
            return;
        };
        let (mut cases, mut wrong) = (0, Vec::new());
        for line in text.lines().filter(|l| l.starts_with("checkPublicSuffix(")) {
            let quoted: Vec<&str> = line.split('\'').collect();
            let (name, expected) = match quoted.len() {
                5 => (quoted[1], Some(quoted[3])),
                3 => (quoted[1], None),
                _ => continue, // null input has no counterpart: a name is always a string here
            };
            cases += 1;
            let found = registrable_domain(name).map(str::to_ascii_lowercase);
            if found.as_deref() != expected {
                wrong.push(format!("{name}: {found:?}, expected {expected:?}"));
            }
        }
        assert!(cases > 60, "{cases} cases");
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
