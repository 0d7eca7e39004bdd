//! Names that only a program of a forbidden kind looks up: starting points of peer-to-peer networks, relays of
//! remote-control programs, pools for mining. A site that is *about* such a program is not among them where its maker keeps
//! the two apart; where they share a name, [`super::NAME_LOOKUPS_MIN`] keeps a visit from being one trace.

use std::sync::LazyLock;

use model::{Program, SecurityRule};
use rustc_hash::FxHashMap;

use super::ports::Trace;

/// How far a name reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Itself and everything below it.
    Below,
    /// Names one label below it whose label begins so.
    Begins(&'static str),
    /// Names one label below it whose label ends so.
    Ends(&'static str),
}

use Program::{
    Ammyy, AnyDesk, BitTorrent, GoToMyPc, LogMeIn, Mining, RustDesk, ScreenConnect, Splashtop, TeamViewer, UltraViewer,
};
use Reach::{Begins, Below, Ends};

const NAMES: &[(Program, &str, Reach)] = &[
    (BitTorrent, "router.bittorrent.com", Below),
    (BitTorrent, "router.utorrent.com", Below),
    (BitTorrent, "dht.transmissionbt.com", Below),
    (BitTorrent, "dht.aelitis.com", Below),
    (BitTorrent, "dht.libtorrent.org", Below),
    (BitTorrent, "tracker.opentrackr.org", Below),
    (BitTorrent, "tracker.openbittorrent.com", Below),
    (BitTorrent, "tracker.torrent.eu.org", Below),
    (BitTorrent, "open.stealth.si", Below),
    (BitTorrent, "exodus.desync.com", Below),
    (TeamViewer, "teamviewer.com", Begins("router")),
    (TeamViewer, "teamviewer.com", Begins("master")),
    (TeamViewer, "ping.teamviewer.com", Below),
    (TeamViewer, "client.teamviewer.com", Below),
    (TeamViewer, "taf.teamviewer.com", Below),
    (AnyDesk, "net.anydesk.com", Below),
    (RustDesk, "rustdesk.com", Begins("rs-")),
    (ScreenConnect, "relay.screenconnect.com", Below),
    (ScreenConnect, "screenconnect.com", Ends("-relay")),
    (LogMeIn, "secure.logmein.com", Below),
    (GoToMyPc, "poll.gotomypc.com", Below),
    (Splashtop, "api.splashtop.com", Below),
    (Splashtop, "relay.splashtop.com", Below),
    (UltraViewer, "ultraviewer.net", Below),
    (Ammyy, "rl.ammyy.com", Below),
    (Mining, "nanopool.org", Below),
    (Mining, "2miners.com", Below),
    (Mining, "supportxmr.com", Below),
    (Mining, "minexmr.com", Below),
    (Mining, "moneroocean.stream", Below),
    (Mining, "hashvault.pro", Below),
    (Mining, "f2pool.com", Below),
    (Mining, "nicehash.com", Below),
    (Mining, "unmineable.com", Below),
    (Mining, "minergate.com", Below),
    (Mining, "c3pool.com", Below),
];

static INDEX: LazyLock<FxHashMap<&'static str, Vec<(Trace, Reach)>>> = LazyLock::new(|| {
    let mut index: FxHashMap<&'static str, Vec<(Trace, Reach)>> = FxHashMap::default();
    for (program, name, reach) in NAMES {
        let trace = Trace { rule: rule_of(*program), program: *program };
        index.entry(name).or_default().push((trace, *reach));
    }
    index
});

const fn rule_of(program: Program) -> SecurityRule {
    match program {
        BitTorrent => SecurityRule::PeerName,
        Mining => SecurityRule::MiningName,
        _ => SecurityRule::RemoteName,
    }
}

/// What a name is a trace of: lower case, no final dot.
pub(crate) fn software(name: &str) -> Option<Trace> {
    let mut above = "";
    let mut rest = name;
    loop {
        let found = INDEX.get(rest).into_iter().flatten().find(|(_, reach)| match reach {
            Below => true,
            Begins(start) => !above.contains('.') && above.starts_with(start),
            Ends(end) => !above.contains('.') && above.ends_with(end),
        });
        if let Some((trace, _)) = found {
            return Some(*trace);
        }
        let (_, parent) = rest.split_once('.')?;
        above = &name[..name.len() - parent.len() - 1];
        rest = parent;
    }
}

/// The names that a rule knows, as the notice annex prints them.
pub(super) fn known(rule: SecurityRule) -> Vec<String> {
    let of = NAMES.iter().filter(|(program, _, _)| rule_of(*program) == rule);
    of.map(|(_, name, reach)| match reach {
        Below => (*name).to_owned(),
        Begins(start) => format!("{start}*.{name}"),
        Ends(end) => format!("*{end}.{name}"),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_programs_and_not_of_their_makers() {
        for (name, expected) in [
            ("router.bittorrent.com", "peer-to-peer-name bittorrent"),
            ("www.bittorrent.com", ""),
            ("router7.teamviewer.com", "remote-control-name teamviewer"),
            ("a.router7.teamviewer.com", ""),
            ("udp.ping.teamviewer.com", "remote-control-name teamviewer"),
            ("www.teamviewer.com", ""),
            ("teamviewer.com", ""),
            ("relay-0a1b.net.anydesk.com", "remote-control-name anydesk"),
            ("anydesk.com", ""),
            ("rs-ny.rustdesk.com", "remote-control-name rustdesk"),
            ("instance-ab12-relay.screenconnect.com", "remote-control-name screenconnect"),
            ("www.screenconnect.com", ""),
            ("xmr-eu1.nanopool.org", "mining-name mining"),
            ("notnanopool.org", ""),
            ("social.example", ""),
            ("org", ""),
            ("", ""),
        ] {
            let found = software(name).map_or(String::new(), |t| format!("{} {}", t.rule, t.program));
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn the_annex_names_each() {
        let all: usize = SecurityRule::ALL.iter().map(|r| known(*r).len()).sum();
        assert_eq!(all, NAMES.len());
        assert!(known(SecurityRule::RemoteName).contains(&"router*.teamviewer.com".to_owned()));
        assert!(known(SecurityRule::ThreatName).is_empty());
    }
}
