//! After-care, warning signs, the result, whom to call: shared by the preparation sheet and the sheet for home.

use super::{days::date_time, has_result, may_be_told};
use crate::patient_plan::FollowUp;
use crate::patient_plan::{
    AfterCare, AfterStep, CallLevel, CatheterPlace, Contacts, DayHours, Hospital, PatientPlan,
    PlanVersion, Results, WarningSign,
};
use crate::plan_words::{CallLine, Section, WhoToCall};
use crate::words::{Message, Words, WordsError};
use std::collections::BTreeSet;

pub(super) fn after(words: &Words, plan: &PatientPlan) -> Result<Section, WordsError> {
    let mut lines = Vec::new();
    for step in &plan.aftercare.steps {
        if may_be_told(plan.demonstration, step.standing) {
            lines.push(after_step(words, &step.value)?);
        }
    }
    if lines.is_empty() {
        lines.push(words.say(Message::AfterNothing)?);
    }
    lines.push(words.say(Message::AfterMedicines)?);
    Ok(Section {
        heading: words.say(Message::LetterAfter)?,
        lines,
    })
}

pub(crate) fn after_step(words: &Words, step: &AfterStep) -> Result<String, WordsError> {
    let message = match step {
        AfterStep::BedRestUntil(at) => {
            let time = &words.time(at.time())?;
            return words.say(Message::AfterBedRestUntil { time });
        }
        AfterStep::NoBedRest => Message::AfterNoBedRest,
        AfterStep::BedRestHours(hours) => Message::AfterBedRestHours { hours: *hours },
        AfterStep::StayWatchedHours(hours) => Message::AfterWatchHours { hours: *hours },
        AfterStep::StayOvernight => Message::AfterOvernight,
        AfterStep::LegStraight => Message::AfterLegStraight,
        AfterStep::LieOnRightSide => Message::AfterRightSide,
        AfterStep::KeepDressingDays(days) => Message::AfterDressingDays { days: *days },
        AfterStep::NoHeavyLiftingDays(days) => Message::AfterLiftingDays { days: *days },
        AfterStep::NoBathDays(days) => Message::AfterBathDays { days: *days },
        AfterStep::NoDrivingHours(hours) => Message::AfterDrivingHours { hours: *hours },
        AfterStep::NoAlcoholHours(hours) => Message::AfterAlcoholHours { hours: *hours },
        AfterStep::NoFlyingDays(days) => Message::AfterFlyingDays { days: *days },
        AfterStep::DrinkWell => Message::AfterDrink,
        AfterStep::CatheterStays(place) => match place {
            CatheterPlace::Abdomen => Message::AfterCatheterAbdomen,
            CatheterPlace::Chest => Message::AfterCatheterChest,
            CatheterPlace::Kidney => Message::AfterCatheterKidney,
            CatheterPlace::BileDuct => Message::AfterCatheterBile,
            CatheterPlace::Other => Message::AfterCatheterOther,
        },
        AfterStep::FlushCatheter {
            volume_ml,
            times_a_day,
        } => Message::AfterFlush {
            times: *times_a_day,
            volume: *volume_ml,
        },
        AfterStep::WriteDownOutput => Message::AfterOutput,
        AfterStep::CatheterBelowBody => Message::AfterBagBelow,
        AfterStep::StentCard => Message::AfterStentCard,
        AfterStep::PainRelief => Message::AfterPain,
    };
    words.say(message)
}

/// The signs for the emergency number, and those for a call on the same day.
pub(crate) fn warning_signs(
    words: &Words,
    demonstration: bool,
    aftercare: &AfterCare,
    contacts: &Contacts,
) -> Result<(Section, Section), WordsError> {
    let own = aftercare
        .warning_signs
        .iter()
        .filter(|sign| may_be_told(demonstration, sign.standing))
        .map(|sign| sign.value);
    let signs: BTreeSet<WarningSign> = WarningSign::ALWAYS.iter().copied().chain(own).collect();
    let (mut emergency, mut same_day) = (Vec::new(), Vec::new());
    for sign in signs {
        let text = words.say(sign_message(sign))?;
        match sign.level() {
            CallLevel::Emergency => emergency.push(text),
            CallLevel::SameDay => same_day.push(text),
        }
    }
    Ok((
        Section {
            heading: words.say(Message::LetterSignsEmergency {
                number: &contacts.emergency_number,
            })?,
            lines: emergency,
        },
        Section {
            heading: words.say(Message::LetterSignsCall)?,
            lines: same_day,
        },
    ))
}

fn sign_message(sign: WarningSign) -> Message<'static> {
    match sign {
        WarningSign::BleedingDoesNotStop => Message::SignBleedingDoesNotStop,
        WarningSign::Breathless => Message::SignBreathless,
        WarningSign::ChestPain => Message::SignChestPain,
        WarningSign::Fainting => Message::SignFainting,
        WarningSign::ColdLimb => Message::SignColdLimb,
        WarningSign::FaceSwelling => Message::SignFaceSwelling,
        WarningSign::NeckSwelling => Message::SignNeckSwelling,
        WarningSign::CoughingBlood => Message::SignCoughingBlood,
        WarningSign::FeverWithShivering => Message::SignFeverWithShivering,
        WarningSign::NumbHand => Message::SignNumbHand,
        WarningSign::StrokeSigns => Message::SignStroke,
        WarningSign::ChestTubeOut => Message::SignChestTubeOut,
        WarningSign::Fever => Message::SignFever,
        WarningSign::StrongPain => Message::SignStrongPain,
        WarningSign::GrowingLump => Message::SignGrowingLump,
        WarningSign::RednessOrPus => Message::SignRednessOrPus,
        WarningSign::Rash => Message::SignRash,
        WarningSign::BloodInUrine => Message::SignBloodInUrine,
        WarningSign::CannotPassUrine => Message::SignCannotPassUrine,
        WarningSign::BlackStools => Message::SignBlackStools,
        WarningSign::YellowSkin => Message::SignYellowSkin,
        WarningSign::NoUrineInBag => Message::SignNoUrineInBag,
        WarningSign::CatheterOut => Message::SignCatheterOut,
        WarningSign::CatheterLeaks => Message::SignCatheterLeaks,
        WarningSign::CatheterStopped => Message::SignCatheterStopped,
        WarningSign::BloodInBag => Message::SignBloodInBag,
        WarningSign::LegPainReturns => Message::SignLegPainReturns,
    }
}

/// Who tells the result, until when, and what to do when no visit is booked.
pub(crate) fn results(
    words: &Words,
    results: &Results,
    contacts: &Contacts,
) -> Result<Option<Section>, WordsError> {
    if !has_result(&results.appointment) {
        return Ok(None);
    }
    let by = results.by.map(|day| words.date(day)).transpose()?;
    let who = match (&results.told_by, &by) {
        (Some(who), Some(date)) => Message::ResultsToldByDate { who, date },
        (Some(who), None) => Message::ResultsToldBy { who },
        (None, Some(date)) => Message::ResultsReferrerDate { date },
        (None, None) => Message::ResultsReferrer,
    };
    let mut lines = vec![words.say(who)?];
    match &results.appointment {
        FollowUp::Booked(at) => lines.push(words.say(Message::ResultsBooked {
            date: &words.date(at.date())?,
            time: &words.time(at.time())?,
        })?),
        FollowUp::NotBooked => {
            let phone = &contacts.day_phone;
            lines.push(words.say(Message::ResultsNotBooked { phone })?);
        }
        FollowUp::NotNeeded => {}
    }
    Ok(Some(Section {
        heading: words.say(Message::LetterResults)?,
        lines,
    }))
}

pub(crate) fn who_to_call(
    words: &Words,
    hospital: &Hospital,
    contacts: &Contacts,
) -> Result<WhoToCall, WordsError> {
    let number = &contacts.emergency_number;
    let emergency = words.say(Message::CallEmergency { number })?;
    let unit = &hospital.unit;
    let phone = &contacts.day_phone;
    let day = match contacts.day_hours {
        Some(DayHours { from, until }) => words.say(Message::CallDay {
            phone,
            unit,
            from: &words.time(from)?,
            until: &words.time(until)?,
        })?,
        None => words.say(Message::CallDayAnyHour { phone, unit })?,
    };
    let phone = &contacts.night_phone;
    let night = words.say(Message::CallNight { phone })?;
    let line = |level, text, phone: &str| CallLine {
        level,
        text,
        phone: phone.to_owned(),
    };
    Ok(WhoToCall {
        heading: words.say(Message::LetterWhoToCall)?,
        lines: vec![
            line(CallLevel::Emergency, emergency, number),
            line(CallLevel::SameDay, day, &contacts.day_phone),
            line(CallLevel::SameDay, night, phone),
        ],
    })
}

pub(crate) fn footer(words: &Words, version: &PlanVersion) -> Result<Vec<String>, WordsError> {
    Ok(vec![
        words.say(Message::FooterVersion {
            case: version.case.as_str(),
            number: &version.number.to_string(),
            rules: &version.rule_book,
            date: &date_time(words, &version.written_at)?,
        })?,
        words.say(Message::FooterReplaces)?,
    ])
}
