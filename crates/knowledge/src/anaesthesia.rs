//! `anaesthesia/local/<inn>.toml`: the most that may be given.

use crate::cite::cited;
use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalAnaesthetic {
    pub id: String,
    pub says: String,
    pub atc: String,
    pub chemical: Chemical,
    #[serde(default)]
    pub warning: String,
    #[serde(rename = "limit")]
    pub limits: Vec<LocalAnaestheticLimit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chemical {
    Amide,
    Ester,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalAnaestheticLimit {
    /// Which country's or book's column.
    pub column: String,
    pub plain_mg_kg: Option<f64>,
    pub plain_max_mg: Option<f64>,
    pub with_adrenaline_mg_kg: Option<f64>,
    pub with_adrenaline_max_mg: Option<f64>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(LocalAnaestheticLimit);
