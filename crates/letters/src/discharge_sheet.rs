//! The sheet that a patient takes home: what to do now, medicines, warning signs, the result.

use crate::LetterError;
use crate::document::{Block, Frame, Print, letter};
use crate::patient_plan::{
    Addressee, AfterCare, Contacts, DoseMoment, Hospital, MedicineName, OpenTopic, PlanVersion,
    PlannedProcedure, Results, Ruled,
};
use crate::plan_words::{Fact, Section};
use crate::preparation_sheet::lists;
use crate::sentences::{
    after_step, holds_back, may_be_told, medicine_name, open_topic, results, warning_signs, what,
    who_to_call,
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
    let mut blocks = vec![
        lists([after(words, input)?.into()]),
        medicines(words, input)?,
    ];
    if let Some(results) = results(words, &input.results, &input.contacts)? {
        blocks.push(lists([results.into()]));
    }
    blocks.push(Block::Alarm {
        section: emergency.into(),
    });
    blocks.push(lists([same_day.into()]));
    blocks.push(Block::Calls {
        section: who_to_call(words, &input.hospital, &input.contacts)?.into(),
    });
    let frame = Frame {
        title: Message::LetterTitleHome,
        print: input.print,
        demonstration: input.demonstration,
        patient: &input.patient,
        hospital: &input.hospital,
        version: &input.version,
    };
    typeset(&letter(words, &frame, facts, blocks)?)
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

fn medicines(words: &Words, input: &DischargeInput) -> Result<Block, WordsError> {
    let heading = words.say(Message::LetterMedicines)?;
    if input.medicines.is_empty() {
        let lines = vec![words.say(Message::HomeNoMedicines)?];
        return Ok(lists([Section { heading, lines }.into()]));
    }
    let mut rows = Vec::new();
    for (medicine, rule) in &input.medicines {
        let told = may_be_told(input.demonstration, rule.standing);
        let text = if told {
            at_home(words, &rule.value)?
        } else {
            words.say(Message::HomeUnitCalls)?
        };
        rows.push([medicine_name(medicine), text]);
    }
    Ok(Block::Table {
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
