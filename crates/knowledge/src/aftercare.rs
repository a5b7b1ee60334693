//! `aftercare/<name>.toml`: what follows a procedure or a puncture, for the sheet that the patient takes home.

use crate::cite::cited;
use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;

/// One file: for these procedures, or for those of them done through this artery, or after sedation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterCareRule {
    pub id: String,
    pub says: String,
    /// Ids of the catalogue; empty only with `after_sedation`.
    #[serde(default)]
    pub procedures: Vec<String>,
    /// Speaks only when the procedure goes through one of these; empty = whatever the access.
    #[serde(default)]
    pub access: Vec<String>,
    /// Speaks after every procedure with sedation or general anaesthesia.
    #[serde(default)]
    pub after_sedation: bool,
    #[serde(rename = "step", default)]
    pub steps: Vec<CareStep>,
    #[serde(rename = "sign", default)]
    pub signs: Vec<CareSign>,
}

/// One line of after-care. Hours and days count from the end of the procedure.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CareStep {
    pub what: Care,
    /// Hours, days or millilitres, as `what` says; `None` where it needs none.
    pub figure: Option<u16>,
    /// Only with `flush_catheter`.
    pub times_a_day: Option<u16>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Care {
    NoBedRest,
    BedRestHours,
    StayWatchedHours,
    LegStraight,
    LieOnRightSide,
    KeepDressingDays,
    NoHeavyLiftingDays,
    NoBathDays,
    NoDrivingHours,
    NoAlcoholHours,
    NoFlyingDays,
    DrinkWell,
    CatheterStaysAbdomen,
    CatheterStaysChest,
    CatheterStaysKidney,
    CatheterStaysBileDuct,
    FlushCatheter,
    WriteDownOutput,
    CatheterBelowBody,
    StentCard,
}

impl Care {
    /// Whether a step of this kind means nothing without its figure.
    pub fn needs_figure(self) -> bool {
        match self {
            Self::BedRestHours
            | Self::StayWatchedHours
            | Self::KeepDressingDays
            | Self::NoHeavyLiftingDays
            | Self::NoBathDays
            | Self::NoDrivingHours
            | Self::NoAlcoholHours
            | Self::NoFlyingDays
            | Self::FlushCatheter => true,
            Self::NoBedRest
            | Self::LegStraight
            | Self::LieOnRightSide
            | Self::DrinkWell
            | Self::CatheterStaysAbdomen
            | Self::CatheterStaysChest
            | Self::CatheterStaysKidney
            | Self::CatheterStaysBileDuct
            | Self::WriteDownOutput
            | Self::CatheterBelowBody
            | Self::StentCard => false,
        }
    }
}

/// A warning sign beside those that every sheet has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CareSign {
    pub what: Sign,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(CareStep, CareSign);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    NeckSwelling,
    CoughingBlood,
    NumbHand,
    StrokeSigns,
    ChestTubeOut,
    GrowingLump,
    BloodInUrine,
    CannotPassUrine,
    BlackStools,
    YellowSkin,
    NoUrineInBag,
    CatheterOut,
    CatheterLeaks,
    CatheterStopped,
    BloodInBag,
    LegPainReturns,
}
