//! `conditions.toml`: the names of conditions that are understood, and what each means.

use crate::cite::cited;
use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionFile {
    pub id: String,
    pub says: String,
    #[serde(rename = "condition")]
    pub conditions: Vec<Condition>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

/// Where the list comes from, without the list.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionsCited {
    pub source: Vec<String>,
    pub since: Date,
    pub status: ReviewStatus,
}
cited!(ConditionsCited);

impl ConditionFile {
    pub(crate) fn cited(&self) -> ConditionsCited {
        ConditionsCited {
            source: self.source.clone(),
            since: self.since,
            status: self.status,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// With `{number}`, `{days}` or `{word}` for the part that varies.
    pub name: String,
    pub tags: Vec<Tag>,
}

/// What a condition means for the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    ArterialDisease,
    LiverDisease,
    /// Values move: newer ones are asked for.
    Unstable,
    Breastfeeding,
    Dialysis,
    /// Asks for a creatinine before contrast into a vessel.
    KidneyRisk,
    NoUterus,
    RunningAntibiotic,
    MrUnsafe,
    Menopause,
    Pregnant,
    OvertHyperthyroidism,
    /// Understood as an indication of a medicine, not as a condition.
    IndicationOnly,
}

impl Condition {
    /// Whether a name without its date is this condition; the varying part comes back.
    pub fn fits<'n>(&self, name: &'n str) -> Option<&'n str> {
        let Some((before, rest)) = self.name.split_once('{') else {
            return (self.name == name).then_some("");
        };
        let part = name.strip_prefix(before)?;
        let kind = rest.trim_end_matches('}');
        let sound = match kind {
            "number" => !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()),
            "days" => part.split('_').all(|day| WEEKDAYS.contains(&day)),
            _ => !part.is_empty(),
        };
        sound.then_some(part)
    }
}

/// Names of weekdays as schedules write them, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
