//! Exception rules: fixed in the assessment before the month they are about, and evaluated in the dark.
//!
//! [`exception_rules`] reads `[[exceptions]]` and says of each rule why it is or is not in force. A [`Watch`] takes what
//! people did and never gives it back; [`Sealed`] holds who met the rule. Out of it come the stored number of a case,
//! which is there whether anybody met the rule or not, and, through enough unlocks, one person's [`Evidence`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use model::{CategoryId, Month, PersonKey, Taxonomy, TimeClass, Treatment};

use crate::assessment::{Assessment, Text};
use crate::unlock::{Office, StillSealed, Unlocks};
use crate::{Mode, judge};

/// No rule asks for fewer dates.
pub const EXCEPTION_DAYS_MIN: u8 = 3;
/// No rule looks at a longer run of dates.
pub const EXCEPTION_WINDOW_MAX: u8 = 10;
/// No rule counts a date with fewer active minutes.
pub const EXCEPTION_MINUTES_MIN: u64 = 60;
/// No rule counts a date with fewer octets: 500 MB.
pub const EXCEPTION_OCTETS_MIN: u64 = 500_000_000;

/// Minutes a date are shown down to a quarter of an hour, in the person's favour.
const MINUTES_STEP: u64 = 15;
/// Octets a date are shown down to 100 MB.
const OCTETS_STEP: u64 = 100_000_000;
const OCTETS_PER_MB: u64 = 1_000_000;
const ID_MAX: usize = 32;
const REASON_CHARS_MIN: usize = 20;

/// What is better than any rule: printed beside every one.
pub const BLOCK_INSTEAD: &str = "block this kind of site at the resolver in working hours instead, where that would do: \
     it is kinder than watching, and needs no case";

/// A table `[[exceptions]]` as it was typed.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    id: Option<String>,
    category: Option<String>,
    time_class: Option<String>,
    minutes: Option<i64>,
    megabytes: Option<i64>,
    days: Option<i64>,
    window: Option<i64>,
    purpose: Option<String>,
    not_blocked_because: Option<Text>,
}

/// From how much on a date counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Threshold {
    /// Active minutes a date.
    Minutes(u64),
    /// Octets a date, in both directions.
    Octets(u64),
}

impl Threshold {
    /// The amount of a date that this threshold measures.
    const fn of(self, day: Day) -> u64 {
        match self {
            Self::Minutes(_) => day.minutes,
            Self::Octets(_) => day.octets,
        }
    }

    const fn least(self) -> u64 {
        match self {
            Self::Minutes(n) | Self::Octets(n) => n,
        }
    }

    const fn step(self) -> u64 {
        match self {
            Self::Minutes(_) => MINUTES_STEP,
            Self::Octets(_) => OCTETS_STEP,
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minutes(n) => write!(f, "{n} active minutes"),
            Self::Octets(n) => write!(f, "{} MB", n / OCTETS_PER_MB),
        }
    }
}

/// A rule in force. It can only be had from [`exception_rules`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionRule {
    id: String,
    category: CategoryId,
    threshold: Threshold,
    days: u8,
    window: u8,
    since: Date,
}

impl ExceptionRule {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The kind of site.
    pub const fn category(&self) -> CategoryId {
        self.category
    }

    /// From how much on a date counts.
    pub const fn threshold(&self) -> Threshold {
        self.threshold
    }

    /// How many dates must count.
    pub const fn days(&self) -> u8 {
        self.days
    }

    /// Within how many consecutive dates.
    pub const fn window(&self) -> u8 {
        self.window
    }

    /// When the assessment that lists it was signed.
    pub const fn since(&self) -> Date {
        self.since
    }

    /// Whether the rule was fixed before the month began. A rule is never turned on days that came before it.
    pub fn covers(&self, month: Month) -> bool {
        self.since <= month.first()
    }

    /// All that the rule says, in one line that is the same for the same rule.
    pub fn canonical(&self) -> String {
        let (unit, least) = match self.threshold {
            Threshold::Minutes(n) => ("minutes", n),
            Threshold::Octets(n) => ("octets", n),
        };
        let category = self.category.as_str();
        format!("tithing.exception/1 {} {category} core {unit} {least} {} {}", self.id, self.days, self.window)
    }

    /// The rule as a sentence.
    pub fn sentence(&self) -> String {
        let (days, window) = (self.days, self.window);
        let label = self.category.category().label;
        format!("{label}: at least {} in core working time on {days} of {window} dates in a row", self.threshold)
    }
}

/// A rule of the assessment with what keeps it from being in force.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleVerdict {
    /// Its id as typed; its place where it has none.
    pub id: String,
    /// The rule, where it is in force.
    pub rule: Option<ExceptionRule>,
    /// Why it is not, in plain words.
    pub unmet: Vec<String>,
}

/// Every rule that the assessment lists, judged on a date. A rule with anything missing or too loose is not in force.
pub fn exception_rules(assessment: Option<&Assessment>, date: Date) -> Vec<RuleVerdict> {
    let Some(a) = assessment else { return Vec::new() };
    let typed = a.fields.exceptions.as_deref().unwrap_or_default();
    let common = common(a, date);
    let mut seen = BTreeSet::new();
    let verdict = |(i, t): (usize, &Typed)| {
        let mut unmet = common.clone();
        let id = t.id.as_deref().unwrap_or_default().trim().to_owned();
        if !is_word(&id) {
            unmet.push("`id` must be 1 to 32 lower-case letters, digits and hyphens".to_owned());
        } else if !seen.insert(id.clone()) {
            unmet.push("two rules have this `id`".to_owned());
        }
        let parts = parts(a, t, &mut unmet);
        let rule = parts.zip(signed_on(a)).filter(|_| unmet.is_empty()).map(|(p, since)| {
            let (category, threshold, days, window) = p;
            ExceptionRule { id: id.clone(), category, threshold, days, window, since }
        });
        let id = if id.is_empty() { format!("rule {}", i + 1) } else { id };
        RuleVerdict { id, rule, unmet }
    };
    typed.iter().enumerate().map(verdict).collect()
}

fn signed_on(a: &Assessment) -> Option<Date> {
    a.fields.signed_on.as_ref().and_then(|d| d.date())
}

/// What every rule needs of the assessment around it.
fn common(a: &Assessment, date: Date) -> Vec<String> {
    let mut unmet = Vec::new();
    if judge(Some(a), date).mode != Mode::Categories {
        unmet.push("the assessment does not allow kinds of site on this date".to_owned());
    }
    if !a.lists_output("exceptions") {
        unmet.push("`outputs` does not list \"exceptions\"".to_owned());
    }
    let recipients: Vec<&str> = case_recipients(a).collect();
    if recipients.is_empty() {
        unmet.push("no [[recipients]] entry has document = \"case\"".to_owned());
    }
    if recipients.iter().any(|r| Office::from_word(r).is_none()) {
        unmet.push("who receives a case is not clerk, deputy, chair or hr-adviser".to_owned());
    }
    if recipients.contains(&Office::HrAdviser.as_str()) && a.hr_adviser().is_none() {
        unmet.push("`hr_adviser` is missing, though hr-adviser receives cases".to_owned());
    }
    unmet
}

/// The roles that receive cases, in order.
fn case_recipients(a: &Assessment) -> impl Iterator<Item = &str> {
    a.recipients().iter().filter(|r| r.document.trim() == "case").map(|r| r.role.trim())
}

type Parts = (CategoryId, Threshold, u8, u8);

/// The rule's own values; what is wrong with them is added to the list.
fn parts(a: &Assessment, t: &Typed, unmet: &mut Vec<String>) -> Option<Parts> {
    let mut check = |found: bool, what: &str| {
        if !found {
            unmet.push(what.to_owned());
        }
    };
    let category = t.category.as_deref().and_then(|c| Taxonomy::find(c.trim()));
    check(category.is_some(), "`category` is not a kind of site");
    // Protected subjects, private communications and what machines do by themselves are nobody's conduct.
    let judged = category.is_none_or(|c| c.category().treatment == Treatment::Judgement);
    check(judged, "`category` is protected, pooled, work or background: no rule can be about it");
    let core = t.time_class.as_deref().map(str::trim) == Some(TimeClass::Core.as_str());
    check(core, "`time_class` must be \"core\": what is done in lunch breaks and after hours is nobody's business");
    let threshold = threshold(t);
    check(
        threshold.is_some(),
        "one of `minutes` (a date, at least 60) and `megabytes` (a date, at least 500) must be given",
    );
    let small = |n: Option<i64>| n.and_then(|n| u8::try_from(n).ok());
    let (days, window) = (small(t.days), small(t.window));
    check(days.is_some_and(|d| d >= EXCEPTION_DAYS_MIN), "`days` must be 3 or more");
    let fits = window.is_some_and(|w| w <= EXCEPTION_WINDOW_MAX && days.is_none_or(|d| d <= w));
    check(fits, "`window` must be at most 10 dates, and not fewer than `days`");
    let purpose = t.purpose.as_deref().map(str::trim) == Some("policy") && a.purposes().iter().any(|p| p == "policy");
    check(purpose, "`purpose` must be \"policy\", and `purposes` must list it");
    let reason = t.not_blocked_because.as_ref().map_or(0, |r| r.0.trim().chars().count());
    check(
        reason >= REASON_CHARS_MIN,
        "`not_blocked_because` must say in a sentence why blocking at the resolver would not do",
    );
    Some((category?, threshold?, days?, window?))
}

fn threshold(t: &Typed) -> Option<Threshold> {
    let positive = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
    match (t.minutes, t.megabytes) {
        (Some(_), None) => positive(t.minutes).filter(|n| *n >= EXCEPTION_MINUTES_MIN).map(Threshold::Minutes),
        (None, Some(_)) => {
            let octets = positive(t.megabytes).and_then(|n| n.checked_mul(OCTETS_PER_MB));
            octets.filter(|n| *n >= EXCEPTION_OCTETS_MIN).map(Threshold::Octets)
        }
        _ => None,
    }
}

fn is_word(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    id.len() <= ID_MAX && id.bytes().next().is_some_and(plain) && id.bytes().all(|b| plain(b) || b == b'-')
}

impl Assessment {
    /// The id of the adviser on staff matters from outside, who may unlock cases.
    pub fn hr_adviser(&self) -> Option<&str> {
        self.fields.hr_adviser.as_ref().map(|t| t.0.trim()).filter(|t| !t.is_empty())
    }

    /// Who reviews cases: the first office named for document `case` that somebody holds who can be nobody's subject,
    /// as `safe` says by the list of people alone. So the choice tells nothing about any case.
    pub fn reviewer(&self, safe: impl Fn(Office) -> bool) -> Option<Office> {
        case_recipients(self).filter_map(Office::from_word).find(|o| safe(*o))
    }
}

/// One person's date.
#[derive(Clone, Copy, Default)]
struct Day {
    minutes: u64,
    octets: u64,
}

/// A rule over one month: write-only. It has no getter and no `Debug`.
pub struct Watch {
    rule: ExceptionRule,
    month: Month,
    days: BTreeMap<PersonKey, BTreeMap<Date, Day>>,
}

impl Watch {
    /// A watch without observations.
    pub const fn new(rule: ExceptionRule, month: Month) -> Self {
        Self { rule, month, days: BTreeMap::new() }
    }

    /// Adds what one person used of a kind of site in core time on a date. Other kinds and dates of other months are
    /// dropped here.
    pub fn observe(&mut self, person: PersonKey, category: CategoryId, date: Date, minutes: u64, octets: u64) {
        if category != self.rule.category || Month::of(date) != self.month {
            return;
        }
        let day = self.days.entry(person).or_default().entry(date).or_default();
        day.minutes = day.minutes.saturating_add(minutes);
        day.octets = day.octets.saturating_add(octets);
    }

    /// Works out who met the rule, for nobody to see.
    pub fn seal(self) -> Sealed {
        let Self { rule, month, days } = self;
        let met = days.into_iter().map(|(person, days)| (person, meeting(&rule, &days)));
        let met = met.filter(|(_, days)| !days.is_empty()).collect();
        Sealed { rule, month, met }
    }
}

/// The dates that stand in some window with enough of them, with their amounts; none where the rule is not met.
fn meeting(rule: &ExceptionRule, days: &BTreeMap<Date, Day>) -> BTreeMap<Date, u64> {
    let amounts = days.iter().map(|(date, day)| (*date, rule.threshold.of(*day)));
    let over: Vec<(Date, u64)> = amounts.filter(|(_, n)| *n >= rule.threshold.least()).collect();
    let mut met = BTreeMap::new();
    for run in over.windows(usize::from(rule.days)) {
        let (Some((first, _)), Some((last, _))) = (run.first(), run.last()) else { continue };
        if (*last - *first).get_days() < i32::from(rule.window) {
            met.extend(run.iter().copied());
        }
    }
    met
}

/// Who met a rule in a month. Nothing tells how many, or whether anybody did, before enough unlocks.
pub struct Sealed {
    rule: ExceptionRule,
    month: Month,
    met: BTreeMap<PersonKey, BTreeMap<Date, u64>>,
}

/// Whom a case is about, perhaps nobody: a number for the store, and nothing else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SealedSubject(PersonKey);

impl SealedSubject {
    /// The number for the store.
    pub const fn stored(self) -> PersonKey {
        self.0
    }
}

impl fmt::Debug for SealedSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedSubject(..)")
    }
}

impl Sealed {
    /// Whom the next case is about: the first who met the rule and is in no case yet, in the order of the month's
    /// pseudonyms, which is no order of anything else; else `nobody`, a pseudonym that nobody has.
    pub fn subject(&self, taken: &[PersonKey], nobody: PersonKey) -> SealedSubject {
        SealedSubject(self.met.keys().find(|p| !taken.contains(p)).copied().unwrap_or(nobody))
    }

    /// The evidence about one subject, where enough offices unlocked it; none where nobody meets the rule.
    ///
    /// # Errors
    /// Where the unlocks are not enough, whatever the reason: the answer is the same for every subject.
    pub fn disclose(&self, subject: PersonKey, unlocks: &Unlocks) -> Result<Option<Evidence>, StillSealed> {
        if !unlocks.open(subject) {
            return Err(StillSealed);
        }
        let step = self.rule.threshold.step();
        let days = |met: &BTreeMap<Date, u64>| met.iter().map(|(date, n)| (*date, n / step * step)).collect();
        Ok(self.met.get(&subject).map(|met| Evidence {
            rule: self.rule.clone(),
            month: self.month,
            subject,
            days: days(met),
        }))
    }
}

/// What a case says of its subject: dates and rounded amounts, and nothing of any other kind of site. Read-only.
pub struct Evidence {
    rule: ExceptionRule,
    month: Month,
    subject: PersonKey,
    days: Vec<(Date, u64)>,
}

impl Evidence {
    /// The rule.
    pub const fn rule(&self) -> &ExceptionRule {
        &self.rule
    }

    /// The month.
    pub const fn month(&self) -> Month {
        self.month
    }

    /// Whom it is about.
    pub const fn subject(&self) -> PersonKey {
        self.subject
    }

    /// The dates that met the rule with their amounts: minutes down to a quarter of an hour, or octets down to 100 MB.
    pub fn days(&self) -> &[(Date, u64)] {
        &self.days
    }
}

#[cfg(test)]
#[path = "exceptions/tests.rs"]
mod tests;
