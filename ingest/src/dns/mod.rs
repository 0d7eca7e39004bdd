//! DNS: messages, the words of types and codes, and questions paired with their answers.

pub(crate) mod names;
mod pair;
pub(crate) mod wire;

pub(crate) use pair::{Datagram, Pairer};
#[cfg(test)]
pub(crate) mod show;
