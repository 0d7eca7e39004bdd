//! NetFlow v5, v9 (RFC 3954) and IPFIX (RFC 7011): templates first, then records.

mod clock;
mod decode;
mod element;
mod header;
mod layout;
mod record;
mod sampling;
mod saved;
mod sequence;
mod sets;
mod survey;
mod template;
mod time;
mod timeline;

pub use clock::ExporterClock;
pub(crate) use decode::{Chunk, Decoder, Totals};
pub(crate) use header::{Header, datagram_length, is_export_datagram, looks_like_export};
pub use saved::TemplateError;
pub use sequence::StreamLoss;
pub(crate) use sequence::{Sequence, Step};
pub(crate) use survey::Survey;
pub use template::Templates;
