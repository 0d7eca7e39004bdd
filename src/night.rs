//! One authority's night: inputs in, rows committed, one line of account.

use std::sync::Arc;

use arrow::array::RecordBatch;
use ingest::{ExporterClock, Format, Sink, StreamLoss, Templates};
use jiff::civil::Date;
use model::{Account, Lease, Month, Reason, Tally};
use serde_json::{Map, Value, json};
use store::{Commit, Event, Footer, InputId, MonthKey};

use crate::config::Authority;
use crate::council::Council;
use crate::hits::Fall;
use crate::inputs::{EvidenceSink, Span, Survey, Surveyed, begins_with};
use crate::outcome::{Failure, Outcome};
use crate::templates::{Kept, Known};

mod again;

/// What became of a night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Committed now.
    Built,
    /// It stood already, from the same inputs.
    Unchanged,
    /// Not made: the assessment allows nothing, an input it was made from is gone, or its month is closed.
    Refused,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Built => "built",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }
}

/// The nightly line of the accounting contract.
pub(crate) struct Line {
    /// The authority.
    pub authority: String,
    /// The night.
    pub date: Date,
    /// What became of it.
    pub state: State,
    /// Its figures.
    pub account: Account,
    /// How it ended.
    pub outcome: Outcome,
    /// Devices of which nothing flowed on a working day, for the terminal alone.
    pub silent: Option<Vec<String>>,
}

impl Line {
    /// The JSON object.
    pub(crate) fn json(&self) -> Value {
        let a = &self.account;
        let excluded: Map<String, Value> = a.excluded.iter().map(|(r, b)| (r.code().to_owned(), (*b).into())).collect();
        let coverage = f64::from(a.coverage_per_10k()) / 10_000.0;
        json!({
            "authority": self.authority, "date": self.date.to_string(), "state": self.state.as_str(),
            "counted": a.counted, "kept": a.kept, "unmonitored": a.unmonitored, "excluded": excluded,
            "undecodable": a.undecodable, "lost_estimate": a.lost_estimate, "late": a.late,
            "flows": a.flows, "lookups": a.lookups, "attributed": a.attributed,
            "coverage": coverage, "hit_rate": hit_rate(a), "hidden_lookups": a.hidden_lookups, "problems": a.problems,
        })
    }
}

/// The share of bytes and of flows that a lookup explained, of those that should have one; null where none should.
fn hit_rate(account: &Account) -> Value {
    let share = |per_10k: u16| f64::from(per_10k) / 10_000.0;
    account
        .hit_rate()
        .map_or(Value::Null, |h| json!({"bytes": share(h.bytes_per_10k), "flows": share(h.flows_per_10k)}))
}

/// Feeds flows to the sealed night.
struct FlowSink<'n, 's> {
    night: &'n mut analyze::SealedNight<'s>,
}

impl Sink for FlowSink<'_, '_> {
    fn flows(&mut self, batches: &[RecordBatch]) {
        self.night.flows(batches);
    }
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
}

/// Shows flows to a night that still takes evidence: who sends from which address.
struct WitnessSink<'n, 's> {
    night: &'n mut analyze::Night<'s>,
}

impl Sink for WitnessSink<'_, '_> {
    fn flows(&mut self, batches: &[RecordBatch]) {
        self.night.witness(batches);
    }
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
}

/// Shows the same flows to the sealed night once more.
struct AgainSink<'n, 's> {
    night: &'n mut analyze::SealedNight<'s>,
}

impl Sink for AgainSink<'_, '_> {
    fn flows(&mut self, batches: &[RecordBatch]) {
        self.night.second_look(batches);
    }
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
}

/// What a night is made under: the month's key, and what the assessment allows.
pub(crate) struct Terms {
    date: Date,
    categories: Arc<analyze::Categories>,
    key: MonthKey,
    categories_allowed: bool,
    shared_resolver: bool,
    watched: bool,
}

impl Terms {
    /// The terms of a night whose month is closed: it is counted and thrown away, so no key is made for it.
    fn discarded(council: &Council<'_>, date: Date, ladder: &gate::Ladder) -> Result<Self, Failure> {
        let shared = council.authority.assessment.as_ref().is_some_and(|a| a.lists_source("shared-resolver"));
        let categories_allowed = ladder.mode == gate::Mode::Categories;
        let categories = council.shared.taxonomies.of_night(date)?;
        let key = MonthKey::from_secret([0; 32]);
        Ok(Self { date, categories, key, categories_allowed, shared_resolver: shared, watched: false })
    }

    /// The terms of a night that is certain to be made: the month's key is made where it does not exist yet.
    ///
    /// # Errors
    /// Where the key cannot be read or made.
    pub(crate) fn new(council: &Council<'_>, date: Date, ladder: &gate::Ladder) -> Result<Self, Failure> {
        let assessment = council.authority.assessment.as_ref();
        Ok(Self {
            date,
            categories: council.shared.taxonomies.of_night(date)?,
            key: council.month_key(Month::of(date))?,
            categories_allowed: ladder.mode == gate::Mode::Categories,
            shared_resolver: assessment.is_some_and(|a| a.lists_source("shared-resolver")),
            watched: crate::security::watched(council, date)?,
        })
    }

    /// The settings of the night.
    pub(crate) fn settings<'a>(&'a self, council: &'a Council<'_>) -> analyze::NightSettings<'a> {
        let authority = &council.authority;
        analyze::NightSettings {
            date: self.date,
            calendar: &authority.calendar,
            register: &authority.register,
            links: &authority.links,
            lan: &authority.lan,
            resolvers: &authority.resolvers,
            categories: &*self.categories,
            networks: council.shared.networks.as_ref(),
            key: &self.key,
            hold_s: council.provider.hold_s,
            lease_s: council.provider.lease_s,
            categories_allowed: self.categories_allowed,
            shared_resolver: self.shared_resolver,
            security: self.watched.then(|| crate::security::watching(council)),
        }
    }
}

/// A night's rows and its account.
struct Made {
    usage: Vec<model::UsageRow>,
    links: Vec<model::LinkRow>,
    account: Account,
    templates: Known,
    silent: Option<Vec<String>>,
    security: Option<analyze::security::Findings>,
}

/// Makes one night of a council from its surveyed inbox.
pub(crate) struct Maker<'a, 's> {
    /// The council.
    pub council: &'a Council<'a>,
    /// Its inbox.
    pub survey: &'a mut Survey<'s>,
}

impl Maker<'_, '_> {
    /// Commits the night, or says why not. None where nothing flowed on that date.
    ///
    /// # Errors
    /// Where the store cannot be written or an input changes under our hands.
    pub(crate) fn make(&mut self, date: Date) -> Result<Option<Line>, Failure> {
        let council = self.council;
        let ladder = gate::judge(council.authority.assessment.as_ref(), date);
        if ladder.mode == gate::Mode::Nothing {
            return Ok(Some(self.line(date, State::Refused, Account::default(), Outcome::Withheld)));
        }
        let span = Span::of_night(date, council.authority.calendar.zone())?;
        let inputs = self.input_ids(span);
        let standing = council.store.footer(date)?;
        // Redone only for an input that the footer lacks: what was deleted or may not be read any more changes nothing.
        if let Some(footer) = &standing
            && inputs.iter().all(|i| footer.inputs.contains(i))
            && !self.reads_more(date, span, footer, &inputs)?
        {
            let outcome = self.outcome(date, &footer.account)?;
            return Ok(Some(self.line(date, State::Unchanged, footer.account.clone(), outcome)));
        }
        let closed = self.closes(Month::of(date)) <= council.retention_day()?;
        let kept = Kept::of(council, date, standing.as_ref())?;
        let made = self.run(date, span, &ladder, (closed, &kept))?;
        let Made { usage, links, mut account, templates, silent, security } = made;
        if closed {
            return Ok(Some(self.late(date, standing.map(|f| f.account), account)));
        }
        let nothing = account.counted == 0 || account.flows == 0;
        if standing.is_none() && nothing && !self.listened(date)? {
            // Records that came after midnight may all be of flows that began the day before: that is no night.
            return Ok(None);
        }
        account.late = 0;
        let grown = standing.map_or_else(Vec::new, |f| self.grown(&f.inputs, &inputs, span));
        let count = inputs.len() as u64;
        let mut config = self.config(date, span)?;
        config.extend(templates.part());
        let footer = Footer { inputs, grown, config, account };
        crate::security::enter(council, date, security.as_ref(), &footer)?;
        let ids = council.authority.link_ids();
        council.store.begin_entry(date)?;
        let commit = council.store.commit(date, &ids, &usage, &links, &footer)?;
        if !matches!(commit, Commit::Refused { .. }) {
            templates.keep(council, date)?;
        }
        match commit {
            Commit::Refused { missing } => Ok(Some(self.refused(date, missing.len())?)),
            Commit::Unchanged => {
                council.store.entered()?;
                let outcome = self.outcome(date, &footer.account)?;
                Ok(Some(self.line(date, State::Unchanged, footer.account, outcome)))
            }
            Commit::Written => {
                crate::taxonomy::record(council, date)?;
                let config = council.keyed_hashes(date)?;
                let account = Some((&footer.account).into());
                let event = Event::Night { date, rows: usage.len() as u64, inputs: count, config, account };
                council.ledger.append(&event, council.now())?;
                council.store.entered()?;
                let outcome = self.outcome(date, &footer.account)?;
                Ok(Some(Line { silent, ..self.line(date, State::Built, footer.account, outcome) }))
            }
        }
    }

    /// A night that its inputs of now would make poorer stays as it is.
    fn refused(&self, date: Date, missing: usize) -> Result<Line, Failure> {
        let council = self.council;
        council.store.entered()?;
        tracing::warn!(
            "{}: night {date} was made from {missing} inputs that are no longer there; it stays as it is",
            council.authority.id,
        );
        let kept = council.store.footer(date)?.map(|f| f.account).unwrap_or_default();
        Ok(self.line(date, State::Refused, kept, Outcome::Gaps))
    }

    /// Whether some exporter was heard through half of the date at least: then nothing counted is a quiet day, not a gap.
    fn listened(&self, date: Date) -> Result<bool, Failure> {
        let day = Span::of_date(date, self.council.authority.calendar.zone())?;
        let exports = self.survey.files.iter().filter(|f| f.scan.has_flows());
        Ok(exports.filter_map(|f| f.scan.first.zip(f.scan.last)).any(|(first, last)| day.half_within(first, last)))
    }

    fn line(&self, date: Date, state: State, account: Account, outcome: Outcome) -> Line {
        Line { authority: self.council.authority.id.clone(), date, state, account, outcome, silent: None }
    }

    /// A night has gaps where too much was lost on the way, or far fewer bytes and flows than usual had a lookup.
    fn outcome(&self, date: Date, account: &Account) -> Result<Outcome, Failure> {
        let fall = crate::hits::fall(&self.council.store, date, account)?;
        if let Some(Fall { now, median }) = fall {
            tracing::warn!(
                "{}: night {date}: lookups explain {}.{:02} % of the bytes and {}.{:02} % of the flows; on the nights before it was \
                 {}.{:02} % and {}.{:02} %; hint: is the resolver's log complete, do devices ask another resolver or an encrypted \
                 one, did a forwarder come between?",
                self.council.authority.id,
                now.bytes_per_10k / 100,
                now.bytes_per_10k % 100,
                now.flows_per_10k / 100,
                now.flows_per_10k % 100,
                median.0 / 100,
                median.0 % 100,
                median.1 / 100,
                median.1 % 100,
            );
        }
        let lost = account.coverage_per_10k() < self.council.provider.limits.coverage_min_per_10k;
        Ok(if lost || fall.is_some() { Outcome::Gaps } else { Outcome::Done })
    }

    fn closes(&self, month: Month) -> Date {
        crate::retention::limits(&self.council.authority).closes(month)
    }

    /// The configuration's parts by hash. A lease snapshot is one of them: it carries no times, it is written anew each
    /// night, and a night stands with the one that it was made with.
    fn config(&mut self, date: Date, span: Span) -> Result<Vec<(String, [u8; 32])>, Failure> {
        let mut parts = self.council.config_hashes(date)?;
        let snapshots: Vec<u8> =
            self.survey.of_night(span).iter().filter(|f| f.is_snapshot()).flat_map(|f| f.scan.sha256).collect();
        if !snapshots.is_empty() {
            parts.push(("leases".to_owned(), store::sha256(&snapshots)));
        }
        Ok(parts)
    }

    /// A night of a closed month is never touched: what came after is told, and counts nowhere else.
    fn late(&self, date: Date, standing: Option<Account>, found: Account) -> Line {
        let before = standing.clone().unwrap_or_default().counted;
        let account = Account { late: found.counted.saturating_sub(before), ..standing.unwrap_or_default() };
        self.line(date, State::Refused, account, Outcome::Gaps)
    }

    /// Whether a night left records unread whose template is known by now: an earlier night was made after it. One whose
    /// inputs are not all there stays as it is.
    fn reads_more(&mut self, date: Date, span: Span, footer: &Footer, inputs: &[InputId]) -> Result<bool, Failure> {
        let council = self.council;
        let unread = footer.account.problems.contains_key(Reason::TemplateUnknown.code());
        if !unread || footer.inputs != inputs || self.closes(Month::of(date)) <= council.retention_day()? {
            return Ok(false);
        }
        let known = Kept::of(council, date, Some(footer))?.complete(&mut templates(&self.survey.of_night(span)));
        Ok(known.part().is_some_and(|part| !footer.config.contains(&part)))
    }

    fn input_ids(&mut self, span: Span) -> Vec<InputId> {
        let id = |f: &mut Surveyed<'_>| InputId { sha256: f.scan.sha256, length: f.scan.length };
        let mut ids: Vec<InputId> =
            self.survey.of_night(span).into_iter().filter(|f| !f.is_snapshot()).map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Inputs of the standing night that are now the beginning of a longer one: a log that grew.
    fn grown(&mut self, before: &[InputId], now: &[InputId], span: Span) -> Vec<InputId> {
        let gone: Vec<InputId> = before.iter().filter(|i| !now.contains(i)).copied().collect();
        let files = self.survey.of_night(span);
        let stands = |i: &InputId| {
            files.iter().any(|f| f.scan.length > i.length && begins_with(&f.input.path, i.length, i.sha256))
        };
        gone.into_iter().filter(stands).collect()
    }

    fn run(
        &mut self,
        date: Date,
        span: Span,
        ladder: &gate::Ladder,
        (closed, kept): (bool, &Kept),
    ) -> Result<Made, Failure> {
        let council = self.council;
        let authority = &council.authority;
        let terms = if closed { Terms::discarded(council, date, ladder)? } else { Terms::new(council, date, ladder)? };
        let settings = terms.settings(council);
        let mut night = analyze::Night::new(&settings);
        let day = Span::of_date(date, authority.calendar.zone())?;
        let mut files = self.survey.of_night(span);
        let mut templates = templates(&files);
        let known = kept.complete(&mut templates);
        let mut problems = Tally::default();
        for file in &mut files {
            if file.belongs_to(day) {
                problems.merge(&file.scan.problems);
            }
            if let Some(gathered) = file.evidence.take() {
                night.absorb(gathered);
            } else if file.scan.leases > 0
                || file.scan.sightings > 0
                || (file.scan.lookups > 0 && ladder.mode == gate::Mode::Categories)
            {
                let options = file.input.options(authority, date);
                ingest::scan(&file.input.path, &options, &mut EvidenceSink { night: Some(&mut night) })?;
            }
        }
        witness(&mut night, authority, date, &files, &templates)?;
        let mut night = night.seal();
        for file in files.iter_mut().filter(|f| f.scan.has_flows()) {
            if file.flow_span.is_some_and(|(first, last)| !span.meets(Some(first), Some(last))) {
                continue;
            }
            let options = file.input.options(authority, date);
            let read = ingest::flows(&file.scan, &templates, &options, &mut FlowSink { night: &mut night })?;
            file.flow_span = read.first.zip(read.last).or(Some((i64::MAX, i64::MIN)));
            losses(&mut night, &file.scan.sequence, |n| file.share(day, n));
            if file.belongs_to(day) {
                warn_of_clocks(council, date, &file.scan.clocks);
                problems.merge(&read.problems);
                night.undecodable(read.problems.iter().map(|p| p.bytes).fold(0, u64::saturating_add));
                unread_sets(&mut night, &file.scan.sequence, &read.problems);
            }
        }
        night.problems(&problems);
        if night.wants_second_look() {
            second_look(&mut night, authority, date, &files, &templates)?;
        }
        let out = night.finish();
        tell_hidden(&authority.id, date, &out, settings.shared_resolver);
        let (silent, security) = (out.silent, out.security);
        Ok(Made { usage: out.usage, links: out.links, account: out.account, templates: known, silent, security })
    }
}

/// What the exporters announced in a night's files.
fn templates(files: &[&mut Surveyed<'_>]) -> Templates {
    let mut all = Templates::default();
    files.iter().for_each(|f| all.merge(&f.scan.templates));
    all
}

/// Says that a forwarder hides who asks, and what that means for the night.
fn tell_hidden(authority: &str, date: Date, out: &analyze::NightOutput, allowed: bool) {
    let (hidden, all) = (out.account.hidden_lookups, out.account.lookups);
    let means = match (out.forwarded, allowed && !out.guessed) {
        (true, true) => {
            "most of all: what devices used is told by the council's answers alone, and stands as `council`"
        }
        (true, false) => "most of all: the night has the links' totals alone, and no kinds of site",
        (false, true) => "they count as the council's",
        (false, false) => "they help nobody's attribution",
    };
    let hint = match (out.guessed, allowed) {
        (true, true) => ", or list the forwarder's address in `resolvers`",
        (true, false) => ", or list the forwarder's address in `resolvers`, and `shared-resolver` in the assessment",
        (false, true) => "",
        (false, false) => ", or list `shared-resolver` in the assessment",
    };
    if hidden > 0 && (out.forwarded || !allowed) {
        tracing::warn!(
            "{authority}: night {date}: {hidden} of {all} lookups came through a forwarder that hides who asked; {means}; \
             hint: let devices ask the resolver directly{hint}",
        );
    }
}

/// Shows the night the flows of files that name link-layer addresses, before its evidence is sealed. Other files are not
/// read for it.
fn witness(
    night: &mut analyze::Night<'_>,
    authority: &Authority,
    date: Date,
    files: &[&mut Surveyed<'_>],
    templates: &Templates,
) -> Result<(), Failure> {
    let headers = |f: &Format| matches!(f, Format::Packets | Format::Sflow);
    let named = |f: &Surveyed<'_>| f.scan.formats.keys().any(headers) || f.scan.templates.names_link_layer();
    for file in files.iter().filter(|f| f.scan.has_flows() && named(f)) {
        let options = file.input.options(authority, date);
        ingest::flows(&file.scan, templates, &options, &mut WitnessSink { night })?;
    }
    Ok(())
}

/// Shows the night all flows again, for those that stand on both sides of address translation.
fn second_look(
    night: &mut analyze::SealedNight<'_>,
    authority: &Authority,
    date: Date,
    files: &[&mut Surveyed<'_>],
    templates: &Templates,
) -> Result<(), Failure> {
    for file in files.iter().filter(|f| f.scan.has_flows()) {
        let options = file.input.options(authority, date);
        ingest::flows(&file.scan, templates, &options, &mut AgainSink { night })?;
    }
    Ok(())
}

/// Tells the night what its exporters sent and we never got: the date's share of each file's losses.
fn losses(night: &mut analyze::SealedNight<'_>, streams: &[StreamLoss], share: impl Fn(u64) -> u64) {
    for stream in streams {
        let lost = share(stream.lost_records);
        if lost > 0 {
            night.lost(stream.exporter, lost, lost.saturating_mul(mean_octets(stream)));
        }
    }
}

/// Says which links' exporters had a clock that was off, and by how much at most. The times were corrected.
fn warn_of_clocks(council: &Council<'_>, date: Date, clocks: &[ExporterClock]) {
    let mut worst: Vec<&ExporterClock> = clocks.iter().filter(|c| c.is_off()).collect();
    worst.sort_by_key(|c| (c.exporter, std::cmp::Reverse(c.offset.unsigned_abs())));
    worst.dedup_by_key(|c| c.exporter);
    for clock in worst {
        let of = |l: &&analyze::Link| l.exporter.is_some() && l.exporter == clock.exporter;
        let links: Vec<&str> = council.authority.links.iter().filter(of).map(|l| l.id.as_str()).collect();
        let of = if links.is_empty() { "no link in authority.toml".to_owned() } else { links.join(", ") };
        tracing::warn!(
            "{}: night {date}: the clock of the exporter of {of} was {} s {}; flow times were corrected by that; hint: \
             let the router take its time from an NTP server",
            council.authority.id,
            clock.offset.unsigned_abs() / model::MICROS_PER_S.unsigned_abs(),
            if clock.offset > 0 { "behind" } else { "ahead" }
        );
    }
}

fn mean_octets(stream: &StreamLoss) -> u64 {
    stream.octets.checked_div(stream.records).unwrap_or(0)
}

/// Sets whose template never came: one record at least in each, of the file's mean volume. A floor, since nothing says
/// how many records a set holds without its template; where no record was read at all it leaves no coverage.
fn unread_sets(night: &mut analyze::SealedNight<'_>, streams: &[StreamLoss], problems: &Tally) {
    let sets = problems.count(Reason::TemplateUnknown);
    if sets == 0 {
        return;
    }
    let (octets, records) =
        streams.iter().fold((0_u64, 0_u64), |(o, r), s| (o.saturating_add(s.octets), r + s.records));
    let mean = octets.checked_div(records).unwrap_or(0).max(1);
    let exporter = streams.first().and_then(|s| s.exporter);
    night.lost(exporter, sets, sets.saturating_mul(mean));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_nothing_is_nothing() {
        let stream = |records, octets| StreamLoss {
            exporter: None,
            domain: None,
            format: ingest::Format::NetflowV9,
            records,
            octets,
            lost_records: 5,
            restarts: 0,
        };
        assert_eq!(mean_octets(&stream(0, 0)), 0);
        assert_eq!(mean_octets(&stream(4, 6_000)), 1_500);
    }
}
