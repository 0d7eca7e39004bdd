//! What the ledger says of a document on its way to a recipient: hashes and words of closed lists, no address and no name.

use model::Month;
use serde::{Deserialize, Serialize};

use crate::hash::Hex;

/// A step of handing a released document to one of its recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// The month.
    pub month: Month,
    /// Which document.
    pub document: Handed,
    /// SHA-256 of its `report.json` or `schedule.json`.
    pub sha256: [u8; 32],
    /// The recipient's role, hashed under the ledger's key.
    pub recipient: [u8; 32],
    /// By which way.
    pub way: Way,
    /// Which step.
    pub step: DeliveryStep,
}

/// A document that is handed to recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handed {
    /// The monthly summary.
    Summary,
    /// The equipment schedule.
    Schedule,
}

/// How a message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// As a file in the outbox.
    Folder,
    /// To the mail server.
    Mail,
}

/// A step of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStep {
    /// It is about to be tried: whether it arrived is not known until it is delivered.
    Intended,
    /// The file stands in the outbox, or the mail server took the message.
    Delivered,
    /// Not tried any more: the recipient or the way is no longer there.
    Dropped,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DeliveryJson {
    month: String,
    document: Handed,
    sha256: Hex,
    recipient: Hex,
    way: Way,
    step: DeliveryStep,
}

impl Delivery {
    pub(super) fn to_json(self) -> DeliveryJson {
        let Self { month, document, sha256, recipient, way, step } = self;
        let (sha256, recipient) = (Hex(sha256), Hex(recipient));
        DeliveryJson { month: month.to_string(), document, sha256, recipient, way, step }
    }
}

impl DeliveryJson {
    pub(super) fn to_delivery(&self) -> Option<Delivery> {
        let month = self.month.parse().ok()?;
        let Self { document, way, step, .. } = *self;
        Some(Delivery { month, document, sha256: self.sha256.0, recipient: self.recipient.0, way, step })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Ledger};

    #[test]
    fn a_delivery_is_read_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), "ashby").unwrap();
        let month = "2026-03".parse().unwrap();
        let delivery = |document, way, step| {
            Event::Delivery(Delivery { month, document, sha256: [9; 32], recipient: [7; 32], way, step })
        };
        let events = [
            delivery(Handed::Summary, Way::Folder, DeliveryStep::Intended),
            delivery(Handed::Schedule, Way::Mail, DeliveryStep::Delivered),
            delivery(Handed::Schedule, Way::Folder, DeliveryStep::Dropped),
        ];
        for event in &events {
            ledger.append(event, 1_000_000).unwrap();
        }
        let mut read = Vec::new();
        ledger.entries(&mut |e| read.push(e.event.clone())).unwrap();
        assert_eq!(read, events);
        let text = std::fs::read_to_string(dir.path().join("ashby.jsonl")).unwrap();
        let (nines, sevens) = ("09".repeat(32), "07".repeat(32));
        let line = format!(
            "\"kind\":\"delivery\",\"month\":\"2026-03\",\"document\":\"summary\",\"sha256\":\"{nines}\",\"recipient\":\"{sevens}\",\"way\":\"folder\",\"step\":\"intended\",\"hash\":\""
        );
        assert!(text.lines().next().unwrap().contains(&line), "{text}");
    }
}
