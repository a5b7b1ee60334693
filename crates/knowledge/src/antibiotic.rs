//! `antibiotics/regimens/<id>.toml` and `antibiotics/groups/<id>.toml`.

use crate::cite::cited;
use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regimen {
    pub id: String,
    pub says: String,
    pub inn: String,
    /// Not for a patient who reacted to any penicillin.
    #[serde(default)]
    pub is_penicillin: bool,
    pub adult_mg: Option<f64>,
    pub heavy_from_kg: Option<f64>,
    pub heavy_mg: Option<f64>,
    pub mg_kg: Option<f64>,
    pub child_mg_kg: Option<f64>,
    #[serde(default)]
    pub caution: String,
    pub start_minutes_before_max: u16,
    pub repeat_hours: Option<u16>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AntibioticGroup {
    pub id: String,
    pub says: String,
    pub advice: Advice,
    #[serde(default)]
    pub first: Vec<String>,
    #[serde(default)]
    pub high_risk_first: Vec<String>,
    #[serde(default)]
    pub penicillin_allergy: Vec<String>,
    #[serde(default)]
    pub culture: String,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(Regimen, AntibioticGroup);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    None,
    Controversial,
    Recommended,
}
