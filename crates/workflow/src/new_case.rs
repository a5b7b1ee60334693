//! A case made by hand: a patient who is known, a new one, or one whom nobody can name yet.

use crate::desk::{Desk, WorkError};
use crate::new_numbers::is_demonstration_name;
use crate::open_case_by_hand::{ByHandError, CaseByHand, Whose, open_case_by_hand};
use crate::patient::Patient;
use case::{Actor, Case, NewProcedure, OrderNumbers, Referral, What};
use model::{
    BirthDate, Laterality, PatientIdentifier, PatientKey, PersonName, ProcedureId, Sex, Urgency,
};

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
    /// Why there is another case although one is open for the same procedure; empty refuses it.
    pub another_because: String,
}

/// Why no case was made.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    #[error(
        "these settings are missing, and the first real patient is refused until they are there: {0}"
    )]
    NotConfigured(String),
    #[error("a family name that begins with DEMO- belongs to the demonstration")]
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
    Open(#[from] ByHandError),
}

impl From<WorkError> for NotMade {
    fn from(error: WorkError) -> Self {
        Self::Open(error.into())
    }
}

/// Opens the case the way every case is opened by hand; a new patient is registered in the same commit.
/// # Errors
/// See [`NotMade`]; then nothing is changed.
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
    let (patient, whose) = match &order.whom {
        Whom::Unidentified { tag, sex } => (
            PatientKey::new("unidentified")?,
            Whose::Unidentified {
                tag: tag.clone(),
                sex: *sex,
            },
        ),
        Whom::New {
            name,
            birth,
            sex,
            number,
        } => {
            let patient = new_patient(desk, name, *birth, *sex, number).await?;
            let key = patient.key.clone();
            let patient = Box::new(patient);
            (key, Whose::New { patient })
        }
        Whom::Known(key) => {
            let found = Patient::load(desk.query(), key).await?;
            let patient = found.ok_or(NotMade::NoSuchPatient)?;
            if patient.deceased {
                return Err(NotMade::Died);
            }
            let patient_key = patient.key.to_string();
            (patient.key, Whose::Known { patient_key })
        }
    };
    let referral = Referral {
        // Filled in when the case is opened.
        patient,
        procedures: vec![NewProcedure {
            what: What::Catalogue(order.procedure.clone()),
            sender_code: None,
            side: order.side,
            site: order.site.clone(),
            accession: None,
            study: None,
            orders: OrderNumbers::default(),
        }],
        urgency: order.urgency,
        indication: order.indication.clone(),
        referrer: order.referrer.clone(),
        result_to: order.referrer.clone(),
        wanted_at: None,
        statements: Vec::new(),
        index_case: None,
    };
    let new = CaseByHand {
        whose,
        referral,
        emergency: None,
        another_because: order.another_because.clone(),
    };
    Ok(open_case_by_hand(desk, by, &new).await?)
}

async fn new_patient(
    desk: &Desk,
    name: &PersonName,
    birth: BirthDate,
    sex: Sex,
    number: &str,
) -> Result<Patient, NotMade> {
    if name.family.trim().is_empty() || number.trim().is_empty() {
        return Err(NotMade::NoIdentity);
    }
    let issuer = desk.site().patient_issuer.clone();
    let identifier = PatientIdentifier::new(number, &issuer.unwrap_or_else(|| "DEMO".to_owned()))?;
    if let Some(taken) = Patient::find(desk.query(), &identifier).await? {
        return Err(NotMade::NumberTaken(taken.name.to_string()));
    }
    let mut patient = Patient::new(desk.new_patient_key().await?);
    patient.name = named_here(desk, name)?;
    patient.birth = birth;
    patient.sex = sex;
    patient.identifiers.insert(identifier);
    Ok(patient)
}

/// In a demonstration every family name begins with DEMO-; elsewhere none may.
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
