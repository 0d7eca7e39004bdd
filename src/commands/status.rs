//! `tithing status`: where each council stands, for whoever runs the nights. It writes nothing.
//!
//! Of data that are used up it tells the links that several people share. A link issued to one holder is that person's use:
//! the gate lets it stand in the equipment schedule alone, for the recipients that the assessment names, and whoever looks at
//! this list need not be one. `tithing costs` shows such links, and the ledger says that somebody looked.

use jiff::civil::Date;
use model::Month;
use reports::archive::MonthState;
use reports::document::{Audience, Status};
use serde_json::{Value, json};
use store::Table;

use crate::archive;
use crate::args::DataFormat;
use crate::bills::Gathered;
use crate::clock::Clock;
use crate::commands::chosen;
use crate::config::Provider;
use crate::council::{Council, Shared};
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// Prints the authorities asked for. One council's failure never touches another.
pub(crate) fn run(provider: &Provider, clock: Clock, asked: &[String], format: DataFormat) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let mut worst = Outcome::Done;
    for id in chosen(provider, asked)? {
        match Council::open(provider, &shared, id, clock).and_then(|council| Standing::of(&council)) {
            Ok(standing) => {
                worst = worst.max(standing.outcome());
                messages::data(&match format {
                    DataFormat::Json => format!("{}\n", standing.json()),
                    DataFormat::Table => standing.table(),
                })?;
            }
            Err(failure) => {
                tracing::error!("{id}: {failure}");
                worst = Outcome::Failed;
            }
        }
    }
    Ok(worst)
}

/// The last night.
#[derive(Debug, PartialEq, Eq)]
struct Night {
    date: Date,
    per_10k: u16,
    /// Whether its coverage is below the least.
    low: bool,
}

/// How much of its data a shared link has used in the running cycle.
#[derive(Debug, PartialEq, Eq)]
struct Bundle {
    link: String,
    cycle_end: Date,
    /// Whole percent, rounded down.
    percent: u64,
}

/// Where a council stands.
struct Standing {
    authority: String,
    last_night: Option<Night>,
    /// The month of yesterday, with its nights that are over and not stored.
    missing: (Month, Vec<Date>),
    bundles: Vec<Bundle>,
    /// Links that are issued to one holder each, of which nothing is told here.
    issued: bool,
    last_month: (Month, MonthState),
    /// The month that is reported next, and from when on.
    next_report: (Month, Date),
    review_due: Option<Date>,
    overdue: bool,
    undelivered: usize,
}

impl Standing {
    fn of(council: &Council<'_>) -> Result<Self, Failure> {
        let today = council.today();
        let yesterday = today.yesterday().unwrap_or(today);
        let running = Month::of(today);
        let last = running.first().yesterday().map(Month::of).unwrap_or(running);
        let documents = archive::documents(council)?;
        let of_last = documents.iter().find(|(month, _)| *month == last).map(|(_, document)| document);
        let state = archive::state(council, last, of_last)?;
        let due = if state == MonthState::Waiting { last } else { running };
        let review_due = council.authority.assessment.as_ref().and_then(gate::Assessment::review_due);
        let month = Month::of(yesterday);
        Ok(Self {
            authority: council.authority.id.clone(),
            last_night: last_night(council)?,
            missing: (month, archive::missing_nights(council, month)?),
            bundles: bundles(council, yesterday)?,
            issued: council.authority.links.iter().any(analyze::Link::issued),
            last_month: (last, state),
            next_report: (due, due.next().first()),
            review_due,
            overdue: review_due.is_some_and(|due| due <= today),
            undelivered: crate::delivery::undelivered(council)?,
        })
    }

    /// Gaps where somebody should do something before the next report.
    fn outcome(&self) -> Outcome {
        let low = self.last_night.as_ref().is_none_or(|n| n.low);
        let gaps = low || !self.missing.1.is_empty() || self.overdue || self.undelivered > 0;
        if gaps { Outcome::Gaps } else { Outcome::Done }
    }

    fn json(&self) -> Value {
        let night = self.last_night.as_ref().map(
            |n| json!({ "date": n.date.to_string(), "state": n.word(), "coverage": f64::from(n.per_10k) / 10_000.0 }),
        );
        let bundle = |b: &Bundle| json!({ "link": b.link, "cycle_end": b.cycle_end.to_string(), "percent": b.percent });
        json!({
            "authority": self.authority, "last_night": night, "month": self.missing.0.to_string(),
            "missing_nights": self.missing.1.iter().map(Date::to_string).collect::<Vec<_>>(),
            "bundles": self.bundles.iter().map(bundle).collect::<Vec<_>>(), "issued_links_left_out": self.issued,
            "last_month": { "month": self.last_month.0.to_string(), "state": word(self.last_month.1) },
            "next_report": { "month": self.next_report.0.to_string(), "from": self.next_report.1.to_string() },
            "review_due": self.review_due.map(|d| d.to_string()), "review_overdue": self.overdue,
            "undelivered": self.undelivered,
        })
    }

    fn table(&self) -> String {
        let mut text = format!("{}\n", self.authority);
        let mut line = |key: &str, value: &str| text += &format!("  {key:<16}{value}\n");
        match &self.last_night {
            Some(n) => line("last night", &format!("{} {}, coverage {:.4}", n.date, n.word(), n.share())),
            None => line("last night", "none"),
        }
        line("missing nights", &dates(self.missing.0, &self.missing.1));
        for b in &self.bundles {
            line("data used", &format!("{}: {} % of the cycle to {}", b.link, b.percent, b.cycle_end));
        }
        if self.issued {
            line("data used", "links issued to one holder are not told here: `tithing costs`");
        }
        line("last month", &format!("{} {}", self.last_month.0, word(self.last_month.1)));
        line("next report", &format!("{} from {} on", self.next_report.0, self.next_report.1));
        let review = self.review_due.map_or_else(|| "no date".to_owned(), |d| d.to_string());
        line("next review", &format!("{review}{}", if self.overdue { ", overdue" } else { "" }));
        line("undelivered", &self.undelivered.to_string());
        text
    }
}

impl Night {
    const fn word(&self) -> &'static str {
        if self.low { "low" } else { "complete" }
    }

    fn share(&self) -> f64 {
        f64::from(self.per_10k) / 10_000.0
    }
}

fn dates(month: Month, all: &[Date]) -> String {
    if all.is_empty() {
        return format!("none in {month}");
    }
    format!("{} in {month}: {}", all.len(), all.iter().map(Date::to_string).collect::<Vec<_>>().join(", "))
}

const fn word(state: MonthState) -> &'static str {
    match state {
        MonthState::Released(_, Audience::Restricted) => "released, not for publication",
        MonthState::Released(Status::Complete, Audience::Public) => "published",
        MonthState::Released(Status::Gaps, Audience::Public) => "published, with gaps",
        MonthState::Released(Status::Lowered | Status::Withheld, Audience::Public) => "published, totals only",
        MonthState::Withheld => "withheld",
        MonthState::Waiting => "not reported yet",
        MonthState::Missing => "no records",
        MonthState::Before => "before recording began",
        MonthState::Running(_) => "running",
    }
}

fn last_night(council: &Council<'_>) -> Result<Option<Night>, Failure> {
    let Some(date) = council.store.all_dates(Table::Links)?.last().copied() else { return Ok(None) };
    let Some(footer) = council.store.footer(date)? else { return Ok(None) };
    let per_10k = footer.account.coverage_per_10k();
    let low = per_10k < council.provider.limits.coverage_min_per_10k;
    Ok(Some(Night { date, per_10k, low }))
}

/// Running cycles of shared links that have a limit of data.
fn bundles(council: &Council<'_>, through: Date) -> Result<Vec<Bundle>, Failure> {
    let authority = &council.authority;
    let shared = |id: &str| authority.links.iter().any(|l| l.id == id && !l.issued());
    if !authority.tariffs.iter().any(|t| shared(&t.link)) {
        return Ok(Vec::new());
    }
    let gathered = Gathered::read(council, Month::of(through).first(), through)?;
    let lines = analyze::cost::lines(&gathered.books(council), through);
    let running = lines.iter().filter(|l| l.forecast && shared(&l.link));
    let bundle = |l: &analyze::cost::CostLine| {
        let data = l.data.filter(|d| *d > 0)?;
        let percent = u128::from(l.home_bytes) * 100 / u128::from(data);
        let percent = u64::try_from(percent).unwrap_or(u64::MAX);
        Some(Bundle { link: l.link.clone(), cycle_end: l.cycle_end, percent })
    };
    Ok(running.filter_map(bundle).collect())
}
