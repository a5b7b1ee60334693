//! What comes in by itself: a changed order, images, dose reports, a death, a merged patient.

use crate::{
    Body, Case, OrderNumbers, ProcedureNumber, Refusal, SenderCode, State, procedure::exists,
};
use jiff::Timestamp;
use model::{AccessionNumber, DoseTotals, Laterality, PatientKey, ProcedureId, StudyUid};

/// What the sender says about one procedure now. `None` means that the message does not state it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrderChange {
    pub number: ProcedureNumber,
    pub orders: OrderNumbers,
    pub accession: Option<AccessionNumber>,
    pub study: Option<StudyUid>,
    pub sender_code: Option<SenderCode>,
    /// The catalogue entry, when the sender's new code is mapped.
    pub procedure: Option<ProcedureId>,
    pub side: Option<Laterality>,
    pub site: Option<String>,
    pub indication: Option<String>,
    pub wanted_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StudyReceived {
    pub study: StudyUid,
    pub accession: Option<AccessionNumber>,
    /// DICOM modality code of the objects.
    pub modality: String,
    pub instances: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DoseReceived {
    /// SOP Instance UID of the report: the same report counts once.
    pub report: String,
    pub study: Option<StudyUid>,
    pub totals: DoseTotals,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeathRecord {
    pub died_at: Option<Timestamp>,
    pub source: String,
}

/// The order changed. A new code or side in front of the needle calls for a new time-out.
pub(crate) fn change_order(state: &Case, change: &OrderChange) -> Result<Vec<Body>, Refusal> {
    exists(state)?;
    state.procedure(change.number)?;
    let mut after = state.clone();
    crate::apply::order_changed(&mut after, change);
    if after == *state {
        return Ok(Vec::new());
    }
    Ok(vec![Body::OrderChanged(change.clone())])
}

pub(crate) fn identify(
    state: &Case,
    number: ProcedureNumber,
    procedure: &ProcedureId,
) -> Result<Vec<Body>, Refusal> {
    let known = state.procedure(number)?;
    if known.what == crate::What::Catalogue(procedure.clone()) {
        return Ok(Vec::new());
    }
    if state.started_at.is_some() && known.is_identified() {
        return Err(Refusal::new(
            "already_started",
            "the procedure has started; it is changed in the room",
        )
        .instead("add the procedure that was done and drop the other"));
    }
    Ok(vec![Body::ProcedureIdentified {
        number,
        procedure: procedure.clone(),
    }])
}

pub(crate) fn link_study(state: &Case, study: &StudyReceived) -> Result<Vec<Body>, Refusal> {
    exists(state)?;
    Ok(if state.studies.contains(study) {
        Vec::new()
    } else {
        vec![Body::StudyReceived(study.clone())]
    })
}

pub(crate) fn receive_dose(state: &Case, dose: &DoseReceived) -> Result<Vec<Body>, Refusal> {
    exists(state)?;
    Ok(
        if state.doses.iter().any(|known| known.report == dose.report) {
            Vec::new()
        } else {
            vec![Body::DoseReceived(dose.clone())]
        },
    )
}

/// What was filed here by mistake leaves again. The events of its coming stay; a study that is not here changes nothing.
pub(crate) fn detach_study(
    state: &Case,
    study: &StudyUid,
    reason: &str,
) -> Result<Vec<Body>, Refusal> {
    exists(state)?;
    if !crate::values::said(reason) {
        return Err(Refusal::empty("the reason"));
    }
    let is_here = state.studies.iter().any(|known| known.study == *study)
        || state
            .doses
            .iter()
            .any(|dose| dose.study.as_ref() == Some(study));
    Ok(if is_here {
        vec![Body::StudyDetached {
            study: study.clone(),
            reason: reason.to_owned(),
        }]
    } else {
        Vec::new()
    })
}

pub(crate) fn record_death(state: &Case, death: &DeathRecord) -> Result<Vec<Body>, Refusal> {
    exists(state)?;
    Ok(if state.death.as_ref() == Some(death) {
        Vec::new()
    } else {
        vec![Body::DeathRecorded(death.clone())]
    })
}

pub(crate) fn retract_death(state: &Case, reason: &str) -> Result<Vec<Body>, Refusal> {
    if state.death.is_none() {
        return Err(Refusal::new(
            "no_death_recorded",
            "no death is recorded on this case",
        ));
    }
    if !crate::values::said(reason) {
        return Err(Refusal::empty("the reason"));
    }
    Ok(vec![Body::DeathRetracted {
        reason: reason.to_owned(),
    }])
}

pub(crate) fn merged(state: &Case, from: &PatientKey, to: &PatientKey) -> Vec<Body> {
    if state.state != State::NotReferred && state.patient.as_ref() == Some(from) && from != to {
        vec![Body::PatientMerged {
            from: from.clone(),
            to: to.clone(),
        }]
    } else {
        Vec::new()
    }
}
