//! The engine's facts and booking, put together from the patient, the case and the laboratory values.

use crate::patient::{Patient, PatientFacts};
use case::{Case, PreparationFact, Procedure, Stated, What};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use knowledge::procedure::Anaesthesia;
use model::{Centimetre, Kilogram, LaboratoryValue, Modality, ProcedureId, Urgency};
use preparation::{
    Allergy, Answer, BookedProcedure, Booking, Facts, LabResult, LastIntake, List, MedicineTaken,
    PregnancyFacts, PregnancyStatus, ResultValue, StatedAge,
};

/// What is known now: the patient's record, and over it what was said while this case was prepared.
pub fn facts(
    patient: &Patient,
    case: &Case,
    laboratory: &[LaboratoryValue],
    zone: &TimeZone,
) -> Facts {
    let known = &patient.facts;
    // Asked for the patient, or spoken of while this case was prepared.
    let list = |asked: bool, speaks: fn(&PreparationFact) -> bool| {
        if asked || case.preparation.iter().any(|said| speaks(&said.what)) {
            List::Asked
        } else {
            List::NotAsked
        }
    };
    let mut facts = Facts {
        age: StatedAge::Born(patient.birth),
        sex: patient.sex,
        weight: known.weight.as_ref().map(|weight| Kilogram(weight.kg)),
        weight_entered: None,
        height: known.height_cm.map(Centimetre),
        inpatient: Answer::Known(known.inpatient_ward.is_some()),
        companion: known
            .companion
            .as_ref()
            .map_or(Answer::NotAsked, |_| Answer::Known(true)),
        conditions: known.conditions.clone(),
        medicines: medicines(known),
        medicines_asked: list(known.medicines_asked, |what| {
            matches!(what, PreparationFact::Medicine { .. })
        }),
        laboratory: laboratory
            .iter()
            .map(|value| lab_result(value, zone))
            .collect(),
        allergies: allergies(known),
        allergies_asked: list(known.allergies_asked, |what| {
            matches!(what, PreparationFact::Allergy { .. })
        }),
        pregnancy: pregnancy(known),
        last_intakes: last_intakes(known),
    };
    for said in &case.preparation {
        put_over(&mut facts, &said.what, zone);
    }
    facts
}

fn medicines(known: &PatientFacts) -> Vec<MedicineTaken> {
    known
        .medicines
        .iter()
        .map(|medicine| MedicineTaken {
            inn: medicine.inn.clone(),
            atc: medicine.atc.clone(),
            dose: medicine.dose.clone(),
            times: medicine.times.clone(),
            indication: medicine.indication.clone(),
        })
        .collect()
}

fn allergies(known: &PatientFacts) -> Vec<Allergy> {
    known
        .allergies
        .iter()
        .map(|allergy| Allergy {
            kind: allergy.kind.clone(),
            substance: allergy.substance.clone(),
            reaction: allergy.reaction.clone(),
            severity: allergy.severity.clone(),
            year: allergy.year,
        })
        .collect()
}

fn pregnancy(known: &PatientFacts) -> PregnancyFacts {
    let Some(stated) = &known.pregnancy else {
        return PregnancyFacts::default();
    };
    PregnancyFacts {
        status: match stated.status.as_str() {
            "unknown" => PregnancyStatus::Unknown,
            "not_pregnant_stated" => PregnancyStatus::NotPregnantStated,
            "pregnant" => PregnancyStatus::Pregnant,
            "refused" => PregnancyStatus::Refused,
            _ => PregnancyStatus::NotAsked,
        },
        lmp: stated.lmp.as_deref().and_then(|day| day.parse().ok()),
        gestation_weeks: stated.gestation_weeks.map(f64::from),
    }
}

fn last_intakes(known: &PatientFacts) -> Vec<LastIntake> {
    known
        .last_intakes
        .iter()
        .filter_map(|intake| {
            let at: DateTime = intake.at.parse().ok()?;
            Some(LastIntake {
                drug: intake.drug.clone(),
                at,
            })
        })
        .collect()
}

fn lab_result(value: &LaboratoryValue, zone: &TimeZone) -> LabResult {
    let number: Option<f64> = value.value.trim().replace(',', ".").parse().ok();
    LabResult {
        // A code that nobody mapped is kept under its own name, so that it is never taken for another.
        analyte: value.analyte.clone().unwrap_or_else(|| value.code.clone()),
        value: match number {
            Some(number) => ResultValue::Number(number),
            None => ResultValue::Word(value.value.clone()),
        },
        unit: value.unit.clone(),
        taken_at: value.specimen_at.map(|at| wall_clock(at, zone)),
    }
}

/// An instant on the hospital's clocks.
pub fn wall_clock(at: Timestamp, zone: &TimeZone) -> DateTime {
    at.to_zoned_datetime(zone.clone()).datetime()
}

fn put_over(facts: &mut Facts, said: &PreparationFact, zone: &TimeZone) {
    match said {
        PreparationFact::Medicine { medicine, taking } => put_medicine(facts, medicine, taking),
        PreparationFact::LastDose { medicine, taken_at } => {
            facts.last_intakes.retain(|intake| intake.drug != *medicine);
            let at = wall_clock(*taken_at, zone);
            facts.last_intakes.push(LastIntake {
                drug: medicine.clone(),
                at,
            });
        }
        PreparationFact::Allergy { substance, answer } => put_allergy(facts, substance, answer),
        PreparationFact::Pregnancy { answer } => {
            facts.pregnancy.status = match answer {
                Stated::Yes(_) => PregnancyStatus::Pregnant,
                Stated::No => PregnancyStatus::NotPregnantStated,
                Stated::Unknown => PregnancyStatus::Unknown,
            };
        }
        PreparationFact::Weight { weight, .. } => facts.weight = Some(*weight),
        PreparationFact::Escort { answer } => {
            facts.companion = match answer {
                Stated::Yes(_) => Answer::Known(true),
                Stated::No => Answer::Known(false),
                Stated::Unknown => Answer::Unknown,
            };
        }
        // These change nothing that the plan is worked out from.
        PreparationFact::Call { .. }
        | PreparationFact::LaboratorySeen { .. }
        | PreparationFact::Ate { .. }
        | PreparationFact::Interpreter { .. }
        | PreparationFact::Note { .. } => {}
    }
}

fn put_medicine(facts: &mut Facts, name: &str, taking: &Stated) {
    let is_it = |medicine: &MedicineTaken| medicine.inn.eq_ignore_ascii_case(name);
    match taking {
        Stated::No => facts.medicines.retain(|medicine| !is_it(medicine)),
        Stated::Yes(words) if !facts.medicines.iter().any(is_it) => {
            facts.medicines.push(MedicineTaken {
                inn: name.to_owned(),
                dose: words.clone(),
                ..MedicineTaken::default()
            });
        }
        // Not knowing whether it is taken counts as taken.
        Stated::Unknown if !facts.medicines.iter().any(is_it) => {
            facts.medicines.push(MedicineTaken {
                inn: name.to_owned(),
                ..MedicineTaken::default()
            });
        }
        Stated::Yes(_) | Stated::Unknown => {}
    }
}

fn put_allergy(facts: &mut Facts, substance: &str, answer: &Stated) {
    let is_it = |allergy: &Allergy| {
        allergy.substance.eq_ignore_ascii_case(substance) || allergy.kind == substance
    };
    match answer {
        Stated::No => facts.allergies.retain(|allergy| !is_it(allergy)),
        Stated::Yes(reaction) if !facts.allergies.iter().any(is_it) => {
            facts.allergies.push(Allergy {
                kind: substance.to_owned(),
                substance: substance.to_owned(),
                reaction: reaction.clone(),
                ..Allergy::default()
            });
        }
        Stated::Yes(_) | Stated::Unknown => {}
    }
}

/// What is booked; `None` while there is no appointment or no procedure that the catalogue knows.
pub fn booking(case: &Case, zone: &TimeZone) -> Option<Booking> {
    let procedures: Vec<BookedProcedure> = case
        .live()
        .filter_map(|procedure| booked(procedure, case))
        .collect();
    if procedures.is_empty() {
        return None;
    }
    let urgency = match case.urgency {
        _ if case.emergency.is_some() => Urgency::Emergency,
        Some(urgency) => urgency,
        None => Urgency::Elective,
    };
    Some(Booking {
        procedures,
        appointment: wall_clock(case.appointment()?, zone),
        urgency,
    })
}

fn booked(procedure: &Procedure, case: &Case) -> Option<BookedProcedure> {
    let What::Catalogue(id) = &procedure.what else {
        return None;
    };
    let protocol = case.protocol.as_ref().map(|protocol| &protocol.what);
    let modality: Vec<Modality> = match (&procedure.step, protocol) {
        (Some(step), _) => vec![step.modality],
        (None, Some(protocol)) => vec![protocol.modality],
        (None, None) => Vec::new(),
    };
    let stated = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Some(BookedProcedure {
        id: ProcedureId::clone(id),
        modality,
        anaesthesia: protocol.and_then(|protocol| anaesthesia(&protocol.anaesthesia)),
        access: protocol.and_then(|protocol| artery(&protocol.access)),
        sheath: None,
        contrast: protocol.and_then(|protocol| stated(&protocol.contrast)),
    })
}

/// Words that are none of these leave the question to the catalogue, which takes its deepest.
fn anaesthesia(words: &str) -> Option<Anaesthesia> {
    match words.trim() {
        "none" => Some(Anaesthesia::None),
        "local" => Some(Anaesthesia::Local),
        "sedation" | "moderate_sedation" => Some(Anaesthesia::ModerateSedation),
        "general" | "ga" => Some(Anaesthesia::General),
        _ => None,
    }
}

/// The artery named in the access words, as the rules call it.
fn artery(words: &str) -> Option<String> {
    let words = words.to_lowercase();
    [
        "femoral",
        "radial",
        "brachial",
        "popliteal",
        "pedal",
        "axillary",
    ]
    .into_iter()
    .find(|name| words.contains(name))
    .map(str::to_owned)
}
