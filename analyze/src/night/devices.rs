//! The devices of one date: whose rows they make, and in which time class.

use jiff::ToSpan;
use jiff::civil::Date;
use model::{DeviceKey, Micros, PersonKey, TimeClass, Unit};

use super::NightSettings;
use crate::apportion::BUCKET;
use crate::calendar::{Segment, WeekHours};
use crate::register::{AssetIx, PersonRow, Standing};

/// How a measured device's rows are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    pub(super) person: Option<PersonKey>,
    pub(super) device: DeviceKey,
    pub(super) unit: Unit,
    pub(super) profile: usize,
}

/// The time classes of a date for people with the same hours.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) segments: Vec<Segment>,
    /// The class of each bucket of the date that has only one.
    pub(super) whole: Vec<Option<TimeClass>>,
}

/// The date in buckets and instants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// First instant.
    pub(super) start: Micros,
    /// First instant of the next date.
    pub(super) end: Micros,
    /// First bucket, counted from the epoch.
    pub(super) first: i64,
    /// Last bucket.
    pub(super) last: i64,
}

impl Span {
    pub(super) fn new((start, end): (Micros, Micros)) -> Self {
        Self { start, end, first: start.div_euclid(BUCKET), last: end.saturating_sub(1).div_euclid(BUCKET) }
    }

    pub(super) fn buckets(&self) -> usize {
        (self.last - self.first + 1).max(0) as usize
    }

    pub(super) fn contains(&self, at: Micros) -> bool {
        (self.start..self.end).contains(&at)
    }
}

/// Assets that a row's key can tell apart; devices beyond are not measured.
pub(super) const ASSETS_MAX: u32 = 1 << 24;
/// Dates around the night on which a lookup may lie, counted from two days before.
const DATES: usize = 4;

/// All assets of the register as they stand around the date.
#[derive(Debug)]
pub(super) struct Devices {
    uses: Vec<Option<Use>>,
    measured: Vec<[bool; DATES]>,
    starts: [Micros; DATES],
    pub(super) profiles: Vec<Profile>,
}

impl Devices {
    pub(super) fn new(settings: &NightSettings<'_>, span: &Span) -> Self {
        let day = |n: usize| settings.date.checked_add((n as i64 - 2).days()).unwrap_or(settings.date);
        let dates: [Date; DATES] = std::array::from_fn(day);
        let mut devices = Self {
            uses: Vec::new(),
            measured: Vec::new(),
            starts: dates.map(|d| settings.calendar.bounds(d).0),
            profiles: vec![Profile::not_applicable(span)],
        };
        let mut hours: Vec<&WeekHours> = Vec::new();
        for asset in settings.register.asset_names() {
            let stands = |d: &Date| settings.register.standing(asset, *d) != Standing::Unmonitored;
            devices.measured.push(std::array::from_fn(|n| stands(&dates[n])));
            let (person, unit, profile) = match settings.register.standing(asset, settings.date) {
                Standing::Unmonitored => {
                    devices.uses.push(None);
                    continue;
                }
                Standing::Shared => (None, Unit::Shared, 0),
                Standing::Person(p) => {
                    let profile = devices.profile(settings, span, p, &mut hours);
                    (Some(settings.key.person(&p.person)), p.role, profile)
                }
            };
            devices.uses.push(Some(Use { person, device: settings.key.device(asset), unit, profile }));
        }
        devices
    }

    /// Only employees with hours of their own have a class.
    fn profile<'s>(
        &mut self,
        settings: &NightSettings<'s>,
        span: &Span,
        person: &'s PersonRow,
        known: &mut Vec<&'s WeekHours>,
    ) -> usize {
        let own = person.hours.as_ref().filter(|h| person.role == Unit::Employee && !h.is_empty());
        let Some(own) = own else { return 0 };
        if let Some(i) = known.iter().position(|h| *h == own) {
            return i + 1;
        }
        known.push(own);
        self.profiles.push(Profile::new(settings.calendar.segments(own, settings.date), span));
        known.len()
    }

    /// How a device's rows are written on the night's date; none where it is not measured.
    #[inline]
    pub(super) fn of(&self, asset: AssetIx) -> Option<&Use> {
        self.uses.get(asset.0 as usize).filter(|_| asset.0 < ASSETS_MAX)?.as_ref()
    }

    /// Whether a device may be measured at a time around the date.
    pub(super) fn measured_at(&self, asset: AssetIx, at: Micros) -> bool {
        let date = self.starts.partition_point(|s| *s <= at);
        date > 0 && self.measured.get(asset.0 as usize).is_some_and(|m| m[date - 1])
    }
}

impl Profile {
    fn not_applicable(span: &Span) -> Self {
        let class = TimeClass::NotApplicable;
        Self::new(vec![Segment { start: span.start, end: span.end, class }], span)
    }

    fn new(segments: Vec<Segment>, span: &Span) -> Self {
        let whole = (span.first..=span.last).map(|b| {
            let (from, until) = ((b * BUCKET).max(span.start), ((b + 1) * BUCKET).min(span.end));
            segments.iter().find(|s| s.start <= from && until <= s.end).map(|s| s.class)
        });
        Self { whole: whole.collect(), segments }
    }
}
