//! What the sheets and the data's description say: messages, put together with text of the document. What the page says too
//! is its message.

use super::book::Head;
use crate::document::{Audience, Load, Measure, Sign, Status, Table, Tier, Unit};
use crate::page::names::Names;
use crate::page::trend::{ABSENT, Months};
use crate::say::{Args, sentence};
use crate::words;

/// A message with its gaps filled, as text of a cell.
pub(super) fn filled(names: &Names<'_>, message: &str, gaps: &[(&'static str, &str)]) -> String {
    let args = gaps.iter().fold(Args::new(), |args, (name, text)| args.text(name, text));
    names.say.rich(message, &args).plain_text()
}

/// A text of the document in the reader's language where it has a translation, else as it stands.
pub(super) fn said(names: &Names<'_>, text: &str) -> String {
    names.say.said(text, "").plain_text()
}

/// Headings of columns of words, by their messages.
pub(super) fn words_heads<const N: usize>(names: &Names<'_>, messages: [&str; N]) -> Vec<Head> {
    messages.map(|m| Head::words(&names.say.text(m))).into()
}

/// Headings of columns of figures, by their messages.
pub(super) fn number_heads<const N: usize>(names: &Names<'_>, messages: [&str; N]) -> Vec<Head> {
    messages.map(|m| Head::number(&names.say.text(m))).into()
}

/// What a sheet is called.
pub(super) struct Tab {
    /// For programs, the same in each language: `use_data`.
    pub(super) id: String,
    /// On the tab: `Use_data`.
    pub(super) name: String,
}

/// The tab that a message names: its id is the end of the message.
pub(super) fn tab(names: &Names<'_>, message: &str) -> Tab {
    let id = message.strip_prefix("tab-").unwrap_or(message).replace('-', "_");
    Tab { id, name: names.say.text(message) }
}

/// The tab of a table of figures; `place` is where a table without a name of its own stands, from 1.
pub(super) fn table_tab(names: &Names<'_>, table: &str, place: usize) -> Tab {
    let message = match table {
        "links" => "tab-links",
        "cycles" => "tab-cycles",
        "use" => "tab-use-data",
        "use-time" => "tab-use-time",
        "use-days" => "tab-use-days",
        "times" => "tab-times-of-day",
        "crossed" => "tab-use-by-time-of-day",
        _ => {
            let name = filled(names, "tab-table", &[("place", &place.to_string())]);
            return Tab { id: format!("table_{place}"), name };
        }
    };
    tab(names, message)
}

/// The title of the whole.
pub(super) fn title(names: &Names<'_>) -> String {
    filled(names, "page-title", &[("month", &month(names)), ("name", &names.document.name)])
}

/// The month in words.
pub(super) fn month(names: &Names<'_>) -> String {
    names.say.month(names.document.month())
}

/// The title of one table of the month.
pub(super) fn table_title(names: &Names<'_>, title: &str) -> String {
    format!("{title}, {}", month(names))
}

/// The title of a table of months that ends with this one.
pub(super) fn months_title(names: &Names<'_>, title: &str) -> String {
    filled(names, "title-to", &[("title", title), ("month", &month(names))])
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

/// That the clock was set by hand, and to what.
pub(super) fn test_clock(names: &Names<'_>, instant: &str) -> String {
    let text = filled(names, "test-clock-text", &[("clock", &names.say.instant(instant))]);
    format!("{} {text}", names.say.text("test-clock"))
}

/// The word before a correction.
pub(super) fn correction(names: &Names<'_>) -> String {
    names.say.text("correction").trim_end_matches('.').to_owned()
}

/// A heading with the unit of the figures below it, unless it ends with it.
pub(super) fn with_unit(names: &Names<'_>, heading: &str, unit: Unit) -> String {
    let unit = format!("({})", names.unit(unit));
    if heading.ends_with(&unit) { heading.to_owned() } else { format!("{heading} {unit}") }
}

/// The heading of a column of data.
pub(super) fn data_heading(names: &Names<'_>, unit: Unit) -> String {
    with_unit(names, &names.measure(Measure::Volume), unit)
}

/// A heading that stands in the table already.
pub(super) fn again(names: &Names<'_>, heading: &str, place: usize) -> String {
    filled(names, "sheet-again", &[("heading", heading), ("place", &place.to_string())])
}

/// The heading of a part of the accounting.
pub(super) fn accounting(names: &Names<'_>, part: &str) -> String {
    names.say.text(&format!("accounting-{part}"))
}

/// A note's number, as tables name it.
pub(super) fn note(names: &Names<'_>, number: usize) -> String {
    filled(names, "sheet-note", &[("number", &number.to_string())])
}

/// The meaning of a symbol or mark: the document's own, unless it is what this program always says.
pub(super) fn meaning(names: &Names<'_>, sign: Sign) -> String {
    let listed = names.document.symbols.iter().find(|s| s.symbol == sign).map(|s| s.meaning.as_str());
    match listed.filter(|l| *l != words::sign_meaning(sign)) {
        Some(own) => own.to_owned(),
        None => names.say.text(&format!("sign-{}", sign.printed().trim_matches(['[', ']']))),
    }
}

/// The same beside tables of months, where one symbol also stands for a figure that a month's report does not have.
pub(super) fn meaning_beside(names: &Names<'_>, months: &[Months<'_>], sign: Sign) -> String {
    let meaning = meaning(names, sign);
    if sign == Sign::from(ABSENT) && months.iter().any(Months::lacks) {
        filled(names, "sheet-sign-months", &[("meaning", meaning.trim_end_matches('.'))])
    } else {
        meaning
    }
}

/// The line above a table that explains a symbol or mark.
pub(super) fn sign_line(names: &Names<'_>, sign: Sign, meaning: &str) -> String {
    filled(names, "sheet-sign", &[("sign", sign.printed()), ("meaning", meaning.trim_end_matches('.'))])
}

/// What the note on a symbol or mark is about.
pub(super) fn sign_head(names: &Names<'_>, sign: Sign) -> String {
    let message = if matches!(sign, Sign::E | Sign::R) { "sheet-mark" } else { "sheet-symbol" };
    filled(names, message, &[("sign", sign.printed())])
}

/// The note on how figures are rounded.
pub(super) fn rounded_note(names: &Names<'_>, unit: Unit, base: i64) -> String {
    filled(names, "sheet-rounded-note", &[("unit", &names.unit(unit)), ("base", &words::thousands(base))])
}

/// The line above a table that names that note.
pub(super) fn rounded_line(names: &Names<'_>, unit: Unit, base: i64, number: usize) -> String {
    let (unit, base, note) = (names.unit(unit), words::thousands(base), note(names, number));
    filled(names, "sheet-rounded", &[("unit", &unit), ("base", &base), ("note", &note)])
}

/// The line above a table that names the note on its measure.
pub(super) fn measure_line(names: &Names<'_>, measure: Measure, number: usize) -> String {
    filled(names, "sheet-measure", &[("measure", &names.measure(measure)), ("note", &note(names, number))])
}

/// The message with what a reader must know of one table of figures, if anything.
pub(super) fn about_table(table: &Table) -> Option<&'static str> {
    match table.id.as_str() {
        "links" => Some("links-everybody"),
        "cycles" => Some("bundles-what"),
        "times" | "crossed" => Some("sheet-times"),
        _ => None,
    }
}

/// The message with what the number of people allows.
pub(super) const fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Totals => "withheld-tier-totals",
        Tier::Neutral => "withheld-tier-neutral",
        Tier::OneWay => "withheld-tier-one-way",
        Tier::Crossed => "withheld-tier-crossed",
    }
}

/// When a figure about people is shown, and what stands there otherwise.
pub(super) fn shown(names: &Names<'_>) -> String {
    let rule = names.say.text("withheld-rule");
    match names.document.table("use") {
        Some(_) => format!("{rule} {}", names.say.text("withheld-rule-use")),
        None => rule,
    }
}

/// The message with what a measure means.
pub(super) const fn measure_meaning(measure: Measure) -> &'static str {
    match measure {
        Measure::Volume => "measure-volume-meaning",
        Measure::Time => "measure-time-meaning",
        Measure::Days => "measure-days-meaning",
    }
}

/// A version, as a sentence.
pub(super) fn version(names: &Names<'_>, version: &str) -> String {
    sentence(&filled(names, "about-version", &[("version", version)]))
}

/// A list that the list of kinds of use is made from.
pub(super) fn list_part(names: &Names<'_>, name: &str, licence: &str) -> String {
    let part = filled(names, "about-licence", &[("name", name), ("licence", licence)]);
    format!("{} {part}.", names.say.text("about-made-from"))
}

/// The impact assessment on the cover.
pub(super) fn assessment(names: &Names<'_>) -> String {
    let Some(assessment) = &names.document.assessment else { return names.say.text("cover-no-assessment") };
    let review = match assessment.review_due {
        Some(date) => filled(names, "cover-review", &[("date", &names.say.date(date))]),
        None => names.say.text("cover-no-review"),
    };
    format!("{} {review}", version(names, &assessment.version))
}

/// The message that says who may read the report.
pub(super) const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "audience-public",
        Audience::Restricted => "audience-restricted",
    }
}

/// The message on the licence: nobody but the council can license its figures, so it says that and no more.
pub(super) const fn licence(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "licence-public",
        Audience::Restricted => "licence-restricted",
    }
}

/// The message that says whether a bill is final.
pub(super) const fn state(forecast: bool) -> &'static str {
    if forecast { "state-forecast" } else { "state-final" }
}

/// The message that says how full a link was.
pub(super) const fn peak(load: Option<Load>) -> &'static str {
    match load {
        None => "sheet-not-known",
        Some(Load::Light) => "sheet-light",
        Some(Load::Busy) => "sheet-busy",
        Some(Load::Full) => "sheet-full",
    }
}
