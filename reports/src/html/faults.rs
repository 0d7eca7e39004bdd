//! How well the links worked, in sentences: each is a function of what was released.

use super::names::Names;
use super::rich::Rich;
use crate::document::{Document, Fault, Load};
use crate::words;

/// One or a few sentences a link, then one about name lookups.
pub(crate) fn sentences(document: &Document, names: &Names<'_>) -> Vec<Rich> {
    let links = document.faults.iter().map(|f| link(f, names));
    let lookups = document.faults.iter().filter_map(lookups);
    links.chain(lookups).collect()
}

fn source(fault: &Fault, name: &str) -> String {
    format!("faults/{}/{name}", fault.link)
}

/// A number with its noun: `2 days`.
fn count(rich: Rich, fault: &Fault, name: &str, value: i64, one: &str, many: &str) -> Rich {
    let noun = if value == 1 { one } else { many };
    rich.cell(&words::thousands(value), &source(fault, name)).text(" ").text(noun)
}

/// `1 hour 30 minutes`.
fn length(minutes: i64) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    let hours_word = match hours {
        0 => String::new(),
        1 => "1 hour".to_owned(),
        n => format!("{} hours", words::thousands(n)),
    };
    match rest {
        0 => hours_word,
        rest if hours == 0 => format!("{rest} minutes"),
        rest => format!("{hours_word} {rest} minutes"),
    }
}

fn link(fault: &Fault, names: &Names<'_>) -> Rich {
    let rich =
        Rich::new().source(names.link(&fault.link), &names.link_source(&fault.link, source(fault, "link"))).text(": ");
    let rich = down(rich, fault);
    let rich = gaps(rich, fault);
    let rich = lost(rich, fault);
    full(rich, fault)
}

fn down(rich: Rich, fault: &Fault) -> Rich {
    if fault.outages == 0 {
        return rich.cell("never", &source(fault, "outages")).text(" seen to be down.");
    }
    count(rich.text("seen to be down "), fault, "outages", fault.outages, "time", "times")
        .text(", for about ")
        .cell(&length(fault.outage_minutes), &source(fault, "outage_minutes"))
        .text(" in all.")
}

fn gaps(rich: Rich, fault: &Fault) -> Rich {
    if fault.gaps == 0 {
        return rich;
    }
    count(rich.text(" There are no records of "), fault, "gaps", fault.gaps, "day", "days").text(".")
}

fn lost(rich: Rich, fault: &Fault) -> Rich {
    if fault.lost_export_days == 0 {
        return rich;
    }
    let rich = rich.text(" On ");
    count(rich, fault, "lost_export_days", fault.lost_export_days, "day", "days")
        .text(" the router’s records were lost on their way; the line itself may have worked.")
}

fn full(rich: Rich, fault: &Fault) -> Rich {
    let rich = match fault.peak {
        None => return rich,
        Some(Load::Light) => rich.text(" At its busiest it used less than half of its speed."),
        Some(Load::Busy) => rich.text(" At its busiest it used more than half of its speed."),
        Some(Load::Full) => rich.text(" At its busiest it was full: things may have been slow."),
    };
    let Some(busy) = fault.busiest.first() else { return rich };
    rich.text(" The busiest quarter of an hour began at ")
        .source(&busy.start, "faults")
        .text(" on ")
        .source(&words::date(busy.date), "faults")
        .text(", at about ")
        .cell(&words::thousands(busy.percent), &source(fault, "percent"))
        .text(" % of its speed.")
}

fn lookups(fault: &Fault) -> Option<Rich> {
    let r = fault.resolver.as_ref()?;
    let figure = |rich: Rich, name: &str, value: i64| rich.cell(&words::thousands(value), &source(fault, name));
    let rich = Rich::plain("Looking up names: ");
    let rich = figure(rich, "failed_percent", r.failed_percent).text(" % of lookups had no good answer, and ");
    let rich = figure(rich, "unknown_percent", r.unknown_percent).text(" % asked for names that do not exist.");
    let rich = match r.delay_ms {
        None => rich,
        Some(ms) => figure(rich.text(" An answer usually took about "), "delay_ms", ms).text(" milliseconds."),
    };
    Some(match r.unusual_days {
        0 => rich,
        days => {
            count(rich.text(" It went much worse than usual on "), fault, "unusual_days", days, "day", "days").text(".")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_in_words() {
        let cases = [
            (30, "30 minutes"),
            (60, "1 hour"),
            (90, "1 hour 30 minutes"),
            (180, "3 hours"),
            (150, "2 hours 30 minutes"),
        ];
        for (minutes, expected) in cases {
            assert_eq!(length(minutes), expected);
        }
    }
}
