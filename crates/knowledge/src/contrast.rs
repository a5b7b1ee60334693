//! `contrast/premedication/<id>.toml`: what is given before contrast after an earlier reaction.

use crate::cite::cited;
use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Premedication {
    pub id: String,
    pub says: String,
    pub population: AgeGroup,
    /// The scheme fits when at least this many hours are left; the longest that fits is taken.
    pub hours_left_min: u16,
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(Premedication);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeGroup {
    Adult,
    Child,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub drug: String,
    pub dose_mg: Option<f64>,
    pub dose_mg_per_kg: Option<f64>,
    pub dose_mg_per_kg_lower: Option<f64>,
    pub max_mg: Option<f64>,
    pub route: String,
    pub hours_before: Option<u16>,
    /// From the moment of planning, then again while before the procedure.
    pub from_now_every_hours: Option<u16>,
    /// At once when the hour has passed already.
    #[serde(default)]
    pub or_now: bool,
    #[serde(default)]
    pub optional: bool,
    #[serde(default)]
    pub alternative: String,
}
