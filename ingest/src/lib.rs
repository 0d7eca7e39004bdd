//! Captures, flow exports, DNS logs and leases in; Arrow batches and a tally of problems out.
//!
//! A file is read twice. [`scan`] recognizes it by content, hashes it, collects the templates that its export streams
//! announce, and hands lookups and leases on at once. [`flows`] then decodes its flow records with the templates of
//! every scan, so that data sent before its template is not lost. Payload of user traffic is dropped where it is read.
#![forbid(unsafe_code)]

mod capture;
mod detect;
mod dns;
mod error;
pub mod inspect;
mod limits;
mod netflow;
mod options;
mod packets;
mod pass;
mod prefix;
mod sflow;
mod source;
mod text;

pub use error::FileError;
pub use netflow::{ExporterClock, StreamLoss, TemplateError, Templates};
pub use options::{Format, Options, Sink};
pub use pass::{FlowsRead, Scan, counters, flows, scan};
pub use prefix::prefix_sha256;
