//! The equipment schedule as pages: one sheet for each holder, all of them for the recipients, each alone for its holder.

use askama::Template;

use super::Stack;
use super::rich::Rich;
use crate::document::Sign;
use crate::page::rich::Span;
use crate::page::table::{Entry, Line, View, head};
use crate::say::sentence;
use crate::schedule::{Band, Figure, Page, Place, Schedule, SchedulePages, Volume};
use crate::words;

/// The sheet of bands.
const DEVICES: &str = "devices";

/// Draws a schedule.
pub(crate) fn pages(schedule: &Schedule) -> SchedulePages {
    let sheet = |(i, page): (usize, &Page)| Sheet::of(schedule, i, page);
    let sheets: Vec<Sheet> = schedule.pages.iter().enumerate().map(sheet).collect();
    let devices = Sheet::devices(schedule);
    let all = Whole::new(schedule, sheets.into_iter().chain(devices).collect(), whose_all(schedule), notes(schedule));
    let named = schedule.pages.iter().enumerate().filter_map(|(i, p)| p.file.as_ref().map(|f| (i, p, f)));
    let alone = |(i, page, file): (usize, &Page, &String)| {
        let sheet = Sheet { explained: true, ..Sheet::of(schedule, i, page) };
        let whole = Whole::new(schedule, vec![sheet], whose_one(schedule, page), Vec::new());
        (file.clone(), drawn(&whole))
    };
    SchedulePages { all: drawn(&all), holders: named.map(alone).collect() }
}

fn drawn(whole: &Whole) -> String {
    // The template writes into a text, which cannot fail.
    whole.render().unwrap_or_default()
}

/// Everything that the template prints, in its order.
#[derive(Template)]
#[template(path = "schedule.html")]
struct Whole {
    title: Rich,
    name: Rich,
    month: Rich,
    whose: Rich,
    /// Who receives all pages, in words.
    readers: Rich,
    test_clock: Option<Rich>,
    /// Whether it holds the bands of devices.
    capacity: bool,
    sheets: Vec<Sheet>,
    notes: Vec<Rich>,
    /// Whether it is one holder's page.
    own: bool,
    contact: Rich,
    complaints: Option<Rich>,
    about: Vec<(&'static str, Rich)>,
}

/// What stands on one sheet of paper.
struct Sheet {
    id: String,
    heading: Rich,
    lead: Rich,
    table: Stack,
    /// What a holder must know to read it; of the sheets for recipients, at the end once.
    explained: bool,
}

impl Whole {
    fn new(schedule: &Schedule, sheets: Vec<Sheet>, whose: Rich, notes: Vec<Rich>) -> Self {
        let month = words::month(schedule.month());
        let own = sheets.iter().any(|s| s.explained);
        Self {
            title: Rich::plain(&format!("Equipment schedule, {month}: {}", schedule.name)),
            name: Rich::new().source(&schedule.name, "name"),
            month: Rich::new().source(&month, "month"),
            whose,
            readers: Rich::new().source(&words::posts(&schedule.recipients), "recipients"),
            test_clock: schedule.test_clock.as_ref().map(|t| Rich::new().source(&words::instant(t), "test_clock")),
            capacity: sheets.iter().any(|s| s.id == DEVICES),
            sheets,
            notes,
            own,
            contact: Rich::new().source(&sentence(&schedule.contact), "contact"),
            complaints: (!schedule.complaints.is_empty())
                .then(|| Rich::new().source(&sentence(&schedule.complaints), "complaints")),
            about: vec![
                ("Program", Rich::new().source(&schedule.software, "software")),
                ("Checkpoint of the ledger", Rich::new().lines(&schedule.checkpoint, "checkpoint")),
                ("Form of the data", Rich::new().source(&schedule.schema, "schema")),
            ],
        }
    }
}

fn notes(schedule: &Schedule) -> Vec<Rich> {
    schedule.notes.iter().map(|n| Rich::new().source(&sentence(n), "notes")).collect()
}

fn whose_all(schedule: &Schedule) -> Rich {
    let rich = Rich::plain("For ").source(&words::posts(&schedule.recipients), "recipients");
    rich.text(" alone. A holder may be handed their own page and no other.")
}

fn whose_one(schedule: &Schedule, page: &Page) -> Rich {
    let rich = Rich::plain("For whoever held ").source(&assets(schedule, page), "lines/asset");
    rich.text(" on the days below, and for ").source(&words::posts(&schedule.recipients), "recipients").text(".")
}

/// The assets of a page in words, each once.
fn assets(schedule: &Schedule, page: &Page) -> String {
    words::listed(&each_asset(schedule, page))
}

fn each_asset(schedule: &Schedule, page: &Page) -> Vec<String> {
    let mut all: Vec<String> =
        page.lines.iter().filter_map(|i| schedule.lines.get(*i)).map(|l| l.asset.clone()).collect();
    all.dedup();
    all
}

impl Sheet {
    fn of(schedule: &Schedule, number: usize, page: &Page) -> Self {
        let name = assets(schedule, page);
        let held = page.file.is_some();
        let lead = match held {
            true => "What the links issued to one holder cost.",
            false => "Nobody held this in the register on these days.",
        };
        Self {
            id: format!("page-{number}"),
            heading: Rich::plain("Asset ").source(&name, "lines/asset"),
            lead: Rich::plain(lead),
            table: Stack::new(lines(schedule, number, page, &name)),
            explained: false,
        }
    }

    fn devices(schedule: &Schedule) -> Option<Self> {
        if schedule.device_volumes.is_empty() {
            return None;
        }
        let line = |d: &crate::schedule::DeviceVolume| {
            let source = format!("device_volumes/{}/band", d.asset);
            let cell = match &d.band {
                Volume::Band(band) => Entry::figure(band_words(*band), source),
                Volume::Symbol(h) => Entry::sign(h.symbol.into(), source),
            };
            let asset = Rich::new().source(&d.asset, &format!("device_volumes/{}/asset", d.asset));
            Line { head: asset, cells: vec![cell], last: false }
        };
        let signs = schedule.device_volumes.iter().filter_map(|d| match &d.band {
            Volume::Band(_) => None,
            Volume::Symbol(h) => Some(Sign::from(h.symbol)),
        });
        let signs = explained(schedule, signs.collect(), crate::schedule::meaning);
        Some(Self {
            id: DEVICES.to_owned(),
            heading: Rich::plain("Council devices on shared links"),
            lead: Rich::plain("For maintenance and capacity: one wide band of each device’s data in the month."),
            table: Stack::new(View {
                id: "bands".to_owned(),
                caption: Rich::plain("Data of council devices in the month"),
                heads: vec![head("Asset", false), head("Data", true)],
                rows: schedule.device_volumes.iter().map(line).collect(),
                signs,
            }),
            explained: false,
        })
    }
}

const fn band_words(band: Band) -> &'static str {
    match band {
        Band::Under1 => "Under 1 GB",
        Band::From1 => "1 to 10 GB",
        Band::From10 => "10 to 50 GB",
        Band::From50 => "50 to 200 GB",
        Band::Over200 => "Over 200 GB",
    }
}

fn lines(schedule: &Schedule, number: usize, page: &Page, name: &str) -> View {
    // A page about one asset has it in its heading and caption: its lines need not repeat it.
    let several = each_asset(schedule, page).len() > 1;
    let own = || page.lines.iter().filter_map(|i| schedule.lines.get(*i).map(|l| (i, l)));
    let row = |(i, line): (&usize, &crate::schedule::Line)| {
        let source = |field: &str| format!("lines/{i}/{field}");
        let [start, end] = words::days_short(line.cycle_start, line.cycle_end);
        let cycle = Rich::new().source(&start, &source("cycle_start")).text(" to ").source(&end, &source("cycle_end"));
        let place = match line.place {
            Place::Uk => "UK",
            Place::Abroad => "Abroad",
        };
        Line {
            head: match several {
                true => Rich::new().source(&line.asset, &source("asset")).below(cycle),
                false => cycle,
            },
            cells: vec![
                Entry::words(Rich::new().source(place, &source("place"))),
                entry(&line.bytes, words::tenths, source("bytes")),
                entry(&line.allowance_used, words::thousands, source("allowance_used")),
                Entry::figure(&words::pounds(line.cost), source("cost")),
                entry(&line.forecast, words::pounds, source("forecast")),
            ],
            last: false,
        }
    };
    let signs = own().flat_map(|(_, l)| [&l.bytes, &l.allowance_used, &l.forecast]).filter_map(Figure::sign).collect();
    let signs = explained(schedule, signs, |sign| match sign {
        Sign::Z => "that it does not apply: a cycle that is over has no forecast, and not all use has an allowance",
        other => crate::schedule::meaning(other),
    });
    View {
        id: format!("lines-{number}"),
        caption: Rich::plain(&format!("Bills of {name}, with VAT")),
        heads: vec![
            head(if several { "Asset and billing cycle" } else { "Billing cycle" }, false),
            head("Where", false),
            head("Data (GB)", true),
            head("Allowance used (%)", true),
            head("Cost (£)", true),
            head("Forecast (£)", true),
        ],
        rows: own().map(row).collect(),
        signs,
    }
}

fn entry(figure: &Figure, print: fn(i64) -> String, source: String) -> Entry {
    match figure {
        Figure::Number(n) => Entry::figure(&print(*n), source),
        Figure::Symbol(h) => Entry::sign(h.symbol.into(), source),
    }
}

/// A sentence for each symbol. What the schedule says of it stands, unless it is what this program always says: then the
/// words for this table do.
fn explained(schedule: &Schedule, mut signs: Vec<Sign>, here: fn(Sign) -> &'static str) -> Vec<Rich> {
    signs.sort_unstable();
    signs.dedup();
    let meaning = |sign: Sign| {
        let listed = schedule.symbols.iter().find(|s| s.symbol == sign);
        let own = listed.map(|s| s.meaning.as_str()).filter(|m| *m != crate::schedule::meaning(sign));
        let meaning = own.unwrap_or_else(|| here(sign));
        Rich::new().push(Span::Strong(sign.printed().to_owned())).text(&format!(" means {meaning}."))
    };
    signs.into_iter().map(meaning).collect()
}
