//! What the nurse learned on the telephone before the day, or from the ambulance.

use super::story::{Course, Story, Takes, Twist};
use jiff::ToSpan as _;
use jiff::civil::Date;
use workflow::patient::{Allergy, Medicine, Pregnancy};
use workflow::record_patient_facts::PatientFact;

/// When the last dose before a procedure with a high risk of bleeding was taken, as the patient says at arrival.
///
/// * `day` – the day in the room.
pub fn last_intake(story: &Story, day: Date) -> Option<PatientFact> {
    let last = day.checked_sub(3.days()).ok()?;
    (story.takes == Takes::Apixaban).then(|| PatientFact::LastIntake {
        drug: "apixaban".to_owned(),
        at: last.at(20, 0, 0, 0),
        confirmed_by: "the patient, at arrival".to_owned(),
    })
}

pub fn facts(story: &Story) -> Vec<PatientFact> {
    let mut facts = vec![medicines(story.takes)];
    if story.twist != Twist::ContrastAllergy {
        facts.push(PatientFact::NoAllergies);
    }
    let words = |text: &str| text.to_owned();
    facts.push(PatientFact::Language(words("fi")));
    facts.push(PatientFact::Companion(words(match story.twist {
        Twist::Child => "mother",
        _ => "a relative",
    })));
    facts.push(PatientFact::Telephone(words("000 000 100")));
    match story.twist {
        Twist::Interpreter => {
            let booked = words("Somali, Mr Farah by telephone, booked for the whole visit");
            facts.push(PatientFact::Interpreter(booked));
        }
        Twist::Isolation => {
            facts.push(PatientFact::Isolation(words(
                "contact: MRSA, last of the list",
            )));
        }
        Twist::Child => {
            facts.push(PatientFact::Guardian(words("mother, on the ward with him")));
        }
        Twist::Pregnancy => facts.push(PatientFact::Pregnancy(Pregnancy {
            status: words("unknown"),
            lmp: None,
            gestation_weeks: None,
        })),
        // The order says it in free text; the nurse asked and classified it.
        Twist::ContrastAllergy => facts.push(PatientFact::Allergy(Allergy {
            kind: words("iodinated_contrast"),
            substance: words("Iodinated contrast medium"),
            reaction: words("hives"),
            severity: words("moderate"),
            year: Some(2011),
        })),
        Twist::None | Twist::Late | Twist::BloodLate | Twist::HighDose | Twist::Complication => {}
    }
    if story.course == Course::Emergency {
        facts.push(PatientFact::Inpatient {
            ward: words("emergency department"),
        });
    }
    facts
}

fn medicines(takes: Takes) -> PatientFact {
    let medicine = |inn: &str, atc: &str, dose: &str, times: &[&str], indication: &str| {
        PatientFact::Medicine(Medicine {
            inn: inn.to_owned(),
            atc: atc.to_owned(),
            dose: dose.to_owned(),
            times: times.iter().map(|time| (*time).to_owned()).collect(),
            indication: indication.to_owned(),
        })
    };
    match takes {
        Takes::Nothing => PatientFact::NoMedicines,
        Takes::Aspirin => medicine(
            "aspirin",
            "B01AC06",
            "100 mg",
            &["08:00"],
            "arterial disease",
        ),
        Takes::Apixaban => medicine(
            "apixaban",
            "B01AF02",
            "5 mg",
            &["08:00", "20:00"],
            "atrial fibrillation",
        ),
        Takes::Warfarin => medicine(
            "warfarin",
            "B01AA03",
            "5 mg",
            &["20:00"],
            "atrial fibrillation",
        ),
    }
}
