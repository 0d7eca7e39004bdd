//! Ports that programs use unless they are told otherwise, from their makers' pages and IANA's register.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use model::{Program, SecurityRule};

const TCP: u8 = 6;
const UDP: u8 = 17;

/// BitTorrent's first ports.
pub(crate) const PEER: RangeInclusive<u16> = 6_881..=6_889;

/// Ports at which a machine that controls others, or lets itself be controlled, is reached.
pub(crate) const REMOTE: [(Program, RangeInclusive<u16>); 5] = [
    (Program::Rdp, 3_389..=3_389),
    (Program::Vnc, 5_900..=5_903),
    (Program::TeamViewer, 5_938..=5_938),
    (Program::AnyDesk, 6_568..=6_568),
    (Program::RustDesk, 21_115..=21_117),
];

/// Ports at which a device itself is reached.
pub(crate) const OPEN: [(Program, RangeInclusive<u16>); 2] =
    [(Program::Rdp, 3_389..=3_389), (Program::Vnc, 5_900..=5_903)];

/// Ports at which pools for mining are reached (the protocol is called stratum).
pub(crate) const MINING: [u16; 5] = [3_333, 4_444, 5_555, 7_777, 14_444];

/// What a port of a flow may be a trace of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Trace {
    pub(crate) rule: SecurityRule,
    pub(crate) program: Program,
}

/// Rule and program of each code in [`TABLE`], from 1.
static TRACES: LazyLock<Vec<Trace>> = LazyLock::new(|| {
    let mut traces = vec![
        Trace { rule: SecurityRule::PeerPorts, program: Program::BitTorrent },
        Trace { rule: SecurityRule::MiningPort, program: Program::Mining },
    ];
    traces.extend(REMOTE.iter().map(|(program, _)| Trace { rule: SecurityRule::RemotePort, program: *program }));
    traces
});

/// For each port of the other end the number of its trace, 0 for none: one octet is read for a flow.
static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut table = vec![0; 1 << 16];
    let mut mark = |ports: RangeInclusive<u16>, code: u8| {
        table[usize::from(*ports.start())..=usize::from(*ports.end())].fill(code);
    };
    mark(PEER, 1);
    MINING.iter().for_each(|p| mark(*p..=*p, 2));
    REMOTE.iter().zip(3..).for_each(|((_, ports), code)| mark(ports.clone(), code));
    table
});

/// What the port of the other end is a trace of.
#[inline]
pub(crate) fn other_end(protocol: Option<u8>, port: u16) -> Option<Trace> {
    let code = TABLE[usize::from(port)];
    if code == 0 {
        return None;
    }
    let trace = *TRACES.get(usize::from(code) - 1)?;
    let both = trace.program == Program::BitTorrent || trace.program == Program::TeamViewer;
    (protocol == Some(TCP) || (both && protocol == Some(UDP))).then_some(trace)
}

/// What the device's own port is a trace of, where the other end has one that no service has.
#[inline]
pub(crate) fn own_end(protocol: Option<u8>, own: u16, other: u16) -> Option<Trace> {
    if protocol != Some(TCP) || other < super::SWARM_PORT_MIN {
        return None;
    }
    let open = OPEN.iter().find(|(_, ports)| ports.contains(&own))?;
    Some(Trace { rule: SecurityRule::RemoteOpen, program: open.0 })
}

/// Whether a flow may be one of a swarm.
#[inline]
pub(crate) fn swarms(protocol: Option<u8>, own: u16, other: u16) -> bool {
    protocol == Some(UDP) && own.min(other) >= super::SWARM_PORT_MIN
}

/// `rdp 3389, vnc 5900 to 5903`.
pub(crate) fn remote_words(ports: &[(Program, RangeInclusive<u16>)]) -> String {
    let word = |(program, ports): &(Program, RangeInclusive<u16>)| match ports.start() == ports.end() {
        true => format!("{program} {}", ports.start()),
        false => format!("{program} {} to {}", ports.start(), ports.end()),
    };
    ports.iter().map(word).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(protocol: u8, own: u16, other: u16, expected: &str) {
        let found = other_end(Some(protocol), other).or_else(|| own_end(Some(protocol), own, other));
        let word = found.map_or(String::new(), |t| format!("{} {}", t.rule, t.program));
        assert_eq!(word, expected, "{protocol} {own} {other}");
    }

    #[test]
    fn ports_and_protocols() {
        check(6, 50_000, 443, "");
        check(6, 50_000, 6_880, "");
        check(6, 50_000, 6_881, "peer-to-peer-ports bittorrent");
        check(17, 6_881, 6_889, "peer-to-peer-ports bittorrent");
        check(6, 50_000, 6_890, "");
        check(6, 50_000, 3_389, "remote-control-port rdp");
        check(17, 50_000, 3_389, "");
        check(17, 50_000, 5_938, "remote-control-port teamviewer");
        check(6, 50_000, 5_904, "");
        check(6, 50_000, 21_117, "remote-control-port rustdesk");
        check(17, 50_000, 21_117, "");
        check(6, 3_389, 50_000, "remote-control-open rdp");
        check(6, 5_901, 1_024, "remote-control-open vnc");
        check(6, 5_901, 443, "");
        check(6, 4_000, 50_000, "");
        check(6, 50_000, 14_444, "mining-port mining");
        check(17, 50_000, 3_333, "");
    }

    #[test]
    fn a_swarm_is_of_datagrams_between_high_ports() {
        assert!(swarms(Some(17), 51_413, 1_024));
        assert!(!swarms(Some(17), 51_413, 443) && !swarms(Some(17), 123, 50_000) && !swarms(Some(6), 51_413, 50_000));
        assert!(!swarms(None, 51_413, 50_000));
    }
}
