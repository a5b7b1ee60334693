//! `policy.toml`: which guideline is followed, and the local choices that no guideline makes.

use crate::figures::{Figure, PolicyFigures};
use model::Family;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyFile {
    pub id: String,
    pub says: String,
    pub bleeding: String,
    pub fasting_adult: String,
    pub fasting_child: String,
    pub range: RangeEnd,
    pub local_anaesthetic_column: String,
    #[serde(deserialize_with = "crate::read::families")]
    pub intended_therapy_families: Vec<Family>,
    pub ask_when_group_has_no_rule: Vec<String>,
    pub nsaid_group: String,
    #[serde(rename = "figure")]
    pub figures: Vec<Figure>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Guideline of classes and laboratory limits.
    pub bleeding: String,
    /// File names under `fasting/`.
    pub fasting_adult: String,
    pub fasting_child: String,
    /// Which end of "3 to 5 days" counts.
    pub range: RangeEnd,
    /// `lowest`, or the name of a column.
    pub local_anaesthetic_column: String,
    /// For an arterial procedure of these families the antiplatelet is part of the treatment.
    pub intended_therapy_families: Vec<Family>,
    /// ATC groups whose medicines are asked about when no rule names them.
    pub ask_when_group_has_no_rule: Vec<String>,
    pub nsaid_group: String,
    pub figures: PolicyFigures,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RangeEnd {
    Upper,
    Lower,
}
