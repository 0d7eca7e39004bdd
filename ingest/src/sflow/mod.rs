//! sFlow version 5: sampled packets as flows of one packet each.
//!
//! sFlow carries no time but the agent's uptime, so a flow stands where its datagram arrived; the agent waits no longer than
//! a second. What is estimated from a sample is its volume times the sampling rate, which stands beside it unscaled.

mod datagram;
mod decode;
mod survey;

pub(crate) use datagram::{datagram_length, is_sflow, looks_like_sflow};
pub(crate) use decode::decode;
pub(crate) use survey::Survey;

/// Whether a datagram that was taken as an export is sFlow: NetFlow and IPFIX have their version in the first two octets.
pub(crate) fn is_export(data: &[u8]) -> bool {
    matches!(data, [0, 0, 0, 2 | 4 | 5, 0, 0, 0, 1 | 2, ..])
}
