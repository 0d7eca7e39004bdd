//! A released month as sheets: a spreadsheet in two formats, and one table of plain data with its description.
//!
//! The order of the sheets and what stands on each follow the guidance of the Government Analysis Function, "Releasing
//! statistics in spreadsheets": a cover, contents, notes, then one table a sheet from cell A1. `docs/sheets.md` lists its
//! points with the test that holds each. Every figure is carried from the document to its cell; nothing is worked out but
//! the point between pounds and pence.

mod book;
mod clean;
mod csvw;
mod figures;
mod front;
mod grids;
mod months;
mod notes;
mod ods;
mod text;
mod xlsx;

pub use book::{Book, Content, Entry, Grid, Head, Line, Sheet};
pub use csvw::CsvMetadata;
pub use figures::Csv;
pub use ods::Ods;
pub use xlsx::Xlsx;
