//! Somebody looks for a patient: two things must agree before a record is called the same person.

use crate::act_on_case::signature;
use crate::desk::{Desk, WorkError};
use crate::patient::{Patient, birth_text};
use case::Actor;
use model::{BirthDate, PatientIdentifier};
use std::collections::BTreeSet;
use store::rows::AuditRow;
use store::{Change, Commit};

/// What the person at the page knows. Empty and unknown fields are not compared.
#[derive(Debug, Clone, PartialEq)]
pub struct PatientSearch {
    pub identifier: Option<PatientIdentifier>,
    pub family: String,
    pub birth: BirthDate,
}

/// What one record has in common with the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agrees {
    Identifier,
    FamilyName,
    BirthDate,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub patient: Patient,
    pub agrees: BTreeSet<Agrees>,
}

/// At least two things agree, or not: the second kind is shown so that nobody picks the wrong one of two.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoundPatients {
    pub same: Vec<Candidate>,
    pub look_alikes: Vec<Candidate>,
}

/// Searches, and leaves an audit row that it was searched (no search words in it).
/// # Errors
/// The database; without the audit row nothing is shown.
pub async fn find_patient(
    desk: &Desk,
    by: &Actor,
    search: &PatientSearch,
) -> Result<FoundPatients, WorkError> {
    let mut records: Vec<Patient> = Vec::new();
    if let Some(identifier) = &search.identifier {
        records.extend(Patient::find(desk.query(), identifier).await?);
    }
    let birth = birth_text(search.birth);
    let rows = desk
        .query()
        .look_alikes(search.family.trim(), &birth)
        .await?;
    for row in &rows {
        let patient = Patient::from_row(row)?;
        if !records.iter().any(|known| known.key == patient.key) {
            records.push(patient);
        }
    }
    let mut found = FoundPatients::default();
    for patient in records {
        let agrees = agreement(&patient, search);
        let candidate = Candidate { patient, agrees };
        if candidate.agrees.len() >= 2 {
            found.same.push(candidate);
        } else {
            found.look_alikes.push(candidate);
        }
    }
    let (actor, role) = signature(by);
    desk.commit(Commit::one(Change::Audit(AuditRow {
        at: desk.now(),
        actor,
        role,
        action: "find_patient".to_owned(),
        patient_key: String::new(),
        case_id: String::new(),
        detail: format!(
            "{} the same, {} look-alikes",
            found.same.len(),
            found.look_alikes.len()
        ),
    })))
    .await?;
    Ok(found)
}

fn agreement(patient: &Patient, search: &PatientSearch) -> BTreeSet<Agrees> {
    let mut agrees = BTreeSet::new();
    if let Some(identifier) = &search.identifier
        && patient.identifiers.contains(identifier)
    {
        agrees.insert(Agrees::Identifier);
    }
    let family = search.family.trim();
    if !family.is_empty() && family.to_lowercase() == patient.name.family.trim().to_lowercase() {
        agrees.insert(Agrees::FamilyName);
    }
    match (search.birth, patient.birth) {
        (BirthDate::Day(asked), BirthDate::Day(known)) if asked == known => {
            agrees.insert(Agrees::BirthDate);
        }
        (BirthDate::Day(_) | BirthDate::Year(_) | BirthDate::Unknown, _) => {}
    }
    agrees
}
