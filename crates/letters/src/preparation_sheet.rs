//! The sheet that a patient gets before the procedure.

use crate::LetterError;
use crate::document::{Block, Frame, List, Print, letter};
use crate::patient_plan::PatientPlan;
use crate::sentences::sentences;
use crate::typesetter::typeset;
use crate::words::{Language, Message, Words};

/// One sheet to print.
#[derive(Debug, Clone, Copy)]
pub struct SheetInput<'a> {
    pub plan: &'a PatientPlan,
    pub language: Language,
    pub print: Print,
}

/// The preparation sheet as a tagged PDF (PDF/UA-1): the same sentences as the patient's page.
/// # Errors
/// [`LetterError::Unaddressed`] without name or hospital number; words that fail; data that the typesetter refuses.
pub fn preparation_sheet(input: &SheetInput<'_>) -> Result<Vec<u8>, LetterError> {
    let words = Words::of(input.language)?;
    let plan = input.plan;
    let said = sentences(plan, input.language)?;
    let mut blocks = Vec::new();
    if let Some(open) = said.open {
        blocks.push(Block::Alarm {
            section: open.into(),
        });
    }
    blocks.push(Block::Days {
        heading: said.days_heading,
        columns: [
            words.say(Message::LetterColumnDay)?,
            words.say(Message::LetterColumnDo)?,
            words.say(Message::LetterColumnDone)?,
        ],
        rows: said.days.into_iter().map(Into::into).collect(),
    });
    if let Some(any_day) = said.any_day {
        blocks.push(lists([any_day.into()]));
    }
    blocks.push(lists([said.tell_us.into(), said.bring.into()]));
    blocks.push(lists([said.about.into()]));
    blocks.push(lists([said.room.into()]));
    blocks.push(lists([said.radiation.into(), said.risks.into()]));
    blocks.push(match said.results {
        Some(results) => lists([said.after.into(), results.into()]),
        None => lists([said.after.into()]),
    });
    blocks.push(Block::Alarm {
        section: said.emergency.into(),
    });
    blocks.push(lists([said.same_day.into()]));
    blocks.push(Block::Calls {
        section: said.who_to_call.into(),
    });
    let frame = Frame {
        title: Message::LetterTitlePrepare,
        print: input.print,
        demonstration: plan.demonstration,
        patient: &plan.patient,
        hospital: &plan.hospital,
        version: &plan.version,
    };
    typeset(&letter(words, &frame, said.facts, blocks)?)
}

pub(crate) fn lists<const N: usize>(sections: [List; N]) -> Block {
    Block::Lists {
        sections: sections.into(),
    }
}
