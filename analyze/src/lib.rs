//! From flows and lookups to rows, and from rows to a month's contributions: attribution, kinds of site, calendar, links
//! and cost, roll-ups.
//!
//! No name and no address leaves this crate but through [`Attributor`], which serves `inspect`. What a month comes to ends
//! in a [`gate::Candidate`]; whether a number may be seen is not decided here.
#![forbid(unsafe_code)]

mod apportion;
mod attribute;
mod calendar;
mod categories;
pub mod cost;
#[cfg(test)]
mod dice;
mod exceptions;
mod faults;
mod identity;
mod links;
mod month;
mod networks;
mod night;
mod period;
mod register;
mod rights;
mod rollup;
mod schedule;
pub mod security;
mod suffix;

pub use attribute::{Attribution, Attributor, Classify, HOLD_S_DEFAULT, SealedAttributor};
pub use calendar::{Calendar, CalendarError, Nation, Segment, WeekHours};
pub use categories::*;
pub use exceptions::exceptions;
pub use faults::{Busy, FaultSettings, LinkFaults, Outage, Quarter, Resolver, faults, quarters};
pub use identity::LEASE_S_DEFAULT;
pub use links::{Link, LinkKind, Prefix, PrefixError};
pub use month::*;
pub use networks::{Networks, NetworksError};
pub use night::{Night, NightOutput, NightSettings, Pseudonyms, SealedNight};
pub use period::{Period, PeriodError};
pub use register::{Duty, Ownership, PersonRow, Register, RegisterError, RegisterRow, Standing};
pub use rights::rekeyed;
pub use rollup::{RollupError, report_queries};
pub use schedule::{MonthDevices, ScheduleContext, devices, schedule};
pub use suffix::registrable_domain;

impl Classify for Categories {
    fn classify(&self, name: &str) -> model::CategoryId {
        self.lookup(name).category
    }

    fn network(&self, asn: u32) -> Option<model::CategoryId> {
        Categories::network(self, asn)
    }
}

impl Pseudonyms for store::MonthKey {
    fn person(&self, id: &str) -> model::PersonKey {
        store::MonthKey::person(self, id)
    }

    fn device(&self, asset: &str) -> model::DeviceKey {
        store::MonthKey::device(self, asset)
    }
}
