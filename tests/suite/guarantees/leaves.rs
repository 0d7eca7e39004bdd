//! What a run leaves behind, in forms that can be compared: every file, every row, everything said.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, TimestampMicrosecondType};
use arrow::util::display::array_value_to_string;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::common::{run, snapshot};

/// The folders of a provider in which runs leave files.
const PLACES: [&str; 5] = ["store", "keys", "ledger", "reports", "categories"];

/// Every file that runs left, by path below the provider's folder, and what they said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaves {
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Exit code, standard output and standard error of each command.
    pub(super) said: Vec<(i32, String, String)>,
}

/// One row of a stored table: each column's text by its name.
pub(crate) type Row = BTreeMap<String, String>;

/// Runs the commands in a provider's folder, one after another, and takes up what they leave.
pub(super) fn leaves(root: &Path, commands: &[&[&str]]) -> Leaves {
    let said = commands.iter().map(|args| run(root, args)).collect();
    Leaves { files: files(root), said }
}

/// A month from its inputs to its outputs: nights, report, and the ledger's own check.
pub(super) const MONTH: [&[&str]; 3] =
    [&["nightly", "--format", "json"], &["report", "--month", "2026-03"], &["ledger", "verify"]];

/// Every file that runs left so far.
pub(super) fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let below = |place: &&str| snapshot(&root.join(place));
    let all = PLACES.iter().flat_map(below);
    all.map(|(path, octets)| (path.strip_prefix(root).unwrap().display().to_string(), octets)).collect()
}

/// The octets with every long run of hex or base64 digits blotted out: hashes of inputs, and of what names or signs them.
///
/// Footers, ledger and checkpoint name each input by the hash of its content, so that two runs over different inputs can be
/// equal only apart from hashes. A hash keeps its length. Inputs stand in the order of their hashes, each with its length,
/// so that the lengths are taken out as well.
pub(super) fn without_hashes(octets: &[u8]) -> Vec<u8> {
    let mut out = without_lengths(octets);
    let mut from = 0;
    for at in 0..=out.len() {
        let digit = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
        if out.get(at).is_some_and(digit) {
            continue;
        }
        if at - from >= 40 {
            out[from..at].fill(b'#');
        }
        from = at + 1;
    }
    out
}

fn without_lengths(octets: &[u8]) -> Vec<u8> {
    const KEY: &[u8] = b"\"length\":";
    let mut out = Vec::with_capacity(octets.len());
    let mut at = 0;
    while at < octets.len() {
        if octets[at..].starts_with(KEY) {
            out.extend_from_slice(KEY);
            at += KEY.len();
            at += octets[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        } else {
            out.push(octets[at]);
            at += 1;
        }
    }
    out
}

/// A file without hashes. A PDF is packed, so that none can be masked in it: the HTML of the same page stands beside it.
fn masked(path: &str, octets: &[u8]) -> Vec<u8> {
    if path.ends_with(".pdf") { b"%PDF".to_vec() } else { without_hashes(octets) }
}

impl Leaves {
    /// The same without hashes.
    pub(super) fn masked(&self) -> Self {
        let text = |t: &str| String::from_utf8(without_hashes(t.as_bytes())).unwrap();
        Self {
            files: self.files.iter().map(|(path, octets)| (path.clone(), masked(path, octets))).collect(),
            said: self.said.iter().map(|(code, out, err)| (*code, text(out), text(err))).collect(),
        }
    }

    /// Panics with the names of the files, and the words, in which two runs differ.
    pub(super) fn assert_same(&self, other: &Self, what: &str) {
        let names = |l: &Self| l.files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(self), names(other), "{what}: names of files");
        let differ: Vec<&String> =
            self.files.iter().filter(|(path, octets)| other.files.get(*path) != Some(octets)).map(|(p, _)| p).collect();
        assert!(differ.is_empty(), "{what}: these files differ: {differ:?}");
        assert_eq!(self.said, other.said, "{what}: what was said");
    }

    /// A file of text.
    pub(super) fn text(&self, path: &str) -> &str {
        let octets = self.files.get(path).unwrap_or_else(|| panic!("no {path} among {:?}", self.files.keys()));
        std::str::from_utf8(octets).unwrap()
    }

    /// The released document of a council's March 2026.
    pub(super) fn report(&self, id: &str) -> serde_json::Value {
        serde_json::from_str(self.text(&format!("reports/{id}/2026-03/report.json"))).unwrap()
    }
}

/// Every row of a stored table, in order of nights.
pub(crate) fn rows(root: &Path, id: &str, table: &str) -> Vec<Row> {
    let mut found = Vec::new();
    for path in snapshot(&root.join("store").join(id).join(table)).into_keys().filter(|p| p.extension().is_some()) {
        if path.extension().is_none_or(|e| e != "parquet") {
            continue;
        }
        let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap()).unwrap().build().unwrap();
        for batch in reader.map(Result::unwrap) {
            let schema = batch.schema();
            let cell = |row: usize, column: usize| {
                let (name, values) = (schema.field(column).name().clone(), batch.column(column));
                let text = match values.data_type() {
                    DataType::Timestamp(..) => values.as_primitive::<TimestampMicrosecondType>().value(row).to_string(),
                    _ => array_value_to_string(values, row).unwrap(),
                };
                (name, text)
            };
            let row = |i| (0..batch.num_columns()).map(|column| cell(i, column)).collect();
            found.extend((0..batch.num_rows()).map(row).collect::<Vec<Row>>());
        }
    }
    found
}

/// A whole number in a column.
pub(super) fn number(row: &Row, column: &str) -> i64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {:?}", row[column]))
}

/// Octets both ways.
pub(super) fn bytes(row: &Row) -> i64 {
    number(row, "bytes_up") + number(row, "bytes_down")
}

/// A page's elements in order, without their text, and without digits in their attributes.
pub(super) fn skeleton(html: &str) -> Vec<String> {
    let element = |part: &str| {
        let tag = part.split('>').next().unwrap_or_default();
        tag.chars().filter(|c| !c.is_ascii_digit()).collect::<String>()
    };
    html.split('<').skip(1).map(element).collect()
}

/// A text with every run of digits, and of what stands between digits of one figure, as one sign.
pub(super) fn without_figures(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let joins = matches!(c, '.' | ',' | ':' | '-') && out.ends_with('0');
        if c.is_ascii_digit() || joins {
            if !out.ends_with('0') {
                out.push('0');
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[test]
fn forms_of_comparison() {
    let hash = "0123456789abcdef0123456789abcdef01234567";
    assert_eq!(without_hashes(format!("a {hash} z").as_bytes()), format!("a {} z", "#".repeat(40)).as_bytes());
    assert_eq!(without_hashes(&hash.as_bytes()[1..]), &hash.as_bytes()[1..], "39 digits are no hash");
    assert_eq!(without_hashes(b"{\"length\":5,"), b"{\"length\":,");
    assert_eq!(skeleton("<p class=\"a1\">x<b>2</b></p>"), ["p class=\"a\"", "b", "/b", "/p"]);
    assert_eq!(without_figures("on 2026-03-29: 1,234 of 5; 7.5 %"), "on 0 0 of 0; 0 %");
}
