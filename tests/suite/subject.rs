//! A person's rights through the command: what they get, what goes, what stays, and that nobody else's data move.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::common::{Folder, expect, folder, run, snapshot};

/// A table by its header, as whoever reads it would.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let row = |r: csv::StringRecord| head.iter().zip(r.iter()).map(|(h, c)| (h.to_owned(), c.to_owned())).collect();
    reader.records().map(|r| row(r.unwrap())).collect()
}

fn council_table(f: &Folder, name: &str) -> Vec<BTreeMap<String, String>> {
    table(&fs::read_to_string(f.council(name)).unwrap())
}

fn people(f: &Folder) -> Vec<String> {
    council_table(f, "people.csv").into_iter().map(|r| r["person"].clone()).collect()
}

fn subject(f: &Folder, args: &str, code: i32) -> (String, String) {
    let mut all = vec!["subject"];
    all.extend(args.split(' '));
    expect(&f.root, &all, code)
}

/// The pack of a person in a folder of its own.
fn pack(f: &Folder, person: &str, more: &str) -> PathBuf {
    let out = f.temp.path().join(format!("pack-{person}"));
    subject(f, &format!("export --person {person} --out {}{more}", out.display()), 0);
    out
}

fn used(pack: &Path) -> Vec<BTreeMap<String, String>> {
    table(&fs::read_to_string(pack.join("use.csv")).unwrap())
}

fn number(row: &BTreeMap<String, String>, column: &str) -> i64 {
    row[column].parse().unwrap()
}

/// Rows of `usage` that have a person: how many, and their bytes.
fn stored(f: &Folder) -> (usize, i64) {
    let mut found = (0, 0);
    for path in fs::read_dir(f.root.join("store").join(&f.id).join("usage")).unwrap().map(|e| e.unwrap().path()) {
        let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap()).unwrap().build().unwrap();
        for batch in reader.map(Result::unwrap) {
            let column = |name: &str| batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().clone();
            let (person, up, down) = (column("person"), column("bytes_up"), column("bytes_down"));
            for i in (0..batch.num_rows()).filter(|i| person.is_valid(*i)) {
                found = (found.0 + 1, found.1 + up.value(i) + down.value(i));
            }
        }
    }
    found
}

fn store(f: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    let relative = |(path, bytes): (PathBuf, Vec<u8>)| (path.strip_prefix(&f.root).unwrap().to_owned(), bytes);
    let parquet = |(path, _): &(PathBuf, Vec<u8>)| path.extension().is_some_and(|e| e == "parquet");
    snapshot(&f.root.join("store").join(&f.id)).into_iter().filter(parquet).map(relative).collect()
}

/// Bytes of a night by fate, from the nightly line.
fn accounts(f: &Folder) -> Vec<(String, u64, u64, u64, u64)> {
    let (_, lines, _) = f.nightly(&[]);
    let of = |l: &Value| {
        let count = |k: &str| l[k].as_u64().unwrap();
        let excluded: u64 = l["excluded"].as_object().unwrap().values().map(|v| v.as_u64().unwrap()).sum();
        (l["date"].as_str().unwrap().to_owned(), count("counted"), count("kept"), excluded, count("undecodable"))
    };
    lines.iter().map(of).collect()
}

fn ledger(f: &Folder) -> Vec<Value> {
    let text = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn rights(f: &Folder) -> Vec<(String, u64)> {
    let own = |l: &&Value| l["kind"] == "subject";
    let of = |l: &Value| (l["right"].as_str().unwrap().to_owned(), l["count"].as_u64().unwrap());
    ledger(f).iter().filter(own).map(of).collect()
}

/// Assets that several people use, by the register.
fn shared(f: &Folder) -> BTreeSet<String> {
    let all = council_table(f, "register.csv");
    all.into_iter().filter(|r| r["ownership"] == "shared").map(|r| r["asset"].clone()).collect()
}

/// Somebody of whom rows are held on both nights, with the device that has them.
fn somebody(f: &Folder) -> (String, String) {
    for person in people(f) {
        let rows = used(&pack(f, &person, ""));
        let dates: BTreeSet<(&String, &String)> = rows.iter().map(|r| (&r["asset"], &r["date"])).collect();
        let both = |a: &&String| ["2026-03-02", "2026-03-03"].iter().all(|d| dates.contains(&(*a, &(*d).to_owned())));
        if let Some(asset) = rows.iter().map(|r| &r["asset"]).find(both) {
            return (person, asset.clone());
        }
    }
    panic!("nobody was measured on both nights");
}

/// A council-owned device that a person holds.
fn laptop_of(f: &Folder, person: &str) -> String {
    let register = fs::read_to_string(f.council("register.csv")).unwrap();
    let fields: Vec<Vec<&str>> = register.lines().map(|l| l.split(',').collect()).collect();
    let own = fields.iter().find(|r| r[1] == "laptop" && r[2] == person && r[3] == "council");
    own.expect("a laptop of the council's")[0].to_owned()
}

type Place = (String, String, String, String);

#[test]
fn guarantee_36_the_exports_are_all_rows_of_people_and_no_row_twice() {
    let f = folder();
    f.nightly(&[]);
    let truth: Value = serde_json::from_str(&fs::read_to_string(f.root.join("truth.json")).unwrap()).unwrap();
    let shared = shared(&f);
    assert!(!shared.is_empty(), "the council has shared devices");
    let mut want: BTreeMap<String, BTreeMap<Place, i64>> = BTreeMap::new();
    let holders: BTreeMap<String, String> =
        council_table(&f, "register.csv").into_iter().map(|r| (r["asset"].clone(), r["holder"].clone())).collect();
    for r in truth["authorities"][&f.id]["rows"].as_array().unwrap() {
        let text = |k: &str| r[k].as_str().unwrap().to_owned();
        if shared.contains(&text("asset")) || text("link").starts_with("dongle-") {
            continue;
        }
        let place = (text("date"), text("asset"), text("link"), text("time_class"));
        let bytes = r["up"].as_i64().unwrap() + r["down"].as_i64().unwrap();
        *want.entry(holders[&text("asset")].clone()).or_default().entry(place).or_default() += bytes;
    }
    let mut all = (0, 0);
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    for person in people(&f) {
        let rows = used(&pack(&f, &person, ""));
        let mut found: BTreeMap<Place, i64> = BTreeMap::new();
        for row in &rows {
            let place = ["date", "asset", "link", "time_class"].map(|k| row[k].clone());
            let [date, asset, link, class] = place;
            let bytes = number(row, "bytes_sent") + number(row, "bytes_received");
            *found.entry((date, asset, link, class)).or_default() += bytes;
            all = (all.0 + 1, all.1 + bytes);
            assert!(!shared.contains(&row["asset"]));
            assert!(seen.insert(row.values().cloned().collect()), "a row stands in two packs");
        }
        found.retain(|_, bytes| *bytes > 0);
        let mut want = want.remove(&person).unwrap_or_default();
        want.retain(|_, bytes| *bytes > 0);
        assert_eq!(found, want, "the rows traced to the devices of one person");
    }
    assert!(want.is_empty(), "rows of devices whose holder has no pack: {:?}", want.keys());
    assert_eq!(all, stored(&f), "all packs together are all rows of people");
}

fn tokens(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
    text.split(|c| !word(c)).map(str::to_owned).collect()
}

#[test]
fn guarantee_36_a_pack_names_nobody_else() {
    let f = folder();
    f.nightly(&[]);
    let (person, _) = somebody(&f);
    let register = council_table(&f, "register.csv");
    let mut others: BTreeSet<String> = people(&f).into_iter().filter(|p| *p != person).collect();
    for row in register.iter().filter(|r| r["holder"] != person && r["ownership"] != "shared") {
        others.extend(["asset", "mac", "address", "link"].map(|k| row[k].clone()));
    }
    others.remove("");
    assert!(others.len() > 10);
    for (path, bytes) in snapshot(&pack(&f, &person, "")) {
        let found: Vec<String> = tokens(&String::from_utf8(bytes).unwrap()).intersection(&others).cloned().collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}

#[test]
fn a_pack_is_private_whole_and_adds_up() {
    let f = folder();
    f.nightly(&[]);
    let (person, _) = somebody(&f);
    let out = pack(&f, &person, "");
    let sums = fs::read_to_string(out.join("SHA256SUMS")).unwrap();
    let files = snapshot(&out);
    assert_eq!(sums.lines().count() + 1, files.len());
    for line in sums.lines() {
        let (hash, name) = line.split_once("  ").unwrap();
        assert_eq!(store::to_hex(&store::sha256(&files[&out.join(name)])), hash, "{name}");
    }
    #[cfg(unix)]
    for path in files.keys() {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
    let rows = used(&out);
    let bytes: i64 = rows.iter().map(|r| number(r, "bytes_sent") + number(r, "bytes_received")).sum();
    let months = table(&fs::read_to_string(out.join("use-by-month.csv")).unwrap());
    let (all, kinds): (Vec<_>, Vec<_>) = months.iter().partition(|r| r["kind"] == "All kinds");
    assert_eq!(all.iter().map(|r| number(r, "bytes")).sum::<i64>(), bytes);
    assert_eq!(kinds.iter().map(|r| number(r, "bytes")).sum::<i64>(), bytes);
    assert!(bytes > 0 && kinds.len() > 1);
    // British winter time is UTC; the page says so much and no script runs.
    assert!(rows.iter().all(|r| r["start_local"].ends_with("+00:00") && r["start_utc"].ends_with('Z')));
    let page = fs::read_to_string(out.join("index.html")).unwrap();
    for text in
        ["1 June 2026", "one month", "30 days", "version 1.0", "form on the council&#x27;s website", "Test clock"]
    {
        assert!(page.contains(text) || page.contains(&text.replace("&#x27;", "'")), "{text}");
    }
    assert!(!page.contains("<script") && page.contains("lang=\"en-GB\""));
    // Who receives what, in words; a month and its figures as people write them; no empty cell and no empty column.
    for text in ["<dt>Monthly report</dt><dd>The clerk</dd>", ">March 2026</span></td>", "data-head=\"Megabytes\""] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("\"></span></td>") && !page.contains("\"></th>"));
    assert!(page.contains(&format!("For <span class=\"whole\">{person}</span> alone.")));
}

#[test]
fn a_pack_has_no_billing_cycle_of_which_nothing_is_held() {
    let f = folder();
    f.nightly(&[]);
    let holder =
        council_table(&f, "register.csv").into_iter().find(|r| r["kind"] == "dongle").unwrap()["holder"].clone();
    let cycles = table(&fs::read_to_string(pack(&f, &holder, "").join("schedule.csv")).unwrap());
    // The tariff is a year older than the first night.
    assert!(fs::read_to_string(f.council("authority.toml")).unwrap().contains("from = \"2025-03-01\""));
    assert!(
        cycles.iter().any(|c| c["cycle_start"].as_str() <= "2026-03-02" && c["cycle_end"].as_str() >= "2026-03-03")
    );
    for cycle in &cycles {
        let night = cycle["cycle_start"].as_str() <= "2026-03-03" && cycle["cycle_end"].as_str() >= "2026-03-02";
        assert!(night || cycle["source"] == "operator", "{cycle:?}");
    }
}

fn other(f: &Folder, person: &str) -> String {
    let held: BTreeSet<String> = council_table(f, "register.csv").into_iter().map(|r| r["holder"].clone()).collect();
    people(f).into_iter().find(|p| p != person && held.contains(p)).unwrap()
}

/// What `report` publishes, without the ledger's head.
fn report(f: &Folder) -> Value {
    run(&f.root, &["report", "--month", "2026-03"]);
    let path = f.root.join("reports").join(&f.id).join("2026-03").join("report.json");
    let mut json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    json.as_object_mut().unwrap().remove("checkpoint");
    json
}

/// Runs a right after the nights, and the same council with the tables that it left from the first night on.
fn beside_never_measured(right: impl Fn(&Folder, &str)) -> (Folder, Folder) {
    let f = folder();
    f.nightly(&[]);
    let (person, _) = somebody(&f);
    let totals = accounts(&f);
    right(&f, &person);
    assert_eq!(accounts(&f), totals, "no total changes by a byte");
    let g = folder();
    for table in ["people.csv", "register.csv"] {
        fs::copy(f.council(table), g.council(table)).unwrap();
    }
    g.nightly(&[]);
    (f, g)
}

#[test]
fn guarantee_23_an_objection_before_publication_is_never_having_been_measured() {
    let (f, g) = beside_never_measured(|f, person| {
        let (stdout, _) = subject(f, &format!("object --person {person} --from 2026-03-03"), 0);
        assert!(stdout.contains("2 nights were made again"), "{stdout}");
        assert!(used(&pack(f, person, "")).is_empty());
    });
    assert_eq!(store(&f), store(&g), "the same nights to the byte");
    assert_eq!(report(&f), report(&g));
}

#[test]
fn guarantee_23_an_erasure_before_publication_is_never_having_been_measured() {
    let (f, g) = beside_never_measured(|f, person| drop(subject(f, &format!("erase --person {person}"), 0)));
    assert_eq!(store(&f), store(&g), "the same nights to the byte");
    assert_eq!(report(&f), report(&g));
}

#[test]
fn without_its_inputs_a_night_loses_the_rows_alone() {
    let f = folder();
    f.nightly(&[]);
    let (person, _) = somebody(&f);
    let (before, rows, totals) = (stored(&f), used(&pack(&f, &person, "")), accounts(&f));
    let links = |f: &Folder| pack_of_everybody_but(f, &person);
    let others = links(&f);
    for file in f.inbox("") {
        fs::remove_file(file).unwrap();
    }
    let (stdout, _) = subject(&f, &format!("restrict --person {person}"), 0);
    assert!(stdout.contains("totals of links by no byte; 0 nights were made again"), "{stdout}");
    let bytes: i64 = rows.iter().map(|r| number(r, "bytes_sent") + number(r, "bytes_received")).sum();
    // Rows of one key are joined when a night is written again, so there may be fewer.
    let after = stored(&f);
    assert!(after.0 <= before.0 - rows.len());
    assert_eq!(after.1, before.1 - bytes);
    assert!(joined(&links(&f)) == joined(&others), "everybody else's rows are as they were");
    let stands = snapshot(&f.root.join("store"));
    let (code, lines, stderr) = f.nightly(&["--date", "2026-03-03"]);
    assert_eq!((code, lines[0]["state"].as_str().unwrap()), (0, "unchanged"), "{stderr}");
    assert_eq!(lines[0]["kept"].as_u64().unwrap(), totals[1].2);
    assert_eq!(stands, snapshot(&f.root.join("store")));
}

fn pack_of_everybody_but(f: &Folder, person: &str) -> Vec<Vec<BTreeMap<String, String>>> {
    people(f).iter().filter(|p| *p != person).map(|p| used(&pack(f, p, ""))).collect()
}

/// Rows of one key joined: their bytes and connections added.
fn joined(packs: &[Vec<BTreeMap<String, String>>]) -> Vec<BTreeMap<Vec<String>, [i64; 3]>> {
    let amounts = ["bytes_sent", "bytes_received", "connections"];
    let rest = |r: &BTreeMap<String, String>| {
        // Minutes are unions, never sums.
        let part = |k: &str| amounts.contains(&k) || k.ends_with("minutes");
        r.iter().filter(|(k, _)| !part(k.as_str())).map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>()
    };
    let sums = |rows: &Vec<BTreeMap<String, String>>| {
        let mut sums: BTreeMap<Vec<String>, [i64; 3]> = BTreeMap::new();
        for row in rows {
            let sum = sums.entry(rest(row)).or_default();
            amounts.iter().enumerate().for_each(|(i, a)| sum[i] += number(row, a));
        }
        sums
    };
    packs.iter().map(sums).collect()
}

#[test]
fn rows_do_not_come_back_with_a_late_file_or_another_run() {
    let f = folder();
    let late = f.inbox(".pcap").remove(0);
    let aside = f.temp.path().join("late.pcap");
    fs::rename(&late, &aside).unwrap();
    f.nightly(&[]);
    let (person, _) = people(&f)
        .into_iter()
        .map(|p| (p.clone(), used(&pack(&f, &p, "")).len()))
        .max_by_key(|(_, rows)| *rows)
        .unwrap();
    for right in ["erase", "restrict", "object"] {
        subject(&f, &format!("{right} --person {person} --without-export"), 0);
        let before = snapshot(&f.root.join("store"));
        f.nightly(&[]);
        assert_eq!(before, snapshot(&f.root.join("store")), "{right}");
    }
    fs::rename(&aside, &late).unwrap();
    let (_, lines, _) = f.nightly(&[]);
    assert!(lines.iter().any(|l| l["state"] == "built"), "{lines:?}");
    assert!(used(&pack(&f, &person, "")).is_empty(), "rows came back");
}

#[test]
fn guarantee_22_a_published_month_stays_whatever_right_is_used() {
    let f = folder();
    f.nightly(&[]);
    let (person, asset) = somebody(&f);
    let other = other(&f, &person);
    report(&f);
    let published = f.root.join("reports").join(&f.id).join("2026-03");
    let before = snapshot(&published);
    let correct = format!("rectify --person {person} --asset {asset} --from 2026-03-03 --holder {other}");
    for right in [correct, format!("erase --person {person}"), format!("object --person {other}")] {
        let (_, stderr) = subject(&f, &right, 0);
        assert!(stderr.contains("published and unchanged: 2026-03"), "{stderr}");
        f.nightly(&[]);
        run(&f.root, &["report", "--month", "2026-03"]);
        assert_eq!(before, snapshot(&published), "{right}");
    }
}

#[test]
fn a_correction_moves_the_rows_of_its_days_and_nothing_else() {
    let day = |row: &BTreeMap<String, String>| row["date"].clone();
    let (f, g) = beside_never_measured(|f, person| {
        let asset = laptop_of(f, person);
        let other = other(f, person);
        let own = used(&pack(f, person, ""));
        let theirs = used(&pack(f, &other, ""));
        let moved = own.iter().filter(|r| r["asset"] == asset && day(r) == "2026-03-03").count();
        assert!(moved > 0);
        let bytes = |rows: &[BTreeMap<String, String>]| -> i64 {
            rows.iter().map(|r| number(r, "bytes_sent") + number(r, "bytes_received")).sum()
        };
        let sum = bytes(&own) + bytes(&theirs);
        subject(f, &format!("rectify --person {person} --asset {asset} --from 2026-03-03 --holder {other}"), 0);
        let (own_after, theirs_after) = (used(&pack(f, person, "")), used(&pack(f, &other, "")));
        assert!(own_after.iter().all(|r| r["asset"] != asset || day(r) == "2026-03-02"));
        let got: Vec<_> = theirs_after.iter().filter(|r| r["asset"] == asset).collect();
        assert!(!got.is_empty() && got.iter().all(|r| day(r) == "2026-03-03"));
        assert_eq!(bytes(&own_after) + bytes(&theirs_after), sum);
        let register = fs::read_to_string(f.council("register.csv")).unwrap();
        assert!(register.lines().any(|l| l.starts_with(&asset) && l.contains(&other) && l.ends_with("2026-03-03,")));
        let (_, again) =
            subject(f, &format!("rectify --person {person} --asset {asset} --from 2026-03-03 --holder {other}"), 0);
        assert!(again.contains("nothing to do"), "{again}");
    });
    let rows = |f: &Folder| joined(&pack_of_everybody_but(f, ""));
    assert!(rows(&f) == rows(&g), "the rows are those of nights made under the corrected register");
}

#[test]
fn a_register_corrected_by_hand_is_followed_by_the_rows() {
    let f = folder();
    f.nightly(&[]);
    let (person, asset) = somebody(&f);
    let other = other(&f, &person);
    let text = fs::read_to_string(f.council("register.csv")).unwrap();
    let swap = |l: &str| if l.starts_with(&asset) { l.replace(&person, &other) } else { l.to_owned() };
    fs::write(f.council("register.csv"), text.lines().map(|l| swap(l) + "\n").collect::<String>()).unwrap();
    assert!(!used(&pack(&f, &person, "")).is_empty());
    subject(&f, &format!("rectify --person {person}"), 0);
    assert!(used(&pack(&f, &other, "")).iter().any(|r| r["asset"] == asset));
    assert!(used(&pack(&f, &person, "")).iter().all(|r| !r["asset"].is_empty()));
    let (_, again) = subject(&f, &format!("rectify --person {person}"), 0);
    assert!(again.contains("nothing to do"), "{again}");
}

#[test]
fn every_right_is_on_the_ledger_once_and_names_nobody() {
    let f = folder();
    f.nightly(&[]);
    let (person, _) = somebody(&f);
    let count = used(&pack(&f, &person, "")).len() as u64;
    let before = rights(&f).len();
    // The pack is fresh: no other copy is written.
    subject(&f, &format!("erase --person {person}"), 0);
    assert!(!f.root.join("exports").exists());
    let (_, again) = subject(&f, &format!("erase --person {person}"), 0);
    assert!(again.contains("nothing to do"), "{again}");
    assert_eq!(rights(&f)[before..], [("erase".to_owned(), count)]);
    let text = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    assert!(people(&f).iter().all(|p| !text.contains(p.as_str())));
    expect(&f.root, &["ledger", "verify"], 0);
    let told = table(&fs::read_to_string(pack(&f, &person, "").join("ledger.csv")).unwrap());
    assert!(told.iter().any(|r| r["what"] == "Erasure: rows deleted" && r["rows"] == count.to_string()));
}

#[test]
fn a_copy_is_written_before_rows_go() {
    let f = folder();
    f.nightly(&[]);
    let person = people(&f).remove(0);
    let (_, stderr) = subject(&f, &format!("object --person {person}"), 0);
    assert!(stderr.contains("a copy was written before the rows go"), "{stderr}");
    let kept = snapshot(&f.root.join("exports"));
    let rows =
        kept.iter().find(|(path, _)| path.ends_with("use.csv")).map(|(_, b)| String::from_utf8(b.clone()).unwrap());
    let rows = table(&rows.unwrap()).len() as u64;
    assert!(rows > 0 && kept.keys().all(|p| !p.display().to_string().contains(&person)));
    assert_eq!(rights(&f), [("export".to_owned(), rows), ("object".to_owned(), rows)]);
    let g = folder();
    g.nightly(&[]);
    subject(&g, &format!("object --person {person} --without-export"), 0);
    assert!(!g.root.join("exports").exists());
}

#[test]
fn a_closed_month_has_nothing_of_anybody() {
    let f = folder();
    f.nightly(&[]);
    let (person, _) = somebody(&f);
    // The raw files are past their days by then, and that is told.
    expect(&f.root, &["nightly", "--now", "2026-06-01T12:00:00Z"], 2);
    let out = pack(&f, &person, " --now 2026-06-01T12:00:00Z");
    assert!(used(&out).is_empty());
    assert!(fs::read_to_string(out.join("index.html")).unwrap().contains("No rows of use are held about you"));
    let (_, stderr) = subject(&f, &format!("rectify --person {person} --now 2026-06-01T12:00:00Z"), 0);
    assert!(stderr.contains("nothing to do"), "{stderr}");
}

#[test]
fn guarantee_32_no_key_is_left_that_knows_a_person_of_a_closed_month() {
    let f = folder();
    f.nightly(&[]);
    let (person, _) = somebody(&f);
    let key = f.root.join("keys").join(&f.id).join("2026-03");
    let pseudonym = {
        let keys = store::Keys::open(&f.root.join("keys"), &f.id).unwrap();
        let month = keys.month("2026-03".parse().unwrap(), store::KeySource::Existing).unwrap();
        month.person(&person).0
    };
    // The raw files are past their days by then, and that is told.
    expect(&f.root, &["nightly", "--now", "2026-06-01T12:00:00Z"], 2);
    assert!(!key.exists());
    let of = |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).any(|w| w == wanted);
    for (path, bytes) in snapshot(&f.root.join("store")) {
        assert!(!of(&bytes, &pseudonym.to_le_bytes()) && !of(&bytes, &pseudonym.to_be_bytes()), "{}", path.display());
    }
}

#[test]
fn who_is_not_known_is_refused_without_naming_anybody() {
    let f = folder();
    f.nightly(&[]);
    let before = snapshot(&f.root.join("store"));
    for right in ["export", "object", "restrict", "erase", "rectify"] {
        let (stdout, stderr) = subject(&f, &format!("{right} --person P-zz9"), 1);
        assert!(stderr.contains("people.csv") && stderr.contains("hint"), "{stderr}");
        assert!(!stderr.contains("P-zz9") && stdout.is_empty(), "{stderr}");
        assert!(people(&f).iter().all(|p| !tokens(&stderr).contains(p)), "{stderr}");
    }
    let (person, asset) = somebody(&f);
    let told = |args: &str| subject(&f, args, 1).1;
    assert!(
        told(&format!("rectify --person {person} --asset {asset} --from 2026-03-03 --holder P-zz9"))
            .contains("--holder")
    );
    assert!(told(&format!("object --person {person} --from 2027-01-01")).contains("is to come"));
    assert!(told(&format!("restrict --person {person} --until 2026-03-01")).contains("is past"));
    assert_eq!(before, snapshot(&f.root.join("store")));
}
