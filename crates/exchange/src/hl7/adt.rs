//! ADT A01 A03 A04 A08 A11 A13 A28 A31 A40 A47: what happened to a patient's record.
//!
//! | trigger | change |
//! |---|---|
//! | A01, A04 | admitted, registered |
//! | A03, A13 | discharged, discharge cancelled |
//! | A08, A31 | updated |
//! | A11 | admission cancelled |
//! | A28 | person added |
//! | A40 | the records of each MRG-1 join the PID before it |
//! | A47 | the identifiers of each MRG-1 are replaced by the PID before it |

use super::fault::{Fault, FaultKind, Place};
use super::message::{Message, Segment};
use super::patient;
use super::sender::SenderSettings;
use super::value;
use model::PatientIdentifier;
use workflow::incoming::{IncomingPatientChange, PatientChange};
use workflow::site_codes::LaboratoryCodes;

/// Whether we take this trigger.
pub fn takes(trigger: &str) -> bool {
    simple(trigger).is_some() || matches!(trigger, "A40" | "A47")
}

fn simple(trigger: &str) -> Option<PatientChange> {
    Some(match trigger {
        "A01" => PatientChange::Admitted,
        "A03" => PatientChange::Discharged,
        "A04" => PatientChange::Registered,
        "A08" | "A31" => PatientChange::Updated,
        "A11" => PatientChange::AdmissionCancelled,
        "A13" => PatientChange::DischargeCancelled,
        "A28" => PatientChange::PersonAdded,
        _ => return None,
    })
}

/// Reads one ADT message; A40 and A47 may hold several pairs.
///
/// # Errors
/// The segment and field that cannot be read; A40 or A47 without MRG-1, or merging a patient with itself.
pub fn read(
    message: &Message,
    trigger: &str,
    settings: &SenderSettings,
    codes: &LaboratoryCodes,
    notes: &mut Vec<String>,
) -> Result<Vec<IncomingPatientChange>, Fault> {
    if let Some(change) = simple(trigger) {
        return Ok(vec![IncomingPatientChange {
            change,
            patient: patient::of_message(message, settings, codes, notes)?,
            visit: patient::visit(message),
        }]);
    }
    let mut changes = Vec::new();
    let mut pid: Option<Segment<'_>> = None;
    for segment in message.segments() {
        match segment.name {
            "PID" => {
                refuse_alone(pid)?;
                pid = Some(segment);
            }
            "MRG" => {
                let survivor = pid.take().ok_or_else(|| {
                    let what = "no PID before this MRG";
                    Fault::new(segment.place(), FaultKind::SegmentSequence, what)
                })?;
                changes.push(pair(&survivor, &segment, trigger, settings, notes)?);
            }
            _ => {}
        }
    }
    refuse_alone(pid)?;
    if changes.is_empty() {
        let at = Place::new("PID", 1, 3);
        let what = "the PID segment is missing";
        return Err(Fault::new(at, FaultKind::RequiredFieldMissing, what));
    }
    Ok(changes)
}

/// A PID that no MRG follows: whom it should be merged with is not said.
fn refuse_alone(pid: Option<Segment<'_>>) -> Result<(), Fault> {
    match pid {
        None => Ok(()),
        Some(pid) => {
            let at = Place::new("MRG", pid.occurrence, 1);
            let what = "the MRG segment with the earlier identifier is missing";
            Err(Fault::new(at, FaultKind::RequiredFieldMissing, what))
        }
    }
}

fn pair(
    pid: &Segment<'_>,
    mrg: &Segment<'_>,
    trigger: &str,
    settings: &SenderSettings,
    notes: &mut Vec<String>,
) -> Result<IncomingPatientChange, Fault> {
    let patient = patient::read(pid, settings, notes)?;
    let field = mrg.field(1);
    let old: Vec<PatientIdentifier> = value::identifiers(&field, settings)?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    if old.is_empty() {
        let what = "no earlier identifier";
        return Err(field.fault(FaultKind::RequiredFieldMissing, what));
    }
    let others: Vec<PatientIdentifier> = old
        .into_iter()
        .filter(|id| !patient.identifiers.contains(id))
        .collect();
    if others.is_empty() {
        let what = "the earlier and the new identifier are the same";
        return Err(field.fault(FaultKind::DuplicateKey, what));
    }
    let change = if trigger == "A40" {
        PatientChange::Merged(others)
    } else {
        PatientChange::IdentifiersChanged(others)
    };
    Ok(IncomingPatientChange {
        change,
        patient,
        visit: None,
    })
}
