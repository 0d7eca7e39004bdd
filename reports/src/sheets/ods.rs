//! `summary.ods`: the book as OpenDocument 1.3, by a writer of ours; `docs/decisions/0006-sheets.md` says why.
//!
//! Five parts in a zip: the type, the manifest, who and what (`meta.xml`), how cells look (`styles.xml`), and the cells
//! (`content.xml`). All text and every attribute that holds text of the document goes through [`escape`].

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::book::{Book, Content, Entry, Grid, Line, Sheet};
use crate::render::{Edition, Language, Render, RenderError};

/// `summary.ods`.
///
/// Cells carry types, so that text is text whatever it begins with, and a figure or a date is one.
#[derive(Debug, Clone, Copy)]
pub struct Ods;

impl Render for Ods {
    fn name(&self) -> &'static str {
        "ODS"
    }

    fn file(&self) -> &'static str {
        "summary.ods"
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.oasis.opendocument.spreadsheet"
    }

    fn languages(&self) -> &'static [Language] {
        &Language::ALL
    }

    fn render(&self, edition: &Edition<'_>) -> Result<Vec<u8>, RenderError> {
        let book = Book::new(edition);
        package(&book, self.media_type()).map_err(|e| RenderError { format: self.name(), what: e.to_string() })
    }
}

fn package(book: &Book, media_type: &str) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::DEFAULT).unix_permissions(0o644);
    let stored = options.compression_method(CompressionMethod::Stored);
    let deflated = options.compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // First and not compressed, so that the type stands at a fixed place in the file.
    zip.start_file("mimetype", stored)?;
    zip.write_all(media_type.as_bytes())?;
    let parts = [
        ("META-INF/manifest.xml", manifest(media_type)),
        ("meta.xml", meta(book)),
        ("styles.xml", styles(book.language.tag())),
        ("content.xml", content(book)),
    ];
    for (name, text) in parts {
        zip.start_file(name, deflated)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
    xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" \
    xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" \
    xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" \
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
    xmlns:xlink=\"http://www.w3.org/1999/xlink\" office:version=\"1.3\"";

/// Adds text to XML, for elements and attributes alike.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

/// Adds text of a paragraph. A space at its beginning or after another stands as an element, else readers drop it.
fn paragraph(text: &str, out: &mut String) {
    let mut spaced = true;
    for part in text.split_inclusive(' ') {
        match part.strip_suffix(' ') {
            Some("") if spaced => out.push_str("<text:s/>"),
            _ => escape(part, out),
        }
        spaced = part.ends_with(' ');
    }
}

fn manifest(media_type: &str) -> String {
    let entry = |path: &str, media: &str| {
        format!("<manifest:file-entry manifest:full-path=\"{path}\" manifest:media-type=\"{media}\"/>")
    };
    let parts: String = ["meta.xml", "styles.xml", "content.xml"].map(|p| entry(p, "text/xml")).concat();
    format!(
        "{PROLOG}<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" \
         manifest:version=\"1.3\">{}{parts}</manifest:manifest>\n",
        entry("/", media_type)
    )
}

fn meta(book: &Book) -> String {
    let (title, author, created) = (escaped(&book.title), escaped(&book.author), book.created);
    format!(
        "{PROLOG}<office:document-meta {NAMESPACES}><office:meta><dc:title>{title}</dc:title>\
         <meta:initial-creator>{author}</meta:initial-creator><dc:creator>{author}</dc:creator>\
         <meta:creation-date>{created}T00:00:00</meta:creation-date><dc:date>{created}T00:00:00</dc:date>\
         <dc:language>{}</dc:language></office:meta></office:document-meta>\n",
        book.language.tag()
    )
}

/// The styles of cells: name, parent, attributes of the paragraph, of the text, and the format of numbers.
const CELLS: [(&str, &str, &str, &str); 10] = [
    ("Title", "", "fo:font-size=\"16pt\" fo:font-weight=\"bold\"", ""),
    ("Section", "", "fo:font-size=\"14pt\" fo:font-weight=\"bold\"", ""),
    ("Text", "start", "", ""),
    ("Head", "start", "fo:font-weight=\"bold\"", ""),
    ("HeadNumber", "end", "fo:font-weight=\"bold\"", ""),
    ("Sign", "end", "", ""),
    ("Whole", "end", "", "NWhole"),
    ("Pounds", "end", "", "NPounds"),
    ("Date", "start", "", "NDate"),
    ("Link", "start", "fo:color=\"#0000ee\" style:text-underline-style=\"solid\"", ""),
];

/// Formats of numbers and dates in a language and country.
fn formats(language: &str, country: &str) -> String {
    let place = format!("number:language=\"{language}\" number:country=\"{country}\"");
    let number = |name: &str, decimals: u8| {
        format!(
            "<number:number-style style:name=\"{name}\" {place}><number:number number:min-integer-digits=\"1\" \
             number:decimal-places=\"{decimals}\" number:min-decimal-places=\"{decimals}\" number:grouping=\"true\"/>\
             </number:number-style>"
        )
    };
    format!(
        "{}{}<number:date-style style:name=\"NDate\" {place}><number:day/><number:text> </number:text>\
         <number:month number:textual=\"true\" number:style=\"long\"/><number:text> </number:text>\
         <number:year number:style=\"long\"/></number:date-style>",
        number("NWhole", 0),
        number("NPounds", 2)
    )
}

fn styles(language: &str) -> String {
    let (word, country) = language.split_once('-').unwrap_or((language, "GB"));
    let mut out = format!(
        "{PROLOG}<office:document-styles {NAMESPACES}><office:font-face-decls><style:font-face style:name=\"Arial\" \
         svg:font-family=\"Arial\" style:font-family-generic=\"swiss\"/></office:font-face-decls><office:styles>\
         <style:default-style style:family=\"table-cell\"><style:text-properties style:font-name=\"Arial\" \
         fo:font-size=\"12pt\" fo:language=\"{word}\" fo:country=\"{country}\"/></style:default-style>{}\
         <style:style style:name=\"Default\" style:family=\"table-cell\"/>",
        formats(word, country)
    );
    for (name, align, look, format) in CELLS {
        let data = if format.is_empty() { String::new() } else { format!(" style:data-style-name=\"{format}\"") };
        let _ = write!(
            out,
            "<style:style style:name=\"{name}\" style:family=\"table-cell\" style:parent-style-name=\"Default\"{data}>"
        );
        if !align.is_empty() {
            let _ = write!(
                out,
                "<style:table-cell-properties fo:wrap-option=\"wrap\" style:vertical-align=\"top\" \
                 style:text-align-source=\"fix\" fo:padding-left=\"1mm\" fo:padding-right=\"2mm\"/><style:paragraph-properties fo:text-align=\"{align}\"/>"
            );
        }
        if !look.is_empty() {
            let _ = write!(out, "<style:text-properties {look}/>");
        }
        out.push_str("</style:style>");
    }
    out.push_str(
        "</office:styles><office:automatic-styles><style:page-layout style:name=\"Page\">\
         <style:page-layout-properties fo:page-width=\"297mm\" fo:page-height=\"210mm\" \
         style:print-orientation=\"landscape\" style:scale-to-X=\"1\" style:scale-to-Y=\"0\"/><style:header-style/>\
         <style:footer-style/></style:page-layout></office:automatic-styles><office:master-styles><style:master-page \
         style:name=\"Default\" style:page-layout-name=\"Page\"><style:header style:display=\"false\"/>\
         <style:footer style:display=\"false\"/></style:master-page></office:master-styles></office:document-styles>\n",
    );
    out
}

fn content(book: &Book) -> String {
    let mut widths: Vec<usize> = book.sheets.iter().flat_map(widths).collect();
    widths.sort_unstable();
    widths.dedup();
    let mut out = format!(
        "{PROLOG}<office:document-content {NAMESPACES}><office:automatic-styles><style:style style:name=\"Sheet\" \
         style:family=\"table\" style:master-page-name=\"Default\"><style:table-properties table:display=\"true\"/>\
         </style:style><style:style style:name=\"Row\" style:family=\"table-row\"><style:table-row-properties \
         style:use-optimal-row-height=\"true\"/></style:style>"
    );
    for width in widths {
        let _ = write!(
            out,
            "<style:style style:name=\"Width{width}\" style:family=\"table-column\"><style:table-column-properties \
             style:column-width=\"{}mm\"/></style:style>",
            width * MILLIMETERS_A_LETTER
        );
    }
    out.push_str("</office:automatic-styles><office:body><office:spreadsheet>");
    book.sheets.iter().for_each(|s| write_sheet(s, &mut out));
    out.push_str("<table:database-ranges>");
    book.sheets.iter().for_each(|s| write_range(s, &mut out));
    out.push_str("</table:database-ranges></office:spreadsheet></office:body></office:document-content>\n");
    out
}

const MILLIMETERS_A_LETTER: usize = 2;
/// Letters in a line of the cover.
const COVER_WIDTH: usize = 90;

fn widths(sheet: &Sheet) -> Vec<usize> {
    sheet.table.as_ref().map_or_else(|| vec![COVER_WIDTH], Grid::widths)
}

fn write_sheet(sheet: &Sheet, out: &mut String) {
    let _ = write!(out, "<table:table table:name=\"{}\" table:style-name=\"Sheet\">", escaped(&sheet.name));
    for width in widths(sheet) {
        let _ = write!(out, "<table:table-column table:style-name=\"Width{width}\"/>");
    }
    row(out, |out| text_cell("Title", &sheet.title, out));
    sheet.lines.iter().for_each(|line| row(out, |out| text_cell(line_style(line, sheet), &line.text, out)));
    if let Some(grid) = &sheet.table {
        out.push_str("<table:table-header-rows>");
        row(out, |out| {
            for head in &grid.heads {
                text_cell(if head.number { "HeadNumber" } else { "Head" }, &head.text, out);
            }
        });
        out.push_str("</table:table-header-rows>");
        for entries in &grid.rows {
            row(out, |out| {
                for (entry, head) in entries.iter().zip(&grid.heads) {
                    cell(entry, head.number, out);
                }
            });
        }
    }
    out.push_str("</table:table>");
}

/// A line above a table runs on over the cells beside it, which are empty; a line of the cover is wrapped.
fn line_style(line: &Line, sheet: &Sheet) -> &'static str {
    match (line.heading, &sheet.table) {
        (true, _) => "Section",
        (false, None) => "Text",
        (false, Some(_)) => "Default",
    }
}

fn row(out: &mut String, cells: impl FnOnce(&mut String)) {
    out.push_str("<table:table-row table:style-name=\"Row\">");
    cells(out);
    out.push_str("</table:table-row>");
}

fn text_cell(style: &str, text: &str, out: &mut String) {
    let _ = write!(out, "<table:table-cell table:style-name=\"{style}\" office:value-type=\"string\"><text:p>");
    paragraph(text, out);
    out.push_str("</text:p></table:table-cell>");
}

fn cell(entry: &Entry, number: bool, out: &mut String) {
    let typed = |style: &str, value: &str, out: &mut String| {
        let _ = write!(out, "<table:table-cell table:style-name=\"{style}\" {value}><text:p>");
        escape(&entry.content.printed(), out);
        out.push_str("</text:p></table:table-cell>");
    };
    let value =
        || format!("office:value-type=\"float\" office:value=\"{}\"", entry.content.number().unwrap_or_default());
    match &entry.content {
        Content::Text(text) => text_cell(if number { "Sign" } else { "Text" }, text, out),
        Content::Sign(sign) => text_cell("Sign", sign.printed(), out),
        Content::Whole(_) => typed("Whole", &value(), out),
        Content::Pence(_) => typed("Pounds", &value(), out),
        Content::Date(date, _) => {
            typed("Date", &format!("office:value-type=\"date\" office:date-value=\"{date}\""), out)
        }
        Content::Sheet(name) => {
            let name = escaped(name);
            let _ = write!(
                out,
                "<table:table-cell table:style-name=\"Link\" office:value-type=\"string\"><text:p><text:a \
                 xlink:type=\"simple\" xlink:href=\"#{name}.A1\">{name}</text:a></text:p></table:table-cell>"
            );
        }
    }
}

/// The letters of a column, counted from 0.
fn column(mut index: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(index % 26).unwrap_or(0)));
        index /= 26;
        if index == 0 {
            return letters.into_iter().rev().collect();
        }
        index -= 1;
    }
}

/// The table of a sheet as a range with a header, which is how OpenDocument marks up a table within a sheet.
fn write_range(sheet: &Sheet, out: &mut String) {
    let Some(grid) = &sheet.table else { return };
    let (top, bottom) = (sheet.header_row() + 1, sheet.header_row() + 1 + grid.rows.len());
    let right = column(grid.heads.len().saturating_sub(1));
    let _ = write!(
        out,
        "<table:database-range table:name=\"{}\" table:target-range-address=\"{sheet}.A{top}:{sheet}.{right}{bottom}\" \
         table:contains-header=\"true\" table:display-filter-buttons=\"false\"/>",
        escaped(&grid.name),
        sheet = escaped(&sheet.name)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let cases = [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")];
        for (index, letters) in cases {
            assert_eq!(column(index), letters);
        }
    }

    #[test]
    fn spaces_stand_where_they_stood() {
        let cases =
            [("a b", "a b"), ("  a", "<text:s/><text:s/>a"), ("a   <b ", "a <text:s/><text:s/>&lt;b "), ("", "")];
        for (text, wanted) in cases {
            let mut out = String::new();
            paragraph(text, &mut out);
            assert_eq!(out, wanted, "{text:?}");
        }
    }

    #[test]
    fn text_cannot_leave_its_element() {
        assert_eq!(escaped("</text:p>\"'&"), "&lt;/text:p&gt;&quot;&apos;&amp;");
    }
}
