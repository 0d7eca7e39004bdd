//! The text samples, record by record. Their expected values were read off the files by eye.

use ingest::Options;
use jiff::civil::date;
use jiff::tz::TimeZone;

use crate::{data, ours};

/// `file`, formats, lookups, leases, problems.
type Case = (&'static str, &'static str, usize, usize, &'static str);

const CASES: &[Case] = &[
    ("adguard/AdguardTeam_AdGuardHome/querylog-valid.json", "adguard", 2, 0, ""),
    ("adguard/quoted/api-querylog-2025.json", "", 0, 0, "format_unknown:1"),
    ("dhcp/quoted/dnsmasq.leases.lcdiags", "leases", 0, 8, ""),
    ("dnsmasq-log/quoted/dnsmasq-pihole-special.log", "dnsmasq", 1, 0, "dns_no_question:1 line_other:7"),
    (
        "dnsmasq-log/template_log_parser/0.4/pihole_debian_sample_log.log",
        "dnsmasq",
        4,
        0,
        "file_cut:1 dns_truncated:1 dns_no_question:4 line_other:72",
    ),
    (
        "dnsmasq-log/template_log_parser/0.4/pihole_sample_log.log",
        "dnsmasq",
        4,
        0,
        "dns_truncated:1 dns_no_question:4 line_other:20",
    ),
    (
        "dnsmasq-log/template_log_parser/0.6/pihole_debian_sample_log.log",
        "dnsmasq",
        5,
        0,
        "file_cut:1 dns_truncated:1 dns_no_question:5 line_other:22",
    ),
    (
        "dnsmasq-log/template_log_parser/0.6/pihole_sample_log.log",
        "dnsmasq",
        5,
        0,
        "dns_truncated:1 dns_no_question:5 line_other:15",
    ),
];

#[test]
fn texts_are_read() {
    let Some(data) = data() else { return };
    let zone = TimeZone::get("Europe/London").unwrap();
    let options = Options { zone, night: Some(date(2024, 2, 15)), ..Options::default() };
    println!("| file | lookups | leases | problems |\n|---|---|---|---|");
    let mut wrong = Vec::new();
    for (file, formats, lookups, leases, problems) in CASES {
        let ours = ours::read(&data.join(file), &options);
        println!("| {file} | {} | {} | {} |", ours.lookups.len(), ours.leases.len(), ours.problems);
        let got = (ours.formats.as_str(), ours.lookups.len(), ours.leases.len(), ours.problems.as_str());
        if got != (formats, *lookups, *leases, problems) {
            wrong.push(format!("{file}: {got:?}\n{:#?}", ours.lookups));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn adguard_entries_field_by_field() {
    let Some(data) = data() else { return };
    let file = data.join("adguard/AdguardTeam_AdGuardHome/querylog-valid.json");
    let ours = ours::read(&file, &Options::default());
    for l in &ours.lookups {
        // 2020-11-25T18:55:56.519796+03:00; the base64 holds one A record, TTL 10, 0.0.0.0, after one question.
        assert_eq!(l.time, 1_606_319_756_519_796);
        assert_eq!((l.client.as_str(), l.name.as_str(), l.qtype), ("127.0.0.1", "an.yandex.ru", 1));
        assert_eq!((l.rcode, l.delay_ms), (Some(0), Some(0)));
        assert_eq!(l.answers, [("an.yandex.ru".to_owned(), 1, Some(10), "0.0.0.0".to_owned())]);
    }
}

#[test]
fn leases_field_by_field() {
    let Some(data) = data() else { return };
    let ours = ours::read(&data.join("dhcp/quoted/dnsmasq.leases.lcdiags"), &Options::default());
    let got: Vec<String> = ours
        .leases
        .iter()
        .map(|l| {
            let (end, mac) = (l.end.unwrap() / 1_000_000, l.mac.unwrap().to_text());
            assert_eq!((l.start, &l.hostname), (None, &None));
            format!("{end} {mac} {} * *", l.address.to_ip())
        })
        .collect();
    let text = std::fs::read_to_string(data.join("dhcp/quoted/dnsmasq.leases.lcdiags")).unwrap();
    assert_eq!(got, text.lines().collect::<Vec<_>>());
}
