//! Words of resource record types and response codes (IANA Domain Name System Parameters).

const TYPES: [(u16, &str); 80] = [
    (1, "A"),
    (2, "NS"),
    (3, "MD"),
    (4, "MF"),
    (5, "CNAME"),
    (6, "SOA"),
    (7, "MB"),
    (8, "MG"),
    (9, "MR"),
    (10, "NULL"),
    (11, "WKS"),
    (12, "PTR"),
    (13, "HINFO"),
    (14, "MINFO"),
    (15, "MX"),
    (16, "TXT"),
    (17, "RP"),
    (18, "AFSDB"),
    (19, "X25"),
    (20, "ISDN"),
    (21, "RT"),
    (22, "NSAP"),
    (23, "NSAP-PTR"),
    (24, "SIG"),
    (25, "KEY"),
    (26, "PX"),
    (27, "GPOS"),
    (28, "AAAA"),
    (29, "LOC"),
    (30, "NXT"),
    (31, "EID"),
    (32, "NIMLOC"),
    (33, "SRV"),
    (34, "ATMA"),
    (35, "NAPTR"),
    (36, "KX"),
    (37, "CERT"),
    (38, "A6"),
    (39, "DNAME"),
    (40, "SINK"),
    (41, "OPT"),
    (42, "APL"),
    (43, "DS"),
    (44, "SSHFP"),
    (45, "IPSECKEY"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (49, "DHCID"),
    (50, "NSEC3"),
    (51, "NSEC3PARAM"),
    (52, "TLSA"),
    (53, "SMIMEA"),
    (55, "HIP"),
    (56, "NINFO"),
    (57, "RKEY"),
    (58, "TALINK"),
    (59, "CDS"),
    (60, "CDNSKEY"),
    (61, "OPENPGPKEY"),
    (62, "CSYNC"),
    (63, "ZONEMD"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (99, "SPF"),
    (104, "NID"),
    (105, "L32"),
    (106, "L64"),
    (107, "LP"),
    (108, "EUI48"),
    (109, "EUI64"),
    (249, "TKEY"),
    (250, "TSIG"),
    (251, "IXFR"),
    (252, "AXFR"),
    (253, "MAILB"),
    (254, "MAILA"),
    (255, "ANY"),
    (256, "URI"),
    (257, "CAA"),
];

const RCODES: [(u16, &str); 19] = [
    (0, "NOERROR"),
    (1, "FORMERR"),
    (2, "SERVFAIL"),
    (3, "NXDOMAIN"),
    (4, "NOTIMP"),
    (5, "REFUSED"),
    (6, "YXDOMAIN"),
    (7, "YXRRSET"),
    (8, "NXRRSET"),
    (9, "NOTAUTH"),
    (10, "NOTZONE"),
    (11, "DSOTYPENI"),
    (16, "BADVERS"),
    (17, "BADKEY"),
    (18, "BADTIME"),
    (19, "BADMODE"),
    (20, "BADNAME"),
    (21, "BADALG"),
    (22, "BADTRUNC"),
];

/// The word of a record type; one without a word is `TYPE` and its number (RFC 3597 section 5).
pub(crate) fn type_word(rtype: u16) -> String {
    match TYPES.binary_search_by_key(&rtype, |t| t.0) {
        Ok(i) => TYPES.get(i).map_or("", |t| t.1).to_owned(),
        Err(_) => format!("TYPE{rtype}"),
    }
}

/// The record type that a word stands for; dnsmasq's `type=65` and the `TYPE65` of RFC 3597 are taken too.
pub(crate) fn type_number(word: &str) -> Option<u16> {
    match word {
        "A" => Some(1),
        "AAAA" => Some(28),
        "HTTPS" => Some(65),
        _ => {
            let number = word.strip_prefix("type=").or_else(|| word.strip_prefix("TYPE"));
            match number.and_then(|n| n.parse().ok()) {
                Some(n) => Some(n),
                None => TYPES.iter().find(|t| t.1 == word || t.1.replace('-', "_") == word).map(|t| t.0),
            }
        }
    }
}

/// The word of a response code; one without a word is `RCODE` and its number.
pub(crate) fn rcode_word(rcode: u16) -> String {
    match RCODES.binary_search_by_key(&rcode, |r| r.0) {
        Ok(i) => RCODES.get(i).map_or("", |r| r.1).to_owned(),
        Err(_) => format!("RCODE{rcode}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for n in 0..=u16::MAX {
            assert_eq!(type_number(&type_word(n)), Some(n));
        }
        assert_eq!(type_number("type=65"), Some(65));
        assert_eq!(type_number("NSAP_PTR"), Some(23));
        assert_eq!(type_number("type=65536"), None);
        assert_eq!(type_number("a"), None);
        assert_eq!(rcode_word(3), "NXDOMAIN");
        assert_eq!(rcode_word(23), "RCODE23");
    }
}
