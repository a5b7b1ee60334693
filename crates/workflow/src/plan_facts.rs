//! The engine's facts and booking, put together from the patient, the case and the laboratory values.

use crate::patient::{Patient, PatientFacts};
use case::{Case, PreparationFact, Procedure, What};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use knowledge::procedure::Anaesthesia;
use model::{Centimetre, Kilogram, LaboratoryValue, Modality, ProcedureId, Urgency};
use preparation::{
    Allergy, Answer, BookedProcedure, Booking, Facts, LabResult, LastIntake, List, MedicineTaken,
    PregnancyFacts, PregnancyStatus, ResultValue, StatedAge,
};

/// What is known now: the patient's record, the laboratory's values, and the last doses told before this visit.
pub fn facts(
    patient: &Patient,
    case: &Case,
    laboratory: &[LaboratoryValue],
    zone: &TimeZone,
) -> Facts {
    let known = &patient.facts;
    let list = |asked: bool| if asked { List::Asked } else { List::NotAsked };
    Facts {
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
        medicines_asked: list(known.medicines_asked),
        laboratory: laboratory
            .iter()
            .map(|value| lab_result(value, zone))
            .collect(),
        allergies: allergies(known),
        allergies_asked: list(known.allergies_asked),
        pregnancy: pregnancy(known),
        last_intakes: last_intakes(known, case, zone),
    }
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

/// What was said last of each medicine counts: in the patient's record, or told before this visit.
fn last_intakes(known: &PatientFacts, case: &Case, zone: &TimeZone) -> Vec<LastIntake> {
    let mut said: Vec<(Option<Timestamp>, LastIntake)> = known
        .last_intakes
        .iter()
        .filter_map(|intake| {
            let at: DateTime = intake.at.parse().ok()?;
            let drug = intake.drug.clone();
            Some((intake.said_at.parse().ok(), LastIntake { drug, at }))
        })
        .collect();
    for told in &case.preparation {
        let PreparationFact::LastDose { medicine, taken_at } = &told.what else {
            continue;
        };
        let is_outdated = said
            .iter()
            .any(|(at, intake)| intake.drug == *medicine && at.is_some_and(|at| at > told.at));
        if !is_outdated {
            said.retain(|(_, intake)| intake.drug != *medicine);
            let at = wall_clock(*taken_at, zone);
            let drug = medicine.clone();
            said.push((Some(told.at), LastIntake { drug, at }));
        }
    }
    said.into_iter().map(|(_, intake)| intake).collect()
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
pub fn artery(words: &str) -> Option<String> {
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
