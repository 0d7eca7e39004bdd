//! The equipment schedule as data: `schedule.json`, from which its pages are drawn. A document of its own, never for
//! publication.

use std::str::FromStr;

use jiff::civil::Date;
use model::Month;
use serde::{Deserialize, Serialize};

use crate::Facts;
use crate::document::{Hidden, Sign, SignMeaning, Symbol};
use crate::render::Language;
use crate::say::{Args, Say};
use crate::words;

/// The `schema` of every schedule written and read here.
pub const SCHEDULE_SCHEMA: &str = "tithing.schedule/1";

/// Octets of which each volume is a multiple.
const STEP: i64 = gate::SCHEDULE_STEP_OCTETS as i64;

/// One authority's schedule of a month. Its fields stand in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// [`SCHEDULE_SCHEMA`].
    pub schema: String,
    /// Name and version of the program that wrote it.
    pub software: String,
    /// The authority's id.
    pub authority: String,
    /// The authority's name.
    pub name: String,
    /// The month, `2026-03`.
    pub month: String,
    /// Always `restricted`.
    pub audience: Audience,
    /// The posts that receive all pages.
    pub recipients: Vec<String>,
    /// The fixed clock it was made with, RFC 3339; null for the true one.
    pub test_clock: Option<String>,
    /// Head of the ledger just before the release.
    pub checkpoint: String,
    /// One line per issued metered link, billing cycle and place.
    pub lines: Vec<Line>,
    /// The lines by holder.
    pub pages: Vec<Page>,
    /// The bands of council-owned devices on shared links; empty where they are withheld or not asked for.
    pub device_volumes: Vec<DeviceVolume>,
    /// The meaning of each symbol used, each once.
    pub symbols: Vec<SignMeaning>,
    /// What a reader must know, one sentence each.
    pub notes: Vec<String>,
    /// Whom to ask.
    pub contact: String,
    /// How to object or complain.
    pub complaints: String,
}

/// Who may read it: the schedule has no other audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// The recipients named in it, and of each page its holder.
    Restricted,
}

/// One line: the seven things that pay a bill, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The asset number.
    pub asset: String,
    /// The billing cycle, or the holder's part of it: its first day.
    pub cycle_start: Date,
    /// And its last.
    pub cycle_end: Date,
    /// Octets, rounded up to 100 MB.
    pub bytes: Figure,
    /// Pence with VAT, as billed; of an unfinished cycle, so far.
    pub cost: i64,
    /// Whole percent of the cycle's data.
    pub allowance_used: Figure,
    /// In the United Kingdom or abroad.
    pub place: Place,
    /// Pence expected at the end of an unfinished cycle.
    pub forecast: Figure,
}

/// Where data were used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the United Kingdom.
    Uk,
    /// Abroad.
    Abroad,
}

/// A whole number, or the symbol that stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Figure {
    /// The number.
    Number(i64),
    /// No number.
    Symbol(Hidden),
}

/// One holder's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Name of the file that may be handed to the holder alone; null where nobody held the asset.
    pub file: Option<String>,
    /// Places of its lines in `lines`, from 0.
    pub lines: Vec<usize>,
}

/// The month's volume of one device on shared links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceVolume {
    /// The asset number.
    pub asset: String,
    /// The band.
    pub band: Volume,
}

/// A band, or the symbol of a device that was not measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Volume {
    /// The band.
    Band(Band),
    /// Not measured.
    Symbol(Hidden),
}

/// A wide band of a month's volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Band {
    /// Under 1 GB.
    #[serde(rename = "0-1")]
    Under1,
    /// 1 GB to 10 GB.
    #[serde(rename = "1-10")]
    From1,
    /// 10 GB to 50 GB.
    #[serde(rename = "10-50")]
    From10,
    /// 50 GB to 200 GB.
    #[serde(rename = "50-200")]
    From50,
    /// Over 200 GB.
    #[serde(rename = "200-")]
    Over200,
}

impl Figure {
    /// Its symbol, if it is one.
    pub fn sign(&self) -> Option<Sign> {
        match self {
            Self::Number(_) => None,
            Self::Symbol(h) => Some(h.symbol.into()),
        }
    }

    fn of(cell: &gate::Cell) -> Self {
        match cell {
            gate::Cell::Shown { value, .. } => Self::Number(*value),
            gate::Cell::Symbol(s) => Self::Symbol(Hidden { symbol: crate::release::symbol(*s) }),
        }
    }
}

impl Schedule {
    /// The schedule of a released month; none where none was released. Every figure in it is one that the gate released.
    pub fn new(released: &gate::Released, facts: &Facts) -> Option<Self> {
        let made = released.schedule()?;
        let lines: Vec<Line> = made.lines().iter().map(line).collect();
        let mut schedule = Self {
            schema: SCHEDULE_SCHEMA.to_owned(),
            software: facts.software.clone(),
            authority: released.authority().to_owned(),
            name: released.name().to_owned(),
            month: released.month().to_string(),
            audience: Audience::Restricted,
            recipients: made.recipients().to_vec(),
            test_clock: facts.test_clock.clone(),
            checkpoint: facts.checkpoint.clone(),
            pages: pages(made, &lines),
            lines,
            device_volumes: made.devices().iter().map(device).collect(),
            symbols: Vec::new(),
            notes: notes(made),
            contact: crate::release::contact(facts, released.name()),
            complaints: facts.complaints.clone(),
        };
        let meaning = |symbol: Sign| SignMeaning { symbol, meaning: meaning(symbol).to_owned() };
        schedule.symbols = schedule.signs().into_iter().map(meaning).collect();
        Some(schedule)
    }

    /// The month as a date; the first month of the calendar where the text is none, which [`schedule_from_json`] refuses.
    pub fn month(&self) -> Month {
        Month::from_str(&self.month).unwrap_or_else(|_| Month::of(Date::MIN))
    }

    /// Every symbol used, each once, in order.
    pub fn signs(&self) -> Vec<Sign> {
        let figures = self.lines.iter().flat_map(|l| [&l.bytes, &l.allowance_used, &l.forecast]);
        let mut signs: Vec<Sign> = figures.filter_map(Figure::sign).collect();
        signs.extend(self.device_volumes.iter().filter_map(|d| match &d.band {
            Volume::Band(_) => None,
            Volume::Symbol(h) => Some(Sign::from(h.symbol)),
        }));
        signs.sort_unstable();
        signs.dedup();
        signs
    }
}

/// What a symbol means here.
pub(crate) const fn meaning(sign: Sign) -> &'static str {
    match sign {
        Sign::Z => "does not apply, or was not measured for the whole month",
        other => words::sign_meaning(other),
    }
}

fn line(line: &gate::ScheduleLine) -> Line {
    Line {
        asset: line.asset.clone(),
        cycle_start: line.cycle_start,
        cycle_end: line.cycle_end,
        bytes: Figure::of(&line.bytes),
        cost: line.cost,
        allowance_used: Figure::of(&line.allowance_used),
        place: match line.place {
            gate::Place::Uk => Place::Uk,
            gate::Place::Abroad => Place::Abroad,
        },
        forecast: Figure::of(&line.forecast),
    }
}

fn device(device: &gate::DeviceVolume) -> DeviceVolume {
    let band = match device.band {
        None => Volume::Symbol(Hidden { symbol: Symbol::Z }),
        Some(gate::Band::Under1) => Volume::Band(Band::Under1),
        Some(gate::Band::From1) => Volume::Band(Band::From1),
        Some(gate::Band::From10) => Volume::Band(Band::From10),
        Some(gate::Band::From50) => Volume::Band(Band::From50),
        Some(gate::Band::Over200) => Volume::Band(Band::Over200),
    };
    DeviceVolume { asset: device.asset.clone(), band }
}

/// The pages, each with a file of its own name: its first asset's, and where two holders had that in turn, the later one's
/// with the first day too.
fn pages(made: &gate::ReleasedSchedule, lines: &[Line]) -> Vec<Page> {
    let mut taken: Vec<String> = Vec::new();
    let mut page = |page: &gate::SchedulePage| {
        let first = page.lines.first().and_then(|i| lines.get(*i));
        let file = first.filter(|_| page.held).map(|line| {
            let plain = format!("schedule-{}", file_word(&line.asset));
            let dated = format!("{plain}-from-{}", line.cycle_start);
            let numbered = (2_u32..).map(|n| format!("{dated}-{n}"));
            // A system of files may not tell capitals from small letters.
            let free = |name: &String| !taken.contains(&name.to_ascii_lowercase());
            let name = [plain.clone(), dated.clone()].into_iter().chain(numbered).find(free).unwrap_or(plain);
            taken.push(name.to_ascii_lowercase());
            format!("{name}.html")
        });
        Page { file, lines: page.lines.clone() }
    };
    made.pages().iter().map(&mut page).collect()
}

/// An asset number as part of a file's name: whatever is not a letter, a digit or a hyphen is an underscore.
fn file_word(asset: &str) -> String {
    asset.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' }).collect()
}

/// Whether a name is one that [`pages`] gives: no way out of its folder.
fn is_file(name: &str) -> bool {
    let word = name.strip_prefix("schedule-").and_then(|n| n.strip_suffix(".html"));
    word.is_some_and(|w| !w.is_empty() && w == file_word(w))
}

fn notes(made: &gate::ReleasedSchedule) -> Vec<String> {
    let say = Say::new(Language::English);
    let lines = !made.lines().is_empty();
    let notes = [
        (lines, "schedule-note-lines"),
        (lines, "schedule-note-rounded"),
        (lines, "schedule-note-hands"),
        (lines, "schedule-note-open"),
        (made.bands() == gate::BandState::Shown, "schedule-note-bands"),
        (made.bands() == gate::BandState::Withheld, "schedule-note-withheld"),
    ];
    let mut notes: Vec<String> = notes.iter().filter(|(due, _)| *due).map(|(_, message)| say.text(message)).collect();
    if !made.missing_nights().is_empty() {
        let dates: Vec<String> = made.missing_nights().iter().map(|d| say.date(*d)).collect();
        let args = Args::new().text("dates", &say.row(&dates));
        notes.push(say.rich("schedule-note-missing", &args).plain_text());
    }
    notes
}

/// Why a text is not a schedule.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// Not JSON of the right shape.
    #[error(
        "schedule.json cannot be read: {0}; restore it from a copy, since a published month is never computed again"
    )]
    Shape(#[from] serde_json::Error),
    /// Another schema.
    #[error(
        "schedule.json has the schema '{found}', and this program reads '{SCHEDULE_SCHEMA}'; use the program that wrote it"
    )]
    Schema {
        /// As found.
        found: String,
    },
    /// Not a month.
    #[error("schedule.json: month: {0}")]
    Month(#[from] model::MonthError),
    /// A volume that is negative or not a multiple of 100 MB.
    #[error("schedule.json: line {line}: {bytes} is not a whole multiple of {STEP}")]
    Unrounded {
        /// The line, from 0.
        line: usize,
        /// The volume.
        bytes: i64,
    },
    /// A line that stands on no page, or on several, or a page's line that is not there.
    #[error("schedule.json: the pages do not hold each line once")]
    Pages,
    /// A page's file that would not stand beside the others.
    #[error("schedule.json: the file of page {page} is not a name as in schedule-A-014.html, or stands twice")]
    File {
        /// The page, from 0.
        page: usize,
    },
    /// A symbol that is used and not explained.
    #[error("schedule.json: the symbol {0} is used and not explained")]
    Unexplained(&'static str),
}

impl ScheduleError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Shape(_) => "schedule_shape",
            Self::Schema { .. } => "schedule_schema",
            Self::Month(_) => "schedule_month",
            Self::Unrounded { .. } => "schedule_unrounded",
            Self::Pages => "schedule_pages",
            Self::File { .. } => "schedule_file",
            Self::Unexplained(_) => "schedule_unexplained",
        }
    }
}

/// The schedule as JSON: two spaces deep, keys in the order of [`Schedule`], one line feed at the end.
pub fn schedule_json(schedule: &Schedule) -> String {
    // A struct of texts, numbers and lists has no key that is not a text and no value that JSON lacks.
    let mut text = serde_json::to_string_pretty(schedule).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a schedule back and checks what its types do not.
///
/// # Errors
/// The first rule that it breaks.
pub fn schedule_from_json(text: &str) -> Result<Schedule, ScheduleError> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    let head: Head = serde_json::from_str(text)?;
    if head.schema != SCHEDULE_SCHEMA {
        return Err(ScheduleError::Schema { found: head.schema });
    }
    let schedule: Schedule = serde_json::from_str(text)?;
    Month::from_str(&schedule.month)?;
    for (line, found) in schedule.lines.iter().enumerate() {
        if let Figure::Number(bytes) = found.bytes
            && (bytes < 0 || bytes % STEP != 0)
        {
            return Err(ScheduleError::Unrounded { line, bytes });
        }
    }
    let mut on_pages: Vec<usize> = schedule.pages.iter().flat_map(|p| p.lines.iter().copied()).collect();
    on_pages.sort_unstable();
    if on_pages != (0..schedule.lines.len()).collect::<Vec<_>>() {
        return Err(ScheduleError::Pages);
    }
    for (page, found) in schedule.pages.iter().enumerate() {
        let twice = |name: &String| schedule.pages.iter().take(page).any(|p| p.file.as_ref() == Some(name));
        if found.file.as_ref().is_some_and(|name| !is_file(name) || twice(name)) {
            return Err(ScheduleError::File { page });
        }
    }
    let explained = |sign: &Sign| schedule.symbols.iter().any(|s| s.symbol == *sign);
    match schedule.signs().into_iter().find(|s| !explained(s)) {
        Some(sign) => Err(ScheduleError::Unexplained(sign.printed())),
        None => Ok(schedule),
    }
}

/// A schedule as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulePages {
    /// All pages, for the recipients.
    pub all: String,
    /// Each holder's own page, by the name of its file.
    pub holders: Vec<(String, String)>,
}

/// The pages of a schedule. Equal schedules give equal bytes.
pub fn schedule_pages(schedule: &Schedule) -> SchedulePages {
    crate::page::schedule::pages(schedule)
}
