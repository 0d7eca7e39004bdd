//! LibreOffice opens both spreadsheets and shows what the page shows.
//!
//! Not run by default: it needs `soffice`. `make long` runs it, and fails where there is none.

use std::path::Path;
use std::process::Command;

use reports::{Edition, Language, Ods, Render, Xlsx};

use super::documents;
use super::read::sheets;
use super::walk::Want;
use crate::trend::month;

/// A number with commas in thousands, as a reader in Britain sees it; two decimals where the column is of money.
fn shown(number: f64, money: bool) -> String {
    let text = if money { format!("{:.2}", number.abs()) } else { format!("{:.0}", number.abs()) };
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let parts: Vec<&str> = whole.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    format!("{}{}{rest}", if number < 0.0 { "-" } else { "" }, parts.join(","))
}

/// `2026-03-07` as `7 March 2026`, `7 Mawrth 2026`.
fn long_date(iso: &str, language: Language) -> String {
    let months = match language {
        Language::English => ["January", "February", "March", "April"],
        Language::Welsh => ["Ionawr", "Chwefror", "Mawrth", "Ebrill"],
    };
    let parts: Vec<usize> = iso.split('-').map(|p| p.parse().unwrap()).collect();
    format!("{} {} {}", parts[2], months[parts[1] - 1], parts[0])
}

/// Writes every sheet of a file as the program shows it, and returns them by name.
fn convert(folder: &Path, file: &Path) -> Vec<(String, Vec<Vec<String>>)> {
    let out = folder.join("out");
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1";
    let status = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", filter, "--outdir"])
        .arg(&out)
        .arg(file)
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    let stem = file.file_stem().unwrap().to_str().unwrap();
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().strip_prefix(&format!("{stem}-")).unwrap().to_owned();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&path).unwrap();
        let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        std::fs::remove_file(&path).unwrap();
        (name, rows)
    };
    std::fs::read_dir(out).unwrap().map(|e| read(e.unwrap().path())).collect()
}

#[test]
#[ignore = "needs LibreOffice, and takes a minute"]
fn libreoffice_opens_both_and_shows_every_cell() {
    let there = Command::new("soffice").arg("--version").output().is_ok();
    assert!(there, "LibreOffice is missing: install it (soffice), or leave this suite out");
    let folder = tempfile::tempdir().unwrap();
    let formats = [&Xlsx as &dyn Render, &Ods];
    for (name, document) in documents() {
        let earlier = [month(&document, "2026-02", 5)];
        for (format, language) in formats.into_iter().flat_map(|f| Language::ALL.map(|l| (f, l))) {
            let edition = Edition { earlier: &earlier, language, ..Edition::new(&document) };
            let bytes = format.render(&edition).unwrap();
            let file = folder.path().join(format.file());
            std::fs::write(&file, &bytes).unwrap();
            let mut found = convert(folder.path(), &file);
            for sheet in sheets(&bytes) {
                let at =
                    found.iter().position(|(n, _)| *n == sheet.name).unwrap_or_else(|| panic!("no {}", sheet.name));
                let (_, rows) = found.swap_remove(at);
                let what = format!("{name}/{}: {}", format.file_in(language), sheet.name);
                assert_eq!(rows.len(), sheet.rows.len(), "{what}");
                let heads = sheet.rows.iter().find(|r| r.len() > 1).cloned().unwrap_or_default();
                for (row, cells) in rows.iter().zip(&sheet.rows) {
                    let cells: Vec<String> =
                        cells.iter().enumerate().map(|(i, c)| see(c, heads.get(i), language)).collect();
                    assert_eq!(row[..cells.len()], cells, "{what}");
                    assert!(row[cells.len()..].iter().all(String::is_empty), "{what}: {row:?}");
                }
            }
            assert!(found.is_empty(), "{name}: {found:?}");
        }
    }
}

fn see(cell: &Want, head: Option<&Want>, language: Language) -> String {
    match cell {
        Want::Text(text) => text.clone(),
        Want::Date(date) => long_date(date, language),
        Want::Number(number) => shown(*number, matches!(head, Some(Want::Text(h)) if h.ends_with("(£)"))),
    }
}
