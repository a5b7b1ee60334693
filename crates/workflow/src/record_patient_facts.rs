//! Staff write down what they learned about a patient; every open case of the patient is planned again.
//!
//! One file of facts per patient: the plan, the banner and the letters read the same. The case itself keeps only what
//! belongs to the visit: the nurse's call and notes (`RecordPreparation`).

use crate::act_on_case::{ActError, evaluate_again, signature};
use crate::desk::{Desk, WorkError};
use crate::patient::{Allergy, LastIntake, Medicine, Patient, PatientFacts, Pregnancy, Weight};
use crate::tell_last_doses::task_id;
use case::{Actor, State};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use model::{CaseId, Centimetre, Kilogram};
use store::rows::AuditRow;
use store::{Change, Commit, CommitError};

/// One thing that was learned.
#[derive(Debug, Clone, PartialEq)]
pub enum PatientFact {
    /// Asked, and there are none.
    NoMedicines,
    /// Takes it; the same medicine again replaces what was known of it.
    Medicine(Medicine),
    /// Does not take it any more.
    MedicineStopped {
        inn: String,
    },
    /// A dose that was really taken; `at` on the hospital's clocks.
    LastIntake {
        drug: String,
        at: DateTime,
        confirmed_by: String,
    },
    NoAllergies,
    Allergy(Allergy),
    Weight {
        weight: Kilogram,
        on: Option<Date>,
    },
    Height(Centimetre),
    /// A condition by its name in the rule book; said twice it stands once.
    Condition(String),
    ConditionRuledOut(String),
    Pregnancy(Pregnancy),
    Inpatient {
        ward: String,
    },
    Outpatient,
    Companion(String),
    Language(String),
    Interpreter(String),
    Telephone(String),
    Implants(String),
    Isolation(String),
    Guardian(String),
    Capacity(String),
    LimitsOfTreatment(String),
}

#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    #[error("there is no patient {0}")]
    NoSuchPatient(String),
    /// Names what cannot be, for the form.
    #[error("{0}")]
    CannotBe(&'static str),
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<WorkError> for FactsError {
    fn from(error: WorkError) -> Self {
        Self::Act(error.into())
    }
}

/// How often it is tried again when the record changed meanwhile.
const TRIES: usize = 20;

/// Writes the facts in one event and plans the patient's open cases again.
/// # Errors
/// See [`FactsError`]; then none of them is written.
pub async fn record_patient_facts(
    desk: &Desk,
    by: &Actor,
    patient_key: &str,
    facts: &[PatientFact],
) -> Result<Patient, FactsError> {
    let patient = written(desk, by, patient_key, facts).await?;
    let cases = desk.query().cases_of_patient(patient.key.as_str()).await;
    for entry in cases.map_err(WorkError::from)? {
        let before_the_needle =
            State::from_code(&entry.case.state).is_some_and(State::is_before_procedure);
        if !before_the_needle {
            continue;
        }
        let id = CaseId::new(&entry.case.case_id)
            .map_err(|error| WorkError::Damaged(error.to_string()))?;
        evaluate_again(desk, by, &id, "new facts").await?;
        close_dose_questions(desk, by, &id, facts).await?;
    }
    Ok(patient)
}

/// A dose that is known now leaves nothing to ask.
async fn close_dose_questions(
    desk: &Desk,
    by: &Actor,
    case: &CaseId,
    facts: &[PatientFact],
) -> Result<(), WorkError> {
    let changes: Vec<Change> = facts
        .iter()
        .filter_map(|fact| match fact {
            PatientFact::LastIntake { drug, .. } => Some(Change::CloseTask {
                task_id: task_id(case, drug),
                at: desk.now(),
                by: signature(by).0,
            }),
            _ => None,
        })
        .collect();
    if changes.is_empty() {
        return Ok(());
    }
    Ok(desk.commit(Commit { changes }).await?)
}

async fn written(
    desk: &Desk,
    by: &Actor,
    patient_key: &str,
    facts: &[PatientFact],
) -> Result<Patient, FactsError> {
    let mut last = None;
    for _ in 0..TRIES {
        let no_such = || FactsError::NoSuchPatient(patient_key.to_owned());
        let mut patient = Patient::load(desk.query(), patient_key)
            .await?
            .ok_or_else(no_such)?;
        if let Some(key) = patient.merged_into.clone() {
            patient = Patient::load(desk.query(), key.as_str())
                .await?
                .ok_or_else(no_such)?;
        }
        let before = patient.facts.clone();
        for fact in facts {
            learn(&mut patient.facts, fact, desk.now())?;
        }
        if patient.facts == before {
            return Ok(patient);
        }
        let (actor, role) = signature(by);
        let at = desk.now();
        let mut changes = patient.saved("facts_recorded", at, &actor, &role)?;
        changes.push(Change::Audit(AuditRow {
            at,
            actor,
            role,
            action: "facts_recorded".to_owned(),
            patient_key: patient.key.to_string(),
            case_id: String::new(),
            detail: String::new(),
        }));
        match desk.commit(Commit { changes }).await {
            Ok(()) => {
                patient.version += 1;
                return Ok(patient);
            }
            Err(stale @ CommitError::Stale { .. }) => last = Some(stale),
            Err(other) => return Err(WorkError::from(other).into()),
        }
    }
    Err(match last {
        Some(stale) => WorkError::from(stale).into(),
        None => FactsError::NoSuchPatient(patient_key.to_owned()),
    })
}

fn learn(facts: &mut PatientFacts, fact: &PatientFact, now: Timestamp) -> Result<(), FactsError> {
    match fact {
        PatientFact::NoMedicines => {
            facts.medicines_asked = true;
            facts.medicines.clear();
        }
        PatientFact::Medicine(medicine) => {
            if medicine.inn.trim().is_empty() {
                return Err(FactsError::CannotBe("the medicine has no name"));
            }
            facts.medicines_asked = true;
            facts.medicines.retain(|known| known.inn != medicine.inn);
            facts.medicines.push(medicine.clone());
        }
        PatientFact::MedicineStopped { inn } => facts.medicines.retain(|known| known.inn != *inn),
        PatientFact::LastIntake {
            drug,
            at,
            confirmed_by,
        } => {
            facts.last_intakes.retain(|known| known.drug != *drug);
            facts.last_intakes.push(LastIntake {
                drug: drug.clone(),
                at: at.to_string(),
                confirmed_by: confirmed_by.clone(),
                said_at: now.to_string(),
            });
        }
        PatientFact::NoAllergies => {
            facts.allergies_asked = true;
            facts.allergies.clear();
        }
        PatientFact::Allergy(allergy) => {
            facts.allergies_asked = true;
            if !facts.allergies.contains(allergy) {
                facts.allergies.push(allergy.clone());
            }
        }
        PatientFact::Weight { weight, on } => facts.weight = Some(weighed(*weight, *on)?),
        PatientFact::Height(height) => {
            if !(height.0.is_finite() && height.0 > 0.0) {
                return Err(FactsError::CannotBe(
                    "the height is not a number above zero",
                ));
            }
            facts.height_cm = Some(height.0);
        }
        PatientFact::Condition(name) => {
            if !facts.conditions.contains(name) {
                facts.conditions.push(name.clone());
            }
        }
        PatientFact::ConditionRuledOut(name) => facts.conditions.retain(|known| known != name),
        PatientFact::Pregnancy(pregnancy) => facts.pregnancy = Some(pregnancy.clone()),
        PatientFact::Inpatient { ward } => facts.inpatient_ward = Some(ward.clone()),
        PatientFact::Outpatient => facts.inpatient_ward = None,
        PatientFact::Companion(words) => facts.companion = Some(words.clone()),
        PatientFact::Language(tag) => facts.language = Some(tag.clone()),
        PatientFact::Interpreter(words) => facts.interpreter = Some(words.clone()),
        PatientFact::Telephone(number) => facts.telephone = Some(number.clone()),
        PatientFact::Implants(words) => facts.implants = Some(words.clone()),
        PatientFact::Isolation(words) => facts.isolation = Some(words.clone()),
        PatientFact::Guardian(words) => facts.guardian = Some(words.clone()),
        PatientFact::Capacity(words) => facts.capacity = Some(words.clone()),
        PatientFact::LimitsOfTreatment(words) => facts.limits_of_treatment = Some(words.clone()),
    }
    Ok(())
}

fn weighed(weight: Kilogram, on: Option<Date>) -> Result<Weight, FactsError> {
    if !(weight.0.is_finite() && weight.0 > 0.0) {
        return Err(FactsError::CannotBe(
            "the weight is not a number above zero",
        ));
    }
    Ok(Weight {
        kg: weight.0,
        on: on.map(|day| day.to_string()),
        source: "staff".to_owned(),
    })
}
