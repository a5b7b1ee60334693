//! Letter data → tagged PDF (PDF/UA-1), by Typst as a library.
//!
//! The typesetter sees two virtual files: the template and `data.json`. Nothing else can be opened, so a
//! letter cannot read the disk or fetch a package, and text is data: it is never parsed as markup.

use crate::LetterError;
use crate::document::Letter;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

const TEMPLATE: &str = include_str!("../templates/letter.typ");
/// Source Sans 3 (SIL Open Font License 1.1, see `fonts/OFL.txt`): upright and bold.
const FONTS: [&[u8]; 2] = [
    include_bytes!("../fonts/SourceSans3-Regular.otf"),
    include_bytes!("../fonts/SourceSans3-Bold.otf"),
];
/// Runs of the typesetter for which its cache keeps a result that was not used again.
const CACHE_AGE: usize = 10;

/// What stays the same for all letters.
struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static PRESS: LazyLock<Press> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS
        .iter()
        .flat_map(|file| Font::iter(Bytes::new(*file)))
        .collect();
    Press {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

struct Desk {
    template: Source,
    data_id: FileId,
    data: Bytes,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &PRESS.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &PRESS.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        PRESS.fonts.get(index).cloned()
    }

    /// The dates of a letter are data; the typesetter has no clock.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// The same letter gives the same bytes.
/// # Errors
/// `Typesetting` when the template refuses the data or the result would break PDF/UA-1.
pub(crate) fn typeset(letter: &Letter) -> Result<Vec<u8>, LetterError> {
    let data = serde_json::to_vec(letter).map_err(|error| refused(error.to_string()))?;
    let desk = Desk {
        template: Source::new(virtual_file("letter.typ")?, TEMPLATE.to_owned()),
        data_id: virtual_file("data.json")?,
        data: Bytes::new(data),
    };
    let compiled = typst::compile::<PagedDocument>(&desk);
    typst::comemo::evict(CACHE_AGE);
    if let Some(warning) = compiled.warnings.first() {
        // A missing font or glyph is only a warning there; in a letter it is a lost word.
        return Err(refused(warning.message.to_string()));
    }
    let document = compiled.output.map_err(|errors| first(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|error| refused(error.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some("Seldinger".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| first(&errors))
}

fn virtual_file(name: &str) -> Result<FileId, LetterError> {
    let path = VirtualPath::new(name).map_err(|error| refused(format!("{error:?}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn first(errors: &[SourceDiagnostic]) -> LetterError {
    let message = errors.first().map(|error| error.message.to_string());
    refused(message.unwrap_or_else(|| "no reason given".to_owned()))
}

fn refused(reason: String) -> LetterError {
    LetterError::Typesetting { reason }
}
