//! A plan → its sentences. The one place that decides what a patient may be told.

mod care;
mod days;
mod dose;

pub(crate) use care::{after_step, footer, results, warning_signs, who_to_call};
pub(crate) use days::{date_time, medicine_name};
pub(crate) use dose::dose_section;

use crate::patient_plan::{
    AfterCare, Anaesthesia, Contrast, FollowUp, Instruction, OpenTopic, PatientPlan,
    PlannedProcedure, PregnancyQuestion, Ruled, Standing, Stay,
};
use crate::plan_words::{Fact, PlanWords, Section};
use crate::words::{Language, Message, Words, WordsError};
use model::{Family, Laterality, Modality, PersonName};
use std::collections::BTreeSet;

/// The sentences of a plan in one language.
///
/// Outside a demonstration an instruction whose rule is not approved is not said; its topic joins the
/// questions about which the unit will call.
/// # Errors
/// A message without words in this language (a test keeps this from happening), or a hold of more than
/// [`days::LONGEST_HOLD_DAYS`] days.
pub fn sentences(plan: &PatientPlan, language: Language) -> Result<PlanWords, WordsError> {
    let words = Words::of(language)?;
    let (emergency, same_day) =
        warning_signs(words, plan.demonstration, &plan.aftercare, &plan.contacts)?;
    let (told, mut open) = told_and_open(plan);
    let days = days::days(words, plan, &told, &mut open)?;
    Ok(PlanWords {
        language,
        title: words.say(Message::LetterTitlePrepare)?,
        demonstration: demonstration(words, plan.demonstration)?,
        patient_name: addressed(&plan.patient.name),
        hospital_number: Fact {
            label: words.say(Message::LetterHospitalNumber)?,
            value: plan.patient.hospital_number.clone(),
        },
        hospital: plan.hospital.name.clone(),
        unit: plan.hospital.unit.clone(),
        facts: facts(words, plan)?,
        days_heading: words.say(Message::LetterDays)?,
        days,
        any_day: any_day(words, &told)?,
        open: open_section(words, plan, &open)?,
        tell_us: tell_us(words, plan, &told)?,
        bring: bring(words, &plan.appointment.stay)?,
        about: section(
            words,
            Message::LetterAbout,
            &[Message::AboutWhat, Message::AboutWhy, Message::AboutSleep],
        )?,
        room: room(words, &plan.procedure)?,
        radiation: radiation(words, &plan.procedure.modalities)?,
        risks: section(
            words,
            Message::LetterRisks,
            &[
                Message::RisksIntro,
                Message::RisksAllergy,
                Message::RisksPrepare,
            ],
        )?,
        after: care::after(words, plan)?,
        results: results(words, &plan.results, &plan.contacts)?,
        emergency,
        same_day,
        who_to_call: who_to_call(words, &plan.hospital, &plan.contacts)?,
        footer: footer(words, &plan.version)?,
    })
}

/// The one gate between the rule book and the patient.
pub(crate) fn may_be_told(demonstration: bool, standing: Standing) -> bool {
    match standing {
        Standing::Approved => true,
        Standing::NotApproved => demonstration,
    }
}

fn told_and_open(plan: &PatientPlan) -> (Vec<&Instruction>, BTreeSet<OpenTopic>) {
    let mut open: BTreeSet<OpenTopic> = plan.open.iter().cloned().collect();
    let mut told = Vec::new();
    for Ruled { value, standing } in &plan.steps {
        if may_be_told(plan.demonstration, *standing) {
            told.push(value);
        } else {
            open.insert(topic(value));
        }
    }
    if holds_back(&plan.aftercare, plan.demonstration) {
        open.insert(OpenTopic::AfterCare);
    }
    (told, open)
}

pub(crate) fn holds_back(aftercare: &AfterCare, demonstration: bool) -> bool {
    let steps = aftercare.steps.iter().map(|step| step.standing);
    let signs = aftercare.warning_signs.iter().map(|sign| sign.standing);
    steps
        .chain(signs)
        .any(|standing| !may_be_told(demonstration, standing))
}

/// The question that stays when an instruction may not be told.
fn topic(instruction: &Instruction) -> OpenTopic {
    match instruction {
        Instruction::ContinueMedicine { medicine }
        | Instruction::HoldMedicine { medicine, .. }
        | Instruction::HoldAfterProcedure { medicine, .. }
        | Instruction::OmitMorningDose { medicine, .. }
        | Instruction::AskAboutDose { medicine }
        | Instruction::Premedication { medicine, .. }
        | Instruction::Injection { medicine, .. } => OpenTopic::Medicine(medicine.clone()),
        Instruction::LaboratoryTests { .. } => OpenTopic::BloodTests,
        Instruction::NoFasting
        | Instruction::NoFoodAfter(_)
        | Instruction::ClearFluidsUntil(_)
        | Instruction::DrinkWell(_) => OpenTopic::Fasting,
        Instruction::Shower(_) | Instruction::Escort { .. } => OpenTopic::Preparation,
    }
}

pub(crate) fn demonstration(words: &Words, on: bool) -> Result<Option<String>, WordsError> {
    on.then(|| words.say(Message::LetterDemonstration))
        .transpose()
}

/// Given name first, as one writes to a person.
pub(crate) fn addressed(name: &PersonName) -> String {
    let parts = [&name.given, &name.middle, &name.family];
    let parts: Vec<&str> = parts
        .into_iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

pub(crate) fn section(
    words: &Words,
    heading: Message<'_>,
    lines: &[Message<'_>],
) -> Result<Section, WordsError> {
    Ok(Section {
        heading: words.say(heading)?,
        lines: lines
            .iter()
            .map(|line| words.say(*line))
            .collect::<Result<_, _>>()?,
    })
}

fn facts(words: &Words, plan: &PatientPlan) -> Result<Vec<Fact>, WordsError> {
    let appointment = &plan.appointment;
    let stay = match appointment.stay {
        Stay::SameDay => Message::StaySameDay,
        Stay::Overnight => Message::StayOvernight,
        Stay::Inpatient => Message::StayInpatient,
        Stay::NotDecided => Message::StayNotDecided,
    };
    Ok(vec![
        Fact {
            label: words.say(Message::LetterWhen)?,
            value: date_time(words, &appointment.arrive_at)?,
        },
        Fact {
            label: words.say(Message::LetterWhere)?,
            value: appointment.place.clone(),
        },
        Fact {
            label: words.say(Message::LetterWhat)?,
            value: what(words, &plan.procedure)?,
        },
        Fact {
            label: words.say(Message::LetterHowLong)?,
            value: words.say(stay)?,
        },
    ])
}

/// What is done, with its side when one is known.
pub(crate) fn what(words: &Words, procedure: &PlannedProcedure) -> Result<String, WordsError> {
    let phrase = words.procedure(procedure.id.as_ref(), procedure.family)?;
    let side = match procedure.side {
        Laterality::Left => Message::SideLeft,
        Laterality::Right => Message::SideRight,
        Laterality::Both => Message::SideBoth,
        Laterality::NotApplicable | Laterality::NotStated => return Ok(format!("{phrase}.")),
    };
    Ok(format!("{phrase}. {}", words.say(side)?))
}

fn any_day(words: &Words, told: &[&Instruction]) -> Result<Option<Section>, WordsError> {
    let mut lines = Vec::new();
    for instruction in told {
        if let Instruction::ContinueMedicine { medicine } = instruction {
            let medicine = &medicine_name(medicine);
            lines.push(words.say(Message::MedicineAsUsual { medicine })?);
        }
    }
    for instruction in told {
        if let Instruction::Escort { overnight } = instruction {
            lines.push(words.say(Message::EscortHome)?);
            if *overnight {
                lines.push(words.say(Message::EscortOvernight)?);
            }
        }
    }
    if lines.is_empty() {
        return Ok(None);
    }
    Ok(Some(Section {
        heading: words.say(Message::LetterAnyDay)?,
        lines,
    }))
}

fn open_section(
    words: &Words,
    plan: &PatientPlan,
    open: &BTreeSet<OpenTopic>,
) -> Result<Option<Section>, WordsError> {
    if open.is_empty() {
        return Ok(None);
    }
    let mut lines = Vec::new();
    for topic in open {
        lines.push(open_topic(words, topic)?);
    }
    let phone = &plan.contacts.day_phone;
    lines.push(match plan.call_by {
        Some(by) => words.say(Message::OpenCallBy {
            date: &words.day(by)?,
            phone,
        })?,
        None => words.say(Message::OpenCall { phone })?,
    });
    Ok(Some(Section {
        heading: words.say(Message::LetterOpen)?,
        lines,
    }))
}

pub(crate) fn open_topic(words: &Words, topic: &OpenTopic) -> Result<String, WordsError> {
    let message = match topic {
        OpenTopic::Medicine(medicine) => {
            let medicine = &medicine_name(medicine);
            return words.say(Message::OpenMedicine { medicine });
        }
        OpenTopic::BloodTests => Message::OpenBloodTests,
        OpenTopic::Fasting => Message::OpenFasting,
        OpenTopic::ContrastAgent => Message::OpenContrast,
        OpenTopic::Pregnancy => Message::OpenPregnancy,
        OpenTopic::Anaesthesia => Message::OpenAnaesthesia,
        OpenTopic::Antibiotic => Message::OpenAntibiotic,
        OpenTopic::Stay => Message::OpenStay,
        OpenTopic::AfterCare => Message::OpenAftercare,
        OpenTopic::Preparation => Message::OpenPreparation,
    };
    words.say(message)
}

fn tell_us(
    words: &Words,
    plan: &PatientPlan,
    told: &[&Instruction],
) -> Result<Section, WordsError> {
    let mut lines = Vec::new();
    let holds = |instruction: &&Instruction| {
        matches!(
            instruction,
            Instruction::HoldMedicine { .. }
                | Instruction::HoldAfterProcedure { .. }
                | Instruction::OmitMorningDose { .. }
        )
    };
    if told.iter().any(holds) {
        lines.push(Message::TellMistake);
    }
    lines.push(Message::TellFever);
    match plan.procedure.contrast {
        Contrast::None => {}
        Contrast::Iodine | Contrast::Gadolinium | Contrast::NotDecided => {
            lines.push(Message::TellContrast);
        }
    }
    lines.push(Message::TellNumbing);
    match plan.procedure.pregnancy {
        PregnancyQuestion::Ask => lines.push(Message::TellPregnant),
        PregnancyQuestion::NotNeeded => {}
    }
    lines.push(Message::TellCannotCome);
    section(words, Message::LetterTellUs, &lines)
}

fn bring(words: &Words, stay: &Stay) -> Result<Section, WordsError> {
    let mut lines = vec![Message::BringLetter, Message::BringMedicines];
    match stay {
        Stay::Overnight | Stay::NotDecided => lines.push(Message::BringNight),
        Stay::SameDay | Stay::Inpatient => {}
    }
    section(words, Message::LetterBring, &lines)
}

fn room(words: &Words, procedure: &PlannedProcedure) -> Result<Section, WordsError> {
    let mut lines = vec![Message::RoomCheck, Message::RoomTeam];
    for modality in &procedure.modalities {
        lines.push(match modality {
            Modality::Ultrasound => Message::RoomImagingUs,
            Modality::Fluoroscopy => Message::RoomImagingXa,
            Modality::Ct => Message::RoomImagingCt,
            Modality::Mr => Message::RoomImagingMr,
            Modality::Mammography => Message::RoomImagingMg,
        });
    }
    lines.push(Message::RoomSkin);
    lines.push(match procedure.anaesthesia {
        Anaesthesia::None => Message::RoomAnaesthesiaNone,
        Anaesthesia::Local => Message::RoomAnaesthesiaLocal,
        Anaesthesia::Sedation => Message::RoomAnaesthesiaSedation,
        Anaesthesia::General => Message::RoomAnaesthesiaGeneral,
        Anaesthesia::NotDecided => Message::RoomAnaesthesiaNotDecided,
    });
    if procedure.anaesthesia != Anaesthesia::None {
        lines.push(Message::RoomCannula);
    }
    lines.push(family(procedure.family));
    match procedure.contrast {
        Contrast::None => {}
        Contrast::Iodine => lines.push(Message::RoomContrastIodine),
        Contrast::Gadolinium => lines.push(Message::RoomContrastGadolinium),
        Contrast::NotDecided => lines.push(Message::RoomContrastNotDecided),
    }
    lines.push(Message::RoomMonitoring);
    section(words, Message::LetterRoom, &lines)
}

fn family(family: Family) -> Message<'static> {
    match family {
        Family::Biopsy => Message::RoomBiopsy,
        Family::Drainage => Message::RoomDrainage,
        Family::Angioplasty => Message::RoomAngioplasty,
        Family::Stent => Message::RoomStent,
        Family::Angiography => Message::RoomAngiography,
        Family::Embolisation => Message::RoomEmbolisation,
        Family::Ablation => Message::RoomAblation,
        Family::Thrombolysis => Message::RoomThrombolysis,
        Family::Venous => Message::RoomVenous,
        Family::VenousAccess => Message::RoomVenousAccess,
        Family::Spine => Message::RoomSpine,
        Family::Injection => Message::RoomInjection,
        Family::Adjunct => Message::RoomAdjunct,
    }
}

fn radiation(words: &Words, modalities: &[Modality]) -> Result<Section, WordsError> {
    let ionising = |modality: &Modality| match modality {
        Modality::Fluoroscopy | Modality::Ct | Modality::Mammography => true,
        Modality::Ultrasound | Modality::Mr => false,
    };
    let lines: &[Message<'_>] = if modalities.is_empty() {
        &[Message::RadiationMay, Message::RadiationAsk]
    } else if modalities.iter().any(ionising) {
        &[Message::RadiationUsed, Message::RadiationAsk]
    } else {
        &[Message::RadiationNone]
    };
    section(words, Message::LetterRadiation, lines)
}

/// Is there something to say about the result at all?
pub(crate) fn has_result(follow_up: &FollowUp) -> bool {
    match follow_up {
        FollowUp::Booked(_) | FollowUp::NotBooked => true,
        FollowUp::NotNeeded => false,
    }
}
