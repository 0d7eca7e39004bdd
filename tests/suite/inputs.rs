//! The same records in other files: whatever the names, the order, the cuts, the merges, the compression and the times of
//! the files, a night comes to the same rows and the same account. Where the files themselves are the same, to the byte.
//!
//! Two things are told by file and not by record, and so are left out where files are cut or merged: the account's
//! `problems`, which stand on the night in which most of their file lies; and, where a cut falls between a question of
//! dnsmasq and its answer, the counts of lookups, since each half then counts as one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::common::{expect, run, snapshot};

/// Formats in turn from night to night, so that every decoder meets every cut.
const FORMATS: [&str; 2] = ["netflow-v9,dnsmasq,leases", "netflow-v5,netflow-v9,ipfix,dnsmasq,adguard,dns-pcap,leases"];

/// A generated council in a temporary folder.
struct Council {
    _temp: tempfile::TempDir,
    root: PathBuf,
    inbox: PathBuf,
}

fn council(formats: &str) -> Council {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out p --seed 23 --councils 1 --people 8 --start 2026-03-28 --days 4 --flows-per-day 2000 --lookups-per-day 600 --formats";
    let mut args: Vec<&str> = args.split(' ').collect();
    args.push(formats);
    expect(temp.path(), &args, 0);
    let root = temp.path().join("p");
    let council = fs::read_dir(root.join("authorities")).unwrap().next().unwrap().unwrap().path();
    Council { inbox: council.join("inbox"), root, _temp: temp }
}

/// What the nights come to: each night's line, and the rows of each partition.
type Outcome = (Vec<Value>, BTreeMap<String, RecordBatch>);

impl Council {
    /// Files of the inbox, in the order of their names.
    fn files(&self) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = fs::read_dir(&self.inbox).unwrap().map(|e| e.unwrap().path()).collect();
        found.sort();
        found
    }

    fn nightly(&self) -> Outcome {
        let (code, stdout, stderr) = run(&self.root, &["nightly", "--format", "json"]);
        assert_eq!(code, 0, "{stdout}\n{stderr}");
        let lines = stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let store = self.root.join("store");
        let paths = self.partitions().into_keys().filter(|p| p.ends_with(".parquet"));
        (lines, paths.map(|p| (p.clone(), rows(&store.join(p)))).collect())
    }

    /// Every file of the store by its path there.
    fn partitions(&self) -> BTreeMap<String, Vec<u8>> {
        let store = self.root.join("store");
        let name = |p: PathBuf| p.strip_prefix(&store).unwrap().display().to_string();
        snapshot(&store).into_iter().map(|(p, content)| (name(p), content)).collect()
    }
}

fn rows(partition: &Path) -> RecordBatch {
    let file = fs::File::open(partition).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let schema = arrow::array::RecordBatchReader::schema(&reader);
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

/// A capture's packets: classic pcap, little-endian, as the generator writes it (24 octets, then packets of 16 octets of
/// header with the captured length at 8).
fn packets(capture: &[u8]) -> (Vec<u8>, Vec<&[u8]>) {
    let (head, mut rest) = capture.split_at(24);
    let mut found = Vec::new();
    while let Some(length) = rest.get(8..12) {
        let (packet, after) = rest.split_at(16 + u32::from_le_bytes(length.try_into().unwrap()) as usize);
        found.push(packet);
        rest = after;
    }
    (head.to_vec(), found)
}

fn is_capture(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "pcap")
}

/// A file with something put before its extension, so that it matches the same source.
fn sibling(path: &Path, mark: &str) -> PathBuf {
    let (stem, end) = (path.file_stem().unwrap().to_string_lossy(), path.extension().unwrap().to_string_lossy());
    path.with_file_name(format!("{stem}{mark}.{end}"))
}

/// Cuts a file in `n` pieces: a capture between packets, a text between lines.
fn split(path: &Path, n: usize) -> Vec<PathBuf> {
    let content = fs::read(path).unwrap();
    let pieces: Vec<Vec<u8>> = if is_capture(path) {
        let (head, packets) = packets(&content);
        let size = packets.len().div_ceil(n).max(1);
        packets.chunks(size).map(|c| [head.clone(), c.concat()].concat()).collect()
    } else {
        let lines: Vec<&[u8]> = content.split_inclusive(|b| *b == b'\n').collect();
        let size = lines.len().div_ceil(n).max(1);
        lines.chunks(size).map(<[_]>::concat).collect()
    };
    fs::remove_file(path).unwrap();
    let write = |(i, piece): (usize, Vec<u8>)| {
        let piece_path = sibling(path, &format!("-part{}", n - i));
        fs::write(&piece_path, piece).unwrap();
        piece_path
    };
    pieces.into_iter().enumerate().map(write).collect()
}

/// Joins files of one kind into the first of them.
fn merge(paths: &[PathBuf]) {
    let Some((first, others)) = paths.split_first() else { return };
    let mut all = fs::read(first).unwrap();
    for path in others {
        let content = fs::read(path).unwrap();
        all.extend_from_slice(if is_capture(path) { &content[24..] } else { &content });
        fs::remove_file(path).unwrap();
    }
    fs::write(first, all).unwrap();
}

/// Packs a file under the same name, and dates it back.
fn pack(path: &Path) {
    let content = fs::read(path).unwrap();
    fs::write(path, zstd::encode_all(&content[..], 1).unwrap()).unwrap();
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::options().append(true).open(path).unwrap().set_modified(then).unwrap();
}

/// Files of the inbox whose name begins so, captures and texts apart.
fn beginning(c: &Council, start: &str, capture: bool) -> Vec<PathBuf> {
    let name = |p: &PathBuf| p.file_name().unwrap().to_string_lossy().starts_with(start);
    c.files().into_iter().filter(|p| name(p) && is_capture(p) == capture).collect()
}

/// Columns of `links` that count lookups.
const LOOKUPS: [&str; 5] = ["lookups", "servfail", "nxdomain", "unanswered", "delay_ms_median"];

/// How the nights over `change`d inputs may differ from those over the inputs as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum But {
    /// In nothing.
    Nothing,
    /// In the count of lookups, by one for each cut.
    Halves(u64),
}

fn column<'v>(line: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    line.as_object_mut().unwrap().get_mut(name)
}

/// Runs the nights over the inputs as they are and as `change` leaves them, and holds one against the other.
fn same_rows(what: &str, but: But, change: impl Fn(&Council)) {
    for formats in FORMATS {
        let (plain, changed) = (council(formats), council(formats));
        change(&changed);
        let ((mut lines, rows), (mut changed_lines, changed_rows)) = (plain.nightly(), changed.nightly());
        assert_eq!(lines.len(), 4);
        for (line, changed) in lines.iter_mut().zip(&mut changed_lines) {
            for told in [&mut *line, &mut *changed] {
                told.as_object_mut().unwrap().remove("problems");
            }
            if let But::Halves(cuts) = but {
                let [a, b] =
                    [&mut *line, &mut *changed].map(|l| column(l, "lookups").unwrap().take().as_u64().unwrap());
                assert!((a..=a + cuts).contains(&b), "{what}: {a} lookups and {b} after {cuts} cuts");
            }
            assert_eq!(line, changed, "{what}: {formats}");
        }
        assert_eq!(rows.keys().collect::<Vec<_>>(), changed_rows.keys().collect::<Vec<_>>(), "{what}: {formats}");
        for (partition, rows) in &rows {
            let changed = &changed_rows[partition];
            if but == But::Nothing || !partition.contains("links") {
                assert_eq!(rows, changed, "{what}: {partition}: {formats}");
            } else {
                assert_eq!(without_lookups(rows), without_lookups(changed), "{what}: {partition}: {formats}");
            }
        }
    }
}

/// Rows of `links` without their counts of lookups, and without rows that stood for nothing but lookups.
fn without_lookups(rows: &RecordBatch) -> Vec<String> {
    let schema = rows.schema();
    let kept: Vec<usize> =
        (0..rows.num_columns()).filter(|i| !LOOKUPS.contains(&schema.field(*i).name().as_str())).collect();
    let rows = rows.project(&kept).unwrap();
    let flows = rows.column_by_name("flows").unwrap().as_primitive::<Int64Type>().clone();
    let bytes = rows.column_by_name("bytes_down").unwrap().as_primitive::<Int64Type>().clone();
    let some = (0..rows.num_rows()).filter(|i| flows.value(*i) > 0 || bytes.value(*i) > 0);
    some.map(|i| format!("{:?}", rows.slice(i, 1))).collect()
}

#[test]
fn captures_cut_between_packets() {
    for n in [2, 7] {
        same_rows("captures cut", But::Nothing, |c| {
            for path in beginning(c, "", true) {
                split(&path, n);
            }
        });
    }
}

#[test]
fn logs_cut_between_lines() {
    for n in [2, 5] {
        same_rows("logs cut", But::Halves(n as u64 + 2), |c| {
            for path in beginning(c, "", false).into_iter().filter(|p| !p.ends_with("dnsmasq.leases")) {
                split(&path, n);
            }
        });
    }
}

#[test]
fn files_of_several_nights_merged() {
    same_rows("merged", But::Nothing, |c| {
        for start in ["flows-", "dns-", "querylog-", "dhcp-"] {
            merge(&beginning(c, start, true));
            merge(&beginning(c, start, false));
        }
    });
}

#[test]
fn everything_at_once() {
    same_rows("cut, merged, packed", But::Halves(6), |c| {
        let flows = beginning(c, "flows-", true);
        merge(&flows[..2]);
        split(&flows[2], 3).into_iter().for_each(|p| pack(&p));
        let texts = beginning(c, "dns-", false);
        split(&texts[0], 4).into_iter().skip(1).for_each(|p| pack(&p));
        for (i, path) in c.files().into_iter().enumerate().filter(|(_, p)| !p.ends_with("dnsmasq.leases")) {
            let new = sibling(&path, &format!("-{:02}", (i * 7) % 31));
            fs::rename(&path, new).unwrap();
        }
    });
}

#[test]
fn a_log_and_its_beginning_are_one_log() {
    same_rows("a log that grew", But::Nothing, |c| {
        for path in beginning(c, "", false).into_iter().filter(|p| !p.ends_with("dnsmasq.leases")) {
            let content = fs::read(&path).unwrap();
            let half = content[..content.len() / 2].iter().rposition(|b| *b == b'\n').unwrap() + 1;
            fs::write(sibling(&path, "-early"), &content[..half]).unwrap();
        }
    });
}

#[test]
fn names_times_and_compression_change_no_byte() {
    for formats in FORMATS {
        let (plain, changed) = (council(formats), council(formats));
        for (i, path) in changed.files().into_iter().enumerate().filter(|(_, p)| !p.ends_with("dnsmasq.leases")) {
            let new = sibling(&path, &format!("-{:02}", 30 - i));
            fs::rename(&path, &new).unwrap();
            if i % 2 == 0 {
                pack(&new);
            }
        }
        plain.nightly();
        changed.nightly();
        assert_eq!(plain.partitions(), changed.partitions(), "{formats}");
    }
}
