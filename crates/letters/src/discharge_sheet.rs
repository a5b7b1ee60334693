//! The sheet that a patient takes home: what to do now, medicines, warning signs, the result.

use crate::LetterError;
use crate::document::{Frame, Print, letter_words, printed};
use crate::letter_words::{LetterWords, Part};
use crate::patient_plan::{
    Addressee, AfterCare, Contacts, DoseMoment, DoseTold, Hospital, MedicineName, OpenTopic,
    PlanVersion, PlannedProcedure, Results, Ruled,
};
use crate::plan_words::{Fact, Section};
use crate::sentences::{
    after_step, dose_section, holds_back, may_be_told, medicine_name, open_topic, results,
    warning_signs, what, who_to_call,
};
use crate::typesetter::typeset;
use crate::words::{Language, Message, Words, WordsError};
use jiff::civil::Date;

/// What the sheet for home says.
#[derive(Debug, Clone, PartialEq)]
pub struct DischargeInput {
    pub language: Language,
    pub print: Print,
    pub demonstration: bool,
    pub patient: Addressee,
    pub hospital: Hospital,
    pub procedure: PlannedProcedure,
    pub done_on: Date,
    pub aftercare: AfterCare,
    /// Every medicine that was stopped, changed or is new.
    pub medicines: Vec<(MedicineName, Ruled<AtHome>)>,
    pub results: Results,
    /// What the patient may read about the X-rays; `None` when nothing is said.
    pub dose: Option<DoseTold>,
    /// What the unit itself wrote about the medicines; shown as the unit's own words.
    pub unit_says: Option<String>,
    pub contacts: Contacts,
    pub version: PlanVersion,
}

/// How one medicine goes on at home.
#[derive(Debug, Clone, PartialEq)]
pub enum AtHome {
    AsUsual,
    StartAgain(DoseMoment),
    AskFirst,
    /// The patient's doctor decides.
    Stopped,
    /// A new medicine with its dose as prescribed.
    New {
        dose: String,
    },
}

/// The discharge sheet as a tagged PDF. A medicine or after-care rule without approval reads "your unit will call you".
/// # Errors
/// As [`crate::preparation_sheet()`].
pub fn discharge_sheet(input: &DischargeInput) -> Result<Vec<u8>, LetterError> {
    let words = Words::of(input.language)?;
    let said = discharge_words(input)?;
    typeset(&printed(words, &frame(input), said)?)
}

/// The sentences of the same sheet, for the patient's page.
/// # Errors
/// Words that fail.
pub fn discharge_words(input: &DischargeInput) -> Result<LetterWords, WordsError> {
    let words = Words::of(input.language)?;
    let (emergency, same_day) = warning_signs(
        words,
        input.demonstration,
        &input.aftercare,
        &input.contacts,
    )?;
    let facts = vec![
        Fact {
            label: words.say(Message::LetterDoneWhen)?,
            value: words.date(input.done_on)?,
        },
        Fact {
            label: words.say(Message::LetterWhat)?,
            value: what(words, &input.procedure)?,
        },
    ];
    let mut parts = vec![
        Part::Section(after(words, input)?),
        medicines(words, input)?,
    ];
    if let Some(results) = results(words, &input.results, &input.contacts)? {
        parts.push(Part::Section(results));
    }
    parts.push(Part::Alarm(emergency));
    parts.push(Part::Section(same_day));
    if let Some(told) = &input.dose {
        parts.push(Part::Section(dose_section(words, told, &input.contacts)?));
    }
    parts.push(Part::Calls(who_to_call(
        words,
        &input.hospital,
        &input.contacts,
    )?));
    letter_words(words, &frame(input), facts, parts)
}

fn frame(input: &DischargeInput) -> Frame<'_> {
    Frame {
        title: Message::LetterTitleHome,
        print: input.print,
        demonstration: input.demonstration,
        patient: &input.patient,
        hospital: &input.hospital,
        version: &input.version,
    }
}

fn after(words: &Words, input: &DischargeInput) -> Result<Section, WordsError> {
    let mut lines = Vec::new();
    for step in &input.aftercare.steps {
        if may_be_told(input.demonstration, step.standing) {
            lines.push(after_step(words, &step.value)?);
        }
    }
    if holds_back(&input.aftercare, input.demonstration) || lines.is_empty() {
        lines.push(open_topic(words, &OpenTopic::AfterCare)?);
    }
    Ok(Section {
        heading: words.say(Message::LetterAfter)?,
        lines,
    })
}

fn medicines(words: &Words, input: &DischargeInput) -> Result<Part, WordsError> {
    let heading = words.say(Message::LetterMedicines)?;
    if input.medicines.is_empty() {
        let line = match &input.unit_says {
            Some(said) => words.say(Message::CancelUnitSays { words: said })?,
            None => words.say(Message::HomeNoMedicines)?,
        };
        let lines = vec![line];
        return Ok(Part::Section(Section { heading, lines }));
    }
    let mut rows = Vec::new();
    if let Some(said) = &input.unit_says {
        let all = words.say(Message::LetterMedicines)?;
        rows.push([all, words.say(Message::CancelUnitSays { words: said })?]);
    }
    for (medicine, rule) in &input.medicines {
        let told = may_be_told(input.demonstration, rule.standing);
        let text = if told {
            at_home(words, &rule.value)?
        } else {
            words.say(Message::HomeUnitCalls)?
        };
        rows.push([medicine_name(medicine), text]);
    }
    Ok(Part::Table {
        heading,
        columns: [
            words.say(Message::LetterColumnMedicine)?,
            words.say(Message::LetterColumnWhen)?,
        ],
        rows,
    })
}

fn at_home(words: &Words, at_home: &AtHome) -> Result<String, WordsError> {
    let moment = match at_home {
        AtHome::AsUsual => return words.say(Message::HomeTakeAsUsual),
        AtHome::AskFirst => return words.say(Message::HomeAskFirst),
        AtHome::Stopped => return words.say(Message::HomeStop),
        AtHome::New { dose } => return words.say(Message::HomeNew { dose }),
        AtHome::StartAgain(moment) => moment,
    };
    match moment {
        DoseMoment::At(at) => words.say(Message::HomeStartAt {
            date: &words.date(at.date())?,
            time: &words.time(at.time())?,
        }),
        DoseMoment::Morning(day) => words.say(Message::HomeStartMorning {
            date: &words.date(*day)?,
        }),
        DoseMoment::Evening(day) => words.say(Message::HomeStartEvening {
            date: &words.date(*day)?,
        }),
        DoseMoment::Day(day) => words.say(Message::HomeStartDay {
            date: &words.date(*day)?,
        }),
    }
}
