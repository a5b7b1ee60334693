//! The day-by-day list: dated instructions, one section a day, in the order of the clock.

use crate::patient_plan::{
    DoseMoment, HoldReason, Instruction, MedicineName, OpenTopic, PatientPlan, Restart,
};
use crate::plan_words::{DaySection, Line, LineKind};
use crate::words::{Message, Words, WordsError};
use jiff::civil::{Date, Time};
use jiff::{ToSpan, ZonedDateTime};
use std::collections::{BTreeMap, BTreeSet};

/// A longer hold is a mistake of the caller: the sheet would not be read.
pub(crate) const LONGEST_HOLD_DAYS: u16 = 60;

/// Lines of one day with the clock time that sorts them.
type Days = BTreeMap<Date, Vec<(Time, Line)>>;

pub(super) fn days(
    words: &Words,
    plan: &PatientPlan,
    told: &[&Instruction],
    open: &mut BTreeSet<OpenTopic>,
) -> Result<Vec<DaySection>, WordsError> {
    let mut days = Days::new();
    for instruction in told {
        add(words, plan, instruction, &mut days, open)?;
    }
    add_arrival(words, plan, &mut days)?;
    let procedure_day = plan.appointment.arrive_at.date();
    days.into_iter()
        .map(|(date, mut lines)| {
            lines.sort_by(|(a, line_a), (b, line_b)| {
                (a, line_a.kind, &line_a.text).cmp(&(b, line_b.kind, &line_b.text))
            });
            Ok(DaySection {
                date,
                heading: words.day(date)?,
                is_procedure_day: date == procedure_day,
                lines: lines.into_iter().map(|(_, line)| line).collect(),
            })
        })
        .collect()
}

fn add(
    words: &Words,
    plan: &PatientPlan,
    instruction: &Instruction,
    days: &mut Days,
    open: &mut BTreeSet<OpenTopic>,
) -> Result<(), WordsError> {
    let procedure_day = plan.appointment.arrive_at.date();
    match instruction {
        // Said once for all days, beside the list.
        Instruction::ContinueMedicine { .. } | Instruction::Escort { .. } => {}
        Instruction::HoldMedicine { medicine, .. } => {
            if !add_hold(words, procedure_day, instruction, days)? {
                open.insert(OpenTopic::Medicine(medicine.clone()));
            }
        }
        Instruction::HoldAfterProcedure { medicine, why } => {
            let medicine = &medicine_name(medicine);
            let text = words.say(Message::MedicineNoneAfter { medicine })?;
            let mut line = line(LineKind::NoMedicine, text);
            line.why = hold_reason(words, *why)?;
            put(days, procedure_day, END_OF_DAY, line);
        }
        Instruction::OmitMorningDose { medicine, on } => {
            let medicine = &medicine_name(medicine);
            let text = words.say(Message::MedicineOmitMorning { medicine })?;
            put(
                days,
                *on,
                Time::midnight(),
                line(LineKind::NoMedicine, text),
            );
        }
        Instruction::AskAboutDose { medicine } => {
            open.insert(OpenTopic::Medicine(medicine.clone()));
        }
        Instruction::Premedication { medicine, dose, at } => {
            let medicine = &medicine_name(medicine);
            let time = &words.time(at.time())?;
            let text = words.say(Message::PremedicationAt {
                medicine,
                dose,
                time,
            })?;
            let mut line = line(LineKind::TakeMedicine, text);
            line.why = Some(words.say(Message::PremedicationWhy)?);
            put_at(days, at, line);
        }
        Instruction::Injection { medicine, dose, at } => {
            let medicine = &medicine_name(medicine);
            let time = &words.time(at.time())?;
            let text = words.say(Message::InjectionAt {
                medicine,
                dose,
                time,
            })?;
            put_at(days, at, line(LineKind::TakeMedicine, text));
        }
        Instruction::LaboratoryTests { from, until, place } => {
            add_laboratory(words, from, until, place.as_deref(), days)?;
        }
        Instruction::NoFasting => {
            let text = words.say(Message::FastingNone)?;
            put(
                days,
                procedure_day,
                Time::midnight(),
                line(LineKind::Food, text),
            );
        }
        Instruction::NoFoodAfter(at) => {
            let time = &words.time(at.time())?;
            let mut line = line(LineKind::Food, words.say(Message::FastingFood { time })?);
            line.why = Some(words.say(Message::FastingWhy)?);
            put_at(days, at, line);
        }
        Instruction::ClearFluidsUntil(at) => {
            let time = &words.time(at.time())?;
            let text = words.say(Message::FastingClear { time })?;
            put_at(days, at, line(LineKind::Drink, text));
        }
        Instruction::DrinkWell(on) => {
            let text = words.say(Message::DrinkWell)?;
            put(days, *on, Time::midnight(), line(LineKind::Drink, text));
        }
        Instruction::Shower(on) => {
            let text = words.say(Message::Shower)?;
            put(days, *on, Time::midnight(), line(LineKind::Wash, text));
        }
    }
    Ok(())
}

fn add_arrival(words: &Words, plan: &PatientPlan, days: &mut Days) -> Result<(), WordsError> {
    let arrive_at = &plan.appointment.arrive_at;
    let time = &words.time(arrive_at.time())?;
    let text = words.say(Message::Arrive { time })?;
    put_at(days, arrive_at, line(LineKind::Arrive, text));
    if let Some(starts_at) = &plan.appointment.starts_at {
        let time = &words.time(starts_at.time())?;
        let text = words.say(Message::Starts { time })?;
        put_at(days, starts_at, line(LineKind::Arrive, text));
    }
    Ok(())
}

/// Last dose, the days without, the restart. `false`: the plan gives no date, so the unit has to call.
fn add_hold(
    words: &Words,
    procedure_day: Date,
    hold: &Instruction,
    days: &mut Days,
) -> Result<bool, WordsError> {
    let Instruction::HoldMedicine {
        medicine,
        why,
        last_dose,
        free_from,
        restart,
    } = hold
    else {
        return Ok(false);
    };
    let medicine = &medicine_name(medicine);
    let first_free = match (last_dose, free_from) {
        (_, Some(day)) => *day,
        (Some(last), None) => next_day(words, moment_date(last))?,
        (None, None) => return Ok(false),
    };
    if let Some(last) = last_dose {
        let text = match last {
            DoseMoment::At(at) => words.say(Message::MedicineLastAt {
                medicine,
                time: &words.time(at.time())?,
            }),
            DoseMoment::Morning(_) => words.say(Message::MedicineLastMorning { medicine }),
            DoseMoment::Evening(_) => words.say(Message::MedicineLastEvening { medicine }),
            DoseMoment::Day(_) => words.say(Message::MedicineLastDay { medicine }),
        }?;
        put_moment(days, last, line(LineKind::TakeMedicine, text));
    }
    add_free_days(words, medicine, *why, (first_free, procedure_day), days)?;
    add_restart(words, medicine, restart, procedure_day, days)?;
    Ok(true)
}

/// "Do not take it" on each day from the first free one to the day of the procedure, both included.
fn add_free_days(
    words: &Words,
    medicine: &str,
    why: HoldReason,
    (first, last): (Date, Date),
    days: &mut Days,
) -> Result<(), WordsError> {
    let why = hold_reason(words, why)?;
    let mut day = first;
    let mut count = 0;
    while day <= last {
        count += 1;
        if count > LONGEST_HOLD_DAYS {
            return Err(WordsError::HoldTooLong {
                most: LONGEST_HOLD_DAYS,
            });
        }
        let mut line = line(
            LineKind::NoMedicine,
            words.say(Message::MedicineNone { medicine })?,
        );
        // The reason once, on the first day without.
        line.why = why.clone().filter(|_| day == first);
        put(days, day, Time::midnight(), line);
        day = next_day(words, day)?;
    }
    Ok(())
}

fn hold_reason(words: &Words, why: HoldReason) -> Result<Option<String>, WordsError> {
    let message = match why {
        HoldReason::Bleeding => Message::MedicineWhyBleeding,
        HoldReason::BloodSugar => Message::MedicineWhySugar,
        HoldReason::Kidneys => Message::MedicineWhyKidney,
        HoldReason::NotSaid => return Ok(None),
    };
    words.say(message).map(Some)
}

fn add_restart(
    words: &Words,
    medicine: &str,
    restart: &Restart,
    procedure_day: Date,
    days: &mut Days,
) -> Result<(), WordsError> {
    match restart {
        Restart::AskFirst => {
            let text = words.say(Message::MedicineRestartAsk { medicine })?;
            let line = line(LineKind::AskAboutMedicine, text);
            put(days, procedure_day, END_OF_DAY, line);
        }
        Restart::At(moment) => {
            let text = match moment {
                DoseMoment::At(at) => words.say(Message::MedicineRestartAt {
                    medicine,
                    time: &words.time(at.time())?,
                }),
                DoseMoment::Morning(_) => words.say(Message::MedicineRestartMorning { medicine }),
                DoseMoment::Evening(_) => words.say(Message::MedicineRestartEvening { medicine }),
                DoseMoment::Day(_) => words.say(Message::MedicineRestartDay { medicine }),
            }?;
            put_moment(days, moment, line(LineKind::TakeMedicine, text));
        }
    }
    Ok(())
}

fn add_laboratory(
    words: &Words,
    from: &ZonedDateTime,
    until: &ZonedDateTime,
    place: Option<&str>,
    days: &mut Days,
) -> Result<(), WordsError> {
    let opens = &words.time(from.time())?;
    let closes = &words.time(until.time())?;
    let why = Some(words.say(Message::LabWhy)?);
    let with_place = |text: String| match place {
        Some(place) => Ok(format!(
            "{text} {}",
            words.say(Message::LabPlace { place })?
        )),
        None => Ok(text),
    };
    if from.date() == until.date() {
        let text = words.say(Message::LabSameDay {
            from: opens,
            until: closes,
        })?;
        let mut line = line(LineKind::BloodTest, with_place(text)?);
        line.why = why;
        put_at(days, from, line);
        return Ok(());
    }
    let text = words.say(Message::LabOpens {
        time: opens,
        date: &words.day(until.date())?,
        until: closes,
    })?;
    let mut first = line(LineKind::BloodTest, with_place(text)?);
    first.why = why;
    put_at(days, from, first);
    let text = words.say(Message::LabLastDay { time: closes })?;
    put_at(days, until, line(LineKind::BloodTest, with_place(text)?));
    Ok(())
}

/// "apixaban (Eliquis)".
pub(crate) fn medicine_name(medicine: &MedicineName) -> String {
    match &medicine.trade {
        Some(trade) => format!("{} ({trade})", medicine.generic),
        None => medicine.generic.clone(),
    }
}

pub(crate) fn date_time(words: &Words, at: &ZonedDateTime) -> Result<String, WordsError> {
    words.say(Message::LetterDateTime {
        date: &words.date(at.date())?,
        time: &words.time(at.time())?,
    })
}

const END_OF_DAY: Time = Time::constant(23, 59, 59, 0);
/// Where "in the morning" and "in the evening" stand in a day's list; never printed.
const MORNING: Time = Time::constant(7, 0, 0, 0);
const EVENING: Time = Time::constant(20, 0, 0, 0);

fn line(kind: LineKind, text: String) -> Line {
    Line {
        kind,
        text,
        why: None,
        at: None,
    }
}

fn put(days: &mut Days, day: Date, sort: Time, line: Line) {
    days.entry(day).or_default().push((sort, line));
}

fn put_at(days: &mut Days, at: &ZonedDateTime, mut line: Line) {
    line.at = Some(at.time());
    put(days, at.date(), at.time(), line);
}

fn put_moment(days: &mut Days, moment: &DoseMoment, line: Line) {
    match moment {
        DoseMoment::At(at) => put_at(days, at, line),
        DoseMoment::Morning(day) => put(days, *day, MORNING, line),
        DoseMoment::Evening(day) => put(days, *day, EVENING, line),
        DoseMoment::Day(day) => put(days, *day, Time::midnight(), line),
    }
}

fn moment_date(moment: &DoseMoment) -> Date {
    match moment {
        DoseMoment::At(at) => at.date(),
        DoseMoment::Morning(day) | DoseMoment::Evening(day) | DoseMoment::Day(day) => *day,
    }
}

fn next_day(words: &Words, day: Date) -> Result<Date, WordsError> {
    day.checked_add(1.day())
        .map_err(|error| WordsError::Format {
            language: words.language().code(),
            reason: error.to_string(),
        })
}
