//! What an input may make the reader hold, each limit next to its reason.

/// Fields of one template. A datagram of 65,535 octets could define about 16,000; real ones have under 100.
pub(crate) const FIELDS_PER_TEMPLATE_MAX: usize = 512;
/// Definitions of one template id in one stream: more means two exporters behind one address.
pub(crate) const DEFINITIONS_PER_TEMPLATE_MAX: usize = 64;
/// Templates of all streams together.
pub(crate) const TEMPLATES_MAX: usize = 65_536;
/// Streams (exporter, domain, version). Forged source addresses cost memory up to here and no further.
pub(crate) const STREAMS_MAX: usize = 4_096;
/// Sampling rates and boot times announced in one stream.
pub(crate) const ANNOUNCEMENTS_MAX: usize = 4_096;
/// Sets kept until their template is known, since they may be option data that announces sampling.
pub(crate) const WAITING_SETS_MAX: usize = 256;
/// Octets of those sets.
pub(crate) const WAITING_OCTETS_MAX: usize = 1 << 20;
/// The longest packet that a capture may hold: libpcap's own limit (MAXIMUM_SNAPLEN).
pub(crate) const PACKET_OCTETS_MAX: usize = 262_144;
/// Octets of export datagrams decoded as one unit of work: some 8,000 records of NetFlow v5.
pub(crate) const CHUNK_OCTETS: usize = 384 * 1024;
/// Chunks that are decoded while the next ones are read, per core.
pub(crate) const CHUNKS_PER_CORE: usize = 2;
/// Connections followed at a time in a capture of user traffic.
pub(crate) const CONNECTIONS_MAX: usize = 1 << 20;
/// First fragments remembered, so that the others find their ports.
pub(crate) const FRAGMENTS_MAX: usize = 4_096;

const _: () = assert!(DEFINITIONS_PER_TEMPLATE_MAX < TEMPLATES_MAX && CHUNK_OCTETS > 65_535);
