//! What a ledger line can say: typed fields alone. Dates, hashes, counts and words of closed lists; no name, domain or
//! address fits, and what stands for a person is hashed under the ledger's own key, so that nobody can test guesses.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Month;
use serde::{Deserialize, Serialize};

use super::delivery::{Delivery, DeliveryJson};
use crate::StoreError;
use crate::books::{Books, MonthBooks, UNBALANCED};
use crate::hash::{Hex, SignatureHex};
use crate::manifest::parse_date;
use crate::words::is_word;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A night was committed.
    Night {
        /// The local date.
        date: Date,
        /// Rows of `usage`.
        rows: u64,
        /// Inputs it was made from.
        inputs: u64,
        /// Keyed hashes of the configuration by part, so that every change can be dated.
        config: Vec<(String, [u8; 32])>,
        /// Every byte of the night by fate; none in lines of versions that did not say.
        account: Option<Books>,
    },
    /// The kinds of site by which nights are made from a date on: at a financial year's first night, or by an explicit
    /// decision within one.
    Taxonomy {
        /// The first date.
        from: Date,
        /// SHA-256 of the rules.
        sha256: [u8; 32],
        /// The reason that was given, hashed under the ledger's key; none at a financial year's beginning. Lines of versions
        /// before the ledger was signed have its plain SHA-256.
        reason: Option<[u8; 32]>,
    },
    /// A key signs this line and all that follow, until another is entered.
    Key {
        /// Its public half.
        public: [u8; 32],
        /// The signature by which the key before it hands over; none for the first key, and where the old one was not at
        /// hand, which verification finds.
        handover: Option<[u8; 64]>,
    },
    /// A month was released.
    Release {
        /// The month.
        month: Month,
        /// SHA-256 of its `report.json`.
        report: [u8; 32],
        /// Every byte of the month by fate; none in lines of versions that did not say.
        account: Option<MonthBooks>,
        /// SHA-256 of its `schedule.json`; none where no equipment schedule was made.
        schedule: Option<[u8; 32]>,
    },
    /// A month was withheld: nothing was released.
    Withheld {
        /// The month.
        month: Month,
    },
    /// A dated note was added to a published month.
    Erratum {
        /// The month.
        month: Month,
        /// SHA-256 of the report with its note.
        report: [u8; 32],
    },
    /// Something was deleted because its time was over.
    Retention {
        /// What.
        deleted: Deleted,
        /// First date or first day of the month.
        first: Date,
        /// Last date or last day of the month.
        last: Date,
        /// How many partitions or keys.
        count: u64,
    },
    /// The record of a deletion: what went because its time was over, and what the search for older things found then.
    Deletion {
        /// What.
        deleted: Deleted,
        /// The limit by which it was due.
        limit: Limit,
        /// First date or first day of the month.
        first: Date,
        /// Last date or last day of the month.
        last: Date,
        /// How many partitions, keys, files or folders.
        count: u64,
        /// The date of the oldest thing left in each class.
        left: BTreeMap<Deleted, Date>,
        /// How many things older than their limit the search found: 0, unless something could not be deleted.
        overdue: u64,
    },
    /// Somebody read what is not published.
    Read {
        /// How.
        reading: Reading,
        /// Files, rows or entries.
        count: u64,
    },
    /// A person used a right.
    Subject {
        /// Which.
        right: Right,
        /// The person, hashed under the ledger's key.
        subject: [u8; 32],
        /// Rows given, deleted or keyed anew.
        count: u64,
    },
    /// A step of a case.
    Case {
        /// Its number, from 1.
        case: u64,
        /// Which step.
        step: CaseStep,
        /// The person it is about, hashed under the ledger's key.
        subject: [u8; 32],
        /// By whose office; none where the program took the step by itself.
        by: Option<Role>,
        /// The reason given, hashed under the ledger's key.
        reason: Option<[u8; 32]>,
    },
    /// A step of a hold.
    Hold {
        /// Its number, from 1.
        hold: u64,
        /// Which step.
        step: HoldStep,
        /// The person whose rows it copies, hashed under the ledger's key.
        subject: [u8; 32],
        /// Its last day.
        until: Date,
        /// Rows copied or deleted.
        count: u64,
        /// Whose offices approved it; none where the program took the step by itself.
        by: Vec<Role>,
        /// The reason given, hashed under the ledger's key.
        reason: Option<[u8; 32]>,
    },
    /// Security notices were written.
    Notices {
        /// The local date on which it happened.
        date: Date,
        /// How many.
        count: u64,
    },
    /// A step of handing a released document to one of its recipients.
    Delivery(Delivery),
}

/// How long a class of data is kept, as the assessment says or the program at most allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Days after its own date.
    Days(u32),
    /// Days after the end of its month.
    DaysAfterMonth(u32),
    /// Months after the end of its month.
    Months(u32),
}

macro_rules! closed {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
    };
}

closed! {
    /// What retention deleted.
    Deleted {
        /// Partitions of `usage`.
        Usage,
        /// Partitions of `links`.
        Links,
        /// A month's key.
        Key,
        /// Raw inputs that the provider let us delete.
        Raw,
        /// Old reports.
        Reports,
        /// Security notices.
        Security,
        /// Rows of cases.
        Cases,
        /// Rows copied by a hold.
        Holds,
        /// Billing cycles.
        Cycles,
        /// What was remembered of exporters' templates.
        Templates,
    }
}

closed! {
    /// A right of a person.
    Right {
        /// Everything held about them was given out.
        Export,
        /// They are not measured for now, and rows of open months went.
        Restrict,
        /// They object: not measured from a date on, and rows of open months went.
        Object,
        /// Rows of open months were keyed anew after the register was corrected.
        Rectify,
        /// Rows of open months went.
        Erase,
    }
}

closed! {
    /// A step of a case.
    CaseStep {
        /// Opened.
        Opened,
        /// An unlock by somebody in office.
        Unlocked,
        /// An unlock or approval that was asked for and not taken: no such office, or given before.
        Refused,
        /// What it is about was given to its reviewer.
        Disclosed,
        /// Closed, with a reason.
        Closed,
        /// Its time was over.
        Expired,
    }
}

closed! {
    /// A step of a hold.
    HoldStep {
        /// Approved by two and placed.
        Placed,
        /// Ended before its time.
        Released,
        /// Its last day was over.
        Expired,
    }
}

closed! {
    /// Whose office a step was taken by.
    Role {
        /// The proper officer.
        Clerk,
        /// Who stands in for the clerk.
        Deputy,
        /// Who chairs the council.
        Chair,
        /// An adviser on staff matters from outside.
        HrAdviser,
        /// The IT provider.
        Provider,
        /// The person themselves.
        Subject,
    }
}

closed! {
    /// How something unpublished was read.
    Reading {
        /// `inspect`, with a configuration.
        Inspect,
        /// A person's own rows.
        Subject,
        /// A case.
        Case,
        /// The attacker, by command.
        Attack,
        /// Bills and their reconciliation, by command.
        Costs,
        /// Faults with their times, by command.
        Faults,
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum EventJson {
    Night {
        date: String,
        rows: u64,
        inputs: u64,
        config: BTreeMap<String, Hex>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<Books>,
    },
    Taxonomy {
        from: String,
        sha256: Hex,
        reason: Option<Hex>,
    },
    Key {
        public: Hex,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handover: Option<SignatureHex>,
    },
    Release {
        month: String,
        report: Hex,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<MonthBooks>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        schedule: Option<Hex>,
    },
    Withheld {
        month: String,
    },
    Erratum {
        month: String,
        report: Hex,
    },
    Retention {
        deleted: Deleted,
        first: String,
        last: String,
        count: u64,
    },
    Deletion {
        deleted: Deleted,
        limit: Limit,
        first: String,
        last: String,
        count: u64,
        left: BTreeMap<Deleted, String>,
        overdue: u64,
    },
    Read {
        reading: Reading,
        count: u64,
    },
    Subject {
        right: Right,
        subject: Hex,
        count: u64,
    },
    Case {
        case: u64,
        step: CaseStep,
        subject: Hex,
        by: Option<Role>,
        reason: Option<Hex>,
    },
    Hold {
        hold: u64,
        step: HoldStep,
        subject: Hex,
        until: String,
        count: u64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        by: Vec<Role>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Hex>,
    },
    Notices {
        date: String,
        count: u64,
    },
    Delivery(DeliveryJson),
}

impl Event {
    pub(super) fn to_json(&self) -> Result<EventJson, StoreError> {
        Ok(match self {
            Self::Night { date, account: Some(a), .. } if !a.balances() => {
                return Err(StoreError::Books { date: *date, rule: UNBALANCED });
            }
            Self::Release { month, account: Some(a), .. } if !a.sum.balances() => {
                return Err(StoreError::Books { date: month.last(), rule: UNBALANCED });
            }
            Self::Night { date, rows, inputs, config, account } => {
                if !config.iter().all(|(name, _)| is_word(name)) {
                    return Err(StoreError::WordInvalid { what: "the ledger's list of configuration hashes" });
                }
                let config = config.iter().map(|(name, hash)| (name.clone(), Hex(*hash))).collect();
                let account = account.clone();
                EventJson::Night { date: date.to_string(), rows: *rows, inputs: *inputs, config, account }
            }
            Self::Release { month, report, account, schedule } => EventJson::Release {
                month: month.to_string(),
                report: Hex(*report),
                account: account.clone(),
                schedule: schedule.map(Hex),
            },
            Self::Taxonomy { from, sha256, reason } => {
                EventJson::Taxonomy { from: from.to_string(), sha256: Hex(*sha256), reason: reason.map(Hex) }
            }
            Self::Key { public, handover } => {
                EventJson::Key { public: Hex(*public), handover: handover.map(SignatureHex) }
            }
            Self::Withheld { month } => EventJson::Withheld { month: month.to_string() },
            Self::Erratum { month, report } => EventJson::Erratum { month: month.to_string(), report: Hex(*report) },
            Self::Retention { deleted, first, last, count } => EventJson::Retention {
                deleted: *deleted,
                first: first.to_string(),
                last: last.to_string(),
                count: *count,
            },
            Self::Deletion { deleted, limit, first, last, count, left, overdue } => EventJson::Deletion {
                deleted: *deleted,
                limit: *limit,
                first: first.to_string(),
                last: last.to_string(),
                count: *count,
                left: left.iter().map(|(class, date)| (*class, date.to_string())).collect(),
                overdue: *overdue,
            },
            Self::Read { reading, count } => EventJson::Read { reading: *reading, count: *count },
            Self::Subject { right, subject, count } => {
                EventJson::Subject { right: *right, subject: Hex(*subject), count: *count }
            }
            Self::Case { case, step, subject, by, reason } => {
                EventJson::Case { case: *case, step: *step, subject: Hex(*subject), by: *by, reason: reason.map(Hex) }
            }
            Self::Hold { hold, step, subject, until, count, by, reason } => EventJson::Hold {
                hold: *hold,
                step: *step,
                subject: Hex(*subject),
                until: until.to_string(),
                count: *count,
                by: by.clone(),
                reason: reason.map(Hex),
            },
            Self::Notices { date, count } => EventJson::Notices { date: date.to_string(), count: *count },
            Self::Delivery(delivery) => EventJson::Delivery(delivery.to_json()),
        })
    }
}

impl EventJson {
    pub(super) fn to_event(&self) -> Option<Event> {
        let month = |m: &String| m.parse::<Month>().ok();
        Some(match self {
            Self::Night { date, rows, inputs, config, account } => Event::Night {
                date: parse_date(date)?,
                rows: *rows,
                inputs: *inputs,
                config: config.iter().map(|(name, hash)| (name.clone(), hash.0)).collect(),
                account: account.clone(),
            },
            Self::Taxonomy { from, sha256, reason } => {
                Event::Taxonomy { from: parse_date(from)?, sha256: sha256.0, reason: reason.map(|r| r.0) }
            }
            Self::Release { month: m, report, account, schedule } => Event::Release {
                month: month(m)?,
                report: report.0,
                account: account.clone(),
                schedule: schedule.as_ref().map(|s| s.0),
            },
            Self::Key { public, handover } => Event::Key { public: public.0, handover: handover.map(|s| s.0) },
            Self::Withheld { month: m } => Event::Withheld { month: month(m)? },
            Self::Erratum { month: m, report } => Event::Erratum { month: month(m)?, report: report.0 },
            Self::Retention { deleted, first, last, count } => Event::Retention {
                deleted: *deleted,
                first: parse_date(first)?,
                last: parse_date(last)?,
                count: *count,
            },
            Self::Deletion { deleted, limit, first, last, count, left, overdue } => Event::Deletion {
                deleted: *deleted,
                limit: *limit,
                first: parse_date(first)?,
                last: parse_date(last)?,
                count: *count,
                left: left.iter().map(|(class, date)| Some((*class, parse_date(date)?))).collect::<Option<_>>()?,
                overdue: *overdue,
            },
            Self::Read { reading, count } => Event::Read { reading: *reading, count: *count },
            Self::Subject { right, subject, count } => {
                Event::Subject { right: *right, subject: subject.0, count: *count }
            }
            Self::Case { case, step, subject, by, reason } => {
                Event::Case { case: *case, step: *step, subject: subject.0, by: *by, reason: reason.map(|r| r.0) }
            }
            Self::Hold { hold, step, subject, until, count, by, reason } => Event::Hold {
                hold: *hold,
                step: *step,
                subject: subject.0,
                until: parse_date(until)?,
                count: *count,
                by: by.clone(),
                reason: reason.map(|r| r.0),
            },
            Self::Notices { date, count } => Event::Notices { date: parse_date(date)?, count: *count },
            Self::Delivery(delivery) => Event::Delivery(delivery.to_delivery()?),
        })
    }
}
