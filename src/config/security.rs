//! What of security a council sets, and the provider's threat lists by address.

use std::path::Path;

use analyze::Threats;
use analyze::security::{AddressList, ThreatAddresses};
use model::Program;
use serde::Deserialize;

use super::provider::Provider;
use super::{load_threats, read_text};
use crate::outcome::Failure;

/// The form of a threat list of addresses, in `tithing.toml`.
pub(crate) const ADDRESSES: &str = "addresses";

/// `[security]` in `authority.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TypedSecurity {
    remote_control_allowed: Vec<String>,
}

/// Programs that are none for remote control, and so cannot be allowed here.
const OTHERS: [Program; 2] = [Program::BitTorrent, Program::Mining];

/// The programs that the council allows.
pub(super) fn remote_allowed(path: &Path, typed: &TypedSecurity) -> Result<Vec<Program>, Failure> {
    let known = || Program::ALL.iter().filter(|p| !OTHERS.contains(p));
    let mut allowed = Vec::new();
    for word in &typed.remote_control_allowed {
        let found = known().find(|p| p.as_str() == word).copied().ok_or_else(|| {
            let words = known().map(|p| p.as_str()).collect::<Vec<_>>().join(", ");
            Failure::at(path, format!("security.remote_control_allowed: '{word}' is not a program that is known"))
                .hint(format!("there are: {words}"))
        })?;
        allowed.push(found);
    }
    Ok(allowed)
}

/// The provider's threat lists, ready for a night.
#[derive(Debug, Default)]
pub(crate) struct ThreatLists {
    /// Of names.
    pub names: Option<Threats>,
    /// Of addresses.
    pub addresses: Option<ThreatAddresses>,
}

impl ThreatLists {
    /// Reads the lists that the configuration names.
    pub(crate) fn load(provider: &Provider) -> Result<Self, Failure> {
        Ok(Self { names: load_threats(provider)?, addresses: addresses(provider)? })
    }

    /// Name and licence of a list, by the first octets of its SHA-256.
    pub(crate) fn list(&self, id: i64) -> Option<(&str, &str)> {
        let is = |sha256: &[u8; 32]| analyze::security::list_id(sha256) == id;
        let name = self.names.iter().flat_map(|t| t.sources()).find(|s| is(&s.sha256));
        let address = || self.addresses.iter().flat_map(|a| a.sources()).find(|s| is(&s.2));
        name.map(|s| (s.name.as_str(), s.licence.as_str())).or_else(|| address().map(|s| (s.0.as_str(), s.1.as_str())))
    }

    /// One hash of all lists in their order.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        let names = self.names.iter().flat_map(|t| t.sources()).flat_map(|s| s.sha256);
        let addresses = self.addresses.iter().flat_map(|a| a.sources()).flat_map(|s| s.2);
        store::sha256(&names.chain(addresses).collect::<Vec<u8>>())
    }
}

/// The lists of addresses; none where none is configured.
pub(crate) fn addresses(provider: &Provider) -> Result<Option<ThreatAddresses>, Failure> {
    let mut lists = Vec::new();
    for spec in provider.threats.iter().filter(|s| s.kind == ADDRESSES) {
        lists.push(AddressList {
            name: spec.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
            licence: spec.licence.clone().unwrap_or_else(|| "not stated".to_owned()),
            text: read_text(&spec.path)?,
        });
    }
    let all = (!lists.is_empty()).then(|| ThreatAddresses::new(&lists));
    if let Some(rejected) = all.as_ref().map(ThreatAddresses::rejected).filter(|n| *n > 0) {
        tracing::warn!(
            "{rejected} lines of the threat lists of addresses could not be used; hint: one address or network a line, none of \
             them private or wider than /8 (IPv4) or /16 (IPv6)"
        );
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_programs_are_known_words() {
        let check = |words: &[&str]| {
            let typed = TypedSecurity { remote_control_allowed: words.iter().map(|w| (*w).to_owned()).collect() };
            remote_allowed(Path::new("authority.toml"), &typed).map_err(|e| e.to_string())
        };
        assert_eq!(check(&["teamviewer", "rdp"]), Ok(vec![Program::TeamViewer, Program::Rdp]));
        for bad in ["TeamViewer", "bittorrent", "mining", ""] {
            let error = check(&[bad]).unwrap_err();
            assert!(error.contains("there are: teamviewer, anydesk, rustdesk, rdp, vnc,"), "{error}");
        }
    }
}
