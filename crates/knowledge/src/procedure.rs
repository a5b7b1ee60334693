//! `procedures/<id>.toml`: one entry of the catalogue.

use crate::cite::cited;
use jiff::civil::Date;
use model::{BleedingClass, Family, Modality, ReviewStatus};
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    pub id: String,
    pub says: String,
    pub name: String,
    #[serde(deserialize_with = "crate::read::family")]
    pub family: Family,
    pub site: String,
    pub depth: String,
    #[serde(default)]
    pub snomed_ct: String,
    #[serde(default)]
    pub snomed_scope: String,
    #[serde(default)]
    pub note: String,
    pub bleeding: Bleeding,
    pub technique: Technique,
    pub antibiotic: Antibiotic,
    pub stay: Stay,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bleeding {
    #[serde(deserialize_with = "crate::read::bleeding_class")]
    pub class: BleedingClass,
    /// False: placed by analogy.
    pub named_by_guideline: bool,
    pub arterial_access: bool,
    #[serde(default)]
    pub usual_access: String,
    /// A larger sheath makes the class high.
    pub high_if_sheath_above_french: Option<f64>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Technique {
    #[serde(deserialize_with = "crate::read::modalities")]
    pub modalities: Vec<Modality>,
    pub contrast: Contrast,
    pub contrast_is_optional: bool,
    pub ionising: Ionising,
    pub uterus_field: UterusField,
    pub renal_exposure: RenalExposure,
    pub renal_emboli_risk: bool,
    /// Usual ones, the most usual first.
    pub anaesthesia: Vec<Anaesthesia>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Antibiotic {
    pub class: crate::antibiotic::Advice,
    pub group: String,
    #[serde(default)]
    pub first: String,
    #[serde(default)]
    pub first_only_if: String,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    pub observation_hours: f64,
    pub overnight: Overnight,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(Bleeding, Technique, Antibiotic, Stay);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overnight {
    No,
    Possible,
    Yes,
}

/// Contrast of the usual technique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contrast {
    None,
    IodinatedIa,
    IodinatedIv,
    IodinatedIntracavity,
    Gadolinium,
    Microbubble,
}

/// Optional: X-ray only when the booked modality is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ionising {
    Yes,
    No,
    Optional,
}

/// How near the uterus is to the beam; the largest counts of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UterusField {
    None,
    Remote,
    Near,
    Direct,
}

/// How undiluted the contrast reaches the kidneys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenalExposure {
    None,
    SecondPass,
    FirstPass,
}

/// From shallow to deep; the deepest of several counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anaesthesia {
    None,
    Local,
    ModerateSedation,
    #[serde(rename = "ga")]
    General,
}

impl Anaesthesia {
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Local => "local",
            Self::ModerateSedation => "moderate_sedation",
            Self::General => "ga",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::None,
            Self::Local,
            Self::ModerateSedation,
            Self::General,
        ]
        .into_iter()
        .find(|one| one.code() == code)
    }
}
