//! The crate as its users see it: documents, pages, the schema, and the way from the gate.

#[cfg(test)]
mod annex;
#[cfg(test)]
mod archive;
#[cfg(test)]
mod case;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod page;
#[cfg(test)]
mod pdf;
#[cfg(test)]
mod release;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod security;
#[cfg(test)]
mod sheets;
#[cfg(test)]
mod support;
#[cfg(test)]
mod text;
#[cfg(test)]
mod trend;
#[cfg(test)]
mod wording;
