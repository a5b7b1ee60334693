//! A patient as the department knows one: who it is, and the facts that the plan and the banner need.
//!
//! Every change is an event that holds the whole patient after it; the read row is the last event.

use crate::desk::WorkError;
use jiff::{Timestamp, civil::Date};
use model::{BirthDate, PatientIdentifier, PatientKey, PersonName, Sex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::rows::PatientRow;
use store::{Change, NewEvent, Query, Stream};

/// One person with all identifiers.
#[derive(Debug, Clone, PartialEq)]
pub struct Patient {
    pub key: PatientKey,
    /// Number of events so far; 0 for one that is not saved yet.
    pub version: i64,
    pub name: PersonName,
    pub birth: BirthDate,
    pub sex: Sex,
    pub identifiers: BTreeSet<PatientIdentifier>,
    pub deceased: bool,
    /// Staff member or protected person: every view asks for a reason.
    pub restricted: bool,
    pub merged_into: Option<PatientKey>,
    pub facts: PatientFacts,
}

/// What the senders and the staff said. An empty list with `…_asked = false` means "not known", never "none".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PatientFacts {
    pub weight: Option<Weight>,
    pub height_cm: Option<f64>,
    pub allergies_asked: bool,
    pub allergies: Vec<Allergy>,
    pub medicines_asked: bool,
    pub medicines: Vec<Medicine>,
    pub last_intakes: Vec<LastIntake>,
    /// Names in use: see the clinical case file (`type_2_diabetes`, `vte_2027-01-28`, …).
    pub conditions: Vec<String>,
    pub pregnancy: Option<Pregnancy>,
    pub inpatient_ward: Option<String>,
    pub companion: Option<String>,
    /// BCP 47 tag of the language in which the patient reads.
    pub language: Option<String>,
    pub interpreter: Option<String>,
    pub telephone: Option<String>,
    pub implants: Option<String>,
    pub isolation: Option<String>,
    pub guardian: Option<String>,
    pub capacity: Option<String>,
    pub limits_of_treatment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    pub kg: f64,
    /// ISO day on which it was taken; `None` when the sender did not say.
    pub on: Option<String>,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Allergy {
    /// `iodinated_contrast`, `local_anaesthetic_amide`, … or empty when not classified.
    pub kind: String,
    pub substance: String,
    pub reaction: String,
    /// `mild`, `moderate`, `severe`, or empty when not stated.
    pub severity: String,
    pub year: Option<i16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Medicine {
    pub inn: String,
    pub atc: String,
    pub dose: String,
    /// Local clock times as written ("08:00"), or words the engine knows ("continuous").
    pub times: Vec<String>,
    pub indication: String,
}

/// A dose that was really taken, as somebody confirmed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastIntake {
    pub drug: String,
    /// Local wall clock, ISO.
    pub at: String,
    pub confirmed_by: String,
    /// When it was said, as an instant; empty in records of before this was kept.
    #[serde(default)]
    pub said_at: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pregnancy {
    /// `unknown`, `not_pregnant_stated`, `pregnant`, `not_asked`.
    pub status: String,
    pub lmp: Option<String>,
    pub gestation_weeks: Option<i16>,
}

#[derive(Serialize, Deserialize)]
struct Snapshot {
    family: String,
    given: String,
    middle: String,
    birth: String,
    sex: String,
    identifiers: Vec<(String, String)>,
    deceased: bool,
    restricted: bool,
    merged_into: Option<String>,
    facts: PatientFacts,
}

impl Patient {
    pub fn new(key: PatientKey) -> Self {
        Self {
            key,
            version: 0,
            name: PersonName::default(),
            birth: BirthDate::Unknown,
            sex: Sex::Unknown,
            identifiers: BTreeSet::new(),
            deceased: false,
            restricted: false,
            merged_into: None,
            facts: PatientFacts::default(),
        }
    }

    /// The identifier that people use: of this issuer, else the first.
    pub fn hospital_number(&self, issuer: Option<&str>) -> Option<&PatientIdentifier> {
        self.identifiers
            .iter()
            .find(|identifier| Some(identifier.issuer()) == issuer)
            .or_else(|| self.identifiers.first())
    }

    /// Loads by key.
    /// # Errors
    /// The database, or a row that no version of this program wrote.
    pub async fn load(query: &Query, key: &str) -> Result<Option<Self>, WorkError> {
        query
            .patient(key)
            .await?
            .map(|row| Self::from_row(&row))
            .transpose()
    }

    /// Loads by an identifier, following merges.
    /// # Errors
    /// As [`Patient::load`].
    pub async fn find(
        query: &Query,
        identifier: &PatientIdentifier,
    ) -> Result<Option<Self>, WorkError> {
        query
            .patient_by_identifier(identifier.issuer(), identifier.value())
            .await?
            .map(|row| Self::from_row(&row))
            .transpose()
    }

    /// # Errors
    /// A row that no version of this program wrote.
    pub fn from_row(row: &PatientRow) -> Result<Self, WorkError> {
        let damaged =
            |what: &str| WorkError::Damaged(format!("patient {}: {what}", row.patient_key));
        let snapshot: Snapshot =
            serde_json::from_str(&row.body).map_err(|error| damaged(&error.to_string()))?;
        let identifiers = snapshot
            .identifiers
            .iter()
            .map(|(issuer, value)| PatientIdentifier::new(value, issuer))
            .collect::<Result<_, _>>()
            .map_err(|error| damaged(&error.to_string()))?;
        let key = |text: &str| PatientKey::new(text).map_err(|error| damaged(&error.to_string()));
        Ok(Self {
            key: key(&row.patient_key)?,
            version: row.version,
            name: PersonName {
                family: snapshot.family,
                given: snapshot.given,
                middle: snapshot.middle,
            },
            birth: birth_from_text(&snapshot.birth),
            sex: sex_from_code(&snapshot.sex),
            identifiers,
            deceased: snapshot.deceased,
            restricted: snapshot.restricted,
            merged_into: snapshot.merged_into.as_deref().map(key).transpose()?,
            facts: snapshot.facts,
        })
    }

    /// What makes this patient, as it stands now, true in the store: the event, the row, the identifiers.
    /// Another change since it was loaded makes the commit stale.
    ///
    /// `kind` – `patient_registered`, `patient_changed`, `patient_merged`, `death_recorded`, `facts_recorded`.
    /// # Errors
    /// The patient cannot be written as JSON (a number that is none).
    pub fn saved(
        &self,
        kind: &str,
        at: Timestamp,
        actor: &str,
        role: &str,
    ) -> Result<Vec<Change>, WorkError> {
        let snapshot = Snapshot {
            family: self.name.family.clone(),
            given: self.name.given.clone(),
            middle: self.name.middle.clone(),
            birth: birth_text(self.birth),
            sex: sex_code(self.sex).to_owned(),
            identifiers: self
                .identifiers
                .iter()
                .map(|id| (id.issuer().to_owned(), id.value().to_owned()))
                .collect(),
            deceased: self.deceased,
            restricted: self.restricted,
            merged_into: self.merged_into.as_ref().map(|key| key.as_str().to_owned()),
            facts: self.facts.clone(),
        };
        let body = serde_json::to_string(&snapshot)
            .map_err(|error| WorkError::Damaged(format!("patient {}: {error}", self.key)))?;
        let event = NewEvent {
            at,
            actor: actor.to_owned(),
            role: role.to_owned(),
            kind: kind.to_owned(),
            body: body.clone(),
        };
        let mut changes = vec![
            Change::Append {
                stream: Stream::Patient(self.key.clone()),
                expected: self.version,
                events: vec![event],
            },
            Change::PutPatient(PatientRow {
                patient_key: self.key.as_str().to_owned(),
                version: self.version + 1,
                family: self.name.family.clone(),
                given: self.name.given.clone(),
                birth_date: snapshot.birth,
                sex: snapshot.sex,
                deceased: self.deceased,
                restricted: self.restricted,
                merged_into: snapshot.merged_into,
                body,
            }),
        ];
        changes.extend(
            self.identifiers
                .iter()
                .map(|identifier| Change::PutIdentifier {
                    issuer: identifier.issuer().to_owned(),
                    value: identifier.value().to_owned(),
                    patient_key: self.key.as_str().to_owned(),
                }),
        );
        Ok(changes)
    }
}

/// ISO day, ISO year, or empty.
pub fn birth_text(birth: BirthDate) -> String {
    match birth {
        BirthDate::Day(day) => day.to_string(),
        BirthDate::Year(year) => format!("{year:04}"),
        BirthDate::Unknown => String::new(),
    }
}

/// The reverse of [`birth_text`]; anything else is unknown.
pub fn birth_from_text(text: &str) -> BirthDate {
    if let Ok(day) = text.parse::<Date>() {
        return BirthDate::Day(day);
    }
    match text.parse::<i16>() {
        Ok(year) if text.len() == 4 => BirthDate::Year(year),
        _ => BirthDate::Unknown,
    }
}

/// F, M, O, U: the codes of DICOM and HL7 table 0001 that we write.
pub fn sex_code(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Other => "O",
        Sex::Unknown => "U",
    }
}

pub fn sex_from_code(code: &str) -> Sex {
    match code {
        "F" => Sex::Female,
        "M" => Sex::Male,
        "O" => Sex::Other,
        _ => Sex::Unknown,
    }
}
