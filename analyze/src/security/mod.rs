//! Security: contacts with what is on a threat list, and traces of software that the policy forbids.
//!
//! A purpose of its own. It looks at headers of flows and at names looked up, for devices that are measured anyway, and says
//! what it found in [`Findings`]; nothing of it touches `usage` or `links`. Every rule stands in [`rules`] with what it looks
//! at and from when on it speaks, so that people can be told of each: there is no other.

mod addresses;
mod names;
pub(crate) mod ports;

use model::{Program, SecurityRule};

pub use addresses::{AddressList, ThreatAddresses};
pub(crate) use names::software;

use crate::categories::Threats;

/// Lookups of a program's names on one date from which on they are a trace: a link followed by chance is not.
pub(crate) const NAME_LOOKUPS_MIN: i64 = 3;
/// Different other ends at BitTorrent's ports from which on a device is said to share files.
pub(crate) const PEER_ENDS_MIN: usize = 10;
/// Different other ends that one port of a device exchanges datagrams with in one hour, from which on it is a member of a
/// peer-to-peer network. A call or a game has a few.
pub(crate) const SWARM_ENDS_MIN: usize = 100;
/// Ports below are those of known services (RFC 6335 section 6): no peer is there.
pub(crate) const SWARM_PORT_MIN: u16 = 1_024;
/// Octets at a port of remote control from which on it is use and not a knock at the door.
pub(crate) const REMOTE_OCTETS_MIN: u64 = 100_000;
/// Minutes for which connections to one other end at a mining port last.
pub(crate) const MINING_MINUTES_MIN: i64 = 60;

/// What a night is to be watched for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Watching<'a> {
    /// Threat lists of names.
    pub threats: Option<&'a Threats>,
    /// Threat lists of addresses.
    pub addresses: Option<&'a ThreatAddresses>,
    /// Programs for remote control that the council allows.
    pub remote_allowed: &'a [Program],
}

/// What was found on one date.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The rows, sorted.
    pub rows: Vec<store::SecurityRow>,
    /// The entries of threat lists that the rows index, in order.
    pub entries: Vec<String>,
    /// What was not looked at for want of room.
    pub over_limit: u64,
}

impl std::fmt::Debug for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Findings({})", self.rows.len())
    }
}

/// The first octets of a threat list's SHA-256, as a row names its list.
pub fn list_id(sha256: &[u8; 32]) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = *sha256;
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// One rule, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which.
    pub rule: SecurityRule,
    /// What it looks at, and from when on it speaks: one or two plain sentences.
    pub sentence: String,
    /// The names that it knows, where it goes by names of its own.
    pub names: Vec<String>,
}

impl Rule {
    /// The stable word.
    pub const fn id(&self) -> &'static str {
        self.rule.as_str()
    }
}

/// Every rule that there is, in order.
pub fn rules() -> Vec<Rule> {
    SecurityRule::ALL.iter().map(|r| Rule { rule: *r, sentence: sentence(*r), names: names::known(*r) }).collect()
}

fn sentence(rule: SecurityRule) -> String {
    let by_name = |what: &str| {
        format!(
            "Looks at names that devices look up. Speaks when {what} is looked up {NAME_LOOKUPS_MIN} times in a day."
        )
    };
    match rule {
        SecurityRule::ThreatName => {
            "Looks at names that devices look up. Speaks the first time that one stands on a threat list of the provider, or lies \
             below one that does."
                .to_owned()
        }
        SecurityRule::ThreatAddress => {
            "Looks at the other end's address in records of connections. Speaks the first time that a device sends to an \
             address on a threat list of the provider."
                .to_owned()
        }
        SecurityRule::PeerName => by_name("a name that only programs for sharing files with strangers use"),
        SecurityRule::PeerPorts => format!(
            "Looks at the other end's port in records of connections. Speaks when a device exchanges data with {PEER_ENDS_MIN} \
             different addresses in a day at ports {} to {}, the usual ones of BitTorrent.",
            ports::PEER.start(),
            ports::PEER.end()
        ),
        SecurityRule::PeerSwarm => format!(
            "Looks at both ports in records of connections. Speaks when one port of a device, from {SWARM_PORT_MIN} up, exchanges \
             UDP datagrams with {SWARM_ENDS_MIN} different addresses within an hour, all at ports from {SWARM_PORT_MIN} up."
        ),
        SecurityRule::RemoteName => by_name("a name that only a remote-control program uses, which the council does not allow,"),
        SecurityRule::RemotePort => format!(
            "Looks at the other end's port in records of connections. Speaks when a device exchanges {} kB in a day with outside \
             machines at a usual port of remote control ({}), and the council does not allow that program.",
            REMOTE_OCTETS_MIN / 1_000,
            ports::remote_words(&ports::REMOTE)
        ),
        SecurityRule::RemoteOpen => format!(
            "Looks at the device's own port in records of connections. Speaks when outside machines exchange {} kB in a day with \
             a device at its port of remote control ({}), and the council does not allow that program.",
            REMOTE_OCTETS_MIN / 1_000,
            ports::remote_words(&ports::OPEN)
        ),
        SecurityRule::MiningName => by_name("a name of a pool for mining digital coins"),
        SecurityRule::MiningPort => format!(
            "Looks at the other end's port and at times in records of connections. Speaks when connections from a device to one \
             address at a usual port of mining ({}) last {MINING_MINUTES_MIN} minutes in a day.",
            ports::MINING.map(|p| p.to_string()).join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_listed_once_with_its_threshold() {
        let rules = rules();
        assert_eq!(rules.len(), SecurityRule::ALL.len());
        for (rule, number) in [
            ("peer-to-peer-ports", "10 different addresses in a day at ports 6881 to 6889"),
            ("peer-to-peer-swarm", "100 different addresses within an hour"),
            ("peer-to-peer-name", "3 times in a day"),
            ("remote-control-port", "100 kB in a day"),
            ("remote-control-port", "rdp 3389, vnc 5900 to 5903, teamviewer 5938"),
            ("remote-control-open", "rdp 3389, vnc 5900 to 5903)"),
            ("mining-port", "(3333, 4444, 5555, 7777, 14444) last 60 minutes"),
        ] {
            let found = rules.iter().find(|r| r.id() == rule).unwrap();
            assert!(found.sentence.contains(number), "{rule}: {}", found.sentence);
        }
        let named: Vec<&str> = rules.iter().filter(|r| !r.names.is_empty()).map(Rule::id).collect();
        assert_eq!(named, ["peer-to-peer-name", "remote-control-name", "mining-name"]);
    }

    #[test]
    fn a_list_is_named_by_its_first_octets() {
        let mut sha256 = [0; 32];
        sha256[6] = 1;
        sha256[7] = 2;
        assert_eq!(list_id(&sha256), 258);
    }
}
