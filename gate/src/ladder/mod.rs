//! What an assessment allows on a date: everything, totals, or nothing. It fails closed.

mod footing;
mod keeping;
mod proportion;
mod scope;
mod sources;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::assessment::Assessment;

pub use proportion::{TABLES_BY, TABLES_FROM};
pub use sources::{REGULATIONS_2018, REGULATIONS_NUMBER};

/// A rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// Nothing is read.
    Nothing,
    /// Link totals; DNS sources stay closed.
    Totals,
    /// Kinds of site.
    Categories,
}

impl Mode {
    /// The word for people and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Totals => "totals",
            Self::Categories => "categories",
        }
    }
}

/// One requirement, met or not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requirement {
    /// The stable code, such as `signed_on`.
    pub code: &'static str,
    /// The rows of the law table in `docs/assessment.md` that ask for it; none where the council's own decision does.
    pub laws: &'static [u8],
    /// Whether it is met.
    pub met: bool,
    /// The highest rung that is left without it.
    pub without: Mode,
    /// What was found, in plain words.
    pub what: String,
    /// Where the requirement comes from.
    pub source: &'static str,
    /// What to do; empty when met.
    pub next: &'static str,
}

/// What an assessment allows on a date, and why not more.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ladder {
    /// What may be done: the lower of what is allowed and what the council asks for.
    pub mode: Mode,
    /// The most that the assessment allows.
    pub allowed: Mode,
    /// What the council asks for; categories where it does not say.
    pub asked: Mode,
    /// Every requirement, in order.
    pub requirements: Vec<Requirement>,
    /// What an assessment from before [`TABLES_FROM`] lacks and may lack until it is signed anew, [`TABLES_BY`] at the
    /// latest. It lowers nothing yet.
    pub advice: Vec<Requirement>,
    /// What will soon not be met, in plain sentences.
    pub warnings: Vec<String>,
}

impl Ladder {
    /// Whether less is done than the council's own mode asks for (exit code 3).
    pub fn lowered(&self) -> bool {
        self.mode < self.asked
    }

    /// The requirements that are not met.
    pub fn unmet(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(|r| !r.met)
    }
}

/// Days before the review is due from which it is warned of.
pub const REVIEW_WARNING_DAYS: i32 = 60;

/// Judges an assessment (none: there is no file) on a date.
///
/// Categories need everything valid and `signed_on <= date < review_due`. No file, no valid signature by that date, no
/// retention or a high residual risk leave nothing; anything else missing, bad or past leaves totals.
pub fn judge(assessment: Option<&Assessment>, date: Date) -> Ladder {
    let mut list = List::default();
    let Some(a) = assessment else {
        list.add(&footing::FILE, Err("there is no assessment.toml".to_owned()));
        return Ladder {
            mode: Mode::Nothing,
            allowed: Mode::Nothing,
            asked: Mode::Categories,
            requirements: list.items,
            advice: Vec::new(),
            warnings: Vec::new(),
        };
    };
    footing::signature(a, date, &mut list);
    footing::review(a, date, &mut list);
    footing::law(a, &mut list);
    scope::scope(a, &mut list);
    scope::notice(a, date, &mut list);
    keeping::retention(a.retention(), &mut list);
    keeping::people(a, &mut list);
    proportion::tables(a, date, &mut list);
    let allowed = list.items.iter().filter(|r| !r.met).map(|r| r.without).min().unwrap_or(Mode::Categories);
    let asked = a.mode_asked().unwrap_or(Mode::Categories);
    Ladder {
        mode: allowed.min(asked),
        allowed,
        asked,
        requirements: list.items,
        advice: list.advice,
        warnings: warnings(a, date),
    }
}

/// A requirement before it is looked at.
struct Rule {
    code: &'static str,
    laws: &'static [u8],
    without: Mode,
    source: &'static str,
    next: &'static str,
}

/// A rule whose want leaves totals.
const fn totals(code: &'static str, laws: &'static [u8], source: &'static str, next: &'static str) -> Rule {
    Rule { code, laws, without: Mode::Totals, source, next }
}

/// A rule whose want leaves nothing.
const fn nothing(code: &'static str, laws: &'static [u8], source: &'static str, next: &'static str) -> Rule {
    Rule { code, laws, without: Mode::Nothing, source, next }
}

/// What was found: good or not, in plain words.
type Found = Result<String, String>;

#[derive(Default)]
struct List {
    items: Vec<Requirement>,
    advice: Vec<Requirement>,
    /// Whether what is added is asked for later only.
    later: bool,
}

impl List {
    fn add(&mut self, rule: &Rule, found: Found) {
        let met = found.is_ok();
        let what = match found {
            Ok(what) | Err(what) => what,
        };
        let Rule { code, laws, without, source, next } = *rule;
        let made = Requirement { code, laws, met, without, what, source, next: if met { "" } else { next } };
        if self.later { self.advice.push(made) } else { self.items.push(made) }
    }
}

fn present(value: Option<&str>, name: &str) -> Found {
    match value.map(str::trim) {
        Some("") => Err(format!("`{name}` is empty")),
        Some(_) => Ok(format!("`{name}` is given")),
        None => Err(format!("`{name}` is missing")),
    }
}

fn warnings(a: &Assessment, date: Date) -> Vec<String> {
    let days = a.review_due().and_then(|due| due.since(date).ok().map(|span| (due, span.get_days())));
    match days {
        Some((due, days)) if (1..=REVIEW_WARNING_DAYS).contains(&days) => {
            vec![format!("The assessment must be reviewed by {due}, in {days} days: after that only totals are made.")]
        }
        _ => Vec::new(),
    }
}
