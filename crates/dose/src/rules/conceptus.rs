//! Factors to the dose of an unborn child.

use super::Flaw;
use super::reading::{Cited, Files, Status, cited, file};
use crate::peak_skin_dose::room::Share;
use model::{MilliGray, RuleId};
use serde::Deserialize;
use toml::value::Datetime;

#[derive(Debug, Clone, PartialEq)]
pub struct Conceptus {
    pub factors: Vec<ConceptusFactor>,
    /// Both ends of a range are moved apart by this factor.
    pub widen: Share,
    /// From this upper end of a range on (inclusive) a physicist estimates the dose.
    pub physicist_from: MilliGray,
    pub cited: Cited,
}

/// Lowest and highest published dose per unit of the quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct ConceptusFactor {
    pub rule: RuleId,
    pub region: String,
    pub per: Per,
    pub low: Share,
    pub high: Share,
    pub cited: Cited,
}

/// The quantity of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// mGy per mGy.
    CtdiVol,
    /// mGy per Gy·m².
    Pka,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConceptusFile {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "says")]
    _says: String,
    factor: Vec<FactorRow>,
    review: ReviewRow,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactorRow {
    id: String,
    region: String,
    per: Per,
    low: f64,
    high: f64,
    source: Vec<String>,
    since: Datetime,
    status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewRow {
    widen: f64,
    physicist_from_mgy: f64,
    source: Vec<String>,
    since: Datetime,
    status: Status,
}

const PATH: &str = "dose/conceptus.toml";

pub(super) fn conceptus(files: &Files<'_>, flaws: &mut Vec<Flaw>) -> Option<Conceptus> {
    let read = file::<ConceptusFile>(files, PATH, flaws)?;
    let review = read.review;
    let mut refuse = |reason: String| {
        flaws.push(Flaw {
            path: PATH.to_owned(),
            reason,
        });
    };
    if !(review.widen >= 1.0 && review.physicist_from_mgy > 0.0) {
        refuse("review: widen is at least 1 and physicist_from_mgy above 0".to_owned());
    }
    let mut factors: Vec<ConceptusFactor> = Vec::new();
    for row in read.factor {
        let twice = |f: &ConceptusFactor| f.region == row.region && f.per == row.per;
        let in_order = row.low > 0.0 && row.low <= row.high && row.high.is_finite();
        let Some(rule) = RuleId::new(&row.id).ok().filter(|_| in_order) else {
            refuse(format!("factor {}: id, or not 0 < low <= high", row.id));
            continue;
        };
        if factors.iter().any(twice) {
            refuse(format!("factor {}: the region has one already", row.id));
            continue;
        }
        factors.push(ConceptusFactor {
            rule,
            region: row.region,
            per: row.per,
            low: Share(row.low),
            high: Share(row.high),
            cited: cited(row.source, row.since, row.status),
        });
    }
    Some(Conceptus {
        factors,
        widen: Share(review.widen),
        physicist_from: MilliGray(review.physicist_from_mgy),
        cited: cited(review.source, review.since, review.status),
    })
}
