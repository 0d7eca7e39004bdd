//! The summary as PDF/UA-1 (ISO 14289-1): a second copy of the HTML, for agenda packs.
//!
//! The page goes through typst, which checks the standard itself while it writes: tags, title, language, reading order, and a
//! text for every picture. The program sees no file, no clock and no font but its own two.

mod source;

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::render::{Edition, Language, Render, RenderError};

const NAME: &str = "PDF";
const REGULAR: &[u8] = include_bytes!("../../fonts/OpenSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/OpenSans-Bold.ttf");

/// `summary.pdf`.
#[derive(Debug, Clone, Copy)]
pub struct Pdf;

impl Pdf {
    /// The page as calls of typst functions: what is set, before it is set. A golden file can hold it.
    pub fn calls(edition: &Edition<'_>) -> String {
        source::calls(&crate::page::summary(edition))
    }
}

impl Render for Pdf {
    fn name(&self) -> &'static str {
        NAME
    }

    fn file(&self) -> &'static str {
        "summary.pdf"
    }

    fn media_type(&self) -> &'static str {
        "application/pdf"
    }

    fn languages(&self) -> &'static [Language] {
        &Language::ALL
    }

    fn render(&self, edition: &Edition<'_>) -> Result<Vec<u8>, RenderError> {
        let page = crate::page::summary(edition);
        let document = edition.document;
        written(source::source(&page), &format!("{}/{}/{}", document.authority, document.month, edition.language.tag()))
    }
}

fn written(source: String, ident: &str) -> Result<Vec<u8>, RenderError> {
    let refused = |what: String| RenderError { format: NAME, what };
    let world = Sheet::new(source).map_err(refused)?;
    let set = typst::compile::<PagedDocument>(&world).output.map_err(|all| refused(first(&all)))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|e| refused(e.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(ident.to_owned()),
        creator: Smart::Custom(None),
        standards,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&set, &options).map_err(|all| refused(first(&all)));
    // What was remembered from this document would serve no other.
    typst::comemo::evict(0);
    bytes
}

fn first(all: &[SourceDiagnostic]) -> String {
    all.first().map_or_else(|| "no reason was given".to_owned(), |e| e.message.to_string())
}

/// What every document shares.
struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let fonts: Vec<Font> = [REGULAR, BOLD].into_iter().filter_map(|f| Font::new(Bytes::new(f), 0)).collect();
    Shared {
        library: LazyHash::new(Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

/// The world of one document: its source and nothing else.
struct Sheet {
    source: Source,
}

impl Sheet {
    fn new(text: String) -> Result<Self, String> {
        let path = VirtualPath::new("summary.typ").map_err(|_| "its name is no path".to_owned())?;
        Ok(Self { source: Source::new(RootedPath::new(VirtualRoot::Project, path).intern(), text) })
    }
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &SHARED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHARED.book
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHARED.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
