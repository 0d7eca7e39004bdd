//! The fixed text of the sheets and of the data's description, in one place. What the page says too is its message.

use crate::document::{Audience, Document, Load, Measure, Sign, Status, Table, Unit};
use crate::page::names::Names;
use crate::render::Language;
use crate::say::Args;
use crate::words;

/// The language of the text below.
pub(super) const LANGUAGE: Language = Language::English;

/// In place of text that is empty: no cell is blank.
pub(super) const EMPTY: &str = "Not given";
/// In the column of notes of a row that has none.
pub(super) const NO_NOTES: &str = "None";
pub(super) const NONE_SET: &str = "None set";
pub(super) const NOT_KNOWN: &str = "Not known";
pub(super) const NOT_COUNTED: &str = "Not counted";
pub(super) const NO_RANGE: &str = "No range";
pub(super) const NONE_REACHED: &str = "None reached";

/// The names of sheets.
pub(super) mod tab {
    pub(in super::super) const COVER: &str = "Cover";
    pub(in super::super) const CONTENTS: &str = "Contents";
    pub(in super::super) const NOTES: &str = "Notes";
    pub(in super::super) const DEFINITIONS: &str = "Definitions";
    pub(in super::super) const COSTS: &str = "Costs";
    pub(in super::super) const CLAIMS: &str = "Claims";
    pub(in super::super) const NOTICES: &str = "Security";
    pub(in super::super) const COVERAGE: &str = "Coverage";
    pub(in super::super) const ACCOUNTING: &str = "Accounting";
    pub(in super::super) const FAULTS: &str = "Faults";
    pub(in super::super) const BUSIEST: &str = "Busiest_times";
    pub(in super::super) const MISSING: &str = "Missing_days";

    /// The sheet of a table of figures; `place` is where a table without a name of its own stands, from 1.
    pub(in super::super) fn table(id: &str, place: usize) -> String {
        match id {
            "links" => "Links".to_owned(),
            "use" => "Use_data".to_owned(),
            "use-time" => "Use_time".to_owned(),
            "use-days" => "Use_days".to_owned(),
            "times" => "Times_of_day".to_owned(),
            "crossed" => "Use_by_time_of_day".to_owned(),
            _ => format!("Table_{place}"),
        }
    }
}

/// The titles of sheets.
pub(super) mod title {
    pub(in super::super) const CONTENTS: &str = "Contents";
    pub(in super::super) const NOTES: &str = "Notes, symbols and methods";
    pub(in super::super) const DEFINITIONS: &str = "What the kinds of use mean";
    pub(in super::super) const COSTS: &str = "Costs by billing cycle, with VAT";
    pub(in super::super) const CLAIMS: &str = "Claims to check";
    pub(in super::super) const NOTICES: &str = "Security notices";
    pub(in super::super) const COVERAGE: &str = "Days and records, by link";
    pub(in super::super) const ACCOUNTING: &str = "Where all the data went";
    pub(in super::super) const FAULTS: &str = "How well the lines worked";
    pub(in super::super) const BUSIEST: &str = "The busiest quarters of an hour, by link";
    pub(in super::super) const MISSING: &str = "Days without records";
}

/// The headings of columns.
pub(super) mod head {
    pub(in super::super) const WORKSHEET: &str = "Worksheet";
    pub(in super::super) const TITLE: &str = "Title";
    pub(in super::super) const NOTE: &str = "Note number";
    pub(in super::super) const ABOUT: &str = "About";
    pub(in super::super) const TEXT: &str = "Note text";
    pub(in super::super) const USE: &str = "Kind of use";
    pub(in super::super) const MEANING: &str = "Meaning";
    pub(in super::super) const NOTES: &str = "Notes";
    pub(in super::super) const LINK: &str = "Link";
    pub(in super::super) const KIND: &str = "Kind";
    pub(in super::super) const FROM: &str = "From";
    pub(in super::super) const TO: &str = "To";
    pub(in super::super) const FIXED: &str = "Fixed (£)";
    pub(in super::super) const USAGE: &str = "Use (£)";
    pub(in super::super) const ABROAD: &str = "Abroad (£)";
    pub(in super::super) const TOTAL: &str = "Total (£)";
    pub(in super::super) const BUDGET: &str = "Budget (£)";
    pub(in super::super) const KNOWN_FROM: &str = "Known from";
    pub(in super::super) const STATE: &str = "State";
    pub(in super::super) const LOW: &str = "Least expected (£)";
    pub(in super::super) const HIGH: &str = "Most expected (£)";
    pub(in super::super) const DATA_REACHED: &str = "Reached of its data (%)";
    pub(in super::super) const BUDGET_REACHED: &str = "Reached of its budget (%)";
    pub(in super::super) const CHECK: &str = "What to check";
    pub(in super::super) const CLAIMS: &str = "Claims (number)";
    pub(in super::super) const WHAT: &str = "What is counted";
    pub(in super::super) const NOTICES: &str = "Notices (number)";
    pub(in super::super) const DAYS_COMPLETE: &str = "Days complete";
    pub(in super::super) const DAYS: &str = "Days";
    pub(in super::super) const RECEIVED: &str = "Received (%)";
    pub(in super::super) const PART: &str = "Part";
    pub(in super::super) const OUTAGES: &str = "Times down";
    pub(in super::super) const OUTAGE_MINUTES: &str = "Time down (minutes)";
    pub(in super::super) const GAPS: &str = "Days without records";
    pub(in super::super) const LOST: &str = "Days with records lost";
    pub(in super::super) const PEAK: &str = "At its fullest";
    pub(in super::super) const FAILED: &str = "Lookups without a good answer (%)";
    pub(in super::super) const UNKNOWN: &str = "Lookups of names that do not exist (%)";
    pub(in super::super) const DELAY: &str = "Usual time to an answer (milliseconds)";
    pub(in super::super) const UNUSUAL: &str = "Days out of the ordinary";
    pub(in super::super) const DATE: &str = "Date";
    pub(in super::super) const START: &str = "Start";
    pub(in super::super) const SHARE: &str = "Share of the line’s speed (%)";
}

/// The heading of a column of data with its unit.
pub(super) fn data_heading(names: &Names<'_>, unit: Unit) -> String {
    format!("{} ({})", names.measure(Measure::Volume), names.unit(unit))
}

/// A heading that stands in the table already.
pub(super) fn again(heading: &str, place: usize) -> String {
    format!("{heading}, column {place}")
}

/// The title of the whole.
pub(super) fn title(names: &Names<'_>) -> String {
    let month = names.say.month(names.document.month());
    names.say.rich("page-title", &Args::new().text("month", &month).text("name", &names.document.name)).plain_text()
}

/// How whole the month is.
pub(super) fn status(names: &Names<'_>) -> String {
    let head = match names.document.status {
        Status::Complete => "status-complete",
        Status::Gaps => "status-gaps",
        Status::Lowered => "status-lowered",
        Status::Withheld => "status-withheld",
    };
    format!("{}. {}", names.say.text(head), names.say.text(&format!("{head}-text")))
}

/// The heading of a part of the accounting.
pub(super) fn accounting(names: &Names<'_>, part: &str) -> String {
    names.say.text(&format!("accounting-{part}"))
}

/// The title of one table.
pub(super) fn table_title(title: &str, names: &Names<'_>) -> String {
    format!("{title}, {}", names.say.month(names.document.month()))
}

pub(super) const ONE_TABLE: &str = "This worksheet contains one table.";

/// A note's number, as tables name it.
pub(super) fn note(number: usize) -> String {
    format!("[note {number}]")
}

/// The meaning of a symbol or mark: the document's own, where it lists it.
pub(super) fn meaning(document: &Document, sign: Sign) -> &str {
    let listed = document.symbols.iter().find(|s| s.symbol == sign);
    listed.map_or_else(|| words::sign_meaning(sign), |s| s.meaning.as_str())
}

pub(super) fn sign_line(document: &Document, sign: Sign) -> String {
    format!("In this table {} means: {}.", sign.printed(), meaning(document, sign).trim_end_matches('.'))
}

pub(super) fn sign_head(sign: Sign) -> String {
    let word = if matches!(sign, Sign::E | Sign::R) { "Mark" } else { "Symbol" };
    format!("{word} {}", sign.printed())
}

/// How figures are rounded, without a full stop.
pub(super) fn rounded(names: &Names<'_>, unit: Unit, base: i64) -> String {
    format!("Figures in {} are rounded to steps of {}", names.unit(unit), words::thousands(base))
}

pub(super) fn rounded_note(names: &Names<'_>, unit: Unit, base: i64) -> String {
    format!("{}, each on its own, so the parts may not add up to the whole exactly.", rounded(names, unit, base))
}

pub(super) fn rounded_line(names: &Names<'_>, unit: Unit, base: i64, number: usize) -> String {
    format!("{} {}.", rounded(names, unit, base), note(number))
}

pub(super) fn measure_line(measure: &str, number: usize) -> String {
    format!("{measure}: what it means is in {}.", note(number))
}

/// What a reader must know of one table of figures, if anything.
pub(super) fn about_table(table: &Table) -> Option<&'static str> {
    match table.id.as_str() {
        "links" => Some("A link’s total holds everybody’s data, guests and people’s own devices included."),
        "times" | "crossed" => Some("This table counts employees with set working hours, and nobody else."),
        _ => None,
    }
}

/// The heads and fixed sentences of the notes.
pub(super) mod notes {
    use crate::document::{Measure, Tier};
    use crate::page::names::Names;

    pub(in super::super) const ROUNDING: &str = "Rounding";
    pub(in super::super) const RULES: &str = "Rules for showing figures";
    pub(in super::super) const REASON: &str = "Why something is not shown";
    pub(in super::super) const LACKS: &str = "What the impact assessment lacks";
    pub(in super::super) const MEASURED: &str = "What was measured";
    pub(in super::super) const NOT_MEASURED: &str = "What was not measured";
    pub(in super::super) const RECIPIENT: &str = "Who receives what";
    pub(in super::super) const LIST: &str = "List of kinds of use";
    pub(in super::super) const ATTACK: &str = "Attack on the figures before release";
    /// What the number of people allows.
    pub(in super::super) fn tier(names: &Names<'_>) -> String {
        names.say.text(match names.document.people_tier {
            Tier::Totals => "withheld-tier-totals",
            Tier::Neutral => "withheld-tier-neutral",
            Tier::OneWay => "withheld-tier-one-way",
            Tier::Crossed => "withheld-tier-crossed",
        })
    }

    /// When a figure about people is shown, and what stands there otherwise.
    pub(in super::super) fn shown(names: &Names<'_>) -> String {
        let rule = names.say.text("withheld-rule");
        match names.document.table("use") {
            Some(_) => format!("{rule} {}", names.say.text("withheld-rule-use")),
            None => rule,
        }
    }

    /// What a measure means.
    pub(in super::super) fn measure(names: &Names<'_>, measure: Measure) -> String {
        names.say.text(match measure {
            Measure::Volume => "measure-volume-meaning",
            Measure::Time => "measure-time-meaning",
            Measure::Days => "measure-days-meaning",
        })
    }

    /// Which record is read for what.
    pub(in super::super) fn source(kind: &str) -> String {
        format!("Records read: {kind}")
    }

    pub(in super::super) fn recipient(role: &str, document: &str) -> String {
        format!("{role}: {document}.")
    }

    pub(in super::super) fn list(version: &str) -> String {
        format!("Version {version}.")
    }

    pub(in super::super) fn list_part(name: &str, licence: &str) -> String {
        format!("Made from {name}; licence: {licence}.")
    }
}

/// The cover.
pub(super) mod cover {
    pub(in super::super) const RESTRICTED: &str =
        "Not for publication. Only the recipients named in the worksheet Notes may read this report.";
    pub(in super::super) const AUTHORITY: &str = "Authority";
    pub(in super::super) const MONTH: &str = "Month";
    pub(in super::super) const STATUS: &str = "State of the records";
    pub(in super::super) const AUDIENCE: &str = "Who may read it";
    pub(in super::super) const CORRECTION: &str = "Correction";
    pub(in super::super) const USE: &str = "How to use this workbook";
    pub(in super::super) const HOW: &str = "The worksheet Contents lists every worksheet with a link to it. The worksheet Notes explains symbols, rounding and \
         methods. Each table stands on a worksheet of its own. Notes are marked with the word note in square brackets.";
    pub(in super::super) const CONTACT: &str = "Contact";
    pub(in super::super) const COMPLAINTS: &str = "How to object or complain";
    pub(in super::super) const ASSESSMENT: &str = "Impact assessment";
    pub(in super::super) const NO_ASSESSMENT: &str = "There was none that could be read.";
    pub(in super::super) const MASTER: &str = "The master copy";
    pub(in super::super) const WHERE: &str = "The master of this report is the web page summary.html, in the folder that this workbook comes from. It has the same \
         figures with more words. If the two differ, the web page is right.";
    pub(in super::super) const LICENCE: &str = "Licence";
    pub(in super::super) const PROGRAM: &str = "Made with";

    pub(in super::super) fn test_clock(instant: &str) -> String {
        format!(
            "Test clock. This report was made with the clock set by hand to {instant}. It is an example, not a record."
        )
    }

    pub(in super::super) fn assessment(version: &str, review: Option<&str>) -> String {
        match review {
            Some(date) => format!("Version {version}. Its review is due on {date}."),
            None => format!("Version {version}. No date for its review is set."),
        }
    }
}

pub(super) const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "Anybody may read this report.",
        Audience::Restricted => "The recipients named in the worksheet Notes, and nobody else.",
    }
}

/// Nobody but the council can license its figures, so the file says that and no more.
pub(super) const fn licence(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => {
            "This file sets none. The figures belong to the council: ask the contact before you use them elsewhere."
        }
        Audience::Restricted => "None. This report is not for publication.",
    }
}

/// Lines above the tables of costs, claims and faults.
pub(super) mod line {
    pub(in super::super) const COSTS: &str = "Amounts are in pounds and include VAT.";
    pub(in super::super) const BILL: &str =
        "A bill stands in the month in which its billing cycle ends. A cycle that has not ended is a forecast.";
    pub(in super::super) const RANGE: &str =
        "In nine cases of ten a forecast bill falls between the least and the most that is expected.";
    pub(in super::super) const REACHED: &str =
        "What a link reached of its data or budget is the highest of the shares that the council asked to be told of.";
    pub(in super::super) const CLAIMS: &str = "Your IT provider can list these claims.";
    pub(in super::super) const NOTICES: &str = "What a notice says goes to the clerk alone.";
    pub(in super::super) const COVERAGE: &str =
        "Received is the share of the data that was recorded, of all that was recorded or is known to be lost.";
    pub(in super::super) const FAULTS: &str =
        "Time down is counted in half hours begun. Records can be lost while the line itself works.";
    pub(in super::super) const BUSIEST: &str = "Shares are rounded to steps of ten.";
}

pub(super) const NOTICES: &str = "Security notices sent to the clerk this month";
pub(super) const CLAIMS: &str = "Claims for paid Wi-Fi that do not fit the equipment register";

pub(super) const fn state(forecast: bool) -> &'static str {
    if forecast { "Forecast" } else { "Final" }
}

pub(super) const fn peak(load: Option<Load>) -> &'static str {
    match load {
        None => NOT_KNOWN,
        Some(Load::Light) => "Less than half of its speed",
        Some(Load::Busy) => "More than half of its speed",
        Some(Load::Full) => "Full: things may have been slow",
    }
}

/// The description of the plain data.
pub(super) mod data {
    pub(in super::super) const DESCRIPTION: &str =
        "Every figure of the month, one a row. A figure that may not be seen is a symbol, and its value is empty.";
    pub(in super::super) const GUARD: &str = "Text that a spreadsheet could take for a formula, or that begins with an apostrophe, has an apostrophe before it: drop \
         it to have the text as it was.";

    pub(in super::super) const RESTRICTED: &str = "Not for publication.";

    /// A quarter of an hour of a link.
    pub(in super::super) fn busy(link: &str, start: &str) -> String {
        format!("{link}, quarter of an hour from {start}")
    }

    pub(in super::super) fn missing(dates: &str) -> String {
        format!("There are no records for {dates}.")
    }

    /// The title of a column of the plain data.
    pub(in super::super) fn column(name: &str) -> &'static str {
        match name {
            "source" => "Where the figure stands in report.json",
            "authority" => "Id of the authority",
            "month" => "Month of the report",
            "table" => "Id of the table",
            "row" => "Id of the row",
            "row_label" => "Heading of the row",
            "column" => "Id of the column",
            "column_label" => "Heading of the column",
            "period_start" => "First day that the figure is about",
            "period_end" => "Last day that the figure is about",
            "measure" => "What is measured",
            "unit" => "Unit of the value",
            "value" => "Figure, rounded",
            "symbol" => "Symbol in place of a figure",
            "marks" => "Marks on the figure",
            "state" => "Whether a bill is final or a forecast",
            "cost_kind" => "Kind of the link or of its price plan",
            _ => "Where a cost is known from",
        }
    }
}
