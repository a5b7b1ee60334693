//! The ready sentences of a letter that is not the preparation sheet: the patient's page and the PDF show the same.

use crate::plan_words::{Fact, Section, WhoToCall};
use crate::words::Language;

/// All sentences of a letter, in the order in which they are read. Text, not markup: escape at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterWords {
    pub language: Language,
    pub title: String,
    /// The demonstration line; `None` for a real patient.
    pub demonstration: Option<String>,
    /// Given name, family name.
    pub patient_name: String,
    pub hospital_number: Fact,
    pub hospital: String,
    pub unit: String,
    pub facts: Vec<Fact>,
    pub parts: Vec<Part>,
    pub footer: Vec<String>,
}

/// One part of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Section(Section),
    /// What must not be overlooked.
    Alarm(Section),
    Table {
        heading: String,
        columns: [String; 2],
        rows: Vec<[String; 2]>,
    },
    Calls(WhoToCall),
}
