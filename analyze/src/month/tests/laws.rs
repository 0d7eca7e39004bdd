//! A whole month: the merge of its days, one file with all of its rows, and a second program on the same SQL text all come
//! to the same contributions.

use std::fs::File;
use std::process::Command;

use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::*;
use crate::dice::Dice;

/// Days before and after 2 March that make the month.
const MARCH: std::ops::Range<i64> = -1..30;

/// Rows of nine people (the ninth has no hours) and two kiosks on every date of March: two devices each, kinds that meet in
/// one bucket, classes that share a bucket, minutes of every shape, dates without any active minute.
fn march() -> (Vec<UsageRow>, Vec<LinkRow>) {
    let mut dice = Dice(0x6d61_7263_6800);
    let mut rows = Vec::new();
    let kinds = ["news", "social", "video", "shopping", "other"];
    for d in MARCH {
        for p in 0..10 {
            for _ in 0..dice.below(40) {
                let class = match p {
                    0 | 9 => NotApplicable,
                    _ => TimeClass::ALL[dice.below(3) as usize],
                };
                let mask = if dice.below(4) == 0 { 0 } else { dice.below(1 << 15) as i64 };
                let device = p * 10 + dice.below(2) as i64;
                let octets = [dice.below(1 << 20), dice.below(1 << 33)].map(|n| n as i64);
                let kind = kinds[dice.below(5) as usize];
                rows.push(row(&R(d, dice.below(12) as i64, p, device, kind, class, octets[0], octets[1], mask)));
            }
        }
    }
    let links =
        MARCH.flat_map(|d| [0, 1].map(|l| link_row(d, l, (d + 2) * 1_000 + i64::from(l), 9, d.abs()))).collect();
    (rows, links)
}

/// All rows of several partitions in one file, written by the Parquet crate alone.
fn merged(out: PathBuf, paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut writer: Option<ArrowWriter<File>> = None;
    for path in paths {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
        for batch in reader.map(Result::unwrap) {
            let new = || ArrowWriter::try_new(File::create(&out).unwrap(), batch.schema(), None).unwrap();
            writer.get_or_insert_with(new).write(&batch).unwrap();
        }
    }
    writer.unwrap().close().unwrap();
    vec![out]
}

#[test]
fn a_month_is_one_file_and_is_the_merge_of_its_days() {
    let (rows, links) = march();
    let dir = tempfile::tempdir().unwrap();
    let (usage, links) = stored(dir.path(), &rows, &links);
    assert_eq!((usage.len(), links.len()), (31, 31));
    let month = contributions(&usage, &links).unwrap();
    let one = contributions(
        &merged(dir.path().join("usage.parquet"), &usage),
        &merged(dir.path().join("links.parquet"), &links),
    );
    assert!(month == one.unwrap(), "31 partitions and one file differ");
    let (mut cells, mut shares, mut days) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for (usage, links) in usage.iter().zip(&links) {
        let day = contributions(std::slice::from_ref(usage), std::slice::from_ref(links)).unwrap();
        for (key, who, n) in day.cells {
            *cells.entry((key, who)).or_insert(0_u64) += n;
        }
        for (link, who, n) in day.link_shares {
            *shares.entry((link, who)).or_insert(0_u64) += n;
        }
        days.extend(day.link_days);
    }
    days.sort();
    assert!(cells.into_iter().map(|((key, who), n)| (key, who, n)).eq(month.cells.iter().copied()));
    assert!(shares.into_iter().map(|((link, who), n)| (link, who, n)).eq(month.link_shares.iter().cloned()));
    assert!(days == month.link_days);
    let octets: i64 = rows.iter().map(|r| r.bytes_up + r.bytes_down).sum();
    let shared: u64 = month.link_shares.iter().map(|s| s.2).sum();
    assert_eq!(shared, octets as u64);
}

/// Runs the SQL files with DuckDB and prints each row of contributions as a line. Exit code 77: DuckDB is not installed.
const SECOND_PROGRAM: &str = r#"
import pathlib, sys
try:
    import duckdb
except ImportError:
    sys.exit(77)
root, sql = (pathlib.Path(a) for a in sys.argv[1:3])
db = duckdb.connect()
for table in ("usage", "links"):
    db.sql(f"create view {table} as from read_parquet('{root}/ashby/{table}/*.parquet')")
measures = {"octets": "volume", "minutes": "time", "days": "days"}
for path in sorted(p for p in sql.glob("*.sql") if p.stem != "faults"):  # of lines, not of people
    found = db.sql(path.read_text())
    for values in found.fetchall():
        row = dict(zip(found.columns, values))
        who = f"p{row['person']}" if row.get("person") is not None else f"d{row.get('shared_device')}"
        if path.stem == "links":
            print("|".join(str(row[c]) for c in found.columns))
        elif path.stem == "link-use":
            print(f"{row['link']}|{who}|{row['octets']}")
        else:
            amount = next(c for c in measures if c in row)
            print(f"{row.get('category', '')}|{row.get('time_class', '')}|{measures[amount]}|{who}|{row[amount]}")
"#;

fn line(who: Who) -> String {
    match who {
        Who::Person(p) => format!("p{}", p.0),
        Who::Shared(d) => format!("d{}", d.0),
    }
}

#[test]
fn duckdb_finds_the_same_on_the_same_text() {
    let (rows, links) = march();
    let dir = tempfile::tempdir().unwrap();
    let (usage, links) = stored(dir.path(), &rows, &links);
    let sql = "sql";
    let python = Command::new("python3").args(["-c", SECOND_PROGRAM]).arg(dir.path()).arg(sql).output();
    let Some(python) = python.ok().filter(|p| p.status.code() != Some(77)) else {
        println!("skipped: no python3 with the package duckdb");
        return;
    };
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    let mut theirs: Vec<String> = String::from_utf8(python.stdout).unwrap().lines().map(str::to_owned).collect();
    let month = contributions(&usage, &links).unwrap();
    let word = |m: Measure| match m {
        Volume => "volume",
        Time => "time",
        Days => "days",
    };
    let mut ours: Vec<String> = Vec::new();
    for (key, who, n) in &month.cells {
        let (category, class) = (key.category.map_or("", |c| c.as_str()), key.class.map_or("", |c| c.as_str()));
        ours.push(format!("{category}|{class}|{}|{}|{n}", word(key.measure), line(*who)));
    }
    ours.extend(month.link_shares.iter().map(|(link, who, n)| format!("{link}|{}|{n}", line(*who))));
    for d in &month.link_days {
        let head = format!("{}|{}|{}|{}|{}", d.link, d.date, d.octets, d.records, d.records_lost);
        ours.push(format!("{head}|{}|{}|{}|{}", d.lookups, d.servfail, d.nxdomain, d.unanswered));
    }
    ours.sort();
    theirs.sort();
    assert!(ours.len() > 200, "too few rows to say anything: {}", ours.len());
    assert_eq!(ours, theirs);
}
