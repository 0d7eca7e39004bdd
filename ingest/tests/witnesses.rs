//! Neighbor tables and routers' counters through the whole reader: what comes of each line, and the same damaged.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which are exempt themselves")]

mod common;

use std::path::Path;

use arrow::array::RecordBatch;
use ingest::{Format, Options, Scan, Sink};
use jiff::tz::TimeZone;
use model::{CounterDay, Lease, Reason, Sighting};
use proptest::prelude::*;

#[derive(Default)]
struct Lines(Vec<String>);

impl Sink for Lines {
    fn flows(&mut self, _: &[RecordBatch]) {}
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
    fn sighting(&mut self, sighting: &Sighting) {
        let mut line = String::new();
        ingest::inspect::sighting_line(sighting, &mut line);
        self.0.push(line);
    }
    fn counter(&mut self, day: &CounterDay) {
        let mut line = String::new();
        ingest::inspect::counter_line(day, &mut line);
        self.0.push(line);
    }
}

fn london() -> Options {
    Options { zone: TimeZone::get("Europe/London").unwrap(), ..Options::default() }
}

fn read(content: &[u8]) -> (Vec<String>, Scan) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input");
    std::fs::write(&path, content).unwrap();
    let mut lines = Lines::default();
    let scan = ingest::scan(&path, &london(), &mut lines).unwrap();
    assert_eq!(scan.length, content.len() as u64);
    (lines.0, scan)
}

fn seen(time: &str, mac: &str, address: &str) -> String {
    format!(r#"{{"kind":"neighbour","time":"{time}","mac":"00:00:5e:00:53:{mac}","address":"{address}"}}"#)
}

fn check(content: &str, format: Format, lines: &[String], problems: &[(Reason, u64)]) {
    let (got, scan) = read(content.as_bytes());
    assert_eq!(got, lines);
    assert_eq!(scan.formats.iter().map(|(f, n)| (*f, *n)).collect::<Vec<_>>(), [(format, lines.len() as u64)]);
    assert_eq!(scan.problems.iter().map(|p| (p.reason, p.count)).collect::<Vec<_>>(), problems);
}

const TABLES: &str = "\
192.168.1.4 dev eth0 lladdr 00:00:5e:00:53:04 STALE
# 2026-06-01T00:10:00Z
192.168.1.5 dev eth0 lladdr 00:00:5e:00:53:01 REACHABLE
192.168.1.9 dev eth0 FAILED
fe80::200:5eff:fe00:5302 dev eth0 lladdr 00:00:5e:00:53:02 router STALE
# 2026-06-01T01:20:00+01:00
192.168.1.5 dev eth0 lladdr 00:00:5e:00:53:03 DELAY
something else
";

#[test]
fn tables_under_their_stamps() {
    let lines = [
        seen("2026-06-01T00:10:00.000Z", "01", "192.168.1.5"),
        seen("2026-06-01T00:10:00.000Z", "02", "fe80::200:5eff:fe00:5302"),
        seen("2026-06-01T00:20:00.000Z", "03", "192.168.1.5"),
    ];
    let problems = [(Reason::LineUnknown, 1), (Reason::LineOther, 1), (Reason::TimeBroken, 1)];
    check(TABLES, Format::Neighbours, &lines, &problems);
    let (_, scan) = read(TABLES.as_bytes());
    let first = "2026-06-01T00:10:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond();
    assert_eq!((scan.first, scan.last, scan.sightings), (Some(first), Some(first + 600_000_000), 3));
}

/// As iproute2 6.1 printed it for these commands on a pair of virtual interfaces; the monitor's stamps are local time.
#[test]
fn the_monitor_with_either_stamp() {
    let short = "\
[2026-06-01T08:57:47.686994] 192.168.1.5 dev v0 lladdr 00:00:5e:00:53:01 REACHABLE 
[2026-06-01T08:57:47.687155] 2001:db8::6 dev v0 lladdr 00:00:5e:00:53:02 STALE 
[2026-06-01T08:57:47.687165] 192.168.1.5 dev v0 FAILED 
[2026-06-01T08:57:47.687172] Deleted 192.168.1.5 dev v0 FAILED 
";
    let lines = [
        seen("2026-06-01T07:57:47.686994Z", "01", "192.168.1.5"),
        seen("2026-06-01T07:57:47.687155Z", "02", "2001:db8::6"),
    ];
    check(short, Format::Neighbours, &lines, &[(Reason::LineOther, 2)]);
    let long = "\
Timestamp: Mon Jun  1 08:57:47 2026 687002 usec
192.168.1.5 dev v0 lladdr 00:00:5e:00:53:01 REACHABLE 
Timestamp: Mon Jun  1 08:57:48 2026 687180 usec
Deleted 192.168.1.5 dev v0 FAILED 
";
    let lines = [seen("2026-06-01T07:57:47.000Z", "01", "192.168.1.5")];
    check(long, Format::Neighbours, &lines, &[(Reason::LineOther, 1)]);
}

const VNSTAT: &str = r#"{"vnstatversion":"2.12","jsonversion":"2","interfaces":[{"name":"wan","updated":{"date":{"year":2026,"month":3,"day":2}},"traffic":{"day":[{"date":{"year":2026,"month":3,"day":1},"rx":7,"tx":8},{"date":{"year":2026,"month":3,"day":2},"rx":1,"tx":2}]}}]}
"#;

const LINKS: &str = r#"# 2026-03-01T10:00:00Z
[{"ifindex":2,"ifname":"wan","stats64":{"rx":{"bytes":100,"packets":1},"tx":{"bytes":10,"packets":1}}}]
# 2026-03-01T11:00:00Z
[{"ifindex":2,"ifname":"wan","stats64":{"rx":{"bytes":350,"packets":2},"tx":{"bytes":11,"packets":2}}}]
"#;

fn day(interface: &str, day: u8, bytes: (u64, u64), complete: bool) -> String {
    format!(
        r#"{{"kind":"counter","date":"2026-03-0{day}","interface":"{interface}","bytes_in":{},"bytes_out":{},"complete":{complete}}}"#,
        bytes.0, bytes.1
    )
}

#[test]
fn counters_by_date() {
    check(VNSTAT, Format::Vnstat, &[day("wan", 1, (7, 8), true), day("wan", 2, (1, 2), false)], &[]);
    check(LINKS, Format::IpLink, &[day("wan", 1, (250, 1), false)], &[]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counters.json");
    std::fs::write(&path, VNSTAT).unwrap();
    let (days, problems) = ingest::counters(&path, &london()).unwrap();
    assert_eq!((days.len(), days[0].bytes_in, problems.is_empty()), (2, 7, true));
    assert_eq!(ingest::counters(Path::new("no/such/file"), &london()).unwrap_err().code(), "file_open");
}

/// The samples are of months alone, from which no date can be taken.
#[test]
fn real_outputs_of_vnstat() {
    let Some(shared) = common::shared() else {
        return;
    };
    for file in ["vnstat-2.6-m.json", "vnstat-1.15-m.json"] {
        let (keep, read) = common::read(&[shared.join("vnstat/quoted").join(file)], &london());
        let scan = &read[0].0;
        assert_eq!((keep.flows.len(), keep.lines, scan.formats.get(&Format::Vnstat)), (0, 0, Some(&0)), "{file}");
        assert_eq!(scan.problems.count(Reason::LineOther), 1, "{file}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damage_never_panics(
        which in 0_usize..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut content = [TABLES, VNSTAT, LINKS][which].as_bytes().to_vec();
        for (at, octet) in &changes {
            let at = at.index(content.len());
            content[at] = *octet;
        }
        content.truncate(cut.index(content.len() * 2) + 1);
        let (lines, scan) = read(&content);
        prop_assert_eq!(lines.len() as u64, scan.sightings + scan.counters);
    }
}
