//! Staff open a case on one page: for a patient who is known, or for one who is not, under a tag number.
//!
//! The order that comes later joins this case (`receive_order`), so the department never has two for one visit.

use crate::act_on_case::{ActError, decided_for, signature};
use crate::desk::{Desk, WorkError};
use crate::new_numbers::{new_accession, new_study_uid};
use crate::patient::Patient;
use case::{Actor, Case, Command, EmergencyEntry, NewProcedure, Referral, What};
use model::{PatientIdentifier, PersonName, Sex};
use store::rows::{AuditRow, CaseKeyRow};
use store::{Change, Commit};

/// Issuer of the tag numbers that unidentified patients wear.
pub const TAG_ISSUER: &str = "SELDINGER-TAG";

/// Whose case it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Whose {
    /// A record found by two things that agree.
    Known { patient_key: String },
    /// A record that is not kept yet: it is registered together with the case.
    New { patient: Box<Patient> },
    /// Nobody knows who it is: the number on the wristband, and what can be seen.
    Unidentified { tag: String, sex: Sex },
}

#[derive(Debug, Clone, PartialEq)]
pub struct CaseByHand {
    pub whose: Whose,
    /// `patient` is filled in here; accession number and study UID are given here where there are none.
    pub referral: Referral,
    /// The emergency way, when it is one.
    pub emergency: Option<EmergencyEntry>,
    /// Why there is another case although this patient has one open for the same procedure; empty refuses it.
    pub another_because: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ByHandError {
    #[error("there is no patient {0}")]
    NoSuchPatient(String),
    #[error("no real patient is taken before these settings are made: {}", .0.join(", "))]
    SiteNotConfigured(Vec<&'static str>),
    #[error("the tag number is empty, too long, or holds a control character")]
    NotATag,
    #[error("tag {0} is worn by another patient")]
    TagInUse(String),
    /// Open cases of the same patient for the same procedure.
    #[error("this patient has a case open for the same procedure: {}", .0.join(", "))]
    AlreadyOpen(Vec<String>),
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<WorkError> for ByHandError {
    fn from(error: WorkError) -> Self {
        Self::Act(error.into())
    }
}

impl From<store::QueryError> for ByHandError {
    fn from(error: store::QueryError) -> Self {
        Self::Act(error.into())
    }
}

impl From<store::CommitError> for ByHandError {
    fn from(error: store::CommitError) -> Self {
        Self::Act(error.into())
    }
}

/// Opens the case; patient, case, emergency and audit become true together.
/// # Errors
/// See [`ByHandError`].
pub async fn open_case_by_hand(
    desk: &Desk,
    by: &Actor,
    new: &CaseByHand,
) -> Result<Case, ByHandError> {
    let site = desk.site();
    let missing = site.missing();
    if !site.demonstration && !missing.is_empty() {
        return Err(ByHandError::SiteNotConfigured(missing));
    }
    let (patient, mut changes) = match &new.whose {
        Whose::Known { patient_key } => (known(desk, patient_key).await?, Vec::new()),
        Whose::New { patient } => registered(desk, by, (**patient).clone(), "by hand")?,
        Whose::Unidentified { tag, sex } => unidentified(desk, by, tag, *sex).await?,
    };
    if new.another_because.trim().is_empty() {
        let open = open_for_the_same(desk, &patient, &new.referral.procedures).await?;
        if !open.is_empty() {
            return Err(ByHandError::AlreadyOpen(open));
        }
    }
    let mut referral = new.referral.clone();
    referral.patient = patient.key.clone();
    for procedure in &mut referral.procedures {
        give_numbers(desk, procedure).await?;
    }
    let before = Case::new(desk.new_case_id().await?);
    let refer = Command::Refer(referral);
    let (mut case, more) = decided_for(desk, by, &before, &refer, &patient).await?;
    changes.extend(more);
    if let Some(entry) = &new.emergency {
        let enter = Command::EnterEmergency(entry.clone());
        let (after, more) = decided_for(desk, by, &case, &enter, &patient).await?;
        case = after;
        changes.extend(more);
    }
    if let Whose::Unidentified { tag, .. } = &new.whose {
        changes.push(Change::AddCaseKey(CaseKeyRow {
            kind: "patient_tag".to_owned(),
            value: tag.trim().to_owned(),
            case_id: case.id.to_string(),
        }));
    }
    desk.commit(Commit { changes }).await?;
    Ok(case)
}

async fn known(desk: &Desk, patient_key: &str) -> Result<Patient, ByHandError> {
    let patient = Patient::load(desk.query(), patient_key)
        .await?
        .ok_or_else(|| ByHandError::NoSuchPatient(patient_key.to_owned()))?;
    match &patient.merged_into {
        None => Ok(patient),
        Some(key) => Patient::load(desk.query(), key.as_str())
            .await?
            .ok_or_else(|| ByHandError::NoSuchPatient(key.to_string())),
    }
}

/// A record for somebody nobody knows: the tag is the only identifier, the name says that it is none.
async fn unidentified(
    desk: &Desk,
    by: &Actor,
    tag: &str,
    sex: Sex,
) -> Result<(Patient, Vec<Change>), ByHandError> {
    let identifier = PatientIdentifier::new(tag, TAG_ISSUER).map_err(|_| ByHandError::NotATag)?;
    if Patient::find(desk.query(), &identifier).await?.is_some() {
        return Err(ByHandError::TagInUse(identifier.value().to_owned()));
    }
    let mut patient = Patient::new(desk.new_patient_key().await?);
    let family = if desk.site().demonstration {
        "DEMO-UNIDENTIFIED"
    } else {
        "UNIDENTIFIED"
    };
    patient.name = PersonName {
        family: family.to_owned(),
        given: identifier.value().to_owned(),
        middle: String::new(),
    };
    patient.sex = sex;
    patient.identifiers.insert(identifier);
    registered(desk, by, patient, "unidentified, by tag number")
}

/// The patient as it stands after the changes that register it.
fn registered(
    desk: &Desk,
    by: &Actor,
    mut patient: Patient,
    how: &str,
) -> Result<(Patient, Vec<Change>), ByHandError> {
    let (actor, role) = signature(by);
    let at = desk.now();
    let mut changes = patient.saved("patient_registered", at, &actor, &role)?;
    changes.push(Change::Audit(AuditRow {
        at,
        actor,
        role,
        action: "patient_registered".to_owned(),
        patient_key: patient.key.to_string(),
        case_id: String::new(),
        detail: how.to_owned(),
    }));
    patient.version += 1;
    Ok((patient, changes))
}

async fn open_for_the_same(
    desk: &Desk,
    patient: &Patient,
    procedures: &[NewProcedure],
) -> Result<Vec<String>, ByHandError> {
    let mut open = Vec::new();
    for entry in desk.query().cases_of_patient(patient.key.as_str()).await? {
        let Some(case) = crate::case_file::load_case(desk.query(), &entry.case.case_id).await?
        else {
            continue;
        };
        let same = case.live().any(|p| {
            p.is_identified()
                && procedures
                    .iter()
                    .any(|new| new.what == p.what && new.side == p.side)
        });
        if case.state.is_before_procedure() && same {
            open.push(case.id.to_string());
        }
    }
    Ok(open)
}

async fn give_numbers(desk: &Desk, procedure: &mut NewProcedure) -> Result<(), WorkError> {
    if procedure.accession.is_none() {
        procedure.accession = Some(new_accession(desk).await?);
    }
    if procedure.study.is_none() {
        procedure.study = Some(new_study_uid(desk).await?);
    }
    // An id that the rule book does not know is no identification.
    if let What::Catalogue(id) = &procedure.what
        && !desk.rules().book.procedures.contains_key(id.as_str())
    {
        procedure.what = What::NotIdentified;
    }
    Ok(())
}
