//! A case made by hand: a patient who is known, a new one, or one whom nobody can name yet.

use crate::act_on_case::{ActError, opened, signature};
use crate::desk::{Desk, WorkError};
use crate::new_numbers::{is_demonstration_name, new_accession, new_study_uid};
use crate::patient::Patient;
use case::{Actor, Case, Command, NewProcedure, OrderNumbers, Referral, What};
use model::{BirthDate, Laterality, PatientIdentifier, PersonName, ProcedureId, Sex, Urgency};
use store::rows::CaseKeyRow;
use store::{Change, Commit};

/// Issuer of the tags of patients whom nobody can name yet.
pub const TAG_ISSUER: &str = "TAG";

/// Whom the case is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// By key; the page has shown two identifiers.
    Known(String),
    New {
        name: PersonName,
        birth: BirthDate,
        sex: Sex,
        /// The hospital's number.
        number: String,
    },
    /// A tag number stands for the name until it is known.
    Unidentified { tag: String, sex: Sex },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    pub whom: Whom,
    pub procedure: ProcedureId,
    pub side: Laterality,
    pub site: String,
    pub urgency: Urgency,
    pub indication: String,
    pub referrer: String,
}

/// Why no case was made.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    #[error(
        "these settings are missing, and the first real patient is refused until they are there: {0}"
    )]
    NotConfigured(String),
    #[error("a family name that begins with DEMO belongs to the demonstration")]
    Demonstration,
    #[error("a new patient needs a family name and the hospital's number")]
    NoIdentity,
    #[error("this number belongs to {0}: choose that patient")]
    NumberTaken(String),
    #[error("{0}")]
    Number(#[from] model::IdentifierError),
    #[error("this procedure is not in the catalogue")]
    NoSuchProcedure,
    #[error("there is no such patient")]
    NoSuchPatient,
    #[error("this patient is recorded as dead")]
    Died,
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<WorkError> for NotMade {
    fn from(error: WorkError) -> Self {
        Self::Act(error.into())
    }
}

/// Makes the patient when needed and the case, in one commit.
/// # Errors
/// See [`NotMade`]; then nothing has changed.
pub async fn new_case(desk: &Desk, by: &Actor, order: &ByHand) -> Result<Case, NotMade> {
    let site = desk.site();
    let missing = site.missing();
    if !site.demonstration && !missing.is_empty() {
        return Err(NotMade::NotConfigured(missing.join(", ")));
    }
    if !desk
        .rules()
        .book
        .procedures
        .contains_key(order.procedure.as_str())
    {
        return Err(NotMade::NoSuchProcedure);
    }
    let (patient, mut changes) = patient_for(desk, by, &order.whom).await?;
    if patient.deceased {
        return Err(NotMade::Died);
    }
    let procedure = NewProcedure {
        what: What::Catalogue(order.procedure.clone()),
        sender_code: None,
        side: order.side,
        site: order.site.clone(),
        accession: Some(new_accession(desk).await?),
        study: Some(new_study_uid(desk).await?),
        orders: OrderNumbers::default(),
    };
    let command = Command::Refer(Referral {
        patient: patient.key.clone(),
        procedures: vec![procedure],
        urgency: order.urgency,
        indication: order.indication.clone(),
        referrer: order.referrer.clone(),
        result_to: order.referrer.clone(),
        wanted_at: None,
        statements: Vec::new(),
        index_case: None,
    });
    let (case, case_changes) = opened(desk, by, &patient, &command).await?;
    changes.extend(case_changes);
    if let Whom::Unidentified { tag, .. } = &order.whom {
        changes.push(Change::AddCaseKey(CaseKeyRow {
            kind: "patient_tag".to_owned(),
            value: tag.clone(),
            case_id: case.id.to_string(),
        }));
    }
    desk.commit(Commit { changes })
        .await
        .map_err(WorkError::from)?;
    Ok(case)
}

async fn patient_for(
    desk: &Desk,
    by: &Actor,
    whom: &Whom,
) -> Result<(Patient, Vec<Change>), NotMade> {
    let (name, birth, sex, identifier) = match whom {
        Whom::Known(key) => {
            let found = Patient::load(desk.query(), key).await?;
            return Ok((found.ok_or(NotMade::NoSuchPatient)?, Vec::new()));
        }
        Whom::New {
            name,
            birth,
            sex,
            number,
        } => {
            let issuer = desk.site().patient_issuer.clone();
            let issuer = issuer.unwrap_or_else(|| "DEMO".to_owned());
            if name.family.trim().is_empty() || number.trim().is_empty() {
                return Err(NotMade::NoIdentity);
            }
            let identifier = PatientIdentifier::new(number, &issuer)?;
            (named_here(desk, name)?, *birth, *sex, identifier)
        }
        Whom::Unidentified { tag, sex } => {
            let name = PersonName {
                family: "UNKNOWN".to_owned(),
                given: format!("tag {tag}"),
                middle: String::new(),
            };
            let identifier = PatientIdentifier::new(tag, TAG_ISSUER)?;
            (
                named_here(desk, &name)?,
                BirthDate::Unknown,
                *sex,
                identifier,
            )
        }
    };
    if let Some(taken) = Patient::find(desk.query(), &identifier).await? {
        return Err(NotMade::NumberTaken(taken.name.to_string()));
    }
    let mut patient = Patient::new(desk.new_patient_key().await?);
    patient.name = name;
    patient.birth = birth;
    patient.sex = sex;
    patient.identifiers.insert(identifier);
    let (actor, role) = signature(by);
    let changes = patient.saved("patient_registered", desk.now(), &actor, &role)?;
    patient.version += 1;
    Ok((patient, changes))
}

/// In a demonstration every family name begins with DEMO; elsewhere none may.
fn named_here(desk: &Desk, name: &PersonName) -> Result<PersonName, NotMade> {
    let mut name = name.clone();
    match (
        desk.site().demonstration,
        is_demonstration_name(&name.family),
    ) {
        (true, false) => name.family = format!("DEMO-{}", name.family),
        (false, true) => return Err(NotMade::Demonstration),
        (true, true) | (false, false) => {}
    }
    Ok(name)
}
