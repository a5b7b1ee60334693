//! What is known about the patient and the booking. Times are wall clock in the hospital's zone.

use jiff::civil::{Date, DateTime};
use knowledge::procedure::Anaesthesia;
use model::{BirthDate, Centimetre, Kilogram, Modality, ProcedureId, Sex, Urgency};

/// A safety question and what came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Answer<T> {
    Known(T),
    Unknown,
    #[default]
    NotAsked,
}

impl Answer<bool> {
    /// Only a plain yes is a yes.
    pub fn is_yes(self) -> bool {
        self == Self::Known(true)
    }
}

/// Whether anybody asked for a list: an empty list that nobody asked for is not "none".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum List {
    #[default]
    Asked,
    NotAsked,
}

impl List {
    /// Nothing is known, because nobody asked.
    pub fn is_open<T>(self, list: &[T]) -> bool {
        self == Self::NotAsked && list.is_empty()
    }
}

/// Age as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum StatedAge {
    /// Years, with a fraction for small children.
    Years(f64),
    Born(BirthDate),
    #[default]
    Unknown,
}

impl StatedAge {
    /// Years on a day; completed years when only the birth date is known.
    pub fn years_on(self, day: Date) -> Option<f64> {
        let years = match self {
            Self::Years(years) => years,
            Self::Born(born) => f64::from(born.age_years_on(day)?),
            Self::Unknown => return None,
        };
        (years.is_finite() && (0.0..150.0).contains(&years)).then_some(years)
    }
}

/// Everything about the patient. The order of the lists has no meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub age: StatedAge,
    pub sex: Sex,
    pub weight: Option<Kilogram>,
    /// What was typed, in its unit; must agree with `weight`.
    pub weight_entered: Option<WeightEntered>,
    pub height: Option<Centimetre>,
    pub inpatient: Answer<bool>,
    /// Somebody goes home with the patient.
    pub companion: Answer<bool>,
    /// Names with an optional date at the end: `acs_2027-01-20`.
    pub conditions: Vec<String>,
    pub medicines: Vec<MedicineTaken>,
    pub medicines_asked: List,
    pub laboratory: Vec<LabResult>,
    pub allergies: Vec<Allergy>,
    pub allergies_asked: List,
    pub pregnancy: PregnancyFacts,
    pub last_intakes: Vec<LastIntake>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            age: StatedAge::Unknown,
            sex: Sex::Unknown,
            weight: None,
            weight_entered: None,
            height: None,
            inpatient: Answer::NotAsked,
            companion: Answer::NotAsked,
            conditions: Vec::new(),
            medicines: Vec::new(),
            medicines_asked: List::default(),
            laboratory: Vec::new(),
            allergies: Vec::new(),
            allergies_asked: List::default(),
            pregnancy: PregnancyFacts::default(),
            last_intakes: Vec::new(),
        }
    }
}

/// A weight as it was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightEntered {
    pub amount: f64,
    /// UCUM.
    pub unit: String,
}

/// One line of the medication list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct MedicineTaken {
    /// The name as written; may be empty when a code is there.
    pub inn: String,
    /// ATC code; may be empty.
    pub atc: String,
    /// Free text.
    pub dose: String,
    /// `08:00`, `continuous`, or `dialysis_mon_wed_fri`.
    pub times: Vec<String>,
    /// A name, optionally dated.
    pub indication: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LabResult {
    pub analyte: String,
    pub value: ResultValue,
    /// UCUM; empty when none was sent.
    pub unit: String,
    /// When the sample was taken.
    pub taken_at: Option<DateTime>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ResultValue {
    Number(f64),
    Word(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Allergy {
    /// `iodinated_contrast`, `penicillin`, … as in the case file.
    pub kind: String,
    pub substance: String,
    pub reaction: String,
    /// `mild`, `moderate`, `severe`, or empty.
    pub severity: String,
    pub year: Option<i16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PregnancyFacts {
    pub status: PregnancyStatus,
    /// First day of the last period.
    pub lmp: Option<Date>,
    pub gestation_weeks: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PregnancyStatus {
    #[default]
    NotAsked,
    Unknown,
    NotPregnantStated,
    Pregnant,
    Refused,
}

/// The last dose that was really taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LastIntake {
    pub drug: String,
    pub at: DateTime,
}

/// One visit: the strictest rule over its procedures counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Booking {
    pub procedures: Vec<BookedProcedure>,
    /// Start, wall clock in the hospital's zone.
    pub appointment: DateTime,
    pub urgency: Urgency,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BookedProcedure {
    pub id: ProcedureId,
    /// Empty: not booked yet.
    pub modality: Vec<Modality>,
    /// Missing: the deepest of the catalogue.
    pub anaesthesia: Option<Anaesthesia>,
    /// Artery; missing: the catalogue's usual one.
    pub access: Option<String>,
    pub sheath: Option<French>,
    /// Agent; missing: as the catalogue says.
    pub contrast: Option<String>,
}

/// Outer size of a sheath or catheter.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct French(pub f64);
