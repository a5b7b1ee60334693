//! Words and paper for patients: sentences in three languages, and letters as tagged PDF.
//!
//! Reading order: [`patient_plan`] (what is said), [`sentences`] (how, and what may be told at all),
//! [`words`] (the languages), then one file per letter. [`plan_words`] is what the patient's page shows too.

mod calendar;
mod cancellation_letter;
mod discharge_sheet;
mod document;
pub mod from_aftercare;
pub mod from_preparation;
mod letter_error;
pub mod letter_words;
pub mod patient_plan;
pub mod plan_words;
mod preparation_sheet;
mod sentences;
mod typesetter;
pub mod words;

pub use calendar::calendar;
pub use cancellation_letter::{
    CancellationInput, NewTime, Resume, cancellation_letter, cancellation_words,
};
pub use discharge_sheet::{AtHome, DischargeInput, discharge_sheet, discharge_words};
pub use document::Print;
pub use from_aftercare::from_aftercare;
pub use from_preparation::from_preparation;
pub use letter_error::LetterError;
pub use preparation_sheet::{SheetInput, preparation_sheet};
pub use sentences::sentences;
pub use words::{Language, Message, Words, WordsError};
