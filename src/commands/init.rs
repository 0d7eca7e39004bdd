//! `tithing init ID`: a new authority's folder with commented samples, and what to switch on.

use std::path::Path;

use crate::config::check_id;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// The samples, as they stand in the manual; tests parse each.
pub(crate) const SAMPLES: &[(&str, &str)] = &[
    ("authority.toml", include_str!("../../docs/samples/authority.toml")),
    ("register.csv", include_str!("../../docs/samples/register.csv")),
    ("people.csv", include_str!("../../docs/samples/people.csv")),
    ("assessment.toml", include_str!("../../docs/samples/assessment.toml")),
    ("paid-wifi.csv", include_str!("../../docs/samples/paid-wifi.csv")),
    ("mobile-usage.csv", include_str!("../../docs/samples/mobile-usage.csv")),
    ("top-ups.csv", include_str!("../../docs/samples/top-ups.csv")),
];

const PROVIDER: &str = include_str!("../../docs/samples/tithing.toml");

const SWITCH_ON: &str = "\
What to switch on, by the kit at hand (each source that is missing costs a promise; `tithing check` says which):

  DNS answers    dnsmasq, OpenWrt, Pi-hole   log-queries=extra, and a log file of its own
                 AdGuard Home                the query log, with clients' addresses not anonymised
                 anything else               a capture of port 53 at the resolver: tcpdump -w FILE port 53
  Flows          OPNsense, pfSense           NetFlow v9 on the WAN and LAN interfaces, to the collector
                 MikroTik                    /ip traffic-flow set enabled=yes, version 9 or IPFIX, with NAT fields
                 UniFi, EdgeRouter           NetFlow v9 or v5 from the gateway
                 DrayTek                     NetFlow from the router where the model has it, else as below
                 a provider's own router     softflowd on a small box at a mirror port
                 keep the export datagrams   tcpdump -w inbox/flows-DATE.pcap udp port 2055
  Leases         dnsmasq                     copy dnsmasq.leases each night; DHCP lines in the log do as well

";

/// Writes the folder. What is there already is never touched.
pub(crate) fn run(config: &Path, id: &str) -> Result<Outcome, Failure> {
    check_id(config, id)?;
    let root = config.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let dir = root.join("authorities").join(id);
    if dir.exists() {
        return Err(Failure::at(&dir, "is there already; nothing was changed").hint("choose another id"));
    }
    make(&dir.join("inbox"))?;
    for (name, text) in SAMPLES {
        write(&dir.join(name), text)?;
    }
    let main = root.join("tithing.toml");
    if !main.exists() {
        write(&main, PROVIDER)?;
    }
    messages::data(&format!("{}\n", dir.display()))?;
    messages::note(SWITCH_ON);
    tracing::info!("edit the samples in {}, put the inputs into its inbox, then run `tithing check`", dir.display());
    Ok(Outcome::Done)
}

fn make(dir: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(dir).map_err(|e| Failure::at(dir, format!("cannot be made: {e}")))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    store::write_atomic(path, text.as_bytes()).map_err(Failure::from)
}
