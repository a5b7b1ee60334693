//! Why a letter could not be made.

use crate::words::WordsError;

/// Why a letter could not be made. No text carries a patient's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    #[error("the letter has no {what} to address")]
    Unaddressed { what: &'static str },
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error("the typesetter refused the letter: {reason}")]
    Typesetting { reason: String },
}
