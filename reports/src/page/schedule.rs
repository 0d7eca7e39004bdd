//! The equipment schedule as pages: one sheet for each holder, all of them for the recipients, each alone for its holder.

use super::paper::{Paper, clock, posts};
use super::rich::{Rich, Span};
use super::table::{Entry, Line, View, head};
use super::{Kind, Look, Note, NoteKind, Part, Section};
use crate::document::Sign;
use crate::html::drawn;
use crate::render::Language;
use crate::say::{Args, Say, sentence};
use crate::schedule::{Band, Figure, Page, Place, Schedule, SchedulePages, Volume};
use crate::words;

/// Draws a schedule.
pub(crate) fn pages(schedule: &Schedule) -> SchedulePages {
    let made = Made { schedule, say: &Say::new(Language::English) };
    let named = schedule.pages.iter().enumerate().filter_map(|(i, p)| p.file.as_ref().map(|f| (i, p, f)));
    let alone = |(i, page, file): (usize, &Page, &String)| (file.clone(), drawn(&made.holder(i, page)));
    SchedulePages { all: drawn(&made.all()), holders: named.map(alone).collect() }
}

/// A schedule with the wording of its pages.
struct Made<'a> {
    schedule: &'a Schedule,
    say: &'a Say,
}

impl Made<'_> {
    /// All pages, for the recipients.
    fn all(&self) -> super::Page {
        let (schedule, say) = (self.schedule, self.say);
        let mut sheets: Vec<Section> = schedule.pages.iter().enumerate().map(|(i, p)| self.sheet(i, p)).collect();
        sheets.extend(self.devices());
        let several = sheets.len() > 1;
        let running = say.rich("schedule-running", &self.args());
        for sheet in sheets.iter_mut().skip(1) {
            sheet.look = Look::Sheet(Some(running.clone()));
        }
        if !schedule.notes.is_empty() {
            let notes = schedule.notes.iter().map(|n| Rich::new().source(&sentence(n), "notes")).collect();
            let section = Section::said(say, "notes", "schedule-notes", vec![Part::List(notes)]);
            sheets.push(Section { look: if several { Look::After } else { Look::Plain }, ..section });
        }
        let capacity = !schedule.device_volumes.is_empty();
        let warning = if capacity { "schedule-serves-both" } else { "schedule-serves-bills" };
        self.page(
            say.rich("schedule-for-all", &self.args()),
            warning,
            sheets,
            "schedule-rights",
            "schedule-rights-text",
        )
    }

    /// One holder's page.
    fn holder(&self, number: usize, page: &Page) -> super::Page {
        let mut sheet = self.sheet(number, page);
        sheet.parts.push(Part::Small(self.say.plain("schedule-explained")));
        let args = self.args().source("assets", &self.assets(page), "lines/asset");
        let whose = self.say.rich("schedule-for-holder", &args);
        self.page(whose, "schedule-own-serves", vec![sheet], "schedule-own-rights", "schedule-own-rights-text")
    }

    fn page(
        &self,
        lead: Rich,
        warning: &'static str,
        mut sections: Vec<Section>,
        rights: &'static str,
        rights_text: &'static str,
    ) -> super::Page {
        let (schedule, say) = (self.schedule, self.say);
        let contact = Rich::new().source(&sentence(&schedule.contact), "contact");
        let mut ask = vec![(say.plain("ask-whom"), contact)];
        if !schedule.complaints.is_empty() {
            let complaints = Rich::new().source(&sentence(&schedule.complaints), "complaints");
            ask.push((say.plain("schedule-complain"), complaints));
        }
        let about = vec![
            (say.plain("about-program"), Rich::new().source(&schedule.software, "software")),
            (say.plain("about-checkpoint"), Rich::new().lines(&schedule.checkpoint, "checkpoint")),
            (say.plain("about-schema"), Rich::new().source(&schedule.schema, "schema")),
        ];
        sections.push(Section::said(say, "rights", rights, vec![Part::Text(say.plain(rights_text)), Part::Ask(ask)]));
        sections.push(Section::said(say, "about", "schedule-about", vec![Part::About(about)]));
        let stop = Note { kind: NoteKind::Stop, head: say.text("not-for-publication"), text: say.plain(warning) };
        let clock = clock(say, "schedule-test-clock", schedule.test_clock.as_deref());
        let paper = Paper {
            say,
            kind: Kind::Private,
            name: Rich::new().source(&schedule.name, "name"),
            title: say.rich("schedule-title", &self.args()),
            skip: "schedule-skip",
            heading: say.rich("schedule-heading", &self.args()),
            lead,
            notes: [stop].into_iter().chain(clock).collect(),
            sections,
            foot: say.rich("schedule-foot", &self.args()),
            marks: vec!["not-for-publication"],
            test_clock: schedule.test_clock.is_some(),
        };
        paper.page()
    }

    /// What most sentences name: the council, the month, and who receives all pages.
    fn args(&self) -> Args {
        let readers = posts(self.say, &self.schedule.recipients);
        Args::new()
            .source("name", &self.schedule.name, "name")
            .source("month", &self.say.month(self.schedule.month()), "month")
            .source("readers", &readers, "recipients")
    }

    /// The assets of a page in words, each once.
    fn assets(&self, page: &Page) -> String {
        self.say.row(&self.each_asset(page))
    }

    fn each_asset(&self, page: &Page) -> Vec<String> {
        let lines = page.lines.iter().filter_map(|i| self.schedule.lines.get(*i));
        let mut all: Vec<String> = lines.map(|l| l.asset.clone()).collect();
        all.dedup();
        all
    }

    fn sheet(&self, number: usize, page: &Page) -> Section {
        let say = self.say;
        let name = self.assets(page);
        let (named, args) = (Args::new().source("assets", &name, "lines/asset"), Args::new().text("assets", &name));
        let held = if page.file.is_some() { "schedule-held" } else { "schedule-not-held" };
        Section {
            look: Look::Sheet(None),
            ..Section::new(
                format!("page-{number}"),
                say.rich("schedule-sheet", &named),
                vec![Part::Text(self.marked(held)), Part::Stack(self.lines(number, page, &args))],
            )
        }
    }

    /// A sentence, and that the sheet is not for publication: sheets of paper part.
    fn marked(&self, message: &str) -> Rich {
        let mark = Span::Strong(self.say.text("not-for-publication"));
        self.say.plain(message).text(" ").push(mark)
    }

    fn devices(&self) -> Option<Section> {
        let (schedule, say) = (self.schedule, self.say);
        if schedule.device_volumes.is_empty() {
            return None;
        }
        let line = |d: &crate::schedule::DeviceVolume| {
            let source = format!("device_volumes/{}/band", d.asset);
            let cell = match &d.band {
                Volume::Band(band) => Entry::figure(&say.text(band_message(*band)), source),
                Volume::Symbol(h) => Entry::sign(h.symbol.into(), source),
            };
            let asset = Rich::new().source(&d.asset, &format!("device_volumes/{}/asset", d.asset));
            Line { head: asset, cells: vec![cell], last: false }
        };
        let signs = schedule.device_volumes.iter().filter_map(|d| match &d.band {
            Volume::Band(_) => None,
            Volume::Symbol(h) => Some(Sign::from(h.symbol)),
        });
        let view = View {
            id: "bands".to_owned(),
            caption: say.plain("schedule-bands-caption"),
            heads: vec![head(&say.text("schedule-head-asset"), false), head(&say.text("measure-volume"), true)],
            rows: schedule.device_volumes.iter().map(line).collect(),
            signs: self.explained(signs.collect(), None),
        };
        let parts = vec![Part::Text(self.marked("schedule-devices-what")), Part::Stack(view)];
        let section = Section::said(say, "devices", "schedule-devices", parts);
        Some(Section { look: Look::Sheet(None), ..section })
    }

    fn lines(&self, number: usize, page: &Page, named: &Args) -> View {
        let say = self.say;
        // A page about one asset has it in its heading and caption: its lines need not repeat it.
        let several = self.each_asset(page).len() > 1;
        let own = || page.lines.iter().filter_map(|i| self.schedule.lines.get(*i).map(|l| (*i, l)));
        let signs = own().flat_map(|(_, l)| [&l.bytes, &l.allowance_used, &l.forecast]).filter_map(Figure::sign);
        let first = if several { "schedule-head-asset-cycle" } else { "schedule-head-cycle" };
        let figures = ["data", "allowance", "cost", "forecast"];
        let mut heads = vec![head(&say.text(first), false), head(&say.text("schedule-head-where"), false)];
        heads.extend(figures.map(|h| head(&say.text(&format!("schedule-head-{h}")), true)));
        View {
            id: format!("lines-{number}"),
            caption: say.rich("schedule-caption", named),
            heads,
            rows: own().map(|(i, l)| self.line(i, l, several)).collect(),
            signs: self.explained(signs.collect(), Some((Sign::Z, "schedule-sign-z"))),
        }
    }

    fn line(&self, i: usize, line: &crate::schedule::Line, several: bool) -> Line {
        let say = self.say;
        let source = |field: &str| format!("lines/{i}/{field}");
        let [start, end] = say.days_short(line.cycle_start, line.cycle_end);
        let args = Args::new().source("start", &start, &source("cycle_start"));
        let cycle = say.rich("schedule-cycle", &args.source("end", &end, &source("cycle_end")));
        let place = say.text(match line.place {
            Place::Uk => "schedule-uk",
            Place::Abroad => "schedule-abroad",
        });
        Line {
            head: match several {
                true => Rich::new().source(&line.asset, &source("asset")).below(cycle),
                false => cycle,
            },
            cells: vec![
                Entry::words(Rich::new().source(&place, &source("place"))),
                entry(&line.bytes, words::tenths, source("bytes")),
                entry(&line.allowance_used, words::thousands, source("allowance_used")),
                Entry::figure(&words::pounds(line.cost), source("cost")),
                entry(&line.forecast, words::pounds, source("forecast")),
            ],
            last: false,
        }
    }

    /// A sentence for each symbol. What the schedule says of it stands, unless it is what this program always says: then
    /// the words for this table do.
    fn explained(&self, mut signs: Vec<Sign>, here: Option<(Sign, &str)>) -> Vec<Rich> {
        signs.sort_unstable();
        signs.dedup();
        let meaning = |sign: Sign| {
            let usual = crate::schedule::meaning(sign);
            let listed = self.schedule.symbols.iter().find(|s| s.symbol == sign);
            let own = listed.map(|s| s.meaning.as_str()).filter(|m| *m != usual);
            let here = || here.filter(|(s, _)| *s == sign).map(|(_, message)| self.say.text(message));
            let text = own.map_or_else(|| here().unwrap_or_else(|| usual.to_owned()), str::to_owned);
            super::table::meaning(self.say, sign, &text)
        };
        signs.into_iter().map(meaning).collect()
    }
}

/// The message of a band.
const fn band_message(band: Band) -> &'static str {
    match band {
        Band::Under1 => "band-under-1",
        Band::From1 => "band-from-1",
        Band::From10 => "band-from-10",
        Band::From50 => "band-from-50",
        Band::Over200 => "band-over-200",
    }
}

fn entry(figure: &Figure, print: fn(i64) -> String, source: String) -> Entry {
    match figure {
        Figure::Number(n) => Entry::figure(&print(*n), source),
        Figure::Symbol(h) => Entry::sign(h.symbol.into(), source),
    }
}
