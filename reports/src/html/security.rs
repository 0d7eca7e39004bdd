//! A security notice as one self-contained page, in the look of the summary.

use std::collections::BTreeSet;

use askama::Template;

use super::Stack;
use super::rich::Rich;
use crate::page::table::head;
use crate::security::{CLOCK_RULE, Danger, Finding, SecurityNotice};
use crate::words;

/// The page of a notice. Equal notices give equal bytes.
pub fn security_html(notice: &SecurityNotice) -> String {
    // The template writes into a text, which cannot fail.
    Page::new(notice).render().unwrap_or_default()
}

/// Everything that the template prints, in its order.
#[derive(Template)]
#[template(path = "security.html")]
struct Page {
    title: Rich,
    name: Rich,
    date: Rich,
    lead: Rich,
    recipients: Rich,
    test_clock: Option<Rich>,
    findings: Stack,
    continuing: Option<Stack>,
    next: Vec<&'static str>,
    clock: &'static str,
    rules: Vec<(Rich, Rich)>,
    lists: Vec<(Rich, Rich)>,
    delete_on: Rich,
    software: Rich,
}

/// A table of findings.
fn table(id: &str, caption: &str, findings: &[Finding]) -> Stack {
    let heads = ["Device", "What it did", "With what", "When", "How often", "Data"].map(|h| head(h, false));
    Stack::plain(id, Rich::plain(caption), heads.to_vec(), findings.iter().map(row).collect())
}

impl Page {
    fn new(notice: &SecurityNotice) -> Self {
        let day = words::date(notice.date);
        let pair = |a: &str, b: &str| (Rich::plain(a), Rich::plain(b));
        Self {
            title: Rich::plain(&format!("Security notice for {day}: {}", notice.name)),
            name: Rich::plain(&notice.name),
            date: Rich::plain(&day),
            lead: lead(notice),
            recipients: Rich::plain(&words::posts(&notice.recipients)),
            test_clock: notice.test_clock.as_ref().map(|t| Rich::plain(&words::instant(t))),
            findings: table("found", "New findings, by device", &notice.findings),
            continuing: (!notice.continuing.is_empty())
                .then(|| table("continuing", "Findings that continue, by device", &notice.continuing)),
            next: next(&notice.findings),
            clock: CLOCK_RULE,
            rules: notice.rules.iter().map(|r| pair(&r.id, &r.sentence)).collect(),
            lists: notice.lists.iter().map(|l| pair(&l.name, &l.licence)).collect(),
            delete_on: Rich::plain(&words::date(notice.delete_on)),
            software: Rich::plain(&notice.software),
        }
    }
}

/// How many findings, on how many devices.
fn lead(notice: &SecurityNotice) -> Rich {
    let devices: BTreeSet<&str> = notice.findings.iter().map(|f| f.asset.as_str()).collect();
    let findings = notice.findings.len();
    Rich::plain(&format!(
        "{findings} new {} on {} {}. A finding is a reason to look, not proof.",
        if findings == 1 { "finding" } else { "findings" },
        devices.len(),
        if devices.len() == 1 { "device" } else { "devices" },
    ))
}

fn row(f: &Finding) -> Vec<Rich> {
    let kind = if f.kind.is_empty() { String::new() } else { format!(" ({})", f.kind) };
    let mut met = Rich::plain(&f.met());
    if let Some(list) = &f.list {
        met = met.below(Rich::plain(&format!("on the list {list}")));
    }
    let when = if f.first == f.last { f.first.clone() } else { format!("{} to {}", f.first, f.last) };
    vec![
        Rich::plain(&format!("{}{kind}", f.asset)),
        Rich::plain(f.what()),
        met,
        Rich::plain(&when),
        Rich::plain(&often(f)),
        Rich::plain(&data(f)),
    ]
}

fn often(f: &Finding) -> String {
    let count = |n: i64, one: &str, many: &str| format!("{} {}", words::thousands(n), if n == 1 { one } else { many });
    match (f.lookups, f.records) {
        (0, records) => count(records, "connection record", "connection records"),
        (lookups, 0) => count(lookups, "lookup", "lookups"),
        (lookups, records) => format!(
            "{}, {}",
            count(lookups, "lookup", "lookups"),
            count(records, "connection record", "connection records")
        ),
    }
}

fn data(f: &Finding) -> String {
    match (f.blocked, f.megabytes) {
        (true, _) => "Not reached: the resolver gave no address".to_owned(),
        (false, 0) => "No connection seen".to_owned(),
        (false, mb) => format!("Up to {}\u{a0}MB", words::thousands(mb)),
    }
}

/// What to do, for the kinds of danger that were met.
fn next(findings: &[Finding]) -> Vec<&'static str> {
    let dangers: BTreeSet<Danger> = findings.iter().map(Finding::danger).collect();
    let has = |d: &[Danger]| d.iter().any(|d| dangers.contains(d));
    let mut list = vec!["Tell your IT provider now, and show them this page."];
    if has(&[Danger::Threat, Danger::Mining]) {
        list.push(
            "Disconnect the device: unplug the cable and switch off Wi-Fi. Leave it switched on, so that your IT provider can see what runs on it.",
        );
    }
    if has(&[Danger::Blocked]) {
        list.push("Where it says “not reached”, something on the device asked and was stopped. Scan that device all the same.");
    }
    if has(&[Danger::Remote]) {
        list.push(
            "Ask the holder whether somebody rang or wrote and offered help with the computer. If so, disconnect it and treat it as taken over. If the program is yours, ask your IT provider to add it to the allowed ones.",
        );
    }
    if has(&[Danger::Peer]) {
        list.push("Find the program for sharing files and remove it. It may have come with another one.");
    }
    list.push("Have the device scanned with up-to-date virus protection before anybody uses it again.");
    if has(&[Danger::Threat, Danger::Remote, Danger::Mining]) {
        list.push("From another device, change the passwords that were used on it: e-mail and bank first.");
    }
    list.push("Thank whoever reports something odd. Nobody is blamed for telling.");
    list
}
