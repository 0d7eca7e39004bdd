//! What a caller decides about reading, what the formats are called, and where decoded records go.

use arrow::array::RecordBatch;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{Addr, CounterDay, Lease, Sighting};

/// How inputs are read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The zone of stamps that carry no offset.
    pub zone: TimeZone,
    /// The year of stamps that carry none; without it the other stamps decide, then `night`.
    pub year: Option<i16>,
    /// A stamp with no year takes the year that puts it nearest this date.
    pub night: Option<Date>,
    /// Captures: port 53 is read only to and from these addresses. Empty: all of it is.
    pub resolvers: Vec<Addr>,
    /// Whether captures of user traffic become flows (link, network and transport headers only).
    pub user_traffic: bool,
    /// False where DNS sources stay closed.
    pub dns: bool,
    /// Flow times by the exporter's clock alone, as exported; else a time more than an hour from its arrival is not
    /// believed and arrival stands for it. Both are tallied.
    pub exporter_clock: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            year: None,
            night: None,
            resolvers: Vec::new(),
            user_traffic: false,
            dns: true,
            exporter_clock: false,
        }
    }
}

/// A format, recognized by content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// NetFlow version 5.
    NetflowV5,
    /// NetFlow version 9 (RFC 3954).
    NetflowV9,
    /// IPFIX (RFC 7011).
    Ipfix,
    /// sFlow version 5.
    Sflow,
    /// Packets of user traffic.
    Packets,
    /// DNS messages in a capture.
    DnsPackets,
    /// dnsmasq query log.
    Dnsmasq,
    /// AdGuard Home query log.
    AdguardHome,
    /// dnsmasq lease file.
    DnsmasqLeases,
    /// Neighbor tables of `ip neigh`.
    Neighbours,
    /// vnStat's JSON.
    Vnstat,
    /// nlbwmon's JSON or CSV.
    Nlbwmon,
    /// `ip -s -j link`.
    IpLink,
}

impl Format {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NetflowV5 => "netflow-v5",
            Self::NetflowV9 => "netflow-v9",
            Self::Ipfix => "ipfix",
            Self::Sflow => "sflow",
            Self::Packets => "packets",
            Self::DnsPackets => "dns-packets",
            Self::Dnsmasq => "dnsmasq",
            Self::AdguardHome => "adguard",
            Self::DnsmasqLeases => "leases",
            Self::Neighbours => "neighbours",
            Self::Vnstat => "vnstat",
            Self::Nlbwmon => "nlbwmon",
            Self::IpLink => "ip-link",
        }
    }

    /// Whether records of this format become flows.
    pub const fn is_flows(self) -> bool {
        self.is_export() || matches!(self, Self::Packets)
    }

    /// Whether it is an export stream.
    pub const fn is_export(self) -> bool {
        matches!(self, Self::NetflowV5 | Self::NetflowV9 | Self::Ipfix | Self::Sflow)
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Takes what is decoded, in the order of the input.
pub trait Sink {
    /// A group of batches of flows, in file order ([`model::flow_schema`]).
    fn flows(&mut self, batches: &[RecordBatch]);
    /// A batch of lookups ([`model::lookup_schema`]).
    fn lookups(&mut self, batch: &RecordBatch);
    /// One lease.
    fn lease(&mut self, lease: &Lease);
    /// One sighting in a neighbor table.
    fn sighting(&mut self, _sighting: &Sighting) {}
    /// What a router counted on one date.
    fn counter(&mut self, _day: &CounterDay) {}
}
