//! One bench for each stage, each with its answer asserted; the last line says what a second brings.
//!
//! `TITHING_BENCH=short` runs each a few times on little input, as continuous integration does.
#![expect(clippy::print_stdout, reason = "figures are a bench's output")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Instant;

use analyze::{Calendar, Categories, Link, LinkKind, Night, NightOutput, NightSettings, Ownership, PersonRow, Prefix};
use analyze::{ListSource, MonthContext, Register, RegisterRow, WeekHours};
use arrow::array::RecordBatch;
use divan::Bencher;
use divan::counter::ItemsCount;
use fixtures::{Format, Plan, Request};
use ingest::{Options, Scan, Sink, Templates};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{Addr, Lease, Month, Unit};
use store::{Commit, Footer, KeySource, Keys, MonthKey, Store};

const NIGHT: Date = jiff::civil::date(2026, 3, 2);
const SPOKEN: &str = "a fixture that the generator wrote";

fn short() -> bool {
    std::env::var("TITHING_BENCH").is_ok_and(|v| v == "short")
}

fn flows_asked() -> u64 {
    if short() { 20_000 } else { 500_000 }
}

fn lookups_asked() -> u64 {
    if short() { 5_000 } else { 100_000 }
}

/// One council's night in one flow format.
struct Inbox {
    _temp: tempfile::TempDir,
    council: PathBuf,
    flows: PathBuf,
    bytes: u64,
}

fn inbox(format: Format) -> &'static Inbox {
    static V5: OnceLock<Inbox> = OnceLock::new();
    static V9: OnceLock<Inbox> = OnceLock::new();
    static IPFIX: OnceLock<Inbox> = OnceLock::new();
    let cell = match format {
        Format::NetflowV9 => &V9,
        Format::Ipfix => &IPFIX,
        _ => &V5,
    };
    cell.get_or_init(|| generate(format))
}

fn generate(format: Format) -> Inbox {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let request = Request {
        councils: Some(1),
        people: Some(30),
        devices: Some(40),
        start: Some(NIGHT),
        days: Some(1),
        flows_per_day: Some(flows_asked()),
        lookups_per_day: Some(lookups_asked()),
        formats: BTreeSet::from([format, Format::Dnsmasq, Format::Leases]),
        ..Request::default()
    };
    let plan = Plan::new(1, &request).expect("a plan");
    let made = fixtures::generate(&plan, &temp.path().join("provider"), &mut |_, _| {}).expect(SPOKEN);
    let authority = made.authorities.first().expect("one council");
    let council = made.folder.join("authorities").join(&authority.id);
    let flows = council.join("inbox").join(format!("flows-{NIGHT}.pcap"));
    Inbox { flows, council, bytes: authority.bytes, _temp: temp }
}

impl Inbox {
    fn lookups(&self) -> PathBuf {
        self.council.join("inbox").join(format!("dns-{NIGHT}.log"))
    }
}

/// Keeps what is delivered.
#[derive(Default)]
struct Kept {
    flows: Vec<RecordBatch>,
    lookups: Vec<RecordBatch>,
    leases: Vec<Lease>,
}

impl Sink for Kept {
    fn flows(&mut self, batches: &[RecordBatch]) {
        self.flows.extend_from_slice(batches);
    }
    fn lookups(&mut self, batch: &RecordBatch) {
        self.lookups.push(batch.clone());
    }
    fn lease(&mut self, lease: &Lease) {
        self.leases.push(lease.clone());
    }
}

/// Drops what is delivered.
struct Dropped;

impl Sink for Dropped {
    fn flows(&mut self, _: &[RecordBatch]) {}
    fn lookups(&mut self, _: &RecordBatch) {}
    fn lease(&mut self, _: &Lease) {}
}

fn options() -> Options {
    Options { night: Some(NIGHT), dns: true, zone: zone(), ..Options::default() }
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/London").expect("a zone of the database")
}

fn scan(path: &Path, sink: &mut dyn Sink) -> Scan {
    ingest::scan(path, &options(), sink).expect(SPOKEN)
}

fn read_flows(scan: &Scan, templates: &Templates, sink: &mut dyn Sink) -> ingest::FlowsRead {
    ingest::flows(scan, templates, &options(), sink).expect(SPOKEN)
}

#[divan::bench(args = [Format::NetflowV5, Format::NetflowV9, Format::Ipfix])]
fn ingest_pass_one(bencher: Bencher<'_, '_>, format: Format) {
    let inbox = inbox(format);
    bencher.counter(ItemsCount::new(flows_asked())).bench(|| {
        let scan = scan(&inbox.flows, &mut Dropped);
        assert_eq!(scan.flow_records, flows_asked());
        assert!(scan.problems.is_empty());
    });
}

#[divan::bench(args = [Format::NetflowV5, Format::NetflowV9, Format::Ipfix])]
fn ingest_pass_two(bencher: Bencher<'_, '_>, format: Format) {
    let inbox = inbox(format);
    let scan = scan(&inbox.flows, &mut Dropped);
    bencher.counter(ItemsCount::new(flows_asked())).bench(|| {
        let read = read_flows(&scan, &scan.templates, &mut Dropped);
        assert_eq!((read.records, read.octets), (flows_asked(), inbox.bytes));
    });
}

#[divan::bench]
fn ingest_dnsmasq(bencher: Bencher<'_, '_>) {
    let log = inbox(Format::NetflowV5).lookups();
    bencher.counter(ItemsCount::new(lookups_asked())).bench(|| {
        assert_eq!(scan(&log, &mut Dropped).lookups, lookups_asked());
    });
}

#[divan::bench]
fn categories_lookup(bencher: Bencher<'_, '_>) {
    let categories = Categories::builtin();
    let find = |name: &str| categories.lookup(name).category.as_str();
    bencher.counter(ItemsCount::new(4_u32)).bench(|| {
        assert_eq!(find(divan::black_box("www.gov.uk")), "government");
        assert_eq!(find(divan::black_box("video.xx.fbcdn.net")), "social");
        assert_eq!(find(divan::black_box("a.b.c.unknown.example")), "other");
        assert_eq!(find(divan::black_box("www.bbc.co.uk")), "news");
    });
}

fn listed() -> u64 {
    if short() { 20_000 } else { 2_000_000 }
}

/// A list of many names, as the largest public collections are.
fn long_list() -> &'static [ListSource] {
    static LIST: OnceLock<Vec<ListSource>> = OnceLock::new();
    LIST.get_or_init(|| {
        let text: String = (0..listed()).map(|i| format!("site-{i}.example\n")).collect();
        let (name, licence) = ("long".to_owned(), "CC0".to_owned());
        let category = model::Taxonomy::find("games").expect("a kind of site");
        vec![ListSource { name, licence, category, kind: analyze::ListKind::Plain, text }]
    })
}

fn check_long(categories: &Categories) {
    let find = |name: &str| categories.lookup(divan::black_box(name)).category.as_str();
    assert_eq!(find(&format!("www.site-{}.example", listed() - 1)), "games");
    assert_eq!(find("www.site-0.example"), "games");
    assert_eq!(find(&format!("site-{}.example", listed())), "other");
    assert_eq!(find("www.gov.uk"), "government");
}

/// Compiling a long list in memory, as every night would without an index.
#[divan::bench(sample_count = 3)]
fn categories_compile(bencher: Bencher<'_, '_>) {
    let lists = long_list();
    bencher.counter(ItemsCount::new(listed())).bench(|| check_long(&Categories::with_lists(lists).0));
}

/// Opening the compiled index of the same list, with four lookups.
#[divan::bench]
fn categories_open(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("index");
    std::fs::write(&path, Categories::with_lists(long_list()).0.octets()).expect("a file");
    bencher.bench(|| check_long(&Categories::open(&path).expect("an index")));
}

/// What a night needs beside its inputs.
struct Office {
    calendar: Calendar,
    register: Register,
    links: Vec<Link>,
    lan: Vec<Prefix>,
    categories: Categories,
    key: MonthKey,
}

fn office() -> &'static Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    OFFICE.get_or_init(|| {
        let council = &inbox(Format::NetflowV5).council;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keys = Keys::open(folder.path(), "example").expect("a folder for keys");
        Office {
            calendar: Calendar::new(zone(), "england", &BTreeMap::new(), None, vec![]).expect("a calendar"),
            register: Register::new(devices(council), people(council)).expect(SPOKEN),
            links: vec![link("office", "192.0.2.1")],
            lan: vec!["192.168.0.0/16".parse().expect("a network")],
            categories: Categories::builtin(),
            key: keys.month(Month::of(NIGHT), KeySource::Seed(b"bench")).expect("a key"),
        }
    })
}

fn link(id: &str, exporter: &str) -> Link {
    let exporter: std::net::IpAddr = exporter.parse().expect("an address");
    Link {
        id: id.to_owned(),
        kind: LinkKind::Broadband,
        exporter: Some(Addr::from(exporter)),
        interface: Some(2),
        issued_to: None,
        speed_mbit: Some(500),
        budget_pence: None,
    }
}

fn each_line<T>(path: &Path, mut row: impl FnMut(&csv::StringRecord) -> T) -> Vec<T> {
    let mut reader = csv::Reader::from_path(path).expect(SPOKEN);
    reader.records().map(|r| row(&r.expect(SPOKEN))).collect()
}

fn text(record: &csv::StringRecord, column: usize) -> Option<&str> {
    record.get(column).filter(|t| !t.is_empty())
}

/// Laptops of the office and phones: all that have a link-layer address.
fn devices(council: &Path) -> Vec<RegisterRow> {
    each_line(&council.join("register.csv"), |r| RegisterRow {
        asset: r[0].to_owned(),
        kind: r[1].to_owned(),
        holder: text(r, 2).map(str::to_owned),
        ownership: match &r[3] {
            "council" => Ownership::Council,
            "shared" => Ownership::Shared,
            _ => Ownership::Personal,
        },
        mac: text(r, 4).map(|m| m.parse().expect(SPOKEN)),
        address: None,
        link: None,
        from: r[7].parse().expect(SPOKEN),
        until: text(r, 8).map(|d| d.parse().expect(SPOKEN)),
    })
}

fn people(council: &Path) -> Vec<PersonRow> {
    each_line(&council.join("people.csv"), |r| PersonRow {
        person: r[0].to_owned(),
        role: if &r[1] == "employee" { Unit::Employee } else { Unit::Councillor },
        notice_date: text(r, 2).map(|d| d.parse().expect(SPOKEN)),
        objection: None,
        restricted: Vec::new(),
        from: r[4].parse().expect(SPOKEN),
        until: None,
        hours: text(r, 6).map(|h| WeekHours::parse_line(h).expect(SPOKEN)),
        duty: None,
    })
}

fn settings(office: &'static Office) -> NightSettings<'static> {
    NightSettings {
        date: NIGHT,
        calendar: &office.calendar,
        register: &office.register,
        links: &office.links,
        lan: &office.lan,
        resolvers: &[],
        categories: &office.categories,
        networks: None,
        key: &office.key,
        hold_s: analyze::HOLD_S_DEFAULT,
        lease_s: analyze::LEASE_S_DEFAULT,
        categories_allowed: true,
        shared_resolver: false,
        security: None,
    }
}

fn decoded() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| {
        let (inbox, mut kept) = (inbox(Format::NetflowV5), Kept::default());
        scan(&inbox.lookups(), &mut kept);
        scan(&inbox.council.join("inbox/dnsmasq.leases"), &mut kept);
        let flows = scan(&inbox.flows, &mut Dropped);
        read_flows(&flows, &flows.templates, &mut kept);
        kept
    })
}

fn night() -> NightOutput {
    let kept = decoded();
    let mut night = Night::new(&settings(office()));
    kept.lookups.iter().for_each(|b| night.lookups(b));
    kept.leases.iter().for_each(|l| night.lease(l));
    let mut night = night.seal();
    night.flows(&kept.flows);
    night.finish()
}

fn check_night(out: &NightOutput) {
    let account = &out.account;
    assert!(account.balances());
    assert_eq!((account.flows, account.lookups), (flows_asked(), lookups_asked()));
    assert_eq!(account.counted, inbox(Format::NetflowV5).bytes);
    let rows: i64 = out.links.iter().map(|r| r.bytes_up + r.bytes_down).sum();
    assert_eq!(u64::try_from(rows).ok(), Some(account.kept));
    assert!(account.attributed.contains_key("device") && !out.usage.is_empty());
}

#[divan::bench]
fn analyze_night(bencher: Bencher<'_, '_>) {
    check_night(&night());
    bencher.counter(ItemsCount::new(flows_asked() + lookups_asked())).bench(|| check_night(&night()));
}

fn made() -> &'static NightOutput {
    static MADE: OnceLock<NightOutput> = OnceLock::new();
    MADE.get_or_init(night)
}

fn commit(store: &Store) -> Commit {
    let (out, links) = (made(), ["office".to_owned()]);
    let footer = Footer { inputs: vec![], grown: vec![], config: vec![], account: out.account.clone() };
    store.commit(NIGHT, &links, &out.usage, &out.links, &footer).expect("a store that can be written")
}

#[divan::bench]
fn store_commit(bencher: Bencher<'_, '_>) {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = || {
        let own = tempfile::tempdir_in(root.path()).expect("a temporary folder");
        (Store::open(own.path(), "example").expect("a store"), own)
    };
    bencher.counter(ItemsCount::new(made().usage.len())).with_inputs(folder).bench_values(|(store, own)| {
        assert_eq!(commit(&store), Commit::Written);
        own
    });
}

/// A store with one night, and what the gate must know of its month.
fn committed() -> &'static (tempfile::TempDir, Store) {
    static STORE: OnceLock<(tempfile::TempDir, Store)> = OnceLock::new();
    STORE.get_or_init(|| {
        let root = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(root.path(), "example").expect("a store");
        assert_eq!(commit(&store), Commit::Written);
        (root, store)
    })
}

fn released() -> gate::Released {
    let (office, month) = (office(), Month::of(NIGHT));
    let store = &committed().1;
    let people = analyze::people(&office.register, &office.calendar, month, |id| office.key.person(id));
    let account = &made().account;
    let taxonomy = gate::TaxonomyId { version: model::TAXONOMY_VERSION.to_owned(), sha256: String::new() };
    let facts = gate::MonthFacts {
        authority: "example".to_owned(),
        name: "Example Town Council".to_owned(),
        month,
        people: people.counts,
        links: vec![gate::LinkFacts { id: "office".to_owned(), label: "Broadband".to_owned(), holder: None }],
        missing_nights: month.days().filter(|d| *d != NIGHT).collect(),
        coverage_min_per_10k: 9_500,
        taxonomy,
        policy: gate::Policy::default(),
    };
    let accounting = gate::AccountingFacts {
        counted: account.counted,
        kept: account.kept,
        excluded: account.excluded.values().sum(),
        undecodable: account.undecodable,
    };
    let (nights, costs, unmeasured) = (vec![NIGHT], vec![], vec![]);
    let claims = std::collections::BTreeMap::new();
    let stretches = vec![];
    let context =
        MonthContext { facts, people: people.by_key, costs, claims, nights, stretches, unmeasured, accounting };
    let (usage, links) = (store.usage_paths(month), store.link_paths(month));
    let candidate =
        analyze::month(&usage.expect("stored rows"), &links.expect("stored rows"), &context).expect("a month");
    let assessment = std::fs::read_to_string(inbox(Format::NetflowV5).council.join("assessment.toml")).expect(SPOKEN);
    let assessment = gate::Assessment::parse(&assessment).expect(SPOKEN);
    gate::release(candidate, Some(&assessment), jiff::civil::date(2026, 4, 3), &gate::History::default())
        .expect("a month that may be released")
}

fn check_released(released: &gate::Released) {
    assert!(released.accounting().is_some(), "every byte is accounted for");
    assert!(!released.tables().is_empty(), "a month of 30 people has tables");
}

#[divan::bench]
fn month_and_gate(bencher: Bencher<'_, '_>) {
    committed();
    bencher.counter(ItemsCount::new(made().usage.len())).bench(|| check_released(&released()));
}

#[divan::bench]
fn report_html(bencher: Bencher<'_, '_>) {
    let released = released();
    bencher.bench(|| {
        let document = reports::Document::new(&released, &reports::Facts::default());
        let page = reports::html(&document);
        assert!(page.contains("Example Town Council") && page.trim_end().ends_with("</html>"));
    });
}

/// Each format by itself; together they are a council-month as `report` writes it.
#[divan::bench(args = reports::FORMATS.iter().map(|f| f.file()))]
fn report_format(bencher: Bencher<'_, '_>, file: &str) {
    let released = released();
    let document = reports::Document::new(&released, &reports::Facts::default());
    let format = reports::FORMATS.iter().find(|f| f.file() == file).expect("a format");
    bencher.bench(|| {
        let bytes = format.render(&reports::Edition::new(&document)).expect("a format that can be drawn");
        let begins: &[u8] = match file.rsplit('.').next() {
            Some("pdf") => b"%PDF-1.7",
            Some("xlsx" | "ods") => b"PK",
            Some("html") => b"<!DOCTYPE html>",
            _ => b"",
        };
        assert!(bytes.starts_with(begins) && bytes.len() > 1_000, "{file} is not what it says");
    });
}

/// Items a second: the best of three runs.
fn rate(items: u64, mut run: impl FnMut()) -> f64 {
    let mut one = || {
        let began = Instant::now();
        run();
        items as f64 / began.elapsed().as_secs_f64()
    };
    [one(), one(), one()].into_iter().fold(0.0, f64::max)
}

fn throughput() {
    let inbox = inbox(Format::NetflowV5);
    let first = scan(&inbox.flows, &mut Dropped);
    let both = rate(flows_asked(), || {
        scan(&inbox.flows, &mut Dropped);
        assert_eq!(read_flows(&first, &first.templates, &mut Dropped).records, flows_asked());
    });
    let log = inbox.lookups();
    let lines = std::fs::read(&log).expect(SPOKEN).iter().filter(|b| **b == b'\n').count() as u64;
    let text = rate(lines, || assert_eq!(scan(&log, &mut Dropped).lookups, lookups_asked()));
    println!(
        "throughput on {} cores: {:.2} million NetFlow v5 records/s (both passes), {:.2} million dnsmasq lines/s",
        std::thread::available_parallelism().map_or(1, usize::from),
        both / 1e6,
        text / 1e6
    );
}

fn main() {
    let divan = divan::Divan::from_args().sample_size(1);
    if short() { divan.sample_count(3) } else { divan.sample_count(20) }.main();
    throughput();
}
