//! What the ledger says was published, begun and delivered.

use std::collections::BTreeMap;

use model::{Micros, Month};
use store::{DeliveryStep, Event, Handed, Way};

use crate::council::Council;
use crate::outcome::Failure;

/// A published month as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Released {
    /// The month.
    pub month: Month,
    /// When it was released, or last corrected.
    pub time: Micros,
    /// SHA-256 of its `report.json`.
    pub report: [u8; 32],
    /// SHA-256 of its `schedule.json`, where there is one.
    pub schedule: Option<[u8; 32]>,
}

/// One message by one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// The month.
    pub month: Month,
    /// The document.
    pub document: Handed,
    /// Its hash: a correction makes another document.
    pub sha256: [u8; 32],
    /// The role, hashed.
    pub recipient: [u8; 32],
    /// The way.
    pub way: Way,
}

/// Everything that the ledger knows of deliveries.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Published months, in the order of their release.
    pub released: Vec<Released>,
    /// When each message was first begun, and where it stands.
    steps: BTreeMap<Key, (Micros, DeliveryStep)>,
}

impl Book {
    /// Reads a council's ledger.
    pub(super) fn read(council: &Council<'_>) -> Result<Self, Failure> {
        let mut book = Self::default();
        council.ledger.entries(&mut |entry| book.take(&entry.event, entry.time))?;
        Ok(book)
    }

    fn take(&mut self, event: &Event, time: Micros) {
        match event {
            Event::Release { month, report, schedule, .. } => {
                self.released.push(Released { month: *month, time, report: *report, schedule: *schedule });
            }
            Event::Erratum { month, report } => {
                for released in self.released.iter_mut().filter(|r| r.month == *month) {
                    (released.report, released.time) = (*report, time);
                }
            }
            Event::Delivery(d) => {
                let (month, document, sha256, recipient, way) = (d.month, d.document, d.sha256, d.recipient, d.way);
                let key = Key { month, document, sha256, recipient, way };
                let before = self.steps.get(&key).copied();
                let after = match (before, d.step) {
                    (Some(delivered @ (_, DeliveryStep::Delivered)), _) => delivered,
                    // Whoever is a recipient again is begun anew.
                    (Some((_, DeliveryStep::Dropped)) | None, step) => (time, step),
                    (Some((begun, _)), step) => (begun, step),
                };
                self.steps.insert(key, after);
            }
            _ => {}
        }
    }

    /// When a message was first begun.
    pub(super) fn begun(&self, key: &Key) -> Option<Micros> {
        self.steps.get(key).filter(|(_, step)| *step != DeliveryStep::Dropped).map(|(time, _)| *time)
    }

    /// Whether a message was begun and given up, because its recipient or its way was gone.
    pub(super) fn dropped(&self, key: &Key) -> bool {
        self.steps.get(key).is_some_and(|(_, step)| *step == DeliveryStep::Dropped)
    }

    /// Whether a message was delivered.
    pub(super) fn delivered(&self, key: &Key) -> bool {
        self.steps.get(key).is_some_and(|(_, step)| *step == DeliveryStep::Delivered)
    }

    /// Messages that were begun and not delivered, of documents that still stand as they were.
    pub(super) fn open(&self) -> impl Iterator<Item = &Key> {
        let stands = |key: &Key| {
            let of = self.released.iter().rfind(|r| r.month == key.month);
            of.is_some_and(|r| match key.document {
                Handed::Summary => r.report == key.sha256,
                Handed::Schedule => r.schedule == Some(key.sha256),
            })
        };
        let open = self.steps.iter().filter(|(_, (_, step))| *step == DeliveryStep::Intended);
        open.map(|(key, _)| key).filter(move |k| stands(k))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Delivery;

    #[test]
    fn begun_delivered_and_overtaken() {
        let month: Month = "2026-03".parse().unwrap();
        let mut book = Book::default();
        let release = Event::Release { month, report: [1; 32], account: None, schedule: Some([2; 32]) };
        let step = |sha256, document, step| {
            let (recipient, way) = ([9; 32], Way::Mail);
            Event::Delivery(Delivery { month, document, sha256, recipient, way, step })
        };
        let events = [
            release,
            step([1; 32], Handed::Summary, DeliveryStep::Intended),
            step([2; 32], Handed::Schedule, DeliveryStep::Intended),
            step([2; 32], Handed::Schedule, DeliveryStep::Delivered),
        ];
        for (event, time) in events.iter().zip(10..) {
            book.take(event, time);
        }
        let key = |sha256, document| Key { month, document, sha256, recipient: [9; 32], way: Way::Mail };
        let (summary, schedule) = (key([1; 32], Handed::Summary), key([2; 32], Handed::Schedule));
        assert_eq!((book.begun(&summary), book.delivered(&summary)), (Some(11), false));
        assert_eq!((book.begun(&schedule), book.delivered(&schedule)), (Some(12), true));
        assert_eq!(book.open().collect::<Vec<_>>(), [&summary]);
        // One whose recipient is gone is not open, and can be begun again.
        book.take(&step([1; 32], Handed::Summary, DeliveryStep::Dropped), 15);
        assert_eq!((book.open().count(), book.begun(&summary), book.dropped(&summary)), (0, None, true));
        book.take(&step([1; 32], Handed::Summary, DeliveryStep::Intended), 16);
        assert_eq!((book.open().count(), book.begun(&summary)), (1, Some(16)));
        // A correction overtakes the message that did not get through.
        book.take(&Event::Erratum { month, report: [3; 32] }, 20);
        assert_eq!((book.open().count(), book.released[0].time), (0, 20));
    }
}
