//! Which case an object belongs to: by study UID, else by accession number, else by patient id with issuer. Never by
//! name. What contradicts itself belongs to nobody until a person has looked.

use crate::desk::{Desk, WorkError};
use crate::object_summary::ObjectSummary;
use case::State;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use model::PatientIdentifier;
use store::rows::CaseRow;

/// The kind of the case key that staff make by attaching: this study with this patient id does belong to the case.
pub(crate) const ATTACHED: &str = "attached";

/// The value of that key.
pub(crate) fn attached_value(study_uid: &str, object: &ObjectSummary) -> String {
    let ObjectSummary {
        issuer,
        patient_id,
        accession_number,
        ..
    } = object;
    format!("{study_uid}|{issuer}|{patient_id}|{accession_number}")
}

/// The kind of the case key that staff make by taking a study (the value) off a case: it does not come back by itself.
pub(crate) const DETACHED: &str = "detached";

/// Where an object goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filing {
    Case(String),
    /// The reason, in words for staff.
    Nobody(String),
}

/// Finds the case of an object.
///
/// * `study_uid` – empty when the object names none.
/// * `received` – when it came; stands for the day of the study when the object names none.
/// # Errors
/// The database.
pub(crate) async fn case_of_object(
    desk: &Desk,
    study_uid: &str,
    object: &ObjectSummary,
    received: Timestamp,
) -> Result<Filing, WorkError> {
    let attached = attached_value(study_uid, object);
    if let [case_id] = desk
        .query()
        .cases_by_key(ATTACHED, &attached)
        .await?
        .as_slice()
    {
        return Ok(Filing::Case(case_id.clone()));
    }
    let filing = by_numbers(desk, study_uid, object, received).await?;
    let taken_off = desk.query().cases_by_key(DETACHED, study_uid).await?;
    Ok(match filing {
        Filing::Case(case) if !study_uid.is_empty() && taken_off.contains(&case) => {
            Filing::Nobody(format!("staff took this study off case {case}"))
        }
        filing => filing,
    })
}

async fn by_numbers(
    desk: &Desk,
    study_uid: &str,
    object: &ObjectSummary,
    received: Timestamp,
) -> Result<Filing, WorkError> {
    let by_study = named(desk, "study_uid", study_uid).await?;
    let by_accession = named(desk, "accession", &object.accession_number).await?;
    let case = match (by_study, by_accession) {
        (Named::Several(words), _) | (Named::None, Named::Several(words)) => {
            return Ok(Filing::Nobody(words));
        }
        (Named::One(study), Named::One(accession)) if study.case_id != accession.case_id => {
            return Ok(Filing::Nobody(format!(
                "the study UID is that of case {}, the accession number that of case {}",
                study.case_id, accession.case_id
            )));
        }
        (Named::One(case), _) | (Named::None, Named::One(case)) => case,
        (Named::None, Named::None) => return by_patient(desk, object, received).await,
    };
    Ok(match contradiction_of_patient(desk, &case, object).await? {
        Some(words) => Filing::Nobody(words),
        None => Filing::Case(case.case_id),
    })
}

enum Named {
    None,
    One(Box<CaseRow>),
    Several(String),
}

/// The case with a key. Where several have it, the one that is not over.
async fn named(desk: &Desk, kind: &str, value: &str) -> Result<Named, WorkError> {
    if value.is_empty() {
        return Ok(Named::None);
    }
    let mut cases = Vec::new();
    for id in desk.query().cases_by_key(kind, value).await? {
        cases.extend(desk.query().case(&id).await?);
    }
    if cases.len() > 1 {
        cases.retain(|case| !is_over(case));
    }
    Ok(match (cases.pop(), cases.is_empty()) {
        (None, _) => Named::None,
        (Some(case), true) => Named::One(Box::new(case)),
        (Some(case), false) => {
            let mut ids: Vec<String> = cases.into_iter().map(|case| case.case_id).collect();
            ids.push(case.case_id);
            let what = if kind == "accession" {
                "accession number"
            } else {
                "study UID"
            };
            Named::Several(format!(
                "the {what} is that of several cases: {}",
                ids.join(", ")
            ))
        }
    })
}

fn is_over(case: &CaseRow) -> bool {
    match State::from_code(&case.state) {
        Some(State::Cancelled | State::Closed | State::Rejected | State::Redirected) => true,
        Some(_) | None => case.closed.is_some(),
    }
}

/// What speaks against the case's patient being the object's: another patient has this id, or the case's patient
/// has another id of the same issuer. An object without patient id speaks against nothing.
async fn contradiction_of_patient(
    desk: &Desk,
    case: &CaseRow,
    object: &ObjectSummary,
) -> Result<Option<String>, WorkError> {
    let Ok(identifier) = PatientIdentifier::new(&object.patient_id, &object.issuer) else {
        return Ok(None);
    };
    let known = desk
        .query()
        .patient_by_identifier(identifier.issuer(), identifier.value())
        .await?;
    let id = &case.case_id;
    Ok(match known {
        Some(patient) if patient.patient_key == case.patient_key => None,
        Some(_) => Some(format!(
            "names case {id}, but the patient id is another patient's"
        )),
        None => {
            let own = desk.query().identifiers(&case.patient_key).await?;
            let has_one = own.iter().any(|(issuer, _)| issuer == identifier.issuer());
            has_one
                .then(|| format!("names case {id}, but the patient id is not that of its patient"))
        }
    })
}

/// By patient id alone: the one open case of the patient whose day is the day of the study (a day more or less for
/// work around midnight). Anything else of the patient (an older examination, two cases on one day) is for a
/// person to see.
async fn by_patient(
    desk: &Desk,
    object: &ObjectSummary,
    received: Timestamp,
) -> Result<Filing, WorkError> {
    let nobody = |words: &str| Ok(Filing::Nobody(words.to_owned()));
    let Ok(identifier) = PatientIdentifier::new(&object.patient_id, &object.issuer) else {
        let words = if object.patient_id.is_empty() {
            "no study UID or accession number of ours, and no patient id"
        } else {
            "no study UID or accession number of ours, and a patient id without issuer"
        };
        return nobody(words);
    };
    let query = desk.query();
    let patient = query
        .patient_by_identifier(identifier.issuer(), identifier.value())
        .await?;
    let Some(patient) = patient else {
        return nobody("no study UID, accession number or patient id of ours");
    };
    let mut cases: Vec<CaseRow> = query
        .cases_of_patient(&patient.patient_key)
        .await?
        .into_iter()
        .map(|entry| entry.case)
        .filter(|case| !is_over(case))
        .collect();
    if cases.is_empty() {
        return nobody("the patient is known and has no open case");
    }
    let zone = desk.site().zone_or_utc();
    let day_of = |at: Timestamp| at.to_zoned_datetime(zone.clone()).date();
    let study_day = object.study_day().unwrap_or_else(|| day_of(received));
    cases.retain(|case| {
        let days = days_of(case).into_iter().map(day_of);
        days.into_iter().any(|day| is_near(day, study_day))
    });
    Ok(match cases.as_slice() {
        [] => Filing::Nobody(format!(
            "the patient is known, but has no open case on the day of the study ({study_day})"
        )),
        [case] => Filing::Case(case.case_id.clone()),
        several => {
            let ids: Vec<&str> = several.iter().map(|case| case.case_id.as_str()).collect();
            Filing::Nobody(format!(
                "the patient has several cases on the day of the study: {}",
                ids.join(", ")
            ))
        }
    })
}

/// When the patient was here or is to come.
fn days_of(case: &CaseRow) -> Vec<Timestamp> {
    let summary = crate::case_summary::CaseSummary::read(&case.body);
    let happened = [&summary.arrived_at, &summary.started_at];
    case.start
        .into_iter()
        .chain(happened.into_iter().filter_map(|at| at.parse().ok()))
        .collect()
}

fn is_near(day: Date, other: Date) -> bool {
    day == other
        || day.checked_add(1.day()).is_ok_and(|next| next == other)
        || day.checked_sub(1.day()).is_ok_and(|before| before == other)
}
