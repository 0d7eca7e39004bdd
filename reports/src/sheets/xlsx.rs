//! `summary.xlsx`: the book for Excel, by `rust_xlsxwriter`.

use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Table, TableColumn, TableStyle, Workbook, Worksheet, XlsxError,
};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::book::{Book, Content, Entry, Grid, Sheet, lines};
use super::clean::looks_like_formula;
use crate::render::{Edition, Language, Render, RenderError};

/// `summary.xlsx`.
///
/// Text is written as text whatever it begins with, and figures as numbers. Dates are true dates, shown in words by a
/// format that names its language, so that they sort and look alike on every machine.
#[derive(Debug, Clone, Copy)]
pub struct Xlsx;

impl Render for Xlsx {
    fn name(&self) -> &'static str {
        "XLSX"
    }

    fn file(&self) -> &'static str {
        "summary.xlsx"
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }

    fn languages(&self) -> &'static [Language] {
        &Language::ALL
    }

    fn render(&self, edition: &Edition<'_>) -> Result<Vec<u8>, RenderError> {
        let book = Book::new(edition);
        let refused = |what: String| RenderError { format: self.name(), what };
        let bytes = workbook(&book).map_err(|e| refused(e.to_string()))?;
        with_language(&bytes, book.language.tag()).map_err(|e| refused(e.to_string()))
    }
}

/// Digits that a spreadsheet keeps of a number.
const DIGITS_MAX: usize = 15;
const FONT: &str = "Arial";
const POINTS: u8 = 12;
/// The height of a line in points.
const LINE: f64 = 15.75;
/// Letters in a line of the cover.
const COVER_WIDTH: usize = 90;
/// Letters of a column that its margins and bold type take.
const MARGIN: usize = 2;
/// A4, as the format numbers it.
const PAPER: u8 = 9;

/// How cells look: no colour, no fill, no border.
struct Formats {
    title: Format,
    heading: Format,
    line: Format,
    wrapped: Format,
    text: Format,
    typed: Format,
    head: Format,
    head_number: Format,
    sign: Format,
    whole: Format,
    pounds: Format,
    date: Format,
    link: Format,
}

impl Formats {
    fn new(plain: &Format, language: Language) -> Self {
        let top = plain.clone().set_align(FormatAlign::Top);
        let text = top.clone().set_text_wrap();
        let right = text.clone().set_align(FormatAlign::Right).set_indent(1);
        Self {
            title: plain.clone().set_bold().set_font_size(16),
            heading: plain.clone().set_bold().set_font_size(14),
            line: plain.clone(),
            typed: text.clone().set_quote_prefix(),
            wrapped: text.clone(),
            head: text.clone().set_bold(),
            head_number: right.clone().set_bold(),
            sign: right.clone(),
            whole: right.clone().set_num_format("#,##0"),
            pounds: right.clone().set_num_format("#,##0.00"),
            date: text.clone().set_align(FormatAlign::Left).set_num_format(date_format(language)),
            link: top.set_hyperlink().set_font_name(FONT).set_font_size(POINTS),
            text,
        }
    }
}

/// A date in words of a language, by its number at Microsoft: English and Welsh of the United Kingdom.
const fn date_format(language: Language) -> &'static str {
    match language {
        Language::English => "[$-809]d mmmm yyyy",
        Language::Welsh => "[$-452]d mmmm yyyy",
    }
}

fn workbook(book: &Book) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let plain = Format::new().set_font_name(FONT).set_font_size(POINTS);
    workbook.set_default_format(&plain, 21, 72)?;
    let (year, month, day) = (book.created.year(), book.created.month(), book.created.day());
    let created = ExcelDateTime::from_ymd(year.unsigned_abs(), month.unsigned_abs(), day.unsigned_abs())?;
    let properties =
        DocProperties::new().set_title(&book.title).set_author(&book.author).set_creation_datetime(&created);
    workbook.set_properties(&properties);
    let formats = Formats::new(&plain, book.language);
    for sheet in &book.sheets {
        write(workbook.add_worksheet(), sheet, &formats)?;
    }
    workbook.save_to_buffer()
}

/// A place on a sheet, in the types of the library.
fn place(row: usize, column: usize) -> Result<(u32, u16), XlsxError> {
    let row = u32::try_from(row).map_err(|_| XlsxError::RowColumnLimitError)?;
    Ok((row, u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)?))
}

fn write(to: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    to.set_name(&sheet.name)?;
    to.set_paper_size(PAPER).set_landscape().set_print_fit_to_pages(1, 0);
    to.write_string_with_format(0, 0, &sheet.title, &formats.title)?;
    for (i, line) in sheet.lines.iter().enumerate() {
        let format = match (line.heading, &sheet.table) {
            (true, _) => &formats.heading,
            (false, None) => &formats.wrapped,
            (false, Some(_)) => &formats.line,
        };
        let (row, column) = place(i + 1, 0)?;
        to.write_string_with_format(row, column, &line.text, format)?;
        if sheet.table.is_none() && !line.heading {
            set_height(to, i + 1, lines(&line.text, COVER_WIDTH - MARGIN))?;
        }
    }
    match &sheet.table {
        Some(grid) => write_grid(to, sheet.header_row(), grid, formats),
        None => set_width(to, 0, COVER_WIDTH),
    }
}

fn set_width(to: &mut Worksheet, column: usize, letters: usize) -> Result<(), XlsxError> {
    to.set_column_width(place(0, column)?.1, f64::from(u16::try_from(letters).unwrap_or(u16::MAX)))?;
    Ok(())
}

/// Makes room for a row of several lines: not every program does so by itself when it opens a file.
fn set_height(to: &mut Worksheet, row: usize, lines: usize) -> Result<(), XlsxError> {
    if lines > 1 {
        to.set_row_height(place(row, 0)?.0, LINE * f64::from(u16::try_from(lines).unwrap_or(u16::MAX)))?;
    }
    Ok(())
}

fn write_grid(to: &mut Worksheet, top: usize, grid: &Grid, formats: &Formats) -> Result<(), XlsxError> {
    let widths = grid.widths();
    let tallest = |texts: &mut dyn Iterator<Item = String>| {
        texts.zip(&widths).map(|(text, width)| lines(&text, width - MARGIN)).max().unwrap_or(1)
    };
    for (i, row) in grid.rows.iter().enumerate() {
        for (j, entry) in row.iter().enumerate() {
            let number = grid.heads.get(j).is_some_and(|h| h.number);
            write_entry(to, place(top + 1 + i, j)?, entry, number, formats)?;
        }
        set_height(to, top + 1 + i, tallest(&mut row.iter().map(|e| e.content.printed())))?;
    }
    set_height(to, top, tallest(&mut grid.heads.iter().map(|h| h.text.clone())))?;
    for (j, width) in widths.iter().enumerate() {
        set_width(to, j, *width)?;
    }
    let columns: Vec<TableColumn> = grid
        .heads
        .iter()
        .map(|h| {
            let format = if h.number { &formats.head_number } else { &formats.head };
            TableColumn::new().set_header(&h.text).set_header_format(format)
        })
        .collect();
    let table = Table::new()
        .set_name(&grid.name)
        .set_columns(&columns)
        .set_autofilter(false)
        .set_banded_rows(false)
        .set_style(TableStyle::None);
    let (first, _) = place(top, 0)?;
    let (last, right) = place(top + grid.rows.len(), grid.heads.len().saturating_sub(1))?;
    to.add_table(first, 0, last, right, &table)?;
    Ok(())
}

fn write_entry(
    to: &mut Worksheet,
    (row, column): (u32, u16),
    entry: &Entry,
    number: bool,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match &entry.content {
        Content::Text(text) => {
            // The prefix keeps a program from guessing anew when a reader edits the cell.
            let words = if looks_like_formula(text) { &formats.typed } else { &formats.text };
            to.write_string_with_format(row, column, text, if number { &formats.sign } else { words })?;
        }
        Content::Sign(sign) => {
            to.write_string_with_format(row, column, sign.printed(), &formats.sign)?;
        }
        Content::Whole(_) => {
            to.write_number_with_format(row, column, float(&entry.content)?, &formats.whole)?;
        }
        Content::Pence(_) => {
            to.write_number_with_format(row, column, float(&entry.content)?, &formats.pounds)?;
        }
        Content::Date(date, _) => {
            let (year, month, day) = (date.year(), date.month(), date.day());
            let date = ExcelDateTime::from_ymd(year.unsigned_abs(), month.unsigned_abs(), day.unsigned_abs())?;
            to.write_datetime_with_format(row, column, &date, &formats.date)?;
        }
        Content::Sheet(name) => {
            let link = rust_xlsxwriter::Url::new(format!("internal:'{name}'!A1")).set_text(name);
            to.write_url_with_format(row, column, link, &formats.link)?;
        }
    }
    Ok(())
}

/// The number nearest to the figure's decimal text, which is what the file writes again: up to fifteen digits it is the same.
fn float(content: &Content) -> Result<f64, XlsxError> {
    let text = content.number().unwrap_or_default();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match text.parse() {
        Ok(number) if digits <= DIGITS_MAX => Ok(number),
        _ => Err(XlsxError::ParameterError(format!("a spreadsheet keeps {DIGITS_MAX} digits of a number, not {text}"))),
    }
}

const PROPERTIES: &str = "docProps/core.xml";
const PROPERTIES_END: &str = "</cp:coreProperties>";

/// The workbook with its language among its properties, which the library has no word for.
fn with_language(bytes: &[u8], language: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut from = ZipArchive::new(Cursor::new(bytes))?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..from.len() {
        let name = from.by_index_raw(i)?.name()?.into_owned();
        if name != PROPERTIES {
            to.raw_copy_file(from.by_index_raw(i)?)?;
            continue;
        }
        let mut text = String::new();
        from.by_index(i)?.read_to_string(&mut text)?;
        let inserted = format!("<dc:language>{language}</dc:language>{PROPERTIES_END}");
        to.start_file(name, SimpleFileOptions::default().last_modified_time(zip::DateTime::DEFAULT))?;
        to.write_all(text.replacen(PROPERTIES_END, &inserted, 1).as_bytes())?;
    }
    Ok(to.finish()?.into_inner())
}
