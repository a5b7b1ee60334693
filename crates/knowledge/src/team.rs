//! `team/<review code>.toml`: when nobody but the named team may stop a medicine.

use crate::cite::cited;
use crate::medicine::MedicineClass;
use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamDecision {
    /// The review code.
    pub id: String,
    pub says: String,
    /// The classes of medicines that it speaks about.
    pub classes: Vec<MedicineClass>,
    pub decision_with: Vec<String>,
    /// True when one of these conditions or indications is there.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// True when an indication fits one of these (`*` stands for anything).
    #[serde(default)]
    pub indications: Vec<String>,
    /// True when one of these happened within the months; undated counts as within.
    #[serde(default)]
    pub events: Vec<String>,
    /// Events that are of now whatever date they carry.
    #[serde(default)]
    pub events_of_now: Vec<String>,
    pub within_months: Option<u8>,
    /// True from this CHA2DS2-VASc score.
    pub cha2ds2vasc_from: Option<u8>,
    #[serde(default)]
    pub always: bool,
    /// True when a medicine of each of these groups is on the list.
    #[serde(default)]
    pub together: Vec<Vec<MedicineClass>>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(TeamDecision);
