//! `fasting/<id>.toml`: until when which food may be taken.

use crate::cite::cited;
use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FastingScheme {
    pub id: String,
    /// The name as printed.
    pub scheme: String,
    pub says: String,
    #[serde(rename = "limit")]
    pub limits: Vec<FastingLimit>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FastingLimit {
    pub food: String,
    /// Elapsed hours before the start.
    pub hours: u16,
    /// Only below this age.
    pub below_age_years: Option<f64>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(FastingLimit);
