//! What a night is worked out from, and what comes out of it.

use std::fmt;

use jiff::civil::Date;
use model::{Account, Addr, DeviceKey, LinkRow, PersonKey, UsageRow};

use crate::attribute::Classify;
use crate::calendar::Calendar;
use crate::links::{Link, Prefix};
use crate::networks::Networks;
use crate::register::Register;
use crate::security::{Findings, Watching};

/// Turns people and devices into the month's pseudonyms.
pub trait Pseudonyms: Sync {
    /// The pseudonym of a person of the register.
    fn person(&self, id: &str) -> PersonKey;
    /// The pseudonym of a device by its asset number.
    fn device(&self, asset: &str) -> DeviceKey;
}

/// Everything but the inputs. One authority's settings know nothing of another's.
#[derive(Clone, Copy)]
pub struct NightSettings<'a> {
    /// The local date.
    pub date: Date,
    /// Zone, lunch, closures, holidays.
    pub calendar: &'a Calendar,
    /// Who had which device, and who may be measured.
    pub register: &'a Register,
    /// The links; rows count them in this order.
    pub links: &'a [Link],
    /// The council's own networks; every private network where none is given.
    pub lan: &'a [Prefix],
    /// The council's resolvers. A lookup that comes from one of them hides who asked.
    pub resolvers: &'a [Addr],
    /// What names and networks are.
    pub categories: &'a dyn Classify,
    /// Owners of addresses.
    pub networks: Option<&'a Networks>,
    /// The month's pseudonyms.
    pub key: &'a dyn Pseudonyms,
    /// Seconds for which an answer explains flows after its TTL.
    pub hold_s: u32,
    /// Seconds of a lease, where nothing else says how long one lasts.
    pub lease_s: u32,
    /// Whether the assessment allows kinds of site; else the night has link totals alone.
    pub categories_allowed: bool,
    /// Whether the assessment allows lookups whose client is hidden, as evidence for the council at large.
    pub shared_resolver: bool,
    /// What the night is watched for; none unless the assessment allows security notices. Nothing else depends on it.
    pub security: Option<Watching<'a>>,
}

impl fmt::Debug for NightSettings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NightSettings({})", self.date)
    }
}

/// What a night comes to. The rows are sorted; equal inputs give equal rows whatever the order of their batches.
#[derive(Debug, Clone, PartialEq)]
pub struct NightOutput {
    /// Rows of measured devices on links that are not issued to one holder.
    pub usage: Vec<UsageRow>,
    /// Everybody's bytes by link.
    pub links: Vec<LinkRow>,
    /// The line that accounts for every byte.
    pub account: Account,
    /// Whether most lookups of the date came through a forwarder that hides who asked. Then the council's answers explain
    /// flows where the assessment allows that, and the night has link totals alone where it does not.
    pub forwarded: bool,
    /// Whether that forwarder is none of the resolvers in the settings, but an address that nobody told of. Then the night has
    /// link totals alone, whatever the assessment allows: what an unknown address asked explains nothing.
    pub guessed: bool,
    /// On a working day: assets that are measured, hang on no link of their own, and of which nothing flowed. None on other
    /// days. A fault or somebody's day off: for the eyes of whoever mends devices, and written nowhere.
    pub silent: Option<Vec<String>>,
    /// What was found for security, where the night was watched: a purpose of its own, joined to nothing.
    pub security: Option<Findings>,
}
