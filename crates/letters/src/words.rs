//! Sentences in the patient's language, from `locales/`; a missing one is an error, never English instead.

mod dates;
mod message;

pub use message::Message;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use model::{Family, ProcedureId};
use std::sync::LazyLock;
use unic_langid::{LanguageIdentifier, langid};

/// A language that patients are written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    English,
    Finnish,
    Swedish,
}

impl Language {
    pub const ALL: &'static [Self] = &[Self::English, Self::Finnish, Self::Swedish];

    /// The code of ISO 639-1: folder name under `locales/`, `lang` of page and PDF.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Finnish => "fi",
            Self::Swedish => "sv",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|language| language.code() == code)
    }

    /// The language of a tag as senders and browsers write it: `fi`, `fi-FI`, `fin`, `sv;q=0.8`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_lowercase();
        let primary: String = tag.chars().take_while(char::is_ascii_alphabetic).collect();
        match primary.as_str() {
            "eng" => Some(Self::English),
            "fin" => Some(Self::Finnish),
            "swe" => Some(Self::Swedish),
            code => Self::from_code(code),
        }
    }

    /// The language's own name of itself, for a choice of language.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Finnish => "Suomi",
            Self::Swedish => "Svenska",
        }
    }
}

/// Why a sentence could not be said. A test over all messages and languages keeps these from happening.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    #[error("the file of words does not read: {file}: {reason}")]
    File { file: &'static str, reason: String },
    #[error("no words for {key} in {language}")]
    Missing { key: String, language: &'static str },
    #[error("the words for {key} in {language} do not fill: {reason}")]
    Unfilled {
        key: String,
        language: &'static str,
        reason: String,
    },
    #[error("a medicine is held for more than {most} days")]
    HoldTooLong { most: u16 },
    #[error("no date or number format for {language}: {reason}")]
    Format {
        language: &'static str,
        reason: String,
    },
}

/// One argument of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Argument<'a> {
    Text(&'a str),
    /// A number that chooses between singular and plural.
    Count(u16),
    /// A number that is only printed, in the language's own way.
    Amount(u16),
}

macro_rules! files {
    ($code:literal: $($name:literal),+) => {
        [$((
            concat!($code, "/", $name, ".ftl"),
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/../../locales/", $code, "/", $name, ".ftl"
            )),
        )),+]
    };
    ($code:literal) => {
        files!($code: "letter", "prepare", "room", "after", "cancel", "home", "portal", "dose", "procedures")
    };
}

type Files = [(&'static str, &'static str); 9];

const ENGLISH: Files = files!("en");
const FINNISH: Files = files!("fi");
const SWEDISH: Files = files!("sv");

/// The words of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    formats: dates::Formats,
}

static ENGLISH_WORDS: LazyLock<Result<Words, WordsError>> =
    LazyLock::new(|| Words::load(Language::English, &ENGLISH));
static FINNISH_WORDS: LazyLock<Result<Words, WordsError>> =
    LazyLock::new(|| Words::load(Language::Finnish, &FINNISH));
static SWEDISH_WORDS: LazyLock<Result<Words, WordsError>> =
    LazyLock::new(|| Words::load(Language::Swedish, &SWEDISH));

impl Words {
    /// The words of a language; read once, then kept.
    /// # Errors
    /// A file that does not parse, or a date format that is not in the program.
    pub fn of(language: Language) -> Result<&'static Self, WordsError> {
        let words = match language {
            Language::English => &ENGLISH_WORDS,
            Language::Finnish => &FINNISH_WORDS,
            Language::Swedish => &SWEDISH_WORDS,
        };
        words.as_ref().map_err(Clone::clone)
    }

    fn load(language: Language, files: &Files) -> Result<Self, WordsError> {
        let identifier: LanguageIdentifier = match language {
            Language::English => langid!("en-GB"),
            Language::Finnish => langid!("fi"),
            Language::Swedish => langid!("sv"),
        };
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Isolation marks are for mixed writing directions; in a PDF they come out as boxes.
        bundle.set_use_isolating(false);
        for (file, text) in files {
            let refused = |reason: String| WordsError::File { file, reason };
            let resource = FluentResource::try_new((*text).to_owned())
                .map_err(|(_, errors)| refused(format!("{errors:?}")))?;
            bundle
                .add_resource(resource)
                .map_err(|errors| refused(format!("{errors:?}")))?;
        }
        Ok(Self {
            language,
            bundle,
            formats: dates::Formats::new(language)?,
        })
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// One sentence.
    /// # Errors
    /// `Missing` or `Unfilled` when the language lacks the message or one of its arguments.
    pub fn say(&self, message: Message<'_>) -> Result<String, WordsError> {
        self.look_up(message.key(), &message.arguments())
    }

    /// What is done, in the patient's words: the catalogue entry's phrase, else that of its family.
    /// # Errors
    /// The family has no phrase in this language.
    pub fn procedure(
        &self,
        id: Option<&ProcedureId>,
        family: Family,
    ) -> Result<String, WordsError> {
        let own = id
            .map(|id| format!("procedure-{id}"))
            .filter(|key| self.bundle.has_message(key));
        let key = own.unwrap_or_else(|| format!("procedure-family-{}", family.code()));
        self.look_up(&key, &[])
    }

    fn look_up(&self, key: &str, arguments: &[(&str, Argument<'_>)]) -> Result<String, WordsError> {
        let missing = || WordsError::Missing {
            key: key.to_owned(),
            language: self.language.code(),
        };
        let message = self.bundle.get_message(key).ok_or_else(missing)?;
        let pattern = message.value().ok_or_else(missing)?;
        let mut filled = FluentArgs::new();
        for (name, argument) in arguments {
            let value = match argument {
                Argument::Text(text) => FluentValue::from(*text),
                Argument::Count(count) => FluentValue::from(i64::from(*count)),
                Argument::Amount(amount) => FluentValue::from(self.number(u32::from(*amount))),
            };
            filled.set(*name, value);
        }
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&filled), &mut errors);
        if errors.is_empty() {
            Ok(text.into_owned())
        } else {
            Err(WordsError::Unfilled {
                key: key.to_owned(),
                language: self.language.code(),
                reason: format!("{errors:?}"),
            })
        }
    }
}
