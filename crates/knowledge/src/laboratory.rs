//! `laboratory/analytes/<id>.toml` and `laboratory/requests/<id>.toml`.

use crate::cite::cited;
use crate::medicine::Comparison;
use jiff::civil::Date;
use model::{BleedingClass, ReviewStatus};
use serde::Deserialize;

/// What is measured: names, units, what can be true, and the limits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analyte {
    pub id: String,
    pub says: String,
    pub name: String,
    #[serde(default)]
    pub loinc: Vec<String>,
    /// UCUM; every value is turned into it. Empty for results in words.
    pub canonical_unit: String,
    #[serde(default, rename = "unit")]
    pub units: Vec<Unit>,
    /// A value without a unit is read in this one; without an entry it is not read at all.
    #[serde(default)]
    pub unitless_means: String,
    /// In the canonical unit, both inclusive.
    pub plausible_min: Option<f64>,
    pub plausible_max: Option<f64>,
    pub normal_min: Option<f64>,
    pub normal_max: Option<f64>,
    /// From here a quantity counts as positive.
    pub positive_min: Option<f64>,
    pub decimals: Option<u8>,
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(default)]
    pub suspect: Vec<Suspect>,
    pub worse: Worse,
    #[serde(default, rename = "limit")]
    pub limits: Vec<Limit>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub ucum: String,
    /// Multiply by this to get the canonical unit.
    pub factor: f64,
}

/// A value that was probably typed in the other unit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspect {
    pub unit: String,
    pub above: Option<f64>,
    pub below: Option<f64>,
    pub from_age_years: Option<f64>,
}

/// Which of two values of one moment is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worse {
    High,
    Low,
}

/// One limit that a value must meet.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    #[serde(deserialize_with = "crate::read::bleeding_class")]
    pub bleeding_class: BleedingClass,
    pub population: Population,
    pub op: Comparison,
    pub value: f64,
    pub unit: String,
    /// Only for a puncture of one of these arteries.
    #[serde(default)]
    pub access: Vec<String>,
    #[serde(default)]
    pub note: String,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    General,
    ChronicLiverDisease,
    Any,
}

/// Which values are asked for, and how old they may be at the appointment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub id: String,
    pub says: String,
    pub analytes: Vec<String>,
    #[serde(default, deserialize_with = "crate::read::bleeding_class_if_any")]
    pub bleeding_class: Option<BleedingClass>,
    #[serde(default)]
    pub medicines: Vec<String>,
    #[serde(default)]
    pub procedures: Vec<String>,
    /// Calendar days, inclusive.
    pub max_age_days: Option<u16>,
    /// Elapsed hours, inclusive.
    pub max_age_hours: Option<u16>,
    pub max_age_days_unstable: Option<u16>,
    pub max_age_days_if_kidneys_poor: Option<u16>,
    pub kidneys_poor_below_ml_min: Option<f64>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(Analyte, Limit, Request);
