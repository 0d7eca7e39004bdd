//! The guarantees of `docs/proportionality.md` that only the whole way from inputs to outputs can show, each test by the
//! number of its guarantee: small generated councils, the command, and everything that it leaves behind.

mod absence;
mod blackbox;
mod books;
mod configuration;
mod content;
mod frozen;
mod home;
pub(crate) mod leaves;
mod pooled;
mod strangers;
mod tenants;
