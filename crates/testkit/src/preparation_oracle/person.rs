//! A made-up patient with a booking.

use jiff::civil::{Date, DateTime};

#[derive(Debug, Clone, Default)]
pub struct Person {
    pub age: Option<f64>,
    pub female: bool,
    pub weight: Option<f64>,
    pub height: Option<f64>,
    pub inpatient: bool,
    pub companion: Option<bool>,
    pub conditions: Vec<String>,
    pub medicines: Vec<Medicine>,
    pub values: Vec<Value>,
    pub allergies: Vec<Allergy>,
    pub pregnancy: Pregnancy,
    /// Name, and when the last dose was taken.
    pub intakes: Vec<(String, DateTime)>,
    pub procedure: String,
    pub modality: Vec<String>,
    /// Missing: not said.
    pub anaesthesia: Option<String>,
    pub access: Option<String>,
    pub sheath: Option<f64>,
    pub contrast: Option<String>,
    pub urgency: String,
    pub appointment: DateTime,
    pub as_of: DateTime,
    pub zone: String,
}

#[derive(Debug, Clone, Default)]
pub struct Medicine {
    pub inn: String,
    pub atc: String,
    pub dose: String,
    pub times: Vec<String>,
    pub indication: String,
}

#[derive(Debug, Clone)]
pub struct Value {
    pub analyte: String,
    /// A number, or a word when it is none.
    pub number: Option<f64>,
    pub word: String,
    pub unit: String,
    pub taken: DateTime,
}

#[derive(Debug, Clone)]
pub struct Allergy {
    pub kind: String,
    pub substance: String,
    pub reaction: String,
    pub severity: String,
}

#[derive(Debug, Clone, Default)]
pub struct Pregnancy {
    /// As in the case file; empty is not asked.
    pub status: String,
    pub lmp: Option<Date>,
}
