//! How well the links worked, in sentences: each is a function of what was released.

use super::names::Names;
use super::rich::Rich;
use crate::document::{Fault, Load};
use crate::say::Args;
use crate::words;

/// One or a few sentences a link, then one about name lookups.
pub(crate) fn sentences(names: &Names<'_>) -> Vec<Rich> {
    let faults = &names.document.faults;
    let links = faults.iter().map(|f| joined(link(f, names)));
    let lookups = faults.iter().filter_map(|f| lookups(f, names)).map(joined);
    links.chain(lookups).collect()
}

fn joined(sentences: Vec<Rich>) -> Rich {
    let mut all = Rich::new();
    for (i, sentence) in sentences.into_iter().enumerate() {
        all = if i > 0 { all.text(" ") } else { all };
        all = all.then(sentence);
    }
    all
}

fn source(fault: &Fault, name: &str) -> String {
    format!("faults/{}/{name}", fault.link)
}

fn figure(args: Args, gap: &'static str, fault: &Fault, name: &str, value: i64) -> Args {
    args.cell(gap, &words::thousands(value), &source(fault, name))
}

/// `1 hour 30 minutes`.
fn length(minutes: i64, names: &Names<'_>) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    let hours_word = || {
        let args = Args::new().number("hours", hours).text("hoursShown", &words::thousands(hours));
        names.say.rich("length-hours", &args).plain_text()
    };
    let minutes_word = || names.say.rich("length-minutes", &Args::new().text("minutesShown", &rest.to_string())).plain_text();
    match (hours, rest) {
        (0, _) => minutes_word(),
        (_, 0) => hours_word(),
        _ => format!("{} {}", hours_word(), minutes_word()),
    }
}

fn link(fault: &Fault, names: &Names<'_>) -> Vec<Rich> {
    let all = [Some(down(fault, names)), gaps(fault, names), lost(fault, names), load(fault, names), busiest(fault, names)];
    all.into_iter().flatten().collect()
}

fn down(fault: &Fault, names: &Names<'_>) -> Rich {
    let args = Args::new().rich("link", names.link(&fault.link, source(fault, "link")));
    if fault.outages == 0 {
        return names.say.rich("fault-never-down", &args.cell("never", &names.say.text("fault-never"), &source(fault, "outages")));
    }
    let args = figure(args.number("outages", fault.outages), "outagesShown", fault, "outages", fault.outages);
    let length = length(fault.outage_minutes, names);
    names.say.rich("fault-down", &args.cell("length", &length, &source(fault, "outage_minutes")))
}

fn gaps(fault: &Fault, names: &Names<'_>) -> Option<Rich> {
    let args = figure(Args::new().number("gaps", fault.gaps), "gapsShown", fault, "gaps", fault.gaps);
    (fault.gaps > 0).then(|| names.say.rich("fault-gaps", &args))
}

fn lost(fault: &Fault, names: &Names<'_>) -> Option<Rich> {
    let days = fault.lost_export_days;
    let args = figure(Args::new().number("days", days), "daysShown", fault, "lost_export_days", days);
    (days > 0).then(|| names.say.rich("fault-lost", &args))
}

fn load(fault: &Fault, names: &Names<'_>) -> Option<Rich> {
    let message = match fault.peak? {
        Load::Light => "fault-light",
        Load::Busy => "fault-busy",
        Load::Full => "fault-full",
    };
    Some(names.say.plain(message))
}

fn busiest(fault: &Fault, names: &Names<'_>) -> Option<Rich> {
    fault.peak?;
    let busy = fault.busiest.first()?;
    let args = Args::new().source("time", &busy.start, "faults").source("date", &names.say.date(busy.date), "faults");
    Some(names.say.rich("fault-busiest", &figure(args, "percent", fault, "percent", busy.percent)))
}

fn lookups(fault: &Fault, names: &Names<'_>) -> Option<Vec<Rich>> {
    let r = fault.resolver.as_ref()?;
    let args = figure(Args::new(), "failed", fault, "failed_percent", r.failed_percent);
    let args = figure(args, "unknown", fault, "unknown_percent", r.unknown_percent);
    let mut all = vec![names.say.rich("fault-lookups", &args)];
    all.extend(r.delay_ms.map(|ms| names.say.rich("fault-delay", &figure(Args::new(), "ms", fault, "delay_ms", ms))));
    if r.unusual_days > 0 {
        let days = r.unusual_days;
        let args = figure(Args::new().number("days", days), "daysShown", fault, "unusual_days", days);
        all.push(names.say.rich("fault-unusual", &args));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Language;
    use crate::say::Say;

    #[test]
    fn lengths_in_words() {
        let document = crate::document::Document::empty();
        let say = Say::new(Language::English);
        let names = Names::new(&document, &say);
        let cases = [
            (30, "30 minutes"),
            (60, "1 hour"),
            (90, "1 hour 30 minutes"),
            (180, "3 hours"),
            (150, "2 hours 30 minutes"),
        ];
        for (minutes, expected) in cases {
            assert_eq!(length(minutes, &names), expected);
        }
    }
}
