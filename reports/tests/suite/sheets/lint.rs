//! The checklist of the Analysis Function's guidance on spreadsheets, point by point, on the raw files.

use std::collections::BTreeSet;

use reports::{Edition, Language, Ods, Render as _, Xlsx};

use super::documents;
use super::read::{Found, part, parts, sheets};
use super::walk::Want;
use crate::trend::month;

/// What the checklist asks for, in the words of a language.
struct Words {
    first: [&'static str; 3],
    one_table: &'static str,
    /// What stands before and after a sign that is explained.
    sign: (&'static str, &'static str),
    date: &'static str,
    title: &'static str,
    date_format: &'static str,
    language: &'static str,
    styles: &'static str,
}

const ENGLISH: Words = Words {
    first: ["Cover", "Contents", "Notes"],
    one_table: "This worksheet contains one table.",
    sign: ("In this table ", " means: "),
    date: "Date",
    title: "<dc:title>Internet use in ",
    date_format: "[$-809]d mmmm yyyy",
    language: "<dc:language>en-GB</dc:language>",
    styles: "fo:language=\"en\" fo:country=\"GB\"",
};

const WELSH: Words = Words {
    first: ["Clawr", "Cynnwys", "Nodiadau"],
    one_table: "Mae’r daflen waith hon yn cynnwys un tabl.",
    sign: ("Yn y tabl hwn, ystyr ", " yw: "),
    date: "Dyddiad",
    title: "<dc:title>Defnydd o’r rhyngrwyd, ",
    date_format: "[$-452]d mmmm yyyy",
    language: "<dc:language>cy</dc:language>",
    styles: "fo:language=\"cy\" fo:country=\"GB\"",
};

/// Holds both files of an edition to the checklist.
pub(super) fn check(name: &str, edition: &Edition<'_>) {
    let words = if edition.language == Language::Welsh { &WELSH } else { &ENGLISH };
    let xlsx = Xlsx.render(edition).unwrap();
    let found = sheets(&xlsx);
    structure(name, &found, words);
    xlsx_parts(name, &xlsx, &found, words);
    let ods = Ods.render(edition).unwrap();
    structure(name, &sheets(&ods), words);
    ods_parts(name, &ods, &found, words);
}

#[test]
fn every_point_of_the_checklist() {
    for (name, document) in documents() {
        let mut before = month(&document, "2026-02", 5);
        before.tables.retain(|t| t.id != "use");
        let earlier = [before];
        for language in Language::ALL {
            check(name, &Edition { language, ..Edition::new(&document) });
            check(name, &Edition { language, earlier: &earlier, ..Edition::new(&document) });
        }
    }
}

fn words(cell: &Want) -> &str {
    match cell {
        Want::Text(text) => text,
        other => panic!("{other:?} where text belongs"),
    }
}

/// Cover, contents, notes, then the tables; on each a title in A1, lines in column A, and one table without a blank cell
/// to the sheet's end.
fn structure(name: &str, found: &[Found], wording: &Words) {
    let names: Vec<&str> = found.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names[..3], wording.first, "{name}");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{name}: sheets of one name");
    for sheet in found {
        let what = format!("{name}: {}", sheet.name);
        assert!(sheet.name.len() <= 31 && sheet.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{what}");
        for cell in sheet.rows.iter().flatten() {
            assert!(!matches!(cell, Want::Text(t) if t.trim().is_empty()), "{what} has a blank cell");
        }
        assert!(sheet.rows.iter().all(|r| !r.is_empty()), "{what} has a blank row");
        if sheet.name == wording.first[0] {
            assert!(sheet.rows.iter().all(|r| r.len() == 1), "{what}: a cover has one column");
            continue;
        }
        assert_eq!(words(&sheet.rows[1][0]), wording.one_table, "{what}");
        let top = header(sheet, wording);
        let width = sheet.rows[top].len();
        let heads: BTreeSet<String> = sheet.rows[top].iter().map(|h| words(h).to_lowercase()).collect();
        assert_eq!(heads.len(), width, "{what}: headings of one name");
        assert!(top + 1 < sheet.rows.len(), "{what}: a table without rows");
        for row in &sheet.rows[top + 1..] {
            assert_eq!(row.len(), width, "{what}: {row:?}");
        }
        explained(&what, sheet, top, wording);
    }
    contents(name, &found[1], &names, found);
}

/// The row of the header: the first below the lines, which are alone in column A, but for a table of one column.
fn header(sheet: &Found, wording: &Words) -> usize {
    let wide = sheet.rows.iter().position(|r| r.len() > 1);
    wide.unwrap_or_else(|| sheet.rows.iter().position(|r| *r == [Want::Text(wording.date.to_owned())]).unwrap())
}

/// A symbol or mark in the table is explained above it, once, and none that is not there; a note that is named exists.
fn explained(what: &str, sheet: &Found, top: usize, wording: &Words) {
    if sheet.name == wording.first[2] {
        return;
    }
    let body: Vec<&Want> = sheet.rows[top + 1..].iter().flat_map(|r| &r[1..]).collect();
    for sign in ["[c]", "[x]", "[z]", "[low]", "[e]", "[r]"] {
        let mark = sign == "[e]" || sign == "[r]";
        let here = |w: &&&Want| matches!(w, Want::Text(t) if t == sign || (mark && t.contains(sign)));
        let used = body.iter().find(here).is_some();
        let line = format!("{}{sign}{}", wording.sign.0, wording.sign.1);
        let lines = sheet.rows[..top].iter().filter(|r| words(&r[0]).starts_with(&line)).count();
        assert_eq!(lines, usize::from(used), "{what}: {sign}");
    }
}

fn contents(name: &str, contents: &Found, names: &[&str], found: &[Found]) {
    let listed: Vec<(&str, &str)> = contents.rows[3..].iter().map(|r| (words(&r[0]), words(&r[1]))).collect();
    let others = found.iter().filter(|s| s.name != found[1].name).map(|s| (s.name.as_str(), words(&s.rows[0][0])));
    assert_eq!(listed, others.collect::<Vec<_>>(), "{name}: the contents of {names:?}");
}

/// What no part of an XLSX may hold, and what some must.
fn xlsx_parts(name: &str, bytes: &[u8], found: &[Found], wording: &Words) {
    let all = parts(bytes);
    for bad in ["vbaProject", "media/", "drawing", "printerSettings", "externalLink", "comments", "calcChain"] {
        assert!(!all.iter().any(|p| p.contains(bad)), "{name}: {bad} in {all:?}");
    }
    let sheets: Vec<&String> = all.iter().filter(|p| p.starts_with("xl/worksheets/sheet")).collect();
    assert_eq!(sheets.len(), found.len(), "{name}");
    for (i, sheet) in found.iter().enumerate() {
        let xml = part(bytes, &format!("xl/worksheets/sheet{}.xml", i + 1));
        let bad = [
            "<f>",
            "<f ",
            "mergeCell",
            "<pane",
            "autoFilter",
            "hidden",
            "headerFooter",
            "<drawing",
            "<picture",
            "legacyDrawing",
            "conditionalFormatting",
            "dataValidation",
            "<selection",
            "topLeftCell",
            "tabColor",
            "oleObject",
            "<controls",
        ];
        for bad in bad {
            assert!(!xml.contains(bad), "{name}: {bad} on {}", sheet.name);
        }
        assert_eq!(xml.matches("tabSelected=\"1\"").count(), usize::from(i == 0), "{name}: {}", sheet.name);
        assert_eq!(xml.matches("<tablePart ").count(), usize::from(i > 0), "{name}: {}", sheet.name);
    }
    let tables: Vec<&String> = all.iter().filter(|p| p.starts_with("xl/tables/")).collect();
    assert_eq!(tables.len(), found.len() - 1, "{name}");
    for (i, sheet) in found[1..].iter().enumerate() {
        let xml = part(bytes, &format!("xl/tables/table{}.xml", i + 1));
        let top = header(sheet, wording) + 1;
        let (bottom, width) = (sheet.rows.len(), sheet.rows[top - 1].len());
        let right = char::from(b'A' + u8::try_from(width - 1).unwrap());
        assert!(xml.contains(&format!("ref=\"A{top}:{right}{bottom}\"")), "{name}: {}: {xml}", sheet.name);
        assert!(xml.contains(&format!("<tableColumns count=\"{width}\">")), "{name}: {xml}");
        assert!(!xml.contains("autoFilter") && !xml.contains("headerRowCount=\"0\""), "{name}: {xml}");
    }
    xlsx_book(name, bytes, wording);
}

fn xlsx_book(name: &str, bytes: &[u8], wording: &Words) {
    let book = part(bytes, "xl/workbook.xml");
    for bad in ["state=\"hidden", "veryHidden", "activeTab", "definedName"] {
        assert!(!book.contains(bad), "{name}: {bad}");
    }
    // Every XLSX has these two fills, the empty one and a pattern that nothing here uses.
    let styles = part(bytes, "xl/styles.xml");
    let fills = "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/>";
    assert!(styles.contains(fills), "{name}: {styles}");
    assert!(!styles.contains("fillId=\"1\""), "{name}: {styles}");
    for format in ["#,##0.00", wording.date_format] {
        assert!(styles.contains(format) || name == "drawn", "{name}: {format} in {styles}");
    }
    let core = part(bytes, "docProps/core.xml");
    for must in [wording.title, "<dc:creator>", wording.language] {
        assert_eq!(core.matches(must).count(), 1, "{name}: {must} in {core}");
    }
    assert_eq!(core.matches("2026-04-01T00:00:00Z").count(), 2, "{name}: {core}");
}

/// The same of an ODS.
fn ods_parts(name: &str, bytes: &[u8], found: &[Found], wording: &Words) {
    assert_eq!(&bytes[30..38], b"mimetype", "{name}");
    assert_eq!(&bytes[38..84], b"application/vnd.oasis.opendocument.spreadsheet", "{name}");
    assert_eq!(u16::from_le_bytes([bytes[8], bytes[9]]), 0, "{name}: the type is compressed");
    assert_eq!(u16::from_le_bytes([bytes[28], bytes[29]]), 0, "{name}: the type has an extra field");
    let all = parts(bytes);
    assert_eq!(all, ["mimetype", "META-INF/manifest.xml", "meta.xml", "styles.xml", "content.xml"], "{name}");
    let manifest = part(bytes, "META-INF/manifest.xml");
    for listed in &all[2..] {
        assert!(manifest.contains(&format!("full-path=\"{listed}\"")), "{name}: {listed}");
    }
    let content = part(bytes, "content.xml");
    // Tags alone: text may say what it likes.
    let tags: String =
        content.split('<').filter_map(|t| t.split_once('>')).map(|(tag, _)| format!("<{tag}>")).collect();
    let bad = [
        "spanned",
        "covered",
        "table:formula",
        "table:filter",
        "display-filter-buttons=\"true\"",
        "visibility",
        "draw:",
        "<office:scripts",
        "event-listener",
        "background-color",
        "<text:sheet-name",
        "repeated",
        "<office:annotation",
    ];
    for bad in bad {
        assert!(!tags.contains(bad), "{name}: {bad}");
    }
    for link in tags.split("xlink:href=\"").skip(1) {
        let target = link.split('"').next().unwrap();
        let sheet = target.strip_prefix('#').unwrap().strip_suffix(".A1").unwrap();
        assert!(found.iter().any(|s| s.name == sheet), "{name}: a link to {target}");
    }
    let tables = found.len() - 1;
    assert_eq!(tags.matches("<table:table-header-rows>").count(), tables, "{name}");
    assert_eq!(tags.matches("<table:database-range ").count(), tables, "{name}");
    for (sheet, top) in found[1..].iter().map(|s| (s, header(s, wording))) {
        let right = char::from(b'A' + u8::try_from(sheet.rows[top].len() - 1).unwrap());
        let range = format!("\"{n}.A{}:{n}.{right}{}\"", top + 1, sheet.rows.len(), n = sheet.name);
        assert!(tags.contains(&range), "{name}: {range}");
    }
    let styles = part(bytes, "styles.xml");
    assert!(!styles.contains("background-color") && styles.contains(wording.styles), "{name}");
    let meta = part(bytes, "meta.xml");
    for must in [wording.title, "<dc:creator>", wording.language] {
        assert_eq!(meta.matches(must).count(), 1, "{name}: {must} in {meta}");
    }
}
