//! A security notice: what devices did that may mean harm, for those who must mend it, and the form in which the council
//! records what came of it.
//!
//! It is no part of any report and holds no figure of one. Data are in whole megabytes, rounded up: whoever mends a device
//! needs no more.

use jiff::civil::Date;
use model::SecurityRule;
use serde::{Deserialize, Serialize};

use crate::render::Language;
use crate::say::Say;

/// The form of a notice.
pub const NOTICE_SCHEMA: &str = "tithing.security/1";
/// The form of an incident record.
pub const INCIDENT_SCHEMA: &str = "tithing.incident/1";
/// Hours of the clock that runs for a personal data breach (UK GDPR article 33).
pub const BREACH_HOURS: u32 = 72;

/// What a notice must not be used for, as it stands in the record.
pub fn not_for() -> String {
    Say::new(Language::English).text("security-not-for")
}

/// One night's notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityNotice {
    /// [`NOTICE_SCHEMA`].
    pub schema: String,
    /// The program that wrote it.
    pub software: String,
    /// The authority's id.
    pub authority: String,
    /// Its name.
    pub name: String,
    /// The local date on which it happened.
    pub date: Date,
    /// Always `restricted`.
    pub audience: String,
    /// The roles that receive it.
    pub recipients: Vec<String>,
    /// [`not_for`].
    pub not_for: String,
    /// The day on which it is deleted.
    pub delete_on: Date,
    /// The time to which the clock was set by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_clock: Option<String>,
    /// What is new.
    pub findings: Vec<Finding>,
    /// What an earlier notice told of already.
    pub continuing: Vec<Finding>,
    /// The rules that spoke.
    pub rules: Vec<RuleText>,
    /// The threat lists that were met.
    pub lists: Vec<ListText>,
}

/// What one device did under one rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The device's asset number.
    pub asset: String,
    /// What it is, in the register's words.
    pub kind: String,
    /// The rule's word.
    pub rule: String,
    /// The program's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The threat list's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The list's entry: the one name or address in the notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The minute in which it was first seen, local time.
    pub first: String,
    /// The minute in which it was last seen.
    pub last: String,
    /// Lookups.
    pub lookups: i64,
    /// Records of connections.
    pub records: i64,
    /// Megabytes in both directions, rounded up.
    pub megabytes: i64,
    /// Whether it was looked up and not reached.
    pub blocked: bool,
}

/// A rule in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// Its word.
    pub id: String,
    /// What it looks at, and from when on it speaks.
    pub sentence: String,
}

/// A threat list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListText {
    /// Its name.
    pub name: String,
    /// Its licence.
    pub licence: String,
}

/// A form to be filled in: what came of a notice, and the clock of a personal data breach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// [`INCIDENT_SCHEMA`].
    pub schema: String,
    /// The authority's id.
    pub authority: String,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// The local date on which it happened.
    pub date: Date,
    /// The page that tells of it.
    pub notice: String,
    /// The roles that it is addressed to.
    pub addressed_to: Vec<String>,
    /// The devices, by asset number.
    pub devices: Vec<String>,
    /// What it must not be used for.
    pub not_for: String,
    /// Hours of the clock.
    pub clock_hours: u32,
    /// When the clock runs.
    pub clock_rule: String,
    /// To be filled in: when somebody at the council became aware.
    pub aware_at: Option<String>,
    /// To be filled in: who decides.
    pub decided_by: Option<String>,
    /// To be filled in: whether personal data were lost, changed or seen by somebody who should not.
    pub personal_data_breach: Option<bool>,
    /// To be filled in: whether it is likely to put people at risk.
    pub risk_to_people_likely: Option<bool>,
    /// To be filled in: what was decided, and why; a decision not to report as well.
    pub decision: Option<String>,
    /// To be filled in: when it was reported, and why late where it was late.
    pub reported: Option<String>,
    /// To be filled in: what was done to the devices, and when.
    pub mended: Option<String>,
}

/// The page of a notice. Equal notices give equal bytes.
pub fn security_html(notice: &SecurityNotice) -> String {
    crate::html::drawn(&crate::page::security::page(notice))
}

impl SecurityNotice {
    /// The form to be filled in beside the notice.
    pub fn incident(&self) -> Incident {
        let mut devices: Vec<String> = self.findings.iter().map(|f| f.asset.clone()).collect();
        devices.sort();
        devices.dedup();
        Incident {
            schema: INCIDENT_SCHEMA.to_owned(),
            authority: self.authority.clone(),
            name: self.name.clone(),
            about: "security-notice".to_owned(),
            date: self.date,
            notice: format!("{}.html", self.date),
            addressed_to: self.recipients.clone(),
            devices,
            not_for: self.not_for.clone(),
            clock_hours: BREACH_HOURS,
            clock_rule: Say::new(Language::English).text("security-clock"),
            aware_at: None,
            decided_by: None,
            personal_data_breach: None,
            risk_to_people_likely: None,
            decision: None,
            reported: None,
            mended: None,
        }
    }

    /// The notice as JSON, the same bytes for the same notice.
    pub fn json(&self) -> String {
        pretty(self)
    }
}

impl Incident {
    /// The record as JSON.
    pub fn json(&self) -> String {
        pretty(self)
    }
}

fn pretty<T: Serialize>(value: &T) -> String {
    // Only maps with keys that are no strings, or a failing writer, make this an error; neither exists here.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// The kinds of danger, each with its own advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Danger {
    Threat,
    Blocked,
    Peer,
    Remote,
    Mining,
}

impl Finding {
    pub(crate) fn danger(&self) -> Danger {
        use SecurityRule::{
            MiningName, MiningPort, PeerName, PeerPorts, PeerSwarm, RemoteName, RemoteOpen, RemotePort,
        };
        match SecurityRule::from_word(&self.rule) {
            Some(PeerName | PeerPorts | PeerSwarm) => Danger::Peer,
            Some(RemoteName | RemotePort | RemoteOpen) => Danger::Remote,
            Some(MiningName | MiningPort) => Danger::Mining,
            _ if self.blocked => Danger::Blocked,
            _ => Danger::Threat,
        }
    }
}
