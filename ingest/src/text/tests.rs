//! Whole texts in, lookups and leases out.

use std::io::Write;

use jiff::civil::date;
use jiff::tz::TimeZone;
use model::{Reason, Tally};
use proptest::prelude::*;

use super::*;
use crate::detect::detect;
use crate::dns::show::Kept;

fn london() -> Options {
    let zone = TimeZone::get("Europe/London").unwrap();
    Options { zone, night: Some(date(2026, 5, 24)), ..Options::default() }
}

fn run(text: &[u8], options: &Options) -> (Kept, TextScan, Tally) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text).unwrap();
    let mut source = crate::source::open(file.path()).unwrap();
    let detected = detect(source.head().unwrap());
    let (mut kept, mut tally) = (Kept::default(), Tally::default());
    let scan = scan_text(&mut source, detected, options, &mut kept, &mut tally).unwrap();
    assert_eq!(source.finish().unwrap().1, text.len() as u64);
    (kept, scan, tally)
}

fn counts(tally: &Tally) -> Vec<(Reason, u64, u64)> {
    tally.iter().map(|p| (p.reason, p.count, p.first.offset)).collect()
}

#[track_caller]
fn check_with(options: &Options, text: &str, lookups: &[&str], problems: &[(Reason, u64, u64)]) {
    let (kept, scan, tally) = run(text.as_bytes(), options);
    assert_eq!(kept.lookups, lookups);
    assert_eq!(scan.lookups, lookups.len() as u64);
    assert_eq!(counts(&tally), problems);
}

#[track_caller]
fn check(text: &str, lookups: &[&str], problems: &[(Reason, u64, u64)]) {
    check_with(&london(), text, lookups, problems);
}

#[test]
fn extra_lines_are_joined_by_serial() {
    check(
        "May 24 13:30:01 dnsmasq[7]: 1 192.168.1.5/40001 query[A] WWW.example.com from 192.168.1.5\n\
         May 24 13:30:01 dnsmasq[7]: 1 192.168.1.5/40001 forwarded www.example.com to 192.0.2.53\n\
         May 24 13:30:01 dnsmasq[7]: 2 192.168.1.6/40002 query[AAAA] www.example.net from 192.168.1.6\n\
         May 24 13:30:02 dnsmasq[7]: 2 192.168.1.6/40002 cached www.example.net is 2001:db8::2\n\
         May 24 13:30:03 dnsmasq[7]: 1 192.168.1.5/40001 reply www.example.com is <CNAME>\n\
         May 24 13:30:03 dnsmasq[7]: 1 192.168.1.5/40001 reply a.cdn.example is <CNAME>\n\
         May 24 13:30:03 dnsmasq[7]: 1 192.168.1.5/40001 reply b.cdn.example is 192.0.2.1\n\
         May 24 13:30:03 dnsmasq[7]: 1 192.168.1.5/40001 reply b.cdn.example is 192.0.2.2\n",
        &[
            "2026-05-24T12:30:03Z 192.168.1.5 www.example.com A NOERROR - @0 \
             | www.example.com CNAME - ->a.cdn.example | a.cdn.example CNAME - ->b.cdn.example \
             | b.cdn.example A - 192.0.2.1 | b.cdn.example A - 192.0.2.2",
            "2026-05-24T12:30:02Z 192.168.1.6 www.example.net AAAA NOERROR - @178 | www.example.net AAAA - 2001:db8::2",
        ],
        &[],
    );
}

#[test]
fn every_ending_of_a_question() {
    let ask = |n: u32, q: &str, lines: &[&str]| {
        let mut s =
            format!("May 24 13:30:01 dnsmasq[7]: {n} 192.168.1.5/4 query[{q}] www.example.com from 192.168.1.5\n");
        for l in lines {
            s += &format!("May 24 13:30:02 dnsmasq[7]: {n} 192.168.1.5/4 {l}\n");
        }
        s
    };
    let one = |q: &str, lines: &[&str], want: &str| {
        check(&ask(1, q, lines), &[&format!("2026-05-24T12:30:02Z 192.168.1.5 www.example.com {q} {want}")], &[]);
    };
    one("A", &["cached www.example.com is NXDOMAIN"], "NXDOMAIN - @0");
    one("A", &["reply www.example.com is NODATA-IPv4"], "NOERROR - @0");
    one("HTTPS", &["reply www.example.com is <HTTPS>"], "NOERROR - @0");
    one(
        "A",
        &["forwarded www.example.com to 192.0.2.53", "reply error is SERVFAIL (EDE: network error)"],
        "SERVFAIL - @0",
    );
    one("A", &["config error is REFUSED (EDE: not ready)"], "REFUSED - @0");
    one("A", &["gravity blocked www.example.com is 0.0.0.0"], "NOERROR - @0 | www.example.com A - 0.0.0.0");
    let alias = "NOERROR - @0 | www.example.com CNAME - ->cdn.example";
    one("AAAA", &["reply www.example.com is <CNAME>", "reply cdn.example is NODATA-IPv6"], alias);
    let alias = "NXDOMAIN - @0 | www.example.com CNAME - ->cdn.example";
    one("AAAA", &["reply www.example.com is <CNAME>", "reply cdn.example is NXDOMAIN"], alias);
    one("A", &["cached-stale www.example.com is 192.0.2.1"], "NOERROR - @0 | www.example.com A - 192.0.2.1");
    check(
        &ask(1, "A", &["forwarded www.example.com to 192.0.2.53"]),
        &["2026-05-24T12:30:01Z 192.168.1.5 www.example.com A - - @0"],
        &[],
    );
}

#[test]
fn serials_begin_again_and_protocols_differ() {
    let text = "May 24 13:30:01 dnsmasq[7]: 1 192.168.1.5/4 query[A] a.example from 192.168.1.5\n\
         May 24 13:30:01 dnsmasq[8]: 1 192.168.1.5/4 query[A] b.example from 192.168.1.5\n\
         May 24 13:30:01 dnsmasq[7]: UDP 1 192.168.1.5/4 config a.example is 192.0.2.1\n\
         May 24 13:30:01 dnsmasq[8]: TCP 1 192.168.1.5/4 query[A] c.example from 192.168.1.5\n\
         May 24 13:30:01 dnsmasq[8]: TCP 1 192.168.1.5/4 config c.example is 192.0.2.3\n\
         May 24 13:30:02 dnsmasq[8]: 1 192.168.1.5/4 query[A] d.example from 192.168.1.5\n\
         May 24 13:30:02 dnsmasq[8]: 1 192.168.1.5/4 config d.example is 192.0.2.4\n";
    let t = |s: u8, c: char, rest: &str| format!("2026-05-24T12:30:0{s}Z 192.168.1.5 {c}.example A {rest}");
    let want = [
        t(1, 'a', "NOERROR - @0 | a.example A - 192.0.2.1"),
        t(1, 'b', "- - @80"),
        t(1, 'c', "NOERROR - @238 | c.example A - 192.0.2.3"),
        t(2, 'd', "NOERROR - @400 | d.example A - 192.0.2.4"),
    ];
    check(text, &want.each_ref().map(String::as_str), &[]);
}

#[test]
fn a_duplicate_gets_the_answer_of_the_first() {
    check(
        "May 24 13:30:01 dnsmasq[7]: 1 192.168.1.5/4 query[A] www.example.com from 192.168.1.5\n\
         May 24 13:30:01 dnsmasq[7]: 1 192.168.1.5/4 forwarded www.example.com to 192.0.2.53\n\
         May 24 13:30:01 dnsmasq[7]: 2 192.168.1.6/5 query[A] www.example.com from 192.168.1.6\n\
         May 24 13:30:02 dnsmasq[7]: 1 192.168.1.5/4 reply www.example.com is 192.0.2.1\n\
         May 24 13:30:02 dnsmasq[7]: 2 192.168.1.6/5 reply query is duplicate\n",
        &[
            "2026-05-24T12:30:02Z 192.168.1.5 www.example.com A NOERROR - @0 | www.example.com A - 192.0.2.1",
            "2026-05-24T12:30:02Z 192.168.1.6 www.example.com A NOERROR - @170 | www.example.com A - 192.0.2.1",
        ],
        &[],
    );
}

#[test]
fn an_answer_whose_question_is_not_there_still_counts() {
    check(
        "May 24 13:30:02 dnsmasq[7]: 9 192.168.1.5/4 reply www.example.com is <CNAME>\n\
         May 24 13:30:02 dnsmasq[7]: 9 192.168.1.5/4 reply cdn.example is 192.0.2.1\n\
         May 24 13:30:02 dnsmasq[7]: 9 192.168.1.5/4 reply cdn.example is 192.0.2.2\n",
        &["2026-05-24T12:30:02Z 192.168.1.5 www.example.com A NOERROR - @0 \
           | www.example.com CNAME - ->cdn.example | cdn.example A - 192.0.2.1 | cdn.example A - 192.0.2.2"],
        &[(Reason::DnsNoQuestion, 1, 0)],
    );
}

#[test]
fn classic_lines_are_joined_by_name_and_order() {
    check(
        "May 24 13:30:01 dnsmasq[7]: query[A] www.example.com from 192.168.1.5\n\
         May 24 13:30:01 dnsmasq[7]: forwarded www.example.com to 192.0.2.53\n\
         May 24 13:30:01 dnsmasq[7]: query[AAAA] www.example.com from 192.168.1.5\n\
         May 24 13:30:01 dnsmasq[7]: query[A] www.example.com from 192.168.1.6\n\
         May 24 13:30:01 dnsmasq[7]: query[A] other.example from 192.168.1.7\n\
         May 24 13:30:01 dnsmasq[7]: cached other.example is 192.0.2.9\n\
         May 24 13:30:02 dnsmasq[7]: reply www.example.com is <CNAME>\n\
         May 24 13:30:02 dnsmasq[7]: reply cdn.example is 192.0.2.1\n\
         May 24 13:30:02 dnsmasq[7]: reply cdn.example is 192.0.2.2\n\
         May 24 13:30:03 dnsmasq[7]: reply www.example.com is <CNAME>\n\
         May 24 13:30:03 dnsmasq[7]: reply cdn.example is NODATA-IPv6\n\
         May 24 13:30:04 dnsmasq[7]: reply stray.example is 192.0.2.7\n\
         May 24 13:30:04 dnsmasq[7]: Pi-hole hostname pi.hole is 192.0.2.8\n",
        &[
            "2026-05-24T12:30:02Z 192.168.1.5 www.example.com A NOERROR - @0 \
             | www.example.com CNAME - ->cdn.example | cdn.example A - 192.0.2.1 | cdn.example A - 192.0.2.2",
            "2026-05-24T12:30:03Z 192.168.1.5 www.example.com AAAA NOERROR - @138 | www.example.com CNAME - ->cdn.example",
            "2026-05-24T12:30:02Z 192.168.1.6 www.example.com A NOERROR - @211 \
             | www.example.com CNAME - ->cdn.example | cdn.example A - 192.0.2.1 | cdn.example A - 192.0.2.2",
            "2026-05-24T12:30:01Z 192.168.1.7 other.example A NOERROR - @281 | other.example A - 192.0.2.9",
            "2026-05-24T12:30:04Z - stray.example A NOERROR - @712 | stray.example A - 192.0.2.7",
        ],
        &[(Reason::DnsNoQuestion, 1, 712), (Reason::LineOther, 1, 773)],
    );
}

#[test]
fn an_alias_left_open_takes_no_later_answer() {
    check(
        "May 24 13:30:01 dnsmasq[7]: query[A] a.example from 192.168.1.5\n\
         May 24 13:30:01 dnsmasq[7]: reply a.example is <CNAME>\n\
         May 24 13:30:09 dnsmasq[7]: gravity blocked b.example is 0.0.0.0\n",
        &["2026-05-24T12:30:01Z 192.168.1.5 a.example A NOERROR - @0 | a.example CNAME - -"],
        &[(Reason::LineOther, 1, 119)],
    );
}

#[test]
fn stamps_of_every_kind_give_one_time() {
    for stamp in [
        "May 24 13:30:01 ",
        "May 24 13:30:01 box ",
        "<30>May 24 13:30:01 box ",
        "Sun May 24 13:30:01 2026 daemon.info ",
        "2026-05-24T13:30:01+01:00 box ",
        "2026-05-24T12:30:01Z box may May 24 13:30:02 ",
        "2026-05-24 13:30:01 ",
        "2026-05-24T14:30:01+0200 box ",
    ] {
        let text = format!("{stamp}dnsmasq[7]: query[A] www.example.com from 192.168.1.5\n");
        check(&text, &["2026-05-24T12:30:01Z 192.168.1.5 www.example.com A - - @0"], &[]);
    }
    let line = |ms: u32, rest: &str| {
        format!("<30>1 2026-05-24T13:30:01.{ms}+01:00 box dnsmasq 7 - - 3 192.168.1.5/4 {rest}\n")
    };
    let text = line(250, "query[A] a.example from 192.168.1.5") + &line(262, "reply a.example is 192.0.2.1");
    let want = "2026-05-24T12:30:01.262Z 192.168.1.5 a.example A NOERROR 12 @0 | a.example A - 192.0.2.1";
    check(&text, &[want], &[]);
    let text = "Sun May 24 13:30:01 2026 [1779625801.500] daemon.info dnsmasq[7]: query[A] a from 192.168.1.5\n";
    check(text, &["2026-05-24T12:30:01.5Z 192.168.1.5 a A - - @0"], &[]);
}

fn years(options: &Options, stamps: &[&str]) -> (Vec<String>, Tally) {
    let text: String =
        stamps.iter().map(|s| format!("{s} dnsmasq[7]: query[A] www.example.com from 192.168.1.5\n")).collect();
    let (kept, _, tally) = run(text.as_bytes(), options);
    (kept.lookups.iter().map(|l| l.split(' ').next().unwrap().to_owned()).collect(), tally)
}

#[test]
fn a_missing_year_over_new_year() {
    let stamps = ["Dec 31 23:59:59", "Jan  1 00:00:01", "Dec 31 23:59:58"];
    let want = ["2025-12-31T23:59:59Z", "2026-01-01T00:00:01Z", "2025-12-31T23:59:58Z"];
    let by = |night, year| Options { night, year, ..london() };
    for options in [
        by(Some(date(2025, 12, 31)), None),
        by(Some(date(2026, 1, 1)), None),
        by(None, Some(2025)),
        by(Some(date(2030, 1, 1)), Some(2025)),
    ] {
        let (got, tally) = years(&options, &stamps);
        assert_eq!((got, tally.is_empty()), (want.map(str::to_owned).to_vec(), true));
    }
    // A stamp that has its year decides for those after it.
    let (got, _) = years(&by(None, None), &["2025-12-31T12:00:00Z", "Jan  1 00:00:01"]);
    assert_eq!(got, ["2025-12-31T12:00:00Z", "2026-01-01T00:00:01Z"]);
    let (got, tally) = years(&by(None, None), &["Dec 31 23:59:59", "Jan  1 00:00:01"]);
    assert_eq!(got, ["1970-12-31T22:59:59Z", "1970-12-31T23:00:01Z"], "London kept UTC+1 all through 1970");
    assert_eq!(counts(&tally), [(Reason::TimeBroken, 2, 0)]);
    // 29 February is only in a leap year.
    let (got, _) = years(&by(Some(date(2029, 1, 10)), None), &["Feb 29 12:00:00"]);
    assert_eq!(got, ["2028-02-29T12:00:00Z"]);
}

#[test]
fn the_repeated_and_the_skipped_hour() {
    let options = Options { night: Some(date(2026, 10, 25)), ..london() };
    let stamps = [
        "Oct 25 00:59:59",
        "Oct 25 01:10:00",
        "Oct 25 01:59:59",
        "Oct 25 01:00:00",
        "Oct 25 01:40:00",
        "Oct 25 02:00:00",
    ];
    let (got, tally) = years(&options, &stamps);
    assert_eq!(
        got,
        [
            "2026-10-24T23:59:59Z",
            "2026-10-25T00:10:00Z",
            "2026-10-25T00:59:59Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:40:00Z",
            "2026-10-25T02:00:00Z"
        ]
    );
    assert_eq!(counts(&tally), [(Reason::TimeRepeated, 4, 70)]);
    let options = Options { night: Some(date(2026, 3, 29)), ..london() };
    let (got, _) = years(&options, &["Mar 29 00:59:59", "Mar 29 01:30:00", "Mar 29 02:00:00"]);
    assert_eq!(got, ["2026-03-29T00:59:59Z", "2026-03-29T01:30:00Z", "2026-03-29T01:00:00Z"]);
}

#[test]
fn damaged_logs_keep_every_other_line() {
    let q = |name: &str| format!("May 24 13:30:01 dnsmasq[7]: query[A] {name} from 192.168.1.5\n");
    let want = |name: &str, at: usize| format!("2026-05-24T12:30:01Z 192.168.1.5 {name} A - - @{at}");
    let (a, b) = (q("a.example"), q("b.example"));
    let run = |text: Vec<u8>| {
        let (kept, _, tally) = run(&text, &london());
        (kept.lookups, counts(&tally))
    };
    let n = a.len();
    // A run of NULs between lines, and inside one.
    let got = run([a.as_bytes(), &[0; 500], b.as_bytes()].concat());
    assert_eq!(got, (vec![want("a.example", 0), want("b.example", n + 500)], vec![(Reason::LineNul, 1, n as u64)]));
    let got = run([a.as_bytes(), &b.as_bytes()[..40], &[0; 9], b.as_bytes()].concat());
    assert_eq!(got, (vec![want("a.example", 0), want("b.example", n + 49)], vec![(Reason::LineNul, 1, n as u64 + 40)]));
    // Bytes that are no UTF-8, a line that is too long, a cut last line.
    let got = run([a.as_bytes(), b"May 24 13:30:01 dnsmasq[7]: query[A] \xff\xfe from x\n", b.as_bytes()].concat());
    assert_eq!(got.1, [(Reason::LineNotUtf8, 1, n as u64)]);
    assert_eq!(got.0.len(), 2);
    let got = run([a.as_bytes(), &vec![b'x'; lines::LINE_MAX + 1], b"\n", b.as_bytes()].concat());
    assert_eq!((got.0.len(), got.1), (2, vec![(Reason::LineTooLong, 1, n as u64)]));
    let got = run([a.as_bytes(), &b.as_bytes()[..b.len() - 1]].concat());
    assert_eq!(got, (vec![want("a.example", 0)], vec![(Reason::FileCut, 1, n as u64)]));
    // A line of another program, one that nobody wrote, a stamp that is no time.
    let got = run([a.as_bytes(), b"May 24 13:30:01 box kernel: up\nhello\nFeb 30 13:30:01 dnsmasq[7]: x\n"].concat());
    assert_eq!(got.1, [(Reason::LineUnknown, 2, n as u64 + 31), (Reason::LineOther, 1, n as u64)]);
}

#[test]
fn acknowledgements_become_leases_even_with_dns_closed() {
    let text = "May 24 13:30:01 dnsmasq[7]: query[A] a.example from 192.168.1.5\n\
                May 24 13:30:02 dnsmasq-dhcp[7]: DHCPACK(br0) 192.168.1.50 02:00:5e:10:00:01 laptop\n\
                May 24 13:30:03 dnsmasq-dhcp[7]: DHCPDISCOVER(br0) 02:00:5e:10:00:01\n\
                May 24 13:30:04 dnsmasq-dhcp[7]: DHCPACK(br0) 192.168.1.50\n";
    let lease = "2026-05-24T12:30:02Z - 02:00:5e:10:00:01 192.168.1.50 laptop @64";
    for (dns, lookups) in [(true, 1), (false, 0)] {
        let (kept, scan, tally) = run(text.as_bytes(), &Options { dns, ..london() });
        assert_eq!(kept.leases, [lease]);
        assert_eq!((scan.lookups, scan.leases), (lookups, 1));
        assert_eq!(scan.formats[&Format::Dnsmasq], lookups + 1);
        let other = if dns { (Reason::LineOther, 1, 148) } else { (Reason::LineOther, 2, 0) };
        assert_eq!(counts(&tally), [other, (Reason::LeaseBroken, 1, 217)]);
    }
}

#[test]
fn the_lease_file_needs_no_final_newline() {
    let text = "1779629401 02:00:5e:10:00:01 192.168.1.50 laptop *\n\
                duid 00:01:00:01:2c:00:00:00:02:00:5e:10:00:01\n\
                1779629402 T7 2001:db8::50 * 00:01\nnonsense\n0 02:00:5e:10:00:02 192.168.1.51 * *";
    let (kept, scan, tally) = run(text.as_bytes(), &london());
    assert_eq!(
        kept.leases,
        [
            "- 2026-05-24T13:30:01Z 02:00:5e:10:00:01 192.168.1.50 laptop @0",
            "- 2026-05-24T13:30:02Z - 2001:db8::50 - @98",
            "- - 02:00:5e:10:00:02 192.168.1.51 - @142"
        ]
    );
    assert_eq!((scan.leases, scan.first), (3, None));
    assert_eq!(counts(&tally), [(Reason::LeaseBroken, 1, 133)]);
    let cut = &text[..text.len() - 2];
    assert_eq!(counts(&run(cut.as_bytes(), &london()).2), [(Reason::FileCut, 1, 142), (Reason::LeaseBroken, 1, 133)]);
}

/// An answer of one alias and one address: header, question, `CNAME` with TTL 300, `A` with TTL 60.
fn answer() -> Vec<u8> {
    let mut m = vec![0, 1, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0];
    m.extend(b"\x03www\x07example\x03com\0\0\x01\0\x01");
    m.extend(b"\xc0\x0c\0\x05\0\x01\0\0\x01\x2c\0\x06\x03cdn\xc0\x10");
    m.extend(b"\xc0\x2d\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x01");
    m
}

fn entry(client: &str, answer: &[u8]) -> String {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD.encode(answer);
    format!(
        "{{\"IP\":\"{client}\",\"T\":\"2026-05-24T13:30:01.5+01:00\",\"QH\":\"WWW.example.com\",\"QT\":\"A\",\"QC\":\"IN\",\
         \"CP\":\"\",\"Answer\":\"{base64}\",\"Result\":{{\"Rules\":[{{\"Text\":\"||x^\"}}]}},\"Elapsed\":12345678}}\n"
    )
}

#[test]
fn adguard_entries() {
    let full = "2026-05-24T12:30:01.5Z 192.168.1.5 www.example.com A NOERROR 12 @0 \
                | www.example.com CNAME 300 ->cdn.example.com | cdn.example.com A 60 192.0.2.1";
    check(&entry("192.168.1.5", &answer()), &[full], &[]);
    let hidden = full.replace("192.168.1.5", "-");
    check(&entry("192.168.0.0", &answer()), &[&hidden], &[(Reason::ClientAnonymised, 1, 0)]);
    check(&entry("2001:db8:1::", &answer()), &[&hidden], &[(Reason::ClientAnonymised, 1, 0)]);
    let bare = "2026-05-24T12:30:01.5Z 192.168.1.5 www.example.com A - 12 @0";
    check(&entry("192.168.1.5", &[]), &[bare], &[]);
    let broken = "2026-05-24T12:30:01.5Z 192.168.1.5 www.example.com A NOERROR 12 @0 \
                  | www.example.com CNAME 300 ->cdn.example.com";
    check(&entry("192.168.1.5", &answer()[..60]), &[broken], &[(Reason::DnsBroken, 1, 0)]);
    // The oldest keys only, and the newest.
    let old = r#"{"T":"2026-05-24T12:30:01Z","QH":"a.example","QT":"HTTPS","Elapsed":1}"#;
    check(&format!("{old}\n"), &["2026-05-24T12:30:01Z - a.example HTTPS - 0 @0"], &[]);
    let (kept, _, _) = run(format!("{old}\n").as_bytes(), &Options { dns: false, ..london() });
    assert!(kept.lookups.is_empty());
}

#[test]
fn a_damaged_adguard_log_lists_two_problems() {
    let e = entry("192.168.1.5", &answer());
    let text = [e.as_bytes(), &[0; 700], e.as_bytes(), e.as_bytes(), &e.as_bytes()[..50]].concat();
    let (kept, _, tally) = run(&text, &london());
    assert_eq!(kept.lookups.len(), 3);
    let n = e.len() as u64;
    assert_eq!(counts(&tally), [(Reason::FileCut, 1, 3 * n + 700), (Reason::LineNul, 1, n)]);
    let (_, _, tally) = run(format!("{e}{{\"QH\":1}}\n{}", e.replace("2026", "x026")).as_bytes(), &london());
    assert_eq!(counts(&tally), [(Reason::LineUnknown, 1, n), (Reason::TimeBroken, 1, n + 9)]);
}

#[test]
fn open_questions_are_bounded_and_leave_in_order() {
    let mut text = String::new();
    for n in 0..20_000 {
        let asked = "192.168.1.5/4 query[A] www.example.com from 192.168.1.5";
        text += &format!("May 24 13:30:01 dnsmasq[7]: {n} {asked}\n");
    }
    let (kept, scan, _) = run(text.as_bytes(), &london());
    assert_eq!((scan.lookups, kept.batches), (20_000, 3));
    let offsets: Vec<u64> = kept.lookups.iter().map(|l| l.rsplit_once('@').unwrap().1.parse().unwrap()).collect();
    assert!(offsets.is_sorted());
}

#[test]
fn a_whole_minute_later_the_question_is_given_up() {
    let text = "May 24 13:30:01 dnsmasq[7]: 1 192.168.1.5/4 query[A] a.example from 192.168.1.5\n\
                May 24 13:31:02 dnsmasq[7]: 2 192.168.1.5/4 query[A] b.example from 192.168.1.5\n\
                May 24 13:31:02 dnsmasq[7]: 1 192.168.1.5/4 reply a.example is 192.0.2.1\n";
    check(
        text,
        &[
            "2026-05-24T12:30:01Z 192.168.1.5 a.example A - - @0",
            "2026-05-24T12:31:02Z 192.168.1.5 b.example A - - @80",
            "2026-05-24T12:31:02Z 192.168.1.5 a.example A NOERROR - @160 | a.example A - 192.0.2.1",
        ],
        &[(Reason::DnsNoQuestion, 1, 160)],
    );
}

const LOG: &str = "May 24 13:30:01 dnsmasq[7]: 1 192.168.1.5/4 query[A] www.example.com from 192.168.1.5\n\
     May 24 13:30:01 dnsmasq[7]: 1 192.168.1.5/4 reply www.example.com is <CNAME>\n\
     May 24 13:30:01 dnsmasq[7]: 1 192.168.1.5/4 reply cdn.example is 192.0.2.1\n\
     May 24 13:30:01 dnsmasq[7]: query[A] www.example.com from 192.168.1.5\n\
     May 24 13:30:01 dnsmasq[7]: reply www.example.com is 192.0.2.1\n\
     May 24 13:30:01 dnsmasq-dhcp[7]: DHCPACK(br0) 192.168.1.50 02:00:5e:10:00:01 laptop\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_damage_panics(kind in 0..3_usize, cuts in prop::collection::vec((0..2_000_usize, any::<u8>(), 0..4_u8), 0..12)) {
        let whole = match kind {
            0 => LOG.repeat(3),
            1 => entry("192.168.1.5", &answer()).repeat(4),
            _ => "1779629401 02:00:5e:10:00:01 192.168.1.50 laptop *\n1779629402 T7 2001:db8::50 * 00:01\n".repeat(5),
        };
        let mut bytes = whole.into_bytes();
        for (at, byte, what) in cuts {
            let at = at % bytes.len().max(1);
            match what {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at.max(1)),
                2 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
            if bytes.is_empty() { bytes.push(b'\n'); }
        }
        let mut out = (Kept::default(), Tally::default());
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        for detected in [Detected::Dnsmasq, Detected::AdguardHome, Detected::DnsmasqLeases] {
            let mut source = crate::source::open(file.path()).unwrap();
            let scan = scan_text(&mut source, detected, &london(), &mut out.0, &mut out.1).unwrap();
            prop_assert!(scan.lookups + scan.leases <= bytes.len() as u64);
        }
    }
}
