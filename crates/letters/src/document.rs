//! The data of a letter as the template reads it: a frame and a list of blocks. One template for all letters.

use crate::LetterError;
use crate::letter_words::{LetterWords, Part};
use crate::patient_plan::{Addressee, Hospital, PlanVersion};
use crate::plan_words::{DaySection, Fact, Section, WhoToCall};
use crate::sentences::{addressed, demonstration, footer};
use crate::words::{Message, Words, WordsError};
use serde::Serialize;

/// How large the letter is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Print {
    /// 12 pt.
    Normal,
    /// 18 pt, one column.
    Large,
}

#[derive(Debug, Serialize)]
pub(crate) struct Letter {
    language: &'static str,
    title: String,
    large: bool,
    demonstration: Option<Demonstration>,
    name: String,
    number_label: String,
    number: String,
    hospital: String,
    unit: String,
    facts: Vec<LabelledValue>,
    blocks: Vec<Block>,
    footer: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Demonstration {
    line: String,
    watermark: String,
}

#[derive(Debug, Serialize)]
struct LabelledValue {
    label: String,
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Block {
    Days {
        heading: String,
        columns: [String; 3],
        rows: Vec<DayRow>,
    },
    Table {
        heading: String,
        columns: [String; 2],
        rows: Vec<[String; 2]>,
    },
    /// Sections that stand beside each other where there is room.
    Lists {
        sections: Vec<List>,
    },
    /// A framed section: what to do in an emergency.
    Alarm {
        section: List,
    },
    Calls {
        section: List,
    },
}

#[derive(Debug, Serialize)]
pub(crate) struct DayRow {
    heading: String,
    is_procedure_day: bool,
    lines: Vec<RowLine>,
}

#[derive(Debug, Serialize)]
struct RowLine {
    text: String,
    why: Option<String>,
}

/// A heading and its lines; one line alone stands as a paragraph.
#[derive(Debug, Serialize)]
pub(crate) struct List {
    heading: String,
    lines: Vec<String>,
}

impl From<Section> for List {
    fn from(section: Section) -> Self {
        Self {
            heading: section.heading,
            lines: section.lines,
        }
    }
}

impl From<WhoToCall> for List {
    fn from(calls: WhoToCall) -> Self {
        Self {
            heading: calls.heading,
            lines: calls.lines.into_iter().map(|line| line.text).collect(),
        }
    }
}

impl From<Part> for Block {
    fn from(part: Part) -> Self {
        match part {
            Part::Section(section) => Self::Lists {
                sections: vec![section.into()],
            },
            Part::Alarm(section) => Self::Alarm {
                section: section.into(),
            },
            Part::Table {
                heading,
                columns,
                rows,
            } => Self::Table {
                heading,
                columns,
                rows,
            },
            Part::Calls(calls) => Self::Calls {
                section: calls.into(),
            },
        }
    }
}

impl From<DaySection> for DayRow {
    fn from(day: DaySection) -> Self {
        let line = |line: crate::plan_words::Line| RowLine {
            text: line.text,
            why: line.why,
        };
        Self {
            heading: day.heading,
            is_procedure_day: day.is_procedure_day,
            lines: day.lines.into_iter().map(line).collect(),
        }
    }
}

/// What every letter has, whatever it says.
pub(crate) struct Frame<'a> {
    pub title: Message<'a>,
    pub print: Print,
    pub demonstration: bool,
    pub patient: &'a Addressee,
    pub hospital: &'a Hospital,
    pub version: &'a PlanVersion,
}

/// The letter with its frame filled. The name and hospital number must not be empty.
pub(crate) fn letter(
    words: &Words,
    frame: &Frame<'_>,
    facts: Vec<Fact>,
    blocks: Vec<Block>,
) -> Result<Letter, LetterError> {
    let name = addressed(&frame.patient.name);
    if name.is_empty() {
        return Err(LetterError::Unaddressed { what: "name" });
    }
    let number = frame.patient.hospital_number.trim().to_owned();
    if number.is_empty() {
        return Err(LetterError::Unaddressed {
            what: "hospital number",
        });
    }
    let demonstration = match demonstration(words, frame.demonstration)? {
        Some(line) => Some(Demonstration {
            line,
            watermark: words.say(Message::LetterWatermark)?,
        }),
        None => None,
    };
    let labelled = |fact: Fact| LabelledValue {
        label: fact.label,
        value: fact.value,
    };
    Ok(Letter {
        language: words.language().code(),
        title: words.say(frame.title)?,
        large: frame.print == Print::Large,
        demonstration,
        name,
        number_label: words.say(Message::LetterHospitalNumber)?,
        number,
        hospital: frame.hospital.name.clone(),
        unit: frame.hospital.unit.clone(),
        facts: facts.into_iter().map(labelled).collect(),
        blocks,
        footer: footer(words, frame.version)?,
    })
}

/// The ready sentences of a letter, with its frame.
pub(crate) fn letter_words(
    words: &Words,
    frame: &Frame<'_>,
    facts: Vec<Fact>,
    parts: Vec<Part>,
) -> Result<LetterWords, WordsError> {
    Ok(LetterWords {
        language: words.language(),
        title: words.say(frame.title)?,
        demonstration: demonstration(words, frame.demonstration)?,
        patient_name: addressed(&frame.patient.name),
        hospital_number: Fact {
            label: words.say(Message::LetterHospitalNumber)?,
            value: frame.patient.hospital_number.trim().to_owned(),
        },
        hospital: frame.hospital.name.clone(),
        unit: frame.hospital.unit.clone(),
        facts,
        parts,
        footer: footer(words, frame.version)?,
    })
}

/// The same letter for the typesetter.
pub(crate) fn printed(
    words: &Words,
    frame: &Frame<'_>,
    said: LetterWords,
) -> Result<Letter, LetterError> {
    let blocks = said.parts.into_iter().map(Into::into).collect();
    letter(words, frame, said.facts, blocks)
}
