//! A patient's record becomes restricted (staff member, protected person), or is open again.

use crate::act_on_case::signature;
use crate::desk::{Desk, WorkError};
use crate::patient::Patient;
use case::Actor;
use store::rows::AuditRow;
use store::{Change, Commit, CommitError};

#[derive(Debug, thiserror::Error)]
pub enum RestrictError {
    #[error("there is no patient {0}")]
    NoSuchPatient(String),
    #[error("write the reason")]
    NoReason,
    #[error(transparent)]
    Work(#[from] WorkError),
}

/// How often it is tried again when the record changed meanwhile.
const TRIES: usize = 20;

/// Marks the record; the reason stands in the audit. A record that is so already stays as it is.
/// # Errors
/// See [`RestrictError`].
pub async fn restrict_patient(
    desk: &Desk,
    by: &Actor,
    patient_key: &str,
    restricted: bool,
    reason: &str,
) -> Result<Patient, RestrictError> {
    if reason.trim().is_empty() {
        return Err(RestrictError::NoReason);
    }
    let mut last = None;
    for _ in 0..TRIES {
        let found = Patient::load(desk.query(), patient_key).await?;
        let mut patient =
            found.ok_or_else(|| RestrictError::NoSuchPatient(patient_key.to_owned()))?;
        if patient.restricted == restricted {
            return Ok(patient);
        }
        patient.restricted = restricted;
        let (actor, role) = signature(by);
        let at = desk.now();
        let what = if restricted {
            "patient_restricted"
        } else {
            "patient_unrestricted"
        };
        let mut changes = patient.saved(what, at, &actor, &role)?;
        changes.push(Change::Audit(AuditRow {
            at,
            actor,
            role,
            action: what.to_owned(),
            patient_key: patient.key.to_string(),
            case_id: String::new(),
            detail: reason.trim().to_owned(),
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
        None => RestrictError::NoSuchPatient(patient_key.to_owned()),
    })
}
