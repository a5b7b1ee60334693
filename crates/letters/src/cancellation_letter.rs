//! The letter that says that a visit is cancelled, and what to do with medicines that were stopped for it.

use crate::LetterError;
use crate::document::{Frame, Print, letter_words, printed};
use crate::letter_words::{LetterWords, Part};
use crate::patient_plan::{
    Addressee, Contacts, Hospital, MedicineName, PlanVersion, PlannedProcedure, Ruled,
};
use crate::plan_words::{Fact, Section};
use crate::sentences::{date_time, may_be_told, medicine_name, what, who_to_call};
use crate::typesetter::typeset;
use crate::words::{Language, Message, Words, WordsError};
use jiff::ZonedDateTime;

/// What a cancellation letter says.
#[derive(Debug, Clone, PartialEq)]
pub struct CancellationInput {
    pub language: Language,
    pub print: Print,
    pub demonstration: bool,
    pub patient: Addressee,
    pub hospital: Hospital,
    pub procedure: PlannedProcedure,
    /// The appointment that no longer holds; `None` when there was none yet.
    pub was_at: Option<ZonedDateTime>,
    pub new_time: NewTime,
    /// Every medicine that the patient was told to stop, delay or inject for this visit.
    pub medicines: Vec<Ruled<Resume>>,
    /// What the unit itself wrote about the medicines; shown as the unit's own words.
    pub unit_says: Option<String>,
    pub contacts: Contacts,
    pub version: PlanVersion,
}

#[derive(Debug, Clone, PartialEq)]
pub enum NewTime {
    Booked(ZonedDateTime),
    /// The unit sends one.
    Follows,
    /// The unit has not said whether there will be one.
    NotDecided,
    None,
}

/// What to do with one medicine now that the visit does not happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Resume {
    /// Start again with the next usual dose.
    NextDose(MedicineName),
    At(MedicineName, ZonedDateTime),
    AskFirst(MedicineName),
    /// Replacement injections: ask before the next one.
    Injection(MedicineName),
}

/// The cancellation letter as a tagged PDF. A restart whose rule is not approved reads "call us first".
/// # Errors
/// As [`crate::preparation_sheet()`].
pub fn cancellation_letter(input: &CancellationInput) -> Result<Vec<u8>, LetterError> {
    let words = Words::of(input.language)?;
    let said = cancellation_words(input)?;
    typeset(&printed(words, &frame(input), said)?)
}

/// The sentences of the same letter, for the patient's page.
/// # Errors
/// Words that fail.
pub fn cancellation_words(input: &CancellationInput) -> Result<LetterWords, WordsError> {
    let words = Words::of(input.language)?;
    let mut facts = Vec::new();
    if let Some(was_at) = &input.was_at {
        facts.push(Fact {
            label: words.say(Message::LetterWasWhen)?,
            value: date_time(words, was_at)?,
        });
    }
    facts.push(Fact {
        label: words.say(Message::LetterWhat)?,
        value: what(words, &input.procedure)?,
    });
    let parts = vec![
        Part::Section(Section {
            heading: words.say(Message::CancelVisit)?,
            lines: vec![words.say(Message::CancelOldPlan)?, new_time(words, input)?],
        }),
        Part::Alarm(medicines(words, input)?),
        Part::Calls(who_to_call(words, &input.hospital, &input.contacts)?),
    ];
    letter_words(words, &frame(input), facts, parts)
}

fn frame(input: &CancellationInput) -> Frame<'_> {
    Frame {
        title: Message::LetterTitleCancelled,
        print: input.print,
        demonstration: input.demonstration,
        patient: &input.patient,
        hospital: &input.hospital,
        version: &input.version,
    }
}

fn new_time(words: &Words, input: &CancellationInput) -> Result<String, WordsError> {
    match &input.new_time {
        NewTime::Booked(at) => words.say(Message::CancelNewTime {
            date: &words.date(at.date())?,
            time: &words.time(at.time())?,
        }),
        NewTime::Follows => words.say(Message::CancelTimeFollows),
        NewTime::NotDecided => words.say(Message::CancelTimeNotDecided),
        NewTime::None => words.say(Message::CancelNoNewTime),
    }
}

fn medicines(words: &Words, input: &CancellationInput) -> Result<Section, WordsError> {
    let phone = &input.contacts.day_phone;
    let mut lines = Vec::new();
    if let Some(said) = &input.unit_says {
        lines.push(words.say(Message::CancelUnitSays { words: said })?);
    }
    for Ruled { value, standing } in &input.medicines {
        let told = may_be_told(input.demonstration, *standing);
        lines.push(resume(words, value, told, phone)?);
    }
    lines.push(if lines.is_empty() {
        words.say(Message::CancelNoMedicines)?
    } else {
        words.say(Message::CancelOtherMedicine { phone })?
    });
    Ok(Section {
        heading: words.say(Message::LetterMedicines)?,
        lines,
    })
}

fn resume(words: &Words, resume: &Resume, told: bool, phone: &str) -> Result<String, WordsError> {
    match resume {
        Resume::NextDose(medicine) if told => {
            let medicine = &medicine_name(medicine);
            words.say(Message::CancelRestartNext { medicine })
        }
        Resume::At(medicine, at) if told => words.say(Message::CancelRestartAt {
            medicine: &medicine_name(medicine),
            date: &words.date(at.date())?,
            time: &words.time(at.time())?,
        }),
        Resume::Injection(medicine) => {
            let medicine = &medicine_name(medicine);
            words.say(Message::CancelInjectionsStop { medicine, phone })
        }
        Resume::NextDose(medicine) | Resume::At(medicine, _) | Resume::AskFirst(medicine) => {
            let medicine = &medicine_name(medicine);
            words.say(Message::CancelRestartAsk { medicine, phone })
        }
    }
}
